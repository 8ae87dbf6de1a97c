"""What a hostile review found: said as done or undone what was not, and what only seemed whole."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scripts import make_vault_fixture
from tests.paths import REPO
from tests.unit.storage.vault_helpers import CHEAP, NOW, OTHER, PASSPHRASE, credential
from wallet.backing_up import SUFFIX, Backups
from wallet.errors import Code, VaultError
from wallet.storage import Vault, backups, container, copies, salvaging
from wallet.storage.attempts import FREE
from wallet.storage.container import ContainerFile
from wallet.storage.header import COPY_BYTES, COPY_STRIDE, HEADER_BYTES
from wallet.ways import Ways

OLD = REPO / "tests" / "vaults" / "version-1.ler"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "v.ler"


@pytest.fixture
def vault(path: Path) -> Iterator[Vault]:
    with Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP) as made:
        made.add([credential(n, size=20_000) for n in range(30)], now=NOW)
        yield made


def opens(path: Path, passphrase: str) -> bool:
    header = container.peek(path)
    from wallet.storage import slots

    try:
        slots.opened(header, passphrase)
    except VaultError:
        return False
    return True


@pytest.mark.parametrize("which", ["first", "second"])
@pytest.mark.parametrize("step", ["write", "sync"])
def test_what_is_told_of_a_changed_passphrase_is_what_the_file_says(
    vault: Vault, path: Path, monkeypatch: pytest.MonkeyPatch, which: str, step: str
) -> None:
    """Whichever write or synchronisation fails: undone is undone, and done is done."""
    fails, calls = {"first": 0, "second": 1}[which], [-1]
    write, settled = ContainerFile._write, ContainerFile._settled

    def counted(self, index, data):  # type: ignore[no-untyped-def]
        calls[0] += 1
        if step == "write" and calls[0] == fails:
            raise OSError(errno.EIO, "no")
        write(self, index, data)

    def syncing(self):  # type: ignore[no-untyped-def]
        if step == "sync" and calls[0] == fails:
            raise OSError(errno.EIO, "no")
        settled(self)

    with monkeypatch.context() as patch:
        patch.setattr(ContainerFile, "_write", counted)
        patch.setattr(ContainerFile, "_settled", syncing)
        told = OTHER if which == "second" else PASSPHRASE
        if which == "second":
            vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)
        else:
            with pytest.raises(VaultError) as caught:
                vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)
            assert caught.value.code is Code.VAULT_UNWRITABLE
    assert opens(path, told)
    assert not opens(path, OTHER if told == PASSPHRASE else PASSPHRASE)


@pytest.mark.parametrize("which", ["one", "both"])
def test_a_header_that_goes_bad_under_an_open_vault_is_mended_by_the_check(
    vault: Vault, path: Path, which: str
) -> None:
    with path.open("r+b") as file:
        for copy in (0, 1) if which == "both" else (1,):
            file.seek(copy * COPY_STRIDE)
            file.write(bytes(COPY_BYTES))
    vault.check_integrity()
    vault.close()
    with Vault.unlock(path, PASSPHRASE) as again:
        assert again.count() == 30


def test_a_salt_that_goes_bad_under_an_open_vault_is_mended_by_the_check(
    vault: Vault, path: Path
) -> None:
    with path.open("r+b") as file:
        file.seek(HEADER_BYTES)
        file.write(bytes(16))
    with pytest.raises(VaultError) as told:
        vault.back_up(path.with_name("copy.ler-backup"), now=NOW)
    assert told.value.code is Code.BACKUP_OF_DAMAGED  # it is not the copy that is bad
    vault.check_integrity()
    vault.close()
    with Vault.unlock(path, PASSPHRASE) as again:
        assert again.count() == 30


def test_pages_that_go_bad_after_a_first_check_are_seen_by_the_second(
    vault: Vault, path: Path
) -> None:
    vault.close()
    with Vault.unlock(path, PASSPHRASE) as again:
        again.check_integrity()
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.seek(HEADER_BYTES + 8 * 4096)
            file.write(os.urandom(size - HEADER_BYTES - 8 * 4096))
        with pytest.raises(VaultError) as told:
            again.check_integrity()
        assert told.value.code is Code.VAULT_DAMAGED


def test_the_copy_of_before_a_migration_stays_until_the_new_one_is_proven(tmp_path: Path) -> None:
    path = tmp_path / "old.ler"
    path.write_bytes(OLD.read_bytes())
    Vault.unlock(path, make_vault_fixture.PASSPHRASE).close()
    assert copies.kept(path)
    whole = path.read_bytes()
    bad = bytearray(whole)
    for page in range(3, (len(bad) - HEADER_BYTES) // 4096):
        bad[HEADER_BYTES + page * 4096 + 99] ^= 1
    path.write_bytes(bad)
    with suppress(VaultError):
        Vault.unlock(path, make_vault_fixture.PASSPHRASE).close()
    assert copies.kept(path)
    path.write_bytes(whole)
    Vault.unlock(path, make_vault_fixture.PASSPHRASE).close()
    assert not copies.kept(path)


def test_a_backup_whose_header_was_not_written_as_it_was_is_not_done(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = ContainerFile._write

    def bad(self, index, data):  # type: ignore[no-untyped-def]
        write(self, index, data[:-40] + bytes(40) if ".new" in self.path.name else data)

    monkeypatch.setattr(ContainerFile, "_write", bad)
    with pytest.raises(VaultError):
        vault.back_up(tmp_path / "copy.ler-backup", now=NOW)
    assert not list(tmp_path.glob("*copy*"))


def test_a_clock_that_was_ahead_costs_no_copy_and_silences_nobody(
    vault: Vault, tmp_path: Path
) -> None:
    moment = [NOW + timedelta(days=60 * 365)]
    made = Backups(lambda: vault, clock=lambda: moment[0])
    for _ in range(5):
        moment[0] += timedelta(days=1)
        made.roll()
    moment[0] = NOW
    assert made.state().last_at is None
    for _ in range(8):
        moment[0] += timedelta(days=1)
        made.roll()
    dates = [one.made_at for one in made.listed()]
    assert len(dates) == 5
    assert max(dates) == moment[0]
    assert made.state().last_at == moment[0]


def test_a_backup_that_was_cut_off_is_no_good_one_and_takes_no_good_ones_place(
    vault: Vault,
) -> None:
    moment = [NOW]
    made = Backups(lambda: vault, clock=lambda: moment[0])
    first = made.roll().file.path
    moment[0] += timedelta(days=1)
    second = made.roll().file.path
    with second.open("r+b") as file:
        file.truncate(9000)
    assert made.state().last_path == first
    for _ in range(4):
        moment[0] += timedelta(days=1)
        made.roll()
    assert first.exists()


def test_a_folder_that_nobody_may_look_into_is_said(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Backups(lambda: vault, clock=lambda: NOW)

    def refused(self, *_given, **_more):  # type: ignore[no-untyped-def]
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(backups, "write", refused)
    assert made.roll_if_due() is None
    assert made.state().trouble is not None


def test_a_log_beside_a_backup_that_never_ends_is_refused(
    vault: Vault, path: Path, tmp_path: Path
) -> None:
    vault.close()
    given = tmp_path / "given.ler"
    given.write_bytes(path.read_bytes())
    given.with_name("given.ler-wal").symlink_to("/dev/zero")
    Vault.copy_of(given, PASSPHRASE, beside=path).discard()  # no log, so none is taken along


def test_a_generation_that_cannot_be_counted_on_is_refused(path: Path, vault: Vault) -> None:
    vault.close()
    file = container.open_existing(path)
    file.write_header(replace(file.read_header(), generation=(1 << 64) - 1))
    file.close()
    with pytest.raises(VaultError) as told:
        Vault.unlock(path, PASSPHRASE)
    assert told.value.code is Code.VAULT_DAMAGED


@pytest.mark.parametrize(
    "made",
    [
        "CREATE TRIGGER t AFTER INSERT ON credential BEGIN DELETE FROM credential; END",
        "DROP TABLE setting; CREATE VIEW setting AS WITH RECURSIVE r(key, value) AS "
        "(SELECT 'a', 'b' UNION ALL SELECT key, value FROM r) SELECT * FROM r",
        "DROP TABLE share",
    ],
    ids=["a trigger", "a view", "a table less"],
)
def test_tables_that_are_not_ours_are_refused(
    vault: Vault, path: Path, tmp_path: Path, made: str
) -> None:
    vault._opened().execute("PRAGMA foreign_keys=OFF")
    vault._opened().execute(made)
    vault.close()
    given = tmp_path / "given.ler-backup"
    given.write_bytes(path.read_bytes())
    with pytest.raises(VaultError) as told:
        Vault.unlock(path, PASSPHRASE)
    assert told.value.code is Code.VAULT_DAMAGED
    with pytest.raises(VaultError) as told:
        Vault.copy_of(given, PASSPHRASE, beside=tmp_path / "mine.ler")
    assert told.value.code in {Code.BACKUP_BROKEN, Code.VAULT_DAMAGED}


def test_what_a_killed_backup_left_is_swept_away(vault: Vault) -> None:
    made = Backups(lambda: vault, clock=lambda: NOW)
    folder = made.roll().file.path.parent
    old, young, other = (
        folder / f".{name}{SUFFIX}.new"
        for name in ("v-2026-01-01-120000", "v-2026-01-02-120000", "w-2026-01-01-120000")
    )
    for one in (old, young, other):
        one.write_bytes(b"half")
    for one in (old, other):
        os.utime(one, (1, 1))
    made.roll()
    assert [one.exists() for one in (old, young, other)] == [False, True, True]


def test_a_copy_of_before_a_migration_goes_over_no_other_vaults(tmp_path: Path) -> None:
    path, other = tmp_path / "v.ler", tmp_path / "v.ler.version-1"
    with Vault.create(other, OTHER, now=NOW, cost=CHEAP):
        pass
    theirs = other.read_bytes()
    path.write_bytes(OLD.read_bytes())
    Vault.unlock(path, make_vault_fixture.PASSPHRASE).close()
    assert other.read_bytes() == theirs
    (copy,) = copies.kept(path)
    assert copy != other
    assert copy.read_bytes()[:COPY_STRIDE] == OLD.read_bytes()[:COPY_STRIDE]
    Vault.unlock(path, make_vault_fixture.PASSPHRASE).close()
    assert other.read_bytes() == theirs
    assert copies.kept(path) == []


def test_a_guess_at_a_file_whose_header_is_damaged_counts(vault: Vault, path: Path) -> None:
    vault.close()
    data = bytearray(path.read_bytes())
    for copy in (0, 1):
        data[copy * COPY_STRIDE + COPY_BYTES - 1] ^= 1  # the digest
    path.write_bytes(data)
    ways = Ways(lambda: vault, clock=lambda: NOW)
    for _ in range(FREE):
        file = container.open_to_read(path)
        with pytest.raises(VaultError) as told, file, ways.trying(path):
            salvaging._unsealed(file, "not it at all")
        assert told.value.code is Code.VAULT_KEYS_LOST
    assert ways.wait(path) > 0
