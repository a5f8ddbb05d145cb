"""The office itself."""

from __future__ import annotations

from portal.aws import Expect, Put
from portal.store import keys
from portal.store.office import OfficeTable


def put_new(table: OfficeTable, name: str) -> Put:
    """The write of a new office, for the transaction that opens it."""
    return table.put(keys.office_details(), {"name": name}, Expect.absent())
