"""The language: as the program was started, or chosen at the door before anything else."""

from __future__ import annotations

import json
import os
import sys

import pytest
from PySide6.QtWidgets import QFileDialog

from tests.ui.people import ISSUERS, PASSPHRASE, stage
from wallet import __main__, wording
from wallet.administration import Rules
from wallet.cli.arguments import parser
from wallet.places import Start
from wallet.ui.context import SETTINGS
from wallet.ui.door import Unlock, Welcome
from wallet.ui.guest_door import GuestDoor


@pytest.fixture
def start() -> Start | None:
    return None


@pytest.fixture
def rules() -> Rules:
    return Rules()


@pytest.fixture
def on_stage(tmp_path, start, rules):
    yield stage(tmp_path, trusted=ISSUERS, start=start, rules=rules)
    wording.set_language("en")


def stored(on) -> dict[str, object]:
    path = on.app.paths.preferences
    return json.loads(path.read_bytes()) if path is not None and path.exists() else {}


def test_the_language_it_was_started_in_is_spoken_and_not_remembered(on_stage, make_driver):
    on_stage.app.started_in = "es"
    on_stage.app.prefer(theme="dark")
    person = make_driver()
    assert wording.language() == "es"
    assert stored(on_stage)["language"] is None
    person.open_wallet()
    settings = person.screen(SETTINGS)
    assert settings.language.key == "es"
    settings.theme.picked.emit("light")  # draws the window anew
    person.settle()
    assert wording.language() == "es"
    person.screen(SETTINGS).language.picked.emit("en")
    person.settle()
    assert wording.language() == "en"
    assert stored(on_stage)["language"] == "en"


def test_it_is_chosen_at_the_first_door_by_keyboard(person):
    assert isinstance(person.window.page, Welcome)
    person.enter("Español")
    page = person.window.page
    assert isinstance(page, Welcome)
    assert page.first.text() == "Crear su cartera"
    assert person.focus is page.first
    assert stored(person.stage)["language"] == "es"
    person.enter("English")
    assert person.window.page.first.text() == "Make your wallet"


def test_the_door_of_the_same_wallet_speaks_it(person):
    other = person.stage.folder / "other.ler"
    person.stage.app.wallet.create(other, PASSPHRASE, name="Kim")
    person.stage.app.lock()
    person.stage.create()
    person.stage.app.lock()
    person.window._show_unlock(other)
    person.settle()
    person.enter("Español")
    person.settle()
    page = person.window.page
    assert isinstance(page, Unlock)
    assert page.path == other
    assert page.go.text() == "Abrir"
    assert person.focus is page.passphrase


@pytest.mark.parametrize("start", [Start(guest=True)])
def test_a_guest_chooses_it_and_leaves_no_trace_of_it(person):
    page = person.window.page
    assert isinstance(page, GuestDoor)
    page.length.choose("60")
    person.enter("Español")
    page = person.window.page
    assert isinstance(page, GuestDoor)
    assert page.minutes == 60
    assert page.first.text() == "Abrir la cartera de mi memoria USB"
    assert stored(person.stage) == {}


@pytest.mark.parametrize("rules", [Rules(languages=("es",))])
def test_only_what_the_organisation_speaks_is_offered(person):
    assert wording.language() == "es"
    person.stage.app.started_in = "en"
    assert person.stage.app.language == "es"
    with pytest.raises(AssertionError):
        person.tab_to("English", most=20)


def test_it_holds_where_nothing_can_be_written_down(person):
    folder = person.stage.app.paths.preferences
    folder.mkdir()  # in the way of the file
    person.enter("Español")
    assert person.window.page.first.text() == "Crear su cartera"
    assert person.says("Vale hasta que cierre la aplicación")
    person.window.show_door()
    assert person.stage.app.language == "es"
    person.enter("Crear su cartera")
    folder.rmdir()
    person.stage.app.prefer(theme="dark")
    assert stored(person.stage)["language"] == "es"


def test_what_is_chosen_in_the_settings_holds_there_too(person):
    person.stage.create()
    person.window._opened(person.stage.app.wallet.path)
    person.stage.app.paths.preferences.unlink(missing_ok=True)
    person.stage.app.paths.preferences.mkdir()
    person.screen(SETTINGS).language.picked.emit("es")
    person.settle()
    assert person.screen(SETTINGS).language.key == "es"
    assert wording.language() == "es"
    assert person.says("Vale hasta que cierre la aplicación")


def test_qts_own_dialogs_speak_it(person):
    def asked() -> str:
        dialog = QFileDialog(person.window)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        return dialog.labelText(QFileDialog.DialogLabel.Accept)

    assert asked() == "&Open"
    person.enter("Español")
    assert asked() == "&Abrir"
    person.enter("English")
    assert asked() == "&Open"


def test_a_session_begun_at_the_door_goes_on_in_it(monkeypatch):
    class BegunError(Exception):
        """Stands for the program that this one becomes."""

    def become(_program: str, words: list[str]) -> None:
        raise BegunError(*words)

    monkeypatch.setattr(os, "execv", become)
    monkeypatch.setattr(os, "name", "posix")
    monkeypatch.setattr(sys, "orig_argv", ["python", "-m", "wallet", "--language", "en"])
    wording.set_language("es")
    with pytest.raises(BegunError) as begun:
        __main__._again_as_guest()
    wording.set_language("en")
    given = parser().parse_args(begun.value.args[3:])
    assert (given.guest, given.language) == (True, "es")
