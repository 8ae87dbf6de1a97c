"""An open vault's file and database: whose turn it is, transactions, faults by their names.

It is used by one thread at a time: a lock of its own makes others wait.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import apsw

from wallet.errors import Code, VaultError
from wallet.storage import container, logs
from wallet.storage.container import ContainerFile
from wallet.storage.faults import translated

LOG_PAGES = 1000  # 4 MB of log are written back into the vault, as SQLite does by default


class OpenVault:
    """The open file and its database, until `close`."""

    def __init__(self, file: ContainerFile, connection: apsw.Connection) -> None:
        self._file = file
        file.known_salt = file.salt()
        self._connection: apsw.Connection | None = connection
        self._turn = threading.RLock()
        self._log_limit = LOG_PAGES
        self.version = 0  # rises with every change that was made here
        self._log = logs.LogSize()
        connection.set_wal_hook(self._log.note)

    @property
    def path(self) -> Path:
        """Where the vault is."""
        return self._file.path

    def close(self) -> None:
        """Lock the vault: write the log back, drop the keys. Closing twice does nothing."""
        with self._turn:
            connection, self._connection = self._connection, None
            if connection is None:
                return
            try:
                container.disconnect(connection)
            finally:
                self._file.close()

    @property
    def changes_made(self) -> int:
        """A number that rises with every row and every way in that changes; 0 once it is closed."""
        with self._turn:
            found = self._connection
            return found.total_changes() + self._file.read_header().generation if found else 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        connection = self._connection
        try:
            with translated(self.path, connection):
                yield
        except VaultError as error:
            if connection is not None and error.code is Code.VAULT_UNWRITABLE:
                self._file.check_place()  # a better reason, if the file is no longer there
            raise

    @contextmanager
    def _reading(self) -> Iterator[apsw.Connection]:
        with self._turn, self._translated():
            yield self._opened()

    @contextmanager
    def _writing(self) -> Iterator[apsw.Connection]:
        with self._turn, self._translated():
            connection = self._opened()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                self._file.check_place()
                connection.execute("COMMIT")
                self.version += 1
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            self._file.check_place()  # the stick may have been pulled out just now
            if self._log.pages >= self._log_limit or not container.has_log(connection):
                container.write_back(connection)

    filling = _writing  # for those in this package who fill a vault whole

    def _opened(self) -> apsw.Connection:
        if self._connection is None:
            raise VaultError(Code.VAULT_LOCKED, path=str(self.path))
        return self._connection
