"""What whoever looks after this computer set for the wallet: one file, read once, asked in one way.

The file is docs/policy.md's. It restricts this program and nothing else: whoever may run another
one is held by the computer itself. A file that is there and cannot be understood whole holds the
strictest rules (`Rules.strictest`): an administrator who meant something is never ignored. What is
read here never says anything about a person.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Final

from wallet.crypto import strictjson
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.model import Json
from wallet.policy_file import standard_path

VERSION = 1
# A page of settings and some file names; a megabyte of them is not what anybody wrote by hand.
LIMITS: Final = strictjson.Limits(size=64 * 1024, depth=4, values=1000)
MAX_REGISTRIES = 50  # as many as a person may add; each costs its reading at every start
MAX_LANGUAGES = 50
MAX_PATH_CHARS = 4096  # PATH_MAX of Linux, the longest of the platforms'
MAX_NAME_CHARS = 100  # it stands in a line of the settings
IDLE_MINUTES: Final = range(1, 61)  # an hour is the longest a person may choose themselves
SESSION_MINUTES: Final = range(5, 12 * 60 + 1)  # time to warn before the end; a day's opening hours

STRICT_IDLE = 5
STRICT_SESSION = 60

_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Rules:
    """What is set for everybody on this computer. As it is made here, nothing is.

    `problem` is why the file could not be understood; the strictest rules hold then.
    """

    organisation: str = ""  # who set them, as people call it
    idle_minutes: int | None = None  # locked after so long at the latest
    session_minutes: int | None = None  # a guest session ends after so long at the latest
    guest_only: bool = False  # nobody's wallet stays here
    shared_machine: bool = False  # no keychain, nothing remembered about anybody
    page: str | None = None  # the check page that links open
    app_page: str | None = None  # where people get the app, for the sheet they take home
    registries: tuple[Path, ...] = ()  # lists of known issuers, besides those shipped
    only_these_registries: bool = False  # and no others: none shipped, added or on the web
    languages: tuple[str, ...] = ()  # those offered, the usual one first; empty: all
    backups: bool = True  # whether backups are made other than where the person says, or at all
    backup_folder: Path | None = None  # where they go, and nowhere else
    problem: WalletError | None = None

    @property
    def shared(self) -> bool:
        """Whether several people use this computer, as far as whoever looks after it said."""
        return self.shared_machine or self.guest_only

    def sets(self, name: str) -> bool:
        """Whether the rule of this name is set, and so not the person's to choose."""
        return bool(getattr(self, name) != _NOTHING[name])

    def lock_after(self, minutes: int) -> int:
        """Return after how many minutes without anybody there the wallet locks."""
        return min(minutes, self.idle_minutes or minutes)

    def minutes_offered(self, usual: tuple[int, ...]) -> tuple[int, ...]:
        """Return those of the usual minutes that may be chosen, and the most that may be."""
        most = self.idle_minutes
        if most is None:
            return usual
        return tuple(sorted({n for n in usual if n < most} | {most}))

    def language(self, wanted: str) -> str:
        """Return the language to speak where `wanted` would be spoken otherwise."""
        if not self.languages or wanted in self.languages:
            return wanted
        return self.languages[0]

    @classmethod
    def strictest(cls, problem: WalletError) -> Rules:
        """Return what holds while nobody knows what was meant."""
        return cls(
            idle_minutes=STRICT_IDLE,
            session_minutes=STRICT_SESSION,
            guest_only=True,
            shared_machine=True,
            only_these_registries=True,
            backups=False,
            problem=problem,
        )


_NOTHING: Final = {field.name: getattr(Rules(), field.name) for field in fields(Rules)}


def load(path: Path | None = None) -> Rules:
    """Return the rules of this computer, or of the file at `path`. Never raises.

    No file sets nothing. One that cannot be read or understood sets the strictest.
    """
    path = path or standard_path()
    try:
        with path.open("rb") as file:
            data = file.read(LIMITS.size + 1)
    except (FileNotFoundError, NotADirectoryError):
        if path.is_symlink():  # what it leads to, on a share maybe, is not there yet
            return Rules.strictest(WalletError(Code.RULES_UNREADABLE, path=str(path)))
        return Rules()
    except OSError:
        return Rules.strictest(WalletError(Code.RULES_UNREADABLE, path=str(path)))
    try:
        return read(data)
    except WalletError as error:
        part = str(error.facts.get("part", ""))
        return Rules.strictest(WalletError(Code.RULES_UNREADABLE, path=str(path), part=part))


def read(data: bytes) -> Rules:
    """Return the rules a policy file spells, each of its members understood.

    Raises `MalformedError` for what is wrong or not known, `UnsupportedError` for a later version.
    """
    stored = strictjson.parse_object(data, LIMITS)
    version = stored.pop("version", None)
    if type(version) is not int or version < 1:
        raise MalformedError(Code.RULES_UNREADABLE, part="version")
    if version > VERSION:
        raise UnsupportedError(Code.RULES_UNREADABLE, part="version")
    found: dict[str, Any] = {}
    for name, value in stored.items():
        if name not in _READERS:
            raise MalformedError(Code.RULES_UNREADABLE, part=name[:MAX_NAME_CHARS])
        found |= _READERS[name](value, name)
    return Rules(**found)


def _bad(name: str) -> MalformedError:
    return MalformedError(Code.RULES_UNREADABLE, part=name)


def _flag(value: Json, name: str) -> dict[str, Any]:
    if not isinstance(value, bool):
        raise _bad(name)
    return {name: value}


def _minutes(allowed: range) -> Callable[[Json, str], dict[str, Any]]:
    def reader(value: Json, name: str) -> dict[str, Any]:
        if type(value) is not int or value not in allowed:
            raise _bad(name)
        return {name: value}

    return reader


def _organisation(value: Json, name: str) -> dict[str, Any]:
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_NAME_CHARS:
        raise _bad(name)
    if not value.isprintable():
        raise _bad(name)
    return {name: value.strip()}


def _page(value: Json, name: str) -> dict[str, Any]:
    from wallet.share import page as share_page  # a check from the command line needs none of it

    if not isinstance(value, str):
        raise _bad(name)
    try:
        return {name: share_page.address(value)}
    except WalletError as error:
        raise _bad(name) from error


def _languages(value: Json, name: str) -> dict[str, Any]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_LANGUAGES:
        raise _bad(name)
    for one in value:
        if not isinstance(one, str) or not _LANGUAGE.fullmatch(one):
            raise _bad(name)
    return {name: tuple(dict.fromkeys(str(one) for one in value))}


def _registries(value: Json, name: str) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not set(value) <= {"files", "only"}:
        raise _bad(name)
    files, only = value.get("files", []), value.get("only", False)
    if not isinstance(files, list) or len(files) > MAX_REGISTRIES or not isinstance(only, bool):
        raise _bad(name)
    return {
        "registries": tuple(_path(one, name) for one in files),
        "only_these_registries": only,
    }


def _backups(value: Json, name: str) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"backups": value}
    return {"backup_folder": _path(value, name)}


def _path(value: Json, name: str) -> Path:
    """Return an absolute path; a relative one would mean another place at each start."""
    if not isinstance(value, str) or len(value) > MAX_PATH_CHARS or not value.isprintable():
        raise _bad(name)
    kind = PureWindowsPath if os.name == "nt" else PurePosixPath
    if not kind(value).is_absolute():
        raise _bad(name)
    return Path(value)


_READERS: Final[Mapping[str, Callable[[Json, str], dict[str, Any]]]] = {
    "organisation": _organisation,
    "idle_minutes": _minutes(IDLE_MINUTES),
    "session_minutes": _minutes(SESSION_MINUTES),
    "guest_only": _flag,
    "shared_machine": _flag,
    "page": _page,
    "app_page": _page,
    "registries": _registries,
    "languages": _languages,
    "backups": _backups,
}


def spoken(rules: Rules, known: Mapping[str, str]) -> Rules:
    """Return the rules with only the languages this version speaks; all, where it speaks none."""
    return replace(rules, languages=tuple(one for one in rules.languages if one in known))
