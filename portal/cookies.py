"""The cookies: bound to this host alone, never sent in clear, out of reach of scripts."""

from __future__ import annotations

SESSION = "__Host-session"
DEVICE = "__Host-device"

_RULES = "Path=/; Secure; HttpOnly; SameSite=Lax"
_DAY = 86_400


def kept(name: str, value: str, days: int) -> str:
    """What sets a cookie for so many days."""
    return f"{name}={value}; {_RULES}; Max-Age={days * _DAY}"


def erased(name: str) -> str:
    """What removes a cookie."""
    return f"{name}=; {_RULES}; Max-Age=0"
