"""The form of a firm in a browser: the script says what the server would say, and fills the form from the register."""

from __future__ import annotations

import json
import mimetypes
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from portal import pages
from portal.domain import errors, identifiers
from tests.functions.world import ZUS_ACCOUNT, demo_account, demo_nip
from tests.pages.page_examples import examples

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
HOST = "http://form.example"
REGISTER = f"{HOST}/offices/01J0OFFICE/registers/nip/*"
REGONS = ("192598184", "12345678512347", "123456785")
PESELS = ("44051401359", "02070803628", "81890100014")
SERVER: dict[str, Callable[[str], str]] = {
    "nip": identifiers.nip,
    "pesel": identifiers.pesel,
    "regon": identifiers.regon,
}


@pytest.fixture(scope="module")
def page(chromium: Any) -> Iterator[Any]:
    """The page of a new firm with its script, without a portal behind it."""
    example = examples()["office-firm_new"]
    html = pages.render(
        "office/firm_new.html", view=example.view, shell=example.shell, path=example.path, now=example.now
    )
    context = chromium.new_context()
    opened = context.new_page()

    def answer(route: Any) -> None:
        path = route.request.url.removeprefix(HOST).partition("?")[0]
        if path == "/":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            kind = mimetypes.guess_type(path)[0] or "text/plain"
            route.fulfill(body=(ROOT / path.lstrip("/")).read_bytes(), content_type=kind)

    opened.route(f"{HOST}/**", answer)
    opened.goto(f"{HOST}/")
    yield opened
    context.close()


def said(page: Any, field: str, typed: str) -> str:
    """What stands at the field after it was left."""
    page.fill(f"#{field}", typed)
    page.dispatch_event(f"#{field}", "change")
    found = page.locator(f".field:has(> #{field}) [data-said]")
    return str(found.inner_text()) if found.count() else ""


def code_of(check: Callable[[str], str], typed: str) -> str:
    try:
        check(typed)
    except errors.Refusal as refusal:
        return pages.sentence(refusal)
    return ""


def changed(number: str, chance: random.Random) -> str:
    """The same with a digit changed, two swapped, or one lost."""
    place = chance.randrange(len(number) - 1)
    return chance.choice(
        [
            number[:place] + str(chance.randrange(10)) + number[place + 1 :],
            number[:place] + number[place + 1] + number[place] + number[place + 2 :],
            number[:place] + number[place + 1 :],
        ]
    )


@pytest.mark.parametrize("kind", SERVER)
def test_a_number_is_judged_as_the_server_judges_it(page: Any, kind: str) -> None:
    chance = random.Random(7)  # noqa: S311 - the same numbers in every run
    good = {"nip": [demo_nip(number) for number in range(8)], "pesel": PESELS, "regon": REGONS}[kind]
    wrong = [changed(number, chance) for number in good for _ in range(6)]
    page.select_option("#id_type", kind)
    for typed in (*good, *wrong, "0" * 9, "0" * 10, "x", f" {good[0][:3]}-{good[0][3:]} "):
        assert said(page, "number", typed) == code_of(SERVER[kind], typed), typed
    if kind == "nip":
        assert said(page, "number", f"PL{good[0]}") == ""


def test_accounts_are_judged_as_the_server_judges_them(page: Any) -> None:
    chance = random.Random(7)  # noqa: S311 - as above
    page.select_option("#id_type", "nip")
    accounts = [demo_account(number * 977) for number in range(4)]
    for typed in (*accounts, *(changed(account, chance) for account in accounts), f"PL{accounts[0]}", ""):
        assert said(page, "bank_accounts", typed) == code_of(identifiers.bank_account, typed), typed
    assert said(page, "bank_accounts", "\n".join(accounts)) == ""
    assert said(page, "bank_accounts", f"{accounts[0]}\n1") != ""
    for typed in (ZUS_ACCOUNT, *(changed(ZUS_ACCOUNT, chance) for _ in range(6)), accounts[0], ""):
        assert said(page, "zus_account", typed) == code_of(identifiers.zus_account, typed), typed


def test_the_register_fills_the_form_in_place(page: Any) -> None:
    told = {
        "known": True,
        "name": "Nowa Chata",
        "legal_form": "company",
        "street": "",
        "postcode": "00-950",
        "city": "Łódź",
    }
    answers = [{**told, "bank_accounts": [demo_account(1)]}, {"known": False}, None]

    def answer(route: Any) -> None:
        body = answers.pop(0)
        route.fulfill(status=200 if body else 503, body=json.dumps(body or {}), content_type="application/json")

    page.route(REGISTER, answer)
    page.fill("#number", demo_nip(1))
    page.fill("#street", "ul. Moja 1")
    for sentence in ("Pobrano dane z rejestru", "Rejestr nie zna tego numeru", "Rejestr nie odpowiada"):
        page.click("[data-look-up]")
        page.wait_for_function(f"document.querySelector('[data-register]').textContent.startsWith('{sentence}')")
    values = {name: page.input_value(f"#{name}") for name in ("name", "legal_form", "street", "city", "bank_accounts")}
    assert values == {
        "name": "Nowa Chata",
        "legal_form": "company",
        "street": "ul. Moja 1",
        "city": "Łódź",
        "bank_accounts": demo_account(1),
    }
    page.fill("#number", "5120079195")
    page.click("[data-look-up]")
    assert answers == [], "a wrong number is not asked for"
    assert page.locator(".field:has(> #number) [data-said]").inner_text().startswith("Numer NIP ma błędną cyfrę")
