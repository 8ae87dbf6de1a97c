"""What the file system and the database engine raise, told as what it means for a vault."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from wallet.errors import Code, VaultError
from wallet.storage import memory

_DAMAGED = (apsw.CorruptError, apsw.NotADBError, apsw.FormatError)
_ENGINE = (apsw.FullError, apsw.ReadOnlyError, apsw.CantOpenError, apsw.PermissionsError)
_CUT_SHORT = {
    apsw.SQLITE_IOERR_SHORT_READ,
    apsw.SQLITE_IOERR_CORRUPTFS,
    apsw.SQLITE_IOERR_DATA,
}
_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_NO_LEAVE = {errno.EROFS, errno.EACCES, errno.EPERM}


@contextmanager
def translated(path: Path, connection: apsw.Connection | None = None) -> Iterator[None]:
    """Turn what the file system and the database engine raise into a `VaultError`.

    The engine has one name for many failures; an open `connection` knows the system's number.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise VaultError(Code.VAULT_MISSING, path=str(path)) from error
    except UnicodeEncodeError as error:  # the engine takes names that are text only
        raise VaultError(Code.VAULT_NAME_UNREADABLE, path=str(path)) from error
    except (*_ENGINE, OSError) as error:
        number = _number(error, connection)
        if isinstance(error, apsw.CantOpenError) and _is_closed_to_us(path.parent):
            number = errno.EACCES  # the engine tried again to read only, and told of that
        code = _refused(number)
        if code is Code.VAULT_FULL and memory.is_place(path):
            code = Code.MEMORY_FULL
        raise VaultError(code, path=str(path), reason=_reason(error)) from error
    except (apsw.BusyError, apsw.LockedError) as error:
        raise VaultError(Code.VAULT_BUSY, path=str(path)) from error
    except _DAMAGED as error:
        raise damage(path, "database") from error
    except apsw.IOError as error:
        if getattr(error, "extendedresult", None) in _CUT_SHORT:
            raise damage(path, "database") from error
        code = _refused(_number(error, connection))
        raise VaultError(code, path=str(path), reason=_reason(error)) from error


def damage(path: Path, part: str) -> VaultError:
    """Return what to say of a vault that reads as damaged: VAULT_DAMAGED; or VAULT_GONE.

    A share that went away gives no bytes, or zeros, for a moment; the vault in it may be whole.
    """
    code = Code.VAULT_GONE if _has_gone(path) else Code.VAULT_DAMAGED
    return VaultError(code, path=str(path), part=part)


def _has_gone(path: Path) -> bool:
    if memory.is_place(path):
        return False
    try:
        with path.open("rb", buffering=0) as file:  # opening asks the share, not what it said last
            file.read(1)
    except OSError:
        return True
    return False


def _number(error: Exception, connection: apsw.Connection | None) -> int:
    if isinstance(error, OSError):
        return error.errno or 0
    if isinstance(error, apsw.FullError):
        return errno.ENOSPC
    if isinstance(error, apsw.ReadOnlyError | apsw.PermissionsError):
        return errno.EROFS
    return connection.system_errno if connection is not None else 0


def _is_closed_to_us(folder: Path) -> bool:
    return folder.is_dir() and not os.access(folder, os.W_OK)


def _refused(number: int) -> Code:
    """Return what to call a write that the system refused with this number."""
    if number in _NO_ROOM:
        return Code.VAULT_FULL
    return Code.VAULT_READ_ONLY if number in _NO_LEAVE else Code.VAULT_UNWRITABLE


def _reason(error: Exception) -> str:
    """Name the failure for a log: an errno or the engine's name for it, never text of ours."""
    if isinstance(error, OSError):
        return errno.errorcode.get(error.errno or 0, "EIO")
    return type(error).__name__
