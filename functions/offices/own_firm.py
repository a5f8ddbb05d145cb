"""The office as a firm of its own („B"), so that it keeps its own figures and later invoices its clients."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from portal import ids
from portal.access import OfficeAccess
from portal.domain import errors
from portal.domain.events import Action, differences
from portal.domain.firms import Firm, LegalForm, Status
from portal.domain.offices import Office
from portal.store import firms, offices
from portal.store.firms import Claim


def add(at: OfficeAccess, legal_form: LegalForm, now: datetime) -> Office:
    """Add the office as a firm, or mark the firm that has its NIP already: one transaction with the office.

    Raises `own-firm-exists`, `office-nip-missing`, `too-many-firms`, `firm-exists` (the NIP is a partner's of a firm),
    `changed-meanwhile`.
    """
    if at.office.own_firm:
        raise errors.Refusal(errors.OWN_FIRM_EXISTS)
    if not at.office.nip:
        raise errors.Refusal(errors.OFFICE_NIP_MISSING, "nip")
    claim = firms.by_nip(at.table, [at.office.nip]).get(at.office.nip)
    return _mark(at, claim, now) if claim else _create(at, legal_form, now)


def _create(at: OfficeAccess, legal_form: LegalForm, now: datetime) -> Office:
    office = at.office
    firm = Firm(
        id=ids.new(now),
        nip=office.nip,
        name=office.name,
        status=Status.ACTIVE,
        legal_form=legal_form,
        street=office.street,
        postcode=office.postcode,
        city=office.city,
        email=office.email,
        phone=office.phone,
        own=True,
    )
    after, step = offices.changed(at.table, office, replace(office, own_firm=firm.id))
    firms.create(at.table, firm, step, at.event(Action.FIRM_ADDED, now, firm=firm.id), room=office.room)
    return after


def _mark(at: OfficeAccess, claim: Claim, now: datetime) -> Office:
    if claim.subject:
        raise errors.Refusal(errors.FIRM_EXISTS, "nip", name=claim.subject)
    firm = firms.get(at.table.of_firm(claim.firm))
    if firm is None:
        raise errors.Refusal(errors.CHANGED_MEANWHILE)
    after, step = offices.changed(at.table, at.office, replace(at.office, own_firm=firm.id))
    changes = differences({"own": firm.own}, {"own": True})
    event = at.event(Action.FIRM_CHANGED, now, firm=firm.id, changes=changes)
    firms.update(at.table, replace(firm, own=True), step, event)
    return after
