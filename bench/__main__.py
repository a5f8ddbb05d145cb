"""Runs one measurement, or all, and writes bench/RESULTS.md: `python -m bench [NAME] [--json]` (see NAMES)."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

NAMES = ("sync", "cold", "pages", "firms", "documents", "invoices", "pdf")
RESULTS = Path(__file__).with_name("RESULTS.md")
PEERS = ("boto3", "aws-lambda-powertools", "pydantic", "jinja2")

Figures = dict[str, float | int | None]


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=NAMES, help="one measurement; all when left out")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of writing RESULTS.md")
    given = parser.parse_args()
    names = [given.name] if given.name else NAMES
    # Each in a process of its own: no measurement warms up, or meters, another.
    if len(names) == 1:
        figures: Figures = importlib.import_module(f"bench.{names[0]}").measure()
        if given.json:
            print(json.dumps(figures))
            return 0
        _write({names[0]: figures})
        return 0
    _write({name: _in_own_process(name) for name in names})
    return 0


def _in_own_process(name: str) -> Figures:
    command = [sys.executable, "-m", "bench", name, "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
    figures: Figures = json.loads(ended.stdout.splitlines()[-1])
    return figures


def _write(measured: dict[str, Figures]) -> None:
    kept = _sections(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    for name, figures in measured.items():
        kept[name] = _section(name, figures)
        print(kept[name])
    head = (
        "# Results\n\nMade by `make bench`. Ratios are ours ÷ peer's unless the key says otherwise; lower is better.\n"
    )
    RESULTS.write_text("\n".join([head, *(kept[name] for name in NAMES if name in kept)]), encoding="utf-8")


def _sections(text: str) -> dict[str, str]:
    parts = text.split("\n## ")[1:]
    return {part.split("\n", 1)[0]: f"## {part.rstrip()}\n" for part in parts}


def _section(name: str, figures: Figures) -> str:
    module = importlib.import_module(f"bench.{name}")
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    peers = getattr(module, "PEERS", None) or ", ".join(f"{peer} {version(peer)}" for peer in PEERS)
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    about = f"{datetime.now(UTC):%Y-%m-%d}, commit {commit.stdout.strip()}, {machine}; {peers}."
    rows = [f"| `{key}` | {'–' if value is None else f'{value:g}'} |" for key, value in figures.items()]
    return "\n".join(
        [f"## {name}", "", (module.__doc__ or "").strip(), "", about, "", "| key | value |", "|---|---:|", *rows, ""]
    )


if __name__ == "__main__":
    sys.exit(main())
