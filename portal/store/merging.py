"""Merging two firms of an office: their items, the numbers that lead to them and their records change hands at once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from portal.aws import ConditionFailed, Delete, Expect, Put
from portal.domain import errors
from portal.domain.merging import Merge
from portal.domain.records import FirmMonth
from portal.store import directory, firms, keys, months
from portal.store.directory import Change, Entry
from portal.store.firms import Claim
from portal.store.months import Book
from portal.store.office import OfficeTable
from portal.store.people import Roster

MOST_MOVING = 92
"""Writes of records. A transaction has at most a hundred; both firms, the numbers, events and directory take eight."""
LATE_TRIES = 3


class Books(NamedTuple):
    """The records of the firm that goes, and of the one that goes on."""

    theirs: Book
    ours: Book


def books(table: OfficeTable, wanted: Merge) -> Books:
    """The records of both firms: two queries."""
    return Books(months.book(table.of_firm(wanted.source.id)), months.book(table.of_firm(wanted.into.id)))


def check(table: OfficeTable, wanted: Merge, of_both: Books) -> None:
    """Raises whatever `merge` would raise now."""
    if any(listed.active for listed in Roster(table, wanted.source.id).people()):
        raise errors.Refusal(errors.MERGE_PEOPLE, "into")
    _moving(table, wanted, of_both)


def merge(table: OfficeTable, wanted: Merge, today: date, events: Sequence[Put]) -> None:
    """Make it so, all of it or nothing, of firms that were read at their versions.

    Raises what `Merge.check` and `Merge.months` raise, `merge-people`, `merge-too-large`, `changed-meanwhile`.
    """
    moving = _moving(table, wanted, books(table, wanted))
    entries = {
        wanted.into.id: directory.of_firm(wanted.target()),
        wanted.source.id: _without_people(directory.of_firm(wanted.gone(today))),
    }
    try:
        directory.transact(table, entries, [*_firm_steps(table, wanted, today), *moving, *events])
    except ConditionFailed:
        raise errors.Refusal(errors.CHANGED_MEANWHILE) from None
    _bring_late(table, wanted)


def _moving(table: OfficeTable, wanted: Merge, of_both: Books) -> list[Put | Delete]:
    wanted.check()
    theirs, ours = of_both
    after = wanted.months(theirs.months.values(), ours.months)
    moving = months.moving(table, theirs, ours, after, wanted.key)
    if len(moving) > MOST_MOVING:
        raise errors.Refusal(errors.MERGE_TOO_LARGE, "into")
    return moving


def _firm_steps(table: OfficeTable, wanted: Merge, today: date) -> list[Put | Delete]:
    source, into = wanted.source, wanted.into
    target, gone = (replace(firm, version=firm.version + 1) for firm in (wanted.target(), wanted.gone(today)))
    claim, held = Claim(into.id, wanted.subject), Expect.same("firm", source.id)
    return [
        firms.put(table, target, Expect.same("version", into.version)),
        firms.put(table, gone, Expect.same("version", source.version)),
        *(table.put(keys.identifier(kind, number), claim._asdict(), held) for kind, number in wanted.numbers()),
    ]


def _without_people(change: Change) -> Change:
    """Decided where the entry is written, so that nobody is let in at the same moment."""

    def checked(before: Entry | None) -> Entry | None:
        if before and before.people:
            raise errors.Refusal(errors.MERGE_PEOPLE, "into")
        return change(before)

    return checked


def _bring_late(table: OfficeTable, wanted: Merge) -> None:
    """Fetch a month that an agent's batch began at the source while the firms were being merged.

    A batch that begins one after that finds the number gone over, and the agent sends it again (ingest).
    """
    for _ in range(LATE_TRIES):
        theirs, ours = books(table, wanted)
        if not theirs.months:
            return
        # What is of another business stays with the firm that is no more.
        with suppress(ConditionFailed, errors.Refusal):
            after = [
                wanted.late(month, ours.months.get(period) or FirmMonth(wanted.into.id, period))
                for period, month in theirs.months.items()
            ]
            table.transact(months.moving(table, theirs, ours, after, wanted.key))
