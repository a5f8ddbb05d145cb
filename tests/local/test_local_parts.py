"""The runner's parts that decide something, without a process."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from functions.bounces.events import Told
from local import gateway, mail, reload
from local.authorisation import sender_identity, statement_checks
from local.gateway import Request
from local.host import InvocationError
from local.place import Place
from local.routes import Match, Route, Routes
from local.stream import Delivery, Mapping, matches
from local.web import Web
from portal.domain.mails import Fate, Reason
from tests.contract.template import resources

PATTERN = {"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": [{"prefix": "OUT#"}]}}}}


def request(
    body: bytes = b"", *, method: str = "POST", path: str = "/x", query: str = "", headers: dict[str, str] | None = None
) -> Request:
    return Request(method, path, query, list((headers or {}).items()), body, "127.0.0.1")


def event_of(sent: Request) -> dict[str, Any]:
    return gateway.event(sent, Match(Route(sent.method, "/x", "F"), {}), "127.0.0.1:8000")


def processed(*routes: tuple[str, str, str]) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for method, path, function in routes:
        uri = {"Fn::Sub": f"arn:x:lambda:path/2015-03-31/functions/${{{function}.Arn}}/invocations"}
        paths.setdefault(path, {})[method.lower()] = {"x-amazon-apigateway-integration": {"uri": uri}}
    return {"Resources": {"Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Body": {"paths": paths}}}}}


def test_a_fixed_part_wins_over_a_variable() -> None:
    routes = Routes(processed(("GET", "/firms/{firm}", "Variable"), ("GET", "/firms/all", "Fixed")))
    fixed, variable = routes.find("GET", "/firms/all"), routes.find("GET", "/firms/a%20b")
    assert fixed is not None
    assert variable is not None
    assert (fixed.route.function, fixed.variables) == ("Fixed", {})
    assert (variable.route.function, variable.variables) == ("Variable", {"firm": "a b"})
    assert routes.find("POST", "/firms/all") is None
    assert routes.find("GET", "/firms/all/") is None
    assert routes.find("GET", "/firms/") is None


@pytest.mark.parametrize(
    ("headers", "encoded"),
    [
        ({"content-type": "application/json"}, False),
        ({"content-type": "text/csv; charset=utf-8"}, False),
        ({"content-type": "application/x-www-form-urlencoded"}, True),
        ({"content-type": "application/json", "content-encoding": "gzip"}, True),
        ({"content-type": "application/octet-stream"}, True),
        ({}, True),
    ],
)
def test_bodies_are_encoded_as_the_gateway_does(headers: dict[str, str], encoded: bool) -> None:
    event = event_of(request(b"a=1", headers=headers))
    assert event["isBase64Encoded"] is encoded
    assert event["body"] == (base64.b64encode(b"a=1").decode() if encoded else "a=1")


def test_what_is_absent_is_left_out() -> None:
    event = event_of(request(method="GET"))
    assert not event.keys() & {"body", "cookies", "queryStringParameters", "pathParameters"}
    assert event["rawQueryString"] == ""
    assert event["version"] == "2.0"


def test_a_result_becomes_a_response() -> None:
    made = gateway.response(
        {"statusCode": 303, "headers": {"Location": "/", "Content-Length": "9"}, "cookies": ["a=1", "b=2"]}
    )
    assert made.status == 303
    assert made.headers == [
        ("location", "/"),
        ("content-type", "text/plain;charset=UTF-8"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
    ]
    assert gateway.response({"statusCode": 200, "body": "AAE=", "isBase64Encoded": True}).body == b"\x00\x01"
    assert gateway.response({"any": "thing"}).body == b'{"any": "thing"}'


def test_a_filter_compares_equal_and_prefix() -> None:
    inserted = {"eventName": "INSERT", "dynamodb": {"Keys": {"pk": {"S": "OUT#1"}}}}
    assert matches(PATTERN, inserted)
    assert not matches(PATTERN, {**inserted, "eventName": "MODIFY"})
    assert not matches(PATTERN, {"eventName": "INSERT", "dynamodb": {"Keys": {"pk": {"S": "FIRM#1"}}}})


class Receiver:
    """A function that fails on some records."""

    def __init__(self, poison: set[str], *, raises: bool) -> None:
        self.poison, self.raises = poison, raises
        self.taken: list[str] = []
        self.parked: list[str] = []
        mapping = Mapping("F", "stream", 10, bisect=True, partial=True, tries=4, dead_letters="q", filters=())
        self.delivery = Delivery(mapping, self.invoke, lambda records: self.parked.extend(map(number, records)))
        self.delivery.pauses = (0.0,)

    def invoke(self, _function: str, event: Any) -> Any:
        numbers = [number(record) for record in event["Records"]]
        failing = [n for n in numbers if n in self.poison]
        if failing and self.raises:
            raise InvocationError("boom")
        self.taken += [n for n in numbers if n not in failing and n not in self.taken]
        return {"batchItemFailures": [{"itemIdentifier": n} for n in failing]}


def number(record: dict[str, Any]) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def records(*numbers: str) -> list[dict[str, Any]]:
    return [{"eventName": "INSERT", "dynamodb": {"SequenceNumber": n}} for n in numbers]


@pytest.mark.parametrize("raises", [False, True])
def test_one_poisoned_record_is_parked_and_the_rest_is_delivered(raises: bool) -> None:
    receiver = Receiver({"3"}, raises=raises)
    receiver.delivery.deliver(records("1", "2", "3", "4", "5"))
    assert sorted(receiver.taken) == ["1", "2", "4", "5"]
    assert receiver.parked == ["3"]


def test_a_mail_on_the_page_can_do_nothing_but_be_read() -> None:
    sent = mail.Mail("1", 0.0, "a@x", ["b@x"], "<b>", "see https://x.example/l/1?a=1&b=2.", "<script>alert(1)</script>")
    page = mail.as_page([sent]).decode()
    assert "<script>" not in page
    assert "<h2>&lt;b&gt;</h2>" in page
    assert '<a href="https://x.example/l/1?a=1&amp;b=2">' in page
    assert sent.links() == ["https://x.example/l/1?a=1&b=2"]
    assert json.loads(mail.as_json([sent]))[0]["links"] == sent.links()


SENT = mail.Mail(
    "ses-1",
    0.0,
    '"Biuro" <a@x>',
    ["b@x"],
    "Temat",
    "Treść",
    "",
    ["biuro@x"],
    "konektosmart-local",
    {"message": "01M86CH3M6R6RGGGDN6KRPM22H", "person": "01M86CH3M6R6RGGGDN6KRPM22G", "template": "invitation"},
)


@pytest.mark.parametrize(
    ("news", "fate", "reason"),
    [
        ("delivery", Fate.DELIVERED, None),
        ("bounce", Fate.BOUNCED, Reason.NO_MAILBOX),
        ("complaint", Fate.COMPLAINED, Reason.SPAM),
    ],
)
def test_a_button_tells_what_ses_would_tell(news: str, fate: Fate, reason: Reason | None) -> None:
    event = mail.event(SENT, news)
    assert event
    rule = resources("AWS::Serverless::Function")["BouncesFunction"]["Events"]["Told"]["Properties"]["Pattern"]
    assert event["detail-type"] in rule["detail-type"]
    assert event["source"] in rule["source"]
    told = Told.model_validate(event)
    assert told.of_mail_sent_with("konektosmart-local")
    about = told.about(told.tag("message"), datetime.now(UTC))
    assert about
    assert (about.fate, about.reason) == (fate, reason)


def test_there_is_no_other_news() -> None:
    assert mail.event(SENT, "open") is None


def test_the_page_shows_what_a_mail_is_and_buttons_for_what_can_be_told_of() -> None:
    page = mail.as_page([SENT], "<kept>").decode()
    assert "template invitation · answers to biuro@x" in page
    assert page.count('name="news"') == 3
    assert "BouncesFunction answered: &lt;kept&gt;" in page
    assert "<form" not in mail.as_page([replace(SENT, tags={})]).decode()


def test_a_senders_name_is_shown_as_it_is_read() -> None:
    coded = replace(SENT, sender="=?utf-8?b?xbvDs8WCxIc=?= <a@x>")
    assert "Żółć &lt;a@x&gt;" in mail.as_page([coded]).decode()


def test_only_the_pages_own_buttons_tell_anything(tmp_path: Path) -> None:
    asked: list[tuple[str, Any]] = []

    class Functions:
        def invoke(self, key: str, event: Any) -> dict[str, str]:
            asked.append((key, event))
            return {"result": "kept"}

    class Box:
        def all(self) -> list[mail.Mail]:
            return [SENT]

    place = Place(root=tmp_path, home=tmp_path, port=8000, aws_port=1)
    web = Web(place, cast("Any", Functions()), cast("Any", Box()))
    own = {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:8000"}

    def answer(body: bytes, method: str = "POST", **headers: str) -> int:
        return web._answer(request(body, method=method, path="/_mail/events", headers={**own, **headers})).status

    button = b"mail=ses-1&news=bounce"
    assert answer(button, origin="null") == 403  # a mail in its frame
    assert answer(button, origin="https://evil.example") == 403
    assert answer(button, origin="http://127.0.0.1:8001") == 403
    assert answer(button, origin="") == 403
    assert answer(button, host="evil.example") == 421
    assert answer(button, "GET") == 403
    assert answer(b"mail=other&news=bounce") == 404
    assert answer(b"mail=ses-1&news=open") == 404
    assert answer(b"\xff") == 404
    assert asked == []
    assert answer(button) == 303
    ((key, event),) = asked
    assert (key, event["detail"]["eventType"]) == ("BouncesFunction", "Bounce")


def test_only_what_changed_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal" / "a.py").write_text("1")
    (tmp_path / "portal" / "notes.txt").write_text("1")
    before = reload.snapshot(tmp_path)
    (tmp_path / "portal" / "a.py").write_text("22")
    (tmp_path / "portal" / "b.py").write_text("1")
    (tmp_path / "portal" / "notes.txt").write_text("22")
    changed = reload.changed(before, reload.snapshot(tmp_path))
    assert changed == {tmp_path / "portal" / "a.py", tmp_path / "portal" / "b.py"}


def test_partiql_is_decided_statement_by_statement() -> None:
    body = {
        "Statements": [{"Statement": "INSERT INTO \"a-b.C\" VALUE {'pk':?}"}, {"Statement": 'UPDATE "t" SET "x"=?'}]
    }
    assert statement_checks(json.dumps(body).encode(), "r", "1") == [
        ("dynamodb:PartiQLInsert", "arn:aws:dynamodb:r:1:table/a-b.C"),
        ("dynamodb:PartiQLUpdate", "arn:aws:dynamodb:r:1:table/t"),
    ]


def test_mail_is_decided_by_the_senders_domain() -> None:
    body = json.dumps({"FromEmailAddress": "Portal <portal@x.example>"}).encode()
    assert sender_identity(body, "r", "1") == "arn:aws:ses:r:1:identity/x.example"
