"""Packs, for a course's instructors."""

from flask import Blueprint, abort, flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from grader.database.errors import StoreError
from grader.grading.errors import RunnerError
from grader.packs import PackError
from grader.packs.archive import LARGEST_ARCHIVE
from web.pages import show
from web.security.logins import login_required, me
from web.security.sizes import max_bytes
from web.services import new_assignment, pack_compare, packs
from web.site import site

bp = Blueprint("packs", __name__, url_prefix="/courses/<course>/packs")
FORM_BYTES = 64_000
NO_RUNNER = "Packs are read in the sandbox, and no runner answers. Nothing was stored; try again in a moment."


@bp.get("")
@login_required
def listing(course: str) -> str:
    """The course's packs and the shipped ones."""
    with reading(site().engine) as session:
        content = packs.list_page(session, me(), course)
    return show("packs.html", content.membership, here="packs", page=content, faults=())


@bp.post("")
@login_required
@max_bytes(LARGEST_ARCHIVE + FORM_BYTES)
def upload(course: str) -> AnyResponse | tuple[str, int]:
    """Upload a zip; if the pack can't be read, every fault is listed."""
    with reading(site().engine) as session:
        content = packs.list_page(session, me(), course)
    packs.count_upload(site().throttle, me())
    file = request.files.get("pack")
    try:
        read = packs.read_upload(site().backends, file.stream.read() if file else b"")
    except PackError as error:
        return show("packs.html", content.membership, here="packs", page=content, faults=error.faults), 422
    except RunnerError:
        abort(503, NO_RUNNER)
    with writing(site().engine) as session:
        public_id = packs.add(session, me(), course, read)
    site().backends.notify()
    return redirect(url_for("packs.page", course=course, public_id=public_id), 303)


@bp.get("/<public_id>")
@login_required
def page(course: str, public_id: str) -> str:
    """One version: its check, its kill matrix, and the forms to publish and assign it."""
    return _page(course, public_id, new_assignment.Form({}))


@bp.get("/<public_id>/compare/<other>")
@login_required
def compare(course: str, public_id: str, other: str) -> str:
    """Two versions of a pack side by side."""
    with reading(site().engine) as session:
        membership, found = pack_compare.page(session, me(), course, public_id, other)
    return show("compare.html", membership, here="packs", found=found)


@bp.get("/<public_id>/live")
@login_required
def news(course: str, public_id: str) -> AnyResponse:
    """The check's progress; 304 while nothing changed."""
    with reading(site().engine) as session:
        answer = jsonify(packs.news(session, me(), course, public_id))
    answer.add_etag()
    return answer.make_conditional(request)


@bp.post("/<public_id>/check")
@login_required
def check(course: str, public_id: str) -> AnyResponse:
    """Run the check again."""
    return _change(course, public_id, packs.check_again, wakes_worker=True)


@bp.post("/<public_id>/publish")
@login_required
def publish(course: str, public_id: str) -> AnyResponse:
    """Make a version that passed its check available to the course."""
    return _change(course, public_id, packs.publish)


@bp.post("/<public_id>/assign")
@login_required
def assign(course: str, public_id: str) -> AnyResponse | tuple[str, int]:
    """Create an assignment from a published version."""
    form = new_assignment.Form(request.form)
    with writing(site().engine) as session:
        slug = new_assignment.assign(session, me(), course, public_id, form)
    if slug is None:
        return _page(course, public_id, form), 422
    return redirect(url_for("classes.page", course=course, slug=slug), 303)


def _page(course: str, public_id: str, form: new_assignment.Form) -> str:
    with reading(site().engine) as session:
        content = packs.version_page(session, me(), course, public_id, site().backends)
    return show("pack.html", content.membership, here="packs", page=content, form=form)


def _change(course: str, public_id: str, change: packs.Change, *, wakes_worker: bool = False) -> AnyResponse:
    try:
        with writing(site().engine) as session:
            change(session, me(), course, public_id)
        if wakes_worker:
            site().backends.notify()
    except StoreError as error:
        flash(f"{error}.")
    return redirect(url_for("packs.page", course=course, public_id=public_id), 303)
