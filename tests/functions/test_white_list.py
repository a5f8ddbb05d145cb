"""The register of VAT payers is asked over real HTTP, from a server of this process that answers as recorded."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from local import registers as stand_in
from local.gateway import Request
from local.place import free_port
from portal import access, white_list
from portal.domain import errors
from portal.domain.firms import LegalForm
from portal.white_list import Company, VatStatus
from tests.contract.template import ROOT
from tests.functions.register import Answering, Register, pointed, recorded, says, with_subject
from tests.functions.times import Clock
from tests.functions.world import demo_nip
from tests.unit.making import refused

TODAY = date(2026, 11, 24)
NIP = "5120079194"
OFFICE = "01J0OFFICE"
COMPANY = Company(
    nip=NIP,
    name="NOWA CHATA DEMO SPÓŁKA Z OGRANICZONĄ ODPOWIEDZIALNOŚCIĄ",
    vat_status=VatStatus.ACTIVE,
    regon="192598184",
    krs="0000123456",
    street="UL. PRZYKŁADOWA 1 LOK. 2",
    postcode="00-950",
    city="WARSZAWA",
    bank_accounts=("61109010140000071219812874", "27114020040000300201355387"),
)


# What it says


def test_a_company_is_told_with_all_the_register_knows(register: Register) -> None:
    assert white_list.look_up(NIP, TODAY) == COMPANY
    assert register.asked == [f"/api/search/nip/{NIP}?date=2026-11-24"]
    assert COMPANY.legal_form is LegalForm.COMPANY


def test_the_register_learns_nothing_of_who_asks(register: Register) -> None:
    white_list.look_up(NIP, TODAY)
    (sent,) = register.headers
    assert {name.lower() for name in sent} <= {"host", "accept", "accept-encoding", "user-agent"}


def test_a_sole_trader_lives_where_the_register_says(register: Register) -> None:
    register.answer = says(recorded("sole_trader"))
    found = white_list.look_up("5120009153", TODAY)
    assert found == Company(
        nip="5120009153",
        name="JAN PRZYKŁADOWY",
        vat_status=VatStatus.EXEMPT,
        regon="123456785",
        street="WZORCOWICE 12A",
        postcode="05-123",
        city="WZORCOWICE DOLNE",
    )
    assert found.legal_form is LegalForm.SOLE_TRADER


def test_an_unknown_number_is_nobodys(register: Register) -> None:
    register.answer = says(recorded("unknown"))
    assert white_list.look_up(NIP, TODAY) is None


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("PIEKARNIA KŁOS S.C. JAN ŻYTNI", LegalForm.CIVIL_PARTNERSHIP),
        ("KŁOS SPÓŁKA CYWILNA", LegalForm.CIVIL_PARTNERSHIP),
        ("KŁOS s. c.", LegalForm.CIVIL_PARTNERSHIP),
        ("JAN PRASC", LegalForm.SOLE_TRADER),
        ("ABS.CO JAN KOWALSKI", LegalForm.SOLE_TRADER),
    ],
)
def test_a_partnership_is_known_by_its_name(name: str, form: LegalForm) -> None:
    assert Company(NIP, name, VatStatus.ACTIVE).legal_form is form


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("UL. PRZYKŁADOWA 1 LOK. 2, 00-950 WARSZAWA", ("UL. PRZYKŁADOWA 1 LOK. 2", "00-950", "WARSZAWA")),
        ("NOWA WIEŚ 5 05-123 POMIECHÓWEK", ("NOWA WIEŚ 5", "05-123", "POMIECHÓWEK")),
        ("AL. 3 MAJA 5, 31-042  KRAKÓW, PL", ("AL. 3 MAJA 5", "31-042", "KRAKÓW, PL")),
        ("00-950 WARSZAWA", ("", "00-950", "WARSZAWA")),
        ("UL. DŁUGA 1, WARSZAWA", ("UL. DŁUGA 1", "", "WARSZAWA")),
        ("UL. DŁUGA 1", ("UL. DŁUGA 1", "", "")),
        ("", ("", "", "")),
        ("x" * 500 + ", 00-950 WARSZAWA", ("", "00-950", "WARSZAWA")),
    ],
)
def test_an_address_is_taken_apart_as_well_as_it_goes(written: str, parts: tuple[str, str, str]) -> None:
    assert white_list.address_parts(written) == parts


# It is not trusted


def test_taking_a_long_address_apart_takes_no_time() -> None:
    began = time.monotonic()
    assert white_list.address_parts("," * 200_000) == ("", "", "")
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param(
            {"name": "A\u202eB\r\nSet-Cookie: x"}, {"name": "AB Set-Cookie: x"}, id="signs not seen in a name"
        ),
        pytest.param({"name": "x" * 500}, {"name": "x" * 240}, id="an endless name"),
        pytest.param({"regon": "192598185"}, {"regon": ""}, id="a wrong REGON"),
        pytest.param({"krs": "<b>"}, {"krs": ""}, id="a wrong KRS"),
        pytest.param({"krs": 123456}, {"krs": ""}, id="a number for a text"),
        pytest.param({"workingAddress": ["x"]}, {"street": "", "postcode": "", "city": ""}, id="a list for a text"),
        pytest.param({"statusVat": "Nowy"}, {"vat_status": VatStatus.UNREGISTERED}, id="an unheard-of status"),
        pytest.param({"accountNumbers": None}, {"bank_accounts": ()}, id="no accounts"),
        pytest.param(
            {"accountNumbers": ["61109010140000071219812875", 5, "XX", "", "61109010140000071219812874"] + ["1"] * 500},
            {"bank_accounts": ("61109010140000071219812874",)},
            id="wrong accounts among right ones",
        ),
    ],
)
def test_what_the_register_says_wrongly_is_left_out(
    register: Register, sent: dict[str, object], kept: dict[str, Any]
) -> None:
    register.answer = with_subject(**sent)
    found = white_list.look_up(NIP, TODAY)
    assert {name: getattr(found, name) for name in kept} == kept


# It is silent


def redirect(connection: BaseHTTPRequestHandler) -> None:
    says(b"", 302, Location=f"http://127.0.0.1:{connection.server.server_address[1]}/elsewhere")(connection)


def cut_off(connection: BaseHTTPRequestHandler) -> None:
    says(recorded("company"), Content_Length="100000")(connection)


def no_http(connection: BaseHTTPRequestHandler) -> None:
    connection.wfile.write(b"\x00\xff\x00\xff\r\n\r\n")


SILENCES = [
    pytest.param(says(recorded("wl_115"), 400), id="a number it refuses"),
    pytest.param(says(recorded("too_many"), 429, Retry_After="60"), id="too many questions"),
    pytest.param(says(b"", 503), id="out of order"),
    pytest.param(says(b"<html>Przerwa techniczna</html>"), id="a page"),
    pytest.param(says(b""), id="nothing"),
    pytest.param(says(b"[" * 200_000), id="nested without end"),
    pytest.param(says(b"\xff\xfe{}"), id="no UTF-8"),
    pytest.param(says(b"null"), id="null"),
    pytest.param(says(b"{}"), id="no result"),
    pytest.param(says(b'{"result": {}}'), id="no subject"),
    pytest.param(says(b'{"result": {"subject": []}}'), id="a list for a subject"),
    pytest.param(with_subject(nip="5120009153"), id="somebody else"),
    pytest.param(with_subject(name=""), id="a subject without name"),
    pytest.param(with_subject(padding="x" * 300_000), id="an enormous answer"),
    pytest.param(redirect, id="a redirect"),
    pytest.param(cut_off, id="cut off"),
    pytest.param(no_http, id="no HTTP"),
]


@pytest.mark.parametrize("answer", SILENCES)
def test_whatever_else_comes_is_silence_and_is_asked_once(register: Register, answer: Answering) -> None:
    register.answer = answer
    with refused(errors.REGISTER_SILENT, says="Wpisz dane ręcznie"):
        white_list.look_up(NIP, TODAY)
    assert len(register.asked) == 1


def test_nobody_waits_long_for_a_register_that_hangs_or_trickles(register: Register) -> None:
    over = threading.Event()

    def hang_or_trickle(connection: BaseHTTPRequestHandler) -> None:
        if len(register.asked) == 1:
            over.wait(20)
            return
        connection.send_response(200)
        connection.end_headers()
        while not over.wait(0.2):
            connection.wfile.write(b" ")

    def silence() -> float:
        started = time.monotonic()
        with refused(errors.REGISTER_SILENT):
            white_list.look_up(NIP, TODAY)
        return time.monotonic() - started

    register.answer = hang_or_trickle
    with ThreadPoolExecutor(2) as both:
        waits = [both.submit(silence) for _ in range(2)]
        assert max(wait.result() for wait in waits) < 10
    over.set()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://wl-api.mf.gov.pl",
        "ftp://127.0.0.1",
        "http://127.0.0.1.evil.example",
        "http://localhost@evil.example",
    ],
)
def test_a_register_switched_off_or_reached_in_the_open_is_never_asked(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pointed(monkeypatch, address), refused(errors.REGISTER_SILENT):
        white_list.look_up(NIP, TODAY)


def test_where_nobody_listens_there_is_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pointed(monkeypatch, f"http://127.0.0.1:{free_port()}"), refused(errors.REGISTER_SILENT):
        white_list.look_up(NIP, TODAY)


# Kept for the day


def test_an_answer_is_asked_for_once_a_day(register: Register, table: Any, clock: Clock) -> None:
    known = access.the_registers()
    assert [known.company(NIP, OFFICE, clock()) for _ in range(3)] == [COMPANY] * 3
    assert len(register.asked) == 1
    clock.advance(days=1)
    assert known.company(NIP, OFFICE, clock()) == COMPANY
    assert [path.rpartition("=")[2] for path in register.asked] == ["2026-11-24", "2026-11-25"]


def test_the_day_is_the_one_in_poland(register: Register, table: Any, clock: Clock) -> None:
    clock.advance(hours=14, minutes=30)  # 23:30 UTC is past midnight in Warsaw
    access.the_registers().company(NIP, OFFICE, clock())
    assert register.asked == [f"/api/search/nip/{NIP}?date=2026-11-25"]


def test_that_a_number_is_unknown_is_kept_too(register: Register, table: Any, clock: Clock) -> None:
    register.answer = says(recorded("unknown"))
    known = access.the_registers()
    assert [known.company(NIP, OFFICE, clock()) for _ in range(2)] == [None, None]
    assert len(register.asked) == 1


def test_silence_is_not_kept(register: Register, table: Any, items: Any, clock: Clock) -> None:
    known = access.the_registers()
    register.answer = says(b"", 503)
    with refused(errors.REGISTER_SILENT):
        known.company(NIP, OFFICE, clock())
    assert not [item for item in items() if item["pk"]["S"].startswith("REG#")]
    register.answer = says(recorded("company"))
    assert known.company(NIP, OFFICE, clock()) == COMPANY


def test_an_office_that_asks_too_much_waits_and_no_other_does(register: Register, table: Any, clock: Clock) -> None:
    register.answer = says(recorded("unknown"))
    known = access.the_registers()
    for number in range(60):
        known.company(demo_nip(number), OFFICE, clock())
    with refused(errors.TOO_MANY_TRIES, says="30 s"):
        known.company(NIP, OFFICE, clock())
    assert known.company(demo_nip(0), OFFICE, clock()) is None, "what is known already costs nothing"
    assert len(register.asked) == 60
    known.company(NIP, "01J0OTHER", clock())
    assert len(register.asked) == 61
    clock.advance(seconds=30)
    known.company(demo_nip(60), OFFICE, clock())
    with refused(errors.TOO_MANY_TRIES, says="60 s"):
        known.company(demo_nip(61), OFFICE, clock())


def test_silence_counts_too(register: Register, table: Any, clock: Clock) -> None:
    """A question that was not answered is one the register counted."""
    register.answer = says(recorded("too_many"), 429)
    known = access.the_registers()
    for _ in range(60):
        with refused(errors.REGISTER_SILENT):
            known.company(NIP, OFFICE, clock())
    with refused(errors.TOO_MANY_TRIES):
        known.company(NIP, OFFICE, clock())


def test_two_who_ask_at_once_are_both_answered(register: Register, table: Any, items: Any, clock: Clock) -> None:
    known = access.the_registers()

    def asked_meanwhile(connection: BaseHTTPRequestHandler) -> None:
        register.answer = says(recorded("company"))
        known.company(NIP, OFFICE, clock())
        register.answer(connection)

    register.answer = asked_meanwhile
    assert known.company(NIP, OFFICE, clock()) == COMPANY
    assert len([item for item in items() if item["pk"]["S"].startswith("REG#")]) == 1


def test_what_is_kept_is_public_belongs_to_nobody_and_goes_by_itself(
    register: Register, table: Any, items: Any, clock: Clock
) -> None:
    now = clock()
    access.the_registers().company(NIP, OFFICE, now)
    (kept,) = (item for item in items() if item["pk"]["S"].startswith("REG#"))
    assert kept.keys() == {"pk", "sk", "company", "ttl"}
    assert (kept["pk"]["S"], kept["sk"]["S"]) == (f"REG#{NIP}", "2026-11-24")
    assert int(kept["ttl"]["N"]) == round((now + timedelta(days=2)).timestamp())


# The stand-in of a local run


def test_the_stand_in_of_a_local_run_answers_as_the_register_does(register: Register) -> None:
    firms = {firm["nip"]: firm for firm in json.loads((ROOT / "samples" / "firms.json").read_text(encoding="utf-8"))}

    def answer(connection: BaseHTTPRequestHandler) -> None:
        path, _, query = f"{stand_in.WHITE_LIST}{connection.path}".partition("?")
        made = stand_in.white_list(ROOT, Request("GET", path, query, [], b"", "127.0.0.1"))
        says(made.body, made.status)(connection)

    register.answer = answer
    for nip, firm in firms.items():
        found = white_list.look_up(nip, TODAY)
        assert found is not None
        assert found.name == firm["name"].upper()
        assert (found.postcode, found.city, len(found.bank_accounts)) == ("00-950", "WARSZAWA", 1)
        assert found.regon
        assert "PRZYKŁADOWA" in found.street
        assert bool(found.krs) == (firm["legal_form"] == "company")
    assert white_list.look_up("7831916366", TODAY) is None
