"""docs/reference.md lists every route, setting and error code as they are; every code is really used."""

from __future__ import annotations

import re
from pathlib import Path

from portal.domain import errors
from scripts.reference import TARGET, reference

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_is_what_the_code_says() -> None:
    assert TARGET.read_text(encoding="utf-8") == reference(), "run: python -m scripts.reference"


def test_every_error_code_is_raised_somewhere() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("portal", "functions")
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "errors.py"
    )
    named = {name for name, value in vars(errors).items() if isinstance(value, errors.Code)}
    assert {name for name in named if not re.search(rf"errors\.{name}\b", code)} == set()


def test_the_protocol_page_names_only_codes_that_exist() -> None:
    page = (ROOT / "docs" / "sync-protocol.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?:\d{3}) \| (.+?) \|", page, re.MULTILINE)
    listed = re.search(r"Codes of a refused record: (.+?)\.\n", page, re.DOTALL)
    assert listed
    named = set(re.findall(r"`([a-z-]+)`", " ".join([*rows, listed[1]])))
    assert named
    assert named <= set(errors.CODES)
