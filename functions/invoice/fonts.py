"""The letters of a printed invoice: one family in two weights, baked by scripts/fonts.py.

Nearly every text is made of signs that are one byte each in a font that goes into a document as it is. Other letters
(Greek, Cyrillic, Vietnamese …) come from a second font, of which ReportLab embeds those that the document uses. What
neither has is shown as a dark diamond with a question mark.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).with_name("fonts")
REPLACEMENT = "\ufffd"

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"}
"""Categories of Unicode that draw nothing of their own: controls, formats, marks left over by composing letters."""

_BREAKS = re.compile(r"(?<!\b[aiouwzAIOUWZ]) ")
"""Lines are broken at spaces, but no line ends with a word of one letter."""

_LINE_ENDS = dict.fromkeys(map(ord, "\t\n\r\v\f\u2028\u2029"), " ")


class _NotBakedError(ValueError):
    """A sign that is not among the bytes; not a LookupError, which `str.translate` would pass over."""


class _Codes(dict[int, int]):
    def __missing__(self, sign: int) -> int:
        raise _NotBakedError(sign)


@lru_cache(maxsize=1)
def letters() -> bytes:
    """Which letters the bytes of both weights are, deflated."""
    return (FOLDER / "letters.cmap").read_bytes()


class Run(NamedTuple):
    """A text that is ready to be drawn; `width` is for a size of one.

    `written` are its bytes as they stand between brackets. A text that needs other letters has stretches instead, each
    with whether it is of the other font.
    """

    written: bytes | None
    width: float
    stretches: tuple[tuple[bool, str], ...] = ()


@dataclass(eq=False)
class Face:
    """One weight of the family."""

    weight: str

    @cached_property
    def about(self) -> dict[str, Any]:
        """Name, measures and length, as baked."""
        described: dict[str, Any] = json.loads((FOLDER / f"{self.weight}.json").read_text(encoding="ascii"))
        return described

    @cached_property
    def font(self) -> bytes:
        """The baked font, deflated."""
        return (FOLDER / f"{self.weight}.font").read_bytes()

    @cached_property
    def box(self) -> bytes:
        """The box around any letter, as it is written."""
        return _numbers(self.about["box"])

    @cached_property
    def thousandths(self) -> bytes:
        """Widths as they are written."""
        return _numbers(self.about["widths"])

    @property
    def other_name(self) -> str:
        """The font with all other letters."""
        return f"{self.weight}-other"

    @property
    def other_file(self) -> Path:
        """Where it lies."""
        return FOLDER / f"{self.other_name}.ttf"

    @cached_property
    def others(self) -> dict[int, float]:
        """Widths of the other letters by sign, for a size of one; read when a text first needs them."""
        widths: dict[str, int] = json.loads((FOLDER / f"{self.other_name}.json").read_text(encoding="ascii"))
        return {int(sign): width / 1000 for sign, width in widths.items()}

    @cached_property
    def codes(self) -> _Codes:
        """Bytes by sign."""
        return _Codes({int(sign): code for sign, code in self.about["codes"].items()})

    @cached_property
    def widths(self) -> list[float]:
        """By byte, for a size of one."""
        return [0.0] * 32 + [width / 1000 for width in self.about["widths"]]

    @cached_property
    def digit(self) -> float:
        """How wide each of the ten digits is."""
        return self.width("0")

    @cached_property
    def comma(self) -> float:
        """How wide a comma is."""
        return self.width(",")

    def encoded(self, text: str) -> bytes:
        """The bytes of a text whose signs are all baked."""
        return text.translate(self.codes).encode("latin-1")

    def run(self, text: str) -> Run:
        """A text as it is drawn."""
        try:
            written = text.translate(self.codes).encode("latin-1")
        except _NotBakedError:
            return self._mixed(text)
        width = sum(map(self.widths.__getitem__, written))
        if "(" in text or ")" in text or "\\" in text:
            written = written.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        return Run(written, width)

    def width(self, text: str) -> float:
        """How wide a text is for a size of one."""
        return self.run(text).width

    def wrapped(self, text: str, room: float) -> list[str]:
        """The text in lines that are no wider than `room` (for a size of one); words too long are broken."""
        if self.width(text) <= room and "\n" not in text:
            return [text]
        return [line for paragraph in text.split("\n") for line in self._wrapped(paragraph, room)]

    def _wrapped(self, text: str, room: float) -> list[str]:
        lines, line, filled, space = [], "", 0.0, self.widths[32]
        for word in _BREAKS.split(text):
            width = self.width(word)
            if line and filled + space + width <= room:
                line, filled = f"{line} {word}", filled + space + width
                continue
            if line:
                lines.append(line)
            while width > room:
                head = self._head(word, room)
                lines.append(word[:head])
                word = word[head:]  # noqa: PLW2901 - the rest of the word is what is left to place
                width = self.width(word)
            line, filled = word, width
        return [*lines, line]

    def _head(self, word: str, room: float) -> int:
        """How many letters of a word fit; at least one."""
        filled = 0.0
        for place, letter in enumerate(word):
            filled += self.width(letter)
            if filled > room:
                return max(place, 1)
        return len(word)

    def _mixed(self, text: str) -> Run:
        known = self._known(text)
        parts = groupby(known, lambda letter: ord(letter) not in self.codes)
        stretches = tuple((other, "".join(letters)) for other, letters in parts)
        if not any(other for other, _ in stretches):
            return self.run(known)
        return Run(None, sum(map(self._letter, known)), stretches)

    def _letter(self, letter: str) -> float:
        sign = ord(letter)
        return self.widths[self.codes[sign]] if sign in self.codes else self.others[sign]

    def _known(self, text: str) -> str:
        """The text in letters that one of the fonts has."""
        composed = unicodedata.normalize("NFC", text.translate(_LINE_ENDS))
        return "".join(letter if self._has(letter) else self._instead(letter) for letter in composed)

    def _has(self, letter: str) -> bool:
        return ord(letter) in self.codes or ord(letter) in self.others

    def _instead(self, letter: str) -> str:
        """The same in simpler letters („ﬁ” is „fi”), or the sign for a missing one; nothing of what draws nothing."""
        simple = unicodedata.normalize("NFKC", letter)
        if simple != letter and all(map(self._has, simple)):
            return simple
        return "" if unicodedata.category(letter) in _UNSEEN else REPLACEMENT


def _numbers(of: list[int]) -> bytes:
    return " ".join(map(str, of)).encode("ascii")


REGULAR, STRONG = Face("regular"), Face("strong")
