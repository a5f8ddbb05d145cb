"""Requests to events and results to responses, as an HTTP API with payload format 2.0 does it."""

from __future__ import annotations

import base64
import json
import time
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from local.routes import Match

REQUEST_LIMIT = 10 * 1024 * 1024
PAYLOAD_LIMIT = 6 * 1024 * 1024

_TEXT = ("text/", "application/json", "application/xml", "application/javascript")
# Where a header may be repeated, the gateway joins the values with commas.
_UNSENT = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass(frozen=True, slots=True)
class Request:
    """What came in."""

    method: str
    raw_path: str
    query: str
    headers: list[tuple[str, str]]
    body: bytes
    address: str

    def header(self, name: str) -> str:
        """The value of a header, empty when it is absent."""
        return next((value for key, value in self.headers if key == name), "")


@dataclass(frozen=True, slots=True)
class Response:
    """What goes out."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def message(status: int, text: str) -> Response:
    """An answer of the gateway itself."""
    return Response(status, [("content-type", "application/json")], json.dumps({"message": text}).encode())


def too_large(request: Request) -> bool:
    """Whether the gateway refuses the request before any function sees it."""
    return len(request.body) > REQUEST_LIMIT


def event(request: Request, match: Match, domain: str) -> dict[str, Any]:
    """The event of a request. Keys without a value are left out, as on AWS."""
    path = unquote(request.raw_path)
    made: dict[str, Any] = {
        "version": "2.0",
        "routeKey": match.route.key,
        "rawPath": path,
        "rawQueryString": request.query,
        "cookies": _cookies(request),
        "headers": _joined_headers(request, domain),
        "queryStringParameters": _joined(parse_qsl(request.query, keep_blank_values=True)),
        "requestContext": _context(request, match, path, domain),
        "pathParameters": match.variables,
    }
    made = {key: value for key, value in made.items() if value or key in ("rawQueryString", "headers")}
    return made | _body(request)


def response(result: Any) -> Response:
    """The response a function's result stands for; without `statusCode` the result itself is the JSON body."""
    if not isinstance(result, dict) or "statusCode" not in result:
        return Response(200, [("content-type", "application/json")], json.dumps(result).encode())
    text = result.get("body") or ""
    body = base64.b64decode(text) if result.get("isBase64Encoded") else str(text).encode()
    headers = [(name.lower(), str(value)) for name, value in (result.get("headers") or {}).items()]
    headers = [(name, value) for name, value in headers if name not in _UNSENT]
    if not any(name == "content-type" for name, _ in headers):
        headers.append(("content-type", "text/plain;charset=UTF-8"))
    headers += [("set-cookie", cookie) for cookie in result.get("cookies") or []]
    return Response(int(result["statusCode"]), headers, body)


def _cookies(request: Request) -> list[str]:
    """Cookies stand in a list of their own and not among the headers."""
    lines = [value for name, value in request.headers if name == "cookie"]
    return [cookie.strip() for line in lines for cookie in line.split(";") if cookie.strip()]


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _joined_headers(request: Request, domain: str) -> dict[str, str]:
    kept = [(name, value) for name, value in request.headers if name not in ("cookie", "connection")]
    port = domain.rpartition(":")[2]
    added = {"x-forwarded-for": request.address, "x-forwarded-port": port, "x-forwarded-proto": "http"}
    return _joined(kept) | added | {"content-length": str(len(request.body))}


def _context(request: Request, match: Match, path: str, domain: str) -> dict[str, Any]:
    now = time.time()
    return {
        "accountId": "000000000000",
        "apiId": "local",
        "domainName": domain,
        "domainPrefix": "local",
        "http": {
            "method": request.method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.address,
            "userAgent": request.header("user-agent"),
        },
        "requestId": uuid.uuid4().hex[:15] + "=",
        "routeKey": match.route.key,
        "stage": "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }


def _body(request: Request) -> dict[str, Any]:
    """Text stays text, unless it is compressed; everything else, forms among it, becomes base64."""
    if not request.body:
        return {"isBase64Encoded": False}
    is_text = request.header("content-type").lower().startswith(_TEXT) and not request.header("content-encoding")
    if is_text:
        try:
            return {"body": request.body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}
