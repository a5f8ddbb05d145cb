"""Recurring invoices as people set them: made after an invoice or a draft, changed, paused, taken away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import islice

from functions.invoice import place, recurring_runs, typed
from functions.invoice.inputs import RecurringChange, RecurringFields
from functions.invoice.place import Access
from functions.invoice.views import (
    RecurringChoice,
    RecurringList,
    RecurringPage,
    RecurringRow,
    RecurringRun,
    RecurringText,
)
from portal import clock, exchange_rates, ids
from portal.domain import errors, money
from portal.domain.events import Action
from portal.domain.invoices import recurring as rules
from portal.domain.invoices.checks import draft_faults, issue_faults
from portal.domain.invoices.content import Content
from portal.domain.invoices.figures import figures
from portal.domain.invoices.recurring import PLACEHOLDERS, POSSIBLE, Rhythm, Schedule
from portal.store import invoice_book, invoices, recurring
from portal.store.invoices import Row
from portal.store.recurring import Run, Template

MOST_MODELS = 30
"""Invoices that a form offers to take amounts from, the newest."""

_NEXT_DAYS = 3


# What people do


def add(at: Access, given: RecurringFields, now: datetime) -> Template:
    """Make an invoice a recurring one. Raises `not-found`, `recurring-…`, and all that is wrong."""
    place.require_writable(at)
    if given.key and (done := recurring.find(at.table, given.key)):
        return done
    content = _with_texts(_model(at, given.like), given)
    schedule = _schedule(given, clock.today(now))
    if schedule.first_on < clock.today(now):
        raise errors.Refusal(errors.RECURRING_FIRST, "first_on")
    made = Template(
        id=given.key or ids.new(now),
        name=given.name or content.buyer.name,
        content=content,
        schedule=schedule,
        issue=given.issue,
        email=given.email,
        made_by=at.origin.by,
        made_by_office=place.by_office(at),
        created_at=now,
    ).planned(clock.today(now))
    _require_possible(at, made, now)
    told = {"recurring": ("", made.name), "rhythm": ("", schedule.rhythm.value), "buyer": ("", content.buyer.name)}
    return recurring.save(at.table, None, made, now, place.event(at, Action.RECURRING_MADE, now, told))


def change(at: Access, template: str, given: RecurringChange, now: datetime) -> Template:
    """Change one, pause it, or let it go on; what was paused is not made up for. Raises `changed-meanwhile` too."""
    place.require_writable(at)
    before = _seen(at, template, given.version)
    today = clock.today(now)
    if given.step == "save":
        after = _changed(at, before, given, today)
        _require_possible(at, after, now)
    else:
        after = replace(before, paused=given.step == "pause", next_on=None).planned(today)
    if after == before:
        return before
    event = place.event(at, Action.RECURRING_CHANGED, now, _told(before, after))
    return recurring.save(at.table, before, after, now, event)


def remove(at: Access, template: str, version: int, now: datetime) -> None:
    """Take one away. Raises `not-found`, `changed-meanwhile`."""
    place.require_writable(at)
    gone = _seen(at, template, version)
    told = {"recurring": (gone.name, "")}
    recurring.remove(at.table, gone, place.event(at, Action.RECURRING_REMOVED, now, told))


def make_up_for(at: Access, template: str, period: date, now: datetime) -> None:
    """Make what was skipped or failed on a planned day."""
    recurring_runs.make_up_for(at, recurring.get(at.table, template), period, now)


def _seen(at: Access, template: str, version: int) -> Template:
    found = recurring.get(at.table, template)
    if found.version != version:
        raise errors.Refusal(errors.CHANGED_MEANWHILE)
    return found


def _model(at: Access, like: str) -> Content:
    """What the invoice says that it is made after. Raises `not-found`, `recurring-kind`."""
    if not like:
        raise errors.Refusal(errors.FIELD_MISSING, "like")
    content = invoices.get(at.table, like).content
    if content.kind not in POSSIBLE:
        raise errors.Refusal(errors.RECURRING_KIND, "like")
    return content


def _with_texts(content: Content, given: RecurringFields) -> Content:
    """The same with the texts that were typed. Raises `field-invalid`: not as many names as lines."""
    if given.names:
        if len(given.names) != len(content.lines):
            raise errors.Refusal(errors.FIELD_INVALID, "names")
        lines = zip(content.lines, given.names, strict=True)
        content = replace(content, lines=tuple(replace(line, name=name) for line, name in lines))
    return content if given.notes is None else replace(content, notes=given.notes)


def _schedule(given: RecurringFields, first_on: date) -> Schedule:
    schedule = Schedule(given.rhythm, given.first_on or first_on, given.day, given.until_on, given.times)
    rules.require_valid(schedule)
    return schedule


def _changed(at: Access, before: Template, given: RecurringChange, today: date) -> Template:
    sent = given.model_fields_set
    kept = before.schedule
    said = {name: getattr(given, name) for name in ("rhythm", "day", "until_on", "times") if name in sent}
    schedule = replace(kept, **said, first_on=given.first_on or kept.first_on)
    rules.require_valid(schedule)
    if schedule.first_on != kept.first_on and schedule.first_on < today:
        raise errors.Refusal(errors.RECURRING_FIRST, "first_on")
    content = _model(at, given.like) if given.like else _with_texts(before.content, given)
    issue = given.issue if "issue" in sent else before.issue
    email = given.email if "email" in sent else before.email
    name = given.name or before.name
    return replace(before, name=name, content=content, schedule=schedule, issue=issue, email=email).planned(today)


def _require_possible(at: Access, template: Template, now: datetime) -> None:
    """Tried on the next planned day's texts, so that what cannot be issued is told now. Raises Refusals."""
    if faults := rules.text_faults(template.content):
        raise errors.Refusals(faults)
    today = clock.today(now)
    content = recurring_runs.content_of(template, template.next_on or today, today)
    content = replace(content, seller=typed.seller(at.firm, invoice_book.settings(at.table)))
    faults = issue_faults(content, today) if template.issue else draft_faults(content)
    if exchange_rates.switched_on():  # the rate is that of the day, asked for then
        faults = [fault for fault in faults if fault.code is not errors.EXCHANGE_MISSING]
    if faults:
        raise errors.Refusals(faults)


def _told(before: Template, after: Template) -> Mapping[str, tuple[str, str]]:
    """What the history keeps of a change."""
    fields = {
        "rhythm": (before.schedule.rhythm.value, after.schedule.rhythm.value),
        "first_on": (before.schedule.first_on, after.schedule.first_on),
        "day": (before.schedule.day, after.schedule.day),
        "until_on": (before.schedule.until_on or "", after.schedule.until_on or ""),
        "times": (before.schedule.times or "", after.schedule.times or ""),
        "issue": (before.issue, after.issue),
        "email": (before.email, after.email),
        "paused": (before.paused, after.paused),
        "amount": (_gross(before.content), _gross(after.content)),
        "texts": (_texts(before.content), _texts(after.content)),
    }
    told = {name: (str(old), str(new)) for name, (old, new) in fields.items() if old != new}
    return {"recurring": (before.name, after.name), **told}


def _gross(content: Content) -> str:
    return f"{money.plain(figures(content).total.gross)}{money.NBSP}{content.currency}"


def _texts(content: Content) -> str:
    return "; ".join([*(line.name for line in content.lines), content.notes])[:500]


# Pages


def listed(at: Access) -> RecurringList:
    """All of the firm."""
    writable = place.of(at).writable
    return RecurringList(place=place.of(at), rows=[_row(one, writable) for one in recurring.listed(at.table)])


def form(at: Access, like: str, now: datetime) -> RecurringPage:
    """The form of a new one, made after an invoice; its first day is the one after a month."""
    content, today = _model(at, like), clock.today(now)
    first = Schedule(Rhythm.MONTHLY, today).next_after(today) or today
    begun = Template("", content.buyer.name, content, Schedule(Rhythm.MONTHLY, first), True, at.origin.by, False, now)
    return _page(at, begun, now, like=like)


def of(at: Access, template: str, now: datetime) -> RecurringPage:
    """The page of one. Raises `not-found`."""
    return page(at, recurring.get(at.table, template), now)


def page(at: Access, template: Template, now: datetime) -> RecurringPage:
    """The same of one that was read or written."""
    return _page(at, template, now)


def _page(at: Access, template: Template, now: datetime, like: str = "") -> RecurringPage:
    content, schedule, found = template.content, template.schedule, figures(template.content)
    since = template.next_on or schedule.first_on
    coming = (day for day in schedule.days() if day >= since)
    where = place.of(at)
    return RecurringPage(
        place=where,
        recurring=template.id,
        version=template.version,
        like=like,
        key="" if template.id else ids.new(now),
        name=template.name,
        buyer=content.buyer.name,
        gross=found.total.gross,
        currency=content.currency,
        rhythm=schedule.rhythm,
        first_on=schedule.first_on,
        day=schedule.day,
        until_on=schedule.until_on,
        times=schedule.times,
        issue=template.issue,
        email=template.email,
        names=[RecurringText(text=line.name, says=rules.filled(line.name, since)) for line in content.lines],
        notes=content.notes,
        placeholders=[f"{{{name}}}" for name in PLACEHOLDERS],
        paused=template.paused,
        next_on=template.next_on,
        next_days=list(islice(coming, _NEXT_DAYS)) if template.next_on or like else [],
        runs=[_run(one, where.writable) for one in recurring.runs(at.table, template.id)] if template.id else [],
        models=_models(at, clock.today(now)) if template.id and where.writable else [],
    )


def _row(one: Template, writable: bool) -> RecurringRow:
    return RecurringRow(
        template=one.id,
        name=one.name,
        buyer=one.content.buyer.name,
        gross=figures(one.content).total.gross,
        currency=one.content.currency,
        rhythm=one.schedule.rhythm,
        issue=one.issue,
        next_on=one.next_on,
        paused=one.paused,
        last=_run(one.last, writable) if one.last else None,
    )


def _run(one: Run, writable: bool) -> RecurringRun:
    return RecurringRun(
        period=one.period,
        at=one.at,
        state=one.state,
        invoice=one.invoice,
        number=one.number,
        code=one.code,
        detail=one.detail,
        again=writable and not one.made,
    )


def _models(at: Access, today: date) -> list[RecurringChoice]:
    """Drafts and the invoices of this year that amounts may be taken from."""
    rows = [*invoices.drafts(at.table), *invoices.listed(at.table, str(today.year))]
    return [_choice(row) for row in rows if row.kind in POSSIBLE and not row.cancelled][:MOST_MODELS]


def _choice(row: Row) -> RecurringChoice:
    return RecurringChoice(
        invoice=row.id,
        number=row.number,
        issued_on=row.issued_on,
        buyer=row.buyer,
        gross=row.net + row.vat,
        currency=row.currency,
    )
