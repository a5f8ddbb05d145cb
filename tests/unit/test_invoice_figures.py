"""Figures of invoices against ones counted by hand, each with the rule it follows, and what holds for any invoice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import errors
from portal.domain.invoices import exact, sums
from portal.domain.invoices.content import (
    MOST,
    MOST_LINES,
    Advance,
    Content,
    Correction,
    Kind,
    Line,
    Method,
    VatBy,
    state_of,
)
from portal.domain.invoices.currencies import Currency, ExchangeRate
from portal.domain.invoices.figures import Figures, figures
from portal.domain.invoices.invoice import advance_of
from portal.domain.invoices.rates import Rate
from portal.domain.invoices.sums import RateSums, Sums
from tests.unit.invoicing import (
    JAN,
    MONDAY,
    advance_content,
    correction_of,
    euros,
    final_after,
    issued,
    line,
    margin_content,
    refusals,
    told,
    typed,
)

GROSS = Method.GROSS
KWH = {"price_decimals": 4}
RATES = [rate for rate in Rate if rate is not Rate.MARGIN]


def amounts(found: tuple[RateSums, ...]) -> dict[str, tuple[int, int, int]]:
    """Net, VAT and gross by rate."""
    return {one.rate.value: (one.sums.net, one.sums.vat, one.sums.gross) for one in found}


HAND_COUNTED: list[tuple[str, Content, dict[str, tuple[int, int, int]]]] = [
    # Art. 106e sec. 1 items 13–15: 2 · 100,00 = 200,00; 23 % of it 46,00.
    ("net", typed(line("100", quantity="2")), {"23": (20_000, 4_600, 24_600)}),
    # VAT from the sum of the rate: 0,99 · 23 % = 0,2277 → 0,23, not 3 · 0,08.
    ("per rate", typed(*[line("0.33")] * 3), {"23": (99, 23, 122)}),
    # Art. 106e sec. 10: may be summed from lines: 0,33 · 23 % = 0,0759 → 0,08 three times.
    ("per line", typed(*[line("0.33")] * 3, vat_by=VatBy.LINE), {"23": (99, 24, 123)}),
    # Art. 106e sec. 7: VAT = 100,00 · 23 / 123 = 18,699… → 18,70.
    ("gross", typed(line("100"), method=GROSS), {"23": (8_130, 1_870, 10_000)}),
    # 3 · 9,99 = 29,97; · 8 / 108 = 2,22 exactly.
    ("gross 8", typed(line("9.99", Rate.R8, "3"), method=GROSS), {"8": (2_775, 222, 2_997)}),
    # Gross, per line (sec. 8): 9,99 · 8 / 108 = 0,74 each.
    (
        "gross per line",
        typed(*[line("9.99", Rate.R8)] * 3, method=GROSS, vat_by=VatBy.LINE),
        {"8": (2_775, 222, 2_997)},
    ),
    # Gross, per line differs from per rate: 0,99 · 23 / 123 = 0,1851 → 0,19 twice; 1,98 · 23 / 123 = 0,3702 → 0,37.
    ("gross lines", typed(*[line("0.99")] * 2, method=GROSS, vat_by=VatBy.LINE), {"23": (160, 38, 198)}),
    ("gross rate", typed(*[line("0.99")] * 2, method=GROSS), {"23": (161, 37, 198)}),
    # 123,45 · 23 % = 28,3935; 67,89 · 8 % = 5,4312; 10,10 · 5 % = 0,505 → half up 0,51; exempt has none.
    (
        "rates",
        typed(
            line("50", Rate.EXEMPT),
            line("10.10", Rate.R5),
            line("67.89", Rate.R8),
            line("123.45"),
            exempt_base="art. 43 ust. 1 pkt 18",
        ),
        {"23": (12_345, 2_839, 15_184), "8": (6_789, 543, 7_332), "5": (1_010, 51, 1_061), "zw": (5_000, 0, 5_000)},
    ),
    # Art. 106e sec. 11: half a grosz goes up. 0,50 · 5 % = 0,025 → 0,03; 2,50 · 23 % = 0,575 → 0,58.
    ("half up 5", typed(line("0.50", Rate.R5)), {"5": (50, 3, 53)}),
    ("half up 23", typed(line("2.50")), {"23": (250, 58, 308)}),
    # The line's value too: 0,5 · 0,01 = 0,005 → 0,01.
    ("half a grosz", typed(line("0.01", quantity="0.5")), {"23": (1, 0, 1)}),
    # 0,333 · 12,34 = 4,10922 → 4,11; · 23 % = 0,9453 → 0,95.
    ("kilograms", typed(line("12.34", quantity="0.333")), {"23": (411, 95, 506)}),
    # 1234 · 0,6149 = 758,7866 → 758,79; · 23 % = 174,5217 → 174,52.
    ("kilowatt-hours", typed(line("0.6149", quantity="1234"), **KWH), {"23": (75_879, 17_452, 93_331)}),
    # Art. 106e sec. 1 item 10: 3 · 19,99 = 59,97 less 10 % = 53,973 → 53,97; · 23 % = 12,4131.
    (
        "discount in percent",
        typed(line("19.99", quantity="3", discount_percent=Decimal(10))),
        {"23": (5_397, 1_241, 6_638)},
    ),
    # 2 · 12,50 = 25,00 less 5,00 = 20,00.
    ("discount", typed(line("12.50", quantity="2", discount=500)), {"23": (2_000, 460, 2_460)}),
    # Rates that ended with 2010 (art. 41): 100,00 · 22 %, 7 %, 3 %; taxis 4 % since 2011 (art. 146ef).
    (
        "old rates",
        typed(line(rate=Rate.R22), line(rate=Rate.R7), line(rate=Rate.R3), supplied_on=date(2010, 12, 30)),
        {"22": (10_000, 2_200, 12_200), "7": (10_000, 700, 10_700), "3": (10_000, 300, 10_300)},
    ),
    ("taxi", typed(line(rate=Rate.R4)), {"4": (10_000, 400, 10_400)}),
    # No VAT: reverse charge (art. 17), outside Poland, rate zero.
    (
        "without VAT",
        typed(line(rate=Rate.REVERSE), line(rate=Rate.OUTSIDE), line(rate=Rate.ZERO)),
        {"0 KR": (10_000, 0, 10_000), "oo": (10_000, 0, 10_000), "np I": (10_000, 0, 10_000)},
    ),
    # Art. 106e sec. 3: no VAT is shown, the price is the whole amount.
    ("margin", margin_content(line("5000", Rate.MARGIN)), {"marża": (500_000, 0, 500_000)}),
    # Art. 106f sec. 1 item 3: VAT = payment · 23 / 123: 1000,00 → 186,9918… → 186,99.
    ("advance", advance_content(100_000, line("1000")), {"23": (81_301, 18_699, 100_000)}),
    # An order of 1230,00 (23 %) and 540,00 (8 %), half of it paid: 615,00 → VAT 115,00; 270,00 → VAT 20,00.
    (
        "advance of two rates",
        advance_content(88_500, line("1000"), line("500", Rate.R8)),
        {"23": (50_000, 11_500, 61_500), "8": (25_000, 2_000, 27_000)},
    ),
    # Art. 106f sec. 3: 1000,00 net, 230,00 VAT, less 813,01 and 186,99.
    ("final", final_after(100_000, line("1000")), {"23": (18_699, 4_301, 23_000)}),
    # All was paid in advance: nothing is left, rate by rate.
    ("final, all paid", final_after(123_000, line("1000")), {"23": (0, 0, 0)}),
    # Art. 106j sec. 2 item 5: 3 pieces become 2: −100,00 net, −23,00 VAT.
    (
        "correction",
        correction_of(typed(line(quantity="3")), line(quantity="2")),
        {"23": (-10_000, -2_300, -12_300)},
    ),
    # Everything came back.
    ("return", correction_of(typed(line("0.33", quantity="3")), line("0.33", quantity="0")), {"23": (-99, -23, -122)}),
    # The wrong rate: 8 % instead of 23 % of 100,00.
    (
        "correction of a rate",
        correction_of(typed(line()), line(rate=Rate.R8)),
        {"23": (-10_000, -2_300, -12_300), "8": (10_000, 800, 10_800)},
    ),
    # KOR_ZAL: of 1000,00 received 400,00 went back. 600,00 · 23 / 123 = 112,195… → 112,20; 112,20 − 186,99 = −74,79.
    (
        "correction of an advance",
        correction_of(advance_content(100_000, line("1000")), received=60_000),
        {"23": (-32_521, -7_479, -40_000)},
    ),
]


@pytest.mark.parametrize(("content", "expected"), [pytest.param(*rest, id=name) for name, *rest in HAND_COUNTED])
def test_figures_are_those_counted_by_hand(content: Content, expected: dict[str, tuple[int, int, int]]) -> None:
    found = figures(content)
    assert amounts(found.rates) == expected
    assert found.total == Sums(sum(net for net, *_ in expected.values()), sum(vat for _, vat, _ in expected.values()))
    assert found.to_pay == sum(gross for *_, gross in expected.values())


IN_PLN: list[tuple[str, Content, int, int]] = [
    # Art. 106e sec. 11: VAT in zloty too. 1000,00 EUR · 4,2567 = 4256,70; 230,00 · 4,2567 = 979,041 → 979,04.
    ("euro", typed(line("1000"), **euros()), 425_670, 97_904),
    # 10,00 · 23 % = 2,30; 2,30 · 4,1500 = 9,545 → half up 9,55.
    ("half up", typed(line("10"), **euros("4.15")), 4_150, 955),
    # Forints are quoted by the hundred: 12 345,00 · 1,1032 / 100 = 136,19; VAT 2839,35 · 1,1032 / 100 = 31,3237.
    ("forint", typed(line("12345"), **euros("1.1032", Currency.HUF, 100)), 13_619, 3_132),
    # Goods to the Union: no VAT, the value in zloty all the same.
    ("goods to the Union", typed(line("1000", Rate.ZERO_WDT), **euros()), 425_670, 0),
    ("zloty", typed(line("1000")), 100_000, 23_000),
]


@pytest.mark.parametrize(("content", "net", "vat"), [pytest.param(*rest, id=name) for name, *rest in IN_PLN])
def test_vat_of_a_currency_is_told_in_zloty(content: Content, net: int, vat: int) -> None:
    assert figures(content).total_pln == Sums(net, vat)


def test_without_a_rate_of_exchange_a_draft_is_counted_in_its_currency_alone() -> None:
    found = figures(typed(line("1000"), currency=Currency.EUR))
    assert (found.total, found.total_pln) == (Sums(100_000, 23_000), Sums())


def test_what_advances_left_in_a_currency_goes_at_the_rate_of_the_final_invoice() -> None:
    # 100,00 EUR + 23,00; 61,50 paid before at 4,00. Left 50,00 + 11,50 at 4,2567: 212,835 → 212,84 and 48,952 → 48,95.
    earlier = advance_of(issued(advance_content(6_150, line(), **euros("4.0"))))
    found = figures(typed(line(), kind=Kind.FINAL, advances=(earlier,), **euros()))
    assert (found.total, found.total_pln) == (Sums(5_000, 1_150), Sums(21_284, 4_895))
    assert earlier.rates[0].pln == Sums(20_000, 4_600)


def test_lines_of_a_rate_show_vat_that_adds_up_to_the_rates() -> None:
    # 0,0759 thrice is 0,23: two lines show 0,08 as they would alone, one the grosz less.
    assert [one.vat for one in figures(typed(*[line("0.33")] * 3)).lines] == [7, 8, 8]
    assert [one.gross for one in figures(typed(*[line("0.33")] * 3)).lines] == [40, 41, 41]


def test_only_lines_that_rounding_moved_furthest_give_way() -> None:
    # 0,10 · 23 % = 0,023; 0,02 · 23 % = 0,0046; 0,02 again: sum 0,0322 → 0,03. Alone they are 0,02, 0,00 and 0,00.
    assert [one.vat for one in figures(typed(line("0.10"), line("0.02"), line("0.02"))).lines] == [2, 1, 0]


def test_a_discount_and_what_is_left_are_the_full_value() -> None:
    found = figures(typed(line("19.99", quantity="3", discount_percent=Decimal(10)))).lines[0]
    assert (found.net, found.discount) == (5_397, 600)


def test_a_discount_of_all_is_a_gift() -> None:
    found = figures(typed(line("19.99", discount_percent=Decimal(100)), line()))
    assert [one.net for one in found.lines] == [0, 10_000]


def test_a_final_invoice_shows_the_whole_supply_what_was_paid_before_and_what_is_left() -> None:
    found = figures(final_after(100_000, line("1000")))
    assert (found.supply_total.gross, found.advances_total.gross, found.to_pay) == (123_000, 100_000, 23_000)
    assert found.advances_total == Sums(81_301, 18_699)


def test_an_advance_is_for_what_earlier_ones_left_of_each_rate() -> None:
    # Five payments of a grosz for 0,03 and 0,02: the dearer rate may not take them all.
    order = (line("0.03", Rate.ZERO), line("0.02", Rate.OUTSIDE))
    earlier: tuple[Advance, ...] = ()
    for invoice_id in "abcde":
        paid = advance_content(1, *order, advances=earlier)
        earlier = (*earlier, advance_of(issued(paid, invoice_id=invoice_id)))
    final = figures(typed(*order, kind=Kind.FINAL, advances=earlier))
    assert amounts(final.rates) == {"0 KR": (0, 0, 0), "np I": (0, 0, 0)}
    assert refusals(typed(*order, kind=Kind.FINAL, advances=earlier)) == set()


def test_an_advance_invoice_is_paid_when_it_is_issued() -> None:
    found = figures(advance_content(100_000, line("1000")))
    assert (found.to_pay, found.paid, found.left) == (100_000, 100_000, 0)
    assert found.supply_total == Sums(100_000, 23_000)


def test_what_was_paid_is_taken_from_what_is_to_pay() -> None:
    found = figures(typed(), paid=2_300)
    assert (found.to_pay, found.paid, found.left) == (12_300, 2_300, 10_000)


def test_a_correction_shows_both_states_and_the_difference() -> None:
    found = figures(correction_of(typed(line(quantity="3")), line(quantity="2")))
    assert found.before
    assert found.after
    assert (found.before.total, found.after.total) == (Sums(30_000, 6_900), Sums(20_000, 4_600))
    assert found.left == -12_300


@pytest.mark.parametrize(
    ("content", "shows"),
    [
        (typed(), True),
        (typed(kind=Kind.PRO_FORMA), True),
        (typed(line(rate=Rate.EXEMPT), kind=Kind.NO_VAT, exempt_base="art. 113 ust. 1"), False),
        (margin_content(line(rate=Rate.MARGIN)), False),
        (correction_of(margin_content(line(rate=Rate.MARGIN)), line("90", rate=Rate.MARGIN)), False),
    ],
)
def test_vat_is_shown_where_there_is_any(content: Content, shows: bool) -> None:
    assert figures(content).shows_vat is shows


SPLIT: list[tuple[str, Content, bool]] = [
    # Art. 106e sec. 1 item 18a: above 15 000 zł gross. 12 195,12 · 1,23 = 15 000,00 exactly; a grosz more is above.
    ("15 000,00", typed(line("12195.12", annex_15=True)), False),
    ("15 000,01", typed(line("15000.01", annex_15=True), method=GROSS), True),
    ("no annex 15", typed(line("99999")), False),
    ("a small part of annex 15", typed(line("1", annex_15=True), line("15000")), True),
    ("a consumer", typed(line("99999", annex_15=True), buyer=JAN), False),
    ("euro", typed(line("3000", annex_15=True), **euros()), True),
    ("pro forma", typed(line("99999", annex_15=True), kind=Kind.PRO_FORMA), False),
    ("reverse charge", typed(line("99999", Rate.REVERSE, annex_15=True)), False),
    ("chosen", typed(split_payment=True), True),
    ("an advance of little", advance_content(100_000, line("99999", annex_15=True)), False),
    ("an advance of much", advance_content(1_500_001, line("99999", annex_15=True)), True),
]


@pytest.mark.parametrize(("content", "marked"), [pytest.param(*rest, id=name) for name, *rest in SPLIT])
def test_split_payment_stands_where_the_law_wants_it(content: Content, marked: bool) -> None:
    assert figures(content).split_payment is marked


REFUSED: list[tuple[str, Content, str, str]] = [
    ("no quantity", typed(line(quantity="0")), "quantity-invalid", "lines.0.quantity"),
    ("less than none", typed(line(), line(quantity="-1")), "quantity-invalid", "lines.1.quantity"),
    ("huge quantity", typed(line(quantity="1000000000")), "quantity-invalid", "lines.0.quantity"),
    ("no number", typed(line(quantity="NaN")), "quantity-invalid", "lines.0.quantity"),
    ("a trap", typed(line(quantity="sNaN")), "quantity-invalid", "lines.0.quantity"),
    ("endless", typed(line(quantity="Infinity")), "quantity-invalid", "lines.0.quantity"),
    ("7 decimals", typed(line(quantity="0.0000001")), "quantity-decimals", "lines.0.quantity"),
    ("tiny", typed(line(quantity="1E-9999999")), "quantity-decimals", "lines.0.quantity"),
    ("price below zero", typed(line("-1")), "price-invalid", "lines.0.price"),
    ("huge price", typed(line("1E+30")), "price-invalid", "lines.0.price"),
    ("price of no number", typed(line("NaN")), "price-invalid", "lines.0.price"),
    ("3 decimals of 2", typed(line("0.333")), "price-decimals", "lines.0.price"),
    ("9 decimals", typed(line("0.123456789"), price_decimals=8), "price-decimals", "lines.0.price"),
    ("never more than 8", typed(line("0.123456789"), price_decimals=99), "price-decimals", "lines.0.price"),
    ("101 %", typed(line(discount_percent=Decimal(101))), "discount-percent-invalid", "lines.0.discount_percent"),
    ("-1 %", typed(line(discount_percent=Decimal(-1))), "discount-percent-invalid", "lines.0.discount_percent"),
    ("too high", typed(line(discount=10_001)), "discount-invalid", "lines.0.discount"),
    ("below zero", typed(line(discount=-1)), "discount-invalid", "lines.0.discount"),
    ("twice", typed(line(discount=1, discount_percent=Decimal(1))), "discount-twice", "lines.0.discount"),
    ("lines", typed(*[line()] * (MOST_LINES + 1)), "too-many-lines", "lines"),
    ("too large", typed(line("99999999999", quantity="999999999")), "invoice-too-large", "lines"),
    ("too large together", typed(*[line("9999999999")] * 100), "invoice-too-large", "lines"),
    ("too large in zloty", typed(line("9999999999", quantity="50"), **euros()), "invoice-too-large", "lines"),
    ("received", advance_content(-1), "received-invalid", "received"),
    ("rate", typed(**euros("NaN")), "exchange-invalid", "exchange"),
    ("rate of nothing", typed(**euros("0")), "exchange-invalid", "exchange"),
    ("units", typed(**euros(units=7)), "exchange-invalid", "exchange"),
]


@pytest.mark.parametrize(("content", "code", "field"), [pytest.param(*rest, id=name) for name, *rest in REFUSED])
def test_what_cannot_be_counted_is_refused_at_its_field(content: Content, code: str, field: str) -> None:
    with pytest.raises(errors.Refusals) as caught:
        figures(content)
    assert told(caught.value.refusals) == {(code, field)}


def test_all_wrong_fields_are_told_at_once() -> None:
    with pytest.raises(errors.Refusals) as caught:
        figures(typed(line("-1"), line(quantity="0")))
    assert told(caught.value.refusals) == {("price-invalid", "lines.0.price"), ("quantity-invalid", "lines.1.quantity")}


def test_the_longest_quantity_times_the_longest_price_is_counted_exactly() -> None:
    # 123456789.123456 · 0.12345678 = 15241577.7595…: 9 + 6 and 8 digits, more than floats hold.
    value = Decimal("123456789.123456") * Decimal("0.12345678")
    found = figures(typed(line("0.12345678", quantity="123456789.123456"), price_decimals=8))
    assert abs(Decimal(found.total.net) - value * 100) <= Decimal("0.5")


def test_goods_that_came_back_are_corrected_to_none() -> None:
    assert figures(correction_of(typed(), line(quantity="0"))).total == Sums(-10_000, -2_300)


def quantities() -> st.SearchStrategy[Decimal]:
    """From a millionth to a million."""
    return st.integers(1, 10**9).map(lambda number: Decimal(number).scaleb(-3))


def prices() -> st.SearchStrategy[Decimal]:
    """From nothing to ten thousand, to the grosz."""
    return st.integers(0, 10**6).map(lambda grosze: Decimal(grosze).scaleb(-2))


@st.composite
def any_line(draw: st.DrawFn) -> Line:
    """A line at any rate, some with a discount."""
    percent = draw(st.sampled_from([Decimal(0), Decimal("12.5"), Decimal(100)]))
    return line(str(draw(prices())), draw(st.sampled_from(RATES)), str(draw(quantities())), discount_percent=percent)


def some_lines() -> st.SearchStrategy[tuple[Line, ...]]:
    """A few lines."""
    return st.lists(any_line(), min_size=1, max_size=8).map(tuple)


methods = st.sampled_from(Method)
bases = st.sampled_from(VatBy)
exchanges = st.none() | st.integers(1, 10**6).map(
    lambda number: ExchangeRate(Decimal(number).scaleb(-4), "1/A/NBP/2026", MONDAY)
)


@st.composite
def contents(draw: st.DrawFn, kind: Kind = Kind.VAT) -> Content:
    """Any invoice of a kind, of which only what is counted matters."""
    exchange = draw(exchanges)
    return typed(
        *draw(some_lines()),
        kind=kind,
        method=draw(methods),
        vat_by=draw(bases),
        exchange=exchange,
        currency=Currency.EUR if exchange else Currency.PLN,
    )


def made(content: Content) -> Correction:
    """That a correction corrects this content."""
    return Correction("1", "FV/1", content.issued_on, content, 0, "pomyłka")


def advance(invoice_id: str, found: Figures, currency: Currency) -> Advance:
    """An advance invoice with these figures."""
    return Advance(invoice_id, f"ZAL/{invoice_id}", MONDAY, found.rates, currency)


def require_sound(found: Figures) -> None:
    """What holds for figures of any invoice."""
    assert sum((one.sums for one in found.lines), Sums()) == found.supply_total
    assert found.total == sums.total(found.rates)
    for one in found.rates:
        assert one.sums.gross == one.sums.net + one.sums.vat
        assert one.rate.percent or not one.sums.vat
    assert found.to_pay == found.total.gross
    assert found.left == found.to_pay - found.paid


@given(contents())
def test_lines_add_up_to_totals_and_gross_is_net_and_vat(content: Content) -> None:
    found = figures(content)
    require_sound(found)
    for rate in found.supply:
        of_rate = [one.sums for one, typed_ in zip(found.lines, content.lines, strict=True) if typed_.rate is rate.rate]
        assert sum(of_rate, Sums()) == rate.sums


@given(contents())
def test_every_line_shows_its_vat_to_the_grosz(content: Content) -> None:
    for one, typed_ in zip(figures(content).lines, content.lines, strict=True):
        percent = typed_.rate.percent or 0
        true = (
            Decimal(one.net * percent) / 100
            if content.method is Method.NET
            else Decimal(one.gross * percent) / (100 + percent)
        )
        assert abs(one.vat - true) < 1


@given(contents())
def test_vat_of_a_rate_is_the_nearest_grosz(content: Content) -> None:
    for one in figures(replace(content, vat_by=VatBy.RATE)).rates:
        percent = one.rate.percent or 0
        if content.method is Method.NET:
            assert abs(200 * one.sums.vat - 2 * one.sums.net * percent) <= 100
        else:
            assert abs(2 * (100 + percent) * one.sums.vat - 2 * one.sums.gross * percent) <= 100 + percent


@given(st.lists(st.tuples(st.integers(1, 10_000), st.integers(0, 10**6)), min_size=1, max_size=8), methods)
def test_splitting_lines_does_not_move_the_vat_of_a_rate(pieces: list[tuple[int, int]], method: Method) -> None:
    # Whole pieces: a line of five is worth five lines of one.
    whole = [line(str(Decimal(price).scaleb(-2)), quantity=str(count)) for count, price in pieces]
    split = [
        line(str(Decimal(price).scaleb(-2)), quantity=str(part))
        for count, price in pieces
        for part in (1, count - 1)
        if part
    ]
    assert figures(typed(*whole, method=method)).rates == figures(typed(*split, method=method)).rates


@given(contents(), st.randoms(use_true_random=False))
def test_the_order_of_lines_moves_no_total(content: Content, random: Any) -> None:
    mixed = list(content.lines)
    random.shuffle(mixed)
    assert figures(replace(content, lines=tuple(mixed))).rates == figures(content).rates


@given(contents(), some_lines())
def test_after_a_correction_is_before_and_the_difference(content: Content, lines: tuple[Line, ...]) -> None:
    corrected = replace(content, lines=lines, kind=Kind.CORRECTION, correction=made(content))
    found = figures(corrected)
    assert found.before
    assert found.after
    assert found.before.total + found.total == found.after.total
    assert found.before.total_pln + found.total_pln == found.after.total_pln
    assert found.before.to_pay + found.to_pay == found.after.to_pay
    assert found.after == figures(state_of(corrected))
    require_sound(found.after)


@given(contents())
def test_a_correction_to_the_same_is_nothing(content: Content) -> None:
    found = figures(replace(content, kind=Kind.CORRECTION, correction=made(content)))
    assert found.total == Sums()
    assert found.to_pay == 0


@given(contents(Kind.ADVANCE), st.lists(st.integers(1, 99), min_size=1, max_size=4))
def test_advances_and_the_final_invoice_come_to_the_whole_supply(content: Content, percents: list[int]) -> None:
    earlier: tuple[Any, ...] = ()
    for index, percent in enumerate(percents):
        left = figures(replace(content, kind=Kind.VAT)).total.gross - sum(
            sums.total(one.rates).gross for one in earlier
        )
        paid = replace(content, received=left * percent // 100, advances=earlier)
        found = figures(paid)
        assert found.to_pay == (paid.received if found.supply_total.gross else 0)
        earlier = (*earlier, advance(str(index), found, content.currency))
    final = figures(replace(content, kind=Kind.FINAL, advances=earlier))
    assert final.total + sum((sums.total(one.rates) for one in earlier), Sums()) == final.supply_total
    assert final.advances_total == sum((sums.total(one.rates) for one in earlier), Sums())
    assert all(one.sums.gross >= 0 for one in final.rates)


@given(contents())
def test_net_and_vat_in_zloty_are_each_the_nearest_grosz(content: Content) -> None:
    for one in figures(content).rates:
        rate = content.exchange.rate if content.exchange else Decimal(1)
        assert abs(one.pln.net - one.sums.net * rate) <= Decimal("0.5")
        assert abs(one.pln.vat - one.sums.vat * rate) <= Decimal("0.5")


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=50), st.integers(1, 10**9))
def test_parts_add_up_and_each_is_next_to_what_it_would_be(numerators: list[int], denominator: int) -> None:
    total = exact.share(sum(numerators), 1, denominator)
    parts = exact.apportion(total, numerators, denominator)
    assert sum(parts) == total
    for part, numerator in zip(parts, numerators, strict=True):
        assert abs(part * denominator - numerator) < denominator


@pytest.mark.parametrize(
    ("amount", "numerator", "denominator", "expected"),
    [
        (1, 1, 2, 1),
        (-1, 1, 2, -1),
        (3, 1, 2, 2),
        (-3, 1, 2, -2),
        (1, 1, 3, 0),
        (2, 1, 3, 1),
        (0, 5, 7, 0),
        (-1, 0, 1, 0),
    ],
)
def test_a_half_goes_away_from_zero(amount: int, numerator: int, denominator: int, expected: int) -> None:
    assert exact.share(amount, numerator, denominator) == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("1", 0),
        ("1.50", 1),
        ("0.00", 0),
        ("1E+5", 0),
        ("100", 0),
        ("1E-5", 5),
        ("120E-3", 2),
        ("1E-9999999", 9_999_999),
    ],
)
def test_decimals_are_counted_without_zeros_at_the_end(text: str, count: int) -> None:
    assert exact.decimals(Decimal(text)) == count


def test_the_largest_invoice_is_counted() -> None:
    found = figures(
        typed(line("99999999999", Rate.ZERO), line("90000000000", Rate.ZERO, "10"), line("0.99", Rate.ZERO))
    )
    assert found.total.net == MOST
