"""What people send about documents they hand over."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictInt, StringConstraints

from portal import web
from portal.domain import errors
from portal.domain.documents import TEXT_LIMIT, Description, Kind, Source
from portal.inputs import Month, Text


def _no_month(typed: object) -> object:
    return None if typed in ("", None) else typed


def _note(typed: str) -> str:
    if len(typed) > TEXT_LIMIT:
        raise errors.Refusal(errors.TEXT_TOO_LONG, "note", limit=TEXT_LIMIT)
    return typed.strip()


OptionalMonth = Annotated[Month | None, BeforeValidator(_no_month)]
FileName = Annotated[str, StringConstraints(max_length=2000)]
"""As the device has it: what may be kept of it is decided by `document_types.safe_name`."""
Note = Annotated[str, AfterValidator(_note)]
Named = Annotated[str, StringConstraints(max_length=40)]
"""A document's `Ref`, or nothing."""


class FileInput(web.Input):
    """One file to be uploaded, as the browser measured it."""

    name: FileName
    media_type: Annotated[str, StringConstraints(max_length=200)] = ""
    size: StrictInt
    sha256: Annotated[str, StringConstraints(max_length=200)]


class SignInput(web.Input):
    """Files to be uploaded together. `again`: some of them may have been signed before, and the answer was lost.

    `replaces`: a stopped or lost document that the only file stands for.
    """

    period: OptionalMonth = None
    kind: Kind = Kind.OTHER
    note: Note = ""
    source: Literal[Source.WEB, Source.PHONE] = Source.WEB
    replaces: Named = ""
    again: StrictBool = False
    files: Annotated[list[FileInput], Field(min_length=1)]


class PlainUploadInput(web.Input):
    """One file from a browser without script: what it is called and of which type is said by hand."""

    name: FileName = ""
    extension: Annotated[str, StringConstraints(max_length=10)]
    period: OptionalMonth = None
    kind: Kind = Kind.OTHER
    note: Note = ""
    replaces: Named = ""


class ListQuery(web.Input):
    """Which month is shown; without one that for which documents come now."""

    period: OptionalMonth = None


class PlainQuery(web.Input):
    """What the form of one file begins with."""

    period: OptionalMonth = None
    replaces: Named = ""


class MessageInput(web.Input):
    """A message in the thread of a document."""

    text: Text


class DescriptionInput(web.Input):
    """What the client says of a document."""

    kind: Kind
    period: Month
    note: Note = ""

    def told(self, before: Description) -> Description:
        """What is said of it from now on; the rest is the office's."""
        return replace(before, kind=self.kind, note=self.note)
