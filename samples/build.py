"""Puts the samples together: every file, what an agent must derive from them, and the list of firms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from samples import books, vat, zus
from samples.documents import Trade, final, trade
from samples.firms import FIRMS, Firm
from samples.jpk import Filing
from samples.layout import Slot, at, moment, paths
from samples.periods import MONTHS, VAT_MONTHS, Month, months_between

Record = dict[str, str | int | None]
CORRECTED_VAT = {("rowery-kolko", "2026-05"): date(2026, 7, 9), ("sad-sliwka", "2026-06"): date(2026, 8, 19)}
REGISTER_ONLY = {("rowery-kolko", "2026-08"): date(2026, 10, 5)}
"""Corrections of the register without a declaration: the tax of the first file stands."""
CORRECTED_BOOKS = {("rowery-kolko", "2026-05"): date(2026, 7, 9)}
CORRECTED_DRA = {
    ("rowery-kolko", "2025-11"): [(2, 7_340_15, date(2025, 12, 29))],
    ("fizjo-luska", "2026-08"): [(2, 12_980_00, date(2026, 9, 28)), (3, 11_475_60, date(2026, 10, 14))],
}
CUMULATIVE = (
    (Month(2025, 9), Month(2025, 12), date(2026, 1, 15), (0, 8_421_50)),
    (Month(2026, 1), Month(2026, 6), date(2026, 7, 14), (8_421_50, 7_003_20)),
    (Month(2026, 1), Month(2026, 10), date(2026, 11, 16), (8_421_50, 6_118_75)),
)
"""First and last month, day of making, stock before and after."""


@dataclass
class Samples:
    """Everything that is written to disk."""

    files: dict[str, bytes] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    firms: list[dict[str, object]] = field(default_factory=list)


def build() -> Samples:
    """Make all samples; the same every time."""
    samples = Samples(firms=[manifest(firm) for firm in FIRMS])
    drawn: list[tuple[Slot, bytes]] = []
    for firm in FIRMS:
        drawn += _vat_files(firm)
        drawn += _book_files(firm)
        drawn += _kedu_files(firm)
        samples.records += [*_taxes(firm), *_statements(firm), *_contributions(firm)]
    names = paths([slot for slot, _ in drawn])
    samples.files = {name: content for name, (_, content) in sorted(zip(names, drawn, strict=True))}
    samples.records.sort(key=lambda record: [str(record[key]) for key in ("nip", "kind", "form", "period")])
    if len(samples.files) != len(drawn):
        raise ValueError("two files have the same path")
    return samples


def manifest(firm: Firm) -> dict[str, object]:
    """Describe a firm for the demo's seeding."""
    entry: dict[str, object] = {
        "prefix": firm.prefix, "nip": firm.nip, "name": firm.name, "legal_form": firm.legal_form, "vat": firm.vat,
        "taxation": firm.taxation, "natural_person": firm.owner is not None, "zus_account": firm.zus_account,
        "email": firm.email, "tax_office": firm.office, "program": firm.program,
    }  # fmt: skip
    return entry | ({"partners": [manifest(partner) for partner in firm.partners]} if firm.partners else {})


# VAT


def _vat_files(firm: Firm) -> Iterator[tuple[Slot, bytes]]:
    if firm.vat == "exempt":
        return
    first, corrected = declarations(firm)
    for month in VAT_MONTHS:
        key = (firm.key, str(month))
        slot = Slot(firm, "VAT", month, moment(firm, "VAT", month, (9, 22)))
        yield slot, _v7(slot, trade(firm, month), first.get(month))
        if key in CORRECTED_VAT:
            slot = Slot(firm, "VAT", month, at(CORRECTED_VAT[key], firm, "VAT"), correction=True)
            yield slot, _v7(slot, final(firm, month), corrected.get(month))
        if key in REGISTER_ONLY:
            slot = Slot(firm, "VAT", month, at(REGISTER_ONLY[key], firm, "VAT"), correction=True)
            yield slot, _v7(slot, vat.with_other_buyer(final(firm, month)), None)


def _v7(slot: Slot, documents: Trade, declaration: vat.Declaration | None) -> bytes:
    filing = Filing(2 if slot.correction else 1, f"{slot.made:%Y-%m-%dT%H:%M:%SZ}")
    return vat.v7(slot.firm, slot.month, documents, declaration, filing, slot.style)


def declarations(firm: Firm) -> tuple[dict[Month, vat.Declaration], dict[Month, vat.Declaration]]:
    """Return the declarations of a firm by period's last month: as first filed, and after corrections."""
    first: dict[Month, vat.Declaration] = {}
    corrected: dict[Month, vat.Declaration] = {}
    carried = 0
    for months in _vat_periods(firm):
        refund = firm.vat_surplus == "refund"
        first[months[-1]] = vat.declare([trade(firm, month) for month in months], carried, refund=refund)
        corrected[months[-1]] = vat.declare([final(firm, month) for month in months], carried, refund=refund)
        carried = corrected[months[-1]].carried
    return first, corrected


def _vat_periods(firm: Firm) -> list[list[Month]]:
    if firm.vat == "monthly":
        return [[month] for month in VAT_MONTHS]
    return [months_between(month.previous.previous, month) for month in VAT_MONTHS if month.ends_quarter]


def _taxes(firm: Firm) -> Iterator[Record]:
    form = {"monthly": "VAT-7", "quarterly": "VAT-7K"}.get(firm.vat)
    if not form:
        return
    for month, declaration in declarations(firm)[1].items():
        settlement = "K" if (firm.key, str(month)) in CORRECTED_VAT else "D"
        yield _record(firm, "tax", form, month, settlement) | {
            "amount": declaration.to_pay * 100,
            "surplus": declaration.surplus * 100,
        }


# Books


def _book_files(firm: Firm) -> Iterator[tuple[Slot, bytes]]:
    if firm.books == "pkpir_cumulative":
        yield from _cumulative_files(firm)
    elif firm.books:
        for month in MONTHS:
            kind = firm.books.upper()
            slot = Slot(firm, kind, month, moment(firm, kind, month, (5, 18)))
            yield slot, _book(slot, trade(firm, month))
            if (firm.key, str(month)) in CORRECTED_BOOKS:
                made = at(CORRECTED_BOOKS[firm.key, str(month)], firm, kind)
                slot = Slot(firm, kind, month, made, correction=True)
                yield slot, _book(slot, final(firm, month))


def _book(slot: Slot, documents: Trade) -> bytes:
    filing = _book_filing(slot.made, 2 if slot.correction else 1)
    if slot.kind == "EWP":
        return books.ewp(slot.firm, slot.month, documents.sales, filing, slot.style)
    rows = _rows(slot.firm, slot.month, documents)
    return books.pkpir(slot.firm, slot.month, slot.month, rows, filing, (0, 0), slot.style)


def _cumulative_files(firm: Firm) -> Iterator[tuple[Slot, bytes]]:
    for first, last, day, stock in CUMULATIVE:
        slot = Slot(firm, "PKPIR", last, at(day, firm, "PKPIR"))
        months = months_between(first, last)
        documents = [final(firm, month) if last != Month(2026, 6) else trade(firm, month) for month in months]
        rows = [row for month, known in zip(months, documents, strict=True) for row in _rows(firm, month, known)]
        yield slot, books.pkpir(firm, first, last, rows, _book_filing(slot.made, 0), stock, slot.style)


def _book_filing(made: datetime, purpose: int) -> Filing:
    return Filing(purpose, f"{made:%Y-%m-%dT%H:%M:%S}")


def _rows(firm: Firm, month: Month, documents: Trade) -> list[books.Entry]:
    return books.entries(firm, month, documents, zus.payroll(firm, month))


def _statements(firm: Firm) -> Iterator[Record]:
    for month in MONTHS if firm.books else []:
        settlement = "K" if (firm.key, str(month)) in CORRECTED_BOOKS else "D"
        revenue, costs = _result(firm, month, final(firm, month))
        lump = firm.books == "ewp"
        yield _record(firm, "statement", "", month, settlement) | {"revenue": revenue, "costs": None if lump else costs}


def _result(firm: Firm, month: Month, documents: Trade) -> tuple[int, int]:
    if firm.books == "ewp":
        return sum(sale.net for sale in documents.sales), 0
    rows = _rows(firm, month, documents)
    return sum(row.revenue for row in rows), sum(row.cost for row in rows)


# ZUS


def _kedu_files(firm: Firm) -> Iterator[tuple[Slot, bytes]]:
    for month in MONTHS:
        made = moment(firm, "KEDU", month, {"budget_unit": (2, 4), "company": (8, 13)}.get(firm.legal_form, (8, 17)))
        payers = [payer for payer in (firm, *firm.partners) if payer.owner or payer.staff]
        versions = [_declaration(payer, firm, month, made.date()) for payer in payers]
        slot = Slot(firm, "KEDU", month, made)
        yield slot, zus.kedu(versions, slot.style, grouped=len(payers) > 1 and month.month % 2 == 0)
        yield from _kedu_corrections(firm, month, versions[0])


def _kedu_corrections(firm: Firm, month: Month, dra: zus.Dra) -> Iterator[tuple[Slot, bytes]]:
    for mended in _corrections(firm, month, dra):
        slot = Slot(firm, "KEDU", month, at(mended.made, firm, "KEDU"), correction=True)
        yield slot, zus.kedu([mended], slot.style)


def _corrections(firm: Firm, month: Month, dra: zus.Dra) -> list[zus.Dra]:
    plans = CORRECTED_DRA.get((firm.key, str(month)), [])
    return [zus.correct(dra, number, income, made) for number, income, made in plans]


def _declaration(payer: Firm, firm: Firm, month: Month, made: date) -> zus.Dra:
    staff = zus.payroll(payer, month)
    basis = _health(payer, firm, month) if payer.owner else None
    owner = zus.owner(payer, month, basis) if basis else None
    benefits = dict(payer.benefits).get(str(month), 0)
    return zus.Dra(payer, month, staff.people if staff else [], owner, basis, benefits, made=made)


def _health(payer: Firm, firm: Firm, month: Month) -> zus.HealthBasis:
    if payer.taxation == "lump_sum":
        year = months_between(Month(month.year - 1, 1), Month(month.year - 1, 12))
        return zus.health_on_lump_sum(month, sum(_result(firm, past, trade(firm, past))[0] for past in year))
    past = month.previous
    revenue, costs = _result(firm, past, trade(firm, past))
    own = zus.owner(payer, past, zus.HealthBasis("", 0, 0, 0)).social
    return zus.health_on_income(payer.taxation, month, (revenue - costs) // max(1, len(firm.partners)) - own)


def _contributions(firm: Firm) -> Iterator[Record]:
    for month in MONTHS:
        for payer in (firm, *firm.partners):
            if payer.owner or payer.staff:
                dra = _declaration(payer, firm, month, month.last)
                last = ([dra] + (_corrections(payer, month, dra) if payer is firm else []))[-1]
                yield _record(payer, "contribution", "", month, "K" if last.number > 1 else "D") | {
                    "amount": max(0, last.balance),
                    "surplus": max(0, -last.balance),
                }


def _record(firm: Firm, kind: str, form: str, month: Month, settlement: str) -> Record:
    return {"nip": firm.nip, "kind": kind, "form": form, "period": str(month), "settlement": settlement}
