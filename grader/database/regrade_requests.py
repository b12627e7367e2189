"""Regrade requests: made by students, answered by staff, closed and opened again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from grader.database import audit, comments, mail
from grader.database.errors import NoRequest
from grader.database.models import (
    Assignment,
    Course,
    MailKind,
    Marker,
    RegradeRequest,
    RequestMessage,
    RequestState,
    Submission,
    Team,
    TeamMember,
    User,
)
from grader.database.models.base import utc_now
from grader.database.written import checked_text

MOST_MESSAGES = 60
"""Messages of one request."""


def by_public_id(session: Session, public_id: str) -> RegradeRequest | None:
    """The request with this public id, with its assignment, course and submission; None if there is none."""
    return session.scalar(
        select(RegradeRequest)
        .where(RegradeRequest.public_id == public_id)
        .options(
            joinedload(RegradeRequest.assignment).joinedload(Assignment.course),
            joinedload(RegradeRequest.submission),
            joinedload(RegradeRequest.by),
        )
    )


def messages(session: Session, request: RegradeRequest) -> Sequence[RequestMessage]:
    """The messages of a request with who wrote them, the first first."""
    query = select(RequestMessage).where(RequestMessage.request_id == request.id)
    return session.scalars(query.order_by(RequestMessage.id).options(joinedload(RequestMessage.by))).all()


def unclosed(session: Session, submission: Submission, test_id: str) -> RegradeRequest | None:
    """The request of the submission's team about this row, on any attempt, that is not closed."""
    return session.scalar(
        select(RegradeRequest)
        .join(Submission, Submission.id == RegradeRequest.submission_id)
        .where(
            RegradeRequest.assignment_id == submission.assignment_id,
            Submission.team_id == submission.team_id,
            RegradeRequest.test_id == test_id,
            RegradeRequest.state != RequestState.CLOSED,
        )
        .limit(1)
    )


def ask(
    session: Session,
    submission: Submission,
    text: str,
    *,
    by: User,
    test_id: str = "",
    file: str = "",
    line: int = 0,
) -> RegradeRequest:
    """Make a request about a row ("": about none), a line of a file, or all of the submission. Raises
    BadText, NoRequest if the team has one about this row that is not closed."""
    text = checked_text("The request", text)
    comments.check_line(session, submission, file, line)
    session.execute(select(Team.id).where(Team.id == submission.team_id).with_for_update())
    earlier = unclosed(session, submission, test_id)
    if earlier is not None:
        raise NoRequest("There is a request about this already; write there", earlier.public_id)
    request = RegradeRequest(
        assignment_id=submission.assignment_id,
        submission_id=submission.id,
        test_id=test_id,
        file=file,
        line=line,
        by_id=by.id,
        changed_at=utc_now(),
    )
    session.add(request)
    session.flush()
    session.add(RequestMessage(request_id=request.id, by_id=by.id, text=text))
    place = {"submission": submission.id, "test": test_id, "file": file, "line": line}
    _note(session, "request.made", submission.assignment, request, by, None, **place)
    return request


def reply(session: Session, request: RegradeRequest, text: str, *, by: User, staff: bool) -> None:
    """Add a message. One of staff answers the request and tells its team by mail, one of a student opens it
    again, also if it was closed. Raises BadText, NoRequest if it has too many messages."""
    text = checked_text("The message", text)
    count = select(func.count()).select_from(RequestMessage).where(RequestMessage.request_id == request.id)
    if session.execute(count).scalar_one() >= MOST_MESSAGES:
        raise NoRequest(f"This request has {MOST_MESSAGES} messages, which is the most")
    message = RequestMessage(request_id=request.id, by_id=by.id, text=text)
    session.add(message)
    session.flush()
    set_state(session, request, RequestState.ANSWERED if staff else RequestState.OPEN, by=by, note="replied")
    if staff:
        _tell(session, request, message, by)


def set_state(
    session: Session, request: RegradeRequest, state: RequestState, *, by: User, note: str = ""
) -> None:
    """Close a request or open it again; `note` names another action for the audit trail."""
    before, request.state, request.changed_at = request.state, state, utc_now()
    action = note or ("closed" if state is RequestState.CLOSED else "reopened")
    if note or before is not state:
        _note(session, f"request.{action}", request.assignment, request, by, before)


def _note(
    session: Session,
    action: str,
    assignment: Assignment,
    request: RegradeRequest,
    by: User,
    before: RequestState | None,
    **detail: object,
) -> None:
    states = {"before": before, "after": request.state or RequestState.OPEN}
    audit.note(session, action, request, by=by, course_id=assignment.course_id, **states, **detail)


def _tell(session: Session, request: RegradeRequest, message: RequestMessage, by: User) -> None:
    title, address = request.assignment.title, mail.link(f"/requests/{request.public_id}")
    body = f"{by.name} has answered the request about {title}:\n\n{address}\n"
    team = select(User).join(TeamMember, TeamMember.user_id == User.id)
    for user in session.scalars(team.where(TeamMember.team_id == request.submission.team_id)).all():
        about = f"message:{message.id}"
        mail.queue(session, user, MailKind.ANSWERED, about, f"{title}: your request is answered", body)


def open_requests(session: Session, course: Course) -> int:
    """How many requests of a course wait for an answer of its staff; one query."""
    query = select(func.count()).select_from(RegradeRequest)
    query = query.join(Assignment, Assignment.id == RegradeRequest.assignment_id)
    wanted = (Assignment.course_id == course.id, RegradeRequest.state == RequestState.OPEN)
    return session.execute(query.where(*wanted)).scalar_one()


@dataclass(frozen=True)
class Wanted:
    """Which requests to list; None does not filter. `for_marker` is the id of a member of the staff: only
    those of teams that they mark, or in which they wrote; `of_member` that of a student: those of theirs."""

    assignment_id: int | None = None
    state: RequestState | None = None
    for_marker: int | None = None
    of_member: int | None = None


def listing(
    session: Session, course_id: int, wanted: Wanted, *, limit: int = 50, offset: int = 0
) -> tuple[Sequence[RegradeRequest], int]:
    """One page of the requests of a course with assignment and submission, those that changed last first, and
    how many there are."""
    rows = _wanted(course_id, wanted)
    total = session.execute(select(func.count()).select_from(rows.subquery())).scalar_one()
    page = rows.order_by(RegradeRequest.changed_at.desc(), RegradeRequest.id.desc()).limit(limit)
    loaded = (contains_eager(RegradeRequest.assignment), selectinload(RegradeRequest.submission))
    return session.scalars(page.offset(offset).options(*loaded)).all(), total


def _wanted(course_id: int, wanted: Wanted) -> Select[RegradeRequest]:
    query = (
        select(RegradeRequest)
        .join(Assignment, Assignment.id == RegradeRequest.assignment_id)
        .where(Assignment.course_id == course_id)
    )
    if wanted.of_member is not None or wanted.for_marker is not None:
        query = query.join(Submission, Submission.id == RegradeRequest.submission_id)
    if wanted.assignment_id is not None:
        query = query.where(RegradeRequest.assignment_id == wanted.assignment_id)
    if wanted.state is not None:
        query = query.where(RegradeRequest.state == wanted.state)
    if wanted.of_member is not None:
        teams = select(TeamMember.team_id).where(TeamMember.user_id == wanted.of_member)
        query = query.where(Submission.team_id.in_(teams))
    if wanted.for_marker is not None:
        marks = exists().where(
            Marker.assignment_id == RegradeRequest.assignment_id,
            Marker.team_id == Submission.team_id,
            Marker.user_id == wanted.for_marker,
        )
        wrote = exists().where(
            RequestMessage.request_id == RegradeRequest.id, RequestMessage.by_id == wanted.for_marker
        )
        query = query.where(or_(marks, wrote))
    return query


def first_words(session: Session, request_ids: Collection[int]) -> dict[int, str]:
    """The first message of each of these requests, by its id; one query."""
    first = (
        select(func.min(RequestMessage.id))
        .where(RequestMessage.request_id.in_(request_ids))
        .group_by(RequestMessage.request_id)
    )
    rows = session.execute(
        select(RequestMessage.request_id, RequestMessage.text).where(RequestMessage.id.in_(first))
    )
    return {request: text for request, text in rows}


def of_submission(session: Session, submission: Submission) -> Sequence[RegradeRequest]:
    """The requests about this attempt, the latest first."""
    query = select(RegradeRequest).where(RegradeRequest.submission_id == submission.id)
    return session.scalars(query.order_by(RegradeRequest.id.desc()).limit(20)).all()
