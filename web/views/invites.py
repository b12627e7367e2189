"""Links into a course: made and withdrawn by instructors, and the page on which people join."""

from flask import Blueprint, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from grader.database.errors import StoreError
from web.links import absolute, show_once, shown_once
from web.pages import show
from web.security import logins
from web.security.logins import login_required, me
from web.services import invites
from web.services.fields import Fields
from web.services.people import ROLE_CHOICES, ROLE_WORDS
from web.site import now, site

bp = Blueprint("invites", __name__)


@bp.get("/courses/<course>/invites")
@login_required
def page(course: str) -> str:
    """The links, and the form for another."""
    return _page(course, Fields({}))


@bp.post("/courses/<course>/invites")
@login_required
def make(course: str) -> AnyResponse | tuple[str, int]:
    """Make a link, and show it once; or show the form again with what is wrong in it."""
    form = Fields(request.form)
    with writing(site().engine) as session:
        token = invites.make(session, me(), course, form, now())
    if token is None:
        return _page(course, form), 422
    page = url_for("invites.page", course=course)
    show_once(absolute("invites.join_page", token=token), page)
    return redirect(page, 303)


@bp.post("/courses/<course>/invites/<int:invite_id>/withdraw")
@login_required
def withdraw(course: str, invite_id: int) -> AnyResponse:
    """End a link."""
    with writing(site().engine) as session:
        invites.withdraw(session, me(), course, invite_id, now())
    flash("The link is withdrawn: nobody can join with it any more. Those who have joined stay.")
    return redirect(url_for("invites.page", course=course), 303)


def _page(course: str, form: Fields) -> str:
    with reading(site().engine) as session:
        content = invites.page(session, me(), course, now())
    words, link = ROLE_WORDS, shown_once()
    return show(
        "invites.html",
        content.membership,
        "people",
        page=content,
        form=form,
        roles=ROLE_CHOICES,
        words=words,
        link=link,
    )


@bp.get("/join/<token>")
def join_page(token: str) -> str | AnyResponse:
    """The course that the link leads into, for anybody."""
    return _join_page(token, Fields({}))


def _join_page(token: str, form: Fields) -> str | AnyResponse:
    with reading(site().engine) as session:
        content = invites.join_page(session, g.get("me"), token, now())
    if content.enrolment is not None:
        return redirect(url_for("courses.page", slug=content.invite.course.slug), 303)
    return show("join.html", None, page=content, token=token, form=form, words=ROLE_WORDS)


@bp.post("/join/<token>")
def join(token: str) -> AnyResponse | tuple[str | AnyResponse, int]:
    """Join with the account of the log-in, or with a new one."""
    return _join_as_me(token) if g.get("me") is not None else _join_as_new(token)


def _join_as_me(token: str) -> AnyResponse | tuple[str | AnyResponse, int]:
    try:
        with writing(site().engine) as session:
            slug = invites.join(session, me(), token, now()).course.slug
    except StoreError as error:
        return _join_page(token, Fields({}, {"join": f"{error}."})), 409
    return redirect(url_for("courses.page", slug=slug), 303)


def _join_as_new(token: str) -> AnyResponse | tuple[str | AnyResponse, int]:
    with reading(site().engine) as session:
        slug = invites.join_page(session, None, token, now()).invite.course.slug
    invites.count_join(site().throttle, request.remote_addr)
    form = Fields(request.form)
    password_hash = invites.new_account(form)
    user = None
    if not form.faults:
        try:
            with writing(site().engine) as session:
                user = invites.join_as_new(session, token, form, password_hash, now())
        except StoreError as error:
            form.faults["join"] = f"{error}."
    if user is None:
        return _join_page(token, form), 422
    logins.begin(user)
    return redirect(url_for("courses.page", slug=slug), 303)
