"""Tables that go over pages: columns as wide as what they hold, heads repeated, the end never alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from functions.invoice.document import Document, Element
from functions.invoice.flow import BOTTOM, FAINT, INK, LEADING, LEFT, RIGHT, ROOM, TEXT, TOP, Flow, height_of
from functions.invoice.fonts import REGULAR, STRONG, Face, Run
from functions.invoice.printout import Column, ColumnKind, Row, Table

_NAME, _AMOUNT = ColumnKind.NAME, ColumnKind.AMOUNT
_SIZES = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.0)
_HEAD, _SECOND = 7.5, 6.5
_NAME_LEAST = 130.0
_GAP = 9.0
_PAD = 3.6
_BASE = 0.27
"""How far above the lower end of its line a text stands, for a size of one."""

_PIECE = 40
"""Lines of one cell that stay together: a name that is longer goes on under a line of its own."""

_TOGETHER = 2
"""Rows that go with the totals to a new page."""


class _Cell(NamedTuple):
    """A cell that is measured; `decimals` is how many signs of an amount stand from the comma on."""

    text: str
    run: Run
    decimals: int


class _Row(NamedTuple):
    cells: tuple[_Cell, ...]
    face: Face


class _Placed(NamedTuple):
    """A row whose long cells are wrapped: the lines of each cell."""

    lines: tuple[tuple[_Cell, ...], ...]
    face: Face
    height: float


@dataclass(frozen=True, slots=True)
class Grid:
    """The columns of a table and of the totals under it, and all rows, measured."""

    columns: tuple[Column, ...]
    edges: tuple[tuple[float, float], ...]
    decimals: tuple[int, ...]
    size: float
    rows: tuple[_Row, ...]
    totals: tuple[_Row, ...]
    beside: int
    """How many columns at the left the totals leave out."""

    @property
    def totals_height(self) -> float:
        """How high the totals are."""
        return len(self.totals) * _height(1, self.size)


def sums(table: Table, totals: Table) -> bool:
    """The totals are of the last columns of this table."""
    return table.columns[-len(totals.columns) :] == totals.columns


def grid(table: Table, totals: Table | None = None) -> Grid:
    """Columns for a table, and for the totals of its last columns."""
    columns = table.columns
    rows = tuple([_measured(row, columns) for row in table.rows])
    summed = tuple([_measured(row, totals.columns) for row in totals.rows]) if totals else ()
    beside = len(columns) - (len(totals.columns) if totals else 0)
    widths, decimals = [], []
    for place, column in enumerate(columns):
        cells = [row.cells[place] for row in rows]
        if place >= beside:
            cells += [row.cells[place - beside] for row in summed]
        width, most = _widest(column, cells)
        widths.append(width)
        decimals.append(most)
    size, fixed = _sized(columns, widths)
    return Grid(columns, _edges(columns, fixed), tuple(decimals), size, rows, summed, beside)


def draw(flow: Flow, of: Table, columns: Grid, tail: float = 0.0) -> None:
    """A table. `tail` is the height of what follows: it comes to the same page as the last rows."""
    rows = [piece for row in columns.rows for piece in _placed(row, columns)]
    head = _head_height(columns)
    title = height_of(1, TEXT) + 6 if of.title else 0.0
    kept = max(len(rows) - _TOGETHER, 0)
    end = sum(row.height for row in rows[kept:]) + tail
    first = rows[0].height if kept else end
    flow.need(title + _fitting(first, head, rows[:1]) + head)
    if of.title:
        _title(flow, of)
    table = flow.document.element(b"Table")
    _head(flow, columns, table)
    lefts = [b"%.2f" % left for left, _ in columns.edges]
    for place, row in enumerate(rows):
        if flow.need(_fitting(end, head, [row]) if place == kept and kept else row.height):
            _head(flow, columns, None)
        _row(flow, row, columns, lefts, table)


def draw_totals(flow: Flow, columns: Grid) -> None:
    """Sums under the columns that they sum."""
    table = flow.document.element(b"Table")
    below = Grid(
        columns.columns[columns.beside :],
        columns.edges[columns.beside :],
        columns.decimals[columns.beside :],
        columns.size,
        columns.totals,
        (),
        0,
    )
    lefts = [b"%.2f" % left for left, _ in below.edges]
    for row in columns.totals:
        for piece in _placed(row, below):
            _row(flow, piece, below, lefts, table)


def _fitting(wanted: float, head: float, first: Sequence[_Placed]) -> float:
    """What is wanted together, unless no page has room for it."""
    return wanted if wanted + head <= TOP - BOTTOM else sum(row.height for row in first)


def _measured(row: Row, columns: Sequence[Column]) -> _Row:
    face = STRONG if row.strong else REGULAR
    cells = []
    for text, column in zip(row.cells, columns, strict=True):
        comma = text.rfind(",") if column.kind is _AMOUNT else -1
        cells.append(_Cell(text, face.run(text), len(text) - comma if comma >= 0 else 0))
    return _Row(tuple(cells), face)


def _widest(column: Column, cells: Sequence[_Cell]) -> tuple[float, int]:
    """How wide a column has to be for a size of one, and the most signs from a comma on."""
    if column.kind is _NAME or not cells:
        return 0.0, 0
    most = max([cell.decimals for cell in cells])
    return max([cell.run.width + _missing(STRONG, most, cell.decimals) for cell in cells]), most


def _missing(face: Face, most: int, own: int) -> float:
    """How much narrower the part from the comma on is than the column's widest: digits are all of one width."""
    if most == own:
        return 0.0
    return (most - own) * face.digit + (face.comma - face.digit if not own else 0.0)


def _sized(columns: Sequence[Column], widths: Sequence[float]) -> tuple[float, list[float]]:
    """The largest size that leaves the names room, and the widths that follow."""
    gaps = [_GAP if place else 0.0 for place in range(len(columns))]
    heads = [_head_width(column) for column in columns]
    named = any(column.kind is _NAME for column in columns)
    size, fixed = 0.0, [0.0]
    for size in _SIZES:
        fixed = [max(width * size, head) + gap for width, head, gap in zip(widths, heads, gaps, strict=True)]
        fixed = [0.0 if column.kind is _NAME else one for column, one in zip(columns, fixed, strict=True)]
        if ROOM - sum(fixed) >= (_NAME_LEAST if named else 0.0):
            break
    return size, fixed


def _edges(columns: Sequence[Column], fixed: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """Left and right end of each column; names share what the others leave."""
    names = sum(column.kind is _NAME for column in columns)
    spare = max(ROOM - sum(fixed), 0.0) / (names or len(columns))
    edges, x = [], LEFT
    for place, (column, width) in enumerate(zip(columns, fixed, strict=True)):
        taken = width + (spare if column.kind is _NAME or not names else 0.0)
        edges.append((x + (_GAP if place else 0.0), x + taken))
        x += taken
    return tuple(edges)


def _head_width(column: Column) -> float:
    return max(STRONG.width(column.label.text) * _HEAD, REGULAR.width(column.label.second) * _SECOND)


def _head_height(columns: Grid) -> float:
    second = any(column.label.second for column in columns.columns)
    return height_of(1, _HEAD) + (height_of(1, _SECOND) if second else 0.0) + 2 * _PAD + 1


def _head(flow: Flow, columns: Grid, table: Element | None) -> None:
    """Part of the structure once; on further pages it is no content any more."""
    flow.page.line(LEFT, flow.y, RIGHT, 0.9, 0.2)
    if table:
        _head_row(flow, columns, table)
    else:
        _head_again(flow, columns)
    flow.y -= _head_height(columns)
    flow.page.line(LEFT, flow.y, RIGHT, 0.5, 0.2)


def _head_row(flow: Flow, columns: Grid, table: Element) -> None:
    cells: list[bytes] = []
    for x, y, face, size, run, second in _labels(flow, columns):
        shown = flow.document.shown(run, face, size)
        placed = b"%b %g Tf 1 0 0 1 %.2f %.2f Tm %b" % (flow.document.name(face), size, x, y, shown)
        if second:
            cells[-1] += b"%g g %b0 g " % (FAINT, placed)
        else:
            cells.append(placed)
    flow.page.row(table, cells, STRONG, _HEAD, 0, head=True)


def _head_again(flow: Flow, columns: Grid) -> None:
    flow.page.begin_artifact()
    for x, y, face, size, run, second in _labels(flow, columns):
        flow.page.text(x, y, face, size, run, FAINT if second else INK)
    flow.page.end()


def _labels(flow: Flow, columns: Grid) -> list[tuple[float, float, Face, float, Run, bool]]:
    """Each column's name, then the same in the second language."""
    placed = []
    first = flow.y - _PAD - _HEAD * (LEADING - _BASE)
    for column, (left, right) in zip(columns.columns, columns.edges, strict=True):
        for text, face, size, second in (
            (column.label.text, STRONG, _HEAD, False),
            (column.label.second, REGULAR, _SECOND, True),
        ):
            if text or not second:
                run = face.run(text)
                x = right - run.width * size if column.kind is _AMOUNT else left
                y = first - (height_of(1, _SECOND) + 1 if second else 0.0)
                placed.append((x, y, face, size, run, second))
    return placed


def _title(flow: Flow, of: Table) -> None:
    if of.title:
        flow.y -= TEXT
        flow.tagged(b"H2")
        used = flow.put(of.title.text, LEFT, flow.y, STRONG, TEXT + 0.5)
        if of.title.second:
            flow.put(f" / {of.title.second}", LEFT + used, flow.y, REGULAR, TEXT, FAINT)
        flow.page.end()
        flow.y -= height_of(1, TEXT) + 6 - TEXT


def _placed(row: _Row, columns: Grid) -> list[_Placed]:
    """A row as it is drawn; in pieces when a cell has more lines than stay together."""
    lines: list[tuple[_Cell, ...]] = []
    longest = 1
    for cell, column, (left, right) in zip(row.cells, columns.columns, columns.edges, strict=True):
        room = (right - left) / columns.size
        if column.kind is _NAME and (cell.run.width > room or "\n" in cell.text):
            wrapped = row.face.wrapped(cell.text, room)
            longest = max(longest, len(wrapped))
            lines.append(tuple([_Cell(line, row.face.run(line), 0) for line in wrapped]))
        else:
            lines.append((cell,))
    if longest <= _PIECE:
        return [_Placed(tuple(lines), row.face, _height(longest, columns.size))]
    parts = [tuple([cell[start : start + _PIECE] for cell in lines]) for start in range(0, longest, _PIECE)]
    return [_Placed(part, row.face, _height(max(map(len, part)), columns.size)) for part in parts]


def _height(lines: int, size: float) -> float:
    return lines * size * LEADING + 2 * _PAD


def _row(flow: Flow, row: _Placed, columns: Grid, lefts: Sequence[bytes], table: Element) -> None:
    size, document = columns.size, flow.document
    y = b"%.2f" % (flow.y - _PAD - size * (LEADING - _BASE))
    cells = []
    for lines, column, (_, right), left, most in zip(
        row.lines, columns.columns, columns.edges, lefts, columns.decimals, strict=True
    ):
        x = left
        if column.kind is _AMOUNT and lines:
            x = b"%.2f" % (right - size * (lines[0].run.width + _missing(row.face, most, lines[0].decimals)))
        cells.append(b"1 0 0 1 %b %b Tm %b" % (x, y, _shown(document, lines, row.face, size)))
    flow.page.row(table, cells, row.face, size, size * LEADING, head=False)
    flow.y -= row.height
    flow.page.hair(columns.edges[0][0], flow.y, RIGHT)


def _shown(document: Document, lines: Sequence[_Cell], face: Face, size: float) -> bytes:
    if len(lines) == 1:
        return document.shown(lines[0].run, face, size)
    return b"T* ".join([document.shown(line.run, face, size) for line in lines])
