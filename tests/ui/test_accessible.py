"""Every screen by construction: each control has a name and a role, and Tab reaches all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QLabel, QWidget

from tests.ui.conftest import name_of
from tests.ui.people import LONG_NAMES, long_names, records
from wallet.ui.buttons import Button
from wallet.ui.context import ADD, CHECK, RECORDS, SETTINGS, SHARE, SHARES
from wallet.ui.inside import PartLine
from wallet.ui.widgets import Fold

SEVERAL = ("wallets", "wallets changed", "unlock elsewhere")
PLACES = (
    "welcome",
    "create",
    "unlock",
    *SEVERAL,
    "check alone",
    RECORDS,
    "transcript",
    "part",
    ADD,
    SHARE,
    SHARES,
    CHECK,
    SETTINGS,
)


def go(person, place: str) -> None:
    """Bring a screen up with something in it."""
    doors = {
        "welcome": lambda: None,
        "create": person.window._show_create,
        "check alone": person.window._check_alone,
        **{one: lambda: _several(person, place) for one in SEVERAL},
    }
    if place in doors:
        doors[place]()
        return
    world = person.stage.world
    person.open_wallet(*records(world), *long_names(world))
    if place == "unlock":
        person.window.lock()
        person.settle()
        return
    ids = [row.id for row in person.stage.app.wallet.rows()]
    if place == SHARE:
        person.window.share(ids[:2])
    elif place == ADD:
        person.window.shell.go(ADD).add_bytes([*records(world)[:2], ("x.txt", b"hello")])
    elif place in ("transcript", "part"):
        page = person.window.shell.go(RECORDS)
        whole = next(r.id for r in person.stage.app.wallet.rows() if r.title == "Transcript")
        person.settle()
        page.reveal([whole])
        page._open("")
    else:
        person.window.shell.go(place)
    person.settle()
    if place == "part":
        person.screen(RECORDS).detail.findChildren(PartLine)[0].click()
    if place == SHARE:
        person.screen(SHARE).whom.setText("Harbor Hospital")
        person.screen(SHARE).make()
    if place == SHARES:
        person.window.shell.go(SHARES)
    if place == CHECK:
        raw = records(world)[0][1]
        person.screen(CHECK).field.setPlainText(raw.decode())
        person.screen(CHECK).check_text()
    person.settle()
    for fold in person.window.findChildren(Fold):
        if fold.isVisible() and not fold.is_open:
            fold.toggle()
    person.settle()


def _several(person, place: str) -> None:
    """Show the list of wallets: names long and foreign, a name of its owner, one that is gone."""
    vaults, folder = person.stage.app.vaults, person.stage.folder
    person.stage.create()
    person.stage.app.wallet.lock()
    for n, name in enumerate((*LONG_NAMES, "")):
        path = folder / f"{n}.ler"
        if n != 1:
            path.write_bytes(b"locked")
        vaults.use(path)
        vaults.rename(path, name)
    vaults.show_person(path, LONG_NAMES[0])
    person.window._show_list()
    if place == "wallets changed":
        person.window.page.toggle()
    elif place == "unlock elsewhere":
        person.window._show_unlock(person.stage.vault)
    person.settle()


def visible(person) -> Iterator[QWidget]:
    """Yield what can be used now: of the dialog that is open, or of the window."""
    for widget in (QApplication.activeModalWidget() or person.window).findChildren(QWidget):
        if widget.isVisible() and widget.isEnabled():
            yield widget


def takes_focus(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None


@pytest.mark.parametrize("place", PLACES)
def test_every_control_has_a_name_and_a_role(person, place):
    go(person, place)
    assert nameless(person) == []


def nameless(person) -> list[str]:
    """Return the controls without a name or a role."""
    found = []
    for widget in visible(person):
        if not takes_focus(widget) and not isinstance(widget, QAbstractButton):
            continue
        if isinstance(widget, QAbstractButton) and isinstance(widget.parent(), QAbstractScrollArea):
            continue
        if widget.objectName().startswith("qt_") or type(widget).__name__ == "QLineEditIconButton":
            continue
        told = QAccessible.queryAccessibleInterface(widget)
        if not name_of(widget).strip() or told.role() is QAccessible.Role.NoRole:
            found.append(f"{type(widget).__name__} {widget.objectName()}")
    return found


@pytest.mark.parametrize("place", PLACES)
def test_tab_reaches_every_control_and_comes_round(person, place):
    go(person, place)
    assert missed(person) == set()


def missed(person) -> set[str]:
    """Return the controls that Tab does not reach."""
    wanted = {w for w in visible(person) if takes_focus(w) and _in_tab_order(w)}
    reached = set()
    for _ in range(400):
        widget = QApplication.focusWidget()
        if widget is not None:
            if widget in reached and wanted <= reached:
                break
            reached.add(widget)
        root = QApplication.activeModalWidget() or person.window
        person.qtbot.keyClick(widget or root, Qt.Key.Key_Tab)
    return {f"{type(w).__name__} {name_of(w)!r}" for w in wanted - reached}


def _in_tab_order(widget: QWidget) -> bool:
    """Of several that exclude each other, Tab reaches the one picked; arrows reach the others."""
    if isinstance(widget, QAbstractButton) and widget.group() is not None:
        group = widget.group()
        return not group.exclusive() or widget.isChecked() or group.checkedButton() is None
    return True


@pytest.mark.parametrize("place", PLACES)
def test_no_text_is_cut_at_twice_its_size_in_a_small_window(person, place):
    person.stage.app.preferences = person.stage.app.preferences.changed(text_scale=200)
    person.window.redress()
    person.window.resize(800, 600)
    go(person, place)
    person.qtbot.wait(1)
    assert cut(person) == []


def cut(person) -> list[str]:
    """Return the texts that do not have the room they need."""
    found = []
    for widget in visible(person):
        if isinstance(widget, QLabel) and widget.wordWrap() and widget.text():
            needs = widget.heightForWidth(widget.width())
            if widget.width() < 24 or needs > widget.height() + 2:
                found.append(f"{widget.text()[:40]!r} {widget.size().toTuple()} needs {needs}")
        if isinstance(widget, Button) and widget.height() < widget.height_at(widget.width()):
            found.append(f"{widget.text()!r} {widget.size().toTuple()}")
    return found


def test_the_focus_can_be_seen(person):
    go(person, RECORDS)
    for name in ("Add", "Search records", "Share", "Export original"):
        widget = person.tab_to(name)
        with_ring = widget.grab().toImage()
        widget.clearFocus()
        assert widget.grab().toImage() != with_ring, name
