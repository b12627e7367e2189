"""All users, for operators."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from grader.database.errors import StoreError
from web.links import absolute, show_once, shown_once
from web.pages import show
from web.security.logins import login_required, me
from web.services import users
from web.services.fields import Fields
from web.site import now, site
from web.text import one_line

bp = Blueprint("users", __name__, url_prefix="/users")


@bp.get("")
@login_required
def page() -> str:
    """The list of users."""
    return _page(Fields({}))


def _page(form: Fields) -> str:
    with reading(site().engine) as session:
        content = users.page(session, me(), request.args)
    return show("users.html", None, here="users", page=content, form=form, link=shown_once())


@bp.post("")
@login_required
def add() -> AnyResponse | tuple[str, int]:
    """Add a user, and show once the link with which they choose a password."""
    form = Fields(request.form)
    with writing(site().engine) as session:
        token = users.add(session, me(), form, now())
    if token is None:
        return _page(form), 422
    show_once(absolute("reset.page", token=token), url_for("users.page"))
    return _back(form.get("email"))


@bp.post("/<int:user_id>/link")
@login_required
def link(user_id: int) -> AnyResponse | tuple[str, int]:
    """Make a link with which the user can set a password, and show it once."""
    try:
        with writing(site().engine) as session:
            user, token = users.link(session, me(), user_id, now())
    except StoreError as error:
        return _page(Fields({}, {"user": f"{error}."})), 422
    show_once(absolute("reset.page", token=token), url_for("users.page"))
    return _back(user.email)


@bp.post("/<int:user_id>/deactivate")
@login_required
def deactivate(user_id: int) -> AnyResponse | tuple[str, int]:
    """Let the user log in no more; the page says how to undo it."""
    try:
        with writing(site().engine) as session:
            user = users.deactivate(session, me(), user_id, now())
    except StoreError as error:
        return _page(Fields({}, {"user": f"{error}."})), 422
    flash(f"{one_line(user.name, 60)} is logged out and can’t log in. “Activate” undoes it.")
    return _back(user.email)


@bp.post("/<int:user_id>/activate")
@login_required
def activate(user_id: int) -> AnyResponse:
    """Let the user log in again."""
    with writing(site().engine) as session:
        user = users.activate(session, me(), user_id)
    flash(f"{one_line(user.name, 60)} can log in again.")
    return _back(user.email)


def _back(email: str) -> AnyResponse:
    return redirect(url_for("users.page", q=email), 303)
