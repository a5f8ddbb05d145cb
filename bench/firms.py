"""The list of firms of an office with 20, 200 and 2,000: table reads, read units, CPU of the handler.

`…_reads` are requests to the table for the page itself, in the largest office; `…_rru` its read units. `…_2000_vs_20`
is the handler's CPU, with rendering, in the office with 2,000 firms ÷ that with 20 (a page shows at most a hundred
firms): medians of interleaved rounds. Half of the firms have an amount to approve. `access_staff_reads` and
`access_client_reads` are what checking who asks costs. `directory_ms` reads 2,000 firms out of their items, the
part of it that is neither the table's answer nor the page: decompressing, parsing, making and sorting entries.
`import_2000_calls` is how many requests to the table it takes to add 2,000 firms.
"""

from __future__ import annotations

import os
import statistics
import time
from typing import Any

from bench.emulator import emulator
from bench.meter import Meter
from bench.sync import nips
from tests.functions.gateway import Browser

SIZES = (20, 200, 2_000)
ROUNDS = 9
PAGES: dict[str, dict[str, object]] = {
    "list": {},
    "sorted": {"sort": "waiting", "down": 1},
    "found": {"q": "firma 0007"},
    "missed": {"q": "nie ma takiej"},
    "filtered": {"show": "to-approve"},
}


def measure() -> dict[str, float | int | None]:
    """All figures of this page."""
    with emulator():
        visit = _Visit()
        figures: dict[str, float | int | None] = {**visit.access()}
        for page, query in PAGES.items():
            figures |= {f"{page}_{name}": value for name, value in visit.reads(SIZES[-1], query).items()}
        visit.stop_counting()
        times: dict[tuple[str, int], list[float]] = {(page, size): [] for page in PAGES for size in SIZES}
        for _ in range(ROUNDS + 1):
            for (page, size), taken in times.items():
                taken.append(visit.open(size, PAGES[page]))
        median = {what: statistics.median(taken[1:]) for what, taken in times.items()}
        for page in PAGES:
            figures |= {f"{page}_{size}_ms": round(median[page, size] * 1000, 1) for size in SIZES}
            figures[f"{page}_2000_vs_20"] = round(median[page, SIZES[-1]] / median[page, SIZES[0]], 2)
        figures["directory_ms"] = round(visit.directory() * 1000, 1)
        figures["import_2000_calls"] = visit.import_calls
    return figures


class _Visit:
    """Three offices of different sizes, each with its administrator, and a client of a firm."""

    def __init__(self) -> None:
        from portal import aws

        self._meter, self._client_of_aws = Meter(), aws.client("dynamodb")
        self._meter.attach(self._client_of_aws)
        self.import_calls = 0
        self._offices: dict[int, str] = {}
        self._staff: dict[int, Browser] = {}
        for size in SIZES:
            self._open_office(size)

    def open(self, size: int, query: dict[str, object]) -> float:
        """CPU seconds of the handler for the page, as a browser gets it."""
        began = time.process_time()
        answer = self._staff[size].get(self._path(size), **query)
        took = time.process_time() - began
        assert answer.status == 200, answer.text[:300]
        return took

    def reads(self, size: int, query: dict[str, object]) -> dict[str, float]:
        """Requests and read units of the page alone."""
        spent = []
        for path, asked in ((f"{self._path(size)}/import", {}), (self._path(size), query)):
            self._meter.reset()
            assert self._staff[size].get(path, **asked).status == 200
            spent.append((self._meter.calls, self._meter.reads))
        (access_calls, access_units), (calls, units) = spent
        return {"reads": calls - access_calls, "rru": units - access_units}

    def access(self) -> dict[str, int]:
        """What a page without reads of its own costs staff; a client's desktop has one."""
        self._meter.reset()
        assert self._staff[SIZES[0]].get(f"{self._path(SIZES[0])}/import").status == 200
        staff = self._meter.calls
        self._meter.reset()
        assert self._client.get(f"/firms/{self._firm}").status == 200
        return {"access_staff_reads": staff, "access_client_reads": self._meter.calls - 1}

    def stop_counting(self) -> None:
        """From now on it is time that is measured."""
        self._meter.detach(self._client_of_aws)

    def directory(self) -> float:
        """CPU seconds for making the entries of the largest office from items that were read already."""
        from portal.store import directory, keys

        table = self._table(SIZES[-1])
        items = list(table.query(*keys.directory(), consistent=True))

        class Read:
            def query(self, *_: object, **__: object) -> list[dict[str, Any]]:
                return items

        taken = []
        for _ in range(ROUNDS):
            began = time.process_time()
            assert len(directory.all_of(Read())) == SIZES[-1]  # type: ignore[arg-type]
            taken.append(time.process_time() - began)
        return statistics.median(taken)

    def _open_office(self, size: int) -> None:
        from portal import clock, ids, operator
        from portal.domain.events import OPERATOR, Action
        from portal.domain.firms import Firm, LegalForm, Status
        from portal.domain.offices import Plan
        from portal.store import events, firms
        from tests.functions import world

        address = f"biuro{size}@demo.example"
        self._offices[size] = operator.open_office(f"Biuro {size}", address, "Anna Demonstracyjna", Plan.FULL)["office"]
        self._staff[size] = signed_in(address)
        now, table = clock.now(), self._table(size)
        made = [
            Firm(ids.new(now), nip, f"Przykładowa Firma {place:04} sp. z o.o.", Status.ACTIVE, LegalForm.COMPANY)
            for place, nip in enumerate(nips(size))
        ]
        self._meter.reset()
        firms.create_each(
            table, {firm: events.put(table, OPERATOR, Action.FIRM_ADDED, now, firm=firm.id) for firm in made}
        )
        self.import_calls = self._meter.calls
        agent = world.Agent(
            self._staff[size].post(f"/offices/{self._offices[size]}/agents", {"name": "K"}).json["token"]
        )
        agent.push(*(world.tax(1, nip=firm.nip) for firm in made[::2]))
        self._staff[size].html = True
        if size == SIZES[0]:
            self._let_a_client_in(made[0].id)

    def _let_a_client_in(self, firm: str) -> None:
        address, body = "klient@firma.example", {"email": "klient@firma.example", "name": "Klient Demo", "role": "firm"}
        staff = Browser(cookies=self._staff[SIZES[0]].cookies)
        answer = staff.post(f"{self._path(SIZES[0])}/{firm}/users", body)
        assert answer.status == 201, answer.text
        self._firm, self._client = firm, signed_in(address)
        self._client.get(f"/firms/{firm}")  # the first look is kept; the measured one is the usual look

    def _path(self, size: int) -> str:
        return f"/offices/{self._offices[size]}/firms"

    def _table(self, size: int) -> Any:
        from portal.aws import Table
        from portal.store.office import OfficeTable

        return OfficeTable(Table(os.environ["TABLE_NAME"]), self._offices[size])


def signed_in(address: str) -> Browser:
    """A person past the mail: what is measured begins after signing in."""
    from portal import clock, cookies, secrets
    from portal.aws import Table
    from portal.store import identity

    table = Table(os.environ["TABLE_NAME"])
    person = identity.Identity(table).person_by_email(address)
    assert person
    secret = secrets.new_secret()
    table.write(identity.session_put(identity.new_session(person, secret, "bench", clock.now())))
    return Browser(cookies={cookies.SESSION: secrets.join(person.id, secret)})
