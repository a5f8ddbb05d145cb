"""Commands of whoever runs the portal: `python -m portal.operator open-office --name … --email … --person …`.

They use the same store as the functions, with the operator's own AWS credentials and the settings' variables.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from portal import clock, ids
from portal.aws import Table
from portal.config import settings
from portal.domain import errors, identifiers
from portal.domain.people import Membership, Person, Role
from portal.store import identity, offices, people
from portal.store.identity import Identity
from portal.store.office import OfficeTable


def open_office(name: str, email: str, person_name: str) -> dict[str, str]:
    """An office and its first administrator, all or nothing. Raises what the domain refuses."""
    now = clock.now()
    table = Table(settings().table_name)
    address = identifiers.email(email)
    known = Identity(table).person_by_email(address)
    person = known or Person(ids.new(now), address, identifiers.name(person_name))
    office = OfficeTable(table, ids.new(now))
    office_name = identifiers.name(name)
    membership = Membership(person.id, office.office, office_name, Role.ADMINISTRATOR)
    office.transact(
        [
            offices.put_new(office, office_name),
            *people.staff_steps(office, person, membership, now),
            *([] if known else identity.person_steps(person)),
        ]
    )
    return {"office": office.office, "person": person.id}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; prints JSON, or a sentence on standard error and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m portal.operator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    opening = commands.add_parser("open-office", help="open an office with its first administrator")
    for option in ("--name", "--email", "--person"):
        opening.add_argument(option, required=True)
    given = parser.parse_args(arguments)
    try:
        opened = open_office(given.name, given.email, given.person)
    except errors.Refusal as refusal:
        sys.stderr.write(f"{refusal.detail} ({refusal.code.name})\n")
        return 1
    sys.stdout.write(json.dumps(opened) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
