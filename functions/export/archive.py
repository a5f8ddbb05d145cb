"""The file that an office takes along: a ZIP of JSON, tables and a page that explains them.

It is written as a stream: memory holds one firm at a time, and the tables wait on the disk of the function until
their turn comes, because a ZIP takes one file after the other.
"""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Protocol

from functions.export import rows
from functions.export.content import FirmContent, as_lines, plain
from functions.export.readme import readme
from portal import csv_out
from portal.domain.periods import WARSAW
from portal.store import directory, events, exports
from portal.store.office import OfficeTable
from portal.store.people import Roster


class Sink(Protocol):
    """Takes the bytes of the file in their order."""

    def write(self, data: bytes, /) -> int:
        """Some more."""

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """That was all."""


Progress = Callable[[int, int], None]
"""Is told how many firms are in it, of how many."""


@dataclass(frozen=True, slots=True)
class Built:
    """What went into it."""

    files: int
    firms: int


class _Archive:
    """A ZIP that is written to something which cannot go back."""

    def __init__(self, out: Sink, now: datetime) -> None:
        self._zip = zipfile.ZipFile(out, "w")
        self._time = now.astimezone(WARSAW).timetuple()[:6]
        self.files = 0

    @contextmanager
    def file(self, name: str) -> Iterator[IO[bytes]]:
        """A file of it, to be written until the block ends."""
        entry = zipfile.ZipInfo(name, self._time)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        with self._zip.open(entry, "w") as written:
            yield written
        self.files += 1

    def whole(self, name: str, content: bytes) -> None:
        """A file that is there already."""
        with self.file(name) as written:
            written.write(content)

    def __enter__(self) -> _Archive:
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        """Write the list of its files, without which it is none; of what broke off, nothing more."""
        if failed:
            self._zip.fp = None  # or it would write its end when it is collected
        self._zip.close()


class _Table:
    """A table that grows on the disk."""

    def __init__(self, disk: ExitStack, name: str, head: Sequence[str]) -> None:
        self.name = name
        self._disk = disk.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
        self._text = disk.enter_context(io.TextIOWrapper(self._disk, "utf-8", newline=""))
        self._table = csv_out.Table(self._text)
        self._table.row(head)

    def add(self, found: Iterable[Sequence[str]]) -> None:
        for row in found:
            self._table.row(row)

    def move_into(self, archive: _Archive) -> None:
        self._text.flush()
        self._disk.seek(0)
        with archive.file(self.name) as written:
            shutil.copyfileobj(self._disk, written, 256 * 1024)


class _Tables:
    """All of them."""

    def __init__(self, disk: ExitStack) -> None:
        self.firms = _Table(disk, "firmy.csv", rows.firm_head())
        self.people = _Table(disk, "osoby.csv", rows.people_head())
        self.records = _Table(disk, "kwoty.csv", rows.record_head())
        self.steps = _Table(disk, "historia-kwot.csv", rows.step_head())
        self.events = _Table(disk, "wydarzenia.csv", rows.event_head())

    def move_into(self, archive: _Archive) -> None:
        for table in (self.firms, self.people, self.records, self.steps, self.events):
            table.move_into(archive)


def build(table: OfficeTable, office: str, out: Sink, now: datetime, progress: Progress) -> Built:
    """Write everything of an office, called `office`, into `out`, firm by firm."""
    with _Archive(out, now) as archive, ExitStack() as disk:
        tables = _Tables(disk)
        entries = directory.all_of(table)
        told = rows.Told(events.people(table), {entry.id: entry.name for entry in entries})
        _office(table, archive, tables, told)
        for number, entry in enumerate(entries):
            progress(number, len(entries))
            _firm(table, entry.id, archive, tables, told)
        tables.move_into(archive)
        archive.whole("README.txt", readme(office, len(entries), now))
    progress(len(entries), len(entries))
    return Built(archive.files, len(entries))


def _office(table: OfficeTable, archive: _Archive, tables: _Tables, told: rows.Told) -> None:
    for name, partition in exports.PARTITIONS.items():
        with archive.file(f"biuro/{name}.json") as written:
            for line in as_lines(map(plain, exports.everything(table, partition))):
                written.write(line.encode())
    logo = exports.logo(table)
    if logo:
        archive.whole("biuro/logo.png", logo)
    tables.people.add(rows.person("", "", listed) for listed in Roster(table).people())
    teller = told.teller({})
    own = map(events.decode, exports.everything(table, exports.EVENTS))
    tables.events.add(rows.event(event, teller) for event in own)


def _firm(table: OfficeTable, firm_id: str, archive: _Archive, tables: _Tables, told: rows.Told) -> None:
    content = FirmContent.of(exports.everything_of_firm(table, firm_id), firm_id)
    firm = content.firm
    if firm is None:  # removed since the list was read
        return
    name = f"{firm.identifier}_{firm.id}" if firm.identifier else firm.id
    archive.whole(f"firmy/{name}.json", content.as_json())
    teller = told.teller({(firm.id, listed.person): listed.name for listed in content.people})
    tables.firms.add([rows.firm(firm)])
    tables.people.add(rows.person(firm.identifier, firm.name, listed) for listed in content.people)
    tables.records.add(rows.record(firm, record, told.by(content)) for record in content.records)
    tables.steps.add(row for record in content.records for row in rows.steps(firm, record, told.by(content)))
    tables.events.add(rows.event(event, teller) for event in content.events)
