"""ZIP: an archive of documents, with names and contents that harm nobody who unpacks it.

Everything is unpacked once, in pieces, and counted: what a ZIP says of its own size is not believed.
"""

from __future__ import annotations

import io
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath

from functions.upload.content import office, scan
from functions.upload.content.types import kind_of, stopped, unreadable_is_broken
from portal.domain import errors
from portal.domain.document_types import Family
from portal.domain.documents import SIZE_LIMIT

MOST_ENTRIES = 500
MOST_UNPACKED = 250_000_000
"""Bytes, of an archive and of all that lies in it."""

MOST_RATIO = 100
"""How many times larger than the file that may be, beyond the first twenty megabytes."""

_NOT_SUSPICIOUS = 20_000_000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others need memory as the file says
_ENCRYPTED_FLAG = 0x1
_PIECE = 1 << 20
_LEFT_BY_SYSTEMS = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass
class Budget:
    """How many bytes may still be unpacked."""

    left: int

    @classmethod
    def of(cls, data: bytes) -> Budget:
        """For a file that came."""
        return cls(min(MOST_UNPACKED, max(_NOT_SUSPICIOUS, len(data) * MOST_RATIO)))

    def take(self, count: int) -> None:
        """Raises `stopped-archive` when that is too much."""
        self.left -= count
        if self.left < 0:
            raise stopped(errors.STOPPED_ARCHIVE)


def check(data: bytes) -> None:
    """An archive that a client sent.

    Raises `stopped-archive`, `stopped-broken`, `stopped-encrypted`, `stopped-macros`, `stopped-type`, `stopped-virus`.
    """
    budget = Budget.of(data)
    with _opened(data, MOST_ENTRIES) as archive:
        entries = archive.infolist()
        _check_names(entries)
        for entry in entries:
            content = _unpacked(archive, entry, budget, SIZE_LIMIT)
            if not entry.is_dir() and not _LEFT_BY_SYSTEMS.search(entry.filename):
                _check_document(entry.filename, content, budget)


def check_office(data: bytes, budget: Budget | None = None) -> None:
    """A file of an office program, which is a ZIP as well. Raises the same."""
    budget = budget or Budget.of(data)
    with _opened(data, office.MOST_PARTS) as package:
        office.check_parts({entry.filename for entry in package.infolist()})
        for entry in package.infolist():
            office.check_part(entry.filename, _unpacked(package, entry, budget, office.LONGEST_READ))


def _check_document(name: str, content: bytes, budget: Budget) -> None:
    """Only kinds that would be accepted alone, and no archive within the archive."""
    try:
        kind = kind_of(content, PurePosixPath(name).name, "")
    except errors.Refusal as refusal:
        # Said of the archive: which of its files it is, its owner sees after unpacking.
        nothing_for_us = refusal.code in (errors.STOPPED_TYPE, errors.STOPPED_BROKEN)
        raise stopped(errors.STOPPED_ARCHIVE) if nothing_for_us else refusal from refusal
    if kind.family is Family.ARCHIVE or len(content) > SIZE_LIMIT:
        raise stopped(errors.STOPPED_ARCHIVE)
    scan.require_single(content, kind)
    if kind.family is Family.OFFICE:
        check_office(content, budget)
    elif kind.family is Family.OLD_OFFICE:
        office.check_old(content)


@contextmanager
def _opened(data: bytes, most: int) -> Iterator[zipfile.ZipFile]:
    """A whole ZIP, with nothing before or behind it, and without a password."""
    with unreadable_is_broken(), zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if len(entries) > most or any(entry.compress_type not in _METHODS for entry in entries):
            raise stopped(errors.STOPPED_ARCHIVE)
        if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
            raise stopped(errors.STOPPED_ENCRYPTED)
        if not entries or min(entry.header_offset for entry in entries) > 0 or not _ends_with_itself(data, archive):
            raise stopped(errors.STOPPED_TYPE)
        yield archive


def _ends_with_itself(data: bytes, archive: zipfile.ZipFile) -> bool:
    end = len(data) - len(archive.comment) - 22
    return end >= 0 and data[end : end + 4] == b"PK\x05\x06"


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget, keep: int) -> bytes:
    """What an entry holds, looked through in pieces as far as the budget goes; of it hardly more than `keep`."""
    kept, seen = bytearray(), b""
    with archive.open(entry) as stream:
        while piece := stream.read(_PIECE):
            budget.take(len(piece))
            scan.require_clean(seen + piece)
            seen = (seen + piece)[-len(scan.TEST_VIRUS) :]
            if len(kept) <= keep:
                kept += piece
    return bytes(kept)


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    """Each leads to its own place below the folder into which somebody unpacks."""
    names = [unicodedata.normalize("NFC", entry.filename).casefold() for entry in entries]
    if len(set(names)) < len(names) or not all(map(_is_harmless, entries)):
        raise stopped(errors.STOPPED_ARCHIVE)


def _is_harmless(entry: zipfile.ZipInfo) -> bool:
    name = entry.orig_filename
    leads_out = name.startswith("/") or "\\" in name or ".." in name.split("/") or _DRIVE.match(name)
    unseen = any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in name)
    return not (leads_out or unseen or stat.S_ISLNK(entry.external_attr >> 16))
