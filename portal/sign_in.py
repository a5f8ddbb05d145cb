"""Starting and finishing a sign-in by e-mail: a link and a six-digit code in one mail, each good once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from portal import ids, secrets
from portal.aws import Item, Put
from portal.config import settings
from portal.domain import errors
from portal.domain.people import Person
from portal.store import identity
from portal.store.identity import Challenge, Identity

INVITATION_DAYS = 7
MAILS_PER_ADDRESS = 5
TRIES_PER_NETWORK = 60
WINDOW_MINUTES = 15


def start(who: Identity, address: str, network: str, now: datetime) -> str:
    """Send a link and a code to the address, if it is somebody's; the challenge's id in either case.

    Raises `too-many-tries`. An unknown address does the same work and gets the same answer.
    """
    who.count_attempt("network", network, limit=TRIES_PER_NETWORK, minutes=WINDOW_MINUTES, now=now)
    who.count_attempt("address", address, limit=MAILS_PER_ADDRESS, minutes=WINDOW_MINUTES, now=now)
    person = who.person_by_email(address)
    secret, code = secrets.new_secret(), secrets.new_code()
    challenge_id = ids.new(now)
    challenge = Challenge(
        id=challenge_id,
        person=person.id if person else "",
        link_hash=secrets.digest(secret),
        code_hash=secrets.code_digest(challenge_id, code),
        expires_at=now + timedelta(minutes=identity.CHALLENGE_MINUTES),
    )
    mail = None
    if person:
        values = {"link": link(challenge_id, secret), "code": code, "minutes": identity.CHALLENGE_MINUTES}
        mail = outbox_mail("sign_in", person, values, now)
    who.start_challenge(challenge, mail)
    return challenge_id


def invitation(person: Person, values: dict[str, Any], now: datetime) -> list[Put]:
    """The writes that invite a person: a link that signs in once within a week, and the mail that carries it."""
    secret, challenge_id = secrets.new_secret(), ids.new(now)
    expires = now + timedelta(days=INVITATION_DAYS)
    challenge = Challenge(challenge_id, person.id, secrets.digest(secret), code_hash="", expires_at=expires)
    values = {**values, "link": link(challenge_id, secret)}
    return [identity.challenge_put(challenge), outbox_mail("invitation", person, values, now)]


def by_link(who: Identity, token: str, now: datetime) -> Challenge:
    """The challenge that a link meets. Raises `link-useless`."""
    held = secrets.split(token)
    challenge = who.challenge(held.owner, now) if held and ids.valid(held.owner) else None
    if (
        held is None
        or challenge is None
        or not challenge.person
        or not identity.matches(held.secret, challenge.link_hash)
    ):
        raise errors.Refusal(errors.LINK_USELESS)
    return challenge


def by_code(who: Identity, challenge_id: str, code: str, network: str, now: datetime) -> Challenge:
    """The challenge that a typed code meets. Raises `code-wrong`, `too-many-tries`."""
    if not ids.valid(challenge_id):
        raise errors.Refusal(errors.CODE_WRONG, "code")
    who.count_attempt("network", network, limit=TRIES_PER_NETWORK, minutes=WINDOW_MINUTES, now=now)
    who.count_code(challenge_id, now)
    challenge = who.challenge(challenge_id, now)
    typed = secrets.code_digest(challenge_id, code.replace(" ", ""))
    if challenge is None or not challenge.person or not secrets.equal(typed, challenge.code_hash):
        raise errors.Refusal(errors.CODE_WRONG, "code")
    return challenge


def finish(who: Identity, challenge: Challenge, device: str, now: datetime) -> str:
    """Sign in: the challenge is used up, the session's cookie value is returned. Raises `link-useless`."""
    person = who.person(challenge.person)
    if person is None:
        raise errors.Refusal(errors.LINK_USELESS)
    secret = secrets.new_secret()
    who.open_session(challenge, person, secret, device, now)
    return secrets.join(person.id, secret)


def link(challenge_id: str, secret: str) -> str:
    """The address that goes into a mail."""
    return f"{settings().base_url}/l/{secrets.join(challenge_id, secret)}"


def outbox_mail(template: str, person: Person, values: dict[str, Any], now: datetime) -> Put:
    """A mail to a person, to be written with what it follows from."""
    mail: Item = {"template": template, "to": person.email, "values": {"name": person.name, **values}}
    return identity.outbox_put(ids.new(now), mail, now)
