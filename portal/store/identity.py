"""Before a tenant is known: people, what they belong to, their sessions, sign-in attempts and mails to send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from portal import secrets
from portal.aws import ConditionFailed, Delete, Expect, Item, Key, Put, Table
from portal.domain import errors, limits
from portal.domain.limits import Limit, Tries
from portal.domain.mails import MailRecord
from portal.domain.people import Membership, Person, Role
from portal.store import keys
from portal.store.outbox import Outbox

SESSION_DAYS = 30
CHALLENGE_MINUTES = 15
DEVICE_DAYS = 400
COUNT_RACES = 5
_BELONGING = ("B#", "X#")
NOBODY = "0" * 26
"""Written like an id; no person has it."""
FRESH_FOR = timedelta(minutes=15)
LAST_USED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in device. Only the hash of its secret is stored.

    `last_used` is kept to the hour; `verified_at`: when the person last proved who they are, by mail or passkey.
    """

    person: str
    name: str
    secret_hash: str
    started_at: datetime
    expires_at: datetime
    device: str
    last_used: datetime
    verified_at: datetime

    def require_fresh(self, now: datetime) -> None:
        """Before tokens, bank accounts and deleting people. Raises `confirm-needed`."""
        if self.verified_at < now - FRESH_FOR:
            raise errors.Refusal(errors.CONFIRM_NEEDED)


class Purpose(StrEnum):
    """What a link or code in a mail is good for; it is good for nothing else."""

    SIGN_IN = "sign-in"
    INVITATION = "invitation"
    SIGN_UP = "sign-up"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a mailed link or code is compared with. `payload` holds what its purpose needs besides.

    `person` is empty for somebody new who signs up, and for an address nobody has: that one can never be met.
    """

    id: str
    purpose: Purpose
    person: str
    link_hash: str
    code_hash: str
    expires_at: datetime
    payload: Mapping[str, str] = field(default_factory=dict)

    @property
    def can_be_met(self) -> bool:
        """Whether there is somebody for whom it was made."""
        return bool(self.person) or self.purpose is Purpose.SIGN_UP


class Identity:
    """The part of the table that belongs to no office."""

    def __init__(self, table: Table) -> None:
        self._table = table

    # People

    def person_by_email(self, address: str) -> Person | None:
        """Whose address this is."""
        claim = self._table.get(keys.email(address), consistent=True)
        # An address that nobody has costs the same two reads: time must not tell.
        person = self.person(claim["person"] if claim else NOBODY)
        return person if claim else None

    def person(self, person_id: str) -> Person | None:
        """A person by id."""
        item = self._table.get(keys.person(person_id))
        return Person(person_id, item["email"], item["name"]) if item else None

    def memberships(self, person_id: str) -> list[Membership]:
        """Everything a person belongs to."""
        pk, low, high = keys.memberships(person_id)
        return [membership_of(item) for item in self._table.query_all(pk, sk_from=low, sk_to=high, consistent=True)]

    def memberships_ever(self, person_id: str) -> list[Membership]:
        """The same, and what the person's access was switched off in."""
        return [membership_of(item) for item in self._everything(person_id) if item["sk"].startswith(_BELONGING)]

    def held_put(self, person: Person) -> Put:
        """The write that keeps a known person from being forgotten before a transaction that counts on them.

        Raises `changed-meanwhile`.
        """
        claim = self._table.get(keys.email(person.email), consistent=True)
        if claim is None or claim["person"] != person.id:
            raise errors.Refusal(errors.CHANGED_MEANWHILE)
        return _claim_put(person, claim["version"] + 1, Expect.same("version", claim["version"]))

    def there(self, person: Person, *, known: bool) -> list[Put]:
        """The writes after which a person is in the portal: made anew, or kept from being forgotten meanwhile.

        Raises `changed-meanwhile`.
        """
        return [self.held_put(person)] if known else person_steps(person)

    def forget(self, person_id: str) -> bool:
        """Remove a person who belongs nowhere any more, with sessions, passkeys, known browsers and mails.

        Tells whether nothing of them is left; somebody who belongs somewhere, or just came to, stays.
        """
        item = self._table.get(keys.person(person_id), consistent=True)
        claim = self._table.get(keys.email(item["email"]), consistent=True) if item else None
        if self.memberships_ever(person_id):  # after the claim was read: who comes to belong somewhere changes it
            return False
        self._sweep(person_id)
        if item is None or claim is None:
            return True
        gone = Delete(keys.email(item["email"]), Expect.same("version", claim["version"]))
        try:
            self._table.transact([gone, Delete(keys.person(person_id), Expect.present())])
        except ConditionFailed:
            return False
        self._sweep(person_id)  # what a sign-in of this very moment left
        return True

    def _sweep(self, person_id: str) -> None:
        for item in self._everything(person_id):
            if not item["sk"].startswith(_BELONGING) and item["sk"] != keys.person(person_id).sk:
                with suppress(ConditionFailed):
                    self._table.write(Delete(Key(item["pk"], item["sk"]), Expect.present()))

    def _everything(self, person_id: str) -> list[Item]:
        pk, low, high = keys.everything_of_person(person_id)
        return list(self._table.query_all(pk, sk_from=low, sk_to=high, consistent=True))

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

    def use_up(self, challenge: Challenge, steps: Sequence[Put | Delete]) -> None:
        """Use up a challenge and do what it is good for, both or neither. Raises `link-useless`."""
        used = Delete(keys.challenge(challenge.id), Expect.same("link_hash", challenge.link_hash))
        try:
            self._table.transact([used, *steps])
        except ConditionFailed:
            raise errors.Refusal(errors.LINK_USELESS) from None

    def devices(self, person_id: str) -> set[str]:
        """Hashes of the marks in the browsers that a person has signed in with."""
        pk, low, high = keys.devices(person_id)
        found = self._table.query_all(pk, sk_from=low, sk_to=high, consistent=True)
        return {item["sk"].partition("#")[2] for item in found}

    def sessions(self, person_id: str, now: datetime) -> list[Session]:
        """The devices on which a person is signed in, the latest first."""
        pk, low, high = keys.sessions(person_id)
        # Consistent: what signs out everywhere must not miss a session that was just opened.
        found = [_session(item) for item in self._table.query_all(pk, sk_from=low, sk_to=high, consistent=True)]
        # Expiry is checked here too: TTL deletes late.
        return sorted((one for one in found if one.expires_at > now), key=lambda one: one.started_at, reverse=True)

    def used(self, session: Session, now: datetime) -> None:
        """Keep that a device is in use; at most one write an hour, none for a device signed out meanwhile."""
        if session.last_used > now - LAST_USED_EVERY:
            return
        with suppress(ConditionFailed):
            self._table.write(_session_put(replace(session, last_used=now), Expect.present()))

    def close_session(self, person_id: str, secret_hash: str) -> None:
        """Sign a device out. Repeating it changes nothing."""
        try:
            self._table.write(Delete(keys.session(person_id, secret_hash), Expect.present()))
        except ConditionFailed:
            return

    # Signing in

    def start_challenge(self, challenge: Challenge, mail: Put) -> None:
        """Store what a mail lets somebody do, and the mail."""
        self._table.transact([challenge_put(challenge), mail])

    def challenge(self, challenge_id: str, now: datetime) -> Challenge | None:
        """An attempt that is neither used nor expired (expiry is checked here: TTL deletes late)."""
        item = self._table.get(keys.challenge(challenge_id), consistent=True)
        if item is None or item["ttl"] <= now.timestamp():
            return None
        expires = datetime.fromtimestamp(item["ttl"], now.tzinfo)
        return Challenge(
            id=challenge_id,
            purpose=Purpose(item["purpose"]),
            person=item["person"],
            link_hash=item["link_hash"],
            code_hash=item["code_hash"],
            expires_at=expires,
            payload=item["payload"],
        )

    def count(self, what: str, whose: str, limit: Limit, now: datetime) -> None:
        """Count one more try, each of two at once. Raises `too-many-tries` when it comes too early."""
        # The key holds a hash: addresses of people who are not ours are not kept.
        key = keys.attempts(what, secrets.digest(whose))
        for _ in range(COUNT_RACES):
            item = self._table.get(key, consistent=True)
            before = Tries(item["tries"], datetime.fromisoformat(item["last"])) if item else None
            after = limit.after(before, now)
            with suppress(ConditionFailed):
                self._table.write(_tries_put(key, after, item["version"] if item else 0, limit.forgiven_at(after)))
                return
        raise limits.too_many(timedelta(seconds=1))

    def forgive(self, what: str, whose: str) -> None:
        """Hold nothing against somebody any more."""
        with suppress(ConditionFailed):
            self._table.write(Delete(keys.attempts(what, secrets.digest(whose)), Expect.present()))

    # Mails

    def mail_records(self, people: Sequence[str]) -> dict[str, MailRecord]:
        """What became of mails to these people: what is wrong with their address, the last mail of each office."""
        return Outbox(self._table).records(people)


def matches(secret: str, digest: str) -> bool:
    """Compare a secret with a stored hash in constant time."""
    return secrets.equal(secrets.digest(secret), digest)


def challenge_put(challenge: Challenge) -> Put:
    """The write of a new attempt."""
    return Put(_challenge_item(challenge), Expect.absent())


def invitation_put(challenge: Challenge) -> Put:
    """The write of an invitation, in the place of an earlier one of the same person and id."""
    same = Expect("attribute_not_exists(pk) OR person = :person", {":person": challenge.person})
    return Put(_challenge_item(challenge), same)


def _challenge_item(challenge: Challenge) -> Item:
    return {
        **keys.challenge(challenge.id)._asdict(),
        "purpose": challenge.purpose.value,
        "person": challenge.person,
        "payload": dict(challenge.payload),
        "link_hash": challenge.link_hash,
        "code_hash": challenge.code_hash,
        "ttl": round(challenge.expires_at.timestamp()),
    }


def new_session(person: Person, secret: str, device: str, now: datetime) -> Session:
    """A session that begins now."""
    expires = now + timedelta(days=SESSION_DAYS)
    return Session(person.id, person.name, secrets.digest(secret), now, expires, device[:200], now, now)


def session_put(session: Session) -> Put:
    """The write of a new session."""
    return _session_put(session, Expect.absent())


def session_delete(session: Session) -> Delete:
    """The removal of a session that is there."""
    return Delete(keys.session(session.person, session.secret_hash), Expect.present())


def device_put(person_id: str, mark: str, now: datetime, *, known: bool) -> Put:
    """The write that makes a browser known, or keeps it so."""
    key = keys.device(person_id, secrets.digest(mark))
    ttl = round((now + timedelta(days=DEVICE_DAYS)).timestamp())
    return Put({**key._asdict(), "ttl": ttl}, Expect.present() if known else Expect.absent())


def person_steps(person: Person) -> list[Put]:
    """Writes of a new person and the claim on the address."""
    item = {**keys.person(person.id)._asdict(), "email": person.email, "name": person.name}
    return [Put(item, Expect.absent()), _claim_put(person, 1, Expect.absent())]


def membership_put(membership: Membership, expect: Expect, *, lapsed: bool = False) -> Put:
    """The write of a membership; `lapsed`: put aside, where it opens nothing."""
    item = {
        **membership_key(membership, lapsed=lapsed)._asdict(),
        "office": membership.office,
        "role": membership.role.value,
        "firm": membership.firm,
        "subject": membership.subject,
        "activated_at": membership.activated_at.isoformat() if membership.activated_at else "",
    }
    return Put(item, expect)


def membership_delete(key: Key) -> Delete:
    """The removal of a membership."""
    return Delete(key, Expect.present())


def membership_key(membership: Membership, *, lapsed: bool = False) -> Key:
    """Where a membership stands, or where it is put aside while access is switched off."""
    person, office, firm = membership.person, membership.office, membership.firm
    if lapsed:
        return keys.lapsed_firm_membership(person, firm) if firm else keys.lapsed_office_membership(person, office)
    return keys.firm_membership(person, firm) if firm else keys.office_membership(person, office)


def membership_of(item: Item) -> Membership:
    """A stored membership."""
    return Membership(
        person=item["pk"].removeprefix("P#"),
        office=item["office"],
        role=Role(item["role"]),
        firm=item["firm"],
        subject=item["subject"],
        activated_at=datetime.fromisoformat(item["activated_at"]) if item["activated_at"] else None,
    )


def _claim_put(person: Person, version: int, expect: Expect) -> Put:
    return Put({**keys.email(person.email)._asdict(), "person": person.id, "version": version}, expect)


def _tries_put(key: Key, tries: Tries, version: int, forgiven_at: datetime) -> Put:
    item = {
        **key._asdict(),
        "tries": tries.count,
        "last": tries.last.isoformat(),
        "version": version + 1,
        "ttl": round(forgiven_at.timestamp()),
    }
    return Put(item, Expect.same("version", version) if version else Expect.absent())


def _session_put(session: Session, expect: Expect) -> Put:
    item = {
        **keys.session(session.person, session.secret_hash)._asdict(),
        "name": session.name,
        "started_at": session.started_at.isoformat(),
        "expires_at": session.expires_at.isoformat(),
        "device": session.device,
        "last_used": session.last_used.isoformat(),
        "verified_at": session.verified_at.isoformat(),
        "ttl": round(session.expires_at.timestamp()),
    }
    return Put(item, expect)


def _session(item: Item) -> Session:
    return Session(
        person=item["pk"].removeprefix("P#"),
        name=item["name"],
        secret_hash=item["sk"].removeprefix("S#"),
        started_at=datetime.fromisoformat(item["started_at"]),
        expires_at=datetime.fromisoformat(item["expires_at"]),
        device=item["device"],
        last_used=datetime.fromisoformat(item["last_used"]),
        verified_at=datetime.fromisoformat(item["verified_at"]),
    )
