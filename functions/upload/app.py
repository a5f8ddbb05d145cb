"""What arrived in the storage is looked into here, and what never arrived is closed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from functions.upload import intake, sweep
from portal import clock, coldstart
from portal.log import logger


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Messages of the queue, each telling of arrivals, or the hourly look for lost ones.

    A message that fails comes back, and after enough tries is parked.
    """
    if "Records" not in event:
        return {"lost": sweep.close_lost(clock.now())}
    failed = [message["messageId"] for message in event["Records"] if not _taken(message)]
    return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}


def _taken(message: Mapping[str, Any]) -> bool:
    try:
        for key in _arrivals(message):
            intake.take(key, clock.now())
    except intake.NotYet as reason:
        logger().info("not yet", extra={"message": message["messageId"], "reason": str(reason)})
        return False
    except Exception as defect:
        logger().exception("intake failed", exc_info=defect, extra={"message": message["messageId"]})
        return False
    return True


def _arrivals(message: Mapping[str, Any]) -> Iterator[str]:
    """Keys of the objects that a message tells of; the storage writes a test message when it is set up."""
    for record in json.loads(message["body"]).get("Records", []):
        if record["eventName"].startswith("ObjectCreated:"):
            yield unquote_plus(record["s3"]["object"]["key"])


coldstart.imported()
