"""Making a file: one attempt at a time, whole or not at all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from portal import access, clock, sign_in
from portal.aws import ConditionFailed, Put
from portal.config import settings
from portal.domain import errors
from portal.domain.exports import MadeFile
from portal.log import logger
from portal.store.office import OfficeTable

TOLD_EVERY = timedelta(seconds=3)

File = TypeVar("File", bound=MadeFile)


class TakenOver(Exception):  # noqa: N818 - no error: another attempt does the work
    """Another attempt went on with this file."""


class Store(Protocol[File]):
    """Where such files are kept: the modules `portal.store.exports` and `portal.store.archives`."""

    def get(self, table: OfficeTable, name: str, /) -> File:
        """One of them. Raises `not-found`."""

    def is_the_one(self, table: OfficeTable, file: File, /) -> bool:
        """Whether it still has its place."""

    def change(self, table: OfficeTable, before: File, after: File, /) -> File:
        """What became of it. Raises ConditionFailed."""

    def end(self, table: OfficeTable, before: File, after: File, /, *also: Put) -> File:
        """The same at its end, with what follows. Raises ConditionFailed."""


class Attempt(ABC, Generic[File]):
    """One attempt."""

    def __init__(self, store: Store[File], table: OfficeTable, file: File) -> None:
        self._store = store
        self._table = table
        self._file = file

    def make(self) -> None:
        """Do it. What another attempt took over is left to it; what fails is kept and raised."""
        try:
            self._make()
        except TakenOver:
            logger().info("taken over", extra={"file": self._file.id})
        except Exception:
            self.give_up()
            raise

    @abstractmethod
    def _make(self) -> None:
        """Write the file, and then say that it is there."""

    def give_up(self) -> None:
        """Keep that the attempt failed: the stream tries again, or this was the last time."""
        after = self._file.failed(clock.now())
        try:
            if after.under_way:
                self._told(after)
            else:
                self._end(after, [])
        except TakenOver:
            logger().info("taken over", extra={"file": self._file.id})

    def _progress(self, done: int, total: int) -> None:
        now = clock.now()
        if done == 0 or now - self._file.touched_at >= TOLD_EVERY:
            self._told(self._file.advanced(done, total, now))

    def _told(self, after: File) -> None:
        try:
            self._file = self._store.change(self._table, self._file, after)
        except ConditionFailed:
            raise TakenOver from None

    def _end(self, after: File, also: list[Put]) -> None:
        try:
            self._file = self._store.end(self._table, self._file, after, *also)
        except ConditionFailed:
            raise TakenOver from None

    def _mail(self, template: str, path: str, values: dict[str, Any], now: datetime) -> list[Put]:
        """To whoever asked for it; it leads to the page, not to the file."""
        person = access.the_identity().person(self._file.by)
        if person is None:
            return []
        told = {"link": settings().base_url + path, **values}
        return [sign_in.outbox_mail(template, person, told, now, office=self._table.office)]


def begin(store: Store[File], table: OfficeTable, name: str) -> File | None:
    """The file with its next attempt begun; None when there is nothing to do."""
    try:
        found = store.get(table, name)
    except errors.Refusal:
        return None
    if not found.under_way or not store.is_the_one(table, found):
        return None
    try:
        return store.change(table, found, found.begun(clock.now()))
    except ConditionFailed:  # the same job was handed over twice at once
        return None
