"""Lists: what a line says to eyes and to screen readers, and that very long lists stay quick."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAccessible

from wallet.app import State
from wallet.ui.listing import ALL, CHIPS, ENDED, HOLDS, LOOK
from wallet.ui.rows import Heading, Line, Lines, LineView, letters, spoken
from wallet.ui.theme import Theme

ROWS = 100_000
WORD = {"word": "Holds", "state": State.HOLDS}


def line(n: int) -> Line:
    return Line(f"Shop skill number {n}", f"Metals Training Center · May {n % 28 + 1}", "M", **WORD)


def test_every_state_is_behind_one_chip_and_behind_all():
    behind = [CHIPS[key] for key in (HOLDS, LOOK, ENDED)]
    assert CHIPS[ALL] == frozenset(State)
    assert frozenset().union(*behind) == frozenset(State)
    assert sum(len(states) for states in behind) == len(State)


@pytest.fixture
def make_view(qtbot):
    def make(things, **options):
        model = Lines(lambda one: line(one) if isinstance(one, int) else one, **options)
        view = LineView(Theme("light"), model, "Records")
        qtbot.addWidget(view)
        view.resize(430, 700)
        model.show(things)
        view.show()
        qtbot.waitExposed(view)
        return view, model

    return make


def test_a_screen_reader_hears_the_state_in_words(make_view):
    _view, model = make_view([Heading("Badges"), 1])
    said = model.data(model.index(1), Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Shop skill number 1, Metals Training Center · May 2, Holds"
    assert model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole) == "Badges"


def test_a_sample_is_said_to_be_one():
    assert spoken(Line("Diploma", "School", "S", sample="Sample", word="Holds")) == (
        "Diploma, Sample, School, Holds"
    )


def test_headings_are_passed_over_by_the_keyboard(make_view, qtbot):
    view, _model = make_view([Heading("Education"), 1, Heading("Badges"), 2])
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().row() == 1
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().row() == 3


def test_lines_are_ticked_by_keyboard_and_some_cannot_be(make_view, qtbot):
    view, model = make_view([1, 2], can_tick=True, may_tick=lambda one: one != 2)
    view.setFocus()
    view.setCurrentIndex(model.index(0))
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert model.ticks == {0}
    assert model.data(model.index(0), Qt.ItemDataRole.CheckStateRole) is Qt.CheckState.Checked
    view.setCurrentIndex(model.index(1))
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert model.ticks == {0}
    assert model.data(model.index(1), Qt.ItemDataRole.CheckStateRole) is None


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Certified Welder, 3G", "CW"),
        ("Diploma", "DI"),
        ("溶接技能者", "溶接"),
        ("شهادة في اللحام", "شف"),
        ("B", "B"),
        ("... !!", "·"),
        ("", "·"),
    ],
)
def test_letters_stand_for_a_title(title, expected):
    assert letters(title) == expected


@pytest.mark.parametrize("width", [180, 320, 430, 900])
def test_any_title_fits_its_line(make_view, width):
    titles = [
        "A",
        "word " * 60,
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 4,
        "溶" * 90,
    ]
    view, model = make_view([Line(t, "second " * 30, "x", **WORD) for t in titles])
    view.resize(width, 700)
    for at in range(len(titles)):
        size = view.sizeHintForIndex(model.index(at))
        assert 50 <= size.height() <= 130
    view.grab()


def test_a_hundred_thousand_lines_scroll(make_view, qtbot):
    view, _model = make_view([])
    started = time.perf_counter()
    _model.show(list(range(ROWS)))
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > 0, timeout=5000)
    assert time.perf_counter() - started < 2, (
        "the first lines are there before the last is measured"
    )
    frames = []
    for step in range(60):
        view.verticalScrollBar().setValue(step * 37)
        begun = time.perf_counter()
        view.grab()
        frames.append(time.perf_counter() - begun)
    assert sorted(frames)[len(frames) // 2] < 0.05


def test_the_list_is_known_to_assistive_technology(make_view):
    view, model = make_view([1, 2])
    found = QAccessible.queryAccessibleInterface(view)
    assert found.role() is QAccessible.Role.List
    assert found.childCount() == 2
    assert found.child(0).text(QAccessible.Text.Name).endswith("Holds")
    assert model.rowCount(QModelIndex()) == 2
