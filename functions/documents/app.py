"""Routes of the office's side of documents."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler import Depends, Request

from functions.documents import changing, fees, months, showing, telling
from functions.documents.inputs import (
    BulkInput,
    DescriptionInput,
    FeesInput,
    ListQuery,
    MessageInput,
    MonthInput,
    MonthQuery,
    PicturesQuery,
    QuestionInput,
    RejectionInput,
    RemovalInput,
    RulesInput,
    StatusInput,
    TwinInput,
    WithdrawalInput,
)
from functions.documents.views import (
    BulkReport,
    DocumentChanged,
    DocumentPage,
    DocumentRulesPage,
    FeeReport,
    FirmDocuments,
    Inbox,
)
from portal import bodies, clock, document_files, web
from portal.access import AtFirm, AtOffice, DocumentRef, FirmAccess, PathPeriod
from portal.document_views import DocumentLine, FileAddress
from portal.domain import errors
from portal.domain.documents import Document, Side
from portal.domain.periods import Period
from portal.store import directory, documents
from portal.store.documents import Place

app = web.new_app()
handler = web.entrypoint(app)

STEPS = ("status", "description", "question", "messages", "rejection", "removal", "twin", "fee-withdrawal")
"""What can be done to a document, as the addresses of its forms end."""


def document_step(request: Request) -> str:
    """Which form of a document's page is meant."""
    given = request.resolved_event.raw_event.get("pathParameters") or {}
    step = str(given.get("step") or request.resolved_event.raw_event["rawPath"].rpartition("/")[2])
    if step not in STEPS:
        raise errors.Refusal(errors.NOT_FOUND)
    return step


InList = Annotated[ListQuery, Depends(web.query(ListQuery))]
FromPage = Annotated[PicturesQuery, Depends(web.query(PicturesQuery))]
DocumentStep = Annotated[str, Depends(document_step)]


@app.get("/offices/<office>/documents")
def inbox(at: AtOffice, query: InList) -> Inbox:
    """The office's documents of a status, a hundred a page: three reads, whatever their number."""
    return showing.inbox(at, query)


@app.post("/offices/<office>/documents/status")
def advance_many(
    at: AtOffice, query: InList, given: Annotated[BulkInput, Depends(web.body(BulkInput, bodies.SELECTION))]
) -> web.Done | BulkReport | tuple[BulkReport, int]:
    """Lets chosen documents go one station further, each as far as its firm's circulation says."""
    wanted = given.seen
    if not all(at.actor.serves(place.firm) for place in wanted):
        raise errors.Refusal(errors.NOT_FOUND)
    run = changing.Bulk(at, {entry.id: entry.name for entry in directory.all_of(at.table)}, clock.now())
    run.advance(wanted)
    report = run.report(given.back or showing.inbox_address(at, query))
    if not report.refused:
        return web.Done(report.back, "documents-advanced", view=report)
    return report if report.advanced else (report, errors.DOCUMENT_CHANGED.status)


@app.get("/offices/<office>/documents/status")
def inbox_again(at: AtOffice, query: InList) -> Inbox:
    """The inbox once more: of a choice that was refused."""
    return inbox(at, query)


# A firm's month


@app.get("/offices/<office>/firms/<firm>/documents")
def firm_documents(at: AtFirm, query: Annotated[MonthQuery, Depends(web.query(MonthQuery))]) -> FirmDocuments:
    """A firm's documents of a month, how far the month is, and what is missing."""
    return months.page(at, query.period, clock.today(clock.now()))


@app.post("/offices/<office>/firms/<firm>/document-months/<period>")
def turn_month(at: AtFirm, period: PathPeriod, given: Annotated[MonthInput, Depends(web.body(MonthInput))]) -> web.Done:
    """Turns a firm's month into another state."""
    months.turn(at, period, given, clock.now())
    return web.Done(
        f"{_firm(at)}/documents?period={period}",
        "document-month",
        view=months.page(at, period, clock.today(clock.now())),
    )


@app.get("/offices/<office>/firms/<firm>/document-months/<period>")
def month_again(at: AtFirm, period: PathPeriod) -> FirmDocuments:
    """The month once more."""
    return months.page(at, period, clock.today(clock.now()))


@app.get("/offices/<office>/firms/<firm>/document-rules")
def rules_page(at: AtFirm) -> DocumentRulesPage:
    """How the office works with a firm's documents, and which it expects."""
    return months.rules_page(at, clock.today(clock.now()))


@app.post("/offices/<office>/firms/<firm>/document-rules")
def change_rules(at: AtFirm, given: Annotated[RulesInput, Depends(web.body(RulesInput))]) -> web.Done:
    """Circulation, and what is expected."""
    months.change_rules(at, given, clock.now())
    return web.Done(f"{_firm(at)}/document-rules", "saved", view=months.rules_page(at, clock.today(clock.now())))


@app.post("/offices/<office>/firms/<firm>/fee-deliveries")
def deliver_fees(
    at: AtFirm, given: Annotated[FeesInput, Depends(web.body(FeesInput, bodies.SELECTION))]
) -> web.Done | FeeReport | tuple[FeeReport, int]:
    """Puts invoices of the office into the panels of the clients they are for."""
    report = fees.deliver(at, given, f"{_firm(at)}/documents", clock.now())
    if not report.refused and not report.left:
        return web.Done(report.back, "fees-delivered", view=report)
    return report if report.delivered else (report, errors.FEE_NOT_MATCHED.status)


@app.get("/offices/<office>/firms/<firm>/fee-deliveries")
def fees_again(at: AtFirm) -> FirmDocuments:
    """The month once more: of a choice that was refused."""
    return months.page(at, None, clock.today(clock.now()))


# One document


@app.get("/offices/<office>/firms/<firm>/documents/<document>")
def document_page(at: AtFirm, ref: DocumentRef, query: InList, pictures: FromPage) -> DocumentPage:
    """A document beside the list it was come from."""
    return showing.document(at, documents.get(at.table, ref), query, pictures.page)


@app.get("/offices/<office>/firms/<firm>/documents/<document>/file")
def document_file(at: AtFirm, ref: DocumentRef) -> web.Done:
    """Leads to the document's file, by an address that opens for a minute."""
    url = document_files.address(at.office.id, at.firm.id, documents.get(at.table, ref))
    return web.Done(url, view=FileAddress(url=url))


@app.get("/offices/<office>/firms/<firm>/documents/<document>/<step>")
def document_again(
    at: AtFirm, ref: DocumentRef, _step: DocumentStep, query: InList, pictures: FromPage
) -> DocumentPage:
    """The same once more: of a form that was refused."""
    return document_page(at, ref, query, pictures)


@app.post("/offices/<office>/firms/<firm>/documents/<document>/status")
def advance(
    at: AtFirm, ref: DocumentRef, query: InList, given: Annotated[StatusInput, Depends(web.body(StatusInput))]
) -> web.Done:
    """One station further."""
    now = clock.now()
    circulation = documents.rules(at.table).circulation
    stored = changing.change(
        at, ref, given.version, lambda one: one.advanced(at.actor.person, now, circulation=circulation)
    )
    return _done(at, stored, query, f"document-{stored.status}", given.then)


@app.post("/offices/<office>/firms/<firm>/documents/<document>/description")
def describe(
    at: AtFirm, ref: DocumentRef, query: InList, given: Annotated[DescriptionInput, Depends(web.body(DescriptionInput))]
) -> web.Done:
    """What the office says of a document, its month too."""
    now = clock.now()
    if given.period > Period.of(clock.today(now)).plus(1):
        raise errors.Refusal(errors.PERIOD_IN_FUTURE, "period", period=str(given.period))

    def step(one: Document) -> Document:
        return one.described(given.described(one.description.buyer_nip), given.period, at.actor.person, now)

    return _done(at, fees.change(at, ref, given.version, step, now), query, "saved", None)


@app.post("/offices/<office>/firms/<firm>/documents/<document>/question")
def ask(
    at: AtFirm, ref: DocumentRef, query: InList, given: Annotated[QuestionInput, Depends(web.body(QuestionInput))]
) -> web.Done:
    """A question to the client, who is told by mail."""
    now = clock.now()
    circulation = documents.rules(at.table).circulation
    mails = telling.of_question(at, changing.seen(at, ref, given.version), now)
    stored = changing.change(
        at,
        ref,
        given.version,
        lambda one: one.asked(given.text, at.actor.person, now, circulation=circulation),
        *mails,
    )
    return _done(at, stored, query, "document-question", given.then)


@app.post("/offices/<office>/firms/<firm>/documents/<document>/messages")
def say(
    at: AtFirm, ref: DocumentRef, query: InList, given: Annotated[MessageInput, Depends(web.body(MessageInput))]
) -> web.Done:
    """A message on the thread."""
    now = clock.now()
    stored = documents.apply(at.table, ref, lambda one: one.said(given.text, Side.OFFICE, at.actor.person, now))
    return _done(at, stored, query, "document-message", None)


@app.post("/offices/<office>/firms/<firm>/documents/<document>/rejection")
def reject(
    at: AtFirm, ref: DocumentRef, query: InList, given: Annotated[RejectionInput, Depends(web.body(RejectionInput))]
) -> web.Done:
    """Refuses a document; the client is told why."""
    now = clock.now()
    mails = telling.of_rejection(at, changing.seen(at, ref, given.version), now)
    stored = fees.change(
        at, ref, given.version, lambda one: one.rejected(given.reason, at.actor.person, now), now, *mails
    )
    return _done(at, stored, query, "document-rejected", given.then)


@app.post("/offices/<office>/firms/<firm>/documents/<document>/removal")
def remove(
    at: AtFirm, ref: DocumentRef, query: InList, given: Annotated[RemovalInput, Depends(web.body(RemovalInput))]
) -> web.Done:
    """Takes a document away, as one of two that are the same."""
    now = clock.now()
    stored = fees.change(at, ref, given.version, lambda one: one.deleted(at.actor.person, Side.OFFICE, now), now)
    return _done(at, stored, query, "document-removed", given.then)


@app.post("/offices/<office>/firms/<firm>/documents/<document>/twin")
def keep_both(
    at: AtFirm, ref: DocumentRef, query: InList, given: Annotated[TwinInput, Depends(web.body(TwinInput))]
) -> web.Done:
    """Says that a document and the one like it are both to be kept."""
    stored = changing.keep_both(at, ref, given.version, clock.now())
    return _done(at, stored, query, "document-kept", None)


@app.post("/offices/<office>/firms/<firm>/documents/<document>/fee-withdrawal")
def withdraw_fee(
    at: AtFirm, ref: DocumentRef, query: InList, given: Annotated[WithdrawalInput, Depends(web.body(WithdrawalInput))]
) -> web.Done:
    """Takes an invoice of the office back from the client, who sees that it was withdrawn."""
    stored = fees.withdraw(at, ref, given.version, clock.now())
    return _done(at, stored, query, "fee-withdrawn", given.then)


def _done(at: FirmAccess, stored: Document, query: ListQuery, notice: str, then: Place | None) -> web.Done:
    """On to the next document of the list, or back to this one."""
    place = then or Place(stored.ref, at.firm.id)
    written = query.written()
    address = f"/offices/{at.office.id}/firms/{place.firm}/documents/{place.ref}" + (f"?{written}" if written else "")
    return web.Done(address, notice, view=DocumentChanged(document=DocumentLine.of(stored, at.firm.id)))


def _firm(at: FirmAccess) -> str:
    return f"/offices/{at.office.id}/firms/{at.firm.id}"
