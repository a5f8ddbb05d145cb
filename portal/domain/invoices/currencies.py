"""Currencies of invoices, and their value in zloty by the table of the National Bank (NBP)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from portal.domain import errors
from portal.domain.due_dates import next_working_day
from portal.domain.invoices import exact

_DAY = timedelta(days=1)
_MOST_RATE = 1_000_000
_RATE_DECIMALS = 6  # FA(3), TIlosci; the NBP gives four
_UNITS = (1, 100, 10_000)


class Currency(StrEnum):
    """Currencies of NBP's table A that have hundredths, as amounts here do."""

    PLN = "PLN"
    EUR = "EUR"
    USD = "USD"
    GBP = "GBP"
    CHF = "CHF"
    CZK = "CZK"
    DKK = "DKK"
    NOK = "NOK"
    SEK = "SEK"
    HUF = "HUF"
    RON = "RON"
    UAH = "UAH"
    CAD = "CAD"
    AUD = "AUD"
    TRY = "TRY"


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """A mid rate of table A as printed: so many zloty for `units` of the currency.

    The NBP quotes forints by the hundred.
    """

    rate: Decimal
    table: str
    day: date
    units: int = 1

    @property
    def usable(self) -> bool:
        """Whether it can be counted with."""
        within = self.rate.is_finite() and 0 < self.rate < _MOST_RATE and exact.decimals(self.rate) <= _RATE_DECIMALS
        return within and self.units in _UNITS

    def to_pln(self, minor: int) -> int:
        """Grosze that an amount of the currency is worth, half up (art. 106e sec. 11)."""
        numerator, denominator = self.rate.as_integer_ratio()
        return exact.share(minor, numerator, denominator * self.units)


def table_day(tax_point: date, issued_on: date) -> date:
    """The day of the table to use.

    It is the last working day before the tax point (art. 31a sec. 1) or, of an invoice issued before that, before the
    issue (sec. 2).
    """
    return _working_day_before(min(tax_point, issued_on))


def _working_day_before(day: date) -> date:
    day -= _DAY
    while next_working_day(day) != day:
        day -= _DAY
    return day


def no_table(day: date, field: str = "exchange") -> errors.Refusal:
    """What to answer when the NBP knows no rate of the currency for the day."""
    return errors.Refusal(errors.EXCHANGE_NO_TABLE, field, day=f"{day:%d.%m.%Y}")
