"""Counts what DynamoDB would bill for a client's calls, by its published rules: sizes, units, index entries.

Emulators answer with made-up capacity, so the units are computed here from what is really sent and received.
"""

from __future__ import annotations

import base64
import math
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

WRITE_UNIT = 1024
READ_UNIT = 4096
INDEX_KEYS = ("gpk", "gsk")
INDEX_ATTRIBUTES = ("gpk", "gsk", "pk", "sk", "waiting", "changed", "listed", "name", "nip", "status", "prefix")
INDEX_OVERHEAD = 100


@dataclass
class Meter:
    """What was used since the last `reset`."""

    writes: float = 0
    reads: float = 0
    calls: int = 0
    _entries: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reset(self) -> None:
        """Begin to count anew; what stands in the index is remembered."""
        self.writes = self.reads = self.calls = 0

    def attach(self, client: Any) -> None:
        """Watch a botocore client of DynamoDB."""
        client.meta.events.register("before-parameter-build.dynamodb", self._keep_parameters)
        client.meta.events.register("after-call.dynamodb", self._count)

    def detach(self, client: Any) -> None:
        """Stop watching: counting takes time of its own."""
        client.meta.events.unregister("before-parameter-build.dynamodb", self._keep_parameters)
        client.meta.events.unregister("after-call.dynamodb", self._count)

    def _keep_parameters(self, params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["metered"] = params

    def _count(self, parsed: Mapping[str, Any], model: Any, context: Mapping[str, Any], **_: Any) -> None:
        count = getattr(self, f"_{model.name}", None)
        with self._lock:
            self.calls += 1
            if count:
                count(context["metered"], parsed)

    def _GetItem(self, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        self.reads += _read_units(size(answer.get("Item", {})), consistent=asked.get("ConsistentRead", False))

    def _BatchGetItem(self, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        for table, wanted in asked["RequestItems"].items():
            found = answer["Responses"].get(table, [])
            consistent = wanted.get("ConsistentRead", False)
            self.reads += sum(_read_units(size(item), consistent=consistent) for item in found)
            self.reads += (len(wanted["Keys"]) - len(found)) * _read_units(0, consistent=consistent)

    def _Query(self, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        total = sum(size(item) for item in answer["Items"])
        self.reads += _read_units(total, consistent=asked.get("ConsistentRead", False))

    def _PutItem(self, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        self.writes += _write_units(size(asked["Item"]))
        if "Error" not in answer:
            self.writes += self._index(asked["Item"])

    def _BatchWriteItem(self, asked: Mapping[str, Any], _answer: Mapping[str, Any]) -> None:
        for requests in asked["RequestItems"].values():
            self.writes += sum(_write_units(size(request["PutRequest"]["Item"])) for request in requests)

    def _BatchExecuteStatement(self, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        for statement, made in zip(asked["Statements"], answer["Responses"], strict=True):
            names = re.findall(r"""['"](\w+)['"](?::|=)\?""", statement["Statement"])
            item = dict(reversed(list(zip(names, statement["Parameters"], strict=True))))
            self.writes += _write_units(size(item))
            if "Error" not in made:
                self.writes += self._index(item)

    def _UpdateItem(self, _asked: Mapping[str, Any], _answer: Mapping[str, Any]) -> None:
        self.writes += 1

    def _DeleteItem(self, _asked: Mapping[str, Any], _answer: Mapping[str, Any]) -> None:
        self.writes += 1

    def _TransactWriteItems(self, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        for step in asked["TransactItems"]:
            item = step.get("Put", {}).get("Item", {})
            self.writes += 2 * _write_units(size(item))
            if item and "Error" not in answer:
                self.writes += self._index(item)

    def _index(self, item: Mapping[str, Any]) -> float:
        """Units for the index: an entry that appears, changes or vanishes; none when it stays as it is."""
        key = (item["pk"]["S"], item["sk"]["S"])
        before = self._entries.get(key)
        entry = {name: item[name] for name in INDEX_ATTRIBUTES if name in item} if "gpk" in item else None
        if entry == before:
            return 0
        if entry is None:
            del self._entries[key]
            return 1
        self._entries[key] = entry
        moved = before is not None and any(before[name] != entry[name] for name in INDEX_KEYS)
        return _write_units(size(entry) + INDEX_OVERHEAD) + (1 if moved else 0)


def size(item: Mapping[str, Any]) -> int:
    """Bytes of an item in wire form: names in UTF-8 and values, as DynamoDB counts them."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(wire: Mapping[str, Any]) -> int:
    ((kind, value),) = wire.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return len(value.lstrip("-").replace(".", "")) // 2 + 2
        case "B":
            return len(value if isinstance(value, bytes) else base64.b64decode(value))
        case "M":
            return 3 + sum(len(name.encode()) + 1 + _value_size(part) for name, part in value.items())
        case "L":
            return 3 + sum(1 + _value_size(part) for part in value)
        case _:
            return 1


def _read_units(total: int, *, consistent: bool) -> float:
    units = max(1, math.ceil(total / READ_UNIT))
    return units if consistent else units / 2


def _write_units(total: int) -> int:
    return max(1, math.ceil(total / WRITE_UNIT))
