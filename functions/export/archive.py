"""The file that an office takes along: a ZIP of JSON, tables and a page that explains them.

It is written as a stream: memory holds one firm at a time, and the tables wait on the disk of the function until
their turn comes, because a ZIP takes one file after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from functions.export import rows
from functions.export.content import FirmContent, as_lines, plain
from functions.export.readme import readme
from functions.export.zips import DiskTable, Sink, Zip
from portal.store import directory, events, exports
from portal.store.office import OfficeTable
from portal.store.people import Roster

Progress = Callable[[int, int], None]
"""Is told how many firms are in it, of how many."""


@dataclass(frozen=True, slots=True)
class Built:
    """What went into it."""

    files: int
    firms: int


class _Tables:
    """All of them."""

    def __init__(self, disk: ExitStack) -> None:
        self.firms = DiskTable(disk, "firmy.csv", rows.firm_head())
        self.people = DiskTable(disk, "osoby.csv", rows.people_head())
        self.records = DiskTable(disk, "kwoty.csv", rows.record_head())
        self.steps = DiskTable(disk, "historia-kwot.csv", rows.step_head())
        self.events = DiskTable(disk, "wydarzenia.csv", rows.event_head())

    def move_into(self, archive: Zip) -> None:
        for table in (self.firms, self.people, self.records, self.steps, self.events):
            table.move_into(archive)


def build(table: OfficeTable, office: str, out: Sink, now: datetime, progress: Progress) -> Built:
    """Write everything of an office, called `office`, into `out`, firm by firm."""
    with Zip(out, now) as archive, ExitStack() as disk:
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


def _office(table: OfficeTable, archive: Zip, tables: _Tables, told: rows.Told) -> None:
    for name, partition in exports.PARTITIONS.items():
        with archive.file(f"biuro/{name}.json") as written:
            for line in as_lines(map(plain, exports.everything(table, partition))):
                written.write(line.encode())
    logo = exports.logo(table)
    if logo:
        archive.whole("biuro/logo.png", logo)
    tables.people.add(rows.person("", "", listed) for listed in Roster(table).people())
    teller = told.teller()
    own = map(events.decode, exports.everything(table, exports.EVENTS))
    tables.events.add(rows.event(event, teller) for event in own)


def _firm(table: OfficeTable, firm_id: str, archive: Zip, tables: _Tables, told: rows.Told) -> None:
    content = FirmContent.of(exports.everything_of_firm(table, firm_id), firm_id)
    firm = content.firm
    if firm is None:  # removed since the list was read
        return
    name = f"{firm.identifier}_{firm.id}" if firm.identifier else firm.id
    archive.whole(f"firmy/{name}.json", content.as_json())
    teller = told.teller(firm.id, content)
    tables.firms.add([rows.firm(firm)])
    tables.people.add(rows.person(firm.identifier, firm.name, listed) for listed in content.people)
    tables.records.add(rows.record(firm, record, told.by(content)) for record in content.records)
    tables.steps.add(row for record in content.records for row in rows.steps(firm, record, told.by(content)))
    tables.events.add(rows.event(event, teller) for event in content.events)
