"""What a client hands over: papers as PDF, a photo and invoices of KSeF, all of made-up companies.

``python -m samples.papers`` writes them into ``samples/papers``; ``make run`` hands them over in the demo office.
"""

from __future__ import annotations

import io
import random
from pathlib import Path

import pypdfium2
from font_source_sans_pro import files as fonts
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).with_name("papers")
BUYER = ("Nowa Chata Demo sp. z o.o.", "5120079194", "ul. Przykładowa 3, 00-950 Warszawa")
_LEFT, _TOP, _LEADING = 56, 780, 18

INVOICE = (
    "Faktura VAT FV/118/10/2026",
    "Data wystawienia: 12.10.2026    Termin płatności: 26.10.2026",
    "Sprzedawca: Hurtownia Śruba Demo s.c., NIP 783-191-63-66, ul. Żółta 7, 60-001 Poznań",
    "Nabywca: Nowa Chata Demo sp. z o.o., NIP 512-007-91-94, ul. Przykładowa 3, 00-950 Warszawa",
    "",
    "1.  Wkręty do drewna 4 × 50, 200 szt.      10 op. × 21,50      215,00    23%",
    "2.  Łączniki kątowe ocynkowane            40 szt. × 4,20      168,00    23%",
    "3.  Taśma budowlana 50 m                   6 szt. × 18,90      113,40    23%",
    "",
    "Netto 496,40    VAT 114,17    Razem do zapłaty 610,57 zł",
)
STATEMENT = (
    "Bank Przykładowy S.A. – wyciąg nr 10/2026",
    "Rachunek 92 1240 1234 0001 5678 9012 3456, Nowa Chata Demo sp. z o.o.",
    "",
    "02.10.2026   Wpłata, faktura 17/2026                        12 300,00",
    "14.10.2026   Przelew, Hurtownia Śruba Demo                    -610,57",
    "20.10.2026   Przelew, ZUS                                   -5 902,11",
    "26.10.2026   Przelew, urząd skarbowy                        -3 450,00",
    "",
    "Saldo końcowe 31.10.2026                                    14 812,44",
)
RECEIPT = (
    "Stacja Paliw Demo",
    "ul. Łączna 1, 05-500 Piaseczno, NIP 595-141-61-68",
    "",
    "PARAGON FISKALNY do faktury",
    "Olej napędowy   48,20 l × 6,49        312,82 A",
    "SUMA PLN                              312,82",
    "23.10.2026   14:07",
)


def papers() -> dict[str, bytes]:
    """Every paper by its file's name."""
    return {
        "FV 118-10 Hurtownia Śruba.pdf": _pdf(INVOICE),
        "Wyciąg październik 2026.pdf": _pdf(STATEMENT),
        "paragon paliwo.jpg": _photo(_pdf(RECEIPT)),
        "5951416168-20261008-0100001AF629-AF.xml": _structured("FA/2026/10/77", "1450.00", "333.50", "1783.50"),
        "FV 118-10 skan jeszcze raz.pdf": _pdf(INVOICE),
    }


def _pdf(lines: tuple[str, ...]) -> bytes:
    folder = Path(str(fonts.__path__[0]))
    regular = next(folder.rglob("SourceSansPro-Regular.ttf"))
    pdfmetrics.registerFont(TTFont("Paper", str(regular)))
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=A4, invariant=1, initialFontName="Paper")
    for number, line in enumerate(lines):
        canvas.setFont("Paper", 18 if number == 0 else 11)
        canvas.drawString(_LEFT, _TOP - number * _LEADING, line)
    canvas.save()
    return written.getvalue()


def _photo(paper: bytes) -> bytes:
    """A paper on a table, held a little askew."""
    page = pypdfium2.PdfDocument(paper)[0].render(scale=1.2).to_pil().convert("RGB")
    turned = page.crop((0, 0, page.width, page.height // 2)).rotate(3, expand=True, fillcolor=(96, 84, 70))
    grain = random.Random(1)  # noqa: S311 - only for the look
    spots = Image.new("L", (turned.width // 8, turned.height // 8))
    spots.putdata([grain.randrange(225, 256) for _ in range(spots.width * spots.height)])
    light = spots.resize(turned.size).convert("RGB")
    shaded = Image.blend(turned, light, 0.12)
    written = io.BytesIO()
    shaded.save(written, "JPEG", quality=70)
    return written.getvalue()


def _structured(number: str, net: str, vat: str, gross: str) -> bytes:
    name, nip, address = BUYER
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Faktura xmlns="http://crd.gov.pl/wzor/2025/06/25/13775/">
<Naglowek><KodFormularza kodSystemowy="FA (3)" wersjaSchemy="1-0E">FA</KodFormularza>
<WariantFormularza>3</WariantFormularza><DataWytworzeniaFa>2026-10-08T07:12:00Z</DataWytworzeniaFa></Naglowek>
<Podmiot1><DaneIdentyfikacyjne><NIP>5951416168</NIP><Nazwa>Biuro Architekta Demo</Nazwa></DaneIdentyfikacyjne>
<Adres><KodKraju>PL</KodKraju><AdresL1>ul. Rysunkowa 5, 30-002 Kraków</AdresL1></Adres></Podmiot1>
<Podmiot2><DaneIdentyfikacyjne><NIP>{nip}</NIP><Nazwa>{name}</Nazwa></DaneIdentyfikacyjne>
<Adres><KodKraju>PL</KodKraju><AdresL1>{address}</AdresL1></Adres><JST>2</JST><GV>2</GV></Podmiot2>
<Fa><KodWaluty>PLN</KodWaluty><P_1>2026-10-08</P_1><P_1M>Kraków</P_1M><P_2>{number}</P_2>
<P_13_1>{net}</P_13_1><P_14_1>{vat}</P_14_1><P_15>{gross}</P_15>
<Adnotacje><P_16>2</P_16><P_17>2</P_17><P_18>2</P_18><P_18A>2</P_18A><Zwolnienie><P_19N>1</P_19N></Zwolnienie>
<NoweSrodkiTransportu><P_22N>1</P_22N></NoweSrodkiTransportu><P_23>2</P_23><PMarzy><P_PMarzyN>1</P_PMarzyN></PMarzy>
</Adnotacje><RodzajFaktury>VAT</RodzajFaktury>
<FaWiersz><NrWierszaFa>1</NrWierszaFa><P_7>Projekt wnętrza, etap I</P_7><P_8A>szt.</P_8A><P_8B>1</P_8B>
<P_9A>{net}</P_9A><P_11>{net}</P_11><P_12>23</P_12></FaWiersz>
<Platnosc><TerminPlatnosci><Termin>2026-10-22</Termin></TerminPlatnosci><FormaPlatnosci>6</FormaPlatnosci></Platnosc>
</Fa>
</Faktura>
""".encode()


def main() -> None:
    """Write them."""
    HERE.mkdir(exist_ok=True)
    for name, content in papers().items():
        (HERE / name).write_bytes(content)


if __name__ == "__main__":
    main()
