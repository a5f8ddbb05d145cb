"""Archives: ZIPs of documents, of an office or of the people of one firm. A few are made at the same time.

An office's lie in a partition of their own, those of a firm's people in the firm's: whose table it is tells which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from portal.aws import ConditionFailed, Delete, Expect, Item, Key, Put
from portal.domain import errors
from portal.domain.archives import KEPT_DAYS, SLOTS_OF_FIRM, SLOTS_OF_OFFICE, Archive, Chosen, Unmarked
from portal.domain.documents import Ref
from portal.domain.exports import State
from portal.domain.periods import Period
from portal.store import keys
from portal.store.office import FirmTable, OfficeTable

MOST_LISTED = 20
_TRIES = 3


def get(table: OfficeTable, archive_id: str) -> Archive:
    """An archive. Raises `not-found`."""
    item = table.get(_key(table, archive_id), consistent=True)
    if item is None:
        raise errors.Refusal(errors.NOT_FOUND)
    return _decode(item)


def newest(table: OfficeTable) -> list[Archive]:
    """The newest archives, newest first."""
    where = keys.firm_archives(table.firm) if isinstance(table, FirmTable) else keys.archives()
    page = table.page(*where, newest_first=True, limit=MOST_LISTED, consistent=True)
    return [_decode(item) for item in page.items]


def request(table: OfficeTable, archive: Archive, now: datetime, also: Sequence[Put]) -> Archive:
    """Ask for an archive, with the job that makes it. One that is being made already and is the same is the answer.

    Raises `archives-running`.
    """
    for _ in range(_TRIES):
        held = _held(table)
        living = {slot: one for slot, one in held.items() if one and one.alive(now)}
        for one in living.values():
            if one.asked_for == archive.asked_for:
                return one
        free = next((slot for slot in range(_slots(table)) if slot not in living), None)
        if free is None:
            break
        taken = replace(archive, slot=free)
        dead = held.get(free)
        expect = Expect.same("archive_id", dead.id) if dead else Expect.absent()
        lock = table.put(_slot(table, free), {"archive_id": archive.id}, expect)
        try:
            table.transact([_put(table, taken, Expect.absent()), lock, *also])
        except ConditionFailed:  # somebody took the place in this moment
            continue
        return taken
    raise errors.Refusal(errors.ARCHIVES_RUNNING, limit=_slots(table))


def change(table: OfficeTable, before: Archive, after: Archive) -> Archive:
    """Write what became of an archive. Raises ConditionFailed when another attempt went on with it."""
    stored = replace(after, version=before.version + 1)
    table.write(_put(table, stored, Expect.same("version", before.version)))
    return stored


def end(table: OfficeTable, before: Archive, after: Archive, *also: Put) -> Archive:
    """The same at its end, with what follows: its place is free. Raises ConditionFailed."""
    stored = replace(after, version=before.version + 1)
    step = _put(table, stored, Expect.same("version", before.version))
    freed: Delete = table.delete(_slot(table, before.slot), Expect.same("archive_id", before.id))
    table.transact([step, freed, *also])
    return stored


def is_the_one(table: OfficeTable, archive: Archive) -> bool:
    """Whether it still has its place: one that was given up may have made room for another."""
    held = table.get(_slot(table, archive.slot), consistent=True)
    return held is not None and held["archive_id"] == archive.id


def _held(table: OfficeTable) -> dict[int, Archive | None]:
    """The archives that have a place, by their places: two reads."""
    slots = {_slot(table, slot): slot for slot in range(_slots(table))}
    held = {slots[key]: item["archive_id"] for key, item in table.get_many(list(slots), consistent=True).items()}
    found = table.get_many([_key(table, one) for one in held.values()], consistent=True)
    archives = {key: _decode(item) for key, item in found.items()}
    return {slot: archives.get(_key(table, one)) or _forgotten(one) for slot, one in held.items()}


def _forgotten(archive_id: str) -> Archive:
    """One whose item is gone by its time to live, and which left its place behind: long dead."""
    long_ago = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    return Archive(archive_id, "", long_ago, long_ago)


def _slots(table: OfficeTable) -> int:
    return SLOTS_OF_FIRM if isinstance(table, FirmTable) else SLOTS_OF_OFFICE


def _slot(table: OfficeTable, slot: int) -> Key:
    return keys.firm_archive_slot(table.firm, slot) if isinstance(table, FirmTable) else keys.archive_slot(slot)


def _key(table: OfficeTable, archive_id: str) -> Key:
    return keys.firm_archive(table.firm, archive_id) if isinstance(table, FirmTable) else keys.archive(archive_id)


def _put(table: OfficeTable, archive: Archive, expect: Expect) -> Put:
    attributes: Item = {
        "by": archive.by,
        "requested_at": archive.requested_at.isoformat(),
        "touched_at": archive.touched_at.isoformat(),
        "state": archive.state.value,
        "attempt": archive.attempt,
        "done": archive.done,
        "total": archive.total,
        "size": archive.size,
        "files": archive.files,
        "finished_at": archive.finished_at.isoformat() if archive.finished_at else "",
        "firms": list(archive.firms),
        "period": str(archive.period or ""),
        "chosen": [f"{one.firm}/{one.ref}" for one in archive.chosen],
        "mark": archive.mark,
        "slot": archive.slot,
        "left_out": archive.left_out,
        "marked": archive.marked,
        "unmarked": [[one.firm, str(one.ref), one.name, one.code] for one in archive.unmarked],
        "unmarked_total": archive.unmarked_total,
        "version": archive.version,
        "ttl": round((archive.requested_at + timedelta(days=KEPT_DAYS)).timestamp()),
    }
    return table.put(_key(table, archive.id), attributes, expect)


def _decode(item: Item) -> Archive:
    return Archive(
        id=item["sk"].rpartition("#")[2],
        by=item["by"],
        requested_at=datetime.fromisoformat(item["requested_at"]),
        touched_at=datetime.fromisoformat(item["touched_at"]),
        state=State(item["state"]),
        attempt=item["attempt"],
        done=item["done"],
        total=item["total"],
        size=item["size"],
        files=item["files"],
        finished_at=datetime.fromisoformat(item["finished_at"]) if item["finished_at"] else None,
        firms=tuple(item["firms"]),
        period=Period.parse(item["period"]) if item["period"] else None,
        chosen=tuple(_chosen(text) for text in item["chosen"]),
        mark=item["mark"],
        slot=item["slot"],
        left_out=item["left_out"],
        marked=item["marked"],
        unmarked=tuple(Unmarked(firm, Ref.parse(ref), name, code) for firm, ref, name, code in item["unmarked"]),
        unmarked_total=item["unmarked_total"],
        version=item["version"],
    )


def _chosen(text: str) -> Chosen:
    firm, _, ref = text.partition("/")
    return Chosen(firm, Ref.parse(ref))
