"""What the window says about records: lists that were read, common labels, days, no false word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLabel

from tests.ui.people import many, party, records
from wallet import wording
from wallet.record import Kind
from wallet.report import Outcome
from wallet.ui import labels
from wallet.ui.context import RECORDS
from wallet.ui.four_answers import four_answers

HARBOR = "For Harbor Hospital"


@pytest.fixture
def spanish():
    before = wording.language()
    wording.set_language("es")
    yield
    wording.set_language(before)


def valid_now(on_stage, *status: tuple[str, ...]) -> tuple[str, ...]:
    """Share one record for each set of status lists; return what is said about "valid now"."""
    world = on_stage.world
    holder = world.learner()
    issuer = party(world, "Metals Training Center")
    raw = [
        world.issue(issuer, title=f"Record {n}", subject=holder.id, status=lists)
        for n, lists in enumerate(status)
    ]
    shared = world.present(holder, raw, name=HARBOR, challenge="c" * 22)
    return four_answers(on_stage.check(shared, "share.json"))[1].sentences


def test_no_list_is_said_to_be_read_where_there_is_none(on_stage):
    assert valid_now(on_stage, ()) == (
        "Unaltered and in date. The issuer keeps no list of withdrawn records.",
    )


def test_a_list_that_was_read_is_said_with_its_time(on_stage):
    said = valid_now(on_stage, ("revocation",))
    assert said[0] == "Unaltered, in date and not withdrawn."
    assert said[1] == f"Lists read {wording.time(on_stage.world.now)}."
    assert len(said) == 2


def test_the_oldest_list_counts_and_records_without_one_are_named(on_stage):
    world = on_stage.world
    issuer = party(world, "Metals Training Center")
    before = world.now - timedelta(hours=5)
    world.read_at[world.list_url(issuer, "revocation")] = before
    said = valid_now(on_stage, ("revocation",), ())
    assert said[1] == f"Lists read {wording.time(before)}."
    assert said[2] == "Record 1: the issuer keeps no list of withdrawn records."


def sender(on_stage, forge: bool) -> tuple[object, tuple[str, ...]]:
    """Share a record about the holder, forged or not; return what is said about the sender."""
    world = on_stage.world
    holder = world.learner()
    raw = world.issue(party(world, "Metals Training Center"), title="Welder", subject=holder.id)
    raw = raw.replace(b"Welder", b"Doctor") if forge else raw
    shared = world.present(holder, [raw], name=HARBOR, challenge="c" * 22)
    answer = four_answers(on_stage.check(shared, "share.json"))[3]
    return answer.outcome, answer.sentences


def test_only_what_the_issuer_signed_names_the_sender(on_stage):
    assert sender(on_stage, forge=False)[0] is Outcome.PASSED
    outcome, said = sender(on_stage, forge=True)
    assert outcome is Outcome.UNKNOWN
    assert said == ("It names the sender, but nothing shows that its issuer wrote that.",)


def test_nobody_is_told_that_a_share_was_meant_for_them(on_stage):
    world = on_stage.world
    holder = world.learner()
    raw = world.issue(party(world, "Metals Training Center"), subject=holder.id)
    shared = world.present(holder, [raw], name=HARBOR, challenge="c" * 22)
    assert four_answers(on_stage.check(shared, "share.json"))[2].outcome is Outcome.UNKNOWN


def test_common_labels_are_said_in_the_persons_language(monkeypatch):
    monkeypatch.setattr(labels, "tr", lambda text: f"<{text}>")
    assert labels.translated("Course") == "<Course>"
    assert labels.translated("Employer – name") == "<Employer> – <name>"
    assert labels.translated("Bitstring status list") == "Bitstring status list"
    assert labels.translated("Employer – payroll") == "Employer – payroll"
    assert labels.value("Yes") == "<Yes>"


def test_plain_days_are_written_as_people_write_them(spanish):
    assert labels.value("2024-05-17") == "17 de mayo de 2024"
    assert labels.value("2024-05-17T00:00:00Z") == "17 de mayo de 2024"
    assert labels.value("2024-05-17T09:30:00Z").startswith("17 de mayo de 2024, ")
    assert labels.value("2024-02-31T09:30:00Z") == "2024-02-31T09:30:00Z"
    assert labels.value("2024-02-31") == "2024-02-31"
    assert labels.value("2024-05") == "2024-05"
    assert labels.value("about 2024-05-17") == "about 2024-05-17"


def texts(widget) -> list[str]:
    return [one.accessibleName() for one in widget.findChildren(QLabel) if one.isVisible()]


def test_a_record_shows_its_details_in_words(person):
    world = person.stage.world
    achievement = {"type": ["Achievement"], "name": "Weld", "achievementType": "Course"}
    subject = {"type": ["AchievementSubject"], "activityStartDate": "2024-05-17T00:00:00Z"}
    issuer = party(world, "Metals Training Center")
    claims = {"credentialSubject": {**subject, "achievement": achievement}}
    person.open_wallet(("weld.json", world.issue(issuer, title="Weld", **claims)))
    said = texts(person.screen(RECORDS).detail)
    assert "Course" in said
    assert f"Activity start date: {labels.value('2024-05-17')}" in said
    assert "2024-05-17" not in "".join(said)


def test_one_record_is_not_headed_by_its_group(person):
    person.open_wallet(*records(person.stage.world))
    page = person.screen(RECORDS)
    groups = {wording.kind(kind) for kind in Kind}
    for row in page.listing.model.things():
        page.listing.pick([row.id])
        person.settle()
        assert groups.isdisjoint(texts(page.detail))


def test_an_empty_wallet_asks_nobody_to_pick_a_record(person):
    person.open_wallet()
    page = person.screen(RECORDS)
    assert not any("Pick a record" in text for text in texts(page.detail))
    person.stage.keep(*many(person.stage.world, 2))
    page.refresh()
    person.settle()
    page.listing.view.clearSelection()
    person.settle()
    assert any("Pick a record" in text for text in texts(page.detail))
