"""The class and its work on one assignment, for staff."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from grader.database.errors import StoreError
from grader.values.numbers import whole_number
from web.pages import show
from web.security.logins import login_required, me
from web.services import class_page, new_assignment
from web.services.submission_form import SubmissionForm
from web.site import now, site

bp = Blueprint("classes", __name__, url_prefix="/courses/<course>/a/<slug>/class")


@bp.get("")
@login_required
def page(course: str, slug: str) -> AnyResponse | str:
    """Numbers, charts, mistakes and pass rates. An address with a filter leads on to the table."""
    form = SubmissionForm.read(request.args)
    if form.values:
        table = url_for("class_submissions.page", course=course, slug=slug)
        return redirect(table + form.query(), 303)
    with reading(site().engine) as session:
        content = class_page.page(session, me(), course, slug, now(), site().backends)
    return show("class.html", content.membership, here="class", page=content)


@bp.get("/missing")
@login_required
def missing(course: str, slug: str) -> str:
    """Those who have handed in nothing."""
    number = whole_number(request.args.get("page", ""), 1, 100_000) or 1
    with reading(site().engine) as session:
        content = class_page.missing_page(session, me(), course, slug, number, now())
    return show("class_missing.html", content.membership, here="class", page=content)


@bp.post("/release")
@login_required
def release(course: str, slug: str) -> AnyResponse:
    """Show hidden results now, if the assignment publishes them by hand."""
    try:
        with writing(site().engine) as session:
            new_assignment.release_now(session, me(), course, slug, now())
    except StoreError as error:
        flash(f"{error}.")
    return redirect(url_for("classes.page", course=course, slug=slug), 303)
