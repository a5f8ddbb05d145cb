"""What the status of a firm allows its office and its people."""

from __future__ import annotations

import pytest

from portal.domain import errors
from portal.domain.firms import NEXT_STATUSES, Status
from tests.unit.making import NIP, nowa_chata, refused

ALLOWED = {
    ("waiting", "active"),
    ("waiting", "archived"),
    ("active", "suspended"),
    ("active", "inactive"),
    ("active", "archived"),
    ("suspended", "active"),
    ("suspended", "inactive"),
    ("suspended", "archived"),
    ("inactive", "active"),
    ("inactive", "archived"),
    ("archived", "active"),
}


@pytest.mark.parametrize("wanted", Status)
@pytest.mark.parametrize("status", Status)
def test_a_firm_becomes_only_what_its_status_allows(status: Status, wanted: Status) -> None:
    firm = nowa_chata(status=status)
    if (status, wanted) in ALLOWED:
        firm.require_next(wanted)
    else:
        with refused(errors.STATUS_NOT_ALLOWED, "status"):
            firm.require_next(wanted)


def test_a_firm_is_never_lost_from_every_status_there_is_a_way_to_active() -> None:
    assert set(NEXT_STATUSES) == set(Status)
    assert all(Status.ACTIVE in NEXT_STATUSES[status] for status in Status if status is not Status.ACTIVE)


@pytest.mark.parametrize("status", Status)
def test_people_of_a_firm_read_while_it_is_active_or_suspended(status: Status) -> None:
    assert nowa_chata(status=status).readable_by_client is (status in {"active", "suspended"})


@pytest.mark.parametrize("status", Status)
def test_people_of_a_firm_change_something_only_while_it_is_active(status: Status) -> None:
    firm = nowa_chata(status=status)
    if status == "active":
        firm.require_writable_by_client()
    else:
        with refused(errors.READ_ONLY):
            firm.require_writable_by_client()


@pytest.mark.parametrize("status", Status)
def test_only_an_archived_firm_takes_no_data_and_is_named(status: Status) -> None:
    firm = nowa_chata(status=status)
    if status == "archived":
        with refused(errors.FIRM_ARCHIVED, "nip", says=NIP):
            firm.require_data_accepted()
    else:
        firm.require_data_accepted()
