"""Who of the staff looks after a firm."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from functions.firms.views import StaffChoice
from portal.access import FirmAccess, OfficeAccess
from portal.aws import ConditionFailed, Expect, Put
from portal.domain import errors
from portal.domain.events import Action
from portal.domain.people import Role, Standing
from portal.store import events, people
from portal.store.office import OfficeTable
from portal.store.people import Listed, Roster

MOST_WRITES = 100
"""In one transaction: fifty people, each with their event."""


def choices(table: OfficeTable, firm: str, ticked: Collection[str] = ()) -> list[StaffChoice]:
    """The staff who can be given the firm: administrators look after every firm as it is. One read."""
    assignable = [one for one in Roster(table).people() if _assignable(one)]
    return [
        StaffChoice(person=one.person, name=one.name, chosen=firm in one.assigned or one.person in ticked)
        for one in sorted(assignable, key=lambda one: one.name.casefold())
    ]


def of_new(at: OfficeAccess, firm: str, wanted: Collection[str], now: datetime) -> list[Put]:
    """The writes that give a new firm to whom the administrator names, or to the staff member who adds it.

    Raises `administrator-only` when somebody else names people, `not-found` for who is no staff member.
    """
    if wanted:
        at.actor.require_administrator()
    own = {at.actor.person} if at.actor.assigned is not None else set()
    named = set(wanted) | own
    return _steps(at, at.table, firm, named, now) if named else []


def give(at: FirmAccess, wanted: Collection[str], now: datetime) -> None:
    """Let exactly these look after the firm. Raises `not-found` for who is no staff member, `changed-meanwhile`."""
    steps = _steps(at, at.office_table, at.firm.id, set(wanted), now)
    for start in range(0, len(steps), MOST_WRITES):
        try:
            at.office_table.transact(steps[start : start + MOST_WRITES])
        except ConditionFailed:
            raise errors.Refusal(errors.CHANGED_MEANWHILE) from None


def _steps(at: OfficeAccess | FirmAccess, table: OfficeTable, firm: str, wanted: set[str], now: datetime) -> list[Put]:
    staff = [one for one in Roster(table).people() if _assignable(one)]
    if not wanted <= {one.person for one in staff}:
        raise errors.Refusal(errors.NOT_FOUND, "staff")
    steps = []
    for one in staff:
        after = _assigned(one.assigned, firm, wanted=one.person in wanted)
        if after != one.assigned:
            changes = {"assigned": (", ".join(one.assigned), ", ".join(after))}
            steps.append(_put(table, one, after))
            steps.append(events.put(table, at.origin, Action.STAFF_CHANGED, now, target=one.person, changes=changes))
    return steps


def _assigned(before: Iterable[str], firm: str, *, wanted: bool) -> tuple[str, ...]:
    others = tuple(one for one in before if one != firm)
    if not wanted:
        return others
    return tuple(before) if firm in before else (*others, firm)


def _put(table: OfficeTable, one: Listed, assigned: tuple[str, ...]) -> Put:
    after = replace(one, assigned=assigned, version=one.version + 1)
    return people.staff_put(table, after, Expect.same("version", one.version))


def _assignable(one: Listed) -> bool:
    return one.role is Role.STAFF and one.standing is not Standing.REMOVED
