"""Log-in and log-out."""

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from web.security import kept, late_forms, logins
from web.security.sizes import max_bytes
from web.services import login, set_up
from web.site import site

bp = Blueprint("auth", __name__)


@bp.get("/login")
def log_in() -> str | AnyResponse:
    """The log-in form; readers who are logged in already are redirected, and everybody while the installation
    has no user."""
    target = logins.local_path(request.args.get("next"))
    with reading(site().engine) as session:
        if set_up.is_empty(session):
            return redirect(url_for("set_up.steps"), 303)
    return redirect(target, 303) if g.me else render_template("login.html", next=target, email="")


@bp.post("/login")
@max_bytes(kept.LARGEST_LOGIN)
def enter() -> AnyResponse | str:
    """Check e-mail address and password; the response never says which of them was wrong."""
    target = logins.local_path(request.form.get("next"))
    email, password = request.form.get("email", ""), request.form.get("password", "")
    with reading(site().engine) as session:
        answer = login.authenticate(session, site().throttle, email, password, request.remote_addr)
    if answer.user is None:
        return _refused(answer, target)
    if stronger := login.stronger_hash(answer.user, password):
        with writing(site().engine) as session:
            login.store_hash(session, answer.user, stronger)
    logins.begin(answer.user)
    form = kept.load(request.form.get(kept.FIELD, ""))
    if form is not None and form.reader == answer.user.id:
        g.me = answer.user
        return late_forms.resend_page(form)
    return redirect(target, 303)


def _refused(answer: login.LoginAnswer, target: str) -> Response:
    form = kept.load(request.form.get(kept.FIELD, ""))
    page = render_template(
        "login.html",
        next=target,
        email=request.form.get("email", ""),
        answer=answer,
        late=form,
        kept=form.sign() if form else "",
        size=kept.size_token() if form else "",
    )
    headers = {"Retry-After": str(answer.wait_s)} if answer.wait_s else {}
    return Response(page, 429 if answer.wait_s else 422, headers)


@bp.post("/logout")
def log_out() -> AnyResponse:
    """Log out, in the cookie and in the database."""
    logins.end()
    return redirect(url_for("auth.log_in"), 303)
