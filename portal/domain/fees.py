"""The office's own invoices to its clients: which of its documents may be put into whose panel, and as what."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from portal.domain.documents import GONE, Description, Document, Kind, Source, Status, Step

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TIME = 10
_REST = 16


def is_fee(document: Document, own_nip: str) -> bool:
    """Whether a document of the office's own firm is an invoice of the office to somebody with a NIP."""
    told = document.description
    return (
        document.openable
        and document.status not in GONE | {Status.REJECTED}
        and told.kind is Kind.SALE
        and bool(own_nip)
        and told.seller_nip == own_nip
        and told.buyer_nip not in ("", own_nip)
    )


def for_client(document: Document, firm: str, by: str, now: datetime) -> Document:
    """What the client gets: a purchase with the same file and figures. What the office notes for itself stays here."""
    told = document.description
    return Document(
        id=copy_id(document, firm),
        period=document.period,
        name=document.name,
        source=Source.FEE,
        by=by,
        created_at=now,
        declared=document.declared,
        status=Status.NEW,
        description=Description(
            kind=Kind.PURCHASE,
            number=told.number,
            seller_nip=told.seller_nip,
            buyer_nip=told.buyer_nip,
            gross=told.gross,
            issued_on=told.issued_on,
        ),
        facts=document.facts,
        arrived_at=now,
        steps=(Step(now, by, "fee-arrived"),),
    )


def copy_id(document: Document, firm: str) -> str:
    """The id of the client's document, the same for everybody who delivers this one as it is now.

    So what two of them copy at once, or one whose request broke off copies again, is one object of the storage.
    """
    digest = hashlib.sha256(f"{document.id}/{firm}/{document.version}".encode()).digest()
    return document.id[:_TIME] + "".join(_DIGITS[byte % len(_DIGITS)] for byte in digest[:_REST])


def same_for_client(before: Document, after: Document) -> bool:
    """Whether a change leaves alone all that the client was given."""
    given, now = [for_client(replace(one, version=1), "", "", before.created_at) for one in (before, after)]
    return given == now and before.description.kind is after.description.kind
