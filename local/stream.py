"""Hands the table's stream to its function, with the rules of the template's event source mapping.

The emulator's own poller ignores partial failures, the number of tries and bisecting, and after a restart it skips new
records, because it keeps its position but not the stream. So its mapping is switched off, and this one reads it.

Nothing is lost over a kill: at the start every item that passes the filter is offered again, as the function must take
any record twice anyway.
"""

from __future__ import annotations

import base64
import json
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.deploy import Deployment, client
from local.host import InvocationError
from local.place import Place

Record = dict[str, Any]
Invoke = Callable[[str, Any], Any]

_PAUSE = 0.2
_WAIT_BETWEEN_TRIES = (0.2, 1.0, 3.0)


@dataclass(frozen=True, slots=True)
class Mapping:
    """An event source mapping, as far as its rules are played here."""

    function: str
    stream: str
    batch: int
    bisect: bool
    partial: bool
    tries: int
    dead_letters: str
    filters: tuple[dict[str, Any], ...]


def mappings(place: Place, deployment: Deployment) -> list[Mapping]:
    """The stack's mappings; each is switched off in the emulator."""
    functions, by_name = client(place, "lambda"), {f.name: key for key, f in deployment.functions.items()}
    found = []
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        key = by_name.get(mapping["FunctionArn"].rpartition(":")[2])
        if key and ":dynamodb:" in mapping["EventSourceArn"]:
            functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
            found.append(_mapping(key, mapping))
    return found


def _mapping(key: str, described: dict[str, Any]) -> Mapping:
    return Mapping(
        function=key,
        stream=described["EventSourceArn"],
        batch=described.get("BatchSize", 100),
        bisect=described.get("BisectBatchOnFunctionError", False),
        partial="ReportBatchItemFailures" in described.get("FunctionResponseTypes", []),
        tries=1 + described.get("MaximumRetryAttempts", 2),
        dead_letters=described.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", ""),
        filters=tuple(json.loads(f["Pattern"]) for f in described.get("FilterCriteria", {}).get("Filters", [])),
    )


def matches(pattern: Any, value: Any) -> bool:
    """Whether a record passes a filter; the comparisons this template uses: equal and prefix."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(matches(wanted, value.get(name)) for name, wanted in pattern.items())
    return any(_one(wanted, value) for wanted in pattern)


def _one(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(value, str) and value.startswith(wanted["prefix"])
    return bool(wanted == value)


class Delivery:
    """Delivers batches of one mapping."""

    def __init__(self, mapping: Mapping, invoke: Invoke, park: Callable[[list[Record]], None]) -> None:
        self.mapping = mapping
        self._invoke = invoke
        self._park = park
        self.pauses = _WAIT_BETWEEN_TRIES

    def deliver(self, records: list[Record]) -> None:
        """Hand over what passes the filter. What still fails after every try is parked, and the rest goes on."""
        wanted = [r for r in records if not self.mapping.filters or any(matches(f, r) for f in self.mapping.filters)]
        for start in range(0, len(wanted), self.mapping.batch):
            self._batch(wanted[start : start + self.mapping.batch], self.mapping.tries)

    def _batch(self, records: list[Record], tries: int) -> None:
        left = self._attempt(records)
        for attempt in range(1, tries):
            if not left:
                return
            time.sleep(self.pauses[min(attempt, len(self.pauses)) - 1])
            if self.mapping.bisect and len(left) > 1:
                middle = len(left) // 2
                self._batch(left[:middle], tries - attempt)
                self._batch(left[middle:], tries - attempt)
                return
            left = self._attempt(left)
        if left:
            self._park(left)

    def _attempt(self, records: list[Record]) -> list[Record]:
        """The records that are to be tried again: from the first failed one on, as the stream is read in order."""
        try:
            result = self._invoke(self.mapping.function, {"Records": records})
        except InvocationError as failure:
            print(failure.traceback or failure)
            return records
        if not self.mapping.partial:
            return []
        failed = {item["itemIdentifier"] for item in (result or {}).get("batchItemFailures", [])}
        first = next((n for n, r in enumerate(records) if r["dynamodb"]["SequenceNumber"] in failed), len(records))
        return records[first:]


class Pump:
    """Reads the stream in a thread of its own."""

    def __init__(self, place: Place, deployment: Deployment, mapping: Mapping, invoke: Invoke) -> None:
        self._place = place
        self._table = deployment.table
        self._delivery = Delivery(mapping, invoke, self._park)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="stream")

    def start(self) -> None:
        """Begin, with what an earlier run may have left."""
        self._thread.start()

    def stop(self) -> None:
        """End after the batch under way."""
        self._stopped.set()

    def _run(self) -> None:
        iterator, missed = "", True
        while not self._stopped.wait(_PAUSE):
            try:
                iterator = iterator or self._iterator()
                if missed:
                    self._delivery.deliver(self._everything())
                    missed = False
                iterator = self._read(iterator)
            except Exception:  # mail must go on whatever happened to one batch; the table is looked through again
                traceback.print_exc()
                iterator, missed = "", True
                self._stopped.wait(1)

    def _iterator(self) -> str:
        streams, stream = client(self._place, "dynamodbstreams"), self._delivery.mapping.stream
        shard = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][-1]["ShardId"]
        found = streams.get_shard_iterator(StreamArn=stream, ShardId=shard, ShardIteratorType="LATEST")
        return str(found["ShardIterator"])

    def _read(self, iterator: str) -> str:
        answer = self._streams.get_records(ShardIterator=iterator, Limit=1000)
        self._delivery.deliver([_plain(record) for record in answer["Records"]])
        return str(answer["NextShardIterator"])

    @property
    def _streams(self) -> Any:
        if not hasattr(self, "_client"):
            self._client = client(self._place, "dynamodbstreams")
        return self._client

    def _everything(self) -> list[Record]:
        pages = client(self._place, "dynamodb").get_paginator("scan").paginate(TableName=self._table)
        items = [item for page in pages for item in page["Items"]]
        return [_insert(item, number, self._delivery.mapping.stream) for number, item in enumerate(items)]

    def _park(self, records: list[Record]) -> None:
        """The record AWS sends to the destination: where in the stream the batch lies, not what it says."""
        name = self._delivery.mapping.dead_letters.rpartition(":")[2]
        print(f"{len(records)} records could not be delivered and lie in the dead-letter queue.")
        if not name:
            return
        queues = client(self._place, "sqs")
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        info = {"startSequenceNumber": numbers[0], "endSequenceNumber": numbers[-1], "batchSize": len(records)}
        body = {"version": "1.0", "requestContext": {"condition": "RetryAttemptsExhausted"}, "DDBStreamBatchInfo": info}
        queues.send_message(QueueUrl=queues.get_queue_url(QueueName=name)["QueueUrl"], MessageBody=json.dumps(body))


def _insert(item: dict[str, Any], number: int, stream: str) -> Record:
    keys = {name: item[name] for name in ("pk", "sk")}
    image = {"Keys": keys, "NewImage": item, "SequenceNumber": f"again-{number:021}", "StreamViewType": "NEW_IMAGE"}
    record = {"eventName": "INSERT", "eventSource": "aws:dynamodb", "eventSourceARN": stream, "dynamodb": image}
    return _plain(record)


def _plain(record: Record) -> Record:
    """A record as Lambda gets it: bytes in base64, moments as numbers."""
    return json.loads(json.dumps(record, default=_as_json))  # type: ignore[no-any-return] # JSON of a record is a record


def _as_json(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.timestamp()
