"""A list of firms from a file: shown row by row first, then done exactly as shown."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from functions.firms.views import ImportColumn, ImportForm, ImportLine, ImportPreview, ImportReport
from portal import clock, csv_out, ids, spreadsheets, web
from portal.access import OfficeAccess
from portal.bodies import UploadedFile
from portal.domain import errors, firm_import
from portal.domain.errors import _
from portal.domain.events import Action
from portal.domain.firm_import import ImportedFirm, ImportPlan, Outcome, PlannedRow
from portal.domain.firms import Firm, Status
from portal.pages import sentence, translate
from portal.store import directory, firms
from portal.store.directory import Entry

MOST_BYTES = 4_000_000
"""Of the packed rows when they are unpacked: a file of ours is at most half of that."""

Rows = list[list[str]]

_SAMPLE = (
    {
        "nip": "5120079194",
        "name": "Nowa Chata Demo sp. z o.o.",
        "prefix": "A-01",
        "legal_form": "spółka z o.o.",
        "street": "ul. Przykładowa 1",
        "postcode": "00-950",
        "city": "Warszawa",
        "email": "biuro@nowa-chata.example",
        "phone": "600 100 200",
    },
    {"nip": "5951416168", "name": "Jan Przykładowy", "legal_form": "jdg", "zus_account": "68600000020260015951416168"},
)


def form() -> ImportForm:
    """What a file may hold."""
    needed = {"nip", "name"}
    columns = [
        ImportColumn(title=translate(title), needed=field in needed) for field, title in firm_import.TITLES.items()
    ]
    return ImportForm(columns=columns, most=spreadsheets.MOST_ROWS)


def sample() -> web.Download:
    """A file to start from, with every column that is understood."""
    titles = [translate(title) for title in firm_import.TITLES.values()]
    rows = [[row.get(field, "") for field in firm_import.TITLES] for row in _SAMPLE]
    return web.Download("firmy-wzor.csv", csv_out.MEDIA_TYPE, csv_out.write(titles, rows))


def preview(at: OfficeAccess, file: UploadedFile) -> ImportPreview:
    """What the rows of a file will do. Raises what reading it and `firm_import.plan` raise."""
    rows = spreadsheets.read(file.name, file.content)
    entries = directory.all_of(at.table)
    planned = firm_import.plan(rows, _known(entries))
    no_room = _no_room(at, planned, entries)
    return ImportPreview(
        lines=[_line(row) for row in planned.rows],
        add=planned.count(Outcome.ADD),
        known=planned.count(Outcome.KNOWN),
        double=planned.count(Outcome.DOUBLE),
        refused=planned.count(Outcome.REFUSED),
        unknown_columns=list(planned.unknown_columns),
        rows=_packed(rows),
        digest=f"{_digest(rows)}.{_digest(_outcomes(planned))}",
        problem=sentence(no_room) if no_room else "",
    )


def done(at: OfficeAccess, packed: str, digest: str, now: datetime) -> ImportReport:
    """Adds the firms of the rows that were shown, as far as they are still new; a repeat adds nothing.

    Raises `import-broken`, and `too-many-firms` when not all of them have room.
    """
    rows = _unpacked(packed)
    of_rows, of_outcomes = (*digest.split(".", 1), "")[:2]
    if of_rows != _digest(rows):
        raise errors.Refusal(errors.IMPORT_BROKEN, "rows")
    entries = directory.all_of(at.table)
    planned = firm_import.plan(rows, _known(entries))
    if no_room := _no_room(at, planned, entries):
        raise no_room
    made = {}
    for given in planned.firms:
        firm = _firm(given, now)
        made[firm] = at.event(Action.FIRM_ADDED, now, firm=firm.id, changes={"source": ("", translate(_("plik")))})
    added = firms.create_each(at.table, made, at.office.room)
    late = {firm.nip for firm in made if firm.id not in added}
    lines = [_line(row) for row in planned.rows if row.outcome is not Outcome.ADD or row.nip in late]
    return ImportReport(
        added=len(added),
        as_shown=not late and of_outcomes == _digest(_outcomes(planned)),
        lines=[replace(line, outcome=Outcome.KNOWN) if line.nip in late else line for line in lines],
    )


def _known(entries: Iterable[Entry]) -> dict[str, str]:
    return {entry.number: entry.name for entry in entries}


def _no_room(at: OfficeAccess, planned: ImportPlan, entries: Iterable[Entry]) -> errors.Refusal | None:
    wanted = sum(firm.status not in (Status.WAITING, Status.ARCHIVED) for firm in planned.firms)
    taken = sum(entry.taken_on for entry in entries)
    try:
        at.office.require_room(taken + wanted - 1)
    except errors.Refusal as refusal:
        return refusal if wanted else None
    return None


def _firm(given: ImportedFirm, now: datetime) -> Firm:
    said = {name: getattr(given, name) for name in ImportedFirm.__dataclass_fields__ if name != "bank_account"}
    archived = clock.today(now) if given.status is Status.ARCHIVED else None
    accounts = (given.bank_account,) if given.bank_account else ()
    return Firm(id=ids.new(now), bank_accounts=accounts, archived_on=archived, **said)


def _line(row: PlannedRow) -> ImportLine:
    reasons = [_reason(refusal) for refusal in row.refusals]
    return ImportLine(line=row.line, outcome=row.outcome, nip=row.nip, name=row.name, reasons=reasons)


def _reason(refusal: errors.Refusal) -> str:
    title = firm_import.TITLES.get(refusal.field or "")
    return f"{translate(title)}: {sentence(refusal)}" if title else sentence(refusal)


def _outcomes(planned: ImportPlan) -> list[str]:
    return [row.outcome.value for row in planned.rows]


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:32]


def _packed(rows: Rows) -> str:
    return base64.b64encode(zlib.compress(json.dumps(rows, ensure_ascii=False).encode())).decode()


def _unpacked(packed: str) -> Rows:
    """No further than a file of ours could be: it came back from a page, and a page can be forged."""
    unzip = zlib.decompressobj()
    try:
        rows = json.loads(unzip.decompress(base64.b64decode(packed, validate=True), MOST_BYTES))
    except (ValueError, RecursionError, zlib.error) as failure:
        raise errors.Refusal(errors.IMPORT_BROKEN, "rows") from failure
    if not (isinstance(rows, list) and len(rows) <= spreadsheets.MOST_ROWS and all(map(_is_row, rows))):
        raise errors.Refusal(errors.IMPORT_BROKEN, "rows")
    return rows


def _is_row(row: object) -> bool:
    return isinstance(row, list) and all(isinstance(cell, str) for cell in row)
