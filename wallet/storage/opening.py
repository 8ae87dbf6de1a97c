"""Making and opening a vault file: from a passphrase to a database that can be read.

The order of the steps is what matters here: locked before it is read, refused before any work is
spent, written whole before it has a name. What is done with an open vault is `vault`'s.
"""

from __future__ import annotations

import hmac
import os
import secrets
import stat
import sys
import unicodedata
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import apsw

from wallet.crypto import sealing
from wallet.crypto.sealing import Cost
from wallet.errors import Code, VaultError
from wallet.storage import container, copies, integrity, logs, memory, schema, slots
from wallet.storage.container import ContainerFile
from wallet.storage.faults import translated
from wallet.storage.header import Header, Slot
from wallet.storage.slots import Given
from wallet.storage.values import VaultInfo

MIN_PASSPHRASE_CHARS = 8  # NIST SP 800-63B section 5.1.1.1: at least eight characters
_DATABASE_KEY = b"ler-wallet vault 1 database"


def inspect(path: Path) -> VaultInfo:
    """Say what a vault file is without its passphrase, even while it is in use.

    Raises VAULT_MISSING, NOT_A_VAULT, VAULT_DAMAGED, VAULT_TOO_NEW.
    """
    found = container.peek(real(path))
    ways = slots.listed(found)
    return VaultInfo(found.layout_version, found.schema_version, found.vault_id.hex(), ways)


def check_passphrase(passphrase: str) -> None:
    """Raise PASSPHRASE_TOO_SHORT for a passphrase too short for a new vault."""
    if len(unicodedata.normalize("NFKC", passphrase)) < MIN_PASSPHRASE_CHARS:
        raise VaultError(Code.PASSPHRASE_TOO_SHORT, least=MIN_PASSPHRASE_CHARS)


def real(path: Path) -> Path:
    """Follow links, so that the log lies beside the file itself."""
    if memory.is_place(path):
        return path
    with translated(path):
        return Path(os.path.realpath(path))


def make(path: Path, key: bytearray, given: Given, *, now: datetime, cost: Cost | None) -> None:
    """Write a new vault of this key: whole or not at all, and in nothing's place."""
    if memory.is_place(path):
        _make_in_memory(path, key, given, now=now, cost=cost)
        return
    with translated(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        refuse_existing(path)
        draft = path.with_name(f".{path.name}.new")
        file = new_draft(draft)
        try:
            _write_whole(file, key, given, now=now, cost=cost)
            if not os.path.samestat(file.status(), draft.lstat()):
                raise VaultError(Code.VAULT_BUSY, path=str(path))
            file.close()
            refuse_existing(path)
            # A log that a deleted vault of this name left would be taken for the new one's.
            logs.forget(path)
            container.publish(draft, path)
        finally:
            file.close()
            with suppress(OSError):
                draft.unlink()
            logs.forget(draft)


def _make_in_memory(
    path: Path, key: bytearray, given: Given, *, now: datetime, cost: Cost | None
) -> None:
    try:
        file = container.MemoryContainer(path, new=True)
    except FileExistsError as error:
        raise VaultError(Code.VAULT_EXISTS, path=str(path)) from error
    try:
        with translated(path):
            _write_whole(file, key, given, now=now, cost=cost)
    except BaseException:
        memory.forget(path)
        raise


def unseal(file: ContainerFile, given: Given) -> bytearray:
    """Return the vault key; the caller wipes it. Refuses a newer vault, and a backup, at once."""
    return unseal_of(file.read_header(), given)


def unseal_of(found: Header, given: Given) -> bytearray:
    """Return the same from a header."""
    if found.schema_version > schema.SCHEMA_VERSION:
        raise VaultError(Code.VAULT_TOO_NEW, version=found.schema_version)
    if found.backup is not None:
        raise VaultError(Code.IS_BACKUP)
    return slots.opened(found, given)


def mark_of(key: bytearray) -> bytes:
    """Return what tells one vault key from another, and nothing of the key (32 bytes)."""
    return hmac.digest(key, b"LER Wallet: of which vault", "sha256")


def prepare_way(
    file: ContainerFile, proof: Given, new: Given, *, now: datetime | None, cost: Cost | None
) -> Slot:
    """Return the vault key, which `proof` opens, sealed under `new`; nothing is written yet."""
    key = unseal(file, proof)
    try:
        return slots.sealed(key, new, vault_id=file.read_header().vault_id, now=now, cost=cost)
    finally:
        sealing.wipe(key)


def put_way(file: ContainerFile, slot: Slot, *, replacing: str | None = None) -> None:
    """Write a slot into the header; the other ways in stay, and so does the vault key."""
    file.write_header(slots.with_slot(file.read_header(), slot, replacing=replacing))


def remove_way(file: ContainerFile, id_: str, proof: Given) -> None:
    """Take a slot out of the header, in both its copies."""
    sealing.wipe(unseal(file, proof))
    file.write_header(slots.without(file.read_header(), id_))


def attach(file: ContainerFile, key: bytearray, *, copying: bool = True) -> apsw.Connection:
    """Open the database with the vault key and make sure that its tables are known here.

    Older ones are made new, `copying` the vault first unless it is a copy itself.
    """
    connection = container.connect(file.path, database_key(file, key))
    try:
        schema.check(connection)
        older = schema.is_older(connection)
        if older and copying:
            copies.make(file, schema.version_of(connection), lambda: database_key(file, key))
        with translated(file.path, connection):
            container.use_wal(connection)
            schema.migrate(connection)
            schema.check_tables(connection)
        file.repair_header()
        _mark(file)
    except BaseException:
        connection.close()
        raise
    if copying and not older and copies.kept(file.path):
        with suppress(VaultError, apsw.Error):  # the migrated vault opened once more, and is whole
            integrity.check(connection)
            copies.forget(file)
    return connection


def _mark(file: ContainerFile) -> None:
    """Say in the header which version the tables now have, so that an older program stops there.

    After the tables, never before them: a power cut in between leaves a vault that the older
    program still refuses, by its tables, and that this one marks when it opens it next.
    """
    found = file.read_header()
    if found.schema_version != schema.SCHEMA_VERSION:
        file.write_header(
            replace(found, schema_version=schema.SCHEMA_VERSION, generation=found.generation + 1)
        )


def database_key(file: ContainerFile, key: bytearray) -> bytearray:
    """Return the key of the database, which is not the key that lies in the slots."""
    return database_key_of(file.read_header(), key)


def database_key_of(found: Header, key: bytearray) -> bytearray:
    """Return the same from a header."""
    return sealing.derive_key(key, purpose=_DATABASE_KEY, salt=found.vault_id)


def new_draft(draft: Path) -> ContainerFile:
    """Open the file a new vault is written to: ours alone, whatever lay there before.

    In a folder that is shared somebody may have put a link there, or a file that all can write to:
    it would keep its owner, its mode and its other names. One that a crash of ours left is used
    again, so that of two who make the same vault at once one waits for the other's lock.
    """
    if memory.is_place(draft):
        memory.forget(draft)
        return container.MemoryContainer(draft, new=True)
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
    with suppress(FileNotFoundError):
        if _is_private(draft.lstat()):
            file = ContainerFile(draft, flags=flags)
            if _is_private(file.status()):
                return file
            file.close()
        draft.unlink()
    try:
        return ContainerFile(draft, flags=flags | os.O_CREAT | os.O_EXCL)
    except VaultError as error:
        if error.code is Code.VAULT_NO_LOCKS:  # nobody else can be at it: it is ours to remove
            draft.unlink()
        raise


def _is_private(found: os.stat_result) -> bool:
    if sys.platform == "win32":
        return stat.S_ISREG(found.st_mode)
    private = found.st_uid == os.geteuid() and not found.st_mode & 0o077
    return stat.S_ISREG(found.st_mode) and private and found.st_nlink == 1


def refuse_existing(path: Path) -> None:
    """Raise VAULT_EXISTS where anything has this name."""
    if os.path.lexists(path):
        raise VaultError(Code.VAULT_EXISTS, path=str(path))


def _write_whole(
    file: ContainerFile, key: bytearray, given: Given, *, now: datetime, cost: Cost | None
) -> None:
    vault_id = secrets.token_bytes(16)
    slot = slots.sealed(key, given, vault_id=vault_id, now=now, cost=cost)
    logs.forget(file.path)
    file.clear()
    file.write_header(Header(schema.SCHEMA_VERSION, 1, vault_id, (slot,)))
    connection = container.connect(file.path, database_key(file, key))
    try:
        with translated(file.path, connection):
            container.use_wal(connection)
        with translated(file.path, connection), connection:
            schema.create(connection, now=now)
        container.write_back(connection, emptying=True)
    finally:
        connection.close()
