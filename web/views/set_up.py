"""The first steps of an empty installation."""

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from web.pages import show
from web.refusals import Missing
from web.security import logins
from web.services import course_settings, set_up
from web.services.fields import Fields
from web.site import site

bp = Blueprint("set_up", __name__, url_prefix="/set-up")


@bp.get("")
def steps() -> str:
    """What to do next: the first user, a course, an assignment."""
    return _page(Fields(request.args.to_dict() if "token" in request.args else {}))


def _page(form: Fields) -> str:
    with reading(site().engine) as session:
        content = set_up.steps(session, g.get("me"))
    return show("set_up.html", None, page=content, form=form, zones=course_settings.zones())


@bp.post("")
def first_user() -> AnyResponse | tuple[str, int]:
    """Make the first user, if there is none and the token is right, and log them in."""
    with reading(site().engine) as session:
        if not set_up.is_empty(session):
            raise Missing
    form = Fields(request.form)
    password_hash = set_up.check(form, site().set_up_token, site().throttle, request.remote_addr)
    if form.faults:
        return _page(form), 422
    with writing(site().engine) as session:
        user = set_up.create_first(session, form, password_hash)
    logins.begin(user)
    return redirect(url_for("set_up.steps"), 303)
