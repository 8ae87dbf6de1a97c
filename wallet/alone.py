"""Changing a small file that other windows of the app change too: one after another.

Whoever changes such a file reads it first, and writes it, while nobody else does.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wallet.errors import Code, VaultError

_WAITS = (0.01,) * 100  # seconds between tries while another window changes something


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep others from changing the file at `path`.

    Goes on without where there can be no lock, or somebody hangs on to it.
    """
    lock, held = path.with_name(f".{path.name}.lock"), None
    for wait in _WAITS:
        try:
            held = _locked(lock)
            break
        except VaultError as error:
            if error.code is not Code.VAULT_BUSY:
                break
            time.sleep(wait)
        except OSError:
            break
    try:
        yield
    finally:
        if held is not None:
            with suppress(OSError):  # Windows leaves it there
                lock.unlink()
            os.close(held)


def _locked(path: Path) -> int:
    """Return a locked file; raises VAULT_BUSY while somebody has it, or took it away just now."""
    from wallet.storage.container import lock  # with the database, which most commands need not

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        lock(held, path, shared=False)
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(held), path.stat()):
                return held
        raise VaultError(Code.VAULT_BUSY)
    except BaseException:
        os.close(held)
        raise
