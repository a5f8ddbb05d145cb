"""What a person types on an invoice. Nothing here is computed; a draft is any content, however incomplete."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from portal.domain.invoices.currencies import Currency, ExchangeRate
from portal.domain.invoices.rates import Rate
from portal.domain.invoices.sums import RateSums

MOST_LINES = 1_000
MOST = 99_999_999_999_999
"""Of any amount: 999 999 999 999,99. FA(3) holds a hundred times that, and JSON numbers are exact up to ninety."""

MOST_QUANTITY = Decimal(999_999_999)
QUANTITY_DECIMALS = 6  # FA(3), TIlosci
MOST_PRICE = Decimal(99_999_999_999)
MOST_PRICE_DECIMALS = 8  # FA(3), TKwotowy2
USUAL_PRICE_DECIMALS = 2

NAME_LIMIT = 512  # FA(3), TZnakowy512
NOTES_LIMIT = 3_500  # FA(3), TTekstowy
WORDS_LIMIT = 256  # FA(3), TZnakowy


class Kind(StrEnum):
    """Kinds of invoice. A pro forma is none and is numbered apart."""

    VAT = "vat"
    NO_VAT = "no-vat"
    PRO_FORMA = "pro-forma"
    ADVANCE = "advance"
    FINAL = "final"
    CORRECTION = "correction"
    SIMPLIFIED = "simplified"
    MARGIN = "margin"


class Method(StrEnum):
    """Whether prices are net or gross: what is multiplied, and what VAT is counted from (art. 106e sec. 7 and 8)."""

    NET = "net"
    GROSS = "gross"


class VatBy(StrEnum):
    """Whether VAT is rounded once per rate or line by line (art. 106e sec. 10); kept with the invoice for good."""

    RATE = "rate"
    LINE = "line"


class PaymentForm(StrEnum):
    """How it is to be paid."""

    CASH = "cash"
    CARD = "card"
    VOUCHER = "voucher"
    CHEQUE = "cheque"
    CREDIT = "credit"
    TRANSFER = "transfer"
    MOBILE = "mobile"

    @property
    def fa_code(self) -> int:
        """Its code in FA(3): 1…7."""
        return list(PaymentForm).index(self) + 1


class MarginProcedure(StrEnum):
    """Of what only the margin is taxed (art. 119, art. 120)."""

    TRAVEL = "travel"
    USED_GOODS = "used-goods"
    ART = "art"
    ANTIQUES = "antiques"


class ExemptSource(StrEnum):
    """Where the exemption is written (art. 106e sec. 1 item 19): the act, the directive 2006/112, something else."""

    ACT = "act"
    DIRECTIVE = "directive"
    OTHER = "other"


class PartyKind(StrEnum):
    """A business has a number; a consumer gives none."""

    BUSINESS = "business"
    CONSUMER = "consumer"


@dataclass(frozen=True, slots=True)
class Party:
    """Seller, buyer or recipient. `vat_ue` with its country in front; `tax_id`: a number from outside the Union."""

    name: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "PL"
    nip: str = ""
    vat_ue: str = ""
    tax_id: str = ""
    kind: PartyKind = PartyKind.BUSINESS


@dataclass(frozen=True, slots=True)
class Line:
    """One line. The price is net or gross by the invoice's method, before the discount.

    The discount is a percentage or an amount off the whole line, one of the two. `annex_15`: goods or services of annex
    15 to the act. `code`: the seller's own, PKWiU or CN; `gtu`: `GTU_01`…`GTU_13`.
    """

    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    rate: Rate
    discount_percent: Decimal = Decimal(0)
    discount: int = 0
    annex_15: bool = False
    code: str = ""
    gtu: str = ""


@dataclass(frozen=True, slots=True)
class Advance:
    """An advance invoice as another invoice of the same order names it, with what it charged per rate."""

    id: str
    number: str
    issued_on: date
    rates: tuple[RateSums, ...]
    currency: Currency = Currency.PLN
    ksef_number: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a correction corrects: the invoice, and its content as it stood after `state` earlier corrections."""

    invoice_id: str
    number: str
    issued_on: date
    before: Content
    state: int
    reason: str = ""
    ksef_number: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What stands on an invoice, as typed. Of a correction all but `correction` is the state after it.

    `received`: what an advance invoice documents, gross, on `received_on`; its lines are the whole order. `advances`:
    what a final invoice settles; on an advance invoice the earlier ones of the same order.
    """

    kind: Kind
    issued_on: date
    seller: Party
    buyer: Party
    lines: tuple[Line, ...] = ()
    method: Method = Method.NET
    vat_by: VatBy = VatBy.RATE
    price_decimals: int = USUAL_PRICE_DECIMALS
    currency: Currency = Currency.PLN
    exchange: ExchangeRate | None = None
    supplied_on: date | None = None
    supplied_from: date | None = None
    place: str = ""
    recipient: Party | None = None
    payment: PaymentForm = PaymentForm.TRANSFER
    due_on: date | None = None
    account: str = ""
    bank_name: str = ""
    swift: str = ""
    notes: str = ""
    exempt_source: ExemptSource = ExemptSource.ACT
    exempt_base: str = ""
    margin: MarginProcedure | None = None
    split_payment: bool = False
    cash_method: bool = False
    self_billing: bool = False
    received: int | None = None
    received_on: date | None = None
    advances: tuple[Advance, ...] = ()
    correction: Correction | None = None

    @property
    def base_kind(self) -> Kind:
        """The kind; of a correction that of the corrected invoice."""
        return self.correction.before.kind if self.correction else self.kind

    @property
    def tax_point(self) -> date:
        """The day whose rates apply: of the payment received (art. 19a sec. 8) or of the supply (sec. 1)."""
        if self.correction:
            return self.correction.before.tax_point
        if self.kind is Kind.ADVANCE:
            return self.received_on or self.issued_on
        return self.supplied_on or self.issued_on

    @property
    def intra_union(self) -> bool:
        """Whether both numbers stand with their countries in front: goods or services to a business in the Union.

        Art. 106e sec. 1 item 24.
        """
        return any(line.rate in {Rate.ZERO_WDT, Rate.OUTSIDE_SERVICES} for line in self.lines)

    @property
    def fa_kind(self) -> str:
        """The kind in FA(3) (RodzajFaktury); nothing for a pro forma, which never goes there."""
        return (_FA_CORRECTIONS if self.correction else _FA_KINDS).get(
            self.base_kind, "KOR" if self.correction else "VAT"
        )


_FA_KINDS = {Kind.ADVANCE: "ZAL", Kind.FINAL: "ROZ", Kind.SIMPLIFIED: "UPR", Kind.PRO_FORMA: ""}
_FA_CORRECTIONS = {Kind.ADVANCE: "KOR_ZAL", Kind.FINAL: "KOR_ROZ"}


def state_of(content: Content) -> Content:
    """The content as an invoice of its own: of a correction the corrected invoice as it is after it."""
    if content.correction is None:
        return content
    before = content.correction.before
    return replace(content, kind=before.kind, issued_on=before.issued_on, correction=None)


def copied(content: Content, *, issued_on: date, kind: Kind | None = None) -> Content:
    """A new draft with the same content: a duplicate, or the invoice that follows a pro forma (by `kind`).

    The time to pay stays as long as it was; what belongs to the old day (rate of exchange, money received) does not.
    A correction gives a draft of the invoice as corrected.
    """
    term = content.due_on - content.issued_on if content.due_on else None
    return replace(
        content,
        kind=kind or content.base_kind,
        issued_on=issued_on,
        supplied_on=None,
        supplied_from=None,
        due_on=issued_on + term if term is not None else None,
        exchange=None,
        received=None,
        received_on=None,
        advances=(),
        correction=None,
    )
