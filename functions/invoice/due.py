"""The hourly look for what is due in all firms: each entry of the agenda is worked off, by what it is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from functions.invoice import recurring_runs, reminders
from portal import access, clock
from portal.access import UnattendedAccess
from portal.log import logger
from portal.store.agenda import Entry, Task

ENOUGH = 8_000
"""Milliseconds that one entry may need: with less than that left, the next hour goes on."""

_WORK: Mapping[Task, Callable[[UnattendedAccess, Entry, datetime], None]] = {
    Task.RECURRING: recurring_runs.run,
    Task.REMINDER: reminders.run,
}


def work(now: datetime, left: Callable[[], int]) -> int:
    """Work off what is due, as long as there is time; tells how many entries are done. One defect stops no other."""
    agenda, done = access.the_agenda(), 0
    for entry in agenda.due(clock.today(now)):
        if left() < ENOUGH:
            logger().info("no time left", extra={"done": done})
            break
        if _worked(entry, now):
            agenda.done(entry)
            done += 1
    return done


def _worked(entry: Entry, now: datetime) -> bool:
    """Whether an entry is done with; what ended with a defect is left, and the next hour comes back to it."""
    try:
        at = access.unattended(entry)
        if at is not None:
            _WORK[entry.task](at, entry, now)
    except Exception as defect:
        about = {"task": entry.task.value, "office": entry.office, "firm": entry.firm, "subject": entry.subject}
        logger().exception("left for the next hour", exc_info=defect, extra=about)
        return False
    return True
