"""A small tree with the real template.yaml and made-up functions, and the runner as a process on it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import boto3
import httpx

from local.place import free_port
from tests.contract.template import ROOT

_FEATURE = """
import json, os, time
import botocore.session

table = botocore.session.get_session().create_client("dynamodb")
name = os.environ["TABLE_NAME"]


def put(pk, **fields):
    item = {"pk": {"S": pk}, "sk": {"S": str(time.time_ns())}, **{k: {"S": v} for k, v in fields.items()}}
    return {"Put": {"TableName": name, "Item": item}}


def handler(event, context):
    if "due" in event:
        return table.transact_write_items(TransactItems=[put("DUE")])
    if event["routeKey"] == "POST /sign-in":
        table.transact_write_items(TransactItems=[put("A"), put("OUT#1", to="anna@demo.example")])
    if event["routeKey"].endswith("/history"):
        table.delete_item(TableName=name, Key={"pk": {"S": "A"}, "sk": {"S": "0"}})
    values = {":pk": {"S": "A"}}
    found = table.query(TableName=name, KeyConditionExpression="pk = :pk", ExpressionAttributeValues=values)
    body = {"kept": found["Count"], "says": "first", "event": event, "variables": dict(os.environ)}
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}
"""

_NOTIFY = """
import os
import botocore.session

session = botocore.session.get_session()
table, mail = session.create_client("dynamodb"), session.create_client("sesv2")


def handler(event, context):
    for record in event["Records"]:
        image = record["dynamodb"]["NewImage"]
        to = image["to"]["S"]
        try:
            table.put_item(TableName=os.environ["TABLE_NAME"], Item={**image, "sent": {"BOOL": True}},
                ConditionExpression="attribute_not_exists(sent)")
        except table.exceptions.ConditionalCheckFailedException:
            continue
        text = {"Subject": {"Data": "Zaloguj się"}, "Body": {"Text": {"Data": "Otwórz https://x.example/l/abc."}}}
        mail.send_email(FromEmailAddress=os.environ["MAIL_SENDER"], Destination={"ToAddresses": [to]},
            Content={"Simple": text})
    return {"batchItemFailures": []}
"""

_UPLOAD = """
import json, os, time
import botocore.session

table = botocore.session.get_session().create_client("dynamodb")
name = os.environ["TABLE_NAME"]


def times(what):
    values = {":pk": {"S": what}}
    return table.query(TableName=name, KeyConditionExpression="pk = :pk", ExpressionAttributeValues=values)["Count"]


def note(what):
    table.put_item(TableName=name, Item={"pk": {"S": what}, "sk": {"S": str(time.time_ns())}})


def handler(event, context):
    if "sweep" in event:
        return note("SWEPT")
    failed = []
    for message in event["Records"]:
        for told in json.loads(message["body"]).get("Records", []):
            key = told["s3"]["object"]["key"].replace("%2F", "/")
            note(key)
            if "twice" in key and times(key) == 1:
                failed.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failed}
"""

_OWN = {"notify": _NOTIFY, "upload": _UPLOAD}


def make_tree(root: Path) -> Path:
    """The tree."""
    for feature in sorted(app.parent.name for app in (ROOT / "functions").glob("*/app.py")):
        folder = root / "functions" / feature
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        (folder / "app.py").write_text(_OWN.get(feature, _FEATURE))
    (root / "functions" / "__init__.py").touch()  # or the product's package of this name would win
    (root / "static").mkdir()
    (root / "static" / "app.css").write_text("body { color: black }\n" * 100)
    shutil.copy(ROOT / "template.yaml", root / "template.yaml")
    return root


class Portal:
    """The runner as a process."""

    def __init__(self, tree: Path, home: Path, port: int | None = None, *, demo: bool = False) -> None:
        self.tree, self.home, self.port, self.demo = tree, home, port or free_port(), demo
        self.output = home.parent / "output.txt"
        self.http = httpx.Client(base_url=f"http://localhost:{self.port}", timeout=20)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it serves."""
        environment = {**os.environ, "AWS_ACCESS_KEY_ID": "never-used", "AWS_PROFILE": "never-used"}
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own runner
                self.command(), cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, env=environment
            )
        self.until(lambda: self.says("Ctrl-C stops" if self.demo else "The portal is at"), 120)

    def command(self) -> list[str]:
        """How it is started."""
        words = [sys.executable, "-m", "local", "--port", str(self.port)]
        words += ["--home", str(self.home), "--root", str(self.tree)]
        return words if self.demo else [*words, "--no-demo"]

    def refusal(self) -> tuple[int, str]:
        """How a start ends that is refused: its code, and what it says."""
        ended = subprocess.run(self.command(), cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603 - our own runner
        return ended.returncode, ended.stderr

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Stop it, politely or not; tell how it ended."""
        assert self._process is not None
        self._process.send_signal(how)
        code = self._process.wait(15)
        self._process = None
        self.output.unlink()
        return code

    def close(self) -> None:
        """Leave nothing behind."""
        self.http.close()
        if self._process is not None:
            self.stop(signal.SIGKILL)

    def says(self, words: str) -> bool:
        """Whether the terminal shows these words."""
        return words in self.output.read_text(errors="replace")

    def until(self, true: Any, seconds: float) -> None:
        """Wait for something to become true."""
        deadline = time.monotonic() + seconds
        while not true():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s:\n{self.output.read_text(errors='replace')}")
            time.sleep(0.1)

    def saved(self, words: str) -> int:
        """How often these words stand in the saved table."""
        return (self.home / "state" / "dynamodb.json").read_text().count(words)

    def variables(self) -> dict[str, str]:
        """The functions' settings, and the way to the emulator."""
        lines = (self.home / "env").read_text().splitlines()
        return dict(shlex.split(line)[1].split("=", 1) for line in lines)

    def aws(self, service: str) -> Any:
        """A client of the emulator."""
        own = self.variables()
        return boto3.client(
            service,
            endpoint_url=own["AWS_ENDPOINT_URL"],
            region_name=own["AWS_DEFAULT_REGION"],
            aws_access_key_id=own["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=own["AWS_SECRET_ACCESS_KEY"],
        )

    def noted(self, what: str) -> int:
        """How often the made-up intake was told of something."""
        found = self.aws("dynamodb").query(
            TableName=self.variables()["TABLE_NAME"],
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": what}},
        )
        return int(found["Count"])

    def mails(self) -> list[dict[str, Any]]:
        """Sent mail."""
        return json.loads(self.http.get("/_mail", params={"format": "json"}).content)
