"""What happens to an issued invoice: payments, and cancelling one that nobody has seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from functions.invoice import place
from functions.invoice.inputs import CancelInput, PaymentInput, PaymentRemoval
from functions.invoice.place import Access
from portal import clock
from portal.aws import Put
from portal.domain import errors, money
from portal.domain.events import Action
from portal.domain.invoices import course
from portal.domain.invoices.content import Kind
from portal.domain.invoices.course import Course, Payment
from portal.store import invoices
from portal.store.invoices import Head, Kept


def pay(at: Access, invoice: str, given: PaymentInput, now: datetime) -> None:
    """Note a payment, today's unless it says another day. Raises what `course.pay` raises, `changed-meanwhile`."""
    kept = as_seen(at, invoice, given.version)
    today = clock.today(now)
    payment = Payment(given.amount, given.on or today, given.note)
    after = course.pay(kept.head.course, kept.content, payment, today)
    _paid(at, kept, after, Action.INVOICE_PAID, {"amount": ("", _amount(kept, after.payments[-1]))}, now)


def take_back(at: Access, invoice: str, given: PaymentRemoval, now: datetime) -> None:
    """A payment was noted by mistake. Raises `not-found`, `changed-meanwhile`."""
    kept = as_seen(at, invoice, given.version)
    after = course.take_back(kept.head.course, given.index)
    gone = kept.head.course.payments[given.index]
    _paid(at, kept, after, Action.INVOICE_UNPAID, {"amount": (_amount(kept, gone), "")}, now)


def cancel(at: Access, invoice: str, given: CancelInput, now: datetime) -> None:
    """Void an invoice; its number stays taken, what it corrected or settled is free again.

    Raises `cancel-too-late`, `cancel-reason`, `invoice-cancelled`, `changed-meanwhile`.
    """
    kept = as_seen(at, invoice, given.version)
    head, others = kept.head, _freed(at, kept)
    used = bool(head.corrections or head.settled_by) or others is None
    after = course.cancel(head.course, at=now, by=at.origin.by, reason=given.reason, used=used)
    voided = replace(head, course=after, row=replace(head.row, cancelled=True))
    changes = {"invoice": ("", head.row.number), "reason": ("", after.cancel_reason)}
    event = place.event(at, Action.INVOICE_CANCELLED, now, changes)
    invoices.change(at.table, head, voided, *(others or ()), event)


def as_seen(at: Access, invoice: str, version: int) -> Kept:
    """An issued invoice that is still as the person saw it. Raises `invoice-not-issued`, `changed-meanwhile`."""
    place.require_writable(at)
    kept = invoices.get(at.table, invoice)
    kept.head.require_issued()
    if kept.head.version != version:
        raise errors.Refusal(errors.CHANGED_MEANWHILE)
    return kept


def _paid(
    at: Access, kept: Kept, after: Course, action: Action, changes: Mapping[str, tuple[str, str]], now: datetime
) -> None:
    head = kept.head
    paid = replace(head, course=after, row=replace(head.row, paid=after.paid))
    told = {"invoice": ("", head.row.number), **changes}
    invoices.change(at.table, head, paid, place.event(at, action, now, told))


def _amount(kept: Kept, payment: Payment) -> str:
    return f"{money.plain(payment.amount)}{money.NBSP}{kept.content.currency}"


def _freed(at: Access, kept: Kept) -> list[Put] | None:
    """The writes by which others forget a void invoice; None where a later correction builds on it."""
    content, own = kept.content, kept.head.id
    if content.correction:
        head = invoices.heads(at.table, [content.correction.invoice_id]).get(content.correction.invoice_id)
        if head is None or head.corrections[-1:] != (own,):
            return None
        left = head.corrections[:-1]
        after = replace(head, corrections=left, row=replace(head.row, corrected=bool(left)))
        return [invoices.head_put(at.table, head, after)]
    if content.kind is not Kind.FINAL:
        return []
    settled = invoices.heads(at.table, [one.id for one in content.advances]).values()
    return [invoices.head_put(at.table, head, _unsettled(head)) for head in settled if head.settled_by == own]


def _unsettled(head: Head) -> Head:
    return replace(head, settled_by="", row=replace(head.row, settled=False))
