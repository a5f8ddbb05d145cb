"""What becomes of records and numbers when two firms are one, or one is a partner of the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain import errors
from portal.domain.firms import Firm, IdType, Partner, Status
from portal.domain.merging import Merge, as_partner, named
from portal.domain.records import PERSONAL_FORMS, TAX_FORMS, FirmMonth, Kind, RecordKey
from tests.unit.making import NIP, OCTOBER, VAT, nowa_chata, refused, synced

JAN = "Jan Demo"
OTHER_NIP = "5120079194"
ZUS = RecordKey(Kind.CONTRIBUTION)
PIT = RecordKey(Kind.TAX, "PIT-5")
SOURCE = nowa_chata(id="01SOURCE", nip=OTHER_NIP, zus_account="", found_in="exports 5120079194")


def target(**fields: object) -> Firm:
    return nowa_chata(**fields)


def partnership(partner: Partner | None = None) -> Firm:
    return target(partners=(partner or Partner(JAN),))


def month(firm: str, *keys: RecordKey, revision: int = 1) -> FirmMonth:
    found = FirmMonth(firm, OCTOBER, revision)
    for place, key in enumerate(keys):
        found = found.with_record(synced(place + 1, key=key))
    return found


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("form", ["", *TAX_FORMS])
def test_a_partner_has_contributions_and_personal_taxes_only(kind: Kind, form: str) -> None:
    key = RecordKey(kind, form)
    if kind is Kind.CONTRIBUTION or form in PERSONAL_FORMS:
        assert as_partner(key, JAN) == replace(key, subject=JAN)
    else:
        with refused(errors.PARTNER_RECORD, "nip", says=JAN):
            as_partner(key, JAN)


def test_what_names_somebody_else_is_not_the_partners() -> None:
    """Two of the partner's records would become one: the second would overwrite the first."""
    with refused(errors.PARTNER_RECORD, "nip"):
        as_partner(replace(ZUS, subject="Pracownicy"), JAN)
    assert as_partner(replace(ZUS, subject=JAN), JAN) == replace(ZUS, subject=JAN)


def test_records_keep_everything_but_their_name() -> None:
    merge = Merge(SOURCE, partnership(), JAN)
    (after,) = merge.months([month(SOURCE.id, ZUS, PIT)], {})
    assert set(after.records) == {replace(ZUS, subject=JAN), replace(PIT, subject=JAN)}
    assert (after.firm, after.revision) == (merge.into.id, 0)
    for key, record in after.records.items():
        assert record.key == key
        assert replace(record, key=replace(key, subject="")) in month(SOURCE.id, ZUS, PIT).records.values()


def test_records_join_those_of_the_same_month() -> None:
    ours = month("01FIRM", VAT, revision=7)
    (after,) = Merge(SOURCE, target(nip="")).months([month(SOURCE.id, ZUS)], {OCTOBER: ours})
    assert set(after.records) == {VAT, ZUS}
    assert after.revision == 7


def test_all_that_is_on_both_sides_is_named() -> None:
    keys = [ZUS, PIT, VAT, RecordKey(Kind.STATEMENT), RecordKey(Kind.TAX, "CIT"), RecordKey(Kind.TAX, "PPE")]
    both = month("01FIRM", *keys)
    with refused(errors.MERGE_COLLISION, "into", says="ZUS 2026-10, PIT-5 2026-10, VAT-7 2026-10, zestawienie 2026-10"):
        Merge(SOURCE, target(nip="")).months([month(SOURCE.id, *keys)], {OCTOBER: both})


def test_what_comes_late_never_replaces_what_came_since() -> None:
    merge = Merge(SOURCE, target(nip=""))
    late, ours = month(SOURCE.id, ZUS, VAT), month("01FIRM", VAT)
    after = merge.late(late, ours)
    assert after.records[VAT] == ours.records[VAT]
    assert after.records[ZUS] == late.records[ZUS]


def test_the_target_gets_the_number_and_what_only_the_source_knew() -> None:
    account = "68600000020260015951416168"
    source = replace(SOURCE, zus_account=account)
    person = target(nip="", id_type=IdType.PESEL, number="44051401359", zus_account="")
    after = Merge(source, person).target()
    assert (after.nip, after.zus_account, after.found_in) == (OTHER_NIP, account, source.found_in)
    assert (after.id_type, after.number) == (IdType.PESEL, "44051401359"), "it stays known by that, too"
    own = target()
    assert Merge(replace(source, nip=NIP), own).target() == replace(own, found_in=source.found_in)
    with_partner = Merge(source, partnership(), JAN).target()
    assert with_partner.partners == (Partner(JAN, OTHER_NIP, account),)
    assert with_partner.nip == NIP


def test_the_source_goes_to_the_archive_for_its_years() -> None:
    today = date(2026, 11, 24)
    gone = Merge(SOURCE, target(nip="")).gone(today)
    assert (gone.status, gone.archived_on, gone.merged_into) == (Status.ARCHIVED, today, "01FIRM")
    long_since = replace(SOURCE, status=Status.ARCHIVED, archived_on=date(2024, 1, 1))
    assert Merge(long_since, target(nip="")).gone(today).archived_on == date(2024, 1, 1)


def test_every_number_of_the_source_leads_to_the_target() -> None:
    assert Merge(SOURCE, target(nip="")).numbers() == [(IdType.NIP, OTHER_NIP)]
    both = replace(SOURCE, id_type=IdType.PESEL, number="44051401359")
    assert Merge(both, target(nip="")).numbers() == [(IdType.PESEL, "44051401359"), (IdType.NIP, OTHER_NIP)]


@pytest.mark.parametrize(
    ("source", "into"),
    [
        (replace(SOURCE, own=True), target(nip="")),
        (replace(SOURCE, partners=(Partner(JAN),)), target(nip="")),
        (replace(SOURCE, merged_into="01J"), target(nip="")),
        (SOURCE, SOURCE),
        (SOURCE, target(nip="", status=Status.ARCHIVED)),
        (SOURCE, target(nip="", status=Status.ARCHIVED, merged_into="01J")),
    ],
    ids=["the office", "has partners", "merged", "itself", "into the archive", "into a merged one"],
)
def test_some_firms_are_never_merged(source: Firm, into: Firm) -> None:
    with refused(errors.MERGE_NOT_POSSIBLE, "into"):
        Merge(source, into).check()


def test_two_numbers_are_two_payers() -> None:
    with refused(errors.MERGE_NUMBER, "into"):
        Merge(SOURCE, target()).check()
    with refused(errors.MERGE_NUMBER, "into"):
        Merge(SOURCE, partnership(Partner(JAN, "7831916366")), JAN).check()
    Merge(SOURCE, partnership(Partner(JAN, OTHER_NIP)), JAN).check()
    Merge(replace(SOURCE, nip="", id_type=IdType.REGON, number="192598184"), target()).check()


def test_a_partner_must_be_on_the_list() -> None:
    with refused(errors.NOT_FOUND, "subject"):
        Merge(SOURCE, partnership(), "Ktoś inny").check()


@settings(derandomize=True, database=None, deadline=None)
@given(subject=st.sampled_from(["", JAN]), forms=st.sets(st.sampled_from(sorted(PERSONAL_FORMS))))
def test_nothing_is_lost_and_nothing_doubled(subject: str, forms: set[str]) -> None:
    keys = [ZUS, *(RecordKey(Kind.TAX, form) for form in sorted(forms))]
    ours = month("01FIRM", VAT)
    theirs = month(SOURCE.id, *keys)
    (after,) = Merge(SOURCE, partnership(), subject).months([theirs], {OCTOBER: ours})
    amounts = sorted(record.current.content.amount for record in after.records.values())
    given_amounts = [record.current.content.amount for one in (theirs, ours) for record in one.records.values()]
    assert amounts == sorted(given_amounts)


def test_a_record_is_named_in_a_word_or_two() -> None:
    assert [named(key) for key in (VAT, ZUS, replace(PIT, subject=JAN), RecordKey(Kind.STATEMENT))] == [
        "VAT-7",
        "ZUS",
        "PIT-5 (Jan Demo)",
        "zestawienie",
    ]
