"""What all JPK files share: header values and the block of the taxpayer."""

from dataclasses import dataclass
from datetime import date

from samples.firms import Firm
from samples.xmlout import Node


@dataclass(frozen=True)
class Filing:
    """When and why a file was made: purpose 1 first, 2 correction, 0 on demand (books only)."""

    purpose: int
    created: str


def taxpayer(root: Node, firm: Firm, *, with_email: bool) -> None:
    """Add ``Podmiot1``: a natural person's fields live in the ``etd`` namespace, others' in the file's own."""
    block = root.add("Podmiot1", rola="Podatnik")
    if firm.owner:
        who = block.add("OsobaFizyczna")
        who.add("etd:NIP", firm.nip)
        who.add("etd:ImiePierwsze", firm.owner.first)
        who.add("etd:Nazwisko", firm.owner.last)
        who.add("etd:DataUrodzenia", firm.owner.born or date(1980, 1, 1))
    else:
        who = block.add("OsobaNiefizyczna")
        who.add("NIP", firm.nip)
        who.add("PelnaNazwa", firm.name)
    if with_email:
        who.add("Email", firm.email)
