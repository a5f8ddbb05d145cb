"""From an invoice to what its print says. Every figure comes from the engine; here it is only written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from functions.invoice import labels
from functions.invoice.labels import Labels
from functions.invoice.printout import Code, Column, ColumnKind, Fact, Label, Party, Printout, Row, Table
from portal.domain import identifiers, money
from portal.domain.invoices import content as contents
from portal.domain.invoices.content import Content, Kind, Line, Method, state_of
from portal.domain.invoices.currencies import Currency
from portal.domain.invoices.figures import Figures, LineFigures
from portal.domain.invoices.marks import marks
from portal.domain.invoices.sums import RateSums, Sums
from portal.domain.invoices.transfers import transfer_of
from portal.domain.invoices.words import in_words

_LEAST_DECIMALS = 2
_RATE, _NET, _VAT, _GROSS = "VAT", "Wartość netto", "Kwota VAT", "Wartość brutto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a print is besides its invoice, of this moment: flags, pictures, names.

    `logo` is the digest of one. `codes` are those of KSeF with their labels; `issued_by` is a name.
    """

    english: bool = False
    watermark: str = ""
    logo: str = ""
    duplicate_on: date | None = None
    cancelled: bool = False
    ksef_number: str = ""
    codes: tuple[Code, ...] = ()
    issued_by: str = ""


def of(content: Content, number: str, figures: Figures, made_at: datetime, look: Look) -> Printout:
    """The print of an invoice, or of a draft that has no number yet."""
    name = Labels(english=look.english)
    return Printout(
        title=name(labels.TITLES[content.kind]),
        number=number,
        made_at=made_at,
        stamps=tuple(_stamps(look)),
        watermark=look.watermark,
        logo=look.logo,
        dates=tuple(_dates(content, name)),
        details=tuple(_details(content, name)),
        parties=tuple(_parties(content, name)),
        payment=tuple(_payment(content, name)),
        tables=tuple(_tables(content, figures, name)),
        totals=_totals(content, figures, name),
        to_pay=_to_pay(figures, name),
        settled=tuple(_settled(figures, name)),
        words=Fact(label=name("Słownie"), text=in_words(abs(figures.to_pay), figures.currency)),
        marks=tuple(name.beside(mark) for mark in marks(content, figures)),
        remarks=tuple(_remarks(content, figures, name)),
        signatures=(Fact(label=name("Wystawił(a)"), text=look.issued_by),) if look.issued_by else (),
        codes=(*_transfer(content, number, figures, name), *look.codes),
        page=name("Strona {page} z {pages}"),
        footer=f"KSeF {look.ksef_number}" if look.ksef_number else "",
    )


def day(value: date) -> str:
    """`05.11.2026`: on paper days have two digits, so that dates stand under each other."""
    return f"{value:%d.%m.%Y}"


def quantity(value: Decimal, least: int = 0) -> str:
    """`1 234,5`: as many decimals as it has, at least some."""
    whole, _, decimals = f"{value:f}".partition(".")
    decimals = decimals.rstrip("0").ljust(least, "0")
    grouped = f"{int(whole):,}".replace(",", money.NBSP)
    return f"{grouped},{decimals}" if decimals else grouped


def amount(minor: int, currency: Currency) -> str:
    """`1 234,56 PLN`."""
    return f"{money.plain(minor)}{money.NBSP}{currency}"


def _stamps(look: Look) -> Iterator[str]:
    if look.duplicate_on:
        yield f"DUPLIKAT z dnia {day(look.duplicate_on)}"
    if look.cancelled:
        yield "ANULOWANA"


def _dates(content: Content, name: Labels) -> Iterator[Fact]:
    yield Fact(label=name("Data wystawienia"), text=day(content.issued_on))
    if content.received_on and content.base_kind is Kind.ADVANCE:
        yield Fact(label=name("Data otrzymania zapłaty"), text=day(content.received_on))
    if content.supplied_on and content.supplied_from:
        yield Fact(label=name("Okres sprzedaży"), text=f"{day(content.supplied_from)} – {day(content.supplied_on)}")
    elif content.supplied_on:
        yield Fact(label=name("Data sprzedaży"), text=day(content.supplied_on))
    if content.place:
        yield Fact(label=name("Miejsce wystawienia"), text=content.place)


def _details(content: Content, name: Labels) -> Iterator[Fact]:
    corrected = content.correction
    if corrected:
        yield Fact(label=name("Do faktury"), text=f"{corrected.number} z dnia {day(corrected.issued_on)}")
        if corrected.ksef_number:
            yield Fact(label=name("Nr KSeF"), text=corrected.ksef_number)
        if corrected.reason:
            yield Fact(label=name("Przyczyna korekty"), text=corrected.reason)


def _parties(content: Content, name: Labels) -> Iterator[Party]:
    yield _party(content.seller, name("Sprzedawca"), name)
    yield _party(content.buyer, name("Nabywca"), name)
    if content.recipient:
        yield _party(content.recipient, name("Odbiorca"), name)


def _party(party: contents.Party, role: Label, name: Labels) -> Party:
    town = " ".join(filter(None, (party.postcode, party.city)))
    country = party.country if party.country != "PL" else ""
    numbers = (
        ("NIP", identifiers.number_written(party.nip)),
        ("VAT UE", party.vat_ue),
        ("Nr podatkowy", party.tax_id),
    )
    return Party(
        role=role,
        name=party.name,
        lines=tuple(filter(None, (party.street, town, country))),
        facts=tuple(Fact(label=name(kind), text=number) for kind, number in numbers if number),
    )


def _payment(content: Content, name: Labels) -> Iterator[Fact]:
    yield Fact(label=name("Forma płatności"), text=name.beside(labels.FORMS[content.payment]))
    if content.due_on:
        yield Fact(label=name("Termin płatności"), text=day(content.due_on), strong=True)
    if content.account:
        yield Fact(label=name("Rachunek bankowy"), text=account(content.account), strong=True)
    if content.bank_name:
        yield Fact(label=name("Bank"), text=content.bank_name)
    if content.swift:
        yield Fact(label=name("SWIFT"), text=content.swift)


def account(number: str) -> str:
    """An NRB in its groups; a foreign account as an IBAN is written."""
    digits = number.removeprefix("PL")
    if digits.isdigit():
        return identifiers.account_written(digits)
    return money.NBSP.join(number[start : start + 4] for start in range(0, len(number), 4))


# Tables


def _tables(content: Content, figures: Figures, name: Labels) -> Iterator[Table]:
    if content.correction and figures.before and figures.after:
        before, after = content.correction.before, state_of(content)
        yield _state(before, figures.before, name("Przed korektą"), name)
        yield _state(after, figures.after, name("Po korekcie"), name)
        yield _rates(figures, name("Różnica"), name)
    elif content.kind is Kind.ADVANCE:
        yield _state(content, figures, name("Zamówienie"), name)
        yield _rates(figures, name("Otrzymana zapłata"), name)
    elif content.advances:
        yield _state(content, figures, None, name)
        yield _advances(content, name)
        yield _rates(figures, name("Pozostaje do rozliczenia"), name)
    else:
        yield _lines(content, figures, name)


def _totals(content: Content, figures: Figures, name: Labels) -> Table | None:
    """Sums per rate under the lines; other kinds have tables of their own for them."""
    if content.correction or content.advances or content.kind is Kind.ADVANCE or not figures.shows_vat:
        return None
    columns = _columns(content, figures, name)[-4:]
    rows = [_sums((), one.rate.written, one.sums) for one in figures.rates]
    return Table(columns=columns, rows=(*rows, _sums((), "Razem", figures.total, strong=True)))


def _state(content: Content, figures: Figures, title: Label | None, name: Labels) -> Table:
    """Lines with a row that sums them."""
    table = _lines(content, figures, name)
    total, empty = figures.supply_total, len(table.columns) - 2
    if figures.shows_vat:
        last = _sums(("", "Razem", *[""] * (empty - 4)), "", total, strong=True)
    else:
        last = Row(cells=("", "Razem", *[""] * (empty - 1), money.plain(total.gross)), strong=True)
    return Table(columns=table.columns, rows=(*table.rows, last), title=title)


def _lines(content: Content, figures: Figures, name: Labels) -> Table:
    rows = enumerate(zip(content.lines, figures.lines, strict=True), 1)
    discounted = _discounted(content)
    return Table(
        columns=_columns(content, figures, name),
        rows=tuple(
            Row(cells=_cells(place, line, found, discounted=discounted, vat=figures.shows_vat))
            for place, (line, found) in rows
        ),
    )


def _discounted(content: Content) -> bool:
    return any(line.discount or line.discount_percent for line in content.lines)


def _columns(content: Content, figures: Figures, name: Labels) -> tuple[Column, ...]:
    code, words, number = ColumnKind.CODE, ColumnKind.NAME, ColumnKind.AMOUNT
    price = {Method.NET: "Cena netto", Method.GROSS: "Cena brutto"}[content.method] if figures.shows_vat else "Cena"
    kinds = [("Lp.", code), ("Nazwa towaru lub usługi", words), ("Ilość", number), ("J.m.", code), (price, number)]
    if _discounted(content):
        kinds.append(("Rabat", number))
    if figures.shows_vat:
        kinds += [(_RATE, code), (_NET, number), (_VAT, number), (_GROSS, number)]
    else:
        kinds.append(("Wartość", number))
    return tuple(Column(label=name(text), kind=kind) for text, kind in kinds)


def _cells(place: int, line: Line, found: LineFigures, *, discounted: bool, vat: bool) -> tuple[str, ...]:
    text = f"{line.name}\n{line.code}" if line.code else line.name
    first = (str(place), text, quantity(line.quantity), line.unit, quantity(line.price, _LEAST_DECIMALS))
    less = (_discount(line),) if discounted else ()
    if not vat:
        return (*first, *less, money.plain(found.gross))
    return (*first, *less, line.rate.written, *_three(found.sums))


def _discount(line: Line) -> str:
    if line.discount_percent:
        return f"{quantity(line.discount_percent)}%"
    return money.plain(line.discount) if line.discount else ""


def _rates(figures: Figures, title: Label, name: Labels) -> Table:
    """What is charged, per rate, as a table of its own; in one sum where no VAT is shown."""
    if not figures.shows_vat:
        columns = (Column(label=labels.NOTHING, kind=ColumnKind.NAME), _amount("Wartość", name))
        total = Row(cells=("Razem", money.plain(figures.total.gross)), strong=True)
        return Table(title=title, columns=columns, rows=(total,))
    first = Column(label=name("Stawka VAT"), kind=ColumnKind.NAME)
    rows = [_sums((), one.rate.written, one.sums) for one in figures.rates]
    return Table(
        title=title,
        columns=(first, *(_amount(text, name) for text in (_NET, _VAT, _GROSS))),
        rows=(*rows, _sums((), "Razem", figures.total, strong=True)),
    )


def _amount(text: str, name: Labels) -> Column:
    return Column(label=name(text), kind=ColumnKind.AMOUNT)


def _advances(content: Content, name: Labels) -> Table:
    kinds = (("Nr faktury", ColumnKind.NAME), ("Data wystawienia", ColumnKind.CODE))
    first = (Column(label=name(text), kind=kind) for text, kind in kinds)
    return Table(
        title=name("Rozliczone faktury zaliczkowe"),
        columns=(*first, *(_amount(text, name) for text in (_NET, _VAT, _GROSS))),
        rows=tuple(
            _sums(("\n".join(filter(None, (one.number, one.ksef_number))),), day(one.issued_on), _added(one.rates))
            for one in content.advances
        ),
    )


def _added(rates: Iterable[RateSums]) -> Sums:
    return sum((one.sums for one in rates), Sums())


def _sums(before: tuple[str, ...], rate: str, of_rate: Sums, *, strong: bool = False) -> Row:
    return Row(cells=(*before, rate, *_three(of_rate)), strong=strong)


def _three(found: Sums) -> tuple[str, str, str]:
    return money.plain(found.net), money.plain(found.vat), money.plain(found.gross)


# The end


def _to_pay(figures: Figures, name: Labels) -> Fact:
    label = "Razem do zapłaty" if figures.to_pay >= 0 else "Do zwrotu"
    return Fact(label=name(label), text=amount(abs(figures.to_pay), figures.currency))


def _settled(figures: Figures, name: Labels) -> Iterator[Fact]:
    if figures.paid:
        yield Fact(label=name("Zapłacono"), text=amount(figures.paid, figures.currency))
        yield Fact(label=name("Pozostało"), text=amount(figures.left, figures.currency), strong=True)


def _remarks(content: Content, figures: Figures, name: Labels) -> Iterator[Fact]:
    if content.exchange:
        yield from _in_zloty(content, figures, name)
    if figures.shows_vat:
        method = "netto" if content.method is Method.NET else "brutto"
        yield Fact(label=labels.NOTHING, text=name.beside(f"Kwoty wyliczono od cen {method}."))
    if content.notes:
        yield Fact(label=name("Uwagi"), text=content.notes)


def _in_zloty(content: Content, figures: Figures, name: Labels) -> Iterator[Fact]:
    """Rate, table and day, and VAT in zloty (art. 106e sec. 11)."""
    rate = content.exchange
    if not rate:
        return
    course = f"{rate.units} {content.currency} = {quantity(rate.rate, 4)} PLN"
    yield Fact(label=name("Kurs"), text=f"{course}, tabela NBP {rate.table} z dnia {day(rate.day)}")
    if figures.shows_vat:
        taxed = [one for one in figures.rates if one.rate.percent]
        each = [f"{one.rate.written}: {money.plain(one.pln.vat)}" for one in taxed] if len(taxed) > 1 else []
        total = amount(figures.total_pln.vat, Currency.PLN)
        yield Fact(label=name("Kwota VAT w PLN"), text=f"{total} ({'; '.join(each)})" if each else total)


def _transfer(content: Content, number: str, figures: Figures, name: Labels) -> Iterator[Code]:
    text = transfer_of(content, number, figures.left, split_payment=figures.split_payment) if number else ""
    if text:
        yield Code(label=name("Zapłać telefonem"), content=text)
