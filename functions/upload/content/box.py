"""Decoding in a process of its own: `python -m functions.upload.content.box MEDIA_TYPE`, the file on its input.

It answers in frames: first the number of pages, which says that the file can be opened, then a picture after the
other; or why it cannot be opened. Whatever it answered before it died counts.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from typing import BinaryIO

from functions.upload.content import images, pdfs
from functions.upload.content.types import Readable, stopped
from portal.domain import document_types, errors
from portal.domain.document_types import Family, FileType

MOST_MEMORY = 1_200_000_000
"""Bytes: a picture of a hundred million pixels needs a third of it, and the function has half as much again."""

MOST_CPU_SECONDS = 30
MOST_SECONDS = 40
"""By the wall clock: what is over then counts, a file that is not open by then is broken."""

_PAGES, _PICTURE, _REFUSAL = b"N", b"P", b"R"
_LENGTH = 4


def opened(data: bytes, kind: FileType) -> tuple[int, list[bytes]]:
    """A file's pages, and pictures of the first of them. Raises what its reader refuses, or `stopped-broken`."""
    return _answer(_answered(data, kind.media_type))


def _answered(data: bytes, media_type: str) -> bytes:
    command = [sys.executable, "-m", __name__, media_type]
    # Nothing of the function's surroundings, where its credentials are: only the way to the code.
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONWARNINGS": "ignore"}
    environment |= {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    try:
        run = subprocess.run(  # noqa: S603 - our own program and arguments
            command, input=data, capture_output=True, timeout=MOST_SECONDS, env=environment, check=False
        )
    except subprocess.TimeoutExpired as late:
        return late.output or b""
    return run.stdout


def _answer(answered: bytes) -> tuple[int, list[bytes]]:
    pages, pictures = 0, []
    for tag, content in _frames(answered):
        if tag == _REFUSAL:
            raise stopped(errors.CODES[content.decode("ascii")])
        if tag == _PAGES:
            pages = int(content)
        else:
            pictures.append(content)
    if not pages:
        raise stopped(errors.STOPPED_BROKEN)
    return pages, pictures


def _frames(answered: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The whole ones; the last may have been cut off."""
    at = 0
    while at + 1 + _LENGTH <= len(answered):
        start = at + 1 + _LENGTH
        end = start + int.from_bytes(answered[at + 1 : start], "big")
        if end > len(answered):
            return
        yield answered[at : at + 1], answered[start:end]
        at = end


def main(media_type: str, source: BinaryIO, out: BinaryIO) -> None:
    """Read one file, and answer."""
    try:
        found = _read(source.read(), media_type)
        _tell(out, _PAGES, str(found.pages).encode("ascii"))
        for picture in found.pictures:
            _tell(out, _PICTURE, picture)
    except errors.Refusal as refusal:
        _tell(out, _REFUSAL, refusal.code.name.encode("ascii"))


def _read(data: bytes, media_type: str) -> Readable:
    kind = document_types.by_media_type(media_type)
    if kind is None:
        raise stopped(errors.STOPPED_TYPE)
    return pdfs.read(data) if kind.family is Family.PDF else images.read(data, kind)


def _tell(out: BinaryIO, tag: bytes, content: bytes) -> None:
    out.write(tag + len(content).to_bytes(_LENGTH, "big") + content)
    out.flush()


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _limit()
    main(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer)
