"""The JSON Canonicalization Scheme: the published cases, and numbers as JavaScript writes them."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.paths import shared
from wallet.crypto import jcs
from wallet.errors import Code, MalformedError


@pytest.mark.parametrize("name", ["french", "structures", "unicode", "values"])
def test_published(name):
    given = shared("vectors", "w3c-suites", f"jcs__input__{name}.json").read_bytes()
    expected = shared("vectors", "w3c-suites", f"jcs__output__{name}.json").read_bytes()
    assert jcs.canonicalize(json.loads(given)) == expected.strip()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"), (-0.0, "0"), (1, "1"), (-1.5, "-1.5"), (1e21, "1e+21"), (1e20, "1" + "0" * 20),
        (123456789012345680000, "123456789012345680000"), (1e-6, "0.000001"), (1e-7, "1e-7"),
        (1.5e-7, "1.5e-7"), (5e-324, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
        (333333333.33333329, "333333333.3333333"), (2**53 + 1, "9007199254740992"), (100.0, "100"),
    ],
)  # fmt: skip
def test_numbers(value, written):
    assert jcs.canonicalize(value) == written.encode()


def test_keys_are_sorted_by_utf16():
    assert jcs.canonicalize({"\uff01": 1, "\U0001f600": 2, "a": 3}) == (
        '{"a":3,"\U0001f600":2,"\uff01":1}'.encode()
    )


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (float("inf"), Code.NUMBER_OUT_OF_RANGE),
        (float("nan"), Code.NUMBER_OUT_OF_RANGE),
        (10**400, Code.NUMBER_OUT_OF_RANGE),
        ("\ud800", Code.NOT_UTF8),
        ({"\udfff": 1}, Code.NOT_UTF8),
        (object(), Code.WRONG_TYPE),
    ],
)
def test_what_has_no_canonical_form(value, code):
    with pytest.raises(MalformedError) as refused:
        jcs.canonicalize([value])
    assert refused.value.code is code


def test_depth_is_bounded():
    deep: list = []
    for _ in range(1_000):
        deep = [deep]
    with pytest.raises(MalformedError) as refused:
        jcs.canonicalize(deep)
    assert refused.value.code is Code.TOO_DEEP


# Texts that look like what the quick way must not write, keys of every plane, odd numbers.
TEXTS = st.one_of(
    st.text(max_size=8),
    st.sampled_from([":1.5", ",12345678901234567", "[1e5", "a\\", '"', '\\"', "\u2028", "\x7f"]),
)
KEYS = st.one_of(TEXTS, st.sampled_from(["\uff01", "\U0001f600", "\ue000", "\U00010000", "\x00"]))
NUMBERS = st.one_of(
    st.integers(),
    st.sampled_from([10**n for n in range(25)]),
    st.sampled_from([2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1, 2**63, 10**15, 10**16, -0.0]),
    st.floats(allow_nan=False, allow_infinity=False),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)


def slowly(value):
    return "".join(jcs._parts(value, 0, exact=False)).encode("utf-8")


@given(VALUES)
@example({"a": 999_999_999_999_999, "b": -999_999_999_999_999})
@example({"\U0001f600": 1, "\uff01": 2})
@example({'\U0001f600"x': 1, "\uff01": 2})
@example({"\uff01": "\U0001f600", "a": [1.5, 4.0, 1e-5, 0.0001, 1e15, 1e16]})
def test_the_quick_way_writes_what_the_long_way_does(value):
    quick = jcs._quickly(value)
    assert quick is None or quick == slowly(value)
    assert jcs.canonicalize(value) == slowly(value)


def test_the_quick_way_is_the_usual_one():
    lines = shared("corpus", "eddsa-jcs-2022.jsonl").read_text("utf-8").splitlines()
    plain = [line for line in lines if jcs._quickly(json.loads(line)) is not None]
    assert len(plain) > len(lines) * 0.95


@given(VALUES, VALUES)
@example(1, 1.0)
@example(True, 1)
@example([[]], [{}])
def test_two_values_of_one_text_are_one(one, other):
    try:
        same = jcs.canonicalize(one, exact=True) == jcs.canonicalize(other, exact=True)
    except MalformedError:  # an integer that no double holds
        return
    assert same == (_typed(one) == _typed(other))


def _typed(value):
    """Return a value in which true is not 1."""
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if isinstance(value, dict):
        return {name: _typed(item) for name, item in value.items()}
    return value


@pytest.mark.parametrize("value", [2**53 + 1, -(2**53) - 1, 10**16 + 1, 10**22 + 1, 10**30])
def test_integers_that_no_double_holds(value):
    jcs.canonicalize({"a": [value]})
    with pytest.raises(MalformedError) as refused:
        jcs.canonicalize({"a": [value]}, exact=True)
    assert refused.value.code is Code.NUMBER_OUT_OF_RANGE


def test_the_depth_is_the_same_both_ways():
    def deep(levels, inner):
        for _ in range(levels):
            inner = {"a": inner}
        return inner

    assert jcs._quickly(deep(200, 1)) == jcs.canonicalize(deep(200, 1)) == slowly(deep(200, 1))
    for value in (deep(201, 1), deep(100, [deep(101, 1)])):
        assert jcs._quickly(value) is None
        with pytest.raises(MalformedError):
            jcs.canonicalize(value)
    # Brackets in texts and beside each other are no depth.
    for value in (["[{" * 300], [[]] * 300):
        assert jcs._quickly(value) == slowly(value)
