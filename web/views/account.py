"""The reader's own account."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from web.pages import show
from web.security.logins import login_required, me, my_token_hash
from web.services import account
from web.services.fields import Fields
from web.site import now, site

bp = Blueprint("account", __name__, url_prefix="/account")


@bp.get("")
@login_required
def page() -> str:
    """Name, password, messages, log-ins."""
    return _page(Fields({}))


def _page(form: Fields) -> str:
    with reading(site().engine) as session:
        content = account.page(session, me(), my_token_hash(), now(), site().login_idle)
    return show("account.html", None, here="account", page=content, form=form, mail=site().sends_mail)


@bp.post("/name")
@login_required
def rename() -> AnyResponse | tuple[str, int]:
    """Change the name."""
    form = Fields(request.form)
    with writing(site().engine) as session:
        stored = account.rename(session, me(), form)
    return _done("Your name is stored.") if stored else (_page(form), 422)


@bp.post("/password")
@login_required
def password() -> AnyResponse | tuple[str, int]:
    """Change the password; the old one is asked for, and other log-ins end."""
    form = Fields(request.form)
    password_hash = account.check_password(me(), form, site().throttle)
    if form.faults:
        return _page(form), 422
    with writing(site().engine) as session:
        account.store_password(session, me(), password_hash, my_token_hash())
    return _done("Your password is changed. Everywhere else you are logged out.")


@bp.post("/mail")
@login_required
def mail() -> AnyResponse:
    """Choose which messages to get."""
    with writing(site().engine) as session:
        account.set_wishes(session, me(), request.form.getlist("kind"))
    return _done("Your choice is stored.")


@bp.post("/log-ins/<int:login_id>/end")
@login_required
def end_login(login_id: int) -> AnyResponse:
    """End one log-in."""
    with writing(site().engine) as session:
        account.end_login(session, me(), login_id)
    return _done("That log-in has ended.")


@bp.post("/log-ins/end-others")
@login_required
def end_others() -> AnyResponse:
    """End all log-ins but this one."""
    with writing(site().engine) as session:
        account.end_others(session, me(), my_token_hash())
    return _done("Everywhere else you are logged out.")


def _done(message: str) -> AnyResponse:
    flash(message)
    return redirect(url_for("account.page"), 303)
