"""Each answer says when what it rests on was known, and which documents those were."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256

import pytest

from tests.world import World, did_url
from wallet import formats, report
from wallet.crypto.jsonld import Contexts
from wallet.formats import contexts
from wallet.model import Credential
from wallet.report import Outcome, Question, VerificationReport
from wallet.verify import verify, verify_presentation

DAY = timedelta(days=1)
ABOUT_KEYS = (Question.SIGNATURE, Question.AUTHORITY, Question.ISSUER)


@pytest.fixture
def world() -> World:
    return World()


def asked(world: World, raw: bytes, *known) -> VerificationReport:  # type: ignore[no-untyped-def]
    credential = formats.read(raw)
    assert isinstance(credential, Credential)
    return verify(credential, world.policy(*known), world, world.now)


def test_what_rests_on_an_old_did_document_is_as_old(world: World) -> None:
    school = world.issuer("Harbor College", "web")
    url = did_url(school.id)
    world.read_at[url] = world.now - 5 * DAY
    found = asked(world, world.issue(school), school)
    assert found.outcome is Outcome.PASSED
    for question in ABOUT_KEYS:
        assert found[question].checked_at == world.now - 5 * DAY, question
        assert found[question].sources == (url,), question
    for question in (Question.VALIDITY, Question.STATUS):
        assert found[question].checked_at == world.now, question
        assert found[question].sources == (), question


def test_what_rests_on_nothing_but_the_credential_is_of_now(world: World) -> None:
    found = asked(world, world.issue(world.issuer("Harbor College")))
    assert {c.checked_at for c in found.checks} == {world.now}
    assert {c.sources for c in found.checks} == {()}


def test_that_it_is_not_withdrawn_is_as_old_as_the_older_of_list_and_key(world: World) -> None:
    school = world.issuer("Harbor College", "web")
    raw = world.issue(school, status=["revocation", "suspension"])
    key, lists = did_url(school.id), [world.list_url(school, p) for p in ("revocation",)]
    world.read_at[lists[0]] = world.now - DAY
    assert asked(world, raw)[Question.STATUS].checked_at == world.now - DAY
    world.read_at[key] = world.now - 9 * DAY
    found = asked(world, raw)[Question.STATUS]
    assert found.checked_at == world.now - 9 * DAY
    assert set(found.sources) == {key, *lists, world.list_url(school, "suspension")}


def test_an_answer_that_could_not_be_had_rests_on_nothing(world: World) -> None:
    school = world.issuer("Harbor College", "web")
    raw = world.issue(school)
    world.outage()
    found = asked(world, raw)[Question.SIGNATURE]
    assert found.outcome is Outcome.UNKNOWN
    assert (found.checked_at, found.sources) == (world.now, ())


def test_that_the_sender_is_proven_is_as_old_as_their_key(world: World) -> None:
    holder = world.issuer("Robin Rivera", "web")
    school = world.issuer("Harbor College")
    raw = world.present(holder, [world.issue(school, subject=holder.id)])
    world.read_at[did_url(holder.id)] = world.now - 3 * DAY
    presentation = formats.read(raw)
    found = verify_presentation(presentation, world.policy(), world, world.now)  # type: ignore[arg-type]
    assert found.outcome is Outcome.PASSED
    assert found.presentation[Question.HOLDER].checked_at == world.now - 3 * DAY
    [one] = found.credentials
    assert one[Question.HOLDER].checked_at == world.now - 3 * DAY
    assert one[Question.SIGNATURE].checked_at == world.now


def test_a_context_counts_as_needed_but_not_as_old(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, body = (
        "https://vocabulary.example/v1",
        b'{"@context": {"seam": "https://v.example/#s"}}',
    )
    listed = {
        **contexts._manifest(),
        address: {"url": address, "file": None, "sha256": sha256(body).hexdigest()},
    }
    monkeypatch.setattr(contexts, "_manifest", lambda: listed)
    monkeypatch.setattr(contexts, "_fetched", {})
    monkeypatch.setattr(contexts, "SHARED", Contexts(contexts._load))
    known = Contexts(lambda url: body if url == address else contexts._load(url))
    school = world.issuer("Harbor College")
    claims = world.claims(school)
    claims["@context"] = [*claims["@context"], address]
    with monkeypatch.context() as patch:
        patch.setattr(formats.data_integrity, "SHARED", known)
        raw = world.secure(school, {**claims, "seam": "vertical"})
    world.documents[address] = body
    world.read_at[address] = world.now - 900 * DAY
    found = asked(world, raw)[Question.SIGNATURE]
    assert found.outcome is Outcome.PASSED
    assert (found.checked_at, found.sources) == (world.now, (address,))
    credential = formats.read(raw)
    assert isinstance(credential, Credential)
    assert [fact.url for fact in contexts.fetched_for(credential)] == [address]


def test_a_report_keeps_its_sources_and_an_older_one_has_none(world: World) -> None:
    found = asked(world, world.issue(world.issuer("Harbor College", "web")))
    assert report.from_json(report.to_json(found)) == found
    old = json.loads(report.to_json(found))
    for check in old["checks"]:
        del check["sources"]
    assert {c.sources for c in report.from_json(json.dumps(old)).checks} == {()}
