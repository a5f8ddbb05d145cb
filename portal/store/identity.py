"""Before a tenant is known: people, what they belong to, their sessions, sign-in attempts and mails to send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal import secrets
from portal.aws import ConditionFailed, Delete, Expect, Item, Key, Put, Table
from portal.domain import errors
from portal.domain.people import Membership, Person, Role
from portal.store import keys

SESSION_DAYS = 30
CHALLENGE_MINUTES = 15
CODE_TRIES = 5
OUTBOX_DAYS = 30


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in device. Only the hash of its secret is stored."""

    person: str
    name: str
    secret_hash: str
    started_at: datetime
    expires_at: datetime
    device: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """One attempt to sign in by mail. `person` is empty for an address nobody has: it can never be met."""

    id: str
    person: str
    link_hash: str
    code_hash: str
    expires_at: datetime


class Identity:
    """The part of the table that belongs to no office."""

    def __init__(self, table: Table) -> None:
        self._table = table

    # People

    def person_by_email(self, address: str) -> Person | None:
        """Whose address this is."""
        claim = self._table.get(keys.email(address), consistent=True)
        return self.person(claim["person"]) if claim else None

    def person(self, person_id: str) -> Person | None:
        """A person by id."""
        item = self._table.get(keys.person(person_id))
        return Person(person_id, item["email"], item["name"]) if item else None

    def memberships(self, person_id: str) -> list[Membership]:
        """Everything a person belongs to: offices first, then firms."""
        pk, low, high = keys.memberships(person_id)
        found = [membership_of(item) for item in self._table.query_all(pk, sk_from=low, sk_to=high)]
        return sorted(found, key=lambda item: (bool(item.firm), item.office_name, item.firm_name))

    # Sessions

    def session_with(
        self, person_id: str, secret: str, wanted: Sequence[Key]
    ) -> tuple[Session | None, list[Item | None]]:
        """A session by its secret, together with other items that the request needs, in one read."""
        key = keys.session(person_id, secrets.digest(secret))
        # Consistent: a session that was just opened must work, a membership that was just taken away must not.
        found = self._table.get_many([key, *wanted], consistent=True)
        item = found.get(key)
        return _session(item) if item else None, [found.get(other) for other in wanted]

    def open_session(self, challenge: Challenge, person: Person, secret: str, device: str, now: datetime) -> None:
        """Use up a challenge and sign the device in, both or neither. Raises `link-useless`."""
        expires = now + timedelta(days=SESSION_DAYS)
        session = Session(person.id, person.name, secrets.digest(secret), now, expires, device[:200])
        used = Delete(keys.challenge(challenge.id), Expect.same("link_hash", challenge.link_hash))
        try:
            self._table.transact([used, _session_put(session)])
        except ConditionFailed:
            raise errors.Refusal(errors.LINK_USELESS) from None

    def sessions(self, person_id: str, now: datetime) -> list[Session]:
        """The devices on which a person is signed in, the latest first."""
        pk, low, high = keys.sessions(person_id)
        found = [_session(item) for item in self._table.query_all(pk, sk_from=low, sk_to=high)]
        # Expiry is checked here too: TTL deletes late.
        return sorted((one for one in found if one.expires_at > now), key=lambda one: one.started_at, reverse=True)

    def close_session(self, person_id: str, secret_hash: str) -> None:
        """Sign a device out. Repeating it changes nothing."""
        try:
            self._table.write(Delete(keys.session(person_id, secret_hash), Expect.present()))
        except ConditionFailed:
            return

    # Signing in

    def start_challenge(self, challenge: Challenge, mail: Put | None) -> None:
        """Store an attempt and the mail that lets it be met."""
        put = challenge_put(challenge)
        self._table.transact([put, mail] if mail else [put])

    def challenge(self, challenge_id: str, now: datetime) -> Challenge | None:
        """An attempt that is neither used nor expired (expiry is checked here: TTL deletes late)."""
        item = self._table.get(keys.challenge(challenge_id), consistent=True)
        if item is None or item["ttl"] <= now.timestamp():
            return None
        expires = datetime.fromtimestamp(item["ttl"], now.tzinfo)
        return Challenge(challenge_id, item["person"], item["link_hash"], item["code_hash"], expires)

    def count_attempt(self, what: str, whose: str, *, limit: int, minutes: int, now: datetime) -> None:
        """Count an attempt in the present window of time. Raises `too-many-tries` beyond the limit."""
        window = int(now.timestamp()) // (minutes * 60)
        ends = (window + 1) * minutes * 60
        # The key holds a hash: addresses of people who are not ours are not kept.
        count = self._table.add(keys.attempts(what, secrets.digest(whose), window), "attempts", ttl=ends + 3600)
        if count > limit:
            left = max(1, (ends - int(now.timestamp()) + 59) // 60)
            raise errors.Refusal(errors.TOO_MANY_TRIES, minutes=left)

    def count_code(self, challenge_id: str, now: datetime) -> None:
        """Count a code typed for a challenge, in its whole life. Raises `too-many-tries` beyond the limit."""
        ttl = round((now + timedelta(days=1)).timestamp())
        if self._table.add(keys.attempts("code", challenge_id, 0), "attempts", ttl=ttl) > CODE_TRIES:
            raise errors.Refusal(errors.TOO_MANY_TRIES, minutes=CHALLENGE_MINUTES)

    # Mails

    def unsent(self, message: str) -> Item | None:
        """A mail of the outbox that was not sent yet."""
        item = self._table.get(keys.outbox(message), consistent=True)
        return item["mail"] if item and "mail" in item else None

    def mark_sent(self, message: str, now: datetime) -> None:
        """Keep that a mail went out, and forget its content: it may hold a link that signs in."""
        ttl = round((now + timedelta(days=OUTBOX_DAYS)).timestamp())
        item = {**keys.outbox(message)._asdict(), "sent_at": now.isoformat(), "ttl": ttl}
        try:
            self._table.write(Put(item, Expect("attribute_exists(mail)")))
        except ConditionFailed:
            return  # another delivery of the same mail was quicker


def matches(secret: str, digest: str) -> bool:
    """Compare a secret with a stored hash in constant time."""
    return secrets.equal(secrets.digest(secret), digest)


def challenge_put(challenge: Challenge) -> Put:
    """The write of a new attempt."""
    item = {
        **keys.challenge(challenge.id)._asdict(),
        "person": challenge.person,
        "link_hash": challenge.link_hash,
        "code_hash": challenge.code_hash,
        "ttl": round(challenge.expires_at.timestamp()),
    }
    return Put(item, Expect.absent())


def person_steps(person: Person) -> list[Put]:
    """Writes of a new person and the claim on the address."""
    item = {**keys.person(person.id)._asdict(), "email": person.email, "name": person.name}
    claim = {**keys.email(person.email)._asdict(), "person": person.id}
    return [Put(item, Expect.absent()), Put(claim, Expect.absent())]


def membership_put(membership: Membership) -> Put:
    """The write of a new membership."""
    item = {
        **_membership_key(membership)._asdict(),
        "office": membership.office,
        "office_name": membership.office_name,
        "role": membership.role.value,
        "firm": membership.firm,
        "firm_name": membership.firm_name,
    }
    return Put(item, Expect.absent())


def membership_delete(key: Key) -> Delete:
    """The removal of a membership."""
    return Delete(key, Expect.present())


def outbox_put(message: str, mail: Item, now: datetime) -> Put:
    """A mail to send, in the same transaction as the change it follows from."""
    ttl = round((now + timedelta(days=OUTBOX_DAYS)).timestamp())
    return Put({**keys.outbox(message)._asdict(), "mail": mail, "ttl": ttl}, Expect.absent())


def _membership_key(membership: Membership) -> Key:
    if membership.firm:
        return keys.firm_membership(membership.person, membership.firm)
    return keys.office_membership(membership.person, membership.office)


def membership_of(item: Item) -> Membership:
    """A stored membership."""
    return Membership(
        person=item["pk"].removeprefix("P#"),
        office=item["office"],
        office_name=item["office_name"],
        role=Role(item["role"]),
        firm=item["firm"],
        firm_name=item["firm_name"],
    )


def _session_put(session: Session) -> Put:
    item = {
        **keys.session(session.person, session.secret_hash)._asdict(),
        "name": session.name,
        "started_at": session.started_at.isoformat(),
        "expires_at": session.expires_at.isoformat(),
        "device": session.device,
        "ttl": round(session.expires_at.timestamp()),
    }
    return Put(item, Expect.absent())


def _session(item: Item) -> Session:
    return Session(
        person=item["pk"].removeprefix("P#"),
        name=item["name"],
        secret_hash=item["sk"].removeprefix("S#"),
        started_at=datetime.fromisoformat(item["started_at"]),
        expires_at=datetime.fromisoformat(item["expires_at"]),
        device=item["device"],
    )
