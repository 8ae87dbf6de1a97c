"""The page's own canonicalisation, links and JSON, in Node: fast, and against published vectors."""

from __future__ import annotations

import json
import random
import re

import pytest

from tests.paths import REPO, shared
from tests.viewer.documents import Maker
from tests.viewer.engine import encode
from tests.world import World
from wallet import formats, trust, verify
from wallet.crypto import jsonld, nquads
from wallet.errors import Code, WalletError
from wallet.formats.contexts import SHARED as CONTEXTS
from wallet.report import Question, Reason
from wallet.verify import Trusted

GOLDEN = ("eddsa-rdfc-2022", "ed25519signature2020", "ecdsa-rdfc-2019")


def _lines(name: str) -> list[bytes]:
    return shared("corpus", name).read_bytes().splitlines()


def _dump(document) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def _desktop(document) -> str:
    """Return what the desktop's engine says: a digest, or the code of its refusal."""
    from hashlib import sha256

    try:
        return sha256(jsonld.canonicalize(document, CONTEXTS)).hexdigest()
    except WalletError as error:
        return error.code.value


def _said(answer) -> str:
    return answer.get("value") or answer["error"]


@pytest.mark.parametrize("suite", GOLDEN)
def test_golden_quads(engine, suite):
    golden = [json.loads(line) for line in _lines(f"golden-{suite}-first100.jsonl")]
    documents = [json.loads(line) for line in _lines(f"{suite}.jsonl")[: len(golden)]]
    items = [
        {"json": encode(_dump({k: v for k, v in d.items() if k != "proof"})), "whole": True}
        for d in documents
    ]
    answers = engine.run("canonicalize", items)
    assert [a.get("value") for a in answers] == [g["nq"] for g in golden]


def test_safe_mode(engine):
    cases = json.loads(shared("corpus", "safe-mode.json").read_bytes())
    answers = engine.run(
        "canonicalize", [{"json": encode(_dump(c["document"]))} for c in cases.values()]
    )
    wrong = {}
    for (name, case), answer in zip(cases.items(), answers, strict=True):
        expected = case["expected"].get("sha256_prefix")
        right = answer.get("value", "").startswith(expected) if expected else "error" in answer
        if not right:
            wrong[name] = answer
    assert wrong == {}


def test_rdfc_vectors(engine):
    """Every W3C RDFC-1.0 evaluation vector."""
    expected = sorted(shared("vectors", "w3c-suites").glob("rdfc10__*-rdfc10.nq"))
    assert len(expected) >= 45
    items = [
        {
            "quads": [list(quad) for quad in nquads.parse(_input(path).read_text("utf-8"))],
            "hash": "sha384" if "test075" in path.name else "sha256",
            "factor": 3,
        }
        for path in expected
    ]
    answers = engine.run("rdfc", items)
    wrong = [
        path.name
        for path, answer in zip(expected, answers, strict=True)
        if answer.get("value") != path.read_text("utf-8")
    ]
    assert wrong == []


def _input(path):
    return path.with_name(path.name.replace("-rdfc10.nq", "-in.nq"))


@pytest.mark.parametrize("size", [8, 12, 40])
def test_poison_graphs_are_refused_quickly(engine, size):
    quads = [
        [f"_:n{a}", "<urn:p>", f"_:n{b}", ""] for a in range(size) for b in range(size) if a != b
    ]
    # The page gives up at factor 1, as the desktop does; the vectors above need more.
    [answer] = engine.run("rdfc", [{"quads": quads, "hash": "sha256", "factor": 1}])
    assert answer["error"] == "too_complex"
    assert answer["seconds"] < 2


def test_json_ld_suite_agrees_with_the_desktop(engine):
    """Equal quads or equal refusals on every W3C JSON-LD input, whatever is in it."""
    folder = shared("vectors", "json-ld-api")
    documents = []
    for path in sorted(folder.rglob("*-in.jsonld")):
        try:
            documents.append((path.name, json.loads(path.read_bytes())))
        except ValueError:
            continue
    assert len(documents) > 300
    answers = engine.run("canonicalize", [{"json": encode(_dump(d))} for _, d in documents])
    different = {
        name: (_desktop(document), _said(answer))
        for (name, document), answer in zip(documents, answers, strict=True)
        if _desktop(document) != _said(answer)
    }
    assert different == {}


ODD_VALUES = [
    *(None, [], {}, "", 0, -0.0, 1.5, 1e21, 5e-324, 12345678901234567890, True),
    *("rel", "_:b0", "@type", "\U00010000\ue000", "a\u0000b", [["a"]]),
    *({"@value": "x"}, {"@value": 1, "@type": "xsd:double"}, {"@list": ["a"]}, {"@set": []}),
    *({"@id": "urn:a"}, {"@value": "x", "@language": "EN"}, {"@graph": [{"name": "x"}]}),
    {"@value": {"b": 1, "a": [1.0]}, "@type": "@json"},
]


def _mutate(document, rng: random.Random):
    """Return a credential with one small change of the kinds that engines disagree on."""
    text = json.dumps(document)
    copy = json.loads(text)
    nodes = [copy]
    for node in nodes:
        values = node.values() if isinstance(node, dict) else node
        nodes.extend(
            v for v in values if isinstance(v, dict | list) and v is not copy.get("@context")
        )
    node = rng.choice([n for n in nodes if n])
    odd = rng.choice(ODD_VALUES)
    if isinstance(node, list):
        node[rng.randrange(len(node))] = odd
    elif rng.random() < 0.4:
        key = rng.choice(
            ["name", "type", "id", "@id", "@type", "nope", "@index", "schema:x", "@language"]
        )
        node[key] = odd
    elif rng.random() < 0.2:
        extra = rng.choice(
            [
                {"name": "http://example.org/x"},
                {"@vocab": "urn:v#"},
                {"x": {"@id": "urn:x", "@container": "@list"}},
                None,
            ]
        )
        node["@context"] = [*copy["@context"], extra] if node is copy else extra
    else:
        node[rng.choice(list(node))] = odd
    return copy


def test_mutated_credentials_agree_with_the_desktop(engine):
    rng = random.Random(20221122)
    originals = [json.loads(line) for line in _lines("eddsa-rdfc-2022.jsonl")[:60]]
    documents = [_mutate(rng.choice(originals), rng) for _ in range(2000)]
    answers = engine.run("canonicalize", [{"json": encode(_dump(d))} for d in documents])
    different = [
        (_desktop(d), _said(a), json.dumps(d)[:300])
        for d, a in zip(documents, answers, strict=True)
        if _desktop(d) != _said(a)
    ]
    assert different == []
    assert sum("value" in a for a in answers) > 300


def test_made_up_contexts_agree_with_the_desktop(engine):
    """The same statements or no statements; which of several faults is named may differ."""
    maker = Maker(20221122)
    documents = [maker.document() for _ in range(3000)]
    answers = engine.run("canonicalize", [{"json": encode(_dump(d))} for d in documents])
    codes = {code.value for code in Code}
    different = []
    for document, answer in zip(documents, answers, strict=True):
        desktop, page = _desktop(document), _said(answer)
        if desktop != page and not (desktop in codes and page in codes):
            different.append((desktop, page, json.dumps(document)))
    assert different == []
    assert sum("value" in a for a in answers) > 500


def test_links_read_as_the_table_says(engine):
    cases = json.loads((REPO / "tests" / "data" / "packets.json").read_bytes())["cases"]
    answers = engine.run("link", [{"text": case["text"]} for case in cases])
    for case, answer in zip(cases, answers, strict=True):
        if "error" in case:
            assert answer.get("error") == case["error"], case["name"]
            if case["error"] == "link_cut":
                assert answer["facts"] == case["facts"], case["name"]
        else:
            assert answer.get("value") == encode(case["presentation"].encode()), case["name"]


JSON_TEXTS = [
    b'{"a":1,"a":2}',
    b'{"a":{"b":1,"b":1}}',
    b'{"__proto__":1,"__proto__":2}',
    b'{"__proto__":{"a":1}}',
    b"",
    b"   ",
    b"{",
    b"[1,]",
    b'{"a":01}',
    b'{"a":1e400}',
    b'{"a":-1e400}',
    b"[NaN]",
    b"[Infinity]",
    b'"\\ud800"',
    b'"\\ud83d\\ude00"',
    b'"\xed\xa0\x80"',
    b"\xff",
    b"[1] 2",
    b'{"a" 1}',
    b"nul",
    b"'a'",
    b'"\t"',
    b"[" * 101 + b"]" * 101,
    b"[" * 100 + b"]" * 100,
    b"\xef\xbb\xbf{}",
    b"1" * 308,
    b"1" * 309,
    b'{"a":12345678901234567890}',
    b'["\\x41"]',
    b'["\\u00g0"]',
    b"\x0b1",
    b'{"a":1}\x00',
]


@pytest.mark.parametrize("text", JSON_TEXTS, ids=lambda t: repr(t[:24]))
def test_json_is_as_strict_as_the_desktop(engine, text):
    from wallet.crypto import strictjson

    try:
        strictjson.parse(text)
        expected = None
    except WalletError as error:
        expected = error.code.value
    assert engine.run("json", [{"json": encode(text)}])[0].get("error") == expected


def test_e_mail_hashes(engine):
    from tests.viewer.showcase import email_hash

    hash_ = email_hash("alex@example.org", "salt")
    asked = [
        ({"email": "alex@example.org", "hash": hash_, "salt": "salt"}, True),
        ({"email": " Alex@Example.org ", "hash": hash_, "salt": "salt"}, True),
        ({"email": "alex@example.org", "hash": hash_.upper(), "salt": "salt"}, True),
        ({"email": "alex@example.org", "hash": hash_, "salt": ""}, False),
        ({"email": "robin@example.org", "hash": hash_, "salt": "salt"}, False),
        (
            {"email": "alex@example.org", "hash": hash_.removeprefix("sha256$"), "salt": "salt"},
            False,
        ),
    ]
    answers = engine.run("email", [item for item, _ in asked])
    assert [a["value"] for a in answers] == [wanted for _, wanted in asked]


# Refusals an employer can meet; a vault or a network cannot be met in the page.
CODES_SAID_IN_THEIR_OWN_WORDS = (
    *(Code.NOT_JSON, Code.NOT_UTF8, Code.DUPLICATE_KEY, Code.NUMBER_OUT_OF_RANGE, Code.TOO_DEEP),
    *(Code.TOO_LARGE, Code.EMPTY, Code.MISSING_FIELD, Code.WRONG_TYPE, Code.BAD_IMAGE),
    *(Code.NO_CREDENTIAL_IN_IMAGE, Code.BAD_JOSE, Code.TOO_MANY_CREDENTIALS),
    *(Code.FORMAT_UNSUPPORTED, Code.LINK_CUT, Code.LINK_KIND_UNKNOWN, Code.LINK_MALFORMED),
    *(Code.LINK_HOSTED, Code.FILE_UNREADABLE, Code.ONLY_MENTIONED, Code.TOO_COMPLEX),
)


def test_every_reason_and_refusal_has_its_words_in_both_languages(engine):
    words = engine.run("words", [{}])[0]["value"]
    assert [reason.value for reason in Reason if reason.value not in words] == []
    assert [c.value for c in CODES_SAID_IN_THEIR_OWN_WORDS if f"e_{c.value}" not in words] == []
    for key, (english, spanish) in words.items():
        assert english.strip(), key
        assert spanish.strip(), key
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", spanish)), key
        assert "!" not in english + spanish, key
        assert "expire" not in english.lower(), key


def test_the_page_is_built_with_the_registries_the_desktop_ships(engine):
    found = dict(engine.run("trusted", [{}])[0]["value"])
    assert found == {
        issuer: {"name": k.name, "list": k.source, "sample": k.sample, "test": k.test}
        for issuer, k in trust.policy().trusted.items()
    }


def test_the_page_tells_a_test_list_from_a_list_as_the_desktop_does(engine):
    world = World()
    school, robin = world.issuer("Harbor College"), world.learner()
    cases = {
        "listed": (school, {}, {}),
        "only in a test list": (school, {"test": True}, {}),
        "a sample": (school, {"sample": True}, {}),
        "a person in a test list": (robin, {"test": True}, {"subject": robin.id}),
        "a person in a list": (robin, {}, {"subject": robin.id}),
        "somebody else": (world.issuer("Another"), {}, {}),
    }
    items, desktop = [], []
    for name, (issuer, marks, more) in cases.items():
        raw = world.issue(issuer, **more)
        listed = Trusted("As listed", "A list", **marks)
        trusted = {school.id: listed, robin.id: listed}
        page = {"name": "As listed", "list": "A list", "sample": False, "test": False, **marks}
        items.append(
            {
                "input": encode(raw),
                "now": world.now.isoformat(),
                "trusted": [[issuer_id, page] for issuer_id in trusted],
            }
        )
        report = verify.verify(formats.read(raw), verify.Policy(trusted), world, world.now)
        check = report[Question.ISSUER]
        desktop.append((name, check.outcome.value, check.reason))
    found = []
    for name, answer in zip(cases, engine.run("known", items), strict=True):
        check = next(c for c in answer["value"]["report"]["checks"] if c["question"] == "issuer")
        found.append((name, check["outcome"], check["reason"]))
    assert found == desktop
    assert [reason for _, _, reason in found] == [
        None,
        "issuer_test_list",
        "issuer_sample",
        "issuer_self",
        None,
        "issuer_not_listed",
    ]
