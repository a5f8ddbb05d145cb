"""A firm: a company that an office serves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.domain import errors


class Status(StrEnum):
    """What a firm may do ; `waiting`: found by the agent, not yet taken on by the office."""

    WAITING = "waiting"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    INACTIVE = "inactive"
    ARCHIVED = "archived"


class LegalForm(StrEnum):
    """Drives the day by which contributions are due (social insurance act art. 47)."""

    SOLE_TRADER = "sole_trader"
    CIVIL_PARTNERSHIP = "civil_partnership"
    COMPANY = "company"
    BUDGET_UNIT = "budget_unit"


NEXT_STATUSES = {
    Status.WAITING: [Status.ACTIVE, Status.ARCHIVED],
    Status.ACTIVE: [Status.SUSPENDED, Status.INACTIVE, Status.ARCHIVED],
    Status.SUSPENDED: [Status.ACTIVE, Status.INACTIVE, Status.ARCHIVED],
    Status.INACTIVE: [Status.ACTIVE, Status.ARCHIVED],
    Status.ARCHIVED: [Status.ACTIVE],
}
"""What the office may turn each status into."""


@dataclass(frozen=True, slots=True)
class Firm:
    """What the office keeps about a firm. `found_in`: program and its id, when an agent found it.

    `version` counts changes, for conditions on writes.
    """

    id: str
    nip: str
    name: str
    status: Status
    legal_form: LegalForm
    prefix: str = ""
    zus_account: str = ""
    found_in: str = ""
    version: int = 1

    @property
    def readable_by_client(self) -> bool:
        """An active or suspended firm is open to its people, any other is not."""
        return self.status in (Status.ACTIVE, Status.SUSPENDED)

    def require_writable_by_client(self) -> None:
        """A suspended firm is read-only for the client. Raises `read-only`."""
        if self.status is not Status.ACTIVE:
            raise errors.Refusal(errors.READ_ONLY)

    def require_next(self, wanted: Status) -> None:
        """Raises `status-not-allowed`."""
        if wanted not in NEXT_STATUSES[self.status]:
            raise errors.Refusal(errors.STATUS_NOT_ALLOWED, "status")

    def require_data_accepted(self) -> None:
        """An archived firm takes no data. Raises `firm-archived`."""
        if self.status is Status.ARCHIVED:
            raise errors.Refusal(errors.FIRM_ARCHIVED, "nip", nip=self.nip)
