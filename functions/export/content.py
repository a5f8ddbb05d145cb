"""What the table holds, as people can read it: nothing is left out but keys of the table and secrets."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from portal.aws import Item
from portal.domain.events import Event
from portal.domain.firms import Firm
from portal.domain.periods import Period
from portal.domain.records import Record, RecordKey, Step
from portal.store import events, firms, invoice_tokens, months, people
from portal.store.people import Listed

_OF_THE_TABLE = frozenset({"pk", "gpk", "gsk", "ttl"})
_SECRET = ("hash", "secret", "token", "password")


def plain(item: Item) -> dict[str, Any]:
    """An item as JSON can say it; `key` is its place within what it belongs to."""
    kept = {name: value for name, value in item.items() if name not in _OF_THE_TABLE and name != "sk"}
    return {"key": item["sk"], **_without_secrets(kept)}


def as_line(value: Any) -> str:
    """JSON on one line, in people's own letters; moments as ISO says, values of the domain by their fields."""
    return _ENCODER.encode(value)


def as_lines(values: Iterable[Any]) -> Iterator[str]:
    """A list in JSON, an entry a line: programs read it, and people find their way."""
    before = "["
    for value in values:
        yield f"{before}\n{as_line(value)}"
        before = ","
    yield "\n]" if before == "," else "[]"


def _by_fields(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


# Without indentation, which would leave the encoder written in C: that one is several times as quick.
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=_by_fields)


def _without_secrets(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in values.items() if not name.endswith(_SECRET)}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _without_secrets(value)
    if isinstance(value, bytes):
        return _expanded(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value


def _expanded(stored: bytes) -> Any:
    """Most bytes are compressed JSON; what is not stays whole as base64."""
    try:
        return _plain(json.loads(zlib.decompress(stored)))
    except (zlib.error, ValueError):
        return base64.b64encode(stored).decode()


@dataclass
class FirmContent:
    """All of one firm. `others` are items of kinds that the portal learned later than this page of code."""

    firm: Firm | None = None
    people: list[Listed] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    items: dict[str, list[Item]] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Iterable[Item], firm_id: str) -> FirmContent:
        """From all items of the firm."""
        items: dict[str, list[Item]] = {}
        for item in found:
            items.setdefault(item["sk"].partition("#")[0], []).append(item)
        months_ = [months.decode(item, firm_id) for item in items.get("M", [])]
        moved = [months.moved_steps(item) for item in items.get("H", [])]
        return cls(
            firm=next(map(firms.decode, items.get("FIRM", [])), None),
            people=[people.decode(item) for item in items.get("U", [])],
            records=[_with_older(record, moved) for month in months_ for record in month.records.values()],
            events=[events.decode(item) for item in items.get("E", [])],
            items=items,
        )

    @property
    def programs(self) -> Mapping[str, str]:
        """Names of the programs that have or had a token."""
        return invoice_tokens.names(self.items.get("VT", []))

    def as_json(self) -> bytes:
        """The firm's own file."""
        known = {"FIRM", "U", "M", "H", "E"}
        others = [item for kind, items in self.items.items() if kind not in known for item in items]
        lists = {
            "people": map(plain, self.items.get("U", [])),
            "records": map(_record, self.records),
            "events": (item["event"] for item in self.items.get("E", [])),
            "others": map(plain, others),
        }
        firm = as_line(next(map(plain, self.items.get("FIRM", [])), None))
        parts = [f'"firm": {firm}', *(f'"{name}": {"".join(as_lines(found))}' for name, found in lists.items())]
        return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def _with_older(record: Record, moved: Iterable[tuple[Period, Mapping[RecordKey, list[Step]]]]) -> Record:
    older = [step for period, steps in moved if period == record.period for step in steps.get(record.key, [])]
    return replace(record, steps=(*older, *record.steps)) if older else record


def _record(record: Record) -> dict[str, Any]:
    return {
        "period": str(record.period),
        "kind": record.key.kind,
        "form": record.key.form,
        "subject": record.key.subject,
        "state": record.state,
        "current": record.current,
        "published": record.published,
        "withdrawn": record.withdrawn,
        "steps": record.steps,
    }
