"""The inbox, and one document beside its list, as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from functions.documents import changing
from functions.documents.inputs import ListQuery, Within
from functions.documents.listing import SORTABLE, Around, Listing
from functions.documents.views import Choice, DocumentPage, Filter, Inbox
from portal import files, storage
from portal.access import FirmAccess, OfficeAccess
from portal.config import settings
from portal.document_views import DocumentData, DocumentLine, MessageLine, StepLine, TwinLine, speakers
from portal.domain import document_types
from portal.domain.documents import GONE, Document
from portal.domain.people import Standing
from portal.domain.structured_invoices import StructuredInvoice
from portal.store import documents, people
from portal.store.documents import Listed, Place
from portal.views import FirmHead

PICTURES = 10
"""Page pictures of one page: an address is good for minutes, and a browser fetches those that come into view."""

SECONDS = 300


def inbox(at: OfficeAccess, query: ListQuery) -> Inbox:
    """The office's documents of a status."""
    listing = Listing.of(at, query)
    found = listing.page()
    staff = [one for one in listing.staff if one.assigned and one.standing is not Standing.REMOVED]
    me = at.actor.person
    named = listing.firms.get(query.firm)
    return Inbox(
        rows=_lines(found.rows, {firm: entry.name for firm, entry in listing.firms.items()}),
        filter=Filter.of(query),
        query=query.written(),
        more=query.written(after=found.more) if found.more else "",
        looked_through=found.looked_through,
        too_long=found.too_long,
        sortable=SORTABLE,
        staff=[Choice(id=one.person, name=one.name) for one in staff if one.person != me],
        mine=me if any(one.person == me for one in staff) else "",
        firm_name=named.name if named else "",
    )


def document(at: FirmAccess, shown: Document, query: ListQuery, page: int) -> DocumentPage:
    """A document beside its list."""
    firm = at.firm.id
    months, rules = documents.months_and_rules(at.table, [shown.period])
    twins = documents.get_many(at.table, documents.twins(at.table, shown))
    names = people.names_of(at.office_table, firm, speakers(shown))
    around, firms, query = _list(at, shown, query)
    facts = shown.facts or shown.declared
    pictures = _pictures(at, shown, page)
    return DocumentPage(
        firm=FirmHead.of(at.firm),
        document=DocumentLine.of(shown, firm),
        data=DocumentData.of(shown.description),
        version=shown.version,
        by=names.get(shown.by, ""),
        arrived_at=shown.arrived_at,
        media_type=facts.media_type,
        size=facts.size,
        pages=facts.pages,
        openable=shown.openable,
        pictures=pictures,
        first_picture=page,
        more_pictures=page + PICTURES if page + PICTURES <= facts.pictures else 0,
        invoice=_invoice(at, shown),
        circulation=rules.circulation,
        next_status=shown.next_status(circulation=rules.circulation),
        changeable=shown.status not in GONE and not shown.locked,
        questionable=rules.circulation and changing.can_reject(shown),
        rejectable=changing.can_reject(shown),
        removable=shown.status not in GONE and not shown.locked,
        delivered=bool(shown.delivered),
        month_state=months[shown.period].state,
        thread=[MessageLine.of(one, names) for one in shown.thread],
        steps=[StepLine.of(one, names) for one in reversed(shown.steps)],
        twins=[TwinLine.of(one, settled=_settled(shown, one)) for one in twins],
        doubtful=shown.doubtful,
        rows=_lines(around.rows, firms),
        list_address=_list_address(at, query),
        query=query.written(),
        before=_address(at, query, around.before),
        after=_address(at, query, around.after),
        then=f"{around.after.firm}/{around.after.ref}" if around.after else "",
    )


def inbox_address(at: OfficeAccess, query: ListQuery) -> str:
    """The inbox as a query cuts it."""
    written = query.written()
    return f"/offices/{at.office.id}/documents" + (f"?{written}" if written else "")


def _pictures(at: FirmAccess, shown: Document, first: int) -> list[str]:
    """Addresses of page pictures, from the first of these on."""
    if shown.facts is None or not shown.openable:
        return []
    last = min(first + PICTURES - 1, shown.facts.pictures)
    return [
        storage.presigned_get(
            settings().documents_bucket,
            files.picture(at.office.id, at.firm.id, shown.id, number),
            name=f"{number}.jpg",
            media_type="image/jpeg",
            seconds=SECONDS,
            inline=True,
        )
        for number in range(first, last + 1)
    ]


def _invoice(at: FirmAccess, shown: Document) -> StructuredInvoice | None:
    """What a structured invoice says, where the document is one."""
    if not (shown.openable and shown.facts and shown.facts.media_type == document_types.XML.media_type):
        return None
    stored = documents.preview(at.table, shown.id)
    return StructuredInvoice.unpacked(stored) if stored else None


def _settled(shown: Document, other: Document) -> bool:
    return shown.twin_settled and shown.twin.endswith(other.id)


def _list(at: FirmAccess, shown: Document, query: ListQuery) -> tuple[Around, dict[str, str], ListQuery]:
    """The list that it is seen in, the names of its firms, and how it is cut."""
    if query.within is Within.INBOX:
        listing = Listing.of(at, query)
        names = {firm: entry.name for firm, entry in listing.firms.items()}
        return listing.around(shown, at.firm.id), names, query
    period = query.month or shown.period
    month = [one for one in documents.of_month(at.table, period) if one.status not in GONE]
    rows = [documents.listed(one, at.firm.id) for one in month]
    before = [_place(row) for row in rows if row.ref < shown.ref]
    after = [_place(row) for row in rows if row.ref > shown.ref]
    around = Around(rows, before[-1] if before else None, after[0] if after else None)
    return around, {}, ListQuery(month=str(period))


def _place(row: Listed) -> Place:
    return Place(row.ref, row.firm)


def _lines(rows: Sequence[Listed], names: Mapping[str, str]) -> list[DocumentLine]:
    return [DocumentLine.of_listed(row, names.get(row.firm, "")) for row in rows]


def _address(at: FirmAccess, query: ListQuery, place: Place | None) -> str:
    if place is None:
        return ""
    return f"/offices/{at.office.id}/firms/{place.firm}/documents/{place.ref}?{query.written()}"


def _list_address(at: FirmAccess, query: ListQuery) -> str:
    if query.within is Within.INBOX:
        return f"/offices/{at.office.id}/documents?{query.written(within=Within.FIRM)}"
    return f"/offices/{at.office.id}/firms/{at.firm.id}/documents?period={query.month}"
