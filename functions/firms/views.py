"""What the pages about firms show."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from portal.domain.firms import Status
from portal.views import FirmHead, Part, View, view


@view
class FirmLine(Part):
    """One firm of the list. `waiting` counts records to approve, `changed` those the client sees with older figures."""

    id: str
    nip: str
    name: str
    prefix: str
    status: Status
    waiting: int
    changed: int


@view
class FirmList(View):
    """The office's firms by name. `more` continues the list, empty on the last page.

    `q` and `only_waiting` cut it; then it has one page, and `left_out` counts what no longer fits on it.
    """

    template: ClassVar[str] = "office/firms.html"

    firms: list[FirmLine]
    more: str
    q: str
    only_waiting: bool
    left_out: int
    show_prefix: bool


@view
class FirmSettings(View):
    """What the office keeps about a firm. `version` goes back with the form: nobody overwrites unseen changes."""

    template: ClassVar[str] = "office/firm_settings.html"

    firm: FirmHead
    version: int
    tax_account: str
    next_statuses: list[Status]


@view
class UserLine(Part):
    """One person of a firm."""

    person: str
    name: str
    email: str
    since: datetime
    active: bool


@view
class FirmUsers(View):
    """The people of a firm."""

    template: ClassVar[str] = "office/firm_users.html"

    firm: FirmHead
    users: list[UserLine]
