"""The class and its submissions to one assignment, for staff."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from grader.database import reading, writing
from grader.database.errors import StoreError
from grader.values.numbers import whole_number
from web.pages import show
from web.security.logins import login_required, me
from web.services import class_page, new_assignment
from web.site import now, site

bp = Blueprint("classes", __name__, url_prefix="/courses/<course>/a/<slug>/class")


@bp.get("")
@login_required
def page(course: str, slug: str) -> str:
    """Numbers, histogram, pass rates, and the table of submissions with its filter."""
    with reading(site().engine) as session:
        content = class_page.page(session, me(), course, slug, _filter_form(), now(), site().backends)
    return show(
        "class.html", content.membership, here="class", page=content, verdict_of=class_page.verdict_of
    )


def _filter_form() -> class_page.FilterForm:
    values = request.args
    return class_page.FilterForm(
        text=values.get("q", "")[:100],
        state=values.get("state", ""),
        test=values.get("test", "")[:200],
        passed=values.get("passed", ""),
        counting=not values.get("all"),
        page=whole_number(values.get("page", ""), 1, 100_000) or 1,
    )


@bp.post("/release")
@login_required
def release(course: str, slug: str) -> Response:
    """Show hidden results now, if the assignment publishes them by hand."""
    try:
        with writing(site().engine) as session:
            new_assignment.release_now(session, me(), course, slug, now())
    except StoreError as error:
        flash(f"{error}.")
    return redirect(url_for("classes.page", course=course, slug=slug), 303)
