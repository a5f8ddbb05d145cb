"""Photos and scans: whole, not too large to open, turned right; and pictures of them that carry nothing else.

What a file declares is believed only so far as to refuse it: nothing is decoded before its size is known.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from functions.upload.content.types import MOST_PICTURES, Readable, stopped, unreadable_is_broken
from portal.domain import document_types, errors
from portal.domain.document_types import FileType
from portal.domain.documents import MEGAPIXEL_LIMIT, PAGE_LIMIT

PICTURE_PIXELS = 1_000 * 1_414
"""Of a page picture: A4 is a thousand wide."""

LONGEST = 4_000
"""Of its longer side: a receipt is long and narrow."""

MOST_DECODED = 400_000_000
"""Pixels of all frames of a file that are decoded; further frames are counted only."""

_PIXEL_LIMIT = MEGAPIXEL_LIMIT * 1_000_000
_QUALITY = 75
_FORMATS = {
    document_types.JPEG: "JPEG",
    document_types.PNG: "PNG",
    document_types.HEIC: "HEIF",
    document_types.TIFF: "TIFF",
    document_types.WEBP: "WEBP",
}
_GREY = ("L", "I", "F")
_NOT_SCALED = {"1": "L", "P": "RGB", "PA": "RGBA"}


def read(data: bytes, kind: FileType) -> Readable:
    """Raises `stopped-broken`, `stopped-pages`, `stopped-pixels`."""
    from PIL import Image  # noqa: PLC0415 - only pictures pay

    Image.MAX_IMAGE_PIXELS = None  # ours is told to the person, and asked before anything is decoded
    if kind is document_types.HEIC:
        from pi_heif import register_heif_opener  # noqa: PLC0415 - only photos of iPhones pay

        register_heif_opener(decode_threads=1)
    with unreadable_is_broken(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is odd in a file, and can be read all the same
        with Image.open(io.BytesIO(data), formats=(_FORMATS[kind],)) as image:
            frames = list(_frames(image, kind))
            pictures = list(_pictures(image, frames))
    return Readable(len(frames), iter(pictures))


def as_jpeg(image: Any) -> bytes:
    """A page picture: upright, of the usual size, without anything that is not seen."""
    gap = None if image.mode.startswith("I;16") else 2.0  # a photo is made smaller while it is decoded
    image.thumbnail(_smaller(*image.size), reducing_gap=gap)
    picture = _on_white(_upright(image))
    picture.info = {}  # a comment would be written along
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()


def _frames(image: Any, kind: FileType) -> Iterator[int]:
    """How many pixels each page has; only of a TIFF all frames are pages."""
    yield _pixels(image)
    number = 1
    while kind is document_types.TIFF and _goes_to(image, number):
        number += 1
        if number > PAGE_LIMIT:
            raise stopped(errors.STOPPED_PAGES)
        yield _pixels(image)


def _goes_to(image: Any, number: int) -> bool:
    try:
        image.seek(number)
    except EOFError:
        return False
    return True


def _pixels(image: Any) -> int:
    width, height = image.size
    if width * height > _PIXEL_LIMIT:
        raise stopped(errors.STOPPED_PIXELS)
    return int(width * height)


def _pictures(image: Any, frames: list[int]) -> Iterator[bytes]:
    left = MOST_DECODED
    for number, pixels in enumerate(frames[:MOST_PICTURES]):
        left -= pixels
        if left < 0:
            return
        if len(frames) > 1:
            image.seek(number)
        yield as_jpeg(_decoded(image, alone=len(frames) == 1))


def _decoded(image: Any, *, alone: bool) -> Any:
    """In a mode that can be made smaller well: neither black-and-white nor colours by numbers."""
    if image.mode in _NOT_SCALED:
        return image.convert("RGBA" if image.has_transparency_data else _NOT_SCALED[image.mode])
    return image if alone else image.copy()  # the file goes on to its next frame


def _smaller(width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, math.sqrt(PICTURE_PIXELS / (width * height)), LONGEST / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _upright(image: Any) -> Any:
    """Turned as the camera was held; what a camera noted wrongly is no reason to refuse its photo."""
    from PIL import ImageOps  # noqa: PLC0415 - only pictures pay

    with suppress(Exception):
        return ImageOps.exif_transpose(image)
    return image


def _on_white(image: Any) -> Any:
    """In grey or in colours, as JPEG has them; what is transparent shows white, as on paper."""
    from PIL import Image  # noqa: PLC0415 - only pictures pay

    if image.mode.startswith("I;16"):
        image = image.convert("I").point(lambda value: value * (1 / 256))
    elif image.has_transparency_data:
        seen = image.convert("RGBA")
        image = Image.new("RGBA", seen.size, "white")
        image.alpha_composite(seen)
    return image.convert("L" if image.mode in _GREY else "RGB")
