"""The list of firms: cut, ordered and paged in memory, because all of it comes with one read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from functions.firms.inputs import ListQuery, Show, Sort
from functions.firms.views import FirmLine, FirmList
from portal.access import OfficeAccess
from portal.domain.firms import Status
from portal.store import directory, months
from portal.store.directory import Entry

PAGE = 100
_STATUSES = list(Status)


class Counts(NamedTuple):
    """What waits for approval by firm, and what of it the client sees with older figures."""

    waiting: Mapping[str, int]
    changed: Mapping[str, int]


def listed(at: OfficeAccess, query: ListQuery) -> FirmList:
    """The page that was asked for: two reads, however many firms there are."""
    counts = _counts(at)
    served = [entry for entry in directory.all_of(at.table) if at.actor.serves(entry.id)]
    shown = [entry for entry in served if _SHOWN[query.show](entry, counts)]
    found = _sorted(directory.search(shown, query.q), query, counts)
    pages = max(1, -(-len(found) // PAGE))
    page = min(query.page, pages)
    return FirmList(
        firms=[_line(entry, counts) for entry in found[(page - 1) * PAGE : page * PAGE]],
        q=query.q,
        show=query.show,
        sort=query.sort,
        down=query.down,
        page=page,
        pages=pages,
        total=len(found),
        show_prefix=any(entry.prefix for entry in served),
        full=at.office.full,
    )


def _counts(at: OfficeAccess) -> Counts:
    waiting: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    for month in months.waiting(at.table):
        waiting[month.firm] += month.waiting
        changed[month.firm] += month.changed
    return Counts(waiting, changed)


def _line(entry: Entry, counts: Counts) -> FirmLine:
    return FirmLine(
        id=entry.id,
        nip=entry.number,
        name=entry.name,
        prefix=entry.prefix,
        status=entry.status,
        own=entry.own,
        waiting=counts.waiting.get(entry.id, 0),
        changed=counts.changed.get(entry.id, 0),
        invoices=entry.invoices,
        synced=entry.found,
        panel=entry.activated,
    )


def _sorted(found: Sequence[Entry], query: ListQuery, counts: Counts) -> list[Entry]:
    """By the column; firms that are equal there stay in the order of their names, in which they come."""
    if query.sort is Sort.NAME:
        return list(reversed(found)) if query.down else list(found)
    key = _KEYS[query.sort]
    return sorted(found, key=lambda entry: key(entry, counts), reverse=query.down)


_Test = Callable[[Entry, Counts], bool]
_SHOWN: dict[Show, _Test] = {
    Show.ALL: lambda entry, _: not entry.archived,
    Show.TO_APPROVE: lambda entry, counts: not entry.archived and entry.id in counts.waiting,
    Show.WITHOUT_ACTIVATION: lambda entry, _: entry.without_activation,
    Show.NEW: lambda entry, _: entry.status is Status.WAITING,
    Show.SUSPENDED: lambda entry, _: entry.status is Status.SUSPENDED,
    Show.ARCHIVED: lambda entry, _: entry.archived,
}
_KEYS: dict[Sort, Callable[[Entry, Counts], Any]] = {
    Sort.NUMBER: lambda entry, _: entry.number,
    Sort.PREFIX: lambda entry, _: (not entry.prefix, directory.sort_name(entry.prefix)),
    Sort.STATUS: lambda entry, _: _STATUSES.index(entry.status),
    Sort.WAITING: lambda entry, counts: counts.waiting.get(entry.id, 0),
    Sort.CHANGED: lambda entry, counts: counts.changed.get(entry.id, 0),
    Sort.INVOICES: lambda entry, _: entry.invoices,
    Sort.CHANNELS: lambda entry, _: (entry.found, entry.activated),
}
