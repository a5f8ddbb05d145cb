"""The file of a document: an address under which a browser gets it, for a minute."""

from __future__ import annotations

from portal import files, storage
from portal.config import settings
from portal.domain import document_types, errors
from portal.domain.documents import NAME_LIMIT, Document

SECONDS = 60
ROOM = 10
"""What an extension may take of a name."""


def address(office: str, firm: str, document: Document) -> str:
    """Where the file can be saved under its own name. Raises `document-not-ready`."""
    if not document.openable or document.facts is None:
        raise errors.Refusal(errors.DOCUMENT_NOT_READY)
    media_type = document.facts.media_type
    name = _name(document.name, media_type)
    return storage.presigned_get(
        settings().documents_bucket,
        files.document(office, firm, document.id),
        name=document_types.plain_name(name),
        real_name=name,
        media_type=media_type,
        seconds=SECONDS,
    )


def _name(given: str, media_type: str) -> str:
    """The name it came with, ending as its content is: what it says must not make another program open it."""
    name, known = document_types.safe_name(given, media_type), document_types.by_media_type(media_type)
    if known and document_types.extension_of(name) not in known.extensions:
        name = document_types.safe_name(f"{name[: NAME_LIMIT - ROOM]}.{known.extensions[0]}")
    return name
