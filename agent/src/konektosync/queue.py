"""The agent's memory: one SQLite file that holds what was read until the server has answered it.

Each public method is one transaction, written through to the disk (WAL, synchronous=FULL), so a power cut at any
instant leaves either the state before or the one after. Sending twice is harmless (the server is idempotent),
forgetting is not: a record is acknowledged only by storing the digest that the server answered.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from konektosync import __version__
from konektosync.clock import rfc3339
from konektosync.model import FileContent, Found, Key, Note, Problem, short_hash
from konektosync.scan import FileState, Scan, Verdict

# A refused record is sent again when its content changes, on demand, or once a day (docs/sync-protocol.md).
REFUSED_AGAIN = timedelta(days=1)
KEPT_RUNS = 200

SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    source TEXT PRIMARY KEY, folder TEXT NOT NULL, shown TEXT NOT NULL, size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL, read_ns INTEGER NOT NULL, sha TEXT, content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS records (
    key TEXT PRIMARY KEY, digest TEXT NOT NULL, read_at TEXT NOT NULL, found TEXT NOT NULL,
    held INTEGER NOT NULL DEFAULT 0, acknowledged TEXT, acknowledged_at TEXT, result TEXT,
    refused TEXT, refused_at TEXT, code TEXT, field TEXT, detail TEXT);
-- IS also compares with NULL: what was never answered differs from every digest.
CREATE VIEW IF NOT EXISTS standings AS SELECT *, CASE
    WHEN held THEN 'held' WHEN acknowledged IS digest THEN 'acknowledged'
    WHEN refused IS digest THEN 'refused' ELSE 'waiting' END AS standing FROM records;
CREATE TABLE IF NOT EXISTS firms (
    nip TEXT PRIMARY KEY, name TEXT NOT NULL, natural_person INTEGER NOT NULL, file TEXT NOT NULL,
    announced_at TEXT, status TEXT, code TEXT, detail TEXT);
CREATE TABLE IF NOT EXISTS problems (file TEXT NOT NULL, code TEXT NOT NULL, field TEXT, detail TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY, started TEXT NOT NULL, finished TEXT NOT NULL, result TEXT NOT NULL, summary TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def text_key(key: Key) -> str:
    """A record's key as the store and the state digest write it: fields joined by a TAB."""
    return "\t".join(key)


@dataclass(frozen=True, slots=True)
class Queued:
    """A record that waits for the server's answer."""

    found: Found
    read_at: str

    @property
    def digest(self) -> str:
        """The digest of the content that waits."""
        return self.found.record.digest


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said of one record."""

    result: str
    code: str | None = None
    field: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class FirmRow:
    """A firm found in the files."""

    nip: str
    name: str
    natural_person: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records were found, and where they stand."""

    found: int
    acknowledged: int
    waiting: int
    refused: int


@dataclass(frozen=True, slots=True)
class Run:
    """One run of `sync`: when, how it ended, and its summary in a sentence."""

    started: str
    finished: str
    result: str
    summary: str


class Queue:
    """The local store. Use it as a context manager."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(SCHEMA)
        self._forget_readings_of_other_versions()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _forget_readings_of_other_versions(self) -> None:
        """A newer agent may read more of a file than the one before."""
        if self.meta("version") == __version__:
            return
        with self._transaction():
            self._db.execute("DELETE FROM files")
            self._put_meta("version", __version__)

    # -- What was read -------------------------------------------------------------------------------------------------

    def known_files(self) -> dict[str, FileState]:
        """The files of the last scan by their source."""
        rows = self._db.execute("SELECT * FROM files")
        return {
            row["source"]: FileState(
                row["source"],
                row["folder"],
                row["shown"],
                row["size"],
                row["mtime_ns"],
                row["read_ns"],
                row["sha"],
                FileContent.from_json(row["content"]),
                stored=True,
            )
            for row in rows
        }

    def keep(self, result: Scan, verdict: Verdict, now: datetime) -> None:
        """Remember a scan and queue what is new in it."""
        moment = rfc3339(now)
        with self._transaction():
            self._put_files(result.files)
            self._db.execute("UPDATE records SET held = 0 WHERE held = 1")
            self._put_winners(verdict.choice.winners, moment)
            self._put_firms(verdict.choice.winners.values())
            for key in verdict.choice.contradictions:
                self._db.execute("UPDATE records SET held = 1 WHERE key = ?", (text_key(key),))
            # A clock that was ahead when a file was read: the server refuses moments that have not come yet.
            self._db.execute(
                "UPDATE records SET read_at = :now WHERE read_at > :now AND acknowledged IS NOT digest", {"now": moment}
            )
            self._db.execute("DELETE FROM problems")
            self._db.executemany(
                "INSERT INTO problems VALUES (?, ?, ?, ?)",
                [(one.file, one.code, one.field, one.detail) for one in verdict.problems],
            )
            self._put_meta("scanned_at", moment)
            self._put_meta("notes", json.dumps([[one.file, one.code, one.detail] for one in result.notes]))
            self._put_meta("ignored", str(result.ignored))

    def _put_files(self, files: Sequence[FileState]) -> None:
        present = {one.source for one in files}
        known = [row["source"] for row in self._db.execute("SELECT source FROM files")]
        gone = [(source,) for source in known if source not in present]
        self._db.executemany("DELETE FROM files WHERE source = ?", gone)
        self._db.executemany(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    one.source,
                    one.folder,
                    one.shown,
                    one.size,
                    one.mtime_ns,
                    one.read_ns,
                    one.sha,
                    one.content.to_json(),
                )
                for one in files
                if not one.stored
            ],
        )

    def _put_winners(self, winners: Mapping[Key, Found], moment: str) -> None:
        rows = self._db.execute("SELECT key, digest, found FROM records")
        stored = {row["key"]: (row["digest"], row["found"]) for row in rows}
        for key, found in winners.items():
            text, digest = found.to_json(), found.record.digest
            before_digest, before = stored.get(text_key(key), (None, ""))
            if before_digest is None:
                self._db.execute(
                    "INSERT INTO records (key, digest, read_at, found) VALUES (?, ?, ?, ?)",
                    (text_key(key), digest, moment, text),
                )
            elif before_digest == digest and before != text:
                # Unchanged content keeps its moment (rule 2); its file may have another name now.
                self._db.execute("UPDATE records SET found = ? WHERE key = ?", (text, text_key(key)))
            elif before_digest != digest and replaces(found, Found.from_json(before)):
                self._db.execute(
                    "UPDATE records SET digest = ?, read_at = ?, found = ? WHERE key = ?",
                    (digest, moment, text, text_key(key)),
                )

    def _put_firms(self, found: Iterable[Found]) -> None:
        # Of several names of a firm, one that is not empty.
        by_nip = {one.record.nip: one for one in sorted(found, key=lambda one: (bool(one.name), one.file))}
        self._db.executemany(
            "INSERT INTO firms (nip, name, natural_person, file) VALUES (:nip, :name, :person, :file)"
            " ON CONFLICT (nip) DO UPDATE SET name = CASE WHEN name = '' THEN :name ELSE name END, file = :file"
            " WHERE file <> :file OR name = ''",
            [
                {"nip": nip, "name": one.name, "person": one.natural_person, "file": one.file}
                for nip, one in by_nip.items()
            ],
        )

    def restamp(self, now: datetime) -> None:
        """The clock was wrong when files were read: give what still waits the right moment."""
        with self._transaction():
            self._db.execute("UPDATE records SET read_at = ? WHERE acknowledged IS NOT digest", (rfc3339(now),))
            self._db.execute("DELETE FROM meta WHERE name = 'clock-wrong'")

    # -- What waits ----------------------------------------------------------------------------------------------------

    def waiting(self, now: datetime, *, refused_too: bool = False) -> list[Queued]:
        """Records to send: never answered, or refused more than a day ago (`refused_too`: at any time)."""
        again = rfc3339(now) if refused_too else rfc3339(now - REFUSED_AGAIN)
        rows = self._db.execute(
            "SELECT found, read_at FROM standings WHERE standing = 'waiting'"
            " OR (standing = 'refused' AND refused_at <= ?) ORDER BY key",
            (again,),
        )
        return [Queued(Found.from_json(row["found"]), row["read_at"]) for row in rows]

    def sending(self, batch: Sequence[Queued]) -> None:
        """A batch is about to be sent: until it is answered nobody knows what the server holds of these records.

        Without this, a content that came back after a lost answer would look as if it had been answered long ago.
        """
        with self._transaction():
            self._db.executemany(
                "UPDATE records SET acknowledged = NULL WHERE key = ? AND acknowledged IS NOT NULL",
                [(text_key(one.found.record.key),) for one in batch],
            )

    def answered(self, batch: Sequence[Queued], answers: Sequence[Answer], now: datetime) -> None:
        """Store what the server said of a batch."""
        moment = rfc3339(now)
        with self._transaction():
            for one, answer in zip(batch, answers, strict=True):
                key = text_key(one.found.record.key)
                if answer.result == "refused":
                    self._db.execute(
                        "UPDATE records SET refused = ?, refused_at = ?, code = ?, field = ?, detail = ? WHERE key = ?",
                        (one.digest, moment, answer.code or "refused", answer.field, answer.detail or "", key),
                    )
                else:
                    self._db.execute(
                        "UPDATE records SET acknowledged = ?, acknowledged_at = ?, result = ?, refused = NULL,"
                        " refused_at = NULL, code = NULL, field = NULL, detail = NULL WHERE key = ?",
                        (one.digest, moment, answer.result, key),
                    )

    def adopt(self, held: Mapping[Key, tuple[str, str]], now: datetime) -> tuple[int, int]:
        """After a lost memory: what the server holds (digest and moment by key). Equal records count as answered.

        Others get the moment at which their file was last changed: this memory cannot know when they were first read,
        and an old file must not replace what came, or was typed in, since then. Returns how many were equal, and not.
        """
        equal = differing = 0
        with self._transaction():
            for key, (digest, read_at) in held.items():
                differing += self._date_by_file(text_key(key), digest)
                done = self._db.execute(
                    "UPDATE records SET acknowledged = :digest, acknowledged_at = :now, result = 'unchanged',"
                    " read_at = :read_at WHERE key = :key AND digest = :digest AND acknowledged IS NOT :digest",
                    {"digest": digest, "now": rfc3339(now), "read_at": read_at, "key": text_key(key)},
                )
                equal += done.rowcount
        return equal, differing

    def _date_by_file(self, key: str, held: str) -> int:
        row = self._db.execute(
            "SELECT read_at, found FROM records WHERE key = ? AND digest <> ? AND acknowledged IS NULL", (key, held)
        ).fetchone()
        if row is None:
            return 0
        file = Found.from_json(row["found"]).file
        changed = self._db.execute("SELECT MAX(mtime_ns) AS at FROM files WHERE shown = ?", (file,)).fetchone()["at"]
        moment = rfc3339(datetime.fromtimestamp((changed or 0) / 1e9, UTC)) if changed else row["read_at"]
        self._db.execute("UPDATE records SET read_at = ? WHERE key = ?", (min(moment, row["read_at"]), key))
        return 1

    # -- Firms ---------------------------------------------------------------------------------------------------------

    def unannounced_firms(self, nips: Iterable[str] | None = None) -> list[FirmRow]:
        """Firms that the server does not know of yet; with `nips`, those, announced before or not."""
        rows = self._db.execute("SELECT nip, name, natural_person, announced_at FROM firms ORDER BY nip").fetchall()
        wanted = set(nips) if nips is not None else None
        return [
            FirmRow(row["nip"], row["name"], bool(row["natural_person"]))
            for row in rows
            if (row["nip"] in wanted if wanted is not None else row["announced_at"] is None)
        ]

    def firms_answered(self, answers: Mapping[str, tuple[str | None, Answer]], now: datetime) -> None:
        """Store what the server said of announced firms: by NIP the firm's status and the answer."""
        with self._transaction():
            for nip, (status, answer) in answers.items():
                refused = answer.result == "refused"
                self._db.execute(
                    "UPDATE firms SET announced_at = ?, status = ?, code = ?, detail = ? WHERE nip = ?",
                    (
                        None if refused else rfc3339(now),
                        status,
                        (answer.code or "refused") if refused else None,
                        answer.detail if refused else None,
                        nip,
                    ),
                )

    # -- What is shown -------------------------------------------------------------------------------------------------

    def problems(self) -> list[Problem]:
        """All that is wrong now: files that cannot be read, and what the server refused."""
        local = [
            Problem(row["file"], row["code"], row["field"], row["detail"])
            for row in self._db.execute("SELECT file, code, field, detail FROM problems")
        ]
        everything = local + self._refused_records() + self._refused_firms()
        return sorted(everything, key=lambda one: (one.file, one.code, one.detail))

    def _refused_records(self) -> list[Problem]:
        rows = self._db.execute(
            "SELECT found, code, field, detail FROM standings WHERE standing = 'refused'"
        ).fetchall()
        found = [Found.from_json(row["found"]) for row in rows]
        return [
            Problem(
                one.file,
                row["code"],
                row["field"],
                f"NIP {one.record.nip}, {one.record.form or one.record.kind} {one.record.period}: {row['detail']}",
            )
            for one, row in zip(found, rows, strict=True)
        ]

    def _refused_firms(self) -> list[Problem]:
        rows = self._db.execute("SELECT nip, file, code, detail FROM firms WHERE code IS NOT NULL")
        return [Problem(row["file"], row["code"], "nip", f"NIP {row['nip']}: {row['detail']}") for row in rows]

    def notes(self) -> list[Note]:
        """What the last scan left out, or let through with a warning."""
        return [Note(*one) for one in json.loads(self.meta("notes") or "[]")]

    def ignored(self) -> int:
        """How many files of the last scan were none of ours."""
        return int(self.meta("ignored") or 0)

    def counts(self) -> Counts:
        """How many records there are, and where they stand."""
        rows = self._db.execute("SELECT standing, COUNT(*) AS number FROM standings GROUP BY standing")
        by = {row["standing"]: row["number"] for row in rows}
        return Counts(
            found=sum(by.values()),
            acknowledged=by.get("acknowledged", 0),
            waiting=by.get("waiting", 0),
            refused=by.get("refused", 0) + by.get("held", 0),
        )

    def firm_count(self) -> int:
        """How many firms the files are about."""
        return int(self._db.execute("SELECT COUNT(*) FROM firms").fetchone()[0])

    def state(self) -> str:
        """The digest of everything found (docs/sync-protocol.md, "Digests")."""
        rows = self._db.execute("SELECT key, digest FROM records WHERE held = 0")
        lines = ["\t".join(row) for row in rows]
        lines += ["\t".join(("problem", one.file, one.code)) for one in self.problems()]
        return short_hash("\n".join(sorted(lines)))

    def record_run(self, run: Run) -> None:
        """Add a run to the history."""
        with self._transaction():
            self._db.execute(
                "INSERT INTO runs (started, finished, result, summary) VALUES (?, ?, ?, ?)",
                (run.started, run.finished, run.result, run.summary),
            )
            self._db.execute("DELETE FROM runs WHERE id <= (SELECT MAX(id) FROM runs) - ?", (KEPT_RUNS,))

    def last_run(self) -> Run | None:
        """The latest run, if there was one."""
        rows = self._db.execute("SELECT started, finished, result, summary FROM runs ORDER BY id DESC LIMIT 1")
        return next((Run(*row) for row in rows), None)

    def meta(self, name: str) -> str | None:
        """A remembered value."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row["value"])

    def remember(self, name: str, value: str) -> None:
        """Remember a value."""
        with self._transaction():
            self._put_meta(name, value)

    def _put_meta(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))


def replaces(found: Found, stored: Found) -> bool:
    """Whether a version takes the place of the one remembered.

    A correction that was read and then moved away by someone still stands: an original beside it does not undo it. What
    replaces it is an equal or higher version, or the same file with another content; and one first submission replaces
    another.
    """
    return found.rank >= stored.rank or found.source == stored.source or (found.first and stored.first)


class BusyError(Exception):
    """Another KonektoSync is working on the same store."""


@contextmanager
def one_at_a_time(home: Path, wait_seconds: float = 5) -> Iterator[None]:
    """Only one run a store. The lock is SQLite's own, so a killed process leaves none behind. Raises BusyError."""
    lock = sqlite3.connect(home / "lock.sqlite", isolation_level=None, timeout=wait_seconds)
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise BusyError from error
        yield
    finally:
        lock.close()
