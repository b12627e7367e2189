"""Regrades of an assignment, for staff; instructors begin and decide them."""

from flask import Blueprint, flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from grader.database import reading, writing
from grader.database.errors import StoreError
from grader.values.numbers import whole_number
from web.names import names_hidden
from web.pages import show
from web.security.logins import login_required, me
from web.services import regrades
from web.site import now, site

bp = Blueprint("regrades", __name__, url_prefix="/courses/<course>/a/<slug>/regrades")


@bp.get("")
@login_required
def listing(course: str, slug: str) -> str:
    """The regrades so far, and the form to begin one."""
    return _listing(course, slug, "")


@bp.post("")
@login_required
def start(course: str, slug: str) -> Response | tuple[str, int]:
    """Begin a regrade; nothing changes until it is applied."""
    try:
        with writing(site().engine) as session:
            public_id = regrades.start(session, me(), course, slug, request.form, now())
    except StoreError as error:
        return _listing(course, slug, f"{error}."), 422
    site().backends.notify()
    return redirect(url_for("regrades.page", course=course, slug=slug, public_id=public_id), 303)


@bp.get("/<public_id>")
@login_required
def page(course: str, slug: str, public_id: str) -> str:
    """How far it is, and what it would change for whom."""
    number = whole_number(request.args.get("page", ""), 1, 100_000) or 1
    with reading(site().engine) as session:
        content = regrades.page(
            session, me(), course, slug, public_id, number, now(), names_hidden=names_hidden()
        )
    return show("regrade.html", content.membership, here="class", page=content)


@bp.get("/<public_id>/live")
@login_required
def news(course: str, slug: str, public_id: str) -> Response:
    """How far it is; 304 while nothing changed."""
    with reading(site().engine) as session:
        answer = jsonify(regrades.news(session, me(), course, slug, public_id, now()))
    answer.add_etag()
    return answer.make_conditional(request)


@bp.post("/<public_id>/apply")
@login_required
def apply(course: str, slug: str, public_id: str) -> Response:
    """Let its gradings count."""
    left = None
    try:
        with writing(site().engine) as session:
            left = regrades.apply(session, me(), course, slug, public_id, now())
        flash("Applied: the new points count.")
    except StoreError as error:
        flash(f"{error}.")
    if left is None:
        return redirect(url_for("regrades.page", course=course, slug=slug, public_id=public_id), 303)
    site().backends.notify()
    flash("Attempts that came in meanwhile are graded with the new version now; apply that regrade too.")
    return redirect(url_for("regrades.page", course=course, slug=slug, public_id=left), 303)


@bp.post("/<public_id>/<any(stop, resume, discard):what>")
@login_required
def decide(course: str, slug: str, public_id: str, what: str) -> Response:
    """Stop, resume or discard it."""
    try:
        with writing(site().engine) as session:
            regrades.decide(session, me(), course, slug, public_id, what, now())
    except StoreError as error:
        flash(f"{error}.")
    site().backends.notify()
    return redirect(url_for("regrades.page", course=course, slug=slug, public_id=public_id), 303)


def _listing(course: str, slug: str, refusal: str) -> str:
    with reading(site().engine) as session:
        content = regrades.list_page(session, me(), course, slug, now())
    return show("regrades.html", content.membership, here="class", page=content, refusal=refusal)
