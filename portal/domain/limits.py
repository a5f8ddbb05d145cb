"""How often something may be tried: a few times at once, then ever more slowly, and never not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain import errors

_TOLD_IN_SECONDS = 90
_MOST_DOUBLINGS = 30
_NOT_LONG = timedelta(0)


@dataclass(frozen=True, slots=True)
class Tries:
    """How many tries are held against somebody, and when the last one was."""

    count: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Limit:
    """The first `free` tries need no waiting; each further one waits twice as long as the one before, up to `longest`.

    One try is forgiven for every `longest` of quiet, so that having waited the longest never shortens the next wait.
    """

    free: int
    first: timedelta
    longest: timedelta

    def wait(self, count: int) -> timedelta:
        """How long after the last of so many tries the next one may come."""
        beyond = count - self.free
        return min(self.longest, self.first * 2 ** min(beyond, _MOST_DOUBLINGS)) if beyond >= 0 else _NOT_LONG

    def after(self, before: Tries | None, now: datetime) -> Tries:
        """What is held against somebody after one more try. Raises `too-many-tries` when it comes too early."""
        if before is None:
            return Tries(1, now)
        wait = self.wait(before.count)
        # Of two tries at once the later one to be counted may have come a little earlier.
        passed = max(_NOT_LONG, now - before.last)
        if wait > passed:
            raise too_many(wait - passed)
        return Tries(max(0, before.count - passed // self.longest) + 1, before.last + passed)

    def forgiven_at(self, tries: Tries) -> datetime:
        """From when on nothing is held against anybody."""
        return tries.last + self.longest * tries.count


def too_many(left: timedelta) -> errors.Refusal:
    """The refusal of a try that comes too early."""
    seconds = -(-left // timedelta(seconds=1))
    wait = f"{max(1, seconds)} s" if seconds <= _TOLD_IN_SECONDS else f"{-(-seconds // 60)} min"
    return errors.Refusal(errors.TOO_MANY_TRIES, wait=wait)
