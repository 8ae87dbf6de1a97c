"""Where this start of the program keeps what it keeps: at home, beside itself, or nowhere.

A file named `ler-wallet.portable` beside the program means that everything lies in one folder
beside it, on whatever stick that is; then nothing is ever looked for, or written, in a home
directory. A guest's wallet lies where the guest says, or in memory; nothing else is kept at all.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from wallet.administration import Rules
from wallet.preferences import Paths

MARKER = "ler-wallet.portable"
DATA = "ler-wallet-data"


@dataclass(frozen=True, slots=True)
class Start:
    """How the program was started: as a guest's, with which wallet, and from which folder."""

    guest: bool = False
    vault: Path | None = None  # named by whoever started it
    portable: Path | None = None  # the folder that everything lies in

    @property
    def leaves_nothing(self) -> bool:
        """Whether nothing may be written on this computer outside what the person names."""
        return self.guest or self.portable is not None

    def paths(self, rules: Rules, usual: Paths | None = None) -> Paths:
        """Return where things lie."""
        if self.guest:
            from wallet.storage import memory  # with the database, which a check needs not

            return Paths(vault=self.vault or memory.new_path(), preferences=None)
        if self.portable is not None:
            found = Paths.portable(self.portable)
        else:
            found = usual or Paths.standard()
        return found.forgetful() if rules.shared else found


def program_folder() -> Path:
    """Return the folder that the program lies in, as a person sees it."""
    image = _own_image()
    if image is not None:
        return image.parent
    if getattr(sys, "frozen", False):
        folder = Path(sys.executable).resolve().parent
        bundle = next((one for one in folder.parents if one.suffix == ".app"), None)
        return bundle.parent if bundle is not None else folder
    return Path(sys.argv[0]).resolve().parent


def _own_image() -> Path | None:
    """Return the AppImage that this program runs from: one file, which is mounted elsewhere.

    What its runtime says of it is handed on to every program that is started from one.
    """
    named, mounted = os.environ.get("APPIMAGE"), os.environ.get("APPDIR")
    if not named or not mounted or not Path(mounted).is_absolute():
        return None
    inside = Path(__file__).resolve().is_relative_to(Path(mounted).resolve())
    return Path(named).resolve() if inside else None


def portable_folder(beside: Path | None = None) -> Path | None:
    """Return the folder of a program that has the marker beside it; None without one."""
    folder = beside or program_folder()
    with suppress(OSError):
        if (folder / MARKER).is_file():
            return folder / DATA
    return None
