"""The one way in: what a backup is told by, and the module that reads it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from wallet import inputs
from wallet.arriving import archives, dcw, learncard, own, universal
from wallet.arriving.archives import Packed
from wallet.arriving.arrival import Arrival, Kind
from wallet.errors import Code, MalformedError, WalletError
from wallet.inputs import Input
from wallet.storage.header import MAGIC

# A file read whole into memory: the largest collection this wallet is measured with, packed.
MAX_BACKUP_BYTES: Final = 256 * 1024 * 1024


def from_path(path: Path) -> Iterator[Input]:
    """Yield the inputs in a file or folder (see `inputs.from_path`); an exported folder is one.

    A wallet of this app, or its own backup, is restored and not added: its error is IS_WALLET.
    """
    if inputs.is_folder(path) and _is_exported(path):
        yield Input(str(path), folder=path)
        return
    for one in inputs.from_path(path, most=MAX_BACKUP_BYTES):
        wallet = _is_wallet(one)
        yield Input(one.source, error=MalformedError(Code.IS_WALLET)) if wallet else one


def is_backup(given: Input) -> bool:
    """Say whether an input is a backup or an archive, and no credential; never raises."""
    if given.error is not None:
        return False
    if given.folder is not None or archives.is_zip(given.data) or archives.is_tar(given.data):
        return True
    return universal.may_be(given.data) and universal.parse(given.data) is not None


def read(given: Input, password: str | None = None) -> Arrival:
    """Take a backup apart.

    Raises BACKUP_LOCKED where nothing can be read without a password, WRONG_BACKUP_PASSWORD, and
    `MalformedError` or `UnsupportedError` where it is none that can be read; nothing else.
    """
    source = Path(given.source).name
    if given.folder is not None:
        return own.read(source, _from_folder(given.folder), password)
    if len(given.data) > MAX_BACKUP_BYTES:
        raise MalformedError(Code.BACKUP_TOO_LARGE)
    if archives.is_zip(given.data):
        return _from_archive(source, archives.unzip(given.data), password)
    if archives.is_tar(given.data):
        return _from_archive(source, archives.untar(given.data), password)
    parsed = universal.parse(given.data)
    if parsed is None:
        raise MalformedError(Code.BACKUP_DAMAGED)
    return universal.read(source, *parsed, password)


def _from_archive(source: str, packed: Packed, password: str | None) -> Arrival:
    if own.is_backup(packed):
        return own.read(source, packed, password)
    if learncard.is_backup(packed):
        return learncard.read(source, packed, password)
    if dcw.is_backup(packed):
        return dcw.read(source, packed)
    if not packed.files and not packed.refused:
        raise MalformedError(Code.EMPTY)
    items = [Input(f"{source}: {name}", data) for name, data in packed.files.items()]
    items += [Input(f"{source}: {name}", error=error) for name, error in packed.refused]
    return Arrival(Kind.ARCHIVE, tuple(items))


def _is_wallet(one: Input) -> bool:
    if one.error is not None and one.error.code is Code.TOO_LARGE:
        try:
            with Path(one.source).open("rb") as file:
                return file.read(len(MAGIC)) == MAGIC
        except OSError:
            return False
    return one.data.startswith(MAGIC)


def _is_exported(folder: Path) -> bool:
    index = folder / own.INDEX
    try:
        if not index.is_file():  # a pipe may never answer
            return False
        with index.open("rb") as file:
            return own.is_index(file.read(200))
    except OSError:
        return False


def _from_folder(folder: Path) -> Packed:
    """Return the files of an exported folder, as from an archive: no links, bounded."""
    found = archives.Unpacking()
    paths = sorted(islice(folder.rglob("*"), archives.MAX_ENTRIES + 1))
    if len(paths) > archives.MAX_ENTRIES:
        raise MalformedError(Code.BACKUP_TOO_LARGE)
    real = folder.resolve()
    for path in paths:
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.resolve().is_relative_to(real):
            found.refuse(name, MalformedError(Code.BACKUP_PART_DAMAGED))
        elif inputs.is_file(path) and not any(part.startswith(".") for part in name.split("/")):
            try:
                if path.stat().st_size > found.room_for(name):
                    raise MalformedError(Code.TOO_LARGE)
                found.take(name, path.read_bytes())
            except OSError:
                found.refuse(name, WalletError(Code.FILE_UNREADABLE))
            except MalformedError as error:
                found.refuse(name, error)
    return found.packed()
