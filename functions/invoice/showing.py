"""Pages of invoices from what is kept: the form, an issued invoice, figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from functions.invoice import place, printing, sharing, typed
from functions.invoice.inputs import ContentInput, NewQuery, PrintQuery
from functions.invoice.place import Access
from functions.invoice.typed import Sources
from functions.invoice.views import (
    AdvanceLine,
    CorrectedInvoice,
    InvoiceFigures,
    InvoiceForm,
    InvoicePage,
    InvoicePreview,
    KnownParty,
    KnownProduct,
    LineAmounts,
    LineFields,
    PartyFields,
    PaymentLine,
    RateChoice,
    RateLine,
    RelatedInvoice,
    SeriesChoice,
)
from portal import clock, ids
from portal.domain import errors, money
from portal.domain.invoices import numbering
from portal.domain.invoices.checks import hints, rates_of
from portal.domain.invoices.content import MOST_PRICE_DECIMALS, Content, Kind, Line, Party, copied
from portal.domain.invoices.course import MOST_PAYMENTS
from portal.domain.invoices.currencies import Currency, table_day
from portal.domain.invoices.figures import figures
from portal.domain.invoices.numbering import purpose_of
from portal.domain.invoices.words import in_words
from portal.store import invoice_book, invoices
from portal.store.invoice_book import Counterparty, Product, Settings
from portal.store.invoices import Head, Kept, Row

ONE = Decimal(1)
FINEST = MOST_PRICE_DECIMALS
MOST_OFFERED = 500
"""Counterparties and products that a form brings along."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Which draft a form is of; a new one has no id. `register`: what a look-up of the buyer gave.

    `rate`: what one of the rate of exchange gave.
    """

    id: str = ""
    version: int = 0
    series: str = ""
    register: str = ""
    rate: str = ""


# Figures


def amounts(content: Content, paid: int = 0, rows: Sequence[int] = ()) -> InvoiceFigures:
    """What a content comes to. `rows`: where its lines stand in the form. Raises Refusals."""
    found = figures(content, paid)
    places = rows or range(len(found.lines))
    return InvoiceFigures(
        currency=found.currency,
        lines={
            row: LineAmounts(net=line.net, vat=line.vat, gross=line.gross)
            for row, line in zip(places, found.lines, strict=True)
        },
        rates=[
            RateLine(
                rate=one.rate,
                written=one.rate.written,
                net=one.sums.net,
                vat=one.sums.vat,
                gross=one.sums.gross,
                vat_pln=one.pln.vat,
            )
            for one in found.rates
        ],
        net=found.total.net,
        vat=found.total.vat,
        gross=found.total.gross,
        vat_pln=found.total_pln.vat,
        supply_gross=found.supply_total.gross,
        advances_gross=found.advances_total.gross,
        to_pay=found.to_pay,
        paid=found.paid,
        left=found.left,
        words=in_words(abs(found.to_pay), found.currency),
        split_payment=found.split_payment,
        shows_vat=found.shows_vat,
        hints=list(hints(content)),
        table_day=_table_day(content),
    )


def _table_day(content: Content) -> date | None:
    if content.currency is Currency.PLN or content.kind in {Kind.PRO_FORMA, Kind.CORRECTION}:
        return None
    return table_day(content.tax_point, content.issued_on)


def _countable(content: Content) -> InvoiceFigures | None:
    try:
        return amounts(content)
    except errors.Refusals:
        return None


# The form


def new_content(at: Access, query: NewQuery, settings: Settings, now: datetime) -> Content:
    """What a new invoice begins with. Raises `not-found`, and what cannot be corrected or settled."""
    today = clock.today(now)
    if query.like:
        before = invoices.get(at.table, query.like).content
        return copied(replace(before, seller=typed.seller(at.firm, settings)), issued_on=today, kind=query.kind)
    kind = query.kind or (Kind.FINAL if query.settles else Kind.VAT)
    given = ContentInput(
        kind=Kind.VAT if query.corrects else kind,
        corrects=query.corrects,
        advances=[query.settles] if query.settles else [],
    )
    found = typed.asked_for(at, given, None)
    content = typed.content(given, at.firm, settings, found, today)
    if query.settles:
        return _order_of(content, found)
    if query.buyer:
        return replace(content, buyer=invoice_book.counterparty(at.table, query.buyer).party)
    return content


def _order_of(content: Content, found: Sources) -> Content:
    """A final invoice goes on with the order that the advance invoice describes."""
    order = found.advances[0].content
    kept = ("buyer", "recipient", "lines", "method", "vat_by", "price_decimals", "currency", "exempt_base")
    return replace(content, **{name: getattr(order, name) for name in kept})


def as_kind(content: Content, kind: Kind | None) -> Content:
    """A draft with the choices of another kind, as its refused form had them. A correction is always one."""
    if kind is None or Kind.CORRECTION in (kind, content.kind):
        return content
    return replace(content, kind=kind)


def form(at: Access, content: Content, draft: Draft, now: datetime, settings: Settings | None = None) -> InvoiceForm:
    """The form of a content."""
    known = settings or invoice_book.settings(at.table)
    found = _countable(content)
    correction = content.correction
    exchange = content.exchange
    day = content.tax_point
    return InvoiceForm(
        place=place.of(at),
        invoice=draft.id,
        version=draft.version,
        key=ids.new(now),
        kind=content.kind,
        kinds=[Kind.CORRECTION] if correction else [kind for kind in Kind if kind is not Kind.CORRECTION],
        series=draft.series,
        series_choices=series_choices(at, known, content),
        issued_on=content.issued_on,
        supplied_on=content.supplied_on,
        supplied_from=content.supplied_from,
        issue_place=content.place,
        seller=party_fields(content.seller),
        buyer=party_fields(content.buyer),
        recipient=party_fields(content.recipient) if content.recipient else None,
        lines=line_fields(content.lines, found),
        rates=rate_choices(content, day),
        method=content.method,
        vat_by=content.vat_by,
        price_decimals=content.price_decimals,
        currency=content.currency,
        currencies=list(Currency),
        exchange_rate=decimal(exchange.rate) if exchange else "",
        exchange_table=exchange.table if exchange else "",
        exchange_day=exchange.day if exchange else None,
        exchange_units=exchange.units if exchange else 1,
        payment=content.payment,
        due_on=content.due_on,
        account=content.account,
        accounts=list(at.firm.bank_accounts),
        bank_name=content.bank_name,
        swift=content.swift,
        notes=content.notes,
        exempt_source=content.exempt_source,
        exempt_base=content.exempt_base,
        margin=content.margin,
        split_payment=content.split_payment,
        cash_method=content.cash_method,
        self_billing=content.self_billing,
        received=content.received,
        received_on=content.received_on,
        advances=_advances(at, content),
        corrects=_corrected(content),
        reason=correction.reason if correction else "",
        figures=found,
        register=draft.register,
        rate=draft.rate,
        counterparties=[known_party(one) for one in invoice_book.counterparties(at.table)[:MOST_OFFERED]],
        products=[known_product(one) for one in invoice_book.products(at.table)[:MOST_OFFERED]],
    )


def series_choices(at: Access, settings: Settings, content: Content) -> list[SeriesChoice]:
    """The series that an invoice of this kind may take its number from."""
    listed = settings.series_for(purpose_of(content.kind))
    reached = invoices.reached(at.table, listed, content.issued_on)
    return [
        SeriesChoice(
            code=one.code, purpose=one.purpose, next=numbering.number(one, reached[one.code] + 1, content.issued_on)
        )
        for one in listed
    ]


def rate_choices(content: Content, day: date) -> list[RateChoice]:
    """The rates that its lines may have."""
    return [RateChoice(rate=rate, written=rate.written) for rate in rates_of(content.base_kind, day)]


def line_fields(lines: Iterable[Line], found: InvoiceFigures | None = None) -> list[LineFields]:
    """Lines as the form has them."""
    return [_line(line, found.lines.get(row) if found else None) for row, line in enumerate(lines)]


def _line(line: Line, comes_to: LineAmounts | None) -> LineFields:
    return LineFields(
        name=line.name,
        quantity=decimal(line.quantity),
        unit=line.unit,
        price=decimal(line.price),
        rate=line.rate,
        discount_percent=decimal(line.discount_percent) if line.discount_percent else "",
        discount=money.decimal(line.discount) if line.discount else "",
        annex_15=line.annex_15,
        code=line.code,
        gtu=line.gtu,
        net=comes_to.net if comes_to else None,
        vat=comes_to.vat if comes_to else None,
        gross=comes_to.gross if comes_to else None,
    )


def decimal(value: Decimal) -> str:
    """A number as a form writes it."""
    return f"{value:f}".replace(".", ",")


def party_fields(party: Party) -> PartyFields:
    """A party as the form has it."""
    return PartyFields(**{name: getattr(party, name) for name in Party.__dataclass_fields__})


def known_party(one: Counterparty) -> KnownParty:
    """A counterparty as pages have it."""
    return KnownParty(id=one.id, party=party_fields(one.party), email=one.email, used_on=one.used_on)


def known_product(one: Product) -> KnownProduct:
    """A product as pages have it."""
    return KnownProduct(
        id=one.id,
        name=one.name,
        unit=one.unit,
        price=decimal(one.price),
        rate=one.rate,
        method=one.method,
        code=one.code,
        gtu=one.gtu,
        annex_15=one.annex_15,
    )


def _advances(at: Access, content: Content) -> list[AdvanceLine]:
    """Advance invoices that this one may name: those it does, and those that nothing settles."""
    if content.kind not in {Kind.FINAL, Kind.ADVANCE} or content.correction:
        return []
    named = {one.id for one in content.advances}
    offered = [
        row
        for row in invoices.listed(at.table)
        if row.kind is Kind.ADVANCE and not row.cancelled and (row.id in named or not row.settled)
    ]
    return [
        AdvanceLine(
            invoice=row.id,
            number=row.number,
            issued_on=row.issued_on,
            gross=row.net + row.vat,
            currency=row.currency,
            chosen=row.id in named,
        )
        for row in offered
    ]


def _corrected(content: Content) -> CorrectedInvoice | None:
    correction = content.correction
    if correction is None:
        return None
    before = correction.before
    return CorrectedInvoice(
        invoice=correction.invoice_id,
        number=correction.number,
        issued_on=correction.issued_on,
        lines=line_fields(before.lines, _countable(before)),
        gross=figures(before).supply_total.gross,
    )


# An issued invoice


def page(at: Access, kept: Kept, now: datetime) -> InvoicePage:
    """An issued invoice with what belongs to it: one read more where something does."""
    head, content, course = kept.head, kept.content, kept.head.course
    row, today = head.row, clock.today(now)
    due = row.due(today)
    related = _related(at, kept)
    writable, valid = place.of(at).writable, not course.cancelled
    free = not (course.payments or course.sent_at or course.seen_at or course.downloaded_at)
    used = bool(head.settled_by or head.corrections)
    return InvoicePage(
        place=place.of(at),
        invoice=head.id,
        version=head.version,
        number=row.number,
        kind=content.kind,
        issued_on=content.issued_on,
        issued_at=head.issued_at or head.created_at,
        due_on=content.due_on,
        by_office=row.by_office,
        buyer=party_fields(content.buyer),
        currency=content.currency,
        figures=amounts(content, course.paid),
        state=due.state,
        days=due.days,
        partly=due.partly,
        payments=[
            PaymentLine(index=index, amount=one.amount, on=one.on, note=one.note)
            for index, one in enumerate(course.payments)
        ],
        sent_at=course.sent_at,
        sent_to=head.sent_to,
        reminded_on=head.reminded_on,
        seen_at=course.seen_at,
        downloaded_at=course.downloaded_at,
        linked=bool(head.link),
        email=sharing.known_email(at, kept),
        cancelled_at=course.cancelled_at,
        cancel_reason=course.cancel_reason,
        ksef_number=head.ksef_number,
        corrections=[related[one] for one in head.corrections if one in related],
        corrects=related.get(content.correction.invoice_id) if content.correction else None,
        settled_by=related.get(head.settled_by),
        settles=[related[one.id] for one in content.advances if one.id in related],
        can_pay=writable and valid and row.left != 0 and len(course.payments) < MOST_PAYMENTS,
        can_cancel=writable and valid and free and not used,
        can_correct=writable and valid and content.kind not in {Kind.CORRECTION, Kind.PRO_FORMA},
        can_settle=writable and valid and content.kind is Kind.ADVANCE and not head.settled_by,
        can_send=writable and valid,
        preview=printing.printout(at, kept, PrintQuery(), today),
    )


def preview(at: Access, kept: Kept, query: PrintQuery, now: datetime) -> InvoicePreview:
    """The print on the screen."""
    return InvoicePreview(
        place=place.of(at),
        invoice=kept.head.id,
        draft=kept.head.row.draft,
        number=kept.head.row.number,
        english=query.english,
        preview=printing.printout(at, kept, query, clock.today(now)),
    )


def _related(at: Access, kept: Kept) -> dict[str, RelatedInvoice]:
    head, content = kept.head, kept.content
    corrected = [content.correction.invoice_id] if content.correction else []
    settled = [head.settled_by] if head.settled_by else []
    wanted = [*head.corrections, *corrected, *settled, *(one.id for one in content.advances)]
    return {one: _as_related(found) for one, found in invoices.heads(at.table, wanted).items()}


def _as_related(head: Head) -> RelatedInvoice:
    row: Row = head.row
    return RelatedInvoice(
        invoice=row.id, number=row.number, issued_on=row.issued_on, kind=row.kind, cancelled=row.cancelled
    )
