"""The rules of one document: what may become of it, and by whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.domain import documents, errors
from portal.domain.documents import Column, Description, Document, Facts, Kind, Ref, Side, Source, Status
from portal.domain.periods import Period

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ID = "01JDEM00000000000000000001"
ANNA, CLIENT = "anna", "jan"
NOVEMBER = Period(2026, 11)
FACTS = Facts("application/pdf", 1000, "ab" * 32, pages=2)


def made(status: Status = Status.AWAITED, **more: object) -> Document:
    facts = None if status in documents.NOT_ARRIVED else FACTS
    one = Document(ID, NOVEMBER, "a.pdf", Source.WEB, CLIENT, NOW, FACTS, status=status, facts=facts)
    return replace(one, **more)


def code(step: Callable[[], object]) -> str:
    with pytest.raises(errors.Refusal) as refused:
        step()
    return refused.value.code.name


@pytest.mark.parametrize(
    ("circulation", "stations"),
    [
        (True, ["to-process", "to-review", "approved"]),
        (False, ["approved"]),
    ],
)
def test_it_goes_from_station_to_station(circulation: bool, stations: list[str]) -> None:
    one, met = made(Status.NEW), []
    while one.next_status(circulation=circulation):
        one = one.advanced(ANNA, NOW, circulation=circulation)
        met.append(one.status.value)
    assert met == stations
    assert [step.what for step in one.steps] == stations
    assert code(lambda: one.advanced(ANNA, NOW, circulation=circulation)) == "document-status"


@pytest.mark.parametrize("status", [*documents.OPEN, Status.APPROVED, Status.REJECTED])
def test_any_station_allows_a_question_and_its_answer_leads_back(status: Status) -> None:
    asked = made(status).asked(" Co to? ", ANNA, NOW, circulation=True)
    assert (asked.status, asked.thread[-1].text, asked.thread[-1].side) == (Status.QUESTION, "Co to?", Side.OFFICE)
    answered = asked.answered("Paliwo", CLIENT, NOW)
    assert (answered.status, len(answered.thread)) == (Status.TO_PROCESS, 2)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.QUESTION])
def test_without_a_question_a_clients_message_changes_no_status(status: Status) -> None:
    if status in documents.GONE:
        assert code(lambda: made(status).answered("Halo", CLIENT, NOW)) == "document-status"
    else:
        assert made(status).answered("Halo", CLIENT, NOW).status is status


def test_an_answer_to_an_exported_document_unlocks_nothing() -> None:
    one = made(Status.QUESTION, exported_at=NOW)
    assert one.answered("Tak", CLIENT, NOW).status is Status.QUESTION


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_a_rejection_needs_a_reason(reason: str) -> None:
    assert code(lambda: made(Status.NEW).rejected(reason, ANNA, NOW)) == "rejection-reason"


@pytest.mark.parametrize("status", sorted(documents.NOT_ARRIVED | documents.GONE))
def test_what_is_not_there_does_not_circulate(status: Status) -> None:
    one = made(status)
    assert code(lambda: one.advanced(ANNA, NOW, circulation=True)) == "document-status"
    assert code(lambda: one.asked("?", ANNA, NOW, circulation=True)) == "document-status"
    assert code(lambda: one.rejected("x", ANNA, NOW)) == "document-status"


def test_an_exported_document_is_locked() -> None:
    one = made(Status.APPROVED).exported(ANNA, NOW)
    for step in (
        lambda: one.advanced(ANNA, NOW, circulation=True),
        lambda: one.asked("?", ANNA, NOW, circulation=True),
        lambda: one.rejected("x", ANNA, NOW),
        lambda: one.described(Description(Kind.SALE), NOVEMBER, ANNA, NOW),
        lambda: one.deleted(ANNA, Side.OFFICE, NOW),
        lambda: one.exported(ANNA, NOW),
    ):
        assert code(step) == "document-locked"


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.APPROVED])
def test_only_what_is_approved_is_exported(status: Status) -> None:
    assert code(lambda: made(status).exported(ANNA, NOW)) == "document-not-approved"


@pytest.mark.parametrize("status", [status for status in Status if status not in documents.GONE])
def test_the_client_takes_back_what_nobody_began_with(status: Status) -> None:
    free = status in (*documents.NOT_ARRIVED, Status.NEW)
    if free:
        assert made(status).deleted(CLIENT, Side.CLIENT, NOW).status is Status.DELETED
    else:
        assert code(lambda: made(status).deleted(CLIENT, Side.CLIENT, NOW)) == "document-begun"
    assert made(status).deleted(ANNA, Side.OFFICE, NOW).status is Status.DELETED


def test_a_client_does_not_take_back_an_invoice_of_the_office() -> None:
    assert code(lambda: made(Status.NEW, source=Source.FEE).deleted(CLIENT, Side.CLIENT, NOW)) == "document-begun"


@pytest.mark.parametrize("status", list(Status))
def test_a_file_arrives_once_even_after_it_was_given_up(status: Status) -> None:
    if status in (Status.AWAITED, Status.LOST):
        assert made(status).arrived(FACTS, NOW).status is Status.NEW
        assert made(status).stopped("stopped-virus", NOW).status is Status.STOPPED
    else:
        assert code(lambda: made(status).arrived(FACTS, NOW)) == "document-arrived"
        assert code(lambda: made(status).stopped("stopped-virus", NOW)) == "document-arrived"


def test_it_is_given_up_after_a_day_and_not_before() -> None:
    assert code(lambda: made().lost(NOW + timedelta(hours=23))) == "document-arrived"
    assert made().lost(NOW + timedelta(hours=24)).status is Status.LOST


# What it is recognised by


@pytest.mark.parametrize("missing", ["seller_nip", "number", "gross"])
def test_numbers_tell_of_doubles_only_when_all_are_known(missing: str) -> None:
    whole = Description(seller_nip="5120079194", number="FV/1", gross=100)
    assert whole.fingerprint.startswith("n")
    assert replace(whole, **{missing: None if missing == "gross" else ""}).fingerprint == ""


def test_a_number_is_the_same_however_it_is_spaced_and_cased() -> None:
    whole = Description(seller_nip="5120079194", number="FV 1/11", gross=100)
    assert replace(whole, number="fv1 / 11").fingerprint == whole.fingerprint
    assert replace(whole, number="FV 1/12").fingerprint != whole.fingerprint
    assert replace(whole, gross=101).fingerprint != whole.fingerprint


@pytest.mark.parametrize("status", [Status.AWAITED, *sorted(documents.GONE)])
def test_what_is_not_there_is_nobodys_double(status: Status) -> None:
    assert made(status).fingerprints == ()


def test_what_a_person_said_of_a_pair_stands_until_there_is_another_pair() -> None:
    other, third = Ref(NOVEMBER, "01JDEM00000000000000000002"), Ref(NOVEMBER, "01JDEM00000000000000000003")
    judged = made(Status.NEW).doubled_by(other).settled(ANNA, NOW)
    assert judged.doubled_by(other) is judged
    assert judged.doubled_by(third).twin_settled is False
    assert judged.doubled_by(None).twin == ""


# Data


def test_a_description_that_says_the_same_is_no_change() -> None:
    one = made(Status.NEW)
    assert one.described(one.description, NOVEMBER, ANNA, NOW) is one


def test_the_history_names_the_fields_and_never_the_amounts() -> None:
    told = Description(Kind.SALE, number="FV 1", gross=713_131, columns={Column.GOODS: 713_131})
    step = made(Status.NEW).described(told, Period(2026, 10), ANNA, NOW).steps[-1]
    assert step.text == "2026-11→2026-10 kind number gross columns"


def test_a_thread_and_a_text_have_their_limits() -> None:
    one = made(Status.NEW)
    for _ in range(documents.MOST_MESSAGES):
        one = one.said("x" * documents.TEXT_LIMIT, Side.OFFICE, ANNA, NOW)
    assert code(lambda: one.said("x", Side.OFFICE, ANNA, NOW)) == "too-many-messages"
    assert code(lambda: made(Status.NEW).said("x" * 1001, Side.OFFICE, ANNA, NOW)) == "text-too-long"


def test_a_long_history_keeps_its_newest_steps() -> None:
    one = made(Status.NEW)
    for number in range(documents.MOST_STEPS + 5):
        one = one.described(Description(number=str(number)), NOVEMBER, ANNA, NOW)
    assert len(one.steps) == documents.MOST_STEPS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11",
        f"2026-13-{ID}",
        f"2026-11-{ID}0",
        f"2026-11_{ID}",
        "2026-11-01JDEM0000000000000000000#",
        f"26-11-{ID}",
    ],
)
def test_what_is_no_name_of_a_document_is_not_found(text: str) -> None:
    assert code(lambda: Ref.parse(text)) == "not-found"


def test_a_name_is_written_as_it_is_read() -> None:
    assert str(Ref.parse(f"2026-11-{ID}")) == f"2026-11-{ID}"
