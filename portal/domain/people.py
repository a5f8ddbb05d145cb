"""People, and what they are to an office or a firm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.domain import errors
from portal.domain.errors import _
from portal.domain.records import PERSONAL_FORMS, SUBJECT_LIMIT, Kind, RecordKey


class Role(StrEnum):
    """Staff of an office: administrator or staff member. People of a firm: `firm` (sees all of it) or partner."""

    ADMINISTRATOR = "administrator"
    STAFF = "staff"
    FIRM = "firm"
    PARTNER = "partner"


STAFF_ROLES = (Role.ADMINISTRATOR, Role.STAFF)
FIRM_ROLES = (Role.FIRM, Role.PARTNER)
REMOVED_NAME = _("osoba usunięta")
"""How the history calls somebody whose name was erased."""


class Standing(StrEnum):
    """Where a person stands on a list: not come in yet, has access, access switched off, erased."""

    INVITED = "invited"
    ACTIVE = "active"
    OFF = "off"
    REMOVED = "removed"


def subject_of(role: Role, typed: str) -> str:
    """Whom somebody with this role stands for: a partner's name in records, nothing otherwise.

    Raises `partner-subject`.
    """
    if role is not Role.PARTNER:
        return ""
    if not typed or len(typed) > SUBJECT_LIMIT or not typed.isprintable():
        raise errors.Refusal(errors.PARTNER_SUBJECT, "subject", limit=SUBJECT_LIMIT)
    return typed


@dataclass(frozen=True, slots=True)
class Membership:
    """One person belongs to one office (staff) or to one firm of an office (`firm` set).

    `subject`: whom a partner's own contributions and PIT name. `activated_at`: the first time the person came in.
    """

    person: str
    office: str
    role: Role
    firm: str = ""
    subject: str = ""
    activated_at: datetime | None = None

    def sees(self, key: RecordKey) -> bool:
        """Whether a person of the firm may know of such a record.

        A partner sees what is the company's, and of contributions and personal income tax only what names them.
        """
        if self.role is not Role.PARTNER:
            return True
        if key.kind is Kind.CONTRIBUTION or key.form in PERSONAL_FORMS or key.subject:
            return bool(self.subject) and key.subject == self.subject
        return True


@dataclass(frozen=True, slots=True)
class Person:
    """One person with one e-mail address, perhaps in many firms and offices."""

    id: str
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, as verified for this one request. `assigned`: the only firms a staff member may see; None: all."""

    person: str
    membership: Membership
    assigned: frozenset[str] | None = None

    @property
    def administrator(self) -> bool:
        """Whether the person runs the office."""
        return self.membership.role is Role.ADMINISTRATOR

    def require_administrator(self) -> None:
        """Raises `administrator-only`."""
        if not self.administrator:
            raise errors.Refusal(errors.ADMINISTRATOR_ONLY)

    def serves(self, firm_id: str) -> bool:
        """Whether a firm of the office is among those this staff member may see."""
        return self.assigned is None or firm_id in self.assigned

    def sees(self, key: RecordKey) -> bool:
        """Whether a person of the firm may know of such a record."""
        return self.membership.sees(key)
