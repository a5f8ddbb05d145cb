"""What the user sees: tables, progress, sentences. Everything is plain text where the output is no terminal."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from konektosync.model import Found, Kind, Note, Problem
from konektosync.scan import Watcher
from konektosync.texts import _, money

# Wide enough that nothing is cut when the output goes to a file or another program.
PLAIN_WIDTH = 240


def console(*, errors: bool = False) -> Console:
    """A console on standard output (or errors) that invents no colours where nobody sees them."""
    stream = sys.stderr if errors else sys.stdout
    width = None if stream.isatty() else PLAIN_WIDTH
    return Console(stderr=errors, highlight=False, markup=False, emoji=False, width=width, soft_wrap=True)


def use_utf8() -> None:
    """Polish letters on a Windows console that is set to another code page."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def kind_name(kind: Kind) -> str:
    """A kind of record in the words of the screens."""
    return {"contribution": _("ZUS"), "tax": _("Podatek"), "statement": _("Zestawienie")}[kind]


def amount_text(found: Found) -> str:
    """The amount of a record in words: an overpayment is named, never shown by a minus alone."""
    record = found.record
    if record.kind == "statement":
        revenue = _("przychód {amount}").format(amount=money(record.revenue))
        return (
            revenue
            if record.costs is None
            else f"{revenue}, " + _("koszty {amount}").format(amount=money(record.costs))
        )
    return _("nadpłata {amount}").format(amount=money(record.surplus)) if record.surplus else money(record.amount)


def records_table(found: Sequence[Found]) -> Table:
    """The records that would be sent."""
    table = Table(title=_("Do wysłania: {count}").format(count=len(found)), title_justify="left")
    for heading in (_("NIP"), _("Rodzaj"), _("Okres"), _("Typ")):
        table.add_column(heading, no_wrap=True)
    table.add_column(_("Kwota"), justify="right")
    table.add_column(_("Plik"), overflow="fold")
    for one in found:
        record = one.record
        name = record.form or kind_name(record.kind)
        table.add_row(record.nip, name, record.period, record.settlement, amount_text(one), Text(one.file))
    return table


def problem_lines(problems: Iterable[Problem]) -> Iterator[str]:
    """Each problem in a line: file, field, sentence, code."""
    for one in problems:
        place = f"{one.file} [{one.field}]" if one.field else one.file
        yield f"✗ {place}: {one.detail} ({one.code})"


def note_lines(notes: Iterable[Note]) -> Iterator[str]:
    """Each note in a line."""
    for one in notes:
        yield f"– {one.file}: {one.detail} ({one.code})"


def show_findings(out: Console, problems: Sequence[Problem], notes: Sequence[Note], ignored: int) -> None:
    """What is wrong, what was left out, and how many files are none of ours."""
    if problems:
        out.print(_("Problemy: {count}").format(count=len(problems)), style="bold red")
    for line in problem_lines(problems):
        out.print(line)
    if notes:
        out.print(_("Pominięte lub przyjęte z uwagą: {count}").format(count=len(notes)), style="bold")
    for line in note_lines(notes):
        out.print(line)
    if ignored:
        out.print(_("Inne pliki w folderach: {count}").format(count=ignored), style="dim")


def record_json(found: Found) -> str:
    """A record as `scan --json` writes it. ASCII only, so no code page of a pipe can spoil it."""
    record = found.record
    statement = record.kind == "statement"
    values: dict[str, Any] = {
        "nip": record.nip,
        "kind": record.kind,
        "form": record.form,
        "period": record.period,
        "amount": record.revenue if statement else record.amount,
        "surplus": 0 if statement else record.surplus,
        "settlement": record.settlement,
        "file": found.file,
    }
    if statement:
        values |= {"revenue": record.revenue, "costs": record.costs}
    if found.refund is not None:
        values["refund"] = found.refund
    return json.dumps(values)


class Bar(Watcher):
    """A progress bar of a scan, in bytes."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def total(self, size: int) -> None:
        """How many bytes there are to look at."""
        self._progress.update(self._task, total=size)

    def advance(self, size: int) -> None:
        """So many bytes more were looked at."""
        self._progress.advance(self._task, size)


@contextmanager
def progress() -> Iterator[Progress]:
    """Progress bars on standard errors; silent where that is no terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    out = console(errors=True)
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bars:
        yield bars
