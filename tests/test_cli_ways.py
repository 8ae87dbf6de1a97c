"""The ways in on the command line: listed, added, removed, and each opens the wallet."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.keychains import FakeKeychain
from wallet import cli, wiring
from wallet.crypto.sealing import Cost
from wallet.ways import split_code

PASSPHRASE, NEW = "seven quiet herons", "eight loud herons"


class Terminal:
    """The command line: each secret has a pipe of its own, standard input answers questions."""

    def __init__(self, folder: Path, capsys, monkeypatch) -> None:
        self.vault, self.keychain = folder / "wallet.ler", FakeKeychain()
        self._capture, self._patch = capsys, monkeypatch
        self.out = self.err = ""

    def __call__(self, *words: str, typed=lambda _said: "", **secrets: str) -> int:
        arguments, readers = [words[0], "--vault", str(self.vault), *words[1:]], []
        if not secrets and "--keychain" not in words:
            secrets = {"passphrase_fd": PASSPHRASE}
        for name, text in secrets.items():
            reader, writer = os.pipe()
            os.write(writer, f"{text}\n".encode())
            os.close(writer)
            readers.append(reader)
            arguments += [f"--{name.replace('_', '-')}", str(reader)]
        self._patch.setattr(sys, "stdin", Answers(self, typed))
        self._capture.readouterr()
        self.out = self.err = ""
        try:
            code = cli.main(arguments, window=lambda *a, **k: 77, demo=lambda output: 78)
        finally:
            for reader in readers:
                os.close(reader)
        self.listen()
        return code

    def listen(self) -> None:
        out, err = self._capture.readouterr()
        self.out, self.err = self.out + out, self.err + err

    def kinds(self) -> list[str]:
        assert self("ways", "--json") == 0
        return [json.loads(line)["kind"] for line in self.out.splitlines()]


class Answers(io.StringIO):
    """Standard input of somebody who reads what was said and answers."""

    def __init__(self, terminal: Terminal, answer) -> None:
        super().__init__()
        self._terminal, self._answer = terminal, answer

    def readline(self, _size: int = -1) -> str:
        self._terminal.listen()
        return f"{self._answer(self._terminal)}\n"


@pytest.fixture
def run(tmp_path, capsys, monkeypatch) -> Iterator[Terminal]:
    made = Terminal(tmp_path, capsys, monkeypatch)
    build, cheap = wiring.build, Cost(memory_kib=8, iterations=1, lanes=1)

    def built(**given):
        app = build(**{"cost": cheap, **given})
        app.wallet.ways._keychain = made.keychain
        return app

    monkeypatch.setattr(wiring, "build", built)
    assert made("create", "--name", "Robin") == 0
    return made


def from_paper(terminal: Terminal) -> str:
    """Type back the group that was asked for last."""
    number = int(terminal.err.strip().splitlines()[-1].rstrip(": ").split()[-1])
    return split_code(terminal.out.strip().splitlines()[-1])[number - 1].lower()


def add_sheet(run: Terminal) -> str:
    assert run("ways", "--add", "recovery", typed=from_paper) == 0
    return run.out.strip()


def test_a_recovery_code_is_printed_typed_back_and_opens_the_wallet(run):
    code = add_sheet(run)
    assert len(split_code(code)) == 7
    assert run.err.count("Group") == 2
    assert run.kinds() == ["passphrase", "recovery"]
    assert run("list", recovery_fd=code) == 0
    assert run("list", recovery_fd=code.lower().replace("-", " ")) == 0


@pytest.mark.parametrize("answer", ["", "AAAAA", "not it at all"])
def test_a_code_that_is_not_typed_back_does_not_count(run, answer):
    assert run("ways", "--add", "recovery", typed=lambda _said: answer) == 2
    assert "Nothing was changed." in run.err
    code = run.out.strip()
    assert run.kinds() == ["passphrase"]
    assert run("list", recovery_fd=code) == 2
    assert "does not have this way in" in run.err


def test_a_slip_is_told_from_a_wrong_code(run):
    old = add_sheet(run)
    slip = old[:-1] + ("0" if old[-1] != "0" else "1")
    assert run("list", recovery_fd=slip) == 2
    assert "typing slip in group 7" in run.err
    add_sheet(run)
    assert run("list", recovery_fd=old) == 2
    assert "does not open this wallet" in run.err
    assert old not in run.err


def test_a_forgotten_passphrase_is_replaced(run):
    code = add_sheet(run)
    assert run("passphrase", recovery_fd=code, new_passphrase_fd=NEW) == 0
    assert run("list", passphrase_fd=NEW) == 0
    assert run("list") == 2
    assert run("passphrase", passphrase_fd=NEW, new_passphrase_fd="short") == 2
    assert run("list", recovery_fd=code) == 0


def test_a_backup_is_restored_with_the_code(run, tmp_path):
    code = add_sheet(run)
    backup = tmp_path / "copy.lerbackup"
    assert run("backup", str(backup)) == 0
    run.vault = tmp_path / "restored.ler"
    assert run("restore", str(backup), recovery_fd=code) == 0
    assert run("list", recovery_fd=code) == 0
    assert run.kinds() == ["passphrase", "recovery"]
    assert run("restore", str(backup), "--into", recovery_fd=code) == 0
    assert "1 key is the same here" in run.out
    run.vault = tmp_path / "other.ler"
    assert run("create", "--name", "Kim") == 0
    secrets = {"passphrase_fd": PASSPHRASE, "backup_recovery_fd": code}
    assert run("restore", str(backup), "--into", "--yes", "--other-wallet", **secrets) == 0
    assert run("identities", "--json") == 0
    assert len(run.out.splitlines()) == 2


def test_the_keychain_opens_it_where_that_is_turned_on(run):
    assert run("list", "--keychain") == 2
    assert run("ways", "--add", "keychain") == 0
    assert run("list", "--keychain") == 0
    assert run.kinds() == ["passphrase", "keychain"]
    assert run("ways", "--remove", "keychain") == 0
    assert run.keychain.kept == {}
    assert run("list", "--keychain") == 2


def test_ways_are_removed_by_id_or_kind_but_never_the_last(run):
    assert run("ways", "--remove", "passphrase") == 2
    assert "you could not get in any more" in run.err
    code = add_sheet(run)
    assert run("ways", "--json") == 0
    ids = {line["kind"]: line["id"] for line in map(json.loads, run.out.splitlines())}
    assert run("ways", "--remove", ids["passphrase"]) == 0
    assert run("ways", "--remove", "recovery", recovery_fd=code) == 2
    assert run("ways", "--remove", "nonsense", recovery_fd=code) == 2
    assert run("ways", recovery_fd=code) == 0
    assert "Recovery sheet" in run.out
    assert "In use since" in run.out


def test_wrong_tries_are_waited_for(run):
    for _ in range(3):
        assert run("list", passphrase_fd="not it") == 2
        assert "not the passphrase" in run.err
    assert run("list") == 2
    assert "Wait" in run.err


def test_a_way_in_is_named_once_and_never_in_the_arguments(run):
    with pytest.raises(SystemExit):
        run("ways", "--recovery", "AAAAA", passphrase_fd=PASSPHRASE)
    with pytest.raises(SystemExit):
        run("list", passphrase_fd=PASSPHRASE, recovery_fd="x")
    assert "not allowed with" in capture(run)


def capture(run: Terminal) -> str:
    run.listen()
    return run.err


def test_making_a_wallet_says_how_to_get_a_second_way_in(run, tmp_path):
    run.vault = tmp_path / "other.ler"
    assert run("create") == 0
    assert "nobody can recover the passphrase" in run.out
    assert "ways --add recovery" in run.out
