"""From a draft to an issued invoice, which never changes; and what is made of an issued one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from portal.domain import errors
from portal.domain.invoices.checks import NOTHING_KNOWN, Known, issue_faults
from portal.domain.invoices.content import Advance, Content, Correction, Kind, state_of
from portal.domain.invoices.figures import figures
from portal.domain.periods import WARSAW


@dataclass(frozen=True, slots=True)
class Draft:
    """What may still be changed. It has no number."""

    id: str
    content: Content


@dataclass(frozen=True, slots=True)
class Issued:
    """An invoice. It is what it was when it was issued."""

    id: str
    number: str
    content: Content
    issued_at: datetime
    issued_by: str
    ksef_number: str = ""


def issue(draft: Draft, number: str, *, at: datetime, by: str, known: Known = NOTHING_KNOWN) -> Issued:
    """Issue a draft under a number. Raises Refusals with everything that is wrong.

    Ask `issue_faults` before taking the number, so that none is burnt.
    """
    faults = issue_faults(draft.content, at.astimezone(WARSAW).date(), known)
    if not number:
        faults.append(errors.Refusal(errors.FIELD_MISSING, "number"))
    if faults:
        raise errors.Refusals(faults)
    return Issued(draft.id, number, draft.content, at, by)


def correct(invoice: Draft | Issued, *, corrections: Sequence[Issued] = (), issued_on: date) -> Content:
    """What a correction begins with: the invoice as its earlier corrections (in their order) left it.

    Raises `correcting-draft`, `correction-not-possible`.
    """
    if isinstance(invoice, Draft):
        raise errors.Refusal(errors.CORRECTING_DRAFT)
    if invoice.content.kind in {Kind.CORRECTION, Kind.PRO_FORMA}:
        raise errors.Refusal(errors.CORRECTION_NOT_POSSIBLE)
    before = _latest(invoice, corrections)
    return replace(
        before,
        kind=Kind.CORRECTION,
        issued_on=issued_on,
        due_on=None,
        notes="",
        correction=Correction(
            invoice_id=invoice.id,
            number=invoice.number,
            issued_on=invoice.content.issued_on,
            before=before,
            state=len(corrections),
            ksef_number=invoice.ksef_number,
        ),
    )


def advance_of(invoice: Draft | Issued, *, corrections: Sequence[Issued] = ()) -> Advance:
    """An advance invoice as the final one settles it: with what it charges after its corrections.

    Raises `advance-not-possible`.
    """
    number = invoice.number if isinstance(invoice, Issued) else ""
    if isinstance(invoice, Draft) or invoice.content.kind is not Kind.ADVANCE:
        raise errors.Refusal(errors.ADVANCE_NOT_POSSIBLE, "advances", number=number)
    state = _latest(invoice, corrections)
    return Advance(
        id=invoice.id,
        number=number,
        issued_on=invoice.content.issued_on,
        rates=figures(state).rates,
        currency=state.currency,
        ksef_number=invoice.ksef_number,
    )


def _latest(invoice: Issued, corrections: Sequence[Issued]) -> Content:
    return state_of(corrections[-1].content) if corrections else invoice.content
