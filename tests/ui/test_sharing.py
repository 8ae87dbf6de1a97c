"""Shares that need more than one: parts, records that cannot go, words about those that fail."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton

from tests.ui.people import many, party, records
from tests.world import ED25519_2020, V1, World
from wallet import formats
from wallet.app import State
from wallet.model import Format, Presentation
from wallet.ui.context import RECORDS, SHARE
from wallet.ui.share_result import FullWindow

Key = Qt.Key


def older(world: World, title: str) -> tuple[str, bytes]:
    """Return a record of version 1 of the data model."""
    issuer = party(world, "Metals Training Center")
    claims = world.claims(issuer, title=title)
    claims["@context"] = [V1, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
    claims["issuanceDate"] = claims.pop("validFrom")
    raw = world.secure(issuer, claims, suite="Ed25519Signature2020")
    assert ED25519_2020 in json.loads(raw)["@context"]
    return f"{title}.json", raw


def unsigned(world: World, title: str) -> tuple[str, bytes]:
    """Return a record nobody signed, which cannot be shared as another's."""
    issuer = party(world, "Metals Training Center")
    return f"{title}.json", world.issue(issuer, title=title, form=Format.UNSECURED)


def texts(widget) -> list[str]:
    return [one.accessibleName() for one in widget.findChildren(QLabel) if one.isVisible()]


def share_all(person, form: str):
    """Make a share of everything in the wallet, in one form."""
    person.window.share([row.id for row in person.stage.app.wallet.rows()])
    person.settle()
    share = person.screen(SHARE)
    share.whom.setText("Harbor Hospital")
    share.how.chip(form).click()
    share.make()
    person.settle()
    person.qtbot.wait(1)
    return share


def mixed(person, *more: tuple[str, bytes]) -> None:
    world = person.stage.world
    person.open_wallet(older(world, "Old Weld"), *many(world, 2), *more)


def titles_in(raw: bytes) -> set[str]:
    found = formats.read(raw)
    assert isinstance(found, Presentation)
    return {one.title for one in found.credentials}


def test_links_for_two_versions_are_made_as_two(person):
    mixed(person)
    share = share_all(person, "link")
    links = [one.text for one in share.result.parts]
    assert len(set(links)) == 2
    assert any("travel separately" in text for text in texts(share.result))
    for n, link in enumerate(links, start=1):
        person.enter(f"Copy the link, Part {n} of 2")
        assert QGuiApplication.clipboard().text() == link
    said = " ".join(texts(share.result))
    assert "Part 1 of 2" in said
    assert "Old Weld" in said
    ledger = person.stage.app.wallet.shares()
    assert {frozenset(one.titles) for one in ledger} == {
        frozenset({"Old Weld"}),
        frozenset({"Shop skill 0000", "Shop skill 0001"}),
    }


def test_files_for_two_versions_have_names_of_their_own(person, monkeypatch, tmp_path):
    mixed(person)
    share = share_all(person, "file")
    asked: list[str] = []

    def answer(_parent, _title, start, *_kinds, **_options):
        target = tmp_path / start.rpartition("/")[2]
        asked.append(target.name)
        return str(target), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    for n in (1, 2):
        person.enter(f"Save the file, Part {n} of 2")
    assert len(set(asked)) == 2
    saved = [(tmp_path / name).read_bytes() for name in asked]
    assert saved == [one.data for one in share.result.parts]
    assert set().union(*(titles_in(one) for one in saved)) == {
        "Old Weld",
        "Shop skill 0000",
        "Shop skill 0001",
    }


def test_codes_for_two_versions_open_one_by_one(person):
    world = person.stage.world
    person.open_wallet(older(world, "Old Weld"), *many(world, 1))
    share = share_all(person, "qr")
    assert len(share.result.parts) == 2
    person.enter("Full window, Part 2 of 2")
    assert person.window.findChild(FullWindow) is not None


def test_no_part_is_made_when_one_does_not_fit(person):
    world = person.stage.world
    person.open_wallet(older(world, "Old Weld"), *many(world, 12))
    share = share_all(person, "qr")
    assert share.result.parts == ()
    assert person.stage.app.wallet.shares() == []
    person.enter("Make a link instead")
    assert len(share.result.parts) == 2


def test_a_record_that_cannot_be_shared_is_named_and_left_out(person):
    world = person.stage.world
    person.open_wallet(unsigned(world, "Typed By Hand"), *many(world, 2))
    share = share_all(person, "link")
    assert "“Typed By Hand” cannot be shared as it is." in texts(share.result)
    person.enter("Leave it out")
    assert [one.record.title for one in share._entries].count("Typed By Hand") == 0
    assert len(share._entries) == 2
    assert person.focus is share.go
    person.press(Key.Key_Space)
    assert share.result.made is not None


def test_the_preview_names_what_cannot_be_shared(person):
    world = person.stage.world
    person.open_wallet(unsigned(world, "Typed By Hand"), *many(world, 1))
    person.window.share([row.id for row in person.stage.app.wallet.rows()])
    person.settle()
    share = person.screen(SHARE)
    share.preview()
    person.settle()
    assert "“Typed By Hand” cannot be shared as it is." in texts(share.result)
    assert person.opened == []


def test_the_preview_opens_a_page_for_each_part(person):
    mixed(person)
    person.window.share([row.id for row in person.stage.app.wallet.rows()])
    person.settle()
    person.screen(SHARE).preview()
    person.settle()
    assert len(set(person.opened)) == 2


@pytest.mark.parametrize("form", ["link", "file"])
@pytest.mark.parametrize("width", [1280, 700])
def test_the_result_is_scrolled_to(person, width, form):
    person.open_wallet(*many(person.stage.world, 8))
    person.window.resize(width, 700)
    person.window.share([row.id for row in person.stage.app.wallet.rows()])
    person.settle()
    share = person.screen(SHARE)
    bar = share.verticalScrollBar()
    bar.setValue(bar.maximum())
    share.whom.setText("Harbor Hospital")
    share.how.chip(form).click()
    share.make()
    person.settle()
    person.qtbot.wait(300)
    assert share.result.made is not None
    wanted = share.result.mapTo(share.viewport(), QPoint(0, 0)).y()
    assert 0 <= wanted <= 24 or bar.value() == bar.maximum()  # it may all fit below
    main = share.result.findChild(QPushButton)
    top = main.mapTo(share.viewport(), QPoint(0, 0)).y()
    assert 0 <= top < share.viewport().height() - main.height()


def test_sharing_what_does_not_hold_is_said_beside_it(person):
    person.open_wallet(*records(person.stage.world))
    rows = person.stage.app.wallet.rows()
    person.window.share([row.id for row in rows])
    person.settle()
    said = {text for text in texts(person.screen(SHARE)) if "An employer will see" in text}
    failing = {State.WITHDRAWN, State.BROKEN, State.ENDED}
    assert said == {
        f"An employer will see that “{row.title}” does not hold."
        for row in rows
        if row.state in failing
    }
    assert len(said) == 3


@pytest.mark.parametrize("signed", [False, True])
def test_a_badge_of_the_older_standard_is_marked_and_left_out(person, signed):
    world = person.stage.world
    badge = world.assertion(world.badge_issuer("Welders Guild"), signed=signed)
    person.open_wallet(("badge.json", badge), *many(world, 2))
    page = person.screen(RECORDS)
    [old] = [row.id for row in page.listing.model.things() if row.title == "Welding"]
    page.listing.pick([old])
    person.settle()
    assert "Open Badges 2.0, an older standard" in texts(page.detail)
    share = share_all(person, "link")
    [said] = [text for text in texts(share.result) if "cannot be shared" in text]
    assert said.startswith("“Welding” ")
    assert "Save its original as a file" in said
    person.enter("Leave it out")
    assert len(share._entries) == 2
    person.press(Key.Key_Space)
    assert share.result.made is not None
