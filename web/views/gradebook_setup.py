"""What makes up the final mark: categories, and what belongs to each."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from grader.database import reading, writing
from grader.database.errors import StoreError
from web.pages import show
from web.security.logins import login_required, me
from web.services import gradebook_setup
from web.services.fields import Fields
from web.site import site

bp = Blueprint("gradebook_setup", __name__, url_prefix="/courses/<course>/gradebook/setup")


@bp.get("")
@login_required
def page(course: str) -> str:
    """Categories, assignments and columns."""
    return _page(course, Fields({}), Fields({}), Fields({}))


def _page(course: str, form: Fields, places: Fields, column: Fields) -> str:
    with reading(site().engine) as session:
        content = gradebook_setup.page(session, me(), course)
    parts = {"form": form, "places": places, "column": column}
    return show("gradebook_setup.html", content.membership, "gradebook", page=content, **parts)


@bp.post("/usual")
@login_required
def usual(course: str) -> Response:
    """Make the usual categories."""
    try:
        with writing(site().engine) as session:
            gradebook_setup.make_usual(session, me(), course)
        flash("The categories are made; the assignments are in “Programming assignments”.")
    except StoreError as error:
        flash(f"{error}.")
    return redirect(url_for("gradebook_setup.page", course=course), 303)


@bp.post("")
@login_required
def change(course: str) -> Response | tuple[str, int]:
    """Store names, weights and what is dropped; if a field is wrong, show all as it was typed."""
    form = Fields(request.form)
    with writing(site().engine) as session:
        stored = gradebook_setup.change(session, me(), course, form)
    if not stored:
        return _page(course, form, Fields({}), Fields({})), 422
    flash("The categories are stored.")
    return redirect(url_for("gradebook_setup.page", course=course), 303)


@bp.post("/places")
@login_required
def assign(course: str) -> Response | tuple[str, int]:
    """Store what belongs to which category."""
    places = Fields(request.form)
    with writing(site().engine) as session:
        moved = gradebook_setup.assign(session, me(), course, places)
    if moved is None:
        return _page(course, Fields({}), places, Fields({})), 422
    flash(f"Moved to another category: {moved}.")
    return redirect(url_for("gradebook_setup.page", course=course) + "#places", 303)


@bp.post("/columns")
@login_required
def add_column(course: str) -> Response | tuple[str, int]:
    """Make a column that people mark."""
    column = Fields(request.form)
    with writing(site().engine) as session:
        made = gradebook_setup.add_column(session, me(), course, column)
    if made is None:
        return _page(course, Fields({}), Fields({}), column), 422
    flash("The column is made. Students see nothing of it before its marks are published.")
    return redirect(url_for("gradebook_columns.page", course=course, column_id=made.id), 303)
