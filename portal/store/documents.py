"""Documents of a firm: one item each, in the firm's partition by month; and in the office's lists by status.

A document that gets another month is written anew there, and leaves word where it went; so its old address works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple

from portal.aws import ConditionFailed, Delete, Expect, Item, Put
from portal.domain import errors
from portal.domain.document_months import DocumentMonth, DocumentRules, Expected, MonthState
from portal.domain.documents import (
    GONE,
    Column,
    Description,
    Document,
    Facts,
    Kind,
    Message,
    Ref,
    Side,
    Source,
    Status,
    Step,
)
from portal.domain.periods import Period
from portal.store import keys
from portal.store.office import FirmTable, OfficeTable

TRIES = 8
COUNTED = 1_000
"""Documents that are looked at to count those of some firms."""

Write = Put | Delete
_MOST_MOVES = 24
_MOST_TOLD = 100


class Listed(NamedTuple):
    """A document in the office's lists, as the index tells it. `said`: messages in its thread.

    `stopped`: the code for which intake keeps it aside; `version`: what a change from the list names.
    """

    firm: str
    ref: Ref
    status: Status
    kind: Kind
    source: Source
    name: str
    number: str
    seller_nip: str
    gross: int | None
    issued_on: date | None
    created_at: datetime
    doubtful: bool
    locked: bool
    said: int
    stopped: str
    version: int


class Place(NamedTuple):
    """A document of the office: its name, and whose it is. In this order lists of the office go."""

    ref: Ref
    firm: str


def get(table: FirmTable, ref: Ref) -> Document:
    """A document, wherever it moved. Raises `not-found`."""
    for _ in range(_MOST_MOVES):
        item = table.get(keys.document(table.firm, ref), consistent=True)
        if item is None:
            break
        if "moved" not in item:
            return decode(item)
        ref = Ref.parse(item["moved"])
    raise errors.Refusal(errors.NOT_FOUND)


def get_many(table: FirmTable, refs: Iterable[Ref]) -> list[Document]:
    """Those of these that are there, in their order; who moved is looked for."""
    wanted = [keys.document(table.firm, ref) for ref in refs]
    found = table.get_many(wanted, consistent=True)
    items = [found[key] for key in wanted if key in found]
    return [get(table, Ref.parse(item["moved"])) if "moved" in item else decode(item) for item in items]


def of_month(table: FirmTable, period: Period, *, consistent: bool = False) -> list[Document]:
    """A firm's documents of a month, oldest first; deleted ones too."""
    return list(_decoded(table.query(*keys.documents(table.firm, period), consistent=consistent)))


def walk_month(table: FirmTable, period: Period) -> Iterator[Document]:
    """The same one by one, so that a long month need not fit into memory."""
    return _decoded(table.query(*keys.documents(table.firm, period)))


def of_months(table: FirmTable, first: Period, last: Period) -> list[Document]:
    """A firm's documents of some months, oldest first; deleted ones too. One query."""
    return list(_decoded(table.query(*keys.document_range(table.firm, first, last))))


def walk(
    table: OfficeTable,
    status: Status,
    *,
    month: Period | None = None,
    after: Place | None = None,
    newest_first: bool = False,
    at_a_time: int = 200,
) -> Iterator[Listed]:
    """The office's documents with a status, of a month or all, by month and arrival; as many reads as are used.

    `after`: it goes on beyond this document, which need not be there any more.
    """
    pk, low, high = keys.documents_listed(status, month, month)
    if after is not None:
        place = keys.document_listed(status, after.ref, after.firm).sk
        # Names are of one length, so with something behind it a place lies before the next one.
        low, high = (low, min(high, place)) if newest_first else (max(low, f"{place}#"), high)
    # The table refuses to be asked for a range that ends before it begins.
    found = (
        table.query(pk, low, high, index=keys.INDEX, limit=at_a_time, newest_first=newest_first) if low <= high else ()
    )
    rows = (_listed(item) for item in found)
    return (row for row in rows if after is None or (row.ref, row.firm) != after)


def count(table: OfficeTable, status: Status, most: int, among: frozenset[str] | None = None) -> int:
    """How many documents of the office have a status, counted no further than `most`: one read.

    `among`: only those of these firms count, as far as they are found among the first ones.
    """
    if among is None:
        return len(table.page(*keys.documents_listed(status), index=keys.INDEX, limit=most).items)
    found = (one for one in islice(walk(table, status, at_a_time=COUNTED), COUNTED) if one.firm in among)
    return sum(1 for _ in islice(found, most))


def across(table: OfficeTable, wanted: Iterable[Place]) -> tuple[dict[Place, Document], dict[str, DocumentRules]]:
    """Documents of many firms, and how the office works with these firms' documents: a hundred a read.

    One that moved is left out: who names its old place saw an older version.
    """
    by_key = {keys.document(place.firm, place.ref): place for place in wanted}
    firms = {keys.document_rules(place.firm): place.firm for place in by_key.values()}
    found = table.get_many([*by_key, *firms], consistent=True)
    there = {by_key[key]: item for key, item in found.items() if key in by_key and "moved" not in item}
    documents = {place: decode(item) for place, item in there.items()}
    return documents, {firm: _rules(found.get(key)) for key, firm in firms.items()}


def change_each(table: OfficeTable, changes: Iterable[tuple[str, Document, Document]]) -> list[bool]:
    """Write what became of documents of many firms, each by itself; tells of each whether it was still as read.

    For changes of the status alone: month, content and numbers stay.
    """
    puts = []
    for firm, before, after in changes:
        expect = Expect.same("version", before.version)
        puts.append(_put(table.of_firm(firm), next_version(before, after), expect))
    return table.write_each(puts)


def create(table: FirmTable, document: Document) -> Put:
    """The write of a new document."""
    return _put(table, document, Expect.absent())


def create_arrived(table: FirmTable, document: Document) -> list[Put]:
    """The writes of a new document whose file is there already, with what others find it by."""
    twins_of_it = [
        table.put(keys.document_twin(table.firm, one, document.id), {"ref": str(document.ref)}, Expect.absent())
        for one in document.fingerprints
    ]
    return [create(table, document), *twins_of_it]


def change(table: FirmTable, before: Document, after: Document, *also: Put | Delete) -> Document:
    """Write what became of a document, with what belongs to it. Raises `changed-meanwhile`."""
    try:
        stored = try_change(table, before, after, *also)
    except ConditionFailed:
        raise errors.Refusal(errors.CHANGED_MEANWHILE) from None
    # Other numbers, or none any more: it may be somebody's double now, and may not be any more.
    return mark_twins(table, stored, before) if stored.fingerprints != before.fingerprints else stored


def next_version(before: Document, after: Document) -> Document:
    """What became of a document as it is stored."""
    return replace(after, version=before.version + 1)


def try_change(table: FirmTable, before: Document, after: Document, *also: Put | Delete) -> Document:
    """The same for who reads it again on a race. Raises ConditionFailed."""
    stored = next_version(before, after)
    steps = [*changing(table, before, stored), *also]
    if len(steps) == 1:
        table.write(steps[0])
    else:
        table.transact(steps)
    return stored


def apply(table: FirmTable, ref: Ref, step: Callable[[Document], Document]) -> Document:
    """Change a document as it is by now, read and applied again on a race: for what cannot contradict the others."""
    for _ in range(TRIES):
        before = get(table, ref)
        after = step(before)
        if after is before:
            return before
        try:
            return try_change(table, before, after)
        except ConditionFailed:
            continue
    raise errors.Refusal(errors.TRY_AGAIN)


def changing(table: FirmTable, before: Document, stored: Document) -> list[Put | Delete]:
    """The writes of a change: the document, where it was before, and what others find it by."""
    same = Expect.same("version", before.version)
    steps: list[Put | Delete] = []
    if stored.period == before.period:
        steps.append(_put(table, stored, same))
    else:
        back = table.get(keys.document(table.firm, stored.ref), consistent=True)
        # It may have been in that month before: there lies only word of where it went.
        steps.append(_put(table, stored, Expect.same("moved", back["moved"]) if back else Expect.absent()))
        steps.append(table.put(keys.document(table.firm, before.ref), {"moved": str(stored.ref)}, same))
    was, now = set(before.fingerprints), set(stored.fingerprints)
    steps += [table.delete(keys.document_twin(table.firm, one, before.id), Expect.present()) for one in was - now]
    for one in now if stored.period != before.period else now - was:
        expect = Expect.present() if one in was else Expect.absent()
        steps.append(table.put(keys.document_twin(table.firm, one, stored.id), {"ref": str(stored.ref)}, expect))
    return steps


def twins(table: FirmTable, document: Document) -> list[Ref]:
    """Others in the firm with the same content, or the same seller, number and gross; oldest first."""
    found = {
        item["ref"]
        for fingerprint in document.fingerprints
        for item in table.query(*keys.document_twins(table.firm, fingerprint), consistent=True)
    }
    return sorted((ref for ref in map(Ref.parse, found) if ref.id != document.id), key=lambda ref: ref.id)


def mark_twins(table: FirmTable, document: Document, before: Document | None = None) -> Document:
    """Tell a document and the oldest that seems to be the same of each other; the oldest tells of one double.

    So is each that nobody told yet: of many that come at once, the first one saw no other.
    `before`: what it was, so that those like it then do not point to it for ever. Applied again on a race.
    """
    others = twins(table, document)
    now = {other.id for other in others}
    for former in twins(table, before) if before else ():
        if former.id not in now:
            _mark(table, former, document.ref)
    for other in _untold(table, others):
        _mark(table, other, document.ref)
    return _mark(table, document.ref, others[0] if others else None) if others or document.twin else document


def _untold(table: FirmTable, others: list[Ref]) -> list[Ref]:
    """The oldest, and those among the first ones that know of no other."""
    found = get_many(table, others[:_MOST_TOLD])
    return [one.ref for one in found if not one.twin or one.id == others[0].id]


def _mark(table: FirmTable, ref: Ref, told: Ref | None) -> Document:
    """Let a document know of another one that has become like it, or that is so no longer."""
    return apply(table, ref, lambda document: _pointed(table, document, told))


def _pointed(table: FirmTable, document: Document, told: Ref | None) -> Document:
    if document.status in GONE:
        return document
    others = {one.id: one for one in twins(table, document)}
    new = told if told and told.id in others else next(iter(others.values()), None)
    pointed = Ref.parse(document.twin).id if document.twin else ""
    # The oldest of many keeps the double it was told of until a person has judged that; each of those points to it.
    judged = document.twin_settled and new is told and new is not None and new.id != pointed
    return document if pointed in others and not judged else document.doubled_by(new)


# Months and rules


def month(table: FirmTable, period: Period) -> DocumentMonth:
    """Whether a firm's month is open; one nobody touched is."""
    return _month(period, table.get(keys.document_month(table.firm, period), consistent=True))


def months_and_rules(table: FirmTable, periods: Iterable[Period]) -> tuple[dict[Period, DocumentMonth], DocumentRules]:
    """Some months and how the office works with the firm's documents: one read."""
    wanted = {keys.document_month(table.firm, period): period for period in periods}
    rules_key = keys.document_rules(table.firm)
    found = table.get_many([*wanted, rules_key], consistent=True)
    return {period: _month(period, found.get(key)) for key, period in wanted.items()}, _rules(found.get(rules_key))


def rules(table: FirmTable) -> DocumentRules:
    """How the office works with the firm's documents."""
    return _rules(table.get(keys.document_rules(table.firm), consistent=True))


def month_put(table: FirmTable, before: DocumentMonth, after: DocumentMonth) -> Put:
    """The write of a month that was read at `before.version`."""
    attributes = {
        "state": after.state.value,
        "complete_at": after.complete_at.isoformat() if after.complete_at else "",
        "complete_by": after.complete_by,
        "version": before.version + 1,
    }
    return table.put(keys.document_month(table.firm, after.period), attributes, _unchanged(before.version))


def rules_put(table: FirmTable, before: DocumentRules, after: DocumentRules) -> Put:
    """The write of rules that were read at `before.version`."""
    attributes = {
        "circulation": after.circulation,
        "learns": after.learns,
        "expected": [[one.kind.value, one.label, one.nip] for one in after.expected],
        "version": before.version + 1,
    }
    return table.put(keys.document_rules(table.firm), attributes, _unchanged(before.version))


# Structured invoices, as pages show them


def preview_put(table: FirmTable, document_id: str, invoice: bytes) -> Put:
    """The write of what was read from a structured invoice (compressed JSON), with the arrival of its document."""
    return table.put(keys.document_preview(table.firm, document_id), {"invoice": invoice}, Expect.absent())


def preview(table: FirmTable, document_id: str) -> bytes:
    """The same; empty where the document is none."""
    item = table.get(keys.document_preview(table.firm, document_id))
    return bytes(item["invoice"]) if item else b""


def previews(table: OfficeTable, places: Iterable[Place]) -> dict[Place, bytes]:
    """The same of many documents, of those that are structured invoices: a hundred a read."""
    wanted = {keys.document_preview(place.firm, place.ref.id): place for place in places}
    return {wanted[key]: bytes(item["invoice"]) for key, item in table.get_many(list(wanted)).items()}


def decode(item: Item) -> Document:
    """A stored item as a document."""
    told = item["description"]
    return Document(
        id=item["sk"].rpartition("-")[2],
        period=Period.parse(item["sk"][2:9]),
        name=item["name"],
        source=Source(item["source"]),
        by=item["by"],
        created_at=datetime.fromisoformat(item["created_at"]),
        declared=Facts(**item["declared"]),
        status=Status(item["status"]),
        description=_description(told),
        facts=Facts(**item["facts"]) if item["facts"] else None,
        arrived_at=_moment(item["arrived_at"]),
        reason=item["reason"],
        thread=tuple(
            Message(datetime.fromisoformat(at), by, Side(side), text) for at, by, side, text in item["thread"]
        ),
        steps=tuple(Step(datetime.fromisoformat(at), by, what, text) for at, by, what, text in item["steps"]),
        twin=item["twin"],
        twin_settled=item["twin_settled"],
        replaces=item["replaces"],
        exported_at=_moment(item["exported_at"]),
        delivered=item["delivered"],
        version=item["version"],
    )


def _decoded(items: Iterable[Item]) -> Iterator[Document]:
    return (decode(item) for item in items if "moved" not in item)


def _put(table: FirmTable, document: Document, expect: Expect) -> Put:
    index = keys.document_listed(document.status, document.ref, table.firm) if document.status not in GONE else None
    return table.put(keys.document(table.firm, document.ref), _encode(document, table.firm), expect, index)


def _encode(document: Document, firm: str) -> Item:
    told = document.description
    return {
        "name": document.name,
        "source": document.source.value,
        "by": document.by,
        "created_at": document.created_at.isoformat(),
        "declared": asdict(document.declared),
        "status": document.status.value,
        "description": {
            **asdict(told),
            "kind": told.kind.value,
            "issued_on": told.issued_on.isoformat() if told.issued_on else "",
            "columns": {column.value: amount for column, amount in told.columns.items()},
        },
        "facts": asdict(document.facts) if document.facts else None,
        "arrived_at": _written(document.arrived_at),
        "reason": document.reason,
        "thread": [[one.at.isoformat(), one.by, one.side.value, one.text] for one in document.thread],
        "steps": [[one.at.isoformat(), one.by, one.what, one.text] for one in document.steps],
        "twin": document.twin,
        "twin_settled": document.twin_settled,
        "replaces": document.replaces,
        "exported_at": _written(document.exported_at),
        "delivered": document.delivered,
        "version": document.version,
        "listed": _row(document, firm),
    }


def _row(document: Document, firm: str) -> list[Any]:
    """What lists need, in the index: one read unit holds dozens of them."""
    row = listed(document, firm)
    return [
        row.kind.value,
        row.source.value,
        row.name,
        row.number,
        row.seller_nip,
        row.gross,
        row.issued_on.isoformat() if row.issued_on else "",
        row.created_at.isoformat(),
        row.doubtful,
        row.locked,
        row.said,
        row.stopped,
        row.version,
    ]


def _listed(item: Item) -> Listed:
    kind, source, name, number, seller_nip, gross, issued_on, created_at, *flags = item["listed"]
    doubtful, locked, said, stopped, version = flags
    ref, _, firm = item["gsk"].partition("#")
    return Listed(
        firm=firm,
        ref=Ref.parse(ref),
        status=Status(item["gpk"].rpartition("#")[2]),
        kind=Kind(kind),
        source=Source(source),
        name=name,
        number=number,
        seller_nip=seller_nip,
        gross=gross,
        issued_on=date.fromisoformat(issued_on) if issued_on else None,
        created_at=datetime.fromisoformat(created_at),
        doubtful=doubtful,
        locked=locked,
        said=said,
        stopped=stopped,
        version=version,
    )


def listed(document: Document, firm: str) -> Listed:
    """A document as the office's lists tell it."""
    told = document.description
    return Listed(
        firm=firm,
        ref=document.ref,
        status=document.status,
        kind=told.kind,
        source=document.source,
        name=document.name,
        number=told.number,
        seller_nip=told.seller_nip,
        gross=told.gross,
        issued_on=told.issued_on,
        created_at=document.created_at,
        doubtful=document.doubtful,
        locked=document.locked,
        said=len(document.thread),
        stopped=document.reason if document.status is Status.STOPPED else "",
        version=document.version,
    )


def _description(told: Mapping[str, Any]) -> Description:
    return Description(
        **{
            **told,
            "kind": Kind(told["kind"]),
            "issued_on": date.fromisoformat(told["issued_on"]) if told["issued_on"] else None,
            "columns": {Column(column): amount for column, amount in told["columns"].items()},
        }
    )


def _month(period: Period, item: Item | None) -> DocumentMonth:
    if item is None:
        return DocumentMonth(period)
    complete_at = _moment(item["complete_at"])
    return DocumentMonth(period, MonthState(item["state"]), complete_at, item["complete_by"], item["version"])


def _rules(item: Item | None) -> DocumentRules:
    if item is None:
        return DocumentRules()
    expected = tuple(Expected(Kind(kind), label, nip) for kind, label, nip in item["expected"])
    return DocumentRules(item["circulation"], item["learns"], expected, item["version"])


def _unchanged(version: int) -> Expect:
    return Expect.same("version", version) if version else Expect.absent()


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _written(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
