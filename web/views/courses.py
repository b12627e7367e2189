"""Courses: the list, and one of them."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from grader.database import reading
from web.pages import show
from web.security.logins import me, needed
from web.services import course
from web.site import now, site

bp = Blueprint("courses", __name__)


@bp.get("/")
@needed
def home() -> str | Response:
    """The reader's courses; the only one at once."""
    with reading(site().engine) as session:
        enrolments = course.of_reader(session, me())
    if len(enrolments) == 1:
        return redirect(url_for("courses.page", slug=enrolments[0].course.slug), 303)
    return show("courses.html", None, here="home", enrolments=enrolments)


@bp.get("/courses/<slug>")
@needed
def page(slug: str) -> str:
    """One course: what is open, what comes, what is closed."""
    with reading(site().engine) as session:
        content = course.page(session, me(), slug, now())
    return show("course.html", content.membership, here="course", page=content)
