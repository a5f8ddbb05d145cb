"""Firms from a table that the office hands over: what each row says, and what will become of it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portal.domain import errors, identifiers
from portal.domain.errors import _
from portal.domain.firms import LegalForm, Status

CELL_LIMIT = 500
FIELD = "file"  # where a form has the table
TITLES = {
    "nip": _("NIP"),
    "name": _("Nazwa"),
    "prefix": _("Prefiks"),
    "legal_form": _("Forma prawna"),
    "street": _("Ulica"),
    "postcode": _("Kod pocztowy"),
    "city": _("Miejscowość"),
    "email": _("E-mail"),
    "phone": _("Telefon"),
    "zus_account": _("Rachunek ZUS (NRS)"),
    "bank_account": _("Rachunek bankowy"),
    "status": _("Status"),
}
"""The columns by field, as a table of ours calls them."""

_NEEDED = ("nip", "name")
_OTHER_TITLES = {
    "nip": ("numer nip", "nip firmy"),
    "name": ("nazwa firmy", "nazwa klienta", "firma", "klient"),
    "prefix": ("prefix",),
    "street": ("ulica i numer", "adres"),
    "postcode": ("kod",),
    "city": ("miasto",),
    "email": ("mail", "adres e-mail"),
    "phone": ("tel", "numer telefonu", "nr telefonu"),
    "zus_account": ("rachunek zus", "nrs", "konto zus", "rachunek składkowy", "numer rachunku składkowego"),
    "bank_account": ("rachunek", "konto", "konto bankowe", "numer rachunku", "numer konta", "nrb"),
}
_LEGAL_FORMS = {
    LegalForm.SOLE_TRADER: (
        "jednoosobowa działalność",
        "jednoosobowa działalność gospodarcza",
        "działalność gospodarcza",
        "działalność",
        "jdg",
        "osoba fizyczna",
    ),
    LegalForm.CIVIL_PARTNERSHIP: ("spółka cywilna", "s.c."),
    LegalForm.COMPANY: (
        "spółka / osoba prawna",
        "spółka",
        "osoba prawna",
        "sp. z o.o.",
        "spółka z o.o.",
        "spółka z ograniczoną odpowiedzialnością",
        "s.a.",
        "spółka akcyjna",
        "p.s.a.",
        "prosta spółka akcyjna",
        "spółdzielnia",
        "fundacja",
        "stowarzyszenie",
    ),
    LegalForm.BUDGET_UNIT: ("jednostka budżetowa", "budżetówka"),
}
_STATUSES = {
    Status.ACTIVE: ("aktywna", "aktywny"),
    Status.SUSPENDED: ("zawieszona", "zawieszony"),
    Status.INACTIVE: ("wyłączona", "wyłączony", "nieaktywna", "nieaktywny"),
    Status.ARCHIVED: ("w archiwum", "archiwum", "zarchiwizowana"),
    Status.WAITING: ("czeka na aktywację",),
}
_AS_FLOAT = re.compile(r"\d{1,15}(?:[.,]\d{1,15})?(?:[eE]\+?\d{1,2})?", re.ASCII)
_EXACT_DIGITS = 15


class Outcome(StrEnum):
    """What becomes of a row. `known`: the office has the firm, so nothing; `double`: an earlier row adds it."""

    ADD = "add"
    KNOWN = "known"
    DOUBLE = "double"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ImportedFirm:
    """A firm as a row tells it, each value checked and in its one form; what the row does not tell is empty."""

    nip: str
    name: str
    prefix: str = ""
    legal_form: LegalForm = LegalForm.SOLE_TRADER
    street: str = ""
    postcode: str = ""
    city: str = ""
    email: str = ""
    phone: str = ""
    zus_account: str = ""
    bank_account: str = ""
    status: Status = Status.ACTIVE


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row of the table and what becomes of it.

    `line` is its number as programs show it. `nip` and `name` are for recognising it: checked where they could be,
    as written otherwise. `firm` is there when the row adds one, `refusals` (one a field) when it is refused.
    """

    line: int
    outcome: Outcome
    nip: str
    name: str
    firm: ImportedFirm | None = None
    refusals: tuple[errors.Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """All rows in their order. `unknown_columns`: titles nobody here understands, which are passed over."""

    rows: tuple[PlannedRow, ...]
    unknown_columns: tuple[str, ...] = ()

    @property
    def firms(self) -> list[ImportedFirm]:
        """The firms to add, in the order of the table."""
        return [row.firm for row in self.rows if row.firm is not None]

    def count(self, outcome: Outcome) -> int:
        """How many rows come to this."""
        return Counter(row.outcome for row in self.rows)[outcome]


def plan(rows: Sequence[Sequence[str]], known: Mapping[str, str]) -> ImportPlan:
    """What the rows of a table will do, the first that holds something being its titles.

    `known` names the office's firms by NIP. Raises `file-not-table`, `column-missing`, `column-double`.
    """
    first = next((at for at, row in enumerate(rows) if _holds_something(row)), None)
    if first is None:
        raise errors.Refusal(errors.FILE_NOT_TABLE, FIELD)
    titles = [title.strip() for title in rows[first]]
    fields = _fields(titles)
    planned: list[PlannedRow] = []
    added: set[str] = set()
    for at, row in enumerate(rows[first + 1 :], start=first + 2):
        if not _holds_something(row):
            continue
        planned.append(_planned(at, _Row(titles, fields, row), known, added))
        if planned[-1].firm is not None:
            added.add(planned[-1].nip)
    unknown = tuple(title for title, field in zip(titles, fields, strict=True) if title and not field)
    return ImportPlan(tuple(planned), unknown)


@dataclass(frozen=True, slots=True)
class _Row:
    titles: list[str]
    fields: list[str]
    cells: Sequence[str]

    def values(self) -> dict[str, str]:
        """What stands in the columns that are understood."""
        return {
            field: cell.strip() for field, cell in zip(self.fields, self.cells, strict=False) if field and cell.strip()
        }

    def too_long(self) -> list[errors.Refusal]:
        """One for each cell that nobody would read."""
        return [
            errors.Refusal(errors.CELL_TOO_LONG, self._name(at), column=self._title(at), limit=CELL_LIMIT)
            for at, cell in enumerate(self.cells)
            if len(cell) > CELL_LIMIT
        ]

    def _name(self, at: int) -> str:
        return (self.fields[at] if at < len(self.fields) else "") or self._title(at)

    def _title(self, at: int) -> str:
        return (self.titles[at] if at < len(self.titles) else "") or str(at + 1)


def _planned(line: int, row: _Row, known: Mapping[str, str], added: set[str]) -> PlannedRow:
    given = row.values()
    nip, name = given.get("nip", ""), given.get("name", "")[:CELL_LIMIT]
    try:
        nip = identifiers.nip(_digits(nip))
    except errors.Refusal:
        nip = nip[:CELL_LIMIT]  # told below, with everything else that is wrong in the row
    if nip in known:
        return PlannedRow(line, Outcome.KNOWN, nip, known[nip])
    if nip in added:
        return PlannedRow(line, Outcome.DOUBLE, nip, name)
    refusals = row.too_long()
    firm = None if refusals else _firm(given, refusals)
    if firm is None:
        return PlannedRow(line, Outcome.REFUSED, nip, name, refusals=tuple(refusals))
    return PlannedRow(line, Outcome.ADD, firm.nip, firm.name, firm)


def _firm(given: Mapping[str, str], refusals: list[errors.Refusal]) -> ImportedFirm | None:
    """The firm of a row, or None and why not: every field that is wrong is told."""
    checked: dict[str, Any] = {}
    for field, check in _CHECKS.items():
        if field not in given and field not in _NEEDED:
            continue
        try:
            checked[field] = check(given.get(field, ""), field)
        except errors.Refusal as refusal:
            refusals.append(refusal)
    try:
        identifiers.require_payer(checked.get("zus_account", ""), checked.get("nip", ""))
    except errors.Refusal as refusal:
        refusals.append(refusal)
    return None if refusals else ImportedFirm(**checked)


def _number(check: Callable[[str, str], str]) -> Callable[[str, str], str]:
    return lambda text, field: check(_digits(text), field)


def _digits(text: str) -> str:
    """Digits that a spreadsheet wrote as a number: `5120079194.0`, `5,120079194E9`; everything else as it is.

    `5,12E9` stays: the digits that are not written are lost, and zeros in their place may be another firm's number.
    """
    if not _AS_FLOAT.fullmatch(text) or text.isdigit():
        return text
    value = Decimal(text.replace(",", "."))
    whole = value == value.to_integral_value() and value.adjusted() < _EXACT_DIGITS
    return str(int(value)) if whole and _places_lost(value) == 0 else text


def _places_lost(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, exponent) if isinstance(exponent, int) else 0


def _needed(check: Callable[[str, str], str]) -> Callable[[str, str], str]:
    def checked(text: str, field: str) -> str:
        if not text:
            raise errors.Refusal(errors.FIELD_MISSING, field)
        return check(text, field)

    return checked


def _legal_form(text: str, field: str) -> LegalForm:
    found = _FORM_OF.get(_plain(text))
    if found is None:
        raise errors.Refusal(errors.LEGAL_FORM_UNKNOWN, field, value=text[:60])
    return found


def _status(text: str, field: str) -> Status:
    found = _STATUS_OF.get(_plain(text))
    if found is None:
        raise errors.Refusal(errors.STATUS_UNKNOWN, field, value=text[:60])
    return found


def _fields(titles: Sequence[str]) -> list[str]:
    """The field of each column, empty where the title is not understood."""
    fields = [_FIELD_OF.get(_plain(title), "") for title in titles]
    for needed in _NEEDED:
        if needed not in fields:
            raise errors.Refusal(errors.COLUMN_MISSING, FIELD, column=TITLES[needed])
    for at, field in enumerate(fields):
        if field and field in fields[:at]:
            raise errors.Refusal(errors.COLUMN_DOUBLE, FIELD, column=titles[at][:60])
    return fields


def _holds_something(row: Sequence[str]) -> bool:
    return any(cell.strip() for cell in row)


def _plain(text: str) -> str:
    """Letters and digits only, small, without Polish marks: how two ways of writing a word are compared."""
    apart = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l"))
    return "".join(char for char in apart if char.isalnum())


_CHECKS: dict[str, Callable[[str, str], Any]] = {
    "nip": _needed(_number(identifiers.nip)),
    "name": _needed(identifiers.name),
    "prefix": identifiers.prefix,
    "legal_form": _legal_form,
    "street": identifiers.address_line,
    "postcode": identifiers.postcode,
    "city": identifiers.address_line,
    "email": identifiers.email,
    "phone": _number(identifiers.phone),
    "zus_account": _number(identifiers.zus_account),
    "bank_account": _number(identifiers.bank_account),
    "status": _status,
}
_FIELD_OF = {_plain(title): field for field, own in TITLES.items() for title in (own, *_OTHER_TITLES.get(field, ()))}
_FORM_OF = {_plain(word): form for form, words in _LEGAL_FORMS.items() for word in (form.value, *words)}
_STATUS_OF = {_plain(word): status for status, words in _STATUSES.items() for word in (status.value, *words)}
