"""Groups of an assignment: formed by students, looked at and changed by staff."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from grader.database import reading, writing
from grader.database.errors import StoreError
from web.pages import show
from web.security.logins import login_required, me
from web.services import group_members, groups
from web.services.people import page_number
from web.site import now, site

bp = Blueprint("groups", __name__, url_prefix="/courses/<course>/a/<slug>")


@bp.get("/groups")
@login_required
def page(course: str, slug: str) -> str:
    """The groups, for staff."""
    number = page_number(request.args.get("page", ""))
    with reading(site().engine) as session:
        content = groups.page(session, me(), course, slug, number, now())
    return show("groups.html", content.membership, here="class", page=content)


@bp.get("/groups/<int(max=2147483647):team_id>")
@login_required
def members(course: str, slug: str, team_id: int) -> str | tuple[str, int]:
    """One group, for staff; with somebody in the query, what it means to add them or to take them out."""
    text, fault = _members(course, slug, team_id)
    return (text, 422) if fault else text


def _members(course: str, slug: str, team_id: int, fault: str = "") -> tuple[str, str]:
    with reading(site().engine) as session:
        content = group_members.page(session, me(), course, slug, team_id, request.args, now(), fault)
    return show("group_members.html", content.membership, here="class", page=content), content.fault


@bp.post("/groups/<int(max=2147483647):team_id>")
@login_required
def change_members(course: str, slug: str, team_id: int) -> Response | tuple[str, int]:
    """Add a student to the group or take one out."""
    try:
        with writing(site().engine) as session:
            flash(group_members.change(session, me(), course, slug, team_id, request.form, now()))
    except StoreError as error:
        return _members(course, slug, team_id, f"{error}.")[0], 422
    return redirect(url_for("groups.members", course=course, slug=slug, team_id=team_id), 303)


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
