"""A submission: its page, the JSON that fills it in, its files, and running it again."""

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from grader.database.errors import StoreError
from grader.grading.report_json import to_json
from web.downloads import download
from web.pages import show
from web.security.logins import me, needed
from web.services import live, marking, rerun, submission
from web.site import now, site

bp = Blueprint("submissions", __name__, url_prefix="/s/<public_id>")


@bp.get("")
@needed
def page(public_id: str) -> str:
    """The report, or how far it has come."""
    with reading(site().engine) as session:
        content = submission.page(session, me(), public_id, now(), site().backends)
    return show("submission.html", content.membership, page=content)


@bp.get("/live")
@needed
def news(public_id: str) -> AnyResponse:
    """How far the grading has come; 304 while nothing changed."""
    with reading(site().engine) as session:
        found = live.news(session, me(), public_id, now(), site().backends)
    answer = jsonify(found)
    answer.add_etag()
    return answer.make_conditional(request)


@bp.get("/report.json")
@needed
def report(public_id: str) -> Response:
    """The report as this reader may see it."""
    with reading(site().engine) as session:
        found = submission.report_of(session, me(), public_id, now())
    return download(jsonify(to_json(found)).get_data(), f"report-{public_id}.json", "application/json")


@bp.get("/files/<name>")
@needed
def file(public_id: str, name: str) -> Response:
    """One file, as it was handed in."""
    with reading(site().engine) as session:
        data = submission.file_bytes(session, me(), public_id, name)
    return download(data, name, "text/plain")


@bp.get("/arguments/<test_id>.npz")
@needed
def arguments(public_id: str, test_id: str) -> Response:
    """The arguments of a failing call, if this reader may have them."""
    with reading(site().engine) as session:
        data = submission.arguments(session, me(), public_id, test_id, now())
    return download(data, f"{test_id}.npz")


@bp.post("/marks/<test_id>")
@needed
def mark(public_id: str, test_id: str) -> AnyResponse | tuple[str, int]:
    """Keep points and comment for a text, for staff; the form again, as it was typed, if they can't be."""
    typed = marking.Typed(*(request.form.get(name, "") for name in ("text", "points", "comment")))
    try:
        with writing(site().engine) as session:
            marking.keep(session, me(), public_id, test_id, typed)
    except StoreError as error:
        tried = marking.Tried(test_id, typed.points, typed.comment, str(error))
        with reading(site().engine) as session:
            content = submission.page(session, me(), public_id, now(), site().backends, tried)
        return show("submission.html", content.membership, page=content), 422
    return redirect(url_for("submissions.page", public_id=public_id, _anchor=f"t-{test_id}"), 303)


@bp.post("/rerun")
@needed
def again(public_id: str) -> AnyResponse:
    """Grade it once more, for staff."""
    with writing(site().engine) as session:
        rerun.ask(session, me(), public_id)
    site().backends.notify()
    return redirect(url_for("submissions.page", public_id=public_id), 303)
