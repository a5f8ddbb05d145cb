"""Sends what waits in the outbox: each mail once, and what fails is parked without blocking the rest."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from functions.notify import letters
from portal import aws, clock, coldstart
from portal.aws import Item, Table
from portal.config import settings
from portal.domain.mails import Fate, LastMail, MailRecord
from portal.domain.offices import Office
from portal.log import logger
from portal.store import offices
from portal.store.office import OfficeTable
from portal.store.outbox import Outbox


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
    mail = _outbox().unsent(message)
    if mail is None:
        return
    held_back = _known_of(mail["person"]).holds_back(mail["template"])
    if not held_back:
        _send(message, mail)
    fate, now = Fate.SKIPPED if held_back else Fate.SENT, clock.now()
    # Marked after sending: power cut in between sends it twice, the other order would lose it.
    _outbox().done(message, mail, fate, now)
    logger().info("mail held back" if held_back else "mail sent", extra={"message_id": message})
    if mail["office"]:
        last = LastMail(message, mail["template"], now, fate)
        _outbox().note(mail["person"], lambda record: record.wrote(mail["office"], last))


def _send(message: str, mail: Item) -> None:
    letter = letters.write(mail, _office(mail["office"]))
    # By the tags an event about this mail is known again. A tag has no empty value.
    tags = {"message": message, "person": mail["person"], "template": mail["template"]}
    aws.send_mail(
        sender=letter.sender,
        to=letter.to,
        reply_to=letter.reply_to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        configuration_set=settings().configuration_set,
        tags={name: value for name, value in tags.items() if value},
    )


def _known_of(person: str) -> MailRecord:
    """Nothing is known of somebody who only signs up."""
    return (_outbox().record(person) if person else None) or MailRecord()


def _office(office: str) -> Office | None:
    """In whose name a mail goes, as it is called now."""
    return offices.get(OfficeTable(_table(), office)) if office else None


@lru_cache(maxsize=1)
def _table() -> Table:
    return Table(settings().table_name)


@lru_cache(maxsize=1)
def _outbox() -> Outbox:
    return Outbox(_table())


coldstart.imported()
