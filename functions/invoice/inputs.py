"""What people and programs send about invoices.

A form names its fields as refusals do, `lines.3.quantity`; JSON nests them.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from portal import ids, web
from portal.domain import errors, identifiers
from portal.domain.invoices import parties, texts
from portal.domain.invoices.content import (
    MOST_LINES,
    ExemptSource,
    Kind,
    MarginProcedure,
    Method,
    Party,
    PartyKind,
    PaymentForm,
    VatBy,
)
from portal.domain.invoices.currencies import Currency
from portal.domain.invoices.numbering import Purpose, Reset
from portal.domain.invoices.rates import Rate
from portal.domain.invoices.recurring import MOST_TIMES, Rhythm
from portal.domain.invoices.reminders import POSSIBLE
from portal.inputs import Email, File, Grosze, Name, OptionalEmail, OptionalGrosze, OptionalNip, Version

_NUMBER = re.compile(r"-?\d{1,30}(?:[.,]\d{1,30})?", re.ASCII)
_MOST_ROWS = 10_000
LONGEST_MESSAGE = 500
_EARLIEST, _LATEST = date(2004, 5, 1), date(2100, 12, 31)
_DEFAULTS = frozenset({"quantity", "unit", "rate", "purpose", "reset"})
"""Fields of a row that a form fills by itself."""


def _blank(typed: object) -> object:
    return None if typed == "" else typed


def _decimal(typed: object) -> object:
    """A number as people type it; nothing is lost, because it never is a binary fraction."""
    if isinstance(typed, bool) or not isinstance(typed, str | int | float | Decimal):
        raise errors.Refusal(errors.NUMBER_INVALID)
    text = re.sub(r"\s", "", str(typed))
    if not _NUMBER.fullmatch(text):
        raise errors.Refusal(errors.NUMBER_INVALID)
    return Decimal(text.replace(",", "."))


def _or_zero(typed: object) -> object:
    return Decimal(0) if typed == "" else _decimal(typed)


def _day(typed: date | None) -> date | None:
    if typed is not None and not _EARLIEST <= typed <= _LATEST:
        raise errors.Refusal(errors.FIELD_INVALID)
    return typed


def _country(typed: str) -> str:
    return typed.strip().upper() or "PL"


def _lines_of_text(typed: str) -> str:
    return typed.replace("\r\n", "\n").replace("\r", "\n").strip()


def _short(typed: str) -> str:
    _visible(typed.replace("\n", ""))
    if len(typed) > LONGEST_MESSAGE:
        raise errors.Refusal(errors.TEXT_TOO_LONG, limit=LONGEST_MESSAGE)
    return typed


def _vat_ue(typed: str) -> str:
    return identifiers.vat_ue(typed) if typed.strip() else ""


def nested(given: Any) -> Any:
    """`{"buyer.name": …, "lines.0.name": …}` as objects and lists. Rows of a form that nobody filled are None."""
    if not isinstance(given, dict) or not any("." in name for name in given):
        return given
    found: dict[str, Any] = {}
    for name, value in given.items():
        *path, last = name.split(".")
        at = found
        for part in path:
            at = at.setdefault(part, {})
            if not isinstance(at, dict):
                raise errors.Refusal(errors.FIELD_UNKNOWN, name[:60])
        at[last] = value
    return {name: _rows(value) if isinstance(value, dict) else value for name, value in found.items()}


def _rows(value: dict[str, Any]) -> Any:
    if not all(name.isascii() and name.isdigit() and len(name) <= len(str(_MOST_ROWS)) for name in value):
        return value
    rows: list[Any] = [None] * min(_MOST_ROWS, 1 + max(map(int, value)))
    for name, row in value.items():
        if int(name) < len(rows):
            rows[int(name)] = row if _filled(row) else None
    return rows


def _filled(row: Any) -> bool:
    return not isinstance(row, dict) or any(value and name not in _DEFAULTS for name, value in row.items())


Text = Annotated[str, StringConstraints(strip_whitespace=True)]
"""What is too long, or cannot be printed, is refused by the rules of invoices, at its field."""

Notes = Annotated[str, AfterValidator(_lines_of_text)]
Message = Annotated[str, AfterValidator(_lines_of_text), AfterValidator(_short)]
Number = Annotated[Decimal, BeforeValidator(_decimal)]
OptionalNumber = Annotated[Decimal, BeforeValidator(_or_zero)]
Day = Annotated[date | None, BeforeValidator(_blank), AfterValidator(_day)]
Account = Annotated[str, AfterValidator(lambda typed: parties.account(typed, ""))]


def _invoice_id(typed: str) -> str:
    if typed and not ids.valid(typed):
        raise errors.Refusal(errors.NOT_FOUND)
    return typed


def _visible(typed: str) -> str:
    if not texts.visible(typed):
        raise errors.Refusal(errors.TEXT_CHARACTERS)
    return typed


Key = Annotated[str, StringConstraints(max_length=200)]
InvoiceId = Annotated[str, AfterValidator(_invoice_id)]
BookId = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{32})?$")]
Visible = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), AfterValidator(_visible)]
OptionalKind = Annotated[Kind | None, BeforeValidator(_blank)]


class Step(StrEnum):
    """What a form of an invoice asks for."""

    SAVE = "save"
    ISSUE = "issue"
    COUNT = "count"
    LOOK_UP = "look-up"
    RATE = "rate"


class PartyInput(web.Input):
    """Buyer or recipient."""

    name: Text = ""
    street: Text = ""
    postcode: Text = ""
    city: Text = ""
    country: Annotated[str, AfterValidator(_country)] = "PL"
    nip: OptionalNip = ""
    vat_ue: Annotated[str, AfterValidator(_vat_ue)] = ""
    tax_id: Text = ""
    kind: PartyKind = PartyKind.BUSINESS

    @property
    def party(self) -> Party:
        """As the domain has it."""
        return Party(**{name: getattr(self, name) for name in PartyInput.model_fields})


class LineInput(web.Input):
    """One line."""

    name: Text
    quantity: Number = Decimal(1)
    unit: Text = "szt."
    price: OptionalNumber
    rate: Rate = Rate.R23
    discount_percent: OptionalNumber = Decimal(0)
    discount: Grosze = 0
    annex_15: bool = False
    code: Text = ""
    gtu: Text = ""


class ExchangeInput(web.Input):
    """The rate of a currency, as the NBP's table says it. Without a rate there is none."""

    rate: OptionalNumber = Decimal(0)
    table: Text = ""
    day: Day = None
    units: Annotated[int, Field(ge=1, le=10_000)] = 1


class ContentInput(web.Input):
    """An invoice as typed. What is not said is as the firm's settings have it.

    `corrects`: the invoice that a new correction is for. `advances`: ids of the advance invoices it settles.
    """

    kind: Kind = Kind.VAT
    issued_on: Day = None
    supplied_on: Day = None
    supplied_from: Day = None
    place: Text = ""
    buyer: PartyInput = PartyInput()
    recipient: PartyInput | None = None
    lines: list[LineInput | None] = Field(default_factory=list)
    method: Method = Method.NET
    vat_by: VatBy = VatBy.RATE
    price_decimals: Annotated[int, Field(ge=0, le=20)] = 2
    currency: Currency = Currency.PLN
    exchange: ExchangeInput | None = None
    payment: PaymentForm = PaymentForm.TRANSFER
    due_on: Day = None
    account: Account = ""
    bank_name: Text = ""
    swift: Text = ""
    notes: Notes = ""
    exempt_source: ExemptSource = ExemptSource.ACT
    exempt_base: Text = ""
    margin: Annotated[MarginProcedure | None, BeforeValidator(_blank)] = None
    split_payment: bool = False
    cash_method: bool = False
    self_billing: bool = False
    received: OptionalGrosze = None
    received_on: Day = None
    advances: list[InvoiceId] = Field(default_factory=list, max_length=50)
    corrects: InvoiceId = ""
    reason: Text = ""

    @model_validator(mode="before")
    @classmethod
    def _nested(cls, given: Any) -> Any:
        return nested(given)

    def said(self, name: str, otherwise: Any) -> Any:
        """What was sent for a field, or what holds where nothing was."""
        return getattr(self, name) if name in self.model_fields_set else otherwise


class InvoiceInput(ContentInput):
    """The same with what shall be done. `key`: a form's own; whatever is sent twice under one is done once."""

    step: Step = Step.SAVE
    series: Text = ""
    version: Version = 0
    key: Key = ""


class ListQuery(web.Input):
    """Which invoices are listed."""

    period: Annotated[str | None, StringConstraints(pattern=r"^(all|20\d\d(-(0[1-9]|1[0-2]))?)?$")] = None
    show: Literal["all", "drafts", "unpaid", "overdue", "paid", "cancelled"] = "all"
    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    page: Annotated[int, Field(ge=1, le=10_000)] = 1


class NewQuery(web.Input):
    """What a new invoice begins with."""

    kind: OptionalKind = None
    like: InvoiceId = ""
    corrects: InvoiceId = ""
    settles: InvoiceId = ""
    buyer: BookId = ""


class DraftQuery(web.Input):
    """As which kind the form of a draft is shown: the one typed last, when that is not kept yet."""

    kind: OptionalKind = None


class PrintQuery(web.Input):
    """In which form it is printed."""

    english: bool = False
    duplicate: bool = False


class SearchQuery(web.Input):
    """What is looked for in a list, and what stands in its form."""

    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    chosen: BookId = ""


class VersionInput(web.Input):
    """Which version of an invoice was seen."""

    version: Version


class TokenInput(web.Input):
    """A program that is to issue invoices: what people call it."""

    name: Name


class PaymentInput(VersionInput):
    """Money that came, or was given back."""

    amount: Grosze
    on: Day = None
    note: Visible = ""


class PaymentRemoval(VersionInput):
    """A payment noted by mistake, by its place."""

    index: Annotated[int, Field(ge=0, le=1000)]


class CancelInput(VersionInput):
    """Why an invoice is void."""

    reason: Visible = ""


class SendInput(VersionInput):
    """To whom an invoice goes by mail, and what the seller writes besides."""

    email: Email
    message: Message = ""


class RecurringNewQuery(web.Input):
    """Which invoice is made again and again."""

    like: InvoiceId = ""


class RecurringFields(web.Input):
    """When a recurring invoice is made, and the texts of it that may hold placeholders.

    `like`: the invoice that it is made after; `names`: what its lines are called, all of them or none said. `email`:
    where an issued one is sent, empty: nowhere. `key`: a form's own, so that one which is sent twice makes one.
    """

    like: InvoiceId = ""
    key: InvoiceId = ""
    name: Visible = ""
    rhythm: Rhythm = Rhythm.MONTHLY
    first_on: Day = None
    day: Annotated[int, BeforeValidator(lambda typed: 0 if typed == "" else typed), Field(ge=0, le=31)] = 0
    until_on: Day = None
    times: Annotated[Annotated[int, Field(ge=1, le=MOST_TIMES)] | None, BeforeValidator(_blank)] = None
    issue: bool = False
    email: OptionalEmail = ""
    names: list[Text] = Field(default_factory=list, max_length=MOST_LINES)
    notes: Notes | None = None

    @model_validator(mode="before")
    @classmethod
    def _nested(cls, given: Any) -> Any:
        return nested(given)


class RecurringChange(RecurringFields):
    """The same of one that is there; or it is paused, or goes on. What is not said stays as it is."""

    step: Literal["save", "pause", "resume"] = "save"
    version: Version


class RecurringRunInput(web.Input):
    """Which planned day is made up for."""

    period: date


class CounterpartyInput(PartyInput):
    """A counterparty, a new one without `id`."""

    id: BookId = ""
    email: OptionalEmail = ""


class ProductInput(web.Input):
    """A product, a new one without `id`."""

    id: BookId = ""
    name: Text
    unit: Text = "szt."
    price: OptionalNumber = Decimal(0)
    rate: Rate = Rate.R23
    method: Method = Method.NET
    annex_15: bool = False
    code: Text = ""
    gtu: Text = ""


class RemovalInput(web.Input):
    """Which one is taken off a list."""

    id: BookId


class SellerInput(web.Input):
    """The seller as invoices name it; empty: as the office keeps the firm."""

    name: Text = ""
    street: Text = ""
    postcode: Text = ""
    city: Text = ""


class SeriesInput(web.Input):
    """A series. `next_count`: with which running number it goes on, never a smaller one than it has reached."""

    code: Text
    purpose: Purpose
    pattern: Text
    reset: Reset
    next_count: Annotated[Annotated[int, Field(ge=1, le=999_999_999)] | None, BeforeValidator(_blank)] = None


class LogoInput(web.Input):
    """The picture on the firm's invoices."""

    logo: File


def _reminder_day(day: int) -> int:
    if day not in POSSIBLE:
        raise errors.Refusal(errors.FIELD_INVALID)
    return day


ReminderDay = Annotated[int, AfterValidator(_reminder_day)]


class SettingsInput(web.Input):
    """What the firm's invoices begin with."""

    step: Literal["save", "check"] = "save"
    version: Version
    seller: SellerInput = SellerInput()
    account: Account = ""
    bank_name: Text = ""
    swift: Text = ""
    issue_place: Text = ""
    method: Method = Method.NET
    vat_by: VatBy = VatBy.RATE
    price_decimals: Annotated[int, Field(ge=2, le=8)] = 2
    currency: Currency = Currency.PLN
    payment: PaymentForm = PaymentForm.TRANSFER
    due_days: Annotated[int, Field(ge=0, le=365)] = 14
    reminders: list[ReminderDay] = Field(default_factory=list, max_length=len(POSSIBLE))
    notes: Notes = ""
    exempt_base: Text = ""
    cash_method: bool = False
    series: Annotated[list[SeriesInput | None], Field(max_length=40)] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _nested(cls, given: Any) -> Any:
        return nested(given)
