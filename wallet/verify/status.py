"""Has a credential been withdrawn? Every entry, every list, with the age of what is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from wallet import formats
from wallet.crypto import did
from wallet.errors import WalletError
from wallet.formats import status_list
from wallet.model import Credential, Fact, StatusRef
from wallet.ports import Resolver
from wallet.report import Outcome, Reason
from wallet.verify import proofs, questions
from wallet.verify.keys import PASSED, Answer, failed, unknown
from wallet.verify.policy import Policy

_WITHDRAWN = {
    status_list.REVOCATION: Reason.REVOKED,
    status_list.SUSPENSION: Reason.SUSPENDED,
}
# Of several open questions the gravest is named.
_GRAVITY = (
    Reason.STATUS_NOT_TRUSTED,
    Reason.STATUS_MALFORMED,
    Reason.STATUS_OUT_OF_DATE,
    Reason.STATUS_UNSUPPORTED,
    Reason.STATUS_UNREACHABLE,
)


def check(
    credential: Credential, policy: Policy, resolver: Resolver, now: datetime
) -> tuple[Answer, datetime]:
    """Answer for all entries together, with the time of the oldest list that was read."""
    if not credential.status:
        return Answer(Outcome.PASSED, None, {"lists": 0}), now
    answers: list[Answer] = []
    dates: list[datetime] = []
    for ref in credential.status:
        answer, read_at = _check_entry(ref, credential, policy, resolver, now)
        answers.append(answer)
        if read_at is not None:
            dates.append(read_at)
    return _worst(answers, len(credential.status)), min(dates, default=now)


def _worst(answers: list[Answer], lists: int) -> Answer:
    for answer in answers:
        if answer.outcome is Outcome.FAILED:
            return answer
    open_answers = {a.reason: a for a in reversed(answers) if a.outcome is Outcome.UNKNOWN}
    for reason in _GRAVITY:
        if reason in open_answers:
            return open_answers[reason]
    return Answer(Outcome.PASSED, None, {"lists": lists})


def _check_entry(
    ref: StatusRef, credential: Credential, policy: Policy, resolver: Resolver, now: datetime
) -> tuple[Answer, datetime | None]:
    if not status_list.is_understood(ref):
        return unknown(Reason.STATUS_UNSUPPORTED, type=ref.type[:60]), None
    if not ref.purpose or not ref.list_url or ref.index is None:
        return unknown(Reason.STATUS_MALFORMED), None
    if ref.purpose not in _WITHDRAWN:
        return PASSED, None  # a message or a hint to refresh: nothing about whether it holds
    host = {"host": did.host_of(ref.list_url)}
    try:
        fact = resolver.fetch(ref.list_url)
    except WalletError:
        return unknown(Reason.STATUS_UNREACHABLE, **host), None
    answer = _ask(fact, ref, credential, policy, resolver, now)
    return replace(answer, facts={**answer.facts, **host}), fact.read_at


def _ask(
    fact: Fact,
    ref: StatusRef,
    credential: Credential,
    policy: Policy,
    resolver: Resolver,
    now: datetime,
) -> Answer:
    """Read the list and the bit; only a list that its issuer signed says anything."""
    try:
        found = formats.read(fact.body)
        if not isinstance(found, Credential):
            return unknown(Reason.STATUS_MALFORMED)
        bits = status_list.read(found.claims, ref)
        value = bits.value(ref.index or 0)
    except WalletError:
        return unknown(Reason.STATUS_MALFORMED)
    if status_list.is_another(found.claims, ref.list_url):
        return unknown(Reason.STATUS_NOT_TRUSTED)
    if not _holds(found, policy, resolver, now):
        return unknown(Reason.STATUS_NOT_TRUSTED)
    in_date = questions.validity(found, policy, now) is PASSED
    # A withdrawal cannot lapse, so an old list is enough to know of it; a suspension may.
    if value and (in_date or ref.purpose == status_list.REVOCATION):
        return failed(_WITHDRAWN[ref.purpose])
    # The issuer chose the address, so what is withdrawn there is withdrawn; that nothing is, only
    # the issuer itself can say.
    if found.issuer != credential.issuer:
        return unknown(Reason.STATUS_NOT_TRUSTED, list_issuer=found.issuer[:200])
    return PASSED if in_date else unknown(Reason.STATUS_OUT_OF_DATE)


def _holds(found: Credential, policy: Policy, resolver: Resolver, now: datetime) -> bool:
    checked = proofs.check(found, resolver, now=now, skew=policy.clock_skew)
    if proofs.signature(checked).outcome is not Outcome.PASSED:
        return False
    answer = questions.authority(checked, found.issuer, questions.ASSERTION, resolver)
    return answer.outcome is Outcome.PASSED
