"""Open Badges 2.0 (section "Verification"): is it what its issuer hosts, or signed by its key?

Everything that an assertion names by address is fetched through the resolver, at most once, and
must call itself by the address it is named by. The issuer's profile is never taken from the badge
itself: anybody can write one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final, TypeGuard

from wallet.crypto import did, signatures, strictjson
from wallet.crypto.jsonld_term import json_equal
from wallet.errors import MalformedError, UnreachableError, WalletError
from wallet.formats import fields, open_badge_2, revocation_list, status_list
from wallet.model import Credential, Fact, Json
from wallet.ports import Resolver
from wallet.report import Outcome, Reason
from wallet.verify import badge_scope, checked, status_lists
from wallet.verify.keys import PASSED, Answer, Finding, failed, unknown

MAX_KEYS: Final = 10  # of an issuer, tried where the badge names none
# An address may lead to a document that calls itself otherwise, which is then read at its own.
_MAX_STEPS: Final = 2
_LIMITS: Final = strictjson.Limits(size=1024 * 1024, depth=32)
_WEB: Final = ("https://", "http://")
_GONE: Final = frozenset({"http_404", "http_410"})
_ISSUERS: Final = frozenset({"Issuer", "Profile"})
_BADGES: Final = frozenset({"BadgeClass"})
# What a copy may have otherwise without saying otherwise: how it is drawn, spelled and verified.
_UNCOMPARED: Final = frozenset(
    {
        *("@context", "type", "image", "verification", "verify", "badge"),
        *("revoked", "revocationReason", "issuedOn", "expires", "related", "endorsement"),
    }
)


@dataclass(frozen=True, slots=True)
class _Read:
    """A document about an issuer, or the reason why there is none.

    `landed` is where on the same site a redirect led, if one did.
    """

    members: Mapping[str, Json] = field(default_factory=dict)
    reason: Reason | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)
    landed: str | None = None

    @property
    def doubt(self) -> Answer:
        return unknown(self.reason or Reason.NOT_CHECKED, **self.facts)


class Badge:
    """One assertion with all that it names, each read when it is first asked for."""

    def __init__(self, credential: Credential, resolver: Resolver) -> None:
        self._given = credential
        self._resolver = resolver
        self._assertion = open_badge_2.parse(credential.raw)

    @cached_property
    def credential(self) -> Credential:
        """The credential with its kind of badge and its issuer, as far as they could be read."""
        issuer = self._profile.members or self._own_profile
        return open_badge_2.completed(self._given, self._truth, self._badge.members, issuer)

    @cached_property
    def signature(self) -> Answer:
        """Say whether it is what its issuer made."""
        if self._assertion.jws is None:
            return self._as_hosted()
        return self._signed.answer

    def authority(self) -> Answer:
        """Say whether it is the issuer that made it so: by its host, or by its key."""
        if self.signature.outcome is not Outcome.PASSED:
            return unknown(Reason.NOT_CHECKED)
        for read in (self._badge, self._profile):
            if read.reason is not None:
                return read.doubt
        return self._of_host() if self._assertion.jws is None else self._of_key()

    def status(self, resolver: Resolver) -> Answer:
        """Say whether the issuer withdrew it: in its own copy, or in its revocation list.

        Nobody is asked about what is signed, and not by who is named in it.
        """
        if self._assertion.jws is not None and self.signature.outcome is Outcome.FAILED:
            return unknown(Reason.NOT_CHECKED)
        copy = self._hosted.members or self._assertion.members
        named = fields.identifier(copy.get("id")) in (None, self._assertion.id)
        if copy.get("revoked") is True and named:
            reason = fields.text(copy.get("revocationReason"))
            told = status_lists.facts_of(revocation_list.Withdrawal(reason))
            return failed(Reason.REVOKED, **told)
        listed = self._listed(resolver)
        hosted = self._assertion.jws is None
        if listed.outcome is Outcome.FAILED or not hosted:
            return listed
        if self._hosted.reason is not None:
            return unknown(Reason.STATUS_UNREACHABLE, **self._hosted.facts)
        if listed.outcome is Outcome.UNKNOWN and self._profile.reason is None:
            return listed
        return Answer(Outcome.PASSED, None, {"lists": 1, "hosted": did.host_of(self._assertion.id)})

    # -- what it names -------------------------------------------------------------------

    @cached_property
    def _badge(self) -> _Read:
        return self._badge_in(self._truth)

    @cached_property
    def _profile(self) -> _Read:
        if self._badge.reason is not None:
            return _Read(reason=self._badge.reason, facts=self._badge.facts)
        return self._read(self._badge.members.get("issuer"), _ISSUERS)

    @property
    def _own_profile(self) -> Mapping[str, Json]:
        """What the badge itself says of its issuer: to be shown, never to be relied on."""
        named = self._badge.members.get("issuer")
        return named if isinstance(named, dict) else {}

    @property
    def _truth(self) -> Mapping[str, Json]:
        """The assertion as the issuer has it, as far as that is known."""
        same = self._hosted.reason is None and self.signature.outcome is Outcome.PASSED
        return self._hosted.members if same and self._hosted.members else self._assertion.members

    def _badge_in(self, assertion: Mapping[str, Json]) -> _Read:
        """Return the kind of badge that an assertion holds or names."""
        named = assertion.get("badge")
        if _is_whole(named):
            return _Read(named)  # covered by what covers the assertion
        return self._read(named, _BADGES)

    def _read(self, named: Json, kinds: frozenset[str]) -> _Read:
        """Read a document of one of these kinds that is called by the address it lies at."""
        address = fields.identifier(named) or ""
        for _ in range(_MAX_STEPS):
            host = {"host": did.host_of(address)}
            if not address.startswith(_WEB):
                break
            try:
                fact = self._resolver.fetch(address.partition("#")[0])
            except WalletError:
                return _Read(reason=Reason.ISSUER_UNREACHABLE, facts=host)
            if badge_scope.led_away(address, fact):
                return _led_away(address, fact)
            try:
                members = strictjson.parse_object(fact.body, _LIMITS)
            except MalformedError:
                break
            own = fields.identifier(members.get("id"))
            if own == address and kinds & set(fields.types(members.get("type"))):
                return _Read(members)
            if own is None or own == address:
                break
            address = own
        return _Read(reason=Reason.ISSUER_MALFORMED, facts={"host": did.host_of(address)})

    # -- hosted --------------------------------------------------------------------------

    @cached_property
    def _hosted(self) -> _Read:
        """The issuer's own copy; `members` without a reason where it can be compared."""
        address = self._assertion.id
        if self._assertion.jws is not None:
            return _Read()
        host = {"host": did.host_of(address)}
        if not address.startswith(_WEB):
            return _Read(reason=Reason.HOSTED_UNREACHABLE, facts=host)
        try:
            fact = self._resolver.fetch(address.partition("#")[0])
        except UnreachableError as error:
            gone = error.facts.get("why") in _GONE
            return _Read(
                reason=Reason.HOSTED_GONE if gone else Reason.HOSTED_UNREACHABLE, facts=host
            )
        if badge_scope.led_away(address, fact):
            return _led_away(address, fact)
        try:
            members = strictjson.parse_object(fact.body, _LIMITS)
        except MalformedError:
            return _Read(reason=Reason.HOSTED_GONE, facts=host)
        if "Assertion" in fields.types(members.get("type")):
            return _Read(members, None, host, fact.origin.address if fact.origin else None)
        # What is withdrawn may be answered with that alone (status 410).
        return _Read(members, Reason.HOSTED_GONE, host)

    def _as_hosted(self) -> Answer:
        kind = set(fields.types(self._assertion.verification.get("type")))
        if kind & {"signed", "SignedBadge"} or not self._assertion.id.startswith(_WEB):
            return failed(Reason.NO_PROOF)
        if self._hosted.reason is not None:
            return self._hosted.doubt
        given, hosted = self._assertion.members, self._hosted.members
        if not _say_the_same(given, hosted):
            return failed(Reason.HOSTED_DIFFERS, host=did.host_of(self._assertion.id))
        if _is_whole(given.get("badge")) and not _is_whole(hosted.get("badge")):
            # What the issuer's copy only names must be what this one says of it.
            read = self._badge_in(hosted)
            if read.reason is not None:
                return read.doubt
            if not _same_badge(given["badge"], read.members):
                return failed(Reason.HOSTED_DIFFERS, host=did.host_of(self._assertion.id))
        return Answer(Outcome.PASSED, None, {"hosted": did.host_of(self._assertion.id)})

    def _of_host(self) -> Answer:
        """Say whether the issuer keeps its badges there (`startsWith`, `allowedOrigins`)."""
        scope = badge_scope.scope_of(self._profile.members)
        host = did.host_of(self._assertion.id)
        if scope is None:
            return unknown(Reason.ISSUER_MALFORMED, host=host)
        found = scope.holds(self._assertion.id)
        if found is not Outcome.PASSED:
            return Answer(found, Reason.HOST_NOT_ALLOWED, {"host": host})
        # What was led elsewhere on the site must be the issuer's there, too.
        if self._hosted.landed and scope.holds(self._hosted.landed) is not Outcome.PASSED:
            return unknown(Reason.HOST_NOT_ALLOWED, host=host)
        lies_at = fields.identifier(self._badge.members.get("id")) or ""
        near = {"", scope.home, badge_scope.site(self._assertion.id), *scope.origins}
        if badge_scope.site(lies_at) not in near:
            return unknown(Reason.HOST_NOT_ALLOWED, host=did.host_of(lies_at))
        return Answer(Outcome.PASSED, None, {"hosted": host})

    # -- signed --------------------------------------------------------------------------

    @cached_property
    def _signed(self) -> checked.Checked:
        """The signature, checked with the key it names, or with each of the issuer's."""
        proof, jws = self._given.proofs[0], self._assertion.jws
        assert jws is not None
        creator = proof.verification_method
        names: list[Json] = [creator] if creator else self._key_names()
        found = [
            checked.Checked(
                proof,
                finding,
                checked.verify(jws.algorithm, finding, jws.signing_input, jws.signature),
            )
            for finding in (self._key(name) for name in names[:MAX_KEYS])
        ]
        if not found:
            issuer = self._issuer()
            problem = issuer.reason or Reason.KEY_NOT_FOUND
            nothing = Finding("", "", reason=problem, facts=issuer.facts)
            return checked.Checked(proof, nothing, unknown(problem, **issuer.facts))
        if len(names) > MAX_KEYS:
            cut = Finding("", "", reason=Reason.TOO_COMPLEX)
            found.append(checked.Checked(proof, cut, unknown(Reason.TOO_COMPLEX, what="keys")))
        return checked.best(found)

    def _key_names(self) -> list[Json]:
        return fields.nodes(self._issuer().members.get("publicKey"))

    def _issuer(self) -> _Read:
        """The issuer's profile, found from the signed text alone."""
        read = self._badge_in(self._assertion.members)
        return self._read(read.members.get("issuer"), _ISSUERS) if read.reason is None else read

    def _key(self, named: Json) -> Finding:
        """Read a CryptographicKey, by its address or as it stands in the issuer's profile."""
        name = fields.identifier(named) or ""
        held: Mapping[str, Json] | None = named if isinstance(named, dict) else None
        for one in self._key_names():
            if isinstance(one, dict) and fields.identifier(one) == name:
                held = one
        if held is None:
            read = self._read(named, frozenset({"CryptographicKey"}))
            if read.reason is Reason.ISSUER_UNREACHABLE:
                return Finding(name, "", reason=Reason.KEY_UNREACHABLE, facts=read.facts)
            if read.reason is Reason.LED_AWAY:
                return Finding(name, "", reason=read.reason, facts=read.facts)
            held = read.members
        owner, pem = fields.identifier(held.get("owner")) or "", held.get("publicKeyPem")
        try:
            key = signatures.key_of_pem(pem) if isinstance(pem, str) else None
        except WalletError:
            key = None
        return Finding(name, owner, key, reason=None if key else Reason.KEY_MALFORMED)

    def _of_key(self) -> Answer:
        """Say whether the key is the issuer's by its own word and by the issuer's."""
        finding, profile = self._signed.finding, self._profile.members
        issuer = fields.identifier(profile.get("id")) or ""
        if finding.owner != issuer:
            return failed(Reason.KEY_OF_ANOTHER, owner=finding.owner[:200], speaker=issuer)
        listed = {fields.identifier(one) for one in fields.nodes(profile.get("publicKey"))}
        return PASSED if finding.method in listed else failed(Reason.KEY_NOT_AUTHORISED)

    # -- withdrawn -----------------------------------------------------------------------

    def _listed(self, resolver: Resolver) -> Answer:
        """Ask the issuer's revocation list, where it keeps one."""
        if self._profile.reason is not None:
            return unknown(Reason.STATUS_UNREACHABLE, **self._profile.facts)
        address = fields.identifier(self._profile.members.get("revocationList"))
        if address is None:
            return Answer(Outcome.PASSED, None, {"lists": 0})
        host = {"host": did.host_of(address)}
        try:
            body = resolver.fetch(address.partition("#")[0]).body
        except WalletError:
            return unknown(Reason.STATUS_UNREACHABLE, **host)
        try:
            listed = revocation_list.read_assertions(body)
        except MalformedError:
            return unknown(Reason.STATUS_MALFORMED, **host)
        uid = self._assertion.members.get("uid")
        names = [self._assertion.id, uid if isinstance(uid, str) else None]
        withdrawal = listed.find(*names)
        if withdrawal is not None:
            return failed(Reason.REVOKED, **host, **status_lists.facts_of(withdrawal))
        issuer = fields.identifier(self._profile.members.get("id"))
        if status_list.is_another(listed.id, address) or listed.issuer not in ("", issuer):
            return unknown(Reason.STATUS_NOT_TRUSTED, **host)
        return Answer(Outcome.PASSED, None, {"lists": 1, **host})


def _led_away(address: str, fact: Fact) -> _Read:
    to = did.host_of(fact.origin.address) if fact.origin else ""
    return _Read(reason=Reason.LED_AWAY, facts={"host": did.host_of(address), "to": to})


def completed(credential: Credential, resolver: Resolver) -> Credential:
    """Return a badge with its name and issuer, where the resolver has them."""
    return Badge(credential, resolver).credential


def _say_the_same(given: Mapping[str, Json], hosted: Mapping[str, Json]) -> bool:
    """Say whether two copies of an assertion say the same of whom, what and when."""
    if any(_moment(given, name) != _moment(hosted, name) for name in ("issuedOn", "expires")):
        return False
    names = (given.keys() | hosted.keys()) - _UNCOMPARED
    if not _alike(given, hosted, names):
        return False
    own, other = given.get("badge"), hosted.get("badge")
    if _is_whole(own) and _is_whole(other):
        return _same_badge(own, other)
    return fields.identifier(own) == fields.identifier(other)


def _same_badge(own: Mapping[str, Json], other: Mapping[str, Json]) -> bool:
    """Say whether two copies of a BadgeClass say the same; who issues it is named alike."""
    if fields.identifier(own.get("issuer")) != fields.identifier(other.get("issuer")):
        return False
    return _alike(own, other, (own.keys() | other.keys()) - _UNCOMPARED - {"issuer"})


def _alike(own: Mapping[str, Json], other: Mapping[str, Json], names: set[str]) -> bool:
    """Say whether members say the same; one value and a list of one are alike."""
    return all(
        json_equal(fields.nodes(own.get(name)), fields.nodes(other.get(name))) for name in names
    )


def _is_whole(named: Json) -> TypeGuard[dict[str, Json]]:
    """Say whether a node says more than what it is called."""
    return isinstance(named, dict) and not named.keys() <= {"id", "type"}


def _moment(members: Mapping[str, Json], name: str) -> datetime | Json:
    return fields.time(members.get(name)) or members.get(name)
