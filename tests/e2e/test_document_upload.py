"""A client hands documents over in a browser: many at once, over a cut network, without one, and without script."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pypdfium2
import pytest

from tests.e2e.world import Office, Person, link_to
from tests.functions import document_files
from tests.functions.world import NIPS
from tests.local.running import Portal

pytestmark = pytest.mark.browser

CLIENT = "klient-document-upload@demo.example"
PATIENCE = 30_000
Open = Callable[..., Any]
STRETCHED = """async () => {
  const pictures = [...document.querySelectorAll(".pages img")];
  for (const one of pictures) { one.loading = "eager"; await one.decode(); }
  return pictures.map((one) => Math.round(50 * (one.width / one.height - one.naturalWidth / one.naturalHeight)));
}"""
"""How far each picture of a page is from its own shape, in fiftieths."""


@pytest.fixture(scope="module")
def firm(office: Office) -> str:
    given = {"number": NIPS[1], "name": "Nowa Chata Demo sp. z o.o.", "legal_form": "company"}
    firm = str(office.boss.post(f"{office.path}/firms", given, status=201)["firm"]["id"])
    office.boss.post(f"{office.path}/firms/{firm}/users", {"email": CLIENT, "name": "Karol Przykładny"}, status=201)
    return firm


@pytest.fixture(scope="module")
def signed_in(portal: Portal, office: Office, firm: str, chromium: Any) -> dict[str, Any]:
    """A browser's state after the invitation's link was used."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(address(portal, link_to(portal, CLIENT)))
    page.locator("main form button").click()
    page.wait_for_url(re.compile(r"/firms/"))
    state: dict[str, Any] = context.storage_state()
    context.close()
    return state


@pytest.fixture
def opened(portal: Portal, firm: str, chromium: Any, signed_in: dict[str, Any]) -> Iterator[Open]:
    """Opens the page of a month, each test another one, so that they do not see each other's documents."""
    contexts = []

    def opened_month(period: str, *, script: bool = True, path: str = "/documents", **options: Any) -> Any:
        context = chromium.new_context(storage_state=signed_in, java_script_enabled=script, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(address(portal, f"/firms/{firm}{path}?period={period}"))
        return page

    yield opened_month
    for context in contexts:
        context.close()


@pytest.fixture
def client(portal: Portal, signed_in: dict[str, Any]) -> Person:
    return Person(portal, "; ".join(f"{one['name']}={one['value']}" for one in signed_in["cookies"]))


def address(portal: Portal, path: str) -> str:
    return str(portal.http.base_url).rstrip("/") + path


def twenty_files() -> dict[str, bytes]:
    """What a firm has in a month, a large scan and a phone's photo among it."""
    scans = {f"faktura {number:02}.pdf": document_files.pdf(1, f"Faktura {number}") for number in range(1, 15)}
    return {
        **scans,
        "skan umowy.pdf": document_files.large_pdf(20 * 1024 * 1024),
        "IMG_0001.heic": document_files.heic(),
        "paragon ż.jpg": document_files.photo(),
        "faktura z KSeF.xml": document_files.fa3(),
        "wyciąg.xlsx": document_files.xlsx(),
        "skany.zip": document_files.archive(),
    }


def chosen(files: dict[str, bytes]) -> list[dict[str, Any]]:
    return [{"name": name, "mimeType": "", "buffer": content} for name, content in files.items()]


def choose(page: Any, files: dict[str, bytes]) -> None:
    """Through the page's own field; where the files are more than the tools hand over at once, one after the other."""
    page.evaluate("window.chosen = new DataTransfer()")
    for name, content in files.items():
        page.evaluate(
            "async ([name, address]) => chosen.items.add(new File([await (await fetch(address)).blob()], name))",
            [name, f"/_content/{hashlib.sha256(content).hexdigest()}"],
        )
    page.evaluate(
        "() => { const field = document.querySelector('[data-files]'); field.files = chosen.files;"
        " field.dispatchEvent(new Event('change')); }"
    )


def serve(page: Any, files: dict[str, bytes]) -> None:
    """Lets a page fetch the content of made-up files, as if they lay on its disk."""
    by_digest = {hashlib.sha256(content).hexdigest(): content for content in files.values()}
    page.route("**/_content/*", lambda route: route.fulfill(body=by_digest[route.request.url.rpartition("/")[2]]))


def arrived(client: Person, firm: str, period: str) -> dict[str, str]:
    """Names of what is there in order, with the addresses."""
    seen = client.get(f"/firms/{firm}/documents", period=period)
    return {one["name"]: one["document"] for one in seen["listed"]}


def content_of(client: Person, firm: str, document: str) -> bytes:
    headers = {"cookie": client.cookie, "accept": "text/html"}
    answer = client.portal.http.get(f"/firms/{firm}/documents/{document}/file", headers=headers)
    return httpx.get(str(answer.headers["location"])).content


def test_twenty_files_go_up_though_the_network_is_cut_half_way(
    opened: Open, client: Person, firm: str, portal: Portal
) -> None:
    page, files = opened("2026-08"), twenty_files()
    serve(page, files)
    choose(page, files)
    page.wait_for_selector("[data-list] .ok >> nth=2", timeout=PATIENCE)
    page.context.set_offline(True)
    page.wait_for_selector("[data-said]:has-text('Brak połączenia')", timeout=PATIENCE)
    page.wait_for_timeout(500)
    done = page.locator("[data-list] .ok").count()
    assert 3 <= done < len(files)
    page.context.set_offline(False)
    page.wait_for_selector("[data-said]:text-is('Przekazano 20 z 20.')", timeout=2 * PATIENCE)
    portal.until(lambda: len(arrived(client, firm, "2026-08")) == len(files), 60)
    there = arrived(client, firm, "2026-08")
    assert there.keys() == files.keys()
    for name, content in files.items():
        assert content_of(client, firm, there[name]) == content, name
    seen = client.get(f"/firms/{firm}/documents", period="2026-08")
    assert (seen["coming"], seen["stopped"]) == ([], []), "nothing was announced twice"


def test_a_dropped_file_shows_its_progress_and_then_stands_in_the_list(opened: Open) -> None:
    page, files = opened("2026-07"), {"upuszczony.pdf": document_files.pdf()}
    serve(page, files)
    page.evaluate(
        "async (address) => { const given = new DataTransfer();"
        " given.items.add(new File([await (await fetch(address)).blob()], 'upuszczony.pdf'));"
        " for (const kind of ['dragover', 'drop']) document.body.dispatchEvent("
        " new DragEvent(kind, { dataTransfer: given, bubbles: true, cancelable: true })); }",
        f"/_content/{hashlib.sha256(files['upuszczony.pdf']).hexdigest()}",
    )
    page.wait_for_selector("[data-list] .ok")
    page.wait_for_selector("#documents a:has-text('upuszczony.pdf')", timeout=PATIENCE)
    page.wait_for_selector("#documents .info:has-text('Nowy')", timeout=PATIENCE)


def test_a_file_that_cannot_be_accepted_says_why_and_the_others_go(opened: Open) -> None:
    page = opened("2026-06")
    files = {"dobry.pdf": document_files.pdf(), "program.exe": b"MZ", "pusty.pdf": b""}
    serve(page, files)
    choose(page, files)
    page.wait_for_selector("[data-list] .ok")
    failed = page.locator("[data-list] li:has(.bad)")
    assert failed.count() == 2
    assert "nie przyjmujemy" in failed.nth(0).inner_text()
    assert "jest pusty" in failed.nth(1).inner_text()


def test_what_was_stopped_is_sent_again_from_its_row(opened: Open, client: Person, firm: str, portal: Portal) -> None:
    page, files = opened("2026-05"), {"umowa.pdf": document_files.locked_pdf()}
    serve(page, files)
    choose(page, files)
    page.wait_for_selector("[data-replaces]", timeout=PATIENCE)
    assert "chroniony hasłem" in page.inner_text("#documents")
    with page.expect_file_chooser() as chooser:
        page.click("[data-replaces]")
    chooser.value.set_files([{"name": "umowa.pdf", "mimeType": "application/pdf", "buffer": document_files.pdf()}])
    page.wait_for_selector("[data-list] li:nth-child(2) .ok")
    portal.until(lambda: not client.get(f"/firms/{firm}/documents", period="2026-05")["stopped"], 30)
    assert list(arrived(client, firm, "2026-05")) == ["umowa.pdf"]


def test_all_of_it_works_with_the_keyboard(opened: Open) -> None:
    page = opened("2026-04")
    page.on(
        "filechooser", lambda _: None
    )  # the browser begins to tell of choosers in its own time, so it is asked early
    page.focus("[data-choose]")
    page.wait_for_timeout(300)
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    page.context.set_offline(True)
    chooser.value.set_files([{"name": "a.pdf", "mimeType": "application/pdf", "buffer": document_files.pdf()}])
    page.wait_for_selector("[data-list] .warn")
    assert page.get_by_role("status").filter(has_text="Przekazano 0 z 1.").count() == 1
    # From the link through the field of kind and note to the buttons of the file.
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.hasAttribute('data-cancel')"):
            break
    assert page.evaluate("document.activeElement.textContent") == "Usuń z listy: a.pdf"
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-list] li", state="detached")
    assert page.evaluate("document.activeElement.hasAttribute('data-choose')")


def test_uploads_are_held_and_resumed(opened: Open, client: Person, firm: str, portal: Portal) -> None:
    page, files = opened("2026-03"), {f"{number}.pdf": document_files.pdf(1, str(number)) for number in range(6)}
    serve(page, files)
    page.evaluate("document.querySelector('[data-hold]').click()")  # held before anything is chosen
    choose(page, files)
    page.wait_for_selector("[data-list] li:nth-child(6)")
    page.wait_for_timeout(500)
    assert page.locator("[data-list] .ok").count() == 0
    page.click("[data-hold]")
    portal.until(lambda: len(arrived(client, firm, "2026-03")) == 6, 30)


def test_what_was_added_without_network_outlives_the_page_and_goes_up_by_itself(
    opened: Open, client: Person, firm: str, portal: Portal
) -> None:
    page = opened("2026-02")
    context = page.context
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)
    page.set_input_files("[data-files]", chosen({"bez sieci.pdf": document_files.pdf()}))
    page.wait_for_selector("[data-list] .warn:has-text('czeka na połączenie')")
    page.close()
    assert arrived(client, firm, "2026-02") == {}
    context.set_offline(False)
    again = context.new_page()
    again.goto(address(portal, f"/firms/{firm}"))  # any page of the app
    portal.until(lambda: list(arrived(client, firm, "2026-02")) == ["bez sieci.pdf"], 30)


def test_the_app_opens_without_network_and_keeps_what_is_added(
    opened: Open, client: Person, firm: str, portal: Portal
) -> None:
    page = opened("2026-01")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.context.set_offline(True)
    page.goto(address(portal, f"/firms/{firm}"))
    assert "Brak połączenia" in page.inner_text("h1")
    page.set_input_files("[data-files]", chosen({"z drogi.pdf": document_files.pdf()}))
    page.wait_for_selector("[data-list] .warn:has-text('czeka na połączenie')")
    page.context.set_offline(False)
    page.wait_for_url("**/share")
    page.wait_for_selector("[data-shared]:has-text('z drogi.pdf')")
    page.click("[data-firm]")
    page.wait_for_selector("[data-list] .ok", timeout=PATIENCE)


def test_photos_become_one_document_in_their_order_turned_right(
    opened: Open, client: Person, firm: str, portal: Portal
) -> None:
    page = opened("2025-12", viewport={"width": 390, "height": 844})
    # The camera held upright: the picture lies on its side, and says so.
    first, second = document_files.photo(3000, 2000, turn=6), document_files.photo(640, 480)
    for photo in (first, second):
        page.set_input_files("[data-photo-file]", [{"name": "p.jpg", "mimeType": "image/jpeg", "buffer": photo}])
        page.wait_for_timeout(300)
    page.wait_for_selector("[data-thumbs] li:nth-child(2)")
    page.locator("[data-thumbs] li").nth(1).locator("[data-act=turn]").click()
    page.locator("[data-thumbs] li").nth(1).locator("[data-act=earlier]").click()
    page.click("[data-finish]")
    page.wait_for_selector("[data-list] .ok", timeout=PATIENCE)
    portal.until(lambda: len(arrived(client, firm, "2025-12")) == 1, 30)
    ((name, document),) = arrived(client, firm, "2025-12").items()
    assert re.fullmatch(r"Zdjęcie 20\d\d-\d\d-\d\d \d\d\.\d\d\.\d\d\.pdf", name)
    made = pypdfium2.PdfDocument(io.BytesIO(content_of(client, firm, document)))
    sizes = [tuple(round(side) for side in made[number].get_size()) for number in range(len(made))]
    assert sizes == [(632, 842), (561, 842)]
    pictures = [next(iter(made[number].get_objects())).get_px_size() for number in range(len(made))]
    assert pictures == [(480, 640), (1333, 2000)]
    seen = client.get(f"/firms/{firm}/documents/{document}")
    assert (seen["source"], seen["pages"]) == ("phone", 2)
    page.goto(address(portal, f"/firms/{firm}/documents/{document}"))
    assert page.evaluate(STRETCHED) == [0, 0]


def test_without_script_one_file_goes_up_in_two_steps(opened: Open, client: Person, firm: str, portal: Portal) -> None:
    page = opened("2025-11", script=False)
    page.click("text=Dodaj dokumenty")
    assert "jeden plik naraz" in page.inner_text("main")
    page.select_option("#extension", "xml")
    page.fill("#name", "Wyciąg z banku")
    page.click("main button")
    content = document_files.plain_xml()
    page.set_input_files("#file", [{"name": "w.xml", "mimeType": "application/xml", "buffer": content}])
    page.click("main button")
    page.wait_for_url(re.compile(r"/documents\?period=2025-11"))
    assert "Plik wysłany" in page.inner_text("main")
    portal.until(lambda: list(arrived(client, firm, "2025-11")) == ["Wyciąg z banku.xml"], 30)
    ((_, document),) = arrived(client, firm, "2025-11").items()
    assert content_of(client, firm, document) == content


def test_the_shared_files_wait_for_a_firm(opened: Open, client: Person, firm: str, portal: Portal) -> None:
    page = opened("2025-10")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.evaluate(
        "() => { const form = Object.assign(document.createElement('form'),"
        " { method: 'post', action: '/share', enctype: 'multipart/form-data' });"
        " const field = Object.assign(document.createElement('input'), { type: 'file', name: 'files' });"
        " const given = new DataTransfer(); given.items.add(new File(['<a/>'], 'udostępniony.xml'));"
        " field.files = given.files; form.append(field); document.body.append(form); form.submit(); }"
    )
    page.wait_for_url("**/share")
    page.wait_for_selector("[data-shared]:has-text('udostępniony.xml')")
    page.click("[data-firm]")
    page.wait_for_selector("[data-list] .ok", timeout=PATIENCE)


@pytest.mark.parametrize("path", ["/documents", "/documents/upload"])
def test_pages_do_not_scroll_sideways_on_a_phone(opened: Open, path: str) -> None:
    page = opened("2026-08", path=path, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
