"""Contexts: shipped ones by their hash, pinned ones fetched once, everything else unknown."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

from tests.world import World
from wallet import formats
from wallet.crypto.jsonld import Contexts
from wallet.formats import contexts
from wallet.report import Outcome, Question, Reason
from wallet.verify import verify

ADDRESS = "https://vocabulary.example/welding/v1"
BODY = json.dumps({"@context": {"seam": "https://vocabulary.example/welding#seam"}}).encode()


@pytest.fixture
def world(monkeypatch):
    """Pin a context that is not shipped, and forget it afterwards."""
    entry = {"url": ADDRESS, "file": None, "sha256": sha256(BODY).hexdigest()}
    listed = {**contexts._manifest(), ADDRESS: entry}
    monkeypatch.setattr(contexts, "_manifest", lambda: listed)
    monkeypatch.setattr(contexts, "_fetched", {})
    monkeypatch.setattr(contexts, "SHARED", Contexts(contexts._load))
    return World()


@pytest.fixture
def badge(world, monkeypatch):
    """Return a badge signed with that context, as by an issuer who has it."""
    school = world.issuer("Harbor College")
    claims = world.claims(school)
    claims["@context"] = [*claims["@context"], ADDRESS]
    known = Contexts(lambda address: BODY if address == ADDRESS else contexts._load(address))
    monkeypatch.setattr(formats.data_integrity, "SHARED", known)
    return world.secure(school, {**claims, "seam": "vertical"})


def signature(world, raw):
    return verify(formats.read(raw), world.policy(), world, world.now)[Question.SIGNATURE]


def test_a_pinned_context_is_fetched_once(world, badge):
    world.documents[ADDRESS] = BODY
    assert signature(world, badge).outcome is Outcome.PASSED
    assert signature(world, badge).outcome is Outcome.PASSED
    assert world.fetched.count(ADDRESS) == 1


def test_out_of_reach_is_not_altered(world, badge):
    world.outage(ADDRESS)
    found = signature(world, badge)
    assert (found.outcome, found.reason) == (Outcome.UNKNOWN, Reason.CONTEXT_UNKNOWN)
    world.mend()
    world.documents[ADDRESS] = BODY
    assert signature(world, badge).outcome is Outcome.PASSED


def test_other_bytes_than_pinned_are_not_used(world, badge):
    world.documents[ADDRESS] = BODY.replace(b"#seam", b"#weld")
    found = signature(world, badge)
    assert (found.outcome, found.reason) == (Outcome.UNKNOWN, Reason.CONTEXT_ALTERED)
    assert found.facts["url"] == ADDRESS


def test_a_context_nobody_pinned_is_never_fetched(world):
    school = world.issuer("Harbor College")
    document = json.loads(world.issue(school))
    document["@context"].append("https://evil.example/context")
    world.documents["https://evil.example/context"] = BODY
    found = signature(world, json.dumps(document).encode())
    assert (found.outcome, found.reason) == (Outcome.UNKNOWN, Reason.CONTEXT_UNKNOWN)
    assert found.facts["url"] == "https://evil.example/context"
    assert world.fetched == []


def test_a_shipped_context_with_other_bytes_is_not_used(monkeypatch):
    url = "https://www.w3.org/ns/credentials/v2"
    listed = {url: {**contexts._manifest()[url], "sha256": "0" * 64}}
    monkeypatch.setattr(contexts, "_manifest", lambda: listed)
    with pytest.raises(formats.reading.UnsupportedError):
        contexts._load(url)
