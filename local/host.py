"""Hosts the functions: each in processes of its own, with the environment and the role Lambda would give it.

A fork server imports the libraries once; a worker is then a fork that imports only our code, in a fraction of a
second. That is what makes a reload quick: forget the workers, and the next request forks a new one. Each worker signs
with its function's role, so a missing IAM statement is refused here as on AWS.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
import uuid
from collections.abc import Callable
from typing import Any

from local.deploy import Function
from local.place import REGION, Place
from local.worker import Environment, Invocation, Outcome, main

AT_ONCE = 4
"""Processes per function: enough to meet in a transaction, few enough for a laptop."""

_LIBRARIES = [
    "aws_lambda_powertools.event_handler",
    "aws_lambda_powertools.event_handler.openapi.params",
    "aws_lambda_powertools.metrics",
    "botocore.session",
    "botocore.awsrequest",
    "boto3",
    "jinja2",
    "pydantic",
    "local.worker",
]


class InvocationError(Exception):
    """The function did not return: it raised, could not be imported, or took too long."""

    def __init__(self, summary: str, traceback: str = "", *, timed_out: bool = False) -> None:
        super().__init__(summary)
        self.traceback = traceback
        self.timed_out = timed_out


class _Worker:
    def __init__(self, environment: Environment, generation: int) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(_LIBRARIES)
        self.generation = generation
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=main, args=(theirs, environment), daemon=True)
        self._process.start()
        theirs.close()

    def wait(self, timeout: float) -> Outcome:
        """What the worker says next."""
        if not self._connection.poll(timeout):
            self.stop()
            raise InvocationError(f"No answer within {timeout:g} s.", timed_out=True)
        try:
            outcome: Outcome = self._connection.recv()
        except EOFError:
            raise InvocationError("The process of the function ended.") from None
        return outcome

    def ask(self, invocation: Invocation) -> Outcome:
        """The outcome of one event."""
        self._connection.send(invocation)
        return self.wait(invocation.timeout)

    def stop(self) -> None:
        """End it; it holds nothing that could be lost."""
        self._connection.close()
        self._process.terminate()
        self._process.join(2)


class Host:
    """Invokes functions by their logical id."""

    def __init__(self, place: Place, credentials: Callable[[dict[str, Any]], dict[str, str]]) -> None:
        self._place = place
        self._credentials = credentials
        self._functions: dict[str, Function] = {}
        self._idle: dict[str, list[_Worker]] = {}
        self._slots: dict[str, threading.Semaphore] = {}
        self._generation = 0
        self._lock = threading.Lock()

    def serve(self, functions: dict[str, Function]) -> None:
        """From now on these functions."""
        with self._lock:
            self._functions = functions
            self._slots = {key: self._slots.get(key) or threading.Semaphore(AT_ONCE) for key in functions}
        self.renew()

    def renew(self) -> None:
        """From now on with the code as it is now. A request under way still ends with the old."""
        with self._lock:
            self._generation += 1
            old, self._idle = self._idle, {key: [] for key in self._functions}
        for workers in old.values():
            for worker in workers:
                worker.stop()

    def invoke(self, key: str, event: Any) -> Any:
        """The result of one event; waits while all processes of the function are busy."""
        function = self._functions.get(key)
        if function is None:
            raise InvocationError("The function is not deployed, or the portal is being stopped.")
        with self._slots[key]:
            worker = self._take(key, function)
            outcome = worker.ask(self._invocation(function, event))
            self._give_back(key, worker)
        if outcome.summary:
            raise InvocationError(outcome.summary, outcome.traceback)
        return json.loads(outcome.result)

    def warm(self) -> None:
        """Start the fork server and one process of every function, so that the first page is quick."""
        for key, function in self._functions.items():
            try:
                self._give_back(key, self._take(key, function))
            except InvocationError:
                continue  # shown with its traceback when somebody asks for a page of it

    def _take(self, key: str, function: Function) -> _Worker:
        with self._lock:
            if idle := self._idle.get(key):
                return idle.pop()
            generation = self._generation
        worker = _Worker(self._environment(function), generation)
        outcome = worker.wait(30)
        if outcome.summary:
            worker.stop()
            raise InvocationError(outcome.summary, outcome.traceback)
        return worker

    def _give_back(self, key: str, worker: _Worker) -> None:
        with self._lock:
            if worker.generation == self._generation and key in self._idle:
                self._idle[key].append(worker)
                return
        worker.stop()

    def _invocation(self, function: Function, event: Any) -> Invocation:
        arn = function.description["FunctionArn"]
        return Invocation(event, str(uuid.uuid4()), function.name, arn, function.memory, function.timeout)

    def _environment(self, function: Function) -> Environment:
        place = self._place
        variables = {
            "PATH": os.environ.get("PATH", ""),
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": place.aws_url,
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "LAMBDA_TASK_ROOT": str(place.root),
        }
        variables |= function.variables | self._credentials(function.description)
        return Environment(str(place.root), str(place.log), function.handler, variables)

    def close(self) -> None:
        """End every process."""
        self.serve({})
