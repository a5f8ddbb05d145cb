"""What kinds of files are accepted as documents, how their names and their first bytes tell them, and safe names.

Office files are those of Word, Excel and LibreOffice that cannot act: not the ones whose name already says that they
carry macros (.docm, .xlsm), nor RTF and presentations, which may embed programs and are no documents of bookkeeping.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from portal.domain import errors
from portal.domain.documents import NAME_LIMIT

NAME_BYTES = 240
"""A file's name in UTF-8 that every system can write."""

MOST_EXTENSION = 10
_FALLBACK = "dokument"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"})
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks by Unicode's book, which show nothing."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_FORBIDDEN = re.compile(r'[:*?"<>|]')
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)")
_WITHOUT_STROKE = str.maketrans("łŁøØđĐ", "lLoOdD")
"""These do not fall apart into a letter and a mark."""


class Family(StrEnum):
    """Types that are looked into in the same way."""

    PDF = "pdf"
    PICTURE = "picture"
    XML = "xml"
    ARCHIVE = "archive"
    OFFICE = "office"
    OLD_OFFICE = "old-office"


@dataclass(frozen=True, slots=True)
class FileType:
    """One kind of file. `magic`: with one of these its content begins; empty where that takes a longer look.

    The first extension is the one a name gets that has none.
    """

    media_type: str
    family: Family
    extensions: tuple[str, ...]
    magic: tuple[bytes, ...]


_OPEN_XML = "application/vnd.openxmlformats-officedocument"
PDF = FileType("application/pdf", Family.PDF, ("pdf",), (b"%PDF-",))
JPEG = FileType("image/jpeg", Family.PICTURE, ("jpg", "jpeg", "jpe", "jfif"), (b"\xff\xd8\xff",))
PNG = FileType("image/png", Family.PICTURE, ("png",), (b"\x89PNG\r\n\x1a\n",))
HEIC = FileType("image/heic", Family.PICTURE, ("heic", "heif", "hif"), ())
TIFF = FileType("image/tiff", Family.PICTURE, ("tif", "tiff"), (b"II*\0", b"MM\0*"))
WEBP = FileType("image/webp", Family.PICTURE, ("webp",), ())
XML = FileType("application/xml", Family.XML, ("xml",), ())
ZIP = FileType("application/zip", Family.ARCHIVE, ("zip",), (_ZIP,))
DOCX = FileType(f"{_OPEN_XML}.wordprocessingml.document", Family.OFFICE, ("docx",), (_ZIP,))
XLSX = FileType(f"{_OPEN_XML}.spreadsheetml.sheet", Family.OFFICE, ("xlsx",), (_ZIP,))
ODT = FileType("application/vnd.oasis.opendocument.text", Family.OFFICE, ("odt",), (_ZIP,))
ODS = FileType("application/vnd.oasis.opendocument.spreadsheet", Family.OFFICE, ("ods",), (_ZIP,))
DOC = FileType("application/msword", Family.OLD_OFFICE, ("doc",), (_OLE,))
XLS = FileType("application/vnd.ms-excel", Family.OLD_OFFICE, ("xls",), (_OLE,))

TYPES = (PDF, JPEG, PNG, HEIC, TIFF, WEBP, XML, ZIP, DOCX, XLSX, ODT, ODS, DOC, XLS)
_BY_EXTENSION = {extension: kind for kind in TYPES for extension in kind.extensions}
_BY_MEDIA_TYPE = {
    **{kind.media_type: kind for kind in TYPES},
    "image/heif": HEIC,
    "image/jpg": JPEG,
    "text/xml": XML,
    "application/x-zip-compressed": ZIP,
}
ACCEPT = ",".join([*(f".{extension}" for extension in _BY_EXTENSION), *(kind.media_type for kind in TYPES)])
"""What a form's file field offers; the extensions first, for not all browsers know all types."""


def accepted(name: str, media_type: str = "") -> str:
    """The media type of a file of this name. The type that a browser declares counts only where a name says nothing.

    Raises `upload-type`.
    """
    known = by_name(name, media_type)
    if known is None:
        raise errors.Refusal(errors.UPLOAD_TYPE, "name", name=safe_name(name))
    return known.media_type


def by_name(name: str, media_type: str = "") -> FileType | None:
    """The type that a name's extension tells; without one, the declared type's; None where neither is accepted."""
    extension = extension_of(name)
    return _BY_EXTENSION.get(extension) if extension else by_media_type(media_type)


def by_media_type(media_type: str) -> FileType | None:
    """The type of this media type, also by its other names."""
    return _BY_MEDIA_TYPE.get(media_type.partition(";")[0].strip().lower())


def by_magic(data: bytes) -> tuple[FileType, ...]:
    """The types that content may have by how it begins: several are ZIPs inside. XML takes a longer look."""
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return (HEIC,)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return (WEBP,)
    return tuple(kind for kind in TYPES if kind.magic and data.startswith(kind.magic))


def extension_of(name: str) -> str:
    """`pdf` of `Faktura 12.PDF`; empty where a name has none, or only something that looks like one."""
    _, dot, extension = _shown(_last_part(name)).rstrip(" .").rpartition(".")
    extension = extension.lower()
    known_shape = extension.isascii() and extension.isalnum() and len(extension) <= MOST_EXTENSION
    # „Faktura nr 12.2026" ends with a year, not with an extension.
    return extension if dot and known_shape and not extension.isdigit() else ""


def safe_name(name: str, media_type: str = "") -> str:
    """A file's name as it may be shown, stored and written on any system: letters of all languages and emoji stay.

    Without folders, control characters, direction marks and what Windows forbids; never empty, never too long; the
    extension stays, and a name without one gets its type's. Applied again, it changes nothing.
    """
    shown = _FORBIDDEN.sub("_", _shown(_last_part(name)))
    shown = re.sub(r" +", " ", shown).rstrip(" .")
    extension = extension_of(name)
    stem = shown[: -len(extension) - 1] if extension else shown
    if not extension and (known := by_media_type(media_type)):
        extension = known.extensions[0]
    ending = f".{extension}" if extension else ""
    return (_cut(stem.strip(" ."), len(ending)) or _FALLBACK) + ending


def plain_name(name: str) -> str:
    """A file's name in plain letters, for programs that do not know of others; never empty."""
    plain = unicodedata.normalize("NFKD", name.translate(_WITHOUT_STROKE)).encode("ascii", "ignore").decode()
    return re.sub(r"[^\w .()-]", "_", plain).strip(" .") or "plik"


def _cut(stem: str, ending: int) -> str:
    """A stem that fits, by signs and by bytes, and is no name that Windows keeps for itself."""
    if _RESERVED.fullmatch(stem.partition(".")[0].strip()):
        stem = f"_{stem}"
    cut = stem[: NAME_LIMIT - ending].encode("utf-8")[: NAME_BYTES - ending].decode("utf-8", "ignore")
    return cut.rstrip(" .")


def _last_part(name: str) -> str:
    return re.split(r"[/\\]", name)[-1]


def _shown(name: str) -> str:
    """Composed as typed on a keyboard, without what cannot be seen; each kind of space is one."""
    kept = (" " if char.isspace() else char for char in name if char.isspace() or not _unseen(char))
    return unicodedata.normalize("NFC", "".join(kept))


def _unseen(char: str) -> bool:
    return char in _BLANK or unicodedata.category(char) in _UNSEEN
