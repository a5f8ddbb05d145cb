"""The demo firms: who they are, what they trade, whom they employ, which program keeps their books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from samples.identifiers import demo_nip, zus_account

LegalForm = Literal["sole_trader", "civil_partnership", "company", "budget_unit"]
VatPeriod = Literal["monthly", "quarterly", "exempt"]
Books = Literal["pkpir", "pkpir_cumulative", "ewp", ""]


@dataclass(frozen=True)
class Person:
    """A natural person: an owner, a partner or an employee."""

    first: str
    last: str
    born: date | None = None
    document: str = ""
    wage: int = 0


@dataclass(frozen=True)
class Selling:
    """One kind of sale: how often in a month, between which net amounts (złote), at which rate."""

    what: str
    rate: str
    amounts: tuple[int, int]
    times: tuple[int, int]
    to: Literal["firms", "retail", "people", "union", "overseas"] = "firms"
    gtu: str = ""
    lump: str = ""


@dataclass(frozen=True)
class Buying:
    """One kind of purchase, every so many months."""

    what: str
    supplier: str
    rate: str
    amounts: tuple[int, int]
    column: Literal["10", "11", "13"] = "13"
    every: int = 1
    asset: bool = False
    reverse: Literal["", "goods", "services"] = ""


@dataclass(frozen=True)
class Firm:
    """A demo firm, or a partner of one; everything else about it is derived or made up from the seed."""

    key: str
    prefix: str
    name: str
    short: str
    legal_form: LegalForm
    vat: VatPeriod
    taxation: str
    office: str
    program: str = "PLATNIK"
    books: Books = ""
    owner: Person | None = None
    relief: str = ""
    sells: tuple[Selling, ...] = ()
    buys: tuple[Buying, ...] = ()
    staff: tuple[Person, ...] = ()
    partners: tuple[Firm, ...] = ()
    fixed_nip: str = ""
    vat_surplus: Literal["carry", "refund"] = "carry"
    lists_staff: bool = False
    benefits: tuple[tuple[str, int], ...] = ()

    @property
    def nip(self) -> str:
        """The NIP, valid by check digit."""
        return self.fixed_nip or demo_nip("firm", self.key)

    @property
    def zus_account(self) -> str:
        """The account for ZUS contributions."""
        return zus_account(self.nip)

    @property
    def email(self) -> str:
        """The address of a demo client."""
        return f"{self.key}@firma.example"


def _staff(key: str, wages: tuple[int, ...]) -> tuple[Person, ...]:
    firsts = ("Żaneta", "Łukasz", "Świętosława", "Michał", "Grażyna", "Błażej", "Halina", "Stanisława")
    lasts = ("Testowa-Źrebak", "Próbny", "Wzorcowa", "Przykładny", "Demońska", "Zmyślony", "Umowna", "Fikcyjna")
    return tuple(
        Person(firsts[i % 8], lasts[(i + len(key)) % 8], document=f"D{len(key):02d}{i + 1:05d}", wage=wage * 100)
        for i, wage in enumerate(wages)
    )


LUMP_IT = Selling("Usługi programistyczne", "23", (5200, 10800), (2, 3), gtu="GTU_12", lump="12")
ENERGY = Buying("Energia elektryczna", "energy", "23", (180, 640))
PHONE = Buying("Telefon i internet", "phone", "23", (89, 159))
FUEL = Buying("Paliwo", "fuel", "23", (150, 520))
RENT = Buying("Najem lokalu", "rent", "23", (1400, 3900))
ACCOUNTING = Buying("Usługi księgowe", "office", "23", (350, 900))

FIRMS: tuple[Firm, ...] = (
    Firm(
        "jan-przykladowy", "001", "Jan Przykładowy Demo – Usługi Informatyczne", "PRZYKŁADOWY DEMO IT",
        "sole_trader", "monthly", "flat", "1471", "KsiegaPlus", "pkpir",
        owner=Person("Jan", "Przykładowy Demo", date(1984, 3, 12)), relief="full",
        sells=(Selling("Usługi programistyczne", "23", (6400, 13900), (2, 3), gtu="GTU_12"),
               Selling("Konsultacje dla kontrahenta z UE", "np", (2100, 4700), (0, 1), to="union")),
        buys=(PHONE, FUEL, ACCOUNTING, Buying("Chmura obliczeniowa", "cloud", "23", (240, 780), reverse="services"),
              Buying("Laptop", "wholesale", "23", (7200, 9800), every=9, asset=True)),
    ),
    Firm(
        "szpilka", "002", "Anna Wzorcowa-Źdźbłowska Demo – Pracownia Krawiecka „Szpilka”", "PRACOWNIA SZPILKA DEMO",
        "sole_trader", "exempt", "scale", "0671", "FKBiuro", "pkpir",
        owner=Person("Anna", "Wzorcowa-Źdźbłowska Demo", date(1991, 11, 2)), relief="preferential",
        sells=(Selling("Szycie na miarę", "zw", (180, 1450), (3, 5), to="people"),
               Selling("Przeróbki dla firm", "zw", (400, 2100), (1, 2))),
        buys=(PHONE, Buying("Tkaniny i nici", "wholesale", "23", (220, 980), "10"),
              Buying("Wynajem pracowni", "rent", "23", (700, 900))),
    ),
    Firm(
        "piekarnia-klos", "003", "Piekarnia Kłos Demo s.c. Wojciech Żytni, Barbara Pszenna", "PIEKARNIA KŁOS DEMO S.C.",
        "civil_partnership", "monthly", "partners", "1208", "KsiegaPlus", "pkpir",
        sells=(Selling("Sprzedaż detaliczna – raport z kasy", "5", (21000, 34000), (1, 1), to="retail"),
               Selling("Wyroby cukiernicze – raport z kasy", "8", (4200, 7900), (1, 1), to="retail"),
               Selling("Pieczywo – dostawy", "5", (900, 3600), (3, 4))),
        buys=(Buying("Mąka", "flour", "5", (5200, 8800), "10"), Buying("Dodatki cukiernicze", "wholesale", "8",
              (900, 2400), "10"), Buying("Dowóz surowca", "transport", "23", (150, 420), "11"), ENERGY, RENT,
              ACCOUNTING,
              Buying("Piec piekarski", "machines", "23", (18500, 24000), every=12, asset=True)),
        staff=_staff("piekarnia", (4806, 5100, 5450)), lists_staff=True,
        partners=(
            Firm("wojciech-zytni", "003-1", "Wojciech Żytni Demo – wspólnik s.c.", "ŻYTNI DEMO WOJCIECH",
                 "sole_trader", "exempt", "scale", "1208", owner=Person("Wojciech", "Żytni Demo", date(1975, 6, 30)),
                 relief="full"),
            Firm("barbara-pszenna", "003-2", "Barbara Pszenna Demo – wspólnik s.c.", "PSZENNA DEMO BARBARA",
                 "sole_trader", "exempt", "flat", "1208", owner=Person("Barbara", "Pszenna Demo", date(1979, 1, 8)),
                 relief="full"),
        ),
    ),
    Firm(
        "nowa-chata", "004", "Nowa Chata Demo sp. z o.o.", "NOWA CHATA DEMO SP Z O O",
        "company", "monthly", "cit", "1425", "RachMistrz", fixed_nip="5120079194",
        sells=(Selling("Roboty wykończeniowe", "8", (9000, 31000), (2, 3)),
               Selling("Projekt wnętrza", "23", (3500, 9900), (1, 2))),
        buys=(Buying("Materiały budowlane", "wholesale", "23", (3100, 9400), "10"), FUEL, PHONE, RENT, ACCOUNTING),
        staff=_staff("chata", (5200, 5600, 6400, 7800)), lists_staff=True,
    ),
    Firm(
        "mebel-eksport", "005", "Mebel-Eksport Demo Łódź sp. z o.o.", "MEBEL-EKSPORT DEMO ŁÓDŹ",
        "company", "monthly", "cit", "1008", "RachMistrz", vat_surplus="refund",
        sells=(Selling("Meble – dostawa wewnątrzwspólnotowa", "wdt", (18000, 42000), (2, 3), to="union"),
               Selling("Meble – eksport", "exp", (15000, 26000), (0, 1), to="overseas"),
               Selling("Meble – kraj", "23", (2000, 7500), (1, 2))),
        buys=(Buying("Drewno", "timber", "23", (19000, 36000), "10"), ENERGY, RENT, ACCOUNTING,
              Buying("Transport międzynarodowy", "transport", "23", (2400, 5200), "11")),
        staff=_staff("mebel", (4806, 4900, 5300, 5800, 6100, 7200)),
    ),
    Firm(
        "sad-sliwka", "006", "Małgorzata Gżegżółkowa Demo – Przetwórnia „Żółta Śliwka”", "PRZETWÓRNIA ŻÓŁTA ŚLIWKA",
        "sole_trader", "quarterly", "scale", "2609", "FKBiuro", "pkpir_cumulative",
        owner=Person("Małgorzata", "Gżegżółkowa Demo", date(1988, 9, 21)), relief="full",
        sells=(Selling("Przetwory owocowe", "5", (2600, 6900), (2, 4)),),
        buys=(Buying("Opakowania szklane", "wholesale", "23", (1900, 4600), "10"), ENERGY, FUEL,
              Buying("Urządzenie do rozlewu", "machines", "23", (11500, 15900), every=6, asset=True)),
    ),
    Firm(
        "studio-laka", "007", "Studio Łąka Demo – Zofia Bąkiewicz", "STUDIO ŁĄKA DEMO",
        "sole_trader", "exempt", "lump_sum", "2271", "RachMistrz", "ewp",
        owner=Person("Zofia", "Bąkiewicz Demo", date(1996, 4, 17)), relief="preferential",
        sells=(Selling("Fotografia", "zw", (150, 900), (3, 5), to="people", lump="8.5"),
               Selling("Projekty graficzne", "zw", (400, 1600), (1, 2), lump="15")),
    ),
    Firm(
        "transport-cwik", "008", "Stanisław Ćwik Demo – Transport Ciężarowy", "TRANSPORT ĆWIK DEMO",
        "sole_trader", "quarterly", "lump_sum", "3071", "KsiegaPlus", "ewp",
        owner=Person("Stanisław", "Ćwik Demo", date(1969, 12, 5), "D0800099"), relief="full",
        sells=(Selling("Usługi transportowe", "23", (5200, 12400), (3, 5), lump="5.5"),
               Selling("Przeładunek", "23", (700, 1600), (0, 2), lump="8.5")),
        buys=(Buying("Olej napędowy", "fuel", "23", (6100, 9800)), Buying("Części i opony", "wholesale", "23",
              (500, 2900)), PHONE, ACCOUNTING),
        staff=_staff("transport", (5400,)), lists_staff=True,
    ),
    Firm(
        "gzegzolka", "009",
        "Przedsiębiorstwo Produkcyjno-Handlowo-Usługowe „Gżegżółka, Źdźbło i Wspólnicy – Demo” Import-Eksport "
        "Artykułów Wyposażenia Wnętrz, Usługi Remontowo-Budowlane i Szwalnicze Spółka z ograniczoną odpowiedzialnością",
        "PPHU GŻEGŻÓŁKA ŹDŹBŁO DEMO", "company", "quarterly", "cit", "1809", "RachMistrz",
        sells=(Selling("Szycie pościeli", "23", (14000, 29000), (2, 4)), Selling("Remonty mieszkań", "8", (3000, 8800),
               (0, 2))),
        buys=(Buying("Tkaniny", "wholesale", "23", (4200, 9100), "10"), ENERGY, RENT, ACCOUNTING),
        staff=_staff("gzegzolka", (2403,) * 16 + (2500, 2600, 2800, 3000, 4806, 5200)),
        benefits=(("2025-12", 2_611_440), ("2026-03", 412_700), ("2026-07", 2_874_015)),
    ),
    Firm(
        "fizjo-luska", "010", "Gabinet Fizjoterapii Demo – Łucja Śnieżyńska", "GABINET FIZJO ŚNIEŻYŃSKA",
        "sole_trader", "exempt", "flat", "3271", "FKBiuro", "pkpir",
        owner=Person("Łucja", "Śnieżyńska Demo", date(1986, 7, 25)), relief="full",
        sells=(Selling("Zabiegi fizjoterapeutyczne", "zw", (2900, 6200), (2, 3), to="people"),
               Selling("Zabiegi – umowa z firmą", "zw", (1100, 2800), (1, 2))),
        buys=(RENT, PHONE, Buying("Materiały zabiegowe", "wholesale", "8", (120, 480), "10")),
    ),
    Firm(
        "szkola-wzorcowice", "011", "Szkoła Podstawowa Demo nr 0 im. Dobrego Przykładu we Wzorcowicach",
        "SZKOŁA PODSTAWOWA DEMO NR 0", "budget_unit", "exempt", "none", "2805",
        staff=_staff("szkola", (5150, 5310, 5310, 6120, 6890, 7340, 4806)),
    ),
    Firm(
        "fundacja-laki", "012", "Fundacja Demo „Żywe Łąki”", "FUNDACJA DEMO ŻYWE ŁĄKI",
        "company", "exempt", "cit", "0271", staff=_staff("fundacja", (4806, 5900)),
    ),
    Firm(
        "rowery-kolko", "013", "Piotr Szprycha Demo – Sklep Rowerowy „Kółko”", "SKLEP ROWEROWY KÓŁKO DEMO",
        "sole_trader", "monthly", "scale", "2412", "FKBiuro", "pkpir",
        owner=Person("Piotr", "Szprycha Demo", date(1981, 5, 3)), relief="full",
        sells=(Selling("Sprzedaż detaliczna – raport z kasy", "23", (16000, 31000), (1, 1), to="retail"),
               Selling("Rowery dla firm", "23", (2800, 7400), (1, 3))),
        buys=(Buying("Rowery i akcesoria", "wholesale", "23", (8200, 15500), "10"),
              Buying("Części rowerowe (WNT)", "parts", "23", (1300, 3900), "10", reverse="goods"), RENT, ENERGY, PHONE),
    ),
    Firm(
        "chmura-wazny", "014", "Tomasz Ważny Demo – IT Chmura", "IT CHMURA DEMO TOMASZ WAŻNY",
        "sole_trader", "monthly", "lump_sum", "1071", "KsiegaPlus", "ewp",
        owner=Person("Tomasz", "Ważny Demo", date(1990, 2, 28)), relief="full",
        sells=(LUMP_IT,), buys=(PHONE, FUEL, ACCOUNTING),
    ),
)  # fmt: skip
