"""What pages show of documents, the office's and the client's alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import ClassVar

from portal import pages
from portal.domain import errors
from portal.domain.documents import (
    STOPPED_LIMITS,
    Column,
    Description,
    Document,
    Kind,
    Message,
    Ref,
    Side,
    Source,
    Status,
    Step,
)
from portal.domain.people import REMOVED_NAME
from portal.store import documents
from portal.store.documents import Listed
from portal.views import Part, View, view


def why(document: Document) -> str:
    """Why a document was stopped or rejected, as a sentence; empty where it was neither."""
    return _told(document.reason) if document.status is Status.STOPPED else document.reason


@view
class DocumentLine(Part):
    """One document of a list. `document` names it in addresses; `firm_name` is empty where the page is about one firm.

    `doubtful`: another one seems to be the same, and nobody has said what to think of that. `messages` of its thread.
    """

    firm: str
    firm_name: str
    document: str
    period: str
    status: Status
    kind: Kind
    source: Source
    name: str
    number: str
    seller_nip: str
    gross: int | None
    issued_on: date | None
    created_at: datetime
    doubtful: bool
    locked: bool
    messages: int
    reason: str
    version: int

    @classmethod
    def of(cls, document: Document, firm: str, firm_name: str = "") -> DocumentLine:
        """From the domain's document."""
        return replace(cls.of_listed(documents.listed(document, firm), firm_name), reason=why(document))

    @classmethod
    def of_listed(cls, listed: Listed, firm_name: str) -> DocumentLine:
        """From the office's list, which does not know why one was rejected."""
        return cls(
            firm=listed.firm,
            firm_name=firm_name,
            document=str(listed.ref),
            period=str(listed.ref.period),
            status=listed.status,
            kind=listed.kind,
            source=listed.source,
            name=listed.name,
            number=listed.number,
            seller_nip=listed.seller_nip,
            gross=listed.gross,
            issued_on=listed.issued_on,
            created_at=listed.created_at,
            doubtful=listed.doubtful,
            locked=listed.locked,
            messages=listed.said,
            reason=_told(listed.stopped) if listed.stopped else "",
            version=listed.version,
        )


@view
class FileAddress(View):
    """Where a file can be fetched, for a minute."""

    template: ClassVar[str] = ""

    url: str


@view
class DocumentData(Part):
    """What is said of a document, under the names of the form. `columns`: amounts per column of the ledger."""

    kind: Kind
    note: str
    number: str
    seller_nip: str
    buyer_nip: str
    gross: int | None
    issued_on: date | None
    category: str
    columns: dict[str, int]

    @classmethod
    def of(cls, told: Description) -> DocumentData:
        """From the domain's description."""
        return cls(
            kind=told.kind,
            note=told.note,
            number=told.number,
            seller_nip=told.seller_nip,
            buyer_nip=told.buyer_nip,
            gross=told.gross,
            issued_on=told.issued_on,
            category=told.category,
            columns={column.value: told.columns[column] for column in Column if column in told.columns},
        )


@view
class MessageLine(Part):
    """One message of a thread. `by` is a name."""

    at: datetime
    by: str
    side: Side
    text: str

    @classmethod
    def of(cls, message: Message, names: Mapping[str, str]) -> MessageLine:
        """From the domain's message; `names` tells who stands behind an id."""
        return cls(at=message.at, by=_name(message.by, names), side=message.side, text=message.text)


@view
class StepLine(Part):
    """One entry of a document's history. `by` is a name, empty where the portal itself did it."""

    at: datetime
    by: str
    what: str
    text: str

    @classmethod
    def of(cls, step: Step, names: Mapping[str, str]) -> StepLine:
        """From the domain's step; a code it holds becomes its sentence."""
        text = _told(step.text) if step.what == "stopped" else step.text
        return cls(at=step.at, by=_name(step.by, names) if step.by else "", what=step.what, text=text)


@view
class TwinLine(Part):
    """Another document that seems to be the same one. `settled`: a person said that both are to be kept."""

    document: str
    name: str
    status: Status
    period: str
    source: Source
    created_at: datetime
    settled: bool

    @classmethod
    def of(cls, other: Document, *, settled: bool) -> TwinLine:
        """From the other document."""
        return cls(
            document=str(other.ref),
            name=other.name,
            status=other.status,
            period=str(other.period),
            source=other.source,
            created_at=other.created_at,
            settled=settled,
        )


def speakers(document: Document) -> set[str]:
    """Whose names its thread and its history need."""
    return {one.by for one in document.thread} | {one.by for one in document.steps if one.by} | {document.by}


def twin_of(document: Document) -> Ref | None:
    """Which other document it points to, if any."""
    return Ref.parse(document.twin) if document.twin else None


def _told(code: str) -> str:
    """The sentence of a code for which a document was stopped."""
    known = errors.CODES.get(code)
    return pages.sentence(errors.Refusal(known, limit=STOPPED_LIMITS.get(code, ""))) if known else code


def _name(person: str, names: Mapping[str, str]) -> str:
    return names.get(person) or pages.translate(REMOVED_NAME)
