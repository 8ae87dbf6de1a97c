"""What this computer remembers between starts: nothing secret, nothing about anybody's records."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from wallet import outputs, vaults
from wallet.alone import alone
from wallet.errors import Code, WalletError
from wallet.vaults import KnownVault

DEFAULT_PAGE = "https://check.ler-wallet.example/"  # reserved name (RFC 2606): a stand-in
THEMES = ("system", "light", "dark")
TEXT_SCALES = (100, 125, 150, 175, 200)  # percent
_OF_THE_LIST = ("vault", "vaults")
MAX_FILE_BYTES = 4 * 1024 * 1024  # room for every wallet of the list, at the longest paths


@dataclass(frozen=True, slots=True)
class Paths:
    """Where this person's files lie on this computer.

    Without a file of preferences nothing is remembered between starts, whatever it is about.
    """

    vault: Path
    preferences: Path | None

    @property
    def lists(self) -> Path | None:
        """The folder of what the person chose about lists of known issuers."""
        return self.vault.parent / "issuers" if self.preferences is not None else None

    @classmethod
    def portable(cls, folder: Path) -> Paths:
        """Return the places in one folder that travels with the program."""
        return cls(vault=folder / "wallet.ler", preferences=folder / "preferences.json")

    def forgetful(self) -> Paths:
        """Return the same places, with nothing remembered."""
        return replace(self, preferences=None)

    @classmethod
    def standard(cls) -> Paths:
        """Return the platform's usual places."""
        from platformdirs import user_config_path, user_data_path

        return cls(
            vault=user_data_path("ler-wallet", appauthor=False) / "wallet.ler",
            preferences=user_config_path("ler-wallet", appauthor=False) / "preferences.json",
        )


@dataclass(frozen=True, slots=True)
class Preferences:
    """The settings of the app on this computer."""

    vault: str | None = None  # None: the standard place
    language: str | None = None  # None: the system's
    theme: str = "system"
    text_scale: int = 100
    page: str = DEFAULT_PAGE
    offline: bool = False
    vaults: tuple[KnownVault, ...] = ()  # the last used first

    def changed(self, **changes: object) -> Preferences:
        """Return a copy with `changes`."""
        return replace(self, **changes)  # type: ignore[arg-type]


class Remembered:
    """The preferences of this computer, which other windows of the app change too.

    `now` is how they were when this window read or changed them last.
    """

    def __init__(self, path: Path | None, now: Preferences) -> None:
        self._path, self.now = path, now
        self._turn = threading.RLock()
        self._held = False
        self._unkept: dict[str, object] = {}  # chosen in this window, and not to be written down

    def reread(self) -> None:
        """Read them anew; where there is nothing to read, they stay as they are."""
        if self._path is not None:
            with self._turn:
                self.now = (_read(self._path) or self.now).changed(**self._unkept)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Read them anew and keep other windows from changing them meanwhile."""
        with self._turn:
            if self._held or self._path is None:
                yield
                return
            with alone(self._path):
                self._held = True
                try:
                    self.reread()
                    yield
                finally:
                    self._held = False

    def change(self, **changes: object) -> None:
        """Change some of them and leave the others as they were written last.

        Raises FILE_UNWRITABLE; what was changed holds for this window all the same.
        """
        with self.changing():
            self.now = self.now.changed(**changes)
            settings = {name: one for name, one in changes.items() if name not in _OF_THE_LIST}
            self._unkept.update(settings)
            save(self.now, self._path)
            self._unkept.clear()


def load(path: Path | None) -> Preferences:
    """Read preferences; whatever is absent, damaged or out of range falls back to its default."""
    return (_read(path) if path is not None else None) or Preferences()


def _read(path: Path) -> Preferences | None:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return None
        stored = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(stored, dict):
        return None
    known = {f.name: stored[f.name] for f in fields(Preferences) if _fits(f.name, stored)}
    known["vaults"] = vaults.read(stored.get("vaults"))
    return Preferences(**known)


def _fits(name: str, stored: dict[str, object]) -> bool:
    if name not in stored or name == "vaults":
        return False
    value = stored[name]
    if name == "theme":
        return value in THEMES
    if name == "text_scale":
        return type(value) is int and value in TEXT_SCALES
    if name == "offline":
        return isinstance(value, bool)
    if name == "page":
        return isinstance(value, str) and len(value) <= 2000
    if name == "vault" and isinstance(value, str):
        return _is_a_name(value)
    return value is None or isinstance(value, str)


def _is_a_name(text: str) -> bool:
    """Say whether the system can have a file of that name."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def save(preferences: Preferences, path: Path | None) -> None:
    """Write preferences in one step: the old file stays whole until the new one is."""
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".preferences-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(asdict(preferences), file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            outputs.put(Path(name), path)
        except OSError:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as err:
        raise WalletError(Code.FILE_UNWRITABLE) from err
