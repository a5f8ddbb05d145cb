"""What a printed invoice says: texts and figures as they stand on paper, in their order. Nothing is computed from it.

The PDF and the preview on the screen are made of this alone, so both show the same.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum

from functions.invoice import qr
from portal.views import Part, view

_DARK = re.compile("1+")


@view
class Label(Part):
    """The name of something, in the language of the print and, where it has two, in the second one."""

    text: str
    second: str = ""


@view
class Fact(Part):
    """A name and what it says: „Termin płatności”, „08.12.2026”. A `strong` one stands out."""

    label: Label
    text: str
    strong: bool = False


@view
class Party(Part):
    """Seller, buyer or recipient. `lines` are the address, `facts` the numbers."""

    role: Label
    name: str
    lines: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


class ColumnKind(StrEnum):
    """How a column is set."""

    NAME = "name"
    """Takes the room that is left, and wraps."""

    CODE = "code"
    """Short words: a unit, a rate."""

    AMOUNT = "amount"
    """Figures, one decimal comma under the other."""


@view
class Column(Part):
    """A column of a table."""

    label: Label
    kind: ColumnKind


@view
class Row(Part):
    """A cell for each column. A `strong` one sums up."""

    cells: tuple[str, ...]
    strong: bool = False


@view
class Table(Part):
    """Lines, advances, or one state of a correction; `title` says which where there are several."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    title: Label | None = None


@view
class Code(Part):
    """A QR code: what it is for above, `caption` (a KSeF number, say) under it, and what a telephone reads."""

    label: Label
    content: str
    caption: str = ""

    @property
    def side(self) -> int:
        """How many modules it has in a row."""
        return len(qr.rows(self.content))

    @property
    def path(self) -> str:
        """Its dark modules as the path of an SVG whose unit is a module."""
        runs = ((run, y) for y, row in enumerate(qr.rows(self.content)) for run in _DARK.finditer(row))
        return "".join(f"M{run.start()} {y}h{run.end() - run.start()}v1h-{run.end() - run.start()}z" for run, y in runs)


@view
class Printout(Part):
    """A whole print.

    `watermark` lies across each page („WZÓR”); `stamps` stand beside the title („DUPLIKAT 24.11.2026”); `details`
    under it (what a correction corrects, and why). `payment` is the grey bar, its account in groups. `totals` stand
    under those last columns of `tables` which have the same names. `settled` follows what is to pay: paid, left.
    `remarks` are words that the law asks for, notes, the rate of a currency: `label` is empty for a sentence.
    `logo` is the digest of the picture above all, or nothing. `made_at` goes into the properties of the file: a fact
    of the invoice, never the clock.
    """

    language: str = "pl"
    title: Label
    number: str
    made_at: datetime
    stamps: tuple[str, ...] = ()
    watermark: str = ""
    logo: str = ""
    dates: tuple[Fact, ...]
    details: tuple[Fact, ...] = ()
    parties: tuple[Party, ...]
    payment: tuple[Fact, ...]
    tables: tuple[Table, ...]
    totals: Table | None
    to_pay: Fact
    settled: tuple[Fact, ...] = ()
    words: Fact | None = None
    marks: tuple[str, ...] = ()
    remarks: tuple[Fact, ...] = ()
    signatures: tuple[Fact, ...] = ()
    codes: tuple[Code, ...] = ()
    page: Label
    """„Strona {page} z {pages}”."""

    footer: str = ""
    """Besides the number at the foot of each page: the KSeF number."""
