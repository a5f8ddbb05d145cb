"""How each (made-up) accounting program names its files and writes its XML: varied and unhelpful, as in life."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time

from samples.dice import Dice
from samples.firms import Firm
from samples.periods import Month
from samples.xmlout import Style

STYLES = {
    "KsiegaPlus": Style(),
    "FKBiuro": Style(indent=None, newline="\r\n", bom=True, encoding="utf-8"),
    "RachMistrz": Style(prefix="tns", indent="\t", newline="\r\n"),
    "PLATNIK": Style(indent=" "),
}
FIRST_KEDU_NUMBER = 1234


@dataclass(frozen=True)
class Slot:
    """A file before it has a name: whose, of what kind and month, made when."""

    firm: Firm
    kind: str
    month: Month
    made: datetime
    correction: bool = False

    @property
    def program(self) -> str:
        """The program that writes the file; most firms' KEDU come from one place."""
        return "PLATNIK" if self.kind == "KEDU" and self.firm.program != "RachMistrz" else self.firm.program

    @property
    def style(self) -> Style:
        """How that program writes XML."""
        return STYLES[self.program]


def moment(firm: Firm, kind: str, month: Month, days: tuple[int, int]) -> datetime:
    """Return when a file of that month was made: on one of these days of the next month, in office hours."""
    dice = Dice("made", firm.key, kind, month)
    return at(month.next.day(dice.between(*days)), firm, kind)


def at(day: date, firm: Firm, kind: str) -> datetime:
    """Return a moment of that day, in office hours."""
    dice = Dice("hour", firm.key, kind, day)
    return datetime.combine(day, time(dice.between(7, 17), dice.between(0, 59), dice.between(0, 59)))


def paths(slots: list[Slot]) -> list[str]:
    """Return the path of every file, relative to the folder of exports; running numbers follow the order of making."""
    counters: Counter[str] = Counter()
    named: dict[int, str] = {}
    for index in sorted(range(len(slots)), key=lambda i: (slots[i].made, slots[i].firm.prefix, slots[i].kind)):
        named[index] = _path(slots[index], counters)
    return [named[index] for index in range(len(slots))]


def _path(slot: Slot, counters: Counter[str]) -> str:
    firm, month = slot.firm, slot.month
    if slot.program == "PLATNIK":
        counters["PLATNIK"] += 1
        return f"PLATNIK/{FIRST_KEDU_NUMBER - 1 + counters['PLATNIK']:07d}.xml"
    if slot.program == "FKBiuro":
        counters[firm.key] += 1
        number = counters[firm.key] - 1
        return f"FKBiuro/0{firm.prefix}/deklaracje/eksport{f' ({number})' if number else ''}.xml"
    if slot.program == "RachMistrz":
        kind = {"VAT": "V7K" if firm.vat == "quarterly" else "V7M"}.get(slot.kind, slot.kind)
        return (
            f"RachMistrz/{firm.nip}/{month.year}/{month.month:02d}/{kind}_{firm.nip}_{month.year}{month.month:02d}.xml"
        )
    suffix = " - korekta" if slot.correction else ""
    folder = f"KsiegaPlus/{firm.prefix} {firm.short.title()}/{month.year}"
    return f"{folder}/JPK_{slot.kind}_{month.year}_{month.month:02d}{suffix}.xml"
