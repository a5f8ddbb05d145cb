"""Invoices end to end: drafts, issuing, numbers under load, corrections, advances, payments, prints."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from typing import Any

import pytest
from pypdf import PdfReader

from functions.invoice import issuing
from portal import operator
from portal.domain.invoices.content import Kind
from portal.domain.offices import Plan
from tests.functions.forms import Form, forms_to
from tests.functions.gateway import Answer, Handlers
from tests.functions.invoices import BUYER, LINE, Shop, typed
from tests.functions.register import Register, recorded, says
from tests.functions.turns import at_once
from tests.functions.world import NIPS, Office, demo_account, demo_nip, sign_in_by_mail

MONTH = "11/26"


@pytest.fixture
def shop(office: Office) -> Shop:
    return Shop.of(office)


def pages_of(pdf: Answer) -> list[str]:
    assert (pdf.status, pdf.headers["Content-Type"]) == (200, "application/pdf"), pdf.text
    pages = PdfReader(io.BytesIO(base64.b64decode(pdf.text)), strict=True).pages
    return [page.extract_text() for page in pages]


def text_of(pdf: Answer) -> str:
    return "\n".join(pages_of(pdf))


def rates_offered(page: str) -> set[str]:
    """What the first line's choice of rates holds."""
    (choice,) = re.findall(r'<select id="lines\.0\.rate".*?</select>', page, re.DOTALL)
    return set(re.findall(r'<option value="([^"]*)"', choice))


def full_plan(shop: Shop) -> None:
    operator.change_plan(shop.office.id, Plan.FULL)


# Drafts


def test_a_draft_may_lack_everything_and_has_no_number(shop: Shop) -> None:
    answer = shop.post("/new", {"lines": []})
    assert (answer.status, answer.json["version"], answer.json["buyer"]["name"]) == (201, 1, "")
    assert [(row["draft"], row["number"]) for row in shop.get().json["rows"]] == [(True, "")]


def test_what_is_not_said_is_as_the_settings_have_it(shop: Shop) -> None:
    account = demo_account(7)
    given = {"version": 0, "account": account, "due_days": 7, "method": "gross", "issue_place": "Łódź"}
    assert shop.post("/settings", given).status == 200
    draft = shop.draft()
    assert (draft["account"], draft["due_on"], draft["method"]) == (account, "2026-12-01", "gross")
    assert (draft["issue_place"], draft["seller"]["city"]) == ("Łódź", "Warszawa")
    assert shop.draft(method="net", due_on="", account="")["due_on"] is None


def test_a_draft_is_changed_under_the_version_that_was_seen(shop: Shop) -> None:
    draft = shop.draft()["invoice"]
    changed = shop.post(f"/{draft}", typed({**LINE, "price": "200"}, version=1))
    assert (changed.json["version"], changed.json["figures"]["gross"]) == (2, 246_00)
    assert shop.post(f"/{draft}", typed(version=1)).code == "changed-meanwhile"
    assert shop.one(draft)["figures"]["gross"] == 246_00


def test_a_refused_form_of_a_draft_keeps_the_choices_of_the_kind_that_was_typed(shop: Shop) -> None:
    page, draft = shop.in_a_browser, shop.draft()["invoice"]
    address = f"{shop.home}/{draft}"
    (form,) = forms_to(page.get(f"/{draft}"), address)
    (form,) = forms_to(form.send(page.who, kind="margin", step="count"), address)
    assert form.action == f"{address}?kind=margin"
    again = form.send(page.who, step="issue")
    assert again.status == 422
    # The typed rate stays in sight, although it is none of them: that is what the refusal is about.
    assert rates_offered(again.text) == rates_offered(page.get("/new", kind="margin").text) | {"23"}
    assert "8" in rates_offered(page.get(f"/{draft}").text)


def test_a_correction_and_an_issued_invoice_are_of_their_kind_whatever_is_asked(shop: Shop) -> None:
    issued = shop.issue()["invoice"]
    correction = shop.post("/new", {"corrects": issued, "step": "save"}).json["invoice"]
    assert shop.get(f"/{issued}", kind="margin").json["kind"] == "vat"
    assert shop.get(f"/{correction}", kind="vat").json["kind"] == "correction"
    draft = shop.draft()["invoice"]
    assert shop.get(f"/{draft}", kind="correction").json["kind"] == "vat"
    assert shop.get(f"/{draft}", kind="x").status == 422


def test_a_draft_that_is_given_up_is_gone(shop: Shop) -> None:
    draft = shop.draft()["invoice"]
    assert shop.post(f"/{draft}/removal", {"version": 2}).code == "changed-meanwhile"
    assert shop.post(f"/{draft}/removal", {"version": 1}).status == 200
    assert shop.get(f"/{draft}").code == "not-found"
    assert shop.get().json["empty"] is True


def test_an_issued_invoice_is_never_changed_nor_removed(shop: Shop, items: Any) -> None:
    issued = shop.issue()["invoice"]
    before = items()
    for body in (typed(version=1), typed(version=1, step="issue")):
        assert shop.post(f"/{issued}", body).code == "invoice-issued"
    assert shop.post(f"/{issued}/removal", {"version": 1}).code == "invoice-issued"
    assert items() == before


# Issuing and numbers


def test_issuing_a_draft_keeps_its_address_and_takes_the_next_number(shop: Shop) -> None:
    draft = shop.draft()["invoice"]
    first = shop.issue()
    second = shop.post(f"/{draft}", typed(version=1, step="issue"))
    assert (first["number"], second.json["number"]) == (f"FV/0001/{MONTH}", f"FV/0002/{MONTH}")
    assert second.json["invoice"] == draft
    assert shop.numbers() == [f"FV/0001/{MONTH}", f"FV/0002/{MONTH}"] or shop.numbers() == [
        f"FV/0002/{MONTH}",
        f"FV/0001/{MONTH}",
    ]


def test_a_draft_is_issued_as_it_is_when_nothing_is_said_of_it(shop: Shop) -> None:
    draft = shop.draft({**LINE, "price": "77"})["invoice"]
    issued = shop.post(f"/{draft}", {"version": 1, "step": "issue"})
    assert (issued.status, issued.json["figures"]["net"]) == (200, 77_00)


@pytest.mark.parametrize(
    ("invoice", "field", "code"),
    [
        (typed({**LINE, "quantity": "-1"}), "lines.0.quantity", "quantity-invalid"),
        (typed({**LINE, "quantity": "9999999999"}), "lines.0.quantity", "quantity-invalid"),
        (typed({**LINE, "quantity": "1e9"}), "lines.0.quantity", "number-invalid"),
        (typed({**LINE, "quantity": "NaN"}), "lines.0.quantity", "number-invalid"),
        (typed({**LINE, "quantity": True}), "lines.0.quantity", "number-invalid"),
        (typed({**LINE, "price": "1.123456789"}, price_decimals=8), "lines.0.price", "price-decimals"),
        (typed({**LINE, "price": "0"}), "lines", "invoice-zero"),
        (typed({**LINE, "rate": "22"}), "lines.0.rate", "rate-ended"),
        (typed({**LINE, "rate": "24"}), "lines.0.rate", "field-invalid"),
        (typed({**LINE, "name": "dwie\nlinie"}), "lines.0.name", "text-characters"),
        (typed({**LINE, "name": "\ud800"}), "lines.0.name", "field-invalid"),
        (typed({**LINE, "name": "x" * 513}), "lines.0.name", "text-too-long"),
        (typed({**LINE, "colour": "x"}), "lines.0.colour", "field-unknown"),
        (typed(*[LINE] * 1001), "lines", "too-many-lines"),
        (typed(buyer={**BUYER, "nip": ""}), "buyer.nip", "buyer-nip-needed"),
        (typed(buyer={**BUYER, "nip": "5951416169"}), "buyer.nip", "nip-invalid"),
        (typed(account="56101000712222783191636601"), "account", "bank-account-invalid"),
        (typed(currency="EUR"), "exchange", "exchange-missing"),
        (typed(issued_on="2026-11-25"), "issued_on", "issue-future"),
        (typed(issued_on="0001-01-01"), "issued_on", "field-invalid"),
        (typed(kind="correction"), "corrects", "correction-missing"),
        (typed(kind="final"), "advances", "advances-missing"),
        (typed(kind="advance", received_on="2026-11-24"), "received", "received-invalid"),
        (typed(series="KOR"), "series", "series-kind"),
        (typed(series="X"), "series", "series-unknown"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_burns_no_number(
    shop: Shop, items: Any, invoice: dict[str, Any], field: str, code: str
) -> None:
    before = items()
    answer = shop.post("/new", {**invoice, "step": "issue"})
    assert (field, code) in {(one["field"], one["code"]) for one in answer.json["errors"]}, answer.text
    assert items() == before
    assert shop.issue()["number"] == f"FV/0001/{MONTH}"


def test_everything_that_is_wrong_is_told_at_once(shop: Shop) -> None:
    found = shop.refused({**LINE, "name": "", "quantity": "0"}, buyer={}, due_on="2026-01-01")
    assert found == {
        "lines.0.name": "field-missing",
        "lines.0.quantity": "quantity-invalid",
        "buyer.name": "field-missing",
        "buyer.city": "field-missing",
        "buyer.nip": "buyer-nip-needed",
        "due_on": "due-early",
    }


def test_the_seller_is_the_firm_whatever_is_sent(office: Office) -> None:
    shop = Shop.of(office)
    assert shop.post("/new", typed(seller={"name": "Ktoś"})).json["errors"][0]["code"] == "field-unknown"
    bare = office.add_firm(NIPS[2], "Bez Adresu Demo")
    home = f"/firms/{bare}/invoices"
    firm = Shop(office, bare, office.client(bare, "b@firma.example"), home)
    assert firm.refused() == {"seller.city": "field-missing"}
    assert firm.post("/settings", {"version": 0, "seller": {"city": "Gdynia"}}).status == 200
    assert firm.issue()["number"] == f"FV/0001/{MONTH}"


def test_each_kind_has_its_series(shop: Shop) -> None:
    assert shop.issue(kind="pro-forma")["number"] == f"PRO/0001/{MONTH}"
    assert shop.issue(kind="advance", received="50,00", received_on="2026-11-24")["number"] == f"ZAL/0001/{MONTH}"
    exempt = {**LINE, "rate": "zw"}
    assert shop.issue(exempt, kind="no-vat", exempt_base="art. 113 ust. 1")["number"] == f"FV/0001/{MONTH}"


def test_a_month_counts_for_itself(shop: Shop) -> None:
    assert shop.issue(issued_on="2026-10-31")["number"] == "FV/0001/10/26"
    assert shop.issue()["number"] == f"FV/0001/{MONTH}"
    assert shop.issue(issued_on="2026-10-02")["number"] == "FV/0002/10/26"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pause would hold all others up: of these threads one runs at a time."""
    monkeypatch.setattr(issuing, "_pause", lambda _seconds: None)


def test_many_at_once_take_as_many_numbers_without_gap_or_double(shop: Shop, impatient: None) -> None:
    def one(handlers: Handlers) -> Answer:
        return replace(shop.who, handlers=handlers).post(f"{shop.home}/new", typed(step="issue"))

    answers = at_once([one] * 16)
    assert [answer.status for answer in answers] == [201] * 16
    wanted = [f"FV/{count:04d}/{MONTH}" for count in range(1, 17)]
    assert sorted(answer.json["number"] for answer in answers) == wanted
    assert sorted(shop.numbers()) == wanted


def test_the_same_draft_is_issued_once_however_many_press_the_button(shop: Shop, impatient: None) -> None:
    draft = shop.draft()["invoice"]

    def one(handlers: Handlers) -> Answer:
        return replace(shop.who, handlers=handlers).post(f"{shop.home}/{draft}", typed(version=1, step="issue"))

    answers = at_once([one] * 6)
    assert sorted(answer.status for answer in answers) == [200] + [409] * 5
    assert shop.issue()["number"] == f"FV/0002/{MONTH}"


@pytest.mark.parametrize("step", ["save", "issue"])
def test_a_request_with_a_key_is_done_once(shop: Shop, impatient: None, step: str) -> None:
    def one(handlers: Handlers) -> Answer:
        who = replace(shop.who, handlers=handlers, headers={"idempotency-key": "zamówienie-17"})
        return who.post(f"{shop.home}/new", typed(step=step))

    first, *others = at_once([one] * 5)
    assert first.status == 201
    assert {answer.json["invoice"] for answer in others} == {first.json["invoice"]}
    assert len(shop.get().json["rows"]) == 1
    again = shop.post("/new", typed({**LINE, "price": "7"}, step=step), headers={"idempotency-key": "zamówienie-17"})
    assert again.code == "request-reused"


def test_a_form_that_is_sent_twice_is_done_once(shop: Shop) -> None:
    form = typed(step="issue", key=shop.get("/new").json["key"])
    first, second = shop.post("/new", form).json, shop.post("/new", form).json
    assert first["invoice"] == second["invoice"]
    assert shop.numbers() == [f"FV/0001/{MONTH}"]


def test_a_series_goes_on_from_the_number_of_the_program_before(shop: Shop) -> None:
    series = [{"code": "S", "purpose": "sale", "pattern": "{series}/{number}/{year}", "reset": "yearly"}]
    given = {"version": 0, "series": [{**series[0], "next_count": 58}]}
    assert shop.post("/settings", given).status == 200
    assert shop.issue()["number"] == "S/58/2026"
    back = shop.post("/settings", {"version": 1, "series": [{**series[0], "next_count": 57}]})
    assert [one["code"] for one in back.json["errors"]] == ["series-back"]
    assert shop.refused(kind="pro-forma") == {"series": "series-missing"}


def test_another_pattern_never_gives_a_number_again(shop: Shop) -> None:
    by_year = {"code": "S", "purpose": "sale", "pattern": "{number}/{year}", "reset": "yearly"}
    assert shop.post("/settings", {"version": 0, "series": [by_year]}).status == 200
    assert [shop.issue()["number"] for _ in range(3)] == ["1/2026", "2/2026", "3/2026"]
    for_ever = {**by_year, "reset": "continuous"}
    assert shop.post("/settings", {"version": 1, "series": [for_ever]}).status == 200
    assert [shop.issue()["number"] for _ in range(2)] == ["4/2026", "5/2026"]


def test_a_series_without_a_next_number_goes_on_as_it_was(shop: Shop) -> None:
    series = {"code": "S", "purpose": "sale", "pattern": "{series}/{number}/{year}", "reset": "yearly"}
    for version, blank in enumerate(("", None)):
        given = {"version": version, "series": [{**series, "next_count": blank}]}
        assert shop.post("/settings", given).status == 200
    assert shop.issue()["number"] == "S/1/2026"


@pytest.mark.parametrize(
    ("series", "field", "code"),
    [
        ({"pattern": "{number}"}, "series.0.pattern", "pattern-reset"),
        ({"pattern": "FV/{year}"}, "series.0.pattern", "pattern-number"),
        ({"pattern": "{0.__class__}{number}/{year}"}, "series.0.pattern", "pattern-invalid"),
        ({"code": "F V"}, "series.0.code", "series-code"),
    ],
)
def test_series_that_could_double_a_number_are_refused(
    shop: Shop, items: Any, series: dict[str, str], field: str, code: str
) -> None:
    usual = {"code": "FV", "purpose": "sale", "pattern": "{series}/{number}/{year}", "reset": "yearly"}
    before = items()
    answer = shop.post("/settings", {"version": 0, "series": [{**usual, **series}]})
    assert (field, code) in {(one["field"], one["code"]) for one in answer.json["errors"]}
    twice = shop.post("/settings", {"version": 0, "series": [usual, {**usual, "code": "fv"}]})
    assert {one["code"] for one in twice.json["errors"]} == {"series-double", "series-meet"}
    assert items() == before


# Corrections


def corrected(shop: Shop, invoice: str, price: str, **more: Any) -> Answer:
    given = {"corrects": invoice, "lines": [{**LINE, "price": price}], "reason": "rabat", "step": "issue", **more}
    return shop.post("/new", given)


def test_a_correction_shows_both_states_and_charges_the_difference(shop: Shop) -> None:
    issued = shop.issue()["invoice"]
    begun = shop.get("/new", corrects=issued).json
    assert (begun["kind"], begun["corrects"]["number"], begun["lines"][0]["price"]) == (
        "correction",
        f"FV/0001/{MONTH}",
        "100",
    )
    first = corrected(shop, issued, "80").json
    assert (first["number"], first["figures"]["gross"]) == (f"KOR/0001/{MONTH}", -24_60)
    assert [one["number"] for one in shop.one(issued)["corrections"]] == [f"KOR/0001/{MONTH}"]
    second = corrected(shop, issued, "90").json
    assert second["figures"]["gross"] == 12_30, "it goes on from the state after the first"


def test_a_correction_that_was_overtaken_is_refused(shop: Shop) -> None:
    issued = shop.issue()["invoice"]
    slow = corrected(shop, issued, "50", step="save").json["invoice"]
    quick = corrected(shop, issued, "80").json
    late = shop.post(f"/{slow}", {"version": 1, "step": "issue"})
    assert late.json["code"] == "correction-outdated"
    # Also when the quick one is void, and another has come in its place: the same count, another state.
    assert shop.post(f"/{quick['invoice']}/cancellation", {"version": 1, "reason": "pomyłka"}).status == 200
    assert corrected(shop, issued, "70").status == 201
    slow = corrected(shop, issued, "50", step="save").json["invoice"]
    newest = shop.one(issued)["corrections"][-1]["invoice"]
    assert shop.post(f"/{newest}/cancellation", {"version": 1, "reason": "pomyłka"}).status == 200
    assert corrected(shop, issued, "60").status == 201
    assert shop.post(f"/{slow}", {"version": 1, "step": "issue"}).json["code"] == "correction-outdated"


def test_what_cannot_be_corrected_is_not(shop: Shop, items: Any) -> None:
    draft, pro_forma = shop.draft()["invoice"], shop.issue(kind="pro-forma")["invoice"]
    issued = shop.issue()["invoice"]
    correction = corrected(shop, issued, "80").json["invoice"]
    before = items()
    assert corrected(shop, draft, "1").code == "correcting-draft"
    for other in (pro_forma, correction):
        assert corrected(shop, other, "1").code == "correction-not-possible"
    assert corrected(shop, issued, "80").json["errors"][0]["code"] == "correction-empty"
    assert corrected(shop, issued, "1", reason="").json["errors"][0]["code"] == "correction-reason"
    assert corrected(shop, "01JDEMXXXXXXXXXXXXXXXXXXXX", "1").code == "not-found"
    assert items() == before


def test_two_corrections_at_once_never_begin_with_the_same_state(shop: Shop, impatient: None) -> None:
    issued = shop.issue()["invoice"]

    def one(handlers: Handlers, price: str) -> Answer:
        return corrected(replace(shop, who=replace(shop.who, handlers=handlers)), issued, price)

    answers = at_once([lambda handlers, price=price: one(handlers, price) for price in ("10", "20", "30")])
    assert [answer.status for answer in answers] == [201] * 3
    total = 123_00 + sum(answer.json["figures"]["gross"] for answer in answers)
    assert total in (12_30, 24_60, 36_90), "each goes on from the one before"


# Advances


def test_a_final_invoice_settles_its_advances_once(shop: Shop) -> None:
    advance = shop.issue(kind="advance", received="49,20", received_on="2026-11-24")["invoice"]
    begun = shop.get("/new", settles=advance).json
    assert (begun["kind"], [one["chosen"] for one in begun["advances"]], begun["lines"][0]["name"]) == (
        "final",
        [True],
        "Usługa",
    )
    final = shop.issue(kind="final", advances=[advance])
    assert final["figures"]["to_pay"] == 123_00 - 49_20
    assert shop.one(advance)["settled_by"]["number"] == final["number"]
    assert shop.refused(kind="final", advances=[advance]) == {"advances.0": "advance-settled"}
    assert shop.get("/new", kind="final").json["advances"] == []


def test_two_who_settle_one_advance_at_once(shop: Shop, impatient: None) -> None:
    advance = shop.issue(kind="advance", received="49,20", received_on="2026-11-24")["invoice"]

    def one(handlers: Handlers) -> Answer:
        body = typed(kind="final", advances=[advance], step="issue")
        return replace(shop.who, handlers=handlers).post(f"{shop.home}/new", body)

    assert sorted(answer.status for answer in at_once([one] * 3)) == [201, 409, 409]
    assert shop.issue()["number"] == f"FV/0002/{MONTH}", "who was too late burnt no number"


def test_only_an_advance_invoice_is_settled(shop: Shop) -> None:
    issued, draft = shop.issue()["invoice"], shop.draft()["invoice"]
    for other in (issued, draft):
        assert shop.post("/new", typed(kind="final", advances=[other], step="issue")).code == "advance-not-possible"


# What happens afterwards


def test_an_invoice_is_paid_in_parts(shop: Shop) -> None:
    issued = shop.issue()["invoice"]
    assert shop.post(f"/{issued}/payments", {"version": 1, "amount": "100,00", "note": "zaliczka"}).status == 200
    page = shop.one(issued)
    assert (page["state"], page["figures"]["left"], page["version"]) == ("partly", 23_00, 2)
    assert shop.post(f"/{issued}/payments", {"version": 2, "amount": 24_00}).json["errors"][0]["code"] == (
        "payment-invalid"
    )
    assert shop.post(f"/{issued}/payments", {"version": 1, "amount": 23_00}).code == "changed-meanwhile"
    assert shop.post(f"/{issued}/payments", {"version": 2, "amount": 23_00}).json["state"] == "paid"
    assert shop.post(f"/{issued}/payments/removal", {"version": 3, "index": 0}).json["figures"]["left"] == 100_00
    assert [row["left"] for row in shop.get(show="unpaid").json["rows"]] == [100_00]


def test_a_draft_is_neither_paid_nor_cancelled(shop: Shop) -> None:
    draft = shop.draft()["invoice"]
    assert shop.post(f"/{draft}/payments", {"version": 1, "amount": 1}).code == "invoice-not-issued"
    assert shop.post(f"/{draft}/cancellation", {"version": 1, "reason": "x"}).code == "invoice-not-issued"


def test_a_cancelled_invoice_stays_with_its_number(shop: Shop) -> None:
    issued = shop.issue()["invoice"]
    assert shop.post(f"/{issued}/cancellation", {"version": 1}).json["errors"][0]["code"] == "cancel-reason"
    assert shop.post(f"/{issued}/cancellation", {"version": 1, "reason": "dwa razy"}).json["state"] == "cancelled"
    assert shop.numbers(show="cancelled") == [f"FV/0001/{MONTH}"]
    assert shop.issue()["number"] == f"FV/0002/{MONTH}"
    for path, body in (
        ("payments", {"version": 2, "amount": 1}),
        ("cancellation", {"version": 2, "reason": "x"}),
    ):
        assert shop.post(f"/{issued}/{path}", body).code == "invoice-cancelled"
    assert corrected(shop, issued, "1").code == "invoice-cancelled"
    assert "ANULOWANA" in text_of(shop.get(f"/{issued}/pdf"))
    assert [one["gross"] for one in shop.get().json["totals"]] == [123_00]


def test_what_was_paid_corrected_or_settled_is_not_cancelled(shop: Shop) -> None:
    paid, other = shop.issue()["invoice"], shop.issue()["invoice"]
    advance = shop.issue(kind="advance", received="49,20", received_on="2026-11-24")["invoice"]
    assert shop.post(f"/{paid}/payments", {"version": 1, "amount": 1}).status == 200
    first = corrected(shop, other, "80").json["invoice"]
    second = corrected(shop, other, "70").json["invoice"]
    final = shop.issue(kind="final", advances=[advance])["invoice"]
    for invoice in (paid, other, first, advance):
        body = {"version": shop.one(invoice)["version"], "reason": "pomyłka"}
        assert shop.post(f"/{invoice}/cancellation", body).code == "cancel-too-late"
    for invoice in (second, first, other, final, advance):
        body = {"version": shop.one(invoice)["version"], "reason": "pomyłka"}
        assert shop.post(f"/{invoice}/cancellation", body).status == 200


# The list


def test_the_list_filters_and_adds_up(shop: Shop) -> None:
    other = {**BUYER, "name": "Inny Nabywca", "nip": NIPS[2]}
    old = shop.issue(issued_on="2026-10-05", due_on="2026-10-19")["number"]
    new = shop.issue({**LINE, "price": "200"}, buyer=other)["number"]
    shop.issue(kind="pro-forma")
    shop.draft()
    assert shop.numbers(period="2026-10") == [old]
    assert shop.numbers(show="overdue") == [old]
    assert set(shop.numbers(show="unpaid")) == {old, new}
    assert shop.numbers(show="drafts") == [""]
    assert shop.numbers(q="inny nab") == [new]
    assert shop.numbers(q=NIPS[2]) == [new]
    assert shop.numbers(q=old.lower()) == [old]
    page = shop.get().json
    assert (page["count"], page["drafts"]) == (4, 1)
    (totals,) = page["totals"]
    assert (totals["count"], totals["gross"], totals["overdue"]) == (2, 369_00, 123_00)
    assert shop.get(period="2026-13").code == "field-invalid"


# Prints


def test_the_print_says_what_the_invoice_says(shop: Shop) -> None:
    issued = shop.issue({**LINE, "name": "Malowanie <b>płotu</b>"})["invoice"]
    text = text_of(shop.get(f"/{issued}/pdf"))
    for said in (f"FV/0001/{MONTH}", "Żółta Łódź s.c.", "Malowanie <b>płotu</b>", "123,00", "Długa 5"):
        assert said in text.replace("\u00a0", " ")
    assert shop.get(f"/{issued}/preview").json["preview"]["number"] == f"FV/0001/{MONTH}"


def test_the_same_invoice_is_not_sent_again(shop: Shop) -> None:
    issued = shop.issue()["invoice"]
    first, again = shop.get(f"/{issued}/pdf"), shop.get(f"/{issued}/pdf")
    assert (first.text, first.headers["ETag"]) == (again.text, again.headers["ETag"])
    tag = first.headers["ETag"]
    for held in (tag, f"W/{tag}", f'"x", {tag}'):
        answer = shop.who.send("GET", f"{shop.home}/{issued}/pdf", headers={"if-none-match": held})
        assert (answer.status, answer.text) == (304, "")
    assert shop.post(f"/{issued}/payments", {"version": 1, "amount": 100}).status == 200
    paid = shop.who.send("GET", f"{shop.home}/{issued}/pdf", headers={"if-none-match": tag})
    assert paid.status == 200
    english = shop.who.send(
        "GET", f"{shop.home}/{issued}/pdf", query={"english": "1"}, headers={"if-none-match": paid.headers["ETag"]}
    )
    assert "VAT invoice" in text_of(english)


@pytest.mark.parametrize("side", ["client", "office"])
def test_the_watermark_follows_the_flags_of_the_moment(shop: Shop, side: str) -> None:
    issued = shop.issue()["invoice"]
    asking = shop if side == "client" else shop.at_office

    def marked() -> bool:
        on_paper = "WZÓR" in text_of(asking.get(f"/{issued}/pdf"))
        assert (asking.get(f"/{issued}/preview").json["preview"]["watermark"] == "WZÓR") is on_paper
        assert asking.one(issued)["place"]["valid"] is not on_paper
        return on_paper

    assert marked()
    full_plan(shop)
    assert marked(), "the module is not switched on"
    shop.switch_on()
    assert not marked()
    tag = asking.get(f"/{issued}/pdf").headers["ETag"]
    shop.switch_on(on=False)
    assert marked(), "old invoices too"
    held = asking.who.send("GET", f"{asking.home}/{issued}/pdf", headers={"if-none-match": tag})
    assert held.status == 200, "what the browser holds is not used any more"


EXEMPT = {**LINE, "rate": "zw"}
MARGIN = {**LINE, "rate": "marża"}
MADE_AT_ONCE = {
    "vat": (LINE, {}),
    "no-vat": (EXEMPT, {"exempt_base": "art. 113 ust. 1"}),
    "pro-forma": (LINE, {}),
    "simplified": (LINE, {}),
    "margin": (MARGIN, {"margin": "used-goods"}),
    "advance": (LINE, {"received": "50,00", "received_on": "2026-11-24"}),
}


def of_each_kind(shop: Shop) -> dict[str, str]:
    """An issued invoice of every kind there is."""
    made = {kind: shop.issue(line, kind=kind, **more)["invoice"] for kind, (line, more) in MADE_AT_ONCE.items()}
    made["final"] = shop.issue(kind="final", advances=[made["advance"]])["invoice"]
    made["correction"] = corrected(shop, made["vat"], "80").json["invoice"]
    assert made.keys() == set(Kind)
    return made


@pytest.mark.parametrize("plan", list(Plan))
@pytest.mark.parametrize("module", [True, False])
def test_only_the_full_plan_with_the_module_prints_without_a_mark(shop: Shop, plan: Plan, module: bool) -> None:
    full_plan(shop)
    shop.switch_on(on=module)
    operator.change_plan(shop.office.id, plan)
    marked = not (module and plan is Plan.FULL)
    for kind, invoice in of_each_kind(shop).items():
        for asking in (shop, shop.at_office):
            for options in ({}, {"english": 1}, {"duplicate": 1}):
                pages = pages_of(asking.get(f"/{invoice}/pdf", **options))
                assert {("WZÓR" in page) for page in pages} == {marked}, (kind, asking.home, options)


def test_a_draft_is_printed_as_one(shop: Shop) -> None:
    draft = shop.draft()["invoice"]
    assert "WZÓR" in text_of(shop.get(f"/{draft}/pdf"))
    full_plan(shop)
    shop.switch_on()
    assert "SZKIC" in text_of(shop.get(f"/{draft}/pdf"))


def test_a_duplicate_says_so(shop: Shop) -> None:
    issued = shop.issue()["invoice"]
    assert "DUPLIKAT z dnia 24.11.2026" in text_of(shop.get(f"/{issued}/pdf", duplicate=1))


# Figures while one types


def test_figures_are_those_of_the_engine(shop: Shop, items: Any) -> None:
    before = items()
    answer = shop.post("/figures", typed(*[{**LINE, "quantity": "1", "price": "0,33"}] * 3)).json
    assert (answer["net"], answer["vat"], answer["gross"]) == (99, 23, 1_22)
    refused = shop.post("/figures", typed({**LINE, "discount": "200,00"})).json["errors"]
    assert [(one["field"], one["code"]) for one in refused] == [("lines.0.discount", "discount-invalid")]
    assert items() == before


def test_a_form_names_its_rows_and_blank_ones_are_passed_over(shop: Shop) -> None:
    form = {
        "buyer.name": "Nabywca",
        "lines.0.name": "Pierwsza",
        "lines.0.price": "10",
        "lines.0.quantity": "1",
        "lines.1.name": "",
        "lines.1.price": "",
        "lines.1.quantity": "1",
        "lines.2.name": "Trzecia",
        "lines.2.price": "1 000,50",
        "lines.2.quantity": "0",
    }
    refused = shop.post("/figures", form).json["errors"]
    assert [one["field"] for one in refused] == ["lines.2.quantity"]
    counted = shop.post("/figures", {**form, "lines.2.quantity": "2"}).json
    assert {row: line["net"] for row, line in counted["lines"].items()} == {"0": 10_00, "2": 2001_00}


# What is remembered


def test_buyers_and_products_are_remembered_from_what_was_issued(shop: Shop) -> None:
    shop.draft()
    assert shop.get("/counterparties").json["count"] == 0
    shop.issue({**LINE, "price": "99,5", "unit": "godz."})
    shop.issue({**LINE, "price": "110", "unit": "godz."}, buyer={**BUYER, "name": "Nowa nazwa"})
    (buyer,) = shop.get("/counterparties").json["listed"]
    (product,) = shop.get("/products").json["listed"]
    assert (buyer["party"]["name"], buyer["used_on"]) == ("Nowa nazwa", "2026-11-24")
    assert (product["name"], product["unit"], product["price"]) == ("Usługa", "godz.", "110")
    begun = shop.get("/new", buyer=buyer["id"]).json
    assert begun["buyer"]["nip"] == BUYER["nip"]


def test_counterparties_and_products_are_kept_by_hand(shop: Shop) -> None:
    assert shop.post("/counterparties", {**BUYER, "email": "zolta@lodz.example"}).status == 200
    (one,) = shop.get("/counterparties").json["listed"]
    assert shop.post("/counterparties", {**BUYER, "id": one["id"], "city": "Łódź"}).status == 200
    assert [one["party"]["city"] for one in shop.get("/counterparties").json["listed"]] == ["Łódź"]
    assert shop.post("/counterparties", {"name": ""}).json["errors"][0]["field"] == "name"
    assert shop.post("/counterparties", {"name": "a\u202eb"}).json["errors"][0]["field"] == "name"
    assert shop.post("/counterparties/removal", {"id": one["id"]}).status == 200
    assert shop.post("/counterparties/removal", {"id": one["id"]}).code == "not-found"
    assert shop.post("/products", {"name": "Deska", "price": "-1"}).json["errors"][0]["field"] == "price"
    assert shop.post("/products", {"name": "Deska", "price": "12,5"}).status == 200
    (board,) = shop.get("/products").json["listed"]
    assert shop.post("/products/removal", {"id": board["id"]}).json["count"] == 0


# Who may


def test_the_office_sees_and_issues_what_its_firms_do(shop: Shop) -> None:
    shop.issue()
    theirs = shop.at_office.issue()
    assert (theirs["number"], theirs["by_office"]) == (f"FV/0002/{MONTH}", True)
    assert set(shop.numbers()) == set(shop.at_office.numbers()) == {f"FV/0001/{MONTH}", f"FV/0002/{MONTH}"}
    history = shop.office.boss.get(shop.office.path("/history")).text
    assert history.count("wystawia fakturę firmy: Nowa Chata Demo sp. z o.o") == 2


def test_a_suspended_firm_reads_and_does_not_write(shop: Shop, items: Any) -> None:
    issued, draft = shop.issue()["invoice"], shop.draft()["invoice"]
    path = shop.office.path(f"/firms/{shop.firm}")
    version = shop.office.boss.get(f"{path}/settings").json["version"]
    assert shop.office.boss.post(f"{path}/status", {"version": version, "status": "suspended"}).status == 200
    before = items()
    for target in ("/new", f"/{draft}", f"/{draft}/removal", f"/{issued}/payments", f"/{issued}/cancellation"):
        assert shop.post(target, {**typed(version=1)}).code == "read-only"
    assert items() == before
    assert shop.get(f"/{issued}/pdf").status == 200
    assert shop.get().json["place"]["writable"] is False


def test_an_archived_firm_issues_nothing(shop: Shop) -> None:
    path = shop.office.path(f"/firms/{shop.firm}")
    version = shop.office.boss.get(f"{path}/settings").json["version"]
    assert shop.office.boss.post(f"{path}/status", {"version": version, "status": "archived"}).status == 200
    assert shop.at_office.post("/new", typed()).code == "firm-archived"


def test_a_partner_issues_for_the_company(shop: Shop) -> None:
    body = {"email": "kos@firma.example", "name": "Jan Kos", "role": "partner", "subject": "Kos Jan"}
    assert shop.office.boss.post(shop.office.path(f"/firms/{shop.firm}/users"), body).status == 201
    partner = replace(shop, who=sign_in_by_mail(shop.office.mails.last_to("kos@firma.example")["text"]))
    shop.issue()
    assert partner.issue()["number"] == f"FV/0002/{MONTH}"


def test_staff_who_serve_other_firms_find_no_invoices(shop: Shop) -> None:
    office = shop.office
    issued = shop.issue()["invoice"]
    body = {"email": "p@demo.example", "name": "Paweł", "role": "staff"}
    assert office.boss.post(office.path("/staff"), body).status == 201
    staff = sign_in_by_mail(office.mails.last_to("p@demo.example")["text"])
    theirs = replace(shop.at_office, who=staff)
    assert theirs.get(f"/{issued}").status == 200
    settings = office.boss.get(office.path("/settings")).json
    given = {"version": settings["version"], "name": "Biuro Demo", "only_assigned": True}
    assert office.boss.post(office.path("/settings"), given).status == 200
    for path in ("", "/new", "/settings", f"/{issued}", f"/{issued}/pdf"):
        assert theirs.get(path).code == "not-found"
    assert theirs.post("/new", typed(step="issue")).code == "not-found"


def test_an_invoice_of_another_firm_is_not_there(shop: Shop) -> None:
    other = Shop.of(shop.office, nip=NIPS[2], name="Druga Demo")
    other = replace(other, who=shop.office.client(other.firm, "druga@firma.example"))
    theirs = other.issue()["invoice"]
    draft = shop.draft()["invoice"]
    assert shop.get(f"/{theirs}").code == "not-found"
    assert shop.get("/new", like=theirs).code == "not-found"
    assert corrected(shop, theirs, "1").code == "not-found"
    assert shop.post(f"/{draft}", typed(version=1, kind="final", advances=[theirs])).code == "not-found"


# The register


def test_a_buyer_is_looked_up_in_ones_own_list_then_in_the_register(shop: Shop, register: Register) -> None:
    answer = shop.get(f"/registers/nip/{NIPS[0]}").json
    assert (answer["source"], answer["vat_status"]) == ("register", "active")
    filled = shop.post("/new", {**typed(), "buyer": {"nip": NIPS[0]}, "step": "look-up"}).json
    assert (filled["register"], filled["invoice"]) == ("filled", "")
    assert filled["buyer"]["name"] == answer["party"]["name"] != ""
    shop.issue(buyer={**BUYER, "nip": NIPS[0]})
    known = shop.get(f"/registers/nip/{NIPS[0]}").json
    assert (known["source"], known["party"]["name"]) == ("known", BUYER["name"])
    assert len(register.asked) == 1, "what it said is kept for the day"


def test_the_account_is_checked_against_the_white_list(shop: Shop, register: Register) -> None:
    listed = shop.get(f"/registers/nip/{NIPS[0]}").json["bank_accounts"][0]
    for account, found in ((listed, "listed"), (demo_account(9), "missing")):
        assert shop.post("/settings", {"version": 0, "account": account, "step": "check"}).json["checked"] == found
    register.answer = says(b"", 503)
    assert shop.get("/settings").json["account"] == "", "asking keeps nothing"
    assert shop.post("/settings", {"version": 0, "step": "check"}).json["errors"][0]["code"] == "field-missing"


def test_what_a_client_asks_is_not_counted_against_the_office(shop: Shop, register: Register) -> None:
    register.answer = says(recorded("unknown"))
    for number in range(61):
        last = shop.get(f"/registers/nip/{demo_nip(number)}").json
    assert last["source"] == "silent"
    assert shop.at_office.get(f"/registers/nip/{NIPS[1]}").json["source"] == "unknown"


def test_without_the_register_one_goes_on_by_hand(shop: Shop) -> None:
    assert shop.get(f"/registers/nip/{NIPS[1]}").json["source"] == "silent"
    answer = shop.post("/new", {**typed(), "step": "look-up"})
    assert (answer.status, answer.json["register"]) == (200, "silent")


# Pages, as a browser without script sends them


def form_of(page: Answer, ending: str) -> Form:
    """The one form of a page whose address ends like this."""
    (form,) = forms_to(page, ending)
    return form


def test_an_invoice_is_typed_issued_and_paid_without_script(shop: Shop) -> None:
    browser = shop.in_a_browser
    form = form_of(browser.get("/new"), "/new")
    buyer = {f"buyer.{name}": value for name, value in BUYER.items()}
    typed_in = {**buyer, "lines.0.name": "Usługa", "lines.0.quantity": "2", "lines.0.price": "61,50"}
    counted = form.send(browser.who, **typed_in, step="count")
    assert counted.status == 200
    assert "151,29" in counted.text.replace("\u00a0", " ")
    saved = form.send(browser.who, **typed_in, step="save")
    assert saved.status == 303
    draft = browser.who.get(saved.location.partition("?")[0])
    assert "61,5" in draft.text
    issued = form_of(draft, f"/{saved.location.partition('?')[0].rpartition('/')[2]}").send(browser.who, step="issue")
    assert issued.status == 303, issued.text
    page = browser.who.get(issued.location.partition("?")[0])
    assert f"FV/0001/{MONTH}" in page.text
    paid = form_of(page, "/payments").send(browser.who, amount="151,29")
    assert paid.status == 303, paid.text
    assert [row["state"] for row in shop.get().json["rows"]] == ["paid"]


def test_a_refused_form_comes_back_with_what_was_typed(shop: Shop) -> None:
    browser = shop.in_a_browser
    form = form_of(browser.get("/new"), "/new")
    lines = {f"lines.{row}.{name}": value for row in range(60) for name, value in LINE.items()}
    refused = form.send(
        browser.who, **{**lines, "lines.59.quantity": "0", "lines.59.name": "Ostatnia <b>"}, step="issue"
    )
    assert refused.status == 422
    assert "Ostatnia &lt;b&gt;" in refused.text, "all rows are there again, however many"
    assert "Ilość musi być większa od zera" in refused.text
    again = form_of(refused, "/new")
    assert again.fields["lines.59.quantity"] == ["0"]


def test_a_refused_payment_shows_the_invoice_again(shop: Shop) -> None:
    issued = shop.issue()["invoice"]
    browser = shop.in_a_browser
    refused = form_of(browser.get(f"/{issued}"), "/payments").send(browser.who, amount="999")
    assert refused.status == 422
    assert f"FV/0001/{MONTH}" in refused.text
    assert "najwyżej tyle, ile zostało" in refused.text


def test_every_page_of_invoices_opens_on_both_sides(shop: Shop) -> None:
    issued, draft = shop.issue()["invoice"], shop.draft()["invoice"]
    advance = shop.issue(kind="advance", received="49,20", received_on="2026-11-24")["invoice"]
    paths = ("", "/new", "/counterparties", "/products", "/settings", f"/{issued}", f"/{draft}", f"/{issued}/preview")
    for side in (shop.in_a_browser, shop.at_office.in_a_browser):
        for path in paths:
            assert side.get(path).status == 200, path
        for query in ({"like": issued}, {"corrects": issued}, {"settles": advance}, {"kind": "pro-forma"}):
            assert side.get("/new", **query).status == 200, query
