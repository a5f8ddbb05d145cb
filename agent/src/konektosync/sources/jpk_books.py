"""JPK_PKPIR(3) and JPK_EWP(4): the revenue and expense book, and the records of a lump-sum taxpayer.

Source: the official schemas, namespaces http://jpk.mf.gov.pl/wzor/2024/10/30/10302/ and …/10301/.

PKPIR: revenue is column 9 (K_9 = K_7 + K_8) and K_9A, the revenue of farmers who keep the book; costs are K_10 + K_11 +
K_14 (= K_12 + K_13) and K_14A. K_15 is a free column and K_16B repeats costs for another purpose: neither is a cost of
the month. A row belongs to the month of K_2. EWP: revenue is K_8, a row belongs to the month in which the revenue was
earned (K_3, not the day of entry); it has no costs.
"""

from abc import abstractmethod
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from konektosync.model import FileContent, Found, Record, SourceError
from konektosync.money import to_grosze
from konektosync.sources import fields
from konektosync.sources.tree import SKIP, UNIT, Format, Node, Shape
from konektosync.texts import _, money

HEADER = frozenset(
    ["KodFormularza", "WariantFormularza", "CelZlozenia", "DataWytworzeniaJPK", "DataOd", "DataDo", "KodUrzedu"]
)


@dataclass(slots=True)
class Month:
    """Sums of one month, in grosze."""

    revenue: int = 0
    costs: int = 0


class Book(Format):
    """What both books share: rows summed by month, compared with the control sums, one record a month."""

    code: ClassVar[str]
    control: ClassVar[str]
    date_field: ClassVar[str]
    row_fields: ClassVar[frozenset[str]]
    also_party: ClassVar[frozenset[str]]
    has_costs: ClassVar[bool]

    def __init__(self) -> None:
        self._parts: dict[str, Node] = {}
        self._months: defaultdict[str, Month] = defaultdict(Month)
        self._rows = 0
        self._span: tuple[date, date] | None = None

    def unit(self, path: tuple[str, ...], node: Node) -> None:
        """Sum a row, keep the other parts."""
        if path[0] != self._row_name:
            self._parts[path[0]] = node
            return
        if self._span is None:
            self._span = self._read_span()
        self._rows += 1
        fields.only_known(node, self.row_fields, self._row_name)
        month = self._months[self._month_of(node)]
        revenue, costs = self.sums(node, self._where(node))
        month.revenue += revenue
        month.costs += costs

    @property
    def _row_name(self) -> str:
        return self.control.replace("Ctrl", "Wiersz")

    def _where(self, row: Node) -> str:
        return f"{self._row_name}[{row.get('K_1') or self._rows}]"

    @abstractmethod
    def sums(self, row: Node, where: str) -> tuple[int, int]:
        """Revenue and costs of one row, in grosze."""

    @abstractmethod
    def declared_revenue(self, control: Node) -> int:
        """The revenue of the whole file by its control sums, in grosze."""

    def _read_span(self) -> tuple[date, date]:
        header = self._parts.get("Naglowek")
        start = fields.day(fields.required(header, "DataOd", "Naglowek"), "Naglowek/DataOd")
        end = fields.day(fields.required(header, "DataDo", "Naglowek"), "Naglowek/DataDo")
        if start > end or end.year - start.year > 1:
            raise fields.invalid("Naglowek/DataDo", f"{start} – {end}", "period-invalid")
        return start, end

    def _month_of(self, row: Node) -> str:
        """The month of a row: that of the file if it covers one, else that of the row's date."""
        start, end = self._span or self._read_span()
        if _month(start) == _month(end):
            return _month(start)
        field = f"{self._where(row)}/{self.date_field}"
        when = fields.day(fields.required(row, self.date_field, self._where(row)), field)
        if not start <= when <= end:
            sentence = _("Pole {field}: data {when} leży poza okresem pliku {start} – {end}.")
            raise SourceError("field-invalid", sentence.format(field=field, when=when, start=start, end=end), field)
        return _month(when)

    def result(self) -> FileContent:
        """One statement a month."""
        header = self._parts.get("Naglowek")
        fields.form_code(header, self.code)
        if header is not None:
            fields.only_known(header, HEADER, "Naglowek")
        party = fields.taxpayer(self._parts.get("Podmiot1"), self.also_party)
        span = self._span or self._read_span()
        self._compare_control_sums()
        purpose = fields.required(header, "CelZlozenia", "Naglowek")
        settlement = fields.purpose(purpose, "Naglowek/CelZlozenia", on_demand=True)
        made = fields.made_at(fields.required(header, "DataWytworzeniaJPK", "Naglowek"), "Naglowek/DataWytworzeniaJPK")
        names = self._field_names()
        return FileContent(
            found=tuple(
                Found(
                    record=Record(
                        nip=party.nip,
                        kind="statement",
                        period=month,
                        settlement=settlement,
                        revenue=self._months[month].revenue,
                        costs=self._months[month].costs if self.has_costs else None,
                    ),
                    # Books made on demand (CelZlozenia 0) are no submissions: the later one is right.
                    version=made,
                    first=purpose == "1",
                    name=party.name,
                    natural_person=party.natural_person,
                    fields=names,
                )
                for month in self._covered(span, made)
            )
        )

    def _field_names(self) -> dict[str, str]:
        return {
            "nip": "Podmiot1/NIP",
            "period": "Naglowek/DataDo",
            "revenue": f"{self.control}/SumaPrzychodow",
            "costs": self._row_name,
        }

    def _covered(self, span: tuple[date, date], made: str) -> list[str]:
        """Months with rows, and those without that had begun when the file was made: the book says zero for them.

        So a correction that empties a month is seen, and the rest of a running year is not taken for zero.
        """
        month, until = _month(span[0]), min(_month(span[1]), made[:7])
        covered = set(self._months)
        if month == _month(span[1]):
            covered.add(month)
        while month <= until:
            covered.add(month)
            month = _next(month)
        return sorted(covered)

    def _compare_control_sums(self) -> None:
        control = self._parts.get(self.control)
        counted = fields.required(control, "LiczbaWierszy", self.control)
        revenue = sum(month.revenue for month in self._months.values())
        if control is None or fields.whole(counted, f"{self.control}/LiczbaWierszy", 0, 999_999_999) != self._rows:
            field = f"{self.control}/LiczbaWierszy"
            sentence = _("Pole {field} podaje {counted} wierszy, a plik ma ich {rows}.")
            raise SourceError(
                "control-sum-mismatch", sentence.format(field=field, counted=counted, rows=self._rows), field
            )
        declared = self.declared_revenue(control)
        if declared != revenue:
            field = f"{self.control}/SumaPrzychodow"
            sentence = _("Suma kontrolna {field} wynosi {declared}, a suma wierszy {revenue}.")
            raise SourceError(
                "control-sum-mismatch",
                sentence.format(field=field, declared=money(declared), revenue=money(revenue)),
                field,
            )


PKPIR_SHAPE: Shape = {
    "Naglowek": UNIT,
    "Podmiot1": UNIT,
    "PKPIRInfo": dict.fromkeys(("P_1", "P_2", "P_3", "P_4"), SKIP),
    "PKPIRSpis": dict.fromkeys(("P_5A", "P_5B"), SKIP),
    "PKPIRWiersz": UNIT,
    "PKPIRCtrl": UNIT,
}


class Pkpir(Book):
    """Reads one JPK_PKPIR(3)."""

    code = "JPK_PKPIR (3)"
    control = "PKPIRCtrl"
    date_field = "K_2"
    row_fields = frozenset(
        [
            "K_1",
            "K_2",
            "K_3A",
            "K_3B",
            "K_4A",
            "K_4B",
            "K_5A",
            "K_5B",
            "K_6",
            "K_7",
            "K_8",
            "K_9",
            "K_9A",
            "K_10",
            "K_11",
            "K_12",
            "K_13",
            "K_14",
            "K_14A",
            "K_15",
            "K_16A",
            "K_16B",
            "K_17",
        ]
    )
    also_party = frozenset({"Kasowy_PIT", "Rolnik_PIT"})
    has_costs = True
    shape = PKPIR_SHAPE

    def sums(self, row: Node, where: str) -> tuple[int, int]:
        """Revenue and costs of one row, in grosze."""
        revenue = _total(row, "K_9", ("K_7", "K_8"), where) + _amount(row, "K_9A", where)
        other = _total(row, "K_14", ("K_12", "K_13"), where) + _amount(row, "K_14A", where)
        return revenue, _amount(row, "K_10", where) + _amount(row, "K_11", where) + other

    def declared_revenue(self, control: Node) -> int:
        """SumaPrzychodow (of K_9) and SumaPrzychodow2 (of K_9A, optional)."""
        text = fields.required(control, "SumaPrzychodow", self.control)
        return to_grosze(text, "PKPIRCtrl/SumaPrzychodow") + _amount(control, "SumaPrzychodow2", self.control)


EWP_SHAPE: Shape = {"Naglowek": UNIT, "Podmiot1": UNIT, "EWPWiersz": UNIT, "EWPCtrl": UNIT}


class Ewp(Book):
    """Reads one JPK_EWP(4)."""

    code = "JPK_EWP (4)"
    control = "EWPCtrl"
    date_field = "K_3"
    row_fields = frozenset(f"K_{number}" for number in range(1, 11))
    also_party = frozenset({"Kasowy_PIT"})
    has_costs = False
    shape = EWP_SHAPE

    def sums(self, row: Node, where: str) -> tuple[int, int]:
        """Revenue of one row, in grosze; the records know no costs."""
        return to_grosze(fields.required(row, "K_8", where), f"{where}/K_8"), 0

    def declared_revenue(self, control: Node) -> int:
        """SumaPrzychodow, of K_8."""
        return to_grosze(fields.required(control, "SumaPrzychodow", self.control), "EWPCtrl/SumaPrzychodow")


def _amount(node: Node, name: str, where: str) -> int:
    text = node.get(name)
    return to_grosze(text, f"{where}/{name}") if text else 0


def _total(row: Node, name: str, parts: tuple[str, str], where: str) -> int:
    """A total column. Where the row leaves it empty it is the sum of its parts; where both stand they must agree."""
    summed = sum(_amount(row, part, where) for part in parts)
    if not row.get(name):
        return summed
    total = _amount(row, name, where)
    if total != summed and any(row.get(part) for part in parts):
        field = f"{where}/{name}"
        sentence = _("Pole {field} nie jest sumą pól {parts}.")
        raise SourceError("control-sum-mismatch", sentence.format(field=field, parts=" + ".join(parts)), field)
    return total


def _month(when: date) -> str:
    return f"{when.year:04d}-{when.month:02d}"


def _next(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"
