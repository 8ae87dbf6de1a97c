"""Status lists: the bits, their order, and lists that are none."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.crypto import jose
from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.formats import fields, revocation_list, status_bits, status_list, token_status_list
from wallet.model import StatusRef


def entry(index=0, purpose="revocation", kind="BitstringStatusListEntry", **more):
    return StatusRef(kind, purpose, "https://x.example/1", index, {"type": kind, **more})


def claims(encoded, kind="BitstringStatusList", purpose="revocation"):
    return {"credentialSubject": {"type": kind, "statusPurpose": purpose, "encodedList": encoded}}


def test_the_first_bit_is_the_highest_of_the_first_octet():
    bits = bytes([0b1000_0001, 0b0100_0000])
    found = status_list.read(claims(status_list.encode(bits))).of(entry())
    assert [n for n in range(16) if found.value(n)] == [0, 7, 9]


def test_the_example_of_the_specification():
    # Bitstring Status List 1.0, section 2.2: 131,072 zero bits.
    encoded = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    found = status_list.read(claims(encoded)).of(entry())
    assert len(found.bits.data) == 16 * 1024
    assert not any(found.bits.data)


@given(
    st.binary(min_size=1, max_size=64),
    st.sampled_from(
        [("u", "BitstringStatusList"), ("u", "StatusList2021"), ("", "StatusList2021")]
    ),
)
def test_bits_come_back(bits, kind):
    encoded = status_list.encode(bits, multibase=kind[0])
    found = status_list.read(claims(encoded, kind[1])).of(entry())
    assert found.bits.data == bits
    text = "".join(str(found.value(n)) for n in range(len(bits) * 8))
    assert int(text, 2).to_bytes(len(bits)) == bits


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_base64_of_early_lists(encode):
    bits = bytes(random.Random(7).randbytes(200))
    encoded = encode(gzip.compress(bits)).decode()
    ref = entry(kind="StatusList2021Entry")
    assert status_list.read(claims(encoded, "StatusList2021")).of(ref).bits.data == bits


def test_several_bits_a_status():
    found = status_list.read(claims(status_list.encode(bytes([0b00_01_10_11])))).of(
        entry(statusSize=2)
    )
    assert [found.value(n) for n in range(4)] == [0, 1, 2, 3]
    with pytest.raises(MalformedError):
        found.value(4)


@pytest.mark.parametrize("index", [-1, 8, 10**15])
def test_positions_outside_the_list(index):
    found = status_list.read(claims(status_list.encode(b"\0"))).of(entry())
    with pytest.raises(MalformedError):
        found.value(index)


def _bomb():
    return status_list.encode(bytes(status_bits.MAX_LIST_BYTES + 1))


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
    "more after the end": claims("u" + jose.encode_base64url(gzip.compress(b"\0") * 2)),
    "no bits": claims(status_list.encode(b"")),
    "unpacks to too much": claims(_bomb()),
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_lists_that_are_none(text):
    with pytest.raises(MalformedError) as caught:
        status_list.read(text).of(entry())
    assert caught.value.code is Code.BAD_STATUS_LIST


@pytest.mark.parametrize("size", [0, -1, 9, True, "2", None])
def test_odd_status_sizes(size):
    with pytest.raises(MalformedError):
        status_list.read(claims(status_list.encode(b"\0"))).of(entry(statusSize=size))


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
        found = status_list.read(claims(status_list.encode(bytes([number]) * 20_000))).of(entry())
        assert found.bits.data[0] == number
    assert status_bits.unpack.cache_info().currsize <= 2


# -- the other kinds of list -----------------------------------------------------------------------


@given(
    st.binary(min_size=1, max_size=64),
    st.sampled_from([1, 2, 4, 8]),
    st.sampled_from([True, False]),
)
def test_values_are_read_in_either_order(data, size, lowest_first):
    found = status_bits.Bits(data, size, lowest_first=lowest_first)
    assert found.entries == len(data) * 8 // size
    values = [found.value(n) for n in range(found.entries)]
    packed = bytearray(len(data))
    for index, value in enumerate(values):
        start = index * size
        shift = start % 8 if lowest_first else 8 - size - start % 8
        packed[start // 8] |= value << shift
    assert bytes(packed) == data


def test_the_examples_of_the_token_status_list_specification():
    # draft-ietf-oauth-status-list, section 4.1: sixteen statuses of one bit, twelve of two.
    one = status_bits.Bits(bytes([0xB9, 0xA3]), 1, lowest_first=True)
    assert [one.value(n) for n in range(16)] == [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
    two = status_bits.Bits(bytes([0xC9, 0x44, 0xF9]), 2, lowest_first=True)
    assert [two.value(n) for n in range(12)] == [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
    assert status_bits.unpack("eNrbuRgAAhcBXQ", status_bits.ZLIB) == bytes([0xB9, 0xA3])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("id", "uid", "issuer", "revokedCredential", "revokedAssertions", "revoked"),
                    *("status_list", "bits", "lst", "sub", "iat", "exp", "ttl", "iss"),
                    *("credentialSubject", "type", "statusPurpose", "encodedList", "statusMessage"),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_lists_of_names_refuse_in_one_way(data):
    for read in (revocation_list.read, revocation_list.read_assertions):
        try:
            found = read(data)
        except MalformedError:
            continue
        assert all(isinstance(name, str) for name in found.withdrawn)


@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()), st.booleans())
def test_status_tokens_refuse_in_one_way(payload, signed):
    head = {"alg": "EdDSA", "typ": "statuslist+jwt"}
    data = jose.sign_compact(head, payload, sign=lambda _: bytes(64)).encode()
    try:
        found = token_status_list.read(data if signed else payload)
    except (MalformedError, UnsupportedError):
        return
    assert found.bits.entries > 0


@given(JSON, JSON)
def test_list_credentials_and_their_messages_refuse_in_one_way(claims, message):
    ref = entry(statusMessage=message)
    status_list.message(ref, 1)
    with contextlib.suppress(MalformedError):
        status_list.read(claims if isinstance(claims, dict) else {}).of(ref)
