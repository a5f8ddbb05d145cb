"""Routes of invoices. Each stands twice: for the firm's people, and for the office, which issues for its firms."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Depends

from functions.invoice import (
    book,
    buyer,
    due,
    exchange,
    happening,
    issuing,
    listing,
    logo,
    place,
    printing,
    recurring,
    sharing,
    showing,
    tokens,
    typed,
)
from functions.invoice.inputs import (
    CancelInput,
    ContentInput,
    CounterpartyInput,
    DraftQuery,
    InvoiceInput,
    ListQuery,
    LogoInput,
    NewQuery,
    PaymentInput,
    PaymentRemoval,
    PrintQuery,
    ProductInput,
    RecurringChange,
    RecurringFields,
    RecurringNewQuery,
    RecurringRunInput,
    RemovalInput,
    SearchQuery,
    SendInput,
    SettingsInput,
    Step,
    TokenInput,
    VersionInput,
)
from functions.invoice.issuing import Wish
from functions.invoice.place import Access
from functions.invoice.showing import Draft
from functions.invoice.views import (
    BuyerAnswer,
    Counterparties,
    InvoiceFigures,
    InvoiceForm,
    InvoiceLink,
    InvoiceList,
    InvoicePage,
    InvoicePreview,
    InvoiceSettings,
    NewProgramToken,
    Products,
    ProgramTokens,
    RecurringList,
    RecurringPage,
    SharedInvoice,
)
from portal import bodies, clock, web
from portal.access import (
    AtEitherSide,
    AtSharedInvoice,
    InvoiceId,
    LogoDigest,
    LooksAhead,
    PathNip,
    PersonAtEitherSide,
    ProgramId,
    RecurringId,
    TheIdentity,
    TheRegisters,
)
from portal.domain.invoices.content import Kind
from portal.store import invoice_book, invoices
from portal.store.invoices import Once

app = web.new_app()
_pages = web.entrypoint(app)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A request of the API, or the hourly look for what is due."""
    if "due" in event:
        return {"done": due.work(clock.now(), context.get_remaining_time_in_millis)}
    return _pages(event, context)


CLIENT, OFFICE = "/firms/<firm>/invoices", "/offices/<office>/firms/<firm>/invoices"

Typed = Annotated[InvoiceInput, Depends(web.body(InvoiceInput, bodies.SELECTION))]
Counted = Annotated[ContentInput, Depends(web.body(InvoiceInput, bodies.SELECTION))]
Printing = Annotated[PrintQuery, Depends(web.query(PrintQuery))]
Searching = Annotated[SearchQuery, Depends(web.query(SearchQuery))]
RequestKey = Annotated[str, Depends(web.header("idempotency-key"))]


@app.get(CLIENT)
@app.get(OFFICE)
def invoice_list(at: AtEitherSide, query: Annotated[ListQuery, Depends(web.query(ListQuery))]) -> InvoiceList:
    """The firm's invoices, filtered and added up."""
    return listing.of(at, query, clock.now())


@app.get(f"{CLIENT}/new")
@app.get(f"{OFFICE}/new")
def new_invoice(at: AtEitherSide, query: Annotated[NewQuery, Depends(web.query(NewQuery))]) -> InvoiceForm:
    """The form of a new invoice: an empty one, a copy, a correction, or the final one of an advance."""
    now = clock.now()
    settings = invoice_book.settings(at.table)
    return showing.form(at, showing.new_content(at, query, settings, now), Draft(), now, settings)


@app.post(f"{CLIENT}/new")
@app.post(f"{OFFICE}/new")
def add_invoice(at: AtEitherSide, registers: TheRegisters, given: Typed, key: RequestKey) -> web.Done | InvoiceForm:
    """Keeps a draft, issues at once, or only counts and looks the buyer up."""
    return _asked(at, registers, given, key, "")


@app.post(f"{CLIENT}/figures")
@app.post(f"{OFFICE}/figures")
def invoice_figures(at: AtEitherSide, given: Counted) -> InvoiceFigures:
    """What an invoice would come to, as it is typed. Nothing is kept."""
    return showing.amounts(issuing.counted(at, given, clock.now()), rows=typed.rows(given))


@app.get(f"{CLIENT}/counterparties")
@app.get(f"{OFFICE}/counterparties")
def counterparty_list(at: AtEitherSide, query: Searching) -> Counterparties:
    """Whom the firm sells to."""
    return book.counterparties(at, query)


@app.post(f"{CLIENT}/counterparties")
@app.post(f"{OFFICE}/counterparties")
def keep_counterparty(
    at: AtEitherSide, given: Annotated[CounterpartyInput, Depends(web.body(CounterpartyInput))]
) -> web.Done:
    """Adds a counterparty, or changes one."""
    book.keep_counterparty(at, given, clock.now())
    return web.Done(f"{place.home(at)}/counterparties", "saved", view=book.counterparties(at, SearchQuery()))


@app.post(f"{CLIENT}/counterparties/removal")
@app.post(f"{OFFICE}/counterparties/removal")
def remove_counterparty(at: AtEitherSide, given: Annotated[RemovalInput, Depends(web.body(RemovalInput))]) -> web.Done:
    """Takes a counterparty off the list; invoices stay as they are."""
    book.forget_counterparty(at, given.id, clock.now())
    return web.Done(f"{place.home(at)}/counterparties", "saved", view=book.counterparties(at, SearchQuery()))


@app.get(f"{CLIENT}/products")
@app.get(f"{OFFICE}/products")
def product_list(at: AtEitherSide, query: Searching) -> Products:
    """What the firm sells."""
    return book.products(at, query, clock.now())


@app.post(f"{CLIENT}/products")
@app.post(f"{OFFICE}/products")
def keep_product(at: AtEitherSide, given: Annotated[ProductInput, Depends(web.body(ProductInput))]) -> web.Done:
    """Adds a product, or changes one."""
    now = clock.now()
    book.keep_product(at, given, now)
    return web.Done(f"{place.home(at)}/products", "saved", view=book.products(at, SearchQuery(), now))


@app.post(f"{CLIENT}/products/removal")
@app.post(f"{OFFICE}/products/removal")
def remove_product(at: AtEitherSide, given: Annotated[RemovalInput, Depends(web.body(RemovalInput))]) -> web.Done:
    """Takes a product off the list."""
    now = clock.now()
    book.forget_product(at, given.id, now)
    return web.Done(f"{place.home(at)}/products", "saved", view=book.products(at, SearchQuery(), now))


@app.get(f"{CLIENT}/settings")
@app.get(f"{OFFICE}/settings")
def invoice_settings(at: PersonAtEitherSide) -> InvoiceSettings:
    """What the firm's invoices begin with, and their series."""
    return book.settings(at, clock.now())


@app.post(f"{CLIENT}/settings")
@app.post(f"{OFFICE}/settings")
def change_invoice_settings(
    at: PersonAtEitherSide, registers: TheRegisters, given: Annotated[SettingsInput, Depends(web.body(SettingsInput))]
) -> web.Done | InvoiceSettings:
    """Changes them, or only asks the register of VAT payers about the account."""
    now = clock.now()
    if given.step == "check":
        return book.check_account(at, registers, given, now)
    book.change_settings(at, given, now)
    return web.Done(f"{place.home(at)}/settings", "saved", view=book.settings(at, now))


@app.get(f"{CLIENT}/tokens")
@app.get(f"{OFFICE}/tokens")
def program_tokens(at: PersonAtEitherSide) -> ProgramTokens:
    """The programs that may issue invoices of the firm."""
    return tokens.listed(at)


@app.post(f"{CLIENT}/tokens")
@app.post(f"{OFFICE}/tokens")
def create_program_token(
    at: PersonAtEitherSide, given: Annotated[TokenInput, Depends(web.body(TokenInput))]
) -> NewProgramToken:
    """A new token, shown this once."""
    return tokens.create(at, given.name, clock.now())


@app.post(f"{CLIENT}/tokens/<program>/revocation")
@app.post(f"{OFFICE}/tokens/<program>/revocation")
def revoke_program_token(at: PersonAtEitherSide, program: ProgramId) -> web.Done:
    """The token stops working at once."""
    tokens.revoke(at, program, clock.now())
    return web.Done(f"{place.home(at)}/tokens", "program-token-revoked", view=tokens.listed(at))


@app.get(f"{CLIENT}/logo")
@app.get(f"{OFFICE}/logo")
def invoice_logo_again(at: AtEitherSide) -> InvoiceSettings:
    """The settings, at the address where a refused picture is shown again."""
    return book.settings(at, clock.now())


@app.post(f"{CLIENT}/logo")
@app.post(f"{OFFICE}/logo")
def put_invoice_logo(
    at: AtEitherSide, given: Annotated[LogoInput, Depends(web.body(LogoInput, bodies.UPLOAD))]
) -> web.Done:
    """Puts a logo on the firm's prints, instead of the one there is."""
    now = clock.now()
    logo.put(at, given.logo.content, now)
    return web.Done(f"{place.home(at)}/settings", "invoice-logo", view=book.settings(at, now))


@app.post(f"{CLIENT}/logo/removal")
@app.post(f"{OFFICE}/logo/removal")
def remove_invoice_logo(at: AtEitherSide) -> web.Done:
    """Takes the logo off the firm's prints."""
    now = clock.now()
    logo.remove(at, now)
    return web.Done(f"{place.home(at)}/settings", "logo-removed", view=book.settings(at, now))


@app.get(f"{CLIENT}/logo/<digest>")
@app.get(f"{OFFICE}/logo/<digest>")
def show_invoice_logo(at: AtEitherSide, digest: LogoDigest) -> web.Picture:
    """The logo on the firm's prints."""
    return logo.picture(at, digest)


@app.get(f"{CLIENT}/recurring")
@app.get(f"{OFFICE}/recurring")
def recurring_list(at: AtEitherSide) -> RecurringList:
    """The firm's recurring invoices."""
    return recurring.listed(at)


@app.get(f"{CLIENT}/recurring/new")
@app.get(f"{OFFICE}/recurring/new")
def new_recurring(
    at: AtEitherSide, query: Annotated[RecurringNewQuery, Depends(web.query(RecurringNewQuery))]
) -> RecurringPage | RecurringList:
    """The form that makes an invoice a recurring one; without an invoice the list, which tells how to get there."""
    return recurring.form(at, query.like, clock.now()) if query.like else recurring.listed(at)


@app.post(f"{CLIENT}/recurring/new")
@app.post(f"{OFFICE}/recurring/new")
def add_recurring(
    at: AtEitherSide, given: Annotated[RecurringFields, Depends(web.body(RecurringFields, bodies.SELECTION))]
) -> web.Done:
    """Makes an invoice a recurring one."""
    made, now = recurring.add(at, given, clock.now()), clock.now()
    view = recurring.page(at, made, now)
    return web.Done(f"{place.home(at)}/recurring/{made.id}", "recurring-made", view=view, created=True)


@app.get(f"{CLIENT}/recurring/<template>")
@app.get(f"{OFFICE}/recurring/<template>")
def recurring_page(at: AtEitherSide, template: RecurringId) -> RecurringPage:
    """A recurring invoice, and what became of each planned day."""
    return recurring.of(at, template, clock.now())


@app.post(f"{CLIENT}/recurring/<template>")
@app.post(f"{OFFICE}/recurring/<template>")
def change_recurring(
    at: AtEitherSide,
    template: RecurringId,
    given: Annotated[RecurringChange, Depends(web.body(RecurringChange, bodies.SELECTION))],
) -> web.Done:
    """Changes it, pauses it or lets it go on."""
    now = clock.now()
    view = recurring.page(at, recurring.change(at, template, given, now), now)
    return web.Done(f"{place.home(at)}/recurring/{template}", "saved", view=view)


@app.get(f"{CLIENT}/recurring/<template>/<step>")
@app.get(f"{OFFICE}/recurring/<template>/<step>")
def recurring_again(at: AtEitherSide, template: RecurringId) -> RecurringPage:
    """The same, at the addresses of what is done to it: so a refused form is shown again where it stood."""
    return recurring.of(at, template, clock.now())


@app.post(f"{CLIENT}/recurring/<template>/removal")
@app.post(f"{OFFICE}/recurring/<template>/removal")
def remove_recurring(
    at: AtEitherSide, template: RecurringId, given: Annotated[VersionInput, Depends(web.body(VersionInput))]
) -> web.Done:
    """Makes it no more; what it made stays."""
    recurring.remove(at, template, given.version, clock.now())
    return web.Done(f"{place.home(at)}/recurring", "recurring-removed", view=recurring.listed(at))


@app.post(f"{CLIENT}/recurring/<template>/runs")
@app.post(f"{OFFICE}/recurring/<template>/runs")
def make_up_for_recurring(
    at: AtEitherSide, template: RecurringId, given: Annotated[RecurringRunInput, Depends(web.body(RecurringRunInput))]
) -> web.Done:
    """Makes what was skipped or failed on a planned day."""
    now = clock.now()
    recurring.make_up_for(at, template, given.period, now)
    view = recurring.of(at, template, now)
    return web.Done(f"{place.home(at)}/recurring/{template}", "recurring-run", view=view)


@app.get(f"{CLIENT}/registers/nip/<nip>")
@app.get(f"{OFFICE}/registers/nip/<nip>")
def look_buyer_up(at: AtEitherSide, registers: TheRegisters, nip: PathNip) -> BuyerAnswer:
    """What is known of a buyer: in the firm's own list, else in the register of VAT payers."""
    return book.answer(nip, book.buyer(at, registers, nip, clock.now()))


@app.get(f"{CLIENT}/<invoice>")
@app.get(f"{OFFICE}/<invoice>")
def invoice_page(
    at: AtEitherSide, invoice: InvoiceId, query: Annotated[DraftQuery, Depends(web.query(DraftQuery))]
) -> InvoicePage | InvoiceForm:
    """An issued invoice, or the form of a draft."""
    return _shown(at, invoice, query.kind)


@app.post(f"{CLIENT}/<invoice>")
@app.post(f"{OFFICE}/<invoice>")
def change_draft(
    at: AtEitherSide, registers: TheRegisters, invoice: InvoiceId, given: Typed, key: RequestKey
) -> web.Done | InvoiceForm:
    """Changes a draft, issues it, or only counts and looks the buyer up."""
    return _asked(at, registers, given, key, invoice)


@app.get(f"{CLIENT}/<invoice>/preview")
@app.get(f"{OFFICE}/<invoice>/preview")
def invoice_preview(at: AtEitherSide, invoice: InvoiceId, query: Printing) -> InvoicePreview:
    """The print on the screen."""
    return showing.preview(at, invoices.get(at.table, invoice), query, clock.now())


@app.get(f"{CLIENT}/<invoice>/pdf")
@app.get(f"{OFFICE}/<invoice>/pdf")
def invoice_pdf(at: AtEitherSide, invoice: InvoiceId, query: Printing) -> web.Document:
    """The print as PDF, made now."""
    return printing.document(at, invoices.get(at.table, invoice), query, clock.today(clock.now()))


@app.get(f"{CLIENT}/<invoice>/<step>")
@app.get(f"{OFFICE}/<invoice>/<step>")
def invoice_again(at: AtEitherSide, invoice: InvoiceId) -> InvoicePage | InvoiceForm:
    """The invoice, at the addresses of what is done to it: so a refused form is shown again where it stood."""
    return _shown(at, invoice)


@app.post(f"{CLIENT}/<invoice>/removal")
@app.post(f"{OFFICE}/<invoice>/removal")
def remove_draft(
    at: AtEitherSide, invoice: InvoiceId, given: Annotated[VersionInput, Depends(web.body(VersionInput))]
) -> web.Done:
    """Gives a draft up."""
    issuing.discard(at, invoice, given.version, clock.now())
    return web.Done(place.home(at), "invoice-draft-removed")


@app.post(f"{CLIENT}/<invoice>/payments")
@app.post(f"{OFFICE}/<invoice>/payments")
def add_payment(
    at: AtEitherSide, invoice: InvoiceId, given: Annotated[PaymentInput, Depends(web.body(PaymentInput))]
) -> web.Done:
    """Notes a payment, of all that is left or of a part."""
    happening.pay(at, invoice, given, clock.now())
    return _at_invoice(at, invoice, "invoice-paid")


@app.post(f"{CLIENT}/<invoice>/payments/removal")
@app.post(f"{OFFICE}/<invoice>/payments/removal")
def remove_payment(
    at: AtEitherSide, invoice: InvoiceId, given: Annotated[PaymentRemoval, Depends(web.body(PaymentRemoval))]
) -> web.Done:
    """Takes a payment back that was noted by mistake."""
    happening.take_back(at, invoice, given, clock.now())
    return _at_invoice(at, invoice, "invoice-unpaid")


@app.post(f"{CLIENT}/<invoice>/cancellation")
@app.post(f"{OFFICE}/<invoice>/cancellation")
def cancel_invoice(
    at: AtEitherSide, invoice: InvoiceId, given: Annotated[CancelInput, Depends(web.body(CancelInput))]
) -> web.Done:
    """Cancels an invoice that nobody has seen; it stays in its place, and its number taken."""
    happening.cancel(at, invoice, given, clock.now())
    return _at_invoice(at, invoice, "invoice-cancelled")


@app.post(f"{CLIENT}/<invoice>/sending")
@app.post(f"{OFFICE}/<invoice>/sending")
def send_invoice(
    at: AtEitherSide, who: TheIdentity, invoice: InvoiceId, given: Annotated[SendInput, Depends(web.body(SendInput))]
) -> web.Done:
    """Mails the buyer a link to it; a link of before stops to work."""
    sharing.send(at, who, invoice, given, clock.now())
    return _at_invoice(at, invoice, "invoice-sent")


@app.post(f"{CLIENT}/<invoice>/link")
@app.post(f"{OFFICE}/<invoice>/link")
def make_invoice_link(
    at: AtEitherSide, invoice: InvoiceId, given: Annotated[VersionInput, Depends(web.body(VersionInput))]
) -> InvoiceLink:
    """Makes a link for the buyer, shown this once; a link of before stops to work."""
    return sharing.link(at, invoice, given.version, clock.now())


@app.post(f"{CLIENT}/<invoice>/link/removal")
@app.post(f"{OFFICE}/<invoice>/link/removal")
def remove_invoice_link(
    at: AtEitherSide, invoice: InvoiceId, given: Annotated[VersionInput, Depends(web.body(VersionInput))]
) -> web.Done:
    """Lets the buyer's link open nothing any more."""
    sharing.take_back(at, invoice, given.version, clock.now())
    return _at_invoice(at, invoice, "invoice-link-removed")


@app.get("/l/<token>/invoice")
def shared_invoice(at: AtSharedInvoice, ahead: LooksAhead) -> SharedInvoice:
    """The invoice for its buyer, who has the link and needs no account."""
    return buyer.page(at, clock.now(), glimpse=ahead)


@app.get("/l/<token>/invoice/pdf")
def shared_invoice_pdf(at: AtSharedInvoice, ahead: LooksAhead) -> web.Document:
    """Its print as PDF, for the buyer."""
    return buyer.document(at, clock.now(), glimpse=ahead)


def _asked(at: Access, registers: TheRegisters, given: InvoiceInput, key: str, draft: str) -> web.Done | InvoiceForm:
    """What the pressed button asks for."""
    now = clock.now()
    if given.step in (Step.COUNT, Step.LOOK_UP, Step.RATE):
        return _tried(at, registers, given, draft)
    once = Once.of(key or given.key, at.origin.by, f"{draft}|{given.model_dump_json()}")
    wish = Wish(given, draft, given.version, given.series, once, registers)
    issue = given.step is Step.ISSUE
    head = issuing.issue(at, wish, now) if issue else issuing.keep(at, wish, now)
    notice = "invoice-issued" if issue else "invoice-saved"
    return web.Done(f"{place.home(at)}/{head.id}", notice, view=_shown(at, head.id), created=not draft)


def _tried(at: Access, registers: TheRegisters, given: InvoiceInput, draft: str) -> InvoiceForm:
    """The form as it was typed, counted; or with its buyer or its rate of exchange filled in."""
    now = clock.now()
    kept = invoices.get(at.table, draft) if draft else None
    if kept:
        kept.head.require_draft()
    content, register = issuing.counted(at, given, now, kept.content if kept else None), ""
    if given.step is Step.LOOK_UP:
        content, register = book.with_buyer(at, registers, content, now)
    rated = exchange.filled(at, registers, content, now, anew=given.step is Step.RATE)
    return showing.form(at, rated.content, Draft(draft, given.version, given.series, register, rated.source), now)


def _shown(at: Access, invoice: str, kind: Kind | None = None) -> InvoicePage | InvoiceForm:
    kept = invoices.get(at.table, invoice)
    now = clock.now()
    if kept.head.row.draft:
        return showing.form(at, showing.as_kind(kept.content, kind), Draft(invoice, kept.head.version), now)
    return showing.page(at, kept, now)


def _at_invoice(at: Access, invoice: str, notice: str) -> web.Done:
    return web.Done(f"{place.home(at)}/{invoice}", notice, view=_shown(at, invoice))
