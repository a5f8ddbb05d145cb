"""„Dodaj do panelu klienta”: the office's own invoices, put into the firms whose NIP they name, once each.

The client gets a document of their own with its own file. The office's document knows where it went; when what the
client was given is edited, the client's document is withdrawn in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from functions.documents import changing
from functions.documents.changing import Step
from functions.documents.inputs import FeesInput
from functions.documents.views import FeeLine, FeeOutcome, FeeReport, Fees, FeeState
from portal import files, pages, storage
from portal.access import FirmAccess
from portal.aws import ConditionFailed, Delete, Put
from portal.config import settings
from portal.domain import errors, fees
from portal.domain.documents import GONE, Document, Ref, Status
from portal.domain.events import Action
from portal.domain.firms import Status as FirmStatus
from portal.store import directory, documents, events, firms
from portal.store.directory import Entry
from portal.store.office import FirmTable

MOST_DELIVERED = 50
"""Invoices of one request: each is a copy in the storage and a transaction."""


class Clients:
    """The firms that the office's invoices may go to, by NIP. `names` are those of all firms, by id."""

    def __init__(self, at: FirmAccess) -> None:
        entries = directory.all_of(at.office_table)
        self.names = {entry.id: entry.name for entry in entries if at.actor.serves(entry.id)}
        self._by_nip = {
            entry.number: entry
            for entry in entries
            if not entry.own and entry.status is not FirmStatus.ARCHIVED and at.actor.serves(entry.id)
        }

    def of(self, document: Document, own_nip: str) -> Entry | None:
        """Whose panel a document of the own firm may be put into."""
        return self._by_nip.get(document.description.buyer_nip) if fees.is_fee(document, own_nip) else None


def offer(at: FirmAccess, listed: Iterable[Document]) -> Fees | None:
    """Which of the own firm's documents can be delivered, and which are; of another firm nothing: one read or none."""
    if not at.firm.own:
        return None
    clients = Clients(at)
    lines = {str(document.ref): line for document in listed if (line := _line(at, clients, document))}
    states = [line.state for line in lines.values()]
    return Fees(lines=lines, possible=states.count(FeeState.POSSIBLE), delivered=states.count(FeeState.DELIVERED))


def _line(at: FirmAccess, clients: Clients, document: Document) -> FeeLine | None:
    if document.delivered:
        firm = document.delivered.partition("/")[0]
        return FeeLine(state=FeeState.DELIVERED, firm=firm, firm_name=clients.names.get(firm, ""))
    client = clients.of(document, at.firm.nip)
    return FeeLine(state=FeeState.POSSIBLE, firm=client.id, firm_name=client.name) if client else None


def deliver(at: FirmAccess, given: FeesInput, back: str, now: datetime) -> FeeReport:
    """Puts chosen invoices, or all of a month that can be, into their clients' panels, each by itself."""
    if not at.firm.own:
        raise errors.Refusal(errors.FEES_OWN_FIRM)
    clients = Clients(at)
    wanted = _wanted(at, clients, given)
    outcomes = [_outcome(at, clients, one, now) for one in wanted[:MOST_DELIVERED]]
    delivered = sum(not one.code for one in outcomes)
    return FeeReport(
        back=given.back or back,
        delivered=delivered,
        refused=len(outcomes) - delivered,
        left=len(wanted) - len(outcomes),
        outcomes=outcomes,
    )


def _wanted(at: FirmAccess, clients: Clients, given: FeesInput) -> list[Document]:
    """The documents meant. Raises `not-found`, `documents-not-chosen`, `too-many-documents`."""
    chosen = given.chosen(at.firm.id)
    if given.period and not chosen:
        of_month = documents.of_month(at.table, given.period)
        return [one for one in of_month if not one.delivered and clients.of(one, at.firm.nip)]
    if not chosen:
        raise errors.Refusal(errors.DOCUMENTS_NOT_CHOSEN, "documents")
    if len(chosen) > MOST_DELIVERED:
        raise errors.Refusal(errors.TOO_MANY_DOCUMENTS, "documents", limit=MOST_DELIVERED)
    found = documents.get_many(at.table, chosen)
    if len(found) != len(chosen):
        raise errors.Refusal(errors.NOT_FOUND)
    return found


def _outcome(at: FirmAccess, clients: Clients, document: Document, now: datetime) -> FeeOutcome:
    client = clients.of(document, at.firm.nip)
    refused: errors.Refusal | None = None
    try:
        _deliver_one(at, client, document, now)
    except errors.Refusal as refusal:
        refused = refusal
    return FeeOutcome(
        document=str(document.ref),
        name=document.description.number or document.name,
        firm=client.id if client else "",
        firm_name=client.name if client else "",
        code=refused.code.name if refused else "",
        detail=pages.sentence(refused) if refused else "",
    )


def _deliver_one(at: FirmAccess, client: Entry | None, before: Document, now: datetime) -> None:
    """One invoice. Raises `fee-delivered`, `fee-not-matched`, `document-changed`."""
    if before.delivered:
        raise errors.Refusal(errors.FEE_DELIVERED)
    if client is None:
        raise errors.Refusal(errors.FEE_NOT_MATCHED)
    there = at.office_table.of_firm(client.id)
    copy = fees.for_client(before, client.id, at.actor.person, now)
    after = before.delivered_as(f"{client.id}/{copy.ref}", at.actor.person, now)
    _copy_files(at, there, before, copy)
    preview = documents.preview(at.table, before.id)
    steps: list[Put | Delete] = [
        *documents.changing(at.table, before, documents.next_version(before, after)),
        *documents.create_arrived(there, copy),
        *([documents.preview_put(there, copy.id, preview)] if preview else []),
        _event(at, Action.FEE_DELIVERED, client.id, before, now),
    ]
    try:
        at.office_table.transact(steps)
    except ConditionFailed:
        raise errors.Refusal(errors.DOCUMENT_CHANGED) from None
    documents.mark_twins(there, copy)


def _copy_files(at: FirmAccess, there: FirmTable, before: Document, copy: Document) -> None:
    """The client's own file and page pictures, before the document that shows them."""
    facts = before.facts
    if facts is None:
        raise errors.Refusal(errors.DOCUMENT_NOT_READY)
    bucket, office = settings().documents_bucket, at.office.id
    storage.copy(
        bucket,
        files.document(office, at.firm.id, before.id),
        files.document(office, there.firm, copy.id),
        facts.media_type,
    )
    for number in range(1, facts.pictures + 1):
        picture = files.picture(office, at.firm.id, before.id, number)
        storage.copy(bucket, picture, files.picture(office, there.firm, copy.id, number), "image/jpeg")


def change(at: FirmAccess, ref: Ref, version: int, step: Step, now: datetime, *also: Put | Delete) -> Document:
    """Like `changing.change`; an edit of what a client was given takes it back from them in the same transaction.

    Raises `fee-exported`, `fee-not-yours`.
    """
    before = changing.seen(at, ref, version)
    after = step(before)
    edited = not fees.same_for_client(before, after) or after.status in GONE | {Status.REJECTED}
    if not before.delivered or not edited:
        return changing.change(at, ref, version, step, *also)
    return _take_back(at, before, after, now, *also)


def withdraw(at: FirmAccess, ref: Ref, version: int, now: datetime) -> Document:
    """Takes an invoice back from its client, who sees that it was. Raises `fee-not-delivered`, and as `change`."""
    before = changing.seen(at, ref, version)
    return _take_back(at, before, before, now)


def _take_back(at: FirmAccess, before: Document, after: Document, now: datetime, *also: Put | Delete) -> Document:
    freed = after.undelivered(at.actor.person, now)
    firm, _, name = before.delivered.partition("/")
    if not at.actor.serves(firm):
        raise errors.Refusal(errors.FEE_NOT_YOURS)
    there = at.office_table.of_firm(firm)
    copy = _copy_of(there, Ref.parse(name))
    withdrawn = documents.next_version(copy, copy.withdrawn(at.actor.person, now)) if copy else None
    steps: list[Put | Delete] = [*also]
    if copy and withdrawn:
        steps += [*documents.changing(there, copy, withdrawn), _event(at, Action.FEE_WITHDRAWN, firm, before, now)]
    stored = changing.change(at, before.ref, before.version, lambda _: freed, *steps)
    if copy and withdrawn:
        documents.mark_twins(there, withdrawn, copy)
    return stored


def _copy_of(there: FirmTable, ref: Ref) -> Document | None:
    """The client's document, unless it is gone already. Raises `fee-exported`."""
    try:
        copy = documents.get(there, ref)
    except errors.Refusal:
        return None
    if copy.status in GONE:
        return None
    if copy.locked:
        firm = firms.get(there)
        raise errors.Refusal(errors.FEE_EXPORTED, firm=firm.name if firm else "")
    return copy


def _event(at: FirmAccess, action: Action, firm: str, document: Document, now: datetime) -> Put:
    """Told with the client's firm."""
    changes: Mapping[str, tuple[str, str]] = {"invoice": ("", document.description.number or document.name)}
    return events.put(at.office_table, at.origin, action, now, firm=firm, changes=changes)
