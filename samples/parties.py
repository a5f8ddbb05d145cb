"""Demo counterparties: whom the demo firms buy from and sell to."""

from dataclasses import dataclass

from samples.identifiers import demo_nip


@dataclass(frozen=True)
class Party:
    """A counterparty as a register row names it."""

    nip: str
    name: str
    address: str
    country: str = "PL"

    @property
    def is_consumer(self) -> bool:
        """Whether there is no tax number."""
        return not self.nip


def _domestic(key: str, name: str, address: str) -> Party:
    return Party(demo_nip("counterparty", key), name, address)


RETAIL = Party("", "Sprzedaż detaliczna", "brak")
PEOPLE = Party("", "Osoby fizyczne", "brak")
OWN = Party("", "Dowód wewnętrzny", "brak")

BUYERS = (
    _domestic("akacja", "Akacja Demo sp. z o.o.", "ul. Przykładowa 1, 00-000 Wzorcowo"),
    _domestic("bursztyn", "Bursztyn Demo S.A.", "ul. Wzorcowa 12/3, 00-001 Wzorcowo"),
    _domestic("cegielka", "Cegiełka Demo sp. j.", "ul. Testowa 7, 00-002 Próbkowo"),
    _domestic("dzwon", "Dźwięk i Dzwon Demo – Józef Łukaszyński", "ul. Kręta 4, 00-003 Próbkowo"),
    _domestic("echo", "Echo Demo sp. z o.o. sp.k.", "al. Umowna 100, 00-004 Wzorcowo"),
    _domestic("fiolek", "Kwiaciarnia „Fiołek” Demo", "Rynek 2, 00-005 Zmyślin"),
    _domestic("gryf", "Hotel Gryf & Spa Demo sp. z o.o.", "ul. Morska 9, 00-006 Zmyślin"),
    _domestic("huta", "Huta Demo „Żar” S.A.", "ul. Żelazna 1, 00-007 Próbkowo"),
)
SUPPLIERS = {
    "energy": _domestic("energy", "Energia Demo S.A.", "ul. Prądowa 1, 00-010 Wzorcowo"),
    "phone": _domestic("phone", "Telefonia Demo S.A.", "ul. Sygnałowa 2, 00-011 Wzorcowo"),
    "fuel": _domestic("fuel", "Stacje Paliw Demo S.A.", "ul. Naftowa 3, 00-012 Wzorcowo"),
    "rent": _domestic("lokale", "Najem Lokali Demo sp. z o.o.", "ul. Czynszowa 4, 00-013 Wzorcowo"),
    "office": _domestic("office", "Biuro Rachunkowe Demo sp. z o.o.", "ul. Bilansowa 5, 00-014 Wzorcowo"),
    "wholesale": _domestic("wholesale", "Hurtownia Demo „Wszystko” sp. z o.o.", "ul. Składowa 6, 00-015 Próbkowo"),
    "flour": _domestic("flour", "Młyn Demo „Pod Żurawiem” sp.j.", "ul. Młyńska 7, 00-016 Próbkowo"),
    "timber": _domestic("timber", "Tartak Demo Świerk sp. z o.o.", "Leśna 8, 00-017 Borowo Demo"),
    "machines": _domestic("machines", "Maszyny Demo S.A.", "ul. Trybowa 9, 00-018 Próbkowo"),
    "transport": _domestic("transport", "Spedycja Demo Ćma sp. z o.o.", "ul. Kołowa 10, 00-019 Próbkowo"),
    "cloud": Party("0000000T", "Cloud Demo Ltd", "1 Example Street, Dublin", "IE"),
    "parts": Party("000000000", "Fahrradteile Demo GmbH", "Musterstraße 1, Berlin", "DE"),
}
FOREIGN_BUYERS = (
    Party("000000001", "Möbelhaus Demo GmbH", "Musterallee 5, Dresden", "DE"),
    Party("00000002", "Nábytek Demo s.r.o.", "Vzorová 3, Brno", "CZ"),
)
OVERSEAS_BUYER = Party("DEMO-0003", "Furniture Demo AS", "Eksempelveien 2, Oslo", "NO")
