"""Runs requests at once, taking turns at each call to DynamoDB.

Lambda gives each request a process of its own; here they are threads, so each has its own copy of the handlers, and
only one runs at a time. Before a call to DynamoDB it lets the others go on: everything that a race can do to the
table happens, moto's calls stay whole, and what the resolver keeps for the whole process is put back.
"""

from __future__ import annotations

import importlib
import importlib.util
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from aws_lambda_powertools.event_handler.api_gateway import BaseRouter

from portal import aws
from tests.functions.gateway import Handler, Handlers

Result = TypeVar("Result")
Job = Callable[[Handlers], Result]

_PER_PROCESS = ("current_event", "lambda_context")


class _Baton:
    def __init__(self, seed: int) -> None:
        self._lock = threading.Lock()
        self._mine = threading.local()
        self._random = random.Random(seed)  # noqa: S311 - only shuffles the turns

    def __enter__(self) -> None:
        self._lock.acquire()
        self._mine.held = True

    def __exit__(self, *_: object) -> None:
        self._mine.held = False
        self._lock.release()

    def pass_on(self, **_: Any) -> None:
        if not getattr(self._mine, "held", False):
            return
        kept = {name: getattr(BaseRouter, name, None) for name in _PER_PROCESS}
        pause = self._random.random() / 500
        self._lock.release()
        time.sleep(pause)
        self._lock.acquire()
        for name, value in kept.items():
            setattr(BaseRouter, name, value)


def at_once(jobs: Sequence[Job[Result]], seed: int = 0) -> list[Result]:
    """The jobs' results in their order; each job is given the handlers that it must use."""
    baton, start = _Baton(seed), threading.Barrier(len(jobs))
    events = aws.client("dynamodb").meta.events

    def run(job: Job[Result]) -> Result:
        handlers = _own_handlers()
        start.wait()
        with baton:
            return job(handlers)

    events.register_first("provide-client-params.dynamodb", baton.pass_on)
    try:
        with ThreadPoolExecutor(len(jobs)) as threads:
            return list(threads.map(run, jobs))
    finally:
        events.unregister("provide-client-params.dynamodb", baton.pass_on)


def _own_handlers() -> Handlers:
    made: dict[str, Handler] = {}

    def handler_of(function: str) -> Handler:
        if function not in made:
            known = importlib.import_module(f"functions.{function.removesuffix('Function').lower()}.app")
            assert known.__spec__ is not None
            copy = importlib.util.module_from_spec(known.__spec__)
            assert known.__spec__.loader is not None
            known.__spec__.loader.exec_module(copy)
            made[function] = copy.handler
        return made[function]

    return handler_of
