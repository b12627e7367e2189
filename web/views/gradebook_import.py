"""Marks from a CSV file: upload, preview, apply."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from grader.database import reading, writing
from web.pages import show
from web.refusals import Missing
from web.security import signed
from web.security.logins import login_required, me
from web.security.sizes import max_bytes
from web.services import gradebook_import
from web.services.people import page_number
from web.services.roster_file import LARGEST, BadFile
from web.site import now, site

bp = Blueprint("gradebook_import", __name__, url_prefix="/courses/<course>/gradebook/import")
FORM_BYTES = 64_000
PURPOSE, A_DAY_S = "marks", 86_400


@bp.get("")
@login_required
def form(course: str) -> str:
    """The form for the file, and what it should look like."""
    return _form(course, ())


@bp.post("")
@login_required
@max_bytes(LARGEST + FORM_BYTES)
def upload(course: str) -> Response | tuple[str, int]:
    """Read the file and show what it would change; if it can't be used, every fault is listed."""
    file = request.files.get("file")
    data = file.stream.read() if file is not None else b""
    try:
        if not data:
            raise BadFile("No file was chosen, or it is empty.")
        with writing(site().engine) as session:
            kept = gradebook_import.keep(session, me(), course, data, now())
    except BadFile as error:
        return _form(course, error.faults), 422
    token = signed.sign(PURPOSE, [*kept, me().id])
    return redirect(url_for("gradebook_import.preview", course=course, token=token), 303)


def _form(course: str, faults: tuple[str, ...]) -> str:
    with reading(site().engine) as session:
        content = gradebook_import.form_page(session, me(), course)
    return show("gradebook_import.html", content.membership, "gradebook", page=content, faults=faults)


@bp.get("/<token>")
@login_required
def preview(course: str, token: str) -> str:
    """Whose mark would change from what to what."""
    return _preview(course, token, changed=False)


@bp.post("/<token>")
@login_required
def apply(course: str, token: str) -> Response | tuple[str, int]:
    """Store what was shown; if the marks have changed meanwhile, show it again."""
    kept, seen = _kept(token), request.form.get("plan", "")
    with writing(site().engine) as session:
        done = gradebook_import.apply(session, me(), course, kept, seen)
    if done is None:
        return _preview(course, token, changed=True), 409
    flash(f"The file is applied: {len(done.changes)} marks changed.")
    return redirect(url_for("gradebook.page", course=course), 303)


def _preview(course: str, token: str, *, changed: bool) -> str:
    kept, number = _kept(token), page_number(request.args.get("page", ""))
    with reading(site().engine) as session:
        content = gradebook_import.page(session, me(), course, kept, number)
    parts = {"page": content, "token": token, "changed": changed}
    return show("gradebook_preview.html", content.membership, "gradebook", **parts)


def _kept(token: str) -> tuple[int, str]:
    """Where the marks are, by the address of the preview. Raises Missing for another reader's."""
    value = signed.load(PURPOSE, token, A_DAY_S)
    if not isinstance(value, list) or value[2] != me().id:
        raise Missing
    return int(value[0]), str(value[1])
