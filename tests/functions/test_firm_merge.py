"""One firm found twice: its records, its number and what an agent brings next go over, and nothing is doubled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from portal.aws import Table
from portal.store import events, months
from portal.store.office import OfficeTable
from tests.functions import tables
from tests.functions.forms import forms_to
from tests.functions.gateway import Answer, Handlers
from tests.functions.turns import Job, at_once
from tests.functions.world import (
    NIPS,
    ZUS_ACCOUNT,
    Agent,
    Office,
    contribution,
    open_office,
    read_at,
    statement,
    tax,
)

PESEL = "44051401359"
ALL_KINDS = {"tax": True, "contribution": True, "statement": True}
SPAN = {"from": "2026-01", "to": "2026-11"}
Items = Callable[[], list[dict[str, Any]]]


def found_by(agent: Agent, office: Office, nip: str = NIPS[1]) -> str:
    """The firm that an agent finds under a NIP."""
    agent.announce(nip)
    return next(line["id"] for line in lines(office).values() if line["nip"] == nip)


def lines(office: Office, **query: object) -> dict[str, dict[str, Any]]:
    return {line["id"]: line for line in office.boss.get(office.path("/firms"), **query).json["firms"]}


def merge(office: Office, source: str, into: str, subject: str = "", **more: object) -> Answer:
    version = office.settings(source)["version"]
    body = {"into": into, "subject": subject, "version": version, **more}
    return office.boss.post(office.path(f"/firms/{source}/merge"), body)


def partner(office: Office, firm: str, name: str = "Jan Demo", **more: object) -> None:
    version = office.settings(firm)["version"]
    answer = office.boss.post(office.path(f"/firms/{firm}/partners"), {"version": version, "name": name, **more})
    assert answer.status == 200, answer.text


def sent(read: str) -> list[dict[str, Any]]:
    """What the agent reads for the firm: three months of it."""
    common = {"nip": NIPS[1], "read_at": read}
    return [
        *(contribution(100 + month, period=f"2026-{month:02}", **common) for month in (8, 9, 10)),
        tax(7, form="VAT-7", **common),
        statement(**common),
    ]


def held(agent: Agent, nip: str = NIPS[1]) -> dict[tuple[str, ...], str]:
    """What the server says it holds under a NIP."""
    answer = agent.send("digests", {"nips": [nip], **SPAN}).json["firms"]
    return {
        (one["kind"], one["form"], one["subject"], one["period"]): one["digest"]
        for firm in answer
        for one in firm["records"]
    }


def test_a_firm_known_by_pesel_takes_over_what_the_agent_found(office: Office) -> None:
    known = office.add_firm(PESEL, "Jan Demo", "sole_trader", id_type="pesel")
    agent = office.agent()
    found = found_by(agent, office)
    records = sent(read_at(5))
    agent.push(*records)
    before = held(agent)

    assert merge(office, found, known).status == 200

    assert set(lines(office)) == {known}
    assert lines(office, show="archived")[found]["waiting"] == 0
    line = lines(office)[known]
    assert (line["nip"], line["waiting"], line["synced"]) == (NIPS[1], 5, True)
    assert [one["figures"]["amount"] for one in office.records(known, "contributions")] == [108, 109, 110]
    assert [office.records(found, page) for page in ("contributions", "taxes", "statements")] == [[], [], []]
    assert len(office.records(known)) == len(office.records(known, "statements")) == 1

    # The agent runs again, with and without its memory: nothing is new to it.
    assert held(agent) == before
    assert agent.announce(NIPS[1]).json["firms"] == [
        {**agent.announce(NIPS[1]).json["firms"][0], "result": "known", "status": "active"}
    ]
    assert {result["result"] for result in agent.push(*records, state="a" * 32)} == {"unchanged"}
    assert agent.heartbeat(state="a" * 32).json["in_sync"] is True
    assert lines(office)[known]["waiting"] == 5
    agent.push(contribution(200, nip=NIPS[1]))
    assert [one["figures"]["amount"] for one in office.records(known, "contributions")] == [108, 109, 200]


def test_a_partner_takes_over_contributions_and_pit_under_their_name(office: Office) -> None:
    firm = office.add_firm(NIPS[0], "Kłos s.c.", "civil_partnership")
    partner(office, firm)
    agent = office.agent()
    found = found_by(agent, office)
    records = [contribution(5, nip=NIPS[1]), tax(6, nip=NIPS[1], form="PIT-5")]
    own = [contribution(50, nip=NIPS[0]), tax(60, nip=NIPS[0])]
    agent.push(*records, *own)
    before = held(agent)

    assert merge(office, found, firm, "Jan Demo").status == 200

    assert {(one["subject"], one["figures"]["amount"]) for one in office.records(firm, "contributions")} == {
        ("", 50),
        ("Jan Demo", 5),
    }
    assert {(one["form"], one["subject"]) for one in office.records(firm)} == {("VAT-7", ""), ("PIT-5", "Jan Demo")}
    listed = office.boss.get(office.path(f"/firms/{firm}/partners")).json["partners"]
    assert [(one["name"], one["nip"]) for one in listed] == [("Jan Demo", NIPS[1])]
    assert office.settings(firm)["firm"]["nip"] == NIPS[0]

    assert held(agent) == before
    assert {result["result"] for result in agent.push(*records, *own)} == {"unchanged"}
    agent.push(contribution(9, nip=NIPS[1]))
    amounts = {one["subject"]: one["figures"]["amount"] for one in office.records(firm, "contributions")}
    assert amounts == {"": 50, "Jan Demo": 9}


def test_what_was_approved_stays_approved_and_its_history_comes_along(office: Office) -> None:
    known = office.add_firm(PESEL, "Jan Demo", id_type="pesel")
    client = office.client(known)
    agent = office.agent()
    found = found_by(agent, office)
    for amount in range(60):  # so many steps that the oldest moved out of the month
        agent.push(tax(amount, nip=NIPS[1], minutes_ago=100 - amount), approve=ALL_KINDS)
    steps = office.history(found)
    assert len(steps) == 120
    assert merge(office, found, known).status == 200
    assert office.history(known) == steps
    assert office.history(found) == []
    (record,) = client.get(f"/firms/{known}/taxes").json["months"][9]["records"]
    assert record["published"]["figures"]["amount"] == 59
    for amount in range(60, 90):
        agent.push(tax(amount, nip=NIPS[1], minutes_ago=100 - amount), approve=ALL_KINDS)
    assert len(office.history(known)) == 180 + 1  # and the client's first look


def test_both_histories_tell_of_it(office: Office) -> None:
    known = office.add_firm(PESEL, "Jan Demo", id_type="pesel")
    found = found_by(office.agent(), office)
    merge(office, found, known)
    table = OfficeTable(Table(tables.name()), office.id)
    gone, come = (next(iter(events.of_firm(table.of_firm(firm)))) for firm in (found, known))
    assert (gone.action, gone.target, gone.changes["merged_into"]) == ("firm.merged", known, ("", known))
    assert (come.action, come.target, come.changes["nip"]) == ("firm.merged", found, ("", NIPS[1]))


def test_a_merged_firm_stays_in_the_archive(office: Office) -> None:
    known = office.add_firm(PESEL, "Jan Demo", id_type="pesel")
    found = found_by(office.agent(), office)
    merge(office, found, known)
    settings = office.settings(found)
    assert (settings["merged_into"], settings["next_statuses"], settings["kept_until"]) == (known, [], "2032-12-31")
    assert office.set_status(found, "active").code == "firm-merged"
    assert merge(office, found, known).code == "merge-not-possible"
    other = office.add_firm(NIPS[2], "Inna")
    assert merge(office, other, found).code == "merge-not-possible"


# What stands in the way


def refused(office: Office, items: Items, code: str, source: str, into: str, subject: str = "", **more: Any) -> Answer:
    before = items()
    answer = merge(office, source, into, subject, **more)
    assert answer.code == code, answer.text
    assert items() == before
    return answer


def test_a_record_on_both_sides_is_named(office: Office, items: Items) -> None:
    known = office.add_firm(NIPS[0], "Kłos s.c.")
    partner(office, known)
    agent = office.agent()
    found = found_by(agent, office)
    agent.push(contribution(5, nip=NIPS[1]), contribution(6, nip=NIPS[0], subject="Jan Demo"))
    answer = refused(office, items, "merge-collision", found, known, "Jan Demo")
    assert "ZUS (Jan Demo) 2026-10" in answer.json["detail"]
    page = office.boss_in_a_browser.get(office.path(f"/firms/{found}/merge"), into=known, subject="Jan Demo").text
    assert "ZUS (Jan Demo) 2026-10" in page
    assert "Połącz firmy" not in page


def test_a_partners_other_business_is_not_the_firms(office: Office, items: Items) -> None:
    known = office.add_firm(NIPS[0], "Kłos s.c.")
    partner(office, known)
    agent = office.agent()
    found = found_by(agent, office)
    agent.push(tax(5, nip=NIPS[1], form="VAT-7"))
    refused(office, items, "partner-record", found, known, "Jan Demo")


def test_people_with_access_are_not_lost_by_it(office: Office, items: Items) -> None:
    known = office.add_firm(PESEL, "Jan Demo", id_type="pesel")
    found = found_by(office.agent(), office)
    office.set_status(found, "active")
    office.client(found)
    office.mails.deliver()
    refused(office, items, "merge-people", found, known)
    (user,) = office.boss.get(office.path(f"/firms/{found}/users")).json["users"]
    office.boss.post(office.path(f"/firms/{found}/users/{user['person']}/deactivation"))
    assert merge(office, found, known).status == 200


def test_two_numbers_are_two_firms(office: Office, items: Items) -> None:
    known = office.add_firm(NIPS[0], "Kłos s.c.")
    partner(office, known, nip=NIPS[2])
    found = found_by(office.agent(), office)
    refused(office, items, "merge-number", found, known)
    refused(office, items, "merge-number", found, known, "Jan Demo")


def test_only_what_can_be_one_is_merged(office: Office, items: Items) -> None:
    known = office.add_firm(PESEL, "Jan Demo", id_type="pesel")
    found = found_by(office.agent(), office)
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    theirs = other.add_firm(NIPS[3], "Ich")
    refused(office, items, "merge-not-possible", found, found)
    refused(office, items, "not-found", found, theirs)
    refused(office, items, "not-found", found, "x")
    refused(office, items, "not-found", found, known, "Nikt")
    refused(office, items, "changed-meanwhile", found, known, version=7)
    refused(office, items, "field-unknown", found, known, merged_into=known)
    partner(office, found, "Ewa Demo")
    refused(office, items, "merge-not-possible", found, known)
    office.set_status(known, "archived")
    refused(office, items, "merge-not-possible", office.add_firm(NIPS[2]), known)
    foreign = other.boss.get(other.path(f"/firms/{theirs}/merge"), into=known)
    assert foreign.code == "not-found"


def test_too_many_months_are_refused_whole(office: Office, items: Items) -> None:
    known = office.add_firm(PESEL, "Jan Demo", id_type="pesel")
    agent = office.agent()
    found = found_by(agent, office)
    periods = [f"{year}-{month:02}" for year in range(2021, 2026) for month in range(1, 13)]
    agent.push(*(tax(1, nip=NIPS[1], period=period) for period in periods[:47]))
    refused(office, items, "merge-too-large", found, known)


def test_as_many_months_as_fit_go_over_at_once(office: Office) -> None:
    known = office.add_firm(PESEL, "Jan Demo", id_type="pesel")
    agent = office.agent()
    found = found_by(agent, office)
    periods = [f"{year}-{month:02}" for year in range(2021, 2026) for month in range(1, 13)]
    agent.push(*(tax(1, nip=NIPS[1], period=period) for period in periods[:46]))
    assert merge(office, found, known).status == 200
    assert lines(office)[known]["waiting"] == 46


# The page


def test_the_page_says_what_will_happen_and_does_it(office: Office) -> None:
    known = office.add_firm(PESEL, "Jan Demo", id_type="pesel")
    agent = office.agent()
    found = found_by(agent, office)
    agent.push(*sent(read_at(5)), approve=ALL_KINDS)
    browser, path = office.boss_in_a_browser, office.path(f"/firms/{found}/merge")
    choice = browser.get(path)
    assert f'href="{path}?into={known}"' in choice.text
    assert f"into={found}" not in choice.text
    page = browser.get(path, into=known)
    assert "przejdzie 5 pozycji" in page.text
    assert "5 z nich jest już zatwierdzonych" in page.text
    (form,) = forms_to(page, path)
    assert form.send(browser).location == office.path(f"/firms/{known}/settings?done=merged")
    assert set(lines(office)) == {known}


def test_the_choice_is_searched(office: Office) -> None:
    office.add_firm(NIPS[0], "Kłos s.c.")
    office.add_firm(NIPS[2], "Inna")
    found = found_by(office.agent(), office)
    page = office.boss.get(office.path(f"/firms/{found}/merge"), q="kłos").json
    assert [choice["name"] for choice in page["choices"]] == ["Kłos s.c."]


# At the same moment


@pytest.mark.parametrize("seed", range(6))
def test_what_an_agent_sends_meanwhile_is_neither_lost_nor_doubled(office: Office, seed: int) -> None:
    known = office.add_firm(PESEL, "Jan Demo", id_type="pesel")
    agent = office.agent()
    found = found_by(agent, office)
    agent.push(contribution(1, nip=NIPS[1], period="2026-08"))
    version = office.settings(found)["version"]
    fresh = [contribution(2, nip=NIPS[1], period="2026-09"), contribution(3, nip=NIPS[1], period="2026-08")]

    def merging(handlers: Handlers) -> Answer:
        browser = replace(office.boss, handlers=handlers)
        return browser.post(office.path(f"/firms/{found}/merge"), {"into": known, "version": version})

    def sending(handlers: Handlers) -> Answer:
        return replace(agent, handlers=handlers).send("records", {"records": fresh})

    jobs: list[Job[Answer]] = [merging, sending]
    merged, pushed = at_once(jobs, seed)
    assert merged.status == 200 or merged.code == "changed-meanwhile"
    assert pushed.status == 200 or pushed.code == "try-again"
    if merged.status != 200:
        assert merge(office, found, known).status == 200
    if pushed.status != 200:  # the agent keeps the batch and comes back
        assert {result["result"] for result in agent.push(*fresh)} <= {"stored", "unchanged"}
    assert [one["figures"]["amount"] for one in office.records(known, "contributions")] == [3, 2]
    table = OfficeTable(Table(tables.name()), office.id)
    left = months.book(table.of_firm(found)).months
    assert not left or pushed.status != 200, "what the agent was told to send again may stay where nobody looks"
    assert lines(office)[known]["waiting"] == 2


@pytest.mark.parametrize("seed", range(3))
def test_of_two_merges_at_once_one_is_made(office: Office, seed: int) -> None:
    known = office.add_firm(PESEL, "Jan Demo", id_type="pesel")
    other = office.add_firm("192598184", "Inna", id_type="regon")
    agent = office.agent()
    found = found_by(agent, office)
    agent.push(*sent(read_at(5)))
    version = office.settings(found)["version"]

    def into(target: str) -> Job[Answer]:
        def job(handlers: Handlers) -> Answer:
            browser = replace(office.boss, handlers=handlers)
            return browser.post(office.path(f"/firms/{found}/merge"), {"into": target, "version": version})

        return job

    answers = at_once([into(known), into(other)], seed)
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert sorted(lines(office)[firm]["waiting"] for firm in (known, other)) == [0, 5]


@pytest.mark.parametrize("seed", range(3))
def test_nobody_is_let_in_while_the_firm_goes(office: Office, seed: int) -> None:
    known = office.add_firm(PESEL, "Jan Demo", id_type="pesel")
    found = found_by(office.agent(), office)
    office.set_status(found, "active")
    version = office.settings(found)["version"]

    def merging(handlers: Handlers) -> Answer:
        browser = replace(office.boss, handlers=handlers)
        return browser.post(office.path(f"/firms/{found}/merge"), {"into": known, "version": version})

    def inviting(handlers: Handlers) -> Answer:
        browser = replace(office.boss, handlers=handlers)
        body = {"email": "klient@firma.example", "name": "Klient", "role": "firm"}
        return browser.post(office.path(f"/firms/{found}/users"), body)

    merged, _invited = at_once([merging, inviting], seed)
    if merged.status != 200:
        assert merged.code in {"merge-people", "changed-meanwhile"}
        assert found in lines(office)


def test_a_partners_account_is_taken_over_with_the_number(office: Office) -> None:
    known = office.add_firm(NIPS[0], "Kłos s.c.")
    partner(office, known)
    found = found_by(office.agent(), office)
    office.change_settings(found, zus_account=ZUS_ACCOUNT)
    assert merge(office, found, known, "Jan Demo").status == 200
    (listed,) = office.boss.get(office.path(f"/firms/{known}/partners")).json["partners"]
    assert (listed["nip"], listed["zus_account"]) == (NIPS[1], ZUS_ACCOUNT)
