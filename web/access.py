"""Who may see what, one function for each kind of object.

The `..._membership` functions find an object for a reader or raise `Missing`, so that a reader outside
the course does not learn that the object exists. A member of the course who lacks the role gets
`Forbidden`, since they know the course anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from grader.database import (
    assignments,
    columns,
    courses,
    invites,
    may_write,
    packs,
    people,
    regrade_requests,
    submissions,
)
from grader.database.models import (
    Assignment,
    Column,
    Course,
    CourseRole,
    Enrolment,
    Invite,
    PackVersion,
    RegradeRequest,
    Submission,
    User,
)
from grader.grading.disclosure import Role
from web.refusals import Archived, Forbidden, Missing


@dataclass(frozen=True)
class Membership:
    """A reader with their role in a course."""

    user: User
    course: Course
    role: CourseRole

    @property
    def is_staff(self) -> bool:
        return self.role.is_staff

    @property
    def sees_as(self) -> Role:
        """The role that decides which parts of a report are shown."""
        return Role.STAFF if self.is_staff else Role.STUDENT

    def must_be_staff(self) -> None:
        """Raises Forbidden for students."""
        if not self.is_staff:
            raise Forbidden

    def must_be_instructor(self) -> None:
        """Raises Forbidden for all but the course's instructors."""
        if self.role is not CourseRole.INSTRUCTOR:
            raise Forbidden


def course_membership(session: Session, user: User, slug: str, *, restores: bool = False) -> Membership:
    """The reader's membership in a course they are enrolled in. Raises Archived if the course is archived and
    the session may write: what a service writes for a course, it writes after it has asked here. Only
    what `restores` it, or changes another course, is allowed."""
    course = courses.by_slug(session, slug)
    enrolment = None if course is None else courses.enrolment_of(session, course, user)
    if course is None or enrolment is None:
        raise Missing
    if course.archived_at is not None and may_write(session) and not restores:
        raise Archived
    return Membership(user, course, enrolment.role)


def assignment_membership(
    session: Session, user: User, course: str, slug: str, now: datetime
) -> tuple[Membership, Assignment]:
    """An assignment of the reader's course; students see it once it is open, and one that is hidden only if
    they have handed in to it."""
    membership = course_membership(session, user, course)
    assignment = assignments.by_slug(session, membership.course, slug)
    if assignment is None or not (membership.is_staff or _shown(session, assignment, user, now)):
        raise Missing
    return membership, assignment


def _shown(session: Session, assignment: Assignment, user: User, now: datetime) -> bool:
    if assignment.hidden_at is not None:
        return submissions.has_any(session, assignment, user)
    return assignment.opens_at <= now


def submission_membership(session: Session, user: User, public_id: str) -> tuple[Membership, Submission]:
    """A submission, for its team and for the staff of its course."""
    submission = submissions.by_public_id(session, public_id)
    if submission is None:
        raise Missing
    membership = course_membership(session, user, submission.assignment.course.slug)
    if not (membership.is_staff or courses.is_member(session, submission.team_id, user)):
        raise Missing
    return membership, submission


def staff_submission(session: Session, user: User, public_id: str) -> tuple[Membership, Submission]:
    """A submission, for the staff of its course: what they write about it."""
    membership, submission = submission_membership(session, user, public_id)
    membership.must_be_staff()
    return membership, submission


def staff_assignment(
    session: Session, user: User, course: str, slug: str, now: datetime
) -> tuple[Membership, Assignment]:
    """An assignment of the reader's course, for its staff."""
    membership, assignment = assignment_membership(session, user, course, slug, now)
    membership.must_be_staff()
    return membership, assignment


def own_submission(session: Session, user: User, public_id: str) -> tuple[Membership, Submission]:
    """A submission, for its team alone: they ask, and the staff answer."""
    membership, submission = submission_membership(session, user, public_id)
    if membership.is_staff:
        raise Forbidden
    return membership, submission


def request_membership(session: Session, user: User, public_id: str) -> tuple[Membership, RegradeRequest]:
    """A regrade request, for the team of its submission and for the staff of its course."""
    request = regrade_requests.by_public_id(session, public_id)
    if request is None:
        raise Missing
    membership = course_membership(session, user, request.assignment.course.slug)
    if not (membership.is_staff or courses.is_member(session, request.submission.team_id, user)):
        raise Missing
    return membership, request


def version_membership(
    session: Session, user: User, course: str, public_id: str
) -> tuple[Membership, PackVersion]:
    """A version of a pack of the course, or of a pack that ships with gradecheck, for instructors."""
    membership = course_membership(session, user, course)
    membership.must_be_instructor()
    version = packs.by_public_id(session, public_id)
    if version is None or version.pack.course_id not in (None, membership.course.id):
        raise Missing
    return membership, version


def copy_membership(session: Session, user: User, slug: str) -> Membership:
    """The reader's membership in a course that they may copy, archived or not: its instructors."""
    membership = course_membership(session, user, slug, restores=True)
    membership.must_be_instructor()
    return membership


def people_membership(session: Session, user: User, slug: str) -> Membership:
    """The reader's membership in a course whose people they may see and change: its instructors."""
    membership = course_membership(session, user, slug)
    membership.must_be_instructor()
    return membership


def person_membership(session: Session, user: User, slug: str, user_id: int) -> tuple[Membership, Enrolment]:
    """A person of the course, who may have left it, for its instructors."""
    membership = people_membership(session, user, slug)
    enrolment = people.by_user_id(session, membership.course, user_id)
    if enrolment is None:
        raise Missing
    return membership, enrolment


def invite_membership(session: Session, user: User, slug: str, invite_id: int) -> tuple[Membership, Invite]:
    """A link into the course, for its instructors."""
    membership = people_membership(session, user, slug)
    invite = invites.by_id(session, membership.course, invite_id)
    if invite is None:
        raise Missing
    return membership, invite


def gradebook_membership(session: Session, user: User, slug: str) -> Membership:
    """The reader's membership in a course whose gradebook they may see: its staff. What instructors alone may
    change, their services check."""
    membership = course_membership(session, user, slug)
    membership.must_be_staff()
    return membership


def column_membership(session: Session, user: User, slug: str, column_id: int) -> tuple[Membership, Column]:
    """A column of the gradebook that people mark, for the course's staff."""
    membership = gradebook_membership(session, user, slug)
    column = columns.by_id(session, membership.course, column_id)
    if column is None:
        raise Missing
    return membership, column


def marks_membership(
    session: Session, user: User, slug: str, user_id: int | None
) -> tuple[Membership, Enrolment]:
    """The student of the course whose marks are to be read: the reader (`user_id` None), or for staff
    anybody."""
    membership = course_membership(session, user, slug)
    if user_id is not None:
        membership.must_be_staff()
    enrolment = people.by_user_id(session, membership.course, user.id if user_id is None else user_id)
    if enrolment is None or enrolment.role is not CourseRole.STUDENT:
        raise Missing
    return membership, enrolment


def must_be_operator(user: User) -> None:
    """Raises Missing unless the reader is an operator."""
    if not user.operator:
        raise Missing


def user_for_operator(session: Session, reader: User, user_id: int) -> User:
    """The user with this id, for operators. Raises Missing."""
    must_be_operator(reader)
    user = session.get(User, user_id)
    if user is None:
        raise Missing
    return user


def must_see_status(session: Session, user: User) -> None:
    """Raises Missing unless the reader is an operator or on the staff of any course."""
    enrolments = courses.of_user(session, user)
    if not (user.operator or any(enrolment.role.is_staff for enrolment in enrolments)):
        raise Missing
