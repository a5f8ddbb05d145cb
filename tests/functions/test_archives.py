"""Documents as one file each or as one ZIP: what is in it is what was handed over, and nobody else gets it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from functions.export import app as export_app
from functions.export import packing
from portal import files, ids, storage
from portal.aws import Table
from portal.domain.archives import MOST_CHOSEN, SLOTS_OF_FIRM, SLOTS_OF_OFFICE
from portal.domain.documents import Kind, Ref, Side, Status
from portal.domain.exports import ATTEMPTS
from portal.domain.periods import Period
from portal.domain.structured_invoices import InvoiceKind, Party, StructuredInvoice
from portal.store import archives, documents
from portal.store.documents import Place
from portal.store.office import OfficeTable
from tests.contract.test_tenants import hired, limit_staff, partner_of
from tests.functions import arrivals, tables
from tests.functions.arrivals import Bucket
from tests.functions.gateway import Answer
from tests.functions.papers import Papers, index_of, jobs, newest_zip, work
from tests.functions.times import START, Clock
from tests.functions.turns import at_once
from tests.functions.world import BOSS, NIPS, Office

Items = Callable[[], list[dict[str, Any]]]


class BrokenError(Exception):
    """Something goes wrong in the middle."""


@pytest.fixture
def bucket(table: Any) -> Iterator[Bucket]:
    with arrivals.bucket() as made:
        yield made


@pytest.fixture
def papers(office: Office, bucket: Bucket) -> Papers:
    return Papers.at(office, office.add_firm(name="Kłos sp. z o.o."), bucket)


def ask(office: Office, **wanted: object) -> Answer:
    return office.boss.post(office.path("/archives"), wanted)


def ask_for(papers: Papers, *refs: str, **more: object) -> Answer:
    return ask(papers.office, documents=[f"{papers.firm}/{ref}" for ref in refs], **more)


def ask_for_month(papers: Papers, **more: object) -> Answer:
    return ask(papers.office, firm=papers.firm, period="2026-11", **more)


def listed(office: Office) -> list[dict[str, Any]]:
    return list(office.boss.get(office.path("/archives")).json["archives"])


def address_of(office: Office, archive: str = "") -> Answer:
    return office.boss.get(office.path(f"/archives/{archive or listed(office)[0]['id']}/file"))


def invoice(seller: str) -> bytes:
    parties = Party(seller, NIPS[2]), Party("Nabywca", NIPS[0])
    return StructuredInvoice(*parties, "FV 1", InvoiceKind.VAT, "PLN", 100).packed()


# One file


def test_the_office_gets_a_file_under_its_own_name(papers: Papers) -> None:
    ref = papers.file("Faktura „Łódź” 12.pdf")
    answer = papers.who.get(papers.path(ref, "/file"))
    assert answer.status == 200
    asked = parse_qs(urlsplit(answer.json["url"]).query)
    (disposition,) = asked["response-content-disposition"]
    assert disposition.startswith('attachment; filename="Faktura Lodz 12.pdf"')
    assert "filename*=UTF-8''Faktura%20%E2%80%9E%C5%81%C3%B3d%C5%BA%E2%80%9D%2012.pdf" in disposition
    assert asked["response-content-type"] == ["application/pdf"]
    assert asked["X-Amz-Expires"] == ["60"]
    key = files.document(papers.office.id, papers.firm, Ref.parse(ref).id)
    assert urlsplit(answer.json["url"]).path.endswith(key)


def test_a_browser_is_led_to_it(papers: Papers) -> None:
    ref = papers.file()
    answer = papers.office.boss_in_a_browser.get(papers.path(ref, "/file"))
    assert answer.status == 303
    assert "X-Amz-Signature" in answer.location


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        'a"; filename="evil.exe',
        "pf\u202efdp.exe.pdf",
        "x" * 300 + ".pdf",
        "📄.pdf",
        "a\r\nX-Y: 1.pdf",
        "",
    ],
)
def test_no_name_breaks_out_of_its_header(papers: Papers, name: str) -> None:
    ref = papers.file(name)
    (disposition,) = parse_qs(urlsplit(papers.who.get(papers.path(ref, "/file")).json["url"]).query)[
        "response-content-disposition"
    ]
    plain, _, real = disposition.removeprefix('attachment; filename="').partition("\"; filename*=UTF-8''")
    assert plain
    assert plain.isascii()
    assert not set(plain) & set('"\\/\r\n;')
    assert not set(unquote(real)) & set('"\\/\r\n\u202e')
    assert len(unquote(real)) <= 120
    assert unquote(real).endswith(".pdf")


def test_what_did_not_arrive_cannot_be_opened(papers: Papers) -> None:
    awaited, stopped = str(papers.announce().ref), papers.stop("stopped-type")
    for ref in (awaited, stopped):
        answer = papers.who.get(papers.path(ref, "/file"))
        assert (answer.status, answer.code) == (409, "document-not-ready")


def test_the_client_gets_their_firms_files_and_no_others(papers: Papers, bucket: Bucket) -> None:
    office = papers.office
    client = office.client(papers.firm)
    ref = papers.file()
    assert client.get(f"/firms/{papers.firm}/documents/{ref}/file").status == 200
    other = Papers.at(office, office.add_firm(NIPS[1], "Inna"), bucket)
    foreign = other.file()
    assert client.get(f"/firms/{papers.firm}/documents/{foreign}/file").code == "not-found"
    assert client.get(f"/firms/{other.firm}/documents/{foreign}/file").code == "not-found"
    before = papers.stored(ref)
    documents.change(papers.table, before, before.withdrawn(office.id, START))
    assert client.get(f"/firms/{papers.firm}/documents/{ref}/file").code == "document-status"
    assert papers.who.get(papers.path(ref, "/file")).status == 200, "the office still sees what it took back"


# A ZIP


def test_a_month_is_asked_for_made_and_told_of(papers: Papers, bucket: Bucket, table: Any) -> None:
    told: dict[str, Any] = {"kind": Kind.PURCHASE, "number": "FV/12/11", "issued_on": date(2026, 11, 3)}
    sent = {
        papers.file("a.pdf", b"%PDF one", seller_nip=NIPS[2], **told): b"%PDF one",
        papers.file("skan.jpg", b"\xff\xd8\xff" + bytes(range(256)) * 999, media_type="image/jpeg"): b"\xff\xd8\xff"
        + bytes(range(256)) * 999,
        papers.file("b.xml", b"<Faktura/>" * 99, media_type="application/xml", kind=Kind.SALE): b"<Faktura/>" * 99,
    }
    answer = ask_for_month(papers)
    assert (answer.status, answer.json["under_way"]) == (201, True)
    work(table)
    (line,) = listed(papers.office)
    assert (line["state"], line["documents"], line["firm_name"]) == ("done", 3, "Kłos sp. z o.o.")
    found = newest_zip(bucket)
    assert found.testzip() is None
    assert line["size"] == len(bucket.read(bucket.names("archives/")[0]))
    rows = {row["nazwa pliku od klienta"]: row for row in index_of(found)}
    assert len(rows) == len(found.namelist()) - 1 == 3
    for ref, content in sent.items():
        row = rows[papers.stored(ref).name]
        assert found.read(row["plik"]) == content
        assert row["firma"] == "Kłos sp. z o.o."
    assert rows["a.pdf"]["plik"] == f"2026-11/zakup/2026-11-03_FV-12-11_{NIPS[2]}.pdf"
    assert rows["b.xml"]["plik"].startswith("2026-11/sprzedaz/")
    mail = papers.office.mails.last_to(BOSS)
    assert "plik ZIP z dokumentami jest gotowy" in mail["subject"]
    assert f"https://portal.example/offices/{papers.office.id}/archives" in mail["text"]
    assert "/file" not in mail["text"]
    event = papers.office.boss.get(papers.office.path("/history")).json["events"][0]
    assert (event["action"], event["firm"]) == ("office.documents-archived", papers.firm)


def test_pictures_and_pdfs_are_not_compressed_again(papers: Papers, bucket: Bucket, table: Any) -> None:
    papers.file("a.pdf", b"%PDF" + b" " * 9999)
    papers.file("a.xml", b"<a>" + b" " * 9999, media_type="application/xml")
    ask_for_month(papers)
    work(table)
    kinds = {entry.filename[-3:]: entry.compress_type for entry in newest_zip(bucket).infolist()}
    assert kinds == {"pdf": zipfile.ZIP_STORED, "xml": zipfile.ZIP_DEFLATED, "csv": zipfile.ZIP_DEFLATED}


def test_a_structured_invoice_tells_its_sellers_name(papers: Papers, bucket: Bucket, table: Any) -> None:
    papers.file(
        "f.xml", b"<x/>", media_type="application/xml", invoice=invoice("Żuraw & Syn"), number="1", seller_nip=NIPS[2]
    )
    ask_for_month(papers)
    work(table)
    (row,) = index_of(newest_zip(bucket))
    assert row["plik"].endswith("_1_Żuraw-&-Syn.xml")
    assert row["sprzedawca"] == "Żuraw & Syn"


def test_a_selection_of_several_firms_has_a_folder_for_each(papers: Papers, bucket: Bucket, table: Any) -> None:
    office = papers.office
    other = Papers.at(office, office.add_firm(NIPS[1], "Kłos sp. z o.o."), bucket)
    third = Papers.at(office, office.add_firm(NIPS[2], "Trzecia"), bucket)
    mine, same, left = papers.file("a.pdf", b"1"), other.file("a.pdf", b"2"), third.file("a.pdf", b"3")
    chosen = [f"{papers.firm}/{mine}@7", f"{other.firm}/{same}"]
    assert ask(office, documents=chosen, back="/x").status == 201
    assert left
    work(table)
    (line,) = listed(office)
    assert (line["firms"], line["firm_name"], line["period"]) == (2, "", None)
    found = newest_zip(bucket)
    rows = index_of(found)
    assert {found.read(row["plik"]) for row in rows} == {b"1", b"2"}
    folders = {row["plik"].partition("/2026-11/")[0] for row in rows}
    assert folders == {"Kłos-sp.-z-o.o", "Kłos-sp.-z-o.o-2"}, "two firms of one name are not mixed"


def test_what_was_refused_or_taken_back_is_not_in_a_month(papers: Papers, bucket: Bucket, table: Any) -> None:
    kept, refused, deleted = papers.file("a.pdf"), papers.file("b.pdf"), papers.file("c.pdf")
    papers.announce("d.pdf")
    assert papers.do(refused, "rejection", reason="Prywatny").status == 200
    assert papers.do(deleted, "removal").status == 200
    ask_for_month(papers)
    work(table)
    (row,) = index_of(newest_zip(bucket))
    assert row["nazwa pliku od klienta"] == papers.stored(kept).name
    assert listed(papers.office)[0]["left_out"] == 1, "one is still under way"


def test_a_document_that_moved_meanwhile_is_found(papers: Papers, bucket: Bucket, table: Any) -> None:
    ref, gone = papers.file("a.pdf", b"moved"), papers.file("b.pdf")
    ask_for(papers, ref, gone)
    assert papers.describe(ref, period="2026-10").status == 200
    assert papers.do(gone, "removal").status == 200
    work(table)
    found = newest_zip(bucket)
    (row,) = index_of(found)
    assert row["plik"].startswith("2026-10/")
    assert found.read(row["plik"]) == b"moved"
    assert listed(papers.office)[0]["left_out"] == 1


def test_a_file_that_is_not_in_the_storage_is_told_of(papers: Papers, bucket: Bucket, table: Any) -> None:
    ref, lost = papers.file("a.pdf"), papers.file("b.pdf")
    bucket.s3.delete_object(Bucket=bucket.name, Key=files.document(papers.office.id, papers.firm, Ref.parse(lost).id))
    ask_for_month(papers, mark=True)
    work(table)
    assert [row["nazwa pliku od klienta"] for row in index_of(newest_zip(bucket))] == [papers.stored(ref).name]
    assert listed(papers.office)[0]["left_out"] == 1


def test_a_file_that_is_not_the_verified_one_breaks_all_off(papers: Papers, bucket: Bucket, table: Any) -> None:
    ref = papers.file("a.pdf", b"verified")
    papers.put_object(files.document(papers.office.id, papers.firm, Ref.parse(ref).id), b"another")
    ask_for_month(papers)
    for _ in range(ATTEMPTS):
        with pytest.raises(OSError, match="not the one"):
            work(table)
    assert listed(papers.office)[0]["state"] == "failed"
    assert bucket.names("archives/") == []


# Who may


def test_nothing_to_download_is_said(papers: Papers, items: Items) -> None:
    awaited = str(papers.announce().ref)
    before = items()
    assert ask_for_month(papers).code == "archive-empty"
    assert ask_for(papers, awaited).code == "archive-empty"
    assert items() == before


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({}, "documents-not-chosen"),
        ({"documents": []}, "documents-not-chosen"),
        ({"firm": "FIRM"}, "archive-choice"),
        ({"period": "2026-11"}, "archive-choice"),
        ({"firm": "FIRM", "period": "2026-11", "documents": ["FIRM/REF"]}, "archive-choice"),
        ({"firm": "FIRM", "period": "2026-13"}, "period-invalid"),
        ({"firm": "x", "period": "2026-11"}, "not-found"),
        ({"documents": ["nothing"]}, "not-found"),
        ({"documents": ["FIRM/2026-11-x"]}, "not-found"),
        ({"documents": ["FIRM/REF"] * (MOST_CHOSEN + 1)}, "too-many-documents"),
        ({"firm": "FIRM", "period": "2026-11", "more": 1}, "field-unknown"),
    ],
)
def test_what_cannot_be_meant_is_refused(papers: Papers, items: Items, wanted: dict[str, Any], code: str) -> None:
    ref = papers.file()
    named = {
        name: [one.replace("FIRM", papers.firm).replace("REF", ref) for one in value]
        if isinstance(value, list)
        else str(value).replace("FIRM", papers.firm)
        for name, value in wanted.items()
    }
    before = items()
    assert ask(papers.office, **named).code == code
    assert items() == before


def test_a_document_that_never_was_is_not_found(papers: Papers, items: Items) -> None:
    ref = papers.file()
    before = items()
    assert ask_for(papers, ref, f"2026-11-{ids.new(START)}").code == "not-found"
    assert items() == before


def test_limited_staff_get_what_they_serve(papers: Papers, bucket: Bucket, table: Any) -> None:
    office = papers.office
    other = Papers.at(office, office.add_firm(NIPS[1], "Inna"), bucket)
    mine, foreign = papers.file(), other.file()
    staff = hired(office, "ewa@demo.example")
    limit_staff(office, {"ewa@demo.example": [papers.firm]})
    mixed = [f"{papers.firm}/{mine}", f"{other.firm}/{foreign}"]
    assert staff.post(office.path("/archives"), {"documents": mixed}).code == "not-found"
    assert staff.post(office.path("/archives"), {"firm": other.firm, "period": "2026-11"}).code == "not-found"
    assert staff.post(office.path("/archives"), {"firm": papers.firm, "period": "2026-11"}).status == 201
    ask(office, documents=mixed)
    work(table)
    seen = staff.get(office.path("/archives")).json["archives"]
    assert [line["firm_name"] for line in seen] == ["Kłos sp. z o.o."], "the other one holds a firm they do not serve"
    both = next(line["id"] for line in listed(office) if line["firms"] == 2)
    assert staff.get(office.path(f"/archives/{both}/file")).code == "not-found"
    assert staff.get(office.path(f"/archives/{seen[0]['id']}/file")).status == 200
    version = office.boss.get(office.path("/staff")).json
    person = next(one["person"] for one in version["staff"] if one["email"] == "ewa@demo.example")
    path = office.path(f"/staff/{person}")
    known = office.boss.get(path).json["version"]
    assert office.boss.post(f"{path}/assignments", {"version": known, "firms": [other.firm]}).status == 200
    assert staff.get(office.path(f"/archives/{seen[0]['id']}/file")).code == "not-found", "no more theirs"


def test_the_file_opens_for_a_minute_and_for_a_week(papers: Papers, table: Any, clock: Clock) -> None:
    papers.file()
    ask_for_month(papers)
    assert address_of(papers.office).code == "export-not-ready"
    work(table)
    url = address_of(papers.office).json["url"]
    assert parse_qs(urlsplit(url).query)["X-Amz-Expires"] == ["60"]
    assert "dokumenty-2026-11.zip" in unquote(url)
    clock.advance(days=7, minutes=1)
    papers.office.sign_in_again()
    assert address_of(papers.office).code == "export-expired"
    assert listed(papers.office)[0]["state"] == "expired"


# Several at once


def test_so_many_at_the_same_time_and_no_more(papers: Papers, table: Any, items: Items) -> None:
    refs = [papers.file(f"{number}.pdf") for number in range(SLOTS_OF_OFFICE + 1)]
    for ref in refs[:SLOTS_OF_OFFICE]:
        assert ask_for(papers, ref).status == 201
    before = items()
    refused = ask_for(papers, refs[-1])
    assert (refused.status, refused.code) == (409, "archives-running")
    assert items() == before
    export_app.handler(jobs(table)[2], None)
    assert ask_for(papers, refs[-1]).status == 201, "one is ready, its place is free"


def test_the_same_asked_for_twice_is_made_once(papers: Papers, table: Any) -> None:
    papers.file()
    for _ in range(3):
        assert ask_for_month(papers).status == 201
    assert len(listed(papers.office)) == 1
    assert len(jobs(table)) == 1


@pytest.mark.parametrize("seed", range(3))
def test_of_many_who_ask_at_once_each_place_is_given_once(papers: Papers, table: Any, seed: int) -> None:
    refs = [papers.file(f"{number}.pdf") for number in range(SLOTS_OF_OFFICE + 2)]

    def asked(ref: str) -> Callable[[Any], int]:
        boss = papers.office.boss
        body = {"documents": [f"{papers.firm}/{ref}"]}
        path = papers.office.path("/archives")
        return lambda handlers: replace(boss, handlers=handlers).post(path, body).status

    told = at_once([asked(ref) for ref in refs], seed)
    assert set(told) <= {201, 409}
    assert 1 <= told.count(201) <= SLOTS_OF_OFFICE
    table_ = OfficeTable(Table(tables.name()), papers.office.id)
    slots = [one.slot for one in archives.newest(table_)]
    assert len(slots) == len(set(slots)) == told.count(201)


def test_one_that_died_silently_makes_room(papers: Papers, table: Any, clock: Clock) -> None:
    refs = [papers.file(f"{number}.pdf") for number in range(SLOTS_OF_OFFICE + 1)]
    for ref in refs[:SLOTS_OF_OFFICE]:
        ask_for(papers, ref)
    dead = jobs(table)
    clock.advance(minutes=21)
    assert [line["state"] for line in listed(papers.office)] == ["failed"] * SLOTS_OF_OFFICE
    assert ask_for(papers, refs[-1]).status == 201
    for job in dead:
        export_app.handler(job, None)
    states = [line["state"] for line in listed(papers.office)]
    assert states.count("failed") == 1, "the one that lost its place; the others are made late"


def test_half_a_zip_is_never_there(papers: Papers, bucket: Bucket, table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    papers.file("a.pdf", b"x" * (storage.Upload.PART + 1))
    papers.file("b.pdf")
    left, copied = [1], packing._copied

    def breaks(*given: Any) -> bool:
        done = copied(*given)
        if left and not left.pop():
            return done
        raise BrokenError

    monkeypatch.setattr(packing, "_copied", breaks)
    ask_for_month(papers, mark=True)
    with pytest.raises(BrokenError):
        work(table)
    monkeypatch.setattr(packing, "_copied", copied)
    assert bucket.names("archives/") == []
    assert not bucket.s3.list_multipart_uploads(Bucket=bucket.name).get("Uploads")
    assert [line["state"] for line in listed(papers.office)] == ["requested"]
    work(table)
    assert [line["state"] for line in listed(papers.office)] == ["done"]
    assert newest_zip(bucket).testzip() is None


def test_repeating_the_job_changes_nothing(papers: Papers, table: Any, items: Items) -> None:
    papers.file(approved=True)
    ask_for_month(papers, mark=True)
    work(table)
    before = items()
    work(table)
    assert items() == before


# Marking as exported


def test_what_is_approved_is_marked_once_the_zip_is_whole(papers: Papers, table: Any) -> None:
    approved, new = papers.file("a.pdf", approved=True), papers.file("b.pdf")
    ask_for_month(papers, mark=True)
    assert not papers.stored(approved).locked
    work(table)
    assert papers.stored(approved).locked
    assert papers.stored(approved).steps[-1].what == "exported"
    assert not papers.stored(new).locked
    (line,) = listed(papers.office)
    assert (line["marked"], line["unmarked_total"]) == (1, 1)
    (told,) = line["unmarked"]
    assert (told["document"], told["code"]) == (new, "document-not-approved")
    assert papers.describe(approved, number="X").code == "document-locked"
    assert papers.advance(new).status == 200


def test_without_the_tick_nothing_is_marked(papers: Papers, table: Any) -> None:
    ref = papers.file(approved=True)
    ask_for_month(papers)
    work(table)
    assert not papers.stored(ref).locked
    assert listed(papers.office)[0]["mark"] is False


def test_nothing_is_marked_when_the_zip_breaks(papers: Papers, table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = papers.file(approved=True)

    def broken(_upload: Any) -> None:
        raise BrokenError

    monkeypatch.setattr(storage.Upload, "finish", broken)
    ask_for_month(papers, mark=True)
    with pytest.raises(BrokenError):
        work(table)
    assert not papers.stored(ref).locked


def test_those_that_changed_meanwhile_are_told_of_and_stay_open(
    papers: Papers, table: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, changed, spoken, before = (papers.file(f"{name}.pdf", approved=True) for name in "abcd")
    early = papers.stored(before)
    documents.change(papers.table, early, early.exported(papers.office.id, START))
    finish = storage.Upload.finish

    def meanwhile(upload: Any) -> None:
        finish(upload)
        one = papers.stored(changed)
        documents.change(papers.table, one, one.described(replace(one.description, number="Z"), one.period, "X", START))
        papers.answer(spoken, "Dziękuję")

    monkeypatch.setattr(storage.Upload, "finish", meanwhile)
    ask_for_month(papers, mark=True)
    work(table)
    assert [papers.stored(ref).locked for ref in (kept, changed, spoken, before)] == [True, False, True, True]
    (line,) = listed(papers.office)
    assert line["marked"] == 2
    assert {(told["document"], told["code"]) for told in line["unmarked"]} == {
        (changed, "document-changed"),
        (before, "document-locked"),
    }
    page = papers.office.boss_in_a_browser.get(papers.office.path("/archives")).text
    assert "Nie oznaczono" in page
    assert f"/firms/{papers.firm}/documents/{changed}" in page


def test_an_attempt_that_died_after_marking_is_finished_by_the_next(
    papers: Papers, bucket: Bucket, table: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    refs = [papers.file(f"{number}.pdf", approved=True) for number in range(3)]
    end = archives.end

    def broken(*_: Any) -> None:
        raise BrokenError

    monkeypatch.setattr(archives, "end", broken)
    ask_for_month(papers, mark=True)
    with pytest.raises(BrokenError):
        work(table)
    assert all(papers.stored(ref).locked for ref in refs)
    monkeypatch.setattr(archives, "end", end)
    work(table)
    (line,) = listed(papers.office)
    assert (line["state"], line["marked"], line["unmarked_total"]) == ("done", 3, 0)


def test_a_race_with_another_writer_is_tried_again(papers: Papers, table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = papers.file(approved=True)
    across = documents.across
    raced: list[bool] = []

    def slow(office: OfficeTable, wanted: Any) -> Any:
        found = across(office, wanted)
        if papers.stored(ref).status is Status.APPROVED and len(raced) < 3:
            raced.append(True)
            one = papers.stored(ref)
            documents.change(papers.table, one, one.said("Uwaga", Side.OFFICE, "X", START))
        return found

    monkeypatch.setattr(documents, "across", slow)
    ask_for_month(papers, mark=True)
    work(table)
    assert len(raced) == 3, "while it was packed, and twice while it was marked"
    assert papers.stored(ref).locked
    assert len(papers.stored(ref).thread) == 3


# The client's own


def test_a_client_gets_a_month_of_their_firm(papers: Papers, bucket: Bucket, table: Any) -> None:
    client = papers.office.client(papers.firm)
    papers.file("a.pdf", b"mine")
    answer = client.post(f"/firms/{papers.firm}/archives", {"period": "2026-11"})
    assert (answer.status, answer.json["under_way"]) == (201, True)
    work(table)
    (line,) = client.get(f"/firms/{papers.firm}/archives").json["archives"]
    assert line["state"] == "done"
    found = newest_zip(bucket)
    (row,) = index_of(found)
    assert found.read(row["plik"]) == b"mine"
    assert client.get(f"/firms/{papers.firm}/archives/{line['id']}/file").status == 200
    mail = papers.office.mails.last_to("klient@firma.example")
    assert f"/firms/{papers.firm}/archives" in mail["text"]
    assert listed(papers.office) == [], "the office's list is the office's"
    assert client.post(f"/firms/{papers.firm}/archives", {"period": "2026-10"}).code == "archive-empty"


def test_a_partner_gets_what_they_handed_over(papers: Papers, bucket: Bucket, table: Any) -> None:
    partner = partner_of(papers.office, papers.firm, "kos@firma.example", "Kos Jan")
    users = papers.office.boss.get(papers.office.path(f"/firms/{papers.firm}/users")).json["users"]
    person = next(one["person"] for one in users if one["email"] == "kos@firma.example")
    papers.file("firm.pdf", b"firm")
    assert partner.post(f"/firms/{papers.firm}/archives", {"period": "2026-11"}).code == "archive-empty"
    papers.file("own.pdf", b"own", by=person)
    assert partner.post(f"/firms/{papers.firm}/archives", {"period": "2026-11"}).status == 201
    work(table)
    found = newest_zip(bucket)
    assert [found.read(row["plik"]) for row in index_of(found)] == [b"own"]
    other = papers.office.client(papers.firm)
    assert other.get(f"/firms/{papers.firm}/archives").json["archives"] == []
    (line,) = partner.get(f"/firms/{papers.firm}/archives").json["archives"]
    assert other.get(f"/firms/{papers.firm}/archives/{line['id']}/file").code == "not-found"


def test_clients_do_not_take_the_offices_places(papers: Papers) -> None:
    client = papers.office.client(papers.firm)
    for month in ("2026-08", "2026-09", "2026-10"):
        papers.file(f"{month}.pdf", period=Period.parse(month))
    papers.file("now.pdf")
    told = [
        client.post(f"/firms/{papers.firm}/archives", {"period": month}).status
        for month in ("2026-08", "2026-09", "2026-10")
    ]
    assert told == [201] * SLOTS_OF_FIRM + [409]
    assert ask_for_month(papers).status == 201


def test_a_long_month_is_read_a_hundred_documents_at_a_time(
    papers: Papers, bucket: Bucket, table: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "AT_A_TIME", 3)
    for number in range(8):
        papers.file(f"{number}.pdf", approved=True)
    sizes: list[int] = []
    across = documents.across

    def watched(office: OfficeTable, wanted: Any) -> Any:
        places = list(wanted)
        sizes.append(len(places))
        assert all(isinstance(place, Place) for place in places)
        return across(office, places)

    monkeypatch.setattr(documents, "across", watched)
    ask_for_month(papers, mark=True)
    work(table)
    assert sizes == [3, 3, 2] * 2
    assert len(index_of(newest_zip(bucket))) == 8
    assert listed(papers.office)[0]["marked"] == 8


def test_with_a_firm_that_is_removed_for_ever_its_files_go(
    papers: Papers, bucket: Bucket, table: Any, clock: Clock
) -> None:
    office = papers.office
    other = Papers.at(office, office.add_firm(NIPS[1], "Zostaje"), bucket)
    other.file()
    papers.file("a.pdf")
    moved = papers.file("b.pdf")
    assert papers.describe(moved, period="2026-10").status == 200
    assert office.set_status(papers.firm, "archived").status == 200
    clock.set(clock.moment.replace(year=2033, month=1, day=2))
    office.sign_in_again()
    version = office.settings(papers.firm)["version"]
    kept = [key for key in papers.objects() if papers.firm not in key]
    assert office.boss.post(office.path(f"/firms/{papers.firm}/removal"), {"version": version}).status == 200
    work(table)
    assert papers.objects() == kept
    assert len(kept) == 2
