"""Routes for the office's firms and the people of a firm."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends

from functions.firms.views import FirmLine, FirmList, FirmSettings, FirmUsers, UserLine
from portal import clock, ids, sign_in, web
from portal.access import AtFirm, AtOffice, FirmAccess, OfficeAccess, PersonId, TheIdentity
from portal.domain import identifiers
from portal.domain.firms import NEXT_STATUSES, Firm, LegalForm, Status
from portal.domain.people import Membership, Person, Role
from portal.inputs import Email, Name, Nip, PageStart, Prefix, Text, ZusAccount
from portal.store import firms, identity, months, people
from portal.views import FirmHead

app = web.new_app()
handler = web.entrypoint(app)

PAGE = 100
MOST_FOUND = 300


class ListQuery(web.Input):
    """Where the list goes on, or what it is cut to: words to find, or just what waits for approval."""

    after: PageStart = ""
    q: Text = ""
    waiting: bool = False


class FirmInput(web.Input):
    """A firm the office adds itself."""

    nip: Nip
    name: Name
    legal_form: LegalForm = LegalForm.SOLE_TRADER
    prefix: Prefix = ""


class SettingsInput(web.Input):
    """What the office may change about a firm; `version` is the one it saw."""

    version: int
    name: Name
    legal_form: LegalForm
    prefix: Prefix = ""
    zus_account: ZusAccount = ""


class StatusInput(web.Input):
    """What a firm shall become."""

    version: int
    status: Status


class UserInput(web.Input):
    """A person the office lets in."""

    email: Email
    name: Name


@app.get("/offices/<office>/firms")
def firm_list(at: AtOffice, query: Annotated[ListQuery, Depends(web.query(ListQuery))]) -> FirmList:
    """The office's firms by name, each with what waits for approval: two reads."""
    waiting: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    for month in months.waiting(at.table):
        waiting[month.firm] += month.waiting
        changed[month.firm] += month.changed
    if query.q or query.waiting:
        found = firms.search(at.table, query.q.replace("-", ""))
        listed, more = [firm for firm in found if waiting[firm.id] or not query.waiting], ""
    else:
        listed, more = firms.page_by_name(at.table, limit=PAGE, after=query.after)
    lines = [
        FirmLine(**firm._asdict(), waiting=waiting[firm.id], changed=changed[firm.id]) for firm in listed[:MOST_FOUND]
    ]
    return FirmList(
        firms=lines,
        more=more,
        q=query.q,
        only_waiting=query.waiting,
        left_out=max(0, len(listed) - MOST_FOUND),
        show_prefix=any(firm.prefix for firm in lines),
    )


@app.post("/offices/<office>/firms")
def add_firm(at: AtOffice, given: Annotated[FirmInput, Depends(web.body(FirmInput))]) -> web.Done:
    """Adds a firm; the office took it on, so it is active at once."""
    firm = Firm(ids.new(clock.now()), given.nip, given.name, Status.ACTIVE, given.legal_form, given.prefix)
    firms.create(at.table, firm)
    return web.Done(_address(at, firm.id, "settings"), "added", view=_settings_view(firm), created=True)


@app.get("/offices/<office>/firms/<firm>/settings")
def settings_page(at: AtFirm) -> FirmSettings:
    """What the office keeps about a firm."""
    return _settings_view(at.firm)


@app.post("/offices/<office>/firms/<firm>/settings")
def change_settings(at: AtFirm, given: Annotated[SettingsInput, Depends(web.body(SettingsInput))]) -> web.Done:
    """Changes them, unless somebody else did meanwhile."""
    identifiers.require_payer(given.zus_account, at.firm.nip)
    wanted = replace(at.firm, **given.model_dump())
    after = firms.update(at.table, wanted)
    return web.Done(_address(at, at.firm.id, "settings"), "saved", view=_settings_view(after))


@app.post("/offices/<office>/firms/<firm>/status")
def change_status(at: AtFirm, given: Annotated[StatusInput, Depends(web.body(StatusInput))]) -> web.Done:
    """Takes a firm on, suspends, switches off or archives it."""
    at.firm.require_next(given.status)
    after = firms.update(at.table, replace(at.firm, version=given.version, status=given.status))
    return web.Done(_address(at, at.firm.id, "settings"), "status", view=_settings_view(after))


@app.get("/offices/<office>/firms/<firm>/users")
def users_page(at: AtFirm) -> FirmUsers:
    """The people of a firm."""
    return _users_view(at)


@app.post("/offices/<office>/firms/<firm>/users")
def invite(at: AtFirm, who: TheIdentity, given: Annotated[UserInput, Depends(web.body(UserInput))]) -> web.Done:
    """Lets a person in, new to the portal or known from elsewhere, and sends the invitation with it."""
    now = clock.now()
    known = who.person_by_email(given.email)
    # A person known from elsewhere is listed as this office calls them: names do not travel between offices.
    person = replace(known, name=given.name) if known else Person(ids.new(now), given.email, given.name)
    office_name = at.actor.membership.office_name
    membership = Membership(person.id, at.table.office, office_name, Role.FIRM, at.firm.id, at.firm.name)
    mail = sign_in.invitation(person, {"office_name": office_name, "firm_name": at.firm.name}, now)
    steps = [*([] if known else identity.person_steps(person)), *mail]
    people.add_firm_user(at.table, person, membership, steps, now)
    return web.Done(_address(at, at.firm.id, "users"), "invited", view=_users_view(at), created=True)


@app.post("/offices/<office>/firms/<firm>/users/<person>/deactivation")
def deactivate(at: AtFirm, person: PersonId) -> web.Done:
    """Takes access away, also from open sessions."""
    people.remove_firm_user(at.table, person)
    return web.Done(_address(at, at.firm.id, "users"), "deactivated", view=_users_view(at))


def _address(at: OfficeAccess | FirmAccess, firm_id: str, page: str) -> str:
    return f"/offices/{at.table.office}/firms/{firm_id}/{page}"


def _settings_view(firm: Firm) -> FirmSettings:
    return FirmSettings(
        firm=FirmHead.of(firm),
        version=firm.version,
        tax_account=identifiers.tax_account(firm.nip),
        next_statuses=NEXT_STATUSES[firm.status],
    )


def _users_view(at: FirmAccess) -> FirmUsers:
    lines = [
        UserLine(person=user.person, name=user.name, email=user.email, since=user.since, active=user.active)
        for user in people.firm_users(at.table)
    ]
    return FirmUsers(firm=FirmHead.of(at.firm), users=lines)
