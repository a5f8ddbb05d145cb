"""What the office's pages about documents show."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from functions.documents.inputs import ListQuery
from portal.document_views import DocumentData, DocumentLine, MessageLine, StepLine, TwinLine
from portal.domain.document_months import Expected, Missing, MonthState
from portal.domain.documents import Kind, Status
from portal.domain.structured_invoices import StructuredInvoice
from portal.views import FirmHead, Part, View, view


@view
class Choice(Part):
    """Somebody of the staff whose firms can be chosen."""

    id: str
    name: str


@view
class Filter(Part):
    """How the inbox is cut and ordered, as addresses tell it; `firm` words of a name or number, or an id."""

    status: Status
    month: str
    kind: str
    firm: str
    staff: str
    doubtful: bool
    sort: str
    down: bool

    @classmethod
    def of(cls, query: ListQuery) -> Filter:
        """From what was asked."""
        return cls(
            status=query.status,
            month=str(query.month or ""),
            kind=query.kind or "",
            firm=query.firm,
            staff=query.staff,
            doubtful=query.doubtful,
            sort=query.sort,
            down=query.down,
        )


@view
class Inbox(View):
    """The office's documents of a status. `query` names this page in addresses, `more` the next one, empty at the end.

    `looked_through`: so many were passed over, and there may be more; `too_long`: more than `sortable`, too many for
    the order asked for. `mine`: the id of who asks, where they look after firms; `firm_name`: where one is asked for.
    """

    template: ClassVar[str] = "office/documents.html"

    rows: list[DocumentLine]
    filter: Filter
    query: str
    more: str
    looked_through: int
    too_long: bool
    sortable: int
    staff: list[Choice]
    mine: str
    firm_name: str


@view
class DocumentChanged(View):
    """What became of a document. There is no page: a form goes on to the next one."""

    template: ClassVar[str] = ""

    document: DocumentLine


@view
class BulkOutcome(Part):
    """What became of one document: `advanced`, or `refused` with code and sentence and what it is now."""

    document: str
    firm: str
    result: str
    code: str
    detail: str
    now: DocumentLine | None


@view
class BulkReport(View):
    """What became of chosen documents, one by one; shown as a page when not all of them went on."""

    template: ClassVar[str] = "office/documents_report.html"

    back: str
    advanced: int
    refused: int
    outcomes: list[BulkOutcome]


@view
class ExpectedLine(Part):
    """A document that should come each month. `learned`: nobody listed it, it came in each of the last months."""

    kind: Kind
    label: str
    nip: str
    learned: bool = False

    @classmethod
    def of(cls, expected: Expected) -> ExpectedLine:
        """From the domain's list."""
        return cls(kind=expected.kind, label=expected.label, nip=expected.nip)

    @classmethod
    def missing(cls, missing: Missing) -> ExpectedLine:
        """One that did not come."""
        one = missing.expected
        return cls(kind=one.kind, label=one.label, nip=one.nip, learned=missing.learned)


@view
class MonthHead(Part):
    """How far a firm's month is. `complete_by` is a name; `version` goes back with the form."""

    period: str
    state: MonthState
    next_states: list[MonthState]
    complete_at: datetime | None
    complete_by: str
    version: int


class FeeState(StrEnum):
    """Whether an invoice of the office is in its client's panel."""

    POSSIBLE = "possible"
    DELIVERED = "delivered"


@view
class FeeLine(Part):
    """An invoice of the office and its client. `firm_name` is empty where one may not know of the firm."""

    state: FeeState
    firm: str
    firm_name: str


@view
class Fees(Part):
    """The office's invoices among its own documents, by name; how many can be delivered and how many are."""

    lines: dict[str, FeeLine]
    possible: int
    delivered: int


@view
class FeeOutcome(Part):
    """What became of one invoice: delivered, or refused with code and sentence."""

    document: str
    name: str
    firm: str
    firm_name: str
    code: str
    detail: str


@view
class FeeReport(View):
    """What became of invoices for clients, one by one. `left`: how many more there are than one request delivers."""

    template: ClassVar[str] = "office/fee_report.html"

    back: str
    delivered: int
    refused: int
    left: int
    outcomes: list[FeeOutcome]


@view
class FirmDocuments(View):
    """A firm's month of documents, those that did not arrive too. `open`: how many somebody still has to work on.

    What the office adds itself: files that a browser may offer (`accept`), bytes of one, and how many at once.
    """

    template: ClassVar[str] = "office/firm_documents.html"

    firm: FirmHead
    month: MonthHead
    previous: str
    following: str
    rows: list[DocumentLine]
    open: int
    approved: int
    missing: list[ExpectedLine]
    circulation: bool
    fees: Fees | None
    accept: str
    size_limit: int
    most: int


@view
class DocumentRulesPage(View):
    """How the office works with a firm's documents. `learned`: what would be expected by itself this month."""

    template: ClassVar[str] = "office/document_rules.html"

    firm: FirmHead
    circulation: bool
    learns: bool
    expected: list[ExpectedLine]
    learned: list[ExpectedLine]
    most: int
    version: int


@view
class DocumentPage(View):
    """One document in front of the office, beside the list that it was come from.

    `pictures`: addresses of page pictures, good for minutes, the first of them that of page `first_picture` of
    `facts`; `more_pictures`: the page after them, 0 at the end. `before`, `after`: addresses of the neighbours;
    `then`: the neighbour that a form names to go on to. `next_status`: the next station, None at the end.
    `query`: how the list is cut, as it stands in addresses. `invoice`: a structured invoice that can be read.
    """

    template: ClassVar[str] = "office/document.html"

    firm: FirmHead
    document: DocumentLine
    data: DocumentData
    version: int
    by: str
    arrived_at: datetime | None
    media_type: str
    size: int
    pages: int
    openable: bool
    pictures: list[str]
    first_picture: int
    more_pictures: int
    invoice: StructuredInvoice | None
    circulation: bool
    next_status: Status | None
    changeable: bool
    questionable: bool
    rejectable: bool
    removable: bool
    delivered: bool
    month_state: MonthState
    thread: list[MessageLine]
    steps: list[StepLine]
    twins: list[TwinLine]
    doubtful: bool
    rows: list[DocumentLine]
    list_address: str
    query: str
    before: str
    after: str
    then: str
