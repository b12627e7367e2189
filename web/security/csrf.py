"""Protection against CSRF: every form contains a secret token, and every unsafe request must send it."""

from __future__ import annotations

import hmac
import secrets

from flask import Flask, abort, request, session
from markupsafe import Markup

FIELD = "csrf"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def token() -> str:
    """The token of this browser session; made when its first form is shown."""
    if FIELD not in session:
        session[FIELD] = secrets.token_urlsafe(24)
    return str(session[FIELD])


def field() -> Markup:
    """The hidden input that every form with method post contains."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token())


def register(app: Flask) -> None:
    """Check the token of all unsafe requests, for every view; make `csrf_field` available in templates."""
    app.add_template_global(field, "csrf_field")

    @app.before_request
    def check_token() -> None:
        if request.method in SAFE:
            return
        expected, sent = session.get(FIELD, ""), request.form.get(FIELD, "")
        if not expected or not hmac.compare_digest(str(expected).encode(), sent.encode()):
            abort(400, "This form is out of date. Go back, load the page again, and send it once more.")
