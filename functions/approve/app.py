"""Routes of the office's side of records."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends

from functions.approve.approval import Approval, in_firm
from functions.approve.inputs import (
    ApprovalInput,
    ContributionInput,
    MonthQuery,
    RecordInput,
    StatementInput,
    TaxInput,
    WithdrawalInput,
)
from functions.approve.views import ApprovalReport, MonthRow, MonthTable, YearTable
from portal import bodies, clock, web
from portal.access import AtFirm, AtOffice, FirmAccess, PathPeriod
from portal.domain import errors, liabilities, records
from portal.domain.firms import Firm, Status
from portal.domain.periods import OLDEST, Period, months_of
from portal.domain.records import TAX_FORMS, FirmMonth, Kind, Record, Seen
from portal.inputs import YearQuery
from portal.store import directory, firms, months, people
from portal.store.directory import Entry
from portal.views import FirmHead, OfficeMonth, OfficeRecord, Totals

app = web.new_app()
handler = web.entrypoint(app)

PAGE = 100
PAGES = {Kind.CONTRIBUTION: "contributions", Kind.TAX: "taxes", Kind.STATEMENT: "statements"}

Year = Annotated[YearQuery, Depends(web.query(YearQuery))]
Approving = Annotated[ApprovalInput, Depends(web.body(ApprovalInput, bodies.SELECTION))]


@app.get("/offices/<office>/firms/<firm>/contributions")
def contributions(at: AtFirm, query: Year) -> YearTable:
    """Składki ZUS of a firm and year."""
    return _year_table(at, Kind.CONTRIBUTION, query)


@app.get("/offices/<office>/firms/<firm>/taxes")
def taxes(at: AtFirm, query: Year) -> YearTable:
    """Podatki of a firm and year."""
    return _year_table(at, Kind.TAX, query)


@app.get("/offices/<office>/firms/<firm>/statements")
def statements(at: AtFirm, query: Year) -> YearTable:
    """Zestawienia of a firm and year."""
    return _year_table(at, Kind.STATEMENT, query)


@app.post("/offices/<office>/firms/<firm>/contributions")
def enter_contribution(
    at: AtFirm, given: Annotated[ContributionInput, Depends(web.body(ContributionInput))]
) -> web.Done:
    """A contribution typed in by hand."""
    return _enter(at, given)


@app.post("/offices/<office>/firms/<firm>/taxes")
def enter_tax(at: AtFirm, given: Annotated[TaxInput, Depends(web.body(TaxInput))]) -> web.Done:
    """A tax typed in by hand."""
    return _enter(at, given)


@app.post("/offices/<office>/firms/<firm>/statements")
def enter_statement(at: AtFirm, given: Annotated[StatementInput, Depends(web.body(StatementInput))]) -> web.Done:
    """A statement typed in by hand."""
    return _enter(at, given)


@app.post("/offices/<office>/firms/<firm>/approvals")
def approve_in_firm(at: AtFirm, given: Approving) -> web.Done | ApprovalReport | tuple[ApprovalReport, int]:
    """Approves one, the ticked, or all records of the firm."""
    given.require_something()
    run = Approval(at.table, by=at.actor.person, now=clock.now())
    if given.everything_seen_at:
        first, last = (given.year, given.year) if given.year else (OLDEST, clock.today(clock.now()).year + 1)
        every = months.between(at.table, Period(first, 1), Period(last, 12))
        run.everything([(at.firm.id, month.period) for month in every if month.waiting], given.everything_seen_at)
    run.named((at.firm.id, Seen.parse(text)) for text in given.listed)
    return _reported(run, given.back)


@app.post("/offices/<office>/firms/<firm>/withdrawals")
def withdraw(at: AtFirm, given: Annotated[WithdrawalInput, Depends(web.body(WithdrawalInput))]) -> web.Done:
    """Takes a published amount back, with a reason."""
    wanted = Seen.parse(given.record)
    now = clock.now()

    def step(month: FirmMonth) -> FirmMonth:
        record = month.get(wanted.key)
        return month.with_record(records.withdraw(record, wanted.version, given.reason, by=at.actor.person, now=now))

    months.change(at.table, wanted.period, step)
    return web.Done(given.back, "withdrawn")


@app.get("/offices/<office>/months/<period>")
def month_table(
    at: AtOffice, period: PathPeriod, query: Annotated[MonthQuery, Depends(web.query(MonthQuery))]
) -> MonthTable:
    """One month: firms × kinds, a hundred firms a page."""
    opened_at = clock.now()  # before the first read: what comes after it was not seen
    served = [firm for firm in directory.all_of(at.table) if at.actor.serves(firm.id) and not firm.archived]
    ids = {firm.id for firm in served}
    listed, more = _page(served, query.after)
    found = months.get_many(at.table, [(firm.id, period) for firm in listed])
    rows = [_month_row(firm, found[firm.id, period]) for firm in listed if _shown(found[firm.id, period], query)]
    one_page = not (more or query.after)
    waiting = (
        [month.waiting for month in found.values() if month.waiting]
        if one_page
        else [month.waiting for month in months.waiting_of(at.table, period) if month.firm in ids]
    )
    return MonthTable(
        period=str(period),
        previous=str(period.plus(-1)),
        following=str(period.plus(1)),
        only_waiting=query.waiting,
        opened_at=opened_at,
        rows=rows,
        waiting=sum(waiting),
        waiting_firms=len(waiting),
        more=more,
    )


@app.post("/offices/<office>/months/<period>/approvals")
def approve_in_month(
    at: AtOffice, period: PathPeriod, given: Approving
) -> web.Done | ApprovalReport | tuple[ApprovalReport, int]:
    """Approves the ticked records of many firms, or all of the month as it stood when the page was opened."""
    given.require_something()
    run = Approval(at.table, by=at.actor.person, now=clock.now())
    if given.everything_seen_at:
        waiting = [month for month in months.waiting_of(at.table, period) if at.actor.serves(month.firm)]
        served = firms.get_many(at.table, [month.firm for month in waiting])
        # An archived firm keeps what waited there, but nobody looks at it any more.
        places = [(m.firm, m.period) for m in waiting if served[m.firm].status is not Status.ARCHIVED]
        run.everything(places, given.everything_seen_at)
    wanted = [in_firm(text) for text in given.listed]
    if not all(at.actor.serves(firm) for firm, _ in wanted):
        raise errors.Refusal(errors.NOT_FOUND)
    run.named(wanted)
    return _reported(run, given.back)


def _year_table(at: FirmAccess, kind: Kind, query: YearQuery) -> YearTable:
    opened_at = clock.now()  # before the first read: what comes after it was not seen
    year, this_year = query.of(clock.today(opened_at))
    names = people.names(at.office_table)
    stored = {month.period: month for month in months.year(at.table, year)}
    shown = [
        OfficeMonth(period=str(period), records=_office_records(at.firm, stored.get(period), kind, names))
        for period in months_of(year)
    ]
    of_kind = [record for month in shown for record in month.records]
    waiting = sum(record.waits for record in of_kind)
    return YearTable(
        firm=FirmHead.of(at.firm),
        kind=kind,
        year=year,
        this_year=this_year,
        opened_at=opened_at,
        months=shown,
        waiting=waiting,
        waiting_elsewhere=sum(month.waiting for month in stored.values()) - waiting,
        tax_forms=list(TAX_FORMS),
        subjects=[partner.name for partner in at.firm.partners],
        totals=Totals.of(record.figures for record in of_kind) if kind is Kind.STATEMENT else None,
    )


def _office_records(firm: Firm, month: FirmMonth | None, kind: Kind, names: dict[str, str]) -> list[OfficeRecord]:
    found = sorted(month.records.values(), key=lambda record: record.key) if month else []
    return [_office_record(firm, record, names) for record in found if record.key.kind is kind]


def _office_record(firm: Firm, record: Record, names: dict[str, str]) -> OfficeRecord:
    return OfficeRecord.of(record, liabilities.due_date(firm, record.key, record.period), names)


def _page(served: list[Entry], after: str) -> tuple[list[Entry], str]:
    """A page of firms by name, and the firm after which the next one starts."""
    start = next((place for place, firm in enumerate(served, 1) if firm.id == after), 0)
    listed = served[start : start + PAGE]
    return listed, listed[-1].id if start + PAGE < len(served) else ""


def _shown(month: FirmMonth, query: MonthQuery) -> bool:
    return bool(month.waiting) if query.waiting else True


def _month_row(firm: Entry, month: FirmMonth) -> MonthRow:
    by_kind: dict[Kind, list[OfficeRecord]] = {kind: [] for kind in Kind}
    for key in sorted(month.records):
        by_kind[key.kind].append(OfficeRecord.of(month.records[key], None, {}))
    return MonthRow(
        firm=firm.id,
        name=firm.name,
        nip=firm.number,
        contributions=by_kind[Kind.CONTRIBUTION],
        taxes=by_kind[Kind.TAX],
        statements=by_kind[Kind.STATEMENT],
    )


def _enter(at: FirmAccess, given: RecordInput) -> web.Done:
    now = clock.now()
    records.check(given.key, given.period, given.content, clock.today(now))
    at.firm.require_data_accepted()
    months.change(at.table, given.period, lambda month: _entered(month, given, at.actor.person, now))
    page = PAGES[given.key.kind]
    address = f"/offices/{at.table.office}/firms/{at.firm.id}/{page}?year={given.period.year}"
    return web.Done(address, "entered", view=_year_table(at, given.key.kind, YearQuery(year=given.period.year)))


def _entered(month: FirmMonth, given: RecordInput, person: str, now: datetime) -> FirmMonth:
    record = records.enter(
        month.records.get(given.key),
        given.key,
        given.period,
        given.content,
        given.comment,
        seen_version=given.seen_version,
        by=person,
        now=now,
    )
    return month.with_record(record)


def _reported(run: Approval, back: str) -> web.Done | ApprovalReport | tuple[ApprovalReport, int]:
    report = run.report(back)
    if not report.refused:
        return web.Done(back, "approved", view=report)
    return report if report.approved else (report, errors.RECORD_CHANGED.status)
