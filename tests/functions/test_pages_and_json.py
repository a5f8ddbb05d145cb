"""What holds for every route: two representations, the headers, and refusals as problem details."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.contract.template import Route, routes
from tests.functions.forms import forms
from tests.functions.gateway import Answer, Browser, route_of
from tests.functions.world import BOSS, NIPS, Office, contribution, link_in, statement, tax

FETCHED = {
    "/logos/{office}/{digest}",
    "/offices/{office}/exports/{export}/file",
    "/offices/{office}/archives/{archive}/file",
    "/firms/{firm}/archives/{archive}/file",
    "/offices/{office}/firms/{firm}/documents/{document}/file",
    "/firms/{firm}/documents/{document}/file",
    *(
        f"{side}/firms/{{firm}}/invoices/{rest}"
        for side in ("", "/offices/{office}")
        for rest in ("registers/nip/{nip}", "{invoice}/pdf", "logo/{digest}")
    ),
    "/l/{token}/invoice/pdf",
    "/offices/{office}/history.csv",
    "/offices/{office}/firms/{firm}/history.csv",
    "/offices/{office}/firms/import/sample",
    "/offices/{office}/registers/nip/{nip}",
}
"""Files, and what only a script asks for: these are no pages."""

GETS = [route for route in routes() if route.method == "GET" and route.path not in FETCHED]
POSTS = [route for route in routes() if route.method == "POST" and not route.path.startswith("/sync/")]
PUBLIC = {
    "/sign-in",
    "/sign-in/code",
    "/l/{token}",
    "/l/{token}/invoice",
    "/sign-up",
    "/sign-up/sent",
    "/terms",
    "/offline",
}
BODILESS = {
    "/sign-out",
    "/l/{token}",
    "/offices/{office}/exports",
    "/offices/{office}/logo/removal",
    "/firms/{firm}/invoices/logo/removal",
    "/offices/{office}/firms/{firm}/invoices/logo/removal",
    "/offices/{office}/agents/{agent}/revocation",
    "/firms/{firm}/documents/{document}/removal",
    "/firms/{firm}/document-months/{period}/completion",
    *(f"{side}/firms/{{firm}}/invoices/tokens/{{program}}/revocation" for side in ("", "/offices/{office}")),
    "/share",
    "/passkeys/options",
    "/sign-in/passkey/options",
    "/confirm/passkey/options",
    *(
        f"/offices/{{office}}/{people}/{{person}}/{step}"
        for people in ("staff", "firms/{firm}/users")
        for step in ("activation", "deactivation", "invitation")
    ),
}
"""Steps that the address tells wholly: they read no body."""

HEADERS = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Vary": "Accept",
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "form-action": "'self' https://portal-test-documents.s3.eu-central-1.amazonaws.com",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


@dataclass
class Place:
    """An office with something on every page, and addresses for every route."""

    office: Office
    client: Browser
    values: dict[str, str]
    member: str
    """One of the staff, where `values` name a person of the firm."""

    def address(self, route: Route) -> str:
        path = route.path.replace("/staff/{person}", f"/staff/{self.member}")
        path = path.replace("/l/{token}/invoice", "/l/{shared}/invoice")
        for name, value in self.values.items():
            path = path.replace(f"{{{name}}}", value)
        assert "{" not in path, f"tests know no value for {path}"
        return path

    def browser(self, route: Route, *, html: bool) -> Browser:
        if route.path in PUBLIC:
            return Browser(html=html)
        side = self.client if route.path.startswith("/firms/") else self.office.boss
        return replace(side, html=html)


def shared_invoice(client: Browser, firm: str) -> str:
    """The token of a link to an invoice."""
    home = f"/firms/{firm}/invoices"
    seller, buyer = {"city": "Łódź"}, {"name": "Nabywca <Demo>", "city": "Łódź", "nip": NIPS[2]}
    assert client.post(f"{home}/settings", {"version": 0, "seller": seller}).status == 200
    lines = [{"name": "Usługa", "price": "1"}]
    issued = client.post(f"{home}/new", {"step": "issue", "buyer": buyer, "lines": lines}).json["invoice"]
    return str(client.post(f"{home}/{issued}/link", {"version": 1}).json["link"].split("/")[-2])


@pytest.fixture
def place(office: Office) -> Place:
    firm = office.add_firm()
    second = office.add_firm(NIPS[1], "Druga <Firma> & Syn")
    agent = office.agent()
    agent.push(tax(minutes_ago=9), contribution(), statement(), approve={"tax": True, "statement": True})
    agent.push(tax(400_000), tax(nip=NIPS[1]), tax(form="VAT-8"))
    agent.heartbeat(problems=[{"file": "a.xml", "code": "xml-broken", "detail": "Nie."}], problems_total=1)
    client = office.client(firm)
    office.boss.post(office.path(f"/firms/{second}/users"), {"email": BOSS, "name": "Szefowa"})  # so that "/" is a page
    Browser().post("/sign-in", {"email": BOSS})
    token = link_in(office.mails.last_to(BOSS)["text"]).removeprefix("/l/")
    (user,) = office.boss.get(office.path(f"/firms/{firm}/users")).json["users"]
    hired = office.boss.post(office.path("/staff"), {"email": "pracownik@demo.example", "name": "Paweł <Demo>"})
    (member,) = (one["person"] for one in hired.json["staff"] if one["email"] == "pracownik@demo.example")
    values = {
        "office": office.id,
        "firm": firm,
        "period": "2026-10",
        "token": token,
        "passkey": "a" * 64,
        "step": "description",
    }
    file = {"name": "Druga <Firma>.pdf", "media_type": "application/pdf", "size": 9, "sha256": "0f" * 32}
    signed = client.post(f"/firms/{firm}/documents", {"files": [file]})
    values["document"] = signed.json["uploads"][0]["document"]
    values["invoice"] = client.post(f"/firms/{firm}/invoices/new", {"buyer": {"name": "Nabywca <Demo>"}}).json[
        "invoice"
    ]
    values["shared"] = shared_invoice(client, firm)
    values["program"] = client.post(f"/firms/{firm}/invoices/tokens", {"name": "Paweł <Demo>"}).json["token"]
    like = {"like": values["invoice"]}
    values["template"] = client.post(f"/firms/{firm}/invoices/recurring/new", like).json["recurring"]
    return Place(office, client, {**values, "person": user["person"], "agent": agent.id}, member)


def check_headers(answer: Answer) -> None:
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert int(answer.headers["Strict-Transport-Security"].partition("=")[2]) >= 31_536_000
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert {name: policy.get(name) for name in POLICY} == POLICY
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def check_problem(answer: Answer, status: int, code: str) -> None:
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json
    assert set(problem) == {"type", "title", "status", "code", "detail", "errors"}
    assert (answer.status, problem["status"], problem["code"]) == (status, status, code)
    assert problem["detail"]
    assert all(set(error) == {"field", "code", "detail"} and error["detail"] for error in problem["errors"])
    check_headers(answer)


def test_the_exceptions_are_routes_of_the_api() -> None:
    """A name that no route has any more would excuse the next one that is called so."""
    assert {route.path for route in routes() if route.method == "GET"} >= FETCHED | PUBLIC
    assert {route.path for route in POSTS} >= BODILESS


def test_every_get_route_is_a_page_and_an_api(place: Place) -> None:
    for route in GETS:
        path = place.address(route)
        page, data = (place.browser(route, html=html).get(path) for html in (True, False))
        assert (page.status, data.status) == (200, 200), (route, page.text[-600:], data.text)
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert data.headers["Content-Type"] == "application/json"
        assert isinstance(data.json, dict)
        assert page.text.startswith("<!doctype html>")
        assert '<html lang="pl">' in page.text
        for inline in ("<style", "style=", " onclick=", "javascript:", "<script>"):
            assert inline not in page.text, (route, inline)
        check_headers(page)
        check_headers(data)


def test_what_people_typed_is_escaped_on_every_page(place: Place) -> None:
    for route in GETS:
        page = place.browser(route, html=True).get(place.address(route))
        assert "Druga <Firma>" not in page.text, route
        assert "Paweł <Demo>" not in page.text, route


def test_no_page_leads_to_an_address_that_is_not_there(place: Place) -> None:
    """Every form of every page goes to a route of the API."""
    for route in GETS:
        page = place.browser(route, html=True).get(place.address(route))
        for form in forms(page):
            if form.action and not form.action.startswith("?"):
                route_of(form.method.upper(), form.action.partition("?")[0])


def test_who_is_not_signed_in_is_sent_to_sign_in_or_told(place: Place) -> None:
    for route in GETS:
        if route.path in PUBLIC:
            continue
        page = Browser(html=True).get(place.address(route))
        assert (page.status, page.location) == (303, "/sign-in"), route
        check_headers(page)
        check_problem(Browser().get(place.address(route)), 401, "sign-in-needed")


def test_a_wrong_body_is_a_problem_with_its_fields(place: Place) -> None:
    for route in POSTS:
        if route.path in BODILESS:
            continue
        browser, path = place.browser(route, html=False), place.address(route)
        answer = browser.post(path, {"unheard-of": 1})
        check_problem(answer, 422, answer.code)
        assert "unheard-of" in {error["field"] for error in answer.json["errors"]}, route
        check_problem(browser.post(path, b"{"), 400, "body-not-json")
        check_problem(browser.send("POST", path, body={}, headers={"content-type": "text/plain"}), 415, "media-type")


def test_a_refused_form_is_never_a_success(place: Place) -> None:
    for route in POSTS:
        if route.path in BODILESS:
            continue
        page = place.browser(route, html=True).post(place.address(route), {"unheard-of": "1"})
        assert 400 <= page.status < 500, route
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        check_headers(page)


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/offices", "/offices/", "/firms/", "/sign-in/", "//", "/offices/x/firms/y/z", "/static/app.css"],
)
@pytest.mark.parametrize("function", sorted({route.function for route in routes()}))
def test_an_unknown_path_is_not_found(office: Office, function: str, path: str) -> None:
    check_problem(office.boss.knock(function, "GET", path), 404, "not-found")
    page = office.boss_in_a_browser.knock(function, "GET", path)
    assert (page.status, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    check_headers(page)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_an_unknown_method_is_not_found(office: Office, method: str) -> None:
    answer = office.boss.knock("DesktopFunction", method, office.path())
    assert answer.status == 404


def test_every_refused_field_is_told_at_once(office: Office) -> None:
    answer = office.boss.post(office.path("/firms"), {"number": "1", "name": "", "prefix": "a b", "x": 1})
    found = {error["field"]: error["code"] for error in answer.json["errors"]}
    assert found == {
        "number": "nip-invalid",
        "name": "name-invalid",
        "prefix": "prefix-invalid",
        "x": "field-unknown",
    }


def test_a_defect_tells_nothing_of_itself(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret 5120079194")

    monkeypatch.setattr("portal.store.months.waiting", broken)
    answer = office.boss.get(office.path())
    check_problem(answer, 500, "defect")
    page = office.boss_in_a_browser.get(office.path())
    assert page.status == 500
    assert "secret" not in answer.text + page.text


def test_money_is_whole_grosze_in_json(place: Place) -> None:
    def numbers(value: Any) -> list[object]:
        if isinstance(value, dict):
            return [found for part in value.values() for found in numbers(part)]
        if isinstance(value, list):
            return [found for part in value for found in numbers(part)]
        return [value]

    for route in GETS:
        data = json.loads(place.browser(route, html=False).get(place.address(route)).text)
        assert not [value for value in numbers(data) if isinstance(value, float)], route


def test_the_language_of_an_accept_header_does_not_matter(office: Office) -> None:
    for accept, kind in (
        ("text/html", "text/html; charset=utf-8"),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("", "application/json"),
        (None, "application/json"),
    ):
        answer = office.boss.send("GET", office.path(), headers={"accept": accept})
        assert answer.headers["Content-Type"] == kind


def test_notices_are_words_of_ours(place: Place) -> None:
    """What stands in an address must not become a sentence of the portal."""
    for route in GETS:
        page = place.browser(route, html=True).get(place.address(route), done="Zaloguj się na evil.example")
        assert page.status == 200
        assert "evil.example" not in page.text
