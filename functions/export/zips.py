"""A ZIP that is written as a stream: memory holds a piece of one file."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import IO, Protocol

from portal import csv_out
from portal.domain.periods import WARSAW


class Sink(Protocol):
    """Takes the bytes of the file in their order."""

    def write(self, data: bytes, /) -> int:
        """Some more."""

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """That was all."""


class Zip:
    """A ZIP that is written to something which cannot go back."""

    def __init__(self, out: Sink, now: datetime) -> None:
        self._zip = zipfile.ZipFile(out, "w")
        self._time = now.astimezone(WARSAW).timetuple()[:6]
        self.files = 0

    @contextmanager
    def file(self, name: str, *, packed: bool = True) -> Iterator[IO[bytes]]:
        """A file of it, to be written until the block ends. `packed`: not what is compressed already."""
        entry = zipfile.ZipInfo(name, self._time)
        entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        entry.external_attr = 0o644 << 16
        with self._zip.open(entry, "w") as written:
            yield written
        self.files += 1

    def whole(self, name: str, content: bytes) -> None:
        """A file that is there already."""
        with self.file(name) as written:
            written.write(content)

    def __enter__(self) -> Zip:
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        """Write the list of its files, without which it is none; of what broke off, nothing more."""
        if failed:
            self._zip.fp = None  # or it would write its end when it is collected
        self._zip.close()


class DiskTable:
    """A table that grows on the disk."""

    def __init__(self, disk: ExitStack, name: str, head: Sequence[str]) -> None:
        self.name = name
        self._disk = disk.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
        self._text = disk.enter_context(io.TextIOWrapper(self._disk, "utf-8", newline=""))
        self._table = csv_out.Table(self._text)
        self._table.row(head)

    def add(self, found: Iterable[Sequence[str]]) -> None:
        """Some more rows."""
        for row in found:
            self._table.row(row)

    def move_into(self, archive: Zip) -> None:
        """All of it, as a file of the ZIP."""
        self._text.flush()
        self._disk.seek(0)
        with archive.file(self.name) as written:
            shutil.copyfileobj(self._disk, written, 256 * 1024)
