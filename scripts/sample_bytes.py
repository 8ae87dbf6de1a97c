"""Bytes that come out the same on every machine: a small DEFLATE writer, PNG and gzip around it.

The compression library of Python differs between systems, and with it every byte of its output.
The samples are compared byte for byte, so they are packed here: fixed Huffman codes, and matches
that only look one byte or one row back (RFC 1951, section 3.2.6).
"""

from __future__ import annotations

import math
import struct
import zlib

SIDE = 192
Colour = tuple[int, int, int]
TEAL: Colour = (0x0F, 0x5C, 0x5C)
PALE: Colour = (0xE3, 0xEF, 0xED)
GOLD: Colour = (0xE9, 0xC4, 0x6A)
WHITE: Colour = (0xFF, 0xFF, 0xFF)


class _Bits:
    """Bits packed from the lowest upwards (RFC 1951, section 3.1.1)."""

    def __init__(self) -> None:
        self.out = bytearray()
        self._held = self._count = 0

    def add(self, value: int, count: int) -> None:
        self._held |= value << self._count
        self._count += count
        while self._count >= 8:
            self.out.append(self._held & 255)
            self._held >>= 8
            self._count -= 8

    def code(self, value: int, count: int) -> None:
        """Add a Huffman code, which goes highest bit first."""
        self.add(int(f"{value:0{count}b}"[::-1], 2), count)

    def finish(self) -> bytes:
        self.add(0, -self._count % 8)
        return bytes(self.out)


def deflate(data: bytes, row: int = 0) -> bytes:
    """Return `data` compressed; `row` is the length after which it tends to repeat itself."""
    bits = _Bits()
    bits.add(0b011, 3)  # the last block, fixed codes
    place = 0
    while place < len(data):
        length, distance = _match(data, place, row)
        if length < 3:
            _symbol(bits, data[place])
            place += 1
        else:
            _length(bits, length)
            _distance(bits, distance)
            place += length
    _symbol(bits, 256)
    return bits.finish()


def _match(data: bytes, place: int, row: int) -> tuple[int, int]:
    """Return the longest match one byte or one row back: (length, distance)."""
    best = (0, 1)
    for distance in {1, row} - {0}:
        length = 0
        while (
            place >= distance
            and length < 258
            and place + length < len(data)
            and data[place + length] == data[place + length - distance]
        ):
            length += 1
        best = max(best, (length, distance))
    return best


def _symbol(bits: _Bits, symbol: int) -> None:
    if symbol < 144:
        bits.code(0x30 + symbol, 8)
    elif symbol < 256:
        bits.code(0x190 + symbol - 144, 9)
    elif symbol < 280:
        bits.code(symbol - 256, 7)
    else:
        bits.code(0xC0 + symbol - 280, 8)


def _length(bits: _Bits, length: int) -> None:
    if length == 258:
        _symbol(bits, 285)
        return
    code, extra, base = 257, 0, 3
    while length >= base + (1 << extra):
        base += 1 << extra
        code += 1
        extra = max(0, (code - 261) // 4)
    _symbol(bits, code)
    bits.add(length - base, extra)


def _distance(bits: _Bits, distance: int) -> None:
    code, extra, base = 0, 0, 1
    while distance >= base + (1 << extra):
        base += 1 << extra
        code += 1
        extra = max(0, (code - 2) // 2)
    bits.code(code, 5)
    bits.add(distance - base, extra)


def gzipped(data: bytes) -> bytes:
    """Return `data` as gzip without a date (RFC 1952)."""
    head = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"
    return head + deflate(data) + struct.pack("<II", zlib.crc32(data), len(data))


def emblem() -> bytes:
    """Return the picture of the sample badge: a cog with a tick, as a PNG with a palette."""
    shades = _shades()
    palette = sorted({shade for line in shades for shade in line})
    index = {shade: number for number, shade in enumerate(palette)}
    rows = b"".join(b"\0" + bytes(index[shade] for shade in line) for line in shades)
    packed = b"\x78\x01" + deflate(rows, SIDE + 1) + struct.pack(">I", zlib.adler32(rows))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, body)
        for kind, body in (
            (b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 3, 0, 0, 0)),
            (b"PLTE", b"".join(bytes(shade[:3]) for shade in palette)),
            (b"tRNS", bytes(shade[3] for shade in palette)),
            (b"IDAT", packed),
            (b"IEND", b""),
        )
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)


Shade = tuple[int, int, int, int]


def _shades() -> list[list[Shade]]:
    """Return every point's colour, each the mean of four by four samples."""
    fine = 4
    steps = [(n + 0.5) / fine for n in range(fine)]
    return [
        [_mean([_point(x + dx, y + dy) for dy in steps for dx in steps]) for x in range(SIDE)]
        for y in range(SIDE)
    ]


def _mean(samples: list[Colour | None]) -> Shade:
    """Mix samples; in coarse steps, so that all shades fit in one palette."""
    solid = [sample for sample in samples if sample is not None]
    if not solid:
        return (0, 0, 0, 0)
    red, green, blue = (
        round(sum(sample[n] for sample in solid) / len(solid) / 17) * 17 for n in range(3)
    )
    exact = solid[0] if len(set(solid)) == 1 else (red, green, blue)
    return (*exact, round(len(solid) / len(samples) * 5) * 51)


def _point(x: float, y: float) -> Colour | None:
    """Return the colour at a point, or None outside the badge."""
    across, down = x - SIDE / 2, y - SIDE / 2
    away = math.hypot(across, down)
    if away > 92 + 2.5 * math.cos(24 * math.atan2(down, across)):
        return None
    if away > 84:
        return GOLD
    if away > 80:
        return PALE
    teeth = 58 + 9 * max(-1.0, min(1.0, 4 * math.cos(12 * math.atan2(down, across))))
    if away > teeth:
        return TEAL
    if away > 41:
        return PALE
    on_tick = _near(across, down, (-19, 1), (-6, 15)) or _near(across, down, (-6, 15), (21, -15))
    return GOLD if on_tick else TEAL


def _near(x: float, y: float, start: tuple[float, float], end: tuple[float, float]) -> bool:
    """Say whether a point lies on the thick line between two others."""
    along = (end[0] - start[0], end[1] - start[1])
    share = ((x - start[0]) * along[0] + (y - start[1]) * along[1]) / (
        along[0] ** 2 + along[1] ** 2
    )
    share = max(0.0, min(1.0, share))
    return math.hypot(x - start[0] - share * along[0], y - start[1] - share * along[1]) <= 5.5
