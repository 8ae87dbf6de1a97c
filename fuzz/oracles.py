"""What targets hold a parser to: it may refuse, and where two ways must agree, they do."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from wallet.errors import WalletError

NOW: Final = datetime(2026, 11, 22, tzinfo=UTC)
refused = contextlib.suppress(WalletError)
Taken = TypeVar("Taken")


class FindingError(Exception):
    """Two ways that must agree do not."""


def taken(read: Callable[..., Taken], *given: Any) -> Taken | None:
    """Return what a parser makes of something, or null where it refuses.

    What is done with it afterwards may not be refused: a `WalletError` there is a finding too.
    """
    try:
        return read(*given)
    except WalletError:
        return None


def same(one: object, other: object, what: str) -> None:
    """Raise a finding unless both are the same value of the same types."""
    if repr(one) != repr(other):
        raise FindingError(f"{what}: {one!r:.300} and {other!r:.300}")
