"""Words shared by the tests of invoices: a firm that can issue, and invoices as one types them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tests.functions.gateway import Answer, Browser
from tests.functions.world import NIPS, Office

BUYER = {"name": "Żółta Łódź s.c.", "street": "Rynek 1", "postcode": "31-042", "city": "Kraków", "nip": NIPS[1]}
LINE = {"name": "Usługa", "quantity": "1", "price": "100"}


def typed(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An invoice to a Polish company, of 100 zł net if no line is given."""
    return {"buyer": BUYER, "lines": list(lines) or [LINE], **more}


@dataclass
class Shop:
    """A firm with somebody who issues its invoices; `home` is their path."""

    office: Office
    firm: str
    who: Browser
    home: str

    @classmethod
    def of(cls, office: Office, **firm: str) -> Shop:
        made = office.add_firm(street="Długa 5", postcode="00-238", city="Warszawa", **firm)
        return cls(office, made, office.client(made), f"/firms/{made}/invoices")

    @property
    def at_office(self) -> Shop:
        """The same firm, from the office's side."""
        return replace(self, who=self.office.boss, home=self.office.path(f"/firms/{self.firm}/invoices"))

    @property
    def in_a_browser(self) -> Shop:
        """The same person, asking for pages."""
        return replace(self, who=replace(self.who, html=True))

    def get(self, path: str = "", **query: object) -> Answer:
        return self.who.get(f"{self.home}{path}", **query)

    def post(self, path: str, body: object = None, **options: Any) -> Answer:
        return self.who.post(f"{self.home}{path}", body, **options)

    def draft(self, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = self.post("/new", typed(*lines, **more))
        assert answer.status == 201, answer.text
        return dict(answer.json)

    def issue(self, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = self.post("/new", typed(*lines, **{"step": "issue", **more}))
        assert answer.status == 201, answer.text
        return dict(answer.json)

    def one(self, invoice: str) -> dict[str, Any]:
        answer = self.get(f"/{invoice}")
        assert answer.status == 200, answer.text
        return dict(answer.json)

    def refused(self, *lines: dict[str, Any], **more: Any) -> dict[str, str]:
        """Why an invoice cannot be issued: the code at each field."""
        answer = self.post("/new", typed(*lines, **{"step": "issue", **more}))
        assert answer.status >= 400, answer.text
        problem = answer.json
        return {one["field"]: one["code"] for one in problem["errors"]} or {"": problem["code"]}

    def numbers(self, **query: object) -> list[str]:
        return [row["number"] for row in self.get(**query).json["rows"]]

    def switch_on(self, *, on: bool = True) -> None:
        """The module's flag of this firm."""
        version = self.office.boss.get(self.office.path(f"/firms/{self.firm}/settings")).json["version"]
        answer = self.office.boss.post(
            self.office.path(f"/firms/{self.firm}/module"), {"version": version, "invoices": on}
        )
        assert answer.status == 200, answer.text
