"""The firm's invoices, filtered and added up: two reads, however many there are in a period."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from functions.invoice import place
from functions.invoice.inputs import ListQuery
from functions.invoice.place import Access
from functions.invoice.views import CurrencyTotals, InvoiceList, InvoiceRow
from portal import clock
from portal.domain.invoices.content import Kind
from portal.domain.invoices.course import DueState
from portal.domain.invoices.currencies import Currency
from portal.domain.periods import Period
from portal.store import invoices
from portal.store.invoices import Row

ON_A_PAGE = 100
_YEAR = 4
_WHENEVER = frozenset({"drafts", "unpaid", "overdue"})
"""What is listed whatever its day, unless a period is asked for."""

_OPEN = frozenset({DueState.DUE, DueState.OVERDUE, DueState.PARTLY, DueState.UNPAID, DueState.REFUND})


def of(at: Access, query: ListQuery, now: datetime) -> InvoiceList:
    """One page of the list, newest first, drafts before all others."""
    today = clock.today(now)
    period = _asked(query, today)
    drafts = invoices.drafts(at.table)
    issued = [] if query.show == "drafts" else invoices.listed(at.table, period)
    found = [*(_drafts(drafts, query, period)), *(row for row in issued if _shown(query.show)(row, today))]
    wanted = [row for row in found if _matches(row, query.q)]
    start = (query.page - 1) * ON_A_PAGE
    before, after = _around(period)
    return InvoiceList(
        place=place.of(at),
        period=period,
        before=before,
        after=after if after <= str(Period.of(today))[: len(after)] else "",
        show=query.show,
        q=query.q,
        rows=[_line(row, today) for row in wanted[start : start + ON_A_PAGE]],
        totals=_totals(wanted, today),
        count=len(wanted),
        drafts=len(drafts),
        page=query.page,
        pages=max(1, -(-len(wanted) // ON_A_PAGE)),
        empty=not (drafts or issued) and not invoices.any_at_all(at.table),
    )


def _asked(query: ListQuery, today: date) -> str:
    """The period that is shown, empty for all. A blank one cannot be sent in an address, so `all` says the same."""
    if query.period is None:
        return "" if query.show in _WHENEVER else str(today.year)
    return query.period.removeprefix("all")


def _drafts(drafts: Iterable[Row], query: ListQuery, period: str) -> list[Row]:
    if query.show not in {"all", "drafts"}:
        return []
    asked = period if query.period else ""  # a draft has no day of its own yet: it is left out only on request
    return [row for row in drafts if str(row.issued_on).startswith(asked)]


def _shown(show: str) -> Callable[[Row, date], bool]:
    return {
        "unpaid": lambda row, today: _charges(row) and row.due(today).state in _OPEN,
        "overdue": lambda row, today: _charges(row) and row.due(today).state is DueState.OVERDUE,
        "paid": lambda row, today: row.due(today).state is DueState.PAID,
        "cancelled": lambda row, _today: row.cancelled,
    }.get(show, lambda _row, _today: True)


def _charges(row: Row) -> bool:
    """Whether money is owed by it: a pro forma only asks for some."""
    return not (row.draft or row.cancelled or row.kind is Kind.PRO_FORMA)


def _matches(row: Row, q: str) -> bool:
    wanted = q.casefold()
    digits = "".join(char for char in wanted if char.isalnum())
    return wanted in row.number.casefold() or wanted in row.buyer.casefold() or _in_number(digits, row.buyer_nip)


def _in_number(wanted: str, number: str) -> bool:
    return bool(wanted) and wanted in number.casefold()


def _line(row: Row, today: date) -> InvoiceRow:
    due = row.due(today)
    return InvoiceRow(
        invoice=row.id,
        draft=row.draft,
        number=row.number,
        kind=row.kind,
        issued_on=row.issued_on,
        due_on=row.due_on,
        buyer=row.buyer,
        buyer_nip=row.buyer_nip,
        currency=row.currency,
        net=row.net,
        vat=row.vat,
        gross=row.net + row.vat,
        net_pln=row.net_pln,
        vat_pln=row.vat_pln,
        left=row.left,
        state=due.state,
        days=due.days,
        partly=due.partly,
        cancelled=row.cancelled,
        corrected=row.corrected,
        by_office=row.by_office,
    )


def _totals(rows: Iterable[Row], today: date) -> list[CurrencyTotals]:
    by_currency: dict[Currency, list[Row]] = {}
    for row in filter(_charges, rows):
        by_currency.setdefault(row.currency, []).append(row)
    return [_total(currency, by_currency[currency], today) for currency in Currency if currency in by_currency]


def _total(currency: Currency, rows: list[Row], today: date) -> CurrencyTotals:
    net, vat = sum(row.net for row in rows), sum(row.vat for row in rows)
    return CurrencyTotals(
        currency=currency,
        count=len(rows),
        net=net,
        vat=vat,
        gross=net + vat,
        left=sum(row.left for row in rows),
        overdue=sum(row.left for row in rows if row.due(today).state is DueState.OVERDUE),
    )


def _around(period: str) -> tuple[str, str]:
    """The periods before and after, of the same length."""
    if not period:
        return "", ""
    if len(period) == _YEAR:
        return str(int(period) - 1), str(int(period) + 1)
    month = Period.parse(period)
    return str(month.plus(-1)), str(month.plus(1))
