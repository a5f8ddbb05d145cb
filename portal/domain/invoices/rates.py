"""Rates of VAT, and the days on which each of them is the law."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.domain import errors


class Rate(StrEnum):
    """A rate, or why there is none. The values are those of FA(3), besides margin, which has none there."""

    R23 = "23"
    R22 = "22"
    R8 = "8"
    R7 = "7"
    R5 = "5"
    R4 = "4"
    R3 = "3"
    ZERO = "0 KR"
    ZERO_WDT = "0 WDT"
    ZERO_EXPORT = "0 EX"
    EXEMPT = "zw"
    REVERSE = "oo"
    OUTSIDE = "np I"
    OUTSIDE_SERVICES = "np II"
    MARGIN = "marża"

    @property
    def percent(self) -> int | None:
        """The percentage; None where no VAT is counted at all."""
        return _PERCENT.get(self)

    @property
    def written(self) -> str:
        """As it stands in a table: „23%”, „0% WDT”, „zw”."""
        if self in _ZEROES:
            return _ZEROES[self]
        return self.value if self.percent is None else f"{self.value}%"

    @property
    def fa_code(self) -> str:
        """Its code in FA(3) (P_12); a line under the margin procedure has none."""
        return "" if self is Rate.MARGIN else self.value

    def valid_on(self, day: date) -> bool:
        """Whether what was supplied that day may be taxed so."""
        return _VALID[self].first <= day <= _VALID[self].last


_PERCENT = {
    Rate.R23: 23,
    Rate.R22: 22,
    Rate.R8: 8,
    Rate.R7: 7,
    Rate.R5: 5,
    Rate.R4: 4,
    Rate.R3: 3,
    Rate.ZERO: 0,
    Rate.ZERO_WDT: 0,
    Rate.ZERO_EXPORT: 0,
}
_ZEROES = {Rate.ZERO: "0%", Rate.ZERO_WDT: "0% WDT", Rate.ZERO_EXPORT: "0% EX"}
NO_VAT = frozenset(rate for rate in Rate if rate.percent is None)


@dataclass(frozen=True, slots=True)
class _Days:
    first: date
    last: date = date.max


_ACT = _Days(date(2004, 5, 1))
_RAISED = _Days(date(2011, 1, 1))
_BEFORE_RAISE = _Days(date(2004, 5, 1), date(2010, 12, 31))
_VALID = dict.fromkeys(Rate, _ACT) | {
    Rate.R23: _RAISED,  # art. 146ef sec. 1 item 1 (before: 146a, 146aa), for the 22 % of art. 41 sec. 1
    Rate.R22: _BEFORE_RAISE,  # art. 41 sec. 1
    Rate.R8: _RAISED,  # art. 146ef sec. 1 item 2, for the 7 % of art. 41 sec. 2
    Rate.R7: _BEFORE_RAISE,  # art. 41 sec. 2
    Rate.R5: _RAISED,  # art. 41 sec. 2a, in force since 2011
    Rate.R4: _RAISED,  # art. 146ef sec. 1 item 4: lump sum of taxis, for the 3 % of art. 114 sec. 1
    Rate.R3: _BEFORE_RAISE,  # art. 146 sec. 1 item 2 (farm produce) and art. 114 sec. 1 (taxis), both until the raise
}


def require_valid(rate: Rate, tax_point: date, field: str) -> None:
    """A rate is that of the day of the tax point (art. 41 sec. 14a), also on a correction made years later.

    Raises `rate-ended`, `rate-not-yet`.
    """
    days = _VALID[rate]
    if tax_point > days.last:
        raise errors.Refusal(errors.RATE_ENDED, field, rate=rate.written, day=f"{days.last:%d.%m.%Y}")
    if tax_point < days.first:
        raise errors.Refusal(errors.RATE_NOT_YET, field, rate=rate.written, day=f"{days.first:%d.%m.%Y}")
