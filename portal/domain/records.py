"""A record is one amount of a firm's month: a contribution, a tax or a statement.

It has a *current* side (what the office sees) and a *published* side (what the client sees). The rules are those of
two-step visibility: only an approval moves current to published, it names the version it saw, and every step leaves
a trace. Everything here is a value: each function returns the record that follows, or refuses.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from portal.domain import errors, money
from portal.domain.periods import Period

SUBJECT_LIMIT = 60
COMMENT_LIMIT = 500
TAX_FORMS = ("VAT-7", "VAT-7K", "PIT-5", "PIT-5L", "PPE", "PIT-4R", "PIT-8AR", "CIT")
WRITE_TAKES = timedelta(seconds=15)
MILLISECOND = timedelta(milliseconds=1)
FORECAST_MONTHS = 12
VERSION_DIGITS = 9
PERSONAL_FORMS = frozenset({"PIT-5", "PIT-5L", "PPE"})
"""Income taxes of a person, not of the company: of a partner, when the record names one."""
QUARTERLY_FORMS = frozenset({"VAT-7K"})


class Kind(StrEnum):
    """What a record is about, in the order of the tabs: Składki ZUS, Podatki, Zestawienia."""

    CONTRIBUTION = "contribution"
    TAX = "tax"
    STATEMENT = "statement"


class Settlement(StrEnum):
    """The type of a settlement: deklaracja, korekta, zaliczka, prognoza, inne."""

    DECLARATION = "D"
    CORRECTION = "K"
    ADVANCE = "Z"
    FORECAST = "P"
    OTHER = "I"


_SETTLEMENTS = {
    Kind.CONTRIBUTION: {Settlement.DECLARATION, Settlement.CORRECTION},
    Kind.TAX: set(Settlement),
    Kind.STATEMENT: {Settlement.DECLARATION, Settlement.CORRECTION},
}


@dataclass(frozen=True, slots=True, order=True)
class RecordKey:
    """Which record of a firm's month: the kind, the form of a tax, whom a contribution or personal tax concerns."""

    kind: Kind
    form: str = ""
    subject: str = ""

    @classmethod
    def parse(cls, text: str) -> RecordKey:
        """Read what `str()` wrote. Raises `record-unknown`."""
        kind, form, subject = (*text.split(".", 2), "", "")[:3]
        if kind not in set(Kind):
            raise errors.Refusal(errors.RECORD_UNKNOWN, "record")
        return cls(Kind(kind), form, subject)

    def __str__(self) -> str:
        return f"{self.kind}.{self.form}.{self.subject}"

    def check(self) -> None:
        """Raises `form-unknown`, `subject-invalid`."""
        if self.form not in (TAX_FORMS if self.kind is Kind.TAX else ("",)):
            raise errors.Refusal(errors.FORM_UNKNOWN, "form", form=self.form)
        too_long = len(self.subject) > SUBJECT_LIMIT or not self.subject.isprintable()
        personal = self.kind is Kind.CONTRIBUTION or self.form in PERSONAL_FORMS
        if too_long or (self.subject and not personal):
            raise errors.Refusal(errors.SUBJECT_INVALID, "subject")


class Seen(NamedTuple):
    """A record of a firm at the version that somebody saw, written `2026-10.tax.VAT-7.@3`."""

    period: Period
    key: RecordKey
    version: int

    @classmethod
    def parse(cls, text: str) -> Seen:
        """Raises `record-unknown`, `period-invalid`."""
        name, _, version = text.rpartition("@")
        period, _, key = name.partition(".")
        if not (version.isascii() and version.isdigit() and len(version) <= VERSION_DIGITS):
            raise errors.Refusal(errors.RECORD_UNKNOWN, "record")
        return cls(Period.parse(period, "record"), RecordKey.parse(key), int(version))


def name(period: Period, key: RecordKey) -> str:
    """A record's name inside its firm, for forms and addresses: `2026-10.tax.VAT-7.`"""
    return f"{period}.{key}"


@dataclass(frozen=True, slots=True)
class Content:
    """The figures, in grosze. A contribution or tax has `amount` to pay or `surplus`; a statement revenue and costs."""

    settlement: Settlement
    amount: int = 0
    surplus: int = 0
    revenue: int = 0
    costs: int | None = None

    @property
    def profit(self) -> int:
        """Revenue less costs; where the books have no costs (lump sum), the revenue."""
        return self.revenue - (self.costs or 0)

    def check(self, kind: Kind) -> None:
        """Raises `settlement-not-allowed`, `amount-out-of-range`, `amount-and-surplus`."""
        if self.settlement not in _SETTLEMENTS[kind]:
            raise errors.Refusal(errors.SETTLEMENT_NOT_ALLOWED, "settlement", settlement=self.settlement.value)
        for field_name in ("amount", "surplus"):
            if not 0 <= getattr(self, field_name) <= money.MOST:
                raise errors.Refusal(errors.AMOUNT_OUT_OF_RANGE, field_name)
        for field_name in ("revenue", "costs"):
            if abs(getattr(self, field_name) or 0) > money.MOST:
                raise errors.Refusal(errors.AMOUNT_OUT_OF_RANGE, field_name)
        if self.amount and self.surplus:
            raise errors.Refusal(errors.AMOUNT_AND_SURPLUS, "surplus")

    def digest(self, key: RecordKey, period: Period) -> str:
        """The protocol's digest of this content: 32 hex digits (docs/sync-protocol.md)."""
        fields: dict[str, object] = {
            "kind": key.kind.value,
            "form": key.form,
            "subject": key.subject,
            "period": str(period),
            "settlement": self.settlement.value,
        }
        if key.kind is Kind.STATEMENT:
            fields |= {"revenue": self.revenue, "costs": self.costs}
        else:
            fields |= {"amount": self.amount, "surplus": self.surplus}
        written = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(written.encode()).hexdigest()[:32]


def check(key: RecordKey, period: Period, content: Content, today: date) -> None:
    """Whether such a record can exist on this day, whoever brings it.

    Raises what `RecordKey.check` and `Content.check` raise, `period-in-future`, `period-not-quarter`.
    """
    key.check()
    content.check(key.kind)
    ahead = FORECAST_MONTHS if content.settlement is Settlement.FORECAST else 0
    if period > Period.of(today).plus(ahead):
        raise errors.Refusal(errors.PERIOD_IN_FUTURE, "period", period=period)
    if key.form in QUARTERLY_FORMS and not period.ends_quarter:
        raise errors.Refusal(errors.PERIOD_NOT_QUARTER, "period", form=key.form)


class Action(StrEnum):
    """What happened to a record, for its history."""

    SYNCED = "synced"
    ENTERED = "entered"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    SEEN = "seen"
    PAID = "paid"


class Rule(StrEnum):
    """By what an approval came about, when not by a person's click."""

    EVERY_UPDATE = "every-update"


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a record's history: what, when, by whom (id of a person or an agent), and which figures."""

    action: Action
    at: datetime
    by: str
    version: int
    content: Content
    note: str = ""


@dataclass(frozen=True, slots=True)
class Current:
    """What the office sees, `since` when. `version` grows with every change of figures or comment."""

    content: Content
    version: int
    read_at: datetime
    since: datetime
    by: str
    by_hand: bool = False
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """What the client sees; `corrects` holds the figures that the client saw before.

    `told_at`: when the client was first told of this record. `already_paid`: grosze paid before a correction.
    """

    content: Content
    version: int
    at: datetime
    by: str
    rule: Rule | None = None
    comment: str = ""
    corrects: Content | None = None
    told_at: datetime | None = None
    seen_at: datetime | None = None
    paid_on: date | None = None
    already_paid: int = 0

    @property
    def paid(self) -> int:
        """Grosze that the client said to have paid."""
        return self.content.amount if self.paid_on else self.already_paid

    @property
    def left_to_pay(self) -> int:
        """Grosze still to pay; a correction of a paid amount leaves the difference."""
        return 0 if self.paid_on else max(0, self.content.amount - self.already_paid)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The client is told that an amount was taken back, and why.

    `told_at` and `already_paid` (grosze) are kept for the case that it is published again.
    """

    version: int
    at: datetime
    by: str
    reason: str
    content: Content
    told_at: datetime | None = None
    already_paid: int = 0


class State(StrEnum):
    """The one word for a record's state, the same on every screen."""

    WAITING = "waiting"
    SENT = "sent"
    SEEN = "seen"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Record:
    """One amount of a firm's month with both its sides and its history, oldest step first."""

    key: RecordKey
    period: Period
    current: Current
    published: Published | None = None
    withdrawn: Withdrawn | None = None
    steps: tuple[Step, ...] = ()

    @property
    def state(self) -> State:
        """Derived, never stored."""
        if self.published is None:
            taken_back = self.withdrawn is not None and self.withdrawn.version == self.current.version
            return State.WITHDRAWN if taken_back else State.WAITING
        if self._shown_differs(self.published):
            return State.CHANGED
        return State.SEEN if self.published.seen_at else State.SENT

    @property
    def name(self) -> str:
        """Its name inside the firm."""
        return name(self.period, self.key)

    @property
    def needs_approval(self) -> bool:
        """Counts as „Do zatwierdzenia": never shown, or changed since it was shown."""
        return self.state in (State.WAITING, State.CHANGED)

    @property
    def digest(self) -> str:
        """Of the current content, as the protocol defines it."""
        return self.current.content.digest(self.key, self.period)

    def _shown_differs(self, published: Published) -> bool:
        return (published.content, published.comment) != (self.current.content, self.current.comment)

    def _with_step(self, step: Step) -> tuple[Step, ...]:
        return (*self.steps, step)


class Answer(StrEnum):
    """What became of a record that an agent sent."""

    STORED = "stored"
    UNCHANGED = "unchanged"
    OLDER = "older"


def receive(
    known: Record | None,
    key: RecordKey,
    period: Period,
    content: Content,
    *,
    read_at: datetime,
    by: str,
    now: datetime,
    publish: bool = False,
) -> tuple[Answer, Record]:
    """An agent sends a content read at `read_at`; `publish`: approve at every update.

    The later content wins, and of two read at the same moment the one with the larger digest, so that neither order
    nor repetition matters. An unchanged content moves `read_at` forward only: a late batch must not undo it.
    """
    if known is not None:
        if content == known.current.content:
            later = max(read_at, known.current.read_at)
            return Answer.UNCHANGED, replace(known, current=replace(known.current, read_at=later))
        if _loses(read_at, content, known):
            return Answer.OLDER, known
    version = known.current.version + 1 if known else 1
    comment = known.current.comment if known else ""
    current = Current(content, version, read_at, now, by, comment=comment)
    stored = _follow(known, key, period, current, Step(Action.SYNCED, now, by, version, content))
    if publish:
        stored = _publish(stored, by=by, now=now, rule=Rule.EVERY_UPDATE)
    return Answer.STORED, stored


def enter(
    known: Record | None,
    key: RecordKey,
    period: Period,
    content: Content,
    comment: str,
    *,
    seen_version: int,
    by: str,
    now: datetime,
) -> Record:
    """An accountant types figures in by hand, having seen `seen_version` (0: no such record yet).

    Raises `record-changed` when the record is no longer what the accountant saw.
    """
    if len(comment) > COMMENT_LIMIT:
        raise errors.Refusal(errors.COMMENT_TOO_LONG, "comment", limit=COMMENT_LIMIT)
    if known is not None:
        if known.current.content == content and known.current.comment == comment:
            return known
        _require_seen(known, seen_version)
    version = known.current.version + 1 if known else 1
    # Later than what it replaces, whatever the agent's clock said: a repeat of that must not undo what was typed.
    read_at = max(now, known.current.read_at + MILLISECOND) if known else now
    current = Current(content, version, read_at, now, by, by_hand=True, comment=comment)
    return _follow(known, key, period, current, Step(Action.ENTERED, now, by, version, content, comment))


def approve(record: Record, seen_version: int, *, by: str, now: datetime) -> Record:
    """Copy current to published. Repeating it changes nothing; a stale version raises `record-changed`."""
    _require_seen(record, seen_version)
    if record.published is not None and not record._shown_differs(record.published):
        return record
    return _publish(record, by=by, now=now, rule=None)


def approve_as_of(record: Record, seen_at: datetime, *, by: str, now: datetime) -> Record:
    """Approve what stood there when a page was opened at `seen_at`; what came later raises `record-changed`.

    A write may land some seconds after the moment it carries, and servers' clocks differ a little, so what came
    shortly before the opening counts as not seen.
    """
    unseen = record.current.since + WRITE_TAKES > seen_at
    return approve(record, 0 if unseen else record.current.version, by=by, now=now)


def withdraw(record: Record, seen_version: int, reason: str, *, by: str, now: datetime) -> Record:
    """Take a published amount back from the client.

    Raises `record-changed`, `nothing-to-withdraw`, `reason-missing`.
    """
    reason = reason.strip()
    if not reason:
        raise errors.Refusal(errors.REASON_MISSING, "reason")
    if len(reason) > COMMENT_LIMIT:
        raise errors.Refusal(errors.COMMENT_TOO_LONG, "reason", limit=COMMENT_LIMIT)
    _require_seen(record, seen_version)
    if record.published is None:
        raise errors.Refusal(errors.NOTHING_TO_WITHDRAW, "record")
    before, shown = record.published, record.published.content
    step = Step(Action.WITHDRAWN, now, by, before.version, shown, reason)
    # A version of its own: a page opened before the withdrawal must not publish the amount again unawares. It is the
    # version taken back, since the office looked at both sides, so that neither waits any more.
    current = replace(record.current, version=record.current.version + 1, since=now)
    withdrawn = Withdrawn(current.version, now, by, reason, shown, before.told_at, before.paid)
    return replace(record, current=current, published=None, withdrawn=withdrawn, steps=record._with_step(step))


def see(record: Record, *, by: str, now: datetime) -> Record:
    """The client saw the published amount; only the first time is kept (proof of reading)."""
    if record.published is None or record.published.seen_at is not None:
        return record
    step = Step(Action.SEEN, now, by, record.published.version, record.published.content)
    return replace(record, published=replace(record.published, seen_at=now), steps=record._with_step(step))


def mark_paid(record: Record, seen_version: int, paid_on: date | None, *, by: str, now: datetime) -> Record:
    """The client says when it paid the published amount, or (`None`) that it did not. Raises `record-changed`."""
    published = record.published
    if published is None or published.version != seen_version:
        shown = summary(record.key, published.content) if published else "–"
        raise errors.Refusal(errors.RECORD_CHANGED, "record", now=shown)
    if published.paid_on == paid_on:
        return record
    note = paid_on.isoformat() if paid_on else ""
    step = Step(Action.PAID, now, by, published.version, published.content, note)
    return replace(record, published=replace(published, paid_on=paid_on), steps=record._with_step(step))


def summary(key: RecordKey, content: Content) -> str:
    """The figures in a few words, for refusals and histories: `3 450,00 zł`, `nadpłata 880,00 zł`."""
    if key.kind is Kind.STATEMENT:
        return f"{money.zloty(content.revenue)} − {money.zloty(content.costs or 0)}"
    if content.surplus:
        return f"nadpłata {money.zloty(content.surplus)}"
    return money.zloty(content.amount)


def _loses(read_at: datetime, content: Content, known: Record) -> bool:
    if read_at != known.current.read_at:
        return read_at < known.current.read_at
    return content.digest(known.key, known.period) < known.digest


def _require_seen(record: Record, seen_version: int) -> None:
    if record.current.version != seen_version:
        now = summary(record.key, record.current.content)
        raise errors.Refusal(errors.RECORD_CHANGED, "record", now=now)


def _follow(known: Record | None, key: RecordKey, period: Period, current: Current, step: Step) -> Record:
    if known is None:
        return Record(key, period, current, steps=(step,))
    return replace(known, current=current, steps=known._with_step(step))


def _publish(record: Record, *, by: str, now: datetime, rule: Rule | None) -> Record:
    current = record.current
    published = Published(current.content, current.version, now, by, rule, current.comment, told_at=now)
    if record.published is not None:
        published = _continued(published, record.published)
    elif record.withdrawn is not None:
        published = _resumed(published, record.withdrawn)
    note = rule.value if rule else ""
    step = Step(Action.APPROVED, now, by, current.version, current.content, note)
    return replace(record, published=published, withdrawn=None, steps=record._with_step(step))


def _continued(published: Published, before: Published) -> Published:
    """A new approval of what the client saw already: the figures corrected, or just the comment."""
    if published.content == before.content:
        return replace(
            published,
            corrects=before.corrects,
            told_at=before.told_at,
            seen_at=before.seen_at,
            paid_on=before.paid_on,
            already_paid=before.already_paid,
        )
    return replace(published, corrects=before.content, told_at=before.told_at, already_paid=before.paid)


def _resumed(published: Published, withdrawn: Withdrawn) -> Published:
    """A new approval of what was taken back: the client is told again, and what was paid stays paid."""
    corrects = withdrawn.content if withdrawn.content != published.content else None
    return replace(published, corrects=corrects, told_at=withdrawn.told_at, already_paid=withdrawn.already_paid)


@dataclass(frozen=True, slots=True)
class FirmMonth:
    """All records of one firm and one month: what is read and written together. `revision` 0: not stored yet."""

    firm: str
    period: Period
    revision: int = 0
    records: Mapping[RecordKey, Record] = field(default_factory=dict)

    @property
    def waiting(self) -> int:
        """How many records need an approval."""
        return sum(record.needs_approval for record in self.records.values())

    @property
    def changed(self) -> int:
        """How many of them the client sees with older figures."""
        return sum(record.state is State.CHANGED for record in self.records.values())

    def with_record(self, record: Record) -> FirmMonth:
        """The month with this record put in or replaced."""
        return replace(self, records={**self.records, record.key: record})

    def get(self, key: RecordKey) -> Record:
        """Raises `record-unknown`."""
        try:
            return self.records[key]
        except KeyError:
            raise errors.Refusal(errors.RECORD_UNKNOWN, "record") from None

    def get_shown(self, key: RecordKey) -> Record:
        """The same for the client, who must not learn of what was never published. Raises `record-unknown`."""
        record = self.get(key)
        if record.published is None and record.withdrawn is None:
            raise errors.Refusal(errors.RECORD_UNKNOWN, "record")
        return record
