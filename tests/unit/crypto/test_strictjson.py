"""Strict JSON: one text, one meaning, bounded work."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.crypto import strictjson
from wallet.errors import Code, MalformedError

REFUSED = {
    "empty": (b"", Code.EMPTY),
    "only space": (b" \n", Code.EMPTY),
    "cut": (b'{"a": [1, 2', Code.NOT_JSON),
    "trailing comma": (b"[1,]", Code.NOT_JSON),
    "two values": (b"{} {}", Code.NOT_JSON),
    "single quotes": (b"{'a': 1}", Code.NOT_JSON),
    "NaN": (b"[NaN]", Code.NOT_JSON),
    "Infinity": (b"[-Infinity]", Code.NOT_JSON),
    "control character": (b'["\x01"]', Code.NOT_JSON),
    "duplicate key": (b'{"a": 1, "a": 2}', Code.DUPLICATE_KEY),
    "duplicate key by escape": (b'{"a": 1, "\\u0061": 2}', Code.DUPLICATE_KEY),
    "duplicate key within": (b'[{"b": {"a": 1, "a": 1}}]', Code.DUPLICATE_KEY),
    "number beyond a double": (b"[1e999]", Code.NUMBER_OUT_OF_RANGE),
    "very long integer": (b"[" + b"9" * 5000 + b"]", Code.NUMBER_OUT_OF_RANGE),
    "latin-1": ("[\u00e9]".encode("latin-1"), Code.NOT_UTF8),
    "utf-16": ("[1]".encode("utf-16"), Code.NOT_UTF8),
    "overlong utf-8": (b'["\xc0\xaf"]', Code.NOT_UTF8),
    "encoded surrogate": (b'["\xed\xa0\x80"]', Code.NOT_UTF8),
    "lone surrogate": (b'["\\ud800"]', Code.NOT_UTF8),
    "lone surrogate as key": (b'{"\\udc00x": 1}', Code.NOT_UTF8),
    "deep": (b"[" * 101 + b"]" * 101, Code.TOO_DEEP),
    "very deep": (b"[" * 200_000, Code.TOO_DEEP),
    "deep objects": (b'{"a":' * 150 + b"1" + b"}" * 150, Code.TOO_DEEP),
    "a string of quotes that never ends": (
        b'{"a":' + b"[" * 101 + b'"' + b'\\"' * 8_000_000,
        Code.TOO_DEEP,
    ),
    "and one that ends in a backslash": (
        b"[" * 101 + b'"' + b'\\"' * 8_000_000 + b"\\",
        Code.TOO_DEEP,
    ),
    "more values than a record has": (b"[" + b"{}," * 500_000 + b"{}]", Code.TOO_LARGE),
    "more members than a record has": (b"[" + b"1," * 500_001 + b"1]", Code.TOO_LARGE),
    "two byte order marks": (strictjson.BOM * 2 + b"1", Code.NOT_JSON),
}


@pytest.mark.parametrize(("text", "code"), REFUSED.values(), ids=REFUSED)
def test_refuses(text, code):
    with pytest.raises(MalformedError) as caught:
        strictjson.parse(text)
    assert caught.value.code is code


def test_size_is_looked_at_first():
    with pytest.raises(MalformedError) as caught:
        strictjson.parse(b'"' + b"x" * 100, strictjson.Limits(size=100))
    assert caught.value.code is Code.TOO_LARGE


ACCEPTED = {
    "byte order mark": (strictjson.BOM + b"[1]", [1]),
    "pair of surrogates": (b'["\\ud83d\\ude00"]', ["\U0001f600"]),
    "brackets in strings": (b'["' + b"[" * 500 + b'"]', ["[" * 500]),
    "more commas in a text than values": (b'["' + b"," * 600_000 + b'"]', ["," * 600_000]),
    "as deep as allowed": (b"[" * 100 + b"]" * 100, None),
    "integer beyond 2^53": (b"[12345678901234567890]", [12345678901234567890]),
    "escaped quote before brackets": (b'["\\"[[", 1]', ['"[[', 1]),
}


@pytest.mark.parametrize(("text", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepts(text, value):
    found = strictjson.parse(text)
    assert value is None or found == value


def test_integers_and_floats_stay_apart():
    whole, fraction = strictjson.parse(b"[10, 10.0]")
    assert (type(whole), type(fraction)) == (int, float)


@given(st.binary(max_size=200))
def test_any_bytes_parse_or_are_malformed(data):
    try:
        strictjson.parse(data)
    except MalformedError:
        return


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**300), 10**300)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON_VALUES)
def test_what_json_writes_reads_back(value):
    text = json.dumps(value, ensure_ascii=False).encode()
    assert strictjson.parse(text) == value


@given(st.lists(JSON_VALUES, max_size=5), st.sampled_from([None, 1, "\t"]))
def test_spans_of_an_array_cut_out_its_items(values, indent):
    text = json.dumps(values, indent=indent)
    assert [json.loads(text[a:b]) for a, b in strictjson.items(text)] == values


@given(st.dictionaries(st.text(max_size=3), JSON_VALUES, max_size=4), st.sampled_from([None, 2]))
def test_spans_of_a_member_cut_out_its_values(members, indent):
    text = json.dumps(members, indent=indent)
    for name, value in members.items():
        found = [json.loads(text[a:b]) for a, b in strictjson.member_items(text, name)]
        assert found == (value if isinstance(value, list) else [value])
    assert strictjson.member_items(text, "not there at all") == []


_VALUES = st.recursive(
    st.none() | st.integers(-99, 99) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=20,
)


def _places(value, path=()):
    yield path, value
    items = value.items() if isinstance(value, dict) else ()
    for step, inner in enumerate(value) if isinstance(value, list) else items:
        yield from _places(inner, (*path, step))


@given(_VALUES, st.data(), st.sampled_from([None, 1]))
def test_the_span_of_a_place_spells_what_stands_there(value, data, indent):
    text = json.dumps(value, indent=indent)
    path, expected = data.draw(st.sampled_from(list(_places(value))))
    start, end = strictjson.spans(text, [path])[path]
    assert json.loads(text[start:end]) == expected
    assert text[start:end] == text[start:end].strip()
    assert strictjson.spans(text, [("no such member", 3)]) == {}


def test_the_spans_of_several_places_are_found_together():
    text = '{"a": [1, {"b": "x"}], "c": {}}'
    found = strictjson.spans(text, [("c",), ("a", 1, "b"), ("a", 0)])
    assert {path: text[start:end] for path, (start, end) in found.items()} == {
        ("a", 0): "1",
        ("a", 1, "b"): '"x"',
        ("c",): "{}",
    }
