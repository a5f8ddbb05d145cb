"""What public registers answered, kept for the day: they allow few questions, and every office may ask the same."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from portal import clock, exchange_rates, white_list
from portal.aws import ConditionFailed, Expect, Put, Table
from portal.domain.invoices.currencies import Currency, ExchangeRate
from portal.domain.limits import Limit
from portal.store import keys
from portal.store.identity import Identity
from portal.white_list import Company, VatStatus

ANSWER_DAYS = 2
RATE_DAYS = 40
"""A rate never changes; most are asked for in the month of the invoice."""

# The register's own limit of a day is everybody's: no office may use it up.
PER_OFFICE = Limit(free=60, first=timedelta(seconds=30), longest=timedelta(minutes=30))


class Registers:
    """Public registers. Their answers belong to no office; only how often one asks is counted."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def company(self, nip: str, office: str, now: datetime) -> Company | None:
        """The firm of a checked NIP as the register of VAT payers knows it today; None when it does not.

        Only what the register itself is asked for counts against the office. Raises `too-many-tries`, and
        `register-silent`, which is not kept: the next question is asked again.
        """
        today = clock.today(now)
        key = keys.register_answer(nip, today.isoformat())
        kept = self._table.get(key)
        if kept is not None:
            return _decoded(kept["company"])
        Identity(self._table).count("register", office, PER_OFFICE, now)
        company = white_list.look_up(nip, today)
        ttl = round((now + timedelta(days=ANSWER_DAYS)).timestamp())
        item = {**key._asdict(), "company": asdict(company) if company else None, "ttl": ttl}
        with suppress(ConditionFailed):  # somebody asked in the same moment and was quicker
            self._table.write(Put(item, Expect.absent()))
        return company

    def exchange_rate(self, currency: Currency, day: date, who: str, now: datetime) -> ExchangeRate | None:
        """The NBP's last rate of a currency up to a day; None when there is none, or the day is still to come.

        Only a rate of that very day is kept: what is not there yet may come. Raises `too-many-tries`,
        `exchange-silent`.
        """
        if day > clock.today(now):
            return None
        key = keys.exchange_rate(currency.value, day.isoformat())
        kept = self._table.get(key)
        if kept is not None:
            return ExchangeRate(Decimal(kept["rate"]), kept["nbp_table"], day)
        Identity(self._table).count("rate", who, PER_OFFICE, now)
        found = exchange_rates.look_up(currency, day)
        if found is None or found.day != day:
            return found
        ttl = round((now + timedelta(days=RATE_DAYS)).timestamp())
        item = {**key._asdict(), "rate": str(found.rate), "nbp_table": found.table, "ttl": ttl}
        with suppress(ConditionFailed):  # somebody asked in the same moment and was quicker
            self._table.write(Put(item, Expect.absent()))
        return found


def _decoded(kept: dict[str, Any] | None) -> Company | None:
    if kept is None:
        return None
    status, accounts = VatStatus(kept["vat_status"]), tuple(kept["bank_accounts"])
    return Company(**{**kept, "vat_status": status, "bank_accounts": accounts})
