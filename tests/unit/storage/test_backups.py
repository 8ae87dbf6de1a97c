"""A backup is the vault as it was, proven before it has its name, and never in anything's place."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scripts import make_vault_fixture as made
from tests.unit.storage.vault_helpers import (
    CHEAP,
    NOW,
    OTHER,
    PASSPHRASE,
    credential,
    folder_state,
)
from wallet.errors import Code, VaultError
from wallet.storage import (
    Secret,
    SlotKind,
    Vault,
    backups,
    comparing,
    container,
    inspect,
    logs,
    opening,
    schema,
)
from wallet.storage.container import ContainerFile
from wallet.storage.header import HEADER_BYTES

OLD = Path(__file__).parents[2] / "vaults" / "version-1.ler"


def code_of(call: Callable[[], object]) -> Code:
    with pytest.raises(VaultError) as caught:
        call()
    return caught.value.code


@pytest.fixture
def full(vault: Vault) -> Vault:
    """A vault with something in every table."""
    made.fill(vault)
    vault.add([credential(n, size=2000) for n in range(30)], now=NOW)
    return vault


@pytest.fixture
def to(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder / "one.ler-backup"


def everything(vault: Vault) -> dict[str, list[tuple[object, ...]]]:
    with vault._reading() as connection:
        return {
            table: connection.execute(f'SELECT * FROM "{table}" ORDER BY 1, 2').fetchall()
            for table in comparing._tables(connection)
        }


def restored(backup: Path, to: Path, passphrase: str = PASSPHRASE) -> Vault:
    Vault.copy_of(backup, passphrase, beside=to).publish(to)
    return Vault.unlock(to, passphrase)


def test_a_backup_has_everything_and_opens_with_the_same_passphrase(
    full: Vault, to: Path, tmp_path: Path
) -> None:
    before = everything(full)
    done = full.back_up(to, now=NOW)
    assert done.contents == backups_contents(full)
    assert (done.file.path, done.file.made_at, done.file.rolling) == (to, NOW, False)
    assert done.file.size == to.stat().st_size
    assert done.file.vault_id == inspect(full.path).vault_id
    assert list(to.parent.iterdir()) == [to]
    assert everything(full) == before  # nothing of the vault has changed
    with restored(to, tmp_path / "new.ler") as again:
        assert everything(again) == before
        again.check_integrity()
        [did] = again.identities()
        assert again.sign(did, b"x") == full.sign(did, b"x")
        again.add([credential(1000)], now=NOW)  # and is used as a vault
    assert code_of(lambda: Vault.unlock(to, PASSPHRASE)) is Code.IS_BACKUP


def backups_contents(vault: Vault) -> object:
    return backups_values(
        vault.count(), len(vault.removed()), len(vault.identities()), len(vault.shares())
    )


def backups_values(*numbers: int) -> object:
    from wallet.storage import Contents

    return Contents(*numbers)


def test_what_was_not_written_back_yet_is_in_it(vault: Vault, to: Path, tmp_path: Path) -> None:
    vault._log_limit = 10**9
    vault.add([credential(n, size=4000) for n in range(50)], now=NOW)
    assert logs.of(vault.path).stat().st_size > 100_000
    vault.back_up(to, now=NOW)
    with restored(to, tmp_path / "new.ler") as again:
        assert again.count() == 50


def test_nothing_of_it_can_be_read_without_a_way_in(full: Vault, to: Path) -> None:
    full.back_up(to, now=NOW)
    data = to.read_bytes()
    for word in (b"Certificate", b"Lincoln", b"Skills", b"SQLite format", made.SEED):
        assert word not in data
    if sys.platform != "win32":
        assert to.stat().st_mode & 0o077 == 0


def test_the_ways_in_come_along_but_for_this_computers_own(vault: Vault, to: Path) -> None:
    code = Secret(SlotKind.RECOVERY, bytearray(range(16)))
    keychain = Secret(SlotKind.KEYCHAIN, bytearray(32))
    for secret in (code, keychain):
        vault.add_way(vault.prepare_way(PASSPHRASE, secret))
    vault.back_up(to, now=NOW)
    assert [way.kind for way in inspect(to).ways] == [SlotKind.PASSPHRASE, SlotKind.RECOVERY]
    beside = to.with_name("v.ler")
    Vault.copy_of(to, code, beside=beside).discard()
    assert code_of(lambda: Vault.copy_of(to, keychain, beside=beside)) is Code.NO_SUCH_WAY


def test_an_old_backup_opens_with_the_passphrase_it_had(vault: Vault, to: Path) -> None:
    vault.back_up(to, now=NOW)
    vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)
    beside = to.with_name("v.ler")
    assert code_of(lambda: Vault.copy_of(to, OTHER, beside=beside)) is Code.BACKUP_WRONG_PASSPHRASE
    Vault.copy_of(to, PASSPHRASE, beside=beside).discard()
    assert list(to.parent.iterdir()) == [to]


@pytest.mark.parametrize("what", ["file", "folder", "link to nothing"])
def test_it_never_takes_the_place_of_anything(full: Vault, to: Path, what: str) -> None:
    if what == "file":
        to.write_bytes(b"mine")
    elif what == "folder":
        to.mkdir()
    else:
        to.symlink_to(to.with_name("nowhere"))
    before = folder_state(to.parent)
    assert code_of(lambda: full.back_up(to, now=NOW)) is Code.BACKUP_EXISTS
    assert folder_state(to.parent) == before
    assert not (to.parent / "nowhere").exists()


def test_the_open_vault_is_never_written_over(full: Vault) -> None:
    assert code_of(lambda: full.back_up(full.path, now=NOW)) is Code.BACKUP_EXISTS
    full.check_integrity()


def test_a_folder_that_is_not_there(full: Vault, tmp_path: Path) -> None:
    lost = tmp_path / "unplugged" / "one.ler-backup"
    assert code_of(lambda: full.back_up(lost, now=NOW)) is Code.BACKUP_FOLDER_MISSING
    assert not lost.parent.exists()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(full: Vault, to: Path) -> None:
    to.parent.chmod(0o500)
    try:
        assert code_of(lambda: full.back_up(to, now=NOW)) is Code.BACKUP_UNWRITABLE
    finally:
        to.parent.chmod(0o700)


@pytest.fixture
def small_disk() -> Iterator[Callable[[int], None]]:
    resource, signal = pytest.importorskip("resource"), pytest.importorskip("signal")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


def test_a_full_disk_leaves_the_old_ones_and_nothing_else(
    full: Vault, to: Path, small_disk: Callable[[int], None]
) -> None:
    full.back_up(to, now=NOW)
    before = folder_state(to.parent)
    for size in (0, 5000, HEADER_BYTES, 20_000, 60_000):
        small_disk(size)
        second = to.with_name("two.ler-backup")
        assert code_of(lambda path=second: full.back_up(path, now=NOW)) is Code.BACKUP_UNWRITABLE
        assert folder_state(to.parent) == before
    small_disk(50_000_000)
    backups.check(to)
    full.check_integrity()
    full.add([credential(5000)], now=NOW)


# Proven


def flip(path: Path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))


def test_a_byte_that_turned_on_its_way_to_the_disk_is_noticed_wherever_it_is(
    full: Vault, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = ContainerFile.settle
    full.back_up(to, now=NOW)
    size = to.stat().st_size
    to.unlink()
    places = [HEADER_BYTES, HEADER_BYTES + 15, *range(HEADER_BYTES, size, size // 23), size - 1]
    for place in places:

        def settle_wrongly(self: ContainerFile, at: int = place) -> None:
            settle(self)
            flip(self.path, at)

        monkeypatch.setattr(ContainerFile, "settle", settle_wrongly)
        assert code_of(lambda: full.back_up(to, now=NOW)) is Code.BACKUP_DIFFERS, place
        assert list(to.parent.iterdir()) == [], place


DIFFERENT = {
    "a record's bytes": "UPDATE original SET raw = CAST(raw || x'20' AS BLOB) WHERE position = 1",
    "a record is missing": "DELETE FROM credential WHERE position = 3",
    "a title": "UPDATE credential SET title = 'x' WHERE position = 1",
    "a key": "UPDATE identity SET seed = zeroblob(32)",
    "no key": "DELETE FROM identity",
    "a share": "UPDATE share SET audience = 'x'",
    "what was in a share": "DELETE FROM share_credential",
    "a setting": "UPDATE setting SET value = 'x'",
    "a change": "UPDATE change SET reason = 'x'",
    "a fact": "UPDATE fact SET body = x'00'",
    "an extra fact": "INSERT INTO fact VALUES ('https://x.example', x'', '', NULL, NULL, NULL)",
    "the search index": "INSERT INTO word (rowid, text) VALUES (99999, 'x')",
    "an extra table": "CREATE TABLE extra (x)",
    "the version": "PRAGMA user_version = 1",
}


@pytest.mark.parametrize("what", DIFFERENT)
def test_a_copy_that_is_whole_but_not_the_same_is_noticed(
    full: Vault, to: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = ContainerFile.settle

    def settle_wrongly(self: ContainerFile) -> None:
        with full._turn:
            connection = full._opened()
            connection.execute("ATTACH ? AS other", (str(self.path),))
            question = DIFFERENT[what]
            for word in ("UPDATE ", "FROM ", "INTO ", "TABLE ", "PRAGMA "):
                question = question.replace(word, f"{word}other.", 1)
            connection.execute(question)
            connection.execute("DETACH other")
        settle(self)

    monkeypatch.setattr(ContainerFile, "settle", settle_wrongly)
    assert code_of(lambda: full.back_up(to, now=NOW)) is Code.BACKUP_DIFFERS
    assert list(to.parent.iterdir()) == []


def test_a_record_that_is_wrong_in_the_vault_itself_is_told_apart(full: Vault, to: Path) -> None:
    with full._writing() as connection:
        connection.execute(
            "UPDATE original SET raw = CAST(raw || x'20' AS BLOB) WHERE position = 1"
        )
    assert code_of(lambda: full.back_up(to, now=NOW)) is Code.BACKUP_OF_DAMAGED
    assert list(to.parent.iterdir()) == []


def test_a_vault_with_a_bad_page_makes_no_backup(path: Path, to: Path) -> None:
    with Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP) as vault:
        vault.add([credential(n, size=3000) for n in range(50)], now=NOW)
    flip(path, path.stat().st_size - 5000)
    with Vault.unlock(path, PASSPHRASE) as vault:
        assert code_of(lambda: vault.back_up(to, now=NOW)) is Code.BACKUP_OF_DAMAGED
    assert list(to.parent.iterdir()) == []


def test_a_backup_is_checked_again_without_a_key(full: Vault, to: Path) -> None:
    full.back_up(to, now=NOW)
    assert backups.check(to) == backups.inspect(to)
    size = to.stat().st_size
    for place in (HEADER_BYTES, size // 2, size - 1):
        flip(to, place)
        assert code_of(lambda: backups.check(to)) is Code.BACKUP_BROKEN
        flip(to, place)
    backups.check(to)
    with to.open("ab") as file:
        file.write(b"x")
    assert code_of(lambda: backups.check(to)) is Code.BACKUP_BROKEN


# Listed and thinned out


def test_only_the_oldest_rolling_copies_of_this_vault_go(vault: Vault, to: Path) -> None:
    folder = to.parent
    vault.back_up(folder / "by hand.ler-backup", now=NOW - timedelta(days=900))
    with Vault.create(folder / "other.ler", PASSPHRASE, now=NOW, cost=CHEAP) as other:
        other.back_up(folder / "other.ler-backup", now=NOW - timedelta(days=800), rolling=True)
    (folder / "letter.ler-backup").write_bytes(b"not one of ours")
    for day in range(6):
        done = vault.back_up(
            folder / f"v-2026-06-0{day}-120000.ler-backup",
            now=NOW + timedelta(days=day),
            rolling=True,
        )
        backups.thin_out(folder, done.file, keep=3)
    names = [one.path.stem for one in backups.listed(folder, inspect(vault.path).vault_id)]
    assert names == [*(f"v-2026-06-0{day}-120000" for day in (5, 4, 3)), "by hand"]
    assert (folder / "other.ler-backup").exists()
    assert (folder / "letter.ler-backup").exists()


def test_a_clock_set_back_does_not_cost_the_new_copy(vault: Vault, to: Path) -> None:
    for name, days in (("1", 400), ("2", 401), ("3", 0)):
        done = vault.back_up(
            to.with_name(f"v-2026-06-01-12000{name}.ler-backup"),
            now=NOW + timedelta(days=days),
            rolling=True,
        )
        backups.thin_out(to.parent, done.file, keep=2)
    assert {one.path.stem[-1] for one in backups.listed(to.parent)} == {"2", "3"}


def test_copies_of_another_file_of_the_same_vault_stay(vault: Vault, to: Path) -> None:
    for name in ("home", "home-restored"):
        for day in range(3):
            path = to.with_name(f"{name}-2026-06-0{day + 1}-120000.ler-backup")
            done = vault.back_up(path, now=NOW + timedelta(days=day), rolling=True)
            backups.thin_out(to.parent, done.file, keep=1)
    left = {one.path.stem for one in backups.listed(to.parent)}
    assert left == {"home-2026-06-03-120000", "home-restored-2026-06-03-120000"}


def test_no_folder_has_no_backups(tmp_path: Path) -> None:
    assert backups.listed(tmp_path / "nowhere") == ()


# Opened again


def test_a_file_that_is_no_backup(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_bytes(b"Dear all" * 5000)
    beside = tmp_path / "v.ler"
    assert code_of(lambda: Vault.copy_of(letter, "x", beside=beside)) is Code.NOT_A_BACKUP
    assert code_of(lambda: backups.inspect(letter)) is Code.NOT_A_BACKUP
    missing = tmp_path / "none"
    assert code_of(lambda: Vault.copy_of(missing, "x", beside=beside)) is Code.BACKUP_UNREADABLE
    assert list(tmp_path.iterdir()) == [letter]


@pytest.mark.parametrize("at", [100, 4096 + 100, HEADER_BYTES, HEADER_BYTES + 20_000, -1])
def test_a_damaged_backup(full: Vault, to: Path, at: int) -> None:
    full.back_up(to, now=NOW)
    if at in {100, 4196}:  # both copies of the header
        flip(to, 100)
        flip(to, 4196)
    else:
        flip(to, at % to.stat().st_size)
    before = folder_state(to.parent)
    beside = to.with_name("v.ler")
    assert code_of(lambda: Vault.copy_of(to, PASSPHRASE, beside=beside)) is Code.BACKUP_BROKEN
    assert folder_state(to.parent) == before


def test_one_bad_copy_of_the_header_does_no_harm(full: Vault, to: Path) -> None:
    full.back_up(to, now=NOW)
    for at in (100, 4196):
        flip(to, at)
        Vault.copy_of(to, PASSPHRASE, beside=to.with_name("v.ler")).discard()
        flip(to, at)


def test_a_backup_of_a_newer_version_is_left_alone(
    full: Vault, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full.back_up(to, now=NOW)
    before = folder_state(to.parent)
    monkeypatch.setattr(schema, "SCHEMA_VERSION", schema.SCHEMA_VERSION - 1)
    beside = to.with_name("v.ler")
    assert code_of(lambda: Vault.copy_of(to, PASSPHRASE, beside=beside)) is Code.BACKUP_TOO_NEW
    assert code_of(lambda: backups.inspect(to)) is Code.BACKUP_TOO_NEW
    assert folder_state(to.parent) == before


@pytest.mark.parametrize("marked", [True, False], ids=["backup", "vault copied by hand"])
def test_an_older_backup_is_migrated_in_a_copy_and_stays_as_it_is(
    tmp_path: Path, marked: bool
) -> None:
    old, new = tmp_path / "old.ler-backup", tmp_path / "new.ler"
    shutil.copyfile(OLD, old)
    if marked:
        _mark(old)
    old.chmod(0o400)
    before = old.read_bytes()
    with restored(old, new, made.PASSPHRASE) as again:
        assert [again.get(item.id).raw for item in made.KEPT] == [i.raw for i in made.KEPT]
    assert inspect(new).schema_version == schema.SCHEMA_VERSION
    assert old.read_bytes() == before
    assert {one.name for one in tmp_path.iterdir()} == {"old.ler-backup", "new.ler"}


def _mark(path: Path) -> None:
    file = container.open_existing(path)
    found = file.read_header()
    size, digest = file.digest()
    mark = backups.BackupMark(0, size, digest, rolling=False)
    file.write_header(replace(found, backup=mark, generation=found.generation + 1))
    file.close()


def test_a_vault_that_is_open_is_no_backup(vault: Vault, tmp_path: Path) -> None:
    beside = tmp_path / "new.ler"
    code = code_of(lambda: Vault.copy_of(vault.path, PASSPHRASE, beside=beside))
    assert code is Code.BACKUP_IS_OPEN


def test_a_vault_copied_by_hand_with_its_log_loses_nothing(path: Path, tmp_path: Path) -> None:
    vault = Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP)
    vault._log_limit = 10**9
    vault.add([credential(n) for n in range(20)], now=NOW)
    copied = tmp_path / "copied.ler"
    shutil.copyfile(path, copied)
    shutil.copyfile(logs.of(path), logs.of(copied))
    vault.close()
    before = copied.read_bytes(), logs.of(copied).read_bytes()
    with restored(copied, tmp_path / "new.ler") as again:
        assert again.count() == 20
    assert (copied.read_bytes(), logs.of(copied).read_bytes()) == before


def test_a_new_vault_never_takes_the_place_of_one(full: Vault, to: Path) -> None:
    full.back_up(to, now=NOW)
    copy = Vault.copy_of(to, PASSPHRASE, beside=full.path)
    assert code_of(lambda: copy.publish(full.path)) is Code.VAULT_EXISTS
    full.check_integrity()
    assert not list(full.path.parent.glob("*restoring*"))


def test_no_room_for_the_copy(full: Vault, to: Path, small_disk: Callable[[int], None]) -> None:
    full.back_up(to, now=NOW)
    small_disk(50_000)
    beside = to.with_name("v.ler")
    assert code_of(lambda: Vault.copy_of(to, PASSPHRASE, beside=beside)) is Code.VAULT_FULL
    assert list(to.parent.iterdir()) == [to]


def test_what_another_left_in_the_place_of_the_copy_is_not_used(
    full: Vault, to: Path, tmp_path: Path
) -> None:
    full.back_up(to, now=NOW)
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    to.with_name(".v.ler.restoring").symlink_to(victim)
    Vault.copy_of(to, PASSPHRASE, beside=to.with_name("v.ler")).discard()
    assert victim.read_bytes() == b"mine"
    assert opening.real(to) == to.resolve()
