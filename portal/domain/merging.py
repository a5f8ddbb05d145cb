"""Two entries of the office are one firm, or one is a partner of the other: what moves, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from portal.domain import errors
from portal.domain.firms import Firm, IdType, Partner, Status
from portal.domain.periods import Period
from portal.domain.records import PERSONAL_FORMS, FirmMonth, Kind, Record, RecordKey

TOLD_COLLISIONS = 5


def as_partner(key: RecordKey, subject: str) -> RecordKey:
    """The key of a partner's record in the books of the firm. Raises `partner-record`.

    Of a partner a firm takes contributions and PIT, once each: whatever else has this NIP is another business.
    """
    personal = key.kind is Kind.CONTRIBUTION or key.form in PERSONAL_FORMS
    if not personal or key.subject not in ("", subject):
        raise errors.Refusal(errors.PARTNER_RECORD, "nip", name=subject)
    return replace(key, subject=subject)


@dataclass(frozen=True, slots=True)
class Merge:
    """The firm `source` becomes a part of `into`: of the whole firm, or as its partner whom `subject` names."""

    source: Firm
    into: Firm
    subject: str = ""

    def check(self) -> None:
        """Raises `merge-not-possible`, `merge-number`, `not-found` for a partner whom the firm does not have."""
        source, into = self.source, self.into
        bound = source.own or source.partners or source.merged_into
        if bound or source.id == into.id or into.merged_into or into.status is Status.ARCHIVED:
            raise errors.Refusal(errors.MERGE_NOT_POSSIBLE, "into")
        if self.subject and into.partner(self.subject) is None:
            raise errors.Refusal(errors.NOT_FOUND, "subject")
        known = self._partner.nip if self.subject else into.nip
        if known and source.nip and known != source.nip:
            raise errors.Refusal(errors.MERGE_NUMBER, "into")

    @property
    def _partner(self) -> Partner:
        return self.into.partner(self.subject) or Partner(self.subject)

    def key(self, key: RecordKey) -> RecordKey:
        """Which record it becomes. Raises `partner-record`."""
        return as_partner(key, self.subject) if self.subject else key

    def target(self) -> Firm:
        """The firm that goes on: with the number, and what else only the source knew."""
        source, into = self.source, self.into
        found = replace(into, found_in=into.found_in or source.found_in)
        if self.subject:
            own = self._partner
            numbers = Partner(own.name, own.nip or source.nip, own.zus_account or source.zus_account)
            return found.with_partner(numbers)
        return replace(found, nip=into.nip or source.nip, zus_account=into.zus_account or source.zus_account)

    def gone(self, today: date) -> Firm:
        """The firm that is no more."""
        kept_since = self.source.archived_on or today
        return replace(self.source, status=Status.ARCHIVED, archived_on=kept_since, merged_into=self.into.id)

    def numbers(self) -> list[tuple[IdType, str]]:
        """The numbers that lead to the target from now on."""
        source = self.source
        also = [(IdType.NIP, source.nip)] if source.nip and source.id_type is not IdType.NIP else []
        return [(source.id_type, source.identifier), *also]

    def months(self, theirs: Iterable[FirmMonth], ours: Mapping[Period, FirmMonth]) -> list[FirmMonth]:
        """The target's months with the source's records in them. Raises `merge-collision`, `partner-record`."""
        after, double = [], []
        for month in theirs:
            target = ours.get(month.period) or FirmMonth(self.into.id, month.period)
            for record in month.records.values():
                moved = self._moved(record)
                double += [moved] if moved.key in target.records else []
                target = target.with_record(moved)
            after.append(target)
        if double:
            names = [f"{named(record.key)} {record.period}" for record in double]
            more = ["…"] if len(names) > TOLD_COLLISIONS else []
            listed = ", ".join([*names[:TOLD_COLLISIONS], *more])
            raise errors.Refusal(errors.MERGE_COLLISION, "into", records=listed)
        return after

    def late(self, month: FirmMonth, ours: FirmMonth) -> FirmMonth:
        """The target's month with what reached the source at the last moment; what came here since then is newer."""
        moved = (self._moved(record) for record in month.records.values())
        return replace(ours, records={**{record.key: record for record in moved}, **ours.records})

    def _moved(self, record: Record) -> Record:
        return replace(record, key=self.key(record.key))


def named(key: RecordKey) -> str:
    """A record in a word or two, for sentences: `VAT-7`, `ZUS`, `ZUS (Jan Demo)`, `zestawienie`."""
    word = key.form or ("ZUS" if key.kind is Kind.CONTRIBUTION else "zestawienie")
    return f"{word} ({key.subject})" if key.subject else word
