"""Notices changed code. It looks at times and sizes several times a second, which needs no help from the system."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

LOOKS_EVERY = 0.3

_WATCHED = {"portal": "*.py", "functions": "*.py", "templates": "*", "locales": "*.po"}

Snapshot = dict[Path, tuple[int, int]]


def snapshot(root: Path) -> Snapshot:
    """Every watched file with its time and size."""
    files = [file for folder, pattern in _WATCHED.items() for file in (root / folder).rglob(pattern)]
    seen: Snapshot = {}
    for file in [root / "template.yaml", *files]:
        try:
            state = file.stat()
        except FileNotFoundError:  # an editor replaces a file by another one
            continue
        if "__pycache__" not in file.parts and not file.is_dir():
            seen[file] = (state.st_mtime_ns, state.st_size)
    return seen


def changed(before: Snapshot, after: Snapshot) -> set[Path]:
    """Files that came, went or changed."""
    return {file for file in before.keys() | after.keys() if before.get(file) != after.get(file)}


class Watch:
    """Tells of changes, from a thread of its own."""

    def __init__(self, root: Path, tell: Callable[[set[Path]], None]) -> None:
        self._root = root
        self._tell = tell
        self._stopped = threading.Event()
        self._seen = snapshot(root)

    def start(self) -> None:
        """Begin to look."""
        threading.Thread(target=self._run, daemon=True, name="reload").start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(LOOKS_EVERY):
            now = snapshot(self._root)
            if files := changed(self._seen, now):
                self._seen = now
                self._tell(files)
