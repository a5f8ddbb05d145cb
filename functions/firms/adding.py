"""A firm that the office adds: its form, what the register says of it, and its writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from functions.firms import staffing
from functions.firms.inputs import FirmInput, TypedFirm
from functions.firms.views import FirmFields, NewFirm, RegisterAnswer
from portal import ids
from portal.access import OfficeAccess
from portal.domain import errors, identifiers
from portal.domain.errors import _
from portal.domain.events import Action
from portal.domain.firms import MOST_ACCOUNTS, Firm, IdType, Status
from portal.domain.records import TAX_FORMS
from portal.pages import translate
from portal.store import firms
from portal.store.registers import Registers
from portal.white_list import Company


def add(at: OfficeAccess, given: FirmInput, now: datetime) -> Firm:
    """Adds a firm; the office took it on, so it is active at once.

    Raises `firm-exists`, `too-many-firms`, `plan-too-small`, `zus-account-invalid`, and what `staffing.of_new` raises.
    """
    firm = _new(given, ids.new(now))
    identifiers.require_payer(firm.zus_account, firm.nip)
    if given.invoices:
        at.office.require_full()
    staff = staffing.of_new(at, firm.id, given.staff, now)
    try:
        firms.create(at.table, firm, at.event(Action.FIRM_ADDED, now, firm=firm.id), *staff, room=at.office.room)
    except errors.Refusal as refusal:
        raise _discreet(at, refusal) from None
    return firm


def form(at: OfficeAccess, typed: TypedFirm, register: str = "", company: Company | None = None) -> NewFirm:
    """The form as it was typed so far, with what the register knows in it."""
    return NewFirm(
        id_type=typed.id_type or IdType.NIP.value,
        number=typed.number,
        given=_filled(_as_typed(typed), company),
        invoices=bool(typed.invoices),
        tax_forms=list(TAX_FORMS),
        staff=staffing.choices(at.table, "", typed.staff) if at.actor.administrator else [],
        full=at.office.full,
        register=register,
    )


def looked_up(at: OfficeAccess, registers: Registers, typed: TypedFirm, now: datetime) -> NewFirm:
    """The same after the register was asked; without its answer the form works all the same. Raises `nip-invalid`."""
    nip = identifiers.nip(typed.number, "number")
    try:
        company = registers.company(nip, at.office.id, now)
    except errors.Refusal as refusal:
        if refusal.code not in (errors.REGISTER_SILENT, errors.TOO_MANY_TRIES):
            raise
        return form(at, typed, "silent")
    return form(at, typed, "filled" if company else "unknown", company)


def answer(nip: str, company: Company | None) -> RegisterAnswer:
    """What the register says of a NIP."""
    if company is None:
        return RegisterAnswer(known=False, nip=nip)
    return RegisterAnswer(
        known=True,
        nip=nip,
        name=company.name,
        legal_form=company.legal_form.value,
        vat_status=company.vat_status.value,
        regon=company.regon,
        street=company.street,
        postcode=company.postcode,
        city=company.city,
        bank_accounts=list(company.bank_accounts[:MOST_ACCOUNTS]),
    )


def _new(given: FirmInput, firm_id: str) -> Firm:
    by_nip = given.id_type is IdType.NIP
    return Firm(
        id=firm_id,
        nip=given.number if by_nip else "",
        status=Status.ACTIVE,
        id_type=given.id_type,
        number="" if by_nip else given.number,
        invoices=given.invoices,
        **given.said,
    )


def _discreet(at: OfficeAccess, refusal: errors.Refusal) -> errors.Refusal:
    """A number that is taken is told with the firm's name, unless this staff member may not know of that firm."""
    if refusal.code is not errors.FIRM_EXISTS or at.actor.serves(refusal.values["firm"]):
        return refusal
    return errors.Refusal(errors.FIRM_EXISTS, refusal.field, name=translate(_("firma innego pracownika")))


def _as_typed(typed: TypedFirm) -> FirmFields:
    said = {name: getattr(typed, name) for name in FirmFields.__dataclass_fields__}
    return FirmFields(**{**said, "bank_accounts": typed.bank_accounts.splitlines()})


def _filled(given: FirmFields, company: Company | None) -> FirmFields:
    """What the register knows replaces what was typed, and nothing else."""
    if company is None:
        return given
    told = answer(company.nip, company)
    known = {
        name: getattr(told, name) for name in ("name", "legal_form", "street", "postcode", "city", "bank_accounts")
    }
    return replace(given, **{name: value for name, value in known.items() if value})
