"""Two machines, two accountants and a client do what they like; the rules of two-step visibility hold at every moment.

`Book` tells the rules a second time, in another way: it keeps no record, only a log of what happened, and answers
every question by reading that log backwards. After each action the record must say what the book says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from portal.domain import errors, records
from portal.domain.records import Action, Answer, Content, Record, RecordKey, Settlement, State
from tests.unit.making import CLIENT, OCTOBER, STATEMENT, VAT, refused

MACHINES = ("KSIEGOWA-1", "KSIEGOWA-2")
ACCOUNTANTS = ("anna", "bartek")
# Few figures, so that they come back, collide and meet in one moment.
AMOUNTS = [
    Content(Settlement.DECLARATION, amount=100),
    Content(Settlement.DECLARATION, amount=200),
    Content(Settlement.CORRECTION, amount=200),
    Content(Settlement.DECLARATION, surplus=100),
]
STATEMENTS = [
    Content(Settlement.DECLARATION, revenue=100),
    Content(Settlement.DECLARATION, revenue=100, costs=0),
    Content(Settlement.DECLARATION, revenue=-100, costs=50),
    Content(Settlement.CORRECTION, revenue=100, costs=50),
]
CLOCKS_AHEAD = [timedelta(0), timedelta(milliseconds=1), timedelta(minutes=3), timedelta(minutes=-5)]
PAUSES = [timedelta(milliseconds=1), timedelta(seconds=1), records.WRITE_TAKES, timedelta(minutes=4)]


class Reading(NamedTuple):
    """A content with the moment at which it was first read: what an agent sends."""

    read_at: datetime
    content: Content


class Entry(NamedTuple):
    """One line of the book. `version`, `content` and `comment` are those that it is about."""

    what: str
    at: datetime
    by: str
    version: int
    content: Content
    comment: str = ""
    note: str = ""


@dataclass
class Book:
    """What happened, in order, and what follows from it."""

    key: RecordKey
    log: list[Entry] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)

    # The office's side

    def winner(self) -> Reading:
        """Of all that ever came, the latest; of equally late ones that with the larger digest."""
        return max(self.readings, key=lambda it: (it.read_at, it.content.digest(self.key, OCTOBER)))

    def changes(self) -> list[Entry]:
        """What the office saw, one after the other."""
        return [entry for entry in self.log if entry.what in ("synced", "entered")]

    def versions(self) -> list[Entry]:
        """Each makes what was on an accountant's page stale: a change, or that the amount was taken back."""
        return [entry for entry in self.log if entry.what in ("synced", "entered", "withdrawn")]

    def version(self) -> int:
        """How often that happened."""
        return len(self.versions())

    def came(self, reading: Reading, by: str, now: datetime, *, publish: bool) -> str:
        """A machine delivers. Returns the answer that it gets."""
        held = self.winner().content if self.readings else None
        self.readings.append(reading)
        if reading.content == held:
            return "unchanged"
        if self.winner().content == held:
            return "older"
        comment = self.changes()[-1].comment if held else ""
        self.log.append(Entry("synced", now, by, self.version() + 1, reading.content, comment))
        if publish:
            self.shows(by, now, rule="every-update")
        return "stored"

    def typed(self, reading: Reading, comment: str, by: str, now: datetime) -> None:
        """An accountant types in."""
        self.readings.append(reading)
        self.log.append(Entry("entered", now, by, self.version() + 1, reading.content, comment, comment))

    # The client's side

    def after(self, *what: str) -> list[Entry]:
        """Everything after the last entry of these sorts."""
        return list(takewhile(lambda entry: entry.what not in what, reversed(self.log)))[::-1]

    def told(self) -> Entry | None:
        """What the client was told last: an amount, or that it was withdrawn."""
        return next((entry for entry in reversed(self.log) if entry.what in ("approved", "withdrawn")), None)

    def shown(self) -> Entry | None:
        """The approval whose amount the client sees."""
        told = self.told()
        return told if told is not None and told.what == "approved" else None

    def since_shown(self, what: str) -> list[Entry]:
        """What the client did with the amount that it sees."""
        first = self._first_with_these_figures()
        return [entry for entry in self.log[first:] if entry.what == what] if self.shown() else []

    def _first_with_these_figures(self) -> int:
        """Where the log begins to be about the figures that the client sees: a new comment is no new amount."""
        first = len(self.log)
        for place in reversed(range(len(self.log))):
            entry = self.log[place]
            if entry.what == "withdrawn" or (entry.what == "approved" and entry.content != self.told().content):
                break
            if entry.what == "approved":
                first = place
        return first

    def shows_something_else(self) -> bool:
        """Whether the office sees something that the client does not."""
        shown, change = self.shown(), self.changes()[-1]
        return shown is None or (shown.content, shown.comment) != (change.content, change.comment)

    def shows(self, by: str, now: datetime, rule: str = "") -> None:
        """The last version reaches the client."""
        _, _, _, _, content, comment, _ = self.changes()[-1]
        self.log.append(Entry("approved", now, by, self.version(), content, comment, rule))

    def corrects(self) -> Content | None:
        """What the client saw before the figures that it sees, where it was something else."""
        before = [entry for entry in self.log[: self._first_with_these_figures()] if entry.what == "approved"]
        shown = self.shown()
        return before[-1].content if before and shown and before[-1].content != shown.content else None

    def state(self) -> str:
        """The one word for it."""
        told = self.told()
        if told is None:
            return "waiting"
        if told.what == "withdrawn":
            return "waiting" if {entry.what for entry in self.after("withdrawn")} else "withdrawn"
        if self.shows_something_else():
            return "changed"
        return "seen" if self.since_shown("seen") else "sent"


class Page(NamedTuple):
    """What an accountant has on the screen: the version (0: no such record), and when the page was opened."""

    version: int
    opened_at: datetime


class TwoSteps(RuleBasedStateMachine):
    """The actions, each done to the record and told to the book."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 11, 24, 8, tzinfo=UTC)
        self.record: Record | None = None
        self.every_update = False
        self.outbox: dict[str, list[Reading]] = {machine: [] for machine in MACHINES}
        self.pages = {accountant: Page(0, self.now) for accountant in ACCOUNTANTS}
        self.client_page = 0
        self.approved_versions: set[int] = set()

    @initialize(key=st.sampled_from([VAT, STATEMENT]), ahead=st.tuples(*[st.sampled_from(CLOCKS_AHEAD)] * 2))
    def an_office(self, key: RecordKey, ahead: tuple[timedelta, timedelta]) -> None:
        self.book = Book(key)
        self.figures = STATEMENTS if key is STATEMENT else AMOUNTS
        self.ahead = dict(zip(MACHINES, ahead, strict=True))

    # What can happen

    @rule(pause=st.sampled_from(PAUSES))
    def time_passes(self, pause: timedelta) -> None:
        self.now += pause

    @rule(on=st.booleans())
    def the_office_switches_approve_at_every_update(self, on: bool) -> None:
        self.every_update = on

    @rule(machine=st.sampled_from(MACHINES), which=st.integers(0, 3))
    def the_books_on_a_machine_change(self, machine: str, which: int) -> None:
        content = self.figures[which]
        sent = self.outbox[machine]
        if not sent or sent[-1].content != content:  # an unchanged content keeps its moment forever
            sent.append(Reading(self.now + self.ahead[machine], content))

    @rule(machine=st.sampled_from(MACHINES), which=st.integers(0, 3), pause=st.none() | st.sampled_from(PAUSES))
    def a_machine_delivers_what_changed(self, machine: str, which: int, pause: timedelta | None) -> None:
        self.now += pause or timedelta(0)
        self.the_books_on_a_machine_change(machine, which)
        self.delivers(machine, self.outbox[machine][-1])

    @precondition(lambda self: any(self.outbox.values()))
    @rule(machine=st.sampled_from(MACHINES), back=st.integers(0, 6))
    def a_machine_delivers_an_old_reading_late_or_again(self, machine: str, back: int) -> None:
        sent = self.outbox[machine] or next(filter(None, self.outbox.values()))
        self.delivers(machine, sent[-1 - back % len(sent)])

    def delivers(self, machine: str, reading: Reading) -> None:
        """A reading arrives, and once more."""

        def deliver() -> tuple[Answer, Record]:
            return records.receive(
                self.record,
                self.book.key,
                OCTOBER,
                reading.content,
                read_at=reading.read_at,
                by=machine,
                now=self.now,
                publish=self.every_update,
            )

        expected = self.book.came(reading, machine, self.now, publish=self.every_update)
        answer, record = deliver()
        assert answer == expected
        if expected == "stored" and self.every_update:
            self.approved_versions.add(record.current.version)
        self.becomes(record)
        again, unchanged = deliver()
        assert again is (Answer.OLDER if answer is Answer.OLDER else Answer.UNCHANGED)
        assert unchanged == record

    @rule(accountant=st.sampled_from(ACCOUNTANTS), after=st.sampled_from(PAUSES))
    def an_accountant_opens_the_page(self, accountant: str, after: timedelta | None) -> None:
        if after is None:  # goes on with the page that is open
            return
        self.now += after
        version = self.record.current.version if self.record else 0
        self.pages[accountant] = Page(version, self.now)

    @precondition(lambda self: self.record)
    @rule(accountant=st.sampled_from(ACCOUNTANTS), reopens=st.none() | st.sampled_from(PAUSES))
    def an_accountant_approves_what_the_page_shows(self, accountant: str, reopens: timedelta | None) -> None:
        self.an_accountant_opens_the_page(accountant, reopens)
        seen = self.pages[accountant].version
        self.approves(
            accountant,
            allowed=seen == self.book.version(),
            do=lambda record: records.approve(record, seen, by=accountant, now=self.now),
        )

    @precondition(lambda self: self.record)
    @rule(accountant=st.sampled_from(ACCOUNTANTS), reopens=st.none() | st.sampled_from(PAUSES))
    def an_accountant_approves_everything_that_waits(self, accountant: str, reopens: timedelta | None) -> None:
        self.an_accountant_opens_the_page(accountant, reopens)
        assert self.record is not None
        if not self.record.needs_approval:  # such are left alone, withdrawn ones above all
            assert self.book.state() in ("sent", "seen", "withdrawn")
            return
        opened_at = self.pages[accountant].opened_at
        self.approves(
            accountant,
            allowed=self.book.changes()[-1].at <= opened_at - records.WRITE_TAKES,
            do=lambda record: records.approve_as_of(record, opened_at, by=accountant, now=self.now),
        )

    @precondition(lambda self: self.record)
    @rule(
        accountant=st.sampled_from(ACCOUNTANTS),
        reopens=st.none() | st.sampled_from(PAUSES),
        reason=st.sampled_from(["Zła kwota", "Brakuje faktury ", " "]),
    )
    def an_accountant_withdraws_what_the_client_sees(
        self, accountant: str, reopens: timedelta | None, reason: str
    ) -> None:
        self.an_accountant_opens_the_page(accountant, reopens)
        seen = self.pages[accountant].version
        shown = self.book.shown()
        refusal = self.attempt(lambda it: records.withdraw(it, seen, reason, by=accountant, now=self.now))
        if not reason.strip():
            assert refusal is errors.REASON_MISSING
        elif seen != self.book.version():
            assert refusal is errors.RECORD_CHANGED
        elif shown is None:
            assert refusal is errors.NOTHING_TO_WITHDRAW
        else:
            assert refusal is None
            note = reason.strip()
            self.book.log.append(Entry("withdrawn", self.now, accountant, shown.version, shown.content, note=note))

    @rule(
        accountant=st.sampled_from(ACCOUNTANTS),
        reopens=st.none() | st.sampled_from(PAUSES),
        which=st.none() | st.integers(0, 3),  # none: only the comment is edited
        comment=st.sampled_from(["", "Do 25."]),
    )
    def an_accountant_types_figures_in(
        self, accountant: str, reopens: timedelta | None, which: int | None, comment: str
    ) -> None:
        self.an_accountant_opens_the_page(accountant, reopens)
        changes, seen = self.book.changes(), self.pages[accountant].version
        content = changes[-1].content if changes and which is None else self.figures[which or 0]
        before = self.record

        def enter(known: Record | None) -> Record:
            return records.enter(
                known, self.book.key, OCTOBER, content, comment, seen_version=seen, by=accountant, now=self.now
            )

        refusal = self.attempt(enter)
        if changes and (changes[-1].content, changes[-1].comment) == (content, comment):
            assert (refusal, self.record) == (None, before)
        elif seen != self.book.version() and changes:
            assert refusal is errors.RECORD_CHANGED
        else:
            assert refusal is None
            assert self.record is not None
            read_at = self.record.current.read_at
            assert read_at >= self.now
            assert all(read_at > earlier.read_at for earlier in self.book.readings)
            self.book.typed(Reading(read_at, content), comment, accountant, self.now)

    @precondition(lambda self: self.record)
    @rule()
    def the_client_looks(self) -> None:
        shown = self.book.shown()
        assert self.attempt(lambda it: records.see(it, by=CLIENT, now=self.now)) is None
        if shown and not self.book.since_shown("seen"):
            self.book.log.append(Entry("seen", self.now, CLIENT, shown.version, shown.content))
        self.client_page = shown.version if shown else 0

    @precondition(lambda self: self.record)
    @rule(paid_on=st.sampled_from([date(2026, 11, 24), date(2026, 11, 25), None]), looks=st.booleans())
    def the_client_marks_what_it_saw_as_paid_or_not(self, paid_on: date | None, looks: bool) -> None:
        if looks:
            self.the_client_looks()
        shown = self.book.shown()
        note = paid_on.isoformat() if paid_on else ""

        def mark(record: Record) -> Record:
            return records.mark_paid(record, self.client_page, paid_on, by=CLIENT, now=self.now)

        assert self.record is not None
        if shown is None or shown.version != self.client_page:
            with refused(errors.RECORD_CHANGED, "record") as refusal:
                mark(self.record)
            # Never a value that the office has not approved.
            told = refusal.value.values.get("now", "–")
            assert told == (records.summary(self.book.key, shown.content) if shown else "–")
            return
        self.becomes(mark(self.record))
        marks = self.book.since_shown("paid")
        if note != (marks[-1].note if marks else ""):
            self.book.log.append(Entry("paid", self.now, CLIENT, shown.version, shown.content, note=note))

    # What must hold at every moment

    @invariant()
    def the_office_sees_the_latest_of_all_that_ever_came(self) -> None:
        if self.record is None:
            assert not self.book.log
            return
        current, change = self.record.current, self.book.changes()[-1]
        assert (current.read_at, current.content) == self.book.winner()
        assert (current.content, current.comment) == (change.content, change.comment)
        assert (current.version, current.since) == (self.book.version(), self.book.versions()[-1].at)
        assert current.by == change.by
        assert current.by_hand == (change.what == "entered")

    @invariant()
    def the_client_sees_what_was_approved_and_nothing_else(self) -> None:
        shown = self.book.shown()
        published = self.record.published if self.record else None
        assert (published is None) == (shown is None)
        if published is None or shown is None:
            return
        version = [entry for entry in self.book.changes() if entry.version <= published.version][-1]
        assert (published.content, published.comment) == (version.content, version.comment)
        assert (published.version, published.at, published.by) == (shown.version, shown.at, shown.by)
        assert (published.rule or "") == shown.note
        assert published.corrects == self.book.corrects()
        assert published.version in self.approved_versions

    @invariant()
    def the_client_is_told_of_a_withdrawal_until_the_next_approval(self) -> None:
        told = self.book.told()
        withdrawn = self.record.withdrawn if self.record else None
        assert (withdrawn is not None) == (told is not None and told.what == "withdrawn")
        if withdrawn is not None and told is not None:
            assert (withdrawn.reason, withdrawn.content) == (told.note, told.content)
            assert (withdrawn.at, withdrawn.by) == (told.at, told.by)

    @invariant()
    def the_office_knows_when_it_was_first_seen_and_paid(self) -> None:
        if self.record is None or self.record.published is None:
            return
        seen, paid = self.book.since_shown("seen"), self.book.since_shown("paid")
        assert self.record.published.seen_at == (seen[0].at if seen else None)
        paid_on = self.record.published.paid_on
        assert (paid_on.isoformat() if paid_on else "") == (paid[-1].note if paid else "")

    @invariant()
    def the_state_is_the_one_word_for_all_that(self) -> None:
        if self.record is not None:
            assert self.record.state == self.book.state()
            assert self.record.needs_approval == (self.book.state() in ("waiting", "changed"))

    @invariant()
    def the_history_is_the_log(self) -> None:
        steps = self.record.steps if self.record else ()
        assert [(step.action, step.at, step.by, step.version, step.content, step.note) for step in steps] == [
            (entry.what, entry.at, entry.by, entry.version, entry.content, entry.note) for entry in self.book.log
        ]

    # Help

    def approves(self, accountant: str, *, allowed: bool, do: Callable[[Record], Record]) -> None:
        """An approval: refused with the new value, or without effect, or the last version reaches the client."""
        before = self.record
        expected = None if allowed else errors.RECORD_CHANGED
        assert self.attempt(do) is expected
        if not allowed:
            return
        assert self.pages[accountant].version == self.book.version()  # exactly what somebody saw
        if not self.book.shows_something_else():
            assert self.record is before
            return
        self.approved_versions.add(self.book.version())
        self.book.shows(accountant, self.now)
        assert self.record is not None
        assert do(self.record) is self.record  # a repeat changes nothing

    def attempt(self, do: Callable[[Record], Record] | Callable[[Record | None], Record]) -> errors.Code | None:
        """Do it and keep what comes of it. Returns the code when it is refused, and then nothing changed."""
        try:
            after = do(self.record)
        except errors.Refusal as refusal:
            code, told = refusal.code, refusal.values.get("now")
        else:
            self.becomes(after)
            return None
        if code is errors.RECORD_CHANGED:
            assert told == records.summary(self.book.key, self.book.changes()[-1].content)
        return code

    def becomes(self, after: Record) -> None:
        """What must hold between before and after, whatever was done."""
        before, self.record = self.record, after
        if before is None:
            assert after.current.version == 1
            assert len(after.steps) in (1, 2)
            return
        assert after.steps[: len(before.steps)] == before.steps
        new = {step.action for step in after.steps[len(before.steps) :]}
        stale = bool(new & {Action.SYNCED, Action.ENTERED, Action.WITHDRAWN})
        assert after.current.version == before.current.version + stale
        if not new & {Action.SYNCED, Action.ENTERED}:
            assert (after.current.content, after.current.comment) == (before.current.content, before.current.comment)
        if not new & {Action.APPROVED, Action.WITHDRAWN}:
            assert self.client_side(after) == self.client_side(before)
        if not new:
            assert after.published == before.published
            assert after.withdrawn == before.withdrawn
        if before.state is State.WITHDRAWN and not new & {Action.APPROVED}:
            assert after.published is None

    @staticmethod
    def client_side(record: Record) -> object:
        """Figures, comment and reason as the client sees them."""
        published = record.published
        return published and (published.content, published.comment, published.version), record.withdrawn


TestTwoSteps = TwoSteps.TestCase
TestTwoSteps.settings = settings(max_examples=120, stateful_step_count=40)


# The same of agents alone, as a property

_MINUTES = st.integers(0, 4).map(lambda minutes: datetime(2026, 11, 24, 8, minutes, tzinfo=UTC))
_READINGS = st.builds(Reading, _MINUTES, st.sampled_from(AMOUNTS))


def delivered(readings: list[Reading]) -> Record:
    """One after another, each by some machine."""
    record: Record | None = None
    for minute, reading in enumerate(readings):
        now = datetime(2026, 11, 24, 9, tzinfo=UTC) + timedelta(minutes=minute)
        _, record = records.receive(record, VAT, OCTOBER, reading.content, read_at=reading.read_at, by="agent", now=now)
    assert record is not None
    return record


@given(st.lists(_READINGS, min_size=1, max_size=8), st.data())
@settings(max_examples=150)
def test_neither_order_nor_repetition_of_what_agents_send_matters(readings: list[Reading], data: st.DataObject) -> None:
    repeated = readings + data.draw(st.lists(st.sampled_from(readings), max_size=6))
    shuffled = data.draw(st.permutations(repeated))
    one, other = delivered(readings).current, delivered(shuffled).current
    latest = max(readings, key=lambda it: (it.read_at, it.content.digest(VAT, OCTOBER)))
    assert (one.read_at, one.content) == (other.read_at, other.content) == latest


@given(st.lists(_READINGS, min_size=1, max_size=8))
def test_sending_everything_again_changes_nothing(readings: list[Reading]) -> None:
    record = delivered(readings)
    for reading in readings:
        answer, after = records.receive(
            record,
            VAT,
            OCTOBER,
            reading.content,
            read_at=reading.read_at,
            by="agent",
            now=datetime(2026, 11, 25, tzinfo=UTC),
        )
        assert after == record
        assert answer in (Answer.UNCHANGED, Answer.OLDER)
