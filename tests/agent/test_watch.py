"""The loop of `watch`: changes, pauses, stopping."""

import threading
import time
from pathlib import Path

import pytest
from konektosync import watch
from konektosync.exits import Exit
from konektosync.protocol import Backoff
from konektosync.watch import Pauses, Signals, loop, observed


class Runs:
    """Stands for a synchronisation: answers one after the other, then stops the loop."""

    def __init__(self, signals: Signals, *answers: tuple[Exit, bool]) -> None:
        self.signals = signals
        self.answers = list(answers)
        self.moments: list[float] = []

    def __call__(self) -> tuple[Exit, bool]:
        self.moments.append(time.monotonic())
        answer = self.answers.pop(0)
        if not self.answers:
            self.signals.stop.set()
        return answer

    @property
    def gaps(self) -> list[float]:
        return [after - before for before, after in zip(self.moments, self.moments[1:], strict=False)]


FAST = Pauses(between=0.05, quiet=0.02, backoff=Backoff(first=0.1))


def test_runs_without_change_too():
    signals = Signals()
    runs = Runs(signals, *[(Exit.OK, True)] * 3)
    assert loop(runs, signals, FAST) is Exit.OK
    assert len(runs.moments) == 3


def test_pauses_grow_while_the_server_is_away_and_changes_do_not_shorten_them():
    signals = Signals()
    runs = Runs(signals, *[(Exit.UNREACHABLE, True)] * 4)

    def change(run: Runs = runs) -> tuple[Exit, bool]:
        answer = run()
        signals.changed.set()
        return answer

    loop(change, signals, FAST)
    assert 0.05 <= runs.gaps[0] < runs.gaps[1] + 0.06
    assert runs.gaps[2] >= 0.2


def test_success_ends_the_growing():
    signals = Signals()
    runs = Runs(signals, (Exit.UNREACHABLE, True), (Exit.OK, True), (Exit.OK, True))
    loop(runs, signals, FAST)
    assert runs.gaps[1] < 0.5


def test_hopeless_refusal_ends_the_loop():
    signals = Signals()
    runs = Runs(signals, (Exit.REFUSED, False), (Exit.OK, True))
    assert loop(runs, signals, FAST) is Exit.REFUSED
    assert len(runs.moments) == 1


def test_stop_ends_a_long_pause():
    signals = Signals()
    threading.Timer(0.1, signals.stop.set).start()
    started = time.monotonic()
    assert loop(lambda: (Exit.OK, True), signals, Pauses(between=600)) is Exit.OK
    assert time.monotonic() - started < 5


def test_settles_only_after_quiet():
    signals = Signals()
    signals.changed.set()
    timers = [threading.Timer(delay, signals.changed.set) for delay in (0.05, 0.1, 0.15)]
    started = time.monotonic()
    for timer in timers:
        timer.start()
    signals.settle(quiet=0.3)
    assert time.monotonic() - started > 0.3


def test_settling_ends_though_changes_do_not():
    signals = Signals()
    signals.changed.set()
    stop = threading.Event()

    def write() -> None:
        while not stop.wait(0.01):
            signals.changed.set()

    writer = threading.Thread(target=write)
    writer.start()
    started = time.monotonic()
    signals.settle(quiet=0.1, longest=0.3)
    stop.set()
    writer.join()
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("poll", [None, 0.05])
def test_changes_are_noticed_and_reading_is_not_one(exports: Path, poll: float | None):
    changed = threading.Event()
    path = exports / "a.xml"
    path.write_text("x", encoding="utf-8")
    with observed([exports, exports / "nie ma"], changed, poll):
        time.sleep(0.3)
        changed.clear()
        path.read_text(encoding="utf-8")
        list(exports.iterdir())
        assert not changed.wait(0.3)
        path.write_text("yy", encoding="utf-8")
        assert changed.wait(5)


def test_polling_where_notices_cannot_be_had(exports: Path, monkeypatch: pytest.MonkeyPatch):
    class Exhausted:
        def schedule(self, *_args: object, **_named: object) -> None:
            raise OSError("inotify watch limit reached")

    monkeypatch.setattr(watch, "Observer", Exhausted)
    changed = threading.Event()
    with observed([exports], changed):
        assert any("Polling" in type(one).__name__ for one in threading.enumerate())


def test_an_hour_give_or_take():
    assert 0.9 * 3600 <= Pauses().after(0) <= 1.1 * 3600
    assert 1 <= Pauses().after(1) <= 2
