"""Arbitrary periods, figures, records and months for properties."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from portal.domain import money
from portal.domain.periods import Period
from portal.domain.records import (
    COMMENT_LIMIT,
    SUBJECT_LIMIT,
    TAX_FORMS,
    Action,
    Content,
    Current,
    FirmMonth,
    Kind,
    Published,
    Record,
    RecordKey,
    Rule,
    Settlement,
    Step,
    Withdrawn,
)

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_HUNDRED_YEARS = 100 * 365 * 24 * 3600 * 1000

periods = st.builds(Period, st.integers(2000, 2100), st.integers(1, 12))
moments = st.integers(0, _HUNDRED_YEARS).map(lambda milliseconds: _EPOCH + timedelta(milliseconds=milliseconds))
days = st.dates(min_value=_EPOCH.date())
grosze = st.integers(0, money.MOST)
signed_grosze = st.integers(-money.MOST, money.MOST)
versions = st.integers(1, 999_999_999)
ids = st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=1, max_size=26)
comments = st.text(max_size=COMMENT_LIMIT // 10)
subjects = st.one_of(
    st.sampled_from(["", "pracownicy", "Łukasz Żółć", "a.b", "x@2", "#", "tax.VAT-7."]),
    st.text(max_size=SUBJECT_LIMIT).filter(str.isprintable),
)


def nips() -> st.SearchStrategy[str]:
    """Any number whose tenth digit is right; a weighted sum of 10 (mod 11) has no check digit and is never issued."""
    nines = st.text("0123456789", min_size=9, max_size=9).filter(lambda nine: nine.strip("0") and _nip_sum(nine) < 10)
    return nines.map(_with_check_digit)


def _nip_sum(nine: str) -> int:
    return sum(int(digit) * weight for digit, weight in zip(nine, (6, 5, 7, 2, 3, 4, 5, 6, 7), strict=True)) % 11


def _with_check_digit(nine: str) -> str:
    return f"{nine}{_nip_sum(nine)}"


contribution_keys = subjects.map(lambda subject: RecordKey(Kind.CONTRIBUTION, subject=subject))
tax_keys = st.sampled_from(TAX_FORMS).map(lambda form: RecordKey(Kind.TAX, form))
keys = st.one_of(contribution_keys, tax_keys, st.just(RecordKey(Kind.STATEMENT)))

_two_settlements = st.sampled_from([Settlement.DECLARATION, Settlement.CORRECTION])


def contents(kind: Kind) -> st.SearchStrategy[Content]:
    """Figures that this kind of record may hold."""
    if kind is Kind.STATEMENT:
        return st.builds(Content, _two_settlements, revenue=signed_grosze, costs=st.none() | signed_grosze)
    settlements = st.sampled_from(Settlement) if kind is Kind.TAX else _two_settlements
    return st.one_of(
        st.builds(Content, settlements, amount=grosze),
        st.builds(Content, settlements, surplus=grosze),
    )


def steps(kind: Kind) -> st.SearchStrategy[Step]:
    """Any entry of a history."""
    return st.builds(Step, st.sampled_from(Action), moments, ids, versions, contents(kind), comments)


@st.composite
def records(draw: st.DrawFn, key: RecordKey, period: Period) -> Record:
    """A record in any condition, also in those no sequence of steps leads to."""
    figures = contents(key.kind)
    current = st.builds(Current, figures, versions, moments, moments, ids, st.booleans(), comments)
    published = st.builds(
        Published,
        figures,
        versions,
        moments,
        ids,
        st.none() | st.sampled_from(Rule),
        comments,
        st.none() | figures,
        st.none() | moments,
        st.none() | moments,
        st.none() | days,
        grosze,
    )
    withdrawn = st.builds(Withdrawn, versions, moments, ids, comments, figures, st.none() | moments, grosze)
    return Record(
        key,
        period,
        draw(current),
        draw(st.none() | published),
        draw(st.none() | withdrawn),
        tuple(draw(st.lists(steps(key.kind), max_size=4))),
    )


@st.composite
def months(draw: st.DrawFn) -> FirmMonth:
    """A firm's month with up to five records."""
    period = draw(periods)
    wanted = draw(st.lists(keys, max_size=5, unique=True))
    return FirmMonth(
        draw(ids), period, draw(st.integers(0, 10**6)), {key: draw(records(key, period)) for key in wanted}
    )
