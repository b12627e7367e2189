"""Regrade requests: the list, the form of a student, and the thread that both write in."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from grader.database import reading, writing
from grader.database.errors import NoRequest, StoreError
from web.names import names_hidden
from web.pages import show
from web.security.logins import login_required, me
from web.services import requests
from web.services.requests import Typed
from web.site import now, site

bp = Blueprint("requests", __name__)


@bp.get("/courses/<course>/requests")
@login_required
def listing(course: str) -> str:
    """The requests of a course for its staff, and for a student their own."""
    with reading(site().engine) as session:
        content = requests.listing(session, me(), course, request.args, names_hidden=names_hidden())
    return show("requests.html", content.membership, here="requests", page=content)


@bp.get("/s/<public_id>/requests/new")
@login_required
def new(public_id: str) -> str:
    """The form for a request, for the submission's team."""
    return _form(public_id, Typed(request.args))


def _form(public_id: str, typed: Typed) -> str:
    with reading(site().engine) as session:
        content = requests.ask_page(session, me(), public_id, now(), typed)
    return show("ask.html", content.membership, here="requests", page=content)


@bp.post("/s/<public_id>/requests")
@login_required
def ask(public_id: str) -> Response | tuple[str, int]:
    """Make a request; if it is refused, show the form again as typed."""
    try:
        with writing(site().engine) as session:
            made = requests.ask(session, me(), public_id, request.form, now())
    except StoreError as error:
        earlier = error.earlier if isinstance(error, NoRequest) else ""
        return _form(public_id, Typed(request.form, f"{error}.", earlier)), 422
    return redirect(url_for("requests.page", public_id=made), 303)


@bp.get("/requests/<public_id>")
@login_required
def page(public_id: str) -> str:
    """One request with its messages."""
    return _thread(public_id, Typed({}))


def _thread(public_id: str, typed: Typed) -> str:
    with reading(site().engine) as session:
        content = requests.thread(session, me(), public_id, now(), typed, names_hidden=names_hidden())
    return show("request.html", content.membership, here="requests", page=content)


@bp.post("/requests/<public_id>/reply")
@login_required
def reply(public_id: str) -> Response | tuple[str, int]:
    """Add a message; of staff, it may change the points of the row too."""
    try:
        with writing(site().engine) as session:
            requests.reply(session, me(), public_id, request.form)
    except StoreError as error:
        return _thread(public_id, Typed(request.form, f"{error}.")), 422
    return redirect(url_for("requests.page", public_id=public_id, _anchor="last"), 303)


@bp.post("/requests/<public_id>/<any(close, reopen):what>")
@login_required
def set_state(public_id: str, what: str) -> Response:
    """Close a request, or open it again."""
    with writing(site().engine) as session:
        requests.set_state(session, me(), public_id, what)
    return redirect(url_for("requests.page", public_id=public_id), 303)
