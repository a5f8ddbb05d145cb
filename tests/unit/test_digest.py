"""The digest of a record is what docs/sync-protocol.md says, and tells two contents apart exactly."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.periods import Period
from portal.domain.records import Content, Kind, RecordKey, Settlement
from tests.unit import strategies
from tests.unit.making import OCTOBER, STATEMENT, VAT, ZUS

PROTOCOL = Path(__file__).parents[2] / "docs" / "sync-protocol.md"

Whole = tuple[RecordKey, Period, Content]


def digest_of(written: str) -> str:
    """What the protocol asks for, given the JSON as text."""
    return hashlib.sha256(written.encode()).hexdigest()[:32]


def test_the_example_of_the_protocol_holds() -> None:
    written, digest = re.findall(r"^(\{.*\})\n→ ([0-9a-f]{32})$", PROTOCOL.read_text(), re.MULTILINE)[0]
    said = json.loads(written)
    key = RecordKey(Kind(said["kind"]), said["form"], said["subject"])
    content = Content(Settlement(said["settlement"]), said["amount"], said["surplus"])
    assert content.digest(key, Period.parse(said["period"])) == digest == "1f7837a5d64ea27a5b4685284695c7c4"
    assert digest_of(written) == digest


@pytest.mark.parametrize(
    ("key", "content", "written"),
    [
        pytest.param(
            ZUS,
            Content(Settlement.DECLARATION, amount=590_211),
            '{"amount":590211,"form":"","kind":"contribution","period":"2026-10","settlement":"D","subject":"","surplus":0}',
            id="contribution",
        ),
        pytest.param(
            RecordKey(Kind.CONTRIBUTION, subject='Łukasz "Żółw"'),
            Content(Settlement.CORRECTION, surplus=1),
            '{"amount":0,"form":"","kind":"contribution","period":"2026-10","settlement":"K",'
            '"subject":"Łukasz \\"Żółw\\"","surplus":1}',
            id="polish letters stand as they are",
        ),
        pytest.param(
            VAT,
            Content(Settlement.FORECAST, amount=345_000),
            '{"amount":345000,"form":"VAT-7","kind":"tax","period":"2026-10","settlement":"P","subject":"","surplus":0}',
            id="tax",
        ),
        pytest.param(
            STATEMENT,
            Content(Settlement.DECLARATION, revenue=-4_500_000, costs=3_120_050),
            '{"costs":3120050,"form":"","kind":"statement","period":"2026-10","revenue":-4500000,"settlement":"D","subject":""}',
            id="statement",
        ),
        pytest.param(
            STATEMENT,
            Content(Settlement.DECLARATION, revenue=0),
            '{"costs":null,"form":"","kind":"statement","period":"2026-10","revenue":0,"settlement":"D","subject":""}',
            id="books without costs",
        ),
    ],
)
def test_the_digest_is_taken_over_sorted_keys_without_spaces_in_utf_8(
    key: RecordKey, content: Content, written: str
) -> None:
    assert content.digest(key, OCTOBER) == digest_of(written)


@st.composite
def wholes(draw: st.DrawFn) -> Whole:
    """A record as it is sent."""
    key = draw(strategies.keys)
    return key, draw(strategies.periods), draw(strategies.contents(key.kind))


@st.composite
def relatives(draw: st.DrawFn) -> tuple[Whole, Whole]:
    """Two records that differ in one respect, or in none."""
    key, period, content = draw(wholes())
    other = draw(
        st.sampled_from(
            [
                (key, period, content),
                (key, period.plus(1), content),
                (key, period, draw(strategies.contents(key.kind))),
                (draw(strategies.keys.filter(lambda it: it.kind is key.kind)), period, content),
                # The same figures elsewhere: a surplus is no amount, revenue is no cost.
                (key, period, Content(content.settlement, content.surplus, content.amount, content.revenue)),
            ]
        )
    )
    return (key, period, content), other


@given(relatives())
def test_two_records_have_one_digest_if_and_only_if_they_say_the_same(pair: tuple[Whole, Whole]) -> None:
    (key, period, content), (other_key, other_period, other_content) = pair
    digests = content.digest(key, period), other_content.digest(other_key, other_period)
    assert (digests[0] == digests[1]) == (pair[0] == pair[1])


@given(wholes())
def test_a_digest_is_32_lower_case_hex_digits(whole: Whole) -> None:
    key, period, content = whole
    assert re.fullmatch("[0-9a-f]{32}", content.digest(key, period))
