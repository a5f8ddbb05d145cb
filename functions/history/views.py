"""What the pages of the history show."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from portal.domain import records
from portal.domain.events import Action
from portal.domain.records import Kind
from portal.views import Figures, FirmHead, Part, View, view


@view
class ChangeLine(Part):
    """A field that changed. `field` is its name in the code, `label` what people call it; empty values are nothing."""

    field: str
    label: str
    before: str
    after: str


@view
class EventLine(Part):
    """One event. `sentence` says who did what to whom; `device` is what the browser said of itself."""

    id: str
    at: datetime
    action: Action
    sentence: str
    who: str
    firm: str
    firm_name: str
    changes: list[ChangeLine]
    network: str
    device: str


@view
class Choice(Part):
    """Something to filter by."""

    id: str
    name: str


@view
class OfficeHistory(View):
    """What was done in the office, newest first. `more` continues the list, empty on the last page.

    `looked_through` counts events that were compared with the filter when not all could be; else it is zero.
    """

    template: ClassVar[str] = "office/events.html"

    events: list[EventLine]
    more: str
    looked_through: int
    what: str
    firm: str
    by: str
    since: date | None
    until: date | None
    people: list[Choice]


@view
class HistoryEntry(Part):
    """One step of one record. `by` is a name."""

    at: datetime
    action: records.Action
    kind: Kind
    form: str
    subject: str
    period: str
    by: str
    version: int
    figures: Figures
    note: str


@view
class FirmHistory(View):
    """A year of a firm, newest first: steps of the year's records, and what was done to settings and people in it."""

    template: ClassVar[str] = "office/firm_history.html"

    firm: FirmHead
    year: int
    this_year: int
    show: str
    entries: list[HistoryEntry]
    events: list[EventLine]

    @property
    def timeline(self) -> list[HistoryEntry | EventLine]:
        """Both together."""
        return sorted([*self.entries, *self.events], key=lambda one: one.at, reverse=True)
