"""Setting the agent up: address, token, folders, rules; and a test of the connection."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from konektosync import config, secrets
from konektosync.config import Config, ConfigError
from konektosync.model import Kind
from konektosync.protocol import Backoff, Client, Pulse, Report, UnreachableError
from konektosync.texts import _


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user gave on the command line; None where nothing was said."""

    address: str | None = None
    folders: Sequence[Path] = ()
    approve: frozenset[Kind] | None = None
    machine: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A finished set-up. `pulse` is None when the portal could not be reached: everything is stored all the same."""

    path: Path
    kept_in: secrets.Place
    pulse: Pulse | None
    failure: str | None = None


def previous() -> Config | None:
    """The set-up so far, if there is a readable one."""
    try:
        return config.load()
    except ConfigError:
        return None


def merged(wishes: Wishes, before: Config | None) -> Config:
    """The new set-up: what was said, else what was before. Raises ConfigError for what is missing or wrong."""
    address = wishes.address or (before.address if before else "")
    if not address:
        raise ConfigError(_("Podaj adres portalu: --address https://portal.example"))
    folders = tuple(one.expanduser().absolute() for one in wishes.folders) or (before.folders if before else ())
    if not folders:
        raise ConfigError(_("Podaj folder z eksportami: --folder FOLDER"))
    missing = [str(one) for one in folders if not one.is_dir()]
    if missing and wishes.folders:
        raise ConfigError(_("Folder {folder} nie istnieje.").format(folder=missing[0]))
    approve = wishes.approve if wishes.approve is not None else (before.approve if before else frozenset())
    machine = wishes.machine if wishes.machine is not None else (before.machine if before else "")
    return Config(config.check_address(address), folders, approve, machine)


def given_token(address: str, *, from_stdin: bool, ask: Callable[[], str] | None) -> str:
    """The token: from standard input, the environment, the earlier set-up, or by asking without echo.

    It is no option of the command line: those can be seen by every user of the machine. Raises ConfigError.
    """
    token = (
        sys.stdin.readline()
        if from_stdin
        else os.environ.get(secrets.TOKEN_VARIABLE, "") or secrets.load(address) or ""
    )
    if not token.strip() and ask is not None:
        token = ask()
    token = token.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise ConfigError(_("Podaj token agenta z panelu („Agenci”): --token-stdin albo zmienna KONEKTOSYNC_TOKEN."))
    return token


def finish(new: Config, token: str, backoff: Backoff | None = None) -> Result:
    """Test the connection and store everything. Raises RefusedError: then nothing is stored."""
    try:
        with Client(new.address, token, backoff=backoff or Backoff(attempts=1)) as client:
            pulse: Pulse | None = client.heartbeat(Report(machine=new.machine_name))
            failure = None
    except UnreachableError as error:
        pulse, failure = None, error.detail
    return Result(config.save(new), secrets.store(new.address, token), pulse, failure)
