"""Small pictures, made byte by byte."""

from __future__ import annotations

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes = b"", crc: int | None = None) -> bytes:
    """A chunk of a PNG, with the right check unless another one is given."""
    check = zlib.crc32(kind + data) if crc is None else crc
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def header(width: int = 4, height: int = 2, depth: int = 8, colour: int = 2, *modes: int) -> bytes:
    """The first chunk; of a colour picture unless said otherwise."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, *(modes or (0, 0, 0))))


END = chunk(b"IEND")


def picture(shade: int = 200, *, extra: bytes = b"", behind: bytes = b"") -> bytes:
    """A grey PNG of 4 × 2 pixels; `extra` chunks stand before the rows, bytes `behind` after the end."""
    rows = chunk(b"IDAT", zlib.compress((b"\0" + bytes([shade]) * 4) * 2))
    return SIGNATURE + header(4, 2, 8, 0) + extra + rows + END + behind
