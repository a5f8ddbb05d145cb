"""Contents of invoices as the table keeps them: compressed JSON, in which what nobody typed is left out."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import date
from decimal import Decimal
from typing import Any

from portal.domain import errors
from portal.domain.invoices.content import (
    Advance,
    Content,
    Correction,
    ExemptSource,
    Kind,
    Line,
    MarginProcedure,
    Method,
    Party,
    PartyKind,
    PaymentForm,
    VatBy,
)
from portal.domain.invoices.currencies import Currency, ExchangeRate
from portal.domain.invoices.rates import Rate
from portal.domain.invoices.sums import RateSums, Sums

_MOST_BYTES = 350_000
"""An item of the table holds 400 kB, and other compressors press harder than ours."""


def encode(content: Content) -> bytes:
    """A content as bytes. Raises `invoice-too-long`."""
    text = json.dumps(_plain(content), ensure_ascii=False, separators=(",", ":"))
    packed = zlib.compress(text.encode(), 6)
    if len(packed) > _MOST_BYTES:
        raise errors.Refusal(errors.INVOICE_TOO_LONG, "lines")
    return packed


def decode(packed: bytes) -> Content:
    """The same content again."""
    return _content(json.loads(zlib.decompress(packed)))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in fields(value)
            if field.default is MISSING or getattr(value, field.name) != field.default
        }
    return value


def _content(told: Mapping[str, Any]) -> Content:
    return Content(**{name: _READ[name](value) if name in _READ else value for name, value in told.items()})


def _party(told: Mapping[str, Any]) -> Party:
    return Party(**{**told, "kind": PartyKind(told.get("kind", PartyKind.BUSINESS))})


def _line(told: Mapping[str, Any]) -> Line:
    decimals = {name: Decimal(told[name]) for name in ("quantity", "price", "discount_percent") if name in told}
    return Line(**{**told, **decimals, "rate": Rate(told["rate"])})


def _exchange(told: Mapping[str, Any]) -> ExchangeRate:
    return ExchangeRate(**{**told, "rate": Decimal(told["rate"]), "day": date.fromisoformat(told["day"])})


def _rate_sums(told: Mapping[str, Any]) -> RateSums:
    return RateSums(Rate(told["rate"]), Sums(**told["sums"]), Sums(**told["pln"]))


def _advance(told: Mapping[str, Any]) -> Advance:
    return Advance(
        **{
            **told,
            "issued_on": date.fromisoformat(told["issued_on"]),
            "rates": tuple(map(_rate_sums, told["rates"])),
            "currency": Currency(told.get("currency", Currency.PLN)),
        }
    )


def _correction(told: Mapping[str, Any]) -> Correction:
    before, issued_on = _content(told["before"]), date.fromisoformat(told["issued_on"])
    return Correction(**{**told, "before": before, "issued_on": issued_on})


_READ: dict[str, Callable[[Any], Any]] = {
    "kind": Kind,
    "issued_on": date.fromisoformat,
    "seller": _party,
    "buyer": _party,
    "lines": lambda listed: tuple(map(_line, listed)),
    "method": Method,
    "vat_by": VatBy,
    "currency": Currency,
    "exchange": _exchange,
    "supplied_on": date.fromisoformat,
    "supplied_from": date.fromisoformat,
    "recipient": _party,
    "payment": PaymentForm,
    "due_on": date.fromisoformat,
    "exempt_source": ExemptSource,
    "margin": MarginProcedure,
    "received_on": date.fromisoformat,
    "advances": lambda listed: tuple(map(_advance, listed)),
    "correction": _correction,
}
"""How fields that are no plain text, number or truth are read."""
