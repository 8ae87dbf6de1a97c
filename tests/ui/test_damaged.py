"""A wallet file that goes bad, by keyboard: checked, gone back from, saved, and said plainly."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from tests.ui.people import PASSPHRASE, records
from wallet.ui.context import SETTINGS
from wallet.ui.door import Unlock
from wallet.ui.rescue import Rescue
from wallet.ui.restore_page import RestorePage
from wallet.ways import read_code

HEADER, PAGE = 8192, 4096


def pages(path: Path) -> int:
    return (path.stat().st_size - HEADER) // PAGE


def damage(path: Path, *which: int) -> bytes:
    bad = bytearray(path.read_bytes())
    for page in which:
        bad[HEADER + (page - 1) * PAGE + 55] ^= 1
    path.write_bytes(bad)
    return bytes(bad)


def said(widget) -> str:
    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisible())


@pytest.fixture
def full(person):
    person.open_wallet(*records(person.stage.world))
    return person


def lock(person) -> None:
    person.ctrl(Qt.Key.Key_L)
    person.settle()


def unlock(person, passphrase: str = PASSPHRASE) -> None:
    person.type(passphrase)
    person.press(Qt.Key.Key_Return)
    person.settle()


def test_the_file_is_checked_when_asked_and_the_day_is_remembered(full):
    full.ctrl(Qt.Key.Key_4)
    card = full.screen(SETTINGS).file
    assert "Not checked yet." in said(card)
    full.enter("Check the wallet file")
    assert full.says("The file is whole. 8 records are in it.")
    assert "Found whole on" in said(card)


def test_a_damaged_file_found_in_the_settings_leads_to_what_can_be_done(full):
    full.ctrl(Qt.Key.Key_4)
    vault = full.stage.app.wallet._vault
    vault._opened().execute("PRAGMA cache_size=0")
    with full.stage.vault.open("r+b") as file:
        for at in range(HEADER + PAGE, full.stage.vault.stat().st_size, PAGE):
            file.seek(at + 100)
            file.write(b"\0" * 16)
    full.enter("Check the wallet file")
    card = full.screen(SETTINGS).file
    assert "This wallet file is damaged." in said(card)
    full.enter("What can be done")
    assert isinstance(full.window.page, Rescue)
    assert not full.stage.app.wallet.is_open


def test_the_weekly_check_tells_of_damage_and_only_then(full):
    full.window.refresher._soon.stop()
    full.window.refresher._verify_if_due()
    full.settle()
    assert not full.window.toast.isVisible()
    assert not full.stage.app.wallet.upkeep.is_due
    full.stage.app.wallet.set_setting("verified_at", "2020-01-01T00:00:00+00:00")
    full.stage.app.wallet._vault._opened().execute("PRAGMA cache_size=0")
    lock(full)
    damage(full.stage.vault, pages(full.stage.vault))
    unlock(full)
    full.window.refresher._verify_if_due()
    full.settle()
    assert full.says("This wallet file is damaged.")
    full.window.toast.act()
    full.settle()
    assert isinstance(full.window.page, Rescue)


def test_what_can_be_read_is_saved_and_what_was_lost_is_named(full):
    holder = full.stage.app.wallet.holder
    lock(full)
    path = full.stage.vault
    bad = damage(path, *range(pages(path) - 4, pages(path) + 1))
    full.window.rescue(path)
    full.settle()
    page = full.window.page
    full.enter("Save what can be read")
    assert "Type the passphrase of this wallet first." in said(page)
    full.type("not the passphrase at all")
    full.enter("Save what can be read")
    assert "That is not the passphrase of this wallet." in said(page)
    full.type(PASSPHRASE)
    full.enter("Save what can be read")
    assert path.read_bytes() == bad
    text = said(page)
    assert "5 of" in text
    assert "was saved." in text or "were saved." in text
    assert "The damaged file is still there: wallet.ler." in text
    full.press(Qt.Key.Key_Space)
    assert isinstance(full.window.page, Unlock)
    unlock(full)
    assert full.stage.app.wallet.path == path.with_name("wallet-saved.ler")
    assert full.stage.app.wallet.holder == holder
    saved = len(full.stage.app.wallet.rows())
    assert saved > 0
    assert saved + text.count("• ") == 8


def test_wrong_tries_have_to_wait_here_as_at_the_door(full):
    lock(full)
    path = full.stage.vault
    damage(path, pages(path))
    full.window.rescue(path)
    full.settle()
    page = full.window.page
    for _ in range(3):
        full.type("not the passphrase at all")
        full.enter("Save what can be read")
    assert "You can try again in" in said(page)
    assert not page.save.isEnabled()
    page.countdown.left = 1
    page.countdown.tick()
    assert page.save.isEnabled()


def test_a_recovery_code_saves_what_can_be_read_and_opens_it(full):
    wallet = full.stage.app.wallet
    sheet = wallet.ways.prepare_sheet(PASSPHRASE)
    code = "-".join(sheet.groups)
    wallet.ways.keep_sheet(sheet)
    lock(full)
    path = full.stage.vault
    damage(path, pages(path))
    full.window.rescue(path)
    full.settle()
    page = full.window.page
    full.enter("Use your recovery code")
    full.enter("Save what can be read")
    assert "Type your recovery code first." in said(page)
    for field, group in zip(page.proof.code.fields, code.split("-"), strict=True):
        field.setText(group)
    full.enter("Save what can be read")
    saved = path.with_name("wallet-saved.ler")
    assert "It is wallet-saved.ler." in said(page)
    wallet.unlock(saved, read_code(code))
    assert wallet.rows()


def test_a_backup_that_lies_elsewhere_can_be_chosen(full):
    full.window.rescue(full.stage.vault)
    full.settle()
    full.enter("My backup is somewhere else")
    assert isinstance(full.window.page, RestorePage)


def test_a_copy_is_gone_back_to_where_there_is_one(full):
    full.stage.app.wallet.backups.roll()
    lock(full)
    path = full.stage.vault
    damage(path, *range(1, pages(path) + 1))
    unlock(full)
    assert "This wallet file is damaged." in said(full.window.page)
    full.enter("What can be done")
    full.type(PASSPHRASE)
    full.enter("Go back to the copy of")
    assert full.says("The copy is whole. Unlock it to go on.")
    unlock(full)
    assert full.stage.app.wallet.path == path.with_name("wallet-copy.ler")
    assert len(full.stage.app.wallet.rows()) == 8


def test_back_changes_nothing(full):
    lock(full)
    before = full.stage.vault.read_bytes()
    full.window.rescue(full.stage.vault)
    full.settle()
    full.enter("Back")
    assert isinstance(full.window.page, Unlock)
    assert full.stage.vault.read_bytes() == before


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda path: path.rename(path.with_name("away.ler")), "no longer at its place"),
        (lambda path: _replaced(path), "changed by something else"),
    ],
)
def test_a_file_that_goes_away_is_said_where_the_person_is(full, act, words):
    full.screen("records").listing.take_focus()
    act(full.stage.vault)
    full.screen("records").listing.pick_first()
    full.settle()
    full.press(Qt.Key.Key_Delete)
    assert words in said(full.screen("records").detail)


def _replaced(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    other.replace(path)
