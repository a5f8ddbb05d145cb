"""Net, VAT and gross: of a line, of a rate, of an invoice. Gross is net plus VAT, always."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.domain.invoices.rates import Rate


@dataclass(frozen=True, slots=True)
class Sums:
    """Three amounts in the smallest unit of a currency."""

    net: int = 0
    vat: int = 0

    @property
    def gross(self) -> int:
        """Net and VAT."""
        return self.net + self.vat

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.net + other.net, self.vat + other.vat)

    def __sub__(self, other: Sums) -> Sums:
        return Sums(self.net - other.net, self.vat - other.vat)


NOTHING = Sums()


@dataclass(frozen=True, slots=True)
class RateSums:
    """What falls to one rate; `pln` in zloty, the same where the invoice is in zloty."""

    rate: Rate
    sums: Sums
    pln: Sums


def total(rates: Iterable[RateSums]) -> Sums:
    """All rates together, in the invoice's currency."""
    return sum((one.sums for one in rates), NOTHING)


def total_pln(rates: Iterable[RateSums]) -> Sums:
    """All rates together, in zloty."""
    return sum((one.pln for one in rates), NOTHING)


def less(rates: Iterable[RateSums], taken: Iterable[RateSums], *, keep_zero: bool) -> tuple[RateSums, ...]:
    """Rate by rate the one minus the other, in the order of the rates. `keep_zero`: rates with nothing left stay."""
    left: dict[Rate, tuple[Sums, Sums]] = {one.rate: (one.sums, one.pln) for one in rates}
    for one in taken:
        sums, pln = left.get(one.rate, (NOTHING, NOTHING))
        left[one.rate] = (sums - one.sums, pln - one.pln)
    found = (RateSums(rate, *left[rate]) for rate in Rate if rate in left)
    return tuple(one for one in found if keep_zero or one.sums != NOTHING or one.pln != NOTHING)
