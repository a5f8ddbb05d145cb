"""What a firm's invoices begin with: its settings and series, whom it sells to, what it sells."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from portal.aws import ConditionFailed, Expect, Item, Put
from portal.domain import errors
from portal.domain.invoices.content import (
    USUAL_PRICE_DECIMALS,
    Content,
    Line,
    Method,
    Party,
    PartyKind,
    PaymentForm,
    VatBy,
)
from portal.domain.invoices.currencies import Currency
from portal.domain.invoices.numbering import Purpose, Reset, Series, default_series
from portal.domain.invoices.rates import Rate
from portal.store import keys
from portal.store.office import FirmTable

USUAL_DUE_DAYS = 14
MOST_REMEMBERED = 100
"""Lines of an invoice whose products are remembered."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a new invoice begins with. `seller_*`: the seller on invoices; empty: as the office keeps the firm.

    `logo`: the digest of the picture on them.
    """

    seller_name: str = ""
    seller_street: str = ""
    seller_postcode: str = ""
    seller_city: str = ""
    account: str = ""
    bank_name: str = ""
    swift: str = ""
    place: str = ""
    method: Method = Method.NET
    vat_by: VatBy = VatBy.RATE
    price_decimals: int = USUAL_PRICE_DECIMALS
    currency: Currency = Currency.PLN
    payment: PaymentForm = PaymentForm.TRANSFER
    due_days: int = USUAL_DUE_DAYS
    reminders: tuple[int, ...] = ()
    notes: str = ""
    exempt_base: str = ""
    cash_method: bool = False
    series: tuple[Series, ...] = default_series()
    logo: str = ""
    version: int = 0

    def series_for(self, purpose: Purpose) -> list[Series]:
        """The series that numbers for this come from; the first one is the usual one."""
        return [one for one in self.series if one.purpose is purpose]


@dataclass(frozen=True, slots=True)
class Counterparty:
    """Whom the firm sells to. `used_on`: the day of the last invoice."""

    id: str
    party: Party
    email: str = ""
    used_on: date | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Product:
    """What the firm sells, with the price of the last time; net or gross by `method`."""

    id: str
    name: str
    unit: str
    price: Decimal
    rate: Rate
    method: Method = Method.NET
    code: str = ""
    gtu: str = ""
    annex_15: bool = False
    version: int = 0


# Settings


def settings(table: FirmTable) -> Settings:
    """The firm's settings, or what holds before anybody changed them."""
    item = table.get(keys.invoice_settings(table.firm), consistent=True)
    if item is None:
        return Settings()
    told = {field.name: item[field.name] for field in fields(Settings) if field.name in item}
    series = (Series(code, Purpose(purpose), pattern, Reset(reset)) for code, purpose, pattern, reset in told["series"])
    read = {"method": Method, "vat_by": VatBy, "currency": Currency, "payment": PaymentForm}
    reminders = tuple(int(day) for day in told.get("reminders", ()))
    decoded = {name: of(told[name]) for name, of in read.items()}
    return Settings(**{**told, **decoded, "series": tuple(series), "reminders": reminders})


def settings_put(table: FirmTable, before: Settings, after: Settings) -> Put:
    """The write of settings that were read as `before`."""
    told = {
        **asdict(after),
        "series": [[one.code, one.purpose, one.pattern, one.reset] for one in after.series],
        "version": before.version + 1,
    }
    expect = Expect.same("version", before.version) if before.version else Expect.absent()
    return table.put(keys.invoice_settings(table.firm), told, expect)


# Counterparties


def counterparties(table: FirmTable) -> list[Counterparty]:
    """All of them, by name."""
    found = map(_counterparty, table.query(*keys.counterparties(table.firm)))
    return sorted(found, key=lambda one: (one.party.name.casefold(), one.id))


def counterparty(table: FirmTable, counterparty_id: str) -> Counterparty:
    """One of them. Raises `not-found`."""
    item = table.get(keys.counterparty(table.firm, counterparty_id), consistent=True)
    if item is None:
        raise errors.Refusal(errors.NOT_FOUND)
    return _counterparty(item)


def counterparty_of(table: FirmTable, party: Party) -> Counterparty | None:
    """What is remembered of a party, if it is."""
    item = table.get(keys.counterparty(table.firm, counterparty_id(party)), consistent=True)
    return _counterparty(item) if item else None


def counterparty_id(party: Party) -> str:
    """By what a counterparty is known: its number, or its name and town."""
    return _digest(party.nip or party.vat_ue or party.tax_id or f"{party.name.casefold()}|{party.city.casefold()}")


def counterparty_put(table: FirmTable, before: Counterparty | None, after: Counterparty) -> Put:
    """The write of one, new or read as `before`."""
    told = {
        "party": asdict(after.party),
        "email": after.email,
        "used_on": after.used_on.isoformat() if after.used_on else "",
        "version": (before.version if before else 0) + 1,
    }
    return table.put(keys.counterparty(table.firm, after.id), told, _unchanged(before))


def _counterparty(item: Item) -> Counterparty:
    party = Party(**{**item["party"], "kind": PartyKind(item["party"]["kind"])})
    used_on = date.fromisoformat(item["used_on"]) if item["used_on"] else None
    return Counterparty(item["sk"].partition("#")[2], party, item["email"], used_on, item["version"])


# Products


def products(table: FirmTable) -> list[Product]:
    """All of them, by name."""
    found = map(_product, table.query(*keys.products(table.firm)))
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def product(table: FirmTable, product_id: str) -> Product:
    """One of them. Raises `not-found`."""
    item = table.get(keys.product(table.firm, product_id), consistent=True)
    if item is None:
        raise errors.Refusal(errors.NOT_FOUND)
    return _product(item)


def product_id(name: str, method: Method) -> str:
    """By what a product is known: its name, and whether its price is net or gross."""
    return _digest(f"{name.casefold()}|{method}")


def product_put(table: FirmTable, before: Product | None, after: Product) -> Put:
    """The write of one, new or read as `before`."""
    told = {
        **asdict(after),
        "price": f"{after.price:f}",
        "version": (before.version if before else 0) + 1,
    }
    told.pop("id")
    return table.put(keys.product(table.firm, after.id), told, _unchanged(before))


def _product(item: Item) -> Product:
    told = {field.name: item[field.name] for field in fields(Product) if field.name in item}
    read = {"price": Decimal(told["price"]), "rate": Rate(told["rate"]), "method": Method(told["method"])}
    return Product(**{**told, **read, "id": item["sk"].partition("#")[2]})


# What an issued invoice teaches


def remember(table: FirmTable, content: Content) -> None:
    """Keep the buyer and what was sold, for the next invoice. Who changes the same meanwhile is left alone."""
    made = _known_lines(content)
    buyer = content.buyer
    buyer_key = keys.counterparty(table.firm, counterparty_id(buyer))
    wanted = {keys.product(table.firm, one.id): one for one in made}
    found = table.get_many([buyer_key, *wanted], consistent=True)
    puts: list[Put] = []
    if buyer.name:
        puts += _buyer_puts(table, content, found.get(buyer_key))
    for key, one in wanted.items():
        before = _product(found[key]) if key in found else None
        if before is None or replace(one, version=before.version) != before:
            puts.append(product_put(table, before, one))
    table.write_each(puts)


def _buyer_puts(table: FirmTable, content: Content, item: Item | None) -> Sequence[Put]:
    before = _counterparty(item) if item else None
    known = before or Counterparty(counterparty_id(content.buyer), content.buyer)
    after = replace(known, party=content.buyer, used_on=max(content.issued_on, known.used_on or content.issued_on))
    return [] if after == before else [counterparty_put(table, before, after)]


def _known_lines(content: Content) -> list[Product]:
    found: dict[str, Product] = {}
    for line in _worth_keeping(content.lines):
        one = product_id(line.name, content.method)
        found[one] = Product(
            one, line.name, line.unit, line.price, line.rate, content.method, line.code, line.gtu, line.annex_15
        )
    return list(found.values())


def _worth_keeping(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.name][:MOST_REMEMBERED]


def write(table: FirmTable, step: Put, event: Put) -> None:
    """One of these with its event. Raises `changed-meanwhile`."""
    try:
        table.transact([step, event])
    except ConditionFailed:
        raise errors.Refusal(errors.CHANGED_MEANWHILE) from None


def _unchanged(before: Counterparty | Product | None) -> Expect:
    return Expect.same("version", before.version) if before else Expect.absent()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def settings_fields(known: Settings) -> dict[str, Any]:
    """The settings as the history compares them."""
    told = {field.name: getattr(known, field.name) for field in fields(Settings) if field.name != "version"}
    return {**told, "series": [f"{one.code} {one.pattern}" for one in known.series]}
