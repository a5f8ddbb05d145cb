"""Documents on the office's shelf, put into the table as intake would put them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from portal import clock, ids
from portal.aws import Table
from portal.domain.document_months import DocumentRules
from portal.domain.documents import Description, Document, Facts, Kind, Ref, Source, Status
from portal.domain.periods import Period
from portal.store import documents
from portal.store.office import FirmTable
from tests.functions import tables
from tests.functions.gateway import Answer, Browser
from tests.functions.world import Office

PERIOD = Period(2026, 11)


@dataclass
class Shelf:
    """One firm's documents, and the office's doors to them."""

    office: Office
    firm: str
    who: Browser

    @classmethod
    def of(cls, office: Office, firm: str) -> Shelf:
        return cls(office, firm, office.boss)

    @property
    def table(self) -> FirmTable:
        return FirmTable(Table(tables.name()), self.office.id, self.firm)

    def announce(self, name: str = "faktura.pdf", *, content: str = "", by: str = "", **more: Any) -> Document:
        """A document whose upload is signed. `content` stands for the bytes of the file."""
        now = clock.now()
        sha = hashlib.sha256((content or f"{name} {now}").encode()).hexdigest()
        period = more.pop("period", PERIOD)
        made = Document(
            id=ids.new(now),
            period=period,
            name=name,
            source=more.pop("source", Source.WEB),
            by=by or ids.new(now),
            created_at=now,
            declared=Facts("application/pdf", 1000, sha),
            description=Description(**{"kind": Kind.PURCHASE, **more}),
        )
        self.table.write(documents.create(self.table, made))
        return made

    def put(self, name: str = "faktura.pdf", *, pages: int = 2, **more: Any) -> str:
        """A document that arrived, marked as a double where it is one: its name."""
        before = self.announce(name, **more)
        after = before.arrived(replace(before.declared, pages=pages, pictures=pages), clock.now())
        return str(documents.mark_twins(self.table, documents.try_change(self.table, before, after)).ref)

    def approved(self, name: str = "faktura.pdf", **more: Any) -> str:
        """The same at the end of its circulation."""
        ref = self.put(name, **more)
        before = self.stored(ref)
        documents.change(self.table, before, before.advanced(self.office.id, clock.now(), circulation=False))
        return ref

    def exported(self, name: str = "faktura.pdf") -> str:
        """The same in an export."""
        ref = self.approved(name)
        before = self.stored(ref)
        documents.change(self.table, before, before.exported(self.office.id, clock.now()))
        return ref

    def stop(self, code: str, name: str = "faktura.pdf") -> str:
        before = self.announce(name)
        return str(documents.try_change(self.table, before, before.stopped(code, clock.now())).ref)

    def answer(self, ref: str, text: str = "To za paliwo.") -> None:
        """The client answers."""
        documents.apply(
            self.table, Ref.parse(ref), lambda one: one.answered(text, "01JDEM00000000000000000009", clock.now())
        )

    def stored(self, ref: str) -> Document:
        return documents.get(self.table, Ref.parse(ref))

    def status(self, ref: str) -> Status:
        return self.stored(ref).status

    def circulate(self, *, on: bool = True) -> None:
        before = documents.rules(self.table)
        self.table.write(documents.rules_put(self.table, before, DocumentRules(circulation=on)))

    def path(self, ref: str = "", rest: str = "") -> str:
        return self.office.path(f"/firms/{self.firm}/documents" + (f"/{ref}" if ref else "") + rest)

    def page(self, ref: str, **query: object) -> dict[str, Any]:
        answer = self.who.get(self.path(ref), **query)
        assert answer.status == 200, answer.text
        return dict(answer.json)

    def month(self, period: str = "2026-11") -> dict[str, Any]:
        answer = self.who.get(self.path(), period=period)
        assert answer.status == 200, answer.text
        return dict(answer.json)

    def do(self, ref: str, step: str, version: int | None = None, **more: object) -> Answer:
        """One step with a document, in the version that it has."""
        seen = self.stored(ref).version if version is None else version
        return self.who.post(self.path(ref, f"/{step}"), {"version": seen, **more})

    def do_blindly(self, ref: str, step: str) -> Answer:
        """The same for a document that perhaps is not there."""
        return self.who.post(self.path(ref, step), {"version": 1, **({"text": "x"} if step == "/question" else {})})

    def advance(self, ref: str) -> Answer:
        return self.do(ref, "status")

    def describe(self, ref: str, **changes: object) -> Answer:
        told = self.page(ref)
        kept = {name: told["data"][name] for name in ("kind", "note", "number", "seller_nip", "gross", "category")}
        given = {"period": told["document"]["period"], **kept, **changes}
        return self.do(ref, "description", **given)
