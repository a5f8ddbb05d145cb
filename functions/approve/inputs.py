"""What the office's forms about records send."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from portal import web
from portal.domain import errors
from portal.domain.records import Content, Kind, RecordKey, Settlement
from portal.inputs import Grosze, Month, OptionalGrosze, PageStart, Text, Version, VersionedRecord, Year
from portal.pages import LOCAL_PATH

_LocalPath = Annotated[str, StringConstraints(pattern=LOCAL_PATH, max_length=300)]


class MonthQuery(web.Input):
    """How the month across firms is cut."""

    waiting: bool = False
    after: PageStart = ""


class _Entry(web.Input):
    """What is typed in by hand. `seen_version`: of the record it replaces, 0 for a new one."""

    seen_version: Version = 0
    period: Month
    settlement: Settlement = Settlement.DECLARATION
    comment: Text = ""


class _AmountInput(_Entry):
    amount: Grosze = 0
    surplus: Grosze = 0

    @property
    def content(self) -> Content:
        """The figures."""
        return Content(self.settlement, amount=self.amount, surplus=self.surplus)


class ContributionInput(_AmountInput):
    """A contribution typed in by hand."""

    subject: Text = ""

    @property
    def key(self) -> RecordKey:
        """Which record it is."""
        return RecordKey(Kind.CONTRIBUTION, subject=self.subject)


class TaxInput(_AmountInput):
    """A tax typed in by hand."""

    form: str
    subject: Text = ""

    @property
    def key(self) -> RecordKey:
        """Which record it is."""
        return RecordKey(Kind.TAX, form=self.form, subject=self.subject)


class StatementInput(_Entry):
    """A statement typed in by hand."""

    revenue: Grosze
    costs: OptionalGrosze = None

    @property
    def key(self) -> RecordKey:
        """Which record it is."""
        return RecordKey(Kind.STATEMENT)

    @property
    def content(self) -> Content:
        """The figures."""
        return Content(self.settlement, revenue=self.revenue, costs=self.costs)


RecordInput = ContributionInput | TaxInput | StatementInput


class ApprovalInput(web.Input):
    """Which records to approve: listed with the versions seen, just `only` one, or all as seen at a moment.

    All of a firm means of every `year`, or of one.
    """

    records: list[VersionedRecord] = Field(default_factory=list)
    only: str = ""
    seen_at: AwareDatetime | None = None
    year: Year | None = None
    back: _LocalPath = "/"

    def require_something(self) -> None:
        """Raises `nothing-chosen`."""
        if not self.listed and self.seen_at is None:
            raise errors.Refusal(errors.NOTHING_CHOSEN, "records")

    @property
    def listed(self) -> list[str]:
        """The button of one row beats the ticks of the others."""
        return [self.only] if self.only else self.records

    @property
    def everything_seen_at(self) -> datetime | None:
        """The moment of a page whose whole content is approved."""
        return None if self.listed else self.seen_at


class WithdrawalInput(web.Input):
    """Which published record to take back, at which version, and why."""

    record: VersionedRecord
    reason: Text = ""
    back: _LocalPath = "/"
