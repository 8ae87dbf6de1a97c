"""The list of wallets on the command line."""

from __future__ import annotations

import pytest

from tests.test_cli import Terminal
from wallet import wiring
from wallet.preferences import Paths


@pytest.fixture
def run(tmp_path, capsysbinary):
    return Terminal(tmp_path, capsysbinary)


@pytest.fixture
def paths(tmp_path, monkeypatch) -> Paths:
    made = Paths(vault=tmp_path / "wallet.ler", preferences=tmp_path / "preferences.json")
    monkeypatch.setattr(Paths, "standard", staticmethod(lambda: made))
    return made


def test_nothing_is_known_at_first(run, paths):
    assert run("vaults") == 0
    assert run.out == "No wallet is known on this computer.\n"
    assert run("vaults", "--json") == 0
    assert run.out == ""


def test_wallets_are_listed_the_last_used_first_and_none_is_opened(run, paths, tmp_path):
    usual, stick = tmp_path / "wallet.ler", tmp_path / "stick.ler"
    with wiring.build(offline=True) as app:
        for path in (usual, stick):
            path.write_bytes(b"no wallet, which nobody looks at")
            app.vaults.use(path)
        app.vaults.rename(usual, "School")
        app.vaults.show_person(usual, "Robin")
    stick.unlink()
    assert run("vaults") == 0
    assert run.out.splitlines() == [
        f"Wallet 2: {stick} (Its file is not there now.)",
        f"School | Robin: {usual}",
    ]
    assert run("vaults", "--json") == 0
    assert run.lines() == [
        {"path": str(stick), "there": False, "number": 2, "name": "", "person": ""},
        {
            "path": str(usual),
            "there": True,
            "number": 1,
            "name": "School",
            "person": "Robin",
        },
    ]
