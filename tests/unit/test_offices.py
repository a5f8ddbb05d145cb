"""An office's plan: what it allows, and what it makes of invoices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain import errors
from portal.domain.limits import Tries
from portal.domain.offices import TRIAL_FIRMS, Office, Plan
from tests.unit.making import nowa_chata, refused

OPENED = datetime(2026, 11, 24, 9, tzinfo=UTC)
TRIAL = Office("01OFFICE", "Biuro Demo", OPENED)
FULL = Office("01OFFICE", "Biuro Demo", OPENED, Plan.FULL)


def test_an_office_begins_on_trial() -> None:
    assert TRIAL.plan is Plan.TRIAL
    assert not TRIAL.full


def test_invoices_need_the_full_plan() -> None:
    FULL.require_full()
    with refused(errors.PLAN_TOO_SMALL, "invoices"):
        TRIAL.require_full()


@pytest.mark.parametrize(
    ("office", "module", "valid"),
    [(FULL, True, True), (FULL, False, False), (TRIAL, True, False), (TRIAL, False, False)],
)
def test_invoices_are_valid_on_the_full_plan_with_the_module_only(office: Office, module: bool, valid: bool) -> None:
    assert office.invoices_valid(nowa_chata(invoices=module)) is valid


def test_the_trial_plan_has_room_for_so_many_firms() -> None:
    TRIAL.require_room(TRIAL_FIRMS - 1)
    with refused(errors.TOO_MANY_FIRMS, says=str(TRIAL_FIRMS)):
        TRIAL.require_room(TRIAL_FIRMS)
    FULL.require_room(TRIAL_FIRMS * 40)


def invited_in_a_day(office: Office, every: timedelta) -> int:
    """How many invitations an office sends in a day that tries without end."""
    held: Tries | None = None
    now, made = OPENED, 0
    while now < OPENED + timedelta(days=1):
        try:
            held, made = office.invitations.after(held, now), made + 1
        except errors.Refusal:
            now += every
    return made


def test_however_an_office_on_trial_tries_it_invites_some_forty_in_its_first_day() -> None:
    assert all(20 < invited_in_a_day(TRIAL, timedelta(minutes=minutes)) <= 48 for minutes in (1, 10, 72))


def test_an_office_on_the_full_plan_invites_five_hundred_without_waiting() -> None:
    held: Tries | None = None
    for _ in range(500):
        held = FULL.invitations.after(held, OPENED)
    assert FULL.invitations.wait(500) == timedelta(seconds=1)
