"""Reminders of payment, by the firm's rule: only of what the buyer got by mail, while something is left to pay."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from functions.invoice import place, sharing
from functions.invoice.inputs import SendInput
from portal import clock, ids
from portal.access import UnattendedAccess
from portal.domain import errors
from portal.domain.events import Action
from portal.domain.invoices.reminders import next_day
from portal.store import invoice_book, invoices, outbox
from portal.store.agenda import Entry
from portal.store.invoice_book import Settings
from portal.store.invoices import Kept


def run(at: UnattendedAccess, entry: Entry, now: datetime) -> None:
    """Remind of one invoice, once for each day of the rule; of several missed days once.

    Raises `changed-meanwhile`: something was quicker, and the next hour looks again.
    """
    kept = invoices.get_many(at.table, [entry.subject]).get(entry.subject)
    if kept is None or not _worth_it(at, kept, entry.on):
        return
    rule = invoice_book.settings(at.table)
    if next_day(kept.content.due_on, rule.reminders, _day_before(entry.on)) != entry.on:
        plan = sharing.next_reminder(at, kept, rule, now)  # the rule is another one by now
        if plan:
            at.table.transact(plan)
        return
    _remind(at, kept, entry.on, rule, now)


def _worth_it(at: UnattendedAccess, kept: Kept, on: date) -> bool:
    """Whether there is something to remind of, and somebody who may be. A specimen is nothing to pay for.

    Of a corrected invoice less may be due than stands on it, so the seller has to see to it.
    """
    head = kept.head
    if head.course.cancelled or head.row.corrected or head.row.left <= 0 or not (head.link and head.sent_to):
        return False
    if head.reminded_on and head.reminded_on >= on:
        return False
    try:
        at.firm.require_data_accepted()
        at.firm.require_writable_by_client()
    except errors.Refusal:
        return False
    return at.office.invoices_valid(at.firm)


def _remind(at: UnattendedAccess, kept: Kept, on: date, rule: Settings, now: datetime) -> None:
    made = sharing.new_link(at, kept, now, to=kept.head.sent_to)
    given = SendInput(version=kept.head.version, email=kept.head.sent_to)
    mail = sharing.mail(at, kept, given, made.address, now)
    late = (clock.today(now) - (kept.content.due_on or on)).days
    mail |= {"template": "invoice_reminder", "values": {**mail["values"], "late": late}}
    told = {"invoice": ("", kept.head.row.number), "email": ("", kept.head.sent_to)}
    event = place.event(at, Action.INVOICE_REMINDED, now, told)
    also = [*made.steps, event, outbox.put(ids.new(now), mail, now), *sharing.next_reminder(at, kept, rule, now)]
    invoices.change(at.table, kept.head, replace(made.head, reminded_on=on), *also)


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
