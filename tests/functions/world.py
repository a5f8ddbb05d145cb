"""An office, its people and firms, made through the same doors as in production."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from functions.notify import app as notify
from portal import clock, operator
from portal.domain.periods import Period
from portal.domain.records import Content, Kind, RecordKey, Settlement
from tests.functions.gateway import Answer, Browser, Handlers, handler_of

NIPS = ("5120079194", "5951416168", "7831916366", "6109165886")
BOSS = "biuro@demo.example"
ZUS_ACCOUNT = "68600000020260015951416168"
"""A contribution account of the payer NIPS[1]."""


def demo_nip(number: int) -> str:
    """A made-up NIP with a right check digit, another one for each number."""
    while True:
        digits = f"{200_000_000 + number:09d}"
        check = sum(int(digit) * weight for digit, weight in zip(digits, (6, 5, 7, 2, 3, 4, 5, 6, 7), strict=True)) % 11
        if check < 10:
            return f"{digits}{check}"
        number += 100_000


def demo_account(number: int) -> str:
    """A made-up bank account with right check digits, another one for each number."""
    base = f"{number:024d}"
    return f"{98 - int(f'{base}252100') % 97:02d}{base}"


@dataclass
class Mails:
    """Mails that left, newest last. The outbox is delivered as the stream would deliver it."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    items: Any = None

    def take(self, **mail: Any) -> None:
        """Stands in for the call to SES."""
        self.sent.append(mail)

    def outbox(self) -> dict[str, Any]:
        """What the stream hands over: every item that came into the outbox."""
        images = [item for item in self.items() if item["pk"]["S"].startswith("OUT#")]
        return {
            "Records": [{"dynamodb": {"SequenceNumber": str(n), "NewImage": image}} for n, image in enumerate(images)]
        }

    def deliver(self) -> dict[str, Any]:
        return notify.handler(self.outbox(), None)

    def to(self, address: str) -> list[dict[str, Any]]:
        self.deliver()
        return [mail for mail in self.sent if mail["to"] == address]

    def last_to(self, address: str) -> dict[str, Any]:
        return self.to(address)[-1]


@dataclass
class Snapshot:
    """An office as it was opened: its table, and the cookie of its administrator."""

    id: str
    cookies: dict[str, str]
    items: list[dict[str, Any]]

    def office(self, mails: Mails) -> Office:
        return Office(self.id, Browser(cookies=dict(self.cookies)), mails)


@dataclass
class Office:
    """A demo office with its administrator signed in."""

    id: str
    boss: Browser
    mails: Mails

    def path(self, rest: str = "") -> str:
        return f"/offices/{self.id}{rest}"

    @property
    def boss_in_a_browser(self) -> Browser:
        """The administrator again, asking for pages instead of JSON."""
        return replace(self.boss, html=True)

    def add_firm(
        self, nip: str = NIPS[0], name: str = "Nowa Chata Demo sp. z o.o.", legal_form: str = "company", **more: str
    ) -> str:
        answer = self.boss.post(self.path("/firms"), {"number": nip, "name": name, "legal_form": legal_form, **more})
        assert answer.status == 201, answer.text
        return str(answer.json["firm"]["id"])

    def agent(self, name: str = "KSIEGOWA-1") -> Agent:
        answer = self.boss.post(self.path("/agents"), {"name": name})
        if answer.json.get("code") == "confirm-needed":
            self.sign_in_again()
            answer = self.boss.post(self.path("/agents"), {"name": name})
        assert answer.status == 200, answer.text
        return Agent(answer.json["token"], answer.json["agent"])

    def client(self, firm: str, email: str = "klient@firma.example", *, html: bool = False) -> Browser:
        """A person of the firm, invited and signed in by the link of the invitation."""
        answer = self.boss.post(self.path(f"/firms/{firm}/users"), {"email": email, "name": "Klient Demo"})
        assert answer.status == 201, answer.text
        browser = sign_in_by_mail(self.mails.last_to(email)["text"], html=html)
        # The first look is written down; a year without records is looked at, so that nothing else is.
        assert browser.get(f"/firms/{firm}/contributions", year=2020).status == 200
        return browser

    def sign_in_again(self) -> None:
        """The administrator proves anew who they are: some steps ask for a sign-in of minutes ago."""
        Browser().post("/sign-in", {"email": BOSS})
        self.boss.cookies = sign_in_by_mail(self.mails.last_to(BOSS)["text"]).cookies

    def records(self, firm: str, page: str = "taxes", year: int = 2026) -> list[dict[str, Any]]:
        answer = self.boss.get(self.path(f"/firms/{firm}/{page}"), year=year)
        assert answer.status == 200, answer.text
        return [record for month in answer.json["months"] for record in month["records"]]

    def approve(self, firm: str, *seen: str, **more: object) -> Answer:
        """Approves records, each named with its version: `2026-10.tax.VAT-7.@1`."""
        return self.boss.post(self.path(f"/firms/{firm}/approvals"), {"records": list(seen), **more})

    def withdraw(self, firm: str, seen: str, reason: str = "Pomyłka") -> Answer:
        return self.boss.post(self.path(f"/firms/{firm}/withdrawals"), {"record": seen, "reason": reason})

    def history(self, firm: str, year: int = 2026) -> list[dict[str, Any]]:
        answer = self.boss.get(self.path(f"/firms/{firm}/history"), year=year)
        assert answer.status == 200, answer.text
        return list(answer.json["entries"])

    def settings(self, firm: str) -> dict[str, Any]:
        return dict(self.boss.get(self.path(f"/firms/{firm}/settings")).json)

    def change_settings(self, firm: str, **changes: object) -> Answer:
        known = self.settings(firm)
        wanted = {"version": known["version"], **known["given"], **changes}
        return self.boss.post(self.path(f"/firms/{firm}/settings"), wanted)

    def set_status(self, firm: str, status: str) -> Answer:
        version = self.settings(firm)["version"]
        return self.boss.post(self.path(f"/firms/{firm}/status"), {"version": version, "status": status})


def open_office(
    mails: Mails, name: str = "Biuro Demo", email: str = BOSS, person: str = "Anna Demonstracyjna"
) -> Office:
    office = operator.open_office(name, email, person)
    Browser().post("/sign-in", {"email": email})
    return Office(office["office"], sign_in_by_mail(mails.last_to(email)["text"]), mails)


def code_in(text: str) -> str:
    found = re.search(r"\b(\d{6})\b", re.sub(r"https?://\S+", "", text))
    assert found, text
    return found[1]


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
    handlers: Handlers = handler_of

    def send(self, path: str, body: dict[str, Any], *, sent_at: datetime | None = None, zipped: bool = True) -> Answer:
        stamp = (sent_at or clock.now()).isoformat()
        browser = Browser(headers={"authorization": f"Bearer {self.token}"}, handlers=self.handlers)
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


def read_at(minutes_ago: float = 0) -> str:
    return (clock.now() - timedelta(minutes=minutes_ago)).isoformat()


def tax(
    amount: int = 321_000,
    *,
    form: str = "VAT-7",
    subject: str = "",
    surplus: int = 0,
    settlement: str = "D",
    **more: Any,
) -> dict[str, Any]:
    """A tax as an agent sends it, with its digest. `sent` overrides single fields after that."""
    content = Content(Settlement(settlement), amount=amount, surplus=surplus)
    figures = {"settlement": settlement, "amount": amount, "surplus": surplus}
    return _sent(RecordKey(Kind.TAX, form, subject), content, figures, **more)


def contribution(amount: int = 590_211, *, subject: str = "", settlement: str = "D", **more: Any) -> dict[str, Any]:
    """A contribution as an agent sends it."""
    content = Content(Settlement(settlement), amount=amount)
    figures = {"settlement": settlement, "amount": amount, "surplus": 0}
    return _sent(RecordKey(Kind.CONTRIBUTION, subject=subject), content, figures, **more)


def statement(revenue: int = 4_500_000, costs: int | None = 3_120_050, **more: Any) -> dict[str, Any]:
    """A statement as an agent sends it."""
    content = Content(Settlement.DECLARATION, revenue=revenue, costs=costs)
    return _sent(RecordKey(Kind.STATEMENT), content, {"settlement": "D", "revenue": revenue, "costs": costs}, **more)


def _sent(
    key: RecordKey,
    content: Content,
    figures: dict[str, Any],
    *,
    nip: str = NIPS[0],
    period: str = "2026-10",
    minutes_ago: float = 5,
    **sent: Any,
) -> dict[str, Any]:
    return {
        "nip": nip,
        "kind": key.kind.value,
        "form": key.form,
        "subject": key.subject,
        "period": period,
        **figures,
        "read_at": read_at(minutes_ago),
        "digest": content.digest(key, Period.parse(period)),
        **sent,
    }
