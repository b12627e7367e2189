"""Submissions: stored if the rules of the assignment allow it, found, listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from grader.database import audit, blobs, courses, deadlines, gradings
from grader.database.errors import Closed, NoAttemptsLeft, NotOpen, SameFiles, TooSoon
from grader.database.models import (
    Assignment,
    Blob,
    CourseRole,
    Lane,
    Submission,
    SubmissionFile,
    Team,
    TeamMember,
    User,
)

Files = Sequence[tuple[str, bytes]]


def submit(
    session: Session,
    assignment: Assignment,
    submitter: User,
    files: Files,
    began_at: datetime,
    *,
    lane: Lane | None = None,
) -> Submission:
    """Store checked files as the team's next attempt and queue the grading; notify after the commit.

    `began_at` is when the request of the upload began. For students the dates and the number of attempts
    are checked: raises NotOpen, Closed, NoAttemptsLeft, TooSoon. Staff have no such limits, and use the staff
    lane; `lane` is another one.
    """
    enrolment = courses.enrolment_of(session, assignment.course, submitter)
    staff = enrolment is not None and enrolment.role is not CourseRole.STUDENT
    team = courses.get_or_make_team(session, assignment.course, submitter, assignment)
    session.execute(select(Team.id).where(Team.id == team.id).with_for_update())  # one attempt at a time
    if not staff:
        _check_rules(session, assignment, team, began_at)
    digests = blobs.store_all(session, (data for _, data in files))
    submission = Submission(
        assignment=assignment,
        team=team,
        number=_last_number(session, assignment, team) + 1,
        submitter_id=submitter.id,
        created_at=began_at,
        files=[
            SubmissionFile(position=position, name=name, sha256=sha256)
            for position, ((name, _), sha256) in enumerate(zip(files, digests, strict=True))
        ],
    )
    session.add(submission)
    audit.note(
        session,
        "submission.handed_in",
        submission,
        by=submitter,
        course_id=assignment.course_id,
        number=submission.number,
        files={file.name: file.sha256 for file in submission.files},
    )
    usual = Lane.STAFF if staff else Lane.STUDENTS
    gradings.enqueue(session, submission, usual if lane is None else lane)
    return submission


def refuse_same(
    session: Session, assignment: Assignment, submitter: User, files: Files, *, again: bool = False
) -> None:
    """Raise SameFiles if a student's team has handed in exactly these files before; with `again` only while
    their grading is not over, such as at a second click. Call it before `submit`, in the same transaction:
    of two requests at once, one sees the other's attempt."""
    team = courses.team_on(session, assignment, submitter)
    enrolment = courses.enrolment_of(session, assignment.course, submitter)
    if team is None or enrolment is None or enrolment.role.is_staff:
        return
    session.execute(select(Team.id).where(Team.id == team.id).with_for_update())
    digests = {name: blobs.digest_of(data) for name, data in files}
    for earlier in history(session, assignment, team):
        if {file.name: file.sha256 for file in earlier.files} == digests:
            grading = gradings.latest(session, earlier)
            under_way = grading is not None and not grading.state.is_over
            if under_way or not again:
                raise SameFiles(earlier.number, earlier.public_id, earlier.created_at, under_way=under_way)


def _check_rules(session: Session, assignment: Assignment, team: Team, began_at: datetime) -> None:
    dates = deadlines.of_team(session, assignment, team.id)
    if began_at < dates.opens_at:
        raise NotOpen(dates.opens_at)
    if began_at > dates.last_moment:
        raise Closed(dates.last_moment)
    if assignment.hidden_at is not None:
        raise Closed(assignment.hidden_at)
    allowed = assignment.attempts
    if allowed is not None and attempts_used(session, assignment, team) >= allowed:
        raise NoAttemptsLeft(allowed)
    next_at = next_attempt_at(session, assignment, team.id)
    if next_at is not None and began_at < next_at:
        raise TooSoon(assignment.cool_down_min, next_at, assignment.course.zone)


def next_attempt_at(session: Session, assignment: Assignment, team_id: int) -> datetime | None:
    """When the wait after the team's last attempt ends; None if there is no wait or no attempt. An attempt
    that was given back asks for no wait."""
    if not assignment.cool_down_min:
        return None
    own = (Submission.assignment_id == assignment.id, Submission.team_id == team_id)
    last = select(func.max(Submission.created_at)).where(*own, ~Submission.given_back)
    at = session.execute(last).scalar_one()
    return None if at is None else at + timedelta(minutes=assignment.cool_down_min)


def has_any(session: Session, assignment: Assignment, user: User) -> bool:
    """Whether a team of the user has handed in to the assignment."""
    own = select(TeamMember.team_id).where(TeamMember.user_id == user.id)
    found = exists().where(Submission.assignment_id == assignment.id, Submission.team_id.in_(own))
    return session.execute(select(found)).scalar_one()


def attempts_used(session: Session, assignment: Assignment, team: Team) -> int:
    """How many attempts the team has used up: those that were not given back after a fault."""
    own = (Submission.assignment_id == assignment.id, Submission.team_id == team.id)
    query = select(func.count()).select_from(Submission).where(*own, ~Submission.given_back)
    return session.execute(query).scalar_one()


def _last_number(session: Session, assignment: Assignment, team: Team) -> int:
    """The number of the team's latest attempt, 0 if there is none."""
    own = (Submission.assignment_id == assignment.id, Submission.team_id == team.id)
    return session.execute(select(func.max(Submission.number)).where(*own)).scalar_one() or 0


def by_public_id(session: Session, public_id: str) -> Submission | None:
    """The submission with this public id, with assignment, course and team; None if there is none."""
    return session.scalar(
        select(Submission)
        .where(Submission.public_id == public_id)
        .options(
            joinedload(Submission.assignment).joinedload(Assignment.course),
            joinedload(Submission.assignment).joinedload(Assignment.pack_version),
            joinedload(Submission.team),
            joinedload(Submission.submitter),
        )
    )


def history(session: Session, assignment: Assignment, team: Team) -> Sequence[Submission]:
    """The team's attempts, latest first."""
    return session.scalars(
        select(Submission)
        .where(Submission.assignment_id == assignment.id, Submission.team_id == team.id)
        .order_by(Submission.number.desc())
        .options(selectinload(Submission.files))
    ).all()


def read_files(session: Session, submission: Submission) -> tuple[tuple[str, bytes], ...]:
    """Name and bytes of every file, in the order of the upload."""
    rows = session.execute(
        select(SubmissionFile.name, Blob.data)
        .join(Blob, Blob.sha256 == SubmissionFile.sha256)
        .where(SubmissionFile.submission_id == submission.id)
        .order_by(SubmissionFile.position)
    )
    return tuple((name, data) for name, data in rows)
