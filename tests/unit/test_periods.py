"""A period is a calendar month, written YYYY-MM; a quarter is named by its last month."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import errors
from portal.domain.periods import Period, months_of
from tests.unit import strategies
from tests.unit.making import refused


@given(strategies.periods)
def test_a_period_is_read_back_as_it_was_written(period: Period) -> None:
    assert Period.parse(str(period)) == period
    assert len(str(period)) == 7


def test_a_month_is_written_with_its_zero() -> None:
    assert str(Period(2026, 1)) == "2026-01"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-1",
        "2026-00",
        "2026-13",
        "2026-10-01",
        "2026/10",
        " 2026-10",
        "2026-10\n",
        "26-10",
        "x",
        "٢٠٢٦-10",
    ],
)
def test_what_is_no_month_is_refused_for_its_field(text: str) -> None:
    with refused(errors.PERIOD_INVALID, "from"):
        Period.parse(text, "from")


def test_the_field_of_a_period_is_period_unless_said_otherwise() -> None:
    with refused(errors.PERIOD_INVALID, "period"):
        Period.parse("2026-13")


@pytest.mark.parametrize("text", ["0000-01", "1999-12"])
def test_a_month_before_the_year_2000_is_refused_as_too_old(text: str) -> None:
    with refused(errors.PERIOD_TOO_OLD, "period", says=f"Okres {text} jest zbyt odległy. Przyjmujemy dane od 2000 r."):
        Period.parse(text)


def test_the_first_month_of_2000_is_served() -> None:
    assert Period.parse("2000-01") == Period(2000, 1)


@given(strategies.periods, strategies.periods)
def test_periods_stand_in_the_order_of_time_and_so_do_their_names(one: Period, other: Period) -> None:
    first_days = date(one.year, one.month, 1), date(other.year, other.month, 1)
    assert (one < other) == (first_days[0] < first_days[1])
    assert (one < other) == (str(one) < str(other))


@given(strategies.days)
def test_a_day_lies_in_the_period_that_its_own_writing_begins_with(day: date) -> None:
    assert day.isoformat().startswith(str(Period.of(day)))


@given(strategies.periods)
def test_the_next_period_begins_where_this_one_ends(period: Period) -> None:
    last_day = date(period.year, period.month, 28)
    while Period.of(last_day + timedelta(days=1)) == period:
        last_day += timedelta(days=1)
    assert period.plus(1) == Period.of(last_day + timedelta(days=1))


@given(strategies.periods, st.integers(-240, 240), st.integers(-240, 240))
def test_going_on_by_months_adds_up_and_can_be_undone(period: Period, some: int, more: int) -> None:
    assert period.plus(some).plus(more) == period.plus(some + more)
    assert period.plus(some).plus(-some) == period.plus(0) == period
    assert 1 <= period.plus(some).month <= 12


@pytest.mark.parametrize(("months", "then"), [(1, "2027-01"), (-12, "2025-12"), (12, "2027-12"), (-11, "2026-01")])
def test_december_goes_on_into_the_next_year(months: int, then: str) -> None:
    assert str(Period(2026, 12).plus(months)) == then


def test_a_year_has_four_quarters_each_named_by_its_last_month() -> None:
    year = months_of(2026)
    assert [period.quarter for period in year] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    assert [period.month for period in year if period.ends_quarter] == [3, 6, 9, 12]


def test_a_year_is_its_twelve_months_in_order() -> None:
    assert [str(period) for period in months_of(2026)] == [f"2026-{month:02d}" for month in range(1, 13)]
