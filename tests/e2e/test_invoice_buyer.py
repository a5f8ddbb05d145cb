"""From the seller to the buyer over the deployed template: issued with a token, mailed, opened, downloaded."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from tests.e2e.world import Office
from tests.functions.invoices import typed
from tests.functions.world import NIPS

BUYER = "nabywca-e2e@demo.example"


@pytest.fixture(scope="module")
def firm(office: Office) -> str:
    given = {"number": NIPS[0], "name": "Nowa Chata Demo sp. z o.o.", "legal_form": "company"}
    given |= {"street": "Długa 5", "postcode": "00-238", "city": "Warszawa"}
    return str(office.boss.post(f"{office.path}/firms", given)["firm"]["id"])


@pytest.fixture(scope="module")
def issued(office: Office, firm: str) -> dict[str, Any]:
    """An invoice that a shop issued by itself."""
    token = office.boss.post(f"{office.path}/firms/{firm}/invoices/tokens", {"name": "Sklep"})["presented"]
    headers = {"authorization": f"Bearer {token}", "idempotency-key": "order-1"}
    answers = [
        office.portal.http.post(f"/firms/{firm}/invoices/new", json=typed(step="issue"), headers=headers)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201], answers[0].text
    first, again = (answer.json() for answer in answers)
    assert first["invoice"] == again["invoice"]
    return dict(first)


def test_a_mail_leads_the_buyer_to_the_invoice_and_the_seller_sees_it(
    office: Office, firm: str, issued: dict[str, Any]
) -> None:
    page = f"{office.path}/firms/{firm}/invoices/{issued['invoice']}"
    office.boss.post(f"{page}/sending", {"version": issued["version"], "email": BUYER})
    found: list[str] = []

    def came() -> bool:
        mails = [mail["text"] for mail in office.portal.mails() if BUYER in mail["to"]]
        found.extend(re.findall(r"/l/[\w.-]+/invoice", " ".join(mails)))
        return bool(found)

    office.portal.until(came, 20)
    with httpx.Client(base_url=office.portal.http.base_url, timeout=20) as buyer:
        shown = buyer.get(found[0], headers={"accept": "text/html"})
        assert (shown.status_code, issued["number"] in shown.text) == (200, True)
        assert buyer.get(f"{found[0]}/pdf").content.startswith(b"%PDF")
    told = office.boss.get(page)
    assert all(told[name] for name in ("sent_at", "seen_at", "downloaded_at"))


def test_a_recurring_invoice_is_set_up(office: Office, firm: str, issued: dict[str, Any]) -> None:
    home = f"{office.path}/firms/{firm}/invoices/recurring"
    made = office.boss.post(f"{home}/new", {"like": issued["invoice"], "issue": True, "email": BUYER}, 201)
    assert office.boss.get(f"{home}/{made['recurring']}")["next_on"]
