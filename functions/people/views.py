"""What the pages about people show."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from portal.domain.mails import Fate, MailRecord, MailState
from portal.domain.people import Role, Standing
from portal.store.people import Listed
from portal.views import FirmHead, Part, View, view


@view
class LastMail(Part):
    """The last mail of this office to a person: which, when, and what became of it."""

    template: str
    at: datetime
    fate: Fate


@view
class PersonLine(Part):
    """One person of a list. Without name and e-mail: somebody who was deleted.

    `trouble`: the address refused mail, or its owner complained. `assigned`: how many firms one of the staff serves.
    """

    person: str
    name: str
    email: str
    role: Role
    subject: str
    standing: Standing
    active: bool
    since: datetime
    activated_at: datetime | None
    assigned: int
    trouble: MailState | None
    last_mail: LastMail | None

    @classmethod
    def of(cls, listed: Listed, office: str, mails: MailRecord | None) -> PersonLine:
        """From the list's entry, and what is known of mails to the person."""
        last = mails.last.get(office) if mails else None
        return cls(
            person=listed.person,
            name=listed.name,
            email=listed.email,
            role=listed.role,
            subject=listed.subject,
            standing=listed.standing,
            active=listed.active,
            since=listed.since,
            activated_at=listed.activated_at,
            assigned=len(listed.assigned),
            trouble=mails.state if mails else None,
            last_mail=LastMail(template=last.template, at=last.at, fate=last.fate) if last else None,
        )


@view
class FirmUsers(View):
    """The people of a firm. `subjects`: whom a partner may stand for, as the firm's data name them."""

    template: ClassVar[str] = "office/firm_users.html"

    firm: FirmHead
    users: list[PersonLine]
    subjects: list[str]


@view
class FirmUser(View):
    """One person of a firm, and what can be done."""

    template: ClassVar[str] = "office/firm_user.html"

    firm: FirmHead
    user: PersonLine
    subjects: list[str]


@view
class StaffList(View):
    """Who works in the office. `only_assigned`: staff see assigned firms only; `you`: who asks."""

    template: ClassVar[str] = "office/staff.html"

    staff: list[PersonLine]
    only_assigned: bool
    you: str


@view
class Assignable(Part):
    """A firm that may be assigned."""

    id: str
    name: str
    number: str
    prefix: str
    assigned: bool


@view
class StaffMember(View):
    """One of the staff. `firms` are those that `q` finds; `hidden`: ids of assigned firms that are not among them."""

    template: ClassVar[str] = "office/staff_member.html"

    member: PersonLine
    you: str
    version: int
    only_assigned: bool
    firms: list[Assignable]
    hidden: list[str]
    q: str
