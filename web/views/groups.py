"""Groups of an assignment: formed by students, looked at by staff."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from grader.database import reading, writing
from grader.database.errors import StoreError
from web.pages import show
from web.security.logins import login_required, me
from web.services import groups
from web.site import now, site

bp = Blueprint("groups", __name__, url_prefix="/courses/<course>/a/<slug>")


@bp.get("/groups")
@login_required
def page(course: str, slug: str) -> str:
    """All groups, for staff."""
    with reading(site().engine) as session:
        content = groups.page(session, me(), course, slug, now())
    return show("groups.html", content.membership, here="class", page=content)


@bp.post("/group")
@login_required
def change(course: str, slug: str) -> Response:
    """Invite, accept, decline, withdraw, leave, or state a contribution."""
    try:
        with writing(site().engine) as session:
            flash(groups.change(session, me(), course, slug, request.form, now()))
    except StoreError as error:
        flash(f"{error}.")
    return redirect(url_for("assignments.page", course=course, slug=slug) + "#group", 303)
