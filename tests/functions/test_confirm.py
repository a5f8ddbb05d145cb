"""Proving again who one is, links and codes of other purposes, new devices, and attempts at somebody's session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal import clock as portal_clock
from portal import secrets, sign_in
from portal.access import the_identity
from portal.domain.people import Person
from portal.store import identity
from portal.store.identity import Challenge, Purpose
from tests.functions.gateway import Answer, Browser
from tests.functions.tables import watched
from tests.functions.times import Clock
from tests.functions.world import BOSS, Office, code_in, link_in, open_office, sign_in_by_mail

SESSION, DEVICE = "__Host-session", "__Host-device"
PHONE = "Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 Chrome/149.0.0.0 Mobile Safari/537.36"
Items = Callable[[], list[dict[str, Any]]]


def ask(browser: Browser | None = None, email: str = BOSS) -> str:
    answer = (browser or Browser()).post("/sign-in", {"email": email})
    assert answer.status == 200, answer.text
    return str(answer.json["challenge"])


def ask_to_confirm(browser: Browser, back: str = "/") -> str:
    answer = browser.post("/confirm", {"back": back})
    assert answer.status == 200, answer.text
    return str(answer.json["challenge"])


def confirm(browser: Browser, challenge: str, code: str, **more: str) -> Answer:
    return browser.post("/confirm/code", {"challenge": challenge, "code": code, **more})


def copy_of(browser: Browser) -> Browser:
    """Somebody who has read the cookies."""
    return Browser(cookies=dict(browser.cookies))


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/devices").status == 200


def verified(items: Items) -> list[str]:
    return [item["verified_at"]["S"] for item in items() if "verified_at" in item]


@pytest.fixture
def stale(office: Office, clock: Clock) -> Browser:
    """The administrator, who signed in an hour ago."""
    clock.advance(hours=1)
    assert office.boss.post(office.path("/agents"), {"name": "X"}).code == "confirm-needed"
    return office.boss


# Confirming


def test_the_code_confirms_and_what_was_refused_works(office: Office, stale: Browser) -> None:
    challenge = ask_to_confirm(stale)
    assert confirm(stale, challenge, code_in(office.mails.last_to(BOSS)["text"])).status == 200
    assert stale.post(office.path("/agents"), {"name": "X"}).status == 200


def test_the_link_confirms_in_the_browser_that_asked(office: Office, stale: Browser) -> None:
    ask_to_confirm(stale)
    link = link_in(office.mails.last_to(BOSS)["text"])
    assert stale.get(link).json["purpose"] == "confirm"
    assert stale.post(link).status == 200
    assert stale.post(office.path("/agents"), {"name": "X"}).status == 200


def test_after_a_quarter_of_an_hour_it_is_asked_again(office: Office, stale: Browser, clock: Clock) -> None:
    challenge = ask_to_confirm(stale)
    confirm(stale, challenge, code_in(office.mails.last_to(BOSS)["text"]))
    clock.advance(minutes=16)
    assert stale.post(office.path("/agents"), {"name": "Y"}).code == "confirm-needed"


def test_confirming_goes_back_to_where_it_was_asked(office: Office, stale: Browser) -> None:
    browser = Browser(html=True, cookies=stale.cookies)
    refused = browser.post(office.path("/agents"), {"name": "KSIEGOWA-7"})
    assert refused.status == 403
    assert 'value="KSIEGOWA-7"' in refused.text
    address = f"/confirm?back={office.path('/agents')}"
    assert f'href="{address}"' in refused.text
    back = office.path("/agents")
    assert f'value="{back}"' in browser.get("/confirm", back=back).text
    asked = browser.post("/confirm", {"back": back})
    challenge = asked.location.partition("challenge=")[2].partition("&")[0]
    form = browser.get("/confirm/code", challenge=challenge, back=back)
    assert f'value="{challenge}"' in form.text
    code = code_in(office.mails.last_to(BOSS)["text"])
    done = browser.post("/confirm/code", {"challenge": challenge, "code": code, "back": back})
    assert (done.status, done.location) == (303, f"{back}?done=confirmed")


def test_a_wrong_code_shows_its_form_again(office: Office, stale: Browser) -> None:
    browser = Browser(html=True, cookies=stale.cookies)
    challenge = ask_to_confirm(stale)
    query: dict[str, object] = {"challenge": challenge, "back": "/devices"}
    page = browser.send("POST", "/confirm/code", query=query, body={**query, "code": "12 34"})
    assert page.status == 422
    assert 'value="12 34"' in page.text
    assert 'value="/devices"' in page.text


@pytest.mark.parametrize(
    "back", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\n"]
)
def test_nobody_is_led_away(office: Office, back: str, items: Items) -> None:
    assert office.boss.get("/confirm", back=back).status == 422
    before = items()
    assert office.boss.post("/confirm", {"back": back}).code == "field-invalid"
    assert items() == before


def test_the_mail_says_what_it_is_for(office: Office, stale: Browser) -> None:
    ask_to_confirm(stale)
    mail = office.mails.last_to(BOSS)
    assert mail["subject"] == "KonektoSmart: potwierdź, że to Ty"
    assert code_in(mail["text"]) in mail["html"]


def test_confirming_is_slowed_down_like_signing_in(office: Office, stale: Browser) -> None:
    for _ in range(sign_in.FROM_HERE.free):
        ask_to_confirm(stale)
    assert stale.post("/confirm", {"back": "/"}).code == "too-many-tries"


# The session's secret


def test_confirming_changes_the_secret_and_the_old_one_dies(office: Office, stale: Browser, items: Items) -> None:
    thief = copy_of(stale)
    challenge = ask_to_confirm(stale)
    (cookie,) = confirm(stale, challenge, code_in(office.mails.last_to(BOSS)["text"])).cookies
    assert cookie.startswith(f"{SESSION}=")
    assert is_signed_in(stale)
    assert thief.get("/devices").code == "sign-in-needed"
    assert len(stale.get("/devices").json["devices"]) == 1


def test_a_session_that_was_signed_out_is_not_confirmed(office: Office, stale: Browser, items: Items) -> None:
    """Both at once: the sign-out comes between reading the session and confirming it."""
    challenge = ask_to_confirm(stale)
    code = code_in(office.mails.last_to(BOSS)["text"])
    who = the_identity()
    session = who.sessions(stale.cookies[SESSION].partition(".")[0], portal_clock.now())[0]
    found = sign_in.by_code(who, challenge, code, "192.0.2.10", portal_clock.now(), Purpose.CONFIRM)
    assert stale.post("/sign-out").status == 200
    before = items()
    with pytest.raises(ValueError, match="link-useless"):
        sign_in.confirm(who, found, session, portal_clock.now())
    assert items() == before


def test_a_cookie_from_before_is_not_adopted(office: Office) -> None:
    """Fixation: whoever put a cookie into the browser does not know the one after signing in."""
    planted = f"{office.boss.cookies[SESSION].partition('.')[0]}.{secrets.new_secret()}"
    victim = Browser(cookies={SESSION: planted, DEVICE: "planted"})
    ask()
    victim.post(link_in(office.mails.last_to(BOSS)["text"]))
    assert victim.cookies[SESSION] != planted
    assert Browser(cookies={SESSION: planted}).get("/devices").code == "sign-in-needed"


def test_each_sign_in_has_a_secret_of_its_own(office: Office) -> None:
    browser = copy_of(office.boss)
    ask()
    browser.post(link_in(office.mails.last_to(BOSS)["text"]))
    assert browser.cookies[SESSION] != office.boss.cookies[SESSION]
    assert is_signed_in(office.boss)


# One purpose each


def made_for(purpose: Purpose, person: str, session: str) -> tuple[str, str]:
    """A link and a code made for a purpose, to a person: as mailed."""
    secret, now = secrets.new_secret(), portal_clock.now()
    challenge_id = f"01JDEM0000000000000000000{list(Purpose).index(purpose)}"
    who = the_identity()
    challenge = Challenge(
        id=challenge_id,
        purpose=purpose,
        person=person,
        link_hash=secrets.digest(secret),
        code_hash=secrets.code_digest(challenge_id, "123456"),
        expires_at=now + timedelta(minutes=15),
        payload={"session": session, "back": "/devices", "email": BOSS},
    )
    who.start_challenge(challenge, identity.person_steps(Person(challenge_id, f"{purpose}@x.example", "X"))[0])
    return f"/l/{secrets.join(challenge_id, secret)}", challenge_id


OTHERS = [purpose for purpose in Purpose if purpose is not Purpose.CONFIRM]


@pytest.mark.parametrize("purpose", OTHERS)
def test_what_was_made_for_something_else_does_not_confirm(
    office: Office, stale: Browser, items: Items, purpose: Purpose
) -> None:
    person, _, secret = stale.cookies[SESSION].partition(".")
    _, challenge = made_for(purpose, person, secrets.digest(secret))
    before = verified(items)
    assert confirm(stale, challenge, "123456").code == "code-wrong"
    assert verified(items) == before
    assert stale.post(office.path("/agents"), {"name": "X"}).code == "confirm-needed"


def test_the_code_that_confirms_does_not_sign_in(office: Office, stale: Browser, items: Items) -> None:
    challenge = ask_to_confirm(stale)
    code = code_in(office.mails.last_to(BOSS)["text"])
    before = verified(items)
    other = Browser()
    answer = other.post("/sign-in/code", {"challenge": challenge, "code": code})
    assert (answer.code, answer.cookies) == ("code-wrong", [])
    assert verified(items) == before


def test_the_link_that_confirms_does_not_sign_in(office: Office, stale: Browser, items: Items) -> None:
    ask_to_confirm(stale)
    link = link_in(office.mails.last_to(BOSS)["text"])
    before = items()
    answer = Browser().post(link)
    assert (answer.status, answer.code, answer.cookies) == (403, "confirm-elsewhere", [])
    assert items() == before
    assert Browser(html=True).post(link).status == 403


def test_what_confirms_one_session_confirms_no_other(office: Office, stale: Browser, items: Items) -> None:
    ask()
    phone = sign_in_by_mail(office.mails.last_to(BOSS)["text"])
    challenge = ask_to_confirm(stale)
    text = office.mails.last_to(BOSS)["text"]
    before = verified(items)
    assert phone.post(link_in(text)).code == "confirm-elsewhere"
    assert confirm(phone, challenge, code_in(text)).code == "confirm-elsewhere"
    assert verified(items) == before
    assert confirm(stale, challenge, code_in(text)).status == 200


def test_nobody_confirms_with_what_was_sent_to_somebody_else(office: Office, stale: Browser) -> None:
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    challenge = ask_to_confirm(other.boss)
    code = code_in(office.mails.last_to("obce@demo.example")["text"])
    assert confirm(stale, challenge, code).code == "confirm-elsewhere"
    assert stale.post(office.path("/agents"), {"name": "X"}).code == "confirm-needed"


def test_what_confirms_is_good_once(office: Office, stale: Browser) -> None:
    challenge = ask_to_confirm(stale)
    text = office.mails.last_to(BOSS)["text"]
    assert confirm(stale, challenge, code_in(text)).status == 200
    assert confirm(stale, challenge, code_in(text)).code == "code-wrong"
    assert stale.post(link_in(text)).code == "link-useless"


@pytest.mark.parametrize(
    ("purpose", "says"),
    [
        (Purpose.SIGN_IN, "aby się zalogować"),
        (Purpose.INVITATION, "przyjąć zaproszenie"),
        (Purpose.SIGN_UP, "założyć biuro"),
        (Purpose.CONFIRM, "potwierdzić, że to Ty"),
    ],
)
def test_the_page_of_a_link_says_what_its_button_does(office: Office, purpose: Purpose, says: str) -> None:
    link, _ = made_for(purpose, office.boss.cookies[SESSION].partition(".")[0], "x")
    page = Browser(html=True).get(link)
    assert page.status == 200
    assert says in page.text
    assert page.cookies == []


# New devices


def new_device_mails(office: Office, email: str = BOSS) -> list[dict[str, Any]]:
    return [mail for mail in office.mails.to(email) if mail["subject"] == "KonektoSmart: nowe urządzenie"]


def sign_in_on(browser: Browser, office: Office, email: str = BOSS) -> Browser:
    ask(browser, email)
    sent = [mail for mail in office.mails.to(email) if "/l/" in mail["text"]]
    assert browser.post(link_in(sent[-1]["text"])).status == 200
    return browser


def test_a_first_sign_in_is_told_to_nobody(office: Office) -> None:
    open_office(office.mails, "Biuro Obce", "obce@demo.example")
    assert new_device_mails(office, "obce@demo.example") == []


def test_a_new_device_is_told_by_mail(office: Office) -> None:
    headers = {"cloudfront-viewer-address": "203.0.113.7:40001"}
    sign_in_on(Browser(headers=headers, agent=PHONE), office)
    (mail,) = new_device_mails(office)
    for text in (mail["text"], mail["html"]):
        assert "Chrome, Android" in text
        assert "24.11.2026 10:00" in text
        assert "203.0.113.7" in text
        assert "https://portal.example/devices" in text


def test_a_known_device_is_told_once(office: Office) -> None:
    phone = sign_in_on(Browser(), office)
    for _ in range(2):
        phone.post("/sign-out")
        sign_in_on(phone, office)
    assert len(new_device_mails(office)) == 1


def test_a_device_is_forgotten_with_its_cookie(office: Office) -> None:
    phone = sign_in_on(Browser(), office)
    del phone.cookies[DEVICE]
    sign_in_on(phone, office)
    assert len(new_device_mails(office)) == 2


def test_two_people_share_a_browser_and_both_stay_known(office: Office) -> None:
    open_office(office.mails, "Biuro Obce", "obce@demo.example")
    shared = Browser()
    for _ in range(3):
        sign_in_on(shared, office, "obce@demo.example")
        sign_in_on(shared, office)
    assert len(new_device_mails(office)) == 1
    assert len(new_device_mails(office, "obce@demo.example")) == 1


def test_a_planted_mark_makes_no_device_known(office: Office) -> None:
    """Whoever plants a mark and knows it would else be taken for the person's own device later."""
    planted = secrets.new_secret()
    sign_in_on(Browser(cookies={DEVICE: planted}), office)
    sign_in_on(Browser(cookies={DEVICE: planted}), office)
    assert len(new_device_mails(office)) == 2


@pytest.mark.parametrize("marks", [".", "....", "x" * 4000, ".".join("abcdefghij"), "ą", "a.b;c"])
def test_odd_marks_harm_nothing(office: Office, marks: str) -> None:
    browser = sign_in_on(Browser(cookies={DEVICE: marks}), office)
    assert is_signed_in(browser)
    assert len(new_device_mails(office)) == 1
    assert len(browser.cookies[DEVICE].split(".")) <= sign_in.PEOPLE_PER_BROWSER


def test_the_mail_is_written_with_the_session_or_not_at_all(office: Office, items: Items) -> None:
    ask()
    link = link_in(office.mails.last_to(BOSS)["text"])
    with watched() as calls:
        Browser().post(link)
    (transaction,) = [params for operation, params in calls.made if operation == "TransactWriteItems"]
    written = [next(iter(step.values())) for step in transaction["TransactItems"]]
    keys = sorted((step.get("Item") or step["Key"])["sk"]["S"].partition("#")[0] for step in written)
    assert keys == ["CHALLENGE", "D", "MAIL", "S"]


HOSTILE_AGENT = "Zaloguj się na https://evil.example\r\nBcc: x@evil.example <script>alert(1)</script>"


def test_what_a_browser_says_of_itself_goes_into_no_mail(office: Office) -> None:
    sign_in_on(Browser(agent=HOSTILE_AGENT), office)
    (mail,) = new_device_mails(office)
    assert "evil" not in repr(mail)
    assert "nieznane urządzenie" in mail["text"]


def test_what_a_browser_says_of_itself_is_shown_as_text(office: Office) -> None:
    browser = sign_in_on(Browser(agent=HOSTILE_AGENT), office)
    page = Browser(html=True, cookies=browser.cookies).get("/devices")
    assert page.status == 200
    assert "<script>alert" not in page.text


# The list of devices


def test_devices_are_listed_with_their_last_use(office: Office, clock: Clock) -> None:
    clock.advance(hours=3)
    (first,) = office.boss.get("/devices").json["devices"]
    (second,) = office.boss.get("/devices").json["devices"]
    assert first["started_at"] < second["last_used"]
    assert second["last_used"].startswith("2026-11-24T12:00")


def test_everything_can_be_signed_out_at_once(office: Office) -> None:
    phone = sign_in_on(Browser(), office)
    laptop = copy_of(office.boss)
    answer = office.boss.post("/devices/sign-out", {"which": "everywhere"})
    assert answer.status == 200
    assert [cookie.partition(";")[0] for cookie in answer.cookies] == [f"{SESSION}="]
    for browser in (phone, laptop, office.boss):
        assert browser.get("/devices").code == "sign-in-needed"


def test_who_signs_out_everywhere_in_a_browser_is_led_to_sign_in(office: Office) -> None:
    page = office.boss_in_a_browser.post("/devices/sign-out", {"which": "everywhere"})
    assert (page.status, page.location) == (303, "/sign-in?done=signed-out")


def test_signing_out_everywhere_leaves_other_people_alone(office: Office) -> None:
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    office.boss.post("/devices/sign-out", {"which": "everywhere"})
    assert is_signed_in(other.boss)


# Other sites

ELSEWHERE: dict[str, dict[str, str | None]] = {
    "a form of another site": {"sec-fetch-site": "cross-site"},
    "a fetch of another origin": {"sec-fetch-site": None, "origin": "https://evil.example"},
}
POSTS: dict[str, dict[str, str]] = {
    "/confirm": {"back": "/"},
    "/confirm/code": {"challenge": "x", "code": "1"},
    "/devices/sign-out": {"which": "everywhere"},
    "/passkeys/options": {},
    "/passkeys": {"client_data": "e30", "attestation": "e30"},
    f"/passkeys/{'a' * 64}/name": {"name": "X"},
    f"/passkeys/{'a' * 64}/removal": {},
    "/sign-in/passkey/options": {},
    "/sign-in/passkey": {},
    "/confirm/passkey/options": {},
    "/confirm/passkey": {},
}


@pytest.mark.parametrize("headers", ELSEWHERE.values(), ids=ELSEWHERE.keys())
@pytest.mark.parametrize("path", POSTS)
def test_a_post_from_elsewhere_is_refused_and_changes_nothing(
    office: Office, items: Items, path: str, headers: dict[str, str | None]
) -> None:
    before = items()
    answer = office.boss.send("POST", path, body=POSTS[path], headers=headers)
    assert (answer.status, answer.code, answer.cookies) == (403, "cross-site", [])
    assert items() == before
