"""Routes for agents (docs/sync-protocol.md), and the office's page about them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any, ClassVar

from aws_lambda_powertools.event_handler import Depends
from pydantic import ValidationError

from functions.ingest import agents as ingest_agents
from functions.ingest.inputs import (
    MOST_DIGEST_MONTHS,
    MOST_FIRMS,
    MOST_RECORDS,
    Batch,
    DigestsWanted,
    Envelope,
    FoundFirm,
    FoundFirms,
    Heartbeat,
)
from functions.ingest.records import CLOCK_TOLERANCE, Intake, Result, refusal_names
from functions.ingest.views import AgentList, NewToken, told
from portal import bodies, clock, ids, secrets, web
from portal.access import AgentAccess, AgentId, AtAgent, AtOffice
from portal.config import settings
from portal.domain import errors, identifiers
from portal.domain.events import Action
from portal.domain.firms import Firm, LegalForm, Status
from portal.inputs import Name
from portal.store import agents, firms, months
from portal.store.agents import Agent, Problems
from portal.store.firms import Claim
from portal.store.office import OfficeTable
from portal.views import Part, View, view

app = web.new_app()
handler = web.entrypoint(app)

PROTOCOL = 1


@view
class Answered(View):
    """What every answer to an agent carries; there are no pages for agents."""

    template: ClassVar[str] = ""

    server_time: datetime


@view
class HeartbeatAnswer(Answered):
    """`in_sync`: the server has processed exactly this state of this agent."""

    office: str
    in_sync: bool


@view
class FirmAnswer(Part):
    """What became of a firm found: `created`, `known` or `refused`."""

    nip: str
    result: str
    status: str | None = None
    code: str | None = None
    field: str | None = None
    detail: str | None = None


@view
class FirmsAnswer(Answered):
    """One answer a firm, in their order."""

    firms: list[FirmAnswer]


@view
class HeldRecord(Part):
    """The digest of a record that the server holds."""

    kind: str
    form: str
    subject: str
    period: str
    digest: str
    read_at: datetime


@view
class HeldFirm(Part):
    """Digests of a firm."""

    nip: str
    records: list[HeldRecord]


@view
class DigestsAnswer(Answered):
    """Digests of the firms that the server knows."""

    firms: list[HeldFirm]


@view
class BatchAnswer(Answered):
    """One answer a record, in their order."""

    results: list[Result]


class AgentInput(web.Input):
    """A new agent: the machine it runs on."""

    name: Name


@app.post("/sync/heartbeat")
def heartbeat(at: AtAgent, beat: Annotated[Heartbeat, Depends(web.body(Heartbeat, bodies.SYNC))]) -> HeartbeatAnswer:
    """The first request of a run; the only one when nothing changed, and then nothing is written."""
    now = _checked(beat)
    ingest_agents.heard(at, beat, now)
    in_sync = beat.state is not None and beat.state == at.agent.state
    return HeartbeatAnswer(server_time=now, office=at.agent.office_name, in_sync=in_sync)


@app.post("/sync/firms")
def announce(at: AtAgent, found: Annotated[FoundFirms, Depends(web.body(FoundFirms, bodies.SYNC))]) -> FirmsAnswer:
    """Firms found in the programs; unknown ones appear in the panel, waiting."""
    now = _checked(found)
    if len(found.firms) > MOST_FIRMS:
        raise errors.Refusal(errors.TOO_MANY_RECORDS, "firms", limit=MOST_FIRMS)
    known = _known_statuses(at.table, found.firms)
    return FirmsAnswer(server_time=now, firms=[_announced(at, firm, known, now) for firm in found.firms])


@app.post("/sync/digests")
def digests(
    at: AtAgent, wanted: Annotated[DigestsWanted, Depends(web.body(DigestsWanted, bodies.SYNC))]
) -> DigestsAnswer:
    """What the server holds, for an agent that lost its memory."""
    now = _checked(wanted)
    if not wanted.first <= wanted.last < wanted.first.plus(MOST_DIGEST_MONTHS):
        raise errors.Refusal(errors.FIELD_INVALID, "to")
    known = firms.by_nip(at.table, _nips(wanted.nips))
    return DigestsAnswer(
        server_time=now,
        firms=[HeldFirm(nip=nip, records=_held(at.table, claim, wanted)) for nip, claim in known.items()],
    )


@app.post("/sync/records")
def receive(at: AtAgent, batch: Annotated[Batch, Depends(web.body(Batch, bodies.SYNC))]) -> BatchAnswer:
    """Records, each answered by itself."""
    now = _checked(batch)
    if len(batch.records) > MOST_RECORDS:
        raise errors.Refusal(errors.TOO_MANY_RECORDS, "records", limit=MOST_RECORDS)
    if batch.state is None:
        ingest_agents.unfinished(at)
    results = Intake(at.table, agent=at.agent.id, approve=batch.approve, now=now).take(batch.records)
    refused, taken = refusal_names(batch.records, results)
    ingest_agents.finished(at, batch.state, refused, taken, now)
    return BatchAnswer(server_time=now, results=results)


@app.get("/offices/<office>/agents")
def agents_page(at: AtOffice) -> AgentList:
    """„Agenci": where data comes from, and what is wrong there: two reads."""
    now = clock.now()
    # Lines about problems name firms; who serves some of them only is told that there are problems.
    told = agents.all_problems(at.table) if at.actor.assigned is None else ()
    wrong = {problems.agent: problems for problems in told}
    cards = [
        ingest_agents.card(agent, wrong.get(agent.id, Problems(agent.id)), now) for agent in agents.all_of(at.table)
    ]
    return AgentList(agents=cards if at.actor.assigned is None else [ingest_agents.brief(card) for card in cards])


@app.post("/offices/<office>/agents")
def create_agent(at: AtOffice, given: Annotated[AgentInput, Depends(web.body(AgentInput))]) -> NewToken:
    """A new agent's token, shown this once."""
    at.actor.require_administrator()
    at.require_fresh()
    now = clock.now()
    secret = secrets.new_secret()
    agent = Agent(
        id=ids.new(now),
        name=given.name,
        office_name=at.office.name,
        token_hash=secrets.digest(secret),
        created_at=now,
    )
    agents.create(at.table, agent, at.event(Action.AGENT_ADDED, now, target=agent.id))
    token = secrets.agent_token(at.table.office, agent.id, secret)
    return NewToken(agent=agent.id, name=agent.name, token=token, address=settings().base_url)


@app.post("/offices/<office>/agents/<agent>/revocation")
def revoke_agent(at: AtOffice, agent: AgentId) -> web.Done:
    """The token stops working at once."""
    at.actor.require_administrator()
    now = clock.now()
    event = at.event(Action.AGENT_REVOKED, now, target=agent)
    agents.change(at.table, agent, lambda known: known.revoked(now), event)
    return web.Done(f"/offices/{at.table.office}/agents", "revoked")


def _checked(envelope: Envelope) -> datetime:
    """This moment; raises `protocol-unknown`, `clock-wrong`."""
    if envelope.protocol != PROTOCOL:
        raise errors.Refusal(errors.PROTOCOL_UNKNOWN, "protocol")
    now = clock.now()
    off = abs(envelope.sent_at - now)
    if off > CLOCK_TOLERANCE:
        raise errors.Refusal(errors.CLOCK_WRONG, "sent_at", minutes=round(off.total_seconds() / 60))
    return now


def _known_statuses(table: OfficeTable, found: list[dict[str, Any]]) -> dict[str, Status]:
    known = firms.by_nip(table, _nips(str(firm.get("nip")) for firm in found))
    by_id = firms.get_many(table, [claim.firm for claim in known.values()])
    return {nip: by_id[claim.firm].status for nip, claim in known.items() if claim.firm in by_id}


def _nips(sent: Iterable[str]) -> list[str]:
    """What is a NIP among these, as keys are written."""
    found = []
    for text in sent:
        with suppress(errors.Refusal):
            found.append(identifiers.nip(text))
    return found


def _announced(at: AgentAccess, sent: dict[str, Any], known: dict[str, Status], now: datetime) -> FirmAnswer:
    try:
        found = FoundFirm.model_validate(sent)
        nip = identifiers.nip(found.nip)
    except ValidationError as invalid:
        return _firm_refused(sent, web.refusals_of(invalid).refusals[0])
    except errors.Refusal as refusal:
        return _firm_refused(sent, refusal)
    if nip in known:
        return FirmAnswer(nip=nip, result="known", status=known[nip])
    legal_form = LegalForm.SOLE_TRADER if found.natural_person else LegalForm.COMPANY
    firm = Firm(
        ids.new(now), nip, found.name, Status.WAITING, legal_form, found_in=f"{found.program} {found.external_id}"
    )
    try:
        firms.create(at.table, firm, at.event(Action.FIRM_FOUND, now, firm=firm.id))
    except errors.Refusal:  # another machine found the same firm in this very moment
        return FirmAnswer(nip=nip, result="known", status=Status.WAITING)
    known[nip] = Status.WAITING
    return FirmAnswer(nip=nip, result="created", status=Status.WAITING)


def _firm_refused(sent: dict[str, Any], refusal: errors.Refusal) -> FirmAnswer:
    why = Result.refused(refusal)
    nip = told(str(sent.get("nip", ""))[:20])
    return FirmAnswer(nip=nip, result=why.result, code=why.code, field=why.field, detail=why.detail)


def _held(table: OfficeTable, claim: Claim, wanted: DigestsWanted) -> list[HeldRecord]:
    """What is held under a NIP, as the agent names it: it does not know a partner's records by their subject."""
    held = []
    for month in months.between(table.of_firm(claim.firm), wanted.first, wanted.last):
        for record in month.records.values():
            key = claim.sent_key(record.key)
            if key is None:
                continue
            held.append(
                HeldRecord(
                    kind=key.kind,
                    form=key.form,
                    subject=key.subject,
                    period=str(record.period),
                    digest=record.current.content.digest(key, record.period),
                    read_at=record.current.read_at,
                )
            )
    return held
