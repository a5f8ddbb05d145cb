"""What the pages of handing over show."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from portal.document_views import DocumentLine, MessageLine, TwinLine
from portal.domain.document_months import MonthState
from portal.domain.documents import Kind, Source, Status
from portal.views import FirmHead, Part, View, view


@view
class SignedUpload(Part):
    """A form for one file: `file` is its place in the request. `arrived`: it is there already, and needs no form."""

    file: int
    document: str
    url: str
    fields: dict[str, str]
    arrived: bool


@view
class RefusedFile(Part):
    """A file that cannot be accepted, and why."""

    file: int
    name: str
    code: str
    detail: str


@view
class Uploads(View):
    """What became of a request to sign uploads. There is no page: a script asks."""

    template: ClassVar[str] = ""

    period: str
    uploads: list[SignedUpload]
    refused: list[RefusedFile]


@view
class MissingLine(Part):
    """A document that is expected and not there. `learned`: it came in each of the last months."""

    kind: Kind
    label: str
    nip: str
    learned: bool


@view
class ClientDocuments(View):
    """The firm's documents of a month. `whole`: all of the firm's, not only those of a partner.

    `writable`: the firm is not suspended; `open`: the month takes documents. `questions` may be of months near by.
    `coming`: under way, `stopped`: need sending again. `handed`: how many of the month arrived.
    """

    template: ClassVar[str] = "client/documents.html"

    firm: FirmHead
    period: str
    before: str
    after: str
    state: MonthState
    open: bool
    writable: bool
    whole: bool
    complete_at: datetime | None
    questions: list[DocumentLine]
    coming: list[DocumentLine]
    stopped: list[DocumentLine]
    listed: list[DocumentLine]
    missing: list[MissingLine]
    handed: int
    accept: str
    size_limit: int
    most: int


@view
class PlainUpload(View):
    """Choosing one file without script. `months` are those it may be for."""

    template: ClassVar[str] = "client/document_upload.html"

    firm: FirmHead
    period: str
    months: list[str]
    extensions: list[str]
    replaces: str
    size_limit: int


@view
class PlainForm(View):
    """The form with which a browser without script sends one file to the storage."""

    template: ClassVar[str] = "client/document_form.html"

    firm: FirmHead
    document: str
    period: str
    name: str
    url: str
    fields: dict[str, str]
    accept: str
    size_limit: int


@view
class ClientDocument(View):
    """One document as its client sees it. `pictures` are addresses that open for a few minutes.

    `changeable`: kind, month and note; `replaceable`: another file can be sent in its place.
    """

    template: ClassVar[str] = "client/document.html"

    firm: FirmHead
    document: str
    period: str
    status: Status
    kind: Kind
    source: Source
    name: str
    note: str
    reason: str
    created_at: datetime
    by: str
    pages: int
    pictures: list[str]
    openable: bool
    changeable: bool
    deletable: bool
    replaceable: bool
    writable: bool
    months: list[str]
    thread: list[MessageLine]
    twin: TwinLine | None


@view
class OfflinePage(View):
    """What an installed app shows without network: documents can be added, and wait on the device."""

    template: ClassVar[str] = "client/offline.html"

    accept: str
    size_limit: int


@view
class ShareChoice(Part):
    """A firm that what was shared can be handed over to."""

    firm: str
    name: str


@view
class SharePage(View):
    """Which firm what another app shared is for."""

    template: ClassVar[str] = "client/share.html"

    firms: list[ShareChoice]
