"""Logos: their bytes apart from what every request reads, which holds their digest."""

from __future__ import annotations

import re
from collections.abc import Callable

from portal import secrets
from portal.aws import Delete, Expect, Key, Put
from portal.store.office import OfficeTable

KeyOf = Callable[[str], Key]
"""The key of a picture, by its digest."""

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


def digest_of(picture: bytes) -> str:
    """By what a picture is found; nothing for none."""
    return secrets.digest_of(picture) if picture else ""


def get(table: OfficeTable, key_of: KeyOf, digest: str) -> bytes:
    """The picture of a digest; nothing when there is none like it."""
    item = table.get(key_of(digest)) if _DIGEST.fullmatch(digest) else None
    return bytes(item["picture"]) if item else b""


def replaced(table: OfficeTable, key_of: KeyOf, before: str, picture: bytes) -> list[Put | Delete]:
    """The writes that put a picture, or none, in the place of the one with the digest `before`, if there is one."""
    added = [table.put(key_of(digest_of(picture)), {"picture": picture}, Expect.absent())] if picture else []
    gone = [table.delete(key_of(before), Expect.present())] if before else []
    return [*added, *gone]
