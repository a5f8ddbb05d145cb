"""JPK_V7M(3) and JPK_V7K(3): the VAT register with the declaration VAT-7 or VAT-7K.

Source: the official schema of JPK_V7M(3), namespace http://crd.gov.pl/wzor/2025/12/19/14090/. V7K(3) (…/14089/) has the
same parts, and `Kwartal` in the header of its declaration. The amounts of the declaration are whole zloty (TKwotaC):
P_51 to pay, P_53 surplus of input tax, of which P_54 is to be refunded and P_62 carried over.
"""

from dataclasses import dataclass

from konektosync.model import FileContent, Found, Note, Record, SourceError
from konektosync.money import to_grosze
from konektosync.sources import fields
from konektosync.sources.tree import SKIP, UNIT, Format, Node, Shape
from konektosync.texts import _

HEADER = frozenset(
    [
        "KodFormularza",
        "WariantFormularza",
        "DataWytworzeniaJPK",
        "NazwaSystemu",
        "CelZlozenia",
        "KodUrzedu",
        "Rok",
        "Miesiac",
    ]
)
_NUMBERED = [*range(10, 55), 540, 55, 56, 560, 58, 59, 60, 61, 62, 63, 64, 65, 66, 660, 67, 68, 69, 360]
POSITIONS = frozenset({f"P_{number}" for number in _NUMBERED} | {"P_ORDZU"})

_COMMON_ROW = ["KodKrajuNadaniaTIN", "NrKSeF", "OFF", "BFK", "DI"]
_SALE = [
    "LpSprzedazy",
    "NrKontrahenta",
    "NazwaKontrahenta",
    "DowodSprzedazy",
    "DataWystawienia",
    "DataSprzedazy",
    "TypDokumentu",
    "WSTO_EE",
    "IED",
    "TP",
    "TT_WNT",
    "TT_D",
    "MR_T",
    "MR_UZ",
    "I_42",
    "I_63",
    "B_SPV",
    "B_SPV_DOSTAWA",
    "B_MPV_PROWIZJA",
    "KorektaPodstawyOpodt",
    "TerminPlatnosci",
    "DataZaplaty",
    "SprzedazVAT_Marza",
    "K_360",
]
_SALE += [f"GTU_{number:02d}" for number in range(1, 14)] + [f"K_{number}" for number in range(10, 37)]
_PURCHASE = [
    "LpZakupu",
    "IMP",
    "NrDostawcy",
    "NazwaDostawcy",
    "DowodZakupu",
    "DataZakupu",
    "DataWplywu",
    "DokumentZakupu",
    "ZakupVAT_Marza",
] + [f"K_{number}" for number in range(40, 48)]


def _rows(*names: str) -> Shape:
    return dict.fromkeys(names, SKIP)


SHAPE: Shape = {
    "Naglowek": UNIT,
    "Podmiot1": UNIT,
    "Deklaracja": UNIT,
    "Ewidencja": {
        "SprzedazWiersz": _rows(*_COMMON_ROW, *_SALE),
        "SprzedazCtrl": _rows("LiczbaWierszySprzedazy", "PodatekNalezny"),
        "ZakupWiersz": _rows(*_COMMON_ROW, *_PURCHASE),
        "ZakupCtrl": _rows("LiczbaWierszyZakupow", "PodatekNaliczony"),
    },
}


@dataclass(frozen=True, slots=True)
class Variant:
    """What distinguishes the monthly from the quarterly file."""

    code: str
    form: str
    quarterly: bool


MONTHLY = Variant("JPK_V7M (3)", "VAT-7", quarterly=False)
QUARTERLY = Variant("JPK_V7K (3)", "VAT-7K", quarterly=True)


class JpkV7(Format):
    """Reads one JPK_V7M(3) or JPK_V7K(3)."""

    shape = SHAPE

    def __init__(self, variant: Variant) -> None:
        self._variant = variant
        self._parts: dict[str, Node] = {}

    def unit(self, path: tuple[str, ...], node: Node) -> None:
        """Keep header, taxpayer and declaration."""
        self._parts[path[0]] = node

    def result(self) -> FileContent:
        """The declaration as one tax record; a note where the file holds the register alone."""
        header = self._parts.get("Naglowek")
        fields.form_code(header, self._variant.code)
        if header is not None:
            fields.only_known(header, HEADER, "Naglowek")
        party = fields.taxpayer(self._parts.get("Podmiot1"))
        year = fields.whole(fields.required(header, "Rok", "Naglowek"), "Naglowek/Rok", 1900, 2090, "period-invalid")
        month = fields.required(header, "Miesiac", "Naglowek")
        month_number = fields.whole(month, "Naglowek/Miesiac", 1, 12, "period-invalid")
        declaration = self._parts.get("Deklaracja")
        if declaration is None:
            return FileContent(notes=(self._register_only(f"{year}-{month_number:02d}"),))
        return FileContent(found=(self._declared(declaration, header, party, year, month_number),))

    def _register_only(self, period: str) -> Note:
        if self._variant.quarterly:
            reason = _(
                "{code} za {period} zawiera samą ewidencję; deklaracja VAT-7K jest w pliku za ostatni miesiąc kwartału."
            )
        else:
            reason = _("{code} za {period} zawiera samą ewidencję, bez deklaracji VAT-7.")
        return Note("", "no-declaration", reason.format(code=self._variant.code, period=period))

    def _declared(self, declaration: Node, header: Node | None, party: fields.Party, year: int, month: int) -> Found:
        self._check_names(declaration)
        positions = declaration.child("PozycjeSzczegolowe")
        within = "Deklaracja/PozycjeSzczegolowe"
        surplus = _optional(positions, "P_53", within)
        record = Record(
            nip=party.nip,
            kind="tax",
            form=self._variant.form,
            period=f"{year}-{self._period_month(declaration, month):02d}",
            settlement=fields.purpose(
                fields.required(header, "CelZlozenia", "Naglowek"), "Naglowek/CelZlozenia", on_demand=False
            ),
            amount=to_grosze(fields.required(positions, "P_51", within), f"{within}/P_51", whole_zloty=True),
            surplus=surplus or 0,
        )
        made = fields.required(header, "DataWytworzeniaJPK", "Naglowek")
        version = fields.made_at(made, "Naglowek/DataWytworzeniaJPK")
        return Found(
            record=record,
            version=version if record.settlement == "K" else "",
            first=record.settlement == "D",
            name=party.name,
            natural_person=party.natural_person,
            refund=_optional(positions, "P_54", within) or 0,
            fields={
                "nip": "Podmiot1/NIP",
                "period": "Naglowek/Miesiac",
                "amount": f"{within}/P_51",
                "surplus": f"{within}/P_53",
            },
        )

    def _check_names(self, declaration: Node) -> None:
        fields.only_known(declaration, {"Naglowek", "PozycjeSzczegolowe", "Pouczenia"}, "Deklaracja")
        head = declaration.child("Naglowek")
        if head is not None:
            known = {"KodFormularzaDekl", "WariantFormularzaDekl"} | ({"Kwartal"} if self._variant.quarterly else set())
            fields.only_known(head, known, "Deklaracja/Naglowek")
        positions = declaration.child("PozycjeSzczegolowe")
        if positions is not None:
            fields.only_known(positions, POSITIONS, "Deklaracja/PozycjeSzczegolowe")

    def _period_month(self, declaration: Node, month: int) -> int:
        """A quarterly tax carries the last month of its quarter (docs/sync-protocol.md)."""
        if not self._variant.quarterly:
            return month
        field = "Deklaracja/Naglowek/Kwartal"
        quarter = fields.whole(
            fields.required(declaration.child("Naglowek"), "Kwartal", "Deklaracja/Naglowek"),
            field,
            1,
            4,
            "period-invalid",
        )
        if (month + 2) // 3 != quarter:
            sentence = _("Pole {field}: kwartał {quarter} nie obejmuje miesiąca {month} z nagłówka.")
            raise SourceError("period-invalid", sentence.format(field=field, quarter=quarter, month=month), field)
        return quarter * 3


def _optional(positions: Node | None, name: str, within: str) -> int | None:
    text = positions.get(name) if positions is not None else None
    return to_grosze(text, f"{within}/{name}", whole_zloty=True) if text else None
