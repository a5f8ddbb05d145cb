"""Numbers of invoices: series, patterns, and the counter that a number comes from.

A pattern is read by a small reader of our own: what people type never reaches `str.format`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from portal.domain import errors
from portal.domain.invoices.content import Kind

NUMBER_LIMIT = 40
_PATTERN_LIMIT = 100
MOST_WIDTH = 9
MOST_NUMBER = 10**MOST_WIDTH - 1
_CODE = re.compile(r"[^\W_]{1,10}")
_PIECE = re.compile(r"\{(?P<token>[a-z]+)(?::(?P<width>[1-9]))?\}|(?P<literal>[^\W_]|[/._ -])")
_SHORT_YEAR = 2


class Purpose(StrEnum):
    """What a series is for. Kinds of one purpose share their numbers."""

    SALE = "sale"
    ADVANCE = "advance"
    CORRECTION = "correction"
    PRO_FORMA = "pro-forma"


_PURPOSES = {
    Kind.ADVANCE: Purpose.ADVANCE,
    Kind.CORRECTION: Purpose.CORRECTION,
    Kind.PRO_FORMA: Purpose.PRO_FORMA,
}


def purpose_of(kind: Kind) -> Purpose:
    """From which series a kind takes its number."""
    return _PURPOSES.get(kind, Purpose.SALE)


class Reset(StrEnum):
    """When counting begins again."""

    YEARLY = "yearly"
    MONTHLY = "monthly"
    CONTINUOUS = "continuous"


@dataclass(frozen=True, slots=True)
class Series:
    """A series: its code („S”), what it is for, how its numbers are written and when they begin again."""

    code: str
    purpose: Purpose
    pattern: str
    reset: Reset


class _Token(StrEnum):
    LITERAL = "literal"
    SERIES = "series"
    NUMBER = "number"
    MONTH = "month"
    YEAR = "year"


class _Piece(NamedTuple):
    token: _Token
    text: str = ""
    width: int = 0


def default_series() -> tuple[Series, ...]:
    """What a firm begins with: four series, counted by month."""
    codes = {Purpose.SALE: "FV", Purpose.ADVANCE: "ZAL", Purpose.CORRECTION: "KOR", Purpose.PRO_FORMA: "PRO"}
    pattern = "{series}/{number:4}/{month}/{year:2}"
    return tuple(Series(code, purpose, pattern, Reset.MONTHLY) for purpose, code in codes.items())


def check_series(series: Series, others: Iterable[Series] = ()) -> None:
    """A series whose numbers can be told apart for good, from each other and from those of the firm's other series.

    Raises `series-code`, `pattern-invalid`, `pattern-number`, `pattern-reset`, `pattern-long`, `series-meet`.
    """
    if not _CODE.fullmatch(series.code):
        raise errors.Refusal(errors.SERIES_CODE, "code")
    pieces = _read(series.pattern)
    if sum(piece.token is _Token.NUMBER for piece in pieces) != 1:
        raise errors.Refusal(errors.PATTERN_NUMBER, "pattern")
    _require_period(series.reset, {piece.token for piece in pieces})
    if len(_written(series, MOST_NUMBER, date.max)) > NUMBER_LIMIT:
        raise errors.Refusal(errors.PATTERN_LONG, "pattern", limit=NUMBER_LIMIT)
    for other in others:
        if _may_meet(_shape(series), _shape(other)):
            raise errors.Refusal(errors.SERIES_MEET, "pattern", other=other.code)


def require_purpose(series: Series, kind: Kind, field: str = "series") -> None:
    """Raises `series-kind`."""
    if series.purpose is not purpose_of(kind):
        raise errors.Refusal(errors.SERIES_KIND, field)


def scope(series: Series, day: date) -> str:
    """Which counter of the series counts an invoice issued that day."""
    if series.reset is Reset.CONTINUOUS:
        return ""
    return f"{day:%Y-%m}" if series.reset is Reset.MONTHLY else f"{day:%Y}"


def number(series: Series, count: int, day: date) -> str:
    """The number of the invoice that is the `count`th of its scope. Raises `numbers-exhausted`."""
    if not 1 <= count <= MOST_NUMBER:
        raise errors.Refusal(errors.NUMBERS_EXHAUSTED, "series")
    return _written(series, count, day)


def _written(series: Series, count: int, day: date) -> str:
    return "".join(_piece_written(piece, series.code, count, day) for piece in _read(series.pattern))


def _piece_written(piece: _Piece, code: str, count: int, day: date) -> str:
    match piece.token:
        case _Token.NUMBER:
            return f"{count:0{piece.width}d}"
        case _Token.MONTH:
            return f"{day.month:02d}"
        case _Token.YEAR:
            return f"{day.year:04d}"[-piece.width :]
        case _:
            return piece.text or code


@lru_cache(maxsize=256)
def _read(pattern: str) -> tuple[_Piece, ...]:
    if len(pattern) > _PATTERN_LIMIT:
        raise errors.Refusal(errors.PATTERN_LONG, "pattern", limit=NUMBER_LIMIT)
    pieces, position = [], 0
    while position < len(pattern):
        match = _PIECE.match(pattern, position)
        if match is None:
            raise errors.Refusal(errors.PATTERN_INVALID, "pattern")
        pieces.append(_piece(match))
        position = match.end()
    # A space at an end, or one of two, would be lost wherever the number is shown or typed again.
    if pattern != " ".join(pattern.split()):
        raise errors.Refusal(errors.PATTERN_INVALID, "pattern")
    return tuple(pieces)


def _piece(match: re.Match[str]) -> _Piece:
    literal, width = match["literal"], int(match["width"] or 0)
    if literal:
        return _Piece(_Token.LITERAL, literal)
    widths = _WIDTHS.get(match["token"])
    if widths is None or width not in widths:
        raise errors.Refusal(errors.PATTERN_INVALID, "pattern")
    return _Piece(_Token(match["token"]), width=widths[width])


_WIDTHS: dict[str, dict[int, int]] = {
    "series": {0: 0},
    "number": {0: 1} | {width: width for width in range(1, MOST_WIDTH + 1)},
    "month": {0: 2, 2: 2},
    "year": {0: 4, 4: 4, _SHORT_YEAR: _SHORT_YEAR},
}
"""Which widths a token may be given (0: none), and what each means."""


def _require_period(reset: Reset, tokens: set[_Token]) -> None:
    """Counting that begins again gives each number again, so what has changed since must stand in it."""
    needed = {Reset.YEARLY: (_Token.YEAR,), Reset.MONTHLY: (_Token.MONTH, _Token.YEAR), Reset.CONTINUOUS: ()}[reset]
    missing = [token for token in needed if token not in tokens]
    if missing:
        raise errors.Refusal(errors.PATTERN_RESET, "pattern", needed=missing[0].value)


class _Sign(NamedTuple):
    """What stands at a place of a number: a sign, or any digit (`""`); `repeats`: one or more of them."""

    text: str
    repeats: bool = False

    def meets(self, other: _Sign) -> bool:
        """Whether some sign fits both."""
        if not self.text or not other.text:
            return (self.text or other.text or "0").isdecimal()
        return self.text == other.text


def _shape(series: Series) -> tuple[_Sign, ...]:
    signs: list[_Sign] = []
    for piece in _read(series.pattern):
        if piece.token in {_Token.LITERAL, _Token.SERIES}:
            signs += [_Sign(char.casefold()) for char in piece.text or series.code]
        else:
            signs += [_Sign("")] * (piece.width - 1) + [_Sign("", piece.token is _Token.NUMBER)]
    return tuple(signs)


def _may_meet(one: Sequence[_Sign], other: Sequence[_Sign]) -> bool:
    """Whether some text has both shapes: both are walked at once, a repeating sign staying or going on."""
    reached = {(0, 0)}
    todo = [(0, 0)]
    while todo:
        left, right = todo.pop()
        if left == len(one) and right == len(other):
            return True
        if left < len(one) and right < len(other) and one[left].meets(other[right]):
            for step in _steps(one[left].repeats, other[right].repeats):
                place = (left + step[0], right + step[1])
                if place not in reached:
                    reached.add(place)
                    todo.append(place)
    return False


def _steps(left_repeats: bool, right_repeats: bool) -> list[tuple[int, int]]:
    """How far both may go after one sign. Both staying leads nowhere new."""
    return [(left, right) for left in (1, 0) for right in (1, 0) if (left or left_repeats) and (right or right_repeats)]
