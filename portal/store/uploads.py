"""Uploads that were signed and have not come yet: looked for a day later, over all offices, by the hour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from portal.aws import Delete, Expect, Key, Put, Table
from portal.domain.documents import LOST_AFTER, Ref
from portal.store import keys

KEPT_FOR = timedelta(days=10)
LOOKED_BACK = 48
"""Hours before the first due one that are looked through again: what a missed run left is caught up with."""


class Batch(NamedTuple):
    """What one request signed: these documents of a firm."""

    key: Key
    office: str
    firm: str
    refs: tuple[Ref, ...]


def put(office: str, firm: str, batch: str, refs: Iterable[Ref], now: datetime) -> Put:
    """The write of a batch, beside its documents."""
    item = {
        **keys.uploads_awaited(_hour(now), batch)._asdict(),
        "office": office,
        "firm": firm,
        "refs": [str(ref) for ref in refs],
        "ttl": round((now + KEPT_FOR).timestamp()),
    }
    return Put(item, Expect.absent())


class Awaited:
    """All signed uploads. Only the hourly look for lost ones uses it."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def due(self, now: datetime) -> Iterator[Batch]:
        """Batches that were signed more than a day ago and not looked at yet, oldest first."""
        last = now - LOST_AFTER - timedelta(hours=1)  # the whole hour is over by then
        for hour in (last - timedelta(hours=back) for back in range(LOOKED_BACK, -1, -1)):
            pk, low, high = keys.uploads_of_hour(_hour(hour))
            for item in self._table.query_all(pk, sk_from=low, sk_to=high, consistent=True):
                refs = tuple(Ref.parse(ref) for ref in item["refs"])
                yield Batch(Key(item["pk"], item["sk"]), item["office"], item["firm"], refs)

    def done(self, batch: Batch) -> None:
        """All of it was looked at. Raises ConditionFailed when another run was first."""
        self._table.write(Delete(batch.key, Expect.present()))


def _hour(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H")
