"""The one way into a file: what it is and holds, or why it is kept aside.

Decoders of strangers' files are large and written in C. They run in a process of their own (box.py), which may eat
neither all memory nor all time, holds no secrets, and whose death is the file's fault.
"""

from __future__ import annotations

import hashlib

from functions.upload.content import archives, box, ksef, office, scan, xmls
from functions.upload.content.types import Found, kind_of
from portal.domain.document_types import Family, FileType
from portal.domain.documents import Facts
from portal.domain.structured_invoices import StructuredInvoice


def inspect(data: bytes, name: str, media_type: str) -> Found:
    """What a file holds. `name` and `media_type` as they were announced; the content must not contradict them.

    Raises a refusal with one of the codes that begin with `stopped-`.
    """
    scan.require_clean(data)
    kind = kind_of(data, name, media_type)
    scan.require_single(data, kind)
    if kind.family in (Family.PDF, Family.PICTURE):
        pages, pictures = box.opened(data, kind)
        return Found(_facts(data, kind, pages, len(pictures)), pictures)
    return Found(_facts(data, kind), invoice=_read(data, kind, name))


def _read(data: bytes, kind: FileType, name: str) -> StructuredInvoice | None:
    """What has no pages is looked through here; of it only an invoice may be shown."""
    match kind.family:
        case Family.ARCHIVE:
            archives.check(data)
        case Family.OFFICE:
            archives.check_office(data)
        case Family.OLD_OFFICE:
            office.check_old(data)
        case _:
            root = xmls.read(data, ksef.ROOT)
            return ksef.read(root, name) if root is not None else None
    return None


def _facts(data: bytes, kind: FileType, pages: int = 0, pictures: int = 0) -> Facts:
    return Facts(kind.media_type, len(data), hashlib.sha256(data).hexdigest(), pages, pictures)
