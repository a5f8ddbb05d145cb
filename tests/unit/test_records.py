"""Two-step visibility: the office sees what came in; the client sees what the office approved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import errors, money, records
from portal.domain.periods import Period
from portal.domain.records import (
    TAX_FORMS,
    Action,
    Answer,
    Content,
    FirmMonth,
    Kind,
    Record,
    RecordKey,
    Rule,
    Seen,
    Settlement,
    State,
    Step,
)
from tests.unit import strategies
from tests.unit.making import (
    AGENT,
    ANNA,
    BARTEK,
    CLIENT,
    OCTOBER,
    STATEMENT,
    VAT,
    ZUS,
    approved,
    at,
    changed,
    refused,
    resent,
    synced,
    to_pay,
)

TODAY = date(2026, 11, 12)
OTHER_AGENT = "other-agent"


def entered(known: Record | None, grosze: int, comment: str = "", *, seen: int, when: datetime) -> Record:
    """Anna types figures in."""
    return records.enter(known, VAT, OCTOBER, to_pay(grosze), comment, seen_version=seen, by=ANNA, now=when)


def withdrawn(record: Record, when: datetime | None = None) -> Record:
    """Anna takes back what the client sees."""
    return records.withdraw(record, record.current.version, "Zła kwota", by=ANNA, now=when or at(20))


def client_sees(record: Record) -> tuple[Content | None, str | None]:
    """The figures on the client's side, and why there are none."""
    return (
        record.published.content if record.published else None,
        record.withdrawn.reason if record.withdrawn else None,
    )


def told(record: Record) -> list[tuple[Action, str, int, int]]:
    """The history in short: what, by whom, which version, which amount."""
    return [(step.action, step.by, step.version, step.content.amount) for step in record.steps]


# What arrives is seen by the office only


def test_what_an_agent_brings_is_seen_by_the_office_only_and_waits() -> None:
    record = synced(345_000)
    assert (record.current.content, record.current.version, record.current.by) == (to_pay(345_000), 1, AGENT)
    assert (record.published, record.withdrawn, record.state) == (None, None, State.WAITING)
    assert record.needs_approval
    assert record.current.by_hand is False


def test_what_is_typed_in_by_hand_carries_the_pencil_and_waits_too() -> None:
    record = entered(None, 345_000, "Przelew do 25.", seen=0, when=at(0))
    assert record.current.by_hand
    assert (record.current.by, record.current.comment, record.current.since) == (ANNA, "Przelew do 25.", at(0))
    assert client_sees(record) == (None, None)
    assert record.state is State.WAITING
    assert record.steps == (Step(Action.ENTERED, at(0), ANNA, 1, to_pay(345_000), "Przelew do 25."),)


# Approval


def test_approval_copies_current_to_published_with_who_and_when() -> None:
    record = entered(None, 345_000, "Przelew do 25.", seen=0, when=at(0))
    after = records.approve(record, 1, by=BARTEK, now=at(10))
    assert after.published is not None
    assert (after.published.content, after.published.comment) == (to_pay(345_000), "Przelew do 25.")
    assert (after.published.version, after.published.by, after.published.at) == (1, BARTEK, at(10))
    assert (after.published.rule, after.published.corrects) == (None, None)
    assert (after.published.seen_at, after.published.paid_on) == (None, None)
    assert after.current == record.current
    assert (after.state, after.needs_approval) == (State.SENT, False)


def test_approval_names_the_version_it_saw_and_is_refused_with_the_new_value_when_it_changed() -> None:
    record = changed(synced(345_000), 350_000, at(5))
    with refused(errors.RECORD_CHANGED, "record", says="Teraz: 3\u00a0500,00\u00a0zł"):
        records.approve(record, 1, by=ANNA, now=at(10))


@pytest.mark.parametrize("version", [0, 2, 99, -1])
def test_approval_of_a_version_that_nobody_saw_is_refused(version: int) -> None:
    with refused(errors.RECORD_CHANGED, "record"):
        records.approve(synced(1), version, by=ANNA, now=at(10))


def test_repeating_an_approval_changes_nothing_not_even_who_and_when() -> None:
    once = approved(synced(1))
    assert records.approve(once, 1, by=BARTEK, now=at(50)) is once


def test_approval_of_an_amount_that_came_back_to_what_the_client_sees_changes_nothing() -> None:
    seen = approved(synced(1))
    back = changed(changed(seen, 2, at(20)), 1, at(30))
    assert (back.state, back.current.version) == (State.SENT, 3)
    assert records.approve(back, 3, by=ANNA, now=at(40)) is back


def test_a_changed_comment_alone_waits_for_approval_and_reaches_the_client_by_it() -> None:
    shown = approved(entered(None, 1, "stary", seen=0, when=at(0)))
    edited = entered(shown, 1, "nowy", seen=1, when=at(20))
    assert (edited.state, edited.current.version) == (State.CHANGED, 2)
    assert edited.published == shown.published
    after = approved(edited, at(30))
    assert after.published is not None
    assert (after.published.comment, after.published.corrects) == ("nowy", None)


# The source changes after publication


def test_when_the_source_changes_the_client_goes_on_seeing_what_was_published() -> None:
    shown = approved(synced(345_000))
    after = changed(shown, 350_000, at(20))
    assert after.published == shown.published
    assert after.current.content == to_pay(350_000)
    assert (after.state, after.needs_approval) == (State.CHANGED, True)


def test_re_approval_is_a_correction_with_both_values() -> None:
    record = approved(changed(approved(synced(345_000)), 350_000, at(20)), at(30), by=BARTEK)
    assert record.published is not None
    assert (record.published.content, record.published.corrects) == (to_pay(350_000), to_pay(345_000))
    assert (record.published.version, record.published.by, record.published.at) == (2, BARTEK, at(30))
    assert record.state is State.SENT


def test_a_correction_compares_with_what_the_client_saw_and_not_with_what_only_the_office_saw() -> None:
    record = changed(changed(approved(synced(1)), 2, at(20)), 3, at(25))
    after = approved(record, at(30))
    assert after.published is not None
    assert (after.published.content, after.published.corrects) == (to_pay(3), to_pay(1))


def test_a_corrected_amount_has_to_be_seen_and_paid_anew() -> None:
    seen = records.see(approved(synced(1)), by=CLIENT, now=at(15))
    paid = records.mark_paid(seen, 1, TODAY, by=CLIENT, now=at(16))
    after = approved(changed(paid, 2, at(20)), at(30))
    assert after.published is not None
    assert (after.published.seen_at, after.published.paid_on, after.state) == (None, None, State.SENT)


# Withdrawal


def test_withdrawal_takes_the_amount_from_the_client_who_is_told_why() -> None:
    shown = approved(synced(345_000))
    after = records.withdraw(shown, 1, "  Brakuje faktury ", by=BARTEK, now=at(20))
    assert after.published is None
    assert after.withdrawn is not None
    assert (after.withdrawn.reason, after.withdrawn.by, after.withdrawn.at) == ("Brakuje faktury", BARTEK, at(20))
    assert after.withdrawn.content == to_pay(345_000)
    assert after.state is State.WITHDRAWN
    assert after.current.content == shown.current.content
    assert after.steps[-1] == Step(Action.WITHDRAWN, at(20), BARTEK, 1, to_pay(345_000), "Brakuje faktury")


def test_the_withdrawn_amount_is_the_one_the_client_saw_even_when_the_office_sees_another() -> None:
    record = changed(approved(synced(1)), 2, at(20))
    after = records.withdraw(record, 2, "Zła kwota", by=ANNA, now=at(30))
    assert after.withdrawn is not None
    assert after.withdrawn.content == to_pay(1)
    assert (after.steps[-1].version, after.steps[-1].content) == (1, to_pay(1))
    assert after.state is State.WITHDRAWN


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_withdrawal_without_a_reason_is_refused(reason: str) -> None:
    with refused(errors.REASON_MISSING, "reason"):
        records.withdraw(approved(synced(1)), 1, reason, by=ANNA, now=at(20))


def test_a_reason_has_at_most_500_characters() -> None:
    shown = approved(synced(1))
    assert records.withdraw(shown, 1, "x" * 500, by=ANNA, now=at(20)).withdrawn is not None
    with refused(errors.COMMENT_TOO_LONG, "reason", says="500"):
        records.withdraw(shown, 1, "x" * 501, by=ANNA, now=at(20))


def test_withdrawal_names_the_version_it_saw() -> None:
    record = changed(approved(synced(1)), 345_000, at(20))
    with refused(errors.RECORD_CHANGED, "record", says="3\u00a0450,00"):
        records.withdraw(record, 1, "Zła kwota", by=ANNA, now=at(30))


def test_what_the_client_does_not_see_cannot_be_withdrawn() -> None:
    never_shown = synced(1)
    for record in (never_shown, withdrawn(approved(never_shown))):
        with refused(errors.NOTHING_TO_WITHDRAW, "record"):
            withdrawn(record)


def test_a_withdrawn_amount_does_not_count_as_waiting_so_approving_everything_leaves_it_alone() -> None:
    record = withdrawn(approved(synced(1)))
    assert not record.needs_approval
    assert FirmMonth("firm", OCTOBER, records={VAT: record}).waiting == 0


def test_a_change_withdrawn_together_with_the_published_amount_does_not_count_as_waiting_either() -> None:
    record = withdrawn(changed(approved(synced(1)), 2, at(15)))
    assert (record.state, record.needs_approval) == (State.WITHDRAWN, False)


def test_a_withdrawn_amount_can_be_approved_again_on_purpose() -> None:
    record = withdrawn(approved(synced(1)))
    after = approved(record, at(30))
    assert client_sees(after) == (to_pay(1), None)
    assert after.published is not None
    assert after.published.corrects is None
    assert after.state is State.SENT


def test_what_changes_after_a_withdrawal_waits_again_and_its_approval_corrects_what_the_client_saw() -> None:
    record = changed(withdrawn(approved(synced(1))), 2, at(30))
    assert (record.state, record.needs_approval) == (State.WAITING, True)
    assert client_sees(record) == (None, "Zła kwota")
    after = approved(record, at(40))
    assert after.published is not None
    assert (after.published.content, after.published.corrects, after.withdrawn) == (to_pay(2), to_pay(1), None)


def test_an_approval_from_a_page_opened_before_a_withdrawal_is_refused() -> None:
    waiting = synced(345_000)
    bartek_saw = waiting.current.version
    record = withdrawn(approved(waiting))
    with refused(errors.RECORD_CHANGED, "record"):
        records.approve(record, bartek_saw, by=BARTEK, now=at(30))


# By hand


def test_typing_over_an_amount_names_the_version_seen_and_is_refused_with_the_new_value() -> None:
    record = changed(synced(345_000), 350_000, at(5))
    with refused(errors.RECORD_CHANGED, "record", says="3\u00a0500,00"):
        entered(record, 1, seen=1, when=at(10))
    with refused(errors.RECORD_CHANGED, "record"):
        entered(record, 1, seen=0, when=at(10))  # it did not exist when the page was opened


def test_typing_the_same_again_changes_nothing_whatever_was_seen() -> None:
    once = entered(None, 1, "x", seen=0, when=at(0))
    assert entered(once, 1, "x", seen=0, when=at(10)) is once


def test_typing_over_a_published_amount_keeps_the_clients_side() -> None:
    shown = approved(synced(1))
    after = entered(shown, 2, seen=1, when=at(20))
    assert (after.published, after.state) == (shown.published, State.CHANGED)
    assert (after.current.by_hand, after.current.by, after.current.version) == (True, ANNA, 2)


def test_a_comment_has_at_most_500_characters() -> None:
    assert entered(None, 1, "x" * 500, seen=0, when=at(0)).current.comment == "x" * 500
    with refused(errors.COMMENT_TOO_LONG, "comment", says="500"):
        entered(None, 1, "x" * 501, seen=0, when=at(0))


def test_what_was_typed_in_stays_when_an_agent_repeats_what_it_read_before() -> None:
    record = synced(1)
    typed = entered(record, 2, seen=1, when=at(10))
    assert resent(typed, to_pay(1), read_at=at(0)) == (Answer.OLDER, typed)


def test_what_was_typed_in_stays_even_when_the_agents_clock_was_ahead() -> None:
    agents_clock = at(9)  # up to ten minutes ahead are accepted
    _, record = records.receive(None, VAT, OCTOBER, to_pay(1), read_at=agents_clock, by=AGENT, now=at(0))
    typed = entered(record, 2, seen=1, when=at(5))
    answer, after = records.receive(typed, VAT, OCTOBER, to_pay(1), read_at=agents_clock, by=AGENT, now=at(6))
    assert (answer, after) == (Answer.OLDER, typed)


@pytest.mark.parametrize("typed_grosze", [1, 2, 3, 4, 5])
def test_what_was_typed_in_stays_when_it_was_typed_in_the_very_moment_of_the_reading(typed_grosze: int) -> None:
    _, record = records.receive(None, VAT, OCTOBER, to_pay(9), read_at=at(5), by=AGENT, now=at(5))
    typed = entered(record, typed_grosze, seen=1, when=at(5))
    assert resent(typed, to_pay(9), read_at=at(5)) == (Answer.OLDER, typed)


def test_what_the_books_say_later_replaces_what_was_typed_in_and_keeps_the_comment() -> None:
    typed = entered(None, 1, "Przelew do 25.", seen=0, when=at(0))
    after = changed(typed, 2, at(10))
    assert (after.current.by_hand, after.current.by, after.current.comment) == (False, AGENT, "Przelew do 25.")


# Agents: older never replaces newer, order and repetition do not matter


def test_older_never_replaces_newer() -> None:
    record = changed(synced(1), 2, at(10))
    assert resent(record, to_pay(3), read_at=at(9)) == (Answer.OLDER, record)


def test_of_two_contents_read_at_one_moment_the_larger_digest_wins_in_either_order() -> None:
    contents = sorted((to_pay(1), to_pay(2)), key=lambda content: content.digest(VAT, OCTOBER))
    smaller, larger = contents
    _, smaller_first = resent(synced(smaller.amount, when=at(0)), larger, read_at=at(0))
    answer, larger_first = resent(synced(larger.amount, when=at(0)), smaller, read_at=at(0))
    assert answer is Answer.OLDER
    assert smaller_first.current.content == larger_first.current.content == larger


def test_an_unchanged_content_is_answered_so_and_leaves_no_trace() -> None:
    record = approved(synced(1))
    answer, after = resent(record, to_pay(1), read_at=at(0))
    assert (answer, after) == (Answer.UNCHANGED, record)


def test_an_unchanged_content_read_later_outlives_what_another_machine_read_in_between() -> None:
    answer, record = resent(synced(1), to_pay(1), read_at=at(20))
    assert answer is Answer.UNCHANGED
    assert (record.current.version, len(record.steps), record.current.since) == (1, 1, at(0))
    assert resent(record, to_pay(2), read_at=at(10)) == (Answer.OLDER, record)


def test_an_unchanged_content_read_earlier_does_not_turn_back_the_clock() -> None:
    record = synced(1, when=at(20))
    assert resent(record, to_pay(1), read_at=at(0)) == (Answer.UNCHANGED, record)


def test_what_replaces_a_content_tells_by_whom_and_since_when_and_counts_on() -> None:
    _, record = records.receive(synced(1), VAT, OCTOBER, to_pay(2), read_at=at(5), by=OTHER_AGENT, now=at(7))
    current = record.current
    assert (current.by, current.read_at, current.since, current.version) == (OTHER_AGENT, at(5), at(7), 2)
    assert record.steps[-1] == Step(Action.SYNCED, at(7), OTHER_AGENT, 2, to_pay(2))


def test_another_type_of_settlement_is_another_content() -> None:
    answer, record = resent(synced(1), to_pay(1, Settlement.CORRECTION), read_at=at(5))
    assert (answer, record.current.version) == (Answer.STORED, 2)


# Approve at every update


def test_by_the_rule_what_is_stored_is_published_at_once_and_the_rule_is_named() -> None:
    answer, record = records.receive(None, VAT, OCTOBER, to_pay(1), read_at=at(0), by=AGENT, now=at(1), publish=True)
    assert answer is Answer.STORED
    assert record.published is not None
    assert (record.published.content, record.published.rule) == (to_pay(1), Rule.EVERY_UPDATE)
    assert (record.published.by, record.published.at, record.state) == (AGENT, at(1), State.SENT)
    assert [(step.action, step.note) for step in record.steps] == [
        (Action.SYNCED, ""),
        (Action.APPROVED, "every-update"),
    ]


def test_by_the_rule_a_change_reaches_the_client_as_a_correction() -> None:
    _, record = resent(approved(synced(1)), to_pay(2), read_at=at(20), publish=True)
    assert record.published is not None
    assert (record.published.content, record.published.corrects) == (to_pay(2), to_pay(1))


def test_the_rule_publishes_only_what_it_stores_and_never_what_was_already_waiting() -> None:
    waiting = changed(synced(1), 2, at(10))
    assert resent(waiting, to_pay(2), read_at=at(10), publish=True) == (Answer.UNCHANGED, waiting)
    assert resent(waiting, to_pay(1), read_at=at(0), publish=True) == (Answer.OLDER, waiting)


def test_the_rule_does_not_publish_a_repeat_of_what_was_withdrawn() -> None:
    record = withdrawn(approved(synced(1)))
    assert resent(record, to_pay(1), read_at=at(0), publish=True) == (Answer.UNCHANGED, record)


# Approving everything that a page showed


def test_approving_a_page_approves_what_stood_there_when_it_was_opened() -> None:
    record = synced(1)
    after = records.approve_as_of(record, at(5), by=BARTEK, now=at(10))
    assert after == records.approve(record, 1, by=BARTEK, now=at(10))


def test_approving_a_page_refuses_what_came_after_it_was_opened() -> None:
    record = changed(synced(1), 345_000, at(6))
    with refused(errors.RECORD_CHANGED, "record", says="3\u00a0450,00"):
        records.approve_as_of(record, at(5), by=ANNA, now=at(10))


@pytest.mark.parametrize(
    ("seconds", "approves"), [(-1.0, False), (0.0, False), (14.999, False), (15.0, True), (16.0, True)]
)
def test_what_came_within_fifteen_seconds_before_the_opening_counts_as_not_seen(seconds: float, approves: bool) -> None:
    record = synced(1)
    opened = record.current.since + timedelta(seconds=seconds)
    if approves:
        assert records.approve_as_of(record, opened, by=ANNA, now=at(10)).published is not None
    else:
        with refused(errors.RECORD_CHANGED, "record"):
            records.approve_as_of(record, opened, by=ANNA, now=at(10))


def test_it_counts_when_a_change_came_to_the_office_and_not_when_the_agent_read_it() -> None:
    _, record = records.receive(synced(1), VAT, OCTOBER, to_pay(2), read_at=at(1), by=AGENT, now=at(30))
    with refused(errors.RECORD_CHANGED, "record"):
        records.approve_as_of(record, at(20), by=ANNA, now=at(40))


# The client


def test_when_the_client_first_saw_an_amount_is_recorded_once() -> None:
    shown = approved(synced(1))
    seen = records.see(shown, by=CLIENT, now=at(15))
    assert seen.published is not None
    assert (seen.published.seen_at, seen.state) == (at(15), State.SEEN)
    assert seen.steps[-1] == Step(Action.SEEN, at(15), CLIENT, 1, to_pay(1))
    assert records.see(seen, by="partner", now=at(50)) is seen


def test_nobody_sees_what_was_not_approved_or_was_withdrawn() -> None:
    for record in (synced(1), withdrawn(approved(synced(1)))):
        assert records.see(record, by=CLIENT, now=at(30)) is record


def test_what_the_client_saw_is_the_published_side_even_while_the_office_sees_another() -> None:
    record = records.see(changed(approved(synced(1)), 2, at(20)), by=CLIENT, now=at(30))
    assert (record.steps[-1].version, record.steps[-1].content) == (1, to_pay(1))
    assert record.state is State.CHANGED


def test_the_client_marks_an_amount_as_paid_with_its_date_and_can_take_that_back() -> None:
    shown = approved(synced(1))
    paid = records.mark_paid(shown, 1, TODAY, by=CLIENT, now=at(15))
    assert paid.published is not None
    assert paid.published.paid_on == TODAY
    assert paid.steps[-1] == Step(Action.PAID, at(15), CLIENT, 1, to_pay(1), "2026-11-12")
    back = records.mark_paid(paid, 1, None, by=CLIENT, now=at(16))
    assert back.published == shown.published
    assert back.steps[-1] == Step(Action.PAID, at(16), CLIENT, 1, to_pay(1), "")


def test_marking_as_paid_again_changes_nothing_and_another_day_does() -> None:
    paid = records.mark_paid(approved(synced(1)), 1, TODAY, by=CLIENT, now=at(15))
    assert records.mark_paid(paid, 1, TODAY, by=CLIENT, now=at(20)) is paid
    other = records.mark_paid(paid, 1, TODAY + timedelta(days=1), by=CLIENT, now=at(20))
    assert len(other.steps) == len(paid.steps) + 1


def test_the_client_pays_what_it_saw_a_corrected_amount_is_refused_with_the_new_value() -> None:
    record = approved(changed(approved(synced(1)), 345_000, at(20)), at(30))
    with refused(errors.RECORD_CHANGED, "record", says="3\u00a0450,00"):
        records.mark_paid(record, 1, TODAY, by=CLIENT, now=at(40))


def test_the_client_pays_the_published_version_while_the_office_looks_at_a_newer_one() -> None:
    record = records.mark_paid(changed(approved(synced(1)), 2, at(20)), 1, TODAY, by=CLIENT, now=at(30))
    assert record.published is not None
    assert (record.published.paid_on, record.published.content) == (TODAY, to_pay(1))


def test_what_the_client_does_not_see_cannot_be_paid_and_no_hidden_value_is_told() -> None:
    for record in (synced(345_000), withdrawn(approved(synced(345_000)))):
        with refused(errors.RECORD_CHANGED, "record", says="Teraz: –"):
            records.mark_paid(record, 1, TODAY, by=CLIENT, now=at(30))


# History

Change = Callable[[Record], Record]


@pytest.mark.parametrize(
    ("prepare", "do", "step"),
    [
        pytest.param(
            lambda it: it,
            lambda it: resent(it, to_pay(2), read_at=at(40))[1],
            Step(Action.SYNCED, at(40), AGENT, 2, to_pay(2)),
            id="synced",
        ),
        pytest.param(
            lambda it: it,
            lambda it: entered(it, 2, "x", seen=1, when=at(40)),
            Step(Action.ENTERED, at(40), ANNA, 2, to_pay(2), "x"),
            id="entered",
        ),
        pytest.param(
            lambda it: it,
            lambda it: records.approve(it, 1, by=BARTEK, now=at(40)),
            Step(Action.APPROVED, at(40), BARTEK, 1, to_pay(1)),
            id="approved",
        ),
        pytest.param(
            approved,
            lambda it: records.withdraw(it, 1, "Źle", by=BARTEK, now=at(40)),
            Step(Action.WITHDRAWN, at(40), BARTEK, 1, to_pay(1), "Źle"),
            id="withdrawn",
        ),
        pytest.param(
            approved,
            lambda it: records.see(it, by=CLIENT, now=at(40)),
            Step(Action.SEEN, at(40), CLIENT, 1, to_pay(1)),
            id="seen",
        ),
        pytest.param(
            approved,
            lambda it: records.mark_paid(it, 1, TODAY, by=CLIENT, now=at(40)),
            Step(Action.PAID, at(40), CLIENT, 1, to_pay(1), "2026-11-12"),
            id="paid",
        ),
    ],
)
def test_every_change_leaves_exactly_one_step_with_who_when_and_which_figures(
    prepare: Change, do: Change, step: Step
) -> None:
    before = prepare(synced(1))
    assert do(before).steps == (*before.steps, step)


def test_a_whole_life_can_be_told_from_the_history_alone() -> None:
    record = approved(synced(1))
    record = records.see(record, by=CLIENT, now=at(15))
    record = changed(record, 2, at(20))
    record = records.withdraw(record, 2, "Zła kwota", by=BARTEK, now=at(25))
    record = entered(record, 3, seen=3, when=at(30))
    record = approved(record, at(35), by=BARTEK)
    record = records.mark_paid(record, 4, TODAY, by=CLIENT, now=at(40))
    assert told(record) == [
        (Action.SYNCED, AGENT, 1, 1),
        (Action.APPROVED, ANNA, 1, 1),
        (Action.SEEN, CLIENT, 1, 1),
        (Action.SYNCED, AGENT, 2, 2),
        (Action.WITHDRAWN, BARTEK, 1, 1),
        (Action.ENTERED, ANNA, 4, 3),
        (Action.APPROVED, BARTEK, 4, 3),
        (Action.PAID, CLIENT, 4, 3),
    ]
    assert [step.at for step in record.steps] == [at(minute) for minute in (0, 10, 15, 20, 25, 30, 35, 40)]


# A month of a firm


def test_a_month_counts_what_waits_and_of_that_what_the_client_sees_with_older_figures() -> None:
    pit = RecordKey(Kind.TAX, "PIT-5")
    month = FirmMonth("firm", OCTOBER)
    assert (month.waiting, month.changed) == (0, 0)
    for record in (synced(1), changed(approved(synced(1, key=ZUS)), 2, at(20)), approved(synced(1, key=pit))):
        month = month.with_record(record)
    assert (month.waiting, month.changed) == (2, 1)
    month = month.with_record(approved(month.get(ZUS), at(30)))
    assert (month.waiting, month.changed, len(month.records)) == (1, 0, 3)


def test_a_record_that_is_not_in_the_month_is_unknown() -> None:
    with refused(errors.RECORD_UNKNOWN, "record"):
        FirmMonth("firm", OCTOBER).get(VAT)


def test_for_the_client_there_is_no_record_that_was_never_published() -> None:
    with refused(errors.RECORD_UNKNOWN, "record"):
        FirmMonth("firm", OCTOBER).get_shown(VAT)
    with refused(errors.RECORD_UNKNOWN, "record"):
        FirmMonth("firm", OCTOBER).with_record(synced(1)).get_shown(VAT)
    for record in (approved(synced(1)), withdrawn(approved(synced(1)))):
        assert FirmMonth("firm", OCTOBER).with_record(record).get_shown(VAT) is record


# Which records can exist


def test_a_record_is_called_by_period_kind_form_and_subject_and_read_back() -> None:
    assert synced(1).name == "2026-10.tax.VAT-7."
    assert Seen.parse("2026-10.tax.VAT-7.@3") == Seen(OCTOBER, VAT, 3)


@given(strategies.keys, strategies.periods, strategies.versions)
def test_whatever_a_record_is_called_it_is_found_by_that_name(key: RecordKey, period: Period, version: int) -> None:
    assert RecordKey.parse(str(key)) == key
    assert Seen.parse(f"{records.name(period, key)}@{version}") == Seen(period, key, version)


@pytest.mark.parametrize(
    "text", ["", "x", "2026-10.tax.VAT-7.", "2026-10.tax.VAT-7.@", "2026-10.tax.VAT-7.@x", "2026-10.tax.VAT-7.@-1",
             "2026-10.tax.VAT-7.@٣", "2026-10.tax.VAT-7.@1234567890", "2026-10.duty.VAT-7.@1", "2026-10.@1"]
)  # fmt: skip
def test_a_name_of_no_record_is_refused(text: str) -> None:
    with refused(errors.RECORD_UNKNOWN, "record"):
        Seen.parse(text)


def test_a_name_with_no_month_is_refused_for_the_same_field() -> None:
    with refused(errors.PERIOD_INVALID, "record"):
        Seen.parse("2026-13.tax.VAT-7.@1")


@given(strategies.keys)
def test_every_key_of_the_protocol_can_exist(key: RecordKey) -> None:
    key.check()


@pytest.mark.parametrize(
    ("key", "code", "field"),
    [
        (RecordKey(Kind.TAX), errors.FORM_UNKNOWN, "form"),
        (RecordKey(Kind.TAX, "VAT-8"), errors.FORM_UNKNOWN, "form"),
        (RecordKey(Kind.CONTRIBUTION, "VAT-7"), errors.FORM_UNKNOWN, "form"),
        (RecordKey(Kind.STATEMENT, "CIT"), errors.FORM_UNKNOWN, "form"),
        (RecordKey(Kind.TAX, "VAT-7", "Jan"), errors.SUBJECT_INVALID, "subject"),
        (RecordKey(Kind.STATEMENT, subject="Jan"), errors.SUBJECT_INVALID, "subject"),
        (RecordKey(Kind.CONTRIBUTION, subject="x" * 61), errors.SUBJECT_INVALID, "subject"),
        (RecordKey(Kind.CONTRIBUTION, subject="a\nb"), errors.SUBJECT_INVALID, "subject"),
        (RecordKey(Kind.CONTRIBUTION, subject="\u202eb"), errors.SUBJECT_INVALID, "subject"),
        (RecordKey(Kind.CONTRIBUTION, subject="\ud800"), errors.SUBJECT_INVALID, "subject"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(key: RecordKey, code: errors.Code, field: str) -> None:
    with refused(code, field):
        records.check(key, OCTOBER, to_pay(1), TODAY)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("settlement", Settlement)
def test_a_tax_knows_every_settlement_contributions_and_statements_only_declaration_and_correction(
    kind: Kind, settlement: Settlement
) -> None:
    content = Content(settlement)
    if kind is Kind.TAX or settlement in {"D", "K"}:
        content.check(kind)
    else:
        with refused(errors.SETTLEMENT_NOT_ALLOWED, "settlement", says=f" {settlement.value} "):
            content.check(kind)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("field", ["amount", "surplus"])
@pytest.mark.parametrize(("grosze", "allowed"), [(-1, False), (0, True), (money.MOST, True), (money.MOST + 1, False)])
def test_an_amount_or_surplus_is_from_nothing_to_a_hundred_million_less_a_grosz(
    kind: Kind, field: str, grosze: int, allowed: bool
) -> None:
    content = replace(Content(Settlement.DECLARATION), **{field: grosze})
    if allowed:
        content.check(kind)
    else:
        with refused(errors.AMOUNT_OUT_OF_RANGE, field):
            content.check(kind)


@pytest.mark.parametrize("field", ["revenue", "costs"])
@pytest.mark.parametrize("sign", [1, -1])
def test_revenue_and_costs_may_be_negative_within_the_same_range(field: str, sign: int) -> None:
    replace(Content(Settlement.DECLARATION), **{field: sign * money.MOST}).check(Kind.STATEMENT)
    with refused(errors.AMOUNT_OUT_OF_RANGE, field):
        replace(Content(Settlement.DECLARATION), **{field: sign * (money.MOST + 1)}).check(Kind.STATEMENT)


def test_an_amount_is_to_pay_or_overpaid_and_never_both() -> None:
    with refused(errors.AMOUNT_AND_SURPLUS, "surplus"):
        Content(Settlement.DECLARATION, amount=1, surplus=1).check(Kind.TAX)


@given(st.data(), st.sampled_from(Kind))
def test_figures_within_their_ranges_are_accepted(data: st.DataObject, kind: Kind) -> None:
    data.draw(strategies.contents(kind)).check(kind)


@pytest.mark.parametrize(
    ("settlement", "latest"),
    [(Settlement.DECLARATION, "2026-11"), (Settlement.ADVANCE, "2026-11"), (Settlement.FORECAST, "2027-11")],
)
def test_a_period_has_begun_and_only_a_forecast_looks_up_to_a_year_ahead(settlement: Settlement, latest: str) -> None:
    last = Period.parse(latest)
    records.check(VAT, last, to_pay(1, settlement), TODAY)
    with refused(errors.PERIOD_IN_FUTURE, "period", says=f"Okres {last.plus(1)} jeszcze"):
        records.check(VAT, last.plus(1), to_pay(1, settlement), TODAY)


@pytest.mark.parametrize("form", TAX_FORMS)
def test_a_quarterly_tax_carries_the_last_month_of_its_quarter(form: str) -> None:
    key = RecordKey(Kind.TAX, form)
    records.check(key, Period(2026, 9), to_pay(1), TODAY)
    for month in (7, 8, 10):
        if form == "VAT-7K":
            with refused(errors.PERIOD_NOT_QUARTER, "period", says="VAT-7K"):
                records.check(key, Period(2026, month), to_pay(1), TODAY)
        else:
            records.check(key, Period(2026, month), to_pay(1), TODAY)


# Figures


@pytest.mark.parametrize(("costs", "profit"), [(30, 70), (130, -30), (0, 100), (None, 100)])
def test_profit_is_revenue_less_costs_and_without_costs_the_revenue(costs: int | None, profit: int) -> None:
    assert Content(Settlement.DECLARATION, revenue=100, costs=costs).profit == profit


@pytest.mark.parametrize(
    ("key", "content", "words"),
    [
        (VAT, to_pay(345_000), "3\u00a0450,00\u00a0zł"),
        (ZUS, Content(Settlement.DECLARATION, surplus=88_000), "nadpłata 880,00\u00a0zł"),
        (VAT, to_pay(0), "0,00\u00a0zł"),
        (STATEMENT, Content(Settlement.DECLARATION, revenue=200, costs=50), "2,00\u00a0zł − 0,50\u00a0zł"),
        (STATEMENT, Content(Settlement.DECLARATION, revenue=200), "2,00\u00a0zł − 0,00\u00a0zł"),
    ],
)
def test_figures_in_words_never_show_an_overpayment_as_a_debt(key: RecordKey, content: Content, words: str) -> None:
    assert records.summary(key, content) == words
