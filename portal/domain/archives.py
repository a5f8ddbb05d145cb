"""Files of documents as one ZIP: what goes into one, under which names, and what is told of it afterwards."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple, Self

from portal.domain import document_types
from portal.domain.documents import Description, Document, Kind, Ref
from portal.domain.exports import MadeFile
from portal.domain.people import Actor
from portal.domain.periods import WARSAW, Period

SLOTS_OF_OFFICE = 5
"""ZIPs that an office has made at the same time."""

SLOTS_OF_FIRM = 2
"""The same for the people of a firm."""

KEPT_DAYS = 30
"""How long a list tells of them; the ZIP itself is gone earlier."""

MOST_CHOSEN = 500
"""Documents of a selection. A firm's whole month may hold more."""

MOST_TOLD = 100
"""Documents that are named among those that were not marked; of more only the number is kept."""

FOLDERS: Mapping[Kind, str] = {
    Kind.PURCHASE: "zakup",
    Kind.SALE: "sprzedaz",
    Kind.BANK: "bank",
    Kind.CONTRACT: "umowy",
    Kind.PAYROLL: "kadry",
    Kind.OTHER: "inne",
}
INDEX = "indeks.csv"

_NUMBER_LIMIT = 40
_WHO_LIMIT = 40
_STEM_LIMIT = 80
_FOLDER_LIMIT = 40
_KEPT = frozenset("-+.,()&@#%=!'")
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})


class Chosen(NamedTuple):
    """One document of a selection."""

    firm: str
    ref: Ref


class Unmarked(NamedTuple):
    """A document that is in the ZIP and could not be marked as exported. `code`: why."""

    firm: str
    ref: Ref
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Archive(MadeFile):
    """One ZIP: the documents of a selection, or all of a firm's month. What is counted are documents.

    `mark`: what is approved is marked as exported once the ZIP is whole; `marked` tells how many were, `unmarked`
    which were not, `unmarked_total` how many of those there are. `left_out`: documents without a file that may be
    opened. `slot`: its place among those that are made at the same time.
    """

    firms: tuple[str, ...] = ()
    period: Period | None = None
    chosen: tuple[Chosen, ...] = ()
    mark: bool = False
    slot: int = 0
    left_out: int = 0
    marked: int = 0
    unmarked: tuple[Unmarked, ...] = ()
    unmarked_total: int = 0

    @property
    def asked_for(self) -> tuple[str, tuple[str, ...], Period | None, tuple[Chosen, ...], bool]:
        """By what one that is asked for twice is recognised."""
        return self.by, self.firms, self.period, self.chosen, self.mark

    def open_to(self, actor: Actor) -> bool:
        """Whether somebody of the office may know of it: who serves all firms whose documents are in it."""
        return all(actor.serves(firm) for firm in self.firms)

    def with_content(self, left_out: int) -> Self:
        """What was found for it."""
        return replace(self, left_out=left_out)

    def with_marks(self, marked: int, unmarked: list[Unmarked]) -> Self:
        """Which documents were marked as exported, and which were not."""
        return replace(self, marked=marked, unmarked=tuple(unmarked[:MOST_TOLD]), unmarked_total=len(unmarked))


class Names:
    """Names of the files in one ZIP, each given once: also for systems that take `A` for `a`.

    `firms`: what each firm is called that has a folder of its own; none where all documents are of one firm.
    """

    def __init__(self, firms: Mapping[str, str] | None = None) -> None:
        self._given = {INDEX.casefold()}
        self._folders = {firm: self._once(folder_name(name)) + "/" for firm, name in sorted((firms or {}).items())}

    def give(self, document: Document, firm: str, seller: str) -> str:
        """`2026-11/zakup/2026-11-03_FV-12-11_Dostawca.pdf`; the second of the same name ends with `-2`.

        `seller`: what the seller is called, empty where only the NIP is known.
        """
        folder = f"{self._folders.get(firm, '')}{document.period}/{FOLDERS[document.description.kind]}"
        return self._once(f"{folder}/{file_stem(document, seller)}", extension_of(document))

    def _once(self, stem: str, extension: str = "") -> str:
        number, name = 1, f"{stem}{extension}"
        while name.casefold() in self._given:
            number += 1
            name = f"{stem}-{number}{extension}"
        self._given.add(name.casefold())
        return name


def file_stem(document: Document, seller: str) -> str:
    """Day, number and seller; where nothing of the last two is known, the name that the file came with."""
    told = document.description
    known = [clean(told.number, _NUMBER_LIMIT), clean(seller or told.seller_nip, _WHO_LIMIT)]
    if not any(known):
        given = document.name
        extension = document_types.extension_of(given)
        known = [clean(given[: -len(extension) - 1] if extension else given, _STEM_LIMIT)]
    return "_".join([_day(told, document.arrived_at or document.created_at).isoformat(), *filter(None, known)])


def extension_of(document: Document) -> str:
    """What the content was found to be tells the ending, not the name."""
    known = document_types.by_media_type(document.facts.media_type) if document.facts else None
    given = document_types.extension_of(document.name)
    if known is None:
        return f".{given}" if given else ""
    return f".{given if given in known.extensions else known.extensions[0]}"


def folder_name(firm: str) -> str:
    """A firm's name as a folder on any system."""
    name = clean(firm, _FOLDER_LIMIT) or "firma"
    return f"{name}-" if name.partition(".")[0].casefold() in _RESERVED else name


def clean(text: str, limit: int) -> str:
    """Letters and digits of all languages and a few signs; everything else is a hyphen, and never two of them.

    What cannot be seen is left out: marks of direction could turn a name round.
    """
    shown = (char for char in unicodedata.normalize("NFC", text) if unicodedata.category(char) != "Cf")
    plain = "".join(char if char.isalnum() or char in _KEPT or _combines(char) else " " for char in shown)
    words = "-".join(plain.replace("-", " ").split())
    return words[:limit].strip("-. ")


def _combines(char: str) -> bool:
    """A mark of a letter that has none with it in one piece."""
    return unicodedata.category(char).startswith("M")


def _day(told: Description, moment: datetime) -> date:
    return told.issued_on or moment.astimezone(WARSAW).date()
