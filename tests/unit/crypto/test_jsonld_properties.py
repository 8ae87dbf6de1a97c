"""Whatever JSON comes: an answer or a refusal, the same each time, the same by either way."""

from __future__ import annotations

import contextlib
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from wallet.crypto import jcs
from wallet.crypto.jsonld import Contexts, canonicalize, canonicalize_wholly, to_quads
from wallet.crypto.nquads import Quad, parse, text, unescape
from wallet.errors import MalformedError, UnsupportedError

KEYWORDS = [
    "@context",
    "@id",
    "@type",
    "@value",
    "@list",
    "@set",
    "@graph",
    "@reverse",
    "@index",
    "@nest",
    "@included",
    "@language",
    "@none",
    "@direction",
    "@json",
    "@vocab",
    "@base",
    "@container",
    "@version",
    "@protected",
    "@propagate",
    "@import",
    "@prefix",
]
WORDS = [
    *KEYWORDS,
    "a",
    "b",
    "id",
    "type",
    "name",
    "urn:x",
    "a:b",
    "_:b0",
    "https://x.example/#y",
    "en",
]

texts = st.sampled_from(WORDS) | st.text(max_size=8)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=25,
)
contexts = st.dictionaries(texts, values, max_size=4) | st.lists(values, max_size=3) | values
documents = st.builds(
    lambda context, body: {"@context": context, **body},
    contexts | st.just({"@vocab": "https://vocab.example/#", "id": "@id", "type": "@type"}),
    st.dictionaries(texts, values, max_size=5),
)


def load(address: str) -> bytes | None:
    return b'{"@context": {"name": "https://x.example/name"}}' if address == "urn:x" else None


def answer(engine, document):
    try:
        return engine(document, Contexts(load))
    except (MalformedError, UnsupportedError) as error:
        return error.code, sorted(error.facts.items(), key=repr)


@settings(max_examples=600, deadline=None)
@given(documents)
def test_an_answer_or_a_refusal(document):
    first = answer(canonicalize, document)
    assert answer(canonicalize, document) == first
    assert answer(canonicalize_wholly, document) == first


@settings(max_examples=300, deadline=None)
@given(values)
def test_any_json_at_all(value):
    answer(canonicalize, value)


# Trees of few words: many of their blank nodes look alike, some only from near.
alike = st.recursive(
    st.sampled_from(["x", "y", 1, {}, {"@id": "urn:n"}, {"@list": ["x"]}]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["p", "q"]), inner, max_size=2)
        | st.fixed_dictionaries({"p": inner, "@id": st.sampled_from(["urn:m", "urn:n"])})
    ),
    max_leaves=14,
)


@settings(max_examples=600, deadline=None)
@given(st.dictionaries(st.sampled_from(["p", "q", "r"]), alike, min_size=1))
def test_blank_nodes_that_look_alike_are_told_apart_by_either_way(body):
    document = {"@context": {"@vocab": "https://vocab.example/#"}, **body}
    assert answer(canonicalize, document) == answer(canonicalize_wholly, document)


@settings(max_examples=400, deadline=None)
@given(documents)
def test_canonical_form_is_a_fixed_point(document):
    try:
        canonical = canonicalize(document, Contexts(load))
    except (MalformedError, UnsupportedError):
        return
    lines = canonical.decode().splitlines(keepends=True) if canonical.isascii() else None
    if lines is not None:
        assert lines == sorted(set(lines))
    assert len(parse(canonical.decode())) == len(to_quads(document, Contexts(load)))


@given(st.text())
def test_escapes_are_undone(value):
    value = "".join(char for char in value if not "\ud800" <= char <= "\udfff")
    assert unescape(text(value)) == value
    quad = Quad("<urn:s>", "<urn:p>", f'"{text(value)}"')
    assert parse(str(quad)) == [quad]


@given(
    st.text() | st.lists(st.sampled_from(['"', "\\", "<", ">", "_:a", " ", ".", "\\u00", "@en"]))
)
def test_any_text_as_n_quads(value):
    with contextlib.suppress(MalformedError):
        parse(value if isinstance(value, str) else "".join(value))


@given(values)
def test_canonical_json_means_the_same(value):
    try:
        canonical = jcs.canonicalize(value)
    except MalformedError:
        return
    again = json.loads(canonical)
    assert jcs.canonicalize(again) == canonical
