"""Pages of invoices: empty, full, refused, hostile, on the side of the client and of the office."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from functions.invoice import printed
from functions.invoice.views import (
    AdvanceLine,
    CorrectedInvoice,
    Counterparties,
    CurrencyTotals,
    InvoiceFigures,
    InvoiceForm,
    InvoiceLink,
    InvoiceList,
    InvoicePage,
    InvoicePreview,
    InvoiceRow,
    InvoiceSettings,
    KnownParty,
    KnownProduct,
    LineAmounts,
    LineFields,
    NewProgramToken,
    PartyFields,
    PaymentLine,
    Place,
    Products,
    ProgramTokens,
    RateChoice,
    RateLine,
    RecurringChoice,
    RecurringList,
    RecurringPage,
    RecurringRow,
    RecurringRun,
    RecurringText,
    RelatedInvoice,
    SeriesChoice,
    SeriesFields,
    SharedInvoice,
    SharedPayment,
    TokenLine,
)
from portal.domain.invoices import figures as engine
from portal.domain.invoices.checks import Hint, rates_of
from portal.domain.invoices.content import Content, ExemptSource, Kind, Line, Method, Party, PaymentForm, VatBy
from portal.domain.invoices.course import DueState
from portal.domain.invoices.currencies import Currency
from portal.domain.invoices.invoice import Draft, correct, issue
from portal.domain.invoices.numbering import Purpose, Reset
from portal.domain.invoices.rates import Rate
from portal.domain.invoices.recurring import Rhythm
from portal.domain.invoices.words import in_words
from portal.store.recurring import RunState
from portal.views import FirmHead, View

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
ACCOUNT = "56101000712222783191636600"
SELLER = Party(
    name="Nowa Chata Demo sp. z o.o.", street="Długa 5", postcode="00-238", city="Warszawa", nip="5951416168"
)
BUYER = Party(name="Żółta Łódź s.c.", street="Rynek 1", postcode="31-042", city="Kraków", nip="7831916366")
CHOICES = [RateChoice(rate=rate, written=rate.written) for rate in rates_of(Kind.VAT, TODAY)]
KINDS = [kind for kind in Kind if kind is not Kind.CORRECTION]


@dataclass(frozen=True)
class InvoiceExample:
    """A view, where it stands, and what was refused: typed values, fields with their sentences."""

    view: View
    office: bool = False
    path: str = ""
    typed: dict[str, str] | None = None
    fields: tuple[tuple[str, str], ...] = ()
    partner: bool = False
    public: bool = False


def line(name: str, quantity: str, price: str, rate: Rate = Rate.R23, **more: Any) -> Line:
    return Line(name, Decimal(quantity), "szt.", Decimal(price), rate, **more)


def content(*lines: Line, buyer: str = "", **more: Any) -> Content:
    given: dict[str, Any] = {
        "kind": Kind.VAT,
        "issued_on": TODAY,
        "seller": SELLER,
        "buyer": replace(BUYER, name=buyer) if buyer else BUYER,
        "lines": lines
        or (
            line("Projekt wnętrz", "1", "4500"),
            line("Nadzór na budowie, listopad", "12.5", "180", discount_percent=Decimal(10)),
            line("Książka „Jak mieszkać”", "3", "59.90", Rate.R5),
        ),
        "due_on": TODAY + timedelta(14),
        "account": ACCOUNT,
        "bank_name": "mBank",
        "notes": "Dziękujemy za współpracę.",
    }
    return Content(**(given | more))


def figures_of(given: Content, paid: int = 0, hints: tuple[Hint, ...] = ()) -> InvoiceFigures:
    found = engine.figures(given, paid)
    return InvoiceFigures(
        currency=given.currency,
        lines={place: LineAmounts(net=one.net, vat=one.vat, gross=one.gross) for place, one in enumerate(found.lines)},
        rates=[
            RateLine(
                rate=one.rate,
                written=one.rate.written,
                net=one.sums.net,
                vat=one.sums.vat,
                gross=one.sums.gross,
                vat_pln=one.pln.vat,
            )
            for one in found.rates
        ],
        net=found.total.net,
        vat=found.total.vat,
        gross=found.total.gross,
        vat_pln=found.total_pln.vat,
        supply_gross=found.supply_total.gross,
        advances_gross=found.advances_total.gross,
        to_pay=found.to_pay,
        paid=found.paid,
        left=found.left,
        words=in_words(abs(found.to_pay), given.currency),
        split_payment=found.split_payment,
        shows_vat=found.shows_vat,
        hints=list(hints),
        table_day=None if given.currency is Currency.PLN else date(2026, 11, 23),
    )


def party_fields(party: Party) -> PartyFields:
    return PartyFields(**{name: getattr(party, name) for name in PartyFields.__dataclass_fields__})


def line_fields(given: Content) -> list[LineFields]:
    return [
        LineFields(
            name=one.name,
            quantity=printed.quantity(one.quantity),
            price=printed.quantity(one.price, 2),
            rate=one.rate,
            discount_percent=printed.quantity(one.discount_percent) if one.discount_percent else "",
            net=counted.net,
            vat=counted.vat,
            gross=counted.gross,
        )
        for one, counted in zip(given.lines, engine.figures(given).lines, strict=True)
    ]


def party_known(number: int, name: str = "", **more: Any) -> KnownParty:
    party = party_fields(replace(BUYER, name=name or f"Kontrahent {number} sp. z o.o.", **more))
    return KnownParty(id=f"nip-{number}", party=party, email="ksiegowosc@kontrahent.example", used_on=TODAY)


def product_known(number: int, name: str = "") -> KnownProduct:
    return KnownProduct(
        id=f"p{number}",
        name=name or f"Usługa {number}",
        unit="godz.",
        price="180,00",
        rate=Rate.R23,
        method=Method.GROSS if number == 1 else Method.NET,
        code="74.10.1" if number == 0 else "",
    )


def invoice_form(place: Place, given: Content | None = None, **more: Any) -> InvoiceForm:
    shown = given or Content(Kind.VAT, TODAY, SELLER, Party())
    values: dict[str, Any] = {
        "place": place,
        "invoice": "",
        "version": 0,
        "key": "01J0KEY",
        "kind": shown.kind,
        "kinds": KINDS,
        "series": "FV",
        "series_choices": [SeriesChoice(code="FV", purpose=Purpose.SALE, next="FV/0009/11/26")],
        "issued_on": shown.issued_on,
        "supplied_on": None,
        "supplied_from": None,
        "issue_place": "Warszawa",
        "seller": party_fields(SELLER),
        "buyer": party_fields(shown.buyer),
        "recipient": None,
        "lines": line_fields(shown),
        "rates": CHOICES,
        "method": Method.NET,
        "vat_by": VatBy.RATE,
        "price_decimals": 2,
        "currency": shown.currency,
        "currencies": list(Currency),
        "exchange_rate": "",
        "exchange_table": "",
        "exchange_day": None,
        "exchange_units": 1,
        "payment": PaymentForm.TRANSFER,
        "due_on": TODAY + timedelta(14),
        "account": ACCOUNT,
        "accounts": [ACCOUNT],
        "bank_name": "mBank",
        "swift": "",
        "notes": shown.notes,
        "exempt_source": ExemptSource.ACT,
        "exempt_base": "",
        "margin": None,
        "split_payment": False,
        "cash_method": False,
        "self_billing": False,
        "received": None,
        "received_on": None,
        "advances": [],
        "corrects": None,
        "reason": "",
        "figures": figures_of(shown) if shown.lines else None,
        "register": "",
        "rate": "",
        "counterparties": [party_known(1), party_known(2)],
        "products": [product_known(0), product_known(1)],
    }
    return InvoiceForm(**(values | more))


def row(place: int, state: DueState, buyer: str = "", **more: Any) -> InvoiceRow:
    values: dict[str, Any] = {
        "invoice": f"01J0INV{place}",
        "draft": False,
        "number": f"FV/{place:04d}/11/26",
        "kind": Kind.VAT,
        "issued_on": TODAY - timedelta(place),
        "due_on": TODAY + timedelta(14 - place),
        "buyer": buyer or f"Kontrahent {place} sp. z o.o.",
        "buyer_nip": BUYER.nip,
        "currency": Currency.PLN,
        "net": 652_500 + place,
        "vat": 150_075,
        "gross": 802_575 + place,
        "net_pln": 652_500 + place,
        "vat_pln": 150_075,
        "left": 0 if state is DueState.PAID else 802_575,
        "state": state,
        "days": 3 if state is DueState.OVERDUE else 0,
        "partly": state is DueState.PARTLY,
        "cancelled": state is DueState.CANCELLED,
        "corrected": place == 1,
        "by_office": place == 2,
    }
    return InvoiceRow(**(values | more))


def invoice_list(place: Place, rows: list[InvoiceRow], **more: Any) -> InvoiceList:
    totals = CurrencyTotals(
        currency=Currency.PLN, count=4, net=2_610_000, vat=600_300, gross=3_210_300, left=1_605_150, overdue=802_575
    )
    values: dict[str, Any] = {
        "place": place,
        "period": "2026-11",
        "before": "2026-10",
        "after": "2026-12",
        "show": "all",
        "q": "",
        "rows": rows,
        "totals": [totals] if rows else [],
        "count": len(rows),
        "drafts": 2 if rows else 0,
        "page": 1,
        "pages": 1,
        "empty": False,
    }
    return InvoiceList(**(values | more))


def print_of(given: Content, number: str = "FV/0008/11/26", paid: int = 0, **look: Any) -> Any:
    return printed.of(given, number, engine.figures(given, paid), NOON, printed.Look(**look))


def invoice_page(place: Place, given: Content, paid: int = 0, **more: Any) -> InvoicePage:
    number = more.get("number", "FV/0008/11/26")
    watermark = "" if place.valid else "WZÓR"
    values: dict[str, Any] = {
        "place": place,
        "invoice": "01J0INV8",
        "version": 2,
        "number": number,
        "kind": given.kind,
        "issued_on": given.issued_on,
        "issued_at": NOON,
        "due_on": given.due_on,
        "by_office": False,
        "buyer": party_fields(given.buyer),
        "currency": given.currency,
        "figures": figures_of(given, paid),
        "state": DueState.PARTLY if paid else DueState.DUE,
        "days": 14,
        "partly": bool(paid),
        "payments": [PaymentLine(index=0, amount=paid, on=TODAY, note="wyciąg 11/2026")] if paid else [],
        "sent_at": None,
        "sent_to": "",
        "reminded_on": None,
        "seen_at": None,
        "downloaded_at": None,
        "linked": False,
        "email": "",
        "cancelled_at": None,
        "cancel_reason": "",
        "ksef_number": "",
        "corrections": [],
        "corrects": None,
        "settled_by": None,
        "settles": [],
        "can_pay": True,
        "can_cancel": not paid,
        "can_correct": True,
        "can_settle": False,
        "can_send": True,
        "preview": print_of(given, number, paid, watermark=watermark, issued_by="Jan Przykładowy"),
    }
    return InvoicePage(**(values | more))


def shared(given: Content, paid: int = 0, **more: Any) -> SharedInvoice:
    found = engine.figures(given, paid)
    payment = SharedPayment(
        recipient=given.seller.name,
        account=ACCOUNT,
        account_written=printed.account(ACCOUNT),
        title="FV/0008/11/26",
        bank_name="mBank",
        swift="",
    )
    values: dict[str, Any] = {
        "path": "/l/01J0L.abc/invoice",
        "seller": given.seller.name,
        "title": "Faktura VAT",
        "number": "FV/0008/11/26",
        "currency": given.currency,
        "left": found.left,
        "due_on": given.due_on,
        "state": DueState.DUE,
        "days": 14,
        "partly": False,
        "payment": payment,
        "preview": print_of(given, paid=paid),
    }
    return SharedInvoice(**(values | more))


def settings(place: Place, **more: Any) -> InvoiceSettings:
    series = [
        SeriesFields(
            code=code,
            purpose=purpose,
            pattern="{series}/{number:4}/{month}/{year:2}",
            reset=Reset.MONTHLY,
            next=f"{code}/0009/11/26",
            next_count=9,
        )
        for code, purpose in (("FV", Purpose.SALE), ("KOR", Purpose.CORRECTION), ("PRO", Purpose.PRO_FORMA))
    ]
    values: dict[str, Any] = {
        "place": place,
        "version": 1,
        "seller": party_fields(SELLER),
        "account": ACCOUNT,
        "accounts": [ACCOUNT],
        "bank_name": "mBank",
        "swift": "",
        "issue_place": "Warszawa",
        "method": Method.NET,
        "vat_by": VatBy.RATE,
        "price_decimals": 2,
        "currency": Currency.PLN,
        "currencies": list(Currency),
        "payment": PaymentForm.TRANSFER,
        "due_days": 14,
        "reminders": [-3, 7],
        "reminder_days": [-7, -3, 0, 1, 3, 7, 14, 30],
        "notes": "",
        "exempt_base": "",
        "cash_method": False,
        "series": series,
        "logo": "",
        "checked": "",
    }
    return InvoiceSettings(**(values | more))


def related(number: str, kind: Kind, *, cancelled: bool = False) -> RelatedInvoice:
    return RelatedInvoice(invoice="01J0REL", number=number, issued_on=TODAY, kind=kind, cancelled=cancelled)


def correction() -> Content:
    """Fewer hours than were invoiced."""
    issued = issue(Draft("01J0INV8", content()), "FV/0008/11/26", at=NOON, by="jan")
    begun = correct(issued, issued_on=TODAY)
    fewer = replace(begun.lines[1], quantity=Decimal(10))
    assert begun.correction
    told = replace(begun.correction, reason="Pomyłka w liczbie godzin")
    return replace(begun, lines=(begun.lines[0], fewer, begun.lines[2]), correction=told)


def examples(firm: FirmHead, at_client: str, at_office: str, hostile: str, long: str) -> dict[str, InvoiceExample]:
    """All of them by name; the name begins with the template's."""
    home, office_home = f"{at_client}/invoices", f"{at_office}/invoices"
    here = Place(home=home, firm=firm, office=False, valid=True, writable=True)
    office = Place(home=office_home, firm=firm, office=True, valid=False, writable=True)
    trial, reading = replace(here, valid=False), replace(here, writable=False)
    wicked = content(line(hostile, "1", "1"), line(long, "2", "3.50"), buyer=hostile, notes=hostile)
    one = f"{home}/01J0INV8"
    return {
        **_lists(here, office, trial, reading, hostile, long),
        **_forms(here, office, hostile, long, wicked),
        "invoice-invoice": InvoiceExample(invoice_page(here, content()), path=one),
        "invoice-invoice-paid": InvoiceExample(
            invoice_page(here, content(), 300_000, corrections=[related("KOR/0001/11/26", Kind.CORRECTION)]), path=one
        ),
        "invoice-invoice-office": InvoiceExample(
            invoice_page(office, content()), office=True, path=f"{office_home}/01J0INV8"
        ),
        "invoice-invoice-correction": InvoiceExample(
            invoice_page(
                here,
                correction(),
                number="KOR/0001/11/26",
                state=DueState.REFUND,
                corrects=related("FV/0008/11/26", Kind.VAT),
            ),
            path=one,
        ),
        "invoice-invoice-cancelled": InvoiceExample(
            invoice_page(
                here,
                content(),
                state=DueState.CANCELLED,
                cancelled_at=NOON,
                cancel_reason=hostile,
                can_pay=False,
                can_cancel=False,
                can_correct=False,
            ),
            path=one,
        ),
        "invoice-invoice-hostile": InvoiceExample(
            invoice_page(trial, wicked, settles=[related(hostile, Kind.ADVANCE, cancelled=True)]), path=one
        ),
        "invoice-invoice-refused": InvoiceExample(
            invoice_page(here, content()),
            path=f"{one}/payments",
            typed={"amount": "abc", "on": "2026-11-24", "note": hostile},
            fields=(("amount", "Podaj kwotę w złotych i groszach, na przykład 1 234,56."),),
        ),
        "invoice-invoice-seen": InvoiceExample(
            invoice_page(
                here,
                content(),
                sent_at=NOON,
                sent_to=f"{'dlugi' * 12}@nabywca.example",
                reminded_on=TODAY,
                seen_at=NOON,
                downloaded_at=NOON,
                linked=True,
                can_cancel=False,
            ),
            path=one,
        ),
        "invoice-invoice-unlinked": InvoiceExample(
            invoice_page(reading, content(), sent_at=NOON, can_send=False), path=one
        ),
        "invoice-link": InvoiceExample(
            InvoiceLink(
                place=here,
                invoice="01J0INV8",
                number="FV/0008/11/26",
                link=f"https://portal.example/l/01J0L.{'x' * 43}/invoice",
            ),
            path=f"{one}/link",
        ),
        "invoice-shared": InvoiceExample(shared(content()), path="/l/01J0L.abc/invoice", public=True),
        "invoice-shared-paid": InvoiceExample(
            shared(content(), 887_000, state=DueState.PAID, payment=None), path="/l/01J0L.abc/invoice", public=True
        ),
        "invoice-shared-hostile": InvoiceExample(
            shared(wicked, seller=hostile, preview=print_of(wicked, watermark="WZÓR")),
            path="/l/01J0L.abc/invoice",
            public=True,
        ),
        "invoice-preview": InvoiceExample(
            InvoicePreview(
                place=here,
                invoice="01J0INV8",
                draft=False,
                number="FV/0008/11/26",
                english=True,
                preview=print_of(content(), english=True, logo="d1ge57" * 10),
            ),
            path=f"{one}/preview",
        ),
        "invoice-preview-draft": InvoiceExample(
            InvoicePreview(
                place=office,
                invoice="01J0D",
                draft=True,
                number="",
                english=False,
                preview=print_of(wicked, "", watermark="WZÓR"),
            ),
            office=True,
            path=f"{office_home}/01J0D/preview",
        ),
        **_remembered(here, office, reading, hostile, long),
        **_programs(here, office, reading, hostile, long),
        **_recurring(here, office, reading, hostile, long),
    }


def run(state: RunState, detail: str = "", number: str = "", **more: Any) -> RecurringRun:
    made = state in {RunState.ISSUED, RunState.DRAFTED}
    given: dict[str, Any] = {
        "period": TODAY,
        "at": NOON,
        "state": state,
        "invoice": "01J0INV8" if made else "",
        "number": number,
        "code": "x" if detail else "",
        "detail": detail,
        "again": not made,
    }
    return RecurringRun(**(given | more))


RUNS = [
    run(RunState.ISSUED, number="FV/0008/11/26"),
    run(RunState.ISSUED, "Fakturę zapisano, ale nie udało się przygotować jej PDF.", number="FV/0007/11/26"),
    run(RunState.DRAFTED),
    run(RunState.SKIPPED, "Ten dzień minął, gdy portal nie działał."),
    run(RunState.FAILED, "Nie ma serii dla faktur tego rodzaju."),
]


def recurring_page(place: Place, **more: Any) -> RecurringPage:
    given: dict[str, Any] = {
        "place": place,
        "recurring": "01J0REC",
        "version": 3,
        "like": "",
        "key": "",
        "name": "Czynsz za lokal",
        "buyer": BUYER.name,
        "gross": 123_00,
        "currency": Currency.PLN,
        "rhythm": Rhythm.MONTHLY,
        "first_on": TODAY,
        "day": 31,
        "until_on": None,
        "times": None,
        "issue": True,
        "email": "nabywca@demo.example",
        "names": [
            RecurringText(text="Czynsz za {miesiąc}", says="Czynsz za listopad 2026"),
            RecurringText(text="Media", says="Media"),
        ],
        "notes": "Dziękujemy.",
        "placeholders": ["{miesiąc}", "{kwartał}"],
        "paused": False,
        "next_on": date(2026, 11, 30),
        "next_days": [date(2026, 11, 30), date(2026, 12, 31)],
        "runs": [],
        "models": [
            RecurringChoice(
                invoice="01J0INV8",
                number="FV/0008/11/26",
                issued_on=TODAY,
                buyer=BUYER.name,
                gross=123_00,
                currency=Currency.PLN,
            )
        ],
    }
    return RecurringPage(**(given | more))


def recurring_row(number: int, name: str, **more: Any) -> RecurringRow:
    given: dict[str, Any] = {
        "template": f"01J0REC{number}",
        "name": name,
        "buyer": BUYER.name,
        "gross": 123_00,
        "currency": Currency.PLN,
        "rhythm": Rhythm.MONTHLY,
        "issue": True,
        "next_on": date(2026, 11, 30),
        "paused": False,
        "last": None,
    }
    return RecurringRow(**(given | more))


def _recurring(here: Place, office: Place, reading: Place, hostile: str, long: str) -> dict[str, InvoiceExample]:
    rows = [
        *(recurring_row(number, f"Czynsz {number}", last=one) for number, one in enumerate(RUNS)),
        recurring_row(7, hostile, buyer=hostile, paused=True, next_on=None, rhythm=Rhythm.WEEKLY),
        recurring_row(8, long, buyer=long, issue=False, next_on=None, currency=Currency.EUR),
    ]
    one, wicked = f"{here.home}/recurring/01J0REC", [RecurringText(text=hostile, says=f"{hostile} 2026")]
    return {
        "invoice-recurring_list": InvoiceExample(RecurringList(place=here, rows=rows), path=f"{here.home}/recurring"),
        "invoice-recurring_list-office": InvoiceExample(
            RecurringList(place=office, rows=rows), office=True, path=f"{office.home}/recurring"
        ),
        "invoice-recurring_list-empty": InvoiceExample(
            RecurringList(place=here, rows=[]), path=f"{here.home}/recurring"
        ),
        "invoice-recurring": InvoiceExample(recurring_page(here, runs=RUNS), path=one),
        "invoice-recurring-new": InvoiceExample(
            recurring_page(here, recurring="", version=0, like="01J0INV8", key="01J0K", next_on=None, models=[]),
            path=f"{here.home}/recurring/new",
        ),
        "invoice-recurring-office": InvoiceExample(
            recurring_page(office, name=hostile, names=wicked, notes=hostile, paused=True, next_on=None, next_days=[]),
            office=True,
            path=f"{office.home}/recurring/01J0REC",
        ),
        "invoice-recurring-reading": InvoiceExample(
            recurring_page(reading, models=[], until_on=date(2027, 1, 1), name=long), path=one
        ),
        "invoice-recurring-refused": InvoiceExample(
            recurring_page(here),
            path=one,
            typed={"names.0": "{miesiac}", "name": hostile, "rhythm": "weekly"},
            fields=(("names.0", "Nie wiadomo, co wpisać zamiast {miesiac}."),),
        ),
    }


def _lists(
    here: Place, office: Place, trial: Place, reading: Place, hostile: str, long: str
) -> dict[str, InvoiceExample]:
    states = [*DueState]
    rows = [row(number, state) for number, state in enumerate(states)]
    draft = row(8, DueState.UNPAID, "", draft=True, number="", due_on=None, kind=Kind.PRO_FORMA)
    euro = row(9, DueState.OVERDUE, long, currency=Currency.EUR, days=22, partly=True)
    totals = [
        CurrencyTotals(currency=currency, count=2, net=9, vat=9, gross=99_999_999_999, left=0, overdue=0)
        for currency in (Currency.PLN, Currency.EUR)
    ]
    return {
        "invoice-list-full": InvoiceExample(invoice_list(here, [*rows, draft, euro]), path=here.home),
        "invoice-list-office": InvoiceExample(
            invoice_list(office, [*rows, row(10, DueState.DUE, hostile)], totals=totals, page=2, pages=3),
            office=True,
            path=office.home,
        ),
        "invoice-list-new": InvoiceExample(invoice_list(trial, [], empty=True), path=here.home),
        "invoice-list-none": InvoiceExample(invoice_list(here, [], period="", show="overdue"), path=here.home),
        "invoice-list-search": InvoiceExample(invoice_list(here, [], q=hostile, period="2026"), path=here.home),
        "invoice-list-partner": InvoiceExample(invoice_list(reading, rows[:2]), path=here.home, partner=True),
    }


def _forms(here: Place, office: Place, hostile: str, long: str, wicked: Content) -> dict[str, InvoiceExample]:
    new = f"{here.home}/new"
    advance = AdvanceLine(
        invoice="01J0A", number="ZAL/0001/11/26", issued_on=TODAY, gross=123_000, currency=Currency.PLN, chosen=True
    )
    corrected = CorrectedInvoice(
        invoice="01J0INV8", number="FV/0008/11/26", issued_on=TODAY, lines=line_fields(content()), gross=887_000
    )
    euro = content(currency=Currency.EUR)
    typed = {
        "kind": "vat",
        "buyer.nip": "5120079195",
        "buyer.name": hostile,
        "lines.0.name": "Projekt",
        "lines.0.quantity": "x",
        "lines.0.price": "12,5",
        "lines.0.rate": "8",
        "lines.2.name": long,
        "lines.2.quantity": "2",
        "lines.2.price": "",
        "lines.2.rate": "23",
        "cash_method": "true",
    }
    return {
        "invoice-form-new": InvoiceExample(invoice_form(here), path=new),
        "invoice-form-draft": InvoiceExample(
            invoice_form(
                here,
                content(),
                invoice="01J0D",
                version=3,
                register="known",
                series_choices=[
                    SeriesChoice(code=code, purpose=Purpose.SALE, next=f"{code}/0009/11/26") for code in ("FV", "S")
                ],
            ),
            path=f"{here.home}/01J0D",
        ),
        "invoice-form-office": InvoiceExample(
            invoice_form(
                office,
                euro,
                rate="filled",
                exchange_rate="4,2567",
                exchange_table="227/A/NBP/2026",
                exchange_day=date(2026, 11, 23),
                figures=figures_of(euro, hints=tuple(Hint)),
            ),
            office=True,
            path=f"{office.home}/new",
        ),
        "invoice-form-final": InvoiceExample(
            invoice_form(here, content(), kind=Kind.FINAL, advances=[advance]), path=new
        ),
        "invoice-form-correction": InvoiceExample(
            invoice_form(here, correction(), corrects=corrected, reason="Pomyłka w liczbie godzin"), path=new
        ),
        "invoice-form-hostile": InvoiceExample(
            invoice_form(
                here,
                wicked,
                recipient=party_fields(replace(BUYER, name=hostile)),
                counterparties=[party_known(1, hostile, vat_ue="DE136695976")],
                products=[product_known(1, hostile)],
            ),
            path=new,
        ),
        "invoice-form-refused": InvoiceExample(
            invoice_form(here),
            path=new,
            typed=typed,
            fields=(
                ("buyer.nip", "Numer NIP ma błędną cyfrę kontrolną. Sprawdź, czy nie przestawiono cyfr."),
                ("lines.0.quantity", "Ilość musi być większa od zera."),
                ("lines.2.price", "Podaj cenę od zera do 99 999 999 999."),
            ),
        ),
    }


def _remembered(here: Place, office: Place, reading: Place, hostile: str, long: str) -> dict[str, InvoiceExample]:
    parties = [party_known(1), party_known(2, long), party_known(3, hostile, nip="", tax_id="12-3456789")]
    products = [product_known(0), product_known(1, long), product_known(2, hostile)]
    parties_at, products_at, settings_at = (
        f"{here.home}/{page}" for page in ("counterparties", "products", "settings")
    )
    foreign = party_known(4, "Gute Reise GmbH", nip="", country="DE", vat_ue="DE136695976")
    return {
        "invoice-counterparties": InvoiceExample(
            Counterparties(place=here, q="", count=200, listed=parties, chosen=None), path=parties_at
        ),
        "invoice-counterparties-change": InvoiceExample(
            Counterparties(place=office, q="", count=3, listed=parties, chosen=foreign),
            office=True,
            path=f"{office.home}/counterparties",
        ),
        "invoice-counterparties-empty": InvoiceExample(
            Counterparties(place=here, q="", count=0, listed=[], chosen=None), path=parties_at
        ),
        "invoice-counterparties-none": InvoiceExample(
            Counterparties(place=reading, q=hostile, count=0, listed=[], chosen=None), path=parties_at
        ),
        "invoice-counterparties-refused": InvoiceExample(
            Counterparties(place=here, q="", count=3, listed=parties, chosen=None),
            path=parties_at,
            typed={"name": hostile, "nip": "1"},
            fields=(("nip", "Numer NIP ma błędną cyfrę kontrolną."),),
        ),
        "invoice-products": InvoiceExample(
            Products(place=here, q="", count=3, listed=products, chosen=products[0], rates=CHOICES), path=products_at
        ),
        "invoice-products-empty": InvoiceExample(
            Products(place=here, q="", count=0, listed=[], chosen=None, rates=CHOICES), path=products_at
        ),
        "invoice-products-refused": InvoiceExample(
            Products(place=here, q=hostile, count=0, listed=[], chosen=None, rates=CHOICES),
            path=products_at,
            typed={"name": hostile, "price": "-1"},
            fields=(("price", "Podaj cenę od zera do 99 999 999 999."),),
        ),
        "invoice-settings": InvoiceExample(settings(here, checked="listed"), path=settings_at),
        "invoice-settings-office": InvoiceExample(
            settings(office, checked="missing", notes=hostile, account="DE89370400440532013000"),
            office=True,
            path=f"{office.home}/settings",
        ),
        "invoice-settings-logo": InvoiceExample(settings(here, logo="d1ge57" * 10), path=settings_at),
        "invoice-settings-reading": InvoiceExample(
            settings(reading, checked="unknown", accounts=[]), path=settings_at, partner=True
        ),
        "invoice-settings-refused": InvoiceExample(
            settings(here),
            path=settings_at,
            typed={"account": "12", "series.0.pattern": "{series}", "series.3.code": hostile},
            fields=(
                ("account", "Numer rachunku ma błędną cyfrę kontrolną."),
                ("series.0.pattern", "We wzorze musi być dokładnie jedno pole number, czyli numer kolejny."),
                ("series.3.code", "Oznaczenie serii to od 1 do 10 liter i cyfr."),
            ),
        ),
    }


def _programs(here: Place, office: Place, reading: Place, hostile: str, long: str) -> dict[str, InvoiceExample]:
    hour = timedelta(hours=1)
    known = [
        TokenLine(token="01J0T1", name="Sklep Chata", created_at=NOON - 50 * hour, last_used=NOON, revoked_at=None),
        TokenLine(token="01J0T2", name=long, created_at=NOON - 9 * hour, last_used=None, revoked_at=None),
        TokenLine(token="01J0T3", name=hostile, created_at=NOON - 90 * hour, last_used=NOON, revoked_at=NOON),
    ]
    at = f"{here.home}/tokens"

    def listed(place: Place, *tokens: TokenLine, allowed: bool = True) -> ProgramTokens:
        return ProgramTokens(place=place, allowed=allowed, limit=10, tokens=list(tokens))

    def shown(place: Place, name: str) -> NewProgramToken:
        presented, address = "ksf_" + "Ab3" * 40, f"https://portal.example{here.home}"
        return NewProgramToken(place=place, token="01J0T1", name=name, presented=presented, address=address)

    return {
        "invoice-tokens": InvoiceExample(listed(here, *known), path=at),
        "invoice-tokens-office": InvoiceExample(listed(office, *known), office=True, path=f"{office.home}/tokens"),
        "invoice-tokens-empty": InvoiceExample(listed(here), path=at),
        "invoice-tokens-reading": InvoiceExample(listed(reading, *known), path=at),
        "invoice-tokens-partner": InvoiceExample(listed(here, *known, allowed=False), path=at, partner=True),
        "invoice-tokens-refused": InvoiceExample(
            listed(here, *known), path=at, typed={"name": hostile}, fields=(("name", "Podaj nazwę."),)
        ),
        "invoice-token": InvoiceExample(shown(here, "Sklep Chata"), path=at),
        "invoice-token-office": InvoiceExample(shown(office, long), office=True, path=f"{office.home}/tokens"),
    }
