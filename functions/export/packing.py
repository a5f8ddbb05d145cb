"""Files of documents on their way into a ZIP: read as streams and written as one, so that memory stays flat."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from functions.export import index
from functions.export.zips import DiskTable, Sink, Zip
from portal import files, storage
from portal.config import settings
from portal.domain import document_types, errors
from portal.domain.archives import INDEX, Archive, Names
from portal.domain.document_months import DocumentRules
from portal.domain.documents import GONE, NOT_ARRIVED, Document, Status
from portal.domain.structured_invoices import StructuredInvoice
from portal.log import logger
from portal.store import directory, documents
from portal.store.directory import Entry
from portal.store.documents import Place
from portal.store.office import OfficeTable

AT_A_TIME = 100
"""Documents whose data are in memory together."""

Progress = Callable[[int, int], None]
"""Is told how many documents are in it, of how many."""


class Packed(NamedTuple):
    """What of a document went into the ZIP, so that it is known whether it is the same afterwards."""

    name: str
    digest: bytes


@dataclass(slots=True)
class Contents:
    """What a ZIP holds, by document where these are to be marked. `left_out`: those without a file to be opened."""

    packed: dict[Place, Packed] = field(default_factory=dict)
    left_out: int = 0
    files: int = 0


def wanted(table: OfficeTable, archive: Archive) -> tuple[list[Place], int]:
    """The documents that an archive is asked for, and how many it has to do without.

    Of a month these are all whose file is verified, but for what was refused or taken back.
    """
    if archive.period is None:
        return [Place(one.ref, one.firm) for one in archive.chosen], 0
    (firm,) = archive.firms
    places, left_out = [], 0
    for document in documents.walk_month(table.of_firm(firm), archive.period):
        left_out += document.status in NOT_ARRIVED
        if of_whole_month(document):
            places.append(Place(document.ref, firm))
    return places, left_out


def of_whole_month(document: Document) -> bool:
    """Whether a document belongs to its month's ZIP."""
    return document.openable and document.status not in GONE | {Status.REJECTED}


def digest(document: Document) -> bytes:
    """What an approval was about: the file, what is said of it, and where it stands."""
    told = (document.period, document.status, document.description, document.facts)
    return hashlib.sha256(repr(told).encode()).digest()


class Packing:
    """One run: from the table and the storage into a ZIP."""

    def __init__(self, table: OfficeTable, archive: Archive, now: datetime) -> None:
        self._table = table
        self._now = now
        self._firms = {entry.id: entry for entry in directory.all_of(table) if entry.id in archive.firms}
        self._marks = archive.mark
        several = len(archive.firms) > 1
        self._names = Names({firm: entry.name for firm, entry in self._firms.items()} if several else None)
        self._contents = Contents()

    def run(self, places: Sequence[Place], left_out: int, out: Sink, progress: Progress) -> Contents:
        """Write it all, the index last."""
        done = 0
        progress(0, len(places))
        with Zip(out, self._now) as archive, ExitStack() as disk:
            table = DiskTable(disk, INDEX, index.head())
            for batch in _batches(places):
                for place, document, seller in self._read(batch):
                    self._pack(archive, table, place, document, seller)
                    done += 1
                    progress(done, len(places))
            table.move_into(archive)
            self._contents.files = archive.files
        self._contents.left_out += left_out
        return self._contents

    def _read(self, batch: Sequence[Place]) -> Iterator[tuple[Place, Document | None, str]]:
        """Documents as they are now, with what their sellers are called."""
        found, rules = documents.across(self._table, batch)
        invoices = [place for place, one in found.items() if _structured(one)]
        names = {
            place: StructuredInvoice.unpacked(stored).seller.name
            for place, stored in documents.previews(self._table, invoices).items()
        }
        for place in batch:
            document = found.get(place) or self._moved(place)
            seller = names.get(place, "")
            if document and not seller:
                seller = _label(rules[place.firm], document.description.seller_nip)
            yield place, document, seller

    def _moved(self, place: Place) -> Document | None:
        """One that got another month since it was chosen."""
        try:
            return documents.get(self._table.of_firm(place.firm), place.ref)
        except errors.Refusal:
            return None

    def _pack(self, archive: Zip, table: DiskTable, place: Place, document: Document | None, seller: str) -> None:
        firm = self._firms.get(place.firm)
        if document is None or firm is None or not document.openable or document.status in GONE:
            self._contents.left_out += 1
            return
        name = self._names.give(document, firm.id, seller)
        if not _copied(self._table.office, firm, document, archive, name):
            logger().error("file missing", extra={"document": str(document.ref)})
            self._contents.left_out += 1
            return
        table.add([index.row(document, name, firm, seller)])
        if self._marks:
            self._contents.packed[Place(document.ref, firm.id)] = Packed(document.name, digest(document))


def _copied(office: str, firm: Entry, document: Document, archive: Zip, name: str) -> bool:
    """Write the file of a document into the ZIP; False: the storage has none. What is not whole breaks all off."""
    facts = document.facts
    if facts is None:
        return False
    key, seen = files.document(office, firm.id, document.id), hashlib.sha256()
    try:
        # The ZIP's entry is begun only once the object is there.
        with (
            storage.opened(settings().documents_bucket, key) as pieces,
            archive.file(name, packed=facts.media_type == document_types.XML.media_type) as written,
        ):
            for piece in pieces:
                seen.update(piece)
                written.write(piece)
    except FileNotFoundError:
        return False
    if seen.hexdigest() != facts.sha256:
        raise OSError("a document's file is not the one that was verified")
    return True


def _batches(places: Sequence[Place]) -> Iterator[list[Place]]:
    rest = iter(places)
    while batch := list(islice(rest, AT_A_TIME)):
        yield batch


def _structured(document: Document) -> bool:
    return document.facts is not None and document.facts.media_type == document_types.XML.media_type


def _label(rules: DocumentRules, nip: str) -> str:
    """What the office calls a seller whom it expects something from."""
    return next((one.label for one in rules.expected if nip and one.nip == nip), "")
