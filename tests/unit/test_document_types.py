"""Names of files: which kinds are accepted, and what a name becomes before anybody sees or stores it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain import document_types, errors
from portal.domain.document_types import ACCEPT, NAME_BYTES, TYPES, accepted, by_magic, extension_of, safe_name
from portal.domain.documents import NAME_LIMIT
from tests.unit.making import refused

calmly = settings(derandomize=True, deadline=None, database=None, max_examples=300)
NAMES = st.one_of(
    st.text(max_size=200),
    st.text(alphabet="a. \u202e/\\pdfżCON1:_\u0300é🧾\u3164x\n", max_size=300),
    st.builds(lambda stem, kind: f"{stem}.{kind}", st.text(max_size=150), st.sampled_from(["pdf", "JPG", "exe"])),
)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("FV 12.pdf", "application/pdf"),
        ("FV 12.PDF", "application/pdf"),
        ("zdjęcie.jpeg", "image/jpeg"),
        ("IMG_1.HEIC", "image/heic"),
        ("skan.tif", "image/tiff"),
        ("foto.webp", "image/webp"),
        ("fa.xml", "application/xml"),
        ("wyciągi.zip", "application/zip"),
        ("stary.xls", "application/vnd.ms-excel"),
        ("C:\\Users\\Jan\\FV.pdf", "application/pdf"),
    ],
)
def test_a_name_tells_the_kind(name: str, media_type: str) -> None:
    assert accepted(name, "application/octet-stream") == media_type


@pytest.mark.parametrize(
    "name",
    ["a.exe", "a.pdf.exe", "a.docm", "a.xlsm", "a.rtf", "a.csv", "a.txt", "a.html", "a.svg", "a.rar", "a.7z", ""],
)
def test_others_are_refused_by_name(name: str) -> None:
    with refused(errors.UPLOAD_TYPE, "name"):
        accepted(name, "")


def test_the_name_wins_over_what_the_browser_says() -> None:
    assert accepted("a.pdf", "image/png") == "application/pdf"
    with refused(errors.UPLOAD_TYPE, "name"):
        accepted("a.exe", "application/pdf")


@pytest.mark.parametrize("name", ["image", "Faktura nr 12.2026", "skan."])
def test_without_an_extension_the_browser_is_believed(name: str) -> None:
    assert accepted(name, "Image/JPEG; charset=x") == "image/jpeg"
    with refused(errors.UPLOAD_TYPE, "name"):
        accepted(name, "text/html")


def test_the_refusal_names_the_file_safely() -> None:
    with pytest.raises(errors.Refusal) as refusal:
        accepted("za\u202efdp.exe", "")
    assert "zafdp.exe" in refusal.value.detail


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Faktura żółć.pdf", "Faktura żółć.pdf"),
        ("Paragon 🧾.jpg", "Paragon 🧾.jpg"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Faktury\\FV 1.pdf", "FV 1.pdf"),
        ('FV "1" <a>?.pdf', "FV _1_ _a__.pdf"),
        ("gpj.\u202efdp.pdf", "gpj.fdp.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("  a   b  .pdf", "a b.pdf"),
        (".pdf", "dokument.pdf"),
        ("....pdf", "dokument.pdf"),
        ("\u3164\u200b.pdf", "dokument.pdf"),
        ("", "dokument"),
        ("..", "dokument"),
        ("CON.pdf", "_CON.pdf"),
        ("lpt1.txt.pdf", "_lpt1.txt.pdf"),
        ("z\u0307o\u0301łw.pdf", "żółw.pdf"),
        ("FV.pdf. . .", "FV.pdf"),
        ("DUŻY.PDF", "DUŻY.pdf"),
    ],
)
def test_names_are_made_safe_and_stay_readable(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_name_without_extension_gets_the_one_of_its_kind() -> None:
    assert safe_name("image", "image/jpeg") == "image.jpg"
    assert safe_name("Faktura 12.2026", "application/pdf") == "Faktura 12.2026.pdf"
    assert safe_name("a.png", "image/jpeg") == "a.png"


def test_long_names_keep_their_extension() -> None:
    assert safe_name("x" * 300 + ".jpeg") == "x" * (NAME_LIMIT - 5) + ".jpeg"
    emoji = safe_name("🧾" * 300 + ".heic")
    assert emoji.endswith("🧾.heic")
    assert len(emoji.encode()) <= NAME_BYTES


@given(NAMES, st.sampled_from(["", "image/png", "text/html"]))
@calmly
def test_any_name_becomes_one_that_every_system_can_write(name: str, media_type: str) -> None:
    safe = safe_name(name, media_type)
    assert 0 < len(safe) <= NAME_LIMIT
    assert len(safe.encode("utf-8")) <= NAME_BYTES
    assert not set(safe) & set('/\\:*?"<>|')
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in safe)
    assert safe == safe.strip(" .")
    assert safe_name(safe, media_type) == safe
    assert extension_of(name) in ("", extension_of(safe))


def test_each_extension_belongs_to_one_kind() -> None:
    extensions = [extension for kind in TYPES for extension in kind.extensions]
    assert len(set(extensions)) == len(extensions)
    assert all(f".{extension}" in ACCEPT.split(",") for extension in extensions)
    assert all(kind.media_type in ACCEPT.split(",") for kind in TYPES)


def test_content_tells_its_kind_by_how_it_begins() -> None:
    assert by_magic(b"%PDF-1.7") == (document_types.PDF,)
    assert by_magic(b"\0\0\0\x18ftypheic") == (document_types.HEIC,)
    assert by_magic(b"\0\0\0\x18ftypmp42") == ()
    assert by_magic(b"RIFF\0\0\0\0WEBP") == (document_types.WEBP,)
    assert by_magic(b"RIFF\0\0\0\0WAVE") == ()
    assert document_types.DOCX in by_magic(b"PK\x03\x04")
    assert by_magic(b"") == ()
