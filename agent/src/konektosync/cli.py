"""The command line: `konektosync setup | scan | sync | watch | status`. Exit codes: see exits.py."""

import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from konektosync import __version__, clock, config, detect, secrets, status, view, watch
from konektosync import scan as scanning
from konektosync import setup as setting_up
from konektosync.config import Config, ConfigError
from konektosync.exits import Exit
from konektosync.protocol import Backoff, Client, RefusedError, ServerError, UnreachableError
from konektosync.queue import BusyError, Queue, one_at_a_time
from konektosync.sync import Outcome, Sync
from konektosync.texts import _

# A second attempt with a refused token is refused too; only these end `watch`.
HOPELESS = frozenset({"token-invalid", "token-revoked", "body-not-json", "body-not-gzip", "protocol-unknown"})

app = typer.Typer(
    name="konektosync",
    help=_("Czyta eksporty programu księgowego i wysyła do KonektoSmart to, co się zmieniło."),
    epilog=_(
        "Kody wyjścia: 0 wszystko w porządku, 1 zakończono z problemami, 2 błąd użycia lub konfiguracji,"
        " 3 odmowa portalu (token, zegar), 4 portal nie odpowiada."
    ),
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """The entry point of the command."""
    view.use_utf8()
    app()


def _leave(code: Exit, sentence: str | None = None) -> NoReturn:
    if sentence:
        view.console(errors=True).print(sentence, style="red")
    raise typer.Exit(code)


def _show_version(wanted: bool) -> None:
    if wanted:
        view.console().print(f"KonektoSync {__version__}")
        raise typer.Exit(Exit.OK)


@app.callback()
def _common(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help=_("Pokaż wersję i zakończ."))
    ] = False,
) -> None:
    """Options that stand before every command."""


@app.command(help=_("Ustaw adres portalu, token i foldery; sprawdź połączenie."))
def setup(
    address: Annotated[str | None, typer.Option(help=_("Adres portalu, np. https://portal.example"))] = None,
    token_stdin: Annotated[
        bool, typer.Option("--token-stdin", help=_("Wczytaj token ze standardowego wejścia."))
    ] = False,
    folder: Annotated[list[Path] | None, typer.Option(help=_("Folder z eksportami; można podać kilka."))] = None,
    approve: Annotated[
        str | None,
        typer.Option(
            help=_(
                "Co zatwierdzać przy każdej aktualizacji, po przecinku: "
                "contribution (składki), tax (podatki), statement (zestawienia); pusty tekst: nic."
            )
        ),
    ] = None,
    machine: Annotated[str | None, typer.Option(help=_("Nazwa komputera w panelu."))] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("O nic nie pytaj; przyjmij znalezione foldery."))] = False,
) -> None:
    """Store the set-up after a test of the connection."""
    asking = _someone_there() and not yes and not token_stdin
    try:
        before = setting_up.previous()
        if asking and address is None:
            address = typer.prompt(_("Adres portalu"), default=before.address if before else None)
        folders = list(folder or []) or _offered_folders(before, asking=asking, accept=yes)
        wishes = setting_up.Wishes(address, folders, config.kinds(approve) if approve is not None else None, machine)
        new = setting_up.merged(wishes, before)
        ask = (lambda: str(typer.prompt(_("Token agenta"), hide_input=True))) if asking else None
        token = setting_up.given_token(new.address, from_stdin=token_stdin, ask=ask)
        result = setting_up.finish(new, token)
    except ConfigError as error:
        _leave(Exit.USAGE, str(error))
    except RefusedError as error:
        _leave(Exit.REFUSED, _("Portal odmówił: {detail}").format(detail=error.detail))
    _show_setup(new, result)


def _someone_there() -> bool:
    return sys.stdin.isatty()


def _offered_folders(before: Config | None, *, asking: bool, accept: bool) -> list[Path]:
    """Folders found on this machine, if there were none so far and the user (or `--yes`) takes them."""
    if before is not None and before.folders:
        return []
    out = view.console()
    taken = []
    for one in detect.detect():
        question = _("Znaleziono eksporty w {folder}. Czy czytać ten folder?").format(folder=one)
        if accept:
            out.print(_("Znaleziono eksporty w {folder}.").format(folder=one))
        if accept or (asking and typer.confirm(question, default=True)):
            taken.append(one)
    if not taken and asking:
        taken.append(Path(typer.prompt(_("Folder z eksportami"))))
    return taken


def _show_setup(new: Config, result: setting_up.Result) -> None:
    out = view.console()
    out.print(_("Zapisano konfigurację w {path}.").format(path=result.path))
    if result.kept_in == "keyring":
        out.print(_("Token jest w systemowym magazynie haseł."))
    else:
        out.print(_("Token jest w pliku, który czyta tylko ten użytkownik (brak systemowego magazynu haseł)."))
    for one in new.folders:
        out.print(_("Folder: {folder}").format(folder=one))
    if result.pulse is None:
        _leave(Exit.UNREACHABLE, result.failure)
    out.print(_("Połączenie działa. Biuro: {office}.").format(office=result.pulse.office), style="green")


@app.command(help=_("Pokaż, co zostałoby wysłane; niczego nie wysyła."))
def scan(
    folder: Annotated[list[Path] | None, typer.Argument(help=_("Foldery; bez nich te z konfiguracji."))] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=_("Jeden obiekt JSON na pozycję, każdy w osobnym wierszu."))
    ] = False,
) -> None:
    """Read folders and show the records."""
    try:
        folders = tuple(folder) if folder else config.load().folders
    except ConfigError as error:
        _leave(Exit.USAGE, str(error))
    missing = [one for one in folders if not one.is_dir()]
    if folder and missing:
        _leave(Exit.USAGE, _("Folder {folder} nie istnieje.").format(folder=missing[0]))
    with view.progress() as bars:
        result = scanning.scan(folders, watcher=view.Bar(bars, bars.add_task(_("Czytanie"), total=None)))
    verdict = scanning.judge(result, clock.today())
    winners = scanning.sorted_winners(verdict.choice)
    out = view.console()
    if as_json:
        for one in winners:
            sys.stdout.write(view.record_json(one) + "\n")
        # Standard output is for records alone.
        out = view.console(errors=True)
    else:
        out.print(view.records_table(winners))
    view.show_findings(out, verdict.problems, result.notes, result.ignored)
    raise typer.Exit(Exit.PROBLEMS if verdict.problems else Exit.OK)


@app.command(help=_("Przeczytaj foldery i wyślij to, co się zmieniło."))
def sync(
    again: Annotated[
        bool, typer.Option("--again", help=_("Wyślij ponownie także pozycje odrzucone przez portal."))
    ] = False,
    attempts: Annotated[int, typer.Option(min=1, max=20, help=_("Ile prób, gdy portal nie odpowiada."))] = 4,
) -> None:
    """One run."""
    code, _go_on = _run_once(Backoff(attempts=attempts), refused_too=again)
    raise typer.Exit(code)


@app.command("watch", help=_("Czuwaj: synchronizuj po każdej zmianie i co godzinę."))
def watch_command(
    poll: Annotated[
        float | None, typer.Option(min=1, help=_("Sprawdzaj foldery co tyle sekund (dyski sieciowe)."))
    ] = None,
    every: Annotated[float, typer.Option(min=1, help=_("Co ile sekund synchronizować bez zmian."))] = watch.HOUR,
) -> None:
    """Run until SIGINT or SIGTERM."""
    signals = watch.Signals()
    try:
        folders = config.load().folders
    except ConfigError as error:
        _leave(Exit.USAGE, str(error))
    backoff = Backoff(attempts=1, sleep=signals.stop.wait)
    with watch.stopped_by_signals(signals), watch.observed(folders, signals.changed, poll):
        view.console().print(_("Czuwam. Zatrzymanie: Ctrl+C."))
        code = watch.loop(lambda: _run_once(backoff), signals, watch.Pauses(between=every, backoff=backoff))
    raise typer.Exit(code)


def _run_once(backoff: Backoff, *, refused_too: bool = False) -> tuple[Exit, bool]:
    """One run with its output: the exit code, and whether a later run makes sense."""
    try:
        outcome = _synchronise(backoff, refused_too=refused_too)
    except ConfigError as error:
        return _failed(Exit.USAGE, str(error)), False
    except BusyError:
        return _failed(Exit.PROBLEMS, _("Inny KonektoSync właśnie pracuje na tym komputerze.")), True
    except UnreachableError as error:
        return _failed(Exit.UNREACHABLE, error.detail), True
    except RefusedError as error:
        sentence = _("Portal odmówił ({code}): {detail}").format(code=error.code, detail=error.detail)
        return _failed(Exit.REFUSED, sentence), error.code not in HOPELESS
    view.console().print(f"{outcome.office}: {outcome.summary()}")
    return (Exit.PROBLEMS if outcome.problems else Exit.OK), True


def _failed(code: Exit, sentence: str) -> Exit:
    view.console(errors=True).print(sentence, style="red")
    return code


def _synchronise(backoff: Backoff, *, refused_too: bool) -> Outcome:
    stored = config.load()
    token = secrets.load(stored.address)
    if not token:
        raise ConfigError(_("Brak tokenu. Uruchom: konektosync setup"))
    home = config.home()
    with (
        one_at_a_time(home),
        Queue(home / "queue.sqlite") as queue,
        Client(stored.address, token, backoff=backoff) as client,
        view.progress() as bars,
    ):
        reading = bars.add_task(_("Czytanie"), total=None)
        sending = bars.add_task(_("Wysyłanie"), total=None, visible=False)

        def told(done: int, total: int) -> None:
            bars.update(sending, completed=done, total=total, visible=True)

        run = Sync(queue, stored, client, view.Bar(bars, reading), told, refused_too=refused_too)
        try:
            outcome = run.run()
        except ServerError:
            _show_all(queue)
            raise
        _show_all(queue)
        return outcome


def _show_all(queue: Queue) -> None:
    view.show_findings(view.console(), queue.problems(), queue.notes(), queue.ignored())


@app.command("status", help=_("Pokaż stan: ostatnią synchronizację, liczby i wszystkie problemy."))
def status_command(
    as_json: Annotated[bool, typer.Option("--json", help=_("Jeden obiekt JSON."))] = False,
) -> None:
    """The state of this machine."""
    with Queue(config.home() / "queue.sqlite") as queue:
        told = status.gather(queue, setting_up.previous())
        if as_json:
            sys.stdout.write(json.dumps(told) + "\n")
        else:
            status.show(view.console(), told, queue)
        raise typer.Exit(Exit.PROBLEMS if told["problems"] else Exit.OK)
