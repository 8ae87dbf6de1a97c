"""Canonical N-Quads of JSON-LD documents: what is refused, what is kept, what is bounded."""

from __future__ import annotations

import copy
import json
import time

import pytest

from wallet.crypto import jsonld
from wallet.crypto.jsonld import Contexts, canonicalize, canonicalize_wholly
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.formats.contexts import SHARED as PUBLISHED

V = "https://vocab.example/#"
DOUBLE = "http://www.w3.org/2001/XMLSchema#double"
NAME = {"name": f"{V}name"}
ENGINES = pytest.mark.parametrize("engine", [canonicalize, canonicalize_wholly])


def no_contexts() -> Contexts:
    return Contexts(lambda address: None)


def document(**entries) -> dict:
    """Return a document whose context has a vocabulary."""
    return {"@context": {"@vocab": V}, "@id": "urn:x:1", **entries}


def quads(doc: dict, contexts: Contexts | None = None) -> list[str]:
    result = canonicalize(doc, contexts or no_contexts())
    assert result == canonicalize_wholly(doc, contexts or no_contexts())
    return result.decode().splitlines()


def objects(doc: dict) -> list[str]:
    """Return what stands after the predicate in each statement."""
    return [line.split("> ", 2)[2].removesuffix(" .") for line in quads(doc)]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("text", '"text"'),
        ("", '""'),
        ('"\\\t\n\r\b\f\x07\x7f', r'"\"\\\t\n\r\b\f\u0007\u007F"'),
        ("café 日本語 \U0001f600", '"café 日本語 \U0001f600"'),
        (True, '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
        (5, '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        (5.0, '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        (-0.0, '"0"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        (5.5, '"5.5E0"^^<http://www.w3.org/2001/XMLSchema#double>'),
        (1e21, '"1.0E21"^^<http://www.w3.org/2001/XMLSchema#double>'),
        (1e20, '"100000000000000000000"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        (12345678901234567890, '"12345678901234567168"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        (1.5e-7, '"1.5E-7"^^<http://www.w3.org/2001/XMLSchema#double>'),
        # 16 significant digits, half up: as JavaScript rounds, not as Python does.
        (1000000000000000.5, '"1.000000000000001E15"^^<http://www.w3.org/2001/XMLSchema#double>'),
        ({"@value": "x", "@language": "DE-ch"}, '"x"@de-ch'),
        ({"@value": "x", "@type": "urn:t"}, '"x"^^<urn:t>'),
        ({"@value": {"b": 1e0, "a": []}, "@type": "@json"},
         r'"{\"a\":[],\"b\":1}"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>'),
        ({"@id": "urn:y"}, "<urn:y>"),
        ({"@id": "https://例え.example/ü"}, "<https://例え.example/ü>"),
        ({}, "_:c14n0"),
    ],
)  # fmt: skip
def test_values(value, written):
    assert objects(document(p=value)) == [written]


@pytest.mark.parametrize("value", [None, [], [None], {"@list": []}, {"@set": []}])
def test_nothing_said_says_nothing_else(value):
    with_it = quads(document(p=value, q="x"))
    expected = 2 if value == {"@list": []} else 1
    assert len(with_it) == expected


def test_lists_keep_their_order():
    assert quads(document(p={"@list": ["b", "a"]})) != quads(document(p={"@list": ["a", "b"]}))
    assert quads(document(p=["b", "a"])) == quads(document(p=["a", "b"]))


DROPPED = [
    ({"@context": NAME, "name": "x", "extra": "y"}, "extra"),
    ({"@context": NAME, "@type": "Undefined", "name": "x"}, "Undefined"),
    ({"@context": NAME, "@id": "relative", "name": "x"}, "relative"),
    ({"@context": NAME, "@id": "https://has.example/a space", "name": "x"}, "a space"),
    ({"@context": {**NAME, "name": None}, "@id": "urn:x", "name": "x"}, "name"),
    (document(p={"@value": "x", "@language": "not a tag"}), "not a tag"),
    (document(p={"@value": "x", "@direction": "rtl"}), "@direction"),
    (document(p={"@value": None}), "@value"),
    (document(p={"@value": "x", "@index": "i"}), "@index"),
    (document(p={"@id": "urn:y", "@index": "i"}), "@index"),
    (document(p="x", **{"@language": "en"}), "@language"),
    (document(p="x", **{"@vocab": "y"}), "@vocab"),
    (document(p="x", **{"@default": "y"}), "@default"),
    (document(p="x", **{"@foo": "y"}), "@foo"),
    (document(**{"_:p": "x"}), "_:p"),
    ({"@context": {"@vocab": "relative"}, "p": "x"}, "relative"),
    ({"@context": {"@vocab": V, "@foo": "x"}, "p": "x"}, "@foo"),
    ({"@context": {"p": {"@id": f"{V}p", "@type": "@vocab"}}, "@id": "urn:x", "p": "@foo"}, "@foo"),
    ({"@context": {"p": {"@id": f"{V}p", "@type": "@id"}}, "@id": "urn:x", "p": "rel"}, "rel"),
    ({"@context": {"p": {"@id": "urn:p", "@language": "a b"}}, "@id": "urn:x", "p": "t"}, "a b"),
    ({"@context": {}, "@id": "urn:x"}, "urn:x"),
    ({"@context": {}}, "{}"),
    ({"@context": {"@vocab": V}, "@graph": ["free"]}, "@graph"),
    (document(p={"@value": "12 apples", "@type": DOUBLE}), "double"),
]  # fmt: skip


@ENGINES
@pytest.mark.parametrize(("doc", "named"), DROPPED)
def test_what_would_be_dropped_is_named(doc, named, engine):
    with pytest.raises(MalformedError) as refused:
        engine(doc, no_contexts())
    assert refused.value.code is Code.JSONLD_DROPPED
    assert named in str(refused.value.facts["term"])


INVALID = [
    ({"@context": 5, "@id": "urn:x"}, "invalid local context"),
    ({"@context": {"a": 5}, "@id": "urn:x"}, "invalid term definition"),
    ({"@context": {"a": "b"}, "@id": "urn:x"}, "invalid IRI mapping"),
    ({"@context": {"a": "b:x", "b": "a:x"}, "@id": "urn:x"}, "cyclic IRI mapping"),
    ({"@context": {"@type": "urn:y"}, "@id": "urn:x"}, "keyword redefinition"),
    ({"@context": {"@version": 1.0}, "@id": "urn:x"}, "invalid @version value"),
    ({"@context": {"@type": {"@container": []}}, "@id": "urn:x"}, "keyword redefinition"),
    ({"@context": {"a": {"@id": "urn:a", "@container": {}}}, "a": 1}, "invalid container mapping"),
    (document(p={"@value": "x", "@language": "en", "@type": "urn:t"}), "invalid value object"),
    (document(p={"@value": ["x"]}), "invalid value object value"),
    (document(p={"@value": 5, "@language": "en"}), "invalid language-tagged value"),
    (document(p={"@list": ["x"], "@id": "urn:y"}), "invalid set or list object"),
    (document(p={"@set": ["x"], "@type": "urn:y"}), "invalid set or list object"),
    (document(**{"@type": 5}), "invalid type value"),
    (document(**{"@id": 5}), "invalid @id value"),
    ({"@context": {"@vocab": V, "id": "@id"}, "@id": "urn:x", "id": "urn:y", "p": 1},
     "colliding keywords"),
    ({"@context": [{"@protected": True, **NAME}, {"name": f"{V}other"}], "name": "x"},
     "protected term redefinition"),
    ({"@context": [{"@protected": True, **NAME}, None], "name": "x"},
     "invalid context nullification"),
    ({"@context": {"t": {"@id": f"{V}t", "@context": {"u": 5}}}, "@id": "urn:x"},
     "invalid scoped context"),
    # A scoped context may override a protected term, but not by way of another term.
    ({"@context": {"@protected": True, "s": "urn:s:",
                   "t": {"@id": "urn:t", "@context": {"u": "s:u", "s": "urn:other:"}}},
      "@id": "urn:x"}, "invalid scoped context"),
    ({"@context": {"@protected": True, "s": "urn:s:",
                   "t": {"@id": "urn:t", "@context": {"s": "urn:other:", "0": "s:u"}}},
      "@id": "urn:x"}, "invalid scoped context"),
]  # fmt: skip


@ENGINES
@pytest.mark.parametrize(("doc", "problem"), INVALID)
def test_broken_json_ld(doc, problem, engine):
    with pytest.raises(MalformedError) as refused:
        engine(doc, no_contexts())
    assert refused.value.facts["problem"] == problem


UNSUPPORTED = [
    document(p={"@id": "https://x.example/<odd>"}),
    document(p={"@id": "https://x.example/#a#b"}),
    document(p=["1", {"@value": "1", "@type": "http://www.w3.org/2001/XMLSchema#string"}, 1,
                {"@value": "1", "@type": "http://www.w3.org/2001/XMLSchema#integer"}]),
    document(p=[{"@list": []}, {"@list": []}]),
    # JavaScript sorts by UTF-16: the first comes first there, the second by code point.
    document(p=["\U0001f600", "\uff01"]),
    {"@context": {"@context": {"@vocab": V}}, "p": "x"},
    {"@context": [{"@propagate": False, "@vocab": V}, NAME], "p": "x"},
    {"@context": {"@protected": False, "@vocab": V}, "p": "x"},
]  # fmt: skip


@ENGINES
@pytest.mark.parametrize("doc", UNSUPPORTED)
def test_what_implementations_differ_on(doc, engine):
    with pytest.raises(UnsupportedError) as refused:
        engine(doc, no_contexts())
    assert refused.value.code is Code.JSONLD_UNSUPPORTED


def test_unknown_context_is_named():
    with pytest.raises(UnsupportedError) as refused:
        canonicalize({"@context": ["https://no.example/c"], "@id": "urn:x"}, no_contexts())
    assert refused.value.code is Code.CONTEXT_UNKNOWN
    assert refused.value.facts == {"url": "https://no.example/c"}


def test_a_context_that_arrives_later_is_used():
    arrived: dict[str, bytes] = {}
    contexts = Contexts(arrived.get)
    doc = {"@context": "https://late.example/c", "@id": "urn:x", "name": "x"}
    with pytest.raises(UnsupportedError):
        canonicalize(doc, contexts)
    arrived["https://late.example/c"] = json.dumps({"@context": NAME}).encode()
    assert canonicalize(doc, contexts) == f'<urn:x> <{V}name> "x" .\n'.encode()


def test_each_context_is_read_once():
    asked = []

    def load(address: str) -> bytes:
        asked.append(address)
        return json.dumps({"@context": NAME}).encode()

    contexts = Contexts(load)
    for number in range(3):
        canonicalize({"@context": ["urn:c", "urn:c"], "name": str(number)}, contexts)
    assert asked == ["urn:c"]


def test_an_address_is_not_mistaken_for_the_text_of_a_context():
    contexts = Contexts(lambda address: b'{"@context": {"@vocab": "urn:other:"}}')
    inline = {"@vocab": V}
    one = canonicalize({"@context": inline, "p": "x"}, contexts)
    other = canonicalize({"@context": json.dumps(inline), "p": "x"}, contexts)
    assert V.encode() in one
    assert b"urn:other:" in other


def test_nothing_is_changed_or_remembered_of_a_document():
    inline = {"@vocab": V, "t": {"@id": f"{V}t", "@context": {"u": f"{V}u"}}}
    doc = {"@context": [inline], "@id": "urn:x", "t": {"u": "y", "p": [1, {"@list": [2]}]}}
    before = copy.deepcopy(doc)
    contexts = no_contexts()
    first = canonicalize(doc, contexts)
    assert doc == before
    inline["t"]["@context"]["u"] = "urn:changed"
    assert canonicalize(doc, contexts) != first
    assert canonicalize(before, contexts) == first


def test_scoped_contexts():
    context = {
        "@vocab": V,
        "T": {"@id": f"{V}T", "@context": {"p": "urn:by-type"}},
        "q": {"@id": f"{V}q", "@context": {"p": "urn:by-property"}},
    }
    lines = quads({
        "@context": context,
        "@id": "urn:x",
        "@type": "T",
        "p": "typed",
        "r": {"p": "a type does not reach below"},
        "q": {"p": "property", "r": {"p": "a property does"}},
    })  # fmt: skip
    text = "\n".join(lines)
    assert '<urn:x> <urn:by-type> "typed"' in text
    assert f'<{V}p> "a type does not reach below"' in text
    assert '<urn:by-property> "property"' in text
    assert '<urn:by-property> "a property does"' in text


def test_a_scoped_context_overrides_a_protected_term():
    scoped = {"s": "urn:other:", "u": "s:u"}
    context = {"@protected": True, "s": "urn:s:", "t": {"@id": "urn:t", "@context": scoped}}
    lines = quads({"@context": context, "@id": "urn:x", "t": {"u": "y"}})
    assert any("<urn:other:u>" in line for line in lines)


def nested(depth: int, make) -> dict:
    inner: object = "x"
    for _ in range(depth):
        inner = make(inner)
    return document(p=inner)


BOUNDED = {
    "maps": lambda: nested(5_000, lambda inner: {"p": inner}),
    "arrays": lambda: nested(5_000, lambda inner: [inner]),
    "lists": lambda: nested(5_000, lambda inner: {"@list": [inner]}),
    "included": lambda: nested(5_000, lambda inner: {"@included": [{"p": inner}]}),
    "nests": lambda: nested(5_000, lambda inner: {"@nest": {"p": inner}}),
    "reverses": lambda: nested(5_000, lambda inner: {"@reverse": {"p": {"p": inner}}}),
    "statements": lambda: document(p=[str(number) for number in range(150_000)]),
    "contexts": lambda: {"@context": [NAME] * 50, "name": "x"},
    "terms": lambda: {"@context": {f"t{i}": f"{V}{i}" for i in range(50_000)}, "t1": "x"},
    "scoped contexts": lambda: {"@context": {
        f"t{i}": {"@id": f"{V}{i}", "@context": {"a": f"{V}a"}} for i in range(9_000)}, "t1": "x"},
    "clique": lambda: document(p=[
        {"@id": f"_:n{a}", "p": [{"@id": f"_:n{b}"} for b in range(12) if b != a]}
        for a in range(12)]),
}  # fmt: skip


def nested_context(depth: int) -> dict:
    context: dict = {"@vocab": V}
    for _ in range(depth):
        context = {"@vocab": V, "t": {"@id": f"{V}t", "@context": context}}
    return {"@context": context, "t": "x"}


BOUNDED["context nesting"] = lambda: nested_context(100)
BOUNDED["deep context"] = lambda: nested_context(5_000)


@ENGINES
@pytest.mark.parametrize("name", BOUNDED)
def test_bounds(name, engine):
    doc = BOUNDED[name]()
    started = time.process_time()
    with pytest.raises(WalletError) as refused:
        engine(doc, no_contexts())
    assert refused.value.code in (Code.TOO_COMPLEX, Code.TOO_DEEP)
    assert time.process_time() - started < 3


@ENGINES
def test_bounds_do_not_depend_on_what_was_read_before(engine):
    halves = [{f"{name}{i}": f"{V}{i}" for i in range(20_000)} for name in ("a", "b")]
    contexts = no_contexts()
    for half in halves:
        engine({"@context": [half], "@id": "urn:x", **dict.fromkeys(list(half)[:1], "x")}, contexts)
    for _ in range(3):
        with pytest.raises(UnsupportedError) as refused:
            engine({"@context": halves, "@id": "urn:x", "a1": "x"}, contexts)
        assert refused.value.code is Code.TOO_COMPLEX


def test_contexts_that_include_one_another():
    def load(address: str) -> bytes:
        number = int(address.removeprefix("urn:c"))
        return json.dumps({"@context": [f"urn:c{number + 1}", NAME]}).encode()

    with pytest.raises(UnsupportedError) as refused:
        canonicalize({"@context": "urn:c0", "name": "x"}, Contexts(load))
    assert refused.value.code is Code.TOO_COMPLEX
    circle = Contexts(lambda address: b'{"@context": ["urn:c"]}')
    with pytest.raises(MalformedError) as again:
        canonicalize({"@context": "urn:c", "name": "x"}, circle)
    assert again.value.facts["problem"] == "context overflow"


@pytest.mark.parametrize("raw", [b"", b"[]", b"5", b"{", b"\xff", b'{"@context": "\\ud800"}'])
def test_contexts_that_are_none(raw):
    with pytest.raises(WalletError):
        canonicalize({"@context": "urn:c", "name": "x"}, Contexts(lambda address: raw))


def test_hash_names():
    doc = document(p=[{"q": "1"}, {"q": "2"}])
    assert canonicalize(doc, no_contexts(), hash_name="sha384")
    with pytest.raises(UnsupportedError):
        canonicalize(doc, no_contexts(), hash_name="md5")


CREDENTIAL = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "id": "urn:uuid:1",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "did:example:i", "type": "Profile", "name": "École"},
    "validFrom": "2024-01-01T00:00:00Z",
    "credentialSubject": {
        "type": "AchievementSubject",
        "achievement": {"id": "urn:a", "type": "Achievement", "name": "A",
                        "criteria": {"narrative": "x"}},
    },
}  # fmt: skip


def test_the_short_cut_is_taken_for_a_plain_credential():
    # Otherwise the speed that the benchmark reports would be lost without any test noticing.
    assert jsonld._plainly(CREDENTIAL, PUBLISHED, "sha256") is not None


@pytest.mark.parametrize(
    "path",
    [("id",), ("type",), ("issuer", "id"), ("issuer", "name"), ("validFrom",),
     ("credentialSubject", "achievement", "name"),
     ("credentialSubject", "achievement", "criteria", "narrative")],
)  # fmt: skip
def test_every_change_changes_the_result_or_is_refused(path):
    original = canonicalize(CREDENTIAL, PUBLISHED)
    for change in ("urn:changed", "x", ["VerifiableCredential"], {"id": "urn:y"}, {}, 5, None):
        changed = copy.deepcopy(CREDENTIAL)
        place = changed
        for key in path[:-1]:
            place = place[key]
        if place[path[-1]] == change:
            continue
        place[path[-1]] = change
        try:
            assert canonicalize(changed, PUBLISHED) != original
        except (MalformedError, UnsupportedError):
            continue
