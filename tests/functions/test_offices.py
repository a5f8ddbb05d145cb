"""The office about itself: its data, its logo, the office as its own firm, its plan."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from portal import operator
from portal.aws import Table
from portal.domain.firms import Firm
from portal.domain.offices import TRIAL_FIRMS
from portal.store import directory, firms
from portal.store.office import OfficeTable
from tests.functions import tables
from tests.functions.forms import forms_to
from tests.functions.gateway import Answer, Browser
from tests.functions.tables import watched
from tests.functions.times import Clock
from tests.functions.turns import Job, at_once
from tests.functions.world import BOSS, NIPS, Office, demo_nip, link_in, open_office
from tests.pictures import SIGNATURE, chunk, header, picture

DATA = {
    "name": "Biuro Demo",
    "nip": NIPS[3],
    "street": "ul. Demo 1",
    "postcode": "00-950",
    "city": "Warszawa",
    "email": "biuro@demo.example",
    "phone": "601 234 567",
    "reply_to": "listy@demo.example",
}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
Items = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def staff(office: Office) -> Browser:
    """A member of staff who is no administrator."""
    address = "pracownik@demo.example"
    answer = office.boss.post(office.path("/staff"), {"email": address, "name": "Paweł Pracownik", "role": "staff"})
    assert answer.status == 201, answer.text
    browser = Browser()
    assert browser.post(link_in(office.mails.last_to(address)["text"])).status == 200
    assert browser.get(office.path("/firms")).status == 200
    return browser


def settings(office: Office) -> dict[str, Any]:
    answer = office.boss.get(office.path("/settings"))
    assert answer.status == 200, answer.text
    return dict(answer.json)


def change(office: Office, **changes: object) -> Answer:
    wanted = {"version": settings(office)["version"], **DATA, **changes}
    return office.boss.post(office.path("/settings"), wanted)


def events(items: Items, office: Office, firm: str = "") -> list[dict[str, Any]]:
    """What the history holds of the office, or of a firm, oldest first."""
    front = f"O#{office.id}#F#{firm}" if firm else f"O#{office.id}#EVENTS"
    return [item["event"]["M"] for item in items() if item["pk"]["S"] == front and "event" in item]


def changed_fields(event: dict[str, Any]) -> dict[str, tuple[str, str]]:
    changes = event["changes"]["M"]
    return {name: (pair["L"][0]["S"], pair["L"][1]["S"]) for name, pair in changes.items()}


def send_logo(browser: Browser, office: Office, content: bytes, name: str = "logo.png") -> Answer:
    file = {"name": name, "content": base64.b64encode(content).decode()}
    return browser.post(office.path("/logo"), {"logo": file})


def form_with(content: bytes, name: str = "logo.png", media_type: str = "image/png") -> tuple[bytes, dict[str, str]]:
    """A form with a file as a browser sends it."""
    head = (
        f'--b\r\nContent-Disposition: form-data; name="logo"; filename="{name}"\r\nContent-Type: {media_type}\r\n\r\n'
    )
    return head.encode() + content + b"\r\n--b--\r\n", {"content-type": "multipart/form-data; boundary=b"}


def shown_logo(office: Office, digest: str) -> bytes:
    answer = Browser().get(f"/logos/{office.id}/{digest}")
    assert answer.status == 200, answer.text
    return base64.b64decode(answer.text)


# Data


def test_the_data_of_the_office_is_changed(office: Office) -> None:
    assert change(office).status == 200
    after = settings(office)
    assert {name: after[name] for name in DATA} == {**DATA, "phone": "+48601234567"}
    assert after["version"] == 2


def test_the_form_of_the_page_changes_it_too(office: Office) -> None:
    browser = office.boss_in_a_browser
    (form,) = forms_to(browser.get(office.path("/settings")), "/settings")
    answer = form.send(browser, **{**DATA, "name": "Biuro Inne", "only_assigned": form.ticks["only_assigned"]})
    assert (answer.status, answer.location) == (303, office.path("/settings?done=saved"))
    after = settings(office)
    assert (after["name"], after["only_assigned"]) == ("Biuro Inne", True)
    (form,) = forms_to(browser.get(office.path("/settings")), "/settings")
    assert form.fields.pop("only_assigned") == ["true"]
    assert form.send(browser).status == 303
    assert settings(office)["only_assigned"] is False


def test_a_new_name_stands_everywhere_at_once(office: Office) -> None:
    client = office.client(office.add_firm())
    change(office, name="Biuro Przemianowane")
    client.html = True
    firm = office.boss.get(office.path("/firms")).json["firms"][0]["id"]
    assert "Biuro Przemianowane" in client.get(f"/firms/{firm}").text
    assert office.boss.get("/").json["contexts"][0]["name"] == "Biuro Przemianowane"


def test_a_change_is_an_event_with_what_was_and_is(office: Office, items: Items) -> None:
    change(office)
    change(office, name="Biuro Nowe", only_assigned=True)
    event = events(items, office)[-1]
    assert event["action"]["S"] == "office.changed"
    assert changed_fields(event) == {"name": ("Biuro Demo", "Biuro Nowe"), "only_assigned": ("nie", "tak")}


def test_saving_what_is_there_already_changes_nothing(office: Office, items: Items) -> None:
    change(office)
    before = items()
    assert change(office).status == 200
    assert items() == before


def test_somebody_elses_change_is_not_overwritten(office: Office, items: Items) -> None:
    change(office)
    before = items()
    answer = change(office, version=1, name="Stare")
    assert (answer.status, answer.code) == (409, "changed-meanwhile")
    assert items() == before


def test_the_same_data_under_an_old_version_is_refused_too(office: Office, items: Items) -> None:
    change(office)
    assert change(office, version=1).code == "changed-meanwhile"


@pytest.mark.parametrize("seed", range(2))
def test_of_two_changes_at_once_one_is_made(office: Office, items: Items, seed: int) -> None:
    def saves(name: str) -> Job[Answer]:
        body = {"version": 1, **DATA, "name": name}
        return lambda handlers: Browser(cookies=dict(office.boss.cookies), handlers=handlers).post(
            office.path("/settings"), body
        )

    answers = at_once([saves("Pierwsza"), saves("Druga")], seed)
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert [event["action"]["S"] for event in events(items, office)].count("office.changed") == 1


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("name", "", "name-invalid"),
        ("name", "x" * 241, "name-invalid"),
        ("name", "\u200b\u202e", "name-invalid"),
        ("nip", "5120079195", "nip-invalid"),
        ("postcode", "0-0950", "postcode-invalid"),
        ("street", "x" * 121, "address-invalid"),
        ("city", "x" * 121, "address-invalid"),
        ("phone", "12", "phone-invalid"),
        ("email", "biuro", "email-invalid"),
        ("reply_to", "Biuro <biuro@demo.example>", "email-invalid"),
        ("reply_to", "biuro@demo.example\r\nBcc: wszyscy@demo.example", "email-invalid"),
        ("reply_to", "biuro@demo.example, obcy@evil.example", "email-invalid"),
        ("reply_to", "biuro@dеmo.example", "email-invalid"),
        ("only_assigned", "może", "field-invalid"),
        ("version", "-1", "field-invalid"),
        ("version", "9" * 30, "field-invalid"),
    ],
)
def test_wrong_data_is_refused_at_its_field(office: Office, items: Items, field: str, typed: str, code: str) -> None:
    before = items()
    answer = change(office, **{field: typed})
    assert (answer.status, answer.code) == (422, code)
    assert [entry["field"] for entry in answer.json["errors"]] == [field]
    assert items() == before


def test_a_refused_form_keeps_what_was_typed(office: Office) -> None:
    browser = office.boss_in_a_browser
    (form,) = forms_to(browser.get(office.path("/settings")), "/settings")
    page = form.send(browser, **{**DATA, "nip": "5120079195", "only_assigned": "true"})
    assert page.status == 422
    (again,) = forms_to(page, "/settings")
    assert again.fields["nip"] == ["5120079195"]
    assert again.fields["only_assigned"] == ["true"]
    assert "Numer NIP ma błędną cyfrę kontrolną" in page.text


@pytest.mark.parametrize(
    "more",
    [
        {"plan": "full"},
        {"own_firm": "01J0FIRM"},
        {"logo": "0f6c"},
        {"terms_version": "x"},
        {"terms_by": "x"},
        {"id": "01J0"},
        {"created_at": "2020-01-01"},
    ],
)
def test_nothing_else_can_be_set_by_the_form(office: Office, items: Items, more: dict[str, str]) -> None:
    before = items()
    assert change(office, **more).code == "field-unknown"
    (form,) = forms_to(office.boss_in_a_browser.get(office.path("/settings")), "/settings")
    assert form.send(office.boss_in_a_browser, **DATA, **more).status == 422
    assert items() == before


def test_a_name_is_one_line_without_what_cannot_be_seen(office: Office) -> None:
    change(office, name="Biuro\r\nBcc: wszyscy@demo.example \u202eomeD")
    assert settings(office)["name"] == "Biuro Bcc: wszyscy@demo.example omeD"


def test_staff_see_and_change_none_of_it(office: Office, staff: Browser, items: Items) -> None:
    before = items()
    asked = [
        staff.get(office.path("/settings")),
        staff.get(office.path("/logo")),
        staff.post(office.path("/settings"), {"version": 1, **DATA}),
        send_logo(staff, office, picture()),
        staff.post(office.path("/logo/removal")),
        staff.post(office.path("/own-firm"), {}),
    ]
    assert {answer.code for answer in asked} == {"administrator-only"}
    assert items() == before
    staff.html = True
    assert "Ustawienia</a>" not in staff.get(office.path()).text
    assert "Ustawienia</a>" in office.boss_in_a_browser.get(office.path()).text


# Logo


def test_a_logo_is_shown_to_everybody_who_has_its_address(office: Office) -> None:
    answer = send_logo(office.boss, office, picture())
    assert answer.status == 200, answer.text
    digest = answer.json["logo"]
    shown = Browser().get(f"/logos/{office.id}/{digest}")
    assert base64.b64decode(shown.text).startswith(SIGNATURE)
    assert shown.headers["Content-Type"] == "image/png"
    assert shown.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_it_stands_on_the_pages_of_office_and_client(office: Office) -> None:
    firm = office.add_firm()
    client = office.client(firm, html=True)
    address = f"/logos/{office.id}/"
    assert address not in client.get(f"/firms/{firm}").text
    address += send_logo(office.boss, office, picture()).json["logo"]
    for page in (client.get(f"/firms/{firm}"), office.boss_in_a_browser.get(office.path())):
        assert f'src="{address}"' in page.text
    assert "/logos/" not in client.get("/sign-in").text


def test_the_form_of_the_page_sends_a_file(office: Office, items: Items) -> None:
    browser = office.boss_in_a_browser
    (form,) = forms_to(browser.get(office.path("/settings")), "/logo")
    content, headers = form_with(picture())
    answer = browser.send("POST", form.action, body=content, headers=headers)
    assert (answer.status, answer.location) == (303, office.path("/settings?done=logo"))
    assert shown_logo(office, settings(office)["logo"]).startswith(SIGNATURE)
    assert events(items, office)[-1]["action"]["S"] == "office.logo"


def test_only_the_picture_is_kept(office: Office) -> None:
    hostile = picture(extra=chunk(b"tEXt", b"a\0<script>alert(1)</script>"), behind=b"<html><script>alert(1)</script>")
    digest = send_logo(office.boss, office, hostile).json["logo"]
    assert digest == send_logo(office.boss, office, picture()).json["logo"]
    assert b"script" not in shown_logo(office, digest)


REFUSED = {
    "SVG with a script": (SVG, "logo.svg", "image/svg+xml", "logo-not-png"),
    "SVG called PNG": (SVG, "logo.png", "image/png", "logo-not-png"),
    "HTML called PNG": (b"<html><script>alert(1)</script>", "logo.png", "image/png", "logo-not-png"),
    "GIF called PNG": (b"GIF89a\1\0\1\0\0\0\0;", "logo.png", "image/png", "logo-not-png"),
    "JPEG": (b"\xff\xd8\xff\xe0" + b"\0" * 99, "logo.jpg", "image/jpeg", "logo-not-png"),
    "bomb": (SIGNATURE + header(50_000, 50_000), "logo.png", "image/png", "logo-too-big"),
    "cut off": (picture()[:-20], "logo.png", "image/png", "logo-broken"),
    "wrong check": (picture()[:-20] + b"\0" * 20, "logo.png", "image/png", "logo-broken"),
    "large": (picture() + b"\0" * 300_000, "logo.png", "image/png", "logo-too-large"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_small_sound_png_is_refused(office: Office, items: Items, what: str) -> None:
    content, name, media_type, code = REFUSED[what]
    before = items()
    answer = send_logo(office.boss, office, content, name)
    assert (answer.status, answer.code) == (422, code)
    form, headers = form_with(content, name, media_type)
    page = office.boss_in_a_browser.send("POST", office.path("/logo"), body=form, headers=headers)
    assert page.status == 422
    assert "Ustawienia biura" in page.text
    assert answer.json["detail"] in page.text
    assert 'aria-invalid="true"' in page.text
    assert items() == before


def test_a_form_without_a_file_is_refused(office: Office) -> None:
    form, headers = form_with(b"", "")
    page = office.boss_in_a_browser.send("POST", office.path("/logo"), body=form, headers=headers)
    assert page.status == 422
    assert office.boss.post(office.path("/logo"), {}).code == "field-missing"


def test_nothing_else_can_be_sent_with_a_logo(office: Office, items: Items) -> None:
    before = items()
    file = {"name": "x", "content": base64.b64encode(picture()).decode()}
    assert office.boss.post(office.path("/logo"), {"logo": file, "plan": "full"}).code == "field-unknown"
    assert items() == before


def test_a_new_logo_takes_the_place_of_the_old_one(office: Office, items: Items) -> None:
    first = send_logo(office.boss, office, picture(1)).json["logo"]
    second = send_logo(office.boss, office, picture(2)).json["logo"]
    assert Browser().get(f"/logos/{office.id}/{first}").status == 404
    assert Browser().get(f"/logos/{office.id}/{second}").status == 200
    assert [item["sk"]["S"] for item in items() if item["pk"]["S"].endswith("#LOGO")] == [second]
    assert send_logo(office.boss, office, picture(1)).json["logo"] == first
    assert [event["action"]["S"] for event in events(items, office)].count("office.logo") == 3


def test_a_logo_is_taken_away(office: Office, items: Items) -> None:
    digest = send_logo(office.boss, office, picture()).json["logo"]
    assert office.boss.post(office.path("/logo/removal")).json["logo"] == ""
    assert Browser().get(f"/logos/{office.id}/{digest}").status == 404
    assert not [item for item in items() if item["pk"]["S"].endswith("#LOGO")]
    before = items()
    assert office.boss.post(office.path("/logo/removal")).status == 200
    assert items() == before


def test_another_digest_or_office_shows_nothing(office: Office) -> None:
    other = open_office(office.mails, "Biuro Obce", "obce@demo.example")
    digest = send_logo(office.boss, office, picture()).json["logo"]
    for path in (
        f"/logos/{other.id}/{digest}",
        f"/logos/{office.id}/{'0' * 64}",
        f"/logos/{office.id}/{digest[:-1]}",
        f"/logos/{office.id}/ą",
        f"/logos/x/{digest}",
    ):
        answer = Browser().get(path)
        assert (answer.status, answer.code) == (404, "not-found")
        assert "immutable" not in answer.headers["Cache-Control"]


def test_a_wrong_digest_reads_no_picture(office: Office) -> None:
    """Whoever guesses must not make us read some 400 kB each time."""
    send_logo(office.boss, office, picture())
    for digest, reads in (("0" * 64, 1), ("x" * 64, 0), ("0" * 2000, 0), ("%20", 0)):
        with watched() as calls:
            assert Browser().get(f"/logos/{office.id}/{digest}").status == 404
        assert [params["Key"]["sk"]["S"] for _, params in calls.made] == [digest] * reads


def test_an_office_without_a_logo_has_none_under_an_empty_digest(office: Office) -> None:
    assert Browser().get(f"/logos/{office.id}/%20").status == 404


# The office as its own firm


def add_own(office: Office, **more: str) -> Answer:
    return office.boss.post(office.path("/own-firm"), more)


def handle(office: Office) -> OfficeTable:
    return OfficeTable(Table(tables.name()), office.id)


def own_in_list(office: Office) -> list[str]:
    """Which firms the lists mark as the office's own."""
    return [entry.id for entry in directory.all_of(handle(office)) if entry.own]


def stored(office: Office, firm: str) -> Firm:
    found = firms.get(handle(office).of_firm(firm))
    assert found
    return found


def test_the_office_becomes_one_of_its_firms(office: Office, items: Items) -> None:
    change(office)
    answer = add_own(office, legal_form="sole_trader")
    assert answer.status == 200, answer.text
    firm = answer.json["own_firm"]
    assert settings(office)["own_firm"] == firm
    kept = stored(office, firm)
    assert (kept.nip, kept.name, kept.legal_form, kept.status) == (NIPS[3], "Biuro Demo", "sole_trader", "active")
    assert (kept.street, kept.postcode, kept.city, kept.phone) == ("ul. Demo 1", "00-950", "Warszawa", "+48601234567")
    assert own_in_list(office) == [firm]
    assert [event["action"]["S"] for event in events(items, office, firm)] == ["firm.added"]


def test_the_button_leads_to_the_firm(office: Office) -> None:
    change(office)
    browser = office.boss_in_a_browser
    (form,) = forms_to(browser.get(office.path("/settings")), "/own-firm")
    answer = form.send(browser)
    assert answer.status == 303
    assert answer.location.startswith(office.path(f"/firms/{settings(office)['own_firm']}/settings"))
    assert not forms_to(browser.get(office.path("/settings")), "/own-firm")


def test_a_firm_with_this_nip_is_marked_instead(office: Office, items: Items) -> None:
    firm = office.add_firm(NIPS[3], "Biuro jako klient")
    change(office)
    assert add_own(office).json["own_firm"] == firm
    assert stored(office, firm).name == "Biuro jako klient"
    assert own_in_list(office) == [firm]
    event = events(items, office, firm)[-1]
    assert (event["action"]["S"], changed_fields(event)) == ("firm.changed", {"own": ("nie", "tak")})


def test_only_once(office: Office, items: Items) -> None:
    change(office)
    add_own(office)
    before = items()
    assert (add_own(office).status, add_own(office).code) == (409, "own-firm-exists")
    assert items() == before


@pytest.mark.parametrize("seed", range(2))
def test_two_clicks_at_once_add_one_firm(office: Office, items: Items, seed: int) -> None:
    change(office)

    def clicks(handlers: Any) -> Answer:
        return Browser(cookies=dict(office.boss.cookies), handlers=handlers).post(office.path("/own-firm"), {})

    jobs: list[Job[Answer]] = [clicks, clicks]
    assert sorted(answer.status for answer in at_once(jobs, seed)) == [200, 409]
    assert own_in_list(office) == [settings(office)["own_firm"]]


def test_without_a_nip_there_is_nothing_to_add(office: Office, items: Items) -> None:
    before = items()
    assert (add_own(office).status, add_own(office).code) == (422, "office-nip-missing")
    assert items() == before
    assert not forms_to(office.boss_in_a_browser.get(office.path("/settings")), "/own-firm")


def test_the_own_firm_counts_as_one_of_the_trial(office: Office, monkeypatch: pytest.MonkeyPatch, items: Items) -> None:
    monkeypatch.setattr("portal.domain.offices.TRIAL_FIRMS", 2)
    for number in range(2):
        office.add_firm(demo_nip(number))
    change(office)
    before = items()
    assert (add_own(office).status, add_own(office).code) == (409, "too-many-firms")
    assert items() == before


# Plan


def test_the_operator_puts_an_office_on_a_plan(office: Office, items: Items) -> None:
    assert settings(office)["plan"] == "trial"
    assert operator.main(["change-plan", "--office", office.id, "--plan", "full"]) == 0
    assert settings(office)["plan"] == "full"
    event = events(items, office)[-1]
    assert (event["action"]["S"], event["by"]["S"]) == ("office.plan", "operator")
    assert changed_fields(event) == {"plan": ("trial", "full")}


def test_the_same_plan_again_changes_nothing(office: Office, items: Items) -> None:
    before = items()
    assert operator.main(["change-plan", "--office", office.id, "--plan", "trial"]) == 0
    assert items() == before


def test_an_unknown_office_has_no_plan(office: Office, items: Items, capsys: pytest.CaptureFixture[str]) -> None:
    before = items()
    assert operator.main(["change-plan", "--office", "01J00000000000000000000000", "--plan", "full"]) == 1
    assert "not-found" in capsys.readouterr().err
    assert items() == before


def test_an_unknown_plan_is_no_plan(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        operator.main(["change-plan", "--office", office.id, "--plan", "gold"])
    assert "gold" in capsys.readouterr().err


def test_an_office_can_be_opened_on_the_full_plan(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--name", "Biuro Pełne", "--email", BOSS, "--person", "Ktoś", "--plan", "full"]
    assert operator.main(["open-office", *arguments]) == 0
    opened = json.loads(capsys.readouterr().out)["office"]
    assert office.boss.get(f"/offices/{opened}/settings").json["plan"] == "full"


def test_the_page_tells_what_the_plan_allows(office: Office) -> None:
    browser = office.boss_in_a_browser
    office.add_firm()
    page = browser.get(office.path("/settings")).text
    assert f"Obejmuje {TRIAL_FIRMS} firm;" in page
    assert "teraz biuro prowadzi 1." in page
    assert "WZÓR" in page
    assert office.id in page
    operator.main(["change-plan", "--office", office.id, "--plan", "full"])
    page = browser.get(office.path("/settings")).text
    assert "WZÓR" not in page
    assert "Liczba firm jest nieograniczona" in page


def test_after_a_downgrade_the_page_tells_that_modules_do_not_count(office: Office, clock: Clock) -> None:
    operator.main(["change-plan", "--office", office.id, "--plan", "full"])
    firm = office.add_firm()
    version = office.settings(firm)["version"]
    answer = office.boss.post(office.path(f"/firms/{firm}/module"), {"version": version, "invoices": True})
    assert answer.status == 200, answer.text
    assert settings(office)["idle_modules"] == 0
    operator.main(["change-plan", "--office", office.id, "--plan", "trial"])
    assert settings(office)["idle_modules"] == 1
    page = office.boss_in_a_browser.get(office.path("/settings")).text
    assert "1 firma ma włączony moduł faktur, ale na wersji testowej to się nie liczy." in page
