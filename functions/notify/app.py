"""Sends what waits in the outbox: each mail once, and what fails is parked without blocking the rest."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from portal import aws, clock, coldstart, pages
from portal.aws import Table
from portal.config import settings
from portal.log import logger
from portal.store.identity import Identity


def handler(event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
    """The table's stream hands over new outbox items; failed ones are tried again by the stream, then parked."""
    failed = [record["dynamodb"]["SequenceNumber"] for record in event["Records"] if not _delivered(record)]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed[:1]]}


def _delivered(record: Mapping[str, Any]) -> bool:
    message = aws.from_stream(record["dynamodb"]["NewImage"])["pk"].removeprefix("OUT#")
    try:
        _deliver(message)
    except Exception:
        logger().exception("mail not sent", extra={"message_id": message})
        return False
    return True


def _deliver(message: str) -> None:
    mail = _identity().unsent(message)
    if mail is None:
        return
    template, values = f"mail/{mail['template']}", mail["values"]
    aws.send_mail(
        sender=settings().mail_sender,
        to=mail["to"],
        subject=pages.render_text(f"{template}.subject.txt", values),
        text=pages.render_text(f"{template}.txt", values),
        html=pages.render_text(f"{template}.html", values),
    )
    # Marked after sending: power cut in between sends it twice, the other order would lose it.
    _identity().mark_sent(message, clock.now())
    logger().info("mail sent", extra={"message_id": message})


@lru_cache(maxsize=1)
def _identity() -> Identity:
    return Identity(Table(settings().table_name))


coldstart.imported()
