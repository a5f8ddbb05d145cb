"""A register of VAT payers of this process: real HTTP, and answers as they were recorded."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from portal.config import settings

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "white_list"
Answering = Callable[[BaseHTTPRequestHandler], None]


def recorded(name: str) -> bytes:
    return (FIXTURES / f"{name}.json").read_bytes()


def says(content: bytes, status: int = 200, **headers: str) -> Answering:
    def answer(connection: BaseHTTPRequestHandler) -> None:
        connection.send_response(status)
        for name, value in {"Content_Length": str(len(content)), **headers}.items():
            connection.send_header(name.replace("_", "-"), value)
        connection.end_headers()
        connection.wfile.write(content)

    return answer


def with_subject(**fields: object) -> Answering:
    """The recorded company with other fields."""
    whole = json.loads(recorded("company"))
    whole["result"]["subject"] |= fields
    return says(json.dumps(whole).encode())


@dataclass
class Register:
    """The register: what it answers next, and what it was asked."""

    answer: Answering = field(default_factory=lambda: says(recorded("company")))
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    port: int = 0


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    with listening(Register()) as known, pointed(monkeypatch, f"http://127.0.0.1:{known.port}"):
        yield known


@contextmanager
def listening(known: Register) -> Iterator[Register]:
    """It answers at its port while this lasts."""

    class Connection(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.asked.append(self.path)
            known.headers.append(dict(self.headers.items()))
            known.answer(self)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Connection)
    server.daemon_threads = True
    known.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield known
    server.shutdown()
    server.server_close()


class pointed:  # noqa: N801 - reads like a word of the test
    """The setting points there while this lasts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, address: str, name: str = "WHITE_LIST_URL") -> None:
        monkeypatch.setenv(name, address)

    def __enter__(self) -> None:
        settings.cache_clear()

    def __exit__(self, *_: object) -> None:
        settings.cache_clear()
