"""The one gate: a request becomes a session or token, that an actor, and that a handle on exactly one tenant.

Routes name what they need by the type of a parameter (`AtOffice`, `AtFirm`, `AtClientFirm`, …); the functions here
provide it or refuse. A foreign or unknown id is "not found", never "forbidden".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends, Request

from portal import clock, ids, secrets
from portal.aws import Item, Key, Table
from portal.config import settings
from portal.domain import errors
from portal.domain.firms import Firm
from portal.domain.people import Actor
from portal.domain.periods import Period
from portal.pages import Shell
from portal.store import agents, firms, identity, keys
from portal.store.office import FirmTable, OfficeTable

COOKIE = "__Host-session"
IPV6 = 6
_SAFE_METHODS = {"GET", "HEAD"}

KeyOf = Callable[[str], Key]
"""The key of an item that a request needs, given the person's id."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person with a valid session."""

    person: str
    name: str
    secret: str
    identity: identity.Identity


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a request comes from, for limits and for the list of devices."""

    network: str
    device: str


@dataclass(frozen=True, slots=True)
class OfficeAccess:
    """Staff of an office, and the office's table."""

    actor: Actor
    table: OfficeTable


@dataclass(frozen=True, slots=True)
class FirmAccess:
    """Staff of an office inside one of its firms: the firm's table, and the office's for what firms share."""

    actor: Actor
    table: FirmTable
    firm: Firm
    office_table: OfficeTable


@dataclass(frozen=True, slots=True)
class ClientAccess:
    """A person of a firm, and the firm's table."""

    actor: Actor
    table: FirmTable
    firm: Firm


@dataclass(frozen=True, slots=True)
class AgentAccess:
    """An agent of an office, and the office's table."""

    agent: agents.Agent
    table: OfficeTable


def same_site(request: Request) -> None:
    """An unsafe request must come from our own pages. Raises `cross-site`."""
    if request.method in _SAFE_METHODS:
        return
    site = _header(request, "sec-fetch-site")
    own = site == "same-origin" if site else _header(request, "origin") == settings().base_url
    if not own:
        raise errors.Refusal(errors.CROSS_SITE)


def the_identity() -> identity.Identity:
    """The part of the table that belongs to no office."""
    return identity.Identity(_table())


def visitor(request: Request) -> Visitor:
    """The visitor's address as CloudFront tells it (`address:port`), or as the API saw it."""
    http = request.resolved_event.raw_event["requestContext"]["http"]
    told = _header(request, "cloudfront-viewer-address").rpartition(":")[0].strip("[]")
    return Visitor(_network(told or str(http["sourceIp"])), str(http.get("userAgent") or ""))


def link_token(request: Request) -> str:
    """The token in the path of an e-mailed link."""
    return _in_path(request, "token")


def path_period(request: Request) -> Period:
    """The month named in the path. Raises `period-invalid`."""
    return Period.parse(_in_path(request, "period"))


def person_id(request: Request) -> str:
    """The person named in the path."""
    return _path_id(request, "person")


def agent_id(request: Request) -> str:
    """The agent named in the path."""
    return _path_id(request, "agent")


def signed_in(request: Request) -> SignedIn:
    """Any signed-in person. Raises `sign-in-needed`."""
    person, _ = _session(request, [])
    request.context["shell"] = Shell(person=person.name)
    return person


def office_access(request: Request) -> OfficeAccess:
    """Staff of the office named in the path."""
    access, _ = _office(request, [])
    return access


def firm_access(request: Request) -> FirmAccess:
    """Staff of the office named in the path, inside the firm named there."""
    firm_id = _path_id(request, "firm")
    office_id = _path_id(request, "office")
    in_office = keys.firm(firm_id)
    access, (item,) = _office(request, [Key(keys.of_office(office_id, in_office.pk), in_office.sk)])
    if item is None:
        raise errors.Refusal(errors.NOT_FOUND)
    return FirmAccess(access.actor, access.table.of_firm(firm_id), firms.decode(item), access.table)


def client_access(request: Request) -> ClientAccess:
    """A person of the firm named in the path; a suspended firm is read-only."""
    firm_id = _path_id(request, "firm")
    person, (item,) = _session(request, [lambda who: keys.firm_membership(who, firm_id)])
    if item is None:
        raise errors.Refusal(errors.NOT_FOUND)
    membership = identity.membership_of(item)
    table = OfficeTable(_table(), membership.office).of_firm(firm_id)
    firm = firms.get(table)
    if firm is None or not firm.readable_by_client:
        raise errors.Refusal(errors.NOT_FOUND)
    if request.method not in _SAFE_METHODS:
        firm.require_writable_by_client()
    request.context["shell"] = Shell(
        person=person.name,
        office=membership.office,
        office_name=membership.office_name,
        firm=firm.id,
        firm_name=firm.name,
    )
    return ClientAccess(Actor(person.person, membership), table, firm)


def agent_access(request: Request) -> AgentAccess:
    """The agent whose token the request carries. Raises `token-invalid`, `token-revoked`."""
    scheme, _, token = _header(request, "authorization").partition(" ")
    parts = secrets.parse_agent_token(token.strip()) if scheme.lower() == "bearer" else None
    if parts is None or not (ids.valid(parts[0]) and ids.valid(parts[1])):
        raise errors.Refusal(errors.TOKEN_INVALID)
    office, named, secret = parts
    table = OfficeTable(_table(), office)
    agent = agents.get(table, named)
    if agent is None or not identity.matches(secret, agent.token_hash):
        raise errors.Refusal(errors.TOKEN_INVALID)
    if agent.revoked_at is not None:
        raise errors.Refusal(errors.TOKEN_REVOKED)
    return AgentAccess(agent, table)


def cookie(request: Request) -> str:
    """The session cookie's value."""
    for pair in request.resolved_event.raw_event.get("cookies") or []:
        name, _, value = pair.partition("=")
        if name == COOKIE:
            return str(value)
    return ""


# What a route's parameter may be

TheIdentity = Annotated[identity.Identity, Depends(the_identity)]
SameSite = Annotated[None, Depends(same_site)]
TheVisitor = Annotated[Visitor, Depends(visitor)]
LinkToken = Annotated[str, Depends(link_token)]
PathPeriod = Annotated[Period, Depends(path_period)]
PersonId = Annotated[str, Depends(person_id)]
AgentId = Annotated[str, Depends(agent_id)]
AnyPerson = Annotated[SignedIn, Depends(signed_in)]
AtOffice = Annotated[OfficeAccess, Depends(office_access)]
AtFirm = Annotated[FirmAccess, Depends(firm_access)]
AtClientFirm = Annotated[ClientAccess, Depends(client_access)]
AtAgent = Annotated[AgentAccess, Depends(agent_access)]


def _office(request: Request, also: Sequence[Key]) -> tuple[OfficeAccess, list[Item | None]]:
    office_id = _path_id(request, "office")
    wanted: list[KeyOf] = [lambda who: keys.office_membership(who, office_id), *map(_whoever, also)]
    person, (item, *others) = _session(request, wanted)
    if item is None:
        raise errors.Refusal(errors.NOT_FOUND)
    membership = identity.membership_of(item)
    actor = Actor(person.person, membership)
    request.context["shell"] = Shell(
        person=person.name,
        office=office_id,
        office_name=membership.office_name,
        administrator=actor.administrator,
    )
    return OfficeAccess(actor, OfficeTable(_table(), office_id)), others


def _session(request: Request, wanted: Sequence[KeyOf]) -> tuple[SignedIn, list[Item | None]]:
    """The session, together with other items that depend on whose it is: one read."""
    same_site(request)
    held = secrets.split(cookie(request))
    if held is None or not ids.valid(held.owner):
        raise errors.Refusal(errors.SIGN_IN_NEEDED)
    who = the_identity()
    session, items = who.session_with(held.owner, held.secret, [key_for(held.owner) for key_for in wanted])
    if session is None or session.expires_at <= clock.now():
        raise errors.Refusal(errors.SIGN_IN_NEEDED)
    return SignedIn(held.owner, session.name, held.secret, who), items


def _network(address: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 one: who has one of those has all."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:64]
    return str(ip_network((found, 64), strict=False)) if found.version == IPV6 else str(found)


def _whoever(key: Key) -> KeyOf:
    return lambda _who: key


def _path_id(request: Request, name: str) -> str:
    value = _in_path(request, name)
    if not ids.valid(value):
        raise errors.Refusal(errors.NOT_FOUND)
    return value


def _in_path(request: Request, name: str) -> str:
    # From the event: the resolver's own copy is emptied, because it would be passed to the route.
    given: dict[str, str] = request.resolved_event.raw_event.get("pathParameters") or {}
    return given.get(name, "")


def _header(request: Request, name: str) -> str:
    return str(request.resolved_event.headers.get(name) or "")


@lru_cache(maxsize=1)
def _table() -> Table:
    return Table(settings().table_name)
