"""Sync of 500 firms × 12 records (three months of a contribution, two taxes, a statement); 0 %, 5 %, 100 % changed.

The peer puts every record with boto3's `Table.batch_writer`, one item a record. Units are DynamoDB's, computed by its
published rules from what is sent (bench/meter.py); CPU is this process's, the emulator runs in another one. Five per
cent means 25 firms with all their records (as when a payroll or a month is closed); `…_scattered` means 300 records
of 300 firms. `wru_month_vs_rewrite`: a month of hourly runs in which each record changes once, against rewriting all
each hour.
"""

from __future__ import annotations

import itertools
import os
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
from stdnum.pl import nip as stdnum_nip

from bench.emulator import SETTINGS, emulator
from bench.meter import Meter
from tests.functions.gateway import Browser, Handler, handler_of

FIRMS = 500
MONTHS = ("2026-08", "2026-09", "2026-10")
CHANGED_FIRMS = 25
HOURS = 720
PAIRS = 3


def measure() -> dict[str, float | int | None]:
    """All figures of this page."""
    with emulator():
        run = _Run()
        run.announce()
        first = run.send(run.records(range(FIRMS)), state="1" * 32)
        unchanged = run.heartbeat(state="1" * 32)
        repeated = run.send(run.records(range(FIRMS)))
        pairs = []
        for pair in range(1, PAIRS + 1):
            changed = run.send(run.records(range(CHANGED_FIRMS), more=pair), state=f"{pair}" * 32)
            pairs.append((changed, _rewrite()))
        scattered = run.send([run.record(firm, 7, 5) for firm in range(0, 300)])
        every = run.send(run.records(range(FIRMS), more=9))
    records = FIRMS * len(MONTHS) * 4
    changed_records = CHANGED_FIRMS * len(MONTHS) * 4
    ratio = sorted(ours["cpu"] / peer["cpu"] for ours, peer in pairs)[PAIRS // 2]
    changed, peer = pairs[PAIRS // 2]
    return {
        "requests_unchanged": unchanged["requests"],
        "wru_unchanged": unchanged["writes"],
        "rru_per_firm_unchanged": round(unchanged["reads"] / FIRMS, 4),
        "wru_resent_unchanged": repeated["writes"],
        "wru_first_sync": first["writes"],
        "wru_100pct": every["writes"],
        "wru_5pct": changed["writes"],
        "wru_per_changed_record": round(changed["writes"] / changed_records, 3),
        "wru_per_changed_record_scattered": round(scattered["writes"] / 300, 3),
        "rru_5pct": changed["reads"],
        "calls_5pct": changed["calls"],
        "calls_batch_writer": peer["calls"],
        "cpu_5pct_ms": round(changed["cpu"] * 1000, 1),
        "cpu_batch_writer_ms": round(peer["cpu"] * 1000, 1),
        "cpu_5pct_vs_batch_writer": round(ratio, 4),
        "cpu_100pct_vs_batch_writer": round(every["cpu"] / peer["cpu"], 3),
        "wru_month_vs_rewrite": round((every["writes"] + HOURS) / (HOURS * records), 5),
    }


class _Run:
    """One agent of one office."""

    def __init__(self) -> None:
        # Imported here: the settings must stand first.
        from portal import aws, operator
        from tests.functions import world

        self._world = world
        office = operator.open_office("Biuro Demo", "biuro@demo.example", "Anna Demonstracyjna")
        self._agent = world.Agent(_token(office["office"]))
        self._nips = nips(FIRMS)
        self._started = datetime.now(UTC) - timedelta(minutes=5)
        self._meter = Meter()
        self._meter.attach(aws.client("dynamodb"))

    def announce(self) -> None:
        answer = self._agent.announce(*self._nips)
        assert answer.status == 200, answer.text

    def records(self, firms: Any, more: int = 0) -> list[dict[str, Any]]:
        return [self.record(firm, number, more) for firm in firms for number in range(len(MONTHS) * 4)]

    def record(self, firm: int, number: int, more: int) -> dict[str, Any]:
        period, kind = MONTHS[number // 4], number % 4
        common = {"nip": self._nips[firm], "period": period}
        grosze = 100_000 + firm * 100 + number + more
        made = {
            0: lambda: self._world.contribution(grosze, **common),
            1: lambda: self._world.tax(grosze, form="VAT-7", **common),
            2: lambda: self._world.tax(grosze, form="PIT-5", **common),
            3: lambda: self._world.statement(grosze * 10, grosze * 7, **common),
        }[kind]()
        # A content keeps the moment it was first read.
        return {**made, "read_at": (self._started + timedelta(seconds=more)).isoformat()}

    def send(self, records: list[dict[str, Any]], state: str | None = None) -> dict[str, float]:
        self._meter.reset()
        cpu = requests = 0.0
        for start in range(0, len(records), 5000):
            batch = {"records": records[start : start + 5000], "state": state}
            answer, took = self._timed("records", batch)
            cpu += took
            requests += 1
            assert all(result["result"] != "refused" for result in answer.json["results"]), answer.text[:500]
        return self._used(cpu, requests)

    def _timed(self, path: str, body: dict[str, Any]) -> tuple[Any, float]:
        """The answer, and the CPU seconds of the handler alone: packing and unpacking at the agent is not counted."""
        took = 0.0

        def answering(function: str) -> Handler:
            handler = handler_of(function)

            def timed(event: dict[str, Any], context: Any) -> dict[str, Any]:
                nonlocal took
                began = time.process_time()
                answer = handler(event, context)
                took = time.process_time() - began
                return answer

            return timed

        stamp = datetime.now(UTC).isoformat()
        browser = Browser(headers={"authorization": f"Bearer {self._agent.token}"}, handlers=answering)
        sent = {"protocol": 1, "sent_at": stamp, **body}
        return browser.send("POST", f"/sync/{path}", body=sent, zipped=True), took

    def heartbeat(self, state: str) -> dict[str, float]:
        beat = {"version": "0.1.0", "machine": "M", "programs": [], "problems": [], "problems_total": 0, "state": state}
        self._timed("heartbeat", beat)  # the first one is news: its version and machine are kept
        self._meter.reset()
        answer, took = self._timed("heartbeat", beat)
        assert answer.json["in_sync"], answer.text
        return self._used(took, 1)

    def _used(self, cpu: float, requests: float) -> dict[str, float]:
        meter = self._meter
        return {"cpu": cpu, "requests": requests, "writes": meter.writes, "reads": meter.reads, "calls": meter.calls}


def _rewrite() -> dict[str, float]:
    """The peer: every record of every firm, each an item."""
    table = boto3.resource("dynamodb").Table(SETTINGS["TABLE_NAME"])
    meter = Meter()
    meter.attach(table.meta.client)
    items = [
        {
            "pk": f"NAIVE#{firm}",
            "sk": f"{month}#{kind}",
            "nip": "5120079194",
            "kind": kind,
            "period": month,
            "settlement": "D",
            "amount": Decimal(100_000 + firm),
            "read_at": "2026-11-24T03:41:40.000Z",
        }
        for firm in range(FIRMS)
        for month in MONTHS
        for kind in ("contribution", "VAT-7", "PIT-5", "statement")
    ]
    began = time.process_time()
    with table.batch_writer() as batch:
        for item in items:
            batch.put_item(Item=item)
    return {"cpu": time.process_time() - began, "writes": meter.writes, "calls": meter.calls}


def _token(office_id: str) -> str:
    from portal import clock, ids, secrets
    from portal.aws import Table
    from portal.store import agents
    from portal.store.office import OfficeTable

    secret, agent_id = secrets.new_secret(), ids.new(clock.now())
    office = OfficeTable(Table(os.environ["TABLE_NAME"]), office_id)
    agents.create(office, agents.Agent(agent_id, "KSIEGOWA-1", "Biuro Demo", secrets.digest(secret), clock.now()))
    return secrets.agent_token(office_id, agent_id, secret)


def nips(count: int) -> list[str]:
    """So many valid NIPs."""
    made = (f"{number}{digit}" for number in range(512_000_000, 513_000_000) for digit in range(10))
    return list(itertools.islice(filter(stdnum_nip.is_valid, made), count))
