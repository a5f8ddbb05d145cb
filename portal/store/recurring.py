"""Invoices that come again and again: when, what they say, and what became of each planned day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.aws import ConditionFailed, Delete, Expect, Item, Put
from portal.domain import errors
from portal.domain.invoices.content import Content
from portal.domain.invoices.recurring import Rhythm, Schedule
from portal.store import agenda, invoice_codec, keys
from portal.store.agenda import Task
from portal.store.office import FirmTable

RUNS_KEPT = timedelta(days=5 * 366)
"""As long as the books that the invoices are in."""


class RunState(StrEnum):
    """What became of a planned day."""

    ISSUED = "issued"
    DRAFTED = "drafted"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Run:
    """One planned day. `invoice` and `number` of what was made; `code` and `detail` of what stood in the way."""

    period: date
    at: datetime
    state: RunState
    invoice: str = ""
    number: str = ""
    code: str = ""
    detail: str = ""

    @property
    def made(self) -> bool:
        """Whether there is an invoice or a draft."""
        return self.state in {RunState.ISSUED, RunState.DRAFTED}


@dataclass(frozen=True, slots=True)
class Template:
    """What is made, when, and by whose order. `next_on`: the next planned day, None while paused and after the last.

    `issue`: issued at once, otherwise kept as a draft. `email`: where an issued one is sent, empty: nowhere.
    `last`: the newest run.
    """

    id: str
    name: str
    content: Content
    schedule: Schedule
    issue: bool
    made_by: str
    made_by_office: bool
    created_at: datetime
    next_on: date | None = None
    paused: bool = False
    last: Run | None = None
    email: str = ""
    version: int = 0

    def planned(self, today: date) -> Template:
        """The same with its next day: none that a run has been for, and none before today that was not waiting."""
        if self.paused:
            return replace(self, next_on=None)
        found = self.schedule.next_from(min(today, self.next_on or today))
        if found and self.last and found <= self.last.period:
            found = self.schedule.next_after(self.last.period)
        return replace(self, next_on=found)

    def after(self, run: Run) -> Template:
        """The same once a run was made."""
        last = run if self.last is None or run.period >= self.last.period else self.last
        if self.next_on is None or self.next_on > run.period:
            return replace(self, last=last)
        return replace(self, last=last, next_on=self.schedule.next_after(run.period))


def find(table: FirmTable, template: str) -> Template | None:
    """One of them, if it is there."""
    item = table.get(keys.recurring(table.firm, template), consistent=True)
    return _template(item) if item else None


def get(table: FirmTable, template: str) -> Template:
    """One of them. Raises `not-found`."""
    found = find(table, template)
    if found is None:
        raise errors.Refusal(errors.NOT_FOUND)
    return found


def listed(table: FirmTable) -> list[Template]:
    """All of them, by name."""
    found = map(_template, table.query(*keys.recurring_all(table.firm)))
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def runs(table: FirmTable, template: str) -> list[Run]:
    """What became of each planned day, newest first."""
    return [_run(item) for item in table.query(*keys.recurring_runs(table.firm, template), newest_first=True)]


def run(table: FirmTable, template: str, period: date) -> Run | None:
    """What became of one planned day, if anything."""
    item = table.get(keys.recurring_run(table.firm, template, period), consistent=True)
    return _run(item) if item else None


def save(table: FirmTable, before: Template | None, after: Template, now: datetime, *also: Put) -> Template:
    """Write a new one, or what was read as `before`. Raises `changed-meanwhile`."""
    steps: list[Put | Delete] = [_put(table, before, after), *also, *_agenda(table, before, after, now)]
    _transact(table, steps)
    return replace(after, version=(before.version if before else 0) + 1)


def remove(table: FirmTable, template: Template, *also: Put) -> None:
    """Take one away; what its runs made stays. Raises `changed-meanwhile`."""
    key = keys.recurring(table.firm, template.id)
    _transact(table, [table.delete(key, Expect.same("version", template.version)), *also])


def ran(table: FirmTable, before: Template, made: Sequence[Run], now: datetime, *also: Put) -> None:
    """Note runs, the newest last, and move on to the next day. Raises ConditionFailed: something was quicker."""
    after = before.after(made[-1])
    steps = [_run_put(table, before.id, one, Expect.absent()) for one in made]
    table.transact([_put(table, before, after), *steps, *_agenda(table, before, after, now), *also])


def made_up_for(table: FirmTable, before: Template, old: Run, new: Run, *also: Put) -> None:
    """Note that a planned day was made up for. Raises ConditionFailed: something was quicker."""
    step = _run_put(table, before.id, new, Expect.same("outcome", old.state.value))
    table.transact([_put(table, before, before.after(new)), step, *also])


def _transact(table: FirmTable, steps: Sequence[Put | Delete]) -> None:
    try:
        table.transact(steps)
    except ConditionFailed:
        raise errors.Refusal(errors.CHANGED_MEANWHILE) from None


def _agenda(table: FirmTable, before: Template | None, after: Template, now: datetime) -> list[Put]:
    """The entry of another next day; the one of before is stale then and dropped by the run that meets it."""
    if after.next_on is None or (before and before.next_on == after.next_on):
        return []
    return [agenda.put(table, Task.RECURRING, after.id, after.next_on, now)]


def _put(table: FirmTable, before: Template | None, after: Template) -> Put:
    schedule = after.schedule
    attributes = {
        "name": after.name,
        "content": invoice_codec.encode(after.content),
        "rhythm": schedule.rhythm.value,
        "first_on": schedule.first_on.isoformat(),
        "day": schedule.day,
        "until_on": _written(schedule.until_on),
        "times": schedule.times,
        "issue": after.issue,
        "email": after.email,
        "made_by": after.made_by,
        "made_by_office": after.made_by_office,
        "created_at": after.created_at.isoformat(),
        "next_on": _written(after.next_on),
        "paused": after.paused,
        "last": _encoded(after.last) if after.last else None,
        "version": (before.version if before else 0) + 1,
    }
    expect = Expect.same("version", before.version) if before else Expect.absent()
    return table.put(keys.recurring(table.firm, after.id), attributes, expect)


def _template(item: Item) -> Template:
    times = item["times"]
    return Template(
        id=item["sk"].partition("#")[2],
        name=item["name"],
        content=invoice_codec.decode(bytes(item["content"])),
        schedule=Schedule(
            Rhythm(item["rhythm"]),
            date.fromisoformat(item["first_on"]),
            int(item["day"]),
            _day(item["until_on"]),
            None if times is None else int(times),
        ),
        issue=item["issue"],
        made_by=item["made_by"],
        made_by_office=item["made_by_office"],
        created_at=datetime.fromisoformat(item["created_at"]),
        next_on=_day(item["next_on"]),
        paused=item["paused"],
        last=_run(item["last"]) if item["last"] else None,
        email=item["email"],
        version=int(item["version"]),
    )


def _run_put(table: FirmTable, template: str, one: Run, expect: Expect) -> Put:
    ttl = round((one.at + RUNS_KEPT).timestamp())
    return table.put(keys.recurring_run(table.firm, template, one.period), {**_encoded(one), "ttl": ttl}, expect)


def _encoded(one: Run) -> Item:
    return {
        "period": one.period.isoformat(),
        "at": one.at.isoformat(),
        "outcome": one.state.value,
        "invoice": one.invoice,
        "number": one.number,
        "code": one.code,
        "detail": one.detail,
    }


def _run(item: Item) -> Run:
    return Run(
        date.fromisoformat(item["period"]),
        datetime.fromisoformat(item["at"]),
        RunState(item["outcome"]),
        item["invoice"],
        item["number"],
        item["code"],
        item["detail"],
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""
