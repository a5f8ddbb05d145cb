"""„Dodaj do panelu klienta”: the office's invoices reach the client they name, once, and are taken back when edited."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from functions.documents import fees as deliveries
from portal import files, ids
from portal.domain.documents import Column, Document, Kind, Ref, Source, Status
from portal.store import documents
from tests.contract.test_tenants import hired, limit_staff
from tests.functions import arrivals
from tests.functions.arrivals import Bucket
from tests.functions.forms import forms_to
from tests.functions.gateway import Answer
from tests.functions.papers import Papers, work
from tests.functions.test_archives import invoice
from tests.functions.times import START
from tests.functions.turns import at_once
from tests.functions.world import NIPS, Office

Items = Callable[[], list[dict[str, Any]]]
OWN, CLIENT, OTHER = NIPS[0], NIPS[1], NIPS[2]


@pytest.fixture
def bucket(table: Any) -> Iterator[Bucket]:
    with arrivals.bucket() as made:
        yield made


@pytest.fixture
def own(office: Office, bucket: Bucket) -> Papers:
    """The office as a firm."""
    known = office.boss.get(office.path("/settings")).json
    given = {"version": known["version"], "name": "Biuro Demo", "nip": OWN}
    assert office.boss.post(office.path("/settings"), given).status == 200
    answer = office.boss.post(office.path("/own-firm"), {"legal_form": "company"})
    assert answer.status in (200, 201), answer.text
    listed = office.boss.get(office.path("/firms"), show="all").json["firms"]
    (firm,) = (line["id"] for line in listed if line["own"])
    return Papers.at(office, firm, bucket)


@pytest.fixture
def client(office: Office, bucket: Bucket) -> Papers:
    return Papers.at(office, office.add_firm(CLIENT, "Klient Demo"), bucket)


def sold(own: Papers, buyer: str = CLIENT, number: str = "F/1/11", **more: Any) -> str:
    """An invoice of the office to a client."""
    told: dict[str, Any] = {
        "kind": Kind.SALE,
        "number": number,
        "seller_nip": OWN,
        "buyer_nip": buyer,
        "gross": 369_00,
        "issued_on": date(2026, 11, 5),
        **more,
    }
    return own.file(f"{number.replace('/', '-')}.pdf", f"%PDF {number} {buyer}".encode(), **told)


def deliver(own: Papers, *refs: str, **more: object) -> Answer:
    seen = [f"{own.firm}/{ref}@{own.stored(ref).version}" for ref in refs]
    return own.who.post(own.office.path(f"/firms/{own.firm}/fee-deliveries"), {"documents": seen, **more})


def there(client: Papers) -> list[Document]:
    """Everything in the client's firm."""
    return documents.of_month(client.table, documents_period(client))


def documents_period(papers: Papers) -> Any:
    return Ref.parse(f"2026-11-{ids.new(START)}").period


def copy_of(own: Papers, client: Papers, ref: str) -> Document:
    firm, _, name = own.stored(ref).delivered.partition("/")
    assert firm == client.firm
    return client.stored(name)


def fees_of(own: Papers) -> dict[str, Any]:
    return dict(own.month()["fees"])


# Delivering


def test_the_client_gets_a_document_of_their_own(own: Papers, client: Papers) -> None:
    ref = sold(own, category="usługi", note="dla nas", columns={Column.SALES: 300_00})
    assert deliver(own, ref).json["delivered"] == 1
    copy = copy_of(own, client, ref)
    assert (copy.source, copy.status, copy.description.kind) == (Source.FEE, Status.NEW, Kind.PURCHASE)
    told = copy.description
    assert (told.number, told.seller_nip, told.buyer_nip, told.gross) == ("F/1/11", OWN, CLIENT, 369_00)
    assert (told.note, told.category, dict(told.columns)) == ("", "", {}), "what the office notes for itself stays"
    assert client.content(copy) == own.content(own.stored(ref))
    picture = files.picture(own.office.id, client.firm, copy.id, 1)
    assert picture in client.objects()
    assert [step.what for step in own.stored(ref).steps][-1] == "fee-delivered"
    event = own.office.boss.get(own.office.path(f"/firms/{client.firm}/history")).json["events"][0]
    assert event["action"] == "firm.fee-delivered"
    assert "Klient Demo" in event["sentence"]


def test_the_client_sees_and_opens_it_and_cannot_take_it_back(own: Papers, client: Papers) -> None:
    person = own.office.client(client.firm)
    ref = sold(own)
    deliver(own, ref)
    copy = copy_of(own, client, ref)
    path = f"/firms/{client.firm}/documents"
    assert str(copy.ref) in person.get(path, period="2026-11").text
    assert person.get(f"{path}/{copy.ref}/file").status == 200
    assert person.post(f"{path}/{copy.ref}/removal").code == "document-begun"


def test_a_structured_invoice_stays_readable(own: Papers, client: Papers) -> None:
    ref = own.file(
        "f.xml",
        b"<Faktura/>",
        media_type="application/xml",
        invoice=invoice("Biuro Demo"),
        kind=Kind.SALE,
        number="1",
        seller_nip=OWN,
        buyer_nip=CLIENT,
        gross=1,
    )
    deliver(own, ref)
    copy = copy_of(own, client, ref)
    assert client.page(str(copy.ref))["invoice"]["seller"]["name"] == "Biuro Demo"


def test_one_by_its_button_and_all_of_a_month(own: Papers, client: Papers, office: Office, bucket: Bucket) -> None:
    other = Papers.at(office, office.add_firm(OTHER, "Drugi"), bucket)
    refs = [sold(own, number=f"F/{number}/11") for number in range(3)] + [sold(own, OTHER, "F/9/11")]
    sold(own, NIPS[3], "F/8/11")  # nobody of the office
    path = own.office.path(f"/firms/{own.firm}/fee-deliveries")
    only = f"{own.firm}/{refs[0]}@{own.stored(refs[0]).version}"
    assert own.who.post(path, {"only": only, "documents": [only]}).json["delivered"] == 1
    assert (fees_of(own)["possible"], fees_of(own)["delivered"]) == (3, 1)
    assert own.who.post(path, {"period": "2026-11"}).json["delivered"] == 3
    assert (fees_of(own)["possible"], fees_of(own)["delivered"]) == (0, 4)
    assert [len(there(firm)) for firm in (client, other)] == [3, 1]
    assert own.who.post(path, {"period": "2026-11"}).json["delivered"] == 0
    assert [len(there(firm)) for firm in (client, other)] == [3, 1], "again: nothing more"


def test_more_than_one_request_takes_are_told_of(own: Papers, client: Papers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "MOST_DELIVERED", 2)
    refs = [sold(own, number=f"F/{number}/11") for number in range(3)]
    assert deliver(own, *refs).code == "too-many-documents"
    path = own.office.path(f"/firms/{own.firm}/fee-deliveries")
    report = own.who.post(path, {"period": "2026-11"}).json
    assert (report["delivered"], report["left"]) == (2, 1)
    assert own.who.post(path, {"period": "2026-11"}).json["delivered"] == 1
    assert len(there(client)) == 3


def test_icons_tell_what_can_be_delivered_and_what_is(own: Papers, client: Papers) -> None:
    ref, foreign = sold(own), sold(own, NIPS[3], "F/2/11")
    bought = own.file("b.pdf", kind=Kind.PURCHASE, seller_nip=OWN, buyer_nip=CLIENT)
    lines = fees_of(own)["lines"]
    assert lines[ref]["state"] == "possible"
    assert lines[ref]["firm_name"] == "Klient Demo"
    assert foreign not in lines
    assert bought not in lines
    page = own.office.boss_in_a_browser.get(own.path(), period="2026-11").text
    assert "można dodać" in page
    deliver(own, ref)
    assert fees_of(own)["lines"][ref]["state"] == "delivered"
    assert "w panelu klienta" in own.office.boss_in_a_browser.get(own.path(), period="2026-11").text
    assert client.month()["fees"] is None


def test_without_script_the_buttons_deliver_and_take_back(own: Papers, client: Papers) -> None:
    ref, boss = sold(own), own.office.boss_in_a_browser
    forms = forms_to(boss.get(own.path(), period="2026-11"), own.office.path(f"/firms/{own.firm}/fee-deliveries"))
    answer = forms[0].send(boss)
    assert (answer.status, answer.location) == (303, f"{own.path()}?period=2026-11&done=fees-delivered")
    (form,) = forms_to(boss.get(own.path(ref)), own.path(ref, "/fee-withdrawal"))
    assert form.send(boss).status == 303
    assert [one.status for one in there(client)] == [Status.WITHDRAWN]


# What cannot be delivered


@pytest.mark.parametrize(
    "told",
    [
        {"kind": Kind.PURCHASE},
        {"seller_nip": OTHER},
        {"seller_nip": ""},
        {"buyer_nip": ""},
        {"buyer_nip": OWN},
        {"buyer_nip": NIPS[3]},
    ],
)
def test_both_numbers_must_match(own: Papers, client: Papers, items: Items, told: dict[str, Any]) -> None:
    ref = sold(own, **{"buyer": told.pop("buyer_nip", CLIENT)}, **told)
    before = items()
    answer = deliver(own, ref)
    assert answer.status == 409
    assert [one["code"] for one in answer.json["outcomes"]] == ["fee-not-matched"]
    assert items() == before
    assert there(client) == []


def test_only_what_is_there_and_was_not_refused(own: Papers, client: Papers) -> None:
    refused, deleted = sold(own), sold(own, number="F/2/11")
    own.do(refused, "rejection", reason="Pomyłka")
    own.do(deleted, "removal")
    awaited = own.announce(kind=Kind.SALE, number="3", seller_nip=OWN, buyer_nip=CLIENT, gross=1)
    answer = deliver(own, refused, deleted, str(awaited.ref))
    assert {one["code"] for one in answer.json["outcomes"]} == {"fee-not-matched"}
    assert there(client) == []


def test_an_archived_firm_gets_nothing(own: Papers, client: Papers) -> None:
    ref = sold(own)
    assert own.office.set_status(client.firm, "archived").status == 200
    assert fees_of(own)["lines"] == {}
    assert deliver(own, ref).json["outcomes"][0]["code"] == "fee-not-matched"


def test_only_from_the_own_firm(own: Papers, client: Papers, items: Items) -> None:
    ref = client.file("x.pdf", kind=Kind.SALE, seller_nip=CLIENT, buyer_nip=OWN)
    before = items()
    assert deliver(client, ref).code == "fees-own-firm"
    foreign = {"documents": [f"{client.firm}/{ref}@1"]}
    path = own.office.path(f"/firms/{own.firm}/fee-deliveries")
    assert own.who.post(path, foreign).code == "not-found"
    assert own.who.post(path, {"documents": [f"{own.firm}/2026-11-{ids.new(START)}@1"]}).code == "not-found"
    assert own.who.post(path, {}).code == "documents-not-chosen"
    assert items() == before


def test_an_exported_invoice_can_still_be_delivered(own: Papers, client: Papers, table: Any) -> None:
    ref = sold(own)
    assert own.advance(ref).status == 200
    own.office.boss.post(own.office.path("/archives"), {"firm": own.firm, "period": "2026-11", "mark": True})
    work(table)
    assert own.stored(ref).locked
    assert deliver(own, ref).json["delivered"] == 1
    assert len(there(client)) == 1


def test_limited_staff_deliver_to_firms_they_serve(own: Papers, client: Papers, office: Office, bucket: Bucket) -> None:
    other = Papers.at(office, office.add_firm(OTHER, "Tajny Klient"), bucket)
    mine, foreign = sold(own), sold(own, OTHER, "F/2/11")
    staff = hired(office, "ewa@demo.example")
    limit_staff(office, {"ewa@demo.example": [own.firm, client.firm]})
    theirs = replace(own, who=staff)
    assert fees_of(theirs)["lines"].keys() == {mine}
    assert [one["code"] for one in deliver(theirs, mine, foreign).json["outcomes"]] == ["", "fee-not-matched"]
    assert there(other) == []
    deliver(own, foreign)
    line = fees_of(theirs)["lines"][foreign]
    assert (line["state"], line["firm_name"]) == ("delivered", "")
    assert theirs.do(foreign, "fee-withdrawal").code == "fee-not-yours"
    assert theirs.describe(foreign, kind="sale", gross=1).code == "fee-not-yours"
    assert there(other)[0].status is Status.NEW


# Never twice


def test_never_twice(own: Papers, client: Papers, items: Items) -> None:
    ref = sold(own)
    deliver(own, ref)
    before = items()
    answer = deliver(own, ref)
    assert (answer.status, answer.json["outcomes"][0]["code"]) == (409, "fee-delivered")
    assert items() == before
    assert len(there(client)) == 1


@pytest.mark.parametrize("seed", range(4))
def test_of_several_at_once_one_delivers(own: Papers, client: Papers, seed: int) -> None:
    ref = sold(own)
    path = own.office.path(f"/firms/{own.firm}/fee-deliveries")
    body = {"documents": [f"{own.firm}/{ref}@1"]}

    def asked(handlers: Any) -> int:
        return int(replace(own.who, handlers=handlers).post(path, body).json.get("delivered", 0))

    assert sorted(at_once([asked] * 3, seed)) == [0, 0, 1]
    assert len(there(client)) == 1
    copies = [key for key in own.objects() if f"documents/{own.office.id}/{client.firm}/" in key]
    assert len(copies) == 1, "nothing is left over in the storage"


def test_the_same_invoice_from_elsewhere_is_told_of(own: Papers, client: Papers) -> None:
    sent = client.file("skan.pdf", b"%PDF other", number="F/1/11", seller_nip=OWN, gross=369_00)
    ref = sold(own)
    deliver(own, ref)
    copy = copy_of(own, client, ref)
    assert client.stored(sent).twin == str(copy.ref)
    assert copy.twin == sent
    assert own.do(ref, "fee-withdrawal").status == 200
    assert client.stored(sent).twin == "", "what was withdrawn is nobody's double"


# Taking back


@pytest.mark.parametrize(
    "change",
    [
        {"gross": 1},
        {"number": "F/2/11"},
        {"period": "2026-10"},
        {"seller_nip": OTHER},
        {"buyer_nip": OTHER},
        {"kind": "other"},
    ],
)
def test_editing_what_the_client_was_given_takes_it_back(own: Papers, client: Papers, change: dict[str, Any]) -> None:
    ref = sold(own)
    deliver(own, ref)
    assert own.describe(ref, **{"issued_on": "2026-11-05", **change}).status == 200
    after = own.stored(ref)
    assert after.delivered == ""
    assert [step.what for step in after.steps][-2:] == ["described", "fee-withdrawn"]
    (copy,) = there(client)
    assert copy.status is Status.WITHDRAWN
    assert copy.description.gross == 369_00, "the client's document says what it was"
    event = own.office.boss.get(own.office.path(f"/firms/{client.firm}/history")).json["events"][0]
    assert event["action"] == "firm.fee-withdrawn"


def test_what_the_office_notes_for_itself_takes_nothing_back(own: Papers, client: Papers) -> None:
    ref = sold(own)
    deliver(own, ref)
    answer = own.describe(ref, issued_on="2026-11-05", note="zapłacone", category="usługi", sales=300_00)
    assert answer.status == 200
    assert own.stored(ref).description.note == "zapłacone"
    assert own.stored(ref).delivered
    assert there(client)[0].status is Status.NEW


def test_deleting_it_takes_it_back(own: Papers, client: Papers) -> None:
    ref = sold(own)
    deliver(own, ref)
    assert own.do(ref, "removal").status == 200
    assert there(client)[0].status is Status.WITHDRAWN


def test_taken_back_it_can_be_delivered_again(own: Papers, client: Papers) -> None:
    ref = sold(own)
    deliver(own, ref)
    assert own.do(ref, "fee-withdrawal").status == 200
    assert own.do(ref, "fee-withdrawal").code == "fee-not-delivered"
    assert fees_of(own)["lines"][ref]["state"] == "possible"
    assert deliver(own, ref).json["delivered"] == 1
    assert sorted(one.status for one in there(client)) == [Status.NEW, Status.WITHDRAWN]


def test_it_is_found_in_another_month_of_the_client(own: Papers, client: Papers) -> None:
    ref = sold(own)
    deliver(own, ref)
    copy = copy_of(own, client, ref)
    assert client.describe(str(copy.ref), period="2026-10", issued_on="2026-11-05").status == 200
    assert own.do(ref, "fee-withdrawal").status == 200
    assert client.stored(str(copy.ref)).status is Status.WITHDRAWN


def test_one_that_is_gone_there_only_frees_this_one(own: Papers, client: Papers) -> None:
    ref = sold(own)
    deliver(own, ref)
    assert client.do(str(copy_of(own, client, ref).ref), "removal").status == 200
    assert own.do(ref, "fee-withdrawal").status == 200
    assert own.stored(ref).delivered == ""
    assert there(client)[0].status is Status.DELETED


def test_one_that_the_client_exported_stays_as_it_is(own: Papers, client: Papers, items: Items) -> None:
    ref = sold(own)
    deliver(own, ref)
    name = str(copy_of(own, client, ref).ref)
    assert client.advance(name).status == 200
    before = client.stored(name)
    documents.change(client.table, before, before.exported("X", START))
    held = items()
    for answer in (
        own.do(ref, "fee-withdrawal"),
        own.describe(ref, issued_on="2026-11-05", gross=1),
        own.do(ref, "removal"),
    ):
        assert (answer.status, answer.code) == (409, "fee-exported")
        assert "Klient Demo" in answer.text
    assert items() == held


def test_an_edit_of_an_older_version_changes_nothing_anywhere(own: Papers, client: Papers, items: Items) -> None:
    ref = sold(own)
    deliver(own, ref)
    before = items()
    assert own.do(ref, "fee-withdrawal", version=1).code == "document-changed"
    assert items() == before


def test_a_client_who_writes_meanwhile_and_the_withdrawal_do_not_contradict(
    own: Papers, client: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = sold(own)
    deliver(own, ref)
    name, found = str(copy_of(own, client, ref).ref), deliveries._copy_of

    def raced(*given: Any) -> Any:
        copy = found(*given)
        client.answer(name, "Dziękujemy")
        return copy

    monkeypatch.setattr(deliveries, "_copy_of", raced)
    assert own.do(ref, "fee-withdrawal").code == "document-changed"
    assert own.stored(ref).delivered
    assert client.status(name) is Status.NEW
    monkeypatch.setattr(deliveries, "_copy_of", found)
    assert own.do(ref, "fee-withdrawal").status == 200
    assert client.status(name) is Status.WITHDRAWN
    assert len(client.stored(name).thread) == 1
