"""A new course; the settings of a course, its archiving."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from grader.database.effects import Effects
from web.access import must_be_operator
from web.pages import show
from web.security.logins import login_required, me
from web.services import course_settings
from web.services.fields import Fields
from web.site import now, site

bp = Blueprint("course_settings", __name__)


@bp.get("/new-course")
@login_required
def new() -> str:
    """The form for a new course, for operators."""
    must_be_operator(me())
    return _new(Fields({}))


@bp.post("/new-course")
@login_required
def create() -> AnyResponse | tuple[str, int]:
    """Create the course, or show the form again with what is wrong in it."""
    form = Fields(request.form)
    with writing(site().engine) as session:
        slug = course_settings.create(session, me(), form)
    if slug is None:
        return _new(form), 422
    flash("The course is created, and you are its instructor. Add others on its page “People”.")
    return redirect(
        url_for("set_up.steps") if form.ticked("steps") else url_for("courses.page", slug=slug), 303
    )


def _new(form: Fields) -> str:
    return show("new_course.html", None, form=form, zones=course_settings.zones())


@bp.get("/courses/<course>/settings")
@login_required
def page(course: str) -> str:
    """The settings, for instructors."""
    return _page(course, Fields({}))


@bp.post("/courses/<course>/settings")
@login_required
def change(course: str) -> AnyResponse | tuple[str, int]:
    """Store the settings, or show the form again with what is wrong in it; a late policy that changes points
    is asked for twice, with whom it changes something for."""
    form = Fields(request.form)
    with reading(site().engine) as session:
        effects = course_settings.unseen_effects(session, me(), course, form)
    if effects is not None:
        return _page(course, form, effects), 200
    with writing(site().engine) as session:
        stored = course_settings.change(session, me(), course, form)
    if not stored:
        return _page(course, form), 422
    flash("The settings are stored.")
    return redirect(url_for("course_settings.page", course=course), 303)


@bp.post("/courses/<course>/settings/archive")
@login_required
def archive(course: str) -> AnyResponse:
    """Make the course read-only."""
    with writing(site().engine) as session:
        course_settings.archive(session, me(), course, now())
    return redirect(url_for("course_settings.page", course=course), 303)


@bp.post("/courses/<course>/settings/restore")
@login_required
def restore(course: str) -> AnyResponse:
    """End the archiving."""
    with writing(site().engine) as session:
        course_settings.restore(session, me(), course)
    flash("The course is restored: it can be changed again.")
    return redirect(url_for("course_settings.page", course=course), 303)


def _page(course: str, form: Fields, effects: Effects | None = None) -> str:
    with reading(site().engine) as session:
        content = course_settings.page(session, me(), course)
    zones = course_settings.zones()
    return show(
        "course_settings.html",
        content.membership,
        "settings",
        page=content,
        form=form,
        zones=zones,
        effects=effects,
        confirmation=course_settings.confirmation(form),
    )
