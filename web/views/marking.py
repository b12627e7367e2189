"""The queue of an assignment for those who mark, and who marks what."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from grader.database import reading, writing
from grader.database.errors import StoreError
from web.access import staff_assignment
from web.names import names_hidden, switch
from web.pages import show
from web.security.logins import login_required, me
from web.services import marking_queue
from web.site import now, site

bp = Blueprint("marking", __name__, url_prefix="/courses/<course>/a/<slug>/marking")


@bp.get("")
@login_required
def queue(course: str, slug: str) -> str:
    """The submissions to review, in an order that looks random and stays the same."""
    return _queue(course, slug, "")


def _queue(course: str, slug: str, fault: str) -> str:
    with reading(site().engine) as db:
        content = marking_queue.page(db, me(), course, slug, request.args, now(), names_hidden=names_hidden())
    return show("marking.html", content.membership, here="class", page=content, fault=fault)


@bp.post("")
@login_required
def assign(course: str, slug: str) -> Response | tuple[str, int]:
    """Share the submissions among the staff."""
    form = request.form
    sections = dict(zip(form.getlist("section"), form.getlist("for_section"), strict=False))
    try:
        with writing(site().engine) as db:
            said = marking_queue.assign(
                db, me(), course, slug, form.get("how", ""), form.getlist("staff"), sections, now()
            )
    except StoreError as error:
        return _queue(course, slug, f"{error}."), 422
    flash(said)
    return redirect(url_for("marking.queue", course=course, slug=slug), 303)


@bp.post("/names")
@login_required
def names(course: str, slug: str) -> Response:
    """Hide the names of students, or show them, until the log-in ends."""
    with reading(site().engine) as db:
        staff_assignment(db, me(), course, slug, now())
    switch()
    back = "class_submissions.page" if request.form.get("from") == "table" else "marking.queue"
    return redirect(url_for(back, course=course, slug=slug), 303)
