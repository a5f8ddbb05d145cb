"""What the office does to documents: one by one under the version that was seen, or many, each decided by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from functions.documents.views import BulkOutcome, BulkReport
from portal import pages
from portal.access import FirmAccess, OfficeAccess
from portal.aws import Delete, Put
from portal.document_views import DocumentLine, twin_of
from portal.domain import errors
from portal.domain.document_months import DocumentRules
from portal.domain.documents import Document, Ref, Status
from portal.store import documents
from portal.store.documents import Place

ADVANCED = "advanced"
REFUSED = "refused"

Step = Callable[[Document], Document]


def seen(at: FirmAccess, ref: Ref, version: int) -> Document:
    """A document as it was seen. Raises `not-found`, `document-changed`."""
    found = documents.get(at.table, ref)
    if found.version != version:
        raise errors.Refusal(errors.DOCUMENT_CHANGED)
    return found


def change(at: FirmAccess, ref: Ref, version: int, step: Step, *also: Put | Delete) -> Document:
    """Change a document that was seen in a version, with what belongs to it. Raises `document-changed`."""
    before = seen(at, ref, version)
    after = step(before)
    if after is before and not also:
        return before
    try:
        return documents.change(at.table, before, after, *also)
    except errors.Refusal as refused:
        if refused.code is errors.CHANGED_MEANWHILE:
            raise errors.Refusal(errors.DOCUMENT_CHANGED) from None
        raise


def keep_both(at: FirmAccess, ref: Ref, version: int, now: datetime) -> Document:
    """A person says that two documents are not the same: of both it is kept, in one transaction."""
    before = seen(at, ref, version)
    if not before.doubtful:
        raise errors.Refusal(errors.DOCUMENT_STATUS)
    return change(at, ref, version, lambda one: one.settled(at.actor.person, now), *_of_the_other(at, before, now))


def _of_the_other(at: FirmAccess, document: Document, now: datetime) -> list[Put | Delete]:
    """The same said of the other one, if it points back; one that points to a third waits for its own word."""
    other_ref = twin_of(document)
    (other,) = documents.get_many(at.table, [other_ref]) if other_ref else [None]
    back = twin_of(other) if other else None
    if other is None or back is None or back.id != document.id or other.twin_settled:
        return []
    return documents.changing(at.table, other, documents.next_version(other, other.settled(at.actor.person, now)))


class Bulk:
    """One run over documents of many firms."""

    def __init__(self, at: OfficeAccess, names: Mapping[str, str], now: datetime) -> None:
        self._at = at
        self._names = names
        self._now = now
        self._outcomes: list[BulkOutcome] = []

    def advance(self, wanted: Mapping[Place, int]) -> None:
        """Let each go one station further, if it is still as it was seen."""
        found, rules = documents.across(self._at.table, wanted)
        decided: dict[Place, tuple[str, Document, Document]] = {}
        for place, version in wanted.items():
            try:
                before = self._as_seen(found.get(place), version)
                decided[place] = (place.firm, before, self._advanced(before, rules[place.firm]))
            except errors.Refusal as refused:
                self._tell(place, refused, found.get(place))
        written = documents.change_each(self._at.table, decided.values())
        for (place, (_, before, after)), made in zip(decided.items(), written, strict=True):
            if made:
                self._tell(place, None, documents.next_version(before, after))
            else:
                self._tell(place, errors.Refusal(errors.DOCUMENT_CHANGED), None)

    def report(self, back: str) -> BulkReport:
        """What became of each."""
        advanced = sum(one.result == ADVANCED for one in self._outcomes)
        return BulkReport(
            back=back, advanced=advanced, refused=len(self._outcomes) - advanced, outcomes=list(self._outcomes)
        )

    @staticmethod
    def _as_seen(found: Document | None, version: int) -> Document:
        if found is None or found.version != version:
            raise errors.Refusal(errors.DOCUMENT_CHANGED)
        return found

    def _advanced(self, document: Document, rules: DocumentRules) -> Document:
        return document.advanced(self._at.actor.person, self._now, circulation=rules.circulation)

    def _tell(self, place: Place, refused: errors.Refusal | None, now: Document | None) -> None:
        if refused and now is None:
            now = self._as_it_is(place)
        self._outcomes.append(
            BulkOutcome(
                document=str(place.ref),
                firm=place.firm,
                result=REFUSED if refused else ADVANCED,
                code=refused.code.name if refused else "",
                detail=pages.sentence(refused) if refused else "",
                now=DocumentLine.of(now, place.firm, self._names.get(place.firm, "")) if now else None,
            )
        )

    def _as_it_is(self, place: Place) -> Document | None:
        try:
            return documents.get(self._at.table.of_firm(place.firm), place.ref)
        except errors.Refusal:
            return None


def can_reject(document: Document) -> bool:
    """Whether the office may still refuse it."""
    return document.openable and not document.locked and document.status not in _ENDED


_ENDED = frozenset({Status.DELETED, Status.WITHDRAWN, Status.REJECTED})
