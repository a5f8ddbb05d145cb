"""Reading the folders of exports: every file once, unchanged ones from memory.

A file counts as unchanged when path, size and modification time are those of the last reading, and that reading was
clearly later than the modification (coarse file clocks hide a change within the same tick). If only the time differs,
the hash of the bytes decides.
"""

import hashlib
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from konektosync import rules
from konektosync.model import FileContent, Found, Note, Problem
from konektosync.sources import file as source_file
from konektosync.texts import _, printable
from konektosync.winners import Choice, choose

# Coarser than the clock of any file system in use (FAT: 2 s).
CLOCK_GRAIN_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was read: `source` is its unique name in the store, `shown` the name for people."""

    source: str
    folder: str
    shown: str
    size: int
    mtime_ns: int
    read_ns: int
    sha: str | None
    content: FileContent
    # Exactly this is in the store already.
    stored: bool = field(default=False, compare=False)


@dataclass(slots=True)
class Scan:
    """All that the folders hold now."""

    files: list[FileState] = field(default_factory=list)
    # Folders that could not be listed: what they held before is still taken for true.
    absent_folders: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    parsed: int = 0

    @property
    def notes(self) -> list[Note]:
        """What was left out, or let through with a warning."""
        return sorted(note for one in self.files for note in one.content.notes)

    @property
    def ignored(self) -> int:
        """How many files are none of ours."""
        return sum(one.content.ignored for one in self.files)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What of a scan would be sent, and all that is wrong."""

    choice: Choice
    problems: list[Problem]


class Watcher:
    """Told of the progress of a scan; this one keeps silent."""

    def total(self, size: int) -> None:
        """How many bytes there are to look at."""

    def advance(self, size: int) -> None:
        """So many bytes more were looked at."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A regular file in a folder."""

    path: Path
    folder: str
    shown: str
    size: int
    mtime_ns: int

    @property
    def source(self) -> str:
        """A unique name that any store can hold, also for names that are not valid Unicode."""
        return os.fsencode(self.path).decode("utf-8", "backslashreplace")


def scan(
    folders: Sequence[Path],
    known: Mapping[str, FileState] | None = None,
    watcher: Watcher | None = None,
    largest: int = source_file.LARGEST,
) -> Scan:
    """Read the folders. `known` are the files of the last scan by `source`."""
    known, watcher = known or {}, watcher or Watcher()
    result = Scan()
    listed = list(_list(folders, result))
    watcher.total(sum(one.size for one in listed))
    for one in listed:
        result.files.append(_state(one, known.get(one.source), result, watcher, largest))
    for state in known.values():
        if state.folder in result.absent_folders:
            result.files.append(state)
    return result


def _list(folders: Sequence[Path], result: Scan) -> Iterator[Listed]:
    seen: set[str] = set()
    for folder in folders:
        if not folder.is_dir():
            result.absent_folders.append(str(folder))
            sentence = _("Folder {folder} nie istnieje albo jest niedostępny.").format(folder=folder)
            result.problems.append(Problem(printable(str(folder)), "folder-missing", None, printable(sentence)))
            continue
        prefix = f"{folder.name}/" if len(folders) > 1 else ""
        for one in _walk(folder, prefix, result):
            # Folders may lie inside each other.
            if one.source not in seen:
                seen.add(one.source)
                yield one


def _walk(folder: Path, prefix: str, result: Scan) -> Iterator[Listed]:
    def unlisted(error: OSError) -> None:
        shown = printable(os.fsdecode(error.filename))
        sentence = _("Nie można odczytać folderu: {reason}.").format(reason=error.strerror)
        result.problems.append(Problem(shown, "folder-unreadable", None, sentence))

    for parent, directories, names in os.walk(folder, onerror=unlisted):
        directories.sort()
        for name in sorted(names):
            path = Path(parent, name)
            shown = printable(prefix + path.relative_to(folder).as_posix())
            try:
                found = path.stat()
            except FileNotFoundError:
                continue  # gone since the folder was listed
            except OSError as error:
                sentence = _("Nie można odczytać pliku: {reason}.").format(reason=error.strerror)
                result.problems.append(Problem(shown, "file-unreadable", None, sentence))
                continue
            if path.is_file():
                yield Listed(path, str(folder), shown, found.st_size, found.st_mtime_ns)


def _state(one: Listed, before: FileState | None, result: Scan, watcher: Watcher, largest: int) -> FileState:
    now = time.time_ns()
    if before is not None and _same(one, before):
        watcher.advance(one.size)
        if (one.mtime_ns, one.folder, one.shown) == (before.mtime_ns, before.folder, before.shown):
            return before
        return _renamed(replace(before, mtime_ns=one.mtime_ns, folder=one.folder, stored=False), one.shown)
    result.parsed += 1
    told = 0

    def tell(count: int) -> None:
        nonlocal told
        told += count
        watcher.advance(count)

    reading = source_file.read(one.path, one.shown, largest=largest, progress=tell)
    watcher.advance(max(0, one.size - told))
    content = replace(
        reading.content, found=tuple(replace(found, source=one.source) for found in reading.content.found)
    )
    return FileState(one.source, one.folder, one.shown, one.size, one.mtime_ns, now, reading.sha, content)


def _same(one: Listed, before: FileState) -> bool:
    if one.size != before.size or any(
        problem.code in ("file-changing", "file-unreadable") for problem in before.content.problems
    ):
        return False
    if one.mtime_ns == before.mtime_ns and before.read_ns - before.mtime_ns > CLOCK_GRAIN_NS:
        return True
    return before.sha is not None and before.sha == _hash(one.path)


def _hash(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _renamed(state: FileState, shown: str) -> FileState:
    """The same file under the name it has now: that depends on how many folders there are."""
    if state.shown == shown:
        return state
    content = FileContent(
        tuple(replace(one, file=shown) for one in state.content.found),
        tuple(replace(one, file=shown) for one in state.content.problems),
        tuple(replace(one, file=shown) for one in state.content.notes),
    )
    return replace(state, shown=shown, content=content)


def judge(result: Scan, today: date) -> Verdict:
    """Check every record found, and choose the version of each that counts."""
    problems = list(result.problems)
    valid: list[Found] = []
    for state in result.files:
        problems += state.content.problems
        for found in state.content.found:
            refusal = rules.check(found, today)
            if refusal is None:
                valid.append(found)
            else:
                problems.append(refusal.problem(found.file))
    choice = choose(valid)
    problems += choice.contradictions.values()
    return Verdict(choice, sorted(set(problems), key=_problem_order))


def _problem_order(problem: Problem) -> tuple[str, str, str, str]:
    return (problem.file, problem.code, problem.field or "", problem.detail)


def sorted_winners(choice: Choice) -> list[Found]:
    """Winners by firm, period, kind: the order of tables and of `scan --json`."""
    return sorted(
        choice.winners.values(), key=lambda one: (one.record.nip, one.record.period, one.record.kind, one.record.form)
    )
