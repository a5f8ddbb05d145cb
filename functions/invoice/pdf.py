"""A printed invoice as PDF: `render(printout, logo)`. The same printout and picture give the same bytes."""

from __future__ import annotations

import math

from functions.invoice import head, tables
from functions.invoice.closing import Closing
from functions.invoice.document import HEIGHT, WIDTH, Document
from functions.invoice.flow import FAINT, LEFT, MARGIN, RIGHT, SMALL, Flow
from functions.invoice.fonts import REGULAR, STRONG
from functions.invoice.printout import Printout

_FOOT = MARGIN - 14
_WATERMARK_GREY = 0.925
_WATERMARK_MOST = 165.0
_WATERMARK_LENGTH = 0.66
"""Of the page's diagonal."""

_BETWEEN_TABLES = 12.0


def render(printout: Printout, logo: bytes = b"") -> bytes:
    """The whole document. `logo` is a PNG that `portal.logo` wrote, or nothing."""
    seller = printout.parties[0].name if printout.parties else ""
    document = Document(f"{printout.title.text} {printout.number}".strip(), seller, printout.language, printout.made_at)
    if printout.watermark:
        _watermark(document, printout.watermark)
    flow = Flow(document)
    head.draw(flow, printout, logo)
    _tables(flow, printout)
    _feet(flow, printout)
    return document.saved()


def _tables(flow: Flow, printout: Printout) -> None:
    """All tables, and the end of the invoice with the rows of the last one."""
    printed, totals = list(printout.tables), printout.totals
    if totals and not (printed and tables.sums(printed[-1], totals)):
        printed.append(totals)
        totals = None
    *before, last = printed
    for table in before:
        tables.draw(flow, table, tables.grid(table))
        flow.y -= _BETWEEN_TABLES
    columns = tables.grid(last, totals)
    closing = Closing(printout, columns)
    tables.draw(flow, last, columns, closing.height)
    closing.draw(flow)


def _watermark(document: Document, text: str) -> None:
    """A text from corner to corner."""
    angle = math.atan2(HEIGHT, WIDTH)
    run = STRONG.run(text)
    size = min(_WATERMARK_MOST, _WATERMARK_LENGTH * math.hypot(WIDTH, HEIGHT) / max(run.width, 1.0))
    cos, sin = math.cos(angle), math.sin(angle)
    along, up = -run.width * size / 2, -size * 0.33
    x, y = WIDTH / 2 + along * cos - up * sin, HEIGHT / 2 + along * sin + up * cos
    matrix = b"%.4f %.4f %.4f %.4f %.2f %.2f" % (cos, sin, -sin, cos, x, y)
    document.watermark(run, STRONG, size, matrix, _WATERMARK_GREY)


def _feet(flow: Flow, printout: Printout) -> None:
    """Number and „Strona x z y”, when it is known how many pages there are."""
    pages = flow.document.pages
    left = REGULAR.run(" · ".join(filter(None, (f"{printout.title.text} {printout.number}", printout.footer))))
    for place, page in enumerate(pages, 1):
        right = REGULAR.run(_of_pages(printout, place, len(pages)))
        page.begin_artifact()
        page.text(LEFT, _FOOT, REGULAR, SMALL, left, FAINT)
        page.text(RIGHT - right.width * SMALL, _FOOT, REGULAR, SMALL, right, FAINT)
        page.end()


def _of_pages(printout: Printout, page: int, pages: int) -> str:
    texts = filter(None, (printout.page.text, printout.page.second))
    return " / ".join(text.replace("{page}", str(page)).replace("{pages}", str(pages)) for text in texts)
