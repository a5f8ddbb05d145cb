"""The history: every change leaves a plain sentence with who, what, when and from where, and it can be found again."""

from __future__ import annotations

import base64
import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.history import app as history_app
from functions.history import filters
from functions.history import tables as csv_tables
from portal import clock as portal_clock
from portal import history, ids
from portal.aws import Expect, Table
from portal.domain.events import OPERATOR, Action, Event, Origin
from portal.domain.firms import Firm
from portal.domain.offices import Office as OfficeData
from portal.domain.people import Membership, Person, Role
from portal.history import Teller
from portal.store import events, identity, keys, offices, people
from portal.store.events import Names
from portal.store.office import OfficeTable
from tests.functions import tables
from tests.functions.gateway import Answer, Browser
from tests.functions.times import START, Clock
from tests.functions.world import NIPS, Office, sign_in_by_mail, tax

BOSS_NAME = "Anna Demonstracyjna"


def table_of(office: Office) -> OfficeTable:
    return OfficeTable(Table(tables.name()), office.id)


def staff_of(office: Office, *assigned: str, limited: bool = False) -> Browser:
    """A member of staff who is no administrator, perhaps limited to some firms."""
    table, now = table_of(office), portal_clock.now()
    if limited:
        known = offices.get(table)
        assert known
        offices.change(table, known, replace(known, only_assigned=True), OPERATOR, now)
    person = Person(ids.new(now), "pracownik@demo.example", "Paweł Pracownik")
    membership = Membership(person.id, office.id, Role.STAFF, activated_at=now)
    table.transact([*people.staff_steps(table, person, membership, now), *identity.person_steps(person)])
    if assigned:
        listed = people.Listed(person.id, person.name, person.email, Role.STAFF, now, assigned=assigned)
        table.write(people.staff_put(table, listed, Expect.present()))
    Browser().post("/sign-in", {"email": person.email})
    return sign_in_by_mail(office.mails.last_to(person.email)["text"])


def write(office: Office, action: Action, at: datetime, by: str = "operator", **about: Any) -> None:
    """An event as the product writes one, at a moment of the test's choice."""
    table = table_of(office)
    table.write(events.put(table, Origin(by, "192.0.2.1", "Firefox"), action, at, **about))


def listed(office: Office, who: Browser | None = None, **query: object) -> list[dict[str, Any]]:
    answer = (who or office.boss).get(office.path("/history"), **query)
    assert answer.status == 200, answer.text
    return list(answer.json["events"])


def sentences(office: Office, who: Browser | None = None, **query: object) -> list[str]:
    return [entry["sentence"] for entry in listed(office, who, **query)]


def rows(answer: Answer) -> list[list[str]]:
    assert answer.status == 200, answer.text
    text = base64.b64decode(answer.text).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


# What is told


def test_every_action_has_a_sentence() -> None:
    assert history.SENTENCES.keys() == set(Action)


@pytest.mark.parametrize("action", Action)
def test_a_sentence_names_who_did_what_to_whom(action: Action) -> None:
    names = Names({"ANNA": "Anna Kowal", "JAN": "Jan Nowak"}, {"AGENT": "KSIEGOWA"}, {("KLOS", "EWA"): "Ewa Kłos"})
    target = {"staff": "JAN", "user": "EWA", "agent": "AGENT", "firm": "OTHER"}.get(action.split(".")[0], "")
    firm = "KLOS" if action.split(".")[0] in ("firm", "user") else ""
    by = {Action.USER_ACTIVATED: "EWA", Action.STAFF_ACTIVATED: "JAN"}.get(action, "ANNA")
    event = Event("01", START, Origin(by), action, firm, target, {"name": ("Piekarnia Kłos", "")})
    told = Teller(names, {"KLOS": "Piekarnia Kłos", "OTHER": "Druga"}).sentence(event)
    assert told.startswith({"ANNA": "Anna Kowal", "EWA": "Ewa Kłos", "JAN": "Jan Nowak"}[by])
    assert told.endswith(".")
    assert "{" not in told
    assert "usunięta" not in told
    if firm:
        assert "Piekarnia Kłos" in told
    if action.split(".")[0] in ("staff", "agent"):
        assert {"JAN": "Jan Nowak", "AGENT": "KSIEGOWA"}[target] in told


@pytest.mark.parametrize("kind", [Firm, OfficeData, people.Listed])
def test_every_field_that_can_change_has_a_name_for_people(kind: type) -> None:
    fields = set(kind.__dataclass_fields__) - {"id", "version", *history.UNTOLD}
    assert fields <= history.FIELDS.keys()


def test_what_was_done_is_told_with_who_when_and_from_where(office: Office, clock: Clock) -> None:
    firm = office.add_firm(name="Piekarnia Kłos")
    added = listed(office)[0]
    assert added["sentence"] == f"{BOSS_NAME} dodaje firmę: Piekarnia Kłos."
    assert (added["action"], added["who"], added["firm"], added["firm_name"]) == (
        "firm.added",
        BOSS_NAME,
        firm,
        "Piekarnia Kłos",
    )
    assert (added["network"], added["device"]) == ("192.0.2.10", "Tests/1.0")
    assert START < datetime.fromisoformat(added["at"]) < clock.moment


def test_a_change_is_told_from_what_to_what_in_words(office: Office) -> None:
    firm = office.add_firm(legal_form="company")
    office.change_settings(firm, legal_form="budget_unit", prefix="NCH-1")
    office.set_status(firm, "suspended")
    status, settings = listed(office)[:2]
    assert status["sentence"].startswith(f"{BOSS_NAME} zmienia status firmy")
    assert status["changes"] == [{"field": "status", "label": "status", "before": "aktywna", "after": "zawieszona"}]
    told = {change["label"]: (change["before"], change["after"]) for change in settings["changes"]}
    assert told == {
        "forma prawna": ("spółka / osoba prawna", "jednostka budżetowa"),
        "prefiks": ("", "NCH-1"),
    }


def test_names_are_those_of_today(office: Office) -> None:
    firm = office.add_firm(name="Stara Nazwa")
    office.change_settings(firm, name="Nowa Nazwa")
    assert sentences(office)[-2 if sentences(office)[-1].endswith("otwiera biuro.") else -1].endswith("Nowa Nazwa.")


def test_the_operator_agents_and_people_of_firms_are_named(office: Office) -> None:
    firm = office.add_firm(name="Kłos")
    agent = office.agent("KSIEGOWA-1")
    agent.announce(NIPS[1])
    office.client(firm)
    told = sentences(office)
    assert f"{BOSS_NAME} tworzy token agenta: KSIEGOWA-1." in told
    assert f"Agent KSIEGOWA-1 znajduje w programie księgowym nową firmę: Firma Demo {NIPS[1]}." in told
    assert f"{BOSS_NAME} zaprasza do firmy Kłos osobę: Klient Demo." in told
    assert "Klient Demo wchodzi po raz pierwszy do panelu firmy: Kłos." in told
    assert told[-1] == "Operator portalu otwiera biuro."


def test_whom_the_portal_no_longer_knows_is_a_removed_person(office: Office) -> None:
    firm = office.add_firm(name="Kłos")
    table = table_of(office)
    erased = ids.new(START)
    table.write(table.put(keys.firm_user(firm, erased), {"name": ""}, Expect.absent()))
    write(office, Action.USER_REMOVED, portal_clock.now(), firm=firm, target=erased)
    write(office, Action.FIRM_CHANGED, portal_clock.now(), by=ids.new(START), firm=firm)
    assert sentences(office)[:2] == [
        "Osoba usunięta zmienia ustawienia firmy: Kłos.",
        "Operator portalu usuwa z firmy Kłos osobę: osoba usunięta.",
    ]


def test_ids_of_firms_in_a_change_are_shown_as_names(office: Office) -> None:
    firm = office.add_firm(name="Kłos")
    boss = listed(office)[0]
    assert boss
    changes = {"assigned": (f"{firm}, {ids.new(START)}", firm)}
    write(office, Action.STAFF_CHANGED, portal_clock.now(), target=ids.new(START), changes=changes)
    (change,) = listed(office)[0]["changes"]
    assert (change["before"], change["after"]) == ("Kłos, firma usunięta", "Kłos")
    write(office, Action.STAFF_CHANGED, portal_clock.now(), changes={"assigned": ("Dawna, Inna", "")})
    assert listed(office)[0]["changes"][0]["before"] == "Dawna, Inna"


def test_who_may_not_know_a_firm_is_not_told_its_name(office: Office) -> None:
    mine, other = office.add_firm(NIPS[0], "Moja"), office.add_firm(NIPS[1], "Cudza Tajna")
    changes = {"merged_into": ("", other)}
    write(office, Action.FIRM_MERGED, portal_clock.now(), firm=mine, target=other, changes=changes)
    staff = staff_of(office, mine, limited=True)
    for path in ("/history", f"/firms/{mine}/history"):
        (event, *_) = staff.get(office.path(path)).json["events"]
        assert event["sentence"] == "Operator portalu łączy firmy: Moja i inna firma."
        assert event["changes"][0]["after"] == "inna firma"


def test_a_removed_firm_is_told_by_the_name_it_had(office: Office) -> None:
    gone = {"name": ("Kłos & Syn", ""), "nip": (NIPS[0], "")}
    write(office, Action.FIRM_REMOVED, portal_clock.now(), target=ids.new(START), changes=gone)
    assert sentences(office)[0] == "Operator portalu usuwa na zawsze firmę: Kłos & Syn."


# Pages and filters


def test_pages_of_a_hundred_lose_nothing_and_double_nothing(office: Office) -> None:
    for number in range(230):
        write(office, Action.OFFICE_LOGO, START - timedelta(minutes=number))
    found, before = [], None
    sizes = []
    while before != "":
        answer = office.boss.get(office.path("/history"), before=before, what="office").json
        found += [entry["at"] for entry in answer["events"] if entry["action"] == "office.logo"]
        sizes.append(len(answer["events"]))
        before = answer["more"]
    assert sizes == [100, 100, 31]
    assert len(set(found)) == 230
    assert found == sorted(found, reverse=True)


def test_the_page_leads_on_with_its_filter(office: Office) -> None:
    for number in range(101):
        write(office, Action.OFFICE_LOGO, START - timedelta(minutes=number))
    page = office.boss_in_a_browser.get(office.path("/history"), what="office", since="2026-11-01").text
    last = office.boss.get(office.path("/history"), what="office", since="2026-11-01").json["more"]
    assert f"since=2026-11-01&amp;until=&amp;before={last}" in page
    assert 'rel="next"' in page


def test_a_filter_by_what(office: Office) -> None:
    firm = office.add_firm()
    office.agent()
    office.client(firm)
    for what in ("firm", "user", "office", "agent"):
        found = listed(office, what=what)
        assert found
        assert {entry["action"].split(".")[0] for entry in found} == {what}
    assert listed(office, what="staff") == []
    assert office.boss.get(office.path("/history"), what="nonsense").code == "field-invalid"


@pytest.mark.parametrize("words", ["kłos", "Piekarnia", NIPS[1], "512-007", "id"])
def test_a_filter_by_firm(office: Office, words: str) -> None:
    first = office.add_firm(NIPS[0], "Piekarnia Kłos")
    second = office.add_firm(NIPS[1], "Druga")
    wanted = {first} if words != NIPS[1] else {second}
    found = listed(office, firm=first if words == "id" else words)
    assert {entry["firm"] for entry in found} == wanted


def test_a_firm_that_is_not_there_has_no_history(office: Office) -> None:
    office.add_firm()
    assert listed(office, firm="Nieznana") == []


def test_a_filter_by_several_firms(office: Office) -> None:
    for nip, name in zip(NIPS, ("Kłos A", "Kłos B", "Inna"), strict=False):
        office.add_firm(nip, name)
    assert {entry["firm_name"] for entry in listed(office, firm="kłos")} == {"Kłos A", "Kłos B"}


def test_a_filter_by_person(office: Office) -> None:
    firm = office.add_firm()
    agent = office.agent()
    agent.announce(NIPS[1])
    assert {entry["action"] for entry in listed(office, by=agent.id)} == {"firm.found"}
    assert {entry["action"] for entry in listed(office, by="operator")} == {"office.opened"}
    assert firm
    choices = {choice["name"] for choice in office.boss.get(office.path("/history")).json["people"]}
    assert choices == {BOSS_NAME, "KSIEGOWA-1"}


def test_days_are_those_of_poland_and_the_last_one_counts(office: Office) -> None:
    """An hour before midnight in Warsaw it is eleven at night UTC, or ten in summer."""
    moments = {
        "before": datetime(2026, 11, 9, 22, 59, 59, tzinfo=UTC),
        "first": datetime(2026, 11, 9, 23, 0, tzinfo=UTC),
        "last": datetime(2026, 11, 10, 22, 59, 59, tzinfo=UTC),
        "after": datetime(2026, 11, 10, 23, 0, tzinfo=UTC),
    }
    for moment in moments.values():
        write(office, Action.OFFICE_LOGO, moment)
    found = [entry["at"] for entry in listed(office, since="2026-11-10", until="2026-11-10")]
    assert [datetime.fromisoformat(at) for at in found] == [moments["last"], moments["first"]]
    assert len(listed(office, until="2026-11-09")) == 1
    assert listed(office, since="2026-11-11", until="2026-11-10") == []
    assert listed(office, since="0001-01-01", until="9999-12-31", what="office")


@pytest.mark.parametrize("query", [{"since": "wczoraj"}, {"until": "2026-02-30"}, {"before": "x"}, {"before": "~"}])
def test_a_filter_that_makes_no_sense_is_refused(office: Office, query: dict[str, str]) -> None:
    answer = office.boss.get(office.path("/history"), **query)
    assert (answer.status, answer.code) == (422, "field-invalid")
    assert answer.json["errors"][0]["field"] == next(iter(query))


def test_a_page_of_the_filter_before_its_own_days_is_empty(office: Office) -> None:
    early = ids.lowest(datetime(2025, 1, 1, tzinfo=UTC))
    assert listed(office, since="2026-01-01", before=early) == []
    firm = office.add_firm()
    assert listed(office, since="2026-01-01", before=early, firm=firm) == []


def test_a_rare_find_is_looked_for_bit_by_bit(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_app, "LOOKED_THROUGH", 10)
    firm = office.add_firm()
    for number in range(25):
        write(office, Action.OFFICE_LOGO, portal_clock.now() + timedelta(seconds=number))
    answer = office.boss.get(office.path("/history"), what="firm").json
    assert (answer["events"], answer["looked_through"]) == ([], 10)
    second = office.boss.get(office.path("/history"), what="firm", before=answer["more"]).json
    third = office.boss.get(office.path("/history"), what="firm", before=second["more"]).json
    assert [entry["firm"] for entry in third["events"]] == [firm]
    assert third["more"] == ""
    page = office.boss_in_a_browser.get(office.path("/history"), what="firm").text
    assert "Przejrzano 10 wpisów" in page


def test_the_first_page_costs_few_reads(office: Office) -> None:
    firm = office.add_firm()
    office.client(firm)
    for number in range(150):
        write(office, Action.FIRM_CHANGED, START - timedelta(minutes=number), firm=firm)
    with tables.watched() as calls:
        listed(office)
    assert sum(calls.reads.values()) <= 5


# Who sees what


def test_staff_see_what_was_done_to_firms_and_not_to_the_office(office: Office) -> None:
    office.add_firm(NIPS[0], "Pierwsza")
    office.agent()
    told = listed(office, staff_of(office))
    assert {entry["action"].split(".")[0] for entry in told} == {"firm"}


def test_limited_staff_see_what_was_done_to_their_firms_only(office: Office) -> None:
    mine, other = office.add_firm(NIPS[0], "Moja"), office.add_firm(NIPS[1], "Cudza Tajna")
    staff = staff_of(office, mine, limited=True)
    for query in ({}, {"firm": "Cudza"}, {"firm": other}, {"what": "firm"}):
        answer = staff.get(office.path("/history"), **query)
        assert {entry["firm"] for entry in answer.json["events"]} <= {mine}
        if "firm" not in query:
            assert "Cudza" not in answer.text
    assert {entry["firm"] for entry in listed(office, staff)} == {mine}
    assert "Cudza" not in base64.b64decode(staff.get(office.path("/history.csv")).text).decode()
    assert staff.get(office.path(f"/firms/{other}/history")).status == 404
    assert staff.get(office.path(f"/firms/{other}/history.csv")).status == 404


# Tables


def test_the_table_says_what_the_page_says(office: Office) -> None:
    firm = office.add_firm(name="Kłos")
    office.change_settings(firm, prefix="NCH-1")
    answer = office.boss.get(office.path("/history.csv"), what="firm")
    head, changed, added = rows(answer)
    assert head == ["Kiedy", "Co się stało", "Kto", "Firma", "Zmiany", "Sieć", "Urządzenie"]
    assert added[1:4] == [f"{BOSS_NAME} dodaje firmę: Kłos.", BOSS_NAME, "Kłos"]
    assert changed[4:] == ["prefiks: – → NCH-1", "192.0.2.10", "Tests/1.0"]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="historia-2026-11-24.csv"')


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2+3", "\u200b=1+1"])
def test_no_cell_of_a_table_is_a_formula(office: Office, name: str) -> None:
    """Neither a name, nor what a browser says of itself."""
    write(office, Action.FIRM_REMOVED, portal_clock.now(), target=ids.new(START), changes={"name": (name, "")})
    replace(office, boss=replace(office.boss, agent=name)).add_firm(NIPS[1], "Kłos")
    cells = [cell for row in rows(office.boss.get(office.path("/history.csv"))) for cell in row]
    assert f"'{name}" in cells
    for cell in cells:
        assert not cell.lstrip("\u200b").startswith(("=", "+", "-", "@"))


def test_a_table_that_was_cut_says_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_app, "TABLE_ROWS", 3)
    for number in range(5):
        write(office, Action.OFFICE_LOGO, START - timedelta(minutes=number))
    table = rows(office.boss.get(office.path("/history.csv")))
    assert len(table) == 1 + 3 + 1
    assert table[-1] == ["To nie wszystko: tabela została ucięta. Zawęź daty, aby pobrać resztę."]


def test_a_table_stays_within_what_an_answer_may_hold(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_tables, "MOST_BYTES", 400)
    for number in range(20):
        write(office, Action.OFFICE_LOGO, START - timedelta(minutes=number))
    answer = office.boss.get(office.path("/history.csv"))
    assert len(base64.b64decode(answer.text)) < 1000
    assert rows(answer)[-1][0].startswith("To nie wszystko")


def test_a_table_that_holds_all_says_nothing_of_a_cut(office: Office) -> None:
    assert len(rows(office.boss.get(office.path("/history.csv")))) == 2  # its head and the opening


# One firm


def test_a_firms_history_shows_amounts_and_settings_by_time(office: Office, clock: Clock) -> None:
    firm = office.add_firm(name="Kłos")
    agent = office.agent()
    clock.advance(minutes=1)
    agent.push(tax(100))
    clock.advance(minutes=1)
    office.change_settings(firm, prefix="A")
    clock.advance(minutes=1)
    office.approve(firm, "2026-10.tax.VAT-7.@1")
    page = office.boss_in_a_browser.get(office.path(f"/firms/{firm}/history")).text
    told = ["zatwierdzono", "zmienia ustawienia firmy: Kłos", "odczytano", "dodaje firmę: Kłos"]
    places = [page.index(words) for words in told]
    assert places == sorted(places)


def test_a_firms_history_can_be_cut_to_amounts_or_settings(office: Office) -> None:
    firm = office.add_firm(name="Kłos")
    office.agent().push(tax(100))
    path = office.path(f"/firms/{firm}/history")
    amounts, settings = office.boss.get(path, show="amounts").json, office.boss.get(path, show="settings").json
    assert [entry["action"] for entry in amounts["entries"]] == ["synced"]
    assert amounts["events"] == []
    assert settings["entries"] == []
    assert [entry["action"] for entry in settings["events"]] == ["firm.added"]
    assert office.boss.get(path, show="nonsense").code == "field-invalid"


def test_events_of_a_firm_stand_in_the_year_in_which_they_happened(office: Office) -> None:
    firm = office.add_firm(name="Kłos")
    write(office, Action.FIRM_CHANGED, datetime(2025, 12, 31, 22, 59, tzinfo=UTC), firm=firm)
    write(office, Action.FIRM_STATUS, datetime(2025, 12, 31, 23, 0, tzinfo=UTC), firm=firm)
    path = office.path(f"/firms/{firm}/history")
    assert [entry["action"] for entry in office.boss.get(path, year=2025).json["events"]] == ["firm.changed"]
    assert [entry["action"] for entry in office.boss.get(path, year=2026).json["events"]] == [
        "firm.added",
        "firm.status",
    ]


def test_a_firms_history_holds_nothing_of_another_firm(office: Office) -> None:
    first, _ = office.add_firm(NIPS[0], "Pierwsza"), office.add_firm(NIPS[1], "Druga")
    answer = office.boss.get(office.path(f"/firms/{first}/history"))
    assert "Druga" not in answer.text
    assert len(answer.json["events"]) == 1


def test_a_firms_table_holds_amounts_and_events(office: Office) -> None:
    firm = office.add_firm(name="Kłos")
    office.agent().push(tax(123_456))
    office.approve(firm, "2026-10.tax.VAT-7.@1")
    answer = office.boss.get(office.path(f"/firms/{firm}/history.csv"), year=2026)
    head, *found = rows(answer)
    told = {row[1]: dict(zip(head, row, strict=True)) for row in found}
    approved = told["zatwierdzono"]
    assert (approved["Pozycja"], approved["Okres"], approved["Do zapłaty, zł"]) == ("VAT-7", "2026-10", "1234,56")
    assert approved["Kto"] == BOSS_NAME
    assert told[f"{BOSS_NAME} dodaje firmę: Kłos."]["Sieć"] == "192.0.2.10"
    assert NIPS[0] in answer.headers["Content-Disposition"]


def test_a_span_that_ends_before_it_begins_is_empty() -> None:
    later, earlier = ids.lowest(START), ids.lowest(START - timedelta(days=1))
    assert events.Span(later, earlier).empty
    assert not events.Span(earlier, later).empty
    assert not events.Span("", "").empty
    assert filters.FirmQuery.span(2026) == events.Span(
        ids.lowest(datetime(2025, 12, 31, 23, tzinfo=UTC)), ids.lowest(datetime(2026, 12, 31, 23, tzinfo=UTC))
    )
    assert keys.events_by_time() == ("EVENTS", "", keys.END)
