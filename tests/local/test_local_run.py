"""The runner as a person meets it: a process, a port, a folder with data."""

from __future__ import annotations

import gzip
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.place import free_port
from tests.local.running import Portal, make_tree

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("portal")
    portal = Portal(make_tree(folder / "tree"), folder / "home")
    try:
        portal.start()
        yield portal
    finally:
        portal.close()


def test_the_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        portal = Portal(tmp_path, tmp_path / "home", port)
        refused = portal.refusal()
        portal.close()
    assert refused == (2, f"Port {port} is in use. Choose another one: make run PORT={port + 1}\n")
    assert not (tmp_path / "home").exists()


def test_the_data_is_in_use(portal: Portal) -> None:
    second = Portal(portal.tree, portal.home, free_port())
    code, sentence = second.refusal()
    second.close()
    assert code == 2
    assert "already runs" in sentence


def test_an_event_is_as_on_aws(portal: Portal) -> None:
    answer = portal.http.post("/sign-in?x=1&x=2", data={"email": "ż@x.example"}, headers={"cookie": "a=1; b=2"})
    event = answer.json()["event"]
    assert event["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in event["headers"]
    assert event["isBase64Encoded"] is True
    assert event["queryStringParameters"] == {"x": "1,2"}
    assert event["requestContext"]["http"]["sourceIp"] == "127.0.0.1"


def test_a_function_sees_its_variables_and_no_real_credentials(portal: Portal) -> None:
    variables = portal.http.get("/sign-in").json()["variables"]
    assert variables["STAGE"] == "local"
    assert variables["DOMAIN"] == f"localhost:{portal.port}"
    assert variables["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert "AWS_PROFILE" not in variables


def test_a_function_may_do_only_what_its_statements_list(portal: Portal) -> None:
    answer = portal.http.get("/offices/A/firms/B/history")
    assert answer.status_code == 500
    assert "not authorized to perform: dynamodb:DeleteItem" in answer.text


def test_what_is_too_large_is_refused_before_the_function(portal: Portal) -> None:
    assert portal.http.post("/sync/records", content=b"0" * 11_000_000).status_code == 413
    assert portal.http.post("/sync/records", content=b"0" * 5_000_000).status_code == 413  # base64 makes it 6.7 MB
    json = {"content-type": "application/json"}
    assert portal.http.post("/sync/records", content=b"0" * 5_000_000, headers=json).status_code == 200


def test_an_unknown_path_is_the_gateways_to_refuse(portal: Portal) -> None:
    answer = portal.http.get("/health")
    assert (answer.status_code, answer.json()) == (404, {"message": "Not Found"})


def test_another_name_for_this_machine_is_not_served(portal: Portal) -> None:
    assert portal.http.get("/_mail", headers={"host": "evil.example"}).status_code == 421


def test_static_files_come_from_the_tree(portal: Portal) -> None:
    answer = portal.http.get("/static/app.css")
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "no-store"
    assert portal.http.get("/static/../template.yaml").status_code == 404
    assert portal.http.get("/static/%2e%2e/template.yaml").status_code == 404


def test_compressed_bodies_arrive_as_they_were_sent(portal: Portal) -> None:
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    event = portal.http.post("/sync/firms", content=gzip.compress(b"{}"), headers=headers).json()["event"]
    assert event["isBase64Encoded"] is True


def test_data_and_mail_survive_a_kill(portal: Portal) -> None:
    sent, kept = len(portal.mails()), portal.http.get("/sign-in").json()["kept"]
    portal.http.post("/sign-in")
    portal.until(lambda: len(portal.mails()) == sent + 1, 40)
    portal.until(lambda: portal.saved('"pk": {"S": "A"}') == kept + 1 and portal.saved('"BOOL": true') == sent + 1, 40)
    portal.stop(signal.SIGKILL)
    portal.start()
    assert portal.http.get("/sign-in").json()["kept"] == kept + 1
    assert len(portal.mails()) == sent + 1
    portal.http.post("/sign-in")
    portal.until(lambda: len(portal.mails()) == sent + 2, 40)
    newest = portal.mails()[0]
    assert newest["to"] == ["anna@demo.example"]
    assert newest["links"] == ["https://x.example/l/abc"]
    assert "https://x.example/l/abc" in portal.http.get("/_mail").text


def put(portal: Portal, key: str) -> None:
    portal.aws("s3").put_object(Bucket=portal.variables()["DOCUMENTS_BUCKET"], Key=key, Body=b"x")


def test_what_arrives_in_the_storage_is_told_once_and_again_when_that_failed(portal: Portal) -> None:
    for key in ("incoming/a", "incoming/twice", "documents/b"):
        put(portal, key)
    portal.until(lambda: portal.noted("incoming/twice") == 2, 40)
    portal.until(lambda: portal.noted("incoming/a") == 1, 40)
    time.sleep(3)  # longer than it takes to come back
    assert [portal.noted(key) for key in ("incoming/a", "incoming/twice", "documents/b")] == [1, 2, 0]


def test_what_still_lies_where_arrivals_lie_is_told_of_at_each_start(portal: Portal) -> None:
    put(portal, "incoming/left")
    portal.until(lambda: portal.saved('"pk": {"S": "incoming/left"}') == 1, 40)
    portal.stop(signal.SIGKILL)
    portal.start()
    portal.until(lambda: portal.noted("incoming/left") == 2, 40)


def test_a_schedule_is_played_at_the_start(portal: Portal) -> None:
    portal.until(lambda: portal.noted("SWEPT") > 0, 10)
    portal.until(lambda: portal.noted("DUE") > 0, 10)


def test_ctrl_c_stops_and_keeps_everything(portal: Portal) -> None:
    kept = portal.http.post("/sign-in").json()["kept"]
    assert portal.stop(signal.SIGINT) == 0
    portal.start()
    assert portal.http.get("/sign-in").json()["kept"] == kept


def test_changed_code_is_picked_up_and_broken_code_is_shown(portal: Portal) -> None:
    file = portal.tree / "functions" / "auth" / "app.py"
    first = file.read_text()
    file.write_text(first.replace('"first"', '"second"'))
    portal.until(lambda: portal.http.get("/sign-in").json()["says"] == "second", 40)
    file.write_text(first + "\nraise ValueError('broken on purpose')\n")
    portal.until(lambda: portal.http.get("/sign-in").status_code == 500, 40)
    page = portal.http.get("/sign-in").text
    assert "ValueError: broken on purpose" in page
    assert "functions/auth/app.py" in page
    assert portal.says("ValueError: broken on purpose")
    file.write_text(first)
    portal.until(lambda: portal.http.get("/sign-in").status_code == 200, 40)


def test_a_changed_template_is_deployed_and_a_broken_one_is_shown(portal: Portal) -> None:
    file, kept = portal.tree / "template.yaml", portal.http.get("/sign-in").json()["kept"]
    first = file.read_text()
    file.write_text(first.replace('Path: "/sign-out"', 'Path: "/farewell"'))
    portal.until(lambda: portal.http.post("/farewell").status_code == 200, 40)
    assert portal.http.get("/sign-in").json()["kept"] == kept
    file.write_text(first.replace("AWS::SNS::Topic", "AWS::SNS::Topik"))
    portal.until(lambda: "AWS::SNS::Topik" in portal.http.get("/sign-in").text, 40)
    file.write_text(first)
    portal.until(lambda: portal.http.post("/sign-out").status_code == 200, 40)
