"""Signing in and out: what a link, a code and a cookie are good for, and for how long."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from portal import operator
from tests.functions.gateway import Answer, Browser
from tests.functions.times import Clock
from tests.functions.world import BOSS, NIPS, Mails, Office, code_in, link_in, open_office, sign_in_by_mail

COOKIE = "__Host-session"
DEVICE = "__Host-device"
NO_ID = "01JDEMXXXXXXXXXXXXXXXXXXXX"
"""Written like an id, but nothing has it."""
Items = Callable[[], list[dict[str, Any]]]


def ask(email: str = BOSS, browser: Browser | None = None) -> str:
    """Asks for a mail; the challenge it belongs to."""
    answer = (browser or Browser()).post("/sign-in", {"email": email})
    assert answer.status == 200, answer.text
    return str(answer.json["challenge"])


def type_code(challenge: str, code: str, browser: Browser | None = None) -> Answer:
    return (browser or Browser()).post("/sign-in/code", {"challenge": challenge, "code": code})


def another(code: str) -> str:
    """Six digits that are not these."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/").status == 200


# One mail, two ways in


def test_one_mail_brings_a_link_and_a_code(office: Office) -> None:
    ask()
    (mail,) = office.mails.to(BOSS)
    assert link_in(mail["text"]) in mail["html"]
    assert code_in(mail["text"]) in mail["html"]


def test_the_link_signs_in(office: Office) -> None:
    ask()
    assert is_signed_in(sign_in_by_mail(office.mails.last_to(BOSS)["text"]))


@pytest.mark.parametrize("written", ["{}", "{:.3} {:.3}", " {} "])
def test_the_code_signs_in_however_it_is_spaced(office: Office, written: str) -> None:
    challenge, browser = ask(), Browser()
    code = code_in(office.mails.last_to(BOSS)["text"])
    typed = f"{code[:3]} {code[3:]}" if ":" in written else written.format(code)
    assert type_code(challenge, typed, browser).status == 200
    assert is_signed_in(browser)


def test_the_code_works_on_another_device_and_network(office: Office) -> None:
    challenge = ask(browser=Browser(address="192.0.2.10"))
    phone = Browser(address="198.51.100.7")
    assert type_code(challenge, code_in(office.mails.last_to(BOSS)["text"]), phone).status == 200


def test_opening_the_link_neither_signs_in_nor_uses_it_up(office: Office, items: Items) -> None:
    ask()
    link = link_in(office.mails.last_to(BOSS)["text"])
    before = items()
    scanner = Browser()
    for _ in range(3):
        opened = scanner.get(link)
        assert (opened.status, opened.cookies) == (200, [])
    assert items() == before
    assert not is_signed_in(scanner)
    assert scanner.post(link).status == 200


def test_the_link_works_once(office: Office) -> None:
    ask()
    text = office.mails.last_to(BOSS)["text"]
    sign_in_by_mail(text)
    second = Browser().post(link_in(text))
    assert (second.status, second.code, second.cookies) == (410, "link-useless", [])
    assert Browser().get(link_in(text)).status == 410


def test_the_code_works_once(office: Office) -> None:
    challenge = ask()
    code = code_in(office.mails.last_to(BOSS)["text"])
    assert type_code(challenge, code).status == 200
    second = type_code(challenge, code)
    assert (second.status, second.code, second.cookies) == (422, "code-wrong", [])


def test_the_code_uses_up_the_link(office: Office) -> None:
    challenge = ask()
    text = office.mails.last_to(BOSS)["text"]
    assert type_code(challenge, code_in(text)).status == 200
    assert Browser().post(link_in(text)).code == "link-useless"


def test_the_link_uses_up_the_code(office: Office) -> None:
    challenge = ask()
    text = office.mails.last_to(BOSS)["text"]
    sign_in_by_mail(text)
    assert type_code(challenge, code_in(text)).code == "code-wrong"


def test_link_and_code_still_work_just_before_their_end(office: Office, clock: Clock) -> None:
    challenge = ask()
    first = office.mails.last_to(BOSS)["text"]
    ask()
    second = office.mails.last_to(BOSS)["text"]
    clock.advance(minutes=14, seconds=58)
    assert type_code(challenge, code_in(first)).status == 200
    assert Browser().post(link_in(second)).status == 200


def test_link_and_code_end_after_fifteen_minutes(office: Office, clock: Clock, items: Items) -> None:
    challenge = ask()
    text = office.mails.last_to(BOSS)["text"]
    clock.advance(minutes=15, seconds=1)
    assert Browser().get(link_in(text)).code == "link-useless"
    assert Browser().post(link_in(text)).code == "link-useless"
    assert type_code(challenge, code_in(text)).code == "code-wrong"


@pytest.mark.parametrize("token", ["x", NO_ID, f"{NO_ID}.y", f"{NO_ID.lower()}.y", "a.b", ".", "é.ü"])
def test_a_made_up_link_is_useless(office: Office, token: str) -> None:
    assert Browser().get(f"/l/{token}").code == "link-useless"
    assert Browser().post(f"/l/{token}").code == "link-useless"


def test_the_secret_of_one_link_does_not_fit_another(office: Office) -> None:
    ask()
    first = link_in(office.mails.last_to(BOSS)["text"])
    ask()
    second = link_in(office.mails.last_to(BOSS)["text"])
    mixed = f"{first.partition('.')[0]}.{second.partition('.')[2]}"
    assert Browser().post(mixed).code == "link-useless"


# Guessing


@pytest.mark.parametrize("body", [{f"f{number}": "" for number in range(201)}, {"email": "a" * 64_001}])
def test_a_form_beyond_its_limit_is_refused_and_writes_nothing(office: Office, items: Items, body: object) -> None:
    before = items()
    assert Browser(html=True).post("/sign-in", body).status == 413
    assert items() == before


def test_the_code_of_another_challenge_is_wrong(office: Office) -> None:
    mine = ask()
    open_office(office.mails, "Biuro Obce", "obce@demo.example")
    ask("obce@demo.example")
    theirs = code_in(office.mails.last_to("obce@demo.example")["text"])
    if theirs == code_in(office.mails.last_to(BOSS)["text"]):  # one in a million
        theirs = another(theirs)
    assert type_code(mine, theirs).code == "code-wrong"


@pytest.mark.parametrize("challenge", ["", "x", NO_ID, "../C#1", NO_ID.lower()])
def test_a_made_up_challenge_is_like_a_wrong_code(office: Office, challenge: str) -> None:
    assert type_code(challenge, "123456").code == "code-wrong"


def test_the_empty_code_does_not_meet_an_invitation(office: Office) -> None:
    """An invitation has a link only; no typed code may stand for the missing one."""
    firm = office.add_firm()
    office.boss.post(office.path(f"/firms/{firm}/users"), {"email": "klient@firma.example", "name": "Klient"})
    link = link_in(office.mails.last_to("klient@firma.example")["text"])
    challenge = link.removeprefix("/l/").partition(".")[0]
    for code in ("", "000000"):
        assert type_code(challenge, code).code == "code-wrong"


def test_an_unknown_address_gets_the_same_answer_and_no_mail(office: Office, items: Items) -> None:
    known = Browser().post("/sign-in", {"email": BOSS})
    unknown = Browser().post("/sign-in", {"email": "nikt@nigdzie.example"})
    assert unknown.status == known.status
    assert unknown.headers == known.headers
    assert unknown.json.keys() == known.json.keys()
    assert len(unknown.json["challenge"]) == len(known.json["challenge"])
    assert {**unknown.json, "challenge": ""} == {**known.json, "challenge": ""}
    office.mails.deliver()
    assert [mail["to"] for mail in office.mails.sent] == [BOSS]
    assert "nikt@nigdzie.example" not in json.dumps(items(), default=str)


def test_an_unknown_address_gets_the_same_page(office: Office) -> None:
    pages = [Browser(html=True).post("/sign-in", {"email": email}) for email in (BOSS, "nikt@nigdzie.example")]
    assert [page.status for page in pages] == [303, 303]
    assert {page.location.partition("=")[0] for page in pages} == {"/sign-in/code?challenge"}


def test_no_code_meets_the_challenge_of_an_unknown_address(office: Office) -> None:
    challenge = ask("nikt@nigdzie.example")
    assert type_code(challenge, "000000").code == "code-wrong"


NO_ADDRESSES = {
    "nothing": "",
    "no at": "x",
    "no domain": "a@b",
    "a space": "a b@c.pl",
    "a line end and another header": "a@b.pl\r\nBcc: c@d.pl",
    "a line end": "a@b.pl\nc",
    "two of them": "a@b.pl,c@d.pl",
    "two of them with a semicolon": "a@b.pl;c@d.pl",
    "two at": "a@b.pl@c.pl",
    "an at that is written wide": "a@b.pl\uff20c.pl",
    "a name before it": "Anna <a@b.pl>",
    "very long": f"{'a' * 300}@b.pl",
    "a long front": f"{'a' * 65}@b.pl",
    "a letter of another alphabet": "b\u0456uro@demo.example",
    "a domain of another alphabet": "biuro@dem\u043e.example",
    "a mark": "a\u0301@b.pl",
    "Polish letters": "ą@b.pl",
    "a bracket": "a@b.pl>",
    "a quoted front": '"a b"@c.pl',
    "a comment": "a(b)@c.pl",
    "an address of a machine": "a@[127.0.0.1]",
    "a dot behind": "a@b.pl.",
    "two dots": "a@b..pl",
    "two dots in front": "a..b@c.pl",
    "a dot before the front": ".a@b.pl",
    "a dot behind the front": "a.@b.pl",
    "a hyphen before": "a@-b.pl",
    "a control character": "a\x00@b.pl",
    "a backspace": "a\x08@b.pl",
    "a zero-width space": "a\u200b@b.pl",
    "text that runs backwards": "a\u202e@b.pl",
}


@pytest.mark.parametrize("email", NO_ADDRESSES.values(), ids=NO_ADDRESSES.keys())
def test_what_is_no_address_is_told_and_changes_nothing(office: Office, items: Items, email: str) -> None:
    before = items()
    answer = Browser().post("/sign-in", {"email": email})
    assert (answer.status, answer.code) == (422, "email-invalid")
    assert answer.json["errors"][0]["field"] == "email"
    assert items() == before


@pytest.mark.parametrize("written", ["BIURO@Demo.Example", " biuro@demo.example ", "ｂｉｕｒｏ@demo.example"])
def test_one_address_written_in_other_letters_is_the_same_one(office: Office, written: str) -> None:
    ask(written)
    assert len(office.mails.to(BOSS)) == 1


@pytest.mark.parametrize("neighbour", ["biuro+x@demo.example", "b.iuro@demo.example", "biuro@demo.example.pl"])
def test_a_neighbouring_address_is_another_one(office: Office, neighbour: str) -> None:
    """What a mail provider may treat as the same is not the same here: no mail goes where nobody was let in."""
    ask(neighbour)
    office.mails.deliver()
    assert office.mails.sent == []


# The session


def test_the_cookie_is_bound_to_the_host_and_out_of_reach_of_scripts(office: Office) -> None:
    ask()
    cookies = Browser().post(link_in(office.mails.last_to(BOSS)["text"])).cookies
    lasting = {COOKIE: "Max-Age=2592000", DEVICE: "Max-Age=34560000"}
    assert [cookie.partition("=")[0] for cookie in cookies] == list(lasting)
    for cookie in cookies:
        pair, *attributes = cookie.split("; ")
        assert set(attributes) == {"Path=/", "Secure", "HttpOnly", "SameSite=Lax", lasting[pair.partition("=")[0]]}


def test_no_secret_stands_in_the_table(office: Office, items: Items) -> None:
    firm = office.add_firm()
    token = office.agent().token
    challenge = ask()
    mail = office.mails.last_to(BOSS)["text"]
    other = ask()
    code = code_in(office.mails.last_to(BOSS)["text"])
    client = office.client(firm)
    invitation = office.mails.last_to("klient@firma.example")["text"]
    browser = sign_in_by_mail(mail)
    secrets = {
        link_in(mail).partition(".")[2],
        link_in(invitation).partition(".")[2],
        browser.cookies[COOKIE].partition(".")[2],
        client.cookies[COOKIE].partition(".")[2],
        token.split("_", 3)[3],
    }
    written = repr(items())
    assert challenge not in written
    assert other in written
    secrets |= {browser.cookies[DEVICE], client.cookies[DEVICE]}
    assert len(secrets) == 7
    assert not {secret for secret in secrets if secret in written}
    assert code not in re.findall(r"\w+", written)


def devices(browser: Browser) -> list[dict[str, Any]]:
    return list(browser.get("/devices").json["devices"])


def second_device(office: Office) -> Browser:
    ask()
    return sign_in_by_mail(office.mails.last_to(BOSS)["text"])


def test_own_devices_are_listed_and_this_one_is_marked(office: Office) -> None:
    phone = second_device(office)
    assert [one["this_one"] for one in devices(phone)] == [True, False]
    assert [one["this_one"] for one in devices(office.boss)] == [False, True]


def test_another_device_can_be_signed_out(office: Office) -> None:
    phone = second_device(office)
    (lost,) = (one["id"] for one in devices(office.boss) if not one["this_one"])
    assert office.boss.post("/devices/sign-out", {"which": lost}).status == 200
    assert not is_signed_in(phone)
    assert is_signed_in(office.boss)


def test_all_other_devices_can_be_signed_out_at_once(office: Office) -> None:
    phone = second_device(office)
    assert office.boss.post("/devices/sign-out", {"which": "others"}).status == 200
    assert not is_signed_in(phone)
    assert is_signed_in(office.boss)


def test_nobody_signs_out_a_device_of_somebody_else(office: Office, items: Items) -> None:
    client = office.client(office.add_firm())
    (theirs,) = (one["id"] for one in devices(client))
    before = items()
    assert office.boss.post("/devices/sign-out", {"which": theirs}).code == "not-found"
    assert items() == before
    assert is_signed_in(client)


def test_an_expired_session_is_no_device(office: Office, clock: Clock) -> None:
    second_device(office)
    clock.advance(days=29, hours=23.9)
    assert [one["this_one"] for one in devices(second_device(office))] == [True, False]


def test_signing_out_ends_this_device_only(office: Office) -> None:
    ask()
    phone = sign_in_by_mail(office.mails.last_to(BOSS)["text"])
    stolen = Browser(cookies=dict(phone.cookies))
    answer = phone.post("/sign-out")
    assert answer.status == 200
    (cookie,) = answer.cookies
    assert "Max-Age=0" in cookie
    assert phone.cookies.keys() == {DEVICE}
    assert stolen.get("/").code == "sign-in-needed"
    assert is_signed_in(office.boss)


def test_signing_out_twice_asks_to_sign_in(office: Office) -> None:
    again = Browser(cookies=dict(office.boss.cookies))
    assert office.boss.post("/sign-out").status == 200
    assert again.post("/sign-out").code == "sign-in-needed"


def test_a_session_ends_after_thirty_days(office: Office, clock: Clock) -> None:
    clock.advance(days=29, hours=22)
    assert is_signed_in(office.boss)
    clock.advance(hours=2)
    assert office.boss.get("/").code == "sign-in-needed"
    assert office.boss.get(office.path()).code == "sign-in-needed"


def test_a_session_of_one_person_does_not_open_for_another(office: Office) -> None:
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    mine, theirs = (value.cookies[COOKIE].partition(".") for value in (office.boss, other.boss))
    forged = Browser(cookies={COOKIE: f"{theirs[0]}.{mine[2]}"})
    assert forged.get("/").code == "sign-in-needed"
    assert forged.get(other.path()).code == "sign-in-needed"


@pytest.mark.parametrize("value", ["x", ".", "a.b", f"{NO_ID}.", "P#1.x", "ą.ę", "x" * 8000])
def test_a_malformed_cookie_asks_to_sign_in(office: Office, value: str) -> None:
    assert Browser(cookies={COOKIE: value}).get("/").code == "sign-in-needed"


def test_a_cookie_of_another_name_is_none(office: Office) -> None:
    assert not is_signed_in(Browser(cookies={"session": office.boss.cookies[COOKIE]}))


# Other people's pages


FOREIGN = {
    "fetched from elsewhere": {"sec-fetch-site": "cross-site"},
    "from a neighbour's subdomain": {"sec-fetch-site": "same-site"},
    "typed into the address bar": {"sec-fetch-site": "none"},
    "of another origin": {"sec-fetch-site": None, "origin": "https://evil.example"},
    "of a look-alike origin": {"sec-fetch-site": None, "origin": "https://portal.example.evil.example"},
    "of our name without TLS": {"sec-fetch-site": None, "origin": "http://portal.example"},
    "of an opaque origin": {"sec-fetch-site": None, "origin": "null"},
    "of no origin": {"sec-fetch-site": None, "origin": None},
    "whose browser contradicts its origin": {"sec-fetch-site": "cross-site", "origin": "https://portal.example"},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_post_from_elsewhere_is_refused_and_writes_nothing(
    office: Office, items: Items, headers: dict[str, str | None]
) -> None:
    firm = office.add_firm()
    ask()
    link = link_in(office.mails.last_to(BOSS)["text"])
    before = items()
    for path, body in {
        "/sign-in": {"email": BOSS},
        "/sign-in/code": {"challenge": "x", "code": "123456"},
        link: None,
        "/sign-out": None,
        office.path("/firms"): {"number": NIPS[1], "name": "Obca"},
        office.path(f"/firms/{firm}/status"): {"version": 1, "status": "archived"},
        office.path("/agents"): {"name": "X"},
    }.items():
        answer = office.boss.send("POST", path, body=body, headers=headers)
        assert (answer.status, answer.code, answer.cookies) == (403, "cross-site", []), path
    assert items() == before


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
def test_what_another_site_typed_is_not_put_into_our_form(office: Office, headers: dict[str, str | None]) -> None:
    """A neighbour's subdomain may post with the person's cookie: the next click must not save what it chose."""
    typed = {"version": 1, "name": "Obca", "reply_to": "obcy@evil.example"}
    answer = office.boss_in_a_browser.send("POST", office.path("/settings"), body=typed, headers=headers)
    assert answer.status == 403
    assert "obcy@evil.example" not in answer.text


def test_an_old_browser_is_believed_by_its_origin(office: Office) -> None:
    own = {"sec-fetch-site": None, "origin": "https://portal.example"}
    assert office.boss.send("POST", "/sign-out", headers=own).status == 200


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-yaml", "application/xml"])
def test_a_body_of_another_kind_is_refused(office: Office, media_type: str) -> None:
    answer = Browser().send("POST", "/sign-in", body={"email": BOSS}, headers={"content-type": media_type})
    assert (answer.status, answer.code) == (415, "media-type")


# Where to work


def test_a_person_with_one_place_is_taken_there(office: Office) -> None:
    page = office.boss_in_a_browser.get("/")
    assert (page.status, page.location) == (303, office.path())


def test_a_person_with_many_places_chooses(office: Office) -> None:
    firm = office.add_firm()
    office.boss.post(office.path(f"/firms/{firm}/users"), {"email": BOSS, "name": "Anna"})
    answer = office.boss.get("/")
    assert [(place["address"], place["role"]) for place in answer.json["contexts"]] == [
        (office.path(), "administrator"),
        (f"/firms/{firm}", "firm"),
    ]
    page = office.boss_in_a_browser.get("/")
    assert page.status == 200
    assert f'href="/firms/{firm}"' in page.text


def test_a_partner_chooses_among_firms_not_offices(office: Office) -> None:
    email = "kos@firma.example"
    for nip in NIPS[:2]:
        users = office.path(f"/firms/{office.add_firm(nip, f'Firma {nip}')}/users")
        partner = {"email": email, "name": "Jan Kos", "role": "partner", "subject": "Kos Jan"}
        assert office.boss.post(users, partner).status == 201
    page = sign_in_by_mail(office.mails.last_to(email)["text"], html=True).get("/")
    assert (page.text.count("firma · obsługuje: Biuro Demo"), "biuro rachunkowe" in page.text) == (2, False)


def test_one_address_may_run_two_offices(office: Office, mails: Mails) -> None:
    second = operator.open_office("Drugie Biuro", BOSS, "Ktoś Inny")
    ask()
    browser = sign_in_by_mail(mails.last_to(BOSS)["text"])
    names = {place["name"] for place in browser.get("/").json["contexts"]}
    assert names == {"Biuro Demo", "Drugie Biuro"}
    assert browser.get(f"/offices/{second['office']}").status == 200


# In a browser


def test_who_is_not_signed_in_is_sent_to_sign_in(office: Office) -> None:
    page = Browser(html=True).get(office.path())
    assert (page.status, page.location) == (303, "/sign-in")


def test_a_refused_address_stays_in_its_field(office: Office) -> None:
    page = Browser(html=True).post("/sign-in", {"email": '"><script>alert(1)</script>'})
    assert page.status == 422
    assert "<form" in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<script>alert" not in page.text


def test_a_refused_code_shows_its_form_again(office: Office) -> None:
    browser = Browser(html=True)
    asked = browser.post("/sign-in", {"email": BOSS})
    challenge = asked.location.partition("=")[2]
    page = browser.send(
        "POST", "/sign-in/code", query={"challenge": challenge}, body={"challenge": challenge, "code": "12 34"}
    )
    assert page.status == 422
    assert f'value="{challenge}"' in page.text
    assert 'value="12 34"' in page.text


def test_a_used_link_is_told_on_a_page(office: Office) -> None:
    ask()
    text = office.mails.last_to(BOSS)["text"]
    sign_in_by_mail(text)
    page = Browser(html=True).post(link_in(text))
    assert page.status == 410
    assert 'href="/sign-in"' in page.text
