"""Files in and out at the edge: forms with a file, files in JSON, and answers that are saved and not shown."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import unquote

import pytest
from aws_lambda_powertools.event_handler import Depends
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import Field

from portal import bodies, inputs, web
from portal.bodies import UploadedFile
from portal.domain import errors
from portal.inputs import File
from portal.views import View, view
from tests.functions.gateway import Context
from tests.unit.making import refused

BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
# The same examples in every run, no time limit on a busy machine, nothing kept on disk.
calmly = settings(derandomize=True, deadline=None, database=None, max_examples=50)
app = web.new_app()
handler = web.entrypoint(app)


class Upload(web.Input):
    """A form with a file."""

    title: inputs.Name
    file: File
    tags: list[str] = Field(default_factory=list)


@view
class Taken(View):
    """What arrived."""

    template = ""

    title: str
    name: str
    media_type: str
    size: int
    first: str
    tags: list[str]


@app.post("/upload")
def upload(sent: Annotated[Upload, Depends(web.body(Upload, bodies.UPLOAD))]) -> Taken:
    return Taken(
        title=sent.title,
        name=sent.file.name,
        media_type=sent.file.media_type,
        size=len(sent.file.content),
        first=sent.file.content[:20].hex(),
        tags=sent.tags,
    )


@app.get("/saved")
def saved() -> web.Download:
    return web.Download("Źródło „łąk”; 2026.csv", "text/csv; charset=utf-8", "ź;1\r\n".encode())


@dataclass
class Part:
    """One part of a form; without a filename it is a field."""

    name: str
    content: bytes
    filename: str | None = None
    headers: str = ""

    def written(self, boundary: str) -> bytes:
        shown = f'; filename="{self.filename}"' if self.filename is not None else ""
        kind = "Content-Type: text/csv\r\n" if self.filename is not None else ""
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{self.name}"{shown}\r\n{kind}{self.headers}\r\n'
        return head.encode() + self.content + b"\r\n"


TITLE = Part("title", "Klienci – październik".encode())
FILE = Part("file", b"NIP;Nazwa\r\n", "klienci.csv")


def multipart(*parts: Part, boundary: str = BOUNDARY) -> bytes:
    return b"".join(part.written(boundary) for part in parts) + f"--{boundary}--\r\n".encode()


def event(content: bytes, content_type: str, *, method: str = "POST", path: str = "/upload", accept: str = "") -> Any:
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"accept": accept or "application/json", "content-type": content_type},
        "requestContext": {
            "http": {"method": method, "path": path},
            "routeKey": f"{method} {path}",
            "stage": "$default",
        },
        "body": base64.b64encode(content).decode(),
        "isBase64Encoded": True,
    }


def form(*parts: Part, boundary: str = BOUNDARY) -> dict[str, Any]:
    return event(multipart(*parts, boundary=boundary), f"multipart/form-data; boundary={boundary}")


def answered(sent: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    answer = handler(sent, Context())
    return answer["statusCode"], json.loads(answer["body"])


def refusal(sent: dict[str, Any]) -> tuple[int, str, list[str]]:
    status, problem = answered(sent)
    return status, problem["code"], [error["field"] for error in problem["errors"]]


def test_a_form_brings_its_fields_and_its_file() -> None:
    tags = [Part("tags", b"a"), Part("tags", b"b")]
    status, taken = answered(form(TITLE, FILE, *tags))
    assert status == 200
    assert taken == {
        "title": "Klienci – październik",
        "name": "klienci.csv",
        "media_type": "text/csv",
        "size": 11,
        "first": b"NIP;Nazwa\r\n".hex(),
        "tags": ["a", "b"],
    }


def test_a_json_client_sends_the_same_file_as_base64() -> None:
    given = {"title": "Klienci", "file": {"name": "k.csv", "content": base64.b64encode(b"\x00\xff").decode()}}
    status, taken = answered(event(json.dumps(given).encode(), "application/json"))
    assert (status, taken["name"], taken["size"], taken["first"]) == (200, "k.csv", 2, "00ff")


@calmly
@given(st.binary(max_size=3000), st.sampled_from([BOUNDARY, "x", "a b", "'()+_,-./:=?"]))
@example(b"\r\n--x", "x-")
@example(b"--" + BOUNDARY.encode(), BOUNDARY)
def test_any_content_arrives_byte_by_byte(content: bytes, boundary: str) -> None:
    if f"\r\n--{boundary}".encode() in b"\r\n" + content:
        return  # the sender chooses a boundary that the content does not hold
    sent = event(
        multipart(Part("file", content, "f.bin"), boundary=boundary), f'multipart/form-data; boundary="{boundary}"'
    )
    assert bodies.from_multipart(sent, bodies.UPLOAD) == {"file": [UploadedFile("f.bin", "text/csv", content)]}


@pytest.mark.parametrize("size", range(65_300, 65_540, 7))
def test_the_line_break_after_the_end_may_fall_anywhere(size: int) -> None:
    (found,) = bodies.from_multipart(form(Part("file", b"x" * size, "f.bin")), bodies.UPLOAD)["file"]
    assert isinstance(found, UploadedFile)
    assert len(found.content) == size


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\Users\\Anna\\klienci.csv", "klienci.csv"),
        ("../../etc/passwd", "passwd"),
        ("kli%22enci.csv", 'kli"enci.csv'),
        ("a\u202egpj.csv", "agpj.csv"),
        ("źdźbło.csv", "źdźbło.csv"),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_file_is_called_by_the_last_part_of_its_name(sent: str, kept: str) -> None:
    assert answered(form(TITLE, Part("file", b"1", sent)))[1]["name"] == kept
    given = {"title": "x", "file": {"name": sent.replace("%22", '"'), "content": "MQ=="}}
    assert answered(event(json.dumps(given).encode(), "application/json"))[1]["name"] == kept


def test_a_file_nobody_chose_is_missing() -> None:
    assert refusal(form(TITLE, Part("file", b"", ""))) == (422, "field-missing", ["file"])


def test_an_empty_file_is_a_file() -> None:
    assert answered(form(TITLE, Part("file", b"", "pusty.csv")))[1]["size"] == 0


@pytest.mark.parametrize(
    ("parts", "code", "field"),
    [
        pytest.param([TITLE, Part("file", b"text")], "field-invalid", "file", id="a text instead of a file"),
        pytest.param([Part("title", b"x", "x.txt"), FILE], "field-invalid", "title", id="a file instead of a text"),
        pytest.param([TITLE, FILE, Part("other", b"1")], "field-unknown", "other", id="an unheard-of field"),
        pytest.param([TITLE, FILE, Part("other", b"1", "1")], "field-unknown", "other", id="an unheard-of file"),
    ],
)
def test_a_wrong_part_is_told_by_its_field(parts: list[Part], code: str, field: str) -> None:
    assert refusal(form(*parts)) == (422, code, [field])


@pytest.mark.parametrize(
    "file",
    [
        "MQ==",
        None,
        [],
        {"name": "x"},
        {"content": "MQ=="},
        {"name": 1, "content": "MQ=="},
        {"name": "x", "content": "%"},
    ],
    ids=str,
)
def test_a_wrong_file_in_json_is_told_by_its_field(file: object) -> None:
    sent = event(json.dumps({"title": "x", "file": file}).encode(), "application/json")
    assert refusal(sent) == (422, "field-invalid", ["file"])


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        pytest.param(b"", f"multipart/form-data; boundary={BOUNDARY}", id="nothing"),
        pytest.param(multipart(TITLE, FILE), "multipart/form-data", id="no boundary"),
        pytest.param(multipart(TITLE, FILE), "multipart/form-data; boundary=", id="an empty boundary"),
        pytest.param(multipart(TITLE, FILE), "multipart/form-data; boundary=other", id="another boundary"),
        pytest.param(multipart(TITLE, FILE)[:-12], f"multipart/form-data; boundary={BOUNDARY}", id="cut off"),
        pytest.param(
            multipart(TITLE, FILE).replace(b"form-data; name", b"attachment; name"),
            f"multipart/form-data; boundary={BOUNDARY}",
            id="parts of another kind",
        ),
        pytest.param(
            multipart(TITLE, FILE).replace(b"\r\n", b"\n"), f"multipart/form-data; boundary={BOUNDARY}", id="bare lines"
        ),
    ],
)
def test_a_damaged_form_is_refused(content: bytes, content_type: str) -> None:
    assert refusal(event(content, content_type)) == (400, "body-malformed", [])


def test_a_text_that_is_no_utf8_is_refused() -> None:
    assert refusal(form(Part("title", b"\xff\xfe"), FILE))[:2] == (422, "field-invalid")


@calmly
@given(st.binary(max_size=300))
def test_whatever_comes_is_read_or_refused(noise: bytes) -> None:
    for content in (noise, multipart(FILE) + noise, b"--x\r\n" + noise, multipart(FILE)[: len(noise)]):
        with suppress(errors.Refusal):
            bodies.from_multipart(event(content, "multipart/form-data; boundary=x"), bodies.UPLOAD)


def test_a_form_of_more_than_three_megabytes_is_refused() -> None:
    with refused(errors.BODY_TOO_LARGE, says="3000000"):
        bodies.from_multipart(form(Part("file", bytes(3_000_000), "f.bin")), bodies.UPLOAD)


@pytest.mark.parametrize("count", [20, 21])
def test_a_form_has_at_most_twenty_parts(count: int) -> None:
    parts = [Part(f"f{number}", b"1") for number in range(count)]
    if count <= 20:
        assert len(bodies.from_multipart(form(*parts), bodies.PAGE)) == count
    else:
        assert refusal(form(*parts))[:2] == (413, "body-too-large")


def test_a_part_has_little_to_say_before_its_content() -> None:
    wordy = Part("title", b"x", headers=f"X-Word: {'y' * 2000}\r\n")
    talkative = Part("title", b"x", headers="".join(f"X-{number}: y\r\n" for number in range(20)))
    for part in (wordy, talkative):
        assert refusal(form(part, FILE))[:2] == (413, "body-too-large")


def test_a_refused_form_with_a_file_keeps_what_was_typed() -> None:
    sent = event(
        multipart(Part("title", b"x" * 300), FILE), f"multipart/form-data; boundary={BOUNDARY}", accept="text/html"
    )
    page = handler(sent, Context())
    assert (page["statusCode"], page["headers"]["Content-Type"]) == (422, "text/html; charset=utf-8")
    again = web._refused_form.get()
    assert again is not None
    assert again.typed == {"title": "x" * 300}
    assert again.error("title")


def test_a_download_is_saved_under_its_name_and_kept_nowhere() -> None:
    answer = handler(event(b"", "", method="GET", path="/saved"), Context())
    headers = answer["headers"]
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, True)
    assert base64.b64decode(answer["body"]).decode() == "ź;1\r\n"
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    plain, named = headers["Content-Disposition"].removeprefix("attachment; filename=").split("; filename*=UTF-8''")
    assert plain == '"Zrodo ak_ 2026.csv"'.replace("Zrodo ak", "Zrodlo lak")
    assert unquote(named) == "Źródło „łąk”; 2026.csv"


@calmly
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@example('x"; filename="evil.exe')
@example("x\r\nSet-Cookie: a=b")
@example("")
@example("...")
def test_no_name_of_a_download_breaks_out_of_its_header(name: str) -> None:
    header = web._saved(web.Download(name, "text/csv", b"")).headers["Content-Disposition"]
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert unquote(header.partition("UTF-8''")[2]) == name
