"""The tenant matrix: for every route of template.yaml, everybody who must not get in asks with the right ids.

They are told that there is no such thing, learn nothing, and leave the table as it was, byte for byte. A route
without a row here fails the build.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum
from typing import Any
from urllib.parse import quote

import pytest

from portal import aws, ids
from portal.aws import Expect, Key, Page, Put, Table
from portal.domain.people import Membership, Person, Role
from portal.domain.periods import Period
from portal.store import identity, keys, people
from portal.store.office import FirmTable, OfficeTable
from tests.contract.template import routes
from tests.functions import tables, times
from tests.functions.gateway import Answer, Browser
from tests.functions.tables import read_all
from tests.functions.world import (
    NIPS,
    Agent,
    Mails,
    Office,
    contribution,
    link_in,
    open_office,
    sign_in_by_mail,
    statement,
    tax,
)

VAT = "2026-10.tax.VAT-7."
SECRETS = ("Firma Tajna", "Druga Tajna", NIPS[0], NIPS[1], "713131", "7 131,31", "724242", "Agent Tajny", "tajny@")
"""What no stranger may read in any answer."""

Body = Callable[["World"], object]


class For(Enum):
    """Whom a route lets in."""

    ANYONE = "anyone"
    SIGNED_IN = "anyone signed in"
    STAFF = "staff of the office"
    ADMINISTRATOR = "administrators of the office"
    CLIENT = "people of the firm"
    AGENT = "agents of the office"


@dataclass(frozen=True)
class Row:
    """Whom the route is for, and a body with which those are let through (JSON)."""

    let_in: For
    body: Body = lambda _world: None
    says: int = 200


def hello(**more: object) -> Body:
    return lambda world: {"protocol": 1, "sent_at": world.now.isoformat(), **more}


MATRIX: dict[str, Row] = {
    "GET /": Row(For.SIGNED_IN),
    "POST /sign-out": Row(For.SIGNED_IN),
    "GET /devices": Row(For.SIGNED_IN),
    "POST /devices/sign-out": Row(For.SIGNED_IN, lambda _: {"which": "others"}),
    "GET /sign-in": Row(For.ANYONE),
    "POST /sign-in": Row(For.ANYONE, lambda _: {"email": "nikt@nigdzie.example"}),
    "GET /sign-in/code": Row(For.ANYONE),
    "POST /sign-in/code": Row(For.ANYONE, lambda _: {"challenge": "x", "code": "1"}, 422),
    "GET /l/{token}": Row(For.ANYONE),
    "POST /l/{token}": Row(For.ANYONE),
    "GET /offices/{office}": Row(For.STAFF),
    "GET /offices/{office}/firms": Row(For.STAFF),
    "POST /offices/{office}/firms": Row(For.STAFF, lambda _: {"nip": NIPS[3], "name": "Nowa"}, 201),
    "GET /offices/{office}/agents": Row(For.STAFF),
    "POST /offices/{office}/agents": Row(For.ADMINISTRATOR, lambda _: {"name": "X"}),
    "POST /offices/{office}/agents/{agent}/revocation": Row(For.ADMINISTRATOR),
    "GET /offices/{office}/months/{period}": Row(For.STAFF),
    "POST /offices/{office}/months/{period}/approvals": Row(
        For.STAFF, lambda world: {"records": [f"{world.ids['firm']}/{VAT}@2"]}
    ),
    "GET /offices/{office}/firms/{firm}/settings": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/settings": Row(
        For.STAFF, lambda _: {"version": 1, "name": "Inna", "legal_form": "company"}
    ),
    "POST /offices/{office}/firms/{firm}/status": Row(For.STAFF, lambda _: {"version": 1, "status": "archived"}),
    "GET /offices/{office}/firms/{firm}/users": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/users": Row(
        For.STAFF, lambda _: {"email": "nowy@firma.example", "name": "Nowy"}, 201
    ),
    "POST /offices/{office}/firms/{firm}/users/{person}/deactivation": Row(For.STAFF),
    "GET /offices/{office}/firms/{firm}/contributions": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/contributions": Row(For.STAFF, lambda _: {"period": "2026-09", "amount": 1}),
    "GET /offices/{office}/firms/{firm}/taxes": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/taxes": Row(
        For.STAFF, lambda _: {"period": "2026-09", "form": "CIT", "amount": 1}
    ),
    "GET /offices/{office}/firms/{firm}/statements": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/statements": Row(
        For.STAFF, lambda _: {"period": "2026-09", "revenue": 1, "costs": None}
    ),
    "POST /offices/{office}/firms/{firm}/approvals": Row(For.STAFF, lambda _: {"records": [f"{VAT}@2"]}),
    "POST /offices/{office}/firms/{firm}/withdrawals": Row(
        For.STAFF, lambda _: {"record": f"{VAT}@2", "reason": "Pomyłka"}
    ),
    "GET /offices/{office}/firms/{firm}/history": Row(For.STAFF),
    "GET /firms/{firm}": Row(For.CLIENT),
    "GET /firms/{firm}/contributions": Row(For.CLIENT),
    "GET /firms/{firm}/taxes": Row(For.CLIENT),
    "GET /firms/{firm}/statements": Row(For.CLIENT),
    "POST /firms/{firm}/payments": Row(For.CLIENT, lambda _: {"record": f"{VAT}@1", "paid_on": "2026-11-20"}),
    "POST /sync/heartbeat": Row(
        For.AGENT, hello(version="1", machine="X", programs=[], problems=[], problems_total=0, state="0f6c" * 8)
    ),
    "POST /sync/firms": Row(
        For.AGENT,
        hello(
            firms=[{"program": "x", "external_id": "1", "nip": NIPS[0], "name": "Przejęta", "natural_person": False}]
        ),
    ),
    "POST /sync/digests": Row(For.AGENT, hello(nips=list(NIPS), **{"from": "2026-01", "to": "2026-11"})),
    "POST /sync/records": Row(For.AGENT, lambda world: hello(records=world.fresh_records())(world)),
}


def rows_for(*whom: For) -> list[str]:
    return [name for name, row in MATRIX.items() if row.let_in in whom]


@dataclass
class World:
    """Two offices. All ids are of the first one; strangers belong to the second."""

    ids: dict[str, str]
    browsers: dict[str, Browser]
    agents: dict[str, Agent]
    second_firm: str
    their_office: str
    items: list[dict[str, Any]]
    clock: times.Clock = field(default_factory=times.Clock)

    @property
    def now(self) -> Any:
        return self.clock()

    def fresh_records(self) -> list[dict[str, Any]]:
        moment = (self.clock() - timedelta(seconds=1)).isoformat()
        return [tax(1, nip=nip, read_at=moment) for nip in NIPS[:2]]

    def ask(self, who: Browser, name: str, **changed: str) -> Answer:
        method, path = name.split(" ")
        for key, value in {**self.ids, **changed}.items():
            path = path.replace(f"{{{key}}}", quote(value, safe=".%"))
        body = MATRIX[name].body(self)
        if who.html and isinstance(body, dict):
            body = {key: "" if value is None else value for key, value in body.items()}
        return who.send(method, path, body=body)


def staff_of(office: Office, mails: Mails, clock: times.Clock) -> Browser:
    """A member of staff who is no administrator (the portal has no page for making one yet)."""
    now = clock()
    person = Person(ids.new(now), "pracownik@demo.example", "Paweł Pracownik")
    table = OfficeTable(Table(tables.name()), office.id)
    membership = Membership(person.id, office.id, "Biuro Demo", Role.STAFF)
    table.transact([*people.staff_steps(table, person, membership, now), *identity.person_steps(person)])
    Browser().post("/sign-in", {"email": person.email})
    return sign_in_by_mail(mails.last_to(person.email)["text"])


def build(dynamodb: Any, mails: Mails, clock: times.Clock) -> World:
    mine, theirs = open_office(mails), open_office(mails, "Biuro Obce", "obce@demo.example", "Olga Obca")
    firm, second = mine.add_firm(NIPS[0], "Firma Tajna"), mine.add_firm(NIPS[1], "Druga Tajna")
    their_firm = theirs.add_firm(NIPS[2], "Ich Firma")
    agent, stranger = mine.agent("Agent Tajny"), theirs.agent("ICH")
    rule = {"tax": True, "contribution": True, "statement": True}
    agent.push(tax(713_131, minutes_ago=9), contribution(724_242), statement(), tax(5, nip=NIPS[1]), approve=rule)
    agent.push(tax(713_132, minutes_ago=1), state="0f6c" * 8)
    stranger.push(tax(6, nip=NIPS[2]))
    client = mine.client(firm, "tajny@firma.example")
    for page in ("", "/taxes", "/contributions", "/statements"):
        client.get(f"/firms/{firm}{page}")  # seen already, so that looking writes nothing
    browsers = {
        "administrator": mine.boss,
        "staff": staff_of(mine, mails, clock),
        "client": client,
        "client of the office's other firm": mine.client(second, "drugi@firma.example"),
        "administrator of another office": theirs.boss,
        "client of another office": theirs.client(their_firm, "ich@firma.example"),
        "nobody": Browser(),
    }
    (user,) = mine.boss.get(mine.path(f"/firms/{firm}/users")).json["users"]
    Browser().post("/sign-in", {"email": "obce@demo.example"})
    token = link_in(mails.last_to("obce@demo.example")["text"]).removeprefix("/l/")
    named = {"office": mine.id, "firm": firm, "period": "2026-10", "person": user["person"], "agent": agent.id}
    agents = {"own": agent, "of another office": stranger}
    return World({**named, "token": token}, browsers, agents, second, theirs.id, read_all(dynamodb), clock)


@pytest.fixture(scope="module")
def built() -> Iterator[tuple[Any, World]]:
    """The two offices, built once."""
    with tables.on_moto() as dynamodb, pytest.MonkeyPatch.context() as patch:
        clock = times.install(patch)
        mails = Mails(items=lambda: read_all(dynamodb))
        patch.setattr(aws, "send_mail", mails.take)
        with tables.fresh(dynamodb):
            world = build(dynamodb, mails, clock)
        yield dynamodb, world


@pytest.fixture
def dynamodb(built: tuple[Any, World]) -> Iterator[Any]:
    with tables.fresh(built[0], built[1].items) as made:
        yield made


@pytest.fixture
def world(built: tuple[Any, World], dynamodb: Any) -> World:
    browsers = {name: replace(browser, cookies=dict(browser.cookies)) for name, browser in built[1].browsers.items()}
    return replace(built[1], browsers=browsers)


def refused(answer: Answer, code: str, *, html: bool = False) -> None:
    status = {"not-found": 404, "sign-in-needed": 401, "token-invalid": 401, "administrator-only": 403}[code]
    if html and code == "sign-in-needed":
        assert (answer.status, answer.location) == (303, "/sign-in")
    elif html:
        assert answer.status == status
    else:
        assert (answer.status, answer.code) == (status, code), answer.text
    for secret in SECRETS:
        assert secret not in answer.text.replace("\u00a0", " ")


def test_every_route_has_a_row() -> None:
    assert MATRIX.keys() == {f"{route.method} {route.path}" for route in routes()}


@pytest.mark.parametrize("name", MATRIX)
def test_who_should_get_in_does(world: World, name: str) -> None:
    """The rows are true: with this very request the right person gets through, so it is the door that stops others."""
    row = MATRIX[name]
    who = {
        For.ANYONE: world.browsers["nobody"],
        For.SIGNED_IN: world.browsers["client"],
        For.STAFF: world.browsers["staff"],
        For.ADMINISTRATOR: world.browsers["administrator"],
        For.CLIENT: world.browsers["client"],
        For.AGENT: Browser(headers={"authorization": f"Bearer {world.agents['own'].token}"}),
    }[row.let_in]
    assert world.ask(who, name).status == row.says


OUTSIDE_THE_OFFICE = [
    "administrator of another office",
    "client of another office",
    "client",
    "client of the office's other firm",
]


@pytest.mark.parametrize("html", [False, True], ids=["json", "html"])
@pytest.mark.parametrize("who", OUTSIDE_THE_OFFICE)
def test_an_office_is_not_there_for_anybody_else(world: World, dynamodb: Any, who: str, html: bool) -> None:
    for name in rows_for(For.STAFF, For.ADMINISTRATOR):
        refused(world.ask(replace(world.browsers[who], html=html), name), "not-found", html=html)
    assert read_all(dynamodb) == world.items


@pytest.mark.parametrize("html", [False, True], ids=["json", "html"])
@pytest.mark.parametrize(
    "who",
    [
        "administrator of another office",
        "client of another office",
        "client of the office's other firm",
        "administrator",
        "staff",
    ],
)
def test_a_firm_is_not_there_for_anybody_but_its_people(world: World, dynamodb: Any, who: str, html: bool) -> None:
    for name in rows_for(For.CLIENT):
        refused(world.ask(replace(world.browsers[who], html=html), name), "not-found", html=html)
    assert read_all(dynamodb) == world.items


@pytest.mark.parametrize("html", [False, True], ids=["json", "html"])
def test_nobody_gets_in_without_signing_in(world: World, dynamodb: Any, html: bool) -> None:
    for name in rows_for(For.SIGNED_IN, For.STAFF, For.ADMINISTRATOR, For.CLIENT):
        refused(world.ask(Browser(html=html), name), "sign-in-needed", html=html)
    assert read_all(dynamodb) == world.items


def test_a_token_of_an_agent_opens_no_page(world: World, dynamodb: Any) -> None:
    for agent in world.agents.values():
        machine = Browser(headers={"authorization": f"Bearer {agent.token}"})
        for name in rows_for(For.SIGNED_IN, For.STAFF, For.ADMINISTRATOR, For.CLIENT):
            refused(world.ask(machine, name), "sign-in-needed")
    assert read_all(dynamodb) == world.items


def test_staff_do_not_do_what_administrators_do(world: World, dynamodb: Any) -> None:
    for name in rows_for(For.ADMINISTRATOR):
        refused(world.ask(world.browsers["staff"], name), "administrator-only")
    assert read_all(dynamodb) == world.items


def test_ids_of_one_office_mean_nothing_inside_another(world: World, dynamodb: Any) -> None:
    """Staff of another office ask in their own office, with the ids of this one's firms, people and agents."""
    stranger = world.browsers["administrator of another office"]
    for name in rows_for(For.STAFF, For.ADMINISTRATOR):
        if "{firm}" in name or "{agent}" in name:
            refused(world.ask(stranger, name, office=world.their_office), "not-found")
    assert read_all(dynamodb) == world.items


def test_a_bulk_approval_reaches_no_firm_of_another_office(world: World, dynamodb: Any) -> None:
    answer = world.ask(
        world.browsers["administrator of another office"],
        "POST /offices/{office}/months/{period}/approvals",
        office=world.their_office,
    )
    assert [outcome["code"] for outcome in answer.json["outcomes"]] == ["record-unknown"]
    assert answer.json["outcomes"][0]["now"] is None
    assert read_all(dynamodb) == world.items


def test_what_an_office_lists_and_counts_is_its_own(world: World) -> None:
    stranger = world.browsers["administrator of another office"]
    for name in rows_for(For.STAFF):
        if name.startswith("GET") and "{firm}" not in name:
            answer = world.ask(stranger, name, office=world.their_office)
            assert answer.status == 200
            for secret in SECRETS:
                assert secret not in answer.text, name
    desktop = stranger.get(f"/offices/{world.their_office}").json
    assert (desktop["waiting"], desktop["waiting_firms"]) == (1, 1)


def test_a_person_of_one_firm_is_no_person_of_another(world: World, dynamodb: Any) -> None:
    """The office's own staff cannot reach a person through a firm that the person does not belong to."""
    name = "POST /offices/{office}/firms/{firm}/users/{person}/deactivation"
    refused(world.ask(world.browsers["staff"], name, firm=world.second_firm), "not-found")
    assert read_all(dynamodb) == world.items


def test_a_person_sees_only_their_own_places(world: World) -> None:
    for who, place in {
        "client": f"/firms/{world.ids['firm']}",
        "client of the office's other firm": f"/firms/{world.second_firm}",
        "staff": f"/offices/{world.ids['office']}",
        "administrator of another office": f"/offices/{world.their_office}",
    }.items():
        places = world.browsers[who].get("/").json["contexts"]
        assert [one["address"] for one in places] == [place]


# Agents


def test_without_a_valid_token_nothing_is_synchronised(world: World, dynamodb: Any) -> None:
    own, stranger = world.agents["own"], world.agents["of another office"]
    _, office, agent, secret = own.token.split("_", 3)
    _, their_office, their_agent, their_secret = stranger.token.split("_", 3)
    tokens = {
        "no token": "",
        "another office's secret": f"kst_{office}_{agent}_{their_secret}",
        "another office's agent": f"kst_{office}_{their_agent}_{their_secret}",
        "our secret in another office": f"kst_{their_office}_{agent}_{secret}",
        "our secret for their agent": f"kst_{their_office}_{their_agent}_{secret}",
    }
    for token in tokens.values():
        for name in rows_for(For.AGENT):
            refused(world.ask(Browser(headers={"authorization": f"Bearer {token}"}), name), "token-invalid")
    assert read_all(dynamodb) == world.items


def test_no_person_synchronises(world: World, dynamodb: Any) -> None:
    for browser in world.browsers.values():
        for name in rows_for(For.AGENT):
            refused(world.ask(browser, name), "token-invalid")
    assert read_all(dynamodb) == world.items


def test_an_agent_of_another_office_touches_nothing_of_this_one(world: World, dynamodb: Any) -> None:
    machine = Browser(headers={"authorization": f"Bearer {world.agents['of another office'].token}"})
    answers = {name: world.ask(machine, name).json for name in ("POST /sync/records", "POST /sync/digests")}
    assert [one["code"] for one in answers["POST /sync/records"]["results"]] == ["firm-unknown"] * 2
    assert [one["nip"] for one in answers["POST /sync/digests"]["firms"]] == [NIPS[2]]
    assert world.ask(machine, "POST /sync/heartbeat").json["in_sync"] is False
    assert world.ask(machine, "POST /sync/firms").json["firms"][0]["result"] == "created"
    assert world.ask(machine, "POST /sync/records").json["results"][0]["result"] == "stored"
    theirs = f"O#{world.their_office}#"
    changed = [item for item in read_all(dynamodb) if item not in world.items]
    assert changed
    assert all(item["pk"]["S"].startswith(theirs) for item in changed)
    left = [item for item in read_all(dynamodb) if not item["pk"]["S"].startswith(theirs)]
    assert left == [item for item in world.items if not item["pk"]["S"].startswith(theirs)]


# Public routes


def test_public_routes_tell_nothing_of_any_office(world: World) -> None:
    for name in rows_for(For.ANYONE):
        if name.startswith("GET"):
            answer = world.ask(world.browsers["nobody"], name)
            for secret in (*SECRETS, "Biuro", "obce@demo.example"):
                assert secret not in answer.text, name


# Ids in paths

WEIRD: dict[str, Callable[[str], str]] = {
    "another key behind it": lambda known: f"{known}%23OFFICE",
    "a key before it": lambda known: f"O%23{known}",
    "a slash": lambda known: f"{known}%2F{known}",
    "an escaped escape": lambda known: f"{known}%2523",
    "lower case": str.lower,
    "too short": lambda known: known[:-1],
    "too long": lambda known: known + "0",
    "very long": lambda known: known * 200,
    "beyond a ULID's range": lambda known: "8" + known[1:],
    "a zero byte": lambda known: f"{known}%00",
    "a space": lambda known: f"%20{known}",
    "a line end": lambda known: f"{known}%0A",
    "a step up": lambda _known: "..",
    "a step up, escaped": lambda _known: "%2e%2e",
    "an id that nothing has": lambda _known: "01JDEMXXXXXXXXXXXXXXXXXXXX",
    "another alphabet": lambda known: "٠" + quote(known[1:]),
    "a quotation mark": lambda known: f"{known}%22",
    "a dollar": lambda _known: "$",
}


@pytest.mark.parametrize("decoded", [False, True], ids=["as sent", "decoded"])
@pytest.mark.parametrize("weird", WEIRD.values(), ids=WEIRD.keys())
def test_what_is_no_id_is_not_found(world: World, dynamodb: Any, weird: Callable[[str], str], decoded: bool) -> None:
    for name in rows_for(For.STAFF, For.ADMINISTRATOR, For.CLIENT):
        row = MATRIX[name]
        who = world.browsers["client" if row.let_in is For.CLIENT else "administrator"]
        for key in ("office", "firm", "person", "agent"):
            if f"{{{key}}}" in name:
                changed = {key: weird(world.ids[key])}
                if decoded and "%" not in changed[key]:
                    continue  # the very request of the other run
                refused(world.ask(replace(who, decoded=decoded), name, **changed), "not-found")
    assert read_all(dynamodb) == world.items


# The two handles


class Recorder:
    """Stands in for the table, and notes under which partitions it was used."""

    def __init__(self) -> None:
        self.partitions: list[str] = []

    def get(self, key: Key, **_: object) -> None:
        self.partitions.append(key.pk)

    def get_many(self, wanted: list[Key], **_: object) -> dict[Key, Any]:
        self.partitions += [key.pk for key in wanted]
        return {}

    def query_all(self, pk: str, **_: object) -> Iterator[Any]:
        self.partitions.append(pk)
        return iter(())

    def query(self, pk: str, **_: object) -> Page:
        self.partitions.append(pk)
        return Page([], None)


OFFICE, FIRM, OTHER = "01JDEM00000000000000000001", "01JDEM00000000000000000002", "01JDEM00000000000000000003"


def used(handle: OfficeTable, key: Key, recorder: Recorder) -> list[str]:
    """The partitions behind every way of using the handle."""
    put = handle.put(key, {"name": "x"}, Expect.absent(), Key(key.pk, "index"))
    assert isinstance(put, Put)
    handle.get(key)
    handle.get_many([key])
    list(handle.query(key.pk, "", keys.END))
    handle.page(key.pk, "", keys.END)
    return [
        *recorder.partitions,
        put.item["pk"],
        put.item["gpk"],
        handle.delete(key, Expect.present()).key.pk,
    ]


@pytest.mark.parametrize("pk", ["OFFICE", "NIP", f"F#{FIRM}", "P#person", f"O#{OTHER}#OFFICE", "", "#", "E#a@b.pl"])
def test_a_handle_of_an_office_puts_the_office_before_every_key(pk: str) -> None:
    recorder = Recorder()
    handle = OfficeTable(recorder, OFFICE)
    assert set(used(handle, Key(pk, "x"), recorder)) == {f"O#{OFFICE}#{pk}"}


def test_attributes_of_an_item_cannot_change_whose_it_is() -> None:
    handle = OfficeTable(Recorder(), OFFICE)
    put = handle.put(Key("OFFICE", "x"), {"pk": f"O#{OTHER}#OFFICE", "sk": "y"}, Expect.absent())
    assert put.item == {"pk": f"O#{OFFICE}#OFFICE", "sk": "x"}


def test_a_handle_of_a_firm_reaches_its_own_partition() -> None:
    recorder = Recorder()
    handle = OfficeTable(recorder, OFFICE).of_firm(FIRM)
    with pytest.raises(PermissionError):
        used(handle, keys.firm(OTHER), recorder)
    recorder.partitions.clear()
    handle.get(keys.firm(FIRM))
    list(handle.query(*keys.firm_users(FIRM)))
    assert set(recorder.partitions) == {f"O#{OFFICE}#F#{FIRM}"}


@pytest.mark.parametrize(
    "key",
    [
        keys.firm(OTHER),
        keys.firm_month(OTHER, Period(2026, 10)),
        keys.office_details(),
        keys.nip(NIPS[0]),
        keys.agent(OTHER),
        keys.agent_problems(OTHER),
        Key(f"F#{FIRM}#", "x"),
        Key(f"F#{FIRM.lower()}", "x"),
        Key("", "x"),
    ],
)
def test_a_handle_of_a_firm_refuses_every_other_key(key: Key) -> None:
    recorder = Recorder()
    handle = FirmTable(recorder, OFFICE, FIRM)
    ways: list[Callable[[], object]] = [
        lambda: handle.get(key),
        lambda: handle.get_many([key]),
        lambda: list(handle.query(key.pk, "", keys.END)),
        lambda: handle.page(key.pk, "", keys.END),
        lambda: handle.put(key, {}, Expect.absent()),
        lambda: handle.delete(key, Expect.present()),
    ]
    for way in ways:
        with pytest.raises(PermissionError):
            way()
    assert recorder.partitions == []


def test_the_ways_of_using_a_handle_are_all_tried() -> None:
    """A new method of OfficeTable has to be added to the tests above."""
    public = {name for name, _ in inspect.getmembers(OfficeTable, inspect.isfunction) if not name.startswith("_")}
    keyed = {"get", "get_many", "query", "page", "put", "delete"}
    takes_what_those_made = {"write", "write_each", "transact"}
    assert public == keyed | takes_what_those_made | {"of_firm"}


def test_every_item_of_an_office_stands_under_its_prefix(world: World, dynamodb: Any) -> None:
    """Also in the index: nothing of an office can be read without naming it."""
    for item in read_all(dynamodb):
        pk = item["pk"]["S"]
        assert pk.split("#")[0] in {"O", "P", "E", "C", "T", "OUT"}
        if "gpk" in item:
            assert pk.startswith("O#")
            assert item["gpk"]["S"].split("#")[:2] == pk.split("#")[:2]
