"""Routes of leaving, and the work behind them: the table's stream hands over the jobs that the routes wrote."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Depends

from functions.export import archive_documents, asking, making, removal
from functions.export.asking import FETCHED_WITHIN
from functions.export.inputs import ArchiveInput, ClientArchiveInput, RemovalInput
from functions.export.views import ArchiveList, ClientArchives, ExportFile, ExportLine, ExportList, FirmRemoval
from portal import aws, bodies, clock, files, ids, storage, web
from portal.access import ArchiveId, AtClientFirm, AtFirm, AtOffice, ExportId, FirmAccess, OfficeAccess, job_table
from portal.config import settings
from portal.domain import errors
from portal.domain.events import Action
from portal.domain.exports import Export
from portal.log import logger
from portal.store import archives, events, exports, jobs
from portal.store.jobs import Job, Work
from portal.views import FirmHead

app = web.new_app()
_pages = web.entrypoint(app)
_WORK = {Work.EXPORT: making.make, Work.REMOVAL: removal.sweep, Work.ARCHIVE: archive_documents.make}


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A request of the API, or a job of the stream. A job that fails is handed over again, then parked."""
    if "Records" not in event:
        return _pages(event, context)
    for record in event["Records"]:
        _do(record)
    return {}


def _do(record: Mapping[str, Any]) -> None:
    job = jobs.decode(aws.from_stream(record["dynamodb"]["NewImage"]))
    logger().info("job", extra={"job_id": job.id, "work": job.work.value, "office": job.office})
    _WORK[job.work](job_table(job), job.of)


@app.get("/offices/<office>/exports")
def export_list(at: AtOffice) -> ExportList:
    """The office's exports, and how far the one under way is."""
    at.actor.require_administrator()
    return _listed(at)


@app.post("/offices/<office>/exports")
def ask_for_export(at: AtOffice) -> web.Done:
    """Asks for everything of the office as one file; a mail tells when it can be fetched."""
    at.actor.require_administrator()
    at.require_fresh()
    now = clock.now()
    export = Export(ids.new(now), at.actor.person, now, now)
    job = Job(ids.new(now), Work.EXPORT, at.table.office, export.id)
    exports.request(at.table, export, now, jobs.put(job, now), at.event(Action.OFFICE_EXPORT, now))
    return web.Done(_address(at), "exporting", view=_listed(at), created=True)


@app.get("/offices/<office>/exports/<export>/file")
def export_file(at: AtOffice, export: ExportId) -> web.Done:
    """Leads to the file, by an address that opens for a minute."""
    at.actor.require_administrator()
    found = exports.get(at.table, export)
    at.require_fresh()
    found.require_fetchable(clock.now())
    url = storage.presigned_get(
        settings().export_bucket,
        files.export(at.table.office, found.id, found.attempt),
        name=f"KonektoSmart-{clock.today(found.requested_at)}.zip",
        media_type="application/zip",
        seconds=FETCHED_WITHIN,
    )
    return web.Done(url, view=ExportFile(url=url))


@app.get("/offices/<office>/archives")
def archive_list(at: AtOffice) -> ArchiveList:
    """ZIPs of documents, and how far those under way are."""
    return asking.listed(at, clock.now())


@app.post("/offices/<office>/archives")
def ask_for_archive(
    at: AtOffice, given: Annotated[ArchiveInput, Depends(web.body(ArchiveInput, bodies.SELECTION))]
) -> web.Done:
    """Asks for documents as one ZIP; a mail tells when it can be fetched."""
    now = clock.now()
    asking.ask(at, given, now)
    return web.Done(f"/offices/{at.table.office}/archives", "archiving", view=asking.listed(at, now), created=True)


@app.get("/offices/<office>/archives/<archive>/file")
def archive_file(at: AtOffice, archive: ArchiveId) -> web.Done:
    """Leads to the ZIP, by an address that opens for a minute, as long as the person serves all firms in it."""
    found = archives.get(at.table, archive)
    if not found.open_to(at.actor):
        raise errors.Refusal(errors.NOT_FOUND)
    url = asking.address(at.table.office, found, clock.now())
    return web.Done(url, view=ExportFile(url=url))


@app.get("/firms/<firm>/archives")
def client_archive_list(at: AtClientFirm) -> ClientArchives:
    """A person's own ZIPs of the firm's documents."""
    return asking.listed_for_client(at, clock.now())


@app.post("/firms/<firm>/archives")
def ask_for_client_archive(
    at: AtClientFirm, given: Annotated[ClientArchiveInput, Depends(web.body(ClientArchiveInput))]
) -> web.Done:
    """Asks for a month of the firm's documents as one ZIP."""
    now = clock.now()
    asking.ask_as_client(at, given.period, now)
    view = asking.listed_for_client(at, now)
    return web.Done(f"/firms/{at.firm.id}/archives", "archiving", view=view, created=True)


@app.get("/firms/<firm>/archives/<archive>/file")
def client_archive_file(at: AtClientFirm, archive: ArchiveId) -> web.Done:
    """Leads to it; only who asked for it gets it."""
    found = archives.get(at.table, archive)
    if found.by != at.actor.person:
        raise errors.Refusal(errors.NOT_FOUND)
    url = asking.address(at.table.office, found, clock.now())
    return web.Done(url, view=ExportFile(url=url))


@app.get("/offices/<office>/firms/<firm>/removal")
def removal_page(at: AtFirm) -> FirmRemoval:
    """What would be removed for ever, and from when on that is possible."""
    at.actor.require_administrator()
    return FirmRemoval(
        firm=FirmHead.of(at.firm),
        version=at.firm.version,
        kept_until=at.firm.kept_until,
        removable=removal.removable(at.firm, clock.today(clock.now())),
        own=at.firm.own,
    )


@app.post("/offices/<office>/firms/<firm>/removal")
def remove_firm(at: AtFirm, given: Annotated[RemovalInput, Depends(web.body(RemovalInput))]) -> web.Done:
    """Removes an archived firm for ever, once its years of keeping are over."""
    at.actor.require_administrator()
    removal.require_removable(at.firm, clock.today(clock.now()))
    at.require_fresh()
    _remove(at, given.version, clock.now())
    return web.Done(f"/offices/{at.office_table.office}/firms", "removed")


def _remove(at: FirmAccess, version: int, now: datetime) -> None:
    """The firm is gone at once; what lay under it is swept away by a job."""
    gone = {"name": (at.firm.name, ""), "number": (at.firm.identifier, "")}
    event = events.put(at.office_table, at.origin, Action.FIRM_REMOVED, now, target=at.firm.id, changes=gone)
    job = Job(ids.new(now), Work.REMOVAL, at.office_table.office, at.firm.id)
    removal.take_out(at.office_table, at.firm, version, event, jobs.put(job, now))


def _address(at: OfficeAccess) -> str:
    return f"/offices/{at.table.office}/exports"


def _listed(at: OfficeAccess) -> ExportList:
    now = clock.now()
    found = exports.newest(at.table)
    names = events.people(at.table).staff if found else {}
    lines = [
        ExportLine(
            id=export.id,
            by=names.get(export.by, ""),
            requested_at=export.requested_at,
            state=export.state_at(now),
            firms=export.firms,
            firms_total=export.firms_total,
            size=export.size,
            files=export.files,
            expires_at=export.expires_at,
        )
        for export in found
    ]
    return ExportList(exports=lines, under_way=any(export.alive(now) for export in found))
