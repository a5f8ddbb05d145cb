"""What the pages of invoices show. `home` is the path of the firm's invoices, the client's or the office's."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from typing import ClassVar

from functions.invoice.printout import Printout
from portal.domain.invoices.checks import Hint
from portal.domain.invoices.content import (
    ExemptSource,
    Kind,
    MarginProcedure,
    Method,
    PartyKind,
    PaymentForm,
    VatBy,
)
from portal.domain.invoices.course import DueState
from portal.domain.invoices.currencies import Currency
from portal.domain.invoices.numbering import Purpose, Reset
from portal.domain.invoices.rates import Rate
from portal.domain.invoices.recurring import Rhythm
from portal.store.recurring import RunState
from portal.views import FirmHead, Part, View, view


@view
class Place(Part):
    """Where a page of invoices stands. `office`: on the office's side.

    `valid`: what is printed is a real invoice; otherwise it says „WZÓR". `writable`: this person may change things.
    """

    home: str
    firm: FirmHead
    office: bool
    valid: bool
    writable: bool


@view
class PartyFields(Part):
    """Seller, buyer or recipient."""

    name: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "PL"
    nip: str = ""
    vat_ue: str = ""
    tax_id: str = ""
    kind: PartyKind = PartyKind.BUSINESS


@view
class LineFields(Part):
    """One line as typed, decimals as a form writes them (`1,5`), and what it comes to once that can be counted.

    `discount` is an amount as a form writes it, empty where there is none.
    """

    name: str = ""
    quantity: str = "1"
    unit: str = "szt."
    price: str = ""
    rate: Rate = Rate.R23
    discount_percent: str = ""
    discount: str = ""
    annex_15: bool = False
    code: str = ""
    gtu: str = ""
    net: int | None = None
    vat: int | None = None
    gross: int | None = None


@view
class RateLine(Part):
    """What falls to one rate; `vat_pln` is the VAT in zloty, the same where the invoice is in zloty."""

    rate: Rate
    written: str
    net: int
    vat: int
    gross: int
    vat_pln: int


@view
class LineAmounts(Part):
    """What one line comes to."""

    net: int
    vat: int
    gross: int


@view
class InvoiceFigures(View):
    """What an invoice comes to. There is no page: the form asks while it is typed.

    `lines` are those of the form that are not blank, by their number there. `rates` and the amounts under them are what
    is charged: of a correction the difference. `supply_gross`: the whole supply or order.
    """

    template: ClassVar[str] = ""

    currency: Currency
    lines: dict[int, LineAmounts]
    rates: list[RateLine]
    net: int
    vat: int
    gross: int
    vat_pln: int
    supply_gross: int
    advances_gross: int
    to_pay: int
    paid: int
    left: int
    words: str
    split_payment: bool
    shows_vat: bool
    hints: list[Hint]
    table_day: date | None
    """Of an invoice in a currency: which day's table of the NBP is needed."""


@view
class AdvanceLine(Part):
    """An advance invoice that may be settled, `chosen` on this one."""

    invoice: str
    number: str
    issued_on: date
    gross: int
    currency: Currency
    chosen: bool


@view
class SeriesChoice(Part):
    """A series that a kind takes its numbers from. `next` is what the next one would be, if nobody is quicker."""

    code: str
    purpose: Purpose
    next: str


@view
class RateChoice(Part):
    """A rate that the form offers."""

    rate: Rate
    written: str


@view
class KnownParty(Part):
    """A counterparty that is remembered. `id` names it in addresses."""

    id: str
    party: PartyFields
    email: str = ""
    used_on: date | None = None


@view
class KnownProduct(Part):
    """A product that is remembered; `price` as a form writes it, net or gross by `method`."""

    id: str
    name: str
    unit: str
    price: str
    rate: Rate
    method: Method
    code: str = ""
    gtu: str = ""
    annex_15: bool = False


@view
class CorrectedInvoice(Part):
    """What a correction corrects: the invoice, its lines as they stood before, and what it came to."""

    invoice: str
    number: str
    issued_on: date
    lines: list[LineFields]
    gross: int


@view
class InvoiceForm(View):
    """The form of a draft. `invoice` is empty for a new one, `version` 0 then.

    `key` makes that a form which is sent twice is done once. `register`: what a look-up of the buyer gave (`filled`,
    `known` from the firm's own list, `unknown`, `silent`, or nothing). `rate`: what the NBP was asked (`filled`,
    `none`, `silent`, or nothing). `corrects` is set on a correction, then `reason` too. `figures` is None
    while nothing can be counted.
    """

    template: ClassVar[str] = "invoice/form.html"

    place: Place
    invoice: str
    version: int
    key: str
    kind: Kind
    kinds: list[Kind]
    series: str
    series_choices: list[SeriesChoice]
    issued_on: date
    supplied_on: date | None
    supplied_from: date | None
    issue_place: str
    seller: PartyFields
    buyer: PartyFields
    recipient: PartyFields | None
    lines: list[LineFields]
    rates: list[RateChoice]
    method: Method
    vat_by: VatBy
    price_decimals: int
    currency: Currency
    currencies: list[Currency]
    exchange_rate: str
    exchange_table: str
    exchange_day: date | None
    exchange_units: int
    payment: PaymentForm
    due_on: date | None
    account: str
    accounts: list[str]
    bank_name: str
    swift: str
    notes: str
    exempt_source: ExemptSource
    exempt_base: str
    margin: MarginProcedure | None
    split_payment: bool
    cash_method: bool
    self_billing: bool
    received: int | None
    received_on: date | None
    advances: list[AdvanceLine]
    corrects: CorrectedInvoice | None
    reason: str
    figures: InvoiceFigures | None
    register: str
    rate: str
    counterparties: list[KnownParty]
    products: list[KnownProduct]


@view
class InvoiceRow(Part):
    """One invoice of a list. Amounts are in its currency; `*_pln` in zloty. A draft has no number.

    `state`: where its payment stands; `days` until the due date, or since it when overdue.
    """

    invoice: str
    draft: bool
    number: str
    kind: Kind
    issued_on: date
    due_on: date | None
    buyer: str
    buyer_nip: str
    currency: Currency
    net: int
    vat: int
    gross: int
    net_pln: int
    vat_pln: int
    left: int
    state: DueState
    days: int
    partly: bool
    cancelled: bool
    corrected: bool
    by_office: bool


@view
class CurrencyTotals(Part):
    """What the listed invoices of one currency come to, without drafts, pro forma and cancelled ones."""

    currency: Currency
    count: int
    net: int
    vat: int
    gross: int
    left: int
    overdue: int


@view
class InvoiceList(View):
    """The firm's invoices. `period` is a year or a month, empty for all; `pages` how many pages there are.

    `empty`: the firm has no invoice at all. `count`: how many are listed over all pages. `drafts`: how many drafts
    there are, whatever is shown.
    """

    template: ClassVar[str] = "invoice/list.html"

    place: Place
    period: str
    before: str
    after: str
    show: str
    q: str
    rows: list[InvoiceRow]
    totals: list[CurrencyTotals]
    count: int
    drafts: int
    page: int
    pages: int
    empty: bool


@view
class PaymentLine(Part):
    """A payment noted; below zero when money was given back."""

    index: int
    amount: int
    on: date
    note: str


@view
class RelatedInvoice(Part):
    """Another invoice that belongs to this one."""

    invoice: str
    number: str
    issued_on: date
    kind: Kind
    cancelled: bool


@view
class InvoicePage(View):
    """An issued invoice. `preview` is its print; `version` is what changes name.

    `sent_to`: where the last mail to the buyer went; `seen_at`, `downloaded_at`: by the buyer; `linked`: a link to it
    works; `email`: where the next mail may go. `can_*`: what may still be done with it. `corrections` of it, `corrects`
    what it corrects, `settled_by` and `settles` of advances.
    """

    template: ClassVar[str] = "invoice/invoice.html"

    place: Place
    invoice: str
    version: int
    number: str
    kind: Kind
    issued_on: date
    issued_at: datetime
    due_on: date | None
    by_office: bool
    buyer: PartyFields
    currency: Currency
    figures: InvoiceFigures
    state: DueState
    days: int
    partly: bool
    payments: list[PaymentLine]
    sent_at: datetime | None
    sent_to: str
    reminded_on: date | None
    seen_at: datetime | None
    downloaded_at: datetime | None
    linked: bool
    email: str
    cancelled_at: datetime | None
    cancel_reason: str
    ksef_number: str
    corrections: list[RelatedInvoice]
    corrects: RelatedInvoice | None
    settled_by: RelatedInvoice | None
    settles: list[RelatedInvoice]
    can_pay: bool
    can_cancel: bool
    can_correct: bool
    can_settle: bool
    can_send: bool
    preview: Printout


@view
class InvoiceLink(View):
    """A link for the buyer, shown this once."""

    template: ClassVar[str] = "invoice/link.html"

    place: Place
    invoice: str
    number: str
    link: str


@view
class SharedPayment(Part):
    """Where the buyer pays. `account` as it is typed, `account_written` as it is read."""

    recipient: str
    account: str
    account_written: str
    title: str
    bank_name: str
    swift: str


@view
class SharedInvoice(View):
    """An invoice for its buyer, who has a link and no account. `path` is the link's; `title` says its kind.

    `left` is still to pay, below zero to be given back. `payment` is None where there is nothing to pay by transfer.
    """

    template: ClassVar[str] = "invoice/shared.html"

    path: str
    seller: str
    title: str
    number: str
    currency: Currency
    left: int
    due_on: date | None
    state: DueState
    days: int
    partly: bool
    payment: SharedPayment | None
    preview: Printout


@view
class InvoicePreview(View):
    """The print of an invoice or a draft on the screen, from what the PDF is made of."""

    template: ClassVar[str] = "invoice/preview.html"

    place: Place
    invoice: str
    draft: bool
    number: str
    english: bool
    preview: Printout


@view
class RecurringRun(Part):
    """What became of a planned day. `detail` says why, where it is not as planned; `again`: it can be made up for."""

    period: date
    at: datetime
    state: RunState
    invoice: str
    number: str
    code: str
    detail: str
    again: bool


@view
class RecurringRow(Part):
    """A recurring invoice of a list. `next_on` is None while it is paused, and after its last day."""

    template: str
    name: str
    buyer: str
    gross: int
    currency: Currency
    rhythm: Rhythm
    issue: bool
    next_on: date | None
    paused: bool
    last: RecurringRun | None


@view
class RecurringList(View):
    """The firm's recurring invoices, and what their last runs did."""

    template: ClassVar[str] = "invoice/recurring_list.html"

    place: Place
    rows: list[RecurringRow]


@view
class RecurringText(Part):
    """A line's name with its placeholders, and what it says on the next planned day."""

    text: str
    says: str


@view
class RecurringChoice(Part):
    """An invoice that the amounts may be taken from."""

    invoice: str
    number: str
    issued_on: date
    buyer: str
    gross: int
    currency: Currency


@view
class RecurringPage(View):
    """A recurring invoice, or the form of a new one: then `recurring` is empty, and `like` is what it is made after.

    `day` 0: that of the first. `placeholders` may stand in names and notes. `next_days`: when it is made next.
    """

    template: ClassVar[str] = "invoice/recurring.html"

    place: Place
    recurring: str
    version: int
    like: str
    key: str
    name: str
    buyer: str
    gross: int
    currency: Currency
    rhythm: Rhythm
    first_on: date
    day: int
    until_on: date | None
    times: int | None
    issue: bool
    email: str
    names: list[RecurringText]
    notes: str
    placeholders: list[str]
    paused: bool
    next_on: date | None
    next_days: list[date]
    runs: list[RecurringRun]
    models: list[RecurringChoice]


@view
class Counterparties(View):
    """Whom the firm sold to; `chosen` is in the form, None for a new one."""

    template: ClassVar[str] = "invoice/counterparties.html"

    place: Place
    q: str
    count: int
    listed: list[KnownParty]
    chosen: KnownParty | None


@view
class Products(View):
    """What the firm sells."""

    template: ClassVar[str] = "invoice/products.html"

    place: Place
    q: str
    count: int
    listed: list[KnownProduct]
    chosen: KnownProduct | None
    rates: list[RateChoice]


@view
class SeriesFields(Part):
    """A series. `next`: the number that the next invoice of today gets; `next_count` the running number in it."""

    code: str
    purpose: Purpose
    pattern: str
    reset: Reset
    next: str
    next_count: int


@view
class InvoiceSettings(View):
    """What invoices of the firm begin with. `seller` is as it stands on them; its NIP is the firm's.

    `logo`: digest of the picture on prints. `checked`: what the register said of the account (`listed`, `missing`,
    `unknown`, `silent`, or nothing).
    """

    template: ClassVar[str] = "invoice/settings.html"

    place: Place
    version: int
    seller: PartyFields
    account: str
    accounts: list[str]
    bank_name: str
    swift: str
    issue_place: str
    method: Method
    vat_by: VatBy
    price_decimals: int
    currency: Currency
    currencies: list[Currency]
    payment: PaymentForm
    due_days: int
    reminders: list[int]
    reminder_days: list[int]
    notes: str
    exempt_base: str
    cash_method: bool
    series: list[SeriesFields]
    logo: str
    checked: str


@view
class BuyerAnswer(View):
    """What is known of a buyer's NIP. `source`: `known` (the firm's own list), `register`, or nothing. No page."""

    template: ClassVar[str] = ""

    nip: str
    source: str
    party: PartyFields | None
    email: str = ""
    vat_status: str = ""
    bank_accounts: list[str] = field(default_factory=list)


@view
class TokenLine(Part):
    """A token of a program; what it was last used for is told by the firm's history."""

    token: str
    name: str
    created_at: datetime
    last_used: datetime | None
    revoked_at: datetime | None


@view
class ProgramTokens(View):
    """The programs that may issue invoices of the firm. `allowed`: this person gives and revokes tokens."""

    template: ClassVar[str] = "invoice/tokens.html"

    place: Place
    allowed: bool
    limit: int
    tokens: list[TokenLine]


@view
class NewProgramToken(View):
    """A token, shown this once: `presented` is what the program sends, `address` where to."""

    template: ClassVar[str] = "invoice/token.html"

    place: Place
    token: str
    name: str
    presented: str
    address: str
