"""What reaches the client: approval, correction, withdrawal and entry by hand, each by the version that was seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from tests.functions.forms import forms, forms_to
from tests.functions.gateway import Answer, Browser
from tests.functions.times import Clock
from tests.functions.world import NIPS, Agent, Office, contribution, statement, tax

VAT = "2026-10.tax.VAT-7."
CIT = "2026-10.tax.CIT."
ZUS = "2026-10.contribution.."
Items = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def firm(office: Office) -> str:
    return office.add_firm()


@pytest.fixture
def agent(office: Office, firm: str) -> Agent:
    return office.agent()


def states(office: Office, firm: str, page: str = "taxes") -> dict[str, str]:
    return {record["record"]: record["state"] for record in office.records(firm, page)}


def shown(client: Browser, firm: str) -> dict[str, int]:
    return {item["record"]: item["amount"] for item in client.get(f"/firms/{firm}").json["to_pay"]}


def seen(office: Office, firm: str) -> str:
    """The firm's one record as it stands now, the way a page names it."""
    (record,) = office.records(firm)
    return f"{record['record']}@{record['version']}"


def outcomes(report: Answer) -> dict[str, str]:
    return {one["record"]: one["code"] or one["result"] for one in report.json["outcomes"]}


def actions(office: Office, firm: str) -> list[str]:
    """Oldest first."""
    return [entry["action"] for entry in reversed(office.history(firm))]


# One, some, all


def test_one_record_is_approved_by_the_version_that_was_seen(office: Office, firm: str, agent: Agent) -> None:
    client = office.client(firm)
    agent.push(tax(100), tax(200, form="CIT"))
    answer = office.approve(firm, f"{VAT}@1")
    assert (answer.status, answer.json["approved"], answer.json["refused"]) == (200, 1, 0)
    assert states(office, firm) == {VAT: "sent", CIT: "waiting"}
    assert shown(client, firm) == {VAT: 100}


def test_ticked_records_are_approved_and_the_others_wait(office: Office, firm: str, agent: Agent) -> None:
    agent.push(tax(100), tax(200, form="CIT"), contribution(300))
    assert office.approve(firm, f"{VAT}@1", f"{ZUS}@1").json["approved"] == 2
    assert states(office, firm) == {VAT: "sent", CIT: "waiting"}
    assert states(office, firm, "contributions") == {ZUS: "sent"}


def test_the_button_of_a_row_beats_the_ticks_of_the_others(office: Office, firm: str, agent: Agent) -> None:
    agent.push(tax(100), tax(200, form="CIT"))
    report = office.approve(firm, f"{VAT}@1", only=f"{CIT}@1")
    assert outcomes(report) == {CIT: "approved"}
    assert states(office, firm) == {VAT: "waiting", CIT: "sent"}


def test_the_button_of_a_row_beats_the_whole_page_too(office: Office, firm: str, agent: Agent, clock: Clock) -> None:
    agent.push(tax(100), tax(200, form="CIT"))
    clock.advance(minutes=1)
    office.approve(firm, only=f"{CIT}@1", seen_at=clock().isoformat())
    assert states(office, firm) == {VAT: "waiting", CIT: "sent"}


def test_a_whole_firm_is_approved_as_it_stood_when_the_page_was_opened(
    office: Office, firm: str, agent: Agent, clock: Clock
) -> None:
    agent.push(tax(100), tax(200, form="CIT"), contribution(300), tax(400, period="2019-03"))
    clock.advance(minutes=1)
    opened = clock()
    clock.advance(minutes=1)
    agent.push(tax(201, form="CIT", minutes_ago=0), statement())
    report = office.approve(firm, seen_at=opened.isoformat())
    assert report.status == 200
    assert report.json["approved"] == 3
    assert outcomes(report) == {CIT: "record-changed", "2026-10.statement..": "record-changed"}
    assert states(office, firm) == {VAT: "sent", CIT: "waiting"}
    assert {one["state"] for one in office.records(firm, "taxes", 2019)} == {"sent"}


def test_a_whole_year_of_a_firm_leaves_the_other_years(office: Office, firm: str, agent: Agent, clock: Clock) -> None:
    agent.push(tax(100), contribution(300), tax(400, period="2019-03"))
    clock.advance(minutes=1)
    report = office.approve(firm, seen_at=clock().isoformat(), year=2026)
    assert report.json["approved"] == 2
    assert {one["state"] for one in office.records(firm, "taxes", 2019)} == {"waiting"}


def test_what_came_in_the_moment_of_opening_counts_as_not_seen(
    office: Office, firm: str, agent: Agent, clock: Clock
) -> None:
    """Two servers' clocks differ a little; in doubt nobody saw it."""
    agent.push(tax(100))
    report = office.approve(firm, seen_at=(clock() + timedelta(seconds=1)).isoformat())
    assert (report.status, outcomes(report)) == (409, {VAT: "record-changed"})


def test_a_page_opened_before_everything_approves_nothing(office: Office, firm: str, agent: Agent) -> None:
    agent.push(tax(100))
    report = office.approve(firm, seen_at="0001-01-01T00:00:00+00:00")
    assert (report.status, outcomes(report)) == (409, {VAT: "record-changed"})


def test_a_whole_month_is_approved_across_firms(office: Office, firm: str, agent: Agent, clock: Clock) -> None:
    second = office.add_firm(NIPS[1], "Druga")
    agent.push(tax(100), tax(200, nip=NIPS[1]), tax(300, nip=NIPS[1], form="CIT"), tax(400, period="2026-09"))
    clock.advance(minutes=1)
    opened = office.boss.get(office.path("/months/2026-10")).json
    assert (opened["waiting"], opened["waiting_firms"]) == (3, 2)
    clock.advance(minutes=1)
    agent.push(tax(201, nip=NIPS[1], minutes_ago=0))
    report = office.boss.post(office.path("/months/2026-10/approvals"), {"seen_at": opened["opened_at"]})
    assert report.status == 200
    assert report.json["approved"] == 2
    assert {(one["firm"], one["record"]): one["code"] or one["result"] for one in report.json["outcomes"]} == {
        (second, VAT): "record-changed",
    }
    assert states(office, firm) == {"2026-09.tax.VAT-7.": "waiting", VAT: "sent"}
    assert states(office, second) == {VAT: "waiting", CIT: "sent"}


def test_a_whole_month_leaves_archived_firms_alone(office: Office, firm: str, agent: Agent, clock: Clock) -> None:
    agent.push(tax(100))
    version = office.boss.get(office.path(f"/firms/{firm}/settings")).json["version"]
    office.boss.post(office.path(f"/firms/{firm}/status"), {"status": "archived", "version": version})
    clock.advance(minutes=1)
    report = office.boss.post(office.path("/months/2026-10/approvals"), {"seen_at": clock().isoformat()})
    assert (report.status, report.json["approved"]) == (200, 0)
    assert states(office, firm) == {VAT: "waiting"}


def test_ticked_records_of_many_firms_are_approved(office: Office, firm: str, agent: Agent) -> None:
    second = office.add_firm(NIPS[1], "Druga")
    agent.push(tax(100), tax(200, nip=NIPS[1]), tax(300, nip=NIPS[1], form="CIT"))
    named = [f"{firm}/{VAT}@1", f"{second}/{CIT}@1"]
    report = office.boss.post(office.path("/months/2026-10/approvals"), {"records": named})
    assert report.json["approved"] == 2
    assert (states(office, firm), states(office, second)) == ({VAT: "sent"}, {VAT: "waiting", CIT: "sent"})


def test_nothing_ticked_is_told_and_approves_nothing(office: Office, firm: str, agent: Agent, items: Items) -> None:
    agent.push(tax(100))
    before = items()
    answer = office.approve(firm)
    assert (answer.status, answer.code) == (422, "nothing-chosen")
    assert items() == before


# Versions


def test_a_record_that_changed_is_refused_with_its_new_value(
    office: Office, firm: str, agent: Agent, items: Items
) -> None:
    agent.push(tax(100, minutes_ago=9))
    agent.push(tax(345_600, minutes_ago=1))
    before = items()
    answer = office.approve(firm, f"{VAT}@1")
    assert answer.status == 409
    (outcome,) = answer.json["outcomes"]
    assert (outcome["result"], outcome["code"], outcome["version"]) == ("refused", "record-changed", 1)
    assert "3\u00a0456,00\u00a0zł" in outcome["detail"]
    assert (outcome["now"]["version"], outcome["now"]["figures"]["amount"]) == (2, 345_600)
    assert items() == before


def test_of_many_the_changed_one_is_reported_and_the_rest_approved(office: Office, firm: str, agent: Agent) -> None:
    agent.push(tax(100, minutes_ago=9), tax(200, form="CIT"), contribution(300))
    agent.push(tax(101, minutes_ago=1))
    report = office.approve(firm, f"{VAT}@1", f"{CIT}@1", f"{ZUS}@1", "2026-10.tax.PPE.@1")
    assert (report.status, report.json["approved"], report.json["refused"]) == (200, 2, 2)
    assert outcomes(report) == {
        VAT: "record-changed",
        CIT: "approved",
        ZUS: "approved",
        "2026-10.tax.PPE.": "record-unknown",
    }


def test_a_version_that_never_was_is_refused(office: Office, firm: str, agent: Agent) -> None:
    agent.push(tax(100))
    assert office.approve(firm, f"{VAT}@2").status == 409
    assert office.approve(firm, f"{VAT}@0").status == 409


def test_approving_again_is_harmless(office: Office, firm: str, agent: Agent, items: Items) -> None:
    agent.push(tax(100))
    office.approve(firm, f"{VAT}@1")
    before = items()
    again = office.approve(firm, f"{VAT}@1", f"{VAT}@1")
    assert (again.status, again.json["approved"]) == (200, 1)
    assert items() == before
    assert actions(office, firm) == ["synced", "approved"]


MALFORMED = [
    "x",
    "@1",
    f"{VAT}",
    f"{VAT}@",
    f"{VAT}@-1",
    f"{VAT}@1.0",
    f"{VAT}@１",
    f"{VAT}@{'9' * 30}",
    "2026-10@1",
    "2026-10.invoice.x.@1",
    "2026-13.tax.VAT-7.@1",
    "tax.VAT-7.@1",
    "1999-01.tax.VAT-7.@1",
    "#2026-10.tax.VAT-7.@1",
]


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_name_is_refused_and_approves_nothing(
    office: Office, firm: str, agent: Agent, items: Items, name: str
) -> None:
    agent.push(tax(100))
    before = items()
    for body in ({"records": [f"{VAT}@1", name]}, {"only": name}):
        answer = office.approve(firm, **body) if "only" in body else office.approve(firm, *body["records"])
        assert answer.status in (404, 422)
        assert answer.code in ("record-unknown", "period-invalid", "period-too-old")
    for place in (name, f"{firm}/{name}", f"x/{VAT}@1", f"{firm.lower()}/{VAT}@1", f"{firm}#/{VAT}@1", f"/{VAT}@1"):
        answer = office.boss.post(office.path("/months/2026-10/approvals"), {"records": [place]})
        assert answer.status in (404, 422), place
    assert office.withdraw(firm, name).status in (404, 422)
    assert items() == before


# Corrections and withdrawals


def test_the_client_keeps_the_published_amount_while_the_source_changes(
    office: Office, firm: str, agent: Agent
) -> None:
    client = office.client(firm)
    agent.push(tax(100_000, minutes_ago=9))
    office.approve(firm, f"{VAT}@1")
    agent.push(tax(120_000, minutes_ago=1))
    assert shown(client, firm) == {VAT: 100_000}
    (record,) = office.records(firm)
    assert (record["state"], record["figures"]["amount"]) == ("changed", 120_000)
    assert record["published"]["figures"]["amount"] == 100_000
    assert office.boss.get(office.path()).json["changed"] == 1


def test_a_correction_tells_the_client_both_values(office: Office, firm: str, agent: Agent) -> None:
    client = office.client(firm)
    agent.push(tax(100_000, minutes_ago=9))
    office.approve(firm, f"{VAT}@1")
    agent.push(tax(120_000, settlement="K", minutes_ago=1))
    office.approve(firm, f"{VAT}@2")
    (item,) = client.get(f"/firms/{firm}").json["to_pay"]
    assert (item["amount"], item["corrects"]["amount"]) == (120_000, 100_000)
    (month,) = (one for one in client.get(f"/firms/{firm}/taxes", year=2026).json["months"] if one["records"])
    assert month["records"][0]["published"]["corrects"]["amount"] == 100_000


def test_a_source_that_returns_to_the_published_amount_needs_no_approval(
    office: Office, firm: str, agent: Agent
) -> None:
    agent.push(tax(100, minutes_ago=9))
    office.approve(firm, f"{VAT}@1")
    agent.push(tax(200, minutes_ago=5))
    agent.push(tax(100, minutes_ago=1))
    assert states(office, firm) == {VAT: "sent"}
    assert office.boss.get(office.path()).json["waiting"] == 0


def test_a_withdrawal_tells_the_client_why(office: Office, firm: str, agent: Agent) -> None:
    client = office.client(firm)
    agent.push(tax(100))
    office.approve(firm, f"{VAT}@1")
    assert office.withdraw(firm, f"{VAT}@1", "Błąd w fakturze 7/10").status == 200
    desktop = client.get(f"/firms/{firm}").json
    assert desktop["to_pay"] == []
    (withdrawn,) = desktop["withdrawn"]
    assert withdrawn["published"] is None
    assert withdrawn["withdrawn"]["reason"] == "Błąd w fakturze 7/10"
    assert withdrawn["withdrawn"]["figures"]["amount"] == 100
    assert states(office, firm) == {VAT: "withdrawn"}


@pytest.mark.parametrize("reason", ["", "   ", None])
def test_a_withdrawal_without_a_reason_is_refused(
    office: Office, firm: str, agent: Agent, items: Items, reason: str | None
) -> None:
    agent.push(tax(100))
    office.approve(firm, f"{VAT}@1")
    before = items()
    body = {"record": f"{VAT}@1", **({"reason": reason} if reason is not None else {})}
    answer = office.boss.post(office.path(f"/firms/{firm}/withdrawals"), body)
    assert (answer.status, answer.code, answer.json["errors"][0]["field"]) == (422, "reason-missing", "reason")
    assert items() == before


def test_a_reason_has_a_length(office: Office, firm: str, agent: Agent) -> None:
    agent.push(tax(100))
    office.approve(firm, f"{VAT}@1")
    assert office.withdraw(firm, f"{VAT}@1", "x" * 501).code == "comment-too-long"
    assert office.withdraw(firm, f"{VAT}@1", "x" * 500).status == 200


def test_only_what_the_client_sees_can_be_withdrawn(office: Office, firm: str, agent: Agent) -> None:
    agent.push(tax(100))
    assert office.withdraw(firm, f"{VAT}@1").code == "nothing-to-withdraw"
    office.approve(firm, f"{VAT}@1")
    assert office.withdraw(firm, f"{VAT}@7").code == "record-changed"
    assert office.withdraw(firm, f"{CIT}@1").code == "record-unknown"
    assert office.withdraw(firm, f"{VAT}@1").status == 200
    assert office.withdraw(firm, seen(office, firm)).code == "nothing-to-withdraw"


def test_what_was_withdrawn_waits_again_when_the_source_changes(office: Office, firm: str, agent: Agent) -> None:
    client = office.client(firm)
    agent.push(tax(100, minutes_ago=9))
    office.approve(firm, f"{VAT}@1")
    office.withdraw(firm, f"{VAT}@1")
    assert office.boss.get(office.path()).json["waiting"] == 0
    agent.push(tax(200, minutes_ago=1))
    assert states(office, firm) == {VAT: "waiting"}
    assert shown(client, firm) == {}
    office.approve(firm, seen(office, firm))
    (item,) = client.get(f"/firms/{firm}").json["to_pay"]
    assert (item["amount"], item["corrects"]["amount"]) == (200, 100)


def test_a_page_opened_before_the_withdrawal_does_not_publish_again(
    office: Office, firm: str, agent: Agent, clock: Clock
) -> None:
    client = office.client(firm)
    agent.push(tax(100))
    clock.advance(minutes=1)
    opened = clock().isoformat()
    office.approve(firm, f"{VAT}@1")
    office.withdraw(firm, f"{VAT}@1")
    assert office.approve(firm, f"{VAT}@1").status == 409
    office.approve(firm, seen_at=opened)
    assert shown(client, firm) == {}


def test_what_was_withdrawn_can_be_approved_as_it_was(office: Office, firm: str, agent: Agent) -> None:
    client = office.client(firm)
    agent.push(tax(100))
    office.approve(firm, f"{VAT}@1")
    office.withdraw(firm, f"{VAT}@1")
    office.approve(firm, seen(office, firm))
    assert shown(client, firm) == {VAT: 100}
    assert client.get(f"/firms/{firm}").json["withdrawn"] == []


# By hand


def enter(office: Office, firm: str, page: str = "taxes", **given: object) -> Answer:
    body = {"period": "2026-10", **({"form": "VAT-7"} if page == "taxes" else {}), **given}
    return office.boss.post(office.path(f"/firms/{firm}/{page}"), body)


@pytest.mark.parametrize("form", ["PIT-5", "PIT-5L", "PPE"])
def test_a_personal_tax_may_name_a_partner_and_stands_beside_the_firms(office: Office, firm: str, form: str) -> None:
    office.boss.post(office.path(f"/firms/{firm}/partners"), {"version": 1, "name": "Jan Wspólnik"})
    assert enter(office, firm, form=form, amount=5, subject="Jan Wspólnik").status == 200
    assert enter(office, firm, form=form, amount=7).status == 200
    found = {one["subject"]: one["figures"]["amount"] for one in office.records(firm)}
    assert found == {"Jan Wspólnik": 5, "": 7}
    shown = office.boss_in_a_browser.get(office.path(f"/firms/{firm}/taxes"))
    page = shown.text
    assert f"{form} – Jan Wspólnik za październik" in page
    assert '<option value="Jan Wspólnik">' in page
    correction = next(one for one in forms(shown) if one.fields.get("subject") == ["Jan Wspólnik"])
    assert correction.send(office.boss_in_a_browser, amount="0,09").status == 303
    found = {one["subject"]: one["figures"]["amount"] for one in office.records(firm)}
    assert found == {"Jan Wspólnik": 9, "": 7}


def test_what_is_typed_by_hand_carries_a_pencil_and_waits(office: Office, firm: str) -> None:
    assert enter(office, firm, amount=12_345, comment="  z ręki ").status == 200
    (record,) = office.records(firm)
    assert (record["by_hand"], record["state"], record["comment"]) == (True, "waiting", "z ręki")
    assert record["figures"]["amount"] == 12_345
    assert "pencil" in office.boss_in_a_browser.get(office.path(f"/firms/{firm}/taxes"), year=2026).text


def test_every_kind_can_be_typed_by_hand(office: Office, firm: str) -> None:
    assert enter(office, firm, "contributions", amount=5, subject="Jan Wspólnik").status == 200
    assert enter(office, firm, "statements", revenue=7, costs=None).status == 200
    assert [one["subject"] for one in office.records(firm, "contributions")] == ["Jan Wspólnik"]
    assert office.boss.get(office.path(f"/firms/{firm}/statements"), year=2026).json["totals"] == {
        "revenue": 7,
        "costs": 0,
        "profit": 7,
    }


def test_a_record_is_replaced_only_by_who_saw_it(office: Office, firm: str, agent: Agent, items: Items) -> None:
    agent.push(tax(100, minutes_ago=9))
    agent.push(tax(200, minutes_ago=5))
    before = items()
    for version in (0, 1, 3):
        answer = enter(office, firm, amount=300, seen_version=version)
        assert (answer.status, answer.code) == (409, "record-changed")
        assert "2,00\u00a0zł" in answer.json["detail"]
    assert items() == before
    assert enter(office, firm, amount=300, seen_version=2).status == 200
    assert office.records(firm)[0]["version"] == 3


@pytest.mark.parametrize("version", [-1, 10**30])
def test_a_version_of_any_length_is_refused(office: Office, firm: str, items: Items, version: int) -> None:
    before = items()
    answer = enter(office, firm, amount=300, seen_version=version)
    assert (answer.status, answer.code, answer.json["errors"][0]["field"]) == (422, "field-invalid", "seen_version")
    assert items() == before


def test_typing_the_same_again_changes_nothing(office: Office, firm: str, items: Items) -> None:
    enter(office, firm, amount=300)
    before = items()
    assert enter(office, firm, amount=300).status == 200
    assert items() == before


def test_a_new_comment_is_a_new_version_to_approve(office: Office, firm: str) -> None:
    client = office.client(firm)
    enter(office, firm, amount=300)
    office.approve(firm, f"{VAT}@1")
    enter(office, firm, amount=300, comment="Do 25.11.", seen_version=1)
    assert states(office, firm) == {VAT: "changed"}
    assert client.get(f"/firms/{firm}").json["to_pay"][0]["comment"] == ""
    office.approve(firm, f"{VAT}@2")
    (item,) = client.get(f"/firms/{firm}").json["to_pay"]
    assert (item["comment"], item["corrects"]) == ("Do 25.11.", None)


def test_an_archived_firm_takes_nothing_by_hand_either(office: Office, firm: str) -> None:
    office.set_status(firm, "archived")
    assert enter(office, firm, amount=300).code == "firm-archived"


WRONG: list[tuple[str, dict[str, object], str, str]] = [
    ("taxes", {"amount": -1}, "amount-out-of-range", "amount"),
    ("taxes", {"amount": 10_000_000_000}, "amount-out-of-range", "amount"),
    ("taxes", {"amount": 1, "surplus": 1}, "amount-and-surplus", "surplus"),
    ("taxes", {"amount": "1 234,567"}, "amount-invalid", "amount"),
    ("taxes", {"amount": "1,234.56"}, "amount-invalid", "amount"),
    ("taxes", {"amount": "sto"}, "amount-invalid", "amount"),
    ("taxes", {"surplus": "1e3"}, "amount-invalid", "surplus"),
    ("taxes", {"amount": "9" * 13}, "amount-invalid", "amount"),
    ("taxes", {"amount": "999 999 999,99"}, "amount-out-of-range", "amount"),
    ("taxes", {"amount": 12.0}, "field-invalid", "amount"),
    ("taxes", {"amount": True}, "field-invalid", "amount"),
    ("taxes", {"amount": [1]}, "field-invalid", "amount"),
    ("taxes", {"form": "VAT-8"}, "form-unknown", "form"),
    ("taxes", {"settlement": "X"}, "field-invalid", "settlement"),
    ("taxes", {"period": "2026-12"}, "period-in-future", "period"),
    ("taxes", {"period": "październik"}, "period-invalid", "period"),
    ("taxes", {"period": {"year": 2025, "month": 99}}, "period-invalid", "period"),
    ("taxes", {"period": None}, "period-invalid", "period"),
    ("taxes", {"form": "VAT-7K"}, "period-not-quarter", "period"),
    ("taxes", {"comment": "x" * 501}, "comment-too-long", "comment"),
    ("taxes", {"by": "x"}, "field-unknown", "by"),
    ("taxes", {"published": {"amount": 1}}, "field-unknown", "published"),
    ("contributions", {"settlement": "Z"}, "settlement-not-allowed", "settlement"),
    ("contributions", {"subject": "x" * 61}, "subject-invalid", "subject"),
    ("taxes", {"form": "VAT-7", "subject": "Jan Wspólnik"}, "subject-invalid", "subject"),
    ("taxes", {"form": "PPE", "subject": "x" * 61}, "subject-invalid", "subject"),
    ("contributions", {"form": "VAT-7"}, "field-unknown", "form"),
    ("statements", {"revenue": "x"}, "amount-invalid", "revenue"),
    ("statements", {"revenue": 1, "costs": "x"}, "amount-invalid", "costs"),
    ("statements", {"revenue": 10_000_000_000}, "amount-out-of-range", "revenue"),
    ("statements", {}, "field-missing", "revenue"),
]


@pytest.mark.parametrize(("page", "given", "code", "field"), WRONG)
def test_what_is_wrong_by_hand_is_refused_at_its_field(
    office: Office, firm: str, items: Items, page: str, given: dict[str, object], code: str, field: str
) -> None:
    before = items()
    answer = enter(office, firm, page, **given)
    assert (answer.status // 100, answer.code) == (4, code)
    assert answer.json["errors"][0]["field"] == field
    assert items() == before
    assert office.boss.get(office.path(f"/firms/{firm}/{page}"), year=2025).status == 200


@pytest.mark.parametrize(
    ("typed", "grosze"),
    [
        ("1 234,56", 123_456),
        ("1\u00a0234,56 zł", 123_456),
        ("1\u202f234,5", 123_450),
        ("1234.56", 123_456),
        ("  7 ", 700),
        ("0,05", 5),
        ("99 999 999,99", 9_999_999_999),
        ("", 0),
    ],
)
def test_a_form_takes_amounts_as_poles_write_them(office: Office, firm: str, typed: str, grosze: int) -> None:
    page = office.boss_in_a_browser.post(
        office.path(f"/firms/{firm}/taxes"), {"period": "2026-10", "form": "VAT-7", "amount": typed, "surplus": ""}
    )
    assert page.status == 303
    assert office.records(firm)[0]["figures"]["amount"] == grosze


def test_a_statement_may_be_a_loss_and_without_costs(office: Office, firm: str) -> None:
    browser, path = office.boss_in_a_browser, office.path(f"/firms/{firm}/statements")
    assert browser.post(path, {"period": "2026-09", "revenue": "-1 000,00", "costs": ""}).status == 303
    assert browser.post(path, {"period": "2026-10", "revenue": "10", "costs": "20,50"}).status == 303
    figures = [one["figures"] for one in office.records(firm, "statements")]
    assert [(one["revenue"], one["costs"], one["profit"]) for one in figures] == [
        (-100_000, None, -100_000),
        (1_000, 2_050, -1_050),
    ]


def test_a_refused_form_keeps_what_was_typed(office: Office, firm: str) -> None:
    page = office.boss_in_a_browser.send(
        "POST",
        office.path(f"/firms/{firm}/taxes"),
        query={"year": 2026},
        body={"period": "2026-10", "form": "CIT", "amount": "1 2x4,00", "comment": "<b>ważne</b>"},
    )
    assert page.status == 422
    assert 'value="1 2x4,00"' in page.text
    assert "&lt;b&gt;ważne" in page.text
    assert office.records(firm) == []


# History


def test_the_history_keeps_every_step_with_who_and_what(office: Office, firm: str, agent: Agent, clock: Clock) -> None:
    client = office.client(firm)
    agent.push(tax(100))
    clock.advance(minutes=1)
    office.approve(firm, f"{VAT}@1")
    clock.advance(minutes=1)
    client.get(f"/firms/{firm}")
    clock.advance(minutes=1)
    enter(office, firm, amount=150, comment="korekta", seen_version=1)
    clock.advance(minutes=1)
    office.withdraw(firm, f"{VAT}@2", "Pomyłka")
    entries = office.history(firm)
    assert [(e["action"], e["by"], e["version"], e["figures"]["amount"], e["note"]) for e in reversed(entries)] == [
        ("synced", "KSIEGOWA-1", 1, 100, ""),
        ("approved", "Anna Demonstracyjna", 1, 100, ""),
        ("seen", "Klient Demo", 1, 100, ""),
        ("entered", "Anna Demonstracyjna", 2, 150, "korekta"),
        ("withdrawn", "Anna Demonstracyjna", 1, 100, "Pomyłka"),
    ]
    assert [entry["at"] for entry in entries] == sorted((entry["at"] for entry in entries), reverse=True)
    assert {(entry["kind"], entry["form"], entry["period"]) for entry in entries} == {("tax", "VAT-7", "2026-10")}


def test_the_history_keeps_more_steps_than_an_item_holds(office: Office, firm: str, agent: Agent) -> None:
    for start in (0, 20, 40):
        agent.push(*(tax(number, minutes_ago=60 - number) for number in range(start, start + 20)))
    entries = office.history(firm)
    assert [entry["figures"]["amount"] for entry in entries] == list(range(59, -1, -1))
    assert [entry["version"] for entry in entries] == list(range(60, 0, -1))
    assert office.records(firm)[0]["version"] == 60


def test_the_history_is_of_the_year_asked_for(office: Office, firm: str, agent: Agent) -> None:
    agent.push(tax(1, period="2025-12"), tax(2, period="2026-01"))
    assert [entry["period"] for entry in office.history(firm, 2025)] == ["2025-12"]
    assert [entry["period"] for entry in office.history(firm, 2026)] == ["2026-01"]


# In a browser


def test_the_buttons_of_the_firms_page_approve(office: Office, firm: str, agent: Agent) -> None:
    agent.push(tax(100), tax(200, form="CIT"), tax(300, form="PPE"))
    browser, path = office.boss_in_a_browser, office.path(f"/firms/{firm}/taxes")
    ticking = next(form for form in forms_to(browser.get(path, year=2026), "/approvals") if "only" in form.ticks)
    answer = ticking.send(browser, only=f"{CIT}@1")
    assert answer.status == 303
    assert answer.location.startswith(f"{path}?year=2026")
    assert states(office, firm) == {VAT: "waiting", CIT: "sent", "2026-10.tax.PPE.": "waiting"}
    everything = next(form for form in forms_to(browser.get(path, year=2026), "/approvals") if "records" in form.fields)
    assert everything.send(browser).status == 303
    assert set(states(office, firm).values()) == {"sent"}


def test_the_buttons_of_the_months_page_approve(office: Office, firm: str, agent: Agent, clock: Clock) -> None:
    agent.push(tax(100), tax(200, form="CIT"))
    clock.advance(minutes=1)
    browser, path = office.boss_in_a_browser, office.path("/months/2026-10")
    found = forms_to(browser.get(path), "/approvals")
    ticking = next(form for form in found if "records" in form.ticks)
    whole = next(form for form in found if "seen_at" in form.fields)
    assert set(ticking.ticks["records"]) == {f"{firm}/{CIT}@1", f"{firm}/{VAT}@1"}
    assert ticking.send(browser, records=[f"{firm}/{CIT}@1"]).location.startswith(path)
    assert states(office, firm) == {VAT: "waiting", CIT: "sent"}
    assert whole.send(browser).status == 303
    assert states(office, firm) == {VAT: "sent", CIT: "sent"}


def test_a_mixed_report_is_a_page_of_its_own(office: Office, firm: str, agent: Agent) -> None:
    agent.push(tax(100, minutes_ago=9), tax(200, form="CIT"))
    agent.push(tax(101, minutes_ago=1))
    body = {"records": [f"{VAT}@1", f"{CIT}@1"], "back": office.path(f"/firms/{firm}/taxes")}
    page = office.boss_in_a_browser.post(office.path(f"/firms/{firm}/approvals"), body)
    assert page.status == 200
    assert "1,01" in page.text
    assert f'href="{body["back"]}"' in page.text


OUTSIDE = [
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\evil.example",
    "/ /evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "javascript:alert(1)",
    "evil.example",
    "/%2f/evil.example",
    "/x\r\nSet-Cookie: a=b",
    "/x#y",
    "",
]


def leading_away(html: str) -> list[str]:
    """Addresses of a page that a browser takes for another site (it drops tabs and line ends first)."""
    found = [re.sub(r"[\t\r\n]", "", unescape(address)) for address in re.findall(r'(?:href|action)="([^"]*)"', html)]
    return [address for address in found if re.match(r"[/\\]{2}|\\|[\w+.-]+:", address)]


@pytest.mark.parametrize("back", OUTSIDE)
def test_the_way_back_cannot_leave_the_site(office: Office, firm: str, agent: Agent, items: Items, back: str) -> None:
    agent.push(tax(100))
    before = items()
    bodies = {
        f"/firms/{firm}/approvals": {"records": [f"{VAT}@1"], "back": back},
        "/months/2026-10/approvals": {"records": [f"{firm}/{VAT}@1"], "back": back},
        f"/firms/{firm}/withdrawals": {"record": f"{VAT}@1", "reason": "x", "back": back},
    }
    for path, body in bodies.items():
        answer = office.boss.post(office.path(path), body)
        assert (answer.status, answer.json["errors"][0]["field"]) == (422, "back"), path
        page = office.boss_in_a_browser.post(office.path(path), body)
        assert page.status == 422
        assert "Location" not in page.headers
        assert not leading_away(page.text)
    assert items() == before


@pytest.mark.parametrize("back", ["/", "/offices/01J/firms", "/offices/01J/months/2026-10?waiting=1", "/x?a=1&b=2-3"])
def test_the_way_back_leads_to_our_own_pages(office: Office, firm: str, agent: Agent, back: str) -> None:
    agent.push(tax(100))
    page = office.boss_in_a_browser.post(
        office.path(f"/firms/{firm}/approvals"), {"records": [f"{VAT}@1"], "back": back}
    )
    assert page.status == 303
    assert page.location.startswith(back)


# The month across firms


def test_the_month_lists_every_firm_with_its_records(office: Office, firm: str, agent: Agent) -> None:
    second = office.add_firm(NIPS[1], "Druga")
    agent.push(tax(100), contribution(200), statement(300, 100))
    table = office.boss.get(office.path("/months/2026-10")).json
    rows = {row["firm"]: row for row in table["rows"]}
    assert (table["previous"], table["following"]) == ("2026-09", "2026-11")
    assert rows.keys() == {firm, second}
    assert [len(rows[firm][kind]) for kind in ("contributions", "taxes", "statements")] == [1, 1, 1]
    only = office.boss.get(office.path("/months/2026-10"), waiting=1).json
    assert [row["firm"] for row in only["rows"]] == [firm]


@pytest.mark.parametrize("period", ["2026-13", "2026", "x", "1999-12", "2026-10-01"])
def test_a_month_that_is_none_is_told(office: Office, period: str) -> None:
    assert office.boss.get(office.path(f"/months/{period}")).status in (404, 422)


@pytest.mark.parametrize("year", ["x", "1999", "2101", "-1"])
def test_a_year_that_is_none_is_told(office: Office, firm: str, year: str) -> None:
    for page in ("taxes", "contributions", "statements", "history"):
        answer = office.boss.get(office.path(f"/firms/{firm}/{page}"), year=year)
        assert (answer.status, answer.json["errors"][0]["field"]) == (422, "year")
