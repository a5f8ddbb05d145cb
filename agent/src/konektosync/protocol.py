"""The agent's side of docs/sync-protocol.md: four requests, their answers, and when to try again.

An answer that cannot be understood (a proxy's page in place of the portal's JSON) counts as no answer: everything is
kept.
"""

import gzip
import json
import random
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self, TypeVar

import certifi
import httpx

from konektosync import __version__, clock
from konektosync.model import Key, Kind, Problem
from konektosync.queue import Answer, FirmRow, Queued
from konektosync.texts import _, printable

T = TypeVar("T")

PROTOCOL = 1
PROGRAM = "exports"
MOST_RECORDS = 5_000
MOST_BYTES = 5_500_000
MOST_FIRMS = 500
MOST_DIGEST_FIRMS = 25
MOST_DIGEST_MONTHS = 36
MOST_PROBLEMS = 50
# What comes from a file may be of any length; a longer text would have the whole request refused.
LONGEST_TEXT = 500
LONGEST_FIELD = 200
TIMEOUT = httpx.Timeout(60, connect=10)
TRY_AGAIN = frozenset({408, 425, 429})


class ServerError(Exception):
    """The server refused a request, or gave no answer. The sentence is for the user."""


class RefusedError(ServerError):
    """The server refused the whole request: a code of the protocol and its sentence."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail


class UnreachableError(ServerError):
    """No usable answer: everything is kept for the next time."""

    def __init__(self, detail: str, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait before each new attempt: 2 s doubling to 15 min, each between half and the whole of it."""

    first: float = 2.0
    longest: float = 900.0
    attempts: int = 4
    sleep: Callable[[float], object] = time.sleep

    def delay(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row."""
        whole = min(self.longest, self.first * 2.0 ** min(failures - 1, 30))
        return whole * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing


@dataclass(frozen=True, slots=True)
class Report:
    """What a heartbeat tells: the state, how the folders are, what is wrong."""

    machine: str
    state: str | None = None
    read_at: str | None = None
    firms: int = 0
    error: str | None = None
    problems: Sequence[Problem] = ()

    def body(self) -> dict[str, Any]:
        """As the protocol writes it."""
        program = {
            "program": PROGRAM,
            "state": "failing" if self.error else "ok",
            "read_at": self.read_at,
            "firms": self.firms,
            "error": self.error[:LONGEST_TEXT] if self.error else None,
        }
        return {
            "version": __version__,
            "machine": self.machine,
            "state": self.state,
            "programs": [program] if self.read_at else [],
            "problems": [_problem(one) for one in self.problems[:MOST_PROBLEMS]],
            "problems_total": len(self.problems),
        }


@dataclass(frozen=True, slots=True)
class Pulse:
    """The answer to a heartbeat."""

    office: str
    in_sync: bool


@dataclass(slots=True)
class Client:
    """Speaks the protocol with one portal. Use it as a context manager."""

    address: str
    token: str = field(repr=False)
    backoff: Backoff = field(default_factory=Backoff)
    now: Callable[[], datetime] = clock.now
    _http: httpx.Client = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._http = httpx.Client(
            base_url=self.address,
            headers={"Authorization": f"Bearer {self.token}", "User-Agent": f"KonektoSync/{__version__}"},
            timeout=TIMEOUT,
            # A redirect would carry the token elsewhere.
            follow_redirects=False,
            verify=_trust(self.address),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._http.close()

    def heartbeat(self, report: Report) -> Pulse:
        """The first request of a run."""
        answer = self._post("/sync/heartbeat", report.body())
        return Pulse(_text(answer, "office"), bool(answer.get("in_sync")))

    def announce(self, firms: Sequence[FirmRow]) -> dict[str, tuple[str | None, Answer]]:
        """Announce firms; what the server said of each, by NIP."""
        said: dict[str, tuple[str | None, Answer]] = {}
        for some in _slices(firms, MOST_FIRMS):
            body = {"firms": [_firm(one) for one in some]}
            for one, item in zip(some, self._items(self._post("/sync/firms", body), "firms", len(some)), strict=True):
                said[one.nip] = (item.get("status"), _answer(item))
        return said

    def digests(self, nips: Sequence[str], first: str, last: str) -> dict[Key, tuple[str, str]]:
        """What the server holds of these firms from the first to the last month: digest and moment by key."""
        held: dict[Key, tuple[str, str]] = {}
        for some in _slices(nips, MOST_DIGEST_FIRMS):
            for start, end in month_windows(first, last):
                answer = self._post("/sync/digests", {"nips": list(some), "from": start, "to": end})
                held |= _held(answer)
        return held

    def records(self, batch: Sequence[Queued], approve: Mapping[Kind, bool], state: str | None) -> list[Answer]:
        """Send one batch; what the server said of each record, in their order."""
        body = {"approve": dict(approve), "state": state, "records": [record_body(one) for one in batch]}
        items = self._items(self._post("/sync/records", body), "results", len(batch))
        return [_answer(one) for one in items]

    def _items(self, answer: dict[str, Any], name: str, count: int) -> list[dict[str, Any]]:
        items = answer.get(name)
        if not isinstance(items, list) or len(items) != count or not all(isinstance(one, dict) for one in items):
            raise UnreachableError(_("Odpowiedź portalu jest niekompletna; wszystko zostało w kolejce."))
        return items

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send until there is an answer, at most `backoff.attempts` times."""
        failures = 0
        while True:
            try:
                return self._attempt(path, body)
            except UnreachableError as error:
                failures += 1
                if failures >= self.backoff.attempts:
                    raise
                wanted = error.retry_after or 0.0
                self.backoff.sleep(max(self.backoff.delay(failures), min(wanted, self.backoff.longest)))

    def _attempt(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        stamped = {"protocol": PROTOCOL, "sent_at": clock.rfc3339(self.now()), **body}
        content = gzip.compress(json.dumps(stamped, ensure_ascii=False, separators=(",", ":")).encode(), mtime=0)
        headers = {"Content-Type": "application/gzip", "Accept": "application/json"}
        try:
            response = self._http.post(path, content=content, headers=headers)
        except httpx.HTTPError as error:
            sentence = _("Portal {address} nie odpowiada ({reason}). Wszystko zostało w kolejce.")
            raise UnreachableError(sentence.format(address=self.address, reason=type(error).__name__)) from error
        return self._understood(response)

    def _understood(self, response: httpx.Response) -> dict[str, Any]:
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if response.status_code == httpx.codes.OK and isinstance(answer, dict):
            return answer
        if response.is_client_error and response.status_code not in TRY_AGAIN:
            raise _refusal(response.status_code, answer)
        sentence = _("Portal {address} nie może teraz odpowiedzieć (HTTP {status}). Wszystko zostało w kolejce.")
        raise UnreachableError(
            sentence.format(address=self.address, status=response.status_code), _retry_after(response)
        )


def _trust(address: str) -> ssl.SSLContext | bool:
    """The system's certificates (an office's antivirus or proxy may add its own there), and the usual public ones."""
    if address.startswith("http://"):
        return True
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _refusal(status: int, answer: object) -> RefusedError:
    if not isinstance(answer, dict):
        code = "address-wrong" if status == httpx.codes.NOT_FOUND else "refused"
        sentence = _("Portal odrzucił żądanie (HTTP {status}). Sprawdź adres portalu.")
        return RefusedError(status, code, sentence.format(status=status))
    detail = str(answer.get("detail") or answer.get("title") or _("Portal odrzucił żądanie."))
    errors = answer.get("errors") or []
    named = [f"{one.get('field')}: {one.get('detail')}" for one in errors if isinstance(one, dict)]
    return RefusedError(status, str(answer.get("code") or "refused"), " ".join([detail, *named[:5]]))


def _retry_after(response: httpx.Response) -> float | None:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else None


def _answer(item: dict[str, Any]) -> Answer:
    return Answer(_text(item, "result"), item.get("code"), item.get("field"), item.get("detail"))


def _text(answer: dict[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str):
        raise UnreachableError(_("Odpowiedź portalu jest niekompletna; wszystko zostało w kolejce."))
    return value


def _held(answer: dict[str, Any]) -> dict[Key, tuple[str, str]]:
    try:
        return {
            Key(firm["nip"], one["kind"], one["form"], one["subject"], one["period"]): (
                one["digest"],
                # In our own form, in which such texts sort like the moments.
                clock.rfc3339(datetime.fromisoformat(one["read_at"])),
            )
            for firm in answer["firms"]
            for one in firm["records"]
        }
    except (KeyError, TypeError, ValueError) as error:
        raise UnreachableError(_("Odpowiedź portalu jest niekompletna; wszystko zostało w kolejce.")) from error


def _problem(one: Problem) -> dict[str, str | None]:
    return {
        # The end of a path says more than its beginning.
        "file": one.file[-LONGEST_TEXT:],
        "code": one.code,
        "field": one.field[:LONGEST_FIELD] if one.field else None,
        "detail": one.detail[:LONGEST_TEXT],
    }


def _firm(one: FirmRow) -> dict[str, Any]:
    return {
        "program": PROGRAM,
        "external_id": one.nip,
        "nip": one.nip,
        # A DRA need not name its payer; the panel needs some name.
        "name": printable(" ".join(one.name.split())) or f"NIP {one.nip}",
        "natural_person": one.natural_person,
    }


def record_body(one: Queued) -> dict[str, Any]:
    """A record as it is sent."""
    record = one.found.record
    return {"nip": record.nip, **record.content(), "read_at": one.read_at, "digest": record.digest}


def batches(
    records: Sequence[Queued], most: int = MOST_RECORDS, most_bytes: int = MOST_BYTES
) -> Iterator[list[Queued]]:
    """The records in batches that keep within the protocol's limits."""
    batch: list[Queued] = []
    size = 0
    for one in records:
        length = len(json.dumps(record_body(one)).encode()) + 1
        if batch and (len(batch) >= most or size + length > most_bytes):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += length
    if batch:
        yield batch


def month_windows(first: str, last: str, longest: int = MOST_DIGEST_MONTHS) -> Iterator[tuple[str, str]]:
    """The months from `first` to `last` in windows of at most `longest`."""
    start, end = _month_number(first), _month_number(last)
    while start <= end:
        until = min(end, start + longest - 1)
        yield _month_text(start), _month_text(until)
        start = until + 1


def _month_number(period: str) -> int:
    return int(period[:4]) * 12 + int(period[5:]) - 1


def _month_text(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _slices(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
