"""Who works in an office and who belongs to a firm: the office's list and the person's membership, written together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from portal.aws import ConditionFailed, Expect, Item, Key, Put
from portal.domain import errors
from portal.domain.people import Membership, Person, Role
from portal.store import identity, keys
from portal.store.office import FirmTable, OfficeTable


@dataclass(frozen=True, slots=True)
class Listed:
    """A person as the office's or firm's list shows them."""

    person: str
    name: str
    email: str
    role: Role
    since: datetime
    active: bool = True
    version: int = 1


def names(table: OfficeTable) -> dict[str, str]:
    """Names behind the ids of staff and agents, for "by whom": one read."""
    found = {}
    for item in table.query(*keys.office_and_its_people()):
        kind, _, person = item["sk"].partition("#")
        if kind in {"STAFF", "AGENT"}:
            found[person] = item["name"]
    return found


def names_of(table: OfficeTable, firm_id: str, ids: Iterable[str]) -> dict[str, str]:
    """Names behind ids of staff, agents and people of a firm: one read, however many years a history spans."""
    makers = (keys.staff_member, keys.agent, partial(keys.firm_user, firm_id))
    by_key = {maker(one): one for one in ids for maker in makers}
    return {by_key[key]: item["name"] for key, item in table.get_many(list(by_key)).items()}


def firm_users(table: FirmTable) -> list[Listed]:
    """The people of a firm, with or without access."""
    return [_decode(item) for item in table.query(*keys.firm_users(table.firm))]


def staff_steps(table: OfficeTable, person: Person, membership: Membership, now: datetime) -> list[Put]:
    """Writes that make a person staff of the office."""
    entry = _entry(table, keys.staff_member(person.id), person, membership.role, now)
    return [entry, identity.membership_put(membership)]


def add_firm_user(table: FirmTable, person: Person, membership: Membership, extra: list[Put], now: datetime) -> None:
    """Give a person access to the firm, again if it was taken away. Raises `already-invited`."""
    before = table.get(keys.firm_user(table.firm, person.id), consistent=True)
    known = _decode(before) if before else None
    if known and known.active:
        raise errors.Refusal(errors.ALREADY_INVITED, "email")
    key = keys.firm_user(table.firm, person.id)
    version = known.version + 1 if known else 1
    expect = Expect.same("version", known.version) if known else Expect.absent()
    entry = _entry(table, key, person, membership.role, now, version=version, expect=expect)
    try:
        table.transact([entry, identity.membership_put(membership), *extra])
    except ConditionFailed:
        # Somebody else invited this person in the same moment, here or elsewhere.
        raise errors.Refusal(errors.CHANGED_MEANWHILE) from None


def remove_firm_user(table: FirmTable, person_id: str) -> Listed:
    """Take access away at once, also from open sessions; the person stays on the list. Repeating it changes nothing."""
    key = keys.firm_user(table.firm, person_id)
    item = table.get(key, consistent=True)
    if item is None:
        raise errors.Refusal(errors.NOT_FOUND)
    known = _decode(item)
    if not known.active:
        return known
    after = replace(known, active=False, version=known.version + 1)
    entry = table.put(key, _encode(after), Expect.same("version", known.version))
    membership = identity.membership_delete(keys.firm_membership(person_id, table.firm))
    try:
        table.transact([entry, membership])
    except ConditionFailed:
        raise errors.Refusal(errors.CHANGED_MEANWHILE) from None
    return after


def _entry(
    table: OfficeTable,
    key: Key,
    person: Person,
    role: Role,
    now: datetime,
    *,
    version: int = 1,
    expect: Expect | None = None,
) -> Put:
    listed = Listed(person.id, person.name, person.email, role, now, version=version)
    return table.put(key, _encode(listed), expect or Expect.absent())


def _encode(listed: Listed) -> Item:
    return {
        "name": listed.name,
        "email": listed.email,
        "role": listed.role.value,
        "since": listed.since.isoformat(),
        "active": listed.active,
        "version": listed.version,
    }


def _decode(item: Item) -> Listed:
    return Listed(
        person=item["sk"].split("#", 1)[1],
        name=item["name"],
        email=item["email"],
        role=Role(item["role"]),
        since=datetime.fromisoformat(item["since"]),
        active=item["active"],
        version=item["version"],
    )
