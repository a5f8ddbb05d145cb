"""Whatever happens to people, firms and settings in whatever order: who may do what is what a few rules say.

Hypothesis makes up the stories. They are played through the real handlers, and after each step everybody asks for
something: the portal's answers are compared with a model that knows the rules and nothing of the product's code.
"""

from __future__ import annotations

import random
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from tests.functions import tables, times
from tests.functions.forms import forms_to
from tests.functions.gateway import Answer, Browser
from tests.functions.times import Clock
from tests.functions.world import BOSS, NIPS, Mails, Office, Snapshot, contribution, sign_in_by_mail, tax

ALA, BEA, CYD, DAW = (f"{name}@osoby.example" for name in ("ala", "bea", "cyd", "daw"))
PEOPLE = (BOSS, ALA, BEA, CYD, DAW)
FIRMS = 3
KOS, LIS = "Kos Jan", "Lis Ewa"
VISIBLE = {"firm": 1111, "Kos Jan": 11, "Lis Ewa": 101}
"""What the desktop adds up to for a firm's user and for each partner: powers of ten tell what is in a sum."""

STATUSES = {
    "active": ["suspended", "inactive", "archived"],
    "suspended": ["active", "inactive", "archived"],
    "inactive": ["active", "archived"],
    "archived": ["active"],
}


class Expected(NamedTuple):
    """An answer as the rules foresee it; `total` of a client's desktop."""

    status: int
    code: str = ""
    total: int | None = None


SIGN_IN, NOT_THERE = Expected(401, "sign-in-needed"), Expected(404, "not-found")


@dataclass
class Staff:
    """What somebody is to the office."""

    role: str
    on: bool = True
    came_in: bool = False
    assigned: set[int] = field(default_factory=set)


@dataclass
class User:
    """What somebody is to a firm."""

    role: str
    subject: str = ""
    on: bool = True


@dataclass
class Model:
    """The rules, written down once more in the simplest way; it begins as `base` is made."""

    staff: dict[str, Staff] = field(
        default_factory=lambda: {
            BOSS: Staff("administrator", came_in=True),
            ALA: Staff("administrator"),
            BEA: Staff("staff", assigned={0}),
        }
    )
    users: dict[tuple[int, str], User] = field(
        default_factory=lambda: {(0, CYD): User("partner", KOS), (0, DAW): User("firm"), (1, DAW): User("partner", LIS)}
    )
    status: dict[int, str] = field(default_factory=lambda: dict.fromkeys(range(FIRMS), "active"))
    signed_in: set[str] = field(default_factory=lambda: set(PEOPLE))
    only_assigned: bool = False

    def known(self, who: str) -> bool:
        return who in self.staff or any(person == who for _, person in self.users)

    def forget_if_nowhere(self, who: str) -> None:
        if not self.known(who):
            self.signed_in.discard(who)

    def works_here(self, who: str) -> bool:
        return who in self.staff and self.staff[who].on

    def administrators(self) -> list[str]:
        return [who for who, one in self.staff.items() if one.role == "administrator" and one.on]

    def running(self) -> list[str]:
        return [who for who in self.administrators() if self.staff[who].came_in]

    def at_office(self, who: str) -> Expected:
        if who not in self.signed_in:
            return SIGN_IN
        return Expected(200) if self.works_here(who) else NOT_THERE

    def at_staff(self, who: str, otherwise: Expected) -> Expected:
        there = self.at_office(who)
        if there.status == 200 and self.staff[who].role != "administrator":
            return Expected(403, "administrator-only")
        return otherwise if there.status == 200 else there

    def in_firm(self, who: str, firm: int, otherwise: Expected) -> Expected:
        there = self.at_office(who)
        if there.status != 200:
            return there
        member = self.staff[who]
        limited = self.only_assigned and member.role == "staff" and firm not in member.assigned
        return NOT_THERE if limited else otherwise

    def as_client(self, who: str, firm: int, *, writing: bool) -> Expected:
        if who not in self.signed_in:
            return SIGN_IN
        user = self.users.get((firm, who))
        if user is None or not user.on or self.status[firm] not in ("active", "suspended"):
            return NOT_THERE
        if writing:
            return Expected(403, "read-only") if self.status[firm] == "suspended" else Expected(404, "record-unknown")
        return Expected(200, total=VISIBLE[user.subject if user.role == "partner" else "firm"])

    def push_out(self, actor: str, target: str) -> Expected | None:
        """Why a member may not stop being what they are; None: they may."""
        if self.running() == [target]:
            return Expected(409, "last-administrator")
        return Expected(409, "own-account") if target == actor else None


person = st.sampled_from(PEOPLE)
number = st.integers(0, 59)
firm_number = st.integers(0, FIRMS - 1)
staff_role = st.sampled_from(["administrator", "staff"])
firm_role = st.sampled_from([("firm", ""), ("partner", KOS), ("partner", LIS)])


class AccessMachine(RuleBasedStateMachine):
    """Stories of an office with three firms and five people."""

    dynamodb: Any
    base: Base
    clock: Clock
    mails: Mails

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.open.enter_context(tables.fresh(self.dynamodb, self.base.items))
        self.clock.moment = times.START
        self.mails.sent.clear()
        self.browsers = {who: Browser(cookies=dict(cookies)) for who, cookies in self.base.cookies.items()}
        self.office = Office(self.base.office, self.browsers[BOSS], self.mails)
        self.model = Model()
        self.ids = dict(self.base.ids)
        self.turns = random.Random(0)  # noqa: S311 - only chooses what is asked

    # What people do

    def actor(self, number: int) -> str:
        running = sorted(set(self.model.administrators()) & self.model.signed_in)
        return running[number % len(running)]

    def a_user(self, number: int) -> tuple[int, str]:
        """Mostly somebody who is listed: a story in which every second step is "not found" proves little."""
        listed = sorted(self.model.users)
        anybody = [(firm, who) for firm in range(FIRMS) for who in PEOPLE]
        return listed[number % len(listed)] if listed and number % 4 else anybody[number % len(anybody)]

    def a_member(self, number: int) -> str:
        listed = sorted(self.model.staff)
        return listed[number % len(listed)] if number % 4 else PEOPLE[number % len(PEOPLE)]

    def somebody_acts(self) -> bool:
        return bool(set(self.model.administrators()) & self.model.signed_in)

    @precondition(somebody_acts)
    @rule(who=person, firm=firm_number, role=firm_role, by=number)
    def invite_user(self, who: str, firm: int, role: tuple[str, str], by: int) -> None:
        known = self.model.users.get((firm, who))
        body = {"email": who, "name": "Osoba", "role": role[0], "subject": role[1]}
        answer = self.post(by, f"/firms/{self.base.firms[firm]}/users", body)
        self.told(answer, Expected(409, "already-invited") if known and known.on else Expected(201))
        if answer.status == 201:
            self.model.users[firm, who] = User(*role)
            self.arrives(who, answer.json["users"])

    @precondition(somebody_acts)
    @rule(whom=number, role=firm_role, by=number)
    def change_user(self, whom: int, role: tuple[str, str], by: int) -> None:
        firm, who = self.a_user(whom)
        user = self.model.users.get((firm, who))
        body = {"role": role[0], "subject": role[1]}
        self.told(self.post(by, self.user_path(firm, who), body), Expected(200) if user else NOT_THERE)
        if user:
            user.role, user.subject = role

    @precondition(somebody_acts)
    @rule(whom=number, on=st.booleans(), by=number)
    def switch_user(self, whom: int, on: bool, by: int) -> None:
        firm, who = self.a_user(whom)
        user = self.model.users.get((firm, who))
        path = self.user_path(firm, who, "activation" if on else "deactivation")
        self.told(self.post(by, path), Expected(200) if user else NOT_THERE)
        if user:
            user.on = on

    @precondition(somebody_acts)
    @rule(whom=number, by=number)
    def delete_user(self, whom: int, by: int) -> None:
        firm, who = self.a_user(whom)
        self.sign_in(self.actor(by))
        there = (firm, who) in self.model.users
        answer = self.post(by, self.user_path(firm, who, "removal"), {})
        if there:
            self.told(answer, Expected(200))
            del self.model.users[firm, who]
            self.model.forget_if_nowhere(who)

    @precondition(somebody_acts)
    @rule(who=person, role=staff_role, by=number)
    def invite_staff(self, who: str, role: str, by: int) -> None:
        answer = self.post(by, "/staff", {"email": who, "name": "Osoba", "role": role})
        self.told(answer, Expected(409, "staff-exists") if who in self.model.staff else Expected(201))
        if answer.status == 201:
            self.model.staff[who] = Staff(role)
            self.arrives(who, answer.json["staff"])

    @precondition(somebody_acts)
    @rule(whom=number, role=staff_role, by=number)
    def change_staff(self, whom: int, role: str, by: int) -> None:
        who = self.a_member(whom)
        member = self.model.staff.get(who)
        refused = self.model.push_out(self.actor(by), who) if member and member.role != role else None
        expected = refused or (Expected(200) if member else NOT_THERE)
        self.told(self.post(by, self.staff_path(who), {"role": role}), expected)
        if member and not refused:
            member.role = role

    @precondition(somebody_acts)
    @rule(whom=number, on=st.booleans(), by=number)
    def switch_staff(self, whom: int, on: bool, by: int) -> None:
        who = self.a_member(whom)
        member = self.model.staff.get(who)
        refused = self.model.push_out(self.actor(by), who) if member and member.on != on else None
        expected = refused or (Expected(200) if member else NOT_THERE)
        self.told(self.post(by, self.staff_path(who, "activation" if on else "deactivation")), expected)
        if member and not refused:
            member.on = on

    @precondition(somebody_acts)
    @rule(whom=number, by=number)
    def delete_staff(self, whom: int, by: int) -> None:
        who = self.a_member(whom)
        self.sign_in(self.actor(by))
        member = self.model.staff.get(who)
        refused = self.model.push_out(self.actor(by), who) if member else None
        answer = self.post(by, self.staff_path(who, "removal"), {})
        if member:
            self.told(answer, refused or Expected(200))
        if member and not refused:
            del self.model.staff[who]
            self.model.forget_if_nowhere(who)

    @precondition(somebody_acts)
    @rule(whom=number, firms=st.sets(firm_number), by=number)
    def assign(self, whom: int, firms: set[int], by: int) -> None:
        who = self.a_member(whom)
        member = self.model.staff.get(who)
        page = self.browsers[self.actor(by)].get(self.office.path(self.staff_path(who)))
        assert page.status == (200 if member else 404)
        if member:
            body = {"version": page.json["version"], "firms": [self.base.firms[firm] for firm in sorted(firms)]}
            self.told(self.post(by, self.staff_path(who, "assignments"), body), Expected(200))
            member.assigned = firms

    @precondition(somebody_acts)
    @rule(by=number)
    def limit_staff_or_not(self, by: int) -> None:
        browser = Browser(html=True, cookies=self.browsers[self.actor(by)].cookies)
        (form,) = forms_to(browser.get(self.office.path("/settings")), self.office.path("/settings"))
        form.fields.pop("only_assigned", None)
        self.model.only_assigned = not self.model.only_assigned
        typed = {"only_assigned": "true"} if self.model.only_assigned else {}
        assert form.send(browser, **typed).status == 303

    @precondition(somebody_acts)
    @rule(firm=firm_number, to=number, by=number)
    def turn_firm(self, firm: int, to: int, by: int) -> None:
        offered = STATUSES[self.model.status[firm]]
        status = offered[to % len(offered)]
        path = f"/firms/{self.base.firms[firm]}"
        version = self.browsers[self.actor(by)].get(self.office.path(f"{path}/settings")).json["version"]
        self.told(self.post(by, f"{path}/status", {"version": version, "status": status}), Expected(200))
        self.model.status[firm] = status

    @rule(who=person)
    def sign_out(self, who: str) -> None:
        if who in self.model.signed_in:
            assert self.browsers[who].post("/sign-out").status == 200
            self.model.signed_in.discard(who)

    @rule(who=person)
    def sign_in_if_known(self, who: str) -> None:
        if self.model.known(who):
            self.sign_in(who)

    # How it is done

    def post(self, by: int, path: str, body: object = None) -> Answer:
        return self.browsers[self.actor(by)].post(self.office.path(path), body)

    def told(self, answer: Answer, expected: Expected) -> None:
        code = answer.json.get("code", "") if answer.status >= 400 else ""
        assert (answer.status, code) == expected[:2], answer.text

    def arrives(self, who: str, listed: list[dict[str, Any]]) -> None:
        """Somebody who was let in, in a browser of their own."""
        self.ids[who] = next(one["person"] for one in listed if one["email"] == who)
        if who not in self.model.signed_in:
            self.browsers[who] = sign_in_by_mail(self.mails.last_to(who)["text"])
            self.model.signed_in.add(who)

    def sign_in(self, who: str) -> None:
        Browser().post("/sign-in", {"email": who})
        self.browsers[who] = sign_in_by_mail(self.mails.last_to(who)["text"])
        self.model.signed_in.add(who)

    def user_path(self, firm: int, who: str, what: str = "") -> str:
        return f"/firms/{self.base.firms[firm]}/users/{self.id_of(who)}" + (f"/{what}" if what else "")

    def staff_path(self, who: str, what: str = "") -> str:
        return f"/staff/{self.id_of(who)}" + (f"/{what}" if what else "")

    def id_of(self, who: str) -> str:
        return self.ids[who]

    # What everybody asks afterwards

    def checks(self, who: str) -> list[tuple[str, str, object, Expected]]:
        model, office = self.model, f"/offices/{self.base.office}"
        asked: list[tuple[str, str, object, Expected]] = [
            ("GET", office, None, model.at_office(who)),
            ("GET", f"{office}/staff", None, model.at_staff(who, Expected(200))),
            # Who asks is on the list already.
            (
                "POST",
                f"{office}/staff",
                {"email": who, "name": "X", "role": "administrator"},
                model.at_staff(who, Expected(409, "staff-exists")),
            ),
        ]
        for number, firm in enumerate(self.base.firms):
            nothing = Expected(422, "nothing-chosen")
            payment = {"record": "2026-01.tax.CIT.@1"}
            asked += [
                ("GET", f"{office}/firms/{firm}/settings", None, model.in_firm(who, number, Expected(200))),
                ("POST", f"{office}/firms/{firm}/approvals", {}, model.in_firm(who, number, nothing)),
                ("GET", f"/firms/{firm}", None, model.as_client(who, number, writing=False)),
                ("POST", f"/firms/{firm}/payments", payment, model.as_client(who, number, writing=True)),
            ]
        return asked

    def ask(self, who: str, method: str, path: str, body: object, expected: Expected) -> None:
        answer = self.browsers.get(who, Browser()).send(method, path, body=body)
        told = answer.json
        got = Expected(answer.status, told.get("code", "") if answer.status >= 400 else "")
        if expected.total is not None:
            got = got._replace(total=told["total"])
        assert got == expected, f"{who} {method} {path}"
        if expected.status == 200 and path.startswith(f"/offices/{self.base.office}"):
            self.model.staff[who].came_in = True

    def check_invariants(self, *arguments: Any) -> None:
        """After every step: each person asks some of the questions, one of them many."""
        super().check_invariants(*arguments)
        self.clock.advance(hours=2)
        thorough = self.turns.choice(PEOPLE)
        for who in PEOPLE:
            asked = self.checks(who)
            for question in self.turns.sample(asked, 7 if who == thorough else 2):
                self.ask(who, *question)

    def teardown(self) -> None:
        self.open.close()


class Base(NamedTuple):
    """Where every story begins."""

    office: str
    firms: list[str]
    ids: dict[str, str]
    cookies: dict[str, dict[str, str]]
    items: list[dict[str, Any]]


@pytest.fixture
def base(dynamodb: Any, table: Any, office: Office, mails: Mails) -> Base:
    firms = [office.add_firm(nip) for nip in NIPS[:FIRMS]]
    agent = office.agent()
    for nip in NIPS[:FIRMS]:
        amounts = [
            tax(1, nip=nip),
            *(contribution(sum_, subject=who, nip=nip) for sum_, who in ((10, KOS), (100, LIS), (1000, ""))),
        ]
        results = agent.push(*amounts, approve={"tax": True, "contribution": True})
        assert {one["result"] for one in results} == {"stored"}
    for who, path, role in (
        (ALA, "/staff", {"role": "administrator"}),
        (BEA, "/staff", {"role": "staff"}),
        (CYD, f"/firms/{firms[0]}/users", {"role": "partner", "subject": KOS}),
        (DAW, f"/firms/{firms[0]}/users", {"role": "firm"}),
        (DAW, f"/firms/{firms[1]}/users", {"role": "partner", "subject": LIS}),
    ):
        assert office.boss.post(office.path(path), {"email": who, "name": "Osoba", **role}).status == 201
    pages = ("/staff", *(f"/firms/{firm}/users" for firm in firms[:2]))
    answers = [office.boss.get(office.path(page)).json for page in pages]
    ids = {one["email"]: one["person"] for told in answers for one in told.get("staff", told.get("users"))}
    path = office.path(f"/staff/{ids[BEA]}/assignments")
    assert office.boss.post(path, {"version": 1, "firms": [firms[0]]}).status == 200
    cookies = {who: dict(sign_in_by_mail(mails.last_to(who)["text"]).cookies) for who in PEOPLE if who != BOSS}
    cookies[BOSS] = dict(office.boss.cookies)
    return Base(office.id, firms, ids, cookies, tables.read_all(dynamodb))


def test_who_may_do_what_is_what_the_rules_say(
    base: Base, dynamodb: Any, clock: Clock, mails: Mails, opened: Snapshot
) -> None:
    dynamodb.delete_table(TableName=tables.name())
    story = type("Story", (AccessMachine,), {"dynamodb": dynamodb, "base": base, "clock": clock, "mails": mails})
    try:
        run_state_machine_as_test(
            story,
            settings=settings(
                max_examples=8,
                stateful_step_count=14,
                deadline=None,
                derandomize=True,
                database=None,
                phases=[Phase.generate, Phase.shrink],
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        dynamodb.create_table(**tables.table_properties(tables.name()))
