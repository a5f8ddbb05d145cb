"""The logo on a firm's invoices: sent in their settings, drawn on every print, shown to who may see them."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from typing import Any

import pytest
from pypdf import PdfReader

from tests.functions.forms import forms_to
from tests.functions.gateway import Answer, Browser, Handlers
from tests.functions.invoices import Shop
from tests.functions.turns import at_once
from tests.functions.world import NIPS, Office
from tests.pictures import picture


@pytest.fixture
def shop(office: Office) -> Shop:
    return Shop.of(office)


def sent(shop: Shop, content: bytes) -> Answer:
    return shop.post("/logo", {"logo": {"name": "logo.png", "content": base64.b64encode(content).decode()}})


def put(shop: Shop, content: bytes) -> str:
    answer = sent(shop, content)
    assert answer.status == 200, answer.text
    return str(answer.json["logo"])


def form_with(content: bytes) -> tuple[bytes, dict[str, str]]:
    """A form with a file as a browser sends it."""
    head = b'--b\r\nContent-Disposition: form-data; name="logo"; filename="l.png"\r\nContent-Type: image/png\r\n\r\n'
    return head + content + b"\r\n--b--\r\n", {"content-type": "multipart/form-data; boundary=b"}


def images(pdf: Answer) -> list[Any]:
    page: Any = PdfReader(io.BytesIO(base64.b64decode(pdf.text)), strict=True).pages[0]
    return [one for one in page["/Resources"].get("/XObject", {}).values() if one["/Subtype"] == "/Image"]


def logos_kept(items: Any) -> list[str]:
    return [item["sk"]["S"] for item in items() if item["sk"]["S"].startswith("VL#")]


# On the print


def test_the_logo_is_on_every_print_those_of_old_invoices_too(shop: Shop) -> None:
    issued = shop.issue()["invoice"]
    before = shop.get(f"/{issued}/pdf")
    assert images(before) == []
    put(shop, picture())
    after = shop.get(f"/{issued}/pdf")
    (image,) = images(after)
    assert (image["/Width"], image["/Height"]) == (4, 2)
    assert images(shop.get(f"/{shop.draft()['invoice']}/pdf"))
    assert images(shop.at_office.get(f"/{issued}/pdf"))


def test_a_print_is_the_same_to_the_byte_until_the_logo_changes(shop: Shop) -> None:
    issued = shop.issue()["invoice"]
    tags, bodies = set(), set()
    for content in (None, picture(1), picture(2)):
        if content:
            put(shop, content)
        first, second = (shop.get(f"/{issued}/pdf") for _ in range(2))
        assert (first.text, first.headers["ETag"]) == (second.text, second.headers["ETag"])
        tags.add(first.headers["ETag"])
        bodies.add(first.text)
    assert (len(tags), len(bodies)) == (3, 3)
    assert shop.get(f"/{issued}/pdf").status == 200


def test_the_preview_shows_it_by_our_own_address(shop: Shop) -> None:
    issued, digest = shop.issue()["invoice"], put(shop, picture())
    address = f"{shop.home}/logo/{digest}"
    for path in (f"/{issued}", f"/{issued}/preview", "/settings"):
        assert f'src="{address}"' in shop.in_a_browser.get(path).text
    assert shop.get(f"/{issued}/preview").json["preview"]["logo"] == digest
    shown = shop.get(f"/logo/{digest}")
    assert (shown.status, shown.headers["Content-Type"]) == (200, "image/png")
    assert "private" in shown.headers["Cache-Control"]
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert base64.b64decode(shown.text).startswith(b"\x89PNG")


# Sent and taken away


def test_a_form_sends_it_and_a_button_takes_it_away(shop: Shop, items: Any) -> None:
    browser = shop.in_a_browser
    body, headers = form_with(picture())
    done = browser.post("/logo", body, headers=headers)
    assert (done.status, done.location) == (303, f"{shop.home}/settings?done=invoice-logo")
    assert len(logos_kept(items)) == 1
    (removal,) = forms_to(browser.get("/settings"), "/logo/removal")
    assert removal.send(browser.who).location == f"{shop.home}/settings?done=logo-removed"
    assert logos_kept(items) == []
    assert forms_to(browser.get("/settings"), "/logo/removal") == []


def test_what_else_a_file_carries_is_left_behind(shop: Shop) -> None:
    digest = put(shop, picture(behind=b"<script>secret</script>"))
    assert b"secret" not in base64.b64decode(shop.get(f"/logo/{digest}").text)


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"\xff\xd8\xff\xe0 jpeg", "logo-not-png"), (picture()[:-20], "logo-broken"), (b"", "logo-not-png")],
    ids=["a JPEG", "cut off", "empty"],
)
def test_what_is_no_logo_is_refused_at_its_field_and_changes_nothing(
    shop: Shop, items: Any, content: bytes, code: str
) -> None:
    put(shop, picture())
    before = items()
    answer = sent(shop, content)
    assert [(one["field"], one["code"]) for one in answer.json["errors"]] == [("logo", code)]
    assert items() == before


def test_a_refused_file_is_told_on_the_page_of_the_settings(shop: Shop) -> None:
    body, headers = form_with(b"GIF89a")
    page = shop.in_a_browser.post("/logo", body, headers=headers)
    assert page.status == 422
    assert "To nie jest plik PNG" in page.text
    assert "Ustawienia faktur" in page.text


def test_a_new_logo_takes_the_place_of_the_old_one(shop: Shop, items: Any) -> None:
    first, second = put(shop, picture(1)), put(shop, picture(2))
    assert logos_kept(items) == [f"VL#{second}"]
    assert shop.get(f"/logo/{first}").code == "not-found"
    assert shop.get(f"/logo/{second}").status == 200


def test_the_same_once_more_changes_nothing(shop: Shop, items: Any) -> None:
    put(shop, picture())
    before = items()
    put(shop, picture())
    assert items() == before
    assert shop.post("/logo/removal").status == 200
    gone = items()
    assert shop.post("/logo/removal").status == 200
    assert items() == gone


def test_of_several_at_once_one_stays_and_no_picture_is_left_over(shop: Shop, items: Any) -> None:
    def one(shade: int) -> Any:
        def send(handlers: Handlers) -> Answer:
            return sent(replace(shop, who=replace(shop.who, handlers=handlers)), picture(shade))

        return send

    answers = at_once([one(shade) for shade in range(5)])
    assert {answer.status for answer in answers} <= {200, 409}
    assert 200 in {answer.status for answer in answers}
    assert logos_kept(items) == [f"VL#{shop.get('/settings').json['logo']}"]


def test_settings_that_are_changed_keep_the_logo(shop: Shop) -> None:
    digest = put(shop, picture())
    changed = shop.post("/settings", {"version": 1, "due_days": 7})
    assert (changed.status, changed.json["logo"]) == (200, digest)
    assert shop.post("/settings", {"version": 2, "logo": "0" * 64}).status == 422


def test_it_is_told_in_the_history(shop: Shop, items: Any) -> None:
    put(shop, picture())
    told = [item["event"]["M"] for item in items() if "event" in item]
    assert [one for one in told if one["action"]["S"] == "firm.invoice-settings" and "logo" in one["changes"]["M"]]


# Whose it is


def test_a_logo_is_the_firms_own(shop: Shop, office: Office) -> None:
    digest = put(shop, picture())
    other = office.add_firm(NIPS[2], "Inna Demo")
    assert shop.at_office.get(f"/logo/{digest}").status == 200
    elsewhere = Shop(office, other, office.client(other, "i@firma.example"), f"/firms/{other}/invoices")
    assert elsewhere.get(f"/logo/{digest}").code == "not-found"
    assert elsewhere.who.get(f"{shop.home}/logo/{digest}").code == "not-found"
    assert Browser().get(f"{shop.home}/logo/{digest}").code == "sign-in-needed"


@pytest.mark.parametrize("digest", ["0" * 64, "x", "VS"])
def test_a_digest_of_no_picture_finds_nothing(shop: Shop, digest: str) -> None:
    assert shop.get(f"/logo/{digest}").code == "not-found"
