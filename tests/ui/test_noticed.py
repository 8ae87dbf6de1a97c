"""What changed is told, checking again stands in nobody's way, and offline is a switch at hand."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from tests.ui.people import WELDERS, party
from wallet.app import State
from wallet.ui.context import RECORDS, SETTINGS
from wallet.ui.door import Unlock

Key = Qt.Key


def records(world):
    """Two with a list of withdrawals, one that ends soon."""
    school = party(world, WELDERS)
    return [
        ("weld.json", world.issue(school, title="Certified Welder", status=["revocation"])),
        ("cut.json", world.issue(school, title="Plasma Cutting", status=["revocation"])),
        ("aid.json", world.issue(school, title="First Aid", ends=world.now + timedelta(days=20))),
    ]


@pytest.fixture
def home(person):
    """An open wallet; a day later one record is withdrawn."""
    named = records(person.stage.world)
    person.open_wallet(*named)
    person.stage.world.now += timedelta(days=1)
    person.stage.world.revoke(named[0][1])
    return person


def card_of(person):
    return person.screen(RECORDS).noticed


def said(card) -> list[str]:
    return [made.text() for made in card.findChildren(QLabel) if made.isVisible() and made.text()]


def links(card) -> list[str]:
    shown = [made for made in card.findChildren(QPushButton) if made.isVisible()]
    return [made.text() for made in shown if made.text().startswith(("Course", "Certified"))]


def refresh(person) -> None:
    person.window.refresher.if_due()
    person.settle()


def test_what_changed_is_told_and_leads_to_the_record(home):
    assert not card_of(home).isVisible()
    refresh(home)
    card = card_of(home)
    assert card.isVisible()
    assert "Its issuer withdrew it. Noticed on June 2, 2026." in said(card)
    assert "It ends in 19 days, on June 21, 2026." in said(card)
    assert not home.window.toast.isVisible()  # nobody asked, so nobody is interrupted
    home.tab_to("Certified Welder. Its issuer withdrew it")
    home.press(Key.Key_Space)
    shown = home.screen(RECORDS).detail.view.shown
    assert (shown.record.title, shown.state) == ("Certified Welder", State.WITHDRAWN)
    home.enter("Got it")
    assert not card.isVisible()
    assert home.stage.app.wallet.notices() == []
    home.screen(RECORDS).refresh()
    home.settle()
    assert not card.isVisible()


def test_it_is_told_after_unlocking_too_until_it_is_put_aside(home, passphrase):
    refresh(home)
    home.window.lock()
    home.settle()
    assert isinstance(home.window.page, Unlock)
    home.type(passphrase)
    home.press(Key.Key_Return)
    assert card_of(home).isVisible()


def test_many_changes_are_few_lines_until_asked_for(home):
    world = home.stage.world
    school = party(world, WELDERS)
    raws = [world.issue(school, title=f"Course {n}", status=["revocation"]) for n in range(6)]
    home.stage.keep(*[(f"{n}.json", raw) for n, raw in enumerate(raws)])
    for raw in raws:
        world.revoke(raw)
    refresh(home)
    card = card_of(home)
    lines = links(card)
    assert len(lines) == 3
    home.enter("5 more")
    lines = links(card)
    assert len(lines) == 7


def test_checking_again_is_a_button_and_says_what_came_of_it(home):
    home.enter("Check all records again")
    assert home.says("1 answer changed.")
    home.stage.world.now += timedelta(minutes=10)
    home.enter("Check all records again")
    assert home.says("Checked again. Nothing changed.")


def test_it_waits_a_day_before_it_asks_by_itself(home):
    refresh(home)
    world = home.stage.world
    world.fetched.clear()
    refresh(home)
    assert world.fetched == []
    world.now += timedelta(hours=25)
    refresh(home)
    assert world.fetched


def test_offline_is_a_switch_in_the_rail_that_keys_reach(home):
    app, navigation = home.stage.app, home.window.shell.navigation
    switch = navigation.offline_switch
    assert (switch.isCheckable(), switch.isChecked()) == (True, False)
    settings = home.window.shell.visit(SETTINGS)
    home.enter("Work offline")
    assert home.focus is switch
    assert app.offline
    assert app.preferences.offline
    assert navigation.status.text() == "Working offline."
    assert navigation.status.isVisible()
    assert settings.work_offline.isChecked()
    home.stage.world.fetched.clear()
    home.window.refresher.if_due()
    home.settle()
    assert home.stage.world.fetched == []
    home.enter("Work offline")
    assert not app.offline
    assert not settings.work_offline.isChecked()
    settings.work_offline.setChecked(True)
    assert switch.isChecked()


def test_a_slow_network_keeps_nobody_from_the_records(home, monkeypatch):
    world, started, release = home.stage.world, threading.Event(), threading.Event()
    fetch = world.fetch

    def slow(url):
        started.set()
        release.wait(20)
        return fetch(url)

    monkeypatch.setattr(world, "fetch", slow)
    try:
        home.window.refresher.now()
        home.qtbot.waitUntil(started.is_set, timeout=10_000)
        page = home.screen(RECORDS)
        [row] = [r for r in page.listing.model.things() if getattr(r, "title", "") == "First Aid"]
        page.listing.pick([row.id])
        home.qtbot.waitUntil(
            lambda: (
                page.detail.view is not None and page.detail.view.shown.record.title == "First Aid"
            ),
            timeout=10_000,
        )
        assert not home.tasks.idle
        assert home.window.shell.navigation.status.text().startswith("Checking again")
    finally:
        release.set()
    home.settle()
    assert home.window.shell.navigation.status.text() == ""


def test_locking_stops_it_and_the_wallet_opens_again_whole(home, monkeypatch, passphrase):
    world, started, release = home.stage.world, threading.Event(), threading.Event()
    fetch = world.fetch

    def slow(url):
        started.set()
        release.wait(20)
        return fetch(url)

    monkeypatch.setattr(world, "fetch", slow)
    try:
        home.window.refresher.now()
        home.qtbot.waitUntil(started.is_set, timeout=10_000)
        home.window.lock()
        home.qtbot.waitUntil(lambda: not home.stage.app.wallet.is_open, timeout=10_000)
    finally:
        release.set()
    home.settle()
    monkeypatch.setattr(world, "fetch", fetch)
    home.type(passphrase)
    home.press(Key.Key_Return)
    assert len(home.stage.app.wallet.rows()) == 3
    refresh(home)
    assert card_of(home).isVisible()


def test_answers_of_another_version_are_worked_out_anew_while_working_offline(home):
    app = home.stage.app
    refresh(home)
    app.prefer(offline=True)
    app.wallet.set_setting("rules_before", "0")
    home.stage.world.outage()
    refresh(home)
    assert not app.wallet.is_answered_otherwise
    app.wallet.set_setting("refreshed_at", None)
    refresh(home)
    assert app.wallet.refreshed_at is None  # by these rules already, so no round of its own
