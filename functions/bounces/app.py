"""Takes what SES tells of sent mails, and keeps with each person whether mail reaches them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from functions.bounces.events import Told
from portal import clock, coldstart, ids
from portal.aws import Table
from portal.config import settings
from portal.log import logger
from portal.store.outbox import Outbox


def handler(event: Mapping[str, Any], _context: Any) -> dict[str, str]:
    """One event, which may come again, late and out of order. What is none of ours is logged and left."""
    result, message = _taken(event)
    logger().info("mail event", extra={"result": result, "message_id": message})
    return {"result": result}


def _taken(event: Mapping[str, Any]) -> tuple[str, str]:
    try:
        told = Told.model_validate(event)
    except ValidationError:
        return "malformed", ""
    message = told.tag("message")
    # Anything may stand in a tag of somebody else's mail: it is neither logged nor made a key of.
    if not told.of_mail_sent_with(settings().configuration_set) or not ids.valid(message):
        return "foreign", ""
    about = told.about(message, clock.now())
    if about is None:
        return "malformed", message
    # The outbox knows to whom the mail went; the event only says so.
    person = _outbox().person_of(message)
    if not person or person != told.tag("person"):
        return "unknown", message
    changed = _outbox().note(person, lambda record: record.told(about))
    return "kept" if changed else "nothing new", message


@lru_cache(maxsize=1)
def _outbox() -> Outbox:
    return Outbox(Table(settings().table_name))


coldstart.imported()
