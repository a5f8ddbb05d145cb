"""Long work: a job is written in the transaction of the request that it follows from; the stream hands it on."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from portal.aws import Expect, Item, Put
from portal.store import keys

KEPT_DAYS = 30


class Work(StrEnum):
    """What there is to do."""

    EXPORT = "export"
    REMOVAL = "removal"
    ARCHIVE = "archive"


class Job(NamedTuple):
    """Something to do for an office.

    `of` names the export or archive that is to be made (one for a firm's people as `firm/archive`), or the firm that is
    to be removed.
    """

    id: str
    work: Work
    office: str
    of: str


def put(job: Job, now: datetime) -> Put:
    """The write of a job, for the transaction of what it follows from."""
    ttl = round((now + timedelta(days=KEPT_DAYS)).timestamp())
    item = {**keys.job(job.id)._asdict(), "work": job.work.value, "office": job.office, "of": job.of, "ttl": ttl}
    return Put(item, Expect.absent())


def decode(item: Item) -> Job:
    """A job as the stream tells it."""
    return Job(item["pk"].partition("#")[2], Work(item["work"]), item["office"], item["of"])
