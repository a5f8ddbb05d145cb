"""Table A of the National Bank (NBP): the mid rate of a currency of a day. What strangers say there is checked here."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from portal import outside
from portal.config import settings
from portal.domain import errors
from portal.domain.invoices.currencies import Currency, ExchangeRate
from portal.log import logger
from portal.outside import Patience, SilentError

_PATIENCE = Patience(connect=0.7, read=0.7, whole=1.3, most_bytes=64 * 1024)
_DAYS = timedelta(days=9)
"""How far back it is asked: longer than any row of holidays, so that 404 means that the table lacks the currency."""
_TABLE = re.compile(r"\d{1,3}/A/NBP/\d{4}", re.ASCII)


def switched_on() -> bool:
    """Whether the NBP may be asked at all."""
    return bool(settings().exchange_rates_url)


def look_up(currency: Currency, day: date) -> ExchangeRate | None:
    """The last rate told up to a day, for one unit; None when there is none. Asked once, never again by itself.

    Raises `exchange-silent` for whatever else comes, or does not come.
    """
    first = day - _DAYS
    try:
        base = outside.base(settings().exchange_rates_url)
        path = f"exchangerates/rates/a/{currency.value.lower()}/{first.isoformat()}/{day.isoformat()}/?format=json"
        return _last(currency, first, day, outside.ask(f"{base}/{path}", _PATIENCE))
    except outside.FAILURES as failure:
        if isinstance(failure, SilentError) and failure.status == outside.HTTP_NOT_FOUND:
            return None
        logger().warning("register silent", extra={"register": "exchange-rates", "reason": outside.reason(failure)})
        raise errors.Refusal(errors.EXCHANGE_SILENT, "exchange", day=f"{day:%d.%m.%Y}") from None


def _last(currency: Currency, first: date, day: date, answer: Any) -> ExchangeRate:
    told = answer if isinstance(answer, dict) else {}
    if (told.get("table"), told.get("code")) != ("A", currency.value):
        raise SilentError("another table")
    rates = told.get("rates")
    if not isinstance(rates, list) or not rates:
        raise SilentError("no rates")
    found = max((_rate(one) for one in rates), key=lambda one: one.day)
    if not first <= found.day <= day:
        raise SilentError("another day")
    return found


def _rate(told: Any) -> ExchangeRate:
    entry = told if isinstance(told, dict) else {}
    number, written, mid = (entry.get(name) for name in ("no", "effectiveDate", "mid"))
    if not isinstance(number, str) or not _TABLE.fullmatch(number):
        raise SilentError("no table")
    if isinstance(mid, bool) or not isinstance(mid, int | Decimal):
        raise SilentError("no rate")
    rate = ExchangeRate(Decimal(mid), number, _day(written))
    if not rate.usable:
        raise SilentError("no usable rate")
    return rate


def _day(written: object) -> date:
    try:
        return date.fromisoformat(written if isinstance(written, str) else "")
    except ValueError:
        raise SilentError("no day") from None
