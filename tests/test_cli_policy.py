"""The command line on a computer whose keeper set rules, and in a guest's session."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wallet import administration, cli, quiet, wording
from wallet.administration import Rules
from wallet.cli.arguments import parser
from wallet.storage import Cost, Vault

PASSPHRASE = "seven quiet herons"
NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)


@pytest.fixture
def begun(monkeypatch):
    """Notes each time that all was set to leave no trace."""
    times: list[bool] = []
    monkeypatch.setattr(quiet, "begin", lambda: times.append(True))
    yield times
    wording.set_language("en")


def run(*words: str) -> int:
    return cli.main(words, window=lambda *_given, **_more: 77, demo=lambda _output: 78)


def set_rules(monkeypatch, **rules: object) -> None:
    monkeypatch.setattr(administration, "load", lambda: Rules(**rules))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["vaults"], 0),
        (["vaults", "--json"], 0),
        (["check", "nowhere"], 2),
        (["list"], 2),
        ([], 77),
    ],
)
def test_a_list_of_issuers_that_is_gone_is_said_by_every_command(
    monkeypatch, tmp_path, capsys, begun, words, code
):
    set_rules(monkeypatch, registries=(tmp_path / "gone.json",))
    assert run(*words) == code
    out, err = capsys.readouterr()
    assert err.count("The policy file of this computer cannot be read") == 1
    for line in out.splitlines() if "--json" in words else ():
        json.loads(line)


@pytest.mark.parametrize(
    ("words", "rules", "times"),
    [
        (["--guest", "vaults"], {}, 1),
        (["vaults"], {"guest_only": True}, 1),
        (["vaults"], {"shared_machine": True}, 1),
        (["vaults"], {}, 0),
    ],
)
def test_a_guests_command_leaves_no_trace(monkeypatch, begun, words, rules, times):
    set_rules(monkeypatch, **rules)
    run(*words)
    assert len(begun) == times


@pytest.mark.parametrize("words", [["--gues", "vaults"], ["list", "--vau", "x"]])
def test_options_are_not_shortened(words, capsys):
    """`--guest` is looked for before anything is read; a shorter one would come too late."""
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(words)
    assert ended.value.code == 2
    assert "unrecognized arguments" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["create", "restore", "salvage"])
@pytest.mark.parametrize("as_guest", [True, False])
def test_a_guests_new_wallet_is_remembered_nowhere(monkeypatch, tmp_path, begun, command, as_guest):
    set_rules(monkeypatch)
    stick = tmp_path / "stick"
    stick.mkdir()
    old, new = stick / "old.ler", stick / "new.ler"
    with Vault.create(old, PASSPHRASE, now=NOW, cost=Cost(64, 1, 1)) as vault:
        vault.create_identity(now=NOW)
        backup = vault.back_up(stick / "old.ler-backup", now=NOW).file.path
    reader, writer = os.pipe()
    os.write(writer, f"{PASSPHRASE}\n".encode())
    os.close(writer)
    words = {
        "create": ["--vault", new, "--name", "Robin"],
        "restore": ["--vault", new, backup],
        "salvage": ["--vault", old, "-o", new],
    }[command]
    guest = ["--guest"] if as_guest else []
    given = [*guest, command, "--passphrase-fd", str(reader), *map(str, words)]
    assert run(*given) == 0
    os.close(reader)
    assert new.exists()
    written = [one for one in Path(os.environ["HOME"]).rglob("*") if one.is_file()]
    assert bool(written) is not as_guest
