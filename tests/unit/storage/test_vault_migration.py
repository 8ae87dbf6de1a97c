"""A vault of version 1 becomes one of version 2: whole or not at all, whenever the power goes."""

from __future__ import annotations

import io
import random
import resource
import shutil
import signal
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from scripts import make_vault_fixture as made
from tests.unit.storage.recorded_disk import Disk, recording
from tests.unit.storage.vault_helpers import folder_state
from wallet.errors import Code, VaultError
from wallet.storage import Vault, container, inspect, schema
from wallet.storage.container import ContainerFile, Sink

OLD = Path(__file__).parents[2] / "vaults" / "version-1.ler"


def check_whole(path: Path) -> None:
    """Open it and find everything that version 1 had, with the tables of version 2."""
    with Vault.unlock(path, made.PASSPHRASE) as vault:
        vault.check_integrity()
        assert [vault.get(item.id).raw for item in made.KEPT] == [i.raw for i in made.KEPT]
        assert vault.get_fact(made.FACT.url) == made.FACT
        assert vault.changes() == ()
    assert inspect(path).schema_version == schema.SCHEMA_VERSION


@pytest.fixture(scope="module")
def migration(tmp_path_factory: pytest.TempPathFactory) -> Disk:
    """Watch version 1 being opened, used and closed."""
    folder = tmp_path_factory.mktemp("migration")
    path = folder / "vault.ler"
    shutil.copyfile(OLD, path)
    with (
        pytest.MonkeyPatch.context() as patch,
        recording(folder, patch) as disk,
        Vault.unlock(path, made.PASSPHRASE) as vault,
    ):
        disk.done(0)
        vault.set_setting("migrated", "yes")
        disk.done(1)
    return disk


@pytest.mark.parametrize("power", ["process killed", "power cut", "power cut again", "once more"])
def test_a_cut_at_any_write_loses_nothing(migration: Disk, tmp_path: Path, power: str) -> None:
    chance = None if power == "process killed" else random.Random(zlib.crc32(power.encode()))
    path = tmp_path / "vault.ler"
    assert len(migration.events) > 20
    for cut in range(len(migration.events) + 1):
        for file in tmp_path.iterdir():
            file.unlink()
        for name, data in migration.after(cut, chance).items():
            (tmp_path / name).write_bytes(data)
        check_whole(path)
        with Vault.unlock(path, made.PASSPHRASE) as vault:
            promised = migration.steps_done(cut) > 1
            assert vault.setting("migrated") == "yes" or not promised, f"cut at {cut}"


def test_tables_made_new_under_a_header_that_was_not_are_marked(tmp_path: Path) -> None:
    path = tmp_path / "vault.ler"
    shutil.copyfile(OLD, path)
    Vault.unlock(path, made.PASSPHRASE).close()
    file = container.open_existing(path)
    found = file.read_header()
    file.write_header(replace(found, schema_version=1, generation=found.generation + 1))
    file.close()
    check_whole(path)


def test_a_step_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "vault.ler"
    shutil.copyfile(OLD, path)
    broken = {1: schema._STEPS[1] + "CREATE TABLE fact (url TEXT);"}
    with monkeypatch.context() as patch:
        patch.setattr(schema, "_STEPS", broken)
        with pytest.raises(Exception, match="fact already exists"):
            Vault.unlock(path, made.PASSPHRASE)
    assert inspect(path).schema_version == 1
    check_whole(path)


def test_a_program_of_version_1_refuses_a_vault_of_version_2_untouched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "vault.ler"
    shutil.copyfile(OLD, path)
    Vault.unlock(path, made.PASSPHRASE).close()
    before = path.read_bytes()
    monkeypatch.setattr(schema, "SCHEMA_VERSION", 1)
    with pytest.raises(VaultError) as caught:
        Vault.unlock(path, made.PASSPHRASE)
    assert caught.value.code is Code.VAULT_TOO_NEW
    assert path.read_bytes() == before


def test_a_migrated_vault_has_the_tables_of_a_new_one(tmp_path: Path) -> None:
    old, new = tmp_path / "old.ler", tmp_path / "new.ler"
    shutil.copyfile(OLD, old)
    Vault.create(new, made.PASSPHRASE, now=made.NOW, cost=made.COST).close()
    assert _columns(old) == _columns(new)


def _columns(path: Path) -> set[tuple[str, str, str]]:
    with Vault.unlock(path, made.PASSPHRASE) as vault, vault._reading() as connection:
        return {
            (str(table), str(name), str(type_))
            for table, name, type_ in connection.execute(
                "SELECT m.name, c.name, c.type FROM sqlite_schema m, pragma_table_info(m.name) c"
            )
        }


def test_a_copy_that_was_read_again_is_kept_until_the_next_opening(tmp_path: Path) -> None:
    path = tmp_path / "vault.ler"
    shutil.copyfile(OLD, path)
    kept = tmp_path / "vault.ler.version-1"
    Vault.unlock(path, made.PASSPHRASE).close()
    assert kept.read_bytes() == OLD.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0
    other = tmp_path / "elsewhere"
    other.mkdir()
    shutil.copyfile(kept, other / "again.ler")
    check_whole(other / "again.ler")  # the copy opens as the vault did
    Vault.unlock(path, made.PASSPHRASE).close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["elsewhere", "vault.ler"]


def test_another_vault_s_copy_of_that_name_is_left_alone(tmp_path: Path) -> None:
    path, kept = tmp_path / "vault.ler", tmp_path / "vault.ler.version-1"
    Vault.create(path, made.PASSPHRASE, now=made.NOW, cost=made.COST).close()
    shutil.copyfile(OLD, kept)
    Vault.unlock(path, made.PASSPHRASE).close()
    assert kept.read_bytes() == OLD.read_bytes()


def test_no_room_for_the_copy_opens_nothing_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "vault.ler"
    shutil.copyfile(OLD, path)
    before = folder_state(tmp_path)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    for room in (0, 5000, 50_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, limit[1]))
        try:
            with pytest.raises(VaultError) as caught:
                Vault.unlock(path, made.PASSPHRASE)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        assert caught.value.code is Code.NO_ROOM_FOR_COPY
        assert folder_state(tmp_path) == before
    check_whole(path)


def test_a_copy_that_is_not_what_was_written_is_not_relied_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "vault.ler"
    shutil.copyfile(OLD, path)
    before = folder_state(tmp_path)
    copy_to = ContainerFile.copy_to

    def lying(file: ContainerFile, target: Sink, *, skip_bad: bool = False) -> int:
        lost = copy_to(file, target, skip_bad=skip_bad)
        if isinstance(target, io.RawIOBase):
            target.seek(9000)
            target.write(b"worn out")
        return lost

    monkeypatch.setattr(ContainerFile, "copy_to", lying)
    with pytest.raises(VaultError) as caught:
        Vault.unlock(path, made.PASSPHRASE)
    assert caught.value.code is Code.VAULT_UNWRITABLE
    assert folder_state(tmp_path) == before


def test_an_older_vault_that_is_damaged_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "vault.ler"
    bad = bytearray(OLD.read_bytes())
    bad[-3000] ^= 1
    path.write_bytes(bad)
    with pytest.raises(VaultError) as caught:
        Vault.unlock(path, made.PASSPHRASE)
    assert caught.value.code is Code.VAULT_DAMAGED
    assert path.read_bytes() == bad
    assert [file.name for file in tmp_path.iterdir()] == ["vault.ler"]
