"""A forgotten password, and links that set one."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from web.security import logins
from web.services import reset
from web.services.fields import Fields
from web.site import now, site

bp = Blueprint("reset", __name__, url_prefix="/password")


@bp.get("")
def ask() -> str:
    """The form that asks for a link."""
    return render_template("forgotten.html", mail=site().sends_mail, sent=False)


@bp.post("")
def send() -> str:
    """Send a link if there is such a user; the answer is the same if there is none."""
    email = request.form.get("email", "")
    if site().sends_mail and reset.count_request(site().throttle, email, request.remote_addr):
        with writing(site().engine) as session:
            reset.request_link(session, email, now())
    return render_template("forgotten.html", mail=site().sends_mail, sent=site().sends_mail)


@bp.get("/<token>")
def page(token: str) -> str:
    """The form for a new password, for whoever has the link."""
    return _page(token, Fields({}))


@bp.post("/<token>")
def store(token: str) -> AnyResponse | tuple[str, int]:
    """Set the password and log in."""
    with reading(site().engine) as session:
        reset.link_of(session, token, now())
    form = Fields(request.form)
    password_hash = reset.check(form)
    if form.faults:
        return _page(token, form), 422
    with writing(site().engine) as session:
        user = reset.use(session, token, password_hash, now())
    logins.begin(user)
    flash("Your password is stored, and you are logged in.")
    return redirect(url_for("courses.home"), 303)


def _page(token: str, form: Fields) -> str:
    with reading(site().engine) as session:
        link = reset.link_of(session, token, now())
    return render_template("new_password.html", link=link, token=token, form=form)
