"""docs/access-patterns.md and `portal.store.keys` name the same keys, with the same patterns."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.aws import Key
from portal.store import keys

ROOT = Path(__file__).resolve().parents[2]
_INTERNAL = {"of_office"}  # the tenant's prefix itself, told in the page's first lines


class _Placeholder:
    """Stands for a period or a number: prints as `{name}`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return f"{{{self.name}}}"

    def __format__(self, _spec: str) -> str:
        return str(self)


def _documented() -> dict[str, list[str]]:
    text = (ROOT / "docs" / "access-patterns.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", text, re.MULTILINE)
    return {name: re.findall(r"`([^`]+)`", cells) for name, cells in rows}


def _functions() -> Iterator[tuple[str, Any]]:
    for name, function in inspect.getmembers(keys, inspect.isfunction):
        if function.__module__ == keys.__name__ and name not in _INTERNAL:
            yield name, function


def _patterns(function: Any) -> list[str]:
    arguments = [_Placeholder(name) for name in inspect.signature(function).parameters]
    made = function(*arguments)
    parts = made if isinstance(made, Key) else list(made)
    return [str(part).replace(keys.END, "∞") for part in parts if part]


def test_every_key_is_documented_and_every_documented_key_exists() -> None:
    assert set(_documented()) == {name for name, _ in _functions()}


@pytest.mark.parametrize(("name", "function"), list(_functions()))
def test_the_documented_pattern_is_the_real_one(name: str, function: Any) -> None:
    assert _documented()[name][: len(_patterns(function))] == _patterns(function)


def test_no_other_module_writes_a_key() -> None:
    writers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("portal", "functions")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"""f?["'](O|F|M|H|U|P|E|S|B|C|T|OUT|AGENT|STAFF)#""", path.read_text(encoding="utf-8"))
    }
    # These two read what keys.py wrote: they cut the known front off a key they were given.
    readers = {
        "portal/store/identity.py",
        "portal/store/months.py",
        "portal/store/agents.py",
        "functions/notify/app.py",
    }
    assert writers - readers == {"portal/store/keys.py"}


def test_handles_on_a_tenant_are_made_at_the_gate_only() -> None:
    makers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("portal", "functions")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"\b(OfficeTable|FirmTable)\(", path.read_text(encoding="utf-8").replace("class FirmTable(", ""))
    }
    # notify: of the office that wrote the mail, for its name and logo
    gates = {"portal/access.py", "portal/operator.py", "portal/sign_up.py", "functions/notify/app.py"}
    assert makers == gates | {"portal/store/office.py"}
