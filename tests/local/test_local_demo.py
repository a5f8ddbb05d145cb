"""`make run` on an empty state, with the whole product: what a person sees who runs it for the first time."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.contract.template import ROOT
from tests.local.running import Portal

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    folder: Path = tmp_path_factory.mktemp("demo")
    portal = Portal(ROOT, folder / "home", demo=True)
    try:
        portal.start()
        yield portal
    finally:
        portal.close()


def signed_in(portal: Portal, panel: str) -> httpx.Response:
    """Open a panel by its sign-in link, as the terminal shows both."""
    shown = portal.output.read_text()
    found = re.search(rf"{panel} +(\S+)\n +sign in +(\S+)", shown)
    assert found, shown
    address, link = found.groups()
    html = {"accept": "text/html"}
    assert portal.http.get(link, headers=html).status_code == 200
    opened = portal.http.post(link, headers={"origin": str(portal.http.base_url).rstrip("/"), **html})
    portal.http.cookies.clear()
    assert "set-cookie" in opened.headers, opened.text
    cookie = opened.headers["set-cookie"].partition(";")[0]
    return portal.http.get(address, headers={"cookie": cookie, **html})


def test_an_empty_portal_is_filled_and_both_panels_open(portal: Portal) -> None:
    assert "not complete" not in portal.output.read_text()
    office, client = signed_in(portal, "Office panel"), signed_in(portal, "Client panel")
    assert (office.status_code, client.status_code) == (200, 200)
    assert "Biuro Demo" in office.text
    assert "Nowa Chata Demo" in client.text


def test_after_a_kill_everything_is_there_and_the_links_are_fresh(portal: Portal) -> None:
    portal.stop(signal.SIGKILL)
    portal.start()
    assert not portal.says("Filling")
    assert "Nowa Chata Demo" in signed_in(portal, "Client panel").text


def test_the_demo_needs_no_right_that_a_function_lacks(portal: Portal) -> None:
    log = (portal.home / "functions.log").read_text()
    assert "AccessDenied" not in log
    assert '"level":"ERROR"' not in log
