"""A firm's month of documents, and the rules by which the office works with them."""

from __future__ import annotations

from datetime import date, datetime

from functions.documents import fees
from functions.documents.inputs import MonthInput, RulesInput
from functions.documents.views import DocumentRulesPage, ExpectedLine, FirmDocuments, MonthHead
from portal.access import FirmAccess
from portal.aws import ConditionFailed
from portal.document_views import DocumentLine
from portal.domain import document_months, document_types, errors
from portal.domain.document_months import LEARNED_FROM, MOST_EXPECTED, NEXT_STATES, DocumentMonth, DocumentRules
from portal.domain.documents import GONE, MOST_SIGNED, OPEN, SIZE_LIMIT, Document, Status
from portal.domain.events import Action, differences
from portal.domain.periods import Period
from portal.store import documents, people
from portal.views import FirmHead


def page(at: FirmAccess, period: Period | None, today: date) -> FirmDocuments:
    """A firm's month: two or three reads, and one more for the name of who said that all is in."""
    this = Period.of(today)
    months, rules = documents.months_and_rules(at.table, {period or this.plus(-1), this.plus(-1), this})
    shown = period or document_months.default_period(today, months)
    month = months.get(shown) or documents.month(at.table, shown)
    by_month = _by_month(at, shown)
    listed = [one for one in by_month[shown] if one.status not in GONE]
    return FirmDocuments(
        firm=FirmHead.of(at.firm),
        month=_head(at, month),
        previous=str(shown.plus(-1)),
        following=str(shown.plus(1)) if shown <= this else "",
        rows=[DocumentLine.of(one, at.firm.id) for one in listed],
        open=sum(one.status in OPEN for one in listed),
        approved=sum(one.status is Status.APPROVED for one in listed),
        missing=_missing(rules, by_month, shown, today),
        circulation=rules.circulation,
        fees=fees.offer(at, listed),
        accept=document_types.ACCEPT,
        size_limit=SIZE_LIMIT,
        most=MOST_SIGNED,
    )


def turn(at: FirmAccess, period: Period, given: MonthInput, now: datetime) -> None:
    """Turn a month into another state. Raises `month-state`, `changed-meanwhile`."""
    before = documents.month(at.table, period)
    if before.version != given.version:
        raise errors.Refusal(errors.CHANGED_MEANWHILE)
    after = before.turned(given.state)
    changes = {"period": ("", str(period)), "month_state": (before.state.value, after.state.value)}
    event = at.event(Action.DOCUMENT_MONTH, now, changes=changes)
    _write(at, documents.month_put(at.table, before, after), event)


def rules_page(at: FirmAccess, today: date) -> DocumentRulesPage:
    """How the office works with a firm's documents: two reads."""
    rules = documents.rules(at.table)
    learned = document_months.learn(_earlier(_by_month(at, Period.of(today)), Period.of(today)))
    return DocumentRulesPage(
        firm=FirmHead.of(at.firm),
        circulation=rules.circulation,
        learns=rules.learns,
        expected=[ExpectedLine.of(one) for one in rules.expected],
        learned=[ExpectedLine.of(one) for one in learned if one not in set(rules.expected)],
        most=MOST_EXPECTED,
        version=rules.version,
    )


def change_rules(at: FirmAccess, given: RulesInput, now: datetime) -> None:
    """Write other rules. Raises `too-many-expected`, `changed-meanwhile`."""
    before = documents.rules(at.table)
    if before.version != given.version:
        raise errors.Refusal(errors.CHANGED_MEANWHILE)
    after = DocumentRules(given.circulation, given.learns, given.expected, before.version)
    if after == before:
        return
    event = at.event(Action.DOCUMENT_RULES, now, changes=differences(_told(before), _told(after)))
    _write(at, documents.rules_put(at.table, before, after), event)


def _write(at: FirmAccess, *steps: documents.Write) -> None:
    try:
        at.table.transact(steps)
    except ConditionFailed:
        raise errors.Refusal(errors.CHANGED_MEANWHILE) from None


def _told(rules: DocumentRules) -> dict[str, object]:
    expected = [" ".join(filter(None, (one.kind.value, one.label, one.nip))) for one in rules.expected]
    return {"circulation": rules.circulation, "learns": rules.learns, "expected_documents": expected}


def _by_month(at: FirmAccess, shown: Period) -> dict[Period, list[Document]]:
    """The month and those that its habits are learned from, in one query."""
    wanted = [shown.plus(-back) for back in range(LEARNED_FROM + 1)]
    found: dict[Period, list[Document]] = {period: [] for period in wanted}
    for one in documents.of_months(at.table, wanted[-1], shown):
        found[one.period].append(one)
    return found


def _earlier(by_month: dict[Period, list[Document]], shown: Period) -> list[list[Document]]:
    return [found for period, found in by_month.items() if period != shown]


def _missing(
    rules: DocumentRules, by_month: dict[Period, list[Document]], shown: Period, today: date
) -> list[ExpectedLine]:
    """What has not come; of a month that has not begun nothing is missing."""
    if shown > Period.of(today):
        return []
    missing = document_months.missing(rules, by_month[shown], _earlier(by_month, shown))
    return [ExpectedLine.missing(one) for one in missing]


def _head(at: FirmAccess, month: DocumentMonth) -> MonthHead:
    names = people.names_of(at.office_table, at.firm.id, [month.complete_by]) if month.complete_by else {}
    return MonthHead(
        period=str(month.period),
        state=month.state,
        next_states=list(NEXT_STATES[month.state]),
        complete_at=month.complete_at,
        complete_by=names.get(month.complete_by, ""),
        version=month.version,
    )
