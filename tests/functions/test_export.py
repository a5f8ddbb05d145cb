"""Leaving: an office takes everything with it in one file, whole or not at all, and nobody else gets it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from functions.export import app as export_app
from functions.export import archive, making, removal
from portal import aws, ids
from portal import clock as portal_clock
from portal import storage as doors
from portal.aws import Expect, Table
from portal.domain.events import OPERATOR
from portal.domain.exports import ATTEMPTS, Export
from portal.store import exports, keys, logos, offices
from portal.store.office import OfficeTable
from portal.store.people import Roster
from tests.functions import tables
from tests.functions.gateway import Answer, Browser
from tests.functions.times import START, Clock
from tests.functions.turns import at_once
from tests.functions.world import BOSS, NIPS, Office, contribution, demo_nip, open_office, statement, tax

Items = Callable[[], list[dict[str, Any]]]
BUCKET = "portal-test-exports"
PICTURE = b"\x89PNG\r\n\x1a\nlogo"


class BrokenError(Exception):
    """Something goes wrong in the middle."""


@dataclass
class Storage:
    """The bucket of exports, and the jobs as the stream hands them over."""

    s3: Any
    items: Items

    def names(self) -> list[str]:
        return [found["Key"] for found in self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    def unfinished(self) -> list[dict[str, Any]]:
        return list(self.s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []))

    def jobs(self) -> list[dict[str, Any]]:
        images = [item for item in self.items() if item["pk"]["S"].startswith("JOB#")]
        return [{"Records": [{"dynamodb": {"SequenceNumber": "1", "NewImage": image}}]} for image in images]

    def work(self) -> None:
        for job in self.jobs():
            export_app.handler(job, None)

    def zip(self, number: int = -1) -> zipfile.ZipFile:
        body = self.s3.get_object(Bucket=BUCKET, Key=self.names()[number])["Body"].read()
        return zipfile.ZipFile(io.BytesIO(body))


@pytest.fixture
def storage(table: Any, items: Items) -> Iterator[Storage]:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    made = Storage(s3, items)
    try:
        yield made
    finally:
        for key in made.names():
            s3.delete_object(Bucket=BUCKET, Key=key)
        for upload in made.unfinished():
            s3.abort_multipart_upload(Bucket=BUCKET, Key=upload["Key"], UploadId=upload["UploadId"])
        s3.delete_bucket(Bucket=BUCKET)


def ask(office: Office) -> Answer:
    office.sign_in_again()
    return office.boss.post(office.path("/exports"))


def listed(office: Office) -> list[dict[str, Any]]:
    return list(office.boss.get(office.path("/exports")).json["exports"])


def made(office: Office, storage: Storage) -> zipfile.ZipFile:
    """The office's file, as it is made now."""
    assert ask(office).status == 201
    storage.work()
    assert listed(office)[0]["state"] == "done"
    return storage.zip()


def rows(found: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    text = found.read(name).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def firm_files(found: zipfile.ZipFile) -> dict[str, Any]:
    names = [name for name in found.namelist() if name.startswith("firmy/")]
    return {name.partition("_")[0].removeprefix("firmy/"): json.loads(found.read(name)) for name in names}


def table_of(office: Office) -> OfficeTable:
    return OfficeTable(Table(tables.name()), office.id)


# Asking for it


def test_an_export_is_asked_for_made_and_told_of(office: Office, storage: Storage) -> None:
    firm = office.add_firm(name="Kłos")
    answer = ask(office)
    assert (answer.status, answer.json["under_way"]) == (201, True)
    assert [line["state"] for line in answer.json["exports"]] == ["requested"]
    storage.work()
    (line,) = listed(office)
    assert (line["state"], line["firms"], line["firms_total"], line["by"]) == ("done", 1, 1, "Anna Demonstracyjna")
    assert line["size"] == storage.s3.head_object(Bucket=BUCKET, Key=storage.names()[0])["ContentLength"]
    assert line["files"] == len(storage.zip().namelist())
    assert storage.zip().testzip() is None
    assert firm
    mail = office.mails.last_to(BOSS)
    assert "plik z danymi biura jest gotowy" in mail["subject"]
    assert f"https://portal.example/offices/{office.id}/exports" in mail["text"]
    assert "/file" not in mail["text"]
    assert mail["sender"].startswith('"Biuro Demo" <'), "in the office's name"
    assert office.boss.get(office.path("/history")).json["events"][0]["action"] == "office.export"


def test_staff_ask_for_nothing_and_see_nothing(office: Office, storage: Storage, items: Items) -> None:
    ask(office)
    table = table_of(office)
    (boss,) = (item for item in table.query(*keys.staff()))
    person = boss["sk"].partition("#")[2]
    membership = keys.office_membership(person, office.id)
    known = Table(tables.name()).get(membership)
    assert known
    Table(tables.name()).write(aws.Put({**known, "role": "staff"}, Expect.present()))
    before = items()
    for answer in (
        office.boss.get(office.path("/exports")),
        office.boss.post(office.path("/exports")),
        office.boss.get(office.path(f"/exports/{ids.new(START)}/file")),
    ):
        assert (answer.status, answer.code) == (403, "administrator-only")
    assert items() == before


def test_only_somebody_who_just_proved_who_they_are(
    office: Office, storage: Storage, clock: Clock, items: Items
) -> None:
    ask(office)
    storage.work()
    export = listed(office)[0]["id"]
    clock.advance(minutes=16)
    office.boss.get(office.path("/exports"))
    before = items()
    assert office.boss.post(office.path("/exports")).code == "confirm-needed"
    assert office.boss.get(office.path(f"/exports/{export}/file")).code == "confirm-needed"
    page = office.boss_in_a_browser.get(office.path(f"/exports/{export}/file"))
    assert f"/confirm?back=/offices/{office.id}/exports/{export}/file" in page.text
    assert items() == before
    office.sign_in_again()
    assert office.boss.get(office.path(f"/exports/{export}/file")).status == 200


def test_one_at_a_time(office: Office, storage: Storage, items: Items) -> None:
    ask(office)
    office.sign_in_again()
    before = items()
    answer = office.boss.post(office.path("/exports"))
    assert (answer.status, answer.code) == (409, "export-running")
    assert items() == before
    storage.work()
    assert office.boss.post(office.path("/exports")).status == 201


@pytest.mark.parametrize("seed", range(4))
def test_of_two_who_ask_at_once_one_gets_it(office: Office, storage: Storage, seed: int) -> None:
    office.sign_in_again()

    def asked(handlers: Any) -> int:
        return replace(office.boss, handlers=handlers).post(office.path("/exports")).status

    assert sorted(at_once([asked] * 3, seed)) == [201, 409, 409]
    assert len(storage.jobs()) == 1
    assert len(listed(office)) == 1


def test_without_script_the_button_leads_back_to_the_page(office: Office, storage: Storage) -> None:
    office.sign_in_again()
    answer = office.boss_in_a_browser.post(office.path("/exports"))
    assert (answer.status, answer.location) == (303, f"/offices/{office.id}/exports?done=exporting")
    assert "czeka na swoją kolej" in office.boss_in_a_browser.get(office.path("/exports")).text


# What is in it


@pytest.fixture
def filled(office: Office) -> dict[str, str]:
    """Three firms with records in every state, people, an agent, a logo; firms by NIP."""
    firms = {nip: office.add_firm(nip, f"Firma {nip}") for nip in NIPS[:3]}
    agent = office.agent()
    client = office.client(firms[NIPS[0]])
    agent.push(
        tax(1_234_56, minutes_ago=20),
        contribution(5_902_11, subject="Jan Kowalski"),
        statement(),
        tax(7, nip=NIPS[1], period="2025-12"),
        tax(8, form="CIT", nip=NIPS[1]),
    )
    office.approve(firms[NIPS[0]], "2026-10.tax.VAT-7.@1", "2026-10.contribution..Jan Kowalski@1")
    client.get(f"/firms/{firms[NIPS[0]]}/taxes")
    office.withdraw(firms[NIPS[0]], "2026-10.contribution..Jan Kowalski@1", "Pomyłka")
    agent.push(tax(2_000_00, minutes_ago=1))
    table = table_of(office)
    known = offices.get(table)
    assert known
    logos.change(table, known, PICTURE, OPERATOR, portal_clock.now())
    return firms


def test_it_holds_every_record_as_the_office_sees_it(office: Office, storage: Storage, filled: dict[str, str]) -> None:
    files = firm_files(made(office, storage))
    assert files.keys() == set(NIPS[:3])
    for nip, firm in filled.items():
        assert files[nip]["firm"]["name"] == f"Firma {nip}"
        told = {
            (
                record["record"],
                record["version"],
                record["state"],
                record["figures"]["amount"],
                bool(record["published"]),
            )
            for page in ("contributions", "taxes", "statements")
            for year in (2025, 2026)
            for record in office.records(firm, page, year)
        }
        held = {
            (
                f"{one['period']}.{one['kind']}.{one['form']}.{one['subject']}",
                one["current"]["version"],
                one["state"],
                one["current"]["content"]["amount"],
                bool(one["published"]),
            )
            for one in files[nip]["records"]
        }
        assert held == told
    assert files[NIPS[2]]["records"] == []


def test_it_holds_every_step_and_event_as_the_history_shows_them(
    office: Office, storage: Storage, filled: dict[str, str]
) -> None:
    found = made(office, storage)
    files = firm_files(found)
    for nip, firm in filled.items():
        history = [office.boss.get(office.path(f"/firms/{firm}/history"), year=year).json for year in (2025, 2026)]
        steps = sorted((entry["action"], entry["version"]) for year in history for entry in year["entries"])
        assert (
            sorted((step["action"], step["version"]) for one in files[nip]["records"] for step in one["steps"]) == steps
        )
        events = {entry["id"] for year in history for entry in year["events"]}
        assert {event["id"] for event in files[nip]["events"]} == events
    everything = office.boss.get(office.path("/history")).json["events"]
    assert sorted(row["co się stało"] for row in rows(found, "wydarzenia.csv")) == sorted(
        entry["sentence"] for entry in everything
    )


def test_older_steps_that_moved_out_of_their_month_are_there(office: Office, storage: Storage) -> None:
    firm = office.add_firm()
    agent = office.agent()
    for start in (0, 20, 40):
        agent.push(*(tax(number, minutes_ago=60 - number) for number in range(start, start + 20)))
    (record,) = firm_files(made(office, storage))[NIPS[0]]["records"]
    assert [step["version"] for step in record["steps"]] == list(range(1, 61))
    assert len(office.history(firm)) == 60


def test_its_tables_open_in_a_spreadsheet(office: Office, storage: Storage, filled: dict[str, str]) -> None:
    found = made(office, storage)
    firms = rows(found, "firmy.csv")
    assert [(row["NIP"], row["nazwa"], row["status"]) for row in firms] == [
        (nip, f"Firma {nip}", "aktywna") for nip in sorted(NIPS[:3])
    ]
    people = rows(found, "osoby.csv")
    assert {(row["numer firmy"], row["e-mail"], row["rola"]) for row in people} == {
        ("", BOSS, "administrator"),
        (NIPS[0], "klient@firma.example", "firma"),
    }
    (vat,) = [row for row in rows(found, "kwoty.csv") if row["podatek"] == "VAT-7" and row["okres"] == "2026-10"]
    assert (vat["do zapłaty"], vat["klient widzi: do zapłaty"]) == ("2000,00", "1234,56")
    assert vat["kto zatwierdził"] == "Anna Demonstracyjna"
    assert vat["klient zobaczył"]
    (zus,) = [row for row in rows(found, "kwoty.csv") if row["kogo dotyczy"]]
    assert (zus["wycofano"] != "", zus["powód wycofania"], zus["klient widzi: do zapłaty"]) == (True, "Pomyłka", "")
    steps = rows(found, "historia-kwot.csv")
    assert {row["co się stało"] for row in steps} >= {"odczytano z programu", "zatwierdzono", "klient zobaczył"}


def test_it_holds_the_logo_and_explains_itself(office: Office, storage: Storage, filled: dict[str, str]) -> None:
    found = made(office, storage)
    assert found.read("biuro/logo.png") == PICTURE
    text = found.read("README.txt").decode("utf-8-sig")
    assert "Dane biura Biuro Demo" in text
    assert "Firm: 3." in text
    explained = {name for name in found.namelist() if "/" not in name or name.startswith("biuro/")} - {"README.txt"}
    assert {name for name in explained if name not in text} == set()


def test_archived_firms_are_in_it(office: Office, storage: Storage) -> None:
    firm = office.add_firm(name="Dawna")
    office.set_status(firm, "archived")
    assert firm_files(made(office, storage))[NIPS[0]]["firm"]["status"] == "archived"


def test_what_the_portal_learns_later_comes_along(office: Office, storage: Storage) -> None:
    """An item of a kind that the export does not know, in a firm and in the office."""
    firm, table = office.add_firm(), table_of(office)
    later = {"text": "Umowa", "nested": {"token_hash": "TAJNE", "list": [{"secret": "TAJNE", "kept": 1}]}}
    table.write(table.put(aws.Key(keys.firm(firm).pk, "ZZZ#1"), later, Expect.absent()))
    table.write(table.put(aws.Key(keys.office_details().pk, "ZZZ#1"), later, Expect.absent()))
    found = made(office, storage)
    kept = {"key": "ZZZ#1", "text": "Umowa", "nested": {"list": [{"kept": 1}]}}
    assert firm_files(found)[NIPS[0]]["others"] == [kept]
    assert kept in json.loads(found.read("biuro/biuro.json"))


def test_no_secret_is_in_it(office: Office, storage: Storage, filled: dict[str, str], items: Items) -> None:
    found = made(office, storage)
    everything = b"".join(found.read(name) for name in found.namelist())
    secrets = [
        value["S"] for item in items() for name, value in item.items() if name.endswith("_hash") and value.get("S")
    ]
    secrets += [item["sk"]["S"].removeprefix("S#") for item in items() if item["sk"]["S"].startswith("S#")]
    assert len(secrets) > 3
    assert not [secret for secret in secrets if secret.encode() in everything]
    assert b"_hash" not in everything


def test_nothing_of_another_office_is_in_it(office: Office, storage: Storage) -> None:
    office.add_firm(name="Moja")
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example", "Olga Obca")
    other.add_firm(NIPS[1], "Cudza Tajna")
    found = made(office, storage)
    everything = b"".join(found.read(name) for name in found.namelist()).decode(errors="replace")
    for secret in ("Cudza", "Obce", "Obca", other.id):
        assert secret not in everything


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "@SUM(A1)", "+1+1"])
def test_no_cell_of_its_tables_is_a_formula(office: Office, storage: Storage, name: str) -> None:
    firm = office.add_firm(name=name)
    office.client(firm)
    office.agent().push(contribution(1, subject=name))
    found = made(office, storage)
    for table in (entry for entry in found.namelist() if entry.endswith(".csv")):
        assert rows(found, table)
        for row in rows(found, table):
            assert not [cell for cell in row.values() if cell.startswith(("=", "@", "+"))]


# Whole or not at all, once


def test_a_job_that_is_handed_over_again_does_nothing(office: Office, storage: Storage, items: Items) -> None:
    made(office, storage)
    mails = len(office.mails.to(BOSS))
    before = items()
    for _ in range(3):
        storage.work()
    assert items() == before
    assert len(storage.names()) == 1
    assert len(office.mails.to(BOSS)) == mails


def broken(monkeypatch: pytest.MonkeyPatch, *, times: int) -> None:
    """The making breaks in the middle of the file, so many times."""
    left, build = [times], archive.build

    def half(table: OfficeTable, name: str, out: Any, now: Any, progress: Any) -> archive.Built:
        if left[0] == 0:
            return build(table, name, out, now, progress)
        left[0] -= 1
        progress(0, 10)
        out.write(b"x" * (doors.Upload.PART + 1))
        raise BrokenError

    monkeypatch.setattr(archive, "build", half)


def test_half_a_file_is_never_there(office: Office, storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    office.add_firm()
    broken(monkeypatch, times=1)
    ask(office)
    with pytest.raises(BrokenError):
        storage.work()
    assert storage.names() == []
    assert storage.unfinished() == []
    assert [line["state"] for line in listed(office)] == ["requested"]
    storage.work()
    assert [line["state"] for line in listed(office)] == ["done"]
    assert storage.zip().testzip() is None


def test_after_the_last_attempt_it_is_given_up_and_another_may_be_asked_for(
    office: Office, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, times=ATTEMPTS)
    ask(office)
    for _ in range(ATTEMPTS):
        with pytest.raises(BrokenError):
            storage.work()
    assert [line["state"] for line in listed(office)] == ["failed"]
    assert "nie udało się" in office.boss_in_a_browser.get(office.path("/exports")).text
    storage.work()  # handed over once more: it was given up
    assert storage.names() == []
    assert ask(office).status == 201
    storage.work()
    assert [line["state"] for line in listed(office)] == ["done", "failed"]
    assert len(storage.names()) == 1


def test_an_attempt_that_died_silently_makes_room(
    office: Office, storage: Storage, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda stops a function that takes too long without another word."""
    ask(office)
    (dead,) = storage.jobs()
    monkeypatch.setattr(making._Run, "give_up", lambda _self: None)
    broken(monkeypatch, times=1)
    with pytest.raises(BrokenError):
        storage.work()
    assert [line["state"] for line in listed(office)] == ["running"]
    assert ask(office).code == "export-running"
    clock.advance(minutes=21)
    assert [line["state"] for line in listed(office)] == ["failed"]
    assert ask(office).status == 201
    export_app.handler(dead, None)  # the stream comes back to the old one: it has lost its place
    assert storage.names() == []
    storage.work()
    assert [line["state"] for line in listed(office)] == ["done", "failed"]
    assert len(storage.names()) == 1


def test_of_two_attempts_at_once_the_later_one_makes_it(
    office: Office, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.add_firm()
    ask(office)
    (job,) = storage.jobs()
    build, started = archive.build, []

    def slow(table: OfficeTable, name: str, out: Any, now: Any, progress: Any) -> archive.Built:
        if not started:
            started.append(True)
            export_app.handler(job, None)  # the same job again, in the middle of the first attempt
        return build(table, name, out, now, progress)

    monkeypatch.setattr(archive, "build", slow)
    export_app.handler(job, None)
    (line,) = listed(office)
    assert line["state"] == "done"
    assert [key.endswith("-2.zip") for key in storage.names()] == [True]
    assert storage.unfinished() == []
    assert len([mail for mail in office.mails.to(BOSS) if "plik z danymi" in mail["subject"]]) == 1


def test_how_far_it_is_is_shown(
    office: Office, storage: Storage, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    for number in range(3):
        office.add_firm(demo_nip(number), f"Firma {number}")
    ask(office)
    seen: list[tuple[int, int]] = []
    told = making._Run._progress

    def watch(run: Any, firms: int, total: int) -> None:
        told(run, firms, total)
        clock.advance(seconds=4)
        line = next(iter(exports.newest(table_of(office))))
        seen.append((line.firms, line.firms_total))

    monkeypatch.setattr(making._Run, "_progress", watch)
    storage.work()
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_whoever_left_meanwhile_gets_no_mail(office: Office, storage: Storage) -> None:
    ask(office)
    table, export = table_of(office), listed(office)[0]["id"]
    known = exports.get(table, export)
    exports.change(table, known, replace(known, by=ids.new(START)))
    office.mails.deliver()
    before = len(office.mails.sent)
    storage.work()
    office.mails.deliver()
    assert len(office.mails.sent) == before
    assert listed(office)[0]["state"] == "done"


# Fetching it


def file_of(office: Office, export: str, who: Browser | None = None) -> Answer:
    return (who or office.boss).get(office.path(f"/exports/{export}/file"))


def test_the_file_is_fetched_by_an_address_that_lives_for_a_minute(office: Office, storage: Storage) -> None:
    made(office, storage)
    export = listed(office)[0]["id"]
    answer = replace(office.boss, html=True).get(office.path(f"/exports/{export}/file"))
    assert answer.status == 303
    address = urlsplit(answer.location)
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert address.netloc == f"{BUCKET}.s3.eu-central-1.amazonaws.com"
    assert address.path == f"/{storage.names()[0]}"
    assert asked["X-Amz-Expires"] == "60"
    assert asked["response-content-disposition"] == 'attachment; filename="KonektoSmart-2026-11-24.zip"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert file_of(office, export).json["url"].startswith(f"https://{BUCKET}.s3.")


def test_addresses_are_signed_as_the_official_client_signs_them(storage: Storage) -> None:
    arguments = {"name": "a b.zip", "media_type": "application/zip", "seconds": 60}
    params = {
        "Bucket": BUCKET,
        "Key": "exports/ą/1.zip",
        "ResponseContentDisposition": 'attachment; filename="a b.zip"',
        "ResponseContentType": "application/zip",
    }
    config = boto3.session.Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
    client = boto3.client("s3", config=config, endpoint_url="https://s3.eu-central-1.amazonaws.com")

    def parts(url: str) -> tuple[str, dict[str, list[str]]]:
        return urlsplit(url).path, parse_qs(urlsplit(url).query)

    for _ in range(5):  # until both fall into the same second
        ours = doors.presigned_get(BUCKET, "exports/ą/1.zip", **arguments)
        theirs = client.generate_presigned_url("get_object", Params=params, ExpiresIn=60)
        if parts(ours)[1]["X-Amz-Date"] == parts(theirs)[1]["X-Amz-Date"]:
            break
    assert parts(ours) == parts(theirs)


def test_a_file_that_is_not_there_yet_or_any_more_is_refused(office: Office, storage: Storage, clock: Clock) -> None:
    ask(office)
    export = listed(office)[0]["id"]
    answer = file_of(office, export)
    assert (answer.status, answer.code) == (409, "export-not-ready")
    storage.work()
    assert file_of(office, export).status == 200
    clock.advance(days=7, minutes=1)
    office.sign_in_again()
    answer = file_of(office, export)
    assert (answer.status, answer.code) == (410, "export-expired")
    assert listed(office)[0]["state"] == "expired"


def test_an_export_of_another_office_is_not_there(office: Office, storage: Storage) -> None:
    made(office, storage)
    export = listed(office)[0]["id"]
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example", "Olga Obca")
    assert other.boss.get(other.path(f"/exports/{export}/file")).code == "not-found"
    assert other.boss.get(office.path(f"/exports/{export}/file")).code == "not-found"
    assert other.boss.get(other.path("/exports")).json["exports"] == []
    assert file_of(office, ids.new(START)).code == "not-found"


# Removing a firm for ever


def archived(office: Office, clock: Clock, *, years: int, nip: str = NIPS[0]) -> str:
    """A firm that was archived so many years ago, the administrator freshly signed in."""
    firm = office.add_firm(nip, "Dawna")
    office.client(firm)
    office.agent().push(tax(1, nip=nip), tax(2, nip=nip, form="CIT"))
    assert office.set_status(firm, "archived").status == 200
    clock.set(clock.moment.replace(year=clock.moment.year + years, month=1, day=2))
    office.sign_in_again()
    return firm


def remove(office: Office, firm: str, version: int | None = None) -> Answer:
    known = office.settings(firm)["version"] if version is None else version
    return office.boss.post(office.path(f"/firms/{firm}/removal"), {"version": known})


def of_firm(items: Items, firm: str) -> list[dict[str, Any]]:
    return [item for item in items() if f"F#{firm}" in item["pk"]["S"] + item["sk"]["S"]]


def test_an_archived_firm_is_kept_as_long_as_the_law_says(office: Office, clock: Clock, items: Items) -> None:
    firm = archived(office, clock, years=6)
    before = of_firm(items, firm)
    assert office.boss.get(office.path(f"/firms/{firm}/removal")).json["kept_until"] == "2032-12-31"
    answer = remove(office, firm)
    assert (answer.status, answer.code) == (409, "kept-by-law")
    assert "31.12.2032" in answer.json["detail"]
    assert of_firm(items, firm) == before
    clock.set(clock.moment.replace(month=12, day=31, hour=12))
    office.sign_in_again()
    assert remove(office, firm).code == "kept-by-law"
    clock.set(clock.moment.replace(year=2033, month=1, day=1))
    office.sign_in_again()
    assert remove(office, firm).status == 200


def test_only_an_archived_firm_is_removed(office: Office, storage: Storage) -> None:
    firm = office.add_firm()
    office.sign_in_again()
    assert remove(office, firm).code == "not-archived"
    assert office.boss.get(office.path(f"/firms/{firm}/removal")).json["removable"] is False


def test_the_office_as_a_firm_stays(office: Office, storage: Storage, clock: Clock) -> None:
    firm = archived(office, clock, years=7)
    table = table_of(office)
    item = table.get(keys.firm(firm))
    assert item
    table.write(table.put(keys.firm(firm), {**item, "own": True}, Expect.present()))
    assert remove(office, firm).code == "own-firm-stays"


def test_a_removed_firm_is_gone_at_once_and_wholly(
    office: Office, storage: Storage, clock: Clock, items: Items
) -> None:
    other = office.add_firm(NIPS[1], "Zostaje")
    firm = archived(office, clock, years=7)
    kept = of_firm(items, other)
    assert remove(office, firm).json == {}
    for path in (f"/firms/{firm}/settings", f"/firms/{firm}/taxes", f"/firms/{firm}/history"):
        assert office.boss.get(office.path(path)).status == 404
    assert office.boss.get(office.path("/firms"), q=NIPS[0]).json["firms"] == []
    storage.work()
    assert of_firm(items, firm) == []
    assert of_firm(items, other) == kept
    assert not [item for item in items() if item.get("firm", {}).get("S") == firm and item["pk"]["S"][0] != "J"]
    again = office.add_firm(NIPS[0], "Od nowa")
    assert office.records(again) == []


def test_whose_last_firm_was_removed_is_forgotten_and_who_has_another_is_not(
    office: Office, storage: Storage, clock: Clock, items: Items
) -> None:
    other = office.add_firm(NIPS[1], "Zostaje")
    office.client(other, "oba@firma.example")
    firm = archived(office, clock, years=7)
    office.set_status(firm, "active")
    office.client(firm, "oba@firma.example")
    office.set_status(firm, "archived")
    clock.set(clock.moment.replace(year=2041))
    office.sign_in_again()
    assert remove(office, firm).status == 200
    storage.work()
    addresses = {item["pk"]["S"] for item in items() if item["pk"]["S"].startswith("E#")}
    assert addresses == {f"E#{BOSS}", "E#oba@firma.example"}
    kept = office.boss.get(office.path(f"/firms/{other}/users")).json["users"]
    assert [person["email"] for person in kept] == ["oba@firma.example"]


def test_whose_access_was_taken_away_before_is_forgotten_too(
    office: Office, storage: Storage, clock: Clock, items: Items
) -> None:
    firm = archived(office, clock, years=7)
    (user,) = office.boss.get(office.path(f"/firms/{firm}/users")).json["users"]
    assert office.boss.post(office.path(f"/firms/{firm}/users/{user['person']}/deactivation")).status == 200
    assert remove(office, firm).status == 200
    storage.work()
    assert not [item for item in items() if item["pk"]["S"] in (f"P#{user['person']}", f"E#{user['email']}")]


def test_a_removal_stays_in_the_offices_history(office: Office, storage: Storage, clock: Clock) -> None:
    firm = archived(office, clock, years=7)
    remove(office, firm)
    storage.work()
    event = office.boss.get(office.path("/history")).json["events"][0]
    assert event["sentence"] == "Anna Demonstracyjna usuwa na zawsze firmę: Dawna."
    assert {change["before"] for change in event["changes"]} == {"Dawna", NIPS[0]}


def test_a_removal_wants_a_fresh_sign_in_and_the_version_seen(
    office: Office, storage: Storage, clock: Clock, items: Items
) -> None:
    firm = archived(office, clock, years=7)
    assert remove(office, firm, version=1).code == "changed-meanwhile"
    clock.advance(minutes=16)
    before = of_firm(items, firm)
    assert remove(office, firm).code == "confirm-needed"
    assert of_firm(items, firm) == before
    assert storage.jobs() == []


@pytest.mark.parametrize("version", [-1, 10**30])
def test_a_removal_takes_no_version_of_any_length(office: Office, storage: Storage, clock: Clock, version: int) -> None:
    firm = archived(office, clock, years=7)
    assert remove(office, firm, version).code == "field-invalid"
    assert storage.jobs() == []


def test_a_removal_that_broke_off_is_finished_by_the_next_attempt(
    office: Office, storage: Storage, clock: Clock, items: Items, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = archived(office, clock, years=7)
    remove(office, firm)
    write, left = OfficeTable.write, [3]

    def breaking(table: OfficeTable, step: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise BrokenError
        write(table, step)

    with monkeypatch.context() as patch:
        patch.setattr(OfficeTable, "write", breaking)
        with pytest.raises(BrokenError):
            storage.work()
    assert of_firm(items, firm)
    storage.work()
    assert of_firm(items, firm) == []
    before = items()
    storage.work()
    assert items() == before


def test_a_removed_firm_is_looked_after_by_nobody(office: Office, storage: Storage, clock: Clock) -> None:
    other = office.add_firm(NIPS[1], "Zostaje")
    firm = archived(office, clock, years=7)
    roster = Roster(table_of(office))
    (boss,) = roster.people()
    roster.change(boss, replace(boss, assigned=(firm, other)))
    remove(office, firm)
    storage.work()
    assert [listed.assigned for listed in roster.people()] == [(other,)]


def test_a_job_removes_no_firm_that_is_there(office: Office, storage: Storage, items: Items) -> None:
    """However it came about: only what is gone already is swept away."""
    firm = office.add_firm()
    office.client(firm)
    before = items()
    removal.sweep(table_of(office), firm)
    assert items() == before


# The rules alone


def test_an_export_lives_through_its_states() -> None:
    asked = Export("X", "ANNA", START, START)
    begun = asked.begun(START)
    later = START + timedelta(minutes=21)
    assert [begun.state_at(START), begun.state_at(later)] == ["running", "failed"]
    done = begun.advanced(1, 2, START).finished(10, 3, START)
    assert [done.firms, done.state_at(later), done.state_at(START + timedelta(days=7))] == [2, "done", "expired"]
    assert not done.alive(START)
    tries = asked
    for number in range(ATTEMPTS):
        tries = tries.begun(START).failed(START)
        assert tries.under_way == (number < ATTEMPTS - 1)
