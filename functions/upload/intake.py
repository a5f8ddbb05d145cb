"""One arrival: who announced it, whether it is what was announced, and what it holds; then it is a document, or aside.

Each step can be done again, and the object that arrived is removed last: whatever breaks off in between, the message
comes back and the rest is done. Messages that come twice, late or out of order find nothing left to do.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from functions.upload import letters
from functions.upload.content import inspect
from functions.upload.content.types import Found
from portal import access, files, ids, storage
from portal.aws import ConditionFailed
from portal.config import settings
from portal.domain import errors
from portal.domain.documents import GONE, NOT_ARRIVED, Description, Document, Kind, Ref, Source, Status
from portal.domain.firms import Firm
from portal.domain.firms import Status as FirmStatus
from portal.domain.structured_invoices import StructuredInvoice
from portal.log import logger
from portal.store import documents, firms
from portal.store.office import FirmTable

TRIES = 5
SCAN_TAG = "GuardDutyMalwareScanStatus"
_CLEAN = "NO_THREATS_FOUND"
_INFECTED = "THREATS_FOUND"
_AWAITED = (Status.AWAITED, Status.LOST)


class NotYet(Exception):  # noqa: N818 - no error: the message is to come back later
    """Something that intake waits for is not there yet."""


def take(key: str, now: datetime) -> None:
    """Look into what arrived under a key. Raises NotYet while a scan is under way."""
    whose = files.parse_incoming(key)
    if whose is None or not (ids.valid(whose.office) and ids.valid(whose.firm)):
        logger().warning("not ours", extra={"reason": "key"})
        return
    table = access.arrival_table(whose)
    try:
        document = documents.get(table, Ref.parse(whose.ref))
    except errors.Refusal:
        # Left where it is: the storage keeps it for a week, should its document only be late to be seen.
        logger().warning("no document", extra={"office": whose.office, "firm": whose.firm, "document": whose.ref})
        return
    if document.status in _AWAITED:
        content = storage.read(settings().documents_bucket, key)
        if content is None:  # an earlier message was worked off, or the object is gone
            return
        document = _settled(table, document, content, key, now)
    _finish(table, document, now)
    storage.delete(settings().documents_bucket, key)


def _settled(table: FirmTable, document: Document, content: bytes, key: str, now: datetime) -> Document:
    """The document with its file accepted, or put aside with the reason."""
    firm = firms.get(table)
    try:
        found = _looked_into(firm, document, content, key)
    except errors.Refusal as refusal:
        return _put_aside(table, document, content, refusal.code, now)
    return _accept(table, document, content, found, firm.nip if firm else "", now)


def _looked_into(firm: Firm | None, document: Document, content: bytes, key: str) -> Found:
    """Raises a refusal with one of the codes that begin with `stopped-`, or NotYet."""
    if firm is None or (firm.status is not FirmStatus.ACTIVE and document.source is not Source.OFFICE):
        raise errors.Refusal(errors.STOPPED_FIRM)
    _require_announced(document, content)
    _require_scanned(key)
    return inspect.inspect(content, document.name, document.declared.media_type)


def _require_announced(document: Document, content: bytes) -> None:
    """A browser without script announces neither size nor digest: then there is nothing to compare."""
    told = document.declared
    if not content or told.size not in (0, len(content)):
        raise errors.Refusal(errors.STOPPED_SIZE)
    if told.sha256 not in ("", storage.sha256(content)):
        raise errors.Refusal(errors.STOPPED_DIGEST)


def _require_scanned(key: str) -> None:
    if settings().malware_scan != "guardduty":
        return
    verdict = storage.tags(settings().documents_bucket, key).get(SCAN_TAG, "")
    if not verdict:
        raise NotYet("scan")
    if verdict != _CLEAN:  # it could not look into some: such a file may be anything
        raise errors.Refusal(errors.STOPPED_VIRUS if verdict == _INFECTED else errors.STOPPED_UNSCANNED)


def _accept(table: FirmTable, document: Document, content: bytes, found: Found, nip: str, now: datetime) -> Document:
    """Its file and pictures first, so that a document which is there can be opened. `nip`: of its firm."""
    found = _kept(table, document, content, found)
    for number, picture in enumerate(found.pictures, 1):
        key = files.picture(table.office, table.firm, document.id, number)
        storage.put(settings().documents_bucket, key, picture, "image/jpeg")
    preview = [documents.preview_put(table, document.id, found.invoice.packed())] if found.invoice else []
    for _ in range(TRIES):
        if document.status not in _AWAITED:  # another message of the same object was quicker
            return document
        arrived = document.arrived(found.facts, now)
        if found.invoice:
            arrived = replace(arrived, description=_filled(arrived.description, found.invoice, nip))
        with suppress(ConditionFailed):
            return documents.try_change(table, document, arrived, *preview)
        document = documents.get(table, document.ref)
    raise errors.Refusal(errors.TRY_AGAIN)


def _kept(table: FirmTable, document: Document, content: bytes, found: Found) -> Found:
    """What the document's file holds: this one, or the one that was kept first, should a form be used twice at once.

    A form of a browser without script may be used with two files, and the second must not take the first one's place.
    """
    bucket, key = settings().documents_bucket, files.document(table.office, table.firm, document.id)
    if storage.put_first(bucket, key, content, found.facts.media_type):
        return found
    first = storage.read(bucket, key)
    if first is None:  # being written in this moment
        raise NotYet("file")
    return found if first == content else inspect.inspect(first, document.name, document.declared.media_type)


def _filled(told: Description, invoice: StructuredInvoice, nip: str) -> Description:
    """What a structured invoice says, where a person said nothing."""
    kind = told.kind
    if kind is Kind.OTHER and nip:
        kind = {invoice.buyer.nip: Kind.PURCHASE, invoice.seller.nip: Kind.SALE}.get(nip, kind)
    return replace(
        told,
        kind=kind,
        number=told.number or invoice.number,
        seller_nip=told.seller_nip or invoice.seller.nip,
        buyer_nip=told.buyer_nip or invoice.buyer.nip,
        gross=invoice.grosze if told.gross is None else told.gross,
        issued_on=told.issued_on or invoice.issued_on,
    )


def _put_aside(table: FirmTable, document: Document, content: bytes, code: errors.Code, now: datetime) -> Document:
    key = files.aside(table.office, table.firm, document.id)
    storage.put(settings().documents_bucket, key, content, "application/octet-stream")
    logger().info("put aside", extra={"document": str(document.ref), "code": code.name})
    for _ in range(TRIES):
        if document.status not in _AWAITED:
            return document
        with suppress(ConditionFailed):
            told = letters.stopped(table, document, now)
            return documents.try_change(table, document, document.stopped(code.name, now), *told)
        document = documents.get(table, document.ref)
    raise errors.Refusal(errors.TRY_AGAIN)


def _finish(table: FirmTable, document: Document, now: datetime) -> None:
    """What follows an arrival; done again it changes nothing."""
    if document.status in NOT_ARRIVED | GONE:
        return
    documents.mark_twins(table, document)
    if document.replaces:
        with suppress(errors.Refusal):  # somebody deleted it before
            documents.apply(table, Ref.parse(document.replaces), lambda old: _replaced(old, document, now))


def _replaced(old: Document, by: Document, now: datetime) -> Document:
    """A stopped or lost document, now that another one stands for it."""
    return old.replaced(by.ref, now) if old.status in (Status.STOPPED, Status.LOST) else old
