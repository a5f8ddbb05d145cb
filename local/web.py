"""The front on the portal's port: pages through the gateway, `/static/*` from the tree, sent mail at `/_mail`.

It plays CloudFront and the HTTP API together. It answers only to this machine's own names, so that no page elsewhere
can reach it through a name that resolves to 127.0.0.1.
"""

from __future__ import annotations

import asyncio
import gzip
import html
import mimetypes
import sys
import traceback
from collections.abc import Callable
from urllib.parse import parse_qs, quote, unquote

from local import gateway, mail, registers
from local.emulator import Receive, Scope, Send
from local.gateway import Request, Response
from local.host import Host, InvocationError
from local.place import Place
from local.routes import Routes

_COMPRESSED = ("text/", "application/json", "application/problem", "application/manifest", "image/svg")
_UNKEPT = ("cache-control", "no-store")
_SMALLEST = 1000


class Web:
    """The ASGI application of the portal's port."""

    def __init__(self, place: Place, host: Host, mailbox: mail.Mailbox) -> None:
        self._place = place
        self._host = host
        self._mailbox = mailbox
        self.routes: Routes | None = None
        self.problem = ""
        self._own: dict[str, Callable[[Request], Response]] = {"/_mail": self._mail, "/_mail/events": self._mail_event}

    async def application(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            request = await _read(scope, receive)
            try:
                answer = await asyncio.to_thread(self._answer, request)
            except Exception as defect:  # a result that is no response, most likely; shown like any broken code
                shown = "".join(traceback.format_exception(defect))
                print(shown, file=sys.stderr, flush=True)
                answer = _trouble(f"{request.method} {request.raw_path}", shown)
            await _write(send, request, _compressed(request, answer))

    def _answer(self, request: Request) -> Response:
        host = request.header("host").rpartition(":")[0] or request.header("host")
        if host not in ("127.0.0.1", "localhost"):
            return gateway.message(421, "This address is not served here.")
        if own := self._own.get(request.raw_path):
            return own(request)
        if request.raw_path.startswith("/static/"):
            return self._static(request)
        if request.raw_path.startswith(registers.WHITE_LIST):
            return registers.white_list(self._place.root, request)
        if request.raw_path.startswith(registers.EXCHANGE_RATES):
            return registers.exchange_rates(request)
        if self.problem:
            return _trouble("The template is not deployed.", self.problem)
        if self.routes is None:
            return Response(503, [("content-type", "text/plain"), ("retry-after", "1")], b"Starting.\n")
        return self._through_gateway(request, self.routes)

    def _through_gateway(self, request: Request, routes: Routes) -> Response:
        match = routes.find(request.method, request.raw_path)
        if match is None:
            return gateway.message(404, "Not Found")
        if gateway.too_large(request):
            return gateway.message(413, "Request Entity Too Large")
        event = gateway.event(request, match, self._place.domain)
        if len(event.get("body", "")) > gateway.PAYLOAD_LIMIT:
            return gateway.message(413, "Request Entity Too Large")
        try:
            return gateway.response(self._host.invoke(match.route.function, event))
        except InvocationError as failure:
            if failure.traceback:
                print(f"{match.route.key}\n{failure.traceback}", file=sys.stderr, flush=True)
            if failure.timed_out:
                return gateway.message(503, "Service Unavailable")
            return _trouble(f"{match.route.key}: {failure}", failure.traceback)

    def _static(self, request: Request) -> Response:
        folder = (self._place.root / "static").resolve()
        file = (folder / unquote(request.raw_path.removeprefix("/static/"))).resolve()
        if not file.is_relative_to(folder) or not file.is_file() or request.method not in ("GET", "HEAD"):
            return gateway.message(404, "Not Found")
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        kind = f"{kind}; charset=utf-8" if kind.startswith(_COMPRESSED) else kind
        # As the template's WorkerHeaders: the worker lies among the static files and serves every page.
        allowed = [("service-worker-allowed", "/")] if file.name == "sw.js" else []
        return Response(200, [("content-type", kind), _UNKEPT, *allowed], file.read_bytes())

    def _mail(self, request: Request) -> Response:
        mails = self._mailbox.all()
        if parse_qs(request.query).get("format") == ["json"]:
            return Response(200, [("content-type", "application/json")], mail.as_json(mails))
        return _page(200, mail.as_page(mails, parse_qs(request.query).get("told", [""])[0]))

    def _mail_event(self, request: Request) -> Response:
        """Tells `bounces` what became of a mail. Only the page's own buttons may: no other page, no mail in a frame."""
        own = {f"http://{name}:{self._place.port}" for name in ("127.0.0.1", "localhost")}
        if request.method != "POST" or request.header("origin") not in own:
            return gateway.message(403, "Only the buttons of /_mail do this.")
        asked = {name: values[0] for name, values in parse_qs(request.body.decode("latin-1")).items()}
        found = next((one for one in self._mailbox.all() if one.id == asked.get("mail")), None)
        event = mail.event(found, asked.get("news", "")) if found else None
        if event is None:
            return gateway.message(404, "Not Found")
        try:
            result = self._host.invoke("BouncesFunction", event)
        except InvocationError as failure:
            return _trouble(f"BouncesFunction: {failure}", failure.traceback)
        return Response(303, [("location", f"/_mail?told={quote(result['result'])}"), _UNKEPT], b"")


def _trouble(title: str, details: str) -> Response:
    """What a developer sees of broken code. Reloads itself, so that mended code shows."""
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2">'
        f"<title>Error</title><h1>{html.escape(title)}</h1><pre>{html.escape(details)}</pre></html>"
    )
    return _page(500, page.encode())


def _page(status: int, content: bytes) -> Response:
    return Response(status, [("content-type", "text/html; charset=utf-8"), _UNKEPT], content)


def _compressed(request: Request, answer: Response) -> Response:
    """Compressed as CloudFront would."""
    headers = dict(answer.headers)
    if (
        "gzip" not in request.header("accept-encoding")
        or "content-encoding" in headers
        or len(answer.body) < _SMALLEST
        or not headers.get("content-type", "").startswith(_COMPRESSED)
    ):
        return answer
    added = [("content-encoding", "gzip"), ("vary", "accept-encoding")]
    return Response(answer.status, [*answer.headers, *added], gzip.compress(answer.body, 6))


async def _lifespan(receive: Receive, send: Send) -> None:
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})


async def _read(scope: Scope, receive: Receive) -> Request:
    body, more = bytearray(), True
    while more:
        part = await receive()
        # What is over the limit is read too, or the client would not hear the answer, but it is not kept.
        if len(body) <= gateway.REQUEST_LIMIT:
            body += part.get("body", b"")
        more = part.get("more_body", False) and part["type"] == "http.request"
    headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]]
    path = scope["raw_path"].decode("latin-1").partition("?")[0]
    address = (scope.get("client") or ("127.0.0.1", 0))[0]
    return Request(scope["method"], path, scope["query_string"].decode("latin-1"), headers, bytes(body), address)


async def _write(send: Send, request: Request, answer: Response) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    body = b"" if request.method == "HEAD" else answer.body
    await send({"type": "http.response.body", "body": body})
