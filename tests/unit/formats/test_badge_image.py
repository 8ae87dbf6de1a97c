"""Badges in pictures: real ones, broken ones, and every bound."""

from __future__ import annotations

import json
import struct
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.paths import shared
from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.formats import badge_image
from wallet.formats.badge_image import bake, extract, is_png, is_svg

CREDENTIAL = '{"credentialSubject": {"name": "Résumé® ’"}}'.encode()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


HEADER = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
PIXELS = chunk(b"IDAT", zlib.compress(b"\0\0"))
END = chunk(b"IEND", b"")


def png(*chunks: bytes) -> bytes:
    return badge_image.PNG_SIGNATURE + HEADER + b"".join(chunks) + PIXELS + END


def itxt(text: bytes, keyword: bytes = b"openbadgecredential", *, zipped: bytes = b"\0") -> bytes:
    return chunk(b"iTXt", keyword + b"\0" + zipped + b"\0" + b"en\0translated\0" + text)


def svg(inner: str, head: str = "", space: str = "https://purl.imsglobal.org/ob/v3p0") -> bytes:
    return (
        f'{head}<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="{space}">{inner}'
        "<path d='M0 0'/></svg>"
    ).encode()


@pytest.mark.parametrize(
    "image",
    [
        png(itxt(CREDENTIAL)),
        png(itxt(b"\n  " + CREDENTIAL + b" \n")),
        png(itxt(zlib.compress(CREDENTIAL), zipped=b"\1")),
        png(chunk(b"tEXt", b"openbadgecredential\0" + CREDENTIAL)),
        png(chunk(b"zTXt", b"openbadgecredential\0\0" + zlib.compress(CREDENTIAL))),
        png(chunk(b"tEXt", b"Comment\0openbadgecredential {}"), itxt(CREDENTIAL)),
        png(itxt(b"{}", b"openbadges"), itxt(CREDENTIAL)),
        png(itxt(CREDENTIAL, b"openbadges")),
        png(itxt(CREDENTIAL)) + b"trailing openbadgecredential {}",
        svg(f"<openbadges:credential><![CDATA[ {CREDENTIAL.decode()} ]]></openbadges:credential>"),
    ],
)
def test_the_credential_comes_out_byte_for_byte(image: bytes) -> None:
    assert extract(image) == CREDENTIAL


def test_a_compact_jws_comes_out_of_either_picture() -> None:
    jws = b"eyJhbGciOiJFZERTQSJ9.e30.c2ln"
    assert extract(png(itxt(jws))) == jws
    assert extract(svg(f'<openbadges:credential verify="{jws.decode()}"/>')) == jws


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (b"", Code.BAD_IMAGE),
        (b"GIF89a", Code.BAD_IMAGE),
        (badge_image.PNG_SIGNATURE, Code.BAD_IMAGE),
        (png(), Code.NO_CREDENTIAL_IN_IMAGE),
        (png(itxt(b"  ")), Code.NO_CREDENTIAL_IN_IMAGE),
        (png(itxt(CREDENTIAL))[:-12], Code.BAD_IMAGE),
        (png(itxt(CREDENTIAL))[:-1], Code.BAD_IMAGE),
        (badge_image.PNG_SIGNATURE + itxt(CREDENTIAL) + HEADER + END, Code.BAD_IMAGE),
        (png(HEADER, itxt(CREDENTIAL)), Code.BAD_IMAGE),
        (png(b"\xff\xff\xff\xffiTXt"), Code.BAD_IMAGE),
        (png(itxt(CREDENTIAL, zipped=b"\1")), Code.BAD_IMAGE),
        (png(itxt(CREDENTIAL, zipped=b"\2")), Code.BAD_IMAGE),
        (png(itxt(zlib.compress(CREDENTIAL)[:-4], zipped=b"\1")), Code.BAD_IMAGE),
        (png(chunk(b"iTXt", b"openbadgecredential\0\0")), Code.BAD_IMAGE),
        (png(chunk(b"zTXt", b"openbadgecredential\0\1x")), Code.BAD_IMAGE),
        (png(itxt(zlib.compress(bytes(60_000_000)), zipped=b"\1")), Code.TOO_LARGE),
        (png(itxt(b"a" * (4 * 1024 * 1024 + 1))), Code.TOO_LARGE),
        (bytes(16 * 1024 * 1024 + 1), Code.TOO_LARGE),
        (png(chunk(b"tEXt", b"a\0b") * 100_001), Code.BAD_IMAGE),
        (svg(""), Code.NO_CREDENTIAL_IN_IMAGE),
        (svg("<openbadges:credential/>"), Code.NO_CREDENTIAL_IN_IMAGE),
        (svg("<openbadges:credential>{}</openbadges:credential>", space="urn:x"),
         Code.NO_CREDENTIAL_IN_IMAGE),
        (svg("<openbadges:credential>"), Code.BAD_IMAGE),
        (svg("<g>" * 300 + "</g>" * 300), Code.TOO_DEEP),
        (svg("", '<?xml version="1.0" encoding="x-nope"?>'), Code.BAD_IMAGE),
    ],
)  # fmt: skip
def test_broken_pictures_say_what_is_wrong(image: bytes, code: Code) -> None:
    with pytest.raises(MalformedError) as caught:
        extract(image)
    assert caught.value.code is code


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE svg [<!ENTITY a "{}">]>',
        '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE svg [<!ENTITY % a SYSTEM "http://127.0.0.1/"> %a;]>',
        '<!DOCTYPE svg SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>',
    ],
)
def test_entities_are_refused_and_nothing_outside_is_read(head: str) -> None:
    image = svg("<openbadges:credential>&a;</openbadges:credential>", head)
    with pytest.raises(MalformedError) as caught:
        extract(image)
    assert caught.value.code is Code.BAD_IMAGE


def test_the_bare_doctype_of_svg_is_harmless() -> None:
    head = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">'
    body = "<openbadges:credential>{}</openbadges:credential>"
    assert extract(svg(body, head)) == b"{}"


def test_an_include_is_text_and_not_followed() -> None:
    body = (
        '<openbadges:credential><include xmlns="http://www.w3.org/2001/XInclude"'
        ' href="/etc/passwd" parse="text"/>{}</openbadges:credential>'
    )
    assert extract(svg(body)) == b"{}"


OLDER = b'{"type": "Assertion"}'
SIGNED = b"eyJhbGciOiJSUzI1NiJ9.e30.AAAA"


def assertion(inner: str, verify: str = "") -> bytes:
    return svg(
        f"<openbadges:assertion verify='{verify}'>{inner}</openbadges:assertion>",
        space="http://openbadges.org",
    )


@pytest.mark.parametrize(
    ("image", "text"),
    [
        (png(itxt(OLDER, b"openbadges")), OLDER),
        (png(chunk(b"tEXt", b"openbadges\0" + SIGNED)), SIGNED),
        (assertion(OLDER.decode()), OLDER),
        (assertion(f"<![CDATA[{OLDER.decode()}]]>", "https://x.example/a"), OLDER),
        (assertion("", SIGNED.decode()), SIGNED),
        (assertion(OLDER.decode(), SIGNED.decode()), SIGNED),
    ],
)
def test_a_badge_of_the_older_standard_is_taken_out(image: bytes, text: bytes) -> None:
    assert extract(image) == text


@pytest.mark.parametrize(
    "image",
    [
        png(chunk(b"tEXt", b"openbadges\0https://x.example/assertion.json")),
        png(itxt(b" HTTP://x.example/assertion.json ", b"openbadges")),
        assertion("", "https://x.example/a"),
    ],
)
def test_a_bare_address_is_the_oldest_standard(image: bytes) -> None:
    with pytest.raises(UnsupportedError) as caught:
        extract(image)
    assert caught.value.code is Code.FORMAT_UNSUPPORTED
    assert caught.value.facts == {"kind": "open-badge-1"}


def test_baking_replaces_what_was_baked_and_keeps_the_rest() -> None:
    comment = chunk(b"tEXt", b"Comment\0kept")
    image = png(comment, itxt(b"{}", b"openbadges"), itxt(b"[]"))
    baked = bake(image, CREDENTIAL)
    assert extract(baked) == CREDENTIAL
    assert bake(baked, CREDENTIAL) == baked
    assert baked.count(b"openbadge") == 1
    assert comment in baked
    assert PIXELS in baked
    assert baked.endswith(END)


def test_only_pictures_and_text_can_be_baked() -> None:
    for image, text, code in (
        (b"GIF89a", b"{}", Code.BAD_IMAGE),
        (png(), b"\xff", Code.NOT_UTF8),
        (png(), b"a" * (4 * 1024 * 1024 + 1), Code.TOO_LARGE),
    ):
        with pytest.raises(MalformedError) as caught:
            bake(image, text)
        assert caught.value.code is code


def test_kinds_are_told_apart() -> None:
    assert is_png(png())
    assert not is_png(svg(""))
    assert is_svg(b"\xef\xbb\xbf  " + svg(""))
    assert not is_svg(png())
    assert not is_svg(b'{"a": "<svg"}')


@given(st.text(min_size=1, max_size=2000).map(lambda s: json.dumps(s, ensure_ascii=False)))
def test_any_text_survives_baking(text: str) -> None:
    data = text.encode(errors="replace")
    assert extract(bake(png(), data)) == data


@given(st.binary(max_size=300))
def test_any_chunks_after_the_signature_are_malformed_or_read(data: bytes) -> None:
    for image in (data, badge_image.PNG_SIGNATURE + data, png(itxt(data, zipped=b"\1")), png(data)):
        survives(image)


@given(st.integers(min_value=0), st.integers(1, 255), st.sampled_from(["png", "svg"]))
def test_no_flipped_byte_crashes_and_none_changes_a_png_silently(
    place: int, flip: int, kind: str
) -> None:
    good = png(itxt(CREDENTIAL))
    if kind == "svg":
        good = svg("<openbadges:credential>{}</openbadges:credential>")
    bad = bytearray(good)
    bad[place % len(good)] ^= flip
    found = survives(bytes(bad))
    assert kind == "svg" or found is None


def survives(image: bytes) -> bytes | None:
    try:
        return extract(image)
    except (MalformedError, UnsupportedError):
        return None


BAKED = {
    "1edtech__ob30__simple-json.png": b'{  "@context"',
    "1edtech__ob30__simple-json.svg": b'{\n      "@context"',
    "1edtech__ob30__simple-jwt.png": b"eyJhbGciOiJSUzI1NiIs",
    "1edtech__ob30__simple-jwt.svg": b"eyJhbGciOiJSUzI1NiIs",
    "bakery__baked_heart.png": b'{"uid":"123"',
    "bakery__baked_example.svg": b'{\n         "uid"',
    "openbadges-bakery-1.0.5__test__baked.svg": b'{"verify"',
    "openbadges-bakery-v2-2.1.0__test__baked.svg": b'{"verify"',
    "openbadges-bakery-v2-2.1.0__test__bad-json.svg": b"{verify",
}


@pytest.mark.parametrize("name", BAKED)
def test_published_baked_badges_are_read(name: str) -> None:
    found = extract(shared("vectors", "openbadges-clr", name).read_bytes())
    assert found.startswith(BAKED[name])


def test_every_published_picture_is_read_or_refused_quickly() -> None:
    for folder in ("openbadges-clr", "nasty"):
        for file in shared("vectors", folder).iterdir():
            if any(s in file.suffixes for s in (".png", ".svg", ".gif", ".svgz")):
                started = time.monotonic()
                found = survives(file.read_bytes())
                assert found is None or file.name in BAKED
                assert time.monotonic() - started < 1
