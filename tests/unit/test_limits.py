"""Trying too often: free at first, then ever slower, and never locked out for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import errors
from portal.domain.limits import Limit, Tries

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LIMIT = Limit(free=3, first=timedelta(seconds=30), longest=timedelta(minutes=5))


def tried(times: int, limit: Limit = LIMIT, since: datetime = NOW) -> tuple[Tries, datetime]:
    """Tries as early as each may come: what is held, and when the last one was."""
    held, now = limit.after(None, since), since
    for _ in range(times - 1):
        now = held.last + limit.wait(held.count)
        held = limit.after(held, now)
    return held, now


def refused(held: Tries, now: datetime) -> str:
    with pytest.raises(errors.Refusal) as refusal:
        LIMIT.after(held, now)
    assert refusal.value.code is errors.TOO_MANY_TRIES
    return str(refusal.value.values["wait"])


def test_the_first_tries_need_no_waiting() -> None:
    _, now = tried(3)
    assert now == NOW


def test_each_further_one_waits_twice_as_long_up_to_the_longest() -> None:
    waits = [tried(number)[1] - tried(number - 1)[1] for number in range(4, 11)]
    assert [wait.total_seconds() for wait in waits] == [30, 60, 120, 240, 300, 300, 300]


def test_a_try_too_early_is_told_how_long_to_wait() -> None:
    held, now = tried(3)
    assert refused(held, now) == "30 s"
    assert refused(held, now + timedelta(seconds=29.5)) == "1 s"
    held, now = tried(6)
    assert refused(held, now) == "4 min"
    assert refused(held, now + timedelta(seconds=59)) == "4 min"
    assert refused(held, now + timedelta(seconds=61)) == "3 min"


def test_one_try_is_forgiven_for_each_longest_wait_of_quiet() -> None:
    held, now = tried(8)
    assert LIMIT.after(held, now + timedelta(minutes=5)).count == held.count
    assert LIMIT.after(held, now + timedelta(minutes=15)).count == held.count - 2
    assert LIMIT.after(held, now + timedelta(days=1)).count == 1


def test_nothing_is_held_when_all_is_forgiven() -> None:
    held, _ = tried(8)
    assert LIMIT.after(held, LIMIT.forgiven_at(held)) == LIMIT.after(None, LIMIT.forgiven_at(held))


def test_a_clock_that_is_a_little_behind_counts_once() -> None:
    held = Tries(1, NOW)
    assert LIMIT.after(held, NOW - timedelta(seconds=1)).count == 2


@given(st.lists(st.integers(min_value=0, max_value=7200), max_size=60))
def test_nobody_gets_more_tries_than_the_free_ones_and_one_for_each_longest_wait(pauses: list[int]) -> None:
    """Whatever the rhythm; the doublings on the way up are a few more."""
    held, now, made = None, NOW, 0
    for pause in pauses:
        now += timedelta(seconds=pause)
        try:
            held = LIMIT.after(held, now)
        except errors.Refusal:
            continue
        made += 1
    doublings = 4
    assert made <= LIMIT.free + doublings + (now - NOW) // LIMIT.longest + 1


@given(st.integers(min_value=1, max_value=10_000))
def test_however_often_somebody_tried_the_next_try_comes_within_the_longest_wait(count: int) -> None:
    assert LIMIT.after(Tries(count, NOW), NOW + LIMIT.longest).count >= 1
