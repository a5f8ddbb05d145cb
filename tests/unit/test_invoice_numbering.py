"""Numbers of invoices: patterns that people type, counters that begin again, and series that never give one twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import errors
from portal.domain.invoices import numbering
from portal.domain.invoices.content import Kind
from portal.domain.invoices.numbering import Purpose, Reset, Series
from tests.unit.making import refused

DAY = date(2025, 9, 7)
SHOWN = "{series}/{number:4}/{month}/{year:2}"


def series(pattern: str = SHOWN, reset: Reset = Reset.MONTHLY, code: str = "S") -> Series:
    """A series of sales."""
    return Series(code, Purpose.SALE, pattern, reset)


@pytest.mark.parametrize(
    ("pattern", "count", "written"),
    [
        (SHOWN, 8, "S/0008/09/25"),
        (SHOWN, 12_345, "S/12345/09/25"),
        ("{series}/{number}/{month}/{year}", 8, "S/8/09/2025"),
        ("FV {number:3}-{year:4}.{month:2}_x", 8, "FV 008-2025.09_x"),
        ("{year}{month}{number:5}", 8, "20250900008"),
        ("Łódź/{number}/{month}/{year}", 8, "Łódź/8/09/2025"),
        ("{number:9}/{month}/{year}", 8, "000000008/09/2025"),
    ],
)
def test_a_number_is_written_by_its_pattern(pattern: str, count: int, written: str) -> None:
    numbering.check_series(series(pattern))
    assert numbering.number(series(pattern), count, DAY) == written


@pytest.mark.parametrize(
    "pattern",
    [
        "{number}/{day}",
        "{number",
        "number}",
        "{}",
        "{{number}}",
        "{number:0}",
        "{number:10}",
        "{number:04}",
        "{number!r}",
        "{number.__class__}",
        "{series.code}/{number}",
        "{month:3}/{number}",
        "{year:3}/{number}",
        "{series:2}/{number}",
        "{NUMBER}",
        "{ number }",
        "%d{number}",
        "{number}\n",
        "{number}\x00",
        "{number}\u202e",
        "{number}<b>",
        "{number}|",
        " {number}",
        "{number} ",
        "F  {number}",
    ],
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with refused(errors.PATTERN_INVALID, "pattern"):
        numbering.check_series(series(pattern, Reset.CONTINUOUS))


@pytest.mark.parametrize("pattern", ["", "FV", "{series}/{year}", "{number}/{number}", "{number:4}{number}"])
def test_a_pattern_has_the_number_once(pattern: str) -> None:
    with refused(errors.PATTERN_NUMBER, "pattern"):
        numbering.check_series(series(pattern, Reset.CONTINUOUS))


@pytest.mark.parametrize(
    ("pattern", "reset", "missing"),
    [
        ("{number}/{year}", Reset.MONTHLY, "month"),
        ("{number}/{month}", Reset.MONTHLY, "year"),
        ("{number}", Reset.MONTHLY, "month"),
        ("{number}/{month}", Reset.YEARLY, "year"),
        ("{number}", Reset.YEARLY, "year"),
    ],
)
def test_a_pattern_that_would_give_numbers_twice_is_refused(pattern: str, reset: Reset, missing: str) -> None:
    with refused(errors.PATTERN_RESET, "pattern", says=missing):
        numbering.check_series(series(pattern, reset))


@pytest.mark.parametrize(
    ("pattern", "reset"),
    [("{number}", Reset.CONTINUOUS), ("{number}/{year}", Reset.YEARLY), ("{number}/{month}/{year:2}", Reset.MONTHLY)],
)
def test_a_pattern_with_what_changes_is_taken(pattern: str, reset: Reset) -> None:
    numbering.check_series(series(pattern, reset))


@pytest.mark.parametrize("pattern", ["x" * 32 + "{number}", "x" * 101, "{number}" + "{month}" * 20])
def test_a_number_has_at_most_forty_signs(pattern: str) -> None:
    with refused(errors.PATTERN_LONG, "pattern", says="40"):
        numbering.check_series(series(pattern, Reset.CONTINUOUS))


@pytest.mark.parametrize("code", ["", "S/", "ABCDEFGHIJK", "a b", "{x}", "_"])
def test_a_code_is_letters_and_digits(code: str) -> None:
    with refused(errors.SERIES_CODE, "code"):
        numbering.check_series(series(code=code))


@pytest.mark.parametrize(
    ("reset", "scope"), [(Reset.CONTINUOUS, ""), (Reset.YEARLY, "2025"), (Reset.MONTHLY, "2025-09")]
)
def test_counting_begins_again_with_its_scope(reset: Reset, scope: str) -> None:
    assert numbering.scope(series(reset=reset), DAY) == scope


@pytest.mark.parametrize("count", [0, -1, numbering.MOST_NUMBER + 1])
def test_numbers_end(count: int) -> None:
    with refused(errors.NUMBERS_EXHAUSTED, "series"):
        numbering.number(series(), count, DAY)


@pytest.mark.parametrize(
    ("kind", "purpose"),
    [
        (Kind.VAT, Purpose.SALE),
        (Kind.NO_VAT, Purpose.SALE),
        (Kind.FINAL, Purpose.SALE),
        (Kind.SIMPLIFIED, Purpose.SALE),
        (Kind.MARGIN, Purpose.SALE),
        (Kind.ADVANCE, Purpose.ADVANCE),
        (Kind.CORRECTION, Purpose.CORRECTION),
        (Kind.PRO_FORMA, Purpose.PRO_FORMA),
    ],
)
def test_a_kind_takes_numbers_of_series_for_it_alone(kind: Kind, purpose: Purpose) -> None:
    for one in numbering.default_series():
        if one.purpose is purpose:
            numbering.require_purpose(one, kind)
        else:
            with refused(errors.SERIES_KIND, "series"):
                numbering.require_purpose(one, kind)


def test_a_firm_begins_with_a_series_for_each_purpose_that_never_meet() -> None:
    found = numbering.default_series()
    assert {one.purpose for one in found} == set(Purpose)
    for one in found:
        numbering.check_series(one, [other for other in found if other is not one])
    assert numbering.number(found[0], 8, DAY) == "FV/0008/09/25"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (series("{number}"), series("{number:4}")),
        (series("F{number}"), series("F1{number}")),  # F11
        (series("{series}/{number}", code="FV"), series("fv/{number}")),
        (series("{number}/{year}"), series("{number}/{year}", code="B")),
        (series("{number}{month}"), series("{month}{number}")),  # 1112
        (series("{year}/{number}"), series("2026/{number}")),
        (series("{number:3}A{number}"[:10] + "A"), series("{number}a")),
    ],
)
def test_series_that_could_give_the_same_number_are_refused(one: Series, other: Series) -> None:
    one, other = replace(one, reset=Reset.CONTINUOUS), replace(other, reset=Reset.CONTINUOUS)
    for left, right in ((one, other), (other, one)):
        with refused(errors.SERIES_MEET, "pattern", says=right.code):
            numbering.check_series(left, [right])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (series("{series}/{number}", code="A"), series("{series}/{number}", code="B")),
        (series("{number}/{year}"), series("{number}/{year:2}")),
        (series("{number}/{month}/{year}"), series("{number}/{year}")),
        (series("{number}/A"), series("{number}")),
        (series("{number:2}"), series("{month}x{number}")),
    ],
)
def test_series_that_differ_somewhere_live_side_by_side(one: Series, other: Series) -> None:
    one, other = replace(one, reset=Reset.CONTINUOUS), replace(other, reset=Reset.CONTINUOUS)
    numbering.check_series(one, [other])
    numbering.check_series(other, [one])


PIECES = ["{series}", "{month}", "{year}", "{year:2}", "/", "-", "A", "1"]
days = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@st.composite
def good_series(draw: st.DrawFn) -> Series:
    """A series that is accepted."""
    pieces = draw(st.lists(st.sampled_from(PIECES), max_size=4))
    number = draw(st.sampled_from(["{number}", "{number:2}", "{number:4}"]))
    pieces.insert(draw(st.integers(0, len(pieces))), number)
    by_year = any(piece.startswith("{year") for piece in pieces)
    allowed = {Reset.CONTINUOUS: True, Reset.YEARLY: by_year, Reset.MONTHLY: by_year and "{month}" in pieces}
    reset = draw(st.sampled_from([reset for reset in Reset if allowed[reset]]))
    one = Series(draw(st.sampled_from(["A", "1"])), Purpose.SALE, "".join(pieces), reset)
    numbering.check_series(one)
    return one


@given(good_series(), st.integers(1, 300), days, st.integers(1, 300), days)
def test_one_series_never_gives_a_number_twice(one: Series, count: int, day: date, other: int, later: date) -> None:
    taken = (numbering.scope(one, day), count)
    if (numbering.scope(one, later), other) != taken:
        assert numbering.number(one, count, day) != numbering.number(one, other, later)


@given(good_series(), good_series(), st.integers(1, 120), st.integers(1, 120), days, st.integers(0, 40))
def test_series_that_were_let_in_never_meet(
    one: Series, other: Series, count: int, another: int, day: date, after: int
) -> None:
    try:
        numbering.check_series(one, [other])
    except errors.Refusal:
        return
    assert numbering.number(one, count, day) != numbering.number(other, another, day + timedelta(after))
