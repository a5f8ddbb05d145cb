"""Opening an office by oneself: the form, the mail, the link; and what nobody can do with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal import operator, sign_in, sign_up
from portal.domain.offices import TERMS_VERSION
from portal.store.identity import Identity
from tests.functions.forms import forms_to
from tests.functions.gateway import Answer, Browser
from tests.functions.tables import watched
from tests.functions.times import Clock
from tests.functions.turns import Job, at_once
from tests.functions.world import BOSS, NIPS, Mails, Office, link_in, sign_in_by_mail

NEW = "nowa@biuro.example"
FORM = {"office_name": "Biuro Nowe", "nip": NIPS[3], "person_name": "Nina Nowa", "email": NEW, "terms": TERMS_VERSION}
Items = Callable[[], list[dict[str, Any]]]


def ask(browser: Browser | None = None, **changes: Any) -> Answer:
    given = {name: value for name, value in {**FORM, **changes}.items() if value is not None}
    return (browser or Browser()).post("/sign-up", given)


def link(mails: Mails, email: str = NEW) -> str:
    return link_in(mails.last_to(email)["text"])


def offices_in(items: Items) -> list[dict[str, Any]]:
    return [item for item in items() if item["sk"]["S"] == "OFFICE"]


def people_in(items: Items) -> list[dict[str, Any]]:
    """People and their addresses, without the count of how often somebody came to belong somewhere."""
    people = [item for item in items() if item["sk"]["S"] == "PERSON"]
    return [{name: value for name, value in item.items() if name != "version"} for item in people]


def opened(mails: Mails, **changes: Any) -> tuple[str, Browser]:
    """An office opened by its link: its address, and the browser that is signed in."""
    assert ask(**changes).status == 200
    browser = Browser(html=True)
    answer = browser.post(link(mails, changes.get("email", NEW)))
    assert answer.status == 303, answer.text
    browser.html = False
    return answer.location, browser


# What happens


def test_the_form_the_mail_and_the_link_open_an_office(mails: Mails, items: Items) -> None:
    browser = Browser(html=True)
    (form,) = forms_to(browser.get("/sign-up"), "/sign-up")
    sent = form.send(browser, **{**FORM, "terms": form.ticks["terms"]})
    assert (sent.status, sent.location) == (303, "/sign-up/sent")
    assert "24 godziny" in browser.get("/sign-up/sent").text
    assert len(offices_in(items)) == 1  # the demo office; nothing is opened before the link

    page = browser.get(link(mails))
    assert page.status == 200
    assert "Biuro Nowe" in page.text
    (button,) = forms_to(page, link(mails))
    answer = button.send(browser)
    assert answer.status == 303
    panel = browser.get(answer.location)
    assert panel.status == 200
    assert "Biuro Nowe" in panel.text
    assert "Nina Nowa" in panel.text


def test_the_office_begins_on_trial_with_its_administrator(mails: Mails, clock: Clock) -> None:
    office, browser = opened(mails)
    settings = browser.get(f"{office}/settings").json
    kept = {name: settings[name] for name in ("name", "nip", "email", "plan", "terms_version", "version")}
    assert kept == {
        "name": "Biuro Nowe",
        "nip": NIPS[3],
        "email": NEW,
        "plan": "trial",
        "terms_version": TERMS_VERSION,
        "version": 1,
    }
    assert settings["terms_at"].startswith(clock.moment.date().isoformat())
    assert browser.get("/").json["contexts"][0]["role"] == "administrator"


def test_who_accepted_which_terms_is_kept(mails: Mails, items: Items) -> None:
    office, _ = opened(mails)
    (stored,) = (item for item in offices_in(items) if item["pk"]["S"] == f"O#{office.rsplit('/', 1)[1]}#OFFICE")
    (person,) = (item for item in items() if item.get("email", {}).get("S") == NEW and item["sk"]["S"] == "PERSON")
    assert stored["terms_by"]["S"] == person["pk"]["S"].removeprefix("P#")
    assert stored["terms_version"]["S"] == TERMS_VERSION


def test_opening_is_the_first_event_of_the_history(mails: Mails, items: Items) -> None:
    office, _ = opened(mails)
    front = f"O#{office.rsplit('/', 1)[1]}#EVENTS"
    (event,) = (item["event"]["M"] for item in items() if item["pk"]["S"] == front)
    assert event["action"]["S"] == "office.opened"
    assert event["network"]["S"] == "192.0.2.10"
    assert event["by"]["S"]


def test_a_mail_tells_where_the_panel_and_the_agent_are(mails: Mails) -> None:
    office, _ = opened(mails)
    mail = mails.last_to(NEW)
    assert mail["subject"] == "Biuro Nowe: biuro jest gotowe"
    for form in ("text", "html"):
        assert f"https://portal.example{office}/agents" in mail[form]
        assert "KonektoSync" in mail[form]


def test_the_session_is_fresh_enough_to_make_a_token(mails: Mails) -> None:
    office, browser = opened(mails)
    assert browser.post(f"{office}/agents", {"name": "KSIEGOWA"}).status == 200


def test_without_a_nip_it_works_too(mails: Mails) -> None:
    office, browser = opened(mails, nip="")
    assert browser.get(f"{office}/settings").json["nip"] == ""


def test_the_link_lives_a_day(mails: Mails, clock: Clock, items: Items) -> None:
    ask()
    address = link(mails)
    clock.advance(hours=sign_up.LINK_HOURS, seconds=-1)
    assert Browser().get(address).status == 200
    clock.advance(seconds=1)
    assert Browser().get(address).code == Browser().post(address).code == "link-useless"
    assert len(offices_in(items)) == 1


# Who is known already


def test_a_known_person_opens_a_second_office_with_the_account_they_have(office: Office, items: Items) -> None:
    people = people_in(items)
    address, browser = opened(office.mails, email=BOSS, person_name="Ktoś Inny")
    names = {place["name"] for place in browser.get("/").json["contexts"]}
    assert names == {"Biuro Demo", "Biuro Nowe"}
    assert people_in(items) == people
    assert browser.get("/").json["name"] == "Anna Demonstracyjna"
    assert browser.get(f"{address}/settings").status == 200
    assert office.boss.get(office.path()).status == 200


def test_whoever_became_known_meanwhile_is_no_second_person(office: Office, items: Items) -> None:
    ask()
    address = link(office.mails)
    office.client(office.add_firm(), NEW)
    assert Browser().post(address).status == 200
    assert len([item for item in items() if item["pk"]["S"] == f"E#{NEW}"]) == 1


def test_the_answer_is_the_same_whether_the_address_is_known(office: Office) -> None:
    for html in (True, False):
        known, unknown = ask(Browser(html=html), email=BOSS), ask(Browser(html=html))
        assert (known.status, known.text, known.headers) == (unknown.status, unknown.text, unknown.headers)


def test_the_work_is_the_same_whether_the_address_is_known(office: Office) -> None:
    def work(email: str) -> list[tuple[str, int]]:
        with watched() as calls:
            assert ask(email=email).status == 200
        return [(operation, len(params.get("TransactItems", ()))) for operation, params in calls.made]

    assert work(BOSS) == work(NEW)


def test_both_get_a_mail_and_each_the_right_one(office: Office) -> None:
    ask(email=BOSS)
    ask()
    known, unknown = office.mails.last_to(BOSS), office.mails.last_to(NEW)
    assert known["subject"] == unknown["subject"] == "KonektoSmart: dokończ zakładanie biura"
    assert "Masz już konto" in known["text"]
    assert "Masz już konto" not in unknown["text"]


def test_the_mail_carries_nothing_that_was_typed(mails: Mails) -> None:
    """Anybody can have it sent to anybody, so it must not say what they like."""
    ask(office_name="Wygrana! wejdź na evil.example", person_name="Kliknij evil.example")
    ask(office_name="Wygrana! wejdź na evil.example", person_name="Kliknij evil.example", email=BOSS)
    for address in (NEW, BOSS):
        assert "evil" not in json.dumps(mails.last_to(address))


def test_the_new_office_lists_a_known_person_under_the_name_typed_for_it(office: Office) -> None:
    """What one office calls somebody is not another office's business."""
    address, browser = opened(office.mails, email=BOSS, person_name="Ktoś Inny")
    assert [one["name"] for one in browser.get(f"{address}/staff").json["staff"]] == ["Ktoś Inny"]
    assert [one["name"] for one in office.boss.get(office.path("/staff")).json["staff"]] == ["Anna Demonstracyjna"]


def test_the_operator_lists_a_known_person_under_the_name_typed_too(office: Office) -> None:
    other = operator.open_office("Biuro Drugie", BOSS, "Ktoś Inny")["office"]
    assert [one["name"] for one in office.boss.get(f"/offices/{other}/staff").json["staff"]] == ["Ktoś Inny"]
    assert office.boss.get("/").json["name"] == "Anna Demonstracyjna"


# What is refused


def test_an_address_opens_three_offices_a_day(mails: Mails, items: Items, clock: Clock) -> None:
    for number in range(3):
        opened(mails, office_name=f"Biuro {number}")
    assert ask(office_name="Biuro za dużo").status == 200, "the form tells nobody what an address opened"
    clock.advance(hours=23)
    address, before = link(mails), items()
    answer = Browser().post(address)
    assert (answer.status, answer.code) == (429, "too-many-tries")
    assert items() == before, "the link stays good"
    assert opened(mails, email="inna@biuro.example")
    clock.advance(hours=1)
    ask()
    assert Browser().post(link(mails)).status == 200


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"terms": ""}, "terms-not-accepted", "terms"),
        ({"terms": "true"}, "terms-not-accepted", "terms"),
        ({"terms": "2020-01-01"}, "terms-not-accepted", "terms"),
        ({"terms": None}, "terms-not-accepted", "terms"),
        ({"nip": "5120079195"}, "nip-invalid", "nip"),
        ({"nip": "0000000000"}, "nip-invalid", "nip"),
        ({"office_name": ""}, "name-invalid", "office_name"),
        ({"office_name": "\u202e\u0000 "}, "name-invalid", "office_name"),
        ({"office_name": "x" * 241}, "name-invalid", "office_name"),
        ({"person_name": None}, "field-missing", "person_name"),
        ({"email": "nie adres"}, "email-invalid", "email"),
        ({"email": "a@biuro.example\r\nBcc: wszyscy@biuro.example"}, "email-invalid", "email"),
        ({"email": "аdmin@biuro.example"}, "email-invalid", "email"),
        ({"plan": "full"}, "field-unknown", "plan"),
        ({"role": "administrator"}, "field-unknown", "role"),
        ({"terms_by": "x"}, "field-unknown", "terms_by"),
        ({"office": "01J0OFFICE"}, "field-unknown", "office"),
    ],
)
def test_a_wrong_form_is_refused_at_its_field(
    mails: Mails, items: Items, changes: dict[str, Any], code: str, field: str
) -> None:
    before = items()
    answer = ask(**changes)
    assert (answer.status, answer.code) == (422, code)
    assert [entry["field"] for entry in answer.json["errors"]] == [field]
    assert items() == before


def test_a_refused_form_keeps_what_was_typed(mails: Mails) -> None:
    page = ask(Browser(html=True), nip="5120079195", terms=None)
    assert page.status == 422
    (form,) = forms_to(page, "/sign-up")
    assert form.fields["nip"] == ["5120079195"]
    assert form.fields["office_name"] == ["Biuro Nowe"]
    assert form.ticks["terms"] == [TERMS_VERSION]
    assert "Numer NIP ma błędną cyfrę kontrolną" in page.text
    assert "Zaznacz, że akceptujesz regulamin" in page.text


def test_the_ticked_box_stays_ticked(mails: Mails) -> None:
    (form,) = forms_to(ask(Browser(html=True), nip="5120079195"), "/sign-up")
    assert form.fields["terms"] == [TERMS_VERSION]


def test_another_site_cannot_send_the_form(mails: Mails, items: Items) -> None:
    before = items()
    for foreign in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": None, "origin": "https://evil.example"}):
        answer = Browser().send("POST", "/sign-up", body=FORM, headers=foreign)
        assert (answer.status, answer.code) == (403, "cross-site")
    assert items() == before


def test_asking_often_takes_longer_and_longer(mails: Mails, clock: Clock) -> None:
    for _ in range(sign_in.FROM_HERE.free):
        assert ask().status == 200
    assert (ask().status, ask().code) == (429, "too-many-tries")
    assert len(mails.to(NEW)) == sign_in.FROM_HERE.free
    clock.advance(seconds=sign_in.FROM_HERE.first / timedelta(seconds=1) * 2)
    assert ask().status == 200


def test_tries_to_sign_in_count_too(office: Office) -> None:
    for _ in range(sign_in.FROM_HERE.free):
        assert Browser().post("/sign-in", {"email": BOSS}).status == 200
    assert ask(email=BOSS).code == "too-many-tries"


# Attacks on the link


def test_a_used_link_opens_nothing_again(mails: Mails, items: Items) -> None:
    opened(mails)
    mails.deliver()
    address = link_in(mails.to(NEW)[0]["text"])
    before = items()
    assert Browser().get(address).code == Browser().post(address).code == "link-useless"
    assert items() == before


@pytest.mark.parametrize("seed", range(3))
def test_two_clicks_at_once_open_one_office(mails: Mails, items: Items, seed: int) -> None:
    ask()
    address = link(mails)

    def clicks(handlers: Any) -> Answer:
        return Browser(handlers=handlers).post(address)

    jobs: list[Job[Answer]] = [clicks, clicks]
    assert sorted(answer.status for answer in at_once(jobs, seed)) == [200, 410]
    assert len(offices_in(items)) == 2
    assert len(mails.to(NEW)) == 2  # the link, and one welcome


def test_two_links_of_one_new_person_at_once_make_one_person(mails: Mails, items: Items) -> None:
    ask()
    ask(office_name="Biuro Drugie")
    first, second = (link_in(mail["text"]) for mail in mails.to(NEW))
    jobs: list[Job[Answer]] = [
        lambda handlers: Browser(handlers=handlers).post(first),
        lambda handlers: Browser(handlers=handlers).post(second),
    ]
    at_once(jobs)
    for address in (first, second):
        Browser().post(address)  # who lost the race comes again
    assert len(offices_in(items)) == 3
    assert len([item for item in items() if item["pk"]["S"] == f"E#{NEW}"]) == 1


def test_no_office_is_opened_for_somebody_who_is_deleted_in_this_moment(
    office: Office, items: Items, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would have an administrator who can never sign in again."""
    firm = office.add_firm()
    office.client(firm, NEW)
    ask()
    address, before = link(office.mails), offices_in(items)
    users = office.path(f"/firms/{firm}/users")
    (person,) = (user["person"] for user in office.boss.get(users).json["users"])
    use_up = Identity.use_up

    def deleted_meanwhile(*args: Any) -> None:
        assert office.boss.post(f"{users}/{person}/removal", {}).status == 200
        use_up(*args)

    monkeypatch.setattr(Identity, "use_up", deleted_meanwhile)
    assert Browser().post(address).code == "link-useless"
    assert offices_in(items) == before


def test_opening_the_page_of_the_link_opens_nothing(mails: Mails, items: Items) -> None:
    ask()
    mails.deliver()
    before = items()
    assert Browser(html=True).get(link(mails)).status == 200
    assert items() == before


@pytest.mark.parametrize("code", ["", " ", "000000", "123456"])
def test_the_link_is_no_code(mails: Mails, items: Items, code: str) -> None:
    ask()
    challenge = link(mails).removeprefix("/l/").partition(".")[0]
    opened_before = offices_in(items)
    for path in ("/sign-in/code", "/confirm/code"):
        answer = Browser().post(path, {"challenge": challenge, "code": code})
        assert answer.status in (401, 422)
    assert offices_in(items) == opened_before


def test_a_sign_up_link_of_a_known_person_confirms_nothing(office: Office, clock: Clock) -> None:
    """It opens an office under a session of its own; the session that should be confirmed stays as stale as it was."""
    clock.advance(hours=1)
    assert office.boss.post(office.path("/agents"), {"name": "X"}).code == "confirm-needed"
    ask(email=BOSS)
    Browser().post(link(office.mails, BOSS))
    assert office.boss.post(office.path("/agents"), {"name": "X"}).code == "confirm-needed"


def test_a_sign_in_link_opens_no_office(office: Office, items: Items) -> None:
    before = offices_in(items)
    Browser().post("/sign-in", {"email": BOSS})
    sign_in_by_mail(office.mails.last_to(BOSS)["text"])
    assert offices_in(items) == before


def test_a_guessed_link_opens_nothing(mails: Mails, items: Items) -> None:
    ask()
    mails.deliver()
    before = items()
    for address in (link(mails)[:-1] + "~", link(mails).partition(".")[0] + ".", "/l/x"):
        assert Browser().post(address).code == "link-useless"
    assert items() == before


def test_anybody_reads_the_terms(mails: Mails) -> None:
    page = Browser(html=True).get("/terms")
    assert page.status == 200
    assert "24.11.2026" in page.text
    assert "RODO" in page.text
