"""Books: JPK_PKPIR(3), the revenue and expense book, and JPK_EWP(4), the lump-sum record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from samples.documents import Document, Trade
from samples.firms import Firm
from samples.jpk import Filing, taxpayer
from samples.money import pln
from samples.parties import OWN, Party
from samples.periods import Month
from samples.xmlout import Node, Style, serialize
from samples.zus import Payroll

PKPIR = "http://jpk.mf.gov.pl/wzor/2024/10/30/10302/"
EWP = "http://jpk.mf.gov.pl/wzor/2024/10/30/10301/"
TYPES = "http://crd.gov.pl/xml/schematy/dziedzinowe/mf/2022/01/05/eD/DefinicjeTypy/"


@dataclass(frozen=True)
class Entry:
    """A row of the revenue and expense book; amounts by column: 7, 8, 10, 11, 12, 13."""

    day: date
    number: str
    party: Party
    what: str
    amounts: dict[int, int]
    ksef: str = ""
    research: int = 0
    """Research costs (K_16B): information about costs that already stand in columns 10 to 14."""

    @property
    def revenue(self) -> int:
        """K_9."""
        return self.amounts.get(7, 0) + self.amounts.get(8, 0)

    @property
    def spending(self) -> int:
        """K_14."""
        return self.amounts.get(12, 0) + self.amounts.get(13, 0)

    @property
    def cost(self) -> int:
        """Columns 10, 11 and 14 together."""
        return self.amounts.get(10, 0) + self.amounts.get(11, 0) + self.spending


def entries(firm: Firm, month: Month, trade: Trade, payroll: Payroll | None) -> list[Entry]:
    """Return the month's rows: documents that count, then the payroll."""
    taxed = firm.vat != "exempt"
    documents = [*(sale for sale in trade.sales if sale.counts), *(buy for buy in trade.purchases if not buy.asset)]
    rows = [_entry(firm, document, taxed=taxed) for document in documents]
    rows.sort(key=lambda row: (row.day, row.number))
    if payroll:
        wages = {12: payroll.gross, 13: payroll.payer_cost}
        rows.append(
            Entry(month.last, f"LP/{month.month:02d}/{month.year}", OWN, "Lista płac i składki płatnika", wages)
        )
    return rows


def _entry(firm: Firm, document: Document, *, taxed: bool) -> Entry:
    amount = document.net if taxed else document.gross
    research = amount if firm.key == "jan-przykladowy" and document.what.startswith("Chmura") else 0
    amounts = {int(document.column): amount}
    return Entry(document.day, document.number, document.party, document.what, amounts, document.ksef, research)


def pkpir(firm: Firm, first: Month, last: Month, rows: list[Entry], filing: Filing, stock: tuple[int, int],
          style: Style) -> bytes:  # fmt: skip
    """Write a JPK_PKPIR(3) of some months; the stock before and after makes P_3 differ from the rows' costs."""
    root = Node("JPK")
    _header(root, "JPK_PKPIR", 3, firm, (first, last), filing)
    taxpayer(root, firm, with_email=False)
    revenue = sum(row.revenue for row in rows)
    costs = stock[0] - stock[1] + sum(row.cost for row in rows)
    info = {"P_1": stock[0], "P_2": stock[1], "P_3": costs, "P_4": revenue - costs}
    root.add("PKPIRInfo").add_all({name: pln(amount) for name, amount in info.items()})
    for index, row in enumerate(rows, 1):
        _pkpir_row(root.add("PKPIRWiersz"), index, row)
    root.add("PKPIRCtrl").add_all({"LiczbaWierszy": str(len(rows)), "SumaPrzychodow": pln(revenue)})
    return serialize(root, PKPIR, style, {"etd": TYPES})


def _pkpir_row(node: Node, index: int, row: Entry) -> None:
    node.add_all({"K_1": str(index), "K_2": str(row.day), "K_3A": row.number})
    node.add_all({"K_3B": row.ksef} if row.ksef else {})
    node.add_all({"K_4A": row.party.country, "K_4B": row.party.nip} if row.party.nip else {})
    node.add_all({"K_5A": row.party.name, "K_5B": row.party.address, "K_6": row.what})
    amounts = dict(row.amounts)
    if {7, 8} & amounts.keys():
        amounts[9] = row.revenue
    if {12, 13} & amounts.keys():
        amounts[14] = row.spending
    node.add_all({f"K_{column}": pln(amount) for column, amount in sorted(amounts.items())})
    if row.research:
        node.add_all({"K_16A": "Prace rozwojowe – zasoby chmurowe", "K_16B": pln(row.research)})


def ewp(firm: Firm, month: Month, sales: list[Document], filing: Filing, style: Style) -> bytes:
    """Write a JPK_EWP(4) of a month; some rows are entered early in the next month, as the law allows."""
    root = Node("JPK")
    _header(root, "JPK_EWP", 4, firm, (month, month), filing)
    taxpayer(root, firm, with_email=False)
    for index, sale in enumerate(sales, 1):
        row = root.add("EWPWiersz")
        row.add_all({"K_1": str(index), "K_2": str(sale.entered or sale.day), "K_3": str(sale.day), "K_4": sale.number})
        row.add_all({"K_5": sale.ksef} if sale.ksef else {})
        row.add_all({"K_6": sale.party.country, "K_7": sale.party.nip} if sale.party.nip else {})
        row.add_all({"K_8": pln(sale.net), "K_9": sale.lump})
    total = sum(sale.net for sale in sales)
    root.add("EWPCtrl").add_all({"LiczbaWierszy": str(len(sales)), "SumaPrzychodow": pln(total)})
    return serialize(root, EWP, style, {"etd": TYPES})


def _header(root: Node, form: str, variant: int, firm: Firm, months: tuple[Month, Month], filing: Filing) -> None:
    header = root.add("Naglowek")
    header.add("KodFormularza", form, kodSystemowy=f"{form} ({variant})", wersjaSchemy="1-0")
    header.add_all({"WariantFormularza": str(variant), "CelZlozenia": str(filing.purpose)})
    header.add_all(
        {"DataWytworzeniaJPK": filing.created, "DataOd": str(months[0].first), "DataDo": str(months[1].last)}
    )
    header.add("KodUrzedu", firm.office)
