"""The table as template.yaml describes it, on moto; and what DynamoDB would charge for using it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import boto3
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from portal import aws
from tests.contract.template import table_properties
from tests.functions import moto_speed, partiql

Wire = dict[str, Any]

_READS = {"GetItem", "BatchGetItem", "Query"}


def name() -> str:
    return os.environ["TABLE_NAME"]


@contextmanager
def on_moto() -> Iterator[Any]:
    """DynamoDB on moto, knowing the product's statements."""
    with mock_aws(), moto_speed.faster():
        partiql.teach(aws.client("dynamodb"))
        yield boto3.client("dynamodb")


@contextmanager
def fresh(dynamodb: Any, items: list[Wire] | None = None) -> Iterator[Any]:
    """The table, holding these items, for as long as the block lasts."""
    dynamodb.create_table(**table_properties(name()))
    for start in range(0, len(items or []), 25):
        puts = [{"PutRequest": {"Item": item}} for item in (items or [])[start : start + 25]]
        dynamodb.batch_write_item(RequestItems={name(): puts})
    try:
        yield dynamodb
    finally:
        dynamodb.delete_table(TableName=name())


def read_all(dynamodb: Any) -> list[Wire]:
    """Every item, in order: to prove what is there, and that nothing changed.

    Taken from moto's memory, because its Scan is slower than most tests.
    """
    region = dynamodb.meta.region_name
    stored = dynamodb_backends[DEFAULT_ACCOUNT_ID][region].tables[name()].all_items()
    found = [deepcopy(item.to_json()["Attributes"]) for item in stored]
    return sorted(found, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


@dataclass
class Calls:
    """What the product asked of DynamoDB while `watched` lasted."""

    made: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.made.append((model.name, params))

    @property
    def reads(self) -> Counter[str]:
        return Counter(operation for operation, _ in self.made if operation in _READS)

    @property
    def items_read(self) -> int:
        """Items that were asked for by key; a query counts as one."""
        return sum(
            len(next(iter(params["RequestItems"].values()))["Keys"]) if operation == "BatchGetItem" else 1
            for operation, params in self.made
            if operation in _READS
        )

    @property
    def written(self) -> list[dict[str, Any]]:
        """Each single write, those of transactions too. A batch of statements counts by what `partiql` makes of it."""
        found: list[dict[str, Any]] = []
        for operation, params in self.made:
            if operation == "TransactWriteItems":
                found += [next(iter(step.values())) for step in params["TransactItems"]]
            elif operation not in {*_READS, "BatchExecuteStatement"}:
                found.append(params)
        return found

    def written_keys(self) -> list[tuple[str, str]]:
        wire = [step.get("Item") or step["Key"] for step in self.written]
        return [(key["pk"]["S"], key["sk"]["S"]) for key in wire]


@contextmanager
def watched() -> Iterator[Calls]:
    """Counts the product's calls to DynamoDB, not the tests' own."""
    calls = Calls()
    events = aws.client("dynamodb").meta.events
    events.register("provide-client-params.dynamodb", calls.note)
    try:
        yield calls
    finally:
        events.unregister("provide-client-params.dynamodb", calls.note)


def size(item: Wire) -> int:
    """Bytes of an item by DynamoDB's rules: names and values."""
    return sum(len(key.encode()) + _size(value) for key, value in item.items())


def _size(wire: Wire) -> int:
    ((kind, value),) = wire.items()
    match kind:
        case "S":
            return len(value.encode())
        case "B":
            return len(value)
        case "N":
            return len(value.lstrip("-").rstrip("0")) // 2 + 2
        case "M":
            return 3 + size(value) + len(value)
        case "L":
            return 3 + sum(_size(part) + 1 for part in value)
        case _:
            return 1
