"""Approving one, some or all: every record is decided by itself and reported by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime

from functions.approve.views import ApprovalOutcome, ApprovalReport
from portal import ids
from portal.domain import errors, records
from portal.domain.records import FirmMonth, Record, RecordKey, Seen
from portal.pages import sentence
from portal.store import months
from portal.store.months import Place
from portal.store.office import OfficeTable
from portal.views import OfficeRecord

APPROVED = "approved"
REFUSED = "refused"


def in_firm(text: str) -> tuple[str, Seen]:
    """Read `01J…/2026-10.tax.VAT-7.@3`: the firm and what was seen of it. Raises `record-unknown`, `period-invalid`."""
    firm, _, seen = text.partition("/")
    if not ids.valid(firm):
        raise errors.Refusal(errors.RECORD_UNKNOWN, "records")
    return firm, Seen.parse(seen)


class Approval:
    """One run over many months; where a month had to be decided twice, only the last decision counts."""

    def __init__(self, table: OfficeTable, *, by: str, now: datetime) -> None:
        self._table = table
        self._by = by
        self._now = now
        self._outcomes: dict[Place, dict[RecordKey, ApprovalOutcome]] = {}
        self._everything = False

    def named(self, wanted: Iterable[tuple[str, Seen]]) -> None:
        """Approve records of firms by the versions that were seen."""
        by_place: dict[Place, list[Seen]] = defaultdict(list)
        for firm, seen in wanted:
            by_place[firm, seen.period].append(seen)
        self._run({place: self._named_step(place, listed) for place, listed in by_place.items()})

    def everything(self, places: Iterable[Place], seen_at: datetime) -> None:
        """Approve all that waits in these months, as it stood when the page was opened."""
        self._everything = True
        self._run({place: self._everything_step(place, seen_at) for place in places})

    def report(self, back: str) -> ApprovalReport:
        """What became of each; of everything that waited, only what was refused: an answer has its limit."""
        outcomes = [outcome for of_month in self._outcomes.values() for outcome in of_month.values()]
        approved = sum(outcome.result == APPROVED for outcome in outcomes)
        told = [outcome for outcome in outcomes if outcome.result == REFUSED or not self._everything]
        return ApprovalReport(back=back, approved=approved, refused=len(outcomes) - approved, outcomes=told)

    def _run(self, steps: dict[Place, Callable[[FirmMonth], FirmMonth]]) -> None:
        for place in months.change_each(self._table, steps, consistent=True):
            for key, outcome in list(self._outcomes[place].items()):
                self._refuse(place, key, outcome.version, errors.Refusal(errors.TRY_AGAIN), None)

    def _named_step(self, place: Place, wanted: list[Seen]) -> Callable[[FirmMonth], FirmMonth]:
        def step(month: FirmMonth) -> FirmMonth:
            self._outcomes[place] = {}
            for one in wanted:
                decide = self._approved_by_version(one.version)
                month = self._decide(place, month, one.key, one.version, decide)
            return month

        return step

    def _everything_step(self, place: Place, seen_at: datetime) -> Callable[[FirmMonth], FirmMonth]:
        def decide(record: Record) -> Record:
            return records.approve_as_of(record, seen_at, by=self._by, now=self._now)

        def step(month: FirmMonth) -> FirmMonth:
            self._outcomes[place] = {}
            for record in list(month.records.values()):
                if record.needs_approval:
                    month = self._decide(place, month, record.key, record.current.version, decide)
            return month

        return step

    def _approved_by_version(self, version: int) -> Callable[[Record], Record]:
        return lambda record: records.approve(record, version, by=self._by, now=self._now)

    def _decide(
        self, place: Place, month: FirmMonth, key: RecordKey, version: int, decide: Callable[[Record], Record]
    ) -> FirmMonth:
        try:
            after = decide(month.get(key))
        except errors.Refusal as refused:
            self._refuse(place, key, version, refused, month.records.get(key))
            return month
        self._outcomes[place][key] = self._outcome(place, key, after.current.version, APPROVED, None, after)
        return month.with_record(after)

    def _refuse(self, place: Place, key: RecordKey, version: int, refused: errors.Refusal, now: Record | None) -> None:
        self._outcomes[place][key] = self._outcome(place, key, version, REFUSED, refused, now)

    def _outcome(
        self,
        place: Place,
        key: RecordKey,
        version: int,
        result: str,
        refused: errors.Refusal | None,
        now: Record | None,
    ) -> ApprovalOutcome:
        return ApprovalOutcome(
            firm=place[0],
            record=records.name(place[1], key),
            version=version,
            result=result,
            code=refused.code.name if refused else "",
            detail=sentence(refused) if refused else "",
            now=OfficeRecord.of(now, None, {}) if now else None,
        )
