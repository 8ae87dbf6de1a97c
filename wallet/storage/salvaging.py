"""What can still be read of a damaged vault, brought into a new one.

The damaged file is never written to: a copy of it is read, page by page (`pages`), and a page
that is not as it was written is stepped over. A credential is kept when its bytes hash to its
id, an identity when its key is the one it is named after, so nothing wrong is brought over.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import apsw

from wallet.crypto import sealing
from wallet.crypto.sealing import Cost
from wallet.errors import Code, VaultError
from wallet.storage import container, credentials, keys, logs, opening, restoring
from wallet.storage.faults import translated
from wallet.storage.header import Header, SlotKind
from wallet.storage.pages import Pages, Row
from wallet.storage.rereading import Describe
from wallet.storage.slots import Given
from wallet.storage.values import Salvaged
from wallet.storage.vault import Vault

# A table's columns in a row of it: n(ull, an INTEGER PRIMARY KEY), i(nteger), t(ext), b(ytes); a
# capital may be null. A row that was written before columns were added ends sooner, at the bar.
_SHAPES = {
    "credential": "nttttttTTtTtT",
    "original": "nbBttT",
    "identity": "nttb",
    "share": "ttTtttTT",
    "share_credential": "titt",
    "fact": "tbt|TTT",
    "setting": "tt",
    "need": "it",
    "change": "nittttTT",
}
_INDEXED = {"share_credential", "need"}  # WITHOUT ROWID: they lie in an index
_NAMED_AFTER_THEIR_PAGE = {"created_at"}  # of the table `meta`, which is shaped like `setting`


def salvage(
    path: Path,
    given: Given,
    new: Path,
    *,
    describe: Describe,
    now: datetime,
    cost: Cost | None = None,
) -> Salvaged:
    """Make a new vault of all that can be read, opened by what opens the old; say what it was.

    `given` is a passphrase or a recovery code. Raises NOTHING_TO_SAVE, VAULT_KEYS_LOST,
    VAULT_EXISTS, and what unlocking and writing raise; then no new vault is there. It has its name
    only once it was read again in full, so that no power cut leaves one that is half filled.
    """
    if not isinstance(given, str) and given.kind is not SlotKind.RECOVERY:
        raise ValueError("nobody could open a vault with nothing but that")
    draft = new.with_name(f".{new.name}.saving")
    with _readable_copy(opening.real(path), given, new) as (pages, unread), translated(new):
        opening.refuse_existing(new)
        restoring.discard(opening.new_draft(draft))  # what a power cut left
        vault = Vault.create(draft, given, now=now, cost=cost)
        try:
            with vault, vault.filling() as connection:
                found = _Salvage(pages, connection, describe, now)
                found.run()
            if not found.credentials and not found.identities:
                raise VaultError(Code.NOTHING_TO_SAVE, path=str(path))
            again = Vault.unlock(draft, given)
            with again:
                again.check_integrity()
                again.publish(new)
        except BaseException:
            vault.close()
            with suppress(OSError):
                vault.path.unlink()
                logs.forget(vault.path)
            raise
    return found.report(new, unread)


@contextmanager
def _readable_copy(path: Path, given: Given, new: Path) -> Iterator[tuple[Pages, int]]:
    """Yield the pages of a copy of a vault, and how many bytes the disk did not give back."""
    draft = new.with_name(f".{new.name}.reading")
    with translated(path), container.open_to_read(path) as file:
        found, key = _unsealed(file, given)
        try:
            with translated(draft), container.open_private(draft) as target:
                unread = file.copy_to(target, skip_bad=True)
            _write_back_log(path, draft, opening.database_key_of(found, key))
            own = opening.database_key_of(found, key)
            pages = Pages(draft, bytes(own))
            sealing.wipe(own)
            try:
                yield pages, unread
            finally:
                pages.close()
        finally:
            sealing.wipe(key)
            with suppress(OSError):
                draft.unlink()
                logs.forget(draft)


def _write_back_log(path: Path, draft: Path, key: bytearray) -> None:
    """Bring into the copy what a crash left in the log, as far as SQLite can."""
    with suppress(OSError, apsw.Error):
        container.copy_log(path, draft)
        connection = container.connect(draft, key)
        try:
            container.use_wal(connection)
            container.write_back(connection, emptying=True)
        finally:
            connection.close()


def _unsealed(file: container.ContainerFile, given: Given) -> tuple[Header, bytearray]:
    """Return the first header of which a slot opens, with its key."""
    refused: VaultError | None = None
    for found in file.read_any_header():
        try:
            return found, opening.unseal_of(found, given)
        except VaultError as error:
            refused = refused or error
    try:
        file.read_header()  # raises VAULT_KEYS_LOST, as then a wrong passphrase cannot be told
    except VaultError as lost:
        lost.facts["tried"] = refused is not None  # a guess all the same
        raise
    assert refused is not None
    raise refused


@dataclass
class _Salvage:
    """One run: from the pages to the new database."""

    pages: Pages
    new: apsw.Connection
    describe: Describe
    now: datetime
    credentials: int = 0
    described_again: int = 0
    undescribed: int = 0
    identities: int = 0
    lost_identities: int = 0
    shares: int = 0
    lines: dict[str, tuple[int, Row]] = field(default_factory=dict)  # by a credential's id
    kept: dict[int, str] = field(default_factory=dict)  # by its place in the old list
    done: set[str] = field(default_factory=set)  # the same, to be looked up
    details: list[tuple[str, Row]] = field(default_factory=list)

    def run(self) -> None:
        # The lines first: the bytes are not held in memory.
        for number, table, row in self._rows(skipping="original"):
            if table == "credential":
                self.lines[str(row[1])] = (number, row[1:])
            elif table == "identity":
                self._copy_identity(row)
            elif not self.pages.sealed:  # a title, a date or a setting may be nonsense
                continue
            elif table in {"share_credential", "need", "change"}:
                self.details.append((table, row))
            else:
                self._insert(table, row)
                self.shares += table == "share"
        for number, _, row in self._rows(only="original"):
            self._copy_original(number, row)
        for table, row in self.details:
            self._copy_detail(table, row)

    def report(self, path: Path, unread: int) -> Salvaged:
        done = set(self.kept.values())
        rest = [line for id_, line in self.lines.items() if id_ not in done]
        return Salvaged(
            path=path,
            credentials=self.credentials,
            described_again=self.described_again,
            lost=tuple(str(line[1]) for _, line in sorted(rest)),
            undescribed=self.undescribed,
            identities=self.identities,
            lost_identities=self.lost_identities,
            shares=self.shares,
            bad_pages=self.pages.bad,
            pages=self.pages.count,
            unread_bytes=unread,
        )

    def _rows(self, *, only: str = "", skipping: str = "") -> Iterator[tuple[int, str, Row]]:
        for rowid, row in self.pages.rows():
            table = _table_of(rowid, row)
            if table is not None and table != skipping and only in {"", table}:
                yield rowid or 0, table, row

    def _copy_original(self, number: int, row: Row) -> None:
        """Bring over a credential, by its line or, where that is lost, read anew."""
        raw, box = row[1], row[2]
        assert isinstance(raw, bytes)
        id_ = sha256(raw).hexdigest()
        if id_ in self.done:
            return
        if not self.pages.sealed and id_ not in self.lines:
            return  # nothing says that these bytes are what they were
        if self.pages.sealed and id_ in self.lines:
            number, line = self.lines[id_]
            credentials.put_back(self.new, number, line, row[1:])
        else:
            again = self.describe(raw, box if isinstance(box, bytes) else None)
            if again is None or again.raw != raw:
                self.undescribed += 1
                return
            credentials.put_new(self.new, number, again, now=self.now)
            self.described_again += 1
        self.kept[number] = id_
        self.done.add(id_)
        self.credentials += 1

    def _copy_identity(self, row: Row) -> None:
        _, did, _, seed = row
        if isinstance(seed, bytes) and keys.is_key_of(seed, str(did)):
            self._insert("identity", row)
            self.identities += 1
        else:
            self.lost_identities += 1

    def _copy_detail(self, table: str, row: Row) -> None:
        """Bring over what belongs to a share or a credential that was brought over."""
        if table == "share_credential":
            known = self.new.execute("SELECT 1 FROM share WHERE id = ?", (row[0],)).fetchone()
        else:
            known = row[0 if table == "need" else 1] in self.kept
        if known:
            self._insert(table, row)

    def _insert(self, table: str, row: Row) -> None:
        columns = self.new.execute(f"SELECT count(*) FROM pragma_table_info('{table}')").get  # noqa: S608
        values = (*row, *[None] * (int(columns) - len(row)))
        marks = ", ".join("?" * len(values))
        self.new.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", values)  # noqa: S608


def _table_of(rowid: int | None, row: Row) -> str | None:
    """Return the table that a row is of, by its columns; None for what is not brought over."""
    for table, shape in _SHAPES.items():
        if (rowid is None) == (table in _INDEXED) and _has_shape(row, shape):
            plain = table == "setting" and row[0] in _NAMED_AFTER_THEIR_PAGE
            return None if plain else table
    return None


def _has_shape(row: Row, shape: str) -> bool:
    least, _, more = shape.partition("|")
    whole = least + more
    if not len(least) <= len(row) <= len(whole):
        return False
    kinds = {"n": type(None), "i": int, "t": str, "b": bytes}
    return all(
        isinstance(value, kinds[mark.lower()]) or (value is None and mark.isupper())
        for value, mark in zip(row, whole, strict=False)
    )
