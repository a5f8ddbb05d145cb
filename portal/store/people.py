"""Who works in an office and who belongs to a firm: the office's list and the person's membership, written together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from portal.aws import ConditionFailed, Delete, Expect, Item, Key, Put
from portal.domain import errors
from portal.domain.people import REMOVED_NAME, Membership, Person, Role, Standing
from portal.store import directory, identity, keys
from portal.store.directory import Contact
from portal.store.office import OfficeTable


@dataclass(frozen=True, slots=True)
class Listed:
    """A person as the office's or firm's list shows them.

    `subject`: a partner's, see `Membership`. `assigned`: ids of the firms a staff member looks after. `invitation`: the
    challenge whose link was sent. An erased person stays as an entry without name and address: the history holds ids.
    """

    person: str
    name: str
    email: str
    role: Role
    since: datetime
    active: bool = True
    subject: str = ""
    activated_at: datetime | None = None
    assigned: tuple[str, ...] = ()
    invitation: str = ""
    version: int = 1

    @property
    def contact(self) -> Contact:
        """As the directory knows a person of a firm."""
        return Contact(self.person, self.name, self.activated_at is not None)

    @property
    def standing(self) -> Standing:
        """Where the person stands, in one word."""
        if not self.name:
            return Standing.REMOVED
        if not self.active:
            return Standing.OFF
        return Standing.ACTIVE if self.activated_at else Standing.INVITED

    @property
    def erased(self) -> Listed:
        """What stays of somebody who was deleted."""
        return Listed(self.person, "", "", self.role, self.since, active=False, version=self.version)

    @property
    def runs_the_office(self) -> bool:
        """Whether this is an administrator with access, who has come in."""
        return self.role is Role.ADMINISTRATOR and self.standing is Standing.ACTIVE

    def membership(self, office: str, firm: str = "") -> Membership:
        """What the person is to the office or the firm."""
        return Membership(self.person, office, self.role, firm, self.subject, self.activated_at)


@dataclass(frozen=True, slots=True)
class Roster:
    """Who works in an office, or with `firm` who belongs to one of its firms.

    A person's entry here and their membership are always written together. Who lost access stays listed, and the
    membership is put aside, so that it can come back and the person can be found everywhere when they must be erased.
    """

    office: OfficeTable
    firm: str = ""

    def people(self) -> list[Listed]:
        """Everybody, with or without access."""
        where = keys.firm_users(self.firm) if self.firm else keys.staff()
        return [decode(item) for item in self.office.query(*where, consistent=True)]

    def get(self, person_id: str) -> Listed:
        """A person of the list. Raises `not-found`, of an erased one too."""
        listed = self.find(person_id)
        if listed is None or listed.standing is Standing.REMOVED:
            raise errors.Refusal(errors.NOT_FOUND)
        return listed

    def find(self, person_id: str) -> Listed | None:
        """An entry of the list, perhaps of an erased person."""
        item = self.office.get(self._key(person_id), consistent=True)
        return decode(item) if item else None

    def without(self, listed: Listed) -> list[Put]:
        """Writes that keep the office with somebody who runs it, when this person is not to any more.

        The other's entry is written too, so that of two who push each other out one fails. Raises `last-administrator`.
        """
        if self.firm or not listed.runs_the_office:
            return []
        others = (one for one in self.people() if one.runs_the_office and one.person != listed.person)
        other = next(others, None)
        if other is None:
            raise errors.Refusal(errors.LAST_ADMINISTRATOR)
        return [self._changed(other, other)]

    def add(self, listed: Listed, *also: Put | Delete) -> None:
        """List a person and let them in; somebody who was erased or switched off too. Raises `changed-meanwhile`."""
        before = self.find(listed.person)
        if before is None:
            steps = [self._put(listed, Expect.absent()), self._membership(listed, Expect.absent())]
            self._write(listed, [*steps, *also])
        else:
            self.change(before, listed, *also)

    def change(self, before: Listed, after: Listed, *also: Put | Delete) -> None:
        """Write what became of a person who was read as `before`. Raises `changed-meanwhile`."""
        self._write(after, [self._changed(before, after), *self._moved(before, after), *also])

    def _changed(self, before: Listed, after: Listed) -> Put:
        return self._put(replace(after, version=before.version + 1), Expect.same("version", before.version))

    def _moved(self, before: Listed, after: Listed) -> list[Put | Delete]:
        """Writes that put a membership where it belongs: in force, aside, or nowhere."""
        here, there = before.standing, after.standing
        if here is Standing.REMOVED:
            return [] if there is Standing.REMOVED else [self._membership(after, Expect.absent())]
        if there is Standing.REMOVED:
            return [self._gone(before)]
        if before.active == after.active:
            return [self._membership(after, Expect.present())]
        return [self._gone(before), self._membership(after, Expect.absent())]

    def _membership(self, listed: Listed, expect: Expect) -> Put:
        return identity.membership_put(self._of(listed), expect, lapsed=not listed.active)

    def _gone(self, listed: Listed) -> Delete:
        return identity.membership_delete(identity.membership_key(self._of(listed), lapsed=not listed.active))

    def _of(self, listed: Listed) -> Membership:
        return listed.membership(self.office.office, self.firm)

    def _key(self, person_id: str) -> Key:
        return keys.firm_user(self.firm, person_id) if self.firm else keys.staff_member(person_id)

    def _put(self, listed: Listed, expect: Expect) -> Put:
        return self.office.put(self._key(listed.person), _encode(listed), expect)

    def _write(self, after: Listed, steps: list[Put | Delete]) -> None:
        entry = directory.with_person(after.contact) if after.active else directory.without_person(after.person)
        try:
            if self.firm:
                directory.transact(self.office, {self.firm: entry}, steps)
            else:
                self.office.transact(steps)
        except ConditionFailed:
            # Somebody else changed this person's access in the same moment, here or elsewhere.
            raise errors.Refusal(errors.CHANGED_MEANWHILE) from None


def names(table: OfficeTable) -> dict[str, str]:
    """Names behind the ids of staff and agents, for "by whom": one read."""
    found = {}
    for item in table.query(*keys.office_and_its_people()):
        kind, _, person = item["sk"].partition("#")
        if kind in {"STAFF", "AGENT"}:
            found[person] = item["name"] or REMOVED_NAME
    return found


def names_of(table: OfficeTable, firm_id: str, ids: Iterable[str]) -> dict[str, str]:
    """Names behind ids of staff, agents and people of a firm: one read, however many years a history spans."""
    makers = (keys.staff_member, keys.agent, partial(keys.firm_user, firm_id))
    by_key = {maker(one): one for one in ids for maker in makers}
    return {by_key[key]: item["name"] or REMOVED_NAME for key, item in table.get_many(list(by_key)).items()}


def staff_steps(table: OfficeTable, person: Person, membership: Membership, now: datetime) -> list[Put]:
    """Writes that make a person staff of the office."""
    listed = Listed(person.id, person.name, person.email, membership.role, now, activated_at=membership.activated_at)
    return [staff_put(table, listed, Expect.absent()), identity.membership_put(membership, Expect.absent())]


def activate(table: OfficeTable, membership: Membership, now: datetime, *also: Put | Delete) -> None:
    """Keep that a person came in for the first time. Raises `not-found`, `changed-meanwhile`."""
    roster = Roster(table, membership.firm)
    known = roster.get(membership.person)
    roster.change(known, replace(known, activated_at=now), *also)


def staff_put(table: OfficeTable, listed: Listed, expect: Expect) -> Put:
    """The write of a person into the office's list of staff."""
    return table.put(keys.staff_member(listed.person), _encode(listed), expect)


def _encode(listed: Listed) -> Item:
    return {
        "name": listed.name,
        "email": listed.email,
        "role": listed.role.value,
        "since": listed.since.isoformat(),
        "active": listed.active,
        "subject": listed.subject,
        "activated_at": listed.activated_at.isoformat() if listed.activated_at else "",
        "assigned": list(listed.assigned),
        "invitation": listed.invitation,
        "version": listed.version,
    }


def decode(item: Item) -> Listed:
    """A stored item as a person of a list."""
    return Listed(
        person=item["sk"].split("#", 1)[1],
        name=item["name"],
        email=item["email"],
        role=Role(item["role"]),
        since=datetime.fromisoformat(item["since"]),
        active=item["active"],
        subject=item["subject"],
        activated_at=datetime.fromisoformat(item["activated_at"]) if item["activated_at"] else None,
        assigned=tuple(item["assigned"]),
        invitation=item["invitation"],
        version=item["version"],
    )
