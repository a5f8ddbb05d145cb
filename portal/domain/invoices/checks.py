"""What must be right before an invoice is issued. All that is wrong is told at once, each at its field.

`draft_faults` is what even a draft may not hold; a draft may lack everything. `issue_faults` is asked before a number
is taken, so a refusal burns none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from portal.domain import errors, money
from portal.domain.errors import Refusal
from portal.domain.invoices import exact, parties, sums
from portal.domain.invoices.content import (
    MOST_PRICE_DECIMALS,
    USUAL_PRICE_DECIMALS,
    Advance,
    Content,
    Correction,
    Kind,
    state_of,
)
from portal.domain.invoices.currencies import Currency, table_day
from portal.domain.invoices.figures import Figures, figures, left_of_order
from portal.domain.invoices.rates import NO_VAT, Rate, require_valid
from portal.domain.invoices.texts import text_faults
from portal.domain.periods import Period

_GTU = re.compile(r"GTU_(0[1-9]|1[0-3])", re.ASCII)
_SIMPLIFIED = {Currency.EUR: 100_00}
_SIMPLIFIED_PLN = 450_00
_EARLIEST = timedelta(days=60)
_LATEST_DAY = 15


@dataclass(frozen=True, slots=True)
class Known:
    """What only the store knows: how many corrections the corrected invoice has, which advances are settled (ids)."""

    corrections: int = 0
    settled: frozenset[str] = frozenset()


NOTHING_KNOWN = Known()


class Hint(StrEnum):
    """What is worth a look and stops nothing."""

    PRICE_DECIMALS = "price-decimals"
    """A unit price finer than a grosz."""

    LATE = "late"
    """After the 15th of the month that follows the tax point (art. 106i sec. 1)."""

    EARLY = "early"
    """More than 60 days before the supply (art. 106i sec. 7); rent, media and the like may be (sec. 8)."""

    SPLIT_PAYMENT_ADDED = "split-payment-added"
    """„Mechanizm podzielonej płatności” is obligatory and stands on it though it was not asked for."""


def draft_faults(content: Content) -> list[Refusal]:
    """What cannot even be kept as a draft: texts that cannot be printed, figures that cannot be computed."""
    return _counted(content)[1]


def issue_faults(content: Content, today: date, known: Known = NOTHING_KNOWN) -> list[Refusal]:
    """Everything that stands in the way of issuing this content today."""
    result, faults = _counted(content)
    faults += [
        *_dates(content, today),
        *parties.party_faults(content),
        *_lines(content),
        *_procedures(content),
        *_exchange(content),
        *_correction(content, known),
    ]
    if result:
        faults += [*_amounts(content, result), *_advances(content, result, known)]
    return faults


def hints(content: Content) -> tuple[Hint, ...]:
    """What to point out to whoever issues it."""
    result, _ = _counted(content)
    original = content.kind not in {Kind.PRO_FORMA, Kind.CORRECTION}
    late = Period.of(content.tax_point).plus(1)
    found = {
        Hint.PRICE_DECIMALS: any(exact.decimals(line.price) > USUAL_PRICE_DECIMALS for line in content.lines),
        Hint.LATE: original and content.issued_on > date(late.year, late.month, _LATEST_DAY),
        Hint.EARLY: original and content.tax_point - content.issued_on > _EARLIEST,
        Hint.SPLIT_PAYMENT_ADDED: result is not None and result.split_payment and not content.split_payment,
    }
    return tuple(hint for hint, applies in found.items() if applies)


def _counted(content: Content) -> tuple[Figures | None, list[Refusal]]:
    faults = list(text_faults(content))
    if not USUAL_PRICE_DECIMALS <= content.price_decimals <= MOST_PRICE_DECIMALS:
        faults.append(Refusal(errors.FIELD_INVALID, "price_decimals"))
    try:
        return figures(content), faults
    except errors.Refusals as refused:
        return None, faults + refused.refusals


def _dates(content: Content, today: date) -> Iterable[Refusal]:
    if content.issued_on > today:
        yield Refusal(errors.ISSUE_FUTURE, "issued_on")
    if content.supplied_from and content.supplied_from > (content.supplied_on or content.issued_on):
        yield Refusal(errors.SUPPLY_PERIOD, "supplied_from")
    if content.due_on and content.due_on < min(content.issued_on, content.supplied_on or content.issued_on):
        yield Refusal(errors.DUE_EARLY, "due_on")
    if content.base_kind is Kind.ADVANCE:
        yield from _day_received(content.received_on, today)


def _day_received(received_on: date | None, today: date) -> Iterable[Refusal]:
    if received_on is None:
        yield Refusal(errors.FIELD_MISSING, "received_on")
    elif received_on > today:
        yield Refusal(errors.RECEIVED_FUTURE, "received_on")


def _lines(content: Content) -> Iterable[Refusal]:
    if not content.lines:
        yield Refusal(errors.LINES_MISSING, "lines")
    for index, line in enumerate(content.lines):
        if not line.name.strip():
            yield Refusal(errors.FIELD_MISSING, f"lines.{index}.name")
        if line.gtu and not _GTU.fullmatch(line.gtu):
            yield Refusal(errors.FIELD_INVALID, f"lines.{index}.gtu")
        yield from _rate(content, line.rate, f"lines.{index}.rate")


_USUAL = frozenset(Rate) - {Rate.MARGIN}
_RATES = {
    # Who is exempt from VAT, or sells abroad only, has no other rates.
    Kind.NO_VAT: frozenset({Rate.EXEMPT, Rate.OUTSIDE, Rate.OUTSIDE_SERVICES}),
    Kind.MARGIN: frozenset({Rate.MARGIN}),
    # Art. 106e sec. 6: not for sales abroad and goods to the Union.
    Kind.SIMPLIFIED: _USUAL - NO_VAT - {Rate.ZERO_WDT, Rate.ZERO_EXPORT} | {Rate.EXEMPT},
    # Art. 106b sec. 1 item 4: a payment for goods to the Union is no tax point.
    Kind.ADVANCE: _USUAL - {Rate.ZERO_WDT},
}


def rates_of(kind: Kind, tax_point: date) -> list[Rate]:
    """What the form offers for an invoice of this kind and day."""
    return [rate for rate in Rate if rate in _RATES.get(kind, _USUAL) and rate.valid_on(tax_point)]


def _rate(content: Content, rate: Rate, field: str) -> Iterable[Refusal]:
    if rate not in _RATES.get(content.base_kind, _USUAL):
        yield Refusal(errors.RATE_NOT_FOR_KIND, field, rate=rate.written)
        return
    try:
        require_valid(rate, content.tax_point, field)
    except Refusal as refusal:
        yield refusal


def _procedures(content: Content) -> Iterable[Refusal]:
    if any(line.rate is Rate.EXEMPT for line in content.lines) and not content.exempt_base.strip():
        yield Refusal(errors.EXEMPT_BASE_MISSING, "exempt_base")
    if content.base_kind is Kind.MARGIN and content.margin is None:
        yield Refusal(errors.MARGIN_MISSING, "margin")
    if content.base_kind is not Kind.MARGIN and content.margin is not None:
        yield Refusal(errors.MARGIN_NOT_ALLOWED, "margin")


def _exchange(content: Content) -> Iterable[Refusal]:
    if content.currency is Currency.PLN:
        if content.exchange:
            yield Refusal(errors.EXCHANGE_NOT_NEEDED, "exchange")
    elif content.kind not in {Kind.PRO_FORMA, Kind.CORRECTION}:  # a correction keeps the rate of the invoice
        day = table_day(content.tax_point, content.issued_on)
        yield from _rate_of_day(content, day)


def _rate_of_day(content: Content, day: date) -> Iterable[Refusal]:
    written = f"{day:%d.%m.%Y}"
    if content.exchange is None:
        yield Refusal(errors.EXCHANGE_MISSING, "exchange", day=written)
        return
    if not content.exchange.table.strip():
        yield Refusal(errors.FIELD_MISSING, "exchange.table")
    if content.exchange.day != day:
        yield Refusal(errors.EXCHANGE_DAY, "exchange.day", day=written)


def _amounts(content: Content, result: Figures) -> Iterable[Refusal]:
    if content.correction is None and content.lines and result.supply_total.gross == 0:
        yield Refusal(errors.INVOICE_ZERO, "lines")
    if content.base_kind is Kind.SIMPLIFIED:
        yield from _simplified(content, result.after or result)
    if content.base_kind is Kind.ADVANCE:
        yield from _payment_received(content, result.after or result)


def _simplified(content: Content, result: Figures) -> Iterable[Refusal]:
    """Art. 106e sec. 5 item 3: up to 450 zł, or 100 euro."""
    limit = _SIMPLIFIED.get(content.currency)
    within = result.total.gross <= limit if limit else result.total_pln.gross <= _SIMPLIFIED_PLN
    if not within:
        yield Refusal(errors.SIMPLIFIED_LIMIT, "lines")


def _payment_received(content: Content, result: Figures) -> Iterable[Refusal]:
    left = sum(max(0, one.sums.gross) for one in left_of_order(content, result.supply))
    if content.received is None or (content.received == 0 and content.correction is None):
        yield Refusal(errors.RECEIVED_INVALID, "received")
    elif content.received > left:
        yield Refusal(errors.RECEIVED_TOO_HIGH, "received", left=f"{money.plain(left)}{money.NBSP}{content.currency}")


def _advances(content: Content, result: Figures, known: Known) -> Iterable[Refusal]:
    if content.advances and content.base_kind not in {Kind.ADVANCE, Kind.FINAL}:
        yield Refusal(errors.ADVANCES_NOT_ALLOWED, "advances")
    if content.base_kind is Kind.FINAL and not content.advances:
        yield Refusal(errors.ADVANCES_MISSING, "advances")
    times = Counter(advance.id for advance in content.advances)
    # The advances of a corrected final invoice are settled by that very invoice.
    settled = known.settled if content.correction is None else frozenset()
    for index, advance in enumerate(content.advances):
        yield from _advance(advance, content, f"advances.{index}", twice=times[advance.id] > 1, settled=settled)
    if content.base_kind is Kind.FINAL:
        yield from _more_than_sold(content, (result.after or result).rates)


def _advance(
    advance: Advance, content: Content, field: str, *, twice: bool, settled: frozenset[str]
) -> Iterable[Refusal]:
    if twice or advance.id in settled:
        yield Refusal(errors.ADVANCE_SETTLED, field, number=advance.number)
    if advance.currency is not content.currency:
        yield Refusal(errors.ADVANCE_CURRENCY, field, number=advance.number, currency=advance.currency)


def _more_than_sold(content: Content, left: Iterable[sums.RateSums]) -> Iterable[Refusal]:
    rates = list(left)
    # A payment spread over several rates may be a grosz off in each, as long as the whole is right.
    tolerated = len(content.advances) if sums.total(rates).gross >= 0 else 0
    for one in rates:
        if one.sums.gross < -tolerated:
            yield Refusal(errors.ADVANCES_EXCEED, "advances", rate=one.rate.written)


def _correction(content: Content, known: Known) -> Iterable[Refusal]:
    correction = content.correction
    if correction is None:
        if content.kind is Kind.CORRECTION:
            yield Refusal(errors.CORRECTION_MISSING, "correction")
        return
    if content.kind is not Kind.CORRECTION:
        yield Refusal(errors.CORRECTION_NOT_ALLOWED, "correction")
    if correction.before.kind in {Kind.CORRECTION, Kind.PRO_FORMA}:
        yield Refusal(errors.CORRECTION_NOT_POSSIBLE, "correction")
    if correction.state != known.corrections:
        yield Refusal(errors.CORRECTION_OUTDATED, "correction")
    yield from _corrected(content, correction)


def _corrected(content: Content, correction: Correction) -> Iterable[Refusal]:
    before = correction.before
    if not correction.reason.strip():
        yield Refusal(errors.CORRECTION_REASON, "correction.reason")
    if (content.currency, content.exchange) != (before.currency, before.exchange):
        yield Refusal(errors.CORRECTION_CURRENCY, "currency")
    if content.issued_on < correction.issued_on:
        yield Refusal(errors.CORRECTION_EARLY, "issued_on", day=f"{correction.issued_on:%d.%m.%Y}")
    if changes_nothing(content):
        yield Refusal(errors.CORRECTION_EMPTY, "lines")


def changes_nothing(content: Content) -> bool:
    """Whether a correction leaves all as it was. How and where to pay, and notes, are no part of what it corrects."""
    if content.correction is None:
        return False
    before = content.correction.before
    state = state_of(content)
    kept = ("due_on", "payment", "account", "bank_name", "swift", "notes", "place")
    return replace(state, **{field: getattr(before, field) for field in kept}) == before
