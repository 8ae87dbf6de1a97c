"""Pictures of the window's screens, without a display: for the demonstration and for review.

`python -m wallet.ui.pictures FOLDER` draws the sample learner's wallet.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from wallet.app import State
from wallet.leaving import for_learner_credential_wallet
from wallet.record import Kind
from wallet.ui.choosing import Choosing
from wallet.ui.context import ADD, CHECK, RECORDS, SETTINGS, SHARE, SHARES
from wallet.ui.crash import report
from wallet.ui.main import prepare, window_of
from wallet.ui.tasks import Tasks
from wallet.ui.widgets import Fold
from wallet.ui.window import Window

if TYPE_CHECKING:
    from wallet.wiring import App

# A backup of another wallet that waits for its password.
_LOCKED = b'{"type": ["VerifiableCredential", "EncryptedWallet"], "credentialSubject": {}}'
_PAUSE = 25  # milliseconds between looks whether everything has arrived
_STILL = 3  # looks in a row without work before a picture is taken


@dataclass(frozen=True, slots=True)
class Look:
    """One way the window can look: its name in file names, palette, text size, window size."""

    name: str
    theme: str
    percent: int
    width: int
    height: int
    language: str | None = None  # None: the system's


LIGHT = Look("light", "light", 100, 1280, 800)
DARK = Look("dark", "dark", 100, 1280, 800)
LARGE = Look("large", "light", 200, 1280, 800)
SMALL = Look("small", "light", 100, 800, 600)
SMALL_LARGE = Look("small-large", "dark", 200, 800, 600)
LOOKS = (LIGHT, DARK, LARGE, SMALL)

# Sets the window up; yields a name for each picture, "" to wait.
Scene = Callable[[Window], Iterator[str]]


def door(window: Window) -> Iterator[str]:
    """Welcome, making a wallet, and making one of a backup."""
    window._show_welcome()
    yield "welcome"
    window._show_restore()
    yield "restore"
    window._show_create()
    yield "create"


def records(window: Window) -> Iterator[str]:
    """The list with a record that holds, one that does not, and one that is a transcript."""
    page = _shell(window).go(RECORDS)
    yield "records"
    page.listing.pick_first()
    page._open("")
    yield "record"
    rows = {row.state: row for row in page.listing.model.things()}
    for state in (State.WITHDRAWN, State.BROKEN, State.UNCHECKED, State.ENDED):
        if state in rows:
            page.listing.pick([rows[state].id])
            yield f"record-{state.value}"
    for row in page.listing.model.things():
        if "ranscript" in row.title:
            page.listing.pick([row.id])
            yield "record-transcript"
    page.listing.pick_first()
    page.go_back()


def adding(window: Window) -> Iterator[str]:
    """Adding records: before, and with what was read."""
    page = _shell(window).go(ADD)
    yield "add"
    page.add_bytes([*window.app.samples(), ("holiday.jpg", b"\xff\xd8 no badge in here")])
    yield "add-read"
    page.forget()
    made = for_learner_credential_wallet(window.app.wallet)
    backup = made.data if made is not None else b""
    page.add_bytes([("Old phone.json", _LOCKED), ("Wallet Backup.json", backup)])
    yield "add-backup"
    page.view.setCurrentIndex(page.model.index(page.model.rowCount() - 1))
    yield "add-backup-key"
    page.forget()


def sharing(window: Window) -> Iterator[str]:
    """Sharing: what leaves, a link, a code; the ledger."""
    held = [row.id for row in window.app.wallet.rows() if row.state is State.HOLDS]
    window.share(held[:2])
    yield "share"
    page = _shell(window).visit(SHARE)
    page.whom.setText("Harbor Hospital, Facilities")
    page.what.setText("requisition 4471")
    for folded in page.findChildren(Fold)[:1]:
        folded.toggle()
    yield "share-what-leaves"
    able = [one for one in held if any(not p.always for p in window.app.wallet.parts(one))]
    if able:
        yield from choosing(window, able[0])
    badges = [row.id for row in window.app.wallet.rows() if row.kind is Kind.BADGE]
    window.share([one for one in badges if one in held][:1] or held[:1])
    yield ""
    for form in ("qr", "link", "file"):
        page._take_form(form)
        yield f"share-{form}"
    _shell(window).go(SHARES)
    yield "shares"


def choosing(window: Window, record: str) -> Iterator[str]:
    """Choosing what they see of a record from which parts can be left out."""
    window.share([record])
    yield ""
    (one,) = _shell(window).visit(SHARE).findChildren(Choosing)
    one.choose.toggle()
    yield "share-choose"
    for tick in one.ticks[1:3]:
        tick.box.click()
    one.what.toggle()
    yield "share-chosen"


def checking(window: Window) -> Iterator[str]:
    """Checking a share of the person's own."""
    page = _shell(window).go(CHECK)
    page.clear()
    yield "check"
    made = _shell(window).visit(SHARE).result.made
    if made is not None:
        page.field.setPlainText(made.text or made.data.decode())
        page.check_text()
        yield "check-answers"


def settings(window: Window) -> Iterator[str]:
    """Settings, top and bottom."""
    page = _shell(window).go(SETTINGS)
    yield "settings"
    page.along.with_keys.setChecked(True)
    yield ""
    page.ensureWidgetVisible(page.along)
    page.verticalScrollBar().setValue(page.along.mapTo(page.widget(), QPoint()).y())
    yield "settings-leaving"
    yield ""  # what opens the wallet was asked for
    page.verticalScrollBar().setValue(page.ways.y())
    yield "settings-ways-in"
    page.verticalScrollBar().setValue(page.backup.y())
    yield "settings-backup"
    page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())
    yield "settings-below"


def locked(window: Window) -> Iterator[str]:
    """Unlocking."""
    window.lock()
    yield "unlock"
    page: Any = window.page
    page.proof.swap.click()
    page.proof.code.fields[0].setText("K4T2M")
    page.proof.code.fields[0].textEdited.emit("K4T2M")
    yield "unlock-code"


ALL: tuple[Scene, ...] = (records, adding, sharing, checking, settings)


def take(
    app: App, folder: Path, *, looks: Sequence[Look] = LOOKS, scenes: Sequence[Scene] = ALL
) -> list[Path]:
    """Draw the screens of an app in every look; return where the pictures lie.

    A locked app gets a throw-away wallet with the sample records at its vault's place.
    """
    if not app.wallet.is_open:
        app.create_sample_wallet(app.vault_path, secrets.token_urlsafe(24))
        app.wallet.keep([app.verifier.check(data, source=name) for name, data in app.samples()])
    path = app.wallet.path
    assert path is not None
    return sit(app, folder, lambda window: _all(window, path, looks, scenes))


def take_one(app: App, folder: Path, look: Look, scene: Scene) -> list[Path]:
    """Draw one scene in one look, from the door on; return where the pictures lie."""

    def steps(window: Window) -> Iterator[str]:
        _dress(window, look)
        for name in scene(window):
            yield f"{look.name}-{name}" if name else ""

    return sit(app, folder, steps)


def sit(app: App, folder: Path, steps: Scene) -> list[Path]:
    """Open the app's window, go through the steps, and draw each that has a name."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    prepare(application)
    folder.mkdir(parents=True, exist_ok=True)
    quits = application.quitOnLastWindowClosed()
    application.setQuitOnLastWindowClosed(False)  # it ends when the steps do
    sitting = _Sitting(app, folder)
    sitting.begin(steps(sitting.window))
    try:
        application.exec()
        return sitting.end()
    finally:
        application.setQuitOnLastWindowClosed(quits)


def _all(
    window: Window, path: Path, looks: Sequence[Look], scenes: Sequence[Scene]
) -> Iterator[str]:
    preferences = window.app.preferences
    for look in looks:
        window.app.preferences = preferences
        _dress(window, look)
        for name in door(window):
            yield f"{look.name}-{name}"
        window._opened(path, remember=False)
        yield ""
        for scene in scenes:
            for name in scene(window):
                yield f"{look.name}-{name}" if name else ""
    window.app.preferences = preferences
    for name in locked(window):
        yield f"{looks[-1].name}-{name}"


def _dress(window: Window, look: Look) -> None:
    window.app.preferences = window.app.preferences.changed(
        theme=look.theme, text_scale=look.percent, language=look.language
    )
    window.resize(look.width, look.height)
    window.shell = None
    window.redress()


def _shell(window: Window) -> Any:
    assert window.shell is not None
    return window.shell


class _Sitting(QObject):
    """Takes a picture whenever nothing is under way, until the steps end."""

    def __init__(self, app: App, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._taken: list[Path] = []
        self._errors: list[BaseException] = []
        self._tasks = Tasks(self._errors.append)
        self.window = window_of(app)(app, self._tasks, lambda _address: False)
        self._steps: Iterator[str] = iter(())
        self._next, self._still = "", 0
        self._timer = QTimer(self, interval=_PAUSE)
        self._timer.timeout.connect(self._look)

    def begin(self, steps: Iterator[str]) -> None:
        """Show the window and start."""
        self._steps = steps
        self.window.show()
        self._timer.start()

    def end(self) -> list[Path]:
        """Close everything; raise what went wrong."""
        getattr(self.window, "end_now", self.window.close)()
        self._tasks.stop()
        if self._errors:
            raise RuntimeError(report(self._errors[0])) from self._errors[0]
        return self._taken

    def _look(self) -> None:
        self._still = self._still + 1 if self._tasks.idle else 0
        if self._still < _STILL and not self._errors:
            return
        self._still = 0
        try:
            self._shoot()
            self._next = next(self._steps)
        except StopIteration:
            self._stop()
        except Exception as error:  # noqa: BLE001 - raised again in end()
            self._errors.append(error)
        if self._errors:
            self._stop()

    def _shoot(self) -> None:
        if self._next:
            self._taken.append(self._folder / f"{self._next}.png")
            _picture(self.window).save(str(self._taken[-1]))

    def _stop(self) -> None:
        self._timer.stop()
        QApplication.exit()


def _picture(window: Window) -> QPixmap:
    """Return the window, and the dialog that is open before it, with an edge around it."""
    made, dialog = window.grab(), QApplication.activeModalWidget()
    if dialog is not None:
        painter = QPainter(made)
        at = window.rect().center() - dialog.rect().center()
        painter.drawPixmap(at, dialog.grab())
        painter.drawRect(dialog.rect().translated(at))
        painter.end()
    return made


def main(arguments: Sequence[str]) -> int:
    """Draw the sample learner's wallet into the folder named; print each picture's place."""
    from wallet.preferences import Paths
    from wallet.wiring import build

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="ler-wallet-try-") as home:
        own = Path(home)
        paths = Paths(vault=own / "samples.ler", preferences=own / "preferences.json")
        with build(offline=True, paths=paths) as app:
            for picture in take(app, Path(arguments[0]), looks=(LIGHT, DARK)):
                sys.stdout.write(f"{picture}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
