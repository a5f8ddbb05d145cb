"""Passkeys of people, and the random bytes that one is asked to sign, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from portal import secrets
from portal.aws import ConditionFailed, Delete, Expect, Item, Put, Table
from portal.domain import errors
from portal.store import keys

CEREMONY_MINUTES = 5


class Use(StrEnum):
    """What an answer of a passkey is good for; it is good for nothing else."""

    ADD = "add"
    SIGN_IN = "sign-in"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What a passkey was asked for. `person` and `session` are empty while nobody is signed in.

    Only the hash of the random bytes is stored: the browser brings them back.
    """

    challenge_hash: str
    use: Use
    person: str = ""
    session: str = ""


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey: what is needed to check its answers, and what its person calls it.

    `id` is the hash of `credential`, the name that the authenticator gave it.
    """

    person: str
    credential: bytes
    public_key: bytes
    sign_count: int
    name: str
    transports: tuple[str, ...]
    created_at: datetime
    last_used: datetime | None = None
    version: int = 1

    @property
    def id(self) -> str:
        """Under which it is kept."""
        return id_of(self.credential)


class Passkeys:
    """The passkeys of everybody."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def ask(self, ceremony: Ceremony, now: datetime) -> None:
        """Keep what a passkey is asked for."""
        item = {
            **keys.ceremony(ceremony.challenge_hash)._asdict(),
            "use": ceremony.use.value,
            "person": ceremony.person,
            "session": ceremony.session,
            "ttl": round((now + timedelta(minutes=CEREMONY_MINUTES)).timestamp()),
        }
        self._table.write(Put(item, Expect.absent()))

    def asked(self, wanted: Ceremony, now: datetime, passkey_id: str = "") -> Passkey | None:
        """Check that just this was asked for; of a passkey that answers, what is kept. Raises `passkey-refused`.

        One read; `passkey_id` names the answering passkey of `wanted.person`.
        """
        asked_for, stored = keys.ceremony(wanted.challenge_hash), keys.passkey(wanted.person, passkey_id)
        found = self._table.get_many([asked_for, stored], consistent=True)
        # For signing in nobody was asked for in particular: the passkey itself says whose it is.
        whose = ("", "") if wanted.use is Use.SIGN_IN else (wanted.person, wanted.session)
        item = found.get(asked_for)
        if item is None or (item["use"], item["person"], item["session"]) != (wanted.use.value, *whose):
            raise errors.Refusal(errors.PASSKEY_REFUSED)
        if item["ttl"] <= now.timestamp():  # TTL deletes late
            raise errors.Refusal(errors.PASSKEY_REFUSED)
        return _decode(found[stored]) if stored in found else None

    def of(self, person: str) -> list[Passkey]:
        """A person's passkeys, the oldest first."""
        pk, low, high = keys.passkeys(person)
        found = [_decode(item) for item in self._table.query_all(pk, sk_from=low, sk_to=high, consistent=True)]
        return sorted(found, key=lambda passkey: passkey.created_at)

    def one(self, person: str, passkey_id: str) -> Passkey:
        """A passkey of a person. Raises `not-found`."""
        item = self._table.get(keys.passkey(person, passkey_id), consistent=True)
        if item is None:
            raise errors.Refusal(errors.NOT_FOUND)
        return _decode(item)

    def add(self, ceremony: Ceremony, passkey: Passkey, mail: Put) -> None:
        """Add a passkey, with the mail that tells of it. Raises `passkey-refused`."""
        self._answer(ceremony, [_put(passkey, Expect.absent()), mail])

    def use(
        self, ceremony: Ceremony, passkey: Passkey, count: int, now: datetime, steps: Sequence[Put | Delete]
    ) -> None:
        """Keep that a passkey answered, and do what the answer is good for. Raises `passkey-refused`."""
        after = replace(passkey, sign_count=count, last_used=now, version=passkey.version + 1)
        self._answer(ceremony, [_put(after, Expect.same("version", passkey.version)), *steps])

    def rename(self, passkey: Passkey, name: str) -> None:
        """Give a passkey another name. Raises `changed-meanwhile`."""
        after = replace(passkey, name=name, version=passkey.version + 1)
        self._change([_put(after, Expect.same("version", passkey.version))])

    def remove(self, passkey: Passkey, mail: Put) -> None:
        """Remove a passkey, with the mail that tells of it. Raises `changed-meanwhile`."""
        key = keys.passkey(passkey.person, passkey.id)
        self._change([Delete(key, Expect.same("version", passkey.version)), mail])

    def _answer(self, ceremony: Ceremony, steps: Sequence[Put | Delete]) -> None:
        used_up = Delete(keys.ceremony(ceremony.challenge_hash), Expect.present())
        try:
            self._table.transact([used_up, *steps])
        except ConditionFailed:
            raise errors.Refusal(errors.PASSKEY_REFUSED) from None

    def _change(self, steps: Sequence[Put | Delete]) -> None:
        try:
            self._table.transact(steps)
        except ConditionFailed:
            raise errors.Refusal(errors.CHANGED_MEANWHILE) from None


def id_of(credential: bytes) -> str:
    """Under which a credential is kept: of one length, whatever its authenticator calls it."""
    return secrets.digest_of(credential)


def _put(passkey: Passkey, expect: Expect) -> Put:
    item = {
        **keys.passkey(passkey.person, passkey.id)._asdict(),
        "credential": passkey.credential,
        "public_key": passkey.public_key,
        "sign_count": passkey.sign_count,
        "name": passkey.name,
        "transports": list(passkey.transports),
        "created_at": passkey.created_at.isoformat(),
        "last_used": passkey.last_used.isoformat() if passkey.last_used else "",
        "version": passkey.version,
    }
    return Put(item, expect)


def _decode(item: Item) -> Passkey:
    return Passkey(
        person=item["pk"].partition("#")[2],
        credential=item["credential"],
        public_key=item["public_key"],
        sign_count=item["sign_count"],
        name=item["name"],
        transports=tuple(item["transports"]),
        created_at=datetime.fromisoformat(item["created_at"]),
        last_used=datetime.fromisoformat(item["last_used"]) if item["last_used"] else None,
        version=item["version"],
    )
