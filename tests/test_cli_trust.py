"""Known issuers on the command line: registry files, and whom a person trusts themselves."""

from __future__ import annotations

import json

import pytest

from tests.registries import Web, anchor
from tests.test_cli import Terminal, _cheap_passphrase
from tests.world import World
from wallet import wiring
from wallet.lists import KnownIssuers
from wallet.preferences import Paths

__all__ = ["_cheap_passphrase"]


@pytest.fixture
def world():
    return World()


@pytest.fixture
def school(world):
    return world.issuer("Ridge College")


@pytest.fixture
def run(tmp_path, capsysbinary):
    return Terminal(tmp_path, capsysbinary)


@pytest.fixture
def good(world, school, tmp_path):
    path = tmp_path / "good.json"
    path.write_bytes(world.issue(school))
    return path


@pytest.fixture
def registry(school, tmp_path):
    path = tmp_path / "state.json"
    listed = {school.id: {"name": "Ridge College of the list"}}
    path.write_text(json.dumps({"name": "The state", "updated": "2026-05-01", "issuers": listed}))
    return path


def issuer_line(run) -> str:
    return next(line for line in run.out.splitlines() if "Known issuer" in line)


def test_a_registry_file_named_for_one_run(run, good, registry):
    assert run("check", "--offline", good) == 0
    assert "could not be looked up" in issuer_line(run)
    assert run("check", "--offline", "--registry", registry, good) == 0
    assert "[+] Known issuer: Ridge College of the list, in The state." in run.out
    assert run("check", "--offline", good) == 0
    assert "[?]" in issuer_line(run)
    run("create")
    run("import", "--offline", "--registry", registry, good)
    run("list", "--json")
    run("show", run.lines()[0]["id"])
    assert "Ridge College of the list, in The state." in run.out


def test_several_registry_files(run, good, registry, tmp_path):
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"name": "Other", "updated": "2026-05-01", "issuers": {}}))
    assert run("check", "--offline", "--registry", other, "--registry", registry, good) == 0
    assert "in The state." in issuer_line(run)


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\x89PNG"])
def test_a_bad_registry_file_is_said_before_anything_is_checked(run, good, tmp_path, content):
    bad = tmp_path / "bad.json"
    if content is not None:
        bad.write_bytes(content)
    assert run("check", "--offline", "--registry", bad, good) == 2
    assert run.out == ""
    assert len(run.err.splitlines()) == 1


def test_a_list_added_in_the_settings_counts_for_check_too(run, world, good, registry):
    KnownIssuers(Paths.standard().lists).add(registry, now=world.now)
    registry.unlink()
    assert run("check", "--offline", good) == 0
    assert "in The state." in issuer_line(run)


def test_saying_whom_one_trusts(run, school, good):
    run("create")
    run("import", "--offline", good)
    assert run("trust") == 0
    assert run.out == "You have not said of any issuer that you trust it.\n"
    assert run("trust", school.id, "--name", "Ridge", "--note", "I went there") == 0
    assert run.out == f"You trust this issuer from now on: {school.id}\n"
    run("list", "--json")
    one = run.lines()[0]["id"]
    run("show", one)
    assert "You trust this issuer since" in issuer_line(run)
    assert issuer_line(run).endswith(": I went there")
    run("trust", "--list")
    assert run.out.startswith(f"Ridge <{school.id}> ")
    run("trust", "--list", "--json")
    (told,) = run.lines()
    assert (told["issuer"], told["name"], told["note"]) == (school.id, "Ridge", "I went there")
    # Without the wallet nobody is told whom its person trusts.
    assert run("check", "--offline", good) == 0
    assert "[?]" in issuer_line(run)
    assert run("trust", school.id, "--remove", "--offline") == 0
    run("show", one)
    assert "[?]" in issuer_line(run)
    assert run("trust", school.id, "--remove", "--offline") == 2
    assert "You have not said that you trust this issuer." in run.err


@pytest.mark.parametrize("issuer", ["Ridge College", "did:", "https://", "did:web:a.example#key"])
def test_only_an_address_can_be_trusted(run, issuer):
    run("create")
    assert run("trust", issuer) == 2
    assert "starts with did: or https://" in run.err


def test_a_check_remembers_the_key_of_an_anchor(run, world, school, good, monkeypatch):
    top = anchor(world, "https://registry.dcconsortium.org")
    top.vouch(school.id, "Ridge College of the federation")
    monkeypatch.setattr(wiring, "Outside", lambda **_given: Web(world))
    monkeypatch.setattr(wiring, "now", lambda: world.now)
    at = ("--at", world.now.isoformat())
    assert run("check", *at, good) == 0
    assert "Ridge College of the federation, in DCC Member Registry" in issuer_line(run)
    top.keys = ["another"]
    top.configuration()
    top.vouch(school.id)
    assert run("check", *at, good) == 0
    assert "is signed with another key" in issuer_line(run)
