"""Contributions and taxes are due in the month after their period, on a day that is a working day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import due_dates
from portal.domain.firms import LegalForm
from portal.domain.periods import Period
from portal.domain.records import TAX_FORMS
from tests.unit import strategies


def easter(year: int) -> date:
    """Easter Sunday, by the Gauss–Butcher rule."""
    century, rest = divmod(year, 100)
    epact = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (year % 19 + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def polish_holidays(year: int) -> set[date]:
    """The act of 18 January 1951, with Christmas Eve since 2025."""
    fixed = [(1, 1), (1, 6), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11), (12, 25), (12, 26)]
    fixed += [(12, 24)] if year >= 2025 else []
    return {date(year, *day) for day in fixed} | {easter(year) + timedelta(days=after) for after in (0, 1, 49, 60)}


def is_working_day(day: date) -> bool:
    """Neither a weekend nor a holiday, told without the library that the product uses."""
    return day.isoweekday() < 6 and day not in polish_holidays(day.year)


@pytest.mark.parametrize(
    ("day", "moved_to"),
    [
        ("2026-11-25", "2026-11-25"),
        ("2026-12-20", "2026-12-21"),  # a Sunday
        ("2026-12-25", "2026-12-28"),  # Christmas, then a weekend
        ("2026-12-24", "2026-12-28"),  # Christmas Eve, a holiday since 2025
        ("2025-12-24", "2025-12-29"),
        ("2024-12-24", "2024-12-24"),  # a working day still
        ("2026-01-06", "2026-01-07"),
        ("2027-03-29", "2027-03-30"),  # Easter Monday
        ("2026-06-04", "2026-06-05"),  # Corpus Christi
        ("2026-05-01", "2026-05-04"),
        ("2026-12-31", "2026-12-31"),
        ("2027-01-01", "2027-01-04"),
    ],
)
def test_a_day_off_moves_to_the_next_working_day(day: str, moved_to: str) -> None:
    assert due_dates.next_working_day(date.fromisoformat(day)) == date.fromisoformat(moved_to)


@given(st.dates(date(2019, 1, 1), date(2040, 12, 31)))
def test_a_due_day_is_the_first_working_day_from_there_on(day: date) -> None:
    moved_to = due_dates.next_working_day(day)
    between = [day + timedelta(days=more) for more in range((moved_to - day).days)]
    assert is_working_day(moved_to)
    assert not any(is_working_day(skipped) for skipped in between)


@pytest.mark.parametrize(
    ("legal_form", "due"),
    [
        (LegalForm.BUDGET_UNIT, "2026-11-05"),
        (LegalForm.COMPANY, "2026-11-16"),  # the 15th is a Sunday
        (LegalForm.SOLE_TRADER, "2026-11-20"),
        (LegalForm.CIVIL_PARTNERSHIP, "2026-11-20"),
    ],
)
def test_the_legal_form_says_when_contributions_are_due(legal_form: LegalForm, due: str) -> None:
    assert due_dates.contribution_due(Period(2026, 10), legal_form) == date.fromisoformat(due)


@pytest.mark.parametrize("legal_form", LegalForm)
def test_no_legal_form_is_without_a_due_day(legal_form: LegalForm) -> None:
    nominal = {"budget_unit": 5, "company": 15}.get(legal_form.value, 20)
    assert (
        due_dates.contribution_due(Period(2026, 9), legal_form).day == nominal
    )  # October 2026: all three are working days


@pytest.mark.parametrize("form", TAX_FORMS)
def test_vat_is_due_on_the_25th_and_every_income_tax_on_the_20th(form: str) -> None:
    expected = 25 if form in {"VAT-7", "VAT-7K"} else 20
    assert due_dates.tax_due(Period(2026, 10), form) == date(2026, 11, expected)


@pytest.mark.parametrize(
    ("period", "form", "due"),
    [
        ("2026-11", "PIT-5", "2026-12-21"),  # 20 December is a Sunday
        ("2026-11", "VAT-7", "2026-12-28"),  # Christmas and a weekend
        ("2026-12", "VAT-7K", "2027-01-25"),  # the fourth quarter, in the next year
        ("2026-09", "VAT-7K", "2026-10-26"),  # the 25th is a Sunday
        ("2026-12", "CIT", "2027-01-20"),
    ],
)
def test_a_tax_is_due_in_the_month_after_its_period(period: str, form: str, due: str) -> None:
    assert due_dates.tax_due(Period.parse(period), form) == date.fromisoformat(due)


@given(strategies.periods, st.sampled_from(LegalForm), st.sampled_from(TAX_FORMS))
def test_nothing_is_due_before_its_day_nor_later_than_a_long_weekend_after_it(
    period: Period, legal_form: LegalForm, form: str
) -> None:
    following = period.plus(1)
    for due, day in (
        (due_dates.contribution_due(period, legal_form), {"budget_unit": 5, "company": 15}.get(legal_form, 20)),
        (due_dates.tax_due(period, form), 25 if form.startswith("VAT") else 20),
    ):
        assert 0 <= (due - date(following.year, following.month, day)).days <= 5
