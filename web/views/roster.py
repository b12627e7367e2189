"""The people of a course from a CSV file: upload, preview, apply."""

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from web.access import people_membership
from web.pages import show
from web.refusals import Missing
from web.security import signed
from web.security.logins import login_required, me
from web.security.sizes import max_bytes
from web.services import roster
from web.services.people import page_number
from web.services.roster_file import LARGEST, BadFile, read
from web.site import now, site

bp = Blueprint("roster", __name__, url_prefix="/courses/<course>/roster")
FORM_BYTES = 64_000
PURPOSE, A_DAY_S = "roster", 86_400


@bp.get("")
@login_required
def form(course: str) -> str:
    """The form for the file, and what it should look like."""
    return _form(course, ())


@bp.post("")
@login_required
@max_bytes(LARGEST + FORM_BYTES)
def upload(course: str) -> AnyResponse | tuple[str, int]:
    """Read the file and show what it would change; if it can't be used, every fault is listed."""
    with reading(site().engine) as session:
        people_membership(session, me(), course)
    file = request.files.get("file")
    data = file.stream.read() if file is not None else b""
    try:
        if not data:
            raise BadFile("No file was chosen, or it is empty.")
        rows = read(data)
        with writing(site().engine) as session:
            kept = roster.keep(session, me(), course, rows)
    except BadFile as error:
        return _form(course, error.faults), 422
    token = signed.sign(PURPOSE, [*kept, me().id])
    return redirect(url_for("roster.preview", course=course, token=token), 303)


def _form(course: str, faults: tuple[str, ...]) -> str:
    with reading(site().engine) as session:
        membership = people_membership(session, me(), course)
    return show("roster.html", membership, "people", faults=faults)


@bp.get("/<token>")
@login_required
def preview(course: str, token: str) -> str:
    """Who would be added, changed and removed."""
    return _preview(course, token, changed=False)


@bp.post("/<token>")
@login_required
def apply(course: str, token: str) -> AnyResponse | tuple[str, int]:
    """Apply what was shown; if the course has changed meanwhile, show it again."""
    kept, remove = _kept(token), bool(request.form.get("remove"))
    seen = request.form.get("plan", "")
    try:
        with writing(site().engine) as session:
            done = roster.apply(session, me(), course, kept, seen, now(), remove=remove)
    except IntegrityError:  # somebody else has added one of them at this moment
        done = None
    if done is None:
        return _preview(course, token, changed=True), 409
    removed = f", {len(done.removals)} removed" if remove and done.removals else ""
    flash(f"The list is applied: {len(done.adds)} added, {len(done.changes)} changed{removed}.")
    return redirect(url_for("people.page", course=course), 303)


def _preview(course: str, token: str, *, changed: bool) -> str:
    kept, show_kind = _kept(token), request.args.get("show", "")
    with reading(site().engine) as session:
        number = page_number(request.args.get("page", ""))
        content = roster.page(session, me(), course, kept, show_kind, number)
    return show(
        "roster_preview.html", content.membership, "people", page=content, token=token, changed=changed
    )


def _kept(token: str) -> tuple[int, str]:
    """Where the rows are, by the address of the preview. Raises Missing for another reader's."""
    value = signed.load(PURPOSE, token, A_DAY_S)
    if not isinstance(value, list) or value[2] != me().id:
        raise Missing
    return int(value[0]), str(value[1])
