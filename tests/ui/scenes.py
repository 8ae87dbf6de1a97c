"""Scenes of the vault for pictures and for tests: choosing, a guest, ways in, backups, rescue.

Each scene goes through a real app on a pretend world and yields the name of what can be seen now,
or "" where it only waits for an answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QWidget

from tests import backups
from tests.ui.people import ISSUERS, LONG_NAMES, PASSPHRASE, Stage, records, stage
from wallet.backing_up import SUFFIX
from wallet.lists import KnownList
from wallet.places import Start
from wallet.ui import take_home
from wallet.ui.context import ADD, RECORDS, SETTINGS
from wallet.ui.recovery_sheet import SheetDialog, prepare
from wallet.ui.restore_dialog import RestoreDialog
from wallet.ui.window import Window

Walk = Callable[[Stage, Window], Iterator[str]]
HEADER, PAGE = 8192, 4096  # bytes of a vault file: before its pages, and of each


@dataclass(frozen=True, slots=True)
class Scene:
    """One walk, and whether it is through a guest's session."""

    walk: Walk
    guest: bool = False

    @property
    def name(self) -> str:
        """Return what it is called in folders and tests."""
        return self.walk.__name__

    def stage(self, folder: Path) -> Stage:
        """Set up the app that it goes through."""
        return stage(folder, trusted=ISSUERS, start=Start(guest=self.guest))


def pages(path: Path) -> int:
    """Return how many pages a vault file has."""
    return (path.stat().st_size - HEADER) // PAGE


def damage(path: Path, *which: int) -> bytes:
    """Turn a bit in these pages of a vault file, counted from 1; return what it holds then."""
    bad = bytearray(path.read_bytes())
    for page in which:
        bad[HEADER + (page - 1) * PAGE + 55] ^= 1
    path.write_bytes(bad)
    return bytes(bad)


def choosing(on: Stage, window: Window) -> Iterator[str]:
    """One wallet, three and twelve; names hidden and shown; one gone; the list being changed."""
    on.create()
    on.app.wallet.lock()
    _list(on, "wallet.ler")
    yield from _chooser(window, "chooser-1")
    _list(on, "school.ler", "stick.ler")
    yield from _chooser(window, "chooser-3")
    vaults, three = on.app.vaults, [one.path for one in on.app.vaults.listed()]
    vaults.rename(three[0], "School and licenses")
    vaults.show_person(three[0], "Robin Alexandra Rivera-Montgomery of Upper Eastern Ridge")
    vaults.show_person(three[1], "Kim Rivera")
    (on.folder / "stick.ler").unlink()
    yield from _chooser(window, "chooser-3-named")
    page: Any = window.page
    page.toggle()
    yield "chooser-changing"
    window._show_unlock(on.folder / "school.ler")
    yield "chooser-unlock"
    _list(on, *(f"{n}.ler" for n in range(9)))
    for n, name in enumerate(LONG_NAMES):
        vaults.rename(on.folder / f"{n}.ler", name)
    yield from _chooser(window, "chooser-12")
    page = window.page
    page.toggle()
    yield "chooser-12-changing"


def _list(on: Stage, *names: str) -> None:
    for name in names:
        path = on.folder / name
        if not path.exists():
            path.write_bytes(b"locked")
        on.app.vaults.use(path)


def _chooser(window: Window, name: str) -> Iterator[str]:
    window._show_list()
    yield ""
    yield name


def guest(on: Stage, window: Any) -> Iterator[str]:
    """A guest's door, the line above a wallet in memory, its warning, and the end."""
    yield "guest-door"
    window._show_restore()
    yield "guest-restore"
    window._show_create_at(None)
    yield "guest-create"
    on.app.wallet.create(window.page.path, PASSPHRASE, name="Robin Rivera")
    on.keep(*records(on.world))
    window._opened(on.app.wallet.path)
    yield ""
    yield "guest-bar"
    window.lock_after(60)
    ends = window.countdown._clock() + window.countdown.left
    window.countdown._clock = lambda: ends - 4 * 60
    window.countdown.look()
    yield "guest-warning"
    window.close()
    yield "guest-end"


def sheet(on: Stage, window: Window) -> Iterator[str]:
    """A recovery sheet: offered, shown with its QR code, typed back, and a slip in that."""
    _open(on, window)
    yield ""
    dialog = SheetDialog(
        window.context, prepare(on.app.wallet, PASSPHRASE), window.page, offer=True
    )
    dialog.open()
    yield "sheet-offer"
    dialog.show_sheet()
    yield "sheet-shown"
    bar = dialog._page.verticalScrollBar()
    bar.setValue(bar.maximum())
    yield "sheet-shown-below"
    dialog.try_it()
    yield "sheet-typing"
    dialog.answers[0].setText("AAAAA")
    dialog.keep()
    yield "sheet-slip"
    dialog.reject()


def ways(on: Stage, window: Window) -> Iterator[str]:
    """The ways in: one, then several, and a keychain that is out of order."""
    page = _settings(on, window)
    yield ""
    yield from _card(page, page.ways, "ways-one")
    made = on.app.wallet.ways.prepare_sheet(PASSPHRASE)
    on.app.wallet.ways.keep_sheet(made)
    on.app.wallet.ways.open_here(PASSPHRASE)
    page.ways.refresh()
    yield ""
    yield from _card(page, page.ways, "ways-several")
    page.ways.change_passphrase()
    yield "ways-change"


def backup(on: Stage, window: Window) -> Iterator[str]:
    """Backups: none and the reminder, several, one that is bad, and bringing one back."""
    _open(on, window)
    on.app.wallet.backups.choose(folder=None, copies=0)
    window.inside().go(RECORDS)
    yield ""
    yield "backup-reminder"
    on.app.wallet.backups.choose(folder=None, copies=5)
    page = window.inside().go(SETTINGS)
    yield ""
    yield from _card(page, page.backup, "backup-none")
    for _ in range(3):
        on.app.wallet.backups.roll()
        on.world.now += timedelta(days=2)
    copies = on.app.wallet.backups.listed()
    copies[-1].path.write_bytes(copies[-1].path.read_bytes()[:-100])
    page.backup.refresh()
    yield ""
    yield from _card(page, page.backup, "backup-several")
    on.app.wallet.remove([row.id for row in on.app.wallet.rows()][:2])
    dialog = RestoreDialog(window.context, copies[0].path, window)
    dialog.open()
    yield "backup-restore"
    dialog.proof.passphrase.setText(PASSPHRASE)
    dialog.submit()
    yield ""
    yield "backup-restore-plan"
    dialog.reject()


def restore(on: Stage, window: Window) -> Iterator[str]:
    """Making a wallet of a backup on a new computer: before, chosen, and what went wrong."""
    on.create()
    made = on.folder / f"wallet of Robin, the 1st of June{SUFFIX}"
    on.app.wallet.backups.make(made)
    on.app.wallet.lock()
    window._show_restore()
    yield "restore"
    page: Any = window.page
    page.take(made)
    yield ""
    yield "restore-chosen"
    page.proof.passphrase.setText("not the passphrase at all")
    page.submit()
    yield ""
    yield "restore-wrong"


def rescue(on: Stage, window: Window) -> Iterator[str]:
    """A damaged wallet: found, what can be done with copies and without, and what was saved."""
    on.create()
    on.keep(*records(on.world))
    on.app.wallet.backups.roll()
    on.app.wallet.lock()
    path = on.vault
    damage(path, *range(pages(path) - 4, pages(path) + 1))
    window.rescue(path)
    yield ""
    yield "rescue-copies"
    page: Any = window.page
    page.salvage()
    yield "rescue-no-passphrase"
    page.proof.passphrase.setText(PASSPHRASE)
    page.salvage()
    yield ""
    yield "rescue-saved"
    for copy in (on.folder / "backups").glob(f"*{SUFFIX}"):
        copy.unlink()
    window.rescue(path)
    yield ""
    yield "rescue-no-copies"
    damage(path, *range(1, pages(path) + 1))
    window._show_unlock(path)
    page = window.page
    page.proof.passphrase.setText(PASSPHRASE)
    page.submit()
    yield ""
    yield "rescue-unlock"


def leaving(on: Stage, window: Window) -> Iterator[str]:
    """Taking everything along: the card, its fields for keys, a slip, under way."""
    page = _settings(on, window)
    yield ""
    yield from _card(page, page.along, "along")
    page.along.with_keys.setChecked(True)
    page.along.password.setText("long enough to be one")
    page.along.save_zip()
    yield from _card(page, page.along, "along-keys")
    page.along.error.say("")
    page.along._busy(busy=True)
    page.along._under_way.show()
    page.along._count(1234, 10000)
    yield from _card(page, page.along, "along-under-way")
    page.along._busy(busy=False)


def questions(on: Stage, window: Window) -> Iterator[str]:
    """What is asked once more before it happens."""
    page = _settings(on, window)
    yield ""
    changed = KnownList("https://anchor.example", "The federation of schools of the Eastern Ridge")
    asks = {
        "erase": lambda: page._erase([row.id for row in on.app.wallet.rows()[:2]]),
        "keys-in-clear": page.along.ask_other,
        "take-home": lambda: take_home.make(window),
        "new-key": lambda: page.known.accept(changed),
    }
    for name, ask in asks.items():
        ask()
        yield f"question-{name}"
        QApplication.activeModalWidget().close()


def arriving(on: Stage, window: Window) -> Iterator[str]:
    """Backups of other wallets that come in: one that waits for its password, one that is read."""
    _open(on, window)
    page = window.inside().go(ADD)
    plain = [raw for name, raw in records(on.world) if name.endswith(".json")][:3]
    of_lcw = json.dumps(backups.lcw_locked(backups.profile(plain))).encode()
    page.add_bytes([("Old phone.json", of_lcw)])
    yield ""
    yield "arriving-locked"
    page.forget()
    page.add_bytes([("Wallet Backup.json", backups.lcw(backups.profile(plain)))])
    yield ""
    yield "arriving-read"
    page.view.setCurrentIndex(page.model.index(page.model.rowCount() - 1))
    yield "arriving-key"
    page.forget()
    on.app.wallet.backups.make(copy := on.folder / f"Kept on a stick{SUFFIX}")
    page.add_files([copy])
    yield ""
    yield "arriving-own-backup"
    page.forget()


def _open(on: Stage, window: Window) -> None:
    on.create("Robin Alexandra Rivera-Montgomery of Upper Eastern Ridge")
    on.keep(*records(on.world))
    window._opened(on.vault)


def _settings(on: Stage, window: Window) -> Any:
    _open(on, window)
    return window.inside().go(SETTINGS)


def _card(page: Any, card: QWidget, name: str) -> Iterator[str]:
    """Scroll to a card of the settings; show all of it in as many pictures as that takes."""
    yield ""
    bar, top = page.verticalScrollBar(), card.mapTo(page.widget(), QPoint()).y() - 12
    bar.setValue(top)
    yield name
    seen, part = page.viewport().height(), 2
    while seen < card.height() and bar.value() < bar.maximum():
        bar.setValue(top + seen - 60)
        seen += page.viewport().height() - 60
        yield f"{name}-{part}"
        part += 1


ALL = (
    Scene(choosing),
    Scene(guest, guest=True),
    Scene(sheet),
    Scene(ways),
    Scene(backup),
    Scene(restore),
    Scene(rescue),
    Scene(leaving),
    Scene(questions),
    Scene(arriving),
)
