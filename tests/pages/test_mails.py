"""Mails: one sentence, one button, the plain link under it, who sent it and why, in HTML and in plain text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from functions.notify import letters
from functions.notify.letters import Letter
from portal.domain.offices import Office

LINK = "http://127.0.0.1:8000/l/01J0~abc?x=1&y=2"
HOSTILE = "Żabka & <b>Syn</b>"
OFFICE = Office(
    "01M86CH3M6R6RGGGDN6KRPM22H", "Biuro „Ó” & Syn", datetime(2026, 11, 24, tzinfo=UTC), reply_to="kontakt@demo.example"
)
WITH_LOGO = replace(OFFICE, logo="d1ge5t")

_ABOUT_ACCESS = {"device": "Firefox, Windows", "moment": "24.11.2026 10:03", "network": "192.0.2.7"}
_INVITED = {"office_name": OFFICE.name, "firm_name": HOSTILE}
VALUES: dict[str, dict[str, Any]] = {
    "sign_in": {"code": "123456", "minutes": 15},
    "confirm": {"code": "123456", "minutes": 15},
    "sign_up": {"hours": 24},
    "sign_up_known": {"hours": 24},
    "office_opened": {"office_name": HOSTILE, "agents_link": "http://127.0.0.1:8000/offices/01J0/agents"},
    "new_device": _ABOUT_ACCESS,
    "export_ready": {"office_name": HOSTILE},
    "archive_ready": {"office_name": HOSTILE},
    "upload_stopped": {"firm_name": HOSTILE, "file_name": "Faktura „12”.pdf"},
    "uploads_lost": {"firm_name": HOSTILE, "count": 2},
    "recurring_failed": {"firm_name": HOSTILE, "recurring": HOSTILE, "reason": "Nie ma serii.", "made": False},
    "passkey_changed": {**_ABOUT_ACCESS, "passkey": HOSTILE, "added": True},
    "invitation": _INVITED,
    "staff_invitation": {"office_name": OFFICE.name, "role": "administrator"},
    "document_question": {**_INVITED, "document": HOSTILE},
    "document_rejected": {**_INVITED, "document": HOSTILE},
    "invoice": {
        "seller": HOSTILE,
        "reply_to": "sprzedaz@demo.example",
        "title": "Faktura VAT",
        "number": "FV/0001/11/26",
        "facts": [["Razem do zapłaty", "123,00 PLN"], ["Rachunek bankowy", HOSTILE]],
        "message": f"{HOSTILE}\ndo zobaczenia",
    },
    "invoice_reminder": {
        "seller": HOSTILE,
        "reply_to": "sprzedaz@demo.example",
        "title": "Faktura VAT",
        "number": "FV/0001/11/26",
        "facts": [["Pozostaje do zapłaty", "123,00 PLN"], ["Rachunek bankowy", HOSTILE]],
        "message": "",
        "late": 3,
    },
    "access_changed": {**_INVITED, "what": "off", "role": "firm"},
}
EVERY = sorted(VALUES)
OF_SELLERS = {"invoice", "invoice_reminder"}
"""Those in the name of a firm: they do not show the office."""

OF_OFFICES = sorted(VALUES.keys() - OF_SELLERS)
FOLDER = Path(__file__).resolve().parents[2] / "templates" / "mail"


def written(mail: str, office: Office | None = OFFICE, name: str = HOSTILE) -> Letter:
    values = {"name": name, "link": LINK, **VALUES[mail]}
    return letters.write({"template": mail, "to": "jan@firma.example", "values": values}, office)


class _Tags(HTMLParser):
    """Every tag of a document, with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_mail_is_looked_at_here() -> None:
    mails = {file.name.removesuffix(".subject.txt") for file in FOLDER.glob("*.subject.txt")}
    assert mails == set(VALUES)
    names = {file.name for file in FOLDER.iterdir()}
    assert {f"{mail}.{end}" for mail in mails for end in ("html", "txt")} <= names


@pytest.mark.parametrize("mail", EVERY)
def test_the_link_is_there_twice_and_escaped(mail: str) -> None:
    html = written(mail).html
    assert html.count('href="http://127.0.0.1:8000/l/01J0~abc?x=1&amp;y=2"') == 2
    assert 'lang="pl"' in html


@pytest.mark.parametrize("mail", EVERY)
def test_plain_text_is_plain(mail: str) -> None:
    text = written(mail).text
    assert f"\n{LINK}\n" in text
    assert "&amp;" not in text
    assert text.startswith(f"Dzień dobry, {HOSTILE}.")


@pytest.mark.parametrize("mail", EVERY)
def test_names_are_words_and_no_html(mail: str) -> None:
    letter = written(mail, replace(WITH_LOGO, name=HOSTILE))
    assert "<b>" not in letter.html
    assert "&amp;lt;" not in letter.html


@pytest.mark.parametrize("mail", EVERY)
def test_the_document_is_whole_and_reaches_for_nothing_but_the_logo(mail: str) -> None:
    tags = _Tags(written(mail, WITH_LOGO).html)
    assert tags.open == []
    assert not {tag for tag, _ in tags.found} & {"script", "link", "iframe", "form", "object", "video"}
    sources = [attributes["src"] for _, attributes in tags.found if "src" in attributes]
    logo = ["https://portal.example/logos/01M86CH3M6R6RGGGDN6KRPM22H/d1ge5t"]
    assert sources == ([] if mail in OF_SELLERS else logo)
    assert "url(" not in written(mail, WITH_LOGO).html


@pytest.mark.parametrize("mail", EVERY)
def test_subjects_are_one_line(mail: str) -> None:
    subject = written(mail).subject
    assert subject == " ".join(subject.split())
    assert 10 < len(subject) <= 150


def test_subjects_say_what_and_for_whom() -> None:
    assert written("sign_in", None).subject == "KonektoSmart: logowanie"
    assert written("invitation").subject == f"{HOSTILE}: dostęp do kwot z biura"


@pytest.mark.parametrize("mail", EVERY)
def test_the_inbox_shows_the_sentence_before_the_mail_is_opened(mail: str) -> None:
    hidden = re.search(r'<div style="display:none[^>]*>(.*?)</div>', written(mail).html, re.DOTALL)
    assert hidden
    first = re.split(r"(?:&#847; )+", hidden[1])[0].strip()
    assert len(first) > 20
    assert written(mail).html.count(first) == 2


@pytest.mark.parametrize("mail", OF_OFFICES)
@pytest.mark.parametrize("office", [OFFICE, None], ids=["office", "portal"])
def test_the_end_says_who_sent_it_why_and_where_answers_go(mail: str, office: Office | None) -> None:
    letter = written(mail, office)
    for form in (letter.html, letter.text):
        assert "KonektoSmart" in form
        assert "https://portal.example" in form
        assert "Tę wiadomość" in form
        assert ("trafi do biura: kontakt@demo.example" in form) == bool(office)
        assert ("odpowiedzi nikt nie przeczyta" in form) == (office is None)


def test_the_code_stands_in_both() -> None:
    for form in (written("sign_in").html, written("sign_in").text):
        assert "123456" in form
        assert "15 minut" in form


def test_the_logo_is_named_for_who_does_not_see_pictures() -> None:
    html = written("invitation", replace(WITH_LOGO, name='Biuro "Ó" <x>')).html
    assert 'alt="Biuro &#34;Ó&#34; &lt;x&gt;"' in html


def test_without_a_logo_the_name_stands_there_and_the_portal_under_its_own() -> None:
    assert re.search(r"<p [^>]*>Biuro „Ó” &amp; Syn</p>", written("invitation").html)
    assert re.search(r"<p [^>]*>KonektoSmart</p>", written("sign_in", None).html)
    assert "<img" not in written("invitation").html


@pytest.mark.parametrize("mail", EVERY)
def test_dark_colours_reach_whatever_is_written_in_light_ones(mail: str) -> None:
    """Each colour of a text that is too dark for a dark background has its counterpart."""
    html = written(mail).html
    style = html[html.index("<style>") : html.index("</style>")]
    for _, attributes in _Tags(html).found:
        colour = re.search(r"(?<![\w-])color:(#\w+)", attributes.get("style") or "")
        if colour is None or colour[1] in ("#ffffff",):
            continue
        named = set((attributes.get("class") or "").split()) & {"ink", "soft"}
        assert named or colour[1] in style, attributes
