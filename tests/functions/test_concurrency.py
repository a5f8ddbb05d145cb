"""Many at once: nothing is lost, nothing happens twice. Each test runs with several orders of turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from portal.domain.records import TAX_FORMS, Action, Record
from portal.store import months
from tests.functions.gateway import Answer, Browser, Handlers
from tests.functions.tables import name as table_name
from tests.functions.turns import Job, at_once
from tests.functions.world import BOSS, NIPS, Agent, Office, code_in, link_in, tax

VAT = "2026-10.tax.VAT-7."
THREADS = 8
SEEDS = pytest.mark.parametrize("seed", range(2))
Items = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def firm(office: Office) -> str:
    return office.add_firm()


def until_done(send: Callable[[], Answer]) -> Answer:
    """Comes back as long as the portal asks to."""
    while (answer := send()).status == 503:
        assert answer.code == "try-again"
    return answer


def by(office: Office, path: str, body: object = None) -> Job[Answer]:
    """The administrator posts; comes back when asked to."""

    def job(handlers: Handlers) -> Answer:
        return until_done(lambda: replace(office.boss, handlers=handlers).post(office.path(path), body))

    return job


def sync(agent: Agent, *records: dict[str, Any], **more: Any) -> Job[Answer]:
    def job(handlers: Handlers) -> Answer:
        own = replace(agent, handlers=handlers)
        return until_done(lambda: own.send("records", {"records": list(records), **more}))

    return job


def stored_month(items: Items, firm: str) -> tuple[int, dict[str, Record]]:
    """The month as it stands in the table, with the order of its steps."""
    (wire,) = (item for item in items() if item["pk"]["S"].endswith(f"F#{firm}") and item["sk"]["S"].startswith("M#"))
    plain = {"sk": wire["sk"]["S"], "revision": int(wire["revision"]["N"]), "records": wire["records"]["B"]}
    month = months.decode(plain, firm)
    return month.revision, {record.name: record for record in month.records.values()}


def statuses(answers: list[Answer]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


@SEEDS
def test_agents_that_write_one_month_at_once_lose_nothing(office: Office, firm: str, items: Items, seed: int) -> None:
    agents = [office.agent(f"MASZYNA-{number}") for number in range(THREADS)]
    jobs = [
        sync(agent, tax(number + 1, form=form))
        for number, (agent, form) in enumerate(zip(agents, TAX_FORMS, strict=True))
        if form != "VAT-7K"
    ]
    jobs.append(sync(agents[1], tax(2, form="VAT-7K", period="2026-09")))
    answers = at_once(jobs, seed)
    assert [answer.json["results"][0]["result"] for answer in answers] == ["stored"] * THREADS
    amounts = {record["form"]: record["figures"]["amount"] for record in office.records(firm)}
    assert amounts == {form: number + 1 for number, form in enumerate(TAX_FORMS)}
    assert Counter(entry["action"] for entry in office.history(firm)) == {"synced": THREADS}
    assert office.boss.get(office.path()).json["waiting"] == THREADS


@SEEDS
def test_contents_of_one_record_at_once_end_with_the_latest(office: Office, firm: str, items: Items, seed: int) -> None:
    agents = [office.agent(f"MASZYNA-{number}") for number in range(THREADS)]
    batches = [tax(100 + number, minutes_ago=30 - number) for number in range(THREADS)]
    answers = at_once([sync(agent, batch) for agent, batch in zip(agents, batches, strict=True)], seed)
    results = Counter(answer.json["results"][0]["result"] for answer in answers)
    _, records = stored_month(items, firm)
    (record,) = records.values()
    assert record.current.content.amount == 100 + THREADS - 1
    assert set(results) <= {"stored", "older"}
    assert [step.version for step in record.steps] == list(range(1, results["stored"] + 1))


@SEEDS
def test_approving_at_once_approves_once(office: Office, firm: str, seed: int) -> None:
    office.agent().push(tax(100))
    body = {"records": [f"{VAT}@1"]}
    answers = at_once([by(office, f"/firms/{firm}/approvals", body)] * THREADS, seed)
    assert statuses(answers) == {200: THREADS}
    assert Counter(entry["action"] for entry in office.history(firm)) == {"synced": 1, "approved": 1}


@SEEDS
def test_withdrawing_at_once_withdraws_once(office: Office, firm: str, seed: int) -> None:
    office.agent().push(tax(100), approve={"tax": True})
    body = {"record": f"{VAT}@1", "reason": "Pomyłka"}
    answers = at_once([by(office, f"/firms/{firm}/withdrawals", body)] * THREADS, seed)
    assert statuses(answers) == {200: 1, 409: THREADS - 1}
    assert [entry["action"] for entry in office.history(firm)].count("withdrawn") == 1


def replayed(record: Record) -> tuple[int, int | None]:
    """Amounts that office and client see, told from the steps alone."""
    current, shown = -1, None
    for step in record.steps:
        if step.action in (Action.SYNCED, Action.ENTERED):
            current = step.content.amount
        elif step.action is Action.APPROVED:
            assert step.content.amount == current, "an approval of something else than what stood there"
            shown = step.content.amount
        elif step.action is Action.WITHDRAWN:
            assert step.content.amount == shown, "a withdrawal of something the client did not see"
            shown = None
    return current, shown


@SEEDS
def test_sync_approval_withdrawal_and_entry_at_once_leave_one_story(
    office: Office, firm: str, items: Items, seed: int
) -> None:
    agent, client = office.agent(), office.client(firm)
    agent.push(tax(100, minutes_ago=60), approve={"tax": True})

    def approve_what_stands_there(handlers: Handlers) -> Answer:
        boss = replace(office.boss, handlers=handlers)
        table = boss.get(office.path(f"/firms/{firm}/taxes"), year=2026).json
        (seen,) = (one for month in table["months"] for one in month["records"])
        body = {"records": [f"{VAT}@{seen['version']}"]}
        return until_done(lambda: boss.post(office.path(f"/firms/{firm}/approvals"), body))

    def look(handlers: Handlers) -> Answer:
        return until_done(lambda: replace(client, handlers=handlers).get(f"/firms/{firm}"))

    typed = {"seen_version": 1, "period": "2026-10", "form": "VAT-7", "amount": 777}
    withdrawal = {"record": f"{VAT}@1", "reason": "Pomyłka"}
    jobs: list[Job[Answer]] = [
        sync(agent, tax(200, minutes_ago=20)),
        sync(agent, tax(300, minutes_ago=10)),
        approve_what_stands_there,
        approve_what_stands_there,
        by(office, f"/firms/{firm}/withdrawals", withdrawal),
        by(office, f"/firms/{firm}/taxes", typed),
        look,
        sync(agent, tax(250, minutes_ago=15), approve={"tax": True}),
    ]
    answers = at_once(jobs, seed)
    revision, records = stored_month(items, firm)
    (record,) = records.values()
    made = Counter(step.action for step in record.steps)
    stored = [one for answer in answers for one in answer.json.get("results", []) if one["result"] == "stored"]
    approvals = sum(answer.json.get("approved", 0) for answer in answers[2:4])
    assert made[Action.SYNCED] == 1 + len(stored)
    assert made[Action.WITHDRAWN] == (answers[4].status == 200)
    assert made[Action.ENTERED] == (answers[5].status == 200)
    assert made[Action.APPROVED] <= 2 + approvals
    assert made[Action.SEEN] <= 1 + made[Action.APPROVED]
    versions = [step.version for step in record.steps if step.action in (Action.SYNCED, Action.ENTERED)]
    assert versions == sorted(set(versions)), "each version is made once"
    shown = record.published.content.amount if record.published else None
    assert replayed(record) == (record.current.content.amount, shown)
    assert {answer.status for answer in answers} <= {200, 409}
    assert revision <= 1 + len(record.steps)
    assert len(office.history(firm)) == len(record.steps)


def sessions(items: Items) -> int:
    return sum(item["sk"]["S"].startswith("S#") for item in items())


@SEEDS
def test_one_link_used_at_once_opens_one_session(office: Office, items: Items, seed: int) -> None:
    Browser().post("/sign-in", {"email": BOSS})
    link = link_in(office.mails.last_to(BOSS)["text"])
    before = sessions(items)
    answers = at_once([lambda handlers: Browser(handlers=handlers).post(link)] * THREADS, seed)
    assert statuses(answers) == {200: 1, 410: THREADS - 1}
    assert sum(bool(answer.cookies) for answer in answers) == 1
    assert sessions(items) == before + 1


@SEEDS
def test_link_and_code_used_at_once_open_one_session(office: Office, items: Items, seed: int) -> None:
    challenge = Browser().post("/sign-in", {"email": BOSS}).json["challenge"]
    text = office.mails.last_to(BOSS)["text"]
    link, typed = link_in(text), {"challenge": challenge, "code": code_in(text)}
    before = sessions(items)
    by_link: Job[Answer] = lambda handlers: Browser(handlers=handlers).post(link)  # noqa: E731 - three of a kind, each a line
    by_code: Job[Answer] = lambda handlers: Browser(handlers=handlers).post("/sign-in/code", typed)  # noqa: E731 - three of a kind, each a line
    answers = at_once([by_link, by_code] * 2, seed)
    assert statuses(answers)[200] == 1
    assert sessions(items) == before + 1


@SEEDS
def test_codes_guessed_at_once_are_all_counted(office: Office, seed: int) -> None:
    challenge = Browser().post("/sign-in", {"email": BOSS}).json["challenge"]
    right = code_in(office.mails.last_to(BOSS)["text"])
    wrong = {"challenge": challenge, "code": f"{(int(right) + 1) % 1_000_000:06d}"}
    job: Job[Answer] = lambda handlers: Browser(handlers=handlers).post("/sign-in/code", wrong)  # noqa: E731 - three of a kind, each a line
    assert statuses(at_once([job] * THREADS, seed)) == {422: 5, 429: THREADS - 5}


@SEEDS
def test_a_firm_announced_by_many_machines_at_once_is_made_once(office: Office, seed: int) -> None:
    agents = [office.agent(f"MASZYNA-{number}") for number in range(THREADS)]
    jobs = [(lambda handlers, one=agent: replace(one, handlers=handlers).announce(*NIPS[:2])) for agent in agents]
    answers = at_once(jobs, seed)
    for number in range(2):
        assert Counter(answer.json["firms"][number]["result"] for answer in answers) == {
            "created": 1,
            "known": THREADS - 1,
        }
    assert sorted(firm["nip"] for firm in office.boss.get(office.path("/firms")).json["firms"]) == sorted(NIPS[:2])


@SEEDS
def test_a_firm_added_at_once_is_added_once(office: Office, seed: int) -> None:
    answers = at_once([by(office, "/firms", {"number": NIPS[0], "name": "Firma"})] * THREADS, seed)
    assert statuses(answers) == {201: 1, 409: THREADS - 1}
    assert {answer.code for answer in answers if answer.status == 409} == {"firm-exists"}
    assert len(office.boss.get(office.path("/firms")).json["firms"]) == 1


@SEEDS
def test_settings_saved_at_once_are_saved_once(office: Office, firm: str, seed: int) -> None:
    bodies = [{"version": 1, "name": f"Nazwa {number}", "legal_form": "company"} for number in range(THREADS)]
    answers = at_once([by(office, f"/firms/{firm}/settings", body) for body in bodies], seed)
    assert statuses(answers) == {200: 1, 409: THREADS - 1}
    (saved,) = (answer.json["firm"]["name"] for answer in answers if answer.status == 200)
    assert office.settings(firm)["firm"]["name"] == saved


@SEEDS
def test_an_invitation_sent_at_once_invites_once(office: Office, firm: str, seed: int) -> None:
    body = {"email": "klient@firma.example", "name": "Klient"}
    answers = at_once([by(office, f"/firms/{firm}/users", body)] * THREADS, seed)
    # The others came too late, or too many at once to be counted.
    assert statuses(answers)[201] == 1
    assert {answer.code for answer in answers if answer.status != 201} <= {
        "already-invited",
        "changed-meanwhile",
        "too-many-tries",
    }
    assert len(office.mails.to("klient@firma.example")) == 1


@SEEDS
def test_a_revocation_survives_heartbeats_of_the_same_moment(office: Office, firm: str, seed: int) -> None:
    agent = office.agent()
    beats: list[Job[Answer]] = [
        (lambda handlers, n=number: until_done(lambda: replace(agent, handlers=handlers).heartbeat(version=f"0.{n}")))
        for number in range(THREADS - 1)
    ]
    answers = at_once([*beats, by(office, f"/agents/{agent.id}/revocation")], seed)
    assert answers[-1].status == 200
    assert {answer.status for answer in answers[:-1]} <= {200, 401}
    assert agent.heartbeat().code == "token-revoked"


@SEEDS
def test_a_long_history_is_moved_once(office: Office, firm: str, items: Items, seed: int) -> None:
    agent = office.agent()
    agent.push(*(tax(number, minutes_ago=100 - number) for number in range(46)))
    others = [office.agent(f"MASZYNA-{number}") for number in range(THREADS)]
    batches = [tax(1_000 + number, minutes_ago=50 - number) for number in range(THREADS)]
    at_once([sync(one, batch) for one, batch in zip(others, batches, strict=True)], seed)
    entries = office.history(firm)
    (record,) = office.records(firm)
    assert record["figures"]["amount"] == 1_000 + THREADS - 1
    assert sorted(entry["version"] for entry in entries) == list(range(1, record["version"] + 1))


def test_turns_are_real(table: Any, office: Office) -> None:
    """The harness itself: without conditions on writes, these requests would overwrite each other."""
    seen: list[str] = []

    def job(mark: str) -> Job[None]:
        def run(handlers: Handlers) -> None:
            for _ in range(4):
                seen.append(mark)
                replace(office.boss, handlers=handlers).get(office.path("/firms"))

        return run

    at_once([job("a"), job("b")])
    assert seen not in (list("aaaabbbb"), list("bbbbaaaa"))
    assert table.describe_table(TableName=table_name())
