"""Until when contributions and taxes are to be paid.

Sources: social insurance act art. 47; PIT, CIT and VAT acts; tax ordinance art. 12 § 5 (days off).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from portal.domain.firms import LegalForm
from portal.domain.periods import Period

if TYPE_CHECKING:
    from holidays import HolidayBase

_CONTRIBUTION_DAY = {LegalForm.BUDGET_UNIT: 5, LegalForm.COMPANY: 15}
_OTHERS_CONTRIBUTION_DAY = 20
_VAT_DAY = 25
_INCOME_TAX_DAY = 20
SATURDAY = 5


def contribution_due(period: Period, legal_form: LegalForm) -> date:
    """ZUS of a month: the 5th (budget units), 15th (legal persons) or 20th (all others) of the next month."""
    return _in_month_after(period, _CONTRIBUTION_DAY.get(legal_form, _OTHERS_CONTRIBUTION_DAY))


def tax_due(period: Period, form: str) -> date:
    """VAT: the 25th, income taxes: the 20th of the month after the period (a quarter's last month)."""
    return _in_month_after(period, _VAT_DAY if form.startswith("VAT") else _INCOME_TAX_DAY)


def _in_month_after(period: Period, day: int) -> date:
    following = period.plus(1)
    return next_working_day(date(following.year, following.month, day))


def next_working_day(day: date) -> date:
    """The day itself, or the next one that is neither Saturday, Sunday nor a public holiday."""
    while day.weekday() >= SATURDAY or day in _holidays():
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=1)
def _holidays() -> HolidayBase:
    # Imported at the first use: only pages with due dates need it, and it is slow to import.
    from holidays.countries.poland import Poland  # noqa: PLC0415 - see above

    return Poland()  # type: ignore[no-untyped-call] # the library is typed in part only
