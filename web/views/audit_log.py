"""The audit log of a course."""

from flask import Blueprint, Response, request

from grader.database import reading
from web.downloads import streamed
from web.names import names_hidden
from web.pages import show
from web.security.logins import login_required, me
from web.services import audit_log, audit_words
from web.site import site

bp = Blueprint("audit_log", __name__, url_prefix="/courses/<course>/audit")


@bp.get("")
@login_required
def page(course: str) -> str:
    """Who changed what, newest first."""
    with reading(site().engine) as session:
        content = audit_log.page(session, me(), course, request.args, names_hidden=names_hidden())
    return show("audit_log.html", content.membership, here="settings", page=content, kinds=audit_words.KINDS)


@bp.get("/log.csv")
@login_required
def export(course: str) -> Response:
    """The same as a CSV file."""
    hidden = names_hidden()
    parts = audit_log.export(site().engine, me(), course, request.args, names_hidden=hidden)
    return streamed(parts, f"audit-{course}.csv", "text/csv")
