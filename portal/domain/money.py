"""Amounts in Polish zloty, kept as integer grosze."""

from __future__ import annotations

import re

from portal.domain import errors

NBSP = "\u00a0"
MOST = 9_999_999_999  # 99 999 999,99 zł: the range of the contribution and tax fields

_TYPED = re.compile(r"(?P<sign>-?)(?P<zloty>\d{1,12})(?:[.,](?P<grosze>\d{1,2}))?")


def zloty(grosze: int) -> str:
    """`123456` → `1 234,56 zł`, with non-breaking spaces."""
    return f"{plain(grosze)}{NBSP}zł"


def plain(grosze: int) -> str:
    """`123456` → `1 234,56`: for tables whose head names the currency, and for copying into a bank's form."""
    sign = "-" if grosze < 0 else ""
    whole, rest = divmod(abs(grosze), 100)
    return f"{sign}{whole:,}".replace(",", NBSP) + f",{rest:02d}"


def decimal(grosze: int) -> str:
    """`123456` → `1234,56`: for tables that a spreadsheet reads."""
    return plain(grosze).replace(NBSP, "")


def typed(text: str, field: str) -> int:
    """Grosze from what a person typed: `1 234,56`, `1234.5`, `1 234 zł`. Raises `amount-invalid`."""
    bare = re.sub(r"\s", "", text).removesuffix("zł")  # „12 zł 50" is not 1250 zł
    match = _TYPED.fullmatch(bare)
    if match is None:
        raise errors.Refusal(errors.AMOUNT_INVALID, field)
    grosze = int(match["zloty"]) * 100 + int((match["grosze"] or "").ljust(2, "0"))
    return -grosze if match["sign"] else grosze
