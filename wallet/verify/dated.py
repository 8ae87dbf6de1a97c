"""What an answer rests on: which public documents were read for it, and when the oldest was."""

from __future__ import annotations

from datetime import datetime

from wallet.formats import contexts
from wallet.model import Fact
from wallet.ports import Resolver


class Dated:
    """A `Resolver` for one question that notes what is read for it.

    An answer that follows from others (`after`) is no newer than they are.
    """

    def __init__(self, inner: Resolver, *after: Dated) -> None:
        self._inner = inner
        self._read: dict[str, datetime] = {}
        for earlier in after:
            self._read |= earlier._read

    def fetch(self, url: str) -> Fact:
        """Return what `url` says (see `wallet.ports.Resolver`)."""
        fact = self._inner.fetch(url)
        self._read[url] = fact.read_at
        return fact

    def also(self, other: Dated) -> None:
        """Rest the answer on what was read for another one, too."""
        self._read |= other._read

    @property
    def sources(self) -> tuple[str, ...]:
        """The addresses that were read."""
        return tuple(self._read)

    def oldest(self, now: datetime) -> datetime:
        """Return when the oldest document was read; `now` where there was none.

        A context counts for nothing here: its bytes are pinned, so it says the same for ever.
        """
        read = (at for url, at in self._read.items() if not contexts.is_pinned(url))
        return min((now, *read))
