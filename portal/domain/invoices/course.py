"""What happens to an invoice after it is issued: sent, seen, paid, or cancelled while nobody has seen it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from portal.domain import errors, money
from portal.domain.invoices.content import Content
from portal.domain.invoices.figures import figures

MOST_PAYMENTS = 100


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came; kept below zero when it was given back."""

    amount: int
    on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """All of it. `sent_at`: given away in any way, KSeF among them; `seen_at` and `downloaded_at`: by the buyer."""

    payments: tuple[Payment, ...] = ()
    sent_at: datetime | None = None
    seen_at: datetime | None = None
    downloaded_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_by: str = ""
    cancel_reason: str = ""

    @property
    def paid(self) -> int:
        """Everything that came, less what was given back."""
        return sum(payment.amount for payment in self.payments)

    @property
    def cancelled(self) -> bool:
        """Whether it is void, and only kept for its number."""
        return self.cancelled_at is not None


def require_valid(course: Course) -> None:
    """A cancelled invoice is not paid, sent, corrected or settled. Raises `invoice-cancelled`."""
    if course.cancelled:
        raise errors.Refusal(errors.INVOICE_CANCELLED)


def pay(course: Course, content: Content, payment: Payment, today: date) -> Course:
    """Note a payment, or what was given back of an invoice below zero; its amount is typed above zero in both cases.

    Raises `invoice-cancelled`, `payment-nothing-left`, `payment-invalid`, `paid-in-future`, `too-many-payments`.
    """
    require_valid(course)
    left = figures(content, course.paid).left
    if not left:
        raise errors.Refusal(errors.PAYMENT_NOTHING_LEFT)
    if not 0 < payment.amount <= abs(left):
        written = f"{money.plain(abs(left))}{money.NBSP}{content.currency}"
        raise errors.Refusal(errors.PAYMENT_INVALID, "amount", left=written)
    if payment.on > today:
        raise errors.Refusal(errors.PAID_IN_FUTURE, "on")
    if len(course.payments) >= MOST_PAYMENTS:
        raise errors.Refusal(errors.TOO_MANY_PAYMENTS, limit=MOST_PAYMENTS)
    signed = payment if left > 0 else replace(payment, amount=-payment.amount)
    return replace(course, payments=(*course.payments, signed))


def take_back(course: Course, index: int) -> Course:
    """A payment was noted by mistake. Raises `not-found`."""
    require_valid(course)
    if not 0 <= index < len(course.payments):
        raise errors.Refusal(errors.NOT_FOUND)
    return replace(course, payments=course.payments[:index] + course.payments[index + 1 :])


def cancel(course: Course, *, at: datetime, by: str, reason: str, used: bool = False) -> Course:
    """Void an invoice that nobody has seen; its number stays taken. `used`: it is corrected or settled by another.

    Raises `invoice-cancelled`, `cancel-too-late`, `cancel-reason`.
    """
    require_valid(course)
    if course.sent_at or course.seen_at or course.downloaded_at or course.payments or used:
        raise errors.Refusal(errors.CANCEL_TOO_LATE)
    if not reason.strip():
        raise errors.Refusal(errors.CANCEL_REASON, "reason")
    return replace(course, cancelled_at=at, cancelled_by=by, cancel_reason=reason.strip())


def sent(course: Course, at: datetime) -> Course:
    """It left the house. Raises `invoice-cancelled`."""
    require_valid(course)
    return replace(course, sent_at=course.sent_at or at)


def seen(course: Course, at: datetime) -> Course:
    """The buyer opened it; the first time counts."""
    return replace(course, seen_at=course.seen_at or at)


def downloaded(course: Course, at: datetime) -> Course:
    """The buyer took the PDF, and so has seen it; the first time counts."""
    return replace(seen(course, at), downloaded_at=course.downloaded_at or at)


class DueState(StrEnum):
    """Where the payment of an invoice stands."""

    PAID = "paid"
    PARTLY = "partly"
    DUE = "due"
    OVERDUE = "overdue"
    REFUND = "refund"
    UNPAID = "unpaid"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class DueStatus:
    """The state; `days`: until the due date, or since it when overdue; `partly`: something has come."""

    state: DueState
    days: int = 0
    partly: bool = False


def due_status(to_pay: int, paid: int, due_on: date | None, today: date, *, cancelled: bool = False) -> DueStatus:
    """Where the payment stands today. `refund`: money is to be given back; `unpaid`: there is no due date."""
    left = to_pay - paid
    if cancelled:
        return DueStatus(DueState.CANCELLED)
    if not left or (left < 0 <= to_pay):
        return DueStatus(DueState.PAID)
    if left < 0:
        return DueStatus(DueState.REFUND, partly=paid != 0)
    return _waiting(due_on, today, partly=paid != 0)


def _waiting(due_on: date | None, today: date, *, partly: bool) -> DueStatus:
    if due_on is not None and today > due_on:
        return DueStatus(DueState.OVERDUE, (today - due_on).days, partly)
    days = (due_on - today).days if due_on else 0
    if partly:
        return DueStatus(DueState.PARTLY, days, partly)
    return DueStatus(DueState.DUE if due_on else DueState.UNPAID, days)
