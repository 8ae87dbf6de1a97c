"""Writing files for people: whole or not at all, and never over something they did not mean.

Where a file goes is the caller's question; this only writes it.
"""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from wallet.errors import Code, WalletError

_BINARY: int = getattr(os, "O_BINARY", 0)  # Windows would write other line ends
_WAITS = (0.01,) * 30  # seconds between tries to replace a file that is being read
_LOGS = ("-wal", "-shm", "-journal")
# How every wallet and every backup of one begins, and how its second header does (see
# `storage.header`), should the first be damaged.
WALLET_MAGIC: Final = b"LER wallet vault"
_SECOND: Final = 4096


def check(path: Path, *, replace: bool = False, vault: Path | None = None) -> None:
    """Raise what `write` would for a file that is there already."""
    if (vault is not None and _is_vault(path, vault)) or _is_a_wallet(path):
        raise WalletError(Code.WALLET_IN_THE_WAY)
    if not replace and os.path.lexists(path):
        raise WalletError(Code.FILE_EXISTS, path=str(path))


def write(
    data: bytes,
    path: Path,
    *,
    replace: bool = False,
    private: bool = False,
    vault: Path | None = None,
) -> None:
    """Write `data` to `path` in one step; a `private` file only its owner may read.

    Raises FILE_EXISTS where there is a file and `replace` is not said, FILE_UNWRITABLE where it
    cannot be written, WALLET_IN_THE_WAY where a wallet or a backup would be lost by it, the open
    one (`vault`) or another; then nothing has changed.
    """
    check(path, replace=replace, vault=vault)
    try:
        if not replace:
            mode = 0o600 if private else 0o666  # less what the person's umask takes away
            made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode)
            try:
                with os.fdopen(made, "wb") as file:
                    file.write(data)
            except OSError:
                with suppress(OSError):
                    path.unlink()
                raise
            return
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            put(Path(name), path)
        except OSError:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except FileExistsError as err:
        raise WalletError(Code.FILE_EXISTS, path=str(path)) from err
    except OSError as err:
        raise WalletError(Code.FILE_UNWRITABLE) from err


def put(made: Path, path: Path) -> None:
    """Put a file that was just made in the place of another."""
    for wait in _WAITS:
        try:
            made.replace(path)
        except PermissionError:  # Windows, while anybody reads it
            time.sleep(wait)
        else:
            return
    made.replace(path)


def _is_a_wallet(path: Path) -> bool:
    try:
        if not path.is_file():  # a pipe would be waited for
            return False
        with path.open("rb") as file:
            head = file.read(_SECOND + len(WALLET_MAGIC))
    except OSError:
        return False
    return head.startswith(WALLET_MAGIC) or head[_SECOND:] == WALLET_MAGIC


def _is_vault(path: Path, vault: Path) -> bool:
    """Say whether `path` is the vault or a file that belongs to it (its log)."""
    own = os.path.realpath(vault)
    return os.path.realpath(path) in {f"{own}{suffix}" for suffix in ("", *_LOGS)}
