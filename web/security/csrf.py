"""Every form carries a token that only our own pages know; every unsafe request must show it."""

from __future__ import annotations

import hmac
import secrets

from flask import Flask, abort, request, session
from markupsafe import Markup

FIELD = "csrf"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def token() -> str:
    """The token of this visit; made at its first form."""
    if FIELD not in session:
        session[FIELD] = secrets.token_urlsafe(24)
    return str(session[FIELD])


def field() -> Markup:
    """The hidden input that every form with method post contains."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token())


def register(app: Flask) -> None:
    """Check all unsafe requests, whichever view they are for; give templates `csrf_field`."""
    app.add_template_global(field, "csrf_field")

    @app.before_request
    def check_token() -> None:
        if request.method in SAFE:
            return
        known, given = session.get(FIELD, ""), request.form.get(FIELD, "")
        if not known or not hmac.compare_digest(str(known).encode(), given.encode()):
            abort(400, "This form is out of date. Go back, load the page again, and send it once more.")
