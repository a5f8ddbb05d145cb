"""Hands the messages of a queue to their function, with the rules of the template's event source mapping.

The emulator would invoke its own stand-in for the function; so its mapping is switched off, and this one reads the
queue. What the function reports as failed comes back soon instead of after the queue's real pause, which is minutes.

Nothing is lost over a kill: at the start every object that still lies where arrivals lie is told of again, by the
queue, as the function must take any message twice anyway.
"""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

from local.deploy import Deployment, client
from local.host import InvocationError
from local.place import Place
from local.stream import Invoke

_COMES_BACK_AFTER = 2
_PAUSE = 1


def queues(place: Place, deployment: Deployment, invoke: Invoke) -> list[Reader]:
    """A reader of each queue that feeds a function; the emulator's own mappings of them are switched off."""
    functions, by_name = client(place, "lambda"), {f.name: key for key, f in deployment.functions.items()}
    found = []
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        key = by_name.get(mapping["FunctionArn"].rpartition(":")[2])
        if key and ":sqs:" in mapping["EventSourceArn"]:
            functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
            found.append(Reader(place, key, mapping["EventSourceArn"], mapping.get("BatchSize", 10), invoke))
    return found


class Reader:
    """Reads one queue in a thread of its own."""

    def __init__(self, place: Place, function: str, arn: str, batch: int, invoke: Invoke) -> None:
        self._place = place
        self._function = function
        self._arn = arn
        self._batch = batch
        self._invoke = invoke
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="queue")

    def start(self) -> None:
        """Begin, with what an earlier run may have left."""
        self._thread.start()

    def stop(self) -> None:
        """End after the batch under way."""
        self._stopped.set()

    def _run(self) -> None:
        missed = True
        while not self._stopped.is_set():
            try:
                if missed:
                    self._tell_again()
                    missed = False
                self._receive()
            except Exception:  # documents must go on whatever happened to one batch
                traceback.print_exc()
                self._stopped.wait(_PAUSE)

    def _receive(self) -> None:
        queue, url = client(self._place, "sqs"), self._url()
        asked = {"QueueUrl": url, "MaxNumberOfMessages": min(self._batch, 10), "WaitTimeSeconds": 1}
        messages = queue.receive_message(**asked, AttributeNames=["All"]).get("Messages", [])
        failed = self._deliver([self._record(message) for message in messages])
        for message in messages:
            handle = {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]}
            if message["MessageId"] in failed:
                queue.change_message_visibility(**handle, VisibilityTimeout=_COMES_BACK_AFTER)
            else:
                queue.delete_message(**handle)

    def _deliver(self, records: list[dict[str, Any]]) -> set[str]:
        """Hand these over; ids of those that are to come back."""
        failed: set[str] = set()
        for start in range(0, len(records), self._batch):
            some = records[start : start + self._batch]
            try:
                told = self._invoke(self._function, {"Records": some}) or {}
                failed |= {item["itemIdentifier"] for item in told.get("batchItemFailures", [])}
            except InvocationError as failure:
                print(failure.traceback or failure)
                failed |= {record["messageId"] for record in some}
        return failed

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        """A message as Lambda gets it."""
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {},
            "md5OfBody": message.get("MD5OfBody", ""),
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn,
            "awsRegion": self._arn.split(":")[3],
        }

    def _tell_again(self) -> None:
        """Of every object of the buckets that tell this queue, under the prefix they tell of."""
        storage, queue, url = client(self._place, "s3"), client(self._place, "sqs"), self._url()
        for bucket in (found["Name"] for found in storage.list_buckets()["Buckets"]):
            told = storage.get_bucket_notification_configuration(Bucket=bucket)
            rules = [rule for rule in told.get("QueueConfigurations", []) if rule["QueueArn"] == self._arn]
            for key in (key for rule in rules for key in _keys(storage, bucket, _prefix(rule))):
                queue.send_message(QueueUrl=url, MessageBody=json.dumps({"Records": [_arrival(bucket, key)]}))

    def _url(self) -> str:
        return str(client(self._place, "sqs").get_queue_url(QueueName=self._arn.rpartition(":")[2])["QueueUrl"])


def _keys(storage: Any, bucket: str, prefix: str) -> Iterator[str]:
    pages = storage.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return (found["Key"] for page in pages for found in page.get("Contents", []))


def _arrival(bucket: str, key: str) -> dict[str, Any]:
    """An object's arrival as the storage tells of it."""
    return {"eventName": "ObjectCreated:Post", "s3": {"bucket": {"name": bucket}, "object": {"key": quote_plus(key)}}}


def _prefix(rule: dict[str, Any]) -> str:
    filters = rule.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    return next((str(one["Value"]) for one in filters if one["Name"].lower() == "prefix"), "")
