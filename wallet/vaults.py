"""The wallets that this computer knows of: where their files lie, and what the door calls them.

Nothing of what is in a wallet is known here. The door calls it "Wallet 2" unless somebody gave it
another name; whose it is stands there only once they allowed it, and goes when they take it back.

The list is read without looking where its files lie: a share on the network that does not answer
holds up whoever asks it. `is_there` asks.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

MAX_KNOWN = 50  # wallets remembered; the one not used for longest is forgotten, not erased
MAX_NAME = 80  # characters of a name at the door
_MAX_PATH = 4096  # PATH_MAX of Linux; longer than on any other system


@dataclass(frozen=True, slots=True)
class KnownVault:
    """One wallet of the list, which has the last used first."""

    path: str
    number: int
    name: str = ""  # what somebody called it, for the door
    person: str = ""  # whose it is, where they allowed the door to say it
    real: str = ""  # where its file lay when it was used last, if `path` leads there by a link


def read(stored: object) -> tuple[KnownVault, ...]:
    """Return the list that a file of preferences holds, without what in it is damaged."""
    found: dict[str, KnownVault] = {}
    for one in stored if isinstance(stored, list) else ():
        known = _read_one(one)
        if known is not None and len(found) < MAX_KNOWN:
            found.setdefault(known.path, known)
    taken = set[int]()
    for path, known in found.items():
        if known.number in {*taken, 0}:
            others = {one.number for one in found.values()}
            found[path] = known = replace(known, number=_free(others | taken))
        taken.add(known.number)
    return tuple(found.values())


def _read_one(one: object) -> KnownVault | None:
    if not isinstance(one, dict):
        return None
    path, number = one.get("path"), one.get("number")
    if not isinstance(path, str) or not 0 < len(path) <= _MAX_PATH or "\0" in path:
        return None
    if type(number) is not int or not 0 < number <= MAX_KNOWN:
        number = 0  # given anew
    texts = {key: one.get(key) for key in ("name", "person")}
    names = {key: as_name(text) if isinstance(text, str) else "" for key, text in texts.items()}
    real = one.get("real")
    if not isinstance(real, str) or len(real) > _MAX_PATH or "\0" in real:
        real = ""
    return KnownVault(path, number, **names, real=real)


def as_name(text: str) -> str:
    """Return a name as it is kept: one line, no longer than can be shown."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:MAX_NAME].strip()


def _free(taken: set[int]) -> int:
    return next(n for n in range(1, len(taken) + 2) if n not in taken)


class Host(Protocol):
    """What the list needs of the application."""

    @property
    def remembers(self) -> bool:
        """Whether anything may be remembered on this computer."""
        ...

    @property
    def known_vaults(self) -> tuple[KnownVault, ...]:
        """What is remembered."""
        ...

    @property
    def usual_path(self) -> Path:
        """The wallet used where none is named."""
        ...

    def found_at(self, remembered: str) -> Path:
        """Return where a remembered place is now."""
        ...

    def prefer(self, **changes: object) -> None:
        """Write something down."""
        ...

    def changing(self) -> AbstractContextManager[None]:
        """Keep others from changing what is remembered, which is as they left it."""
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """One wallet as the door shows it."""

    known: KnownVault
    path: Path

    @property
    def spellings(self) -> set[str]:
        """Return the names that are known for its file."""
        return {_spelled(one) for one in (self.path, self.known.real) if str(one)}


class Vaults:
    """The list of wallets, and what a person does with it. Files are never touched."""

    def __init__(self, app: Host, to_remember: Callable[[Path], str | None]) -> None:
        self._app, self._to_remember = app, to_remember

    def listed(self) -> list[Listed]:
        """Return every wallet known here once; the last used first."""
        app, seen, found = self._app, set[str](), list[Listed]()
        known = list(app.known_vaults) if app.remembers else []
        if not known and is_there(app.usual_path):  # before anything was written
            known = [KnownVault(str(app.usual_path), 1)]
        for one in known:
            path = app.found_at(one.path)
            if (spelled := _spelled(path)) not in seen:
                seen.add(spelled)
                found.append(Listed(one, path))
        return found

    def find(self, path: Path) -> Listed | None:
        """Return what is known of a wallet; None where it is not in the list."""
        return next((one for one in self.listed() if _spelled(path) in one.spellings), None)

    def _those(self, path: Path) -> list[Listed]:
        """Return what is known of a wallet whose file was just opened, however it is named."""
        spellings = {_spelled(path), _real(path)}
        return [one for one in self.listed() if one.spellings & spellings]

    def use(self, path: Path) -> None:
        """Remember a wallet as the one used last."""
        place = self._to_remember(path)
        if not self._app.remembers or place is None:
            return
        with self._app.changing():
            self._use(path, place)

    def _use(self, path: Path, place: str) -> None:
        before = [one.known for one in self.listed()]
        same = [one.known for one in self._those(path)]
        usual = not self._app.known_vaults and _spelled(path) == _spelled(self._app.usual_path)
        if usual and before == same:
            return  # the usual wallet and no other: nothing needs to be written
        found = same[0] if same else KnownVault(place, _free({one.number for one in before}))
        first = replace(found, path=place, real=_behind(path, place))
        self._write([first, *(one for one in before if one not in same)])

    def add(self, path: Path) -> None:
        """Remember a wallet that is not the one used from now on, unless it is the first."""
        place = self._to_remember(path)
        if not self._app.remembers or place is None:
            return
        with self._app.changing():
            if self._those(path):
                return
            known = [one.known for one in self.listed()]
            number = _free({one.number for one in known})
            new = KnownVault(place, number, real=_behind(path, place))
            self._write([*known[:1], new, *known[1:]])

    def forget(self, path: Path) -> None:
        """Take a wallet off the list. Its file stays as it is."""
        with self._app.changing():
            gone = self.find(path)
            if gone is not None:
                self._write([one.known for one in self.listed() if one.known != gone.known])

    def rename(self, path: Path, name: str) -> None:
        """Call a wallet so at the door; "" for its number."""
        self._change(path, name=as_name(name))

    def show_person(self, path: Path, person: str) -> None:
        """Say at the door whose wallet it is, or no longer: ""."""
        self._change(path, person=as_name(person))

    def _change(self, path: Path, **changes: str) -> None:
        with self._app.changing():
            changed = self.find(path)
            if changed is None or not self._app.remembers:
                return
            made, known = replace(changed.known, **changes), self.listed()  # type: ignore[arg-type]
            self._write([made if one.known == changed.known else one.known for one in known])

    def _write(self, known: Sequence[KnownVault]) -> None:
        if self._app.remembers:
            first = str(self._app.found_at(known[0].path)) if known else None
            self._app.prefer(vaults=tuple(known[:MAX_KNOWN]), vault=first)

    def free_place(self, usual: Path) -> Path:
        """Return where a further wallet can be made beside the usual one."""
        place, number = usual, 1
        while os.path.lexists(place):
            number += 1
            place = usual.with_stem(f"{usual.stem}-{number}")
        return place


def _spelled(path: Path | str) -> str:
    """Return one spelling of a name, without looking at what it names."""
    return os.path.normcase(os.path.abspath(path))  # noqa: PTH100 - Path keeps `..`


def _real(path: Path) -> str:
    """Return where a file lies in truth."""
    try:
        return os.path.normcase(os.path.realpath(path))
    except (OSError, ValueError):  # a loop of links
        return _spelled(path)


def _behind(path: Path, place: str) -> str:
    """Return where a link leads; "" for no link, and for what is looked up in a moving folder."""
    return _real(path) if Path(place).is_absolute() and _real(path) != _spelled(path) else ""


def is_there(path: Path) -> bool:
    """Say whether a wallet's file is there. Asks the disk, which may take as long as it likes."""
    try:
        return path.is_file()
    except OSError:  # a folder that may not be looked into
        return False
