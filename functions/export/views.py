"""What the pages about leaving show."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from portal.domain.exports import State
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
class FirmRemoval(View):
    """A firm before it is removed for ever. `kept_until` is the last day it must be kept; `removable`: it is over."""

    template: ClassVar[str] = "office/firm_removal.html"

    firm: FirmHead
    version: int
    kept_until: date | None
    removable: bool
    own: bool
