"""Has a credential been withdrawn? Every entry, every list, with the age of what is known.

Only the address of a list is ever fetched, never with a position or an identifier added. Where the
address itself names the credential, the list is read all the same, because there is no other way
to know, and the answer says so (`named`): see docs/decisions/0011-status-and-open-badges-2.md.
How a list of one kind is read is in `status_lists` and `open_badge_2`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import unquote

from wallet.crypto import did
from wallet.errors import WalletError
from wallet.formats import selective, status_list
from wallet.model import Credential, Json, StatusRef
from wallet.ports import Resolver
from wallet.report import Outcome, Reason
from wallet.verify import status_lists
from wallet.verify.keys import Answer, unknown
from wallet.verify.policy import Policy

# Of several open questions the gravest is named.
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


def check(credential: Credential, policy: Policy, resolver: Resolver, now: datetime) -> Answer:
    """Answer for all entries together."""
    asking = status_lists.Asking(credential, policy, resolver, now)
    if not credential.status and selective.may_lack_parts(credential):
        return unknown(Reason.PARTS_LEFT_OUT)
    asked = (ref for ref in credential.status if not _says_nothing(ref))
    return _worst([_check_entry(ref, asking) for ref in asked])


def _says_nothing(ref: StatusRef) -> bool:
    return ref.type in _NOT_STATUS or (
        status_list.is_understood(ref) and ref.purpose == status_list.REFRESH
    )


def _worst(answers: list[Answer]) -> Answer:
    """Return the answer for all, with what is worth saying of any of the lists."""
    notes: dict[str, Json] = {}
    for answer in answers:
        notes |= {name: answer.facts[name] for name in _NOTES if name in answer.facts}
    for answer in answers:
        if answer.outcome is Outcome.FAILED:
            return replace(answer, facts={**notes, **answer.facts})
    open_answers = {a.reason: a for a in reversed(answers) if a.outcome is Outcome.UNKNOWN}
    for reason in _GRAVITY:
        if reason in open_answers:
            return open_answers[reason]
    return Answer(Outcome.PASSED, None, {"lists": len(answers), **notes})


def _check_entry(ref: StatusRef, asking: status_lists.Asking) -> Answer:
    reader = status_lists.READERS.get(ref.type)
    if reader is None:
        return unknown(Reason.STATUS_UNSUPPORTED, type=ref.type[:60])
    address = ref.list_url.partition("#")[0]
    if not ref.purpose or not address:
        return unknown(Reason.STATUS_MALFORMED)
    host: Mapping[str, Json] = {"host": did.host_of(address)}
    try:
        fact = asking.resolver.fetch(address)
    except WalletError:
        return unknown(Reason.STATUS_UNREACHABLE, **host)
    try:
        answer = reader(fact, ref, asking)
    except WalletError:
        answer = unknown(Reason.STATUS_MALFORMED)
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
