"""A guest session in the window: its door, its clock, saving to a stick, an end that wipes."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton

from tests.ui import test_accessible as walks
from tests.ui.conftest import Driver, name_of
from tests.ui.people import ISSUERS, PASSPHRASE, records, stage
from tests.ui.test_backup import texts
from tests.ui.test_journeys import save_to
from wallet import wording
from wallet.administration import Rules
from wallet.errors import Code, WalletError
from wallet.places import Start
from wallet.storage import Vault, memory
from wallet.storage.header import COPY_BYTES, COPY_STRIDE
from wallet.ui.context import RECORDS, SETTINGS, SHARE
from wallet.ui.door import Create, Unlock
from wallet.ui.guest_bar import left
from wallet.ui.guest_door import GuestDoor
from wallet.ui.guest_time import Countdown
from wallet.ui.question import Question
from wallet.ui.restore_page import RestorePage

Key = Qt.Key


@pytest.fixture
def rules() -> Rules:
    return Rules()


@pytest.fixture
def on_stage(tmp_path, rules):
    made = stage(tmp_path, trusted=ISSUERS, start=Start(guest=True), rules=rules)
    before = set(memory._files)
    yield made
    made.app.stop()  # as the program does at its end
    assert set(memory._files) == before


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


@pytest.fixture(autouse=True)
def _time_stands_still(person: Driver) -> None:
    """Only `pass_time` lets it go on, however slow the machine is."""
    person.window.countdown._clock = lambda: 1000.0


def pass_time(person: Driver, **time: int) -> None:
    passed, countdown = timedelta(**time), person.window.countdown
    person.stage.world.now += passed
    now = countdown._clock() + passed.total_seconds()
    countdown._clock = lambda: now
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
    assert not bar.more_button.isVisible()
    assert person.window.page.isAncestorOf(person.focus)  # and not what ends the session
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


def backup(person: Driver, folder: Path, passphrase: str = PASSPHRASE) -> Path:
    """Return a backup of a wallet with three records, made on another computer."""
    elsewhere = stage(folder / "elsewhere", trusted=ISSUERS)
    elsewhere.app.wallet.create(folder / "elsewhere" / "w.ler", passphrase, name="Robin Rivera")
    elsewhere.keep(*records(person.stage.world)[:3])
    copy = folder / "stick" / "old.ler-backup"
    copy.parent.mkdir()
    elsewhere.app.wallet.backups.make(copy)
    elsewhere.app.wallet.lock()
    return copy


def test_a_backup_is_restored_into_memory_and_saved_only_when_asked(person, tmp_path, monkeypatch):
    copy = backup(person, tmp_path)
    wallet, window, before = person.stage.app.wallet, person.window, copy.read_bytes()
    monkeypatch.setattr(
        QFileDialog, "getOpenFileName", staticmethod(lambda *_a, **_k: (str(copy), ""))
    )
    person.enter("Restore from a backup")
    page = window.page
    assert isinstance(page, RestorePage)
    assert "It will be in memory only" in texts(page)
    person.enter("Choose the backup")
    person.type("not the passphrase")
    person.press(Key.Key_Return)
    assert "That is not the passphrase of this backup." in texts(page)
    assert not memory.holds(page.to)
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    assert wallet.in_memory.is_open
    assert len(wallet.rows()) == 3
    assert not wallet.in_memory.is_unsaved  # the backup has it all
    assert [one.name for one in copy.parent.iterdir()] == [copy.name]
    assert copy.read_bytes() == before

    # Locked and opened again it is there; what changes is asked about at the end.
    person.ctrl(Key.Key_L)
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    wallet.remove([wallet.rows()[0].id])
    assert wallet.in_memory.is_unsaved
    window.close()
    answer(person, "Go back")
    save_to(monkeypatch, tmp_path / "stick" / "mine.ler")
    window.save()
    person.settle()
    assert not wallet.in_memory.is_unsaved
    window.close()
    person.settle()
    with Vault.unlock(tmp_path / "stick" / "mine.ler", PASSPHRASE) as saved:
        assert saved.count() == 2


def test_a_backup_comes_into_the_wallet_in_memory_with_keys_and_no_trace(person, tmp_path):
    copy = backup(person, tmp_path, "another five herons")
    before = set(memory._files)
    make_in_memory(person)
    wallet = person.stage.app.wallet
    person.window.inside().go(SETTINGS).backup.open_backup(copy)
    person.settle()
    person.type("another five herons")
    person.press(Key.Key_Return)
    person.enter("Bring it in")
    person.settle()
    assert len(wallet.rows()) == 3
    assert len(wallet.identities()) == 2
    assert wallet.in_memory.is_unsaved
    assert set(memory._files) - before <= {str(wallet.path), f"{wallet.path}-wal"}
    assert [one.name for one in copy.parent.iterdir()] == [copy.name]
    person.window.end_now()


def test_a_backup_can_go_to_the_stick_instead(person, tmp_path, monkeypatch):
    copy, to = backup(person, tmp_path), tmp_path / "stick" / "mine.ler"
    person.enter("Restore from a backup")
    page = person.window.page
    page.take(copy)
    person.settle()
    save_to(monkeypatch, to)
    person.enter("Keep it on my stick")
    assert f"It will be kept in {to}" in texts(page)
    person.tab_to("Passphrase of the backup")
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    assert person.stage.app.wallet.path == to
    assert not person.window.bar.save_button.isVisible()
    person.window.close()


@pytest.mark.parametrize("fault", ["cut", "other", "newer"])
def test_a_bad_backup_is_said_and_leaves_nothing_in_memory(person, tmp_path, fault):
    copy = backup(person, tmp_path)
    data = bytearray(copy.read_bytes())
    if fault == "cut":
        copy.write_bytes(data[:-4096])
    elif fault == "other":
        copy.write_bytes(b"{}")
    else:
        with copy.open("r+b") as file:
            for start in (0, COPY_STRIDE):
                made = bytearray(data[start : start + COPY_BYTES])
                made[18:20] = (99).to_bytes(2, "big")
                file.seek(start)
                file.write(made[:-32] + sha256(made[:-32]).digest())
    person.enter("Restore from a backup")
    page = person.window.page
    page.take(copy)
    person.settle()
    if page.path is not None:
        page.proof.passphrase.setText(PASSPHRASE)
        page.submit()
        person.settle()
    sentences = {
        "cut": "This backup is damaged and was not used.",
        "other": "This file is not a backup of a wallet.",
        "newer": "This backup was made by a newer version of the app.",
    }
    assert sentences[fault] in texts(page)
    person.window.close()


def test_a_second_wallet_in_memory_takes_no_unsaved_ones_place_unasked(person, tmp_path):
    copy = backup(person, tmp_path)
    make_in_memory(person)
    wallet, window = person.stage.app.wallet, person.window
    person.stage.keep(*records(person.stage.world)[:1])
    first = wallet.path
    person.ctrl(Key.Key_L)
    assert isinstance(window.page, Unlock)
    for leave in (
        window._show_restore,
        lambda: window._show_create_at(None),
        lambda: window._show_unlock(tmp_path / "other.ler"),
    ):
        leave()
        person.settle()
        box = asked(person)
        assert "It was not saved to a stick. If you go on, it is gone." in texts(box)
        answer(person, "Open it first")
        assert isinstance(window.page, Unlock)
        assert window.page.path == first
    window._show_restore()
    answer(person, "Throw it away")
    assert isinstance(window.page, RestorePage)
    assert not memory.holds(first)
    window.page.take(copy)
    person.settle()
    window.page.proof.passphrase.setText(PASSPHRASE)
    window.page.submit()
    person.settle()
    assert len(wallet.rows()) == 3
    assert not wallet.in_memory.is_unsaved
    window.close()


def test_each_wallet_in_memory_is_saved_for_itself(person, tmp_path):
    make_in_memory(person)
    wallet = person.stage.app.wallet
    wallet.create(person.stage.app.new_place_in_memory(), PASSPHRASE, name="B")
    wallet.in_memory.save(tmp_path / "b.ler")
    assert wallet.in_memory.saved_in == tmp_path / "b.ler"
    assert wallet.in_memory.is_unsaved  # the first is not
    person.window.end_now()


def test_a_wrong_try_at_a_backup_leaves_no_note_after_the_session(person, tmp_path):
    copy = backup(person, tmp_path)
    person.enter("Restore from a backup")
    page = person.window.page
    page.take(copy)
    person.settle()
    page.proof.passphrase.setText("not the passphrase")
    page.submit()
    person.settle()
    assert "That is not the passphrase of this backup." in texts(page)
    person.window.close()
    person.stage.app.stop()
    assert [one.name for one in copy.parent.iterdir()] == [copy.name]


def test_a_wallet_in_memory_names_no_folder_for_copies(person):
    make_in_memory(person)
    card = person.window.inside().go(SETTINGS).backup
    person.settle()
    assert "/dev/null" not in texts(card)
    assert "same disk" not in texts(card)
    assert not card.elsewhere.isVisible()
    person.window.end_now()


@pytest.mark.parametrize("rules", [Rules(), Rules(backup_folder=Path("/nonexistent"))])
def test_copies_of_a_guests_wallet_go_nowhere_but_beside_it(tmp_path, person, rules):
    home, stick = tmp_path / "Documents", tmp_path / "stick"
    home.mkdir()
    stick.mkdir()
    at_home = stage(tmp_path / "home", trusted=ISSUERS)
    at_home.app.wallet.create(stick / "mine.ler", PASSPHRASE, name="Robin")
    at_home.app.wallet.backups.choose(folder=home, copies=5)
    at_home.app.wallet.lock()
    app = person.stage.app
    app.wallet.unlock(stick / "mine.ler", PASSPHRASE)
    person.stage.keep(*records(person.stage.world)[:2])
    app.lock()
    assert list(home.iterdir()) == []
    assert len(list((stick / "backups").iterdir())) == 1


def test_no_copy_is_made_where_the_stick_was(tmp_path, person):
    stick = tmp_path / "stick"
    stick.mkdir()
    app = person.stage.app
    app.wallet.create(stick / "mine.ler", PASSPHRASE, name="Robin")
    person.stage.keep(*records(person.stage.world)[:2])
    stick.rename(tmp_path / "pulled out")
    stick.mkdir()  # where it was mounted there is a folder still
    app.lock()
    assert not app.wallet.is_open
    assert list(stick.iterdir()) == []
