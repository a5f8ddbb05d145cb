"""Exports of an office: asked for with a job, made by one attempt at a time, and all that goes into them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from portal.aws import ConditionFailed, Expect, Item, Put
from portal.domain import errors
from portal.domain.exports import Export, State
from portal.store import keys
from portal.store.office import OfficeTable

MOST_LISTED = 20

EVENTS = keys.office_event("").pk
_LOGO = keys.logo("").pk
PARTITIONS = {
    "biuro": keys.office_details().pk,
    "problemy-agentow": keys.agent_problems("").pk,
    "numery": keys.identifiers()[0],
    "wydarzenia": EVENTS,
    "limit": keys.directory_room().pk,
    "eksporty": keys.export("").pk,
    "archiwa": keys.archive("").pk,
}
"""Where an office's own items are, by the name of their file; its logo and its firms stand elsewhere (tested)."""


def get(table: OfficeTable, export_id: str) -> Export:
    """An export. Raises `not-found`."""
    item = table.get(keys.export(export_id), consistent=True)
    if item is None:
        raise errors.Refusal(errors.NOT_FOUND)
    return _decode(item)


def newest(table: OfficeTable) -> list[Export]:
    """The newest exports, newest first."""
    page = table.page(*keys.exports(), newest_first=True, limit=MOST_LISTED, consistent=True)
    return [_decode(item) for item in page.items]


def request(table: OfficeTable, export: Export, now: datetime, *also: Put) -> None:
    """Ask for an export, with the job that makes it. Raises `export-running` while there is one under way."""
    known = table.get(keys.export_under_way(), consistent=True)
    if known and _is_alive(table, known["export_id"], now):
        raise errors.Refusal(errors.EXPORT_RUNNING)
    expect = Expect.same("export_id", known["export_id"]) if known else Expect.absent()
    lock = table.put(keys.export_under_way(), {"export_id": export.id}, expect)
    try:
        table.transact([_put(table, export, Expect.absent()), lock, *also])
    except ConditionFailed:
        raise errors.Refusal(errors.EXPORT_RUNNING) from None


def change(table: OfficeTable, before: Export, after: Export) -> Export:
    """Write what became of an export. Raises ConditionFailed when another attempt went on with it."""
    stored, step = _changed(table, before, after)
    table.write(step)
    return stored


def end(table: OfficeTable, before: Export, after: Export, *also: Put) -> Export:
    """The same at its end, with what follows: the next one may be asked for. Raises ConditionFailed."""
    stored, step = _changed(table, before, after)
    unlocked = table.delete(keys.export_under_way(), Expect.same("export_id", before.id))
    table.transact([step, unlocked, *also])
    return stored


def is_the_one(table: OfficeTable, export: Export) -> bool:
    """Whether it still is the one under way: one that was given up may have made room for another."""
    known = table.get(keys.export_under_way(), consistent=True)
    return known is not None and known["export_id"] == export.id


def everything(table: OfficeTable, partition: str) -> Iterator[Item]:
    """All items of one of the office's partitions."""
    return table.query(partition, "", keys.END)


def everything_of_firm(table: OfficeTable, firm_id: str) -> Iterator[Item]:
    """All items of a firm."""
    return table.query(*keys.whole_firm(firm_id))


def logo(table: OfficeTable) -> bytes | None:
    """The office's picture."""
    return next((bytes(item["picture"]) for item in everything(table, _LOGO)), None)


def _is_alive(table: OfficeTable, export_id: str, now: datetime) -> bool:
    item = table.get(keys.export(export_id), consistent=True)
    return item is not None and _decode(item).alive(now)


def _changed(table: OfficeTable, before: Export, after: Export) -> tuple[Export, Put]:
    stored = replace(after, version=before.version + 1)
    return stored, _put(table, stored, Expect.same("version", before.version))


def _put(table: OfficeTable, export: Export, expect: Expect) -> Put:
    attributes: Item = {
        "by": export.by,
        "requested_at": export.requested_at.isoformat(),
        "touched_at": export.touched_at.isoformat(),
        "state": export.state.value,
        "attempt": export.attempt,
        "firms": export.firms,
        "firms_total": export.firms_total,
        "size": export.size,
        "files": export.files,
        "finished_at": export.finished_at.isoformat() if export.finished_at else "",
        "version": export.version,
    }
    return table.put(keys.export(export.id), attributes, expect)


def _decode(item: Item) -> Export:
    return Export(
        id=item["sk"],
        by=item["by"],
        requested_at=datetime.fromisoformat(item["requested_at"]),
        touched_at=datetime.fromisoformat(item["touched_at"]),
        state=State(item["state"]),
        attempt=item["attempt"],
        done=item["firms"],
        total=item["firms_total"],
        size=item["size"],
        files=item["files"],
        finished_at=datetime.fromisoformat(item["finished_at"]) if item["finished_at"] else None,
        version=item["version"],
    )
