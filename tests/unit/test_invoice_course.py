"""What happens to an invoice after it is issued: paid, due, seen, or cancelled while nobody has seen it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import errors
from portal.domain.invoices import course
from portal.domain.invoices.course import Course, DueState, DueStatus, Payment, due_status
from portal.domain.invoices.figures import figures
from tests.unit.invoicing import NOON, TODAY, advance_content, correction_of, line, typed
from tests.unit.making import refused

INVOICE = typed()  # 123,00
NEW = Course()
CANCELLED = course.cancel(NEW, at=NOON, by="anna", reason="pomyłka w nabywcy")


def paid(*amounts: int) -> Course:
    """After these payments."""
    found = NEW
    for amount in amounts:
        found = course.pay(found, INVOICE, Payment(amount, TODAY), TODAY)
    return found


def test_payments_add_up_until_nothing_is_left() -> None:
    after = paid(2_300, 10_000)
    assert after.paid == 12_300
    assert figures(INVOICE, after.paid).left == 0
    with refused(errors.PAYMENT_NOTHING_LEFT):
        course.pay(after, INVOICE, Payment(1, TODAY), TODAY)


@pytest.mark.parametrize("amount", [0, -1, 10_001])
def test_a_payment_is_above_zero_and_not_more_than_is_left(amount: int) -> None:
    with refused(errors.PAYMENT_INVALID, "amount", says="100,00\u00a0PLN"):
        course.pay(paid(2_300), INVOICE, Payment(amount, TODAY), TODAY)


def test_money_does_not_come_tomorrow() -> None:
    with refused(errors.PAID_IN_FUTURE, "on"):
        course.pay(NEW, INVOICE, Payment(1, TODAY + timedelta(days=1)), TODAY)


def test_payments_have_a_limit() -> None:
    many = Course(payments=(Payment(1, TODAY),) * course.MOST_PAYMENTS)
    with refused(errors.TOO_MANY_PAYMENTS):
        course.pay(many, INVOICE, Payment(1, TODAY), TODAY)


def test_money_of_a_correction_goes_back() -> None:
    correction = correction_of(typed(line(quantity="3")), line(quantity="2"))
    after = course.pay(NEW, correction, Payment(2_300, TODAY), TODAY)
    assert after.paid == -2_300
    assert figures(correction, after.paid).left == -10_000
    with refused(errors.PAYMENT_INVALID, "amount"):
        course.pay(after, correction, Payment(10_001, TODAY), TODAY)


def test_an_advance_invoice_is_paid_already() -> None:
    with refused(errors.PAYMENT_NOTHING_LEFT):
        course.pay(NEW, advance_content(5_000), Payment(1, TODAY), TODAY)


def test_a_payment_noted_by_mistake_is_taken_back() -> None:
    assert course.take_back(paid(100, 200, 300), 1) == paid(100, 300)


@pytest.mark.parametrize("index", [-1, 1])
def test_a_payment_that_is_not_there_is_not_found(index: int) -> None:
    with refused(errors.NOT_FOUND):
        course.take_back(paid(100), index)


def test_a_cancelled_invoice_stays_with_who_when_and_why() -> None:
    assert CANCELLED.cancelled
    assert (CANCELLED.cancelled_at, CANCELLED.cancelled_by, CANCELLED.cancel_reason) == (
        NOON,
        "anna",
        "pomyłka w nabywcy",
    )


@pytest.mark.parametrize(
    "known",
    [course.sent(NEW, NOON), course.seen(NEW, NOON), course.downloaded(NEW, NOON), paid(1)],
    ids=["sent", "seen", "downloaded", "paid"],
)
def test_what_somebody_knows_of_is_corrected_and_not_cancelled(known: Course) -> None:
    with refused(errors.CANCEL_TOO_LATE):
        course.cancel(known, at=NOON, by="anna", reason="pomyłka")


def test_what_another_invoice_rests_on_is_not_cancelled() -> None:
    with refused(errors.CANCEL_TOO_LATE):
        course.cancel(NEW, at=NOON, by="anna", reason="pomyłka", used=True)


def test_cancelling_has_a_reason() -> None:
    with refused(errors.CANCEL_REASON, "reason"):
        course.cancel(NEW, at=NOON, by="anna", reason=" ")


def test_a_cancelled_invoice_is_neither_paid_nor_sent_nor_cancelled_again() -> None:
    with refused(errors.INVOICE_CANCELLED):
        course.pay(CANCELLED, INVOICE, Payment(1, TODAY), TODAY)
    with refused(errors.INVOICE_CANCELLED):
        course.take_back(CANCELLED, 0)
    with refused(errors.INVOICE_CANCELLED):
        course.sent(CANCELLED, NOON)
    with refused(errors.INVOICE_CANCELLED):
        course.cancel(CANCELLED, at=NOON, by="anna", reason="pomyłka")
    with refused(errors.INVOICE_CANCELLED):
        course.require_valid(CANCELLED)


def test_the_first_time_counts() -> None:
    later = NOON + timedelta(days=1)
    after = course.downloaded(course.seen(course.sent(NEW, NOON), NOON), later)
    again = course.downloaded(course.seen(course.sent(after, later), later), later + timedelta(days=1))
    assert (again.sent_at, again.seen_at, again.downloaded_at) == (NOON, NOON, later)


def test_who_took_the_pdf_has_seen_it() -> None:
    assert course.downloaded(NEW, NOON).seen_at == NOON


DUE = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("to_pay", "came", "due_on", "status"),
    [
        (100, 0, DUE, DueStatus(DueState.DUE, 6)),
        (100, 0, TODAY, DueStatus(DueState.DUE, 0)),
        (100, 0, date(2026, 11, 23), DueStatus(DueState.OVERDUE, 1)),
        (100, 40, DUE, DueStatus(DueState.PARTLY, 6, partly=True)),
        (100, 40, date(2026, 11, 14), DueStatus(DueState.OVERDUE, 10, partly=True)),
        (100, 100, date(2026, 11, 14), DueStatus(DueState.PAID)),
        (100, 120, date(2026, 11, 14), DueStatus(DueState.PAID)),
        (0, 0, None, DueStatus(DueState.PAID)),
        (100, 0, None, DueStatus(DueState.UNPAID)),
        (100, 40, None, DueStatus(DueState.PARTLY, 0, partly=True)),
        (-100, 0, None, DueStatus(DueState.REFUND)),
        (-100, -40, None, DueStatus(DueState.REFUND, partly=True)),
        (-100, -100, None, DueStatus(DueState.PAID)),
    ],
)
def test_the_payment_stands_somewhere_each_day(to_pay: int, came: int, due_on: date | None, status: DueStatus) -> None:
    assert due_status(to_pay, came, due_on, TODAY) == status


def test_a_cancelled_invoice_is_due_to_nobody() -> None:
    assert due_status(100, 0, DUE, TODAY, cancelled=True) == DueStatus(DueState.CANCELLED)


@given(st.lists(st.integers(1, 5_000), max_size=20))
def test_whatever_is_paid_never_exceeds_what_was_to_pay(amounts: list[int]) -> None:
    after = NEW
    for amount in amounts:
        with suppress(errors.Refusal):
            after = course.pay(after, INVOICE, Payment(amount, TODAY), TODAY)
    assert after.paid <= 12_300
    assert figures(INVOICE, after.paid).left == 12_300 - after.paid
