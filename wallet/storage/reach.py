"""Whether a folder answers at all.

On a share whose server has gone, whoever asks may wait for ever, and nothing interrupts that. So a
thread that nobody needs asks first, and whoever holds a vault open goes near only what answered.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

SECONDS: Final = 5.0  # a disk that sleeps wakes in time

_waiting: dict[tuple[str, bool], tuple[threading.Thread, float]] = {}
_turn = threading.Lock()


def answers(folder: Path, *, to_write: bool = False, seconds: float = SECONDS) -> bool:
    """Say whether a folder answers in time, be it that it is not there or may not be used.

    `to_write` puts a small file there and takes it away again: what a system remembers of a share
    may answer for it. A folder that is silent still is told so at once the next time.
    """
    key = (str(folder), to_write)
    with _turn:
        asked, until = _waiting.get(key, (None, 0.0))
        if asked is None or not asked.is_alive():
            asked = threading.Thread(target=_ask, args=(folder, to_write), daemon=True)
            until = time.monotonic() + seconds
            _waiting[key] = asked, until
            asked.start()
    asked.join(max(0.0, until - time.monotonic()))  # others may wait for the same answer
    if asked.is_alive():
        return False
    with _turn:
        if key in _waiting and _waiting[key][0] is asked:
            del _waiting[key]
    return True


def _ask(folder: Path, to_write: bool) -> None:
    with suppress(OSError, ValueError):  # those are answers, told by who really needs the folder
        folder.stat()
        if not to_write:
            return
        path = folder / f".ler-wallet-{secrets.token_hex(8)}"
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(made, b"\0")
            os.fsync(made)
        finally:
            try:
                os.close(made)
            finally:
                path.unlink()
