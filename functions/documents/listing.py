"""The inbox: the office's documents of a status, cut and ordered, page by page; and what comes before and after one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from functions.documents.inputs import ListQuery, Sort
from portal.access import FirmAccess, OfficeAccess
from portal.domain.documents import Document
from portal.store import directory, documents
from portal.store.documents import Listed, Place
from portal.store.office import OfficeTable
from portal.store.people import Listed as Person
from portal.store.people import Roster

PAGE = 100
LOOKED_THROUGH = 5_000
"""Documents that one page may pass over for those that a filter wants."""

SORTABLE = 1_000
"""How long a list may be to be ordered by something else than arrival: it is read whole for that."""

_AT_A_TIME = 500
"""Documents of a read where a filter may pass many over; they are some hundred bytes each."""

_LAST = "\U0010ffff"

_COLUMNS: Mapping[Sort, Callable[[Listed, str], Any]] = {
    Sort.FIRM: lambda _row, firm_name: directory.sort_name(firm_name),
    Sort.KIND: lambda row, _: row.kind.value,
    Sort.NUMBER: lambda row, _: row.number.casefold() or _LAST,
    Sort.SELLER: lambda row, _: row.seller_nip or _LAST,
    Sort.ISSUED: lambda row, _: row.issued_on.isoformat() if row.issued_on else _LAST,
    Sort.GROSS: lambda row, _: (row.gross is None, row.gross or 0),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A page of documents. `more`: the next page goes on beyond this one; `looked_through`: so many, then it ended.

    `too_long`: another order was asked for than such a long list can have.
    """

    rows: Sequence[Listed]
    more: Place | None
    looked_through: int = 0
    too_long: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """The part of a list that shows a document, and its neighbours."""

    rows: Sequence[Listed]
    before: Place | None
    after: Place | None


@dataclass(frozen=True, slots=True)
class Listing:
    """The documents that a query asks for. `firms`: those that who asks may see; `wanted`: only of these, None: any."""

    table: OfficeTable
    query: ListQuery
    firms: Mapping[str, directory.Entry]
    staff: Sequence[Person]
    wanted: frozenset[str] | None

    @classmethod
    def of(cls, at: OfficeAccess | FirmAccess, query: ListQuery) -> Listing:
        """What a query asks for: two reads."""
        table = at.office_table if isinstance(at, FirmAccess) else at.table
        served = [entry for entry in directory.all_of(table) if at.actor.serves(entry.id)]
        staff = Roster(table).people()
        wanted = _meant(query.firm, served) if query.firm else None
        if query.staff:
            theirs = _assigned(query.staff, staff)
            wanted = theirs if wanted is None else wanted & theirs
        return cls(table, query, {entry.id: entry for entry in served}, staff, wanted)

    def page(self) -> Found:
        """The page that the query asks for: one read, unless a filter passes many over."""
        if self.query.sort is Sort.ARRIVAL:
            return self._by_arrival(self.query.after)
        whole = self._in_order()
        if whole is None:
            found = self._by_arrival(self.query.after)
            return Found(found.rows, found.more, found.looked_through, too_long=True)
        start = next((number for number, row in enumerate(whole, 1) if _place(row) == self.query.after), 0)
        rows = whole[start : start + PAGE]
        return Found(rows, _place(rows[-1]) if start + PAGE < len(whole) else None)

    def around(self, document: Document, firm: str) -> Around:
        """The neighbours of a document, which may have left the list by now."""
        here = documents.listed(document, firm)
        whole = self._in_order() if self.query.sort is not Sort.ARRIVAL else None
        if whole is None:
            return self._around_by_arrival(here)
        earlier = [row for row in whole if self._order(row) < self._order(here)]
        later = [row for row in whole if self._order(row) > self._order(here)]
        if self.query.down:
            earlier, later = later, earlier
        start = len(earlier) // PAGE * PAGE
        return Around(
            whole[start : start + PAGE],
            _place(earlier[-1]) if earlier else None,
            _place(later[0]) if later else None,
        )

    def has(self, row: Listed) -> bool:
        """Whether a document is among those asked for."""
        if row.firm not in self.firms or (self.wanted is not None and row.firm not in self.wanted):
            return False
        if self.query.kind and row.kind is not self.query.kind:
            return False
        return row.doubtful or not self.query.doubtful

    def _by_arrival(self, after: Place | None) -> Found:
        return self._first(self._walk(after), PAGE)

    def _around_by_arrival(self, here: Listed) -> Around:
        rows = list(self._by_arrival(self.query.after).rows)
        if not rows or not self._between(rows[0], here, rows[-1]):
            # It lies elsewhere than the page from which it was come to: the list goes on from there.
            itself = [here] if here.status is self.query.status and self.has(here) else []
            rows = [*itself, *self._by_arrival(_place(here)).rows]
        earlier = [row for row in rows if self._comes_before(row, here)]
        later = [row for row in rows if self._comes_before(here, row)]
        before = earlier[-1:] or self._first(self._walk(_place(here), backwards=True), 1).rows
        after = later[:1] or self._first(self._walk(_place(here)), 1).rows
        return Around(rows, _place(before[0]) if before else None, _place(after[0]) if after else None)

    def _between(self, first: Listed, here: Listed, last: Listed) -> bool:
        return not (self._comes_before(here, first) or self._comes_before(last, here))

    def _comes_before(self, one: Listed, other: Listed) -> bool:
        here, there = _place(one), _place(other)
        return here > there if self._newest_first else here < there

    @property
    def _newest_first(self) -> bool:
        return self.query.down and self.query.sort is Sort.ARRIVAL

    def _in_order(self) -> list[Listed] | None:
        """All of the list by a column; None when it is too long to be read whole."""
        every = self._first(self._walk(None), SORTABLE)
        if every.more is not None:
            return None
        return sorted(every.rows, key=self._order, reverse=self.query.down)

    def _order(self, row: Listed) -> tuple[Any, Place]:
        firm = self.firms.get(row.firm)
        return _COLUMNS[self.query.sort](row, firm.name if firm else ""), _place(row)

    def _walk(self, after: Place | None, *, backwards: bool = False) -> Iterator[Listed]:
        query = self.query
        narrow = query.narrow or query.sort is not Sort.ARRIVAL or self.wanted is not None
        return documents.walk(
            self.table,
            query.status,
            month=query.month,
            after=after,
            newest_first=self._newest_first is not backwards,
            at_a_time=_AT_A_TIME if narrow else PAGE + 1,
        )

    def _first(self, found: Iterable[Listed], most: int) -> Found:
        """The first of these that are asked for."""
        rows: list[Listed] = []
        last: Listed | None = None
        for number, row in enumerate(found if self.wanted != frozenset() else ()):
            if len(rows) == most or number == LOOKED_THROUGH:
                return Found(rows, _place(last) if last else None, 0 if len(rows) == most else number)
            last = row
            if self.has(row):
                rows.append(row)
        return Found(rows, None)


def _place(row: Listed) -> Place:
    return Place(row.ref, row.firm)


def _meant(words: str, served: Sequence[directory.Entry]) -> frozenset[str]:
    named = [entry.id for entry in served if entry.id == words]
    return frozenset(named or (entry.id for entry in directory.search(served, words)))


def _assigned(person: str, staff: Iterable[Person]) -> frozenset[str]:
    return frozenset(firm for one in staff if one.person == person for firm in one.assigned)
