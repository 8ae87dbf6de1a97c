"""Leaving and arriving in the window, by keyboard: backups in, everything out."""

from __future__ import annotations

import json
import stat
import threading
import zipfile

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit

from tests import backups
from tests.backups import DID, PASSWORD
from tests.ui.people import records
from wallet import leaving
from wallet.arriving import opening
from wallet.crypto.sealing import Cost
from wallet.ui.arrivals import Extra, LeftOut, Waiting
from wallet.ui.context import ADD, SETTINGS
from wallet.ui.incoming import Incoming
from wallet.ui.question import Question

Key = Qt.Key
KEYS_PASSWORD = "nine loud cranes"


@pytest.fixture(autouse=True)
def _cheap_envelope(monkeypatch):
    seal, cheap = opening.seal_envelope, Cost(memory_kib=64, iterations=1, lanes=1)
    monkeypatch.setattr(opening, "seal_envelope", lambda data, word: seal(data, word, cost=cheap))


def plain(person) -> list[bytes]:
    """The records of the pretend world that are JSON."""
    return [raw for name, raw in records(person.stage.world) if name.endswith(".json")][:2]


def pick(person, monkeypatch, *paths) -> object:
    names = [str(path) for path in paths]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_a, **_k: (names, ""))
    person.ctrl(Key.Key_O)
    person.settle()
    return person.screen(ADD)


def of(page, kind) -> list:
    return [one for one in page.model.things() if isinstance(one, kind)]


def texts(widget) -> list[str]:
    return [one.accessibleName() for one in widget.findChildren(QLabel) if one.isVisible()]


def save_to(monkeypatch, path) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a, **_k: str(path))


def settings(person):
    person.ctrl(Key.Key_4)
    person.settle()
    return person.screen(SETTINGS)


def back(person) -> None:
    person.settle()
    person.window.activateWindow()
    person.qtbot.waitUntil(lambda: QApplication.activeWindow() is person.window)
    person.settle()


def test_a_locked_backup_asks_for_its_password_and_offers_its_key(person, monkeypatch):
    person.open_wallet()
    text = json.dumps(backups.lcw_locked(backups.profile(plain(person))))
    page = pick(person, monkeypatch, *person.stage.save(("backup.json", text.encode())))
    assert len(of(page, Waiting)) == 1
    assert "waits for its password" in page.summary.text()
    assert not page.keep.isEnabled()
    person.tab_to("Password of the backup")
    person.type("wrong")
    person.press(Key.Key_Return)
    assert "not the password it was locked with" in " ".join(texts(page))
    assert len(of(page, Waiting)) == 1
    person.tab_to("Password of the backup")
    person.type(PASSWORD)
    person.press(Key.Key_Return)
    assert of(page, Waiting) == []
    assert len(of(page, Incoming)) == 2
    (key,) = of(page, Extra)
    assert key.arrival.keys[0].did == DID
    assert "1 private key found." in page.summary.text()

    # The key is offered, not taken: its box is empty until somebody ticks it.
    at = page.model.row_of(lambda one: one is key)
    assert at not in page.model.ticks
    person.tab_to("What was read")
    while page.view.currentIndex().row() != at:
        person.press(Key.Key_Down)
    assert "Private key of Default" in texts(page)
    person.press(Key.Key_Space)
    assert at in page.model.ticks
    person.enter("Keep 2 records")
    assert person.says("2 records kept. 1 key taken over.")
    assert person.stage.app.wallet.identities()[1:] == (DID,)
    assert not [f for f in person.window.findChildren(QLineEdit) if f.text() == PASSWORD]


def test_a_backup_without_its_key_ticked_brings_only_records(person, monkeypatch):
    person.open_wallet()
    data = backups.lcw(backups.profile(plain(person)))
    pick(person, monkeypatch, *person.stage.save(("Wallet Backup.json", data)))
    person.enter("Keep 2 records")
    assert person.says("2 records kept.")
    assert len(person.stage.app.wallet.identities()) == 1


@pytest.mark.parametrize("late", [True, False])
def test_a_key_stays_below_only_where_it_was_not_taken_over(person, monkeypatch, late):
    """Cancelled while keys are taken over, they are; before that, they are left to be."""
    person.open_wallet()
    wallet = person.stage.app.wallet
    data = backups.lcw(backups.profile(plain(person)))
    page = pick(person, monkeypatch, *person.stage.save(("Wallet Backup.json", data)))
    (key,) = of(page, Extra)
    page.model.toggle(page.model.row_of(lambda one: one is key))
    name = "take_over" if late else "keep"
    real = getattr(wallet, name)

    def cancelled(*given, **more):
        done = real(*given, **more)
        page._job.cancel()
        return done

    monkeypatch.setattr(wallet, name, cancelled)
    page.keep_ticked()
    person.settle()
    assert person.says("1 key taken over.") is late
    assert person.says("2 records kept.")
    assert (DID in wallet.identities()) is late
    assert of(page, Extra) == ([] if late else [key])
    assert of(page, Incoming) == []
    assert page.error.text.text() == ("" if late else "Stopped. What is below was not kept.")


def test_only_a_key_can_be_taken_over(person, monkeypatch):
    person.open_wallet()
    data = backups.lcw(backups.profile([]))
    page = pick(person, monkeypatch, *person.stage.save(("Wallet Backup.json", data)))
    person.tab_to("What was read")
    person.press(Key.Key_Space)
    person.enter("Keep")
    assert person.says("1 key taken over.")
    page = pick(person, monkeypatch, *person.stage.save(("Wallet Backup.json", data)))
    (key,) = of(page, Extra)
    assert key.kept
    assert not page.keep.isEnabled()


def test_what_is_no_record_and_what_is_broken_is_named(person, monkeypatch):
    person.open_wallet()
    files = backups.learncard_files(plain(person))
    files["credentials/0.json.enc"] += b" "
    path = person.stage.save(("bundle.zip", backups.zipped(files)))
    page = pick(person, monkeypatch, *path)
    person.tab_to("Password of the backup")
    person.type(PASSWORD)
    person.press(Key.Key_Return)
    assert len(of(page, LeftOut)) == 2
    bad = [one for one in of(page, Incoming) if one.checked.error is not None]
    assert [one.checked.source for one in bad] == ["bundle.zip: credentials/0.json.enc"]
    assert "1 could not be read." in page.summary.text()
    assert "2 are no records." in page.summary.text()


def test_everything_goes_into_a_folder_and_comes_back(person, monkeypatch, tmp_path):
    person.open_wallet(*records(person.stage.world))
    wallet = person.stage.app.wallet
    wallet.trust_issuer("did:web:ridge.example", name="Ridge")
    originals = {wallet.export(row.id).data for row in wallet.rows()}
    (tmp_path / "out").mkdir()
    save_to(monkeypatch, tmp_path / "out")
    card = settings(person).along
    person.tab_to("With my private keys")
    person.press(Key.Key_Space)
    person.enter("Save as a folder")
    assert "too short" in card.error.text.text()
    person.type(KEYS_PASSWORD)
    person.tab_to("The same password again")
    person.type("another")
    person.enter("Save as a folder")
    assert "differ" in card.error.text.text()
    card.again.clear()
    person.type(KEYS_PASSWORD)
    person.enter("Save as a folder")
    assert card.error.isHidden()
    folder = tmp_path / "out" / "ler-wallet-2026-06-01"
    assert person.says(f"in {folder.name}.")
    assert {path.read_bytes() for path in (folder / "records").iterdir()} == originals
    assert card.password.text() == card.again.text() == ""

    # Read back in the same window: all of it is here, and it says so.
    page = person.screen(ADD)
    person.window.shell.go(ADD)
    page.add_files([folder])
    person.settle()
    assert {one.kept for one in of(page, Incoming)} == {True}
    (waiting,) = of(page, Waiting)
    assert waiting.only_keys
    page._unlock(waiting, KEYS_PASSWORD)
    person.settle()
    assert of(page, Waiting) == []
    assert [one.kept for one in of(page, Extra)] == [False, True]  # the notes, and the key


def test_everything_goes_into_a_zip_file_without_keys(person, monkeypatch, tmp_path):
    person.open_wallet(*records(person.stage.world)[:3])
    save_to(monkeypatch, tmp_path / "all.zip")
    settings(person)
    person.enter("Save as one ZIP file")
    assert person.says("Saved 3 records in all.zip.")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        names = archive.namelist()
    assert "keys.json" not in names
    assert {"index.html", "index.json"} < set(names)


def test_a_backup_for_another_wallet_is_asked_about_first(person, monkeypatch, tmp_path):
    person.open_wallet(*records(person.stage.world))
    out = tmp_path / "Wallet Backup.json"
    save_to(monkeypatch, out)
    card = settings(person).along
    assert any("private keys in clear" in text for text in texts(card))
    person.enter("Save a backup for it")
    (box,) = person.window.findChildren(Question)
    person.press(Key.Key_Escape)
    back(person)
    assert not out.exists()
    person.enter("Save a backup for it")
    box = QApplication.activeModalWidget()
    assert any("private keys in clear" in text for text in texts(box))
    person.tab_to("Save it")
    person.press(Key.Key_Space)
    back(person)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    (wallet,) = json.loads(out.read_text())
    assert wallet["type"] == "UniversalWallet2020"
    assert any("cannot read" in text for text in texts(card)) == bool(card.left_out.text())


def test_locking_leaves_no_password_and_no_identifier(person, tmp_path):
    person.open_wallet()
    card = settings(person).along
    did = person.stage.app.wallet.holder
    assert did in texts(card)
    card.with_keys.setChecked(True)
    card.password.setText(KEYS_PASSWORD)
    card.forget()
    assert card.password.text() == ""
    assert did not in texts(card)


def test_a_backup_for_another_wallet_can_be_stopped(person, monkeypatch, tmp_path):
    person.open_wallet(*records(person.stage.world))
    out = tmp_path / "Wallet Backup.json"
    save_to(monkeypatch, out)
    card = settings(person).along
    reached, go_on = threading.Event(), threading.Event()
    whole = leaving.for_learner_credential_wallet

    def held_up(wallet, progress):
        def tick(done: int, total: int) -> bool:
            if done == 1:
                reached.set()
                go_on.wait(20)
            return progress(done, total)

        return whole(wallet, tick)

    monkeypatch.setattr(leaving, "for_learner_credential_wallet", held_up)
    card._other()
    assert reached.wait(20)
    person.qtbot.keyClick(card.stop, Key.Key_Space)
    go_on.set()
    person.settle()
    assert not out.exists()
    assert person.says("Stopped. Nothing was written.")
    assert card.other.isEnabled()
    assert not card.stop.isVisible()


@pytest.mark.parametrize("zipped", [True, False])
def test_taking_everything_along_can_be_stopped_and_leaves_nothing_behind(
    person, monkeypatch, tmp_path, zipped
):
    person.open_wallet(*records(person.stage.world))
    page = settings(person)
    out = tmp_path / "out"
    out.mkdir()
    save_to(monkeypatch, out / "all.zip" if zipped else out)
    reached, go_on = threading.Event(), threading.Event()
    export_all = leaving.export_all

    def held_up(*args, progress, **more):
        def tick(done: int, total: int) -> bool:
            if done == 2:
                reached.set()
                go_on.wait(20)
            return progress(done, total)

        return export_all(*args, progress=tick, **more)

    monkeypatch.setattr(leaving, "export_all", held_up)
    (page.along.zip if zipped else page.along.folder).setFocus()
    (page.along.save_zip if zipped else page.along.save_folder)()
    assert reached.wait(20)
    assert page.along.stop.isVisible()
    person.qtbot.waitUntil(page.along.stop.hasFocus)
    assert not page.along.zip.isEnabled()
    assert list(out.iterdir()) != []
    person.qtbot.keyClick(page.along.stop, Key.Key_Space)
    assert page.along.doing.text() == "Stopping"
    go_on.set()
    person.settle()
    assert list(out.iterdir()) == []
    assert person.says("Stopped. Nothing was written.")
    assert not page.along.stop.isVisible()
    assert page.along.zip.isEnabled()
    monkeypatch.setattr(leaving, "export_all", export_all)
    (page.along.save_zip if zipped else page.along.save_folder)()
    person.settle()
    assert len(list(out.iterdir())) == 1
