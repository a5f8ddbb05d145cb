"""What the pages about firms show."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from typing import ClassVar

from functions.firms.inputs import Show, Sort
from portal.domain.firm_import import Outcome
from portal.domain.firms import Firm, LegalForm, Partner, Status, VatPeriod
from portal.views import FirmHead, Part, View, view


@view
class FirmLine(Part):
    """One firm of the list. `waiting` counts records to approve, `changed` those the client sees with older figures.

    Channels: with `synced` an agent brings its data, with `panel` one of its people has come in.
    """

    id: str
    nip: str
    name: str
    prefix: str
    status: Status
    own: bool
    waiting: int
    changed: int
    invoices: bool
    synced: bool
    panel: bool


@view
class FirmList(View):
    """The office's firms, a hundred a page of `total`. `full`: the plan on which the invoice module works."""

    template: ClassVar[str] = "office/firms.html"

    firms: list[FirmLine]
    q: str
    show: Show
    sort: Sort
    down: bool
    page: int
    pages: int
    total: int
    show_prefix: bool
    full: bool


@view
class StaffChoice(Part):
    """Somebody who may look after the firm, and whether they do."""

    person: str
    name: str
    chosen: bool


@view
class FirmFields(Part):
    """What the office says of a firm, under the names of the form."""

    name: str = ""
    legal_form: str = LegalForm.SOLE_TRADER
    prefix: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    email: str = ""
    phone: str = ""
    bank_accounts: list[str] = field(default_factory=list)
    tax_forms: list[str] = field(default_factory=list)
    vat_period: str = VatPeriod.NONE
    zus_account: str = ""

    @classmethod
    def of(cls, firm: Firm) -> FirmFields:
        """From the domain's firm."""
        return cls(
            name=firm.name,
            legal_form=firm.legal_form,
            prefix=firm.prefix,
            street=firm.street,
            postcode=firm.postcode,
            city=firm.city,
            email=firm.email,
            phone=firm.phone,
            bank_accounts=list(firm.bank_accounts),
            tax_forms=list(firm.tax_forms),
            vat_period=firm.vat_period,
            zus_account=firm.zus_account,
        )


@view
class NewFirm(View):
    """The form of a new firm. `register`: what became of the question to it (`filled`, `unknown`, `silent`, or none).

    `staff` is there for administrators only.
    """

    template: ClassVar[str] = "office/firm_new.html"

    id_type: str
    number: str
    given: FirmFields
    invoices: bool
    tax_forms: list[str]
    staff: list[StaffChoice]
    full: bool
    register: str


@view
class RegisterAnswer(View):
    """What the register of VAT payers says of a NIP; `known` is false when it knows nothing. There is no page."""

    template: ClassVar[str] = ""

    known: bool
    nip: str
    name: str = ""
    legal_form: str = ""
    vat_status: str = ""
    regon: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    bank_accounts: list[str] = field(default_factory=list)


@view
class FirmSettings(View):
    """What the office keeps about a firm. `version` goes back with the forms: nobody overwrites unseen changes.

    `kept_until` of an archived firm; `staff` is there for administrators only; `full` as in the list.
    """

    template: ClassVar[str] = "office/firm_settings.html"

    firm: FirmHead
    version: int
    given: FirmFields
    tax_account: str
    tax_forms: list[str]
    next_statuses: list[Status]
    archived_on: date | None
    kept_until: date | None
    merged_into: str
    invoices: bool
    full: bool
    partners: int
    staff: list[StaffChoice]


@view
class PartnerLine(Part):
    """One partner: the name that records carry, and their own numbers."""

    name: str
    nip: str
    zus_account: str

    @classmethod
    def of(cls, partner: Partner) -> PartnerLine:
        """From the domain's partner."""
        return cls(name=partner.name, nip=partner.nip, zus_account=partner.zus_account)


@view
class Partners(View):
    """The partners of a firm."""

    template: ClassVar[str] = "office/firm_partners.html"

    firm: FirmHead
    version: int
    partners: list[PartnerLine]


@view
class MergeChoice(Part):
    """A firm into which this one could be merged."""

    id: str
    name: str
    number: str
    status: Status


@view
class MergePlan(Part):
    """What merging will do: `records` of `months` move, `published` of them the client sees at once.

    `refusal` is the sentence why it cannot be done, `number` what leads to the firm from then on.
    """

    into: str
    name: str
    subject: str
    records: int
    months: int
    published: int
    number: str
    refusal: str


@view
class MergePage(View):
    """Choosing what a firm is merged into; with `plan`, what will happen."""

    template: ClassVar[str] = "office/firm_merge.html"

    firm: FirmHead
    version: int
    q: str
    choices: list[MergeChoice]
    left_out: int
    subjects: list[str]
    plan: MergePlan | None


@view
class ImportLine(Part):
    """One row of the file and what becomes of it, with the reasons when it is refused."""

    line: int
    outcome: Outcome
    nip: str
    name: str
    reasons: list[str]


@view
class ImportColumn(Part):
    """A column that an import understands."""

    title: str
    needed: bool


@view
class ImportForm(View):
    """Where a list of firms is handed over."""

    template: ClassVar[str] = "office/firm_import.html"

    columns: list[ImportColumn]
    most: int


@view
class ImportPreview(View):
    """What will happen row by row. `rows` and `digest` go back with the form, so that exactly this is done."""

    template: ClassVar[str] = "office/firm_import_preview.html"

    lines: list[ImportLine]
    add: int
    known: int
    double: int
    refused: int
    unknown_columns: list[str]
    rows: str
    digest: str
    problem: str


@view
class ImportReport(View):
    """What happened. `as_shown` is false when the office's firms had changed since the preview."""

    template: ClassVar[str] = "office/firm_import_report.html"

    added: int
    as_shown: bool
    lines: list[ImportLine]
