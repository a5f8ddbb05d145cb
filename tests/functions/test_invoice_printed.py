"""What the print of an invoice says: the law's words, the engine's figures, in Polish or with English beside."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader

from functions.invoice import labels, printed
from functions.invoice.pdf import render
from functions.invoice.printed import Look
from functions.invoice.printout import Code, Fact, Label, Printout, Table
from portal.domain.invoices.content import (
    Advance,
    Content,
    Correction,
    Kind,
    Line,
    MarginProcedure,
    Method,
    Party,
    PaymentForm,
)
from portal.domain.invoices.currencies import Currency, ExchangeRate
from portal.domain.invoices.figures import figures
from portal.domain.invoices.rates import Rate
from portal.domain.invoices.sums import RateSums, Sums

ISSUED_AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ISSUED_ON = date(2026, 11, 24)
SELLER = Party(name="Nowa Chata sp. j.", street="Żółwia 5", postcode="00-950", city="Warszawa", nip="7831916366")
BUYER = Party(name="Przykład sp. z o.o.", street="Długa 1", postcode="90-001", city="Łódź", nip="5120079194")
WORK = Line("Remont", Decimal("1.5"), "dzień", Decimal("1000"), Rate.R23)
WOOD = Line("Deski", Decimal(3), "m²", Decimal("99.99"), Rate.R8, code="PKWiU 16.10")


def content(**changes: Any) -> Content:
    """A VAT invoice of two rates."""
    given: dict[str, Any] = {
        "kind": Kind.VAT,
        "issued_on": ISSUED_ON,
        "seller": SELLER,
        "buyer": BUYER,
        "lines": (WORK, WOOD),
        "supplied_on": date(2026, 11, 20),
        "due_on": date(2026, 12, 8),
        "account": "92124012340001567890123456",
        "bank_name": "Bank",
    }
    return Content(**given | changes)


def of(invoice: Content, paid: int = 0, number: str = "S/0008/11/26", **look: Any) -> Printout:
    """Its print."""
    return printed.of(invoice, number, figures(invoice, paid), ISSUED_AT, Look(**look))


def said(of: Printout) -> str:
    """Everything that the PDF says, in one line."""
    pages = PdfReader(io.BytesIO(render(of)), strict=True).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def told(facts: tuple[Fact, ...]) -> dict[str, str]:
    """Facts by their Polish name."""
    return {one.label.text: one.text for one in facts}


def cells(table: Table) -> list[tuple[str, ...]]:
    """A table's rows."""
    return [row.cells for row in table.rows]


def test_lines_carry_price_rate_and_the_three_amounts() -> None:
    (table,) = of(content()).tables
    assert cells(table) == [
        ("1", "Remont", "1,5", "dzień", "1\u00a0000,00", "23%", "1\u00a0500,00", "345,00", "1\u00a0845,00"),
        ("2", "Deski\nPKWiU 16.10", "3", "m²", "99,99", "8%", "299,97", "24,00", "323,97"),
    ]


def test_sums_per_rate_end_in_what_is_to_pay() -> None:
    whole = of(content())
    assert whole.totals is not None
    assert cells(whole.totals) == [
        ("23%", "1\u00a0500,00", "345,00", "1\u00a0845,00"),
        ("8%", "299,97", "24,00", "323,97"),
        ("Razem", "1\u00a0799,97", "369,00", "2\u00a0168,97"),
    ]
    assert whole.to_pay == Fact(label=Label(text="Razem do zapłaty"), text="2\u00a0168,97\u00a0PLN")
    assert whole.words is not None
    assert whole.words.text == "dwa tysiące sto sześćdziesiąt osiem złotych 97/100"
    assert whole.settled == ()


def test_what_was_paid_and_what_is_left() -> None:
    assert told(of(content(), paid=100_000).settled) == {
        "Zapłacono": "1\u00a0000,00\u00a0PLN",
        "Pozostało": "1\u00a0168,97\u00a0PLN",
    }


def test_dates_parties_and_payment_as_people_read_them() -> None:
    whole = of(content(place="Łódź", recipient=Party(name="Oddział"), supplied_from=date(2026, 11, 1)))
    assert told(whole.dates) == {
        "Data wystawienia": "24.11.2026",
        "Okres sprzedaży": "01.11.2026 – 20.11.2026",
        "Miejsce wystawienia": "Łódź",
    }
    seller, buyer, recipient = whole.parties
    assert (seller.name, seller.lines) == ("Nowa Chata sp. j.", ("Żółwia 5", "00-950 Warszawa"))
    assert told(buyer.facts) == {"NIP": "512\u00a0007\u00a091\u00a094"}
    assert (recipient.role.text, recipient.lines) == ("Odbiorca", ())
    assert told(whole.payment) == {
        "Forma płatności": "przelew",
        "Termin płatności": "08.12.2026",
        "Rachunek bankowy": "92\u00a01240\u00a01234\u00a00001\u00a05678\u00a09012\u00a03456",
        "Bank": "Bank",
    }


def test_a_buyer_abroad_has_a_country_and_another_number() -> None:
    buyer = Party(name="Müller GmbH", city="Berlin", postcode="10115", country="DE", vat_ue="DE123456789")
    party = of(content(buyer=buyer)).parties[1]
    assert party.lines == ("10115 Berlin", "DE")
    assert told(party.facts) == {"VAT UE": "DE123456789"}


def test_an_account_abroad_is_written_as_an_iban() -> None:
    assert told(of(content(account="DE89370400440532013000")).payment)["Rachunek bankowy"].startswith("DE89\u00a03704")


def test_a_transfer_can_be_scanned_unless_the_standard_has_no_room_for_it() -> None:
    (code,) = of(content()).codes
    assert code.content.startswith("7831916366|PL|92124012340001567890123456|216897|Nowa Chata sp. j.|")
    assert "S/0008/11/26" in code.content
    assert of(content(), paid=216_897).codes == ()
    assert of(content(split_payment=True)).codes == ()
    assert of(content(payment=PaymentForm.CASH)).codes == ()
    assert of(content(), number="").codes == ()


def test_a_discount_has_a_column_where_there_is_one() -> None:
    lines = (replace(WORK, discount_percent=Decimal("12.5")), replace(WOOD, discount=1_000), WOOD)
    (table,) = of(content(lines=lines)).tables
    assert [column.label.text for column in table.columns][4:7] == ["Cena netto", "Rabat", "VAT"]
    assert [row[5] for row in cells(table)] == ["12,5%", "10,00", ""]


def test_an_invoice_from_gross_prices_says_so() -> None:
    whole = of(content(method=Method.GROSS))
    assert whole.tables[0].columns[4].label.text == "Cena brutto"
    assert "Kwoty wyliczono od cen brutto." in [one.text for one in whole.remarks]


@pytest.mark.parametrize("kind", [Kind.NO_VAT, Kind.MARGIN])
def test_where_no_vat_may_be_shown_none_is(kind: Kind) -> None:
    rate = Rate.MARGIN if kind is Kind.MARGIN else Rate.EXEMPT
    margin = MarginProcedure.USED_GOODS if kind is Kind.MARGIN else None
    whole = of(content(kind=kind, lines=(replace(WORK, rate=rate),), margin=margin, exempt_base="art. 113 ust. 1"))
    assert whole.totals is None
    assert [column.label.text for column in whole.tables[0].columns][-2:] == ["Cena", "Wartość"]
    assert whole.marks in {("zwolnienie z VAT: art. 113 ust. 1",), ("procedura marży – towary używane",)}
    assert "VAT" not in said(whole).replace("zwolnienie z VAT", "")


def test_a_pro_forma_is_never_called_an_invoice() -> None:
    assert "Faktura" not in said(of(content(kind=Kind.PRO_FORMA)))
    assert "Pro forma S/0008/11/26" in said(of(content(kind=Kind.PRO_FORMA)))


def test_another_currency_shows_rate_table_day_and_vat_in_zloty() -> None:
    exchange = ExchangeRate(Decimal("4.25"), "227/A/NBP/2026", date(2026, 11, 19))
    whole = of(content(currency=Currency.EUR, exchange=exchange))
    assert whole.to_pay.text == "2\u00a0168,97\u00a0EUR"
    remarks = told(whole.remarks)
    assert remarks["Kurs"] == "1 EUR = 4,2500 PLN, tabela NBP 227/A/NBP/2026 z dnia 19.11.2026"
    assert remarks["Kwota VAT w PLN"] == "1\u00a0568,25\u00a0PLN (23%: 1\u00a0466,25; 8%: 102,00)"
    assert whole.codes == ()


def test_an_advance_invoice_shows_the_order_and_the_money_received() -> None:
    received = content(kind=Kind.ADVANCE, lines=(WORK,), received=61_500, received_on=date(2026, 11, 23))
    whole = of(received)
    order, payment = whole.tables
    assert cells(order)[-1] == ("", "Razem", "", "", "", "", "1\u00a0500,00", "345,00", "1\u00a0845,00")
    assert cells(payment) == [("23%", "500,00", "115,00", "615,00"), ("Razem", "500,00", "115,00", "615,00")]
    assert told(whole.dates)["Data otrzymania zapłaty"] == "23.11.2026"
    assert "Otrzymana zapłata Stawka VAT Wartość netto Kwota VAT Wartość brutto 23% 500,00" in said(whole)


def test_a_final_invoice_names_its_advances_and_takes_them_off() -> None:
    sums = Sums(50_000, 11_500)
    advance = Advance("id", "Z/0001/11/26", date(2026, 11, 23), (RateSums(Rate.R23, sums, sums),), ksef_number="KSEF-1")
    whole = of(content(kind=Kind.FINAL, lines=(WORK,), advances=(advance,)))
    supply, settled, left = whole.tables
    assert cells(supply)[-1][-1] == "1\u00a0845,00"
    assert cells(settled) == [("Z/0001/11/26\nKSEF-1", "23.11.2026", "500,00", "115,00", "615,00")]
    assert cells(left)[-1] == ("Razem", "1\u00a0000,00", "230,00", "1\u00a0230,00")
    assert whole.to_pay.text == "1\u00a0230,00\u00a0PLN"


def test_a_correction_shows_both_states_the_difference_and_why() -> None:
    before = content(lines=(WORK,))
    correction = Correction("id", "S/0001/11/26", date(2026, 11, 2), before, 0, reason="zwrot", ksef_number="KSEF-1")
    after = replace(WORK, quantity=Decimal(1))
    whole = of(replace(before, kind=Kind.CORRECTION, lines=(after,), correction=correction))
    assert whole.title.text == "Faktura korygująca"
    assert told(whole.details) == {
        "Do faktury": "S/0001/11/26 z dnia 02.11.2026",
        "Nr KSeF": "KSEF-1",
        "Przyczyna korekty": "zwrot",
    }
    assert [table.title.text for table in whole.tables if table.title] == ["Przed korektą", "Po korekcie", "Różnica"]
    assert [cells(table)[-1][-1] for table in whole.tables] == ["1\u00a0845,00", "1\u00a0230,00", "-615,00"]
    assert whole.to_pay == Fact(label=Label(text="Do zwrotu"), text="615,00\u00a0PLN")
    assert whole.codes == ()


def test_words_of_the_law_are_marked() -> None:
    assert "mechanizm podzielonej płatności" in of(content(split_payment=True)).marks
    assert of(content()).marks == ()


def test_flags_of_the_moment_show_on_the_print_only() -> None:
    code = Code(label=Label(text="KSeF"), content="https://qr.example/1", caption="KSEF-1")
    whole = of(
        content(),
        watermark="WZÓR",
        duplicate_on=date(2026, 11, 25),
        cancelled=True,
        ksef_number="KSEF-1",
        codes=(code,),
        issued_by="Anna",
    )
    assert whole.stamps == ("DUPLIKAT z dnia 25.11.2026", "ANULOWANA")
    text = said(whole)
    assert all(part in text for part in ("DUPLIKAT z dnia 25.11.2026", "ANULOWANA", "KSeF KSEF-1", "Wystawił(a) Anna"))
    assert "WZÓR" in text.replace(" ", "")
    assert whole.codes[-1] == code


def test_english_stands_beside_polish() -> None:
    text = said(of(content(split_payment=True, notes="Dziękujemy"), english=True))
    for part in ("VAT invoice", "Sprzedawca / Seller", "przelew / bank transfer", "Uwagi / Notes: Dziękujemy"):
        assert part in text
    assert "mechanizm podzielonej płatności / split payment" in text
    assert "Seller" not in said(of(content()))


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.CORRECTION])
def test_every_kind_can_be_printed_in_two_languages(kind: Kind) -> None:
    whole = of(content(kind=kind, received=10_000, received_on=ISSUED_ON), english=True)
    assert labels.TITLES[kind] in said(whole)
    assert all(fact.label.second for fact in (*whole.dates, *whole.payment))


def test_a_draft_is_printed_without_a_number_and_without_anything_on_it() -> None:
    empty = Content(kind=Kind.VAT, issued_on=ISSUED_ON, seller=Party(), buyer=Party())
    assert "Faktura VAT" in said(of(empty, number="", watermark="SZKIC"))


@pytest.mark.parametrize(
    ("value", "written"),
    [("1", "1"), ("1.50", "1,5"), ("1234567.000001", "1\u00a0234\u00a0567,000001"), ("1E+3", "1\u00a0000")],
)
def test_quantities_have_as_many_decimals_as_they_need(value: str, written: str) -> None:
    assert printed.quantity(Decimal(value)) == written
