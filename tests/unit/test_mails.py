"""What is known of mails to a person: bounces, complaints, and which mails are held back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.mails import (
    ASKED_FOR,
    BY_HAND,
    Event,
    Fate,
    LastMail,
    MailRecord,
    Reason,
    Trouble,
    one_line,
    sender_name,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TEMPLATES = sorted([*ASKED_FOR, *BY_HAND, "new_device", "office_opened"])


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def bounced(minutes: int = 0, reason: Reason = Reason.NO_MAILBOX, message: str = "m") -> Event:
    return Event(message, Fate.BOUNCED, at(minutes), reason)


def delivered(minutes: int = 0, message: str = "m") -> Event:
    return Event(message, Fate.DELIVERED, at(minutes))


def complained(minutes: int = 0, message: str = "m") -> Event:
    return Event(message, Fate.COMPLAINED, at(minutes), Reason.SPAM)


def taken_back(minutes: int = 0) -> Event:
    return Event("m", Fate.COMPLAINED, at(minutes))


def after(*events: Event) -> MailRecord:
    record = MailRecord()
    for event in events:
        record = record.told(event)
    return record


def state(record: MailRecord) -> tuple[Trouble, Reason] | None:
    return (record.state.state, record.state.reason) if record.state else None


def test_nothing_is_wrong_with_somebody_who_never_got_a_mail() -> None:
    assert MailRecord().state is None


def test_a_bounce_is_kept_and_a_later_delivery_heals_it() -> None:
    assert state(after(bounced(0))) == (Trouble.BOUNCED, Reason.NO_MAILBOX)
    assert after(bounced(0), delivered(1)).state is None
    assert state(after(bounced(0), delivered(1), bounced(2, Reason.MAILBOX_FULL))) == (
        Trouble.BOUNCED,
        Reason.MAILBOX_FULL,
    )


def test_a_complaint_outlives_deliveries_and_is_ended_by_taking_it_back() -> None:
    record = after(complained(0), delivered(1), bounced(2), delivered(3))
    assert state(record) == (Trouble.COMPLAINED, Reason.SPAM)
    assert record.told(taken_back(4)).state is None


def test_a_complaint_that_comes_after_a_newer_delivery_counts() -> None:
    assert state(after(delivered(5), complained(0))) == (Trouble.COMPLAINED, Reason.SPAM)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_events_say_the_same_in_whatever_order_they_come(order: tuple[int, ...]) -> None:
    events = [bounced(0), delivered(1), bounced(2, Reason.MAILBOX_FULL), complained(3)]
    assert after(*(events[n] for n in order)) == after(*events)


def test_a_repeated_event_changes_nothing() -> None:
    for event in (bounced(), delivered(), complained()):
        once = after(event)
        assert once.told(event) == once


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_is_held_back(template: str) -> None:
    assert not after(delivered()).holds_back(template)
    assert not after(bounced(0, Reason.MAILBOX_FULL)).holds_back(template)
    assert not after(bounced(0, Reason.UNKNOWN)).holds_back(template)
    assert after(bounced()).holds_back(template) == (template not in ASKED_FOR | BY_HAND)
    assert after(complained()).holds_back(template) == (template not in ASKED_FOR)


def test_the_last_mail_of_an_office_learns_its_fate_and_no_other_does() -> None:
    record = MailRecord().wrote("O1", LastMail("m1", "invitation", NOON, Fate.SENT))
    record = record.wrote("O2", LastMail("m2", "invitation", NOON, Fate.SENT))
    record = record.told(delivered(1, "m1"))
    assert {office: mail.fate for office, mail in record.last.items()} == {"O1": Fate.DELIVERED, "O2": Fate.SENT}


def test_of_many_offices_those_that_wrote_last_are_kept() -> None:
    record = MailRecord()
    for number in range(30):
        record = record.wrote(f"O{number}", LastMail(f"m{number}", "invitation", at(number), Fate.SENT))
    assert set(record.last) == {f"O{number}" for number in range(10, 30)}
    record = record.wrote("O10", LastMail("again", "invitation", at(40), Fate.SENT))
    record = record.wrote("new", LastMail("m", "invitation", at(41), Fate.SENT))
    assert set(record.last) == {"new", "O10", *(f"O{number}" for number in range(12, 30))}
    assert record.last["O10"].message == "again"


def test_a_fate_is_not_taken_back_by_what_comes_late() -> None:
    record = MailRecord().wrote("O1", LastMail("m", "invitation", NOON, Fate.SENT))
    late = record.told(bounced(2)).told(delivered(1))
    assert late.last["O1"].fate is Fate.BOUNCED
    assert record.told(complained(1)).told(delivered(2)).last["O1"].fate is Fate.COMPLAINED
    assert record.told(taken_back(1)).last["O1"].fate is Fate.SENT


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Biuro Demo", "Biuro Demo"),
        ("Biuro\r\nBcc: obcy@evil.example", "Biuro Bcc: obcy evil.example"),
        ('Bank <b@bank.example>, "x"', "Bank b bank.example , x"),
        ("a\u202eb\u200bc\x00d\x7fe", "abcde"),
        ("  Żółć\u2028\tKsięgi\u00a0 ", "Żółć Księgi"),
        ("\\", ""),
    ],
)
def test_a_senders_name_is_a_name_only(name: str, shown: str) -> None:
    assert sender_name(name) == shown


@given(st.text(max_size=300))
def test_no_text_breaks_a_header(text: str) -> None:
    for line in (one_line(text), sender_name(text)):
        assert line.splitlines() in ([], [line])
        assert line == line.strip()
        assert len(line) <= 150
    assert len(sender_name(text)) <= 60
    assert not set(sender_name(text)) & set('<>@"\\')
