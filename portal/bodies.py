"""Bodies of requests: JSON, gzipped JSON, forms and forms with files, each read no further than its limit."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from portal.domain import errors

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
JSON = "application/json"
GZIP = "application/gzip"
_GZIP_MAGIC = b"\x1f\x8b"
_MOST_KEYS = 200
_MOST_PARTS = 20
_PART_HEADER = 1_000
_NAME_LENGTH = 200
_BOUNDARY = re.compile(r'boundary="?([\w\'()+,./:=? -]{1,70})"?', re.ASCII)


@dataclass(frozen=True, slots=True)
class Limit:
    """How much a route takes: bytes as sent, bytes after decompression, and fields of a form."""

    sent: int
    expanded: int
    fields: int


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file of a form. `name` and `media_type` are what the browser says, and prove nothing."""

    name: str
    media_type: str
    content: bytes

    @classmethod
    def called(cls, name: str, media_type: str, content: bytes) -> UploadedFile:
        """With the last part of a path as its name, on one line."""
        last = re.split(r"[/\\]", name)[-1]
        shown = "".join(char for char in last if char.isprintable()).strip()
        return cls(shown[:_NAME_LENGTH], media_type, content)


PAGE = Limit(sent=64_000, expanded=64_000, fields=_MOST_KEYS)
SELECTION = Limit(sent=1_000_000, expanded=1_000_000, fields=10_000)
UPLOAD = Limit(sent=3_000_000, expanded=3_000_000, fields=_MOST_PARTS)
SYNC = Limit(sent=4_000_000, expanded=6_000_000, fields=0)  # base64 makes 4 MB what Lambda takes in


def raw(event: Mapping[str, Any], limit: Limit) -> bytes:
    """The body as sent. Raises `body-too-large`."""
    written = event.get("body") or ""
    content = base64.b64decode(written) if event.get("isBase64Encoded") else written.encode()
    if len(content) > limit.sent:
        raise errors.Refusal(errors.BODY_TOO_LARGE, limit=limit.sent)
    return content


def from_json(event: Mapping[str, Any], limit: Limit, *, zipped: bool) -> Any:
    """A JSON body. `zipped`: it says so; but a gateway may have unzipped it on the way, so its bytes decide.

    Raises `body-not-json`, `body-not-gzip`, `body-too-large`.
    """
    content = raw(event, limit)
    if content.startswith(_GZIP_MAGIC):
        content = _unzipped(content, limit)
    try:
        given = json.loads(content)
    except (ValueError, RecursionError) as failure:
        raise errors.Refusal(errors.BODY_NOT_GZIP if zipped else errors.BODY_NOT_JSON) from failure
    if isinstance(given, dict) and len(given) > _MOST_KEYS:
        raise errors.Refusal(errors.FIELD_UNKNOWN)
    return given


def from_form(event: Mapping[str, Any], limit: Limit) -> dict[str, list[str]]:
    """The fields of a form, each with all its values. Raises `field-invalid`, `body-too-large`."""
    try:
        written = raw(event, limit).decode()
    except UnicodeDecodeError as failure:
        raise errors.Refusal(errors.FIELD_INVALID) from failure
    try:
        return parse_qs(written, keep_blank_values=True, max_num_fields=limit.fields)
    except ValueError as failure:
        raise errors.Refusal(errors.BODY_TOO_LARGE, limit=limit.sent) from failure


def from_multipart(event: Mapping[str, Any], limit: Limit) -> dict[str, list[str | UploadedFile]]:
    """The fields and files of a form, each with all its values; a file that nobody chose is left out.

    Raises `body-malformed`, `body-too-large`, `field-invalid`.
    """
    from multipart import MultipartError, ParserLimitReached  # noqa: PLC0415 - only an upload pays for it

    content = raw(event, limit)
    found: dict[str, list[str | UploadedFile]] = {}
    try:
        for name, value in _parts(content, _boundary(event), min(limit.fields, _MOST_PARTS)):
            found.setdefault(name, []).append(value)
    except ParserLimitReached as failure:
        raise errors.Refusal(errors.BODY_TOO_LARGE, limit=limit.sent) from failure
    except UnicodeDecodeError as failure:
        raise errors.Refusal(errors.FIELD_INVALID) from failure
    except MultipartError as failure:
        raise errors.Refusal(errors.BODY_MALFORMED) from failure
    return found


def _boundary(event: Mapping[str, Any]) -> str:
    headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
    match = _BOUNDARY.search(headers.get("content-type") or "")
    if match is None:
        raise errors.Refusal(errors.BODY_MALFORMED)
    return match[1].strip()


def _parts(content: bytes, boundary: str, most: int) -> Iterator[tuple[str, str | UploadedFile]]:
    from multipart import PushMultipartParser  # noqa: PLC0415 - as above

    stream, segment, body = io.BytesIO(content), None, bytearray()
    parser = PushMultipartParser(boundary, max_segment_count=most, max_header_size=_PART_HEADER, strict=True)
    # In one piece: strictness would refuse the line break after the end if it came in a piece of its own.
    for event in parser.parse_blocking(stream.read, chunk_size=len(content) + 1):
        if isinstance(event, (bytes, bytearray)):
            body += event
        elif event is not None:
            segment, body = event, bytearray()
        elif segment is not None and not (segment.filename == "" and not body):
            yield segment.name, _part(segment, bytes(body))


def _part(segment: Any, body: bytes) -> str | UploadedFile:
    if segment.filename is None:
        return body.decode()
    return UploadedFile.called(segment.filename, segment.content_type or "", body)


def _unzipped(content: bytes, limit: Limit) -> bytes:
    """Decompress no further than the limit: a small body may hold gigabytes."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            expanded = stream.read(limit.expanded + 1)
    except (OSError, EOFError, zlib.error) as failure:
        raise errors.Refusal(errors.BODY_NOT_GZIP) from failure
    if len(expanded) > limit.expanded:
        raise errors.Refusal(errors.BODY_TOO_LARGE, limit=limit.expanded)
    return expanded
