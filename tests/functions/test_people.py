"""People of a firm: invitations, roles, access taken away and given back, and erasing somebody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions.bounces import app as bounces
from portal import operator
from portal.domain import errors
from tests.functions.forms import forms_to
from tests.functions.gateway import Answer, Browser
from tests.functions.test_bounces import event as bounced
from tests.functions.times import Clock
from tests.functions.turns import Job, at_once
from tests.functions.world import (
    BOSS,
    NIPS,
    Office,
    contribution,
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


def invite(office: Office, firm: str, email: str = CLIENT, name: str = "Klient Demo", **more: object) -> Answer:
    return office.boss.post(office.path(f"/firms/{firm}/users"), {"email": email, "name": name, **more})


def users(office: Office, firm: str) -> list[dict[str, Any]]:
    return list(office.boss.get(office.path(f"/firms/{firm}/users")).json["users"])


def user_of(office: Office, firm: str, email: str = CLIENT) -> str:
    (user,) = (one for one in users(office, firm) if one["email"] == email)
    return str(user["person"])


def do(office: Office, firm: str, what: str, person: str = "", body: object = None) -> Answer:
    """Presses a button of a person's page."""
    there = person or user_of(office, firm)
    given = {} if what == "removal" and body is None else body
    return office.boss.post(office.path(f"/firms/{firm}/users/{there}" + (f"/{what}" if what else "")), given)


def written_of(items: Items, *words: str) -> list[dict[str, Any]]:
    """Items in which any of these words stands."""
    return [item for item in items() if any(word in str(item) for word in words)]


# Invitations


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
        ({"role": "administrator"}, "field-invalid", "role"),
        ({"role": "staff"}, "field-invalid", "role"),
        ({"role": "owner"}, "field-invalid", "role"),
        ({"role": "partner"}, "partner-subject", "subject"),
        ({"role": "partner", "subject": "x" * 61}, "partner-subject", "subject"),
        ({"role": "partner", "subject": "a\u202eb"}, "partner-subject", "subject"),
        ({"assigned": []}, "field-unknown", "assigned"),
        ({"activated_at": "2026-11-24"}, "field-unknown", "activated_at"),
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


def test_an_invitation_at_once_lets_one_in(office: Office, firm: str) -> None:
    job: Job[Answer] = lambda handlers: replace(office.boss, handlers=handlers).post(  # noqa: E731 - one line of one test
        office.path(f"/firms/{firm}/users"), {"email": CLIENT, "name": "Klient"}
    )
    answers = at_once([job] * 4)
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]
    assert len(office.mails.to(CLIENT)) == 1


@pytest.mark.parametrize(
    "typed", [CLIENT.upper(), f"  {CLIENT}\t", "ｋｌｉｅｎｔ@firma.example", "klient@FIRMA.example"]
)
def test_an_address_is_one_person_however_it_is_typed(office: Office, firm: str, typed: str) -> None:
    invite(office, firm)
    second = office.add_firm(NIPS[2], "Druga")
    assert invite(office, second, typed).status == 201
    assert user_of(office, firm) == user_of(office, second)


@pytest.mark.parametrize("typed", ["klient+biuro@firma.example", "k.lient@firma.example"])
def test_addresses_that_mail_programs_may_join_are_two_people(office: Office, firm: str, typed: str) -> None:
    invite(office, firm)
    assert invite(office, firm, typed).status == 201
    assert len(users(office, firm)) == 2


@pytest.mark.parametrize(
    "typed",
    ["klient@firma.example\r\nBcc: x@y.example", "a@b@firma.example", "кlient@firma.example", "klient@firma", "", " "],
)
def test_what_is_no_address_is_refused(office: Office, firm: str, items: Items, typed: str) -> None:
    before = items()
    answer = invite(office, firm, typed)
    assert (answer.status, answer.code, answer.json["errors"][0]["field"]) == (422, "email-invalid", "email")
    assert items() == before


def test_a_name_writes_no_header_into_the_mail(office: Office, firm: str) -> None:
    invite(office, firm, name='Klient\r\nBcc: wszyscy@obce.example\r\n\r\n<b>"x"')
    mail = office.mails.last_to(CLIENT)
    assert "\nBcc" not in mail["text"]
    assert "\n" not in mail["subject"]
    assert "<b>" not in mail["html"]


def test_who_has_not_come_in_is_shown_as_invited(office: Office, firm: str, clock: Clock) -> None:
    invite(office, firm)
    (user,) = users(office, firm)
    assert (user["standing"], user["activated_at"]) == ("invited", None)
    client = sign_in_by_mail(office.mails.last_to(CLIENT)["text"])
    clock.advance(minutes=3)
    moment = clock.moment
    client.get(f"/firms/{firm}")
    (user,) = users(office, firm)
    assert user["standing"] == "active"
    assert user["activated_at"][:16] == moment.isoformat()[:16]
    clock.advance(days=1)
    client.get(f"/firms/{firm}")
    assert users(office, firm) == [user], "only the first time counts"


# Sent again


def test_an_invitation_sent_again_replaces_the_first(office: Office, firm: str) -> None:
    invite(office, firm)
    first = office.mails.last_to(CLIENT)["text"]
    assert do(office, firm, "invitation").status == 200
    second = office.mails.last_to(CLIENT)["text"]
    assert link_in(first) != link_in(second)
    assert Browser().get(link_in(first)).code == "link-useless"
    assert Browser().post(link_in(first)).code == "link-useless"
    assert sign_in_by_mail(second).get(f"/firms/{firm}").status == 200


def test_an_invitation_that_expired_is_sent_again(office: Office, firm: str, clock: Clock) -> None:
    invite(office, firm)
    clock.advance(days=10)
    office.sign_in_again()
    assert do(office, firm, "invitation").status == 200
    assert sign_in_by_mail(office.mails.last_to(CLIENT)["text"]).get(f"/firms/{firm}").status == 200


def test_nobody_is_invited_again_who_came_in_or_has_no_access(office: Office, firm: str, items: Items) -> None:
    office.client(firm)
    before = items()
    refused = do(office, firm, "invitation")
    assert (refused.status, refused.code) == (409, "already-activated")
    assert items() == before
    do(office, firm, "deactivation")
    refused = do(office, firm, "invitation")
    assert (refused.status, refused.code) == (409, "access-off")


def test_invitations_do_not_fill_a_mailbox(office: Office, firm: str) -> None:
    invite(office, firm)
    answers = [do(office, firm, "invitation") for _ in range(11)]
    assert [answer.status for answer in answers] == [200] * 9 + [429] * 2
    assert answers[-1].code == "too-many-tries"
    assert len(office.mails.to(CLIENT)) == 10


def invite_twenty(office: Office, firm: str) -> None:
    """As many as an office on trial may at once, of every kind."""
    answers = [invite(office, firm, f"osoba{number}@firma.example") for number in range(18)]
    answers.append(invite_staff(office, "nowy@demo.example"))
    answers.append(do(office, firm, "invitation", user_of(office, firm, "osoba0@firma.example")))
    assert {answer.status for answer in answers} == {200, 201}


def invite_staff(office: Office, email: str) -> Answer:
    return office.boss.post(office.path("/staff"), {"email": email, "name": "Paweł Pracownik"})


def test_an_office_on_trial_invites_twenty_people_and_then_slows_down(
    office: Office, firm: str, items: Items, clock: Clock
) -> None:
    invite_twenty(office, firm)
    before, waiting = items(), user_of(office, firm, "osoba1@firma.example")
    refused = [invite(office, firm), invite_staff(office, CLIENT), do(office, firm, "invitation", waiting)]
    assert [(answer.status, answer.code) for answer in refused] == [(429, "too-many-tries")] * 3
    assert items() == before, "not even a try is held against whom it would have invited"
    clock.advance(minutes=1)
    assert invite(office, firm).status == 201
    clock.advance(minutes=1)
    assert do(office, firm, "invitation").code == "too-many-tries"
    clock.advance(minutes=1)
    assert do(office, firm, "invitation").status == 200


def test_an_office_that_invites_too_many_slows_nobody_else_down(office: Office, firm: str) -> None:
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    their_firm = other.add_firm(NIPS[3])
    invite_twenty(office, firm)
    for _ in range(12):
        assert invite(office, firm).code == "too-many-tries"
    assert invite(other, their_firm).status == 201


def test_on_the_full_plan_invitations_go_on(office: Office, firm: str) -> None:
    invite_twenty(office, firm)
    operator.main(["change-plan", "--office", office.id, "--plan", "full"])
    assert [invite(office, firm, f"{number}@firma.example").status for number in range(5)] == [201] * 5


def test_a_mail_that_came_back_is_shown_with_its_reason(office: Office, firm: str, clock: Clock) -> None:
    invite(office, firm)
    office.mails.deliver()
    (user,) = users(office, firm)
    assert (user["trouble"], user["last_mail"]["template"], user["last_mail"]["fate"]) == (None, "invitation", "sent")
    assert bounces.handler(bounced(office.mails.last_to(CLIENT)), None)["result"] == "kept"
    (user,) = users(office, firm)
    assert (user["trouble"]["state"], user["trouble"]["reason"]) == ("bounced", "no-mailbox")
    page = office.boss_in_a_browser.get(office.path(f"/firms/{firm}/users")).text
    assert "wiadomość odbita" in page
    assert "nie ma takiej skrzynki" in page


# Roles


def test_a_role_is_changed_and_works_at_once(office: Office, firm: str) -> None:
    office.agent().push(contribution(713_131, subject="Kos Jan", nip=NIPS[1]), approve={"contribution": True})
    client = office.client(firm)
    assert client.get(f"/firms/{firm}").json["total"] == 713_131
    assert do(office, firm, "", body={"role": "partner", "subject": "Lis Ewa"}).json["user"]["role"] == "partner"
    assert client.get(f"/firms/{firm}").json["total"] == 0
    assert do(office, firm, "", body={"role": "partner", "subject": "Kos Jan"}).json["user"]["subject"] == "Kos Jan"
    assert client.get(f"/firms/{firm}").json["total"] == 713_131
    assert do(office, firm, "", body={"role": "firm", "subject": "Kos Jan"}).json["user"]["subject"] == ""
    assert "zmieniło Twoją rolę" in office.mails.last_to(CLIENT)["text"]


def test_the_same_role_again_changes_nothing(office: Office, firm: str, items: Items) -> None:
    office.client(firm)
    before = items()
    assert do(office, firm, "", body={"role": "firm"}).status == 200
    assert items() == before


def test_a_changed_role_survives_the_first_coming_in(office: Office, firm: str) -> None:
    invite(office, firm)
    do(office, firm, "", body={"role": "partner", "subject": "Kos Jan"})
    sign_in_by_mail(office.mails.to(CLIENT)[0]["text"]).get(f"/firms/{firm}")
    (user,) = users(office, firm)
    assert (user["role"], user["subject"], user["standing"]) == ("partner", "Kos Jan", "active")


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"role": "partner"}, "partner-subject", "subject"),
        ({"role": "administrator"}, "field-invalid", "role"),
        ({"role": "staff"}, "field-invalid", "role"),
        ({}, "field-missing", "role"),
        ({"role": "firm", "firm": "x"}, "field-unknown", "firm"),
        ({"role": "firm", "office": "x"}, "field-unknown", "office"),
        ({"role": "firm", "person": "x"}, "field-unknown", "person"),
        ({"role": "firm", "email": "inny@firma.example"}, "field-unknown", "email"),
        ({"role": "firm", "assigned": ["x"]}, "field-unknown", "assigned"),
    ],
)
def test_a_change_of_role_changes_nothing_else(
    office: Office, firm: str, items: Items, given: dict[str, object], code: str, field: str
) -> None:
    office.client(firm)
    person = user_of(office, firm)
    before = items()
    answer = do(office, firm, "", person, given)
    assert (answer.status, answer.code, answer.json["errors"][0]["field"]) == (422, code, field)
    assert items() == before


def test_whom_a_partner_stands_for_is_offered_from_the_firms_records(office: Office, firm: str) -> None:
    office.agent().push(
        contribution(1, subject="Kos Jan", nip=NIPS[1]),
        contribution(1, subject="Lis Ewa", nip=NIPS[1], period="2025-11"),
        contribution(1, subject="Wilk Dawny", nip=NIPS[1], period="2024-10"),
    )
    assert office.boss.get(office.path(f"/firms/{firm}/users")).json["subjects"] == ["Kos Jan", "Lis Ewa"]


def test_a_refused_partner_keeps_what_was_typed(office: Office, firm: str) -> None:
    page = invite_by_form(office, firm, role="partner")
    assert page.status == 422
    assert 'value="klient@firma.example"' in page.text
    assert '<option value="partner" selected>' in page.text
    assert "Wybierz albo wpisz wspólnika" in page.text


def invite_by_form(office: Office, firm: str, **typed: str) -> Answer:
    browser = office.boss_in_a_browser
    (form,) = forms_to(browser.get(office.path(f"/firms/{firm}/users")), "/users")
    return form.send(browser, email=CLIENT, name="Klient Demo", **typed)


def test_everything_is_done_by_the_forms_of_the_pages(office: Office, firm: str) -> None:
    browser = office.boss_in_a_browser
    assert invite_by_form(office, firm, role="partner", subject="Kos Jan").status == 303
    page = office.path(f"/firms/{firm}/users/{user_of(office, firm)}")
    for ending, standing in (("/invitation", "invited"), ("/deactivation", "off"), ("/activation", "invited")):
        (form,) = forms_to(browser.get(page), ending)
        assert form.send(browser).status == 303
        assert [one["standing"] for one in users(office, firm)] == [standing]
    (form,) = forms_to(browser.get(page), page)
    assert form.send(browser, role="firm").status == 303
    (form,) = forms_to(browser.get(page), "/removal")
    assert form.send(browser).status == 303
    assert [one["standing"] for one in users(office, firm)] == ["removed"]
    assert "osoba usunięta" in browser.get(office.path(f"/firms/{firm}/users")).text


# Access taken away and given back


def test_access_is_given_back_as_it_was(office: Office, firm: str) -> None:
    client = office.client(firm)
    do(office, firm, "", body={"role": "partner", "subject": "Kos Jan"})
    person = user_of(office, firm)
    do(office, firm, "deactivation")
    assert client.get(f"/firms/{firm}").code == "not-found"
    assert "odebrało" in office.mails.last_to(CLIENT)["text"]
    assert do(office, firm, "activation", person).status == 200
    assert client.get(f"/firms/{firm}").status == 200
    (user,) = users(office, firm)
    assert (user["role"], user["subject"], user["standing"]) == ("partner", "Kos Jan", "active")


def test_giving_access_twice_changes_nothing(office: Office, firm: str, items: Items) -> None:
    office.client(firm)
    before = items()
    assert do(office, firm, "activation").status == 200
    assert items() == before


def test_a_role_changed_while_off_counts_when_on_again(office: Office, firm: str) -> None:
    client = office.client(firm)
    do(office, firm, "deactivation")
    assert do(office, firm, "", body={"role": "partner", "subject": "Kos Jan"}).status == 200
    assert client.get(f"/firms/{firm}").code == "not-found"
    do(office, firm, "activation")
    assert users(office, firm)[0]["role"] == "partner"


# Erasing


def test_a_deleted_person_is_gone_with_everything(office: Office, firm: str, items: Items, clock: Clock) -> None:
    office.agent().push(tax(100, nip=NIPS[1]), approve={"tax": True})
    client = office.client(firm)
    client.get(f"/firms/{firm}")
    person = user_of(office, firm)
    clock.advance(days=31)  # the mails of the outbox live a month
    office.sign_in_again()
    assert do(office, firm, "removal", person).status == 200
    assert client.get(f"/firms/{firm}").code == "sign-in-needed"
    assert not [item for item in items() if item["pk"]["S"] in (f"P#{person}", f"E#{CLIENT}")]
    kept = written_of(items, CLIENT, "Klient Demo")
    assert [item for item in kept if "ttl" not in item] == []
    (user,) = users(office, firm)
    assert (user["person"], user["name"], user["email"], user["standing"]) == (person, "", "", "removed")


def test_what_a_deleted_person_did_stays_in_the_history(office: Office, firm: str) -> None:
    office.agent().push(tax(100, nip=NIPS[1]), approve={"tax": True})
    client = office.client(firm)
    client.get(f"/firms/{firm}")
    do(office, firm, "removal")
    seen = [entry for entry in office.history(firm) if entry["action"] == "seen"]
    assert [entry["by"] for entry in seen] == ["osoba usunięta"]


def test_deleting_asks_for_a_fresh_sign_in(office: Office, firm: str, items: Items, clock: Clock) -> None:
    office.client(firm)
    person = user_of(office, firm)
    clock.advance(minutes=20)
    office.boss.get(office.path())
    before = items()
    refused = do(office, firm, "removal", person)
    assert (refused.status, refused.code) == (403, "confirm-needed")
    assert items() == before
    page = office.path(f"/firms/{firm}/users/{person}")
    browser = office.boss_in_a_browser
    (form,) = forms_to(browser.get(page), "/removal")
    assert f"/confirm?back={page}" in form.send(browser).text.replace("%2F", "/")


def test_who_belongs_elsewhere_stays_there(office: Office, firm: str) -> None:
    second = office.add_firm(NIPS[2], "Druga")
    client = office.client(firm)
    invite(office, second)
    client.get(f"/firms/{second}")
    do(office, firm, "removal")
    assert client.get(f"/firms/{firm}").code == "not-found"
    assert client.get(f"/firms/{second}").status == 200
    assert [one["name"] for one in users(office, second)] == ["Klient Demo"]


def test_who_is_only_switched_off_elsewhere_stays_too(office: Office, firm: str) -> None:
    second = office.add_firm(NIPS[2], "Druga")
    client = office.client(firm)
    invite(office, second)
    do(office, second, "deactivation")
    do(office, firm, "removal")
    do(office, second, "activation")
    assert client.get(f"/firms/{second}").status == 200


def test_a_person_who_was_switched_off_is_deleted_too(office: Office, firm: str, items: Items) -> None:
    office.client(firm)
    person = user_of(office, firm)
    do(office, firm, "deactivation")
    assert do(office, firm, "removal", person).status == 200
    assert not [item for item in items() if item["pk"]["S"] in (f"P#{person}", f"E#{CLIENT}")]


def test_deleting_again_changes_nothing(office: Office, firm: str, items: Items) -> None:
    office.client(firm)
    person = user_of(office, firm)
    do(office, firm, "removal")
    before = items()
    assert do(office, firm, "removal", person).status == 200
    assert items() == before


@pytest.mark.parametrize("what", ["", "invitation", "deactivation", "activation"])
def test_nothing_more_is_done_to_who_was_deleted(office: Office, firm: str, items: Items, what: str) -> None:
    office.client(firm)
    person = user_of(office, firm)
    do(office, firm, "removal")
    before = items()
    assert do(office, firm, what, person, {"role": "firm"} if not what else None).code == "not-found"
    assert office.boss.get(office.path(f"/firms/{firm}/users/{person}")).code == "not-found"
    assert items() == before


def test_who_was_deleted_can_be_invited_anew(office: Office, firm: str) -> None:
    office.client(firm)
    do(office, firm, "removal")
    assert invite(office, firm, name="Klient Nowy").status == 201
    client = sign_in_by_mail(office.mails.last_to(CLIENT)["text"])
    assert client.get(f"/firms/{firm}").status == 200
    assert sorted(one["name"] for one in users(office, firm)) == ["", "Klient Nowy"]


def test_who_stays_elsewhere_can_be_invited_anew_where_they_were_deleted(office: Office, firm: str) -> None:
    second = office.add_firm(NIPS[2], "Druga")
    client = office.client(firm)
    invite(office, second)
    do(office, firm, "removal")
    assert invite(office, firm, name="Klient Nowy").status == 201
    assert client.get(f"/firms/{firm}").status == 200
    assert [one["name"] for one in users(office, firm)] == ["Klient Nowy"]


@pytest.mark.parametrize("seed", range(3))
def test_deleting_from_two_firms_at_once_leaves_nobody_behind(
    office: Office, firm: str, items: Items, seed: int
) -> None:
    second = office.add_firm(NIPS[2], "Druga")
    office.client(firm)
    invite(office, second)
    person = user_of(office, firm)
    jobs: list[Job[Answer]] = [
        (
            lambda handlers, where=where: replace(office.boss, handlers=handlers).post(
                office.path(f"/firms/{where}/users/{person}/removal"), {}
            )
        )
        for where in (firm, second)
    ]
    assert [answer.status for answer in at_once(jobs, seed)] == [200, 200]
    assert not [item for item in items() if item["pk"]["S"] in (f"P#{person}", f"E#{CLIENT}")]


@pytest.mark.parametrize("seed", range(6))
def test_inviting_while_deleting_elsewhere_leaves_somebody_who_can_come_in(
    office: Office, firm: str, seed: int
) -> None:
    second = office.add_firm(NIPS[2], "Druga")
    office.client(firm)
    person = user_of(office, firm)
    remove: Job[Answer] = lambda handlers: replace(office.boss, handlers=handlers).post(  # noqa: E731 - two of a kind
        office.path(f"/firms/{firm}/users/{person}/removal"), {}
    )
    let_in: Job[Answer] = lambda handlers: replace(office.boss, handlers=handlers).post(  # noqa: E731 - two of a kind
        office.path(f"/firms/{second}/users"), {"email": CLIENT, "name": "Klient"}
    )
    removed, invited = at_once([remove, let_in], seed)
    assert removed.status == 200
    if invited.status == 409:
        assert invited.code == "changed-meanwhile"
        assert invite(office, second).status == 201
    Browser().post("/sign-in", {"email": CLIENT})
    client = sign_in_by_mail(office.mails.last_to(CLIENT)["text"])
    assert client.get(f"/firms/{second}").status == 200


# Ids that do not belong there


@pytest.mark.parametrize("what", ["", "invitation", "deactivation", "activation", "removal"])
def test_a_person_is_reached_through_their_own_firm_only(office: Office, firm: str, items: Items, what: str) -> None:
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    their_firm, second = other.add_firm(NIPS[3], "Ich"), office.add_firm(NIPS[2], "Druga")
    other.client(their_firm, "ich@firma.example")
    office.client(firm)
    theirs = user_of(other, their_firm, "ich@firma.example")
    mine, boss = user_of(office, firm), office.boss.get(office.path("/staff")).json["you"]
    before = items()
    body = {"role": "firm"} if not what else None
    for where, person in ((second, mine), (firm, theirs), (firm, boss), (firm, firm), (firm, office.id)):
        assert do(office, where, what, person, body).code == "not-found"
    assert items() == before


# Erasing on request


def test_the_operator_erases_a_person_everywhere(office: Office, firm: str, items: Items, clock: Clock) -> None:
    second = office.add_firm(NIPS[2], "Druga")
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    their_firm = other.add_firm(NIPS[3], "Ich Firma")
    client = office.client(firm)
    invite(office, second)
    do(office, second, "deactivation")
    invite(other, their_firm, CLIENT, "Klient u Nich")
    other.boss.post(other.path("/staff"), {"email": CLIENT, "name": "Pracownik u Nich", "role": "staff"})
    person = user_of(office, firm)
    clock.advance(days=31)
    office.mails.deliver()
    assert operator.erase_person(CLIENT.upper()) == {"person": person, "places": 4}
    assert client.get("/").code == "sign-in-needed"
    assert not [item for item in items() if item["pk"]["S"] in (f"P#{person}", f"E#{CLIENT}")]
    for item in written_of(items, CLIENT, "Klient", "Pracownik u Nich"):
        assert "ttl" in item, item
    office.sign_in_again()
    for there, where in ((office, firm), (office, second)):
        assert [(one["person"], one["name"]) for one in users(there, where)] == [(person, "")]
    events = [item["event"]["M"] for item in items() if "event" in item]
    by_operator = [one for one in events if one["by"]["S"] == "operator" and one["target"]["S"] == person]
    assert sorted(one["action"]["S"] for one in by_operator) == ["staff.removed", *["user.removed"] * 3]


def test_the_operator_erases_nobody_who_is_not_there(office: Office, items: Items) -> None:
    before = items()
    with pytest.raises(errors.Refusal) as refused:
        operator.erase_person("nikt@nigdzie.example")
    assert refused.value.code is errors.NOT_FOUND
    assert items() == before


def test_the_operator_leaves_no_office_without_an_administrator(office: Office, firm: str, items: Items) -> None:
    invite(office, firm, BOSS, "Szefowa")
    before = items()
    with pytest.raises(errors.Refusal) as refused:
        operator.erase_person(BOSS)
    assert refused.value.code is errors.LAST_ADMINISTRATOR
    assert items() == before, "nor is anything done before that is found"


def test_the_command_prints_what_it_did(office: Office, firm: str, capsys: pytest.CaptureFixture[str]) -> None:
    office.client(firm)
    assert operator.main(["erase-person", "--email", CLIENT]) == 0
    assert '"places": 1' in capsys.readouterr().out
    assert operator.main(["erase-person", "--email", CLIENT]) == 1
    assert "not-found" in capsys.readouterr().err
