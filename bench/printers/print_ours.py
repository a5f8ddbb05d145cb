"""The product's own renderer, from the same texts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from functions.invoice.pdf import render as render_printout
from functions.invoice.printout import Code, Column, ColumnKind, Fact, Label, Party, Printout, Row, Table

KINDS = ("code", "name", "amount", "code", "amount", "code", "amount", "amount", "amount")
MADE_AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def render(invoice: dict[str, Any]) -> bytes:
    """An invoice as PDF."""
    columns = tuple(
        Column(label=Label(text=text), kind=ColumnKind(kind)) for text, kind in zip(invoice["head"], KINDS, strict=True)
    )
    *rates, total = invoice["totals"]
    return render_printout(
        Printout(
            title=Label(text=invoice["title"]),
            number=invoice["number"],
            made_at=MADE_AT,
            watermark=invoice["watermark"],
            dates=tuple(map(_fact, invoice["dates"])),
            parties=(_party("Sprzedawca", invoice["seller"]), _party("Nabywca", invoice["buyer"])),
            payment=tuple(map(_fact, invoice["payment"])),
            tables=(Table(columns=columns, rows=tuple(Row(cells=tuple(row)) for row in invoice["rows"])),),
            totals=Table(
                columns=columns[-4:],
                rows=(*(Row(cells=tuple(rate)) for rate in rates), Row(cells=tuple(total), strong=True)),
            ),
            to_pay=_fact(invoice["to_pay"]),
            words=_fact(["Słownie", invoice["words"]]),
            remarks=(_fact(["", invoice["remark"]]),),
            codes=(Code(label=Label(text="Zapłać telefonem"), content=invoice["qr"]),),
            page=Label(text="Strona {page} z {pages}"),
        )
    )


def _fact(pair: list[str]) -> Fact:
    return Fact(label=Label(text=pair[0]), text=pair[1])


def _party(role: str, lines: list[str]) -> Party:
    return Party(role=Label(text=role), name=lines[0], lines=tuple(lines[1:]))
