"""Months, quarters and the fourteen months that the samples cover."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple


class Month(NamedTuple):
    """One calendar month; sorts by time."""

    year: int
    month: int

    def __str__(self) -> str:
        """Write the month as the sync protocol does: ``2026-10``."""
        return f"{self.year}-{self.month:02d}"

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> Month:
        """The following month."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def previous(self) -> Month:
        """The month before."""
        return Month(self.year - (self.month == 1), (self.month - 2) % 12 + 1)

    @property
    def quarter(self) -> int:
        """The quarter, 1 to 4."""
        return (self.month + 2) // 3

    @property
    def ends_quarter(self) -> bool:
        """Whether this is the last month of a quarter."""
        return self.month % 3 == 0

    def day(self, number: int) -> date:
        """Return a day of the month, at most its last one."""
        return min(self.last, date(self.year, self.month, min(number, 28)) + timedelta(days=max(0, number - 28)))


def months_between(first: Month, last: Month) -> list[Month]:
    """Return all months from the first to the last, both included."""
    months = [first]
    while months[-1] < last:
        months.append(months[-1].next)
    return months


MONTHS = months_between(Month(2025, 9), Month(2026, 10))
VAT_MONTHS = [month for month in MONTHS if month >= Month(2026, 2)]
"""JPK_V7M(3) and JPK_V7K(3) exist since February 2026; their schema refuses a year before 2026."""
