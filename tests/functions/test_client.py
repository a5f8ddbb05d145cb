"""What a firm's people see: what the office published, nothing before, and until when to pay it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.functions.forms import forms_to
from tests.functions.gateway import Answer, Browser
from tests.functions.times import Clock
from tests.functions.world import NIPS, ZUS_ACCOUNT, Agent, Office, contribution, sign_in_by_mail, statement, tax

VAT = "2026-10.tax.VAT-7."
CIT = "2026-10.tax.CIT."
ZUS = "2026-10.contribution.."
STATEMENT = "2026-10.statement.."
PAGES = ("", "/contributions", "/taxes", "/statements")
Items = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def firm(office: Office) -> str:
    return office.add_firm(NIPS[1], "Nowa Chata Demo sp. z o.o.")


@pytest.fixture
def agent(office: Office, firm: str) -> Agent:
    return office.agent()


@pytest.fixture
def client(office: Office, firm: str) -> Browser:
    return office.client(firm)


def mine(record: dict[str, Any]) -> dict[str, Any]:
    return {**record, "nip": NIPS[1]}


def all_pages(client: Browser, firm: str) -> Iterator[str]:
    """Everything that the client can open, as JSON and as HTML, of this year and the last."""
    for browser in (client, replace(client, html=True)):
        yield browser.get(f"/firms/{firm}").text
        for page in PAGES[1:]:
            for year in (2025, 2026):
                answer = browser.get(f"/firms/{firm}{page}", year=year)
                assert answer.status == 200, answer.text
                yield answer.text
    yield client.get("/").text


def digits(text: str) -> str:
    """The page without what stands between the digits of an amount, but with what stands around them."""
    return re.sub(r"(?<=\d)[\u00a0\u202f ,.](?=\d)", "", text)


def to_pay(client: Browser, firm: str) -> list[dict[str, Any]]:
    return list(client.get(f"/firms/{firm}").json["to_pay"])


def pay(client: Browser, firm: str, seen: str, paid_on: str | None = "2026-11-24") -> Answer:
    return client.post(f"/firms/{firm}/payments", {"record": seen, "paid_on": paid_on})


# Nothing before approval


def test_before_approval_the_client_sees_nothing_at_all(
    office: Office, firm: str, agent: Agent, client: Browser
) -> None:
    agent.push(
        mine(tax(713_131)),
        mine(contribution(724_242, subject="Wspólnik Tajny")),
        mine(statement(735_353, 746_464)),
        mine(tax(757_575, settlement="P", period="2026-12")),
    )
    office.boss.post(
        office.path(f"/firms/{firm}/taxes"),
        {"period": "2026-10", "form": "CIT", "amount": 768_686, "comment": "Uwaga robocza"},
    )
    for text in all_pages(client, firm):
        for secret in ("713131", "724242", "735353", "746464", "757575", "768686"):
            assert secret not in digits(text)
        for secret in ("VAT-7", "CIT", "Wspólnik Tajny", "Uwaga robocza", ZUS):
            assert secret not in text


def test_a_change_after_approval_stays_hidden_too(office: Office, firm: str, agent: Agent, client: Browser) -> None:
    agent.push(mine(tax(713_131, minutes_ago=9)))
    office.approve(firm, f"{VAT}@1")
    agent.push(mine(tax(799_797, settlement="K", minutes_ago=1)))
    pages = [digits(text) for text in all_pages(client, firm)]
    assert not any("799797" in text for text in pages)
    assert sum("713131" in text for text in pages) == 4  # desktop and taxes of 2026, as JSON and as a page


def test_the_client_cannot_learn_what_waits_by_paying_it(
    office: Office, firm: str, agent: Agent, client: Browser, items: Items
) -> None:
    """The answer about an amount that waits is the one about an amount that does not exist."""
    agent.push(mine(tax(713_131)))
    before = items()
    waiting, absent = pay(client, firm, f"{VAT}@1"), pay(client, firm, f"{CIT}@1")
    assert (waiting.status, waiting.text) == (absent.status, absent.text)
    assert waiting.code == "record-unknown"
    assert items() == before


def test_what_the_client_does_not_see_yet_is_said_to_wait_only_if_it_is_usual(
    office: Office, firm: str, agent: Agent, client: Browser
) -> None:
    agent.push(mine(tax(1, period="2026-09")), mine(tax(2)), mine(tax(3, form="CIT")))
    assert client.get(f"/firms/{firm}").json["awaited"] == []
    office.approve(firm, "2026-09.tax.VAT-7.@1")
    assert client.get(f"/firms/{firm}").json["awaited"] == [{"kind": "tax", "form": "VAT-7", "subject": ""}]
    office.approve(firm, f"{VAT}@1")
    assert client.get(f"/firms/{firm}").json["awaited"] == []


# After approval


def test_after_approval_the_client_sees_the_published_tables(
    office: Office, firm: str, agent: Agent, client: Browser
) -> None:
    agent.push(mine(tax(100)), mine(contribution(200, subject="Jan")), mine(statement(700, 300)))
    office.approve(firm, f"{VAT}@1", "2026-10.contribution..Jan@1", f"{STATEMENT}@1")
    for page, record in (("taxes", VAT), ("contributions", "2026-10.contribution..Jan"), ("statements", STATEMENT)):
        table = client.get(f"/firms/{firm}/{page}", year=2026).json
        assert [month["period"] for month in table["months"]] == [f"2026-{month:02d}" for month in range(1, 13)]
        assert [one["record"] for month in table["months"] for one in month["records"]] == [record]
    assert table["totals"] == {"revenue": 700, "costs": 300, "profit": 400}


def test_the_client_is_not_told_who_in_the_office_approved(
    office: Office, firm: str, agent: Agent, client: Browser
) -> None:
    agent.push(mine(tax(100)))
    office.approve(firm, f"{VAT}@1")
    assert not any("Anna Demonstracyjna" in text for text in all_pages(client, firm))


DUE = [
    # kind and form, period, legal form, due day
    ("contribution", "", "2026-10", "company", "2026-11-16"),  # the 15th is a Sunday
    ("contribution", "", "2026-11", "company", "2026-12-15"),
    ("contribution", "", "2026-11", "sole_trader", "2026-12-21"),  # the 20th is a Sunday
    ("contribution", "", "2026-11", "civil_partnership", "2026-12-21"),
    ("contribution", "", "2026-11", "budget_unit", "2026-12-07"),  # the 5th is a Saturday
    ("tax", "VAT-7", "2026-10", "company", "2026-11-25"),
    ("tax", "VAT-7", "2026-11", "company", "2026-12-28"),  # Christmas, then a weekend
    ("tax", "VAT-7K", "2026-09", "company", "2026-10-26"),  # a Sunday
    ("tax", "CIT", "2026-10", "company", "2026-11-20"),
    ("tax", "PIT-4R", "2026-11", "company", "2026-12-21"),
]


@pytest.mark.parametrize(("kind", "form", "period", "legal_form", "due"), DUE)
def test_an_amount_is_due_on_its_working_day(
    office: Office, clock: Clock, kind: str, form: str, period: str, legal_form: str, due: str
) -> None:
    year, month = (int(part) for part in period.split("-"))
    clock.set(datetime(year + month // 12, month % 12 + 1, 2, 9, tzinfo=UTC))
    firm = office.add_firm(NIPS[1], "Firma", legal_form)
    client, agent = office.client(firm), office.agent()
    record = contribution(100, period=period) if kind == "contribution" else tax(100, form=form, period=period)
    agent.push(mine(record), approve={"tax": True, "contribution": True})
    (item,) = to_pay(client, firm)
    assert item["due"] == due


def test_a_tax_goes_to_the_computed_account_with_its_transfer_title(office: Office, clock: Clock) -> None:
    clock.set(datetime(2026, 10, 5, 9, tzinfo=UTC))
    firm = office.add_firm(NIPS[1])
    client = office.client(firm)
    records = [tax(100, period="2026-09"), tax(200, form="VAT-7K", period="2026-09")]
    office.agent().push(*map(mine, records), approve={"tax": True})
    items = {item["form"]: item for item in to_pay(client, firm)}
    assert {item["account"] for item in items.values()} == {"88101000712222595141616800"}
    assert items["VAT-7"]["title"] == f"/TI/N{NIPS[1]}/OKR/26M09/SFP/VAT-7"
    assert items["VAT-7K"]["title"] == f"/TI/N{NIPS[1]}/OKR/26K03/SFP/VAT-7K"


def test_a_contribution_goes_to_the_account_that_the_office_entered(
    office: Office, firm: str, agent: Agent, client: Browser
) -> None:
    agent.push(mine(contribution(100)), approve={"contribution": True})
    assert to_pay(client, firm)[0]["account"] == "", "never computed"
    assert office.change_settings(firm, zus_account=ZUS_ACCOUNT).status == 200
    (item,) = to_pay(client, firm)
    assert (item["account"], item["title"]) == (ZUS_ACCOUNT, "Składki ZUS 10.2026")


def test_an_overpayment_is_no_debt(office: Office, firm: str, agent: Agent, client: Browser) -> None:
    agent.push(mine(tax(0, surplus=88_000)), mine(tax(500, form="CIT")), approve={"tax": True})
    desktop = client.get(f"/firms/{firm}").json
    assert [item["form"] for item in desktop["to_pay"]] == ["CIT"]
    assert desktop["total"] == 500
    published = [
        one["published"]["figures"]["surplus"]
        for month in client.get(f"/firms/{firm}/taxes", year=2026).json["months"]
        for one in month["records"]
    ]
    assert sorted(published) == [0, 88_000]


def test_a_forecast_stands_apart(office: Office, firm: str, agent: Agent, client: Browser) -> None:
    agent.push(mine(tax(500, settlement="P", period="2026-12")), approve={"tax": True})
    desktop = client.get(f"/firms/{firm}").json
    assert (desktop["to_pay"], desktop["total"]) == ([], 0)
    assert [one["record"] for one in desktop["forecasts"]] == ["2026-12.tax.VAT-7."]


def test_what_is_due_first_stands_first(office: Office, firm: str, agent: Agent, client: Browser) -> None:
    agent.push(
        mine(tax(1)), mine(contribution(2)), mine(tax(3, form="CIT")), approve={"tax": True, "contribution": True}
    )
    due = [item["due"] for item in to_pay(client, firm)]
    assert due == sorted(due)
    assert len(due) == 3


# Proof of reading


def seen_at(office: Office, firm: str, page: str = "taxes") -> list[str | None]:
    return [record["published"]["seen_at"] for record in office.records(firm, page)]


def test_the_first_time_an_amount_was_seen_is_kept_and_shown_to_the_office(
    office: Office, firm: str, agent: Agent, client: Browser, clock: Clock
) -> None:
    agent.push(mine(tax(100)), approve={"tax": True})
    assert seen_at(office, firm) == [None]
    clock.advance(minutes=5)
    moment = clock.moment
    client.get(f"/firms/{firm}")
    (first,) = seen_at(office, firm)
    assert first is not None
    assert abs((datetime.fromisoformat(first) - moment).total_seconds()) < 1
    clock.advance(days=1)
    for page in PAGES:
        client.get(f"/firms/{firm}{page}")
    assert seen_at(office, firm) == [first]
    assert office.records(firm)[0]["state"] == "seen"
    assert [entry["action"] for entry in office.history(firm)].count("seen") == 1


def test_only_what_a_page_shows_counts_as_seen(office: Office, firm: str, agent: Agent, client: Browser) -> None:
    agent.push(mine(tax(100)), mine(contribution(200)), approve={"tax": True, "contribution": True})
    client.get(f"/firms/{firm}/taxes", year=2025)
    client.get(f"/firms/{firm}/statements", year=2026)
    assert (seen_at(office, firm), seen_at(office, firm, "contributions")) == ([None], [None])
    client.get(f"/firms/{firm}/taxes", year=2026)
    assert seen_at(office, firm, "contributions") == [None]
    assert seen_at(office, firm) != [None]


def test_looking_again_writes_nothing(office: Office, firm: str, agent: Agent, client: Browser, items: Items) -> None:
    agent.push(mine(tax(100)), mine(statement()), approve={"tax": True, "statement": True})
    for page in PAGES:
        client.get(f"/firms/{firm}{page}")
    before = items()
    for page in PAGES:
        client.get(f"/firms/{firm}{page}")
    assert items() == before


def test_what_the_office_opens_is_not_seen_by_the_client(office: Office, firm: str, agent: Agent) -> None:
    agent.push(mine(tax(100)), approve={"tax": True})
    office.boss.get(office.path(f"/firms/{firm}/taxes"))
    assert seen_at(office, firm) == [None]


def test_a_correction_is_to_be_seen_anew(office: Office, firm: str, agent: Agent, client: Browser) -> None:
    agent.push(mine(tax(100, minutes_ago=9)), approve={"tax": True})
    client.get(f"/firms/{firm}")
    agent.push(mine(tax(200, minutes_ago=1)), approve={"tax": True})
    assert seen_at(office, firm) == [None]


# Paid


def test_the_client_marks_an_amount_as_paid_and_takes_it_back(
    office: Office, firm: str, agent: Agent, client: Browser
) -> None:
    agent.push(mine(tax(100)), approve={"tax": True})
    assert pay(client, firm, f"{VAT}@1", "2026-11-20").status == 200
    desktop = client.get(f"/firms/{firm}").json
    assert desktop["to_pay"] == []
    assert [one["published"]["paid_on"] for one in desktop["paid"]] == ["2026-11-20"]
    assert office.records(firm)[0]["published"]["paid_on"] == "2026-11-20"
    assert pay(client, firm, f"{VAT}@1", None).status == 200
    assert [item["record"] for item in to_pay(client, firm)] == [VAT]
    paid = [entry for entry in office.history(firm) if entry["action"] == "paid"]
    assert [(entry["note"], entry["by"]) for entry in paid] == [("", "Klient Demo"), ("2026-11-20", "Klient Demo")]


def test_marking_twice_changes_nothing(office: Office, firm: str, agent: Agent, client: Browser, items: Items) -> None:
    agent.push(mine(tax(100)), approve={"tax": True})
    pay(client, firm, f"{VAT}@1")
    before = items()
    assert pay(client, firm, f"{VAT}@1").status == 200
    assert items() == before


def test_a_corrected_amount_cannot_be_marked_by_its_old_version(
    office: Office, firm: str, agent: Agent, client: Browser
) -> None:
    agent.push(mine(tax(100, minutes_ago=9)), approve={"tax": True})
    agent.push(mine(tax(150, minutes_ago=1)), approve={"tax": True})
    answer = pay(client, firm, f"{VAT}@1")
    assert (answer.status, answer.code) == (409, "record-changed")
    assert "1,50" in answer.json["detail"]
    assert to_pay(client, firm)[0]["amount"] == 150


def test_a_payment_cannot_lie_in_the_future(office: Office, firm: str, agent: Agent, client: Browser) -> None:
    agent.push(mine(tax(100)), approve={"tax": True})
    refused = pay(client, firm, f"{VAT}@1", "2026-11-25")
    assert (refused.status, refused.code, refused.json["errors"][0]["field"]) == (422, "paid-in-future", "paid_on")
    assert [item["record"] for item in to_pay(client, firm)] == [VAT]


def test_what_was_told_in_time_and_not_paid_rolls_over(
    office: Office, firm: str, agent: Agent, client: Browser, clock: Clock
) -> None:
    agent.push(mine(tax(100)), approve={"tax": True})
    clock.advance(days=25)
    office.boss.post(office.path(f"/firms/{firm}/taxes"), {"period": "2026-11", "form": "CIT", "amount": 200})
    assert [item["record"] for item in to_pay(client, firm)] == [VAT]


def test_a_correction_of_a_paid_amount_leaves_the_difference_to_pay(
    office: Office, firm: str, agent: Agent, client: Browser
) -> None:
    agent.push(mine(tax(100, minutes_ago=9)), approve={"tax": True})
    pay(client, firm, f"{VAT}@1")
    agent.push(mine(tax(150, minutes_ago=1)), approve={"tax": True})
    (item,) = to_pay(client, firm)
    assert (item["amount"], item["already_paid"], item["corrects"]["amount"]) == (50, 100, 100)


def test_the_refusal_does_not_tell_the_amount_that_waits(
    office: Office, firm: str, agent: Agent, client: Browser
) -> None:
    agent.push(mine(tax(713_131, minutes_ago=9)), approve={"tax": True})
    agent.push(mine(tax(799_797, minutes_ago=1)))
    answer = pay(client, firm, f"{VAT}@2")
    assert answer.code == "record-changed"
    assert "7 131,31" in answer.json["detail"].replace("\u00a0", " ")


@pytest.mark.parametrize("paid_on", ["24.11.2026", "2026-13-01", "wczoraj", True, {}])
def test_a_day_that_is_none_is_refused(
    office: Office, firm: str, agent: Agent, client: Browser, items: Items, paid_on: Any
) -> None:
    agent.push(mine(tax(100)), approve={"tax": True})
    before = items()
    answer = pay(client, firm, f"{VAT}@1", paid_on)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "paid_on")
    assert items() == before


@pytest.mark.parametrize("seen", ["x", VAT, f"{VAT}@", f"{VAT}@x", "2026-13.tax.VAT-7.@1", "2026-10.x..@1", ""])
def test_a_malformed_name_is_refused(office: Office, firm: str, agent: Agent, client: Browser, seen: str) -> None:
    assert pay(client, firm, seen).status in (404, 422)


def test_the_buttons_of_the_desktop_mark_an_amount_as_paid(
    office: Office, firm: str, agent: Agent, client: Browser
) -> None:
    agent.push(mine(tax(100)), approve={"tax": True})
    browser = replace(client, html=True)
    today, *_ = forms_to(browser.get(f"/firms/{firm}"), "/payments")
    assert today.send(browser).status == 303
    assert office.records(firm)[0]["published"]["paid_on"] == "2026-11-24"
    back, *_ = forms_to(browser.get(f"/firms/{firm}"), "/payments")
    assert back.send(browser).status == 303
    assert office.records(firm)[0]["published"]["paid_on"] is None


# Who may come in


def test_a_suspended_firm_is_read_only(office: Office, firm: str, agent: Agent, client: Browser, items: Items) -> None:
    agent.push(mine(tax(100)), approve={"tax": True})
    client.get(f"/firms/{firm}")
    office.set_status(firm, "suspended")
    before = items()
    assert [item["amount"] for item in to_pay(client, firm)] == [100]
    for page in PAGES:
        assert client.get(f"/firms/{firm}{page}").status == 200
    answer = pay(client, firm, f"{VAT}@1")
    assert (answer.status, answer.code) == (403, "read-only")
    assert items() == before


@pytest.mark.parametrize("status", ["inactive", "archived"])
def test_an_inactive_firm_is_not_found(office: Office, firm: str, client: Browser, items: Items, status: str) -> None:
    office.set_status(firm, status)
    before = items()
    for page in PAGES:
        assert client.get(f"/firms/{firm}{page}").code == "not-found"
    assert pay(client, firm, f"{VAT}@1").code == "not-found"
    assert items() == before
    office.set_status(firm, "active")
    assert client.get(f"/firms/{firm}").status == 200


def test_a_firm_that_waits_for_the_office_is_not_open_yet(office: Office) -> None:
    office.agent().announce(NIPS[1])
    (firm,) = (one["id"] for one in office.boss.get(office.path("/firms")).json["firms"])
    office.boss.post(office.path(f"/firms/{firm}/users"), {"email": "klient@firma.example", "name": "Klient"})
    client = sign_in_by_mail(office.mails.last_to("klient@firma.example")["text"])
    assert client.get(f"/firms/{firm}").code == "not-found"
    office.set_status(firm, "active")
    assert client.get(f"/firms/{firm}").status == 200


def test_a_deactivated_person_loses_access_at_once(office: Office, firm: str, client: Browser, items: Items) -> None:
    (user,) = office.boss.get(office.path(f"/firms/{firm}/users")).json["users"]
    path = office.path(f"/firms/{firm}/users/{user['person']}/deactivation")
    assert office.boss.post(path).status == 200
    for page in PAGES:
        assert client.get(f"/firms/{firm}{page}").code == "not-found"
    assert pay(client, firm, f"{VAT}@1").code == "not-found"
    assert client.get("/").json["contexts"] == []
    before = items()
    assert office.boss.post(path).status == 200, "repeating it changes nothing"
    assert items() == before


def test_a_person_of_one_firm_sees_no_other(office: Office, firm: str, client: Browser) -> None:
    second = office.add_firm(NIPS[2], "Druga")
    for page in PAGES:
        assert client.get(f"/firms/{second}{page}").code == "not-found"


def test_the_office_uses_its_own_pages(office: Office, firm: str) -> None:
    assert office.boss.get(f"/firms/{firm}").code == "not-found"
