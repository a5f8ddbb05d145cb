"""Stock ReportLab: platypus, fonts read once and subset for each document, no accelerator."""

from __future__ import annotations

import io
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Image, Paragraph, SimpleDocTemplate, Table, TableStyle
from texts import fonts, png

REGULAR, STRONG = fonts()
pdfmetrics.registerFont(TTFont("S", REGULAR))
pdfmetrics.registerFont(TTFont("SB", STRONG))
TEXT = ParagraphStyle("t", fontName="S", fontSize=9, leading=11)
RIGHT = ParagraphStyle("r", TEXT, alignment=2)
TITLE = ParagraphStyle("h", fontName="SB", fontSize=17, leading=21)
BIG = ParagraphStyle("b", fontName="SB", fontSize=22, leading=26, alignment=2)
LINES = TableStyle([
    ("FONT", (0, 0), (-1, -1), "S", 8.5), ("FONT", (0, 0), (-1, 0), "SB", 7.5), ("ALIGN", (2, 0), (-1, -1), "RIGHT"),
    ("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.grey), ("VALIGN", (0, 0), (-1, -1), "TOP"),
])  # fmt: skip
PLAIN = TableStyle([("FONT", (0, 0), (-1, -1), "S", 8.5), ("ALIGN", (0, 0), (-1, -1), "RIGHT")])
BAR = TableStyle([("FONT", (0, 0), (-1, -1), "S", 9), ("BACKGROUND", (0, 0), (-1, -1), colors.whitesmoke)])
NAME = ParagraphStyle("n", fontName="S", fontSize=8.5, leading=10.4)


def render(invoice: dict[str, Any]) -> bytes:
    """An invoice as PDF."""
    out = io.BytesIO()
    document = SimpleDocTemplate(out, pagesize=A4, initialFontName="S", **dict.fromkeys(_MARGINS, 15 * mm))

    def under(canvas: Any, _document: Any) -> None:
        canvas.saveState()
        canvas.setFillGray(0.925)
        canvas.setFont("SB", 165)
        canvas.translate(A4[0] / 2, A4[1] / 2)
        canvas.rotate(55)
        canvas.drawCentredString(0, -50, invoice["watermark"])
        canvas.restoreState()
        canvas.setFont("S", 7.5)
        canvas.drawRightString(A4[0] - 15 * mm, 10 * mm, f"Strona {canvas.getPageNumber()}")

    rows = [[cells[0], Paragraph(cells[1], NAME), *cells[2:]] for cells in invoice["rows"]]
    story = [
        Paragraph(f"{invoice['title']} {invoice['number']}", TITLE),
        *(Paragraph(f"{name} {text}", RIGHT) for name, text in invoice["dates"]),
        Table([[Paragraph("<br/>".join(invoice[side]), TEXT) for side in ("seller", "buyer")]]),
        Table([[f"{name}: {text}" for name, text in invoice["payment"]]], style=BAR),
        Table([invoice["head"], *rows], (18, 165, 28, 28, 48, 30, 60, 50, 65), style=LINES, repeatRows=1),
        Table(invoice["totals"], style=PLAIN, hAlign="RIGHT"),
        Paragraph(invoice["to_pay"][0], RIGHT),
        Paragraph(invoice["to_pay"][1], BIG),
        Paragraph(invoice["words"], TEXT),
        Paragraph(invoice["remark"], TEXT),
        Image(io.BytesIO(png(invoice["qr"])), 76, 76, hAlign="RIGHT"),
    ]
    document.build(story, onFirstPage=under, onLaterPages=under)
    return out.getvalue()


_MARGINS = ("leftMargin", "rightMargin", "topMargin", "bottomMargin")
