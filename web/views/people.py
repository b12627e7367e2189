"""The people of a course: list, one person, links for first passwords."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from grader.database.errors import StoreError
from web.downloads import download
from web.links import absolute, show_once, shown_once
from web.pages import show
from web.security.logins import login_required, me
from web.services import first_links, people
from web.services.fields import Fields
from web.site import now, site
from web.text import one_line

bp = Blueprint("people", __name__, url_prefix="/courses/<course>/people")


@bp.get("")
@login_required
def page(course: str) -> str:
    """The list of people, for instructors."""
    return _list(course, Fields({}))


@bp.post("")
@login_required
def add(course: str) -> AnyResponse | tuple[str, int]:
    """Enrol one person, or show the form again with what is wrong in it."""
    form = Fields(request.form)
    with writing(site().engine) as session:
        enrolment = people.add(session, me(), course, form)
    if enrolment is None:
        return _list(course, form), 422
    flash("Added to the course.")
    return redirect(url_for("people.person", course=course, user_id=enrolment.user_id), 303)


def _list(course: str, form: Fields) -> str:
    with reading(site().engine) as session:
        content = people.page(session, me(), course, request.args)
    roles, mail = people.ROLE_CHOICES, site().sends_mail
    return show("people.html", content.membership, "people", page=content, form=form, roles=roles, mail=mail)


@bp.get("/export.csv")
@login_required
def export(course: str) -> Response:
    """The people as a CSV file."""
    with reading(site().engine) as session:
        data = people.export(session, me(), course)
    return download(data, f"people-{course}.csv", "text/csv")


@bp.get("/<int:user_id>")
@login_required
def person(course: str, user_id: int) -> str:
    """One person."""
    return _person(course, user_id, Fields({}))


@bp.post("/<int:user_id>")
@login_required
def change(course: str, user_id: int) -> AnyResponse | tuple[str, int]:
    """Change role and section, or show the form again with what is wrong in it."""
    form = Fields(request.form)
    with writing(site().engine) as session:
        stored = people.change(session, me(), course, user_id, form)
    if not stored:
        return _person(course, user_id, form), 422
    flash("Role and section are stored.")
    return redirect(url_for("people.person", course=course, user_id=user_id), 303)


def _person(course: str, user_id: int, form: Fields) -> str:
    with reading(site().engine) as session:
        content = people.person(session, me(), course, user_id)
    roles, link = people.ROLE_CHOICES, shown_once()
    return show("person.html", content.membership, "people", page=content, form=form, roles=roles, link=link)


@bp.post("/<int:user_id>/remove")
@login_required
def remove(course: str, user_id: int) -> AnyResponse | tuple[str, int]:
    """Remove the person from the course; the page says how to undo it."""
    try:
        with writing(site().engine) as session:
            enrolment = people.remove(session, me(), course, user_id, now())
    except StoreError as error:
        return _person(course, user_id, Fields({}, {"remove": f"{error}."})), 422
    flash(f"{one_line(enrolment.user.name, 60)} is removed from the course. “Take back” undoes it.")
    return redirect(url_for("people.person", course=course, user_id=user_id), 303)


@bp.post("/<int:user_id>/take-back")
@login_required
def take_back(course: str, user_id: int) -> AnyResponse:
    """Undo the removal."""
    with writing(site().engine) as session:
        enrolment = people.take_back(session, me(), course, user_id)
    flash(f"{one_line(enrolment.user.name, 60)} is in the course again.")
    return redirect(url_for("people.person", course=course, user_id=user_id), 303)


@bp.post("/<int:user_id>/link")
@login_required
def link(course: str, user_id: int) -> AnyResponse:
    """Make a link for the person's first password, and show it once."""
    with writing(site().engine) as session:
        token = first_links.of_person(session, me(), course, user_id, now())
    page = url_for("people.person", course=course, user_id=user_id)
    show_once(absolute("reset.page", token=token), page)
    return redirect(page, 303)


@bp.post("/links.csv")
@login_required
def links(course: str) -> Response:
    """Make a link for everybody who has no password yet, as a CSV file."""
    with writing(site().engine) as session:
        pairs = first_links.of_all(session, me(), course, now())
    rows = [(user.email, user.name, absolute("reset.page", token=token)) for user, token in pairs]
    return download(people.csv_file(("email", "name", "link"), rows), f"links-{course}.csv", "text/csv")


@bp.post("/invite")
@login_required
def invite(course: str) -> AnyResponse:
    """Send everybody who has no password yet a message with a link."""
    with writing(site().engine) as session:
        count = first_links.invite_all(session, me(), course, now(), sends=site().sends_mail)
    flash(f"Messages that will be sent: {count}. Nobody gets more than one a day.")
    return redirect(url_for("people.page", course=course), 303)
