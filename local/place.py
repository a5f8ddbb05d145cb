"""Where things are and what they are called on this machine."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

REGION = "eu-central-1"
STACK = "konektosmart-local"
SENDER = "portal@konektosmart.example"


@dataclass(frozen=True, slots=True)
class Place:
    """One running portal: the tree it runs, the folder with its data, its two ports."""

    root: Path
    home: Path
    port: int
    aws_port: int

    @property
    def domain(self) -> str:
        """What stands in links, as the template's parameter of that name.

        A name and no number: passkeys are bound to a host's name, and browsers take this one for safe.
        """
        return f"localhost:{self.port}"

    @property
    def url(self) -> str:
        """Where a person opens the portal."""
        return f"http://{self.domain}"

    @property
    def aws_url(self) -> str:
        """Where the emulator answers."""
        return f"http://127.0.0.1:{self.aws_port}"

    @property
    def log(self) -> Path:
        """What the functions log."""
        return self.home / "functions.log"


def port_is_free(port: int) -> bool:
    """Whether nobody listens there (a port in TIME_WAIT counts as free, so that a restart is not held up)."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """A port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
