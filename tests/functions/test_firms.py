"""The office's firms: the list, adding one, what the register says of it, settings and statuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions.approve import app as approve_app
from functions.firms import listing
from functions.firms.inputs import Show, Sort
from portal import operator
from portal.aws import Table
from portal.domain import errors, identifiers, offices
from portal.domain.events import OPERATOR
from portal.domain.offices import Plan
from portal.store import events
from portal.store import offices as office_store
from portal.store.office import OfficeTable
from tests.functions import tables, times
from tests.functions.forms import forms_to
from tests.functions.gateway import Answer, Handlers
from tests.functions.register import Register, recorded, says
from tests.functions.times import Clock
from tests.functions.turns import Job, at_once
from tests.functions.world import (
    NIPS,
    ZUS_ACCOUNT,
    Mails,
    Office,
    contribution,
    demo_account,
    demo_nip,
    open_office,
    sign_in_by_mail,
    tax,
)

PAWEL = "pracownik@demo.example"
ALL_KINDS = {"tax": True, "contribution": True, "statement": True}
Items = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def firm(office: Office) -> str:
    return office.add_firm(NIPS[1])


def staff(office: Office, email: str = PAWEL) -> str:
    """Somebody who works in the office; their id."""
    answer = office.boss.post(office.path("/staff"), {"email": email, "name": "Paweł Pracownik", "role": "staff"})
    assert answer.status == 201, answer.text
    return next(str(one["person"]) for one in answer.json["staff"] if one["email"] == email)


def limit(office: Office) -> None:
    """From now on staff see assigned firms only."""
    table = OfficeTable(Table(tables.name()), office.id)
    known = office_store.get(table)
    assert known
    office_store.change(table, known, replace(known, only_assigned=True), OPERATOR, times.START)


def names(office: Office) -> list[str]:
    return [firm["name"] for firm in office.boss.get(office.path("/firms")).json["firms"]]


# The list


POLISH = [
    "123 Demo",
    "Ambra",
    "Ązbest",
    "Cyna",
    "Ćma",
    '"Jot" s.c.',
    "Kos",
    "Kos Jan",
    "Kos Jan i Wspólnicy",
    "Kosa",
    "kosmos",
    "Lato",
    "Łan",
    "ŁÓDŹ Demo",
    "Łza",
    "Mak",
    "Ósemka",
    "Ser",
    "Śnieg",
    "Zamek",
    "Źródło",
    "Żaba",
]


def test_firms_stand_in_polish_order(office: Office) -> None:
    for number, name in enumerate(sorted(POLISH, key=lambda name: name[::-1])):
        office.add_firm(demo_nip(number), name)
    assert names(office) == POLISH


def test_firms_of_one_name_are_all_there(office: Office) -> None:
    for number in range(3):
        office.add_firm(demo_nip(number), "Kłos")
    assert names(office) == ["Kłos"] * 3


def test_a_renamed_firm_moves_to_its_place(office: Office) -> None:
    firm = office.add_firm(NIPS[1], "Aster")
    office.add_firm(NIPS[2], "Bratek")
    assert office.change_settings(firm, name="Cis").status == 200
    assert names(office) == ["Bratek", "Cis"]


def test_the_lists_go_on_page_after_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert listing.PAGE == approve_app.PAGE == 100
    for module in (listing, approve_app):
        monkeypatch.setattr(module, "PAGE", 5)
    nips = [demo_nip(number) for number in range(12)]
    agent = office.agent()
    agent.announce(*nips)
    agent.push(tax(nip=nips[0]), tax(nip=nips[-1]), tax(form="CIT", nip=nips[-1]))
    seen: list[dict[str, Any]] = []
    months: list[str] = []
    more = None
    for number, expected in enumerate((5, 5, 2), 1):
        page = office.boss.get(office.path("/firms"), page=number).json
        month = office.boss.get(office.path("/months/2026-10"), after=more).json
        assert (len(page["firms"]), len(month["rows"])) == (expected, expected)
        assert (page["page"], page["pages"], page["total"]) == (number, 3, 12)
        assert (month["waiting"], month["waiting_firms"]) == (3, 2)
        seen += page["firms"]
        months += [row["firm"] for row in month["rows"]]
        more = month["more"]
    assert more == ""
    assert [one["id"] for one in seen] == months
    assert sorted(one["nip"] for one in seen) == sorted(nips)
    assert {one["nip"]: one["waiting"] for one in seen if one["waiting"]} == {nips[0]: 1, nips[-1]: 2}
    assert office.boss.get(office.path("/firms"), page=99).json["firms"] == seen[10:], "beyond the end is the end"


def found(office: Office, **query: object) -> list[str]:
    return [firm["name"] for firm in office.boss.get(office.path("/firms"), **query).json["firms"]]


def test_firms_are_found_by_parts_of_name_nip_and_prefix(office: Office) -> None:
    office.add_firm(NIPS[0], "Łąka Żółta s.c.", prefix="A.17")
    office.add_firm(NIPS[1], "Kos Jan")
    written = f"{NIPS[1][:3]}-{NIPS[1][3:6]}-{NIPS[1][6:8]}-{NIPS[1][8:]}"
    assert found(office, q="żółta łąka") == ["Łąka Żółta s.c."]
    assert found(office, q="a.17") == ["Łąka Żółta s.c."]
    assert found(office, q=NIPS[1][2:8]) == found(office, q=written) == ["Kos Jan"]
    assert found(office, q=" ".join([NIPS[1][:3], NIPS[1][3:6]])) == ["Kos Jan"]
    assert found(office, q="kos łąka") == []
    assert len(found(office, q=" ")) == 2


def test_a_firm_is_found_by_the_names_of_its_people(office: Office, firm: str) -> None:
    office.add_firm(NIPS[2], "Inna")
    office.client(firm)
    assert found(office, q="demo klient") == ["Nowa Chata Demo sp. z o.o."]


def test_a_search_reaches_every_page_and_no_other_office(
    office: Office, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    for name in ("Ambra", "Cyna", "Kłos", "Zebra Żółta"):
        office.add_firm(demo_nip(len(name) + ord(name[0])), name)
    other = open_office(mails, "Inne Biuro", "inne@demo.example")
    other.add_firm(NIPS[1], "Firma Żółta inna")
    assert found(office, q="żółta") == ["Zebra Żółta"]


def shown(office: Office) -> dict[str, list[str]]:
    return {show.value: found(office, show=show.value) for show in Show}


def test_each_filter_lists_what_it_says(office: Office) -> None:
    firms = {name: office.add_firm(demo_nip(place), name) for place, name in enumerate(("A", "B", "C", "D"))}
    office.client(firms["A"])
    office.set_status(firms["B"], "suspended")
    office.set_status(firms["C"], "archived")
    agent = office.agent()
    agent.announce(NIPS[1])
    agent.push(tax(1, nip=demo_nip(3)))
    found_name = f"Firma Demo {NIPS[1]}"
    assert shown(office) == {
        "all": ["A", "B", "D", found_name],
        "to-approve": ["D"],
        "without-activation": ["D"],
        "new": [found_name],
        "suspended": ["B"],
        "archived": ["C"],
    }
    assert found(office, show="archived", q="a") == []
    desktop = office.boss.get(office.path()).json
    assert (desktop["without_activation"], desktop["new_firms"]) == (1, 1)
    page = office.boss_in_a_browser.get(office.path()).text
    for show in ("new", "without-activation"):
        assert f'href="{office.path("/firms")}?show={show}"' in page


def test_what_waits_in_an_archived_firm_is_counted_nowhere(office: Office, firm: str) -> None:
    office.agent().push(tax(1, nip=NIPS[1]))
    office.set_status(firm, "archived")
    assert found(office, show="to-approve") == []
    desktop = office.boss.get(office.path()).json
    assert (desktop["waiting"], desktop["waiting_firms"], desktop["months"]) == (0, 0, [])
    month = office.boss.get(office.path("/months/2026-10")).json
    assert (month["waiting"], month["rows"]) == (0, [])


ORDERS = {
    "name": "ABCD",
    "nip": "CABD",
    "prefix": "BDAC",
    "status": "ABDC",
    "waiting": "BCDA",
    "changed": "ABCD",
    "invoices": "ABCD",
    "channels": "ABCD",
}


def test_every_column_orders_the_list_both_ways_and_equals_stay_by_name(office: Office) -> None:
    prefixes = {"A": "", "B": "1", "C": "", "D": "ł"}
    nips = dict(zip("CABD", sorted(demo_nip(number) for number in range(4)), strict=True))
    firms = {name: office.add_firm(nips[name], name, prefix=prefix) for name, prefix in prefixes.items()}
    office.set_status(firms["C"], "suspended")
    office.agent().push(tax(1, nip=nips["A"]), tax(1, nip=nips["D"]), tax(1, nip=nips["A"], form="CIT"))
    assert set(ORDERS) == {sort.value for sort in Sort}
    expected = {**ORDERS, "channels": "ABCD"}
    for column, order in expected.items():
        assert "".join(found(office, sort=column)) == order, column
    assert "".join(found(office, down=1)) == "DCBA"
    assert "".join(found(office, sort="waiting", down=1)) == "ADBC"
    assert "".join(found(office, sort="prefix", down=1)) == "ACDB"


@pytest.mark.parametrize(
    "query",
    [{"sort": "x"}, {"show": "x"}, {"page": 0}, {"page": "x"}, {"page": 10**9}, {"down": "x"}, {"q": "x" * 3_000}],
)
def test_a_made_up_question_is_refused(office: Office, query: dict[str, object]) -> None:
    assert office.boss.get(office.path("/firms"), **query).code == "field-invalid"


@pytest.mark.parametrize("after", ["\U0010ffff\U0010ffff", "x" * 3_000, "#", "\x00", "zzz", "ż~#", " "])
def test_a_made_up_place_to_go_on_from_is_no_defect(office: Office, firm: str, after: str) -> None:
    assert office.boss.get(office.path("/months/2026-10"), after=after).status in (200, 422)


def test_the_list_tells_of_channels_module_and_the_office_itself(office: Office) -> None:
    operator.change_plan(office.id, Plan.FULL)
    firm = office.add_firm(NIPS[1], "Z modułem", invoices=True)
    office.client(firm)
    office.agent().announce(NIPS[2])
    lines = {line["name"]: line for line in office.boss.get(office.path("/firms")).json["firms"]}
    facts = {name: (line["invoices"], line["synced"], line["panel"]) for name, line in lines.items()}
    assert facts == {"Z modułem": (True, False, True), f"Firma Demo {NIPS[2]}": (False, True, False)}
    operator.change_plan(office.id, Plan.TRIAL)
    page = office.boss_in_a_browser.get(office.path("/firms")).text
    assert "nie działa na wersji testowej" in page


def test_the_list_counts_what_waits_and_what_changed(office: Office, firm: str) -> None:
    agent = office.agent()
    agent.push(
        tax(1, nip=NIPS[1], minutes_ago=9), tax(2, nip=NIPS[1], form="CIT"), tax(3, nip=NIPS[1], period="2026-09")
    )
    office.approve(firm, "2026-10.tax.VAT-7.@1")
    agent.push(tax(4, nip=NIPS[1], minutes_ago=1))
    (line,) = office.boss.get(office.path("/firms")).json["firms"]
    assert (line["waiting"], line["changed"]) == (3, 1)
    desktop = office.boss.get(office.path()).json
    assert (desktop["waiting"], desktop["changed"], desktop["waiting_firms"]) == (3, 1, 1)
    assert [(month["period"], month["waiting"]) for month in desktop["months"]] == [("2026-10", 2), ("2026-09", 1)]


def test_the_prefix_column_shows_only_when_any_firm_has_one(office: Office, firm: str) -> None:
    assert office.boss.get(office.path("/firms")).json["show_prefix"] is False
    office.change_settings(firm, prefix="A-01")
    assert office.boss.get(office.path("/firms")).json["show_prefix"] is True


# Adding


def add(there: Office, /, **given: object) -> Answer:
    return there.boss.post(there.path("/firms"), {"number": NIPS[0], "name": "Firma", **given})


def test_an_added_firm_is_active_at_once(office: Office) -> None:
    answer = add(office, number="512-007-91-94", name="  Nowa   Chata ", prefix="A.1", legal_form="budget_unit")
    assert answer.status == 201
    assert {key: answer.json["firm"][key] for key in ("nip", "name", "status", "prefix", "legal_form")} == {
        "nip": NIPS[0],
        "name": "Nowa Chata",
        "status": "active",
        "prefix": "A.1",
        "legal_form": "budget_unit",
    }
    assert answer.json["tax_account"][2:] == f"101000712222{NIPS[0]}00"


def test_a_nip_belongs_to_one_firm_of_the_office(office: Office, items: Items) -> None:
    add(office, name="Pierwsza")
    before = items()
    answer = add(office, name="Druga")
    assert (answer.status, answer.code, answer.json["errors"][0]["field"]) == (409, "firm-exists", "number")
    assert "Pierwsza" in answer.json["detail"]
    assert items() == before


def test_two_offices_may_serve_one_nip(office: Office) -> None:
    add(office, name="Nasza")
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    assert add(other, name="Ich").status == 201
    assert (names(office), names(other)) == (["Nasza"], ["Ich"])


WRONG = [
    ({"number": "5120079195"}, "nip-invalid", "number"),
    ({"number": "٥١٢٠٠٧٩١٩٤"}, "nip-invalid", "number"),
    ({"number": "0000000000"}, "nip-invalid", "number"),
    ({"number": 5120079194}, "field-invalid", "number"),
    ({"name": ""}, "name-invalid", "name"),
    ({"name": " \t\u200b\u202e"}, "name-invalid", "name"),
    ({"name": "x" * 241}, "name-invalid", "name"),
    ({"prefix": "x" * 21}, "prefix-invalid", "prefix"),
    ({"prefix": "a b"}, "prefix-invalid", "prefix"),
    ({"prefix": "a/b"}, "prefix-invalid", "prefix"),
    ({"prefix": "a_b"}, "prefix-invalid", "prefix"),
    ({"prefix": "a#b"}, "prefix-invalid", "prefix"),
    ({"legal_form": "sa"}, "field-invalid", "legal_form"),
    ({"status": "archived"}, "field-unknown", "status"),
    ({"id": "01J"}, "field-unknown", "id"),
    ({"office": "x"}, "field-unknown", "office"),
    ({"found_in": "x"}, "field-unknown", "found_in"),
    ({"version": 7}, "field-unknown", "version"),
    ({"own": True}, "field-unknown", "own"),
    ({"merged_into": "01J"}, "field-unknown", "merged_into"),
    ({"partners": []}, "field-unknown", "partners"),
    ({"archived_on": "2020-01-01"}, "field-unknown", "archived_on"),
    ({"zus_account": ZUS_ACCOUNT}, "zus-account-invalid", "zus_account"),  # of another payer
    ({"number": "44051401358", "id_type": "pesel"}, "pesel-invalid", "number"),
    ({"number": "44053201358", "id_type": "pesel"}, "pesel-invalid", "number"),
    ({"number": "192598185", "id_type": "regon"}, "regon-invalid", "number"),
    ({"number": "DE136695977", "id_type": "vat_ue"}, "vat-ue-invalid", "number"),
    ({"id_type": "krs"}, "field-invalid", "id_type"),
    ({"postcode": "0950"}, "postcode-invalid", "postcode"),
    ({"street": "x" * 121}, "address-invalid", "street"),
    ({"email": "x@y"}, "email-invalid", "email"),
    ({"phone": "12"}, "phone-invalid", "phone"),
    ({"bank_accounts": ["61109010140000071219812875"]}, "bank-account-invalid", "bank_accounts"),
    ({"bank_accounts": [demo_account(place) for place in range(21)]}, "too-many-accounts", "bank_accounts"),
    ({"tax_forms": ["VAT-8"]}, "form-unknown", "tax_forms.0"),
    ({"vat_period": "year"}, "field-invalid", "vat_period"),
    ({"invoices": True}, "plan-too-small", "invoices"),
    ({"staff": ["01J"]}, "not-found", "staff"),
]


@pytest.mark.parametrize(("given", "code", "field"), WRONG)
def test_a_wrong_firm_is_refused_at_its_field(
    office: Office, items: Items, given: dict[str, object], code: str, field: str
) -> None:
    before = items()
    answer = add(office, **given)
    assert (answer.code, answer.json["errors"][0]["field"]) == (code, field)
    assert answer.status == errors.CODES[code].status
    assert items() == before


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Kłos\u202egnp.exe", "Kłosgnp.exe"),
        ("Kł\u200bos\ufeff", "Kłos"),
        ("Kłos\r\nSet-Cookie: a", "Kłos Set-Cookie: a"),
        ("Klo\u0301s", "Klós"),
        ("Kłos\x00\x07", "Kłos"),
        ("<b>Kłos</b> & Syn", "<b>Kłos</b> & Syn"),
        ("A#B", "A#B"),
        ("ż" * 240, "ż" * 240),
    ],
)
def test_a_name_is_one_visible_line(office: Office, typed: str, kept: str) -> None:
    assert add(office, name=typed).json["firm"]["name"] == kept
    assert names(office) == [kept]
    page = office.boss_in_a_browser.get(office.path("/firms"))
    assert "<b>Kłos" not in page.text


def test_a_refused_firm_keeps_what_was_typed(office: Office) -> None:
    browser = office.boss_in_a_browser
    (form,) = forms_to(browser.get(office.path("/firms/new")), office.path("/firms/new"))
    typed = {"number": "512 007 91 95", "name": "Nowa <b>Chata", "bank_accounts": "1\n2", "tax_forms": ["CIT", "PPE"]}
    page = form.send(browser, **typed)
    assert page.status == 422
    for kept in ("512 007 91 95", "Nowa &lt;b&gt;Chata", "1\n2</textarea>"):
        assert kept in page.text
    (again,) = forms_to(page, office.path("/firms/new"))
    assert sorted(again.fields["tax_forms"]) == ["CIT", "PPE"]
    assert names(office) == []


def test_the_form_adds_a_firm_with_everything_in_it(office: Office) -> None:
    browser = office.boss_in_a_browser
    (form,) = forms_to(browser.get(office.path("/firms/new")), office.path("/firms/new"))
    answer = form.send(
        browser,
        number=NIPS[1],
        name="Jan Demo",
        street="ul.  Przykładowa 1",
        postcode="00950",
        city="Warszawa",
        email="JAN@firma.example",
        phone="600 100 200",
        bank_accounts="PL61 1090 1014 0000 0712 1981 2874\r\n\r\n27114020040000300201355387",
        tax_forms=["PIT-5", "VAT-7"],
        vat_period="month",
        zus_account=ZUS_ACCOUNT,
        prefix="J-1",
    )
    assert answer.status == 303, answer.text
    assert answer.location.endswith("/settings?done=added")
    (line,) = office.boss.get(office.path("/firms")).json["firms"]
    assert office.settings(line["id"])["given"] == {
        "name": "Jan Demo",
        "legal_form": "sole_trader",
        "prefix": "J-1",
        "street": "ul. Przykładowa 1",
        "postcode": "00-950",
        "city": "Warszawa",
        "email": "jan@firma.example",
        "phone": "+48600100200",
        "bank_accounts": ["61109010140000071219812874", "27114020040000300201355387"],
        "tax_forms": ["VAT-7", "PIT-5"],
        "vat_period": "month",
        "zus_account": ZUS_ACCOUNT,
    }


@pytest.mark.parametrize(
    ("id_type", "number", "kept"),
    [
        ("pesel", "440514 01359", "44051401359"),
        ("regon", "192598184", "192598184"),
        ("vat_ue", "de 136695976", "DE136695976"),
    ],
)
def test_a_firm_without_a_nip_is_known_by_its_number(office: Office, id_type: str, number: str, kept: str) -> None:
    firm = office.add_firm(number, "Bez NIP", id_type=id_type)
    head = office.settings(firm)["firm"]
    assert (head["nip"], head["number"], head["id_type"]) == ("", kept, id_type)
    assert found(office, q=kept.lower()) == ["Bez NIP"]
    page = office.boss_in_a_browser.get(office.path(f"/firms/{firm}/settings"))
    assert kept in page.text
    again = add(office, number=number, id_type=id_type)
    assert (again.code, again.json["errors"][0]["field"]) == ("firm-exists", "number")


def test_a_person_known_by_pesel_pays_taxes_under_it(office: Office) -> None:
    firm = office.add_firm("44051401359", "Osoba", "sole_trader", id_type="pesel")
    assert office.settings(firm)["tax_account"] == identifiers.tax_account("44051401359") != ""


def test_a_trial_office_takes_on_so_many_firms_and_no_more(
    office: Office, items: Items, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offices, "TRIAL_FIRMS", 2)
    first = office.add_firm(NIPS[0], "Pierwsza")
    second = office.add_firm(NIPS[1], "Druga")
    office.agent().announce(NIPS[2])
    (new,) = (line["id"] for line in office.boss.get(office.path("/firms"), show="new").json["firms"])
    before = items()
    assert add(office, number=NIPS[3]).code == "too-many-firms"
    assert office.set_status(new, "active").code == "too-many-firms"
    assert items() == before
    assert office.set_status(first, "suspended").status == 200, "a firm that is taken on already changes as it likes"
    assert office.set_status(first, "archived").status == 200
    assert office.set_status(new, "active").status == 200
    assert office.set_status(first, "active").code == "too-many-firms"
    operator.change_plan(office.id, Plan.FULL)
    assert office.set_status(first, "active").status == 200
    assert office.set_status(second, "archived").status == 200


@pytest.mark.parametrize("seed", range(3))
def test_two_at_once_do_not_both_take_the_last_place(
    office: Office, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(offices, "TRIAL_FIRMS", 1)

    def adding(number: str) -> Job[Answer]:
        def job(handlers: Handlers) -> Answer:
            browser = replace(office.boss, handlers=handlers)
            return browser.post(office.path("/firms"), {"number": number, "name": "Firma"})

        return job

    answers = at_once([adding(nip) for nip in NIPS[:3]], seed)
    assert sorted(answer.status for answer in answers) == [201, 409, 409]
    assert {answer.code for answer in answers if answer.status == 409} == {"too-many-firms"}
    assert len(names(office)) == 1


# The register


def test_the_register_fills_the_form_where_there_is_no_script(office: Office, register: Register) -> None:
    browser = office.boss_in_a_browser
    path = office.path("/firms/new")
    (form,) = forms_to(browser.get(path), path)
    page = form.send(browser, number="512-007-91-94", prefix="A-1", city="Tu", look_up="1")
    assert page.status == 200
    assert "Pobrano dane z rejestru" in page.text
    (filled,) = forms_to(page, path)
    said = {name: filled.fields[name][-1] for name in ("name", "legal_form", "postcode", "city", "prefix")}
    assert said == {
        "name": "NOWA CHATA DEMO SPÓŁKA Z OGRANICZONĄ ODPOWIEDZIALNOŚCIĄ",
        "legal_form": "company",
        "postcode": "00-950",
        "city": "WARSZAWA",
        "prefix": "A-1",
    }
    assert filled.send(browser).status == 303
    assert names(office) == [said["name"]]


def test_a_silent_or_ignorant_register_leaves_the_form_working(office: Office, register: Register) -> None:
    browser = office.boss_in_a_browser
    path = office.path("/firms/new")
    (form,) = forms_to(browser.get(path), path)
    register.answer = says(b"", 503)
    page = form.send(browser, number=NIPS[1], name="Jan Demo", look_up="1")
    assert "Rejestr nie odpowiada" in page.text
    register.answer = says(recorded("unknown"))
    page = form.send(browser, number=NIPS[1], name="Jan Demo", look_up="1")
    assert "nie zna tego numeru" in page.text
    (kept,) = forms_to(page, path)
    assert kept.send(browser).status == 303
    assert names(office) == ["Jan Demo"]


def test_an_office_that_asked_too_much_goes_on_by_hand(office: Office, register: Register) -> None:
    register.answer = says(recorded("unknown"))
    for number in range(60):
        assert office.boss.get(office.path(f"/registers/nip/{demo_nip(number)}")).status == 200
    refused = office.boss.get(office.path(f"/registers/nip/{NIPS[1]}"))
    assert (refused.status, refused.code) == (429, "too-many-tries")
    browser = office.boss_in_a_browser
    path = office.path("/firms/new")
    (form,) = forms_to(browser.get(path), path)
    page = form.send(browser, number=NIPS[1], name="Jan Demo", look_up="1")
    assert page.status == 200
    assert "Wpisz dane ręcznie albo spróbuj za chwilę" in page.text
    assert len(register.asked) == 60
    (kept,) = forms_to(page, path)
    assert kept.send(browser).status == 303
    assert names(office) == ["Jan Demo"]


def test_a_wrong_number_is_not_asked_for(office: Office, register: Register) -> None:
    browser = office.boss_in_a_browser
    page = browser.post(office.path("/firms/new"), {"number": "5120079195", "name": "Jan", "look_up": "1"})
    assert page.status == 422
    assert 'value="Jan"' in page.text
    assert office.boss.get(office.path("/registers/nip/5120079195")).code == "nip-invalid"
    assert register.asked == []


def test_a_script_is_told_the_same_as_json(office: Office, register: Register) -> None:
    answer = office.boss.get(office.path(f"/registers/nip/{NIPS[0]}"))
    assert (answer.json["known"], answer.json["city"]) == (True, "WARSZAWA")
    register.answer = says(recorded("unknown"))
    unknown = office.boss.get(office.path(f"/registers/nip/{NIPS[1]}")).json
    assert (unknown["known"], unknown["name"], unknown["bank_accounts"]) == (False, "", [])
    register.answer = says(recorded("too_many"), 429)
    silent = office.boss.get(office.path(f"/registers/nip/{NIPS[2]}"))
    assert (silent.status, silent.code) == (503, "register-silent")


# Settings


def test_settings_are_changed_by_who_saw_them(office: Office, firm: str, items: Items) -> None:
    seen = office.settings(firm)["version"]
    body = {"version": seen, "name": "Nowa Nazwa", "legal_form": "sole_trader", "prefix": "B2"}
    path = office.path(f"/firms/{firm}/settings")
    assert office.boss.post(path, body).json["version"] == seen + 1
    before = items()
    again = office.boss.post(path, {**body, "name": "Inna"})
    assert (again.status, again.code) == (409, "changed-meanwhile")
    assert items() == before
    assert office.settings(firm)["firm"]["name"] == "Nowa Nazwa"


def test_a_status_is_changed_by_who_saw_it(office: Office, firm: str, items: Items) -> None:
    path = office.path(f"/firms/{firm}/status")
    office.change_settings(firm, prefix="B2")
    before = items()
    assert office.boss.post(path, {"version": 1, "status": "suspended"}).code == "changed-meanwhile"
    assert items() == before


@pytest.mark.parametrize("version", [-1, 10**12, 10**50, "x", None])
def test_a_made_up_version_is_refused(office: Office, firm: str, items: Items, version: object) -> None:
    before = items()
    for page, body in {
        "settings": {"name": "Inna", "legal_form": "company"},
        "status": {"status": "archived"},
        "module": {"invoices": False},
        "partners": {"name": "Jan Demo"},
        "merge": {"into": firm},
    }.items():
        answer = office.boss.post(office.path(f"/firms/{firm}/{page}"), {**body, "version": version})
        assert (answer.status, answer.code, answer.json["errors"][0]["field"]) == (422, "field-invalid", "version")
    assert items() == before


def test_the_contribution_account_is_checked(office: Office, firm: str, items: Items) -> None:
    before = items()
    for wrong in (
        "68600000020260015951416169",  # check digits
        "68600000020260015951416",  # too short
        "56101000712222783191636600",  # a tax account
        "82600000020260017772273629",  # of another payer
        "٦٨٦٠٠٠٠٠٠٢٠٢٦٠٠١٥٩٥١٤١٦١٦٨",
        "x",
    ):
        answer = office.change_settings(firm, zus_account=wrong)
        assert (answer.status, answer.code) == (422, "zus-account-invalid"), wrong
        assert answer.json["errors"][0]["field"] == "zus_account"
    assert items() == before


@pytest.mark.parametrize("typed", [ZUS_ACCOUNT, "68 6000 0002 0260 0159 5141 6168", f"PL{ZUS_ACCOUNT}"])
def test_the_contribution_account_is_kept_as_digits(office: Office, firm: str, typed: str) -> None:
    assert office.change_settings(firm, zus_account=typed).json["firm"]["zus_account"] == ZUS_ACCOUNT
    assert office.change_settings(firm, zus_account=" ").json["firm"]["zus_account"] == ""


@pytest.mark.parametrize(
    "field",
    [
        "nip",
        "number",
        "id_type",
        "status",
        "id",
        "office",
        "role",
        "found_in",
        "own",
        "invoices",
        "partners",
        "merged_into",
    ],
)
def test_settings_change_nothing_else(office: Office, firm: str, items: Items, field: str) -> None:
    before = items()
    answer = office.change_settings(firm, **{field: "x"})
    assert (answer.status, answer.code, answer.json["errors"][0]["field"]) == (422, "field-unknown", field)
    assert items() == before


NEXT = {
    "active": {"suspended", "inactive", "archived"},
    "suspended": {"active", "inactive", "archived"},
    "inactive": {"active", "archived"},
    "archived": {"active"},
}


@pytest.mark.parametrize("status", NEXT)
def test_a_firm_changes_to_the_statuses_that_the_page_offers(office: Office, firm: str, status: str) -> None:
    if status != "active":
        office.set_status(firm, status)
    assert set(office.settings(firm)["next_statuses"]) == NEXT[status]
    for wanted in ("waiting", "active", "suspended", "inactive", "archived"):
        if wanted not in NEXT[status]:
            refused = office.set_status(firm, wanted)
            assert (refused.status, refused.code) == (409, "status-not-allowed"), wanted
    for wanted in sorted(NEXT[status]):
        assert office.set_status(firm, wanted).json["firm"]["status"] == wanted
        office.set_status(firm, "active")
        office.set_status(firm, status)


def test_a_found_firm_waits_until_the_office_takes_it_on(office: Office) -> None:
    office.agent().announce(NIPS[2])
    (firm,) = (one["id"] for one in office.boss.get(office.path("/firms")).json["firms"])
    assert office.settings(firm)["next_statuses"] == ["active", "archived"]
    assert office.set_status(firm, "suspended").code == "status-not-allowed"
    assert office.set_status(firm, "active").json["firm"]["status"] == "active"


def test_who_changes_where_money_goes_proves_anew_who_they_are(
    office: Office, firm: str, items: Items, clock: Clock
) -> None:
    account = "61109010140000071219812874"
    clock.advance(minutes=30)
    before = items()
    for change in ({"zus_account": ZUS_ACCOUNT}, {"bank_accounts": [account]}):
        answer = office.change_settings(firm, **change)
        assert (answer.status, answer.code) == (403, "confirm-needed")
    assert items() == before
    assert office.change_settings(firm, city="Warszawa").status == 200, "everything else needs no more"
    office.sign_in_again()
    assert office.change_settings(firm, zus_account=ZUS_ACCOUNT, bank_accounts=[account]).status == 200
    clock.advance(minutes=30)
    assert office.change_settings(firm, city="Łódź").status == 200, "accounts that stay as they are"
    assert office.settings(firm)["given"]["bank_accounts"] == [account]


def test_a_step_up_leads_back_to_the_form(office: Office, firm: str, clock: Clock) -> None:
    clock.advance(minutes=30)
    browser, path = office.boss_in_a_browser, office.path(f"/firms/{firm}/settings")
    form = next(form for form in forms_to(browser.get(path), "/settings") if "name" in form.fields)
    page = form.send(browser, zus_account=ZUS_ACCOUNT, city="Sopot")
    assert page.status == 403
    assert f'href="/confirm?back={path}"' in page.text
    assert 'value="Sopot"' in page.text


def test_the_form_of_settings_changes_nothing_by_itself(office: Office, firm: str) -> None:
    office.change_settings(
        firm, tax_forms=["CIT", "VAT-7"], bank_accounts=["61109010140000071219812874"], street="ul. A 1"
    )
    before = office.settings(firm)
    browser, path = office.boss_in_a_browser, office.path(f"/firms/{firm}/settings")
    form = next(form for form in forms_to(browser.get(path), "/settings") if "name" in form.fields)
    assert form.send(browser).status == 303
    after = office.settings(firm)
    assert after["given"] == before["given"]


def history_of(office: Office, firm: str) -> list[dict[str, Any]]:
    table = OfficeTable(Table(tables.name()), office.id)
    return [
        {"action": event.action.value, "by": event.origin.by, "target": event.target, **event.changes}
        for event in events.of_firm(table.of_firm(firm))
    ]


def test_every_change_is_in_the_history_with_what_it_was_and_became(office: Office, firm: str) -> None:
    operator.change_plan(office.id, Plan.FULL)
    office.change_settings(firm, name="Nowa", city="Łódź")
    office.set_status(firm, "suspended")
    version = office.settings(firm)["version"]
    office.boss.post(office.path(f"/firms/{firm}/module"), {"version": version, "invoices": True})
    module, status, changed, added = history_of(office, firm)
    assert (module["action"], module["invoices"]) == ("firm.module", ("nie", "tak"))
    assert (status["action"], status["status"]) == ("firm.status", ("active", "suspended"))
    assert (changed["name"], changed["city"]) == (("Nowa Chata Demo sp. z o.o.", "Nowa"), ("", "Łódź"))
    assert added["action"] == "firm.added"


def test_an_archived_firm_says_until_when_it_is_kept(office: Office, firm: str) -> None:
    office.set_status(firm, "archived")
    assert office.settings(firm)["kept_until"] == "2032-12-31"
    page = office.boss_in_a_browser.get(office.path(f"/firms/{firm}/settings")).text
    assert "31.12.2032" in page
    office.set_status(firm, "active")
    assert office.settings(firm)["kept_until"] is None


# The invoice module


def test_the_module_needs_the_full_plan(office: Office, firm: str, items: Items) -> None:
    path = office.path(f"/firms/{firm}/module")
    before = items()
    assert office.boss.post(path, {"version": 1, "invoices": True}).code == "plan-too-small"
    assert items() == before
    operator.change_plan(office.id, Plan.FULL)
    assert office.boss.post(path, {"version": 1, "invoices": True}).json["invoices"] is True
    assert office.boss.post(path, {"version": 1, "invoices": False}).code == "changed-meanwhile"
    operator.change_plan(office.id, Plan.TRIAL)
    browser = office.boss_in_a_browser
    (form,) = forms_to(browser.get(office.path(f"/firms/{firm}/settings")), "/module")
    assert form.send(browser, invoices="false").status == 303, "switching off is always possible"
    assert office.settings(firm)["invoices"] is False


# Who looks after it


def test_a_firm_is_given_to_staff_in_its_settings(office: Office, firm: str, items: Items) -> None:
    pawel = staff(office)
    browser, path = office.boss_in_a_browser, office.path(f"/firms/{firm}/settings")
    (form,) = forms_to(browser.get(path), "/staff")
    assert form.send(browser, staff=[pawel]).status == 303
    assert [one["chosen"] for one in office.settings(firm)["staff"]] == [True]
    before = items()
    assert office.boss.post(office.path(f"/firms/{firm}/staff"), {"staff": [pawel]}).status == 200
    assert items() == before, "a repeat changes nothing"
    assert office.boss.post(office.path(f"/firms/{firm}/staff"), {"staff": []}).status == 200
    assert [one["chosen"] for one in office.settings(firm)["staff"]] == [False]


def test_a_firm_is_given_to_the_offices_own_staff_only(office: Office, firm: str, items: Items) -> None:
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    stranger = staff(other, "obcy@demo.example")
    office.client(firm)
    (client,) = (one["person"] for one in office.boss.get(office.path(f"/firms/{firm}/users")).json["users"])
    before = items()
    for wrong in (stranger, client, "x", firm):
        answer = office.boss.post(office.path(f"/firms/{firm}/staff"), {"staff": [wrong]})
        assert (answer.status, answer.code) == (404, "not-found")
        assert add(office, staff=[wrong]).code == "not-found"
    assert items() == before


def test_a_limited_staff_member_sees_assigned_firms_only_and_keeps_what_they_add(office: Office, firm: str) -> None:
    pawel = staff(office)
    limit(office)
    browser = sign_in_by_mail(office.mails.last_to(PAWEL)["text"])
    assert [line["name"] for line in browser.get(office.path("/firms")).json["firms"]] == []
    answer = browser.post(office.path("/firms"), {"number": NIPS[2], "name": "Moja"})
    assert answer.status == 201
    own = answer.json["firm"]["id"]
    assert [line["id"] for line in browser.get(office.path("/firms")).json["firms"]] == [own]
    assert browser.get(office.path(f"/firms/{own}/settings")).json["staff"] == [], "who else does is not told"
    assert browser.get(office.path(f"/firms/{firm}/settings")).code == "not-found"
    taken = browser.post(office.path("/firms"), {"number": NIPS[1], "name": "Cudza"})
    assert taken.code == "firm-exists"
    assert "Nowa Chata" not in taken.text
    assert browser.post(office.path("/firms"), {"number": NIPS[3], "name": "X", "staff": [pawel]}).code == (
        "administrator-only"
    )
    for path in (f"/firms/{own}/merge", "/firms/import", "/firms/import/sample"):
        assert browser.get(office.path(path)).code == "administrator-only"
    assert browser.post(office.path(f"/firms/{own}/staff"), {"staff": []}).code == "administrator-only"


# Partners


def partners(office: Office, firm: str) -> dict[str, tuple[str, str]]:
    listed = office.boss.get(office.path(f"/firms/{firm}/partners")).json["partners"]
    return {one["name"]: (one["nip"], one["zus_account"]) for one in listed}


def put_partner(office: Office, firm: str, name: str, removal: bool = False, **more: object) -> Answer:
    path = office.path(f"/firms/{firm}/partners" + ("/removal" if removal else ""))
    version = office.boss.get(office.path(f"/firms/{firm}/partners")).json["version"]
    return office.boss.post(path, {"version": version, "name": name, **more})


def test_partners_are_added_changed_and_removed(office: Office) -> None:
    firm = office.add_firm(NIPS[0])
    assert put_partner(office, firm, "Jan Demo", nip=NIPS[1], zus_account=ZUS_ACCOUNT).status == 200
    assert put_partner(office, firm, "Ewa Demo").status == 200
    assert partners(office, firm) == {"Ewa Demo": ("", ""), "Jan Demo": (NIPS[1], ZUS_ACCOUNT)}
    assert put_partner(office, firm, "Jan Demo", nip=NIPS[2]).status == 200
    assert put_partner(office, firm, "Ewa Demo", removal=True).status == 200
    assert partners(office, firm) == {"Jan Demo": (NIPS[2], "")}
    assert put_partner(office, firm, "Ewa Demo", removal=True).code == "not-found"


def test_what_an_agent_finds_for_a_partner_is_the_firms(office: Office) -> None:
    firm = office.add_firm(NIPS[0])
    put_partner(office, firm, "Jan Demo", nip=NIPS[1])
    agent = office.agent()
    assert agent.announce(NIPS[1]).json["firms"][0]["result"] == "known"
    results = agent.push(contribution(5, nip=NIPS[1]), tax(6, nip=NIPS[1], form="PIT-5"), tax(7, nip=NIPS[1]))
    assert [result["result"] for result in results] == ["stored", "stored", "refused"]
    assert results[2]["code"] == "partner-record"
    assert [one["subject"] for one in office.records(firm, "contributions")] == ["Jan Demo"]
    assert put_partner(office, firm, "Jan Demo", removal=True).code == "partner-has-records"
    # Without the number, what is found for it is nobody's again.
    put_partner(office, firm, "Jan Demo")
    assert agent.announce(NIPS[1]).json["firms"][0]["result"] == "created"


def test_a_partners_number_that_is_another_firms_stays_that_firms(office: Office) -> None:
    own, firm = office.add_firm(NIPS[1], "Jan Demo"), office.add_firm(NIPS[0])
    assert put_partner(office, firm, "Jan Demo", nip=NIPS[1]).status == 200
    agent = office.agent()
    agent.push(contribution(5, nip=NIPS[1]))
    assert len(office.records(own, "contributions")) == 1
    assert office.records(firm, "contributions") == []
    put_partner(office, firm, "Jan Demo", removal=True)
    assert agent.push(contribution(5, nip=NIPS[1]))[0]["result"] == "unchanged"


WRONG_PARTNERS = [
    ({"nip": "1"}, "nip-invalid", "nip"),
    ({"nip": NIPS[0]}, "partner-number", "nip"),  # the firm's own
    ({"nip": NIPS[2]}, "partner-number", "nip"),  # the other partner's
    ({"nip": NIPS[3], "zus_account": ZUS_ACCOUNT}, "zus-account-invalid", "zus_account"),
    ({"name": "x" * 61}, "partner-subject", "name"),
    ({"name": "\u202e"}, "name-invalid", "name"),
    ({"firm": "x"}, "field-unknown", "firm"),
]


@pytest.mark.parametrize(("given", "code", "field"), WRONG_PARTNERS)
def test_a_wrong_partner_is_refused_at_its_field(
    office: Office, items: Items, given: dict[str, object], code: str, field: str
) -> None:
    firm = office.add_firm(NIPS[0])
    put_partner(office, firm, "Ewa Demo", nip=NIPS[2])
    before = items()
    answer = office.boss.post(office.path(f"/firms/{firm}/partners"), {"version": 2, "name": "Jan Demo", **given})
    assert (answer.code, answer.json["errors"][0]["field"]) == (code, field)
    assert items() == before


def test_a_partners_account_needs_a_fresh_sign_in_too(office: Office, items: Items, clock: Clock) -> None:
    firm = office.add_firm(NIPS[0])
    clock.advance(minutes=30)
    before = items()
    assert put_partner(office, firm, "Jan Demo", nip=NIPS[1], zus_account=ZUS_ACCOUNT).code == "confirm-needed"
    assert items() == before
    assert put_partner(office, firm, "Jan Demo", nip=NIPS[1]).status == 200


# What clients see of it


def test_hostile_texts_of_a_firm_stay_texts_for_its_people(office: Office) -> None:
    bad = "<img src=x onerror=alert(1)>"
    firm = office.add_firm(NIPS[0], bad, street=bad, city=bad)
    put_partner(office, firm, bad, nip=NIPS[1])
    agent = office.agent()
    agent.push(contribution(5, nip=NIPS[1]), tax(5, form="PIT-5", nip=NIPS[1]), approve=ALL_KINDS)
    client = office.client(firm, html=True)
    for page in ("", "/contributions", "/taxes", "/statements"):
        text = client.get(f"/firms/{firm}{page}").text
        assert "&lt;img src=x" in text
        assert "<img src=x" not in text


def test_what_is_the_offices_alone_is_not_told_to_the_firm(office: Office) -> None:
    firm = office.add_firm(NIPS[0], prefix="TAJNY-7", email="tajny@firma.example", city="Tajne")
    head = office.client(firm).get(f"/firms/{firm}").json["firm"]
    assert (head["prefix"], head["own"]) == ("", False)
    assert "Tajn" not in str(head)
    assert "tajny" not in str(head)
