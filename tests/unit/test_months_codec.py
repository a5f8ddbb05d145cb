"""A month is stored and read back without losing or changing anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.records import Action, Content, FirmMonth, Record, RecordKey, Settlement, Step
from portal.store import keys, months
from tests.unit import strategies
from tests.unit.making import OCTOBER, STATEMENT, VAT, ZUS, synced


def stored_and_read(month: FirmMonth) -> FirmMonth:
    """What comes back from the table."""
    item = {
        "sk": keys.firm_month(month.firm, month.period).sk,
        "revision": month.revision,
        "records": months.encode(month.records),
    }
    return months.decode(item, month.firm)


@given(strategies.months())
def test_any_month_is_read_back_as_it_was_stored(month: FirmMonth) -> None:
    assert stored_and_read(month) == month


@given(strategies.moments)
def test_every_millisecond_of_a_hundred_years_is_kept(moment: datetime) -> None:
    record = replace(synced(1), steps=(Step(Action.SYNCED, moment, "agent", 1, Content(Settlement.DECLARATION)),))
    month = FirmMonth("firm", OCTOBER, 1, {VAT: record})
    (kept,) = stored_and_read(month).records[VAT].steps
    assert (kept.at, kept.at.tzinfo) == (moment, UTC)


def test_a_moment_of_another_time_zone_is_kept_as_the_same_moment_in_utc() -> None:
    warsaw = datetime(2026, 11, 24, 4, 41, 44, 120_000, tzinfo=timezone(timedelta(hours=1)))
    record = synced(1, when=warsaw)
    back = stored_and_read(FirmMonth("firm", OCTOBER, 1, {VAT: record})).records[VAT]
    assert back == record
    assert back.current.read_at.isoformat() == "2026-11-24T03:41:44.120000+00:00"


@pytest.mark.parametrize("costs", [None, 0, -1])
def test_no_costs_and_costs_of_nothing_stay_two_different_things(costs: int | None) -> None:
    record = synced(1)
    record = replace(
        record,
        key=STATEMENT,
        current=replace(record.current, content=Content(Settlement.DECLARATION, revenue=5, costs=costs)),
    )
    back = stored_and_read(FirmMonth("firm", OCTOBER, 1, {STATEMENT: record}))
    assert back.records[STATEMENT].current.content.costs == costs
    assert type(back.records[STATEMENT].current.content.revenue) is int


# When a history outgrows the item

_FEW_MOMENTS = st.integers(0, 3).map(lambda minutes: datetime(2026, 11, 24, 8, minutes, tzinfo=UTC))


@st.composite
def long_histories(draw: st.DrawFn) -> FirmMonth:
    """A month whose records have many steps, some taken in the very same moment, each told apart by its version."""
    found: dict[RecordKey, Record] = {}
    for key in (VAT, ZUS, STATEMENT):
        moments = draw(st.lists(_FEW_MOMENTS, max_size=30))
        content = Content(Settlement.DECLARATION)
        taken = tuple(
            Step(Action.SYNCED, moment, str(key), version, content) for version, moment in enumerate(sorted(moments), 1)
        )
        found[key] = replace(synced(1, key=key), steps=taken)
    return FirmMonth("firm", OCTOBER, 7, found)


def steps_of(month: FirmMonth) -> list[Step]:
    """All steps of a month."""
    return [step for record in month.records.values() for step in record.steps]


@given(long_histories())
def test_moving_old_steps_out_of_a_month_loses_none_and_doubles_none(month: FirmMonth) -> None:
    kept, moved = months._split_steps(month)
    for key, record in month.records.items():
        assert (*moved[key], *kept.records[key].steps) == record.steps
    assert Counter(steps_of(kept)) + Counter(step for steps in moved.values() for step in steps) == Counter(
        steps_of(month)
    )


@given(long_histories())
def test_the_newest_steps_stay_in_the_month(month: FirmMonth) -> None:
    kept, moved = months._split_steps(month)
    stays, goes = steps_of(kept), [step for steps in moved.values() for step in steps]
    assert len(stays) == min(months.KEPT_STEPS, len(steps_of(month)))
    assert all(old.at <= new.at for old in goes for new in stays)


@given(long_histories())
def test_moving_steps_out_changes_nothing_but_the_steps(month: FirmMonth) -> None:
    kept, _ = months._split_steps(month)
    emptied = {key: replace(record, steps=()) for key, record in month.records.items()}
    assert {key: replace(record, steps=()) for key, record in kept.records.items()} == emptied
    assert replace(kept, records={}) == replace(month, records={})


@pytest.mark.parametrize(("more", "must_move"), [(0, False), (1, True)])
def test_steps_move_only_when_a_month_holds_more_than_its_item_should(more: int, must_move: bool) -> None:
    half = months.MOST_STEPS // 2
    step = synced(1).steps[0]
    vat = replace(synced(1), steps=(step,) * half)
    zus = replace(synced(1, key=ZUS), steps=(step,) * (half + more))
    assert months._must_move_steps(FirmMonth("firm", OCTOBER, 1, {VAT: vat, ZUS: zus})) is must_move
