"""The list of courses, and the page of a course."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from grader.database import reading
from web.pages import show
from web.security.logins import login_required, me
from web.services import course, set_up
from web.site import now, site

bp = Blueprint("courses", __name__)


@bp.get("/")
@login_required
def home() -> str | Response:
    """The reader's courses; a reader with only one course is redirected to it, except operators, who
    can make another."""
    with reading(site().engine) as session:
        enrolments = course.of_reader(session, me())
        first_steps = not enrolments and set_up.course_is_next(session, me())
    if first_steps:
        return redirect(url_for("set_up.steps"), 303)
    if len(enrolments) == 1 and not me().operator:
        return redirect(url_for("courses.page", slug=enrolments[0].course.slug), 303)
    return show("courses.html", None, here="home", enrolments=enrolments)


@bp.get("/courses/<slug>")
@login_required
def page(slug: str) -> str:
    """One course: open, upcoming and closed assignments."""
    with reading(site().engine) as session:
        content = course.page(session, me(), slug, now())
    return show("course.html", content.membership, here="course", page=content)
