"""Months of records: one item per firm and month, written whole under a condition on its revision.

The records travel as compressed JSON in one attribute: a month with its history stays within one write unit, and a
year is read in one query. When a history outgrows the item, its oldest steps move to an item of their own.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from portal.aws import ConditionFailed, Delete, Expect, Item, Key, Put
from portal.domain import errors
from portal.domain.periods import OLDEST, Period
from portal.domain.records import (
    Action,
    Content,
    Current,
    FirmMonth,
    Published,
    Record,
    RecordKey,
    Rule,
    Settlement,
    Step,
    Withdrawn,
)
from portal.store import keys
from portal.store.office import FirmTable, OfficeTable

Place = tuple[str, Period]
"""A firm's id and a month."""

Change = Callable[[FirmMonth], FirmMonth]
Renamed = Callable[[RecordKey], RecordKey]

_FIRST, _LAST = Period(OLDEST, 1), Period(9999, 12)
_MOVED_NUMBERS = 90_000_000
MOST_STEPS = 48
KEPT_STEPS = 16
TRIES = 5
CHUNK = 100  # read, decided and written together: a step's moment is that of its write


def year(table: FirmTable, wanted: int) -> list[FirmMonth]:
    """The months of a year that hold records, in order: one query."""
    return between(table, Period(wanted, 1), Period(wanted, 12))


def between(table: FirmTable, first: Period, last: Period) -> list[FirmMonth]:
    """The months of a range that hold records, in order: one query."""
    return [decode(item, table.firm) for item in table.query(*keys.firm_months(table.firm, first, last))]


def get_many(table: OfficeTable, wanted: Iterable[Place], *, consistent: bool = False) -> dict[Place, FirmMonth]:
    """Months of many firms, empty ones included: a hundred a request."""
    by_key = {keys.firm_month(firm, period): (firm, period) for firm, period in wanted}
    found = table.get_many(list(by_key), consistent=consistent)
    return {place: decode(found[key], place[0]) if key in found else FirmMonth(*place) for key, place in by_key.items()}


class Waiting(NamedTuple):
    """A month of a firm with records to approve; `changed` of them the client sees with older figures."""

    period: Period
    firm: str
    waiting: int
    changed: int


def waiting(table: OfficeTable) -> Iterator[Waiting]:
    """Every month of the office with something to approve, oldest first."""
    return _waiting(table, keys.all_waiting())


def waiting_of(table: OfficeTable, period: Period) -> Iterator[Waiting]:
    """The same of one period."""
    return _waiting(table, keys.waiting_of(period))


def _waiting(table: OfficeTable, where: tuple[str, str, str]) -> Iterator[Waiting]:
    for item in table.query(*where, index=keys.INDEX):
        period, firm = item["gsk"].split("#", 1)
        yield Waiting(Period.parse(period), firm, item["waiting"], item["changed"])


def change(table: FirmTable, period: Period, step: Change) -> None:
    """Apply a pure step to one month. Raises what the step refuses, and `try-again` when the month keeps changing."""
    if change_each(table, {(table.firm, period): step}, consistent=True):
        raise errors.Refusal(errors.TRY_AGAIN)


def change_each(table: OfficeTable, steps: Mapping[Place, Change], *, consistent: bool) -> list[Place]:
    """Apply a pure step to each of many months and store what it changed, several at a time.

    Where another request changed a month in between, its step is applied again to the newer month. Returns the places
    that kept changing: nothing was stored there. The first reading may be an eventual one (`consistent=False`), since
    the conditions of the writes catch what was stale.
    """
    places = list(steps)
    failed: list[Place] = []
    for start in range(0, len(places), CHUNK):
        chunk = {place: steps[place] for place in places[start : start + CHUNK]}
        failed += _change_chunk(table, chunk, consistent=consistent)
    return failed


def _change_chunk(table: OfficeTable, steps: Mapping[Place, Change], *, consistent: bool) -> list[Place]:
    left = dict(steps)
    for attempt in range(TRIES):
        before = get_many(table, left, consistent=consistent or attempt > 0)
        after = {place: step(before[place]) for place, step in left.items()}
        changed = [place for place in left if after[place] != before[place]]
        stored = _store_each(table, [after[place] for place in changed])
        left = {place: left[place] for place, done in zip(changed, stored, strict=True) if not done}
        if not left:
            break
    return list(left)


def _store_each(table: OfficeTable, months: Sequence[FirmMonth]) -> list[bool]:
    large = {index for index, month in enumerate(months) if _must_move_steps(month)}
    done = iter(table.write_each([_put(table, month) for index, month in enumerate(months) if index not in large]))
    return [_store_large(table, month) if index in large else next(done) for index, month in enumerate(months)]


def _store_large(table: OfficeTable, month: FirmMonth) -> bool:
    try:
        table.transact(_large_puts(table, month))
    except ConditionFailed:
        return False
    return True


def _large_puts(table: OfficeTable, month: FirmMonth) -> list[Put]:
    kept, moved = _split_steps(month)
    older = {str(key): [_step_out(step) for step in steps] for key, steps in moved.items()}
    key = keys.older_steps(month.firm, month.period, month.revision)
    return [_put(table, kept), _older_put(table, key, older)]


def _older_put(table: OfficeTable, key: Key, steps: Mapping[str, Any]) -> Put:
    return table.put(key, {"steps": _compressed(steps)}, Expect.absent())


def _put(table: OfficeTable, month: FirmMonth) -> Put:
    attributes: Item = {
        "revision": month.revision + 1,
        "records": encode(month.records),
        "waiting": month.waiting,
        "changed": month.changed,
    }
    # The index entry exists only while something waits.
    index = keys.month_waiting(month.period, month.firm) if month.waiting else None
    expect = Expect.same("revision", month.revision) if month.revision else Expect.absent()
    return table.put(keys.firm_month(month.firm, month.period), attributes, expect, index)


def _must_move_steps(month: FirmMonth) -> bool:
    return sum(len(record.steps) for record in month.records.values()) > MOST_STEPS


class Older(NamedTuple):
    """Steps that no longer fit into their month's item: by record's name, as they are written."""

    period: Period
    number: int
    steps: Mapping[str, Any]


class Book(NamedTuple):
    """Everything that a firm's records are: its months, and the steps moved out of them."""

    firm: str
    months: Mapping[Period, FirmMonth]
    older: Sequence[Older]


def book(table: FirmTable) -> Book:
    """All of a firm's records: one query."""
    found: dict[Period, FirmMonth] = {}
    older: list[Older] = []
    for item in table.query(*keys.firm_history(table.firm, _FIRST, _LAST), consistent=True):
        kind, written, *number = item["sk"].split("#")
        if kind == "H":
            older.append(Older(Period.parse(written), int(number[0]), _expanded(item["steps"])))
        else:
            found[Period.parse(written)] = decode(item, table.firm)
    return Book(table.firm, found, older)


def moving(
    table: OfficeTable, theirs: Book, ours: Book, after: Iterable[FirmMonth], renamed: Renamed
) -> list[Put | Delete]:
    """The writes by which one firm's records go over to another, whose months hold them `after` that."""
    steps: list[Put | Delete] = [
        table.delete(keys.firm_month(theirs.firm, month.period), Expect.same("revision", month.revision))
        for month in theirs.months.values()
    ]
    for month in after:
        steps += _large_puts(table, month) if _must_move_steps(month) else [_put(table, month)]
    taken = {(one.period, one.number) for one in ours.older}
    for one in theirs.older:
        number = _free_number(taken, one.period)
        written = {str(renamed(RecordKey.parse(name))): listed for name, listed in one.steps.items()}
        steps.append(table.delete(keys.older_steps(theirs.firm, one.period, one.number), Expect.present()))
        steps.append(_older_put(table, keys.older_steps(ours.firm, one.period, number), written))
        taken.add((one.period, number))
    return steps


def _free_number(taken: Container[tuple[Period, int]], period: Period) -> int:
    # Beyond all revisions that the month will ever have, which number the steps that it moves out itself.
    number = _MOVED_NUMBERS
    while (period, number) in taken:
        number += 1
    return number


class Entry(NamedTuple):
    """One step of one record."""

    period: Period
    key: RecordKey
    step: Step


def history(table: FirmTable, wanted: int) -> list[Entry]:
    """Every step of every record of a year, newest first."""
    found: list[Entry] = []
    for item in table.query(*keys.firm_history(table.firm, Period(wanted, 1), Period(wanted, 12))):
        kind, written, *_ = item["sk"].split("#")
        period = Period.parse(written)
        if period.year != wanted:
            continue
        steps = _expanded(item["steps"]) if kind == "H" else _steps_of_month(item)
        found += [
            Entry(period, RecordKey.parse(name), _step_in(step)) for name, listed in steps.items() for step in listed
        ]
    return sorted(found, key=lambda entry: (entry.step.at, entry.step.version))[::-1]


def moved_steps(item: Item) -> tuple[Period, dict[RecordKey, list[Step]]]:
    """Steps that stand in an item of their own, because their month was full: of which month, by record."""
    steps = {
        RecordKey.parse(name): [_step_in(step) for step in listed] for name, listed in _expanded(item["steps"]).items()
    }
    return Period.parse(item["sk"].split("#")[1]), steps


def _steps_of_month(item: Item) -> dict[str, Any]:
    return {name: body["steps"] for name, body in _expanded(item["records"]).items()}


def _split_steps(month: FirmMonth) -> tuple[FirmMonth, Mapping[RecordKey, Sequence[Step]]]:
    newest_first = sorted(
        ((step.at, key, index) for key, record in month.records.items() for index, step in enumerate(record.steps)),
        reverse=True,
    )
    keep = {(key, index) for _, key, index in newest_first[:KEPT_STEPS]}
    moved: dict[RecordKey, Sequence[Step]] = {}
    records = {}
    for key, record in month.records.items():
        stays = tuple(step for index, step in enumerate(record.steps) if (key, index) in keep)
        moved[key] = [step for index, step in enumerate(record.steps) if (key, index) not in keep]
        records[key] = replace(record, steps=stays)
    return replace(month, records=records), moved


# How a month is written


def decode(item: Item, firm: str) -> FirmMonth:
    """A stored item as a month."""
    period = Period.parse(item["sk"].removeprefix("M#"))
    records = {
        (key := RecordKey.parse(name)): _record_in(key, period, body)
        for name, body in _expanded(item["records"]).items()
    }
    return FirmMonth(firm, period, item["revision"], records)


def encode(records: Mapping[RecordKey, Record]) -> bytes:
    """Records as one attribute."""
    return _compressed({str(key): _record_out(record) for key, record in records.items()})


def _compressed(value: Any) -> bytes:
    return zlib.compress(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())


def _expanded(stored: bytes) -> Any:
    return json.loads(zlib.decompress(stored))


def _record_out(record: Record) -> Item:
    body: Item = {"current": _current_out(record.current), "steps": [_step_out(step) for step in record.steps]}
    if record.published:
        body["published"] = _published_out(record.published)
    if record.withdrawn:
        body["withdrawn"] = _withdrawn_out(record.withdrawn)
    return body


def _record_in(key: RecordKey, period: Period, body: Item) -> Record:
    return Record(
        key,
        period,
        current=_current_in(body["current"]),
        published=_published_in(body["published"]) if "published" in body else None,
        withdrawn=_withdrawn_in(body["withdrawn"]) if "withdrawn" in body else None,
        steps=tuple(_step_in(step) for step in body["steps"]),
    )


def _current_out(current: Current) -> Item:
    return {
        "content": _content_out(current.content),
        "version": current.version,
        "read_at": _moment_out(current.read_at),
        "since": _moment_out(current.since),
        "by": current.by,
        "by_hand": current.by_hand,
        "comment": current.comment,
    }


def _current_in(body: Item) -> Current:
    return Current(
        content=_content_in(body["content"]),
        version=body["version"],
        read_at=_moment_in(body["read_at"]),
        since=_moment_in(body["since"]),
        by=body["by"],
        by_hand=body["by_hand"],
        comment=body["comment"],
    )


def _published_out(published: Published) -> Item:
    return {
        "content": _content_out(published.content),
        "version": published.version,
        "at": _moment_out(published.at),
        "by": published.by,
        "rule": published.rule.value if published.rule else None,
        "comment": published.comment,
        "corrects": _content_out(published.corrects) if published.corrects else None,
        "told_at": _moment_out(published.told_at) if published.told_at else None,
        "seen_at": _moment_out(published.seen_at) if published.seen_at else None,
        "already_paid": published.already_paid,
        "paid_on": published.paid_on.isoformat() if published.paid_on else None,
    }


def _published_in(body: Item) -> Published:
    return Published(
        content=_content_in(body["content"]),
        version=body["version"],
        at=_moment_in(body["at"]),
        by=body["by"],
        rule=Rule(body["rule"]) if body["rule"] else None,
        comment=body["comment"],
        corrects=_content_in(body["corrects"]) if body["corrects"] else None,
        told_at=_moment_in(body["told_at"]) if body["told_at"] else None,
        seen_at=_moment_in(body["seen_at"]) if body["seen_at"] else None,
        already_paid=body["already_paid"],
        paid_on=date.fromisoformat(body["paid_on"]) if body["paid_on"] else None,
    )


def _withdrawn_out(withdrawn: Withdrawn) -> Item:
    return {
        "version": withdrawn.version,
        "at": _moment_out(withdrawn.at),
        "by": withdrawn.by,
        "reason": withdrawn.reason,
        "content": _content_out(withdrawn.content),
        "told_at": _moment_out(withdrawn.told_at) if withdrawn.told_at else None,
        "already_paid": withdrawn.already_paid,
    }


def _withdrawn_in(body: Item) -> Withdrawn:
    return Withdrawn(
        version=body["version"],
        at=_moment_in(body["at"]),
        by=body["by"],
        reason=body["reason"],
        content=_content_in(body["content"]),
        told_at=_moment_in(body["told_at"]) if body["told_at"] else None,
        already_paid=body["already_paid"],
    )


def _step_out(step: Step) -> list[Any]:
    return [
        step.action.value,
        _moment_out(step.at),
        step.by,
        step.version,
        _content_out(step.content),
        step.note,
    ]


def _step_in(body: list[Any]) -> Step:
    action, at, by, version, content, note = body
    return Step(Action(action), _moment_in(at), by, version, _content_in(content), note)


def _content_out(content: Content) -> list[Any]:
    return [content.settlement.value, content.amount, content.surplus, content.revenue, content.costs]


def _content_in(body: list[Any]) -> Content:
    settlement, amount, surplus, revenue, costs = body
    return Content(Settlement(settlement), amount, surplus, revenue, costs)


def _moment_out(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _moment_in(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
