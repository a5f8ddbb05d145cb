"""KSeF FA(3): an invoice's XML as a person reads it. What is missing or odd is left out; the file itself is there.

Read by hand, not against the schema: KSeF has checked what it numbered, and what others wrote is shown as far as it
makes sense.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import PurePath
from xml.etree.ElementTree import Element

from portal.domain import errors, identifiers
from portal.domain.structured_invoices import (
    MOST_LINES,
    MOST_NOTES,
    MOST_OTHERS,
    Account,
    Corrected,
    InvoiceKind,
    Line,
    Mark,
    Method,
    Party,
    Payment,
    StructuredInvoice,
    Total,
)

NAMESPACE = "http://crd.gov.pl/wzor/2025/06/25/13775/"
ROOT = f"{{{NAMESPACE}}}Faktura"

_TEXT = 512
_NOTE = 1_000
_MOST_LISTED = 20
_AMOUNT = re.compile(r"-?\d{1,16}(?:\.\d{1,2})?", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,16}(?:\.\d{1,8})?", re.ASCII)
_KSEF_NUMBER = re.compile(r"\d{10}-\d{8}-[0-9A-F]{12}-[0-9A-F]{2}", re.ASCII)
_CRC_POLYNOMIAL, _CRC_TOP = 0x07, 0x80

# Sums as the schema numbers them, and the rate each is of; the first two may be of the older rate beside it.
_SUMS = {
    "1": "23",
    "2": "8",
    "3": "5",
    "4": "4",
    "5": "OSS",
    "6_1": "0 KR",
    "6_2": "0 WDT",
    "6_3": "0 EX",
    "7": "zw",
    "8": "np I",
    "9": "np II",
    "10": "oo",
    "11": "marża",
}
_OLDER = {"23": "22", "8": "7", "4": "3"}
_YES = "1"
_MARKS = {
    "P_16": Mark.CASH_METHOD,
    "P_17": Mark.SELF_BILLING,
    "P_18": Mark.REVERSE_CHARGE,
    "P_18A": Mark.SPLIT_PAYMENT,
    "Zwolnienie/P_19": Mark.EXEMPT,
    "NoweSrodkiTransportu/P_22": Mark.NEW_VEHICLES,
    "P_23": Mark.TRIANGULAR,
    "PMarzy/P_PMarzy": Mark.MARGIN,
}
_EXEMPTIONS = ("P_19A", "P_19B", "P_19C")


def read(root: Element, name: str = "") -> StructuredInvoice | None:
    """The invoice; None where it lacks what an invoice cannot be without. `name`: the file's, often a KSeF number."""
    body = root.find(_path("Fa"))
    gross = _amount(body, "P_15") if body is not None else None
    kind = _text(body, "RodzajFaktury")
    if body is None or gross is None or kind not in set(InvoiceKind) or not _text(body, "P_2"):
        return None
    lines = list(_lines(body))
    invoice = StructuredInvoice(
        seller=_party(root.find(_path("Podmiot1"))),
        buyer=_party(root.find(_path("Podmiot2"))),
        number=_text(body, "P_2"),
        kind=InvoiceKind(kind),
        currency=_text(body, "KodWaluty")[:3],
        gross=gross,
        issued_on=_date(body, "P_1"),
        issued_in=_text(body, "P_1M"),
        sold_on=_date(body, "P_6") or _date(body, "OkresFa/P_6_Od"),
        sold_until=_date(body, "OkresFa/P_6_Do"),
        totals=tuple(_totals(body, {line.rate for line in lines})),
        marks=tuple(mark for place, mark in _MARKS.items() if _text(body, f"Adnotacje/{place}") == _YES),
        payment=_payment(body),
        others=tuple(_party(one) for one in root.findall(_path("Podmiot3"))[:MOST_OTHERS]),
        reason=_text(body, "PrzyczynaKorekty"),
        corrected=tuple(map(_corrected, body.findall(_path("DaneFaKorygowanej"))[:_MOST_LISTED])),
        notes=tuple(_notes(root, body))[:MOST_NOTES],
        ksef_number=ksef_number_of(name),
    )
    return invoice.with_lines(tuple(lines[:MOST_LINES]), of=len(lines))


def ksef_number_of(name: str) -> str:
    """The number by which KSeF names an invoice's file; empty where a file is named otherwise."""
    number = PurePath(name).stem
    return number if _KSEF_NUMBER.fullmatch(number) and _crc(number[:32]) == int(number[33:], 16) else ""


def _crc(text: str) -> int:
    crc = 0
    for byte in text.encode("ascii"):
        crc ^= byte
        for _ in range(8):
            crc = ((crc << 1) ^ _CRC_POLYNOMIAL if crc & _CRC_TOP else crc << 1) & 0xFF
    return crc


def _party(found: Element | None) -> Party:
    if found is None:
        return Party()
    who = "DaneIdentyfikacyjne"
    union = _text(found, f"{who}/KodUE") + _text(found, f"{who}/NrVatUE")
    address = (_text(found, f"Adres/{part}") for part in ("AdresL1", "AdresL2"))
    return Party(
        name=_text(found, f"{who}/Nazwa"),
        nip=_nip(_text(found, f"{who}/NIP")),
        number=union or _text(found, f"{who}/NrID") or _text(found, f"{who}/IDWew"),
        address=", ".join(filter(None, address)),
        country=_text(found, "Adres/KodKraju")[:2],
        role=_text(found, "Rola") or _text(found, "OpisRoli"),
    )


def _nip(written: str) -> str:
    try:
        return identifiers.nip(written)
    except errors.Refusal:
        return ""


def _lines(body: Element) -> Iterator[Line]:
    """The lines; of an advance those of the order it is paid for."""
    found = body.findall(_path("FaWiersz"))
    if found:
        yield from map(_line, found)
    else:
        yield from map(_ordered, body.findall(_path("Zamowienie/ZamowienieWiersz")))


def _line(found: Element) -> Line:
    return Line(
        number=_text(found, "NrWierszaFa"),
        name=_text(found, "P_7"),
        quantity=_decimal(found, "P_8B"),
        unit=_text(found, "P_8A"),
        price_net=_decimal(found, "P_9A"),
        price_gross=_decimal(found, "P_9B"),
        discount=_decimal(found, "P_10"),
        net=_amount(found, "P_11"),
        vat=_amount(found, "P_11Vat"),
        gross=_amount(found, "P_11A"),
        rate=_text(found, "P_12") or _text(found, "P_12_XII"),
        code=_first(found, "PKWiU", "CN", "PKOB", "Indeks", "GTIN"),
        before=_text(found, "StanPrzed") == _YES,
    )


def _ordered(found: Element) -> Line:
    return Line(
        number=_text(found, "NrWierszaZam"),
        name=_text(found, "P_7Z"),
        quantity=_decimal(found, "P_8BZ"),
        unit=_text(found, "P_8AZ"),
        price_net=_decimal(found, "P_9AZ"),
        net=_amount(found, "P_11NettoZ"),
        vat=_amount(found, "P_11VatZ"),
        rate=_text(found, "P_12Z") or _text(found, "P_12Z_XII"),
        code=_first(found, "PKWiUZ", "CNZ", "PKOBZ", "IndeksZ", "GTINZ"),
        before=_text(found, "StanPrzedZ") == _YES,
    )


def _totals(body: Element, rates: set[str]) -> Iterator[Total]:
    for place, usual in _SUMS.items():
        net = _amount(body, f"P_13_{place}")
        if net is not None:
            older = _OLDER.get(usual, "")
            rate = older if older in rates and usual not in rates else usual
            yield Total(rate, net, _amount(body, f"P_14_{place}"), _amount(body, f"P_14_{place}W"))


def _payment(body: Element) -> Payment:
    found = body.find(_path("Platnosc"))
    to_pay = _amount(body, "Rozliczenie/DoZaplaty")
    if found is None:
        return Payment(to_pay=to_pay)
    method = _text(found, "FormaPlatnosci")
    terms = found.findall(_path("TerminPlatnosci"))[:_MOST_LISTED]
    return Payment(
        paid=_text(found, "Zaplacono") == _YES,
        paid_on=_date(found, "DataZaplaty"),
        due_on=tuple(day for day in (_date(term, "Termin") for term in terms) if day),
        terms=_terms(terms),
        method=Method(method) if method in set(Method) else Method.OTHER if _text(found, "PlatnoscInna") else None,
        other_method=_text(found, "OpisPlatnosci"),
        accounts=tuple(_accounts(found)),
        to_pay=to_pay,
    )


def _terms(terms: list[Element]) -> str:
    """„14 dni od otrzymania” of the first that says so in words."""
    for term in terms:
        words = (_text(term, f"TerminOpis/{part}") for part in ("Ilosc", "Jednostka", "ZdarzeniePoczatkowe"))
        if told := " ".join(filter(None, words)):
            return told
    return ""


def _accounts(payment: Element) -> Iterator[Account]:
    """The factor's first: where there is one, it is the one to pay to."""
    for place in ("RachunekBankowyFaktora", "RachunekBankowy"):
        for found in payment.findall(_path(place))[:_MOST_LISTED]:
            yield Account(re.sub(r"\s", "", _text(found, "NrRB")), _text(found, "NazwaBanku"))


def _corrected(found: Element) -> Corrected:
    return Corrected(
        number=_text(found, "NrFaKorygowanej"),
        issued_on=_date(found, "DataWystFaKorygowanej"),
        ksef_number=_text(found, "NrKSeFFaKorygowanej"),
    )


def _notes(root: Element, body: Element) -> Iterator[str]:
    """Why no tax is charged, what the seller adds, and the foot of the invoice."""
    for exemption in _EXEMPTIONS:
        if basis := _text(body, f"Adnotacje/Zwolnienie/{exemption}"):
            yield basis
    for found in body.findall(_path("DodatkowyOpis"))[:MOST_NOTES]:
        yield f"{_text(found, 'Klucz')}: {_text(found, 'Wartosc')}"
    for found in root.findall(_path("Stopka/Informacje"))[:MOST_NOTES]:
        if note := _text(found, "StopkaFaktury", _NOTE):
            yield note


def _path(path: str) -> str:
    return "/".join(f"{{{NAMESPACE}}}{part}" for part in path.split("/"))


def _text(found: Element | None, path: str, limit: int = _TEXT) -> str:
    """A text on one line, without what cannot be seen."""
    written = (found.findtext(_path(path)) or "") if found is not None else ""
    seen = "".join(" " if char.isspace() else char for char in written if char.isspace() or _is_seen(char))
    return " ".join(seen.split())[:limit]


def _is_seen(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co")


def _first(found: Element, *paths: str) -> str:
    return next(filter(None, (_text(found, path) for path in paths)), "")


def _amount(found: Element | None, path: str) -> int | None:
    written = _text(found, path)
    return int(Decimal(written) * 100) if _AMOUNT.fullmatch(written) else None


def _decimal(found: Element, path: str) -> str:
    """A number without zeros that say nothing; empty where there is none."""
    written = _text(found, path)
    if not _DECIMAL.fullmatch(written):
        return ""
    return written.rstrip("0").rstrip(".") if "." in written else written


def _date(found: Element | None, path: str) -> date | None:
    written = _text(found, path)
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None
