"""Asking for a ZIP of documents, and the list of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from functions.export import packing
from functions.export.inputs import ArchiveInput
from functions.export.views import ArchiveLine, ArchiveList, ClientArchives, UnmarkedLine
from portal import files, ids, pages, storage
from portal.access import ClientAccess, OfficeAccess
from portal.aws import Put
from portal.config import settings
from portal.domain import errors
from portal.domain.archives import Archive, Chosen
from portal.domain.document_months import default_period
from portal.domain.documents import GONE, Document
from portal.domain.events import Action
from portal.domain.people import Role
from portal.domain.periods import WARSAW, Period
from portal.store import archives, directory, documents, events, jobs
from portal.store.documents import Place
from portal.store.jobs import Job, Work
from portal.store.office import OfficeTable
from portal.views import FirmHead

FETCHED_WITHIN = 60
"""Seconds in which the address of a file can be opened."""


def ask(at: OfficeAccess, given: ArchiveInput, now: datetime) -> Archive:
    """Asks for the documents of a selection or of a firm's month, all of firms that the person serves."""
    chosen = given.chosen
    firms = (given.firm,) if given.firm else tuple(dict.fromkeys(place.firm for place in chosen))
    known = {entry.id for entry in directory.all_of(at.table)}
    if not all(firm in known and at.actor.serves(firm) for firm in firms):
        raise errors.Refusal(errors.NOT_FOUND)
    if given.firm and given.period:
        found = [Place(one.ref, given.firm) for one in _of_month(at.table, given.firm, given.period)]
    else:
        found = _present(at.table, chosen)
    if not found:
        raise errors.Refusal(errors.ARCHIVE_EMPTY)
    archive = Archive(
        ids.new(now),
        at.actor.person,
        now,
        now,
        total=len(found),
        firms=firms,
        period=given.period,
        chosen=() if given.period else tuple(Chosen(place.firm, place.ref) for place in found),
        mark=given.mark,
    )
    return archives.request(at.table, archive, now, [_job(at.table, archive, now), _event(at, archive, now)])


def ask_as_client(at: ClientAccess, period: Period, now: datetime) -> Archive:
    """Asks for a month of the firm's documents, as far as the person may know of them."""
    partner = at.actor.membership.role is Role.PARTNER
    found = [one for one in _of_month(at.table, at.firm.id, period) if not partner or one.by == at.actor.person]
    if not found:
        raise errors.Refusal(errors.ARCHIVE_EMPTY)
    archive = Archive(
        ids.new(now),
        at.actor.person,
        now,
        now,
        total=len(found),
        firms=(at.firm.id,),
        period=None if partner else period,
        # What a partner sees is decided here; of a whole month the job finds what there is.
        chosen=tuple(Chosen(at.firm.id, one.ref) for one in found) if partner else (),
    )
    event = events.put(
        at.table, at.origin, Action.DOCUMENTS_ARCHIVED, now, firm=at.firm.id, changes={"period": ("", str(period))}
    )
    return archives.request(at.table, archive, now, [_job(at.table, archive, now, at.firm.id), event])


def listed(at: OfficeAccess, now: datetime) -> ArchiveList:
    """The newest ZIPs that the person may know of."""
    found = [archive for archive in archives.newest(at.table) if archive.open_to(at.actor)]
    firms = {entry.id: entry.name for entry in directory.all_of(at.table)} if found else {}
    names = events.people(at.table).staff if found else {}
    lines = [_line(archive, names.get(archive.by, ""), firms, now) for archive in found]
    return ArchiveList(archives=lines, under_way=any(archive.alive(now) for archive in found))


def listed_for_client(at: ClientAccess, now: datetime) -> ClientArchives:
    """The person's own ones."""
    found = [archive for archive in archives.newest(at.table) if archive.by == at.actor.person]
    return ClientArchives(
        firm=FirmHead.for_client(at.firm),
        archives=[_line(one, at.signed_in.name, {at.firm.id: at.firm.name}, now) for one in found],
        under_way=any(archive.alive(now) for archive in found),
        period=default_period(now.astimezone(WARSAW).date(), {}),
    )


def address(office: str, archive: Archive, now: datetime) -> str:
    """Where the ZIP can be fetched, for a minute. Raises `export-not-ready`, `export-expired`."""
    archive.require_fetchable(now)
    return storage.presigned_get(
        settings().documents_bucket,
        files.archive(office, archive.id, archive.attempt),
        name=_file_name(archive),
        media_type="application/zip",
        seconds=FETCHED_WITHIN,
    )


def _file_name(archive: Archive) -> str:
    """`dokumenty-2026-11.zip` of a month, of a selection the day it was asked for."""
    return f"dokumenty-{archive.period or archive.requested_at.astimezone(WARSAW).date()}.zip"


def _of_month(table: OfficeTable, firm: str, period: Period) -> list[Document]:
    return [one for one in documents.walk_month(table.of_firm(firm), period) if packing.of_whole_month(one)]


def _present(table: OfficeTable, chosen: Sequence[Place]) -> list[Place]:
    """Where the chosen documents are now; those whose file cannot be opened are not asked for.

    Raises `not-found` when one was never there.
    """
    found, _ = documents.across(table, chosen)
    moved = {place: documents.get(table.of_firm(place.firm), place.ref) for place in chosen if place not in found}
    known = {**found, **moved}
    return [
        Place(known[place].ref, place.firm)
        for place in chosen
        if known[place].openable and known[place].status not in GONE
    ]


def _job(table: OfficeTable, archive: Archive, now: datetime, firm: str = "") -> Put:
    name = f"{firm}/{archive.id}" if firm else archive.id
    return jobs.put(Job(ids.new(now), Work.ARCHIVE, table.office, name), now)


def _event(at: OfficeAccess, archive: Archive, now: datetime) -> Put:
    """Of one firm it is told with the firm, of several with the office."""
    firm = archive.firms[0] if len(archive.firms) == 1 else ""
    changes = {"period": ("", str(archive.period))} if archive.period else {"documents": ("", str(archive.total))}
    return at.event(Action.DOCUMENTS_ARCHIVED, now, firm=firm, changes=changes)


def _line(archive: Archive, by: str, firms: Mapping[str, str], now: datetime) -> ArchiveLine:
    one = archive.firms[0] if len(archive.firms) == 1 else ""
    return ArchiveLine(
        id=archive.id,
        by=by,
        requested_at=archive.requested_at,
        state=archive.state_at(now),
        firm_name=firms.get(one, ""),
        firms=len(archive.firms),
        period=archive.period,
        documents=max(archive.files - 1, 0) if archive.finished_at else archive.done,  # but for the index
        total=archive.total,
        size=archive.size,
        expires_at=archive.expires_at,
        mark=archive.mark,
        marked=archive.marked,
        left_out=archive.left_out,
        unmarked=[
            UnmarkedLine(
                firm=told.firm,
                document=str(told.ref),
                name=told.name,
                code=told.code,
                detail=pages.sentence(errors.Refusal(errors.CODES[told.code])),
            )
            for told in archive.unmarked
        ],
        unmarked_total=archive.unmarked_total,
    )
