"""The office's firms and their people: the list, settings, statuses, invitations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from functions.approve import app as approve_app
from functions.firms import app as firms_app
from tests.functions.gateway import Answer, Browser
from tests.functions.times import Clock
from tests.functions.world import (
    BOSS,
    NIPS,
    ZUS_ACCOUNT,
    Mails,
    Office,
    demo_nip,
    link_in,
    open_office,
    sign_in_by_mail,
    tax,
)

CLIENT = "klient@firma.example"
Items = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def firm(office: Office) -> str:
    return office.add_firm(NIPS[1])


def invite(office: Office, firm: str, email: str = CLIENT, name: str = "Klient Demo") -> Answer:
    return office.boss.post(office.path(f"/firms/{firm}/users"), {"email": email, "name": name})


def users(office: Office, firm: str) -> list[dict[str, Any]]:
    return list(office.boss.get(office.path(f"/firms/{firm}/users")).json["users"])


def names(office: Office) -> list[str]:
    return [firm["name"] for firm in office.boss.get(office.path("/firms")).json["firms"]]


# The list


POLISH = [
    "123 Demo",
    "Ambra",
    "Ązbest",
    "Cyna",
    "Ćma",
    '"Jot" s.c.',
    "Kos",
    "Kos Jan",
    "Kos Jan i Wspólnicy",
    "Kosa",
    "kosmos",
    "Lato",
    "Łan",
    "ŁÓDŹ Demo",
    "Łza",
    "Mak",
    "Ósemka",
    "Ser",
    "Śnieg",
    "Zamek",
    "Źródło",
    "Żaba",
]


def test_firms_stand_in_polish_order(office: Office) -> None:
    for number, name in enumerate(sorted(POLISH, key=lambda name: name[::-1])):
        office.add_firm(demo_nip(number), name)
    assert names(office) == POLISH


def test_firms_of_one_name_are_all_there(office: Office) -> None:
    for number in range(3):
        office.add_firm(demo_nip(number), "Kłos")
    assert names(office) == ["Kłos"] * 3


def test_a_renamed_firm_moves_to_its_place(office: Office) -> None:
    firm = office.add_firm(NIPS[1], "Aster")
    office.add_firm(NIPS[2], "Bratek")
    assert office.change_settings(firm, name="Cis").status == 200
    assert names(office) == ["Bratek", "Cis"]


def test_the_lists_go_on_page_after_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert firms_app.PAGE == approve_app.PAGE == 100
    for app in (firms_app, approve_app):
        monkeypatch.setattr(app, "PAGE", 5)
    nips = [demo_nip(number) for number in range(12)]
    agent = office.agent()
    agent.announce(*nips)
    agent.push(tax(nip=nips[0]), tax(nip=nips[-1]), tax(form="CIT", nip=nips[-1]))
    seen: list[dict[str, Any]] = []
    months: list[str] = []
    more = None
    for expected in (5, 5, 2):
        page = office.boss.get(office.path("/firms"), after=more).json
        month = office.boss.get(office.path("/months/2026-10"), after=more).json
        assert (len(page["firms"]), len(month["rows"])) == (expected, expected)
        assert (month["waiting"], month["waiting_firms"]) == (3, 2)
        assert month["more"] == page["more"]
        seen += page["firms"]
        months += [row["firm"] for row in month["rows"]]
        more = page["more"]
    assert more == ""
    assert [one["id"] for one in seen] == months
    assert sorted(one["nip"] for one in seen) == sorted(nips)
    assert {one["nip"]: one["waiting"] for one in seen if one["waiting"]} == {nips[0]: 1, nips[-1]: 2}


def found(office: Office, **query: object) -> list[str]:
    return [firm["name"] for firm in office.boss.get(office.path("/firms"), **query).json["firms"]]


def test_firms_are_found_by_parts_of_name_nip_and_prefix(office: Office) -> None:
    office.boss.post(office.path("/firms"), {"nip": NIPS[0], "name": "Łąka Żółta s.c.", "prefix": "A.17"})
    office.boss.post(office.path("/firms"), {"nip": NIPS[1], "name": "Kos Jan"})
    written = f"{NIPS[1][:3]}-{NIPS[1][3:6]}-{NIPS[1][6:8]}-{NIPS[1][8:]}"
    assert found(office, q="żółta łąka") == ["Łąka Żółta s.c."]
    assert found(office, q="a.17") == ["Łąka Żółta s.c."]
    assert found(office, q=NIPS[1][2:8]) == found(office, q=written) == ["Kos Jan"]
    assert found(office, q=" ".join([NIPS[1][:3], NIPS[1][3:6]])) == ["Kos Jan"]
    assert found(office, q="kos łąka") == []
    assert len(found(office, q=" ")) == 2


def test_firms_with_something_to_approve_are_listed_alone(office: Office) -> None:
    office.add_firm(NIPS[0], "Ambra")
    office.add_firm(NIPS[1], "Cyna")
    office.agent().push(tax(1, nip=NIPS[1]))
    assert found(office, waiting=1) == ["Cyna"]
    assert found(office, waiting=1, q="ambra") == []


def test_a_search_reaches_beyond_the_first_page_and_no_other_office(office: Office, mails: Mails) -> None:
    for number in range(100):
        office.add_firm(demo_nip(number), f"Firma {number:03}")
    office.add_firm(NIPS[0], "Firma Żółta")
    other = open_office(mails, "Inne Biuro", "inne@demo.example")
    other.add_firm(NIPS[1], "Firma Żółta inna")
    assert found(office, q="żółta") == ["Firma Żółta"]
    assert len(found(office, q="firma")) == 101


def test_a_hundred_and_one_firms_are_two_pages(office: Office) -> None:
    office.agent().announce(*(demo_nip(number) for number in range(101)))
    first = office.boss.get(office.path("/firms")).json
    second = office.boss.get(office.path("/firms"), after=first["more"]).json
    assert [len(page["firms"]) for page in (first, second)] == [100, 1]
    assert second["more"] == ""


@pytest.mark.parametrize("after", ["\U0010ffff\U0010ffff", "x" * 3_000, "#", "\x00", "zzz", "ż~#", " "])
def test_a_made_up_place_to_go_on_from_is_no_defect(office: Office, firm: str, after: str) -> None:
    for path in ("/firms", "/months/2026-10"):
        assert office.boss.get(office.path(path), after=after).status in (200, 422)


def test_the_list_counts_what_waits_and_what_changed(office: Office, firm: str) -> None:
    agent = office.agent()
    agent.push(
        tax(1, nip=NIPS[1], minutes_ago=9), tax(2, nip=NIPS[1], form="CIT"), tax(3, nip=NIPS[1], period="2026-09")
    )
    office.approve(firm, "2026-10.tax.VAT-7.@1")
    agent.push(tax(4, nip=NIPS[1], minutes_ago=1))
    (line,) = office.boss.get(office.path("/firms")).json["firms"]
    assert (line["waiting"], line["changed"]) == (3, 1)
    desktop = office.boss.get(office.path()).json
    assert (desktop["waiting"], desktop["changed"], desktop["waiting_firms"]) == (3, 1, 1)
    assert [(month["period"], month["waiting"]) for month in desktop["months"]] == [("2026-10", 2), ("2026-09", 1)]


def test_the_prefix_column_shows_only_when_any_firm_has_one(office: Office, firm: str) -> None:
    assert office.boss.get(office.path("/firms")).json["show_prefix"] is False
    office.change_settings(firm, prefix="A-01")
    assert office.boss.get(office.path("/firms")).json["show_prefix"] is True


# Adding


def add(there: Office, /, **given: object) -> Answer:
    return there.boss.post(there.path("/firms"), {"nip": NIPS[0], "name": "Firma", **given})


def test_an_added_firm_is_active_at_once(office: Office) -> None:
    answer = add(office, nip="512-007-91-94", name="  Nowa   Chata ", prefix="A.1", legal_form="budget_unit")
    assert answer.status == 201
    assert {key: answer.json["firm"][key] for key in ("nip", "name", "status", "prefix", "legal_form")} == {
        "nip": NIPS[0],
        "name": "Nowa Chata",
        "status": "active",
        "prefix": "A.1",
        "legal_form": "budget_unit",
    }
    assert answer.json["tax_account"][2:] == f"101000712222{NIPS[0]}00"


def test_a_nip_belongs_to_one_firm_of_the_office(office: Office, items: Items) -> None:
    add(office, name="Pierwsza")
    before = items()
    answer = add(office, name="Druga")
    assert (answer.status, answer.code, answer.json["errors"][0]["field"]) == (409, "firm-exists", "nip")
    assert "Pierwsza" in answer.json["detail"]
    assert items() == before


def test_two_offices_may_serve_one_nip(office: Office) -> None:
    add(office, name="Nasza")
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    assert add(other, name="Ich").status == 201
    assert (names(office), names(other)) == (["Nasza"], ["Ich"])


WRONG = [
    ({"nip": "5120079195"}, "nip-invalid", "nip"),
    ({"nip": "٥١٢٠٠٧٩١٩٤"}, "nip-invalid", "nip"),
    ({"nip": "0000000000"}, "nip-invalid", "nip"),
    ({"nip": 5120079194}, "field-invalid", "nip"),
    ({"name": ""}, "name-invalid", "name"),
    ({"name": " \t\u200b\u202e"}, "name-invalid", "name"),
    ({"name": "x" * 241}, "name-invalid", "name"),
    ({"prefix": "x" * 21}, "prefix-invalid", "prefix"),
    ({"prefix": "a b"}, "prefix-invalid", "prefix"),
    ({"prefix": "a/b"}, "prefix-invalid", "prefix"),
    ({"prefix": "a_b"}, "prefix-invalid", "prefix"),
    ({"prefix": "a#b"}, "prefix-invalid", "prefix"),
    ({"legal_form": "sa"}, "field-invalid", "legal_form"),
    ({"status": "archived"}, "field-unknown", "status"),
    ({"id": "01J"}, "field-unknown", "id"),
    ({"office": "x"}, "field-unknown", "office"),
    ({"found_in": "x"}, "field-unknown", "found_in"),
    ({"version": 7}, "field-unknown", "version"),
    ({"zus_account": ZUS_ACCOUNT}, "field-unknown", "zus_account"),
]


@pytest.mark.parametrize(("given", "code", "field"), WRONG)
def test_a_wrong_firm_is_refused_at_its_field(
    office: Office, items: Items, given: dict[str, object], code: str, field: str
) -> None:
    before = items()
    answer = add(office, **given)
    assert (answer.status, answer.code, answer.json["errors"][0]["field"]) == (422, code, field)
    assert items() == before


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Kłos\u202egnp.exe", "Kłosgnp.exe"),
        ("Kł\u200bos\ufeff", "Kłos"),
        ("Kłos\r\nSet-Cookie: a", "Kłos Set-Cookie: a"),
        ("Klo\u0301s", "Klós"),
        ("Kłos\x00\x07", "Kłos"),
        ("<b>Kłos</b> & Syn", "<b>Kłos</b> & Syn"),
        ("A#B", "A#B"),
        ("ż" * 240, "ż" * 240),
    ],
)
def test_a_name_is_one_visible_line(office: Office, typed: str, kept: str) -> None:
    assert add(office, name=typed).json["firm"]["name"] == kept
    assert names(office) == [kept]
    page = office.boss_in_a_browser.get(office.path("/firms"))
    assert "<b>Kłos" not in page.text


def test_a_refused_firm_keeps_what_was_typed(office: Office) -> None:
    page = office.boss_in_a_browser.post(office.path("/firms"), {"nip": "512 007 91 95", "name": "Nowa Chata"})
    assert page.status == 422
    assert 'value="512 007 91 95"' in page.text
    assert 'value="Nowa Chata"' in page.text


# Settings


def test_settings_are_changed_by_who_saw_them(office: Office, firm: str, items: Items) -> None:
    seen = office.settings(firm)["version"]
    body = {"version": seen, "name": "Nowa Nazwa", "legal_form": "sole_trader", "prefix": "B2"}
    path = office.path(f"/firms/{firm}/settings")
    assert office.boss.post(path, body).json["version"] == seen + 1
    before = items()
    again = office.boss.post(path, {**body, "name": "Inna"})
    assert (again.status, again.code) == (409, "changed-meanwhile")
    assert items() == before
    assert office.settings(firm)["firm"]["name"] == "Nowa Nazwa"


def test_a_status_is_changed_by_who_saw_it(office: Office, firm: str, items: Items) -> None:
    path = office.path(f"/firms/{firm}/status")
    office.change_settings(firm, prefix="B2")
    before = items()
    assert office.boss.post(path, {"version": 1, "status": "suspended"}).code == "changed-meanwhile"
    assert items() == before


def test_the_contribution_account_is_checked(office: Office, firm: str, items: Items) -> None:
    before = items()
    for wrong in (
        "68600000020260015951416169",  # check digits
        "68600000020260015951416",  # too short
        "56101000712222783191636600",  # a tax account
        "82600000020260017772273629",  # of another payer
        "٦٨٦٠٠٠٠٠٠٢٠٢٦٠٠١٥٩٥١٤١٦١٦٨",
        "x",
    ):
        answer = office.change_settings(firm, zus_account=wrong)
        assert (answer.status, answer.code) == (422, "zus-account-invalid"), wrong
        assert answer.json["errors"][0]["field"] == "zus_account"
    assert items() == before


@pytest.mark.parametrize("typed", [ZUS_ACCOUNT, "68 6000 0002 0260 0159 5141 6168", f"PL{ZUS_ACCOUNT}"])
def test_the_contribution_account_is_kept_as_digits(office: Office, firm: str, typed: str) -> None:
    assert office.change_settings(firm, zus_account=typed).json["firm"]["zus_account"] == ZUS_ACCOUNT
    assert office.change_settings(firm, zus_account=" ").json["firm"]["zus_account"] == ""


@pytest.mark.parametrize("field", ["nip", "status", "id", "office", "role", "found_in"])
def test_settings_change_nothing_else(office: Office, firm: str, items: Items, field: str) -> None:
    before = items()
    answer = office.change_settings(firm, **{field: "x"})
    assert (answer.status, answer.code, answer.json["errors"][0]["field"]) == (422, "field-unknown", field)
    assert items() == before


NEXT = {
    "active": {"suspended", "inactive", "archived"},
    "suspended": {"active", "inactive", "archived"},
    "inactive": {"active", "archived"},
    "archived": {"active"},
}


@pytest.mark.parametrize("status", NEXT)
def test_a_firm_changes_to_the_statuses_that_the_page_offers(office: Office, firm: str, status: str) -> None:
    if status != "active":
        office.set_status(firm, status)
    assert set(office.settings(firm)["next_statuses"]) == NEXT[status]
    for wanted in ("waiting", "active", "suspended", "inactive", "archived"):
        if wanted not in NEXT[status]:
            refused = office.set_status(firm, wanted)
            assert (refused.status, refused.code) == (409, "status-not-allowed"), wanted
    for wanted in sorted(NEXT[status]):
        assert office.set_status(firm, wanted).json["firm"]["status"] == wanted
        office.set_status(firm, "active")
        office.set_status(firm, status)


def test_a_found_firm_waits_until_the_office_takes_it_on(office: Office) -> None:
    office.agent().announce(NIPS[2])
    (firm,) = (one["id"] for one in office.boss.get(office.path("/firms")).json["firms"])
    assert office.settings(firm)["next_statuses"] == ["active", "archived"]
    assert office.set_status(firm, "suspended").code == "status-not-allowed"
    assert office.set_status(firm, "active").json["firm"]["status"] == "active"


# People


def test_an_invitation_mails_a_link_that_signs_in(office: Office, firm: str) -> None:
    assert invite(office, firm).status == 201
    mail = office.mails.last_to(CLIENT)
    assert "Biuro Demo" in mail["text"]
    assert link_in(mail["text"]) in mail["html"]
    client = sign_in_by_mail(mail["text"])
    assert client.get(f"/firms/{firm}").status == 200
    assert [(one["email"], one["name"], one["active"]) for one in users(office, firm)] == [
        (CLIENT, "Klient Demo", True)
    ]


def test_an_invitation_is_good_for_a_week_and_once(office: Office, firm: str, clock: Clock) -> None:
    invite(office, firm)
    invite(office, firm, "druga@firma.example")
    first, second = (office.mails.last_to(email)["text"] for email in (CLIENT, "druga@firma.example"))
    clock.advance(days=6, hours=23)
    sign_in_by_mail(first)
    assert Browser().post(link_in(first)).code == "link-useless"
    clock.advance(hours=2)
    assert Browser().post(link_in(second)).code == "link-useless"


def test_who_missed_the_invitation_signs_in_by_address(office: Office, firm: str, clock: Clock) -> None:
    invite(office, firm)
    clock.advance(days=30)
    Browser().post("/sign-in", {"email": CLIENT})
    assert sign_in_by_mail(office.mails.last_to(CLIENT)["text"]).get(f"/firms/{firm}").status == 200


@pytest.mark.parametrize("email", [CLIENT, CLIENT.upper(), f" {CLIENT} "])
def test_a_person_is_invited_once(office: Office, firm: str, items: Items, email: str) -> None:
    invite(office, firm)
    office.mails.deliver()
    before = items()
    answer = invite(office, firm, email)
    assert (answer.status, answer.code, answer.json["errors"][0]["field"]) == (409, "already-invited", "email")
    assert items() == before
    assert len(office.mails.to(CLIENT)) == 1


def test_a_person_known_to_another_office_is_invited_like_anybody(office: Office, firm: str) -> None:
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    their_firm = other.add_firm(NIPS[3], "Ich Firma")
    other.client(their_firm, CLIENT)
    answer = invite(office, firm)
    assert answer.status == 201
    client = sign_in_by_mail(office.mails.last_to(CLIENT)["text"])
    assert {place["address"] for place in client.get("/").json["contexts"]} == {
        f"/firms/{firm}",
        f"/firms/{their_firm}",
    }
    assert client.get(f"/firms/{firm}").status == client.get(f"/firms/{their_firm}").status == 200


def test_an_office_does_not_learn_what_another_calls_a_person(office: Office, firm: str) -> None:
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    their_firm = other.add_firm(NIPS[3])
    invite(other, their_firm, CLIENT, "Nazwisko Tylko Tam")
    answer = invite(office, firm, CLIENT, "Klient Nasz")
    assert "Nazwisko Tylko Tam" not in answer.text
    assert [one["name"] for one in users(office, firm)] == ["Klient Nasz"]


def test_a_person_may_belong_to_many_firms(office: Office, firm: str) -> None:
    second = office.add_firm(NIPS[2], "Druga")
    client = office.client(firm)
    assert invite(office, second).status == 201
    assert client.get(f"/firms/{second}").status == 200, "without signing in again"


def test_a_deactivated_person_can_be_let_in_again(office: Office, firm: str) -> None:
    client = office.client(firm)
    (user,) = users(office, firm)
    path = office.path(f"/firms/{firm}/users/{user['person']}/deactivation")
    assert office.boss.post(path).json["users"][0]["active"] is False
    assert client.get(f"/firms/{firm}").code == "not-found"
    assert invite(office, firm).status == 201
    assert client.get(f"/firms/{firm}").status == 200
    assert [one["active"] for one in users(office, firm)] == [True]
    assert office.boss.post(path).json["users"][0]["active"] is False


def test_deactivating_somebody_unknown_is_not_found(office: Office, firm: str, items: Items) -> None:
    second = office.add_firm(NIPS[2], "Druga")
    office.client(firm)
    (user,) = users(office, firm)
    before = items()
    for place, person in ((second, user["person"]), (firm, second), (firm, office.id)):
        answer = office.boss.post(office.path(f"/firms/{place}/users/{person}/deactivation"))
        assert (answer.status, answer.code) == (404, "not-found")
    assert items() == before


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"email": "x"}, "email-invalid", "email"),
        ({"name": ""}, "name-invalid", "name"),
        ({"role": "administrator"}, "field-unknown", "role"),
        ({"person": "01J"}, "field-unknown", "person"),
        ({"office": "x"}, "field-unknown", "office"),
        ({"firm": "x"}, "field-unknown", "firm"),
        ({"active": False}, "field-unknown", "active"),
    ],
)
def test_an_invitation_gives_no_more_than_it_says(
    office: Office, firm: str, items: Items, given: dict[str, object], code: str, field: str
) -> None:
    before = items()
    body = {"email": CLIENT, "name": "Klient", **given}
    answer = office.boss.post(office.path(f"/firms/{firm}/users"), body)
    assert (answer.status, answer.code, answer.json["errors"][0]["field"]) == (422, code, field)
    assert items() == before


def test_staff_invited_to_a_firm_stay_staff(office: Office, firm: str) -> None:
    assert invite(office, firm, BOSS, "Szefowa").status == 201
    assert office.boss.get(office.path()).status == 200
    assert office.boss.get(f"/firms/{firm}").status == 200
