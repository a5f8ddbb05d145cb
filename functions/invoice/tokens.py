"""Tokens with which programs of the firm, such as a shop, issue its invoices."""

from __future__ import annotations

from datetime import datetime

from functions.invoice import place
from functions.invoice.place import Person
from functions.invoice.views import NewProgramToken, ProgramTokens, TokenLine
from portal import ids, secrets
from portal.config import settings
from portal.domain import errors
from portal.domain.events import Action
from portal.domain.people import Role
from portal.secrets import ProgramToken
from portal.store import invoice_tokens
from portal.store.invoice_tokens import MOST_ACTIVE, Token


def listed(at: Person) -> ProgramTokens:
    """All of the firm's tokens: those that work first, each kind newest first."""
    newest = reversed(invoice_tokens.all_of(at.table))
    known = sorted(newest, key=lambda token: token.revoked_at is not None)
    return ProgramTokens(
        place=place.of(at),
        allowed=_allowed(at),
        limit=MOST_ACTIVE,
        tokens=[
            TokenLine(
                token=token.id,
                name=token.name,
                created_at=token.created_at,
                last_used=token.last_used,
                revoked_at=token.revoked_at,
            )
            for token in known
        ],
    )


def create(at: Person, name: str, now: datetime) -> NewProgramToken:
    """A new token. Raises `tokens-not-for-partner`, `confirm-needed`, `firm-archived`, `too-many-tokens`."""
    _require_allowed(at)
    place.require_writable(at)
    at.require_fresh()
    secret = secrets.new_secret()
    token = Token(ids.new(now), name, secrets.digest(secret), created_at=now)
    event = place.event(at, Action.INVOICE_TOKEN_ADDED, now, {"program": ("", name)})
    invoice_tokens.create(at.table, token, event)
    presented = secrets.program_token(ProgramToken(at.office.id, at.firm.id, token.id, secret))
    address = f"{settings().base_url}/firms/{at.firm.id}/invoices"
    return NewProgramToken(place=place.of(at), token=token.id, name=name, presented=presented, address=address)


def revoke(at: Person, token: str, now: datetime) -> None:
    """The token stops working at once, also one of an archived firm. Raises `tokens-not-for-partner`, `not-found`."""
    _require_allowed(at)
    known = invoice_tokens.find(at.table, token)
    event = place.event(at, Action.INVOICE_TOKEN_REVOKED, now, {"program": (known.name, "")})
    invoice_tokens.revoke(at.table, token, now, event)


def _allowed(at: Person) -> bool:
    return at.actor.membership.role is not Role.PARTNER


def _require_allowed(at: Person) -> None:
    if not _allowed(at):
        raise errors.Refusal(errors.TOKENS_NOT_FOR_PARTNER)
