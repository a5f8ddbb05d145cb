"""The edge of every HTTP function: input models in, views out, refusals as problem details or pages.

A handler module is `app = web.new_app()`, its routes, and `handler = web.entrypoint(app)`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any, TypeVar, get_origin
from urllib.parse import parse_qs, quote, urlencode

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Request, Response
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, to_json

from portal import bodies, clock, coldstart, pages, storage
from portal.bodies import Limit
from portal.config import settings
from portal.domain import document_types, errors
from portal.log import logger
from portal.pages import FieldProblem, Problem, Refilled, Shell
from portal.views import View

_MOST_REFUSALS = 20
_FORMS: Mapping[str, Callable[[Mapping[str, Any], Limit], Mapping[str, list[Any]]]] = {
    bodies.FORM: bodies.from_form,
    bodies.MULTIPART: bodies.from_multipart,
}
_CODES_OF_PYDANTIC = {"missing": errors.FIELD_MISSING, "extra_forbidden": errors.FIELD_UNKNOWN}

_SECURITY_HEADERS = {
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Vary": "Accept",
}

# Anybody may keep a picture; opened by itself it may do nothing, whatever a browser takes it for.
_PICTURE_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}

# One that is not for everybody may be kept by the browser of who was let in, and by nobody between.
_PERSONAL_PICTURE_HEADERS = {**_PICTURE_HEADERS, "Cache-Control": "private, max-age=31536000, immutable"}

# A document is asked for anew each time, because what it says may depend on the moment, and is not sent again while it
# is the same. Opened by itself it may do nothing; browsers lay their own viewer around it, which has styles.
_DOCUMENT_HEADERS = {
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"
    ),
}

# A refused form, between the refusal and showing its page again within the same invocation.
_refused_form: ContextVar[Refilled | None] = ContextVar("refused_form", default=None)

Model = TypeVar("Model", bound=BaseModel)
Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


class Input(BaseModel):
    """What a client sends; unknown fields are refused, because they are a misunderstanding."""

    # Built at first use: a cold start pays only for the input of the route that is asked.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


@dataclass(frozen=True, slots=True)
class Done:
    """A change was made: a form goes on to `location` (with a notice), a JSON client gets `view` or nothing."""

    location: str
    notice: str = ""
    view: View | None = None
    cookies: tuple[str, ...] = ()
    created: bool = False


@dataclass(frozen=True, slots=True)
class Download:
    """A file instead of a view, to be saved and not shown. `name` may hold any letters."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture instead of a view, for pages and mails to show. Its address names its content, so it is kept.

    `personal`: only who is signed in sees it.
    """

    media_type: str
    content: bytes
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A document instead of a view, for the browser to show. `etag` changes with whatever changes its content.

    `content` makes it, and is not asked to when the browser has it already.
    """

    name: str
    media_type: str
    etag: str
    content: Callable[[], bytes]


def new_app() -> APIGatewayHttpResolver:
    """A feature's resolver, with representations and refusals in place."""
    app = APIGatewayHttpResolver()
    app.use(middlewares=[_represent, _declared_arguments])
    app.exception_handler([errors.Refusal, errors.Refusals])(lambda refused: _refuse(app, refused))
    app.exception_handler(ValidationError)(lambda invalid: _refuse(app, refusals_of(invalid)))
    app.not_found(_no_such_path)
    app.exception_handler(Exception)(lambda defect: _defect(app, defect))
    return app


def _no_such_path(_: Exception) -> None:
    # Raised, not answered: this runs as a route inside the middlewares, which take views only.
    raise errors.Refusal(errors.NOT_FOUND)


def entrypoint(app: APIGatewayHttpResolver) -> Handler:
    """The Lambda handler of a feature."""

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        _refused_form.set(None)
        answer = app.resolve(event, context)
        if _refused_form.get() is not None:
            answer = _form_again(app, event, context, answer)
        route = event["requestContext"].get("routeKey", "")
        logger().info("answered", extra={"route": route, "status": answer["statusCode"]})
        return answer

    coldstart.imported()
    return handler


def body(model: type[Model], limit: Limit = bodies.PAGE) -> Callable[[Request], Model]:
    """A dependency that reads the request's body, form or JSON, as an input model.

    A form with a file (`inputs.File`) wants `bodies.UPLOAD` for a limit.
    """

    def read(request: Request) -> Model:
        event, media_type = request.resolved_event.raw_event, _media_type(request)
        if media_type in _FORMS:
            return model.model_validate(_form(event, media_type, model, limit))
        if media_type in (bodies.JSON, bodies.GZIP, ""):
            encoded = (request.resolved_event.headers.get("content-encoding") or "").lower() == "gzip"
            return model.model_validate(bodies.from_json(event, limit, zipped=encoded or media_type == bodies.GZIP))
        raise errors.Refusal(errors.MEDIA_TYPE, media_type=media_type[:60])

    return read


def query(model: type[Model]) -> Callable[[Request], Model]:
    """A dependency that reads the query string as an input model; unknown parameters are passed over."""

    def read(request: Request) -> Model:
        given = parse_qs(request.resolved_event.raw_event.get("rawQueryString", ""))
        return model.model_validate({name: given[name][-1] for name in model.model_fields if name in given})

    return read


def header(name: str) -> Callable[[Request], str]:
    """A dependency that reads a header; empty where it is missing."""

    def read(request: Request) -> str:
        return str(request.resolved_event.headers.get(name) or "")

    return read


def _represent(app: APIGatewayHttpResolver, next_middleware: Callable[..., Response[Any]]) -> Response[Any]:
    answer = next_middleware(app)
    result = answer.body
    if isinstance(result, Done):
        return _done(app, result)
    if isinstance(result, View):
        return _show(app, result, answer.status_code)
    if isinstance(result, Download):
        return _saved(result)
    if isinstance(result, Document):
        return _document(app, result)
    if isinstance(result, Picture):
        headers = _PERSONAL_PICTURE_HEADERS if result.personal else _PICTURE_HEADERS
        return _response(HTTPStatus.OK, result.content, result.media_type, headers=headers)
    raise TypeError(f"a route returned {type(result).__name__}, which is no view")


def _declared_arguments(app: APIGatewayHttpResolver, next_middleware: Callable[..., Response[Any]]) -> Response[Any]:
    # The resolver passes every path parameter by name; a route declares only its needs.
    app.context["_route_args"] = {}
    return next_middleware(app)


def _done(app: APIGatewayHttpResolver, done: Done) -> Response[Any]:
    cookies = [_RawCookie(cookie) for cookie in done.cookies]
    if _wants_html(app):
        location = done.location
        if done.notice:
            location += ("&" if "?" in location else "?") + urlencode({"done": done.notice})
        return _response(HTTPStatus.SEE_OTHER, "", "text/html", cookies, {"Location": location})
    status = HTTPStatus.CREATED if done.created else HTTPStatus.OK
    answer = _json_text(done.view) if done.view else "{}"
    return _response(status, answer, "application/json", cookies)


def _show(app: APIGatewayHttpResolver, view: View, status: int) -> Response[Any]:
    if view.template and _wants_html(app):
        return _response(status, _page(app, view.template, view), "text/html; charset=utf-8")
    return _response(status, _json_text(view), "application/json")


def _saved(download: Download) -> Response[Any]:
    headers = {"Content-Disposition": _disposition("attachment", download.name)}
    return _response(HTTPStatus.OK, download.content, download.media_type, headers=headers)


def _document(app: APIGatewayHttpResolver, document: Document) -> Response[Any]:
    headers = {**_DOCUMENT_HEADERS, "ETag": f'"{document.etag}"'}
    held = str(app.current_event.headers.get("if-none-match") or "")
    # On the way a tag may have been made a weak one, by whoever compressed the answer (RFC 9110, 13.1.2).
    if document.etag in {tag.strip().removeprefix("W/").strip('"') for tag in held.split(",")}:
        return _response(HTTPStatus.NOT_MODIFIED, "", document.media_type, headers=headers)
    headers["Content-Disposition"] = _disposition("inline", document.name)
    return _response(HTTPStatus.OK, document.content(), document.media_type, headers=headers)


def _disposition(how: str, name: str) -> str:
    # For old programs a name of plain letters; for all others the real one (RFC 6266, RFC 5987).
    return f"{how}; filename=\"{document_types.plain_name(name)}\"; filename*=UTF-8''{quote(name, safe='')}"


@lru_cache(maxsize=1)
def _policy() -> str:
    """What a page may load, and where it may send: itself, and the storage of documents."""
    documents = storage.origin(settings().documents_bucket)
    return (
        f"default-src 'none'; style-src 'self'; script-src 'self'; worker-src 'self'; manifest-src 'self'; "
        f"img-src 'self' data: blob: {documents}; connect-src 'self' {documents}; form-action 'self' {documents}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def _json_text(view: View) -> str:
    return to_json(view).decode()


def _page(app: APIGatewayHttpResolver, template: str, view: object) -> str:
    event = app.current_event.raw_event
    notice = parse_qs(event.get("rawQueryString", "")).get("done", [""])[0]
    return pages.render(
        template,
        view=view,
        shell=app.context.get("shell") or Shell(),
        path=event["rawPath"],
        now=clock.now(),
        refilled=_refused_form.get(),
        notice=notice,
    )


def _refuse(app: APIGatewayHttpResolver, refused: errors.Refusal | errors.Refusals) -> Response[Any]:
    refusals = refused.refusals if isinstance(refused, errors.Refusals) else [refused]
    first = refusals[0].code
    logger().info("refused", extra={"code": first.name})
    sentences = [pages.sentence(refusal) for refusal in refusals]
    fields = [
        FieldProblem(refusal.field or "", refusal.code.name, sentence)
        for refusal, sentence in zip(refusals, sentences, strict=True)
        if refusal.field
    ]
    problem = Problem(first.status, first.name, sentences[0], fields)
    if not _wants_html(app):
        return _response(problem.status, _problem_json(problem), "application/problem+json")
    if first is errors.SIGN_IN_NEEDED:
        return _response(HTTPStatus.SEE_OTHER, "", "text/html", headers={"Location": "/sign-in"})
    # What another site typed is not put into our form, where the next click would send it as the person's own.
    if app.current_event.http_method == "POST" and first is not errors.CROSS_SITE:
        _refused_form.set(_refilled(app, problem))
    return _response(problem.status, _page(app, "error.html", problem), "text/html; charset=utf-8")


def _defect(app: APIGatewayHttpResolver, defect: Exception) -> Response[Any]:
    logger().exception("defect", exc_info=defect)
    return _refuse(app, errors.Refusal(errors.DEFECT))


def _form_again(
    app: APIGatewayHttpResolver, event: dict[str, Any], context: Any, refusal: dict[str, Any]
) -> dict[str, Any]:
    """Show the page that holds the refused form, with what was typed and why it was refused."""
    http = {**event["requestContext"]["http"], "method": "GET"}
    route_key = f"GET {event['rawPath']}"
    as_get = {**event, "body": "", "requestContext": {**event["requestContext"], "http": http, "routeKey": route_key}}
    page: dict[str, Any] = app.resolve(as_get, context)
    shown = page["statusCode"] == HTTPStatus.OK
    return {**page, "statusCode": refusal["statusCode"]} if shown else refusal


def _problem_json(problem: Problem) -> str:
    return json.dumps(
        {
            "type": "about:blank",
            "title": HTTPStatus(problem.status).phrase,
            "status": problem.status,
            "code": problem.code,
            "detail": problem.detail,
            "errors": [{"field": entry.field, "code": entry.code, "detail": entry.detail} for entry in problem.fields],
        },
        ensure_ascii=False,
    )


def refusals_of(invalid: ValidationError) -> errors.Refusals:
    """What pydantic found wrong, in our codes: one refusal a field."""
    return errors.Refusals([_refusal_of(error) for error in invalid.errors(include_url=False)[:_MOST_REFUSALS]])


def _refusal_of(error: ErrorDetails) -> errors.Refusal:
    field = ".".join(str(part) for part in error["loc"])
    inner = error.get("ctx", {}).get("error")
    if isinstance(inner, errors.Refusal):
        return errors.Refusal(inner.code, field or inner.field, **inner.values)
    return errors.Refusal(_CODES_OF_PYDANTIC.get(error["type"], errors.FIELD_INVALID), field)


class _RawCookie:
    """A Set-Cookie value, already written: what the resolver asks of a cookie is only its text."""

    def __init__(self, written: str) -> None:
        self._written = written

    def __str__(self) -> str:
        return self._written


def _response(
    status: int,
    content: str | bytes,
    content_type: str,
    cookies: list[Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[Any]:
    return Response(
        status_code=int(status),
        content_type=content_type,
        body=content,
        cookies=cookies or [],
        headers={"Content-Security-Policy": _policy(), **_SECURITY_HEADERS, **(headers or {})},
    )


def _wants_html(app: APIGatewayHttpResolver) -> bool:
    return "text/html" in str(app.current_event.headers.get("accept") or "")


def _media_type(request: Request) -> str:
    return _plain_media_type(str(request.resolved_event.headers.get("content-type") or ""))


def _plain_media_type(header: str) -> str:
    return header.split(";", maxsplit=1)[0].strip().lower()


def _form(event: Mapping[str, Any], media_type: str, model: type[BaseModel], limit: Limit) -> dict[str, Any]:
    given = _FORMS[media_type](event, limit)
    listed = {name for name, field in model.model_fields.items() if get_origin(field.annotation) is list}
    return {name: values if name in listed else values[-1] for name, values in given.items()}


def _refilled(app: APIGatewayHttpResolver, problem: Problem) -> Refilled:
    given = _typed(app)
    return Refilled(problem, {name: texts[-1] for name, texts in given.items()}, given)


def _typed(app: APIGatewayHttpResolver) -> dict[str, list[str]]:
    """The texts of a form; a file cannot be put back into its field, so it is chosen anew."""
    media_type = _plain_media_type(str(app.current_event.headers.get("content-type") or ""))
    if media_type not in _FORMS:
        return {}
    # What the route itself refused as too large is refused before; an invoice has more fields than other pages.
    limit = bodies.UPLOAD if media_type == bodies.MULTIPART else bodies.SELECTION
    try:
        given = _FORMS[media_type](app.current_event.raw_event, limit)
    except errors.Refusal:
        return {}
    texts = {name: [value for value in values if isinstance(value, str)] for name, values in given.items()}
    return {name: values for name, values in texts.items() if values}
