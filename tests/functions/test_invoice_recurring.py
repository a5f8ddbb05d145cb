"""Recurring invoices end to end: set up, made on their days, once, and told of when they are not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from functions.invoice import app, due, recurring_runs, sharing
from local.template import load
from portal.aws import Table
from portal.domain import errors
from portal.store import invoices, recurring
from portal.store.office import FirmTable
from portal.store.recurring import Run, Template
from tests.contract.template import ROOT
from tests.functions import tables
from tests.functions.forms import forms_to
from tests.functions.gateway import Answer, Browser, Handlers
from tests.functions.invoices import LINE, Shop, typed
from tests.functions.times import Clock, Plenty
from tests.functions.turns import at_once
from tests.functions.world import NIPS, Office, link_in

FIRST = "2026-12-01"


@pytest.fixture
def shop(office: Office) -> Shop:
    return Shop.of(office)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.invoice.issuing._pause", lambda _seconds: None)


def hour(left: int = 25_000) -> int:
    """The hourly look; how many entries it worked off."""
    return int(app.handler({"due": True}, Plenty(left))["done"])


def at(clock: Clock, year: int, month: int, day: int) -> None:
    clock.set(datetime(year, month, day, 9, tzinfo=UTC))


def begun(shop: Shop, **more: Any) -> dict[str, Any]:
    """A recurring invoice of 100 zł net from the first of December on, issued at once unless said otherwise."""
    like = shop.draft({**LINE, "name": "Czynsz {miesiąc}"})["invoice"]
    answer = shop.post("/recurring/new", {"like": like, "first_on": FIRST, "issue": True, **more})
    assert answer.status == 201, answer.text
    return dict(answer.json)


def table_of(shop: Shop) -> FirmTable:
    return FirmTable(Table(tables.name()), shop.office.id, shop.firm)


def kept(shop: Shop, made: dict[str, Any]) -> Template:
    return recurring.get(table_of(shop), made["recurring"])


def runs(shop: Shop, made: dict[str, Any]) -> list[Run]:
    return recurring.runs(table_of(shop), made["recurring"])


def told(shop: Shop, made: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(str(one.period), one.state.value, one.number or one.code) for one in runs(shop, made)]


def issued(shop: Shop) -> list[str]:
    return sorted(row.number for row in invoices.listed(table_of(shop)))


# Setting up


def test_an_invoice_becomes_a_recurring_one(shop: Shop) -> None:
    made = begun(shop, name="Czynsz", day=31)
    assert (made["name"], made["rhythm"], made["next_on"]) == ("Czynsz", "monthly", "2026-12-31")
    assert made["names"] == [{"text": "Czynsz {miesiąc}", "says": "Czynsz grudzień 2026"}]
    assert made["next_days"] == ["2026-12-31", "2027-01-31", "2027-02-28"]
    (row,) = shop.get("/recurring").json["rows"]
    assert (row["name"], row["gross"], row["next_on"], row["last"]) == ("Czynsz", 123_00, "2026-12-31", None)


def test_the_office_sets_it_for_its_firm(shop: Shop) -> None:
    made = begun(shop.at_office)
    assert shop.get(f"/recurring/{made['recurring']}").json["next_on"] == FIRST


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"first_on": "2026-11-23"}, "first_on", "recurring-first"),
        ({"until_on": "2026-11-30"}, "until_on", "recurring-end"),
        ({"day": 32}, "day", "field-invalid"),
        ({"times": 0}, "times", "field-invalid"),
        ({"rhythm": "daily"}, "rhythm", "field-invalid"),
        ({"names": ["Czynsz {miesiac}"]}, "names.0", "placeholder-unknown"),
        ({"notes": "{imię}"}, "notes", "placeholder-unknown"),
        ({"names": ["a", "b"]}, "names", "field-invalid"),
        ({"like": ""}, "like", "field-missing"),
        ({"colour": "x"}, "colour", "field-unknown"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    shop: Shop, items: Any, given: dict[str, Any], field: str, code: str
) -> None:
    like = shop.draft()["invoice"]
    before = items()
    answer = shop.post("/recurring/new", {"like": like, "first_on": FIRST, "issue": True, **given})
    assert [(one["field"], one["code"]) for one in answer.json["errors"]] == [(field, code)], answer.text
    assert items() == before


def test_what_could_not_be_issued_is_told_now_but_may_become_drafts(shop: Shop) -> None:
    like = shop.draft(buyer={"name": "Bez Miasta"})["invoice"]
    refused = shop.post("/recurring/new", {"like": like, "issue": True})
    assert {one["field"] for one in refused.json["errors"]} == {"buyer.city", "buyer.nip"}
    assert shop.post("/recurring/new", {"like": like, "issue": False}).status == 201


@pytest.mark.parametrize("kind", ["advance", "margin"])
def test_what_belongs_to_one_event_cannot_come_again(shop: Shop, kind: str) -> None:
    like = shop.draft(kind=kind)["invoice"]
    assert shop.post("/recurring/new", {"like": like}).code == "recurring-kind"
    correction = shop.draft(corrects=shop.issue()["invoice"])["invoice"]
    assert shop.get("/recurring/new", like=correction).code == "recurring-kind"


def test_a_form_that_is_sent_twice_makes_one(shop: Shop) -> None:
    like = shop.draft()["invoice"]
    key = shop.get("/recurring/new", like=like).json["key"]
    ids = {shop.post("/recurring/new", {"like": like, "key": key}).json["recurring"] for _ in range(2)}
    assert ids == {key}
    assert len(shop.get("/recurring").json["rows"]) == 1


def test_forms_of_the_pages_work_as_they_stand(shop: Shop) -> None:
    pages = shop.in_a_browser
    like = shop.draft({**LINE, "name": "Serwis"})["invoice"]
    (form,) = forms_to(pages.get("/recurring/new", like=like), "/recurring/new")
    refused = form.send(pages.who, **{"names.0": "{miesiac} <b>"})
    assert refused.status == 422
    assert "{miesiac} &lt;b&gt;" in refused.text
    (again,) = forms_to(refused, "/recurring/new")
    done = again.send(pages.who, **{"names.0": "Serwis {rok}"})
    assert done.status == 303, done.text
    (row,) = shop.get("/recurring").json["rows"]
    here = f"/recurring/{row['template']}"
    assert shop.get(here).json["names"] == [{"text": "Serwis {rok}", "says": "Serwis 2026"}]
    change, _ = forms_to(pages.get(here), here)
    assert change.send(pages.who, rhythm="weekly").status == 303
    _, pause = forms_to(pages.get(here), here)
    assert pause.send(pages.who, step=pause.ticks["step"]).status == 303
    found = shop.get(here).json
    assert (found["rhythm"], found["paused"], found["until_on"]) == ("weekly", True, None)


def test_a_foreign_one_is_not_found(shop: Shop, office: Office) -> None:
    made = begun(shop)["recurring"]
    other = Shop.of(office, nip=NIPS[2], name="Inna Demo")
    assert other.get(f"/recurring/{made}").code == "not-found"
    assert other.post(f"/recurring/{made}", {"version": 1, "step": "pause"}).code == "not-found"
    assert other.post("/recurring/new", {"like": shop.draft()["invoice"]}).code == "not-found"


# On its day


def test_it_is_issued_on_its_day_and_not_before(shop: Shop, clock: Clock) -> None:
    made = begun(shop)
    at(clock, 2026, 11, 30)
    assert hour() == 0
    at(clock, 2026, 12, 1)
    assert hour() == 1
    (one,) = runs(shop, made)
    found = invoices.get(table_of(shop), one.invoice)
    assert (one.number, found.head.row.number) == ("FV/0001/12/26", "FV/0001/12/26")
    assert found.content.lines[0].name == "Czynsz grudzień 2026"
    assert (str(found.content.issued_on), str(found.content.due_on)) == (FIRST, "2026-12-15")
    assert str(kept(shop, made).next_on) == "2027-01-01"
    assert hour() == 0


def test_one_that_the_office_ordered_says_so(shop: Shop, clock: Clock) -> None:
    begun(shop.at_office)
    at(clock, 2026, 12, 1)
    assert hour() == 1
    assert [row.by_office for row in invoices.listed(table_of(shop))] == [True]


def test_a_second_run_at_the_same_day_makes_nothing_more(shop: Shop, clock: Clock, items: Any) -> None:
    begun(shop)
    entries = [item for item in items() if item["pk"]["S"] == "AGENDA"]
    at(clock, 2026, 12, 1)
    assert hour() == 1
    for item in entries:  # as if the first run had not come as far as dropping it
        Table(tables.name())._dynamodb.put_item(TableName=tables.name(), Item=item)
    assert hour() == 1
    assert issued(shop) == ["FV/0001/12/26"]


def test_two_runs_at_once_issue_one(shop: Shop, clock: Clock) -> None:
    made = begun(shop)
    at(clock, 2026, 12, 1)

    def one(_handlers: Handlers) -> int:
        return hour()

    at_once([one] * 3)
    assert issued(shop) == ["FV/0001/12/26"]
    assert told(shop, made) == [(FIRST, "issued", "FV/0001/12/26")]


def test_a_run_that_broke_off_before_it_was_noted_finds_its_invoice_again(
    shop: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = begun(shop)
    at(clock, 2026, 12, 1)
    with monkeypatch.context() as patch:

        def broken(*_: object, **__: object) -> None:
            raise MemoryError

        patch.setattr(recurring, "ran", broken)
        assert hour() == 0
    assert (issued(shop), told(shop, made)) == (["FV/0001/12/26"], [])
    clock.advance(hours=1)
    assert hour() == 1
    assert issued(shop) == ["FV/0001/12/26"]
    assert told(shop, made) == [(FIRST, "issued", "FV/0001/12/26")]


def test_one_that_fails_does_not_stop_the_others(shop: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = begun(shop, name="Zła"), begun(shop, name="Dobra")
    real = recurring_runs.made

    def sometimes(at_: Any, template: Template, period: date, now: datetime) -> Run:
        if template.id == bad["recurring"]:
            raise MemoryError
        return real(at_, template, period, now)

    at(clock, 2026, 12, 1)
    with monkeypatch.context() as patch:
        patch.setattr(recurring_runs, "made", sometimes)
        assert hour() == 1
    assert (len(runs(shop, bad)), len(runs(shop, good))) == (0, 1)
    assert hour() == 1
    assert len(runs(shop, bad)) == 1


def test_the_schedule_of_the_template_asks_for_it(shop: Shop, clock: Clock) -> None:
    begun(shop)
    at(clock, 2026, 12, 1)
    events = load(ROOT / "template.yaml")["Resources"]["InvoiceFunction"]["Properties"]["Events"]
    (schedule,) = (one["Properties"] for one in events.values() if one["Type"] == "ScheduleV2")
    assert schedule["ScheduleExpression"] == "rate(1 hour)"
    assert app.handler(json.loads(schedule["Input"]), Plenty()) == {"done": 1}


def test_without_time_the_next_hour_goes_on(shop: Shop, clock: Clock) -> None:
    begun(shop)
    at(clock, 2026, 12, 1)
    assert hour(due.ENOUGH - 1) == 0
    assert hour() == 1


def test_a_draft_is_made_where_somebody_wants_to_look_first(shop: Shop, clock: Clock) -> None:
    made = begun(shop, issue=False)
    at(clock, 2026, 12, 1)
    assert hour() == 1
    (one,) = runs(shop, made)
    assert (one.state.value, one.number) == ("drafted", "")
    assert invoices.get(table_of(shop), one.invoice).content.lines[0].name == "Czynsz grudzień 2026"
    assert issued(shop) == []


def test_days_that_were_missed_are_made_up_for_once(shop: Shop, clock: Clock) -> None:
    made = begun(shop)
    at(clock, 2027, 3, 10)
    assert hour() == 1
    assert told(shop, made) == [
        ("2027-03-01", "issued", "FV/0001/03/27"),
        ("2027-02-01", "skipped", "recurring-missed"),
        ("2027-01-01", "skipped", "recurring-missed"),
        (FIRST, "skipped", "recurring-missed"),
    ]
    found = invoices.get(table_of(shop), runs(shop, made)[0].invoice).content
    assert (found.lines[0].name, str(found.issued_on)) == ("Czynsz marzec 2027", "2027-03-10")
    assert str(kept(shop, made).next_on) == "2027-04-01"


def test_the_end_of_months_and_the_last_time(shop: Shop, clock: Clock) -> None:
    made = begun(shop, day=31, times=3)
    for year, month, day in ((2026, 12, 31), (2027, 1, 31), (2027, 2, 28), (2027, 3, 31)):
        at(clock, year, month, day)
        hour()
    assert [str(one.period) for one in runs(shop, made)] == ["2027-02-28", "2027-01-31", "2026-12-31"]
    assert kept(shop, made).next_on is None


def test_what_was_skipped_is_made_by_hand_once(shop: Shop, clock: Clock) -> None:
    made = begun(shop, rhythm="weekly", first_on="2026-11-25")
    here = f"/recurring/{made['recurring']}"
    at(clock, 2026, 12, 3)
    assert hour() == 1
    answer = shop.post(f"{here}/runs", {"period": "2026-11-25"})
    assert (answer.status, [one["again"] for one in answer.json["runs"]]) == (200, [False, False])
    assert told(shop, made) == [("2026-12-02", "issued", "FV/0001/12/26"), ("2026-11-25", "issued", "FV/0002/12/26")]
    assert shop.post(f"{here}/runs", {"period": "2026-11-25"}).code == "recurring-done"
    assert shop.post(f"{here}/runs", {"period": "2026-12-09"}).code == "not-found"
    assert str(kept(shop, made).next_on) == "2026-12-09"


def test_two_who_make_up_for_the_same_day_make_one(shop: Shop, clock: Clock) -> None:
    made = begun(shop, rhythm="weekly", first_on="2026-11-25")
    at(clock, 2026, 12, 3)
    assert hour() == 1

    def one(handlers: Handlers) -> Answer:
        path = f"{shop.home}/recurring/{made['recurring']}/runs"
        return replace(shop.who, handlers=handlers).post(path, {"period": "2026-11-25"})

    answers = at_once([one] * 3)
    assert sorted(answer.status for answer in answers)[0] == 200
    assert {answer.code for answer in answers if answer.status != 200} <= {"recurring-done", "changed-meanwhile"}
    assert issued(shop) == ["FV/0001/12/26", "FV/0002/12/26"]


# Changed, paused, taken away


def test_a_pause_makes_nothing_and_is_not_made_up_for(shop: Shop, clock: Clock) -> None:
    made = begun(shop, rhythm="weekly", first_on="2026-11-25")
    here = f"/recurring/{made['recurring']}"
    paused = shop.post(here, {"version": 1, "step": "pause"}).json
    assert (paused["paused"], paused["next_on"]) == (True, None)
    at(clock, 2026, 12, 3)
    assert hour() == 1  # the entry is stale and dropped
    assert told(shop, made) == []
    assert shop.post(here, {"version": 2, "step": "resume"}).json["next_on"] == "2026-12-09"


def test_another_day_leaves_the_old_entry_stale(shop: Shop, clock: Clock) -> None:
    made = begun(shop)
    here = f"/recurring/{made['recurring']}"
    assert shop.post(here, {"version": 1, "first_on": "2026-12-10"}).json["next_on"] == "2026-12-10"
    assert shop.post(here, {"version": 1, "rhythm": "weekly"}).code == "changed-meanwhile"
    at(clock, 2026, 12, 1)
    assert hour() == 1
    assert told(shop, made) == []
    at(clock, 2026, 12, 10)
    assert hour() == 1
    assert told(shop, made) == [("2026-12-10", "issued", "FV/0001/12/26")]


def test_a_day_that_was_made_is_not_planned_again_by_a_change(shop: Shop, clock: Clock) -> None:
    made = begun(shop, first_on="2026-11-24")
    assert hour() == 1
    here = f"/recurring/{made['recurring']}"
    changed = shop.post(here, {"version": 2, "name": "Inna nazwa"}).json
    assert (changed["name"], changed["next_on"]) == ("Inna nazwa", "2026-12-24")
    assert hour() == 0


def test_amounts_come_from_another_invoice(shop: Shop) -> None:
    made = begun(shop)
    other = shop.issue({**LINE, "price": "250", "name": "Nowy czynsz"})["invoice"]
    answer = shop.post(f"/recurring/{made['recurring']}", {"version": 1, "like": other, "names": ["Stara"]})
    assert (answer.json["gross"], answer.json["names"][0]["text"]) == (307_50, "Nowy czynsz")
    assert other in {one["invoice"] for one in answer.json["models"]}


def test_one_that_was_taken_away_makes_nothing(shop: Shop, clock: Clock) -> None:
    made = begun(shop)
    here = f"/recurring/{made['recurring']}"
    assert shop.post(f"{here}/removal", {"version": 7}).code == "changed-meanwhile"
    assert shop.post(f"{here}/removal", {"version": 1}).status == 200
    assert shop.get(here).code == "not-found"
    at(clock, 2026, 12, 1)
    assert hour() == 1
    assert issued(shop) == []


def test_a_change_between_the_issue_and_its_note_is_kept(
    shop: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = begun(shop)
    at(clock, 2026, 12, 1)
    real, raced = recurring.ran, []

    def ran(table: FirmTable, before: Template, *more: Any) -> None:
        if not raced:
            raced.append(True)
            recurring.save(table, before, replace(before, name="Zmieniona"), clock())
        real(table, before, *more)

    monkeypatch.setattr(recurring, "ran", ran)
    assert hour() == 1
    after = kept(shop, made)
    assert (after.name, str(after.next_on)) == ("Zmieniona", "2027-01-01")
    assert told(shop, made) == [(FIRST, "issued", "FV/0001/12/26")]


# What stands in the way


def test_what_cannot_be_issued_is_noted_and_mailed_once(shop: Shop, clock: Clock) -> None:
    made = begun(shop, name="Czynsz <b>")
    series = [{"code": "P", "purpose": "pro-forma", "pattern": "{number}/{year}", "reset": "yearly"}]
    assert shop.post("/settings", {"version": 0, "series": series}).status == 200
    before = len(shop.office.mails.to("klient@firma.example"))
    at(clock, 2026, 12, 1)
    assert hour() == 1
    assert told(shop, made) == [(FIRST, "failed", "series-missing")]
    mails = shop.office.mails.to("klient@firma.example")[before:]
    assert ["faktura cykliczna wymaga uwagi" in mail["subject"] for mail in mails] == [True]
    assert runs(shop, made)[0].detail in mails[0]["text"]
    assert f"/recurring/{made['recurring']}" in mails[0]["text"]
    assert "<b>" not in mails[0]["html"].split("Czynsz")[1][:20]
    assert str(kept(shop, made).next_on) == "2027-01-01"


def test_an_unprintable_one_is_told_of(shop: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    made = begun(shop)
    at(clock, 2026, 12, 1)

    def broken(*_: object) -> bytes:
        raise ValueError("no font")

    monkeypatch.setattr("functions.invoice.printing._rendered", broken)
    assert hour() == 1
    (one,) = runs(shop, made)
    assert (one.state.value, one.number, one.code) == ("issued", "FV/0001/12/26", "recurring-unprintable")


# To the buyer

TO = "ksiegowosc@nabywca.example"


def test_the_buyer_gets_what_was_issued_by_mail(shop: Shop, clock: Clock) -> None:
    made = begun(shop, email=TO)
    at(clock, 2026, 12, 1)
    assert hour() == 1
    shown = Browser().get(link_in(shop.office.mails.last_to(TO)["text"]))
    assert "FV/0001/12/26" in shown.text
    (one,) = runs(shop, made)
    sent = shop.one(one.invoice)
    assert (sent["sent_to"], sent["sent_at"] is not None) == (TO, True)


def test_a_run_that_broke_off_after_the_mail_sends_no_other(
    shop: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = begun(shop, email=TO)
    at(clock, 2026, 12, 1)
    with monkeypatch.context() as patch:

        def broken(*_: object, **__: object) -> None:
            raise MemoryError

        patch.setattr(recurring, "ran", broken)
        assert hour() == 0
    before = len(shop.office.mails.to(TO))
    clock.advance(hours=1)
    assert hour() == 1
    assert (before, len(shop.office.mails.to(TO))) == (1, 1)
    assert told(shop, made) == [(FIRST, "issued", "FV/0001/12/26")]


@pytest.mark.parametrize("losses", [1, 99])
def test_a_change_in_the_moment_of_the_mail_is_met_by_another_try(
    shop: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch, losses: int
) -> None:
    made = begun(shop, email=TO)
    at(clock, 2026, 12, 1)
    real, tries = sharing.send, []

    def overtaken(*given: Any) -> None:
        tries.append(given)
        if len(tries) <= losses:
            raise errors.Refusal(errors.CHANGED_MEANWHILE)
        real(*given)

    monkeypatch.setattr(sharing, "send", overtaken)
    assert hour() == 1
    (one,) = runs(shop, made)
    assert (len(shop.office.mails.to(TO)), one.code) == ((1, "") if losses == 1 else (0, "try-again"))


@pytest.mark.parametrize("more", [{"email": TO, "issue": False}, {"email": ""}])
def test_a_draft_or_one_without_an_address_is_not_sent(shop: Shop, clock: Clock, more: dict[str, Any]) -> None:
    begun(shop, **more)
    at(clock, 2026, 12, 1)
    assert hour() == 1
    assert shop.office.mails.to(TO) == []


def test_what_cannot_be_printed_is_not_sent(shop: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(shop, email=TO)
    at(clock, 2026, 12, 1)

    def broken(*_: object) -> bytes:
        raise ValueError("no font")

    monkeypatch.setattr("functions.invoice.printing._rendered", broken)
    assert hour() == 1
    assert shop.office.mails.to(TO) == []


def test_an_address_is_kept_changed_and_taken_away(shop: Shop) -> None:
    made = begun(shop, email=TO)
    page = f"/recurring/{made['recurring']}"
    assert shop.post(page, {"version": 1, "name": "Inna"}).json["email"] == TO
    assert shop.post(page, {"version": 2, "email": "nikt"}).json["errors"][0]["field"] == "email"
    assert shop.post(page, {"version": 2, "email": ""}).json["email"] == ""


@pytest.mark.parametrize(("status", "code"), [("suspended", "read-only"), ("archived", "firm-archived")])
def test_a_closed_firm_skips_its_days(shop: Shop, clock: Clock, status: str, code: str) -> None:
    made = begun(shop)
    boss, home = shop.office.boss, shop.office.path(f"/firms/{shop.firm}")
    version = boss.get(f"{home}/settings").json["version"]
    answer = boss.post(f"{home}/status", {"version": version, "status": status})
    assert answer.status == 200, answer.text
    at(clock, 2026, 12, 1)
    assert hour() == 1
    assert told(shop, made) == [(FIRST, "skipped", code)]
    assert issued(shop) == []
    assert str(kept(shop, made).next_on) == "2027-01-01"


def test_markup_stays_what_was_typed(shop: Shop, clock: Clock) -> None:
    made = begun(shop, names=["<script>{miesiąc}</script>"], first_on="2026-11-24")
    assert hour() == 1
    (one,) = runs(shop, made)
    assert invoices.get(table_of(shop), one.invoice).content.lines[0].name == "<script>listopad 2026</script>"
    page = shop.in_a_browser.get(f"/recurring/{made['recurring']}").text
    assert "<script>listopad" not in page
    assert "&lt;script&gt;{miesiąc}" in page


def test_the_history_tells_who_set_it_and_what_made_the_invoice(shop: Shop, clock: Clock) -> None:
    made = begun(shop, first_on="2026-11-24")
    assert hour() == 1
    assert shop.post(f"/recurring/{made['recurring']}", {"version": 2, "rhythm": "weekly"}).status == 200
    text = shop.office.boss.get(shop.office.path(f"/firms/{shop.firm}/history")).text
    assert "automat portalu".capitalize() in text
    assert "zmienia fakturę cykliczną" in text
    assert typed()["buyer"]["name"] in text
