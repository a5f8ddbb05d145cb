"""WeasyPrint: the page as HTML and CSS; the font configuration and the stylesheet are made once."""

from __future__ import annotations

import base64
from html import escape
from typing import Any

from texts import fonts, svg
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

REGULAR, STRONG = fonts()
FONTS = FontConfiguration()
STYLE = CSS(
    string=f"""
@font-face {{ font-family: S; src: url(file://{REGULAR}); font-weight: 400 }}
@font-face {{ font-family: S; src: url(file://{STRONG}); font-weight: 700 }}
@page {{ size: A4; margin: 15mm;
  @bottom-right {{ content: "Strona " counter(page) " z " counter(pages); font: 7.5pt S }} }}
body {{ font: 9pt S; margin: 0 }} h1 {{ font-size: 17pt; margin: 0 0 10pt }} h1 span {{ font-weight: 400 }}
.w {{ position: fixed; top: 100mm; left: 10mm; font: bold 165pt S; color: #ececec;
  transform: rotate(-55deg); z-index: -1 }}
.two {{ display: flex; gap: 20pt }} .two div {{ flex: 1 }} .bar {{ background: #f2f2f2; padding: 9pt; margin: 10pt 0 }}
.bar span {{ margin-right: 20pt }} table {{ border-collapse: collapse; width: 100%; font-size: 8.5pt }}
td, th {{ padding: 3.6pt 4pt; border-bottom: .3pt solid #c8c8c8; text-align: right }}
td:nth-child(2), th:nth-child(2) {{ text-align: left }} .big {{ font: bold 22pt S; text-align: right }}
.qr svg {{ width: 76pt; height: 76pt }} .totals {{ width: 50%; margin-left: 50% }}
""",
    font_config=FONTS,
)


def render(invoice: dict[str, Any]) -> bytes:
    """An invoice as PDF."""
    picture = base64.b64encode(svg(invoice["qr"]).encode()).decode()
    payment = "".join(f"<span>{escape(name)} <b>{escape(text)}</b></span>" for name, text in invoice["payment"])
    seller, buyer = ("<br>".join(map(escape, invoice[side])) for side in ("seller", "buyer"))
    lines, totals = ("".join(map(_row, invoice[part])) for part in ("rows", "totals"))
    html = f"""<!doctype html><html lang="pl"><body><div class="w">{invoice["watermark"]}</div>
<h1>{invoice["title"]} <span>{escape(invoice["number"])}</span></h1>
{"".join(f"<div>{escape(name)} {escape(text)}</div>" for name, text in invoice["dates"])}
<div class="two"><div>{seller}</div><div>{buyer}</div></div>
<div class="bar">{payment}</div>
<table><thead>{_row(invoice["head"], "th")}</thead><tbody>{lines}</tbody></table>
<table class="totals">{totals}</table>
<p>{invoice["to_pay"][0]}</p><p class="big">{escape(invoice["to_pay"][1])}</p>
<p>{escape(invoice["words"])}</p><p>{escape(invoice["remark"])}</p>
<img width="100" height="100" src="data:image/svg+xml;base64,{picture}"></body></html>"""
    pdf: bytes = HTML(string=html).write_pdf(stylesheets=[STYLE], font_config=FONTS)
    return pdf


def _row(cells: list[str], kind: str = "td") -> str:
    return f"<tr>{''.join(f'<{kind}>{escape(cell)}</{kind}>' for cell in cells)}</tr>"
