"""Handing documents over: signing uploads, the client's pages, and who may do what."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from portal.aws import Table
from portal.domain.document_months import MonthState
from portal.domain.documents import Document, Facts, Ref, Side, Status
from portal.domain.periods import Period
from portal.store import documents
from portal.store.office import FirmTable
from tests.functions import tables
from tests.functions.forms import forms_to
from tests.functions.gateway import Answer, Browser
from tests.functions.times import Clock
from tests.functions.world import NIPS, Office, sign_in_by_mail

Items = Callable[[], list[dict[str, Any]]]
LIMIT = 25 * 1024 * 1024


@pytest.fixture
def firm(office: Office) -> str:
    return office.add_firm(NIPS[1], "Nowa Chata Demo sp. z o.o.")


@pytest.fixture
def client(office: Office, firm: str) -> Browser:
    return office.client(firm)


@pytest.fixture
def store(office: Office, firm: str) -> FirmTable:
    return FirmTable(Table(tables.name()), office.id, firm)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def a_file(name: str = "faktura.pdf", **other: Any) -> dict[str, Any]:
    return {"name": name, "media_type": "application/pdf", "size": 1234, "sha256": sha(name), **other}


def sign(who: Browser, path: str, *files: dict[str, Any], **more: Any) -> Answer:
    return who.post(path, {"files": list(files or [a_file()]), **more})


def hand_over(who: Browser, firm: str, *files: dict[str, Any], **more: Any) -> list[Ref]:
    """Signs files, and has them arrive as intake would."""
    answer = sign(who, f"/firms/{firm}/documents", *files, **more)
    assert answer.status == 200, answer.text
    return [Ref.parse(upload["document"]) for upload in answer.json["uploads"]]


def arrive(store: FirmTable, ref: Ref, clock: Clock, **facts: Any) -> Document:
    before = documents.get(store, ref)
    told = {"media_type": before.declared.media_type, "size": 1234, "sha256": before.declared.sha256, **facts}
    return documents.change(store, before, before.arrived(Facts(**told), clock()))


def step(store: FirmTable, ref: Ref, change: Callable[[Document], Document]) -> Document:
    before = documents.get(store, ref)
    return documents.change(store, before, change(before))


def turn(store: FirmTable, period: str, state: MonthState) -> None:
    before = documents.month(store, Period.parse(period))
    store.write(documents.month_put(store, before, replace(before, state=state)))


def policy_of(upload: dict[str, Any]) -> list[Any]:
    return list(json.loads(base64.b64decode(upload["fields"]["policy"]))["conditions"])


def partner(office: Office, firm: str, email: str = "wspolnik@firma.example") -> Browser:
    body = {"email": email, "name": "Kos Jan", "role": "partner", "subject": "Kos Jan"}
    assert office.boss.post(office.path(f"/firms/{firm}/users"), body).status == 201
    return sign_in_by_mail(office.mails.last_to(email)["text"])


# Signing


def test_many_files_are_signed_with_one_request_in_the_order_they_were_chosen(
    client: Browser, firm: str, store: FirmTable
) -> None:
    names = [f"faktura {number}.pdf" for number in range(100)]
    answer = sign(client, f"/firms/{firm}/documents", *map(a_file, names), kind="purchase", note=" za prąd ")
    assert answer.status == 200, answer.text
    assert answer.json["refused"] == []
    kept = documents.of_month(store, Period(2026, 10))
    assert [document.name for document in kept] == names
    assert [str(document.ref) for document in kept] == [upload["document"] for upload in answer.json["uploads"]]
    assert {document.status for document in kept} == {Status.AWAITED}
    assert {document.description.note for document in kept} == {"za prąd"}


def test_a_form_is_for_exactly_the_file_that_was_announced(client: Browser, firm: str, office: Office) -> None:
    (upload,) = sign(client, f"/firms/{firm}/documents").json["uploads"]
    conditions = policy_of(upload)
    assert {"key": f"incoming/{office.id}/{firm}/{upload['document']}"} in conditions
    assert {"Content-Type": "application/pdf"} in conditions
    assert ["content-length-range", 1234, 1234] in conditions
    assert {"x-amz-checksum-sha256": base64.b64encode(bytes.fromhex(sha("faktura.pdf"))).decode()} in conditions


def test_signing_reads_access_and_month_and_writes_each_document_once(client: Browser, firm: str) -> None:
    with tables.watched() as calls:
        sign(client, f"/firms/{firm}/documents", *(a_file(f"{number}.pdf") for number in range(100)))
    batches = [params for operation, params in calls.made if operation == "BatchExecuteStatement"]
    assert sum(calls.reads.values()) == 3
    assert [len(params["Statements"]) for params in batches] == [25, 25, 25, 25, 1]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": "program.exe"}, "upload-type"),
        ({"name": "bez rozszerzenia", "media_type": "text/html"}, "upload-type"),
        ({"size": 0}, "upload-empty"),
        ({"size": -1}, "upload-empty"),
        ({"size": LIMIT + 1}, "upload-too-large"),
        ({"sha256": "x" * 64}, "upload-digest"),
        ({"sha256": sha("a").upper()}, "upload-digest"),
        ({"sha256": ""}, "upload-digest"),
    ],
)
def test_a_file_that_cannot_be_accepted_is_refused_alone(
    client: Browser, firm: str, store: FirmTable, wrong: dict[str, Any], code: str
) -> None:
    answer = sign(client, f"/firms/{firm}/documents", a_file("a.pdf"), a_file(**{"name": "b.pdf", **wrong}), a_file())
    assert answer.status == 200, answer.text
    assert [upload["file"] for upload in answer.json["uploads"]] == [0, 2]
    (refused,) = answer.json["refused"]
    assert (refused["file"], refused["code"]) == (1, code)
    assert len(documents.of_month(store, Period(2026, 10))) == 2


def test_the_largest_file_is_accepted(client: Browser, firm: str) -> None:
    assert sign(client, f"/firms/{firm}/documents", a_file(size=LIMIT)).json["refused"] == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/faktura.pdf", "faktura.pdf"),
        ("C:\\dokumenty\\faktura.pdf", "faktura.pdf"),
        ("faktura\u202efdp.pdf", "fakturafdp.pdf"),
        ('"zażółć" gęślą 🧾.pdf', "_zażółć_ gęślą 🧾.pdf"),
    ],
)
def test_names_are_kept_safe(client: Browser, firm: str, store: FirmTable, typed: str, kept: str) -> None:
    hand_over(client, firm, a_file(typed))
    assert [document.name for document in documents.of_month(store, Period(2026, 10))] == [kept]


def test_a_name_of_300_signs_is_shortened_and_keeps_its_ending(client: Browser, firm: str, store: FirmTable) -> None:
    hand_over(client, firm, a_file("ż" * 300 + ".pdf"))
    (document,) = documents.of_month(store, Period(2026, 10))
    assert len(document.name) <= 120
    assert document.name.endswith(".pdf")


def test_more_than_a_hundred_files_are_refused_together(client: Browser, firm: str, items: Items) -> None:
    before = items()
    answer = sign(client, f"/firms/{firm}/documents", *(a_file(f"{number}.pdf") for number in range(101)))
    assert (answer.status, answer.code) == (422, "too-many-files")
    assert items() == before


@pytest.mark.parametrize(
    "body",
    [
        {"files": []},
        {},
        {"files": [{"name": "a.pdf"}]},
        {"files": [a_file(size="1")]},
        {"files": [a_file(evil=1)]},
        {"files": [a_file()], "source": "fee"},
        {"files": [a_file()], "source": "office"},
        {"files": [a_file()], "kind": "mystery"},
        {"files": [a_file()], "period": "2026-13"},
        {"files": [a_file()], "period": "2027-01"},
        {"files": [a_file()], "note": "x" * 1001},
        {"files": [a_file()], "by": "somebody"},
        {"files": "a.pdf"},
    ],
)
def test_bad_input_signs_nothing(client: Browser, firm: str, items: Items, body: dict[str, Any]) -> None:
    before = items()
    assert client.post(f"/firms/{firm}/documents", body).status == 422
    assert items() == before


def test_the_same_file_fifty_times_is_fifty_documents(client: Browser, firm: str, store: FirmTable) -> None:
    hand_over(client, firm, *(a_file() for _ in range(50)))
    assert len({document.id for document in documents.of_month(store, Period(2026, 10))}) == 50


def test_what_was_signed_is_awaited_and_looked_for_later(client: Browser, firm: str, items: Items) -> None:
    refs = hand_over(client, firm, a_file("a.pdf"), a_file("b.pdf"))
    (watch,) = [item for item in items() if item["pk"]["S"].startswith("AWAITED#")]
    assert [ref["S"] for ref in watch["refs"]["L"]] == [str(ref) for ref in refs]
    assert watch["firm"]["S"] == firm


# Which month


def test_documents_are_for_the_last_month_while_it_is_open(client: Browser, firm: str, store: FirmTable) -> None:
    assert hand_over(client, firm)[0].period == Period(2026, 10)
    turn(store, "2026-10", MonthState.TO_BOOK)
    assert hand_over(client, firm)[0].period == Period(2026, 11)


@pytest.mark.parametrize("state", [MonthState.TO_BOOK, MonthState.IN_PROGRESS, MonthState.CLOSED])
def test_a_month_the_office_has_begun_takes_nothing_from_the_client(
    client: Browser, firm: str, store: FirmTable, office: Office, items: Items, state: MonthState
) -> None:
    turn(store, "2026-10", state)
    before = items()
    answer = sign(client, f"/firms/{firm}/documents", period="2026-10")
    assert (answer.status, answer.code) == (409, "month-locked")
    assert items() == before
    of_office = sign(office.boss, office.path(f"/firms/{firm}/documents"), period="2026-10")
    assert of_office.status == 200, of_office.text


def test_the_office_signs_in_its_own_name(office: Office, firm: str, store: FirmTable) -> None:
    answer = sign(office.boss, office.path(f"/firms/{firm}/documents"), source="phone")
    assert answer.status == 200
    (document,) = documents.of_month(store, Period(2026, 10))
    assert document.source == "office"


# Signing again


def test_signing_again_after_a_lost_answer_doubles_nothing(client: Browser, firm: str, store: FirmTable) -> None:
    files = [a_file("a.pdf"), a_file("b.pdf")]
    first = sign(client, f"/firms/{firm}/documents", *files).json["uploads"]
    again = sign(client, f"/firms/{firm}/documents", *files, a_file("c.pdf"), again=True).json["uploads"]
    assert [upload["document"] for upload in again[:2]] == [upload["document"] for upload in first]
    assert len(documents.of_month(store, Period(2026, 10))) == 3
    assert all(upload["url"] for upload in again)


def test_signing_again_what_arrived_says_so(client: Browser, firm: str, store: FirmTable, clock: Clock) -> None:
    (ref,) = hand_over(client, firm)
    arrive(store, ref, clock)
    (upload,) = sign(client, f"/firms/{firm}/documents", again=True).json["uploads"]
    assert (upload["document"], upload["url"], upload["arrived"]) == (str(ref), "", True)


def test_signing_again_gives_twins_a_document_each(client: Browser, firm: str, store: FirmTable) -> None:
    hand_over(client, firm, a_file())
    refs = hand_over(client, firm, a_file(), a_file(), again=True)
    assert len(set(refs)) == 2
    assert len(documents.of_month(store, Period(2026, 10))) == 2


def test_signing_again_takes_up_nothing_of_somebody_else(
    office: Office, client: Browser, firm: str, store: FirmTable
) -> None:
    hand_over(client, firm)
    other = office.client(firm, "druga@firma.example")
    hand_over(other, firm, again=True)
    assert len(documents.of_month(store, Period(2026, 10))) == 2


# Sending again what was stopped


def test_a_stopped_document_is_replaced_in_its_month(
    client: Browser, firm: str, store: FirmTable, clock: Clock
) -> None:
    (ref,) = hand_over(client, firm, period="2026-09")
    step(store, ref, lambda document: document.stopped("stopped-broken", clock()))
    (new,) = hand_over(client, firm, replaces=str(ref))
    assert new.period == Period(2026, 9)
    assert documents.get(store, new).replaces == str(ref)


def test_only_what_did_not_arrive_is_replaced_and_by_one_file(
    client: Browser, firm: str, store: FirmTable, clock: Clock
) -> None:
    (ref,) = hand_over(client, firm)
    arrive(store, ref, clock)
    refused = sign(client, f"/firms/{firm}/documents", replaces=str(ref))
    assert (refused.status, refused.code) == (409, "document-status")
    assert sign(client, f"/firms/{firm}/documents", a_file(), a_file(), replaces=str(ref)).code == "too-many-files"
    unknown = f"2026-10-{'0' * 26}"
    assert sign(client, f"/firms/{firm}/documents", replaces=unknown).code == "not-found"


# The month's page


def test_an_empty_month_says_what_to_do(client: Browser, firm: str) -> None:
    page = replace(client, html=True).get(f"/firms/{firm}/documents")
    assert page.status == 200
    assert "Dodaj dokumenty" in page.text
    assert "październik 2026" in page.text


def test_a_month_groups_what_needs_somebody(client: Browser, firm: str, store: FirmTable, clock: Clock) -> None:
    asked, stopped, new, _coming = hand_over(client, firm, *(a_file(f"{name}.pdf") for name in "abcd"))
    arrive(store, asked, clock)
    step(store, asked, lambda one: one.asked("Za co to?", "staff", clock(), circulation=True))
    step(store, stopped, lambda one: one.stopped("stopped-encrypted", clock()))
    arrive(store, new, clock)
    seen = client.get(f"/firms/{firm}/documents").json
    assert {group: [one["name"] for one in seen[group]] for group in ("questions", "coming", "stopped", "listed")} == {
        "questions": ["a.pdf"],
        "coming": ["d.pdf"],
        "stopped": ["b.pdf"],
        "listed": ["c.pdf"],
    }
    assert seen["handed"] == 2
    assert seen["stopped"][0]["reason"].startswith("Plik jest chroniony hasłem")


def test_a_question_of_a_month_near_by_is_not_overlooked(
    client: Browser, firm: str, store: FirmTable, clock: Clock
) -> None:
    (ref,) = hand_over(client, firm, period="2026-11")
    arrive(store, ref, clock)
    step(store, ref, lambda one: one.asked("Za co to?", "staff", clock(), circulation=True))
    seen = client.get(f"/firms/{firm}/documents").json
    assert (seen["period"], [one["document"] for one in seen["questions"]]) == ("2026-10", [str(ref)])


def test_what_came_in_each_of_three_months_is_missed(
    client: Browser, firm: str, store: FirmTable, clock: Clock
) -> None:
    for period in ("2026-07", "2026-08", "2026-09"):
        (ref,) = hand_over(client, firm, a_file(f"{period}.pdf"), period=period, kind="bank")
        arrive(store, ref, clock)
    assert [one["kind"] for one in client.get(f"/firms/{firm}/documents").json["missing"]] == ["bank"]
    (ref,) = hand_over(client, firm, kind="bank")
    arrive(store, ref, clock)
    assert client.get(f"/firms/{firm}/documents").json["missing"] == []


@pytest.mark.parametrize("period", ["2000-01", "2026-12", "2031-05", "9999-12"])
def test_any_month_can_be_looked_at(client: Browser, firm: str, period: str) -> None:
    for browser in (client, replace(client, html=True)):
        assert browser.get(f"/firms/{firm}/documents", period=period).status == 200
        assert browser.get(f"/firms/{firm}/documents/upload", period=period).status == 200


@pytest.mark.parametrize("period", ["2026-13", "x", "1999-12"])
def test_a_month_that_is_none_is_refused(client: Browser, firm: str, period: str) -> None:
    assert client.get(f"/firms/{firm}/documents", period=period).status == 422


def test_a_month_takes_two_reads_besides_the_access(client: Browser, firm: str) -> None:
    with tables.watched() as calls:
        assert client.get(f"/firms/{firm}/documents").status == 200
    assert sum(calls.reads.values()) == 4


# All documents are in


def test_the_client_says_that_all_is_in_and_the_month_is_locked(
    client: Browser, firm: str, store: FirmTable, office: Office
) -> None:
    assert client.post(f"/firms/{firm}/document-months/2026-10/completion").status == 200
    month = documents.month(store, Period(2026, 10))
    assert (month.state, month.complete_at is not None) == (MonthState.TO_BOOK, True)
    assert sign(client, f"/firms/{firm}/documents", period="2026-10").code == "month-locked"
    again = client.post(f"/firms/{firm}/document-months/2026-10/completion")
    assert (again.status, again.code) == (409, "month-locked")
    told = office.boss.get(office.path(f"/firms/{firm}/history"), year=2026).text
    assert "document-month" in told


def test_a_month_far_ahead_cannot_be_complete(client: Browser, firm: str, items: Items) -> None:
    before = items()
    answer = client.post(f"/firms/{firm}/document-months/2027-05/completion")
    assert (answer.status, answer.code) == (422, "period-in-future")
    assert items() == before


# One document


def test_an_answer_returns_a_question_to_be_processed(
    client: Browser, firm: str, store: FirmTable, clock: Clock, office: Office
) -> None:
    (ref,) = hand_over(client, firm)
    arrive(store, ref, clock)
    step(store, ref, lambda one: one.asked("Za co to?", "staff", clock(), circulation=True))
    turn(store, "2026-10", MonthState.IN_PROGRESS)  # an answer is wanted whatever the month's state
    answer = client.post(f"/firms/{firm}/documents/{ref}/messages", {"text": "Za prąd."})
    assert answer.status == 200, answer.text
    assert documents.get(store, ref).status is Status.TO_PROCESS
    said = [(one["by"], one["side"], one["text"]) for one in answer.json["thread"]]
    assert said == [("Biuro Demo", "office", "Za co to?"), ("Klient Demo", "client", "Za prąd.")]


@pytest.mark.parametrize(("text", "code"), [("  ", "message-empty"), ("x" * 1001, "text-too-long")])
def test_an_answer_must_say_something(
    client: Browser, firm: str, store: FirmTable, clock: Clock, items: Items, text: str, code: str
) -> None:
    (ref,) = hand_over(client, firm)
    before = items()
    answer = client.post(f"/firms/{firm}/documents/{ref}/messages", {"text": text})
    assert (answer.status, answer.code) == (422, code)
    assert items() == before


def test_a_refused_answer_is_shown_with_its_reason_on_the_documents_page(client: Browser, firm: str) -> None:
    (ref,) = hand_over(client, firm)
    browser = replace(client, html=True)
    (form,) = forms_to(browser.get(f"/firms/{firm}/documents/{ref}"), "/messages")
    answer = form.send(browser, text="  ")
    assert answer.status == 422
    assert "Napisz treść wiadomości." in answer.text
    assert forms_to(answer, "/messages")


def test_a_month_that_cannot_be_complete_is_shown_with_the_reason(client: Browser, firm: str, store: FirmTable) -> None:
    turn(store, "2026-10", MonthState.IN_PROGRESS)
    answer = replace(client, html=True).post(f"/firms/{firm}/document-months/2026-10/completion", {})
    assert answer.status == 409
    assert "jest już u księgowej" in answer.text
    assert "W księgowaniu" in answer.text


def test_a_document_is_taken_back_until_the_office_begins(
    client: Browser, firm: str, store: FirmTable, clock: Clock
) -> None:
    mine, begun = hand_over(client, firm, a_file("a.pdf"), a_file("b.pdf"))
    arrive(store, begun, clock)
    step(store, begun, lambda one: one.advanced("staff", clock(), circulation=True))
    assert client.post(f"/firms/{firm}/documents/{mine}/removal").status == 200
    refused = client.post(f"/firms/{firm}/documents/{begun}/removal")
    assert (refused.status, refused.code) == (409, "document-begun")
    assert client.get(f"/firms/{firm}/documents/{mine}").status == 404
    assert client.post(f"/firms/{firm}/documents/{mine}/removal").status == 404
    assert documents.get(store, mine).status is Status.DELETED


def test_nothing_is_taken_out_of_a_month_the_office_has_begun(
    client: Browser, firm: str, store: FirmTable, clock: Clock
) -> None:
    (ref,) = hand_over(client, firm)
    turn(store, "2026-10", MonthState.TO_BOOK)
    assert client.post(f"/firms/{firm}/documents/{ref}/removal").code == "month-locked"
    body = {"kind": "sale", "period": "2026-11"}
    assert client.post(f"/firms/{firm}/documents/{ref}/description", body).code == "month-locked"
    assert documents.get(store, ref).status is Status.AWAITED


def test_the_client_says_what_it_is_and_for_which_month(
    client: Browser, firm: str, store: FirmTable, clock: Clock
) -> None:
    (ref,) = hand_over(client, firm)
    arrive(store, ref, clock)
    body = {"kind": "sale", "period": "2026-11", "note": "z czerwonym stemplem"}
    answer = client.post(f"/firms/{firm}/documents/{ref}/description", body)
    assert answer.status == 200, answer.text
    assert answer.json["document"] == f"2026-11-{ref.id}"
    # The old address still leads to it.
    assert client.get(f"/firms/{firm}/documents/{ref}").json["note"] == "z czerwonym stemplem"
    locked = {**body, "period": "2026-09"}
    turn(store, "2026-09", MonthState.CLOSED)
    assert client.post(f"/firms/{firm}/documents/{ref}/description", locked).code == "month-locked"
    later = {**body, "period": "2027-04"}
    assert client.post(f"/firms/{firm}/documents/{ref}/description", later).code == "period-in-future"


def test_what_the_office_has_begun_keeps_its_data(client: Browser, firm: str, store: FirmTable, clock: Clock) -> None:
    (ref,) = hand_over(client, firm)
    arrive(store, ref, clock)
    step(store, ref, lambda one: one.advanced("staff", clock(), circulation=True))
    body = {"kind": "sale", "period": "2026-10"}
    assert client.post(f"/firms/{firm}/documents/{ref}/description", body).code == "document-begun"


def test_two_messages_at_once_are_both_kept(
    client: Browser, firm: str, store: FirmTable, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ref,) = hand_over(client, firm)
    usual, raced = documents.try_change, []

    def overtaken(table: FirmTable, before: Document, after: Document, *also: Any) -> Document:
        if not raced:
            raced.append(True)
            usual(table, before, before.said("Drugi.", Side.CLIENT, "x", clock()))
        return usual(table, before, after, *also)

    monkeypatch.setattr(documents, "try_change", overtaken)
    assert client.post(f"/firms/{firm}/documents/{ref}/messages", {"text": "Pierwszy."}).status == 200
    assert [message.text for message in documents.get(store, ref).thread] == ["Drugi.", "Pierwszy."]


# Who may not


def test_a_suspended_firm_only_reads(client: Browser, office: Office, firm: str, items: Items) -> None:
    (ref,) = hand_over(client, firm)
    assert office.set_status(firm, "suspended").status == 200
    before = items()
    assert client.get(f"/firms/{firm}/documents").json["writable"] is False
    assert client.get(f"/firms/{firm}/documents/{ref}").status == 200
    asked = [
        sign(client, f"/firms/{firm}/documents"),
        client.post(f"/firms/{firm}/documents/upload", {"extension": "pdf"}),
        client.post(f"/firms/{firm}/documents/{ref}/messages", {"text": "Halo"}),
        client.post(f"/firms/{firm}/documents/{ref}/removal"),
        client.post(f"/firms/{firm}/documents/{ref}/description", {"kind": "sale", "period": "2026-10"}),
        client.post(f"/firms/{firm}/document-months/2026-10/completion"),
    ]
    assert {(answer.status, answer.code) for answer in asked} == {(403, "read-only")}
    assert items() == before


def test_a_document_of_another_firm_is_not_there(office: Office, client: Browser, firm: str) -> None:
    (ref,) = hand_over(client, firm)
    other = office.add_firm(NIPS[2], "Inna Demo")
    stranger = office.client(other, "inny@firma.example")
    assert stranger.get(f"/firms/{other}/documents/{ref}").status == 404
    assert stranger.get(f"/firms/{firm}/documents/{ref}").status == 404
    assert sign(stranger, f"/firms/{other}/documents", replaces=str(ref)).code == "not-found"
    for made_up in ("2026-10", f"2026-10-{'0' * 26}", f"2026-10-{ref.id}0", "x", f"2026-13-{ref.id}"):
        assert client.get(f"/firms/{firm}/documents/{made_up}").status == 404


def test_a_partner_sees_the_documents_they_added_and_no_others(
    office: Office, client: Browser, firm: str, store: FirmTable, clock: Clock, items: Items
) -> None:
    kos = partner(office, firm)
    (theirs,), (own,) = hand_over(client, firm, a_file("place.pdf")), hand_over(kos, firm, a_file("moja.pdf"))
    for ref in (theirs, own):
        arrive(store, ref, clock)
    assert [one["name"] for one in kos.get(f"/firms/{firm}/documents").json["listed"]] == ["moja.pdf"]
    assert [one["name"] for one in client.get(f"/firms/{firm}/documents").json["listed"]] == ["moja.pdf", "place.pdf"]
    assert kos.get(f"/firms/{firm}/documents/{own}").status == 200
    before = items()
    for rest, body in (("", None), ("/messages", {"text": "x"}), ("/removal", None)):
        method = "POST" if rest else "GET"
        answer = kos.send(method, f"/firms/{firm}/documents/{theirs}{rest}", body=body)
        assert (answer.status, answer.code) == (404, "not-found")
    refused = kos.post(f"/firms/{firm}/document-months/2026-10/completion")
    assert (refused.status, refused.code) == (403, "whole-firm-only")
    assert items() == before


def test_a_partner_is_not_told_what_the_firm_lacks(
    office: Office, client: Browser, firm: str, store: FirmTable, clock: Clock
) -> None:
    for period in ("2026-07", "2026-08", "2026-09"):
        (ref,) = hand_over(client, firm, a_file(f"{period}.pdf"), period=period, kind="payroll")
        arrive(store, ref, clock)
    assert client.get(f"/firms/{firm}/documents").json["missing"]
    assert partner(office, firm).get(f"/firms/{firm}/documents").json["missing"] == []


# Without script


def test_without_script_one_file_goes_up_in_two_steps(
    client: Browser, firm: str, store: FirmTable, office: Office
) -> None:
    browser = replace(client, html=True)
    (form,) = forms_to(browser.get(f"/firms/{firm}/documents/upload"), "/documents/upload")
    answer = form.send(browser, extension="xml", name="Faktura 12", kind="purchase")
    assert answer.status == 200, answer.text
    (document,) = documents.of_month(store, Period(2026, 10))
    assert (document.name, document.declared) == ("Faktura 12.xml", Facts("application/xml", 0, ""))
    (upload,) = [one for one in forms_to(answer, "/") if "policy" in one.fields]
    conditions = json.loads(base64.b64decode(upload.fields["policy"][0]))["conditions"]
    assert ["content-length-range", 1, LIMIT] in conditions
    assert {"key": f"incoming/{office.id}/{firm}/{document.ref}"} in conditions
    assert upload.fields["success_action_redirect"][0].startswith(f"https://portal.example/firms/{firm}/documents")


def test_without_script_an_unknown_type_is_refused_at_its_field(client: Browser, firm: str, items: Items) -> None:
    browser = replace(client, html=True)
    before = items()
    (form,) = forms_to(browser.get(f"/firms/{firm}/documents/upload"), "/documents/upload")
    answer = form.send(browser, extension="exe", name="Moja faktura")
    assert answer.status == 422
    assert "Moja faktura" in answer.text
    assert items() == before


# Shared by another app, and without network


def test_what_was_shared_is_for_a_firm_of_the_persons_choice(office: Office, client: Browser, firm: str) -> None:
    assert client.get("/share").json["firms"] == [{"firm": firm, "name": "Nowa Chata Demo sp. z o.o."}]
    assert office.boss.get("/share").json["firms"] == []


def test_what_is_shared_without_the_app_is_said_not_to_have_come(items: Items) -> None:
    before = items()
    foreign = {"sec-fetch-site": "none", "origin": None}
    answer = Browser(html=True).send("POST", "/share", body={"title": "x"}, headers=foreign)
    assert (answer.status, answer.location) == (303, "/share?done=share-missed")
    assert items() == before


def test_the_page_for_no_network_needs_nobody_signed_in() -> None:
    assert Browser(html=True).get("/offline").status == 200
