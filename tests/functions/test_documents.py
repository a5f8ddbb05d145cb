"""The office works off documents: inbox, circulation, questions, doubles, months and rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pytest

from functions.documents import listing, showing
from portal.aws import Put
from portal.domain.document_months import MonthState
from portal.domain.documents import Kind, Ref, Source, Status
from portal.domain.periods import Period
from portal.domain.structured_invoices import InvoiceKind, Party, StructuredInvoice
from portal.store import documents
from tests.functions import tables
from tests.functions.forms import forms_to
from tests.functions.gateway import Answer, Browser
from tests.functions.shelf import PERIOD, Shelf
from tests.functions.times import Clock
from tests.functions.world import NIPS, Office, sign_in_by_mail

Items = Callable[[], list[dict[str, Any]]]
SAME = {"seller_nip": NIPS[2], "number": "FV/12/11", "gross": 12_300}
"""By what two documents are the same invoice."""


@pytest.fixture
def shelf(office: Office) -> Shelf:
    return Shelf.of(office, office.add_firm(NIPS[0]))


@pytest.fixture
def other(office: Office) -> Shelf:
    return Shelf.of(office, office.add_firm(NIPS[1], "Piekarnia Kłos s.c."))


def inbox(office: Office, **query: object) -> dict[str, Any]:
    answer = office.boss.get(office.path("/documents"), **query)
    assert answer.status == 200, answer.text
    return dict(answer.json)


def names(page: dict[str, Any]) -> list[str]:
    return [row["name"] for row in page["rows"]]


def seen(shelf: Shelf, ref: str) -> str:
    return f"{shelf.firm}/{ref}@{shelf.stored(ref).version}"


def bulk(office: Office, *chosen: str, **more: object) -> Answer:
    return office.boss.post(office.path("/documents/status"), {"documents": list(chosen), **more})


# Circulation


def test_with_circulation_a_document_goes_station_by_station(shelf: Shelf) -> None:
    shelf.circulate()
    ref = shelf.put()
    stations = [shelf.status(ref)]
    for _ in range(3):
        assert shelf.advance(ref).status == 200
        stations.append(shelf.status(ref))
    assert stations == [Status.NEW, Status.TO_PROCESS, Status.TO_REVIEW, Status.APPROVED]
    assert shelf.advance(ref).code == "document-status"


def test_without_circulation_it_is_approved_at_once_or_rejected(shelf: Shelf) -> None:
    ref, refused = shelf.put("a.pdf"), shelf.put("b.pdf")
    assert shelf.advance(ref).json["document"]["status"] == "approved"
    assert shelf.do(refused, "rejection", reason="Nieczytelna").status == 200
    assert shelf.status(refused) is Status.REJECTED
    assert shelf.do(shelf.put("c.pdf"), "question", text="Co to?").code == "document-no-circulation"


@pytest.mark.parametrize("stations", range(4))
def test_from_every_station_the_client_can_be_asked(shelf: Shelf, stations: int) -> None:
    shelf.circulate()
    ref = shelf.put()
    for _ in range(stations):
        shelf.advance(ref)
    assert shelf.do(ref, "question", text="Do jakiego auta?").status == 200
    assert shelf.status(ref) is Status.QUESTION
    shelf.answer(ref, "Do dostawczego.")
    assert shelf.status(ref) is Status.TO_PROCESS
    assert [one["text"] for one in shelf.page(ref)["thread"]] == ["Do jakiego auta?", "Do dostawczego."]


@pytest.mark.parametrize("stations", range(4))
def test_from_every_station_it_can_be_rejected_with_a_reason(shelf: Shelf, stations: int) -> None:
    shelf.circulate()
    ref = shelf.put()
    for _ in range(stations):
        shelf.advance(ref)
    without = shelf.do(ref, "rejection", reason="  ")
    assert (without.status, without.code, without.json["errors"][0]["field"]) == (422, "rejection-reason", "reason")
    assert shelf.do(ref, "rejection", reason="To prywatny zakup").status == 200
    assert shelf.page(ref)["document"]["reason"] == "To prywatny zakup"


def test_a_question_answered_by_telephone_goes_on(shelf: Shelf) -> None:
    shelf.circulate()
    ref = shelf.put()
    shelf.do(ref, "question", text="Co to?")
    assert shelf.advance(ref).json["document"]["status"] == "to-process"


@pytest.mark.parametrize("step", ["status", "question", "rejection", "removal", "description"])
def test_an_exported_document_can_only_be_looked_at(shelf: Shelf, step: str) -> None:
    shelf.circulate()
    ref = shelf.exported()
    more = {"text": "x"} if step == "question" else {"reason": "x"} if step == "rejection" else {}
    more |= {"period": "2026-11", "kind": "sale"} if step == "description" else {}
    before = shelf.stored(ref)
    answer = shelf.do(ref, step, **more)
    assert (answer.status, answer.code) == (409, "document-locked")
    assert shelf.stored(ref) == before
    page = shelf.page(ref)
    possible = ("changeable", "removable", "rejectable", "questionable", "next_status")
    assert not [name for name in possible if page[name]]


@pytest.mark.parametrize("status", [Status.AWAITED, Status.STOPPED])
def test_what_has_not_arrived_does_not_circulate(shelf: Shelf, status: Status) -> None:
    ref = shelf.stop("stopped-broken") if status is Status.STOPPED else str(shelf.announce().ref)
    assert shelf.advance(ref).code == "document-status"
    assert shelf.do(ref, "rejection", reason="x").code == "document-status"
    page = shelf.page(ref)
    assert (page["openable"], page["pictures"]) == (False, [])


# Versions


@pytest.mark.parametrize("step", ["status", "question", "rejection", "removal", "twin", "description"])
def test_what_was_changed_meanwhile_is_not_changed_unseen(shelf: Shelf, items: Items, step: str) -> None:
    shelf.circulate()
    ref = shelf.put()
    version = shelf.stored(ref).version
    shelf.advance(ref)
    before = items()
    more = {"text": "x", "reason": "x", "period": "2026-11", "kind": "sale"}
    wanted = {"question": ["text"], "rejection": ["reason"], "description": ["period", "kind"]}.get(step, [])
    answer = shelf.do(ref, step, version, **{name: more[name] for name in wanted})
    assert (answer.status, answer.code) == (409, "document-changed")
    assert items() == before


def test_a_refused_form_shows_the_document_as_it_is_now(shelf: Shelf) -> None:
    shelf.circulate()
    ref = shelf.put()
    browser = shelf.office.boss_in_a_browser
    (form,) = forms_to(browser.get(shelf.path(ref)), "/status")
    shelf.advance(ref)
    again = form.send(browser)
    assert again.status == 409
    assert "zmienił się po otwarciu strony" in again.text
    assert "Przekaż do przeglądu" in again.text
    (fresh,) = forms_to(again, "/status")
    assert fresh.send(browser).status == 303
    assert shelf.status(ref) is Status.TO_REVIEW


def test_what_was_typed_is_kept_with_the_sentence_at_the_field(shelf: Shelf) -> None:
    ref = shelf.put()
    browser = shelf.office.boss_in_a_browser
    (form,) = forms_to(browser.get(shelf.path(ref)), "/description")
    again = form.send(browser, seller_nip="5120079195", number="FV 7", gross="12,3x")
    assert again.status == 422
    assert "Numer NIP ma błędną cyfrę kontrolną" in again.text
    assert 'value="FV 7"' in again.text
    assert 'value="12,3x"' in again.text
    assert shelf.stored(ref).description.number == ""


# What is said of a document


def test_a_description_holds_what_was_typed(shelf: Shelf) -> None:
    ref = shelf.put()
    browser = shelf.office.boss_in_a_browser
    (form,) = forms_to(browser.get(shelf.path(ref)), "/description")
    sent = form.send(
        browser,
        kind="sale",
        number="FS 1/11",
        seller_nip="512-007-91-94",
        gross="1 234,56",
        issued_on="2026-11-03",
        category="towary",
        goods="1000",
        other_costs="-234,56",
        note="Zapłacone",
    )
    assert sent.status == 303
    told = shelf.page(ref)["data"]
    assert told == {
        "kind": "sale",
        "note": "Zapłacone",
        "number": "FS 1/11",
        "seller_nip": NIPS[0],
        "buyer_nip": "",
        "gross": 123_456,
        "issued_on": "2026-11-03",
        "category": "towary",
        "columns": {"goods": 100_000, "other-costs": -23_456},
    }
    assert shelf.page(ref)["steps"][0]["what"] == "described"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"seller_nip": "5120079195"}, "nip-invalid"),
        ({"gross": 10_000_000_000}, "document-amount"),
        ({"goods": -10_000_000_000}, "document-amount"),
        ({"gross": "1e9"}, "amount-invalid"),
        ({"period": "2026-13"}, "period-invalid"),
        ({"period": "2027-01"}, "period-in-future"),
        ({"kind": "inne"}, "field-invalid"),
        ({"number": "x" * 61}, "field-invalid"),
        ({"note": "x" * 1001}, "text-too-long"),
        ({"issued_on": "2026-02-30"}, "field-invalid"),
        ({"status": "approved"}, "field-unknown"),
    ],
)
def test_what_makes_no_sense_is_refused(shelf: Shelf, items: Items, changes: dict[str, object], code: str) -> None:
    ref = shelf.put()
    before = items()
    answer = shelf.describe(ref, **changes)
    assert (answer.status, answer.json["errors"][0]["code"]) == (422, code)
    assert items() == before


def test_a_document_moved_to_another_month_is_found_under_its_old_address(shelf: Shelf) -> None:
    ref = shelf.put("a.pdf")
    assert shelf.describe(ref, period="2026-10").status == 200
    moved = shelf.page(ref)["document"]
    assert moved["document"] == ref.replace("2026-11", "2026-10")
    assert names(shelf.month("2026-11")) == []
    assert names(shelf.month("2026-10")) == ["a.pdf"]
    assert [row["document"] for row in inbox(shelf.office)["rows"]] == [moved["document"]]
    assert shelf.describe(ref, period="2026-11").status == 200
    assert shelf.page(moved["document"])["document"]["document"] == ref
    assert "2026-10→2026-11" in shelf.page(ref)["steps"][0]["text"]


def test_the_office_may_describe_documents_of_a_closed_month(shelf: Shelf) -> None:
    ref = shelf.put()
    shelf.office.boss.post(shelf.office.path(f"/firms/{shelf.firm}/document-months/2026-11"), turn_to("to-book"))
    assert shelf.describe(ref, number="FV 1").status == 200


# The thread and its mails


def test_the_client_is_told_of_a_question_and_a_rejection_without_amounts(office: Office, shelf: Shelf) -> None:
    shelf.circulate()
    office.client(shelf.firm, "jan@firma.example")
    ref = shelf.put("faktura.pdf", gross=713_131)
    assert shelf.do(ref, "question", text="Skąd 7 131,31 zł?").status == 200
    question = office.mails.last_to("jan@firma.example")
    assert "pytanie o dokument" in question["subject"]
    assert f"/firms/{shelf.firm}/documents/{ref}" in question["text"]
    assert "7 131,31" not in question["text"] + question["html"]
    assert shelf.do(ref, "rejection", reason="Nie na firmę").status == 200
    rejection = office.mails.last_to("jan@firma.example")
    assert "odrzucony dokument" in rejection["subject"]
    assert "Nie na firmę" not in rejection["text"]


def test_who_handed_it_over_gets_the_mail_alone(office: Office, shelf: Shelf) -> None:
    shelf.circulate()
    office.client(shelf.firm, "jan@firma.example")
    office.client(shelf.firm, "ewa@firma.example")
    people = office.boss.get(office.path(f"/firms/{shelf.firm}/users")).json["users"]
    ewa = next(one["person"] for one in people if one["email"] == "ewa@firma.example")
    before = {who: len(office.mails.to(who)) for who in ("jan@firma.example", "ewa@firma.example")}
    shelf.do(shelf.put(by=ewa), "question", text="Co to?")
    assert len(office.mails.to("ewa@firma.example")) == before["ewa@firma.example"] + 1
    assert len(office.mails.to("jan@firma.example")) == before["jan@firma.example"]


def test_a_second_question_within_an_hour_sends_no_second_mail(office: Office, shelf: Shelf, clock: Clock) -> None:
    shelf.circulate()
    office.client(shelf.firm, "jan@firma.example")
    ref = shelf.put()
    shelf.do(ref, "question", text="Co to?")
    sent = len(office.mails.to("jan@firma.example"))
    assert shelf.do(ref, "question", text="I kiedy?").status == 200
    assert len(office.mails.to("jan@firma.example")) == sent
    clock.advance(hours=2)
    shelf.do(ref, "question", text="Halo?")
    assert len(office.mails.to("jan@firma.example")) == sent + 1


def test_a_message_is_added_whatever_happened_meanwhile(shelf: Shelf) -> None:
    ref = shelf.put()
    old = shelf.stored(ref).version
    shelf.advance(ref)
    assert shelf.stored(ref).version > old
    answer = shelf.who.post(shelf.path(ref, "/messages"), {"text": "Dziękuję."})
    assert answer.status == 200
    assert [(one["side"], one["text"]) for one in shelf.page(ref)["thread"]] == [("office", "Dziękuję.")]


@pytest.mark.parametrize(
    ("text", "code"), [("", "message-empty"), (" \n ", "message-empty"), ("x" * 1001, "text-too-long")]
)
def test_an_empty_or_endless_message_is_refused(shelf: Shelf, text: str, code: str) -> None:
    ref = shelf.put()
    answer = shelf.who.post(shelf.path(ref, "/messages"), {"text": text})
    assert (answer.status, answer.code) == (422, code)
    assert shelf.stored(ref).thread == ()


# Doubles


@pytest.mark.parametrize("same", [{"content": "ta sama treść"}, SAME], ids=["content", "numbers"])
def test_two_that_are_the_same_are_linked_both_ways(shelf: Shelf, same: dict[str, Any]) -> None:
    first, second = shelf.put("web.pdf", **same), shelf.put("ksef.xml", source=Source.KSEF, **same)
    for one, other_one in ((first, second), (second, first)):
        page = shelf.page(one)
        assert page["doubtful"]
        assert [twin["document"] for twin in page["twins"]] == [other_one]
    assert names(inbox(shelf.office, doubtful="true")) == ["web.pdf", "ksef.xml"]


def test_another_firms_document_is_no_double(shelf: Shelf, other: Shelf) -> None:
    refs = [(one, one.put(**SAME, content="x")) for one in (shelf, other)]
    assert not any(one.page(ref)["twins"] for one, ref in refs)


def test_a_person_says_that_both_stay(shelf: Shelf) -> None:
    first, second = shelf.put("a.pdf", **SAME), shelf.put("b.pdf", **SAME)
    assert shelf.do(second, "twin").status == 200
    assert [shelf.page(ref)["doubtful"] for ref in (first, second)] == [False, False]
    assert shelf.page(first)["twins"][0]["settled"]
    assert names(inbox(shelf.office, doubtful="true")) == []
    assert shelf.do(second, "twin").code == "document-status"


def test_a_third_one_is_told_of_though_two_were_judged(shelf: Shelf) -> None:
    first, second = shelf.put("a.pdf", **SAME), shelf.put("b.pdf", **SAME)
    shelf.do(second, "twin")
    third = shelf.put("c.pdf", **SAME)
    assert [shelf.page(ref)["doubtful"] for ref in (first, second, third)] == [True, False, True]


def test_a_deleted_one_is_nobodys_double(shelf: Shelf) -> None:
    first, second = shelf.put("a.pdf", **SAME), shelf.put("b.pdf", **SAME)
    assert shelf.do(second, "removal").status == 200
    assert shelf.status(second) is Status.DELETED
    page = shelf.page(first)
    assert (page["doubtful"], page["twins"]) == (False, [])
    assert not shelf.page(shelf.put("c.pdf", content="b"))["doubtful"]
    assert names(shelf.month()) == ["a.pdf", "c.pdf"]


def test_a_double_may_show_when_the_numbers_are_typed_and_go_when_they_are_mended(shelf: Shelf) -> None:
    first, second = shelf.put("a.pdf", **SAME), shelf.put("b.pdf")
    assert shelf.describe(second, seller_nip=SAME["seller_nip"], number="fv/12 / 11", gross=12_300).status == 200
    assert [shelf.page(ref)["doubtful"] for ref in (first, second)] == [True, True]
    assert shelf.describe(second, number="FV/13/11").status == 200
    assert [shelf.page(ref)["doubtful"] for ref in (first, second)] == [False, False]
    assert [shelf.page(ref)["twins"] for ref in (first, second)] == [[], []]


def test_a_double_in_another_month_is_found_after_it_moved(shelf: Shelf) -> None:
    first = shelf.put("a.pdf", **SAME)
    shelf.describe(first, period="2026-09")
    second = shelf.put("b.pdf", **SAME)
    assert [twin["period"] for twin in shelf.page(second)["twins"]] == ["2026-09"]
    assert shelf.page(first)["doubtful"]


# Many at once


def test_chosen_documents_go_on_as_far_as_their_firm_says(office: Office, shelf: Shelf, other: Shelf) -> None:
    other.circulate()
    mine, theirs = shelf.put(), other.put()
    answer = bulk(office, seen(shelf, mine), seen(other, theirs))
    assert (answer.status, answer.json["advanced"], answer.json["refused"]) == (200, 2, 0)
    assert (shelf.status(mine), other.status(theirs)) == (Status.APPROVED, Status.TO_PROCESS)


def test_each_that_cannot_go_on_is_told_with_the_reason_and_the_others_do(office: Office, shelf: Shelf) -> None:
    shelf.circulate()
    good, changed, locked = shelf.put("good.pdf"), shelf.put("changed.pdf"), shelf.exported("locked.pdf")
    stopped = shelf.stop("stopped-virus", "virus.pdf")
    chosen = [seen(shelf, ref) for ref in (good, changed, locked, stopped)]
    shelf.describe(changed, number="FV 1")
    unknown = f"{shelf.firm}/2026-11-01JDEM00000000000000000000@1"
    answer = bulk(office, *chosen, unknown)
    assert answer.status == 200
    told = {one["document"]: one["code"] for one in answer.json["outcomes"]}
    assert told == {
        good: "",
        changed: "document-changed",
        locked: "document-locked",
        stopped: "document-status",
        unknown.partition("/")[2].partition("@")[0]: "document-changed",
    }
    assert (shelf.status(good), shelf.status(changed)) == (Status.TO_PROCESS, Status.NEW)
    assert next(one["now"]["number"] for one in answer.json["outcomes"] if one["document"] == changed) == "FV 1"


def test_when_nothing_went_on_that_is_an_error(office: Office, shelf: Shelf) -> None:
    answer = bulk(office, seen(shelf, shelf.exported()))
    assert (answer.status, answer.json["advanced"], answer.json["refused"]) == (409, 0, 1)


def test_two_accountants_at_once_take_a_document_one_station_further(office: Office, shelf: Shelf) -> None:
    shelf.circulate()
    ref = shelf.put()
    chosen = seen(shelf, ref)
    assert [bulk(office, chosen).status for _ in range(2)] == [200, 409]
    assert shelf.status(ref) is Status.TO_PROCESS


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ([], "documents-not-chosen"),
        (["x/2026-11-01JDEM00000000000000000000@1"], "not-found"),
        (["01JDEM00000000000000000000/2026-11-x@1"], "not-found"),
        (["01JDEM00000000000000000000/2026-11-01JDEM00000000000000000000"], "not-found"),
        (["01JDEM00000000000000000000/2026-11-01JDEM00000000000000000000@x"], "not-found"),
        (["01JDEM00000000000000000000/2026-11-01JDEM00000000000000000000@99999999999"], "not-found"),
    ],
)
def test_a_choice_that_names_nothing_is_refused(office: Office, items: Items, chosen: list[str], code: str) -> None:
    before = items()
    answer = bulk(office, *chosen)
    assert code in (answer.code, answer.json["errors"][0]["code"] if answer.json["errors"] else "")
    assert items() == before


def test_more_than_two_hundred_at_once_are_refused(office: Office, shelf: Shelf) -> None:
    many = [f"{shelf.firm}/2026-11-01JDEM0000000000000000{number:04d}@1" for number in range(201)]
    assert bulk(office, *many).code == "too-many-documents"


def test_the_buttons_of_the_inbox_do_what_they_say(office: Office, shelf: Shelf) -> None:
    first, second = shelf.put("a.pdf"), shelf.put("b.pdf")
    browser = office.boss_in_a_browser
    (form,) = forms_to(browser.get(office.path("/documents"), kind="purchase"), "/documents/status")
    sent = form.send(browser, only=seen(shelf, first))
    assert (sent.status, sent.location) == (303, office.path("/documents?kind=purchase&done=documents-advanced"))
    assert [shelf.status(ref) for ref in (first, second)] == [Status.APPROVED, Status.NEW]
    nothing = form.send(browser)
    assert nothing.status == 422
    assert "Zaznacz co najmniej jeden dokument" in nothing.text
    report = form.send(browser, documents=[seen(shelf, first), seen(shelf, second)])
    assert report.status == 200
    assert "W obecnym stanie dokumentu nie można tego zrobić" in report.text


# Who sees what


def limited(office: Office, *firms: str) -> Browser:
    """Staff who serve these firms only."""
    body = {"email": "pracownik@demo.example", "name": "Paweł Pracownik", "role": "staff"}
    assert office.boss.post(office.path("/staff"), body).status == 201
    browser = sign_in_by_mail(office.mails.last_to("pracownik@demo.example")["text"])
    assert browser.get(office.path()).status == 200
    people = office.boss.get(office.path("/staff")).json["staff"]
    person = next(one["person"] for one in people if one["email"] == "pracownik@demo.example")
    path = office.path(f"/staff/{person}")
    version = office.boss.get(path).json["version"]
    assert office.boss.post(f"{path}/assignments", {"version": version, "firms": list(firms)}).status == 200
    page = office.boss_in_a_browser
    (form,) = forms_to(page.get(office.path("/settings")), office.path("/settings"))
    assert form.send(page, only_assigned="true").status == 303
    return browser


def test_limited_staff_work_with_their_firms_only(office: Office, shelf: Shelf, other: Shelf) -> None:
    mine, theirs = shelf.put("moja.pdf"), other.put("tajna.pdf")
    who = limited(office, shelf.firm)
    assert names(who.get(office.path("/documents")).json) == ["moja.pdf"]
    assert who.get(office.path()).json["new_documents"] == 1
    assert who.get(other.path(theirs)).code == "not-found"
    page = who.get(shelf.path(mine), within="inbox").json
    assert (names(page), page["before"], page["after"]) == (["moja.pdf"], "", "")
    chosen = {"documents": [seen(shelf, mine), seen(other, theirs)]}
    assert who.post(office.path("/documents/status"), chosen).code == "not-found"
    assert (shelf.status(mine), other.status(theirs)) == (Status.NEW, Status.NEW)


def test_whose_firms_are_shown_can_be_chosen(office: Office, shelf: Shelf, other: Shelf) -> None:
    shelf.put("jej.pdf")
    other.put("nikogo.pdf")
    limited(office, shelf.firm)
    person = inbox(office)["staff"][0]["id"]
    assert names(inbox(office, staff=person)) == ["jej.pdf"]
    assert names(inbox(office, staff="01JDEM00000000000000000000")) == []


# The inbox


def test_each_status_has_its_list(office: Office, shelf: Shelf) -> None:
    shelf.put("nowy.pdf")
    shelf.approved("zatwierdzony.pdf")
    shelf.announce("w-drodze.pdf")
    shelf.stop("stopped-encrypted", "haslo.pdf")
    lists = {
        status: names(inbox(office, status=status)) for status in ("new", "approved", "awaited", "stopped", "lost")
    }
    assert lists == {
        "new": ["nowy.pdf"],
        "approved": ["zatwierdzony.pdf"],
        "awaited": ["w-drodze.pdf"],
        "stopped": ["haslo.pdf"],
        "lost": [],
    }
    assert "hasłem" in inbox(office, status="stopped")["rows"][0]["reason"]
    assert office.boss.get(office.path("/documents"), status="deleted").status == 422


def test_filters_narrow_the_list_together(office: Office, shelf: Shelf, other: Shelf) -> None:
    shelf.put("a.pdf", kind=Kind.PURCHASE)
    shelf.put("b.pdf", kind=Kind.SALE)
    shelf.put("c.pdf", kind=Kind.SALE, period=Period(2026, 10))
    other.put("d.pdf", kind=Kind.SALE)
    assert names(inbox(office, kind="sale")) == ["c.pdf", "b.pdf", "d.pdf"]
    assert names(inbox(office, kind="sale", month="2026-11")) == ["b.pdf", "d.pdf"]
    assert names(inbox(office, kind="sale", month="2026-11", firm="nowa chata")) == ["b.pdf"]
    assert names(inbox(office, firm="595-141-61-68")) == ["d.pdf"]
    assert names(inbox(office, firm=other.firm)) == ["d.pdf"]
    assert names(inbox(office, firm="nie ma takiej")) == []
    assert names(inbox(office, month="2026-08")) == []


def test_the_list_goes_by_month_and_arrival_either_way(office: Office, shelf: Shelf) -> None:
    for name, month in (("a", 11), ("b", 10), ("c", 11)):
        shelf.put(name, period=Period(2026, month))
    assert names(inbox(office)) == ["b", "a", "c"]
    assert names(inbox(office, down="true")) == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("column", "order"),
    [
        ("gross", ["b", "a", "c", "d"]),
        ("number", ["a", "c", "b", "d"]),
        ("kind", ["b", "d", "c", "a"]),
        ("firm", ["a", "b", "c", "d"]),
    ],
)
def test_a_short_list_goes_by_any_column(
    office: Office, shelf: Shelf, other: Shelf, column: str, order: list[str]
) -> None:
    shelf.put("a", gross=200, number="1", kind=Kind.SALE)
    shelf.put("b", gross=-300, number="3", kind=Kind.BANK)
    shelf.put("c", gross=1000, number="2")
    other.put("d", kind=Kind.BANK)
    assert names(inbox(office, sort=column)) == order
    assert names(inbox(office, sort=column, down="true")) == order[::-1]


def fill(shelf: Shelf, count: int, **more: Any) -> None:
    """Many new documents, straight into the table."""
    first = shelf.stored(shelf.put("0000.pdf", **more))
    puts: list[Put] = []
    for number in range(1, count):
        one = replace(first, id=f"01M86CH3M2K1JMERQ81N{number:06d}", name=f"{number:04d}.pdf", twin="")
        puts.append(documents.create(shelf.table, one))
    assert all(shelf.table.write_each(puts))


def test_a_long_list_is_paged_without_reading_them_all(
    office: Office, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (listing, showing):
        monkeypatch.setattr(module, "SORTABLE", 250)
    fill(shelf, 310)
    with tables.watched() as calls:
        page = inbox(office)
    assert sum(calls.reads.values()) == 4  # access, the directory, staff, the page itself
    found = names(page)
    while page["more"]:
        page = office.boss.get(office.path("/documents"), **query_of(page["more"])).json
        assert 0 < len(page["rows"]) <= listing.PAGE
        found += names(page)
    assert len(found) == len(set(found)) == 310
    long = inbox(office, sort="gross")
    assert (long["too_long"], len(long["rows"])) == (True, listing.PAGE)
    assert "ponad 250 dokumentów" in office.boss_in_a_browser.get(office.path("/documents"), sort="gross").text
    assert office.boss.get(office.path()).json["new_documents"] == 100


def query_of(written: str) -> dict[str, str]:
    return dict(parse_qsl(written))


def test_a_selective_filter_looks_through_so_many_and_then_goes_on(
    office: Office, shelf: Shelf, other: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "LOOKED_THROUGH", 50)
    fill(shelf, 120)
    other.put("igla.pdf", period=Period(2026, 12))
    pages = [inbox(office, firm=other.firm)]
    while pages[-1]["more"]:
        pages.append(office.boss.get(office.path("/documents"), **query_of(pages[-1]["more"])).json)
    assert [page["looked_through"] for page in pages] == [50, 50, 0]
    assert [names(page) for page in pages] == [[], [], ["igla.pdf"]]


# One document among others


def walk(shelf: Shelf, ref: str, direction: str, **query: object) -> list[str]:
    """The names met on the way from a document, one neighbour after the other."""
    page = shelf.page(ref, **query)
    met = []
    while page[direction]:
        path, _, written = page[direction].partition("?")
        page = shelf.who.get(path, **query_of(written)).json
        met.append(page["document"]["name"])
    return met


@pytest.mark.parametrize("query", [{"within": "inbox"}, {}], ids=["inbox", "month"])
def test_neighbours_lead_through_the_whole_list_and_back(shelf: Shelf, query: dict[str, str]) -> None:
    refs = [shelf.put(f"{number}.pdf") for number in range(4)]
    assert walk(shelf, refs[0], "after", **query) == ["1.pdf", "2.pdf", "3.pdf"]
    assert walk(shelf, refs[3], "before", **query) == ["2.pdf", "1.pdf", "0.pdf"]


def test_neighbours_follow_the_filter_and_the_order(office: Office, shelf: Shelf, other: Shelf) -> None:
    first = shelf.put("10", gross=10)
    other.put("30", gross=30)
    shelf.put("20", gross=20)
    shelf.put("bank", gross=15, kind=Kind.BANK)
    assert walk(shelf, first, "after", within="inbox", sort="gross", kind="purchase") == ["20", "30"]
    assert walk(shelf, first, "after", within="inbox", kind="purchase") == ["30", "20"]
    assert walk(shelf, first, "after", within="inbox", firm=shelf.firm) == ["20", "bank"]
    assert walk(shelf, first, "before", within="inbox", down="true") == ["30", "20", "bank"]


def test_the_list_goes_on_beyond_its_page(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 3)
    refs = [shelf.put(f"{number}.pdf") for number in range(8)]
    assert walk(shelf, refs[0], "after", within="inbox") == [f"{number}.pdf" for number in range(1, 8)]
    assert walk(shelf, refs[7], "before", within="inbox") == [f"{number}.pdf" for number in range(6, -1, -1)]


def test_a_document_that_left_the_list_still_has_its_place(shelf: Shelf) -> None:
    refs = [shelf.put(f"{number}.pdf") for number in range(3)]
    shelf.advance(refs[1])
    page = shelf.page(refs[1], within="inbox")
    assert names(page) == ["0.pdf", "2.pdf"]
    assert refs[0] in page["before"]
    assert refs[2] in page["after"]


def test_after_a_step_the_next_document_is_shown(office: Office, shelf: Shelf) -> None:
    first, second = shelf.put("a.pdf"), shelf.put("b.pdf")
    browser = office.boss_in_a_browser
    (form,) = forms_to(browser.get(shelf.path(first), within="inbox", kind="purchase"), "/status")
    sent = form.send(browser)
    assert sent.location == f"{shelf.path(second)}?kind=purchase&within=inbox&done=document-approved"
    (last,) = forms_to(browser.get(shelf.path(second), within="inbox"), "/status")
    assert shelf.path(second) in last.send(browser).location


def test_page_pictures_are_shown_by_addresses_good_for_minutes(shelf: Shelf) -> None:
    ref = shelf.put(pages=14)
    page = shelf.page(ref)
    assert (len(page["pictures"]), page["more_pictures"]) == (10, 11)
    assert all("X-Amz-Expires=300" in one and "response-content-disposition=inline" in one for one in page["pictures"])
    assert f"/pictures/{shelf.office.id}/{shelf.firm}/{ref[8:]}/1.jpg" in page["pictures"][0]
    rest = shelf.page(ref, page=11)
    assert (len(rest["pictures"]), rest["more_pictures"]) == (4, 0)


def test_a_structured_invoice_is_read_on_the_page(office: Office, shelf: Shelf) -> None:
    before = shelf.announce("faktura.xml", source=Source.KSEF)
    facts = replace(before.declared, media_type="application/xml")
    invoice = StructuredInvoice(
        Party("Hurtownia", NIPS[2]), Party("Nowa Chata", NIPS[0]), "FV 9", InvoiceKind.VAT, "PLN", 9_99
    )
    preview = documents.preview_put(shelf.table, before.id, invoice.packed())
    documents.try_change(shelf.table, before, before.arrived(facts, before.created_at), preview)
    assert shelf.page(str(before.ref))["invoice"]["number"] == "FV 9"
    text = office.boss_in_a_browser.get(shelf.path(str(before.ref))).text
    assert "Hurtownia" in text
    assert "9,99" in text


# Months


def turn_to(state: str, version: int = 0) -> dict[str, object]:
    return {"state": state, "version": version}


def test_a_month_goes_step_by_step_and_can_be_opened_again(office: Office, shelf: Shelf) -> None:
    path = office.path(f"/firms/{shelf.firm}/document-months/2026-11")
    for number, state in enumerate(("to-book", "in-progress", "closed", "open")):
        answer = office.boss.post(path, turn_to(state, number))
        assert (answer.status, answer.json["month"]["state"]) == (200, state)
    assert office.boss.post(path, turn_to("closed", 4)).code == "month-state"
    assert office.boss.post(path, turn_to("to-book", 1)).code == "changed-meanwhile"
    assert documents.month(shelf.table, PERIOD).state is MonthState.OPEN
    told = office.boss.get(office.path(f"/firms/{shelf.firm}/history"), show="settings").json["events"]
    assert "zmienia stan miesiąca dokumentów" in told[0]["sentence"]
    assert told[0]["changes"][-1]["after"] == "otwarty"


def test_the_month_shown_first_is_the_one_that_documents_come_for(office: Office, shelf: Shelf) -> None:
    assert office.boss.get(shelf.path()).json["month"]["period"] == "2026-10"
    office.boss.post(office.path(f"/firms/{shelf.firm}/document-months/2026-10"), turn_to("to-book"))
    assert office.boss.get(shelf.path()).json["month"]["period"] == "2026-11"


def test_the_buttons_of_a_month_do_what_they_say(office: Office, shelf: Shelf) -> None:
    browser = office.boss_in_a_browser
    (form,) = forms_to(browser.get(shelf.path(), period="2026-11"), "/document-months/2026-11")
    assert form.send(browser).location == f"{shelf.path()}?period=2026-11&done=document-month"
    again = form.send(browser)
    assert again.status == 409
    assert "Do księgowania" in again.text


def test_what_is_expected_and_not_there_is_missing(office: Office, shelf: Shelf) -> None:
    rules = {
        "version": 0,
        "learns": True,
        "kinds": ["bank", "purchase", ""],
        "labels": ["mBank", "Orange", "bez rodzaju"],
        "nips": ["", NIPS[3], ""],
    }
    assert office.boss.post(office.path(f"/firms/{shelf.firm}/document-rules"), rules).status == 200
    assert [one["label"] for one in shelf.month()["missing"]] == ["mBank", "Orange"]
    bank = shelf.put("wyciag.pdf", kind=Kind.BANK)
    assert [one["label"] for one in shelf.month()["missing"]] == ["Orange"]
    shelf.do(bank, "rejection", reason="Nie ten")
    assert [one["label"] for one in shelf.month()["missing"]] == ["mBank", "Orange"]
    for back in (1, 2, 3):
        shelf.put("czynsz.pdf", seller_nip=NIPS[2], period=PERIOD.plus(-back))
    learned = shelf.month()["missing"][-1]
    assert (learned["nip"], learned["learned"]) == (NIPS[2], True)
    assert shelf.month("2026-12")["missing"] == []


def test_rules_are_changed_with_a_trace_and_never_over_another_change(
    office: Office, shelf: Shelf, items: Items
) -> None:
    path = office.path(f"/firms/{shelf.firm}/document-rules")
    assert office.boss.post(path, {"version": 0, "circulation": True, "learns": True}).status == 200
    page = office.boss.get(path).json
    assert (page["circulation"], page["learns"], page["version"]) == (True, True, 1)
    told = office.boss.get(office.path(f"/firms/{shelf.firm}/history"), show="settings").json["events"]
    assert told[0]["changes"] == [
        {"field": "circulation", "label": "obieg dokumentów", "before": "nie", "after": "tak"}
    ]
    before = items()
    assert office.boss.post(path, {"version": 0, "circulation": False}).code == "changed-meanwhile"
    many = {"version": 1, "kinds": ["purchase"] * 51, "labels": [str(number) for number in range(51)]}
    assert office.boss.post(path, many).code == "too-many-expected"
    wrong = office.boss.post(path, {"version": 1, "kinds": ["bank"], "nips": ["5120079195"]})
    assert (wrong.status, wrong.json["errors"][0]["code"]) == (422, "nip-invalid")
    assert items() == before


def test_the_form_of_the_rules_keeps_what_is_expected(office: Office, shelf: Shelf) -> None:
    browser = office.boss_in_a_browser
    path = office.path(f"/firms/{shelf.firm}/document-rules")
    (form,) = forms_to(browser.get(path), "/document-rules")
    kinds, labels = ["bank", "", "payroll"], ["mBank", "", "lista płac"]
    sent = form.send(browser, circulation="true", kinds=kinds, labels=labels, nips=["", "", ""])
    assert sent.status == 303, sent.text
    expected = documents.rules(shelf.table).expected
    assert [(one.kind, one.label) for one in expected] == [(Kind.BANK, "mBank"), (Kind.PAYROLL, "lista płac")]
    (again,) = forms_to(browser.get(path), "/document-rules")
    assert again.fields["kinds"][:2] == ["bank", "payroll"]
    assert again.send(browser).status == 303
    assert documents.rules(shelf.table).expected == expected


# Nothing else


@pytest.mark.parametrize(
    "ref", ["2026-11-01JDEM00000000000000000000", "2026-11", "x", "2026-13-01JDEM00000000000000000000"]
)
def test_a_document_that_is_not_there_is_not_found(shelf: Shelf, ref: str) -> None:
    for step in ("", "/status", "/question"):
        answer = shelf.who.get(shelf.path(ref)) if not step else shelf.do_blindly(ref, step)
        assert (answer.status, answer.code) == (404, "not-found")


def test_another_firms_document_is_not_found_under_this_firm(shelf: Shelf, other: Shelf) -> None:
    ref = other.put()
    assert shelf.who.get(shelf.path(ref)).code == "not-found"
    assert shelf.do_blindly(ref, "/status").code == "not-found"
    assert other.status(ref) is Status.NEW


def test_an_unknown_step_is_not_found(shelf: Shelf) -> None:
    assert shelf.who.get(shelf.path(shelf.put(), "/approval")).code == "not-found"


def test_the_desktop_counts_new_documents_and_open_questions(office: Office, shelf: Shelf) -> None:
    shelf.circulate()
    shelf.put("a.pdf")
    asked = shelf.put("b.pdf")
    shelf.do(asked, "question", text="Co to?")
    desktop = office.boss.get(office.path()).json
    assert (desktop["new_documents"], desktop["questions"]) == (1, 1)
    text = office.boss_in_a_browser.get(office.path()).text
    assert "1 nowy dokument" in text
    assert "1 pytanie do klienta czeka na odpowiedź" in text


def test_every_step_is_told_as_a_sentence(office: Office, shelf: Shelf) -> None:
    shelf.circulate()
    ref = shelf.put()
    shelf.describe(ref, number="FV 1", kind="sale")
    shelf.do(ref, "question", text="Co to?")
    shelf.answer(ref)
    shelf.do(ref, "rejection", reason="Prywatne")
    text = office.boss_in_a_browser.get(shelf.path(ref)).text
    for sentence in ("plik dotarł i jest w porządku", "zmieniono opis", "zadano pytanie", "odpowiedziano na pytanie"):
        assert sentence in text
    assert "numer" in text


def test_a_repeated_description_changes_nothing(shelf: Shelf) -> None:
    ref = shelf.put()
    assert shelf.describe(ref, number="FV 1").status == 200
    before = shelf.stored(ref)
    assert shelf.describe(ref, number="FV 1").status == 200
    assert shelf.stored(ref) == before
    assert Ref.parse(ref) == before.ref
