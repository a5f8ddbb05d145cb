"""Uploads that never came: closed after a day, visibly, and whoever announced them is told once."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from functions.upload import letters
from portal import access
from portal.aws import ConditionFailed
from portal.domain import errors
from portal.domain.documents import Document, Ref, Status
from portal.log import logger
from portal.store import documents
from portal.store.office import FirmTable
from portal.store.uploads import Batch


def close_lost(now: datetime) -> int:
    """Look at what is due; tells how many uploads are lost. One batch that fails does not stop the others."""
    awaited, lost = access.awaited_uploads(), 0
    for batch in awaited.due(now):
        try:
            lost += _close(batch, now)
        except errors.Refusal as refusal:  # the next run comes back to it
            logger().warning(
                "batch left", extra={"office": batch.office, "firm": batch.firm, "code": refusal.code.name}
            )
            continue
        with suppress(ConditionFailed):  # another run was at the same
            awaited.done(batch)
    return lost


def _close(batch: Batch, now: datetime) -> int:
    table = access.batch_table(batch)
    lost = [document for ref in batch.refs if (document := _lost(table, ref, now)) is not None]
    if lost:
        letters.lost(table, lost, batch.key.sk, now)
    return len(lost)


def _lost(table: FirmTable, ref: Ref, now: datetime) -> Document | None:
    """The document as closed, by this run or by one that broke off before it could tell; None when it came."""
    try:
        document = documents.apply(table, ref, lambda one: one.lost(now) if one.status is Status.AWAITED else one)
    except errors.Refusal as refusal:
        if refusal.code is errors.NOT_FOUND:  # the firm was removed meanwhile
            return None
        raise
    return document if document.status is Status.LOST else None
