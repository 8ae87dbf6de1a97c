"""A share link as one static QR code (ISO/IEC 18004), drawn and read back before it is shown.

The page's address is a byte segment, so that `https://` stays lower case (cameras take an
all-capitals address for text); the packet is an alphanumeric segment of base32. Nothing here
knows what a presentation says.

The libraries that draw and read codes are imported where they are used: planning a link or reading
one must not wait for them.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wallet.errors import Code, LinkError
from wallet.share import link
from wallet.share import page as pages

if TYPE_CHECKING:
    from qrcode import QRCode

MAX_VERSION: Final = 26  # what phones read from a screen at about 4 camera pixels a module
MIN_SCALE: Final = 6  # pixels a module on screen
QUIET_ZONE: Final = 4  # modules, ISO/IEC 18004 section 5.3.8
MAX_PIXELS: Final = 64 * 1024 * 1024

_PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code: rows of modules (True is dark, no quiet zone), its version, what it says."""

    modules: tuple[tuple[bool, ...], ...]
    version: int
    text: str


def text_of(presentation: bytes, page: str) -> str:
    """Return the link as it stands in a QR code."""
    return f"{pages.address(page)}#{link.fragment(link.pack(presentation), link.BASE32)}"


def make(presentation: bytes, page: str) -> Qr:
    """Return the QR code that opens `presentation` on `page`, proven to be readable.

    Raises `LinkError`: QR_TOO_LARGE (`version` needed, None beyond all; `limit`; `chars`), or
    QR_UNREADABLE when the code that was drawn does not read back as the same text.
    """
    code = draw(text_of(presentation, page))
    if read_back(code) != code.text:
        raise LinkError(Code.QR_UNREADABLE, version=code.version)
    return code


def plain(text: str) -> Qr:
    """Return a code that says a short text, for paper: a quarter of it may be soiled.

    Raises QR_UNREADABLE when what was drawn does not read back.
    """
    from qrcode import QRCode, constants

    made: QRCode[object] = QRCode(error_correction=constants.ERROR_CORRECT_Q, border=QUIET_ZONE)
    made.add_data(text)
    made.make(fit=True)
    modules = tuple(tuple(bool(dark) for dark in row) for row in made.modules)
    code = Qr(modules, made.version, text)
    if read_back(code) != text:
        raise LinkError(Code.QR_UNREADABLE, version=code.version)
    return code


def version_of(text: str) -> int | None:
    """Return the version a link needs at error correction L, or None when none holds it."""
    from qrcode.exceptions import DataOverflowError

    try:
        return int(_code(text).best_fit(start=1))
    except (DataOverflowError, ValueError):
        return None


def version_for(packed_size: int, page: str) -> int | None:
    """Return the version that a packet of `packed_size` bytes needs, or None when none holds it."""
    payload = link.chars_of(packed_size, page, link.BASE32) - len(
        start := f"{pages.address(page)}#"
    )
    return version_of(start + "A" * payload)


def draw(text: str) -> Qr:
    """Return the smallest code for a link or an address; raises QR_TOO_LARGE above the limit."""
    version = version_of(text)
    if version is None or version > MAX_VERSION:
        raise LinkError(Code.QR_TOO_LARGE, version=version, limit=MAX_VERSION, chars=len(text))
    code = _code(text)
    code.version = version
    code.make(fit=False)
    modules = tuple(tuple(bool(dark) for dark in row) for row in code.modules)
    return Qr(modules, version, text)


def png(code: Qr, *, scale: int = MIN_SCALE) -> bytes:
    """Return the code as a black and white PNG, `scale` pixels a module."""
    side = _side(code, scale)
    width = (side + 7) // 8
    lines = (
        b"\0" + (int(row, 2) << (width * 8 - side)).to_bytes(width, "big")
        for row in _rows(code, scale, dark="0", light="1")
    )
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines), 9)), (b"IEND", b""))
    return _PNG_SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks)


def read_back(code: Qr, *, scale: int = MIN_SCALE) -> str | None:
    """Return what a reader sees in the code as it is drawn, or None when it sees nothing."""
    side = _side(code, scale)
    grey = "".join(_rows(code, scale, dark="\x00", light="\xff")).encode("latin-1")
    found = read_pixels(grey, width=side)
    return found[0] if len(found) == 1 else None


def read_pixels(grey: bytes, *, width: int) -> list[str]:
    """Return the texts of the QR codes in a grey picture (one byte a pixel, rows from the top)."""
    height, rest = divmod(len(grey), width) if width > 0 else (0, 0)
    if not height or rest or len(grey) > MAX_PIXELS:
        raise LinkError(Code.QR_UNREADABLE)
    import zxingcpp

    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    picture = memoryview(grey).cast("B", (height, width))
    found = zxingcpp.read_barcodes(picture, formats=formats)
    return [code.text for code in found if code.valid]


def _code(text: str) -> QRCode[object]:
    from qrcode import QRCode, constants, util

    start, mark, payload = text.partition("#")
    code: QRCode[object] = QRCode(error_correction=constants.ERROR_CORRECT_L, border=QUIET_ZONE)
    code.add_data(util.QRData(start + mark, mode=util.MODE_8BIT_BYTE))
    if payload:
        code.add_data(util.QRData(payload, mode=util.MODE_ALPHA_NUM))
    return code


def _side(code: Qr, scale: int) -> int:
    side = (len(code.modules) + 2 * QUIET_ZONE) * scale
    if scale < 1 or side * side > MAX_PIXELS:
        raise ValueError(f"scale out of range: {scale}")
    return side


def _rows(code: Qr, scale: int, *, dark: str, light: str) -> Iterator[str]:
    """Yield the picture's rows, one character a pixel, quiet zone included."""
    blank, margin = light * _side(code, scale), light * (QUIET_ZONE * scale)
    yield from [blank] * (QUIET_ZONE * scale)
    for row in code.modules:
        middle = "".join((dark if module else light) * scale for module in row)
        yield from [margin + middle + margin] * scale
    yield from [blank] * (QUIET_ZONE * scale)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
