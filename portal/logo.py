"""An office's logo: a PNG from which only the picture is kept, written anew.

Whatever else a file may carry is left behind: texts, colour profiles, further frames of an animation, what stands
behind the end. The rows of the picture stay as they were filtered; unfiltering them changes no pixel, takes plain
Python seconds, and makes the file many times larger.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from portal.domain import errors

MOST_BYTES = 300_000
STORED_BYTES = 380_000
"""An item of the table holds 400 kB; other compressors press harder than ours, so that the same picture may grow."""
MOST_WIDTH = 1200
MOST_HEIGHT = 600

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">IIBBBBB")
_GREY, _TRUECOLOUR, _PALETTE, _GREY_ALPHA, _TRUECOLOUR_ALPHA = 0, 2, 3, 4, 6
_DEPTHS = {
    _GREY: (1, 2, 4, 8, 16),
    _TRUECOLOUR: (8, 16),
    _PALETTE: (1, 2, 4, 8),
    _GREY_ALPHA: (8, 16),
    _TRUECOLOUR_ALPHA: (8, 16),
}
_SAMPLES = {_GREY: 1, _TRUECOLOUR: 3, _PALETTE: 1, _GREY_ALPHA: 2, _TRUECOLOUR_ALPHA: 4}
_FILTERS = 5
_WHOLE = ((0, 0, 1, 1),)
# Of an interlaced picture seven smaller ones follow each other: first column and row, and the steps between.
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


class _Header(NamedTuple):
    width: int
    height: int
    depth: int
    colour: int
    compression: int
    filtering: int
    interlaced: int

    def passes(self) -> Iterator[tuple[int, int]]:
        """Bytes in a row with its filter, and rows, of each pass."""
        for left, top, across, down in _ADAM7 if self.interlaced else _WHOLE:
            columns, rows = -(-(self.width - left) // across), -(-(self.height - top) // down)
            if columns > 0 and rows > 0:
                yield 1 + (columns * _SAMPLES[self.colour] * self.depth + 7) // 8, rows


def cleaned(content: bytes) -> bytes:
    """The same picture as a PNG that holds nothing else.

    Raises `logo-not-png`, `logo-too-large`, `logo-too-big`, `logo-broken`.
    """
    if not content.startswith(_SIGNATURE):
        raise errors.Refusal(errors.LOGO_NOT_PNG, "logo")
    if len(content) > MOST_BYTES:
        raise _too_large()
    header, chunks = _read(content)
    rows = _rows(header, chunks[b"IDAT"])
    parts = [(b"IHDR", _HEADER.pack(*header)), *_colours(header, chunks)]
    parts += [(b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    written = _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in parts)
    if len(written) > STORED_BYTES:
        raise _too_large()
    return written


def _read(content: bytes) -> tuple[_Header, dict[bytes, bytes]]:
    """The header, believed only if the picture is small enough, and the chunks that make the picture."""
    chunks = _chunks(content)
    kind, data = next(chunks, (b"", b""))
    if kind != b"IHDR" or len(data) != _HEADER.size:
        raise _broken()
    header = _Header._make(_HEADER.unpack(data))
    _require_sense(header)
    kept: dict[bytes, bytes] = {b"PLTE": b"", b"tRNS": b"", b"IDAT": b""}
    for kind, data in chunks:
        if kind in kept:
            kept[kind] += data
        elif not kind[0] & 0x20:  # a capital: whoever does not know this chunk cannot show the picture
            raise _broken()
    return header, kept


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk up to the end of the picture. What stands behind it is passed over."""
    at = len(_SIGNATURE)
    while True:
        head = content[at : at + 8]
        size, kind = int.from_bytes(head[:4], "big"), head[4:]
        data, check = content[at + 8 : at + 8 + size], content[at + 8 + size : at + 12 + size]
        if int.from_bytes(check, "big") != zlib.crc32(kind + data) or not kind.isalpha() or len(check) != len(kind):
            raise _broken()
        if kind == b"IEND":
            return
        yield kind, data
        at += 12 + size


def _require_sense(header: _Header) -> None:
    if header.width > MOST_WIDTH or header.height > MOST_HEIGHT:
        raise errors.Refusal(errors.LOGO_TOO_BIG, "logo", width=MOST_WIDTH, height=MOST_HEIGHT)
    known = header.depth in _DEPTHS.get(header.colour, ())
    modes = (header.compression, header.filtering, header.interlaced)
    if not (known and header.width and header.height and modes in ((0, 0, 0), (0, 0, 1))):
        raise _broken()


def _rows(header: _Header, packed: bytes) -> bytes:
    """The rows of the picture, unpacked no further than its size: a small file may hold gigabytes."""
    passes = list(header.passes())
    size = sum(length * rows for length, rows in passes)
    stream = zlib.decompressobj()
    try:
        found = stream.decompress(packed, size + 1)
    except zlib.error:
        raise _broken() from None
    if len(found) != size or not stream.eof:
        raise _broken()
    start = 0
    for length, rows in passes:
        if any(kind >= _FILTERS for kind in found[start : start + length * rows : length]):
            raise _broken()
        start += length * rows
    return found


def _colours(header: _Header, chunks: dict[bytes, bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The palette and what is transparent, as far as the picture cannot be without them."""
    palette, transparent = chunks[b"PLTE"], chunks[b"tRNS"]
    if header.colour == _PALETTE:
        if len(palette) % 3 or not 1 <= len(palette) // 3 <= 2**header.depth or len(transparent) > len(palette) // 3:
            raise _broken()
        yield b"PLTE", palette
    elif len(transparent) not in (0, {_GREY: 2, _TRUECOLOUR: 6}.get(header.colour)):
        raise _broken()
    if transparent:
        yield b"tRNS", transparent


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _too_large() -> errors.Refusal:
    return errors.Refusal(errors.LOGO_TOO_LARGE, "logo", limit=MOST_BYTES // 1000)


def _broken() -> errors.Refusal:
    return errors.Refusal(errors.LOGO_BROKEN, "logo")
