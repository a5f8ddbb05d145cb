"""Documents with files: a firm's shelf and the storage together, and jobs as the stream hands them over."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from dataclasses import dataclass, replace
from typing import Any

from functions.export import app as export_app
from portal import clock, files
from portal.domain.documents import Document, Facts
from portal.store import documents
from tests.functions import tables
from tests.functions.arrivals import Bucket
from tests.functions.shelf import Shelf
from tests.functions.world import Office


@dataclass
class Papers(Shelf):
    """A firm's documents whose files lie in the storage."""

    bucket: Bucket | None = None

    @classmethod
    def at(cls, office: Office, firm: str, bucket: Bucket) -> Papers:
        return cls(office, firm, office.boss, bucket)

    def file(
        self,
        name: str = "faktura.pdf",
        content: bytes = b"",
        *,
        media_type: str = "application/pdf",
        approved: bool = False,
        by: str = "",
        invoice: bytes = b"",
        **told: Any,
    ) -> str:
        """A document that arrived with its file: its name. `invoice`: what was read from a structured one."""
        body = content or f"%PDF {name} {self.firm} {len(self.objects())}".encode()
        before = self.announce(name, by=by, **told)
        facts = Facts(media_type, len(body), hashlib.sha256(body).hexdigest(), pages=1, pictures=1)
        after = before.arrived(facts, clock.now())
        if approved:
            after = replace(after.advanced(self.office.id, clock.now(), circulation=False))
        preview = [documents.preview_put(self.table, before.id, invoice)] if invoice else []
        stored = documents.try_change(self.table, before, after, *preview)
        self.put_object(files.document(self.office.id, self.firm, stored.id), body)
        self.put_object(files.picture(self.office.id, self.firm, stored.id, 1), b"\xff\xd8\xff picture")
        return str(documents.mark_twins(self.table, stored).ref)

    def objects(self) -> list[str]:
        assert self.bucket
        return self.bucket.names()

    def put_object(self, key: str, content: bytes) -> None:
        assert self.bucket
        self.bucket.s3.put_object(Bucket=self.bucket.name, Key=key, Body=content)

    def content(self, document: Document) -> bytes:
        assert self.bucket
        return self.bucket.read(files.document(self.office.id, self.firm, document.id))


def jobs(dynamodb: Any) -> list[dict[str, Any]]:
    """Every job that was written, as the stream tells of it."""
    images = [item for item in tables.read_all(dynamodb) if item["pk"]["S"].startswith("JOB#")]
    return [{"Records": [{"dynamodb": {"SequenceNumber": "1", "NewImage": image}}]} for image in images]


def work(dynamodb: Any) -> None:
    """All of them are done."""
    for job in jobs(dynamodb):
        export_app.handler(job, None)


def newest_zip(bucket: Bucket) -> zipfile.ZipFile:
    """The ZIP that was made last."""
    return zipfile.ZipFile(io.BytesIO(bucket.read(bucket.names("archives/")[-1])))


def index_of(found: zipfile.ZipFile) -> list[dict[str, str]]:
    text = found.read("indeks.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
