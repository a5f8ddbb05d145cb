"""What a firm sold and bought in a month: the one model from which registers, declarations and books are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from samples.dice import Dice
from samples.firms import Buying, Firm, Selling
from samples.identifiers import ksef_number
from samples.money import share
from samples.parties import BUYERS, FOREIGN_BUYERS, OVERSEAS_BUYER, PEOPLE, RETAIL, SUPPLIERS, Party
from samples.periods import Month

PER_TEN_THOUSAND = {"23": 2300, "8": 800, "5": 500}
KSEF_FOR_ALL = date(2026, 4, 1)
KSEF_FOR_LARGE = date(2026, 2, 1)
LARGE = ("energy", "phone", "fuel", "rent")


@dataclass(frozen=True)
class Document:
    """A sale or a purchase."""

    day: date
    number: str
    party: Party
    what: str
    net: int
    vat: int
    rate: str
    mark: str
    """Which of NrKSeF, OFF, BFK, DI stands in the VAT register."""
    ksef: str = ""
    kind: str = ""
    gtu: str = ""
    lump: str = ""
    column: str = "7"
    asset: bool = False
    reverse: str = ""
    entered: date | None = None

    @property
    def gross(self) -> int:
        """Net and VAT together."""
        return self.net + self.vat

    @property
    def counts(self) -> bool:
        """Whether it counts in sums; an invoice to a receipt (FP) is in the cash report already."""
        return self.kind != "FP"


@dataclass(frozen=True)
class Trade:
    """The documents of one firm and month."""

    sales: list[Document] = field(default_factory=list)
    purchases: list[Document] = field(default_factory=list)


def trade(firm: Firm, month: Month) -> Trade:
    """Make up a month of a firm; the same every time."""
    sales = [sale for selling in firm.sells for sale in _sales(firm, month, selling)]
    sales.sort(key=lambda sale: (sale.day, sale.what))
    purchases = [_purchase(firm, month, buying) for buying in firm.buys if _due(firm, month, buying)]
    purchases.sort(key=lambda purchase: (purchase.day, purchase.what))
    return Trade([*sales, *_extra_sales(firm, month, sales)], purchases)


def late(firm: Firm, month: Month) -> Trade:
    """Return what was found only after the month's files had been made, and made corrections necessary."""
    if (firm.key, str(month)) == ("rowery-kolko", "2026-05"):
        party = SUPPLIERS["wholesale"]
        mark, ksef = _ksef(party.nip, month.day(29), "WH77001/2026")
        found = Document(month.day(29), "WH77001/2026", party, "Akcesoria – faktura spóźniona", 1_840_00, 423_20, "23",
                         mark, ksef, column="10")  # fmt: skip
        return Trade(purchases=[found])
    if (firm.key, str(month)) == ("sad-sliwka", "2026-06"):
        mark, ksef = _ksef(firm.nip, month.day(30), "FS/199/06/2026")
        return Trade([Document(month.day(30), "FS/199/06/2026", BUYERS[6], "Przetwory owocowe – pominięta faktura",
                               5_120_40, 256_02, "5", mark, ksef, entered=month.day(30))])  # fmt: skip
    return Trade()


def final(firm: Firm, month: Month) -> Trade:
    """Return a month of a firm with everything that was found later."""
    first, more = trade(firm, month), late(firm, month)
    return Trade([*first.sales, *more.sales], [*first.purchases, *more.purchases])


def _sales(firm: Firm, month: Month, selling: Selling) -> list[Document]:
    dice = Dice("sales", firm.key, month, selling.what)
    return [_sale(firm, month, selling, dice, index) for index in range(dice.between(*selling.times))]


def _sale(firm: Firm, month: Month, selling: Selling, dice: Dice, index: int) -> Document:
    day = month.last if selling.to == "retail" else month.day(dice.between(2, 28))
    net = dice.between(selling.amounts[0] * 100, selling.amounts[1] * 100)
    vat = share(net, PER_TEN_THOUSAND.get(selling.rate, 0))
    party = _buyer(selling, dice)
    serial = f"{firm.sells.index(selling) + 1}{index + 1:02d}"
    number = (
        f"RD/{month.month:02d}/{serial}" if selling.to == "retail" else f"FS/{serial}/{month.month:02d}/{month.year}"
    )
    mark, ksef = _ksef(firm.nip, day, number, consumer=party.is_consumer)
    kind = "RO" if selling.to == "retail" else ""
    entered = month.next.day(3 + index) if dice.chance(20) else day
    return Document(day, number, party, selling.what, net, vat, selling.rate, mark, ksef, kind, selling.gtu,
                    selling.lump, entered=entered)  # fmt: skip


def _buyer(selling: Selling, dice: Dice) -> Party:
    fixed = {"retail": RETAIL, "people": PEOPLE, "overseas": OVERSEAS_BUYER}
    if selling.to in fixed:
        return fixed[selling.to]
    return dice.pick(FOREIGN_BUYERS if selling.to == "union" else BUYERS)


def _extra_sales(firm: Firm, month: Month, sales: list[Document]) -> list[Document]:
    """Add what real registers have besides plain invoices: invoices to receipts, correcting ones, other revenue."""
    dice = Dice("extra", firm.key, month)
    extra = []
    retail = next((sale for sale in sales if sale.kind == "RO"), None)
    if retail and dice.chance(60):
        extra.append(_derived(firm, retail, f"FP/{month.month:02d}/{month.year}", dice.between(100, 400), kind="FP",
                              party=dice.pick(BUYERS)))  # fmt: skip
    invoice = next((sale for sale in sales if sale.number.startswith("FS") and sale.party in BUYERS), None)
    if invoice and dice.chance(25):
        extra.append(_derived(firm, invoice, f"KOR/{month.month:02d}/{month.year}", -dice.between(500, 2000)))
    if firm.books.startswith("pkpir") and firm.vat == "exempt" and dice.chance(20):
        extra.append(Document(month.last, f"NO/{month.month:02d}", PEOPLE, "Odsetki i inne przychody",
                              dice.between(900, 9000), 0, "none", "DI", column="8"))  # fmt: skip
    return extra


def _derived(
    firm: Firm, sale: Document, number: str, part: int, kind: str = "", party: Party | None = None
) -> Document:
    net = share(sale.net, part)
    vat = share(net, PER_TEN_THOUSAND.get(sale.rate, 0))
    buyer = party or sale.party
    mark, ksef = _ksef(firm.nip, sale.day, number)
    return Document(sale.day, number, buyer, sale.what, net, vat, sale.rate, mark, ksef, kind, sale.gtu, sale.lump,
                    entered=sale.day)  # fmt: skip


def _due(firm: Firm, month: Month, buying: Buying) -> bool:
    offset = Dice("due", firm.key, buying.what).between(0, buying.every - 1)
    return (month.year * 12 + month.month) % buying.every == offset


def _purchase(firm: Firm, month: Month, buying: Buying) -> Document:
    dice = Dice("purchase", firm.key, month, buying.what)
    party = SUPPLIERS[buying.supplier]
    day = month.day(dice.between(1, 26))
    net = dice.between(buying.amounts[0] * 100, buying.amounts[1] * 100)
    vat = share(net, PER_TEN_THOUSAND[buying.rate])
    number = f"{buying.supplier[:2].upper()}{dice.between(1000, 99_999)}/{month.year}"
    large = buying.supplier in LARGE
    mark, ksef = _ksef(party.nip, day, number, large=large) if party.country == "PL" else ("BFK", "")
    entered = min(month.last, day + timedelta(days=dice.between(0, 5)))
    return Document(day, number, party, buying.what, net, vat, buying.rate, mark, ksef, column=buying.column,
                    asset=buying.asset, reverse=buying.reverse, entered=entered)  # fmt: skip


def _ksef(seller: str, day: date, number: str, *, consumer: bool = False, large: bool = False) -> tuple[str, str]:
    """Return the KSeF mark and number of a document that a Polish seller issued on that day."""
    if consumer:
        return "DI", ""
    if day < (KSEF_FOR_LARGE if large else KSEF_FOR_ALL):
        return "BFK", ""
    if Dice("offline", seller, number).chance(4):
        return "OFF", ""
    return "NrKSeF", ksef_number(seller, day, number)
