"""An accountant works off documents by keyboard, in a browser, on the deployed template."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e import test_uploads
from tests.e2e.test_uploads import announced, send
from tests.e2e.world import Office, Person, ask_for_link
from tests.functions import document_files
from tests.functions.world import NIPS
from tests.local.running import Portal

pytestmark = pytest.mark.browser

firm, client = test_uploads.firm, test_uploads.client
FILES = {f"faktura-{number}.pdf": document_files.pdf(number) for number in (1, 2, 3)}


@pytest.fixture(scope="module")
def month(portal: Portal, office: Office, client: Person, firm: str) -> str:
    """Three documents of a firm with circulation, arrived; their month."""
    office.boss.post(f"{office.path}/firms/{firm}/document-rules", {"version": 0, "circulation": True})
    told = client.post(
        f"/firms/{firm}/documents", {"files": [announced(content, name) for name, content in FILES.items()]}
    )
    for upload, content in zip(told["uploads"], FILES.values(), strict=True):
        assert send(upload, content).status_code == 204
    portal.until(lambda: len(office.boss.get(f"{office.path}/documents")["rows"]) == len(FILES), 60)
    return str(told["period"])


@pytest.fixture(scope="module")
def signed_in(portal: Portal, office: Office, chromium: Any) -> dict[str, Any]:
    """The accountant's browser after the link of a mail."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(str(portal.http.base_url).rstrip("/") + ask_for_link(portal, office.email))
    page.locator("main form button").click()
    page.wait_for_url(f"**{office.path}")
    state: dict[str, Any] = context.storage_state()
    context.close()
    return state


@pytest.fixture
def page(chromium: Any, portal: Portal, signed_in: dict[str, Any]) -> Iterator[Any]:
    origin = str(portal.http.base_url).rstrip("/")
    context = chromium.new_context(base_url=origin, storage_state=signed_in, viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    failures: list[str] = []
    opened.on("pageerror", lambda error: failures.append(str(error)))
    yield opened
    assert failures == []
    context.close()


def statuses(office: Office, firm: str, month: str) -> list[str]:
    rows = office.boss.get(f"{office.path}/firms/{firm}/documents", period=month)["rows"]
    return [row["status"] for row in sorted(rows, key=lambda row: row["document"])]


def shown(page: Any) -> str:
    return str(page.locator(".desk h2").inner_text())


def test_documents_are_worked_off_by_keyboard(page: Any, office: Office, firm: str, month: str) -> None:
    page.goto(f"{office.path}/documents")
    names = page.locator("tr[data-row] a[data-open]").all_inner_texts()
    assert sorted(names) == sorted(FILES)

    # The list: down twice and up once, open.
    for key in "jjk":
        page.keyboard.press(key)
    page.keyboard.press("o")
    page.wait_for_url("**/documents/2*within=inbox")
    assert shown(page) == names[0]
    picture = page.locator(".pages img").first
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100

    # The document: the neighbours by letters and arrows, none beyond the ends.
    for key, place in (("j", 1), ("ArrowRight", 2), ("j", 2), ("ArrowLeft", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        page.wait_for_function("name => document.querySelector('.desk h2').innerText === name", arg=names[place])
    # While something is typed, letters are letters.
    page.locator("#number").fill("")
    page.keyboard.press("j")
    assert (page.locator("#number").input_value(), shown(page)) == ("j", names[0])
    page.locator("#number").fill("")
    page.locator(".desk h2").click()

    # Onward: each step shows the next document, the last one stays.
    for name in [*names[1:], names[-1]]:
        page.keyboard.press("a")
        page.wait_for_function("name => document.querySelector('.desk h2').innerText === name", arg=name)
        page.get_by_role("status").wait_for()
    assert statuses(office, firm, month) == ["to-process"] * 3

    # Many at once, ticked by keyboard.
    page.goto(f"{office.path}/documents?status=to-process")
    for key in "jxjx":
        page.keyboard.press(key)
    assert page.locator("#bulk [data-count]").inner_text() == "(2)"
    page.locator("#bulk button").click()
    page.get_by_role("status").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.get_by_text("Nic nie czeka na przetworzenie").wait_for()
    assert statuses(office, firm, month) == ["to-review"] * 3


def test_a_question_goes_out_and_its_answer_comes_back(
    page: Any, office: Office, client: Person, firm: str, month: str
) -> None:
    page.goto(f"{office.path}/documents?status=to-review")
    page.locator("tr[data-row] a[data-open]").first.click()
    document = page.url.partition("/documents/")[2].partition("?")[0]
    page.get_by_text("Zapytaj klienta").click()
    page.get_by_label("Pytanie do klienta").fill("Do jakiego auta?")
    page.get_by_role("button", name="Wyślij pytanie").click()
    page.get_by_text("Pytanie wysłane").wait_for()
    client.post(f"/firms/{firm}/documents/{document}/messages", {"text": "Do dostawczego."})
    page.goto(f"{office.path}/firms/{firm}/documents/{document}")
    page.get_by_text("Do dostawczego.").wait_for()
    assert page.locator(".desk .bar .state").first.inner_text() == "Do przetworzenia"


def test_the_office_adds_a_document_for_the_client(page: Any, office: Office, firm: str, month: str) -> None:
    page.goto(f"{office.path}/firms/{firm}/documents?period={month}")
    content = document_files.pdf(1, "Z papieru")
    page.set_input_files("[data-files]", {"name": "papier.pdf", "mimeType": "application/pdf", "buffer": content})
    page.locator("#documents tr", has_text="papier.pdf").get_by_text("Nowy").wait_for()
    rows = office.boss.get(f"{office.path}/firms/{firm}/documents", period=month)["rows"]
    assert [row["source"] for row in rows if row["name"] == "papier.pdf"] == ["office"]


def test_both_lists_fit_a_phone(page: Any, office: Office, firm: str, month: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    document = office.boss.get(f"{office.path}/firms/{firm}/documents", period=month)["rows"][0]["document"]
    for path in ("/documents?status=to-review", f"/firms/{firm}/documents?period={month}"):
        page.goto(office.path + path)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.goto(f"{office.path}/firms/{firm}/documents/{document}")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert NIPS[1][-2:] in page.content()
