"""Types of what people and agents type: each checks and normalises by a rule of the domain."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from portal.domain import errors, identifiers, money
from portal.domain.periods import Period


def _grosze(typed: object) -> object:
    """A form's text as grosze; JSON numbers are grosze already."""
    if isinstance(typed, str):
        return money.typed(typed, "") if typed.strip() else 0
    return typed


def _optional_grosze(typed: object) -> object:
    return None if typed is None or (isinstance(typed, str) and not typed.strip()) else _grosze(typed)


def _blank(typed: object) -> object:
    return None if typed == "" else typed


def _period(typed: object) -> object:
    return Period.parse(typed) if isinstance(typed, str) else typed


def _versioned(typed: object) -> object:
    if isinstance(typed, str) and "@" in typed:
        return typed
    raise errors.Refusal(errors.RECORD_UNKNOWN)


Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Nip = Annotated[str, AfterValidator(identifiers.nip)]
Name = Annotated[str, AfterValidator(identifiers.name)]
Email = Annotated[str, AfterValidator(identifiers.email)]
Prefix = Annotated[str, AfterValidator(identifiers.prefix)]
ZusAccount = Annotated[str, AfterValidator(identifiers.zus_account)]
Grosze = Annotated[int, BeforeValidator(_grosze)]
OptionalGrosze = Annotated[int | None, BeforeValidator(_optional_grosze)]
PaidOn = Annotated[date | None, BeforeValidator(_blank)]
Month = Annotated[Period, BeforeValidator(_period)]
VersionedRecord = Annotated[str, AfterValidator(_versioned)]
"""`2026-10.tax.VAT-7.@3`: a record and the version that was seen."""
