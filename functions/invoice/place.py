"""Where a request about invoices comes from: the client's side or the office's, with the same rules for both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from functions.invoice.views import Place
from portal.access import ClientAccess, FirmAccess, ProgramAccess, SharedAccess, UnattendedAccess
from portal.aws import Put
from portal.domain.events import Action
from portal.domain.firms import Status
from portal.store import events
from portal.views import FirmHead

Person = ClientAccess | FirmAccess
Access = Person | ProgramAccess | UnattendedAccess
Reader = Access | SharedAccess
"""Who may look at an invoice: its buyer too, by a link."""


def by_office(at: Access) -> bool:
    """Whether the office asks."""
    return isinstance(at, FirmAccess)


def home(at: Access) -> str:
    """The path of the firm's invoices on this side."""
    office = f"/offices/{at.office.id}" if by_office(at) else ""
    return f"{office}/firms/{at.firm.id}/invoices"


def of(at: Access) -> Place:
    """What every page of invoices shows of where it stands."""
    office = by_office(at)
    open_to = at.firm.status is not Status.ARCHIVED if office else at.firm.status is Status.ACTIVE
    return Place(
        home=home(at),
        firm=FirmHead.of(at.firm) if office else FirmHead.for_client(at.firm),
        office=office,
        valid=at.office.invoices_valid(at.firm),
        writable=open_to,
    )


def require_writable(at: Access) -> None:
    """An archived firm issues nothing; that a suspended one is read-only for its people is seen to at the gate.

    Raises `firm-archived`.
    """
    at.firm.require_data_accepted()


def event(at: Access, action: Action, now: datetime, changes: Mapping[str, tuple[str, str]]) -> Put:
    """The write of an event by whoever asks, for the transaction of what it tells of."""
    return events.put(at.table, at.origin, action, now, firm=at.firm.id, changes=changes)
