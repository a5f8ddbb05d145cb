"""What people ask for."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from portal import ids, web
from portal.domain import errors
from portal.domain.archives import MOST_CHOSEN
from portal.domain.documents import Ref
from portal.inputs import Month, Text, Version
from portal.store.documents import Place


def _no_month(typed: object) -> object:
    return None if typed in ("", None) else typed


def _place(text: str) -> str:
    place(text)
    return text


def place(text: str) -> Place:
    """Read `firm/2026-11-01J…`; a version behind `@`, as lists name it, is passed over. Raises `not-found`."""
    firm, _, ref = text.partition("@")[0].partition("/")
    if not ids.valid(firm):
        raise errors.Refusal(errors.NOT_FOUND)
    return Place(Ref.parse(ref), firm)


OptionalMonth = Annotated[Month | None, BeforeValidator(_no_month)]
FirmId = Annotated[str, AfterValidator(lambda text: text if not text or ids.valid(text) else _unknown())]


def _unknown() -> str:
    raise errors.Refusal(errors.NOT_FOUND)


class RemovalInput(web.Input):
    """The firm as it was seen."""

    version: Version


class ArchiveInput(web.Input):
    """A selection, as `firm/2026-11-01J…`, or a firm's month. `mark`: what is approved is marked as exported.

    `back`: of the list's form, whose other button needs it.
    """

    documents: list[Annotated[str, AfterValidator(_place)]] = Field(default_factory=list)
    firm: FirmId = ""
    period: OptionalMonth = None
    mark: bool = False
    back: Text = ""

    @property
    def chosen(self) -> list[Place]:
        """The selection, each once. Raises `archive-choice`, `documents-not-chosen`, `too-many-documents`."""
        whole = bool(self.firm and self.period)
        if whole == bool(self.documents) or bool(self.firm) != bool(self.period):
            # Neither of both is a list in which nothing was ticked.
            nothing = not (self.documents or self.firm or self.period)
            raise errors.Refusal(errors.DOCUMENTS_NOT_CHOSEN if nothing else errors.ARCHIVE_CHOICE, "documents")
        if len(self.documents) > MOST_CHOSEN:
            raise errors.Refusal(errors.TOO_MANY_DOCUMENTS, "documents", limit=MOST_CHOSEN)
        return list(dict.fromkeys(map(place, self.documents)))


class ClientArchiveInput(web.Input):
    """A month of the firm's documents."""

    period: Month
