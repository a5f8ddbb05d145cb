"""Files as clients send them, good and bad, each made when a test asks for it: always the same bytes."""

from __future__ import annotations

import hashlib
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Mapping
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

import pillow_heif
from PIL import Image

from functions.upload.content.scan import TEST_VIRUS
from tests.pictures import END, SIGNATURE, chunk, header

A4 = (595, 842)
VIRUS = TEST_VIRUS
EXECUTABLE = b"MZ\x90\x00\x03" + b"\0" * 55 + b"\x80\0\0\0" + b"\0" * 64 + b"PE\0\0" + b"\x64\x86" + b"\0" * 400
_PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
_DAY = (2026, 11, 3, 10, 0, 0)

PDF_TYPE = "application/pdf"
XML_TYPE = "application/xml"
JPEG_TYPE = "image/jpeg"


# PDF


def pdf(pages: int = 1, text: str = "Faktura", size: tuple[float, float] = A4, extra: bytes = b"") -> bytes:
    """A PDF with a line of text on each page. `extra` is kept in it as an object that nobody shows."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number in range(1, pages + 1):
        shown = f"BT /F1 24 Tf 40 {size[1] - 60:.0f} Td ({text} {number}) Tj ET".encode("ascii")
        box = b"%d %d" % (round(size[0]), round(size[1]))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %s]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
            % (box, 4 + 2 * number - 1)
        )
        objects.append(_stream(shown))
    if extra:
        objects.append(_stream(extra))
    return _pdf(objects)


def large_pdf(size: int, seed: int = 1) -> bytes:
    """A PDF of exactly so many bytes."""
    body = pdf(extra=random.Random(seed).randbytes(size - 1_200))  # noqa: S311 - only has to be incompressible
    filler = size - len(body)
    return body.replace(b"%PDF-1.4\n", b"%PDF-1.4\n%" + b"." * (filler - 2) + b"\n", 1)


def locked_pdf(password: bytes = b"tajne") -> bytes:
    """A PDF that asks for a password. Without one (`b""`) it may be opened, and only its author may change it."""
    return _pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", _EMPTY_PAGE], password)


def cut_off(data: bytes, share: float = 0.6) -> bytes:
    """Only the beginning of a file: its upload broke."""
    return data[: round(len(data) * share)]


_EMPTY_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"


def _stream(content: bytes) -> bytes:
    return b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)


def _pdf(objects: list[bytes], password: bytes | None = None) -> bytes:
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    lock = b"" if password is None else _encryption(password)
    out.write(b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, lock, table))
    return out.getvalue()


def _encryption(password: bytes) -> bytes:
    """The oldest way of PDF (RC4, 40 bits): enough to make a reader ask."""
    owner, identity, rights = b"O" * 32, b"I" * 16, struct.pack("<i", -4)
    padded = (password + _PAD)[:32]
    key = hashlib.md5(padded + owner + rights + identity, usedforsecurity=False).digest()[:5]
    user = _rc4(key, _PAD)
    written = (owner.hex().encode(), user.hex().encode(), identity.hex().encode(), identity.hex().encode())
    return b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>/ID[<%s><%s>]" % written


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


# Pictures


def photo(width: int = 640, height: int = 480, *, turn: int = 1, seed: int = 1, **told: Any) -> bytes:
    """A JPEG: its left half is dark, its right half bright. `turn`: how the camera was held (EXIF 1…8)."""
    image = _halves(width, height, seed)
    exif = Image.Exif()
    exif[0x0112] = turn
    exif[0x010F] = "Aparat"
    exif[0x8825] = {1: "N", 2: (52.0, 13.0, 0.0)}  # where it was taken
    return _saved(image, "JPEG", exif=exif, quality=80, **told)


def heic(width: int = 320, height: int = 240, seed: int = 1) -> bytes:
    """A photo as iPhones keep it."""
    written = io.BytesIO()
    pillow_heif.from_pillow(_halves(width, height, seed)).save(written, quality=70)
    return written.getvalue()


def png(width: int = 320, height: int = 240, mode: str = "RGB", seed: int = 1) -> bytes:
    """A PNG of any mode that Pillow writes."""
    return _saved(_halves(width, height, seed).convert(mode), "PNG")


def webp(width: int = 320, height: int = 240, seed: int = 1) -> bytes:
    """A WebP, as WhatsApp sends them."""
    return _saved(_halves(width, height, seed), "WEBP", quality=70)


def tiff(pages: int = 2, width: int = 320, height: int = 240) -> bytes:
    """A TIFF with some pages in black and white, as scanners and faxes make them."""
    frames = [_halves(width, height, seed).convert("1") for seed in range(1, pages + 1)]
    return _saved(frames[0], "TIFF", save_all=True, append_images=frames[1:], compression="group4")


def png_bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a hundred kilobytes that says it holds hundreds of millions of pixels, and does."""
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + (width + 7) // 8)
    rows = b"".join(packer.compress(row * 100) for _ in range(height // 100)) + packer.flush()
    return SIGNATURE + header(width, height, 1, 0) + chunk(b"IDAT", rows) + END


def tiff_bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A TIFF of a few bytes that says it holds billions of pixels."""
    tags = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (277, 3, 1)]
    tags += [(278, 4, height), (279, 4, 100)]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(tags)) + entries + b"\0" * 104


def _halves(width: int, height: int, seed: int) -> Any:
    image = Image.new("RGB", (width, height), (20 + seed % 40, 20, 30))
    image.paste((230, 230 - seed % 40, 220), (width // 2, 0, width, height))
    return image


def _saved(image: Any, format_name: str, **options: Any) -> bytes:
    written = io.BytesIO()
    image.save(written, format_name, **options)
    return written.getvalue()


# Archives and office files


def zipped(
    entries: Mapping[str, bytes], *, comment: bytes = b"", encrypted: bool = False, stored: bool = False
) -> bytes:
    """A ZIP. `encrypted`: it says so, which is all that is looked at."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(entry(name), content, compress_type=zipfile.ZIP_STORED if stored else None)
        archive.comment = comment
    data = written.getvalue()
    return _said_encrypted(data) if encrypted else data


def entry(name: str, mode: int = 0o100644) -> zipfile.ZipInfo:
    """The head of an entry, always of the same day."""
    made = zipfile.ZipInfo(name, _DAY)
    made.compress_type = zipfile.ZIP_DEFLATED
    made.external_attr = mode << 16
    return made


def _said_encrypted(data: bytes) -> bytes:
    changed = bytearray(data)
    for magic, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(magic)
        while at >= 0:
            changed[at + flag] |= 1
            at = changed.find(magic, at + 4)
    return bytes(changed)


def archive() -> bytes:
    """A ZIP as a client makes it: documents, a folder, and what a Mac adds."""
    return zipped(
        {
            "faktury/FV 1.pdf": pdf(),
            "faktury/żółć.jpg": photo(),
            "wyciąg.xml": b"<wyciag/>",
            "umowa.docx": docx(),
            "__MACOSX/faktury/._FV 1.pdf": b"\0\5\x16\7",
            "faktury/.DS_Store": b"\0\0\0\1Bud1",
        }
    )


def zip_bomb(megabytes: int = 300) -> bytes:
    """A ZIP that unpacks to so many megabytes."""
    return zipped({f"{number}.pdf": b"%PDF-" + b"\0" * 50_000_000 for number in range(-(-megabytes // 50))})


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO_WORD = "application/vnd.ms-word.document.macroEnabled.main+xml"


def docx(*, macros: bool = False, macro_type: bool = False, extra: Mapping[str, bytes] | None = None) -> bytes:
    """A document of Word."""
    main = {"word/document.xml": b"<w:document/>"} | ({"word/vbaProject.bin": b"\xd0\xcf"} if macros else {})
    return _office("/word/document.xml", _MACRO_WORD if macro_type else _WORD, {**main, **(extra or {})})


def xlsx(*, macros: bool = False) -> bytes:
    """A workbook of Excel."""
    main = {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"<worksheet/>"}
    return _office("/xl/workbook.xml", _EXCEL, main | ({"xl/vbaProject.bin": b"\xd0\xcf"} if macros else {}))


def odt(*, macros: bool = False, encrypted: bool = False) -> bytes:
    """A document of LibreOffice."""
    lock = b"<manifest:encryption-data/>" if encrypted else b""
    parts = {
        "mimetype": b"application/vnd.oasis.opendocument.text",
        "content.xml": b"<office:document-content/>",
        "META-INF/manifest.xml": b"<manifest:manifest>" + lock + b"</manifest:manifest>",
    }
    return zipped(parts | ({"Basic/Standard/Module1.xml": b"<script/>"} if macros else {}))


def _office(part: str, kind: str, parts: Mapping[str, bytes]) -> bytes:
    types = f'<Types><Override PartName="{part}" ContentType="{kind}"/></Types>'.encode("ascii")
    return zipped({"[Content_Types].xml": types, "_rels/.rels": b"<Relationships/>", **parts})


def doc(*, macros: bool = False, encrypted: bool = False) -> bytes:
    """A document of Word as it was before 2007."""
    head = struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0x415, 0, 0x0100 if encrypted else 0)
    return compound({"WordDocument": head} | ({"_VBA_PROJECT": b"x"} if macros else {}))


def xls(*, macros: bool = False, encrypted: bool = False) -> bytes:
    """A workbook of Excel as it was before 2007."""
    sheet = struct.pack("<IBB", 0, 0, int(macros)) + b"\4\0Arka"
    records = [(0x0809, b"\0" * 16), *([(0x002F, b"\0" * 6)] if encrypted else []), (0x0085, sheet), (0x000A, b"")]
    return compound({"Workbook": b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in records)})


def locked_docx() -> bytes:
    """A document of Word with a password: its package lies encrypted in a file of the old kind."""
    return compound({"EncryptionInfo": b"x", "EncryptedPackage": b"x"})


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file (OLE) with these streams; each fills whole sectors, so that it needs no table of small ones."""
    size, end, free, fat = 512, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    contents = [content.ljust(8 * size, b"\0") for content in streams.values()]
    directory_sectors = -(-(len(streams) + 1) // 4)
    table = [fat, *range(2, 1 + directory_sectors), end]
    starts = []
    for content in contents:
        starts.append(len(table))
        count = -(-len(content) // size)
        table += [*range(len(table) + 1, len(table) + count), end]
    entries = [_ole_entry("Root Entry", 5, 1, end, 0)]
    for number, (name, content) in enumerate(zip(streams, contents, strict=True), start=1):
        right = number + 1 if number < len(streams) else free
        entries.append(_ole_entry(name, 2, free, starts[number - 1], len(content), right))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0)
    head += struct.pack("<I", free) * 108
    sectors = struct.pack(f"<{len(table)}I", *table).ljust(size, b"\xff")
    return head + sectors + b"".join(entries).ljust(directory_sectors * size, b"\0") + b"".join(contents)


def _ole_entry(name: str, kind: int, child: int, start: int, size: int, right: int = 0xFFFFFFFF) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    head = written.ljust(64, b"\0") + struct.pack("<HBB", len(written), kind, 1)
    return head + struct.pack("<III", 0xFFFFFFFF, right, child) + b"\0" * 36 + struct.pack("<IQ", start, size)


# Two files in one


def pdf_with_zip() -> bytes:
    """A PDF for one program, and for another a ZIP with a program to run."""
    return pdf() + zipped({"faktura.exe": EXECUTABLE})


def photo_with_zip() -> bytes:
    """The same with a photo."""
    return photo() + zipped({"faktura.exe": EXECUTABLE})


def photo_with_pdf() -> bytes:
    """A photo that readers of PDF open as well: they look for its head in the first kilobyte."""
    comment = b"%PDF-1.4\n"
    whole = photo()
    return whole[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + whole[2:]


# KSeF


def fa3(
    *,
    number: str = "FV/11/2026",
    seller_nip: str = "5120079194",
    seller: str = "Hurtownia Papieru Sp. z o.o.",
    buyer_nip: str = "5265877635",
    buyer: str = "Zakład Stolarski Jan Żółć",
    issued_on: date = date(2026, 11, 3),
    net: str = "1000.00",
    vat: str = "230.00",
    gross: str = "1230.00",
    currency: str = "PLN",
    kind: str = "VAT",
    lines: int = 1,
    head: str = "",
    more: str = "",
    payment: str = "",
    foot: str = "",
) -> bytes:
    """An invoice of KSeF, valid by its schema. `more` follows the kind, `head` the number, as the schema orders it."""
    day = issued_on.isoformat()
    rows = "".join(
        f"<FaWiersz><NrWierszaFa>{n}</NrWierszaFa><P_7>Papier ksero A4 &amp; koperty</P_7><P_8A>ryza</P_8A>"
        f"<P_8B>50.000</P_8B><P_9A>20.00</P_9A><P_11>1000.00</P_11><P_12>23</P_12></FaWiersz>"
        for n in range(1, lines + 1)
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Faktura xmlns="http://crd.gov.pl/wzor/2025/06/25/13775/">
<Naglowek><KodFormularza kodSystemowy="FA (3)" wersjaSchemy="1-0E">FA</KodFormularza>
<WariantFormularza>3</WariantFormularza><DataWytworzeniaFa>{day}T09:30:00Z</DataWytworzeniaFa></Naglowek>
<Podmiot1><DaneIdentyfikacyjne><NIP>{seller_nip}</NIP><Nazwa>{escape(seller)}</Nazwa></DaneIdentyfikacyjne>
<Adres><KodKraju>PL</KodKraju><AdresL1>ul. Długa 1</AdresL1><AdresL2>00-950 Warszawa</AdresL2></Adres></Podmiot1>
<Podmiot2><DaneIdentyfikacyjne><NIP>{buyer_nip}</NIP><Nazwa>{escape(buyer)}</Nazwa></DaneIdentyfikacyjne>
<Adres><KodKraju>PL</KodKraju><AdresL1>ul. Krótka 2, 31-001 Kraków</AdresL1></Adres><JST>2</JST><GV>2</GV></Podmiot2>
<Fa><KodWaluty>{currency}</KodWaluty><P_1>{day}</P_1><P_1M>Warszawa</P_1M><P_2>{escape(number)}</P_2>{head}
<P_13_1>{net}</P_13_1><P_14_1>{vat}</P_14_1><P_15>{gross}</P_15>
<Adnotacje><P_16>2</P_16><P_17>2</P_17><P_18>2</P_18><P_18A>2</P_18A><Zwolnienie><P_19N>1</P_19N></Zwolnienie>
<NoweSrodkiTransportu><P_22N>1</P_22N></NoweSrodkiTransportu><P_23>2</P_23><PMarzy><P_PMarzyN>1</P_PMarzyN></PMarzy>
</Adnotacje><RodzajFaktury>{kind}</RodzajFaktury>{more}{rows}{payment}</Fa>{foot}
</Faktura>""".encode()


PAYMENT = (
    "<Platnosc><TerminPlatnosci><Termin>2026-11-17</Termin></TerminPlatnosci><FormaPlatnosci>6</FormaPlatnosci>"
    "<RachunekBankowy><NrRB>92124012340001567890123456</NrRB><NazwaBanku>Bank Zachodni</NazwaBanku></RachunekBankowy>"
    "</Platnosc>"
)
"""Of an invoice: by transfer, until 17 November 2026."""

FOOT = "<Stopka><Informacje><StopkaFaktury>Dziękujemy za zakupy</StopkaFaktury></Informacje></Stopka>"


def plain_xml() -> bytes:
    """XML of another kind."""
    return '<?xml version="1.0" encoding="windows-1250"?><wyciag bank="Złoty"/>'.encode("cp1250")


def xml_bomb() -> bytes:
    """The billion laughs."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "lol">{entities}]><l>&l9;</l>'.encode()
