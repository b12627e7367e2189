"""Which attempt counts, where the students of an assignment choose it."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from grader.database import writing
from grader.database.errors import StoreError
from web.security.logins import login_required, me
from web.services import student_terms
from web.site import now, site

bp = Blueprint("choices", __name__, url_prefix="/courses/<course>/a/<slug>/counts")


@bp.post("")
@login_required
def choose(course: str, slug: str) -> AnyResponse:
    """Let one of the reader's attempts count; another one can be chosen later."""
    try:
        with writing(site().engine) as session:
            number = student_terms.choose(session, me(), course, slug, request.form.get("attempt", ""), now())
        flash(f"Attempt {number} counts. You can choose another one.")
    except StoreError as error:
        flash(f"{error}.")
    return redirect(url_for("assignments.page", course=course, slug=slug), 303)
