"""A list of firms from a file: what is shown row by row is what is done, once, and nothing in it is ever executed."""

from __future__ import annotations

import base64
import csv
import io
import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from portal import operator
from portal.aws import Table
from portal.domain import offices
from portal.domain.events import Action
from portal.domain.offices import Plan
from portal.store import events, firms
from portal.store.office import OfficeTable
from tests.functions import tables
from tests.functions.forms import forms_to
from tests.functions.gateway import Answer, Browser, Handlers
from tests.functions.turns import Job, at_once
from tests.functions.world import NIPS, ZUS_ACCOUNT, Office, demo_nip

Items = Callable[[], list[dict[str, Any]]]
LIST = f"""NIP;Nazwa;Prefiks;Forma prawna;Kod pocztowy;Rachunek ZUS;Opiekun
{NIPS[0]};Nowa Chata;A-01;spółka z o.o.;00-950;;Ewa
{NIPS[1]};Jan Demo;;jdg;;{ZUS_ACCOUNT};
{NIPS[0]};Nowa Chata po raz drugi;;;;;
5120079195;Z błędem;x y;;;;
"""


def multipart(browser: Browser, path: str, content: bytes, name: str = "firmy.csv") -> Answer:
    """The form with the file, as a browser sends it."""
    boundary = "xXxTestBoundaryxXx"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    body = f"{head}Content-Type: text/csv\r\n\r\n".encode() + content + f"\r\n--{boundary}--\r\n".encode()
    headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
    return replace(browser, headers={**browser.headers, **headers}).send("POST", path, body=body)


def preview(office: Office, content: str | bytes = LIST, name: str = "firmy.csv") -> Answer:
    whole = content.encode() if isinstance(content, str) else content
    file = {"name": name, "content": base64.b64encode(whole).decode()}
    return office.boss.post(office.path("/firms/import/preview"), {"file": file})


def do(office: Office, shown: Answer) -> Answer:
    assert shown.status == 200, shown.text
    body = {"rows": shown.json["rows"], "digest": shown.json["digest"]}
    return office.boss.post(office.path("/firms/import"), body)


def names(office: Office) -> list[str]:
    return [line["name"] for line in office.boss.get(office.path("/firms")).json["firms"]]


def test_a_preview_says_what_becomes_of_each_row_and_does_nothing(office: Office, items: Items) -> None:
    office.add_firm(NIPS[1], "Jan Znany")
    before = items()
    shown = preview(office).json
    assert [(line["line"], line["outcome"], line["name"]) for line in shown["lines"]] == [
        (2, "add", "Nowa Chata"),
        (3, "known", "Jan Znany"),
        (4, "double", "Nowa Chata po raz drugi"),
        (5, "refused", "Z błędem"),
    ]
    nip, prefix = shown["lines"][3]["reasons"]
    assert nip.startswith("NIP: Numer NIP ma błędną cyfrę")
    assert prefix.startswith("Prefiks: ")
    assert (shown["add"], shown["known"], shown["double"], shown["refused"]) == (1, 1, 1, 1)
    assert shown["unknown_columns"] == ["Opiekun"]
    assert items() == before


def test_what_was_shown_is_done_once(office: Office, items: Items) -> None:
    shown = preview(office)
    report = do(office, shown).json
    assert (report["added"], report["as_shown"]) == (2, True)
    assert [(line["line"], line["outcome"]) for line in report["lines"]] == [(4, "double"), (5, "refused")]
    (chata, jan) = sorted(office.boss.get(office.path("/firms")).json["firms"], key=lambda line: line["name"])[::-1]
    given = office.settings(chata["id"])["given"]
    assert (given["name"], given["prefix"], given["legal_form"], given["postcode"]) == (
        "Nowa Chata",
        "A-01",
        "company",
        "00-950",
    )
    assert office.settings(jan["id"])["given"]["zus_account"] == ZUS_ACCOUNT
    before = items()
    again = do(office, shown).json
    assert (again["added"], again["as_shown"]) == (0, False)
    assert [line["outcome"] for line in again["lines"]] == ["known", "known", "known", "refused"]
    assert items() == before


def test_it_works_by_forms_alone(office: Office) -> None:
    browser = office.boss_in_a_browser
    page = browser.get(office.path("/firms/import"))
    assert 'enctype="multipart/form-data"' in page.text
    shown = multipart(browser, office.path("/firms/import/preview"), LIST.encode())
    assert "Dodaj 2 firmy" in shown.text
    (form,) = forms_to(shown, "/firms/import")
    report = form.send(browser)
    assert "Dodano 2 firmy." in report.text
    assert sorted(names(office)) == ["Jan Demo", "Nowa Chata"]


def test_a_refused_file_leads_back_to_the_form_with_the_reason(office: Office) -> None:
    browser = office.boss_in_a_browser
    page = multipart(browser, office.path("/firms/import/preview"), b"Nazwa;Adres\nX;Y\n")
    assert page.status == 422
    assert "brakuje kolumny „NIP”" in page.text
    assert forms_to(page, "/firms/import/preview")
    assert preview(office, b"\x00\x01", "x.exe").code == "file-not-table"
    assert office.boss.get(office.path("/firms/import/preview")).status == 200


def test_the_sample_is_read_as_it_is(office: Office) -> None:
    sample = office.boss.get(office.path("/firms/import/sample"))
    assert "attachment" in sample.headers["Content-Disposition"]
    text = base64.b64decode(sample.text)
    shown = preview(office, text).json
    assert (shown["add"], shown["refused"], shown["unknown_columns"]) == (2, 0, [])
    columns = [column["title"] for column in office.boss.get(office.path("/firms/import")).json["columns"]]
    assert next(csv.reader(io.StringIO(text.decode("utf-8-sig")), delimiter=";")) == columns


def test_many_firms_are_added_in_pieces(office: Office) -> None:
    operator.change_plan(office.id, Plan.FULL)
    count = 2 * firms.CHUNK + 20
    rows = "\n".join(f"{demo_nip(number)};Firma {number:03}" for number in range(count))
    report = do(office, preview(office, f"NIP;Nazwa\n{rows}")).json
    assert report["added"] == count
    listed = office.boss.get(office.path("/firms")).json
    assert listed["total"] == count
    table = OfficeTable(Table(tables.name()), office.id)
    told = [event.changes for event in events.of_office(table) if event.action is Action.FIRM_ADDED]
    assert told == [{"source": ("", "plik")}] * count


def test_a_trial_office_imports_as_many_as_have_room_or_none(
    office: Office, items: Items, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offices, "TRIAL_FIRMS", 2)
    office.add_firm(NIPS[2], "Pierwsza")
    shown = preview(office)
    assert "Wersja testowa" in shown.json["problem"]
    before = items()
    assert do(office, shown).code == "too-many-firms"
    assert items() == before
    fits = preview(office, f"NIP;Nazwa;Status\n{NIPS[0]};A;\n{NIPS[1]};B;archiwum\n")
    assert fits.json["problem"] == ""
    assert do(office, fits).json["added"] == 2


def test_what_changed_since_the_preview_is_told(office: Office) -> None:
    shown = preview(office)
    office.add_firm(NIPS[0], "Dodana tymczasem")
    report = do(office, shown).json
    assert (report["added"], report["as_shown"]) == (1, False)
    assert ("known", "Dodana tymczasem") in [(line["outcome"], line["name"]) for line in report["lines"]]
    assert sorted(names(office)) == ["Dodana tymczasem", "Jan Demo"]


@pytest.mark.parametrize("seed", range(3))
def test_two_presses_at_once_add_each_firm_once(office: Office, seed: int) -> None:
    shown = preview(office).json
    body = {"rows": shown["rows"], "digest": shown["digest"]}

    def press(handlers: Handlers) -> Answer:
        return replace(office.boss, handlers=handlers).post(office.path("/firms/import"), body)

    jobs: list[Job[Answer]] = [press, press]
    answers = at_once(jobs, seed)
    assert sum(answer.json["added"] for answer in answers) == 2
    assert sorted(names(office)) == ["Jan Demo", "Nowa Chata"]


# What people put into files


@pytest.mark.parametrize("cell", ['=HYPERLINK("http://zlo.example";"x")', "+1+1", "@SUM(A1)", "-2+3", "'=1"])
def test_a_formula_is_a_text_like_any_other(office: Office, cell: str) -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows([["NIP", "Nazwa"], [NIPS[0], cell]])
    assert do(office, preview(office, written.getvalue())).json["added"] == 1
    assert names(office) == [cell]


def test_hostile_cells_stay_texts_on_the_page(office: Office) -> None:
    bad = "<img src=x onerror=alert(1)>"
    shown = multipart(
        office.boss_in_a_browser,
        office.path("/firms/import/preview"),
        f"NIP;Nazwa;{bad}\n{NIPS[0]};{bad};1\n{bad};{bad};1\n".encode(),
    )
    assert shown.status == 200
    assert "<img src=x" not in shown.text


def packed(rows: object) -> str:
    return base64.b64encode(zlib.compress(json.dumps(rows).encode())).decode()


@pytest.mark.parametrize(
    "rows",
    [
        "",
        "x",
        "eJw=",
        packed({"nip": 1}),
        packed([["NIP", 1]]),
        packed([["NIP", "Nazwa"]] * 3_000),
        base64.b64encode(zlib.compress(b" " * 50_000_000)).decode(),
    ],
    ids=["empty", "no-base64", "cut", "no-rows", "no-text", "too-long", "bomb"],
)
def test_made_up_rows_are_refused(office: Office, items: Items, rows: str) -> None:
    before = items()
    answer = office.boss.post(office.path("/firms/import"), {"rows": rows, "digest": "x"})
    assert (answer.status, answer.code) == (422, "import-broken")
    assert items() == before


def test_rows_that_are_not_those_shown_are_refused(office: Office, items: Items) -> None:
    digest = preview(office).json["digest"]
    before = items()
    other = packed([["NIP", "Nazwa"], [NIPS[3], "Podmieniona"]])
    assert office.boss.post(office.path("/firms/import"), {"rows": other, "digest": digest}).code == "import-broken"
    extra = office.boss.post(office.path("/firms/import"), {"rows": other, "digest": digest, "status": "active"})
    assert extra.code == "field-unknown"
    assert items() == before
