"""Opening a backup: always a private copy of it, so that the file itself is never touched.

The copy lies beside the vault it is for, in memory where that does, and is as encrypted as the
backup. There it is migrated if it is old, and read, or becomes a vault; a stick that cannot be
written to is as good as any.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import apsw

from wallet.errors import Code, VaultError
from wallet.storage import backups, container, integrity, logs, memory, opening, schema, slots
from wallet.storage.container import ContainerFile
from wallet.storage.faults import translated
from wallet.storage.header import HEADER_BYTES, Header
from wallet.storage.slots import Given

MAX_LOG_BYTES = 256 * 1024 * 1024  # many times what a crash leaves: it is written back at 4 MB

_WRONG = {Code.WRONG_PASSPHRASE: Code.BACKUP_WRONG_PASSPHRASE}


def unsealed(path: Path, given: Given) -> tuple[Header, bytearray]:
    """Return a backup's header and its key, which the caller wipes.

    A vault file without the mark of a backup, copied by hand, will do as well. Raises NOT_A_BACKUP,
    BACKUP_TOO_NEW, BACKUP_BROKEN, BACKUP_UNREADABLE, BACKUP_WRONG_PASSPHRASE, and what
    `slots.opened` raises for another way in.
    """
    with backups.reading(path):
        found = container.peek(path)
        if found.schema_version > schema.SCHEMA_VERSION:
            raise VaultError(Code.VAULT_TOO_NEW, version=found.schema_version)
        try:
            return found, slots.opened(found, given)
        except VaultError as error:
            raise VaultError(_WRONG.get(error.code, error.code), **error.facts) from error


def attached(
    path: Path, found: Header, key: bytearray, *, beside: Path
) -> tuple[ContainerFile, apsw.Connection]:
    """Return a private copy of a backup, open, older tables made new, and every page checked.

    Raises BACKUP_BROKEN, BACKUP_UNREADABLE, BACKUP_IS_OPEN, VAULT_UNWRITABLE (no room for the
    copy); then no copy is left.
    """
    place = beside.with_name(f".{beside.name}.restoring")
    with translated(place):
        file = opening.new_draft(place)
    try:
        with translated(place):
            logs.forget(place)
            file.clear()
            _copy(path, found, file)
            file.write_header(replace(found, backup=None, generation=found.generation + 1))
            file.settle()
        with _damaged(), translated(place):
            connection = opening.attach(file, key, copying=False)
            try:
                integrity.check(connection)
            except BaseException:
                connection.close()
                raise
        return file, connection
    except BaseException:
        discard(file)
        raise


@contextmanager
def _damaged() -> Iterator[None]:
    try:
        yield
    except VaultError as error:
        codes = {Code.VAULT_DAMAGED: Code.BACKUP_BROKEN, Code.VAULT_TOO_NEW: Code.BACKUP_TOO_NEW}
        raise VaultError(codes.get(error.code, error.code), **error.facts) from error


def _copy(path: Path, found: Header, to: ContainerFile) -> None:
    """Copy a file's bytes, and the log that a vault copied by hand may have beside it."""
    source = _source(path, found)
    digest, size = sha256(), 0
    try:
        for block in _blocks(path, source):
            to.append(block)
            body = block[HEADER_BYTES:] if not size else block
            digest.update(body)
            size += len(block)
        mark = found.backup
        if mark is not None and (size - HEADER_BYTES, digest.digest()) != (mark.size, mark.digest):
            raise VaultError(Code.BACKUP_BROKEN, path=str(path), part="database")
        if mark is None:
            _copy_log(path, to.path)
    finally:
        source.close()


def _source(path: Path, found: Header) -> ContainerFile:
    """Open what is copied; a vault that somebody uses meanwhile would be copied half old."""
    with backups.reading(path):
        try:
            return ContainerFile(path, flags=os.O_RDONLY, locked=found.backup is None)
        except VaultError as error:
            if error.code is Code.VAULT_BUSY:
                raise VaultError(Code.BACKUP_IS_OPEN, path=str(path)) from error
            raise


def _blocks(path: Path, source: ContainerFile) -> Iterator[bytes]:
    """Yield the source's bytes; what goes wrong with reading is told apart from writing."""
    blocks: Iterable[bytes] = source.blocks()
    while True:
        with backups.reading(path):
            block = next(iter(blocks), b"")
        if not block:
            return
        yield block


def _copy_log(path: Path, to: Path) -> None:
    with backups.reading(path):
        log = logs.of(path)
        data = b""
        if log.is_file():
            with log.open("rb") as file:
                data = file.read(MAX_LOG_BYTES + 1)
    if len(data) > MAX_LOG_BYTES:
        raise VaultError(Code.BACKUP_BROKEN, path=str(path), part="log")
    if data:
        logs.write(to, data)


def discard(file: ContainerFile) -> None:
    """Delete a private copy."""
    file.close()
    if memory.is_place(file.path):
        memory.forget(file.path)
        return
    with suppress(OSError):
        file.path.unlink()
    logs.forget(file.path)


def publish(draft: Path, path: Path) -> None:
    """Let a private copy that was closed be the vault at `path`; raises VAULT_EXISTS."""
    with translated(path):
        if logs.is_at(draft):  # the disk had no room for what is in it
            raise VaultError(Code.VAULT_UNWRITABLE, path=str(path))
        backups.make_folder(path)
        opening.refuse_existing(path)
        logs.forget(path)
        container.publish(draft, path)
        with suppress(OSError):
            draft.unlink()
