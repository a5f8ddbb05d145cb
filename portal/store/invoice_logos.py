"""The logo on a firm's invoices; the settings hold its digest."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from portal.aws import Delete, Put
from portal.store import invoice_book, keys, pictures
from portal.store.invoice_book import Settings
from portal.store.office import FirmTable


def changed(table: FirmTable, before: Settings, picture: bytes) -> list[Put | Delete]:
    """The writes of another picture instead of the present one, or of none."""
    after = replace(before, logo=pictures.digest_of(picture))
    steps = pictures.replaced(table, partial(keys.invoice_logo, table.firm), before.logo, picture)
    return [invoice_book.settings_put(table, before, after), *steps]


def get(table: FirmTable, digest: str) -> bytes:
    """The picture of a digest; nothing when the firm has none like it."""
    return pictures.get(table, partial(keys.invoice_logo, table.firm), digest)
