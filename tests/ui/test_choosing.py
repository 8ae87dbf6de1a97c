"""Choosing what they see of a record, by keyboard: what is left out is not in what leaves."""

from __future__ import annotations

import json

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel

from tests.ui.people import many, selective
from tests.ui.test_sharing import texts
from wallet.ui.choosing import Choosing
from wallet.ui.context import SHARE
from wallet.ui.what_leaves import WhatLeaves

DESCRIBED = "taught and assessed in the workshop"


def choosing(person) -> Choosing:
    (one,) = person.screen(SHARE).findChildren(Choosing)
    return one


def begin(person) -> Choosing:
    person.open_wallet(selective(person.stage.world))
    (row,) = person.stage.app.wallet.rows()
    person.window.share([row.id])
    person.settle()
    person.enter("Choose what they see")
    return choosing(person)


def made(person) -> str:
    share = person.screen(SHARE)
    share.whom.setText("Harbor Hospital")
    share.how.chip("file").click()
    share.make()
    person.settle()
    return share.result.parts[0].data.decode()


def test_everything_is_shown_until_something_is_left_out(person):
    one = begin(person)
    assert all(tick.box.isChecked() for tick in one.ticks)
    assert "left out" not in " ".join(texts(one))
    assert DESCRIBED in made(person)


def test_what_is_unticked_does_not_leave(person):
    one = begin(person)
    person.enter("Achievement › description: Diploma in Marine Welding, taught")
    assert "1 part is left out." in texts(one)
    person.enter("Exactly what leaves")
    (leaves,) = one.findChildren(WhatLeaves)
    assert DESCRIBED not in " ".join(texts(leaves))
    text = made(person)
    assert DESCRIBED not in text
    assert json.loads(text)["verifiableCredential"][0]["name"] == "Diploma in Marine Welding"


def test_what_leaves_follows_the_choice_while_it_is_open(person):
    one = begin(person)
    person.enter("Exactly what leaves")
    assert DESCRIBED in " ".join(texts(one.findChildren(WhatLeaves)[0]))
    person.enter("Choose what they see")  # closed
    person.enter("Choose what they see")
    person.enter("Leave all of it out")
    said = " ".join(texts(one.findChildren(WhatLeaves)[-1]))
    assert DESCRIBED not in said
    assert "Ridgeline College of the Trades" in said
    person.enter("Show everything")
    assert DESCRIBED in " ".join(texts(one.findChildren(WhatLeaves)[-1]))
    assert all(tick.box.isChecked() for tick in one.ticks)


def test_what_cannot_be_left_out_has_no_box_and_says_why(person):
    one = begin(person)
    names = {tick.box.accessibleName() for tick in one.ticks}
    assert not any(name.startswith(("Issuer", "Valid")) for name in names)
    assert "Always shown: the issuer decided so." in texts(one)
    assert "Valid until: May 1, 2031" in texts(one)


def test_a_press_on_the_words_ticks_too(person):
    one = begin(person)
    words = one.ticks[0].findChildren(QLabel)[0]
    person.qtbot.mouseClick(words, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    person.settle()
    assert not one.ticks[0].box.isChecked()


def test_a_choice_is_for_one_share(person):
    begin(person)
    person.enter("Leave all of it out")
    (row,) = person.stage.app.wallet.rows()
    person.window.share([row.id])
    person.settle()
    assert choosing(person).shown == {p.id for p in person.stage.app.wallet.parts(row.id)}
    assert DESCRIBED in made(person)


def test_a_record_that_goes_whole_offers_no_choice(person):
    person.open_wallet(*many(person.stage.world, 1))
    (row,) = person.stage.app.wallet.rows()
    person.window.share([row.id])
    person.settle()
    one = choosing(person)
    assert not one.ticks
    assert not hasattr(one, "choose")
    person.enter("Exactly what leaves")
    assert any("A signed record goes whole" in text for text in texts(one))


def test_it_locks_with_nothing_left_behind(person):
    begin(person)
    person.screen(SHARE).forget()
    assert person.screen(SHARE)._leaving == {}
    assert not [one for one in person.screen(SHARE).findChildren(Choosing) if one.isVisible()]
