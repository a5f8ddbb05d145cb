"""What synchronising costs in DynamoDB: counted at the client, sized by DynamoDB's rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.functions.tables import size, watched
from tests.functions.times import Clock
from tests.functions.world import NIPS, Agent, Office, contribution, demo_nip, statement, tax

STATE = "0f6c" * 8
OTHER_STATE = "1" * 32
KILOBYTE = 1024
Items = Callable[[], list[dict[str, Any]]]

PROGRAMS = [{"program": "exports", "state": "ok", "read_at": "2026-11-24T08:59:00.000Z", "firms": 12, "error": None}]
BROKEN = {"file": "2026/vat-10.xml", "code": "xml-broken", "field": None, "detail": "Plik urywa się."}


@pytest.fixture
def agent(office: Office) -> Agent:
    office.add_firm()
    return office.agent()


def month_items(items: Items) -> list[dict[str, Any]]:
    return [item for item in items() if item["sk"]["S"].startswith("M#")]


def months_among(keys: list[tuple[str, str]]) -> int:
    return sum(sk.startswith("M#") for _, sk in keys)


@pytest.mark.parametrize("problems", [[], [BROKEN]], ids=["all is well", "something is broken"])
def test_an_unchanged_office_costs_one_item_read_and_nothing_written(
    agent: Agent, problems: list[dict[str, Any]], clock: Clock
) -> None:
    told = {"programs": PROGRAMS, "problems": problems, "problems_total": len(problems)}
    agent.heartbeat(**told)
    agent.push(tax(), state=STATE)
    agent.heartbeat(state=STATE, **told)
    clock.advance(minutes=15)
    later = [{**PROGRAMS[0], "read_at": "2026-11-24T09:14:00.000Z"}]
    with watched() as calls:
        answer = agent.heartbeat(state=STATE, **{**told, "programs": later})
    assert answer.json["in_sync"] is True
    assert calls.written == []
    assert (sum(calls.reads.values()), calls.items_read) == (1, 1)


def test_last_seen_is_written_once_an_hour_at_most(agent: Agent, clock: Clock) -> None:
    agent.heartbeat()
    written = 0
    for _ in range(24):
        clock.advance(minutes=10)
        with watched() as calls:
            agent.heartbeat()
        written += len(calls.written)
    assert written == 4


def test_what_a_heartbeat_tells_anew_is_written_once(agent: Agent) -> None:
    agent.heartbeat(programs=PROGRAMS)
    for change in (
        {"version": "0.2.0"},
        {"machine": "NOWA"},
        {"programs": [{**PROGRAMS[0], "state": "failing", "error": "Folder zniknął."}]},
    ):
        told = {"programs": PROGRAMS, **change}
        with watched() as calls:
            agent.heartbeat(**told)
            agent.heartbeat(**told)
        assert len(calls.written) == 1, change


def test_a_repeated_batch_writes_nothing(agent: Agent) -> None:
    batch = [tax(), contribution(), statement(), tax(period="2026-09")]
    agent.push(*batch, state=STATE)
    with watched() as calls:
        agent.push(*batch, state=STATE)
    assert calls.written == []


def test_a_repeated_batch_with_refused_records_writes_nothing(agent: Agent) -> None:
    batch = [tax(), tax(form="VAT-8"), tax(nip=NIPS[1])]
    agent.push(*batch, state=STATE)
    with watched() as calls:
        agent.push(*batch, state=STATE)
    assert calls.written == []


def test_an_older_batch_writes_nothing(agent: Agent) -> None:
    agent.push(tax(2, minutes_ago=1), state=STATE)
    with watched() as calls:
        agent.push(tax(1, minutes_ago=2), state=STATE)
    assert calls.written == []


def test_a_changed_record_costs_one_write_of_a_kilobyte_and_one_for_the_state(agent: Agent, items: Items) -> None:
    agent.push(tax(1, minutes_ago=9), contribution(), statement(), tax(7, form="PIT-5"), state=STATE)
    with watched() as calls:
        agent.push(tax(2, minutes_ago=1), state=OTHER_STATE)
    (month,) = month_items(items)
    keys = calls.written_keys()
    assert (len(keys), months_among(keys)) == (2, 1)
    assert size(month) <= KILOBYTE


def test_in_the_middle_of_a_run_a_changed_record_costs_one_write(agent: Agent) -> None:
    """The first batch of a run also forgets the state of the last one."""
    agent.push(tax(1, minutes_ago=9), state=STATE)
    for number, written in enumerate((2, 1, 1)):
        with watched() as calls:
            agent.push(tax(2 + number, minutes_ago=5 - number))
        assert len(calls.written) == written


def test_a_month_with_a_long_history_still_fits_into_a_kilobyte(office: Office, agent: Agent, items: Items) -> None:
    """Three kinds of records, each corrected three times, approved, and seen by the client."""
    (firm,) = (one["id"] for one in office.boss.get(office.path("/firms")).json["firms"])
    client = office.client(firm)
    for number in range(3):
        agent.push(
            tax(321_000 + number * 137, minutes_ago=9 - number),
            contribution(590_211 + number * 11, minutes_ago=9 - number),
            statement(4_500_000 + number, 3_120_050, minutes_ago=9 - number),
            approve={"tax": True, "contribution": True, "statement": True},
        )
        client.get(f"/firms/{firm}")
    (month,) = month_items(items)
    assert len(office.history(firm)) > 20
    assert size(month) <= KILOBYTE


@pytest.mark.parametrize("months", [["2026-10"], ["2026-09", "2026-10"]], ids=["one month", "two months"])
def test_a_hundred_changed_records_cost_one_write_a_firm_and_month(
    office: Office, agent: Agent, items: Items, months: list[str]
) -> None:
    nips = [demo_nip(number) for number in range(25)]
    agent.announce(*nips)

    def batch(amount: int, minutes_ago: int) -> list[dict[str, Any]]:
        kinds = ["VAT-7", "PIT-5", "PPE", "CIT"][: 4 // len(months)]
        return [
            tax(amount, nip=nip, form=form, period=period, minutes_ago=minutes_ago)
            for nip in nips
            for period in months
            for form in kinds
        ]

    for amount, minutes_ago, state in ((1, 9, STATE), (2, 1, OTHER_STATE)):
        with watched() as calls:
            answers = agent.push(*batch(amount, minutes_ago), state=state)
        assert [answer["result"] for answer in answers] == ["stored"] * 100
        keys = calls.written_keys()
        assert (len(keys), months_among(keys)) == (25 * len(months) + 1, 25 * len(months))
    assert max(map(size, month_items(items))) <= KILOBYTE


def test_a_batch_reads_agent_firms_and_months_once(office: Office, agent: Agent) -> None:
    nips = [demo_nip(number) for number in range(25)]
    agent.announce(*nips)
    with watched() as calls:
        agent.push(*(tax(1, nip=nip) for nip in nips))
    assert sum(calls.reads.values()) == 5  # as below; and of months just begun, whether the firm is still there
    assert calls.items_read == 1 + 4 * 25
    with watched() as calls:
        agent.push(*(tax(2, nip=nip, minutes_ago=1) for nip in nips))
    assert sum(calls.reads.values()) == 4  # the agent; whose NIPs; the firms; their months
    assert calls.items_read == 1 + 3 * 25


def test_announcing_known_firms_writes_nothing(agent: Agent) -> None:
    agent.announce(*NIPS)
    with watched() as calls:
        agent.announce(*NIPS)
    assert calls.written == []


def test_asking_for_digests_writes_nothing(agent: Agent) -> None:
    agent.push(tax())
    with watched() as calls:
        agent.send("digests", {"nips": list(NIPS), "from": "2026-01", "to": "2026-11"})
    assert calls.written == []


def test_a_month_of_a_clerk_costs_two_reads_on_each_page(office: Office, agent: Agent) -> None:
    agent.push(tax(), state=STATE)
    (firm,) = (one["id"] for one in office.boss.get(office.path("/firms")).json["firms"])
    for path in ("", "/firms", "/agents", "/months/2026-10", f"/firms/{firm}/taxes"):
        with watched() as calls:
            assert office.boss.get(office.path(path)).status == 200
        # The desktop counts documents too: those that are new, and those with a question.
        assert sum(calls.reads.values()) <= 1 + (2 if path else 4), path
        assert calls.written == [], path
