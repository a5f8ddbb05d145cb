"""The office's logo: its bytes, apart from the office that every request reads; the office holds its digest."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from portal import secrets
from portal.aws import Delete, Expect
from portal.domain.events import Origin
from portal.domain.offices import Office
from portal.store import keys, offices
from portal.store.office import OfficeTable

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


def put(table: OfficeTable, office: Office, picture: bytes, origin: Origin, now: datetime) -> Office:
    """Give the office a logo instead of the one it has. The same once more changes nothing.

    Raises `changed-meanwhile`.
    """
    digest = secrets.digest_of(picture)
    if digest == office.logo:
        return office
    step = table.put(keys.logo(digest), {"picture": picture}, Expect.absent())
    return offices.change(table, office, replace(office, logo=digest), origin, now, step, *_without(table, office))


def remove(table: OfficeTable, office: Office, origin: Origin, now: datetime) -> Office:
    """Take the office's logo away. Repeating it changes nothing. Raises `changed-meanwhile`."""
    if not office.logo:
        return office
    return offices.change(table, office, replace(office, logo=""), origin, now, *_without(table, office))


def get(table: OfficeTable, digest: str) -> bytes | None:
    """The office's logo, for whoever knows its digest."""
    item = table.get(keys.logo(digest)) if _DIGEST.fullmatch(digest) else None
    return bytes(item["picture"]) if item else None


def _without(table: OfficeTable, office: Office) -> list[Delete]:
    """What takes the present picture away, if there is one."""
    return [table.delete(keys.logo(office.logo), Expect.present())] if office.logo else []
