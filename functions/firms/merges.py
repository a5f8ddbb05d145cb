"""The page on which two firms are merged, and what it promises."""

from __future__ import annotations

from functions.firms.inputs import MergeQuery
from functions.firms.views import MergeChoice, MergePage, MergePlan
from portal import ids
from portal.access import FirmAccess
from portal.domain import errors
from portal.domain.firms import Firm, Status
from portal.domain.merging import Merge
from portal.pages import sentence
from portal.store import directory, firms, merging
from portal.store.directory import Entry
from portal.store.merging import Books
from portal.views import FirmHead

MOST_CHOICES = 50


def page(at: FirmAccess, query: MergeQuery) -> MergePage:
    """What the firm can be merged into, or what merging it will do."""
    if query.into:
        wanted = Merge(at.firm, target(at, query.into), query.subject)
        return _shown(at, query, [], 0, [partner.name for partner in wanted.into.partners], _plan(at, wanted))
    possible = [entry for entry in directory.all_of(at.office_table) if _possible(entry, at.firm)]
    found = directory.search(possible, query.q)
    choices = [
        MergeChoice(id=entry.id, name=entry.name, number=entry.number, status=entry.status)
        for entry in found[:MOST_CHOICES]
    ]
    return _shown(at, query, choices, len(found) - len(choices), [], None)


def target(at: FirmAccess, firm: str) -> Firm:
    """The other firm. Raises `not-found`, also for one of another office."""
    known = firms.get(at.office_table.of_firm(firm)) if ids.valid(firm) else None
    if known is None:
        raise errors.Refusal(errors.NOT_FOUND, "into")
    return known


def changes(wanted: Merge) -> tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]]]:
    """What the histories of both firms say besides: the status of the one, the new number of the other."""
    source, into, after = wanted.source, wanted.into, wanted.target()
    gone = {"status": (source.status.value, Status.ARCHIVED.value), "merged_into": ("", into.id)}
    come = {"nip": (into.nip, after.nip)} if after.nip != into.nip else {}
    return gone, come | ({"subject": ("", wanted.subject)} if wanted.subject else {})


def _possible(entry: Entry, source: Firm) -> bool:
    return entry.id != source.id and not entry.archived


def _plan(at: FirmAccess, wanted: Merge) -> MergePlan:
    books = merging.books(at.office_table, wanted)
    moving = [record for month in books.theirs.months.values() for record in month.records.values()]
    return MergePlan(
        into=wanted.into.id,
        name=wanted.into.name,
        subject=wanted.subject,
        records=len(moving),
        months=len(books.theirs.months),
        published=sum(record.published is not None for record in moving),
        number=at.firm.identifier,
        refusal=_refusal(at, wanted, books),
    )


def _refusal(at: FirmAccess, wanted: Merge, books: Books) -> str:
    try:
        merging.check(at.office_table, wanted, books)
    except errors.Refusal as refused:
        return sentence(refused)
    return ""


def _shown(
    at: FirmAccess,
    query: MergeQuery,
    choices: list[MergeChoice],
    left_out: int,
    subjects: list[str],
    plan: MergePlan | None,
) -> MergePage:
    return MergePage(
        firm=FirmHead.of(at.firm),
        version=at.firm.version,
        q=query.q,
        choices=choices,
        left_out=left_out,
        subjects=subjects,
        plan=plan,
    )
