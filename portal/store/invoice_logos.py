"""The logo on a firm's invoices: its bytes, apart from the settings that every form reads; they hold its digest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from portal import secrets
from portal.aws import ConditionFailed, Delete, Expect, Put
from portal.domain import errors
from portal.store import invoice_book, keys
from portal.store.invoice_book import Settings
from portal.store.office import FirmTable

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


def digest_of(picture: bytes) -> str:
    """By what a picture is found; nothing for none."""
    return secrets.digest_of(picture) if picture else ""


def change(table: FirmTable, before: Settings, picture: bytes, event: Put) -> None:
    """Another picture instead of the present one, or none. Raises `changed-meanwhile`."""
    digest = digest_of(picture)
    steps: list[Put | Delete] = [invoice_book.settings_put(table, before, replace(before, logo=digest)), event]
    if digest:
        steps.append(table.put(keys.invoice_logo(table.firm, digest), {"picture": picture}, Expect.absent()))
    try:
        table.transact([*steps, *_without(table, before)])
    except ConditionFailed:
        raise errors.Refusal(errors.CHANGED_MEANWHILE) from None


def get(table: FirmTable, digest: str) -> bytes:
    """The picture of a digest; nothing when the firm has none like it."""
    item = table.get(keys.invoice_logo(table.firm, digest)) if _DIGEST.fullmatch(digest) else None
    return bytes(item["picture"]) if item else b""


def _without(table: FirmTable, before: Settings) -> Sequence[Delete]:
    """What takes the present picture away, if there is one."""
    return [table.delete(keys.invoice_logo(table.firm, before.logo), Expect.present())] if before.logo else []
