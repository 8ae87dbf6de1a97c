"""Whether a folder answers at all.

On a share whose server has gone, whoever asks may wait for ever, and nothing interrupts that. So a
thread that nobody needs asks first, and whoever holds a vault open goes near only what answered.
"""

from __future__ import annotations

import os
import secrets
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

SECONDS: Final = 5.0  # a disk that sleeps wakes in time

_waiting: dict[tuple[str, bool], threading.Thread] = {}
_turn = threading.Lock()


def answers(folder: Path, *, to_write: bool = False, seconds: float = SECONDS) -> bool:
    """Say whether a folder answers in time, be it that it is not there or may not be used.

    `to_write` puts a small file there and takes it away again: what a system remembers of a share
    may answer for it. A folder that is silent still is told so at once the next time.
    """
    key = (str(folder), to_write)
    with _turn:
        asked = _waiting.get(key)
        is_new = asked is None or not asked.is_alive()
        if asked is None or is_new:
            asked = threading.Thread(target=_ask, args=(folder, to_write), daemon=True)
            _waiting[key] = asked
            asked.start()
    asked.join(seconds if is_new else 0)
    if asked.is_alive():
        return False
    with _turn:
        if _waiting.get(key) is asked:
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
            os.close(made)
            path.unlink()
