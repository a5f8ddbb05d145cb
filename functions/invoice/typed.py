"""From what was typed to a content: what the firm's settings add, and what only the table can tell.

A correction begins with the invoice it corrects, advances are named by their ids: both are read anew each time, so that
nobody can claim anything of another invoice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from functions.invoice.inputs import ContentInput, ExchangeInput, LineInput, PartyInput
from functions.invoice.place import Access
from portal.domain import errors
from portal.domain.firms import Firm
from portal.domain.invoices.checks import Known
from portal.domain.invoices.content import Advance, Content, Kind, Line, Party
from portal.domain.invoices.course import require_valid
from portal.domain.invoices.currencies import ExchangeRate
from portal.domain.invoices.invoice import Issued, advance_of, correct
from portal.store import invoices
from portal.store.invoice_book import Settings
from portal.store.invoices import Kept


@dataclass(frozen=True, slots=True)
class Sources:
    """Other invoices that a content is made from: what it corrects, the advances it names, corrections of all these."""

    corrected: Kept | None = None
    advances: tuple[Kept, ...] = ()
    corrections: Mapping[str, Kept] = field(default_factory=dict)

    def of(self, kept: Kept) -> list[Issued]:
        """Corrections of one of them, in their order."""
        found = (self.corrections[one].invoice for one in kept.head.corrections if one in self.corrections)
        return [one for one in found if isinstance(one, Issued)]

    @property
    def known(self) -> Known:
        """What the rules ask of the table."""
        return Known(
            corrections=len(self.corrected.head.corrections) if self.corrected else 0,
            settled=frozenset(one.head.id for one in self.advances if one.head.settled_by),
        )

    def require_current(self, content: Content) -> None:
        """A correction begins where the others have left the invoice. Raises `correction-outdated`."""
        if content.correction and self.corrected:
            found = correct(self.corrected.invoice, corrections=self.of(self.corrected), issued_on=content.issued_on)
            if found.correction and found.correction.before != content.correction.before:
                raise errors.Refusal(errors.CORRECTION_OUTDATED, "correction")

    def require_valid(self) -> None:
        """None of them is void. Raises `invoice-cancelled`."""
        for one in (self.corrected, *self.advances):
            if one:
                require_valid(one.head.course)

    def made(self) -> tuple[Advance, ...]:
        """The advances as an invoice names them. Raises `advance-not-possible`."""
        return tuple(advance_of(one.invoice, corrections=self.of(one)) for one in self.advances)


def sources(at: Access, corrects: str, advances: Sequence[str]) -> Sources:
    """Read them: one read, and one more where they have been corrected. Raises `not-found`."""
    wanted = [*([corrects] if corrects else []), *advances]
    if not wanted:
        return Sources()
    found = invoices.get_many(at.table, wanted)
    if any(one not in found for one in wanted):
        raise errors.Refusal(errors.NOT_FOUND, "corrects" if corrects not in found else "advances")
    later = [one for kept in found.values() for one in kept.head.corrections]
    return Sources(
        corrected=found.get(corrects),
        advances=tuple(found[one] for one in advances),
        corrections=invoices.get_many(at.table, later),
    )


def sources_of(at: Access, content: Content) -> Sources:
    """The same for a content that is kept already."""
    if content.correction:
        return sources(at, content.correction.invoice_id, [])
    return sources(at, "", [one.id for one in content.advances])


def asked_for(at: Access, given: ContentInput, before: Content | None) -> Sources:
    """The same for what was typed. A draft of a correction stays one of the same invoice."""
    if before and (before.correction or _says_nothing(given)):
        return sources_of(at, before)
    if given.corrects:
        return sources(at, given.corrects, [])
    return sources(at, "", given.advances)


def content(
    given: ContentInput, firm: Firm, settings: Settings, found: Sources, today: date, before: Content | None = None
) -> Content:
    """What was typed, complete as far as the settings can make it so.

    `before`: the draft that is being changed; a correction of it goes on from the state that it began with, so that
    one which was overtaken is refused. Raises `correction-missing`, `correction-not-possible`, `invoice-cancelled`.
    """
    if before and before.correction:
        return _correction(given, before)
    if before and _says_nothing(given):
        return replace(before, seller=seller(firm, settings), advances=found.made())
    if found.corrected:
        found.require_valid()
        issued_on = given.issued_on or today
        begun = correct(found.corrected.invoice, corrections=found.of(found.corrected), issued_on=issued_on)
        return _correction(given, begun)
    if given.kind is Kind.CORRECTION:
        raise errors.Refusal(errors.CORRECTION_MISSING, "corrects")
    return _invoice(given, firm, settings, found, today)


def _says_nothing(given: ContentInput) -> bool:
    """Whether a request is about a draft as it is: it names what to do with it, and nothing that stands on it."""
    return given.model_fields_set.isdisjoint(ContentInput.model_fields)


def seller(firm: Firm, settings: Settings) -> Party:
    """The firm as its invoices name it."""
    return Party(
        name=settings.seller_name or firm.name,
        street=settings.seller_street or firm.street,
        postcode=settings.seller_postcode or firm.postcode,
        city=settings.seller_city or firm.city,
        nip=firm.nip,
    )


def rows(given: ContentInput) -> list[int]:
    """Which row of the form each line comes from."""
    return [row for row, line in enumerate(given.lines) if line is not None]


def at_rows(given: ContentInput, faults: Sequence[errors.Refusal]) -> errors.Refusals:
    """Refusals of a content, at the fields of the form that it came from."""
    kept = rows(given)
    return errors.Refusals([_at_row(fault, kept) for fault in faults])


def _at_row(fault: errors.Refusal, kept: Sequence[int]) -> errors.Refusal:
    first, _, rest = (fault.field or "").partition(".")
    number, _, name = rest.partition(".")
    if first != "lines" or not number:
        return fault
    return errors.Refusal(fault.code, f"lines.{kept[int(number)]}.{name}", **fault.values)


_AS_TYPED = (
    "supplied_on",
    "supplied_from",
    "exempt_source",
    "margin",
    "split_payment",
    "self_billing",
    "received",
    "received_on",
)
_FROM_SETTINGS = (
    "method",
    "vat_by",
    "price_decimals",
    "currency",
    "payment",
    "account",
    "bank_name",
    "swift",
    "place",
    "notes",
    "exempt_base",
    "cash_method",
)


def _invoice(given: ContentInput, firm: Firm, settings: Settings, found: Sources, today: date) -> Content:
    issued_on = given.issued_on or today
    said = {name: given.said(name, getattr(settings, name)) for name in _FROM_SETTINGS}
    return Content(
        kind=given.kind,
        issued_on=issued_on,
        seller=seller(firm, settings),
        buyer=given.buyer.party,
        recipient=_recipient(given.recipient),
        lines=_lines(given.lines),
        exchange=_exchange(given.exchange),
        due_on=given.said("due_on", issued_on + timedelta(days=settings.due_days)),
        advances=found.made(),
        **said,
        **{name: getattr(given, name) for name in _AS_TYPED},
    )


_OF_THE_INVOICE = frozenset({"method", "vat_by", "price_decimals", "currency", "margin", "received_on"})
"""What a correction has from the invoice it corrects."""


def _correction(given: ContentInput, begun: Content) -> Content:
    """The state after it; what was not said stays as it was."""
    sent = given.model_fields_set
    plain = {*_AS_TYPED, *_FROM_SETTINGS, "due_on"} - _OF_THE_INVOICE
    said: dict[str, Any] = {name: getattr(given, name) for name in plain if name in sent}
    if given.issued_on:
        said["issued_on"] = given.issued_on
    if "buyer" in sent:
        said["buyer"] = given.buyer.party
    if "recipient" in sent:
        said["recipient"] = _recipient(given.recipient)
    if "lines" in sent:
        said["lines"] = _lines(given.lines)
    correction = begun.correction
    if correction is None:
        raise errors.Refusal(errors.CORRECTION_MISSING, "corrects")
    return replace(begun, **said, correction=replace(correction, reason=given.said("reason", correction.reason)))


def _recipient(given: PartyInput | None) -> Party | None:
    """A form always sends its fields; without a word in them there is no recipient."""
    party = given.party if given else None
    texts = (party.name, party.street, party.city, party.nip, party.vat_ue, party.tax_id) if party else ()
    return party if any(texts) else None


def _lines(given: Sequence[LineInput | None]) -> tuple[Line, ...]:
    return tuple(
        Line(**{name: getattr(line, name) for name in LineInput.model_fields}) for line in given if line is not None
    )


def _exchange(given: ExchangeInput | None) -> ExchangeRate | None:
    if given is None or not (given.rate or given.table):
        return None
    if given.day is None:
        raise errors.Refusal(errors.FIELD_MISSING, "exchange.day")
    return ExchangeRate(given.rate, given.table, given.day, given.units)
