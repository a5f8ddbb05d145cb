"""The logo on a firm's invoices: sent, taken away, shown."""

from __future__ import annotations

from datetime import datetime

from functions.invoice import place
from functions.invoice.place import Access
from portal import logo, web
from portal.aws import ConditionFailed
from portal.domain import errors
from portal.domain.events import Action
from portal.store import invoice_book, invoice_logos, pictures


def put(at: Access, content: bytes, now: datetime) -> None:
    """Another logo from now on, on every print. The same once more changes nothing.

    Raises `logo-…`, `changed-meanwhile`.
    """
    _change(at, logo.cleaned(content), now)


def remove(at: Access, now: datetime) -> None:
    """No logo any more. Repeating it changes nothing. Raises `changed-meanwhile`."""
    _change(at, b"", now)


def picture(at: Access, digest: str) -> web.Picture:
    """The logo, for who may see the firm's invoices. Raises `not-found`."""
    found = invoice_logos.get(at.table, digest)
    if not found:
        raise errors.Refusal(errors.NOT_FOUND)
    return web.Picture("image/png", found, personal=True)


def _change(at: Access, cleaned: bytes, now: datetime) -> None:
    place.require_writable(at)
    before, after = invoice_book.settings(at.table), pictures.digest_of(cleaned)
    if after == before.logo:
        return
    event = place.event(at, Action.INVOICE_SETTINGS, now, {"logo": (before.logo, after)})
    try:
        at.table.transact([*invoice_logos.changed(at.table, before, cleaned), event])
    except ConditionFailed:
        raise errors.Refusal(errors.CHANGED_MEANWHILE) from None
