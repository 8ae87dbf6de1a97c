"""What people do in the window, by keyboard alone, on the real application and a real vault."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog

from tests.ui.people import PASSPHRASE, many, party, records
from wallet.app import State
from wallet.errors import Code, VaultError
from wallet.ui.context import ADD, CHECK, RECORDS, SETTINGS, SHARE, SHARES
from wallet.ui.door import Create, Unlock, Welcome

Key = Qt.Key


def choose_files(monkeypatch, paths: list[Path]) -> None:
    """Answer the system's file dialog."""
    names = [str(path) for path in paths]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_a, **_k: (names, ""))


def save_to(monkeypatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(path), ""))


def titles(listing) -> list[str]:
    return [thing.title for thing in listing.model.things()]


def test_the_main_job_by_keyboard_alone(person, monkeypatch, tmp_path):
    # Make a wallet.
    assert isinstance(person.window.page, Welcome)
    person.press(Key.Key_Space)
    create = person.window.page
    assert isinstance(create, Create)
    person.type("Robin Rivera")
    person.tab_to("Passphrase")
    person.type(PASSPHRASE)
    person.tab_to("The same passphrase again")
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    assert person.stage.app.wallet.is_open
    assert person.stage.vault.is_file()
    person.enter("Later")  # the recovery sheet is offered
    person.window.activateWindow()  # no window manager gives the focus back here
    person.qtbot.waitUntil(lambda: QApplication.activeWindow() is person.window)
    records_page = person.screen(RECORDS)
    assert records_page.listing.empty.isVisible()

    # Add files, look at the report, keep.
    named = records(person.stage.world)
    paths = person.stage.save(*named, ("notes.txt", b"Dear diary"))
    choose_files(monkeypatch, paths)
    person.ctrl(Key.Key_O)
    adding = person.screen(ADD)
    assert person.window.shell.where == ADD
    assert person.stage.app.wallet.rows() == []  # nothing kept before it was asked for
    assert "8 new" in adding.summary.text()
    assert "1 could not be read" in adding.summary.text()
    assert "1 does not hold and is left out" in adding.summary.text()
    person.tab_to("Keep 7 records")
    person.press(Key.Key_Space)
    assert person.says("7 records kept.")
    assert len(person.stage.app.wallet.rows()) == 7
    originals = {data for _name, data in named}
    wallet = person.stage.app.wallet
    assert {wallet.export(row.id).data for row in wallet.rows()} < originals  # byte for byte

    # List, search, detail.
    assert person.window.shell.where == RECORDS
    assert len(titles(records_page.listing)) == 7
    person.ctrl(Key.Key_F)
    person.type("welder")
    person.qtbot.waitUntil(lambda: titles(records_page.listing) == ["Certified Welder, 3G"])
    person.press(Key.Key_Down)
    assert person.focus is records_page.listing.view
    shown = records_page.detail.view.shown
    assert shown.record.title == "Certified Welder, 3G"
    assert shown.state is State.ENDS_SOON

    # Share it as a link.
    person.enter("Share")
    share = person.screen(SHARE)
    person.tab_to("For whom")
    person.type("Harbor Hospital")
    person.enter("Make the link")
    link = share.result.made.text
    assert link.startswith("https://check.college.example/#u")
    person.enter("Copy the link")
    assert QGuiApplication.clipboard().text() == link
    assert person.stage.app.wallet.shares()[0].for_whom == "Harbor Hospital"

    # Lock: everything is gone, also from the clipboard; then unlock.
    person.ctrl(Key.Key_L)
    assert not person.stage.app.wallet.is_open
    assert isinstance(person.window.page, Unlock)
    assert QGuiApplication.clipboard().text() == ""
    person.type("not the passphrase")
    person.press(Key.Key_Return)
    unlock = person.window.page
    assert "not the passphrase of this wallet" in unlock.error.text.text()
    assert not person.stage.app.wallet.is_open
    person.type(PASSPHRASE)  # the wrong one is selected, so typing replaces it
    person.press(Key.Key_Return)
    assert person.stage.app.wallet.is_open
    assert len(titles(person.screen(RECORDS).listing)) == 7

    # Check the share, as somebody else would.
    person.ctrl(Key.Key_3)
    check = person.screen(CHECK)
    person.tab_to("Link or text to check")
    person.type(link)
    person.ctrl(Key.Key_Return)
    assert len(check.findChildren(object, "card")) >= 5  # four answers and the record
    assert not check.error.isVisible()


def test_creating_says_what_is_missing(person):
    person.press(Key.Key_Space)
    create = person.window.page
    person.press(Key.Key_Return)
    assert "what you are called" in create.error.text.text()
    assert person.focus is create.name
    person.type("Robin")
    person.tab_to("Passphrase")
    person.type("short")
    person.press(Key.Key_Return)
    assert "At least 8 characters" in create.error.text.text()
    person.type("er but longer now")
    person.tab_to("The same passphrase again")
    person.type("something else")
    person.press(Key.Key_Return)
    assert "differ" in create.error.text.text()
    assert not person.stage.vault.exists()
    person.press(Key.Key_Escape)
    assert isinstance(person.window.page, Welcome)


def test_a_wallet_that_is_there_is_not_overwritten(make_driver, on_stage):
    on_stage.create()
    on_stage.app.wallet.lock()
    before = on_stage.vault.read_bytes()
    person = make_driver()
    person.enter("Make a new wallet")
    assert person.window.page.path != on_stage.vault
    person.window.page.path = on_stage.vault  # as picked in the dialog
    person.type("Robin")
    for name in ("Passphrase", "The same passphrase again"):
        person.tab_to(name)
        person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    assert "There is a wallet at this place already" in person.window.page.error.text.text()
    assert on_stage.vault.read_bytes() == before


def test_a_damaged_wallet_says_so_and_stays(make_driver, on_stage):
    on_stage.vault.write_bytes(b"not a wallet at all")
    person = make_driver()
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    assert "Nothing was changed" in person.window.page.error.text.text()
    assert on_stage.vault.read_bytes() == b"not a wallet at all"


def test_pasting_text_reads_it_and_keeps_nothing_by_itself(person):
    person.open_wallet()
    _name, raw = many(person.stage.world, 1)[0]
    QGuiApplication.clipboard().setText(raw.decode())
    person.ctrl(Key.Key_V)
    adding = person.screen(ADD)
    assert titles_of_lines(adding) == ["Shop skill 0000"]
    assert person.stage.app.wallet.rows() == []
    person.enter("Keep 1 record")
    assert [row.title for row in person.stage.app.wallet.rows()] == ["Shop skill 0000"]


def titles_of_lines(page) -> list[str]:
    model = page.model
    return [
        model.line(model.row_of(lambda one, t=thing: one is t)).title for thing in model.things()
    ]


def test_pasting_nothing_or_nonsense_is_one_sentence(person):
    person.open_wallet()
    QGuiApplication.clipboard().clear()
    person.ctrl(Key.Key_V)
    adding = person.screen(ADD)
    assert "nothing to read" in adding.error.text.text()
    QGuiApplication.clipboard().setText("Dear all, see you on Monday.")
    person.enter("Paste")
    assert "1 could not be read" in adding.summary.text()
    assert not adding.keep.isEnabled()


def dropped(paths: list[Path]) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def test_files_and_folders_can_be_dropped(person):
    person.open_wallet()
    person.window.add()
    adding = person.screen(ADD)
    paths = person.stage.save(*many(person.stage.world, 3))
    mime = dropped([paths[0].parent])
    where, none = adding.rect().center(), Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none)
    adding.dragEnterEvent(enter)
    assert enter.isAccepted()
    drop = QDropEvent(
        QPointF(where), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none
    )
    adding.dropEvent(drop)
    person.settle()
    assert "3 new" in adding.summary.text()


def test_reading_can_be_cancelled(person):
    person.open_wallet()
    adding = person.window.shell.go(ADD)
    adding.add_bytes(many(person.stage.world, 400))
    person.qtbot.waitUntil(lambda: adding.stop.isVisible())
    person.press(Key.Key_Space)  # Cancel has the focus while something is read
    person.settle()
    assert "Stopped" in adding.error.text.text()
    assert len(adding.model.things()) < 400
    assert person.stage.app.wallet.rows() == []
    assert adding.choose.isEnabled()


def test_keeping_can_be_stopped_and_what_is_left_stays_to_be_kept(person, monkeypatch):
    person.open_wallet()
    app, adding = person.stage.app, person.window.shell.go(ADD)
    named = many(person.stage.world, 300)
    adding.add_bytes(named)
    person.settle()
    real = app.wallet.keep

    def keep(checked, *, progress):
        def stop(done: int, total: int) -> bool:
            adding._job.cancelled = True  # as the button does, at a moment that is known
            return progress(done, total)

        return real(checked, progress=stop)

    monkeypatch.setattr(app.wallet, "keep", keep)
    adding.keep_ticked()
    person.settle()
    kept = len(app.wallet.rows())
    assert 0 < kept < 300
    assert person.says(f"{kept} records kept.")
    assert adding.error.text.text() == "Stopped. What is below was not kept."
    assert len(adding.model.things()) == len(adding.model.ticks) == 300 - kept
    assert person.focus is adding.keep
    monkeypatch.setattr(app.wallet, "keep", real)
    person.press(Key.Key_Space)
    assert len(app.wallet.rows()) == 300


def test_what_was_kept_before_the_disk_was_full_is_told(person, monkeypatch):
    person.open_wallet()
    app, adding = person.stage.app, person.window.shell.go(ADD)
    adding.add_bytes(many(person.stage.world, 300))
    person.settle()
    vault = app.wallet._vault
    real, asked = vault.add, []

    def add(credentials, *, now):
        asked.append(credentials)
        if len(asked) == 2:
            raise VaultError(Code.VAULT_FULL)
        return real(credentials, now=now)

    monkeypatch.setattr(vault, "add", add)
    adding.keep_ticked()
    person.settle()
    kept = len(app.wallet.rows())
    assert kept == 200
    assert person.says("200 records kept.")
    said = adding.error.text.text()
    assert said.startswith("Stopped. What is below was not kept. The disk is full")
    assert len(adding.model.things()) == len(adding.model.ticks) == 100
    assert person.focus is adding.keep
    person.press(Key.Key_Space)
    assert len(app.wallet.rows()) == 300


def test_where_nothing_was_kept_all_of_it_stays(person, monkeypatch):
    person.open_wallet()
    app, adding = person.stage.app, person.window.shell.go(ADD)
    adding.add_bytes(many(person.stage.world, 3))
    person.settle()

    def add(_credentials, *, now):
        raise VaultError(Code.VAULT_FULL)

    with monkeypatch.context() as full:
        full.setattr(app.wallet._vault, "add", add)
        adding.keep_ticked()
        person.settle()
    assert adding.error.text.text().startswith("The disk is full")
    assert len(adding.model.things()) == len(adding.model.ticks) == 3
    assert person.focus is adding.keep
    person.press(Key.Key_Space)
    assert len(app.wallet.rows()) == 3


def test_what_was_kept_already_is_not_kept_twice(person):
    named = many(person.stage.world, 2)
    person.open_wallet(named[0])
    adding = person.window.shell.go(ADD)
    adding.add_bytes(named)
    person.settle()
    assert "1 new. 1 in your wallet already." in adding.summary.text()
    person.enter("Keep 1 record")
    assert len(person.stage.app.wallet.rows()) == 2


def test_removing_can_be_undone(person):
    person.open_wallet(*many(person.stage.world, 3))
    listing = person.screen(RECORDS).listing
    listing.view.setFocus()
    listing.pick_first()
    gone = listing.picked_ids()
    person.press(Key.Key_Delete)
    assert person.says("1 record removed.")
    assert len(titles(listing)) == 2
    person.ctrl(Key.Key_Z)
    assert len(titles(listing)) == 3
    assert listing.picked_ids() == gone


def test_removed_records_are_restored_or_erased_in_settings(person):
    person.open_wallet(*many(person.stage.world, 2))
    wallet = person.stage.app.wallet
    first, second = [row.id for row in wallet.rows()]
    wallet.remove([first, second])
    person.ctrl(Key.Key_4)
    settings = person.screen(SETTINGS)
    settings.refresh()
    person.settle()
    name = next(row.title for row in wallet.removed() if row.id == first)
    person.enter(f"Restore {name}")
    assert [row.id for row in wallet.rows()] == [first]
    person.enter("Erase Shop skill")
    person.press(Key.Key_Escape)  # the question; Cancel is what Return or Escape means
    assert len(wallet.removed()) == 1
    settings._erase_now([second])
    person.settle()
    assert wallet.removed() == []


def test_exporting_gives_back_the_bytes_that_came(person, monkeypatch, tmp_path):
    name, raw = many(person.stage.world, 1)[0]
    person.open_wallet((name, raw))
    target = tmp_path / "out.json"
    save_to(monkeypatch, target)
    person.enter("Export original")
    assert target.read_bytes() == raw
    assert person.says("Saved as out.json.")


def test_exporting_where_nothing_can_be_written_says_so(person, monkeypatch, tmp_path):
    person.open_wallet(*many(person.stage.world, 1))
    save_to(monkeypatch, tmp_path / "no such folder" / "out.json")
    person.enter("Export original")
    assert "could not be written" in person.screen(RECORDS).detail.error.text.text()


def test_checking_again_notices_a_withdrawal(person):
    world = person.stage.world
    raw = world.issue(party(world, "Metals Training Center"), status=("revocation",))
    person.open_wallet(("one.json", raw))
    world.revoke(raw)
    person.enter("Check again")
    assert person.says("1 answer changed.")
    assert person.stage.app.wallet.rows()[0].state is State.WITHDRAWN
    assert person.screen(RECORDS).detail.view.shown.state is State.WITHDRAWN


def test_several_records_are_shared_in_a_file(person, monkeypatch, tmp_path):
    person.open_wallet(*many(person.stage.world, 4))
    listing = person.screen(RECORDS).listing
    listing.view.setFocus()
    person.ctrl(Key.Key_A)
    assert len(listing.picked_ids()) == 4
    person.enter("Share")
    share = person.screen(SHARE)
    person.tab_to("For whom")
    person.type("jobs@harbor.example")
    person.pick("How", "File")
    person.enter("Make the file")
    target = tmp_path / "share.json"
    save_to(monkeypatch, target)
    person.enter("Save the file")
    sent = json.loads(target.read_bytes())
    assert len(sent["verifiableCredential"]) == 4
    assert "mailto:jobs@harbor.example" in sent["proof"]["domain"]
    assert share.result.made.form == "file"

    person.window.shell.go(CHECK).check_files([target])
    person.settle()
    assert not person.screen(CHECK).error.isVisible()


def test_a_share_too_large_for_a_code_offers_the_next_form(person):
    person.open_wallet(*many(person.stage.world, 12))
    person.window.share([row.id for row in person.stage.app.wallet.rows()])
    person.settle()
    share = person.screen(SHARE)
    person.tab_to("For whom")
    person.type("Harbor Hospital")
    person.pick("How", "QR code")
    person.enter("Make the QR code")
    assert share.result.made is None
    person.enter("Make a link instead")
    person.enter("Make a file instead") if share.result.made is None else None
    assert share.result.made is not None


def test_a_share_needs_somebody_it_is_for(person):
    person.open_wallet(*many(person.stage.world, 1))
    person.enter("Share")
    person.enter("Make the link")
    assert "Say whom this is for" in person.screen(SHARE).error.text.text()
    assert person.stage.app.wallet.shares() == []


def test_the_ledger_shows_what_was_handed_out(person):
    person.open_wallet(*many(person.stage.world, 1))
    person.enter("Share")
    person.tab_to("For whom")
    person.type("Harbor Hospital")
    person.enter("Make the link")
    person.ctrl(Key.Key_2)
    shares = person.screen(SHARES)
    line = shares.model.line(0)
    assert line.title == "Harbor Hospital"
    assert "Shop skill 0000" in line.second
    assert line.word.startswith("Ends ")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Paste a link first"),
        ("https://check.college.example/#uEQ", "link"),
        ("hello", "no credential"),
    ],
)
def test_checking_nonsense_is_one_sentence(person, text, says):
    person.open_wallet()
    person.ctrl(Key.Key_3)
    check = person.screen(CHECK)
    check.field.setPlainText(text)
    person.tab_to("Check")
    check.check_text()
    person.settle()
    assert says in check.error.text.text()


def test_a_share_can_be_checked_without_a_wallet(person):
    world = person.stage.world
    holder = world.learner()
    raw = world.issue(party(world, "Metals Training Center"), subject=holder.id)
    shared = world.present(holder, [raw], name="For Harbor Hospital", challenge="c" * 22)
    person.enter("Check a share somebody sent you")
    check = person.window.page
    check.field.setPlainText(shared.decode())
    check.check_text()
    person.settle()
    texts = [one.text() for one in check.findChildren(object) if hasattr(one, "setBuddy")]
    assert "Is the sender the person named" in texts
    assert "For Harbor Hospital" in texts
    person.press(Key.Key_Escape)
    person.press(Key.Key_Escape)
    assert isinstance(person.window.page, Welcome)


def test_locking_while_something_is_read_drops_the_answer(person):
    person.open_wallet()
    adding = person.window.shell.go(ADD)
    adding.add_bytes(many(person.stage.world, 200))
    person.window.lock()
    person.settle()
    assert isinstance(person.window.page, Unlock)
    assert not person.stage.app.wallet.is_open


def test_locking_closes_dialogs(person):
    person.open_wallet(*many(person.stage.world, 2))
    person.window.share([person.stage.app.wallet.rows()[0].id])
    person.settle()
    person.enter("+ Add another")
    from wallet.ui.picking import Picker

    picker = person.window.findChild(Picker)
    assert picker.isVisible()
    person.window.lock()
    person.settle()
    assert not person.window.findChildren(Picker) or not picker.isVisible()


def test_another_record_is_picked_for_a_share(person):
    person.open_wallet(*many(person.stage.world, 3))
    person.window.share([person.stage.app.wallet.rows()[0].id])
    person.settle()
    person.enter("+ Add another")
    from wallet.ui.picking import Picker

    picker = person.window.findChild(Picker)
    picker.view.setFocus()
    picker.view.setCurrentIndex(picker.model.index(1))
    person.press(Key.Key_Space)
    assert picker.model.ticks == {1}
    picker.add.setFocus()
    person.press(Key.Key_Space)
    assert len(person.screen(SHARE)._entries) == 2


def test_the_passphrase_is_changed(person):
    person.open_wallet()
    person.ctrl(Key.Key_4)
    new = "eleven patient otters"
    person.enter("Change the passphrase")
    for name, text in (
        ("The passphrase you have now", PASSPHRASE),
        ("New passphrase", new),
        ("The new one again", new),
    ):
        person.tab_to(name)
        person.type(text)
    person.press(Key.Key_Return)
    assert person.says("The passphrase was changed.")
    person.window.activateWindow()  # no window manager gives the focus back here
    person.qtbot.waitUntil(lambda: QApplication.activeWindow() is person.window)
    person.ctrl(Key.Key_L)
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    assert not person.stage.app.wallet.is_open
    person.type(new)
    person.press(Key.Key_Return)
    assert person.stage.app.wallet.is_open


def test_looks_change_at_once_and_are_remembered(person):
    person.open_wallet(*many(person.stage.world, 1))
    person.ctrl(Key.Key_4)
    person.pick("Theme", "Dark")
    person.qtbot.waitUntil(lambda: person.window.context.theme.dark)
    person.settle()
    person.pick("Text size", "200 %")
    person.qtbot.waitUntil(lambda: person.window.context.theme.percent == 200)
    person.settle()
    assert person.window.shell.where == SETTINGS
    assert json.loads(person.stage.app.paths.preferences.read_bytes())["theme"] == "dark"


def test_a_bad_page_address_is_refused_with_a_sentence(person):
    person.open_wallet()
    person.ctrl(Key.Key_4)
    field = person.tab_to("Address of the check page")
    field.selectAll()
    person.type("ftp://nowhere")
    person.press(Key.Key_Return)
    settings = person.screen(SETTINGS)
    assert "https://" in settings.page_error.text.text()
    assert person.stage.app.preferences.page == "https://check.college.example/"


def test_the_list_is_narrowed_by_chips(person):
    person.open_wallet(*records(person.stage.world))
    listing = person.screen(RECORDS).listing
    person.pick("Show", "Needs a look 2")
    assert {thing.state for thing in listing.model.things()} == {State.BROKEN, State.WITHDRAWN}
    person.pick("Show", "Ended 1")
    assert titles(listing) == ["First Aid at Work"]
    person.pick("Show", "All")
    assert len(titles(listing)) == 8


def test_a_search_without_result_says_so(person):
    person.open_wallet(*many(person.stage.world, 2))
    listing = person.screen(RECORDS).listing
    person.ctrl(Key.Key_F)
    person.type("zebra")
    person.qtbot.waitUntil(lambda: listing.empty.isVisible())
    assert listing._empty_title.text() == "Nothing found"
    person.press(Key.Key_Escape)
    person.qtbot.waitUntil(lambda: len(titles(listing)) == 2)
