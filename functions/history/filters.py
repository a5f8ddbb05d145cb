"""What a history is cut to, and how far it is looked through for that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator

from portal import ids, web
from portal.access import OfficeAccess
from portal.domain import errors
from portal.domain.events import Event
from portal.domain.people import Actor
from portal.domain.periods import WARSAW
from portal.inputs import OptionalDay, Text, YearQuery
from portal.store import directory
from portal.store.events import Span


class What(StrEnum):
    """To what something was done: the first part of an event's action."""

    ANYTHING = ""
    FIRM = "firm"
    USER = "user"
    STAFF = "staff"
    OFFICE = "office"
    AGENT = "agent"


class Show(StrEnum):
    """What of a firm's history is shown."""

    ALL = ""
    AMOUNTS = "amounts"
    SETTINGS = "settings"


def _event(text: str) -> str:
    if text and not ids.valid(text):
        raise errors.Refusal(errors.FIELD_INVALID)
    return text


class OfficeQuery(web.Input):
    """The filter of the office's history. `firm`: words of its name or its number; `by`: who did it.

    `before` is the event after which it goes on to older ones.
    """

    before: Annotated[str, AfterValidator(_event)] = ""
    what: What = What.ANYTHING
    firm: Text = ""
    by: Text = ""
    since: OptionalDay = None
    until: OptionalDay = None

    @property
    def span(self) -> Span:
        """The days asked for, the last one included, and only what is older than the page before."""
        after = self.until + timedelta(days=1) if self.until and self.until < date.max else None
        return Span.between(_begin(self.since), _begin(after)).older_than(self.before)


class FirmQuery(YearQuery):
    """The filter of a firm's history."""

    show: Show = Show.ALL

    @staticmethod
    def span(year: int) -> Span:
        """The year's days."""
        return Span.between(_begin(date(year, 1, 1)), _begin(date(year + 1, 1, 1)))


def _begin(day: date | None) -> datetime | None:
    """The first moment of a day in Poland; days before there were any events are the first of them."""
    return datetime.combine(max(day, date(2000, 1, 1)), time(), WARSAW) if day else None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of events. `more`: the last event looked at, when there is more to look at."""

    events: Sequence[Event]
    more: str
    looked_through: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are shown to somebody who asks for some. `firms`: only of these; None: of any."""

    actor: Actor
    what: What
    by: str
    firms: frozenset[str] | None

    @classmethod
    def of(cls, query: OfficeQuery, at: OfficeAccess, served: Sequence[directory.Entry]) -> Wanted:
        """What a query asks for; `served` are the firms that the person may see."""
        firms = _meant(query.firm, served) if query.firm else None
        return cls(at.actor, query.what, query.by, firms)

    @property
    def single_firm(self) -> str | None:
        """The one firm whose events are wanted, if it is one."""
        return next(iter(self.firms)) if self.firms is not None and len(self.firms) == 1 else None

    @property
    def narrow(self) -> bool:
        """Whether many events may be passed over before one is shown."""
        return bool(self.what or self.by or self.firms is not None or not self.actor.administrator)

    def first(self, found: Iterable[Event], most: int, look_through: int) -> Found:
        """The first of these that are wanted."""
        listed: list[Event] = []
        last = ""
        for number, event in enumerate(found if self.firms != frozenset() else ()):
            if len(listed) == most:
                return Found(listed, last, 0)
            if number == look_through:
                return Found(listed, last, number)
            last = event.id
            if self._has(event):
                listed.append(event)
        return Found(listed, "", 0)

    def _has(self, event: Event) -> bool:
        if self.what and event.action.value.partition(".")[0] != self.what:
            return False
        if self.by and event.origin.by != self.by:
            return False
        if self.firms is not None and event.firm not in self.firms:
            return False
        return self._may_see(event)

    def _may_see(self, event: Event) -> bool:
        """Staff learn what was done to the firms they look after; what was done to the office is its runner's."""
        return self.actor.administrator or (bool(event.firm) and self.actor.serves(event.firm))


def _meant(words: str, served: Sequence[directory.Entry]) -> frozenset[str]:
    named = [entry.id for entry in served if entry.id == words]
    return frozenset(named or (entry.id for entry in directory.search(served, words)))
