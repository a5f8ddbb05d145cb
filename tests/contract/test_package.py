"""What goes into the package of which function."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from portal import pages
from scripts import package

ROOT = Path(__file__).resolve().parents[2]
OPTIONAL = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
FEATURES = sorted(folder.name for folder in (ROOT / "functions").iterdir() if (folder / "app.py").exists())


def test_what_one_feature_needs_goes_into_its_package_only() -> None:
    everybody = package.runtime_names("aarch64", "auth")
    with_passkeys = package.runtime_names("aarch64", "passkeys")
    assert everybody < with_passkeys
    assert {"webauthn", "cryptography"} <= with_passkeys - everybody


@pytest.mark.parametrize("feature", FEATURES)
def test_what_only_the_tests_need_goes_into_no_package(feature: str) -> None:
    assert not package.runtime_names("aarch64", feature) & {"pytest", "moto", "babel", "lxml"}


def test_optional_dependencies_are_of_a_feature_or_of_this_machine() -> None:
    assert OPTIONAL.keys() <= {*FEATURES, "dev"}


def test_every_feature_keeps_the_limit_but_those_that_say_why_not() -> None:
    assert package.limit_of("auth") == package.LIMIT_MB
    assert package.LIMITS_MB.keys() <= OPTIONAL.keys()
    assert all(limit > package.LIMIT_MB for limit in package.LIMITS_MB.values())


def test_all_that_features_need_is_locked() -> None:
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for feature in FEATURES:
        package.locked(locked, package.runtime_names("x86_64", feature))


@pytest.mark.parametrize("feature", FEATURES)
def test_a_package_holds_the_templates_that_its_feature_shows_and_no_others(feature: str) -> None:
    held = package.templates_of(feature)
    views = [source.read_text(encoding="utf-8") for source in (ROOT / "functions" / feature).rglob("*.py")]
    named = {name for text in views for name in re.findall(r'template: ClassVar\[str\] = "([^"]+)"', text)}
    assert named | {"error.html", "layout.html"} <= held
    assert held < set(pages.every_template())


def test_mails_are_in_the_package_that_sends_them_alone() -> None:
    mails = {name for name in pages.every_template() if name.startswith("mail/")}
    assert [feature for feature in FEATURES if mails & package.templates_of(feature)] == ["notify"]
