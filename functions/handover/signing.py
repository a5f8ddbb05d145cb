"""Signing uploads: each file becomes a document that is awaited, and a form with which it goes straight to S3.

A request costs one read and one write a file, however many there are; the storage itself refuses anything but the
file that was announced.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from functions.handover import shown
from functions.handover.inputs import FileInput, PlainUploadInput, SignInput
from functions.handover.views import RefusedFile, SignedUpload, Uploads
from portal import clock, files, ids, pages, storage
from portal.access import ClientAccess, FirmAccess
from portal.config import settings
from portal.domain import document_types, errors
from portal.domain.document_months import default_period
from portal.domain.documents import (
    GONE,
    MOST_SIGNED,
    SIZE_LIMIT,
    Description,
    Document,
    Facts,
    Ref,
    Source,
    Status,
)
from portal.domain.periods import Period
from portal.store import documents, uploads

FORM_SECONDS = 3600
"""How long a form can be used: the slowest phone sends 25 MB within it."""

MEGABYTE = 1024 * 1024
_AHEAD = 1
"""Months after the present one that documents may be for."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_REPLACEABLE = (Status.STOPPED, Status.LOST)
_WAITS = (Status.AWAITED, Status.LOST)

Signer = ClientAccess | FirmAccess


class _Told(NamedTuple):
    """What is said of all files of a request."""

    period: Period
    description: Description
    source: Source
    replaces: str


def sign(at: Signer, given: SignInput, source: Source, now: datetime) -> Uploads:
    """Forms for these files; a file that cannot be accepted is refused by itself, and the others go on."""
    most = 1 if given.replaces else MOST_SIGNED
    if len(given.files) > most:
        raise errors.Refusal(errors.TOO_MANY_FILES, "files", limit=most)
    told = _told(at, given, source, now)
    accepted, refused = _sorted_out(given.files)
    known = _known(at, told.period) if given.again else []
    signed: dict[int, Document] = {}
    fresh: list[Document] = []
    for place, document in accepted.items():
        # A millisecond apart, so that documents keep the order in which their files were chosen.
        made = _document(at, told, document, now, later=timedelta(milliseconds=place))
        signed[place] = _taken(known, made) or made
        if signed[place] is made:
            fresh.append(made)
    missed = _write(at, fresh, now)
    refused |= {place: errors.Refusal(errors.TRY_AGAIN) for place, one in signed.items() if one.id in missed}
    return Uploads(
        period=str(told.period),
        uploads=[_upload(at, place, one, now) for place, one in sorted(signed.items()) if place not in refused],
        refused=[_refused(place, given.files[place], refusal) for place, refusal in sorted(refused.items())],
    )


def sign_plain(at: ClientAccess, given: PlainUploadInput, now: datetime) -> tuple[Document, storage.Form]:
    """A form for one file of which nobody has measured anything: a browser without script cannot.

    Its type is signed and the most it may hold; size and digest are what intake finds.
    """
    kind = document_types.by_name(f"x.{given.extension}")
    if kind is None:
        raise errors.Refusal(errors.UPLOAD_TYPE, "extension", name=given.extension)
    named = given.name if document_types.by_name(given.name) is kind else f"{given.name}.{given.extension}"
    facts = Facts(kind.media_type, 0, "")
    told = _told(at, given, Source.WEB, now)
    document = _document(at, told, (document_types.safe_name(named), facts), now)
    if _write(at, [document], now):
        raise errors.Refusal(errors.TRY_AGAIN)
    back = f"{settings().base_url}/firms/{at.firm.id}/documents?period={told.period}&done=handed-over"
    return document, _form(at, document, now, back)


def require_not_ahead(period: Period, now: datetime) -> None:
    """Documents may be for a month that begins soon, not for a later one. Raises `period-in-future`."""
    if period > Period.of(clock.today(now)).plus(_AHEAD):
        raise errors.Refusal(errors.PERIOD_IN_FUTURE, "period", period=str(period))


def _told(at: Signer, given: SignInput | PlainUploadInput, source: Source, now: datetime) -> _Told:
    """For which month, and what else is said. The office may add to a month that its client cannot add to any more.

    Raises `month-locked`, `period-in-future`, `not-found`, `document-status`.
    """
    today = clock.today(now)
    this = Period.of(today)
    replaced = _replaced(at, given.replaces)
    asked = given.period or (replaced.period if replaced else this)
    require_not_ahead(asked, now)
    # All that may be needed at once, though a month that somebody named needs itself alone: one read.
    months, _ = documents.months_and_rules(at.table, {asked, *(this.plus(step) for step in (-1, 0, _AHEAD))})
    by_client = isinstance(at, ClientAccess)
    kept = given.period or (replaced.period if replaced and (months[asked].open or not by_client) else None)
    period = kept or default_period(today, months)
    if by_client:
        months[period].require_open()
    return _Told(period, Description(kind=given.kind, note=given.note), source, given.replaces)


def _replaced(at: Signer, named: str) -> Document | None:
    if not named:
        return None
    ref = Ref.parse(named)
    document = shown.one(at, ref) if isinstance(at, ClientAccess) else documents.get(at.table, ref)
    if document.status not in _REPLACEABLE:
        raise errors.Refusal(errors.DOCUMENT_STATUS, "replaces")
    return document


Accepted = tuple[str, Facts]
"""A file's safe name, and what it was announced as."""


def _sorted_out(given: Sequence[FileInput]) -> tuple[dict[int, Accepted], dict[int, errors.Refusal]]:
    accepted: dict[int, Accepted] = {}
    refused: dict[int, errors.Refusal] = {}
    for place, file in enumerate(given):
        try:
            accepted[place] = _accepted(file)
        except errors.Refusal as refusal:
            refused[place] = refusal
    return accepted, refused


def _accepted(file: FileInput) -> Accepted:
    """Raises `upload-type`, `upload-empty`, `upload-too-large`, `upload-digest`."""
    media_type = document_types.accepted(file.name, file.media_type)
    name = document_types.safe_name(file.name, media_type)
    if file.size <= 0:
        raise errors.Refusal(errors.UPLOAD_EMPTY, "size", name=name)
    if file.size > SIZE_LIMIT:
        raise errors.Refusal(errors.UPLOAD_TOO_LARGE, "size", name=name, limit=SIZE_LIMIT // MEGABYTE)
    if not _DIGEST.fullmatch(file.sha256):
        raise errors.Refusal(errors.UPLOAD_DIGEST, "sha256", name=name)
    return name, Facts(media_type, file.size, file.sha256)


def _document(at: Signer, told: _Told, accepted: Accepted, now: datetime, later: timedelta = timedelta()) -> Document:
    name, facts = accepted
    return Document(
        id=ids.new(now + later),
        period=told.period,
        name=name,
        source=told.source,
        by=at.actor.person,
        created_at=now,
        declared=facts,
        description=told.description,
        replaces=told.replaces,
    )


def _known(at: Signer, period: Period) -> list[Document]:
    """What the person announced before in the month, as long as it is there."""
    found = documents.of_month(at.table, period, consistent=True)
    return [one for one in found if one.by == at.actor.person and one.status not in GONE]


def _taken(known: list[Document], made: Document) -> Document | None:
    """The document that was made of the same file before: each stands for one file only."""
    for one in known:
        if (one.declared, one.name) == (made.declared, made.name):
            known.remove(one)
            return one
    return None


def _write(at: Signer, fresh: Sequence[Document], now: datetime) -> set[str]:
    """Write them, and that they are awaited; ids of those that could not be written. Raises `try-again`."""
    if not fresh:
        return set()
    # First, so that whatever is written after it is looked for a day later.
    watch = uploads.put(at.table.office, at.firm.id, ids.new(now), [one.ref for one in fresh], now)
    watched, *made = at.table.write_each([watch, *(documents.create(at.table, one) for one in fresh)])
    if not watched:
        raise errors.Refusal(errors.TRY_AGAIN)
    return {one.id for one, done in zip(fresh, made, strict=True) if not done}


def _upload(at: Signer, place: int, document: Document, now: datetime) -> SignedUpload:
    if document.status not in _WAITS:
        return SignedUpload(file=place, document=str(document.ref), url="", fields={}, arrived=True)
    form = _form(at, document, now)
    return SignedUpload(file=place, document=str(document.ref), url=form.url, fields=form.fields, arrived=False)


def _form(at: Signer, document: Document, now: datetime, back: str = "") -> storage.Form:
    """`back`: for a browser that cannot measure its file."""
    return storage.presigned_post(
        settings().documents_bucket,
        files.incoming(at.table.office, at.firm.id, str(document.ref)),
        media_type=document.declared.media_type,
        size=document.declared.size,
        sha256=document.declared.sha256,
        seconds=FORM_SECONDS,
        now=now,
        back=back,
        most=SIZE_LIMIT if back else 0,
    )


def _refused(place: int, file: FileInput, refusal: errors.Refusal) -> RefusedFile:
    shown_name = document_types.safe_name(file.name, file.media_type)
    return RefusedFile(file=place, name=shown_name, code=refusal.code.name, detail=pages.sentence(refusal))
