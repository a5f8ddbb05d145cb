"""Money is whole grosze; it is read as Poles type it and written as Polish banks print it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from portal.domain import errors, money
from portal.inputs import Grosze, OptionalGrosze
from tests.unit import strategies
from tests.unit.making import refused


@pytest.mark.parametrize(
    ("grosze", "written"),
    [
        (0, "0,00"),
        (5, "0,05"),
        (50, "0,50"),
        (100, "1,00"),
        (99_999, "999,99"),
        (100_000, "1\u00a0000,00"),
        (123_456, "1\u00a0234,56"),
        (-5, "-0,05"),
        (-123_456, "-1\u00a0234,56"),
        (money.MOST, "99\u00a0999\u00a0999,99"),
    ],
)
def test_an_amount_is_written_with_a_comma_and_spaces_that_do_not_break(grosze: int, written: str) -> None:
    assert money.plain(grosze) == written
    assert money.zloty(grosze) == f"{written}\u00a0zł"


@pytest.mark.parametrize(
    ("text", "grosze"),
    [
        ("1234,56", 123_456),
        ("1 234,56", 123_456),
        ("1\u00a0234,56 zł", 123_456),
        ("1\u202f234,56", 123_456),
        ("1234.56", 123_456),
        ("1234,5", 123_450),
        ("1234", 123_400),
        ("1 234 zł", 123_400),
        ("1234zł", 123_400),
        ("  7  ", 700),
        ("0,05", 5),
        ("007", 700),
        ("-12,30", -1_230),
        ("-0,05", -5),
        ("- 1 234,56", -123_456),
        ("99 999 999,99", money.MOST),
        ("999999999999,99", 99_999_999_999_999),
    ],
)
def test_an_amount_is_read_as_a_pole_types_it(text: str, grosze: int) -> None:
    assert money.typed(text, "amount") == grosze


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "zł",
        ",50",
        "12,",
        "12,345",  # rounding is never guessed
        "1,234.56",
        "1.234,56",
        "12,3,4",
        "--5",
        "+5",
        "5-",
        "1e3",
        "0x10",
        "dwa",
        "12 EUR",
        "12 gr",
        "1_000",
        "NaN",
        "Infinity",
        "½",
        "1234567890123",
    ],
)
def test_what_is_no_amount_is_refused_for_its_field(text: str) -> None:
    with refused(errors.AMOUNT_INVALID, "amount"):
        money.typed(text, "amount")


@pytest.mark.parametrize("text", ["12 zł 50", "12zł50", "1zł2", "12 zł zł"])
def test_grosze_after_the_word_are_refused_and_not_taken_for_hundreds(text: str) -> None:
    with refused(errors.AMOUNT_INVALID, "amount"):
        money.typed(text, "amount")


@given(strategies.signed_grosze)
def test_what_is_written_is_read_back_to_the_grosz(grosze: int) -> None:
    assert money.typed(money.plain(grosze), "amount") == grosze
    assert money.typed(money.zloty(grosze), "amount") == grosze


@given(strategies.signed_grosze)
def test_what_is_written_is_worth_what_it_was(grosze: int) -> None:
    bare = money.plain(grosze).replace(money.NBSP, "").replace(",", ".")
    assert Decimal(bare) * 100 == grosze
    assert " " not in money.zloty(grosze)


@given(st.integers(0, 10**12 - 1), st.integers(0, 99), st.sampled_from([".", ","]), st.booleans())
def test_every_grosz_typed_is_counted_and_no_fraction_is_made(
    zloty: int, rest: int, comma: str, negative: bool
) -> None:
    sign = "-" if negative else ""
    read = money.typed(f"{sign}{zloty}{comma}{rest:02d}", "amount")
    assert type(read) is int
    assert read == Decimal(f"{sign}{zloty}.{rest:02d}") * 100


@given(st.text("0123456789.,- \u00a0złe+"))
def test_whatever_is_typed_is_whole_grosze_or_refused(text: str) -> None:
    try:
        read = money.typed(text, "amount")
    except errors.Refusal:
        with refused(errors.AMOUNT_INVALID, "amount"):
            money.typed(text, "amount")
    else:
        assert type(read) is int


def test_a_field_left_empty_is_nothing_to_pay_and_costs_left_empty_are_no_costs() -> None:
    amount: TypeAdapter[int] = TypeAdapter(Grosze)
    costs: TypeAdapter[int | None] = TypeAdapter(OptionalGrosze)
    assert [amount.validate_python(typed) for typed in ("", "  ", "1 234,56", 123_456)] == [0, 0, 123_456, 123_456]
    assert [costs.validate_python(typed) for typed in ("", None, "0", "1,5")] == [None, None, 0, 150]


@pytest.mark.parametrize("number", [12.5, Decimal("0.01"), float("nan"), "12,345"])
def test_an_input_takes_no_fraction_of_a_grosz(number: object) -> None:
    for kind in (Grosze, OptionalGrosze):
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(number)
