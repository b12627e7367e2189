"""An assignment, for those who hand in."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from grader.database.errors import SameFiles, StoreError
from grader.logs import bound, emit, events
from web.downloads import download
from web.pages import show
from web.refusals import TooOften
from web.security.logins import login_required, me
from web.security.sizes import max_bytes
from web.services import assignment, submit
from web.site import now, site
from web.uploads import LARGEST_UPLOAD, read_upload

bp = Blueprint("assignments", __name__, url_prefix="/courses/<course>/a/<slug>")


@bp.get("")
@login_required
def page(course: str, slug: str) -> str:
    """Handout, starter, the form to hand in, attempts."""
    with reading(site().engine) as session:
        content = assignment.page(session, me(), course, slug, now())
    return show("assignment.html", content.membership, here="assignment", page=content, checked=None)


@bp.get("/starter.zip")
@login_required
def starter(course: str, slug: str) -> Response:
    """The zip that students download to start from."""
    with reading(site().engine) as session:
        name, data = assignment.starter(session, me(), course, slug, now())
    return download(data, name, "application/zip")


@bp.post("/hand-in")
@login_required
@max_bytes(LARGEST_UPLOAD)
def hand_in(course: str, slug: str) -> AnyResponse | tuple[str, int]:
    """Check an upload and, unless the student chose "check only", store it and queue its grading."""
    with reading(site().engine) as session:
        pack = submit.pack_for(session, me(), course, slug, now())
    upload = read_upload(pack)
    try:
        submit.count_upload(site().throttle, me())
    except TooOften as error:
        body, status = _checked(course, slug, submit.refusal_of(error, upload.pasted), 429)
        return Response(body, status, {"Retry-After": str(error.wait_s)})
    checked = submit.check(pack, upload, site().backends)
    button = request.form.get("do", "")
    if not checked.may_be_stored(button):
        if button != "check":
            emit(events.UploadRefused(me().id, slug, checked.why_refused))
        return _checked(course, slug, checked, 200 if button == "check" else 422)
    return _store(course, slug, checked)


def _store(course: str, slug: str, checked: submit.Checked) -> AnyResponse | tuple[str, int]:
    try:
        with writing(site().engine) as session:
            again = request.form.get("do") == submit.AGAIN
            public_id = submit.store(session, me(), course, slug, checked.files, now(), again=again)
    except SameFiles as error:
        emit(events.UploadRefused(me().id, slug, type(error).__name__))
        if error.under_way:  # such as a second click
            flash(f"{error}; this is its page. Nothing new was stored, and no attempt was used up.")
            return redirect(url_for("submissions.page", public_id=error.public_id), 303)
        return _checked(course, slug, submit.offer_of(error, checked.text), 409)
    except StoreError as error:
        emit(events.UploadRefused(me().id, slug, type(error).__name__))
        return _checked(course, slug, submit.refusal_of(error, checked.text), 409)
    with bound(public_id):
        size = sum(len(data) for _, data in checked.files)
        emit(events.UploadAccepted(me().id, slug, files=len(checked.files), bytes=size))
        site().backends.notify()
    return redirect(url_for("submissions.page", public_id=public_id), 303)


def _checked(course: str, slug: str, checked: submit.Checked, status: int) -> tuple[str, int]:
    with reading(site().engine) as session:
        content = assignment.page(session, me(), course, slug, now())
    return show(
        "assignment.html", content.membership, here="assignment", page=content, checked=checked
    ), status
