"""Draws the app's icons as PNG from static/icon.svg, for systems that take no SVG: `python -m scripts.icons`.

Needs Chromium. The drawn files are kept in the tree; run it after a change of the SVG.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

STATIC = Path(__file__).resolve().parents[1] / "static"
SIZES = {"icon-192.png": 192, "icon-512.png": 512, "icon-maskable.png": 512}
SAFE = 0.72
"""How much of a maskable icon is drawn: systems cut its edge into their own shape."""


def main() -> None:
    """Draw all of them."""
    drawing = (STATIC / "icon.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, size in SIZES.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(_page(drawing, size, maskable="maskable" in name))
            page.screenshot(path=STATIC / name, omit_background=True)
        browser.close()


def _page(drawing: str, size: int, *, maskable: bool) -> str:
    drawn = round(size * SAFE) if maskable else size
    colour = re.search(r'<rect[^>]*fill="(#\w+)"', drawing)
    ground = f"background:{colour[1]};" if maskable and colour else ""
    svg = drawing.replace("<svg ", f'<svg width="{drawn}" height="{drawn}" ', 1)
    return f'<body style="margin:0;{ground}display:grid;place-items:center;width:{size}px;height:{size}px">{svg}</body>'


if __name__ == "__main__":
    main()
