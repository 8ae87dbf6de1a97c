"""The copy of an older vault that is made, and read again, before its tables are changed.

It lies beside the vault, named after the version of its tables, and is a vault itself: the same
ways in open it. It goes when the migrated vault has been opened once more.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import IO

from wallet.errors import Code, VaultError
from wallet.storage import container, integrity, logs, schema
from wallet.storage.container import ContainerFile
from wallet.storage.faults import translated

_CHUNK = 1 << 20


def path_of(vault: Path, version: int) -> Path:
    """Return where the copy of a vault lies whose tables were of a version."""
    return vault.with_name(f"{vault.name}.version-{version}")


def same_vault(one: Path, other: Path) -> bool:
    """Say whether two files are of the same vault, as far as their headers can be read."""
    with suppress(VaultError):
        return container.peek(one).vault_id == container.peek(other).vault_id
    return False


def kept(vault: Path) -> list[Path]:
    """Return the copies of older versions that lie beside a vault, the latest version first."""
    older = range(schema.SCHEMA_VERSION - 1, 0, -1)
    places = [place for n in older for place in (path_of(vault, n), _other_place(vault, n))]
    return [path for path in places if path.is_file() and _may_be_of(vault, path)]


def _other_place(vault: Path, version: int) -> Path:
    """Return where the copy lies if that of another vault has its name."""
    return vault.with_name(f"{vault.name}.version-{version}-2")


def _may_be_of(vault: Path, copy: Path) -> bool:
    """Say whether a copy is of a vault, or that cannot be told any more."""
    try:
        return container.peek(vault).vault_id == container.peek(copy).vault_id
    except VaultError:
        return True


def _free_place(vault: Path, version: int) -> Path:
    """Return where a copy goes: over an earlier one of this vault, and over no other file."""
    for place in (path_of(vault, version), _other_place(vault, version)):
        if not os.path.lexists(place) or same_vault(vault, place):
            return place
    raise VaultError(Code.NO_ROOM_FOR_COPY, path=str(place))


def make(file: ContainerFile, version: int, database_key: Callable[[], bytearray]) -> Path:
    """Copy a vault, open the copy, read all of it; the vault itself is not touched.

    Raises NO_ROOM_FOR_COPY, and VAULT_DAMAGED where the vault is not whole to begin with.
    """
    path = _free_place(file.path, version)
    draft = path.with_name(f".{path.name}.new")
    try:
        with translated(draft):
            _write(file, draft)
            _read_again(file, draft, database_key)
            draft.replace(path)
            container.sync_folder(path.parent)
    except VaultError as error:
        if error.code is Code.VAULT_FULL:
            raise VaultError(Code.NO_ROOM_FOR_COPY, path=str(path)) from error
        raise
    finally:
        with suppress(OSError):
            draft.unlink()
        logs.forget(draft)
    return path


def forget(file: ContainerFile) -> None:
    """Delete the copies of older versions of this very vault, if the folder allows it."""
    for path in kept(file.path):
        with suppress(OSError):
            if same_vault(file.path, path):
                path.unlink()


def _write(file: ContainerFile, draft: Path) -> None:
    logs.forget(draft)
    with container.open_private(draft) as target:
        file.copy_to(target)
        container.sync(target.fileno())
        if _digest(target) != _digest_of(file):
            raise VaultError(Code.VAULT_UNWRITABLE, path=str(draft), reason="copy")
    container.copy_log(file.path, draft)


def _read_again(file: ContainerFile, draft: Path, database_key: Callable[[], bytearray]) -> None:
    """Open the copy as the next program would, and read everything; its log is written back."""
    with ContainerFile(draft, flags=os.O_RDWR) as copy:
        if copy.read_header() != file.read_header():
            raise VaultError(Code.VAULT_UNWRITABLE, path=str(draft), reason="copy")
        connection = container.connect(draft, database_key())
        try:
            with translated(draft, connection):
                schema.check(connection)
                container.use_wal(connection)
                integrity.check(connection)
            container.write_back(connection, emptying=True)
        finally:
            container.disconnect(connection)
    if draft.with_name(f"{draft.name}-wal").exists():
        raise VaultError(Code.VAULT_FULL, path=str(draft))  # no room to write it back


def _digest(target: IO[bytes]) -> bytes:
    target.seek(0)
    digest = sha256()
    while data := target.read(_CHUNK):
        digest.update(data)
    return digest.digest()


def _digest_of(file: ContainerFile) -> bytes:
    sink = _Digest()
    file.copy_to(sink)
    return sink.digest.digest()


class _Digest:
    def __init__(self) -> None:
        self.digest = sha256()

    def write(self, data: bytes, /) -> None:
        self.digest.update(data)
