"""fpdf2: cells and its table."""

from __future__ import annotations

import io
from typing import Any

from fpdf import FPDF
from texts import fonts, png

REGULAR, STRONG = fonts()
WIDTHS = (8, 60, 10, 10, 18, 12, 20, 18, 24)


class _Page(FPDF):
    watermark = ""

    def header(self) -> None:
        self.set_font("S", "B", 165)
        self.set_text_color(236)
        with self.rotation(55, 105, 148):
            self.text(10, 168, self.watermark)
        self.set_text_color(0)

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font("S", "", 7.5)
        self.cell(0, 4, f"Strona {self.page_no()} z {{nb}}", align="R")


def render(invoice: dict[str, Any]) -> bytes:
    """An invoice as PDF."""
    pdf = _Page()
    pdf.watermark = invoice["watermark"]
    pdf.set_margin(15)
    pdf.add_font("S", "", REGULAR)
    pdf.add_font("S", "B", STRONG)
    pdf.add_page()
    pdf.set_font("S", "B", 17)
    pdf.cell(0, 9, f"{invoice['title']} {invoice['number']}", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("S", "", 9)
    for name, text in invoice["dates"]:
        pdf.cell(0, 5, f"{name} {text}", align="R", new_x="LMARGIN", new_y="NEXT")
    for left, right in zip(invoice["seller"], invoice["buyer"], strict=True):
        pdf.cell(95, 4.5, left)
        pdf.cell(0, 4.5, right, new_x="LMARGIN", new_y="NEXT")
    pdf.set_fill_color(242)
    payment = "   ".join(f"{name}: {text}" for name, text in invoice["payment"])
    pdf.cell(0, 10, payment, fill=True, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("S", "", 8.5)
    aligned = ("LEFT", "LEFT", *["RIGHT"] * 7)
    with pdf.table(col_widths=WIDTHS, text_align=aligned, line_height=5, borders_layout="HORIZONTAL_LINES") as table:
        for cells in [invoice["head"], *invoice["rows"]]:
            table.row(cells)
    for cells in invoice["totals"]:
        pdf.set_x(110)
        for cell in cells:
            pdf.cell(21, 5, cell, align="R")
        pdf.ln()
    pdf.cell(0, 6, invoice["to_pay"][0], align="R", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("S", "B", 22)
    pdf.cell(0, 10, invoice["to_pay"][1], align="R", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("S", "", 9)
    pdf.multi_cell(0, 5, f"{invoice['words']}\n{invoice['remark']}")
    pdf.image(io.BytesIO(png(invoice["qr"])), x=165, w=27)
    return bytes(pdf.output())
