"""Trying too often to sign in, and finding out who has an account: what is refused, to whom, and for how long."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal import sign_in
from portal.config import settings
from portal.domain.limits import Limit
from portal.store.identity import CHALLENGE_MINUTES
from tests.functions.gateway import Answer, Browser
from tests.functions.tables import Calls, watched
from tests.functions.times import Clock
from tests.functions.turns import Job, at_once
from tests.functions.world import BOSS, Office, code_in, link_in, open_office, sign_in_by_mail

NOBODY = "nikt@nigdzie.example"
Items = Callable[[], list[dict[str, Any]]]


def ask(email: str = BOSS, address: str = "192.0.2.10") -> Answer:
    return Browser(address=address).post("/sign-in", {"email": email})


def challenge(email: str = BOSS, address: str = "192.0.2.10") -> str:
    answer = ask(email, address)
    assert answer.status == 200, answer.text
    return str(answer.json["challenge"])


def type_code(of: str, code: str, address: str = "192.0.2.10") -> Answer:
    return Browser(address=address).post("/sign-in/code", {"challenge": of, "code": code})


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def waits(office: Office, clock: Clock, tries: int, email: str = BOSS) -> list[str]:
    """How long each refused try is told to wait, when every wait is kept."""
    told = []
    for _ in range(tries):
        answer = ask(email)
        if answer.status == 429:
            told.append(answer.json["detail"].removeprefix("Za dużo prób. Spróbuj ponownie za ").rstrip("."))
            number, unit = told[-1].split(" ")
            clock.advance(**{"seconds" if unit == "s" else "minutes": int(number)})
            assert ask(email).status == 200
    return told


# Mails


@pytest.mark.parametrize("email", [BOSS, NOBODY])
def test_after_a_few_mails_each_further_one_has_to_wait_twice_as_long(office: Office, clock: Clock, email: str) -> None:
    told = waits(office, clock, sign_in.FROM_HERE.free + 6, email)
    assert told == ["30 s", "60 s", "2 min", "4 min", "8 min", "16 min"]


def test_no_wait_is_longer_than_an_hour(office: Office, clock: Clock) -> None:
    assert waits(office, clock, sign_in.FROM_HERE.free + 10)[-2:] == ["60 min", "60 min"]


def test_a_refused_try_sends_nothing_and_lengthens_nothing(office: Office, clock: Clock, items: Items) -> None:
    for _ in range(sign_in.FROM_HERE.free):
        ask()
    before = len(office.mails.to(BOSS))
    held = [item for item in items() if "from-here" in item["pk"]["S"]]
    for _ in range(20):
        assert ask().code == "too-many-tries"
    assert [item for item in items() if "from-here" in item["pk"]["S"]] == held
    assert len(office.mails.to(BOSS)) == before
    clock.advance(seconds=31)
    assert ask().status == 200


def test_an_address_is_counted_however_it_is_written(office: Office) -> None:
    for written in (BOSS, BOSS.upper(), f" {BOSS} ", "ｂｉｕｒｏ@demo.example"):
        assert ask(written).status == 200
    assert ask().code == "too-many-tries"


def test_who_hammers_from_one_network_does_not_lock_the_person_out_elsewhere(office: Office, clock: Clock) -> None:
    """A whole day of asking as often as it is let."""
    for _ in range(24 * 6):
        ask(BOSS, "203.0.113.66")
        clock.advance(minutes=10)
    ask(BOSS, "203.0.113.66")
    assert ask(BOSS, "203.0.113.66").code == "too-many-tries"
    home = "198.51.100.7"
    text = office.mails.last_to(BOSS)["text"] if ask(BOSS, home).status == 200 else ""
    assert Browser(address=home).post(link_in(text)).status == 200


def test_a_mailbox_is_not_flooded_from_many_networks(office: Office, clock: Clock) -> None:
    for number in range(200):
        ask(BOSS, f"203.0.113.{number}")
        clock.advance(seconds=1)
    assert len(office.mails.to(BOSS)) <= sign_in.PER_ADDRESS.free + 3


def test_after_a_flood_the_person_waits_a_quarter_of_an_hour_at_most(office: Office, clock: Clock) -> None:
    for number in range(300):
        ask(BOSS, f"203.0.{number % 100}.{number // 100}")
        clock.advance(seconds=30)
    clock.advance(seconds=sign_in.PER_ADDRESS.longest.total_seconds())
    assert ask(BOSS, "198.51.100.7").status == 200


def test_who_never_stops_asking_does_not_keep_the_person_out_of_a_browser_they_know(
    office: Office, clock: Clock
) -> None:
    for number in range(120):
        ask(BOSS, f"203.0.113.{number}")
        clock.advance(seconds=15)
    stranger = Browser(address="198.51.100.7")
    own = Browser(address="198.51.100.7", cookies={"__Host-device": office.boss.cookies["__Host-device"]})
    asked = [browser.post("/sign-in", {"email": BOSS}) for browser in (stranger, own)]
    assert [answer.status for answer in asked] == [429, 200]
    assert own.post(link_in(office.mails.last_to(BOSS)["text"])).status == 200


def test_a_browser_of_somebody_else_is_no_way_around_the_limit(office: Office) -> None:
    mark = office.boss.cookies["__Host-device"]
    open_office(office.mails, "Biuro Obce", "obce@demo.example")
    for number in range(sign_in.PER_ADDRESS.free):
        ask("obce@demo.example", f"203.0.113.{number}")
    for marks in (mark, "made-up", f"{mark}.made-up"):
        browser = Browser(address="198.51.100.7", cookies={"__Host-device": marks})
        assert browser.post("/sign-in", {"email": "obce@demo.example"}).code == "too-many-tries"


def test_a_known_browser_has_the_same_limit(office: Office) -> None:
    mark = office.boss.cookies["__Host-device"]
    answers = [
        Browser(address=f"203.0.113.{n}", cookies={"__Host-device": mark}).post("/sign-in", {"email": BOSS}).status
        for n in range(sign_in.PER_ADDRESS.free + 1)
    ]
    assert answers == [200] * sign_in.PER_ADDRESS.free + [429]


def test_signing_in_forgives_what_was_tried_from_here(office: Office, items: Items) -> None:
    for _ in range(sign_in.FROM_HERE.free):
        ask()
    assert ask().code == "too-many-tries"
    sign_in_by_mail(office.mails.last_to(BOSS)["text"])
    assert not [item for item in items() if "from-here" in item["pk"]["S"]]
    assert ask().status == 200


def test_signing_in_elsewhere_forgives_nothing_here(office: Office) -> None:
    for _ in range(sign_in.FROM_HERE.free):
        ask()
    Browser(address="198.51.100.7").post(link_in(office.mails.last_to(BOSS)["text"]))
    assert ask().code == "too-many-tries"


@pytest.mark.parametrize("seed", range(3))
def test_two_at_once_count_as_two(office: Office, seed: int) -> None:
    def asks(handlers: Any) -> Answer:
        return Browser(handlers=handlers).post("/sign-in", {"email": BOSS})

    jobs: list[Job[Answer]] = [asks] * (sign_in.FROM_HERE.free + 2)
    answers = Counter(answer.status for answer in at_once(jobs, seed))
    assert answers[200] <= sign_in.FROM_HERE.free
    assert answers[200] + answers[429] == len(jobs)
    assert len(office.mails.to(BOSS)) == answers[200]
    while ask().status == 200:
        answers[200] += 1
    assert answers[200] == sign_in.FROM_HERE.free


def test_no_address_stands_in_what_is_counted(office: Office, items: Items) -> None:
    ask(NOBODY, "203.0.113.7")
    written = json.dumps(items(), default=str)
    assert NOBODY not in written
    assert "203.0.113.7" not in written


# Networks


@pytest.fixture
def two_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "PER_NETWORK", Limit(2, timedelta(minutes=1), timedelta(hours=1)))


@pytest.mark.usefixtures("two_a_network")
@pytest.mark.parametrize("told", [True, False])
def test_a_network_has_a_limit_of_its_own(office: Office, told: bool) -> None:
    """The viewer's address comes from CloudFront; without it, from the API."""
    from_there = {"cloudfront-viewer-address": "203.0.113.7:40001"} if told else {}
    for number in range(2):
        first = Browser(headers=from_there, address="198.51.100.1")
        assert first.post("/sign-in", {"email": f"osoba{number}@demo.example"}).status == 200
    crowd = Browser(headers=from_there, address="192.0.2.99" if told else "198.51.100.1")
    assert crowd.post("/sign-in", {"email": "osoba3@demo.example"}).code == "too-many-tries"
    elsewhere = Browser(headers={"cloudfront-viewer-address": "203.0.113.8:40001"} if told else {}, address="192.0.2.7")
    assert elsewhere.post("/sign-in", {"email": "osoba3@demo.example"}).status == 200


@pytest.mark.usefixtures("two_a_network")
def test_codes_count_against_the_network_too(office: Office) -> None:
    challenges = [challenge(address=f"192.0.2.{number}") for number in range(3)]
    assert [type_code(one, "000000").code for one in challenges][-1] == "too-many-tries"


@pytest.mark.usefixtures("two_a_network")
def test_an_ipv6_network_is_one_visitor(office: Office) -> None:
    for number in range(2):
        assert ask(f"osoba{number}@demo.example", f"2001:db8:1:2::{number}").status == 200
    neighbour = Browser(headers={"cloudfront-viewer-address": "2001:db8:1:2:ffff::9:40001"})
    assert neighbour.post("/sign-in", {"email": "osoba3@demo.example"}).code == "too-many-tries"
    assert ask("osoba3@demo.example", "2001:db8:1:3::1").status == 200


@pytest.fixture
def behind_the_front(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("ORIGIN_SECRET", "s" * 40)
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.usefixtures("two_a_network", "behind_the_front")
@pytest.mark.parametrize("secret", [None, "", "t" * 40, "ś" * 40], ids=["none", "empty", "wrong", "letters"])
def test_who_calls_past_the_front_cannot_make_up_an_address(office: Office, secret: str | None) -> None:
    answers = []
    for number in range(3):
        headers = {"cloudfront-viewer-address": f"203.0.113.{number}:40001"}
        headers |= {"x-origin-secret": secret} if secret is not None else {}
        liar = Browser(headers=headers, address="198.51.100.1")
        answers.append(liar.post("/sign-in", {"email": f"osoba{number}@demo.example"}).status)
    assert answers == [200, 200, 429]


@pytest.mark.usefixtures("two_a_network", "behind_the_front")
def test_the_front_is_believed(office: Office) -> None:
    for number in range(4):
        headers = {"cloudfront-viewer-address": f"203.0.113.{number}:40001", "x-origin-secret": "s" * 40}
        assert Browser(headers=headers).post("/sign-in", {"email": f"osoba{number}@demo.example"}).status == 200


# Codes


def test_after_five_wrong_codes_the_right_one_has_to_wait_too(office: Office, clock: Clock) -> None:
    mine = challenge()
    text = office.mails.last_to(BOSS)["text"]
    for _ in range(sign_in.PER_CODE.free):
        assert type_code(mine, wrong(code_in(text))).code == "code-wrong"
    refused = type_code(mine, code_in(text))
    assert (refused.status, refused.code, refused.cookies) == (429, "too-many-tries", [])
    assert type_code(mine, code_in(text), "198.51.100.7").code == "too-many-tries", "wherever it is typed"
    assert Browser().post(link_in(text)).status == 200, "guessing must not lock the owner of the mailbox out"


def test_a_challenge_allows_few_codes_in_its_whole_life(office: Office, clock: Clock) -> None:
    mine = challenge()
    guess = wrong(code_in(office.mails.last_to(BOSS)["text"]))
    guesses = 0
    for _ in range(CHALLENGE_MINUTES * 60):
        guesses += type_code(mine, guess).code == "code-wrong"
        clock.advance(seconds=1)
    assert sign_in.PER_CODE.free < guesses <= 9


def test_the_right_code_after_the_wait_signs_in(office: Office, clock: Clock) -> None:
    mine = challenge()
    text = office.mails.last_to(BOSS)["text"]
    for _ in range(sign_in.PER_CODE.free):
        type_code(mine, wrong(code_in(text)))
    clock.advance(minutes=1)
    assert type_code(mine, code_in(text)).status == 200


# Does an address have an account? Nothing tells


def operations(calls: Calls) -> list[tuple[str, int]]:
    """Every call with the number of its steps."""
    return [
        (operation, len(params.get("TransactItems", params.get("RequestItems", ()))))
        for operation, params in calls.made
    ]


def work_of(send: Callable[[], Answer]) -> list[tuple[str, int]]:
    with watched() as calls:
        send()
    return operations(calls)


def test_asking_is_the_same_work_for_an_address_nobody_has(office: Office) -> None:
    assert work_of(lambda: ask(BOSS)) == work_of(lambda: ask(NOBODY))
    marked = Browser(cookies={"__Host-device": "made-up"})
    work = [work_of(lambda email=email: marked.post("/sign-in", {"email": email})) for email in (BOSS, NOBODY)]
    assert work[0] == work[1]


def test_so_it_is_when_it_is_refused(office: Office) -> None:
    for _ in range(sign_in.FROM_HERE.free):
        ask(BOSS)
        ask(NOBODY)
    assert work_of(lambda: ask(BOSS)) == work_of(lambda: ask(NOBODY))


def test_a_wrong_code_is_the_same_work_for_an_address_nobody_has(office: Office) -> None:
    mine, theirs = challenge(BOSS), challenge(NOBODY)
    guess = wrong(code_in(office.mails.last_to(BOSS)["text"]))
    answers = [type_code(one, guess) for one in (mine, theirs)]
    assert answers[0] == answers[1]
    assert work_of(lambda: type_code(mine, guess)) == work_of(lambda: type_code(theirs, guess))


def test_the_answer_is_the_same_and_nothing_is_sent_to_nobody(office: Office, items: Items) -> None:
    known, unknown = ask(BOSS), ask(NOBODY)
    assert (unknown.status, unknown.headers, unknown.cookies) == (known.status, known.headers, known.cookies)
    assert len(unknown.json["challenge"]) == len(known.json["challenge"])
    assert {**unknown.json, "challenge": ""} == {**known.json, "challenge": ""}
    office.mails.deliver()
    assert [mail["to"] for mail in office.mails.sent] == [BOSS]


def test_the_pages_are_the_same(office: Office) -> None:
    asked = [Browser(html=True).post("/sign-in", {"email": email}) for email in (BOSS, NOBODY)]
    assert {(page.status, page.location.partition("=")[0]) for page in asked} == {(303, "/sign-in/code?challenge")}
    ids = [page.location.partition("=")[2] for page in asked]
    shown = [Browser(html=True).get("/sign-in/code", challenge=one).text.replace(one, "") for one in ids]
    assert shown[0] == shown[1]


def test_no_code_meets_the_challenge_of_nobody(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in.secrets, "new_code", lambda: "000000")
    assert type_code(challenge(NOBODY), "000000").code == "code-wrong"


def test_offices_of_others_do_not_share_what_is_counted(office: Office) -> None:
    open_office(office.mails, "Biuro Obce", "obce@demo.example")
    for _ in range(sign_in.FROM_HERE.free):
        ask()
    assert ask("obce@demo.example").status == 200
