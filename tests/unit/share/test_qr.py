"""QR codes: segments, size, and that what is drawn reads back."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wallet.errors import Code, LinkError
from wallet.share import link, packet, qr

PAGE = "https://verify.example.org/"
SMALL = b'{"type":["VerifiablePresentation"],"verifiableCredential":[]}'


def test_the_code_opens_what_was_shared() -> None:
    code = qr.make(SMALL, PAGE)
    assert code.text.startswith("https://verify.example.org/#B")
    assert link.decode(code.text) == SMALL
    assert qr.read_back(code) == code.text
    assert len(code.modules) == 17 + 4 * code.version
    assert all(len(row) == len(code.modules) for row in code.modules)


def test_the_prefix_is_bytes_and_the_payload_alphanumeric() -> None:
    # Version 26 at level L has 10,960 data bits: 8 a byte, 11 for two alphanumerics
    # (ISO/IEC 18004 tables 3 and 7): 4 + 16 + 8 * 28 + 4 + 13 + 11 * 972 + 6 = 10,959.
    prefix = PAGE + "#"
    assert len(prefix) == 28
    fits = prefix + "B" + "A" * 1_944
    assert qr.version_of(fits) == 26
    assert qr.version_of(fits + "A") == 27
    assert qr.version_of(prefix + "B" * 4_296) is None


def test_the_version_foretold_is_the_version_made() -> None:
    code = qr.make(SMALL, PAGE)
    assert qr.version_for(len(packet.encode(SMALL)), PAGE) == code.version


def test_too_large_says_what_it_would_need() -> None:
    with pytest.raises(LinkError) as caught:
        qr.draw(PAGE + "#B" + "A" * 2_100)
    assert caught.value.code is Code.QR_TOO_LARGE
    assert caught.value.facts["version"] == 28
    assert caught.value.facts["limit"] == 26
    with pytest.raises(LinkError) as caught:
        qr.draw(PAGE + "#B" + "A" * 9_000)
    assert caught.value.facts["version"] is None


def test_a_code_that_does_not_read_back_is_not_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = qr.draw(qr.text_of(SMALL, PAGE))
    monkeypatch.setattr(qr, "draw", lambda text: replace(drawn, text=text + "A"))
    with pytest.raises(LinkError) as caught:
        qr.make(SMALL, PAGE)
    assert caught.value.code is Code.QR_UNREADABLE
    spoiled = tuple(
        row if number % 3 else (True,) * len(row) for number, row in enumerate(drawn.modules)
    )
    assert qr.read_back(replace(drawn, modules=spoiled)) is None


def pixels_of(png: bytes) -> tuple[int, bytes]:
    """Decode the black and white PNG that `qr.png` writes; checks its checksums."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, body, side = 8, b"", 0
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        data = png[at + 8 : at + 8 + size]
        assert struct.unpack(">I", png[at + 8 + size : at + 12 + size]) == (
            zlib.crc32(kind + data),
        )
        if kind == b"IHDR":
            side, height, depth, *rest = struct.unpack(">IIBBBBB", data)
            assert (side, depth, rest) == (height, 1, [0, 0, 0, 0])
        body += data if kind == b"IDAT" else b""
        at += 12 + size
    width = (side + 7) // 8 + 1
    rows = zlib.decompress(body)
    assert len(rows) == width * side
    grey = bytearray()
    for start in range(0, len(rows), width):
        bits = "".join(f"{octet:08b}" for octet in rows[start + 1 : start + width])
        grey += bytes(255 if bit == "1" else 0 for bit in bits[:side])
    return side, bytes(grey)


@pytest.mark.parametrize("scale", [1, 6, 7])
def test_the_picture_shows_the_code_with_its_quiet_zone(scale: int) -> None:
    code = qr.make(SMALL, PAGE)
    side, grey = pixels_of(qr.png(code, scale=scale))
    assert side == (len(code.modules) + 8) * scale
    assert set(grey[: side * 4 * scale]) == {255}
    for row, modules in enumerate(code.modules):
        start = ((row + 4) * scale) * side
        seen = grey[start + 4 * scale : start + side - 4 * scale : scale]
        assert seen == bytes(0 if dark else 255 for dark in modules)
    if scale >= 2:
        assert qr.read_pixels(grey, width=side) == [code.text]


@pytest.mark.parametrize("scale", [0, -1, 10_000])
def test_scale_is_bounded(scale: int) -> None:
    with pytest.raises(ValueError, match="scale"):
        qr.png(qr.make(SMALL, PAGE), scale=scale)


@pytest.mark.parametrize(("size", "width"), [(0, 1), (10, 3), (10, 0), (10, -1)])
def test_a_picture_that_is_none_is_refused(size: int, width: int) -> None:
    with pytest.raises(LinkError) as caught:
        qr.read_pixels(bytes(size), width=width)
    assert caught.value.code is Code.QR_UNREADABLE


def test_a_picture_without_a_code_has_no_texts() -> None:
    assert qr.read_pixels(bytes(10_000), width=100) == []


@settings(max_examples=15, deadline=None)
@given(st.binary(min_size=1, max_size=900))
def test_any_payload_reads_back(data: bytes) -> None:
    code = qr.draw(f"{PAGE}#{link.fragment(data, link.BASE32)}")
    assert qr.read_back(code) == code.text
