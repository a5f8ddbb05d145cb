"""Counterparties, products and settings of a firm's invoices, and what the register knows of a buyer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from functions.invoice import place, showing, typed
from functions.invoice.inputs import (
    CounterpartyInput,
    ProductInput,
    SearchQuery,
    SeriesInput,
    SettingsInput,
)
from functions.invoice.place import Access
from functions.invoice.views import (
    BuyerAnswer,
    Counterparties,
    InvoiceSettings,
    PartyFields,
    Products,
    SeriesFields,
)
from portal import clock
from portal.aws import ConditionFailed, Expect, Put
from portal.domain import errors, events, identifiers
from portal.domain.events import Action
from portal.domain.invoices import numbering
from portal.domain.invoices.checks import draft_faults
from portal.domain.invoices.content import Content, Kind, Line, Party
from portal.domain.invoices.currencies import Currency
from portal.domain.invoices.numbering import Series, check_series
from portal.domain.invoices.reminders import POSSIBLE
from portal.store import invoice_book, invoices, keys
from portal.store.invoice_book import Counterparty, Product, Settings
from portal.store.registers import Registers
from portal.white_list import Company

# Counterparties


def counterparties(at: Access, query: SearchQuery) -> Counterparties:
    """Those that match, by name."""
    everyone = invoice_book.counterparties(at.table)
    q = query.q.casefold()
    found = [one for one in everyone if q in one.party.name.casefold() or (q and q in one.party.nip)]
    chosen = next((one for one in everyone if one.id == query.chosen), None)
    return Counterparties(
        place=place.of(at),
        q=query.q,
        count=len(everyone),
        listed=[showing.known_party(one) for one in found],
        chosen=showing.known_party(chosen) if chosen else None,
    )


def keep_counterparty(at: Access, given: CounterpartyInput, now: datetime) -> None:
    """Add one or change one. Raises Refusals, `not-found`, `changed-meanwhile`."""
    place.require_writable(at)
    if not given.name:
        raise errors.Refusal(errors.FIELD_MISSING, "name")
    party = given.party
    today = clock.today(now)
    _refuse(draft_faults(Content(Kind.VAT, today, seller=Party(), buyer=party)), "buyer.")
    before = invoice_book.counterparty(at.table, given.id) if given.id else _same_party(at, party)
    known = before or Counterparty(invoice_book.counterparty_id(party), party)
    after = replace(known, party=party, email=given.email)
    changes = {"counterparty": (before.party.name if before else "", party.name)}
    event = place.event(at, Action.COUNTERPARTY_CHANGED, now, changes)
    invoice_book.write(at.table, invoice_book.counterparty_put(at.table, before, after), event)


def forget_counterparty(at: Access, one: str, now: datetime) -> None:
    """Take one off the list. Raises `not-found`."""
    place.require_writable(at)
    known = invoice_book.counterparty(at.table, one)
    event = place.event(at, Action.COUNTERPARTY_REMOVED, now, {"counterparty": (known.party.name, "")})
    _removed(at, keys.counterparty(at.table.firm, known.id), event)


def _same_party(at: Access, party: Party) -> Counterparty | None:
    try:
        return invoice_book.counterparty(at.table, invoice_book.counterparty_id(party))
    except errors.Refusal:
        return None


# Products


def products(at: Access, query: SearchQuery, now: datetime) -> Products:
    """Those that match, by name."""
    everything = invoice_book.products(at.table)
    q = query.q.casefold()
    chosen = next((one for one in everything if one.id == query.chosen), None)
    today = clock.today(now)
    example = Content(Kind.VAT, today, seller=Party(), buyer=Party())
    return Products(
        place=place.of(at),
        q=query.q,
        count=len(everything),
        listed=[showing.known_product(one) for one in everything if q in one.name.casefold()],
        chosen=showing.known_product(chosen) if chosen else None,
        rates=showing.rate_choices(example, today),
    )


def keep_product(at: Access, given: ProductInput, now: datetime) -> None:
    """Add one or change one. Raises Refusals, `not-found`, `changed-meanwhile`."""
    place.require_writable(at)
    if not given.name:
        raise errors.Refusal(errors.FIELD_MISSING, "name")
    said = {name: getattr(given, name) for name in ProductInput.model_fields if name != "id"}
    line = Line(quantity=showing.ONE, **{name: value for name, value in said.items() if name != "method"})
    content = Content(
        Kind.VAT, clock.today(now), seller=Party(), buyer=Party(), lines=(line,), price_decimals=showing.FINEST
    )
    _refuse(draft_faults(content), "lines.0.")
    before = invoice_book.product(at.table, given.id) if given.id else _same_product(at, given)
    one = before.id if before else invoice_book.product_id(given.name, given.method)
    event = place.event(at, Action.PRODUCT_CHANGED, now, {"product": (before.name if before else "", given.name)})
    invoice_book.write(at.table, invoice_book.product_put(at.table, before, Product(one, **said)), event)


def forget_product(at: Access, one: str, now: datetime) -> None:
    """Take one off the list. Raises `not-found`."""
    place.require_writable(at)
    known = invoice_book.product(at.table, one)
    event = place.event(at, Action.PRODUCT_REMOVED, now, {"product": (known.name, "")})
    _removed(at, keys.product(at.table.firm, known.id), event)


def _same_product(at: Access, given: ProductInput) -> Product | None:
    try:
        return invoice_book.product(at.table, invoice_book.product_id(given.name, given.method))
    except errors.Refusal:
        return None


def _removed(at: Access, key: Any, event: Put) -> None:
    try:
        at.table.transact([at.table.delete(key, Expect.present()), event])
    except ConditionFailed:
        raise errors.Refusal(errors.NOT_FOUND) from None


def _refuse(faults: Sequence[errors.Refusal], within: str) -> None:
    """Refusals of an invoice that holds what was typed, at the fields of the form."""
    if faults:
        told = [errors.Refusal(one.code, (one.field or "").removeprefix(within), **one.values) for one in faults]
        raise errors.Refusals(told)


# What the register knows


class Found(NamedTuple):
    """A buyer that was looked up: `source` is `known`, `register`, `unknown` or `silent`."""

    source: str
    party: Party | None = None
    email: str = ""
    company: Company | None = None


def buyer(at: Access, registers: Registers, nip: str, now: datetime, *, register_only: bool = False) -> Found:
    """A buyer by NIP: from the firm's own list, else from the register of VAT payers."""
    known = None if register_only else _same_party(at, Party(nip=nip))
    if known:
        return Found("known", known.party, known.email)
    company, source = _company(at, registers, nip, now)
    if company is None:
        return Found(source)
    party = Party(
        name=company.name, street=company.street, postcode=company.postcode, city=company.city, nip=company.nip
    )
    return Found("register", party, company=company)


def answer(nip: str, found: Found) -> BuyerAnswer:
    """The same for a script."""
    company = found.company
    return BuyerAnswer(
        nip=nip,
        source=found.source,
        party=showing.party_fields(found.party) if found.party else None,
        email=found.email,
        vat_status=company.vat_status.value if company else "",
        bank_accounts=list(company.bank_accounts) if company else [],
    )


def _company(at: Access, registers: Registers, nip: str, now: datetime) -> tuple[Company | None, str]:
    # A client's questions are counted apart: none may use up what its office may ask.
    whose = at.office.id if place.by_office(at) else at.firm.id
    try:
        return registers.company(nip, whose, now), "unknown"
    except errors.Refusal as refusal:
        if refusal.code not in (errors.REGISTER_SILENT, errors.TOO_MANY_TRIES):
            raise
        return None, "silent"


def with_buyer(at: Access, registers: Registers, content: Content, now: datetime) -> tuple[Content, str]:
    """An invoice whose buyer is filled by the NIP typed, and what came of it. Raises `nip-invalid`."""
    nip = identifiers.nip(content.buyer.nip, "buyer.nip")
    found = buyer(at, registers, nip, now)
    if found.party is None:
        return content, found.source
    return replace(content, buyer=found.party), "filled" if found.source == "register" else found.source


# Settings


def settings(at: Access, now: datetime, known: Settings | None = None, checked: str = "") -> InvoiceSettings:
    """What invoices begin with."""
    held = known or invoice_book.settings(at.table)
    today = clock.today(now)
    seller = typed.seller(at.firm, held)
    return InvoiceSettings(
        place=place.of(at),
        version=held.version,
        seller=PartyFields(
            name=seller.name, street=seller.street, postcode=seller.postcode, city=seller.city, nip=seller.nip
        ),
        account=held.account,
        accounts=list(at.firm.bank_accounts),
        bank_name=held.bank_name,
        swift=held.swift,
        issue_place=held.place,
        method=held.method,
        vat_by=held.vat_by,
        price_decimals=held.price_decimals,
        currency=held.currency,
        currencies=list(Currency),
        payment=held.payment,
        due_days=held.due_days,
        reminders=list(held.reminders),
        reminder_days=list(POSSIBLE),
        notes=held.notes,
        exempt_base=held.exempt_base,
        cash_method=held.cash_method,
        series=_series_fields(at, held.series, today),
        logo=held.logo,
        checked=checked,
    )


def _series_fields(at: Access, listed: Sequence[Series], today: date) -> list[SeriesFields]:
    reached = invoices.reached(at.table, listed, today)
    return [
        SeriesFields(
            code=one.code,
            purpose=one.purpose,
            pattern=one.pattern,
            reset=one.reset,
            next=numbering.number(one, reached[one.code] + 1, today),
            next_count=reached[one.code] + 1,
        )
        for one in listed
    ]


def change_settings(at: Access, given: SettingsInput, now: datetime) -> None:
    """Change them, series and their next numbers included. Raises Refusals, `series-…`, `changed-meanwhile`."""
    place.require_writable(at)
    before = invoice_book.settings(at.table)
    if before.version != given.version:
        raise errors.Refusal(errors.CHANGED_MEANWHILE)
    after = as_typed(at, given, before)
    today = clock.today(now)
    _refuse_settings(at, after, today)
    forward, told = _forward(at, given, after.series, today)
    changes = events.differences(invoice_book.settings_fields(before), invoice_book.settings_fields(after)) | told
    event = place.event(at, Action.INVOICE_SETTINGS, now, changes)
    try:
        at.table.transact([invoice_book.settings_put(at.table, before, after), *forward, event])
    except ConditionFailed:
        raise errors.Refusal(errors.CHANGED_MEANWHILE) from None


def as_typed(at: Access, given: SettingsInput, before: Settings) -> Settings:
    """The settings as they were typed. Series that were not sent stay; what is as the firm has it is not kept twice."""
    kept = {name: getattr(given, name) for name in SettingsInput.model_fields if name in Settings.__dataclass_fields__}
    own = {name: getattr(at.firm, name) for name in ("name", "street", "postcode", "city")}
    seller = {f"seller_{name}": getattr(given.seller, name) for name in own}
    seller = {
        f"seller_{name}": "" if seller[f"seller_{name}"] == own[name] else seller[f"seller_{name}"] for name in own
    }
    series = tuple(_series(one) for one in given.series if one) if "series" in given.model_fields_set else before.series
    kept |= {"place": given.issue_place, "series": series, "reminders": tuple(sorted(set(given.reminders)))}
    return replace(before, **{**kept, **seller})


def check_account(at: Access, registers: Registers, given: SettingsInput, now: datetime) -> InvoiceSettings:
    """The form as typed, with what the register of VAT payers says of the account: whether it is among the firm's."""
    typed_so_far = as_typed(at, given, invoice_book.settings(at.table))
    return settings(at, now, typed_so_far, _account_state(at, registers, typed_so_far.account, now))


def _account_state(at: Access, registers: Registers, account: str, now: datetime) -> str:
    if not account:
        raise errors.Refusal(errors.FIELD_MISSING, "account")
    if not at.firm.nip:
        return "unknown"
    found = buyer(at, registers, at.firm.nip, now, register_only=True)
    if found.company is None:
        return found.source
    return "listed" if account in found.company.bank_accounts else "missing"


def _refuse_settings(at: Access, after: Settings, today: date) -> None:
    content = Content(
        Kind.VAT,
        today,
        seller=typed.seller(at.firm, after),
        buyer=Party(),
        account=after.account,
        bank_name=after.bank_name,
        swift=after.swift,
        place=after.place,
        notes=after.notes,
        exempt_base=after.exempt_base,
    )
    faults = [
        errors.Refusal(one.code, "issue_place" if one.field == "place" else one.field, **one.values)
        for one in draft_faults(content)
    ]
    if faults := [*faults, *_series_faults(after.series)]:
        raise errors.Refusals(faults)


def _series_faults(listed: Sequence[Series]) -> list[errors.Refusal]:
    faults, seen = [], set()
    for place_, one in enumerate(listed):
        if one.code.casefold() in seen:
            faults.append(errors.Refusal(errors.SERIES_DOUBLE, f"series.{place_}.code"))
        seen.add(one.code.casefold())
        try:
            check_series(one, listed[:place_])
        except errors.Refusal as refusal:
            faults.append(errors.Refusal(refusal.code, f"series.{place_}.{refusal.field}", **refusal.values))
    return faults


def _series(given: SeriesInput) -> Series:
    return Series(given.code, given.purpose, given.pattern, given.reset)


def _forward(
    at: Access, given: SettingsInput, listed: Sequence[Series], today: date
) -> tuple[list[Put], dict[str, tuple[str, str]]]:
    """The writes by which series go on with later numbers. Raises `series-back`."""
    wanted = {one.code: one.next_count for one in given.series if one and one.next_count}
    chosen = [one for one in listed if one.code in wanted]
    reached = invoices.reached(at.table, chosen, today)
    puts, told = [], []
    for place_, one in enumerate(chosen):
        to, so_far = wanted[one.code] or 0, reached[one.code]
        if to <= so_far:
            raise errors.Refusal(errors.SERIES_BACK, f"series.{place_}.next_count", reached=so_far)
        if to > so_far + 1:
            puts.append(invoices.set_forward(at.table, one, today, so_far, to))
            told.append(numbering.number(one, to, today))
    return puts, {"next_number": ("", ", ".join(told))} if told else {}
