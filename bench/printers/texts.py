"""What the peers share: where the fonts lie, and the QR code with a fixed mask, as ours has it."""

from __future__ import annotations

import io
from importlib import import_module
from pathlib import Path
from typing import Any


def fonts() -> tuple[str, str]:
    """Files of the regular and the strong font."""
    folder = Path(str(import_module("font_source_sans_pro").__file__)).parent / "files"
    return str(folder / "SourceSansPro-Regular.ttf"), str(folder / "SourceSansPro-Semibold.ttf")


def code(content: str) -> Any:
    """A QR code."""
    return import_module("segno").make_qr(content, error="l", mask=2, boost_error=False, encoding="utf-8")


def svg(content: str) -> str:
    """A QR code as SVG."""
    out = io.BytesIO()
    code(content).save(out, kind="svg", xmldecl=False, svgclass=None, lineclass=None, border=4)
    return out.getvalue().decode("utf-8")


def png(content: str) -> bytes:
    """A QR code as PNG."""
    out = io.BytesIO()
    code(content).save(out, kind="png", scale=4, border=4)
    return out.getvalue()
