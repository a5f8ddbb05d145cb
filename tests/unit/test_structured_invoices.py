"""Structured invoices, as they are kept beside a document: nothing is lost, and none is too large."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.structured_invoices import (
    MOST_BYTES,
    MOST_LINES,
    Account,
    Corrected,
    InvoiceKind,
    Line,
    Mark,
    Method,
    Party,
    Payment,
    StructuredInvoice,
    Total,
    rate_written,
)

calmly = settings(derandomize=True, deadline=None, database=None, max_examples=60)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
GROSZE = st.integers(-(10**17), 10**17)
MAYBE = st.none() | GROSZE
DAYS = st.dates(date(2006, 1, 1), date(2050, 1, 1))
PARTIES = st.builds(Party, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT)
PAYMENTS = st.builds(
    Payment,
    st.booleans(),
    st.none() | DAYS,
    st.lists(DAYS, max_size=3).map(tuple),
    TEXT,
    st.none() | st.sampled_from(Method),
    TEXT,
    st.lists(st.builds(Account, TEXT, TEXT), max_size=2).map(tuple),
    MAYBE,
)
LINES = st.builds(Line, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, MAYBE, MAYBE, MAYBE, TEXT, TEXT, st.booleans())
INVOICES = st.builds(
    StructuredInvoice,
    seller=PARTIES,
    buyer=PARTIES,
    number=TEXT,
    kind=st.sampled_from(InvoiceKind),
    currency=st.sampled_from(["PLN", "EUR", ""]),
    gross=GROSZE,
    issued_on=st.none() | DAYS,
    sold_until=st.none() | DAYS,
    totals=st.lists(st.builds(Total, TEXT, GROSZE, MAYBE, MAYBE), max_size=3).map(tuple),
    lines=st.lists(LINES, max_size=3).map(tuple),
    lines_left_out=st.integers(0, 9_500),
    marks=st.lists(st.sampled_from(Mark), max_size=3).map(tuple),
    payment=PAYMENTS,
    others=st.lists(PARTIES, max_size=2).map(tuple),
    corrected=st.lists(st.builds(Corrected, TEXT, st.none() | DAYS, TEXT), max_size=2).map(tuple),
    notes=st.lists(TEXT, max_size=3).map(tuple),
    ksef_number=TEXT,
)
PLAIN = StructuredInvoice(Party("Hurtownia"), Party("Zakład"), "FV/1", InvoiceKind.VAT, "PLN", 12_300)


@given(INVOICES)
@calmly
def test_what_is_written_is_read_again(invoice: StructuredInvoice) -> None:
    assert StructuredInvoice.from_json(invoice.to_json()) == invoice
    assert StructuredInvoice.unpacked(invoice.packed()) == invoice


def test_what_is_empty_is_not_written() -> None:
    written = json.loads(PLAIN.to_json())
    assert written["seller"] == {"name": "Hurtownia", "number": ""}
    assert not {"issued_on", "totals", "lines", "marks", "others", "reason", "notes", "ksef_number"} & set(written)


def test_one_that_is_too_large_keeps_as_many_lines_as_fit() -> None:
    dice = random.Random(1)  # noqa: S311 - only has to be incompressible
    names = ("".join(chr(dice.randrange(0x4E00, 0x9FFF)) for _ in range(512)) for _ in range(MOST_LINES))
    lines = tuple(Line(str(number), name) for number, name in enumerate(names, 1))
    large = PLAIN.with_lines(lines, of=2_000)
    assert large.lines_left_out == 1_500
    packed = large.packed()
    assert len(packed) <= MOST_BYTES
    kept = StructuredInvoice.unpacked(packed)
    assert 100 < len(kept.lines) < MOST_LINES
    assert len(kept.lines) + kept.lines_left_out == 2_000
    assert kept.lines == lines[: len(kept.lines)]


def test_sums() -> None:
    invoice = replace(PLAIN, totals=(Total("23", 10_000, 2_300), Total("zw", 5_000)))
    assert (invoice.net, invoice.vat, invoice.grosze) == (15_000, 2_300, 12_300)
    assert replace(invoice, currency="EUR").grosze is None


@pytest.mark.parametrize(
    ("rate", "written"),
    [("23", "23%"), ("0 KR", "0%"), ("0 WDT", "0% WDT"), ("zw", "zw"), ("np I", "np I"), ("", ""), ("8.5", "8.5%")],
)
def test_rates_as_invoices_show_them(rate: str, written: str) -> None:
    assert rate_written(rate) == written
