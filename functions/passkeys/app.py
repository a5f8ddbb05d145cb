"""Routes for passkeys; apart from those for signing in by mail, because what checks them is large and starts slowly."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends, Request
from pydantic import Field, StringConstraints

from functions.passkeys.views import Options, PasskeyLine, PasskeyList
from portal import clock, ids, pages, passkeys, secrets, sign_in, web
from portal.access import AnyPerson, SameSite, SignedIn, TheIdentity, TheVisitor
from portal.aws import Table
from portal.config import settings
from portal.domain import errors, identifiers
from portal.domain.people import Person
from portal.inputs import Name
from portal.store.passkeys import Ceremony, Passkey, Passkeys, Use, id_of

app = web.new_app()
handler = web.entrypoint(app)

MOST = 10
_ID = re.compile(r"[0-9a-f]{64}")

Encoded = Annotated[str, StringConstraints(min_length=1, max_length=8000)]
Transport = Annotated[str, StringConstraints(pattern=r"^[a-z-]{1,20}$")]


class NewInput(web.Input):
    """A passkey that the browser made; bytes are base64url."""

    client_data: Encoded
    attestation: Encoded
    transports: list[Transport] = Field(default_factory=list, max_length=10)


class AnswerInput(web.Input):
    """What a passkey answered; bytes are base64url. `user` is whose it says it is."""

    credential: Encoded
    client_data: Encoded
    authenticator_data: Encoded
    signature: Encoded
    user: str = ""


class NameInput(web.Input):
    """What a passkey shall be called; `back` is where a form came from."""

    name: Name
    back: str = ""


class RemovalInput(web.Input):
    """`back` is where a form came from."""

    back: str = ""


def _passkey_id(request: Request) -> str:
    found = str((request.resolved_event.raw_event.get("pathParameters") or {}).get("passkey", ""))
    if not _ID.fullmatch(found):
        raise errors.Refusal(errors.NOT_FOUND)
    return found


PasskeyId = Annotated[str, Depends(_passkey_id)]


@app.get("/passkeys")
def passkeys_page(person: AnyPerson) -> PasskeyList:
    """The person's passkeys."""
    lines = [
        PasskeyLine(id=one.id, name=one.name, created_at=one.created_at, last_used=one.last_used)
        for one in _store().of(person.person)
    ]
    return PasskeyList(passkeys=lines)


@app.post("/passkeys/options")
def ask_for_new(person: AnyPerson) -> Options:
    """What the browser needs to make a passkey; after a sign-in of minutes ago only."""
    now = clock.now()
    person.session.require_fresh(now)
    known = _known_with_room(person)
    challenge = secrets.new_challenge()
    _store().ask(_ceremony_of(person, Use.ADD, secrets.digest_of(challenge)), now)
    return Options(public_key=passkeys.for_new(challenge, _owner(person), known))


@app.post("/passkeys")
def add(person: AnyPerson, visitor: TheVisitor, given: Annotated[NewInput, Depends(web.body(NewInput))]) -> web.Done:
    """Adds a passkey under the browser's name, and tells its person by mail."""
    now = clock.now()
    person.session.require_fresh(now)
    _known_with_room(person)  # again: many may have been asked for before the first was added
    client_data = passkeys.from_text(given.client_data)
    ceremony = _ceremony_of(person, Use.ADD, passkeys.challenge_hash(client_data))
    _store().asked(ceremony, now)
    made = passkeys.verified_new(client_data, passkeys.from_text(given.attestation))
    passkey = Passkey(
        person=person.person,
        credential=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=identifiers.name(pages.device_name(visitor.device) or passkeys.NAME),
        transports=tuple(given.transports),
        created_at=now,
    )
    mail = sign_in.told("passkey_changed", _owner(person), visitor, now, passkey=passkey.name, added=True)
    _store().add(ceremony, passkey, mail)
    return web.Done("/passkeys", "passkey-added", view=passkeys_page(person), created=True)


@app.post("/passkeys/<passkey>/name")
def rename(
    person: AnyPerson, passkey: PasskeyId, given: Annotated[NameInput, Depends(web.body(NameInput))]
) -> web.Done:
    """Gives a passkey another name."""
    _store().rename(_store().one(person.person, passkey), given.name)
    return web.Done("/passkeys", "passkey-renamed", view=passkeys_page(person))


@app.post("/passkeys/<passkey>/removal")
def remove(
    person: AnyPerson,
    visitor: TheVisitor,
    passkey: PasskeyId,
    _given: Annotated[RemovalInput, Depends(web.body(RemovalInput))],
) -> web.Done:
    """Removes a passkey, and tells its person by mail; after a sign-in of minutes ago only."""
    now = clock.now()
    person.session.require_fresh(now)
    found = _store().one(person.person, passkey)
    mail = sign_in.told("passkey_changed", _owner(person), visitor, now, passkey=found.name, added=False)
    _store().remove(found, mail)
    return web.Done("/passkeys", "passkey-removed", view=passkeys_page(person))


@app.post("/sign-in/passkey/options")
def ask_to_sign_in(who: TheIdentity, visitor: TheVisitor, _own: SameSite) -> Options:
    """What the browser needs to ask for any passkey of the portal: nobody types an address."""
    now = clock.now()
    who.count("network", visitor.network, sign_in.PER_NETWORK, now)
    challenge = secrets.new_challenge()
    _store().ask(Ceremony(secrets.digest_of(challenge), Use.SIGN_IN), now)
    return Options(public_key=passkeys.for_use(challenge))


@app.post("/sign-in/passkey")
def finish_by_passkey(
    who: TheIdentity,
    visitor: TheVisitor,
    _own: SameSite,
    given: Annotated[AnswerInput, Depends(web.body(AnswerInput))],
) -> web.Done:
    """Signs in by a passkey."""
    now = clock.now()
    owner = passkeys.from_text(given.user).decode(errors="replace")
    if not ids.valid(owner):
        raise errors.Refusal(errors.PASSKEY_REFUSED)
    ceremony, passkey, count = _answered(Use.SIGN_IN, owner, "", given)
    person = who.person(owner)
    if person is None:
        raise errors.Refusal(errors.PASSKEY_REFUSED)
    steps, opened = sign_in.opening(who, person, visitor, now)
    _store().use(ceremony, passkey, count, now, steps)
    return web.Done("/", cookies=opened.cookies)


@app.post("/confirm/passkey/options")
def ask_to_confirm(person: AnyPerson) -> Options:
    """What the browser needs to ask for one of the person's passkeys."""
    now = clock.now()
    known = _store().of(person.person)
    if not known:
        raise errors.Refusal(errors.PASSKEY_NONE)
    challenge = secrets.new_challenge()
    _store().ask(_ceremony_of(person, Use.CONFIRM, secrets.digest_of(challenge)), now)
    return Options(public_key=passkeys.for_use(challenge, known))


@app.post("/confirm/passkey")
def confirm_by_passkey(person: AnyPerson, given: Annotated[AnswerInput, Depends(web.body(AnswerInput))]) -> web.Done:
    """Confirms by a passkey: the session goes on under a new secret."""
    now = clock.now()
    ceremony, passkey, count = _answered(Use.CONFIRM, person.person, person.session.secret_hash, given)
    steps, value = sign_in.renewing(person.session, now)
    _store().use(ceremony, passkey, count, now, steps)
    return web.Done("/", "confirmed", cookies=(sign_in.session_cookie(value),))


def _answered(use: Use, person: str, session: str, given: AnswerInput) -> tuple[Ceremony, Passkey, int]:
    """The ceremony, the passkey and its new count, if the answer is true.

    Raises `passkey-refused`, `passkey-cloned`.
    """
    client_data = passkeys.from_text(given.client_data)
    ceremony = Ceremony(passkeys.challenge_hash(client_data), use, person, session)
    passkey = _store().asked(ceremony, clock.now(), id_of(passkeys.from_text(given.credential)))
    if passkey is None:
        raise errors.Refusal(errors.PASSKEY_REFUSED)
    count = passkeys.verified_count(
        passkey, client_data, passkeys.from_text(given.authenticator_data), passkeys.from_text(given.signature)
    )
    return ceremony, passkey, count


def _known_with_room(person: SignedIn) -> list[Passkey]:
    """The person's passkeys, if there may be one more. Raises `too-many-passkeys`."""
    known = _store().of(person.person)
    if len(known) >= MOST:
        raise errors.Refusal(errors.TOO_MANY_PASSKEYS, limit=MOST)
    return known


def _ceremony_of(person: SignedIn, use: Use, challenge_hash: str) -> Ceremony:
    return Ceremony(challenge_hash, use, person.person, person.session.secret_hash)


def _owner(person: SignedIn) -> Person:
    found = person.identity.person(person.person)
    if found is None:
        raise errors.Refusal(errors.SIGN_IN_NEEDED)
    return found


@lru_cache(maxsize=1)
def _store() -> Passkeys:
    return Passkeys(Table(settings().table_name))
