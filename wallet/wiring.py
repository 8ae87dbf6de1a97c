"""The only place that names real adapters: builds the application for the front-ends.

`verifier` builds what `check` needs and nothing more, so that a check starts fast; `build` adds
the vault, the preferences and the preview of the recruiter's page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from wallet import resources
from wallet.checking import Clock, Verifier, registries_of
from wallet.errors import Code, UnreachableError, WalletError
from wallet.lists import KnownIssuers, KnownList
from wallet.model import Fact
from wallet.ports import Resolver

if TYPE_CHECKING:
    from wallet.app import Wallet
    from wallet.net.cached import FactCache
    from wallet.net.preview import Preview
    from wallet.preferences import Paths, Preferences
    from wallet.storage import Cost
    from wallet.verify import Trusted

SAMPLE_DOCUMENTS = "samples/documents"


def now() -> datetime:
    """Return the time, aware, in UTC."""
    return datetime.now(UTC)


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


def prefers_offline() -> bool:
    """Say whether this person wants no network on this computer."""
    from wallet.preferences import Paths, load

    return load(Paths.standard().preferences).offline


def verifier(
    *,
    offline: bool = False,
    documents: Path | None = None,
    registries: Iterable[Path] = (),
    paths: Paths | None = None,
    clock: Clock = now,
) -> Verifier:
    """Return what checks credentials without any vault.

    `registries` are files of known issuers for this run, besides those the person added.
    """
    from wallet.preferences import Paths

    if documents is not None and not documents.is_dir():
        raise WalletError(Code.FILE_UNREADABLE)
    known = KnownIssuers((paths or Paths.standard()).lists, files=registries)
    return Verifier(Outside(offline=offline, documents=documents), policy=known, clock=clock)


class App:
    """Everything a front-end talks to."""

    def __init__(
        self,
        *,
        paths: Paths,
        preferences: Preferences,
        outside: Outside,
        clock: Clock,
        make_wallet: Callable[[Verifier], Wallet],
        verifier: Verifier,
        known: KnownIssuers | None = None,
    ) -> None:
        self.paths = paths
        self.preferences = preferences
        self.clock = clock
        self.verifier = verifier
        self.wallet = make_wallet(verifier)
        self.known = known or KnownIssuers(paths.lists)
        self._outside = outside

    @property
    def vault_path(self) -> Path:
        """Where the person's wallet lies, unless a front-end is told otherwise."""
        return Path(self.preferences.vault) if self.preferences.vault else self.paths.vault

    @property
    def has_own_page(self) -> bool:
        """Whether links open a real check page, not the stand-in."""
        from wallet.preferences import DEFAULT_PAGE

        return self.preferences.page != DEFAULT_PAGE

    @property
    def offline(self) -> bool:
        """Whether the app touches no network."""
        return self._outside.offline

    def prefer(self, **changes: object) -> None:
        """Change preferences, use them from now on, and write them down.

        Raises `LinkError` where a new `page` cannot be the address of a check page.
        """
        from wallet.preferences import save
        from wallet.share import page

        if "page" in changes:
            page.address(str(changes["page"]))

        self.preferences = self.preferences.changed(**changes)
        if "offline" in changes:
            self._outside.offline = self.preferences.offline
        save(self.preferences, self.paths.preferences)

    @cached_property
    def preview(self) -> Preview:
        """The recruiter's page on this computer only, started when first asked for."""
        from wallet.net.preview import Preview

        folder = resources.path("viewer/dist")
        if not (folder / "index.html").is_file():
            raise WalletError(Code.FILE_UNREADABLE)
        return Preview(folder)

    def lists(self) -> list[KnownList]:
        """Return every list of known issuers, those on the web read where they can be."""
        return self.known.survey(registries_of(self._outside), now=self.clock())

    def __enter__(self) -> App:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Lock the wallet and stop whatever runs."""
        self.wallet.lock()
        if "preview" in self.__dict__:
            self.preview.stop()

    def create_sample_wallet(self, path: Path, passphrase: str) -> None:
        """Make and open a wallet of the invented learner whose records the samples are."""
        from wallet.samples import learner

        one = learner()
        self.wallet.create(path, passphrase, name=one.name, holder_seed=one.seed)

    def samples(self) -> list[tuple[str, bytes]]:
        """Return the sample records: (file name, bytes)."""
        from wallet.samples import records

        return records()


def build(
    *,
    offline: bool = False,
    documents: Path | None = None,
    registries: Iterable[Path] = (),
    paths: Paths | None = None,
    clock: Clock = now,
    cost: Cost | None = None,
) -> App:
    """Return the whole application. `cost` sets the passphrase's price (tests use a low one).

    `registries` are files of known issuers for this run, besides those the person added.
    """
    from wallet.app import Wallet
    from wallet.keychain import SystemKeychain
    from wallet.preferences import Paths, load

    if documents is not None and not documents.is_dir():
        raise WalletError(Code.FILE_UNREADABLE)
    paths = paths or Paths.standard()
    preferences = load(paths.preferences)
    store = _VaultFacts()
    outside = Outside(offline=offline or preferences.offline, documents=documents, store=store)
    known = KnownIssuers(paths.lists, files=registries, own=store.trusted)
    checks = Verifier(outside, policy=known, clock=clock)
    app = App(
        paths=paths,
        preferences=preferences,
        outside=outside,
        clock=clock,
        make_wallet=lambda verifier: Wallet(
            verifier, clock=clock, cost=cost, keychain=SystemKeychain()
        ),
        verifier=checks,
        known=known,
    )
    store.wallet = app.wallet
    return app


_NOBODY: Mapping[str, Trusted] = {}


class _VaultFacts:
    """Public facts and trusted issuers kept in the open vault; none while it is locked."""

    wallet: Wallet | None = None

    @property
    def place(self) -> object:
        return self.wallet.vault_open if self.wallet is not None else None

    def trusted(self) -> Mapping[str, Trusted]:
        return self.wallet.trusted_issuers() if self.wallet is not None else _NOBODY

    def get(self, url: str) -> Fact | None:
        return self.wallet.get_fact(url) if self.wallet is not None else None

    def put(self, fact: Fact) -> None:
        if self.wallet is not None:
            self.wallet.put_fact(fact)
