"""Making a ZIP of documents, and marking as exported what is in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from functions.export import packing
from functions.export.attempts import Attempt, begin
from functions.export.packing import Packed
from portal import clock, files, storage
from portal.config import settings
from portal.domain import errors
from portal.domain.archives import Archive, Unmarked
from portal.domain.documents import Document
from portal.store import archives, documents, offices
from portal.store.documents import Place
from portal.store.office import FirmTable, OfficeTable

TRIES = 4


def make(table: OfficeTable, name: str) -> None:
    """Do the job, if it still is to be done. `name`: an archive of the office, or `firm/archive` of a firm's people."""
    firm, _, archive_id = name.rpartition("/")
    shelf = table.of_firm(firm) if firm else table
    begun = begin(archives, shelf, archive_id)
    if begun is not None:
        _Run(table, shelf, begun).make()


class _Run(Attempt[Archive]):
    """One attempt. `office`: where the documents are; `shelf`: where the archive is kept."""

    def __init__(self, office: OfficeTable, shelf: OfficeTable, archive: Archive) -> None:
        super().__init__(archives, shelf, archive)
        self._office = office

    def _make(self) -> None:
        archive = self._file
        office = offices.get(self._office)
        if office is None:
            raise LookupError("the office of this archive is gone")
        places, left_out = packing.wanted(self._office, archive)
        key = files.archive(self._office.office, archive.id, archive.attempt)
        with storage.Upload(settings().documents_bucket, key, "application/zip") as out:
            run = packing.Packing(self._office, archive, archive.requested_at)
            contents = run.run(places, left_out, out, self._progress)
            self._told(replace(self._file.with_content(contents.left_out), touched_at=clock.now()))
            out.finish()
        marks = Marking(self._office, archive)
        if archive.mark:
            marks.run(contents.packed)
        after = self._file.with_marks(marks.marked, marks.unmarked)
        after = after.finished(out.size, contents.files, clock.now())
        self._end(after, self._mail("archive_ready", self._page(), {"office_name": office.name}, clock.now()))

    def _page(self) -> str:
        if isinstance(self._table, FirmTable):
            return f"/firms/{self._table.firm}/archives"
        return f"/offices/{self._table.office}/archives"


class Marking:
    """Marks what is in a ZIP as exported, if it still is as it went in."""

    def __init__(self, table: OfficeTable, archive: Archive) -> None:
        self._table = table
        self._archive = archive
        self.marked = 0
        self.unmarked: list[Unmarked] = []

    def run(self, packed: Mapping[Place, Packed]) -> None:
        """All of them, a hundred at a time; a race is tried again."""
        rest = iter(packed.items())
        while batch := dict(islice(rest, packing.AT_A_TIME)):
            for _ in range(TRIES):
                batch = self._once(batch)
            for place, one in batch.items():
                self._tell(place, one, errors.TRY_AGAIN)

    def _once(self, batch: Mapping[Place, Packed]) -> dict[Place, Packed]:
        """Those that another change was faster with."""
        if not batch:
            return {}
        found, _ = documents.across(self._table, batch)
        changes = dict(self._changes(batch, found))
        steps = [(place.firm, found[place], after) for place, after in changes.items()]
        made = documents.change_each(self._table, steps)
        self.marked += sum(made)
        return {place: batch[place] for place, done in zip(changes, made, strict=True) if not done}

    def _changes(
        self, batch: Mapping[Place, Packed], found: Mapping[Place, Document]
    ) -> Iterator[tuple[Place, Document]]:
        for place, one in batch.items():
            document = found.get(place)
            try:
                if document is not None and self._by_an_earlier_attempt(document):
                    self.marked += 1
                else:
                    yield place, self._exported(document, one)
            except errors.Refusal as refused:
                self._tell(place, one, refused.code)

    def _exported(self, document: Document | None, one: Packed) -> Document:
        if document is None or packing.digest(document) != one.digest:
            raise errors.Refusal(errors.DOCUMENT_CHANGED)
        return document.exported(self._archive.by, clock.now())

    def _by_an_earlier_attempt(self, document: Document) -> bool:
        """An attempt that died after it had marked some of them."""
        if document.exported_at is None or document.exported_at < self._archive.requested_at:
            return False
        return any(step.what == "exported" and step.by == self._archive.by for step in document.steps)

    def _tell(self, place: Place, one: Packed, code: errors.Code) -> None:
        self.unmarked.append(Unmarked(place.firm, place.ref, one.name, code.name))
