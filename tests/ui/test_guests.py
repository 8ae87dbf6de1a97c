"""A guest session in the window: its door, its clock, saving to a stick, an end that wipes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton

from tests.ui import test_accessible as walks
from tests.ui.conftest import Driver, name_of
from tests.ui.people import ISSUERS, PASSPHRASE, records, stage
from tests.ui.test_journeys import save_to
from wallet import wording
from wallet.administration import Rules
from wallet.errors import Code, WalletError
from wallet.places import Start
from wallet.ui.context import RECORDS, SHARE
from wallet.ui.door import Create, Unlock
from wallet.ui.guest_bar import left
from wallet.ui.guest_door import GuestDoor
from wallet.ui.guest_time import Countdown
from wallet.ui.question import Question

Key = Qt.Key


@pytest.fixture
def rules() -> Rules:
    return Rules()


@pytest.fixture
def on_stage(tmp_path, rules):
    return stage(tmp_path, trusted=ISSUERS, start=Start(guest=True), rules=rules)


def make_in_memory(person: Driver) -> None:
    person.enter("Go on without a stick")
    assert isinstance(person.window.page, Create)
    person.type("Robin Rivera")
    person.tab_to("Passphrase")
    person.type(PASSPHRASE)
    person.tab_to("The same passphrase again")
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    assert person.stage.app.wallet.is_open


def pass_time(person: Driver, **time: int) -> None:
    passed, countdown = timedelta(**time), person.window.countdown
    person.stage.world.now += passed
    before = countdown._clock
    countdown._clock = lambda: before() + passed.total_seconds()
    countdown.look()
    person.settle()


def asked(person: Driver) -> Question:
    box = person.window.findChild(Question)
    assert box is not None
    assert box.isVisible()
    return box


def answer(person: Driver, words: str) -> None:
    box = asked(person)
    (chosen,) = [one for one in box.findChildren(QPushButton) if one.text() == words]
    person.qtbot.mouseClick(chosen, Qt.MouseButton.LeftButton)
    person.settle()


def test_without_a_stick_everything_is_in_memory_until_it_is_saved(person, tmp_path, monkeypatch):
    window = person.window
    assert isinstance(window.page, GuestDoor)
    assert name_of(person.focus) == "Open the wallet on my stick"
    make_in_memory(person)
    wallet = person.stage.app.wallet
    assert wallet.in_memory.is_open
    person.stage.keep(*records(person.stage.world))
    window.shell.go(RECORDS)
    person.settle()

    # Locked and opened again, it is all there, and still nowhere else.
    person.ctrl(Key.Key_L)
    assert isinstance(window.page, Unlock)
    assert "in memory only" in " ".join(one.text() for one in window.page.findChildren(QLabel))
    assert not window.bar.save_button.isVisible()
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    assert len(wallet.rows()) == 8
    assert list(tmp_path.iterdir()) == []

    # Closing asks; saving goes to the stick.
    window.close()
    answer(person, "Go back")
    assert window.isVisible()
    with person.qtbot.waitActive(window):
        window.activateWindow()
    save_to(monkeypatch, tmp_path / "mine.ler")
    person.enter("Save to a stick")
    assert person.says("Saved in mine.ler.")
    assert [one.name for one in tmp_path.iterdir()] == ["mine.ler"]
    window.close()
    person.settle()
    assert not window.isVisible()
    assert not wallet.is_open


def test_the_session_does_not_end_when_the_window_is_drawn_anew_before_it_began(person):
    window = person.window
    window.redress()
    person.settle()
    assert window.isVisible()
    assert isinstance(window.page, GuestDoor)
    assert not window.countdown.is_running


def test_a_wallet_on_the_stick_is_used_there_and_nothing_is_asked(person, tmp_path, monkeypatch):
    save_to(monkeypatch, tmp_path / "mine.ler")
    person.enter("Make a wallet on my stick")
    person.type("Robin Rivera")
    person.tab_to("Passphrase")
    person.type(PASSPHRASE)
    person.tab_to("The same passphrase again")
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    assert person.stage.app.wallet.path == tmp_path / "mine.ler"
    person.enter("Later")  # the recovery sheet is offered for what lasts
    assert not person.window.bar.save_button.isVisible()
    person.window.close()
    person.settle()
    assert not person.window.isVisible()
    assert [one.name for one in tmp_path.iterdir()] == ["mine.ler"]


def test_time_is_counted_down_and_can_be_made_longer(person):
    bar = person.window.bar
    person.tab_to("The session ends after: 30 minutes")
    person.press(Key.Key_Left)
    make_in_memory(person)
    assert bar.text.text() == "Guest session, 15 minutes left"
    assert not bar.more_button.isVisible()
    pass_time(person, minutes=10)
    assert bar.text.text().startswith("Guest session, 5:00 left.")
    assert bar.property("soon")
    pass_time(person, seconds=37)
    assert "4:23 left" in bar.text.text()
    person.enter("15 more minutes")
    assert bar.text.text() == "Guest session, 20 minutes left"
    assert not bar.property("soon")
    assert person.window.isVisible()


def test_at_the_end_it_wipes_and_closes_and_asks_nothing(person, monkeypatch):
    make_in_memory(person)
    app = person.stage.app
    path = app.wallet.path
    (record, *_rest) = person.stage.keep(*records(person.stage.world))
    person.window.share([record])
    person.settle()
    person.tab_to("For whom")
    person.type("Harbor Hospital")
    person.enter("Make the link")
    share = person.screen(SHARE)
    person.enter("Copy the link")
    assert QGuiApplication.clipboard().text() == share.result.made.text
    QGuiApplication.clipboard().setText("typed by the guest elsewhere, copied for this window")
    pass_time(person, minutes=31)
    assert not person.window.isVisible()
    assert not app.wallet.is_open
    assert person.window.shell is None
    assert QGuiApplication.clipboard().text() == ""
    app.stop()
    assert not app.has_wallet(path)


def test_throwing_it_away_is_the_persons_choice(person):
    make_in_memory(person)
    person.enter("End the session")
    answer(person, "Throw it away")
    assert not person.window.isVisible()


def test_no_browser_is_opened_and_it_is_said(person):
    make_in_memory(person)
    assert person.window.context.open_url("https://school.example/")
    assert person.says("No browser is opened in a guest session")
    assert person.opened == []


def test_time_goes_on_while_it_is_locked(person):
    make_in_memory(person)
    person.ctrl(Key.Key_L)
    pass_time(person, minutes=26)
    assert "4:00 left" in person.window.bar.text.text()
    pass_time(person, minutes=5)
    assert not person.window.isVisible()


def test_a_change_of_looks_keeps_the_clock(person):
    make_in_memory(person)
    pass_time(person, minutes=28)
    person.window.redress()
    person.settle()
    assert "2:00 left" in person.window.bar.text.text()
    assert person.window.bar.save_button.isVisible()


class TestSet:
    """By whoever looks after the computer."""

    @pytest.fixture
    def rules(self) -> Rules:
        return Rules(organisation="Ridge Career Center", guest_only=True, session_minutes=20)

    def test_the_length_is_said_and_is_not_to_be_chosen(self, person):
        page = person.window.page
        assert page.length is None
        said = " ".join(one.text() for one in page.findChildren(QLabel))
        assert "The session ends after 20 minutes." in said
        assert "Set by Ridge Career Center for this computer." in said
        make_in_memory(person)
        pass_time(person, minutes=16)
        assert "4:00 left" in person.window.bar.text.text()
        assert not person.window.bar.more_button.isVisible()
        pass_time(person, minutes=5)
        assert not person.window.isVisible()


class TestBroken:
    @pytest.fixture
    def rules(self) -> Rules:
        return Rules.strictest(WalletError(Code.RULES_UNREADABLE, path="/etc/x"))

    def test_a_broken_policy_is_said_at_the_door(self, person):
        said = " ".join(one.text() for one in person.window.page.findChildren(QLabel))
        assert "The policy file of this computer cannot be read" in said


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("place", ["door", "create", "open", "little time"])
@pytest.mark.parametrize(
    "walk",
    [
        walks.test_every_control_has_a_name_and_a_role,
        walks.test_tab_reaches_every_control_and_comes_round,
        walks.test_no_text_is_cut_at_twice_its_size_in_a_small_window,
    ],
)
def test_everybody_gets_there(person, monkeypatch, language, place, walk):
    app = person.stage.app
    app.preferences = app.preferences.changed(language=language)
    person.window.redress()

    def go(_person: Driver, _place: str) -> None:
        if place == "door":
            return
        person.window._show_create_at(None)
        person.settle()
        if place == "create":
            return
        page = person.window.page
        app.wallet.create(page.path, PASSPHRASE, name="Robin Rivera")
        person.window._opened(page.path)
        person.settle()
        if place == "little time":
            pass_time(person, minutes=27)

    monkeypatch.setattr(walks, "go", go)
    walk(person, place)
    wording.set_language("en")


# -- the clock -------------------------------------------------------------------------------------


def counting(minutes: int) -> tuple[Countdown, list[float], list[str]]:
    steady, over = [0.0], []
    countdown = Countdown(clock=lambda: steady[0])
    countdown.over.connect(lambda: over.append("over"))
    countdown.start(minutes)
    return countdown, steady, over


@pytest.mark.parametrize("leap", [timedelta(days=3650), timedelta(days=-15000)], ids=str)
def test_a_clock_that_is_set_ends_no_session_and_gives_it_no_time(person, leap):
    person.tab_to("The session ends after: 30 minutes")
    make_in_memory(person)
    before = person.window.countdown.left
    person.stage.world.now += leap
    person.window.countdown.look()
    assert person.window.isVisible()
    assert 0 <= before - person.window.countdown.left < 60


def test_it_ends_once(qapp):
    countdown, steady, over = counting(15)
    countdown.start(60)  # what began goes on
    steady[0] += 15 * 60
    countdown.look()
    assert over == ["over"]
    assert not countdown._timer.isActive()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (3600, "Guest session, 60 minutes left"),
        (301, "Guest session, 6 minutes left"),
        (300, "Guest session, 5:00 left. Then it ends and this window closes."),
        (7, "Guest session, 0:07 left. Then it ends and this window closes."),
    ],
)
def test_how_the_time_is_said(seconds, said):
    assert left(seconds) == said
