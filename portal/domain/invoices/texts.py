"""What a text on an invoice may hold. It is printed and sent as it was typed, so nothing in it may be invisible."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import fields

from portal.domain import errors
from portal.domain.invoices.content import NAME_LIMIT, NOTES_LIMIT, WORDS_LIMIT, Content, Party

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Characters that control, change direction, break lines, are half of one, private or unassigned."""

_NAMES = {"name": NAME_LIMIT, "street": NAME_LIMIT, "city": NAME_LIMIT}
_SHORT = 40
_CODES = {"postcode": _SHORT, "nip": _SHORT, "vat_ue": _SHORT, "tax_id": _SHORT, "country": 2}


def text_faults(content: Content) -> Iterable[errors.Refusal]:
    """Texts that no invoice may hold, not even a draft."""
    for role in ("seller", "buyer", "recipient"):
        party: Party | None = getattr(content, role)
        if party is not None:
            yield from _party(role, party)
    for index, line in enumerate(content.lines):
        yield from _text(line.name, f"lines.{index}.name", NAME_LIMIT)
        yield from _text(line.unit, f"lines.{index}.unit", WORDS_LIMIT)
        yield from _text(line.code, f"lines.{index}.code", WORDS_LIMIT)
        yield from _text(line.gtu, f"lines.{index}.gtu", _SHORT)
    for field in ("place", "bank_name", "swift", "account", "exempt_base"):
        yield from _text(getattr(content, field), field, WORDS_LIMIT)
    yield from _text(content.notes, "notes", NOTES_LIMIT, lines_allowed=True)
    if content.correction:
        yield from _text(content.correction.reason, "correction.reason", WORDS_LIMIT)
    if content.exchange:
        yield from _text(content.exchange.table, "exchange.table", _SHORT)


def _party(role: str, party: Party) -> Iterable[errors.Refusal]:
    limits = _NAMES | _CODES
    for field in fields(party):
        if field.name in limits:
            yield from _text(getattr(party, field.name), f"{role}.{field.name}", limits[field.name])


def _text(text: str, field: str, limit: int, *, lines_allowed: bool = False) -> Iterable[errors.Refusal]:
    if len(text) > limit:
        yield errors.Refusal(errors.TEXT_TOO_LONG, field, limit=limit)
    if not visible(text.replace("\n", "") if lines_allowed else text):
        yield errors.Refusal(errors.TEXT_CHARACTERS, field)


def visible(text: str) -> bool:
    """Whether a text holds nothing but what shows, and spaces."""
    if text.isascii():
        return text.isprintable()
    return all(unicodedata.category(char) not in _INVISIBLE for char in text)
