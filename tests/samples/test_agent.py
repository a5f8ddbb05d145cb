"""KonektoSync reads the samples and finds exactly what the generator intended, record by record."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"

Key = tuple[str, ...]


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> "subprocess.CompletedProcess[str]":
    """Run ``konektosync scan --json`` over the samples, with an empty home of its own."""
    if importlib.util.find_spec("konektosync.cli") is None:
        pytest.skip("the agent's command line is not installed")
    home = str(tmp_path_factory.mktemp("home"))
    environment = os.environ | {"HOME": home, "XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home, "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "konektosync", "scan", "--json", str(SAMPLES / "exports")]
    return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)  # noqa: S603 - our own command


def by_key(records: list[dict[str, Any]]) -> dict[Key, dict[str, Any]]:
    """Return what the records say, by firm, kind, form and period; the figures are those that the kind has."""
    figures = {"statement": ("settlement", "revenue", "costs")}
    other = ("settlement", "amount", "surplus")
    return {
        (record["nip"], record["kind"], record["form"], record["period"]): {
            name: record[name] for name in figures.get(record["kind"], other)
        }
        for record in records
    }


def test_the_agent_finds_what_was_intended(scanned: "subprocess.CompletedProcess[str]") -> None:
    found = by_key([json.loads(line) for line in scanned.stdout.splitlines()])
    expected = by_key(json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8")))
    assert sorted(expected.keys() - found.keys()) == []
    assert sorted(found.keys() - expected.keys()) == []
    assert {key: found[key] for key in found if found[key] != expected[key]} == {}


def test_the_agent_has_no_problem_with_the_samples(scanned: "subprocess.CompletedProcess[str]") -> None:
    assert "✗" not in scanned.stderr
    assert scanned.returncode == 0


def test_the_agent_shows_no_person_of_a_zus_report(scanned: "subprocess.CompletedProcess[str]") -> None:
    for person in ("Testowa-Źrebak", "Demońska", "Fikcyjna", "Zmyślony"):
        assert person not in scanned.stdout + scanned.stderr
