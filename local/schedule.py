"""Plays the template's schedules: once at the start, because this machine may have slept, then at their rate."""

from __future__ import annotations

import json
import re
import threading
import traceback
from dataclasses import dataclass
from typing import Any

from local.deploy import Deployment
from local.host import InvocationError
from local.stream import Invoke

_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule: which function, what it is told, every how many seconds."""

    function: str
    event: Any
    seconds: int


def schedules(deployment: Deployment) -> list[Schedule]:
    """The schedules of the deployed template."""
    found = []
    for resource in deployment.template["Resources"].values():
        if resource["Type"] == "AWS::Scheduler::Schedule":
            properties = resource["Properties"]
            function = properties["Target"]["Arn"]["Fn::GetAtt"][0]
            event = json.loads(properties["Target"].get("Input", "{}"))
            found.append(Schedule(function, event, seconds(properties["ScheduleExpression"])))
    return found


def seconds(expression: str) -> int:
    """`rate(1 hour)` in seconds; the only form this template uses."""
    match = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression)
    if match is None:
        raise ValueError(f"local/schedule.py does not know {expression}")
    return int(match[1]) * _SECONDS[match[2]]


class Clockwork:
    """Plays one schedule in a thread of its own."""

    def __init__(self, schedule: Schedule, invoke: Invoke) -> None:
        self._schedule = schedule
        self._invoke = invoke
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="schedule")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the run under way."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._invoke(self._schedule.function, self._schedule.event)
            except InvocationError as failure:
                print(failure.traceback or failure)
            except Exception:  # the next one may go well
                traceback.print_exc()
            self._stopped.wait(self._schedule.seconds)
