"""Passkeys in a real browser with an authenticator that it simulates: the pages' own script, the real template."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.world import Office, ask_for_link
from tests.local.running import Portal

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Machine:
    """A browser with an authenticator built in, as on a laptop with a fingerprint reader."""

    def __init__(self, chromium: Any, portal: Portal, *, width: int = 1280) -> None:
        self.context = chromium.new_context(viewport={"width": width, "height": 800}, locale="pl-PL")
        self.page = self.context.new_page()
        self.origin = str(portal.http.base_url).rstrip("/")
        self._tools = self.context.new_cdp_session(self.page)
        self._tools.send("WebAuthn.enable")
        self.authenticator = self._tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    def open(self, path: str) -> None:
        self.page.goto(self.origin + path)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def sees(self, words: str) -> None:
        self.page.get_by_text(words).first.wait_for()

    def credentials(self) -> list[dict[str, Any]]:
        return list(self._tools.send("WebAuthn.getCredentials", self.authenticator)["credentials"])


@pytest.fixture
def machine(chromium: Any, portal: Portal, office: Office) -> Iterator[Machine]:
    """Signed in as the office's administrator."""
    made = Machine(chromium, portal)
    made.open(ask_for_link(portal, office.email))
    made.press("Zaloguj się")
    made.page.wait_for_url(re.compile(r"/offices/"))
    yield made
    made.context.close()


def add_passkey(machine: Machine) -> None:
    machine.open("/passkeys")
    machine.press("Dodaj klucz dostępu")
    machine.sees("Dodano klucz dostępu")


def remove_passkey(machine: Machine) -> None:
    machine.open("/passkeys")
    machine.page.locator("details.fold summary", has_text="Zmień nazwę").first.click()
    machine.press("Usuń klucz dostępu")
    machine.sees("Usunięto klucz dostępu")


def test_a_passkey_is_added_used_named_and_removed(machine: Machine) -> None:
    add_passkey(machine)
    (credential,) = machine.credentials()
    assert credential["rpId"] == "localhost"
    assert credential["isResidentCredential"]

    machine.open("/devices")
    machine.press("Wyloguj wszędzie, też tutaj")
    machine.page.wait_for_url(re.compile(r"/sign-in"))
    machine.press("Zaloguj się kluczem dostępu")
    machine.page.wait_for_url(re.compile(r"/offices/"))

    machine.open("/passkeys")
    assert "ostatnio użyty" in machine.page.inner_text("main")
    machine.page.locator("details.fold summary", has_text="Zmień nazwę").click()
    machine.page.get_by_label("Nazwa").fill("Laptop Anny")
    machine.press("Zapisz nazwę")
    machine.sees("Zmieniono nazwę klucza dostępu")
    assert "Laptop Anny" in machine.page.inner_text("main")

    remove_passkey(machine)
    assert "Nie masz jeszcze kluczy dostępu" in machine.page.inner_text("main")
    machine.context.clear_cookies()
    machine.open("/sign-in")
    machine.press("Zaloguj się kluczem dostępu")
    machine.sees("Nie udało się potwierdzić klucza dostępu")
    assert machine.page.url.endswith("/sign-in")


def test_a_passkey_confirms_and_leads_back(machine: Machine, office: Office) -> None:
    add_passkey(machine)
    before = {cookie["name"]: cookie["value"] for cookie in machine.context.cookies()}
    machine.open(f"/confirm?back={office.path}/agents")
    machine.press("Potwierdź kluczem dostępu")
    machine.page.wait_for_url(f"{machine.origin}{office.path}/agents")
    after = {cookie["name"]: cookie["value"] for cookie in machine.context.cookies()}
    assert after["__Host-session"] != before["__Host-session"]
    remove_passkey(machine)


def test_the_pages_fit_a_phone(chromium: Any, portal: Portal, office: Office) -> None:
    phone = Machine(chromium, portal, width=390)
    phone.open(ask_for_link(portal, office.email))
    phone.press("Zaloguj się")
    phone.page.wait_for_url(re.compile(r"/offices/"))
    wide = []
    for path in ("/passkeys", "/devices", "/confirm?back=/", "/confirm/code?challenge=x&back=/"):
        phone.open(path)
        if phone.page.evaluate("document.documentElement.scrollWidth") > 390:
            wide.append(path)
    phone.context.close()
    assert wide == []
