"""A partner sees the company's taxes, own contributions and own PIT, and cannot tell that there is anything else.

The strongest test compares whole answers: with the records of other partners they are the same, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from tests.functions.gateway import Answer, Browser
from tests.functions.times import Clock
from tests.functions.world import NIPS, Agent, Office, contribution, sign_in_by_mail, statement, tax

ME, OTHER, NOBODY = "Kos Jan", "Lis Ewa", ""
PARTNER = "kos@firma.example"
EVERY = {"tax": True, "contribution": True, "statement": True}
YEARS = (2024, 2025, 2026, 2027)
SECRETS = (OTHER, "Lis", "713131", "7 131,31", "724242", "7 242,42", "735353", "7 353,53")
Items = Callable[[], list[dict[str, Any]]]


def mine(record: dict[str, Any]) -> dict[str, Any]:
    return {**record, "nip": NIPS[1]}


@pytest.fixture
def firm(office: Office) -> str:
    return office.add_firm(NIPS[1], "Dąb i spółka s.c.", "civil_partnership")


@pytest.fixture
def agent(office: Office, firm: str) -> Agent:
    return office.agent()


def partner(office: Office, firm: str, email: str = PARTNER, subject: str = ME) -> Browser:
    body = {"email": email, "name": "Jan Kos", "role": "partner", "subject": subject}
    answer = office.boss.post(office.path(f"/firms/{firm}/users"), body)
    assert answer.status == 201, answer.text
    browser = sign_in_by_mail(office.mails.last_to(email)["text"])
    assert browser.get(f"/firms/{firm}/contributions", year=2020).status == 200
    return browser


def of_the_company() -> list[dict[str, Any]]:
    return [
        tax(100_01),
        tax(200_02, form="CIT", period="2026-09"),
        tax(300_03, form="PIT-4R"),
        tax(310_03, form="PIT-8AR", period="2026-08"),
        tax(400_04, settlement="P", period="2026-12"),
        statement(500_000_05, 400_000_04),
    ]


def of(subject: str, amount: int) -> list[dict[str, Any]]:
    """A person's records in every place where the client's pages show any."""
    own: dict[str, Any] = {"subject": subject}
    return [
        contribution(amount, **own),
        contribution(amount, period="2026-09", **own),  # with one of October missing it would be awaited
        contribution(amount, period="2025-10", **own),
        tax(amount, form="PIT-5", period="2026-09", **own),
        tax(amount, form="PIT-5L", period="2026-09", **own),
        tax(amount, form="PIT-5L", **own),
        tax(amount, form="PPE", settlement="P", period="2026-12", **own),
        tax(0, form="PPE", surplus=amount, **own),
    ]


def answers(browser: Browser, firm: str, clock: Clock, moment: datetime) -> dict[str, str]:
    """Every page of the client, as JSON and as HTML, at the same moment; and what payments are answered."""
    found = {}
    for html in (False, True):
        asking = replace(browser, html=html)
        paths = [("", {}), *((f"/{kind}", {"year": year}) for kind in TABLES for year in YEARS), ("/statements", {})]
        for path, query in paths:
            clock.set(moment)
            found[f"{html} {path} {query}"] = whole(asking.get(f"/firms/{firm}{path}", **query))
        for record in ATTEMPTS:
            clock.set(moment)
            body = {"record": record, "paid_on": "2026-11-20"}
            found[f"{html} pay {record}"] = whole(asking.post(f"/firms/{firm}/payments", body))
        clock.set(moment)
        found[f"{html} /"] = whole(asking.get("/"))
    return found


TABLES = ("contributions", "taxes", "statements")
ATTEMPTS = [
    f"2026-{month}.{kind}.{form}.{subject}@{version}"
    for kind, form in (("contribution", ""), ("tax", "PIT-5"), ("tax", "PIT-5L"), ("tax", "PPE"))
    for subject in (OTHER, NOBODY, "Wilk Adam")
    for month, version in (("09", 1), ("10", 1), ("10", 2), ("11", 1))
]


def whole(answer: Answer) -> str:
    return f"{answer.status} {sorted(answer.headers.items())} {answer.cookies} {answer.text}"


def test_answers_are_the_same_with_and_without_the_others(
    office: Office, firm: str, agent: Agent, clock: Clock
) -> None:
    agent.push(*map(mine, [*of_the_company(), *of(ME, 600_06)]), approve=EVERY)
    jan = partner(office, firm)
    moment = clock.moment
    answers(jan, firm, clock, moment)  # the first look writes down what was seen
    before = answers(jan, firm, clock, moment)
    assert "60006" in before["False  {}"]

    office.sign_in_again()
    others = [*of(OTHER, 713_131), *of(NOBODY, 724_242)]
    agent.push(*(mine(one) for one in others), approve=EVERY)
    agent.push(mine(contribution(735_353, subject=OTHER, period="2026-11")))
    agent.push(mine(tax(735_353, form="PIT-5", subject=OTHER, minutes_ago=0)))
    assert office.withdraw(firm, f"2026-10.contribution..{OTHER}@1").status == 200
    corrected = mine(contribution(735_353, subject=OTHER, period="2026-09", minutes_ago=0))
    agent.push(corrected, approve=EVERY)
    ewa = office.client(firm, "ewa@firma.example")
    assert ewa.get(f"/firms/{firm}").json["total"] > 0
    paid = {"record": f"2026-09.tax.PIT-5.{OTHER}@1", "paid_on": "2026-11-20"}
    assert ewa.post(f"/firms/{firm}/payments", paid).status == 200
    everything = ewa.get(f"/firms/{firm}").json
    for place in ("to_pay", "paid", "forecasts", "withdrawn"):
        assert OTHER in str(everything[place]), f"the comparison would prove nothing of {place}"

    after = answers(jan, firm, clock, moment)
    assert {name for name in before if before[name] != after[name]} == set()


def test_what_is_awaited_of_others_is_not_told(office: Office, firm: str, agent: Agent, clock: Clock) -> None:
    """Approved for the month before last and not for the last one: the client is told that the office has it still."""
    jan, ewa = partner(office, firm), partner(office, firm, "ewa@firma.example", OTHER)
    agent.push(mine(contribution(100, subject=OTHER, period="2026-09")), approve=EVERY)
    assert jan.get(f"/firms/{firm}").json["awaited"] == []
    assert [one["subject"] for one in ewa.get(f"/firms/{firm}").json["awaited"]] == [OTHER]


def test_no_page_holds_what_belongs_to_another(office: Office, firm: str, agent: Agent, clock: Clock) -> None:
    agent.push(*map(mine, [*of(OTHER, 713_131), *of(NOBODY, 724_242)]), approve=EVERY)
    jan = partner(office, firm)
    for name, text in answers(jan, firm, clock, clock.moment).items():
        if " pay " not in name:  # what was asked for is told back
            assert not [secret for secret in SECRETS if secret in text.replace("\u00a0", " ")], name


def test_looking_marks_only_what_was_shown_as_seen(office: Office, firm: str, agent: Agent) -> None:
    agent.push(*map(mine, [tax(100_01), *of(ME, 600_06), *of(OTHER, 713_131)]), approve=EVERY)
    jan = partner(office, firm)
    for path, query in (("", {}), ("/contributions", {"year": 2026}), ("/taxes", {"year": 2026})):
        jan.get(f"/firms/{firm}{path}", **query)
    for page in ("contributions", "taxes"):
        for record in office.records(firm, page):
            seen = record["published"]["seen_at"] is not None
            assert seen is (record["subject"] != OTHER), record["record"]


@pytest.mark.parametrize("subject", [OTHER, NOBODY])
@pytest.mark.parametrize("form", ["", "PIT-5", "PIT-5L", "PPE"])
def test_payments_of_another_are_unknown(
    office: Office, firm: str, agent: Agent, items: Items, subject: str, form: str
) -> None:
    record = tax(100, form=form, subject=subject) if form else contribution(100, subject=subject)
    agent.push(mine(record), approve=EVERY)
    jan = partner(office, firm)
    kind = "tax" if form else "contribution"
    before = items()
    for version in (1, 2):
        answer = jan.post(f"/firms/{firm}/payments", {"record": f"2026-10.{kind}.{form}.{subject}@{version}"})
        assert (answer.status, answer.code) == (404, "record-unknown")
    assert items() == before


def test_a_partner_pays_own_and_the_companys(office: Office, firm: str, agent: Agent) -> None:
    agent.push(*map(mine, [tax(100), contribution(200, subject=ME)]), approve=EVERY)
    jan = partner(office, firm)
    for record in ("2026-10.tax.VAT-7.@1", f"2026-10.contribution..{ME}@1"):
        assert jan.post(f"/firms/{firm}/payments", {"record": record, "paid_on": "2026-11-20"}).status == 200
    assert len(jan.get(f"/firms/{firm}").json["paid"]) == 2


def test_each_partner_sees_their_own_and_a_firm_user_everything(office: Office, firm: str, agent: Agent) -> None:
    agent.push(
        *map(mine, [tax(1), contribution(10, subject=ME), contribution(100, subject=OTHER), contribution(1000)]),
        approve=EVERY,
    )
    jan, ewa = partner(office, firm), partner(office, firm, "ewa@firma.example", OTHER)
    owner = office.client(firm)
    totals = [browser.get(f"/firms/{firm}").json["total"] for browser in (jan, ewa, owner)]
    assert totals == [11, 101, 1111]


@pytest.mark.parametrize(
    "subject", ["Kos", "Kos Jan Maria", "kos jan", "KOS JAN", "Kos  Jan", "Kos Ja", "*", "%", ".", "Kos Jan."]
)
def test_a_name_that_is_only_alike_is_another_person(office: Office, firm: str, agent: Agent, subject: str) -> None:
    agent.push(mine(contribution(713_131, subject=ME)), approve=EVERY)
    alike = partner(office, firm, "inny@firma.example", subject)
    assert alike.get(f"/firms/{firm}").json["total"] == 0
    assert "713131" not in alike.get(f"/firms/{firm}/contributions", year=2026).text


def test_a_partner_is_no_staff_and_adds_nobody(office: Office, firm: str, items: Items) -> None:
    jan = partner(office, firm)
    before = items()
    body = {"email": "x@y.example", "name": "X", "role": "firm"}
    assert jan.post(office.path(f"/firms/{firm}/users"), body).code == "not-found"
    assert jan.get(office.path(f"/firms/{firm}/users")).code == "not-found"
    assert items() == before
