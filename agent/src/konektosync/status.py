"""What `konektosync status` tells, as one structure for the screen and for `--json`."""

from dataclasses import asdict
from typing import Any

from rich.console import Console

from konektosync import __version__
from konektosync.config import Config
from konektosync.queue import Queue
from konektosync.texts import _, moment
from konektosync.view import show_findings


def gather(queue: Queue, config: Config | None) -> dict[str, Any]:
    """Version, set-up, last run, counts, and every problem."""
    last = queue.last_run()
    return {
        "version": __version__,
        "address": config.address if config else None,
        "machine": config.machine_name if config else None,
        "folders": [str(one) for one in config.folders] if config else [],
        "last_sync": queue.meta("synced_at"),
        "last_run": asdict(last) if last else None,
        "counts": asdict(queue.counts()),
        "problems": [asdict(one) for one in queue.problems()],
        "skipped": [asdict(one) for one in queue.notes()],
        "ignored_files": queue.ignored(),
    }


def show(out: Console, status: dict[str, Any], queue: Queue) -> None:
    """The same for people."""
    out.print(f"KonektoSync {status['version']}", style="bold")
    out.print(_("Portal: {address}").format(address=status["address"] or _("nie skonfigurowano")))
    out.print(_("Komputer: {machine}").format(machine=status["machine"] or "–"))
    for folder in status["folders"]:
        out.print(_("Folder: {folder}").format(folder=folder))
    out.print(_("Ostatnia udana synchronizacja: {when}").format(when=moment(status["last_sync"])))
    last = status["last_run"]
    if last:
        out.print(
            _("Ostatnie uruchomienie: {when}. {summary}").format(when=moment(last["finished"]), summary=last["summary"])
        )
    counts = status["counts"]
    sentence = _("Znalezione: {found} · potwierdzone: {acknowledged} · czekają: {waiting} · odrzucone: {refused}")
    out.print(sentence.format(**counts))
    show_findings(out, queue.problems(), queue.notes(), queue.ignored())
