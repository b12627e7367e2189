"""Seeing a course as one of its students would, for staff: who can be looked at; each look is logged."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from grader.database import audit, courses, people_search, submissions
from grader.database.models import User
from web.access import Membership, course_membership, submission_membership
from web.refusals import Missing

PAGE = 50


@dataclass(frozen=True)
class Choice:
    """The students who match `text`, with their sections; `page` is the address of what is looked at."""

    membership: Membership
    text: str
    rows: tuple[tuple[User, str], ...]
    total: int
    number: int
    page: str

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def choice(session: Session, user: User, course: str, text: str, number: int, public_id: str) -> Choice:
    """Whom to look at: the members of a submission's team, or (`public_id` "") the students of the course.
    Raises Missing, and Forbidden for students."""
    membership = must_be_staff(session, user, course)
    if public_id:
        _, submission = submission_membership(session, user, public_id)
        if submission.assignment.course_id != membership.course.id:
            raise Missing
        members = courses.members(session, submission.team)
        rows = [(row, "") for row in members if people_search.student(session, membership.course, row.id)]
        return Choice(membership, "", tuple(rows), len(rows), 1, f"s/{public_id}")
    found, total = people_search.students(
        session, membership.course, text, limit=PAGE, offset=PAGE * (number - 1)
    )
    return Choice(membership, text, tuple(found), total, number, f"courses/{course}")


def looked_at(session: Session, user: User, course: str, student_id: int) -> tuple[Membership, User]:
    """The reader's membership, and the student to look at. Raises Missing, and Forbidden for students."""
    membership = must_be_staff(session, user, course)
    student = people_search.student(session, membership.course, student_id)
    if student is None:
        raise Missing
    return membership, student


def note(session: Session, membership: Membership, student: User, page: str) -> None:
    """Put into the audit trail that a page was seen as this student's, also in an archived course."""
    by, course_id = session.get_one(User, membership.user.id), membership.course.id
    audit.note(session, "student.seen_as", student, by=by, course_id=course_id, page=page)


def must_be_inside(session: Session, course: str, public_id: str) -> None:
    """Raises Missing unless the submission belongs to the course."""
    submission = submissions.by_public_id(session, public_id)
    if submission is None or submission.assignment.course.slug != course:
        raise Missing


def must_be_staff(session: Session, user: User, course: str) -> Membership:
    """The reader's membership. Raises Missing, and Forbidden for students."""
    membership = course_membership(session, user, course)
    membership.must_be_staff()
    return membership
