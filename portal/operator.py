"""Commands of whoever runs the portal: `python -m portal.operator open-office`, `change-plan` (`--help` tells more).

They use the same store as the functions, with the operator's own AWS credentials and the settings' variables.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

from portal import clock, ids
from portal.aws import Table
from portal.config import settings
from portal.domain import errors, identifiers
from portal.domain.events import OPERATOR, Action
from portal.domain.offices import Office, Plan
from portal.domain.people import Person
from portal.store import events, offices
from portal.store.identity import Identity
from portal.store.office import OfficeTable
from portal.store.outbox import Outbox
from portal.store.people import Roster


def open_office(name: str, email: str, person_name: str, plan: Plan = Plan.TRIAL) -> dict[str, str]:
    """An office and its first administrator, all or nothing. Raises what the domain refuses."""
    now = clock.now()
    table = Table(settings().table_name)
    address = identifiers.email(email)
    who = Identity(table)
    known = who.person_by_email(address)
    typed = identifiers.name(person_name)
    # A known person is listed under the name typed now: names do not travel between offices.
    person = replace(known, name=typed) if known else Person(ids.new(now), address, typed)
    office = Office(ids.new(now), identifiers.name(name), now, plan, email=address)
    opened = OfficeTable(table, office.id)
    opened.transact([*who.there(person, known=known is not None), *offices.opening(opened, office, person, OPERATOR)])
    return {"office": office.id, "person": person.id}


def change_plan(office_id: str, plan: Plan) -> dict[str, str]:
    """Puts an office on a plan. Raises `not-found`, `changed-meanwhile`."""
    table = OfficeTable(Table(settings().table_name), office_id)
    office = offices.get(table)
    if office is None:
        raise errors.Refusal(errors.NOT_FOUND)
    if office.plan is not plan:
        office = offices.change(table, office, replace(office, plan=plan), OPERATOR, clock.now())
    return {"office": office.id, "plan": office.plan.value}


def resend_mail(message: str) -> dict[str, str]:
    """Offers a mail that was given up to the stream again, under a new id. Raises `not-found`.

    Its old id stands in NotifyFunction's log: "mail not sent".
    """
    now = clock.now()
    again = ids.new(now)
    Outbox(Table(settings().table_name)).offer_again(message, again, now)
    return {"message": again}


def erase_person(email: str) -> dict[str, str | int]:
    """Erases a person on their request, in every office and firm; the history keeps ids only.

    Interrupted, it is finished by running it again. Raises `not-found`, `last-administrator`, `changed-meanwhile`.
    """
    now = clock.now()
    table = Table(settings().table_name)
    who = Identity(table)
    person = who.person_by_email(identifiers.email(email))
    if person is None:
        raise errors.Refusal(errors.NOT_FOUND)
    rosters = [Roster(OfficeTable(table, one.office), one.firm) for one in who.memberships_ever(person.id)]
    listed = [(roster, roster.get(person.id)) for roster in rosters]
    # Every office is looked at before anything is done in one.
    steps = [(roster, entry, roster.without(entry)) for roster, entry in listed]
    for roster, entry, kept in steps:
        action = Action.USER_REMOVED if roster.firm else Action.STAFF_REMOVED
        event = events.put(roster.office, OPERATOR, action, now, firm=roster.firm, target=person.id)
        roster.change(entry, entry.erased, *kept, event)
    who.forget(person.id)
    return {"person": person.id, "places": len(steps)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; prints JSON, or a sentence on standard error and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m portal.operator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    opening = commands.add_parser("open-office", help="open an office with its first administrator")
    for option in ("--name", "--email", "--person"):
        opening.add_argument(option, required=True)
    opening.add_argument("--plan", type=Plan, choices=list(Plan), default=Plan.TRIAL)
    planning = commands.add_parser("change-plan", help="put an office on a plan")
    planning.add_argument("--office", required=True, help="the office's id, as in the panel's address")
    planning.add_argument("--plan", type=Plan, choices=list(Plan), required=True)
    resending = commands.add_parser("resend-mail", help="send a mail that could not be sent after every try")
    resending.add_argument("--message", required=True, help='its message_id in the log line "mail not sent"')
    erasing = commands.add_parser("erase-person", help="erase a person everywhere, on their request")
    erasing.add_argument("--email", required=True)
    given = parser.parse_args(arguments)
    try:
        done = _run(given)
    except errors.Refusal as refusal:
        sys.stderr.write(f"{refusal.detail} ({refusal.code.name})\n")
        return 1
    sys.stdout.write(json.dumps(done) + "\n")
    return 0


def _run(given: argparse.Namespace) -> Mapping[str, str | int]:
    if given.command == "open-office":
        return open_office(given.name, given.email, given.person, given.plan)
    if given.command == "resend-mail":
        return resend_mail(given.message)
    if given.command == "erase-person":
        return erase_person(given.email)
    return change_plan(given.office, given.plan)


if __name__ == "__main__":
    raise SystemExit(main())
