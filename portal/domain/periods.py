"""A period is a calendar month; a quarter is named by its last month."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from portal.domain import errors

OLDEST = 2000  # an older year is a typing error: books are kept for five years after the one they close
WARSAW = ZoneInfo("Europe/Warsaw")  # days, periods and due dates are Polish
_WRITTEN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One calendar month, written `YYYY-MM`."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str, field: str = "period") -> Period:
        """Read `YYYY-MM`. Raises `period-invalid`, `period-too-old`."""
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise errors.Refusal(errors.PERIOD_INVALID, field)
        period = cls(int(match[1]), int(match[2]))
        if period.year < OLDEST:
            raise errors.Refusal(errors.PERIOD_TOO_OLD, field, period=text, oldest=OLDEST)
        return period

    @classmethod
    def of(cls, day: date) -> Period:
        """The month a day lies in."""
        return cls(day.year, day.month)

    def plus(self, months: int) -> Period:
        """The period so many months later (earlier when negative)."""
        index = self.year * 12 + self.month - 1 + months
        return Period(index // 12, index % 12 + 1)

    @property
    def quarter(self) -> int:
        """1…4."""
        return (self.month + 2) // 3

    @property
    def ends_quarter(self) -> bool:
        """Whether a quarterly settlement may carry this period."""
        return self.month % 3 == 0

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def months_of(year: int) -> list[Period]:
    """January to December."""
    return [Period(year, month) for month in range(1, 13)]
