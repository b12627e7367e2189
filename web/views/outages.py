"""Moving every due date inside a window, after an outage; for a course's instructors."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from grader.database.errors import StoreError
from web.pages import show
from web.security.logins import login_required, me
from web.services import outage_page
from web.services.new_assignment import Form
from web.site import site

bp = Blueprint("outages", __name__, url_prefix="/courses/<course>/outage")


@bp.get("")
@login_required
def page(course: str) -> str | tuple[str, int]:
    """The form; with a window in the address, what would be moved and for whom that changes something."""
    form = Form({name: request.args.get(name, "")[:40] for name in outage_page.NAMES})
    text = _page(course, form)
    return (text, 422) if form.faults else text


@bp.post("")
@login_required
def move(course: str) -> AnyResponse | tuple[str, int]:
    """Move the dates that were previewed."""
    form = Form({name: request.form.get(name, "")[:40] for name in outage_page.NAMES})
    try:
        with writing(site().engine) as session:
            count = outage_page.move(session, me(), course, form)
    except StoreError as error:
        flash(f"{error}.")
        return redirect(url_for("outages.page", course=course), 303)
    if count is None:
        return _page(course, form), 422
    flash(f"The dates of {count} assignments and extensions are moved. You can undo it below.")
    return redirect(url_for("outages.page", course=course), 303)


@bp.post("/<int(max=2147483647):entry_id>/undo")
@login_required
def undo(course: str, entry_id: int) -> AnyResponse:
    """Move them back."""
    try:
        with writing(site().engine) as session:
            outage_page.undo(session, me(), course, entry_id)
        flash("The dates are as they were before.")
    except StoreError as error:
        flash(f"{error}.")
    return redirect(url_for("outages.page", course=course), 303)


def _page(course: str, form: Form) -> str:
    with reading(site().engine) as session:
        content = outage_page.page(session, me(), course, form)
    return show("outage.html", content.membership, here="course", page=content, form=form)
