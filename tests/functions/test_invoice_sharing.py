"""Invoices given to their buyers: the mail, the link and its page, what the seller sees of it, and taking it back."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from typing import Any

import pytest
from pypdf import PdfReader

from functions.invoice import printing, sharing
from functions.notify import letters
from portal import operator
from portal.domain import errors
from portal.domain.limits import Limit
from portal.domain.offices import Office as OfficeData
from portal.domain.offices import Plan
from tests.functions.gateway import Answer, Browser, Handlers
from tests.functions.invoices import BUYER, LINE, Shop
from tests.functions.turns import at_once
from tests.functions.world import NIPS, Office, demo_account, link_in

TO = "ksiegowosc@nabywca.example"
NOT_THERE = (410, "invoice-link-useless")


@pytest.fixture
def shop(office: Office) -> Shop:
    return Shop.of(office)


def send(shop: Shop, issued: dict[str, Any], email: str = TO, version: int | None = None, **more: Any) -> Answer:
    given = issued["version"] if version is None else version
    return shop.post(f"/{issued['invoice']}/sending", {"version": given, "email": email, **more})


def sent(shop: Shop, issued: dict[str, Any], **more: Any) -> str:
    """The path of the link in the mail."""
    answer = send(shop, issued, **more)
    assert answer.status == 200, answer.text
    return link_in(shop.office.mails.last_to(TO)["text"])


def linked(shop: Shop, issued: dict[str, Any], version: int = 1) -> str:
    answer = shop.post(f"/{issued['invoice']}/link", {"version": version})
    assert answer.status == 200, answer.text
    return str(answer.json["link"]).removeprefix("https://portal.example")


def refused(path: str) -> None:
    for page in (path, f"{path}/pdf"):
        answer = Browser().get(page)
        assert (answer.status, answer.code) == NOT_THERE
        assert BUYER["name"] not in answer.text


def times_of(shop: Shop, issued: dict[str, Any]) -> dict[str, bool]:
    shown = shop.one(issued["invoice"])
    return {name: shown[name] is not None for name in ("sent_at", "seen_at", "downloaded_at")}


# The mail


def test_the_buyer_gets_a_mail_in_the_sellers_name_with_what_to_pay_where(shop: Shop) -> None:
    account = demo_account(7)
    issued = shop.issue(account=account)
    sent(shop, issued, message="Dziękujemy.\nDo zobaczenia")
    mail = shop.office.mails.last_to(TO)
    assert mail["subject"] == f"Faktura VAT {issued['number']} – Nowa Chata Demo sp. z o.o."
    assert mail["sender"].startswith('"Nowa Chata Demo sp. z o.o." <')
    said = mail["text"].replace("\u00a0", " ")
    for part in ("123,00 PLN", "08.12.2026", f"{account[:2]} {account[2:6]}", "Dziękujemy.\nDo zobaczenia"):
        assert part in said
    assert "Dziękujemy.<br>Do zobaczenia" in mail["html"]


def test_answers_go_to_the_seller_else_to_the_office() -> None:
    office = OfficeData("01M86CH3M6R6RGGGDN6KRPM22H", "Biuro", None, reply_to="biuro@demo.example")  # type: ignore[arg-type]
    values = {"name": "", "title": "Pro forma", "number": "1", "facts": [], "message": "", "link": "https://x.example"}
    for told, wanted in (("firma@demo.example", "firma@demo.example"), ("", "biuro@demo.example")):
        mail = {"template": "invoice", "to": TO, "values": {**values, "seller": "Sprzedawca", "reply_to": told}}
        letter = letters.write(mail, office)
        assert letter.reply_to == wanted
        assert f"trafi na adres: {wanted}" in letter.text
        assert "Biuro" not in letter.html + letter.text


def test_a_pro_forma_is_never_called_an_invoice(shop: Shop) -> None:
    path = sent(shop, shop.issue(kind="pro-forma"))
    mail = shop.office.mails.last_to(TO)
    page = Browser(html=True).get(path)
    assert mail["subject"].startswith("Pro forma ")
    for text in (mail["subject"], mail["text"], mail["html"], page.text):
        assert "faktur" not in text.lower().replace("pozycje faktury", "")


def test_what_is_typed_is_text_in_the_mail_and_on_the_page(shop: Shop) -> None:
    wicked = "<b onclick=x>&amp;</b>"
    issued = shop.issue({**LINE, "name": wicked}, buyer={**BUYER, "name": wicked})
    page = Browser(html=True).get(sent(shop, issued, message=wicked))
    for text in (shop.office.mails.last_to(TO)["html"], page.text):
        assert "<b onclick" not in text
        assert "&lt;b onclick" in text


def test_the_address_is_remembered_for_the_next_invoice_unless_one_is_noted(shop: Shop) -> None:
    first = shop.issue()
    assert first["email"] == ""
    sent(shop, first)
    second = shop.issue()
    assert second["email"] == TO
    send(shop, second, email="inny@nabywca.example")
    assert shop.issue()["email"] == TO
    assert shop.one(second["invoice"])["email"] == "inny@nabywca.example"


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"email": "nabywca"}, "email", "email-invalid"),
        ({"email": ""}, "email", "email-invalid"),
        ({"message": "x" * 501}, "message", "text-too-long"),
        ({"message": "a\u0000b"}, "message", "text-characters"),
        ({"cc": "inny@nabywca.example"}, "cc", "field-unknown"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_sent(
    shop: Shop, items: Any, given: dict[str, Any], field: str, code: str
) -> None:
    issued = shop.issue()
    before = items()
    answer = shop.post(f"/{issued['invoice']}/sending", {"version": 1, "email": TO, **given})
    assert [(one["field"], one["code"]) for one in answer.json["errors"]] == [(field, code)]
    assert items() == before


def test_an_invoice_that_cannot_be_printed_is_not_mailed(
    shop: Shop, items: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bytes:
        raise errors.Refusal(errors.INVOICE_TOO_LONG)

    issued = shop.issue()
    before = items()
    monkeypatch.setattr(printing, "_rendered", broken)
    assert send(shop, issued).code == "invoice-too-long"
    assert items() == before


def test_nobody_mails_without_end(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "PER_FIRM", Limit(1, sharing.PER_FIRM.first, sharing.PER_FIRM.longest))
    issued = shop.issue()
    sent(shop, issued)
    assert send(shop, issued, version=2).code == "too-many-tries"
    assert shop.one(issued["invoice"])["version"] == 2


# The link


def test_the_buyer_sees_the_invoice_and_what_to_pay_without_an_account(shop: Shop) -> None:
    account = demo_account(7)
    issued = shop.issue(account=account)
    path = sent(shop, issued)
    shown = Browser().get(path).json
    assert (shown["number"], shown["left"], shown["due_on"]) == (issued["number"], 123_00, "2026-12-08")
    assert (shown["payment"]["account"], shown["payment"]["title"]) == (account, issued["number"])
    page = Browser(html=True).get(path)
    assert f'data-copy="{account}"' in page.text
    assert 'data-copy="123,00"' in page.text
    assert 'content="noindex' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "/sign-out" not in page.text


def test_the_buyer_downloads_the_same_print(shop: Shop) -> None:
    issued = shop.issue()
    pdf = Browser().get(f"{sent(shop, issued)}/pdf")
    assert (pdf.status, pdf.headers["Content-Type"]) == (200, "application/pdf")
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(base64.b64decode(pdf.text))).pages)
    assert issued["number"] in said


def test_what_is_paid_is_no_longer_asked_for(shop: Shop) -> None:
    issued = shop.issue(account=demo_account(7))
    path = sent(shop, issued)
    assert shop.post(f"/{issued['invoice']}/payments", {"version": 2, "amount": 100_00}).status == 200
    assert (Browser().get(path).json["left"], Browser().get(path).json["partly"]) == (23_00, True)
    version = shop.one(issued["invoice"])["version"]
    assert shop.post(f"/{issued['invoice']}/payments", {"version": version, "amount": 23_00}).status == 200
    assert (Browser().get(path).json["left"], Browser().get(path).json["payment"]) == (0, None)


def test_specimen_or_not_is_decided_when_the_buyer_looks(shop: Shop) -> None:
    path = sent(shop, shop.issue())
    page = Browser(html=True)
    operator.change_plan(shop.office.id, Plan.FULL)
    for on, mark in ((True, ""), (False, "WZÓR"), (True, "")):
        shop.switch_on(on=on)
        assert Browser().get(path).json["preview"]["watermark"] == mark
        assert ("To jest wzór" in page.get(path).text) == bool(mark)


def test_a_link_opens_one_invoice_and_a_changed_one_nothing(shop: Shop) -> None:
    first, second = shop.issue(), shop.issue()
    one, other = linked(shop, first), linked(shop, second)
    assert Browser().get(one).json["number"] == first["number"]
    token, others = one.split("/")[2], other.split("/")[2]
    mixed = f"{token.split('.')[0]}.{others.split('.')[1]}"
    for wrong in (mixed, token[:-1], f"{token}x", token.split(".")[0], "x.y", ".", first["invoice"], "%F0%9F%A6%86.a"):
        refused(f"/l/{wrong}/invoice")


def test_a_link_that_signs_in_shows_no_invoice_and_the_other_way_round(shop: Shop) -> None:
    token = linked(shop, shop.issue()).split("/")[2]
    assert Browser().get(f"/l/{token}").code == "link-useless"
    Browser().post("/sign-in", {"email": "klient@firma.example"})
    refused(f"{link_in(shop.office.mails.last_to('klient@firma.example')['text'])}/invoice")


def test_of_a_link_only_a_hash_is_kept(shop: Shop, items: Any) -> None:
    secret = linked(shop, shop.issue()).split("/")[2].split(".")[1]
    assert secret not in str(items())


def test_a_link_that_is_made_is_shown_once_on_a_page(shop: Shop) -> None:
    issued = shop.issue()
    page = shop.in_a_browser.post(f"/{issued['invoice']}/link", {"version": "1"})
    assert page.status == 200
    assert 'data-copy="https://portal.example/l/' in page.text
    assert "https://portal.example/l/" not in shop.in_a_browser.get(f"/{issued['invoice']}").text


def test_a_new_link_takes_the_place_of_the_one_before(shop: Shop) -> None:
    issued = shop.issue()
    first = sent(shop, issued)
    second = sent(shop, issued, version=2)
    refused(first)
    assert Browser().get(second).status == 200
    third = linked(shop, issued, shop.one(issued["invoice"])["version"])
    refused(second)
    assert Browser().get(third).status == 200
    assert shop.one(issued["invoice"])["sent_to"] == TO


def test_a_link_that_is_taken_back_opens_nothing(shop: Shop, items: Any) -> None:
    issued = shop.issue()
    path = sent(shop, issued)
    before = items()
    assert shop.post(f"/{issued['invoice']}/link/removal", {"version": 1}).code == "changed-meanwhile"
    assert items() == before
    assert shop.post(f"/{issued['invoice']}/link/removal", {"version": 2}).json["linked"] is False
    refused(path)
    assert shop.post(f"/{issued['invoice']}/link/removal", {"version": 3}).code == "invoice-no-link"
    assert times_of(shop, issued)["sent_at"]


def test_an_archived_firms_links_open_nothing(shop: Shop) -> None:
    path = sent(shop, shop.issue())
    for status, works in (("suspended", True), ("archived", False), ("active", True)):
        assert shop.office.set_status(shop.firm, status).status == 200
        assert (Browser().get(path).status == 200) == works


# What may be sent


def test_only_what_is_issued_and_valid_is_given_away(shop: Shop, items: Any) -> None:
    draft, issued = shop.draft(), shop.issue()
    assert shop.post(f"/{issued['invoice']}/cancellation", {"version": 1, "reason": "Pomyłka"}).status == 200
    before = items()
    for path, body in (("sending", {"email": TO}), ("link", {})):
        assert shop.post(f"/{draft['invoice']}/{path}", {"version": 1, **body}).code == "invoice-not-issued"
        assert shop.post(f"/{issued['invoice']}/{path}", {"version": 1, **body}).code == "changed-meanwhile"
        assert shop.post(f"/{issued['invoice']}/{path}", {"version": 2, **body}).code == "invoice-cancelled"
    assert items() == before


@pytest.mark.parametrize("how", ["mail", "link"])
def test_what_was_given_away_is_not_cancelled_any_more(shop: Shop, how: str) -> None:
    issued = shop.issue()
    assert (sent if how == "mail" else linked)(shop, issued)
    assert shop.one(issued["invoice"])["can_cancel"] is False
    answer = shop.post(f"/{issued['invoice']}/cancellation", {"version": 2, "reason": "Pomyłka"})
    assert answer.code == "cancel-too-late"


def test_of_two_who_send_at_once_one_does(shop: Shop) -> None:
    issued = shop.issue()

    def one(handlers: Handlers) -> Answer:
        return send(replace(shop, who=replace(shop.who, handlers=handlers)), issued)

    answers = at_once([one] * 2)
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert len(shop.office.mails.to(TO)) == 1


def test_the_office_sends_for_its_firm(shop: Shop) -> None:
    issued = shop.issue()
    path = sent(shop.at_office, issued)
    assert Browser().get(path).json["number"] == issued["number"]
    history = shop.office.boss.get(shop.office.path("/history")).text
    assert "wysyła nabywcy fakturę firmy: Nowa Chata Demo sp. z o.o" in history


# What the seller sees of it


def test_the_first_look_and_the_first_download_are_told(shop: Shop) -> None:
    issued = shop.issue()
    path = sent(shop, issued)
    assert times_of(shop, issued) == {"sent_at": True, "seen_at": False, "downloaded_at": False}
    Browser(html=True).get(path)
    assert times_of(shop, issued) == {"sent_at": True, "seen_at": True, "downloaded_at": False}
    Browser().get(f"{path}/pdf")
    assert times_of(shop, issued) == {"sent_at": True, "seen_at": True, "downloaded_at": True}
    page = shop.in_a_browser.get(f"/{issued['invoice']}").text
    assert [word for word in (TO, "Otwarta", "PDF pobrany") if word not in page] == []


def test_looking_again_writes_nothing(shop: Shop, items: Any) -> None:
    path = sent(shop, shop.issue())
    Browser().get(f"{path}/pdf")
    before = items()
    for page in (path, f"{path}/pdf"):
        Browser().get(page)
    assert items() == before


@pytest.mark.parametrize("header", ["sec-purpose", "purpose"])
def test_a_program_that_looks_ahead_is_not_the_buyer(shop: Shop, items: Any, header: str) -> None:
    path = sent(shop, shop.issue())
    before = items()
    ahead = Browser(headers={header: "prefetch;prerender"})
    assert [ahead.get(page).status for page in (path, f"{path}/pdf")] == [200, 200]
    assert items() == before


def test_the_page_is_shown_though_the_look_cannot_be_noted(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise errors.Refusal(errors.CHANGED_MEANWHILE)

    issued = shop.issue()
    path = sent(shop, issued)
    with monkeypatch.context() as patch:
        patch.setattr("portal.store.invoices.change", busy)
        assert Browser().get(path).status == 200
    assert times_of(shop, issued)["seen_at"] is False


def test_some_who_look_at_once_all_see_it(shop: Shop) -> None:
    issued = shop.issue()
    path = sent(shop, issued)
    answers = at_once([lambda handlers: Browser(handlers=handlers).get(f"{path}/pdf")] * 3)
    assert [answer.status for answer in answers] == [200] * 3
    assert times_of(shop, issued) == {"sent_at": True, "seen_at": True, "downloaded_at": True}


def test_another_firm_of_the_person_does_not_reach_it(shop: Shop) -> None:
    issued = shop.issue()
    other = Shop(shop.office, shop.office.add_firm(NIPS[2], "Inna"), shop.office.boss, "")
    other.home = other.at_office.home
    for path, body in (("sending", {"email": TO}), ("link", {}), ("link/removal", {})):
        assert other.post(f"/{issued['invoice']}/{path}", {"version": 1, **body}).code == "not-found"
