"""The ways in through the window: by keyboard, with slips, waits, sheets and keychains."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import zxingcpp
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from tests.ui.conftest import name_of
from tests.ui.people import PASSPHRASE
from wallet.errors import Code, VaultError
from wallet.ui.context import SETTINGS
from wallet.ui.door import Unlock
from wallet.ui.proof import ProofDialog
from wallet.ui.recovery_sheet import Prepared, SheetDialog, prepare
from wallet.ui.sheet_drawing import on_page, paper_of, pdf, picture
from wallet.ways import WayKind, read_code, split_code

Key = Qt.Key
NEW = "three tall lighthouses"
WRONG = "not the passphrase"


def kinds(person) -> list[WayKind]:
    return [way.kind for way in person.stage.app.wallet.ways.listed()]


def sheet_of(person) -> str:
    """Make a recovery sheet that counts; return what is on its paper."""
    wallet = person.stage.app.wallet
    made = wallet.ways.prepare_sheet(PASSPHRASE)
    written = "-".join(made.groups)
    wallet.ways.keep_sheet(made)
    return written


def settings(person):
    person.ctrl(Key.Key_4)
    page = person.screen(SETTINGS)
    person.settle()
    return page


def back(person) -> None:
    """Return from a dialog: no window manager gives the focus back here."""
    person.settle()
    person.window.activateWindow()
    person.qtbot.waitUntil(lambda: QApplication.activeWindow() is person.window)
    person.settle()


def the_dialog(person, kind):
    (dialog,) = [d for d in person.window.findChildren(kind) if d.isVisible()]
    return dialog


def locked_with_sheet(make_driver, on_stage) -> tuple[object, str]:
    on_stage.create()
    made = on_stage.app.wallet.ways.prepare_sheet(PASSPHRASE)
    paper = "-".join(made.groups)
    on_stage.app.wallet.ways.keep_sheet(made)
    on_stage.app.wallet.lock()
    person = make_driver()
    person.settle()
    return person, paper


def texts(widget) -> str:
    """Return what a widget shows now."""
    shown = [one for one in widget.findChildren(QLabel) if one.isVisible()]
    return "\n".join(one.text().replace("\u200b", "") for one in shown)


# Making a wallet, and the sheet


def make_wallet(person) -> None:
    person.press(Key.Key_Space)
    person.type("Robin Rivera")
    person.tab_to("Passphrase")
    person.type(PASSPHRASE)
    person.tab_to("The same passphrase again")
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)


def test_the_sheet_is_offered_shown_and_tried_by_keyboard(person):
    make_wallet(person)
    dialog = the_dialog(person, SheetDialog)
    assert "nobody can open it" in texts(dialog)
    groups = dialog._prepared.paper.groups
    assert not any(group in texts(dialog) for group in groups)
    person.enter("Make a recovery sheet")
    assert all(group in texts(dialog) for group in groups)
    person.enter("I have it on paper")
    assert kinds(person) == [WayKind.PASSPHRASE]  # does not count yet
    assert not any(group in texts(dialog) for group in groups)
    asked = list(dialog._asked)
    person.type(groups[asked[0]].lower())
    person.press(Key.Key_Tab)
    person.type("WRONG")
    person.press(Key.Key_Return)
    assert f"Group {asked[1] + 1} is not what the sheet says" in dialog.error.text.text()
    assert kinds(person) == [WayKind.PASSPHRASE]
    person.type(groups[asked[1]])  # the wrong one is selected, so typing replaces it
    person.press(Key.Key_Return)
    assert kinds(person) == [WayKind.PASSPHRASE, WayKind.RECOVERY]
    assert person.says("Your recovery sheet opens this wallet from now on.")
    person.window.lock()
    person.settle()
    person.stage.app.wallet.unlock(person.stage.vault, read_code("-".join(groups)))


def test_later_means_later(person):
    make_wallet(person)
    dialog = the_dialog(person, SheetDialog)
    sheet = dialog._prepared.sheet
    person.enter("Later")
    back(person)
    assert kinds(person) == [WayKind.PASSPHRASE]
    assert not any(sheet.code.value)
    assert settings(person).ways.alone.isVisible()


def test_locking_takes_the_sheet_off_the_screen_and_forgets_it(person):
    person.open_wallet()
    prepared = prepare(person.stage.app.wallet, PASSPHRASE)
    dialog = SheetDialog(person.window.context, prepared, person.window)
    dialog.open()
    assert prepared.paper.groups[0] in texts(dialog)
    person.window.lock()
    assert not dialog.isVisible()
    assert dialog._prepared is None
    assert not any(prepared.sheet.code.value)
    assert prepared.sheet.groups == ()
    person.settle()


# At the door


def test_a_pasted_code_opens_the_wallet(make_driver, on_stage):
    person, paper = locked_with_sheet(make_driver, on_stage)
    person.enter("Use your recovery code")
    QGuiApplication.clipboard().setText(f"  {paper.lower().replace('-', '  ')}\n")
    person.ctrl(Key.Key_V)
    page = person.window.page
    assert [field.text() for field in page.proof.code.fields] == list(split_code(paper))
    person.press(Key.Key_Return)
    assert on_stage.app.wallet.is_open
    assert person.says("Opened with your recovery code.")


def test_a_typed_code_goes_from_group_to_group_and_shows_the_slip(make_driver, on_stage):
    person, paper = locked_with_sheet(make_driver, on_stage)
    person.enter("Use your recovery code")
    page: Unlock = person.window.page
    groups = split_code(paper)
    wrong = groups[2][:4] + ("0" if groups[2][4] != "0" else "1")
    for n, group in enumerate(groups[:2]):
        assert person.focus is page.proof.code.fields[n]
        person.type(group.lower())
    person.type(wrong)
    assert person.focus is page.proof.code.fields[2]  # it stays where the slip is
    assert "group 3" in page.proof.code.said.text()
    assert page.proof.code.fields[2].accessibleName() == "Group 3 of 7: typing slip"
    page.proof.code.fields[3].setFocus()
    for group in groups[3:]:
        person.type(group)
    person.press(Key.Key_Return)
    assert person.focus is page.proof.code.fields[2]
    assert not page.error.isVisible()  # it is said once, below the groups
    assert not on_stage.app.wallet.is_open
    assert on_stage.app.wallet.ways.wait(on_stage.vault) == 0  # nothing was tried
    person.type(groups[2])  # the slip is selected, so typing replaces it
    assert not page.proof.code.said.isVisible()
    person.press(Key.Key_Return)
    assert on_stage.app.wallet.is_open


def test_without_a_sheet_there_is_no_field_for_one(make_driver, on_stage):
    on_stage.create()
    on_stage.app.wallet.lock()
    person = make_driver()
    person.settle()
    assert not person.window.page.proof.swap.isVisible()


def test_wrong_tries_make_one_wait_and_the_page_counts_down(make_driver, on_stage):
    on_stage.create()
    on_stage.app.wallet.lock()
    person = make_driver()
    person.settle()
    page: Unlock = person.window.page
    for _ in range(3):
        person.type(WRONG)
        person.press(Key.Key_Return)
    assert "not the passphrase of this wallet" in page.error.text.text()
    assert "2 seconds" in page.countdown.text()
    assert not page.go.isEnabled()
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)  # too early: nothing is tried
    assert not on_stage.app.wallet.is_open
    page.countdown.tick()
    assert "1 second" in page.countdown.text()
    on_stage.world.now = on_stage.world.now.replace(minute=5)
    page.countdown.tick()
    assert not page.countdown.isVisible()
    assert page.go.isEnabled()
    page.submit()
    person.settle()
    assert on_stage.app.wallet.is_open


def test_the_wait_is_there_when_the_app_starts_again(make_driver, on_stage):
    on_stage.create()
    on_stage.app.wallet.lock()
    for _ in range(5):
        on_stage.world.now = on_stage.world.now.replace(hour=on_stage.world.now.hour + 1)
        with pytest.raises(VaultError):
            on_stage.app.wallet.unlock(on_stage.vault, WRONG)
    person = make_driver()
    person.settle()
    assert person.window.page.countdown.left == 8
    assert not person.window.page.go.isEnabled()


# This computer


def test_the_app_opens_by_itself_as_it_starts_and_stays_locked_when_locked(make_driver, on_stage):
    on_stage.create()
    on_stage.app.wallet.ways.open_here(PASSPHRASE)
    on_stage.app.wallet.lock()
    person = make_driver()
    person.settle()
    person.qtbot.waitUntil(lambda: person.window.shell is not None)
    person.settle()
    assert on_stage.app.wallet.is_open
    person.ctrl(Key.Key_L)
    assert isinstance(person.window.page, Unlock)
    person.settle()
    assert not on_stage.app.wallet.is_open
    person.enter("Unlock without typing")
    person.qtbot.waitUntil(lambda: person.window.shell is not None)
    assert on_stage.app.wallet.is_open


def test_the_keychain_is_never_asked_on_the_windows_thread(make_driver, on_stage, monkeypatch):
    threads = set()
    answer = on_stage.keychain._answer
    monkeypatch.setattr(
        on_stage.keychain,
        "_answer",
        lambda what: (threads.add(threading.current_thread()), answer(what)),
    )
    person = make_driver()
    person.open_wallet()
    card = settings(person).ways
    person.settle()
    card.open_here()
    _prove(person)
    card.remove(_way(person, WayKind.KEYCHAIN))
    _prove(person)
    person.window.lock()
    person.settle()
    assert len(threads) >= 1
    assert threading.main_thread() not in threads
    assert on_stage.keychain.kept == {}
    assert {"get", "put", "forget"} <= set(on_stage.keychain.asked)


def test_a_keychain_that_refuses_leaves_the_passphrase(make_driver, on_stage):
    on_stage.create()
    on_stage.app.wallet.ways.open_here(PASSPHRASE)
    on_stage.app.wallet.lock()
    on_stage.keychain.refuses = True
    person = make_driver()
    person.settle()
    assert isinstance(person.window.page, Unlock)
    person.enter("Unlock without typing")
    assert "keychain of this computer did not answer" in person.window.page.error.text.text()
    person.window.page.passphrase.setFocus()
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    assert on_stage.app.wallet.is_open


def _way(person, kind: WayKind):
    (way,) = [way for way in person.stage.app.wallet.ways.listed() if way.kind is kind]
    return way


def _prove(person, given: str = PASSPHRASE) -> None:
    dialog = the_dialog(person, ProofDialog)
    dialog.proof.passphrase.setText(given)
    dialog.submit()
    person.settle()
    person.settle()


# Settings


def test_the_card_says_what_each_way_is_for(person):
    person.open_wallet()
    sheet_of(person)
    page = settings(person)
    person.settle()
    said = texts(page.ways)
    for text in ("Passphrase", "Recovery sheet", "Without typing, on this computer", "Not in use."):
        assert text in said
    assert "nobody can open it" in said
    assert not page.ways.alone.isVisible()


@pytest.mark.parametrize(
    ("trouble", "text"),
    [
        (Code.KEYCHAIN_MISSING, "offers no keychain"),
        (Code.KEYCHAIN_INSECURE, "readable for other programs"),
    ],
)
def test_a_keychain_that_cannot_be_used_is_said(person, trouble, text):
    person.stage.keychain.why = trouble
    person.open_wallet()
    page = settings(person)
    person.settle()
    assert text in texts(page.ways)
    assert "Turn it on" not in [one.text() for one in page.ways.findChildren(QPushButton)]


def test_a_shared_computer_says_so(person):
    person.stage.app.wallet.ways.shared = True
    person.open_wallet()
    page = settings(person)
    person.settle()
    assert "shared by several people" in texts(page.ways)
    assert person.stage.keychain.asked == []


def test_the_passphrase_is_changed_by_keyboard(person):
    person.open_wallet()
    settings(person)
    person.enter("Change the passphrase")
    dialog = the_dialog(person, ProofDialog)
    assert person.focus is dialog.proof.passphrase
    person.type(WRONG)
    person.tab_to("New passphrase")
    person.type(NEW)
    person.tab_to("The new one again")
    person.type(NEW)
    person.press(Key.Key_Return)
    assert "not the passphrase of this wallet" in dialog.error.text.text()
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    assert person.says("The passphrase was changed.")
    person.window.lock()
    person.settle()
    person.stage.app.wallet.unlock(person.stage.vault, NEW)


def test_a_forgotten_passphrase_is_replaced_with_the_code(person):
    person.open_wallet()
    paper = sheet_of(person)
    settings(person)
    person.settle()
    person.enter("Change the passphrase")
    dialog = the_dialog(person, ProofDialog)
    person.enter("Use your recovery code")
    for group in split_code(paper):
        person.type(group)
    dialog.new.setText(NEW)
    dialog.again.setText(NEW)
    dialog.submit()
    person.settle()
    assert person.says("The passphrase was changed.")
    person.window.lock()
    person.settle()
    person.stage.app.wallet.unlock(person.stage.vault, NEW)


def test_a_sheet_is_made_and_removed_in_settings(person):
    person.open_wallet()
    settings(person)
    person.settle()
    person.enter("Make a recovery sheet")
    person.type(WRONG)
    person.press(Key.Key_Return)
    assert the_dialog(person, ProofDialog).error.isVisible()
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    dialog = the_dialog(person, SheetDialog)
    dialog.try_it()
    for number, field in zip(dialog._asked, dialog.answers, strict=True):
        field.setText(dialog._prepared.paper.groups[number])
    dialog.keep()
    person.settle()
    person.settle()
    assert kinds(person) == [WayKind.PASSPHRASE, WayKind.RECOVERY]
    back(person)
    person.enter("Remove the sheet")
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    assert kinds(person) == [WayKind.PASSPHRASE]
    assert person.says("It does not open this wallet any more.")


def _every_label_fits(dialog) -> bool:
    for one in dialog.findChildren(QLabel):
        needs = one.heightForWidth(one.width()) if one.wordWrap() and one.text() else 0
        if one.isVisible() and needs > one.height() + 2:
            return False
    return True


@pytest.mark.parametrize("step", ["ask", "code", "offer", "sheet", "back"])
def test_the_dialogs_have_names_and_room_at_twice_the_size(person, step):
    person.stage.app.preferences = person.stage.app.preferences.changed(text_scale=200)
    person.window.redress()
    person.window.resize(800, 600)
    person.open_wallet()
    sheet_of(person)
    if step in {"ask", "code"}:
        settings(person).ways.change_passphrase()
        dialog = the_dialog(person, ProofDialog)
        if step == "code":
            dialog.proof.swap.click()
    else:
        prepared = prepare(person.stage.app.wallet, PASSPHRASE)
        dialog = SheetDialog(person.window.context, prepared, person.window, offer=True)
        dialog.open()
        {"offer": lambda: None, "sheet": dialog.show_sheet, "back": dialog.try_it}[step]()
    person.settle()
    person.qtbot.waitUntil(lambda: _every_label_fits(dialog))
    controls = list(dialog.findChildren(QLineEdit) + dialog.findChildren(QPushButton))
    assert [type(w).__name__ for w in controls if w.isVisible() and not name_of(w).strip()] == []
    wanted = {w for w in controls if w.isVisible() and w.isEnabled()}
    reached = set()
    for _ in range(len(wanted) + 3):
        reached.add(person.focus)
        person.qtbot.keyClick(person.focus, Key.Key_Tab)
    assert wanted <= reached


# On paper


@pytest.fixture
def prepared(person) -> Prepared:
    person.open_wallet()
    return prepare(person.stage.app.wallet, PASSPHRASE)


def test_the_code_on_the_paper_is_read_by_a_scanner(prepared):
    image = picture(prepared.paper, dpi=150).convertToFormat(QImage.Format.Format_Grayscale8)
    grey = memoryview(image.constBits()).cast("B")
    rows = grey[: image.bytesPerLine() * image.height()]
    shape = rows.cast("B", (image.height(), image.bytesPerLine()))
    (found,) = zxingcpp.read_barcodes(shape)
    assert found.text == "-".join(prepared.sheet.groups)
    assert read_code(found.text).value == prepared.sheet.code.value


def test_a_pdf_is_made_without_any_file(prepared, tmp_path, monkeypatch):
    before = sorted(tmp_path.rglob("*"))
    data = pdf(prepared.paper)
    assert data.startswith(b"%PDF")
    assert len(data) > 5000
    assert sorted(tmp_path.rglob("*")) == before


def test_a_pdf_is_written_where_the_person_says(person, prepared, tmp_path):
    dialog = SheetDialog(person.window.context, prepared, person.window)
    dialog.open()
    dialog.write_pdf(tmp_path / "sheet.pdf")
    person.settle()
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    assert "stays where you save it" in texts(dialog)


def test_it_is_drawn_on_a_printers_page(prepared, tmp_path):
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setFullPage(True)
    on_page(printer, prepared.paper)
    assert (tmp_path / "printed.pdf").stat().st_size > 5000


def test_the_printers_dialog_closes_with_the_lock_and_prints_nothing_then(person, prepared):
    dialog = SheetDialog(person.window.context, prepared, person.window)
    dialog.open()
    dialog.print_sheet()
    person.settle()
    (asking,) = dialog.findChildren(QPrintDialog)
    assert asking.isVisible()
    printer = asking.printer()
    person.window.lock()
    assert not asking.isVisible()
    dialog._print_on(printer)  # an answer that comes too late
    person.settle()


def test_the_sheet_names_the_wallet(person, prepared):
    paper = paper_of(prepared.sheet)
    assert paper.lines[0] == "Wallet of Robin Rivera"
    assert person.stage.vault.name in paper.lines[1]
    assert Path(paper.lines[1].split(": ")[1]).name == person.stage.vault.name
