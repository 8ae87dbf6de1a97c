"""Has a credential been withdrawn? Every entry, every list, with the age of what is known.

Only the address of a list is ever fetched, never with a position or an identifier added. Where the
address itself names the credential, the list is read all the same, because there is no other way
to know, and the answer says so (`named`): see docs/decisions/0011-status-and-open-badges-2.md.
How a list of one kind is read is in `status_lists` and `open_badge_2`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import unquote

from wallet.crypto import did
from wallet.errors import Code, WalletError
from wallet.formats import status_list
from wallet.model import Credential, Json, StatusRef
from wallet.report import Outcome, Reason
from wallet.verify import status_lists
from wallet.verify.coverage import Coverage
from wallet.verify.dated import Dated
from wallet.verify.keys import Answer, unknown
from wallet.verify.policy import Policy

# Of several open questions the gravest is named; one that is not here is graver than all.
_GRAVITY: Final = (
    Reason.STATUS_NOT_TRUSTED,
    Reason.STATUS_MALFORMED,
    Reason.STATUS_NOT_CHECKED,
    Reason.STATUS_OUT_OF_DATE,
    Reason.STATUS_UNSUPPORTED,
    Reason.STATUS_UNREACHABLE,
    Reason.STATUS_NOTED,
)
# What is worth saying of a list whatever the answer.
_NOTES: Final = ("named", "few")
# Entries that only tell where a newer credential can be had, and so name no list.
_NOT_STATUS: Final = frozenset({"1EdTechCredentialRefresh"})
_MIN_NAME_CHARS: Final = 4  # a shorter name is in most addresses by chance


def check(
    credential: Credential,
    covered: Coverage,
    policy: Policy,
    resolver: Dated,
    now: datetime,
    lists: status_lists.Lists,
) -> Answer:
    """Answer for all entries together; `lists` are those of the whole check.

    Nobody is asked about entries that nobody signed. Where some may have been left out, or half of
    one, those that are shown can tell that the credential was withdrawn, and not that it was not.
    """
    if covered.signature is Outcome.FAILED:
        return unknown(Reason.NOT_CHECKED)
    asking = status_lists.Asking(credential, policy, resolver, now, lists)
    asked = (ref for ref in credential.status if not _says_nothing(ref))
    worst = _worst([_check_entry(ref, asking) for ref in asked])
    if covered.lacks_own and worst.outcome is Outcome.PASSED:
        return replace(worst, outcome=Outcome.UNKNOWN, reason=Reason.PARTS_LEFT_OUT)
    return worst


def _says_nothing(ref: StatusRef) -> bool:
    return ref.type in _NOT_STATUS or (
        status_list.is_understood(ref) and ref.purpose == status_list.REFRESH
    )


def _worst(answers: list[Answer]) -> Answer:
    """Return the answer for all, with what is worth saying of any of the lists."""
    notes: dict[str, Json] = {}
    for answer in answers:
        notes |= {name: answer.facts[name] for name in _NOTES if name in answer.facts}
    bad = [a for a in answers if a.outcome is Outcome.FAILED]
    doubtful = sorted((a for a in answers if a.outcome is Outcome.UNKNOWN), key=_gravity)
    worst = next(iter((*bad, *doubtful)), None)
    if worst is None:
        return Answer(Outcome.PASSED, None, {"lists": len(answers), **notes})
    return replace(worst, facts={**notes, **worst.facts})


def _gravity(answer: Answer) -> int:
    """Return the place of an answer among others, the gravest first."""
    return _GRAVITY.index(answer.reason) if answer.reason in _GRAVITY else -1


def _check_entry(ref: StatusRef, asking: status_lists.Asking) -> Answer:
    reader = status_lists.READERS.get(ref.type)
    if reader is None:
        return unknown(Reason.STATUS_UNSUPPORTED, type=ref.type[:60])
    address = status_lists.address_of(ref)
    if not ref.purpose or not address:
        return unknown(Reason.STATUS_MALFORMED)
    host: dict[str, Json] = {"host": did.host_of(address)}
    try:
        fact = asking.resolver.fetch(address)
    except WalletError:
        return unknown(Reason.STATUS_UNREACHABLE, **host)
    try:
        answer = reader(fact, ref, asking)
    except WalletError as error:
        spent = error.code is Code.TOO_COMPLEX
        answer = unknown(Reason.STATUS_NOT_CHECKED if spent else Reason.STATUS_MALFORMED)
    named = {"named": did.host_of(address)} if _names(address, ref, asking.credential) else {}
    return replace(answer, facts={**host, **named, **answer.facts})


def _names(address: str, ref: StatusRef, credential: Credential) -> bool:
    """Say whether the address of a list may tell which credential is asked about.

    It does where the credential's own identifier, the last part of it, or its position in the list
    is part of the path or the query. A list's number can equal a position by chance.
    """
    own = credential.claims.get("id")
    whole = unquote(address.partition("://")[2].partition("/")[2])
    if isinstance(own, str) and len(own) >= _MIN_NAME_CHARS:
        last = own.rstrip("/").replace(":", "/").rpartition("/")[2]
        if own in whole or (len(last) >= _MIN_NAME_CHARS and last in whole):
            return True
    parts = whole.replace("?", "/").replace("&", "/").replace("=", "/").split("/")
    return ref.index is not None and str(ref.index) in parts
