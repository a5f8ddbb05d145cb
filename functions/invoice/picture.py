"""A logo as a PDF image.

What PNG and PDF write alike goes over as it is; the rest is unpacked, made smaller and packed. It was
written anew by `portal.logo`: it is a sound PNG of limited size.
"""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from typing import NamedTuple

_GREY, _COLOUR, _PALETTE = 0, 2, 3
_SPACES = {_GREY: (b"/DeviceGray", 1), _COLOUR: (b"/DeviceRGB", 3)}
_HEAD = 8
_MOST = (700, 280)
"""Pixels of an unpacked picture: as many as a printer shows in the room that a logo has."""


class Picture(NamedTuple):
    """An image: its dictionary and stream, those of its transparency, and its size in pixels."""

    head: bytes
    content: bytes
    alpha: tuple[bytes, bytes] | None
    width: int
    height: int


@lru_cache(maxsize=4)
def of(png: bytes) -> Picture:
    """The picture in a PNG."""
    chunks = _chunks(png)
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if interlaced or b"tRNS" in chunks or colour not in (_GREY, _COLOUR, _PALETTE):
        return _unpacked(png)
    if colour == _PALETTE:
        palette = chunks[b"PLTE"]
        space, samples = b"[/Indexed/DeviceRGB %d<%b>]" % (len(palette) // 3 - 1, palette.hex().encode("ascii")), 1
    else:
        space, samples = _SPACES[colour]
    rows = b"/DecodeParms<</Predictor 15/Colors %d/BitsPerComponent %d/Columns %d>>" % (samples, depth, width)
    return Picture(_head(width, height, space, depth) + rows, chunks[b"IDAT"], None, width, height)


def _chunks(png: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    at = _HEAD
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        found[kind] = found.get(kind, b"") + png[at + 8 : at + 8 + size]
        at += 12 + size
    return found


def _unpacked(png: bytes) -> Picture:
    import io  # noqa: PLC0415 - only few logos need what follows

    from PIL import Image  # noqa: PLC0415 - the same

    with Image.open(io.BytesIO(png)) as opened:
        image = opened.convert("RGBA")
    image.thumbnail(_MOST)
    width, height = image.size
    colours, alpha = zlib.compress(image.convert("RGB").tobytes()), zlib.compress(image.getchannel("A").tobytes())
    mask = (_head(width, height, b"/DeviceGray", 8), alpha)
    return Picture(_head(width, height, b"/DeviceRGB", 8), colours, mask, width, height)


def _head(width: int, height: int, space: bytes, depth: int) -> bytes:
    return b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace%b/BitsPerComponent %d" % (
        width,
        height,
        space,
        depth,
    )
