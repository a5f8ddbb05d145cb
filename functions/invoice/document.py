"""A PDF document: pages of content operators, fonts, pictures and the structure that tells what is what.

Content and structure are written here, byte by byte; baked fonts go in as they are. A page takes a quarter of the time
that ReportLab's platypus needs, and ReportLab itself, which embeds letters beyond the baked ones, is loaded only when
there are such (functions/invoice/others.py). Small objects go packed into streams, so that the structure of a long
table costs little. The same content gives the same bytes: there is no clock and no chance.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from functions.invoice.fonts import REGULAR, STRONG, Face, Run, letters

if TYPE_CHECKING:
    from functions.invoice.others import Others

WIDTH, HEIGHT = 595.28, 841.89
_NAMES = {REGULAR: b"/R", STRONG: b"/S"}
_PLACE = struct.Struct(">BHHH")
_MAKER = "KonektoSmart"
_LONG = 16_000
_PACKED = 400
"""Objects in one stream: a viewer unpacks a whole stream to read one of them."""


@dataclass(slots=True, eq=False)
class Element:
    """A part of the structure: a heading, a paragraph, a table. What content it has itself is on one page."""

    kind: bytes
    parent: int
    number: int
    page: int = 0
    kids: list[bytes] = field(default_factory=list)

    def written(self) -> bytes:
        """As an object."""
        page = b"/Pg %d 0 R" % self.page if self.page else b""
        return b"<</S/%b/P %d 0 R%b/K[%b]>>" % (self.kind, self.parent, page, b" ".join(self.kids))


@dataclass(slots=True, frozen=True)
class Cells:
    """A row of the structure: its cells are numbered after it, their content is marked from `first` on."""

    head: bool
    table: int
    number: int
    page: int
    first: int
    count: int

    def written(self) -> list[bytes]:
        """The row and its cells as objects."""
        kind = b"TH/A<</O/Table/Scope/Column>>" if self.head else b"TD"
        begin = b"<</S/%b/P %d 0 R/Pg %d 0 R/K " % (kind, self.number, self.page)
        kids = b" ".join([b"%d 0 R" % kid for kid in range(self.number + 1, self.number + 1 + self.count)])
        row = b"<</S/TR/P %d 0 R/K[%b]>>" % (self.table, kids)
        return [row, *[begin + b"%d>>" % place for place in range(self.first, self.first + self.count)]]


class Page:
    """What is drawn on one page, from bottom to top: fills, the watermark, hairlines, and everything else."""

    def __init__(self, document: Document, number: int, place: int) -> None:
        self._document = document
        self.number = number
        self.place = place
        self.fills: list[bytes] = []
        self.hairs: list[bytes] = []
        self.drawn: list[bytes] = []
        self.marked: list[int] = []
        self._grey = 0.0

    def begin(self, element: Element) -> None:
        """What follows, up to `end`, is the content of this element."""
        place = len(self.marked)
        self.marked.append(element.number)
        element.page = self.number
        element.kids.append(b"%d" % place)
        self.drawn.append(b"/%b<</MCID %d>>BDC\n" % (element.kind, place))

    def begin_artifact(self) -> None:
        """What follows, up to `end`, is no content: a line, the foot of the page."""
        self.drawn.append(b"/Artifact BMC\n")

    def end(self) -> None:
        """Ends what `begin` began."""
        self.drawn.append(b"EMC\n")

    def grey(self, grey: float) -> None:
        """How dark what follows is."""
        if grey != self._grey:
            self.drawn.append(b"%g g\n" % grey)
            self._grey = grey

    def text(self, x: float, y: float, face: Face, size: float, run: Run, grey: float = 0.0) -> None:
        """Draws a text from `x` on, its base line at `y`."""
        self.grey(grey)
        shown = self._document.shown(run, face, size)
        self.drawn.append(b"BT %b %g Tf %.2f %.2f Td %bET\n" % (_NAMES[face], size, x, y, shown))

    def row(self, table: Element, cells: list[bytes], face: Face, size: float, leading: float, *, head: bool) -> None:
        """Draws a row: each cell's operators place and show its lines, in this font at first."""
        count, first = len(cells), len(self.marked)
        number = self._document.row(table, self.number, first, count, head=head)
        self.marked += range(number + 1, number + 1 + count)
        self.grey(0.0)
        kind = b"/TH<</MCID " if head else b"/TD<</MCID "
        marked = [b"%b%d>>BDC %bEMC\n" % (kind, place, cell) for place, cell in enumerate(cells, first)]
        self.drawn.append(b"BT %b %g Tf %g TL\n%bET\n" % (_NAMES[face], size, leading, b"".join(marked)))

    def line(self, x: float, y: float, end: float, thickness: float, grey: float) -> None:
        """A horizontal line."""
        self.drawn.append(b"/Artifact BMC %g G %g w %.2f %.2f m %.2f %.2f l S EMC\n" % (grey, thickness, x, y, end, y))

    def hair(self, x: float, y: float, end: float) -> None:
        """The thinnest of lines, of which tables have many."""
        self.hairs.append(b"%.2f %.2f m %.2f %.2f l\n" % (x, y, end, y))

    def frame(self, x: float, y: float, width: float, height: float, grey: float) -> None:
        """The outline of a box."""
        self.drawn.append(b"/Artifact BMC %g G 0.8 w %.2f %.2f %.2f %.2f re S EMC\n" % (grey, x, y, width, height))

    def fill(self, x: float, y: float, width: float, height: float, grey: float) -> None:
        """A box beneath everything, the watermark too."""
        self.fills.append(b"/Artifact BMC %g g %.2f %.2f %.2f %.2f re f EMC\n" % (grey, x, y, width, height))

    def operators(self, operators: bytes) -> None:
        """Whatever else; leaves the state as it was."""
        self.drawn.append(b"q %b Q\n" % operators)

    def content(self, watermark: bytes) -> bytes:
        """All operators in their order."""
        hairs = [b"/Artifact BMC 0.78 G 0.3 w\n", *self.hairs, b"S EMC\n"] if self.hairs else []
        return b"".join([*self.fills, watermark, b"0 g\n", *hairs, *self.drawn])


class Document:
    """All pages, and what they share."""

    def __init__(self, title: str, author: str, language: str, made_at: datetime) -> None:
        self._objects: list[bytes] = []
        self._about = (title, author, language, made_at)
        self._letters = self._add(_packed(letters(), b""))
        self._fonts = {name: self._font(face) for face, name in _NAMES.items()}
        self._others: Others | None = None
        self._drawn: dict[bytes, int] = {}
        self.pages: list[Page] = []
        self._elements: list[Element] = []
        self._rows: list[Cells] = []
        self._root, self._resources = self._reserve(), self._reserve()
        self._structure = Element(b"Document", self._root, self._reserve())
        self._elements.append(self._structure)

    def page(self) -> Page:
        """A new page at the end."""
        page = Page(self, self._reserve(), len(self.pages))
        self.pages.append(page)
        return page

    def element(self, kind: bytes) -> Element:
        """The next part of the document's structure."""
        element = Element(kind, self._structure.number, self._reserve())
        self._elements.append(element)
        self._structure.kids.append(b"%d 0 R" % element.number)
        return element

    def row(self, table: Element, page: int, first: int, count: int, *, head: bool) -> int:
        """The next row of a table, and its cells; its number, which those of its cells follow."""
        number = self._reserve(1 + count)
        self._rows.append(Cells(head, table.number, number, page, first, count))
        table.kids.append(b"%d 0 R" % number)
        return number

    def shown(self, run: Run, face: Face, size: float) -> bytes:
        """The operators that show a text, between BT and ET, in this font; afterwards it is set again."""
        if run.written is not None:
            return b"(%b)Tj " % run.written
        shown = [self._stretch(letters, face, size, other=other) for other, letters in run.stretches]
        return b"".join([*shown, b"%b %g Tf " % (_NAMES[face], size)])

    def name(self, face: Face) -> bytes:
        """What a font is called in operators."""
        return _NAMES[face]

    def _stretch(self, letters: str, face: Face, size: float, *, other: bool) -> bytes:
        if not other:
            return b"%b %g Tf (%b)Tj " % (_NAMES[face], size, escaped(face.encoded(letters)))
        parts = self._all_letters().split(face, letters)
        return b"".join(b"%b %g Tf (%b)Tj " % (name, size, escaped(written)) for name, written in parts)

    def _all_letters(self) -> Others:
        if self._others is None:
            from functions.invoice.others import Others  # noqa: PLC0415 - loads ReportLab, which few documents need

            self._others = Others()
        return self._others

    def watermark(self, run: Run, face: Face, size: float, matrix: bytes, grey: float) -> None:
        """Lies across each page, above the fills and beneath all else."""
        shown = self.shown(run, face, size)
        operators = b"%g g BT %b %g Tf %b Tm %bET" % (grey, _NAMES[face], size, matrix, shown)
        head = b"/Type/XObject/Subtype/Form/BBox[0 0 %.2f %.2f]/Resources %d 0 R" % (WIDTH, HEIGHT, self._resources)
        self._drawn[b"/W"] = self._add(_packed(_deflated(operators), head))

    def picture(self, name: bytes, head: bytes, content: bytes, alpha: tuple[bytes, bytes] | None) -> None:
        """An image under a name; head and content are in PDF's own form, deflated."""
        mask = b"/SMask %d 0 R" % self._add(_packed(alpha[1], alpha[0])) if alpha else b""
        self._drawn[name] = self._add(_packed(content, head + mask))

    def saved(self) -> bytes:
        """The whole file. Nothing can be added any more."""
        fonts = self._all_fonts()
        drawn = b"".join([b"%b %d 0 R" % pair for pair in self._drawn.items()])
        self._set(self._resources, b"<<%b/XObject<<%b>>>>" % (fonts, drawn))
        tree = self._reserve()
        self._set(
            tree, b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(self.pages), _references(p.number for p in self.pages))
        )
        for page in self.pages:
            self._finish(page, tree)
        self._finish_structure()
        self.pages.clear()  # they know the document: in a circle, all of it would stay in memory for long
        return _file(self._objects, self._catalogue(tree), self._information())

    def _reserve(self, count: int = 1) -> int:
        """The number of an object that is written later, the first of several."""
        number = len(self._objects) + 1
        self._objects += [b"null"] * count
        return number

    def _set(self, number: int, body: bytes) -> None:
        self._objects[number - 1] = body

    def _add(self, body: bytes) -> int:
        self._objects.append(body)
        return len(self._objects)

    def _font(self, face: Face) -> int:
        about, name = face.about, face.about["name"].encode("ascii")
        file = self._add(_packed(face.font, b"/Length1 %d" % about["length"]))
        described = self._add(
            b"<</Type/FontDescriptor/FontName/KSPRNT+%b/Flags 4/FontBBox[%b]/ItalicAngle 0/Ascent %d/Descent %d"
            b"/CapHeight %d/StemV 80/FontFile2 %d 0 R>>"
            % (name, face.box, about["ascent"], about["descent"], about["capitals"], file)
        )
        return self._add(
            b"<</Type/Font/Subtype/TrueType/BaseFont/KSPRNT+%b/FirstChar 32/LastChar %d/Widths[%b]"
            b"/FontDescriptor %d 0 R/ToUnicode %d 0 R>>"
            % (name, 31 + len(about["widths"]), face.thousandths, described, self._letters)
        )

    def _all_fonts(self) -> bytes:
        """The dictionary of fonts, the same for all pages."""
        fonts = dict(self._fonts)
        if self._others:
            names, bodies = self._others.objects(len(self._objects))
            self._objects += bodies
            fonts |= names
        return b"/Font<<%b>>" % b"".join([b"%b %d 0 R" % pair for pair in fonts.items()])

    def _finish(self, page: Page, tree: int) -> None:
        under = b"/Artifact BMC /W Do EMC\n" if b"/W" in self._drawn else b""
        content = self._add(_packed(_deflated(page.content(under)), b""))
        self._set(
            page.number,
            b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 %.2f %.2f]/Resources %d 0 R/Contents %d 0 R"
            b"/StructParents %d/Tabs/S>>" % (tree, WIDTH, HEIGHT, self._resources, content, page.place),
        )

    def _finish_structure(self) -> None:
        for element in self._elements:
            self._set(element.number, element.written())
        for row in self._rows:
            self._objects[row.number - 1 : row.number + row.count] = row.written()
        marked = b"".join([b"%d[%b]" % (page.place, _references(page.marked)) for page in self.pages])
        parents = self._add(b"<</Nums[%b]>>" % marked)
        root = b"<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R/ParentTreeNextKey %d>>"
        self._set(self._root, root % (self._structure.number, parents, len(self.pages)))

    def _catalogue(self, tree: int) -> int:
        _, _, language, _ = self._about
        return self._add(
            b"<</Type/Catalog/Pages %d 0 R/StructTreeRoot %d 0 R/MarkInfo<</Marked true>>/Lang(%b)"
            b"/ViewerPreferences<</DisplayDocTitle true>>>>" % (tree, self._root, language.encode("ascii"))
        )

    def _information(self) -> int:
        title, author, _, made_at = self._about
        offset = made_at.strftime("%z") or "+0000"
        moment = f"(D:{made_at:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:5]}')".encode("ascii")
        texts = (
            (b"/Title", title),
            (b"/Author", author),
            (b"/Creator", "KonektoSmart"),
            (b"/Producer", "KonektoSmart"),
        )
        entries = b"".join([b"%b<%b>" % (name, _unicode(text)) for name, text in texts])
        return self._add(b"<<%b/CreationDate%b/ModDate%b>>" % (entries, moment, moment))


def escaped(written: bytes) -> bytes:
    """Bytes that stand between brackets."""
    if b"\\" in written or b"(" in written or b")" in written:
        return written.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return written


def _unicode(text: str) -> bytes:
    return b"FEFF" + text.encode("utf-16-be", "replace").hex().upper().encode("ascii")


def _deflated(content: bytes) -> bytes:
    """Long ones less tightly: half the time for a twentieth more."""
    return zlib.compress(content, 4 if len(content) > _LONG else 6)


def _packed(content: bytes, head: bytes) -> bytes:
    return b"<<%b/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream\n" % (head, len(content), content)


def _references(numbers: Iterable[int]) -> bytes:
    return b" ".join([b"%d 0 R" % number for number in numbers])


def _file(objects: list[bytes], root: int, about: int) -> bytes:
    """Objects with a stream one after the other, all others packed into streams, and the table of where they are."""
    written = _Written(len(objects))
    small = []
    for number, body in enumerate(objects, 1):
        if body.endswith(b"endstream\n"):
            written.add(number, body)
        else:
            small.append((number, body))
    for start in range(0, len(small), _PACKED):
        packed = small[start : start + _PACKED]
        container = written.append(_pack(packed))
        for place, (number, _) in enumerate(packed):
            written.places[number] = _PLACE.pack(2, 0, container, place)
    identity = hashlib.md5(b"".join(written.out), usedforsecurity=False).hexdigest().encode("ascii")
    head = b"/Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]"
    at = written.at
    written.places.append(_PLACE.pack(1, at >> 16, at & 0xFFFF, 0))
    size = len(written.places)
    table = _deflated(b"".join(written.places))
    written.out.append(b"%d 0 obj\n" % (size - 1))
    written.out.append(_packed(table, head % (size, root, about, identity, identity)))
    written.out.append(b"endobj\nstartxref\n%d\n%%%%EOF\n" % at)
    return b"".join(written.out)


class _Written:
    """The file so far: its bytes, and by number where each object is."""

    def __init__(self, objects: int) -> None:
        self.out = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
        self.at = len(self.out[0])
        self.places = [_PLACE.pack(0, 0, 0, 65535), *[b""] * objects]

    def add(self, number: int, body: bytes) -> None:
        """The object with this number stands here."""
        self.places[number] = _PLACE.pack(1, self.at >> 16, self.at & 0xFFFF, 0)
        self.out.append(b"%d 0 obj\n%bendobj\n" % (number, body))
        self.at += len(self.out[-1])

    def append(self, body: bytes) -> int:
        """One object more; its number."""
        self.places.append(b"")
        self.add(len(self.places) - 1, body)
        return len(self.places) - 1


def _pack(objects: list[tuple[int, bytes]]) -> bytes:
    at, index = 0, []
    for number, body in objects:
        index.append(b"%d %d " % (number, at))
        at += len(body)
    first = b"".join(index)
    content = _deflated(b"".join([first, *[body for _, body in objects]]))
    return _packed(content, b"/Type/ObjStm/N %d/First %d" % (len(objects), len(first)))
