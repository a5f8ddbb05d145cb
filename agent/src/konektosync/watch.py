"""Running again and again: when files change, every hour, and after a failure with growing pauses."""

import random
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from watchdog.events import (
    EVENT_TYPE_CLOSED,
    EVENT_TYPE_CREATED,
    EVENT_TYPE_DELETED,
    EVENT_TYPE_MODIFIED,
    EVENT_TYPE_MOVED,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

from konektosync.exits import Exit
from konektosync.protocol import Backoff

HOUR = 3600.0
# A program writes an export in pieces: wait until it was quiet for so long, but not for ever.
QUIET = 3.0
LONGEST_QUIET = 60.0
# Waiting on Windows cannot be interrupted by Ctrl+C, so it is cut into pieces.
SLICE = 0.5
# Reading a file ourselves opens and closes it: only what changes something counts.
CHANGES = frozenset({EVENT_TYPE_CREATED, EVENT_TYPE_MODIFIED, EVENT_TYPE_MOVED, EVENT_TYPE_DELETED, EVENT_TYPE_CLOSED})


@dataclass(slots=True)
class Signals:
    """What the loop waits for."""

    changed: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)

    def wait(self, seconds: float, *, for_change: bool) -> bool:
        """Wait so long, or until a stop (or a change). True if a change came."""
        until = time.monotonic() + seconds
        while not self.stop.is_set() and (left := until - time.monotonic()) > 0:
            waited = self.changed if for_change else self.stop
            if waited.wait(min(SLICE, left)):
                break
        return self.changed.is_set()

    def settle(self, quiet: float = QUIET, longest: float = LONGEST_QUIET) -> None:
        """After a change: wait until nothing changed for a moment."""
        until = time.monotonic() + longest
        while self.changed.is_set() and not self.stop.is_set() and time.monotonic() < until:
            self.changed.clear()
            self.wait(quiet, for_change=True)


class Changes(FileSystemEventHandler):
    """Notes that something changed; what it was, the scan finds out."""

    def __init__(self, changed: threading.Event) -> None:
        self._changed = changed

    def on_any_event(self, event: FileSystemEvent) -> None:
        """A change in a folder."""
        if event.event_type in CHANGES and not (event.is_directory and event.event_type == EVENT_TYPE_MODIFIED):
            self._changed.set()


@contextmanager
def observed(folders: Sequence[Path], changed: threading.Event, poll_seconds: float | None = None) -> Iterator[None]:
    """Set `changed` whenever something changes in the folders.

    Where the system's notices cannot be had (network drives, too many folders), the folders are looked at in turns.
    """
    observer = _started(folders, changed, poll_seconds)
    try:
        yield
    finally:
        observer.stop()
        observer.join(timeout=5)


def _started(folders: Sequence[Path], changed: threading.Event, poll_seconds: float | None) -> BaseObserver:
    if poll_seconds is None:
        observer = Observer()
        try:
            _schedule(observer, folders, changed)
            observer.start()
        except OSError:
            poll_seconds = 30.0
        else:
            return observer
    polling = PollingObserver(timeout=poll_seconds)
    _schedule(polling, folders, changed)
    polling.start()
    return polling


def _schedule(observer: BaseObserver, folders: Sequence[Path], changed: threading.Event) -> None:
    for folder in folders:
        # A folder that is away now (a network drive) is looked at by the hourly run.
        if folder.is_dir():
            observer.schedule(Changes(changed), str(folder), recursive=True)


@contextmanager
def stopped_by_signals(signals: Signals) -> Iterator[None]:
    """SIGINT and SIGTERM end the loop after the step under way."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        signals.stop.set()
        signals.changed.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long the loop waits, in seconds."""

    between: float = HOUR
    quiet: float = QUIET
    backoff: Backoff = field(default_factory=Backoff)

    def after(self, failures: int) -> float:
        """The pause after a run: an hour, give or take, or the growing pause of a failure."""
        if failures:
            return self.backoff.delay(failures)
        # Many machines started together in the morning should not ask together for ever.
        return self.between * random.uniform(0.9, 1.1)  # noqa: S311 - spreads load, guards nothing


def loop(run: Callable[[], tuple[Exit, bool]], signals: Signals, pauses: Pauses | None = None) -> Exit:
    """Run until a signal comes, or `run` says that going on is useless (its second value is False)."""
    pauses = pauses or Pauses()
    failures = 0
    ended = Exit.OK
    while not signals.stop.is_set():
        signals.changed.clear()
        ended, go_on = run()
        if not go_on:
            return ended
        failures = failures + 1 if ended is Exit.UNREACHABLE else 0
        # While the server is away, changes wait in the folders; only the pause counts.
        if signals.wait(pauses.after(failures), for_change=not failures):
            signals.settle(pauses.quiet)
    return Exit.OK
