"""Every figure of an invoice: computed here and nowhere else.

VAT is counted per rate from the sum of the lines (default) or line by line; what is rounded per rate is then laid on
the lines so that the lines of a rate add up to it exactly. See `exact.apportion`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.domain import errors, money
from portal.domain.invoices import exact, sums
from portal.domain.invoices.content import (
    MOST,
    MOST_LINES,
    MOST_PRICE,
    MOST_PRICE_DECIMALS,
    MOST_QUANTITY,
    QUANTITY_DECIMALS,
    Content,
    Kind,
    Line,
    Method,
    PartyKind,
    VatBy,
    state_of,
)
from portal.domain.invoices.currencies import Currency
from portal.domain.invoices.rates import Rate
from portal.domain.invoices.sums import NOTHING, RateSums, Sums

_HUNDRED = Decimal(100)
SPLIT_PAYMENT_ABOVE = 1_500_000
"""15 000 zł gross: above it annex 15 asks for split payment (art. 106e sec. 1 item 18a, art. 108a sec. 1a)."""


@dataclass(frozen=True, slots=True)
class LineFigures:
    """A line's value after its discount, and the discount."""

    sums: Sums
    discount: int

    @property
    def net(self) -> int:
        """Without VAT."""
        return self.sums.net

    @property
    def vat(self) -> int:
        """Its part of the VAT."""
        return self.sums.vat

    @property
    def gross(self) -> int:
        """With VAT."""
        return self.sums.gross


@dataclass(frozen=True, slots=True)
class Figures:
    """What an invoice comes to.

    `rates` are what it charges: of a correction the difference, of a final invoice what its advances left, of an
    advance invoice the payment. `supply`: the whole supply or order that the lines describe; `advances_total`: what was
    charged of it before, by advance invoices of the same order. `before` and `after`: both states of a correction,
    whose own `lines` are those after it.
    """

    currency: Currency
    lines: tuple[LineFigures, ...]
    rates: tuple[RateSums, ...]
    supply: tuple[RateSums, ...]
    advances_total: Sums
    to_pay: int
    paid: int
    split_payment: bool
    shows_vat: bool
    before: Figures | None = None
    after: Figures | None = None

    @property
    def total(self) -> Sums:
        """What the invoice charges."""
        return sums.total(self.rates)

    @property
    def total_pln(self) -> Sums:
        """The same in zloty."""
        return sums.total_pln(self.rates)

    @property
    def supply_total(self) -> Sums:
        """The whole supply or order."""
        return sums.total(self.supply)

    @property
    def left(self) -> int:
        """Still to pay; below zero: to give back."""
        return self.to_pay - self.paid


def figures(content: Content, paid: int = 0) -> Figures:
    """All figures of a content, of which `paid` has been paid. Raises Refusals of what cannot be computed."""
    faults = _uncountable(content)
    if faults:
        raise errors.Refusals(faults)
    result = _difference(content, paid) if content.correction else _state(content, paid)
    if _largest(result.after or result) > MOST:
        raise errors.Refusals([errors.Refusal(errors.INVOICE_TOO_LARGE, "lines")])
    return result


def _uncountable(content: Content) -> list[errors.Refusal]:
    if len(content.lines) > MOST_LINES:
        return [errors.Refusal(errors.TOO_MANY_LINES, "lines", limit=MOST_LINES)]
    faults = [fault for index, line in enumerate(content.lines) for fault in _line_faults(content, index, line)]
    if content.received is not None and not 0 <= content.received <= MOST:
        faults.append(errors.Refusal(errors.RECEIVED_INVALID, "received"))
    if content.exchange and not content.exchange.usable:
        faults.append(errors.Refusal(errors.EXCHANGE_INVALID, "exchange"))
    return faults


def _largest(state: Figures) -> int:
    return max(state.supply_total.gross, sums.total_pln(state.supply).gross)


def _line_faults(content: Content, index: int, line: Line) -> Iterable[errors.Refusal]:
    at = f"lines.{index}"
    yield from _quantity_faults(line.quantity, f"{at}.quantity", zero_allowed=content.correction is not None)
    yield from _price_faults(line.price, f"{at}.price", content.price_decimals)
    yield from _discount_faults(line, at)


def _quantity_faults(quantity: Decimal, field: str, *, zero_allowed: bool) -> Iterable[errors.Refusal]:
    # Goods that came back are corrected to none; less than none is never sold.
    if not (quantity.is_finite() and 0 <= quantity <= MOST_QUANTITY and (quantity or zero_allowed)):
        yield errors.Refusal(errors.QUANTITY_INVALID, field, most=f"{MOST_QUANTITY:,}".replace(",", money.NBSP))
    elif exact.decimals(quantity) > QUANTITY_DECIMALS:
        yield errors.Refusal(errors.QUANTITY_DECIMALS, field, limit=QUANTITY_DECIMALS)


def _price_faults(price: Decimal, field: str, limit: int) -> Iterable[errors.Refusal]:
    limit = min(limit, MOST_PRICE_DECIMALS)
    if not (price.is_finite() and 0 <= price <= MOST_PRICE):
        yield errors.Refusal(errors.PRICE_INVALID, field)
    elif exact.decimals(price) > limit:
        yield errors.Refusal(errors.PRICE_DECIMALS, field, limit=limit)


def _discount_faults(line: Line, at: str) -> Iterable[errors.Refusal]:
    percent = line.discount_percent
    if not (percent.is_finite() and 0 <= percent <= _HUNDRED and exact.decimals(percent) <= QUANTITY_DECIMALS):
        yield errors.Refusal(errors.DISCOUNT_PERCENT_INVALID, f"{at}.discount_percent")
    elif line.discount and percent:
        yield errors.Refusal(errors.DISCOUNT_TWICE, f"{at}.discount")
    elif line.discount and not _within_value(line):
        yield errors.Refusal(errors.DISCOUNT_INVALID, f"{at}.discount")


def _within_value(line: Line) -> bool:
    computable = line.quantity.is_finite() and line.price.is_finite()
    return not computable or 0 <= line.discount <= exact.minor(exact.product(line.quantity, line.price))


def _supply(content: Content) -> tuple[tuple[LineFigures, ...], tuple[RateSums, ...]]:
    """The lines, and what they come to per rate."""
    values = [_value(line) for line in content.lines]
    laid: list[Sums] = [NOTHING] * len(values)
    per_rate = []
    for rate in Rate:
        indexes = [index for index, line in enumerate(content.lines) if line.rate is rate]
        if indexes:
            parts = _taxed([values[index][0] for index in indexes], rate, content)
            for index, part in zip(indexes, parts, strict=True):
                laid[index] = part
            per_rate.append(_rate_sums(rate, sum(parts, NOTHING), content))
    lines = tuple(LineFigures(part, discount) for part, (_, discount) in zip(laid, values, strict=True))
    return lines, tuple(per_rate)


def _value(line: Line) -> tuple[int, int]:
    """What a line comes to by its price, and the discount in it. One rounding, so both add up to the full value."""
    full = exact.minor(exact.product(line.quantity, line.price))
    if not line.discount_percent:
        return full - line.discount, line.discount
    kept = exact.product(line.quantity, line.price, _HUNDRED - line.discount_percent, Decimal("0.01"))
    return exact.minor(kept), full - exact.minor(kept)


def _taxed(values: Sequence[int], rate: Rate, content: Content) -> list[Sums]:
    """Lines of one rate, with the VAT that falls to each."""
    percent = rate.percent or 0
    # From net: net · r / 100 (art. 106e sec. 1 item 14); from gross: gross · r / (100 + r) (sec. 7).
    denominator = 100 if content.method is Method.NET else 100 + percent
    if content.vat_by is VatBy.LINE:
        vats = [exact.share(value, percent, denominator) for value in values]
    else:
        whole = exact.share(sum(values), percent, denominator)
        vats = exact.apportion(whole, [value * percent for value in values], denominator)
    net = content.method is Method.NET
    return [Sums(value if net else value - vat, vat) for value, vat in zip(values, vats, strict=True)]


def _rate_sums(rate: Rate, amounts: Sums, content: Content) -> RateSums:
    if content.currency is Currency.PLN or content.exchange is None:
        # Without a rate of exchange (a draft, a pro forma) nothing is known in zloty.
        return RateSums(rate, amounts, amounts if content.currency is Currency.PLN else NOTHING)
    to_pln = content.exchange.to_pln
    return RateSums(rate, amounts, Sums(to_pln(amounts.net), to_pln(amounts.vat)))


def _state(content: Content, paid: int) -> Figures:
    """Of an invoice that is no correction, or of one state of a corrected one."""
    lines, supply = _supply(content)
    charged = _charged(content, supply)
    to_pay = sums.total(charged).gross
    return Figures(
        currency=content.currency,
        lines=lines,
        rates=charged,
        supply=supply,
        advances_total=sums.total(_taken(content)),
        to_pay=to_pay,
        # An advance invoice is issued for money that has come.
        paid=to_pay if content.kind is Kind.ADVANCE else paid,
        split_payment=content.split_payment or split_payment_needed(content, charged),
        shows_vat=content.kind not in {Kind.NO_VAT, Kind.MARGIN},
    )


def _charged(content: Content, supply: tuple[RateSums, ...]) -> tuple[RateSums, ...]:
    if content.kind is Kind.ADVANCE:
        return _received(content, supply)
    return _after_advances(content, supply) if content.kind is Kind.FINAL else supply


def _received(content: Content, supply: tuple[RateSums, ...]) -> tuple[RateSums, ...]:
    """A payment, spread over the rates of what is still to be paid of the order; VAT = payment · r / (100 + r).

    Art. 106f sec. 1 item 3.
    """
    received = content.received or 0
    awaited = [max(0, one.sums.gross) for one in left_of_order(content, supply)]
    rates = [one.rate for one in supply]
    if not sum(awaited):
        return ()
    parts = exact.apportion(received, [received * gross for gross in awaited], sum(awaited))
    return tuple(_from_payment(rate, part, content) for rate, part in zip(rates, parts, strict=True))


def _taken(content: Content) -> list[RateSums]:
    return [one for advance in content.advances for one in advance.rates]


def left_of_order(content: Content, supply: tuple[RateSums, ...]) -> list[RateSums]:
    """What earlier advances of an order left, in the order of its rates."""
    left = {one.rate: one for one in sums.less(supply, _taken(content), keep_zero=True)}
    return [left[one.rate] for one in supply]


def _from_payment(rate: Rate, gross: int, content: Content) -> RateSums:
    percent = rate.percent or 0
    vat = exact.share(gross, percent, 100 + percent)
    return _rate_sums(rate, Sums(gross - vat, vat), content)


def _after_advances(content: Content, supply: tuple[RateSums, ...]) -> tuple[RateSums, ...]:
    """The supply less what advance invoices charged (art. 106f sec. 3)."""
    left = sums.less(supply, _taken(content), keep_zero=True)
    if content.currency is Currency.PLN:
        return left
    # Each advance was converted at the rate of its own day; what is left goes at the rate of this invoice.
    return tuple(_rate_sums(one.rate, one.sums, content) for one in left)


def _difference(content: Content, paid: int) -> Figures:
    """Of a correction: what the state after it differs by (art. 106j sec. 2 item 5)."""
    assert content.correction  # noqa: S101 - asked by `figures`
    before, after = _state(content.correction.before, 0), _state(state_of(content), 0)
    return Figures(
        currency=content.currency,
        lines=after.lines,
        rates=sums.less(after.rates, before.rates, keep_zero=True),
        supply=sums.less(after.supply, before.supply, keep_zero=True),
        advances_total=after.advances_total - before.advances_total,
        to_pay=after.to_pay - before.to_pay,
        paid=paid,
        split_payment=after.split_payment,
        shows_vat=after.shows_vat,
        before=before,
        after=after,
    )


_NEVER_SPLIT = frozenset({Kind.PRO_FORMA, Kind.NO_VAT, Kind.MARGIN, Kind.SIMPLIFIED})


def split_payment_needed(content: Content, charged: Iterable[RateSums]) -> bool:
    """Whether „mechanizm podzielonej płatności" must stand on it: over 15 000 zł, annex 15, bought by a business."""
    rates = list(charged)
    return (
        content.kind not in _NEVER_SPLIT
        and content.buyer.kind is PartyKind.BUSINESS
        and any(line.annex_15 for line in content.lines)
        and sums.total(rates).vat > 0
        and sums.total_pln(rates).gross > SPLIT_PAYMENT_ABOVE
    )
