"""Packets: the frozen table, bounds, and what damage does."""

from __future__ import annotations

import contextlib
import json
import zlib
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.paths import REPO
from wallet.errors import Code, LinkError
from wallet.share import link, packet

TABLE = json.loads((REPO / "tests" / "data" / "packets.json").read_text("utf-8"))["cases"]
SMALL = b'{"type":["VerifiablePresentation"],"verifiableCredential":[{"name":"\xc3\xa9"}]}'

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
presentations = st.dictionaries(st.text(), json_values, max_size=6).map(
    lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
)


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case["name"])
def test_table(case: dict[str, Any]) -> None:
    if case["error"] is None:
        assert link.decode(case["text"]) == case["presentation"].encode()
        return
    with pytest.raises(LinkError) as caught:
        link.decode(case["text"])
    assert caught.value.code == case["error"]
    assert case["facts"].items() <= caught.value.facts.items()


def test_dictionary_1_is_frozen() -> None:
    found = sha256(packet.dictionary(1)).hexdigest()
    assert found == "f3b2d73286ede80b30c93713014b9a4fbadd7d2b46a9ba59ad99944fae07a0cb"


def test_layout_bit_by_bit() -> None:
    packed = packet.encode(SMALL)
    assert packed[0] == 0x11
    assert packed[1] == 0x11  # dictionary 1, codec 1
    assert int.from_bytes(packed[2:4], "big") == len(packed) - 4
    unpacker = zlib.decompressobj(-15, zdict=packet.dictionary(1))
    assert unpacker.decompress(packed[4:]) == SMALL


def test_an_unknown_dictionary_is_named() -> None:
    with pytest.raises(LinkError) as caught:
        packet.dictionary(2)
    assert caught.value.code is Code.LINK_KIND_UNKNOWN


def test_too_much_to_pack() -> None:
    with pytest.raises(LinkError) as caught:
        packet.encode(b"{" + b" " * packet.MAX_INFLATED_BYTES + b"}")
    assert caught.value.code is Code.LINK_TOO_LONG


def test_too_much_after_packing() -> None:
    noise = b"".join(sha256(bytes([n & 255, n >> 8])).digest() for n in range(4000))
    with pytest.raises(LinkError) as caught:
        packet.encode(json.dumps({"x": noise.hex()}).encode())
    assert caught.value.code is Code.LINK_TOO_LONG


@given(presentations)
def test_round_trip(presentation: bytes) -> None:
    assert packet.decode(packet.encode(presentation)) == presentation


@given(presentations, st.data())
def test_a_flipped_byte_never_reads_as_the_same_and_never_crashes(
    presentation: bytes, data: st.DataObject
) -> None:
    packed = bytearray(packet.encode(presentation))
    where = data.draw(st.integers(0, len(packed) - 1))
    packed[where] ^= data.draw(st.integers(1, 255))
    try:
        found = packet.decode(bytes(packed))
    except LinkError:
        return
    # The unused bits of the last byte of a DEFLATE stream carry nothing.
    assert found != presentation or where == len(packed) - 1


@given(presentations, st.data())
def test_a_cut_packet_says_how_much_arrived(presentation: bytes, data: st.DataObject) -> None:
    packed = packet.encode(presentation)
    kept = data.draw(st.integers(packet.HEADER_BYTES, len(packed) - 1))
    with pytest.raises(LinkError) as caught:
        packet.decode(packed[:kept])
    assert caught.value.code is Code.LINK_CUT
    assert caught.value.facts == {"arrived": kept - 4, "total": len(packed) - 4}


@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda b: b"\x11\x11" + b))
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    with contextlib.suppress(LinkError):
        packet.decode(data)
