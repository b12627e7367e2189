"""The class on one assignment, for staff."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from grader.database import reading, writing
from grader.database.errors import StoreError
from web.pages import show
from web.security.logins import me, needed
from web.services import class_page, new_assignment
from web.site import now, site

bp = Blueprint("classes", __name__, url_prefix="/courses/<course>/a/<slug>/class")


@bp.get("")
@needed
def page(course: str, slug: str) -> str:
    """Figures, histogram, pass rates, and the table of submissions with its filter."""
    with reading(site().engine) as session:
        content = class_page.page(session, me(), course, slug, _wish(), now(), site().backends)
    return show(
        "class.html", content.membership, here="class", page=content, verdict_of=class_page.verdict_of
    )


def _wish() -> class_page.Wish:
    asked = request.args
    return class_page.Wish(
        text=asked.get("q", "")[:100],
        state=asked.get("state", ""),
        test=asked.get("test", "")[:200],
        passed=asked.get("passed", ""),
        counting=not asked.get("all"),
        page=min(max(1, asked.get("page", 1, type=int)), 100_000),
    )


@bp.post("/release")
@needed
def release(course: str, slug: str) -> Response:
    """Show hidden results now, where the rule is by hand."""
    try:
        with writing(site().engine) as session:
            new_assignment.release_now(session, me(), course, slug, now())
    except StoreError as error:
        flash(f"{error}.")
    return redirect(url_for("classes.page", course=course, slug=slug), 303)
