"""Routes of the first pages and of the client's tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends

from functions.desktop.views import (
    AgentLine,
    Awaited,
    ClientDesktop,
    ClientTable,
    HandedOver,
    OfficeDesktop,
    ToPay,
    WaitingMonth,
)
from portal import clock, web
from portal.access import AtClientFirm, AtOffice, ClientAccess
from portal.domain import errors, liabilities, records
from portal.domain.documents import GONE, NOT_ARRIVED
from portal.domain.documents import Status as DocumentStatus
from portal.domain.firms import Firm, Status
from portal.domain.liabilities import Liability
from portal.domain.people import Role
from portal.domain.periods import Period, months_of
from portal.domain.records import FirmMonth, Kind, Record, Seen
from portal.inputs import PaidOn, VersionedRecord, YearQuery
from portal.store import agents, directory, documents, months
from portal.store.agents import Agent
from portal.store.months import Waiting
from portal.views import ClientMonth, ClientRecord, Figures, FirmHead, Totals

app = web.new_app()
handler = web.entrypoint(app)

COUNTED = 100  # more documents are told as „99+”
DESKTOP_MONTHS = 24  # unpaid amounts roll over, and old ones are corrected; two years are one query still


class PaymentInput(web.Input):
    """The client paid an amount (at `paid_on`), or did not after all (`paid_on` empty)."""

    record: VersionedRecord
    paid_on: PaidOn = None


Year = Annotated[YearQuery, Depends(web.query(YearQuery))]


@app.get("/offices/<office>")
def office_desktop(at: AtOffice) -> OfficeDesktop:
    """What waits for the office: four reads."""
    now = clock.now()
    entries, beside = directory.with_agents(at.table)
    served = {entry.id: entry for entry in entries if at.actor.serves(entry.id)}
    # An archived firm keeps what waited there, but nobody looks at it any more.
    waiting = [month for month in months.waiting(at.table) if month.firm in served and not served[month.firm].archived]
    return OfficeDesktop(
        waiting=sum(month.waiting for month in waiting),
        changed=sum(month.changed for month in waiting),
        waiting_firms=len({month.firm for month in waiting}),
        months=_waiting_months(waiting),
        without_activation=sum(entry.without_activation for entry in served.values()),
        new_firms=sum(entry.status is Status.WAITING for entry in served.values()),
        new_documents=documents.count(at.table, DocumentStatus.NEW, COUNTED, at.actor.assigned),
        questions=documents.count(at.table, DocumentStatus.QUESTION, COUNTED, at.actor.assigned),
        agents=[_agent_line(agent, now) for agent in map(agents.decode, beside) if agent.revoked_at is None],
        this_month=str(Period.of(clock.today(now))),
    )


@app.get("/firms/<firm>")
def client_desktop(at: AtClientFirm) -> ClientDesktop:
    """What to pay now: two reads."""
    today = clock.today(clock.now())
    this_month = Period.of(today)
    stored = months.between(at.table, this_month.plus(-DESKTOP_MONTHS), this_month.plus(records.FORECAST_MONTHS))
    found = [record for month in stored for record in month.records.values() if at.actor.sees(record.key)]
    to_pay = [_to_pay(item) for item in liabilities.to_pay(at.firm, found, today)]
    shown = {item.record for item in to_pay}
    _mark_seen(at, stored, lambda record: record.name in shown)
    return ClientDesktop(
        firm=FirmHead.for_client(at.firm),
        today=today,
        last_month=str(this_month.plus(-1)),
        to_pay=to_pay,
        total=sum(item.amount for item in to_pay),
        paid=_client_records(at.firm, (record for record in found if _paid(record))),
        forecasts=_client_records(at.firm, liabilities.forecasts(found, today)),
        awaited=[
            Awaited(kind=key.kind, form=key.form, subject=key.subject) for key in liabilities.awaited(found, today)
        ],
        withdrawn=_client_records(at.firm, (record for record in found if record.withdrawn)),
        documents=_handed_over(at, this_month),
    )


@app.get("/firms/<firm>/contributions")
def contributions(at: AtClientFirm, query: Year) -> ClientTable:
    """Published contributions of a year."""
    return _table(at, Kind.CONTRIBUTION, query)


@app.get("/firms/<firm>/taxes")
def taxes(at: AtClientFirm, query: Year) -> ClientTable:
    """Published taxes of a year."""
    return _table(at, Kind.TAX, query)


@app.get("/firms/<firm>/statements")
def statements(at: AtClientFirm, query: Year) -> ClientTable:
    """Published statements of a year."""
    return _table(at, Kind.STATEMENT, query)


@app.post("/firms/<firm>/payments")
def mark_paid(at: AtClientFirm, given: Annotated[PaymentInput, Depends(web.body(PaymentInput))]) -> web.Done:
    """The client notes when an amount was paid."""
    paid = Seen.parse(given.record)
    now = clock.now()
    if given.paid_on and given.paid_on > clock.today(now):
        raise errors.Refusal(errors.PAID_IN_FUTURE, "paid_on")

    def step(month: FirmMonth) -> FirmMonth:
        if not at.actor.sees(paid.key):
            raise errors.Refusal(errors.RECORD_UNKNOWN, "record")
        record = month.get_shown(paid.key)
        return month.with_record(records.mark_paid(record, paid.version, given.paid_on, by=at.actor.person, now=now))

    months.change(at.table, paid.period, step)
    return web.Done(f"/firms/{at.firm.id}", "paid" if given.paid_on else "unpaid")


def _handed_over(at: ClientAccess, this_month: Period) -> HandedOver:
    """Documents of this month and the last one; a partner's are those they added (as `functions.handover.shown`)."""
    partner = at.actor.membership.role is Role.PARTNER
    found = documents.of_months(at.table, this_month.plus(-1), this_month)
    own = [one for one in found if one.status not in GONE and not (partner and one.by != at.actor.person)]
    return HandedOver(
        handed=sum(one.status not in NOT_ARRIVED for one in own),
        failed=sum(one.status in (DocumentStatus.STOPPED, DocumentStatus.LOST) for one in own),
        questions=sum(one.status is DocumentStatus.QUESTION for one in own),
    )


def _waiting_months(waiting: Iterable[Waiting]) -> list[WaitingMonth]:
    by_period: dict[Period, list[Waiting]] = {}
    for month in waiting:
        by_period.setdefault(month.period, []).append(month)
    return [
        WaitingMonth(
            period=str(period),
            waiting=sum(month.waiting for month in listed),
            changed=sum(month.changed for month in listed),
            firms=len(listed),
        )
        for period, listed in sorted(by_period.items(), reverse=True)
    ]


def _agent_line(agent: Agent, now: datetime) -> AgentLine:
    return AgentLine(
        name=agent.name,
        last_seen=agent.last_seen,
        version=str(agent.told.get("version", "")),
        problems_total=agent.problems_total + agent.refused_total,
        silent=agent.silent(now),
    )


def _table(at: ClientAccess, kind: Kind, query: YearQuery) -> ClientTable:
    year, this_year = query.of(clock.today(clock.now()))
    stored = months.year(at.table, year)
    _mark_seen(at, stored, lambda record: record.key.kind is kind and at.actor.sees(record.key))
    by_period = {month.period: month for month in stored}
    shown = [
        ClientMonth(period=str(period), records=_of_kind(at, by_period.get(period), kind)) for period in months_of(year)
    ]
    published = (record.published.figures for month in shown for record in month.records if record.published)
    return ClientTable(
        firm=FirmHead.for_client(at.firm),
        kind=kind,
        year=year,
        this_year=this_year,
        months=shown,
        totals=Totals.of(published) if kind is Kind.STATEMENT else None,
    )


def _of_kind(at: ClientAccess, month: FirmMonth | None, kind: Kind) -> list[ClientRecord]:
    found = sorted(month.records.values(), key=lambda record: record.key) if month else []
    return _client_records(at.firm, (one for one in found if one.key.kind is kind and at.actor.sees(one.key)))


def _client_records(firm: Firm, found: Iterable[Record]) -> list[ClientRecord]:
    views = (ClientRecord.of(one, liabilities.due_date(firm, one.key, one.period)) for one in found)
    return [view for view in views if view is not None]


def _mark_seen(at: ClientAccess, stored: Iterable[FirmMonth], shown: Callable[[Record], bool]) -> None:
    """Keep when the client first saw each published amount (proof of reading)."""
    now = clock.now()

    def see(month: FirmMonth) -> FirmMonth:
        for record in list(month.records.values()):
            if shown(record):
                month = month.with_record(records.see(record, by=at.actor.person, now=now))
        return month

    unseen = {(at.firm.id, month.period): see for month in stored if see(month) != month}
    if unseen:
        months.change_each(at.table, unseen, consistent=True)


def _to_pay(item: Liability) -> ToPay:
    return ToPay(
        record=records.name(item.period, item.key),
        version=item.published.version,
        kind=item.key.kind,
        form=item.key.form,
        subject=item.key.subject,
        period=str(item.period),
        amount=item.published.left_to_pay,
        already_paid=item.published.already_paid,
        due=item.due,
        account=item.account,
        title=item.title,
        comment=item.published.comment,
        corrects=Figures.of(item.published.corrects) if item.published.corrects else None,
    )


def _paid(record: Record) -> bool:
    return record.published is not None and record.published.paid_on is not None
