"""Letters beyond the baked ones: ReportLab embeds those that a document uses."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.ttfonts import TTFont

from functions.invoice.fonts import Face


class Others:
    """The other letters of one document, and the objects that hold them."""

    def __init__(self) -> None:
        self._document = pdfdoc.PDFDocument(invariant=1, compression=1)

    def split(self, face: Face, letters: str) -> list[tuple[bytes, bytes]]:
        """A text as parts of embedded fonts: the name of each, and what is written in it."""
        font = _font(face)
        return [
            (font.getSubsetInternalName(subset, self._document).encode("ascii"), written)
            for subset, written in font.splitString(letters, self._document)
        ]

    def objects(self, before: int) -> tuple[dict[bytes, int], list[bytes]]:
        """Numbers of the fonts by name, and all objects, which follow so many others."""
        document = self._document
        document.objectcounter = before
        for font in document.delayedFonts:
            font.addObjects(document)
        fonts = document.idToObject["BasicFonts"].dict
        numbers = {b"/" + name.encode("ascii"): _number(document, font) for name, font in fonts.items()}
        bodies: list[bytes] = []
        while before + len(bodies) < document.objectcounter:  # writing one may ask for further ones
            name = document.numberToId[before + len(bodies) + 1]
            bodies.append(pdfdoc.format(document.idToObject[name], document, toplevel=1))
        return numbers, bodies


def _number(document: Any, of: Any) -> int:
    number, _ = document.idToObjectNumberAndVersion[document.Reference(of).name]
    return int(number)


@lru_cache(maxsize=2)
def _font(face: Face) -> Any:
    return TTFont(face.other_name, str(face.other_file), asciiReadable=0, shapable=False)
