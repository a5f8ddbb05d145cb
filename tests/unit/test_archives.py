"""Names of the files in a ZIP of documents: readable, one of a kind, and safe on every system."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import PureWindowsPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import archives
from portal.domain.archives import Archive, Names, Unmarked
from portal.domain.documents import Description, Document, Facts, Kind, Ref, Source
from portal.domain.people import Actor, Membership, Role
from portal.domain.periods import Period

NOW = datetime(2026, 11, 3, 23, 30, tzinfo=UTC)
NIP = "5951416168"
_WINDOWS_FORBIDS = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def document(name: str = "skan 1.pdf", media_type: str = "application/pdf", **told: Any) -> Document:
    facts = Facts(media_type, 1, "0f" * 32)
    return Document(
        "01M86CH3M0AAAAAAAAAAAAAAAA",
        Period(2026, 11),
        name,
        Source.WEB,
        "X",
        NOW,
        facts,
        description=Description(**{"kind": Kind.PURCHASE, **told}),
        facts=facts,
        arrived_at=NOW,
    )


def name_of(one: Document, seller: str = "") -> str:
    return Names().give(one, "F", seller)


def test_month_kind_day_number_and_seller() -> None:
    one = document(number="FV/12/11", seller_nip=NIP, issued_on=date(2026, 11, 3))
    assert name_of(one, "Dostawca") == "2026-11/zakup/2026-11-03_FV-12-11_Dostawca.pdf"


@pytest.mark.parametrize(
    ("told", "seller", "name"),
    [
        ({"number": "1"}, "", "2026-11-04_1.pdf"),
        ({"seller_nip": NIP}, "", f"2026-11-04_{NIP}.pdf"),
        ({"seller_nip": NIP}, "Żuraw i Syn", "2026-11-04_Żuraw-i-Syn.pdf"),
        ({}, "", "2026-11-04_skan-1.pdf"),
        ({"number": "///"}, "", "2026-11-04_skan-1.pdf"),
    ],
)
def test_what_is_not_known_is_left_out(told: dict[str, Any], seller: str, name: str) -> None:
    """The day it arrived, as Polish clocks show it, stands for one that nobody knows."""
    assert name_of(document(**told), seller) == f"2026-11/zakup/{name}"


@pytest.mark.parametrize(("kind", "folder"), list(archives.FOLDERS.items()))
def test_each_kind_has_its_folder(kind: Kind, folder: str) -> None:
    assert name_of(document(kind=kind)).split("/")[1] == folder


def test_every_kind_has_one() -> None:
    assert archives.FOLDERS.keys() == set(Kind)
    assert len(set(archives.FOLDERS.values())) == len(Kind)


def test_the_content_tells_the_ending() -> None:
    assert name_of(document("a.exe", "image/jpeg")).endswith("_a.jpg")
    assert name_of(document("a.JPEG", "image/jpeg")).endswith("_a.jpeg")
    assert name_of(document("bez rozszerzenia", "application/xml")).endswith("_bez-rozszerzenia.xml")


def test_no_name_is_given_twice() -> None:
    names = Names()
    given_names = [names.give(document(number=number), "F", "") for number in ("a", "A", "a", "a-2")]
    assert [name.rpartition("_")[2] for name in given_names] == ["a.pdf", "A-2.pdf", "a-3.pdf", "a-2-2.pdf"]
    assert len({name.casefold() for name in given_names}) == 4


def test_each_firm_has_its_folder_also_when_they_are_called_alike() -> None:
    names = Names({"B": "Kłos sp. z o.o.", "A": "KŁOS sp. z o.o.", "C": "con"})
    folders = [names.give(document(), firm, "").partition("/")[0] for firm in "ABC"]
    assert folders == ["KŁOS-sp.-z-o.o", "Kłos-sp.-z-o.o-2", "con-"]


def test_the_index_keeps_its_name() -> None:
    assert Names({"A": "indeks.csv"}).give(document(), "A", "").startswith("indeks.csv-2/")


@given(st.text(), st.text(), st.text(), st.text())
def test_any_text_makes_names_that_windows_can_write(given_name: str, number: str, seller: str, firm: str) -> None:
    name = Names({"F": firm}).give(document(given_name, number=number), "F", seller)
    parts = name.split("/")
    assert len(parts) == 4
    assert len(name) < 200
    for part in parts:
        assert part
        assert not _WINDOWS_FORBIDS.search(part)
        assert not part.endswith((".", " "))
        assert not _DEVICES.fullmatch(part)
        assert part.isprintable(), "no mark of direction, nothing that is not seen"
    assert PureWindowsPath(name).parts == tuple(parts)


def test_who_serves_all_its_firms_may_know_of_it() -> None:
    archive = Archive("A", "X", NOW, NOW, firms=("F1", "F2"))
    member = Membership("X", "O", Role.STAFF)

    def actor(*assigned: str) -> Actor:
        return Actor("X", member, frozenset(assigned))

    assert archive.open_to(Actor("X", member, None))
    assert archive.open_to(actor("F1", "F2", "F3"))
    assert not archive.open_to(actor("F1"))


def test_of_many_that_were_not_marked_the_first_are_named() -> None:
    told = [Unmarked("F", Ref(Period(2026, 11), f"{n:026}"), "a.pdf", "document-changed") for n in range(250)]
    archive = Archive("A", "X", NOW, NOW).with_marks(3, told)
    assert (archive.marked, len(archive.unmarked), archive.unmarked_total) == (3, archives.MOST_TOLD, 250)


def test_the_same_question_is_known_again() -> None:
    one = Archive("A", "X", NOW, NOW, firms=("F",), period=Period(2026, 11))
    assert one.asked_for == replace(one, id="B", done=3, slot=2).asked_for
    assert one.asked_for != replace(one, mark=True).asked_for
    assert one.asked_for != replace(one, by="Y").asked_for
