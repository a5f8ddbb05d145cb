"""Issuing invoices: what one costs, what its list costs when there are many.

`issue_N_…` is one request that issues an invoice of N lines to a known buyer, with known products, with checking who
asks: requests to the table, read and write units, and the handler's CPU (median). `issue_first_…` is the same of ten
lines that nobody knows yet, whose buyer and products are then remembered. `again_requests` is the same request sent
again under its key. `list_N_…` is the page of a year with N invoices, `list_1000_vs_100` the ratio of their CPU.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from bench.emulator import emulator
from bench.firms import signed_in
from bench.meter import Meter
from tests.functions.gateway import Browser
from tests.functions.invoices import BUYER

LINES = (1, 10, 100)
LISTED = (100, 1_000)
ROUNDS = 9
STAFF = "biuro@demo.example"
SELLER = {"legal_form": "company", "street": "Długa 5", "postcode": "00-238", "city": "Warszawa"}

Figures = dict[str, float | int | None]


def measure() -> Figures:
    """All figures of this page."""
    with emulator():
        run = _Run()
        return {**run.issuing(), **run.listing()}


class _Run:
    """An office on the full plan with two firms: one that sells, one for each length of the list."""

    def __init__(self) -> None:
        from portal import aws, operator
        from portal.domain.offices import Plan

        self._dynamodb, self._meter = aws.client("dynamodb"), Meter()
        opened = operator.open_office("Biuro Demo", STAFF, "Anna Demonstracyjna", Plan.FULL)
        self._office, self._boss = opened["office"], signed_in(STAFF)
        self._turn = 0

    def issuing(self) -> Figures:
        """One invoice."""
        home = self._firm("5120079194", "Nowa Chata Demo sp. z o.o.")
        self._issue(home, 1)
        figures = self._counted("issue_first", partial(self._issue, home, 10, "Nieznana"))
        for lines in LINES:
            issue = partial(self._issue, home, lines)
            issue()
            figures |= self._counted(f"issue_{lines}", issue)
            figures[f"issue_{lines}_ms"] = _median_ms(issue)
        again = partial(self._issue, home, 1, key="order-1")
        again()
        return {**figures, "again_requests": self._counted("again", again)["again_requests"]}

    def listing(self) -> Figures:
        """The list of a year."""
        figures: Figures = {}
        for nip, count in zip(("7831916366", "5271033020"), LISTED, strict=True):
            home = self._firm(nip, f"Firma Demo {count} sp. z o.o.")
            for _ in range(count):
                self._issue(home, 1)
            figures |= self._counted(f"list_{count}", partial(self._list, home))
            figures[f"list_{count}_ms"] = _median_ms(partial(self._list, home))
        few, many = (figures[f"list_{count}_ms"] or 0 for count in LISTED)
        return {**figures, "list_1000_vs_100": round(many / few, 2)}

    def _firm(self, nip: str, name: str) -> str:
        path = f"/offices/{self._office}/firms"
        answer = self._boss.post(path, {"number": nip, "name": name, **SELLER})
        assert answer.status == 201, answer.text[:300]
        return f"{path}/{answer.json['firm']['id']}/invoices"

    def _issue(self, home: str, lines: int, name: str = "Usługa", key: str = "") -> None:
        self._turn += 0 if key else 1
        typed = [{"name": f"{name} {place}", "quantity": "2", "price": "100"} for place in range(lines)]
        body = {"buyer": BUYER, "lines": typed, "step": "issue", "key": key or f"turn-{self._turn}"}
        answer = self._boss.post(f"{home}/new", body)
        assert answer.status == 201, answer.text[:300]

    def _list(self, home: str) -> None:
        answer = Browser(html=True, cookies=self._boss.cookies).get(home)
        assert answer.status == 200, answer.text[:300]

    def _counted(self, name: str, work: Callable[[], Any]) -> Figures:
        self._meter.reset()
        self._meter.attach(self._dynamodb)
        work()
        self._meter.detach(self._dynamodb)
        used = self._meter
        return {f"{name}_requests": used.calls, f"{name}_reads": used.reads, f"{name}_writes": used.writes}


def _median_ms(work: Callable[[], Any]) -> float:
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return round(statistics.median(taken) * 1000, 1)
