"""What the app reads of the world: the real adapters behind one resolver, for `wallet.wiring`."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from wallet import resources
from wallet.errors import UnreachableError, WalletError
from wallet.model import Fact
from wallet.ports import Resolver

if TYPE_CHECKING:
    from wallet.net.cached import FactCache

SAMPLE_DOCUMENTS = "samples/documents"


class Outside:
    """The public facts this app can reach: samples, saved documents, and the web unless offline.

    `offline` may be switched at any time. The web is not even imported before it is needed.
    """

    def __init__(
        self, *, offline: bool, documents: Path | None = None, store: FactCache | None = None
    ) -> None:
        self.offline = offline
        self._documents = documents
        self._store = store

    def fetch(self, url: str) -> Fact:
        """Return what `url` says (see `wallet.ports.Resolver`)."""
        from wallet.net.saved import Offline

        not_saved: UnreachableError | None = None
        for resolver in self._saved:
            try:
                return resolver.fetch(url)
            except UnreachableError as err:
                not_saved = not_saved or err
        online = self._documents is None and not self.offline
        if online and not self._is_final(url):
            return self._web.fetch(url)
        kept = self._kept(url)
        if kept is not None:
            return kept
        if self._documents is not None and not_saved is not None:
            raise not_saved
        return Offline().fetch(url)

    def _kept(self, url: str) -> Fact | None:
        kept: Fact | None = None
        if self._store is not None:
            with suppress(WalletError):  # locked meanwhile
                kept = self._store.get(url)
        return kept

    def _is_final(self, url: str) -> bool:
        """Say whether a context is kept, whose bytes are pinned: it says the same for ever."""
        from wallet.formats import contexts

        kept = self._kept(url) if contexts.is_pinned(url) else None
        return kept is not None and contexts.is_genuine(kept)

    @cached_property
    def _saved(self) -> tuple[Resolver, ...]:
        from wallet.net.saved import Documents

        folders = [self._documents] if self._documents is not None else []
        if resources.exists(f"{SAMPLE_DOCUMENTS}/index.json"):
            folders.append(resources.path(SAMPLE_DOCUMENTS))
        return tuple(Documents(folder) for folder in folders)

    @cached_property
    def _web(self) -> Resolver:
        from wallet.net.cached import Cached
        from wallet.net.web import WebResolver

        return Cached(WebResolver(), self._store)
