"""Many files at once, as a folder or a ZIP file: all of them or none, and over nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

from wallet import outputs
from wallet.errors import Code, WalletError

_PACKED = (".png",)  # as small as they get


class Out(Protocol):
    """Where the files go."""

    def add(self, name: str, data: bytes) -> None:
        """Write one file."""
        ...

    def cancel(self) -> None:
        """Leave nothing behind."""
        ...


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path
        self.cancelled = False

    def add(self, name: str, data: bytes) -> None:
        path = self._path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)

    def cancel(self) -> None:
        self.cancelled = True


class _Zip:
    def __init__(self, archive: zipfile.ZipFile, now: datetime) -> None:
        self._archive = archive
        # ZIP knows years from 1980 to 2107 and no zone.
        self._date = (min(max(now.year, 1980), 2107), *now.timetuple()[1:6])
        self.cancelled = False

    def add(self, name: str, data: bytes) -> None:
        info = zipfile.ZipInfo(name, self._date)
        info.external_attr = 0o600 << 16
        method = zipfile.ZIP_STORED if name.endswith(_PACKED) else zipfile.ZIP_DEFLATED
        self._archive.writestr(info, data, compress_type=method)

    def cancel(self) -> None:
        self.cancelled = True


@contextmanager
def folder(path: Path, *, now: datetime, replace: bool, vault: Path | None) -> Iterator[Out]:
    """Yield a place to write to that becomes the folder `path` when all went well.

    Raises FILE_EXISTS where there is anything but an empty folder: what is in a folder is never
    replaced.
    """
    del now, replace, vault
    made = None
    try:
        if path.is_symlink() or (path.exists() and (not path.is_dir() or any(path.iterdir()))):
            raise WalletError(Code.FILE_EXISTS, path=str(path))
        made = Path(tempfile.mkdtemp(dir=path.absolute().parent, prefix=f".{path.name[:40]}-"))
        out = _Folder(made)
        yield out
        if not out.cancelled:
            if path.exists():
                path.rmdir()
            made.rename(path)
            made = None
    except OSError as error:
        raise WalletError(Code.FILE_UNWRITABLE) from error
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)


@contextmanager
def zipped(path: Path, *, now: datetime, replace: bool, vault: Path | None) -> Iterator[Out]:
    """Yield a place to write to that becomes the ZIP file `path` when all went well.

    Raises what `outputs.write` does.
    """
    outputs.check(path, replace=replace, vault=vault)
    made = None
    try:
        handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name[:40]}-")
        made = Path(name)
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                out = _Zip(archive, now)
                yield out
            file.flush()
            os.fsync(file.fileno())
        if not out.cancelled:
            outputs.check(path, replace=replace, vault=vault)
            made.replace(path)
            made = None
    except OSError as error:
        raise WalletError(Code.FILE_UNWRITABLE) from error
    finally:
        if made is not None:
            with suppress(OSError):
                made.unlink()
