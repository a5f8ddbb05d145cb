"""Which documents a person of the firm sees, and changing one of them.

A partner sees the documents they handed over themselves and no others: among the firm's there are payrolls, contracts
and bank statements that are not every partner's business, and nothing says of a file whose business it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from portal.access import ClientAccess
from portal.domain import errors
from portal.domain.documents import Document, Ref, Status
from portal.domain.people import Role
from portal.store import documents


def sees_all(at: ClientAccess) -> bool:
    """Whether the person may know of all of the firm's documents."""
    return at.actor.membership.role is not Role.PARTNER


def sees(at: ClientAccess, document: Document) -> bool:
    """Whether the person may know of a document. A deleted one is not there any more."""
    return document.status is not Status.DELETED and (sees_all(at) or document.by == at.actor.person)


def those(at: ClientAccess, found: Iterable[Document]) -> list[Document]:
    """Those of these that the person may know of."""
    return [document for document in found if sees(at, document)]


def one(at: ClientAccess, ref: Ref) -> Document:
    """A document that the person may know of. Raises `not-found`."""
    document = documents.get(at.table, ref)
    if not sees(at, document):
        raise errors.Refusal(errors.NOT_FOUND)
    return document


def changed(at: ClientAccess, ref: Ref, step: Callable[[Document], Document]) -> Document:
    """A document after a step, which is applied again on a race. Raises `not-found`, `try-again`, and as the step."""

    def seen_and_changed(before: Document) -> Document:
        if not sees(at, before):
            raise errors.Refusal(errors.NOT_FOUND)
        return step(before)

    return documents.apply(at.table, ref, seen_and_changed)
