"""An office, its people and firms, made through the same doors as in production."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.notify import app as notify
from portal import clock, operator
from portal.domain.periods import Period
from portal.domain.records import Content, Kind, RecordKey, Settlement
from tests.functions.gateway import Answer, Browser

NIPS = ("5120079194", "5951416168", "7831916366", "6109165886")


@dataclass
class Mails:
    """Mails that left, newest last. The outbox is delivered as the stream would deliver it."""

    sent: list[dict[str, str]] = field(default_factory=list)
    items: Any = None

    def deliver(self) -> None:
        images = [item for item in self.items() if item["pk"]["S"].startswith("OUT#")]
        records = [{"dynamodb": {"SequenceNumber": str(n), "NewImage": image}} for n, image in enumerate(images)]
        notify.handler({"Records": records}, None)

    def last_to(self, address: str) -> dict[str, str]:
        self.deliver()
        return next(mail for mail in reversed(self.sent) if mail["to"] == address)


@dataclass
class Office:
    """A demo office with its administrator signed in."""

    id: str
    boss: Browser
    mails: Mails

    def path(self, rest: str = "") -> str:
        return f"/offices/{self.id}{rest}"

    def add_firm(self, nip: str = NIPS[0], name: str = "Nowa Chata Demo sp. z o.o.") -> str:
        answer = self.boss.post(self.path("/firms"), {"nip": nip, "name": name, "legal_form": "company"})
        assert answer.status == 201, answer.text
        return str(answer.json["firm"]["id"])

    def agent(self, name: str = "KSIEGOWA-1") -> Agent:
        answer = self.boss.post(self.path("/agents"), {"name": name})
        assert answer.status == 200, answer.text
        return Agent(answer.json["token"], answer.json["agent"])

    def client(self, firm: str, email: str = "klient@firma.example", *, html: bool = False) -> Browser:
        """A person of the firm, invited and signed in by the link of the invitation."""
        answer = self.boss.post(self.path(f"/firms/{firm}/users"), {"email": email, "name": "Klient Demo"})
        assert answer.status == 201, answer.text
        return sign_in_by_mail(self.mails.last_to(email)["text"], html=html)

    def records(self, firm: str, page: str, year: int) -> list[dict[str, Any]]:
        answer = self.boss.get(self.path(f"/firms/{firm}/{page}"), year=year)
        assert answer.status == 200, answer.text
        return [record for month in answer.json["months"] for record in month["records"]]


def open_office(mails: Mails, name: str = "Biuro Demo", email: str = "biuro@demo.example") -> Office:
    office = operator.open_office(name, email, "Anna Demonstracyjna")
    Browser().post("/sign-in", {"email": email})
    return Office(office["office"], sign_in_by_mail(mails.last_to(email)["text"]), mails)


def link_in(text: str) -> str:
    found = re.search(r"https://portal\.example(/l/\S+)", text)
    assert found, text
    return found[1]


def sign_in_by_mail(text: str, *, html: bool = False) -> Browser:
    browser = Browser(html=html)
    answer = browser.post(link_in(text))
    assert answer.status in (200, 303), answer.text
    return browser


@dataclass
class Agent:
    """An agent that speaks the protocol."""

    token: str
    id: str = ""

    def send(self, path: str, body: dict[str, Any], *, sent_at: datetime | None = None, zipped: bool = True) -> Answer:
        stamp = (sent_at or clock.now()).isoformat()
        browser = Browser(headers={"authorization": f"Bearer {self.token}"})
        return browser.post(f"/sync/{path}", {"protocol": 1, "sent_at": stamp, **body}, zipped=zipped)

    def announce(self, *nips: str) -> Answer:
        firms = [
            {"program": "exports", "external_id": nip, "nip": nip, "name": f"Firma Demo {nip}", "natural_person": False}
            for nip in nips
        ]
        return self.send("firms", {"firms": firms})

    def push(self, *records: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        answer = self.send("records", {"records": list(records), **more})
        assert answer.status == 200, answer.text
        return list(answer.json["results"])

    def heartbeat(self, **more: Any) -> Answer:
        body = {
            "version": "0.1.0",
            "machine": "KSIEGOWA-1",
            "state": None,
            "programs": [],
            "problems": [],
            "problems_total": 0,
        }
        return self.send("heartbeat", {**body, **more})


def read_at(minutes_ago: int = 0) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes_ago)).isoformat()


def tax(
    amount: int = 321_000,
    *,
    nip: str = NIPS[0],
    period: str = "2026-10",
    form: str = "VAT-7",
    minutes_ago: int = 5,
    **changes: Any,
) -> dict[str, Any]:
    """A tax as an agent sends it, with its digest."""
    fields = {"settlement": "D", "surplus": 0, **changes}
    key = RecordKey(Kind.TAX, form)
    content = Content(Settlement(fields["settlement"]), amount=amount, surplus=fields["surplus"])
    return {
        "nip": nip,
        "kind": "tax",
        "form": form,
        "subject": "",
        "period": period,
        "amount": amount,
        "read_at": read_at(minutes_ago),
        "digest": content.digest(key, Period.parse(period)),
        **fields,
    }


def contribution(
    amount: int = 590_211, *, nip: str = NIPS[0], period: str = "2026-10", minutes_ago: int = 5, subject: str = ""
) -> dict[str, Any]:
    """A contribution as an agent sends it."""
    key = RecordKey(Kind.CONTRIBUTION, subject=subject)
    content = Content(Settlement.DECLARATION, amount=amount)
    return {
        "nip": nip,
        "kind": "contribution",
        "form": "",
        "subject": subject,
        "period": period,
        "settlement": "D",
        "amount": amount,
        "surplus": 0,
        "read_at": read_at(minutes_ago),
        "digest": content.digest(key, Period.parse(period)),
    }


def statement(
    revenue: int = 4_500_000,
    costs: int | None = 3_120_050,
    *,
    nip: str = NIPS[0],
    period: str = "2026-10",
    minutes_ago: int = 5,
) -> dict[str, Any]:
    """A statement as an agent sends it."""
    content = Content(Settlement.DECLARATION, revenue=revenue, costs=costs)
    return {
        "nip": nip,
        "kind": "statement",
        "form": "",
        "subject": "",
        "period": period,
        "settlement": "D",
        "revenue": revenue,
        "costs": costs,
        "read_at": read_at(minutes_ago),
        "digest": content.digest(RecordKey(Kind.STATEMENT), Period.parse(period)),
    }
