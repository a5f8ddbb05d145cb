"""Tokens with which a firm's programs issue its invoices: their hashes, and when each was last used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.aws import ConditionFailed, Expect, Item, Put
from portal.domain import errors
from portal.store import keys
from portal.store.office import FirmTable

MOST_ACTIVE = 10
LAST_USED_EVERY = timedelta(hours=1)
TRIES = 5


@dataclass(frozen=True, slots=True)
class Token:
    """One program's token. `hash`: all that is kept of the secret."""

    id: str
    name: str
    hash: str
    created_at: datetime
    revoked_at: datetime | None = None
    last_used: datetime | None = None
    version: int = 1

    def revoked(self, now: datetime) -> Token:
        """The same, useless from now on; repeating it changes nothing."""
        return self if self.revoked_at else replace(self, revoked_at=now)


def all_of(table: FirmTable) -> list[Token]:
    """Every token of the firm, oldest first."""
    return _room_and_tokens(table)[1]


def create(table: FirmTable, token: Token, *also: Put) -> None:
    """Add a token, with what belongs to it. Raises `too-many-tokens`, and `try-again` when others keep adding."""
    for _ in range(TRIES):
        version, known = _room_and_tokens(table)
        if sum(one.revoked_at is None for one in known) >= MOST_ACTIVE:
            raise errors.Refusal(errors.TOO_MANY_TOKENS, limit=MOST_ACTIVE)
        # Every creation changes this, so that two never take the last place.
        expect = Expect.same("version", version) if version else Expect.absent()
        room = table.put(keys.invoice_token_room(table.firm), {"version": version + 1}, expect)
        made = table.put(keys.invoice_token(table.firm, token.id), _encode(token), Expect.absent())
        try:
            table.transact([room, made, *also])
        except ConditionFailed:
            continue
        return
    raise errors.Refusal(errors.TRY_AGAIN)


def find(table: FirmTable, token: str) -> Token:
    """One token. Raises `not-found`."""
    item = table.get(keys.invoice_token(table.firm, token), consistent=True)
    if item is None:
        raise errors.Refusal(errors.NOT_FOUND)
    return decode(item)


def revoke(table: FirmTable, token: str, now: datetime, event: Put) -> None:
    """Make a token useless, with word of it; a second time nothing happens. Raises `not-found`, `try-again`."""
    for _ in range(TRIES):
        before = find(table, token)
        after = before.revoked(now)
        if after == before:
            return
        try:
            table.transact([_changed(table, before, after), event])
        except ConditionFailed:  # it was used, or revoked, in this moment
            continue
        return
    raise errors.Refusal(errors.TRY_AGAIN)


def used(table: FirmTable, token: Token, now: datetime) -> None:
    """Note once an hour that it is in use. That another request changed it meanwhile hinders nobody."""
    if token.last_used is None or token.last_used <= now - LAST_USED_EVERY:
        with suppress(ConditionFailed):
            table.write(_changed(table, token, replace(token, last_used=now)))


def names(items: Iterable[Item]) -> Mapping[str, str]:
    """Names of stored tokens, by id."""
    return {_id(item): item["name"] for item in items}


def decode(item: Item) -> Token:
    """A stored item as a token."""
    return Token(
        id=_id(item),
        name=item["name"],
        hash=item["token_hash"],
        created_at=datetime.fromisoformat(item["created_at"]),
        revoked_at=_moment(item["revoked_at"]),
        last_used=_moment(item["last_used"]),
        version=item["version"],
    )


def _room_and_tokens(table: FirmTable) -> tuple[int, list[Token]]:
    """The version under which the next token may be added, and all there are: one read, so that they agree."""
    room = keys.invoice_token_room(table.firm).sk
    found = list(table.query(*keys.invoice_tokens(table.firm), consistent=True))
    version = next((item["version"] for item in found if item["sk"] == room), 0)
    return version, [decode(item) for item in found if item["sk"] != room]


def _changed(table: FirmTable, before: Token, after: Token) -> Put:
    told = _encode(replace(after, version=before.version + 1))
    return table.put(keys.invoice_token(table.firm, before.id), told, Expect.same("version", before.version))


def _encode(token: Token) -> Item:
    return {
        "name": token.name,
        "token_hash": token.hash,
        "created_at": token.created_at.isoformat(),
        "revoked_at": token.revoked_at.isoformat() if token.revoked_at else None,
        "last_used": token.last_used.isoformat() if token.last_used else None,
        "version": token.version,
    }


def _id(item: Item) -> str:
    return str(item["sk"]).partition("#")[2]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
