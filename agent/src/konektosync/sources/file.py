"""Reading one file: what it holds, or the one problem that says why not. Nothing here raises for a bad file."""

import codecs
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax import SAXParseException

from defusedxml.common import DefusedXmlException

from konektosync.model import FileContent, SourceError
from konektosync.sources import sniff
from konektosync.sources.tree import NotOurs, Reader, new_parser
from konektosync.texts import _, printable

LARGEST = 256 * 1024 * 1024
CHUNK = 256 * 1024
HEAD = 4096
# What the parser says of a file in another encoding than it declares.
WRONG_DECLARATION = "encoding specified in XML declaration is incorrect"
# What the parser says of a file that ends too early.
CUT_OFF = ("no element found", "unclosed token", "unclosed CDATA section", "partial character")

Progress = Callable[[int], None]


class NoXmlError(Exception):
    """The file has no element, or declares an encoding that cannot be read."""


def _silent(count: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds and the SHA-256 of its bytes; no hash where it was not read to the end."""

    content: FileContent
    sha: str | None


def read(path: Path, shown: str, *, largest: int = LARGEST, progress: Progress = _silent) -> Reading:
    """Read one file. `shown` is its name in problems; `progress` is told the bytes read.

    A file over `largest` bytes is not read beyond its first bytes. A file that changes meanwhile is reported, so
    that it is read again the next time.
    """
    try:
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            reading = _read_open(file, path, before.st_size, largest, progress)
            after = os.fstat(file.fileno())
    except OSError as error:
        reading = _refused(
            SourceError("file-unreadable", _("Nie można odczytać pliku: {reason}.").format(reason=error.strerror))
        )
    else:
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            reading = _refused(
                SourceError("file-changing", _("Plik zmieniał się podczas odczytu; zostanie odczytany ponownie."))
            )
    return replace(reading, content=_name(reading.content, shown))


def _name(content: FileContent, shown: str) -> FileContent:
    return FileContent(
        tuple(replace(one, file=shown) for one in content.found),
        tuple(replace(one, file=shown) for one in content.problems),
        tuple(replace(one, file=shown) for one in content.notes),
    )


def _refused(error: SourceError) -> Reading:
    return Reading(FileContent(problems=(error.problem(""),)), None)


def _read_open(file: BinaryIO, path: Path, size: int, largest: int, progress: Progress) -> Reading:
    head = file.read(HEAD)
    named_xml = path.suffix.lower() == ".xml"
    if not (looks_like_xml(head) or named_xml):
        return Reading(FileContent(), None)
    if size > largest:
        return _too_large(head, size, largest)
    if not looks_like_xml(head):
        return _refused(SourceError("xml-broken", _("Plik ma rozszerzenie .xml, ale nie zawiera XML.")))
    reader = Reader(sniff.choose)
    digest = hashlib.sha256()
    try:
        content = _feed(reader, head, file, digest.update, progress)
    except (NotOurs, sniff.Known) as signal:
        return _ended_early(reader, signal)
    except SourceError as error:
        return _refused(error)
    except (SAXParseException, DefusedXmlException, NoXmlError) as error:
        if reader.format is None and not (named_xml or mentions_ours(head)):
            return Reading(FileContent(), None)
        return _refused(_broken(error, path))
    return Reading(content, digest.hexdigest())


def _too_large(head: bytes, size: int, largest: int) -> Reading:
    """The refusal of a large export. A large file of another kind is still none of ours."""
    try:
        reader = Reader(sniff.choose)
        _parse(new_parser(reader), reader, head)
    except NotOurs:
        return Reading(FileContent(), None)
    except (sniff.Known, SourceError, SAXParseException, DefusedXmlException, NoXmlError):
        pass  # its size is refused first
    megabytes, limit = -(-size // (1024 * 1024)), largest // (1024 * 1024)
    sentence = _("Plik ma {size} MB; największy odczytywany plik to {limit} MB.")
    return _refused(SourceError("file-too-large", sentence.format(size=megabytes, limit=limit)))


def _feed(
    reader: Reader, head: bytes, file: BinaryIO, digest: Callable[[bytes], None], progress: Progress
) -> FileContent:
    parser = new_parser(reader)
    chunk = head
    while chunk:
        digest(chunk)
        _parse(parser, reader, chunk)
        progress(len(chunk))
        chunk = file.read(CHUNK)
    parser.close()
    if reader.format is None:
        raise NoXmlError
    return reader.format.result()


def _parse(parser: Any, reader: Reader, chunk: bytes) -> None:
    """Feed bytes. Raises NoXmlError where the declared encoding is none that the parser can read."""
    try:
        parser.feed(chunk)
    except DefusedXmlException:
        raise  # a ValueError too, but one that says enough
    except (ValueError, LookupError) as error:
        if reader.format is not None:
            raise  # not about the encoding: that is decided before the first element
        raise NoXmlError from error


def _ended_early(reader: Reader, signal: Exception) -> Reading:
    """The reading stopped on purpose: none of ours, or its header said enough."""
    if isinstance(signal, NotOurs) or reader.format is None:
        return Reading(FileContent(), None)
    try:
        return Reading(reader.format.result(), None)
    except SourceError as error:
        return _refused(error)


def looks_like_xml(head: bytes) -> bool:
    """True for bytes that begin like XML in UTF-8, UTF-16 or an 8-bit code page."""
    text = head.replace(b"\x00", b"")
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        text = text.removeprefix(mark)
    return text.lstrip().startswith(b"<")


def mentions_ours(head: bytes) -> bool:
    """True where the first bytes name a JPK or KEDU root."""
    text = head.replace(b"\x00", b"")
    return b"<JPK" in text or b":JPK" in text or b"KEDU" in text


def _broken(error: Exception, path: Path) -> SourceError:
    """Forbidden entities, wrong encoding, or broken or cut off XML, with the place."""
    if isinstance(error, DefusedXmlException):
        sentence = _(
            "Plik definiuje encje (DTD), których eksport nie zawiera. Ze względów bezpieczeństwa nie został odczytany."
        )
        return SourceError("xml-unsafe", sentence)
    encoding = declared_encoding(path)
    bad_line = first_undecodable_line(path, encoding)
    if bad_line is not None:
        sentence = _("Plik nie jest zapisany w kodowaniu {encoding}, które deklaruje (wiersz {line}).")
        return SourceError("encoding-wrong", sentence.format(encoding=encoding, line=bad_line))
    if isinstance(error.__cause__, (ValueError, LookupError)):
        sentence = _("Plik deklaruje nieobsługiwane kodowanie {encoding}.")
        return SourceError("encoding-wrong", sentence.format(encoding=printable(encoding)))
    if not isinstance(error, SAXParseException):
        return SourceError("xml-broken", _("Plik ma rozszerzenie .xml, ale nie zawiera XML."))
    if error.getMessage() == WRONG_DECLARATION:
        sentence = _("Plik nie jest zapisany w kodowaniu {encoding}, które deklaruje.")
        return SourceError("encoding-wrong", sentence.format(encoding=printable(encoding)))
    line = error.getLineNumber()
    if error.getMessage() in CUT_OFF:
        return SourceError("xml-broken", _("Plik urywa się w wierszu {line}.").format(line=line))
    sentence = _("Plik nie jest poprawnym plikiem XML: błąd w wierszu {line}, kolumnie {column}.")
    return SourceError("xml-broken", sentence.format(line=line, column=error.getColumnNumber()))


def declared_encoding(path: Path) -> str:
    """The encoding that the XML declaration names; UTF-8 where it names none."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    declaration = head.partition(b"?>")[0]
    for quote in (b'"', b"'"):
        named = declaration.partition(b"encoding=" + quote)[2].partition(quote)[0]
        if named:
            return named.decode("ascii", "replace")
    return "utf-8"


def first_undecodable_line(path: Path, encoding: str) -> int | None:
    """The first line whose bytes are not of that encoding; None where all are, or the encoding is unknown."""
    try:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
    except LookupError:
        return None
    line = 1
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].count(b"\n")
            except UnicodeError:
                return line  # UTF-16 without its mark
            line += chunk.count(b"\n")
    return None


def is_ours(path: Path) -> bool:
    """True for a JPK or KEDU of any version, judged by its first bytes."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        return False
    if not looks_like_xml(head):
        return False
    reader = Reader(sniff.choose)
    try:
        _parse(new_parser(reader), reader, head)
    except SourceError:
        return True
    except (NotOurs, sniff.Known, SAXParseException, DefusedXmlException, NoXmlError):
        pass
    return reader.format is not None
