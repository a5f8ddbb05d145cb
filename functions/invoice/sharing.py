"""Giving an invoice to its buyer: by a mail with a link, or by the link alone. An invoice has one link that works.

Of a link only the hash of its secret is kept, so it is shown or mailed when it is made and never again; who needs it
once more makes another one, and the one before stops to work in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from functions.invoice import happening, labels, place, printing
from functions.invoice.inputs import PrintQuery, SendInput
from functions.invoice.place import Access
from functions.invoice.views import InvoiceLink
from portal import clock, ids, secrets
from portal.aws import ConditionFailed, Delete, Put
from portal.config import settings
from portal.domain import errors
from portal.domain.events import Action
from portal.domain.invoices import course
from portal.domain.invoices.reminders import next_day
from portal.domain.limits import Limit
from portal.store import agenda, invoice_book, invoice_links, invoices, outbox
from portal.store.agenda import Task
from portal.store.identity import Identity
from portal.store.invoice_book import Settings
from portal.store.invoice_links import Link
from portal.store.invoices import Head, Kept

PER_FIRM = Limit(free=200, first=timedelta(minutes=1), longest=timedelta(minutes=30))
"""Mails to buyers: they carry words of the firm to any address, so nobody may send them without end."""


class NewLink(NamedTuple):
    """A new link: its address, the invoice with it, and the writes that make it the only one."""

    address: str
    head: Head
    steps: list[Put | Delete]


def send(at: Access, who: Identity, invoice: str, given: SendInput, now: datetime) -> None:
    """Mail the buyer a new link. Raises `invoice-cancelled`, `changed-meanwhile`, `too-many-tries`.

    The print is made first: what cannot be printed is refused here, and not when the buyer asks for it.
    """
    kept = happening.as_seen(at, invoice, given.version)
    made = new_link(at, kept, now, to=given.email)
    printing.document(at, kept, PrintQuery(), clock.today(now)).content()
    who.count("invoice-mails", at.firm.id, PER_FIRM, now)
    event = _event(at, kept, Action.INVOICE_SENT, now, {"email": ("", given.email)})
    letter = outbox.put(ids.new(now), mail(at, kept, given, made.address, now), now)
    later = next_reminder(at, kept, invoice_book.settings(at.table), now)
    invoices.change(at.table, kept.head, made.head, *made.steps, event, letter, *later)
    _remember(at, kept, given.email)


def link(at: Access, invoice: str, version: int, now: datetime) -> InvoiceLink:
    """A new link that the seller hands over. Raises `invoice-cancelled`, `changed-meanwhile`."""
    kept = happening.as_seen(at, invoice, version)
    made = new_link(at, kept, now)
    invoices.change(at.table, kept.head, made.head, *made.steps, _event(at, kept, Action.INVOICE_LINKED, now))
    return InvoiceLink(place=place.of(at), invoice=invoice, number=kept.head.row.number, link=made.address)


def take_back(at: Access, invoice: str, version: int, now: datetime) -> None:
    """Let the link open nothing any more. Raises `invoice-no-link`, `changed-meanwhile`."""
    kept = happening.as_seen(at, invoice, version)
    head = kept.head
    if not head.link:
        raise errors.Refusal(errors.INVOICE_NO_LINK)
    event = _event(at, kept, Action.INVOICE_UNLINKED, now)
    invoices.change(at.table, head, replace(head, link=""), invoice_links.removal(head.link), event)


def known_email(at: Access, kept: Kept) -> str:
    """To whom it went last, or where its buyer gets mail as far as the firm has noted."""
    if kept.head.sent_to or kept.head.course.cancelled:
        return kept.head.sent_to
    known = invoice_book.counterparty_of(at.table, kept.content.buyer)
    return known.email if known else ""


def new_link(at: Access, kept: Kept, now: datetime, to: str = "") -> NewLink:
    """Another link to it, the only one from then on. Raises `invoice-cancelled`."""
    head, secret = kept.head, secrets.new_secret()
    new = Link(ids.new(now), at.office.id, at.firm.id, head.id, secrets.digest(secret), now)
    given = replace(head, course=course.sent(head.course, now), link=new.id, sent_to=to or head.sent_to)
    before = [invoice_links.removal(head.link)] if head.link else []
    address = f"{settings().base_url}/l/{secrets.join(new.id, secret)}/invoice"
    return NewLink(address, given, [invoice_links.put(new), *before])


def next_reminder(at: Access, kept: Kept, rule: Settings, now: datetime) -> list[Put]:
    """The write that has the buyer reminded on the next day of the rule, for the transaction of a mail."""
    on = next_day(kept.content.due_on, rule.reminders, clock.today(now))
    return [agenda.put(at.table, Task.REMINDER, kept.head.id, on, now)] if on and kept.head.row.left > 0 else []


def mail(at: Access, kept: Kept, given: SendInput, address: str, now: datetime) -> dict[str, Any]:
    """The mail to the buyer, who has no account with us. It goes in the seller's name, and so do answers."""
    content = kept.content
    said = printing.printout(at, kept, PrintQuery(), clock.today(now))
    values = {
        "name": "",
        "seller": content.seller.name,
        "reply_to": at.firm.email,
        "title": labels.TITLES[content.kind],
        "number": kept.head.row.number,
        "facts": [[fact.label.text, fact.text] for fact in (said.to_pay, *said.settled, *said.payment)],
        "message": given.message,
        "link": address,
    }
    return {"template": "invoice", "to": given.email, "values": values, "person": "", "office": at.office.id}


def _event(
    at: Access, kept: Kept, action: Action, now: datetime, more: Mapping[str, tuple[str, str]] | None = None
) -> Put:
    return place.event(at, action, now, {"invoice": ("", kept.head.row.number), **(more or {})})


def _remember(at: Access, kept: Kept, email: str) -> None:
    """The next invoice to this buyer begins with the address, unless another one is noted already."""
    known = invoice_book.counterparty_of(at.table, kept.content.buyer)
    if known and not known.email:
        with suppress(ConditionFailed):  # changed in this moment: the mail is sent all the same
            at.table.write(invoice_book.counterparty_put(at.table, known, replace(known, email=email)))
