"""What can be done to people of a firm and to staff of an office: the same things, told by other names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from portal import ids, sign_in
from portal.access import FirmAccess, OfficeAccess
from portal.aws import Put
from portal.config import settings
from portal.domain import errors
from portal.domain.events import Action, differences
from portal.domain.limits import Limit
from portal.domain.people import Person, Role, Standing
from portal.store.identity import Identity
from portal.store.people import Listed, Roster

# A mailbox must not be filled by whoever may invite.
PER_INVITED = Limit(free=10, first=timedelta(minutes=1), longest=timedelta(hours=1))


class _Verbs(NamedTuple):
    """What is written into the history, the invitation, and how it is refused to invite somebody twice."""

    invited: Action
    resent: Action
    changed: Action
    on: Action
    off: Action
    removed: Action
    mail: str
    twice: errors.Code


_OF_FIRM = _Verbs(
    Action.USER_INVITED,
    Action.USER_RESENT,
    Action.USER_CHANGED,
    Action.USER_ON,
    Action.USER_OFF,
    Action.USER_REMOVED,
    "invitation",
    errors.ALREADY_INVITED,
)
_OF_STAFF = _Verbs(
    Action.STAFF_INVITED,
    Action.STAFF_RESENT,
    Action.STAFF_CHANGED,
    Action.STAFF_ON,
    Action.STAFF_OFF,
    Action.STAFF_REMOVED,
    "staff_invitation",
    errors.STAFF_EXISTS,
)


@dataclass(frozen=True, slots=True)
class People:
    """The people of a firm, or the staff of an office, in the hands of who asks."""

    at: OfficeAccess | FirmAccess
    who: Identity
    roster: Roster
    firm_name: str = ""

    @classmethod
    def of_firm(cls, at: FirmAccess, who: Identity) -> People:
        """The people of a firm."""
        return cls(at, who, Roster(at.office_table, at.firm.id), at.firm.name)

    @classmethod
    def of_staff(cls, at: OfficeAccess, who: Identity) -> People:
        """The staff of the office; only for its administrators. Raises `administrator-only`."""
        at.actor.require_administrator()
        return cls(at, who, Roster(at.table))

    @property
    def _verbs(self) -> _Verbs:
        return _OF_FIRM if self.roster.firm else _OF_STAFF

    def invite(self, email: str, name: str, role: Role, subject: str, now: datetime) -> None:
        """Let a person in, new to the portal or known from elsewhere, and send the invitation with it."""
        known = self.who.person_by_email(email)
        listed = self.roster.find(known.id) if known else None
        if listed and self._there_already(listed):
            raise errors.Refusal(self._verbs.twice, "email")
        self._count(email, now)
        # A person known from elsewhere is listed as this office calls them: names do not travel between offices.
        person = replace(known, name=name) if known else Person(ids.new(now), email, name)
        entry = Listed(person.id, name, email, role, now, subject=subject, invitation=ids.new(now))
        there = self.who.there(person, known=known is not None)
        self.roster.add(entry, *there, *self._invitation(entry, now), self._event(self._verbs.invited, entry, now))

    def resend(self, person: str, now: datetime) -> None:
        """Send a new invitation in the place of the old one, whose link is useless from then on."""
        before = self.roster.get(person)
        if before.standing is Standing.OFF:
            raise errors.Refusal(errors.ACCESS_OFF)
        if before.standing is Standing.ACTIVE:
            raise errors.Refusal(errors.ALREADY_ACTIVATED)
        self._count(before.email, now)
        after = replace(before, invitation=before.invitation or ids.new(now))
        self.roster.change(before, after, *self._invitation(after, now), self._event(self._verbs.resent, before, now))

    def change(self, person: str, role: Role, subject: str, now: datetime) -> None:
        """Give a person another role. Raises `own-account`, `last-administrator`."""
        before = self.roster.get(person)
        after = replace(before, role=role, subject=subject)
        if after == before:
            return
        steps = self._not_themselves(before)
        changes = differences(_told(before), _told(after))
        event = self._event(self._verbs.changed, before, now, changes)
        self.roster.change(before, after, *steps, *self._mail("role", before, now), event)

    def switch(self, person: str, now: datetime, *, on: bool) -> None:
        """Take access away at once, also from open sessions, or give it back. Repeating it changes nothing."""
        before = self.roster.get(person)
        if before.active == on:
            return
        steps = self._not_themselves(before)
        event = self._event(self._verbs.on if on else self._verbs.off, before, now)
        mail = self._mail("on" if on else "off", before, now)
        self.roster.change(before, replace(before, active=on), *steps, *mail, event)

    def remove(self, person: str, now: datetime) -> None:
        """Erase a person here, and altogether when they belong nowhere else. Repeating it finishes what was begun."""
        self.at.require_fresh()
        before = self.roster.find(person)
        if before is None:
            raise errors.Refusal(errors.NOT_FOUND)
        if before.standing is not Standing.REMOVED:
            steps = self._not_themselves(before)
            self.roster.change(before, before.erased, *steps, self._event(self._verbs.removed, before, now))
        self.who.forget(person)

    def assign(self, person: str, version: int, firms: Sequence[str], names: dict[str, str], now: datetime) -> None:
        """Make these the firms that one of the staff looks after. Raises `changed-meanwhile`."""
        before = self.roster.get(person)
        if before.version != version:
            raise errors.Refusal(errors.CHANGED_MEANWHILE)
        after = replace(before, assigned=tuple(sorted(set(firms))))
        if after == before:
            return
        lost, new = set(before.assigned) - set(after.assigned), set(after.assigned) - set(before.assigned)
        changes = {"assigned": (_listed(lost, names), _listed(new, names))}
        self.roster.change(before, after, self._event(self._verbs.changed, before, now, changes))

    def _count(self, email: str, now: datetime) -> None:
        # The office first: one that is slowed down does not slow down others who invite the same person.
        self.who.count("invitations-of", self.at.office.id, self.at.office.invitations, now)
        self.who.count("invitation", email, PER_INVITED, now)

    def _there_already(self, listed: Listed) -> bool:
        # A firm's person whose access was taken away is let in by a new invitation; staff are switched on.
        return listed.active or (not self.roster.firm and listed.standing is not Standing.REMOVED)

    def _not_themselves(self, target: Listed) -> list[Put]:
        """What must hold before a member of the staff loses or changes what they may do."""
        if self.roster.firm:
            return []
        steps = self.roster.without(target)
        if target.person == self.at.actor.person:
            raise errors.Refusal(errors.OWN_ACCOUNT)
        return steps

    def _invitation(self, listed: Listed, now: datetime) -> list[Put]:
        return sign_in.invitation(
            _person(listed),
            self._values | {"role": listed.role.value},
            now,
            challenge_id=listed.invitation,
            template=self._verbs.mail,
            office=self.at.office.id,
        )

    def _mail(self, what: str, listed: Listed, now: datetime) -> list[Put]:
        place = f"firms/{self.roster.firm}" if self.roster.firm else f"offices/{self.at.office.id}"
        values = self._values | {"what": what, "link": f"{settings().base_url}/{place}"}
        return [sign_in.outbox_mail("access_changed", _person(listed), values, now, office=self.at.office.id)]

    @property
    def _values(self) -> dict[str, str]:
        return {"office_name": self.at.office.name, "firm_name": self.firm_name}

    def _event(
        self, action: Action, target: Listed, now: datetime, changes: dict[str, tuple[str, str]] | None = None
    ) -> Put:
        return self.at.event(action, now, target=target.person, changes=changes)


MOST_NAMED = 10


def _listed(firms: set[str], names: dict[str, str]) -> str:
    told = sorted(names.get(firm, firm) for firm in firms)
    rest = len(told) - MOST_NAMED
    return ", ".join(told[:MOST_NAMED]) + (f" (+{rest})" if rest > 0 else "")


def _told(listed: Listed) -> dict[str, str]:
    return {"role": listed.role.value, "subject": listed.subject}


def _person(listed: Listed) -> Person:
    return Person(listed.person, listed.email, listed.name)
