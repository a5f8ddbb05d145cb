"""What the status of a firm allows its office and its people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from portal.domain import errors
from portal.domain.firms import MOST_PARTNERS, NEXT_STATUSES, IdType, Partner, Status
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


@pytest.mark.parametrize(
    ("archived_on", "kept_until"),
    [
        (date(2026, 1, 1), date(2032, 12, 31)),
        (date(2026, 12, 31), date(2032, 12, 31)),
        (date(2027, 1, 1), date(2033, 12, 31)),
    ],
)
def test_an_archived_firm_is_kept_until_its_last_taxes_are_time_barred(archived_on: date, kept_until: date) -> None:
    """Taxes of December fall due in the next year; five years run from the end of that one."""
    firm = nowa_chata(status=Status.ACTIVE).turned(Status.ARCHIVED, archived_on)
    assert firm.kept_until == kept_until
    assert firm.turned(Status.ACTIVE, archived_on).kept_until is None


def test_a_merged_firm_has_no_way_back() -> None:
    firm = nowa_chata(status=Status.ARCHIVED, merged_into="01J")
    assert firm.next_statuses == []
    with refused(errors.FIRM_MERGED, "status"):
        firm.turned(Status.ACTIVE, date(2026, 1, 1))


def test_a_firm_pays_taxes_under_its_nip_or_a_persons_pesel() -> None:
    assert nowa_chata().tax_number == NIP
    person = nowa_chata(nip="", id_type=IdType.PESEL, number="44051401359")
    assert person.tax_number == person.identifier == "44051401359"
    assert replace(person, nip=NIP).tax_number == NIP, "once there is one, after merging"
    assert nowa_chata(nip="", id_type=IdType.REGON, number="192598184").tax_number == ""


def test_partners_are_few_and_each_is_there_once() -> None:
    firm = nowa_chata()
    for number in range(MOST_PARTNERS):
        firm = firm.with_partner(Partner(f"Wspólnik {number:02}"))
    with refused(errors.TOO_MANY_PARTNERS, "name"):
        firm.with_partner(Partner("Jeszcze jeden"))
    again = firm.with_partner(Partner("Wspólnik 03", NIP))
    assert len(again.partners) == MOST_PARTNERS
    assert again.partner("Wspólnik 03") == Partner("Wspólnik 03", NIP)
    assert again.without_partner("Wspólnik 03").partner("Wspólnik 03") is None
    with refused(errors.NOT_FOUND):
        firm.without_partner("Nikt")
