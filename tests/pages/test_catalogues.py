"""The Polish catalogue: every counted message has its three forms, and they are the right ones."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from scripts import catalogues

ROOT = Path(__file__).resolve().parents[2]
ONE, FEW, MANY = 0, 1, 2
FORMS = {0: MANY, 1: ONE, 2: FEW, 4: FEW, 5: MANY, 12: MANY, 14: MANY, 22: FEW, 25: MANY, 112: MANY, 122: FEW}
WORDS = {
    ("%(num)s problem", "%(num)s problemy"): ("problem", "problemy", "problemów"),
    ("%(num)s pozycja do zatwierdzenia", "%(num)s pozycje do zatwierdzenia"): ("pozycja", "pozycje", "pozycji"),
    ("Zatwierdzono %(num)s pozycję.", "Zatwierdzono %(num)s pozycji."): ("pozycję.", "pozycje.", "pozycji."),
    ("za %(num)s dzień", "za %(num)s dni"): ("dzień", "dni", "dni"),
    ("w %(num)s firmie", "w %(num)s firmach"): ("firmie", "firmach", "firmach"),
}


@pytest.fixture(scope="module")
def polish() -> gettext.NullTranslations:
    catalogues.compile_catalogues(ROOT)
    return gettext.translation("portal", ROOT / "locales", languages=["pl"])


def test_the_catalogue_is_complete() -> None:
    assert catalogues.problems(ROOT) == []


def test_code_and_templates_are_both_read() -> None:
    messages = catalogues.plural_messages(ROOT)
    assert ("za %(num)s dzień", "za %(num)s dni") in messages  # portal/pages.py
    assert ("w %(num)s firmie", "w %(num)s firmach") in messages  # templates


@pytest.mark.parametrize(("number", "form"), FORMS.items())
@pytest.mark.parametrize("message", sorted(WORDS))
def test_plural_forms(polish: gettext.NullTranslations, message: tuple[str, str], number: int, form: int) -> None:
    said = polish.ngettext(*message, number) % {"num": number}
    assert WORDS[message][form] in said.split()
    assert str(number) in said


def test_a_new_message_is_found_missing_extracted_and_compiled(tmp_path: Path) -> None:
    folder = tmp_path / "locales/pl/LC_MESSAGES"
    folder.mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/a.html").write_text('{{ ngettext("%(num)s firma", "%(num)s firmy", n) }}', encoding="utf-8")
    (tmp_path / "locales/babel.cfg").write_text((ROOT / "locales/babel.cfg").read_text(), encoding="utf-8")
    source = folder / "portal.po"
    header = (ROOT / "locales/pl/LC_MESSAGES/portal.po").read_text(encoding="utf-8").partition("\n\n")[0]
    source.write_text(f'{header}\n\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\nmsgstr[2] "e"\n')

    missing = catalogues.problems(tmp_path)
    assert [problem.partition(": ")[2] for problem in missing] == ["no entry for '%(num)s firma'", "nobody uses 'a'"]
    assert catalogues.extract_catalogues(tmp_path) == [source]
    assert [problem.partition(": ")[2] for problem in catalogues.problems(tmp_path)] == [
        "forms are missing of '%(num)s firma'"
    ]
    assert source.read_text(encoding="utf-8").startswith(header)
    assert catalogues.extract_catalogues(tmp_path) == []

    assert catalogues.compile_catalogues(tmp_path) == [source.with_suffix(".mo")]
    assert catalogues.compile_catalogues(tmp_path) == []
