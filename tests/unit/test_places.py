"""Where a start of the program keeps things: at home, beside itself, or nowhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.paths import REPO
from wallet import places, quiet, wiring
from wallet.administration import Rules
from wallet.crypto.sealing import Cost
from wallet.errors import Code, VaultError, WalletError
from wallet.places import Start
from wallet.preferences import Paths

CHEAP = Cost(memory_kib=8 * 1024, iterations=1, lanes=1)
PASSPHRASE = "seven quiet herons"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home directory that must stay as it is."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(folder))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    yield folder
    assert list(folder.rglob("*")) == []


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def build(start: Start, rules: Rules | None = None) -> wiring.App:
    return wiring.build(offline=True, cost=CHEAP, rules=rules or Rules(), start=start)


def files(folder: Path) -> list[str]:
    return sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file())


# -- beside the program ----------------------------------------------------------------------------


def test_the_marker_is_what_makes_it_portable(stick):
    assert places.portable_folder(stick) is None
    (stick / places.MARKER).mkdir()  # not a file
    assert places.portable_folder(stick) is None
    (stick / places.MARKER).rmdir()
    (stick / places.MARKER).touch()
    assert places.portable_folder(stick) == stick / places.DATA


@pytest.mark.parametrize(
    ("frozen", "ran", "found"),
    [
        (False, "stick/ler-wallet", "stick"),
        (True, "stick/ler-wallet.exe", "stick"),
        (True, "stick/LER Wallet.app/Contents/MacOS/ler-wallet", "stick"),
    ],
)
def test_beside_the_program_is_where_a_person_sees_it(monkeypatch, tmp_path, frozen, ran, found):
    monkeypatch.delenv("APPIMAGE", raising=False)
    monkeypatch.setattr("sys.frozen", frozen, raising=False)
    monkeypatch.setattr("sys.executable" if frozen else "sys.argv", _as(frozen, tmp_path / ran))
    assert places.program_folder() == tmp_path / found


def _as(frozen: bool, path: Path):
    return str(path) if frozen else [str(path)]


@pytest.mark.parametrize(
    ("named", "mounted", "is_it"),
    [
        ("stick/LER.AppImage", REPO, True),
        ("stick/LER.AppImage", "another program", False),  # which started this one
        ("stick/LER.AppImage", "", False),
        ("", REPO, False),
    ],
)
def test_an_appimage_is_the_file_and_not_its_mount(monkeypatch, tmp_path, named, mounted, is_it):
    monkeypatch.setattr("sys.argv", [str(tmp_path / "bin" / "ler-wallet")])
    monkeypatch.setenv("APPIMAGE", str(tmp_path / named) if named else "")
    monkeypatch.setenv("APPDIR", str(tmp_path / mounted) if mounted else "")
    assert places.program_folder() == tmp_path / ("stick" if is_it else "bin")


def test_everything_lies_in_one_folder_and_moves_with_it(home, stick, tmp_path):
    app = build(Start(portable=stick / "data"))
    assert app.shared  # no keychain: it belongs to this computer
    app.wallet.create(app.vault_path, PASSPHRASE, name="Robin")
    app.prefer(theme="dark")
    app.known.switch("x", on=False)
    other = stick / "data" / "second.ler"
    app.wallet.create(other, PASSPHRASE, name="Kai")
    app.prefer(vault=str(other))
    app.stop()
    assert files(stick) == [
        "data/issuers/lists.json",
        "data/preferences.json",
        "data/second.ler",
        "data/wallet.ler",
    ]
    assert json.loads((stick / "data/preferences.json").read_text())["vault"] == "second.ler"
    moved = tmp_path / "another letter"
    stick.rename(moved)
    app = build(Start(portable=moved / "data"))
    assert app.preferences.theme == "dark"
    assert app.vault_path == moved / "data" / "second.ler"
    assert "x" in app.known().off
    app.wallet.unlock(app.vault_path, PASSPHRASE)
    assert app.wallet.learner_name == "Kai"
    app.stop()


def test_a_wallet_elsewhere_is_not_remembered_on_the_stick(home, stick, tmp_path):
    app = build(Start(portable=stick / "data"))
    app.prefer(vault=str(tmp_path / "elsewhere.ler"))
    assert app.vault_path == stick / "data" / "wallet.ler"
    stored = {"vault": str(tmp_path / "elsewhere.ler")}  # as a start that was not portable left it
    (stick / "data" / "preferences.json").write_text(json.dumps(stored))
    assert build(Start(portable=stick / "data")).vault_path == stick / "data" / "wallet.ler"


def test_a_stick_that_cannot_be_written_is_said_and_home_is_not_tried(home, tmp_path):
    (tmp_path / "stick").write_text("a file, so that no folder can be made in it")
    app = build(Start(portable=tmp_path / "stick" / "data"))
    for act in (
        lambda: app.prefer(theme="dark"),
        lambda: app.wallet.create(app.vault_path, PASSPHRASE, name="Robin"),
    ):
        with pytest.raises(WalletError) as told:
            act()
        assert told.value.code in {Code.FILE_UNWRITABLE, Code.VAULT_UNWRITABLE}


# -- a guest's -------------------------------------------------------------------------------------


def test_a_guest_leaves_nothing_but_the_wallet_they_named(home, stick):
    path = stick / "mine.ler"
    app = build(Start(guest=True, vault=path))
    assert app.guest
    assert app.shared
    assert app.wallet.ways.shared
    app.wallet.create(app.vault_path, PASSPHRASE, name="Robin")
    app.prefer(theme="dark", vault=str(path), offline=True)
    app.known.switch("x", on=False)
    assert "x" in app.known().off  # until the session ends
    app.stop()
    assert files(stick) == ["mine.ler"]


def test_a_guest_without_a_stick_has_it_in_memory_until_the_end(home, stick):
    app = build(Start(guest=True))
    path = app.vault_path
    assert not app.has_wallet(path)
    app.wallet.create(path, PASSPHRASE, name="Robin")
    assert app.has_wallet(path)
    assert app.wallet.in_memory.is_open
    assert app.wallet.in_memory.is_unsaved
    app.wallet.lock()
    assert app.wallet.in_memory.is_unsaved
    app.wallet.unlock(path, PASSPHRASE)
    app.wallet.in_memory.save(stick / "mine.ler")
    assert not app.wallet.in_memory.is_unsaved
    app.wallet.lock()
    app.wallet.unlock(path, PASSPHRASE)
    assert not app.wallet.in_memory.is_unsaved
    app.wallet.set_setting("lock_minutes", "15")
    assert app.wallet.in_memory.is_unsaved
    app.stop()
    assert not app.has_wallet(path)
    assert not app.wallet.in_memory.is_unsaved
    assert files(stick) == ["mine.ler"]


def test_a_wallet_on_a_disk_is_never_unsaved(home, stick):
    app = build(Start(guest=True, vault=stick / "mine.ler"))
    app.wallet.create(app.vault_path, PASSPHRASE, name="Robin")
    assert not app.wallet.in_memory.is_open
    assert not app.wallet.in_memory.is_unsaved
    app.stop()


def test_guests_only_makes_every_start_a_guests(home, tmp_path):
    app = wiring.build(
        offline=True,
        cost=CHEAP,
        rules=Rules(guest_only=True),
        start=Start(),
        paths=Paths(vault=tmp_path / "usual.ler", preferences=tmp_path / "preferences.json"),
    )
    assert app.guest
    assert app.vault_path != tmp_path / "usual.ler"
    with pytest.raises(VaultError) as told:
        app.vault_named(None)
    assert told.value.code is Code.GUEST_ONLY


def test_nothing_can_be_made_where_caches_are_sent():
    with pytest.raises((NotADirectoryError, FileNotFoundError, FileExistsError)):
        Path(quiet.NOWHERE).mkdir(parents=True)
