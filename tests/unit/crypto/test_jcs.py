"""The JSON Canonicalization Scheme: the published cases, and numbers as JavaScript writes them."""

from __future__ import annotations

import json

import pytest

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
