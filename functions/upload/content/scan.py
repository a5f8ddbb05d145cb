"""What must not be in any file: the test virus, and a second file of another kind hidden in the first.

Real viruses are looked for by the storage's own scan; this rule proves, anywhere and at any time, that the way of a
stopped file works.
"""

from __future__ import annotations

from functools import partial

from functions.upload.content.types import stopped
from portal.domain import errors
from portal.domain.document_types import PDF, Family, FileType

# In parts, or virus scanners would take this file for what it looks for.
TEST_VIRUS = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE" + b"!$H+H*"

_END_OF_ZIP = b"PK\x05\x06"
_END_SIZE = 22
_LONGEST_COMMENT = 65_535
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_PDF_BEGINS_WITHIN = 1024  # readers look for its head so far


def require_clean(data: bytes) -> None:
    """Raises `stopped-virus`."""
    if TEST_VIRUS in data:
        raise stopped(errors.STOPPED_VIRUS)


def require_single(data: bytes, kind: FileType) -> None:
    """A file that is two at once shows one person this and another that. Raises `stopped-type`."""
    if kind.family in (Family.ARCHIVE, Family.OFFICE):  # made to hold others, which are looked into
        return
    picture = kind.family is Family.PICTURE
    hidden = picture and (PDF.magic[0] in data[:_PDF_BEGINS_WITHIN] or any(magic in data for magic in _ARCHIVES))
    if hidden or _ends_as_zip(data):
        raise stopped(errors.STOPPED_TYPE)


def _ends_as_zip(data: bytes) -> bool:
    """Whether programs would open it as a ZIP: its directory is told of near the end, and is there."""
    start = max(0, len(data) - _END_SIZE - _LONGEST_COMMENT)
    at = data.rfind(_END_OF_ZIP, start)
    while at >= 0:
        if _is_directory_told(data, at):
            return True
        at = data.rfind(_END_OF_ZIP, start, at)
    return False


def _is_directory_told(data: bytes, at: int) -> bool:
    number = partial(int.from_bytes, byteorder="little")
    size, comment = number(data[at + 12 : at + 16]), number(data[at + 20 : at + 22])
    directory = at - size
    reaches_end = at + _END_SIZE + comment >= len(data.rstrip(b"\0\r\n "))
    return reaches_end and directory >= 0 and data.startswith(_DIRECTORY_ENTRY, directory)
