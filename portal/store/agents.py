"""Agents of an office: the token's hash, what the agent last told, and what could not be taken from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from portal.aws import ConditionFailed, Expect, Item, Put
from portal.domain import errors
from portal.store import keys
from portal.store.office import OfficeTable

LAST_SEEN_EVERY = timedelta(hours=1)
SILENT_AFTER = timedelta(days=1)
MOST_PROBLEMS = 50
TRIES = 5


@dataclass(frozen=True, slots=True)
class Agent:
    """One installed agent. `state`: digest of everything it found when it last finished; `told`: its last heartbeat."""

    id: str
    name: str
    office_name: str
    token_hash: str
    created_at: datetime
    revoked_at: datetime | None = None
    last_seen: datetime | None = None
    state: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)
    problems_total: int = 0
    refused_total: int = 0
    problems_digest: str = ""
    version: int = 1

    def revoked(self, now: datetime) -> Agent:
        """The same with its token useless; repeating it changes nothing."""
        return self if self.revoked_at else replace(self, revoked_at=now)

    def silent(self, now: datetime) -> bool:
        """Whether the office should look after it: not heard of for a day."""
        return (self.last_seen or self.created_at) < now - SILENT_AFTER


@dataclass(frozen=True, slots=True)
class Problems:
    """`told` by the agent in its heartbeat; `refused` by the server, by record, until a later content is accepted."""

    agent: str
    told: Sequence[Mapping[str, Any]] = field(default_factory=list)
    refused: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    version: int = 0


def get(table: OfficeTable, agent_id: str) -> Agent | None:
    """One agent, read consistently: a revoked token must stop at once."""
    item = table.get(keys.agent(agent_id), consistent=True)
    return decode(item) if item else None


def all_of(table: OfficeTable) -> list[Agent]:
    """Every agent of the office, oldest first."""
    return [decode(item) for item in table.query(*keys.agents())]


def create(table: OfficeTable, agent: Agent, *also: Put) -> None:
    """Add an agent, with what belongs to it."""
    table.transact([table.put(keys.agent(agent.id), _encode(agent), Expect.absent()), *also])


def change(table: OfficeTable, agent_id: str, step: Callable[[Agent], Agent], *also: Put) -> None:
    """Apply a pure step to an agent, with what belongs to the change.

    Raises `not-found`, and `try-again` when others keep changing it.
    """
    for _ in range(TRIES):
        before = get(table, agent_id)
        if before is None:
            raise errors.Refusal(errors.NOT_FOUND)
        after = step(before)
        if after == before:
            return
        after = replace(after, version=before.version + 1)
        try:
            put = table.put(keys.agent(agent_id), _encode(after), Expect.same("version", before.version))
            table.transact([put, *also]) if also else table.write(put)
        except ConditionFailed:
            continue
        return
    raise errors.Refusal(errors.TRY_AGAIN)


def problems(table: OfficeTable, agent_id: str) -> Problems:
    """What is wrong at one agent."""
    item = table.get(keys.agent_problems(agent_id), consistent=True)
    return _problems(item) if item else Problems(agent_id)


def all_problems(table: OfficeTable) -> list[Problems]:
    """What is wrong at all agents of the office."""
    return [_problems(item) for item in table.query(*keys.problems())]


def change_problems(table: OfficeTable, agent_id: str, step: Callable[[Problems], Problems]) -> Problems:
    """Apply a pure step to what is wrong at an agent. Raises `try-again` when others keep changing it."""
    for _ in range(TRIES):
        before = problems(table, agent_id)
        after = step(before)
        if after == before:
            return before
        expect = Expect.same("version", before.version) if before.version else Expect.absent()
        attributes = {"told": after.told, "refused": after.refused, "version": before.version + 1}
        try:
            table.write(table.put(keys.agent_problems(agent_id), attributes, expect))
        except ConditionFailed:
            continue
        return after
    raise errors.Refusal(errors.TRY_AGAIN)


def _problems(item: Item) -> Problems:
    return Problems(item["sk"], item["told"], item["refused"], item["version"])


def _encode(agent: Agent) -> Item:
    return {
        "name": agent.name,
        "office_name": agent.office_name,
        "token_hash": agent.token_hash,
        "created_at": agent.created_at.isoformat(),
        "revoked_at": agent.revoked_at.isoformat() if agent.revoked_at else None,
        "last_seen": agent.last_seen.isoformat() if agent.last_seen else None,
        "state": agent.state,
        "told": agent.told,
        "problems_total": agent.problems_total,
        "refused_total": agent.refused_total,
        "problems_digest": agent.problems_digest,
        "version": agent.version,
    }


def decode(item: Item) -> Agent:
    """A stored item as an agent."""
    return Agent(
        id=item["sk"].removeprefix("AGENT#"),
        name=item["name"],
        office_name=item["office_name"],
        token_hash=item["token_hash"],
        created_at=datetime.fromisoformat(item["created_at"]),
        revoked_at=_moment(item["revoked_at"]),
        last_seen=_moment(item["last_seen"]),
        state=item["state"],
        told=item["told"],
        problems_total=item["problems_total"],
        refused_total=item["refused_total"],
        problems_digest=item["problems_digest"],
        version=item["version"],
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
