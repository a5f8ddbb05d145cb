"""One run of the agent: read, tell, send, remember.

The order follows docs/sync-protocol.md. Whatever happens in between, what was read stays in the queue until the server
has answered that very record.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from konektosync import clock
from konektosync.config import Config
from konektosync.model import KINDS, Kind, Problem
from konektosync.protocol import MOST_RECORDS, Client, RefusedError, Report, ServerError, UnreachableError, batches
from konektosync.queue import Answer, Queue, Queued, Run
from konektosync.scan import Watcher, judge, scan
from konektosync.texts import _

TOO_LARGE = 413


@dataclass(slots=True)
class Outcome:
    """What a run did. The numbers count records."""

    office: str = ""
    sent: int = 0
    stored: int = 0
    unchanged: int = 0
    older: int = 0
    refused: int = 0
    equal: int = 0
    problems: int = 0

    def count(self, answers: Sequence[Answer]) -> None:
        """Add the answers to a batch."""
        self.sent += len(answers)
        for one in answers:
            match one.result:
                case "stored":
                    self.stored += 1
                case "older":
                    self.older += 1
                case "refused":
                    self.refused += 1
                case _:
                    self.unchanged += 1

    def summary(self) -> str:
        """The run in a sentence."""
        if not self.sent:
            return _("Portal ma już wszystko ({equal}).").format(equal=self.equal) if self.equal else _("Bez zmian.")
        sentence = _("Wysłano {sent}: przyjęto {taken}, bez zmian {unchanged}, odrzucono {refused}.")
        return sentence.format(
            sent=self.sent, taken=self.stored, unchanged=self.unchanged + self.older, refused=self.refused
        )


@dataclass(slots=True)
class Sync:
    """Everything that a run needs. `told` is informed of the number of records answered so far and of all to send."""

    queue: Queue
    config: Config
    client: Client
    watcher: Watcher = field(default_factory=Watcher)
    told: Callable[[int, int], None] = lambda done, total: None  # noqa: ARG005 - nobody watches
    now: Callable[[], datetime] = clock.now
    today: Callable[[], date] = clock.today
    refused_too: bool = False
    _error: str | None = None
    _cautious: bool = False

    def run(self) -> Outcome:
        """Do it, and write it into the history. Raises ServerError when the server refused or did not answer."""
        started = self.now()
        try:
            outcome = self._run()
        except ServerError as error:
            self._remember_clock(error)
            self._record(started, "unreachable" if isinstance(error, UnreachableError) else "refused", str(error))
            raise
        self._record(started, "problems" if outcome.problems else "ok", outcome.summary())
        return outcome

    def _record(self, started: datetime, result: str, summary: str) -> None:
        run = Run(clock.rfc3339(started), clock.rfc3339(self.now()), result, summary)
        self.queue.record_run(run)
        if result in ("ok", "problems"):
            self.queue.remember("synced_at", run.finished)

    def _remember_clock(self, error: ServerError) -> None:
        if isinstance(error, RefusedError) and error.code == "clock-wrong":
            self.queue.remember("clock-wrong", clock.rfc3339(self.now()))

    def _run(self) -> Outcome:
        self.read()
        problems = self.queue.problems()
        pulse = self.client.heartbeat(self._report(problems))
        if self.queue.meta("clock-wrong"):
            self.queue.restamp(self.now())
        outcome = Outcome(office=pulse.office)
        # `in_sync` speaks of the last finished run. What waits since (a run cut off half-way, a content that came back)
        # is sent all the same.
        if not pulse.in_sync or self._waiting():
            self._deliver(outcome, in_sync=pulse.in_sync)
            self._tell_refusals(problems)
        if not self.queue.meta("delivered"):
            self.queue.remember("delivered", "yes")
        outcome.problems = len(self.queue.problems())
        return outcome

    def read(self) -> None:
        """Read the folders and queue what is new."""
        result = scan(self.config.folders, self.queue.known_files(), self.watcher)
        self._error = result.problems[0].detail if result.problems else None
        self.queue.keep(result, judge(result, self.today()), self.now())

    def _waiting(self) -> list[Queued]:
        return self.queue.waiting(self.now(), refused_too=self.refused_too)

    def _report(self, problems: Sequence[Problem]) -> Report:
        return Report(
            machine=self.config.machine_name,
            state=self.queue.state(),
            read_at=self.queue.meta("scanned_at"),
            firms=self.queue.firm_count(),
            error=self._error,
            problems=problems,
        )

    def _deliver(self, outcome: Outcome, *, in_sync: bool) -> None:
        known = self._announce()
        if known and not self.queue.meta("delivered"):
            outcome.equal = self._compare(known)
        waiting = self._waiting()
        if in_sync and not waiting:
            return
        unknown = self._send(waiting, outcome, final=False)
        if unknown:
            # The firm was removed from the panel, or this memory comes from another office: announce, send once more.
            self._announce_again({one.found.record.nip for one in unknown})
            self._send(unknown, outcome, final=True)

    def _announce(self) -> list[str]:
        """Announce new firms; those that the server knew already."""
        said = self.client.announce(self.queue.unannounced_firms())
        if said:
            self.queue.firms_answered(said, self.now())
        return sorted(nip for nip, (_status, answer) in said.items() if answer.result == "known")

    def _announce_again(self, nips: set[str]) -> None:
        said = self.client.announce(self.queue.unannounced_firms(nips))
        self.queue.firms_answered(said, self.now())

    def _compare(self, nips: Sequence[str]) -> int:
        """A new memory, firms that the server knows: what is equal there need not be sent.

        Where it differs, nobody knows which is right: then this run sends, but approves nothing by itself.
        """
        periods = [one.found.record.period for one in self._waiting() if one.found.record.nip in set(nips)]
        if not periods:
            return 0
        held = self.client.digests(nips, min(periods), max(periods))
        equal, differing = self.queue.adopt(held, self.now())
        self._cautious = differing > 0
        return equal

    def _send(self, waiting: Sequence[Queued], outcome: Outcome, *, final: bool) -> list[Queued]:
        """Send in batches, the state with the last one.

        Unless this is the `final` attempt, records whose firm the server does not know are returned, and go on waiting.
        """
        state = self.queue.state()
        unknown: list[Queued] = []
        todo = list(batches(waiting)) or [[]]
        done = 0
        while todo:
            batch = todo.pop(0)
            self.queue.sending(batch)
            try:
                answers = self.client.records(batch, self._approve(), None if todo else state)
            except RefusedError as error:
                if error.status != TOO_LARGE or len(batch) < 2:
                    raise
                todo[:0] = batches(batch, most=min(MOST_RECORDS, (len(batch) + 1) // 2))
                continue
            pairs = list(zip(batch, answers, strict=True))
            if not final:
                unknown += [one for one, said in pairs if said.code == "firm-unknown"]
                pairs = [(one, said) for one, said in pairs if said.code != "firm-unknown"]
            self.queue.answered([one for one, _said in pairs], [said for _one, said in pairs], self.now())
            outcome.count([said for _one, said in pairs])
            done += len(batch)
            self.told(done, len(waiting))
        return unknown

    def _approve(self) -> dict[Kind, bool]:
        return {kind: kind in self.config.approve and not self._cautious for kind in KINDS}

    def _tell_refusals(self, before: Sequence[Problem]) -> None:
        """The panel shows what the last heartbeat said: say it again if the answers changed it.

        The state holds the problems too, so the new state is registered as well; an unchanged run is one request again.
        """
        after = self.queue.problems()
        if after == list(before):
            return
        self.client.heartbeat(self._report(after))
        self.client.records([], self._approve(), self.queue.state())
