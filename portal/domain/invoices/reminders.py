"""When a buyer is reminded of an invoice: so many days before or after it is due, as the seller's rule says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

POSSIBLE = (-7, -3, 0, 1, 3, 7, 14, 30)
"""Days that a rule may hold, counted from the due date; below zero: before it."""


def next_day(due_on: date | None, rule: Iterable[int], after: date) -> date | None:
    """The next day of the rule that is later than `after`; None without a due date and when all are over."""
    if due_on is None:
        return None
    days = sorted(due_on + timedelta(days=one) for one in rule)
    return next((day for day in days if day > after), None)
