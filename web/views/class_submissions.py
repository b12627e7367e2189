"""The submissions of an assignment, for staff: the table, saved filters, acts on many, all files as a zip."""

from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from grader.database.errors import StoreError
from grader.values.numbers import whole_number
from web.downloads import streamed
from web.names import names_hidden
from web.pages import show
from web.security.logins import login_required, me
from web.services import bulk, class_submissions, class_zip
from web.services.submission_form import SubmissionForm
from web.site import now, site

bp = Blueprint("class_submissions", __name__, url_prefix="/courses/<course>/a/<slug>/class/submissions")
MOST_PICKED = 200


@bp.get("")
@login_required
def page(course: str, slug: str) -> str:
    """The table with its filter."""
    number = whole_number(request.args.get("page", ""), 1, 100_000) or 1
    return _page(course, slug, SubmissionForm.read(request.args, number), None)


def _page(course: str, slug: str, form: SubmissionForm, error: StoreError | None) -> str:
    with reading(site().engine) as session:
        content = class_submissions.page(
            session, me(), course, slug, form, now(), names_hidden=names_hidden()
        )
    if error is not None:
        content = class_submissions.with_fault(content, error)
    verdict_of = class_submissions.verdict_of
    return show(
        "class_submissions.html", content.membership, here="class", page=content, verdict_of=verdict_of
    )


@bp.post("/filters")
@login_required
def save_filter(course: str, slug: str) -> AnyResponse | tuple[str, int]:
    """Keep the filter under a name."""
    form = SubmissionForm.read(request.form)
    try:
        with writing(site().engine) as session:
            name = request.form.get("name", "")[:200]
            class_submissions.save_filter(session, me(), course, slug, name, form, now())
    except StoreError as error:
        return _page(course, slug, form, error), 422
    return redirect(url_for("class_submissions.page", course=course, slug=slug) + form.query(), 303)


@bp.post("/filters/<int(max=2147483647):filter_id>/delete")
@login_required
def delete_filter(course: str, slug: str, filter_id: int) -> AnyResponse:
    """Delete a filter; the submissions stay."""
    with writing(site().engine) as session:
        class_submissions.delete_filter(session, me(), course, slug, filter_id, now())
    flash("The filter is deleted.")
    return redirect(url_for("class_submissions.page", course=course, slug=slug), 303)


@bp.get("/act")
@login_required
def act_page(course: str, slug: str) -> AnyResponse | str:
    """What an act would do, before it is done. The zip needs no such page."""
    if request.args.get("do") == "zip":
        sent = _request(request.args)
        pairs = [pair for pair in sent.selection if pair[0] != "do"]
        address = url_for("class_submissions.files", course=course, slug=slug)
        return redirect(f"{address}?{urlencode(pairs)}", 303)
    return _act_page(course, slug, _request(request.args), "")


def _request(sent: MultiDict[str, str]) -> bulk.Request:
    picked = [whole_number(text, 1, 2**62) for text in sent.getlist("pick")[:MOST_PICKED]]
    only = sent.get("scope") != "all"
    asked = bulk.Request(
        act=sent.get("do", "comment"),
        form=SubmissionForm.read(sent),
        picked=tuple(number for number in picked if number) if only else (),
        missing=sent.get("who") == "missing",
        values={name: text[:20_000] for name, text in sent.items()},
    )
    return asked.without_names() if names_hidden() else asked


def _act_page(course: str, slug: str, sent: bulk.Request, fault: str) -> str:
    with reading(site().engine) as session:
        content = bulk.page(
            session, me(), course, slug, sent, now(), site().sends_mail, fault, names_hidden=names_hidden()
        )
    return show("bulk.html", content.membership, here="class", page=content)


@bp.post("/act")
@login_required
def act(course: str, slug: str) -> AnyResponse | tuple[str, int]:
    """Do it."""
    sent = _request(request.form)
    try:
        with writing(site().engine) as session:
            done = bulk.perform(session, me(), course, slug, sent, now(), site().sends_mail)
    except StoreError as error:
        return _act_page(course, slug, sent, f"{error}."), 422
    flash(done.words)
    if done.regrade:
        site().backends.notify()
        return redirect(url_for("regrades.page", course=course, slug=slug, public_id=done.regrade), 303)
    here = url_for("class_submissions.done", course=course, slug=slug, what=sent.act, at=done.at or None)
    return redirect(here, 303)


@bp.get("/act/<any(comment, write, extend):what>")
@login_required
def done(course: str, slug: str, what: str) -> str:
    """What was done, with the button that undoes it."""
    with reading(site().engine) as session:
        membership, assignment = class_submissions.staff_of(session, me(), course, slug, now())
    at = request.args.get("at", "")[:40]
    return show("bulk_done.html", membership, here="class", assignment=assignment, what=what, at=at)


@bp.post("/act/<any(comment, extend):what>/undo")
@login_required
def undo(course: str, slug: str, what: str) -> AnyResponse:
    """Take the comments or the extensions of one act back."""
    with writing(site().engine) as session:
        words = bulk.undo(session, me(), course, slug, what, request.form.get("at", "")[:40], now())
    flash(words)
    return redirect(url_for("class_submissions.page", course=course, slug=slug), 303)


@bp.get("/files.zip")
@login_required
def files(course: str, slug: str) -> Response | AnyResponse:
    """The files of those that match the filter, or of those that are ticked."""
    sent = _request(request.args)
    try:
        with reading(site().engine) as session:
            entries = class_zip.entries(session, me(), course, slug, sent, now(), names_hidden=names_hidden())
    except StoreError as error:
        flash(f"{error}.")
        address = url_for("class_submissions.page", course=course, slug=slug)
        return redirect(address + sent.form.query(), 303)
    return streamed(class_zip.archive(site().engine, entries), f"{course}-{slug}.zip", "application/zip")
