"""Log-ins: a random token in a signed cookie and its hash in the database, so that a log-out is final."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request, session, url_for

from grader.database import logins, reading, writing
from grader.database.models import User
from grader.database.tokens import token_hash as token_hash
from web import errors, seeing
from web.security import late_forms
from web.site import now, site

COOKIE_KEY = "login"
SEEN_EVERY = timedelta(minutes=1)
"""How exactly the last use of a log-in is stored: not at every request."""

P = ParamSpec("P")
R = TypeVar("R")


def begin(user: User) -> None:
    """Log `user` in: the old browser session is cleared, the log-in token and the form token are new."""
    end()
    token = secrets.token_urlsafe(32)
    with writing(site().engine) as store:
        logins.begin(store, user, token_hash(token), now(), now() + site().login_max)
    session[COOKIE_KEY] = token
    session.permanent = True


def end() -> None:
    """Log the reader out, in the cookie and in the database."""
    token = session.get(COOKIE_KEY)
    session.clear()
    if token:
        with writing(site().engine) as store:
            logins.end(store, token_hash(token))


def my_token_hash() -> str:
    """The hash of this browser's log-in; "" if nobody is logged in."""
    token = session.get(COOKIE_KEY)
    return token_hash(token) if token else ""


def me() -> User:
    """The user who is logged in; 401 if there is none."""
    user = cast(User | None, g.get("me"))
    if user is None:
        abort(401, "Log in first.")
    return user


def login_required(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Allow the view only for readers who are logged in; others are redirected to the log-in page."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        if g.get("me") is not None:
            return view(*args, **kwargs)
        if request.method != "GET" or errors.wants_json():
            late = None if errors.wants_json() else late_forms.answer()
            if late is not None:
                return late
            abort(401, "Log in first.")
        target = request.full_path.rstrip("?")
        return cast(Response, redirect(url_for("auth.log_in", next=target), 303))

    guarded.requires_login = True  # type: ignore[attr-defined]
    return guarded


def local_path(target: str | None) -> str:
    """`target` if it is a path of this site, else the start page: no redirect leads to another site."""
    target = target or ""
    parts = urlsplit(target)
    plain = target.isprintable() and "\\" not in target
    if plain and target.startswith("/") and not target.startswith("//") and not parts.netloc:
        return target
    return url_for("courses.home")


def _by_reader() -> bool:
    """Whether the reader made this request, and not a script of a page that is left open."""
    return not errors.wants_json() and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def register(app: Flask) -> None:
    """Find the reader of every request but those for static files."""

    @app.before_request
    def find_reader() -> None:
        g.me = None
        token = session.get(COOKIE_KEY) if request.endpoint != "static" else None
        if token:
            with reading(site().engine) as store:
                login = logins.current(store, token_hash(token), now(), site().login_idle)
            g.me = login.user if login else None
            if login and now() - login.seen_at > min(SEEN_EVERY, site().login_idle / 2) and _by_reader():
                with writing(site().engine) as store:
                    logins.seen(store, token_hash(token), now())

    @app.context_processor
    def reader() -> dict[str, Any]:
        seen = seeing.current()
        return {"me": g.get("me") if seen is None else seen.viewer}
