"""Backups: a backup is a vault file, with the same ways in, and a mark that says what it is.

Written whole under another name, read back from the disk and compared, marked, and only then
given its name, which is never that of another file. Who decides when and where is asked
elsewhere; how one is taken apart again is in `restoring`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path

import apsw

from wallet.errors import Code, VaultError
from wallet.storage import comparing, container, logs, memory, opening, schema
from wallet.storage.container import ContainerFile
from wallet.storage.faults import translated
from wallet.storage.header import HEADER_BYTES, BackupMark, Header, SlotKind
from wallet.storage.slots import LAST_SECOND
from wallet.storage.values import Backup, BackupFile

SUFFIX = ".ler-backup"
MAX_LISTED = 1000  # files of a folder that are looked at; a folder of backups has a handful

_FORGOTTEN = 3600  # seconds after which nobody writes to a draft any more
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}-\d{6}.*\Z")
_WRITING = {
    Code.VAULT_UNWRITABLE: Code.BACKUP_UNWRITABLE,
    Code.VAULT_FULL: Code.BACKUP_UNWRITABLE,
    Code.VAULT_READ_ONLY: Code.BACKUP_UNWRITABLE,
    Code.VAULT_MISSING: Code.BACKUP_FOLDER_MISSING,
    Code.VAULT_EXISTS: Code.BACKUP_EXISTS,
    Code.VAULT_DAMAGED: Code.BACKUP_DIFFERS,
}
_READING = {
    Code.VAULT_UNWRITABLE: Code.BACKUP_UNREADABLE,
    Code.VAULT_READ_ONLY: Code.BACKUP_UNREADABLE,
    Code.VAULT_KEYS_LOST: Code.BACKUP_BROKEN,
    Code.VAULT_MISSING: Code.BACKUP_UNREADABLE,
    Code.VAULT_DAMAGED: Code.BACKUP_BROKEN,
    Code.VAULT_TOO_NEW: Code.BACKUP_TOO_NEW,
    Code.NOT_A_VAULT: Code.NOT_A_BACKUP,
}


@contextmanager
def _told(path: Path, codes: dict[Code, Code]) -> Iterator[None]:
    """Turn what goes wrong with a file into what it means for a backup."""
    try:
        with translated(path):
            yield
    except VaultError as error:
        code = codes.get(error.code)
        if code is None:
            raise
        raise VaultError(code, **error.facts) from error


def reading(path: Path) -> AbstractContextManager[None]:
    """Turn what goes wrong with reading a backup into what it means."""
    return _told(path, _READING)


def write(
    file: ContainerFile, connection: apsw.Connection, path: Path, *, now: datetime, rolling: bool
) -> Backup:
    """Write a proven backup of an open vault, in nothing's place; nobody may write meanwhile.

    Raises BACKUP_UNWRITABLE, BACKUP_FOLDER_MISSING, BACKUP_EXISTS, BACKUP_DIFFERS,
    BACKUP_OF_DAMAGED; then no file is left behind, and those that were there are as they were.
    """
    with _told(path, _WRITING):
        opening.refuse_existing(path)
        draft = opening.new_draft(path.with_name(f".{path.name}.new"))
        try:
            made = _write_whole(draft, file, connection, now=now, rolling=rolling)
            draft.close()
            opening.refuse_existing(path)
            container.publish(draft.path, path)
        finally:
            draft.close()
            with suppress(OSError):
                draft.path.unlink()
            logs.forget(draft.path)
    return replace(made, file=replace(made.file, path=path))


def _write_whole(
    draft: ContainerFile,
    file: ContainerFile,
    connection: apsw.Connection,
    *,
    now: datetime,
    rolling: bool,
) -> Backup:
    own = file.read_header()
    # A way in through a keychain belongs to this computer; a backup is for when that is gone.
    ways = tuple(slot for slot in own.slots if slot.kind != SlotKind.KEYCHAIN)
    header = Header(own.schema_version, 1, own.vault_id, ways)
    draft.clear()
    draft.write_header(header)
    _snapshot(connection, draft.path)
    draft.settle()
    size, digest = draft.digest()
    if file.salt() != file.known_salt:  # the engine remembers it; the file has another by now
        raise VaultError(Code.BACKUP_OF_DAMAGED, path=str(file.path), part="salt")
    if draft.salt() != file.known_salt:
        raise VaultError(Code.BACKUP_DIFFERS, part="salt")
    contents = comparing.compare(connection, draft.path)
    mark = BackupMark((now - _EPOCH) // timedelta(microseconds=1), size, digest, rolling)
    header = replace(header, generation=2, backup=mark)
    draft.write_header(header)
    draft.settle()
    if not draft.holds(header):  # the ways in: without them nothing of it is ever read
        raise VaultError(Code.BACKUP_DIFFERS, part="header")
    return Backup(_file(draft.path, header, mark), contents)


def _snapshot(connection: apsw.Connection, path: Path) -> None:
    """Write the database as it is at this moment, with the same key, behind the header."""
    try:
        with translated(path):
            connection.execute("VACUUM INTO ?", (str(path),))
    except VaultError as error:
        if error.code is Code.VAULT_DAMAGED:  # the copy was only written: this is the vault itself
            raise VaultError(Code.BACKUP_OF_DAMAGED, **error.facts) from error
        raise


def inspect(path: Path) -> BackupFile:
    """Say what a backup is without any key; its header alone is read.

    Raises NOT_A_BACKUP, BACKUP_BROKEN, BACKUP_TOO_NEW, BACKUP_UNREADABLE.
    """
    with reading(path):
        found = container.peek(path)
    if found.backup is None:
        raise VaultError(Code.NOT_A_BACKUP, path=str(path))
    if found.schema_version > schema.SCHEMA_VERSION:
        raise VaultError(Code.BACKUP_TOO_NEW, version=found.schema_version)
    return _file(path, found, found.backup)


def check(path: Path) -> BackupFile:
    """Read a backup whole and say what it is; raises as `inspect`, BACKUP_BROKEN for any byte.

    It is then what was compared with the vault when it was made. No key is needed. Somebody who
    may write to the file can deceive this; whoever opens it is told by the pages themselves.
    """
    found, digest, size = inspect(path), sha256(), 0
    with reading(path):
        mark = container.peek(path).backup
        with path.open("rb") as file:
            file.seek(HEADER_BYTES)
            while block := file.read(container.BLOCK):
                digest.update(block)
                size += len(block)
    if mark is None or (size, digest.digest()) != (mark.size, mark.digest):
        raise VaultError(Code.BACKUP_BROKEN, path=str(path), part="database")
    return found


def listed(folder: Path, vault_id: str | None = None) -> tuple[BackupFile, ...]:
    """Return the backups in a folder, the latest first: those of one vault, or all.

    What is no backup, or cannot be read, is left out; no folder has none.
    """
    found = []
    with suppress(OSError):
        for path in sorted(folder.glob(f"*{SUFFIX}"))[-MAX_LISTED:]:
            with suppress(VaultError):
                one = inspect(path)
                if vault_id in {None, one.vault_id}:
                    found.append(one)
    return tuple(sorted(found, key=lambda one: (one.made_at, one.path.name), reverse=True))


def sweep(folder: Path, made: BackupFile) -> None:
    """Delete what was begun in a folder for the same vault file, long ago, and never finished."""
    with suppress(OSError):
        since = made.path.stat().st_mtime - _FORGOTTEN
        for draft in islice(folder.glob(f".*{SUFFIX}.new"), MAX_LISTED):
            if _DATED.sub("", draft.name[1:]) == _line(made) and draft.lstat().st_mtime < since:
                draft.unlink()


def is_complete(one: BackupFile) -> bool:
    """Say whether a backup's file is as long as it was when it was proven."""
    try:
        return one.path.stat().st_size == one.size
    except OSError:
        return False


def thin_out(folder: Path, made: BackupFile, *, keep: int) -> None:
    """Delete the oldest rolling copies of the same vault file, so that `keep` are left.

    The one just made stays whatever the clock says, and so does what was made by hand, and what
    another file of the same vault left, an older one that was restored beside it for instance.
    """
    others = [
        one
        for one in listed(folder, made.vault_id)
        if one.rolling and one.path.name != made.path.name and _line(one) == _line(made)
    ]
    others = [one for one in others if is_complete(one)]
    # What a clock made that was ahead goes first: it would outlive every later one.
    others.sort(key=lambda one: one.made_at > made.made_at)
    for one in others[max(0, keep - 1) :]:
        with suppress(OSError):  # it takes room; nothing else
            one.path.unlink()


def make_folder(path: Path) -> None:
    """Make the folder that `path` is to lie in, the person's alone; raises VAULT_UNWRITABLE."""
    if memory.is_place(path):
        return
    with translated(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _line(one: BackupFile) -> str:
    """Return the name of a rolling copy without its date: that of the file it is a copy of."""
    return _DATED.sub("", one.path.name)


def _file(path: Path, header: Header, mark: BackupMark) -> BackupFile:
    second = min(max(mark.made_at, 0), LAST_SECOND * 1_000_000)
    return BackupFile(
        path=path,
        vault_id=header.vault_id.hex(),
        made_at=_EPOCH + timedelta(microseconds=second),
        size=HEADER_BYTES + mark.size,
        rolling=mark.rolling,
        schema_version=header.schema_version,
    )
