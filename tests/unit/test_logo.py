"""Logos: a PNG is written anew with nothing but its picture, and whatever is no small sound PNG is refused."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import png
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import logo
from portal.domain import errors
from tests.pictures import END, SIGNATURE, chunk, header

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(document.cookie)</script></svg>'
calmly = settings(derandomize=True, deadline=None, database=None, max_examples=60)


ROWS = b"\0abcdefghijkl\1mnopqrstuvwx"
IDAT = chunk(b"IDAT", zlib.compress(ROWS))
PICTURE = SIGNATURE + header() + IDAT + END


def made(width: int, height: int, *, interlace: bool = False, **mode: Any) -> bytes:
    """A picture as another program writes it."""
    writer = png.Writer(width, height, interlace=interlace, **mode)
    top = 2**writer.bitdepth
    top = len(mode["palette"]) if "palette" in mode else top
    values = [[(row * 7919 + n * 7) // 4 % top for n in range(width * writer.planes)] for row in range(height)]
    written = io.BytesIO()
    writer.write(written, values)
    return written.getvalue()


def pixels(content: bytes) -> tuple[int, int, list[list[int]]]:
    """What an independent program sees, all as RGBA."""
    width, height, rows, _ = png.Reader(bytes=content).asRGBA()
    return width, height, [list(row) for row in rows]


def refusal(content: bytes) -> str:
    with pytest.raises(errors.Refusal) as refused:
        logo.cleaned(content)
    assert refused.value.field == "logo"
    return refused.value.code.name


MODES: dict[str, dict[str, Any]] = {
    "grey": {"greyscale": True},
    "black and white": {"greyscale": True, "bitdepth": 1},
    "grey 16": {"greyscale": True, "bitdepth": 16},
    "grey with alpha": {"greyscale": True, "alpha": True},
    "colour": {"greyscale": False},
    "colour 16": {"greyscale": False, "bitdepth": 16},
    "colour with alpha": {"greyscale": False, "alpha": True},
    "palette": {"palette": [(n * 20, 255 - n, 7) for n in range(9)], "bitdepth": 4},
    "palette with transparency": {"palette": [(1, 2, 3, 0), (9, 9, 9, 128), (0, 0, 0)]},
    "one transparent colour": {"greyscale": False, "transparent": (1, 2, 3)},
    "one transparent grey": {"greyscale": True, "transparent": 5},
}


@pytest.mark.parametrize("interlace", [False, True], ids=["plain", "interlaced"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [(1, 1), (5, 3), (33, 18)], ids=str)
def test_no_pixel_changes(mode: str, size: tuple[int, int], interlace: bool) -> None:
    content = made(*size, interlace=interlace, **MODES[mode])
    assert pixels(logo.cleaned(content)) == pixels(content)


def test_rows_stay_filtered_as_they_were() -> None:
    kept = [data for kind, data in png.Reader(bytes=logo.cleaned(PICTURE)).chunks() if kind == b"IDAT"]
    assert zlib.decompress(b"".join(kept)) == ROWS


EXTRAS = {
    "text": SIGNATURE + header() + chunk(b"tEXt", b"Comment\0<script>alert(1)</script>") + IDAT + END,
    "compressed text": SIGNATURE + header() + chunk(b"zTXt", b"x\0\0" + zlib.compress(b"A" * 5_000_000)) + IDAT + END,
    "colour profile": SIGNATURE + header() + chunk(b"iCCP", b"<script>") + IDAT + END,
    "place and camera": SIGNATURE + header() + IDAT + chunk(b"eXIf", b"<script>") + END,
    "further frames": SIGNATURE
    + header()
    + chunk(b"acTL", b"\0\0\0\2\0\0\0\0")
    + chunk(b"fcTL", b"<script>")
    + IDAT
    + chunk(b"fdAT", b"\0\0\0\1<script>")
    + END,
    "HTML behind the end": PICTURE + b"<html><script>alert(1)</script></html>",
    "ZIP behind the end": PICTURE + b"PK\x03\x04<script>",
    "bytes behind the rows": SIGNATURE + header() + chunk(b"IDAT", zlib.compress(ROWS) + b"<script>") + END,
    "rows in stored blocks": SIGNATURE + header() + chunk(b"IDAT", zlib.compress(ROWS, 0)) + END,
    "palette of a colour picture": SIGNATURE + header() + chunk(b"PLTE", b"<script>x") + IDAT + END,
}


@pytest.mark.parametrize("extra", EXTRAS)
def test_nothing_but_the_picture_survives(extra: str) -> None:
    kept = logo.cleaned(EXTRAS[extra])
    assert kept == logo.cleaned(PICTURE)
    assert b"script" not in kept
    assert kept.endswith(END)


OTHERS = {
    "SVG with a script": SVG,
    "SVG with an XML head": b'<?xml version="1.0"?>' + SVG,
    "HTML": b"<!doctype html><script>alert(1)</script>",
    "JPEG": b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 40,
    "GIF": b"GIF89a\1\0\1\0\0\0\0;",
    "GIF before a PNG": b"GIF89a" + PICTURE,
    "nothing": b"",
    "signature as text": b"\x89PNG\n\x1a\n" + PICTURE[8:],
}


@pytest.mark.parametrize("other", OTHERS)
def test_what_is_no_png_is_refused(other: str) -> None:
    assert refusal(OTHERS[other]) == "logo-not-png"


BROKEN = {
    "signature alone": SIGNATURE,
    "no end": PICTURE[: -len(END)],
    "no rows": SIGNATURE + header() + END,
    "no header": SIGNATURE + IDAT + END,
    "nothing but its end": SIGNATURE + END,
    "header second": SIGNATURE + chunk(b"tEXt", b"a\0b") + header() + IDAT + END,
    "two headers": SIGNATURE + header() + header() + IDAT + END,
    "short header": SIGNATURE + chunk(b"IHDR", b"\0" * 12) + IDAT + END,
    "wrong check of the header": SIGNATURE + header()[:-4] + b"\0\0\0\0" + IDAT + END,
    "wrong check of the rows": SIGNATURE + header() + chunk(b"IDAT", zlib.compress(ROWS), crc=1) + END,
    "wrong check of a text": SIGNATURE + header() + chunk(b"tEXt", b"a\0b", crc=1) + IDAT + END,
    "too few rows": SIGNATURE + header(4, 3) + IDAT + END,
    "too many rows": SIGNATURE + header(4, 1) + IDAT + END,
    "rows that are no zlib": SIGNATURE + header() + chunk(b"IDAT", b"not zlib") + END,
    "rows cut off": SIGNATURE + header() + chunk(b"IDAT", zlib.compress(ROWS)[:-3]) + END,
    "unknown filter": SIGNATURE + header() + chunk(b"IDAT", zlib.compress(b"\5" + ROWS[1:])) + END,
    "unknown filter in the last row": SIGNATURE
    + header()
    + chunk(b"IDAT", zlib.compress(ROWS.replace(b"\1", b"\xff")))
    + END,
    "no width": SIGNATURE + header(0) + IDAT + END,
    "no height": SIGNATURE + header(4, 0) + IDAT + END,
    "depth 3": SIGNATURE + header(4, 2, 3) + IDAT + END,
    "colour of depth 4": SIGNATURE + header(4, 2, 4) + IDAT + END,
    "colour type 5": SIGNATURE + header(4, 2, 8, 5) + IDAT + END,
    "unknown compression": SIGNATURE + header(4, 2, 8, 2, 1, 0, 0) + IDAT + END,
    "unknown interlacing": SIGNATURE + header(4, 2, 8, 2, 0, 0, 2) + IDAT + END,
    "chunk that must be known": SIGNATURE + header() + chunk(b"EVIL", b"x") + IDAT + END,
    "chunk without a name": SIGNATURE + header() + chunk(b"\0\0\0\0", b"x") + IDAT + END,
    "chunk longer than the file": SIGNATURE + header() + struct.pack(">I", 2**31 - 1) + b"IDAT" + b"x" * 40,
    "palette picture without a palette": SIGNATURE + header(12, 2, 8, 3) + IDAT + END,
    "palette longer than its depth": SIGNATURE + header(96, 2, 1, 3) + chunk(b"PLTE", b"abc" * 3) + IDAT + END,
    "palette of half colours": SIGNATURE + header(12, 2, 8, 3) + chunk(b"PLTE", b"abcd") + IDAT + END,
    "transparency that does not fit": SIGNATURE + header() + chunk(b"tRNS", b"\0\0") + IDAT + END,
    "transparency beside alpha": SIGNATURE + header(3, 2, 8, 6) + chunk(b"tRNS", b"\0" * 6) + IDAT + END,
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_png_is_refused(what: str) -> None:
    assert refusal(BROKEN[what]) == "logo-broken"


@pytest.mark.parametrize("cut", range(8, len(PICTURE)))
def test_a_png_cut_off_anywhere_is_refused(cut: int) -> None:
    assert refusal(PICTURE[:cut]) == "logo-broken"


@pytest.mark.parametrize(
    "bomb",
    [
        header(50_000, 50_000),
        header(2**31 - 1, 2**31 - 1, 16, 6),
        header(50_000, 50_000, 8, 2, 0, 0, 1),
        header(logo.MOST_WIDTH + 1, 1),
        header(1, logo.MOST_HEIGHT + 1),
    ],
)
def test_a_bomb_is_refused_by_its_header(bomb: bytes) -> None:
    rows = chunk(b"IDAT", zlib.compress(b"\0" * 10_000_000))
    assert refusal(SIGNATURE + bomb + rows + END) == "logo-too-big"


def test_a_bomb_that_claims_to_be_small_is_unpacked_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Watched:
        def __init__(self, make: Callable[[], Any] = zlib.decompressobj) -> None:
            self._real = make()

        def decompress(self, data: bytes, most: int) -> bytes:
            asked.append(most)
            return bytes(self._real.decompress(data, most))

        @property
        def eof(self) -> bool:
            return bool(self._real.eof)

    packed = zlib.compress(b"\0" * 200_000_000)
    monkeypatch.setattr(zlib, "decompressobj", Watched)
    assert refusal(SIGNATURE + header() + chunk(b"IDAT", packed) + END) == "logo-broken"
    assert asked == [len(ROWS) + 1]


def test_the_largest_picture_fits() -> None:
    content = made(logo.MOST_WIDTH, logo.MOST_HEIGHT, greyscale=False)
    assert pixels(logo.cleaned(content))[:2] == (logo.MOST_WIDTH, logo.MOST_HEIGHT)


def test_a_large_file_is_refused() -> None:
    noise = hashlib.shake_128(b"noise").digest(500 * 3 * 300)
    rows = b"".join(b"\0" + noise[start : start + 1500] for start in range(0, len(noise), 1500))
    noisy = SIGNATURE + header(500, 300) + chunk(b"IDAT", zlib.compress(rows)) + END
    assert len(noisy) > logo.MOST_BYTES
    assert refusal(noisy) == "logo-too-large"
    assert refusal(SIGNATURE + b"\0" * logo.MOST_BYTES) == "logo-too-large"
    padded = PICTURE[: -len(END)] + chunk(b"tEXt", b"a\0" + b"b" * logo.MOST_BYTES) + END
    assert refusal(padded) == "logo-too-large"


def test_what_would_not_fit_into_the_table_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logo, "STORED_BYTES", len(logo.cleaned(PICTURE)) - 1)
    assert refusal(PICTURE) == "logo-too-large"


@calmly
@given(st.binary(max_size=300))
def test_rubbish_is_refused_and_breaks_nothing(rubbish: bytes) -> None:
    for content in (rubbish, SIGNATURE + rubbish, SIGNATURE + header() + rubbish):
        refusal(content)


@calmly
@given(st.integers(8, len(PICTURE) - 1), st.integers(1, 255))
def test_one_changed_byte_is_noticed(place: int, change: int) -> None:
    changed = bytes(byte ^ change if at == place else byte for at, byte in enumerate(PICTURE))
    try:
        assert logo.cleaned(changed) == logo.cleaned(PICTURE)  # a byte that plays no part
    except errors.Refusal:
        return
