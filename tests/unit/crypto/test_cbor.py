"""CBOR as proof values have it: one value, one text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.crypto import cbor
from wallet.errors import MalformedError

INTEGERS = st.integers(min_value=0, max_value=2**64 - 1)
SCALARS = INTEGERS | st.binary(max_size=300) | st.text(max_size=40)
ITEMS = (
    SCALARS
    | st.lists(SCALARS | st.lists(SCALARS, max_size=5), max_size=30)
    | st.dictionaries(INTEGERS, SCALARS, max_size=30)
)

# RFC 8949, appendix A: what of it is of these kinds.
PUBLISHED = {
    "00": 0, "17": 23, "1818": 24, "18ff": 255, "190100": 256, "1903e8": 1000, "1a000f4240": 10**6,
    "1b000000e8d4a51000": 10**12, "1bffffffffffffffff": 2**64 - 1, "40": b"", "80": [],
    "4401020304": b"\1\2\3\4", "60": "", "6449455446": "IETF", "62c3bc": "ü", "83010203": [1, 2, 3],
    "8301820203820405": [1, [2, 3], [4, 5]], "a0": {}, "a201020304": {1: 2, 3: 4},
}  # fmt: skip


@pytest.mark.parametrize("text", PUBLISHED)
def test_published_examples(text):
    assert cbor.decode(bytes.fromhex(text)) == PUBLISHED[text]
    assert cbor.encode(PUBLISHED[text]).hex() == text


@given(ITEMS)
def test_round_trip(item):
    assert cbor.decode(cbor.encode(item)) == item


@given(st.binary(max_size=60))
def test_what_is_read_has_no_other_text(data):
    try:
        item = cbor.decode(data)
    except MalformedError:
        return
    assert cbor.encode(item) == data


REFUSED = {
    "nothing": "",
    "a negative number": "20",
    "a tag": "c074",
    "true": "f5",
    "null": "f6",
    "a float": "f90000",
    "an endless byte string": "5f4101ff",
    "an endless array": "9f01ff",
    "23 in two octets": "1817",
    "255 in three octets": "1900ff",
    "65535 in five octets": "1a0000ffff",
    "2^32-1 in nine octets": "1b00000000ffffffff",
    "reserved additional information": "1c",
    "a cut byte string": "4401",
    "a cut head": "19",
    "an array longer than the rest": "9a7fffffff00",
    "a map longer than the rest": "ba7fffffff00",
    "something after the item": "0000",
    "a text that is no UTF-8": "61ff",
    "a key twice": "a200010002",
    "keys out of order": "a201010001",
    "a key that is a text": "a1616100",
    "five levels": "8181818181818100",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    with pytest.raises(MalformedError):
        cbor.decode(bytes.fromhex(REFUSED[name]))


def test_only_these_kinds_are_written():
    with pytest.raises(TypeError):
        cbor.encode(True)
    with pytest.raises(OverflowError):
        cbor.encode(2**64)
