"""Status lists: the bits, their order, and lists that are none."""

from __future__ import annotations

import base64
import gzip
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.errors import Code, MalformedError
from wallet.formats import fields, status_list
from wallet.model import StatusRef


def entry(index=0, purpose="revocation", kind="BitstringStatusListEntry", **more):
    return StatusRef(kind, purpose, "https://x.example/1", index, {"type": kind, **more})


def claims(encoded, kind="BitstringStatusList", purpose="revocation"):
    return {"credentialSubject": {"type": kind, "statusPurpose": purpose, "encodedList": encoded}}


def test_the_first_bit_is_the_highest_of_the_first_octet():
    bits = bytes([0b1000_0001, 0b0100_0000])
    found = status_list.read(claims(status_list.encode(bits)), entry())
    assert [n for n in range(16) if found.value(n)] == [0, 7, 9]


def test_the_example_of_the_specification():
    # Bitstring Status List 1.0, section 2.2: 131,072 zero bits.
    encoded = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    found = status_list.read(claims(encoded), entry())
    assert len(found.bits) == 16 * 1024
    assert not any(found.bits)


@given(
    st.binary(min_size=1, max_size=64),
    st.sampled_from(
        [("u", "BitstringStatusList"), ("u", "StatusList2021"), ("", "StatusList2021")]
    ),
)
def test_bits_come_back(bits, kind):
    encoded = status_list.encode(bits, multibase=kind[0])
    found = status_list.read(claims(encoded, kind[1]), entry())
    assert found.bits == bits
    text = "".join(str(found.value(n)) for n in range(len(bits) * 8))
    assert int(text, 2).to_bytes(len(bits)) == bits


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_base64_of_early_lists(encode):
    bits = bytes(random.Random(7).randbytes(200))
    encoded = encode(gzip.compress(bits)).decode()
    ref = entry(kind="StatusList2021Entry")
    assert status_list.read(claims(encoded, "StatusList2021"), ref).bits == bits


def test_several_bits_a_status():
    found = status_list.read(
        claims(status_list.encode(bytes([0b00_01_10_11]))), entry(statusSize=2)
    )
    assert [found.value(n) for n in range(4)] == [0, 1, 2, 3]
    with pytest.raises(MalformedError):
        found.value(4)


@pytest.mark.parametrize("index", [-1, 8, 10**15])
def test_positions_outside_the_list(index):
    found = status_list.read(claims(status_list.encode(b"\0")), entry())
    with pytest.raises(MalformedError):
        found.value(index)


def _bomb():
    return status_list.encode(bytes(status_list.MAX_LIST_BYTES + 1))


BAD = {
    "no subject": {},
    "subject a string": {"credentialSubject": "x"},
    "two subjects": {"credentialSubject": [{}, {}]},
    "of another type": claims(status_list.encode(b"\0"), kind="TokenStatusList"),
    "of another purpose": claims(status_list.encode(b"\0"), purpose="suspension"),
    "not a text": claims(5),
    "empty": claims(""),
    "not base64url": claims("uH4s+/="),
    "without its prefix": claims(status_list.encode(b"\0", multibase="")),
    "not gzip": claims("uAAAA"),
    "cut": claims(status_list.encode(bytes(1000))[:-8]),
    "more after the end": claims("u" + status_list.jose.encode_base64url(gzip.compress(b"\0") * 2)),
    "no bits": claims(status_list.encode(b"")),
    "unpacks to too much": claims(_bomb()),
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_lists_that_are_none(text):
    with pytest.raises(MalformedError) as caught:
        status_list.read(text, entry())
    assert caught.value.code is Code.BAD_STATUS_LIST


@pytest.mark.parametrize("size", [0, -1, 9, True, "2", None])
def test_odd_status_sizes(size):
    with pytest.raises(MalformedError):
        status_list.read(claims(status_list.encode(b"\0")), entry(statusSize=size))


@pytest.mark.parametrize(
    ("value", "index"),
    [
        ("94567", 94567),
        (94567, 94567),
        ("0", 0),
        ("-1", None),
        (-1, None),
        ("007", None),
        ("1.0", None),
        (1.0, 1),  # the same number to JSON and to the signature
        (1.5, None),
        (True, None),
        ("9" * 17, None),
        ("٣", None),
        (None, None),
    ],
)
def test_positions_as_written(value, index):
    (ref,) = fields.status_refs({"credentialStatus": {"statusListIndex": value}})
    assert ref.index == index


def test_entries_beyond_the_bound_are_not_taken_for_good():
    refs = fields.status_refs({"credentialStatus": [{"type": "BitstringStatusListEntry"}] * 11})
    assert len(refs) == 11
    assert not status_list.is_understood(refs[-1])


def test_every_entry_is_kept_even_odd_ones():
    refs = fields.status_refs({"credentialStatus": [5, {"type": "X"}, {"type": ["A", "B"]}]})
    assert [ref.type for ref in refs] == ["", "X", "A"]


def test_large_lists_are_not_all_remembered():
    """A list may unpack to 16 MiB: what one credential needs is kept, not what a hundred do."""
    for number in range(10):
        found = status_list.read(claims(status_list.encode(bytes([number]) * 20_000)), entry())
        assert found.bits[0] == number
    assert status_list._unpack.cache_info().currsize <= 2
