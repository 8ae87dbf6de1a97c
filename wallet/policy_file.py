"""Where an administrator's policy file lies: known before anything else of the program is loaded.

What is in it is read in `wallet.administration`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

FOLDER, NAME = "ler-wallet", "policy.json"


def is_there() -> bool:
    """Say whether there is one, be it a link that leads to nothing."""
    return os.path.lexists(standard_path())


def standard_path() -> Path:
    """Return where an administrator puts the file on this platform.

    A fixed place that only they can write to: nothing in a person's own environment moves it.
    """
    if sys.platform == "win32":
        return _program_data() / FOLDER / NAME
    if sys.platform == "darwin":
        return Path("/Library/Application Support", FOLDER, NAME)
    return Path("/etc", FOLDER, NAME)


if sys.platform == "win32":
    import winreg

    _PLACES = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\Shell Folders"

    def _program_data() -> Path:
        # The machine's registry, which a person cannot change as they can %ProgramData%.
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _PLACES) as key:
                return Path(str(winreg.QueryValueEx(key, "Common AppData")[0]))
        except OSError:
            return Path(r"C:\ProgramData")
