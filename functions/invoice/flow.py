"""Where things stand on the pages: a cursor that goes down, and opens a new page where something does not fit."""

from __future__ import annotations

from collections.abc import Iterable

from functions.invoice.document import HEIGHT, WIDTH, Document, Page
from functions.invoice.fonts import REGULAR, Face
from functions.invoice.printout import Fact, Label

MARGIN = 42.52  # 15 mm
LEFT, RIGHT = MARGIN, WIDTH - MARGIN
ROOM = RIGHT - LEFT
TOP, BOTTOM = HEIGHT - MARGIN, MARGIN + 8.0

INK, FAINT, HAIR, SHADE = 0.0, 0.36, 0.78, 0.95
"""Greys: of texts, of their names, of lines, of boxes."""

SMALL, TEXT = 7.5, 9.0
LEADING = 1.22
"""From one line to the next, for a size of one."""


class Flow:
    """The page that is being filled, and how far."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.page: Page = document.page()
        self.y = TOP

    @property
    def fresh(self) -> bool:
        """Nothing stands on this page yet."""
        return self.y >= TOP

    def new_page(self) -> None:
        """Go on at the top of a new page."""
        self.page = self.document.page()
        self.y = TOP

    def need(self, height: float) -> bool:
        """Turn the page if less room is left; tells whether it was turned. What is higher than a page stays."""
        if self.y - height >= BOTTOM or self.fresh:
            return False
        self.new_page()
        return True

    def put(self, text: str, x: float, y: float, face: Face = REGULAR, size: float = TEXT, grey: float = INK) -> float:
        """Draw a text from `x` on; its width."""
        run = face.run(text)
        self.page.text(x, y, face, size, run, grey)
        return run.width * size

    def put_right(
        self, text: str, end: float, y: float, face: Face = REGULAR, size: float = TEXT, grey: float = INK
    ) -> None:
        """Draw a text that ends at `end`."""
        run = face.run(text)
        self.page.text(end - run.width * size, y, face, size, run, grey)

    def lines(self, texts: Iterable[str], x: float, y: float, face: Face, size: float, grey: float = INK) -> float:
        """Draw lines one under the other, the first one's top at `y`; where they end."""
        for text in texts:
            y -= size * LEADING
            self.put(text, x, y + size * 0.27, face, size, grey)
        return y

    def named(self, label: Label, x: float, y: float, size: float = SMALL) -> float:
        """Draw a name in one or two languages; its width."""
        return self.put(both(label), x, y, REGULAR, size, FAINT)

    def tagged(self, kind: bytes) -> None:
        """Begin a piece of content of this kind; `self.page.end()` ends it."""
        self.page.begin(self.document.element(kind))


def both(label: Label) -> str:
    """A name in one or two languages, in one line."""
    return f"{label.text} / {label.second}" if label.second else label.text


def height_of(lines: int, size: float) -> float:
    """How much room lines of a size take."""
    return lines * size * LEADING


def inline(fact: Fact) -> str:
    """A name and what it says in one line; a sentence alone where there is no name."""
    return f"{both(fact.label)}: {fact.text}" if fact.label.text else fact.text
