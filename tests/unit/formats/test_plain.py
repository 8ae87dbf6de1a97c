"""What is signed has one reading: documents that say the same in other JSON are refused."""

from __future__ import annotations

import json
import random
import re
from contextlib import suppress
from dataclasses import replace

import pytest

from tests import rewrites
from tests.world import OB3, V2, World
from wallet import formats, record, verify
from wallet.crypto.jsonld import canonicalize_wholly
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.formats import contexts, plain
from wallet.formats.contexts import SHARED
from wallet.report import Outcome, Question, Reason

WORLD = World()
SCHOOL, ROBIN = WORLD.issuer("School"), WORLD.learner("Robin")
SIGNED = rewrites.signed(WORLD, SCHOOL, ROBIN)


def _statements(document):
    return canonicalize_wholly({k: v for k, v in document.items() if k != "proof"}, SHARED)


def _read(document):
    """Return the outcome of a document, with what is read of it."""
    try:
        credential = formats.read(json.dumps(document).encode())
    except WalletError:
        return None, None
    found = verify.verify(credential, verify.Policy(), WORLD, WORLD.now)
    status = tuple(replace(ref, entry={}) for ref in credential.status)
    fields = (credential.issuer, credential.subject, credential.title, credential.valid_from)
    said = (*fields, credential.valid_until, status, record.read(credential))
    return found, said


def test_the_document_that_is_rewritten_holds_and_says_all():
    found, said = _read(SIGNED)
    assert found.outcome is Outcome.PASSED
    assert said[-1].results == (record.Result("Exam", "Failed"),)
    assert said[-1].subject_email_hashes


@pytest.mark.parametrize("name", rewrites.REWRITES)
def test_no_other_way_to_write_it_passes(name):
    other = rewrites.rewritten(SIGNED, name)
    assert other != SIGNED
    assert _statements(other) == _statements(SIGNED), "otherwise this test shows nothing"
    found, _ = _read(other)
    assert found[Question.SIGNATURE].outcome is not Outcome.PASSED
    assert found[Question.SIGNATURE].reason in {
        Reason.JSONLD_INVALID,
        Reason.JSONLD_UNSUPPORTED,
        Reason.CONTEXT_UNKNOWN,
    }


def _untyped(said):
    """Leave out the words for the kind: a type may be said of either mention of one identifier."""
    return *said[:-1], replace(said[-1], kind=record.Kind.OTHER, type_label=None)


def test_whatever_passes_is_read_the_same():
    _, said = _read(SIGNED)
    same = passed = 0
    for seed in range(1500):
        other = rewrites.anyhow(SIGNED, random.Random(seed))
        with suppress(WalletError):
            same += _statements(other) == _statements(SIGNED)
        found, other_said = _read(other)
        if found is not None and found.outcome is Outcome.PASSED:
            passed += 1
            assert _untyped(other_said) == _untyped(said), (seed, other)
    assert passed > 50
    assert same > passed, "some of what says the same is refused"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"id": "_:a"}, Code.JSONLD_INVALID),
        ({"id": "schema:a"}, Code.JSONLD_INVALID),
        (
            {"type": ["https://www.w3.org/2018/credentials#VerifiableCredential"]},
            Code.JSONLD_INVALID,
        ),
        ({"type": "credentials#VerifiableCredential"}, Code.JSONLD_INVALID),
        ({"type": ["x", "a/ClrSubject"]}, Code.JSONLD_INVALID),
        ({"hashed": "true"}, Code.JSONLD_INVALID),
        ({"evidence": [[]]}, Code.JSONLD_INVALID),
        ({"points": 2**53 + 1}, Code.JSONLD_UNSUPPORTED),
        ({"points": [1, -(2**53) - 1]}, Code.JSONLD_UNSUPPORTED),
        ({"validFrom": ["2026-01-01T00:00:00Z"]}, Code.JSONLD_INVALID),
        ({"name": {"@value": "A"}}, Code.JSONLD_UNSUPPORTED),
        ({"name": {"@value": "A", "@type": "x"}}, Code.JSONLD_UNSUPPORTED),
        ({"@context": [V2, {"@base": "https://x.example/"}]}, Code.CONTEXT_UNKNOWN),
        ({"@context": [V2, {"@vocab": "https://x.example/#a"}]}, Code.CONTEXT_UNKNOWN),
        ({"@context": [V2, {"a": {"@container": "@id"}}]}, Code.CONTEXT_UNKNOWN),
        ({"@context": [V2, {"a": {"@container": ["@index", "@set"]}}]}, Code.CONTEXT_UNKNOWN),
        ({"@context": [V2, {"a": {"@container": ["@set", ["@set"]]}}]}, Code.CONTEXT_UNKNOWN),
        ({"@context": ["https://x.example/base"]}, Code.JSONLD_INVALID),
        ({"@context": [{"a": "https://x.example/a"}, V2]}, Code.JSONLD_INVALID),
        ({"@context": []}, Code.JSONLD_INVALID),
        ({"@context": None}, Code.JSONLD_INVALID),
        ({"@context": [V2, {"a": {"@container": ["@set", {}]}}]}, Code.CONTEXT_UNKNOWN),
        ({"@context": [V2, {"x": "https://x.example/"}], "name": "x:y"}, Code.CONTEXT_UNKNOWN),
        (
            {"@context": [V2, {"@language": "en"}], "name": {"@value": "A", "@language": "en"}},
            Code.CONTEXT_UNKNOWN,
        ),
    ],
)
def test_what_could_be_written_otherwise_is_refused(changes, code):
    with pytest.raises(WalletError) as caught:
        plain.check({"@context": [V2, OB3], **changes})
    assert caught.value.code is code


@pytest.mark.parametrize(
    "changes",
    [
        {"name": [{"@value": "A", "@language": "en"}, {"@value": "B", "@language": "de"}]},
        {"name": {"@value": "A", "@language": "ar", "@direction": "rtl"}},
        {"@context": [V2, {"x": "https://x.example/"}], "name": "xy: z"},
        {"@context": [V2, {"a": {"@id": "https://x.example/a", "@container": "@set"}}]},
        {"credentialSchema": {"jsonSchema": {"$id": "x:y", "enum": [[1], [2]]}}},
        {"type": ["VerifiableCredential", "https://x.example/Other"]},
        {"points": [2**53, 2**60, 10**22, 1e300, 1.5]},
    ],
)
def test_what_issuers_write_is_fine(changes):
    plain.check({"@context": [V2, OB3], **changes})


A = "urn:example:a"
PROFILE = {"id": A, "type": ["Profile"], "name": "School", "url": "https://school.example"}


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": PROFILE, "credentialSubject": {"achievement": {"creator": {"id": A}}}},
        {"issuer": PROFILE, "credentialSubject": {"achievement": {"creator": dict(PROFILE)}}},
        {"issuer": PROFILE, "credentialSubject": {"id": A, "name": "Me", "hasCredential": []}},
        {
            "issuer": {"id": "urn:x"},
            "credentialSubject": {
                "achievement": {
                    "id": A,
                    "name": "Welding",
                    "criteria": {"id": A, "narrative": "Weld."},
                    "endorsement": [
                        {"credentialSubject": {"id": A, "endorsementComment": "Good."}},
                        {"credentialSubject": {"id": A, "endorsementComment": "Better."}},
                    ],
                }
            },
        },
        {"id": "urn:r", "verifiableCredential": [{"id": A, "name": "x"}, {"id": A, "name": "y"}]},
        {"id": A, "validUntil": "x", "refreshService": {"id": A, "type": "Refresh"}},
    ],
)
def test_honest_repetitions_are_fine(document):
    plain.check({"@context": [V2], **document})


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ({"id": A, "name": "x", "refreshService": {"id": A, "validUntil": "x"}}, MalformedError),
        ({"id": A, "name": "x", "evidence": [{"id": A, "name": "y"}]}, UnsupportedError),
        ({"credentialSubject": A, "issuer": {"id": A, "name": "x"}}, UnsupportedError),
        ({"evidence": [{"id": A, "name": "x"}, {"id": A, "genre": "y"}]}, UnsupportedError),
        ({"evidence": [{"id": A}], "creator": {"id": A, "genre": "y"}}, UnsupportedError),
        ({"result": [{"resultDescription": {"id": A, "name": "x"}}]}, MalformedError),
        (
            {
                "credentialSubject": {"id": A, "endorsementComment": "Good."},
                "endorsement": [{"credentialSubject": {"id": A, "endorsementComment": "Bad."}}],
            },
            UnsupportedError,
        ),
        ({"proof": [{"x": [{"id": A, "n": 1}, {"id": A, "m": 1}]}]}, UnsupportedError),
    ],
)
def test_one_identifier_in_two_places_is_refused(document, kind):
    with pytest.raises(kind):
        plain.check({"@context": [V2], **document})


def test_every_prefix_of_a_shipped_context_is_known():
    found = set()

    def search(context):
        for item in context if isinstance(context, list) else [context]:
            if isinstance(item, dict):
                for name, value in item.items():
                    inner = value if isinstance(value, dict) else {}
                    iri = value if isinstance(value, str) else inner.get("@id")
                    ends = isinstance(value, str) and value.endswith(tuple(":/?#[]@"))
                    if not name.startswith("@") and iri and (ends or inner.get("@prefix")):
                        found.add(name)
                        assert re.search(r"[:/?#]\Z", iri), (name, iri)
                    search(inner.get("@context"))

    for entry in contexts._manifest().values():
        if entry.get("file"):
            search(json.loads(contexts._load(entry["url"])).get("@context"))
    assert len(found) > 40
    assert found <= plain.PREFIXES


def test_types_that_were_seen_before_do_not_hide_an_odd_one():
    """A process that has read a type remembers it; an object in its place is no less wrong."""
    for _ in range(2):
        assert _read(SIGNED)[0].outcome is Outcome.PASSED
        for node, kind in (
            (lambda d: d, "OpenBadgeCredential"),
            (lambda d: d["credentialSubject"], "AchievementSubject"),
            (lambda d: d["credentialSubject"]["achievement"], "Achievement"),
        ):
            other = json.loads(json.dumps(SIGNED))
            node(other)["type"] = {kind: "Doctor of Medicine", "VerifiableCredential": "x"}
            found, _ = _read(other)
            assert found is None or found[Question.SIGNATURE].outcome is Outcome.FAILED
