"""What a recurring invoice does on its day: the invoice is made once for each planned day, and what became is noted.

A request key for each template and day makes that a run which broke off between the two finds the same invoice again.
Its PDF is made before the buyer gets a mail, so that nobody is led to an invoice which cannot be printed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from functions.invoice import issuing, place, printing, recurring_letters, sharing
from functions.invoice.inputs import ContentInput, PrintQuery, SendInput
from functions.invoice.issuing import Wish
from functions.invoice.place import Access
from portal import clock
from portal.access import UnattendedAccess, the_identity, the_registers
from portal.aws import ConditionFailed
from portal.domain import errors
from portal.domain.invoices.content import Content, copied
from portal.domain.invoices.recurring import filled_content
from portal.log import logger
from portal.store import invoices, recurring
from portal.store.agenda import Entry
from portal.store.invoices import Once
from portal.store.recurring import Run, RunState, Template

MOST_NOTED = 50
"""Missed days that are told of, the newest: what a transaction holds."""

_RACES = 5


def run(at: UnattendedAccess, entry: Entry, now: datetime) -> None:
    """Make what is due. Of several missed days the last one is made, the others are noted as skipped."""
    template = recurring.find(at.table, entry.subject)
    if template is None or template.next_on != entry.on:
        return  # removed, paused, put off, or done by another run
    *missed, latest = template.schedule.due(entry.on, clock.today(now)) or [entry.on]
    skipped = [_refused(day, RunState.SKIPPED, errors.Refusal(errors.RECURRING_MISSED), now) for day in missed]
    _note(at, template.id, [*skipped[-MOST_NOTED:], made(at, template, latest, now)], now)


def make_up_for(at: Access, template: Template, period: date, now: datetime) -> Run:
    """Make what was skipped or failed, by hand. Raises `not-found`, `recurring-done`, and why it cannot be made."""
    place.require_writable(at)
    old = recurring.run(at.table, template.id, period)
    if old is None:
        raise errors.Refusal(errors.NOT_FOUND)
    if old.made:
        raise errors.Refusal(errors.RECURRING_DONE)
    new = _made(at, template, period, now)
    try:
        recurring.made_up_for(at.table, template, old, new)
    except ConditionFailed:
        raise errors.Refusal(errors.CHANGED_MEANWHILE) from None
    return new


def made(at: UnattendedAccess, template: Template, period: date, now: datetime) -> Run:
    """The invoice of a planned day, or why there is none."""
    try:
        at.firm.require_data_accepted()
        at.firm.require_writable_by_client()
    except errors.Refusal as refusal:
        return _refused(period, RunState.SKIPPED, refusal, now)
    try:
        return _made(at, template, period, now)
    except errors.Refusals as refused:
        return _refused(period, RunState.FAILED, refused.refusals[0], now)
    except errors.Refusal as refusal:
        if refusal.code is errors.TRY_AGAIN:
            raise
        return _refused(period, RunState.FAILED, refusal, now)


def content_of(template: Template, period: date, today: date) -> Content:
    """What stands on the invoice of a planned day that is made today."""
    return filled_content(copied(template.content, issued_on=today), period)


def _made(at: Access, template: Template, period: date, now: datetime) -> Run:
    content = content_of(template, period, clock.today(now))
    asked = f"recurring|{template.id}|{period}"
    once = Once.of(asked, template.made_by, asked)
    registers = the_registers()
    wish = Wish(ContentInput(), once=once, registers=registers, ready=content, by_office=template.made_by_office)
    head = issuing.issue(at, wish, now) if template.issue else issuing.keep(at, wish, now)
    found = Run(period, now, RunState.ISSUED if template.issue else RunState.DRAFTED, head.id, head.row.number)
    if not _printable(at, head.id, now):
        return _told(found, errors.Refusal(errors.RECURRING_UNPRINTABLE))
    return _sent(at, template, found, now) if template.issue and template.email else found


def _sent(at: Access, template: Template, made: Run, now: datetime) -> Run:
    """The run, with its invoice mailed to the buyer: once, also when an earlier try broke off after that."""
    for _ in range(_RACES):
        head = invoices.heads(at.table, [made.invoice])[made.invoice]
        if head.course.sent_at:
            return made
        try:
            sharing.send(at, the_identity(), head.id, SendInput(version=head.version, email=template.email), now)
        except errors.Refusal as refusal:
            if refusal.code is errors.CHANGED_MEANWHILE:
                continue
            return _told(made, refusal)
    return _told(made, errors.Refusal(errors.TRY_AGAIN))


def _printable(at: Access, invoice: str, now: datetime) -> bool:
    """Whether its PDF can be made, seen to before anybody is told of it."""
    try:
        kept = invoices.get(at.table, invoice)
        printing.document(at, kept, PrintQuery(), clock.today(now)).content()
    except Exception as defect:
        logger().exception("no print", exc_info=defect, extra={"firm": at.firm.id, "invoice": invoice})
        return False
    return True


def _note(at: UnattendedAccess, template_id: str, runs: list[Run], now: datetime) -> None:
    """Write what became, in the template as it is by now; not at all if another run has done so."""
    for _ in range(_RACES):
        template = recurring.find(at.table, template_id)
        if template is None or recurring.run(at.table, template_id, runs[-1].period):
            return
        mail = recurring_letters.failed(at, template, runs[-1], now) if _worth_a_mail(runs[-1]) else []
        try:
            recurring.ran(at.table, template, runs, now, *mail)
        except ConditionFailed:
            continue
        return
    raise TimeoutError("a recurring invoice changed at every try")


def _worth_a_mail(run: Run) -> bool:
    """That a closed firm issues nothing surprises nobody."""
    return bool(run.code) and run.state is not RunState.SKIPPED


def _refused(period: date, state: RunState, refusal: errors.Refusal, now: datetime) -> Run:
    return _told(Run(period, now, state), refusal)


def _told(run: Run, refusal: errors.Refusal) -> Run:
    return replace(run, code=refusal.code.name, detail=refusal.detail)
