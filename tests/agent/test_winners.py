"""Digests, and which version of a record counts."""

import hashlib
import json
import random

from hypothesis import given
from hypothesis import strategies as st
from konektosync.model import Found, Record, short_hash
from konektosync.winners import choose

NIPS = ("5120079194", "5120000985")


def test_digest_of_the_protocol():
    record = Record(nip="5120079194", kind="contribution", period="2026-10", settlement="D", amount=590_211)
    assert record.digest == "1f7837a5d64ea27a5b4685284695c7c4"


amounts = st.integers(0, 9_999_999_999)
texts = st.text(max_size=60)
records = st.one_of(
    st.builds(
        Record,
        nip=st.sampled_from(NIPS),
        kind=st.just("tax"),
        period=st.sampled_from(["2026-09", "2026-10"]),
        settlement=st.sampled_from(["D", "K"]),
        form=st.just("VAT-7"),
        subject=texts,
        amount=amounts,
        surplus=amounts,
    ),
    st.builds(
        Record,
        nip=st.sampled_from(NIPS),
        kind=st.just("statement"),
        period=st.just("2026-10"),
        settlement=st.sampled_from(["D", "K"]),
        revenue=amounts,
        costs=st.none() | amounts,
    ),
)


@given(records, st.randoms())
def test_digest_is_of_the_content_alone(record: Record, dice: random.Random):
    """Any JSON writer that sorts keys, writes no spaces and UTF-8 comes to the same digest, in any order of keys."""
    content = list(record.content().items())
    dice.shuffle(content)
    text = json.dumps(dict(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert record.digest == hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    assert "nip" not in record.content()


@given(records, records)
def test_digests_differ_where_contents_do(one: Record, other: Record):
    assert (one.digest == other.digest) == (one.content() == other.content())


def found(number: int, amount: int, settlement: str, version: str, first: bool) -> Found:
    record = Record(
        nip=NIPS[number % 2], kind="tax", form="VAT-7", period="2026-10", settlement=settlement, amount=amount
    )
    first = first and settlement == "D"
    return Found(record=record, version=version, first=first, file=f"{number}.xml", source=f"/{number}.xml")


versions = st.lists(
    st.tuples(
        st.integers(0, 3), st.sampled_from(["D", "K"]), st.sampled_from(["", "2026-11-01", "2026-11-02"]), st.booleans()
    ),
    max_size=8,
)


@given(versions, st.randoms())
def test_winner_does_not_depend_on_the_order(drawn, dice: random.Random):
    rivals = [found(number, *values) for number, values in enumerate(drawn)]
    expected = choose(rivals)
    dice.shuffle(rivals)
    assert choose(rivals) == expected


@given(versions)
def test_winner_is_of_the_highest_rank_and_unopposed(drawn):
    rivals = [found(number, *values) for number, values in enumerate(drawn)]
    choice = choose(rivals)
    assert set(choice.winners) | set(choice.contradictions) == {one.record.key for one in rivals}
    assert not set(choice.winners) & set(choice.contradictions)
    for key, winner in choice.winners.items():
        same = [one for one in rivals if one.record.key == key]
        assert winner.rank == max(one.rank for one in same)
        assert {one.record.digest for one in same if one.rank == winner.rank} == {winner.record.digest}


@given(versions)
def test_same_content_twice_changes_nothing(drawn):
    rivals = [found(number, *values) for number, values in enumerate(drawn)]
    assert choose(rivals + rivals) == choose(rivals)


def test_short_hash_is_of_utf8():
    assert short_hash("ą") == hashlib.sha256("ą".encode()).hexdigest()[:32]
