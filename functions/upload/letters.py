"""Mails of intake: that a file was stopped, that uploads were lost. To whoever announced them, in the office's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from portal import access, sign_in
from portal.aws import ConditionFailed, Put
from portal.config import settings
from portal.domain.documents import Document, Source
from portal.store import firms
from portal.store.office import FirmTable


def stopped(table: FirmTable, document: Document, now: datetime) -> list[Put]:
    """The mail of a stopped file, for the transaction that stops it."""
    return _mail("upload_stopped", table, document, now, {"file_name": document.name})


def lost(table: FirmTable, documents: Sequence[Document], batch: str, now: datetime) -> None:
    """One mail of a batch's lost uploads; sent again by a run that came after one that broke off, it goes once."""
    values = {"count": len(documents)}
    for put in _mail("uploads_lost", table, documents[0], now, values, message=batch):
        with suppress(ConditionFailed):
            table.write(put)


def _mail(
    template: str, table: FirmTable, document: Document, now: datetime, values: Mapping[str, object], message: str = ""
) -> list[Put]:
    person, firm = access.the_identity().person(document.by), firms.get(table)
    if person is None or firm is None:
        return []
    office = f"/offices/{table.office}" if document.source is Source.OFFICE else ""
    link = f"{settings().base_url}{office}/firms/{table.firm}/documents?period={document.period}"
    told = {"link": link, "firm_name": firm.name, **values}
    return [sign_in.outbox_mail(template, person, told, now, office=table.office, message=message)]
