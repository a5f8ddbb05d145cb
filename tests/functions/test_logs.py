"""Logs hold ids only: no address, NIP, name, amount, token, link or cookie, whatever happens."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from functions.desktop import app as desktop
from portal.log import logger
from tests.functions.gateway import Browser
from tests.functions.world import NIPS, Office, link_in, tax

AMOUNT = 987_654_32
PRIVATE = (NIPS[0], "klient@firma.example", "biuro@demo.example", "Klient Demo", "98765432", "987654")


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(logger().registered_formatter.format(record))


@pytest.fixture
def log() -> Iterator[list[str]]:
    """What is logged, as it is written."""
    lines, level = _Lines(), logger().log_level
    logger().addHandler(lines)
    logger().setLevel("DEBUG")
    yield lines.written
    logger().setLevel(level)
    logger().removeHandler(lines)


def _without_secrets(lines: list[str], *secrets: str) -> None:
    everything = "\n".join(lines)
    assert lines
    for private in (*PRIVATE, *filter(None, secrets)):
        assert private not in everything, private


def test_a_day_of_work_leaves_ids_only(office: Office, log: list[str]) -> None:
    agent = office.agent()
    agent.announce(NIPS[0])
    agent.push(tax(AMOUNT))
    (firm,) = office.boss.get(office.path("/firms")).json["firms"]
    office.boss.post(office.path(f"/firms/{firm['id']}/status"), {"status": "active", "version": 1})
    client = office.client(firm["id"])
    client.get(f"/firms/{firm['id']}/taxes")
    link = link_in(office.mails.last_to("klient@firma.example")["text"])
    secrets = [agent.token.split("_", 3)[3], link.rsplit(".", 1)[1], *client.cookies.values()]
    _without_secrets(log, *secrets)


def test_refusals_leave_their_code_and_not_what_was_sent(office: Office, log: list[str]) -> None:
    office.agent().push(tax(AMOUNT, surplus=1))
    Browser().post("/sign-in", {"email": "klient@firma.example<"})
    office.boss.post(office.path("/firms"), {"number": NIPS[0][::-1], "name": "Klient Demo"})
    _without_secrets(log, NIPS[0][::-1])
    assert "email-invalid" in "\n".join(log)


def test_a_defect_is_logged_with_where_it_happened(
    office: Office, log: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("defect of a test")

    monkeypatch.setattr(desktop.months, "waiting", broken)
    answer = office.boss.get(office.path())
    assert (answer.status, answer.code) == (500, "defect")
    assert "defect of a test" not in answer.text
    told = [json.loads(line) for line in log if '"ERROR"' in line]
    assert "defect of a test" in told[0]["exception"]
