"""What must be right before an invoice is issued: each refusal at its field, and what is allowed all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import errors
from portal.domain.invoices import parties, texts
from portal.domain.invoices.checks import Hint, Known, changes_nothing, draft_faults, hints, issue_faults, rates_of
from portal.domain.invoices.content import (
    Content,
    Kind,
    Line,
    MarginProcedure,
    Method,
    Party,
    PaymentForm,
    copied,
    state_of,
)
from portal.domain.invoices.currencies import Currency, ExchangeRate, no_table, table_day
from portal.domain.invoices.figures import figures
from portal.domain.invoices.invoice import Draft, advance_of, correct, issue
from portal.domain.invoices.marks import marks
from portal.domain.invoices.rates import Rate
from portal.domain.invoices.sums import Sums
from tests.unit.invoicing import (
    ACCOUNT,
    BUYER,
    GERMAN,
    JAN,
    MONDAY,
    NOON,
    SELLER,
    TODAY,
    advance_content,
    correction_of,
    euros,
    final_after,
    issued,
    line,
    margin_content,
    reasoned,
    refusals,
    told,
    typed,
)
from tests.unit.making import refused

EXEMPT = line(rate=Rate.EXEMPT)
NO_NUMBER = replace(BUYER, nip="")
OUTSIDE_UNION = Party(name="Acme Inc.", city="Boston", country="US", tax_id="12-3456789")

COMPLETE: list[tuple[str, Content]] = [
    ("VAT", typed()),
    ("gross", typed(method=Method.GROSS)),
    ("to a consumer", typed(buyer=JAN)),
    ("exempt", typed(EXEMPT, exempt_base="art. 43 ust. 1 pkt 18 ustawy o VAT")),
    ("no VAT, no number", typed(EXEMPT, kind=Kind.NO_VAT, exempt_base="art. 113 ust. 1", buyer=NO_NUMBER)),
    ("pro forma, no number", typed(kind=Kind.PRO_FORMA, buyer=NO_NUMBER)),
    ("pro forma without a rate of exchange", typed(kind=Kind.PRO_FORMA, currency=Currency.EUR)),
    ("advance", advance_content(5_000)),
    ("advance of all", advance_content(12_300)),
    ("final", final_after(5_000)),
    ("final with nothing left", final_after(12_300)),
    ("simplified, no name", typed(kind=Kind.SIMPLIFIED, buyer=Party(nip=BUYER.nip))),
    # 450,00 zł, and 100,00 euro (art. 106e sec. 5 item 3), are still within.
    ("simplified of 450", typed(line("450"), kind=Kind.SIMPLIFIED, method=Method.GROSS)),
    ("simplified of 100 euro", typed(line("100"), kind=Kind.SIMPLIFIED, method=Method.GROSS, **euros("5"))),
    ("margin", margin_content(line(rate=Rate.MARGIN))),
    ("reverse charge", typed(line(rate=Rate.REVERSE))),
    ("goods to the Union", typed(line(rate=Rate.ZERO_WDT), buyer=GERMAN)),
    ("services to the Union", typed(line(rate=Rate.OUTSIDE_SERVICES), buyer=GERMAN, **euros())),
    ("export", typed(line(rate=Rate.ZERO_EXPORT), buyer=OUTSIDE_UNION)),
    ("a period", typed(supplied_from=date(2026, 11, 1), supplied_on=date(2026, 11, 30))),
    ("with an account", typed(account=ACCOUNT)),
    ("with an account abroad", typed(account="DE89370400440532013000")),
    ("two lines of notes", typed(notes="Dziękujemy!\nZapraszamy")),
    ("due today", typed(due_on=TODAY)),
    # A rate is that of the tax point, also when the invoice comes years later.
    ("a rate of that day", typed(line(rate=Rate.R22), supplied_on=date(2010, 12, 31))),
    ("correction", correction_of(typed(line(quantity="3")), line(quantity="2"))),
    ("return", correction_of(typed(), line(quantity="0"))),
    ("correction of the buyer", correction_of(typed(), buyer=replace(BUYER, name="Żółta Łódź sp. k."))),
    ("correction of an advance", correction_of(advance_content(5_000), received=0)),
    ("correction of a final invoice", correction_of(final_after(5_000), line(quantity="2"))),
    ("correction in a currency", correction_of(typed(**euros()), line("90"))),
    (
        "correction of an old rate",
        correction_of(typed(line(rate=Rate.R7), supplied_on=date(2010, 5, 1)), line("9", Rate.R7)),
    ),
]


@pytest.mark.parametrize("content", [pytest.param(content, id=name) for name, content in COMPLETE])
def test_a_complete_invoice_of_each_kind_is_issued(content: Content) -> None:
    known = Known(corrections=content.correction.state if content.correction else 0)
    result = issue(Draft("7", content), "FV/0001/11/26", at=NOON, by="anna", known=known)
    assert (result.id, result.number, result.content) == ("7", "FV/0001/11/26", content)
    assert (result.issued_at, result.issued_by) == (NOON, "anna")


LONG = "x" * 513
EARLY = date(2026, 11, 23)
FUTURE = date(2026, 11, 25)
REFUSED: list[tuple[str, Content, str, str]] = [
    ("no line", replace(typed(), lines=()), "lines-missing", "lines"),
    ("line without a name", typed(line(name=" ")), "field-missing", "lines.0.name"),
    ("group of goods", typed(line(gtu="GTU_14")), "field-invalid", "lines.0.gtu"),
    ("nothing charged", typed(line("0")), "invoice-zero", "lines"),
    ("all discounted", typed(line(discount_percent=Decimal(100))), "invoice-zero", "lines"),
    ("rate that ended", typed(line(rate=Rate.R22)), "rate-ended", "lines.0.rate"),
    ("rate of farm produce", typed(line(), line(rate=Rate.R3)), "rate-ended", "lines.1.rate"),
    ("rate to come", typed(supplied_on=date(2010, 12, 31)), "rate-not-yet", "lines.0.rate"),
    ("margin without its kind", typed(line(rate=Rate.MARGIN)), "rate-not-for-kind", "lines.0.rate"),
    ("rate with margin", margin_content(line()), "rate-not-for-kind", "lines.0.rate"),
    ("VAT of a seller without", typed(kind=Kind.NO_VAT), "rate-not-for-kind", "lines.0.rate"),
    (
        "advance of goods to the Union",
        advance_content(1, line(rate=Rate.ZERO_WDT), buyer=GERMAN),
        "rate-not-for-kind",
        "lines.0.rate",
    ),
    (
        "simplified export",
        typed(line(rate=Rate.ZERO_EXPORT), kind=Kind.SIMPLIFIED),
        "rate-not-for-kind",
        "lines.0.rate",
    ),
    ("exempt without base", typed(EXEMPT), "exempt-base-missing", "exempt_base"),
    ("margin not named", margin_content(line(rate=Rate.MARGIN), margin=None), "margin-missing", "margin"),
    ("margin named for nothing", typed(margin=MarginProcedure.ART), "margin-not-allowed", "margin"),
    ("seller without number", typed(seller=replace(SELLER, nip="")), "field-missing", "seller.nip"),
    ("seller's number", typed(seller=replace(SELLER, nip="5951416167")), "nip-invalid", "seller.nip"),
    ("seller without name", typed(seller=replace(SELLER, name="")), "field-missing", "seller.name"),
    ("seller without town", typed(seller=replace(SELLER, city="")), "field-missing", "seller.city"),
    ("buyer without name", typed(buyer=replace(BUYER, name=" ")), "field-missing", "buyer.name"),
    ("buyer's number", typed(buyer=replace(BUYER, nip="1234567890")), "nip-invalid", "buyer.nip"),
    ("a number with dashes", typed(buyer=replace(BUYER, nip="783-191-63-66")), "field-invalid", "buyer.nip"),
    (
        "buyer's number in the Union",
        typed(buyer=replace(GERMAN, vat_ue="DE136695977")),
        "vat-ue-invalid",
        "buyer.vat_ue",
    ),
    ("country", typed(buyer=replace(BUYER, country="pl")), "field-invalid", "buyer.country"),
    ("business without number", typed(buyer=NO_NUMBER), "buyer-nip-needed", "buyer.nip"),
    ("consumer with a number", typed(buyer=replace(JAN, nip=BUYER.nip)), "buyer-consumer", "buyer.nip"),
    (
        "consumer with a number in the Union",
        typed(buyer=replace(JAN, vat_ue=GERMAN.vat_ue)),
        "buyer-consumer",
        "buyer.vat_ue",
    ),
    ("reverse charge to a consumer", typed(line(rate=Rate.REVERSE), buyer=JAN), "buyer-nip-reverse", "buyer.nip"),
    ("split payment of a consumer", typed(split_payment=True, buyer=JAN), "buyer-nip-split", "buyer.nip"),
    ("simplified without number", typed(kind=Kind.SIMPLIFIED, buyer=JAN), "buyer-nip-simplified", "buyer.nip"),
    ("goods to the Union for a Pole", typed(line(rate=Rate.ZERO_WDT)), "buyer-vat-ue-needed", "buyer.vat_ue"),
    (
        "goods to the Union, PL",
        typed(line(rate=Rate.ZERO_WDT), buyer=replace(BUYER, vat_ue="PL7831916366")),
        "buyer-vat-ue-needed",
        "buyer.vat_ue",
    ),
    (
        "services to the Union, no number",
        typed(line(rate=Rate.OUTSIDE_SERVICES), buyer=OUTSIDE_UNION),
        "buyer-vat-ue-needed",
        "buyer.vat_ue",
    ),
    ("recipient without name", typed(recipient=Party(city="Łódź")), "field-missing", "recipient.name"),
    ("recipient's number", typed(recipient=replace(BUYER, nip="1")), "nip-invalid", "recipient.nip"),
    ("account", typed(account="56101000712222783191636601"), "bank-account-invalid", "account"),
    ("account abroad", typed(account="DE89370400440532013001"), "bank-account-invalid", "account"),
    ("account in groups", typed(account="56 1010 0071 2222 7831 9163 6600"), "field-invalid", "account"),
    (
        "simplified too high",
        typed(line("450.01"), kind=Kind.SIMPLIFIED, method=Method.GROSS),
        "simplified-limit",
        "lines",
    ),
    (
        "simplified too high in euro",
        typed(line("100.01"), kind=Kind.SIMPLIFIED, method=Method.GROSS, **euros("1")),
        "simplified-limit",
        "lines",
    ),
    (
        "simplified too high in dollars",
        typed(line("200"), kind=Kind.SIMPLIFIED, **euros("4", Currency.USD)),
        "simplified-limit",
        "lines",
    ),
    ("issued tomorrow", typed(issued_on=FUTURE), "issue-future", "issued_on"),
    ("due before", typed(due_on=EARLY), "due-early", "due_on"),
    ("period backwards", typed(supplied_from=TODAY, supplied_on=EARLY), "supply-period", "supplied_from"),
    ("period without an end", typed(supplied_from=FUTURE), "supply-period", "supplied_from"),
    ("no rate of exchange", typed(currency=Currency.EUR), "exchange-missing", "exchange"),
    (
        "no table named",
        typed(currency=Currency.EUR, exchange=ExchangeRate(Decimal(4), " ", MONDAY)),
        "field-missing",
        "exchange.table",
    ),
    (
        "table of another day",
        typed(currency=Currency.EUR, exchange=ExchangeRate(Decimal(4), "1/A", TODAY)),
        "exchange-day",
        "exchange.day",
    ),
    ("rate for zloty", typed(exchange=ExchangeRate(Decimal(1), "1/A", MONDAY)), "exchange-not-needed", "exchange"),
    ("nothing received", advance_content(0), "received-invalid", "received"),
    ("receipt not typed", replace(advance_content(0), received=None), "received-invalid", "received"),
    ("more than ordered", advance_content(12_301), "received-too-high", "received"),
    ("received when", replace(advance_content(1), received_on=None), "field-missing", "received_on"),
    ("received tomorrow", replace(advance_content(1), received_on=FUTURE), "received-future", "received_on"),
    ("nothing to settle", typed(kind=Kind.FINAL), "advances-missing", "advances"),
    ("advances of a plain invoice", replace(final_after(1), kind=Kind.VAT), "advances-not-allowed", "advances"),
    ("more advances than sold", replace(final_after(12_300), lines=(line("50"),)), "advances-exceed", "advances"),
    ("a grosz less sold", replace(final_after(12_300), lines=(line("99.99"),)), "advances-exceed", "advances"),
    (
        "advances of another rate",
        replace(final_after(12_300), lines=(line("500", Rate.R8),)),
        "advances-exceed",
        "advances",
    ),
    ("correction of nothing", typed(kind=Kind.CORRECTION), "correction-missing", "correction"),
    (
        "no correction",
        replace(correction_of(typed(), line("9")), kind=Kind.VAT),
        "correction-not-allowed",
        "correction",
    ),
    ("no reason", reasoned(correction_of(typed(), line("9")), " "), "correction-reason", "correction.reason"),
    ("no change", correction_of(typed()), "correction-empty", "lines"),
    ("only notes changed", correction_of(typed(), notes="x", payment=PaymentForm.CASH), "correction-empty", "lines"),
    ("another currency", correction_of(typed(), line("9"), currency=Currency.EUR), "correction-currency", "currency"),
    (
        "another rate of exchange",
        correction_of(typed(**euros()), line("9"), **euros("5")),
        "correction-currency",
        "currency",
    ),
    (
        "correction before the invoice",
        correction_of(typed(), line("9"), issued_on=EARLY),
        "correction-early",
        "issued_on",
    ),
    (
        "rate of today on an old correction",
        correction_of(typed(line(rate=Rate.R7), supplied_on=date(2010, 5, 1)), line("9", Rate.R8)),
        "rate-not-yet",
        "lines.0.rate",
    ),
    ("decimals beyond what prices have", typed(price_decimals=9), "field-invalid", "price_decimals"),
    ("decimals fewer than grosze", typed(price_decimals=1), "field-invalid", "price_decimals"),
    ("control character in a line", typed(line(name="a\x00b")), "text-characters", "lines.0.name"),
    ("line break in a name", typed(buyer=replace(BUYER, name="a\nb")), "text-characters", "buyer.name"),
    ("turned direction", typed(buyer=replace(BUYER, name="a\u202eb")), "text-characters", "buyer.name"),
    ("half a character", typed(seller=replace(SELLER, street="\ud800")), "text-characters", "seller.street"),
    ("bell in notes", typed(notes="a\x07b"), "text-characters", "notes"),
    ("other line break in notes", typed(notes="a\u2028b"), "text-characters", "notes"),
    ("invisible unit", typed(line(unit="\u200b")), "text-characters", "lines.0.unit"),
    ("reason", reasoned(correction_of(typed(), line("9")), "a\tb"), "text-characters", "correction.reason"),
    (
        "table",
        typed(currency=Currency.EUR, exchange=ExchangeRate(Decimal(4), "1\x00A", MONDAY)),
        "text-characters",
        "exchange.table",
    ),
    ("long name", typed(buyer=replace(BUYER, name=LONG)), "text-too-long", "buyer.name"),
    ("long line", typed(line(name=LONG)), "text-too-long", "lines.0.name"),
    ("long notes", typed(notes="x" * 3_501), "text-too-long", "notes"),
]


@pytest.mark.parametrize(("content", "code", "field"), [pytest.param(*rest, id=name) for name, *rest in REFUSED])
def test_what_is_wrong_is_refused_at_its_field(content: Content, code: str, field: str) -> None:
    assert refusals(content) == {(code, field)}


def test_all_that_is_wrong_is_told_at_once() -> None:
    empty = Content(Kind.VAT, TODAY, Party(), Party())
    assert refusals(empty) == {
        ("lines-missing", "lines"),
        ("field-missing", "seller.name"),
        ("field-missing", "seller.city"),
        ("field-missing", "seller.nip"),
        ("field-missing", "buyer.name"),
        ("field-missing", "buyer.city"),
        ("buyer-nip-needed", "buyer.nip"),
    }


def test_what_cannot_be_counted_is_told_beside_the_rest() -> None:
    assert refusals(typed(line("-1"), due_on=EARLY)) == {("price-invalid", "lines.0.price"), ("due-early", "due_on")}


def test_a_draft_may_lack_everything() -> None:
    assert draft_faults(Content(Kind.VAT, TODAY, Party(), Party())) == []


def test_a_draft_cannot_hold_what_cannot_be_printed_or_counted() -> None:
    content = typed(line("-1", name="\x00"), buyer=replace(BUYER, nip="1"))
    assert told(draft_faults(content)) == {("text-characters", "lines.0.name"), ("price-invalid", "lines.0.price")}


def test_an_invoice_needs_a_number() -> None:
    with pytest.raises(errors.Refusals) as caught:
        issue(Draft("1", typed()), "", at=NOON, by="anna")
    assert told(caught.value.refusals) == {("field-missing", "number")}


def test_today_is_a_day_in_warsaw() -> None:
    # Half past eleven in the evening by Greenwich is tomorrow in Warsaw.
    evening = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert issue(Draft("1", typed(issued_on=FUTURE)), "FV/1", at=evening, by="anna").content.issued_on == FUTURE


# Corrections


def test_a_draft_is_not_corrected() -> None:
    with refused(errors.CORRECTING_DRAFT):
        correct(Draft("1", typed()), issued_on=TODAY)


@pytest.mark.parametrize("content", [typed(kind=Kind.PRO_FORMA), correction_of(typed(), line("9"))])
def test_neither_a_pro_forma_nor_a_correction_is_corrected(content: Content) -> None:
    with refused(errors.CORRECTION_NOT_POSSIBLE):
        correct(issued(content), issued_on=TODAY)


@pytest.mark.parametrize("kind", [Kind.PRO_FORMA, Kind.CORRECTION])
def test_what_is_no_invoice_cannot_be_named_as_the_corrected_one(kind: Kind) -> None:
    content = correction_of(typed(), line("9"))
    assert content.correction
    forged = replace(content.correction, before=replace(content.correction.before, kind=kind))
    assert ("correction-not-possible", "correction") in refusals(replace(content, correction=forged))


def test_the_same_state_is_corrected_once() -> None:
    one, other = (correction_of(typed(), line(price)) for price in ("90", "80"))
    assert refusals(one) == set()
    assert refusals(other, Known(corrections=1)) == {("correction-outdated", "correction")}


def test_a_second_correction_begins_where_the_first_ended() -> None:
    invoice = issued(typed(line(quantity="3")))
    first = issued(reasoned(replace(correct(invoice, issued_on=TODAY), lines=(line(quantity="2"),))), "KOR/1", "2")
    second = correct(invoice, corrections=[first], issued_on=TODAY)
    assert second.correction
    assert (second.correction.state, second.correction.number) == (1, "FV/0001/11/26")
    assert second.correction.before == replace(invoice.content, lines=(line(quantity="2"),), notes="", due_on=None)
    ended = reasoned(replace(second, lines=(line(quantity="1"),)))
    assert refusals(ended, Known(corrections=1)) == set()
    assert figures(ended).total == Sums(-10_000, -2_300)


def test_a_correction_keeps_the_tax_point_of_the_invoice() -> None:
    invoice = issued(typed(issued_on=date(2026, 3, 2)))
    first = correct(invoice, issued_on=date(2026, 5, 4))
    later = correct(invoice, corrections=[issued(reasoned(replace(first, lines=(line("9"),))))], issued_on=TODAY)
    assert first.tax_point == later.tax_point == date(2026, 3, 2)


def test_changing_nothing_is_said_of_corrections_only() -> None:
    assert changes_nothing(correction_of(typed()))
    assert not changes_nothing(correction_of(typed(), line("9")))
    assert not changes_nothing(typed())


# Advances


def test_an_advance_is_settled_once() -> None:
    final = final_after(5_000)
    assert refusals(final, Known(settled=frozenset({"a"}))) == {("advance-settled", "advances.0")}
    twice = replace(final, lines=(line("500"),), advances=final.advances * 2)
    assert refusals(twice) == {("advance-settled", "advances.0"), ("advance-settled", "advances.1")}


def test_a_correction_of_the_final_invoice_settles_nothing_again() -> None:
    assert refusals(correction_of(final_after(5_000), line("200")), Known(settled=frozenset({"a"}))) == set()


def test_an_advance_in_another_currency_is_not_settled() -> None:
    assert refusals(replace(final_after(5_000), **euros())) == {("advance-currency", "advances.0")}


def test_only_an_issued_advance_invoice_is_settled() -> None:
    with refused(errors.ADVANCE_NOT_POSSIBLE, "advances"):
        advance_of(Draft("1", advance_content(1)))
    with refused(errors.ADVANCE_NOT_POSSIBLE, "advances", says="FV/0001/11/26"):
        advance_of(issued(typed()))


def test_a_corrected_advance_is_settled_as_corrected() -> None:
    invoice = issued(advance_content(10_000))
    correction = issued(correction_of(advance_content(10_000), received=4_000), "KOR/1", "2")
    assert advance_of(invoice, corrections=[correction]).rates[0].sums.gross == 4_000


def test_a_second_advance_is_for_what_the_first_left() -> None:
    first = advance_of(issued(advance_content(10_000)))
    assert refusals(advance_content(2_300, advances=(first,))) == set()
    assert refusals(advance_content(2_301, advances=(first,))) == {("received-too-high", "received")}


# Currencies


@pytest.mark.parametrize(
    ("tax_point", "issued_on", "day"),
    [
        # Art. 31a sec. 1: the last working day before the tax point.
        (date(2026, 11, 24), date(2026, 11, 24), date(2026, 11, 23)),
        (date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 20)),  # a Monday: Friday
        (date(2026, 11, 12), date(2026, 11, 20), date(2026, 11, 10)),  # the 11th is Independence Day
        (date(2026, 12, 28), date(2026, 12, 28), date(2026, 12, 23)),  # Christmas Eve is free since 2025
        # Sec. 2: issued before the supply: the day before the issue.
        (date(2026, 11, 30), date(2026, 11, 24), date(2026, 11, 23)),
    ],
)
def test_the_rate_of_exchange_is_of_the_working_day_before(tax_point: date, issued_on: date, day: date) -> None:
    assert table_day(tax_point, issued_on) == day


def test_a_day_without_a_table_is_told() -> None:
    refusal = no_table(MONDAY)
    assert (refusal.code.name, refusal.field) == ("exchange-no-table", "exchange")
    assert "23.11.2026" in refusal.detail


# Rates and words


def test_a_form_offers_the_rates_of_the_day_and_the_kind() -> None:
    today = rates_of(Kind.VAT, TODAY)
    assert {Rate.R22, Rate.R7, Rate.R3, Rate.MARGIN}.isdisjoint(today)
    assert today[0] is Rate.R23
    assert rates_of(Kind.NO_VAT, TODAY) == [Rate.EXEMPT, Rate.OUTSIDE, Rate.OUTSIDE_SERVICES]
    assert Rate.R22 in rates_of(Kind.VAT, date(2010, 12, 31))
    assert Rate.R23 not in rates_of(Kind.VAT, date(2010, 12, 31))
    assert Rate.R23 in rates_of(Kind.VAT, date(2011, 1, 1))


@pytest.mark.parametrize(
    ("rate", "written", "fa_code"),
    [
        (Rate.R23, "23%", "23"),
        (Rate.ZERO, "0%", "0 KR"),
        (Rate.ZERO_WDT, "0% WDT", "0 WDT"),
        (Rate.EXEMPT, "zw", "zw"),
        (Rate.OUTSIDE_SERVICES, "np II", "np II"),
        (Rate.MARGIN, "marża", ""),
    ],
)
def test_a_rate_is_written_as_on_paper_and_named_as_in_fa3(rate: Rate, written: str, fa_code: str) -> None:
    assert (rate.written, rate.fa_code) == (written, fa_code)


@pytest.mark.parametrize(
    ("content", "fa_kind"),
    [
        (typed(), "VAT"),
        (typed(kind=Kind.NO_VAT), "VAT"),
        (margin_content(), "VAT"),
        (typed(kind=Kind.SIMPLIFIED), "UPR"),
        (advance_content(1), "ZAL"),
        (final_after(1), "ROZ"),
        (typed(kind=Kind.PRO_FORMA), ""),
        (correction_of(typed()), "KOR"),
        (correction_of(advance_content(1)), "KOR_ZAL"),
        (correction_of(final_after(1)), "KOR_ROZ"),
    ],
)
def test_a_kind_has_its_code_in_fa3(content: Content, fa_kind: str) -> None:
    assert content.fa_kind == fa_kind


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (typed(), ()),
        (typed(cash_method=True, self_billing=True), ("metoda kasowa", "samofakturowanie")),
        (typed(line(rate=Rate.REVERSE)), ("odwrotne obciążenie",)),
        (typed(line(rate=Rate.OUTSIDE_SERVICES)), ("odwrotne obciążenie",)),
        (typed(line(rate=Rate.OUTSIDE)), ()),
        (typed(split_payment=True), ("mechanizm podzielonej płatności",)),
        (typed(line("15000", annex_15=True)), ("mechanizm podzielonej płatności",)),
        (typed(EXEMPT, exempt_base="art. 113 ust. 1"), ("zwolnienie z VAT: art. 113 ust. 1",)),
        (margin_content(line(rate=Rate.MARGIN)), ("procedura marży – towary używane",)),
        (margin_content(margin=MarginProcedure.TRAVEL), ("procedura marży dla biur podróży",)),
        # A correction that takes the reverse charge away still names what it took away.
        (correction_of(typed(line(rate=Rate.REVERSE)), line()), ("odwrotne obciążenie",)),
    ],
)
def test_an_invoice_bears_the_words_of_the_law(content: Content, words: tuple[str, ...]) -> None:
    assert marks(content, figures(content)) == words


def test_numbers_bear_their_countries_in_the_union() -> None:
    assert typed(line(rate=Rate.ZERO_WDT)).intra_union
    assert typed(line(), line(rate=Rate.OUTSIDE_SERVICES)).intra_union
    assert not typed(line(rate=Rate.ZERO_EXPORT)).intra_union


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (typed(), ()),
        (typed(line("0.333"), price_decimals=3), (Hint.PRICE_DECIMALS,)),
        (typed(line("0.5000"), price_decimals=4), ()),
        # Art. 106i sec. 1: until the 15th of the month after.
        (typed(issued_on=date(2026, 11, 15), supplied_on=date(2026, 10, 1)), ()),
        (typed(issued_on=date(2026, 11, 16), supplied_on=date(2026, 10, 31)), (Hint.LATE,)),
        (typed(issued_on=date(2026, 11, 16), supplied_on=date(2026, 10, 31), kind=Kind.PRO_FORMA), ()),
        (correction_of(typed(supplied_on=date(2026, 1, 1)), line("9")), ()),
        # Sec. 7: not more than 60 days before.
        (typed(supplied_on=date(2027, 1, 23)), ()),
        (typed(supplied_on=date(2027, 1, 24)), (Hint.EARLY,)),
        (typed(line("15000", annex_15=True)), (Hint.SPLIT_PAYMENT_ADDED,)),
        (typed(line("15000", annex_15=True), split_payment=True), ()),
        (typed(line("-1")), ()),
    ],
)
def test_what_is_worth_a_look_is_hinted_at(content: Content, found: tuple[Hint, ...]) -> None:
    assert hints(content) == found


# Copies


def test_a_duplicate_is_a_draft_of_today_with_the_same_time_to_pay() -> None:
    old = typed(issued_on=date(2026, 1, 1), supplied_on=date(2026, 1, 1), due_on=date(2026, 1, 15), **euros())
    copy = copied(old, issued_on=TODAY)
    assert copy == replace(old, issued_on=TODAY, supplied_on=None, due_on=date(2026, 12, 8), exchange=None)


def test_an_invoice_follows_a_pro_forma() -> None:
    assert copied(typed(kind=Kind.PRO_FORMA), issued_on=TODAY, kind=Kind.VAT) == typed()


def test_a_duplicate_of_a_correction_is_the_invoice_as_corrected() -> None:
    assert copied(correction_of(typed(), line("9")), issued_on=TODAY) == typed(line("9"))


def test_money_received_is_not_received_again() -> None:
    copy = copied(final_after(5_000), issued_on=TODAY)
    assert (copy.kind, copy.advances) == (Kind.FINAL, ())
    assert copied(advance_content(5_000), issued_on=TODAY).received is None


def test_ways_to_pay_have_their_codes_in_fa3() -> None:
    assert [form.fa_code for form in PaymentForm] == [1, 2, 3, 4, 5, 6, 7]
    assert (PaymentForm.CASH.fa_code, PaymentForm.TRANSFER.fa_code) == (1, 6)


def test_an_invoice_that_is_no_correction_is_its_own_state() -> None:
    assert state_of(typed()) == typed()


# Accounts and texts


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        ("PL56 1010 0071 2222 7831 9163 6600", ACCOUNT),
        ("de89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    ],
)
def test_an_account_is_kept_without_spaces(text: str, kept: str) -> None:
    assert parties.account(text) == kept


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"])))
def test_whatever_shows_may_be_written(text: str) -> None:
    assert texts.visible(text)


@given(st.text(), st.characters(categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"]), st.text())
def test_nothing_invisible_may(before: str, character: str, after: str) -> None:
    assert not texts.visible(before + character + after)


@pytest.mark.parametrize(
    "name", ["<b>&amp;</b>", "{{ 7*7 }}", "Ωμέγα Ελλάς", "Công ty Đồng Tháp", "ООО «Ёж»", "naïve 🚀"]
)
def test_markup_and_foreign_letters_are_texts_like_any_other(name: str) -> None:
    assert refusals(typed(line(name=name), buyer=replace(BUYER, name=name))) == set()


@given(st.from_type(Kind), st.lists(st.sampled_from(Rate), max_size=3), st.text(max_size=3), st.booleans())
def test_whatever_is_typed_is_issued_or_refused_with_sentences(
    kind: Kind, rates: list[Rate], text: str, split: bool
) -> None:
    lines: tuple[Line, ...] = tuple(line(name=text, rate=rate) for rate in rates)
    content = replace(typed(), kind=kind, lines=lines, buyer=replace(BUYER, nip=text), split_payment=split)
    told(issue_faults(content, TODAY))
