"""Mails: one sentence, one button, the plain link under it, in HTML and in plain text."""

from __future__ import annotations

import pytest

from portal import pages

LINK = "http://127.0.0.1:8000/l/01J0~abc?x=1&y=2"
VALUES = {
    "sign_in": {"name": "Anna Kowal", "link": LINK, "code": "123456", "minutes": 15},
    "invitation": {"name": "Jan", "office_name": "Biuro „Ó” & <b>Syn</b>", "firm_name": "Żabka & Syn", "link": LINK},
}


@pytest.mark.parametrize("mail", sorted(VALUES))
def test_the_link_is_there_twice_and_escaped(mail: str) -> None:
    html = pages.render_text(f"mail/{mail}.html", VALUES[mail])
    assert html.count('href="http://127.0.0.1:8000/l/01J0~abc?x=1&amp;y=2"') == 2
    assert "<b>Syn" not in html
    assert 'lang="pl"' in html


@pytest.mark.parametrize("mail", sorted(VALUES))
def test_plain_text_is_plain(mail: str) -> None:
    text = pages.render_text(f"mail/{mail}.txt", VALUES[mail])
    assert f"\n{LINK}\n" in text
    assert "&amp;" not in text
    assert text.startswith("Dzień dobry")


def test_subjects_are_one_line() -> None:
    assert pages.render_text("mail/sign_in.subject.txt", VALUES["sign_in"]) == "KonektoSmart: logowanie"
    subject = pages.render_text("mail/invitation.subject.txt", VALUES["invitation"])
    assert subject == "Żabka & Syn: dostęp do kwot z biura"


def test_the_code_stands_in_both() -> None:
    for ending in ("html", "txt"):
        text = pages.render_text(f"mail/sign_in.{ending}", VALUES["sign_in"])
        assert "123456" in text
        assert "15 minut" in text
