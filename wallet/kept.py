"""What is kept, as the front-ends are told of it: frozen values, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from wallet.checking import State
from wallet.model import Credential
from wallet.record import Kind, Record
from wallet.report import VerificationReport


class Row(NamedTuple):
    """One line of the list: what it is, from whom, and its state of trust now.

    A tuple, as a frozen dataclass takes three times as long to make.
    """

    id: str
    title: str
    issuer_name: str
    kind: Kind
    awarded: datetime | None
    ends: datetime | None
    state: State
    sample: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything about one kept credential."""

    id: str
    credential: Credential
    record: Record
    report: VerificationReport
    state: State
    source: str
    added_at: datetime
    checked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of credentials that were to be kept: ids added, ids that were there already."""

    added: tuple[str, ...]
    already: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Export:
    """An original as it arrived, and a name for its file."""

    file_name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One line of the ledger of shares."""

    id: str
    made_at: datetime
    ends: datetime
    for_whom: str
    for_what: str
    form: str
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What of a backup was new besides its records: identifiers, lines of the ledger, issuers."""

    identities: tuple[str, ...]
    shares: int
    issuers: tuple[str, ...]
