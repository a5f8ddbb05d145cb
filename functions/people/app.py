"""Routes for the people of a firm and the staff of the office."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends

from functions.people.changes import People
from functions.people.inputs import (
    Assignments,
    FirmsQuery,
    StaffChange,
    StaffInput,
    UserChange,
    UserInput,
    WayBack,
)
from functions.people.views import Assignable, FirmUser, FirmUsers, PersonLine, StaffList, StaffMember
from portal import bodies, clock, web
from portal.access import AtFirm, AtOffice, FirmAccess, OfficeAccess, PersonId, TheIdentity
from portal.domain import errors
from portal.domain.firms import Status
from portal.domain.people import Role, Standing, subject_of
from portal.domain.periods import Period
from portal.store import directory, months
from portal.store.directory import Entry
from portal.store.identity import Identity
from portal.store.people import Listed, Roster
from portal.views import FirmHead

app = web.new_app()
handler = web.entrypoint(app)

SUBJECT_MONTHS = 24

AnyFirms = Annotated[FirmsQuery, Depends(web.query(FirmsQuery))]
AnyAssignments = Annotated[Assignments, Depends(web.body(Assignments, bodies.SELECTION))]
AnyWayBack = Annotated[WayBack, Depends(web.body(WayBack))]


# People of a firm


@app.get("/offices/<office>/firms/<firm>/users")
def users_page(at: AtFirm, who: TheIdentity) -> FirmUsers:
    """The people of a firm."""
    return _users(at, who)


@app.post("/offices/<office>/firms/<firm>/users")
def invite_user(at: AtFirm, who: TheIdentity, given: Annotated[UserInput, Depends(web.body(UserInput))]) -> web.Done:
    """Lets a person in and sends the invitation."""
    subject = subject_of(given.role, given.subject)
    People.of_firm(at, who).invite(given.email, given.name, given.role, subject, clock.now())
    return web.Done(_users_address(at), "invited", view=_users(at, who), created=True)


@app.get("/offices/<office>/firms/<firm>/users/<person>")
def user_page(at: AtFirm, who: TheIdentity, person: PersonId) -> FirmUser:
    """One person of a firm."""
    return _user(at, who, person)


@app.post("/offices/<office>/firms/<firm>/users/<person>")
def change_user(
    at: AtFirm, who: TheIdentity, person: PersonId, given: Annotated[UserChange, Depends(web.body(UserChange))]
) -> web.Done:
    """Gives a person of a firm another role."""
    People.of_firm(at, who).change(person, given.role, subject_of(given.role, given.subject), clock.now())
    return web.Done(f"{_users_address(at)}/{person}", "saved", view=_user(at, who, person))


@app.post("/offices/<office>/firms/<firm>/users/<person>/invitation")
def invite_user_again(at: AtFirm, who: TheIdentity, person: PersonId) -> web.Done:
    """Sends the invitation again; the old link is useless then."""
    People.of_firm(at, who).resend(person, clock.now())
    return web.Done(_users_address(at), "invited-again", view=_users(at, who))


@app.post("/offices/<office>/firms/<firm>/users/<person>/deactivation")
def deactivate_user(at: AtFirm, who: TheIdentity, person: PersonId) -> web.Done:
    """Takes access away, also from open sessions."""
    People.of_firm(at, who).switch(person, clock.now(), on=False)
    return web.Done(_users_address(at), "deactivated", view=_users(at, who))


@app.post("/offices/<office>/firms/<firm>/users/<person>/activation")
def activate_user(at: AtFirm, who: TheIdentity, person: PersonId) -> web.Done:
    """Gives access back."""
    People.of_firm(at, who).switch(person, clock.now(), on=True)
    return web.Done(_users_address(at), "activated", view=_users(at, who))


@app.post("/offices/<office>/firms/<firm>/users/<person>/removal")
def remove_user(at: AtFirm, who: TheIdentity, person: PersonId, _back: AnyWayBack) -> web.Done:
    """Erases a person of a firm; only who just proved who they are may."""
    People.of_firm(at, who).remove(person, clock.now())
    return web.Done(_users_address(at), "person-removed", view=_users(at, who))


# Staff


@app.get("/offices/<office>/staff")
def staff_page(at: AtOffice, who: TheIdentity) -> StaffList:
    """Who works in the office."""
    at.actor.require_administrator()
    return _staff(at, who)


@app.post("/offices/<office>/staff")
def invite_staff(
    at: AtOffice, who: TheIdentity, given: Annotated[StaffInput, Depends(web.body(StaffInput))]
) -> web.Done:
    """Lets a person work in the office and sends the invitation."""
    People.of_staff(at, who).invite(given.email, given.name, given.role, "", clock.now())
    return web.Done(_staff_address(at), "invited", view=_staff(at, who), created=True)


@app.get("/offices/<office>/staff/<person>")
def staff_member_page(at: AtOffice, who: TheIdentity, person: PersonId, query: AnyFirms) -> StaffMember:
    """One of the staff, with the firms to assign."""
    at.actor.require_administrator()
    return _member(at, who, person, query.q)


@app.post("/offices/<office>/staff/<person>")
def change_staff(
    at: AtOffice, who: TheIdentity, person: PersonId, given: Annotated[StaffChange, Depends(web.body(StaffChange))]
) -> web.Done:
    """Gives one of the staff another role."""
    People.of_staff(at, who).change(person, given.role, "", clock.now())
    return web.Done(f"{_staff_address(at)}/{person}", "saved", view=_member(at, who, person))


@app.post("/offices/<office>/staff/<person>/assignments")
def assign_firms(at: AtOffice, who: TheIdentity, person: PersonId, given: AnyAssignments) -> web.Done:
    """Tells which firms one of the staff looks after: all of them at once."""
    people = People.of_staff(at, who)
    names = {firm.id: firm.name for firm in directory.all_of(at.table)}
    if not names.keys() >= set(given.firms):
        raise errors.Refusal(errors.NOT_FOUND, "firms")
    people.assign(person, given.version, given.firms, names, clock.now())
    return web.Done(f"{_staff_address(at)}/{person}", "saved", view=_member(at, who, person))


@app.post("/offices/<office>/staff/<person>/invitation")
def invite_staff_again(at: AtOffice, who: TheIdentity, person: PersonId) -> web.Done:
    """Sends the invitation again; the old link is useless then."""
    People.of_staff(at, who).resend(person, clock.now())
    return web.Done(_staff_address(at), "invited-again", view=_staff(at, who))


@app.post("/offices/<office>/staff/<person>/deactivation")
def deactivate_staff(at: AtOffice, who: TheIdentity, person: PersonId) -> web.Done:
    """Switches one of the staff off, also in open sessions; the account stays."""
    People.of_staff(at, who).switch(person, clock.now(), on=False)
    return web.Done(_staff_address(at), "deactivated", view=_staff(at, who))


@app.post("/offices/<office>/staff/<person>/activation")
def activate_staff(at: AtOffice, who: TheIdentity, person: PersonId) -> web.Done:
    """Switches one of the staff on again."""
    People.of_staff(at, who).switch(person, clock.now(), on=True)
    return web.Done(_staff_address(at), "activated", view=_staff(at, who))


@app.post("/offices/<office>/staff/<person>/removal")
def remove_staff(at: AtOffice, who: TheIdentity, person: PersonId, _back: AnyWayBack) -> web.Done:
    """Erases one of the staff; only who just proved who they are may."""
    People.of_staff(at, who).remove(person, clock.now())
    return web.Done(_staff_address(at), "person-removed", view=_staff(at, who))


def _users_address(at: FirmAccess) -> str:
    return f"/offices/{at.table.office}/firms/{at.firm.id}/users"


def _staff_address(at: OfficeAccess) -> str:
    return f"/offices/{at.table.office}/staff"


def _users(at: FirmAccess, who: Identity) -> FirmUsers:
    lines = _lines(at, who, Roster(at.office_table, at.firm.id).people())
    return FirmUsers(firm=FirmHead.of(at.firm), users=lines, subjects=_subjects(at))


def _user(at: FirmAccess, who: Identity, person: str) -> FirmUser:
    (line,) = _lines(at, who, [Roster(at.office_table, at.firm.id).get(person)])
    return FirmUser(firm=FirmHead.of(at.firm), user=line, subjects=_subjects(at))


def _subjects(at: FirmAccess) -> list[str]:
    """Whom a partner may stand for: the firm's partners, and whom its records of the last two years name."""
    last = Period.of(clock.today(clock.now()))
    stored = months.between(at.table, last.plus(-SUBJECT_MONTHS), last)
    named = {key.subject for month in stored for key in month.records if key.subject}
    return sorted(named | {partner.name for partner in at.firm.partners}, key=directory.sort_name)


def _staff(at: OfficeAccess, who: Identity) -> StaffList:
    lines = _lines(at, who, Roster(at.table).people())
    return StaffList(staff=lines, only_assigned=at.office.only_assigned, you=at.actor.person)


def _member(at: OfficeAccess, who: Identity, person: str, q: str = "") -> StaffMember:
    listed = Roster(at.table).get(person)
    (line,) = _lines(at, who, [listed])
    every = [firm for firm in directory.all_of(at.table) if _assignable(firm, listed)]
    shown = directory.search(every, q)
    return StaffMember(
        member=line,
        you=at.actor.person,
        version=listed.version,
        only_assigned=at.office.only_assigned,
        firms=[_assignable_line(firm, listed) for firm in shown],
        hidden=sorted(set(listed.assigned) & {firm.id for firm in every} - {firm.id for firm in shown}),
        q=q,
    )


def _assignable(firm: Entry, listed: Listed) -> bool:
    return firm.status is not Status.ARCHIVED or firm.id in listed.assigned


def _assignable_line(firm: Entry, listed: Listed) -> Assignable:
    return Assignable(
        id=firm.id, name=firm.name, number=firm.number, prefix=firm.prefix, assigned=firm.id in listed.assigned
    )


def _lines(at: OfficeAccess | FirmAccess, who: Identity, listed: Iterable[Listed]) -> list[PersonLine]:
    """People for a page, who has access first; one read for what became of the mails to them."""
    ordered = sorted(listed, key=_order)
    mails = who.mail_records([one.person for one in ordered if one.standing is not Standing.REMOVED])
    return [PersonLine.of(one, at.office.id, mails.get(one.person)) for one in ordered]


def _order(listed: Listed) -> tuple[int, bool, str, str]:
    place = {Standing.INVITED: 0, Standing.ACTIVE: 0, Standing.OFF: 1, Standing.REMOVED: 2}[listed.standing]
    return place, listed.role is not Role.ADMINISTRATOR, directory.sort_name(listed.name), listed.person
