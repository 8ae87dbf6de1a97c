"""Locking as a checklist: nothing of the records is left anywhere that the window reaches."""

from __future__ import annotations

import gc
import sys
import threading
import types
from collections.abc import Iterator

import pytest
from PySide6.QtCore import (
    QAbstractItemModel,
    QBuffer,
    QCoreApplication,
    QEvent,
    QObject,
    Qt,
    QTimer,
)
from PySide6.QtGui import QAccessible, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget
from shiboken6 import isValid

from tests.ui.people import PASSPHRASE, records
from tests.ui.test_accessible import go
from wallet.crypto import sealing
from wallet.errors import Code, VaultError
from wallet.share import packet
from wallet.ui.context import ADD, CHECK, RECORDS, SETTINGS, SHARE, SHARES
from wallet.ui.door import Create, Unlock
from wallet.ui.proof import ProofDialog
from wallet.ui.refresher import Refresher
from wallet.ui.tasks import Lane

# Words of the records, their issuers, their owner, and what was typed: no screen of a locked
# wallet says any of them.
WORDS = (
    "Robin Rivera",
    "Welding",
    "welding",
    "Certified Welder",
    "Blueprint",
    "Forklift",
    "Aircraft",
    "First Aid",
    "Eastern Ridge",
    "Metals Training",
    "Blue River",
    "Nobody Knows School",
    "Harbor Hospital",
    "Capstone",
    "Occupational Health",
    "Board of Regents",
    PASSPHRASE,
)
PLACES = (RECORDS, "transcript", "part", ADD, SHARE, SHARES, CHECK, SETTINGS)


@pytest.fixture
def keys(monkeypatch) -> list[bytes]:
    """Return the keys that are derived while the test runs, each backwards, so as to find them."""
    seen: list[bytes] = []
    derive = sealing.derive_key

    def noted(*given, **named):
        key = derive(*given, **named)
        seen.append(bytes(key)[::-1])
        return key

    monkeypatch.setattr(sealing, "derive_key", noted)
    return seen


def let_go() -> None:
    """Let Qt delete what was to be deleted, and Python collect what nothing holds."""
    for _ in range(3):
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()


def followed(thing: object) -> Iterator[object]:
    """Return what a thing holds: of a function what it closes over, not the module it is in."""
    if isinstance(thing, types.FunctionType):
        yield from (thing.__closure__ or (), thing.__defaults__ or (), thing.__kwdefaults__ or {})
    elif isinstance(thing, types.ModuleType | types.FrameType | types.CodeType):
        return
    elif isinstance(thing, type):
        if thing.__module__.startswith("wallet"):
            yield from vars(thing).values()
    else:
        yield from gc.get_referents(thing)


def reachable(*roots: object, without: tuple[object, ...]) -> Iterator[tuple[object, str]]:
    """Return everything reachable from the roots, with how it was reached."""
    seen = {id(one) for one in without}
    waiting = [(one, type(one).__name__) for one in roots]
    alive = []  # so that no id is given twice
    while waiting:
        thing, path = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        alive.append(thing)
        yield thing, path
        step = getattr(thing, "__qualname__", type(thing).__name__)
        waiting.extend((held, f"{path[-400:]} > {step}") for held in followed(thing))


def left_in_objects(person, keys: list[bytes]) -> list[str]:
    """Return where words of the records or bytes of a key are held by Python objects."""
    modules = [vars(m) for name, m in list(sys.modules.items()) if name.startswith("wallet")]
    world = person.stage.world
    lists = person.stage.app.known._base  # issuers that are known to everybody
    # Not of these records: what is known to everybody, and words that records often have.
    public = (
        lists,
        lists.trusted,
        *lists.trusted.values(),
        *map(packet.dictionary, packet.DICTIONARIES),
    )
    without = (world, person.stage, person, *public, sys.modules, keys, WORDS)
    frames = list(sys._current_frames().values())
    found = []
    for thing, path in reachable(person.window, *modules, without=(*without, *frames)):
        if isinstance(thing, str):
            if any(word in thing for word in WORDS):
                found.append(f"{path}: {thing[:60]!r}")
        elif isinstance(thing, bytes | bytearray):
            forms = [form for key in keys for form in (key[::-1], key[::-1].hex().encode())]
            raw = bytes(thing)
            words = any(word.encode() in raw for word in WORDS)
            if words or any(form in raw for form in forms):
                found.append(f"{path}: {raw[:60]!r}")
    return found


def left_in_widgets() -> list[str]:
    """Return what any widget, window or model of the application still says."""
    found = []
    for widget in [*QApplication.allWidgets(), *QApplication.topLevelWindows()]:
        said = [*texts(widget), *spoken(widget)]
        for model in widget.findChildren(QAbstractItemModel):
            roles = range(int(Qt.ItemDataRole.UserRole) + 8)
            for at in range(model.rowCount()):
                said += [str(model.data(model.index(at, 0), role)) for role in roles]
        found += [f"{widget}: {text[:60]!r}" for text in said if any(w in text for w in WORDS)]
    return found


def texts(thing: QObject) -> Iterator[str]:
    meta = thing.metaObject()
    for at in range(meta.propertyCount()):
        value = meta.property(at).read(thing)
        if isinstance(value, str):
            yield value
    if hasattr(thing, "toPlainText"):
        yield thing.toPlainText()


def spoken(thing: QObject) -> Iterator[str]:
    found = QAccessible.queryAccessibleInterface(thing)
    if found is not None:
        for kind in (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value):
            yield found.text(kind)


@pytest.fixture(autouse=True)
def before(person, keys) -> None:
    """Note what other tests left in this process: it is of none of the wallets opened here."""
    let_go()
    person.before = {*left_in_widgets(), *left_in_objects(person, keys)}


def assert_nothing_left(person, keys: list[bytes]) -> None:
    let_go()
    assert keys, "no key was ever made, so none could be found"
    found = [*left_in_widgets(), *left_in_objects(person, keys)]
    assert [one for one in found if one not in person.before] == []


def drawn() -> bytes:
    """Return a picture."""
    kept = QBuffer()
    image = QImage(210, 210, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    image.save(kept, "PNG")
    return kept.data().data()


def open_dialogs(person, place: str) -> None:
    """Open what a screen opens as a window of its own."""
    if place == RECORDS:
        page = person.screen(RECORDS)
        rows = page.listing.model.things()
        stranger = next(row for row in rows if row.title.startswith("30-Hour"))
        page.listing.pick([stranger.id])
        person.settle()
        page.detail._ask_trust(person.stage.app.wallet.entry(stranger.id))
        page.remove([rows[0].id])  # an undo that waits in the toast
    elif place == SHARE:
        result = person.screen(SHARE).result
        result._open_full(drawn())
        QGuiApplication.clipboard().setText(result.made.text or "Certified Welder, 3G")
    elif place == SETTINGS:
        ids = [row.id for row in person.stage.app.wallet.rows()]
        person.stage.app.wallet.remove(ids[:2])
        person.screen(SETTINGS).refresh()
        person.settle()
        person.screen(SETTINGS)._erase(ids[:1])
        person.screen(SETTINGS).ways.change_passphrase()
        (asked,) = person.window.findChildren(ProofDialog)
        asked.proof.passphrase.setText(PASSPHRASE)
    person.settle()


@pytest.mark.parametrize("place", PLACES)
def test_nothing_of_the_records_is_left(person, keys, place):
    go(person, place)
    person.window.shell.visit(RECORDS).listing.pick_first()
    person.settle()
    open_dialogs(person, place)
    assert left_in_widgets(), "nothing was shown, so nothing could be left"
    assert left_in_objects(person, keys)
    person.window.lock()
    person.settle()
    assert not person.stage.app.wallet.is_open
    assert_nothing_left(person, keys)
    others = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not person.window]
    assert others == []
    assert person.window.windowTitle() == "LER Wallet"


def test_what_was_copied_is_taken_back_and_what_others_copied_stays(person):
    person.open_wallet(*records(person.stage.world))
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("eyJhbGciOi copied by hand from the technical details")
    person.window.lock()
    assert clipboard.text() == ""
    person.settle()
    clipboard.setText("copied here")
    person.window._clip._ours.clear()  # as after somebody else took the clipboard
    person.window.lock()
    assert clipboard.text() == "copied here"


def test_an_answer_under_way_is_ignored_and_holds_nothing(person, keys):
    person.open_wallet(*records(person.stage.world))
    go_on, begun = threading.Event(), threading.Event()
    answers: list[object] = []

    def work(tick):
        begun.set()
        go_on.wait(10)
        return tick(1, 2)

    job = person.tasks.run(person.window, work, answers.append, fail=answers.append, lane=Lane.WEB)
    begun.wait(10)
    person.window.lock()
    assert answers.append not in (job.then, job.fail)
    go_on.set()
    person.settle()
    assert answers == []


def test_the_rounds_in_the_background_stop(person):
    person.open_wallet(*records(person.stage.world))
    refresher = person.window.refresher
    assert refresher._soon.isActive()
    person.window.lock()
    assert not refresher._soon.isActive()
    person.settle()
    let_go()
    timers = [t for t in person.window.findChildren(QTimer) if t.isActive()]
    assert timers == []
    assert person.window.findChildren(Refresher) == []


def test_a_wallet_that_is_locked_while_it_opens_stays_locked(person):
    person.stage.create()
    person.stage.app.wallet.lock()
    person.window.show_door()
    page = person.window.page
    assert isinstance(page, Unlock)
    page.passphrase.setText(PASSPHRASE)
    page.submit()
    person.window.lock()  # the screen locked meanwhile
    person.settle()
    assert not person.stage.app.wallet.is_open
    assert person.window.shell is None
    assert person.window.page.passphrase.text() == ""


def test_what_is_typed_at_the_door_goes_too(person):
    person.window._show_create()
    page = person.window.page
    assert isinstance(page, Create)
    page.passphrase.setText(PASSPHRASE)
    person.window.lock()
    person.settle()
    let_go()
    assert not isValid(page)


def test_somebodys_share_that_is_looked_at_without_a_wallet_stays(person):
    person.window._check_alone()
    page = person.window.page
    page.field.setPlainText("hello")
    person.window.lock()
    assert person.window.page is page


def test_a_file_dialog_that_waits_is_closed_and_writes_nothing(person, tmp_path):
    person.open_wallet(*records(person.stage.world))
    person.settle()
    row = person.screen(RECORDS).listing.model.things()[0]
    export = person.stage.app.wallet.export(row.id)
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    seen: list[QWidget] = []

    def lock_now() -> None:
        seen.extend(person.window.findChildren(QFileDialog))
        person.window.lock()

    QTimer.singleShot(50, person.window, lock_now)
    before = set(tmp_path.rglob("*"))
    person.screen(RECORDS)._save_export(export)
    assert seen
    person.settle()
    new = set(tmp_path.rglob("*")) - before - set(tmp_path.glob("backups/**"))
    assert not [path for path in new if not path.name.startswith("wallet")]
    assert not person.stage.app.wallet.is_open
    assert not any(isinstance(w, QDialog) for w in QApplication.topLevelWidgets() if w.isVisible())


def test_the_page_served_here_stops(person):
    class Page:
        stopped = 0

        def stop(self) -> None:
            self.stopped += 1

    page = person.stage.app.__dict__["preview"] = Page()
    person.open_wallet()
    person.window.lock()
    person.settle()
    assert page.stopped == 1
    assert "preview" not in person.stage.app.__dict__


def test_a_locked_wallet_gives_nothing(person):
    person.open_wallet(*records(person.stage.world))
    wallet = person.stage.app.wallet
    vault = wallet._vault
    person.window.lock()
    person.settle()
    assert vault._connection is None
    with pytest.raises(VaultError) as failure:
        wallet.rows()
    assert failure.value.code is Code.VAULT_LOCKED
    with pytest.raises(VaultError):
        wallet.shares()


def test_closing_the_window_locks(person):
    person.open_wallet()
    person.window.close()
    person.settle()
    assert not person.stage.app.wallet.is_open
