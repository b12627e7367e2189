"""Extensions, for a course's staff."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from grader.values.numbers import whole_number
from web.pages import show
from web.security.logins import login_required, me
from web.services import extension_page
from web.services.new_assignment import Form
from web.site import site

bp = Blueprint("extensions", __name__, url_prefix="/courses/<course>/extensions")


@bp.get("")
@login_required
def page(course: str) -> str:
    """The extensions in force and those withdrawn, and the form to give one."""
    return _page(course, request.args.get("assignment", "")[:64], None)


@bp.post("")
@login_required
def give(course: str) -> AnyResponse | tuple[str, int]:
    """Give an extension; if the name means several people, ask which."""
    form = Form({name: request.form.get(name, "")[:600] for name in extension_page.NAMES})
    with writing(site().engine) as session:
        changed = extension_page.give(session, me(), course, form)
    if changed is None:
        return _page(course, "", form), 422
    flash(f"The extension is given. {changed}")
    return redirect(url_for("extensions.page", course=course), 303)


@bp.post("/<int(max=2147483647):extension_id>/withdraw")
@login_required
def withdraw(course: str, extension_id: int) -> AnyResponse:
    """End an extension; it can be put back."""
    with writing(site().engine) as session:
        changed = extension_page.withdraw(session, me(), course, extension_id)
    flash(f"The extension is withdrawn. {changed}")
    return redirect(url_for("extensions.page", course=course), 303)


@bp.post("/<int(max=2147483647):extension_id>/put-back")
@login_required
def put_back(course: str, extension_id: int) -> AnyResponse:
    """Undo a withdrawal."""
    with writing(site().engine) as session:
        changed = extension_page.put_back(session, me(), course, extension_id)
    flash(f"The extension is in force again. {changed}")
    return redirect(url_for("extensions.page", course=course), 303)


def _page(course: str, slug: str, form: Form | None) -> str:
    number = whole_number(request.args.get("page", ""), 1, 100_000) or 1
    with reading(site().engine) as session:
        content = extension_page.page(session, me(), course, slug, number, form)
        return show("extensions.html", content.membership, here="course", page=content, form=content.form)
