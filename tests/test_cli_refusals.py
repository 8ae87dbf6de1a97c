"""Options that would do nothing are refused with a sentence; a new wallet is put on the list."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.test_cli import PASSPHRASE, Terminal
from wallet import cli
from wallet.cli.arguments import parser
from wallet.cli.refusals import _APART, _NEEDED
from wallet.preferences import Paths


@pytest.fixture
def run(tmp_path, capsysbinary):
    return Terminal(tmp_path, capsysbinary)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["export", "abc", "--keys"], "--keys goes only with --all."),
        (["export", "--all", "x", "--keys-password-fd", 9], "--keys-password-fd goes only with"),
        (["export", "abc", "--all", "x"], "ID does not go with --all."),
        (["export", "--all", "x", "-o", "y"], "--output does not go with --all."),
        (["export", "abc", "--as", "lcw", "-o", "y"], "--output does not go with abc."),
        (["restore", "b", "--yes"], "--yes goes only with --into."),
        (["restore", "b", "--revive", "abc"], "--revive goes only with --into."),
        (["restore", "b", "--json"], "--json goes only with --into."),
        (["backup", "b", "--list"], "FILE does not go with --list."),
        (["backup", "--copies", 0, "--json"], "--json does not go with --copies."),
        (["ways", "--json", "--add", "recovery"], "--json does not go with --add."),
        (["trust", "--remove"], "--remove goes only with ISSUER."),
        (["trust", "did:web:x.example", "--list"], "ISSUER does not go with --list."),
        (["trust", "did:web:x.example", "--json"], "--json does not go with ISSUER."),
        (["trust", "did:web:x.example", "--remove", "--name", "X"], "--name does not go with"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(run, words, said):
    assert run(*words) == 2
    assert run.err.startswith(said)
    assert run.err.count("\n") == 1
    assert run.out == ""
    assert not run.vault.exists()


@pytest.mark.parametrize("command", ["check", "demo", "vaults"])
def test_what_opens_no_wallet_takes_none(run, command):
    arguments = ["--vault", str(run.vault), command]
    assert cli.main(arguments, window=lambda *a, **k: 77, demo=lambda _output: 78) == 2


@pytest.mark.parametrize(
    "words", [["create", "--recovery-fd", "9"], ["create", "--keychain"], ["salvage", "--keychain"]]
)
def test_what_cannot_open_a_new_wallet_is_not_taken_for_one(words, capsys):
    with pytest.raises(SystemExit):
        parser().parse_args(words)
    assert "unrecognized arguments" in capsys.readouterr().err


def test_every_option_of_the_tables_exists():
    for command, options in (*_NEEDED, *_APART):
        least = {"restore": ["b"]}.get(command, [])
        known = vars(parser().parse_args([command, *least]))
        for option in options:
            assert option.strip("-").replace("-", "_").lower() in known, (command, option)


@pytest.fixture
def paths(tmp_path, monkeypatch) -> Paths:
    made = Paths(vault=tmp_path / "usual.ler", preferences=tmp_path / "preferences.json")
    monkeypatch.setattr(Paths, "standard", staticmethod(lambda: made))
    return made


def create(path: object) -> int:
    reader, writer = os.pipe()
    os.write(writer, f"{PASSPHRASE}\n".encode())
    os.close(writer)
    words = ["create", "--vault", str(path), "--passphrase-fd", str(reader)]
    try:
        return cli.main(words, window=lambda *a, **k: 77, demo=lambda _output: 78)
    finally:
        os.close(reader)


def test_a_new_wallet_is_on_the_list_and_the_usual_one_stays_the_usual(
    run, paths, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert create(paths.vault) == 0
    assert create("other.ler") == 0
    run("vaults", "--json")
    assert [(Path(one["path"]).name, one["there"]) for one in run.lines()] == [
        ("usual.ler", True),
        ("other.ler", True),
    ]
    assert all(Path(one["path"]).is_absolute() for one in run.lines())
    assert json.loads(paths.preferences.read_text())["vault"] == str(paths.vault)


def test_a_list_that_cannot_be_written_does_not_unmake_the_wallet(run, paths, tmp_path):
    paths.preferences.mkdir()
    assert create(tmp_path / "other.ler") == 0
    assert (tmp_path / "other.ler").is_file()
