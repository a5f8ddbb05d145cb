"""The firm's documents of a month, and one of them, as its own people see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from functions.handover import shown
from functions.handover.views import ClientDocument, ClientDocuments, MissingLine, PlainUpload
from portal import clock, files, storage
from portal.access import ClientAccess
from portal.config import settings
from portal.document_views import DocumentLine, MessageLine, TwinLine, twin_of, why
from portal.domain import document_types, errors
from portal.domain.document_months import LEARNED_FROM, DocumentMonth, MonthState, default_period, missing
from portal.domain.documents import (
    MOST_SIGNED,
    NOT_ARRIVED,
    SIZE_LIMIT,
    Document,
    Ref,
    Side,
    Source,
    Status,
)
from portal.domain.firms import Status as FirmStatus
from portal.domain.people import REMOVED_NAME
from portal.domain.periods import OLDEST, Period
from portal.pages import translate
from portal.store import documents, keys
from portal.views import FirmHead

PICTURE_SECONDS = 300
"""How long the addresses of a page's pictures open."""

MOST_PICTURES = 20
_MONTHS_BACK = 12
_FAILED = (Status.STOPPED, Status.LOST)
_BY_OFFICE = (Source.OFFICE, Source.FEE)


def of_month(at: ClientAccess, asked: Period | None, now: datetime) -> ClientDocuments:
    """A month, with what it lacks: two reads besides the access."""
    today = clock.today(now)
    this = Period.of(today)
    wanted = {this.plus(-1), this, *([asked] if asked else [])}
    months, rules = documents.months_and_rules(at.table, wanted)
    period = asked or default_period(today, months)
    month = months.get(period, DocumentMonth(period))
    first = period.plus(-LEARNED_FROM)
    # With the months it is learned from, and up to the present one: a question there must not be overlooked.
    last = max(period, this) if first.plus(2 * LEARNED_FROM) >= this else period
    found = shown.those(at, documents.of_months(at.table, first, last))
    own = [document for document in found if document.period == period]
    earlier = [[one for one in found if one.period == first.plus(step)] for step in range(LEARNED_FROM)]
    lacks = missing(rules, own, earlier) if shown.sees_all(at) and month.state is MonthState.OPEN else []
    return ClientDocuments(
        firm=FirmHead.for_client(at.firm),
        period=str(period),
        before=str(period.plus(-1)) if period.plus(-1).year >= OLDEST else "",
        after=str(period.plus(1)) if period < this else "",
        state=month.state,
        open=month.open,
        writable=at.firm.status is FirmStatus.ACTIVE,
        whole=shown.sees_all(at),
        complete_at=month.complete_at,
        questions=_lines(at, (one for one in found if one.status is Status.QUESTION)),
        coming=_lines(at, (one for one in own if one.status is Status.AWAITED)),
        stopped=_lines(at, (one for one in own if one.status in _FAILED)),
        listed=_lines(at, reversed([one for one in own if _ordinary(one)])),
        missing=[
            MissingLine(kind=one.expected.kind, label=one.expected.label, nip=one.expected.nip, learned=one.learned)
            for one in lacks
        ],
        handed=sum(one.status not in NOT_ARRIVED and one.status is not Status.WITHDRAWN for one in own),
        accept=document_types.ACCEPT,
        size_limit=SIZE_LIMIT,
        most=MOST_SIGNED,
    )


def one(at: ClientAccess, ref: Ref, now: datetime) -> ClientDocument:
    """A document with its thread: two reads besides the access, one more where a person or a double is named."""
    document = shown.one(at, ref)
    month = documents.month(at.table, document.period)
    writable = at.firm.status is FirmStatus.ACTIVE
    ours = document.source is not Source.FEE
    free = ours and writable and month.open and not document.locked and document.status in {*NOT_ARRIVED, Status.NEW}
    names = _names(at, document)
    return ClientDocument(
        firm=FirmHead.for_client(at.firm),
        document=str(document.ref),
        period=str(document.period),
        status=document.status,
        kind=document.description.kind,
        source=document.source,
        name=document.name,
        note=document.description.note,
        reason=why(document),
        created_at=document.created_at,
        by=names.get(document.by) or translate(REMOVED_NAME),
        pages=document.facts.pages if document.facts else 0,
        pictures=_pictures(at, document),
        openable=document.openable,
        changeable=free,
        deletable=free,
        replaceable=writable and document.status in _FAILED,
        writable=writable,
        months=months_to_choose(now, document.period),
        thread=[MessageLine.of(message, names) for message in document.thread],
        twin=_twin(at, document),
    )


def plain_upload(at: ClientAccess, asked: Period | None, replaces: str, now: datetime) -> PlainUpload:
    """The form of one file: one read besides the access."""
    today = clock.today(now)
    this = Period.of(today)
    months, _ = documents.months_and_rules(at.table, (this.plus(-1), this))
    period = asked or default_period(today, months)
    return PlainUpload(
        firm=FirmHead.for_client(at.firm),
        period=str(period),
        months=months_to_choose(now, period),
        extensions=[kind.extensions[0] for kind in document_types.TYPES],
        replaces=replaces,
        size_limit=SIZE_LIMIT,
    )


def months_to_choose(now: datetime, also: Period) -> list[str]:
    """Months that a document may be given, newest first."""
    this = Period.of(clock.today(now))
    return [str(one) for one in sorted({also, *(this.plus(-back) for back in range(_MONTHS_BACK))}, reverse=True)]


def _ordinary(document: Document) -> bool:
    return document.status not in NOT_ARRIVED and document.status is not Status.QUESTION


def _lines(at: ClientAccess, found: Iterable[Document]) -> list[DocumentLine]:
    return [DocumentLine.of(document, at.firm.id) for document in found]


def _pictures(at: ClientAccess, document: Document) -> list[str]:
    if not (document.openable and document.facts):
        return []
    return [
        storage.presigned_get(
            settings().documents_bucket,
            files.picture(at.table.office, at.firm.id, document.id, number),
            name="strona.jpg",
            media_type="image/jpeg",
            seconds=PICTURE_SECONDS,
            inline=True,
        )
        for number in range(1, min(document.facts.pictures, MOST_PICTURES) + 1)
    ]


def _names(at: ClientAccess, document: Document) -> dict[str, str]:
    """Who stands behind ids: the firm's own people by name, the office's staff as the office."""
    office = {message.by for message in document.thread if message.side is Side.OFFICE}
    if document.source in _BY_OFFICE:
        office.add(document.by)
    people = {message.by for message in document.thread} | {document.by}
    wanted = {keys.firm_user(at.firm.id, person): person for person in people - office}
    found = at.table.get_many(list(wanted)) if wanted else {}
    named = {wanted[key]: str(item["name"]) for key, item in found.items()}
    return named | dict.fromkeys(office, at.office.name)


def _twin(at: ClientAccess, document: Document) -> TwinLine | None:
    """Its double, as far as the person may know of that one."""
    ref = twin_of(document)
    if ref is None:
        return None
    try:
        return TwinLine.of(shown.one(at, ref), settled=document.twin_settled)
    except errors.Refusal:
        return None
