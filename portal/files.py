"""Keys of objects in the storage: nobody else writes one, so each begins with its office."""

from __future__ import annotations

from typing import NamedTuple

INCOMING = "incoming/"


class Incoming(NamedTuple):
    """Whose an arriving object is. `ref`: the written name of its document."""

    office: str
    firm: str
    ref: str


def export(office: str, export_id: str, attempt: int) -> str:
    """The file of an export; each attempt has its own, so that a dead one overwrites nothing."""
    return f"exports/{office}/{export_id}-{attempt}.zip"


def incoming(office: str, firm: str, ref: str) -> str:
    """Where the browser puts a document's file. Nobody reads it but intake."""
    return f"{INCOMING}{office}/{firm}/{ref}"


def parse_incoming(key: str) -> Incoming | None:
    """Whose such an object is; None when it is no such key."""
    parts = key.removeprefix(INCOMING).split("/")
    return Incoming(*parts) if key.startswith(INCOMING) and len(parts) == len(Incoming._fields) else None


def document(office: str, firm: str, document_id: str) -> str:
    """A document's verified file, which never changes."""
    return f"documents/{office}/{firm}/{document_id}"


def aside(office: str, firm: str, document_id: str) -> str:
    """A file that was not accepted."""
    return f"aside/{office}/{firm}/{document_id}"


def picture(office: str, firm: str, document_id: str, number: int) -> str:
    """The picture of a page, the first one is 1."""
    return f"pictures/{office}/{firm}/{document_id}/{number}.jpg"


def archive(office: str, archive_id: str, attempt: int) -> str:
    """Files of documents as one ZIP."""
    return f"archives/{office}/{archive_id}-{attempt}.zip"
