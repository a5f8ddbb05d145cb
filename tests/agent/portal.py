"""A small real HTTP server that keeps docs/sync-protocol.md strictly: idempotent, and faulty when told so."""

import gzip
import hashlib
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from stdnum.pl import nip as nip_rules

TOKEN = "kst_demo"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
BODY_FIELDS = {
    "/sync/heartbeat": {"version", "machine", "state", "programs", "problems", "problems_total"},
    "/sync/firms": {"firms"},
    "/sync/digests": {"nips", "from", "to"},
    "/sync/records": {"approve", "state", "records"},
}
CONTENT = {"kind", "form", "subject", "period", "settlement"}

Fault = Callable[["Portal", "Handler"], bool]
"""Called with a request; True when it has answered (or dropped) the request itself."""


class RefusalError(Exception):
    def __init__(self, status: int, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.detail = status, code, detail or code


class Portal:
    """The server's state and its faults. `before` and `after` map a request's number (from 1) to a fault."""

    def __init__(self) -> None:
        self.firms: dict[str, str] = {}
        self.records: dict[tuple[str, ...], dict[str, Any]] = {}
        self.stored = Counter[tuple[str, ...]]()
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.state: str | None = None
        self.problems: list[dict[str, Any]] = []
        self.heartbeats: list[dict[str, Any]] = []
        self.published: set[str] = set()
        self.before: dict[int, Fault] = {}
        self.after: dict[int, Fault] = {}
        self.refuse: Callable[[dict[str, Any]], str | None] = lambda _record: None
        self.refuse_firms: set[str] = set()
        self.token: str | None = TOKEN
        self.clock_offset = timedelta()
        self.most_records = 5_000
        self.lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"portal": self}))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _body in self.requests]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.clock_offset

    def answer(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        sent = datetime.fromisoformat(body["sent_at"])
        if not MOMENT.fullmatch(body["sent_at"]) or body["protocol"] != 1:
            raise RefusalError(422, "field-invalid")
        if abs(self.now() - sent) > timedelta(minutes=10):
            raise RefusalError(422, "clock-wrong", "Zegar komputera różni się o ponad 10 minut.")
        if set(body) != BODY_FIELDS[path] | {"protocol", "sent_at"}:
            raise RefusalError(422, "field-unknown", str(set(body) ^ BODY_FIELDS[path]))
        answer = getattr(self, "_" + path.rsplit("/", 1)[1])(body)
        return {"server_time": self.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"), **answer}

    def _heartbeat(self, body: dict[str, Any]) -> dict[str, Any]:
        assert len(body["problems"]) <= 50 <= max(50, body["problems_total"])
        self.heartbeats.append(body)
        in_sync = self.state is not None and body["state"] == self.state
        if not in_sync:
            self.problems = body["problems"]
        return {"office": "Biuro Demo", "in_sync": in_sync}

    def _firms(self, body: dict[str, Any]) -> dict[str, Any]:
        assert 0 < len(body["firms"]) <= 500
        results = []
        for firm in body["firms"]:
            assert set(firm) == {"program", "external_id", "nip", "name", "natural_person"}
            if firm["nip"] in self.refuse_firms:
                refused = {"result": "refused", "code": "field-invalid", "field": "name", "detail": "Zła nazwa."}
                results.append({"nip": firm["nip"], **refused})
                continue
            known = firm["nip"] in self.firms
            self.firms.setdefault(firm["nip"], firm["name"])
            results.append({"nip": firm["nip"], "result": "known" if known else "created", "status": "waiting"})
        return {"firms": results}

    def _digests(self, body: dict[str, Any]) -> dict[str, Any]:
        assert 0 < len(body["nips"]) <= 100
        return {
            "firms": [
                {
                    "nip": nip,
                    "records": [
                        {name: one[name] for name in ("kind", "form", "subject", "period", "digest", "read_at")}
                        for key, one in self.records.items()
                        if key[0] == nip and body["from"] <= key[4] <= body["to"]
                    ],
                }
                for nip in body["nips"]
                if nip in self.firms
            ]
        }

    def _records(self, body: dict[str, Any]) -> dict[str, Any]:
        if len(body["records"]) > self.most_records:
            raise RefusalError(413, "too-many-records")
        assert set(body["approve"]) == {"contribution", "tax", "statement"}
        results = [self._record(one, body["approve"]) for one in body["records"]]
        if body["state"] is not None:
            self.state = body["state"]
        return {"results": results}

    def _record(self, record: dict[str, Any], approve: dict[str, bool]) -> dict[str, Any]:
        amounts = {"revenue", "costs"} if record["kind"] == "statement" else {"amount", "surplus"}
        assert set(record) == CONTENT | amounts | {"nip", "read_at", "digest"}
        content = {name: record[name] for name in CONTENT | amounts}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        code = self.refuse(record)
        if record["digest"] != hashlib.sha256(text.encode()).hexdigest()[:32]:
            code = "digest-mismatch"
        elif not nip_rules.is_valid(record["nip"]):
            code = "nip-invalid"
        elif record["nip"] not in self.firms:
            code = "firm-unknown"
        elif datetime.fromisoformat(record["read_at"]) > self.now() + timedelta(minutes=10):
            code = "read-in-future"
        if code:
            return {"result": "refused", "code": code, "field": "amount", "detail": f"Odmowa: {code}."}
        return {"result": self._store(record, approve)}

    def _store(self, record: dict[str, Any], approve: dict[str, bool]) -> str:
        key = tuple(record[name] for name in ("nip", "kind", "form", "subject", "period"))
        held = self.records.get(key)
        if held is not None and held["digest"] == record["digest"]:
            held["read_at"] = max(held["read_at"], record["read_at"])
            return "unchanged"
        if held is not None and (held["read_at"], held["digest"]) > (record["read_at"], record["digest"]):
            return "older"
        self.records[key] = dict(record)
        self.stored[(*key, record["digest"])] += 1
        if approve[record["kind"]]:
            self.published.add(record["digest"])
        return "stored"


class Handler(BaseHTTPRequestHandler):
    portal: Portal

    def do_POST(self) -> None:
        with self.portal.lock:
            self._post()

    def _post(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["Content-Type"] == "application/gzip"
        body = json.loads(gzip.decompress(raw))
        self.portal.requests.append((self.path, body))
        number = len(self.portal.requests)
        fault = self.portal.before.pop(number, None)
        if fault and fault(self.portal, self):
            return
        try:
            if self.headers["Authorization"] != f"Bearer {self.portal.token}":
                raise RefusalError(401, "token-revoked", "Token został odwołany.")
            answer, status = self.portal.answer(self.path, body), 200
        except RefusalError as refusal:
            status = refusal.status
            answer = {"type": "about:blank", "status": status, "code": refusal.code, "detail": refusal.detail}
        fault = self.portal.after.pop(number, None)
        if fault and fault(self.portal, self):
            return
        self.reply(status, json.dumps(answer).encode())

    def reply(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        pass


def drop(_portal: Portal, handler: Handler) -> bool:
    """Close the connection without a word."""
    handler.close_connection = True
    return True


def status(code: int, content: bytes = b"{}", headers: dict[str, str] | None = None) -> Fault:
    def fault(_portal: Portal, handler: Handler) -> bool:
        handler.reply(code, content, headers)
        return True

    return fault


def slow(seconds: float) -> Fault:
    def fault(_portal: Portal, _handler: Handler) -> bool:
        time.sleep(seconds)
        return False

    return fault
