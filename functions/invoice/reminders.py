"""Reminders of payment, by the firm's rule: only of what the buyer got by mail, while something is left to pay."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from functions.invoice import place, sharing
from functions.invoice.inputs import SendInput
from functions.invoice.place import Access
from portal import clock, ids
from portal.access import UnattendedAccess
from portal.aws import Put
from portal.domain import errors
from portal.domain.events import Action
from portal.domain.invoices.reminders import next_day
from portal.store import agenda, invoice_book, invoices, outbox
from portal.store.agenda import Entry, Task
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
        plan = planned(at, kept, rule, now)  # the rule is another one by now
        if plan:
            at.table.transact(plan)
        return
    _remind(at, kept, entry.on, rule, now)


def planned(at: Access, kept: Kept, rule: Settings, now: datetime) -> list[Put]:
    """The write that has the buyer reminded on the next day of the rule, for the transaction of a mail."""
    on = next_day(kept.content.due_on, rule.reminders, clock.today(now))
    return [agenda.put(at.table, Task.REMINDER, kept.head.id, on, now)] if on and kept.head.row.left > 0 else []


def _worth_it(at: UnattendedAccess, kept: Kept, on: date) -> bool:
    """Whether there is something to remind of, and somebody who may be; a specimen is nothing to pay for."""
    head = kept.head
    if head.course.cancelled or head.row.left <= 0 or not (head.link and head.sent_to):
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
    due_on = kept.content.due_on
    late = (clock.today(now) - due_on).days if due_on else 0
    mail |= {"template": "invoice_reminder", "values": {**mail["values"], "late": max(0, late)}}
    told = {"invoice": ("", kept.head.row.number), "email": ("", kept.head.sent_to)}
    event = place.event(at, Action.INVOICE_REMINDED, now, told)
    also = [*made.steps, event, outbox.put(ids.new(now), mail, now), *planned(at, kept, rule, now)]
    invoices.change(at.table, kept.head, replace(made.head, reminded_on=on), *also)


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
