"""A vault in memory: a vault in every respect, and on no disk until it is saved to one."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest

from scripts import make_vault_fixture
from tests.paths import REPO
from wallet.crypto.sealing import Cost
from wallet.errors import Code, VaultError
from wallet.storage import Vault, memory, saving
from wallet.storage.header import HEADER_BYTES

CHEAP = Cost(memory_kib=8 * 1024, iterations=1, lanes=1)
PASSPHRASE = "seven quiet herons"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def place():
    path = memory.new_path()
    yield path
    memory.forget(path)


def made(path: Path) -> Vault:
    return Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP)


def refused(code: Code, act, *given) -> None:
    with pytest.raises(VaultError) as told:
        act(*given)
    assert told.value.code is code


def test_it_keeps_and_locks_and_opens_like_any_other(place):
    with made(place) as vault:
        vault.set_setting("learner_name", "Robin")
        holder = vault.create_identity(now=NOW)
    refused(Code.WRONG_PASSPHRASE, Vault.unlock, place, "another passphrase")
    with Vault.unlock(place, PASSPHRASE) as vault:
        assert vault.setting("learner_name") == "Robin"
        assert vault.identities() == (holder,)
        vault.change_passphrase(PASSPHRASE, "eight loud herons", cost=CHEAP)
    refused(Code.WRONG_PASSPHRASE, Vault.unlock, place, PASSPHRASE)
    Vault.unlock(place, "eight loud herons").close()
    refused(Code.VAULT_EXISTS, made, place)


def test_a_transaction_that_fails_leaves_nothing(place):
    with made(place) as vault:
        vault.set_setting("a", "1")
        with suppress(ZeroDivisionError), vault._writing() as connection:
            connection.execute("UPDATE setting SET value = '2'")
            assert connection.execute("SELECT value FROM setting").get == "2"
            1 / 0  # noqa: B018
        assert vault.setting("a") == "1"


def test_what_lies_in_memory_is_encrypted(place):
    with made(place) as vault:
        vault.set_setting("learner_name", "Robin Rivera")
        held = b"".join(bytes(one) for one in memory._files.values())
    assert b"Robin Rivera" not in held
    assert b"SQLite format" not in held


def test_no_file_anywhere_has_its_name(place):
    with made(place):
        for write in (lambda: place.open("wb"), lambda: place.parent.mkdir(parents=True)):
            with pytest.raises((NotADirectoryError, FileNotFoundError, FileExistsError)):
                write()
        assert not os.path.lexists(place)


def test_forgetting_overwrites_it_and_its_log(place):
    made(place).close()
    held = memory._files[str(place)]
    memory._files[f"{place}-wal"] = log = bytearray(b"log")
    memory.forget(place)
    assert (held, log) == (b"", b"")
    assert not memory.holds(place)
    refused(Code.VAULT_MISSING, Vault.unlock, place, PASSPHRASE)


def test_it_has_a_size_it_cannot_pass(place, monkeypatch):
    with made(place) as vault:
        monkeypatch.setattr(memory, "MAX_BYTES", HEADER_BYTES + 200_000)
        with pytest.raises(VaultError) as told:
            vault.set_setting("a", "x" * 400_000)
        assert told.value.code is Code.MEMORY_FULL
        assert vault.setting("a") is None
        vault.set_setting("a", "1")
        assert vault.setting("a") == "1"


@pytest.mark.parametrize("name", ["/etc/passwd", "relative.ler", "/dev/null/else/x.ler"])
def test_its_file_system_opens_nothing_else(name):
    memory.register_vfs()
    with pytest.raises(apsw.CantOpenError):
        apsw.Connection(name, vfs=memory.VFS_NAME)


# -- saved to a stick ------------------------------------------------------------------------------


def test_saved_it_opens_as_a_file_with_all_that_was_in_it(place, tmp_path):
    stick = tmp_path / "wallet.ler"
    with made(place) as vault:
        vault.set_setting("learner_name", "Robin")
        written = vault.save_to(stick)
        vault.set_setting("learner_name", "Robin Rivera")  # it goes on, and can be saved again
        assert [one.name for one in tmp_path.iterdir()] == ["wallet.ler"]
        with Vault.unlock(stick, PASSPHRASE) as copy:
            assert copy.setting("learner_name") == "Robin"
        vault.save_to(stick, last=written)
    with Vault.unlock(stick, PASSPHRASE) as copy:
        assert copy.setting("learner_name") == "Robin Rivera"
    if os.name == "posix":
        assert stick.stat().st_mode & 0o777 == 0o600


def test_it_is_never_saved_over_anything_else(place, tmp_path):
    other, text, open_ = tmp_path / "other.ler", tmp_path / "text.ler", tmp_path / "open.ler"
    made(other).close()
    text.write_text("mine")
    before = other.read_bytes()
    with made(place) as vault:
        for path in (other, text, tmp_path, memory.new_path(), place):
            refused(Code.VAULT_EXISTS, vault.save_to, path)
        written = vault.save_to(open_)
        with Vault.unlock(open_, PASSPHRASE), pytest.raises(VaultError):  # in use
            vault.save_to(open_, last=written)
    assert other.read_bytes() == before
    assert text.read_text() == "mine"


@pytest.mark.parametrize("when", ["write", "sync", "publish"])
def test_a_stick_that_fails_keeps_what_it_had(place, tmp_path, monkeypatch, when):
    stick = tmp_path / "wallet.ler"
    with made(place) as vault:
        written = vault.save_to(stick)
        before = stick.read_bytes()
        vault.set_setting("a", "1")

        def fail(*_: object, **__: object) -> None:
            raise OSError(errno.EIO, "gone")

        if when == "write":
            monkeypatch.setattr(saving, "_write", fail)
        elif when == "sync":
            monkeypatch.setattr(saving, "sync", fail)
        else:
            monkeypatch.setattr(Path, "replace", fail)
        with pytest.raises(VaultError):
            vault.save_to(stick, last=written)
        monkeypatch.undo()
        assert stick.read_bytes() == before
        assert [one.name for one in tmp_path.iterdir()] == ["wallet.ler"]
        vault.save_to(stick, last=written)
        assert stick.read_bytes() != before


def test_what_was_kept_on_the_stick_since_is_not_written_over(place, tmp_path):
    stick = tmp_path / "wallet.ler"
    with made(place) as vault:
        written = vault.save_to(stick)
        with Vault.unlock(stick, PASSPHRASE) as there:
            there.set_setting("kept", "on the stick")
        with pytest.raises(VaultError) as told:
            vault.save_to(stick, last=written)
        assert told.value.code is Code.VAULT_EXISTS
    with Vault.unlock(stick, PASSPHRASE) as there:
        assert there.setting("kept") == "on the stick"


def test_a_log_that_was_left_on_the_stick_is_not_read_into_it(place, tmp_path):
    stick = tmp_path / "wallet.ler"
    log = tmp_path / "wallet.ler-wal"
    log.write_bytes(b"left by a wallet that was deleted" * 100)
    with made(place) as vault:
        vault.set_setting("learner_name", "Robin")
        written = vault.save_to(stick)
        assert not log.exists()
        log.write_bytes(b"left by a program that was killed" * 100)
        with pytest.raises(VaultError) as told:
            vault.save_to(stick, last=written)
        assert told.value.code is Code.VAULT_EXISTS
    log.unlink()
    with Vault.unlock(stick, PASSPHRASE) as there:
        assert there.setting("learner_name") == "Robin"


def test_what_the_stick_gives_back_is_compared(place, tmp_path, monkeypatch):
    real = os.fdopen

    def lying(fd: int, *given: object, **more: object):
        file = real(fd, *given, **more)
        write = file.write

        class Wrapped:
            def __getattr__(self, name):
                return getattr(file, name)

            def __enter__(self):
                return self

            def __exit__(self, *_):
                file.close()

            def write(self, data):
                write(data[:-1] + bytes([data[-1] ^ 1]))
                return len(data)

        return Wrapped()

    with made(place) as vault:
        monkeypatch.setattr(saving.os, "fdopen", lying)
        with pytest.raises(VaultError) as told:
            vault.save_to(tmp_path / "wallet.ler")
        assert told.value.code is Code.VAULT_UNWRITABLE
        assert list(tmp_path.iterdir()) == []


def test_a_backup_is_opened_and_becomes_a_wallet_in_memory(place, tmp_path):
    with Vault.create(tmp_path / "home.ler", PASSPHRASE, now=NOW, cost=CHEAP) as vault:
        vault.set_setting("learner_name", "Robin")
        vault.back_up(tmp_path / "one.ler-backup", now=NOW)
    (tmp_path / "home.ler").unlink()
    before = set(memory._files)
    Vault.copy_of(tmp_path / "one.ler-backup", PASSPHRASE, beside=place).discard()
    assert set(memory._files) == before
    copy = Vault.copy_of(tmp_path / "one.ler-backup", PASSPHRASE, beside=place)
    assert not memory.holds(place)
    copy.publish(place)
    assert set(memory._files) - before == {str(place)}
    with Vault.unlock(place, PASSPHRASE) as vault:
        assert vault.setting("learner_name") == "Robin"
    again = Vault.copy_of(tmp_path / "one.ler-backup", PASSPHRASE, beside=place)
    refused(Code.VAULT_EXISTS, again.publish, place)
    assert set(memory._files) - before == {str(place)}
    assert [one.name for one in tmp_path.iterdir()] == ["one.ler-backup"]


def test_a_wallet_copied_by_hand_with_its_log_is_read_into_memory_whole(place, tmp_path):
    here, away = tmp_path / "home.ler", tmp_path / "stick"
    away.mkdir()
    with Vault.create(here, PASSPHRASE, now=NOW, cost=CHEAP) as vault:
        vault.set_setting("learner_name", "Robin")
        for suffix in ("", "-wal"):
            name = f"{here.name}{suffix}"
            (away / name).write_bytes((tmp_path / name).read_bytes())
    assert (away / "home.ler-wal").stat().st_size > 0
    Vault.copy_of(away / "home.ler", PASSPHRASE, beside=place).publish(place)
    with Vault.unlock(place, PASSPHRASE) as vault:
        assert vault.setting("learner_name") == "Robin"


def test_an_older_backup_is_made_new_in_memory_and_stays_as_it_is(place, tmp_path):
    old = REPO / "tests" / "vaults" / "version-1.ler"
    given = tmp_path / "old.ler"
    given.write_bytes(old.read_bytes())
    Vault.copy_of(given, make_vault_fixture.PASSPHRASE, beside=place).publish(place)
    with Vault.unlock(place, make_vault_fixture.PASSPHRASE) as vault:
        vault.check_integrity()
        assert vault.count() > 0
    assert given.read_bytes() == old.read_bytes()
    assert [one.name for one in tmp_path.iterdir()] == ["old.ler"]


def test_a_backup_that_memory_has_no_room_for_leaves_nothing(place, tmp_path, monkeypatch):
    with Vault.create(tmp_path / "home.ler", PASSPHRASE, now=NOW, cost=CHEAP) as vault:
        vault.back_up(tmp_path / "one.ler-backup", now=NOW)
    before = set(memory._files)
    monkeypatch.setattr(memory, "MAX_BYTES", 20_000)
    with pytest.raises(VaultError) as told:
        Vault.copy_of(tmp_path / "one.ler-backup", PASSPHRASE, beside=place)
    assert told.value.code is Code.MEMORY_FULL
    assert set(memory._files) == before
