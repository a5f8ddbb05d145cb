"""Words shared by the tests of invoices: a seller, a buyer, a line, a content, and what must be refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from portal.domain import errors
from portal.domain.invoices.checks import NOTHING_KNOWN, Known, issue_faults
from portal.domain.invoices.content import (
    Content,
    Kind,
    Line,
    MarginProcedure,
    Party,
    PartyKind,
)
from portal.domain.invoices.currencies import Currency, ExchangeRate
from portal.domain.invoices.invoice import Draft, Issued, advance_of, correct, issue
from portal.domain.invoices.rates import Rate

TODAY = date(2026, 11, 24)
MONDAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ACCOUNT = "56101000712222783191636600"

SELLER = Party(
    name="Nowa Chata Demo sp. z o.o.", street="Długa 5", postcode="00-238", city="Warszawa", nip="5951416168"
)
BUYER = Party(name="Żółta Łódź s.c.", street="Rynek 1", postcode="31-042", city="Kraków", nip="7831916366")
GERMAN = Party(name="Gute Reise GmbH", city="Berlin", country="DE", vat_ue="DE136695976")
JAN = Party(name="Jan Przykładowy", city="Łódź", kind=PartyKind.CONSUMER)


def line(price: str = "100", rate: Rate = Rate.R23, quantity: str = "1", **fields: Any) -> Line:
    """A line with a price as one types it."""
    return Line(
        **{"name": "Usługa", "quantity": Decimal(quantity), "unit": "szt.", "price": Decimal(price), "rate": rate}
        | fields
    )


def typed(*lines: Line, **fields: Any) -> Content:
    """A complete invoice of today, from the demo firm to a Polish company; of 100 zł at 23 % if no line is given."""
    known = {"kind": Kind.VAT, "issued_on": TODAY, "seller": SELLER, "buyer": BUYER, "lines": lines or (line(),)}
    return Content(**known | fields)


def euros(rate: str = "4.2567", currency: Currency = Currency.EUR, units: int = 1) -> dict[str, Any]:
    """The fields of an invoice in a currency, with the rate of the working day before today."""
    return {"currency": currency, "exchange": ExchangeRate(Decimal(rate), "227/A/NBP/2026", MONDAY, units)}


def advance_content(received: int, *lines: Line, **fields: Any) -> Content:
    """An advance invoice for so many grosze of an order."""
    return typed(*lines, kind=Kind.ADVANCE, received=received, received_on=TODAY, **fields)


def margin_content(*lines: Line, **fields: Any) -> Content:
    """An invoice under the margin procedure."""
    return typed(*lines, kind=Kind.MARGIN, **{"margin": MarginProcedure.USED_GOODS} | fields)


def issued(
    content: Content, number: str = "FV/0001/11/26", invoice_id: str = "1", known: Known = NOTHING_KNOWN
) -> Issued:
    """The content, issued today."""
    return issue(Draft(invoice_id, content), number, at=NOON, by="anna", known=known)


def final_after(received: int, *lines: Line) -> Content:
    """A final invoice of an order of which so much was paid in advance."""
    advance = advance_of(issued(advance_content(received, *lines), "ZAL/0001/11/26", "a"))
    return typed(*lines, kind=Kind.FINAL, advances=(advance,))


def correction_of(content: Content, *lines: Line, **fields: Any) -> Content:
    """A correction that gives an invoice these lines."""
    begun = correct(issued(content), issued_on=TODAY)
    return reasoned(replace(begun, lines=lines or begun.lines, **fields))


def reasoned(content: Content, reason: str = "pomyłka w ilości") -> Content:
    """The correction, with its reason."""
    assert content.correction
    return replace(content, correction=replace(content.correction, reason=reason))


def told(faults: Iterable[errors.Refusal]) -> set[tuple[str, str | None]]:
    """Code and field of each refusal; that each is a whole Polish sentence is proved on the way."""
    found = list(faults)
    for fault in found:
        assert "{" not in fault.detail
        assert fault.detail.endswith((".", "…")) or fault.detail[-1].isdigit()
    return {(fault.code.name, fault.field) for fault in found}


def refusals(content: Content, known: Known = NOTHING_KNOWN) -> set[tuple[str, str | None]]:
    """What stands in the way of issuing this today."""
    return told(issue_faults(content, TODAY, known))
