"""The review of a submission: its code with comments, its points, and the pool of comments of a course."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from grader.database import reading, writing
from grader.database.errors import StoreError
from grader.values.numbers import whole_number
from web.names import names_hidden, switch
from web.pages import show
from web.security.logins import login_required, me
from web.services import marking, review, review_changes
from web.services.review import Ask, Typed
from web.services.review_place import known_filter
from web.site import now, site

bp = Blueprint("review", __name__)
AT = "/s/<public_id>/review"


def _only() -> str:
    """The filter of the queue, which stays in the address."""
    return known_filter(request.args.get("only", ""))


def _number(name: str) -> int:
    values = request.args if request.method == "GET" else request.form
    return whole_number(values.get(name, ""), 0, 10**9) or 0


def _ask() -> Ask:
    line = _number("line") or None
    numbers = (_number("f"), _number("from") or 1, line, _number("edit"), _number("deleted"))
    return Ask(*numbers, only=_only())


@bp.get(AT)
@login_required
def page(public_id: str) -> str:
    """The review; a line's number opens the form for a comment on it."""
    return _page(public_id)


def _page(public_id: str, typed: Typed | None = None, refused_mark: marking.RefusedMark | None = None) -> str:
    with reading(site().engine) as db:
        content = review.page(
            db,
            me(),
            public_id,
            now(),
            _ask(),
            names_hidden=names_hidden(),
            typed=typed,
            refused_mark=refused_mark,
        )
    return show("review.html", content.membership, page=content, only=_only())


def _back(public_id: str, anchor: str = "", **more: int) -> Response:
    values: dict[str, Any] = {"f": _number("f") or None, "only": _only() or None, **more}
    return redirect(url_for("review.page", public_id=public_id, _anchor=anchor or None, **values), 303)


@bp.post(AT + "/comments")
@login_required
def comment(public_id: str) -> Response | tuple[str, int]:
    """Add a comment, for staff; if it is refused, show the form again as typed."""
    try:
        with writing(site().engine) as db:
            made = review_changes.add_comment(db, me(), public_id, request.form)
    except StoreError as error:
        return _page(public_id, Typed("comment", request.form, f"{error}.")), 422
    return _back(public_id, f"c{made.id}", **({"from": made.line} if made.line else {}))


@bp.post(AT + "/comments/<int:comment_id>/<any(change, delete, restore):what>")
@login_required
def change(public_id: str, comment_id: int, what: str) -> Response | tuple[str, int]:
    """Change, delete or restore a comment, for staff."""
    try:
        with writing(site().engine) as db:
            row = review_changes.change_comment(
                db, me(), public_id, comment_id, what, request.form.get("text", "")
            )
    except StoreError as error:
        return _page(public_id, Typed("comment", request.form, f"{error}.")), 422
    more = {"from": row.line} if row.line else {}
    if what == "delete":
        return _back(public_id, "undo", deleted=row.id, **more)
    return _back(public_id, f"c{row.id}", **more)


@bp.post(AT + "/override")
@login_required
def override(public_id: str) -> Response | tuple[str, int]:
    """Change the points of a row, for staff; if it is refused, show the form again as typed."""
    try:
        with writing(site().engine) as db:
            review_changes.override(db, me(), public_id, request.form)
    except StoreError as error:
        return _page(public_id, Typed("override", request.form, f"{error}.")), 422
    return _back(public_id, "points")


@bp.post(AT + "/withdraw")
@login_required
def withdraw(public_id: str) -> Response:
    """Let the points that were found count again, for staff."""
    with writing(site().engine) as db:
        if review_changes.withdraw(db, me(), public_id, request.form.get("test", "")):
            flash("Withdrawn: the points that were found count again.")
    return _back(public_id, "points")


@bp.post(AT + "/marks/<test_id>")
@login_required
def mark(public_id: str, test_id: str) -> Response | tuple[str, int]:
    """Store the mark of a text, for staff; if it is refused, show the form again as typed."""
    typed = marking.MarkForm.read(request.form)
    try:
        with writing(site().engine) as db:
            marking.store_mark(db, me(), public_id, test_id, typed)
    except StoreError as error:
        return _page(public_id, refused_mark=marking.refused(test_id, typed, error)), 422
    return _back(public_id, f"t-{test_id}")


@bp.post(AT + "/marks/<test_id>/take-back")
@login_required
def take_back(public_id: str, test_id: str) -> Response:
    """Take the mark of a text back, for staff."""
    with writing(site().engine) as db:
        marking.take_back(db, me(), public_id, test_id, request.form.get("text", ""))
    flash("The mark is taken back: the text awaits marking again.")
    return _back(public_id, f"t-{test_id}")


@bp.post(AT + "/names")
@login_required
def names(public_id: str) -> Response:
    """Hide the names of students on the pages for marking, or show them, until the log-in ends."""
    with reading(site().engine) as db:
        review_changes.must_be_staff(db, me(), public_id)
    switch()
    return _back(public_id)


@bp.get("/courses/<course>/comments")
@login_required
def pool(course: str) -> str:
    """The comments that the staff of a course share."""
    return _pool(course, request.args.get("again", "")[:4000])


def _pool(course: str, text: str, fault: str = "") -> str:
    with reading(site().engine) as db:
        content = review_changes.pool(db, me(), course, request.args)
    return show("comment_pool.html", content.membership, page=content, text=text, fault=fault)


@bp.post("/courses/<course>/comments")
@login_required
def keep(course: str) -> Response | tuple[str, int]:
    """Put a comment into the pool."""
    try:
        with writing(site().engine) as db:
            review_changes.keep(db, me(), course, request.form.get("text", ""))
    except StoreError as error:
        return _pool(course, request.form.get("text", ""), f"{error}."), 422
    return redirect(url_for("review.pool", course=course), 303)


@bp.post("/courses/<course>/comments/<int:saved_id>/remove")
@login_required
def remove(course: str, saved_id: int) -> Response:
    """Take a comment out of the pool; the page offers to put it back."""
    with writing(site().engine) as db:
        text = review_changes.remove(db, me(), course, saved_id)
    flash("Removed from the pool. Its text is in the field below: Add puts it back.")
    return redirect(url_for("review.pool", course=course, again=text[:4000], _anchor="add"), 303)
