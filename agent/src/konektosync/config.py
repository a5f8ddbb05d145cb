"""Where the agent keeps its things, and what was set up: address, folders, rules of approval, the machine's name.

The configuration is one JSON file, which several machines may share (`KONEKTOSYNC_CONFIG` names it then). The local
store is the machine's own.
"""

import ipaddress
import json
import os
import platform
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from platformdirs import user_data_path

from konektosync.model import KINDS, Kind
from konektosync.texts import _, printable

HOME_VARIABLE = "KONEKTOSYNC_HOME"
CONFIG_VARIABLE = "KONEKTOSYNC_CONFIG"
LONGEST_MACHINE = 60


class ConfigError(Exception):
    """The set-up is missing or wrong; the sentence says what to do."""


def home() -> Path:
    """The folder of the local store; made if it is missing."""
    named = os.environ.get(HOME_VARIABLE)
    folder = Path(named) if named else user_data_path("KonektoSync", appauthor=False)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def config_path() -> Path:
    """The configuration file: the shared one where the variable names it, else the one in `home`."""
    named = os.environ.get(CONFIG_VARIABLE)
    return Path(named) if named else home() / "config.json"


@dataclass(frozen=True, slots=True)
class Config:
    """What `konektosync setup` stored. An empty `machine` means this computer's own name."""

    address: str
    folders: tuple[Path, ...]
    approve: frozenset[Kind] = field(default_factory=frozenset)
    machine: str = ""

    @property
    def machine_name(self) -> str:
        """The name under which the panel shows this machine."""
        return printable(self.machine or platform.node() or "?")[:LONGEST_MACHINE]


def load() -> Config:
    """The stored configuration. Raises ConfigError when there is none or it cannot be understood."""
    path = config_path()
    try:
        values: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return Config(
            address=check_address(values["address"]),
            folders=tuple(expanded(one) for one in values["folders"]),
            approve=kinds(values.get("approve", [])),
            machine=str(values.get("machine", "")),
        )
    except FileNotFoundError:
        raise ConfigError(_("Brak konfiguracji. Uruchom: konektosync setup")) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            _("Nie można odczytać konfiguracji {path}: {error}").format(path=path, error=error)
        ) from error


def save(config: Config) -> Path:
    """Store the configuration; the file is replaced at once, so a power cut leaves the old one or the new one."""
    path = config_path()
    values = {
        "address": config.address,
        "folders": [str(one) for one in config.folders],
        "approve": sorted(config.approve),
    } | ({"machine": config.machine} if config.machine else {})
    write_private(path, json.dumps(values, ensure_ascii=False, indent=2) + "\n")
    return path


def write_private(path: Path, text: str) -> None:
    """Replace a file at once, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp makes the file with mode 0600, so its content is never readable by others, not even for a moment.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def expanded(folder: str) -> Path:
    """A folder as written in the configuration: `~` and environment variables may stand in it."""
    return Path(os.path.expandvars(folder)).expanduser()


def kinds(names: object) -> frozenset[Kind]:
    """Kinds of record by name. Raises ConfigError for an unknown one."""
    listed = names if isinstance(names, list) else str(names).split(",")
    wanted = {str(one).strip() for one in listed} - {""}
    unknown = wanted - set(KINDS)
    if unknown:
        sentence = _("Nieznany rodzaj danych: {unknown}. Możliwe: {known}.")
        raise ConfigError(sentence.format(unknown=", ".join(sorted(unknown)), known=", ".join(KINDS)))
    return frozenset(kind for kind in KINDS if kind in wanted)


def check_address(address: str) -> str:
    """The portal's address without a slash at its end.

    Raises ConfigError unless it is https, or http on this very machine: the token must not travel in the clear.
    """
    cleaned = address.strip().rstrip("/").removesuffix("/sync")
    parts = urlsplit(cleaned)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
        raise ConfigError(_("Adres „{address}” powinien mieć postać https://portal.example").format(address=address))
    if parts.scheme == "http" and not _loopback(parts.hostname):
        raise ConfigError(_("Adres {address} nie jest szyfrowany. Użyj https://").format(address=cleaned))
    return cleaned


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
