"""What a printed invoice says and where: read back from the file."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import sys
import zlib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import segno
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

import scripts.fonts
from functions.invoice import qr
from functions.invoice.fonts import FOLDER, REGULAR, REPLACEMENT, STRONG
from functions.invoice.pdf import render
from functions.invoice.printout import Code, Printout, Row
from tests.functions import printouts
from tests.functions.printouts import buyer, fact, label, lines, printout, row, seller
from tests.pictures import SIGNATURE, chunk, header

MM = 72 / 25.4


def read(of: Printout, logo: bytes = b"") -> PdfReader:
    """The file as a program reads it, strictly."""
    return PdfReader(io.BytesIO(render(of, logo)), strict=True)


def texts(of: Printout) -> list[str]:
    """What each page says, in the order in which it is written."""
    return [page.extract_text() for page in read(of).pages]


def whole(of: Printout) -> str:
    """What all pages say, lines joined."""
    return " ".join(" ".join(texts(of)).split())


class Piece(NamedTuple):
    """A text in one of the baked fonts, where it begins and ends, and how large it is."""

    text: str
    x: float
    end: float
    y: float
    size: float


_OPERATORS = re.compile(
    rb"/([RS]) ([\d.]+) Tf|(-?[\d.]+) (-?[\d.]+) Td|1 0 0 1 (-?[\d.]+) (-?[\d.]+) Tm|([\d.]+) TL|T\*"
    rb"|\(((?:\\.|[^\\)])*)\)Tj"
)
_LETTERS = {face: {code: chr(sign) for sign, code in face.codes.items()} for face in (REGULAR, STRONG)}


def pieces(of: Printout, page: int = 0) -> list[Piece]:
    """Each text of a page."""
    content = read(of).pages[page].get_contents()
    assert content is not None
    face, size, x, y, leading = REGULAR, 0.0, 0.0, 0.0, 0.0
    found: list[Piece] = []
    for font, set_size, td_x, td_y, tm_x, tm_y, set_leading, shown in _OPERATORS.findall(content.get_data()):
        if font:
            face, size = {b"R": REGULAR, b"S": STRONG}[font], float(set_size)
        elif td_x or tm_x:
            x, y = float(td_x or tm_x), float(td_y or tm_y)
        elif set_leading:
            leading = float(set_leading)
        elif shown:
            text = "".join(_LETTERS[face][code] for code in re.sub(rb"\\(.)", rb"\1", shown))
            found.append(Piece(text, x, x + face.width(text.rstrip()) * size, y, size))
        else:
            y -= leading
    return found


def fonts(of: Printout) -> list[DictionaryObject]:
    """All fonts that pages name."""
    named = [page["/Resources"]["/Font"] for page in read(of).pages]  # type: ignore[index] # as pypdf has it
    return [font.get_object() for fonts in named for font in fonts.values()]


# Content


def test_an_invoice_says_everything_that_its_printout_says_in_reading_order() -> None:
    said = whole(printout())
    order = [
        "Faktura VAT S/0008/11/26",
        "Data wystawienia 24.11.2026",
        "Sprzedawca",
        "Biuro Rachunkowe „Konto” sp. z o.o.",
        "ul. Świętokrzyska 12",
        "90-001 Łódź",
        "NIP: 512 007 91 94",
        "Nabywca",
        "Nowa Chata sp. j.",
        "Forma płatności przelew",
        "Rachunek PL 92 1240 1234 0001 5678 9012 3456",
        "Lp. Nazwa Ilość J.m. Cena netto Stawka Wartość netto Kwota VAT Wartość brutto",
        "1 Usługa 1 2 szt. 123,45 23% 246,90 56,79 303,69",
        "3 Usługa 3 2 szt. 123,45 23% 246,90 56,79 303,69",
        "23% 740,70 170,37 911,07",
        "Razem 740,70 170,37 911,07",
        "Razem do zapłaty 911,07 PLN",
        "Słownie dziewięćset jedenaście złotych 07/100",
        "Zapłać telefonem",
        "Faktura wyliczona od cen netto.",
        "Wystawił(a) Anna Demonstracyjna",
        "Strona 1 z 1",
    ]
    places = [said.find(text) for text in order]
    assert -1 not in places, [text for text, place in zip(order, places, strict=True) if place < 0]
    assert places == sorted(places)


def test_a_second_language_stands_beside_the_first() -> None:
    said = whole(printout(two=True))
    for text in ("VAT invoice", "Data wystawienia / Issue date", "Description", "Razem do zapłaty / Total due"):
        assert text in said
    assert "Strona 1 z 1 / Page 1 of 1" in said
    assert "Description" not in whole(printout())


def test_a_duplicate_is_stamped() -> None:
    assert "DUPLIKAT 25.11.2026" in whole(printout(stamps=("DUPLIKAT 25.11.2026",)))


def test_a_correction_shows_before_after_and_difference() -> None:
    tables = tuple(lines(row(1), title=title) for title in ("Przed korektą", "Po korekcie", "Różnica"))
    corrected = printout(
        1,
        title=label("Faktura korygująca"),
        tables=tables,
        details=(fact("Do faktury", "S/0001/01/26 z dnia 02.01.2026"), fact("Przyczyna korekty", "zwrot towaru")),
    )
    said = whole(corrected)
    order = ["Faktura korygująca", "Do faktury: S/0001/01/26", "Przyczyna korekty: zwrot", "Przed", "Po ", "Różnica"]
    assert [said.find(text) for text in order] == sorted(said.find(text) for text in order)
    assert said.count("1 Usługa 1 2 szt.") == 3


def test_totals_of_other_columns_than_those_of_the_lines_have_a_table_of_their_own() -> None:
    """An invoice of a margin has lines without VAT; sums in PLN have other names."""
    few = replace(lines(row(1)), columns=printouts.columns()[:3], rows=(Row(cells=("1", "Rower", "1")),))
    said = whole(printout(1, tables=(few,)))
    assert "1 Rower 1 Stawka Wartość netto Kwota VAT Wartość brutto 23% 246,90" in said


def test_an_invoice_without_codes_words_payment_and_totals_is_printed() -> None:
    bare = printout(codes=(), words=None, payment=(), totals=None, signatures=(), remarks=())
    assert "Razem do zapłaty 911,07 PLN" in whole(bare)


def test_marks_of_the_law_are_strong() -> None:
    marked = printout(marks=("mechanizm podzielonej płatności",))
    assert "mechanizm podzielonej płatności" in whole(marked)


def test_markup_is_printed_as_it_was_typed() -> None:
    typed = "<b>A</b> &amp; {{ x }} %d %s (a) ) \\n \\ / T* ET"
    said = whole(printout(1, parties=(seller(), buyer(typed)), tables=(lines(row(1, typed)),)))
    assert said.count(typed) == 2


def test_the_largest_figure_is_what_is_to_pay() -> None:
    first, second, *_ = sorted(pieces(printout()), key=lambda piece: -piece.size)
    assert first.text == "911,07\u00a0PLN"
    assert first.size > second.size


@pytest.mark.parametrize("amount", ["-999 999 999 999,99 PLN", "0,00 PLN"])
def test_any_amount_fits_between_the_margins(amount: str) -> None:
    for piece in pieces(printout(to_pay=fact("Razem do zapłaty", amount))):
        assert piece.x >= 15 * MM - 0.1, piece
        assert piece.end <= 195 * MM + 0.1, piece


def test_amounts_stand_with_their_commas_under_each_other() -> None:
    quantities = ("1", "10", "1,5", "-1000,125")
    rows = [row(100 + number, quantity=quantity) for number, quantity in enumerate(quantities)]
    found = {piece.text.strip(): piece for piece in pieces(printout(tables=(lines(*rows),), totals=None))}
    commas = [found[text].x + REGULAR.width(text.partition(",")[0]) * found[text].size for text in quantities]
    assert commas == pytest.approx([commas[0]] * 4, abs=0.02)


def test_no_line_of_a_long_name_ends_with_a_word_of_one_letter() -> None:
    name = "Szkolenie i warsztaty z obsługi w biurze o poranku " * 6
    wrapped = REGULAR.wrapped(name.strip(), 20)
    assert len(wrapped) > 5
    assert not [line for line in wrapped if re.search(r"(^| )[aiouwz]$", line)]
    assert " ".join(wrapped) == name.strip()


# Pages


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (10, 1), (21, 1), (22, 2), (60, 2), (100, 3), (500, 13)])
def test_lines_go_over_as_many_pages_as_they_need(count: int, pages: int) -> None:
    said = texts(printout(count))
    assert len(said) == pages
    numbers = [int(number) for text in said for number in re.findall(r"^\s*(\d+) Usługa \1\b", text, re.MULTILINE)]
    assert numbers == list(range(1, count + 1))
    for place, text in enumerate(said, 1):
        assert f"Strona {place} z {pages}" in text
        assert "Faktura VAT S/0008/11/26" in text
        assert text.count("Cena netto") == 1


def test_the_end_of_an_invoice_never_stands_alone() -> None:
    for count in range(3, 70):
        *_, last = texts(printout(count))
        assert len(re.findall(r"Usługa \d+", last)) >= 2, count
        assert "Razem do zapłaty" in last


def test_nothing_is_drawn_below_the_foot_or_outside_the_margins() -> None:
    for count in (1, 20, 21, 22, 40):
        full = printout(count, remarks=tuple(fact("Uwagi", "tekst " * 60) for _ in range(4)))
        for page in range(len(read(full).pages)):
            for piece in pieces(full, page):
                assert piece.x >= 15 * MM - 0.1, piece
                assert piece.end <= 195 * MM + 0.1, piece
                assert piece.y >= 15 * MM or piece.text.startswith(("Strona", "Faktura VAT")), piece
                assert piece.y <= (297 - 15) * MM, piece


def test_remarks_make_way_for_the_codes_and_lose_no_word() -> None:
    words = [f"słowo{number}" for number in range(900)]
    long = printout(remarks=(fact("Uwagi", " ".join(words) + "\n" + "x" * 700),))
    said = " ".join(texts(long))
    assert [word for word in words if not re.search(rf"\b{word}\b", said)] == []
    assert said.count("x") >= 700


def test_a_name_of_thousands_of_letters_goes_over_pages() -> None:
    endless = printout(2, tables=(lines(row(1, "x" * 6000), row(2, "słowo " * 2000)),))
    said = texts(endless)
    assert len(said) > 2
    assert sum(text.count("x") for text in said) >= 6000
    assert sum(text.count("słowo") for text in said) == 2000


def test_huge_figures_make_the_table_smaller_not_wider() -> None:
    huge = "-99 999 999 999,12345678"
    cells = ("1", "Rzecz", huge, "szt.", huge, "np II", "-99 999 999 999,99", "-9 999 999 999,99", "-99 999 999 999,99")
    set_in = pieces(printout(tables=(lines(Row(cells=cells)),), totals=None))
    assert all(piece.end <= 195 * MM + 0.1 for piece in set_in)
    assert next(piece for piece in set_in if piece.text == huge).size < 8.5


# The watermark


@pytest.mark.parametrize("watermark", ["WZÓR", "DUPLIKAT", "KOREKTA", "PRO FORMA", "НЕ"])
def test_a_watermark_lies_behind_the_text_of_each_page(watermark: str) -> None:
    pages = read(printout(60, watermark=watermark)).pages
    assert len(pages) == 2
    forms = {page["/Resources"]["/XObject"]["/W"].indirect_reference.idnum for page in pages}  # type: ignore[index]  # pypdf types a page as a bare object
    assert len(forms) == 1  # drawn once, shown on each page
    for page in pages:
        content = page.get_contents()
        assert content is not None
        assert content.get_data().index(b"/W Do") < content.get_data().index(b"Tj")
        assert watermark.replace(" ", "") in re.sub(r"\s", "", page.extract_text())


def test_without_a_watermark_nothing_of_it_is_in_the_file() -> None:
    page = read(printout()).pages[0]
    assert "/W" not in page["/Resources"]["/XObject"]  # type: ignore[operator,index]
    content = page.get_contents()
    assert content is not None
    assert b"/W Do" not in content.get_data()


# Letters


def test_every_font_is_embedded() -> None:
    mixed = printout(parties=(seller(), buyer("Ελλάδα Київ Nguyễn", lines=("Ὁδός",))), watermark="WZÓR")
    found = fonts(mixed)
    assert len(found) == 4
    for font in found:
        assert "/FontFile2" in font["/FontDescriptor"]  # type: ignore[operator]
        assert "/ToUnicode" in font
    assert len(fonts(printout())) == 2


@pytest.mark.parametrize(
    "name",
    [
        "Zażółć gęślą jaźń ZAŻÓŁĆ GĘŚLĄ JAŹŃ",
        "Ελληνική Εταιρεία ΑΕ",
        "ТОВ «Київ-Транс» Ґанок",
        "Công ty Nguyễn Văn Ưu Đặng",
        "Müller Straße, Çelik, Ångström, Þór, Škoda, Őry",
        "10 € 5 £ 3 § 20 m² №7 – — … ½",
    ],
)
def test_letters_of_names_come_out_as_they_went_in(name: str) -> None:
    said = whole(printout(1, parties=(seller(), buyer(name)), tables=(lines(row(1, name)),)))
    assert said.count(name) == 2
    assert REPLACEMENT not in said


def test_letters_that_no_font_has_are_shown_as_missing() -> None:
    said = whole(printout(parties=(seller(), buyer("東京 😀 sp. z o.o."))))
    assert f"{REPLACEMENT * 2} {REPLACEMENT} sp. z o.o." in said


def test_more_letters_than_one_embedded_font_holds_are_all_there() -> None:
    many = "".join(sorted(map(chr, REGULAR.others)))
    assert len(many) > 256
    said = "".join(texts(printout(1, tables=(lines(row(1, many)),))))
    shown = [letter for letter in many if letter.isalpha() and letter in said]
    assert len(shown) > 500


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a\x00b\x07c\x1bd", "abcd"),
        ("zero\u200bwidth\u202e\ufeff", "zerowidth"),
        ("jedna\tlinia\r\ndruga", "jedna linia druga"),
        ("e\u0301cole z\u0307uk", "école żuk"),
        ("① Ａ", "1 A"),
        ("\ud800", ""),
    ],
)
def test_signs_that_draw_nothing_are_left_out_and_others_composed(typed: str, shown: str) -> None:
    said = whole(printout(parties=(seller(), buyer(f"[{typed}]"))))
    assert f"[{shown}]" in re.sub(r"\s+", " ", said)


# The file


def test_the_same_printout_gives_the_same_bytes() -> None:
    assert render(printout(40, watermark="WZÓR")) == render(printout(40, watermark="WZÓR"))
    assert render(printout()) != render(printout(number="S/0009/11/26"))


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import hashlib; from tests.functions.printouts import *; from functions.invoice.pdf import render;"
        "print(hashlib.sha256(render(printout(parties=(seller(), buyer('Київ Ελλάδα'))))).hexdigest())"
    )
    told = {
        subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1


def test_a_page_is_small() -> None:
    assert len(render(printout(10, watermark="WZÓR"))) <= 30_000


def test_the_file_tells_what_it_is() -> None:
    file = read(printout())
    about = file.metadata
    assert about is not None
    assert about.title == "Faktura VAT S/0008/11/26"
    assert about.author == "Biuro Rachunkowe „Konto” sp. z o.o."
    assert about.creation_date == printouts.MADE_AT
    assert file.trailer["/Root"]["/Lang"] == "pl"  # type: ignore[index]  # pypdf types a page as a bare object
    assert file.trailer["/Root"]["/MarkInfo"]["/Marked"] is not False  # type: ignore[index]  # pypdf types a page as a bare object


def test_the_structure_tells_headings_rows_and_cells_and_where_they_are() -> None:
    file = read(printout(60))
    root: Any = file.trailer["/Root"]
    tree = root["/StructTreeRoot"]
    parts = [kid.get_object() for kid in tree["/K"]["/K"]]
    assert parts[0]["/S"] == "/H1"
    tables = [part for part in parts if part["/S"] == "/Table"]
    rows = [kid.get_object() for kid in tables[0]["/K"]]
    assert len(rows) == 61  # the head once, however often it is printed
    assert {kid.get_object()["/S"] for kid in rows[0]["/K"]} == {"/TH"}
    assert {kid.get_object()["/S"] for one in rows[1:] for kid in one["/K"]} == {"/TD"}
    marks = tree["/ParentTree"]["/Nums"]
    for page in file.pages:
        content = page.get_contents()
        assert content is not None
        marked = [int(number) for number in re.findall(rb"/MCID (\d+)", content.get_data())]
        owners = marks[marks.index(page["/StructParents"]) + 1]
        assert marked == list(range(len(owners)))
        for place, owner in zip(marked, owners, strict=True):
            element = owner.get_object()
            assert element["/Pg"].get_object() == page.get_object()
            assert place in (element["/K"] if isinstance(element["/K"], list) else [element["/K"]])


# Codes


@pytest.mark.parametrize("length", [1, 18, 77, 153, 155, 600, 2952])
def test_a_code_is_as_large_as_it_needs_to_be(length: int) -> None:
    """What fills the room is not compared: segno puts a byte of zeros before it, which the standard has not."""
    content = "x" * length
    theirs = segno.make_qr(content, error="l", mask=qr.MASK, boost_error=False, encoding="utf-8", mode="byte").matrix
    ours = qr.rows(content)
    assert len(ours) == len(theirs)
    assert [one[:8] for one in ours[:7]] == ["".join(map(str, one[:8])) for one in theirs[:7]]


@pytest.mark.parametrize("room", [17, 32, 53, 78, 106, 134, 154, 192, 230, 271, 321, 586, 1171, 2953])
def test_a_code_that_its_text_fills_is_the_same_module_for_module(room: int) -> None:
    content = ("Zażółć|gęślą|" * 300).encode()[:room].decode("utf-8", "ignore").ljust(room, "x")
    content = content[: len(content) - (len(content.encode()) - room)]
    theirs = segno.make_qr(content, error="l", mask=qr.MASK, boost_error=False, encoding="utf-8", mode="byte").matrix
    assert qr.rows(content) == ["".join(map(str, one)) for one in theirs]


def test_what_no_code_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="Too long"):
        qr.rows("x" * 2954)


def test_codes_stand_side_by_side_with_what_they_are() -> None:
    codes = (
        Code(label=label("Zapłać telefonem"), content=printouts.TRANSFER),
        Code(label=label("KSeF"), content="https://qr.example/1", caption="5265877635-20250826-0100001AF629-AF"),
    )
    said = whole(printout(codes=codes))
    assert "Zapłać telefonem KSeF 5265877635-20250826-0100001AF629-AF" in said


# The logo


def png(colour: int, samples: int, *extra: bytes) -> bytes:
    """A PNG of 4 × 2 pixels, not interlaced."""
    rows = chunk(b"IDAT", zlib.compress((b"\0" + bytes(range(4 * samples))) * 2))
    return SIGNATURE + header(4, 2, 8, colour) + b"".join(extra) + rows + chunk(b"IEND")


PALETTE = chunk(b"PLTE", bytes(range(12)))


@pytest.mark.parametrize(("logo", "transparent"), [
    (png(0, 1), False),
    (png(2, 3), False),
    (png(3, 1, PALETTE), False),
    (png(3, 1, PALETTE, chunk(b"tRNS", b"\0")), True),
    (png(4, 2), True),
    (png(6, 4), True),
])  # fmt: skip
def test_a_logo_is_shown_as_the_picture_it_is(logo: bytes, transparent: bool) -> None:
    picture: Any = read(printout(), logo).pages[0]["/Resources"]
    picture = picture["/XObject"]["/L"]
    assert (picture["/Width"], picture["/Height"]) == (4, 2)
    assert ("/SMask" in picture) is transparent
    if not transparent:  # the rows of the file, taken over without unpacking them
        size = struct.unpack(">I", logo[logo.index(b"IDAT") - 4 : logo.index(b"IDAT")])[0]
        start = logo.index(b"IDAT") + 4
        assert logo[start : start + size] in render(printout(), logo)


def test_a_logo_keeps_its_proportions_and_its_room() -> None:
    page = read(printout(), png(2, 3)).pages[0]
    content = page.get_contents()
    assert content is not None
    placed = re.search(rb"q ([\d.]+) 0 0 ([\d.]+) [\d.]+ [\d.]+ cm /L Do", content.get_data())
    assert placed is not None
    width, height = float(placed[1]), float(placed[2])
    assert width / height == pytest.approx(2, rel=0.01)
    assert height <= 50


def test_dates_stand_one_under_the_other_at_the_right() -> None:
    dates = (fact("Data wystawienia", "24.11.2026"), fact("Data sprzedaży", "20.11.2026"))
    found = {piece.text: piece for piece in pieces(printout(dates=dates))}
    first, second = found["24.11.2026"], found["20.11.2026"]
    assert first.end == pytest.approx(195 * MM, abs=0.1)
    assert first.x == second.x
    assert first.y > second.y


def test_baked_fonts_are_what_the_script_bakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripts.fonts, "INTO", tmp_path)
    scripts.fonts.main()
    kept = sorted(path.name for path in FOLDER.iterdir())
    assert sorted(path.name for path in tmp_path.iterdir()) == kept
    for name in kept:
        ours, baked = (FOLDER / name).read_bytes(), (tmp_path / name).read_bytes()
        if name.endswith((".font", ".cmap")):  # what is deflated may differ from one zlib to another
            ours, baked = zlib.decompress(ours), zlib.decompress(baked)
        assert ours == baked, name


def test_baked_fonts_hold_what_their_lists_say() -> None:
    for face in (REGULAR, STRONG):
        assert len(zlib.decompress(face.font)) == face.about["length"]
        assert all(0x20 <= code <= 0xFF for code in face.codes.values())
        assert len(set(face.codes.values())) == len(face.codes)
        assert len({face.width(digit) for digit in "0123456789"}) == 1
        widths = [face.widths[code] for code in sorted(face.codes.values())]
        assert all(width > 0 for width in widths)
        assert not set(face.codes) & (set(face.others) - {0x20})
        assert all(one < other for one, other in pairwise(sorted(face.others)))
