"""What the server remembers of an agent: its heartbeat, its finished state, and what is wrong there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from functions.ingest.inputs import Heartbeat
from functions.ingest.views import AgentCard, ProblemLine, ProgramLine
from portal.access import AgentAccess
from portal.store import agents
from portal.store.agents import LAST_SEEN_EVERY, MOST_PROBLEMS, Agent, Problems


def heard(at: AgentAccess, beat: Heartbeat, now: datetime) -> None:
    """Keep what a heartbeat tells. Nothing is written when it tells nothing new and the last mark is recent."""
    problems = [problem.model_dump(exclude_none=True) for problem in beat.problems]
    digest = hashlib.sha256(json.dumps(problems, sort_keys=True).encode()).hexdigest()[:16] if problems else ""
    told = {
        "version": beat.version,
        "machine": beat.machine,
        "programs": [program.model_dump(mode="json", exclude={"read_at"}) for program in beat.programs],
    }
    known = at.agent
    before = {**known.told, "programs": [_without_read_at(program) for program in known.told.get("programs", [])]}
    if digest != known.problems_digest or known.refused_total:
        # The agent tells everything that is wrong, refusals too: what the server kept of them meanwhile is in there.
        agents.change_problems(at.table, known.id, lambda wrong: replace(wrong, told=problems, refused={}))
    same = before == told and digest == known.problems_digest and beat.problems_total == known.problems_total
    same = same and not known.refused_total
    if same and known.last_seen and now - known.last_seen < LAST_SEEN_EVERY:
        return
    told["programs"] = [program.model_dump(mode="json") for program in beat.programs]
    agents.change(
        at.table,
        known.id,
        lambda agent: replace(
            agent,
            told=told,
            last_seen=now,
            problems_digest=digest,
            problems_total=beat.problems_total,
            refused_total=0,
        ),
    )


def unfinished(at: AgentAccess) -> None:
    """A run began that is not finished: the state of the last one is forgotten before anything is stored."""
    if at.agent.state:
        agents.change(at.table, at.agent.id, lambda agent: replace(agent, state=""))


def finished(
    at: AgentAccess, state: str | None, refused: Mapping[str, Mapping[str, Any]], taken: set[str], now: datetime
) -> None:
    """After a batch: what was refused is kept for the panel until the next heartbeat, or a content that is taken."""
    total = at.agent.refused_total
    if refused or total:
        total = len(
            agents.change_problems(at.table, at.agent.id, lambda wrong: _updated(wrong, refused, taken)).refused
        )
    if (state is None or state == at.agent.state) and total == at.agent.refused_total:
        return

    def step(agent: Agent) -> Agent:
        return replace(agent, state=state or agent.state, refused_total=total, last_seen=now)

    agents.change(at.table, at.agent.id, step)


def card(agent: Agent, wrong: Problems, now: datetime) -> AgentCard:
    """One agent for the panel."""
    told = [ProblemLine(**{**_NO_PROBLEM, **problem}) for problem in wrong.told]
    refused = [ProblemLine(**{**_NO_PROBLEM, **problem, "record": name}) for name, problem in wrong.refused.items()]
    programs = [_program(told) for told in agent.told.get("programs", [])]
    return AgentCard(
        id=agent.id,
        name=agent.name,
        machine=str(agent.told.get("machine", "")),
        version=str(agent.told.get("version", "")),
        created_at=agent.created_at,
        last_seen=agent.last_seen,
        silent=agent.silent(now),
        revoked_at=agent.revoked_at,
        programs=programs,
        problems=[*told, *refused],
        problems_total=agent.problems_total + agent.refused_total,
    )


def brief(card: AgentCard) -> AgentCard:
    """The same without what names firms: their files, and what a program says went wrong."""
    return replace(card, problems=[], programs=[replace(program, error="") for program in card.programs])


_NO_PROBLEM = {"file": "", "record": "", "field": "", "code": "", "detail": ""}


def _program(told: Mapping[str, Any]) -> ProgramLine:
    read_at = told.get("read_at")
    return ProgramLine(
        program=told["program"],
        state=told["state"],
        read_at=datetime.fromisoformat(read_at) if read_at else None,
        firms=told["firms"],
        error=told.get("error") or "",
    )


def _without_read_at(program: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in program.items() if name != "read_at"}


def _updated(wrong: Problems, refused: Mapping[str, Mapping[str, Any]], taken: set[str]) -> Problems:
    still = {name: why for name, why in wrong.refused.items() if name not in taken and name not in refused}
    newest_first = [*refused.items(), *still.items()]
    return replace(wrong, refused=dict(newest_first[:MOST_PROBLEMS]))
