"""Writing a copy of an open vault to a file: how a wallet that lay in memory gets onto a stick."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from wallet.errors import Code, VaultError
from wallet.storage import container, logs, memory
from wallet.storage.container import ContainerFile, sync
from wallet.storage.faults import translated


def save(file: ContainerFile, path: Path, *, last: bytes | None) -> bytes:
    """Write the vault's bytes to `path`, read them back, and only then give them that name.

    Nobody writes to the vault meanwhile, and nothing of it is in a log. `last` is the SHA-256 of
    what was written there before, which is returned: what somebody changed there since is not
    written over. Raises VAULT_EXISTS where there is anything but that earlier copy, untouched,
    VAULT_UNWRITABLE where the disk will not have it; then what was there before is there still.
    """
    path = Path(os.path.realpath(path))
    with translated(path):
        earlier = _is_earlier(file, path, last)
        draft = path.with_name(f".{path.name}.new")
        try:
            written = _write(file, draft)
            if earlier:
                draft.replace(path)
                container.sync_folder(path.parent)
            else:
                # A log that a deleted vault of this name left would be taken for this one's.
                logs.forget(path)
                container.publish(draft, path)
            return written
        finally:
            with suppress(OSError):
                draft.unlink()


def _is_earlier(file: ContainerFile, path: Path, last: bytes | None) -> bool:
    if memory.is_place(path) or path == file.path:
        raise VaultError(Code.VAULT_EXISTS, path=str(path))
    if not os.path.lexists(path):
        return False
    with suppress(VaultError):
        if container.peek(path).vault_id == file.read_header().vault_id:
            container.open_existing(path).close()  # nobody has it open
            # What a crash left in its log would be read into the new one.
            if not logs.size(path) and _digest(path) == last:
                return True
    raise VaultError(Code.VAULT_EXISTS, path=str(path))


def _digest(path: Path) -> bytes:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def _write(file: ContainerFile, draft: Path) -> bytes:
    """Write it and read it back; return the SHA-256 of what was written."""
    digest = hashlib.sha256()
    draft.unlink(missing_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(draft, flags, 0o600), "w+b", buffering=0) as target:
        for block in file.blocks():
            if target.write(block) != len(block):
                raise VaultError(Code.VAULT_UNWRITABLE, path=str(draft), reason="ENOSPC")
            digest.update(block)
        sync(target.fileno())
        target.seek(0)
        if any(target.read(len(block)) != block for block in file.blocks()) or target.read(1):
            raise VaultError(Code.VAULT_UNWRITABLE, path=str(draft), reason="EIO")
    return digest.digest()
