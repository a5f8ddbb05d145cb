"""The embedded emulator (ministack): started in this process, bound to 127.0.0.1, its state kept over a kill.

The emulator saves its state on a clean stop only. Here it is saved within SAVE_EVERY seconds of a write, so `kill -9`
loses at most about two seconds. A large state takes longer to save; then it is saved less often, at most a quarter of
the time.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from local import authorisation, mail
from local.place import REGION, Place

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

SAVE_EVERY = 1.0
_PAUSE_PER_SECOND = 3
# Written by functions at work, and saved alone; whatever else is written, by a deployment, saves everything.
_OFTEN_WRITTEN = {"dynamodb": "dynamodb", "sqs": "sqs", "ses": "ses_v2", "s3": "s3"}
_SIGNED_FOR = re.compile(r"Credential=[^/]+/\d+/[^/]+/([\w-]+)/aws4_request")
_READS = ("Get", "Query", "BatchGet", "Scan", "TransactGet", "Describe", "List")


def forget_real_credentials() -> None:
    """Remove every AWS_* variable: nothing that runs here may reach, or be taken for, a real account."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]


def _configure(place: Place) -> None:
    """The emulator reads its configuration from the environment while it is imported."""
    scratch = place.home / "tmp"
    scratch.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "GATEWAY_PORT": str(place.aws_port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "AUTH": "true",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(place.home / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(place.home / "s3"),
        "TMPDIR": str(scratch),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "ERROR",
    }


class Emulator:
    """The emulator of this process. There can be one: its state is kept in its modules."""

    def __init__(self, place: Place) -> None:
        _configure(place)
        authorisation.correct()
        mail.keep_requests()
        self._emulator = authorisation.part("app")
        self._changed: set[str] = set()
        self._saving = asyncio.Lock()
        self.written = asyncio.Event()

    async def application(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The emulator's ASGI application, which also notices that something was written."""
        await self._emulator.app(scope, receive, send)
        if scope["type"] == "http" and (part := _written_part(scope)):
            self._changed.add(part)
            self.written.set()

    def credentials(self, function: dict[str, Any]) -> dict[str, str]:
        """The session of a function's own role, so that its IAM statements are enforced here too."""
        session: dict[str, str] = authorisation.part("core.lambda_runtime").execution_credentials(function)
        return session

    async def keep_saved(self) -> None:
        """Save what changed, until cancelled."""
        while True:
            took = await self.save()
            await asyncio.sleep(max(SAVE_EVERY, _PAUSE_PER_SECOND * took))

    async def save(self) -> float:
        """Save what changed since the last time; tell how many seconds of work it was.

        Waiting for a loop that is busy with a deployment is no work, or the first change after it would wait as well.
        """
        async with self._saving:
            changed, self._changed = self._changed, set()
            started = time.thread_time()
            states = self._states(changed)
            took = time.thread_time() - started
            return took + await asyncio.to_thread(_write, states)

    def _states(self, changed: set[str]) -> dict[str, Any]:
        """Copies of the changed states. Taken on the emulator's own loop, so none is caught amid a request."""
        if not changed:
            return {}
        readers = self._emulator._build_persistence_save_dict()
        wanted = readers if "all" in changed else {name: readers[name] for name in changed if name in readers}
        return {name: state for name, read in wanted.items() if (state := read()) is not None}


def _write(states: dict[str, Any]) -> float:
    started = time.thread_time()
    for service, state in states.items():
        authorisation.part("core.persistence").save_state(service, state)
    return time.thread_time() - started


def _written_part(scope: Scope) -> str | None:
    """Which service's state a request may have changed: one by name, "all", or none."""
    headers = dict(scope["headers"])
    action = headers.get(b"x-amz-target", b"").decode("latin-1").rpartition(".")[2]
    if action.startswith(_READS) or scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return None
    if headers.get(b"content-type", b"").startswith(b"multipart/form-data"):  # a signed form, from a browser
        return "s3"
    signed_for = _SIGNED_FOR.search(headers.get(b"authorization", b"").decode("latin-1"))
    return _OFTEN_WRITTEN.get(signed_for[1], "all") if signed_for else "all"
