"""How old an answer is, the page and the desktop say alike; and the page says it in words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.viewer.engine import encode
from tests.world import World, did_url
from wallet.checking import Verifier
from wallet.report import PresentationReport, VerificationReport

DAY = timedelta(days=1)


@pytest.mark.parametrize("days", [0, 1, 400])
@pytest.mark.parametrize("presented", [False, True])
def test_answers_are_of_the_same_days(engine, days, presented):
    world = World()
    school, holder = world.issuer("Harbor College", "web"), world.issuer("Robin Rivera", "web")
    raw = world.issue(school, status=["revocation"], subject=holder.id)
    listed = world.list_url(school, "revocation")
    if presented:
        raw = world.present(holder, [raw])
    documents = {**world.documents, listed: world.fetch(listed).body}
    age = {url: world.now - n * days * DAY for n, url in enumerate(documents, start=1)}
    world.read_at = {url: at for url, at in age.items() if days < 400 or url != listed}
    checks = Verifier(world, policy=world.policy(), clock=lambda: world.now)
    report = checks.check(raw).report
    item = {"input": encode(raw), "now": world.now.isoformat()}
    said = {url: at.isoformat() for url, at in world.read_at.items()}
    [answer] = engine.run("check", [item], documents, read_at=said)
    found = answer["value"]
    if isinstance(report, PresentationReport):
        assert _days(found["credentials"][0]["checks"]) == _own(report.credentials[0])
        report = report.presentation
    assert isinstance(report, VerificationReport)
    assert _days(found["checks"]) == _own(report)
    if days and not presented:
        assert _own(report)["signature"] == world.now - world_age(world, did_url(school.id))


def world_age(world: World, url: str) -> timedelta:
    return world.now - world.read_at[url]


def _own(report: VerificationReport) -> dict[str, datetime]:
    return {check.question.value: check.checked_at for check in report.checks}


def _days(checks) -> dict[str, datetime]:
    return {one["question"]: datetime.fromisoformat(one["checked_at"]) for one in checks}
