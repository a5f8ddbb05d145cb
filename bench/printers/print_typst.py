"""typst: a template compiled anew for each document, its fonts read once by the compiler that stays."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import typst
from texts import fonts, svg

TEMPLATE = """
#let d = json("d.json")
#set text(font: "Source Sans Pro", size: 9pt, lang: "pl")
#set page(paper: "a4", margin: 15mm,
  footer: context align(right, text(7.5pt)[Strona #counter(page).display("1 z 1", both: true)]),
  background: rotate(-55deg, text(165pt, fill: luma(236), weight: 600, d.watermark)))
#text(17pt)[*#d.title* #d.number]
#for x in d.dates [#align(right)[#x.at(0) #x.at(1)]]
#grid(columns: (1fr, 1fr), gutter: 20pt, d.seller.join(linebreak()), d.buyer.join(linebreak()))
#block(fill: luma(242), inset: 9pt, width: 100%, d.payment.map(x => x.at(0) + " " + x.at(1)).join("   "))
#set text(8.5pt)
#table(columns: (auto, 1fr, auto, auto, auto, auto, auto, auto, auto), inset: 3.6pt, stroke: (bottom: .3pt + luma(200)),
  align: (x, y) => if x == 1 { left } else { right }, table.header(..d.head.map(x => [*#x*])), ..d.rows.flatten())
#align(right, table(columns: 4, inset: 3.6pt, stroke: (bottom: .3pt), align: right, ..d.totals.flatten()))
#align(right)[#d.to_pay.at(0) #linebreak() #text(22pt)[*#d.to_pay.at(1)*]]
#d.words #linebreak() #d.remark
#align(right, image("qr.svg", width: 76pt))
"""

FOLDER = Path(tempfile.mkdtemp())
(FOLDER / "i.typ").write_text(TEMPLATE, encoding="utf-8")
(FOLDER / "d.json").write_text("{}")
(FOLDER / "qr.svg").write_text(svg("0"))
COMPILER = typst.Compiler(str(FOLDER / "i.typ"), font_paths=[str(Path(fonts()[0]).parent)])


def render(invoice: dict[str, Any]) -> bytes:
    """An invoice as PDF."""
    (FOLDER / "d.json").write_text(json.dumps(invoice), encoding="utf-8")
    (FOLDER / "qr.svg").write_text(svg(invoice["qr"]))
    pdf: bytes = COMPILER.compile(format="pdf")
    return pdf
