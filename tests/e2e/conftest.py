"""The real template on the emulator, with an office opened by the operator and an agent set up by its commands."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.world import Agent, Office, open_office
from tests.local.running import ROOT, Portal

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """One for all files that a process runs: each has an office and people of its own in it."""
    running = Portal(ROOT, tmp_path_factory.mktemp("e2e") / "home")
    try:
        running.start()
        yield running
    finally:
        running.close()


@pytest.fixture(scope="module")
def office(portal: Portal, request: pytest.FixtureRequest) -> Office:
    lines = (portal.home / "env").read_text().splitlines()
    variables = dict(shlex.split(line)[1].split("=", 1) for line in lines)
    return open_office(portal, variables, f"biuro-{request.path.stem}@demo.example")


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the samples, which a test may change."""
    folder = tmp_path_factory.mktemp("programs") / "exports"
    shutil.copytree(ROOT / "samples" / "exports", folder)
    return folder


@pytest.fixture(scope="module")
def agent(office: Office, exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Agent:
    made = Agent(tmp_path_factory.mktemp("konektosync"), office.portal.http.base_url)
    made.set_up(office.new_token("KSIEGOWA-1"), exports)
    return made


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless browser. Without one the test is skipped, or fails where REQUIRE_BROWSER is set, as in CI."""
    if CHROMIUM is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("REQUIRE_BROWSER is set, but there is no Chromium on PATH.")
        pytest.skip("There is no Chromium on PATH.")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not needed where there is no browser

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield browser
        browser.close()
