"""Clients hand over, intake verifies, accountants work, exports lock, in any order: no document is lost or doubled.

The store runs on a table in memory. Beside it stands what a simple book says: for each document what it holds, where
it stands, and whether it may ever change again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from portal import ids
from portal.domain import errors
from portal.domain.documents import Description, Document, Facts, Kind, Ref, Side, Source, Status
from portal.domain.periods import Period
from portal.store import documents
from portal.store.office import FirmTable, OfficeTable
from tests.unit.memory_table import MemoryTable

OFFICE, FIRM = "01JDEM00000000000000000001", "01JDEM00000000000000000002"
ANNA, CLIENT = "01JDEM00000000000000000003", "01JDEM00000000000000000004"
PERIODS = [Period(2026, 10), Period(2026, 11)]
CONTENTS = ["a", "b"]
NUMBERS = ["", "FV/1"]
ON_THE_WAY = (Status.AWAITED, Status.LOST)
IN_CIRCULATION = (Status.NEW, Status.TO_PROCESS, Status.TO_REVIEW, Status.QUESTION, Status.APPROVED, Status.REJECTED)


@dataclass
class Entry:
    """What the book says of one document. `names`: all it ever had; `judged`: a person spoke of its doubles."""

    content: str
    status: Status
    number: str = ""
    exported: bool = False
    judged: bool = False
    names: set[str] = field(default_factory=set)

    @property
    def there(self) -> bool:
        return self.status in IN_CIRCULATION

    def like(self, other: Entry) -> bool:
        return self.content == other.content or (self.number != "" and self.number == other.number)


class Shelf(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.memory = MemoryTable()
        self.table = FirmTable(self.memory, OFFICE, FIRM)  # type: ignore[arg-type]
        self.office = OfficeTable(self.memory, OFFICE)  # type: ignore[arg-type]
        self.now = datetime(2026, 11, 24, tzinfo=UTC)
        self.book: dict[str, Entry] = {}
        self.frozen: dict[str, Document] = {}

    def tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def one(self, data: st.DataObject) -> tuple[str, Entry, Document]:
        """Any document, by any name it ever had."""
        which = data.draw(st.sampled_from(sorted(self.book)))
        entry = self.book[which]
        name = data.draw(st.sampled_from(sorted(entry.names)))
        return which, entry, documents.get(self.table, Ref.parse(name))

    def did(self, before: Document, step: Any, *allowed: bool) -> Document | None:
        """Does it where the rules allow it; elsewhere it is refused and nothing happens."""
        untouched = dict(self.memory.items)
        try:
            after = step(before)
        except errors.Refusal:
            assert not all(allowed), "refused what is allowed"
            assert self.memory.items == untouched
            return None
        assert all(allowed), "allowed what is not"
        stored = documents.change(self.table, before, after)
        self.book[stored.id].names.add(str(stored.ref))
        return stored

    # What happens

    @rule(content=st.sampled_from(CONTENTS), times=st.integers(1, 3))
    def hand_over(self, content: str, times: int) -> None:
        """The same file arrives, perhaps some times over, as intake takes it."""
        for _ in range(times):
            self.announce(content, PERIODS[0])
            newest = max(self.book)
            before = documents.get(self.table, Ref(PERIODS[0], newest))
            arrived = documents.try_change(self.table, before, before.arrived(before.declared, self.tick()))
            documents.mark_twins(self.table, arrived)
            self.book[newest].status = Status.NEW

    @rule(content=st.sampled_from(CONTENTS), period=st.sampled_from(PERIODS))
    def announce(self, content: str, period: Period) -> None:
        now = self.tick()
        made = Document(
            id=ids.new(now),
            period=period,
            name=f"{content}.pdf",
            source=Source.WEB,
            by=CLIENT,
            created_at=now,
            declared=Facts("application/pdf", 1, hashlib.sha256(content.encode()).hexdigest()),
            description=Description(Kind.PURCHASE),
        )
        self.table.write(documents.create(self.table, made))
        self.book[made.id] = Entry(content, Status.AWAITED, names={str(made.ref)})

    @precondition(lambda self: self.book)
    @rule(data=st.data())
    def arrive(self, data: st.DataObject) -> None:
        """Perhaps a second time, perhaps after it was given up."""
        which, entry, before = self.one(data)
        stored = self.did(before, lambda one: one.arrived(one.declared, self.tick()), entry.status in ON_THE_WAY)
        if stored:
            self.book[which].status = Status.NEW

    @precondition(lambda self: self.book)
    @rule(data=st.data())
    def stop(self, data: st.DataObject) -> None:
        which, entry, before = self.one(data)
        if self.did(before, lambda one: one.stopped("stopped-broken", self.tick()), entry.status in ON_THE_WAY):
            self.book[which].status = Status.STOPPED

    @precondition(lambda self: self.book)
    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        which, entry, before = self.one(data)
        late = self.tick() + timedelta(days=2)
        if self.did(before, lambda one: one.lost(late), entry.status is Status.AWAITED):
            self.book[which].status = Status.LOST

    @precondition(lambda self: self.book)
    @rule(data=st.data(), circulation=st.booleans())
    def advance(self, data: st.DataObject, circulation: bool) -> None:
        which, entry, before = self.one(data)
        ahead = {
            Status.NEW: Status.TO_PROCESS,
            Status.QUESTION: Status.TO_PROCESS,
            Status.TO_PROCESS: Status.TO_REVIEW,
            Status.TO_REVIEW: Status.APPROVED,
        }
        allowed = entry.status in ahead and not entry.exported
        if self.did(before, lambda one: one.advanced(ANNA, self.tick(), circulation=circulation), allowed):
            self.book[which].status = ahead[entry.status] if circulation else Status.APPROVED

    @precondition(lambda self: self.book)
    @rule(data=st.data(), circulation=st.booleans())
    def ask(self, data: st.DataObject, circulation: bool) -> None:
        which, entry, before = self.one(data)
        allowed = circulation and entry.there and not entry.exported
        if self.did(before, lambda one: one.asked("?", ANNA, self.tick(), circulation=circulation), allowed):
            self.book[which].status = Status.QUESTION

    @precondition(lambda self: self.book)
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        which, entry, before = self.one(data)
        if len(before.thread) < 50 and self.did(
            before, lambda one: one.answered("!", CLIENT, self.tick()), entry.status is not Status.DELETED
        ):
            asked = entry.status is Status.QUESTION
            self.book[which].status = Status.TO_PROCESS if asked else entry.status

    @precondition(lambda self: self.book)
    @rule(data=st.data())
    def reject(self, data: st.DataObject) -> None:
        which, entry, before = self.one(data)
        allowed = entry.there and not entry.exported
        if self.did(before, lambda one: one.rejected("nie", ANNA, self.tick()), allowed):
            self.book[which].status = Status.REJECTED

    @precondition(lambda self: self.book)
    @rule(data=st.data(), number=st.sampled_from(NUMBERS), period=st.sampled_from(PERIODS))
    def describe(self, data: st.DataObject, number: str, period: Period) -> None:
        which, entry, before = self.one(data)
        told = replace(before.description, number=number, seller_nip="5120079194", gross=100)
        allowed = entry.status is not Status.DELETED and not entry.exported
        if self.did(before, lambda one: one.described(told, period, ANNA, self.tick()), allowed):
            entry.judged = entry.judged and entry.number == number
            self.book[which].number = number

    @precondition(lambda self: self.book)
    @rule(data=st.data())
    def export(self, data: st.DataObject) -> None:
        which, entry, before = self.one(data)
        allowed = entry.status is Status.APPROVED and not entry.exported
        stored = self.did(before, lambda one: one.exported(ANNA, self.tick()), allowed)
        if stored:
            self.book[which].exported = True
            self.frozen[which] = stored

    @precondition(lambda self: self.book)
    @rule(data=st.data(), side=st.sampled_from(Side))
    def delete(self, data: st.DataObject, side: Side) -> None:
        which, entry, before = self.one(data)
        begun = entry.status not in (Status.AWAITED, Status.LOST, Status.STOPPED, Status.NEW)
        allowed = entry.status is not Status.DELETED and not entry.exported and not (side is Side.CLIENT and begun)
        if self.did(before, lambda one: one.deleted(ANNA, side, self.tick()), allowed):
            self.book[which].status = Status.DELETED

    @precondition(lambda self: self.book)
    @rule(data=st.data())
    def keep_both(self, data: st.DataObject) -> None:
        which, _, before = self.one(data)
        if before.twin and not before.twin_settled:
            self.did(before, lambda one: one.settled(ANNA, self.tick()))
            self.book[which].judged = True

    # What holds

    @invariant()
    def none_is_lost(self) -> None:
        for which, entry in self.book.items():
            for name in entry.names:
                found = documents.get(self.table, Ref.parse(name))
                assert (found.id, found.status) == (which, entry.status)

    @invariant()
    def none_is_there_twice(self) -> None:
        every = documents.of_months(self.table, PERIODS[0], PERIODS[-1])
        assert sorted(one.id for one in every) == sorted(self.book)
        for status in Status:
            listed = [row.ref.id for row in documents.walk(self.office, status)]
            there = [which for which, entry in self.book.items() if entry.status is status is not Status.DELETED]
            assert sorted(listed) == sorted(there)

    @invariant()
    def what_was_exported_is_as_it_was(self) -> None:
        for which, then in self.frozen.items():
            now = documents.get(self.table, then.ref)
            # People may go on talking of it, and another one may turn out to be its double.
            beside = {"thread": now.thread, "twin": now.twin, "twin_settled": now.twin_settled, "steps": now.steps}
            assert replace(then, version=now.version, **beside) == now
            assert self.book[which].exported

    @invariant()
    def doubles_know_of_each_other(self) -> None:
        for which, entry in self.book.items():
            stored = documents.get(self.table, Ref.parse(min(entry.names)))
            like = {
                other
                for other, seen in self.book.items()
                if other != which and entry.there and seen.there and entry.like(seen)
            }
            if entry.status is Status.DELETED:
                continue
            assert {ref.id for ref in documents.twins(self.table, stored)} == like
            assert bool(stored.twin) == bool(like)
            assert not stored.twin or Ref.parse(stored.twin).id in like
            if like and not any(self.book[one].judged for one in (which, *like)):
                assert not stored.twin_settled


TestShelf = Shelf.TestCase
TestShelf.settings = settings(max_examples=60, stateful_step_count=40)
