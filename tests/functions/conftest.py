"""The table as template.yaml describes it, on moto, empty for each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from portal import aws
from tests.contract.template import table_properties
from tests.functions.world import Mails, Office, open_office


@pytest.fixture(scope="session")
def dynamodb() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("dynamodb")


@pytest.fixture
def table(dynamodb: Any) -> Iterator[Any]:
    name = os.environ["TABLE_NAME"]
    dynamodb.create_table(**table_properties(name))
    yield dynamodb
    dynamodb.delete_table(TableName=name)


@pytest.fixture
def items(table: Any) -> Any:
    """Reads the whole table, to prove that nothing changed."""

    def read() -> list[dict[str, Any]]:
        found = table.scan(TableName=os.environ["TABLE_NAME"])["Items"]
        return sorted(found, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))

    return read


@pytest.fixture
def mails(items: Any, monkeypatch: pytest.MonkeyPatch) -> Mails:
    """Mail as handed to SES. The message is built by the product; only the last step to AWS is replaced."""
    box = Mails(items=items)
    monkeypatch.setattr(aws, "send_mail", lambda **mail: box.sent.append(mail))
    return box


@pytest.fixture
def office(mails: Mails) -> Office:
    return open_office(mails)
