"""A course copied into the next term."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from web.pages import show
from web.security.logins import login_required, me
from web.services import course_copy
from web.services.fields import Fields
from web.site import site

bp = Blueprint("course_copy", __name__, url_prefix="/courses/<course>/copy")


@bp.get("")
@login_required
def page(course: str) -> str:
    """The form, and the new dates once they are asked for."""
    return _page(course, Fields(request.args))


@bp.post("")
@login_required
def create(course: str) -> AnyResponse | tuple[str, int]:
    """Make the copy, or show the form again with what is wrong in it."""
    form = Fields(request.form)
    with writing(site().engine) as session:
        slug = course_copy.create(session, me(), course, form)
    if slug is None:
        return _page(course, form), 422
    flash("The new course is created. Look at its dates, then add its students on the page “People”.")
    return redirect(url_for("courses.page", slug=slug), 303)


def _page(course: str, form: Fields) -> str:
    with reading(site().engine) as session:
        content = course_copy.page(session, me(), course, form)
    return show("course_copy.html", content.membership, "settings", page=content, form=form)
