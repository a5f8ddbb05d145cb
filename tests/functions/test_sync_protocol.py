"""docs/sync-protocol.md, rule by rule and with its own examples, against the real handlers."""

from __future__ import annotations

import gzip
import hashlib
import io
import itertools
import json
import re
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.contract.template import ROOT
from tests.functions.gateway import Answer, Browser
from tests.functions.times import Clock
from tests.functions.world import NIPS, Agent, Office, contribution, demo_nip, open_office, statement, tax

DOC = (ROOT / "docs" / "sync-protocol.md").read_text(encoding="utf-8")
STATE = "0f6c" * 8
Items = Callable[[], list[dict[str, Any]]]


def section(title: str) -> str:
    return DOC.partition(f"\n## {title}")[2].partition("\n## ")[0]


def examples(title: str) -> list[Any]:
    """The fenced JSON of a section of the page."""
    return [json.loads(text) for text in re.findall(r"```json\n(.*?)```", section(title), re.DOTALL)]


def digest_by_the_page(record: dict[str, Any]) -> str:
    """What the page says of a record's digest, written down a second time."""
    figures = ("revenue", "costs") if record["kind"] == "statement" else ("amount", "surplus")
    content = {key: record[key] for key in ("kind", "form", "subject", "period", "settlement", *figures)}
    written = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:32]


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


@pytest.fixture
def firm(office: Office) -> str:
    return office.add_firm()


@pytest.fixture
def agent(office: Office) -> Agent:
    return office.agent()


def results(answers: list[dict[str, Any]]) -> list[str]:
    return [answer["result"] for answer in answers]


def amounts(office: Office, firm: str) -> dict[str, int]:
    return {record["record"]: record["figures"]["amount"] for record in office.records(firm, "taxes")}


def card(office: Office, number: int = 0) -> dict[str, Any]:
    return dict(office.boss.get(office.path("/agents")).json["agents"][number])


def post(agent: Agent, path: str, body: object, **options: Any) -> Answer:
    """As an agent posts, but with any body at all."""
    return Browser(headers={"authorization": f"Bearer {agent.token}"}).post(path, body, **options)


# The page's own examples


@pytest.fixture
def at_the_pages_time(clock: Clock, office: Office) -> Clock:
    clock.set(at("2026-11-24T03:41:47.000Z"))
    return clock


at_its_time = pytest.mark.usefixtures("at_the_pages_time")


@at_its_time
def test_the_page_shows_a_heartbeat(office: Office, agent: Agent) -> None:
    asked, answered = examples("`POST /sync/heartbeat`")
    asked["state"] = STATE
    first = post(agent, "/sync/heartbeat", asked, zipped=True)
    assert first.status == 200, first.text
    assert first.json.keys() == answered.keys()
    assert (first.json["office"], first.json["in_sync"]) == (answered["office"], False)
    agent.push(state=STATE)
    assert post(agent, "/sync/heartbeat", asked).json["in_sync"] is answered["in_sync"]


@at_its_time
def test_the_panel_shows_the_problems_of_the_heartbeat(office: Office, agent: Agent) -> None:
    asked, _ = examples("`POST /sync/heartbeat`")
    post(agent, "/sync/heartbeat", {**asked, "state": None})
    (problem,) = asked["problems"]
    (shown,) = card(office)["problems"]
    assert {name: shown[name] for name in problem} == {**problem, "field": ""}
    assert card(office)["problems_total"] == asked["problems_total"]


@at_its_time
def test_the_page_shows_firms_found(agent: Agent) -> None:
    asked, answered = examples("`POST /sync/firms`")
    answer = post(agent, "/sync/firms", asked)
    assert answer.json.keys() == answered.keys()
    said = [{name: firm[name] for name in wanted} for firm, wanted in pairs(answer.json["firms"], answered["firms"])]
    assert said == answered["firms"]


@at_its_time
def test_the_page_shows_records(office: Office, firm: str, agent: Agent) -> None:
    asked, answered = examples("`POST /sync/records`")
    for record in asked["records"]:
        record["digest"] = digest_by_the_page(record)
    assert asked["records"][0]["digest"] == re.search(r"→ (\w{32})", section("Digests"))[1]
    answer = post(agent, "/sync/records", asked)
    assert results(answer.json["results"]) == ["stored"] * 3
    assert answer.json.keys() == answered.keys()


@at_its_time
def test_the_page_shows_the_answers_to_records(firm: str, agent: Agent) -> None:
    """One new, one known, one whose month has not begun: the three answers that the page shows."""
    asked, answered = examples("`POST /sync/records`")
    new, known, early = asked["records"]
    early["period"] = "2027-03"
    for record in asked["records"]:
        record["digest"] = digest_by_the_page(record)
    agent.push(known)
    answer = post(agent, "/sync/records", {**asked, "records": [new, known, early]})
    said = [{name: value for name, value in one.items() if value is not None} for one in answer.json["results"]]
    assert said == answered["results"]


@at_its_time
def test_the_page_shows_digests(firm: str, agent: Agent) -> None:
    (record,) = (one for one in examples("`POST /sync/records`")[0]["records"] if one["kind"] == "tax")
    record["digest"] = digest_by_the_page(record)
    agent.push(record)
    asked, answered = examples("`POST /sync/digests`")
    answer = post(agent, "/sync/digests", asked)
    (wanted,) = answered["firms"][0]["records"]
    (held,) = answer.json["firms"][0]["records"]
    assert answer.json.keys() == answered.keys()
    assert at(held.pop("read_at")) == at(wanted.pop("read_at"))
    assert held == {**wanted, "digest": record["digest"]}


@at_its_time
def test_the_page_shows_a_refused_request(agent: Agent) -> None:
    (wanted,) = examples("Common to all requests")
    answer = post(agent, "/sync/records", {"protocol": 1, "sent_at": "2026-11-24T03:41:47.000Z"})
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json.keys() == wanted.keys()
    (error,), (like) = answer.json["errors"], wanted["errors"]
    assert {**error, "detail": "…"} == like[0]
    assert (answer.status, answer.json["status"]) == (wanted["status"], wanted["status"])


def pairs(one: list[Any], other: list[Any]) -> list[tuple[Any, Any]]:
    return list(zip(one, other, strict=True))


# One by one


def test_each_record_is_answered_by_itself_and_in_order(office: Office, firm: str, agent: Agent) -> None:
    agent.push(tax(100, form="CIT", minutes_ago=5), tax(200, form="PPE", minutes_ago=5))
    answers = agent.push(
        tax(300),
        tax(100, form="CIT", minutes_ago=5),
        tax(1, form="VAT-8"),
        tax(199, form="PPE", minutes_ago=9),
        contribution(),
        tax(400, nip=NIPS[1]),
        statement(),
    )
    assert results(answers) == ["stored", "unchanged", "refused", "older", "stored", "refused", "stored"]
    assert [answer["code"] for answer in answers] == [None, None, "form-unknown", None, None, "firm-unknown", None]
    assert amounts(office, firm) == {"2026-10.tax.CIT.": 100, "2026-10.tax.PPE.": 200, "2026-10.tax.VAT-7.": 300}


def test_a_repeated_request_changes_nothing(office: Office, firm: str, agent: Agent, items: Items) -> None:
    batch = [tax(300), contribution(), statement()]
    assert results(agent.push(*batch, state=STATE)) == ["stored"] * 3
    before = items()
    for _ in range(3):
        assert results(agent.push(*batch, state=STATE)) == ["unchanged"] * 3
    assert items() == before


def test_the_same_record_twice_in_one_batch_is_stored_once(office: Office, firm: str, agent: Agent) -> None:
    record = tax(300)
    assert results(agent.push(record, record)) == ["stored", "unchanged"]
    assert [entry["action"] for entry in office.history(firm)] == ["synced"]


def test_two_contents_of_a_record_in_one_batch_end_with_the_later(office: Office, firm: str, agent: Agent) -> None:
    late, early = tax(300, minutes_ago=1), tax(200, minutes_ago=2)
    assert results(agent.push(late, early)) == ["stored", "older"]
    assert amounts(office, firm) == {"2026-10.tax.VAT-7.": 300}


ORDERS = list(itertools.permutations(range(3)))


@pytest.mark.parametrize("order", ORDERS, ids=["".join(map(str, order)) for order in ORDERS])
def test_any_order_of_batches_of_two_machines_ends_the_same(office: Office, firm: str, order: tuple[int, ...]) -> None:
    machines = itertools.cycle([office.agent("PIERWSZA"), office.agent("DRUGA")])
    batches = [tax(100, minutes_ago=30), tax(200, minutes_ago=20), tax(300, minutes_ago=10)]
    for number in order:
        next(machines).push(batches[number])
    assert amounts(office, firm) == {"2026-10.tax.VAT-7.": 300}


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_contents_read_at_one_moment_the_larger_digest_wins(office: Office, firm: str, first: int) -> None:
    moment = "2026-11-24T08:00:00.000Z"
    contents = [tax(amount, read_at=moment) for amount in (100, 200)]
    larger = max(contents, key=lambda record: record["digest"])
    for number in (first, 1 - first):
        office.agent().push(contents[number])
    assert amounts(office, firm) == {"2026-10.tax.VAT-7.": larger["amount"]}


def test_a_late_repetition_does_not_undo_what_came_after(office: Office, firm: str, agent: Agent) -> None:
    old = tax(100, minutes_ago=30)
    agent.push(old)
    agent.push(tax(200, minutes_ago=20))
    assert results(agent.push(old)) == ["older"]
    assert amounts(office, firm) == {"2026-10.tax.VAT-7.": 200}


def test_a_content_that_comes_back_is_a_new_one(office: Office, firm: str, agent: Agent) -> None:
    for amount, minutes_ago in ((100, 30), (200, 20), (100, 10)):
        agent.push(tax(amount, minutes_ago=minutes_ago))
    assert amounts(office, firm) == {"2026-10.tax.VAT-7.": 100}
    assert len(office.history(firm)) == 3


def test_two_machines_with_the_same_books_store_once(office: Office, firm: str) -> None:
    one, other = office.agent("PIERWSZA"), office.agent("DRUGA")
    assert results(one.push(tax(100, minutes_ago=10))) == ["stored"]
    assert results(other.push(tax(100, minutes_ago=8))) == ["unchanged"]
    assert len(office.history(firm)) == 1


def test_what_is_the_same_but_read_later_does_not_let_an_older_content_win(office: Office, firm: str) -> None:
    agent = office.agent()
    agent.push(tax(100, minutes_ago=30))
    agent.push(tax(100, minutes_ago=10))
    assert results(agent.push(tax(200, minutes_ago=20))) == ["older"]


def test_what_is_typed_by_hand_stays_until_the_source_changes(office: Office, firm: str, agent: Agent) -> None:
    agent.push(tax(100, minutes_ago=30))
    by_hand = {"seen_version": 1, "period": "2026-10", "form": "VAT-7", "amount": 150}
    assert office.boss.post(office.path(f"/firms/{firm}/taxes"), by_hand).status == 200
    assert results(agent.push(tax(100, minutes_ago=30))) == ["older"]
    assert amounts(office, firm) == {"2026-10.tax.VAT-7.": 150}
    assert results(agent.push(tax(170, minutes_ago=-1))) == ["stored"]


# What is refused, and how it is told

FAR = "2026-11-24T09:11:00Z"
REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "a NIP with a wrong check digit": ({"nip": "5120079195"}, "nip-invalid", "nip"),
    "a NIP of nine digits": ({"nip": "512007919"}, "nip-invalid", "nip"),
    "a NIP with digits of another script": ({"nip": "٥١٢٠٠٧٩١٩٤"}, "nip-invalid", "nip"),
    "a firm nobody announced": ({"nip": NIPS[1]}, "firm-unknown", "nip"),
    "a month 13": ({"period": "2026-13"}, "period-invalid", "period"),
    "a month without a zero": ({"period": "2026-1"}, "period-invalid", "period"),
    "a day": ({"period": "2026-10-01"}, "period-invalid", "period"),
    "a month that has not begun": ({"period": "2026-12"}, "period-in-future", "period"),
    "a month of the last century": ({"period": "1999-12"}, "period-too-old", "period"),
    "a quarter in its first month": ({"form": "VAT-7K", "period": "2026-07"}, "period-not-quarter", "period"),
    "a debt below zero": ({"amount": -1}, "amount-out-of-range", "amount"),
    "a debt beyond the range": ({"amount": 10_000_000_000}, "amount-out-of-range", "amount"),
    "an overpayment beyond the range": ({"amount": 0, "surplus": 10_000_000_000}, "amount-out-of-range", "surplus"),
    "a debt and an overpayment": ({"amount": 1, "surplus": 1}, "amount-and-surplus", "surplus"),
    "a form that nobody knows": ({"form": "VAT-8"}, "form-unknown", "form"),
    "a tax without its form": ({"form": ""}, "form-unknown", "form"),
    "a tax of a person": ({"subject": "Jan"}, "subject-invalid", "subject"),
    "a reading in the future": ({"read_at": FAR}, "read-in-future", "read_at"),
    "a digest of something else": ({"digest": "0" * 32}, "digest-mismatch", "digest"),
    "a digest in capitals": ({"digest": "A" * 32}, "digest-mismatch", "digest"),
    "a settlement that does not exist": ({"settlement": "X"}, "field-invalid", "settlement"),
    "a kind that does not exist": ({"kind": "invoice"}, "field-invalid", "kind"),
    "a field of another protocol": ({"currency": "PLN"}, "field-unknown", "currency"),
    "a statement's field": ({"revenue": 1}, "field-unknown", "revenue"),
    "an amount as text": ({"amount": "321000"}, "field-invalid", "amount"),
    "an amount in zloty": ({"amount": 3210.5}, "field-invalid", "amount"),
    "a whole amount as a float": ({"amount": 3210.0}, "field-invalid", "amount"),
    "an amount as a truth": ({"amount": True}, "field-invalid", "amount"),
    "an amount that is nothing": ({"amount": None}, "field-invalid", "amount"),
    "an amount as a list": ({"amount": [1]}, "field-invalid", "amount"),
    "a NIP as a number": ({"nip": 5120079194}, "field-invalid", "nip"),
    "a reading without a zone": ({"read_at": "2026-11-24T08:00:00"}, "field-invalid", "read_at"),
    "a reading at the beginning of time": ({"read_at": "0001-01-01T00:00:00+14:00"}, "field-invalid", "read_at"),
    "a period in parts": ({"period": {"year": 2026, "month": 10}}, "period-invalid", "period"),
    "a period as a number": ({"period": 202610}, "period-invalid", "period"),
    "half a character": ({"subject": "\ud800"}, "subject-invalid", "subject"),
}


@pytest.mark.parametrize(("change", "code", "field"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refused_record_tells_code_and_field_and_stops_no_other(
    office: Office, firm: str, agent: Agent, change: dict[str, Any], code: str, field: str
) -> None:
    record = {**tax(), **change}
    if "digest" not in change:
        record["digest"] = digest_by_the_page(record) if "\ud800" not in record["subject"] else "0" * 32
    first, refused, last = agent.push(contribution(), record, statement())
    assert refused["result"] == "refused"
    assert (refused["code"], refused["field"]) == (code, field)
    assert refused["detail"][0].isupper()
    assert results([first, last]) == ["stored", "stored"]
    assert amounts(office, firm) == {}


def test_a_contribution_knows_declaration_and_correction_only(firm: str, agent: Agent) -> None:
    for settlement in "ZPI":
        (refused,) = agent.push(contribution(settlement=settlement))
        assert (refused["code"], refused["field"]) == ("settlement-not-allowed", "settlement")
    assert results(agent.push(contribution(settlement="K"))) == ["stored"]


def test_a_subject_has_sixty_characters(firm: str, agent: Agent) -> None:
    long, hidden, right = agent.push(
        contribution(subject="x" * 61), contribution(subject="a\u202eb"), contribution(subject="ż" * 60)
    )
    assert {(one["code"], one["field"]) for one in (long, hidden)} == {("subject-invalid", "subject")}
    assert right["result"] == "stored"


@pytest.mark.parametrize("missing", ["nip", "kind", "period", "settlement", "amount", "surplus", "read_at", "digest"])
def test_a_missing_field_is_named(firm: str, agent: Agent, missing: str) -> None:
    record = {name: value for name, value in tax().items() if name != missing}
    (refused,) = agent.push(record)
    assert (refused["code"], refused["field"]) == ("field-missing", missing)


@pytest.mark.parametrize("field", ["revenue", "costs"])
@pytest.mark.parametrize("amount", [10_000_000_000, -10_000_000_000])
def test_a_statement_has_its_range_too(firm: str, agent: Agent, field: str, amount: int) -> None:
    (refused,) = agent.push({**statement(), field: amount})
    assert (refused["code"], refused["field"]) == ("amount-out-of-range", field)


def test_the_ends_of_the_ranges_are_taken(firm: str, agent: Agent) -> None:
    most = 9_999_999_999
    ends = [tax(most), tax(0), tax(0, surplus=most), contribution(most), contribution(0)]
    ends += [statement(-most, most), statement(most, -most), statement(0, None)]
    for number, record in enumerate(ends):
        period = f"2026-{number + 1:02d}"
        moved = {**record, "period": period, "digest": digest_by_the_page({**record, "period": period})}
        assert results(agent.push(moved)) == ["stored"]


@pytest.mark.parametrize("record", [None, 1, "x", [], {}, [[]], {"nip": None}], ids=repr)
def test_what_is_no_record_is_refused_alone(firm: str, agent: Agent, record: Any) -> None:
    refused, stored = agent.push(record, tax())
    assert refused["result"] == "refused"
    assert refused["code"] in {"field-invalid", "field-missing"}
    assert stored["result"] == "stored"


def test_an_archived_firm_takes_no_data(office: Office, firm: str, agent: Agent) -> None:
    office.set_status(firm, "archived")
    (refused,) = agent.push(tax())
    assert (refused["code"], refused["field"]) == ("firm-archived", "nip")
    assert agent.announce(NIPS[0]).json["firms"][0]["status"] == "archived"


@pytest.mark.parametrize("status", ["suspended", "inactive"])
def test_a_suspended_or_inactive_firm_goes_on_taking_data(office: Office, firm: str, agent: Agent, status: str) -> None:
    office.set_status(firm, status)
    assert results(agent.push(tax())) == ["stored"]


def test_a_forecast_may_be_twelve_months_ahead(firm: str, agent: Agent) -> None:
    last, beyond = agent.push(tax(settlement="P", period="2027-11"), tax(settlement="P", period="2027-12"))
    assert last["result"] == "stored"
    assert (beyond["code"], beyond["field"]) == ("period-in-future", "period")


def test_the_month_begins_by_the_clock_in_poland(firm: str, agent: Agent, clock: Clock) -> None:
    clock.set(datetime(2026, 11, 30, 22, 59, tzinfo=UTC))
    assert agent.push(tax(period="2026-12"))[0]["code"] == "period-in-future"
    clock.set(datetime(2026, 11, 30, 23, 1, tzinfo=UTC))
    assert agent.push(tax(period="2026-12"))[0]["result"] == "stored"


@pytest.mark.parametrize("month", range(1, 13))
def test_a_quarterly_tax_carries_the_last_month_of_its_quarter(firm: str, agent: Agent, month: int) -> None:
    (answer,) = agent.push(tax(form="VAT-7K", period=f"2025-{month:02d}"))
    assert answer["result"] == ("refused" if month % 3 else "stored")


def test_a_reading_may_be_as_wrong_as_the_clock_may(firm: str, agent: Agent) -> None:
    near, far = agent.push(tax(1, form="CIT", minutes_ago=-9), tax(2, minutes_ago=-11))
    assert near["result"] == "stored"
    assert far["code"] == "read-in-future"


def test_the_tests_provoke_every_code_of_the_page() -> None:
    listed = re.search(
        r"Codes of a refused record: (.*?)\nA refused record", section("`POST /sync/records`"), re.DOTALL
    )
    assert listed
    provoked = {code for _, code, _ in REFUSED.values()} | {"firm-archived", "settlement-not-allowed", "field-missing"}
    provoked |= {"partner-record"}  # needs a partner: tests/functions/test_firms.py
    assert provoked == set(re.findall(r"`([a-z-]+)`", listed[1]))


# Long and broken texts: nothing a machine sends may stop the others, or break the page that shows it


def test_a_text_without_end_is_refused_in_few_words(office: Office, firm: str, agent: Agent) -> None:
    answers = agent.push({**tax(), "form": "X" * 300_000}, {**tax(), "y" * 300_000: 1}, contribution())
    assert [answer["code"] for answer in answers] == ["form-unknown", "field-unknown", None]
    assert max(len(str(answer)) for answer in answers) < 1_000
    assert all(len(str(problem)) < 1_000 for problem in card(office)["problems"])


def test_fifty_long_refusals_fit_into_the_panel(office: Office, firm: str, agent: Agent) -> None:
    answers = agent.push(*({**tax(), "form": f"{n}" + "Ż" * 5_000} for n in range(120)))
    assert set(results(answers)) == {"refused"}
    assert len(card(office)["problems"]) == 50


def test_half_a_character_breaks_neither_answer_nor_panel(office: Office, firm: str, agent: Agent) -> None:
    answer = agent.send("firms", {"firms": [found("\ud800"), found(NIPS[1])]})
    assert [one["result"] for one in answer.json["firms"]] == ["refused", "created"]
    agent.push({**tax(), "nip": "\udfff"}, {**tax(), "\ud800": 1})
    assert office.boss.get(office.path("/agents")).status == 200


# Requests as a whole


@pytest.mark.parametrize("off", [timedelta(minutes=11), timedelta(days=-400), timedelta(minutes=-10, seconds=-40)])
def test_a_wrong_clock_is_told_by_how_much(agent: Agent, clock: Clock, items: Items, off: timedelta) -> None:
    before = items()
    for path in ("heartbeat", "records", "firms", "digests"):
        bodies: dict[str, dict[str, Any]] = {
            "heartbeat": {"version": "1", "machine": "", "programs": [], "problems": [], "problems_total": 0},
            "records": {"records": []},
            "firms": {"firms": []},
            "digests": {"nips": [], "from": "2026-01", "to": "2026-02"},
        }
        answer = agent.send(path, bodies[path], sent_at=clock() + off)
        assert (answer.status, answer.code, answer.json["errors"][0]["field"]) == (422, "clock-wrong", "sent_at")
        assert f" {round(abs(off).total_seconds() / 60)} min" in answer.json["detail"]
    assert items() == before


@pytest.mark.parametrize("minutes", [-9.9, 0, 9.9])
def test_ten_minutes_of_clock_are_forgiven(agent: Agent, clock: Clock, minutes: float) -> None:
    assert agent.send("records", {"records": []}, sent_at=clock() + timedelta(minutes=minutes)).status == 200


def test_another_protocol_is_told(agent: Agent) -> None:
    answer = agent.send("records", {"records": [], "protocol": 2})
    assert (answer.status, answer.code, answer.json["errors"][0]["field"]) == (422, "protocol-unknown", "protocol")


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"protocol": "1"}, "field-invalid", "protocol"),
        ({"protocol": True}, "field-invalid", "protocol"),
        ({"sent_at": "yesterday"}, "field-invalid", "sent_at"),
        ({"sent_at": None}, "field-invalid", "sent_at"),
        ({"records": {}}, "field-invalid", "records"),
        ({"state": "0F6C" * 8}, "field-invalid", "state"),
        ({"state": "0f6c"}, "field-invalid", "state"),
        ({"approve": {"tax": "yes"}}, "field-invalid", "approve.tax"),
        ({"approve": {"taxes": True}}, "field-unknown", "approve.taxes"),
        ({"office": "x"}, "field-unknown", "office"),
    ],
)
def test_a_request_with_a_wrong_field_is_refused_whole(
    firm: str, agent: Agent, items: Items, change: dict[str, Any], code: str, field: str
) -> None:
    before = items()
    answer = agent.send("records", {"records": [tax()], **change})
    assert (answer.status, answer.code, answer.json["errors"][0]["field"]) == (422, code, field)
    assert items() == before


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"nul", b"[" * 200_000, b"1" * 5_000])
def test_what_is_not_json_is_told(agent: Agent, body: bytes) -> None:
    answer = post(agent, "/sync/records", body)
    assert (answer.status, answer.code) == (400, "body-not-json")


@pytest.mark.parametrize("body", [b"null", b"[]", b"1", b'"x"'])
def test_json_that_is_no_object_is_told(agent: Agent, body: bytes) -> None:
    answer = post(agent, "/sync/records", body)
    assert (answer.status, answer.code) == (422, "field-invalid")


@pytest.mark.parametrize("header", [{"content-encoding": "gzip"}, {"content-type": "application/gzip"}])
@pytest.mark.parametrize("body", [b"nul", gzip.compress(b"{}", mtime=0)[:-9], b"\x1f\x8b\x08" + b"\0" * 30])
def test_what_is_not_gzip_is_told(agent: Agent, body: bytes, header: dict[str, str]) -> None:
    answer = post(agent, "/sync/records", body, headers=header)
    assert (answer.status, answer.code) == (400, "body-not-gzip")


def test_a_body_that_a_gateway_unzipped_on_the_way_is_read(agent: Agent) -> None:
    answer = post(agent, "/sync/records", b"{}", headers={"content-encoding": "gzip"})
    assert (answer.status, answer.code) == (422, "field-missing")


def test_gzip_and_plain_bodies_are_both_read(firm: str, agent: Agent) -> None:
    assert agent.send("records", {"records": [tax()]}, zipped=True).status == 200
    assert agent.send("records", {"records": [tax()]}, zipped=False).status == 200


def test_a_gigabyte_of_zeros_is_not_unpacked(agent: Agent, items: Items) -> None:
    before = items()
    bomb = gzip.compress(b"0" * 16_000_000) * 64  # members of one stream, as gzip allows
    assert len(bomb) < 1_100_000
    tracemalloc.start()
    answer = post(agent, "/sync/records", bomb, headers={"content-encoding": "gzip"})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (answer.status, answer.code) == (413, "body-too-large")
    assert peak < 40_000_000
    assert items() == before


def test_a_body_beyond_the_limit_is_refused_zipped_or_not(agent: Agent) -> None:
    long = json.dumps({"protocol": 1, "records": ["x" * 6_000_000]}).encode()
    zipped = post(agent, "/sync/records", gzip.compress(long), headers={"content-encoding": "gzip"})
    assert (zipped.status, zipped.code) == (413, "body-too-large")
    assert "6000000" in zipped.json["detail"]
    assert post(agent, "/sync/records", long).code == "body-too-large"


def test_a_body_of_more_than_four_megabytes_as_sent_is_refused(agent: Agent) -> None:
    plain = json.dumps({"protocol": 1, "records": ["x" * 4_000_000]}).encode()
    answer = post(agent, "/sync/records", plain)
    assert (answer.status, answer.code) == (413, "body-too-large")
    assert "4000000" in answer.json["detail"]


def test_a_big_body_that_zips_well_is_read(firm: str, agent: Agent) -> None:
    blank = json.dumps({"protocol": 1, "sent_at": contribution()["read_at"], "records": []}).encode()
    body = gzip.compress(blank + b" " * (6_000_000 - len(blank)))
    assert post(agent, "/sync/records", body, headers={"content-encoding": "gzip"}).status == 200


def test_five_thousand_records_fit_into_a_request_and_no_more(firm: str, agent: Agent, items: Items) -> None:
    before = items()
    refused = agent.send("records", {"records": [{}] * 5_001})
    assert (refused.status, refused.code) == (413, "too-many-records")
    assert "5000" in refused.json["detail"]
    assert items() == before
    assert len(agent.push(*[{}] * 5_000)) == 5_000


def test_five_hundred_firms_fit_into_a_request_and_no_more(agent: Agent) -> None:
    refused = agent.announce(*(["0000000000"] * 501))
    assert (refused.status, refused.code, refused.json["errors"][0]["field"]) == (413, "too-many-records", "firms")
    assert agent.announce(*(["0000000001"] * 500)).status == 200


# Tokens


@pytest.mark.parametrize("path", ["heartbeat", "firms", "digests", "records"])
def test_a_revoked_token_stops_at_once(office: Office, firm: str, agent: Agent, items: Items, path: str) -> None:
    office.boss.post(office.path(f"/agents/{agent.id}/revocation"))
    before = items()
    answer = agent.send(path, {})
    assert (answer.status, answer.code) == (401, "token-revoked")
    assert items() == before


def test_a_revoked_token_is_told_before_the_body_is_read(office: Office, agent: Agent) -> None:
    office.boss.post(office.path(f"/agents/{agent.id}/revocation"))
    assert post(agent, "/sync/records", b"{").code == "token-revoked"


def test_revoking_one_token_leaves_the_others(office: Office, firm: str, agent: Agent) -> None:
    other = office.agent("KADRY")
    office.boss.post(office.path(f"/agents/{agent.id}/revocation"))
    assert results(other.push(tax())) == ["stored"]


def test_a_made_up_token_is_invalid(office: Office, firm: str, agent: Agent, items: Items) -> None:
    second = office.agent("KADRY")
    _, of_office, name, secret = agent.token.split("_", 3)
    tokens = [
        "",
        "kst_",
        "kst_a_b_c",
        secret,
        agent.token[:-1],
        agent.token + "x",
        f"kst_{of_office}_{second.id}_{secret}",
        f"kst_{name}_{of_office}_{secret}",
        f"kst_{of_office.lower()}_{name}_{secret}",
        f"kst_{of_office}#{name}_{name}_{secret}",
        f"abc_{of_office}_{name}_{secret}",
    ]
    before = items()
    for token in tokens:
        answer = Agent(token).send("records", {"records": [tax()]})
        assert (answer.status, answer.code) == (401, "token-invalid"), token
    for scheme in ("", "Basic ", "Token "):
        answer = Browser(headers={"authorization": f"{scheme}{agent.token}"}).post("/sync/records", {})
        assert answer.code == "token-invalid", scheme
    assert Browser().post("/sync/records", {}).code == "token-invalid"
    assert items() == before


def test_a_session_is_no_token(office: Office) -> None:
    assert office.boss.post("/sync/records", {"records": []}).code == "token-invalid"


def test_a_token_of_one_office_never_reaches_another(office: Office, firm: str, agent: Agent) -> None:
    agent.push(tax(100), state=STATE)
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    stranger = other.agent()
    (answer,) = stranger.push(tax(999, minutes_ago=1))
    assert answer["code"] == "firm-unknown"
    assert stranger.send("digests", {"nips": [NIPS[0]], "from": "2026-01", "to": "2026-11"}).json["firms"] == []
    assert stranger.heartbeat(state=STATE).json["in_sync"] is False
    assert stranger.announce(NIPS[0]).json["firms"][0]["result"] == "created"
    assert results(stranger.push(tax(999, minutes_ago=1), state="a" * 32)) == ["stored"]
    assert amounts(office, firm) == {"2026-10.tax.VAT-7.": 100}
    assert agent.heartbeat(state=STATE).json["in_sync"] is True
    forged = stranger.token.replace(other.id, office.id)
    assert Agent(forged).send("records", {"records": [tax()]}).code == "token-invalid"


# Firms


def found(nip: str, changes: dict[str, Any] | None = None) -> dict[str, Any]:
    firm = {"program": "exports", "external_id": nip[:20], "nip": nip, "name": "Firma", "natural_person": False}
    return {**firm, **(changes or {})}


def firm_names(office: Office) -> list[tuple[str, str]]:
    listed = office.boss.get(office.path("/firms")).json["firms"]
    return [(firm["nip"], firm["status"]) for firm in listed]


def test_a_record_waits_for_its_firm_to_be_announced(office: Office, agent: Agent) -> None:
    assert agent.push(tax())[0]["code"] == "firm-unknown"
    assert agent.announce(NIPS[0]).json["firms"][0] == {
        "nip": NIPS[0],
        "result": "created",
        "status": "waiting",
        "code": None,
        "field": None,
        "detail": None,
    }
    assert results(agent.push(tax())) == ["stored"]
    assert firm_names(office) == [(NIPS[0], "waiting")]


def test_a_firm_is_made_once_however_often_it_is_announced(office: Office, agent: Agent) -> None:
    other = office.agent("KADRY")
    for machine, result in ((agent, "created"), (agent, "known"), (other, "known")):
        assert machine.announce(NIPS[0]).json["firms"][0]["result"] == result
    twice = agent.announce(NIPS[1], NIPS[1]).json["firms"]
    assert [one["result"] for one in twice] == ["created", "known"]
    assert sorted(firm_names(office)) == [(NIPS[0], "waiting"), (NIPS[1], "waiting")]


@pytest.mark.parametrize("written", ["512-007-91-94", "512 007 91 94", "PL5120079194"])
def test_a_known_firm_is_known_however_its_nip_is_written(
    office: Office, firm: str, agent: Agent, written: str
) -> None:
    (answer,) = agent.announce(written).json["firms"]
    assert (answer["nip"], answer["result"], answer["status"]) == (NIPS[0], "known", "active")


@pytest.mark.parametrize("nip", ["5120079195", "", "abc", "5" * 3_000, "²" * 10])
def test_a_firm_with_a_wrong_nip_is_refused_alone(office: Office, agent: Agent, nip: str) -> None:
    wrong, right = agent.send("firms", {"firms": [found(nip), found(NIPS[1])]}).json["firms"]
    assert (wrong["result"], wrong["code"], wrong["field"]) == ("refused", "nip-invalid", "nip")
    assert right["result"] == "created"
    assert firm_names(office) == [(NIPS[1], "waiting")]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"name": ""}, "name-invalid", "name"),
        ({"name": "\u202e\u200b"}, "name-invalid", "name"),
        ({"natural_person": "no"}, "field-invalid", "natural_person"),
        ({"nip": 5120079194}, "field-invalid", "nip"),
        ({"role": "administrator"}, "field-unknown", "role"),
    ],
)
def test_a_firm_that_is_wrong_otherwise_is_refused_alone(
    agent: Agent, change: dict[str, Any], code: str, field: str
) -> None:
    answer = agent.send("firms", {"firms": [found(NIPS[0], change), found(NIPS[1])]})
    wrong, right = answer.json["firms"]
    assert (wrong["result"], wrong["code"], wrong["field"]) == ("refused", code, field)
    assert right["result"] == "created"


def test_a_found_firm_has_the_legal_form_of_its_owner(office: Office, agent: Agent) -> None:
    agent.send("firms", {"firms": [found(NIPS[0], {"natural_person": True}), found(NIPS[1])]})
    forms = [office.settings(firm["id"])["firm"]["legal_form"] for firm in by_nip(office)]
    assert forms == ["sole_trader", "company"]


def by_nip(office: Office) -> list[dict[str, Any]]:
    return sorted(office.boss.get(office.path("/firms")).json["firms"], key=lambda firm: NIPS.index(firm["nip"]))


# Digests


def ask_digests(agent: Agent, *nips: str, first: str = "2026-01", last: str = "2026-11") -> Answer:
    return agent.send("digests", {"nips": list(nips), "from": first, "to": last})


def test_digests_tell_what_the_server_holds(office: Office, firm: str, agent: Agent) -> None:
    sent = [tax(100), contribution(subject="Jan"), statement(1, None), tax(5, period="2026-09", form="CIT")]
    agent.push(*sent, tax(7, period="2025-12"))
    (answer,) = ask_digests(agent, NIPS[0], NIPS[1]).json["firms"]
    keys = ("kind", "form", "subject", "period", "digest")
    held = {tuple(record[key] for key in keys) for record in answer["records"]}
    assert answer["nip"] == NIPS[0]
    assert held == {tuple(record[key] for key in keys) for record in sent}


def test_a_known_firm_without_records_is_told_as_empty(firm: str, agent: Agent) -> None:
    assert ask_digests(agent, NIPS[0]).json["firms"] == [{"nip": NIPS[0], "records": []}]


def test_what_is_skipped_by_the_digests_is_what_would_be_unchanged(firm: str, agent: Agent) -> None:
    """An agent that lost its memory reads everything anew, with new moments of reading."""
    agent.push(tax(100, minutes_ago=60))
    (held,) = ask_digests(agent, NIPS[0]).json["firms"][0]["records"]
    assert held["digest"] == tax(100)["digest"]
    assert results(agent.push(tax(100, minutes_ago=0))) == ["unchanged"]


def test_thirty_six_months_are_told_at_once_and_no_more(firm: str, agent: Agent) -> None:
    assert ask_digests(agent, NIPS[0], first="2023-12", last="2026-11").status == 200
    refused = ask_digests(agent, NIPS[0], first="2023-11", last="2026-11")
    assert (refused.status, refused.code, refused.json["errors"][0]["field"]) == (422, "field-invalid", "to")


def test_months_in_the_wrong_order_are_refused(firm: str, agent: Agent) -> None:
    refused = ask_digests(agent, NIPS[0], first="2026-05", last="2026-04")
    assert (refused.status, refused.code, refused.json["errors"][0]["field"]) == (422, "field-invalid", "to")


def test_twenty_five_firms_are_told_at_once_and_no_more(agent: Agent) -> None:
    assert ask_digests(agent, *[NIPS[0]] * 25).status == 200
    assert ask_digests(agent, *[NIPS[0]] * 26).json["errors"][0]["field"] == "nips"


def test_what_is_no_nip_is_left_out(firm: str, agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    """Digits without end must not become a key: the table refuses keys beyond a kilobyte."""
    asked: list[str] = []
    known = "portal.store.firms.by_nip"
    monkeypatch.setattr(known, lambda _table, nips: asked.extend(nips) or {})
    assert ask_digests(agent, NIPS[0], "5" * 3_000, "²", "", "abc").json["firms"] == []
    assert asked == [NIPS[0]]


# Heartbeats


def test_in_sync_is_said_of_exactly_the_finished_state(office: Office, firm: str, agent: Agent) -> None:
    assert agent.heartbeat(state=STATE).json["in_sync"] is False
    agent.push(tax())
    assert agent.heartbeat(state=STATE).json["in_sync"] is False, "not the last batch yet"
    agent.push(contribution(), state=STATE)
    assert agent.heartbeat(state=STATE).json["in_sync"] is True
    assert agent.heartbeat(state="1" * 32).json["in_sync"] is False
    assert agent.heartbeat(state=None).json["in_sync"] is False
    assert office.agent("KADRY").heartbeat(state=STATE).json["in_sync"] is False
    assert agent.heartbeat(state=STATE).json["in_sync"] is True


def test_a_new_agent_without_a_state_is_not_in_sync(agent: Agent) -> None:
    assert agent.heartbeat(state=None).json["in_sync"] is False


def test_an_empty_batch_registers_a_state(agent: Agent) -> None:
    assert agent.push(state=STATE) == []
    assert agent.heartbeat(state=STATE).json["in_sync"] is True


def test_a_run_cut_short_is_never_taken_for_a_finished_one(firm: str, agent: Agent) -> None:
    """The source went back to the content of the finished state, but the server holds half of what came between."""
    agent.push(tax(1, minutes_ago=9), state=STATE)
    agent.push(tax(2, minutes_ago=5))
    assert agent.heartbeat(state=STATE).json["in_sync"] is False


def test_a_batch_that_was_refused_whole_finishes_nothing(agent: Agent) -> None:
    agent.send("records", {"records": [], "state": STATE, "office": "x"})
    assert agent.heartbeat(state=STATE).json["in_sync"] is False


def test_the_panel_shows_what_a_machine_told(office: Office, agent: Agent, clock: Clock) -> None:
    failing = {"program": "exports", "state": "failing", "firms": 3, "error": "Folder zniknął.", "read_at": None}
    agent.heartbeat(machine="KADRY-2", version="0.1.7", programs=[failing])
    shown = card(office)
    assert (shown["machine"], shown["version"], shown["silent"]) == ("KADRY-2", "0.1.7", False)
    assert shown["programs"] == [failing]
    assert timedelta(0) <= clock() - at(shown["last_seen"]) < timedelta(seconds=1)
    clock.advance(days=1, seconds=1)
    assert card(office)["silent"] is True
    assert office.boss.get(office.path()).json["agents"][0]["silent"] is True


def test_what_could_not_be_read_is_shown_until_it_can_be(office: Office, agent: Agent) -> None:
    broken = {"file": "2026/vat-10.xml", "code": "xml-broken", "detail": "Plik urywa się."}
    agent.heartbeat(problems=[broken], problems_total=70)
    assert [problem["file"] for problem in card(office)["problems"]] == ["2026/vat-10.xml"]
    assert card(office)["problems_total"] == 70
    assert office.boss.get(office.path()).json["agents"][0]["problems_total"] == 70
    agent.heartbeat()
    assert card(office)["problems"] == []
    assert card(office)["problems_total"] == 0


def test_what_was_refused_is_shown_until_it_is_mended(office: Office, firm: str, agent: Agent) -> None:
    agent.push({**tax(), "digest": "0" * 32}, tax(form="CIT"))
    (shown,) = card(office)["problems"]
    assert (shown["code"], shown["field"]) == ("digest-mismatch", "digest")
    assert shown["detail"]
    assert all(part in shown["record"] for part in (NIPS[0], "2026-10", "VAT-7"))
    assert office.boss.get(office.path()).json["agents"][0]["problems_total"] == 1
    agent.push({**tax(), "digest": "0" * 32})
    assert card(office)["problems_total"] == 1
    agent.push(tax())
    assert card(office)["problems"] == []
    assert office.boss.get(office.path()).json["agents"][0]["problems_total"] == 0


def test_a_refusal_is_shown_until_the_next_heartbeat(office: Office, firm: str, agent: Agent) -> None:
    """The agent tells everything that is wrong with it, so what it no longer tells is mended: also a wrong NIP."""
    agent.push({**tax(), "nip": "5120079195"})
    assert [problem["code"] for problem in card(office)["problems"]] == ["nip-invalid"]
    told = {"file": "a.xml", "code": "nip-invalid", "field": "nip", "detail": "Numer NIP ma błędną cyfrę kontrolną."}
    agent.heartbeat(problems=[told], problems_total=1)
    assert [(problem["file"], problem["code"]) for problem in card(office)["problems"]] == [("a.xml", "nip-invalid")]
    agent.heartbeat()
    assert (card(office)["problems"], card(office)["problems_total"]) == ([], 0)


def test_an_unknown_firm_is_no_longer_shown_once_it_was_announced(office: Office, agent: Agent) -> None:
    agent.push(tax())
    assert [problem["code"] for problem in card(office)["problems"]] == ["firm-unknown"]
    agent.announce(NIPS[0])
    agent.push(tax())
    assert card(office)["problems"] == []


def test_fifty_problems_are_kept_at_most(agent: Agent) -> None:
    broken = {"file": "x.xml", "code": "xml-broken", "detail": "Nie."}
    answer = agent.heartbeat(problems=[broken] * 51, problems_total=51)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "problems")


# Approval at every update


def test_an_agent_may_publish_at_once_by_kind(office: Office, firm: str, agent: Agent) -> None:
    client = office.client(firm)
    agent.push(tax(111), contribution(222), statement(333, 44), approve={"tax": True, "statement": True})
    assert [one["amount"] for one in client.get(f"/firms/{firm}").json["to_pay"]] == [111]
    assert client.get(f"/firms/{firm}/statements").json["totals"] == {"revenue": 333, "costs": 44, "profit": 289}
    (waiting,) = office.records(firm, "contributions")
    assert waiting["state"] == "waiting"
    (sent,) = office.records(firm, "taxes")
    assert sent["published"]["by_rule"] is True


def test_the_rule_publishes_what_it_stores_and_nothing_older(office: Office, firm: str, agent: Agent) -> None:
    client = office.client(firm)
    agent.push(tax(100, minutes_ago=9))
    assert results(agent.push(tax(100, minutes_ago=9), approve={"tax": True})) == ["unchanged"]
    assert client.get(f"/firms/{firm}").json["to_pay"] == []
    agent.push(tax(90, minutes_ago=20), approve={"tax": True})
    assert client.get(f"/firms/{firm}").json["to_pay"] == []
    agent.push(tax(120, minutes_ago=1), approve={"tax": True})
    assert [one["amount"] for one in client.get(f"/firms/{firm}").json["to_pay"]] == [120]


def test_the_history_says_that_a_rule_approved(office: Office, firm: str, agent: Agent) -> None:
    agent.push(tax(100), approve={"tax": True})
    approved, synced = office.history(firm)
    assert (approved["action"], approved["note"], approved["by"]) == ("approved", "every-update", "KSIEGOWA-1")
    assert (synced["action"], synced["by"]) == ("synced", "KSIEGOWA-1")


# A month that others keep changing


def test_a_month_that_keeps_changing_asks_the_agent_to_come_back(
    office: Office, firm: str, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page knows no refused record for that: 5xx means keep everything and try again."""
    monkeypatch.setattr("portal.store.months._store_each", lambda _table, months: [False] * len(months))
    answer = agent.send("records", {"records": [tax()], "state": STATE})
    assert (answer.status, answer.code) == (503, "try-again")
    monkeypatch.undo()


def test_many_firms_are_stored_in_one_request(office: Office, agent: Agent) -> None:
    nips = [demo_nip(number) for number in range(30)]
    assert {one["result"] for one in agent.announce(*nips).json["firms"]} == {"created"}
    assert results(agent.push(*(tax(number + 1, nip=nip) for number, nip in enumerate(nips)))) == ["stored"] * 30
    assert office.boss.get(office.path()).json["waiting"] == 30


def test_a_zipped_body_is_read_as_a_stream(agent: Agent) -> None:
    """Several gzip members in one body are one body."""
    text = json.dumps({"protocol": 1, "sent_at": contribution()["read_at"], "records": []}).encode()
    out = io.BytesIO()
    for part in (text[:10], text[10:]):
        out.write(gzip.compress(part))
    assert post(agent, "/sync/records", out.getvalue(), headers={"content-encoding": "gzip"}).status == 200
