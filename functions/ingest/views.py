"""What the office's page about its agents shows."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from portal.views import Part, View, view

MOST_TOLD = 200


def told(text: str) -> str:
    """What a machine sent, fit for an answer and a page: not without end, and no half characters."""
    return text[:MOST_TOLD].encode(errors="replace").decode()


@view
class ProgramLine(Part):
    """One source on an agent's machine."""

    program: str
    state: str
    read_at: datetime | None
    firms: int
    error: str


@view
class ProblemLine(Part):
    """What an agent could not read (`file`) or the server refused (`record`)."""

    file: str
    record: str
    field: str
    code: str
    detail: str


@view
class AgentCard(Part):
    """One agent. `silent`: not heard of for a day."""

    id: str
    name: str
    machine: str
    version: str
    created_at: datetime
    last_seen: datetime | None
    silent: bool
    revoked_at: datetime | None
    programs: list[ProgramLine]
    problems: list[ProblemLine]
    problems_total: int


@view
class AgentList(View):
    """„Agenci": where the data comes from, and what is wrong there."""

    template: ClassVar[str] = "office/agents.html"

    agents: list[AgentCard]


@view
class NewToken(View):
    """A token, shown this once."""

    template: ClassVar[str] = "office/agent_token.html"

    agent: str
    name: str
    token: str
    address: str
