"""Asked for no network, the app touches none: tried at the socket, with records that want it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.world import World
from wallet import cli, wiring
from wallet.checking import Verifier
from wallet.errors import Code, UnreachableError
from wallet.model import Fact, Format
from wallet.preferences import Paths, Preferences, save
from wallet.storage import Cost

PASSPHRASE = "seven quiet herons"
PINNED = "https://w3id.org/openbadges/extensions/endorsement/context.json"
TOUCHED = "the network was touched"


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let every way to the network note that it was taken, and fail."""
    taken: list[str] = []

    def refuse(name: str) -> Callable[..., None]:
        def act(*_arguments: object, **_more: object) -> None:
            taken.append(name)
            raise OSError(TOUCHED)

        return act

    class Refused(socket.socket):
        def __init__(self, *_arguments: object, **_more: object) -> None:
            taken.append("socket")
            raise OSError(TOUCHED)

    monkeypatch.setattr(socket, "socket", Refused)
    for name in ("create_connection", "getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        monkeypatch.setattr(socket, name, refuse(name))
    return taken


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    paths = Paths(tmp_path / "wallet.ler", tmp_path / "preferences.json")
    monkeypatch.setattr(Paths, "standard", classmethod(lambda _cls: paths))
    built = wiring.build
    monkeypatch.setattr(wiring, "build", lambda **given: built(**given, cost=Cost(8, 1, 1)))
    return tmp_path


@pytest.fixture
def records(home: Path) -> list[Path]:
    """Records of every kind that want a key, a list or a vocabulary from the network."""
    world = World()
    web = world.issuer("Harbor College", "web")
    guild = world.badge_issuer("Welders Guild")
    token = world.claims(web, title="Listed in a token") | {"status": world.token_status(web)}
    raws = [
        world.issue(web, status=["revocation", "suspension"]),
        world.issue(web, form=Format.VC_JWT, status=["revocation"], title="Token"),
        world.issue(world.issuer("Key School"), status=["revocation"], title="List only"),
        _with_pinned_vocabulary(world.issue(web, title="Vocabulary")),
        world.assertion(guild),
        world.assertion(guild, signed=True),
        world.secure(web, token, form=Format.VC_JOSE),
    ]
    files = []
    for number, raw in enumerate(raws):
        files.append(home / f"record-{number}.json")
        files[-1].write_bytes(raw)
    return files


def _with_pinned_vocabulary(raw: bytes) -> bytes:
    """Name a vocabulary that is trusted by its hash but not shipped, so that it is wanted first."""
    document = json.loads(raw)
    document["@context"].append(PINNED)
    return json.dumps(document).encode()


def run(*words: object) -> int:
    arguments = [str(word) for word in words]
    reader = None
    command = next(word for word in arguments if not word.startswith("-"))
    if command != "check":
        reader, writer = os.pipe()
        os.write(writer, f"{PASSPHRASE}\n".encode())
        os.close(writer)
        at = arguments.index(command) + 1
        arguments[at:at] = ["--passphrase-fd", str(reader)]
    try:
        return cli.main(arguments, window=lambda *_, **__: 0, demo=lambda _output: 0)
    finally:
        if reader is not None:
            os.close(reader)


def test_the_trap_catches_who_goes_online(no_network: list[str]) -> None:
    with pytest.raises(UnreachableError):
        wiring.Outside(offline=False).fetch("https://issuer.example/list")
    assert no_network == ["getaddrinfo"]


def test_they_all_want_the_network(records: list[Path]) -> None:
    world = World()
    checks = Verifier(world, policy=world.policy(), clock=lambda: world.now)
    for record in records:
        checks.check(record.read_bytes())
    assert PINNED in world.fetched
    assert "https://harbor-college.example/.well-known/did.json" in world.fetched
    assert "https://key-school.example/status/revocation" in world.fetched


@pytest.mark.parametrize("where", ["after the command", "before it", "preferred"])
def test_every_command_that_looks_things_up(
    home: Path,
    records: list[Path],
    no_network: list[str],
    capsys: pytest.CaptureFixture[str],
    where: str,
) -> None:
    if where == "preferred":
        save(Preferences(offline=True), home / "preferences.json")
    before = ["--offline"] if where == "before it" else []
    after = ["--offline"] if where == "after the command" else []
    assert run("create", "--name", "Robin") == 0
    assert run(*before, "check", *after, *records) == 3
    assert run(*before, "import", *after, *records) == 0
    assert run(*before, "refresh", *after) == 0
    out = capsys.readouterr().out
    assert "7 records checked again." in out
    assert run(*before, "refresh", *after, "--json") == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["checked"], done["read"], done["news"]) == (7, 0, [])
    assert no_network == []


def test_the_commands_that_never_look_anything_up(
    home: Path, records: list[Path], no_network: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    run("create", "--name", "Robin")
    run("import", "--offline", *records)
    capsys.readouterr()
    assert run("list", "--json") == 0
    ids = [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()]
    assert len(ids) == 7
    for one in ids:
        assert run("show", one) == 0
        assert run("export", one, "-o", home / f"{one[:8]}.out") == 0
    assert (
        run(
            "share",
            ids[0],
            "--for",
            "Ana",
            "--until",
            "2099-01-01",
            "--form",
            "file",
            "-o",
            home / "s",
        )
        == 0
    )
    assert run("remove", ids[0]) == 0
    assert run("remove", "--undo", ids[0]) == 0
    assert no_network == []


def test_what_is_kept_answers_offline_with_its_date(home: Path, no_network: list[str]) -> None:
    world = World()
    with wiring.build(offline=True, clock=lambda: world.now) as app:
        app.wallet.create(home / "v.ler", PASSPHRASE, name="Robin")
        url = "https://issuer.example/list"
        app.wallet.put_fact(Fact(url, b"{}", world.now))
        fact = app.verifier.resolver.fetch(url)
        assert (fact.body, fact.read_at, fact.from_cache) == (b"{}", world.now, True)
        with pytest.raises(UnreachableError) as caught:
            app.verifier.resolver.fetch("https://issuer.example/other")
        assert caught.value.code is Code.OFFLINE
    assert no_network == []


def test_switching_offline_takes_effect_at_once(home: Path, no_network: list[str]) -> None:
    with wiring.build() as app:
        assert not app.offline
        app.prefer(offline=True)
        assert app.offline
        with pytest.raises(UnreachableError) as caught:
            app.verifier.resolver.fetch("https://issuer.example/list")
        assert caught.value.code is Code.OFFLINE
        assert no_network == []
        app.prefer(offline=False)
        with pytest.raises(UnreachableError):
            app.verifier.resolver.fetch("https://issuer.example/list")
        assert no_network == ["getaddrinfo"]


def test_an_app_opened_offline_stays_so_whatever_else_is_preferred(home: Path) -> None:
    with wiring.build(offline=True) as app:
        app.prefer(theme="dark")
        assert app.offline
        assert not app.preferences.offline
