"""The largest office takes everything along too: memory does not grow with the number of its firms."""

from __future__ import annotations

import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import pytest

from functions.export import archive
from portal.aws import Item, Key
from portal.domain.events import Action, Event, Origin
from portal.domain.firms import Firm, LegalForm, Status
from portal.domain.periods import months_of
from portal.domain.records import Action as Happened
from portal.domain.records import Content, Current, Kind, Record, RecordKey, Settlement, Step
from portal.store import directory, events, keys, months
from portal.store.directory import Entry
from portal.store.office import OfficeTable
from tests.functions.times import START
from tests.functions.world import demo_nip

OFFICE = "01JDEM00000000000000000001"
EVENTS_A_FIRM = 5


def firm_id(number: int) -> str:
    return f"01JDEM{number:020}"


@dataclass
class MadeUp:
    """Stands in for the table: items of an office of any size, made when they are asked for."""

    firms: int
    month: bytes = field(default_factory=lambda: months.encode(a_month()))

    def query_all(self, pk: str, *, sk_from: str, sk_to: str, **_: Any) -> Iterator[Item]:
        relative = pk.removeprefix(f"O#{OFFICE}#")
        if relative == keys.directory()[0]:
            found = self._directory()
        elif relative.startswith(keys.firm("").pk):
            found = self._firm(relative.removeprefix(keys.firm("").pk))
        else:
            found = iter(())
        return (item for item in found if sk_from <= item["sk"] <= sk_to)

    def get(self, _key: Key, **_: Any) -> Item | None:
        return None

    def _directory(self) -> Iterator[Item]:
        entries = [
            Entry(firm_id(number), f"Firma {number}", demo_nip(number), "", Status.ACTIVE, False, False, True)
            for number in range(self.firms)
        ]
        yield {"sk": keys.directory_part(0).sk, "firms": directory._encode({entry.id: entry for entry in entries})}

    def _firm(self, named: str) -> Iterator[Item]:
        number = int(named[-12:])
        pk = f"O#{OFFICE}#{keys.firm(named).pk}"
        for count in range(EVENTS_A_FIRM):
            event = Event(f"{count}", START, Origin("ANNA", "192.0.2.1", "Firefox"), Action.FIRM_CHANGED, named)
            yield {"pk": pk, "sk": keys.firm_event(named, f"{count}").sk, "event": events._encode(event)}
        firm = Firm(named, demo_nip(number), f"Firma {number}", Status.ACTIVE, LegalForm.COMPANY)
        attributes = {name: value for name, value in asdict(firm).items() if name != "id"}
        yield {"pk": pk, "sk": keys.firm(named).sk, **attributes, "archived_on": ""}
        for period in months_of(2026)[:2]:
            yield {"pk": pk, "sk": keys.firm_month(named, period).sk, "revision": 1, "records": self.month}


def a_month() -> dict[RecordKey, Record]:
    """Four records, each with two steps."""
    records = {}
    for key in (RecordKey(Kind.CONTRIBUTION), *(RecordKey(Kind.TAX, form) for form in ("VAT-7", "CIT", "PIT-4R"))):
        content = Content(Settlement.DECLARATION, amount=123_456)
        step = Step(Happened.SYNCED, START, "AGENT", 1, content)
        records[key] = Record(key, months_of(2026)[0], Current(content, 1, START, START, "AGENT"), steps=(step, step))
    return records


@dataclass
class Sink:
    """Takes the file and keeps nothing but its end, where a ZIP lists its files."""

    size: int = 0

    def write(self, data: bytes, /) -> int:
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing stays."""


def peak(firms: int) -> tuple[int, int]:
    """Bytes of memory at most, and of the file."""
    sink = Sink()
    tracemalloc.start()
    try:
        built = archive.build(OfficeTable(MadeUp(firms), OFFICE), "Biuro", sink, START, lambda *_: None)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert built.firms == firms
    assert built.files > firms
    return most, sink.size


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compression takes most of the time and none of the memory that is measured here."""
    monkeypatch.setattr(zipfile, "ZIP_DEFLATED", zipfile.ZIP_STORED)


def test_memory_stays_flat_whatever_the_number_of_firms() -> None:
    few, small = peak(50)
    many, large = peak(500)
    assert large > 9 * small
    assert many < few + 500 * 2_000, "more than the list of its firms and files is kept"
    assert many < 16_000_000
