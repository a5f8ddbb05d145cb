"""What is to be done on a day for some firm, over all offices: looked through by the hour.

An entry only points at the item that says what is due, and when. Where that item says another day by now, the entry is
stale and dropped; so nothing goes wrong when one is written twice or left behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from portal import ids
from portal.aws import ConditionFailed, Delete, Expect, Key, Put, Table
from portal.store import keys
from portal.store.office import FirmTable


class Task(StrEnum):
    """What kind of thing is due."""

    RECURRING = "recurring"
    REMINDER = "reminder"


class Entry(NamedTuple):
    """Something due: `subject` is the id of the item of this firm that tells more."""

    key: Key
    task: Task
    office: str
    firm: str
    subject: str
    on: date


def put(table: FirmTable, task: Task, subject: str, on: date, now: datetime) -> Put:
    """The write of an entry, in the transaction that sets the day in the item it points at."""
    item = {
        **keys.agenda_entry(on, ids.new(now))._asdict(),
        "task": task.value,
        "office": table.office,
        "firm": table.firm,
        "subject": subject,
    }
    return Put(item, Expect.absent())


class Agenda:
    """All entries. Only scheduled work uses it."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def due(self, today: date) -> Iterator[Entry]:
        """Everything up to today that was not done, oldest first; so what a missed run left is caught up with."""
        pk, low, high = keys.agenda(today)
        for item in self._table.query_all(pk, sk_from=low, sk_to=high, consistent=True):
            on = date.fromisoformat(item["sk"].partition("#")[0])
            task = Task(item["task"])
            yield Entry(Key(item["pk"], item["sk"]), task, item["office"], item["firm"], item["subject"], on)

    def done(self, entry: Entry) -> None:
        """Drop an entry that was done or is stale."""
        with suppress(ConditionFailed):  # another run was at the same
            self._table.write(Delete(entry.key, Expect.present()))
