"""What the office's forms about firms send."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationInfo, field_validator

from portal import web
from portal.domain import errors, identifiers
from portal.domain.firms import MOST_ACCOUNTS, IdType, LegalForm, Status, VatPeriod
from portal.domain.records import SUBJECT_LIMIT, TAX_FORMS
from portal.inputs import (
    AddressLine,
    File,
    Name,
    OptionalEmail,
    OptionalNip,
    Phone,
    Postcode,
    Prefix,
    Text,
    Version,
    ZusAccount,
)
from portal.pages import LOCAL_PATH

NUMBERS = {
    IdType.NIP: identifiers.nip,
    IdType.PESEL: identifiers.pesel,
    IdType.REGON: identifiers.regon,
    IdType.VAT_UE: identifiers.vat_ue,
}


def _lines(typed: object) -> object:
    """A form's field holds one account a line."""
    return typed.splitlines() if isinstance(typed, str) else typed


def _accounts(typed: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(filter(None, map(identifiers.bank_account, typed))))
    if len(found) > MOST_ACCOUNTS:
        raise errors.Refusal(errors.TOO_MANY_ACCOUNTS, "bank_accounts", limit=MOST_ACCOUNTS)
    return found


def _tax_form(text: str) -> str:
    if text not in TAX_FORMS:
        raise errors.Refusal(errors.FORM_UNKNOWN, "tax_forms", form=text[:20])
    return text


BankAccounts = Annotated[tuple[str, ...], BeforeValidator(_lines), AfterValidator(_accounts)]
TaxForm = Annotated[str, AfterValidator(_tax_form)]


class Sort(StrEnum):
    """By which column the list stands."""

    NAME = "name"
    NUMBER = "nip"
    PREFIX = "prefix"
    STATUS = "status"
    WAITING = "waiting"
    CHANGED = "changed"
    INVOICES = "invoices"
    CHANNELS = "channels"


class Show(StrEnum):
    """Which firms are listed; archived ones only when asked for."""

    ALL = "all"
    TO_APPROVE = "to-approve"
    WITHOUT_ACTIVATION = "without-activation"
    NEW = "new"
    SUSPENDED = "suspended"
    ARCHIVED = "archived"


class ListQuery(web.Input):
    """How the list is cut and ordered, and which page of it is asked for."""

    q: Text = ""
    show: Show = Show.ALL
    sort: Sort = Sort.NAME
    down: bool = False
    page: Annotated[int, Field(ge=1, le=10_000)] = 1


class _FirmFields(web.Input):
    """What the office may say of a firm at any time."""

    name: Name
    legal_form: LegalForm = LegalForm.SOLE_TRADER
    prefix: Prefix = ""
    street: AddressLine = ""
    postcode: Postcode = ""
    city: AddressLine = ""
    email: OptionalEmail = ""
    phone: Phone = ""
    bank_accounts: BankAccounts = ()
    tax_forms: list[TaxForm] = Field(default_factory=list)
    vat_period: VatPeriod = VatPeriod.NONE
    zus_account: ZusAccount = ""

    @property
    def said(self) -> dict[str, Any]:
        """The fields of a firm that they are."""
        forms = tuple(form for form in TAX_FORMS if form in self.tax_forms)
        return {name: getattr(self, name) for name in _FirmFields.model_fields} | {"tax_forms": forms}


class FirmInput(_FirmFields):
    """A firm the office adds itself. `staff`: who looks after it."""

    id_type: IdType = IdType.NIP
    number: str
    invoices: bool = False
    staff: list[str] = Field(default_factory=list, max_length=50)

    @field_validator("number")
    @classmethod
    def _check_number(cls, typed: str, info: ValidationInfo) -> str:
        # Of an unknown type nothing can be said: that is told at its own field.
        return NUMBERS[info.data["id_type"]](typed, "number") if "id_type" in info.data else typed


class TypedFirm(web.Input):
    """The form of a new firm before anything is checked. `look_up`: it is to be filled from the register."""

    look_up: Text = ""
    number: Text = ""
    id_type: Text = ""
    name: Text = ""
    legal_form: Text = ""
    prefix: Text = ""
    street: Text = ""
    postcode: Text = ""
    city: Text = ""
    email: Text = ""
    phone: Text = ""
    bank_accounts: Text = ""
    tax_forms: list[Text] = Field(default_factory=list)
    vat_period: Text = ""
    zus_account: Text = ""
    invoices: Text = ""
    staff: list[Text] = Field(default_factory=list)


class SettingsInput(_FirmFields):
    """What the office may change about a firm; `version` is the one it saw."""

    version: Version
    legal_form: LegalForm


class _FromAPage(web.Input):
    """Of a form that has no page of its own at its address: where a refusal leads back to."""

    back: Annotated[str, StringConstraints(pattern=LOCAL_PATH, max_length=300)] = "/"


class StatusInput(_FromAPage):
    """What a firm shall become."""

    version: Version
    status: Status


class ModuleInput(_FromAPage):
    """Whether the firm's invoices are real ones."""

    version: Version
    invoices: bool


class StaffInput(_FromAPage):
    """Who of the staff looks after the firm: ids of people."""

    staff: list[str] = Field(default_factory=list, max_length=500)


class PartnerInput(web.Input):
    """A partner of the firm, new or known by the name, and their numbers as a payer."""

    version: Version
    name: Name
    nip: OptionalNip = ""
    zus_account: ZusAccount = ""

    @field_validator("name")
    @classmethod
    def _check_name(cls, name: str) -> str:
        if len(name) > SUBJECT_LIMIT:
            raise errors.Refusal(errors.PARTNER_SUBJECT, "name", limit=SUBJECT_LIMIT)
        return name


class PartnerRemoval(_FromAPage):
    """Which partner the firm has no more."""

    version: Version
    name: Text


class MergeQuery(web.Input):
    """Into which firm, and as whom: shown before it is done."""

    into: Text = ""
    subject: Text = ""
    q: Text = ""


class MergeInput(web.Input):
    """Into which firm this one is merged: as its partner `subject`, or as the same firm."""

    into: str
    subject: Text = ""
    version: Version


class FileInput(web.Input):
    """A list of firms as a file."""

    file: File


class ImportInput(web.Input):
    """The list that was shown, packed as the page got it, and the digest of what was shown."""

    rows: str
    digest: str
