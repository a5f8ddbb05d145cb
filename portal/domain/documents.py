"""Documents: from the client's hand to the accountant's desk. What may become of one, by whom, and what is kept of it.

A document exists from the moment its upload is signed, so nothing that was announced can vanish: it arrives, is stopped
with a reason, or is closed as lost after a day. Every step is kept with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, NoReturn

from portal.domain import errors
from portal.domain.periods import Period

LOST_AFTER = timedelta(days=1)
"""An upload that has not arrived by then is closed; should it come later, it is taken all the same."""

MOST_SIGNED = 100
"""Files whose upload one request signs."""

SIZE_LIMIT = 25 * 1024 * 1024
PAGE_LIMIT = 1_000
"""Pages of a file that intake accepts."""

MEGAPIXEL_LIMIT = 100
"""Millions of pixels of a picture that intake accepts."""

NAME_LIMIT = 120
TEXT_LIMIT = 1000
MOST_MESSAGES = 50
MOST_STEPS = 200


class Kind(StrEnum):
    """What a document is, for bookkeeping."""

    PURCHASE = "purchase"
    SALE = "sale"
    BANK = "bank"
    CONTRACT = "contract"
    PAYROLL = "payroll"
    OTHER = "other"


class Source(StrEnum):
    """How it came. `fee`: an invoice of the office itself, put into the client's panel."""

    WEB = "web"
    PHONE = "phone"
    OFFICE = "office"
    MAIL = "mail"
    KSEF = "ksef"
    FEE = "fee"


class Status(StrEnum):
    """Where a document stands. The first three tell of its intake, the others of its circulation (product.md §5)."""

    AWAITED = "awaited"
    STOPPED = "stopped"
    LOST = "lost"
    NEW = "new"
    TO_PROCESS = "to-process"
    TO_REVIEW = "to-review"
    QUESTION = "question"
    APPROVED = "approved"
    REJECTED = "rejected"
    DELETED = "deleted"
    WITHDRAWN = "withdrawn"


NOT_ARRIVED = frozenset({Status.AWAITED, Status.STOPPED, Status.LOST})
GONE = frozenset({Status.DELETED, Status.WITHDRAWN})
OPEN = (Status.NEW, Status.TO_PROCESS, Status.TO_REVIEW, Status.QUESTION)
"""What somebody still has to do something about."""

_CIRCULATION = {
    Status.NEW: Status.TO_PROCESS,
    Status.QUESTION: Status.TO_PROCESS,  # the client answered by telephone
    Status.TO_PROCESS: Status.TO_REVIEW,
    Status.TO_REVIEW: Status.APPROVED,
}


STOPPED_LIMITS: Mapping[str, int] = {"stopped-pages": PAGE_LIMIT, "stopped-pixels": MEGAPIXEL_LIMIT}
"""What the sentence of a code names: a stopped document keeps the code alone."""


class Column(StrEnum):
    """Columns of the revenue and expense ledger (KPiR) that a document's amounts go to („Wydatki”)."""

    SALES = "sales"
    OTHER_REVENUE = "other-revenue"
    GOODS = "goods"
    SIDE_COSTS = "side-costs"
    WAGES = "wages"
    OTHER_COSTS = "other-costs"
    RESEARCH = "research"


class Side(StrEnum):
    """Who speaks in a thread."""

    OFFICE = "office"
    CLIENT = "client"


class Ref(NamedTuple):
    """How a document is named: its month and its id. Written `2026-11-01J…`; one that moved is found all the same."""

    period: Period
    id: str

    @classmethod
    def parse(cls, text: str) -> Ref:
        """Raises `not-found`."""
        try:
            return cls(Period.parse(text[:7]), _id(text[8:])) if text[7:8] == "-" else _unknown()
        except errors.Refusal:
            return _unknown()

    def __str__(self) -> str:
        return f"{self.period}-{self.id}"


def _id(text: str) -> str:
    return text if len(text) == 26 and text.isascii() and text.isalnum() else _unknown()


def _unknown() -> NoReturn:
    raise errors.Refusal(errors.NOT_FOUND)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the thread on a document. `by` is a person's id."""

    at: datetime
    by: str
    side: Side
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a document's history. `by`: a person's id, empty: the portal itself. `text`: a reason, a change."""

    at: datetime
    by: str
    what: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What intake found in the content of a file. `sha256` in hex; `pictures`: how many page pictures there are."""

    media_type: str
    size: int
    sha256: str
    pages: int = 0
    pictures: int = 0


@dataclass(frozen=True, slots=True)
class Description:
    """What people (or a structured invoice) say of a document. Amounts in grosze; `columns` per KPiR column."""

    kind: Kind = Kind.OTHER
    note: str = ""
    number: str = ""
    seller_nip: str = ""
    buyer_nip: str = ""
    gross: int | None = None
    issued_on: date | None = None
    category: str = ""
    columns: Mapping[Column, int] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """By which the same invoice is recognised however it comes: seller, number, gross. Empty: not all known."""
        if not (self.seller_nip and self.number and self.gross is not None):
            return ""
        number = "".join(self.number.split()).casefold()
        return "n" + hashlib.sha256(f"{self.seller_nip}|{number}|{self.gross}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Document:
    """One document. `name` is the file's name as the client had it; `declared` what the upload was signed for.

    `reason`: why it was stopped (a code) or rejected (a sentence). `twin`: another document (its written `Ref`) that
    seems to be the same; `twin_settled`: a person said what to think of that. `replaces`: a stopped document that this
    one stands for. `delivered`: in the office's own firm, where a fee invoice was put (`firm/ref`). `version` counts
    changes, for conditions on writes.
    """

    id: str
    period: Period
    name: str
    source: Source
    by: str
    created_at: datetime
    declared: Facts
    status: Status = Status.AWAITED
    description: Description = field(default_factory=Description)
    facts: Facts | None = None
    arrived_at: datetime | None = None
    reason: str = ""
    thread: tuple[Message, ...] = ()
    steps: tuple[Step, ...] = ()
    twin: str = ""
    twin_settled: bool = False
    replaces: str = ""
    exported_at: datetime | None = None
    delivered: str = ""
    version: int = 1

    @property
    def ref(self) -> Ref:
        """How it is named now."""
        return Ref(self.period, self.id)

    @property
    def openable(self) -> bool:
        """Whether its file was verified and may be opened."""
        return self.facts is not None and self.status not in NOT_ARRIVED

    @property
    def doubtful(self) -> bool:
        """Whether another one seems to be the same, and nobody has said yet what to think of that."""
        return bool(self.twin) and not self.twin_settled

    @property
    def locked(self) -> bool:
        """Whether it is in an export, and so can be looked at only."""
        return self.exported_at is not None

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """By what others like it are found. None once it is deleted: a deleted one is nobody's double."""
        if self.status in GONE or self.facts is None:
            return ()
        return tuple(one for one in ("h" + self.facts.sha256, self.description.fingerprint) if one)

    def next_status(self, *, circulation: bool) -> Status | None:
        """The next station, one after the other with circulation, at once the last one without; None at the end."""
        if self.locked or self.status not in _CIRCULATION:
            return None
        return _CIRCULATION[self.status] if circulation else Status.APPROVED

    # Intake

    def arrived(self, facts: Facts, now: datetime) -> Document:
        """Its file is there and in order. One given up as lost comes late, but it comes. Raises `document-arrived`."""
        if self.status not in (Status.AWAITED, Status.LOST):
            raise errors.Refusal(errors.DOCUMENT_ARRIVED)
        return replace(self._with(Status.NEW, now, "", "arrived"), facts=facts, arrived_at=now, reason="")

    def stopped(self, code: str, now: datetime) -> Document:
        """Its file is there and cannot be accepted: kept aside, with a code for a reason. Raises `document-arrived`."""
        if self.status not in (Status.AWAITED, Status.LOST):
            raise errors.Refusal(errors.DOCUMENT_ARRIVED)
        return replace(self._with(Status.STOPPED, now, "", "stopped", code), reason=code, arrived_at=now)

    def lost(self, now: datetime) -> Document:
        """Nothing came within a day."""
        if self.status is not Status.AWAITED or now - self.created_at < LOST_AFTER:
            raise errors.Refusal(errors.DOCUMENT_ARRIVED)
        return self._with(Status.LOST, now, "", "lost")

    def replaced(self, by: Ref, now: datetime) -> Document:
        """Another upload stands for it."""
        return self._with(Status.DELETED, now, "", "replaced", str(by))

    # Circulation

    def advanced(self, by: str, now: datetime, *, circulation: bool) -> Document:
        """One station further. Raises `document-locked`, `document-status`."""
        self._require_unlocked()
        wanted = self.next_status(circulation=circulation)
        if wanted is None:
            raise errors.Refusal(errors.DOCUMENT_STATUS)
        return self._with(wanted, now, by, wanted.value)

    def asked(self, text: str, by: str, now: datetime, *, circulation: bool) -> Document:
        """A question to the client. Raises `document-no-circulation`, and as `rejected` does."""
        if not circulation:
            raise errors.Refusal(errors.DOCUMENT_NO_CIRCULATION)
        self._require_in_circulation()
        spoken = self.said(text, Side.OFFICE, by, now)
        return spoken._with(Status.QUESTION, now, by, Status.QUESTION.value)

    def answered(self, text: str, by: str, now: datetime) -> Document:
        """The client's answer returns it to be processed; without a question it is a message like any other."""
        spoken = self.said(text, Side.CLIENT, by, now)
        if self.status is not Status.QUESTION or self.locked:
            return spoken
        return spoken._with(Status.TO_PROCESS, now, by, "answered")

    def rejected(self, reason: str, by: str, now: datetime) -> Document:
        """Refused; the client sees why. Raises `rejection-reason`, `document-locked`, `document-status`."""
        self._require_in_circulation()
        if not reason.strip():
            raise errors.Refusal(errors.REJECTION_REASON, "reason")
        text = _text(reason, "reason")
        return replace(self._with(Status.REJECTED, now, by, Status.REJECTED.value, text), reason=text)

    def said(self, text: str, side: Side, by: str, now: datetime) -> Document:
        """A message in the thread. Raises `message-empty`, `text-too-long`, `too-many-messages`."""
        if self.status in GONE:
            raise errors.Refusal(errors.DOCUMENT_STATUS)
        if not text.strip():
            raise errors.Refusal(errors.MESSAGE_EMPTY, "text")
        if len(self.thread) >= MOST_MESSAGES:
            raise errors.Refusal(errors.TOO_MANY_MESSAGES, limit=MOST_MESSAGES)
        return replace(self, thread=(*self.thread, Message(now, by, side, _text(text, "text"))))

    def described(self, wanted: Description, period: Period, by: str, now: datetime) -> Document:
        """Other data, perhaps another month. Raises `document-locked`, `document-status`."""
        self._require_unlocked()
        if self.status in GONE:
            raise errors.Refusal(errors.DOCUMENT_STATUS)
        _text(wanted.note, "note")
        if wanted == self.description and period == self.period:
            return self
        changed = replace(self, description=wanted, period=period)
        if wanted.fingerprint != self.description.fingerprint:
            changed = replace(changed, twin_settled=False)
        return changed._with(self.status, now, by, "described", _told(self, wanted, period))

    def exported(self, by: str, now: datetime) -> Document:
        """In an export: locked from now on. Raises `document-not-approved`, `document-locked`."""
        self._require_unlocked()
        if self.status is not Status.APPROVED:
            raise errors.Refusal(errors.DOCUMENT_NOT_APPROVED)
        return replace(self._with(self.status, now, by, "exported"), exported_at=now)

    def deleted(self, by: str, side: Side, now: datetime) -> Document:
        """Taken back. The client may while nobody has begun with it. Raises `document-locked`, `document-begun`."""
        self._require_unlocked()
        if self.status in GONE:
            raise errors.Refusal(errors.DOCUMENT_STATUS)
        if side is Side.CLIENT and self.status not in (*NOT_ARRIVED, Status.NEW):
            raise errors.Refusal(errors.DOCUMENT_BEGUN)
        if self.source is Source.FEE and side is Side.CLIENT:
            raise errors.Refusal(errors.DOCUMENT_BEGUN)
        return self._with(Status.DELETED, now, by, "deleted")

    def delivered_as(self, place: str, by: str, now: datetime) -> Document:
        """A fee invoice that was put into a client's firm, as `firm/ref`; also one that is exported: nothing changes.

        Raises `fee-delivered`.
        """
        if self.delivered:
            raise errors.Refusal(errors.FEE_DELIVERED)
        return replace(self._with(self.status, now, by, "fee-delivered"), delivered=place)

    def undelivered(self, by: str, now: datetime) -> Document:
        """The client has it no more. Raises `fee-not-delivered`."""
        if not self.delivered:
            raise errors.Refusal(errors.FEE_NOT_DELIVERED)
        return replace(self._with(self.status, now, by, "fee-withdrawn"), delivered="")

    def withdrawn(self, by: str, now: datetime, why: str = "") -> Document:
        """A fee invoice that the office took back."""
        return self._with(Status.WITHDRAWN, now, by, "withdrawn", why)

    # Doubles

    def doubled_by(self, other: Ref | None) -> Document:
        """Another one seems to be the same, or none any more; what a person said of a pair stands while it is one."""
        told = str(other) if other else ""
        return self if self.twin == told else replace(self, twin=told, twin_settled=False)

    def settled(self, by: str, now: datetime) -> Document:
        """A person says that both are to be kept."""
        return replace(self._with(self.status, now, by, "not-a-double", self.twin), twin_settled=True)

    def _require_unlocked(self) -> None:
        if self.locked:
            raise errors.Refusal(errors.DOCUMENT_LOCKED)

    def _require_in_circulation(self) -> None:
        self._require_unlocked()
        if self.status in NOT_ARRIVED | GONE:
            raise errors.Refusal(errors.DOCUMENT_STATUS)

    def _with(self, status: Status, now: datetime, by: str, what: str, text: str = "") -> Document:
        """In a status, with a step of its history; the oldest steps make room for the newest."""
        steps = (*self.steps, Step(now, by, what, text))[-MOST_STEPS:]
        return replace(self, status=status, steps=steps)


def _text(text: str, field_name: str) -> str:
    if len(text) > TEXT_LIMIT:
        raise errors.Refusal(errors.TEXT_TOO_LONG, field_name, limit=TEXT_LIMIT)
    return text.strip()


def _told(before: Document, wanted: Description, period: Period) -> str:
    """Which fields changed, by name: values are money and numbers, and stand on the page anyway."""
    fields = [
        name for name in wanted.__dataclass_fields__ if getattr(before.description, name) != getattr(wanted, name)
    ]
    if period != before.period:
        return " ".join([f"{before.period}→{period}", *fields])
    return " ".join(fields)
