"""Recurring invoices: planned days, and what their texts say."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import errors
from portal.domain.invoices.content import Content, Kind, Line, Party
from portal.domain.invoices.rates import Rate
from portal.domain.invoices.recurring import (
    PLACEHOLDERS,
    Rhythm,
    Schedule,
    filled,
    filled_content,
    require_valid,
    text_faults,
)

DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))
SCHEDULES = st.builds(Schedule, st.sampled_from(Rhythm), DAYS, st.integers(0, 31))


def first(schedule: Schedule, count: int) -> list[str]:
    return [str(day) for day in islice(schedule.days(), count)]


def content(*names: str, notes: str = "") -> Content:
    lines = tuple(Line(name, Decimal(1), "szt.", Decimal(100), Rate.R23) for name in names)
    return Content(Kind.VAT, date(2026, 11, 24), Party("Firma"), Party("Nabywca"), lines, notes=notes)


@pytest.mark.parametrize(
    ("rhythm", "first_on", "day", "wanted"),
    [
        (Rhythm.WEEKLY, date(2026, 12, 28), 0, ["2026-12-28", "2027-01-04", "2027-01-11"]),
        (Rhythm.MONTHLY, date(2026, 11, 24), 0, ["2026-11-24", "2026-12-24", "2027-01-24"]),
        (Rhythm.MONTHLY, date(2027, 1, 31), 0, ["2027-01-31", "2027-02-28", "2027-03-31"]),
        (Rhythm.MONTHLY, date(2028, 2, 29), 31, ["2028-02-29", "2028-03-31", "2028-04-30"]),
        (Rhythm.MONTHLY, date(2026, 11, 24), 10, ["2026-12-10", "2027-01-10", "2027-02-10"]),
        (Rhythm.QUARTERLY, date(2026, 11, 30), 31, ["2026-11-30", "2027-02-28", "2027-05-31"]),
        (Rhythm.YEARLY, date(2028, 2, 29), 0, ["2028-02-29", "2029-02-28", "2030-02-28"]),
    ],
)
def test_planned_days(rhythm: Rhythm, first_on: date, day: int, wanted: list[str]) -> None:
    assert first(Schedule(rhythm, first_on, day), 3) == wanted


def test_the_last_day_is_one_of_them_and_so_is_the_last_time() -> None:
    monthly = Schedule(Rhythm.MONTHLY, date(2026, 11, 24), until_on=date(2027, 1, 24))
    assert first(monthly, 9) == ["2026-11-24", "2026-12-24", "2027-01-24"]
    twice = Schedule(Rhythm.MONTHLY, date(2026, 11, 24), times=2)
    assert first(twice, 9) == ["2026-11-24", "2026-12-24"]
    assert twice.next_after(date(2026, 12, 24)) is None


@given(SCHEDULES, DAYS, DAYS)
def test_next_and_due_agree_with_all_days(schedule: Schedule, one: date, other: date) -> None:
    since, today = sorted((one, other))
    every = list(schedule.days())
    assert every[0] >= schedule.first_on
    assert all(earlier < later for earlier, later in pairwise(every))
    due = schedule.due(since, today)
    assert due == [day for day in every if since <= day <= today]
    assert schedule.next_from(since) == next((day for day in every if day >= since), None)
    assert schedule.next_after(since) == schedule.next_from(since + timedelta(days=1))


@given(st.sampled_from([Rhythm.MONTHLY, Rhythm.QUARTERLY, Rhythm.YEARLY]), DAYS, st.integers(1, 31))
def test_no_month_is_passed_over_however_short_it_is(rhythm: Rhythm, first_on: date, day: int) -> None:
    days = list(islice(Schedule(rhythm, first_on, day).days(), 30))
    months = [one.year * 12 + one.month for one in days]
    assert {later - earlier for earlier, later in pairwise(months)} == {rhythm.months}
    assert all(one.day == day or (one + timedelta(days=1)).day == 1 for one in days)


@pytest.mark.parametrize(
    ("schedule", "field", "code"),
    [
        (Schedule(Rhythm.MONTHLY, date(2026, 11, 24), day=32), "day", "field-invalid"),
        (Schedule(Rhythm.MONTHLY, date(2026, 11, 24), times=0), "times", "field-invalid"),
        (Schedule(Rhythm.MONTHLY, date(2026, 11, 24), until_on=date(2026, 11, 23)), "until_on", "recurring-end"),
    ],
)
def test_a_schedule_without_a_day_is_refused(schedule: Schedule, field: str, code: str) -> None:
    with pytest.raises(errors.Refusals) as refused:
        require_valid(schedule)
    assert [(one.field, one.code.name) for one in refused.value.refusals] == [(field, code)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Czynsz – {miesiąc}", "Czynsz – styczeń 2027"),
        ("{poprzedni miesiąc} / {następny miesiąc}", "grudzień 2026 / luty 2027"),
        ("{kwartał}, {poprzedni kwartał}, {następny kwartał}", "I kwartał 2027, IV kwartał 2026, II kwartał 2027"),
        ("{rok} {poprzedni rok} {następny rok} {data}", "2027 2026 2028 31.01.2027"),
        ("{ Poprzedni  MIESIĄC }", "grudzień 2026"),
        ("{} {1} {a=1} {{miesiąc}} {", "{} {1} {a=1} {styczeń 2027} {"),
        ("<b>{miesiąc}</b>", "<b>styczeń 2027</b>"),
        ("{0.__class__}", "{0.__class__}"),
    ],
)
def test_placeholders_become_words_and_other_braces_stay(text: str, says: str) -> None:
    assert filled(text, date(2027, 1, 31)) == says


@given(st.text())
def test_a_text_without_placeholders_is_left_alone(text: str) -> None:
    if not any(name in text.casefold() for name in PLACEHOLDERS):
        assert filled(text, date(2027, 1, 31)) == text


def test_a_slip_in_braces_is_told_at_its_field() -> None:
    assert text_faults(content("{miesiąc}", "{}{x1}", notes="{Data}")) == []
    faults = text_faults(content("Czynsz", "{miesiac}", notes="{imię i nazwisko}"))
    assert [(one.field, one.code.name, one.values["text"]) for one in faults] == [
        ("names.1", "placeholder-unknown", "{miesiac}"),
        ("notes", "placeholder-unknown", "{imię i nazwisko}"),
    ]
    assert "{miesiąc}" in faults[0].detail


def test_names_of_lines_and_notes_are_filled_and_nothing_else() -> None:
    begun = content("Czynsz {miesiąc}", notes="za {kwartał}")
    made = filled_content(begun, date(2026, 12, 1))
    assert (made.lines[0].name, made.notes) == ("Czynsz grudzień 2026", "za IV kwartał 2026")
    assert made.buyer == begun.buyer
