"""Files that jobs make: who asked for one, how far it is, until when it can be fetched. One holds all of an office."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from portal.domain import errors

KEPT_FOR = timedelta(days=7)
ATTEMPTS = 3
"""How often the making is tried: once, and as often again as the stream hands over a failed job (template.yaml)."""

SILENT_FOR = timedelta(minutes=20)
"""An attempt lives for fifteen minutes at most; one that was not heard of for longer is dead."""


class State(StrEnum):
    """How far such a file is."""

    REQUESTED = "requested"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class MadeFile:
    """One of them. `attempt` counts the tries to make it, and with `touched_at` tells a dead one from one at work.

    `done` of `total` are in it so far. `version` counts changes, for conditions on writes: of two attempts only the
    later one can go on.
    """

    id: str
    by: str
    requested_at: datetime
    touched_at: datetime
    state: State = State.REQUESTED
    attempt: int = 0
    done: int = 0
    total: int = 0
    size: int = 0
    files: int = 0
    finished_at: datetime | None = None
    version: int = 1

    @property
    def under_way(self) -> bool:
        """Whether it was neither made nor given up."""
        return self.state in (State.REQUESTED, State.RUNNING)

    @property
    def expires_at(self) -> datetime | None:
        """Until when it can be fetched."""
        return self.finished_at + KEPT_FOR if self.finished_at and self.state is State.DONE else None

    def state_at(self, now: datetime) -> State:
        """What there is to say of it at a moment: also that its attempt died, or that it is gone."""
        if self.under_way and self.touched_at < now - SILENT_FOR:
            return State.FAILED
        if self.expires_at and self.expires_at <= now:
            return State.EXPIRED
        return self.state

    def alive(self, now: datetime) -> bool:
        """Whether another one has to wait for it."""
        return self.state_at(now) in (State.REQUESTED, State.RUNNING)

    def begun(self, now: datetime) -> Self:
        """The next attempt; what an earlier one did is done anew."""
        return replace(self, state=State.RUNNING, attempt=self.attempt + 1, done=0, touched_at=now)

    def advanced(self, done: int, total: int, now: datetime) -> Self:
        """So far."""
        return replace(self, done=done, total=total, touched_at=now)

    def finished(self, size: int, files: int, now: datetime) -> Self:
        """It can be fetched from now on."""
        return replace(
            self,
            state=State.DONE,
            done=self.total,
            size=size,
            files=files,
            touched_at=now,
            finished_at=now,
        )

    def failed(self, now: datetime) -> Self:
        """An attempt ended with an error: it is tried again, or after the last time given up."""
        state = State.FAILED if self.attempt >= ATTEMPTS else State.REQUESTED
        return replace(self, state=state, touched_at=now)

    def require_fetchable(self, now: datetime) -> None:
        """Raises `export-not-ready`, `export-expired`."""
        state = self.state_at(now)
        if state is State.EXPIRED:
            raise errors.Refusal(errors.EXPORT_EXPIRED)
        if state is not State.DONE:
            raise errors.Refusal(errors.EXPORT_NOT_READY)


@dataclass(frozen=True, slots=True)
class Export(MadeFile):
    """Everything of an office as one file. What is counted are firms."""

    @property
    def firms(self) -> int:
        """How many firms are in it so far."""
        return self.done

    @property
    def firms_total(self) -> int:
        """Of how many."""
        return self.total
