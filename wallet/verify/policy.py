"""Whom the checker knows and what it tolerates: a frozen value that the caller passes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from wallet.report import Reason

# Each of these is still shown; none of them is a fault of the credential.
TOLERATED: Final = frozenset(
    {
        Reason.PARTS_LEFT_OUT,
        Reason.ISSUER_NOT_LISTED,
        Reason.ISSUER_TEST_LIST,
        Reason.ISSUER_SAMPLE,
        Reason.ISSUER_SELF,
        Reason.SUBJECT_NOT_NAMED,
        Reason.SUBJECT_HASHED,
        Reason.SUBJECT_UNSAID,
    }
)


@dataclass(frozen=True, slots=True)
class Trusted:
    """A listed issuer: its name and the registry that lists it.

    `sample` is one of this project's made-up issuers, `test` one of a list for trying things out.
    `since` is set where the person said so themselves, with their `note`.
    """

    name: str
    source: str
    sample: bool = False
    test: bool = False
    since: datetime | None = None
    note: str = ""


class Kind(StrEnum):
    """How a registry on the web is asked."""

    DCC = "dcc-legacy"  # one JSON document with every issuer
    FEDERATION = "oidf"  # OpenID Federation: asked about one issuer, answered by a signed statement


@dataclass(frozen=True, slots=True)
class Source:
    """A registry on the web; the address of a federation is its anchor's entity configuration.

    `test` and `new` are lists that make nobody known: one for trying things out, and one that a
    catalogue names but nobody has looked at for this version of the app. Nor does an entry whose
    name starts with `examples`, where a list marks its own examples so.
    """

    name: str
    kind: Kind
    url: str
    test: bool = False
    new: bool = False
    examples: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Registries on the web, and the address that says which of them are still kept up."""

    url: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Pin:
    """The keys an anchor was known by (RFC 7638 thumbprints), and since when."""

    keys: frozenset[str]
    since: datetime


class Anchors(Protocol):
    """What is remembered of trust anchors between checks."""

    def pin(self, anchor: str) -> Pin | None:
        """Return what an anchor was known by, if it was seen before."""
        ...

    def remember(self, anchor: str, pin: Pin) -> None:
        """Know an anchor by these keys from now on."""
        ...


@dataclass(frozen=True, slots=True)
class Policy:
    """Listed issuers by identifier, tolerated reasons, and how wrong a clock may be.

    `catalogues` are registries to ask through the resolver about issuers not listed here, without
    those whose addresses are in `off`; `anchors` remembers their keys. `unread` names lists that
    should be in `trusted` but could not be read, so that nobody takes them for read.
    `sample_issuers` are the identifiers of the listed sample issuers.
    """

    trusted: Mapping[str, Trusted] = field(default_factory=dict)
    tolerated: frozenset[Reason] = TOLERATED
    clock_skew: timedelta = timedelta(minutes=5)
    catalogues: tuple[Catalogue, ...] = ()
    off: frozenset[str] = frozenset()
    unread: tuple[str, ...] = ()
    anchors: Anchors | None = None
    sample_issuers: frozenset[str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        samples = frozenset(issuer for issuer, known in self.trusted.items() if known.sample)
        object.__setattr__(self, "sample_issuers", samples)
