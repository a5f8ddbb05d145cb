"""Tables out: CSV as Polish Excel opens it, in which no cell is ever taken for a formula."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TextIO

MEDIA_TYPE = "text/csv; charset=utf-8"

_BOM = "\ufeff"
_PLAIN_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?", re.ASCII)
_STARTS_FORMULA = frozenset("=+-@\t\r\n")


def write(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with BOM, semicolons, CRLF. A cell that a spreadsheet might calculate gets an apostrophe in front."""
    out = io.StringIO(newline="")
    table = Table(out)
    table.row(header)
    for row in rows:
        table.row(row)
    return out.getvalue().encode()


class Table:
    """The same written row by row, for tables that do not fit into memory. `out` takes text in UTF-8, as it is."""

    def __init__(self, out: TextIO) -> None:
        out.write(_BOM)
        self._writer = csv.writer(out, delimiter=";", lineterminator="\r\n")

    def row(self, cells: Sequence[str]) -> None:
        """Add a row."""
        self._writer.writerow([safe(cell) for cell in cells])


def safe(cell: str) -> str:
    """The cell as it can be opened: text that begins like a formula is made text, plain numbers stay numbers."""
    return f"'{cell}" if _begins_like_a_formula(cell) and not _PLAIN_NUMBER.fullmatch(cell) else cell


def _begins_like_a_formula(cell: str) -> bool:
    """Also behind spaces and signs that are not seen, and in fullwidth letters: spreadsheets look through these."""
    if cell[:1] in {"\t", "\r", "\n"}:
        return True
    for char in unicodedata.normalize("NFKC", cell):
        if not (char.isspace() or unicodedata.category(char) in {"Cc", "Cf"}):
            return char in _STARTS_FORMULA
    return False
