"""Regrade requests: the inbox of a course's staff, a student's own, one thread, and what is written in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from grader.database import assignments, courses, overrides, regrade_requests, submissions
from grader.database.errors import NoRequest
from grader.database.models import (
    Assignment,
    RegradeRequest,
    RequestMessage,
    RequestState,
    Submission,
    User,
)
from grader.database.regrade_requests import Wanted
from grader.grading.visible import VisibleResult
from grader.values.numbers import whole_number
from web.access import Membership, course_membership, own_submission, request_membership
from web.render.code import source_lines
from web.services import shown_names
from web.services.marking import points_of
from web.services.people import Pages, page_number
from web.services.places import ABOVE, BELOW, Excerpt, Place, SourceFile
from web.services.said import Changed, changed
from web.services.submission import current_grading, visible_grading_of

A_PAGE = 50


@dataclass(frozen=True)
class ListPage:
    """One page of requests; for students their own. `names` are those of the teams, by id, and `words` the
    first message of each request, by its id."""

    membership: Membership
    rows: Sequence[RegradeRequest]
    names: Mapping[int, str]
    words: Mapping[int, str]
    assignments: Sequence[Assignment]
    filter: Mapping[str, str]
    pages: Pages
    open: int

    def query(self, number: int) -> str:
        """The query of a page of the same list."""
        pairs = [(key, value) for key, value in self.filter.items() if value]
        return "?" + urlencode([*pairs, ("page", number)] if number > 1 else pairs)


def listing(
    session: Session, user: User, course: str, values: Mapping[str, str], *, names_hidden: bool = False
) -> ListPage:
    """The requests that a query asks for, without names if staff hide them. Raises Missing."""
    membership = course_membership(session, user, course)
    known = assignments.of_course(session, membership.course) if membership.is_staff else ()
    filters = {key: values.get(key, "")[:64] for key in ("assignment", "state", "mine")}
    chosen = next((row.id for row in known if row.slug == filters["assignment"]), None)
    state = RequestState(filters["state"]) if filters["state"] in tuple(RequestState) else None
    wanted = Wanted(
        chosen,
        state,
        user.id if membership.is_staff and filters["mine"] else None,
        None if membership.is_staff else user.id,
    )
    number = page_number(values.get("page", ""))
    rows, total = regrade_requests.listing(
        session, membership.course.id, wanted, limit=A_PAGE, offset=(number - 1) * A_PAGE
    )
    hidden = names_hidden and membership.is_staff
    teams = {row.submission.team_id for row in rows}
    names = dict.fromkeys(teams, "") if hidden else courses.names_of_teams(session, teams)
    words = regrade_requests.first_words(session, [row.id for row in rows])
    waiting = regrade_requests.open_requests(session, membership.course) if membership.is_staff else 0
    return ListPage(membership, rows, names, words, known, filters, Pages(number, total), waiting)


@dataclass(frozen=True)
class Typed:
    """A form that was refused, as it was typed, and why; `earlier` is the request that exists already."""

    values: Mapping[str, str]
    fault: str = ""
    earlier: str = ""


@dataclass(frozen=True)
class AskPage:
    """The form for a request: the rows and files that it can be about."""

    membership: Membership
    assignment: Assignment
    submission: Submission
    tests: tuple[VisibleResult, ...]
    files: tuple[str, ...]
    typed: Typed


def ask_page(session: Session, user: User, public_id: str, now: datetime, typed: Typed) -> AskPage:
    """The form, for the submission's team. Raises Missing, Forbidden for staff."""
    membership, submission = own_submission(session, user, public_id)
    visible = visible_grading_of(session, membership, submission, current_grading(session, submission), now)
    names = tuple(file.name for file in submission.files)
    return AskPage(membership, submission.assignment, submission, visible.done, names, typed)


def ask(session: Session, user: User, public_id: str, form: Mapping[str, str], now: datetime) -> str:
    """Make the request in the form; returns its public id. Raises StoreError, Missing, Forbidden."""
    membership, submission = own_submission(session, user, public_id)
    visible = visible_grading_of(session, membership, submission, current_grading(session, submission), now)
    if visible.state not in ("done", "stopped"):
        raise NoRequest("This attempt is being graded; ask when its result is there")
    test = form.get("test", "")
    if test and test not in {row.id for row in visible.done}:
        raise NoRequest("The result of this row is not shown to you yet, so there is nothing to ask about")
    typed_line = form.get("line", "").strip()
    line = whole_number(typed_line, 1, 10_000_000)
    if typed_line and line is None:
        raise NoRequest(f"The line must be a whole number from 1, not {typed_line[:20]!r}")
    file = form.get("file", "") if line else ""
    text, by = form.get("text", ""), session.get_one(User, user.id)
    request = regrade_requests.ask(session, submission, text, by=by, test_id=test, file=file, line=line or 0)
    return request.public_id


@dataclass(frozen=True)
class ThreadPage:
    """One request with its messages; `test` is the row that it is about, if the reader may see its result,
    and `excerpt` the lines around the one that it names."""

    membership: Membership
    request: RegradeRequest
    people: str
    messages: Sequence[RequestMessage]
    staff: frozenset[int]
    test: VisibleResult | None
    change: Changed | None
    excerpt: Excerpt | None
    typed: Typed
    names_hidden: bool


def thread(
    session: Session, user: User, public_id: str, now: datetime, typed: Typed, *, names_hidden: bool = False
) -> ThreadPage:
    """One request. Raises Missing."""
    membership, request = request_membership(session, user, public_id)
    submission = request.submission
    visible = visible_grading_of(session, membership, submission, current_grading(session, submission), now)
    team = courses.members(session, submission.team)
    messages = regrade_requests.messages(session, request)
    students = {member.id for member in team}
    return ThreadPage(
        membership,
        request,
        shown_names.of_team(session, membership, submission, hidden=names_hidden),
        messages,
        frozenset(row.by_id for row in messages) - students,
        next((row for row in visible.done if row.id == request.test_id), None),
        changed(session, submission, visible).get(request.test_id),
        _excerpt(session, request),
        typed,
        names_hidden and membership.is_staff,
    )


def _excerpt(session: Session, request: RegradeRequest) -> Excerpt | None:
    if not request.line:
        return None
    for name, data in submissions.read_files(session, request.submission):
        if name == request.file:
            lines = source_lines(data.decode("utf-8-sig", "replace"), python=name.endswith(".py"))
            shown = lines[max(0, request.line - 1 - ABOVE) : request.line + BELOW]
            source = SourceFile(name, "", len(data), lines, len(lines), most=0)
            return Excerpt(Place(name, request.line), source, shown)
    return None


def reply(session: Session, user: User, public_id: str, form: Mapping[str, str]) -> None:
    """Add the message in the form; with points, of staff, the row gets them too, with the message as the
    reason. Raises StoreError, Missing."""
    membership, request = request_membership(session, user, public_id)
    by, text = session.get_one(User, user.id), form.get("text", "")
    points = form.get("points", "").strip()
    if membership.is_staff and points:
        if not request.test_id:
            raise NoRequest("This request is about no row; change points on the page of the review")
        overrides.give(session, request.submission, request.test_id, points_of(points), text, by=by)
    regrade_requests.reply(session, request, text, by=by, staff=membership.is_staff)


def set_state(session: Session, user: User, public_id: str, what: str) -> None:
    """Close a request, or open it again. Raises Missing."""
    _, request = request_membership(session, user, public_id)
    state = RequestState.CLOSED if what == "close" else RequestState.OPEN
    regrade_requests.set_state(session, request, state, by=session.get_one(User, user.id))
