"""Secrets that the portal hands out: made here, and kept only as hashes."""

from __future__ import annotations

import hashlib
import secrets as stdlib_secrets
from typing import NamedTuple

_AGENT_PREFIX = "kst"
_PROGRAM_PREFIX = "ksf"


class Held(NamedTuple):
    """What a holder presents: whose secret it claims to be, and the secret. Only a matching hash makes it true."""

    owner: str
    secret: str


class ProgramToken(NamedTuple):
    """The parts of a token that a firm's program presents: it names the firm, its hash proves it."""

    office: str
    firm: str
    token: str
    secret: str


def new_secret() -> str:
    """256 random bits, safe in addresses and cookies."""
    return stdlib_secrets.token_urlsafe(32)


def new_code() -> str:
    """Six random digits."""
    return f"{stdlib_secrets.randbelow(1_000_000):06d}"


def digest(secret: str) -> str:
    """What is stored of a secret. Random secrets of 256 bits need no salt or slow hash."""
    return digest_of(secret.encode())


def digest_of(content: bytes) -> str:
    """The same of bytes."""
    return hashlib.sha256(content).hexdigest()


def new_challenge() -> bytes:
    """256 random bits for a passkey to sign."""
    return stdlib_secrets.token_bytes(32)


def code_digest(challenge: str, code: str) -> str:
    """What is stored of a six-digit code, bound to its challenge."""
    return digest(f"{challenge}.{code}")


def equal(one: str, other: str) -> bool:
    """Compare in constant time."""
    return stdlib_secrets.compare_digest(one, other)


def join(owner: str, secret: str) -> str:
    """A value for a cookie or link."""
    return f"{owner}.{secret}"


def split(value: str) -> Held | None:
    """The parts of such a value; None when it is not one."""
    owner, dot, secret = value.partition(".")
    return Held(owner, secret) if dot and secret else None


def agent_token(office: str, agent: str, secret: str) -> str:
    """The token an agent presents: it names its office, its hash proves it."""
    return f"{_AGENT_PREFIX}_{office}_{agent}_{secret}"


def parse_agent_token(value: str) -> tuple[str, str, str] | None:
    """Office, agent and secret of a token; None when it is not one."""
    parts = value.split("_", 3)
    return (parts[1], parts[2], parts[3]) if len(parts) == 4 and parts[0] == _AGENT_PREFIX else None


def program_token(parts: ProgramToken) -> str:
    """The token as a firm's program presents it."""
    return "_".join((_PROGRAM_PREFIX, *parts))


def parse_program_token(value: str) -> ProgramToken | None:
    """Its parts; None when it is not one."""
    prefix, *parts = value.split("_", 4)
    return ProgramToken(*parts) if len(parts) == 4 and prefix == _PROGRAM_PREFIX else None
