"""Tables are read from CSV and XLSX as programs write them; whatever else a file is or hides is refused."""

from __future__ import annotations

import csv
import io
import time
import tracemalloc
import zipfile
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import spreadsheets
from portal.domain import errors
from tests.unit.making import refused

TABLE = [["NIP", "Nazwa"], ["5120079194", "Łódź; „Źdźbło” S.A."]]
CONTENT_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId{}" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/></Relationships>'
)
WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Firmy" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2">'
    '<xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
)


def sheet(rows: str) -> str:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def number_cell(place: str, number: str) -> str:
    return f'<c r="{place}"><v>{number}</v></c>'


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def parts_of(rows: str, **more: str) -> dict[str, str]:
    return {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELATIONS.format(1, "officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS.format(1, "worksheet", "worksheets/sheet1.xml"),
        "xl/styles.xml": STYLES,
        "xl/worksheets/sheet1.xml": sheet(rows),
        **more,
    }


def zipped(parts: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook(*rows: str, **more: str) -> bytes:
    return zipped(parts_of("".join(rows), **more))


# CSV


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("ends", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250", "utf-16"])
def test_csv_is_read_as_any_program_writes_it(delimiter: str, ends: str, encoding: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=ends).writerows(TABLE)
    assert spreadsheets.read("firmy.csv", out.getvalue().encode(encoding)) == TABLE


@pytest.mark.parametrize("name", ["firmy.csv", "FIRMY.CSV", "firmy.txt", "firmy.tsv", "firmy"])
def test_a_text_is_a_table_under_these_names(name: str) -> None:
    assert spreadsheets.read(name, b"NIP;Nazwa") == [["NIP", "Nazwa"]]


def test_a_line_that_names_the_separator_keeps_its_number() -> None:
    assert spreadsheets.read("a.csv", b"sep=,\r\nNIP,Nazwa; S.A.\r\n") == [[], ["NIP", "Nazwa; S.A."]]


def test_the_delimiter_is_not_looked_for_inside_of_quotes() -> None:
    assert spreadsheets.read("a.csv", b'"a;b;c",NIP\n1,2') == [["a;b;c", "NIP"], ["1", "2"]]


def test_quoted_cells_may_hold_lines_and_quotes() -> None:
    assert spreadsheets.read("a.csv", b'NIP;Nazwa\r\n1;"a ""b""\r\nc"\r\n') == [["NIP", "Nazwa"], ["1", 'a "b"\r\nc']]


def test_empty_rows_within_count_and_at_the_end_do_not() -> None:
    content = b"\r\nNIP;Nazwa\r\n;;\r\n1;2;;;\r\n" + b";;;;\r\n" * 5000
    assert spreadsheets.read("a.csv", content) == [[], ["NIP", "Nazwa"], [], ["1", "2"]]


cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).map(str.strip)


@given(st.lists(st.lists(cells, min_size=2, max_size=6), min_size=1, max_size=6))
def test_whatever_excel_writes_comes_back(rows: list[list[str]]) -> None:
    rows = [["NIP", "Nazwa"], *[[*cells, "."] for cells in rows]]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(rows)
    assert spreadsheets.read("a.csv", out.getvalue().encode("utf-8-sig")) == rows


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(noise: bytes) -> None:
    for content in (noise, b"PK\x03\x04" + noise, b"NIP;Nazwa\n" + noise):
        try:
            assert spreadsheets.read("a.csv", content)
        except errors.Refusal as refusal:
            assert refusal.field == "file"  # noqa: PT017 - read or refused, either is right


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        pytest.param("a.csv", b"", errors.FILE_NOT_TABLE, id="nothing"),
        pytest.param("a.csv", b"\xef\xbb\xbf;;\r\n \r\n", errors.FILE_NOT_TABLE, id="nothing but separators"),
        pytest.param("a.csv", b"NIP;Nazwa\x00", errors.FILE_NOT_TABLE, id="a NUL"),
        pytest.param("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00", errors.FILE_NOT_TABLE, id="a picture"),
        pytest.param("a.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x01", errors.FILE_NOT_TABLE, id="a PDF called CSV"),
        pytest.param("a.csv", b"Nazwa\x81", errors.FILE_NOT_TABLE, id="no Polish encoding"),
        pytest.param("a.pdf", b"NIP;Nazwa", errors.FILE_NOT_TABLE, id="a text called PDF"),
        pytest.param("a.html", b"<table>", errors.FILE_NOT_TABLE, id="a page"),
        pytest.param("a.csv", b'"' + b"x" * 200_000, errors.FILE_NOT_TABLE, id="a cell without end"),
        pytest.param("a.xls", b"NIP;Nazwa", errors.FILE_OLD_EXCEL, id="a text called XLS"),
        pytest.param("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), errors.FILE_OLD_EXCEL, id="an XLS"),
        pytest.param(
            "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99) + "EncryptedPackage".encode("utf-16-le"),
            errors.FILE_ENCRYPTED,
            id="an XLSX with a password",
        ),
        pytest.param("a.xlsx", b"PK\x03\x04" + bytes(99), errors.FILE_NOT_TABLE, id="a broken zip"),
        pytest.param("a.xlsx", zipped({"word/document.xml": "<w/>"}), errors.FILE_NOT_TABLE, id="a Word document"),
        pytest.param("a.csv", b"x" * 2_000_001, errors.FILE_TOO_LARGE, id="more than two megabytes"),
        pytest.param("a.csv", b"1;2\n" * 2_101, errors.TABLE_TOO_LONG, id="too many rows"),
        pytest.param("a.csv", b";".join([b"1"] * 61), errors.TABLE_TOO_WIDE, id="too many columns"),
    ],
)
def test_what_is_no_table_of_ours_is_refused(name: str, content: bytes, code: errors.Code) -> None:
    with refused(code, "file"):
        spreadsheets.read(name, content)


def test_a_table_may_be_just_as_large_as_it_may_be() -> None:
    rows = spreadsheets.read("a.csv", b"\n".join([b";".join([b"1"] * 60)] * 2_100))
    assert (len(rows), len(rows[0])) == (2_100, 60)


# XLSX


def test_a_workbook_is_read_from_its_first_sheet() -> None:
    content = workbook(
        row(1, text_cell("A1", "NIP"), text_cell("B1", "Nazwa")),
        row(3, number_cell("A3", "5120079194"), text_cell("B3", "Źdźbło &amp; Syn")),
    )
    assert spreadsheets.read("firmy.xlsx", content) == [["NIP", "Nazwa"], [], ["5120079194", "Źdźbło & Syn"]]


def test_texts_may_be_shared() -> None:
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        "<si><t>NIP</t></si><si><r><t>Na</t></r><r><t>zwa</t></r></si></sst>"
    )
    relations = RELATIONS.format(1, "worksheet", "worksheets/sheet1.xml").replace(
        "</Relationships>",
        '<Relationship Id="rId2" Target="sharedStrings.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>',
    )
    rows = row(1, '<c r="A1" t="s"><v>0</v></c>', '<c r="B1" t="s"><v>1</v></c>')
    parts = parts_of(rows) | {"xl/sharedStrings.xml": strings, "xl/_rels/workbook.xml.rels": relations}
    assert spreadsheets.read("a.xlsx", zipped(parts)) == [["NIP", "Nazwa"]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (number_cell("A1", "5120079194.0"), "5120079194"),
        (number_cell("A1", "5.120079194E9"), "5120079194"),
        (number_cell("A1", "12.5"), "12.5"),
        (number_cell("A1", "-3"), "-3"),
        (number_cell("A1", "6.11090101400001E25"), "6.11090101400001E+25"),
        ('<c r="A1" t="b"><v>1</v></c>', "PRAWDA"),
        ('<c r="A1" s="1"><v>46350</v></c>', date(2026, 11, 24).isoformat()),
        ('<c r="A1" t="str"><f>HYPERLINK("http://evil.example")</f><v>kliknij</v></c>', "kliknij"),
        (text_cell("A1", '=HYPERLINK("http://evil.example")'), '=HYPERLINK("http://evil.example")'),
        (text_cell("A1", "'=1+1"), "'=1+1"),
    ],
)
def test_a_cell_is_what_it_shows_and_never_calculated(cell: str, text: str) -> None:
    assert spreadsheets.read("a.xlsx", workbook(row(1, cell))) == [[text]]


def test_formats_beyond_the_table_are_no_cells() -> None:
    far = '<c r="XFD1" s="1"/>'
    content = workbook(row(1, text_cell("A1", "NIP"), far), row(1048576, '<c r="A1048576" s="1"/>'))
    assert spreadsheets.read("a.xlsx", content) == [["NIP"]]


def shared(longest: int, cells: int) -> bytes:
    """A long text that many cells name: small as a file, enormous as a table."""
    strings = f"<sst><si><t>{'x' * longest}</t></si></sst>"
    named = "".join(row(at, *(f'<c r="{c}{at}" t="s"><v>0</v></c>' for c in "ABCDEFGHIJ")) for at in range(1, cells))
    return zipped(parts_of(named) | {"xl/sharedStrings.xml": strings})


BOMBS = [
    pytest.param(
        lambda: workbook(row(1, text_cell("A1", " " * 30_000_000))), errors.FILE_TOO_LARGE, id="much in a cell"
    ),
    pytest.param(lambda: workbook(*[" " * 1_000_000] * 30), errors.FILE_TOO_LARGE, id="much between cells"),
    pytest.param(
        lambda: zipped(parts_of("") | {f"xl/worksheets/s{n}.xml": " " * 1_000_000 for n in range(30)}),
        errors.FILE_TOO_LARGE,
        id="much in many parts",
    ),
    pytest.param(
        lambda: workbook(row(1, number_cell("XFD1", "1"))), errors.TABLE_TOO_WIDE, id="a cell far to the right"
    ),
    pytest.param(lambda: workbook(row(1, number_cell("A1048576", "1"))), errors.TABLE_TOO_LONG, id="a cell far below"),
    pytest.param(
        lambda: workbook(row(1, "<c r='XFD1048576' ><v>1</v></c>")), errors.TABLE_TOO_LONG, id="with other quotes"
    ),
    pytest.param(
        lambda: workbook(row(1, '<c t="n" x=">" r="XFD1048576"><v>1</v></c>')),
        errors.FILE_NOT_TABLE,
        id="a hidden place",
    ),
    pytest.param(
        lambda: workbook(row(1, """<c x=" r='A1'" r="XFD1048576"><v>1</v></c>""")),
        errors.TABLE_TOO_LONG,
        id="a place within a text",
    ),
    pytest.param(
        lambda: workbook(row(1, '<c r="A1" r="XFD1048576"><v>1</v></c>')), errors.FILE_NOT_TABLE, id="two places"
    ),
    pytest.param(
        lambda: workbook(row(1, '<c x="/>" r="XFD1048576"><v>1</v></c>')),
        errors.FILE_NOT_TABLE,
        id="an end that is none",
    ),
    pytest.param(
        lambda: workbook(row(1, '<ż:c xmlns:ż="x" r="XFD1048576"><v>1</v></ż:c>')),
        errors.TABLE_TOO_LONG,
        id="a name of other letters",
    ),
    pytest.param(lambda: workbook("<row>" + "<c><v>1</v></c>" * 60 + "</row>"), errors.FILE_NOT_TABLE, id="no places"),
    pytest.param(
        lambda: zipped(parts_of("") | {"xl/worksheets/sheet1.xml": sheet("").encode("utf-16")}),
        errors.FILE_NOT_TABLE,
        id="an encoding nobody looks through",
    ),
    pytest.param(lambda: shared(30_000, 2_000), errors.FILE_TOO_LARGE, id="one text in many cells"),
    pytest.param(lambda: zipped({f"{n}.xml": "" for n in range(600)}), errors.FILE_NOT_TABLE, id="many parts"),
    pytest.param(
        lambda: zipped(parts_of("") | {"xl/worksheets/SHEET1.xml": sheet("")}), errors.FILE_NOT_TABLE, id="a part twice"
    ),
]


@pytest.mark.parametrize(("bomb", "code"), BOMBS)
def test_a_small_file_does_not_become_large(bomb: Any, code: errors.Code) -> None:
    content = bomb()
    assert len(content) < spreadsheets.MOST_BYTES
    tracemalloc.start()
    started = time.monotonic()
    with refused(code, "file"):
        spreadsheets.read("a.xlsx", content)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 150_000_000
    assert time.monotonic() - started < 20


def test_a_zip_that_lies_about_its_size_is_refused() -> None:
    honest = parts_of(row(1, text_cell("A1", "x" * 1_000_000)))
    content = zipped(honest)
    size = len(honest["xl/worksheets/sheet1.xml"].encode()).to_bytes(4, "little")
    assert content.count(size) == 2
    with refused(errors.FILE_NOT_TABLE, "file"):
        spreadsheets.read("a.xlsx", content.replace(size, (1000).to_bytes(4, "little")))


def test_a_zip_with_a_password_is_told_as_such() -> None:
    content = bytearray(workbook(row(1, text_cell("A1", "NIP"))))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 4)
    with refused(errors.FILE_ENCRYPTED, "file"):
        spreadsheets.read("a.xlsx", bytes(content))


@pytest.mark.parametrize(
    ("part", "content"),
    [
        pytest.param("xl/workbook.xml", "<workbook", id="broken XML"),
        pytest.param("xl/workbook.xml", WORKBOOK.replace("<sheet ", "<other "), id="no sheet"),
        pytest.param(
            "xl/worksheets/sheet1.xml", sheet("<row r='1'><c r='A1' t='s'><v>7</v></c></row>"), id="no such text"
        ),
        pytest.param(
            "xl/_rels/workbook.xml.rels", RELATIONS.format(1, "worksheet", "../../x.xml"), id="a part outside"
        ),
    ],
)
def test_a_damaged_workbook_is_no_table(part: str, content: str) -> None:
    with refused(errors.FILE_NOT_TABLE, "file"):
        spreadsheets.read("a.xlsx", zipped(parts_of(row(1, text_cell("A1", "NIP"))) | {part: content}))
