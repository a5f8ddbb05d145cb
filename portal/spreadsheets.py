"""Tables in: CSV as any program writes it, and XLSX. Content decides what a file is; nothing in it is ever calculated.

A workbook is a zip of XML, and both can be made to grow without end. So only the parts that hold cells are unpacked,
under a limit, looked at, and packed anew; what reads them then sees nothing else.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from datetime import date, datetime
from pathlib import PurePath

from portal.domain import errors

MOST_BYTES = 2_000_000
MOST_ROWS = 2_100
MOST_COLUMNS = 60
FIELD = "file"  # where a form has it

_MEGABYTE = 1_000_000
_MOST_INFLATED = 20 * _MEGABYTE
_MOST_PARTS = 500
_MOST_REPEATED = 64 * _MEGABYTE
_EXACT = 10**15  # beyond it a spreadsheet's numbers lose digits
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_ENCRYPTED_FLAG = 0x1
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_TEXTS = {"", ".csv", ".txt", ".tsv"}
_DELIMITERS = ";,\t"
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')

_WORKBOOK = "xl/workbook.xml"
_STRINGS = "xl/sharedstrings.xml"
_READ_PARTS = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|xl/sharedstrings\.xml"
    r"|xl/styles\.xml|xl/worksheets/[^/]+\.xml"
)
_CELL = re.compile(rb"<(?:[^\s<>/]*:)?c(?=[\s/>])([^>]*)>")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=<>"'/]+)\s*=\s*("[^"]*"|'[^']*')""")
_PLACE = re.compile(rb"([A-Z]{1,3})(\d{1,7})")
_STRING_ENDS = re.compile(rb"</(?:[\w.-]+:)?si\s*>")


def read(name: str, content: bytes) -> list[list[str]]:
    """The rows of a table as texts; of a workbook, of its first sheet. Row 0 is what programs number 1.

    Raises `file-too-large`, `file-old-excel`, `file-encrypted`, `file-not-table`, `table-too-long`, `table-too-wide`.
    """
    if len(content) > MOST_BYTES:
        raise errors.Refusal(errors.FILE_TOO_LARGE, FIELD, limit=MOST_BYTES // _MEGABYTE)
    suffix = PurePath(name).suffix.lower()
    if content.startswith(_OLE) or suffix == ".xls":
        raise errors.Refusal(errors.FILE_ENCRYPTED if _ENCRYPTED_PACKAGE in content else errors.FILE_OLD_EXCEL, FIELD)
    if content.startswith(_ZIP):
        return _within_limits(_workbook_rows(content))
    if suffix not in _TEXTS:
        raise _not_a_table()
    return _within_limits(_text_rows(_decoded(content)))


def _not_a_table() -> errors.Refusal:
    return errors.Refusal(errors.FILE_NOT_TABLE, FIELD)


def _within_limits(rows: list[list[str]]) -> list[list[str]]:
    """Without what is empty at the ends: programs write thousands of empty cells."""
    kept = [_without_empty_end(row) for row in rows]
    while kept and not kept[-1]:
        kept.pop()
    if len(kept) > MOST_ROWS:
        raise errors.Refusal(errors.TABLE_TOO_LONG, FIELD, limit=MOST_ROWS)
    if max(map(len, kept), default=0) > MOST_COLUMNS:
        raise errors.Refusal(errors.TABLE_TOO_WIDE, FIELD, limit=MOST_COLUMNS)
    if not kept:
        raise _not_a_table()
    return kept


def _without_empty_end(row: list[str]) -> list[str]:
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]


# CSV


def _decoded(content: bytes) -> str:
    """UTF-8, UTF-16 where it says so, or else the code page of Polish Windows."""
    encodings = ("utf-16",) if content.startswith(_UTF16) else ("utf-8-sig", "cp1250")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(unicodedata.category(char) == "Cc" and char not in "\t\r\n" for char in text):
            break
        return text
    raise _not_a_table()


def _text_rows(text: str) -> list[list[str]]:
    told = _SEPARATOR_LINE.match(text)
    # Excel's own line about the separator stays a row, an empty one, so that rows keep their numbers.
    body = "\n" + text[told.end() :] if told else text
    try:
        return list(csv.reader(io.StringIO(body, newline=""), delimiter=told[1] if told else _delimiter(body)))
    except (csv.Error, TypeError, ValueError) as failure:
        raise _not_a_table() from failure


def _delimiter(text: str) -> str:
    """What the first line that holds something is divided by, outside of quotes."""
    first = next((line for line in text.splitlines() if line.strip(f" {_DELIMITERS}")), "")
    bare = _QUOTED.sub("", first)
    return max(_DELIMITERS, key=bare.count)


# XLSX


def _workbook_rows(content: bytes) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum  # noqa: PLC0415 - only an import pays

    parts = _unpacked(content)
    _check_growth(parts)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(_packed(parts))) as workbook:
            sheets = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            if not sheets:
                raise _not_a_table()
            rows = workbook.get_sheet_by_name(sheets[0]).to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OSError) as failure:
        raise failure if isinstance(failure, errors.Refusal) else _not_a_table() from failure
    return [[_written(cell) for cell in row] for row in rows]


def _unpacked(content: bytes) -> dict[str, bytes]:
    """The parts of a workbook that hold cells, unpacked no further than the limit, whatever the zip says of itself."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = archive.infolist()
            _check_listing(listed)
            left, parts = _MOST_INFLATED, {}
            for entry in listed:
                if _READ_PARTS.fullmatch(entry.filename.lower()):
                    parts[entry.filename] = _inflated(archive, entry, left)
                    left -= len(parts[entry.filename])
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError) as failure:
        raise _not_a_table() from failure
    if _WORKBOOK not in parts:
        raise _not_a_table()
    return parts


def _check_listing(listed: list[zipfile.ZipInfo]) -> None:
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in listed):
        raise errors.Refusal(errors.FILE_ENCRYPTED, FIELD)
    names = {entry.filename.lower() for entry in listed}
    if len(names) != len(listed) or len(listed) > _MOST_PARTS:
        raise _not_a_table()


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    if entry.file_size > left:
        raise _too_large_inside()
    with archive.open(entry) as part:
        content = part.read(left + 1)
    if len(content) > left:
        raise _too_large_inside()
    return content


def _too_large_inside() -> errors.Refusal:
    return errors.Refusal(errors.FILE_TOO_LARGE, FIELD, limit=_MOST_INFLATED // _MEGABYTE)


def _packed(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _check_growth(parts: dict[str, bytes]) -> None:
    """A reader makes room for all places up to the farthest cell, and a copy of a text for each cell that names it."""
    longest = max((_longest_string(text) for name, text in parts.items() if name.lower() == _STRINGS), default=0)
    for name, content in parts.items():
        if name.lower().startswith("xl/worksheets/"):
            shared = _check_places(content)
            if shared * longest > _MOST_REPEATED:
                raise _too_large_inside()


def _check_places(sheet: bytes) -> int:
    """Each cell with a content must say where it is, within the limits; tells how many name a shared text."""
    if b"\x00" in sheet:  # not in an encoding that can be looked through
        raise _not_a_table()
    shared = 0
    for cell in _CELL.finditer(sheet):
        attributes = _attributes(cell[1].removesuffix(b"/"))
        if cell[1].endswith(b"/"):
            continue  # a format without a content
        place = _PLACE.fullmatch(attributes.get(b"r", b""))
        if place is None:
            raise _not_a_table()
        if int(place[2]) > MOST_ROWS:
            raise errors.Refusal(errors.TABLE_TOO_LONG, FIELD, limit=MOST_ROWS)
        if _column(place[1]) > MOST_COLUMNS:
            raise errors.Refusal(errors.TABLE_TOO_WIDE, FIELD, limit=MOST_COLUMNS)
        shared += attributes.get(b"t") == b"s"
    return shared


def _attributes(tag: bytes) -> dict[bytes, bytes]:
    """The attributes of a cell, written so plainly that every reader finds the same ones."""
    found = _ATTRIBUTE.findall(tag)
    named = {name: quoted[1:-1] for name, quoted in found}
    if len(named) < len(found) or _ATTRIBUTE.sub(b"", tag).strip():
        raise _not_a_table()
    return named


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _longest_string(strings: bytes) -> int:
    return max(map(len, _STRING_ENDS.split(strings)))


def _written(cell: object) -> str:
    """A cell as text. A number without fraction is its digits: Excel keeps a NIP as 5120079194.0."""
    if isinstance(cell, bool):
        return "PRAWDA" if cell else "FAŁSZ"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _number(value: float) -> str:
    if abs(value) >= _EXACT:
        # Its last digits are lost: written so that nothing takes it for an account number.
        return f"{value:.14E}"
    return str(int(value)) if value == int(value) else repr(value)
