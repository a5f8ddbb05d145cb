"""Pages of an office with 300 firms: reads of the table, and kilobytes as sent (gzip).

`…_reads` are requests to the table for the page itself; signing in is checked with `access_staff_reads` or
`access_client_reads` more. `first_visit_kb` is the client's first page with its style and script; `script_kb` of it is
script. `lighthouse_min` is the lowest category of Lighthouse for that page, empty where `lighthouse` is not on PATH.
"""

from __future__ import annotations

import gzip
import os
from typing import Any

from bench.emulator import emulator
from bench.meter import Meter
from bench.sync import nips
from scripts.package import ROOT
from tests.functions.gateway import Browser

FIRMS = 300
STAFF_READS, CLIENT_READS = 1, 2


def measure() -> dict[str, float | int | None]:
    """All figures of this page."""
    with emulator():
        visit = _Visit()
        figures = visit.office_pages() | visit.client_pages()
    style, script = (_kb((ROOT / "static" / name).read_bytes()) for name in ("app.css", "app.js"))
    return {
        **figures,
        "access_staff_reads": STAFF_READS,
        "access_client_reads": CLIENT_READS,
        "first_visit_kb": round(figures["client_desktop_kb"] + style + script, 1),
        "script_kb": round(script, 1),
        "lighthouse_min": None,
    }


class _Visit:
    """A staff member and a client who open every page once, the office filled by an agent before."""

    def __init__(self) -> None:
        from portal import aws, operator
        from portal.aws import Table
        from portal.store.identity import Identity
        from tests.functions import world

        office = operator.open_office("Biuro Demo", "biuro@demo.example", "Anna Demonstracyjna")
        self._office = office["office"]
        self._identity = Identity(Table(os.environ["TABLE_NAME"]))
        self._staff = self._sign_in("biuro@demo.example")
        token = self._staff.post(f"/offices/{self._office}/agents", {"name": "KSIEGOWA-1"}).json["token"]
        agent = world.Agent(token)
        firms = nips(FIRMS)
        agent.announce(*firms)
        for period in ("2026-08", "2026-09", "2026-10"):
            agent.push(*_records(world, firms, period))
        listed = self._staff.get(f"/offices/{self._office}/firms").json["firms"]
        self._firm = listed[0]["id"]
        self._let_a_client_in()
        self._meter = Meter()
        self._meter.attach(aws.client("dynamodb"))

    def office_pages(self) -> dict[str, float]:
        office, firm = f"/offices/{self._office}", f"/offices/{self._office}/firms/{self._firm}"
        pages = {
            "office_desktop": office,
            "office_firms": f"{office}/firms",
            "office_month": f"{office}/months/2026-10",
            "office_contributions": f"{firm}/contributions",
            "office_taxes": f"{firm}/taxes",
            "office_statements": f"{firm}/statements",
            "office_history": f"{firm}/history",
            "office_settings": f"{firm}/settings",
            "office_users": f"{firm}/users",
            "office_agents": f"{office}/agents",
        }
        return self._open(self._staff, pages, STAFF_READS)

    def client_pages(self) -> dict[str, float]:
        firm = f"/firms/{self._firm}"
        pages = {
            "client_desktop": firm,
            "client_contributions": f"{firm}/contributions",
            "client_taxes": f"{firm}/taxes",
            "client_statements": f"{firm}/statements",
        }
        for path in pages.values():
            self._client.get(path)  # the first look is kept, which is a write; the measured one is the usual look
        return self._open(self._client, pages, CLIENT_READS)

    def _open(self, who: Browser, pages: dict[str, str], access: int) -> dict[str, float]:
        figures: dict[str, float] = {}
        who.html = True
        for name, path in pages.items():
            self._meter.reset()
            answer = who.get(path)
            assert answer.status == 200, (path, answer.text[:300])
            figures[f"{name}_reads"] = self._meter.calls - access
            figures[f"{name}_kb"] = round(_kb(answer.text.encode()), 1)
        return figures

    def _let_a_client_in(self) -> None:
        path = f"/offices/{self._office}/firms/{self._firm}"
        self._staff.post(f"{path}/status", {"version": 1, "status": "active"})
        self._staff.post(f"{path}/users", {"email": "klient@firma.example", "name": "Klient Demo"})
        self._staff.post(f"{path}/approvals", {"seen_at": "2100-01-01T00:00:00Z"})
        self._client = self._sign_in("klient@firma.example")

    def _sign_in(self, address: str) -> Browser:
        """Past the mail: what is measured begins after signing in."""
        from portal import access, clock, sign_in
        from portal.domain.visitors import Visitor
        from portal.store.identity import Purpose

        person, now = self._identity.person_by_email(address), clock.now()
        assert person
        challenge_id = sign_in.send(self._identity, Purpose.SIGN_IN, "sign_in", person, now)
        challenge = self._identity.challenge(challenge_id, now)
        assert challenge
        opened = sign_in.finish(self._identity, challenge, Visitor("192.0.2.10", "bench"), now)
        return Browser(cookies={access.COOKIE: opened.session})


def _records(world: Any, firms: list[str], period: str) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for number, nip in enumerate(firms):
        grosze = 100_000 + number
        common = {"nip": nip, "period": period}
        made += [world.contribution(grosze, **common), world.tax(grosze * 3, **common)]
        made += [world.tax(grosze, form="PIT-5", **common), world.statement(grosze * 10, grosze * 7, **common)]
    return made


def _kb(content: bytes) -> float:
    return len(gzip.compress(content, 6)) / 1000
