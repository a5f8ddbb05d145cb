"""What the pages about leaving show."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from portal.domain.exports import State
from portal.domain.periods import Period
from portal.views import FirmHead, Part, View, view


@view
class ExportLine(Part):
    """One export. `firms` of `firms_total` are in it so far; `size` in bytes. `by` is a name."""

    id: str
    by: str
    requested_at: datetime
    state: State
    firms: int
    firms_total: int
    size: int
    files: int
    expires_at: datetime | None


@view
class ExportList(View):
    """The office's exports, newest first. `under_way`: one is being made, so no other can be asked for."""

    template: ClassVar[str] = "office/exports.html"

    exports: list[ExportLine]
    under_way: bool


@view
class ExportFile(View):
    """Where an export can be fetched, for a minute."""

    template: ClassVar[str] = ""

    url: str


@view
class UnmarkedLine(Part):
    """A document that is in a ZIP and was not marked as exported. `detail` tells why."""

    firm: str
    document: str
    name: str
    code: str
    detail: str


@view
class ArchiveLine(Part):
    """One ZIP of documents. `firm_name` is empty where there are several; `documents` of `total` are in it so far.

    `left_out`: documents without a file that may be opened; `unmarked_total`: of how many `unmarked` are the first.
    """

    id: str
    by: str
    requested_at: datetime
    state: State
    firm_name: str
    firms: int
    period: Period | None
    documents: int
    total: int
    size: int
    expires_at: datetime | None
    mark: bool
    marked: int
    left_out: int
    unmarked: list[UnmarkedLine]
    unmarked_total: int


@view
class ArchiveList(View):
    """ZIPs of documents, newest first. `under_way`: one is being made, so the page looks again by itself."""

    template: ClassVar[str] = "office/archives.html"

    archives: list[ArchiveLine]
    under_way: bool


@view
class ClientArchives(View):
    """The same for somebody of a firm, who sees their own."""

    template: ClassVar[str] = "client/archives.html"

    firm: FirmHead
    archives: list[ArchiveLine]
    under_way: bool
    period: Period


@view
class FirmRemoval(View):
    """A firm before it is removed for ever. `kept_until` is the last day it must be kept; `removable`: it is over."""

    template: ClassVar[str] = "office/firm_removal.html"

    firm: FirmHead
    version: int
    kept_until: date | None
    removable: bool
    own: bool
