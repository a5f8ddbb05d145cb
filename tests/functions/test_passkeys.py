"""Passkeys: adding, using, naming and removing them, and everything that must not pass for one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from tests.functions.authenticator import PRESENT, VERIFIED, Authenticator, decoded, encoded
from tests.functions.gateway import Answer, Browser, Handlers
from tests.functions.tables import watched
from tests.functions.times import Clock
from tests.functions.turns import at_once
from tests.functions.world import BOSS, Office, link_in, open_office

SESSION, DEVICE = "__Host-session", "__Host-device"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/149.0.0.0 Safari/537.36"
Items = Callable[[], list[dict[str, Any]]]


def options(browser: Browser, path: str) -> dict[str, Any]:
    answer = browser.post(f"{path}/options", {})
    assert answer.status == 200, answer.text
    return dict(answer.json["public_key"])


def add(browser: Browser, passkey: Authenticator) -> Answer:
    return browser.post("/passkeys", passkey.make(options(browser, "/passkeys")))


def sign_in(passkey: Authenticator, browser: Browser | None = None) -> Answer:
    browser = browser or Browser()
    return browser.post("/sign-in/passkey", passkey.answer(options(browser, "/sign-in/passkey")))


def confirm(browser: Browser, passkey: Authenticator) -> Answer:
    return browser.post("/confirm/passkey", passkey.answer(options(browser, "/confirm/passkey")))


def listed(browser: Browser) -> list[dict[str, Any]]:
    return list(browser.get("/passkeys").json["passkeys"])


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/devices").status == 200


def refused(answer: Answer, code: str = "passkey-refused") -> None:
    assert (answer.code, answer.cookies) == (code, []), answer.text


@pytest.fixture
def passkey(office: Office) -> Authenticator:
    """One that the administrator has added."""
    made = Authenticator()
    office.boss.agent = CHROME
    assert add(office.boss, made).status == 201
    return made


@pytest.fixture
def stale(office: Office, passkey: Authenticator, clock: Clock) -> Browser:
    """The administrator, who signed in an hour ago and has a passkey."""
    clock.advance(hours=1)
    assert is_signed_in(office.boss)  # keeps the last use, so that nothing else is written
    return office.boss


# Adding


def test_a_passkey_is_listed_under_the_browsers_name(office: Office, passkey: Authenticator) -> None:
    (line,) = listed(office.boss)
    assert line["name"] == "Chrome, Windows"
    assert line["created_at"].startswith("2026-11-24T09:00")
    assert line["last_used"] is None
    page = office.boss_in_a_browser.get("/passkeys")
    assert "Chrome, Windows" in page.text
    assert "24.11.2026 10:00" in page.text


def test_a_passkey_is_made_for_our_host_and_asks_its_person(office: Office) -> None:
    asked = options(office.boss, "/passkeys")
    assert asked["rp"] == {"id": "portal.example", "name": "KonektoSmart"}
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["user"]["name"] == BOSS
    assert decoded(asked["user"]["id"]).decode() == office.boss.cookies[SESSION].partition(".")[0]
    assert len(decoded(asked["challenge"])) == 32


def test_adding_is_told_by_mail(office: Office, passkey: Authenticator) -> None:
    mail = office.mails.last_to(BOSS)
    assert mail["subject"] == "KonektoSmart: zmiana kluczy dostępu"
    assert "dodano klucz dostępu „Chrome, Windows”" in mail["text"]


def test_several_are_possible_and_none_twice(office: Office, passkey: Authenticator) -> None:
    asked = options(office.boss, "/passkeys")
    assert [one["id"] for one in asked["excludeCredentials"]] == [encoded(passkey.credential)]
    assert office.boss.post("/passkeys", Authenticator().make(asked)).status == 201
    assert len(listed(office.boss)) == 2
    refused(office.boss.post("/passkeys", passkey.make(options(office.boss, "/passkeys"))))
    assert len(listed(office.boss)) == 2


def test_ten_are_enough(office: Office) -> None:
    for _ in range(10):
        assert add(office.boss, Authenticator()).status == 201
    answer = office.boss.post("/passkeys/options", {})
    assert (answer.status, answer.code) == (409, "too-many-passkeys")


def test_asking_for_many_before_adding_one_makes_no_more_than_ten(office: Office) -> None:
    asked = [options(office.boss, "/passkeys") for _ in range(11)]
    answers = [office.boss.post("/passkeys", Authenticator().make(one)) for one in asked]
    assert [answer.status for answer in answers] == [201] * 10 + [409]
    assert len(listed(office.boss)) == 10


def test_adding_wants_a_sign_in_of_minutes_ago(office: Office, stale: Browser, items: Items) -> None:
    before = items()
    assert stale.post("/passkeys/options", {}).code == "confirm-needed"
    made = Authenticator().make({"challenge": encoded(b"x" * 32), "user": {"id": "x"}})
    assert stale.post("/passkeys", made).code == "confirm-needed"
    assert items() == before


# Signing in


def test_a_passkey_signs_in_without_an_address(office: Office, passkey: Authenticator) -> None:
    browser = Browser()
    assert sign_in(passkey, browser).status == 200
    assert is_signed_in(browser)
    assert browser.get("/").json["name"] == "Anna Demonstracyjna"
    assert browser.post(office.path("/agents"), {"name": "X"}).status == 200


def test_its_use_is_kept(office: Office, passkey: Authenticator, clock: Clock) -> None:
    clock.advance(hours=2)
    sign_in(passkey)
    (line,) = listed(office.boss)
    assert line["last_used"].startswith("2026-11-24T11:00")


def test_the_offer_names_nobody(office: Office, passkey: Authenticator) -> None:
    asked = options(Browser(), "/sign-in/passkey")
    assert asked.get("allowCredentials", []) == []
    assert asked["userVerification"] == "required"
    assert asked["rpId"] == "portal.example"


def test_a_new_device_is_told_by_mail(office: Office, passkey: Authenticator) -> None:
    sign_in(passkey, Browser(agent=CHROME))
    assert office.mails.last_to(BOSS)["subject"] == "KonektoSmart: nowe urządzenie"


def test_a_known_device_is_not(office: Office, passkey: Authenticator) -> None:
    sign_in(passkey, Browser(cookies={DEVICE: office.boss.cookies[DEVICE]}))
    assert office.mails.last_to(BOSS)["subject"] != "KonektoSmart: nowe urządzenie"


def test_a_cookie_from_before_is_not_adopted(office: Office, passkey: Authenticator) -> None:
    browser = Browser(cookies={SESSION: office.boss.cookies[SESSION]})
    sign_in(passkey, browser)
    assert browser.cookies[SESSION] != office.boss.cookies[SESSION]


def test_a_passkey_that_does_not_count_is_good_again_and_again(office: Office) -> None:
    silent = Authenticator(counts=False)
    add(office.boss, silent)
    assert [sign_in(silent).status for _ in range(3)] == [200, 200, 200]


def test_asking_is_limited_by_network(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal import sign_in as by_mail  # noqa: PLC0415 - its name is taken by a helper here

    monkeypatch.setattr(by_mail, "PER_NETWORK", replace(by_mail.PER_NETWORK, free=2))
    browser = Browser(address="203.0.113.9")
    assert [browser.post("/sign-in/passkey/options", {}).status for _ in range(3)] == [200, 200, 429]


# Confirming


def test_a_passkey_confirms_and_changes_the_secret(office: Office, stale: Browser, passkey: Authenticator) -> None:
    thief = Browser(cookies=dict(stale.cookies))
    assert stale.post(office.path("/agents"), {"name": "X"}).code == "confirm-needed"
    assert confirm(stale, passkey).status == 200
    assert stale.post(office.path("/agents"), {"name": "X"}).status == 200
    assert thief.get("/devices").code == "sign-in-needed"


def test_only_the_persons_own_are_asked_for(office: Office, stale: Browser, passkey: Authenticator) -> None:
    asked = options(stale, "/confirm/passkey")
    assert [one["id"] for one in asked["allowCredentials"]] == [encoded(passkey.credential)]
    assert asked["allowCredentials"][0]["transports"] == ["internal", "hybrid"]


def test_who_has_none_is_told(office: Office) -> None:
    answer = office.boss.post("/confirm/passkey/options", {})
    assert (answer.status, answer.code) == (409, "passkey-none")


def test_the_passkey_of_somebody_else_does_not_confirm(office: Office, stale: Browser, items: Items) -> None:
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    theirs = Authenticator()
    add(other.boss, theirs)
    asked = options(stale, "/confirm/passkey")
    before = items()
    refused(stale.post("/confirm/passkey", theirs.answer(asked)))
    refused(stale.post("/confirm/passkey", {**theirs.answer(asked), "user": encoded(b"x")}))
    assert items() == before


def test_what_was_asked_of_one_session_confirms_no_other(office: Office, passkey: Authenticator, items: Items) -> None:
    phone = Browser()
    sign_in(passkey, phone)
    asked = options(office.boss, "/confirm/passkey")
    before = items()
    refused(phone.post("/confirm/passkey", passkey.answer(asked)))
    assert items() == before


# Naming and removing


def test_a_passkey_is_renamed(office: Office, passkey: Authenticator) -> None:
    (line,) = listed(office.boss)
    page = office.boss_in_a_browser.post(
        f"/passkeys/{line['id']}/name", {"name": " Mój  telefon ", "back": "/passkeys"}
    )
    assert (page.status, page.location) == (303, "/passkeys?done=passkey-renamed")
    assert [one["name"] for one in listed(office.boss)] == ["Mój telefon"]
    assert sign_in(passkey).status == 200


@pytest.mark.parametrize("name", ["", " ", "\u202e", "x" * 241])
def test_what_is_no_name_is_told(office: Office, passkey: Authenticator, name: str, items: Items) -> None:
    (line,) = listed(office.boss)
    before = items()
    answer = office.boss.post(f"/passkeys/{line['id']}/name", {"name": name})
    assert (answer.status, answer.code) == (422, "name-invalid")
    assert items() == before


def test_a_removed_passkey_is_good_for_nothing(office: Office, passkey: Authenticator) -> None:
    (line,) = listed(office.boss)
    signed_in = Browser()
    sign_in(passkey, signed_in)
    asked = options(Browser(), "/sign-in/passkey")
    assert office.boss.post(f"/passkeys/{line['id']}/removal", {}).status == 200
    assert listed(office.boss) == []
    refused(Browser().post("/sign-in/passkey", passkey.answer(asked)))
    mail = office.mails.last_to(BOSS)
    assert "usunięto klucz dostępu „Chrome, Windows”" in mail["text"]
    assert office.boss.post(f"/passkeys/{line['id']}/removal", {}).code == "not-found"


def test_removing_wants_a_sign_in_of_minutes_ago(office: Office, stale: Browser, items: Items) -> None:
    (line,) = listed(stale)
    before = items()
    assert stale.post(f"/passkeys/{line['id']}/removal", {}).code == "confirm-needed"
    page = Browser(html=True, cookies=stale.cookies).post(f"/passkeys/{line['id']}/removal", {"back": "/passkeys"})
    assert 'href="/confirm?back=/passkeys"' in page.text
    assert items() == before


@pytest.mark.parametrize("action", ["name", "removal"])
def test_nobody_touches_the_passkeys_of_somebody_else(
    office: Office, passkey: Authenticator, items: Items, action: str
) -> None:
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    (line,) = listed(office.boss)
    before = items()
    body = {"name": "Moja"} if action == "name" else {}
    assert other.boss.post(f"/passkeys/{line['id']}/{action}", body).code == "not-found"
    assert items() == before


@pytest.mark.parametrize("odd", ["x", "A" * 64, "a" * 63, "a" * 65, "%2e%2e", "PERSON"])
def test_what_is_no_passkey_is_not_found(office: Office, odd: str) -> None:
    assert office.boss.post(f"/passkeys/{odd}/removal", {}).code == "not-found"


# What must not pass

WRONG: dict[str, dict[str, Any]] = {
    "made on another site": {"origin": "https://evil.example"},
    "made on a site that looks alike": {"origin": "https://portal.example.evil.example"},
    "made on a neighbour's site": {"origin": "https://www.portal.example"},
    "made without TLS": {"origin": "http://portal.example"},
    "for another host": {"rp_id": "evil.example"},
    "for a neighbour's host": {"rp_id": "example"},
    "while nobody was there": {"flags": VERIFIED},
    "while nobody was verified": {"flags": PRESENT},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_passkey_is_not_added(office: Office, items: Items, wrong: dict[str, Any]) -> None:
    asked = options(office.boss, "/passkeys")
    before = items()
    refused(office.boss.post("/passkeys", Authenticator(**wrong).make(asked)))
    assert items() == before


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_answer_neither_signs_in_nor_confirms(
    office: Office, passkey: Authenticator, items: Items, wrong: dict[str, Any]
) -> None:
    browser = Browser()
    asked, also_asked = options(browser, "/sign-in/passkey"), options(office.boss, "/confirm/passkey")
    before = items()
    bad = replace(passkey, **wrong)
    refused(browser.post("/sign-in/passkey", bad.answer(asked)))
    refused(office.boss.post("/confirm/passkey", bad.answer(also_asked)))
    assert items() == before


def test_the_key_of_somebody_else_does_not_fit(office: Office, passkey: Authenticator, items: Items) -> None:
    """Everything as it should be, signed with another key."""
    forged = replace(passkey, key=Authenticator().key)
    asked = options(Browser(), "/sign-in/passkey")
    before = items()
    refused(Browser().post("/sign-in/passkey", forged.answer(asked)))
    assert items() == before


def test_a_passkey_says_only_whose_it_is(office: Office, passkey: Authenticator, items: Items) -> None:
    """With one's own passkey nobody comes in as somebody else."""
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    theirs = Authenticator()
    add(other.boss, theirs)
    asked = options(Browser(), "/sign-in/passkey")
    before = items()
    refused(Browser().post("/sign-in/passkey", {**theirs.answer(asked), "user": passkey.user}))
    borrowed = {**theirs.answer(asked), "user": passkey.user, "credential": encoded(passkey.credential)}
    refused(Browser().post("/sign-in/passkey", borrowed))
    assert items() == before


def test_an_answer_is_good_once(office: Office, passkey: Authenticator, items: Items) -> None:
    answer = passkey.answer(options(Browser(), "/sign-in/passkey"))
    assert Browser().post("/sign-in/passkey", answer).status == 200
    before = items()
    refused(Browser().post("/sign-in/passkey", answer))
    assert items() == before


def test_what_was_asked_is_good_once_even_for_a_new_answer(office: Office, passkey: Authenticator) -> None:
    asked = options(Browser(), "/sign-in/passkey")
    assert Browser().post("/sign-in/passkey", passkey.answer(asked)).status == 200
    refused(Browser().post("/sign-in/passkey", passkey.answer(asked)))


@pytest.mark.parametrize("seed", range(3))
def test_of_two_equal_answers_at_once_one_signs_in(office: Office, passkey: Authenticator, seed: int) -> None:
    answer = passkey.answer(options(Browser(), "/sign-in/passkey"))

    def send(handlers: Handlers) -> Answer:
        return Browser(handlers=handlers).post("/sign-in/passkey", answer)

    answers = at_once([send] * 3, seed)
    assert sorted(one.status for one in answers) == [200, 422, 422]


def test_what_we_never_asked_is_refused(office: Office, passkey: Authenticator, items: Items) -> None:
    before = items()
    refused(Browser().post("/sign-in/passkey", passkey.answer({"challenge": encoded(b"x" * 32)})))
    assert items() == before


def test_what_was_asked_long_ago_is_refused(office: Office, passkey: Authenticator, clock: Clock) -> None:
    asked = options(Browser(), "/sign-in/passkey")
    clock.advance(minutes=5, seconds=1)
    refused(Browser().post("/sign-in/passkey", passkey.answer(asked)))


def test_each_answer_is_for_its_use(office: Office, passkey: Authenticator, items: Items) -> None:
    """Signing in, confirming and adding do not stand in for each other."""
    to_sign_in, to_confirm = options(Browser(), "/sign-in/passkey"), options(office.boss, "/confirm/passkey")
    to_add = options(office.boss, "/passkeys")
    before = items()
    for asked in (to_confirm, to_add):
        refused(Browser().post("/sign-in/passkey", passkey.answer(asked)))
    for asked in (to_sign_in, to_add):
        refused(office.boss.post("/confirm/passkey", passkey.answer(asked)))
    for asked in (to_sign_in, to_confirm):
        refused(office.boss.post("/passkeys", Authenticator().make({**asked, "user": to_add["user"]})))
    refused(Browser().post("/sign-in/passkey", passkey.answer(to_sign_in, "webauthn.create")))
    assert items() == before


def test_nobody_adds_a_passkey_to_somebody_elses_account(office: Office, items: Items) -> None:
    """What one person was asked for is answered in the session of another."""
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    asked = options(office.boss, "/passkeys")
    before = items()
    refused(other.boss.post("/passkeys", Authenticator().make(asked)))
    assert items() == before


def test_a_copy_of_a_passkey_is_found_out(office: Office, passkey: Authenticator, items: Items) -> None:
    copied = replace(passkey)
    for _ in range(3):
        assert sign_in(passkey).status == 200
    asked = options(Browser(), "/sign-in/passkey")
    before = items()
    refused(Browser().post("/sign-in/passkey", copied.answer(asked)), "passkey-cloned")
    assert items() == before


def test_a_count_that_stands_still_is_found_out(office: Office, passkey: Authenticator) -> None:
    sign_in(passkey)
    passkey.counts = False
    refused(sign_in(passkey), "passkey-cloned")
    passkey.count = 0
    refused(sign_in(passkey), "passkey-cloned")


GARBAGE = {
    "nothing": b"",
    "no JSON": b"x",
    "a number": b"7",
    "a list": b"[]",
    "no challenge": b"{}",
    "a challenge that is no text": b'{"challenge": 7}',
    "a challenge that is no base64": '{"challenge": "ąę%"}'.encode(),
    "bytes": b"\xff\xfe\x00",
    "very deep": b"[" * 5000,
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_is_refused(office: Office, passkey: Authenticator, items: Items, garbage: bytes) -> None:
    asked, to_add = options(Browser(), "/sign-in/passkey"), options(office.boss, "/passkeys")
    before = items()
    good, made = passkey.answer(asked), Authenticator().make(to_add)
    for field in ("client_data", "authenticator_data", "signature", "credential", "user"):
        answer = Browser().post("/sign-in/passkey", {**good, field: encoded(garbage)})
        assert answer.code in ({"passkey-refused", "field-invalid"}), field
        assert answer.cookies == []
    for field in ("client_data", "attestation"):
        assert office.boss.post("/passkeys", {**made, field: encoded(garbage)}).code in (
            {"passkey-refused", "field-invalid"}
        ), field
    assert items() == before


@pytest.mark.parametrize("text", ["ą", "=", "a" * 9000, "!!!!", "\x00"])
def test_what_is_no_base64_is_refused(office: Office, passkey: Authenticator, text: str) -> None:
    good = passkey.answer(options(Browser(), "/sign-in/passkey"))
    for field in ("client_data", "authenticator_data", "signature", "credential", "user"):
        answer = Browser().post("/sign-in/passkey", {**good, field: text})
        assert answer.status == 422, field
        assert answer.cookies == []


def test_odd_attestations_are_refused(office: Office, items: Items) -> None:
    """A true one cut off anywhere, and with any byte of the host's hash turned round."""
    asked = options(office.boss, "/passkeys")
    made = Authenticator().make(asked)
    true = decoded(made["attestation"])
    before = items()
    odd = [true[:length] for length in range(1, len(true), 7)]
    host = true.index(sha256(b"portal.example").digest())
    odd += [true[:at] + bytes([true[at] ^ 0xFF]) + true[at + 1 :] for at in range(host, host + 32)]
    for attestation in odd:
        refused(office.boss.post("/passkeys", {**made, "attestation": encoded(attestation)}))
    assert items() == before


# What is stored and what it costs


def test_the_random_bytes_stand_nowhere(office: Office, passkey: Authenticator, items: Items) -> None:
    asked = options(Browser(), "/sign-in/passkey")
    assert asked["challenge"] not in json.dumps(items(), default=str)


def test_signing_in_finds_the_passkey_with_one_read(office: Office, passkey: Authenticator) -> None:
    answer = passkey.answer(options(Browser(), "/sign-in/passkey"))
    with watched() as calls:
        assert Browser().post("/sign-in/passkey", answer).status == 200
    assert calls.reads == {"BatchGetItem": 1, "GetItem": 1, "Query": 1}


def test_mail_goes_on_working_beside_passkeys(office: Office, passkey: Authenticator) -> None:
    browser = Browser()
    browser.post("/sign-in", {"email": BOSS})
    assert browser.post(link_in(office.mails.last_to(BOSS)["text"])).status == 200


def test_without_script_the_pages_say_so(office: Office) -> None:
    for path, browser in {
        "/sign-in": Browser(html=True),
        "/passkeys": office.boss_in_a_browser,
        "/confirm": office.boss_in_a_browser,
    }.items():
        assert "<noscript>" in browser.get(path).text, path
