"""In and out."""

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from web.security import logins
from web.services import login

bp = Blueprint("auth", __name__)


@bp.get("/login")
def log_in() -> str | AnyResponse:
    """The door; whoever is in goes on at once."""
    target = logins.local_path(request.args.get("next"))
    return redirect(target, 303) if g.me else render_template("login.html", next=target, email="")


@bp.post("/login")
def enter() -> AnyResponse:
    """Check address and password; the answer never says which of them was not right."""
    target = logins.local_path(request.form.get("next"))
    answer = login.knock(request.form.get("email", ""), request.form.get("password", ""), request.remote_addr)
    if answer.user is not None:
        logins.begin(answer.user)
        return redirect(target, 303)
    page = render_template("login.html", next=target, email=request.form.get("email", ""), answer=answer)
    headers = {"Retry-After": str(answer.wait_s)} if answer.wait_s else {}
    return Response(page, 429 if answer.wait_s else 422, headers)


@bp.post("/logout")
def log_out() -> AnyResponse:
    """Out, here and in the database."""
    logins.end()
    return redirect(url_for("auth.log_in"), 303)
