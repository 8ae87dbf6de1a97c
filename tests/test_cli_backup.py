"""`backup` and `restore` as people use them: what they say, what they leave, their exit codes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.test_cli import PASSPHRASE, Terminal, _cheap_passphrase, run, world  # noqa: F401
from tests.world import World
from wallet.arriving import MAX_BACKUP_BYTES

OTHER = "another five herons"


@pytest.fixture
def records(world: World, tmp_path: Path) -> list[Path]:  # noqa: F811
    paths = []
    for n, title in enumerate(("Welding Diploma", "First Aid", "Forklift Card")):
        path = tmp_path / f"{n}.json"
        path.write_bytes(world.issue(world.issuer("Ridge College"), title=title))
        paths.append(path)
    return paths


def titles(run: Terminal, **given: str) -> set[str]:  # noqa: F811
    assert run("list", "--json", **given) == 0
    return {row["title"] for row in run.lines()}


def with_fd(secret: str) -> int:
    reader, writer = os.pipe()
    os.write(writer, f"{secret}\n".encode())
    os.close(writer)
    return reader


def test_a_lost_wallet_comes_back_with_its_key(run, records, tmp_path):  # noqa: F811
    run("create", "--name", "Alex")
    run("import", *records)
    copy = tmp_path / "stick.ler-backup"
    assert run("backup", copy) == 0
    assert "3 records, 1 key" in run.out
    assert "read back" in run.out
    assert "old passphrase" in run.err
    before = copy.read_bytes()
    assert run("backup", copy) == 2
    assert "already" in run.err
    run.vault.unlink()
    assert run("restore", copy, passphrase="not this one at all") == 2
    assert "not the passphrase of this backup" in run.err
    assert not run.vault.exists()
    assert run("restore", copy) == 0
    assert titles(run) == {"Welding Diploma", "First Aid", "Forklift Card"}
    assert copy.read_bytes() == before
    assert run("restore", copy) == 2
    assert "at this place already" in run.err


def test_a_wallet_or_its_backup_is_not_imported_as_a_record(run, records, tmp_path):  # noqa: F811
    run("create")
    run("import", records[0])
    copy = tmp_path / "stick.ler-backup"
    run("backup", copy)
    folder = tmp_path / "found"
    folder.mkdir()
    (folder / "old.ler").write_bytes(copy.read_bytes())
    (folder / "record.json").write_bytes(records[1].read_bytes())
    for given in (copy, folder):
        assert run("import", given) == 2
        assert "This is a wallet or a backup of one, not a record." in run.out
        assert "Not kept." in run.out
    assert titles(run) == {"Welding Diploma", "First Aid"}
    large = tmp_path / "large.ler"
    large.write_bytes(copy.read_bytes()[:4096])
    os.truncate(large, MAX_BACKUP_BYTES + 1)
    assert run("import", large) == 2
    assert "This is a wallet or a backup of one" in run.out


def test_copies_are_made_by_themselves_after_a_change(run, records, tmp_path):  # noqa: F811
    run("create")
    folder = tmp_path / "backups"
    assert not folder.exists()  # there is nothing to lose yet
    run("import", records[0])
    [first] = folder.iterdir()
    run("list")
    run("import", records[1])  # the same day
    assert list(folder.iterdir()) == [first]
    assert run("backup", "--list", "--json") == 0
    [row] = run.lines()
    assert (row["path"], row["good"], row["by_itself"]) == (str(first), True, True)
    assert run("backup", "--list") == 0
    assert "Last good backup" in run.out
    with first.open("r+b") as file:
        file.seek(20_000)
        file.write(b"\0" * 8)
    assert run("backup", "--list") == 2
    assert "damaged" in run.out


def test_where_and_how_many_is_the_persons_choice(run, records, tmp_path):  # noqa: F811
    run("create")
    stick = tmp_path / "stick"
    assert run("backup", "--folder", stick) == 2
    assert "not there" in run.err
    stick.mkdir()
    assert run("backup", "--folder", stick, "--copies", 2) == 0
    for _ in range(4):
        assert run("backup") == 0
    assert len(list(stick.iterdir())) == 2
    assert run("backup", "--copies", 0) == 0
    for path in stick.iterdir():
        path.unlink()
    run("import", records[0])
    assert list(stick.iterdir()) == []


def test_a_backup_comes_into_a_wallet(run, records, tmp_path):  # noqa: F811
    run("create", "--name", "Alex")
    run("import", *records[:2])
    copy = tmp_path / "one.ler-backup"
    run("backup", copy)
    assert run("list", "--json") == 0
    welding = next(row["id"] for row in run.lines() if row["title"] == "Welding Diploma")
    run("remove", welding)
    run("import", records[2])
    assert run("restore", copy, "--into") == 0
    assert "1 record was removed here and stays removed" in run.out
    assert "1 record is the same here" in run.out
    assert "1 record is only here, and stays" in run.out
    assert "Nothing was changed" in run.err
    assert titles(run) == {"First Aid", "Forklift Card"}
    assert run("restore", copy, "--into", "--yes") == 0
    assert titles(run) == {"First Aid", "Forklift Card"}
    assert run("restore", copy, "--into", "--yes", "--revive", welding[:8]) == 0
    assert titles(run) == {"Welding Diploma", "First Aid", "Forklift Card"}
    assert not list(tmp_path.glob(".*restoring*"))


def test_another_wallets_backup_needs_a_word_and_its_own_passphrase(
    run,  # noqa: F811
    records,
    tmp_path,
    capsysbinary,
):
    run("create", "--name", "Alex")
    run("import", records[0])
    other = Terminal(tmp_path / "other", capsysbinary)
    other("create", "--name", "Kim", passphrase=OTHER)
    other("import", records[1], passphrase=OTHER)
    copy = tmp_path / "kim.ler-backup"
    other("backup", copy, passphrase=OTHER)
    assert run("restore", copy, "--into") == 2
    assert "not the passphrase of this backup" in run.err
    into = ["restore", copy, "--into", "--backup-passphrase-fd"]
    assert run(*into, with_fd(OTHER)) == 0
    assert "another wallet, that of “Kim”" in run.out
    assert "1 key comes along" in run.out
    assert run(*into, with_fd(OTHER), "--yes") == 2
    assert titles(run) == {"Welding Diploma"}
    assert run(*into, with_fd(OTHER), "--yes", "--other-wallet") == 0
    assert titles(run) == {"Welding Diploma", "First Aid"}
    assert run(*into, with_fd(OTHER), "--json") == 0
    [plan] = run.lines()
    assert {key["fate"] for key in plan["keys"]} == {"same", "only_here"}


@pytest.mark.parametrize("what", ["list", "import"])
def test_a_backup_is_not_worked_in(run, records, tmp_path, what):  # noqa: F811
    run("create")
    run("import", records[0])
    copy = tmp_path / "one.ler-backup"
    run("backup", copy)
    before = copy.read_bytes()
    run.vault = copy
    assert run(*([what, records[1]] if what == "import" else [what])) == 2
    assert "This file is a backup" in run.err
    assert copy.read_bytes() == before


def test_a_letter_is_no_backup(run, tmp_path):  # noqa: F811
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear all")
    assert run("restore", letter) == 2
    assert "not a backup" in run.err
    assert not run.vault.exists()
