"""One status list asked about one credential: is the list its issuer's, in date, and what is said?

A list that says "withdrawn" is believed when whoever signed it is who it says, because the issuer
chose its address; that nothing was withdrawn, only the issuer itself can say, and only in date.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from wallet import formats
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.formats import fields, revocation_list, status_bits, status_list, token_status_list
from wallet.model import Credential, Fact, Json, StatusRef
from wallet.ports import Resolver
from wallet.record import texts
from wallet.report import Outcome, Reason
from wallet.verify import coverage, proofs, questions, tokens
from wallet.verify.checked import Checked
from wallet.verify.dated import Dated
from wallet.verify.keys import PASSED, Answer, failed, unknown
from wallet.verify.policy import Policy

_WITHDRAWN: Final = {
    status_list.REVOCATION: Reason.REVOKED,
    status_list.SUSPENSION: Reason.SUSPENDED,
}
_OF_TOKENS: Final = {
    token_status_list.INVALID: Reason.REVOKED,
    token_status_list.SUSPENDED: Reason.SUSPENDED,
}
# A copy read within one sitting is fresh enough, whatever the list asks for: the network's memory
# keeps an answer for five minutes.
_LEAST_TTL: Final = timedelta(minutes=10)
_MAX_QUOTED: Final = 200
_MOST_TTL: Final = timedelta(days=3650)  # so that no number an issuer writes overflows


_Made = TypeVar("_Made")


class _Once(Generic[_Made]):
    """What is made of each address in one check: once, also where it cannot be made."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, ...], tuple[_Made | WalletError, Dated]] = {}

    def get(self, key: tuple[str, ...], asking: Asking, make: Callable[[Dated], _Made]) -> _Made:
        """Return what `make` makes with a resolver; who asks rests on all that was read for it."""
        if key not in self._made:
            used = Dated(asking.resolver)
            try:
                self._made[key] = make(used), used
            except WalletError as error:
                self._made[key] = error.with_traceback(None), used
        made, used = self._made[key]
        asking.resolver.also(used)
        if isinstance(made, WalletError):
            raise type(made)(made.code, **made.facts)
        return made


class Lists:
    """The lists of one check, each read once whoever asks, with the work they may take together.

    Thousands of entries can name few lists, and twenty kilobytes unpack to sixteen megabytes.
    """

    def __init__(self) -> None:
        self.unpack = status_bits.Unpacking()
        self.bits: _Once[tuple[Credential, status_list.Unpacked]] = _Once()
        self.tokens: _Once[token_status_list.TokenStatusList] = _Once()
        self.names: _Once[revocation_list.RevocationList] = _Once()
        self.judged: _Once[_Judged] = _Once()


@dataclass(frozen=True, slots=True)
class Asking:
    """Whose status is asked, by whose rules, and when."""

    credential: Credential
    policy: Policy
    resolver: Dated
    now: datetime
    lists: Lists


@dataclass(frozen=True, slots=True)
class _Judged:
    """Why a list is not taken for its issuer's, if it is not; and whether it is in date."""

    doubt: Answer | None
    in_date: bool


@dataclass(frozen=True, slots=True)
class _Said:
    """What a list says: `withdrawn` or `noted` or neither, with what is worth telling."""

    issuer: str
    in_date: bool
    withdrawn: Reason | None = None
    noted: bool = False
    facts: Mapping[str, Json] | None = None


Reader = Callable[[Fact, StatusRef, Asking], Answer]


def _judged(said: _Said, asking: Asking) -> Answer:
    facts = dict(said.facts or {})
    # A withdrawal cannot lapse, so an old list is enough to know of it; a suspension may.
    if said.withdrawn is not None and (said.in_date or said.withdrawn is Reason.REVOKED):
        return failed(said.withdrawn, **facts)
    # The issuer chose the address, so what is withdrawn there is withdrawn; that nothing is, only
    # the issuer itself can say.
    if said.issuer != asking.credential.issuer:
        return unknown(Reason.STATUS_NOT_TRUSTED, list_issuer=said.issuer[:200])
    if not said.in_date:
        return unknown(Reason.STATUS_OUT_OF_DATE)
    return (
        unknown(Reason.STATUS_NOTED, **facts) if said.noted else Answer(PASSED.outcome, None, facts)
    )


def _listed_bit(fact: Fact, ref: StatusRef, asking: Asking) -> Answer:
    """Ask a status list credential (Bitstring Status List 1.0 section 3.2)."""
    if ref.index is None:
        return unknown(Reason.STATUS_MALFORMED)
    if ref.purpose not in (*_WITHDRAWN, status_list.MESSAGE):
        return unknown(Reason.STATUS_UNSUPPORTED, type=ref.purpose[:60])
    lists = asking.lists

    def read(_: Resolver) -> tuple[Credential, status_list.Unpacked]:
        found = formats.read(fact.body)
        if not isinstance(found, Credential):
            raise MalformedError(Code.BAD_STATUS_LIST)
        return found, status_list.read(found.claims, lists.unpack)

    found, unpacked = lists.bits.get((address_of(ref),), asking, read)
    listed = unpacked.of(ref)
    value = listed.value(ref.index)
    if status_list.is_another(found.claims.get("id"), ref.list_url):
        return unknown(Reason.STATUS_NOT_TRUSTED)
    judged = lists.judged.get(
        (address_of(ref),), asking, lambda known: _judge(found, asking, known)
    )
    if judged.doubt is not None:
        return judged.doubt
    facts: dict[str, Json] = {}
    message = status_list.message(ref, value) if value else None
    if message:
        facts["message"] = _quoted(message)
    if listed.bits.entries < status_bits.PRIVATE_ENTRIES:
        facts["few"] = listed.bits.entries
    said = _Said(
        found.issuer,
        judged.in_date and _fresh(fact, listed.ttl, timedelta(milliseconds=1), asking),
        withdrawn=_WITHDRAWN.get(ref.purpose) if value else None,
        noted=bool(value),
        facts=facts,
    )
    return _judged(said, asking)


def address_of(ref: StatusRef) -> str:
    """Return what is fetched of the address in an entry."""
    return ref.list_url.partition("#")[0]


def _judge(found: Credential, asking: Asking, resolver: Resolver) -> _Judged:
    """Check a list that is a credential itself."""
    skew = asking.policy.clock_skew
    checked = proofs.check(found, resolver, now=asking.now, skew=skew)
    doubt = _doubt(checked, found.issuer, resolver)
    lacking = coverage.of(found, checked, resolver).lacks_own
    answer = questions.validity(found, asking.policy, asking.now, lacking=lacking)
    return _Judged(doubt, answer is PASSED)


def _listed_token(fact: Fact, ref: StatusRef, asking: Asking) -> Answer:
    """Ask a status list token (Token Status List section 8.3)."""
    if ref.index is None:
        return unknown(Reason.STATUS_MALFORMED)
    try:
        found = asking.lists.tokens.get(
            (address_of(ref),),
            asking,
            lambda _: token_status_list.read(fact.body, asking.lists.unpack),
        )
    except UnsupportedError as error:
        if error.code is Code.TOO_COMPLEX:
            raise
        return unknown(Reason.STATUS_UNSUPPORTED, type=str(error.facts.get("kind", ""))[:60])
    value = found.bits.value(ref.index)
    if found.subject != ref.list_url:
        return unknown(Reason.STATUS_NOT_TRUSTED)
    issuer = found.issuer or asking.credential.issuer
    judged = asking.lists.judged.get(
        (address_of(ref), issuer), asking, lambda known: _judge_token(found, issuer, asking, known)
    )
    if judged.doubt is not None:
        return judged.doubt
    said = _Said(
        issuer,
        judged.in_date and _fresh(fact, found.ttl, timedelta(seconds=1), asking),
        withdrawn=_OF_TOKENS.get(value),
        noted=value != token_status_list.VALID,
    )
    return _judged(said, asking)


def _judge_token(
    found: token_status_list.TokenStatusList, issuer: str, asking: Asking, resolver: Resolver
) -> _Judged:
    checked = tokens.check_jws(found.jws, found.proof, issuer, resolver)
    skew = asking.policy.clock_skew
    ended = found.ends is not None and found.ends < asking.now - skew
    in_date = found.issued <= asking.now + skew and not ended
    return _Judged(_doubt([checked], issuer, resolver), in_date)


def _listed_name(fact: Fact, ref: StatusRef, asking: Asking) -> Answer:
    """Ask a 1EdTech revocation list (Open Badges 3.0 section 8.4).

    Nobody signs such a list: the credential, which is signed, names its address, and TLS says
    that it comes from there. That it does not name the credential counts only of a list that says
    it is the one there, and whose.
    """
    own = fields.identifier(asking.credential.claims.get("id"))
    if own is None:
        return unknown(Reason.STATUS_MALFORMED)  # a list of names cannot name it
    found = asking.lists.names.get(
        (address_of(ref),), asking, lambda _: revocation_list.read(fact.body)
    )
    if status_list.is_another(found.id, ref.list_url):
        return unknown(Reason.STATUS_NOT_TRUSTED)
    withdrawal = found.find(own)
    said = _Said(
        found.issuer if found.id else "",
        in_date=True,
        withdrawn=None if withdrawal is None else Reason.REVOKED,
        facts=facts_of(withdrawal),
    )
    return _judged(said, asking)


def facts_of(withdrawal: revocation_list.Withdrawal | None) -> dict[str, Json]:
    """Return what a list tells of a withdrawal, as facts of the answer."""
    if withdrawal is None:
        return {}
    told = {"message": _quoted(withdrawal.reason or "")}
    if withdrawal.at is not None:
        told["date"] = fields.iso(withdrawal.at)
    return {name: value for name, value in told.items() if value}


def _quoted(message: str) -> str:
    """Return an issuer's words as they can stand in a sentence: plain, short, on one line."""
    return " ".join((texts.clean(message, _MAX_QUOTED) or "").split())


def _doubt(checked: list[Checked], issuer: str, resolver: Resolver) -> Answer | None:
    """Return why a list is not taken for its issuer's: it is not, or that cannot be known now."""
    signed = proofs.signature(checked)
    spoken = questions.authority(checked, issuer, questions.ASSERTION, resolver)
    outcomes = {signed.outcome, spoken.outcome}
    if Outcome.FAILED in outcomes:
        return unknown(Reason.STATUS_NOT_TRUSTED)
    return unknown(Reason.STATUS_NOT_CHECKED) if Outcome.UNKNOWN in outcomes else None


def _fresh(fact: Fact, ttl: int | None, unit: timedelta, asking: Asking) -> bool:
    """Say whether a copy is as young as its issuer asks of one (`ttl`)."""
    if ttl is None or ttl < 0:
        return True
    allowed = max(min(ttl, _MOST_TTL // unit) * unit, _LEAST_TTL)
    return asking.now - fact.read_at <= allowed + asking.policy.clock_skew


READERS: Final[Mapping[str, Reader]] = {
    **dict.fromkeys(status_list.ENTRY_TYPES, _listed_bit),
    token_status_list.ENTRY_TYPE: _listed_token,
    revocation_list.ENTRY_TYPE: _listed_name,
}
