"""A submission: its page, the JSON that updates it, its files, and grading it again."""

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from grader.database.errors import StoreError
from grader.grading.report_json import to_json
from grader.values.numbers import whole_number
from web.downloads import download
from web.names import names_hidden
from web.pages import show
from web.security.logins import login_required, me
from web.services import compare as compare_page
from web.services import history as history_page
from web.services import live, marking, one_test, rerun, submission
from web.site import now, site

bp = Blueprint("submissions", __name__, url_prefix="/s/<public_id>")


@bp.get("")
@login_required
def page(public_id: str) -> str:
    """The report, or the progress of the grading."""
    with reading(site().engine) as session:
        content = submission.page(
            session,
            me(),
            public_id,
            now(),
            site().backends,
            _of_test(public_id),
            names_hidden=names_hidden(),
        )
    return show("submission.html", content.membership, page=content)


@bp.get("/tests/<test_id>")
@login_required
def test(public_id: str, test_id: str) -> str:
    """Everything about one test."""
    with reading(site().engine) as session:
        content = one_test.page(session, me(), public_id, test_id, now())
    return show("test.html", content.membership, page=content)


def _of_test(public_id: str) -> Callable[[str], str]:
    """The address of the page of a test."""
    return lambda test_id: url_for("submissions.test", public_id=public_id, test_id=test_id)


@bp.get("/attempts")
@login_required
def history(public_id: str) -> str:
    """Every attempt of the submission's team."""
    number = whole_number(request.args.get("page", "1"), 1, 10_000) or 1
    with reading(site().engine) as session:
        content = history_page.page(session, me(), public_id, now(), number, names_hidden=names_hidden())
    return show("history.html", content.membership, page=content)


@bp.get("/compare/<int:number>")
@login_required
def compare(public_id: str, number: int) -> str:
    """The difference to another attempt of the same team."""
    with reading(site().engine) as session:
        content = compare_page.page(session, me(), public_id, number, now(), names_hidden=names_hidden())
    return show("compare_attempts.html", content.membership, page=content)


@bp.get("/live")
@login_required
def news(public_id: str) -> AnyResponse:
    """The grading's progress; 304 while nothing changed."""
    with reading(site().engine) as session:
        content = live.news(session, me(), public_id, now(), site().backends)
    site().backends.watched(public_id, me().id)
    answer = jsonify(content)
    answer.add_etag()
    return answer.make_conditional(request)


@bp.get("/report.json")
@login_required
def report(public_id: str) -> Response:
    """The report as this reader may see it."""
    with reading(site().engine) as session:
        content = submission.report_of(session, me(), public_id, now())
    return download(jsonify(to_json(content)).get_data(), f"report-{public_id}.json", "application/json")


@bp.get("/files/<name>")
@login_required
def file(public_id: str, name: str) -> Response:
    """One file, as it was handed in."""
    with reading(site().engine) as session:
        data = submission.file_bytes(session, me(), public_id, name)
    return download(data, name, "text/plain")


@bp.get("/arguments/<test_id>.npz")
@login_required
def arguments(public_id: str, test_id: str) -> Response:
    """The arguments of a failing call, if this reader may have them."""
    with reading(site().engine) as session:
        data = submission.arguments(session, me(), public_id, test_id, now())
    return download(data, f"{test_id}.npz")


@bp.post("/marks/<test_id>")
@login_required
def mark(public_id: str, test_id: str) -> AnyResponse | tuple[str, int]:
    """Store points and comment for a text, for staff; if they are refused, show the form again as typed."""
    typed = marking.MarkForm.read(request.form)
    try:
        with writing(site().engine) as session:
            marking.store_mark(session, me(), public_id, test_id, typed)
    except StoreError as error:
        refused_mark = marking.refused(test_id, typed, error)
        with reading(site().engine) as session:
            content = submission.page(
                session, me(), public_id, now(), site().backends, _of_test(public_id), refused_mark
            )
        return show("submission.html", content.membership, page=content), 422
    return redirect(url_for("submissions.page", public_id=public_id, _anchor=f"t-{test_id}"), 303)


@bp.post("/rerun")
@login_required
def again(public_id: str) -> AnyResponse:
    """Queue a new grading, for staff."""
    with writing(site().engine) as session:
        rerun.enqueue(session, me(), public_id)
    site().backends.notify()
    return redirect(url_for("submissions.page", public_id=public_id), 303)
