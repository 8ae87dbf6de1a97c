"""Builds the application for the front-ends; with `wallet.outside` it names the real adapters.

`verifier` builds what `check` needs and nothing more, so that a check starts fast; `build` adds
the vault, the preferences and the preview of the recruiter's page.
"""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from wallet import administration, resources
from wallet.administration import Rules
from wallet.checking import Clock, Verifier, registries_of
from wallet.errors import Code, VaultError, WalletError
from wallet.lists import KnownIssuers, KnownList
from wallet.model import Fact
from wallet.outside import Outside

if TYPE_CHECKING:
    from wallet.app import Wallet
    from wallet.net.preview import Preview
    from wallet.places import Start
    from wallet.preferences import Paths, Preferences
    from wallet.storage import Cost
    from wallet.vaults import KnownVault, Vaults
    from wallet.verify import Trusted


def now() -> datetime:
    """Return the time, aware, in UTC."""
    return datetime.now(UTC)


def rules_here() -> Rules:
    """Return what whoever looks after this computer set, as far as this version can follow it.

    They are the strictest where a list of issuers that they name cannot be read.
    """
    from wallet.wording import LANGUAGES

    rules = administration.spoken(administration.load(), LANGUAGES)
    return _known(rules, None, ())[1] if rules.registries else rules


def start_here(*, guest: bool = False, vault: Path | None = None) -> Start:
    """Return how this program was started, which what lies beside it says too."""
    from wallet.places import Start, portable_folder

    return Start(guest=guest, vault=vault, portable=portable_folder())


def _started(start: Start | None, rules: Rules) -> Start:
    start = start or start_here()
    return replace(start, guest=True) if rules.guest_only else start


def prefers_offline(start: Start | None = None) -> bool:
    """Say whether this person wants no network on this computer."""
    from wallet.preferences import load

    rules = rules_here()
    return load(_started(start, rules).paths(rules).preferences).offline


def verifier(
    *,
    offline: bool = False,
    documents: Path | None = None,
    registries: Iterable[Path] = (),
    paths: Paths | None = None,
    clock: Clock = now,
    rules: Rules | None = None,
    start: Start | None = None,
) -> Verifier:
    """Return what checks credentials without any vault.

    `registries` are files of known issuers for this run, besides those the person added.
    """
    if documents is not None and not documents.is_dir():
        raise WalletError(Code.FILE_UNREADABLE)
    rules = rules if rules is not None else rules_here()
    lists = _started(start, rules).paths(rules, paths).lists
    known, _rules = _known(rules, lists, registries)
    return Verifier(Outside(offline=offline, documents=documents), policy=known, clock=clock)


def _known(
    rules: Rules,
    folder: Path | None,
    files: Iterable[Path],
    own: Callable[[], Mapping[str, Trusted]] | None = None,
) -> tuple[KnownIssuers, Rules]:
    """Return whom to know, and the rules: the strictest where a list they name cannot be read."""
    files = tuple(files)
    if files and rules.only_these_registries:
        raise WalletError(Code.SET_BY_ORGANISATION)
    try:
        made = KnownIssuers(
            folder, files=rules.registries, own=own, only_files=rules.only_these_registries
        )
    except WalletError as error:
        problem = WalletError(Code.RULES_UNREADABLE, part="registries", reason=error.code.value)
        rules = Rules.strictest(problem)
        made = KnownIssuers(None, only_files=True)
    made.use_for_now(files)
    return made, rules


def _under(rules: Rules, preferred: Preferences) -> Preferences:
    """Return what counts of what the person prefers."""
    from wallet.wording import usual

    changes: dict[str, object] = {}
    if rules.page is not None:
        changes["page"] = rules.page
    if rules.languages:
        changes["language"] = rules.language(preferred.language or usual())
    return preferred.changed(**changes)


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
        rules: Rules | None = None,
        start: Start | None = None,
    ) -> None:
        from wallet.places import Start
        from wallet.preferences import Remembered

        self.paths = paths
        self.start = start if start is not None else Start()
        self.rules = rules if rules is not None else Rules()
        self._remembered = Remembered(paths.preferences, preferences)
        self.preferences = _under(self.rules, preferences)
        self._passing: list[Path] = []
        self.started_in: str | None = None  # the language that was asked for as it was started
        self.clock = clock
        self.verifier = verifier
        self.wallet = make_wallet(verifier)
        self.wallet.ways.shared = self.shared
        self.wallet.backups.only_beside = self.start.guest
        self.known = known or KnownIssuers(paths.lists)
        self._outside = outside

    @property
    def vault_path(self) -> Path:
        """Where the person's wallet lies, unless a front-end is told otherwise."""
        return self.start.vault if self.start.vault is not None else self.usual_path

    @property
    def usual_path(self) -> Path:
        """Where it lies when none was named as the program was started."""
        return self.found_at(self.preferences.vault) if self.preferences.vault else self.paths.vault

    def found_at(self, remembered: str) -> Path:
        """Return where a wallet that was remembered is now."""
        if self.start.portable and Path(remembered).is_absolute():
            return self.paths.vault
        return self.paths.vault.parent / remembered

    @property
    def remembers(self) -> bool:
        """Whether anything may be remembered here: not for guests, nor where others come."""
        return self.paths.preferences is not None

    @property
    def known_vaults(self) -> tuple[KnownVault, ...]:
        """The wallets that were remembered, the last used first."""
        return self.preferences.vaults

    @cached_property
    def vaults(self) -> Vaults:
        """The list of wallets at the door."""
        from wallet.vaults import Vaults

        return Vaults(
            self, lambda path: self._travelling(path) if self.start.portable else str(path)
        )

    def made(self, path: Path) -> None:
        """Put a wallet that was just made on the list, whoever waits for it still or not.

        That it cannot be noted does not unmake it.
        """
        if not self.is_in_memory(path):
            with suppress(WalletError):
                self.vaults.add(path.absolute())

    def has_wallet(self, path: Path) -> bool:
        """Say whether there is a file at `path`, or something in memory."""
        from wallet.storage import memory
        from wallet.vaults import is_there

        return memory.holds(path) if memory.is_place(path) else is_there(path)

    def is_in_memory(self, path: Path) -> bool:
        """Say whether a wallet's place is one in memory."""
        from wallet.storage import memory

        return memory.is_place(path)

    def new_place_in_memory(self) -> Path:
        """Return where a wallet can be made that goes when the program ends."""
        from wallet.storage import memory

        return memory.new_path()

    @property
    def shared(self) -> bool:
        """Whether others use this computer too: then it remembers nothing, and keeps no key."""
        return self.rules.shared or self.start.leaves_nothing

    @property
    def guest(self) -> bool:
        """Whether this is a guest's session, after which nothing is left here."""
        return self.start.guest

    def vault_named(self, named: Path | None) -> Path:
        """Return the wallet to use where the person named one, or none.

        Raises GUEST_ONLY where they have to.
        """
        if named is None and self.guest:
            raise VaultError(Code.GUEST_ONLY)
        return named or self.vault_path

    def page_named(self, named: str | None) -> str:
        """Return the check page to use where the person named one, or none."""
        from wallet.share import page

        if named and self.rules.page not in (None, page.address(named)):
            raise WalletError(Code.SET_BY_ORGANISATION)
        return named or self.preferences.page

    @property
    def language(self) -> str | None:
        """The language to speak; None for the system's."""
        from wallet.wording import usual

        wanted = self.started_in or self.preferences.language
        return self.rules.language(wanted or usual()) if self.rules.languages else wanted

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

        Raises `LinkError` where a new `page` cannot be the address of a check page, and
        SET_BY_ORGANISATION for what is not the person's to choose.
        """
        from wallet.share import page

        if "page" in changes:
            page.address(str(changes["page"]))
        if self.start.portable is not None and changes.get("vault"):
            changes["vault"] = self._travelling(Path(str(changes["vault"])))
        preferred = self.preferences.changed(**changes)
        if _under(self.rules, preferred) != preferred:
            raise WalletError(Code.SET_BY_ORGANISATION)
        try:
            self._remembered.change(**changes)
        finally:
            self.preferences = _under(self.rules, self._remembered.now)
            if "offline" in changes:
                self._outside.offline = self.preferences.offline
            if "language" in changes:
                self.started_in = None

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Change what is remembered as it is by now, whatever another window did to it."""
        with self._remembered.changing():
            self.preferences = _under(self.rules, self._remembered.now)
            yield

    def reread(self) -> None:
        """Take note of what another window changed."""
        self._remembered.reread()
        self.preferences = _under(self.rules, self._remembered.now)

    def _travelling(self, vault: Path) -> str | None:
        """Return a wallet's place as it is found wherever the folder is; None where it is not."""
        folder = self.paths.vault.parent
        inside = vault.is_absolute() and vault.is_relative_to(folder)
        return vault.relative_to(folder).as_posix() if inside else None

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

    def lock(self, *, backup: bool = True) -> None:
        """Make a backup if it is time for one, then lock the wallet, and stop what it served.

        Before a sleep there is no time for a backup: it is made at the next locking.
        """
        try:
            if backup and self.wallet.is_open:
                self.wallet.backups.roll_if_due()
        finally:
            self._lock_now()

    def _lock_now(self) -> None:
        try:
            self.wallet.lock()
        finally:
            preview = self.__dict__.pop("preview", None)
            if preview is not None:
                preview.stop()
            self._throw_away()

    def stop(self) -> None:
        """Lock the wallet, let go of what lies in memory, and stop whatever runs."""
        self.lock()
        self.let_go()

    def let_go(self) -> None:
        """Let go of what lies in memory; waits for nobody, so an open wallet stays as it is."""
        self.wallet.in_memory.forget()
        if self.guest:
            self.wallet.ways.forget_tries()
        self._throw_away()

    def will_throw_away(self, folder: Path) -> None:
        """Take a folder for that of a wallet that goes when it is locked, or however this ends."""
        self._passing.append(folder)
        atexit.register(shutil.rmtree, folder, ignore_errors=True)

    def _throw_away(self) -> None:
        for folder in self._passing:
            shutil.rmtree(folder, ignore_errors=True)
        self._passing = [folder for folder in self._passing if folder.exists()]

    def create_sample_wallet(self, path: Path, passphrase: str) -> None:
        """Make and open a wallet of the invented learner whose records the samples are."""
        from wallet.samples import learner

        one = learner()
        self.wallet.create(path, passphrase, name=one.name, holder_seed=one.seed)
        self.wallet.backups.need_none()

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
    rules: Rules | None = None,
    start: Start | None = None,
) -> App:
    """Return the whole application. `cost` sets the passphrase's price (tests use a low one).

    `registries` are files of known issuers for this run, besides those the person added. `rules`
    are those of this computer unless they are handed in.
    """
    from wallet.app import Wallet
    from wallet.keychain import SystemKeychain
    from wallet.preferences import load
    from wallet.ways import steady

    if documents is not None and not documents.is_dir():
        raise WalletError(Code.FILE_UNREADABLE)
    rules = rules if rules is not None else rules_here()
    store = _VaultFacts()
    lists = _started(start, rules).paths(rules, paths).lists
    known, rules = _known(rules, lists, registries, store.trusted)
    start = _started(start, rules)
    paths = start.paths(rules, paths)
    preferences = load(paths.preferences)
    outside = Outside(offline=offline or preferences.offline, documents=documents, store=store)
    checks = Verifier(outside, policy=known, clock=clock)
    app = App(
        paths=paths,
        preferences=preferences,
        outside=outside,
        clock=clock,
        make_wallet=lambda verifier: Wallet(
            verifier,
            clock=clock,
            cost=cost,
            keychain=SystemKeychain(),
            rules=rules,
            moment=steady if clock is now else None,  # a clock that is handed in is the only one
        ),
        verifier=checks,
        known=known,
        rules=rules,
        start=start,
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
