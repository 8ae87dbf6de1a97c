"""What stands inside a record, in the window: each part with its word, opened and left by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from tests import inside as made
from tests.ui.conftest import name_of
from tests.ui.people import COLLEGE, party
from wallet.app import State
from wallet.model import Format
from wallet.report import Outcome
from wallet.ui.context import RECORDS
from wallet.ui.four_answers import four_answers
from wallet.ui.inside import SHOWN_AT_ONCE, PartLine


def transcript(world, *titles, form=Format.DATA_INTEGRITY, more=()):
    college, robin = party(world, COLLEGE), world.learner()
    inner = [world.issue(college, title=title, subject=robin.id) for title in titles]
    broken = [raw.replace(b"Broken", b"Forged") for raw in inner]
    return made.transcript(world, college, [*broken, *more], subject=robin.id, form=form)


def shown(person):
    """Return the texts of the record that is shown, without those of what is hidden."""
    found = person.screen(RECORDS).detail.findChildren(QLabel)
    return [one.accessibleName() for one in found if one.isVisible()]


def lines(person):
    return [one for one in person.screen(RECORDS).detail.findChildren(PartLine) if one.isVisible()]


def test_each_part_is_listed_with_its_own_word(person):
    world = person.stage.world
    raw = transcript(world, "Machining", "Broken Math", form=Format.VC_JOSE, more=["urn:lost"])
    person.open_wallet(("transcript.json", raw))
    (row,) = person.stage.app.wallet.rows()
    assert row.state is State.NOT_ALL_HOLDS
    assert [name_of(line).rpartition(", ")[2] for line in lines(person)] == [
        "Holds",
        "Does not hold",
        "Could not check",
    ]
    said = (
        "Records inside: 1 of 3 records inside does not hold. "
        "1 of 3 records inside could not be checked."
    )
    assert said in shown(person)


def test_a_part_is_opened_and_left_by_keyboard(person):
    world = person.stage.world
    person.open_wallet(("transcript.json", transcript(world, "Machining", "Broken Math")))
    person.tab_to("Forged Math")
    line = person.focus
    person.press(Qt.Key.Key_Space)
    assert name_of(person.focus) == "Back to the whole record"
    assert "Forged Math" in shown(person)
    assert "Transcript" not in shown(person)
    assert any(text.startswith("Unaltered: The signature does not fit") for text in shown(person))
    person.press(Qt.Key.Key_Space)
    assert QApplication.focusWidget() is line
    assert "Transcript" in shown(person)
    person.press(Qt.Key.Key_Space)
    person.press(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert QApplication.focusWidget() is line


def test_what_could_not_be_read_says_why(person):
    raw = transcript(person.stage.world, "Machining", form=Format.VC_JOSE, more=["urn:lost"])
    person.open_wallet(("transcript.json", raw))
    person.enter("A record without a name")
    assert any(text.startswith("Could not check. ") for text in shown(person))


def test_parts_of_parts_open_one_after_the_other(person):
    world = person.stage.world
    college, board, robin = party(world, COLLEGE), party(world, "Board"), world.learner()
    badge = made.endorsed(
        world,
        college,
        of_issuer=[made.endorsement(world, board, college.id, comment="A fine school.")],
        subject=robin.id,
        title="Machining",
    )
    person.open_wallet(("t.json", made.transcript(world, college, [badge], subject=robin.id)))
    person.enter("Machining")
    person.enter("Board, Endorses the issuer, Holds")
    assert "A fine school." in shown(person)
    person.press(Qt.Key.Key_Space)
    assert name_of(person.focus).startswith("Board")
    person.enter("Back to the whole record")
    assert name_of(person.focus).startswith("Machining")


def test_a_part_is_kept_as_a_record_of_its_own(person):
    person.open_wallet(("transcript.json", transcript(person.stage.world, "Machining")))
    person.enter("Machining")
    person.enter("Keep as its own record")
    assert person.says("Kept as its own record.")
    rows = person.stage.app.wallet.rows()
    assert {row.title for row in rows} == {"Transcript", "Machining"}
    (own,) = [row for row in rows if row.title == "Machining"]
    entry = person.stage.app.wallet.entry(own.id)
    assert (entry.state, entry.source) == (State.HOLDS, "Inside “Transcript”")
    assert person.screen(RECORDS).listing.picked_ids() == [own.id]


def test_many_parts_come_in_portions(person):
    titles = [f"Course {n}" for n in range(SHOWN_AT_ONCE + 3)]
    person.open_wallet(("transcript.json", transcript(person.stage.world, *titles)))
    assert len(lines(person)) == SHOWN_AT_ONCE
    person.enter("Show 3 more")
    assert len(lines(person)) == SHOWN_AT_ONCE + 3
    person.settle()
    assert name_of(person.focus).startswith(f"Course {SHOWN_AT_ONCE}")


@pytest.mark.parametrize(
    ("titles", "outcome", "said"),
    [
        (("Machining",), Outcome.PASSED, "Unaltered and in date."),
        (("Broken Math",), Outcome.FAILED, "Transcript: The record inside does not hold."),
    ],
)
def test_the_answer_about_a_share_counts_the_records_inside(on_stage, titles, outcome, said):
    world = on_stage.world
    shared = world.present(world.learner(), [transcript(world, *titles)], name="For Harbor")
    answer = four_answers(on_stage.check(shared, "share.json"))[1]
    assert answer.outcome is outcome
    assert any(sentence.startswith(said) for sentence in answer.sentences)


def test_a_record_of_somebody_else_inside_leaves_the_sender_open(on_stage):
    world = on_stage.world
    college, robin = party(world, COLLEGE), world.learner()
    other = world.issue(college, title="Machining", subject=world.learner("Mallory").id)
    raw = made.transcript(world, college, [other], subject=robin.id)
    answer = four_answers(on_stage.check(world.present(robin, [raw], name="x"), "share"))[3]
    assert answer.outcome is Outcome.UNKNOWN
    assert any("somebody else" in sentence for sentence in answer.sentences)
