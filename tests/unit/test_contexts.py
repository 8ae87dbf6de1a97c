"""The contexts that ship: each is what its manifest entry says, and each can be used."""

from __future__ import annotations

import hashlib
import json

import pytest

from tests.world import World
from wallet import formats, resources
from wallet.crypto import jcs
from wallet.crypto.jsonld_context import Processor
from wallet.errors import Code, UnreachableError
from wallet.formats.contexts import SHARED
from wallet.report import Outcome, Question, Reason
from wallet.verify import Policy, verify

ENTRIES = json.loads(resources.read("contexts/manifest.json"))["contexts"]
SHIPPED = [entry for entry in ENTRIES if entry["file"]]


def test_manifest_and_folder_agree():
    listed = {f"contexts/{entry['file']}" for entry in SHIPPED}
    assert {*listed, "contexts/manifest.json"} == set(resources.names("contexts"))
    addresses = [entry["url"] for entry in ENTRIES]
    assert len(addresses) == len(set(addresses))
    assert len(listed) > 60


@pytest.mark.parametrize("entry", SHIPPED, ids=[entry["url"] for entry in SHIPPED])
def test_shipped_context(entry):
    raw = resources.read(f"contexts/{entry['file']}")
    assert hashlib.sha256(raw).hexdigest() == entry["sha256"]
    if "alias_of" in entry:
        return
    canonical = jcs.canonicalize(json.loads(raw))
    assert (
        entry["sha256"] == entry["published_sha256"]
        or hashlib.sha256(canonical).hexdigest() == entry["jcs_sha256"]
    )
    assert entry["origin"].startswith(("npm:", "pypi:"))


@pytest.mark.parametrize("entry", SHIPPED, ids=[entry["url"] for entry in SHIPPED])
def test_shipped_context_compiles(entry):
    contexts = SHARED
    active = Processor(contexts.load).derive(contexts.root(), entry["url"])
    assert active.terms or active.vocab


def test_credentials_v1_is_the_protected_one():
    # Copies of it go about with the protection removed, which lets terms be redefined.
    context = json.loads(resources.read("contexts/credentials-v1.jsonld"))["@context"]
    assert context["@protected"] is True


def test_pinned_only_contexts_have_a_hash():
    for entry in ENTRIES:
        if not entry["file"]:
            assert len(entry["sha256"]) == 64


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (Code.UNREACHABLE, Reason.CONTEXT_UNKNOWN),
        (Code.OFFLINE, Reason.CONTEXT_UNKNOWN),
        (Code.ADDRESS_REFUSED, Reason.CONTEXT_UNKNOWN),
    ],
)
def test_a_context_that_nobody_can_be_asked_for_is_not_at_hand(code, reason):
    world = World()
    pinned = next(entry["url"] for entry in ENTRIES if not entry["file"])
    document = json.loads(world.issue(world.issuer("School")))
    document["@context"].append(pinned)

    class Refusing:
        def fetch(self, url):
            raise UnreachableError(code, host="x")

    found = verify(formats.read(json.dumps(document).encode()), Policy(), Refusing(), world.now)
    check = found[Question.SIGNATURE]
    assert (check.outcome, check.reason) == (Outcome.UNKNOWN, reason)
