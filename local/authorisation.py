"""Corrects how the emulator decides what a role may do, where it differs from AWS.

Sending mail is decided by the identity of the sender's domain; the emulator knows only `*`. PartiQL statements are
decided one by one, by actions of their own on the table they name; the emulator asks for the whole batch's name.
"""

from __future__ import annotations

import importlib
import json
import re
from typing import Any

_STATEMENT = re.compile(r"""(INSERT INTO|UPDATE|DELETE FROM|SELECT .*? FROM) "?([\w.-]+)""", re.IGNORECASE)
_ACTIONS = {"INSERT": "PartiQLInsert", "UPDATE": "PartiQLUpdate", "DELETE": "PartiQLDelete", "SELECT": "PartiQLSelect"}


def part(name: str) -> Any:
    """A module of the emulator, imported late: it reads its configuration from the environment when imported."""
    return importlib.import_module(f"ministack.{name}")


def correct() -> None:
    """Put the corrections in place."""
    rules = part("core.iam_actions")
    usual_identity, usual_checks = rules._ses_v2_resource_arn, rules.dynamodb_transaction_checks

    def identity(method: str, path: str, body: bytes, region: str, account: str) -> str:
        if method == "POST" and path.endswith("/outbound-emails"):
            return sender_identity(body, region, account)
        return str(usual_identity(method, path, body, region, account))

    def checks(action: str, body: bytes, region: str, account: str) -> list[tuple[str, str]]:
        if action.endswith("ExecuteStatement"):
            return statement_checks(body, region, account)
        found: list[tuple[str, str]] = usual_checks(action, body, region, account)
        return found

    rules._ses_v2_resource_arn, rules.dynamodb_transaction_checks = identity, checks


def sender_identity(body: bytes, region: str, account: str) -> str:
    """The identity a mail is sent as."""
    domain = json.loads(body)["FromEmailAddress"].rpartition("@")[2].rstrip("> ")
    return f"arn:aws:ses:{region}:{account}:identity/{domain}"


def statement_checks(body: bytes, region: str, account: str) -> list[tuple[str, str]]:
    """The action and the table of every PartiQL statement."""
    request = json.loads(body)
    found = []
    for statement in request.get("Statements") or [request]:
        match = _STATEMENT.match(statement["Statement"].strip())
        action, table = (_ACTIONS[match[1].split()[0].upper()], match[2]) if match else ("PartiQLUnknown", "unknown")
        found.append((f"dynamodb:{action}", f"arn:aws:dynamodb:{region}:{account}:table/{table}"))
    return found
