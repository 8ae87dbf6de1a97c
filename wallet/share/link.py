"""A share link: the recruiter's page, `#`, and a packet in multibase.

`u` (base64url) when copied, `B` (base32, upper case) in a QR code. Reading repairs what mail does
to links (`%23` for `#`, line breaks, angle brackets) and guesses nothing else.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wallet.errors import Code, LinkError
from wallet.share import packet
from wallet.share import page as pages

BASE64URL: Final = "u"
BASE32: Final = "B"

COPY_CHARS: Final = 2_000  # what every mail client and form carries
WARN_CHARS: Final = 8_000  # above: mail clients and servers break it, so it is not made
# The largest packet in base32 after the longest page address, with room for line breaks.
MAX_TEXT_CHARS: Final = 128 * 1024

_SPACE_OUTSIDE_STRINGS: Final = re.compile(
    rb'("(?:[^"\\]++|\\.)*+(?:"|\\?\Z))|[ \t\r\n]+', re.DOTALL
)
_LOOK_CHARS: Final = 64
# A packet of kind 0x11 with dictionary 1 or of kind 0x21 starts so in base64url and in base32.
_BARE: Final = re.compile(
    r"u(?:ER[E-H]|I[Q-Za-f])[\w-]{8,}|B(?:CEI[Q-Z2-7]|E[E-H])[A-Z2-7]{8,}", re.A
)
_SPACE: Final = re.compile(r"\s+")
_SHAPE: Final = {
    BASE64URL: re.compile(r"[A-Za-z0-9_-]*", re.ASCII),
    BASE32: re.compile(r"[A-Z2-7]*"),
}
# Characters left over that carry no whole byte: where a cut link may have been cut.
_NO_BYTE: Final = {BASE64URL: (4, {1}), BASE32: (8, {1, 3, 6})}


class Advice(StrEnum):
    """What to do with a link of some length."""

    COPY = "copy"
    WARN = "warn"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Link:
    """A link to copy: its text, the size of its packet in bytes, its length in characters."""

    text: str
    packed_size: int
    chars: int


def advice(chars: int) -> Advice:
    """Say whether a link of `chars` characters is good to copy, risky, or not to be offered."""
    if chars <= COPY_CHARS:
        return Advice.COPY
    return Advice.WARN if chars <= WARN_CHARS else Advice.REFUSE


def pack(presentation: bytes) -> bytes:
    """Return a presentation's packet, made of its text without the spaces between JSON tokens.

    Proofs are over what JSON says, so they still hold; indentation would only cost room. Every
    token stays byte for byte.
    """
    return packet.encode(_SPACE_OUTSIDE_STRINGS.sub(rb"\1", presentation))


def chars_of(packed_size: int, page: str, base: str = BASE64URL) -> int:
    """Return how long a link with a packet of `packed_size` bytes is."""
    bits = 6 if base == BASE64URL else 5
    return len(pages.address(page)) + len("#u") + -(-packed_size * 8 // bits)


def encode(presentation: bytes, page: str) -> Link:
    """Return the link that opens `presentation` on `page`; raises LINK_TOO_LONG."""
    packed = pack(presentation)
    text = f"{pages.address(page)}#{fragment(packed, BASE64URL)}"
    if advice(len(text)) is Advice.REFUSE:
        raise LinkError(Code.LINK_TOO_LONG, chars=len(text), limit=WARN_CHARS)
    return Link(text, packed_size=len(packed), chars=len(text))


def fragment(packed: bytes, base: str) -> str:
    """Return a packet in multibase, as it stands after the `#`."""
    encoded = base64.urlsafe_b64encode if base == BASE64URL else base64.b32encode
    return base + encoded(packed).decode("ascii").rstrip("=")


def looks_like(given: str | bytes) -> bool:
    """Say whether a person who gave this meant a link, whole or not: then `decode` says more.

    A fragment alone has no shape of its own; it counts where its first byte is a kind we know.
    """
    text = given.decode("ascii", "replace") if isinstance(given, bytes) else given
    start = text[:_LOOK_CHARS].lstrip().removeprefix("<").lower()
    if start.startswith(("https://", "http://", "#u", "#b", "#ur:")):
        return True
    return len(text) <= MAX_TEXT_CHARS and _BARE.fullmatch(_SPACE.sub("", text)) is not None


def decode(given: str | bytes) -> bytes:
    """Return the presentation a link carries; raises `LinkError` only, whatever the text.

    Takes a whole link or only what stands after its `#`.
    """
    text = given.decode("utf-8", "replace") if isinstance(given, bytes) else given
    if len(text) > MAX_TEXT_CHARS:
        raise LinkError(Code.LINK_MALFORMED)
    return _unpack(_fragment_of(text))


def _fragment_of(text: str) -> str:
    text = _SPACE.sub("", text).removeprefix("<").removesuffix(">")
    for mark in ("#", "%23"):
        before, found, after = text.partition(mark)
        if found and not before:
            return after
        if found and before.lower().startswith(("https://", "http://")):
            return after
    return text


def _unpack(found: str) -> bytes:
    base, body = found[:1], found[1:]
    if found[:3].upper() == "UR:":  # a frame of an animated code
        raise LinkError(Code.LINK_KIND_UNKNOWN, kind="ur")
    if base not in _SHAPE or not _SHAPE[base].fullmatch(body):
        raise LinkError(Code.LINK_MALFORMED)
    packed = _bytes(base, body)
    presentation = packet.decode(packed)  # says so when the link was cut
    if fragment(packed, base) != found:
        raise LinkError(Code.LINK_MALFORMED)
    return presentation


def _bytes(base: str, body: str) -> bytes:
    """Return the whole bytes in `body`; bits left over by a cut are dropped."""
    group, no_byte = _NO_BYTE[base]
    if len(body) % group in no_byte:
        body = body[:-1]
    padded = body + "=" * (-len(body) % group)
    try:
        return base64.urlsafe_b64decode(padded) if base == BASE64URL else base64.b32decode(padded)
    except (binascii.Error, ValueError) as error:
        raise LinkError(Code.LINK_MALFORMED) from error
