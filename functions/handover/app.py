"""Routes by which documents come from the client's hand, and by which the office adds some itself."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler import Depends, Request

from functions.handover import listing, shown, signing
from functions.handover.inputs import (
    DescriptionInput,
    ListQuery,
    MessageInput,
    PlainQuery,
    PlainUploadInput,
    SignInput,
)
from functions.handover.views import (
    ClientDocument,
    ClientDocuments,
    OfflinePage,
    PlainForm,
    PlainUpload,
    ShareChoice,
    SharePage,
    Uploads,
)
from portal import access, bodies, clock, document_files, web
from portal.access import AnyPerson, AtClientFirm, AtFirm, ClientAccess, DocumentRef, PathPeriod
from portal.aws import ConditionFailed
from portal.document_views import FileAddress
from portal.domain import document_types, errors
from portal.domain.documents import GONE, NOT_ARRIVED, SIZE_LIMIT, Document, Side, Source, Status
from portal.domain.events import Action
from portal.store import documents, events
from portal.views import FirmHead

app = web.new_app()
handler = web.entrypoint(app)

STEPS = ("messages", "removal", "description")
"""The forms of a document's page."""


def document_step(request: Request) -> str:
    """Which form of a document's page is meant."""
    step = str(request.resolved_event.raw_event["rawPath"].rpartition("/")[2])
    if step not in STEPS:
        raise errors.Refusal(errors.NOT_FOUND)
    return step


DocumentStep = Annotated[str, Depends(document_step)]
Signing = Annotated[SignInput, Depends(web.body(SignInput, bodies.SELECTION))]


@app.get("/firms/<firm>/documents")
def document_list(at: AtClientFirm, query: Annotated[ListQuery, Depends(web.query(ListQuery))]) -> ClientDocuments:
    """The firm's documents of a month."""
    return listing.of_month(at, query.period, clock.now())


@app.post("/firms/<firm>/documents")
def sign_uploads(at: AtClientFirm, given: Signing) -> Uploads:
    """Signs uploads of many files at once."""
    return signing.sign(at, given, Source(given.source), clock.now())


@app.post("/offices/<office>/firms/<firm>/documents")
def sign_uploads_of_office(at: AtFirm, given: Signing) -> Uploads:
    """The same, for what came to the office on paper or by mail."""
    return signing.sign(at, given, Source.OFFICE, clock.now())


@app.get("/firms/<firm>/documents/upload")
def plain_upload(at: AtClientFirm, query: Annotated[PlainQuery, Depends(web.query(PlainQuery))]) -> PlainUpload:
    """Where one file is handed over without script."""
    return listing.plain_upload(at, query.period, query.replaces, clock.now())


@app.post("/firms/<firm>/documents/upload")
def sign_plain_upload(
    at: AtClientFirm, given: Annotated[PlainUploadInput, Depends(web.body(PlainUploadInput))]
) -> PlainForm:
    """Signs it: the answer is the form that sends the file."""
    document, form = signing.sign_plain(at, given, clock.now())
    return PlainForm(
        firm=FirmHead.for_client(at.firm),
        document=str(document.ref),
        period=str(document.period),
        name=document.name,
        url=form.url,
        fields=form.fields,
        accept=document.declared.media_type,
        size_limit=SIZE_LIMIT,
    )


@app.get("/firms/<firm>/documents/<document>")
def document_page(at: AtClientFirm, document: DocumentRef) -> ClientDocument:
    """One document with its thread."""
    return listing.one(at, document, clock.now())


@app.get("/firms/<firm>/documents/<document>/file")
def document_file(at: AtClientFirm, document: DocumentRef) -> web.Done:
    """Leads to the document's file, by an address that opens for a minute. What the office took back stays shut."""
    found = shown.one(at, document)
    if found.status in GONE:
        raise errors.Refusal(errors.DOCUMENT_STATUS)
    url = document_files.address(at.office.id, at.firm.id, found)
    return web.Done(url, view=FileAddress(url=url))


@app.get("/firms/<firm>/documents/<document>/<step>")
def document_again(at: AtClientFirm, document: DocumentRef, _step: DocumentStep) -> ClientDocument:
    """The document once more, with the form that was refused."""
    return document_page(at, document)


@app.post("/firms/<firm>/documents/<document>/messages")
def say(
    at: AtClientFirm, document: DocumentRef, given: Annotated[MessageInput, Depends(web.body(MessageInput))]
) -> web.Done:
    """Answers a question, or says something else about the document."""
    now = clock.now()
    after = shown.changed(at, document, lambda before: before.answered(given.text, at.actor.person, now))
    return web.Done(_address(at, after), "message-sent", view=listing.one(at, after.ref, now))


@app.post("/firms/<firm>/documents/<document>/removal")
def remove(at: AtClientFirm, document: DocumentRef) -> web.Done:
    """Takes a document back, as long as the office has not begun with it."""
    now = clock.now()

    def removed(before: Document) -> Document:
        documents.month(at.table, before.period).require_open()
        return before.deleted(at.actor.person, Side.CLIENT, now)

    after = shown.changed(at, document, removed)
    return web.Done(f"{_list(at)}?period={after.period}", "document-removed")


@app.post("/firms/<firm>/documents/<document>/description")
def describe(
    at: AtClientFirm, document: DocumentRef, given: Annotated[DescriptionInput, Depends(web.body(DescriptionInput))]
) -> web.Done:
    """Says what the document is and for which month, as long as the office has not begun with it."""
    now = clock.now()
    signing.require_not_ahead(given.period, now)

    def described(before: Document) -> Document:
        if before.status not in {*NOT_ARRIVED, Status.NEW} or before.source is Source.FEE:
            raise errors.Refusal(errors.DOCUMENT_BEGUN)
        months, _ = documents.months_and_rules(at.table, {before.period, given.period})
        for month in months.values():
            month.require_open()
        return before.described(given.told(before.description), given.period, at.actor.person, now)

    after = shown.changed(at, document, described)
    return web.Done(_address(at, after), "saved", view=listing.one(at, after.ref, now))


@app.get("/firms/<firm>/document-months/<period>/completion")
def month_again(at: AtClientFirm, period: PathPeriod) -> ClientDocuments:
    """The month once more, after it could not be called complete."""
    return listing.of_month(at, period, clock.now())


@app.post("/firms/<firm>/document-months/<period>/completion")
def complete(at: AtClientFirm, period: PathPeriod) -> web.Done:
    """Says that all documents of a month are in: the office can begin."""
    if not shown.sees_all(at):
        raise errors.Refusal(errors.WHOLE_FIRM_ONLY)
    now = clock.now()
    signing.require_not_ahead(period, now)
    before = documents.month(at.table, period)
    after = before.completed(at.actor.person, now)
    changes = {"period": ("", str(period)), "month_state": (before.state.value, after.state.value)}
    event = events.put(at.table, at.origin, Action.DOCUMENT_MONTH, now, firm=at.firm.id, changes=changes)
    try:
        at.table.transact([documents.month_put(at.table, before, after), event])
    except ConditionFailed:
        raise errors.Refusal(errors.CHANGED_MEANWHILE) from None
    return web.Done(f"{_list(at)}?period={period}", "documents-complete")


@app.get("/share")
def share_page(who: AnyPerson) -> SharePage:
    """Which firm what another app shared is for. The files wait on the device: the service worker took them."""
    found = [place for place in access.places(who) if place.membership.firm and place.open]
    return SharePage(firms=[ShareChoice(firm=one.membership.firm, name=one.firm_name) for one in found])


@app.post("/share")
def shared_without_worker() -> web.Done:
    """What another app shares is taken by the service worker; where there is none, the files did not come along."""
    return web.Done("/share", "share-missed")


@app.get("/offline")
def offline_page() -> OfflinePage:
    """What the installed app keeps for when there is no network."""
    return OfflinePage(accept=document_types.ACCEPT, size_limit=SIZE_LIMIT)


def _list(at: ClientAccess) -> str:
    return f"/firms/{at.firm.id}/documents"


def _address(at: ClientAccess, document: Document) -> str:
    return f"{_list(at)}/{document.ref}"
