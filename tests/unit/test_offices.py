"""An office's plan: what it allows, and what it makes of invoices."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal.domain import errors
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
