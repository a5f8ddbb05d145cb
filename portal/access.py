"""The one gate: a request becomes a session or token, that an actor, and that a handle on exactly one tenant.

Routes name what they need by the type of a parameter (`AtOffice`, `AtFirm`, `AtClientFirm`, …); the functions here
provide it or refuse. A foreign or unknown id is "not found", never "forbidden".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Depends, Request

from portal import clock, cookies, files, ids, secrets
from portal.aws import Item, Key, Put, Table
from portal.config import settings
from portal.domain import documents, errors, identifiers
from portal.domain.events import SCHEDULE, Action, Origin
from portal.domain.firms import Firm, Status
from portal.domain.offices import Office
from portal.domain.people import Actor, Membership, Role
from portal.domain.periods import Period
from portal.domain.visitors import Visitor
from portal.pages import Shell
from portal.store import (
    agenda,
    agents,
    events,
    firms,
    identity,
    invoice_links,
    invoice_tokens,
    jobs,
    keys,
    logos,
    offices,
    people,
    registers,
    uploads,
)
from portal.store.identity import Session
from portal.store.office import FirmTable, OfficeTable

COOKIE = cookies.SESSION
IPV6 = 6
DEVICE_LIMIT = 120
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
    session: Session


@dataclass(frozen=True, slots=True)
class _Access:
    """What every signed-in actor brings: who, by which session, from where."""

    actor: Actor
    signed_in: SignedIn
    origin: Origin

    def require_fresh(self) -> None:
        """Before tokens, bank accounts and deleting people: a sign-in of minutes ago. Raises `confirm-needed`."""
        self.signed_in.session.require_fresh(clock.now())


@dataclass(frozen=True, slots=True)
class OfficeAccess(_Access):
    """Staff of an office, and the office's table."""

    table: OfficeTable
    office: Office

    def event(self, action: Action, now: datetime, **about: Any) -> Put:
        """The write of an event by this person, for the transaction of what it tells of."""
        return events.put(self.table, self.origin, action, now, **about)


@dataclass(frozen=True, slots=True)
class FirmAccess(_Access):
    """Staff of an office inside one of its firms: the firm's table, and the office's for what firms share."""

    table: FirmTable
    firm: Firm
    office_table: OfficeTable
    office: Office

    def event(self, action: Action, now: datetime, **about: Any) -> Put:
        """The same, about the firm."""
        return events.put(self.office_table, self.origin, action, now, firm=self.firm.id, **about)


@dataclass(frozen=True, slots=True)
class ClientAccess(_Access):
    """A person of a firm, and the firm's table."""

    table: FirmTable
    firm: Firm
    office: Office


@dataclass(frozen=True, slots=True)
class _Impersonal:
    """A firm's table where no person asks. `origin`: what acts."""

    table: FirmTable
    firm: Firm
    office: Office
    origin: Origin


@dataclass(frozen=True, slots=True)
class ProgramAccess(_Impersonal):
    """A program of the firm, let in by one of its tokens for invoices."""


@dataclass(frozen=True, slots=True)
class UnattendedAccess(_Impersonal):
    """What somebody of the firm or its office set for a day, and nobody attends."""


@dataclass(frozen=True, slots=True)
class AgentAccess:
    """An agent of an office, and the office's table."""

    agent: agents.Agent
    table: OfficeTable
    origin: Origin

    def event(self, action: Action, now: datetime, **about: Any) -> Put:
        """The write of an event by this agent."""
        return events.put(self.table, self.origin, action, now, **about)


@dataclass(frozen=True, slots=True)
class SharedAccess:
    """A buyer with the link to one invoice: the table of its firm. `token` is what stands in the link's path."""

    table: FirmTable
    firm: Firm
    office: Office
    link: invoice_links.Link
    token: str


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


def the_registers() -> registers.Registers:
    """Public registers, which belong to no office."""
    return registers.Registers(_table())


def visitor(request: Request) -> Visitor:
    """The visitor's address as CloudFront tells it (`address:port`), or as the API saw it."""
    http = request.resolved_event.raw_event["requestContext"]["http"]
    told = _header(request, "cloudfront-viewer-address").rpartition(":")[0].strip("[]")
    if not _through_our_front(request):
        told = ""  # who calls the API's own host can claim any address
    marks = tuple(mark for mark in _cookie(request, cookies.DEVICE).split(".") if mark)
    return Visitor(_network(told or str(http["sourceIp"])), str(http.get("userAgent") or ""), marks)


def link_token(request: Request) -> str:
    """The token in the path of an e-mailed link."""
    return _in_path(request, "token")


def path_period(request: Request) -> Period:
    """The month named in the path. Raises `period-invalid`."""
    return Period.parse(_in_path(request, "period"))


def path_nip(request: Request) -> str:
    """The NIP named in the path. Raises `nip-invalid`."""
    return identifiers.nip(_in_path(request, "nip"))


def person_id(request: Request) -> str:
    """The person named in the path."""
    return _path_id(request, "person")


def export_id(request: Request) -> str:
    """The export named in the path."""
    return _path_id(request, "export")


def archive_id(request: Request) -> str:
    """The archive named in the path."""
    return _path_id(request, "archive")


def invoice_id(request: Request) -> str:
    """The invoice named in the path."""
    return _path_id(request, "invoice")


def program_id(request: Request) -> str:
    """The token of a program named in the path."""
    return _path_id(request, "program")


def recurring_id(request: Request) -> str:
    """The recurring invoice named in the path."""
    return _path_id(request, "template")


def document_ref(request: Request) -> documents.Ref:
    """The document named in the path."""
    return documents.Ref.parse(_in_path(request, "document"))


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
    """Staff of the office named in the path, and its firm named there; unassigned firms are not there for some."""
    firm_id = _path_id(request, "firm")
    access, (item,) = _office(request, [keys.firm(firm_id)])
    if item is None or not access.actor.serves(firm_id):
        raise errors.Refusal(errors.NOT_FOUND)
    return FirmAccess(
        access.actor,
        access.signed_in,
        access.origin,
        access.table.of_firm(firm_id),
        firms.decode(item),
        access.table,
        access.office,
    )


def client_access(request: Request) -> ClientAccess:
    """A person of the firm named in the path; a suspended firm is read-only."""
    firm_id = _path_id(request, "firm")
    signed_in_, (item,) = _session(request, [lambda who: keys.firm_membership(who, firm_id)])
    if item is None:
        raise errors.Refusal(errors.NOT_FOUND)
    membership = identity.membership_of(item)
    table = OfficeTable(_table(), membership.office)
    # Consistent: a firm that was just suspended is read-only at once.
    found = table.get_many([keys.firm(firm_id), keys.office_details()], consistent=True)
    firm = firms.decode(found[keys.firm(firm_id)]) if keys.firm(firm_id) in found else None
    if firm is None or not firm.readable_by_client:
        raise errors.Refusal(errors.NOT_FOUND)
    if request.method not in _SAFE_METHODS:
        firm.require_writable_by_client()
    office = offices.decode(found[keys.office_details()])
    origin = _origin(request, signed_in_)
    if membership.activated_at is None:
        _came_in(table, membership, origin)
    request.context["shell"] = Shell(
        person=signed_in_.name,
        office=office.id,
        office_name=office.name,
        logo=office.logo,
        firm=firm.id,
        firm_name=firm.name,
        partner=membership.role is Role.PARTNER,
    )
    return ClientAccess(Actor(signed_in_.person, membership), signed_in_, origin, table.of_firm(firm_id), firm, office)


def either_side(request: Request) -> ClientAccess | FirmAccess | ProgramAccess:
    """A person or program of the firm named in the path or, where an office is named there too, its staff.

    A request with a token is a program's, whatever cookies come with it.
    """
    if _in_path(request, "office"):
        return firm_access(request)
    token = _bearer(request)
    return client_access(request) if token is None else program_access(request, token)


def person_of_either_side(request: Request) -> ClientAccess | FirmAccess:
    """The same for what only people may do. Raises `program-refused`."""
    at = either_side(request)
    if isinstance(at, ProgramAccess):
        raise errors.Refusal(errors.PROGRAM_REFUSED)
    return at


def program_access(request: Request, presented: str) -> ProgramAccess:
    """The program whose token this is; a suspended firm is read-only for it as for the firm's people.

    No page of another site can send a token, so where the request comes from is not asked.
    Raises `token-invalid`, `token-revoked`.
    """
    token, table, firm, office = _firm_of_program(presented)
    if token.revoked_at is not None:
        raise errors.Refusal(errors.TOKEN_REVOKED)
    if firm.id != _path_id(request, "firm") or not firm.readable_by_client:
        raise errors.Refusal(errors.NOT_FOUND)
    if request.method not in _SAFE_METHODS:
        firm.require_writable_by_client()
    invoice_tokens.used(table, token, clock.now())
    request.context["shell"] = Shell(
        person=token.name,
        office=office.id,
        office_name=office.name,
        logo=office.logo,
        firm=firm.id,
        firm_name=firm.name,
    )
    here = visitor(request)
    return ProgramAccess(table, firm, office, Origin(token.id, here.network, here.device[:DEVICE_LIMIT]))


def _firm_of_program(presented: str) -> tuple[invoice_tokens.Token, FirmTable, Firm, Office]:
    """What a token names, once its secret proves it: one read. Raises `token-invalid`."""
    parts = secrets.parse_program_token(presented)
    if parts is None or not all(ids.valid(part) for part in (parts.office, parts.firm, parts.token)):
        raise errors.Refusal(errors.TOKEN_INVALID)
    table = OfficeTable(_table(), parts.office)
    wanted = [keys.invoice_token(parts.firm, parts.token), keys.firm(parts.firm), keys.office_details()]
    # Consistent: a revoked token stops at once, and a firm that was just suspended is read-only at once.
    found = table.get_many(wanted, consistent=True)
    if len(found) < len(wanted):
        raise errors.Refusal(errors.TOKEN_INVALID)
    kept, firm, office = (found[key] for key in wanted)
    token = invoice_tokens.decode(kept)
    if not identity.matches(parts.secret, token.hash):
        raise errors.Refusal(errors.TOKEN_INVALID)
    return token, table.of_firm(parts.firm), firms.decode(firm), offices.decode(office)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person can go: an office, or a firm (`firm_name` set). `open`: not switched off or archived."""

    membership: Membership
    office_name: str
    firm_name: str
    open: bool


def places(who: SignedIn) -> list[Place]:
    """Everything the person belongs to, offices first, under the names of today: two reads."""
    memberships = who.identity.memberships(who.person)
    tables = {membership: OfficeTable(_table(), membership.office) for membership in memberships}
    offices_of = {membership: table.own(keys.office_details()) for membership, table in tables.items()}
    firms_of = {membership: table.own(keys.firm(membership.firm)) for membership, table in tables.items()}
    found = _table().get_many([*offices_of.values(), *firms_of.values()])
    listed = [_place(one, found.get(offices_of[one]), found.get(firms_of[one])) for one in memberships]
    present = [place for place in listed if place.office_name and (place.firm_name or not place.membership.firm)]
    return sorted(present, key=lambda place: (bool(place.firm_name), place.office_name, place.firm_name))


def _place(membership: Membership, office: Item | None, firm: Item | None) -> Place:
    is_open = firms.decode(firm).readable_by_client if firm else not membership.firm
    return Place(membership, office["name"] if office else "", firm["name"] if firm else "", is_open)


def agent_access(request: Request) -> AgentAccess:
    """The agent whose token the request carries. Raises `token-invalid`, `token-revoked`."""
    parts = secrets.parse_agent_token(_bearer(request) or "")
    if parts is None or not (ids.valid(parts[0]) and ids.valid(parts[1])):
        raise errors.Refusal(errors.TOKEN_INVALID)
    office, named, secret = parts
    table = OfficeTable(_table(), office)
    agent = agents.get(table, named)
    if agent is None or not identity.matches(secret, agent.token_hash):
        raise errors.Refusal(errors.TOKEN_INVALID)
    if agent.revoked_at is not None:
        raise errors.Refusal(errors.TOKEN_REVOKED)
    return AgentAccess(agent, table, Origin(agent.id, visitor(request).network))


def shared_invoice(request: Request) -> SharedAccess:
    """Whoever has the link to an invoice. Raises `invoice-link-useless`, which does not tell what is wrong with it."""
    token = link_token(request)
    held = secrets.split(token)
    link = invoice_links.get(_table(), held.owner) if held and ids.valid(held.owner) else None
    if held is None or link is None or not identity.matches(held.secret, link.secret_hash):
        raise errors.Refusal(errors.INVOICE_LINK_USELESS)
    table = OfficeTable(_table(), link.office)
    found = table.get_many([keys.firm(link.firm), keys.office_details()], consistent=True)
    firm = firms.decode(found[keys.firm(link.firm)]) if keys.firm(link.firm) in found else None
    if firm is None or firm.status is Status.ARCHIVED:
        raise errors.Refusal(errors.INVOICE_LINK_USELESS)
    request.context["shell"] = Shell(office_name=firm.name)
    office = offices.decode(found[keys.office_details()])
    return SharedAccess(table.of_firm(link.firm), firm, office, link, token)


def looks_ahead(request: Request) -> bool:
    """Whether a program fetches the page before anybody asked to see it."""
    return any("prefetch" in _header(request, name).lower() for name in ("sec-purpose", "purpose"))


def public_logo(request: Request) -> bytes:
    """The logo of the office in the path, for whoever knows its digest: mails show it to people not signed in."""
    table = OfficeTable(_table(), _path_id(request, "office"))
    picture = logos.get(table, _in_path(request, "digest"))
    if not picture:
        raise errors.Refusal(errors.NOT_FOUND)
    return picture


def logo_digest(request: Request) -> str:
    """Which picture the path names."""
    return _in_path(request, "digest")


def job_table(job: jobs.Job) -> OfficeTable:
    """The table of the office that a job is for: one of its administrators wrote the job, inside that office."""
    return OfficeTable(_table(), job.office)


def arrival_table(whose: files.Incoming) -> FirmTable:
    """The table of the firm that an arriving object is for: its key was signed for one of its people, or the office."""
    return OfficeTable(_table(), whose.office).of_firm(whose.firm)


def batch_table(batch: uploads.Batch) -> FirmTable:
    """The table of the firm that uploads were signed for."""
    return OfficeTable(_table(), batch.office).of_firm(batch.firm)


def unattended(entry: agenda.Entry) -> UnattendedAccess | None:
    """The firm that something is due for: one of its people, or the office, put it there. None: it is gone."""
    table = OfficeTable(_table(), entry.office)
    found = table.get_many([keys.firm(entry.firm), keys.office_details()], consistent=True)
    if len(found) < 2:
        return None
    firm, office = firms.decode(found[keys.firm(entry.firm)]), offices.decode(found[keys.office_details()])
    return UnattendedAccess(table.of_firm(entry.firm), firm, office, SCHEDULE)


def the_agenda() -> agenda.Agenda:
    """What is due in all offices, for the hourly look at it."""
    return agenda.Agenda(_table())


def awaited_uploads() -> uploads.Awaited:
    """Signed uploads of all offices, for the hourly look at them."""
    return uploads.Awaited(_table())


def cookie(request: Request) -> str:
    """The session cookie's value."""
    return _cookie(request, COOKIE)


# What a route's parameter may be

TheIdentity = Annotated[identity.Identity, Depends(the_identity)]
TheRegisters = Annotated[registers.Registers, Depends(the_registers)]
SameSite = Annotated[None, Depends(same_site)]
TheVisitor = Annotated[Visitor, Depends(visitor)]
LinkToken = Annotated[str, Depends(link_token)]
PathPeriod = Annotated[Period, Depends(path_period)]
PathNip = Annotated[str, Depends(path_nip)]
PersonId = Annotated[str, Depends(person_id)]
AgentId = Annotated[str, Depends(agent_id)]
ExportId = Annotated[str, Depends(export_id)]
ArchiveId = Annotated[str, Depends(archive_id)]
InvoiceId = Annotated[str, Depends(invoice_id)]
ProgramId = Annotated[str, Depends(program_id)]
RecurringId = Annotated[str, Depends(recurring_id)]
DocumentRef = Annotated[documents.Ref, Depends(document_ref)]
LogoDigest = Annotated[str, Depends(logo_digest)]
PublicLogo = Annotated[bytes, Depends(public_logo)]
AnyPerson = Annotated[SignedIn, Depends(signed_in)]
AtOffice = Annotated[OfficeAccess, Depends(office_access)]
AtFirm = Annotated[FirmAccess, Depends(firm_access)]
AtClientFirm = Annotated[ClientAccess, Depends(client_access)]
AtEitherSide = Annotated[ClientAccess | FirmAccess | ProgramAccess, Depends(either_side)]
PersonAtEitherSide = Annotated[ClientAccess | FirmAccess, Depends(person_of_either_side)]
AtSharedInvoice = Annotated[SharedAccess, Depends(shared_invoice)]
LooksAhead = Annotated[bool, Depends(looks_ahead)]
AtAgent = Annotated[AgentAccess, Depends(agent_access)]


def _office(request: Request, also: Sequence[Key]) -> tuple[OfficeAccess, list[Item | None]]:
    """Session, membership, office, the person's place in it and what else is needed, in one read."""
    office_id = _path_id(request, "office")
    table = OfficeTable(_table(), office_id)
    wanted: list[KeyOf] = [
        lambda who: keys.office_membership(who, office_id),
        lambda _who: table.own(keys.office_details()),
        lambda who: table.own(keys.staff_member(who)),
        *(_whoever(table.own(key)) for key in also),
    ]
    who, (member, details, listed, *others) = _session(request, wanted)
    if member is None or details is None or listed is None:
        raise errors.Refusal(errors.NOT_FOUND)
    membership, office = identity.membership_of(member), offices.decode(details)
    origin = _origin(request, who)
    if membership.activated_at is None:
        _came_in(table, membership, origin)
    limited = office.only_assigned and membership.role is not Role.ADMINISTRATOR
    actor = Actor(who.person, membership, frozenset(listed["assigned"]) if limited else None)
    request.context["shell"] = Shell(
        person=who.name,
        office=office_id,
        office_name=office.name,
        logo=office.logo,
        administrator=actor.administrator,
    )
    return OfficeAccess(actor, who, origin, table, office), others


def _came_in(table: OfficeTable, membership: Membership, origin: Origin) -> None:
    """The first time a person opens the firm or the office: there it is seen that the invitation worked."""
    now = clock.now()
    action = Action.USER_ACTIVATED if membership.firm else Action.STAFF_ACTIVATED
    event = events.put(table, origin, action, now, firm=membership.firm, target=membership.person)
    with suppress(errors.Refusal):  # two pages at once: one of them keeps it
        people.activate(table, membership, now, event)


def _origin(request: Request, who: SignedIn) -> Origin:
    here = visitor(request)
    return Origin(who.person, here.network, here.device[:DEVICE_LIMIT])


def _session(request: Request, wanted: Sequence[KeyOf]) -> tuple[SignedIn, list[Item | None]]:
    """The session, together with other items that depend on whose it is: one read."""
    same_site(request)
    held = secrets.split(cookie(request))
    if held is None or not ids.valid(held.owner):
        raise errors.Refusal(errors.SIGN_IN_NEEDED)
    who = the_identity()
    session, items = who.session_with(held.owner, held.secret, [key_for(held.owner) for key_for in wanted])
    now = clock.now()
    if session is None or session.expires_at <= now:
        raise errors.Refusal(errors.SIGN_IN_NEEDED)
    who.used(session, now)
    return SignedIn(held.owner, session.name, held.secret, who, session), items


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


def _cookie(request: Request, wanted: str) -> str:
    for pair in request.resolved_event.raw_event.get("cookies") or []:
        name, _, value = pair.partition("=")
        if name == wanted:
            return str(value)
    return ""


def _through_our_front(request: Request) -> bool:
    """Whether the request carries what only CloudFront adds; on this machine there is no CloudFront."""
    secret = settings().origin_secret
    return not secret or identity.matches(_header(request, "x-origin-secret"), secrets.digest(secret))


def _bearer(request: Request) -> str | None:
    """The token that the request carries; None: it carries none."""
    scheme, _, token = _header(request, "authorization").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _header(request: Request, name: str) -> str:
    return str(request.resolved_event.headers.get(name) or "")


@lru_cache(maxsize=1)
def _table() -> Table:
    return Table(settings().table_name)
