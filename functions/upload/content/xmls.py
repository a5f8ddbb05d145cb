"""XML: well-formed, without definitions of its own, read as a stream; a tree is made only of what we can show."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from functions.upload.content.types import stopped
from portal.domain import errors

MOST_DEPTH = 200
MOST_SHOWN = 5_000_000
"""Bytes of an invoice that is read: KSeF takes 3 MB at most."""

LONGEST_PART = 1_000_000
"""Bytes of one tag, attributes and all: a parser begins it anew with each piece, which takes for ever."""

_PIECE = 1 << 16
_PAGES = frozenset({"html", "svg"})
"""What a browser would run."""


def read(data: bytes, shown: str) -> Element | None:
    """The tree of a file whose root is `shown`; None of any other, which is only looked through.

    Raises `stopped-broken`, `stopped-type`.
    """
    from defusedxml.common import DefusedXmlException  # noqa: PLC0415 - only XML pays
    from defusedxml.ElementTree import DefusedXMLParser  # noqa: PLC0415 - only XML pays

    reader = _Reader(shown if len(data) <= MOST_SHOWN else "")
    parser = DefusedXMLParser(target=reader, forbid_dtd=True)
    try:
        for start in range(0, len(data), _PIECE):
            parser.feed(data[start : start + _PIECE])
            reader.require_progress(start)
        parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as failure:
        raise failure if isinstance(failure, errors.Refusal) else stopped(errors.STOPPED_BROKEN) from failure
    return reader.tree


class _Reader:
    """What a parser tells its news to."""

    def __init__(self, shown: str) -> None:
        self.tree: Element | None = None
        self._shown = shown
        self._builder: TreeBuilder | None = None
        self._depth = 0
        self._begun = False
        self._told = self._told_at = 0

    def require_progress(self, read: int) -> None:
        """So many bytes were read; something must have come of them. Raises `stopped-broken`."""
        if self._told:
            self._told, self._told_at = 0, read
        elif read - self._told_at > LONGEST_PART:
            raise stopped(errors.STOPPED_BROKEN)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if not self._begun:
            self._begin(tag)
        self._depth += 1
        self._told += 1
        if self._depth > MOST_DEPTH:
            raise stopped(errors.STOPPED_BROKEN)
        if self._builder:
            self._builder.start(tag, attributes)

    def end(self, tag: str) -> None:
        """An element ends."""
        self._depth -= 1
        self._told += 1
        if self._builder:
            self._builder.end(tag)

    def data(self, text: str) -> None:
        """Text between."""
        self._told += 1
        if self._builder:
            self._builder.data(text)

    def close(self) -> None:
        """All was read."""
        if self._builder:
            self.tree = self._builder.close()

    def _begin(self, root: str) -> None:
        self._begun = True
        if root.rpartition("}")[2].lower() in _PAGES:
            raise stopped(errors.STOPPED_TYPE)
        if root == self._shown:
            self._builder = TreeBuilder()
