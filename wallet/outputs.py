"""Writing files for people: whole or not at all, and never over something they did not mean.

Where a file goes is the caller's question; this only writes it.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from wallet.errors import Code, WalletError

_LOGS = ("-wal", "-shm", "-journal")


def write(data: bytes, path: Path, *, replace: bool = False, vault: Path | None = None) -> None:
    """Write `data` to `path` in one step.

    Raises FILE_EXISTS where there is a file and `replace` is not said, FILE_UNWRITABLE where it
    cannot be written, or where it would overwrite the `vault`; then nothing has changed.
    """
    if vault is not None and _is_vault(path, vault):
        raise WalletError(Code.FILE_UNWRITABLE)
    try:
        if not replace:
            with path.open("xb") as file:
                file.write(data)
            return
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).replace(path)
        except OSError:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except FileExistsError as err:
        raise WalletError(Code.FILE_EXISTS, path=str(path)) from err
    except OSError as err:
        raise WalletError(Code.FILE_UNWRITABLE) from err


def _is_vault(path: Path, vault: Path) -> bool:
    """Say whether `path` is the vault or a file that belongs to it (its log)."""
    own = os.path.realpath(vault)
    return os.path.realpath(path) in {f"{own}{suffix}" for suffix in ("", *_LOGS)}
