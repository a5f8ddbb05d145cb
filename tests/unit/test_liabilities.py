"""What a client is to pay now: how much, until when, to which account, under which title."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import identifiers, liabilities, records
from portal.domain.firms import LegalForm
from portal.domain.periods import Period
from portal.domain.records import TAX_FORMS, Content, Kind, Record, RecordKey, Settlement
from tests.unit import strategies
from tests.unit.making import (
    AGENT,
    ANNA,
    CLIENT,
    NIP,
    OCTOBER,
    STATEMENT,
    VAT,
    ZUS,
    ZUS_ACCOUNT,
    approved,
    at,
    changed,
    nowa_chata,
    resent,
    synced,
    to_pay,
)

SEPTEMBER = OCTOBER.plus(-1)
TODAY = date(2026, 11, 12)
PIT = RecordKey(Kind.TAX, "PIT-5")
VAT_QUARTER = RecordKey(Kind.TAX, "VAT-7K")
FIRM = nowa_chata()


def shown(
    grosze: int = 345_000,
    *,
    key: RecordKey = VAT,
    period: Period = OCTOBER,
    settlement: Settlement = Settlement.DECLARATION,
    minutes: float = 0,
) -> Record:
    """An amount that the client sees."""
    brought = records.receive(
        None, key, period, to_pay(grosze, settlement), read_at=at(minutes), by=AGENT, now=at(minutes)
    )
    return approved(brought[1], at(minutes))


def paid(record: Record) -> Record:
    """The client says that it paid today."""
    assert record.published is not None
    return records.mark_paid(record, record.published.version, TODAY, by=CLIENT, now=at(60))


def amounts(found: list[liabilities.Liability]) -> list[int]:
    """How much each is."""
    return [item.published.content.amount for item in found]


# Title, account, due date


@pytest.mark.parametrize(
    ("key", "period", "title"),
    [
        (VAT, "2026-10", "/TI/N5951416168/OKR/26M10/SFP/VAT-7"),
        (VAT, "2027-01", "/TI/N5951416168/OKR/27M01/SFP/VAT-7"),
        (VAT_QUARTER, "2026-12", "/TI/N5951416168/OKR/26K04/SFP/VAT-7K"),
        (VAT_QUARTER, "2026-03", "/TI/N5951416168/OKR/26K01/SFP/VAT-7K"),
        (RecordKey(Kind.TAX, "PIT-4R"), "2009-02", "/TI/N5951416168/OKR/09M02/SFP/PIT-4R"),
        (ZUS, "2026-01", "Składki ZUS 01.2026"),
        (RecordKey(Kind.CONTRIBUTION, subject="Jan"), "2026-10", "Składki ZUS 10.2026"),
    ],
)
def test_a_tax_transfer_names_payer_period_and_form_and_zus_takes_a_plain_one(
    key: RecordKey, period: str, title: str
) -> None:
    assert liabilities.transfer_title(FIRM.nip, key, Period.parse(period)) == title


def test_a_tax_goes_to_the_account_computed_from_the_nip_and_zus_to_the_one_the_office_entered() -> None:
    found = liabilities.to_pay(FIRM, [shown(1, key=VAT), shown(2, key=ZUS)], TODAY)
    assert {item.key: item.account for item in found} == {VAT: identifiers.tax_account(NIP), ZUS: ZUS_ACCOUNT}


def test_while_the_office_has_not_entered_the_zus_account_none_is_made_up() -> None:
    (item,) = liabilities.to_pay(nowa_chata(zus_account=""), [shown(key=ZUS)], TODAY)
    assert item.account == ""


@pytest.mark.parametrize(
    ("key", "legal_form", "due"),
    [
        (ZUS, LegalForm.BUDGET_UNIT, date(2026, 11, 5)),
        (ZUS, LegalForm.COMPANY, date(2026, 11, 16)),
        (ZUS, LegalForm.SOLE_TRADER, date(2026, 11, 20)),
        (VAT, LegalForm.COMPANY, date(2026, 11, 25)),
        (PIT, LegalForm.SOLE_TRADER, date(2026, 11, 20)),
        (STATEMENT, LegalForm.COMPANY, None),
    ],
)
def test_an_amount_is_due_by_its_kind_and_the_firms_form_and_a_statement_never(
    key: RecordKey, legal_form: LegalForm, due: date | None
) -> None:
    assert liabilities.due_date(nowa_chata(legal_form=legal_form), key, OCTOBER) == due


@given(strategies.nips(), st.sampled_from(TAX_FORMS), strategies.periods)
def test_every_tax_title_can_be_taken_apart_again(nip: str, form: str, period: Period) -> None:
    title = liabilities.transfer_title(nip, RecordKey(Kind.TAX, form), period)
    empty, ti, payer, okr, when, sfp, symbol = title.split("/")
    assert (empty, ti, payer, okr, sfp, symbol) == ("", "TI", f"N{nip}", "OKR", "SFP", form)
    year, kind, number = int(when[:2]), when[2], int(when[3:])
    assert (year, kind) == (period.year % 100, "K" if form == "VAT-7K" else "M")
    assert number == ((period.month - 1) // 3 + 1 if kind == "K" else period.month)


# What is to pay


def test_only_what_was_approved_is_to_pay_and_with_the_figures_that_were_approved() -> None:
    waiting = synced(1)
    corrected = changed(shown(2, key=PIT), 9, at(30))
    assert amounts(liabilities.to_pay(FIRM, [waiting, corrected], TODAY)) == [2]


def test_what_was_withdrawn_is_not_to_pay() -> None:
    withdrawn = records.withdraw(shown(), 1, "pomyłka", by=ANNA, now=at(20))
    assert liabilities.to_pay(FIRM, [withdrawn], TODAY) == []


def test_what_the_client_paid_is_not_to_pay_until_it_says_that_it_did_not() -> None:
    record = paid(shown())
    assert liabilities.to_pay(FIRM, [record], TODAY) == []
    record = records.mark_paid(record, 1, None, by=CLIENT, now=at(70))
    assert amounts(liabilities.to_pay(FIRM, [record], TODAY)) == [345_000]


def test_a_forecast_is_never_a_debt() -> None:
    assert liabilities.to_pay(FIRM, [shown(settlement=Settlement.FORECAST)], TODAY) == []


@pytest.mark.parametrize(
    "settlement", [Settlement.DECLARATION, Settlement.CORRECTION, Settlement.ADVANCE, Settlement.OTHER]
)
def test_every_other_settlement_is_a_debt(settlement: Settlement) -> None:
    assert amounts(liabilities.to_pay(FIRM, [shown(7, settlement=settlement)], TODAY)) == [7]


def test_an_overpayment_is_never_a_debt_and_nothing_to_pay_is_none() -> None:
    _, overpaid = resent(synced(1), Content(Settlement.DECLARATION, surplus=88_000), read_at=at(1))
    assert liabilities.to_pay(FIRM, [approved(overpaid), shown(0, key=PIT)], TODAY) == []


def test_a_statement_is_never_a_debt() -> None:
    figures = Content(Settlement.DECLARATION, revenue=100, costs=50)
    _, statement = records.receive(None, STATEMENT, OCTOBER, figures, read_at=at(0), by=AGENT, now=at(0))
    assert liabilities.to_pay(FIRM, [approved(statement)], TODAY) == []


def test_the_most_urgent_stands_first() -> None:
    found = liabilities.to_pay(
        FIRM,
        [
            shown(1, key=VAT),
            shown(2, key=ZUS),
            shown(3, key=PIT),
            shown(4, key=PIT, period=SEPTEMBER, minutes=-60 * 24 * 30),
        ],
        TODAY,
    )
    assert amounts(found) == [4, 2, 3, 1]
    assert [item.due for item in found] == sorted(item.due for item in found)


@pytest.mark.parametrize("days", [0, 1, 31, 32, 400])
def test_an_unpaid_amount_rolls_over_for_as_long_as_it_stays_unpaid(days: int) -> None:
    due = date(2026, 11, 25)
    assert amounts(liabilities.to_pay(FIRM, [shown()], due + timedelta(days=days))) == [345_000]


@pytest.mark.parametrize(
    ("days", "to_be_paid"),
    [(1, True), (liabilities.ROLL_OVER_DAYS, True), (liabilities.ROLL_OVER_DAYS + 1, False)],
)
def test_what_is_first_published_long_after_its_due_date_is_history_and_not_to_pay(days: int, to_be_paid: bool) -> None:
    today = date(2026, 9, 25) + timedelta(days=days)
    late = shown(period=Period(2026, 8))  # due on 25 September, published on 12 November
    assert bool(liabilities.to_pay(FIRM, [late], today)) is to_be_paid


def test_an_unpaid_amount_told_in_time_stays_to_pay_when_it_is_corrected_long_after_its_due_date() -> None:
    unpaid = shown(345_000)
    january = at(60 * 24 * 70)
    corrected = approved(changed(unpaid, 350_000, january), january)
    assert amounts(liabilities.to_pay(FIRM, [corrected], january.date())) == [350_000]


def test_a_comment_added_after_the_client_paid_does_not_make_a_debt_of_it_again() -> None:
    record = records.enter(
        paid(shown()), VAT, OCTOBER, to_pay(345_000), "Przelew z marca", seen_version=1, by=ANNA, now=at(70)
    )
    assert liabilities.to_pay(FIRM, [approved(record, at(80))], TODAY) == []


# Forecasts and what is awaited


def test_forecasts_of_this_month_and_later_are_shown_apart_and_only_when_approved() -> None:
    forecast = Settlement.FORECAST
    present = [shown(period=Period(2026, 11).plus(ahead), settlement=forecast) for ahead in (0, 1, 12)]
    past = shown(period=SEPTEMBER, settlement=forecast)
    declared = shown(key=PIT, period=Period(2026, 11))
    _, unseen = records.receive(None, PIT, Period(2026, 12), to_pay(1, forecast), read_at=at(0), by=AGENT, now=at(0))
    assert liabilities.forecasts([*present, past, declared, unseen], TODAY) == present


def test_what_was_there_for_the_month_before_last_but_not_for_the_last_one_waits_for_the_office() -> None:
    found = [shown(key=ZUS, period=SEPTEMBER), shown(key=VAT, period=SEPTEMBER), shown(key=VAT, period=OCTOBER)]
    assert liabilities.awaited(found, TODAY) == [ZUS]


def test_what_the_office_has_not_approved_is_awaited_as_if_it_were_not_there() -> None:
    usual = shown(key=VAT, period=SEPTEMBER)
    unapproved = synced(1, key=VAT, period=OCTOBER)
    withdrawn = records.withdraw(shown(), 1, "pomyłka", by=ANNA, now=at(20))
    for hidden in ([], [unapproved], [withdrawn]):
        assert liabilities.awaited([usual, *hidden], TODAY) == [VAT]
    assert liabilities.awaited([replace(unapproved, period=SEPTEMBER)], TODAY) == []


def test_statements_and_quarterly_taxes_are_not_awaited_each_month() -> None:
    figures = Content(Settlement.DECLARATION, revenue=100)
    _, statement = records.receive(None, STATEMENT, SEPTEMBER, figures, read_at=at(0), by=AGENT, now=at(0))
    assert liabilities.awaited([approved(statement), shown(key=VAT_QUARTER, period=SEPTEMBER)], TODAY) == []


def test_what_stopped_two_months_ago_is_awaited_no_more() -> None:
    assert liabilities.awaited([shown(key=VAT, period=SEPTEMBER.plus(-1))], TODAY) == []


def corrected_after_payment(grosze: int) -> Record:
    """The client paid 3 450,00 zł; then the office corrected the amount."""
    return approved(changed(paid(shown(345_000)), grosze, at(90)), at(100))


def test_a_correction_upwards_of_a_paid_amount_leaves_the_difference_to_pay() -> None:
    (item,) = liabilities.to_pay(nowa_chata(), [corrected_after_payment(365_000)], TODAY)
    assert (item.published.left_to_pay, item.published.already_paid) == (20_000, 345_000)


def test_a_correction_downwards_of_a_paid_amount_leaves_nothing_to_pay() -> None:
    assert liabilities.to_pay(nowa_chata(), [corrected_after_payment(300_000)], TODAY) == []


def test_two_corrections_of_a_paid_amount_remember_the_payment() -> None:
    again = approved(changed(corrected_after_payment(365_000), 375_000, at(110)), at(120))
    (item,) = liabilities.to_pay(nowa_chata(), [again], TODAY)
    assert item.published.left_to_pay == 30_000


def test_a_forecast_of_last_month_does_not_stand_for_the_amount_itself() -> None:
    september = shown(key=VAT, period=OCTOBER.plus(-1))
    forecast = shown(key=VAT, period=OCTOBER, settlement=Settlement.FORECAST)
    assert liabilities.awaited([september, forecast], TODAY) == [VAT]


def withdrawn_and_published(record: Record, grosze: int) -> Record:
    """Taken back, and published again with this amount."""
    taken = records.withdraw(record, record.current.version, "Pomyłka", by=ANNA, now=at(90))
    entered = records.enter(
        taken, VAT, OCTOBER, to_pay(grosze), "", seen_version=taken.current.version, by=ANNA, now=at(95)
    )
    return approved(entered, at(100))


def test_what_was_paid_before_a_withdrawal_is_not_asked_for_again() -> None:
    assert liabilities.to_pay(nowa_chata(), [withdrawn_and_published(paid(shown(345_000)), 345_000)], TODAY) == []
    (item,) = liabilities.to_pay(nowa_chata(), [withdrawn_and_published(paid(shown(345_000)), 365_000)], TODAY)
    assert item.published.left_to_pay == 20_000


def test_a_withdrawal_in_between_does_not_make_an_old_debt_forgotten() -> None:
    record = withdrawn_and_published(shown(345_000), 345_000)
    long_after = TODAY + timedelta(days=200)
    assert amounts(liabilities.to_pay(nowa_chata(), [record], long_after)) == [345_000]
