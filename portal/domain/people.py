"""People, and what they are to an office or a firm."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.domain import errors


class Role(StrEnum):
    """Staff of an office: administrator or staff member. People of a firm: `firm` (sees all of it)."""

    ADMINISTRATOR = "administrator"
    STAFF = "staff"
    FIRM = "firm"


@dataclass(frozen=True, slots=True)
class Membership:
    """One person belongs to one office (staff) or to one firm of an office (`firm` set). Names are for choosing."""

    person: str
    office: str
    office_name: str
    role: Role
    firm: str = ""
    firm_name: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One person with one e-mail address, perhaps in many firms and offices."""

    id: str
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, as verified for this one request."""

    person: str
    membership: Membership

    @property
    def administrator(self) -> bool:
        """Whether the person runs the office."""
        return self.membership.role is Role.ADMINISTRATOR

    def require_administrator(self) -> None:
        """Raises `administrator-only`."""
        if not self.administrator:
            raise errors.Refusal(errors.ADMINISTRATOR_ONLY)
