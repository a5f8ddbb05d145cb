"""The clock of a test: it stands still but for a millisecond a look, and moves when it is told to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from portal import clock as portal_clock

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
TICK = timedelta(milliseconds=1)


@dataclass
class Clock:
    """Stands in for `portal.clock.now`."""

    moment: datetime = START

    def __call__(self) -> datetime:
        self.moment += TICK
        return self.moment

    def advance(self, **length: float) -> None:
        self.moment += timedelta(**length)

    def set(self, moment: datetime) -> None:
        self.moment = moment - TICK


def install(patch: pytest.MonkeyPatch, moment: datetime = START) -> Clock:
    """Everything of the product asks this clock from now on."""
    made = Clock(moment)
    patch.setattr(portal_clock, "now", made)
    return made


class Plenty:
    """A Lambda context with time left."""

    def __init__(self, left: int = 25_000) -> None:
        self._left = left

    def get_remaining_time_in_millis(self) -> int:
        return self._left
