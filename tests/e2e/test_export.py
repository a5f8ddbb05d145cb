"""An office takes everything along: the deployed template makes the file, and a browser's address fetches it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest

from tests.e2e.world import Agent, Office
from tests.local.running import Portal

PAGES = ("contributions", "taxes", "statements")
YEARS = range(2024, 2028)


@pytest.fixture(scope="module")
def address(portal: Portal, office: Office, agent: Agent) -> str:
    """Where the file of an export can be fetched: asked for in the panel, made by what the stream started."""
    agent.sync()
    path = f"{office.path}/exports"
    export = office.boss.post(path, {}, status=201)["exports"][0]["id"]
    office.boss.post(path, {}, status=409)
    portal.until(lambda: office.boss.get(path)["exports"][0]["state"] == "done", 60)
    return str(office.boss.get(f"{path}/{export}/file")["url"])


@pytest.fixture(scope="module")
def taken(address: str) -> zipfile.ZipFile:
    answer = httpx.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith('attachment; filename="KonektoSmart-')
    assert answer.headers["content-type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_the_file_is_whole(taken: zipfile.ZipFile) -> None:
    assert taken.testzip() is None
    assert "Dane biura Biuro Demo" in taken.read("README.txt").decode("utf-8-sig")


def test_it_holds_every_firm_and_every_record_of_the_panel(office: Office, taken: zipfile.ZipFile) -> None:
    listed = {firm["nip"]: firm["id"] for firm in every_firm(office)}
    files = [json.loads(taken.read(name)) for name in taken.namelist() if name.startswith("firmy/")]
    assert {one["firm"]["nip"] for one in files} == listed.keys()
    rows = list(csv.DictReader(io.StringIO(taken.read("firmy.csv").decode("utf-8-sig"), newline=""), delimiter=";"))
    assert {row["NIP"] for row in rows} == listed.keys()
    count = 0
    for one in files:
        nip = one["firm"]["nip"]
        office.firms = listed
        shown = {
            (record["record"], record["version"], record["figures"]["amount"], record["figures"]["revenue"])
            for page in PAGES
            for year in YEARS
            for record in office.records(nip, page, year)
        }
        held = {
            (
                f"{record['period']}.{record['kind']}.{record['form']}.{record['subject']}",
                record["current"]["version"],
                record["current"]["content"]["amount"],
                record["current"]["content"]["revenue"],
            )
            for record in one["records"]
        }
        assert held == shown
        count += len(held)
    assert count > 50


def test_it_tells_the_requester_by_mail(portal: Portal, office: Office, taken: zipfile.ZipFile) -> None:
    portal.until(lambda: any(f"{office.path}/exports" in mail["text"] for mail in portal.mails()), 20)


@pytest.mark.parametrize("how", ["no signature", "another file", "a longer life"])
def test_an_address_that_was_tampered_with_opens_nothing(address: str, how: str) -> None:
    parts = urlsplit(address)
    changed = {
        "no signature": parts._replace(query=""),
        "another file": parts._replace(path=parts.path.replace("-1.zip", "-2.zip")),
        "a longer life": parts._replace(query=parts.query.replace("X-Amz-Expires=60", "X-Amz-Expires=6000")),
    }[how]
    assert httpx.get(urlunsplit(changed)).status_code == 403


def every_firm(office: Office) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    page = 1
    while True:
        answer = office.boss.get(f"{office.path}/firms", page=page)
        found += answer["firms"]
        page += 1
        if len(answer["firms"]) < 100:
            return found
