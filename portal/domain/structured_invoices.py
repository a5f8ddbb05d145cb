"""A structured invoice (KSeF) as people read it: what was found in its XML, kept beside its document.

Amounts are integers of the hundredth part of `currency`: grosze in nearly all; `grosze` tells only those.
Quantities and unit prices are the decimals that the seller wrote: they may have eight places.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from portal.domain.errors import _

MOST_LINES = 500
"""Lines that are kept; an invoice may have 10,000, and whoever needs them all opens the file."""

MOST_BYTES = 250_000
"""Of an invoice as it is stored: an item of the table holds 400 kB."""

MOST_NOTES = 50
MOST_OTHERS = 20
_MOST_UNPACKED = 20_000_000


class InvoiceKind(StrEnum):
    """Kinds by their codes in KSeF."""

    VAT = "VAT"
    CORRECTION = "KOR"
    ADVANCE = "ZAL"
    FINAL = "ROZ"
    SIMPLIFIED = "UPR"
    ADVANCE_CORRECTION = "KOR_ZAL"
    FINAL_CORRECTION = "KOR_ROZ"


class Mark(StrEnum):
    """What an invoice says of itself by law („Adnotacje”)."""

    CASH_METHOD = "cash-method"
    SELF_BILLING = "self-billing"
    REVERSE_CHARGE = "reverse-charge"
    SPLIT_PAYMENT = "split-payment"
    EXEMPT = "exempt"
    NEW_VEHICLES = "new-vehicles"
    TRIANGULAR = "triangular"
    MARGIN = "margin"


class Method(StrEnum):
    """How it is to be paid, by the codes of KSeF; `OTHER` has words of its own."""

    CASH = "1"
    CARD = "2"
    VOUCHER = "3"
    CHEQUE = "4"
    CREDIT = "5"
    TRANSFER = "6"
    MOBILE = "7"
    OTHER = "other"


ROLES = {
    "1": _("Faktor"),
    "2": _("Odbiorca"),
    "3": _("Podmiot pierwotny"),
    "4": _("Dodatkowy nabywca"),
    "5": _("Wystawca faktury"),
    "6": _("Dokonujący płatności"),
    "7": _("Jednostka samorządu (wystawca)"),
    "8": _("Jednostka samorządu (odbiorca)"),
    "9": _("Członek grupy VAT (wystawca)"),
    "10": _("Członek grupy VAT (odbiorca)"),
    "11": _("Pracownik"),
}
"""What further parties are, by the codes of KSeF."""


@dataclass(frozen=True, slots=True)
class Party:
    """Seller, buyer or another one. `nip` only where it is a valid one; `number` any other number it goes by.

    `role` of a further party: a code of `ROLES`, or the seller's own words.
    """

    name: str = ""
    nip: str = ""
    number: str = ""
    address: str = ""
    country: str = ""
    role: str = ""

    @property
    def role_name(self) -> str:
        """What it is, as a text to be translated; the seller's own words stay."""
        return ROLES.get(self.role, self.role)


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `rate` as KSeF writes it (`23`, `0 WDT`, `zw`); `before`: how it was before a correction."""

    number: str
    name: str
    quantity: str = ""
    unit: str = ""
    price_net: str = ""
    price_gross: str = ""
    discount: str = ""
    net: int | None = None
    vat: int | None = None
    gross: int | None = None
    rate: str = ""
    code: str = ""
    before: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """What of an invoice has one rate. `vat_pln`: the tax in grosze where the invoice has another currency."""

    rate: str
    net: int
    vat: int | None = None
    vat_pln: int | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """An invoice that this one corrects."""

    number: str
    issued_on: date | None = None
    ksef_number: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """Where to pay to."""

    number: str
    bank: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """What an invoice says of its payment. `other_method`: words for what has no code."""

    paid: bool = False
    paid_on: date | None = None
    due_on: tuple[date, ...] = ()
    terms: str = ""
    method: Method | None = None
    other_method: str = ""
    accounts: tuple[Account, ...] = ()
    to_pay: int | None = None


@dataclass(frozen=True, slots=True)
class StructuredInvoice:
    """An invoice from its XML. `lines_left_out`: how many lines are only in the file.

    `ksef_number` is not in the XML; it is known where the file is named by it.
    """

    seller: Party
    buyer: Party
    number: str
    kind: InvoiceKind
    currency: str
    gross: int
    issued_on: date | None = None
    issued_in: str = ""
    sold_on: date | None = None
    sold_until: date | None = None
    totals: tuple[Total, ...] = ()
    lines: tuple[Line, ...] = ()
    lines_left_out: int = 0
    marks: tuple[Mark, ...] = ()
    payment: Payment = Payment()
    others: tuple[Party, ...] = ()
    reason: str = ""
    corrected: tuple[Corrected, ...] = ()
    notes: tuple[str, ...] = ()
    ksef_number: str = ""

    @property
    def grosze(self) -> int | None:
        """The gross amount in grosze; None where the invoice has another currency."""
        return self.gross if self.currency == "PLN" else None

    @property
    def net(self) -> int:
        """The sum of what the rates have."""
        return sum(total.net for total in self.totals)

    @property
    def vat(self) -> int:
        """The tax of all rates."""
        return sum(total.vat or 0 for total in self.totals)

    def to_json(self) -> str:
        """Everything, without what is empty."""
        return json.dumps(_plain(asdict(self)), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> StructuredInvoice:
        """What `to_json` wrote."""
        found: dict[str, Any] = json.loads(text)
        return cls(
            **{
                **_with_dates(found, "issued_on", "sold_on", "sold_until"),
                "seller": Party(**found.get("seller", {})),
                "buyer": Party(**found.get("buyer", {})),
                "kind": InvoiceKind(found["kind"]),
                "totals": tuple(Total(**one) for one in found.get("totals", ())),
                "lines": tuple(Line(**one) for one in found.get("lines", ())),
                "marks": tuple(Mark(one) for one in found.get("marks", ())),
                "payment": _payment(found.get("payment", {})),
                "others": tuple(Party(**one) for one in found.get("others", ())),
                "corrected": tuple(Corrected(**_with_dates(one, "issued_on")) for one in found.get("corrected", ())),
                "notes": tuple(found.get("notes", ())),
            }
        )

    def packed(self) -> bytes:
        """As it is stored: compressed, and with fewer lines where even so it would be too large."""
        kept = self
        while len(written := zlib.compress(kept.to_json().encode("utf-8"), 9)) > MOST_BYTES and kept.lines:
            kept = kept.with_lines(kept.lines[: len(kept.lines) // 2], len(kept.lines) + kept.lines_left_out)
        return written

    @classmethod
    def unpacked(cls, stored: bytes) -> StructuredInvoice:
        """What `packed` stored."""
        return cls.from_json(zlib.decompressobj().decompress(stored, _MOST_UNPACKED).decode("utf-8"))

    def with_lines(self, lines: tuple[Line, ...], of: int) -> StructuredInvoice:
        """The same with these of so many lines."""
        return replace(self, lines=lines, lines_left_out=of - len(lines))


_KEPT_THOUGH_EMPTY = frozenset({"number", "name", "currency", "gross", "rate", "net", "kind"})
"""What the classes above have no default for."""


def rate_written(rate: str) -> str:
    """A rate as invoices show it: `23` → `23%`, `0 WDT` → `0% WDT`; letters stay."""
    amount, _, letters = rate.partition(" ")
    if not amount.replace(",", "").replace(".", "").isdigit():
        return rate
    return f"{amount}%" if letters in ("", "KR") else f"{amount}% {letters}"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items() if name in _KEPT_THOUGH_EMPTY or not _empty(one)}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _empty(value: Any) -> bool:
    """Zero is an amount; nothing, no text and „no” are what the classes say by themselves."""
    return value is None or value is False or value in ("", (), {})


def _with_dates(found: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {**found, **{name: date.fromisoformat(found[name]) for name in names if found.get(name)}}


def _payment(found: Mapping[str, Any]) -> Payment:
    told = _with_dates(found, "paid_on")
    return Payment(
        **{
            **{field.name: told[field.name] for field in fields(Payment) if field.name in told},
            "due_on": tuple(date.fromisoformat(one) for one in found.get("due_on", ())),
            "method": Method(found["method"]) if "method" in found else None,
            "accounts": tuple(Account(**one) for one in found.get("accounts", ())),
        }
    )
