"""The agent's token: in the system keyring, or in a file of the owner alone where no keyring works. Never printed."""

import os
from pathlib import Path
from typing import Literal

import keyring

from konektosync import config

SERVICE = "konektosync"
TOKEN_VARIABLE = "KONEKTOSYNC_TOKEN"  # noqa: S105 - the name of a variable, not a token
Place = Literal["keyring", "file"]


def load(address: str) -> str | None:
    """The token for a portal: from the environment, the keyring or the file, in this order."""
    return os.environ.get(TOKEN_VARIABLE, "").strip() or _from_keyring(address) or _from_file()


def store(address: str, token: str) -> Place:
    """Keep the token; says where."""
    if _to_keyring(address, token):
        _token_file().unlink(missing_ok=True)
        return "keyring"
    config.write_private(_token_file(), token + "\n")
    return "file"


def _token_file() -> Path:
    return config.home() / "token"


def _user(address: str) -> str:
    """Several homes on one machine (a test beside the real one) must not share a token."""
    return f"{address} {config.home()}"


def _from_keyring(address: str) -> str | None:
    # Keyring back-ends raise whatever their system raises (D-Bus, COM, a broken library of theirs). Any failure means:
    # no keyring here, and the file takes its place.
    try:
        return keyring.get_password(SERVICE, _user(address))
    except Exception:
        return None


def _to_keyring(address: str, token: str) -> bool:
    try:
        keyring.set_password(SERVICE, _user(address), token)
    except Exception:
        return False
    # A back-end that accepts and forgets (keyring.backends.null) is no keyring.
    return _from_keyring(address) == token


def _from_file() -> str | None:
    try:
        return _token_file().read_text("utf-8").strip() or None
    except FileNotFoundError:
        return None
