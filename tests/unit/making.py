"""Words shared by the tests of the rules: a firm, a month, an amount, a moment, and what a refusal must say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.domain import errors, records
from portal.domain.firms import Firm, LegalForm, Status
from portal.domain.periods import Period
from portal.domain.records import Answer, Content, Kind, Record, RecordKey, Settlement

NIP = "5951416168"
ZUS_ACCOUNT = "68600000020260015951416168"
OCTOBER = Period(2026, 10)
ZUS = RecordKey(Kind.CONTRIBUTION)
VAT = RecordKey(Kind.TAX, "VAT-7")
STATEMENT = RecordKey(Kind.STATEMENT)

AGENT = "agent"
ANNA = "anna"
BARTEK = "bartek"
CLIENT = "client"


def at(minutes: float) -> datetime:
    """So many minutes after a certain morning."""
    return datetime(2026, 11, 12, 8, tzinfo=UTC) + timedelta(minutes=minutes)


def to_pay(grosze: int, settlement: Settlement = Settlement.DECLARATION) -> Content:
    """An amount to pay."""
    return Content(settlement, amount=grosze)


def nowa_chata(**fields: object) -> Firm:
    """An active company with a ZUS account."""
    firm = Firm("01FIRM", NIP, "Nowa Chata Demo sp. z o.o.", Status.ACTIVE, LegalForm.COMPANY, zus_account=ZUS_ACCOUNT)
    return replace(firm, **fields)


def synced(grosze: int, *, key: RecordKey = VAT, period: Period = OCTOBER, when: datetime | None = None) -> Record:
    """A record that an agent brought; nobody approved it."""
    moment = when or at(0)
    answer, record = records.receive(None, key, period, to_pay(grosze), read_at=moment, by=AGENT, now=moment)
    assert answer is Answer.STORED
    return record


def approved(record: Record, when: datetime | None = None, by: str = ANNA) -> Record:
    """The same, approved as it stands."""
    return records.approve(record, record.current.version, by=by, now=when or at(10))


def resent(record: Record, content: Content, *, read_at: datetime, publish: bool = False) -> tuple[Answer, Record]:
    """The agent sends a content of the same record, which arrives at the moment it was read."""
    return records.receive(
        record, record.key, record.period, content, read_at=read_at, by=AGENT, now=read_at, publish=publish
    )


def changed(record: Record, grosze: int, when: datetime) -> Record:
    """The books changed, and the agent brought it."""
    answer, after = resent(record, to_pay(grosze), read_at=when)
    assert answer is Answer.STORED
    return after


@contextmanager
def refused(
    code: errors.Code, field: str | None = None, says: str = ""
) -> Iterator[pytest.ExceptionInfo[errors.Refusal]]:
    """What happens inside is refused with this code, for this field, in a whole sentence that holds `says`."""
    with pytest.raises(errors.Refusal) as caught:
        yield caught
    assert (caught.value.code.name, caught.value.field) == (code.name, field)
    assert says in caught.value.detail
    assert "{" not in caught.value.detail
