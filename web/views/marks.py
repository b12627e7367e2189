"""A student's marks: for the student, and for staff as the student sees them."""

from flask import Blueprint, request

from grader.database import reading
from web.pages import show
from web.security.logins import login_required, me
from web.services import marks
from web.services.fields import Fields
from web.site import now, site

bp = Blueprint("marks", __name__, url_prefix="/courses/<course>/marks")


@bp.get("")
@login_required
def page(course: str) -> str:
    """The reader's own published marks, and what they would make if."""
    return _page(course, None)


@bp.get("/<int:user_id>")
@login_required
def of_student(course: str, user_id: int) -> str:
    """The marks of a student as that student sees them, for staff."""
    return _page(course, user_id)


def _page(course: str, user_id: int | None) -> str:
    form = Fields(request.args)
    with reading(site().engine) as session:
        content = marks.page(session, me(), course, user_id, form, now())
    here = "marks" if user_id is None else "gradebook"
    return show("marks.html", content.membership, here, page=content)
