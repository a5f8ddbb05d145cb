"""ZUS: contributions of owners and employees, and the KEDU files with ZUSDRA and ZUSRCA."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from samples import rates
from samples.dice import Dice
from samples.firms import Firm, Person
from samples.money import pln, share
from samples.periods import Month
from samples.xmlout import Node, Style, serialize

KEDU_5_6 = "http://www.zus.pl/2024/KEDU_5_6"
KEDU_5_7 = "http://www.zus.pl/2026/KEDU_5_7"
FIRST_OF_5_7 = Month(2026, 4)
DUE_CODES = {"budget_unit": "1", "company": "3", "sole_trader": "6", "civil_partnership": "6"}
TITLES = {"employee": "0110", "full": "0510", "preferential": "0570"}


@dataclass(frozen=True)
class Shares:
    """Contributions of one person, split by who bears them: the insured or the payer."""

    title: str
    base: int
    pension: tuple[int, int]
    disability: tuple[int, int]
    sickness: int
    accident: tuple[int, int]
    health_base: int
    health: int
    labour: int = 0
    guarantee: int = 0

    @property
    def social(self) -> int:
        """All social contributions."""
        return sum(self.pension) + sum(self.disability) + self.sickness + sum(self.accident)


@dataclass(frozen=True)
class Payroll:
    """The employees of a month."""

    gross: int
    people: list[tuple[Person, Shares]]

    @property
    def payer_cost(self) -> int:
        """What the payer bears on top of gross pay."""
        return sum(s.pension[1] + s.disability[1] + s.accident[1] + s.labour + s.guarantee for _, s in self.people)


@dataclass(frozen=True)
class HealthBasis:
    """Block XI: form of taxation, income or revenue, base and contribution of an owner."""

    taxation: str
    income: int
    base: int
    contribution: int


@dataclass(frozen=True)
class Dra:
    """A ZUSDRA with what its parts were computed from; number 1 is the declaration, 2 and more are corrections."""

    firm: Firm
    month: Month
    people: list[tuple[Person, Shares]]
    owner: Shares | None = None
    health_basis: HealthBasis | None = None
    benefits: int = 0
    number: int = 1
    made: date = field(default=date(2026, 1, 1))

    @property
    def shares(self) -> list[Shares]:
        """Everybody insured by this payer."""
        return [*(shares for _, shares in self.people), *([self.owner] if self.owner else [])]

    @property
    def balance(self) -> int:
        """Contributions less benefits paid: positive is to pay, negative to be refunded."""
        due = sum(s.social + s.health + s.labour + s.guarantee for s in self.shares)
        return due - self.benefits


def employee(firm: Firm, month: Month, person: Person) -> Shares:
    """Compute an employee's contributions on this month's pay."""
    base = _pay(firm, month, person)
    pension = (share(base, rates.PENSION), share(base, rates.PENSION))
    disability = (share(base, rates.DISABILITY_INSURED), share(base, rates.DISABILITY_PAYER))
    sickness = share(base, rates.SICKNESS)
    health_base = base - pension[0] - disability[0] - sickness
    guarantee = 0 if firm.legal_form == "budget_unit" else share(base, rates.GUARANTEE_FUND)
    return Shares("employee", base, pension, disability, sickness, (0, share(base, rates.ACCIDENT)), health_base,
                  share(health_base, rates.HEALTH), share(base, rates.LABOUR_FUND), guarantee)  # fmt: skip


def _pay(firm: Firm, month: Month, person: Person) -> int:
    """Return this month's pay: lower before the minimum wage of 2026, in some months with a bonus."""
    base = (
        person.wage if month.year > 2025 else max(share(person.wage, 9709), min(person.wage, rates.MINIMUM_WAGE[2025]))
    )
    dice = Dice("pay", firm.key, month, person.document)
    return base + (dice.between(15, 90) * 10_00 if dice.chance(35) else 0)


def payroll(firm: Firm, month: Month) -> Payroll | None:
    """Compute the month's payroll, if anybody is employed."""
    people = [(person, employee(firm, month, person)) for person in firm.staff]
    return Payroll(sum(shares.base for _, shares in people), people) if people else None


def owner(firm: Firm, month: Month, health: HealthBasis) -> Shares:
    """Compute an owner's own contributions."""
    base = rates.owner_base(firm.relief, month)
    labour = share(base, rates.LABOUR_FUND) if firm.relief == "full" else 0
    disability = share(base, rates.DISABILITY_INSURED + rates.DISABILITY_PAYER)
    return Shares(firm.relief, base, (share(base, 2 * rates.PENSION), 0), (disability, 0), share(base, rates.SICKNESS),
                  (share(base, rates.ACCIDENT), 0), health.base, health.contribution, labour)  # fmt: skip


def health_on_income(taxation: str, month: Month, income: int) -> HealthBasis:
    """Compute health on scale (9 %) or flat tax (4.9 %) from the income of the month before."""
    lowest = rates.lowest_health_base(month)
    rate = rates.HEALTH if taxation == "scale" else rates.HEALTH_FLAT
    contribution = max(share(income, rate), share(lowest, rates.HEALTH))
    return HealthBasis(taxation, max(income, 0), max(income, lowest), contribution)


def health_on_lump_sum(month: Month, revenue: int) -> HealthBasis:
    """Compute health on lump-sum tax: 9 % of a share of the average pay, by last year's revenue."""
    tier = next(part for limit, part in rates.LUMP_TIERS if revenue <= limit)
    base = share(rates.AVERAGE_PAY[month.year], tier)
    return HealthBasis("lump_sum", revenue, base, share(base, rates.HEALTH))


def correct(dra: Dra, number: int, income: int, made: date) -> Dra:
    """Return a correction in which the owner's health contribution follows another income."""
    if not dra.owner or not dra.health_basis:
        raise ValueError("only an owner's declaration is corrected here")
    basis = health_on_income(dra.health_basis.taxation, dra.month, income)
    mended = replace(dra.owner, health_base=basis.base, health=basis.contribution)
    return replace(dra, owner=mended, health_basis=basis, number=number, made=made)


def kedu(declarations: list[Dra], style: Style, *, grouped: bool = False) -> bytes:
    """Write a KEDU with one or more declarations, each followed by its persons; grouped puts payers into sets."""
    root = Node("KEDU", attributes={"wersja_schematu": "1"})
    header = root.add("naglowek.KEDU")
    header.add("program").add_all({"producent": "Demo", "symbol": "PLATNIK-DEMO", "wersja": "10.02.002"})
    header.add("data_utworzenia_KEDU", declarations[0].made)
    identifier = 0
    for index, dra in enumerate(declarations, 1):
        parent = root.add("zestaw", id_zestawu=str(index), P_Nip=dra.firm.nip) if grouped else root
        identifier += 1
        _dra(parent, dra, identifier)
        if dra.firm.lists_staff and dra.people:
            identifier += 1
            _rca(parent, dra, identifier)
    made = max(dra.made for dra in declarations)
    new = any(dra.month >= FIRST_OF_5_7 for dra in declarations) or made >= date(2026, 4, 25)
    return serialize(root, KEDU_5_7 if new else KEDU_5_6, style)


def _dra(parent: Node, dra: Dra, identifier: int) -> None:
    node = parent.add("ZUSDRA", id_dokumentu=str(identifier))
    first = node.add("I")
    first.add("p1", DUE_CODES[dra.firm.legal_form])
    _period(first.add("p2"), dra)
    _payer(node, dra.firm)
    node.add("III").add_all({"p1": str(len(dra.shares)), "p3": pln(rates.ACCIDENT)})
    node.add("IV").add_all({f"p{number}": pln(amount) for number, amount in _social(dra.shares).items()})
    if dra.benefits:
        node.add("V").add_all({"p1": pln(dra.benefits), "p5": pln(dra.benefits)})
    health = sum(shares.health for shares in dra.shares)
    node.add("VI").add_all({"p2": pln(health), "p5": pln(health), "p7": pln(health)})
    _funds(node, dra)
    node.add("IX").add_all({"p1": pln(max(0, -dra.balance)), "p2": pln(max(0, dra.balance))})
    if dra.owner and not dra.people:
        _owner_base(node.add("X"), dra.owner)
    if dra.health_basis and not dra.people:
        _health_basis(node.add("XI"), dra.health_basis)
    node.add("XIII").add("p1", dra.made)


def _social(everybody: list[Shares]) -> dict[int, int]:
    """Return block IV: totals, then the insured's and the payer's parts, each as pension, disability, sum."""
    pension, disability = _by_bearer([s.pension for s in everybody]), _by_bearer([s.disability for s in everybody])
    sickness, accident = sum(s.sickness for s in everybody), _by_bearer([s.accident for s in everybody])
    block = {1: sum(pension), 2: sum(disability), 4: pension[0], 5: disability[0], 7: pension[1], 8: disability[1],
             19: sickness, 20: sum(accident), 22: sickness, 23: accident[0], 25: 0, 26: accident[1]}  # fmt: skip
    block |= {number + 2: block[number] + block[number + 1] for number in (1, 4, 7, 19, 22, 25)}
    block[37] = block[3] + block[21]
    return dict(sorted(block.items()))


def _by_bearer(pairs: list[tuple[int, int]]) -> tuple[int, int]:
    return sum(insured for insured, _ in pairs), sum(payer for _, payer in pairs)


def _funds(node: Node, dra: Dra) -> None:
    labour, guarantee = sum(s.labour for s in dra.shares), sum(s.guarantee for s in dra.shares)
    if labour or guarantee:
        node.add("VII").add_all({"p1": pln(labour), "p2": pln(guarantee), "p3": pln(labour + guarantee)})


def _owner_base(node: Node, shares: Shares) -> None:
    _title(node.add("p1"), shares.title)
    node.add_all(
        {"p2": pln(shares.base), "p3": pln(shares.base), "p4": pln(shares.base), "p5": pln(shares.health_base)}
    )


def _health_basis(node: Node, basis: HealthBasis) -> None:
    first = {"scale": 1, "flat": 5, "lump_sum": 14}[basis.taxation]
    node.add(f"p{first}", "true")
    for offset, amount in enumerate((basis.income, basis.base, basis.contribution), 1):
        node.add(f"p{first + offset}", pln(amount))


def _rca(parent: Node, dra: Dra, identifier: int) -> None:
    node = parent.add("ZUSRCA", id_dokumentu=str(identifier))
    _period(node.add("I").add("p1"), dra)
    _payer(node, dra.firm)
    people = list(dra.people)
    if dra.owner and dra.firm.owner:
        people.append((dra.firm.owner, dra.owner))
    for index, (person, shares) in enumerate(people, 1):
        _insured(node.add("III", id_bloku=str(index)), person, shares, dra.health_basis)
    node.add("IV").add("p1", dra.made)


def _insured(node: Node, person: Person, shares: Shares, basis: HealthBasis | None) -> None:
    node.add("A").add_all({"p1": person.last, "p2": person.first, "p3": "2", "p4": person.document})
    social = node.add("B")
    _title(social.add("p1"), shares.title)
    if shares.title == "employee":
        social.add("p3").add_all({"p1": "1", "p2": "1"})
    social.add_all({f"p{number}": pln(shares.base) for number in (4, 5, 6)})
    parts = {7: shares.pension[0], 8: shares.disability[0], 9: shares.sickness, 10: shares.accident[0],
             11: shares.pension[1], 12: shares.disability[1], 14: shares.accident[1], 29: shares.social}  # fmt: skip
    social.add_all({f"p{number}": pln(amount) for number, amount in parts.items()})
    node.add("C").add_all({"p1": pln(shares.health_base), "p4": pln(shares.health)})
    if basis and shares.title != "employee":
        _health_basis(node.add("E"), basis)


def _period(node: Node, dra: Dra) -> None:
    node.add_all({"p1": f"{dra.number:02d}", "p2": str(dra.month)})


def _payer(node: Node, firm: Firm) -> None:
    block = node.add("II")
    block.add_all({"p1": firm.nip, "p6": firm.short})
    if firm.owner:
        block.add_all({"p7": firm.owner.last, "p8": firm.owner.first, "p9": str(firm.owner.born)})


def _title(node: Node, title: str) -> None:
    node.add_all({"p1": TITLES[title], "p2": "0", "p3": "0"})
