"""What agents send (docs/sync-protocol.md)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, StrictBool, StrictInt, StringConstraints

from portal import web
from portal.domain import errors
from portal.domain.periods import OLDEST
from portal.domain.records import Content, Kind, RecordKey, Settlement
from portal.inputs import Month, Name

MOST_FIRMS = 500
MOST_DIGESTS = 25
MOST_DIGEST_MONTHS = 36
MOST_RECORDS = 5_000
MOST_KEYS = 50

ShortText = Annotated[str, StringConstraints(max_length=200)]
LongText = Annotated[str, StringConstraints(max_length=500)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
ReadAt = Annotated[AwareDatetime, Field(ge=datetime(OLDEST, 1, 1, tzinfo=UTC))]
Count = Annotated[int, Field(ge=0, le=10_000_000)]


class Envelope(web.Input):
    """What every request of an agent carries."""

    protocol: StrictInt
    sent_at: AwareDatetime


class ProgramInput(web.Input):
    """One source on the agent's machine."""

    program: ShortText
    state: Literal["ok", "failing"]
    read_at: AwareDatetime | None = None
    firms: Count = 0
    error: LongText | None = None


class ProblemInput(web.Input):
    """Something the agent could not read, or had refused."""

    file: LongText
    code: ShortText
    field: ShortText | None = None
    detail: LongText


class Heartbeat(Envelope):
    """The first request of a run."""

    version: ShortText
    machine: ShortText
    state: Digest | None = None
    programs: Annotated[list[ProgramInput], Field(max_length=50)]
    problems: Annotated[list[ProblemInput], Field(max_length=50)]
    problems_total: Count


class FoundFirm(web.Input):
    """A firm found in a program. The NIP is checked firm by firm, so that one wrong firm stops no other."""

    program: ShortText
    external_id: ShortText
    nip: str
    name: Name
    natural_person: StrictBool


class FoundFirms(Envelope):
    """Firms found."""

    firms: list[dict[str, Any]]


class DigestsWanted(Envelope):
    """Which firms' digests, of which months."""

    nips: Annotated[list[str], Field(max_length=MOST_DIGESTS)]
    first: Annotated[Month, Field(alias="from")]
    last: Annotated[Month, Field(alias="to")]


class Approve(web.Input):
    """The office's rule "approve at every update", per kind."""

    contribution: StrictBool = False
    tax: StrictBool = False
    statement: StrictBool = False


class Batch(Envelope):
    """Records; each is checked by itself later."""

    approve: Approve = Approve()
    state: Digest | None = None
    records: list[Any]


class _SentRecord(web.Input):
    nip: str
    form: str = ""
    subject: str = ""
    period: Month
    settlement: Settlement
    read_at: ReadAt
    digest: str


class SentAmount(_SentRecord):
    """A contribution or a tax."""

    kind: Literal["contribution", "tax"]
    amount: StrictInt
    surplus: StrictInt

    @property
    def content(self) -> Content:
        """The figures."""
        return Content(self.settlement, amount=self.amount, surplus=self.surplus)


class SentStatement(_SentRecord):
    """A statement."""

    kind: Literal["statement"]
    revenue: StrictInt
    costs: StrictInt | None

    @property
    def content(self) -> Content:
        """The figures."""
        return Content(self.settlement, revenue=self.revenue, costs=self.costs)


SentRecord = SentAmount | SentStatement


def parse_record(sent: object) -> SentRecord:
    """One record of a batch. Raises pydantic's ValidationError, naming the field, and `field-unknown`."""
    if isinstance(sent, dict) and len(sent) > MOST_KEYS:
        raise errors.Refusal(errors.FIELD_UNKNOWN)
    is_statement = isinstance(sent, dict) and sent.get("kind") == Kind.STATEMENT
    return (SentStatement if is_statement else SentAmount).model_validate(sent)


def key_of(sent: SentRecord) -> RecordKey:
    """Which record of the firm's month it is."""
    return RecordKey(Kind(sent.kind), sent.form, sent.subject)
