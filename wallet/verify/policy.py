"""Whom the checker knows and what it tolerates: a frozen value that the caller passes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from wallet.report import Reason

# Each of these is still shown; none of them is a fault of the credential.
TOLERATED: Final = frozenset(
    {
        Reason.ISSUER_NOT_LISTED,
        Reason.ISSUER_SAMPLE,
        Reason.ISSUER_SELF,
        Reason.SUBJECT_NOT_NAMED,
        Reason.SUBJECT_HASHED,
    }
)


@dataclass(frozen=True, slots=True)
class Trusted:
    """A listed issuer: its name, the registry that lists it, and whether it is a sample."""

    name: str
    source: str
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """Listed issuers by identifier, tolerated reasons, and how wrong a clock may be."""

    trusted: Mapping[str, Trusted] = field(default_factory=dict)
    tolerated: frozenset[Reason] = TOLERATED
    clock_skew: timedelta = timedelta(minutes=5)

    @property
    def sample_issuers(self) -> frozenset[str]:
        """The identifiers of the listed sample issuers."""
        return frozenset(issuer for issuer, known in self.trusted.items() if known.sample)
