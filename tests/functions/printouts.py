"""Invoices as they are printed, with whatever a test needs changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from functions.invoice.printout import Code, Column, ColumnKind, Fact, Label, Party, Printout, Row, Table
from portal.domain import money

MADE_AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TRANSFER = "5120079194|PL|92124012340001567890123456|012345|Biuro Rachunkowe|FV S/0008/11/26|||"
_HEADS = (
    ("Lp.", "No.", ColumnKind.CODE),
    ("Nazwa", "Description", ColumnKind.NAME),
    ("Ilość", "Quantity", ColumnKind.AMOUNT),
    ("J.m.", "Unit", ColumnKind.CODE),
    ("Cena netto", "Net price", ColumnKind.AMOUNT),
    ("Stawka", "Rate", ColumnKind.CODE),
    ("Wartość netto", "Net", ColumnKind.AMOUNT),
    ("Kwota VAT", "VAT", ColumnKind.AMOUNT),
    ("Wartość brutto", "Gross", ColumnKind.AMOUNT),
)


def label(text: str, second: str = "") -> Label:
    """A name."""
    return Label(text=text, second=second)


def fact(name: str, text: str, second: str = "", *, strong: bool = False) -> Fact:
    """A name and what it says."""
    return Fact(label=label(name, second), text=text, strong=strong)


def columns(*, two: bool = False) -> tuple[Column, ...]:
    """Those of an invoice counted from net prices."""
    return tuple(Column(label=label(text, second if two else ""), kind=kind) for text, second, kind in _HEADS)


def row(number: int, name: str = "", quantity: str = "2") -> Row:
    """A line of 123,45 a piece."""
    net, vat = 24_690, 5_679
    figures = (money.plain(net), money.plain(vat), money.plain(net + vat))
    return Row(cells=(str(number), name or f"Usługa {number}", quantity, "szt.", "123,45", "23%", *figures))


def lines(*rows: Row, two: bool = False, title: str = "") -> Table:
    """A table of lines."""
    return Table(columns=columns(two=two), rows=rows, title=label(title) if title else None)


def totals(count: int, *, two: bool = False) -> Table:
    """Sums of so many lines."""
    figures = tuple(money.plain(count * each) for each in (24_690, 5_679, 30_369))
    rows = (Row(cells=("23%", *figures)), Row(cells=("Razem", *figures), strong=True))
    return Table(columns=columns(two=two)[5:], rows=rows)


def seller(**changes: Any) -> Party:
    """Who sells."""
    given: dict[str, Any] = {
        "role": label("Sprzedawca"),
        "name": "Biuro Rachunkowe „Konto” sp. z o.o.",
        "lines": ("ul. Świętokrzyska 12", "90-001 Łódź"),
        "facts": (fact("NIP", "512 007 91 94"),),
    }
    return Party(**given | changes)


def buyer(name: str = "Nowa Chata sp. j.", **changes: Any) -> Party:
    """Who buys."""
    given: dict[str, Any] = {"role": label("Nabywca"), "name": name, "lines": ("ul. Żółwia 5", "00-950 Warszawa")}
    return Party(**given | changes)


def printout(count: int = 3, *, two: bool = False, **changes: Any) -> Printout:
    """A VAT invoice of so many lines."""
    given: dict[str, Any] = {
        "title": label("Faktura VAT", "VAT invoice" if two else ""),
        "number": "S/0008/11/26",
        "made_at": MADE_AT,
        "dates": (fact("Data wystawienia", "24.11.2026", "Issue date" if two else ""),),
        "parties": (seller(), buyer()),
        "payment": (
            fact("Forma płatności", "przelew"),
            fact("Rachunek", "PL 92 1240 1234 0001 5678 9012 3456", strong=True),
        ),
        "tables": (lines(*(row(number) for number in range(1, count + 1)), two=two),),
        "totals": totals(count, two=two),
        "to_pay": fact("Razem do zapłaty", f"{money.plain(count * 30_369)}\u00a0PLN", "Total due" if two else ""),
        "words": fact("Słownie", "dziewięćset jedenaście złotych 07/100"),
        "remarks": (fact("", "Faktura wyliczona od cen netto."),),
        "signatures": (fact("Wystawił(a)", "Anna Demonstracyjna"),),
        "codes": (Code(label=label("Zapłać telefonem"), content=TRANSFER),),
        "page": label("Strona {page} z {pages}", "Page {page} of {pages}" if two else ""),
    }
    return Printout(**given | changes)
