"""Routes of the history: of the office and of one firm, as pages and as tables to take along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends

from functions.history import tables
from functions.history.filters import FirmQuery, OfficeQuery, Show, Wanted
from functions.history.views import ChangeLine, Choice, EventLine, FirmHistory, HistoryEntry, OfficeHistory
from portal import clock, csv_out, web
from portal.access import AtFirm, AtOffice, FirmAccess, OfficeAccess
from portal.domain.events import Action, Event
from portal.history import Teller, removed_person
from portal.store import directory, events, months, people
from portal.store.events import Names, Span
from portal.views import Figures, FirmHead

app = web.new_app()
handler = web.entrypoint(app)

PAGE = 100
LOOKED_THROUGH = 5_000
TABLE_ROWS = 10_000
TABLE_LOOKED_THROUGH = 100_000

OfficeFilter = Annotated[OfficeQuery, Depends(web.query(OfficeQuery))]
FirmFilter = Annotated[FirmQuery, Depends(web.query(FirmQuery))]


@app.get("/offices/<office>/history")
def office_history(at: AtOffice, query: OfficeFilter) -> OfficeHistory:
    """What was done in the office and its firms: who, when, from where. Staff see what was done to their firms."""
    firms = _firms(at)
    wanted = Wanted.of(query, at, firms)
    found = wanted.first(_events(at, wanted, query.span), PAGE, LOOKED_THROUGH)
    office = events.people(at.table)
    teller = _teller(at, events.names(at.table, office, found.events), firms)
    return OfficeHistory(
        events=[_line(event, teller) for event in found.events],
        more=found.more,
        looked_through=found.looked_through,
        what=query.what.value,
        firm=query.firm,
        by=query.by,
        since=query.since,
        until=query.until,
        people=_choices(office),
    )


@app.get("/offices/<office>/history.csv")
def office_table(at: AtOffice, query: OfficeFilter) -> web.Download:
    """The same as a table: all pages, up to a limit that the last line tells of."""
    firms = _firms(at)
    wanted = Wanted.of(query, at, firms)
    found = wanted.first(_events(at, wanted, query.span), TABLE_ROWS, TABLE_LOOKED_THROUGH)
    teller = _teller(at, events.names(at.table, events.people(at.table), found.events), firms)
    lines = (_line(event, teller) for event in found.events)
    today = clock.today(clock.now())
    return web.Download(f"historia-{today}.csv", csv_out.MEDIA_TYPE, tables.of_events(lines, cut=bool(found.more)))


@app.get("/offices/<office>/firms/<firm>/history")
def firm_history(at: AtFirm, query: FirmFilter) -> FirmHistory:
    """Every step of a year's records, and what was done in that year to the firm's settings and people."""
    year, this_year = query.of(clock.today(clock.now()))
    return FirmHistory(
        firm=FirmHead.of(at.firm),
        year=year,
        this_year=this_year,
        show=query.show.value,
        entries=_steps(at, year) if query.show is not Show.SETTINGS else [],
        events=_firm_events(at, query.span(year)) if query.show is not Show.AMOUNTS else [],
    )


@app.get("/offices/<office>/firms/<firm>/history.csv")
def firm_table(at: AtFirm, query: FirmFilter) -> web.Download:
    """The same as a table."""
    shown = firm_history(at, query)
    name = f"historia-{at.firm.identifier}-{shown.year}.csv"
    return web.Download(name, csv_out.MEDIA_TYPE, tables.of_firm(shown.timeline))


def _firms(at: OfficeAccess) -> list[directory.Entry]:
    return [entry for entry in directory.all_of(at.table) if at.actor.serves(entry.id)]


def _teller(
    at: OfficeAccess | FirmAccess, names: Names, firms: list[directory.Entry], also: Mapping[str, str] | None = None
) -> Teller:
    known = {entry.id: entry.name for entry in firms}
    return Teller(names, {**known, **(also or {})}, limited=at.actor.assigned is not None)


def _choices(office: Names) -> list[Choice]:
    known = [*office.staff.items(), *office.agents.items()]
    choices = [Choice(id=one, name=name) for one, name in known if name]
    return sorted(choices, key=lambda choice: directory.sort_name(choice.name))


def _events(at: OfficeAccess, wanted: Wanted, span: Span) -> Iterator[Event]:
    """Of one firm from its own partition, of more from that of all; few at a time where the first ones do."""
    at_a_time = 10 * PAGE if wanted.narrow else PAGE + 1
    if (firm := wanted.single_firm) is not None:
        return events.of_firm(at.table.of_firm(firm), span, at_a_time=at_a_time)
    return events.of_office(at.table, span, at_a_time=at_a_time)


def _firm_events(at: FirmAccess, span: Span) -> list[EventLine]:
    found = list(events.of_firm(at.table, span))
    names = events.names(at.office_table, events.people(at.office_table), found)
    merged = any(event.action is Action.FIRM_MERGED for event in found)
    others = [entry for entry in directory.all_of(at.office_table) if at.actor.serves(entry.id)] if merged else []
    teller = _teller(at, names, others, {at.firm.id: at.firm.name})
    return [_line(event, teller) for event in found]


def _steps(at: FirmAccess, year: int) -> list[HistoryEntry]:
    found = months.history(at.table, year)
    names = people.names_of(at.office_table, at.firm.id, {entry.step.by for entry in found})
    return [
        HistoryEntry(
            at=entry.step.at,
            action=entry.step.action,
            kind=entry.key.kind,
            form=entry.key.form,
            subject=entry.key.subject,
            period=str(entry.period),
            by=names.get(entry.step.by) or removed_person(),
            version=entry.step.version,
            figures=Figures.of(entry.step.content),
            note=entry.step.note,
        )
        for entry in found
    ]


def _line(event: Event, teller: Teller) -> EventLine:
    return EventLine(
        id=event.id,
        at=event.at,
        action=event.action,
        sentence=teller.sentence(event),
        who=teller.who(event),
        firm=event.firm,
        firm_name=teller.firm(event),
        changes=[ChangeLine(**change._asdict()) for change in teller.changes(event)],
        network=event.origin.network,
        device=event.origin.device,
    )
