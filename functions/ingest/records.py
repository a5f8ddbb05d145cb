"""A batch of records: each is checked, compared with what is held, and answered by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from functions.ingest.inputs import Approve, SentRecord, key_of, parse_record
from functions.ingest.views import told
from portal import clock, web
from portal.domain import errors, identifiers, records
from portal.domain.firms import Firm
from portal.domain.records import Answer, Content, FirmMonth, RecordKey
from portal.pages import sentence
from portal.store import firms, months
from portal.store.firms import Claim
from portal.store.months import Place
from portal.store.office import OfficeTable
from portal.views import Part, view

CLOCK_TOLERANCE = timedelta(minutes=10)


@view
class Result(Part):
    """The answer to one record: `stored`, `unchanged`, `older`, or `refused` with code, field and sentence."""

    result: str
    code: str | None = None
    field: str | None = None
    detail: str | None = None

    @classmethod
    def refused(cls, refusal: errors.Refusal) -> Result:
        """Why a record was not taken."""
        detail = told(sentence(refusal))
        return cls(result="refused", code=refusal.code.name, field=told(refusal.field or ""), detail=detail)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A record that may be stored, at its place in the batch."""

    index: int
    nip: str
    key: RecordKey
    content: Content
    sent: SentRecord


class Intake:
    """One batch of one agent."""

    def __init__(self, table: OfficeTable, *, agent: str, approve: Approve, now: datetime) -> None:
        self._table = table
        self._agent = agent
        self._publish = {kind: bool(getattr(approve, kind.value)) for kind in records.Kind}
        self._now = now
        self._claims: dict[str, Claim] = {}
        self._begun: set[str] = set()

    def take(self, batch: list[Any]) -> list[Result]:
        """Store what is new; the answers stand in the order of the records. Raises `try-again`."""
        answers: dict[int, Result] = {}
        by_place: dict[Place, list[_Checked]] = defaultdict(list)
        for checked, firm in self._placed(batch, answers):
            by_place[firm, checked.sent.period].append(checked)
        steps = {place: self._step(listed, answers) for place, listed in by_place.items()}
        if months.change_each(self._table, steps, consistent=False):
            # No answer to a record: the agent keeps the batch and comes back; what was stored is unchanged then.
            raise errors.Refusal(errors.TRY_AGAIN)
        self._require_same_firms()
        return [answers[index] for index in range(len(batch))]

    def _require_same_firms(self) -> None:
        """Raises `try-again` when a firm in which a month was begun has meanwhile been merged into another.

        Every other month of it was gone then, so that nothing was stored there (`portal.store.merging`).
        """
        begun = {nip: claim for nip, claim in self._claims.items() if claim.firm in self._begun}
        if begun and firms.by_nip(self._table, list(begun), consistent=True) != begun:
            raise errors.Refusal(errors.TRY_AGAIN)

    def _placed(self, batch: list[Any], answers: dict[int, Result]) -> Iterable[tuple[_Checked, str]]:
        checked = list(self._checked(batch, answers))
        by_nip = self._firms({one.nip for one in checked})
        for one in checked:
            try:
                if one.nip not in by_nip:
                    raise errors.Refusal(errors.FIRM_UNKNOWN, "nip", nip=one.nip)
                claim, firm = by_nip[one.nip]
                firm.require_data_accepted()
                held = replace(one, key=claim.held_key(one.key))
            except errors.Refusal as refusal:
                answers[one.index] = Result.refused(refusal)
            else:
                yield held, firm.id

    def _checked(self, batch: list[Any], answers: dict[int, Result]) -> Iterable[_Checked]:
        today = clock.today(self._now)
        for index, sent in enumerate(batch):
            try:
                yield self._check(index, parse_record(sent), today)
            except ValidationError as invalid:
                answers[index] = Result.refused(web.refusals_of(invalid).refusals[0])
            except errors.Refusal as refusal:
                answers[index] = Result.refused(refusal)

    def _check(self, index: int, sent: SentRecord, today: Any) -> _Checked:
        key, content = key_of(sent), sent.content
        nip = _nip(sent.nip)
        records.check(key, sent.period, content, today)
        if sent.read_at > self._now + CLOCK_TOLERANCE:
            raise errors.Refusal(errors.READ_IN_FUTURE, "read_at")
        if sent.digest != content.digest(key, sent.period):
            raise errors.Refusal(errors.DIGEST_MISMATCH, "digest")
        return _Checked(index, nip, key, content, sent)

    def _firms(self, nips: Iterable[str]) -> Mapping[str, tuple[Claim, Firm]]:
        self._claims = claims = firms.by_nip(self._table, list(nips))
        found = firms.get_many(self._table, [claim.firm for claim in claims.values()])
        return {nip: (claim, found[claim.firm]) for nip, claim in claims.items() if claim.firm in found}

    def _step(self, listed: list[_Checked], answers: dict[int, Result]) -> Callable[[FirmMonth], FirmMonth]:
        def step(month: FirmMonth) -> FirmMonth:
            if not month.revision:
                self._begun.add(month.firm)
            for one in listed:
                answer, record = records.receive(
                    month.records.get(one.key),
                    one.key,
                    one.sent.period,
                    one.content,
                    read_at=clock.to_milliseconds(one.sent.read_at),
                    by=self._agent,
                    now=clock.now(),  # of this very write: an approval of a whole month goes by it
                    publish=self._publish[one.key.kind],
                )
                month = month.with_record(record)
                answers[one.index] = Result(result=answer.value)
            return month

        return step


@lru_cache(maxsize=2_000)
def _nip(text: str) -> str:
    """A batch names the same few firms again and again."""
    return identifiers.nip(text)


def refusal_names(batch: list[Any], results: list[Result]) -> tuple[dict[str, dict[str, Any]], set[str]]:
    """Names of the refused records with the reason, and names of those that were taken: for the panel."""
    refused: dict[str, dict[str, Any]] = {}
    taken: set[str] = set()
    for sent, result in zip(batch, results, strict=True):
        name = _name(sent)
        if result.result == Answer.STORED or result.code is None:
            taken.add(name)
        else:
            refused[name] = {"code": result.code, "field": result.field or "", "detail": result.detail or ""}
    return refused, taken


def _name(sent: object) -> str:
    """What can be said of a record that may be malformed, shortened for the screen."""
    fields = sent if isinstance(sent, dict) else {}
    parts = [str(fields.get(field, "")) for field in ("nip", "period", "kind", "form", "subject")]
    return told(" · ".join(part for part in parts if part)[:120]) or "?"
