"""The history as tables to take along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from functions.history.views import EventLine, HistoryEntry
from portal import csv_out, history, pages
from portal.domain import money, records
from portal.domain.errors import _
from portal.domain.records import Kind

MOST_BYTES = 4_000_000  # in base64 with its headers still below the six megabytes that Lambda takes out

_EVENTS = (_("Kiedy"), _("Co się stało"), _("Kto"), _("Firma"), _("Zmiany"), _("Sieć"), _("Urządzenie"))
_TIMELINE = (
    _("Kiedy"),
    _("Co się stało"),
    _("Pozycja"),
    _("Okres"),
    _("Typ"),
    _("Do zapłaty, zł"),
    _("Nadpłata, zł"),
    _("Przychody, zł"),
    _("Koszty, zł"),
    _("Kto"),
    _("Uwagi"),
    _("Sieć"),
    _("Urządzenie"),
)
_CUT = _("To nie wszystko: tabela została ucięta. Zawęź daty, aby pobrać resztę.")


def of_events(lines: Iterable[EventLine], *, cut: bool) -> bytes:
    """The office's history. A table that was cut says so in its last line."""
    return _table(_EVENTS, (_event_row(line) for line in lines), cut=cut)


def of_firm(lines: Iterable[HistoryEntry | EventLine]) -> bytes:
    """A firm's history."""
    return _table(_TIMELINE, (_timeline_row(line) for line in lines), cut=False)


def _table(head: tuple[str, ...], rows: Iterable[list[str]], *, cut: bool) -> bytes:
    return csv_out.write([pages.translate(title) for title in head], _within_limit(rows, cut=cut))


def _within_limit(rows: Iterable[list[str]], *, cut: bool) -> Iterator[list[str]]:
    size = 0
    for row in rows:
        size += sum(len(cell.encode()) + 4 for cell in row)
        if size > MOST_BYTES:
            cut = True
            break
        yield row
    if cut:
        yield [pages.translate(_CUT)]


def _event_row(line: EventLine) -> list[str]:
    return [
        pages.moment(line.at),
        line.sentence,
        line.who,
        line.firm_name,
        _changes(line),
        line.network,
        line.device,
    ]


def _timeline_row(line: HistoryEntry | EventLine) -> list[str]:
    if isinstance(line, EventLine):
        blank = [""] * 7
        return [pages.moment(line.at), line.sentence, *blank, line.who, _changes(line), line.network, line.device]
    return [
        pages.moment(line.at),
        history.step_name(line.action, line.note),
        history.record_name(line.kind, line.form, line.subject),
        line.period,
        line.figures.settlement.value,
        *_figures(line),
        line.by,
        "" if line.action is records.Action.APPROVED else line.note,
        "",
        "",
    ]


def _figures(line: HistoryEntry) -> list[str]:
    shown = line.figures
    if line.kind is Kind.STATEMENT:
        return ["", "", money.decimal(shown.revenue), "" if shown.costs is None else money.decimal(shown.costs)]
    return [money.decimal(shown.amount), money.decimal(shown.surplus), "", ""]


def _changes(line: EventLine) -> str:
    return history.written(line.changes)
