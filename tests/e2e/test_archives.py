"""What was handed over comes back as one ZIP, byte for byte: sent, verified, packed by what the stream started."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from typing import Any

import httpx
import pytest

from tests.e2e import test_uploads
from tests.e2e.test_uploads import announced, send
from tests.e2e.world import Office, Person
from tests.functions import document_files
from tests.local.running import Portal

firm, client = test_uploads.firm, test_uploads.client

SENT: dict[str, bytes] = {
    "faktura 1.pdf": document_files.pdf(2),
    "zdjęcie „paragon”.jpg": document_files.photo(),
    "telefon.heic": document_files.heic(),
    "duży.pdf": document_files.large_pdf(20_000_000),
    "wyciąg.xml": document_files.plain_xml(),
    "umowa.docx": document_files.docx(),
    "skan.tiff": document_files.tiff(),
    "📄.png": document_files.png(),
}


@pytest.fixture(scope="module")
def month(portal: Portal, office: Office, client: Person, firm: str) -> str:
    """All of them, arrived and in order; their month."""
    files = [announced(content, name) for name, content in SENT.items()]
    told = client.post(f"/firms/{firm}/documents", {"files": files})
    uploads = sorted(told["uploads"], key=lambda one: int(one.get("place", 0)))
    for upload in uploads:
        name = client.get(f"/firms/{firm}/documents/{upload['document']}")["name"]
        assert send(upload, SENT[name]).status_code == 204, name
    path = f"{office.path}/firms/{firm}/documents?period={told['period']}"
    portal.until(lambda: all(row["status"] == "new" for row in office.boss.get(path)["rows"]), 90)
    assert len(office.boss.get(path)["rows"]) == len(SENT)
    return str(told["period"])


def taken(who: Person, base: str) -> zipfile.ZipFile:
    """The newest ZIP of a list, once it is made."""
    who.portal.until(lambda: who.get(f"{base}/archives")["archives"][0]["state"] == "done", 60)
    archive = who.get(f"{base}/archives")["archives"][0]["id"]
    answer = httpx.get(who.get(f"{base}/archives/{archive}/file")["url"], timeout=60)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert 'filename="dokumenty-' in answer.headers["content-disposition"]
    return zipfile.ZipFile(io.BytesIO(answer.content))


def rows(found: zipfile.ZipFile) -> list[dict[str, str]]:
    text = found.read("indeks.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def same_as_sent(found: zipfile.ZipFile) -> None:
    assert found.testzip() is None
    held = {row["nazwa pliku od klienta"]: found.read(row["plik"]) for row in rows(found)}
    assert {name: hashlib.sha256(content).hexdigest() for name, content in held.items()} == {
        name: hashlib.sha256(content).hexdigest() for name, content in SENT.items()
    }
    assert len(found.namelist()) == len(SENT) + 1


def test_the_office_gets_what_was_handed_over(office: Office, firm: str, month: str) -> None:
    asked: dict[str, Any] = {"firm": firm, "period": month}
    office.boss.post(f"{office.path}/archives", asked, status=201)
    same_as_sent(taken(office.boss, office.path))


def test_the_client_gets_the_same(client: Person, firm: str, month: str) -> None:
    client.post(f"/firms/{firm}/archives", {"period": month}, status=201)
    same_as_sent(taken(client, f"/firms/{firm}"))


def test_approved_documents_are_locked_by_it(office: Office, firm: str, month: str) -> None:
    path = f"{office.path}/firms/{firm}/documents?period={month}"
    chosen = office.boss.get(path)["rows"][:3]
    seen = [f"{firm}/{row['document']}@{row['version']}" for row in chosen]
    office.boss.post(f"{office.path}/documents/status", {"documents": seen})
    office.boss.post(f"{office.path}/archives", {"documents": seen, "mark": True}, status=201)
    found = taken(office.boss, office.path)
    assert len(rows(found)) == len(seen)
    line = office.boss.get(f"{office.path}/archives")["archives"][0]
    assert (line["marked"], line["unmarked_total"]) == (3, 0)
    locked = {row["document"] for row in office.boss.get(path)["rows"] if row["locked"]}
    assert locked == {row["document"] for row in chosen}


def test_a_mail_leads_to_the_page(portal: Portal, office: Office, month: str) -> None:
    portal.until(lambda: any(f"{office.path}/archives" in mail["text"] for mail in portal.mails()), 20)
