"""Who may know of what, as rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import errors
from portal.domain.people import Actor, Membership, Role, Standing, subject_of
from portal.domain.records import PERSONAL_FORMS, TAX_FORMS, Kind, RecordKey
from portal.store.people import Listed
from tests.unit.making import refused

JAN = Membership("jan", "office", Role.PARTNER, "firm", "Kos Jan")
OWNER = Membership("ewa", "office", Role.FIRM, "firm")
NAMES = st.sampled_from(["", "Kos Jan", "Lis Ewa", "kos jan", "Kos"])
KEYS = st.one_of(
    st.builds(RecordKey, st.just(Kind.CONTRIBUTION), subject=NAMES),
    st.builds(RecordKey, st.just(Kind.TAX), form=st.sampled_from(TAX_FORMS), subject=NAMES),
    st.just(RecordKey(Kind.STATEMENT)),
)


@given(KEYS)
def test_a_partner_sees_own_contributions_and_pit_and_the_companys_rest(key: RecordKey) -> None:
    personal = key.kind is Kind.CONTRIBUTION or key.form in PERSONAL_FORMS or bool(key.subject)
    assert JAN.sees(key) is (key.subject == "Kos Jan" if personal else True)


@given(KEYS)
def test_a_firm_user_sees_everything(key: RecordKey) -> None:
    assert OWNER.sees(key)
    assert Actor("ewa", OWNER).sees(key)


@given(KEYS)
def test_a_partner_without_a_name_sees_nothing_personal(key: RecordKey) -> None:
    nameless = replace(JAN, subject="")
    personal = key.kind is Kind.CONTRIBUTION or key.form in PERSONAL_FORMS or bool(key.subject)
    assert nameless.sees(key) is not personal


def test_only_partners_stand_for_somebody() -> None:
    assert subject_of(Role.PARTNER, "Kos Jan") == "Kos Jan"
    assert subject_of(Role.FIRM, "Kos Jan") == ""
    for wrong in ("", "x" * 61, "a\nb", "a\u202eb"):
        with refused(errors.PARTNER_SUBJECT, "subject"):
            subject_of(Role.PARTNER, wrong)


def test_staff_serve_all_firms_or_those_assigned() -> None:
    membership = Membership("pawel", "office", Role.STAFF)
    assert Actor("pawel", membership).serves("any")
    assert Actor("pawel", membership, frozenset({"a"})).serves("a")
    assert not Actor("pawel", membership, frozenset({"a"})).serves("b")


MOMENT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changed", "standing"),
    [
        ({}, Standing.INVITED),
        ({"activated_at": MOMENT}, Standing.ACTIVE),
        ({"active": False}, Standing.OFF),
        ({"active": False, "activated_at": MOMENT}, Standing.OFF),
        ({"name": "", "active": False}, Standing.REMOVED),
    ],
)
def test_where_a_person_stands(changed: dict[str, object], standing: Standing) -> None:
    assert replace(Listed("jan", "Jan", "jan@firma.example", Role.FIRM, MOMENT), **changed).standing is standing


def test_of_who_was_erased_only_id_role_and_date_stay() -> None:
    listed = Listed(
        "jan", "Jan", "jan@firma.example", Role.PARTNER, MOMENT, subject="Kos Jan", activated_at=MOMENT, version=4
    )
    assert listed.erased == Listed("jan", "", "", Role.PARTNER, MOMENT, active=False, version=4)
    assert listed.erased.standing is Standing.REMOVED
