"""The NBP's table A is asked over real HTTP, from a server of this process; an invoice takes its rate from there."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from functions.invoice import app
from local import registers as stand_in
from local.gateway import Request
from portal import access, exchange_rates
from portal.domain import errors
from portal.domain.invoices.currencies import Currency, ExchangeRate
from tests.functions.invoices import Shop
from tests.functions.register import Answering, Register, listening, pointed, says
from tests.functions.times import Clock, Plenty
from tests.functions.world import Office
from tests.unit.making import refused

MONDAY = date(2026, 11, 23)
RATE = ExchangeRate(Decimal("4.2512"), "226/A/NBP/2026", MONDAY)
DRAFT = {"currency": "EUR"}


def entry(day: str, mid: str, number: str) -> str:
    return f'{{"no": "{number}/A/NBP/2026", "effectiveDate": "{day}", "mid": {mid}}}'


def rates_of(*entries: str, code: str = "EUR") -> bytes:
    return f'{{"table": "A", "currency": "euro", "code": "{code}", "rates": [{", ".join(entries)}]}}'.encode()


FRIDAYS = entry("2026-11-20", "4.2401", "225")
MONDAYS = entry("2026-11-23", "4.2512", "226")
NONE = says(b"404 NotFound - Not Found - Brak danych", 404)


def of_the_day_asked(connection: BaseHTTPRequestHandler) -> None:
    """A rate of every day, whatever day it is."""
    day = connection.path.split("/")[-2]
    says(rates_of(entry(day, "4.2512", "226")))(connection)


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    made = Register(answer=says(rates_of(FRIDAYS, MONDAYS)))
    with listening(made) as known, pointed(monkeypatch, f"http://127.0.0.1:{known.port}/api", "EXCHANGE_RATES_URL"):
        yield known


@pytest.fixture
def shop(office: Office) -> Shop:
    return Shop.of(office)


# What it says


def test_the_last_rate_up_to_the_day_is_taken_to_the_last_digit(bank: Register) -> None:
    assert exchange_rates.look_up(Currency.EUR, MONDAY) == RATE
    assert bank.asked == ["/api/exchangerates/rates/a/eur/2026-11-14/2026-11-23/?format=json"]
    bank.answer = says(rates_of(entry("2026-11-23", "0.011034", "226"), code="HUF"))
    forint = exchange_rates.look_up(Currency.HUF, MONDAY)
    assert forint is not None
    assert (forint.rate, forint.units) == (Decimal("0.011034"), 1)


def test_the_bank_learns_nothing_of_who_asks(bank: Register) -> None:
    exchange_rates.look_up(Currency.EUR, MONDAY)
    (sent,) = bank.headers
    assert {name.lower() for name in sent} <= {"host", "accept", "accept-encoding", "user-agent"}


def test_a_currency_it_does_not_know_has_no_rate(bank: Register) -> None:
    bank.answer = NONE
    assert exchange_rates.look_up(Currency.TRY, MONDAY) is None


def redirect(connection: BaseHTTPRequestHandler) -> None:
    says(b"", 302, Location=f"http://127.0.0.1:{connection.server.server_address[1]}/elsewhere")(connection)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(says(b"", 400), id="a question it refuses"),
        pytest.param(says(b"", 503), id="out of order"),
        pytest.param(says(b"<html>Przerwa</html>"), id="a page"),
        pytest.param(says(b"[" * 50_000), id="nested without end"),
        pytest.param(says(b"null"), id="null"),
        pytest.param(says(rates_of()), id="no rates"),
        pytest.param(says(rates_of(MONDAYS, code="USD")), id="another currency"),
        pytest.param(says(rates_of(MONDAYS).replace(b'"A"', b'"C"')), id="another table"),
        pytest.param(says(rates_of("5")), id="a number for a rate"),
        pytest.param(says(rates_of(entry("2026-11-24", "4.25", "227"))), id="a later day"),
        pytest.param(says(rates_of(entry("2026-11-13", "4.25", "219"))), id="an earlier day than asked"),
        pytest.param(says(rates_of(entry("23.11.2026", "4.25", "226"))), id="no day"),
        pytest.param(says(rates_of(entry("2026-11-23", '"4.25"', "226"))), id="a text for a number"),
        pytest.param(says(rates_of(entry("2026-11-23", "true", "226"))), id="true"),
        pytest.param(says(rates_of(entry("2026-11-23", "NaN", "226"))), id="not a number"),
        pytest.param(says(rates_of(entry("2026-11-23", "0", "226"))), id="zero"),
        pytest.param(says(rates_of(entry("2026-11-23", "-4.25", "226"))), id="less than zero"),
        pytest.param(says(rates_of(entry("2026-11-23", "1e99999999", "226"))), id="beyond all measure"),
        pytest.param(says(rates_of(entry("2026-11-23", "4.25123456789", "226"))), id="more digits than it has"),
        pytest.param(says(rates_of(entry("2026-11-23", "4.25", "<b>"))), id="no number of a table"),
        pytest.param(says(rates_of(MONDAYS) + b" " * 70_000), id="an enormous answer"),
        pytest.param(redirect, id="a redirect"),
    ],
)
def test_whatever_else_comes_is_silence_and_is_asked_once(bank: Register, answer: Answering) -> None:
    bank.answer = answer
    with refused(errors.EXCHANGE_SILENT, "exchange", says="Wpisz ręcznie kurs z tabeli A z dnia 23.11.2026"):
        exchange_rates.look_up(Currency.EUR, MONDAY)
    assert len(bank.asked) == 1


@pytest.mark.parametrize("trickles", [False, True])
def test_nobody_waits_long_for_a_bank_that_hangs_or_trickles(bank: Register, trickles: bool) -> None:
    over = threading.Event()

    def slow(connection: BaseHTTPRequestHandler) -> None:
        if trickles:
            connection.send_response(200)
            connection.end_headers()
            while not over.wait(0.2):
                connection.wfile.write(b" ")
        over.wait(20)

    bank.answer = slow
    started = time.monotonic()
    with refused(errors.EXCHANGE_SILENT, "exchange"):
        exchange_rates.look_up(Currency.EUR, MONDAY)
    waited = time.monotonic() - started
    over.set()
    assert waited < 4  # two seconds, and some for a busy machine


@pytest.mark.parametrize("address", ["", "http://api.nbp.example", "ftp://127.0.0.1"])
def test_nothing_is_asked_where_somebody_could_listen(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    with pointed(monkeypatch, address, "EXCHANGE_RATES_URL"), refused(errors.EXCHANGE_SILENT, "exchange"):
        exchange_rates.look_up(Currency.EUR, MONDAY)


# What is kept


def test_a_rate_is_asked_once_for_everybody_and_goes_by_itself(
    bank: Register, table: Any, items: Any, clock: Clock
) -> None:
    known, now = access.the_registers(), clock()
    for who in ("01J0OFFICE", "01J0OTHER"):
        assert known.exchange_rate(Currency.EUR, MONDAY, who, now) == RATE
    assert len(bank.asked) == 1
    (kept,) = (item for item in items() if item["pk"]["S"].startswith("NBP#"))
    assert (kept["pk"]["S"], kept["sk"]["S"]) == ("NBP#EUR", "2026-11-23")
    assert kept.keys() == {"pk", "sk", "rate", "nbp_table", "ttl"}
    assert int(kept["ttl"]["N"]) == round((now + timedelta(days=40)).timestamp())


def test_what_is_not_there_yet_is_asked_again(bank: Register, table: Any, clock: Clock) -> None:
    known = access.the_registers()
    for answer in (NONE, says(b"", 503), says(rates_of(FRIDAYS))):
        bank.answer = answer
        try:
            found = known.exchange_rate(Currency.EUR, MONDAY, "x", clock())
        except errors.Refusal:
            found = None
        assert found != RATE
    bank.answer = says(rates_of(FRIDAYS, MONDAYS))
    assert known.exchange_rate(Currency.EUR, MONDAY, "x", clock()) == RATE


def test_a_day_to_come_is_not_asked_for(bank: Register, table: Any, clock: Clock) -> None:
    assert access.the_registers().exchange_rate(Currency.EUR, date(2026, 11, 25), "x", clock()) is None
    assert bank.asked == []


# In an invoice


@pytest.mark.parametrize(
    ("dates", "day"),
    [
        pytest.param({}, "2026-11-23", id="today, a Tuesday"),
        pytest.param({"supplied_on": "2026-11-16"}, "2026-11-13", id="sold on a Monday: Friday's"),
        pytest.param({"supplied_on": "2026-11-15"}, "2026-11-13", id="sold on a Sunday: Friday's"),
        pytest.param({"supplied_on": "2026-11-12"}, "2026-11-10", id="sold the day after a holiday"),
        pytest.param({"issued_on": "2026-11-20", "supplied_on": "2026-11-23"}, "2026-11-19", id="issued before sold"),
    ],
)
def test_a_rate_left_empty_is_that_of_the_last_working_day_before_the_tax_point(
    shop: Shop, bank: Register, dates: dict[str, str], day: str
) -> None:
    bank.answer = of_the_day_asked
    issued = shop.issue(currency="EUR", **dates)
    assert issued["figures"]["vat_pln"] == 97_78  # 23 EUR at 4,2512
    assert len(bank.asked) == 1
    assert bank.asked[0].endswith(f"/{day}/?format=json")


@pytest.mark.parametrize("step", ["count", "rate", "save"])
def test_a_form_shows_rate_table_and_day(shop: Shop, bank: Register, step: str) -> None:
    shown = shop.post("/new", {**DRAFT, "lines": [], "step": step}).json
    assert [shown[f"exchange_{name}"] for name in ("rate", "table", "day", "units")] == [
        "4,2512",
        "226/A/NBP/2026",
        "2026-11-23",
        1,
    ]
    assert shown["rate"] == ("" if step == "save" else "filled")


def test_a_rate_typed_by_hand_stands_until_another_is_asked_for(shop: Shop, bank: Register) -> None:
    by_hand = {"currency": "EUR", "exchange": {"rate": "4,3", "table": "226/A/NBP/2026", "day": "2026-11-23"}}
    assert shop.issue(**by_hand)["figures"]["vat_pln"] == 98_90
    assert shop.draft(**by_hand)["exchange_rate"] == "4,3"
    assert bank.asked == []
    anew = shop.post("/new", {**by_hand, "step": "rate"})
    assert anew.json["exchange_rate"] == "4,2512", anew.text


def test_a_draft_without_a_rate_gets_one_when_it_is_issued(shop: Shop, bank: Register) -> None:
    bank.answer = says(b"", 503)
    draft = shop.draft(currency="EUR")
    assert draft["exchange_rate"] == ""
    bank.answer = says(rates_of(MONDAYS))
    issued = shop.post(f"/{draft['invoice']}", {"version": 1, "step": "issue"})
    assert (issued.status, issued.json["figures"]["vat_pln"]) == (200, 97_78)


@pytest.mark.parametrize(
    ("answer", "code", "state"),
    [
        (says(b"", 503), "exchange-silent", "silent"),
        (NONE, "exchange-no-table", "none"),
        (says(rates_of(FRIDAYS)), "exchange-no-table", "none"),
    ],
    ids=["out of order", "no rate", "none of that day"],
)
def test_without_a_rate_it_is_told_at_the_field_and_nothing_is_issued(
    shop: Shop, bank: Register, answer: Answering, code: str, state: str
) -> None:
    bank.answer = answer
    assert shop.refused(currency="EUR") == {"exchange": code}
    assert shop.get().json["rows"] == []
    for step in ("rate", "count"):
        form = shop.post("/new", {**DRAFT, "step": step})
        assert (form.status, form.json["rate"], form.json["exchange_rate"]) == (200, state, "")


def test_the_page_says_what_to_do_when_the_bank_is_silent_and_keeps_what_was_typed(shop: Shop, bank: Register) -> None:
    bank.answer = says(b"", 503)
    typed = {"currency": "EUR", "buyer.name": "Kowalska GmbH", "lines.0.name": "Projekt", "lines.0.price": "10"}
    page = shop.in_a_browser.post("/new", {**typed, "step": "rate"}).text
    assert "NBP nie odpowiada. Wpisz kurs ręcznie" in page
    assert "Kowalska GmbH" in page
    assert "Projekt" in page
    refused_page = shop.in_a_browser.post("/new", {**typed, "step": "issue"}).text
    assert "Wpisz ręcznie kurs z tabeli A z dnia 23.11.2026" in refused_page
    assert "Projekt" in refused_page


@pytest.mark.parametrize("invoice", [{}, {"currency": "EUR", "kind": "pro-forma"}], ids=["złoty", "pro forma"])
def test_what_needs_no_rate_asks_for_none(shop: Shop, bank: Register, invoice: dict[str, str]) -> None:
    shop.issue(**invoice)
    assert bank.asked == []
    assert shop.post("/new", {**invoice, "lines": [], "step": "rate"}).json["rate"] == ""


def test_a_correction_keeps_the_rate_of_the_invoice(shop: Shop, bank: Register) -> None:
    issued = shop.issue(currency="EUR")
    bank.answer = says(b"", 503)
    line = {"name": "Usługa", "quantity": "1", "price": "50"}
    corrected = shop.post("/new", {"corrects": issued["invoice"], "lines": [line], "reason": "Rabat", "step": "issue"})
    assert corrected.status == 201, corrected.text
    assert len(bank.asked) == 1


def test_who_asks_too_much_types_by_hand(shop: Shop, bank: Register) -> None:
    bank.answer = NONE
    for _ in range(60):
        shop.post("/new", {**DRAFT, "step": "rate"})
    assert len(bank.asked) == 60
    assert shop.post("/new", {**DRAFT, "step": "rate"}).json["rate"] == "silent"
    assert len(bank.asked) == 60
    assert shop.at_office.post("/new", {**DRAFT, "step": "rate"}).json["rate"] == "none"


# The stand-in of a local run


def asked(path: str) -> Any:
    return stand_in.exchange_rates(Request("GET", f"{stand_in.EXCHANGE_RATES}{path}", "format=json", [], b"", "::1"))


def test_the_stand_in_of_a_local_run_answers_as_the_bank_does(bank: Register) -> None:
    def answer(connection: BaseHTTPRequestHandler) -> None:
        made = asked(connection.path.removeprefix("/api").partition("?")[0])
        says(made.body, made.status)(connection)

    bank.answer = answer
    for currency in set(Currency) - {Currency.PLN}:
        found = exchange_rates.look_up(currency, date(2026, 11, 11))
        assert found is not None
        assert found.day == date(2026, 11, 10), "a holiday has no table"
        assert found == exchange_rates.look_up(currency, date(2026, 11, 10))
    assert exchange_rates.look_up(Currency.PLN, MONDAY) is None


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/exchangerates/rates/a/eur/2026-11-21/2026-11-22/", 404),
        ("/exchangerates/rates/a/xxx/2026-11-20/2026-11-22/", 404),
        ("/exchangerates/rates/a/eur/2026-11-31/2026-12-01/", 400),
        ("/exchangerates/rates/a/eur/2026-01-01/2026-11-01/", 400),
        ("/exchangerates/rates/a/eur/2026-11-20/2026-11-19/", 400),
    ],
)
def test_the_stand_in_refuses_as_the_bank_does(path: str, status: int) -> None:
    assert asked(path).status == status


def test_the_stand_in_numbers_tables_by_the_working_days_of_a_year() -> None:
    first = json.loads(asked("/exchangerates/rates/a/eur/2026-01-01/2026-01-05/").body)["rates"]
    assert [(one["no"], one["effectiveDate"]) for one in first] == [
        ("001/A/NBP/2026", "2026-01-02"),
        ("002/A/NBP/2026", "2026-01-05"),
    ]


def test_a_recurring_invoice_takes_the_rate_of_its_own_day(shop: Shop, bank: Register, clock: Clock) -> None:
    like = shop.draft(currency="EUR", exchange={"rate": "4.1", "table": "1/A/NBP/2026", "day": "2026-01-02"})
    begun = {"like": like["invoice"], "first_on": "2026-12-01", "issue": True}
    assert shop.post("/recurring/new", begun).status == 201, "the rate is told on the day"
    clock.set(datetime(2026, 12, 1, 9, tzinfo=UTC))
    bank.answer = says(rates_of(entry("2026-11-30", "4.2987", "231")))
    assert app.handler({"due": True}, Plenty())["done"] == 1
    (row,) = (row for row in shop.get().json["rows"] if row["number"])
    assert "231/A/NBP/2026" in shop.in_a_browser.get(f"/{row['invoice']}").text


def test_without_a_rate_a_recurring_invoice_is_not_issued_and_told_of(shop: Shop, bank: Register, clock: Clock) -> None:
    begun = {"like": shop.draft(currency="EUR")["invoice"], "first_on": "2026-12-01", "issue": True}
    made = shop.post("/recurring/new", begun).json
    clock.set(datetime(2026, 12, 1, 9, tzinfo=UTC))
    bank.answer = NONE
    assert app.handler({"due": True}, Plenty())["done"] == 1
    (run,) = shop.get(f"/recurring/{made['recurring']}").json["runs"]
    assert (run["state"], run["code"], shop.numbers()) == ("failed", "exchange-no-table", [""])
