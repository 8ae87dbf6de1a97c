"""The lists of known issuers in use: shipped ones, files the person added, and those on the web.

`KnownIssuers` gives the policy of the moment. What it keeps lies in one folder of the app's data: a
copy of every file added, so that a moved file takes nobody's trust away; which lists are switched
off; and the keys that trust anchors were first seen with. None of it is about the person's records.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from wallet import outputs, trust
from wallet.alone import alone
from wallet.errors import Code, WalletError
from wallet.formats import registry
from wallet.ports import Resolver
from wallet.verify import Kind, Pin, Policy, Source, Trusted, federation, listed

MAX_ADDED = 50  # files a person added; each costs its reading at every start
MAX_STATE_BYTES = 256 * 1024
MAX_ANCHORS = 100
STATE = "lists.json"
DAMAGED = "lists-damaged.json"

_NOBODY: Mapping[str, Trusted] = {}


@dataclass(frozen=True, slots=True)
class KnownList:
    """One list of issuers as people see it in the settings.

    `id` names it to `switch`, `remove` and `accept`. `issuers` is None where a list is asked about
    one issuer at a time. `problem` says why it could not be read.
    """

    id: str
    name: str
    test: bool = False
    on: bool = True
    added: bool = False  # from a file the person added
    web: bool = False
    new: bool = False  # named by a catalogue, not by this version of the app
    updated: date | None = None  # the list's own date
    read_at: datetime | None = None
    issuers: int | None = None
    problem: WalletError | None = None

    @property
    def changed(self) -> bool:
        """Whether it is signed with another key than before, which the person may accept."""
        return self.problem is not None and self.problem.code is Code.ANCHOR_CHANGED


@dataclass(frozen=True, slots=True)
class _Added:
    id: str
    registry: registry.Registry | None
    problem: WalletError | None
    name: str


class KnownIssuers:
    """Gives the policy of the moment, and changes what it is made of. For several threads."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        base: Policy | None = None,
        files: Iterable[Path] = (),
        own: Callable[[], Mapping[str, Trusted]] | None = None,
        only_files: bool = False,
    ) -> None:
        """Use what `folder` keeps, and for this run only the registry `files`.

        `own` gives the issuers the person trusts. With `only_files` those files are all that
        counts, and nobody changes that; samples are still told as such. Raises `WalletError` for
        a file that cannot be read: whoever names one means it.
        """
        self._base = base or replace(trust.policy(), catalogues=trust.catalogues())
        self.fixed = only_files
        if only_files:
            samples = {i: one for i, one in self._base.trusted.items() if one.sample}
            self._base = replace(self._base, trusted=samples, catalogues=())
            folder, own = None, None
        self._folder = folder
        self._own = own or (lambda: _NOBODY)
        self._turn = threading.RLock()
        self._for_now: list[registry.Registry] = []
        self.use_for_now(files)
        self._state = _State.load(folder)
        self._undone: list[Callable[[_State], object]] = []  # to be written yet
        self._added = self._load_added()
        self._made: tuple[Policy, Mapping[str, Trusted]] | None = None

    def __call__(self) -> Policy:
        """Return the policy of the moment."""
        with self._turn:
            made, listed = self._made = self._made or self._policy()
        # The person's own is never kept here: it goes when the wallet is locked.
        own = {issuer: one for issuer, one in self._own().items() if issuer not in listed}
        return replace(made, trusted={**made.trusted, **own}) if own else made

    def _policy(self) -> tuple[Policy, Mapping[str, Trusted]]:
        """Return the policy without the person's own trust, and what that cannot change.

        A shipped sample is a sample whatever a file says, and a test list hides no other.
        """
        lists = list(self._for_now)
        lists += [a.registry for a in self._added if a.registry and a.id not in self._state.off]
        tests = {i: k for one in lists if one.test for i, k in trust.entries(one).items()}
        added = {i: k for one in lists if not one.test for i, k in trust.entries(one).items()}
        listed = {**added, **self._base.trusted}
        off = frozenset(self._state.off)
        unread = tuple(a.name for a in self._added if not a.registry and a.id not in off)
        trusted = {**tests, **listed}
        made = replace(self._base, trusted=trusted, off=off, unread=unread, anchors=self)
        return made, listed

    # Files the person adds

    def use_for_now(self, files: Iterable[Path]) -> None:
        """Use registry files too, until the program ends."""
        with self._turn:
            self._for_now += [_read(data, path) for path, data in _contents(files)]
            self._made = None

    def add(self, path: Path, *, now: datetime) -> KnownList:
        """Keep a copy of a registry file and use it from now on."""
        self._may_change()
        if self._folder is None:
            raise WalletError(Code.FILE_UNWRITABLE)
        ((_, data),) = _contents([path])
        found = _read(data, path)
        with self._turn:
            if len(self._added) >= MAX_ADDED:
                raise WalletError(Code.TOO_MANY_REGISTRIES)
            one = _id(data)
            _make(self._folder)
            outputs.write(data, self._folder / f"{one}.json", replace=True)
            self._change(lambda state: state.add(one, path.stem[:100], now))
            self._added = self._load_added()
        return _of_added(_Added(one, found, None, found.name), self._state)

    def remove(self, list_id: str) -> None:
        """Forget a list that the person added."""
        self._may_change()
        with self._turn:
            if self._folder is None or all(list_id != one.id for one in self._added):
                return
            try:
                (self._folder / f"{list_id}.json").unlink(missing_ok=True)
            except OSError as error:
                raise WalletError(Code.FILE_UNWRITABLE) from error
            self._change(lambda state: state.remove(list_id))
            self._added = self._load_added()

    def switch(self, list_id: str, *, on: bool) -> None:
        """Use a list, or no longer."""
        self._may_change()
        with self._turn:
            self._change(lambda state: state.switch(list_id, on=on))

    def _may_change(self) -> None:
        if self.fixed:
            raise WalletError(Code.SET_BY_ORGANISATION)

    def _load_added(self) -> list[_Added]:
        if self._folder is None or not self._folder.is_dir():
            return []
        found = []
        for path in sorted(self._folder.glob("*.json"))[: MAX_ADDED + 2]:
            if path.name in {STATE, DAMAGED}:
                continue
            name = str(self._state.files.get(path.stem, {}).get("name") or path.stem)
            try:
                ((_, data),) = _contents([path])
                one = registry.read(data, name=name)
                found.append(_Added(path.stem, one, None, one.name))
            except WalletError as error:
                found.append(_Added(path.stem, None, error, name))
        return found

    def _change(self, act: Callable[[_State], object]) -> None:
        """Do something to what is kept as it is by now, whatever another window did to it.

        What cannot be written counts for this window, and is done again at the next change.
        """
        self._undone.append(act)
        with alone(self._folder / STATE) if self._folder is not None else nullcontext():
            self._state = _State.read(self._folder) or self._state
            self._made = None
            for one in self._undone:
                one(self._state)
            self._state.save(self._folder)
            self._undone.clear()

    # Trust anchors (`wallet.verify.policy.Anchors`)

    def pin(self, anchor: str) -> Pin | None:
        """Return what an anchor was known by."""
        with self._turn:
            return self._state.anchors.get(anchor)

    def remember(self, anchor: str, pin: Pin) -> None:
        """Know an anchor by these keys from now on; for this run only where nothing can be kept."""
        with self._turn:
            if len(self._state.anchors) < MAX_ANCHORS or anchor in self._state.anchors:
                with suppress(WalletError):
                    self._change(lambda state: state.anchors.update({anchor: pin}))

    def accept(self, list_id: str) -> None:
        """Take whatever key the anchor of this list signs with next: the person said so."""
        with self._turn:
            anchor = federation.anchor_of(list_id)
            self._change(lambda state: state.anchors.pop(anchor, None))

    # What the settings show

    def lists(self) -> list[KnownList]:
        """Return every list that can be told of without asking anybody; the web's are unread."""
        with self._turn:
            shipped = [_of_registry(one.name, one) for one in trust.shipped()]
            added = [_of_added(one, self._state) for one in self._added]
            web = [self._on_web(s) for c in self._base.catalogues for s in c.sources]
        return [*added, *web, *shipped]

    def survey(self, resolver: Resolver, *, now: datetime) -> list[KnownList]:
        """Return every list, those on the web read (or the reason why not). Asks about nobody."""
        sources = listed.in_use(replace(self(), off=frozenset()), resolver)
        web = [self._surveyed(source, resolver, now) for source in sources]
        return (
            [one for one in self.lists() if one.added]
            + web
            + [one for one in self.lists() if not one.added and not one.web]
        )

    def _on_web(self, source: Source) -> KnownList:
        on = source.url not in self._state.off
        return KnownList(source.url, source.name, test=source.test, new=source.new, on=on, web=True)

    def _surveyed(self, source: Source, resolver: Resolver, now: datetime) -> KnownList:
        shown = self._on_web(source)
        if not shown.on:
            return shown
        try:
            if source.kind is Kind.FEDERATION:
                skew = self._base.clock_skew
                anchor = federation.read_anchor(
                    source.url, resolver, now=now, skew=skew, anchors=self
                )
                return replace(shown, read_at=anchor.read_at)
            fact = resolver.fetch(source.url)
            found = registry.read_dcc(fact.body)
        except WalletError as error:
            return replace(shown, problem=error)
        return replace(
            shown, read_at=fact.read_at, updated=found.updated, issuers=len(found.issuers)
        )


def _of_registry(list_id: str, one: registry.Registry) -> KnownList:
    test = one.test or all(entry.sample for entry in one.issuers.values())
    return KnownList(list_id, one.name, test=test, updated=one.updated, issuers=len(one.issuers))


def _of_added(one: _Added, state: _State) -> KnownList:
    on = one.id not in state.off
    if one.registry is None:
        return KnownList(one.id, one.name, on=on, added=True, problem=one.problem)
    return replace(_of_registry(one.id, one.registry), on=on, added=True)


# What is kept ----------------------------------------------------------------------------------


@dataclass(slots=True)
class _State:
    """What is kept beside the files themselves."""

    off: set[str]
    files: dict[str, dict[str, str]]
    anchors: dict[str, Pin]

    @classmethod
    def load(cls, folder: Path | None) -> _State:
        """Read what was kept. A damaged file is put aside, so that nothing writes over it."""
        found = cls.read(folder)
        if found is None and folder is not None and (folder / STATE).exists():
            with suppress(OSError):
                (folder / STATE).replace(folder / DAMAGED)
        return found or cls(set(), {}, {})

    @classmethod
    def read(cls, folder: Path | None) -> _State | None:
        """Read what is kept by now; None where there is nothing, or nothing that can be read."""
        if folder is None:
            return None
        try:
            ((_, data),) = _contents([folder / STATE], limit=MAX_STATE_BYTES)
            return cls._of(json.loads(data))
        except (WalletError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    @classmethod
    def _of(cls, stored: dict[str, Any]) -> _State:
        return cls(
            {str(one) for one in stored["off"]},
            {str(k): {str(n): str(v) for n, v in f.items()} for k, f in stored["files"].items()},
            {
                str(anchor): Pin(
                    frozenset(str(key) for key in pin["keys"]),
                    datetime.fromisoformat(pin["since"]),
                )
                for anchor, pin in stored["anchors"].items()
            },
        )

    def add(self, list_id: str, name: str, now: datetime) -> None:
        """Note a file that the person added."""
        self.files[list_id] = {"name": name, "added": now.isoformat()}
        self.off.discard(list_id)

    def remove(self, list_id: str) -> None:
        """Note nothing of a file any more."""
        self.files.pop(list_id, None)
        self.off.discard(list_id)

    def switch(self, list_id: str, *, on: bool) -> None:
        """Note whether a list is used."""
        (self.off.discard if on else self.off.add)(list_id)

    def save(self, folder: Path | None) -> None:
        """Write it in one step."""
        if folder is None:
            return
        _make(folder)
        stored = {
            "off": sorted(self.off),
            "files": self.files,
            "anchors": {
                anchor: {"keys": sorted(pin.keys), "since": pin.since.isoformat()}
                for anchor, pin in self.anchors.items()
            },
        }
        outputs.write(json.dumps(stored, indent=1).encode(), folder / STATE, replace=True)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise WalletError(Code.FILE_UNWRITABLE) from error


def _contents(
    paths: Iterable[Path], *, limit: int = registry.MAX_BYTES
) -> list[tuple[Path, bytes]]:
    return [(path, _content(path, limit)) for path in paths]


def _content(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise WalletError(Code.FILE_UNREADABLE) from error
    if len(data) > limit:
        raise WalletError(Code.BAD_REGISTRY, part=path.name[:80])
    return data


def _read(data: bytes, path: Path) -> registry.Registry:
    return registry.read(data, name=path.stem[:100])


def _id(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
