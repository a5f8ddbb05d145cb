"""What the agent says: the gettext helper, and how amounts and moments are written.

Polish is the source language; a catalogue `locale/<language>/LC_MESSAGES/konektosync.mo` beside this file translates.
"""

import gettext
from datetime import datetime
from pathlib import Path

_catalogue = gettext.translation("konektosync", Path(__file__).parent / "locale", fallback=True)

NBSP = "\u00a0"


def _(text: str) -> str:
    """The sentence in the user's language; the Polish one where no catalogue translates it."""
    return _catalogue.gettext(text)


def money(grosze: int) -> str:
    """An amount in grosze as `1 234,56 zł`, with non-breaking spaces."""
    zloty, rest = divmod(abs(grosze), 100)
    sign = "−" if grosze < 0 else ""
    grouped = f"{zloty:,}".replace(",", NBSP)
    return f"{sign}{grouped},{rest:02d}{NBSP}zł"


def moment(text: str | None) -> str:
    """A stored moment (RFC 3339, UTC) as local `24.11.2026 03:41`; a dash where there is none."""
    if not text:
        return "–"
    return datetime.fromisoformat(text).astimezone().strftime("%d.%m.%Y %H:%M")


def printable(text: str) -> str:
    """A file name that can be shown, hashed and sent: no control characters, no lone surrogates.

    The state digest joins fields by a TAB and lines by a line feed, so neither may stand inside a name.
    """
    cleaned = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(char if char.isprintable() else "?" for char in cleaned)
