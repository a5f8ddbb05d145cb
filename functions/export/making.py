"""Making an export."""

from __future__ import annotations

from functions.export import archive
from functions.export.attempts import Attempt, begin
from portal import clock, files, storage
from portal.config import settings
from portal.domain.exports import Export
from portal.store import exports, offices
from portal.store.office import OfficeTable


def make(table: OfficeTable, export_id: str) -> None:
    """Do the job, if it still is to be done. Repeating it changes nothing; what fails is told and raised."""
    begun = begin(exports, table, export_id)
    if begun is not None:
        _Run(exports, table, begun).make()


class _Run(Attempt[Export]):
    """One attempt."""

    def _make(self) -> None:
        office = offices.get(self._table)
        if office is None:
            raise LookupError("the office of this export is gone")
        key = files.export(self._table.office, self._file.id, self._file.attempt)
        with storage.Upload(settings().export_bucket, key, "application/zip") as out:
            built = archive.build(self._table, office.name, out, self._file.requested_at, self._progress)
            self._told(self._file.advanced(built.firms, built.firms, clock.now()))
            out.finish()
        now = clock.now()
        mail = self._mail(
            "export_ready", f"/offices/{self._table.office}/exports", {"office_name": office.name}, clock.now()
        )
        self._end(self._file.finished(out.size, built.files, now), mail)
