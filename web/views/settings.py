"""The settings of an assignment, for a course's instructors."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from grader.database.errors import StoreError
from web.pages import show
from web.security.logins import login_required, me
from web.services import settings_page
from web.services.term_fields import NAMES, SettingsForm
from web.site import now, site

bp = Blueprint("settings", __name__, url_prefix="/courses/<course>/a/<slug>/settings")
CHANGED = (
    "These settings have changed since you read the page. Nothing was stored; read what it would change now."
)


@bp.get("")
@login_required
def page(course: str, slug: str) -> str:
    """The form, with the values as they are, or (from a preview) as they were typed."""
    typed = SettingsForm(_values()) if "title" in request.args else None
    return _form(course, slug, typed)


@bp.get("/preview")
@login_required
def preview(course: str, slug: str) -> str | tuple[str, int]:
    """What the typed values would change, for whom, and the button to store them."""
    form = SettingsForm(_values())
    with reading(site().engine) as session:
        content = settings_page.preview(session, me(), course, slug, now(), form)
    return (_form(course, slug, form), 422) if content is None else _preview(content)


@bp.post("")
@login_required
def store(course: str, slug: str) -> AnyResponse | tuple[str, int]:
    """Store what was read in the preview."""
    form = SettingsForm({name: request.form.get(name, "") for name in NAMES})
    seen = request.form.get("seen", "")
    with writing(site().engine) as session:
        content = settings_page.store(session, me(), course, slug, now(), form, seen)
    if content is None:
        return _form(course, slug, form), 422
    if content.digest != seen:
        return _preview(content, CHANGED), 409
    flash("The settings are stored. The audit log has the values before and after.")
    return redirect(url_for("settings.page", course=course, slug=slug), 303)


@bp.post("/hide")
@login_required
def hide(course: str, slug: str) -> AnyResponse:
    """Show the assignment to no student any more."""
    with writing(site().engine) as session:
        settings_page.hide(session, me(), course, slug, now())
    return redirect(url_for("settings.page", course=course, slug=slug, _anchor="hide"), 303)


@bp.post("/show")
@login_required
def show_again(course: str, slug: str) -> AnyResponse:
    """Show it to students again."""
    with writing(site().engine) as session:
        settings_page.show_again(session, me(), course, slug, now())
    return redirect(url_for("settings.page", course=course, slug=slug, _anchor="hide"), 303)


@bp.get("/delete")
@login_required
def ask(course: str, slug: str) -> str:
    """Whether to delete it: this can't be undone."""
    with reading(site().engine) as session:
        content = settings_page.page(session, me(), course, slug, now())
    return show("assignment_delete.html", content.membership, here="course", page=content)


@bp.post("/delete")
@login_required
def remove(course: str, slug: str) -> AnyResponse:
    """Delete it, if nobody has handed in."""
    try:
        with writing(site().engine) as session:
            title = settings_page.remove(session, me(), course, slug, now())
    except StoreError as error:
        flash(f"{error}.")
        return redirect(url_for("settings.page", course=course, slug=slug, _anchor="hide"), 303)
    flash(f"The assignment {title} is deleted.")
    return redirect(url_for("courses.page", slug=course), 303)


def _values() -> dict[str, str]:
    return {name: request.args.get(name, "")[:200] for name in NAMES}


def _form(course: str, slug: str, form: SettingsForm | None) -> str:
    with reading(site().engine) as session:
        content = settings_page.page(session, me(), course, slug, now(), form)
    return show(
        "settings.html",
        content.membership,
        here="course",
        page=content,
        form=content.form,
        choices=content.choices,
    )


def _preview(content: settings_page.Preview, said: str = "") -> str:
    return show("settings_preview.html", content.membership, here="course", page=content, said=said)
