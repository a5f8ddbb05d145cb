"""Sends requests to the handlers as API Gateway does: payload 2.0, routes and functions from template.yaml."""

from __future__ import annotations

import base64
import gzip
import importlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode

from tests.contract.template import Route, routes

BASE = "https://portal.example"

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
Handlers = Callable[[str], Handler]


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        return self.json["code"]

    @property
    def location(self) -> str:
        return self.headers["Location"]


class Context:
    function_name = "test"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:test"
    aws_request_id = "00000000-0000-0000-0000-000000000000"


@dataclass
class Browser:
    """A client with cookies. `html` asks for pages, as a browser does; otherwise JSON. `handlers`: who answers."""

    html: bool = False
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    address: str = "192.0.2.10"
    handlers: Handlers = field(default_factory=lambda: handler_of)
    agent: str = "Tests/1.0"
    """What the browser calls itself."""
    decoded: bool = False
    """Whether the path arrives percent-decoded."""

    def get(self, path: str, **query: object) -> Answer:
        return self.send("GET", path, query=query)

    def post(self, path: str, body: object = None, **options: Any) -> Answer:
        """A form in a browser, JSON otherwise."""
        return self.send("POST", path, body=body, **options)

    def send(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, object] | None = None,
        body: object = None,
        zipped: bool = False,
        headers: dict[str, str | None] | None = None,
    ) -> Answer:
        """`headers` add to or (with None) take from the usual ones."""
        route, parameters = _match(method, path)
        event = self._event(method, path, query or {}, route, parameters)
        self._put_body(event, body, zipped)
        for name, value in (headers or {}).items():
            event["headers"].pop(name, None)
            event["headers"] |= {name: value} if value is not None else {}
        return self._answered(self.handlers(route.function), event)

    def knock(self, function: str, method: str, path: str) -> Answer:
        """A request for which the API has no route, put before a function all the same."""
        event = self._event(method, path, {}, Route(method, path, function), {})
        return self._answered(self.handlers(function), event)

    def _answered(self, handler: Handler, event: dict[str, Any]) -> Answer:
        answer = handler(event, Context())
        self._keep_cookies(answer.get("cookies", []))
        return Answer(answer["statusCode"], answer.get("headers", {}), answer.get("cookies", []), answer["body"])

    def _event(
        self, method: str, path: str, query: dict[str, object], route: Route, parameters: dict[str, str]
    ) -> dict[str, Any]:
        headers = {
            "accept": "text/html,application/xhtml+xml" if self.html else "application/json",
            "host": "portal.example",
            "user-agent": self.agent,
            **({"origin": BASE, "sec-fetch-site": "same-origin"} if method == "POST" else {}),
            **self.headers,
        }
        raw_query = urlencode({name: value for name, value in query.items() if value is not None})
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": f"{route.method} {route.path}",
            "rawPath": unquote(path) if self.decoded else path,
            "rawQueryString": raw_query,
            "headers": headers,
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "api",
                "domainName": "portal.example",
                "http": {
                    "method": method,
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": self.address,
                    "userAgent": self.agent,
                },
                "requestId": "request",
                "routeKey": f"{route.method} {route.path}",
                "stage": "$default",
                "time": "24/Nov/2026:03:41:44 +0000",
                "timeEpoch": 1795491704000,
            },
            "isBase64Encoded": False,
        }
        if parameters:
            event["pathParameters"] = parameters
        if raw_query:
            event["queryStringParameters"] = {name: str(value) for name, value in query.items() if value is not None}
        if self.cookies:
            event["cookies"] = [f"{name}={value}" for name, value in self.cookies.items()]
        return event

    def _put_body(self, event: dict[str, Any], body: object, zipped: bool) -> None:
        if body is None:
            return
        headers = event["headers"]
        if isinstance(body, bytes):
            content = body
            headers.setdefault("content-type", "application/json")
        elif self.html:
            content = urlencode(body, doseq=True).encode()
            headers["content-type"] = "application/x-www-form-urlencoded"
        else:
            content = json.dumps(body).encode()
            headers["content-type"] = "application/json"
        if zipped:
            content = gzip.compress(content)
            headers["content-encoding"] = "gzip"
        as_text = headers["content-type"].startswith("application/json") and "content-encoding" not in headers
        try:
            event["body"] = content.decode() if as_text else base64.b64encode(content).decode()
            event["isBase64Encoded"] = not as_text
        except UnicodeDecodeError:
            event["body"] = base64.b64encode(content).decode()
            event["isBase64Encoded"] = True

    def _keep_cookies(self, set_cookies: list[str]) -> None:
        for line in set_cookies:
            pair = line.split(";", 1)[0]
            name, _, value = pair.partition("=")
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)


def route_of(method: str, path: str) -> Route:
    """The route that API Gateway would choose."""
    return _match(method, path)[0]


def _match(method: str, path: str) -> tuple[Route, dict[str, str]]:
    for route in routes():
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.path)
        found = re.fullmatch(pattern, path)
        if route.method == method and found:
            return route, {name: unquote(value) for name, value in found.groupdict().items()}
    raise LookupError(f"the API has no route {method} {path}")


def handler_of(function: str) -> Handler:
    """The handler of a function, by its logical id in the template."""
    feature = function.removesuffix("Function").lower()
    handler: Handler = importlib.import_module(f"functions.{feature}.app").handler
    return handler
