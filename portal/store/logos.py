"""The office's logo; the office holds its digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from portal.domain.events import Origin
from portal.domain.offices import Office
from portal.store import keys, offices, pictures
from portal.store.office import OfficeTable


def change(table: OfficeTable, office: Office, picture: bytes, origin: Origin, now: datetime) -> Office:
    """Give the office another logo, or none, instead of the one it has. The same once more changes nothing.

    Raises `changed-meanwhile`.
    """
    digest = pictures.digest_of(picture)
    if digest == office.logo:
        return office
    steps = pictures.replaced(table, keys.logo, office.logo, picture)
    return offices.change(table, office, replace(office, logo=digest), origin, now, *steps)


def get(table: OfficeTable, digest: str) -> bytes:
    """The office's logo, for whoever knows its digest; nothing without one."""
    return pictures.get(table, keys.logo, digest)
