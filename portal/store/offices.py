"""The office itself, its plan and data."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime

from portal.aws import ConditionFailed, Delete, Expect, Item, Put
from portal.domain import errors
from portal.domain import events as happened
from portal.domain.events import Action, Origin
from portal.domain.offices import Office, Plan
from portal.domain.people import Membership, Person, Role
from portal.store import events, keys, people
from portal.store.office import OfficeTable


def get(table: OfficeTable) -> Office | None:
    """The office, or None."""
    item = table.get(keys.office_details(), consistent=True)
    return decode(item) if item else None


def opening(table: OfficeTable, office: Office, person: Person, origin: Origin) -> list[Put]:
    """The writes that open an office with its first administrator, whose own writes are `Identity.there`."""
    membership = Membership(person.id, office.id, Role.ADMINISTRATOR, activated_at=office.created_at)
    return [
        _put(table, office, Expect.absent()),
        *people.staff_steps(table, person, membership, office.created_at),
        events.put(table, origin, Action.OFFICE_OPENED, office.created_at),
    ]


def change(
    table: OfficeTable, before: Office, after: Office, origin: Origin, now: datetime, *also: Put | Delete
) -> Office:
    """Write an office that was read at `before.version`, with its event. Raises `changed-meanwhile`."""
    stored, step = changed(table, before, after)
    changes = happened.differences(asdict(before), asdict(stored))
    action = Action.OFFICE_PLAN if set(changes) == {"plan"} else Action.OFFICE_CHANGED
    if set(changes) == {"logo"}:
        action, changes = Action.OFFICE_LOGO, {}
    try:
        table.transact([step, events.put(table, origin, action, now, changes=changes), *also])
    except ConditionFailed:
        raise errors.Refusal(errors.CHANGED_MEANWHILE) from None
    return stored


def changed(table: OfficeTable, before: Office, after: Office) -> tuple[Office, Put]:
    """The office as it will be, and its write, for the transaction of a change that is told elsewhere."""
    stored = replace(after, version=before.version + 1)
    return stored, _put(table, stored, Expect.same("version", before.version))


def decode(item: Item) -> Office:
    """A stored item as an office."""
    fields = {name: value for name, value in item.items() if name in Office.__dataclass_fields__}
    return Office(
        **{
            **fields,
            "id": item["pk"].split("#")[1],
            "plan": Plan(item["plan"]),
            "created_at": datetime.fromisoformat(item["created_at"]),
            "terms_at": datetime.fromisoformat(item["terms_at"]) if item["terms_at"] else None,
        }
    )


def _put(table: OfficeTable, office: Office, expect: Expect) -> Put:
    attributes = {name: value for name, value in asdict(office).items() if name != "id"}
    attributes["plan"] = office.plan.value
    attributes["created_at"] = office.created_at.isoformat()
    attributes["terms_at"] = office.terms_at.isoformat() if office.terms_at else ""
    return table.put(keys.office_details(), attributes, expect)
