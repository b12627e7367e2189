"""Light or dark."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from web.security.logins import local_path
from web.theme import CHOICES, COOKIE

bp = Blueprint("look", __name__)
A_YEAR_S = 31_536_000


@bp.post("/look")
def keep() -> Response:
    """Store the reader's choice in a cookie and go back."""
    answer = redirect(local_path(request.form.get("next")), 303)
    value = request.form.get("look", "system")
    if value in CHOICES:
        answer.set_cookie(
            COOKIE, value, max_age=A_YEAR_S, httponly=True, samesite="Lax", secure=request.is_secure
        )
    return answer
