"""The words that are printed on invoices. An invoice is Polish; where its issuer wants it, English stands beside."""

from __future__ import annotations

from functions.invoice.printout import Label
from portal.domain.invoices.content import Kind, PaymentForm

TITLES = {
    Kind.VAT: "Faktura VAT",
    Kind.NO_VAT: "Faktura",
    Kind.PRO_FORMA: "Pro forma",
    Kind.ADVANCE: "Faktura zaliczkowa",
    Kind.FINAL: "Faktura końcowa",
    Kind.CORRECTION: "Faktura korygująca",
    Kind.SIMPLIFIED: "Faktura uproszczona",
    Kind.MARGIN: "Faktura marża",
}
"""A pro forma is no invoice and is never called one."""

FORMS = {
    PaymentForm.CASH: "gotówka",
    PaymentForm.CARD: "karta",
    PaymentForm.VOUCHER: "bon",
    PaymentForm.CHEQUE: "czek",
    PaymentForm.CREDIT: "kredyt",
    PaymentForm.TRANSFER: "przelew",
    PaymentForm.MOBILE: "płatność mobilna",
}

_ENGLISH = {
    "Faktura VAT": "VAT invoice",
    "Faktura": "Invoice",
    "Pro forma": "Pro forma",
    "Faktura zaliczkowa": "Advance payment invoice",
    "Faktura końcowa": "Final invoice",
    "Faktura korygująca": "Correction invoice",
    "Faktura uproszczona": "Simplified invoice",
    "Faktura marża": "Margin scheme invoice",
    "gotówka": "cash",
    "karta": "card",
    "bon": "voucher",
    "czek": "cheque",
    "kredyt": "credit",
    "przelew": "bank transfer",
    "płatność mobilna": "mobile payment",
    "Data wystawienia": "Issue date",
    "Data sprzedaży": "Date of supply",
    "Okres sprzedaży": "Period of supply",
    "Data otrzymania zapłaty": "Payment received on",
    "Miejsce wystawienia": "Place of issue",
    "Sprzedawca": "Seller",
    "Nabywca": "Buyer",
    "Odbiorca": "Recipient",
    "NIP": "Tax ID",
    "VAT UE": "EU VAT no.",
    "Nr podatkowy": "Tax no.",
    "Do faktury": "Corrects invoice",
    "Nr KSeF": "KSeF no.",
    "Przyczyna korekty": "Reason",
    "Forma płatności": "Payment",
    "Termin płatności": "Due date",
    "Rachunek bankowy": "Bank account",
    "Bank": "Bank",
    "SWIFT": "SWIFT",
    "Lp.": "No.",
    "Nazwa towaru lub usługi": "Goods or services",
    "Ilość": "Quantity",
    "J.m.": "Unit",
    "Cena": "Price",
    "Cena netto": "Net price",
    "Cena brutto": "Gross price",
    "Rabat": "Discount",
    "VAT": "VAT rate",
    "Wartość": "Value",
    "Wartość netto": "Net value",
    "Kwota VAT": "VAT",
    "Wartość brutto": "Gross value",
    "Przed korektą": "Before",
    "Po korekcie": "After",
    "Różnica": "Difference",
    "Zamówienie": "Order",
    "Otrzymana zapłata": "Payment received",
    "Rozliczone faktury zaliczkowe": "Advance invoices settled",
    "Pozostaje do rozliczenia": "Remaining",
    "Stawka VAT": "VAT rate",
    "Nr faktury": "Invoice no.",
    "Razem": "Total",
    "Razem do zapłaty": "Total due",
    "Do zwrotu": "To be refunded",
    "Zapłacono": "Paid",
    "Pozostało": "Left to pay",
    "Słownie": "In words",
    "Kurs": "Exchange rate",
    "Kwota VAT w PLN": "VAT in PLN",
    "Uwagi": "Notes",
    "Wystawił(a)": "Issued by",
    "Zapłać telefonem": "Scan to pay",
    "Strona {page} z {pages}": "Page {page} of {pages}",
    "Kwoty wyliczono od cen netto.": "Amounts are computed from net prices.",
    "Kwoty wyliczono od cen brutto.": "Amounts are computed from gross prices.",
    "mechanizm podzielonej płatności": "split payment",
    "odwrotne obciążenie": "reverse charge",
    "metoda kasowa": "cash accounting",
    "samofakturowanie": "self-billing",
}

NOTHING = Label(text="")


class Labels:
    """Words in Polish, or with English beside them."""

    def __init__(self, *, english: bool) -> None:
        self._english = english

    def __call__(self, text: str) -> Label:
        """A name in the languages of this print."""
        return Label(text=text, second=_ENGLISH[text] if self._english else "")

    def beside(self, text: str) -> str:
        """A word in one line with the other language's, where there is one: „przelew / bank transfer”."""
        second = _ENGLISH.get(text, "") if self._english else ""
        return f"{text} / {second}" if second else text
