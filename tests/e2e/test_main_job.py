"""What an accounting program exports reaches the client, approved: the deployed template, the real agent, a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from portal import clock
from portal.domain.identifiers import tax_account
from portal.domain.periods import Period
from tests.e2e.world import Agent, Office, ask_for_link, link_to
from tests.local.running import ROOT, Portal

FIRM = "5120079194"  # Nowa Chata Demo sp. z o.o.: VAT every month
CLIENT = "klient-main-job@demo.example"
PAGES = {"contribution": "contributions", "tax": "taxes", "statement": "statements"}


def test_an_agent_killed_again_and_again_loses_nothing_and_doubles_nothing(office: Office, agent: Agent) -> None:
    for seconds in (0.8, 1.6, 2.4, 3.2):
        agent.sync_killed_after(seconds)
    agent.sync()

    expected = json.loads((ROOT / "samples" / "expected.json").read_text(encoding="utf-8"))
    assert _stored(office, expected) == sorted(map(_figures, expected))
    for nip in sorted({record["nip"] for record in expected})[:3]:
        entries = office.boss.get(f"{office.firm(nip)}/history", year=2026)["entries"]
        told = [(entry["period"], entry["kind"], entry["form"]) for entry in entries]
        assert told
        assert len(told) == len(set(told)), "a record has one step: it was synced once"


def test_a_second_run_is_one_request_that_says_in_sync(office: Office, agent: Agent) -> None:
    before = _history_lengths(office)
    assert agent.sync() in (0, 1)
    assert _history_lengths(office) == before


def test_the_client_sees_an_amount_only_when_it_is_approved(
    portal: Portal, office: Office, agent: Agent, chromium: Any
) -> None:
    agent.sync()
    _take_on(office)
    page = _signed_in(chromium, portal, link_to(portal, CLIENT))
    page.goto(_address(portal, f"/firms/{office.firm_id(FIRM)}/taxes?year=2026"))
    record = _october_vat(office)
    amount = _written(record["figures"]["amount"])
    assert amount not in page.inner_text("body")

    staff = _signed_in(chromium, portal, ask_for_link(portal, office.email), script=False)
    staff.goto(_address(portal, f"{office.firm(FIRM)}/taxes?year=2026"))
    staff.locator(f"button[name=only][value='{record['record']}@{record['version']}']").click()
    assert "Wysłano" in staff.inner_text("main")

    page.reload()
    assert amount in page.inner_text("main")
    assert "25.11.2026" in page.inner_text("main")
    assert _october_vat(office)["state"] == "seen"


def test_what_to_pay_now_has_amount_account_and_title(
    portal: Portal, office: Office, agent: Agent, chromium: Any
) -> None:
    agent.sync()
    _take_on(office)
    # Of last month, whatever day this runs: its due day is never farther away than the page looks back.
    period = Period.of(clock.today(clock.now())).plus(-1)
    path = f"{office.firm(FIRM)}/taxes"
    office.boss.post(path, {"period": str(period), "form": "CIT", "amount": 123_456_78, "settlement": "Z"})
    record = next(one for one in office.records(FIRM, "taxes", period.year) if one["form"] == "CIT")
    assert record["by_hand"]
    _approve(office, record)

    page = _signed_in(chromium, portal, ask_for_link(portal, CLIENT), width=390)
    shown = re.sub(r"\s", "", page.inner_text("main"))
    assert "123456,78zł" in shown
    assert tax_account(FIRM) in shown
    assert f"/TI/N{FIRM}/OKR/{period.year % 100:02}M{period.month:02}/SFP/CIT" in shown


def test_a_correction_in_the_program_reaches_the_client_only_after_a_second_approval(
    portal: Portal, office: Office, agent: Agent, exports: Path, chromium: Any
) -> None:
    agent.sync()
    _take_on(office)
    before = _october_vat(office)
    if before["published"] is None:
        _approve(office, before)
    _correct_export(exports, add_zloty=100)
    agent.sync()

    after = _october_vat(office)
    assert after["state"] == "changed"
    assert after["figures"]["amount"] == before["figures"]["amount"] + 100_00
    page = _signed_in(chromium, portal, ask_for_link(portal, CLIENT))
    page.goto(_address(portal, f"/firms/{office.firm_id(FIRM)}/taxes?year=2026"))
    old, new = _written(before["figures"]["amount"]), _written(after["figures"]["amount"])
    assert old in page.inner_text("main")
    assert new not in page.inner_text("body")

    stale = {**after, "version": before["version"]}
    refused = _approve(office, stale, status=409)
    assert refused["outcomes"][0]["code"] == "record-changed"
    _approve(office, after)
    page.reload()
    assert old in page.inner_text("main"), "a correction shows both values"
    assert new in page.inner_text("main")


def test_pages_do_not_scroll_sideways_on_a_phone(portal: Portal, office: Office, agent: Agent, chromium: Any) -> None:
    agent.sync()
    staff = _signed_in(chromium, portal, ask_for_link(portal, office.email), width=390)
    firm = office.firm(FIRM)
    paths = [office.path, f"{office.path}/firms", f"{office.path}/months/2026-10", f"{office.path}/agents"]
    paths += [f"{firm}/{page}" for page in (*PAGES.values(), "settings", "users", "history")]
    wide = []
    for path in paths:
        staff.goto(_address(portal, path))
        if staff.evaluate("document.documentElement.scrollWidth") > 390:
            wide.append(path)
    assert wide == []


def _october_vat(office: Office) -> dict[str, Any]:
    return next(
        one for one in office.records(FIRM, "taxes", 2026) if (one["period"], one["form"]) == ("2026-10", "VAT-7")
    )


def _approve(office: Office, record: dict[str, Any], status: int = 200) -> Any:
    named = f"{record['record']}@{record['version']}"
    return office.boss.post(f"{office.firm(FIRM)}/approvals", {"records": [named]}, status=status)


def _stored(office: Office, expected: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    nips = sorted({record["nip"] for record in expected})
    years = sorted({int(record["period"][:4]) for record in expected})
    found = [
        {**record, "nip": nip}
        for nip in nips
        for page in PAGES.values()
        for year in years
        for record in office.records(nip, page, year)
    ]
    return sorted(_figures({**record, **record["figures"]}) for record in found)


def _figures(record: dict[str, Any]) -> tuple[Any, ...]:
    key = (record["nip"], record["kind"], record.get("form", ""), record["period"], record["settlement"])
    if record["kind"] == "statement":
        return (*key, record["revenue"], -1 if record["costs"] is None else record["costs"])
    return (*key, record["amount"], record["surplus"])


def _history_lengths(office: Office) -> int:
    office.firm(FIRM)
    return sum(
        len(office.boss.get(f"{office.path}/firms/{firm}/history", year=2026)["entries"])
        for firm in office.firms.values()
    )


def _take_on(office: Office) -> None:
    firm = office.firm(FIRM)
    settings = office.boss.get(f"{firm}/settings")
    if settings["firm"]["status"] == "waiting":
        office.boss.post(f"{firm}/status", {"status": "active", "version": settings["version"]})
        office.boss.post(f"{firm}/users", {"email": CLIENT, "name": "Karol Przykładny"})


def _signed_in(chromium: Any, portal: Portal, link: str, *, script: bool = True, width: int = 1280) -> Any:
    """A new browser that opened a mail's link and pressed its button."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
    page = context.new_page()
    page.goto(_address(portal, link))
    page.locator("main form button").click()
    page.wait_for_url(re.compile(r"/(offices|firms)/"))
    return page


def _address(portal: Portal, path: str) -> str:
    return str(portal.http.base_url).rstrip("/") + path


def _written(grosze: int) -> str:
    return f"{grosze // 100:,}".replace(",", "\u00a0") + f",{grosze % 100:02d}"


def _correct_export(exports: Path, *, add_zloty: int) -> None:
    """Export the October VAT again as a correction with a higher amount, as the accounting program would."""
    original = next(
        text
        for file in sorted(exports.rglob("*.xml"))
        if (text := file.read_text(encoding="utf-8-sig", errors="ignore"))
        and FIRM in text
        and "<Miesiac>10<" in text.replace("tns:", "")
        and "P_51" in text
    )
    corrected = re.sub(r"(P_51>)(\d+)(<)", lambda found: f"{found[1]}{int(found[2]) + add_zloty}{found[3]}", original)
    corrected = re.sub(r"(CelZlozenia[^>]*>)1<", r"\g<1>2<", corrected)
    corrected = re.sub(r"(DataWytworzeniaJPK>)2026", r"\g<1>2027", corrected)
    (exports / "korekta.xml").write_text(corrected, encoding="utf-8")
