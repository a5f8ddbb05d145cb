"""Links and six-digit codes in mails: what they are made for, when they are met, and what a sign-in leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from portal import cookies, ids, pages, secrets
from portal.aws import Delete, Item, Put
from portal.config import settings
from portal.domain import errors
from portal.domain.limits import Limit
from portal.domain.people import Person
from portal.domain.visitors import Visitor
from portal.store import identity, outbox
from portal.store.identity import Challenge, Identity, Purpose, Session

INVITATION_DAYS = 7
LASTS = timedelta(minutes=identity.CHALLENGE_MINUTES)
PEOPLE_PER_BROWSER = 5

# The tight one is about an address as asked for from one network: who bothers somebody's address from elsewhere slows
# down themselves, not its owner. The one of the address alone only keeps a mailbox from being flooded by many; a
# browser in which its owner signed in before is counted apart, or who never stops asking would keep them out for good.
FROM_HERE = Limit(free=4, first=timedelta(seconds=30), longest=timedelta(hours=1))
PER_ADDRESS = Limit(free=15, first=timedelta(seconds=30), longest=timedelta(minutes=15))
PER_NETWORK = Limit(free=100, first=timedelta(seconds=2), longest=timedelta(seconds=30))
PER_CODE = Limit(free=5, first=timedelta(minutes=1), longest=timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class Opened:
    """What a sign-in leaves in the browser: the session, and the marks by which the browser is known again.

    `goes_to`: the page that opens next.
    """

    session: str
    marks: str
    goes_to: str = "/"

    @property
    def cookies(self) -> tuple[str, ...]:
        """What sets them."""
        return (session_cookie(self.session), cookies.kept(cookies.DEVICE, self.marks, identity.DEVICE_DAYS))


def start(who: Identity, address: str, visitor: Visitor, now: datetime) -> str:
    """Send a link and a code to the address, if it is somebody's; the challenge's id in either case.

    Raises `too-many-tries`. An unknown address does the same work and gets the same answer.
    """
    person = who.person_by_email(address)
    mark = _known_mark(who, person.id if person else identity.NOBODY, visitor)
    count(who, address, visitor.network, now, mark)
    return send(who, Purpose.SIGN_IN, "sign_in", person, now)


def count(who: Identity, address: str, network: str, now: datetime, mark: str = "") -> None:
    """Count a try to have a mail sent to an address; `mark`: of a browser that its owner is known by.

    Raises `too-many-tries`.
    """
    who.count("network", network, PER_NETWORK, now)
    who.count("from-here", _from_here(address, network), FROM_HERE, now)
    who.count("address", f"{address} {mark}" if mark else address, PER_ADDRESS, now)


def send(
    who: Identity,
    purpose: Purpose,
    template: str,
    person: Person | None,
    now: datetime,
    payload: Mapping[str, str] | None = None,
    lasts: timedelta = LASTS,
) -> str:
    """Send a link and a code to a person, good for one purpose; the challenge's id.

    Somebody who signs up has no id yet. For nobody the same is written and nothing sent: it can never be met.
    """
    secret, code = secrets.new_secret(), secrets.new_code()
    challenge_id = ids.new(now)
    challenge = Challenge(
        id=challenge_id,
        purpose=purpose,
        person=person.id if person else "",
        link_hash=secrets.digest(secret),
        code_hash=secrets.code_digest(challenge_id, code),
        expires_at=now + lasts,
        payload=payload or {},
    )
    values = {"link": link(challenge_id, secret), "code": code, "minutes": lasts // timedelta(minutes=1)}
    mail = outbox_mail(template, person, values, now) if person else outbox.nothing_put(ids.new(now), now)
    who.start_challenge(challenge, mail)
    return challenge_id


def invitation(
    person: Person,
    values: dict[str, Any],
    now: datetime,
    *,
    challenge_id: str,
    template: str = "invitation",
    office: str = "",
) -> list[Put]:
    """The writes that invite a person: a link that signs in once within a week, and the mail that carries it.

    Sent again under the same `challenge_id` it takes the place of the earlier link, which is useless from then on.
    """
    secret = secrets.new_secret()
    challenge = Challenge(
        id=challenge_id,
        purpose=Purpose.INVITATION,
        person=person.id,
        link_hash=secrets.digest(secret),
        code_hash="",
        expires_at=now + timedelta(days=INVITATION_DAYS),
    )
    values = {**values, "link": link(challenge_id, secret)}
    return [identity.invitation_put(challenge), outbox_mail(template, person, values, now, office=office)]


def by_link(who: Identity, token: str, now: datetime) -> Challenge:
    """The challenge that a link meets; what it is good for is its purpose. Raises `link-useless`."""
    held = secrets.split(token)
    challenge = who.challenge(held.owner, now) if held and ids.valid(held.owner) else None
    if (
        held is None
        or challenge is None
        or not challenge.can_be_met
        or not identity.matches(held.secret, challenge.link_hash)
    ):
        raise errors.Refusal(errors.LINK_USELESS)
    return challenge


def by_code(who: Identity, challenge_id: str, code: str, network: str, now: datetime, *good_for: Purpose) -> Challenge:
    """The challenge that a typed code meets, of one of these purposes. Raises `code-wrong`, `too-many-tries`."""
    if not ids.valid(challenge_id):
        raise errors.Refusal(errors.CODE_WRONG, "code")
    who.count("network", network, PER_NETWORK, now)
    who.count("code", challenge_id, PER_CODE, now)
    challenge = who.challenge(challenge_id, now)
    typed = secrets.code_digest(challenge_id, "".join(code.split()))
    if challenge is None or not challenge.can_be_met or not secrets.equal(typed, challenge.code_hash):
        raise errors.Refusal(errors.CODE_WRONG, "code")
    if challenge.purpose not in good_for:
        raise errors.Refusal(errors.CODE_WRONG, "code")
    return challenge


def finish(who: Identity, challenge: Challenge, visitor: Visitor, now: datetime) -> Opened:
    """Sign in: the challenge is used up and a session opened, both or neither. Raises `link-useless`."""
    person = who.person(challenge.person)
    if person is None:
        raise errors.Refusal(errors.LINK_USELESS)
    steps, opened = opening(who, person, visitor, now)
    who.use_up(challenge, steps)
    who.forgive("from-here", _from_here(person.email, visitor.network))
    return opened


def opening(who: Identity, person: Person, visitor: Visitor, now: datetime) -> tuple[list[Put], Opened]:
    """The writes that sign a person in, and what goes into the browser; a new browser is told of by mail.

    A mark the browser brings is believed only if this person got it from us: nobody can plant one.
    """
    secret = secrets.new_secret()
    known = who.devices(person.id)
    mine = _mark_among(known, visitor)
    mark = mine or secrets.new_secret()
    steps = [
        identity.session_put(identity.new_session(person, secret, visitor.device, now)),
        identity.device_put(person.id, mark, now, known=bool(mine)),
    ]
    if known and not mine:
        steps.append(told("new_device", person, visitor, now))
    others = [other for other in visitor.marks if other != mark][-PEOPLE_PER_BROWSER + 1 :]
    return steps, Opened(secrets.join(person.id, secret), ".".join([*others, mark]))


def told(template: str, person: Person, visitor: Visitor, now: datetime, **more: str | bool) -> Put:
    """A mail about something done to a person's own access: when, from which browser, from which network."""
    device = pages.device_name(visitor.device)
    values = {
        # A browser we do not know names itself as it likes; its words do not go into our mail.
        "device": "" if device == visitor.device[:60] else device,
        "moment": pages.moment(now),
        "network": visitor.network,
        "link": f"{settings().base_url}/devices",
    }
    return outbox_mail(template, person, {**values, **more}, now)


def start_confirming(who: Identity, session: Session, back: str, visitor: Visitor, now: datetime) -> str:
    """Send a link and a code with which the person of a session proves who they are; the challenge's id.

    Both are good in this session only. Raises `too-many-tries`, `sign-in-needed`.
    """
    person = who.person(session.person)
    if person is None:
        raise errors.Refusal(errors.SIGN_IN_NEEDED)
    count(who, person.email, visitor.network, now, _known_mark(who, person.id, visitor))
    payload = {"session": session.secret_hash, "back": back}
    return send(who, Purpose.CONFIRM, "confirm", person, now, payload)


def require_session(challenge: Challenge, session: Session) -> None:
    """What was sent to confirm one session confirms no other. Raises `confirm-elsewhere`."""
    if challenge.payload.get("session") != session.secret_hash:
        raise errors.Refusal(errors.CONFIRM_ELSEWHERE)


def confirm(who: Identity, challenge: Challenge, session: Session, now: datetime) -> str:
    """Use up a challenge for its session: the new value of the session's cookie. Raises as it says."""
    require_session(challenge, session)
    steps, value = renewing(session, now)
    who.use_up(challenge, steps)
    return value


def renewing(session: Session, now: datetime) -> tuple[list[Put | Delete], str]:
    """The writes that prove a session again under a new secret, which is the cookie's new value; the old one dies."""
    secret = secrets.new_secret()
    renewed = replace(session, secret_hash=secrets.digest(secret), last_used=now, verified_at=now)
    return [identity.session_delete(session), identity.session_put(renewed)], secrets.join(session.person, secret)


def session_cookie(value: str) -> str:
    """What keeps a session in the browser."""
    return cookies.kept(cookies.SESSION, value, identity.SESSION_DAYS)


def link(challenge_id: str, secret: str) -> str:
    """The address that goes into a mail."""
    return f"{settings().base_url}/l/{secrets.join(challenge_id, secret)}"


def outbox_mail(
    template: str, person: Person, values: dict[str, Any], now: datetime, *, office: str = "", message: str = ""
) -> Put:
    """A mail to a person, to be written with what it follows from; `office`: in whose name it goes, if in one's.

    `message`: an id of its own, so that the same mail is written once.
    """
    values = {"name": person.name, **values}
    mail: Item = {"template": template, "to": person.email, "values": values, "person": person.id, "office": office}
    return outbox.put(message or ids.new(now), mail, now)


def _known_mark(who: Identity, person: str, visitor: Visitor) -> str:
    """A mark in the browser that this person got from us, or nothing."""
    return _mark_among(who.devices(person), visitor) if visitor.marks else ""


def _mark_among(known: set[str], visitor: Visitor) -> str:
    return next((mark for mark in visitor.marks if secrets.digest(mark) in known), "")


def _from_here(address: str, network: str) -> str:
    return f"{address} {network}"
