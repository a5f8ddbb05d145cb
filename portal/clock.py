"""The one place where the time of day comes from; everything below takes it as an argument."""

from __future__ import annotations

from datetime import UTC, date, datetime

from portal.domain.periods import WARSAW


def now() -> datetime:
    """This moment in UTC, to the millisecond, which is what the table keeps."""
    return to_milliseconds(datetime.now(UTC))


def to_milliseconds(moment: datetime) -> datetime:
    """Cut what is finer than a millisecond."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def today(moment: datetime) -> date:
    """The calendar day of a moment in Poland: due dates and periods are Polish."""
    return moment.astimezone(WARSAW).date()
