"""What pages and JSON answers are made of: a route returns one of these, `portal.web` represents it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, TypeVar, dataclass_transform

from portal.domain.firms import Firm, IdType, LegalForm, Status
from portal.domain.records import Content, Kind, Published, Record, Settlement, State, Withdrawn

Class = TypeVar("Class")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def view(cls: type[Class]) -> type[Class]:
    """Makes a class a view: a frozen dataclass, because pydantic models would lengthen every cold start (ADR 4)."""
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


@view
class View:
    """A page's content. `template` names the page, empty where there is only JSON. Money is grosze."""

    template: ClassVar[str]


@view
class Part:
    """A piece of a view."""


@view
class FirmHead(Part):
    """The firm that a page is about. `prefix` is the office's own code: empty on pages for the client.

    `number` (of `id_type`) is what a firm without a NIP is known by; `own`: the office itself, as the office sees it.
    """

    id: str
    nip: str
    name: str
    status: Status
    legal_form: LegalForm
    prefix: str
    zus_account: str
    id_type: IdType = IdType.NIP
    number: str = ""
    own: bool = False

    @classmethod
    def for_client(cls, firm: Firm) -> FirmHead:
        """What the firm's own people may know."""
        return cls.of(replace(firm, prefix="", own=False))

    @classmethod
    def of(cls, firm: Firm) -> FirmHead:
        """From the domain's firm."""
        return cls(
            id=firm.id,
            nip=firm.nip,
            name=firm.name,
            status=firm.status,
            legal_form=firm.legal_form,
            prefix=firm.prefix,
            zus_account=firm.zus_account,
            id_type=firm.id_type,
            number=firm.number,
            own=firm.own,
        )


@view
class Figures(Part):
    """Figures of a contribution or tax (`amount` or `surplus`), or of a statement (the others)."""

    settlement: Settlement
    amount: int
    surplus: int
    revenue: int
    costs: int | None
    profit: int

    @classmethod
    def of(cls, content: Content) -> Figures:
        """From the domain's content."""
        return cls(
            settlement=content.settlement,
            amount=content.amount,
            surplus=content.surplus,
            revenue=content.revenue,
            costs=content.costs,
            profit=content.profit,
        )


@view
class PublishedSide(Part):
    """What the client sees. `by` is a name; `corrects` holds what the client saw before."""

    figures: Figures
    version: int
    at: datetime
    by: str
    by_rule: bool
    comment: str
    corrects: Figures | None
    seen_at: datetime | None
    paid_on: date | None

    @classmethod
    def of(cls, published: Published, by: str) -> PublishedSide:
        """From the domain's published side; `by` is resolved by the caller."""
        return cls(
            figures=Figures.of(published.content),
            version=published.version,
            at=published.at,
            by=by,
            by_rule=published.rule is not None,
            comment=published.comment,
            corrects=Figures.of(published.corrects) if published.corrects else None,
            seen_at=published.seen_at,
            paid_on=published.paid_on,
        )


@view
class WithdrawnSide(Part):
    """What the client is told about an amount taken back."""

    figures: Figures
    at: datetime
    reason: str

    @classmethod
    def of(cls, withdrawn: Withdrawn) -> WithdrawnSide:
        """From the domain's withdrawal."""
        return cls(figures=Figures.of(withdrawn.content), at=withdrawn.at, reason=withdrawn.reason)


@view
class OfficeRecord(Part):
    """One record as the office sees it. `record` and `version` are what an approval names."""

    record: str
    version: int
    kind: Kind
    form: str
    subject: str
    period: str
    state: State
    waits: bool
    by_hand: bool
    comment: str
    figures: Figures
    due: date | None
    published: PublishedSide | None
    withdrawn: WithdrawnSide | None

    @classmethod
    def of(cls, record: Record, due: date | None, names: dict[str, str]) -> OfficeRecord:
        """From the domain's record; `names` tells who stands behind an id."""
        published = record.published
        return cls(
            record=record.name,
            version=record.current.version,
            kind=record.key.kind,
            form=record.key.form,
            subject=record.key.subject,
            period=str(record.period),
            state=record.state,
            waits=record.needs_approval,
            by_hand=record.current.by_hand,
            comment=record.current.comment,
            figures=Figures.of(record.current.content),
            due=due,
            published=PublishedSide.of(published, names.get(published.by, "")) if published else None,
            withdrawn=WithdrawnSide.of(record.withdrawn) if record.withdrawn else None,
        )


@view
class ClientRecord(Part):
    """One record as the client sees it: the published side or the withdrawal, never the current side."""

    record: str
    kind: Kind
    form: str
    subject: str
    period: str
    due: date | None
    published: PublishedSide | None
    withdrawn: WithdrawnSide | None

    @classmethod
    def of(cls, record: Record, due: date | None) -> ClientRecord | None:
        """None when there is nothing that the client may know of."""
        published, withdrawn = record.published, record.withdrawn
        if published is None and withdrawn is None:
            return None
        return cls(
            record=record.name,
            kind=record.key.kind,
            form=record.key.form,
            subject=record.key.subject,
            period=str(record.period),
            due=due,
            published=PublishedSide.of(published, "") if published else None,
            withdrawn=WithdrawnSide.of(withdrawn) if withdrawn else None,
        )


@view
class Month(Part):
    """One month of a table of a year; empty months are there too, so that gaps show."""

    period: str


@view
class OfficeMonth(Month):
    """A month of the office's table."""

    records: list[OfficeRecord]


@view
class ClientMonth(Month):
    """A month of the client's table."""

    records: list[ClientRecord]


@view
class Totals(Part):
    """A year of statements added up, in grosze."""

    revenue: int
    costs: int
    profit: int

    @classmethod
    def of(cls, statements: Iterable[Figures]) -> Totals:
        """Of these statements."""
        listed = list(statements)
        return cls(
            revenue=sum(one.revenue for one in listed),
            costs=sum(one.costs or 0 for one in listed),
            profit=sum(one.profit for one in listed),
        )
