"""Routes for signing in and out and for choosing where to work."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler import Depends
from pydantic import StringConstraints

from functions.auth.views import CodeForm, Context, Contexts, DeviceLine, Devices, LinkPage, SignIn
from portal import clock, secrets, sign_in, web
from portal.access import COOKIE, AnyPerson, LinkToken, SameSite, TheIdentity, TheVisitor
from portal.domain import errors
from portal.domain.people import Membership
from portal.inputs import Email
from portal.store import identity

app = web.new_app()
handler = web.entrypoint(app)

OTHERS = "others"
_COOKIE_RULES = "Path=/; Secure; HttpOnly; SameSite=Lax"


class SignInInput(web.Input):
    """Who wants to sign in."""

    email: Email


class CodeInput(web.Input):
    """The code from the mail."""

    challenge: str
    code: str


class DevicesInput(web.Input):
    """Which device to sign out: its id, or `others`."""

    which: Annotated[str, StringConstraints(max_length=64)]


class CodeQuery(web.Input):
    """Which attempt the code form belongs to."""

    challenge: str = ""


@app.get("/")
def home(person: AnyPerson) -> Contexts | web.Done:
    """Where the person can work; a single place is opened at once."""
    memberships = person.identity.memberships(person.person)
    contexts = Contexts(name=person.name, contexts=[_context(membership) for membership in memberships])
    if len(memberships) == 1:
        return web.Done(contexts.contexts[0].address, view=contexts)
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
    challenge = sign_in.start(who, given.email, visitor.network, clock.now())
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
    """Signs in by the code."""
    now = clock.now()
    challenge = sign_in.by_code(who, given.challenge, given.code, visitor.network, now)
    return _signed_in(sign_in.finish(who, challenge, visitor.device, now))


@app.get("/l/<token>")
def link_page(who: TheIdentity, token: LinkToken) -> LinkPage:
    """A button: mail scanners open links, so opening one never acts."""
    sign_in.by_link(who, token, clock.now())
    return LinkPage(token=token)


@app.post("/l/<token>")
def finish_by_link(who: TheIdentity, visitor: TheVisitor, _own: SameSite, token: LinkToken) -> web.Done:
    """Signs in by the link."""
    now = clock.now()
    challenge = sign_in.by_link(who, token, now)
    return _signed_in(sign_in.finish(who, challenge, visitor.device, now))


@app.post("/sign-out")
def sign_out(person: AnyPerson) -> web.Done:
    """Ends this device's session."""
    person.identity.close_session(person.person, secrets.digest(person.secret))
    return web.Done("/sign-in", "signed-out", cookies=(f"{COOKIE}=; {_COOKIE_RULES}; Max-Age=0",))


@app.get("/devices")
def devices(person: AnyPerson) -> Devices:
    """Where the person is signed in."""
    this_one = secrets.digest(person.secret)
    lines = [
        DeviceLine(
            id=session.secret_hash,
            device=session.device,
            started_at=session.started_at,
            this_one=session.secret_hash == this_one,
        )
        for session in person.identity.sessions(person.person, clock.now())
    ]
    return Devices(devices=lines)


@app.post("/devices/sign-out")
def sign_out_devices(person: AnyPerson, given: Annotated[DevicesInput, Depends(web.body(DevicesInput))]) -> web.Done:
    """Ends the session of one device of the person, or of all but this one."""
    this_one = secrets.digest(person.secret)
    known = {session.secret_hash for session in person.identity.sessions(person.person, clock.now())}
    wanted = known - {this_one} if given.which == OTHERS else known & {given.which}
    if not wanted and given.which != OTHERS:
        raise errors.Refusal(errors.NOT_FOUND)
    for secret_hash in wanted:
        person.identity.close_session(person.person, secret_hash)
    return web.Done("/devices", "devices")


def _signed_in(cookie: str) -> web.Done:
    return web.Done("/", cookies=(f"{COOKIE}={cookie}; {_COOKIE_RULES}; Max-Age={identity.SESSION_DAYS * 86400}",))


def _context(membership: Membership) -> Context:
    in_firm = bool(membership.firm)
    return Context(
        address=f"/firms/{membership.firm}" if in_firm else f"/offices/{membership.office}",
        name=membership.firm_name if in_firm else membership.office_name,
        office_name=membership.office_name,
        role=membership.role,
    )
