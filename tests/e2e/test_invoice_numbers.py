"""Numbers of invoices when many issue at the same moment, each request a process of the deployed function."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from portal import clock
from tests.e2e.world import Office
from tests.functions.invoices import typed
from tests.functions.world import NIPS

AT_ONCE = 50


@pytest.fixture(scope="module")
def invoices(office: Office) -> str:
    given = {"number": NIPS[0], "name": "Nowa Chata Demo sp. z o.o.", "legal_form": "company"}
    given |= {"street": "Długa 5", "postcode": "00-238", "city": "Warszawa"}
    firm = office.boss.post(f"{office.path}/firms", given)["firm"]["id"]
    return f"{office.path}/firms/{firm}/invoices"


def issue(office: Office, invoices: str, **more: Any) -> httpx.Response:
    headers = {**office.boss.headers(), **more.pop("headers", {})}
    return office.portal.http.post(f"{invoices}/new", json=typed(step="issue", **more), headers=headers, timeout=60)


def test_fifty_at_once_take_fifty_numbers_without_gap_or_double(office: Office, invoices: str) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda count: issue(office, invoices, notes=f"Zamówienie {count}"), range(AT_ONCE)))
    assert {answer.status_code for answer in answers} == {201}
    month = f"{clock.today(clock.now()):%m/%y}"
    wanted = [f"FV/{count:04d}/{month}" for count in range(1, AT_ONCE + 1)]
    assert sorted(answer.json()["number"] for answer in answers) == wanted
    assert sorted(row["number"] for row in office.boss.get(invoices)["rows"]) == wanted


def test_one_request_that_comes_fifty_times_at_once_is_one_invoice(office: Office, invoices: str) -> None:
    before = len(office.boss.get(invoices)["rows"])
    key = {"idempotency-key": "order-17"}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: issue(office, invoices, headers=key), range(AT_ONCE)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["invoice"] for answer in answers}) == 1
    assert len(office.boss.get(invoices)["rows"]) == before + 1
