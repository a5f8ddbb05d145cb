"""The end of an invoice: sums per rate, what is to pay, the amount in words, remarks, codes and names."""

from __future__ import annotations

from collections.abc import Sequence

from functions.invoice import qr, tables
from functions.invoice.document import Page
from functions.invoice.flow import (
    BOTTOM,
    FAINT,
    INK,
    LEADING,
    LEFT,
    RIGHT,
    ROOM,
    SMALL,
    TEXT,
    Flow,
    both,
    height_of,
    inline,
)
from functions.invoice.fonts import REGULAR, STRONG
from functions.invoice.printout import Code, Printout
from functions.invoice.tables import Grid

_FIGURE = 22.0
"""„Razem do zapłaty” is the largest figure of the page."""

_BLOCK = 215.0
_BETWEEN = 26.0
_ABOVE = 10.0
_SETTLED = 13.5
_CODE = 66.0
_QUIET = 8.0
"""Paper around a code; texts stand behind it."""

_CAPTION = 6.5
_CODES_GAP = 14.0
_SIGNATURE_LINES = 2
_SIGNATURES = height_of(1, SMALL) + height_of(_SIGNATURE_LINES, TEXT) + 6


class Closing:
    """Measured first, because it comes to the page of the last lines."""

    def __init__(self, printout: Printout, columns: Grid) -> None:
        self._printout = printout
        self._columns = columns
        figure = STRONG.width(printout.to_pay.text)
        self._figure = min(_FIGURE, ROOM / figure) if figure else _FIGURE
        self._block = min(max(_BLOCK, figure * self._figure), ROOM)
        self._words = self._beside(self._block)
        self._codes_page: Page | None = None
        self._codes_top = 0.0
        self._codes = sum(map(_code_width, printout.codes)) + _CODES_GAP * (len(printout.codes) - 1)

    @property
    def height(self) -> float:
        """Of what stays together: sums, what is to pay, codes."""
        return (
            self._columns.totals_height + _ABOVE + max(self._paid_height(), self._words_height()) + self._codes_height()
        )

    def draw(self, flow: Flow) -> None:
        """Everything after the last line."""
        flow.need(self.height)  # it is there already, but for rows that fill a page by themselves
        if self._columns.totals:
            tables.draw_totals(flow, self._columns)
        flow.y -= _ABOVE
        top = flow.y
        self._to_pay(flow)
        below = flow.y
        flow.y = top - 4
        self._left(flow)
        flow.y = min(flow.y, below) - 4
        self._codes_at_the_foot(flow)
        self._remarks(flow)
        self._signatures(flow)

    def _beside(self, block: float) -> float:
        """Width at the left of the block; all of it where the block leaves too little."""
        left = ROOM - block - _BETWEEN
        return left if left > 120 else ROOM

    def _paid_height(self) -> float:
        return 12 + height_of(1, self._figure) + _SETTLED * len(self._printout.settled) + 11

    def _words_height(self) -> float:
        lines = len(self._words_lines()) + len(self._mark_lines())
        stacked = self._paid_height() if self._words == ROOM else 0.0
        return stacked + height_of(1, SMALL) + height_of(lines, TEXT) + 12

    def _words_lines(self) -> list[str]:
        words = self._printout.words
        return REGULAR.wrapped(words.text, self._words / TEXT) if words else []

    def _mark_lines(self) -> list[str]:
        room = self._words / TEXT
        return [line for mark in self._printout.marks for line in STRONG.wrapped(mark, room)]

    def _to_pay(self, flow: Flow) -> None:
        left, fact = RIGHT - self._block, self._printout.to_pay
        flow.page.line(left, flow.y, RIGHT, 1.2, 0.1)
        flow.tagged(b"P")
        flow.put(f"{both(fact.label)} ", left, flow.y - 12, STRONG, TEXT, INK)
        flow.y -= 12 + height_of(1, self._figure)
        flow.put_right(fact.text, RIGHT, flow.y + self._figure * 0.2, STRONG, self._figure)
        flow.page.end()
        flow.y -= 3
        for one in self._printout.settled:
            flow.y -= _SETTLED
            flow.tagged(b"P")
            flow.put(f"{both(one.label)} ", left, flow.y + 4, REGULAR, TEXT, FAINT)
            flow.put_right(one.text, RIGHT, flow.y + 4, STRONG if one.strong else REGULAR, TEXT)
            flow.page.end()
        flow.y -= 8

    def _left(self, flow: Flow) -> None:
        if self._words == ROOM:
            flow.y -= self._paid_height()
        words, marks = self._words_lines(), self._mark_lines()
        if self._printout.words:
            flow.tagged(b"P")
            flow.named(self._printout.words.label, LEFT, flow.y - SMALL)
            flow.y = flow.lines(words, LEFT, flow.y - height_of(1, SMALL) - 1, REGULAR, TEXT) - 6
            flow.page.end()
        if marks:
            flow.tagged(b"P")
            flow.y = flow.lines(marks, LEFT, flow.y, STRONG, TEXT) - 2
            flow.page.end()

    def _codes_height(self) -> float:
        if not self._printout.codes:
            return 0.0
        labels = max(height_of(2 if code.label.second else 1, SMALL) for code in self._printout.codes)
        captions = height_of(1, _CAPTION) if any(code.caption for code in self._printout.codes) else 0.0
        return labels + _CODE + 2 * _QUIET + captions + 6

    def _codes_at_the_foot(self, flow: Flow) -> None:
        if not self._printout.codes:
            return
        flow.need(self._codes_height())
        self._codes_page, self._codes_top = flow.page, BOTTOM + self._codes_height()
        captions = height_of(1, _CAPTION) + _QUIET if any(code.caption for code in self._printout.codes) else 0.0
        x = RIGHT - self._codes
        for code in self._printout.codes:
            _code(flow, code, x, BOTTOM + captions)
            x += _code_width(code) + _CODES_GAP

    def _remarks(self, flow: Flow) -> None:
        for remark in self._printout.remarks:
            for paragraph in inline(remark).split("\n"):
                self._paragraph(flow, paragraph)
            flow.y -= 3

    def _paragraph(self, flow: Flow, text: str) -> None:
        """A text in lines that make way for the codes, as long as they stand beside them."""
        rest = text
        while rest:
            room, at = self._room(flow), 0
            for line in REGULAR.wrapped(rest, room / TEXT):
                flow.need(height_of(1, TEXT))
                if self._room(flow) != room:
                    break
                flow.tagged(b"P")
                flow.y = flow.lines([line], LEFT, flow.y, REGULAR, TEXT)
                flow.page.end()
                at = rest.index(line, at) + len(line)
            rest = rest[at:].lstrip(" ")

    def _room(self, flow: Flow) -> float:
        beside = flow.page is self._codes_page and flow.y - height_of(1, TEXT) < self._codes_top
        return ROOM - self._codes - _BETWEEN if beside else ROOM

    def _signatures(self, flow: Flow) -> None:
        signatures = self._printout.signatures
        if not signatures:
            return
        flow.need(_SIGNATURES)
        room = (ROOM - self._codes - _BETWEEN if flow.page is self._codes_page else ROOM) / len(signatures) - 14
        written = [REGULAR.wrapped(one.text, room / TEXT)[:_SIGNATURE_LINES] for one in signatures]
        height = height_of(1, SMALL) + height_of(max(map(len, written)), TEXT)
        for place, (one, lines) in enumerate(zip(signatures, written, strict=True)):
            x = LEFT + place * (room + 14)
            flow.tagged(b"P")
            flow.named(one.label, x, BOTTOM + height - SMALL)
            flow.lines(lines, x, BOTTOM + height - height_of(1, SMALL), REGULAR, TEXT)
            flow.page.end()


def _code_width(code: Code) -> float:
    texts = [REGULAR.width(code.label.text) * SMALL, REGULAR.width(code.label.second) * SMALL]
    return max(_CODE, *texts, REGULAR.width(code.caption) * _CAPTION)


def _code(flow: Flow, code: Code, x: float, y: float) -> None:
    """Label, code and caption, centred over each other."""
    middle = x + _code_width(code) / 2
    flow.page.begin_artifact()
    flow.page.operators(qr.drawn(code.content, middle - _CODE / 2, y, _CODE))
    flow.page.end()
    flow.tagged(b"P")
    lines: Sequence[str] = [code.label.text, code.label.second] if code.label.second else [code.label.text]
    for place, line in enumerate(reversed(lines)):
        _centred(flow, line, middle, y + _CODE + _QUIET + place * SMALL * LEADING, SMALL)
    if code.caption:
        _centred(flow, code.caption, middle, y - _QUIET - _CAPTION * 0.7, _CAPTION)
    flow.page.end()


def _centred(flow: Flow, text: str, middle: float, y: float, size: float) -> None:
    flow.put(text, middle - REGULAR.width(text) * size / 2, y, REGULAR, size, FAINT)
