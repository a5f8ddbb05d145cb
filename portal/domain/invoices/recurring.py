"""Invoices that are made by themselves: on which days, and what their texts say of the period they are for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice, takewhile

from portal.domain import errors
from portal.domain.invoices.content import Content, Kind
from portal.domain.periods import Period

LATEST = date(2100, 12, 31)
MOST_TIMES = 1_000
POSSIBLE = frozenset({Kind.VAT, Kind.NO_VAT, Kind.PRO_FORMA, Kind.SIMPLIFIED})
"""Kinds that may come again and again; the others each belong to one event, or to other invoices."""

_LAST_DAY = 31
_WEEK = timedelta(days=7)


class Rhythm(StrEnum):
    """How often."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"

    @property
    def months(self) -> int:
        """Months from one to the next; 0 where weeks are counted."""
        return {Rhythm.WEEKLY: 0, Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3, Rhythm.YEARLY: 12}[self]


@dataclass(frozen=True, slots=True)
class Schedule:
    """When: from `first_on` on, in months on this `day` (0: on that of the first), at most until, at most so often."""

    rhythm: Rhythm
    first_on: date
    day: int = 0
    until_on: date | None = None
    times: int | None = None

    def days(self) -> Iterator[date]:
        """All planned days in their order. A month without such a day has it on its last one."""
        end = min(self.until_on or LATEST, LATEST)
        return islice(takewhile(lambda day: day <= end, self._endless()), self.times)

    def next_from(self, day: date) -> date | None:
        """The first planned day that is not before this one; None: there is none any more."""
        return next((one for one in self.days() if one >= day), None)

    def next_after(self, day: date) -> date | None:
        """The first planned day after this one."""
        return self.next_from(day + timedelta(days=1))

    def due(self, since: date, today: date) -> list[date]:
        """Planned days from one day to another, both among them."""
        return [one for one in takewhile(lambda one: one <= today, self.days()) if one >= since]

    def _endless(self) -> Iterator[date]:
        if not self.rhythm.months:
            return self._weeks()
        return self._months()

    def _weeks(self) -> Iterator[date]:
        day = self.first_on
        while day <= LATEST:
            yield day
            day += _WEEK

    def _months(self) -> Iterator[date]:
        wanted, month = self.day or self.first_on.day, Period.of(self.first_on)
        if _in(month, wanted) < self.first_on:
            month = month.plus(1)
        while month.year <= LATEST.year:
            yield _in(month, wanted)
            month = month.plus(self.rhythm.months)


def require_valid(schedule: Schedule) -> None:
    """Raises Refusals: `recurring-end` where no day is left, `field-invalid`."""
    found = []
    if not 0 <= schedule.day <= _LAST_DAY:
        found.append(errors.Refusal(errors.FIELD_INVALID, "day"))
    if schedule.times is not None and not 1 <= schedule.times <= MOST_TIMES:
        found.append(errors.Refusal(errors.FIELD_INVALID, "times"))
    if not found and next(schedule.days(), None) is None:
        found.append(errors.Refusal(errors.RECURRING_END, "until_on"))
    if found:
        raise errors.Refusals(found)


def _in(month: Period, day: int) -> date:
    following = month.plus(1)
    last = date(following.year, following.month, 1) - timedelta(days=1)
    return last.replace(day=min(day, last.day))


# Texts

_MONTHS = (
    "styczeń",
    "luty",
    "marzec",
    "kwiecień",
    "maj",
    "czerwiec",
    "lipiec",
    "sierpień",
    "wrzesień",
    "październik",
    "listopad",
    "grudzień",
)
_QUARTERS = ("I", "II", "III", "IV")
_PLACE = re.compile(r"\{([^{}]*)\}")
_WORDS = re.compile(r"\s*[^\W\d_]+(?:\s+[^\W\d_]+)*\s*")


def _month(period: Period) -> str:
    return f"{_MONTHS[period.month - 1]} {period.year}"


def _quarter(period: Period) -> str:
    return f"{_QUARTERS[period.quarter - 1]} kwartał {period.year}"


PLACEHOLDERS: Mapping[str, Callable[[date], str]] = {
    "miesiąc": lambda day: _month(Period.of(day)),
    "poprzedni miesiąc": lambda day: _month(Period.of(day).plus(-1)),
    "następny miesiąc": lambda day: _month(Period.of(day).plus(1)),
    "kwartał": lambda day: _quarter(Period.of(day)),
    "poprzedni kwartał": lambda day: _quarter(Period.of(day).plus(-3)),
    "następny kwartał": lambda day: _quarter(Period.of(day).plus(3)),
    "rok": lambda day: str(day.year),
    "poprzedni rok": lambda day: str(day.year - 1),
    "następny rok": lambda day: str(day.year + 1),
    "data": lambda day: f"{day:%d.%m.%Y}",
}
"""What stands in braces in a text, and what it becomes for the planned day."""


def filled(text: str, day: date) -> str:
    """A text for a planned day. Braces around anything else stay as they are."""
    return _PLACE.sub(lambda found: _said(found, day), text)


def filled_content(content: Content, day: date) -> Content:
    """What stands on the invoice of a planned day."""
    lines = tuple(replace(line, name=filled(line.name, day)) for line in content.lines)
    return replace(content, lines=lines, notes=filled(content.notes, day))


def text_faults(content: Content) -> list[errors.Refusal]:
    """Words in braces that mean nothing: a slip that would otherwise stand on an invoice."""
    texts = {f"names.{row}": line.name for row, line in enumerate(content.lines)} | {"notes": content.notes}
    known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    return [
        errors.Refusal(errors.PLACEHOLDER_UNKNOWN, field, text=unknown, known=known)
        for field, text in texts.items()
        for unknown in _unknown(text)
    ]


def _unknown(text: str) -> list[str]:
    return [
        found[0] for found in _PLACE.finditer(text) if _WORDS.fullmatch(found[1]) and _name(found) not in PLACEHOLDERS
    ]


def _said(found: re.Match[str], day: date) -> str:
    of = PLACEHOLDERS.get(_name(found))
    return of(day) if of else found[0]


def _name(found: re.Match[str]) -> str:
    return " ".join(found[1].casefold().split())
