"""What this computer remembers between starts: nothing secret, nothing about anybody's records."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from wallet import vaults
from wallet.errors import Code, WalletError
from wallet.vaults import KnownVault

DEFAULT_PAGE = "https://check.ler-wallet.example/"  # reserved name (RFC 2606): a stand-in
THEMES = ("system", "light", "dark")
TEXT_SCALES = (100, 125, 150, 175, 200)  # percent
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


def load(path: Path | None) -> Preferences:
    """Read preferences; whatever is absent, damaged or out of range falls back to its default."""
    if path is None:
        return Preferences()
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return Preferences()
        stored = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return Preferences()
    if not isinstance(stored, dict):
        return Preferences()
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
            Path(name).replace(path)
        except OSError:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as err:
        raise WalletError(Code.FILE_UNWRITABLE) from err
