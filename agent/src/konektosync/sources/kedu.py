"""ZUS KEDU 5.6 and 5.7: declarations ZUSDRA, one contribution record each.

Source: the official schema kedu_5_6.xsd. ZUSDRA block I: p2/p1 two-digit identifier (01 = declaration, 02–39 =
correction of the same period, higher ones have meanings of their own), p2/p2 = month; block II: p1 NIP, p6 short name,
p7 surname, p8 first name of the payer; block IX: p1 amount to be refunded, p2 amount to pay. KEDU 5.7 has the same
names in these blocks. The reports about persons (ZUSRCA, ZUSRSA …) are passed by: nothing of them is kept.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from konektosync.model import FileContent, Found, Note, Problem, Record, SourceError
from konektosync.money import to_grosze
from konektosync.sources import fields
from konektosync.sources.tree import ANY, SKIP, UNIT, Format, Node, Shape, unknown_field
from konektosync.texts import _

DRA = "ZUSDRA"
LAST_CORRECTION = 39
READ = ("I", "II", "IX")
# The names of each block that is read, by the schema.
NAMES = {
    "I": frozenset({"p1", "p2", "p3", "p4", "p5"}),
    "II": frozenset(f"p{number}" for number in range(1, 10)),
    "IX": frozenset({"p1", "p2"}),
}
_PASSED = [
    "naglowek.DP",
    "identyfikacja.PL",
    "cechy.DP",
    "III",
    "IV",
    "V",
    "VI",
    "VII",
    "VIII",
    "X",
    "XI",
    "XII",
    "XIII",
    "stopka.DP",
]
_PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)

_DOCUMENT: Shape = dict.fromkeys(_PASSED, SKIP) | dict.fromkeys(READ, UNIT)
# Only the schema of 5.6 is at hand; a later one may have further blocks beside those that are read.
_LATER_DOCUMENT: Shape = dict.fromkeys(READ, UNIT) | {ANY: SKIP}


def _shape(document: Shape) -> Shape:
    return {DRA: document, "zestaw": {DRA: document, ANY: SKIP}, ANY: SKIP}


class Kedu(Format):
    """Reads the ZUSDRA documents of one KEDU. A document that is refused does not stop the others."""

    def __init__(self, minor: int) -> None:
        self.shape = _shape(_DOCUMENT if minor == 6 else _LATER_DOCUMENT)
        self._strict = minor <= 7
        self._blocks: dict[str, Node] = {}
        self._refused: SourceError | None = None
        self._number = 0
        self._found: list[Found] = []
        self._problems: list[Problem] = []
        self._notes: list[Note] = []

    def unit(self, path: tuple[str, ...], node: Node) -> None:
        """Keep a block until its document ends."""
        block = path[-1]
        if self._strict:
            self._attempt(lambda: fields.only_known(node, NAMES[block], f"{DRA}/{block}"))
        self._blocks[block] = node

    def unknown(self, path: tuple[str, ...]) -> None:
        """A block that the schema does not have."""
        self._refused = self._refused or unknown_field(path)

    def closed(self, path: tuple[str, ...]) -> None:
        """A document ends: read it."""
        if path[-1] != DRA:
            return
        self._number += 1
        if self._refused is None:
            self._attempt(self._read)
        if self._refused is not None:
            self._problems.append(self._named(self._refused))
        self._blocks.clear()
        self._refused = None

    def _attempt(self, step: Callable[[], None]) -> None:
        try:
            step()
        except SourceError as error:
            self._refused = self._refused or error

    def _named(self, error: SourceError) -> Problem:
        """Which document of the file: its payer if known, else its place."""
        payer = self._blocks["II"].get("p1") if "II" in self._blocks else None
        which = _("NIP {nip}").format(nip=payer) if payer else _("dokument {number}").format(number=self._number)
        return replace(error.problem(""), detail=f"{DRA} ({which}): {error.detail}")

    def _read(self) -> None:
        identifier, period = self._identifier()
        payer = self._blocks.get("II")
        nip = fields.required(payer, "p1", f"{DRA}/II")
        if identifier > LAST_CORRECTION:
            sentence = _(
                "ZUSDRA {nip} za {period} ma identyfikator {identifier:02d}; wysyłane są deklaracje 01 i korekty 02–39."
            )
            self._notes.append(
                Note("", "dra-other-purpose", sentence.format(nip=nip, period=period, identifier=identifier))
            )
            return
        amounts = self._amounts()
        record = Record(
            nip=nip,
            kind="contribution",
            period=period,
            settlement="D" if identifier == 1 else "K",
            amount=amounts[0],
            surplus=amounts[1],
        )
        surname = (payer.get("p7") if payer else None) or ""
        person = f"{(payer.get('p8') if payer else None) or ''} {surname}".strip()
        self._found.append(
            Found(
                record=record,
                version=f"{identifier:02d}",
                first=record.settlement == "D",
                name=person if surname else (payer.get("p6") if payer else None) or "",
                natural_person=bool(surname),
                fields={"nip": "II/p1", "period": "I/p2/p2", "amount": "IX/p2", "surplus": "IX/p1"},
            )
        )

    def _identifier(self) -> tuple[int, str]:
        block = self._blocks.get("I")
        both = block.child("p2") if block is not None else None
        number = fields.required(both, "p1", f"{DRA}/I/p2")
        period = fields.required(both, "p2", f"{DRA}/I/p2")
        if not _PERIOD.fullmatch(period):
            raise fields.invalid(f"{DRA}/I/p2/p2", period, "period-invalid")
        return fields.whole(number, f"{DRA}/I/p2/p1", 1, 99), period

    def _amounts(self) -> tuple[int, int]:
        """To pay and to be refunded. Both are optional in the schema; a document with neither says nothing to send."""
        block = self._blocks.get("IX")
        refund = block.get("p1") if block is not None else None
        if not refund:
            return to_grosze(fields.required(block, "p2", f"{DRA}/IX"), f"{DRA}/IX/p2"), 0
        pay = block.get("p2") if block is not None else None
        return (to_grosze(pay, f"{DRA}/IX/p2") if pay else 0), to_grosze(refund, f"{DRA}/IX/p1")

    def result(self) -> FileContent:
        """All declarations of the file; a note where it has none."""
        if not self._number:
            self._notes.append(Note("", "no-declaration", _("Plik KEDU nie zawiera deklaracji ZUSDRA.")))
        return FileContent(tuple(self._found), tuple(self._problems), tuple(self._notes))
