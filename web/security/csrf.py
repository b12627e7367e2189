"""Protection against CSRF: every form contains a secret token, and every unsafe request must send it."""

from __future__ import annotations

import hmac
import secrets

from flask import Flask, Response, abort, request, session
from markupsafe import Markup

from web import seeing
from web.security import kept, late_forms

FIELD = "csrf"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def token() -> str:
    """The token of this browser session; made when its first form is shown."""
    if FIELD not in session:
        session[FIELD] = secrets.token_urlsafe(24)
    return str(session[FIELD])


def field() -> Markup:
    """The hidden inputs that every form with method post contains."""
    own = Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token())
    return own if seeing.current() else own + kept.reader_field()


def register(app: Flask) -> None:
    """Check the token of all unsafe requests, for every view; make `csrf_field` available in templates."""
    app.add_template_global(field, "csrf_field")
    app.add_template_global(kept.size_token, "size_token")

    @app.before_request
    def check_token() -> Response | None:
        if request.method in SAFE or request.routing_exception is not None:
            return None  # no view is called for a request without a route
        if FIELD not in request.form:
            abort(
                400, "This request does not contain the page's form token. Load the page, and send its form."
            )
        expected, sent = session.get(FIELD, ""), request.form.get(FIELD, "")
        if not expected or not hmac.compare_digest(str(expected).encode(), sent.encode()):
            late = late_forms.answer()
            if late is not None:
                return late
            abort(400, "This form is out of date. Go back, load the page again, and send it once more.")
        return None
