"""Small exports for the agent's tests, written by hand after the official schemas. NIPs and names are made up."""

from collections.abc import Iterable, Iterator, Sequence

from stdnum.pl import nip as nip_rules

V7M = "http://crd.gov.pl/wzor/2025/12/19/14090/"
V7K = "http://crd.gov.pl/wzor/2025/12/19/14089/"
PKPIR = "http://jpk.mf.gov.pl/wzor/2024/10/30/10302/"
EWP = "http://jpk.mf.gov.pl/wzor/2024/10/30/10301/"
ETD = "http://crd.gov.pl/xml/schematy/dziedzinowe/mf/2022/09/13/eD/DefinicjeTypy/"
MADE = "2026-11-20T10:00:00Z"

NIP = "5120079194"
OTHER_NIP = "5120000985"


def _nips() -> Iterator[str]:
    for digits in range(512_100_000, 999_999_999):
        yield from (f"{digits}{check}" for check in range(10) if nip_rules.is_valid(f"{digits}{check}"))


_made: list[str] = []
_source = _nips()


def nip(number: int) -> str:
    """The number-th made-up NIP with a right check digit."""
    while len(_made) <= number:
        _made.append(next(_source))
    return _made[number]


def company(tax_number: str = NIP, name: str = "Nowa Chata Demo sp. z o.o.") -> str:
    return (
        '<Podmiot1 rola="Podatnik"><OsobaNiefizyczna>'
        f"<NIP>{tax_number}</NIP><PelnaNazwa>{name}</PelnaNazwa><Email>biuro@demo.example</Email>"
        "</OsobaNiefizyczna></Podmiot1>"
    )


def person(tax_number: str = NIP, first: str = "Jan", last: str = "Przykładowy") -> str:
    return (
        f'<Podmiot1 rola="Podatnik"><OsobaFizyczna xmlns:e="{ETD}">'
        f"<e:NIP>{tax_number}</e:NIP><e:ImiePierwsze>{first}</e:ImiePierwsze><e:Nazwisko>{last}</e:Nazwisko>"
        "<e:DataUrodzenia>1980-01-31</e:DataUrodzenia><Email>jan@demo.example</Email>"
        "</OsobaFizyczna></Podmiot1>"
    )


def document(namespace: str, *parts: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<JPK xmlns="{namespace}">' + "\n".join(parts) + "</JPK>"


def v7(
    period: str = "2026-10",
    *,
    tax_number: str = NIP,
    pay: object = 3210,
    surplus: object = None,
    refund: object = None,
    purpose: object = 1,
    made: str = MADE,
    party: str | None = None,
    quarter: int | None = None,
    quarterly: bool = False,
    declaration: bool = True,
    extra: str = "",
    register: str = "",
) -> str:
    """JPK_V7M(3), or JPK_V7K(3) with `quarterly`; without `declaration` the register alone."""
    letter = "K" if quarterly else "M"
    year, month = period.split("-")
    header = (
        f'<Naglowek><KodFormularza kodSystemowy="JPK_V7{letter} (3)" wersjaSchemy="1-0E">JPK_VAT</KodFormularza>'
        f"<WariantFormularza>3</WariantFormularza><DataWytworzeniaJPK>{made}</DataWytworzeniaJPK>"
        f'<CelZlozenia poz="P_7">{purpose}</CelZlozenia><KodUrzedu>1435</KodUrzedu>'
        f"<Rok>{year}</Rok><Miesiac>{int(month)}</Miesiac></Naglowek>"
    )
    declared = ""
    if declaration:
        amounts = f"<P_38>9000</P_38><P_48>5790</P_48><P_51>{pay}</P_51>"
        amounts += f"<P_53>{surplus}</P_53>" if surplus is not None else ""
        amounts += f"<P_54>{refund}</P_54><P_55>1</P_55>" if refund is not None else ""
        quarters = f"<Kwartal>{quarter}</Kwartal>" if quarter else ""
        declared = (
            f'<Deklaracja><Naglowek><KodFormularzaDekl kodSystemowy="VAT-7 (23)">VAT-7</KodFormularzaDekl>'
            f"<WariantFormularzaDekl>23</WariantFormularzaDekl>{quarters}</Naglowek>"
            f"<PozycjeSzczegolowe>{amounts}{extra}</PozycjeSzczegolowe><Pouczenia>1</Pouczenia></Deklaracja>"
        )
    return document(
        V7K if quarterly else V7M,
        header,
        party or company(tax_number),
        declared,
        f"<Ewidencja>{register}<SprzedazCtrl><LiczbaWierszySprzedazy>0</LiczbaWierszySprzedazy>"
        "<PodatekNalezny>0.00</PodatekNalezny></SprzedazCtrl></Ewidencja>",
    )


def sale_row(number: int) -> str:
    """A row of the sales register."""
    return (
        f"<SprzedazWiersz><LpSprzedazy>{number}</LpSprzedazy><NrKontrahenta>{OTHER_NIP}</NrKontrahenta>"
        f"<NazwaKontrahenta>Odbiorca Demo {number}</NazwaKontrahenta><DowodSprzedazy>FV/{number}</DowodSprzedazy>"
        "<DataWystawienia>2026-10-05</DataWystawienia><BFK>1</BFK><K_19>100.00</K_19><K_20>23.00</K_20></SprzedazWiersz>"
    )


def book_header(code: str, start: str, end: str, purpose: object, made: str) -> str:
    name = code.split(maxsplit=1)[0]
    return (
        f'<Naglowek><KodFormularza kodSystemowy="{code}" wersjaSchemy="1-0">{name}</KodFormularza>'
        f"<WariantFormularza>3</WariantFormularza><CelZlozenia>{purpose}</CelZlozenia>"
        f"<DataWytworzeniaJPK>{made}</DataWytworzeniaJPK><DataOd>{start}</DataOd><DataDo>{end}</DataDo>"
        "<KodUrzedu>1435</KodUrzedu></Naglowek>"
    )


Row = tuple[str, dict[str, str]]


def pkpir(
    rows: Sequence[Row],
    *,
    start: str = "2026-10-01",
    end: str = "2026-10-31",
    tax_number: str = NIP,
    purpose: object = 1,
    made: str = MADE,
    revenue: str | None = None,
    count: int | None = None,
    control_extra: str = "",
) -> str:
    """JPK_PKPIR(3). A row is its date (K_2) and its columns."""
    body = "".join(
        f"<PKPIRWiersz><K_1>{number}</K_1><K_2>{day}</K_2><K_3A>FV {number}</K_3A><K_5A>Kontrahent</K_5A>"
        f"<K_5B>Adres</K_5B><K_6>Opis</K_6>{''.join(f'<{name}>{text}</{name}>' for name, text in columns.items())}"
        "</PKPIRWiersz>"
        for number, (day, columns) in enumerate(rows, 1)
    )
    total = revenue if revenue is not None else _sum(columns.get("K_9", "0") for _day, columns in rows)
    return document(
        PKPIR,
        book_header("JPK_PKPIR (3)", start, end, purpose, made),
        person(tax_number),
        "<PKPIRInfo><P_1>0.00</P_1><P_2>0.00</P_2><P_3>0.00</P_3><P_4>0.00</P_4></PKPIRInfo>",
        body,
        f"<PKPIRCtrl><LiczbaWierszy>{len(rows) if count is None else count}</LiczbaWierszy>"
        f"<SumaPrzychodow>{total}</SumaPrzychodow>{control_extra}</PKPIRCtrl>",
    )


def ewp(
    rows: Sequence[tuple[str, str, str]],
    *,
    start: str = "2026-10-01",
    end: str = "2026-10-31",
    tax_number: str = NIP,
    purpose: object = 1,
    made: str = MADE,
    revenue: str | None = None,
) -> str:
    """JPK_EWP(4). A row is the day of entry (K_2), of the revenue (K_3), and its amount."""
    body = "".join(
        f"<EWPWiersz><K_1>{number}</K_1><K_2>{entered}</K_2><K_3>{earned}</K_3><K_4>R {number}</K_4>"
        f"<K_8>{amount}</K_8><K_9>8.5</K_9></EWPWiersz>"
        for number, (entered, earned, amount) in enumerate(rows, 1)
    )
    total = revenue if revenue is not None else _sum(amount for _entered, _earned, amount in rows)
    return document(
        EWP,
        book_header("JPK_EWP (4)", start, end, purpose, made),
        person(tax_number),
        body,
        f"<EWPCtrl><LiczbaWierszy>{len(rows)}</LiczbaWierszy><SumaPrzychodow>{total}</SumaPrzychodow></EWPCtrl>",
    )


def _sum(amounts: Iterable[str]) -> str:
    grosze = sum(round(float(one) * 100) for one in amounts)
    return f"{grosze / 100:.2f}"


def dra(
    *,
    tax_number: str = NIP,
    period: str = "2026-10",
    identifier: str = "01",
    pay: str | None = "5902.11",
    refund: str | None = None,
    name: str = "<p6>NOWA CHATA</p6>",
    extra: str = "",
) -> str:
    """One ZUSDRA."""
    amounts = (f"<p1>{refund}</p1>" if refund else "") + (f"<p2>{pay}</p2>" if pay else "")
    return (
        '<ZUSDRA id_dokumentu="1">'
        f"<I><p1>6</p1><p2><p1>{identifier}</p1><p2>{period}</p2></p2></I>"
        f"<II><p1>{tax_number}</p1>{name}</II><IV><p37>4000.00</p37></IV>{extra}<IX>{amounts}</IX></ZUSDRA>"
    )


RCA = (
    '<ZUSRCA id_dokumentu="2"><I><p1><p1>01</p1><p2>2026-10</p2></p1></I><II><p1>1111111111</p1></II>'
    "<III><A><p1>TAJNE</p1><p2>NAZWISKO</p2><p4>80013112345</p4></A></III></ZUSRCA>"
)


def kedu(*documents: str, version: str = "5_7", year: int = 2026) -> str:
    """A KEDU of these documents."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<KEDU xmlns="http://www.zus.pl/{year}/KEDU_{version}" wersja_schematu="1">'
        "<naglowek.KEDU><program><producent>Demo</producent><symbol>D</symbol><wersja>1</wersja></program></naglowek.KEDU>"
        f"{''.join(documents)}</KEDU>"
    )
