"""A badge baked into a picture: the credential taken out, or put in (Open Badges 3.0, section 5.3).

PNG: a text chunk whose keyword says what it holds; the chunks are walked, not searched for. SVG:
an `openbadges:credential` element, or the `openbadges:assertion` of Open Badges 2.0 and before.
Nothing here draws, resizes or trusts the picture, and what comes out is bytes that nobody has read
yet.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from xml.parsers import expat

from wallet.errors import Code, MalformedError, UnsupportedError

if TYPE_CHECKING:
    from pyexpat import XMLParserType

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
OPEN_BADGE_3 = b"openbadgecredential"
OPEN_BADGE_2 = b"openbadges"

MAX_IMAGE = 16 * 1024 * 1024  # a picture as large as any input the application reads
MAX_CREDENTIAL = 4 * 1024 * 1024  # a credential with pictures of its own
_MAX_CHUNKS = 100_000  # 16 MiB in the small IDAT chunks some encoders write
_MAX_XML_DEPTH = 256
_MAX_XML_ELEMENTS = 500_000

# The namespace of the specification, and those that issuers write.
_SVG_OPEN_BADGE_3 = frozenset(
    {
        f"{scheme}://purl.imsglobal.org/{path}{end}"
        for scheme in ("http", "https")
        for path in ("ob/v3p0", "spec/ob/v3p0")
        for end in ("", "/", "#")
    }
)
_SVG_OPEN_BADGE_2 = frozenset({"http://openbadges.org", "http://openbadges.org/"})
_SEPARATOR = " "  # between namespace and name; no namespace holds a space


def is_png(data: bytes) -> bool:
    """Say whether `data` starts as a PNG picture does."""
    return data.startswith(PNG_SIGNATURE)


def is_svg(data: bytes) -> bool:
    """Say whether `data` looks like an SVG picture (an XML document that names `svg` early)."""
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"<") and b"<svg" in start


def extract(data: bytes) -> bytes:
    """Return the credential baked into a PNG or SVG picture: JSON or a compact JWS.

    Raises `MalformedError` (BAD_IMAGE, NO_CREDENTIAL_IN_IMAGE, TOO_LARGE) and `UnsupportedError`
    (FORMAT_UNSUPPORTED, kind "open-badge-1") for a bare address, as the oldest badges have it.
    """
    if len(data) > MAX_IMAGE:
        raise MalformedError(Code.TOO_LARGE, limit=MAX_IMAGE)
    if is_png(data):
        return _from_png(data)
    if is_svg(data):
        return _from_svg(data)
    raise MalformedError(Code.BAD_IMAGE)


def bake(png: bytes, credential: bytes) -> bytes:
    """Return `png` with `credential` baked in, in place of any badge that was in it.

    The credential is stored as it is (uncompressed UTF-8 iTXt), directly before the pixels.
    """
    if len(credential) > MAX_CREDENTIAL:
        raise MalformedError(Code.TOO_LARGE, limit=MAX_CREDENTIAL)
    try:
        credential.decode()
    except UnicodeDecodeError as error:
        raise MalformedError(Code.NOT_UTF8) from error
    # Keyword, NUL, not compressed, method 0, no language, no translated keyword (PNG 11.3.3.4).
    text = _chunk(b"iTXt", OPEN_BADGE_3 + b"\0\0\0\0\0" + credential)
    baked = bytearray(PNG_SIGNATURE)
    waiting = True
    for kind, body in _chunks(png):
        if kind in _TEXT_CHUNKS and body.partition(b"\0")[0] in (OPEN_BADGE_3, OPEN_BADGE_2):
            continue
        if waiting and kind in (b"IDAT", b"IEND"):
            baked += text
            waiting = False
        baked += _chunk(kind, body)
    return bytes(baked)


def _from_png(data: bytes) -> bytes:
    found: dict[bytes, bytes] = {}
    for kind, body in _chunks(data):
        keyword = body.partition(b"\0")[0] if kind in _TEXT_CHUNKS else b""
        if keyword in (OPEN_BADGE_3, OPEN_BADGE_2) and keyword not in found:
            found[keyword] = _TEXT_CHUNKS[kind](body[len(keyword) + 1 :])
    if OPEN_BADGE_3 in found:
        return _credential(found[OPEN_BADGE_3])
    if OPEN_BADGE_2 in found:
        return _older(found[OPEN_BADGE_2])
    raise MalformedError(Code.NO_CREDENTIAL_IN_IMAGE)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (type, body) of every chunk up to IEND, each with its length and CRC checked.

    What follows IEND is no part of the picture (PNG 5.6) and is ignored.
    """
    if not is_png(data):
        raise MalformedError(Code.BAD_IMAGE)
    place = len(PNG_SIGNATURE)
    for count in range(_MAX_CHUNKS):
        if place + 12 > len(data):
            raise MalformedError(Code.BAD_IMAGE)
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + 8 + length
        if end + 4 > len(data) or (count == 0) != (kind == b"IHDR"):
            raise MalformedError(Code.BAD_IMAGE)
        body = data[place + 8 : end]
        if zlib.crc32(body, zlib.crc32(kind)) != struct.unpack_from(">I", data, end)[0]:
            raise MalformedError(Code.BAD_IMAGE)
        yield kind, body
        if kind == b"IEND":
            return
        place = end + 4
    raise MalformedError(Code.BAD_IMAGE)


def _chunk(kind: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(body, zlib.crc32(kind))
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", crc)


def _international(rest: bytes) -> bytes:
    """Return the text of an iTXt chunk after its keyword (PNG 11.3.3.4)."""
    flag, method = rest[:1], rest[1:2]
    _language, found, rest = rest[2:].partition(b"\0")
    _translated, found_too, text = rest.partition(b"\0")
    if not found or not found_too or flag not in (b"\0", b"\1"):
        raise MalformedError(Code.BAD_IMAGE)
    if flag == b"\0":
        return text
    if method != b"\0":
        raise MalformedError(Code.BAD_IMAGE)
    return _inflate(text)


def _compressed(rest: bytes) -> bytes:
    """Return the text of a zTXt chunk after its keyword (PNG 11.3.3.3)."""
    if rest[:1] != b"\0":
        raise MalformedError(Code.BAD_IMAGE)
    return _inflate(rest[1:])


def _inflate(data: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(data, MAX_CREDENTIAL + 1)
    except zlib.error as error:
        raise MalformedError(Code.BAD_IMAGE) from error
    if len(text) > MAX_CREDENTIAL:
        raise MalformedError(Code.TOO_LARGE, limit=MAX_CREDENTIAL)
    if not inflater.eof:
        raise MalformedError(Code.BAD_IMAGE)
    return text


_TEXT_CHUNKS: dict[bytes, Callable[[bytes], bytes]] = {
    b"iTXt": _international,
    b"tEXt": bytes,
    b"zTXt": _compressed,
}


def _credential(text: bytes) -> bytes:
    """Return the baked text without the space around it, which bakers like to add."""
    if len(text) > MAX_CREDENTIAL:
        raise MalformedError(Code.TOO_LARGE, limit=MAX_CREDENTIAL)
    text = text.strip(b" \t\r\n\0")
    if not text:
        raise MalformedError(Code.NO_CREDENTIAL_IN_IMAGE)
    return text


def _older(text: bytes) -> bytes:
    """Return what was baked under the older keyword; of what standard it is, its reader tells."""
    text = _credential(text)
    if text[:8].lower().startswith((b"http://", b"https://")):
        raise UnsupportedError(Code.FORMAT_UNSUPPORTED, kind="open-badge-1")
    return text


def _from_svg(data: bytes) -> bytes:
    baked = _SvgReader().read(data)
    if OPEN_BADGE_3 in baked:
        return _credential(baked[OPEN_BADGE_3])
    if OPEN_BADGE_2 in baked:
        return _older(baked[OPEN_BADGE_2])
    raise MalformedError(Code.NO_CREDENTIAL_IN_IMAGE)


class _SvgReader:
    """Read the baked elements of an SVG; entities are refused, nothing outside is ever loaded."""

    def __init__(self) -> None:
        self._found: dict[bytes, bytes] = {}
        self._open: bytes | None = None  # the keyword of the baked element being read
        self._open_depth = 0
        self._text: list[str] = []
        self._verify = ""
        self._size = 0
        self._depth = 0
        self._elements = 0

    def read(self, data: bytes) -> dict[bytes, bytes]:
        """Return keyword -> baked text: the element's content, or its `verify` attribute."""
        parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        self._prepare(parser)
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            # ValueError and LookupError: encodings the codec machinery does not take.
            raise MalformedError(Code.BAD_IMAGE) from error
        return self._found

    def _prepare(self, parser: XMLParserType) -> None:
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._refuse
        parser.UnparsedEntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        parser.SkippedEntityHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def _doctype(self, _name: str, _system: str | None, _public: str | None, inner: int) -> None:
        # The bare DOCTYPE of SVG 1.1 is common and harmless; declarations in it are not.
        if inner:
            raise MalformedError(Code.BAD_IMAGE)

    def _refuse(self, *_anything: object) -> int:
        raise MalformedError(Code.BAD_IMAGE)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > _MAX_XML_DEPTH or self._elements > _MAX_XML_ELEMENTS:
            raise MalformedError(Code.TOO_DEEP)
        keyword = _keyword(name)
        if self._open is not None or keyword is None or keyword in self._found:
            return
        verify = attributes.get("verify", "").strip()
        # Open Badges 2.0 has the address of a hosted assertion there, and the assertion within.
        if verify and (keyword == OPEN_BADGE_3 or verify.startswith("eyJ")):
            self._found[keyword] = verify.encode()
        else:
            self._open, self._open_depth, self._text, self._size = keyword, self._depth, [], 0
            self._verify = verify

    def _end(self, _name: str) -> None:
        if self._open is not None and self._depth == self._open_depth:
            self._found[self._open] = ("".join(self._text).strip() or self._verify).encode()
            self._open = None
        self._depth -= 1

    def _characters(self, text: str) -> None:
        if self._open is None:
            return
        self._size += len(text)
        if self._size > MAX_CREDENTIAL:
            raise MalformedError(Code.TOO_LARGE, limit=MAX_CREDENTIAL)
        self._text.append(text)


def _keyword(name: str) -> bytes | None:
    """Return which badge an element holds, by its namespace and name."""
    namespace, _, local = name.rpartition(_SEPARATOR)
    if local == "credential" and namespace in _SVG_OPEN_BADGE_3:
        return OPEN_BADGE_3
    if local == "assertion" and namespace in _SVG_OPEN_BADGE_2:
        return OPEN_BADGE_2
    return None
