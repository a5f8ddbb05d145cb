"""Programs of a firm: tokens, what they open, and docs/invoice-api.md with its own examples."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portal.domain import errors
from portal.store.invoice_tokens import MOST_ACTIVE
from tests.functions import tables
from tests.functions.forms import forms_to
from tests.functions.gateway import Answer, Browser, Handlers
from tests.functions.invoices import Shop, typed
from tests.functions.test_invoices import text_of
from tests.functions.times import Clock
from tests.functions.turns import at_once
from tests.functions.world import NIPS, Mails, Office, open_office, sign_in_by_mail

DOC = (Path(__file__).resolve().parents[2] / "docs" / "invoice-api.md").read_text(encoding="utf-8")
KEY = {"idempotency-key": "order-1042"}


def example(title: str) -> list[Any]:
    """The JSON blocks of a section of the page."""
    section = DOC.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", section, re.DOTALL)]


@pytest.fixture
def shop(office: Office) -> Shop:
    return Shop.of(office)


def made(shop: Shop, name: str = "Sklep") -> dict[str, Any]:
    answer = shop.post("/tokens", {"name": name})
    assert answer.status == 200, answer.text
    return dict(answer.json)


def with_token(token: str) -> Browser:
    return Browser(headers={"authorization": f"Bearer {token}"})


def program(shop: Shop, token: str = "") -> Shop:
    """The firm's invoices, asked by a program as programs do: without cookies, origin or wish for a form of answer."""
    return replace(shop, who=with_token(token or made(shop)["presented"]))


def refused(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.code


def tokens_of(shop: Shop) -> list[dict[str, Any]]:
    return list(shop.get("/tokens").json["tokens"])


def told(shop: Shop) -> list[str]:
    """The firm's history, newest first."""
    answer = shop.office.boss.get(shop.office.path(f"/firms/{shop.firm}/history"), year=2026)
    return [one["sentence"] for one in answer.json["events"]]


# Making and revoking


def test_a_token_is_shown_once_and_only_its_hash_is_kept(shop: Shop, items: Any) -> None:
    token = made(shop)
    secret = token["presented"].split("_", 4)[4]
    assert len(secret) > 40
    assert token["address"] == f"https://portal.example/firms/{shop.firm}/invoices"
    assert [(one["token"], one["name"], one["last_used"]) for one in tokens_of(shop)] == [
        (token["token"], "Sklep", None)
    ]
    assert secret not in shop.get("/tokens").text
    assert secret not in json.dumps(items(), default=str)
    assert told(shop)[0] == "Klient Demo tworzy token dla programu firmy: Nowa Chata Demo sp. z o.o."


def test_a_token_is_made_and_revoked_with_the_pages_own_forms(shop: Shop) -> None:
    for side in (shop.in_a_browser, shop.at_office.in_a_browser):
        (form,) = forms_to(side.get("/tokens"), "/tokens")
        page = form.send(side.who, name="Sklep <b>")
        assert page.status == 200
        token = re.findall(r"ksf_[\w-]+", page.text)[0]
        assert program(shop, token).get().status == 200
        assert token not in side.get("/tokens").text
        (revoke,) = forms_to(side.get("/tokens"), "/revocation")
        done = revoke.send(side.who)
        assert (done.status, done.location) == (303, f"{side.home}/tokens?done=program-token-revoked")
        assert refused(program(shop, token).get()) == (401, "token-revoked")
        assert forms_to(side.get("/tokens"), "/revocation") == []


@pytest.mark.parametrize("name", ["", " ", "x" * 300])
def test_a_program_needs_a_name(shop: Shop, items: Any, name: str) -> None:
    before = items()
    answer = shop.post("/tokens", {"name": name})
    assert (answer.status, [one["field"] for one in answer.json["errors"]]) == (422, ["name"])
    page = shop.in_a_browser.post("/tokens", {"name": name})
    assert (page.status, 'id="name-error"' in page.text) == (422, True)
    assert items() == before


def test_a_token_asks_for_a_sign_in_of_minutes_ago(shop: Shop, clock: Clock, items: Any) -> None:
    token = made(shop)
    clock.advance(hours=1)
    for side in (shop, shop.at_office):
        assert side.get("/tokens").status == 200
    before = items()
    for side in (shop, shop.at_office):
        assert refused(side.post("/tokens", {"name": "Drugi"})) == (403, "confirm-needed")
    assert "/confirm?back=" in shop.in_a_browser.post("/tokens", {"name": "Drugi"}).text
    assert items() == before
    assert shop.post(f"/tokens/{token['token']}/revocation").status == 200, "to stop one is never too late"


def test_a_partner_sees_tokens_but_neither_makes_nor_revokes_them(shop: Shop, items: Any) -> None:
    token = made(shop)["token"]
    body = {"email": "w@firma.example", "name": "Wspólnik", "role": "partner", "subject": "Kos Jan"}
    assert shop.office.boss.post(shop.office.path(f"/firms/{shop.firm}/users"), body).status == 201
    partner = replace(shop, who=sign_in_by_mail(shop.office.mails.last_to("w@firma.example")["text"]))
    assert [one["token"] for one in tokens_of(partner)] == [token]
    before = items()
    for path, sent in (("/tokens", {"name": "Sklep"}), (f"/tokens/{token}/revocation", None)):
        assert refused(partner.post(path, sent)) == (403, "tokens-not-for-partner")
    assert items() == before
    page = partner.in_a_browser.get("/tokens")
    assert (forms_to(page, "/tokens"), forms_to(page, "/revocation")) == ([], [])


def test_a_firm_has_ten_tokens_that_work_at_most(shop: Shop, items: Any) -> None:
    first, *_ = [made(shop, f"Sklep {n}")["token"] for n in range(MOST_ACTIVE)]
    before = items()
    assert refused(shop.post("/tokens", {"name": "Jeszcze jeden"})) == (409, "too-many-tokens")
    assert items() == before
    assert shop.post(f"/tokens/{first}/revocation").status == 200
    assert made(shop, "Jeszcze jeden")["name"] == "Jeszcze jeden"


def test_of_many_at_once_only_one_takes_the_last_place(shop: Shop) -> None:
    for number in range(MOST_ACTIVE - 1):
        made(shop, f"Sklep {number}")

    def one(handlers: Handlers) -> Answer:
        return replace(shop.who, handlers=handlers).post(f"{shop.home}/tokens", {"name": "Ostatni"})

    answers = at_once([one] * 4)
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    assert {answer.code for answer in answers if answer.status == 409} == {"too-many-tokens"}
    assert len(tokens_of(shop)) == MOST_ACTIVE


def test_revoking_twice_is_told_once_and_a_foreign_token_is_not_there(shop: Shop, office: Office, items: Any) -> None:
    token = made(shop)["token"]
    assert [shop.post(f"/tokens/{token}/revocation").status for _ in range(2)] == [200, 200]
    assert [sentence for sentence in told(shop) if "unieważnia" in sentence] == [
        "Klient Demo unieważnia token programu firmy: Nowa Chata Demo sp. z o.o."
    ]
    other = office.add_firm(NIPS[2], "Druga Demo")
    theirs = Shop(office, other, office.client(other, "d@firma.example"), f"/firms/{other}/invoices")
    before = items()
    for foreign in (token, "x", "01JDEMXXXXXXXXXXXXXXXXXXXX"):
        assert refused(theirs.post(f"/tokens/{foreign}/revocation")) == (404, "not-found")
    assert items() == before


def test_a_token_that_is_just_being_used_is_revoked_all_the_same(shop: Shop) -> None:
    token = made(shop)
    path = f"{shop.home}/tokens/{token['token']}/revocation"

    def revoke(handlers: Handlers) -> Answer:
        return replace(shop.who, handlers=handlers).post(path)

    def use(handlers: Handlers) -> Answer:
        return replace(with_token(token["presented"]), handlers=handlers).get(shop.home)

    revoked, *_ = at_once([revoke, use, use, use])
    assert revoked.status == 200
    assert refused(program(shop, token["presented"]).get()) == (401, "token-revoked")


# The page's own examples


def test_the_page_issues_an_invoice(shop: Shop) -> None:
    (asked, answered) = example("Issue")
    assert "consumer" in DOC
    who = with_token(made(shop)["presented"])
    answer = who.send(
        "POST",
        f"{shop.home}/new",
        body=asked,
        headers={**KEY, "origin": None, "sec-fetch-site": None, "accept": None},
    )
    assert answer.status == 201, answer.text
    assert {name: answer.json[name] for name in answered} == answered
    assert answer.json["figures"]["gross"] == (2 * 39_90 * 123 + 50) // 100 + (59_90 * 105 + 50) // 100
    consumer = {**asked, "buyer": {"name": "Jan Nowak", "city": "Kraków", "kind": "consumer"}}
    assert who.post(f"{shop.home}/new", consumer).status == 201


def test_the_page_names_codes_that_exist() -> None:
    rows = re.findall(r"^\| \d{3} \| (.+?) \|", DOC, re.MULTILINE)
    named = set(re.findall(r"`([a-z-]+)`", " ".join(rows)))
    assert named
    assert named <= set(errors.CODES)


def test_a_program_reads_what_it_issued(shop: Shop) -> None:
    sold = program(shop)
    invoice = sold.issue()
    assert [row["invoice"] for row in sold.get(period="2026-11").json["rows"]] == [invoice["invoice"]]
    assert sold.one(invoice["invoice"])["number"] == invoice["number"]
    assert invoice["number"] in text_of(sold.get(f"/{invoice['invoice']}/pdf"))
    paid = sold.post(f"/{invoice['invoice']}/payments", {"version": 1, "amount": 123_00})
    assert (paid.status, paid.json["state"]) == (200, "paid")


def test_an_order_that_is_sent_again_is_one_invoice(shop: Shop) -> None:
    sold = program(shop)
    first, again = (sold.post("/new", typed(step="issue"), headers=KEY) for _ in range(2))
    assert (first.status, first.json["invoice"]) == (201, again.json["invoice"])
    other = sold.post("/new", typed({"name": "Inna", "price": "7"}, step="issue"), headers=KEY)
    assert refused(other) == (409, "request-reused")
    assert len(sold.numbers()) == 1


def test_a_refused_order_takes_no_number_and_its_key_may_be_used_again(shop: Shop) -> None:
    sold = program(shop)
    wrong = sold.post("/new", typed(step="issue", buyer={"name": "X", "city": "Y", "nip": "1"}), headers=KEY)
    assert ("buyer.nip", "nip-invalid") in {(one["field"], one["code"]) for one in wrong.json["errors"]}
    right = sold.post("/new", typed(step="issue"), headers=KEY)
    assert (right.status, right.json["number"]) == (201, "FV/0001/11/26")


def test_two_programs_may_use_the_same_key(shop: Shop) -> None:
    """A key belongs to whom it came from: two shops both have an order 1042."""
    one, other = (program(shop).post("/new", typed(step="issue"), headers=KEY) for _ in range(2))
    assert one.json["invoice"] != other.json["invoice"]


def test_the_history_tells_which_program_issued(shop: Shop) -> None:
    sold = program(shop, made(shop, "Sklep Pod Lipą")["presented"])
    sold.issue()
    wanted = "Program Sklep Pod Lipą wystawia fakturę firmy: Nowa Chata Demo sp. z o.o."
    assert told(shop)[0] == wanted
    assert shop.office.boss.get(shop.office.path("/history")).json["events"][0]["sentence"] == wanted


def test_a_page_that_a_program_asks_for_is_a_page(shop: Shop) -> None:
    page = replace(program(shop), who=replace(program(shop).who, html=True)).get()
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


# What a token does not open


def test_cookies_beside_a_token_count_for_nothing(shop: Shop) -> None:
    other = shop.office.add_firm(NIPS[2], "Druga Demo")
    person = shop.office.client(other, "d@firma.example")
    token = made(shop)["presented"]
    both = replace(person, headers={"authorization": f"Bearer {token}"})
    assert both.get(shop.home).status == 200
    assert refused(both.get(f"/firms/{other}/invoices")) == (404, "not-found")
    assert refused(replace(person, headers={"authorization": "Bearer x"}).get(f"/firms/{other}/invoices")) == (
        401,
        "token-invalid",
    )


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda _: "",
        lambda _: "x",
        lambda token: token[:-1],
        lambda token: token + "x",
        lambda token: token.rpartition("_")[0],
        lambda token: token.replace("ksf_", "kst_"),
        lambda token: token.upper(),
        lambda token: token.replace("_01", "_O#", 1),
        lambda token: "_".join([*token.split("_", 4)[:3], "01JDEMXXXXXXXXXXXXXXXXXXXX", token.split("_", 4)[4]]),
        lambda token: token[:40] + "ą" + token[41:],
        lambda _: "ksf_" + "_" * 10_000,
    ],
)
def test_what_is_no_token_of_ours_is_refused(shop: Shop, items: Any, spoilt: Callable[[str], str]) -> None:
    token = made(shop)["presented"]
    before = items()
    who = with_token(spoilt(token))
    for answer in (who.get(shop.home), who.post(f"{shop.home}/new", typed(step="issue"))):
        assert refused(answer) == (401, "token-invalid")
    assert items() == before


def test_a_token_of_one_firm_is_no_token_of_another(shop: Shop, office: Office, mails: Mails, items: Any) -> None:
    """Neither as it is, nor with the other firm's or office's name written into it."""
    token = made(shop)["presented"]
    other = office.add_firm(NIPS[2], "Druga Demo")
    abroad = open_office(mails, "Biuro Obce", "obce@demo.example", "Olga Obca")
    foreign = abroad.add_firm(NIPS[2], "Ich Firma")
    before = items()
    for firm in (other, foreign, "x", "01JDEMXXXXXXXXXXXXXXXXXXXX"):
        assert refused(with_token(token).get(f"/firms/{firm}/invoices")) == (404, "not-found")
    for forged in (token.replace(shop.firm, other), token.replace(office.id, abroad.id).replace(shop.firm, foreign)):
        for firm in (shop.firm, other, foreign):
            assert refused(with_token(forged).get(f"/firms/{firm}/invoices")) == (401, "token-invalid")
    assert items() == before


def test_a_program_has_no_way_to_the_office_or_to_other_pages(shop: Shop, items: Any) -> None:
    who = program(shop).who
    before = items()
    for path in (shop.at_office.home, shop.office.path(), f"/firms/{shop.firm}", f"/firms/{shop.firm}/documents", "/"):
        assert refused(who.get(path)) == (401, "sign-in-needed")
    assert refused(who.post("/sync/heartbeat", {})) == (401, "token-invalid")
    assert items() == before


def test_settings_and_tokens_are_for_people(shop: Shop, items: Any) -> None:
    token = made(shop)
    sold = program(shop, token["presented"])
    sold.get()
    before = items()
    answers = [
        sold.get("/settings"),
        sold.post("/settings", {"version": 0, "due_days": 7}),
        sold.get("/tokens"),
        sold.post("/tokens", {"name": "Drugi"}),
        sold.post(f"/tokens/{token['token']}/revocation"),
    ]
    assert {refused(answer) for answer in answers} == {(403, "program-refused")}
    assert items() == before


def test_a_suspended_firm_is_read_only_for_its_programs(shop: Shop) -> None:
    sold = program(shop)
    assert shop.office.set_status(shop.firm, "suspended").status == 200
    assert sold.get().status == 200
    assert refused(sold.post("/new", typed(step="issue"))) == (403, "read-only")
    assert shop.office.set_status(shop.firm, "active").status == 200
    assert sold.post("/new", typed(step="issue")).status == 201


def test_an_archived_firm_is_not_there_and_its_tokens_can_still_be_revoked(shop: Shop) -> None:
    token = made(shop)
    assert shop.office.set_status(shop.firm, "archived").status == 200
    assert refused(program(shop, token["presented"]).get()) == (404, "not-found")
    assert refused(shop.at_office.post("/tokens", {"name": "Drugi"})) == (409, "firm-archived")
    assert shop.at_office.post(f"/tokens/{token['token']}/revocation").status == 200


def test_a_token_of_a_removed_firm_is_none(shop: Shop, table: Any) -> None:
    token = made(shop)["presented"]
    for item in tables.read_all(table):
        if item["pk"]["S"].endswith(f"#F#{shop.firm}"):
            table.delete_item(TableName=tables.name(), Key={"pk": item["pk"], "sk": item["sk"]})
    assert refused(program(shop, token).get()) == (401, "token-invalid")


# When it was last used


def test_the_use_of_a_token_is_noted_once_an_hour(shop: Shop, clock: Clock, items: Any) -> None:
    sold = program(shop)
    sold.get()
    (first,) = tokens_of(shop)
    assert first["last_used"] is not None
    before = items()
    sold.get()
    assert items() == before
    clock.advance(hours=1)
    sold.get()
    (later,) = tokens_of(shop)
    assert later["last_used"] > first["last_used"]


def test_a_use_that_cannot_be_noted_fails_nothing(shop: Shop) -> None:
    """Many at once: the one who notes it does not hinder the others."""
    token = made(shop)["presented"]

    def one(handlers: Handlers) -> Answer:
        return replace(with_token(token), handlers=handlers).get(shop.home)

    assert [answer.status for answer in at_once([one] * 6)] == [200] * 6
