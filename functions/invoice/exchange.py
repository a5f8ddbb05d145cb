"""The rate of exchange of an invoice: as it was typed, else as the National Bank (NBP) tells it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from functions.invoice import place
from functions.invoice.place import Access
from portal import exchange_rates
from portal.domain import errors
from portal.domain.errors import Refusal
from portal.domain.invoices.content import Content, Kind
from portal.domain.invoices.currencies import Currency, no_table, table_day
from portal.store.registers import Registers


@dataclass(frozen=True, slots=True)
class Filled:
    """A content with its rate, or why it has none. `source`: `filled`, `none`, `silent`, or empty if nobody asked."""

    content: Content
    source: str = ""
    refusal: Refusal | None = None

    def explained(self, faults: list[Refusal]) -> list[Refusal]:
        """Refusals of the content; that its rate is missing is told with what the NBP said."""
        refusal = self.refusal
        if refusal is None:
            return faults
        return [refusal if fault.code is errors.EXCHANGE_MISSING else fault for fault in faults]


def filled(at: Access, registers: Registers | None, content: Content, now: datetime, *, anew: bool = False) -> Filled:
    """With the rate of the day that the law wants. A rate that was typed stands, unless one is asked for `anew`."""
    if registers is None or not _wanted(content) or (content.exchange and not anew):
        return Filled(content)
    if not anew and not exchange_rates.switched_on():
        return Filled(content)
    return _asked(at, registers, content, now)


def _wanted(content: Content) -> bool:
    """Whether the invoice has a rate of its own: a correction keeps that of the invoice, a pro forma needs none."""
    return content.currency is not Currency.PLN and content.kind not in {Kind.PRO_FORMA, Kind.CORRECTION}


def _asked(at: Access, registers: Registers, content: Content, now: datetime) -> Filled:
    day = table_day(content.tax_point, content.issued_on)
    # A client's questions are counted apart: none may use up what its office may ask.
    whose = at.office.id if place.by_office(at) else at.firm.id
    try:
        found = registers.exchange_rate(content.currency, day, whose, now)
    except Refusal as refusal:
        if refusal.code not in (errors.EXCHANGE_SILENT, errors.TOO_MANY_TRIES):
            raise
        return Filled(content, "silent", Refusal(errors.EXCHANGE_SILENT, "exchange", day=f"{day:%d.%m.%Y}"))
    if found is None or found.day != day:
        return Filled(content, "none", no_table(day))
    return Filled(replace(content, exchange=found), "filled")
