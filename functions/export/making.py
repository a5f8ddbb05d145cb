"""Making an export: one attempt at a time, whole or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta

from functions.export import archive
from portal import access, aws, clock, files, sign_in
from portal.aws import ConditionFailed, Put
from portal.config import settings
from portal.domain import errors
from portal.domain.exports import Export
from portal.log import logger
from portal.store import exports, offices
from portal.store.office import OfficeTable

TOLD_EVERY = timedelta(seconds=3)


class _TakenOver(Exception):  # noqa: N818 - no error: another attempt does the work
    """Another attempt went on with this export."""


def make(table: OfficeTable, export_id: str) -> None:
    """Do the job, if it still is to be done. Repeating it changes nothing; what fails is told and raised."""
    begun = _begin(table, export_id)
    if begun is None:
        return
    run = _Run(table, begun)
    try:
        run.make()
    except _TakenOver:
        logger().info("taken over", extra={"export_id": export_id})
    except Exception:
        run.give_up()
        raise


def _begin(table: OfficeTable, export_id: str) -> Export | None:
    """The export with its next attempt begun; None when there is nothing to do."""
    try:
        export = exports.get(table, export_id)
    except errors.Refusal:
        return None
    if not export.under_way or not exports.is_the_one(table, export):
        return None
    try:
        return exports.change(table, export, export.begun(clock.now()))
    except ConditionFailed:  # the same job was handed over twice at once
        return None


class _Run:
    """One attempt."""

    def __init__(self, table: OfficeTable, export: Export) -> None:
        self._table = table
        self._export = export

    def make(self) -> None:
        """Write the file, and then say that it is there."""
        office = offices.get(self._table)
        if office is None:
            raise LookupError("the office of this export is gone")
        key = files.export(self._table.office, self._export.id, self._export.attempt)
        with aws.Upload(settings().export_bucket, key, "application/zip") as out:
            built = archive.build(self._table, office.name, out, self._export.requested_at, self._progress)
            self._told(self._export.advanced(built.firms, built.firms, clock.now()))
            out.finish()
        self._end(self._export.finished(out.size, built.files, clock.now()), office.name)

    def give_up(self) -> None:
        """Keep that the attempt failed: the stream tries again, or this was the last time."""
        after = self._export.failed(clock.now())
        try:
            if after.under_way:
                self._told(after)
            else:
                exports.end(self._table, self._export, after)
        except (_TakenOver, ConditionFailed):
            logger().info("taken over", extra={"export_id": self._export.id})

    def _progress(self, firms: int, total: int) -> None:
        now = clock.now()
        if firms == 0 or now - self._export.touched_at >= TOLD_EVERY:
            self._told(self._export.advanced(firms, total, now))

    def _told(self, after: Export) -> None:
        try:
            self._export = exports.change(self._table, self._export, after)
        except ConditionFailed:
            raise _TakenOver from None

    def _end(self, after: Export, office: str) -> None:
        try:
            self._export = exports.end(self._table, self._export, after, *self._mail(office, clock.now()))
        except ConditionFailed:
            raise _TakenOver from None

    def _mail(self, office: str, now: datetime) -> list[Put]:
        """To whoever asked for it; it leads to the page, not to the file."""
        person = access.the_identity().person(self._export.by)
        if person is None:
            return []
        link = f"{settings().base_url}/offices/{self._table.office}/exports"
        values = {"link": link, "office_name": office}
        return [sign_in.outbox_mail("export_ready", person, values, now, office=self._table.office)]
