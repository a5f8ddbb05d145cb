"""What was done to an office, a firm, a person or a setting: the entries of „Historia"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Action(StrEnum):
    """What was done; the part before the dot names to what."""

    OFFICE_OPENED = "office.opened"
    OFFICE_CHANGED = "office.changed"
    OFFICE_LOGO = "office.logo"
    OFFICE_PLAN = "office.plan"
    OFFICE_EXPORT = "office.export"
    AGENT_ADDED = "agent.added"
    AGENT_REVOKED = "agent.revoked"
    STAFF_INVITED = "staff.invited"
    STAFF_RESENT = "staff.resent"
    STAFF_ACTIVATED = "staff.activated"
    STAFF_CHANGED = "staff.changed"
    STAFF_OFF = "staff.off"
    STAFF_ON = "staff.on"
    STAFF_REMOVED = "staff.removed"
    FIRM_ADDED = "firm.added"
    FIRM_FOUND = "firm.found"
    FIRM_CHANGED = "firm.changed"
    FIRM_STATUS = "firm.status"
    FIRM_MODULE = "firm.module"
    FIRM_MERGED = "firm.merged"
    FIRM_REMOVED = "firm.removed"
    DOCUMENT_MONTH = "firm.document-month"
    DOCUMENT_RULES = "firm.document-rules"
    DOCUMENTS_ARCHIVED = "office.documents-archived"
    FEE_DELIVERED = "firm.fee-delivered"
    FEE_WITHDRAWN = "firm.fee-withdrawn"
    INVOICE_DRAFTED = "firm.invoice-drafted"
    INVOICE_DISCARDED = "firm.invoice-discarded"
    INVOICE_ISSUED = "firm.invoice-issued"
    INVOICE_PAID = "firm.invoice-paid"
    INVOICE_UNPAID = "firm.invoice-unpaid"
    INVOICE_CANCELLED = "firm.invoice-cancelled"
    INVOICE_SENT = "firm.invoice-sent"
    INVOICE_REMINDED = "firm.invoice-reminded"
    INVOICE_LINKED = "firm.invoice-linked"
    INVOICE_UNLINKED = "firm.invoice-unlinked"
    INVOICE_SETTINGS = "firm.invoice-settings"
    INVOICE_TOKEN_ADDED = "firm.invoice-token-added"  # noqa: S105 - names what was done
    INVOICE_TOKEN_REVOKED = "firm.invoice-token-revoked"  # noqa: S105 - as above
    RECURRING_MADE = "firm.recurring-made"
    RECURRING_CHANGED = "firm.recurring-changed"
    RECURRING_REMOVED = "firm.recurring-removed"
    COUNTERPARTY_CHANGED = "firm.counterparty-changed"
    COUNTERPARTY_REMOVED = "firm.counterparty-removed"
    PRODUCT_CHANGED = "firm.product-changed"
    PRODUCT_REMOVED = "firm.product-removed"
    USER_INVITED = "user.invited"
    USER_RESENT = "user.resent"
    USER_CHANGED = "user.changed"
    USER_ACTIVATED = "user.activated"
    USER_OFF = "user.off"
    USER_ON = "user.on"
    USER_REMOVED = "user.removed"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who does something (id of a person or agent, or `operator`), and from where."""

    by: str
    network: str = ""
    device: str = ""


OPERATOR = Origin("operator")
SCHEDULE = Origin("schedule")
"""What is done at a time that somebody set, by nobody's hand."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry. `firm` and `target` (a person, an agent, another firm) are ids: names are looked up when shown,

    so that erasing a person leaves the history whole. `changes`: what each changed field was and became, as text.
    """

    id: str
    at: datetime
    origin: Origin
    action: Action
    firm: str = ""
    target: str = ""
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """The fields whose values differ, as text; `version` is bookkeeping and left out."""
    return {
        name: (written(before.get(name)), written(value))
        for name, value in after.items()
        if before.get(name) != value and name != "version"
    }


def written(value: Any) -> str:
    """A value as the history keeps it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "tak" if value else "nie"
    if isinstance(value, list | tuple):
        return ", ".join(written(one) for one in value)
    if isinstance(value, Mapping):
        return " ".join(part for part in (written(one) for one in value.values()) if part)
    return str(value)
