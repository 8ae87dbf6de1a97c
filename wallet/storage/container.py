"""One file that holds a header and, from byte 8192 on, an encrypted SQLite database.

Here live the file's lock, the reading and writing of the two header copies, the small SQLite VFS
that shifts the database behind the header, and the opening of the database. What is in the
tables and in the slots is not known here. Why it is done like this: docs/decisions/0003.
"""

from __future__ import annotations

import errno
import os
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, Protocol

import apsw

from wallet.crypto.sealing import wipe
from wallet.errors import Code, VaultError
from wallet.storage import header, logs, memory
from wallet.storage.faults import translated
from wallet.storage.header import COPIES, COPY_BYTES, COPY_STRIDE, HEADER_BYTES, Header

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# The base without SQLite's own locks: this file holds one lock for as long as a vault is open,
# and POSIX locks would be lost whenever the process closes any other handle on the same file.
_BASE_VFS = "win32-none" if sys.platform == "win32" else "unix-none"
_VFS_NAME = "ler-vault"
_BLOCK = 4096  # a page of the database, a sector of the disk: what goes bad goes bad whole
_LOCK_BYTE = HEADER_BYTES - 1  # a byte that nobody reads
_FLOCK = struct.Struct("hhqqi0q")  # struct flock: kind, from where, start, length, nobody
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}
_SALT_BYTES = 16  # SQLCipher 4
BLOCK = 1024 * 1024  # bytes copied or digested at once
_PRAGMAS = (
    "locking_mode=EXCLUSIVE",  # the index of the WAL stays in memory: no third file
    "synchronous=FULL",
    "fullfsync=ON",
    "checkpoint_fullfsync=ON",
    "temp_store=MEMORY",
    "secure_delete=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "foreign_keys=ON",
    "cache_size=-16384",
)


class Sink(Protocol):
    """Takes bytes: a file, a digest."""

    def write(self, data: bytes, /) -> object:
        """Take some more."""
        ...


class ContainerFile:
    """An open vault file, locked against every other process until it is closed.

    What nobody ever uses, a backup, need not be `locked`: not every place can.
    """

    known: Header | None = None  # the latest that was read or written
    known_salt = b""  # as it was when the vault was opened

    def __init__(self, path: Path, *, flags: int, locked: bool = True) -> None:
        self.path = path
        fd = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600)
        # An object that closes it, and so lets go of the lock, should nobody call `close`.
        self._file = os.fdopen(fd, "r+b", buffering=0)
        try:
            if locked:
                lock(fd, path, shared=not flags & os.O_RDWR)
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        """Give the file up.

        All that counts was written through before; what a disk that has gone says now is moot.
        """
        with suppress(OSError):
            self._file.close()

    def __enter__(self) -> ContainerFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def status(self) -> os.stat_result:
        """Return what the system says of the open file, whatever its name leads to by now."""
        return os.fstat(self._file.fileno())

    def check_place(self) -> None:
        """Raise VAULT_GONE or VAULT_CHANGED unless the file's name still leads to this file.

        A stick was pulled out, or a program put another file there: what is written now would be
        in a file that nobody finds again.
        """
        try:
            same = os.path.samestat(self.path.stat(), self.status())
        except OSError as error:
            raise VaultError(Code.VAULT_GONE, path=str(self.path)) from error
        if not same:
            raise VaultError(Code.VAULT_CHANGED, path=str(self.path))

    def copy_to(self, target: Sink, *, skip_bad: bool = False) -> int:
        """Write all of the file to another; `skip_bad` writes zeros for what the disk cannot read.

        Returns how many bytes could not be read.
        """
        size, lost, at = self.status().st_size, 0, 0
        while at < size:
            self._file.seek(at)
            amount = min(_BLOCK, size - at)
            try:
                data = self._file.read(amount)
            except OSError:
                if not skip_bad:
                    raise
                data, lost = bytes(amount), lost + amount
            if not data:
                break
            target.write(data)
            at += len(data)
        return lost

    def clear(self) -> None:
        """Make the file empty."""
        self._file.truncate(0)

    def settle(self) -> None:
        """Wait until all of it is on the disk, and let what is read next come from there."""
        fd = self._file.fileno()
        sync(fd)
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)

    def digest(self) -> tuple[int, bytes]:
        """Return the size and the SHA-256 of the encrypted database."""
        self._file.seek(HEADER_BYTES)
        found, size = sha256(), 0
        while block := self._file.read(BLOCK):
            found.update(block)
            size += len(block)
        return size, found.digest()

    def salt(self) -> bytes:
        """Return the first bytes of the database, from which the engine derives a key for digests.

        An open database does not read them again, and so does not notice when they are wrong.
        """
        self._file.seek(HEADER_BYTES)
        return self._file.read(_SALT_BYTES)

    def put_salt(self, salt: bytes) -> None:
        """Write those bytes as they were."""
        self._file.seek(HEADER_BYTES)
        self._file.write(salt)

    def append(self, block: bytes) -> None:
        """Write at the end."""
        self._file.seek(0, os.SEEK_END)
        if self._file.write(block) != len(block):
            raise OSError(errno.ENOSPC, "short write")

    def blocks(self) -> Iterator[bytes]:
        """Yield the file's bytes from the first to the last."""
        self._file.seek(0)
        while block := self._file.read(BLOCK):
            yield block

    def read_header(self) -> Header:
        """Return the header that counts."""
        found = header.decode(self._copies())
        if self.known is None or found.generation >= self.known.generation:
            self.known = found
        return found

    def write_header(self, new: Header) -> None:
        """Replace the header durably; after a power cut either the old or the new one counts.

        The copy that does not count now is written first. The other follows, so that nothing is
        left of a way in that was removed.
        """
        data, before = header.encode(new), self._copies()
        if self._file.seek(0, os.SEEK_END):  # not a new one, which has no name yet
            self.check_place()
        first, second = self._by_age()
        try:
            self._write(first, data)
        except OSError:
            with suppress(OSError):
                self._write(first, before[first])
            if not self._has(new):  # else it counts, and may not be told as undone
                raise
        # From here on the new one counts. Where the disk will not have its second copy, the next
        # opening makes them equal.
        self.known = new
        with suppress(OSError):
            self._write(second, data)

    def _has(self, wanted: Header) -> bool:
        with suppress(OSError, VaultError):
            return self.read_header() == wanted
        return False

    def read_any_header(self) -> Iterator[Header]:
        """Yield what the header may have been, whole or not; what a slot proves is right."""
        with suppress(VaultError):
            yield self.read_header()
        yield from header.guesses(self._copies())

    def repair_header(self) -> None:
        """Make both copies equal, should a power cut or a bad sector have left them different."""
        copies = self._copies()
        if copies[0] != copies[1]:
            self.write_header(header.decode(copies))

    def holds(self, wanted: Header) -> bool:
        """Say whether both copies of the header are this one, as it is read now."""
        return all(copy == header.encode(wanted) for copy in self._copies())

    def _copies(self) -> tuple[bytes, ...]:
        self._file.seek(0)
        data = self._file.read(HEADER_BYTES - 1)
        return tuple(data[i * COPY_STRIDE :][:COPY_BYTES] for i in range(COPIES))

    def _by_age(self) -> list[int]:
        copies = self._copies()
        return sorted(range(COPIES), key=lambda i: header.age(copies[i]))

    def _write(self, index: int, data: bytes) -> None:
        self._file.seek(index * COPY_STRIDE)
        if self._file.write(data) != len(data):
            raise OSError(errno.ENOSPC, "short write")
        self._settled()

    def _settled(self) -> None:
        sync(self._file.fileno())


class MemoryContainer(ContainerFile):
    """A vault that lies in memory. No other process can have it open."""

    def __init__(self, path: Path, *, new: bool = False) -> None:
        self.path = path
        self._file = memory.MemoryFile(path, new=new)  # type: ignore[assignment]

    def status(self) -> os.stat_result:
        """Return its size, and nothing else: the system knows nothing of it."""
        size = self._file.seek(0, os.SEEK_END)
        return os.stat_result((0, 0, 0, 1, 0, 0, size, 0, 0, 0))

    def check_place(self) -> None:
        """It cannot be taken away."""

    def settle(self) -> None:
        """It is where it will be."""

    def _settled(self) -> None:
        """It is where it will be."""


def open_existing(path: Path) -> ContainerFile:
    """Open a vault file for use; nothing in it changes."""
    with translated(path):
        if memory.is_place(path):
            return MemoryContainer(path)
        if not path.exists():
            raise VaultError(Code.VAULT_MISSING, path=str(path))
        if not path.is_file():
            raise VaultError(Code.NOT_A_VAULT, path=str(path))
        return ContainerFile(path, flags=os.O_RDWR)


def open_to_read(path: Path) -> ContainerFile:
    """Open a vault file, perhaps on a disk that can only be read, to copy it."""
    with translated(path):
        if not path.is_file():
            raise VaultError(Code.VAULT_MISSING, path=str(path))
        return ContainerFile(path, flags=os.O_RDONLY)


def peek(path: Path) -> Header:
    """Return a vault file's header without locking it."""
    with translated(path):
        if memory.is_place(path):
            return MemoryContainer(path).read_header()
        if not path.exists():
            raise VaultError(Code.VAULT_MISSING, path=str(path))
        if not path.is_file():
            raise VaultError(Code.NOT_A_VAULT, path=str(path))
        with path.open("rb", buffering=0) as file:
            data = file.read(HEADER_BYTES - 1)
    return header.decode(data[i * COPY_STRIDE :][:COPY_BYTES] for i in range(COPIES))


def publish(draft: Path, path: Path) -> None:
    """Give a finished file its name, durably; raises VAULT_EXISTS rather than replace another."""
    try:
        if memory.is_place(path):
            memory.move(draft, path)
            return
        if sys.platform == "win32":
            draft.rename(path)
        else:
            _link_or_rename(draft, path)
    except FileExistsError as error:
        raise VaultError(Code.VAULT_EXISTS, path=str(path)) from error
    sync_folder(path.parent)


def _link_or_rename(draft: Path, path: Path) -> None:
    # A hard link never replaces; where there are none (FAT on a USB stick) the name is checked
    # first, which leaves an instant in which another program could take it.
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(path):
            raise FileExistsError(str(path)) from None
        draft.rename(path)


def copy_log(path: Path, target: Path) -> None:
    """Copy what a crash left to be written back, so that a copy of the vault has it too."""
    if logs.size(path):
        with logs.of(path).open("rb") as left, open_private(logs.of(target)) as to:
            while data := left.read(_BLOCK):
                to.write(data)
            sync(to.fileno())


def open_private(path: Path) -> IO[bytes]:
    """Make a file for this person's eyes only; whatever had its name is deleted first."""
    path.unlink(missing_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600), "w+b", buffering=0)


def connect(path: Path, key: bytearray) -> apsw.Connection:
    """Open the database behind the header with its 256-bit key (SQLCipher 4, raw key).

    Whether the key fits shows with the first read. The caller holds the `ContainerFile`.
    """
    _register_vfs()
    vfs = memory.VFS_NAME if memory.is_place(path) else _VFS_NAME
    connection = apsw.Connection(
        str(path),
        flags=apsw.SQLITE_OPEN_READWRITE,
        vfs=f"multipleciphers-{vfs}",
        statementcachesize=64,
    )
    try:
        connection.set_busy_timeout(0)
        # Closing a vault that turns out not to be ours must not write back what a crash left.
        connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, logs.size(path) > 0)
        # Not cached: a cached statement would keep the key's text for as long as the vault is open.
        for pragma in ("cipher='sqlcipher'", "legacy=4", f"key=\"x'{key.hex()}'\"", *_PRAGMAS):
            connection.execute(f"PRAGMA {pragma}", can_cache=False).fetchall()
    except BaseException:
        connection.close()
        raise
    finally:
        wipe(key)
    return connection


def use_wal(connection: apsw.Connection) -> None:
    """Begin to write: a write-ahead log, one synchronisation a commit."""
    connection.execute("PRAGMA journal_mode=WAL").fetchall()
    # SQLite's own writing back happens within the commit, and what fails in it would be reported
    # as a commit that failed although it has not. So this program does it, see `write_back`.
    connection.wal_autocheckpoint(0)


def write_back(connection: apsw.Connection, *, emptying: bool = False) -> None:
    """Bring the log's changes into the vault itself; harmless when the disk will not have it.

    What is in the log is as safe there. Call after a commit, never inside a transaction.
    """
    mode = apsw.SQLITE_CHECKPOINT_TRUNCATE if emptying else apsw.SQLITE_CHECKPOINT_PASSIVE
    with suppress(apsw.Error):
        connection.wal_checkpoint(mode=mode)


def has_log(connection: apsw.Connection) -> bool:
    """Say whether the log is where the next opening would look for it."""
    path = Path(connection.filename)
    return memory.is_place(path) or logs.is_at(path)


def disconnect(connection: apsw.Connection) -> None:
    """Close a database in use: its log is written back and gone, or stays whole.

    A disk that no longer lets the emptied log be deleted keeps nobody from locking.
    """
    write_back(connection, emptying=True)
    try:
        left = logs.size(Path(connection.filename)) > 0
    except OSError:  # the stick has gone
        left = True
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, left)
    with suppress(apsw.Error):
        connection.close()


class _ShiftedFile(apsw.VFSFile):
    """The database as SQLite sees it: the file from byte `HEADER_BYTES` on."""

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        return super().xRead(amount, offset + HEADER_BYTES)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        super().xWrite(data, offset + HEADER_BYTES)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        super().xTruncate(newsize + HEADER_BYTES)

    def xFileSize(self) -> int:  # noqa: N802
        return max(0, super().xFileSize() - HEADER_BYTES)


class _ShiftingVfs(apsw.VFS):
    """Opens the vault itself shifted; its log, and whatever else, as it is."""

    def __init__(self) -> None:
        super().__init__(_VFS_NAME, _BASE_VFS)

    def xOpen(self, name, flags):  # type: ignore[no-untyped-def]  # noqa: N802
        kind = _ShiftedFile if flags[0] & apsw.SQLITE_OPEN_MAIN_DB else apsw.VFSFile
        return kind(_BASE_VFS, name, flags)


_registered: list[_ShiftingVfs] = []  # SQLite keeps a pointer to it: it lives as long as we do


def _register_vfs() -> None:
    if not _registered:
        _registered.append(_ShiftingVfs())
    memory.register_vfs()


def sync(fd: int) -> None:
    """Wait until a file is on the disk itself, not only in a cache."""
    if sys.platform == "darwin":
        fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
    else:
        os.fsync(fd)


def sync_folder(path: Path) -> None:
    """Make a new or renamed entry of a folder durable (Windows does so by itself)."""
    if sys.platform != "win32":
        fd = os.open(path, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def lock(fd: int, path: Path, *, shared: bool) -> None:
    """Keep others out; who only reads keeps out who writes, and needs no leave to write (NFS).

    On Windows, and on its shares wherever they are mounted, nobody else can read what is locked,
    not even the engine of this very process: hence one byte. A lock of an open file (Linux) is
    not lost, as those of a process are, when another handle on the file is closed.
    """
    try:
        if sys.platform == "win32":
            os.lseek(fd, _LOCK_BYTE, os.SEEK_SET)
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        elif sys.platform == "linux":
            kind = fcntl.F_RDLCK if shared else fcntl.F_WRLCK
            fcntl.fcntl(fd, fcntl.F_OFD_SETLK, _FLOCK.pack(kind, os.SEEK_SET, _LOCK_BYTE, 1, 0))
        else:
            fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError) as error:
        raise VaultError(Code.VAULT_BUSY, path=str(path)) from error
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        raise VaultError(Code.VAULT_NO_LOCKS, path=str(path)) from error
