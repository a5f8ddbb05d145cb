"""Intake: what arrives is looked into once, becomes a document or lies aside with a reason; nothing is ever lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from functions.upload import app, intake
from portal import access, storage
from portal.aws import Table
from portal.config import settings
from portal.domain.documents import Document, Ref, Status
from portal.domain.structured_invoices import StructuredInvoice
from portal.store import documents
from portal.store.office import FirmTable
from tests.functions import arrivals, document_files, tables
from tests.functions.arrivals import Bucket, announced, deliver, hand_over, sign, told
from tests.functions.gateway import Browser
from tests.functions.times import Clock
from tests.functions.turns import at_once
from tests.functions.world import NIPS, Office

CLIENT = "klient@firma.example"


@pytest.fixture
def bucket(table: Any) -> Iterator[Bucket]:
    with arrivals.bucket() as made:
        yield made


@pytest.fixture
def firm(office: Office) -> str:
    return office.add_firm(NIPS[1], "Nowa Chata Demo sp. z o.o.")


@pytest.fixture
def client(office: Office, firm: str) -> Browser:
    return office.client(firm)


@pytest.fixture
def store(office: Office, firm: str) -> FirmTable:
    return FirmTable(Table(tables.name()), office.id, firm)


@pytest.fixture
def path(firm: str) -> str:
    return f"/firms/{firm}"


def kept(store: FirmTable, named: str) -> Document:
    return documents.get(store, Ref.parse(named))


def power_is_gone(*_: Any, **__: Any) -> None:
    raise OSError("power")


def put(client: Browser, path: str, bucket: Bucket, content: bytes, name: str = "faktura.pdf") -> tuple[str, str]:
    """A file lies in the storage, and nobody was told yet: the document's name and the object's key."""
    (upload,) = sign(client, path, announced(content, name)).json["uploads"]
    return str(upload["document"]), bucket.put(upload, content)


def test_what_arrives_becomes_a_new_document_whose_file_cannot_change_any_more(
    client: Browser, path: str, bucket: Bucket, store: FirmTable
) -> None:
    content = document_files.pdf(3)
    named = hand_over(client, path, bucket, content)
    document = kept(store, named)
    assert (document.status, document.openable) == (Status.NEW, True)
    assert document.facts is not None
    assert (document.facts.pages, document.facts.pictures, document.facts.size) == (3, 3, len(content))
    assert bucket.names("incoming/") == []
    assert bucket.read(f"documents/{store.office}/{store.firm}/{document.id}") == content
    assert len(bucket.names(f"pictures/{store.office}/{store.firm}/{document.id}/")) == 3


def test_a_message_that_comes_twice_changes_nothing(
    client: Browser, path: str, bucket: Bucket, store: FirmTable
) -> None:
    named, key = put(client, path, bucket, document_files.pdf())
    assert deliver(told(key)) == []
    before, objects = kept(store, named), bucket.names()
    assert deliver(told(key, message="m-2"), told(key, message="m-3")) == []
    assert (kept(store, named), bucket.names()) == (before, objects)


def test_a_form_used_twice_does_not_change_what_was_accepted(
    client: Browser, path: str, bucket: Bucket, store: FirmTable
) -> None:
    content = document_files.pdf()
    (upload,) = sign(client, path, announced(content)).json["uploads"]
    deliver(told(bucket.put(upload, content)))
    before = kept(store, upload["document"])
    deliver(told(bucket.put(upload, document_files.pdf(2)), message="m-2"))
    assert kept(store, upload["document"]) == before
    assert bucket.read(f"documents/{store.office}/{store.firm}/{before.id}") == content
    assert bucket.names("incoming/") == []


@pytest.mark.parametrize("cut", ["put_first", "put", "try_change", "mark_twins", "delete"])
def test_a_power_cut_is_repaired_by_the_message_that_comes_back(
    cut: str, client: Browser, path: str, bucket: Bucket, store: FirmTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = hand_over(client, path, bucket, document_files.pdf())
    named, key = put(client, path, bucket, document_files.pdf(), "jeszcze raz.pdf")
    with monkeypatch.context() as patch:
        patch.setattr(documents if hasattr(documents, cut) else storage, cut, power_is_gone)
        assert deliver(told(key)) == ["m-1"]
    assert deliver(told(key)) == []
    assert kept(store, named).status is Status.NEW
    assert kept(store, named).twin == first
    assert bucket.names("incoming/") == []


@pytest.mark.parametrize("cut", ["put", "try_change", "delete"])
def test_a_power_cut_while_a_file_is_put_aside_is_repaired_too(
    cut: str,
    client: Browser,
    path: str,
    bucket: Bucket,
    store: FirmTable,
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    named, key = put(client, path, bucket, document_files.EXECUTABLE)
    before = len(office.mails.to(CLIENT))
    with monkeypatch.context() as patch:
        patch.setattr(documents if hasattr(documents, cut) else storage, cut, power_is_gone)
        assert deliver(told(key)) == ["m-1"]
    assert deliver(told(key)) == []
    assert kept(store, named).reason == "stopped-type"
    assert len(bucket.names("aside/")) == 1
    assert bucket.names("incoming/") == []
    assert len(office.mails.to(CLIENT)) == before + 1


def test_a_form_without_a_digest_that_is_used_twice_at_once_keeps_one_file_whole(
    client: Browser, path: str, bucket: Bucket, store: FirmTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = document_files.pdf(1), document_files.pdf(2)
    key = bucket.put(client.post(f"{path}/documents/upload", {"extension": "pdf"}).json, second)
    named = Ref.parse(key.rpartition("/")[2])
    # The other message of this object, which saw the first file, is a step ahead.
    bucket.s3.put_object(
        Bucket=bucket.name, Key=f"documents/{store.office}/{store.firm}/{named.id}", Body=first, ContentType="x/y"
    )
    assert deliver(told(key)) == []
    document = documents.get(store, named)
    assert document.facts is not None
    assert (document.facts.sha256, document.facts.pages) == (storage.sha256(first), 1)
    assert bucket.read(f"documents/{store.office}/{store.firm}/{named.id}") == first


def test_one_message_that_fails_does_not_hold_up_the_others(
    client: Browser, path: str, bucket: Bucket, store: FirmTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bad, bad_key), (good, good_key) = (
        put(client, path, bucket, document_files.pdf(pages), f"{pages}.pdf") for pages in (1, 2)
    )
    real = intake.inspect.inspect

    def stumbling(data: bytes, name: str, media_type: str) -> Any:
        if name == "1.pdf":
            raise OSError("disk")
        return real(data, name, media_type)

    monkeypatch.setattr(intake.inspect, "inspect", stumbling)
    assert deliver(told(bad_key, message="bad"), told(good_key, message="good")) == ["bad"]
    assert [kept(store, named).status for named in (bad, good)] == [Status.AWAITED, Status.NEW]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (document_files.EXECUTABLE, "faktura.pdf", "stopped-type"),
        (document_files.locked_pdf(), "wyciag.pdf", "stopped-encrypted"),
        (document_files.cut_off(document_files.photo()), "zdjecie.jpg", "stopped-broken"),
        (document_files.png_bomb(), "skan.png", "stopped-pixels"),
        (document_files.VIRUS, "faktura.xml", "stopped-virus"),
    ],
)
def test_what_cannot_be_accepted_is_kept_aside_and_its_owner_is_told_why(
    content: bytes, name: str, code: str, client: Browser, path: str, bucket: Bucket, store: FirmTable, office: Office
) -> None:
    named = hand_over(client, path, bucket, content, name)
    document = kept(store, named)
    assert (document.status, document.reason, document.openable) == (Status.STOPPED, code, False)
    assert bucket.read(f"aside/{store.office}/{store.firm}/{document.id}") == content
    assert bucket.names("incoming/") == bucket.names("documents/") == []
    assert name in office.mails.last_to(CLIENT)["text"]


@pytest.mark.parametrize("other", [b"", document_files.pdf(2)])
def test_another_content_than_announced_is_not_accepted(
    other: bytes, client: Browser, path: str, bucket: Bucket, store: FirmTable
) -> None:
    (upload,) = sign(client, path, announced(document_files.pdf())).json["uploads"]
    deliver(told(bucket.put(upload, other)))
    assert kept(store, upload["document"]).reason == "stopped-size"


def test_a_content_of_the_same_size_is_told_by_its_digest(
    client: Browser, path: str, bucket: Bucket, store: FirmTable
) -> None:
    content = document_files.pdf()
    (upload,) = sign(client, path, announced(content)).json["uploads"]
    deliver(told(bucket.put(upload, content[:-1] + b" ")))
    assert kept(store, upload["document"]).reason == "stopped-digest"


def test_a_file_that_was_stopped_is_replaced_by_the_one_sent_for_it(
    client: Browser, path: str, bucket: Bucket, store: FirmTable
) -> None:
    stopped = hand_over(client, path, bucket, document_files.EXECUTABLE)
    named = hand_over(client, path, bucket, document_files.pdf(), replaces=stopped)
    assert kept(store, named).status is Status.NEW
    assert kept(store, stopped).status is Status.DELETED


def test_what_comes_after_its_firm_was_suspended_is_kept_aside(
    client: Browser, path: str, bucket: Bucket, store: FirmTable, office: Office, firm: str
) -> None:
    named, key = put(client, path, bucket, document_files.pdf())
    office.set_status(firm, "suspended")
    deliver(told(key))
    assert (kept(store, named).status, kept(store, named).reason) == (Status.STOPPED, "stopped-firm")
    assert bucket.names("aside/") != []


def test_the_office_adds_to_a_firm_that_is_suspended(
    bucket: Bucket, store: FirmTable, office: Office, firm: str
) -> None:
    office.set_status(firm, "suspended")
    named = hand_over(office.boss, office.path(f"/firms/{firm}"), bucket, document_files.pdf())
    assert kept(store, named).status is Status.NEW


def test_the_same_file_twice_is_told_of_on_both(client: Browser, path: str, bucket: Bucket, store: FirmTable) -> None:
    first = hand_over(client, path, bucket, document_files.pdf(), "a.pdf")
    second = hand_over(client, path, bucket, document_files.pdf(), "b.pdf")
    assert (kept(store, first).twin, kept(store, second).twin) == (second, first)


def test_the_same_file_many_times_at_once_is_as_many_documents_that_all_know_it(
    client: Browser, path: str, bucket: Bucket, store: FirmTable
) -> None:
    content = document_files.pdf()
    answer = sign(client, path, *(announced(content, f"{number}.pdf") for number in range(16)))
    objects = [bucket.put(upload, content) for upload in answer.json["uploads"]]
    jobs = [lambda _handlers, key=key: deliver(told(key, message=key)) for key in objects]
    back = [key for failed in at_once(jobs) for key in failed]
    for key in back:  # what lost too many races comes back, as the queue does it
        assert deliver(told(key)) == []
    found = [kept(store, upload["document"]) for upload in answer.json["uploads"]]
    assert {document.status for document in found} == {Status.NEW}
    assert all(document.twin for document in found)


@pytest.mark.parametrize(
    ("nips", "kind"),
    [
        ({"seller_nip": NIPS[0], "buyer_nip": NIPS[1]}, "purchase"),
        ({"seller_nip": NIPS[1], "buyer_nip": NIPS[0]}, "sale"),
        ({"seller_nip": NIPS[0], "buyer_nip": NIPS[2]}, "other"),
    ],
)
def test_a_structured_invoice_describes_its_document(
    nips: dict[str, str], kind: str, client: Browser, path: str, bucket: Bucket, store: FirmTable
) -> None:
    content = document_files.fa3(number="FV/7/2026", gross="1230.00", **nips)
    document = kept(store, hand_over(client, path, bucket, content, "faktura.xml"))
    says = document.description
    assert (says.kind, says.number, says.gross) == (kind, "FV/7/2026", 123_000)
    assert (says.seller_nip, says.buyer_nip) == (nips["seller_nip"], nips["buyer_nip"])
    assert says.issued_on == date(2026, 11, 3)
    shown = StructuredInvoice.unpacked(documents.preview(store, document.id))
    assert shown.number == "FV/7/2026"


def test_what_a_person_said_stands_whatever_the_invoice_says(
    client: Browser, path: str, bucket: Bucket, store: FirmTable
) -> None:
    content = document_files.fa3(seller_nip=NIPS[1])
    answer = sign(client, path, announced(content, "faktura.xml"), kind="contract")
    (upload,) = answer.json["uploads"]
    before = kept(store, upload["document"])
    said = replace(before.description, number="12", gross=1)
    documents.change(store, before, replace(before, description=said))
    deliver(told(bucket.put(upload, content)))
    says = kept(store, upload["document"]).description
    assert (says.kind, says.number, says.gross) == ("contract", "12", 1)
    assert says.seller_nip == NIPS[1]


def test_the_same_invoice_with_another_content_is_told_of_too(
    client: Browser, path: str, bucket: Bucket, store: FirmTable
) -> None:
    first = hand_over(client, path, bucket, document_files.fa3(number="FV 1"), "a.xml")
    second = hand_over(client, path, bucket, document_files.fa3(number="fv1", lines=2), "b.xml")
    other = hand_over(client, path, bucket, document_files.fa3(number="FV 1", gross="1.00"), "c.xml")
    assert (kept(store, first).twin, kept(store, second).twin, kept(store, other).twin) == (second, first, "")


def test_what_was_taken_back_before_it_came_is_thrown_away(
    client: Browser, path: str, bucket: Bucket, store: FirmTable
) -> None:
    named, key = put(client, path, bucket, document_files.pdf())
    assert client.post(f"{path}/documents/{named}/removal", {}).status < 300
    assert deliver(told(key)) == []
    assert kept(store, named).status is Status.DELETED
    assert bucket.names() == []


def test_a_document_that_moved_to_another_month_is_found_by_its_form(
    client: Browser, path: str, bucket: Bucket, store: FirmTable
) -> None:
    named, key = put(client, path, bucket, document_files.plain_xml(), "wyciag.xml")
    before = kept(store, named)
    documents.change(store, before, replace(before, period=before.period.plus(-1)))
    assert deliver(told(key)) == []
    assert (kept(store, named).status, kept(store, named).period) == (Status.NEW, before.period.plus(-1))


def test_an_object_that_nobody_announced_is_left_where_it_is(bucket: Bucket, store: FirmTable) -> None:
    stranger = f"incoming/{store.office}/{store.firm}/2026-11-01M86CH3M6R6RGGGDN6KRPM22H"
    for key in (stranger, "incoming/x/y/z", "incoming/nothing", "documents/x"):
        bucket.s3.put_object(Bucket=bucket.name, Key=key, Body=b"x")
        assert deliver(told(key)) == []
        assert key in bucket.names()


def test_the_message_of_setting_up_the_storage_is_passed_over() -> None:
    assert deliver({"messageId": "m", "body": '{"Event": "s3:TestEvent"}'}) == []


class TestWithAScanner:
    @pytest.fixture(autouse=True)
    def scanner(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with_scan = replace(settings(), malware_scan="guardduty")
        monkeypatch.setattr(intake, "settings", lambda: with_scan)

    def test_nothing_is_accepted_before_the_scanner_has_spoken(
        self, client: Browser, path: str, bucket: Bucket, store: FirmTable
    ) -> None:
        named, key = put(client, path, bucket, document_files.pdf())
        assert deliver(told(key)) == ["m-1"]
        assert kept(store, named).status is Status.AWAITED
        bucket.tag(key, GuardDutyMalwareScanStatus="NO_THREATS_FOUND")
        assert deliver(told(key)) == []
        assert kept(store, named).status is Status.NEW

    @pytest.mark.parametrize(
        ("verdict", "code"),
        [
            ("THREATS_FOUND", "stopped-virus"),
            ("FAILED", "stopped-unscanned"),
            ("UNSUPPORTED", "stopped-unscanned"),
            ("ACCESS_DENIED", "stopped-unscanned"),
        ],
    )
    def test_what_it_does_not_call_clean_is_kept_aside(
        self, verdict: str, code: str, client: Browser, path: str, bucket: Bucket, store: FirmTable
    ) -> None:
        named, key = put(client, path, bucket, document_files.pdf())
        bucket.tag(key, GuardDutyMalwareScanStatus=verdict)
        assert deliver(told(key)) == []
        assert kept(store, named).reason == code


# What never comes


def sweep() -> int:
    return int(app.handler({"sweep": True}, None)["lost"])


def test_an_upload_that_does_not_come_is_closed_after_a_day_and_its_owner_told_once(
    client: Browser, path: str, store: FirmTable, office: Office, clock: Clock
) -> None:
    answer = sign(client, path, announced(b"1", "a.pdf"), announced(b"2", "b.pdf"))
    before = len(office.mails.to(CLIENT))
    clock.advance(hours=23)
    assert sweep() == 0
    clock.advance(hours=3)
    assert sweep() == 2
    assert sweep() == 0
    assert {kept(store, upload["document"]).status for upload in answer.json["uploads"]} == {Status.LOST}
    assert len(office.mails.to(CLIENT)) == before + 1


def test_what_came_in_time_is_not_closed(client: Browser, path: str, bucket: Bucket, clock: Clock) -> None:
    hand_over(client, path, bucket, document_files.pdf())
    clock.advance(hours=30)
    assert sweep() == 0


def test_what_comes_after_it_was_given_up_is_taken_all_the_same(
    client: Browser, path: str, bucket: Bucket, store: FirmTable, clock: Clock
) -> None:
    named, key = put(client, path, bucket, document_files.pdf())
    clock.advance(hours=30)
    assert sweep() == 1
    deliver(told(key))
    assert kept(store, named).status is Status.NEW


def test_a_run_that_was_missed_is_caught_up_with(client: Browser, path: str, clock: Clock) -> None:
    sign(client, path, announced(b"1", "a.pdf"))
    clock.advance(hours=60)
    assert sweep() == 1


def test_a_run_that_broke_off_before_it_told_is_finished_by_the_next(
    client: Browser, path: str, office: Office, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(client, path, announced(b"1", "a.pdf"))
    before = len(office.mails.to(CLIENT))
    clock.advance(hours=30)
    with monkeypatch.context() as patch:
        patch.setattr(app.sweep.letters, "lost", power_is_gone)
        with pytest.raises(OSError, match="power"):
            sweep()
    sweep()
    assert len(office.mails.to(CLIENT)) == before + 1
    assert list(access.awaited_uploads().due(clock() + timedelta(hours=1))) == []
