"""Identifiers: ULIDs, sortable by the time they were made."""

from __future__ import annotations

import re
from datetime import datetime

from ulid import ULID

_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def new(now: datetime) -> str:
    """A fresh identifier."""
    return str(ULID.from_datetime(now))


def lowest(moment: datetime) -> str:
    """The lowest identifier of a moment: what was made before it sorts before this."""
    return str(ULID.from_datetime(moment))[:10] + "0" * 16


def valid(text: str) -> bool:
    """Whether this can be an identifier of ours: checked before it becomes part of a key."""
    return _ULID.fullmatch(text) is not None
