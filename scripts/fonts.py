"""Bakes the fonts of printed invoices: `python -m scripts.fonts`.

From the faces of `font-source-sans-pro` it writes functions/invoice/fonts/: of each weight a small font with the signs
nearly every invoice is made of, deflated and described so that it goes into a document as it is, and a font with all
other letters of the face (Greek, Cyrillic, Vietnamese …), of which a document takes what it needs. The licence lets
nobody change a font and keep its name, hence the name of our own.
"""

from __future__ import annotations

import io
import json
import sys
import unicodedata
import zlib
from importlib import import_module
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.misc.roundTools import otRound
from fontTools.misc.transform import Transform
from fontTools.pens.reverseContourPen import ReverseContourPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

INTO = Path(__file__).resolve().parent.parent / "functions/invoice/fonts"
WEIGHTS = {"regular": "Regular", "strong": "Semibold"}
FAMILY = "KonektoSans"
REPLACEMENT = "\ufffd"
"""Stands for a letter that no font of ours has: a dark diamond with a question mark, drawn here."""

SIGNS = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "ĄąĆćĘęŁłŃńŚśŹźŻż"
    + "".join(map(chr, range(0xC0, 0x100))).translate(dict.fromkeys(map(ord, "ÂÃÊËÌÎÏÐÒÔÕÙÛÞãìðòõþŸÿÆæ")))
    + "ČčĎďĚěĽľŇňŘřŠšŤťŮůŽžŐőŰű"
    + "\u00a0„”“‘’–—…§°€£©®«»·•²³µ±½−№"
    + REPLACEMENT
)
"""At most 224: each is one byte, from 0x20 on."""

FIRST, ASCII_END = 0x20, 0x7F


def main() -> int:
    """Write all files."""
    source = Path(str(import_module("font_source_sans_pro").__file__)).parent / "files"
    INTO.mkdir(parents=True, exist_ok=True)
    for weight, style in WEIGHTS.items():
        face = source / f"SourceSansPro-{style}.ttf"
        name = f"{FAMILY}-{weight.capitalize()}"
        _write(weight, _baked(face, name))
        others = _others(face, f"{name}Other")
        (INTO / f"{weight}-other.json").write_text(json.dumps(_widths(others)) + "\n", encoding="ascii")
        (INTO / f"{weight}-other.ttf").write_bytes(_saved(others))
    (INTO / "letters.cmap").write_bytes(zlib.compress(_to_unicode(codes()), 9))
    (INTO / "LICENSE.txt").write_bytes((source / "LICENSE.txt").read_bytes())
    return 0


def codes() -> dict[str, int]:
    """The byte of each sign: ASCII as everywhere, then one after the other."""
    above = [sign for sign in SIGNS if ord(sign) >= ASCII_END]
    found = {sign: ord(sign) for sign in SIGNS if ord(sign) < ASCII_END}
    return found | {sign: ASCII_END + place for place, sign in enumerate(above)}


def _write(weight: str, baked: dict[str, Any]) -> None:
    font = baked.pop("font")
    baked["length"] = len(font)
    (INTO / f"{weight}.font").write_bytes(zlib.compress(font, 9))
    (INTO / f"{weight}.json").write_text(json.dumps(baked, ensure_ascii=True) + "\n", encoding="ascii")


def _baked(face: Path, name: str) -> dict[str, Any]:
    font = _subset(face, [ord(sign) for sign in SIGNS if sign != REPLACEMENT])
    _draw_replacement(font)
    glyphs, metrics, table = font.getBestCmap(), font["hmtx"], codes()
    widths = {code: metrics[glyphs[ord(sign)]][0] for sign, code in table.items()}
    head, lines = font["head"], font["hhea"]
    described = {
        "name": name,
        "codes": {str(ord(sign)): code for sign, code in table.items()},
        "widths": [widths.get(code, 0) for code in range(FIRST, max(widths) + 1)],
        "box": [head.xMin, head.yMin, head.xMax, head.yMax],
        "ascent": lines.ascent,
        "descent": lines.descent,
        "capitals": font["OS/2"].sCapHeight,
    }
    _map_bytes(font, {code: glyphs[ord(sign)] for sign, code in table.items()})
    for unread in ("OS/2", "post", "name"):
        del font[unread]
    return described | {"font": _saved(font)}


def _others(face: Path, name: str) -> Any:
    """What the face has besides; also the space, which a run of such letters contains."""
    with TTFont(face) as whole:
        every = {sign for sign in whole.getBestCmap() if not unicodedata.category(chr(sign)).startswith("C")}
    font = _subset(face, sorted(every - {ord(sign) for sign in SIGNS} | {0x20}))
    for record, text in ((1, FAMILY), (4, name), (6, name)):
        font["name"].setName(text, record, 3, 1, 0x409)
    return font


def _widths(font: Any) -> dict[int, int]:
    return {sign: font["hmtx"][glyph][0] for sign, glyph in sorted(font.getBestCmap().items())}


def _subset(face: Path, unicodes: list[int]) -> Any:
    options = subset.Options(
        layout_features=[],
        hinting=False,
        notdef_outline=True,
        glyph_names=False,
        name_IDs=[1, 4, 6],
        recalc_timestamp=False,
    )
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "kern", "FFTM", "gasp", "DSIG"]
    font = subset.load_font(str(face), options)
    if font["head"].unitsPerEm != 1000:
        raise SystemExit("Widths are taken as thousandths: another face needs them converted.")
    narrowed = subset.Subsetter(options)
    narrowed.populate(unicodes=unicodes)
    narrowed.subset(font)
    font["name"].names = [record for record in font["name"].names if record.platformID == 3]
    return font


def _draw_replacement(font: Any) -> None:
    glyphs, cmap = font.getGlyphSet(), font.getBestCmap()
    pen = TTGlyphPen(glyphs)
    half, middle = 380, 330
    corners = [(half, middle + half), (2 * half, middle), (half, middle - half), (0, middle)]
    pen.moveTo(corners[0])
    for corner in corners[1:]:
        pen.lineTo(corner)
    pen.closePath()
    question, scale = cmap[ord("?")], 0.72
    shift = Transform(scale, 0, 0, scale, half - font["hmtx"][question][0] * scale / 2, middle - 330 * scale)
    glyphs[question].draw(ReverseContourPen(TransformPen(pen, shift)))
    name = "replacement"
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    glyph = pen.glyph(round=otRound)
    glyph.recalcBounds(font["glyf"])
    font["glyf"][name] = glyph
    font["hmtx"][name] = (2 * half, 0)
    for table in font["cmap"].tables:
        table.cmap[ord(REPLACEMENT)] = name


def _map_bytes(font: Any, glyphs: dict[int, str]) -> None:
    """A byte leads to its glyph, in the two tables that viewers read of a font without an encoding."""
    symbols, plain = CmapSubtable.newSubtable(4), CmapSubtable.newSubtable(6)
    symbols.platformID, symbols.platEncID, symbols.language = 3, 0, 0
    symbols.cmap = {0xF000 + code: glyph for code, glyph in glyphs.items()}
    plain.platformID, plain.platEncID, plain.language = 1, 0, 0
    plain.cmap = dict(glyphs)
    font["cmap"].tables = [plain, symbols]


def _to_unicode(table: dict[str, int]) -> bytes:
    """What letters the bytes stand for, in both weights, so that a text can be found and copied."""
    above = [f"<{code:02X}> <{ord(sign):04X}>" for sign, code in table.items() if code >= ASCII_END]
    parts = [above[start : start + 100] for start in range(0, len(above), 100)]  # a section holds no more
    sections = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in parts)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
        f"1 beginbfrange\n<{FIRST:02X}> <{ASCII_END - 1:02X}> <{FIRST:04X}>\nendbfrange\n{sections}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")


def _saved(font: Any) -> bytes:
    out = io.BytesIO()
    font.save(out)
    font.close()
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
