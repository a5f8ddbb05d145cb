"""Every key of the table (docs/access-patterns.md lists who uses which).

Keys of an office are *relative*: `OfficeTable` puts the office in front, so a caller cannot express another tenant's.
Keys of identity stand alone: they are needed before a tenant is known.
"""

from __future__ import annotations

from portal.aws import Key
from portal.domain.periods import Period

INDEX = "by_office"
END = "\U0010ffff"  # sorts after every sort key of its prefix


def of_office(office: str, relative_pk: str) -> str:
    """The partition of a tenant. Used by `OfficeTable` only."""
    return f"O#{office}#{relative_pk}"


# An office's own keys, relative to the office


def office_details() -> Key:
    """The office itself."""
    return Key("OFFICE", "OFFICE")


def office_and_its_people() -> tuple[str, str, str]:
    """The office, its agents and its staff together: partition and range."""
    return "OFFICE", "", END


def agent(agent_id: str) -> Key:
    """An agent: its token's hash, what it last told, what it last finished."""
    return Key("OFFICE", f"AGENT#{agent_id}")


def agents() -> tuple[str, str, str]:
    """All agents of the office: partition and range."""
    return "OFFICE", "AGENT#", f"AGENT#{END}"


def agent_problems(agent_id: str) -> Key:
    """What an agent could not read, and what the server refused of it."""
    return Key("PROBLEMS", agent_id)


def problems() -> tuple[str, str, str]:
    """Problems of all agents of the office: partition and range."""
    return "PROBLEMS", "", END


def nip(digits: str) -> Key:
    """Claims a NIP for one firm of the office."""
    return Key("NIP", digits)


def staff_member(person: str) -> Key:
    """One of the office's staff."""
    return Key("OFFICE", f"STAFF#{person}")


def firm(firm_id: str) -> Key:
    """A firm's own item."""
    return Key(f"F#{firm_id}", "FIRM")


def firm_month(firm_id: str, period: Period) -> Key:
    """All records of one firm and month, in one item."""
    return Key(f"F#{firm_id}", f"M#{period}")


def firm_months(firm_id: str, first: Period, last: Period) -> tuple[str, str, str]:
    """Months of a firm: partition and range."""
    return f"F#{firm_id}", f"M#{first}", f"M#{last}"


def older_steps(firm_id: str, period: Period, revision: int) -> Key:
    """Steps of a month's history that no longer fit into its item."""
    return Key(f"F#{firm_id}", f"H#{period}#{revision:08d}")


def firm_history(firm_id: str, first: Period, last: Period) -> tuple[str, str, str]:
    """Moved-out steps from a month on, and months up to another: partition and range.

    One range, because the two kinds are neighbours; it holds some months besides, which are cheap to pass over.
    """
    return f"F#{firm_id}", f"H#{first}", f"M#{last}"


def firm_user(firm_id: str, person: str) -> Key:
    """A person of a firm, as the office lists it."""
    return Key(f"F#{firm_id}", f"U#{person}")


def firm_users(firm_id: str) -> tuple[str, str, str]:
    """All people of a firm: partition and range."""
    return f"F#{firm_id}", "U#", f"U#{END}"


# The index, relative to the office


def firm_by_name(name: str, firm_id: str) -> Key:
    """A firm in the order of names."""
    return Key("FIRMS", f"{name}#{firm_id}")


def firms_by_name() -> tuple[str, str, str]:
    """All firms of the office in the order of their names: partition and range."""
    return "FIRMS", "", END


def month_waiting(period: Period, firm_id: str) -> Key:
    """A month with records to approve; it is in this partition only while it has some."""
    return Key("WAITING", f"{period}#{firm_id}")


def all_waiting() -> tuple[str, str, str]:
    """All months of the office with records to approve, oldest first: partition and range."""
    return "WAITING", "", END


def waiting_of(period: Period) -> tuple[str, str, str]:
    """The same of one period."""
    return "WAITING", f"{period}#", f"{period}#{END}"


# Identity, before a tenant is known


def person(person_id: str) -> Key:
    """A person."""
    return Key(f"P#{person_id}", "PERSON")


def email(address: str) -> Key:
    """Whose e-mail address this is."""
    return Key(f"E#{address}", "PERSON")


def session(person_id: str, secret_hash: str) -> Key:
    """A signed-in device of a person."""
    return Key(f"P#{person_id}", f"S#{secret_hash}")


def sessions(person_id: str) -> tuple[str, str, str]:
    """All signed-in devices of a person: partition and range."""
    return f"P#{person_id}", "S#", f"S#{END}"


def office_membership(person_id: str, office: str) -> Key:
    """The person works in the office."""
    return Key(f"P#{person_id}", f"B#O#{office}")


def firm_membership(person_id: str, firm_id: str) -> Key:
    """The person belongs to the firm."""
    return Key(f"P#{person_id}", f"B#F#{firm_id}")


def memberships(person_id: str) -> tuple[str, str, str]:
    """Everything a person belongs to: partition and range."""
    return f"P#{person_id}", "B#", f"B#{END}"


def challenge(challenge_id: str) -> Key:
    """One attempt to sign in: hashes of its link and code."""
    return Key(f"C#{challenge_id}", "CHALLENGE")


def attempts(what: str, whose: str, window: int) -> Key:
    """Counts attempts of an address or a network in one window of time."""
    return Key(f"T#{what}#{whose}", f"{window}")


def outbox(message: str) -> Key:
    """A mail to send, written with the change that it follows from."""
    return Key(f"OUT#{message}", "MAIL")
