"""An accounting office: its data, its plan, and what the plan allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.domain import errors
from portal.domain.firms import Firm
from portal.domain.limits import Limit

TERMS_VERSION = "2026-11-24"
"""The terms of use that an office accepts when it opens (templates/auth/terms.html)."""

TRIAL_FIRMS = 50
"""How many firms an office on the trial plan may have taken on."""

# Anybody can open an office on trial and have it write to anybody: it invites twenty people at once, then twenty a day.
# A real one lets all its clients in on one day.
_TRIAL_INVITATIONS = Limit(free=20, first=timedelta(minutes=1), longest=timedelta(days=1) / 20)
_FULL_INVITATIONS = Limit(free=500, first=timedelta(seconds=1), longest=timedelta(days=1) / 500)


class Plan(StrEnum):
    """Trial has every feature, but invoices carry „WZÓR" and the number of firms is limited."""

    TRIAL = "trial"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Office:
    """What the portal keeps about an office. `logo`: digest of its picture, empty without one.

    `only_assigned`: staff who are no administrators see assigned firms only. `own_firm`: the office as a firm („B").
    `terms_*`: which terms were accepted, when and by whom. `version` counts changes, for conditions on writes.
    """

    id: str
    name: str
    created_at: datetime
    plan: Plan = Plan.TRIAL
    nip: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    email: str = ""
    phone: str = ""
    reply_to: str = ""
    logo: str = ""
    only_assigned: bool = False
    own_firm: str = ""
    terms_version: str = ""
    terms_at: datetime | None = None
    terms_by: str = ""
    version: int = 1

    @property
    def full(self) -> bool:
        """Whether the office is on the full plan."""
        return self.plan is Plan.FULL

    @property
    def invitations(self) -> Limit:
        """How often the office may invite somebody, staff and people of firms together."""
        return _FULL_INVITATIONS if self.full else _TRIAL_INVITATIONS

    def require_full(self) -> None:
        """The invoice module needs the full plan. Raises `plan-too-small`."""
        if not self.full:
            raise errors.Refusal(errors.PLAN_TOO_SMALL, "invoices")

    def invoices_valid(self, firm: Firm) -> bool:
        """Whether the firm's invoices are real ones: full plan and the module switched on; else they say „WZÓR"."""
        return self.full and firm.invoices

    @property
    def room(self) -> Callable[[int], None] | None:
        """What refuses a firm too many, given how many there are; None on the plan without a limit."""
        return None if self.full else self.require_room

    def require_room(self, taken_on: int) -> None:
        """Whether one more firm may be taken on. Raises `too-many-firms`."""
        if not self.full and taken_on >= TRIAL_FIRMS:
            raise errors.Refusal(errors.TOO_MANY_FIRMS, limit=TRIAL_FIRMS)
