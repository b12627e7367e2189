"""An assignment, for whoever hands in."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from grader.database.errors import StoreError
from grader.logs import bound, emit, events
from web.downloads import download
from web.pages import show
from web.security.logins import me, needed
from web.security.sizes import takes
from web.services import assignment, submit
from web.site import now, site
from web.uploads import LARGEST_UPLOAD, read_upload

bp = Blueprint("assignments", __name__, url_prefix="/courses/<course>/a/<slug>")


@bp.get("")
@needed
def page(course: str, slug: str) -> str:
    """Handout, starter, the form for handing in, attempts."""
    with reading(site().engine) as session:
        content = assignment.page(session, me(), course, slug, now())
    return show("assignment.html", content.membership, here="assignment", page=content, checked=None)


@bp.get("/starter.zip")
@needed
def starter(course: str, slug: str) -> Response:
    """What students download to begin with."""
    with reading(site().engine) as session:
        name, data = assignment.starter(session, me(), course, slug, now())
    return download(data, name, "application/zip")


@bp.post("/hand-in")
@needed
@takes(LARGEST_UPLOAD)
def hand_in(course: str, slug: str) -> AnyResponse | tuple[str, int]:
    """Check an upload and, unless only that was asked, keep it and have it graded."""
    with reading(site().engine) as session:
        pack = submit.pack_for(session, me(), course, slug, now())
    submit.count_upload(site().throttle, me())
    checked = submit.check(pack, read_upload(pack), site().backends)
    wish = request.form.get("do", "")
    if not checked.may_be_kept(wish):
        if wish != "check":
            emit(events.UploadRefused(me().id, slug, checked.why_refused))
        return _checked(course, slug, checked, 200 if wish == "check" else 422)
    return _keep(course, slug, checked)


def _keep(course: str, slug: str, checked: submit.Checked) -> AnyResponse | tuple[str, int]:
    try:
        with writing(site().engine) as session:
            public_id = submit.keep(session, me(), course, slug, checked.files, now())
    except StoreError as error:
        emit(events.UploadRefused(me().id, slug, type(error).__name__))
        return _checked(course, slug, submit.refused(error), 409)
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
