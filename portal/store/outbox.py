"""Mails to send, each written with the change it follows from, and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from portal.aws import ConditionFailed, Delete, Expect, Item, Put, Table
from portal.domain import errors
from portal.domain.mails import Fate, LastMail, MailRecord, Reason, Verdict
from portal.store import keys

OUTBOX_DAYS = 30
RACES = 5
_NOTHING_MINUTES = 15


def put(message: str, mail: Item, now: datetime) -> Put:
    """A mail to send, in the same transaction as the change it follows from."""
    return Put({**keys.outbox(message)._asdict(), "mail": mail, "ttl": _ttl(now)}, Expect.absent())


def nothing_put(message: str, now: datetime) -> Put:
    """The same write without a mail in it, so that nothing is sent."""
    ttl = round((now + timedelta(minutes=_NOTHING_MINUTES)).timestamp())
    return Put({**keys.outbox(message)._asdict(), "ttl": ttl}, Expect.absent())


class Outbox:
    """The mails of all offices and of the portal itself."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def unsent(self, message: str) -> Item | None:
        """A mail that was not sent yet."""
        item = self._table.get(keys.outbox(message), consistent=True)
        return item["mail"] if item and "mail" in item else None

    def person_of(self, message: str) -> str:
        """To whom a mail went or is to go; empty when it is not known any more."""
        item = self._table.get(keys.outbox(message), consistent=True) or {}
        return str(item.get("mail", item).get("person", ""))

    def done(self, message: str, mail: Item, fate: Fate, now: datetime) -> None:
        """Keep that a mail went out or was held back, and forget its content: it may hold a link that signs in."""
        kept = {name: mail[name] for name in ("template", "person", "office")}
        item = {**keys.outbox(message)._asdict(), **kept, "fate": fate.value, "at": now.isoformat(), "ttl": _ttl(now)}
        with suppress(ConditionFailed):  # another delivery of the same mail was quicker
            self._table.write(Put(item, Expect("attribute_exists(mail)")))

    def offer_again(self, message: str, new: str, now: datetime) -> None:
        """Put a mail that was given up under a new id, so that the stream hands it over once more.

        Raises `not-found`: there is no such mail, or it went out.
        """
        mail = self.unsent(message)
        if mail is None:
            raise errors.Refusal(errors.NOT_FOUND)
        try:
            self._table.transact(
                [Delete(keys.outbox(message), Expect("attribute_exists(mail)")), put(new, mail, now)],
            )
        except ConditionFailed:
            raise errors.Refusal(errors.NOT_FOUND) from None

    # What is known of mails to people

    def record(self, person_id: str) -> MailRecord | None:
        """What is known of mails to a person; None: there is no such person, or not any more."""
        here, mails = keys.person(person_id), keys.person_mails(person_id)
        found = self._table.get_many([here, mails], consistent=True)
        return record_of(found.get(mails)) if here in found else None

    def records(self, people: Sequence[str]) -> dict[str, MailRecord]:
        """What is known of mails to these people; of who never got one, nothing."""
        by_key = {keys.person_mails(one): one for one in people}
        return {by_key[key]: record_of(item) for key, item in self._table.get_many(list(by_key)).items()}

    def note(self, person_id: str, change: Callable[[MailRecord], MailRecord]) -> bool:
        """Change what is known of mails to a person, applied again on a race; tells whether anything changed."""
        for _ in range(RACES):
            before = self.record(person_id)
            after = change(before) if before else None
            if before is None or after is None or after == before:
                return False
            with suppress(ConditionFailed):
                self._table.write(_record_put(person_id, replace(after, version=before.version + 1)))
                return True
        raise TimeoutError("a person's mails changed at every try")


def record_of(item: Item | None) -> MailRecord:
    """A stored record; the empty one when there is none."""
    if item is None:
        return MailRecord()
    return MailRecord(
        delivery=_verdict(item["delivery"]),
        complaint=_verdict(item["complaint"]),
        last={office: _last(mail) for office, mail in item["last"].items()},
        version=item["version"],
    )


def _record_put(person_id: str, record: MailRecord) -> Put:
    item = {
        **keys.person_mails(person_id)._asdict(),
        "delivery": _stored(record.delivery),
        "complaint": _stored(record.complaint),
        "last": {office: _stored(mail) for office, mail in record.last.items()},
        "version": record.version,
    }
    return Put(item, Expect.same("version", record.version - 1) if record.version > 1 else Expect.absent())


def _stored(part: Verdict | LastMail | None) -> Item | None:
    return {**asdict(part), "at": part.at.isoformat()} if part else None


def _verdict(stored: Any) -> Verdict | None:
    if stored is None:
        return None
    return Verdict(datetime.fromisoformat(stored["at"]), Reason(stored["reason"]) if stored["reason"] else None)


def _last(stored: Item) -> LastMail:
    return LastMail(**{**stored, "at": datetime.fromisoformat(stored["at"]), "fate": Fate(stored["fate"])})


def _ttl(now: datetime) -> int:
    return round((now + timedelta(days=OUTBOX_DAYS)).timestamp())
