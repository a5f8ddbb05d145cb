"""VAT: register rows, the declaration computed from them, and the JPK_V7M(3) and JPK_V7K(3) files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from samples.documents import Document, Trade
from samples.firms import Firm
from samples.jpk import Filing, taxpayer
from samples.money import pln, whole
from samples.parties import BUYERS
from samples.periods import Month
from samples.xmlout import Node, Style, serialize

MONTHLY = "http://crd.gov.pl/wzor/2025/12/19/14090/"
QUARTERLY = "http://crd.gov.pl/wzor/2025/12/19/14089/"
TYPES = "http://crd.gov.pl/xml/schematy/dziedzinowe/mf/2022/09/13/eD/DefinicjeTypy/"

FIELDS = {"23": (19, 20), "8": (17, 18), "5": (15, 16)}
BASE_ONLY = {"zw": (10,), "np": (11, 12), "wdt": (21,), "exp": (22,)}
REVERSE = {"goods": (23, 24), "services": (29, 30)}
BASES = (10, 11, 13, 15, 17, 19, 21, 22, 23, 25, 27, 29, 31)
DUE = (16, 18, 20, 24, 26, 28, 30, 32, 33, 34)
DEDUCTED = (41, 43, 44, 45, 46, 47)
REFUND_FROM = 1000


@dataclass(frozen=True)
class Declaration:
    """A VAT-7 or VAT-7K: its fields in whole złote, in the order of the form."""

    fields: dict[int, int]

    @property
    def to_pay(self) -> int:
        """P_51."""
        return self.fields[51]

    @property
    def surplus(self) -> int:
        """P_53."""
        return self.fields.get(53, 0)

    @property
    def carried(self) -> int:
        """P_62, the next declaration's P_39."""
        return self.fields.get(62, 0)


def sale_fields(document: Document) -> dict[int, int]:
    """Return the K fields of a row of the sales register; a reverse-charge purchase has one there too."""
    if document.reverse:
        return dict(zip(REVERSE[document.reverse], (document.net, document.vat), strict=True))
    if document.rate in FIELDS:
        return dict(zip(FIELDS[document.rate], (document.net, document.vat), strict=True))
    return dict.fromkeys(BASE_ONLY[document.rate], document.net)


def purchase_fields(document: Document) -> dict[int, int]:
    """Return the K fields of a row of the purchase register."""
    return dict(zip((40, 41) if document.asset else (42, 43), (document.net, document.vat), strict=True))


def sales_rows(trade: Trade) -> list[Document]:
    """Return the documents that have a row in the sales register."""
    return [*trade.sales, *(purchase for purchase in trade.purchases if purchase.reverse)]


def declare(trades: Iterable[Trade], carried: int, *, refund: bool) -> Declaration:
    """Compute the declaration of a period from its documents and from what was carried over."""
    sums: Counter[int] = Counter()
    for trade in trades:
        for sale in sales_rows(trade):
            sums.update(sale_fields(sale) if sale.counts else {})
        for purchase in trade.purchases:
            sums.update(purchase_fields(purchase))
    fields = {number: whole(amount) for number, amount in sorted(sums.items())}
    fields |= {37: sum(fields.get(n, 0) for n in BASES), 38: sum(fields.get(n, 0) for n in DUE)}
    fields |= {39: carried} if carried else {}
    fields[48] = carried + sum(fields.get(n, 0) for n in DEDUCTED)
    fields |= _result(fields[38] - fields[48], refund=refund)
    return Declaration(dict(sorted(fields.items(), key=lambda item: _position(item[0]))))


def _result(balance: int, *, refund: bool) -> dict[int, int]:
    if balance >= 0:
        return {51: balance}
    surplus = -balance
    if not refund or surplus < REFUND_FROM:
        return {51: 0, 53: surplus, 62: surplus}
    wanted = surplus // REFUND_FROM * REFUND_FROM
    return {51: 0, 53: surplus, 54: wanted, 560: 1} | ({62: surplus - wanted} if surplus > wanted else {})


def _position(field: int) -> float:
    return field / 10 if field > 99 else float(field)


def v7(firm: Firm, month: Month, trade: Trade, declaration: Declaration | None, filing: Filing, style: Style) -> bytes:
    """Write a JPK_V7M(3), or for a quarterly taxpayer a JPK_V7K(3) with a declaration in the quarter's last month."""
    quarterly = firm.vat == "quarterly"
    root = Node("JPK")
    _header(root, firm, month, filing, quarterly=quarterly)
    taxpayer(root, firm, with_email=True)
    if declaration:
        _declaration(root, month, declaration, filing, quarterly=quarterly)
    register = root.add("Ewidencja")
    _sales(register, trade)
    _purchases(register, trade)
    return serialize(root, QUARTERLY if quarterly else MONTHLY, style, {"etd": TYPES})


def with_other_buyer(trade: Trade) -> Trade:
    """Return the register with the buyer of one invoice mended, which changes no amount."""
    index = next(i for i, sale in enumerate(trade.sales) if sale.party in BUYERS)
    mended = replace(trade.sales[index], party=BUYERS[(BUYERS.index(trade.sales[index].party) + 1) % len(BUYERS)])
    return Trade([*trade.sales[:index], mended, *trade.sales[index + 1 :]], trade.purchases)


def _header(root: Node, firm: Firm, month: Month, filing: Filing, *, quarterly: bool) -> None:
    header = root.add("Naglowek")
    code = "JPK_V7K (3)" if quarterly else "JPK_V7M (3)"
    header.add("KodFormularza", "JPK_VAT", kodSystemowy=code, wersjaSchemy="1-0E")
    header.add("WariantFormularza", 3)
    header.add("DataWytworzeniaJPK", filing.created)
    header.add("NazwaSystemu", f"{firm.program} Demo")
    header.add("CelZlozenia", filing.purpose, poz="P_7")
    header.add_all({"KodUrzedu": firm.office, "Rok": str(month.year), "Miesiac": str(month.month)})


def _declaration(root: Node, month: Month, declaration: Declaration, filing: Filing, *, quarterly: bool) -> None:
    block = root.add("Deklaracja")
    header = block.add("Naglowek")
    form, variant = ("VAT-7K", 17) if quarterly else ("VAT-7", 23)
    header.add("KodFormularzaDekl", form, kodSystemowy=f"{form} ({variant})", kodPodatku="VAT", rodzajZobowiazania="Z",
               wersjaSchemy="1-0E")  # fmt: skip
    header.add("WariantFormularzaDekl", variant)
    if quarterly:
        header.add("Kwartal", month.quarter)
    details = block.add("PozycjeSzczegolowe")
    details.add_all({f"P_{number}": str(amount) for number, amount in declaration.fields.items()})
    if filing.purpose == 2:
        details.add("P_ORDZU", "Ujęto fakturę pominiętą w pierwotnym rozliczeniu.")
    block.add("Pouczenia", 1)


def _sales(register: Node, trade: Trade) -> None:
    rows = sales_rows(trade)
    due = 0
    for index, sale in enumerate(rows, 1):
        row = register.add("SprzedazWiersz")
        row.add("LpSprzedazy", index)
        _party(row, sale, "NrKontrahenta", "NazwaKontrahenta")
        row.add_all({"DowodSprzedazy": sale.number, "DataWystawienia": str(sale.day)})
        _mark(row, sale)
        row.add_all({"TypDokumentu": sale.kind} if sale.kind else {})
        row.add_all({sale.gtu: "1"} if sale.gtu and sale.rate != "np" else {})
        fields = sale_fields(sale)
        row.add_all({f"K_{number}": pln(amount) for number, amount in fields.items()})
        due += sum(fields.get(number, 0) for number in DUE) if sale.counts else 0
    register.add("SprzedazCtrl").add_all({"LiczbaWierszySprzedazy": str(len(rows)), "PodatekNalezny": pln(due)})


def _purchases(register: Node, trade: Trade) -> None:
    for index, purchase in enumerate(trade.purchases, 1):
        row = register.add("ZakupWiersz")
        row.add("LpZakupu", index)
        _party(row, purchase, "NrDostawcy", "NazwaDostawcy")
        row.add_all({"DowodZakupu": purchase.number, "DataZakupu": str(purchase.day)})
        if purchase.entered and purchase.entered != purchase.day:
            row.add("DataWplywu", purchase.entered)
        _mark(row, purchase)
        row.add_all({f"K_{number}": pln(amount) for number, amount in purchase_fields(purchase).items()})
    total = sum(purchase.vat for purchase in trade.purchases)
    control = {"LiczbaWierszyZakupow": str(len(trade.purchases)), "PodatekNaliczony": pln(total)}
    register.add("ZakupCtrl").add_all(control)


def _party(row: Node, document: Document, number: str, name: str) -> None:
    party = document.party
    row.add_all({"KodKrajuNadaniaTIN": party.country} if party.nip and party.country in ("DE", "CZ", "IE") else {})
    row.add_all({number: party.nip or "BRAK", name: party.name if party.nip else "BRAK"})


def _mark(row: Node, document: Document) -> None:
    row.add(document.mark, document.ksef or "1")
