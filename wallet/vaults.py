"""The wallets that this computer knows of: where their files lie, and what the door calls them.

Nothing of what is in a wallet is known here. The door calls it "Wallet 2" unless somebody gave it
another name; whose it is stands there only once they allowed it, and goes when they take it back.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
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
    return KnownVault(path, number, **names)


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
    def vault_path(self) -> Path:
        """The wallet used where none is named."""
        ...

    def found_at(self, remembered: str) -> Path:
        """Return where a remembered place is now."""
        ...

    def prefer(self, **changes: object) -> None:
        """Write something down."""
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """One wallet as the door shows it."""

    known: KnownVault
    path: Path
    is_there: bool  # its file may be on a stick that was taken out


class Vaults:
    """The list of wallets, and what a person does with it. Files are never touched."""

    def __init__(self, app: Host, to_remember: Callable[[Path], str | None]) -> None:
        self._app, self._to_remember = app, to_remember

    def listed(self) -> list[Listed]:
        """Return every wallet known here once, however it was named; the last used first."""
        app, seen, found = self._app, set[str](), list[Listed]()
        known = list(app.known_vaults) if app.remembers else []
        if not known and _is_there(app.vault_path):  # the usual place, before anything was written
            known = [KnownVault(str(app.vault_path), 1)]
        for one in known:
            path = app.found_at(one.path)
            if (same := _same(path)) not in seen:
                seen.add(same)
                found.append(Listed(one, path, _is_there(path)))
        return found

    def find(self, path: Path) -> Listed | None:
        """Return what is known of a wallet; None where it is not in the list."""
        return next((one for one in self.listed() if _same(one.path) == _same(path)), None)

    def use(self, path: Path) -> None:
        """Remember a wallet as the one used last."""
        place = self._to_remember(path)
        if not self._app.remembers or place is None:
            return
        before, known = [one.known for one in self.listed()], self.find(path)
        if known is not None and not self._app.known_vaults and before == [known.known]:
            return  # the usual wallet and no other: nothing needs to be written
        if known is None:
            first = KnownVault(place, _free({one.number for one in before}))
        else:
            first = replace(known.known, path=place)
        rest = [one for one in before if known is None or one != known.known]
        self._write([first, *rest])

    def forget(self, path: Path) -> None:
        """Take a wallet off the list. Its file stays as it is."""
        gone = self.find(path)
        self._write([one.known for one in self.listed() if gone is None or one.known != gone.known])

    def rename(self, path: Path, name: str) -> None:
        """Call a wallet so at the door; "" for its number."""
        self._change(path, name=as_name(name))

    def show_person(self, path: Path, person: str) -> None:
        """Say at the door whose wallet it is, or no longer: ""."""
        self._change(path, person=as_name(person))

    def _change(self, path: Path, **changes: str) -> None:
        changed = self.find(path)
        if changed is None or not self._app.remembers:
            return
        made = replace(changed.known, **changes)  # type: ignore[arg-type]
        self._write([made if one.known == changed.known else one.known for one in self.listed()])

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


def _same(path: Path) -> str:
    """Return one spelling for all the ways to name a file."""
    try:
        return os.path.normcase(os.path.realpath(path))
    except (OSError, ValueError):  # a loop of links
        return os.path.normcase(path)


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder that may not be looked into
        return False
