"""The rubric of an assignment, for staff."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from grader.database import reading, writing
from grader.database.errors import StoreError
from web.pages import show
from web.security.logins import login_required, me
from web.services import rubric
from web.site import now, site
from web.words import count_of

bp = Blueprint("rubric", __name__, url_prefix="/courses/<course>/a/<slug>/rubric")


@bp.get("")
@login_required
def page(course: str, slug: str) -> str:
    """The items of each row that people mark."""
    return _page(course, slug, "")


def _page(course: str, slug: str, fault: str) -> str:
    with reading(site().engine) as session:
        content = rubric.page(session, me(), course, slug, now())
    typed = request.form if fault else {}
    return show("rubric.html", content.membership, here="class", page=content, fault=fault, typed=typed)


@bp.post("")
@login_required
def add(course: str, slug: str) -> Response | tuple[str, int]:
    """Add an item."""
    try:
        with writing(site().engine) as session:
            rubric.add(session, me(), course, slug, request.form, now())
    except StoreError as error:
        return _page(course, slug, f"{error}."), 422
    return redirect(url_for("rubric.page", course=course, slug=slug), 303)


@bp.get("/<int:item_id>")
@login_required
def item(course: str, slug: str, item_id: int) -> str:
    """One item, to be changed."""
    with reading(site().engine) as session:
        content = rubric.item_page(session, me(), course, slug, item_id, now())
    return show("rubric_item.html", content.membership, here="class", page=content, fault="")


@bp.post("/<int:item_id>")
@login_required
def change(course: str, slug: str, item_id: int) -> Response | tuple[str, int] | str:
    """Store the item; if that changes marks, show first how many."""
    try:
        with writing(site().engine) as session:
            count = rubric.change(session, me(), course, slug, item_id, request.form, now())
    except StoreError as error:
        with reading(site().engine) as session:
            content = rubric.item_page(session, me(), course, slug, item_id, now())
        values = {"page": content, "fault": f"{error}.", "typed": request.form}
        return show("rubric_item.html", content.membership, here="class", **values), 422
    if count is None:
        with reading(site().engine) as session:
            content = rubric.item_page(session, me(), course, slug, item_id, now(), request.form)
        return show("rubric_item.html", content.membership, here="class", page=content, fault="")
    flash(f"Stored: {count_of(count, 'mark')} changed." if count else "Stored.")
    return redirect(url_for("rubric.page", course=course, slug=slug), 303)


@bp.post("/<int:item_id>/<any(delete, restore):what>")
@login_required
def delete(course: str, slug: str, item_id: int, what: str) -> Response:
    """Delete an item, or take that back."""
    with writing(site().engine) as session:
        count = rubric.delete_or_restore(session, me(), course, slug, item_id, what, now())
    done = "Deleted; Restore takes that back" if what == "delete" else "Restored"
    flash(f"{done}. {count_of(count, 'mark')} changed.")
    return redirect(url_for("rubric.page", course=course, slug=slug), 303)
