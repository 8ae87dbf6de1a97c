"""What a backup turned out to hold: frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from wallet.inputs import Input
from wallet.storage import ShareRecord
from wallet.verify import Trusted


class Kind(StrEnum):
    """Whose backup it is."""

    UNIVERSAL = "universal"  # Universal Wallet 2020: Learner Credential Wallet and its family
    DCW = "dcw"  # the tar of the T3 wallet
    LEARNCARD = "learncard"  # a holder continuity bundle
    OWN = "own"  # everything, as this wallet writes it
    ARCHIVE = "archive"  # files that somebody packed


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A private key that fits its identifier; `name` is what the other wallet called it."""

    did: str
    name: str
    seed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is in a backup.

    `items` are the records, each with its name; what could not be read has its error instead.
    `others` names what is no record and was left out, `locked` what takes a password that was not
    given. `shares` and `trusted` are what this wallet itself had written down.
    """

    kind: Kind
    items: tuple[Input, ...] = ()
    keys: tuple[FoundKey, ...] = ()
    others: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    shares: tuple[ShareRecord, ...] = ()
    trusted: tuple[tuple[str, Trusted], ...] = ()
