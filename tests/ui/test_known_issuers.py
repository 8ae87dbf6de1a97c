"""Whom to know, by keyboard: lists of issuers in the settings, one's own trust at a record."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel

from tests.registries import LIST, Entity, anchor, dcc
from tests.ui.people import ISSUERS, party, records, stage
from wallet.report import Outcome, Question, Reason
from wallet.ui.context import RECORDS, SETTINGS
from wallet.ui.four_answers import four_answers
from wallet.ui.known_lists import told
from wallet.ui.trust_dialog import TrustDialog
from wallet.verify import Catalogue, Kind, Source

Key = Qt.Key
FEDERATION = Source(
    "The federation", Kind.FEDERATION, "https://anchor.example" + "/.well-known/openid-federation"
)
PLAIN = Source("The plain registry", Kind.DCC, "https://plain.example/r")
SANDBOX = Source("The sandbox", Kind.DCC, "https://away.example/r", test=True)


@pytest.fixture
def on_stage(tmp_path):
    web = (Catalogue(LIST, (FEDERATION, PLAIN, SANDBOX)),)
    made = stage(tmp_path, trusted=ISSUERS, catalogues=web)
    anchor(made.world)
    dcc(made.world, PLAIN.url, party(made.world, "Far School"))
    return made


def texts(widget) -> list[str]:
    return [one.accessibleName() for one in widget.findChildren(QLabel) if one.isVisible()]


def safety_card(person):
    return next(x for x in records(person.stage.world) if x[0] == "safety-card.json")


def issuer_check(person):
    (row,) = person.stage.app.wallet.rows("Safety")
    return person.stage.app.wallet.entry(row.id).report[Question.ISSUER]


def back(person) -> None:
    """Return from a dialog: no window manager gives the focus back here."""
    person.settle()
    person.window.activateWindow()
    person.qtbot.waitUntil(lambda: QApplication.activeWindow() is person.window)
    person.settle()


def dialog(person) -> TrustDialog:
    (found,) = person.window.findChildren(TrustDialog)
    return found


def test_saying_that_one_trusts_an_issuer_and_taking_it_back(person):
    person.open_wallet(safety_card(person))
    detail = person.screen(RECORDS).detail
    assert "The issuer calls itself “Nobody Knows School”" in texts(detail)
    assert issuer_check(person).reason is Reason.ISSUER_NOT_LISTED
    person.enter("I trust this issuer")
    shown = dialog(person)
    issuer = party(person.stage.world, "Nobody Knows School").id
    assert issuer in texts(shown)
    assert person.focus is shown.name
    assert shown.name.text() == "Nobody Knows School"
    person.tab_to("Why you trust it")
    person.type("They taught me")
    person.enter("I trust this issuer")
    back(person)
    assert person.says("You trust this issuer now.")
    assert issuer_check(person).outcome is Outcome.PASSED
    assert "Known issuer: You trust this issuer since June 1, 2026: They taught me" in texts(detail)
    assert "Nobody Knows School" in texts(detail)
    # The settings show it too, and take it back.
    settings = to_settings(person)
    assert "Since June 1, 2026: They taught me" in texts(settings)
    person.enter("Stop trusting Nobody Knows School")
    person.settle()
    assert "Since June 1, 2026: They taught me" not in texts(settings)
    assert issuer_check(person).reason is Reason.ISSUER_NOT_LISTED


def test_thinking_better_of_it(person):
    person.open_wallet(safety_card(person))
    person.screen(RECORDS)
    person.enter("I trust this issuer")
    person.press(Key.Key_Escape)
    back(person)
    assert person.stage.app.wallet.trusted_issuers() == {}
    person.enter("I trust this issuer")
    person.press(Key.Key_Return)
    back(person)
    assert issuer_check(person).outcome is Outcome.PASSED
    person.enter("Stop trusting this issuer")
    assert person.says("You trust this issuer no longer.")
    assert issuer_check(person).reason is Reason.ISSUER_NOT_LISTED


def test_a_listed_issuer_asks_for_no_trust(person):
    person.open_wallet(records(person.stage.world)[0])
    detail = person.screen(RECORDS).detail
    assert not [t for t in texts(detail) if "calls itself" in t]
    names = [b.text() for b in detail.findChildren(type(detail.leave)) if b.isVisible()]
    assert not [n for n in names if "trust" in n]


def test_a_lists_name_is_shown_whatever_an_issuer_calls_itself(on_stage):
    world = on_stage.world
    school, holder = party(world, "Far School"), world.learner()
    claims = {"issuer": {"id": school.id, "type": ["Profile"], "name": "Harvard University"}}
    raw = world.issue(school, title="Doctor", subject=holder.id, **claims)
    stranger = world.issue(party(world, "A stranger"), title="Master", subject=holder.id)
    shared = world.present(holder, [raw, stranger], name="For X", challenge="c" * 22)
    said = four_answers(on_stage.check(shared, "share.json"))[0].sentences
    assert said[0] == "Far School as listed, in The plain registry, read June 1, 2026."
    assert said[1].startswith(
        "The issuer calls itself “A stranger”: The issuer is in none of the lists"
    )
    assert not [s for s in said if "Harvard" in s]


# -- the settings ---------------------------------------------------------------------------------


def to_settings(person):
    person.ctrl(Key.Key_4)
    person.settle()
    return person.screen(SETTINGS)


def open_settings(person):
    person.open_wallet()
    return to_settings(person).known


def states(known) -> dict[str, str]:
    return {row._one.name: told(row._one) for row in known.rows.values()}


def test_every_list_is_shown_with_what_is_known_of_it(person):
    known = open_settings(person)
    said = states(known)
    assert said["The federation"].startswith("It is asked about one issuer at a time. Read ")
    assert said["The plain registry"].startswith("1 issuer. The list is of May 1, 2026. Read ")
    assert said["The sandbox"].startswith("Could not be read. An address could not be reached")
    assert said["Sample issuers of LER Wallet"].startswith("5 issuers. The list is of November")
    shown = texts(known)
    order = [
        "Issuers in these are known",
        "The federation",
        "The plain registry",
        "For trying things out: nobody is known by them",
        "The sandbox",
        "Sample issuers of LER Wallet",
    ]
    assert [t for t in shown if t in order] == order


def test_a_list_is_switched_off_and_on_by_keyboard_and_the_focus_stays(person):
    known = open_settings(person)
    switch = person.tab_to("Use The plain registry")
    person.press(Key.Key_Space)
    person.settle()
    assert states(known)["The plain registry"] == "Not used."
    assert person.focus is switch
    check = person.stage.check(
        person.stage.world.issue(party(person.stage.world, "Far School")), "x"
    )
    assert check.report[Question.ISSUER].outcome is Outcome.UNKNOWN
    person.press(Key.Key_Space)
    person.settle()
    assert states(known)["The plain registry"].startswith("1 issuer.")


def a_list(tmp_path, world, content: bytes | None = None):
    path = tmp_path / "state.json"
    listed = {party(world, "Nobody Knows School").id: {"name": "Knows School, as listed"}}
    made = {"name": "Schools of the state", "updated": "2026-05-01", "issuers": listed}
    path.write_bytes(content if content is not None else json.dumps(made).encode())
    return path


def choose(monkeypatch, path) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_a, **_k: ([str(path)], ""))


def test_a_list_from_a_file_is_added_used_and_removed(person, monkeypatch, tmp_path):
    known = open_settings(person)
    path = a_list(tmp_path, person.stage.world)
    choose(monkeypatch, path)
    person.enter("Add a list from a file")
    person.settle()
    assert person.says("Added “Schools of the state”: 1 issuer.")
    assert states(known)["Schools of the state"] == "1 issuer. The list is of May 1, 2026."
    path.unlink()
    person.stage.keep(safety_card(person))
    assert issuer_check(person).facts["name"] == "Knows School, as listed"
    person.enter("Remove Schools of the state")
    person.settle()
    assert "Schools of the state" not in states(known)
    assert person.focus is known.choose


def test_a_bad_file_gets_one_sentence_and_changes_nothing(person, monkeypatch, tmp_path):
    known = open_settings(person)
    before = states(known)
    choose(monkeypatch, a_list(tmp_path, person.stage.world, b'{"name": "x"}'))
    person.enter("Add a list from a file")
    person.settle()
    said = known.error.text.accessibleName()
    assert said.startswith("This file is not a list of issuers that the app can read")
    assert "“issuers”" in said
    assert states(known) == before


def test_a_changed_key_is_said_and_taken_only_when_confirmed(person):
    world = person.stage.world
    known = open_settings(person)
    top = Entity(world, "https://anchor.example", ["another key"])
    world.now += timedelta(days=9)
    top.configuration()
    to_settings(person)
    assert "signed with another key than before" in states(known)["The federation"]
    person.enter("Take the new key of The federation")
    person.press(Key.Key_Escape)
    back(person)
    assert "signed with another key than before" in states(known)["The federation"]
    person.enter("Take the new key of The federation")
    box = QApplication.activeModalWidget()
    assert any("Somebody may have taken the list over" in text for text in texts(box))
    person.enter("Take the new key")
    back(person)
    assert states(known)["The federation"].startswith("It is asked about one issuer")


def test_locking_hides_whom_the_person_trusts(person):
    person.open_wallet(safety_card(person))
    issuer = party(person.stage.world, "Nobody Knows School").id
    person.stage.app.wallet.trust_issuer(issuer, note="A private reason")
    settings = to_settings(person)
    assert any("A private reason" in t for t in texts(settings))
    settings.forget()
    person.stage.app.wallet.lock()
    assert not any("A private reason" in t for t in texts(settings))
    assert person.stage.app.verifier.policy.trusted.get(issuer) is None
