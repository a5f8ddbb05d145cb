"""The directory: every firm is in the office's lists from the moment it exists, whatever happens at the same time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import ids
from portal.aws import ConditionFailed, Expect, Table
from portal.domain.firms import Firm, IdType, LegalForm, Status
from portal.store import directory, firms, keys
from portal.store.directory import Contact, Entry
from portal.store.office import OfficeTable
from tests.functions import tables
from tests.functions.times import START
from tests.functions.world import NIPS, Office, demo_nip


def table_of(office: Office) -> OfficeTable:
    return OfficeTable(Table(tables.name()), office.id)


def firm(number: int, name: str = "Firma Demo", **more: Any) -> Firm:
    return Firm(ids.new(START), demo_nip(number), name, Status.ACTIVE, LegalForm.COMPANY, **more)


def test_a_new_firm_is_listed_at_once_and_by_polish_order(office: Office) -> None:
    table = table_of(office)
    for number, name in enumerate(["Żabka", "Zebra", "Łan", "Lama", "Ćma", "Cis", "Ślimak Ósmy", "Sosna"]):
        firms.create(table, firm(number, name))
    assert [entry.name for entry in directory.all_of(table)] == [
        *["Cis", "Ćma", "Lama", "Łan", "Sosna", "Ślimak Ósmy", "Zebra", "Żabka"]
    ]


def test_two_requests_that_write_neighbours_at_once_both_succeed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one finds the shared item changed under it, reads it again and keeps what the first one wrote."""
    monkeypatch.setattr(directory, "SHARDS", 1)
    table, between = table_of(office), [firm(2, "Druga"), firm(3, "Trzecia")]
    wrote = OfficeTable.transact

    def late(self: OfficeTable, steps: Any) -> None:
        if between:
            other = between.pop()
            monkeypatch.setattr(OfficeTable, "transact", wrote)
            firms.create(table, other)
            monkeypatch.setattr(OfficeTable, "transact", late)
        wrote(self, steps)

    monkeypatch.setattr(OfficeTable, "transact", late)
    firms.create(table, firm(1, "Pierwsza"))
    assert [entry.name for entry in directory.all_of(table)] == ["Druga", "Pierwsza", "Trzecia"]


def test_a_condition_of_the_change_itself_is_not_tried_again(office: Office) -> None:
    table, known = table_of(office), firm(1)
    firms.create(table, known)
    stale = firms.put(table, replace(known, name="Stara"), Expect.same("version", 7))
    with pytest.raises(ConditionFailed):
        directory.transact(table, {known.id: directory.of_firm(replace(known, name="Stara"))}, [stale])
    assert [entry.name for entry in directory.all_of(table)] == ["Firma Demo"]


def test_what_is_known_of_people_outlives_a_change_of_the_firm(office: Office) -> None:
    table, known = table_of(office), firm(1)
    firms.create(table, known)
    directory.transact(table, {known.id: directory.with_person(Contact("P", "Jan Demo", activated=True))}, [])
    firms.update(table, replace(known, name="Nowa nazwa"))
    (entry,) = directory.all_of(table)
    assert (entry.name, entry.people) == ("Nowa nazwa", (Contact("P", "Jan Demo", activated=True),))
    directory.transact(table, {known.id: directory.without_person("P")}, [])
    assert directory.all_of(table) == [entry._replace(people=())]


def test_an_office_reads_only_its_own_directory(office: Office) -> None:
    firms.create(table_of(office), firm(1))
    assert list(directory.all_of(OfficeTable(Table(tables.name()), ids.new(START)))) == []


def entry(name: str = "Firma", number: str = NIPS[0], prefix: str = "", people: tuple[str, ...] = ()) -> Entry:
    contacts = tuple(Contact(str(place), person, activated=False) for place, person in enumerate(people))
    return Entry("1", name, number, prefix, Status.ACTIVE, invoices=False, own=False, found=False, people=contacts)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("chata", True),
        ("CHATA nowa", True),
        ("512-007-91-94", True),
        ("5120079", True),
        ("k/07", True),
        ("kowal", True),
        ("kowal chata", True),
        ("", True),
        ("kowal stara", False),
        ("511", False),
    ],
)
def test_a_search_finds_every_word_in_name_number_prefix_or_people(words: str, found: bool) -> None:
    listed = [entry("Nowa Chata sp. z o.o.", "5120079194", "K/07", ("Anna Kowal",))]
    assert directory.search(listed, words) == (listed if found else [])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(names=st.lists(st.text(min_size=1, max_size=60), max_size=6, unique=True))
def test_any_names_come_back_as_they_were_written(office: Office, names: list[str]) -> None:
    table = OfficeTable(Table(tables.name()), ids.new(START))
    for number, name in enumerate(names):
        made = firm(number, "x")
        one = entry(name)._replace(id=made.id)
        directory.transact(table, {made.id: lambda _, one=one: one}, [])  # type: ignore[misc]
    assert sorted(one.name for one in directory.all_of(table)) == sorted(names)


def test_a_number_is_claimed_for_one_firm_only(office: Office) -> None:
    table, known = table_of(office), firm(1)
    firms.create(table, known)
    assert firms.by_nip(table, [known.nip])[known.nip].firm == known.id
    assert table.get(keys.identifier(IdType.NIP, known.nip)) is not None
