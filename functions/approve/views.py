"""What the office's pages about records show."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from portal.domain.records import Kind
from portal.views import FirmHead, OfficeMonth, OfficeRecord, Part, Totals, View, view


@view
class YearTable(View):
    """Records of one kind of a firm: months × one year. `waiting_elsewhere` counts those of the year's other kinds.

    `subjects`: the firm's partners, whom a contribution or a personal tax may concern.
    """

    template: ClassVar[str] = "office/records.html"

    firm: FirmHead
    kind: Kind
    year: int
    this_year: int
    opened_at: datetime
    months: list[OfficeMonth]
    waiting: int
    waiting_elsewhere: int
    tax_forms: list[str]
    subjects: list[str]
    totals: Totals | None


@view
class MonthRow(Part):
    """One firm in the month across firms."""

    firm: str
    name: str
    nip: str
    contributions: list[OfficeRecord]
    taxes: list[OfficeRecord]
    statements: list[OfficeRecord]


@view
class MonthTable(View):
    """One month: firms × kinds. `more` continues the list, empty on the last page; `waiting` counts the whole month."""

    template: ClassVar[str] = "office/month.html"

    period: str
    previous: str
    following: str
    only_waiting: bool
    opened_at: datetime
    rows: list[MonthRow]
    waiting: int
    waiting_firms: int
    more: str


@view
class ApprovalOutcome(Part):
    """What became of one record of an approval: `approved`, or `refused` with code and sentence and what it is now."""

    firm: str
    record: str
    version: int
    result: str
    code: str
    detail: str
    now: OfficeRecord | None


@view
class ApprovalReport(View):
    """A bulk approval reports record by record; shown as a page when not all of it went through."""

    template: ClassVar[str] = "office/approval.html"

    back: str
    approved: int
    refused: int
    outcomes: list[ApprovalOutcome]
