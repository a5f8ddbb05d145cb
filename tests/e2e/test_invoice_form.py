"""Invoices in a browser: typed by keyboard, counted by the server as one types, issued, printed; and without script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.world import Office, ask_for_link
from tests.functions.world import demo_account
from tests.local.running import Portal

pytestmark = pytest.mark.browser

SELLER_NIP, BUYER_NIP = "5120079194", "7831916366"

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def firm(office: Office) -> str:
    given = {
        "number": SELLER_NIP,
        "name": "Nowa Chata Demo sp. z o.o.",
        "legal_form": "company",
        "street": "Długa 5",
        "postcode": "00-238",
        "city": "Warszawa",
        "bank_accounts": [demo_account(7)],
    }
    return str(office.boss.post(f"{office.path}/firms", given)["firm"]["id"])


@pytest.fixture(scope="module")
def signed_in(portal: Portal, office: Office, chromium: Any) -> dict[str, Any]:
    """A browser's state after the office's link was used."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(address(portal, ask_for_link(portal, office.email)))
    page.locator("main form button").click()
    page.wait_for_url(re.compile(r"/offices/"))
    state: dict[str, Any] = context.storage_state()
    context.close()
    return state


@pytest.fixture
def opened(portal: Portal, office: Office, firm: str, chromium: Any, signed_in: dict[str, Any]) -> Iterator[Open]:
    """Opens a page of the firm's invoices, with script or without."""
    contexts = []

    def open_page(path: str = "", *, script: bool = True, **options: Any) -> Any:
        context = chromium.new_context(storage_state=signed_in, java_script_enabled=script, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(address(portal, f"{office.path}/firms/{firm}/invoices{path}"))
        return page

    yield open_page
    for context in contexts:
        context.close()


def address(portal: Portal, path: str) -> str:
    return str(portal.http.base_url).rstrip("/") + path


def expect(locator: Any) -> Any:
    """What is waited for: the policy of our pages lets no test evaluate texts in them."""
    from playwright.sync_api import expect as expected  # noqa: PLC0415 - not needed where there is no browser

    return expected(locator)


def cell(page: Any, name: str, row: int = 0) -> Any:
    return page.locator(f"[name='lines.{row}.{name}']:not([type=hidden])")


def give_buyer(page: Any) -> None:
    page.fill("[name='buyer.name']", "Żółta Łódź s.c.")
    page.press("[name='buyer.name']", "Tab")  # who is known already is filled in then
    page.fill("[name='buyer.nip']", BUYER_NIP)
    page.fill("[name='buyer.city']", "Kraków")


def to_pay(page: Any) -> Any:
    return page.locator("[data-figure=to_pay]")


def test_lines_go_by_keyboard_and_the_server_counts(opened: Open) -> None:
    page = opened("/new")
    cell(page, "name").fill("Projekt")
    cell(page, "price").fill("0,33")
    cell(page, "quantity").fill("3")
    expect(to_pay(page)).to_have_text("1,22")  # 0,99 and 0,23
    cell(page, "price").press("Enter")
    assert page.evaluate("document.activeElement.name") == "lines.1.name"
    assert page.locator("[data-lines] tr").count() == 2
    page.keyboard.type("Nadzór")
    page.locator("[data-lines] tr").nth(1).locator("[name$=price]").fill("100")
    expect(to_pay(page)).to_have_text("124,22")
    page.locator("[data-drop]").first.click()
    expect(to_pay(page)).to_have_text("123,00")
    assert "sto dwadzieścia trzy złote" in page.locator("[data-words]").inner_text()


def test_what_cannot_be_counted_is_said_and_keeps_what_was_counted(opened: Open) -> None:
    page = opened("/new")
    cell(page, "name").fill("Projekt")
    cell(page, "price").fill("100")
    expect(to_pay(page)).to_have_text("123,00")
    cell(page, "quantity").fill("dużo")
    expect(page.locator("[data-trouble]")).not_to_be_empty()
    expect(to_pay(page)).to_have_text("123,00")


def test_another_kind_brings_its_own_rates_and_keeps_what_was_typed(opened: Open) -> None:
    page = opened("/new")
    cell(page, "name").fill("Porada")
    cell(page, "price").fill("50")
    with page.expect_navigation():
        page.select_option("[name=kind]", "no-vat")
    assert cell(page, "name").input_value() == "Porada"
    rates = cell(page, "rate").locator("option").evaluate_all("all => all.map(one => one.value)")
    assert {"zw", "np I"} <= set(rates)


def test_issued_by_keyboard_printed_and_paid(opened: Open) -> None:
    page = opened("/new")
    give_buyer(page)
    cell(page, "name").fill("Projekt")
    cell(page, "price").fill("1000")
    page.click("button[value=issue]")
    page.wait_for_url("**done=invoice-issued")
    assert "1 230,00 PLN" in page.locator(".a4").inner_text().replace("\u00a0", " ")
    assert page.locator(".a4[data-watermark='WZÓR']").count() == 1
    page.click("text=Zapisz wpłatę")
    page.wait_for_url("**done=invoice-paid")
    assert "Zapłacona" in page.locator(".facts").nth(1).inner_text()


def test_a_refused_invoice_keeps_all_rows_and_leads_to_the_field(opened: Open) -> None:
    page = opened("/new")
    give_buyer(page)
    page.fill("[name='buyer.nip']", "7831916367")
    for row in range(30):
        if row:
            page.keyboard.press("Enter")
        page.keyboard.type("x") if row else cell(page, "name").fill("x")
    page.click("button[value=save]")
    page.wait_for_selector("#problem")
    expect(page.locator("[data-lines] tr")).to_have_count(30)  # the script takes the spare rows away
    page.locator("#problem a").first.click()
    assert page.evaluate("document.activeElement.name || location.hash.slice(1)") == "buyer.nip"


def test_without_script_a_button_counts_and_rows_are_there(opened: Open) -> None:
    page = opened("/new", script=False)
    give_buyer(page)
    for row, price in enumerate(("100", "200", "300")):
        cell(page, "name", row).fill(f"Usługa {row}")
        cell(page, "price", row).fill(price)
    page.locator("button[value=count]").last.click()
    expect(to_pay(page)).to_have_text("738,00")
    assert page.locator("[data-lines] tr").count() == 6
    page.click("button[value=issue]")
    assert "done=invoice-issued" in page.url


def test_known_buyers_and_products_fill_themselves_in(opened: Open) -> None:
    first = opened("/new")
    give_buyer(first)
    cell(first, "name").fill("Nadzór autorski")
    cell(first, "price").fill("180")
    first.click("button[value=issue]")
    first.wait_for_url("**done=invoice-issued")
    page = opened("/new")
    cell(page, "name").fill("Nadzór autorski")
    cell(page, "name").dispatch_event("change")
    assert cell(page, "price").input_value() in ("180", "180,00")
    page.fill("[name='buyer.name']", "Żółta Łódź s.c.")
    page.dispatch_event("[name='buyer.name']", "change")
    assert page.input_value("[name='buyer.nip']") == BUYER_NIP
    page.fill("[name='buyer.name']", "")
    page.fill("[name='buyer.city']", "")
    page.click("[data-look-up]")
    expect(page.locator("[data-register]")).to_have_text("Wpisano dane z Twojej listy kontrahentów.")
    assert page.input_value("[name='buyer.city']") == "Kraków"


def test_every_link_of_every_page_leads_somewhere(opened: Open) -> None:
    page = opened("/new")
    give_buyer(page)
    cell(page, "name").fill("Stolik")
    cell(page, "price").fill("10")
    page.click("button[value=save]")
    page.wait_for_url("**done=invoice-saved")
    draft = page.url.partition("?")[0]
    page.click("button[value=issue]")
    page.wait_for_url("**done=invoice-issued")
    invoice = page.url.partition("?")[0]
    assert invoice != draft or page.locator(".a4").count() == 1
    home = invoice.rpartition("/")[0]
    places = [f"{home}{rest}" for rest in ("", "?show=unpaid", "?period=2026-11", "?show=drafts", "/settings")]
    places += [invoice, f"{home}/counterparties", f"{home}/products", f"{invoice}/preview"]
    asked: set[str] = set()
    for place in places:
        page.goto(place)
        links = page.locator("#content a").evaluate_all("all => all.map(one => one.href.split('#')[0])")
        for link in set(links) - asked:
            assert page.request.get(link, headers={"accept": "text/html"}).status == 200, f"{link} on {place}"
        asked |= set(links)
    assert any(link.endswith("period=all") for link in asked)
    assert any(link.endswith("/pdf") for link in asked)


def test_a_correction_and_the_account_on_the_white_list(opened: Open) -> None:
    page = opened("/new")
    give_buyer(page)
    cell(page, "name").fill("Krzesło")
    cell(page, "price").fill("100")
    cell(page, "quantity").fill("3")
    page.click("button[value=issue]")
    page.wait_for_url("**done=invoice-issued")
    page.click("text=Wystaw korektę")
    cell(page, "quantity").fill("2")
    expect(to_pay(page)).to_have_text("-123,00")
    page.click("button[value=issue]")
    page.wait_for_selector("#problem")
    assert "Podaj przyczynę korekty" in page.locator("#problem").inner_text()
    page.fill("[name=reason]", "Zwrot jednej sztuki")
    page.click("button[value=issue]")
    page.wait_for_url("**done=invoice-issued")
    assert "Do zwrotu" in page.locator(".facts").nth(1).inner_text()
    page = opened("/settings")
    page.fill("[name=account]", demo_account(7))
    page.click("button[value=check]")
    expect(page.locator("main [role=status]")).to_contain_text("nie ma go na białej liście")
    page.fill("[name=due_days]", "21")
    page.locator("button[value=save]").last.click()
    page.wait_for_url("**done=saved")
    assert page.input_value("[name=due_days]") == "21"
