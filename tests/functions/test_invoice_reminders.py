"""Reminders of payment: by the firm's rule, to where the invoice was mailed, once a day of it, until it is paid."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.invoice import app
from portal import operator
from portal.domain.invoices.reminders import POSSIBLE, next_day
from portal.domain.offices import Plan
from tests.functions.gateway import Browser, Handlers
from tests.functions.invoices import LINE, Shop
from tests.functions.times import Clock, Plenty
from tests.functions.turns import at_once
from tests.functions.world import Office, link_in

TO = "ksiegowosc@nabywca.example"
DUE = "2026-12-08"


@pytest.fixture
def shop(office: Office) -> Shop:
    """A firm whose invoices are real ones, and whose rule is: three days before, one and seven days after."""
    made = Shop.of(office)
    operator.change_plan(office.id, Plan.FULL)
    made.switch_on()
    ruled(made, -3, 1, 7)
    return made


def ruled(shop: Shop, *days: int) -> None:
    version = shop.get("/settings").json["version"]
    answer = shop.post("/settings", {"version": version, "reminders": list(days)})
    assert (answer.status, answer.json["reminders"]) == (200, sorted(days))


def mailed(shop: Shop, **more: Any) -> dict[str, Any]:
    issued = shop.issue(due_on=DUE, **more)
    answer = shop.post(f"/{issued['invoice']}/sending", {"version": issued["version"], "email": TO})
    assert answer.status == 200, answer.text
    return dict(answer.json)


def on(clock: Clock, month: int, day: int) -> int:
    """The hourly look on a day; how many entries it worked off."""
    clock.set(datetime(2026, month, day, 9, tzinfo=UTC))
    return int(app.handler({"due": True}, Plenty())["done"])


def subjects(shop: Shop) -> list[str]:
    return [mail["subject"] for mail in shop.office.mails.to(TO)][1:]


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sets(st.sampled_from(POSSIBLE)), st.integers(-40, 40))
def test_the_next_day_is_the_first_of_the_rule_that_is_later(due_on: date, rule: set[int], offset: int) -> None:
    after = date.fromordinal(due_on.toordinal() + offset)
    found = next_day(due_on, rule, after)
    later = sorted(one for one in rule if one > offset)
    assert (found is None) is (not later)
    assert found is None or (found - due_on).days == later[0]


def test_without_a_due_date_nobody_is_reminded() -> None:
    assert next_day(None, POSSIBLE, date(2026, 1, 1)) is None


def test_each_day_of_the_rule_has_one_mail(shop: Shop, clock: Clock) -> None:
    invoice = mailed(shop)["invoice"]
    assert (on(clock, 12, 4), subjects(shop)) == (0, [])
    assert on(clock, 12, 5) == 1
    assert on(clock, 12, 5) == 0
    assert [subject.partition(":")[0] for subject in subjects(shop)] == ["Przypomnienie o płatności"]
    assert "Zbliża się termin" in shop.office.mails.last_to(TO)["text"]
    assert shop.one(invoice)["reminded_on"] == "2026-12-05"
    assert on(clock, 12, 9) == 1
    assert "minął 1 dzień temu" in shop.office.mails.last_to(TO)["text"]
    assert on(clock, 12, 15) == 1
    assert on(clock, 12, 31) == 0
    assert len(subjects(shop)) == 3


def test_its_link_works_in_place_of_the_one_before(shop: Shop, clock: Clock) -> None:
    mailed(shop)
    first = link_in(shop.office.mails.last_to(TO)["text"])
    on(clock, 12, 5)
    second = link_in(shop.office.mails.last_to(TO)["text"])
    assert (Browser().get(first).status, Browser().get(second).status) == (410, 200)


def test_missed_days_are_made_up_for_by_one_mail(shop: Shop, clock: Clock) -> None:
    mailed(shop)
    assert on(clock, 12, 20) == 1
    assert on(clock, 12, 21) == 0
    assert len(subjects(shop)) == 1


def test_what_is_paid_is_left_alone(shop: Shop, clock: Clock) -> None:
    sent = mailed(shop)
    assert shop.post(f"/{sent['invoice']}/payments", {"version": sent["version"], "amount": 123_00}).status == 200
    assert on(clock, 12, 5) == 1
    assert subjects(shop) == []


def test_what_is_paid_in_part_is_reminded_of_with_what_is_left(shop: Shop, clock: Clock) -> None:
    sent = mailed(shop)
    assert shop.post(f"/{sent['invoice']}/payments", {"version": sent["version"], "amount": 23_00}).status == 200
    on(clock, 12, 5)
    assert "100,00" in shop.office.mails.last_to(TO)["text"]


def test_on_the_due_day_it_says_so(shop: Shop, clock: Clock) -> None:
    ruled(shop, 0)
    mailed(shop)
    on(clock, 12, 8)
    assert "Dziś mija termin zapłaty" in shop.office.mails.last_to(TO)["text"]


def test_of_a_corrected_invoice_the_seller_reminds(shop: Shop, clock: Clock) -> None:
    sent = mailed(shop)
    lines = [{**LINE, "price": "10"}]
    corrected = {"corrects": sent["invoice"], "lines": lines, "reason": "rabat", "step": "issue"}
    assert shop.post("/new", corrected).status == 201
    assert on(clock, 12, 5) == 1
    assert subjects(shop) == []


def test_taking_the_link_back_ends_it(shop: Shop, clock: Clock) -> None:
    sent = mailed(shop)
    assert shop.post(f"/{sent['invoice']}/link/removal", {"version": sent["version"]}).status == 200
    assert on(clock, 12, 5) == 1
    assert subjects(shop) == []


def test_nobody_is_asked_to_pay_a_specimen(shop: Shop, clock: Clock) -> None:
    mailed(shop)
    shop.switch_on(on=False)
    assert on(clock, 12, 5) == 1
    assert subjects(shop) == []


def test_the_rule_of_the_day_decides(shop: Shop, clock: Clock) -> None:
    mailed(shop)
    ruled(shop, 3)
    assert (on(clock, 12, 5), subjects(shop)) == (1, [])
    assert (on(clock, 12, 11), len(subjects(shop))) == (1, 1)


def test_without_a_rule_nobody_is_reminded(shop: Shop, clock: Clock) -> None:
    ruled(shop)
    mailed(shop)
    assert (on(clock, 12, 31), subjects(shop)) == (0, [])


def test_two_runs_at_once_send_one(shop: Shop, clock: Clock) -> None:
    mailed(shop)
    clock.set(datetime(2026, 12, 5, 9, tzinfo=UTC))

    def look(handlers: Handlers) -> object:
        return handlers("invoice")({"due": True}, Plenty())

    at_once([look] * 3)
    on(clock, 12, 5)
    assert len(subjects(shop)) == 1


def test_a_day_that_no_rule_has_is_refused_at_its_field(shop: Shop) -> None:
    version = shop.get("/settings").json["version"]
    answer = shop.post("/settings", {"version": version, "reminders": [2]})
    assert (answer.status, answer.json["errors"][0]["code"]) == (422, "field-invalid")
