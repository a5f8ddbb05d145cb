"""Files of Word, Excel and LibreOffice: not locked, and without macros."""

from __future__ import annotations

import io
import struct
from typing import Any

from functions.upload.content.types import stopped, unreadable_is_broken
from portal.domain import errors

MOST_PARTS = 5_000
LONGEST_READ = 1_000_000
"""Bytes of a part that are read for what they say."""

_MAIN_PARTS = {"word/document.xml", "xl/workbook.xml", "content.xml"}
_TYPES = "[Content_Types].xml"
_MANIFEST = "META-INF/manifest.xml"
_MACRO_FOLDERS = ("Basic/", "Scripts/", "xl/macrosheets/")
_MACRO_PARTS = ("vbaproject.bin", "vbadata.xml")
_OLD_MACROS = frozenset({"macros", "vba", "_vba_project", "_vba_project_cur"})

_WORD_ENCRYPTED = 0x0100
_SHEET, _FILE_PASS, _END = 0x0085, 0x002F, 0x000A
_MACRO_SHEET = 1


def check_parts(names: set[str]) -> None:
    """The parts of a package by their names. Raises `stopped-broken`, `stopped-macros`."""
    if not names & _MAIN_PARTS or not names & {_TYPES, _MANIFEST}:
        raise stopped(errors.STOPPED_BROKEN)
    if any(name.startswith(_MACRO_FOLDERS) or name.lower().endswith(_MACRO_PARTS) for name in names):
        raise stopped(errors.STOPPED_MACROS)


def check_part(name: str, content: bytes) -> None:
    """A part by its content. Raises `stopped-macros`, `stopped-encrypted`."""
    if name == _TYPES and b"macroenabled" in content.lower():
        raise stopped(errors.STOPPED_MACROS)
    if name == _MANIFEST and b"encryption-data" in content:
        raise stopped(errors.STOPPED_ENCRYPTED)


def check_old(data: bytes) -> None:
    """A file of Word or Excel from before 2007. Raises `stopped-broken`, `stopped-encrypted`, `stopped-macros`."""
    import olefile  # noqa: PLC0415 - only these files pay

    with unreadable_is_broken(), olefile.OleFileIO(io.BytesIO(data)) as container:
        parts = {name.lower() for path in container.listdir(storages=True) for name in path}
        if "encryptedpackage" in parts:
            raise stopped(errors.STOPPED_ENCRYPTED)
        if parts & _OLD_MACROS:
            raise stopped(errors.STOPPED_MACROS)
        _check_main_part(container, parts)


def _check_main_part(container: Any, parts: set[str]) -> None:
    if "worddocument" in parts:
        (flags,) = struct.unpack_from("<H", container.openstream("WordDocument").read(), 10)
        if flags & _WORD_ENCRYPTED:
            raise stopped(errors.STOPPED_ENCRYPTED)
        return
    books = [name for name in ("Workbook", "Book") if name.lower() in parts]
    if not books:
        raise stopped(errors.STOPPED_BROKEN)
    _check_workbook(container.openstream(books[0]).read())


def _check_workbook(stream: bytes) -> None:
    """The records before the first sheet tell of a password, and which sheets are macros."""
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == _FILE_PASS:
            raise stopped(errors.STOPPED_ENCRYPTED)
        if kind == _SHEET and stream[at + 9] == _MACRO_SHEET:
            raise stopped(errors.STOPPED_MACROS)
        if kind == _END:
            return
        at += 4 + size
    raise stopped(errors.STOPPED_BROKEN)
