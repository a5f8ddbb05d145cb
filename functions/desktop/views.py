"""What the first pages and the client's tables show."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from portal.domain.records import Kind
from portal.views import ClientMonth, ClientRecord, Figures, FirmHead, Part, Totals, View, view


@view
class WaitingMonth(Part):
    """How much of one month waits for approval."""

    period: str
    waiting: int
    changed: int
    firms: int


@view
class AgentLine(Part):
    """One agent at a glance. `silent`: not heard of for a day."""

    name: str
    last_seen: datetime | None
    version: str
    problems_total: int
    silent: bool


@view
class OfficeDesktop(View):
    """What waits for the office: approvals, active firms of which nobody has come in, firms that an agent found.

    `new_documents` and `questions` (to clients, unanswered) are counted up to a hundred.
    """

    template: ClassVar[str] = "office/desktop.html"

    waiting: int
    changed: int
    waiting_firms: int
    months: list[WaitingMonth]
    without_activation: int
    new_firms: int
    new_documents: int
    questions: int
    agents: list[AgentLine]
    this_month: str


@view
class ToPay(Part):
    """What is left to pay of one amount, in grosze, beside what was `already_paid` before a correction.

    `account` is empty when the office has not entered it yet.
    """

    record: str
    version: int
    kind: Kind
    form: str
    subject: str
    period: str
    amount: int
    already_paid: int
    due: date
    account: str
    title: str
    comment: str
    corrects: Figures | None


@view
class Awaited(Part):
    """An amount of the last month that the office has not approved yet."""

    kind: Kind
    form: str
    subject: str


@view
class HandedOver(Part):
    """Documents of this month and the last one: how many arrived, need sending again, wait for the client's answer."""

    handed: int
    failed: int
    questions: int


@view
class ClientDesktop(View):
    """What to pay now, what is forecast, and what the office has not sent yet."""

    template: ClassVar[str] = "client/desktop.html"

    firm: FirmHead
    today: date
    last_month: str
    to_pay: list[ToPay]
    total: int
    paid: list[ClientRecord]
    forecasts: list[ClientRecord]
    awaited: list[Awaited]
    withdrawn: list[ClientRecord]
    documents: HandedOver


@view
class ClientTable(View):
    """Published records of one kind: months × one year."""

    template: ClassVar[str] = "client/records.html"

    firm: FirmHead
    kind: Kind
    year: int
    this_year: int
    months: list[ClientMonth]
    totals: Totals | None
