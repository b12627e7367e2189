"""Publishing marks: preview, publish, take back."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from grader.database import reading, writing
from web.pages import show
from web.security.logins import login_required, me
from web.services import gradebook_publish
from web.services.people import page_number
from web.site import now, site
from web.text import one_line

bp = Blueprint("gradebook_publish", __name__, url_prefix="/courses/<course>/gradebook/publish")


@bp.get("")
@login_required
def page(course: str) -> str:
    """The columns, and for those that are chosen what each student would see."""
    keys, number = request.args.getlist("key"), page_number(request.args.get("page", ""))
    with reading(site().engine) as session:
        content = gradebook_publish.page(session, me(), course, keys, number, now())
    return show("gradebook_publish.html", content.membership, "gradebook", page=content)


@bp.post("")
@login_required
def publish(course: str) -> Response:
    """Show the marks of the chosen columns to students."""
    with writing(site().engine) as session:
        titles = gradebook_publish.publish(session, me(), course, request.form.getlist("key"), now())
    if titles:
        site().backends.notify()
        flash(f"Students see these marks now: {_listed(titles)}. “Take back” below undoes it.")
    else:
        flash("Nothing was published: no column was chosen, or students see those already.")
    return redirect(url_for("gradebook_publish.page", course=course), 303)


@bp.post("/take-back")
@login_required
def take_back(course: str) -> Response:
    """Show them no more."""
    with writing(site().engine) as session:
        titles = gradebook_publish.take_back(session, me(), course, request.form.getlist("key"))
    flash(
        f"Students don’t see these marks any more: {_listed(titles)}." if titles else "Nothing was changed."
    )
    return redirect(url_for("gradebook_publish.page", course=course), 303)


def _listed(titles: tuple[str, ...]) -> str:
    return one_line(", ".join(titles), 300)
