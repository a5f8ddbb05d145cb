"""Staff of an office: who lets them in, what they may see, and that an administrator always stays."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.functions.forms import forms_to
from tests.functions.gateway import Answer, Browser, Handlers
from tests.functions.times import Clock
from tests.functions.turns import Job, at_once
from tests.functions.world import BOSS, NIPS, Office, link_in, open_office, sign_in_by_mail, tax

PAWEL = "pracownik@demo.example"
ZOFIA = "zofia@demo.example"
Items = Callable[[], list[dict[str, Any]]]


def invite(office: Office, email: str = PAWEL, role: str = "staff", name: str = "Paweł Pracownik") -> Answer:
    return office.boss.post(office.path("/staff"), {"email": email, "name": name, "role": role})


def hired(office: Office, email: str = PAWEL, role: str = "staff", name: str = "Paweł Pracownik") -> Browser:
    """Somebody invited, signed in by the invitation, and come in."""
    assert invite(office, email, role, name).status == 201
    browser = sign_in_by_mail(office.mails.last_to(email)["text"])
    assert browser.get(office.path()).status == 200
    return browser


def listed(office: Office, email: str = PAWEL) -> dict[str, Any]:
    (found,) = (one for one in office.boss.get(office.path("/staff")).json["staff"] if one["email"] == email)
    return dict(found)


def do(office: Office, what: str, email: str = PAWEL, body: object = None, by: Browser | None = None) -> Answer:
    """Presses a button of a member's page."""
    path = office.path(f"/staff/{listed(office, email)['person']}" + (f"/{what}" if what else ""))
    return (by or office.boss).post(path, {} if what == "removal" else body)


def assign(office: Office, *firms: str, email: str = PAWEL) -> Answer:
    version = office.boss.get(office.path(f"/staff/{listed(office, email)['person']}")).json["version"]
    return do(office, "assignments", email, {"version": version, "firms": list(firms)})


def limit_to_assigned(office: Office, on: bool = True) -> None:
    """Ticks or unticks „only assigned firms" in the office's settings, as the form does."""
    browser = office.boss_in_a_browser
    (form,) = forms_to(browser.get(office.path("/settings")), office.path("/settings"))
    form.fields.pop("only_assigned", None)
    typed = {"only_assigned": "true"} if on else {}
    answer = form.send(browser, **typed)
    assert answer.status == 303, answer.text
    assert office.boss.get(office.path("/staff")).json["only_assigned"] is on


# Letting in


def test_an_invited_member_works_in_the_office(office: Office) -> None:
    firm = office.add_firm()
    pawel = hired(office)
    mail = office.mails.last_to(PAWEL)
    assert "jako pracownika" in mail["text"]
    assert "Biuro Demo" in mail["subject"]
    assert pawel.get(office.path(f"/firms/{firm}/taxes")).status == 200
    assert pawel.get(office.path("/staff")).code == "administrator-only"


def test_an_invited_administrator_runs_the_office(office: Office) -> None:
    zofia = hired(office, ZOFIA, "administrator", "Zofia")
    assert "jako administratora" in office.mails.last_to(ZOFIA)["text"]
    assert zofia.get(office.path("/staff")).status == 200


def test_the_list_tells_role_and_first_coming_in(office: Office, clock: Clock) -> None:
    invite(office)
    assert (listed(office)["standing"], listed(office)["activated_at"]) == ("invited", None)
    pawel = sign_in_by_mail(office.mails.last_to(PAWEL)["text"])
    clock.advance(hours=1)
    moment = clock.moment
    pawel.get(office.path())
    line = listed(office)
    assert (line["role"], line["standing"]) == ("staff", "active")
    assert line["activated_at"][:16] == moment.isoformat()[:16]
    clock.advance(days=1)
    pawel.get(office.path("/firms"))
    assert listed(office) == line


@pytest.mark.parametrize("email", [PAWEL, PAWEL.upper(), BOSS])
def test_nobody_is_listed_twice(office: Office, items: Items, email: str) -> None:
    hired(office)
    before = items()
    answer = invite(office, email, "administrator")
    assert (answer.status, answer.code, answer.json["errors"][0]["field"]) == (409, "staff-exists", "email")
    assert items() == before


def test_who_was_switched_off_is_not_let_in_by_an_invitation(office: Office, items: Items) -> None:
    pawel = hired(office, role="administrator")
    do(office, "deactivation")
    before = items()
    assert invite(office, PAWEL, "administrator").code == "staff-exists"
    assert items() == before
    assert pawel.get(office.path()).code == "not-found"


def test_an_administrator_switched_off_and_invited_to_a_firm_is_a_client_only(office: Office) -> None:
    firm = office.add_firm()
    pawel = hired(office, role="administrator")
    do(office, "deactivation")
    body = {"email": PAWEL, "name": "Paweł"}
    assert office.boss.post(office.path(f"/firms/{firm}/users"), body).status == 201
    assert pawel.get(f"/firms/{firm}").status == 200
    for path in ("", "/firms", "/staff", f"/firms/{firm}/users"):
        assert pawel.get(office.path(path)).code == "not-found"


def test_a_client_whose_access_was_taken_away_and_who_is_hired_gets_no_firm_back(office: Office) -> None:
    firm = office.add_firm()
    client = office.client(firm, PAWEL)
    (user,) = office.boss.get(office.path(f"/firms/{firm}/users")).json["users"]
    office.boss.post(office.path(f"/firms/{firm}/users/{user['person']}/deactivation"))
    assert invite(office).status == 201
    assert client.get(office.path()).status == 200
    assert client.get(f"/firms/{firm}").code == "not-found"


def test_an_office_does_not_learn_what_another_calls_its_staff(office: Office) -> None:
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    invite(other, name="Nazwisko Tylko Tam")
    assert "Nazwisko Tylko Tam" not in invite(office, name="Nasz Paweł").text
    assert listed(office)["name"] == "Nasz Paweł"
    assert listed(other)["name"] == "Nazwisko Tylko Tam"


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"email": "x"}, "email-invalid", "email"),
        ({"name": ""}, "name-invalid", "name"),
        ({"role": "firm"}, "field-invalid", "role"),
        ({"role": "partner"}, "field-invalid", "role"),
        ({"role": "owner"}, "field-invalid", "role"),
        ({"subject": "Kos"}, "field-unknown", "subject"),
        ({"assigned": ["x"]}, "field-unknown", "assigned"),
        ({"office": "x"}, "field-unknown", "office"),
        ({"person": "x"}, "field-unknown", "person"),
        ({"active": True}, "field-unknown", "active"),
        ({"activated_at": "2026-11-24"}, "field-unknown", "activated_at"),
    ],
)
def test_an_invitation_gives_no_more_than_it_says(
    office: Office, items: Items, given: dict[str, object], code: str, field: str
) -> None:
    before = items()
    answer = office.boss.post(office.path("/staff"), {"email": PAWEL, "name": "Paweł", **given})
    assert (answer.status, answer.code, answer.json["errors"][0]["field"]) == (422, code, field)
    assert items() == before


def test_an_invitation_sent_again_replaces_the_first(office: Office) -> None:
    invite(office)
    first = office.mails.last_to(PAWEL)["text"]
    assert do(office, "invitation").status == 200
    assert Browser().post(link_in(first)).code == "link-useless"
    assert sign_in_by_mail(office.mails.last_to(PAWEL)["text"]).get(office.path()).status == 200
    assert do(office, "invitation").code == "already-activated"


def test_staff_are_invited_once_at_once(office: Office) -> None:
    job: Job[Answer] = lambda handlers: replace(office.boss, handlers=handlers).post(  # noqa: E731 - one line of one test
        office.path("/staff"), {"email": PAWEL, "name": "Paweł", "role": "staff"}
    )
    assert Counter(answer.status for answer in at_once([job] * 4)) == {201: 1, 409: 3}
    assert len(office.mails.to(PAWEL)) == 1


# Only administrators, and not themselves


STAFF_ROUTES = [
    ("GET", "/staff", None),
    ("POST", "/staff", {"email": "nowa@demo.example", "name": "Nowa", "role": "administrator"}),
    ("GET", "/staff/{boss}", None),
    ("POST", "/staff/{boss}", {"role": "staff"}),
    ("POST", "/staff/{self}", {"role": "administrator"}),
    ("POST", "/staff/{self}/assignments", {"version": 2, "firms": []}),
    ("POST", "/staff/{boss}/deactivation", None),
    ("POST", "/staff/{boss}/activation", None),
    ("POST", "/staff/{boss}/invitation", None),
    ("POST", "/staff/{boss}/removal", {}),
]


@pytest.mark.parametrize(("method", "path", "body"), STAFF_ROUTES)
def test_staff_change_nobody(office: Office, items: Items, method: str, path: str, body: object) -> None:
    pawel = hired(office)
    ids = {"boss": listed(office, BOSS)["person"], "self": listed(office)["person"]}
    before = items()
    answer = pawel.send(method, office.path(path.format(**ids)), body=body)
    assert (answer.status, answer.code) == (403, "administrator-only")
    assert items() == before


@pytest.mark.parametrize(
    ("what", "body"),
    [("", {"role": "staff"}), ("deactivation", None), ("removal", None)],
    ids=["role", "off", "delete"],
)
def test_the_last_administrator_stays(office: Office, items: Items, what: str, body: object) -> None:
    hired(office)
    before = items()
    answer = do(office, what, BOSS, body)
    assert (answer.status, answer.code) == (409, "last-administrator")
    assert items() == before


@pytest.mark.parametrize(
    ("what", "body"),
    [("", {"role": "staff"}), ("deactivation", None), ("removal", None)],
    ids=["role", "off", "delete"],
)
def test_nobody_changes_themselves(office: Office, items: Items, what: str, body: object) -> None:
    hired(office, ZOFIA, "administrator", "Zofia")
    before = items()
    answer = do(office, what, BOSS, body)
    assert (answer.status, answer.code) == (409, "own-account")
    assert items() == before


def test_who_never_came_in_does_not_count_as_an_administrator(office: Office) -> None:
    invite(office, ZOFIA, "administrator", "Zofia")
    assert do(office, "", BOSS, {"role": "staff"}).code == "last-administrator"
    assert do(office, "deactivation", ZOFIA).status == 200, "but can be switched off"


EACH_OTHER = [("", {"role": "staff"}), ("deactivation", None), ("removal", {})]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("first", EACH_OTHER, ids=["role", "off", "delete"])
@pytest.mark.parametrize("second", EACH_OTHER, ids=["role", "off", "delete"])
def test_two_administrators_at_once_do_not_push_each_other_out(
    office: Office, first: tuple[str, object], second: tuple[str, object], seed: int
) -> None:
    zofia = hired(office, ZOFIA, "administrator", "Zofia")
    ids = {one: listed(office, email)["person"] for one, email in (("boss", BOSS), ("zofia", ZOFIA))}

    def against(who: Browser, target: str, how: tuple[str, object]) -> Job[Answer]:
        what, body = how
        path = office.path(f"/staff/{ids[target]}" + (f"/{what}" if what else ""))
        return lambda handlers: replace(who, handlers=handlers).post(path, body)

    answers = at_once([against(office.boss, "zofia", first), against(zofia, "boss", second)], seed)
    assert Counter(answer.status == 200 for answer in answers) == {True: 1, False: 1}
    left = [who for who in (office.boss, zofia) if who.get(office.path("/staff")).status == 200]
    assert len(left) == 1
    (still,) = left
    roles = [one for one in still.get(office.path("/staff")).json["staff"] if one["standing"] == "active"]
    assert [one["role"] for one in roles].count("administrator") == 1


@pytest.mark.parametrize("seed", range(4))
def test_three_administrators_in_a_ring_leave_one(office: Office, seed: int) -> None:
    zofia = hired(office, ZOFIA, "administrator", "Zofia")
    pawel = hired(office, PAWEL, "administrator")
    ring = [(office.boss, ZOFIA), (zofia, PAWEL), (pawel, BOSS)]
    paths = {email: office.path(f"/staff/{listed(office, email)['person']}/deactivation") for _, email in ring}

    def off(who: Browser, email: str) -> Job[int]:
        def job(handlers: Handlers) -> int:
            return replace(who, handlers=handlers).post(paths[email]).status

        return job

    statuses = at_once([off(who, email) for who, email in ring], seed)
    left = [who for who, _ in ring if who.get(office.path("/staff")).status == 200]
    assert len(left) == 3 - statuses.count(200)
    assert left


# Roles and access


def test_a_role_works_at_once(office: Office) -> None:
    pawel = hired(office)
    assert do(office, "", body={"role": "administrator"}).json["member"]["role"] == "administrator"
    assert pawel.get(office.path("/staff")).status == 200
    assert do(office, "", body={"role": "staff"}).status == 200
    assert pawel.get(office.path("/staff")).code == "administrator-only"


def test_a_member_switched_off_loses_the_office_and_keeps_the_account(office: Office) -> None:
    firm, other = office.add_firm(), open_office(office.mails, "Biuro Obce", "obce@demo.example")
    pawel = hired(office)
    invite(other)
    assert do(office, "deactivation").status == 200
    for path in ("", "/firms", "/agents", f"/firms/{firm}/taxes", "/months/2026-10"):
        assert pawel.get(office.path(path)).code == "not-found"
    assert pawel.get(other.path()).status == 200, "the session itself goes on"
    assert [one["address"] for one in pawel.get("/").json["contexts"]] == [other.path()]
    Browser().post("/sign-in", {"email": PAWEL})
    again = sign_in_by_mail(office.mails.last_to(PAWEL)["text"])
    assert again.get(office.path()).code == "not-found"
    assert do(office, "activation").status == 200
    assert pawel.get(office.path()).status == 200


@pytest.mark.parametrize("what", ["deactivation", "activation"])
def test_switching_twice_changes_nothing(office: Office, items: Items, what: str) -> None:
    hired(office)
    do(office, "deactivation")
    do(office, what)
    before = items()
    assert do(office, what).status == 200
    assert items() == before


def test_a_deleted_member_is_gone_and_the_history_whole(office: Office, items: Items) -> None:
    firm = office.add_firm()
    office.agent().push(tax(100))
    pawel = hired(office)
    pawel.post(office.path(f"/firms/{firm}/approvals"), {"records": ["2026-10.tax.VAT-7.@1"]})
    person = listed(office)["person"]
    assert do(office, "removal").status == 200
    assert pawel.get(office.path()).code == "sign-in-needed"
    assert not [item for item in items() if item["pk"]["S"] in (f"P#{person}", f"E#{PAWEL}")]
    (record,) = office.records(firm)
    assert record["published"]["by"] == "osoba usunięta"
    lines = office.boss.get(office.path("/staff")).json["staff"]
    assert [(one["name"], one["standing"]) for one in lines if one["person"] == person] == [("", "removed")]


@pytest.mark.parametrize("version", [-1, 10**30])
def test_a_version_of_any_length_is_refused(office: Office, items: Items, version: int) -> None:
    hired(office)
    before = items()
    answer = do(office, "assignments", body={"version": version, "firms": []})
    assert (answer.status, answer.code, answer.json["errors"][0]["field"]) == (422, "field-invalid", "version")
    assert items() == before


def test_deleting_asks_for_a_fresh_sign_in(office: Office, items: Items, clock: Clock) -> None:
    hired(office)
    clock.advance(minutes=20)
    office.boss.get(office.path())
    before = items()
    assert do(office, "removal").code == "confirm-needed"
    assert items() == before


@pytest.mark.parametrize("what", ["", "invitation", "deactivation", "activation", "removal", "assignments"])
def test_staff_of_another_office_are_not_there(office: Office, items: Items, what: str) -> None:
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    hired(other)
    firm = office.add_firm()
    office.client(firm)
    (user,) = office.boss.get(office.path(f"/firms/{firm}/users")).json["users"]
    body = {"": {"role": "staff"}, "removal": {}, "assignments": {"version": 1, "firms": []}}.get(what)
    before = items()
    for person in (listed(other)["person"], user["person"], firm, office.id):
        path = office.path(f"/staff/{person}" + (f"/{what}" if what else ""))
        assert office.boss.post(path, body).code == "not-found"
    assert items() == before


def test_everything_is_done_by_the_forms_of_the_pages(office: Office) -> None:
    first, second = office.add_firm(NIPS[0], "Ambra"), office.add_firm(NIPS[1], "Cyna")
    browser = office.boss_in_a_browser
    (form,) = forms_to(browser.get(office.path("/staff")), "/staff")
    assert form.send(browser, name="Paweł", email=PAWEL).status == 303
    page = office.path(f"/staff/{listed(office)['person']}")
    (form,) = forms_to(browser.get(page), "/assignments")
    assert form.ticks["firms"] == [first, second]
    assert form.send(browser, firms=[second]).status == 303
    (form,) = forms_to(browser.get(page, q="ambra"), "/assignments")
    assert (form.ticks["firms"], form.fields["firms"]) == ([first], [second])
    assert form.send(browser, firms=[second, first]).status == 303
    assert listed(office)["assigned"] == 2
    for ending in ("/invitation", "/deactivation", "/activation"):
        (form,) = forms_to(browser.get(page), ending)
        assert form.send(browser).status == 303
    form, *_ = (one for one in forms_to(browser.get(page), page) if one.method == "post")
    assert form.send(browser, role="administrator").status == 303
    (form,) = forms_to(browser.get(page), "/removal")
    assert form.send(browser).status == 303
    assert "osoba usunięta" in browser.get(office.path("/staff")).text


# Assignments


def test_assignments_are_all_or_none(office: Office, items: Items) -> None:
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    mine, theirs = office.add_firm(), other.add_firm(NIPS[1])
    hired(office)
    before = items()
    for firms in ([mine, theirs], [office.id], [mine, "x"], [f"{mine}#"]):
        assert assign(office, *firms).code == "not-found"
    assert items() == before


def test_assignments_are_made_by_who_saw_them(office: Office, items: Items) -> None:
    first, second = office.add_firm(NIPS[0]), office.add_firm(NIPS[1])
    hired(office)
    seen = office.boss.get(office.path(f"/staff/{listed(office)['person']}")).json["version"]
    assign(office, first)
    before = items()
    assert do(office, "assignments", body={"version": seen, "firms": [second]}).code == "changed-meanwhile"
    assert items() == before


@pytest.mark.parametrize("field", ["role", "office", "person", "assigned", "active"])
def test_assignments_change_nothing_else(office: Office, items: Items, field: str) -> None:
    hired(office)
    before = items()
    answer = do(office, "assignments", body={"version": 2, "firms": [], field: "administrator"})
    assert (answer.code, answer.json["errors"][0]["field"]) == ("field-unknown", field)
    assert items() == before


# Staff limited to assigned firms


@pytest.fixture
def limited(office: Office) -> tuple[Browser, str, str]:
    """A member who serves the first firm only; both firms have something to approve, and the agent a problem."""
    served, other = office.add_firm(NIPS[0], "Nasza Chata"), office.add_firm(NIPS[1], "Cudza Kuźnia")
    agent = office.agent()
    broken = {"program": "exports", "state": "failing", "firms": 2, "error": "Cudza Kuźnia: brak pliku"}
    unread = {"file": "C:/Cudza Kuźnia/a.xml", "code": "unreadable", "detail": f"NIP {NIPS[1]}"}
    assert agent.heartbeat(programs=[broken], problems=[unread], problems_total=1).status == 200
    agent.push(tax(100), tax(713_131, nip=NIPS[1]), tax(-5, nip=NIPS[1], form="CIT"))
    pawel = hired(office)
    assign(office, served)
    limit_to_assigned(office)
    return pawel, served, other


FOREIGN = ("Cudza Kuźnia", NIPS[1], "713131", "7 131,31")


@pytest.mark.parametrize("html", [False, True], ids=["json", "html"])
def test_limited_staff_read_nothing_of_other_firms(
    office: Office, limited: tuple[Browser, str, str], html: bool
) -> None:
    pawel, served, other = replace(limited[0], html=html), limited[1], limited[2]
    pages = [
        pawel.get(office.path(path), **query)
        for path, query in (
            ("", {}),
            ("/firms", {}),
            ("/firms", {"q": "cudza"}),
            ("/firms", {"q": NIPS[1]}),
            ("/firms", {"waiting": 1}),
            ("/months/2026-10", {}),
            ("/months/2026-10", {"waiting": 1}),
            ("/agents", {}),
            ("/history", {}),
            (f"/firms/{served}/taxes", {}),
        )
    ]
    for page in pages:
        assert page.status == 200, page.text
        text = page.text.replace("\u00a0", " ")
        # What was searched for stands in the field again, and in the links that keep it.
        text = re.sub(rf'value="{NIPS[1]}"|q={NIPS[1]}|"q":"{NIPS[1]}"', "", text)
        assert not [secret for secret in (*FOREIGN, other) if secret in text]


def test_limited_staff_count_their_own_firms_only(office: Office, limited: tuple[Browser, str, str]) -> None:
    pawel, served, _ = limited
    desktop = pawel.get(office.path()).json
    assert (desktop["waiting"], desktop["waiting_firms"]) == (1, 1)
    assert [one["id"] for one in pawel.get(office.path("/firms")).json["firms"]] == [served]
    month = pawel.get(office.path("/months/2026-10")).json
    assert ([row["firm"] for row in month["rows"]], month["waiting"], month["waiting_firms"]) == ([served], 1, 1)


def test_limited_staff_do_not_get_into_other_firms(
    office: Office, limited: tuple[Browser, str, str], items: Items
) -> None:
    pawel, served, other = limited
    before = items()
    for path in ("settings", "users", "taxes", "contributions", "statements", "history"):
        assert pawel.get(office.path(f"/firms/{served}/{path}")).status == 200
        assert pawel.get(office.path(f"/firms/{other}/{path}")).code == "not-found"
    for path, body in (
        ("approvals", {"records": ["2026-10.tax.VAT-7.@1"]}),
        ("withdrawals", {"record": "2026-10.tax.VAT-7.@1", "reason": "x"}),
        ("taxes", {"period": "2026-09", "form": "CIT", "amount": 1}),
        ("users", {"email": "x@y.example", "name": "X"}),
        ("status", {"version": 1, "status": "archived"}),
    ):
        assert pawel.post(office.path(f"/firms/{other}/{path}"), body).code == "not-found"
    assert items() == before


def test_limited_staff_approve_their_own_firms_of_a_month(office: Office, limited: tuple[Browser, str, str]) -> None:
    pawel, served, other = limited
    path = office.path("/months/2026-10/approvals")
    both = [f"{firm}/2026-10.tax.VAT-7.@1" for firm in (served, other)]
    assert pawel.post(path, {"records": both}).code == "not-found"
    assert [record["state"] for record in office.records(served)] == ["waiting"], "and nothing of it is done"
    seen_at = office.boss.get(office.path("/months/2026-10")).json["opened_at"]
    assert pawel.post(path, {"seen_at": seen_at}).json["approved"] in (0, 1)
    assert [record["published"] for record in office.records(other)] == [None]


def test_what_is_assigned_works_at_once(office: Office, limited: tuple[Browser, str, str]) -> None:
    pawel, served, other = limited
    assign(office, other)
    assert pawel.get(office.path(f"/firms/{other}/taxes")).status == 200
    assert pawel.get(office.path(f"/firms/{served}/taxes")).code == "not-found"
    limit_to_assigned(office, on=False)
    assert pawel.get(office.path(f"/firms/{served}/taxes")).status == 200


def test_administrators_are_never_limited(office: Office, limited: tuple[Browser, str, str]) -> None:
    _, served, other = limited
    assert {one["id"] for one in office.boss.get(office.path("/firms")).json["firms"]} == {served, other}
    zofia = hired(office, ZOFIA, "administrator", "Zofia")
    assert zofia.get(office.path(f"/firms/{other}/taxes")).status == 200


def test_the_agents_page_keeps_what_is_wrong_for_those_who_see_all(
    office: Office, limited: tuple[Browser, str, str]
) -> None:
    pawel, _, _ = limited
    (card,) = pawel.get(office.path("/agents")).json["agents"]
    assert (card["problems"], [one["error"] for one in card["programs"]]) == ([], [""])
    (card,) = office.boss.get(office.path("/agents")).json["agents"]
    assert len(card["problems"]) == 2
