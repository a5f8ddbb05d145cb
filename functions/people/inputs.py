"""What the forms about people send."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from portal import ids, web
from portal.domain import errors
from portal.domain.people import FIRM_ROLES, STAFF_ROLES, Role
from portal.inputs import Email, Name, Text, Version
from portal.pages import LOCAL_PATH


def _of_a_firm(role: Role) -> Role:
    return _one_of(FIRM_ROLES, role)


def _of_an_office(role: Role) -> Role:
    return _one_of(STAFF_ROLES, role)


def _one_of(roles: tuple[Role, ...], role: Role) -> Role:
    if role not in roles:
        raise errors.Refusal(errors.FIELD_INVALID)
    return role


def _an_id(text: str) -> str:
    if not ids.valid(text):
        raise errors.Refusal(errors.NOT_FOUND)
    return text


FirmRole = Annotated[Role, AfterValidator(_of_a_firm)]
StaffRole = Annotated[Role, AfterValidator(_of_an_office)]
FirmId = Annotated[str, AfterValidator(_an_id)]


class UserInput(web.Input):
    """A person whom the office lets into a firm; `subject`: whom a partner's records name."""

    email: Email
    name: Name
    role: FirmRole = Role.FIRM
    subject: Text = ""


class UserChange(web.Input):
    """What a person of a firm shall be."""

    role: FirmRole
    subject: Text = ""


class StaffInput(web.Input):
    """A person who shall work in the office."""

    email: Email
    name: Name
    role: StaffRole = Role.STAFF


class StaffChange(web.Input):
    """What one of the staff shall be."""

    role: StaffRole


class WayBack(web.Input):
    """Where a form that was refused leads back to."""

    back: Annotated[str, StringConstraints(pattern=LOCAL_PATH, max_length=300)] = "/"


class Assignments(WayBack):
    """All firms that one of the staff looks after; `version` of the person's entry is the one that was seen."""

    version: Version
    firms: list[FirmId] = Field(default_factory=list)


class FirmsQuery(web.Input):
    """Which firms the page about one of the staff shows."""

    q: Text = ""
