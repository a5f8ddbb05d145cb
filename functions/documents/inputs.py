"""What the office's forms and addresses about documents say."""

from __future__ import annotations

from enum import StrEnum
from itertools import zip_longest
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints

from portal import ids, web
from portal.domain import errors, money
from portal.domain.document_months import MOST_EXPECTED, Expected, MonthState
from portal.domain.documents import GONE, Column, Description, Kind, Ref, Status
from portal.domain.periods import Period
from portal.inputs import Month, OptionalDay, OptionalGrosze, OptionalNip, Text, Version
from portal.pages import LOCAL_PATH
from portal.store.documents import Place

MOST_CHOSEN = 200
"""Documents that one request changes."""

NUMBER_LIMIT = 60
CATEGORY_LIMIT = 60
LABEL_LIMIT = 60


class Sort(StrEnum):
    """What the inbox is ordered by. By arrival, whatever its length; by the others as long as it is short."""

    ARRIVAL = "arrival"
    FIRM = "firm"
    KIND = "kind"
    NUMBER = "number"
    SELLER = "seller"
    ISSUED = "issued"
    GROSS = "gross"


class Within(StrEnum):
    """The list that a document is looked at from."""

    FIRM = "firm"
    INBOX = "inbox"


def place(text: str) -> Place:
    """Read `firm/2026-11-01J…`. Raises `not-found`."""
    firm, _, ref = text.partition("/")
    if not ids.valid(firm):
        raise errors.Refusal(errors.NOT_FOUND)
    return Place(Ref.parse(ref), firm)


def _place_or_none(typed: object) -> object:
    if typed is None or isinstance(typed, Place):
        return typed
    return place(typed) if isinstance(typed, str) and typed else None


def _listed(status: Status) -> Status:
    if status in GONE:
        raise errors.Refusal(errors.FIELD_INVALID)
    return status


def _month_or_none(typed: object) -> object:
    return Period.parse(typed) if isinstance(typed, str) and typed else None


def _kind_or_none(typed: object) -> object:
    return typed or None


def _in_range(amount: int | None) -> int | None:
    if amount is not None and abs(amount) > money.MOST:
        raise errors.Refusal(errors.DOCUMENT_AMOUNT)
    return amount


_Amount = Annotated[OptionalGrosze, AfterValidator(_in_range)]
_OptionalMonth = Annotated[Period | None, BeforeValidator(_month_or_none)]
_OptionalKind = Annotated[Kind | None, BeforeValidator(_kind_or_none)]
_OptionalPlace = Annotated[Place | None, BeforeValidator(_place_or_none)]
_Number = Annotated[str, StringConstraints(strip_whitespace=True, max_length=NUMBER_LIMIT)]
_Category = Annotated[str, StringConstraints(strip_whitespace=True, max_length=CATEGORY_LIMIT)]
_Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LABEL_LIMIT)]
_Back = Annotated[str, StringConstraints(pattern=f"^$|{LOCAL_PATH}", max_length=300)]


class ListQuery(web.Input):
    """How the inbox is cut and ordered. `firm`: words of its name or number, or its id; `staff`: whose firms.

    `after`: it goes on beyond this document. `within` and `period` tell on a document's page which list it is seen in.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    status: Annotated[Status, AfterValidator(_listed)] = Status.NEW
    month: _OptionalMonth = None
    kind: _OptionalKind = None
    firm: Text = ""
    staff: Text = ""
    doubtful: bool = False
    sort: Sort = Sort.ARRIVAL
    down: bool = False
    after: _OptionalPlace = None
    within: Within = Within.FIRM

    @property
    def narrow(self) -> bool:
        """Whether many documents may be passed over before one is shown."""
        return bool(self.kind or self.firm or self.staff or self.doubtful)

    def written(self, **other: Any) -> str:
        """As it stands in an address, with other values where given; what is usual is left out."""
        values = {**self.__dict__, **other}
        told = {name: _written(values[name]) for name in type(self).model_fields if values[name] != _USUAL[name]}
        return urlencode(told)


_USUAL = {name: field.default for name, field in ListQuery.model_fields.items()}


def _written(value: Any) -> str:
    if isinstance(value, Place):
        return f"{value.firm}/{value.ref}"
    return str(value).lower() if isinstance(value, bool) else str(value)


class MonthQuery(web.Input):
    """Which month of a firm is shown; without one that for which documents come now."""

    period: _OptionalMonth = None


class PicturesQuery(web.Input):
    """From which page on a document's pictures are shown."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class _Change(web.Input):
    """`version`: of the document that was seen. `then`: the document that is shown after it."""

    version: Version
    then: _OptionalPlace = None


class StatusInput(_Change):
    """One station further."""


class QuestionInput(_Change):
    """A question to the client."""

    text: Text = ""


class RejectionInput(_Change):
    """Why the office does not take it."""

    reason: Text = ""


class RemovalInput(_Change):
    """Taken away by the office."""


class TwinInput(_Change):
    """Both are to be kept."""


class MessageInput(web.Input):
    """A message on the thread: it holds whatever happened meanwhile."""

    text: Text = ""


class DescriptionInput(_Change):
    """What the office says of a document. `columns`: amounts of the ledger's columns; an empty one is none."""

    period: Month
    kind: Kind
    note: Text = ""
    number: _Number = ""
    seller_nip: OptionalNip = ""
    gross: _Amount = None
    issued_on: OptionalDay = None
    category: _Category = ""
    sales: _Amount = None
    other_revenue: _Amount = None
    goods: _Amount = None
    side_costs: _Amount = None
    wages: _Amount = None
    other_costs: _Amount = None
    research: _Amount = None
    buyer_nip: OptionalNip | None = None

    def described(self, buyer_nip: str) -> Description:
        """The same as the domain keeps it; the buyer stays who it was, where the form does not ask for one."""
        amounts = {column: getattr(self, field_of(column)) for column in Column}
        return Description(
            kind=self.kind,
            note=self.note,
            number=self.number,
            seller_nip=self.seller_nip,
            buyer_nip=buyer_nip if self.buyer_nip is None else self.buyer_nip,
            gross=self.gross,
            issued_on=self.issued_on,
            category=self.category,
            columns={column: amount for column, amount in amounts.items() if amount is not None},
        )


def field_of(column: Column) -> str:
    """The form's field of a column of the ledger."""
    return column.value.replace("-", "_")


def _seen(text: str) -> str:
    _place_and_version(text)
    return text


def _place_and_version(text: str) -> tuple[Place, int]:
    where, _, version = text.partition("@")
    if not (version.isascii() and version.isdigit() and len(version) < len("1000000000")):
        raise errors.Refusal(errors.NOT_FOUND)
    return place(where), int(version)


class BulkInput(web.Input):
    """Documents that go one station further, each as `firm/2026-11-01J…@3`, the version seen; or just `only` one.

    `back`: the page that it was asked from, where that is not the inbox.
    """

    documents: list[Annotated[str, AfterValidator(_seen)]] = Field(default_factory=list)
    only: Annotated[str, AfterValidator(lambda text: _seen(text) if text else "")] = ""
    back: _Back = ""

    @property
    def seen(self) -> dict[Place, int]:
        """What was chosen, with the versions seen. Raises `documents-not-chosen`, `too-many-documents`."""
        chosen = [self.only] if self.only else self.documents
        if not chosen:
            raise errors.Refusal(errors.DOCUMENTS_NOT_CHOSEN, "documents")
        if len(chosen) > MOST_CHOSEN:
            raise errors.Refusal(errors.TOO_MANY_DOCUMENTS, "documents", limit=MOST_CHOSEN)
        return dict(map(_place_and_version, chosen))


class FeesInput(web.Input):
    """Invoices of the office that go to its clients: as in `BulkInput`, or all of a month that can."""

    documents: list[Annotated[str, AfterValidator(_seen)]] = Field(default_factory=list)
    only: Annotated[str, AfterValidator(lambda text: _seen(text) if text else "")] = ""
    period: _OptionalMonth = None
    back: _Back = ""

    def chosen(self, firm: str) -> list[Ref]:
        """What was chosen, each once. Raises `not-found` where one is of another firm."""
        places = [_place_and_version(text)[0] for text in ([self.only] if self.only else self.documents)]
        if any(place.firm != firm for place in places):
            raise errors.Refusal(errors.NOT_FOUND)
        return list(dict.fromkeys(place.ref for place in places))


class WithdrawalInput(_Change):
    """A fee invoice is taken back from its client."""


class MonthInput(web.Input):
    """Another state of a firm's month. `version`: of the month that was seen."""

    version: Version
    state: MonthState


class RulesInput(web.Input):
    """How the office works with a firm's documents. What is expected comes as three lists side by side."""

    version: Version
    circulation: bool = False
    learns: bool = False
    kinds: list[_OptionalKind] = Field(default_factory=list)
    labels: list[_Label] = Field(default_factory=list)
    nips: list[OptionalNip] = Field(default_factory=list)

    @property
    def expected(self) -> tuple[Expected, ...]:
        """The documents to expect, without rows that nobody filled in. Raises `too-many-expected`."""
        rows = zip_longest(self.kinds, self.labels, self.nips)
        found = dict.fromkeys(Expected(kind, label or "", nip or "") for kind, label, nip in rows if kind)
        if len(found) > MOST_EXPECTED:
            raise errors.Refusal(errors.TOO_MANY_EXPECTED, "kinds", limit=MOST_EXPECTED)
        return tuple(found)
