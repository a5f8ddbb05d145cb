"""Looking into files: what is accepted, and what is found in it; what is kept aside, and why."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from functions.upload.content import archives, box, images, ksef, pdfs
from functions.upload.content.inspect import inspect
from functions.upload.content.types import MOST_PICTURES, Found
from portal.domain import document_types, errors
from portal.domain.document_types import TYPES
from portal.domain.structured_invoices import Account, InvoiceKind, Line, Mark, Method, Total
from tests.functions import document_files as files

SCHEMA = Path(__file__).parents[3] / "shared" / "schemas" / "fa_3.xsd"
calmly = settings(derandomize=True, deadline=None, database=None, max_examples=150)

Maker = Callable[[], bytes]


def why(data: bytes, name: str, media_type: str = "") -> str:
    """The code for which a file is kept aside; empty where it is accepted."""
    return tried(data, name, media_type)[1]


def tried(data: bytes, name: str, media_type: str = "") -> tuple[Found | None, str]:
    """What was found in a file, or the code for which it is kept aside. Anything else is an error."""
    try:
        return inspect(data, name, media_type), ""
    except errors.Refusal as stopped:
        refusal = stopped
    assert refusal.code.name.startswith("stopped-")
    assert "{" not in refusal.detail
    return None, refusal.code.name


@pytest.fixture
def unboxed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decoding in this process: quick enough for many examples."""
    monkeypatch.setattr(box, "_answered", here)


def here(data: bytes, media_type: str) -> bytes:
    """What the other process would answer."""
    out = io.BytesIO()
    box.main(media_type, io.BytesIO(data), out)
    return out.getvalue()


def opened(picture: bytes) -> Image.Image:
    """A page picture."""
    image = Image.open(io.BytesIO(picture))
    assert image.format == "JPEG"
    return image


def side(picture: bytes) -> str:
    """Where the dark half of `document_files.photo` went."""
    grey = opened(picture).convert("L")
    width, height = grey.size
    places = {"left": (2, height // 2), "right": (width - 3, height // 2), "top": (width // 2, 2)}
    places["bottom"] = (width // 2, height - 3)
    dark = [name for name, place in places.items() if grey.getpixel(place) < 100]
    return dark[0] if len(dark) == 1 else next(name for name in dark if _opposite_is_bright(name, dark))


def _opposite_is_bright(name: str, dark: list[str]) -> bool:
    return {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}[name] not in dark


# What is accepted

GOOD: dict[str, tuple[Maker, str, int, int]] = {
    "FV 1.pdf": (files.pdf, "application/pdf", 1, 1),
    "umowa.PDF": (lambda: files.pdf(45), "application/pdf", 45, MOST_PICTURES),
    "tysiąc.pdf": (lambda: files.pdf(1000), "application/pdf", 1000, MOST_PICTURES),
    "wyciąg banku.pdf": (lambda: files.locked_pdf(b""), "application/pdf", 1, 1),
    "zdjęcie.jpg": (files.photo, "image/jpeg", 1, 1),
    "IMG_0001.HEIC": (files.heic, "image/heic", 1, 1),
    "zrzut.png": (files.png, "image/png", 1, 1),
    "whatsapp.webp": (files.webp, "image/webp", 1, 1),
    "skan.tiff": (lambda: files.tiff(3), "image/tiff", 3, 3),
    "wyciąg.xml": (files.plain_xml, "application/xml", 0, 0),
    "faktury.zip": (files.archive, "application/zip", 0, 0),
    "umowa.docx": (files.docx, document_types.DOCX.media_type, 0, 0),
    "tabela.xlsx": (files.xlsx, document_types.XLSX.media_type, 0, 0),
    "pismo.odt": (files.odt, document_types.ODT.media_type, 0, 0),
    "pismo.doc": (files.doc, "application/msword", 0, 0),
    "tabela.xls": (files.xls, "application/vnd.ms-excel", 0, 0),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_files_are_accepted_with_their_facts(name: str) -> None:
    make, media_type, pages, pictures = GOOD[name]
    data = make()
    found = inspect(data, name, "")
    assert (found.facts.media_type, found.facts.pages, found.facts.pictures) == (media_type, pages, pictures)
    assert len(found.pictures) == pictures
    assert found.facts.size == len(data)
    assert len(found.facts.sha256) == 64
    assert found.invoice is None


def test_a_picture_under_the_name_of_another_kind_is_what_it_is() -> None:
    assert inspect(files.heic(), "IMG_1.jpg", "image/jpeg").facts.media_type == "image/heic"
    assert inspect(files.webp(), "foto.jpeg", "").facts.media_type == "image/webp"


def test_a_name_without_extension_is_judged_by_what_the_browser_said() -> None:
    assert inspect(files.photo(), "image", "image/jpeg").facts.media_type == "image/jpeg"
    assert why(files.photo(), "image", "application/pdf") == "stopped-type"
    assert why(files.photo(), "image") == "stopped-type"


# What is kept aside

BAD: dict[str, tuple[Maker, str, str]] = {
    "empty": (bytes, "a.pdf", "stopped-broken"),
    "a program called PDF": (lambda: files.EXECUTABLE, "faktura.pdf", "stopped-type"),
    "a program called photo": (lambda: files.EXECUTABLE, "a.jpg", "stopped-type"),
    "a program called XML": (lambda: files.EXECUTABLE, "a.xml", "stopped-type"),
    "a PDF called photo": (files.pdf, "a.jpg", "stopped-type"),
    "a photo called PDF": (files.photo, "a.pdf", "stopped-type"),
    "a ZIP called PDF": (files.archive, "a.pdf", "stopped-type"),
    "a page of the web called XML": (lambda: b"<html><script>x()</script></html>", "a.xml", "stopped-type"),
    "a drawing with a script": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', "a.xml", "stopped-type"),
    "text before a PDF": (lambda: b"junk\n" + files.pdf(), "a.pdf", "stopped-type"),
    "a PDF that is a ZIP": (files.pdf_with_zip, "a.pdf", "stopped-type"),
    "the same with an end in the comment": (
        lambda: files.pdf() + files.zipped({"a.exe": files.EXECUTABLE}, comment=b"\n%%EOF\n"),
        "a.pdf",
        "stopped-type",
    ),
    "a photo that is a ZIP": (files.photo_with_zip, "a.jpg", "stopped-type"),
    "a photo that is a PDF": (files.photo_with_pdf, "a.jpg", "stopped-type"),
    "a photo that is a RAR": (lambda: files.photo() + b"Rar!\x1a\x07\x01\0", "a.jpg", "stopped-type"),
    "a ZIP behind a program": (lambda: files.EXECUTABLE + files.archive(), "a.zip", "stopped-type"),
    "a ZIP before a program": (lambda: files.archive() + files.EXECUTABLE, "a.zip", "stopped-type"),
    "an accepted kind unknown by name": (files.pdf, "a.exe", "stopped-type"),
    "a PDF cut off": (lambda: files.cut_off(files.pdf(5)), "a.pdf", "stopped-broken"),
    "only the head of a PDF": (lambda: b"%PDF-1.4\n%%EOF", "a.pdf", "stopped-broken"),
    "a photo cut off": (lambda: files.cut_off(files.photo()), "a.jpg", "stopped-broken"),
    "a HEIC cut off": (lambda: files.cut_off(files.heic()), "a.heic", "stopped-broken"),
    "a PNG cut off": (lambda: files.cut_off(files.png()), "a.png", "stopped-broken"),
    "a WebP cut off": (lambda: files.cut_off(files.webp()), "a.webp", "stopped-broken"),
    "a TIFF cut off": (lambda: files.cut_off(files.tiff(3)), "a.tif", "stopped-broken"),
    "a ZIP cut off": (lambda: files.cut_off(files.archive()), "a.zip", "stopped-broken"),
    "a DOC cut off": (lambda: files.cut_off(files.doc(), 0.1), "a.doc", "stopped-broken"),
    "XML cut off": (lambda: files.cut_off(files.fa3()), "a.xml", "stopped-broken"),
    "a ZIP called DOCX": (files.archive, "a.docx", "stopped-broken"),
    "a damaged entry": (lambda: damaged_zip(60), "a.zip", "stopped-broken"),
    "a PDF with a password": (files.locked_pdf, "a.pdf", "stopped-encrypted"),
    "a ZIP with a password": (lambda: files.zipped({"a.pdf": b"x"}, encrypted=True), "a.zip", "stopped-encrypted"),
    "a DOCX with a password": (files.locked_docx, "a.docx", "stopped-encrypted"),
    "a DOC with a password": (lambda: files.doc(encrypted=True), "a.doc", "stopped-encrypted"),
    "an XLS with a password": (lambda: files.xls(encrypted=True), "a.xls", "stopped-encrypted"),
    "an ODT with a password": (lambda: files.odt(encrypted=True), "a.odt", "stopped-encrypted"),
    "a DOCX with macros": (lambda: files.docx(macros=True), "a.docx", "stopped-macros"),
    "a DOCM called DOCX": (lambda: files.docx(macro_type=True), "a.docx", "stopped-macros"),
    "an XLSX with macros": (lambda: files.xlsx(macros=True), "a.xlsx", "stopped-macros"),
    "an ODT with macros": (lambda: files.odt(macros=True), "a.odt", "stopped-macros"),
    "a DOC with macros": (lambda: files.doc(macros=True), "a.doc", "stopped-macros"),
    "an XLS with a sheet of macros": (lambda: files.xls(macros=True), "a.xls", "stopped-macros"),
    "3,000 pages": (lambda: files.pdf(3000), "a.pdf", "stopped-pages"),
    "one page too many": (lambda: files.pdf(1001), "a.pdf", "stopped-pages"),
    "a TIFF of 1,001 pages": (lambda: files.tiff(1001, 8, 8), "a.tif", "stopped-pages"),
    "a PNG bomb": (files.png_bomb, "a.png", "stopped-pixels"),
    "a TIFF bomb": (files.tiff_bomb, "a.tif", "stopped-pixels"),
    "the billion laughs": (files.xml_bomb, "a.xml", "stopped-broken"),
    "XML that reads a file": (
        lambda: b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        "a.xml",
        "stopped-broken",
    ),
    "XML without end of depth": (lambda: b"<a>" * 100_000, "a.xml", "stopped-broken"),
    "XML of a million attributes": (
        lambda: b"<a " + b" ".join(b"a%d=''" % number for number in range(1_000_000)) + b"/>",
        "a.xml",
        "stopped-broken",
    ),
    "XML of an unknown encoding": (lambda: b'<?xml version="1.0" encoding="x-y"?><a/>', "a.xml", "stopped-broken"),
    "the test virus": (lambda: files.VIRUS, "eicar.pdf", "stopped-virus"),
    "the test virus in a PDF": (lambda: files.pdf(extra=files.VIRUS), "a.pdf", "stopped-virus"),
    "the test virus in a ZIP": (lambda: files.zipped({"a.pdf": files.VIRUS}), "a.zip", "stopped-virus"),
    "the test virus in a DOCX": (lambda: files.docx(extra={"word/a.bin": files.VIRUS}), "a.docx", "stopped-virus"),
    "the test virus in a DOCX in a ZIP": (
        lambda: files.zipped({"a.docx": files.docx(extra={"word/a.bin": files.VIRUS})}),
        "a.zip",
        "stopped-virus",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_kept_aside_with_the_reason(case: str) -> None:
    make, name, code = BAD[case]
    assert why(make(), name) == code


def damaged_zip(at: int) -> bytes:
    """One byte is another one than was packed."""
    data = bytearray(files.zipped({"a.pdf": files.pdf()}, stored=True))
    data[at] ^= 1
    return bytes(data)


def test_the_test_virus_is_found_across_the_pieces_of_an_entry() -> None:
    content = b"\xff\xd8\xff" + b"\0" * ((1 << 20) - 33) + files.VIRUS
    assert why(files.zipped({"a.jpg": content}), "a.zip") == "stopped-virus"


def test_xml_of_any_length_is_looked_through() -> None:
    """A register of a month (JPK) may be long; a text in it as well."""
    rows = b"<JPK>" + b"<Wiersz><P_1>123</P_1></Wiersz>" * 100_000 + b"<Opis>" + b"tekst " * 500_000 + b"</Opis></JPK>"
    tracemalloc.start()
    assert not why(rows, "jpk.xml")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000


# Archives


def test_a_document_may_lie_unpacked_in_an_archive() -> None:
    assert not why(files.zipped({"a.pdf": files.pdf(), "b.zip.pdf": files.pdf()}, stored=True), "a.zip")


def test_a_document_that_carries_an_archive_inside_is_one_file() -> None:
    """An invoice in PDF may have attachments."""
    assert not why(files.pdf(extra=files.zipped({"a.xml": b"<a/>"})), "a.pdf")


BAD_ENTRIES: dict[str, dict[str, bytes]] = {
    "an archive in it": {"a.pdf": files.pdf(), "b.zip": files.archive()},
    "a program": {"a.exe": files.EXECUTABLE},
    "a program called PDF": {"a.pdf": files.EXECUTABLE},
    "no kind": {"LICENSE": b"text"},
    "an empty document": {"a.pdf": b""},
    "a folder above": {"../a.pdf": files.pdf()},
    "a folder above in the middle": {"b/../../a.pdf": files.pdf()},
    "from the root": {"/etc/a.pdf": files.pdf()},
    "another drive": {"C:a.pdf": files.pdf()},
    "folders of Windows": {"b\\a.pdf": files.pdf()},
    "a name written backwards": {"a\u202efdp.pdf": files.pdf()},
    "a line break in a name": {"a\n.pdf": files.pdf()},
    "the same name twice to Windows": {"A.pdf": files.pdf(), "a.PDF": files.pdf()},
    "too many": {f"{number}.xml": b"<a/>" for number in range(archives.MOST_ENTRIES + 1)},
}


@pytest.mark.parametrize("case", BAD_ENTRIES)
def test_an_archive_holds_nothing_but_documents(case: str) -> None:
    assert why(files.zipped(BAD_ENTRIES[case]), "a.zip") == "stopped-archive"


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ({"a.docx": files.docx(macros=True)}, "stopped-macros"),
        ({"a.doc": files.doc(encrypted=True)}, "stopped-encrypted"),
        ({"a.jpg": files.photo_with_zip()}, "stopped-type"),
    ],
    ids=["macros", "password", "two in one"],
)
def test_what_is_in_an_archive_is_looked_into(entries: dict[str, bytes], code: str) -> None:
    assert why(files.zipped(entries), "a.zip") == code


def test_an_archive_may_hold_as_many_as_allowed() -> None:
    assert not why(files.zipped({f"{n}.xml": b"<a/>" for n in range(archives.MOST_ENTRIES)}), "a.zip")


def test_a_link_in_an_archive_is_refused() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(files.entry("a.pdf", 0o120777), "/etc/passwd")
    assert why(written.getvalue(), "a.zip") == "stopped-archive"


def test_an_archive_packed_in_another_way_is_refused() -> None:
    """LZMA takes as much memory as the file asks for."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.pdf", files.pdf())
    assert why(written.getvalue(), "a.zip") == "stopped-archive"


@pytest.mark.parametrize("entries", [1, 10])
def test_a_bomb_is_unpacked_only_so_far(entries: int) -> None:
    whole = b"%PDF-" + b"\0" * (300_000_000 // entries)
    bomb = files.zipped({f"{number}.pdf": whole for number in range(entries)})
    del whole
    tracemalloc.start()
    assert why(bomb, "a.zip") == "stopped-archive"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000_000


# Pictures


@pytest.mark.parametrize(
    ("turn", "dark"), [(1, "left"), (3, "right"), (6, "top"), (8, "bottom"), (2, "right"), (5, "top")]
)
def test_photos_are_turned_right(turn: int, dark: str, unboxed: None) -> None:
    (picture,) = inspect(files.photo(600, 400, turn=turn), "a.jpg", "").pictures
    assert side(picture) == dark


def test_pictures_carry_nothing_but_the_picture(unboxed: None) -> None:
    data = files.photo(comment=b"moja uwaga")
    assert b"moja uwaga" in data
    assert b"Aparat" in data
    (picture,) = inspect(data, "a.jpg", "").pictures
    image = opened(picture)
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"moja uwaga" not in picture


def test_a4_is_a_thousand_pixels_wide(unboxed: None) -> None:
    (picture,) = inspect(files.pdf(), "a.pdf", "").pictures
    assert opened(picture).width in range(995, 1006)
    (picture,) = inspect(files.photo(2480, 3508), "a.jpg", "").pictures
    assert opened(picture).width in range(995, 1006)


@pytest.mark.parametrize("size", [(80, 600), (14_400, 14_400), (1, 1), (3, 14_400)])
def test_pages_of_any_shape_have_pictures_of_a_bounded_size(size: tuple[int, int], unboxed: None) -> None:
    (picture,) = inspect(files.pdf(size=size), "a.pdf", "").pictures
    image = opened(picture)
    assert image.width * image.height <= images.PICTURE_PIXELS * 1.01
    assert max(image.size) <= images.LONGEST


def test_a_receipt_stays_readable(unboxed: None) -> None:
    (picture,) = inspect(files.photo(1000, 6000), "a.jpg", "").pictures
    assert opened(picture).width >= 450


def test_small_pictures_are_not_blown_up(unboxed: None) -> None:
    (picture,) = inspect(files.png(40, 30), "a.png", "").pictures
    assert opened(picture).size == (40, 30)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_a_png_is_shown(mode: str, unboxed: None) -> None:
    data = _grey16() if mode == "I;16" else files.png(2000, 1500, mode)
    (picture,) = inspect(data, "a.png", "").pictures
    assert side(picture) == "left"


def _grey16() -> bytes:
    row = (2_000).to_bytes(2, "little") * 1000 + (60_000).to_bytes(2, "little") * 1000
    image = Image.frombytes("I;16", (2000, 1500), row * 1500)
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def test_what_is_transparent_shows_white(unboxed: None) -> None:
    written = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(written, "PNG")
    (picture,) = inspect(written.getvalue(), "a.png", "").pictures
    assert opened(picture).convert("L").getpixel((25, 25)) > 250


def test_pages_of_a_scan_come_in_their_order(unboxed: None) -> None:
    frames = [Image.new("L", (100, 100), shade) for shade in (0, 120, 240)]
    written = io.BytesIO()
    frames[0].save(written, "TIFF", save_all=True, append_images=frames[1:])
    shades = [opened(picture).getpixel((50, 50)) for picture in inspect(written.getvalue(), "a.tif", "").pictures]
    assert shades == pytest.approx([0, 120, 240], abs=3)


def test_a_long_scan_is_decoded_only_so_far(unboxed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MOST_DECODED", 2 * 320 * 240)
    found = inspect(files.tiff(5), "a.tif", "")
    assert (found.facts.pages, found.facts.pictures) == (5, 2)


def test_wrong_notes_of_a_camera_stop_no_photo(unboxed: None) -> None:
    data = files.photo(turn=6)
    at = data.index(b"Exif\0\0") + 6
    assert inspect(data[:at] + b"XX" + data[at + 2 :], "a.jpg", "").facts.pictures == 1


def test_drawing_that_takes_too_long_leaves_the_document_accepted(
    unboxed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdfs, "RENDERING_SECONDS", -1)
    found = inspect(files.pdf(4), "a.pdf", "")
    assert found.facts.pages == 4
    assert found.facts.pictures < 4


# The process that decodes


def test_a_decoder_that_dies_is_the_fault_of_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(box, "_answered", lambda *_: b"")
    assert why(files.pdf(), "a.pdf") == "stopped-broken"


def test_what_was_answered_before_a_death_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = here(files.pdf(3), "application/pdf")
    monkeypatch.setattr(box, "_answered", lambda *_: whole[:-10])
    found = inspect(files.pdf(3), "a.pdf", "")
    assert (found.facts.pages, found.facts.pictures) == (3, 2)


def test_a_decoder_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(box, "MOST_SECONDS", 0.001)
    assert why(files.pdf(), "a.pdf") == "stopped-broken"


def test_the_decoder_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, str]] = []

    def run(command: list[str], **options: object) -> subprocess.CompletedProcess[bytes]:
        seen.append(dict(options["env"]))
        return subprocess.CompletedProcess(command, 0, b"", b"")

    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setattr(subprocess, "run", run)
    why(files.pdf(), "a.pdf")
    assert set(seen[0]) <= {"PYTHONPATH", "PYTHONWARNINGS", "LD_LIBRARY_PATH"}


BOMBS: dict[str, tuple[Maker, str, int]] = {
    "refused by its size": (files.png_bomb, "image/png", 80),
    "refused by its size, TIFF": (files.tiff_bomb, "image/tiff", 80),
    "as large as allowed": (lambda: files.png_bomb(10_000, 10_000), "image/png", 400),
    "a large photo": (lambda: files.photo(9_000, 9_000), "image/jpeg", 150),
    "a thousand pages": (lambda: files.pdf(1000), "application/pdf", 150),
}


@pytest.mark.parametrize("case", BOMBS)
def test_decoding_takes_bounded_memory(case: str, tmp_path: Path) -> None:
    make, media_type, megabytes = BOMBS[case]
    (tmp_path / "file").write_bytes(make())
    command = [sys.executable, "-c", MEASURED, sys.executable, "-m", "functions.upload.content.box", media_type]
    with (tmp_path / "file").open("rb") as source:
        run = subprocess.run(command, stdin=source, capture_output=True, check=True)  # noqa: S603 - our own program
    assert int(run.stdout) / 1024 < megabytes


MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Between the two: a process begins with the memory of the one that starts it, and this one is small."""


# Whatever comes, it is accepted or kept aside

SEEDS = {name: make() for name, (make, *_) in GOOD.items() if "tysiąc" not in name and "umowa.PDF" not in name}
SEEDS["FV.xml"] = files.fa3(payment=files.PAYMENT, foot=files.FOOT)
NAMES = sorted(SEEDS)


@pytest.mark.usefixtures("unboxed_for_all")
class TestAnything:
    """Examples are the same in every run."""

    @given(st.sampled_from(TYPES), st.binary(max_size=2_000))
    @calmly
    def test_random_bytes(self, kind: document_types.FileType, noise: bytes) -> None:
        magic = kind.magic[0] if kind.magic else b""
        tried(magic + noise, f"a.{kind.extensions[0]}")

    @given(st.sampled_from(NAMES), st.integers(0, 2**32), st.sampled_from(["cut", "flip", "zero", "double", "insert"]))
    @calmly
    @example("FV 1.pdf", 1, "cut")
    def test_damaged_files(self, name: str, seed: int, way: str) -> None:
        tried(damaged(SEEDS[name], random.Random(seed), way), name)  # noqa: S311 - no secret

    @given(st.sampled_from(NAMES), st.sampled_from(NAMES), st.text(max_size=30))
    @calmly
    def test_any_name(self, name: str, other: str, stem: str) -> None:
        extension = document_types.extension_of(other)
        found, _ = tried(SEEDS[name], f"{stem}.{extension}")
        assert found is None or document_types.by_media_type(found.facts.media_type) is not None


@pytest.fixture(scope="class")
def unboxed_for_all() -> Iterator[None]:
    """As `unboxed`, for all examples of a test at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(box, "_answered", here)
        yield


def damaged(data: bytes, dice: random.Random, way: str) -> bytes:
    """A file that something happened to."""
    changed = bytearray(data)
    at = dice.randrange(len(changed))
    until = min(len(changed), at + dice.randrange(1, 200))
    match way:
        case "cut":
            del changed[at:]
        case "flip":
            for _ in range(dice.randrange(1, 20)):
                changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
        case "zero":
            changed[at:until] = bytes(until - at)
        case "double":
            changed[at:at] = changed[at:until]
        case _:
            changed[at:at] = dice.randbytes(until - at)
    return bytes(changed)


@given(st.integers(0, 2**32))
@settings(calmly, max_examples=10)
def test_damaged_pdfs_in_the_process_of_their_own(seed: int) -> None:
    tried(damaged(files.pdf(3), random.Random(seed), "flip"), "a.pdf")  # noqa: S311 - no secret


# KSeF


def test_an_invoice_of_ksef_is_read() -> None:
    data = files.fa3(payment=files.PAYMENT, foot=files.FOOT, lines=2)
    invoice = inspect(data, "faktura.xml", "text/xml").invoice
    assert invoice is not None
    assert (invoice.number, invoice.kind, invoice.currency) == ("FV/11/2026", InvoiceKind.VAT, "PLN")
    assert (invoice.gross, invoice.net, invoice.vat, invoice.grosze) == (123_000, 100_000, 23_000, 123_000)
    assert (invoice.seller.nip, invoice.seller.name) == ("5120079194", "Hurtownia Papieru Sp. z o.o.")
    assert invoice.seller.address == "ul. Długa 1, 00-950 Warszawa"
    assert (invoice.buyer.nip, invoice.buyer.name) == ("5265877635", "Zakład Stolarski Jan Żółć")
    assert (invoice.issued_on, invoice.issued_in) == (date(2026, 11, 3), "Warszawa")
    assert invoice.totals == (Total("23", 100_000, 23_000),)
    line = Line("1", "Papier ksero A4 & koperty", "50", "ryza", "20", net=100_000, rate="23")
    assert invoice.lines[0] == line
    assert invoice.payment.due_on == (date(2026, 11, 17),)
    assert invoice.payment.method is Method.TRANSFER
    assert invoice.payment.accounts == (Account("92124012340001567890123456", "Bank Zachodni"),)
    assert invoice.notes == ("Dziękujemy za zakupy",)
    assert invoice.marks == ()
    assert invoice.lines_left_out == 0


CORRECTION = (
    "<PrzyczynaKorekty>Zwrot towaru</PrzyczynaKorekty><TypKorekty>2</TypKorekty><DaneFaKorygowanej>"
    "<DataWystFaKorygowanej>2026-10-03</DataWystFaKorygowanej><NrFaKorygowanej>FV/10/2026</NrFaKorygowanej>"
    "<NrKSeF>1</NrKSeF><NrKSeFFaKorygowanej>5265877635-20250826-0100001AF629-AF</NrKSeFFaKorygowanej>"
    "</DaneFaKorygowanej>"
)
PAID = (
    "<Platnosc><Zaplacono>1</Zaplacono><DataZaplaty>2026-11-03</DataZaplaty>"
    "<FormaPlatnosci>1</FormaPlatnosci></Platnosc>"
)


def test_a_correction_tells_what_it_corrects() -> None:
    data = files.fa3(kind="KOR", more=CORRECTION, net="-100.00", vat="-23.00", gross="-123.00")
    invoice = inspect(data, "a.xml", "").invoice
    assert invoice is not None
    assert (invoice.gross, invoice.reason) == (-12_300, "Zwrot towaru")
    (corrected,) = invoice.corrected
    assert (corrected.number, corrected.issued_on) == ("FV/10/2026", date(2026, 10, 3))
    assert corrected.ksef_number == "5265877635-20250826-0100001AF629-AF"


def test_what_the_law_wants_to_be_said_is_kept() -> None:
    data = files.fa3(payment=PAID).replace(b"<P_18A>2", b"<P_18A>1").replace(b"<P_16>2", b"<P_16>1")
    exempt = b"<P_19>1</P_19><P_19A>art. 43 ust. 1 pkt 19</P_19A>"
    invoice = inspect(data.replace(b"<P_19N>1</P_19N>", exempt), "a.xml", "").invoice
    assert invoice is not None
    assert set(invoice.marks) == {Mark.CASH_METHOD, Mark.SPLIT_PAYMENT, Mark.EXEMPT}
    assert invoice.notes == ("art. 43 ust. 1 pkt 19",)
    assert (invoice.payment.paid, invoice.payment.paid_on) == (True, date(2026, 11, 3))


def test_further_parties_and_foreign_ones_are_told_of() -> None:
    third = (
        "<Podmiot3><DaneIdentyfikacyjne><KodUE>DE</KodUE><NrVatUE>136695976</NrVatUE><Nazwa>Faktor GmbH</Nazwa>"
        "</DaneIdentyfikacyjne><Rola>1</Rola></Podmiot3><Fa>"
    )
    invoice = inspect(files.fa3().replace(b"<Fa>", third.encode()), "a.xml", "").invoice
    assert invoice is not None
    (party,) = invoice.others
    assert (party.name, party.number, party.nip, party.role_name) == ("Faktor GmbH", "DE136695976", "", "Faktor")


ORDER = (
    "<Zamowienie><WartoscZamowienia>2460.00</WartoscZamowienia><ZamowienieWiersz><NrWierszaZam>1</NrWierszaZam>"
    "<P_7Z>Szafa na wymiar</P_7Z><P_8AZ>szt.</P_8AZ><P_8BZ>1</P_8BZ><P_9AZ>2000</P_9AZ>"
    "<P_11NettoZ>2000.00</P_11NettoZ><P_11VatZ>460.00</P_11VatZ><P_12Z>23</P_12Z></ZamowienieWiersz></Zamowienie>"
)


def test_an_advance_shows_what_was_ordered() -> None:
    invoice = inspect(files.fa3(kind="ZAL", lines=0, payment=ORDER), "a.xml", "").invoice
    assert invoice is not None
    assert invoice.lines == (Line("1", "Szafa na wymiar", "1", "szt.", "2000", net=200_000, vat=46_000, rate="23"),)


def test_of_another_currency_there_are_no_grosze() -> None:
    invoice = inspect(files.fa3(currency="EUR"), "a.xml", "").invoice
    assert invoice is not None
    assert (invoice.gross, invoice.grosze) == (123_000, None)


def test_a_long_invoice_keeps_its_first_lines() -> None:
    invoice = inspect(files.fa3(lines=900), "a.xml", "").invoice
    assert invoice is not None
    assert (len(invoice.lines), invoice.lines_left_out) == (500, 400)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("5265877635-20250826-0100001AF629-AF.xml", "5265877635-20250826-0100001AF629-AF"),
        ("5555555555-20250828-010080615740-E4.xml", "5555555555-20250828-010080615740-E4"),
        ("5555555555-20250808-9231003CA67B-BE.xml", ""),
        ("faktura.xml", ""),
    ],
)
def test_the_number_of_ksef_is_known_from_a_file_named_by_it(name: str, number: str) -> None:
    assert ksef.ksef_number_of(name) == number
    invoice = inspect(files.fa3(), name, "").invoice
    assert invoice is not None
    assert invoice.ksef_number == number


@pytest.mark.parametrize("missing", [b"<P_15>1230.00</P_15>", b"<P_2>FV/11/2026</P_2>", b"<RodzajFaktury>VAT"])
def test_without_what_makes_an_invoice_it_is_xml_like_any_other(missing: bytes) -> None:
    replaced = b"<RodzajFaktury>INNY" if b"Rodzaj" in missing else b""
    found = inspect(files.fa3().replace(missing, replaced), "a.xml", "")
    assert (found.invoice, found.facts.media_type) == (None, "application/xml")


def test_odd_values_are_left_out() -> None:
    data = files.fa3(payment=files.PAYMENT, seller_nip="1234567890")
    odd = (
        data.replace(b"2026-11-17", b"jutro").replace(b"50.000", b"1e400000000").replace(b"<P_1>2026-11-03", b"<P_1>x")
    )
    invoice = inspect(odd, "a.xml", "").invoice
    assert invoice is not None
    assert (invoice.seller.nip, invoice.payment.due_on, invoice.issued_on) == ("", (), None)
    assert invoice.lines[0].quantity == ""


@pytest.mark.skipif(not SCHEMA.exists(), reason="the official schemas are not on this machine")
@pytest.mark.parametrize(
    "data",
    [
        files.fa3(),
        files.fa3(lines=3, payment=files.PAYMENT, foot=files.FOOT, head="<P_6>2026-11-02</P_6>"),
        files.fa3(kind="KOR", more=CORRECTION, payment=PAID, net="-100.00", vat="-23.00", gross="-123.00"),
        files.fa3(kind="ZAL", lines=0, payment=ORDER),
    ],
    ids=["least", "payment", "correction", "advance"],
)
def test_the_invoices_of_these_tests_are_what_ksef_takes(data: bytes) -> None:
    from lxml import etree  # noqa: PLC0415 - only here

    schema = etree.XMLSchema(etree.parse(SCHEMA))
    schema.assertValid(etree.fromstring(data))
