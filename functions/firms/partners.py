"""The partners of a firm: who they are in its records, and the numbers under which they pay."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime

from functions.firms.inputs import PartnerInput
from portal.access import FirmAccess
from portal.domain import errors, identifiers
from portal.domain.events import Action, differences
from portal.domain.firms import Firm, Partner
from portal.store import firms, months


def put(at: FirmAccess, given: PartnerInput, now: datetime) -> Firm:
    """Adds a partner, or gives a known one other numbers.

    Raises `too-many-partners`, `partner-number`, `zus-account-invalid`, `confirm-needed`, `changed-meanwhile`.
    """
    known = at.firm.partner(given.name) or Partner(given.name)
    if given.zus_account != known.zus_account:
        at.require_fresh()
    identifiers.require_payer(given.zus_account, given.nip)
    others = {partner.nip for partner in at.firm.partners if partner.name != given.name}
    if given.nip and given.nip in others | {at.firm.nip}:
        raise errors.Refusal(errors.PARTNER_NUMBER, "nip")
    partner = Partner(given.name, given.nip, given.zus_account)
    return _changed(at, at.firm.with_partner(partner), given.version, now)


def remove(at: FirmAccess, name: str, version: int, now: datetime) -> Firm:
    """Takes a partner off the list. Raises `partner-has-records`, `not-found`, `changed-meanwhile`."""
    wanted = at.firm.without_partner(name)
    book = months.book(at.table)
    if any(key.subject == name for month in book.months.values() for key in month.records):
        raise errors.Refusal(errors.PARTNER_HAS_RECORDS, "name", name=name)
    return _changed(at, wanted, version, now)


def _changed(at: FirmAccess, wanted: Firm, version: int, now: datetime) -> Firm:
    if wanted == at.firm:
        return at.firm
    changes = differences(asdict(at.firm), asdict(wanted))
    claims = firms.partner_claims(at.office_table, at.firm, wanted)
    event = at.event(Action.FIRM_CHANGED, now, changes=changes)
    return firms.update(at.office_table, replace(wanted, version=version), *claims, event)
