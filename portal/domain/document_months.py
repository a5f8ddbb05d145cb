"""A firm's month of documents: whether it is open, what is expected in it, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from portal.domain import errors
from portal.domain.documents import GONE, NOT_ARRIVED, Document, Kind, Status
from portal.domain.periods import Period

MOST_EXPECTED = 50
LEARNED_FROM = 3
"""Months that a firm's habits are learned from: what came in each of them is expected again."""


class MonthState(StrEnum):
    """How far a month is. From `to-book` on the client cannot add to it."""

    OPEN = "open"
    TO_BOOK = "to-book"
    IN_PROGRESS = "in-progress"
    CLOSED = "closed"


NEXT_STATES: Mapping[MonthState, tuple[MonthState, ...]] = {
    MonthState.OPEN: (MonthState.TO_BOOK,),
    MonthState.TO_BOOK: (MonthState.IN_PROGRESS, MonthState.OPEN),
    MonthState.IN_PROGRESS: (MonthState.CLOSED, MonthState.OPEN),
    MonthState.CLOSED: (MonthState.OPEN,),
}
"""What the office may turn each state into: forward step by step, or back to open."""


@dataclass(frozen=True, slots=True)
class DocumentMonth:
    """A firm's month. `complete_at`, `complete_by`: when and who of the client said that all is in."""

    period: Period
    state: MonthState = MonthState.OPEN
    complete_at: datetime | None = None
    complete_by: str = ""
    version: int = 0

    @property
    def open(self) -> bool:
        """Whether the client may add documents and change them."""
        return self.state is MonthState.OPEN

    def require_open(self) -> None:
        """Raises `month-locked`."""
        if not self.open:
            raise errors.Refusal(errors.MONTH_LOCKED, "period", period=str(self.period))

    def completed(self, by: str, now: datetime) -> DocumentMonth:
        """The client says that all documents are in: the office can begin. Raises `month-locked`."""
        self.require_open()
        return replace(self, state=MonthState.TO_BOOK, complete_at=now, complete_by=by)

    def turned(self, wanted: MonthState) -> DocumentMonth:
        """The office turns it into another state; opened again, it waits for the client's word anew.

        Raises `month-state`.
        """
        if wanted not in NEXT_STATES[self.state]:
            raise errors.Refusal(errors.MONTH_STATE, "state")
        if wanted is MonthState.OPEN:
            return replace(self, state=wanted, complete_at=None, complete_by="")
        return replace(self, state=wanted)


@dataclass(frozen=True, slots=True, order=True)
class Expected:
    """A document that should come every month: of a kind, from a seller (`nip`, empty: any) whom `label` names."""

    kind: Kind
    label: str = ""
    nip: str = ""


@dataclass(frozen=True, slots=True)
class DocumentRules:
    """How an office works with a firm's documents. `learns`: what comes each month is expected by itself."""

    circulation: bool = False
    learns: bool = True
    expected: tuple[Expected, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True)
class Missing:
    """What is expected and not there. `learned`: nobody listed it, it came in each of the last months."""

    expected: Expected
    learned: bool


def default_period(today: date, months: Mapping[Period, DocumentMonth]) -> Period:
    """The month a new document is for unless somebody says otherwise: the last one while it is open, then this one."""
    this = Period.of(today)
    last = this.plus(-1)
    for period in (last, this):
        if months.get(period, DocumentMonth(period)).open:
            return period
    return this.plus(1)


def missing(rules: DocumentRules, month: Iterable[Document], earlier: Iterable[Iterable[Document]]) -> list[Missing]:
    """What is expected in a month and did not come. `earlier`: documents of the months to learn from."""
    there = [document for document in month if _counts(document)]
    listed = [one for one in rules.expected if not _came(one, there)]
    known = set(rules.expected)
    learned = [one for one in learn(earlier) if one not in known and not _came(one, there)] if rules.learns else []
    return [*(Missing(one, learned=False) for one in listed), *(Missing(one, learned=True) for one in learned)]


def learn(earlier: Iterable[Iterable[Document]]) -> list[Expected]:
    """What came in every one of the last months: the same kind from the same seller, or bank statements at all."""
    seen = [set(filter(None, map(_habit, month))) for month in earlier]
    if len(seen) < LEARNED_FROM:
        return []
    return sorted(set.intersection(*seen))


def _habit(document: Document) -> Expected | None:
    told = document.description
    if not _counts(document):
        return None
    if told.kind in (Kind.BANK, Kind.PAYROLL):
        return Expected(told.kind)
    return Expected(told.kind, "", told.seller_nip) if told.kind is Kind.PURCHASE and told.seller_nip else None


def _came(wanted: Expected, there: Iterable[Document]) -> bool:
    return any(
        document.description.kind is wanted.kind and wanted.nip in ("", document.description.seller_nip)
        for document in there
    )


def _counts(document: Document) -> bool:
    return document.status not in NOT_ARRIVED | GONE | {Status.REJECTED}
