"""Routes for signing in and out and for choosing where to work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Depends, Request
from pydantic import StringConstraints

from functions.auth.views import (
    CodeForm,
    Confirm,
    ConfirmCode,
    Context,
    Contexts,
    DeviceLine,
    Devices,
    LinkPage,
    SignIn,
)
from portal import access, clock, cookies, pages, sign_in, sign_up, web
from portal.access import AnyPerson, LinkToken, Place, SameSite, SignedIn, TheIdentity, TheVisitor, places
from portal.domain import errors
from portal.domain.visitors import Visitor
from portal.inputs import Email
from portal.store import identity
from portal.store.identity import Challenge, Identity, Purpose

app = web.new_app()
handler = web.entrypoint(app)

OTHERS = "others"
EVERYWHERE = "everywhere"

Back = Annotated[str, StringConstraints(pattern=pages.LOCAL_PATH, max_length=500)]
Finish = Callable[[Identity, Challenge, Visitor, datetime], sign_in.Opened]

# What a link or code does that ends in a new session, by what it was made for.
_FINISH: dict[Purpose, Finish] = {
    Purpose.SIGN_IN: sign_in.finish,
    Purpose.INVITATION: sign_in.finish,
    Purpose.SIGN_UP: sign_up.finish,
}


def _whoever_is_signed_in(request: Request) -> Callable[[], SignedIn]:
    return lambda: access.signed_in(request)


PersonIfAsked = Annotated[Callable[[], SignedIn], Depends(_whoever_is_signed_in)]
"""For routes that need a session only sometimes."""


class SignInInput(web.Input):
    """Who wants to sign in."""

    email: Email


class CodeInput(web.Input):
    """The code from the mail."""

    challenge: str
    code: str


class ConfirmInput(web.Input):
    """Where to go on afterwards."""

    back: Back = "/"


class ConfirmCodeInput(web.Input):
    """The code from the mail, and where to go on afterwards."""

    challenge: str
    code: str
    back: Back = "/"


class DevicesInput(web.Input):
    """Which device to sign out: its id, `others` or `everywhere`."""

    which: Annotated[str, StringConstraints(max_length=64)]


class CodeQuery(web.Input):
    """Which attempt the code form belongs to."""

    challenge: str = ""


class ConfirmCodeQuery(web.Input):
    """The same, and where to go on afterwards."""

    challenge: str = ""
    back: Back = "/"


@app.get("/")
def home(person: AnyPerson) -> Contexts | web.Done:
    """Where the person can work; a single place is opened at once."""
    found = [_context(place) for place in places(person) if place.open]
    contexts = Contexts(name=person.name, contexts=found)
    if len(found) == 1:
        return web.Done(found[0].address, view=contexts)
    return contexts


@app.get("/sign-in")
def sign_in_page() -> SignIn:
    """Asks for the address."""
    return SignIn()


@app.post("/sign-in")
def start(
    who: TheIdentity,
    visitor: TheVisitor,
    _own: SameSite,
    given: Annotated[SignInInput, Depends(web.body(SignInInput))],
) -> web.Done:
    """Sends a link and a code, if the address is somebody's; the answer is the same if not."""
    challenge = sign_in.start(who, given.email, visitor, clock.now())
    view = CodeForm(challenge=challenge, minutes=identity.CHALLENGE_MINUTES)
    return web.Done(f"/sign-in/code?challenge={challenge}", view=view)


@app.get("/sign-in/code")
def code_page(given: Annotated[CodeQuery, Depends(web.query(CodeQuery))]) -> CodeForm:
    """Asks for the code."""
    return CodeForm(challenge=given.challenge, minutes=identity.CHALLENGE_MINUTES)


@app.post("/sign-in/code")
def finish_by_code(
    who: TheIdentity,
    visitor: TheVisitor,
    _own: SameSite,
    given: Annotated[CodeInput, Depends(web.body(CodeInput))],
) -> web.Done:
    """Does what the code is for: signing in."""
    now = clock.now()
    good_for = tuple(_FINISH)
    challenge = sign_in.by_code(who, given.challenge, given.code, visitor.network, now, *good_for)
    return _signed_in(_FINISH[challenge.purpose](who, challenge, visitor, now))


@app.get("/l/<token>")
def link_page(who: TheIdentity, token: LinkToken) -> LinkPage:
    """A button that says what it does: mail scanners open links, so opening one never acts."""
    challenge = sign_in.by_link(who, token, clock.now())
    return LinkPage(token=token, purpose=challenge.purpose, office_name=challenge.payload.get("office_name", ""))


@app.post("/l/<token>")
def finish_by_link(
    who: TheIdentity, visitor: TheVisitor, _own: SameSite, token: LinkToken, person: PersonIfAsked
) -> web.Done:
    """Does what the link is for: signing in, or confirming in the browser that asked for it."""
    now = clock.now()
    challenge = sign_in.by_link(who, token, now)
    if challenge.purpose is Purpose.CONFIRM:
        return _confirm(_the_asking(person), challenge, challenge.payload["back"], now)
    return _signed_in(_FINISH[challenge.purpose](who, challenge, visitor, now))


@app.get("/confirm")
def confirm_page(_person: AnyPerson, given: Annotated[ConfirmInput, Depends(web.query(ConfirmInput))]) -> Confirm:
    """Asks who is signed in to prove it again."""
    return Confirm(back=given.back)


@app.post("/confirm")
def start_confirming(
    person: AnyPerson, visitor: TheVisitor, given: Annotated[ConfirmInput, Depends(web.body(ConfirmInput))]
) -> web.Done:
    """Sends a code to the person's own address; it is good in this session only."""
    now = clock.now()
    challenge = sign_in.start_confirming(person.identity, person.session, given.back, visitor, now)
    view = ConfirmCode(challenge=challenge, back=given.back, minutes=identity.CHALLENGE_MINUTES)
    return web.Done(f"/confirm/code?{urlencode({'challenge': challenge, 'back': given.back})}", view=view)


@app.get("/confirm/code")
def confirm_code_page(
    _person: AnyPerson, given: Annotated[ConfirmCodeQuery, Depends(web.query(ConfirmCodeQuery))]
) -> ConfirmCode:
    """Asks for the code that confirms."""
    return ConfirmCode(challenge=given.challenge, back=given.back, minutes=identity.CHALLENGE_MINUTES)


@app.post("/confirm/code")
def confirm_by_code(
    person: AnyPerson, visitor: TheVisitor, given: Annotated[ConfirmCodeInput, Depends(web.body(ConfirmCodeInput))]
) -> web.Done:
    """Confirms by the code: the session goes on under a new secret."""
    now = clock.now()
    found = sign_in.by_code(person.identity, given.challenge, given.code, visitor.network, now, Purpose.CONFIRM)
    return _confirm(person, found, given.back, now)


@app.post("/sign-out")
def sign_out(person: AnyPerson) -> web.Done:
    """Ends this device's session."""
    person.identity.close_session(person.person, person.session.secret_hash)
    return _signed_out()


@app.get("/devices")
def devices(person: AnyPerson) -> Devices:
    """Where the person is signed in."""
    lines = [
        DeviceLine(
            id=session.secret_hash,
            device=session.device,
            started_at=session.started_at,
            last_used=session.last_used,
            this_one=session.secret_hash == person.session.secret_hash,
        )
        for session in person.identity.sessions(person.person, clock.now())
    ]
    return Devices(devices=lines)


@app.post("/devices/sign-out")
def sign_out_devices(person: AnyPerson, given: Annotated[DevicesInput, Depends(web.body(DevicesInput))]) -> web.Done:
    """Ends the session of one device of the person, of all but this one, or of all."""
    this_one = person.session.secret_hash
    known = {session.secret_hash for session in person.identity.sessions(person.person, clock.now())}
    many = {OTHERS: known - {this_one}, EVERYWHERE: known}
    wanted = many.get(given.which, known & {given.which})
    if not wanted and given.which not in many:
        raise errors.Refusal(errors.NOT_FOUND)
    for secret_hash in wanted:
        person.identity.close_session(person.person, secret_hash)
    return _signed_out() if this_one in wanted else web.Done("/devices", "devices")


def _signed_in(opened: sign_in.Opened) -> web.Done:
    return web.Done(opened.goes_to, cookies=opened.cookies)


def _signed_out() -> web.Done:
    return web.Done("/sign-in", "signed-out", cookies=(cookies.erased(cookies.SESSION),))


def _the_asking(person: Callable[[], SignedIn]) -> SignedIn:
    try:
        return person()
    except errors.Refusal as refusal:
        if refusal.code is not errors.SIGN_IN_NEEDED:
            raise
        raise errors.Refusal(errors.CONFIRM_ELSEWHERE) from None


def _confirm(person: SignedIn, challenge: Challenge, back: str, now: datetime) -> web.Done:
    value = sign_in.confirm(person.identity, challenge, person.session, now)
    return web.Done(back, "confirmed", cookies=(sign_in.session_cookie(value),))


def _context(place: Place) -> Context:
    membership = place.membership
    return Context(
        address=f"/firms/{membership.firm}" if membership.firm else f"/offices/{membership.office}",
        name=place.firm_name or place.office_name,
        office_name=place.office_name,
        role=membership.role,
    )
