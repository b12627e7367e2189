"""One column that people mark: marks entered, terms changed, deleted."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from grader.database import reading, writing
from web.pages import show
from web.security.logins import login_required, me
from web.security.sizes import max_bytes
from web.services import gradebook_column
from web.services.fields import Fields
from web.services.people import page_number
from web.site import site
from web.text import one_line

bp = Blueprint(
    "gradebook_columns", __name__, url_prefix="/courses/<course>/gradebook/columns/<int:column_id>"
)
FORM_BYTES = 200_000
"""50 marks with their comments."""


@bp.get("")
@login_required
def page(course: str, column_id: int) -> str:
    """The marks of one page of students, as a form."""
    return _page(course, column_id, Fields({}), Fields({}))


def _page(course: str, column_id: int, form: Fields, terms: Fields, template: str = "") -> str:
    text, number = request.args.get("q", "")[:100], page_number(request.args.get("page", ""))
    with reading(site().engine) as session:
        content = gradebook_column.page(session, me(), course, column_id, text, number)
    template = template or "gradebook_column.html"
    return show(template, content.membership, "gradebook", page=content, form=form, terms=terms)


@bp.post("")
@login_required
@max_bytes(FORM_BYTES)
def enter(course: str, column_id: int) -> Response | tuple[str, int]:
    """Store the marks of the page, all or none; if one is wrong, show all as they were typed."""
    form = Fields(request.form)
    with writing(site().engine) as session:
        changed = gradebook_column.enter(session, me(), course, column_id, form)
    if changed is None:
        return _page(course, column_id, form, Fields({})), 422
    flash(f"Stored: {changed} changed." if changed else "Nothing was changed.")
    query = {key: value for key, value in request.args.items() if key in ("q", "page")}
    address = url_for("gradebook_columns.page", course=course, column_id=column_id, **query)  # type: ignore[arg-type]
    return redirect(address, 303)


@bp.post("/terms")
@login_required
def change(course: str, column_id: int) -> Response | tuple[str, int]:
    """Store title, category and maximum."""
    terms = Fields(request.form)
    with writing(site().engine) as session:
        stored = gradebook_column.change(session, me(), course, column_id, terms)
    if not stored:
        return _page(course, column_id, Fields({}), terms), 422
    flash("The column is stored.")
    return redirect(url_for("gradebook_columns.page", course=course, column_id=column_id), 303)


@bp.get("/delete")
@login_required
def ask(course: str, column_id: int) -> str:
    """What deleting the column would delete."""
    with reading(site().engine) as session:
        content = gradebook_column.page(session, me(), course, column_id, "", 1)
        content.membership.must_be_instructor()
    return show("gradebook_column_delete.html", content.membership, "gradebook", page=content)


@bp.post("/delete")
@login_required
def delete(course: str, column_id: int) -> Response:
    """Delete the column with its marks."""
    with writing(site().engine) as session:
        title = gradebook_column.remove(session, me(), course, column_id)
    flash(f"“{one_line(title, 60)}” is deleted with its marks.")
    return redirect(url_for("gradebook_setup.page", course=course), 303)
