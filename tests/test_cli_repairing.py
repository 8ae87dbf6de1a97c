"""`verify-vault` and `salvage`, as people and scripts use them."""

from __future__ import annotations

import pytest

from tests.test_cli import PASSPHRASE, Terminal, _cheap_passphrase
from tests.world import World

__all__ = ["_cheap_passphrase"]
HEADER, PAGE = 8192, 4096


@pytest.fixture
def run(tmp_path, capsysbinary):
    terminal = Terminal(tmp_path, capsysbinary)
    world = World()
    issuer = world.issuer("Ridge College")
    for number in range(12):
        (tmp_path / f"{number}.json").write_bytes(world.issue(issuer, title=f"Diploma {number}"))
    assert terminal("create") == 0
    assert terminal("import", *(tmp_path / f"{n}.json" for n in range(12))) == 0
    return terminal


def damage(run, *pages: int) -> bytes:
    bad = bytearray(run.vault.read_bytes())
    for page in pages:
        bad[HEADER + (page - 1) * PAGE + 99] ^= 1
    run.vault.write_bytes(bad)
    return bytes(bad)


def test_a_whole_file_is_said_to_be_whole(run):
    assert run("verify-vault") == 0
    assert run.out.splitlines() == ["The wallet file is whole.", "12 records are in it."]


def test_a_damaged_file_says_so_and_its_salvage_names_what_was_lost(run):
    pages = (len(run.vault.read_bytes()) - HEADER) // PAGE
    outcomes = set()
    for page in range(2, pages + 1):
        damage(run, page)
        assert run("verify-vault") == 2
        assert "This wallet file is damaged." in run.err
        bad = run.vault.read_bytes()
        new = run.vault.with_name("new.ler")
        outcomes.add(run("salvage", "-o", new))
        assert "The damaged file was left as it was." in run.out
        assert f"1 of {pages} parts of the file could not be read." in run.out
        lost = run.out.count("\n  Diploma")
        assert ("lost:" in run.out) is (lost > 0)
        assert run.vault.read_bytes() == bad
        damaged, run.vault = run.vault, new
        assert run("list") == 0
        assert len(run.out.splitlines()) == 12 - lost
        assert run("verify-vault") == 0
        run.vault = damaged
        new.unlink()
        damage(run, page)
    assert outcomes == {1}


def test_a_whole_file_is_salvaged_whole(run):
    assert run("salvage") == 0
    assert "12 records were saved." in run.out
    assert "Nothing was lost." in run.out
    assert run.vault.with_name("wallet-saved.ler").is_file()


def test_a_wrong_passphrase_makes_nothing(run):
    assert run("salvage", passphrase=PASSPHRASE + "x") == 2
    assert not run.vault.with_name("wallet-saved.ler").exists()


def test_both_headers_gone_is_said(run):
    bad = bytearray(run.vault.read_bytes())
    bad[70] ^= 1
    bad[4096 + 70] ^= 1
    run.vault.write_bytes(bad)
    for command in ("verify-vault", "salvage"):
        assert run(command) == 2
        assert "holds its keys is damaged in both its copies" in run.err
    assert run.vault.read_bytes() == bad
