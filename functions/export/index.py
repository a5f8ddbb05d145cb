"""The table in a ZIP of documents: one row a file, with all that is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from portal import pages
from portal.domain import money
from portal.domain.documents import Column, Document, Kind, Source, Status
from portal.domain.errors import _
from portal.domain.periods import WARSAW
from portal.store.directory import Entry

KINDS: Mapping[Kind, str] = {
    Kind.PURCHASE: _("zakup"),
    Kind.SALE: _("sprzedaż"),
    Kind.BANK: _("wyciąg bankowy"),
    Kind.CONTRACT: _("umowa"),
    Kind.PAYROLL: _("kadry i płace"),
    Kind.OTHER: _("inne"),
}
STATUSES: Mapping[Status, str] = {
    Status.AWAITED: _("w drodze"),
    Status.STOPPED: _("zatrzymany"),
    Status.LOST: _("nie dotarł"),
    Status.NEW: _("nowy"),
    Status.TO_PROCESS: _("do przetworzenia"),
    Status.TO_REVIEW: _("do przeglądu"),
    Status.QUESTION: _("wymaga wyjaśnienia"),
    Status.APPROVED: _("zatwierdzony"),
    Status.REJECTED: _("odrzucony"),
    Status.DELETED: _("usunięty"),
    Status.WITHDRAWN: _("wycofany"),
}
SOURCES: Mapping[Source, str] = {
    Source.WEB: _("przeglądarka"),
    Source.PHONE: _("telefon"),
    Source.OFFICE: _("biuro"),
    Source.MAIL: _("e-mail"),
    Source.KSEF: _("KSeF"),
    Source.FEE: _("faktura biura"),
}
COLUMNS: Mapping[Column, str] = {
    Column.SALES: _("sprzedaż towarów i usług"),
    Column.OTHER_REVENUE: _("pozostałe przychody"),
    Column.GOODS: _("zakup towarów i materiałów"),
    Column.SIDE_COSTS: _("koszty uboczne zakupu"),
    Column.WAGES: _("wynagrodzenia"),
    Column.OTHER_COSTS: _("pozostałe wydatki"),
    Column.RESEARCH: _("badania i rozwój"),
}
_HEAD = (
    _("plik"),
    _("firma"),
    _("numer firmy"),
    _("okres"),
    _("rodzaj"),
    _("stan"),
    _("numer dokumentu"),
    _("NIP sprzedawcy"),
    _("sprzedawca"),
    _("NIP nabywcy"),
    _("kwota brutto"),
    _("data wystawienia"),
    _("kategoria"),
    *COLUMNS.values(),
    _("notatka"),
    _("źródło"),
    _("dotarł"),
    _("nazwa pliku od klienta"),
    _("rozmiar w bajtach"),
    _("SHA-256"),
)


def head() -> list[str]:
    """The names of its columns."""
    return [pages.translate(name) for name in _HEAD]


def row(document: Document, file: str, firm: Entry | None, seller: str) -> list[str]:
    """One file of the ZIP, by its name there."""
    told, facts = document.description, document.facts
    return [
        file,
        firm.name if firm else "",
        firm.number if firm else "",
        str(document.period),
        pages.translate(KINDS[told.kind]),
        pages.translate(STATUSES[document.status]),
        told.number,
        told.seller_nip,
        seller,
        told.buyer_nip,
        _amount(told.gross),
        told.issued_on.isoformat() if told.issued_on else "",
        told.category,
        *(_amount(told.columns.get(column)) for column in COLUMNS),
        told.note,
        pages.translate(SOURCES[document.source]),
        _moment(document.arrived_at),
        document.name,
        str(facts.size) if facts else "",
        facts.sha256 if facts else "",
    ]


def _amount(grosze: int | None) -> str:
    return "" if grosze is None else money.decimal(grosze)


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(WARSAW).strftime("%Y-%m-%d %H:%M") if moment else ""
