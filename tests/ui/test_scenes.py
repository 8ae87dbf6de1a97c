"""Every scene of the vault: each control has a name and a role, Tab reaches all, no text is cut.

The same scenes are drawn by `scripts/screenshots.py` for eyes.
"""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QScrollArea

from tests.ui import scenes
from tests.ui.test_accessible import cut, missed, nameless

pytestmark = pytest.mark.parametrize("scene", scenes.ALL, ids=lambda scene: scene.name)


@pytest.fixture
def on_stage(tmp_path, scene):
    return scene.stage(tmp_path)


@pytest.fixture
def stops(person, scene):
    """Go through the scene; a guest's session ends without a question."""

    def each():
        for name in scene.walk(person.stage, person.window):
            person.settle()
            person.qtbot.wait(1)
            if name:
                yield name

    yield each()
    dialog = QApplication.activeModalWidget()
    if dialog is not None:
        dialog.close()
    getattr(person.window, "end_now", person.window.close)()
    person.settle()


def test_every_control_has_a_name_and_a_role(person, stops):
    assert {name: found for name in stops if (found := nameless(person))} == {}


def test_tab_reaches_every_control_and_comes_round(person, stops):
    assert {name: found for name in stops if (found := missed(person))} == {}


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_is_cut_or_too_wide_at_twice_its_size_in_a_small_window(person, stops, language):
    changed = {"text_scale": 200, "language": language}
    person.stage.app.preferences = person.stage.app.preferences.changed(**changed)
    person.window.redress()
    person.window.resize(800, 600)
    wrong = {name: found for name in stops if (found := [*cut(person), *too_wide(person)])}
    assert wrong == {}


def too_wide(person) -> list[str]:
    """Return the pages whose content is wider than they are, and that cannot be scrolled there."""
    found = []
    for area in (QApplication.activeModalWidget() or person.window).findChildren(QScrollArea):
        never = area.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        inner = area.widget()
        if never and inner is not None and area.isVisible():
            room = QAbstractScrollArea.viewport(area).width()
            if inner.width() > room:
                found.append(f"{type(area).__name__}: {inner.width()} in {room}")
    return found
