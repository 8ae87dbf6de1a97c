"""The line above a guest's session, in windows of every size."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from tests.ui.people import ISSUERS, PASSPHRASE, records, stage
from wallet import wording
from wallet.places import Start

Key = Qt.Key


@pytest.fixture
def on_stage(tmp_path):
    made = stage(tmp_path, trusted=ISSUERS, start=Start(guest=True))
    yield made
    made.app.stop()
    wording.set_language("en")


def open_in_memory(person) -> None:
    app = person.stage.app
    place = app.new_place_in_memory()
    app.wallet.create(place, PASSPHRASE, name="Robin Rivera")
    person.stage.keep(*records(person.stage.world))
    person.window._opened(place)
    person.settle()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("scale", [100, 200])
@pytest.mark.parametrize("size", [(420, 360), (800, 600), (1280, 800)])
@pytest.mark.parametrize("left", [1700, 290])
def test_it_leaves_room_for_what_is_below_it(make_driver, on_stage, language, scale, size, left):
    on_stage.app.prefer(language=language, text_scale=scale)
    wording.set_language(language)
    assert (wording.tr("End the session") == "End the session") is (language == "en")
    person = make_driver()
    open_in_memory(person)
    bar = person.window.bar
    bar.tell(left)
    person.window.resize(*size)
    person.qtbot.wait(50)
    person.settle()
    assert bar.height() <= person.window.height() * 0.27
    every = (bar.save_button, bar.sheet_button, bar.end_button, bar.menu_button)
    shown = [one for one in every if one.isVisible()]
    assert bar.end_button in shown or shown == [bar.menu_button]
    for one in shown:
        assert bar.rect().contains(
            one.geometry().translated(one.parentWidget().mapTo(bar, one.rect().topLeft()))
        )
    assert bar.text.accessibleName().startswith(("Guest session, ", "Sesión de invitado, "))
    assert_apart(person.window.inside().navigation)


@pytest.mark.parametrize("scale", [100, 150, 200])
@pytest.mark.parametrize("size", [(420, 360), (800, 450), (800, 600), (1280, 800), (2000, 800)])
def test_the_places_stay_apart_in_every_window(make_driver, on_stage, scale, size):
    on_stage.app.prefer(text_scale=scale)
    person = make_driver()
    open_in_memory(person)
    navigation = person.window.inside().navigation
    person.window.bar.hide()
    for doing in ("", "Checking again: 11 of 12"):
        navigation.tell(doing)
        for high in (size[1], size[1] + 7, size[1] + 40, size[1]):
            person.window.resize(size[0], high)
            person.qtbot.wait(20)
            assert_apart(navigation)


def assert_apart(navigation) -> None:
    """Look whether the places, the line below them and the rest are below each other, and whole."""
    rest = (navigation._rule, navigation.status, navigation.again_button)
    every = (*navigation._places.values(), *rest, navigation.offline_switch)
    shown = [one for one in (*every, navigation.lock_button) if one.isVisible()]
    assert shown[: len(navigation._places)] == list(navigation._places.values())
    assert shown[-1] is navigation.lock_button
    for above, below in pairwise(shown):
        assert above.geometry().bottom() < below.geometry().top()
    for one in shown:
        assert one.height() >= one.minimumSizeHint().height()
        assert navigation.rect().contains(one.geometry())


def test_its_menu_offers_what_has_no_room(make_driver, on_stage):
    on_stage.app.prefer(text_scale=200)
    person = make_driver()
    open_in_memory(person)
    person.window.resize(420, 360)
    person.window.bar.tell(290)
    person.settle()
    person.enter("Session")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    offered = [one.text() for one in menu.actions()]
    assert offered == ["Save to a stick", "Take-home sheet", "15 more minutes", "End the session"]
    person.window.countdown.start(4)
    before = person.window.countdown.left
    menu.actions()[2].trigger()
    menu.close()
    person.settle()
    assert person.window.countdown.left > before + 800
    assert person.window.isVisible()


def test_locking_closes_its_menu(make_driver, on_stage):
    on_stage.app.prefer(text_scale=200)
    person = make_driver()
    open_in_memory(person)
    person.window.resize(420, 360)
    person.window.bar.tell(290)
    person.settle()
    person.enter("Session")
    assert QApplication.activePopupWidget() is not None
    person.window.lock()
    person.settle()
    assert QApplication.activePopupWidget() is None


def test_a_focus_that_is_lost_in_the_page_does_not_come_to_the_bar(person):
    """Qt gives the focus of what is disabled to the next control: here, to the session's end."""
    person.window._show_create_at(None)
    page, bar = person.window.page, person.window.bar
    page.name.setFocus()
    for one in page.findChildren(QPushButton):
        one.setEnabled(False)
    for one in (page.passphrase, page.again, page.name):
        one.setEnabled(False)
    person.settle()
    assert not bar.isAncestorOf(person.focus)
    assert page.isAncestorOf(person.focus) or person.focus is page


def test_whoever_goes_back_from_the_end_is_where_they_were(person):
    open_in_memory(person)
    person.enter("End the session")
    person.enter("Go back")
    with person.qtbot.waitActive(person.window):
        person.window.activateWindow()  # as a window manager does once a dialog is gone
    person.settle()
    assert person.focus is person.window.bar.end_button
