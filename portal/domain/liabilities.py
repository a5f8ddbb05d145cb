"""What a client is to pay now: published amounts with their due date, account and transfer title."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.domain import due_dates, identifiers
from portal.domain.firms import Firm, Partner
from portal.domain.periods import WARSAW, Period
from portal.domain.records import PERSONAL_FORMS, QUARTERLY_FORMS, Kind, Published, Record, RecordKey, Settlement

ROLL_OVER_DAYS = 14


@dataclass(frozen=True, slots=True)
class Liability:
    """One amount to pay, in grosze. `account` is empty when the office has not entered the ZUS account yet."""

    key: RecordKey
    period: Period
    published: Published
    due: date
    account: str
    title: str


def due_date(firm: Firm, record_key: RecordKey, period: Period) -> date | None:
    """Until when an amount of this kind and period is to be paid; a statement has no due date."""
    if record_key.kind is Kind.STATEMENT:
        return None
    if record_key.kind is Kind.CONTRIBUTION:
        return due_dates.contribution_due(period, firm.legal_form)
    return due_dates.tax_due(period, record_key.form)


def to_pay(firm: Firm, records: Iterable[Record], today: date) -> list[Liability]:
    """Published amounts not marked as paid, the most urgent first. Forecasts and overpayments are not debts."""
    found = (_liability(firm, record) for record in records)
    wanted = [item for item in found if item is not None and _topical(item, today)]
    return sorted(wanted, key=lambda item: (item.due, item.key))


def forecasts(records: Iterable[Record], today: date) -> list[Record]:
    """Published forecasts of the last month and later: shown apart, never as a debt."""
    last_month = Period.of(today).plus(-1)
    return [record for record in records if _is_forecast(record) and record.period >= last_month]


def awaited(records: Iterable[Record], today: date) -> list[RecordKey]:
    """What was published for the month before last but not yet for the last month: it waits for the office.

    Told from published records alone, so the client learns nothing that the office has not approved.
    """
    last = Period.of(today).plus(-1)
    usual, there = set(), set()
    for record in records:
        if record.published is None or record.key.kind is Kind.STATEMENT or record.key.form in QUARTERLY_FORMS:
            continue
        if record.period == last.plus(-1):
            usual.add(record.key)
        elif record.period == last and not _is_forecast(record):
            there.add(record.key)
    return sorted(usual - there)


def _liability(firm: Firm, record: Record) -> Liability | None:
    due = due_date(firm, record.key, record.period)
    published = record.published
    if published is None or due is None or _is_forecast(record) or published.left_to_pay == 0:
        return None
    payer = _payer(firm, record.key)
    contribution = record.key.kind is Kind.CONTRIBUTION
    account = payer.zus_account if contribution else identifiers.tax_account(payer.nip)
    title = transfer_title(payer.nip, record.key, record.period)
    return Liability(record.key, record.period, published, due, account, title)


def _topical(item: Liability, today: date) -> bool:
    # An amount published long after its due date is history being filled in, not something to pay now; but a
    # correction is news for as long.
    published = item.published
    told_in_time = (published.told_at or published.at).astimezone(WARSAW).date() <= item.due
    news = item.due if published.corrects is None else published.at.astimezone(WARSAW).date()
    return told_in_time or (today - news).days <= ROLL_OVER_DAYS


def _is_forecast(record: Record) -> bool:
    return record.published is not None and record.published.content.settlement is Settlement.FORECAST


def _payer(firm: Firm, key: RecordKey) -> Partner:
    """Who pays: a partner pays contributions and PIT from their own numbers, everything else is the firm's.

    A partner whose numbers the office did not enter has no account here: better none than the company's.
    """
    if key.subject and key.form in PERSONAL_FORMS:
        return firm.partner(key.subject) or Partner(key.subject)
    partner = firm.partner(key.subject) if key.subject else None
    return partner or Partner(firm.name, firm.tax_number, firm.zus_account)


def transfer_title(payer: str, key: RecordKey, period: Period) -> str:
    """ZUS takes a plain transfer; a tax transfer names payer, period and form: `/TI/N…/OKR/26M10/SFP/VAT-7`."""
    if key.kind is Kind.CONTRIBUTION:
        return f"Składki ZUS {period.month:02d}.{period.year}"
    written = f"{period.year % 100:02d}" + (
        f"K{period.quarter:02d}" if key.form in QUARTERLY_FORMS else f"M{period.month:02d}"
    )
    if not payer:
        return f"{key.form} {written}"
    return f"/TI/{'P' if len(payer) == identifiers.PESEL_DIGITS else 'N'}{payer}/OKR/{written}/SFP/{key.form}"
