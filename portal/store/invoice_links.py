"""Links by which a buyer sees an invoice without an account. They stand alone: they say in which office it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.aws import Delete, Expect, Put, Table
from portal.store import keys


@dataclass(frozen=True, slots=True)
class Link:
    """Where an invoice is. It says nothing of anybody: to whom it went, the invoice knows.

    Taken back, or replaced by another one, it is gone.
    """

    id: str
    office: str
    firm: str
    invoice: str
    secret_hash: str
    created_at: datetime


def get(table: Table, link_id: str) -> Link | None:
    """A link that works; None of one that never did, or does not any more."""
    item = table.get(keys.invoice_link(link_id), consistent=True)
    if item is None:
        return None
    created_at = datetime.fromisoformat(item["created_at"])
    return Link(link_id, item["office"], item["firm"], item["invoice"], item["secret_hash"], created_at)


def put(link: Link) -> Put:
    """The write of a new link."""
    told = {
        "office": link.office,
        "firm": link.firm,
        "invoice": link.invoice,
        "secret_hash": link.secret_hash,
        "created_at": link.created_at.isoformat(),
    }
    return Put({**keys.invoice_link(link.id)._asdict(), **told}, Expect.absent())


def removal(link_id: str) -> Delete:
    """The removal of a link: from then on it opens nothing."""
    return Delete(keys.invoice_link(link_id), Expect.present())
