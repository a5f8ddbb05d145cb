"""Documents: signing uploads, one arrival, the inbox with 100, 1,000 and 20,000 documents, a ZIP of 500 files.

`sign_N_ms` is the handler's CPU for one request that signs N files (median), `sign_N_requests` how often it asks the
table, with checking who asks; `sign_100_wru` its write units. `intake_reads` and `intake_writes` are the units of one
PDF of two pages that arrives in order, `intake_requests` the requests, `intake_ms` the CPU of the function (pictures
are made in a process of its own, which is not counted). `inbox_N_ms` is the handler's CPU for the office's first page
of new documents, as a browser gets it, in an office with N of them; `inbox_reads` and `inbox_rru` are requests and
read units in the largest, with checking who asks. `zip_peak_mb` is the most memory that Python holds while a ZIP of
500 files (100 MB) is made; `zip_vs_naive_memory` divides it by that of reading all files into a `zipfile` in memory;
`zip_mb_per_s` is how fast it goes, storage included, which the emulator plays.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import statistics
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import boto3

from bench.emulator import SETTINGS, emulator
from bench.firms import signed_in
from bench.meter import Meter
from bench.sync import nips
from tests.functions import document_files
from tests.functions.gateway import Browser

SIGNED = (1, 10, 100)
SIZES = (100, 1_000, 20_000)
ROUNDS = 7
FILES = 500
FILE_SIZE = 200_000
MEGABYTE = 1_000_000

Figures = dict[str, float | int | None]


def measure() -> Figures:
    """All figures of this page."""
    with emulator():
        boto3.client("s3").create_bucket(
            Bucket=SETTINGS["DOCUMENTS_BUCKET"], CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        run = _Run()
        return {**run.signing(), **run.intake(), **run.inbox(), **run.zip()}


class _Run:
    """Offices of different sizes, and a client of a firm."""

    def __init__(self) -> None:
        from portal import aws

        self._dynamodb, self._meter = aws.client("dynamodb"), Meter()
        self._s3 = boto3.client("s3")
        self._offices: dict[int, str] = {}
        self._staff: dict[int, Browser] = {}
        for size in SIZES:
            self._open_office(size)
        self._client = self._let_a_client_in()

    def signing(self) -> Figures:
        """Forms for many files."""
        figures: Figures = {}
        for count in SIGNED:
            self._meter.reset()
            self._meter.attach(self._dynamodb)
            self._sign(count, "counted")
            self._meter.detach(self._dynamodb)
            figures[f"sign_{count}_requests"] = self._meter.calls
            if count == SIGNED[-1]:
                figures[f"sign_{count}_wru"] = self._meter.writes
            taken = [_cpu(partial(self._sign, count, f"timed {number}")) for number in range(ROUNDS)]
            figures[f"sign_{count}_ms"] = round(statistics.median(taken) * 1000, 1)
        return figures

    def intake(self) -> Figures:
        """One file that arrives."""
        taken = []
        for number in range(ROUNDS):
            content = document_files.pdf(2, f"Faktura {number}")
            key = self._sent(content)
            if number:
                taken.append(_cpu(partial(self._arrives, key)))
                continue
            self._meter.reset()
            self._meter.attach(self._dynamodb)
            self._arrives(key)
            self._meter.detach(self._dynamodb)
        return {
            "intake_reads": self._meter.reads,
            "intake_writes": self._meter.writes,
            "intake_requests": self._meter.calls,
            "intake_ms": round(statistics.median(taken) * 1000, 1),
        }

    def inbox(self) -> Figures:
        """The office's page of new documents."""
        for size in SIZES:
            self._fill(size)
        largest = self._staff[SIZES[-1]]
        self._meter.reset()
        self._meter.attach(self._dynamodb)
        self._open(SIZES[-1], largest)
        self._meter.detach(self._dynamodb)
        figures: Figures = {"inbox_reads": self._meter.calls, "inbox_rru": self._meter.reads}
        times: dict[int, list[float]] = {size: [] for size in SIZES}
        for _ in range(ROUNDS + 1):
            for size in SIZES:
                times[size].append(_cpu(partial(self._open, size, self._staff[size])))
        median = {size: statistics.median(found[1:]) for size, found in times.items()}
        figures |= {f"inbox_{size}_ms": round(median[size] * 1000, 1) for size in SIZES}
        figures["inbox_20000_vs_100"] = round(median[SIZES[-1]] / median[SIZES[0]], 2)
        return figures

    def zip(self) -> Figures:
        """Many files as one, against doing it in memory."""
        keys = self._files_of_a_month()
        ours = _peak(self._make)
        naive = _peak(lambda: self._naive(keys))
        began = time.perf_counter()
        self._make()
        took = time.perf_counter() - began
        return {
            "zip_peak_mb": round(ours / MEGABYTE, 1),
            "zip_naive_peak_mb": round(naive / MEGABYTE, 1),
            "zip_vs_naive_memory": round(ours / naive, 3),
            "zip_mb_per_s": round(FILES * FILE_SIZE / MEGABYTE / took, 1),
        }

    # Signing and arriving

    def _sign(self, count: int, what: str) -> Any:
        files = [
            {
                "name": f"faktura {place}.pdf",
                "size": 1000,
                "sha256": hashlib.sha256(f"{what} {count} {place}".encode()).hexdigest(),
            }
            for place in range(count)
        ]
        return self._signed(files)

    def _signed(self, files: list[dict[str, Any]]) -> Any:
        answer = self._client.post(f"/firms/{self._firm}/documents", {"files": files})
        assert answer.status == 200, answer.text[:300]
        assert len(answer.json["uploads"]) == len(files), answer.text[:300]
        return answer.json["uploads"]

    def _sent(self, content: bytes) -> str:
        told = {"name": "faktura.pdf", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        (upload,) = self._signed([told])
        key = str(upload["fields"]["key"])
        self._s3.put_object(Bucket=SETTINGS["DOCUMENTS_BUCKET"], Key=key, Body=content)
        return key

    def _arrives(self, key: str) -> None:
        from functions.upload import app

        told = {"Records": [{"eventName": "ObjectCreated:Post", "s3": {"object": {"key": key}}}]}
        answer = app.handler({"Records": [{"messageId": "1", "body": json.dumps(told)}]}, None)
        assert answer["batchItemFailures"] == []

    # The inbox

    def _open(self, size: int, staff: Browser) -> None:
        answer = staff.get(f"/offices/{self._offices[size]}/documents")
        assert answer.status == 200, answer.text[:300]

    def _fill(self, size: int) -> None:
        from portal import clock, ids
        from portal.domain.periods import Period
        from portal.store import documents

        now, period = clock.now(), Period.of(clock.today(clock.now()))
        table = self._table(size)
        firms = self._firms[size]
        chunk = 500
        for start in range(0, size, chunk):
            puts = []
            for place in range(start, min(start + chunk, size)):
                of_firm = table.of_firm(firms[place % len(firms)])
                one = _document(ids.new(now + timedelta(milliseconds=place)), period, place, b"", now)
                puts.append(documents.create(of_firm, one))
            assert all(table.write_each(puts))

    # ZIPs

    def _files_of_a_month(self) -> list[str]:
        from portal import clock, files, ids
        from portal.domain.periods import Period
        from portal.store import documents

        now, table, keys = clock.now(), self._table(SIZES[0]), []
        of_firm, puts = table.of_firm(self._firm), []
        for place in range(FILES):
            content = os.urandom(FILE_SIZE)
            one = _document(ids.new(now + timedelta(milliseconds=place)), Period(2026, 1), place, content, now)
            keys.append(files.document(table.office, self._firm, one.id))
            self._s3.put_object(Bucket=SETTINGS["DOCUMENTS_BUCKET"], Key=keys[-1], Body=content)
            puts.append(documents.create(of_firm, one))
        assert all(table.write_each(puts))
        return keys

    def _make(self) -> None:
        from functions.export import archive_documents
        from portal import clock, ids
        from portal.domain.archives import Archive
        from portal.domain.exports import State
        from portal.domain.periods import Period
        from portal.store import archives

        now, table = clock.now(), self._table(SIZES[0])
        asked = Archive(ids.new(now), "nobody", now, now, firms=(self._firm,), period=Period(2026, 1))
        made = archives.request(table, asked, now, [])
        archive_documents.make(table, made.id)
        assert archives.get(table, made.id).state is State.DONE

    def _naive(self, keys: list[str]) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as whole:
            for place, key in enumerate(keys):
                body = self._s3.get_object(Bucket=SETTINGS["DOCUMENTS_BUCKET"], Key=key)["Body"].read()
                whole.writestr(f"{place}.pdf", body)
        self._s3.put_object(Bucket=SETTINGS["DOCUMENTS_BUCKET"], Key="archives/naive.zip", Body=out.getvalue())

    # Who is there

    def _open_office(self, size: int) -> None:
        from portal import clock, ids, operator
        from portal.domain.events import OPERATOR, Action
        from portal.domain.firms import Firm, LegalForm, Status
        from portal.domain.offices import Plan
        from portal.store import events, firms

        address = f"biuro{size}@demo.example"
        self._offices[size] = operator.open_office(f"Biuro {size}", address, "Anna Demonstracyjna", Plan.FULL)["office"]
        self._staff[size] = signed_in(address)
        now, table = clock.now(), self._table(size)
        made = [
            Firm(ids.new(now), nip, f"Przykładowa Firma {place:04} sp. z o.o.", Status.ACTIVE, LegalForm.COMPANY)
            for place, nip in enumerate(nips(200))
        ]
        firms.create_each(
            table, {one: events.put(table, OPERATOR, Action.FIRM_ADDED, now, firm=one.id) for one in made}
        )
        self._firms = {**getattr(self, "_firms", {}), size: [one.id for one in made]}
        self._staff[size].html = True

    def _let_a_client_in(self) -> Browser:
        self._firm = self._firms[SIZES[0]][0]
        address = "klient@firma.example"
        staff = Browser(cookies=self._staff[SIZES[0]].cookies)
        body = {"email": address, "name": "Klient Demo", "role": "firm"}
        answer = staff.post(f"/offices/{self._offices[SIZES[0]]}/firms/{self._firm}/users", body)
        assert answer.status == 201, answer.text
        client = signed_in(address)
        client.get(f"/firms/{self._firm}")  # the first visit is kept
        return client

    def _table(self, size: int) -> Any:
        from portal.aws import Table
        from portal.store.office import OfficeTable

        return OfficeTable(Table(os.environ["TABLE_NAME"]), self._offices[size])


def _document(document_id: str, period: Any, place: int, content: bytes, now: Any) -> Any:
    """A new document with a usual description."""
    from portal.domain.documents import Description, Document, Facts, Kind, Source, Status, Step

    facts = Facts("application/pdf", len(content), hashlib.sha256(content).hexdigest(), 1, 1)
    told = Description(Kind.PURCHASE, "", f"FV/{place}/11/2026", "5951416168", "", 123_00 + place)
    return Document(
        document_id,
        period,
        f"faktura-{place}.pdf",
        Source.WEB,
        "01M86CH3M0AAAAAAAAAAAAAAAA",
        now,
        facts,
        Status.NEW,
        told,
        facts,
        now,
        steps=(Step(now, "", "arrived"),),
    )


def _cpu(step: Callable[[], object]) -> float:
    began = time.process_time()
    step()
    return time.process_time() - began


def _peak(step: Callable[[], object]) -> int:
    """The most bytes that Python held meanwhile, beyond what it held before."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        step()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
