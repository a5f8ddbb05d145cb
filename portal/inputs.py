"""Types of what people and agents type: each checks and normalises by a rule of the domain."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, StringConstraints

from portal.bodies import UploadedFile
from portal.domain import errors, identifiers, money
from portal.domain.periods import OLDEST, Period


def _grosze(typed: object) -> object:
    """A form's text as grosze; JSON numbers are grosze already."""
    if isinstance(typed, str):
        return money.typed(typed, "") if typed.strip() else 0
    return typed


def _optional_grosze(typed: object) -> object:
    return None if typed is None or (isinstance(typed, str) and not typed.strip()) else _grosze(typed)


def _blank(typed: object) -> object:
    return None if typed == "" else typed


def _or_empty(check: Callable[[str], str]) -> AfterValidator:
    return AfterValidator(lambda typed: check(typed) if typed.strip() else "")


def _period(typed: object) -> object:
    # Text only: pydantic would build a Period from its parts too, past every check of parse().
    return Period.parse(typed if isinstance(typed, str) else "")


def _versioned(typed: object) -> object:
    if isinstance(typed, str) and "@" in typed:
        return typed
    raise errors.Refusal(errors.RECORD_UNKNOWN)


def _file(given: object) -> object:
    """A form's file, or that of a JSON client: `{"name": …, "content": base64}`."""
    if isinstance(given, UploadedFile):
        return given
    name, content = (given.get("name"), given.get("content")) if isinstance(given, dict) else (None, None)
    if not (isinstance(name, str) and isinstance(content, str)):
        raise errors.Refusal(errors.FIELD_INVALID)
    try:
        return UploadedFile.called(name, "", base64.b64decode(content, validate=True))
    except (binascii.Error, ValueError) as failure:
        raise errors.Refusal(errors.FIELD_INVALID) from failure


Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
PageStart = Annotated[str, StringConstraints(pattern=r"^[^\x{10ffff}]*$", max_length=200)]
"""Where a list goes on, as the page before told it: never beyond the end of a range of keys."""
Nip = Annotated[str, AfterValidator(identifiers.nip)]
OptionalNip = Annotated[str, _or_empty(identifiers.nip)]
Name = Annotated[str, AfterValidator(identifiers.name)]
Email = Annotated[str, AfterValidator(identifiers.email)]
OptionalEmail = Annotated[str, _or_empty(identifiers.email)]
Prefix = Annotated[str, AfterValidator(identifiers.prefix)]
ZusAccount = Annotated[str, AfterValidator(identifiers.zus_account)]
BankAccount = Annotated[str, AfterValidator(identifiers.bank_account)]
AddressLine = Annotated[str, AfterValidator(lambda typed: identifiers.address_line(typed, ""))]
Postcode = Annotated[str, AfterValidator(identifiers.postcode)]
Phone = Annotated[str, AfterValidator(identifiers.phone)]
File = Annotated[UploadedFile, BeforeValidator(_file)]
"""A file of a form, or of JSON as name and base64; the route's limit is `bodies.UPLOAD`."""
Grosze = Annotated[StrictInt, BeforeValidator(_grosze)]
OptionalGrosze = Annotated[StrictInt | None, BeforeValidator(_optional_grosze)]
Year = Annotated[int, Field(ge=OLDEST, le=2100)]
Version = Annotated[int, Field(ge=0, le=1_000_000_000)]
"""Which version of an item was seen; the table has no numbers of any length."""
PaidOn = Annotated[date | None, BeforeValidator(_blank)]
OptionalDay = Annotated[date | None, BeforeValidator(_blank)]
Month = Annotated[Period, BeforeValidator(_period)]
VersionedRecord = Annotated[str, AfterValidator(_versioned)]
"""`2026-10.tax.VAT-7.@3`: a record and the version that was seen."""


class YearQuery(BaseModel):
    """Which year a table shows; the present one when absent."""

    model_config = ConfigDict(frozen=True)
    year: Year | None = None

    def of(self, today: date) -> tuple[int, int]:
        """The year shown, and the present one."""
        return self.year or today.year, today.year
