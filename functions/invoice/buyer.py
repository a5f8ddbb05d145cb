"""What a buyer sees by a link: the invoice, what to pay where, the PDF; and that they have seen it is noted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from functions.invoice import labels, printed, printing
from functions.invoice.inputs import PrintQuery
from functions.invoice.views import SharedInvoice, SharedPayment
from portal import clock, web
from portal.access import SharedAccess
from portal.domain import errors
from portal.domain.invoices import course
from portal.domain.invoices.content import PaymentForm
from portal.domain.invoices.course import Course
from portal.store import invoices
from portal.store.invoices import Kept

TRIES = 3
Noted = Callable[[Course, datetime], Course]


def page(at: SharedAccess, now: datetime, *, glimpse: bool) -> SharedInvoice:
    """The invoice. `glimpse`: a program looks ahead, which is not yet the buyer's look."""
    kept = _shared(at)
    if not glimpse:
        _note(at, kept, course.seen, now)
    row, today = kept.head.row, clock.today(now)
    due = row.due(today)
    return SharedInvoice(
        path=f"/l/{at.token}/invoice",
        seller=kept.content.seller.name,
        title=labels.TITLES[kept.content.kind],
        number=row.number,
        currency=row.currency,
        left=row.left,
        due_on=row.due_on,
        state=due.state,
        days=due.days,
        partly=due.partly,
        payment=_payment(kept),
        preview=printing.printout(at, kept, PrintQuery(), today),
    )


def document(at: SharedAccess, now: datetime, *, glimpse: bool) -> web.Document:
    """Its print."""
    kept = _shared(at)
    if not glimpse:
        _note(at, kept, course.downloaded, now)
    return printing.document(at, kept, PrintQuery(), clock.today(now))


def _shared(at: SharedAccess) -> Kept:
    """The invoice of the link. Raises `invoice-link-useless`: another link has taken its place, or it is void."""
    kept = invoices.get_many(at.table, [at.link.invoice]).get(at.link.invoice)
    if kept is None or kept.head.link != at.link.id or kept.head.course.cancelled:
        raise errors.Refusal(errors.INVOICE_LINK_USELESS)
    return kept


def _note(at: SharedAccess, kept: Kept, noted: Noted, now: datetime) -> None:
    """Once each. Who changes the invoice in this moment is not held up, nor is the buyer: the next look is noted."""
    head = kept.head
    for _ in range(TRIES):
        if noted(head.course, now) == head.course:
            return
        with suppress(errors.Refusal):
            invoices.change(at.table, head, replace(head, course=noted(head.course, now)))
            return
        head = invoices.heads(at.table, [head.id]).get(head.id, head)


def _payment(kept: Kept) -> SharedPayment | None:
    """Where to pay what is left; None where nothing is, or not by transfer."""
    content, left = kept.content, kept.head.row.left
    if left <= 0 or content.payment is not PaymentForm.TRANSFER or not content.account:
        return None
    return SharedPayment(
        recipient=content.seller.name,
        account=content.account,
        account_written=printed.account(content.account),
        title=kept.head.row.number,
        bank_name=content.bank_name,
        swift=content.swift,
    )
