"""What the office's forms about records send."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from portal import web
from portal.domain import errors
from portal.domain.records import Content, Kind, RecordKey, Settlement
from portal.inputs import Grosze, Month, OptionalGrosze, PageStart, Text, VersionedRecord
from portal.pages import LOCAL_PATH

_LocalPath = Annotated[str, StringConstraints(pattern=LOCAL_PATH, max_length=300)]


class YearQuery(web.Input):
    """Which year a table shows; the present one when absent."""

    year: Annotated[int | None, Field(ge=2000, le=2100)] = None


class MonthQuery(web.Input):
    """How the month across firms is cut."""

    waiting: bool = False
    after: PageStart = ""


class ContributionInput(web.Input):
    """A contribution typed in by hand. `seen_version`: of the record it replaces, 0 for a new one."""

    seen_version: int = 0
    period: Month
    subject: Text = ""
    settlement: Settlement = Settlement.DECLARATION
    amount: Grosze = 0
    surplus: Grosze = 0
    comment: Text = ""

    @property
    def key(self) -> RecordKey:
        """Which record it is."""
        return RecordKey(Kind.CONTRIBUTION, subject=self.subject)

    @property
    def content(self) -> Content:
        """The figures."""
        return Content(self.settlement, amount=self.amount, surplus=self.surplus)


class TaxInput(web.Input):
    """A tax typed in by hand."""

    seen_version: int = 0
    period: Month
    form: str
    settlement: Settlement = Settlement.DECLARATION
    amount: Grosze = 0
    surplus: Grosze = 0
    comment: Text = ""

    @property
    def key(self) -> RecordKey:
        """Which record it is."""
        return RecordKey(Kind.TAX, form=self.form)

    @property
    def content(self) -> Content:
        """The figures."""
        return Content(self.settlement, amount=self.amount, surplus=self.surplus)


class StatementInput(web.Input):
    """A statement typed in by hand."""

    seen_version: int = 0
    period: Month
    settlement: Settlement = Settlement.DECLARATION
    revenue: Grosze
    costs: OptionalGrosze = None
    comment: Text = ""

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
    """Which records to approve: listed with the versions seen, just `only` one, or all as seen at a moment."""

    records: list[VersionedRecord] = Field(default_factory=list)
    only: str = ""
    seen_at: AwareDatetime | None = None
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
