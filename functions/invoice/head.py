"""The upper part of the first page: logo, title, dates, who sells to whom, and how it is paid."""

from __future__ import annotations

from collections.abc import Sequence

from functions.invoice import picture
from functions.invoice.flow import (
    FAINT,
    HAIR,
    INK,
    LEADING,
    LEFT,
    RIGHT,
    ROOM,
    SHADE,
    SMALL,
    TEXT,
    Flow,
    both,
    height_of,
    inline,
)
from functions.invoice.fonts import REGULAR, STRONG
from functions.invoice.printout import Fact, Party, Printout

_LOGO_WIDTH, _LOGO_HEIGHT = 150.0, 50.0
_TITLE = 17.0
_GAP = 20.0
_NAME = 10.5
_STAMP = 9.0
_DATES_MOST = 270.0
_PADDING = 9.0
_BAR_GAP = 7.0


def draw(flow: Flow, printout: Printout, logo: bytes = b"") -> None:
    """Everything above the table."""
    top = flow.y
    dates = _dates_width(printout.dates)
    if logo:
        below_logo = _logo(flow, logo, ROOM - dates - _GAP)
        below_dates = top - _dates_height(printout.dates)
        flow.y = min(below_logo, below_dates) - 16
        _title(flow, printout, ROOM)
    else:
        _title(flow, printout, ROOM - dates - _GAP)
    _dates(flow, printout.dates, dates, top)
    flow.y = min(flow.y, top - _dates_height(printout.dates)) - 14
    _details(flow, printout.details)
    _parties(flow, printout.parties)
    _payment(flow, printout.payment)


def _logo(flow: Flow, png: bytes, room: float) -> float:
    image = picture.of(png)
    scale = min(min(_LOGO_WIDTH, room) / image.width, _LOGO_HEIGHT / image.height)
    width, height = image.width * scale, image.height * scale
    flow.document.picture(b"/L", image.head, image.content, image.alpha)
    flow.page.begin_artifact()
    flow.page.operators(b"%.2f 0 0 %.2f %.2f %.2f cm /L Do" % (width, height, LEFT, flow.y - height))
    flow.page.end()
    return flow.y - height


def _title(flow: Flow, printout: Printout, room: float) -> None:
    """The title and the number, in one line if they fit; then stamps."""
    flow.tagged(b"H1")
    title, number = printout.title.text, printout.number
    flow.y -= _TITLE * 0.8
    for line in STRONG.wrapped(title, room / _TITLE)[:-1]:
        flow.put(line, LEFT, flow.y, STRONG, _TITLE)
        flow.y -= _TITLE * LEADING
    last = STRONG.wrapped(title, room / _TITLE)[-1]
    used = flow.put(f"{last} ", LEFT, flow.y, STRONG, _TITLE)
    for place, line in enumerate(_number_lines(number, room, used)):
        if place:
            flow.y -= _TITLE * LEADING
        flow.put(line, LEFT if place else LEFT + used, flow.y, REGULAR, _TITLE)
    flow.page.end()
    if printout.title.second:
        flow.y -= TEXT * 1.5
        flow.tagged(b"P")
        flow.put(printout.title.second, LEFT, flow.y, REGULAR, TEXT + 1, FAINT)
        flow.page.end()
    flow.y -= 5
    _stamps(flow, printout.stamps)


def _number_lines(number: str, room: float, used: float) -> list[str]:
    """The number behind the title, or under it: then the first line is empty."""
    if used + REGULAR.width(number) * _TITLE <= room:
        return [number]
    return ["", *REGULAR.wrapped(number, room / _TITLE)]


def _stamps(flow: Flow, stamps: Sequence[str]) -> None:
    if not stamps:
        return
    flow.y -= 20
    x = LEFT
    for stamp in stamps:
        width = STRONG.width(stamp) * _STAMP + 14
        flow.page.frame(x + 0.4, flow.y + 0.4, width, 16, FAINT)
        flow.tagged(b"P")
        flow.put(stamp, x + 7.4, flow.y + 5.3, STRONG, _STAMP)
        flow.page.end()
        x += width + 8


def _dates_width(dates: Sequence[Fact]) -> float:
    needed = [REGULAR.width(both(one.label)) * TEXT + STRONG.width(one.text) * TEXT + 14 for one in dates]
    return min(max(needed, default=0.0), _DATES_MOST)


def _dates_height(dates: Sequence[Fact]) -> float:
    return height_of(len(dates), TEXT) + 2 * len(dates)


def _dates(flow: Flow, dates: Sequence[Fact], width: float, y: float) -> None:
    for one in dates:
        y -= TEXT * LEADING + 2
        flow.tagged(b"P")
        flow.put(f"{both(one.label)} ", RIGHT - width, y + 4, REGULAR, TEXT, FAINT)
        flow.put_right(one.text, RIGHT, y + 4, STRONG if one.strong else REGULAR, TEXT)
        flow.page.end()


def _details(flow: Flow, details: Sequence[Fact]) -> None:
    for detail in details:
        lines = REGULAR.wrapped(inline(detail), ROOM / TEXT)
        flow.tagged(b"P")
        flow.y = flow.lines(lines, LEFT, flow.y, REGULAR, TEXT)
        flow.page.end()
    if details:
        flow.y -= 8


def _parties(flow: Flow, parties: Sequence[Party]) -> None:
    width = (ROOM - _GAP * (len(parties) - 1)) / max(len(parties), 1)
    top, ends = flow.y, [flow.y]
    for place, party in enumerate(parties):
        ends.append(_party(flow, party, LEFT + place * (width + _GAP), top, width))
    flow.y = min(ends) - 12


def _party(flow: Flow, party: Party, x: float, y: float, width: float) -> float:
    flow.page.line(x, y, x + width, 0.6, HAIR)
    flow.tagged(b"P")
    flow.named(party.role, x, y - 12)
    y = flow.lines(STRONG.wrapped(party.name, width / _NAME), x, y - 15, STRONG, _NAME)
    written = [*party.lines, *(inline(fact) for fact in party.facts)]
    wrapped = [line for text in written for line in REGULAR.wrapped(text, width / TEXT)]
    y = flow.lines(wrapped, x, y - 1, REGULAR, TEXT)
    flow.page.end()
    return y


def _payment(flow: Flow, payment: Sequence[Fact]) -> None:
    """The grey bar: as many facts beside each other as fit."""
    if not payment:
        return
    rows = _bar_rows(payment)
    height = 2 * _PADDING + sum(_bar_height(row) for row in rows) - _BAR_GAP
    flow.page.fill(LEFT, flow.y - height, ROOM, height, SHADE)
    y = flow.y - _PADDING
    for row in rows:
        x = LEFT + _PADDING
        for fact, width in row:
            flow.tagged(b"P")
            flow.named(fact.label, x, y - SMALL * 0.8)
            face = STRONG if fact.strong else REGULAR
            flow.lines(_bar_lines(fact), x, y - SMALL * LEADING, face, TEXT + 0.5, INK)
            flow.page.end()
            x += width + _GAP
        y -= _bar_height(row)
    flow.y -= height + 14


def _bar_lines(fact: Fact) -> list[str]:
    face = STRONG if fact.strong else REGULAR
    return face.wrapped(fact.text, (ROOM - 2 * _PADDING) / (TEXT + 0.5))


def _bar_height(row: Sequence[tuple[Fact, float]]) -> float:
    return height_of(1, SMALL) + max(height_of(len(_bar_lines(fact)), TEXT + 0.5) for fact, _ in row) + _BAR_GAP


def _bar_rows(payment: Sequence[Fact]) -> list[list[tuple[Fact, float]]]:
    rows: list[list[tuple[Fact, float]]] = [[]]
    left = room = ROOM - 2 * _PADDING
    for fact in payment:
        face = STRONG if fact.strong else REGULAR
        written = max(face.width(line) for line in _bar_lines(fact)) * (TEXT + 0.5)
        width = min(max(written, REGULAR.width(both(fact.label)) * SMALL), room)
        if rows[-1] and width > left:
            rows.append([])
            left = room
        rows[-1].append((fact, width))
        left -= width + _GAP
    return rows
