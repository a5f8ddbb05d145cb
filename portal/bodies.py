"""Bodies of requests: JSON, gzipped JSON and forms, each read no further than its limit."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from portal.domain import errors

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
GZIP = "application/gzip"
_GZIP_MAGIC = b"\x1f\x8b"
_MOST_KEYS = 200


@dataclass(frozen=True, slots=True)
class Limit:
    """How much a route takes: bytes as sent, bytes after decompression, and fields of a form."""

    sent: int
    expanded: int
    fields: int


PAGE = Limit(sent=64_000, expanded=64_000, fields=_MOST_KEYS)
SELECTION = Limit(sent=1_000_000, expanded=1_000_000, fields=10_000)
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
