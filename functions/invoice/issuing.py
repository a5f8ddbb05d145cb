"""Keeping drafts and issuing invoices: the one use case behind every form and every program.

An invoice, its number, the counter, what it corrects or settles, its event and the request it came from are one
transaction. Everything is checked before a number is taken, so a refusal burns none; who loses a race reads again what
has changed and takes the next number.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime
from random import SystemRandom

from functions.invoice import exchange, place, typed
from functions.invoice.exchange import Filled
from functions.invoice.inputs import ContentInput
from functions.invoice.place import Access
from functions.invoice.typed import Sources
from portal import clock, ids
from portal.aws import ConditionFailed, Delete, Put
from portal.domain import errors
from portal.domain.events import Action
from portal.domain.invoices.checks import draft_faults, issue_faults
from portal.domain.invoices.content import Content, Kind
from portal.domain.invoices.numbering import Series, purpose_of, require_purpose
from portal.store import invoice_book, invoices
from portal.store.invoice_book import Settings
from portal.store.invoices import Counted, Head, Kept, Once
from portal.store.registers import Registers

TRIES = 60
"""Fifty who issue at the same time need some; each try that fails means that another one's number was given."""

_LONGEST_PAUSE = 0.2
_pause = time.sleep
_random = SystemRandom()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a request asks to be kept or issued. `draft` is the one it changes, seen at `version`.

    `registers`: where a rate of exchange that was not typed is asked for; without it, it stays missing.
    """

    given: ContentInput
    draft: str = ""
    version: int = 0
    series: str = ""
    once: Once | None = None
    registers: Registers | None = None
    ready: Content | None = None
    """What stands on it, where nobody types: then `given` is empty."""

    by_office: bool = False
    """Whether the office ordered it, where nobody asks now."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """What one try goes by: as the table was in this moment."""

    before: Kept | None
    filled: Filled
    sources: Sources
    by_office: bool

    @property
    def content(self) -> Content:
        """What is kept or issued."""
        return self.filled.content


def keep(at: Access, wish: Wish, now: datetime) -> Head:
    """Keep a draft, a new one or a changed one. Raises Refusals, `invoice-issued`, `changed-meanwhile`."""
    place.require_writable(at)
    if done := _done(at, wish):
        return done
    ready = _ready(at, wish, invoice_book.settings(at.table), now)
    _refuse(wish, draft_faults(ready.content))
    before = ready.before.head if ready.before else None
    draft = Kept(_head(at, ready, now), ready.content)
    also = _once(at, wish, draft.head, now)
    if before is None:
        changes = {"buyer": ("", ready.content.buyer.name)}
        also.append(place.event(at, Action.INVOICE_DRAFTED, now, changes))
    try:
        at.table.transact([*invoices.draft_puts(at.table, before, draft), *also])
    except ConditionFailed:
        if done := _done(at, wish):
            return done
        raise errors.Refusal(errors.CHANGED_MEANWHILE) from None
    return draft.head


def issue(at: Access, wish: Wish, now: datetime) -> Head:
    """Issue what was typed, a draft or not. Sent twice it is done once.

    Raises Refusals with all that is wrong, `series-…`, `invoice-issued`, `changed-meanwhile`, `try-again`.
    """
    place.require_writable(at)
    settings = invoice_book.settings(at.table)
    for attempt in range(TRIES):
        if done := _done(at, wish):
            return done
        ready = _ready(at, wish, settings, now)
        ready.sources.require_valid()
        ready.sources.require_current(ready.content)
        faults = issue_faults(ready.content, clock.today(now), ready.sources.known)
        _refuse(wish, ready.filled.explained(faults))
        series = chosen_series(settings, ready.content.kind, wish.series)
        counted = invoices.next_number(at.table, series, ready.content.issued_on, careful=attempt > 0)
        issued = _issued(at, ready, counted, now)
        try:
            at.table.transact(_issuing(at, wish, ready, issued, counted, now))
        except ConditionFailed:
            _pause(min(_LONGEST_PAUSE, 0.01 * (attempt + 1)) * _random.random())
            continue
        if ready.content.correction is None:
            invoice_book.remember(at.table, ready.content)
        return issued.head
    raise errors.Refusal(errors.TRY_AGAIN)


def counted(at: Access, given: ContentInput, now: datetime, before: Content | None = None) -> Content:
    """What was typed as a content that can be counted. Raises Refusals."""
    found = typed.asked_for(at, given, before)
    settings = invoice_book.settings(at.table)
    content = typed.content(given, at.firm, settings, found, clock.today(now), before)
    if faults := draft_faults(content):
        raise typed.at_rows(given, faults)
    return content


def discard(at: Access, draft: str, version: int, now: datetime) -> None:
    """Give a draft up. Raises `not-found`, `invoice-issued`, `changed-meanwhile`."""
    place.require_writable(at)
    head = invoices.get(at.table, draft).head
    head.require_draft()
    if head.version != version:
        raise errors.Refusal(errors.CHANGED_MEANWHILE)
    event = place.event(at, Action.INVOICE_DISCARDED, now, {"buyer": (head.row.buyer, "")})
    try:
        at.table.transact([*invoices.removal(at.table, head), event])
    except ConditionFailed:
        raise errors.Refusal(errors.CHANGED_MEANWHILE) from None


def chosen_series(settings: Settings, kind: Kind, code: str) -> Series:
    """The series that was asked for, or the usual one. Raises `series-unknown`, `series-kind`, `series-missing`."""
    if code:
        series = next((one for one in settings.series if one.code == code), None)
        if series is None:
            raise errors.Refusal(errors.SERIES_UNKNOWN, "series")
        require_purpose(series, kind)
        return series
    usual = settings.series_for(purpose_of(kind))
    if not usual:
        raise errors.Refusal(errors.SERIES_MISSING, "series")
    return usual[0]


def _done(at: Access, wish: Wish) -> Head | None:
    """What the same request led to before, if it was sent already. Raises `request-reused`."""
    known = wish.once.done(at.table) if wish.once else ""
    return invoices.heads(at.table, [known]).get(known) if known else None


def _ready(at: Access, wish: Wish, settings: Settings, now: datetime) -> _Ready:
    if wish.ready:
        content = replace(wish.ready, seller=typed.seller(at.firm, settings))
        return _Ready(None, exchange.filled(at, wish.registers, content, now), Sources(), wish.by_office)
    before = _draft(at, wish)
    content_before = before.content if before else None
    found = typed.asked_for(at, wish.given, content_before)
    content = typed.content(wish.given, at.firm, settings, found, clock.today(now), content_before)
    filled = exchange.filled(at, wish.registers, content, now)
    return _Ready(before, filled, found, place.by_office(at))


def _draft(at: Access, wish: Wish) -> Kept | None:
    if not wish.draft:
        return None
    kept = invoices.get(at.table, wish.draft)
    kept.head.require_draft()
    if kept.head.version != wish.version:
        raise errors.Refusal(errors.CHANGED_MEANWHILE)
    return kept


def _refuse(wish: Wish, faults: list[errors.Refusal]) -> None:
    if faults:
        raise errors.Refusals(faults) if wish.ready else typed.at_rows(wish.given, faults)


def _head(at: Access, ready: _Ready, now: datetime, number: str = "") -> Head:
    """The head of what is kept: of a new draft, or of the next version of a known one."""
    before = ready.before.head if ready.before else None
    row = invoices.row_of(
        before.id if before else ids.new(now), ready.content, number=number, by_office=ready.by_office
    )
    if before:
        return replace(before, row=row, version=before.version + 1)
    return Head(row, created_at=now, created_by=at.origin.by)


def _issued(at: Access, ready: _Ready, counted: Counted, now: datetime) -> Kept:
    head = replace(_head(at, ready, now, counted.number), issued_at=now, issued_by=at.origin.by)
    return Kept(head, ready.content)


def _issuing(
    at: Access, wish: Wish, ready: _Ready, issued: Kept, counted: Counted, now: datetime
) -> list[Put | Delete]:
    """Everything that an issue writes."""
    before = ready.before.head if ready.before else None
    told = {"invoice": ("", counted.number), "buyer": ("", ready.content.buyer.name)}
    return [
        *invoices.issue_puts(at.table, before, issued, counted),
        *_linked(at, ready, issued.head.id),
        *_once(at, wish, issued.head, now),
        place.event(at, Action.INVOICE_ISSUED, now, told),
    ]


def _linked(at: Access, ready: _Ready, invoice: str) -> list[Put]:
    """What the issue changes about others: it is one more correction of this one, it settles those advances."""
    found = ready.sources
    if found.corrected:
        head = found.corrected.head
        after = replace(head, corrections=(*head.corrections, invoice), row=replace(head.row, corrected=True))
        return [invoices.head_put(at.table, head, after)]
    if ready.content.kind is not Kind.FINAL:
        return []
    return [invoices.head_put(at.table, one.head, _settled(one.head, invoice)) for one in found.advances]


def _settled(head: Head, by: str) -> Head:
    return replace(head, settled_by=by, row=replace(head.row, settled=bool(by)))


def _once(at: Access, wish: Wish, head: Head, now: datetime) -> list[Put]:
    return [wish.once.put(at.table, head.id, now)] if wish.once else []
