"""Invoices of a firm: drafts and issued ones, the numbers they take, and what requests asked for.

An invoice is two items. What stands on it is written for the last time when it is issued; its head, with the number and
what happens afterwards, is small, and changes under a condition on its version. Lists read heads from the index.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from portal.aws import ConditionFailed, Delete, Expect, Item, Key, Put
from portal.domain import errors
from portal.domain.invoices.content import Content, Kind
from portal.domain.invoices.course import Course, DueStatus, Payment, due_status
from portal.domain.invoices.currencies import Currency
from portal.domain.invoices.figures import figures
from portal.domain.invoices.invoice import Draft, Issued
from portal.domain.invoices.numbering import MOST_NUMBER, Series, number, scope
from portal.store import invoice_codec, keys
from portal.store.office import FirmTable

REQUESTS_KEPT = timedelta(days=7)
_LOOKED_AHEAD = 100
"""Numbers that are asked about at once, where a pattern of before may have given them already."""


@dataclass(frozen=True, slots=True)
class Row:
    """An invoice as lists tell it. Amounts are what it charges; `number` is empty of a draft.

    `corrected`: there is a correction of it; `settled`: a final invoice settles it; `by_office`: the office made it.
    """

    id: str
    kind: Kind
    issued_on: date
    due_on: date | None
    buyer: str
    buyer_nip: str
    currency: Currency
    net: int
    vat: int
    net_pln: int
    vat_pln: int
    to_pay: int
    paid: int
    number: str = ""
    cancelled: bool = False
    corrected: bool = False
    by_office: bool = False
    settled: bool = False

    @property
    def draft(self) -> bool:
        """Whether it may still be changed."""
        return not self.number

    @property
    def left(self) -> int:
        """Still to pay; below zero: to give back."""
        return self.to_pay - self.paid

    def due(self, today: date) -> DueStatus:
        """Where its payment stands."""
        return due_status(self.to_pay, self.paid, self.due_on, today, cancelled=self.cancelled)


@dataclass(frozen=True, slots=True)
class Head:
    """Everything about an invoice but what stands on it.

    `corrections`: ids of the corrections of it, in their order; `settled_by`: the final invoice that settles an advance
    one. `link`: the id of the buyer's link that works; `sent_to`: where the last mail with one went; `reminded_on`: for
    which day of the rule the last reminder was. `version` counts changes.
    """

    row: Row
    created_at: datetime
    created_by: str
    issued_at: datetime | None = None
    issued_by: str = ""
    ksef_number: str = ""
    course: Course = field(default_factory=Course)
    corrections: tuple[str, ...] = ()
    settled_by: str = ""
    link: str = ""
    sent_to: str = ""
    reminded_on: date | None = None
    version: int = 1

    @property
    def id(self) -> str:
        """Its id, the same as draft and as invoice."""
        return self.row.id

    def require_draft(self) -> None:
        """Raises `invoice-issued`."""
        if not self.row.draft:
            raise errors.Refusal(errors.INVOICE_ISSUED)

    def require_issued(self) -> None:
        """Raises `invoice-not-issued`."""
        if self.row.draft:
            raise errors.Refusal(errors.INVOICE_NOT_ISSUED)


@dataclass(frozen=True, slots=True)
class Kept:
    """An invoice or a draft, whole."""

    head: Head
    content: Content

    @property
    def invoice(self) -> Draft | Issued:
        """As the rules know it."""
        head = self.head
        if head.issued_at is None:
            return Draft(head.id, self.content)
        return Issued(head.id, head.row.number, self.content, head.issued_at, head.issued_by, head.ksef_number)


def row_of(invoice_id: str, content: Content, paid: int = 0, **more: Any) -> Row:
    """What lists tell of a content."""
    found = figures(content, paid)
    return Row(
        id=invoice_id,
        kind=content.kind,
        issued_on=content.issued_on,
        due_on=content.due_on,
        buyer=content.buyer.name,
        buyer_nip=content.buyer.nip or content.buyer.vat_ue,
        currency=content.currency,
        net=found.total.net,
        vat=found.total.vat,
        net_pln=found.total_pln.net,
        vat_pln=found.total_pln.vat,
        to_pay=found.to_pay,
        paid=found.paid,
        **more,
    )


# Reading


def get(table: FirmTable, invoice_id: str) -> Kept:
    """An invoice or a draft. Raises `not-found`."""
    found = get_many(table, [invoice_id])
    if invoice_id not in found:
        raise errors.Refusal(errors.NOT_FOUND)
    return found[invoice_id]


def get_many(table: FirmTable, ids: Iterable[str]) -> dict[str, Kept]:
    """Those of these that there are: fifty a read."""
    wanted = [key(table.firm, one) for one in dict.fromkeys(ids) for key in (keys.invoice, keys.invoice_content)]
    found = table.get_many(wanted, consistent=True) if wanted else {}
    contents = {key.sk.partition("#")[2]: item for key, item in found.items() if "content" in item}
    known = (_head(item) for item in found.values() if "content" not in item)
    # A draft that is given up in this very moment may be half gone already.
    return {one.id: Kept(one, _content(contents[one.id])) for one in known if one.id in contents}


def heads(table: FirmTable, ids: Iterable[str]) -> dict[str, Head]:
    """The same without what stands on them: a hundred a read."""
    wanted = [keys.invoice(table.firm, one) for one in dict.fromkeys(ids)]
    found = table.get_many(wanted, consistent=True) if wanted else {}
    return {head.id: head for head in map(_head, found.values())}


def listed(table: FirmTable, period: str = "") -> list[Row]:
    """Issued invoices of a year (`2026`), a month (`2026-11`) or ever, newest first."""
    where = keys.invoices_listed(table.firm, period, period)
    return [_row(item) for item in table.query(*where, index=keys.INDEX, newest_first=True)]


def drafts(table: FirmTable) -> list[Row]:
    """All drafts, newest first."""
    where = keys.drafts_listed(table.firm)
    return [_row(item) for item in table.query(*where, index=keys.INDEX, newest_first=True)]


def any_at_all(table: FirmTable) -> bool:
    """Whether the firm has an invoice or a draft."""
    pk, first, _ = keys.invoices_listed(table.firm)
    return bool(table.page(pk, first, keys.drafts_listed(table.firm)[2], index=keys.INDEX, limit=1).items)


# Writing


def draft_puts(table: FirmTable, before: Head | None, after: Kept) -> list[Put]:
    """The writes of a new draft, or of one that was read as `before`."""
    expect = Expect.present() if before else Expect.absent()
    return [head_put(table, before, after.head), _content_put(table, after, expect)]


def issue_puts(table: FirmTable, before: Head | None, issued: Kept, counted: Counted) -> list[Put]:
    """The writes of an invoice with the number it takes."""
    claim = keys.invoice_number(table.firm, _claimed(issued.head.row.number))
    return [
        *draft_puts(table, before, issued),
        table.put(claim, {"invoice": issued.head.id}, Expect.absent()),
        counted.put(table),
    ]


def head_put(table: FirmTable, before: Head | None, after: Head) -> Put:
    """The write of a head that was read as `before`."""
    version = before.version if before else 0
    row = after.row
    issued_on = row.issued_on.isoformat()
    index = keys.draft_listed(table.firm, row.id) if row.draft else keys.invoice_listed(table.firm, issued_on, row.id)
    expect = Expect.same("version", version) if before else Expect.absent()
    attributes = {**_encoded(after), "version": version + 1}
    return table.put(keys.invoice(table.firm, row.id), attributes, expect, index)


def removal(table: FirmTable, head: Head) -> list[Delete]:
    """The removal of a draft."""
    return [
        table.delete(keys.invoice(table.firm, head.id), Expect.same("version", head.version)),
        table.delete(keys.invoice_content(table.firm, head.id), Expect.present()),
    ]


def change(table: FirmTable, before: Head, after: Head, *also: Put | Delete) -> Head:
    """Write what became of an invoice, with what belongs to it. Raises `changed-meanwhile`."""
    try:
        table.transact([head_put(table, before, after), *also])
    except ConditionFailed:
        raise errors.Refusal(errors.CHANGED_MEANWHILE) from None
    return replace(after, version=before.version + 1)


def _content_put(table: FirmTable, kept: Kept, expect: Expect) -> Put:
    packed = invoice_codec.encode(kept.content)
    return table.put(keys.invoice_content(table.firm, kept.head.id), {"content": packed}, expect)


# Numbers


@dataclass(frozen=True, slots=True)
class Counted:
    """A number to take: the `count`th of its scope, of which `reached` had been given when it was read."""

    key: Key
    reached: int
    count: int
    number: str

    def put(self, table: FirmTable) -> Put:
        """The write by which the counter goes on."""
        expect = Expect.same("reached", self.reached) if self.reached else Expect.absent()
        return table.put(self.key, {"reached": self.count}, expect)


def reached(table: FirmTable, listed_series: Sequence[Series], day: date) -> dict[str, int]:
    """How far each of these series has come on a day, by code."""
    wanted = {_counter(table, series, day): series.code for series in listed_series}
    found = table.get_many(list(wanted), consistent=True) if wanted else {}
    return {code: found[key]["reached"] if key in found else 0 for key, code in wanted.items()}


def next_number(table: FirmTable, series: Series, day: date, *, careful: bool) -> Counted:
    """The number that comes next. `careful`: pass over those that the firm has given already, by another pattern.

    Raises `numbers-exhausted`.
    """
    so_far = reached(table, [series], day)[series.code]
    count = so_far + 1
    if careful:
        count = _first_free(table, series, count, day)
    return Counted(_counter(table, series, day), so_far, count, number(series, count, day))


def set_forward(table: FirmTable, series: Series, day: date, so_far: int, to: int) -> Put:
    """The write by which a series goes on with a later number."""
    return Counted(_counter(table, series, day), so_far, to - 1, "").put(table)


def _first_free(table: FirmTable, series: Series, count: int, day: date) -> int:
    while count <= MOST_NUMBER:
        counts = range(count, min(count + _LOOKED_AHEAD, MOST_NUMBER + 1))
        wanted = {one: keys.invoice_number(table.firm, _claimed(number(series, one, day))) for one in counts}
        taken = table.get_many(list(wanted.values()), consistent=True)
        free = next((one for one, key in wanted.items() if key not in taken), None)
        if free is not None:
            return free
        count = counts[-1] + 1
    raise errors.Refusal(errors.NUMBERS_EXHAUSTED, "series")


def _counter(table: FirmTable, series: Series, day: date) -> Key:
    return keys.invoice_counter(table.firm, series.code, scope(series, day))


def _claimed(text: str) -> str:
    """Numbers that differ in large and small letters only would be taken for each other."""
    return text.casefold()


# Requests that may be sent twice


@dataclass(frozen=True, slots=True)
class Once:
    """A request that is done once, however often it comes: its own key, and the digest of what it asks for."""

    key: str
    asked: str

    @classmethod
    def of(cls, key: str, whose: str, asked: str) -> Once | None:
        """None of a request without a key. A key is good for one person."""
        return cls(_digest(f"{whose}|{key}"), _digest(asked)) if key else None

    def done(self, table: FirmTable) -> str:
        """Which invoice it has led to already; empty if none. Raises `request-reused`."""
        item = table.get(keys.invoice_request(table.firm, self.key), consistent=True)
        if item is None:
            return ""
        if item["asked"] != self.asked:
            raise errors.Refusal(errors.REQUEST_REUSED)
        return str(item["invoice"])

    def put(self, table: FirmTable, invoice_id: str, now: datetime) -> Put:
        """The write that remembers it, with what it asks for."""
        ttl = round((now + REQUESTS_KEPT).timestamp())
        attributes = {"invoice": invoice_id, "asked": self.asked, "ttl": ttl}
        return table.put(keys.invoice_request(table.firm, self.key), attributes, Expect.absent())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# Items


def _content(item: Item) -> Content:
    return invoice_codec.decode(bytes(item["content"]))


def _encoded(head: Head) -> Item:
    course = head.course
    return {
        "listed": _listed(head.row),
        "created_at": head.created_at.isoformat(),
        "created_by": head.created_by,
        "issued_at": _written(head.issued_at),
        "issued_by": head.issued_by,
        "ksef_number": head.ksef_number,
        "payments": [[one.amount, one.on.isoformat(), one.note] for one in course.payments],
        "sent_at": _written(course.sent_at),
        "seen_at": _written(course.seen_at),
        "downloaded_at": _written(course.downloaded_at),
        "cancelled_at": _written(course.cancelled_at),
        "cancelled_by": course.cancelled_by,
        "cancel_reason": course.cancel_reason,
        "corrections": list(head.corrections),
        "settled_by": head.settled_by,
        "link": head.link,
        "sent_to": head.sent_to,
        "reminded_on": head.reminded_on.isoformat() if head.reminded_on else "",
    }


def _head(item: Mapping[str, Any]) -> Head:
    return Head(
        row=_row(item),
        created_at=datetime.fromisoformat(item["created_at"]),
        created_by=item["created_by"],
        issued_at=_moment(item["issued_at"]),
        issued_by=item["issued_by"],
        ksef_number=item["ksef_number"],
        course=Course(
            payments=tuple(Payment(amount, date.fromisoformat(on), note) for amount, on, note in item["payments"]),
            sent_at=_moment(item["sent_at"]),
            seen_at=_moment(item["seen_at"]),
            downloaded_at=_moment(item["downloaded_at"]),
            cancelled_at=_moment(item["cancelled_at"]),
            cancelled_by=item["cancelled_by"],
            cancel_reason=item["cancel_reason"],
        ),
        corrections=tuple(item["corrections"]),
        settled_by=item["settled_by"],
        link=item.get("link", ""),
        sent_to=item.get("sent_to", ""),
        reminded_on=date.fromisoformat(item["reminded_on"]) if item.get("reminded_on") else None,
        version=item["version"],
    )


def _listed(row: Row) -> list[Any]:
    return [
        row.kind.value,
        row.issued_on.isoformat(),
        row.due_on.isoformat() if row.due_on else "",
        row.buyer,
        row.buyer_nip,
        row.currency.value,
        row.net,
        row.vat,
        row.net_pln,
        row.vat_pln,
        row.to_pay,
        row.paid,
        row.number,
        row.cancelled,
        row.corrected,
        row.by_office,
        row.settled,
    ]


def _row(item: Mapping[str, Any]) -> Row:
    kind, issued_on, due_on, buyer, buyer_nip, currency, *rest = item["listed"]
    return Row(
        item["sk"].partition("#")[2],
        Kind(kind),
        date.fromisoformat(issued_on),
        date.fromisoformat(due_on) if due_on else None,
        buyer,
        buyer_nip,
        Currency(currency),
        *rest,
    )


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _written(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
