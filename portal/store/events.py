"""The history of an office and its firms: each event is written in the transaction of what it tells of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from portal import ids
from portal.aws import Expect, Item, Key, Put
from portal.domain.events import Action, Event, Origin
from portal.store import keys
from portal.store.office import FirmTable, OfficeTable


class Span(NamedTuple):
    """A stretch of time as ids of events: the first one is in it, the last one no more. Empty: without end."""

    since: str = ""
    before: str = ""

    @classmethod
    def between(cls, since: datetime | None, until: datetime | None) -> Span:
        """From one moment to another."""
        return cls(ids.lowest(since) if since else "", ids.lowest(until) if until else "")

    @property
    def empty(self) -> bool:
        """Whether nothing can be in it; the table refuses to be asked for such a range."""
        return bool(self.before) and self.before <= self.since

    def older_than(self, event: str) -> Span:
        """The part of it before an event."""
        return Span(self.since, min(event, self.before or event)) if event else self


EVER = Span()


@dataclass(frozen=True, slots=True)
class Names:
    """Names behind the ids of events. `users` are a firm's people, by firm and person; `programs` its tokens."""

    staff: Mapping[str, str]
    agents: Mapping[str, str]
    users: Mapping[tuple[str, str], str]
    programs: Mapping[tuple[str, str], str] = field(default_factory=dict)


def put(
    table: OfficeTable,
    origin: Origin,
    action: Action,
    now: datetime,
    *,
    firm: str = "",
    target: str = "",
    changes: Mapping[str, tuple[str, str]] | None = None,
) -> Put:
    """The write of an event, for the transaction of what it tells of."""
    event = Event(ids.new(now), now, origin, action, firm, target, changes or {})
    key = keys.firm_event(firm, event.id) if firm else keys.office_event(event.id)
    return table.put(key, {"event": _encode(event)}, Expect.absent(), keys.event_by_time(event.id))


def of_firm(table: FirmTable, span: Span = EVER, *, at_a_time: int | None = None) -> Iterator[Event]:
    """What was done to a firm, its people and settings, newest first."""
    where = keys.firm_events(table.firm, span.since, span.before)
    found = () if span.empty else table.query(*where, newest_first=True, limit=at_a_time)
    return _before(span, map(decode, found))


def of_office(table: OfficeTable, span: Span = EVER, *, at_a_time: int | None = None) -> Iterator[Event]:
    """What was done in the whole office, newest first."""
    where = keys.events_by_time(span.since, span.before)
    found = () if span.empty else table.query(*where, index=keys.INDEX, newest_first=True, limit=at_a_time)
    return _before(span, map(decode, found))


def people(table: OfficeTable) -> Names:
    """The office's staff and agents: who did things, mostly. One read."""
    names: dict[str, dict[str, str]] = {"STAFF": {}, "AGENT": {}}
    for item in table.query(*keys.office_and_its_people()):
        kind, _, one = item["sk"].partition("#")
        if kind in names:
            names[kind][one] = item["name"]
    return Names(names["STAFF"], names["AGENT"], {})


def names(table: OfficeTable, office: Names, found: Iterable[Event]) -> Names:
    """The same with the firms' people and programs that these events tell of: a hundred a read."""
    of_firms = [event for event in found if event.firm]
    users = {
        keys.firm_user(event.firm, one): (event.firm, one)
        for event in of_firms
        for one in (event.origin.by, event.target)
        if _unnamed(office, one)
    }
    programs = {
        keys.invoice_token(event.firm, event.origin.by): (event.firm, event.origin.by)
        for event in of_firms
        if _unnamed(office, event.origin.by)
    }
    items = table.get_many([*users, *programs])
    return Names(office.staff, office.agents, _named(users, items), _named(programs, items))


def _unnamed(office: Names, one: str) -> bool:
    return ids.valid(one) and one not in office.staff and one not in office.agents


def _named(wanted: Mapping[Key, tuple[str, str]], items: Mapping[Key, Item]) -> dict[tuple[str, str], str]:
    return {whose: items[key]["name"] for key, whose in wanted.items() if key in items}


def _before(span: Span, found: Iterable[Event]) -> Iterator[Event]:
    return (event for event in found if event.id != span.before)


def _encode(event: Event) -> Item:
    return {
        "id": event.id,
        "at": event.at.isoformat(),
        "by": event.origin.by,
        "network": event.origin.network,
        "device": event.origin.device,
        "action": event.action.value,
        "firm": event.firm,
        "target": event.target,
        "changes": {name: list(pair) for name, pair in event.changes.items()},
    }


def decode(item: Item) -> Event:
    """A stored item as an event."""
    event = item["event"]
    return Event(
        id=event["id"],
        at=datetime.fromisoformat(event["at"]),
        origin=Origin(event["by"], event["network"], event["device"]),
        action=Action(event["action"]),
        firm=event["firm"],
        target=event["target"],
        changes={name: (pair[0], pair[1]) for name, pair in event["changes"].items()},
    )
