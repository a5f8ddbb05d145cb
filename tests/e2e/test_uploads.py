"""Files go straight to the storage, which takes exactly what was announced; what it took becomes a document."""

from __future__ import annotations

import hashlib
import os
import re
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import botocore.session
import httpx
import pytest

from portal import storage
from tests.e2e.world import Office, Person, link_to
from tests.functions import document_files
from tests.functions.world import NIPS
from tests.local.running import Portal

LIMIT = 25 * 1024 * 1024
XML = document_files.plain_xml()


@pytest.fixture(scope="module")
def firm(office: Office) -> str:
    given = {"number": NIPS[1], "name": "Nowa Chata Demo sp. z o.o.", "legal_form": "company"}
    return str(office.boss.post(f"{office.path}/firms", given, status=201)["firm"]["id"])


@pytest.fixture(scope="module")
def client(portal: Portal, office: Office, firm: str) -> Person:
    email = office.email.replace("biuro", "klient")
    office.boss.post(f"{office.path}/firms/{firm}/users", {"email": email, "name": "Karol Przykładny"}, status=201)
    origin = str(portal.http.base_url).rstrip("/")
    answer = portal.http.post(link_to(portal, email), headers={"origin": origin, "accept": "application/json"})
    portal.http.cookies.clear()
    return Person(portal, answer.headers["set-cookie"].partition(";")[0])


def announced(content: bytes, name: str = "wyciag.xml") -> dict[str, Any]:
    return {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def sign(who: Person, firm: str, *files: dict[str, Any]) -> list[dict[str, Any]]:
    return list(who.post(f"/firms/{firm}/documents", {"files": list(files)})["uploads"])


def send(upload: dict[str, Any], content: bytes, **changed: str) -> httpx.Response:
    """As a browser's form does."""
    fields = {**upload["fields"], **changed}
    return httpx.post(upload["url"], data=fields, files={"file": ("x", content)}, timeout=60)


def status(who: Person, firm: str, upload: dict[str, Any]) -> str:
    return str(who.get(f"/firms/{firm}/documents/{upload['document']}")["status"])


def arrives(who: Person, firm: str, upload: dict[str, Any]) -> None:
    who.portal.until(lambda: status(who, firm, upload) == "new", 30)


@pytest.fixture
def upload(client: Person, firm: str) -> dict[str, Any]:
    (made,) = sign(client, firm, announced(XML))
    return made


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (document_files.pdf(2), "faktura.pdf"),
        (document_files.photo(), "zdjęcie ze spacją & znakiem +.jpg"),
        (document_files.large_pdf(LIMIT), "największy.pdf"),
    ],
    ids=["pdf", "photo", "the largest"],
)
def test_a_file_that_was_sent_can_be_opened_as_it_was(client: Person, firm: str, content: bytes, name: str) -> None:
    (upload,) = sign(client, firm, announced(content, name))
    assert status(client, firm, upload) == "awaited"
    assert send(upload, content).status_code == 204
    arrives(client, firm, upload)
    shown = client.get(f"/firms/{firm}/documents/{upload['document']}")
    assert shown["name"] == name
    assert httpx.get(shown["pictures"][0]).headers["content-type"] == "image/jpeg"
    file = _file(client, firm, upload)
    assert httpx.get(file).content == content
    assert httpx.get(file.partition("?")[0]).status_code == 403


def _file(who: Person, firm: str, upload: dict[str, Any]) -> str:
    headers = {"cookie": who.cookie, "accept": "text/html"}
    answer = who.portal.http.get(f"/firms/{firm}/documents/{upload['document']}/file", headers=headers)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_a_page_may_send_and_show_what_lies_in_the_storage_and_nothing_else(
    client: Person, firm: str, upload: dict[str, Any]
) -> None:
    page = client.portal.http.get(f"/firms/{firm}/documents", headers={"cookie": client.cookie, "accept": "text/html"})
    policy = page.headers["content-security-policy"]
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(upload["url"]))
    allowed = {name: sources.split() for name, sources in re.findall(r"([\w-]+) ([^;]+)", policy)}
    assert {name for name, sources in allowed.items() if origin in sources} == {"img-src", "connect-src", "form-action"}


def test_the_portals_pages_may_ask_the_storage_and_no_others(client: Person, upload: dict[str, Any]) -> None:
    own, asked = str(client.portal.http.base_url).rstrip("/"), {"access-control-request-method": "POST"}
    allowed = httpx.options(upload["url"], headers={"origin": own, **asked})
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, own)
    assert httpx.options(upload["url"], headers={"origin": "https://evil.example", **asked}).status_code == 403
    files = {"file": ("x", XML)}
    sent = httpx.post(upload["url"], data=upload["fields"], files=files, headers={"origin": own})
    assert (sent.status_code, sent.headers["access-control-allow-origin"]) == (204, own)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda upload: send(upload, b""),
        lambda upload: send(upload, XML + b" "),
        lambda upload: send(upload, XML[:-1]),
        lambda upload: send(upload, b"0" * (LIMIT + 1)),
        lambda upload: send(upload, XML, key=upload["fields"]["key"][:-1] + "0"),
        lambda upload: send(
            upload, XML, key=re.sub("incoming/[^/]+/", f"incoming/{'0' * 26}/", upload["fields"]["key"])
        ),
        lambda upload: send(upload, XML, key=re.sub("^incoming", "documents", upload["fields"]["key"])),
        lambda upload: send(upload, XML, **{"Content-Type": "text/html"}),
        lambda upload: send(upload, XML, acl="public-read"),
        lambda upload: send(upload, XML, **{"x-amz-signature": "0" * 64}),
        lambda upload: send({**upload, "fields": {"key": upload["fields"]["key"]}}, XML),
    ],
    ids=[
        "nothing",
        "a byte more",
        "a byte less",
        "25 MB and a byte",
        "another document",
        "another office",
        "another folder",
        "another type",
        "public",
        "another signature",
        "no signature",
    ],
)
def test_the_storage_takes_nothing_but_what_was_announced(
    wrong: Callable[[dict[str, Any]], httpx.Response], client: Person, firm: str, upload: dict[str, Any]
) -> None:
    assert wrong(upload).status_code in (400, 403)
    assert status(client, firm, upload) == "awaited"


def test_another_content_of_the_same_size_is_told_by_its_digest(
    client: Person, firm: str, upload: dict[str, Any]
) -> None:
    # S3 refuses it by the form's checksum. The emulator compares none, so here it is intake that finds it out.
    send(upload, XML[:-1] + b" ")
    client.portal.until(lambda: status(client, firm, upload) == "stopped", 30)


@pytest.mark.parametrize(("size", "code"), [(0, "upload-empty"), (LIMIT + 1, "upload-too-large")])
def test_no_form_is_signed_for_a_size_that_cannot_be(client: Person, firm: str, size: int, code: str) -> None:
    file = {**announced(XML), "size": size}
    answer = client.post(f"/firms/{firm}/documents", {"files": [file]})
    assert (answer["uploads"], [one["code"] for one in answer["refused"]]) == ([], [code])


def test_a_form_is_good_for_an_hour(portal: Portal, upload: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    fields, bucket = upload["fields"], upload["url"].rstrip("/").rpartition("/")[2]
    own = portal.variables()
    session = botocore.session.Session()
    session.set_credentials(own["AWS_ACCESS_KEY_ID"], own["AWS_SECRET_ACCESS_KEY"])
    session.set_config_variable("region", own["AWS_DEFAULT_REGION"])
    monkeypatch.setattr(storage, "session", lambda: session)
    monkeypatch.setitem(os.environ, "AWS_ENDPOINT_URL", own["AWS_ENDPOINT_URL"])

    def signed(ago: timedelta) -> dict[str, Any]:
        form = storage.presigned_post(
            bucket,
            fields["key"],
            media_type=fields["Content-Type"],
            size=len(XML),
            sha256=storage.sha256(XML),
            seconds=3600,
            now=datetime.now(UTC) - ago,
        )
        return form._asdict()

    assert send(signed(timedelta(minutes=61)), XML).status_code == 403
    assert send(signed(timedelta(minutes=59)), XML).status_code == 204


def test_a_form_that_is_used_again_changes_nothing(client: Person, firm: str, upload: dict[str, Any]) -> None:
    assert send(upload, XML).status_code == 204
    arrives(client, firm, upload)
    before = client.get(f"/firms/{firm}/documents/{upload['document']}")
    assert send(upload, XML).status_code == 204
    (other,) = sign(client, firm, announced(document_files.plain_xml() + b"\n"))
    send(other, document_files.plain_xml() + b"\n")
    arrives(client, firm, other)  # arrivals are worked off in their order, so the second one was looked at too
    after = client.get(f"/firms/{firm}/documents/{upload['document']}")
    assert (before | {"twin": None}) == (after | {"twin": None})  # of the other one it may have been told


def test_a_firm_that_is_suspended_in_between_gets_nothing_more(
    client: Person, office: Office, firm: str, upload: dict[str, Any]
) -> None:
    path = f"{office.path}/firms/{firm}"
    _set_status(office, path, "suspended")
    try:
        assert send(upload, XML).status_code == 204
        client.portal.until(lambda: status(client, firm, upload) == "stopped", 30)
        (own,) = office.boss.post(f"{path}/documents", {"files": [announced(XML)]})["uploads"]
        assert send(own, XML).status_code == 204
        arrives(client, firm, own)
    finally:
        _set_status(office, path, "active")


def _set_status(office: Office, path: str, wanted: str) -> None:
    version = office.boss.get(f"{path}/settings")["version"]
    office.boss.post(f"{path}/status", {"version": version, "status": wanted})


def test_fifty_identical_files_at_once_are_fifty_documents_that_know_of_each_other(client: Person, firm: str) -> None:
    content = document_files.docx()
    uploads = sign(client, firm, *(announced(content, f"umowa {number}.docx") for number in range(50)))
    with ThreadPoolExecutor(10) as browsers:
        assert {answer.status_code for answer in browsers.map(lambda one: send(one, content), uploads)} == {204}
    for upload in uploads:
        arrives(client, firm, upload)
    assert all(client.get(f"/firms/{firm}/documents/{upload['document']}")["twin"] for upload in uploads)


def test_what_is_stopped_is_told_by_mail_and_can_be_sent_again(client: Person, firm: str) -> None:
    virus = document_files.VIRUS
    (upload,) = sign(client, firm, announced(virus))
    assert send(upload, virus).status_code == 204
    client.portal.until(lambda: upload["document"] in _stopped(client, firm, upload["document"][:7]), 30)
    client.portal.until(lambda: any("wyciag.xml" in mail["text"] for mail in client.portal.mails()), 30)
    again = client.post(f"/firms/{firm}/documents", {"files": [announced(XML)], "replaces": upload["document"]})
    send(again["uploads"][0], XML)
    arrives(client, firm, again["uploads"][0])
    client.portal.until(lambda: upload["document"] not in _stopped(client, firm, upload["document"][:7]), 30)


def _stopped(who: Person, firm: str, period: str) -> set[str]:
    return {line["document"] for line in who.get(f"/firms/{firm}/documents", period=period)["stopped"]}


def test_nothing_that_was_sent_is_lost_over_a_kill(client: Person, firm: str, upload: dict[str, Any]) -> None:
    portal = client.portal
    portal.until(lambda: portal.saved(upload["document"]) > 0, 10)
    assert send(upload, XML).status_code == 204
    portal.stop(signal.SIGKILL)
    portal.start()
    arrives(client, firm, upload)
