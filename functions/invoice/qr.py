"""QR codes as content operators.

A code is a text with its correction, spread over fixed places under a fixed mask (any of the eight gives a valid code,
and choosing one takes longest). The places are learnt from segno once for each size; after that a code is a few
look-ups. The level of correction is L, as the banks' standard for transfers wants it:
fewer modules, each of them larger.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from segno import consts as segno_consts
from segno import encoder as segno_encoder

QUIET = 4
"""Light modules around a code, which a camera needs."""

MASK = 2

consts: Any = segno_consts  # typed in part only
encoder: Any = segno_encoder

_LEVEL = consts.ERROR_LEVEL_L
_LARGEST = 40
_LONG = 10
"""From this size on the length takes two bytes."""

_DARK = re.compile("1+")
_BYTES = 0b0100
"""Says that what follows are bytes."""

_FREE = 2
"""A module in segno's matrix that is not taken yet."""

_FIELD = 0x11D
_INVERTED = str.maketrans("01", "10")


class _Layout(NamedTuple):
    """A size of code: by row, which signs of the sequence (bits, inverted bits, light, dark) its modules are."""

    rows: tuple[Callable[[str], tuple[str, ...]], ...]
    blocks: tuple[tuple[int, int], ...]
    """Bytes of text, and of correction, in each block."""

    room: int
    bits: int


def rows(content: str) -> list[str]:
    """The modules of a code, 1 for a dark one."""
    text = content.encode("utf-8")
    layout = _layout(_size(len(text)))
    packed = _interleaved(_filled(text, layout), layout)
    bits = bin(int.from_bytes(b"\x01" + packed, "big"))[3:].ljust(layout.bits, "0")
    signs = bits + bits.translate(_INVERTED) + "01"
    return ["".join(row(signs)) for row in layout.rows]


def drawn(content: str, x: float, y: float, size: float) -> bytes:
    """A code of this size, its lower left corner at x, y: one path of runs of dark modules, on paper of its own."""
    code = rows(content)
    modules = len(code)
    runs = [
        b"%d %d %d 1 re" % (run.start(), modules - 1 - place, run.end() - run.start())
        for place, row in enumerate(code)
        for run in _DARK.finditer(row)
    ]
    paper = b"%d %d %d %d re f" % (-QUIET, -QUIET, modules + 2 * QUIET, modules + 2 * QUIET)
    scale = size / modules
    return b"%.5f 0 0 %.5f %.2f %.2f cm 1 g %b 0 g\n%b f" % (scale, scale, x, y, paper, b"\n".join(runs))


def _size(length: int) -> int:
    """The smallest size that has room for so many bytes. Raises ValueError when none has."""
    for size in range(1, _LARGEST + 1):
        needed = 4 + (16 if size >= _LONG else 8) + 8 * length
        if needed <= consts.SYMBOL_CAPACITY[size][_LEVEL]:
            return size
    raise ValueError("Too long for a QR code.")


def _filled(text: bytes, layout: _Layout) -> bytes:
    """Kind, length, text, an end, and filling bytes up to the room there is."""
    length_bits = 16 if len(layout.rows) >= encoder.calc_matrix_size(_LONG) else 8
    head = _BYTES << length_bits | len(text)
    whole = (head << 8 * len(text) | int.from_bytes(text, "big")) << 4
    written = whole.to_bytes((4 + length_bits + 8 * len(text) + 4) // 8, "big")[: layout.room]
    return written + (b"\xec\x11" * layout.room)[: layout.room - len(written)]


def _interleaved(text: bytes, layout: _Layout) -> bytes:
    """The first byte of each block, then the second of each, and so on; then the corrections likewise."""
    parts, corrections, at = [], [], 0
    for size, correction in layout.blocks:
        part = text[at : at + size]
        parts.append(part)
        corrections.append(_correction(part, correction))
        at += size
    return bytes([*_by_turns(parts), *_by_turns(corrections)])


def _by_turns(parts: list[bytes]) -> Iterator[int]:
    for place in range(max(map(len, parts))):
        for part in parts:
            if place < len(part):
                yield part[place]


def _correction(part: bytes, length: int) -> bytes:
    """The remainder of Reed and Solomon."""
    table, rest, shift = _multiples(length), 0, 8 * (length - 1)
    below = (1 << shift) - 1
    for byte in part:
        rest = (rest & below) << 8 ^ table[byte ^ rest >> shift]
    return rest.to_bytes(length, "big")


@lru_cache(maxsize=32)
def _multiples(length: int) -> list[int]:
    """The generator of this length times each byte."""
    generator = [1]
    root = 1
    for _ in range(length):
        shifted = [*generator, 0]
        for place, factor in enumerate(generator, 1):
            shifted[place] ^= _times(factor, root)
        generator, root = shifted, _times(root, 2)
    return [int.from_bytes(bytes([_times(byte, factor) for factor in generator[1:]]), "big") for byte in range(256)]


def _times(one: int, other: int) -> int:
    """Multiplied in the field of 256 elements."""
    product = 0
    while other:
        product ^= one * (other & 1)
        one = one << 1 ^ (_FIELD if one & 0x80 else 0)
        other >>= 1
    return product


@lru_cache(maxsize=_LARGEST)
def _layout(size: int) -> _Layout:
    """Where segno puts the bits of a code of this size."""
    width = encoder.calc_matrix_size(size)
    free = encoder.make_matrix(width, width)
    encoder.add_finder_patterns(free, width, width)
    encoder.add_alignment_patterns(free, width, width)
    bits: int = sum(row.count(_FREE) for row in free)
    fixed = [bytearray(row) for row in free]
    encoder.add_format_info(fixed, size, _LEVEL, MASK)
    encoder.add_version_info(fixed, size)
    numbered = [list(row) for row in free]
    encoder.add_codewords(numbered, range(_FREE + 1, _FREE + 1 + bits), size)
    masked = encoder.get_data_mask_functions(False)[MASK]

    def sign(i: int, j: int) -> int:
        """Which sign of the sequence a module is."""
        if free[i][j] != _FREE:
            return 2 * bits + int(fixed[i][j])
        place = int(numbered[i][j]) - _FREE - 1
        return place + bits if masked(i, j) else place

    placed = [itemgetter(*[sign(i, j) for j in range(width)]) for i in range(width)]
    groups = consts.ECC[size][_LEVEL]
    blocks = [(one.num_data, one.num_total - one.num_data) for one in groups for _ in range(one.num_blocks)]
    return _Layout(tuple(placed), tuple(blocks), sum(data for data, _ in blocks), bits)
