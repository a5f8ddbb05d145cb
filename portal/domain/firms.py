"""A firm: a company that an office serves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
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


KEPT_YEARS = 6
MOST_PARTNERS = 20
MOST_ACCOUNTS = 20


def keeping(archived_on: date) -> date:
    """Until when an archived firm is kept: five years from the end of the year in which its last taxes fell due.

    Those of December fall due in the year after (tax ordinance art. 86 § 1 with art. 70 § 1; the accounting act art. 74
    and the social insurance act art. 24 and 47 ask for no longer).
    """
    return date(archived_on.year + KEPT_YEARS, 12, 31)


class IdType(StrEnum):
    """By which number a firm is known."""

    NIP = "nip"
    PESEL = "pesel"
    REGON = "regon"
    VAT_UE = "vat_ue"


class VatPeriod(StrEnum):
    """How often a firm settles VAT; empty: it pays none."""

    NONE = ""
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner of a firm: `name` is the subject of their records, `nip` and `zus_account` are their own as a payer."""

    name: str
    nip: str = ""
    zus_account: str = ""


@dataclass(frozen=True, slots=True)
class Firm:
    """What the office keeps about a firm. `found_in`: program and its id, when an agent found it.

    A firm known by another `number` (of `id_type`) has a `nip` only when another one was merged into it.
    `invoices`: the module's flag, which counts only on the full plan. `own`: the office itself („B"). `archived_on`:
    since when it must be kept. `merged_into`: the firm that took over its records. `version` counts changes, for
    conditions on writes.
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
    id_type: IdType = IdType.NIP
    number: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    email: str = ""
    phone: str = ""
    bank_accounts: tuple[str, ...] = ()
    tax_forms: tuple[str, ...] = ()
    vat_period: VatPeriod = VatPeriod.NONE
    invoices: bool = False
    own: bool = False
    partners: tuple[Partner, ...] = ()
    archived_on: date | None = None
    merged_into: str = ""

    @property
    def identifier(self) -> str:
        """The number by which the firm is known, of `id_type`."""
        return self.nip if self.id_type is IdType.NIP else self.number

    @property
    def tax_number(self) -> str:
        """The number under which the firm pays taxes: its NIP, or the PESEL of a person without one."""
        return self.nip or (self.number if self.id_type is IdType.PESEL else "")

    @property
    def kept_until(self) -> date | None:
        """Until the end of which day an archived firm is kept (see `keeping`); None while it is not archived."""
        return keeping(self.archived_on) if self.archived_on else None

    def partner(self, subject: str) -> Partner | None:
        """The partner whom a record's subject names."""
        return next((one for one in self.partners if one.name == subject), None)

    def with_partner(self, partner: Partner) -> Firm:
        """The firm with a new partner, or with new numbers of a known one. Raises `too-many-partners`."""
        others = [one for one in self.partners if one.name != partner.name]
        if len(others) >= MOST_PARTNERS:
            raise errors.Refusal(errors.TOO_MANY_PARTNERS, "name", limit=MOST_PARTNERS)
        listed = sorted([*others, partner], key=lambda one: one.name.casefold())
        return replace(self, partners=tuple(listed))

    def without_partner(self, name: str) -> Firm:
        """The firm without a partner. Raises `not-found`."""
        if self.partner(name) is None:
            raise errors.Refusal(errors.NOT_FOUND)
        return replace(self, partners=tuple(one for one in self.partners if one.name != name))

    @property
    def next_statuses(self) -> list[Status]:
        """What the office may turn it into."""
        return [] if self.merged_into else NEXT_STATUSES[self.status]

    def turned(self, wanted: Status, today: date) -> Firm:
        """The firm in another status; archiving starts the years it must be kept. Raises `status-not-allowed`."""
        self.require_next(wanted)
        return replace(self, status=wanted, archived_on=today if wanted is Status.ARCHIVED else None)

    @property
    def readable_by_client(self) -> bool:
        """An active or suspended firm is open to its people, any other is not."""
        return self.status in (Status.ACTIVE, Status.SUSPENDED)

    def require_writable_by_client(self) -> None:
        """A suspended firm is read-only for the client. Raises `read-only`."""
        if self.status is not Status.ACTIVE:
            raise errors.Refusal(errors.READ_ONLY)

    def require_next(self, wanted: Status) -> None:
        """Raises `status-not-allowed`, `firm-merged`."""
        if self.merged_into:
            raise errors.Refusal(errors.FIRM_MERGED, "status")
        if wanted not in NEXT_STATUSES[self.status]:
            raise errors.Refusal(errors.STATUS_NOT_ALLOWED, "status")

    def require_data_accepted(self) -> None:
        """An archived firm takes no data. Raises `firm-archived`."""
        if self.status is Status.ARCHIVED:
            raise errors.Refusal(errors.FIRM_ARCHIVED, "nip", nip=self.nip)
