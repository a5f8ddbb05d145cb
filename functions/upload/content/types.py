"""What a file is by its content, and what was found in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from portal.domain import document_types, errors
from portal.domain.document_types import Family, FileType
from portal.domain.documents import STOPPED_LIMITS, Facts
from portal.domain.structured_invoices import StructuredInvoice

MOST_PICTURES = 20
"""Page pictures of one document: its first pages."""

_BYTE_ORDER = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds: facts, pictures of its pages (JPEG), and an invoice where it is a structured one."""

    facts: Facts
    pictures: list[bytes] = field(default_factory=list)
    invoice: StructuredInvoice | None = None


class Readable(NamedTuple):
    """A file that can be opened: its pages, and their pictures, which are made as they are asked for."""

    pages: int
    pictures: Iterator[bytes]


def stopped(code: errors.Code) -> errors.Refusal:
    """A refusal of the content of a file, with the number its sentence names."""
    limit = STOPPED_LIMITS.get(code.name)
    return errors.Refusal(code) if limit is None else errors.Refusal(code, limit=limit)


@contextmanager
def unreadable_is_broken() -> Iterator[None]:
    """Around a reader of strangers' files: whatever it stumbles over, the file is broken.

    Such readers raise nearly every exception there is, so all of them are meant. Our own refusals pass.
    """
    try:
        yield
    except errors.Refusal:
        raise
    except Exception as failure:
        raise stopped(errors.STOPPED_BROKEN) from failure


def kind_of(data: bytes, name: str, media_type: str) -> FileType:
    """What a file is. Its content decides, and must not contradict its name; only that a picture is of another kind
    than its name says is nothing bad: phones do that every day.

    Raises `stopped-broken`, `stopped-type`, `stopped-encrypted`.
    """
    if not data:
        raise stopped(errors.STOPPED_BROKEN)
    named = document_types.by_name(name, media_type)
    if named is None:
        raise stopped(errors.STOPPED_TYPE)
    found = _by_content(data)
    if named in found:
        return named
    if named.family is Family.OFFICE and document_types.DOC in found:  # how Office keeps what has a password
        raise stopped(errors.STOPPED_ENCRYPTED)
    if named.family is Family.PICTURE and found and found[0].family is Family.PICTURE:
        return found[0]
    raise stopped(errors.STOPPED_TYPE)


def _by_content(data: bytes) -> tuple[FileType, ...]:
    head = data[:64]
    if head.lstrip().startswith(b"<") or head.startswith(_BYTE_ORDER):
        return (document_types.XML,)
    return document_types.by_magic(head)
