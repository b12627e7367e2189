"""Error responses: a page for people, `{"error": ...}` as JSON for programs."""

from __future__ import annotations

import secrets

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError, StatementError
from werkzeug.exceptions import (
    Forbidden,
    HTTPException,
    MethodNotAllowed,
    NotFound,
    SecurityError,
    ServiceUnavailable,
    TooManyRequests,
)

from grader.database.types import Unstorable
from grader.logs import emit, events
from grader.logs.errors import error_name, places
from web import refusals
from web.services import pack_cache
from web.site import site

TITLES = {
    400: "This request can’t be read",
    401: "Log in first",
    403: "Not allowed for your role",
    404: "Page not found",
    405: "Request not supported",
    409: "This course is archived",
    413: "Too large",
    415: "This request can’t be read",
    429: "Too many requests",
    500: "Our fault, not yours",
    503: "Not available at the moment",
}
NOT_READ = (
    "This assignment’s pack is read in the sandbox, and that is not possible now; try again in a moment."
)
WORDS = {
    403: "Your role in this course does not include this page.",
    404: "There is no page at this address, or you may not see it.",
    405: "This address does not accept this kind of request.",
    413: "This is larger than the page accepts. Nothing was stored, and no attempt was counted.",
    500: "Something failed on our side. What you handed in before is stored.",
    503: "The database does not answer. Nothing that was stored is lost; try again in a moment.",
}

VISITORS_413 = (
    "You are not logged in, and without a log-in only small requests are read. Nothing was stored, and no "
    "attempt was counted. Log in, and send it again."
)


def wants_json() -> bool:
    """Whether the client is a program: judged by the address, or by what it accepts."""
    if request.path.endswith((".json", "/live")) or request.path == "/healthz":
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def error_json(status: int, message: str, fields: dict[str, str] | None = None) -> Response:
    """An error for programs: a code, a sentence, and a message for each wrong field."""
    codes = {400: "bad_request", 401: "not_logged_in", 403: "forbidden", 404: "not_found"}
    codes |= {
        405: "method_not_allowed",
        413: "too_large",
        415: "not_a_form",
        422: "refused",
        429: "too_often",
    }
    codes |= {500: "internal", 503: "unavailable"}
    answer = jsonify(error={"code": codes.get(status, "error"), "message": message, "fields": fields or {}})
    answer.status_code = status
    return answer


def register(app: Flask) -> None:
    """Answer every HTTP error and every exception in this form."""
    app.register_error_handler(SecurityError, on_strange_host)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(refusals.Refusal, on_refusal)
    app.register_error_handler(OperationalError, on_database_down)
    app.register_error_handler(pack_cache.NotRead, on_pack_not_read)
    app.register_error_handler(StatementError, on_statement)
    app.register_error_handler(Exception, on_exception)


def on_http_error(error: HTTPException) -> Response:
    """The page or JSON of an HTTP error; a redirect is returned unchanged."""
    status = error.code or 500
    if status < 400:
        return Response(error.get_body(), status, error.get_headers())
    if status == 413:
        emit(events.RequestTooLarge(route=_route(), bytes=request.content_length or 0))
    own_words = status in (400, 401, 415, 429) or (
        status in (413, 503) and error.description != type(error).description
    )
    description = error.description if own_words else None
    if status == 413 and g.get("me") is None:
        description = VISITORS_413
    answer = _answer(status, description or WORDS.get(status, error.name))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    retry = getattr(error, "retry_after", None)
    if retry:
        answer.headers["Retry-After"] = str(retry)
    return answer


def on_refusal(error: refusals.Refusal) -> Response:
    """The HTTP error of a refusal: 404, 403, 409 or 429."""
    if isinstance(error, refusals.TooOften):
        return on_http_error(TooManyRequests(str(error), retry_after=error.wait_s))
    if isinstance(error, refusals.Archived):
        return _answer(409, str(error))
    return on_http_error(Forbidden() if isinstance(error, refusals.Forbidden) else NotFound())


def on_strange_host(error: SecurityError) -> Response:
    """An unknown host name in the request: plain text, since a page's links would contain that name."""
    return Response("This server does not answer to that name.\n", 400, mimetype="text/plain")


def on_pack_not_read(error: pack_cache.NotRead) -> ResponseReturnValue:
    """The pack of this page was not read yet by a job: have it read, then answer as if it had been."""
    if not pack_cache.read_stored(site().engine, site().backends, error.zip_sha256):
        return on_http_error(ServiceUnavailable(NOT_READ))
    try:
        return current_app.dispatch_request()
    except pack_cache.NotRead:
        return on_http_error(ServiceUnavailable(NOT_READ))
    except Exception as other:
        return current_app.handle_user_exception(other)


def on_database_down(error: OperationalError) -> Response:
    """The database is locked, restarting or down: 503, and a line in the log."""
    emit(events.DatabaseLost(why=str(error.orig).partition("\n")[0]))
    return on_http_error(ServiceUnavailable())


def on_statement(error: StatementError) -> Response:
    """A name that no row can have, such as one with NUL, is not found; others are errors on our side."""
    return on_http_error(NotFound()) if isinstance(error.orig, Unstorable) else on_exception(error)


def on_exception(error: Exception) -> Response:
    """An error on our side: logged with a code that the reader can report; its details are never shown."""
    code = secrets.token_hex(4)
    emit(events.RequestFailed(code, request.method, _route(), error_name(error), places(error)))
    return _answer(500, f"{WORDS[500]} If it happens again, give the operator this error code: {code}.")


def _route() -> str:
    """The URL rule of the request, without the values in the address, such as a file's name."""
    return request.url_rule.rule if request.url_rule else ""


def _answer(status: int, message: str) -> Response:
    if wants_json():
        return error_json(status, message)
    title = TITLES.get(status, "This did not work")
    return Response(render_template("error.html", title=title, message=message), status, mimetype="text/html")
