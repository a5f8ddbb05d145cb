"""One execution environment of a function: a forked process that imports the handler and answers event by event."""

from __future__ import annotations

import importlib
import io
import json
import os
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

_LOUD = ("ERROR", "CRITICAL")


@dataclass(frozen=True, slots=True)
class Environment:
    """All a worker is told: what Lambda would tell the process."""

    root: str
    log: str
    handler: str
    variables: dict[str, str]


@dataclass(frozen=True, slots=True)
class Invocation:
    """An event, and what the context object says."""

    event: Any
    request_id: str
    function: str
    arn: str
    memory: int
    timeout: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result as JSON, or the traceback of what went wrong."""

    result: str = ""
    traceback: str = ""
    summary: str = ""


class Context:
    """The second argument of a handler."""

    function_version = "$LATEST"
    log_stream_name = "local"

    def __init__(self, invocation: Invocation) -> None:
        self.function_name = invocation.function
        self.invoked_function_arn = invocation.arn
        self.memory_limit_in_mb = invocation.memory
        self.aws_request_id = invocation.request_id
        self.log_group_name = f"/aws/lambda/{invocation.function}"
        self._deadline = time.monotonic() + invocation.timeout

    def get_remaining_time_in_millis(self) -> int:
        """How long the function may still run."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))


class _Log(io.TextIOBase):
    """Standard output of a function: to the log file, and errors to the terminal too, readable."""

    def __init__(self, path: str) -> None:
        self._file = Path(path).open("a", encoding="utf-8", buffering=1)  # noqa: SIM115 - as long as the process
        self._rest = ""

    def write(self, text: str) -> int:
        """Write what is complete; a line is written at once, so that workers do not mix."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._file.write(line + "\n")
            if loud := _readable_error(line):
                print(loud, file=sys.stderr, flush=True)
        return len(text)

    def flush(self) -> None:
        """Nothing waits but an unfinished line."""


def _readable_error(line: str) -> str:
    """An error of the structured log for a person, or nothing."""
    if not any(level in line for level in _LOUD):
        return ""
    try:
        entry = json.loads(line)
    except ValueError:
        return ""
    if not isinstance(entry, dict) or entry.get("level") not in _LOUD:
        return ""
    return "\n".join(str(part) for part in (entry.get("message"), entry.get("exception")) if part)


def main(connection: Connection, environment: Environment) -> None:
    """Import the handler, tell how that went, then answer events until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the runner, which then closes the connection
    _enter(environment)
    try:
        module, _, name = environment.handler.rpartition(".")
        handler = getattr(importlib.import_module(module), name)
    except BaseException as error:  # a SystemExit or a syntax error of the code under work is its author's to see
        connection.send(_failure(error))
        return
    connection.send(Outcome())
    _serve(connection, handler)


def _enter(environment: Environment) -> None:
    os.environ.clear()
    os.environ.update(environment.variables)
    os.chdir(environment.root)
    sys.path.insert(0, environment.root)
    # A second edit within a second can leave a stale .pyc of the same size and time.
    sys.dont_write_bytecode = True
    sys.stdout = _Log(environment.log)


def _serve(connection: Connection, handler: Any) -> None:
    while True:
        try:
            invocation: Invocation = connection.recv()
        except (EOFError, OSError):  # the runner is gone, however it went
            return
        try:
            outcome = Outcome(result=json.dumps(handler(invocation.event, Context(invocation)), ensure_ascii=False))
        except BaseException as error:  # the runner shows it, whatever it is
            outcome = _failure(error)
        connection.send(outcome)


def _failure(error: BaseException) -> Outcome:
    return Outcome(
        traceback="".join(traceback.format_exception(error)),
        summary="".join(traceback.format_exception_only(error)).strip(),
    )
