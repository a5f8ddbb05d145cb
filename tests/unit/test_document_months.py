"""A firm's month of documents: its states, which month a document is for, and what is missing in one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from portal.domain import errors
from portal.domain.document_months import (
    DocumentMonth,
    DocumentRules,
    Expected,
    MonthState,
    default_period,
    learn,
    missing,
)
from portal.domain.documents import Description, Document, Facts, Kind, Source, Status
from portal.domain.periods import Period

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
OCTOBER, NOVEMBER, DECEMBER = Period(2026, 10), Period(2026, 11), Period(2026, 12)
ORANGE, RENT = "5120079194", "5951416168"
FACTS = Facts("application/pdf", 1, "ab" * 32)


def came(kind: Kind = Kind.PURCHASE, nip: str = "", status: Status = Status.NEW) -> Document:
    one = Document("01JDEM00000000000000000001", NOVEMBER, "a.pdf", Source.WEB, "jan", NOW, FACTS, status=status)
    return replace(one, description=Description(kind, seller_nip=nip), facts=FACTS)


@pytest.mark.parametrize("state", list(MonthState))
@pytest.mark.parametrize("wanted", list(MonthState))
def test_a_month_goes_forward_step_by_step_or_back_to_open(state: MonthState, wanted: MonthState) -> None:
    forward = {MonthState.OPEN: MonthState.TO_BOOK, MonthState.TO_BOOK: MonthState.IN_PROGRESS}
    forward[MonthState.IN_PROGRESS] = MonthState.CLOSED
    allowed = wanted is forward.get(state) or (wanted is MonthState.OPEN and state is not MonthState.OPEN)
    month = DocumentMonth(NOVEMBER, state, NOW, "jan")
    if allowed:
        assert month.turned(wanted).state is wanted
    else:
        with pytest.raises(errors.Refusal, match="month-state"):
            month.turned(wanted)


def test_the_clients_word_closes_a_month_for_the_client_until_it_is_opened_again() -> None:
    month = DocumentMonth(NOVEMBER).completed("jan", NOW)
    assert (month.state, month.complete_by, month.open) == (MonthState.TO_BOOK, "jan", False)
    with pytest.raises(errors.Refusal, match="month-locked"):
        month.completed("jan", NOW)
    again = month.turned(MonthState.OPEN)
    assert (again.open, again.complete_at, again.complete_by) == (True, None, "")


@pytest.mark.parametrize(
    ("closed", "expected"),
    [([], OCTOBER), ([OCTOBER], NOVEMBER), ([OCTOBER, NOVEMBER], DECEMBER), ([NOVEMBER], OCTOBER)],
)
def test_a_document_is_for_the_last_month_while_that_is_open(closed: list[Period], expected: Period) -> None:
    months = {period: DocumentMonth(period, MonthState.TO_BOOK) for period in closed}
    assert default_period(date(2026, 11, 24), months) == expected


def test_what_is_listed_and_did_not_come_is_missing() -> None:
    bank, orange = Expected(Kind.BANK, "mBank"), Expected(Kind.PURCHASE, "Orange", ORANGE)
    rules = DocumentRules(learns=False, expected=(bank, orange))
    left = [one.expected for one in missing(rules, [came(Kind.PURCHASE, RENT), came(Kind.BANK)], [])]
    assert left == [orange]
    assert missing(rules, [came(Kind.PURCHASE, ORANGE), came(Kind.BANK)], []) == []


@pytest.mark.parametrize("status", [Status.AWAITED, Status.STOPPED, Status.LOST, Status.REJECTED, Status.DELETED])
def test_what_was_not_taken_does_not_count_as_come(status: Status) -> None:
    rules = DocumentRules(learns=False, expected=(Expected(Kind.BANK),))
    assert len(missing(rules, [came(Kind.BANK, status=status)], [])) == 1


def test_what_came_in_each_of_three_months_is_expected_again() -> None:
    month = [came(Kind.PURCHASE, ORANGE), came(Kind.PURCHASE, RENT), came(Kind.BANK), came(Kind.SALE, RENT)]
    earlier = [month, month[:1] + month[2:], month]
    assert learn(earlier) == [Expected(Kind.BANK), Expected(Kind.PURCHASE, "", ORANGE)]
    assert [one.learned for one in missing(DocumentRules(), [], earlier)] == [True, True]
    assert missing(DocumentRules(learns=False), [], earlier) == []


def test_two_months_are_no_habit_yet() -> None:
    assert learn([[came(Kind.BANK)], [came(Kind.BANK)]]) == []


def test_what_is_listed_is_not_told_twice() -> None:
    rules = DocumentRules(expected=(Expected(Kind.BANK),))
    assert len(missing(rules, [], [[came(Kind.BANK)]] * 3)) == 1
