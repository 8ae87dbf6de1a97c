"""A presentation packed for a link or a QR code: kind, dictionary, codec, length, DEFLATE.

    0x11 | dictionary id (high nibble), codec (low: 1 = raw DEFLATE) | n, 2 bytes BE | n bytes

Bytes in, bytes out. What stands around a packet in a link is in `wallet.share.link`; whether the
presentation holds is not asked here. A reader never guesses: what it does not know, it names.
"""

from __future__ import annotations

import zlib
from functools import cache
from typing import Final

from wallet import resources
from wallet.crypto import strictjson
from wallet.errors import Code, LinkError, MalformedError

KIND_INLINE: Final = 0x11
KIND_HOSTED: Final = 0x21
CODEC_DEFLATE: Final = 1
DICTIONARY: Final = 1  # what new packets are made with; a reader knows every one that exists
DICTIONARIES: Final = frozenset({1})

HEADER_BYTES: Final = 4
MAX_DEFLATED_BYTES: Final = 0xFFFF  # n has two bytes
MAX_INFLATED_BYTES: Final = 256 * 1024  # the reader's bound: a page on an old phone must cope
MAX_CREDENTIALS: Final = 25

_JSON_LIMITS: Final = strictjson.Limits(size=MAX_INFLATED_BYTES)


@cache
def dictionary(number: int) -> bytes:
    """Return a preset dictionary's bytes, frozen since the first link was made with it."""
    if number not in DICTIONARIES:
        raise LinkError(Code.LINK_KIND_UNKNOWN, dictionary=number)
    return resources.read(f"viewer/dictionaries/{number}.bin")


def encode(presentation: bytes) -> bytes:
    """Pack one presentation (UTF-8 JSON); raises `LinkError` when it is too much for a link."""
    if len(presentation) > MAX_INFLATED_BYTES:
        raise LinkError(Code.LINK_TOO_LONG, size=len(presentation), limit=MAX_INFLATED_BYTES)
    _check_presentation(presentation)  # never write what a reader must refuse
    body = _deflate(presentation)
    if len(body) > MAX_DEFLATED_BYTES:
        raise LinkError(Code.LINK_TOO_LONG, size=len(body), limit=MAX_DEFLATED_BYTES)
    head = bytes((KIND_INLINE, DICTIONARY << 4 | CODEC_DEFLATE))
    return head + len(body).to_bytes(2, "big") + body


def decode(packet: bytes) -> bytes:
    """Return the presentation in a packet; raises `LinkError` only, whatever the bytes.

    LINK_CUT carries `arrived` and `total`, both counted in bytes of the packed body.
    """
    body = _body(packet)
    presentation = _inflate(body, dictionary(packet[1] >> 4))
    _check_presentation(presentation)
    return presentation


def _body(packet: bytes) -> bytes:
    if not packet:
        raise LinkError(Code.LINK_MALFORMED)
    if packet[0] == KIND_HOSTED:
        raise LinkError(Code.LINK_HOSTED)
    if packet[0] != KIND_INLINE:
        raise LinkError(Code.LINK_KIND_UNKNOWN, kind=packet[0])
    if len(packet) < HEADER_BYTES:
        raise LinkError(Code.LINK_MALFORMED)
    number, codec = packet[1] >> 4, packet[1] & 0x0F
    if codec != CODEC_DEFLATE or number not in DICTIONARIES:
        raise LinkError(Code.LINK_KIND_UNKNOWN, dictionary=number, codec=codec)
    total, body = int.from_bytes(packet[2:4], "big"), packet[HEADER_BYTES:]
    if len(body) < total:
        raise LinkError(Code.LINK_CUT, arrived=len(body), total=total)
    if len(body) > total or not total:
        raise LinkError(Code.LINK_MALFORMED)
    return body


def _deflate(data: bytes) -> bytes:
    """Return the smallest raw DEFLATE stream that zlib's settings give."""
    settings = ((s, m) for s in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED) for m in (8, 9))
    return min((_deflate_with(data, s, memory) for s, memory in settings), key=len)


def _deflate_with(data: bytes, strategy: int, memory: int) -> bytes:
    preset = dictionary(DICTIONARY)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, memory, strategy, zdict=preset)
    return packer.compress(data) + packer.flush()


def _inflate(body: bytes, preset: bytes) -> bytes:
    unpacker = zlib.decompressobj(-15, zdict=preset)
    try:
        data = unpacker.decompress(body, MAX_INFLATED_BYTES + 1)
    except zlib.error as error:
        raise LinkError(Code.LINK_MALFORMED) from error
    if len(data) > MAX_INFLATED_BYTES:
        raise LinkError(Code.TOO_LARGE, limit=MAX_INFLATED_BYTES)
    if not unpacker.eof or unpacker.unused_data:
        raise LinkError(Code.LINK_MALFORMED)
    return data


def _check_presentation(data: bytes) -> None:
    try:
        claims = strictjson.parse_object(data, _JSON_LIMITS)
    except MalformedError as error:
        raise LinkError(Code.LINK_MALFORMED) from error
    credentials = claims.get("verifiableCredential", [])
    count = len(credentials) if isinstance(credentials, list) else 1
    if count > MAX_CREDENTIALS:
        raise LinkError(Code.TOO_MANY_CREDENTIALS, count=count, limit=MAX_CREDENTIALS)
